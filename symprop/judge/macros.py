r"""Commands that a student defines at the head of a text, put in before anything is read.

\newcommand{\d}[2]{\frac{\partial #1}{\partial #2}}      \def\dL{\delta_L}      \newcommand*\yh{\hat{y}}
A definition that refers to itself, or makes the text too long, is refused with its place; every line stays where it is.
"""

from __future__ import annotations

import re

from symprop.errors import ReadError
from symprop.judge.dress import is_dress, matching
from symprop.reader.commands import COMMANDS

MAX_MACROS = 100
MAX_EXPANSIONS = 5_000
MAX_GROWTH = 8  # times the length of the text, and not above
MAX_SIZE = 200_000
NAME = r"\\(?:[A-Za-z]+|[^A-Za-z\s])"
NEW = re.compile(
    rf"\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator)\s*\*?\s*(?:\{{\s*(?P<braced>{NAME})\s*\}}|(?P<bare>{NAME}))"
    r"\s*(?:\[(?P<count>[0-9])\])?\s*(?P<default>\[)?(?=\s*\{|[^\[])"
)
DEF = re.compile(rf"\\def\s*(?P<bare>{NAME})\s*(?P<count>(?:#[1-9])*)\s*(?=\{{)")
OPENING = re.compile(r"\s*\{")
PARAMETER = re.compile(r"#([1-9])")
WORD = re.compile(r"\\([A-Za-z]+)")
BODY = r"\begin{document}"
Macros = dict[str, tuple[int, str]]  # name → how many arguments, what it stands for


def expanded(text: str) -> str:
    """The text without definitions, every command that it defines replaced.  Raises ReadError."""
    if "\\newcommand" not in text and "\\def" not in text and "command" not in text and "\\Declare" not in text:
        return text
    macros: Macros = {}
    start = max(0, text.find(BODY))
    head, body = text[:start], text[start:]
    if head:  # of a preamble only what is plain mathematics
        _without_definitions(head, macros, strict=False)
        macros = {name: found for name, found in macros.items() if _is_mathematics(name, found[1], macros)}
    body = _without_definitions(body, macros)
    return head + (_replaced(body, macros) if macros else body)


def _is_mathematics(name: str, body: str, macros: Macros) -> bool:
    """Whether a definition of a preamble only abbreviates a formula."""
    if name[1:] in COMMANDS or is_dress(name[1:]):
        return False
    return all(word in COMMANDS or "\\" + word in macros for word in WORD.findall(body))


def _without_definitions(text: str, macros: Macros, *, strict: bool = True) -> str:
    """The text without definitions, which are noted; ``strict``: one that cannot be followed is an error."""
    out: list[str] = []
    at = 0
    while True:
        found = min(filter(None, (NEW.search(text, at), DEF.search(text, at))), key=lambda m: m.start(), default=None)
        if found is None:
            return "".join([*out, text[at:]])
        groups = found.groupdict()
        name = groups.get("braced") or found["bare"]
        opening = OPENING.match(text, found.end())
        closing = matching(text, opening.end() - 1) if opening else -1
        if not strict and (groups.get("default") or closing < 0):
            at = found.end()
            continue
        if groups.get("default"):
            raise ReadError(text, found.start(), f"`{name}` has an optional argument", "write it out")
        if opening is None or closing < 0:
            raise ReadError(text, found.start(), f"the definition of `{name}` has no end")
        body = text[opening.end() : closing]
        if "Declare" in found.group():
            body = rf"\operatorname{{{body}}}"
        given = found["count"] or "0"
        count = given.count("#") if "#" in given else int(given)
        macros[name] = count, body
        if len(macros) > MAX_MACROS and strict:
            raise ReadError(text, found.start(), f"more than {MAX_MACROS} definitions")
        out += [text[at : found.start()], "\n" * text.count("\n", found.start(), closing + 1)]
        at = closing + 1


def _replaced(text: str, macros: Macros) -> str:
    """Every command replaced by its body, also those that come with a body."""
    words = "|".join(sorted((re.escape(n) for n in macros if n[-1].isalpha()), key=len, reverse=True)) or "(?!)"
    signs = "|".join(re.escape(n) for n in macros if not n[-1].isalpha()) or "(?!)"
    use = re.compile(rf"(?:{words})(?![A-Za-z])|{signs}")
    limit, at = min(MAX_SIZE, max(2_000, MAX_GROWTH * len(text))), 0
    found = use.search(text, at)
    for _ in range(MAX_EXPANSIONS):
        if found is None or len(text) > limit:
            break
        count, body = macros[found.group()]
        arguments, end = _arguments(text, found.end(), count, found.group())
        inner = _filled(body, arguments)
        lines = "\n" * (text.count("\n", found.start(), end) - inner.count("\n"))
        text = f"{text[: found.start()]}{inner} {lines}{text[end:]}"
        at = found.start()
        found = use.search(text, at)
    if found is not None:
        why = f"`{found.group()}` is defined by itself, or makes the text too long"
        raise ReadError(text[: found.start() + 60], found.start(), why, "write out what it stands for")
    return text


def _filled(body: str, arguments: list[str]) -> str:
    """The body with its arguments in the place of #1, #2 …"""
    return PARAMETER.sub(lambda m: arguments[int(m[1]) - 1] if int(m[1]) <= len(arguments) else m.group(), body)


def _arguments(text: str, at: int, count: int, name: str) -> tuple[list[str], int]:
    """The arguments of a command: groups, or single signs."""
    found: list[str] = []
    for _ in range(count):
        opening = OPENING.match(text, at)
        if opening is not None:
            closing = matching(text, opening.end() - 1)
            if closing < 0:
                raise ReadError(text, at, f"an argument of `{name}` has no end")
            found.append(text[opening.end() : closing])
            at = closing + 1
            continue
        sign = re.compile(r"\s*(\\[A-Za-z]+|\\?\S)").match(text, at)
        if sign is None:
            raise ReadError(text, at, f"`{name}` takes {count} arguments")
        found.append(sign[1])
        at = sign.end()
    return found, at
