"""What stands in TeX and is no part of a formula: tags, labels, frames, colours, braces under it, words after it.

The commands of our own answer keys (\\why, \\result …) are among them, so that a key can be checked like any other.
Arrays are what they are read as: \\left\\{ \\begin{array}{ll} … \\end{array} \\right. has cases, any other is a matrix.
"""

from __future__ import annotations

import re
from itertools import groupby

from symprop.judge.phrasing import UNEQUAL

DROPPED = dict.fromkeys(  # with so many arguments
    "label tag why whynum eqnum hspace vspace phantom hphantom vphantom ref eqref cite footnote color cellcolor "
    "rowcolor marginpar index".split(),
    1,
) | {"eqlink": 2, "why": 9, "whynum": 9, "eqnum": 9}
IGNORED = frozenset(
    "num pos nonumber notag displaystyle textstyle hfill dotfill allowbreak nobreak relax medskip smallskip bigskip "
    "par newline noindent centering keeprest blacksquare square Box qed qedhere checkmark".split()
)
UNWRAPPED = frozenset(
    "boxed result unframed underline fbox framebox colorbox fcolorbox textcolor ensuremath mathclap mathllap mathrlap "
    "smash cancel bcancel xcancel underbrace overbrace underset overset uline mathstrut".split()
)
BEFORE_IT = {"colorbox": 1, "fcolorbox": 2, "textcolor": 1, "underset": 1, "overset": 1}  # arguments that say nothing
COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
WORDS = re.compile(r"\\(?:text|mbox|textrm|textit|textnormal|textup|mathrm|hbox)\s*\{([^{}]*)\}")
SCRIPT = re.compile(r"\s*[_^]\s*(\\[A-Za-z]+\s*)?")
LOOSE = re.compile(r"^\s*[-+−]|=|\\(?:approx|leftarrow|gets)(?![A-Za-z])|[≈←]")  # a term with its sign, or a statement
ARRAY = re.compile(
    r"(?P<brace>\\left\s*\\(?:\{|lbrace)\s*)?\\begin\s*\{array\}\s*(?:\[[a-z]\])?\s*\{[lcr@{}| ]*\}"
    r"(?P<rows>(?:(?!\\begin\s*\{|\\end\s*\{).)*)\\end\s*\{array\}(?P<dot>\s*\\right\s*\.)?",
    re.DOTALL,
)
STACK = re.compile(r"\\substack\s*\{(?P<lines>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
CONDITIONED = re.compile(
    r"\\(?:text|mbox|textrm|mathrm)\s*\{\s*([A-Za-zäöüß]+)\s*\$([^${}]*(?:\{[^${}]*\}[^${}]*)*)\$\s*\}"
)
BRACED = re.compile(
    r"\\left\s*\\(?:\{|lbrace)\s*\\begin\s*\{matrix\}(?P<rows>(?:(?!\\begin\s*\{|\\end\s*\{).)*)\\end\s*\{matrix\}"
    r"\s*\\right\s*\.",
    re.DOTALL,
)
STOPPED = re.compile(r"\.\s*(?=\\end\s*\{[dr]?cases\})")
OPEN = re.compile(r"\s*\\left\s*\.(?P<inside>.*)\\right\s*\.\s*", re.DOTALL)
PROVIDED = re.compile(
    r"(?<![A-Za-z\\])(?:provided|assuming|as long as|vorausgesetzt,?|sofern|solange)(?:\s+(?:that|dass))?(?![A-Za-z])",
    re.IGNORECASE,
)
EVERY = re.compile(  # 1/z for all z > 0; what indices run over (for all j > 1) is read elsewhere
    r"(?<![A-Za-z\\])(?:(?:for|für)\s+(?:all|every|each|any|alle|jedes)|∀|\\forall(?![a-z]))"
    rf"(?=\s+(?![ijklmn]\b)\\?[^\W\d][A-Za-z0-9_{{}}]{{0,20}}\s*(?:{UNEQUAL.pattern}))",
    re.IGNORECASE,
)
BULLET = re.compile(r"\s*(?:[•▪◦‣]\s*|[-–*]\s+)(?=[^=\n]*[=≈])")
MAX_UNWRAPPED = 60


def undressed(text: str) -> str:
    """The row without everything that says nothing about its formula."""
    text = EVERY.sub("if", PROVIDED.sub("if", text))
    text = ARRAY.sub(_array, CONDITIONED.sub(r"\\text{\1} \2", text)) if "\\" in text else text
    if "\\" in text:
        text = STOPPED.sub("", BRACED.sub(r"\\begin{cases}\g<rows>\\end{cases}", text))
        whole = OPEN.fullmatch(text)
        text = whole["inside"] if whole and not re.search(r"\\(?:left|right)\s*\.", whole["inside"]) else text
    text = STACK.sub(lambda m: m["lines"].replace(r"\\", ","), text) if r"\substack" in text else text
    out: list[str] = []
    at, unwrapped, stripped = 0, 0, set[int]()  # stripped: closing braces of what was unwrapped
    while at < len(text):
        if at in stripped:
            at += 1
            out.append(" ")
            continue
        found = COMMAND.match(text, at) if text[at] == "\\" else None
        if found is None:
            step = 2 if text[at] == "\\" else 1
            out.append(text[at : at + step])
            at += step
            continue
        word = found[1]
        if word in IGNORED:
            out.append(" ")
            at = found.end()
        elif word in DROPPED:
            at = _over_arguments(text, found.end(), DROPPED[word])
        elif word in UNWRAPPED and unwrapped < MAX_UNWRAPPED:
            unwrapped += 1
            opening = _to_argument(text, found.end(), BEFORE_IT.get(word, 0))
            closing = matching(text, opening) if opening >= 0 else -1
            if closing < 0:
                unwrapped = MAX_UNWRAPPED  # nothing closes any more
                out.append(" ")
                at = found.end()
                continue
            braced = word in ("underbrace", "overbrace")
            if braced:
                stripped |= set(range(closing + 1, _over_script(text, closing + 1)))
            if braced and not LOOSE.search(text[opening + 1 : closing]):
                out.append("{")  # what has a brace under it is one factor
            else:
                stripped.add(closing)
                out.append(" ")
            at = opening + 1
        else:
            out.append(found.group())
            at = found.end()
    return "".join(out).strip()


def without_bullets(text: str) -> str:
    """Blanks for the marks of lists, where all lines up to an empty one have them and are statements."""
    lines = text.split("\n")
    for blank, group in groupby(range(len(lines)), lambda k: not lines[k].strip()):
        listed = () if blank else tuple(group)
        if len(listed) > 1 and all(BULLET.match(lines[k]) for k in listed):
            for k in listed:
                lines[k] = BULLET.sub(lambda m: " " * len(m.group()), lines[k], count=1)
    return "\n".join(lines)


def is_dress(word: str) -> bool:
    """Whether a command says nothing about a formula."""
    return word in DROPPED or word in IGNORED or word in UNWRAPPED


def matching(text: str, opening: int) -> int:
    """The brace that closes the one at ``opening``; -1 if there is none."""
    depth = 0
    at = opening
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        depth += (char == "{") - (char == "}")
        if not depth:
            return at
        at += 1
    return -1


def _array(found: re.Match[str]) -> str:
    """An array as cases after a brace that is closed by nothing, else as a matrix without brackets."""
    cases = found["brace"] is not None and found["dot"] is not None
    kind = "cases" if cases else "matrix"
    before, after = ("", "") if cases else (found["brace"] or "", found["dot"] or "")
    return rf"{before}\begin{{{kind}}}{found['rows']}\end{{{kind}}}{after}"


def _over_script(text: str, at: int) -> int:
    """Past _{…}, _\\text{…}, _x."""
    found = SCRIPT.match(text, at)
    if found is None:
        return at
    if not text.startswith("{", found.end()):
        return found.end() if found[1] else found.end() + 1
    closing = matching(text, found.end())
    return closing + 1 if closing > 0 else len(text)


def _over_arguments(text: str, at: int, count: int) -> int:
    """Past [optional] and ``count`` {mandatory} arguments."""
    found = re.compile(r"\s*\[[^\]]*\]").match(text, at)
    at = found.end() if found else at
    for _ in range(count):
        opening = re.compile(r"\s*\{").match(text, at)
        if opening is None:
            break
        closing = matching(text, opening.end() - 1)
        if closing < 0:
            return len(text)
        at = closing + 1
    return at


def _to_argument(text: str, at: int, skipped: int) -> int:
    """The opening brace of the argument that holds the formula; -1 if there is none."""
    found = re.compile(r"\s*\[[^\]]*\]").match(text, at)
    at = found.end() if found else at
    for _ in range(skipped):
        opening = re.compile(r"\s*\{").match(text, at)
        at = matching(text, opening.end() - 1) + 1 if opening else at
    opening = re.compile(r"\s*\{").match(text, at)
    return opening.end() - 1 if opening else -1


def without_words(text: str) -> str:
    """The row without \\text{…} that holds more than a name."""
    return WORDS.sub(lambda found: found.group() if found[1].replace("_", "").isalnum() else " ", text)
