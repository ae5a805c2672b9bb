"""What a student wrote: statements, each with what it is about and the formulas that are said to be equal.

\\frac{\\partial L}{\\partial w} = (y - t) x = x (y - t)      about ∂L/∂w, two formulas
w_46 <- w_46 - 2 k x_4 (…)      w_{46}^{new} = …      w' := …      the next value of w_46
\\Delta w_46 = -2 k x_4 (…)                                         its change
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from symprop.errors import ReadError
from symprop.judge.stages import without_stages
from symprop.names import Vocabulary
from symprop.reader import read
from symprop.reader.limits import MAX_LENGTH
from symprop.reader.mathml import without_markup
from symprop.reader.tokens import usual_characters
from symprop.written import Deriv, Name, Rel, Vec, Written, neg

MAX_STATEMENTS = 200
SIGN = re.compile(r"<-|:=|≔|\\(?:gets|leftarrow|longleftarrow|coloneqq|approx)(?![a-zA-Z])|←|≈|~=|(?<![<>!])==?")
CHANGE = re.compile(r"^\s*(?:\\(?:Delta|delta)(?![a-zA-Z])|Δ|∆|Delta(?![a-zA-Z]))\s*")
NEW = re.compile(
    r"\s*(?:\(\s*[tkn]\s*\+\s*1\s*\)|_\s*\{\s*[tkn]\s*\+\s*1\s*\}|\^\s*\{?\s*\+\s*\}?|\^\s*\{?\s*\(?\s*(?:\\(?:text|mathrm|rm|mathit)\s*\{\s*)?(?:new|neu|next|[tkn]\s*\+\s*1)"
    r"\s*\}?\s*\)?\s*\}?|_\s*\{?\s*(?:\\(?:text|mathrm)\s*\{\s*)?(?:new|neu)\s*\}?\s*\}?|'|\^\s*\{?\s*\\prime\s*\}?|′)\s*$"
)
NEW_INSIDE = re.compile(r"(?:[,;]\s*|\s+)(?:\\(?:text|mathrm)\s*\{\s*)?(?:new|neu)\s*\}?\s*\}\s*$")
BREAKS = re.compile(r"\r\n|\r|\n|\\\\(?:\[[^\]]*\])?")
ENVIRONMENTS = r"\{(?:align|aligned|equation|gather|gathered|split|multline|eqnarray)\*?\}"
DRESS = re.compile(rf"^\s*(?:\$\$?|\\\[|\\\(|\\begin{ENVIRONMENTS})|(?:\$\$?|\\\]|\\\)|\\end{ENVIRONMENTS})\s*$")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
QUOTED = re.compile(r"""\s*[“"„«»]([^“"”„«»]*)[”"“«»]\s*""")
STEP = re.compile(r"^(?P<left>.*\S)\s*(?P<sign>[-+−])\s*$", re.DOTALL)  # the left side of w -= …
OPENING, CLOSING = "([{⟨", ")]}⟩"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.  ``about`` is None where only a formula was given.  ``change``: Δ of a quantity.

    ``next``: the value that the quantity has after the update.  ``items``: the formulas that are said to be equal,
    ``places``: where each begins in ``text``.
    """

    text: str
    about: Written | None
    items: tuple[Written, ...]
    change: bool = False
    next: bool = False


def split(text: str) -> list[str]:
    """Lines, and what semicolons separate outside brackets; a line that begins with a relation continues the last."""
    text = usual_characters(without_markup(text))
    if entity := ENTITY.search(text):
        hint = "hand in the characters themselves"
        raise ReadError(text, entity.start(), f"`{entity.group()}` is HTML, not a formula", hint)
    if quoted := QUOTED.fullmatch(text):
        text = quoted.group(1)
    if len(text) > MAX_LENGTH:
        raise ReadError(text[:MAX_LENGTH], MAX_LENGTH - 1, f"the answer is too long ({len(text)} characters)")
    found: list[str] = []
    cases = r"\begin{cases}" in text or "matrix}" in text
    for line in [text] if cases else BREAKS.split(text):
        bare = _unboxed(DRESS.sub("", DRESS.sub("", line))).replace("&", " " if not cases else "&")
        for piece in (p for semi in pieces(bare, ";") for p in _statements(semi)):
            piece = piece.strip().rstrip(",.").strip()
            if not piece:
                continue
            match = SIGN.match(piece)
            if found and match:
                found[-1] += " " + piece
            else:
                found.append(piece[match.end() :].strip() if match else piece)
    if len(found) > MAX_STATEMENTS:
        raise ReadError(text[:200], 0, f"more than {MAX_STATEMENTS} statements", "hand in one task at a time")
    return found


def pieces(line: str, separator: str) -> Iterator[str]:
    """What stands between separators outside brackets."""
    depth, start = 0, 0
    for at, char in enumerate(line):
        if char in OPENING or line.startswith(r"\langle", at):
            depth += 1
        elif char in CLOSING or line.startswith(r"\rangle", at):
            depth -= 1
        elif char == separator and depth == 0 and not (at and line[at - 1] == "\\"):
            yield line[start:at]
            start = at + 1
    yield line[start:]


def _statements(line: str) -> list[str]:
    """a = 1, b = 2: two statements, if each has a relation of its own; in a = 1,5 the comma is left to the reader."""
    parts = list(pieces(line, ","))
    return parts if len(parts) > 1 and all(SIGN.search(part) for part in parts) else [line]


def _unboxed(line: str) -> str:
    """The line without \\boxed{…} around a part of it."""
    start = line.find(r"\boxed{")
    if start < 0:
        return line
    depth = 0
    for at in range(start + 6, len(line)):
        depth += (line[at] == "{") - (line[at] == "}")
        if not depth:
            return line[:start] + line[start + 7 : at] + line[at + 1 :]
    return line


def statement(text: str, vocabulary: Vocabulary, below: str = "") -> Statement:
    """A statement read by the names of the exercise.  Raises ReadError with the place in ``text``.

    ``below``: how a/b c is read, see ``read``.
    """
    text = without_stages(text.strip(), lambda part: name_of(part, vocabulary) is not None)
    stretches = spans(text)
    mark = marked(text[: stretches[0][1]], vocabulary) if len(stretches) > 1 else None
    if mark is None:
        return _whole(text, read(text, vocabulary, new_symbols=False, below=below))
    name, change, new, minus = mark
    items = []
    for start, end in stretches[1:]:
        try:
            item = read(text[start:end], vocabulary, new_symbols=False, below=below)
            items.append(neg(item) if minus else item)
        except ReadError as error:
            raise ReadError(text, error.offset + start, error.message, error.hint, error.readings) from None
    return Statement(text, name, tuple(items), change, new)


def spans(text: str) -> list[tuple[int, int]]:
    """The stretches between relation signs outside brackets."""
    cuts, depth, at = [(0, 0)], 0, 0
    while at < len(text):
        char = text[at]
        if char in OPENING or text.startswith((r"\begin{", r"\langle"), at):
            depth += 1
        elif char in CLOSING or text.startswith((r"\end{", r"\rangle"), at):
            depth -= 1
        elif depth == 0 and (match := SIGN.match(text, at)):
            cuts.append((at, match.end()))
            at = match.end()
            continue
        at += 1
    cuts.append((len(text), len(text)))
    return [(a[1], b[0]) for a, b in pairwise(cuts)]


def marked(left: str, vocabulary: Vocabulary) -> tuple[Name, bool, bool, bool] | None:
    """Δw, w -=, w', w^{new}: the quantity, whether its change or its new value follows, and whether that is subtracted.

    None for any other left side.
    """
    match = CHANGE.match(left)
    if match and (name := name_of(left[match.end() :], vocabulary)) is not None:
        return name, True, False, False
    step = STEP.match(left)
    if step and (name := name_of(step["left"], vocabulary)) is not None:
        return name, True, False, step["sign"] != "+"
    if name_of(left, vocabulary) is not None:
        return None
    for pattern, closing in ((NEW, ""), (NEW_INSIDE, "}")):
        shorter = pattern.sub(closing, left)
        if shorter != left and (name := name_of(shorter, vocabulary)) is not None:
            return name, False, True, False
    return None


def name_of(text: str, vocabulary: Vocabulary) -> Name | None:
    """The declared quantity that a text is."""
    try:
        found = read(text, vocabulary, new_symbols=False)
    except (ReadError, RecursionError):
        return None
    return found if isinstance(found, Name) else None


def _whole(text: str, formula: Written) -> Statement:
    """A relation whose left side is a quantity is about it; else all its sides are the answer."""
    if not isinstance(formula, Rel):
        return Statement(text, None, (formula,))
    if not set(formula.ops) <= {"=", "≈", "←"}:
        raise ReadError(text, 0, f"an answer is a formula, not a relation with {formula.ops[0]}")
    first, *rest = formula.items
    if isinstance(first, Name | Deriv) or (
        isinstance(first, Vec) and all(isinstance(i, Name | Deriv) for i in first.items)
    ):
        return Statement(text, first, tuple(rest), next="←" in formula.ops)
    return Statement(text, None, formula.items)


def components(about: Statement, quantities: tuple[Written, ...]) -> tuple[Statement, ...] | None:
    """The components of a vector that answers all the quantities of a task, each about its own; else None."""
    lengths = {len(i.items) if isinstance(i, Vec) else 0 for i in about.items}
    if lengths != {len(quantities)} or len(quantities) < 2:
        return None
    columns = zip(*(i.items for i in about.items if isinstance(i, Vec)), strict=True)
    return tuple(
        replace(about, about=quantity, items=tuple(items)) for quantity, items in zip(quantities, columns, strict=True)
    )
