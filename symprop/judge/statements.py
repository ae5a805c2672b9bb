"""What a student wrote: statements, each with what it is about and the formulas that are said to be equal.

\\frac{\\partial L}{\\partial w} = (y - t) x = x (y - t)      about ∂L/∂w, two formulas
w_46 <- w_46 - 2 k x_4 (…)      w_{46}^{new} = …      w' := …      the next value of w_46
\\Delta w_46 = -2 k x_4 (…)                                         its change
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from symprop.errors import ReadError
from symprop.judge.dress import undressed
from symprop.judge.lenient import formula
from symprop.judge.macros import expanded
from symprop.judge.numbers import is_number
from symprop.judge.phrasing import ARROW, inside, parts, without_lead
from symprop.judge.sides import joined
from symprop.judge.stages import without_stages
from symprop.judge.vectors import entry, flat, length
from symprop.names import Vocabulary
from symprop.reader import read
from symprop.reader.limits import MAX_LENGTH
from symprop.reader.mathml import without_markup
from symprop.reader.tokens import usual_characters
from symprop.written import Call, Deriv, Name, Rel, Vec, Written, neg

MAX_STATEMENTS = 200
MAX_LINKS = 200  # of a chain
SIGN = re.compile(r"<-|:=|≔|\\(?:gets|leftarrow|longleftarrow|coloneqq|approx)(?![a-zA-Z])|←|≈|~=|(?<![<>!])==?")
CHANGE = re.compile(r"^\s*(?:\\(?:Delta|delta)(?![a-zA-Z])|Δ|∆|Delta(?![a-zA-Z]))\s*")
NEW = re.compile(
    r"\s*(?:[(\[]\s*[tkn]\s*\+\s*1\s*[)\]]|_\s*\{\s*[tkn]\s*\+\s*1\s*\}|\^\s*\{?\s*\+\s*\}?|\^\s*\{?\s*\(?\s*(?:\\(?:text|mathrm|rm|mathit)\s*\{\s*)?(?:new|neu|next|[tkn]\s*\+\s*1)"
    r"\s*\}?\s*\)?\s*\}?|_\s*\{?\s*(?:\\(?:text|mathrm)\s*\{\s*)?(?:new|neu)\s*\}?\s*\}?|'|\^\s*\{?\s*\\prime\s*\}?|′|\(\s*(?:new|neu)\s*\)|\s(?:new|neu)|\^?\s*\{?\s*(?:\*|∗|\\ast|\\star)\s*\}?|(?<=\S)\+\s+)\s*$"
)
NEW_INSIDE = re.compile(r"(?:[,;]\s*|\s+)(?:\\(?:text|mathrm)\s*\{\s*)?(?:new|neu)\s*\}?\s*\}\s*$")
NEW_BEFORE = re.compile(r"^\s*(?:the\s+)?(?:new|neues?)\s+", re.IGNORECASE)
NEW_ACCENT = re.compile(r"^\s*\\(?:wide)?tilde(?![a-z])\s*(?:\{([^{}]*)\}|)")  # \tilde w = w - …
NEW_COMMA = re.compile(r"(?<=[A-Za-z0-9}]),\s?(new|neu|old|alt)(?![A-Za-z])")  # w_1,new
LABEL = re.compile(r"\s*\\?[A-Za-z][A-Za-z0-9_{}]{0,20}\s*:(?!=)\s*\S")  # w: 0
LAYOUT = re.compile(r"(\r\n|\r|\n|\\\\(?:\[[^\]]*\])?|&|\\(?:begin|end)\{(?:[dr]?cases|[a-zA-Z]*matrix)\*?\})")
ENVIRONMENTS = r"\{(?:align|aligned|equation|gather|gathered|split|multline|eqnarray)\*?\}"
DRESS = re.compile(rf"^\s*(?:\$\$?|\\\[|\\\(|\\begin{ENVIRONMENTS})|(?:\$\$?|\\\]|\\\)|\\end{ENVIRONMENTS})\s*$")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
QUOTED = re.compile(r"""\s*[“"„«»]([^“"”„«»]*)[”"“«»]\s*""")
STEP = re.compile(r"^(?P<left>.*\S)\s*(?P<sign>[-+−])\s*$", re.DOTALL)  # the left side of w -= …
ARROWED = re.compile(r"<-|\\(?:gets|leftarrow|longleftarrow)(?![A-Za-z])|←")
APART = re.compile(r"(?<![0-9\\]),|(?<!\\),(?![0-9])")  # not that of 0,5, nor \,
COUNTED = re.compile(r"\s*(?:(?:for|für)\s+)?[a-z]\s*(?:=|∈|\\in)\s*[0-9]{1,6}\s*(?:,[^,]*)*")  # i = 1, of i = 1, 2, 3
OPEN = re.compile(r"(?:\s(?:for|für)|∀|\\forall)(?:\s+(?:all|every|alle))?\s+[a-z]\s*$")  # for i, of for i, j = 1, 2
MORE = re.compile(r"\s*(?:[0-9]{1,6}|\.\.+|…|\\[lcd]?dots|[A-Za-z])\s*\.?")
DECIMAL = re.compile(r"[0-9],[0-9]")
SPACED = re.compile(r"(?:\\q?quad(?![A-Za-z])|\t)(?!\s*(?:<-|:=|[=≈←+−*/-]))")
POINT = re.compile(r"([0-9])\{\.\}([0-9])")  # 1{.}2
SPACES = re.compile(r"[^\S\n]{20,}")
OPENING, CLOSING = "([{⟨", ")]}⟩"
NEXT = re.compile(
    rf"(?P<opening>[(\[{{⟨]|\\begin(?=\{{)|\\langle)|(?P<closing>[)\]}}⟩]|\\end(?=\{{)|\\rangle)|{SIGN.pattern}"
)  # a bracket or a relation


Vector = Callable[[str], Vec | None]


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


def split(text: str, *, tabled: bool = False, most: int = MAX_STATEMENTS) -> list[str]:
    """Lines, and what semicolons, arrows and words of conclusion separate outside brackets.

    A line that begins with a relation continues the last.  ``tabled``: `where z = 1` belongs to what is before it.
    """
    text = SPACES.sub(" ", undressed(expanded(usual_characters(without_markup(text)))))
    text = NEW_COMMA.sub(r" \1", POINT.sub(r"\1.\2", text)) if "," in text or "{." in text else text
    if entity := ENTITY.search(text):
        hint = "hand in the characters themselves"
        raise ReadError(text, entity.start(), f"`{entity.group()}` is HTML, not a formula", hint)
    if quoted := QUOTED.fullmatch(text):
        text = quoted.group(1)
    if len(text) > MAX_LENGTH:
        raise ReadError(text[:MAX_LENGTH], MAX_LENGTH - 1, f"the answer is too long ({len(text)} characters)")
    found: list[str] = []
    for line in _lines(text):
        bare = DRESS.sub("", DRESS.sub("", line))
        for piece in (p for cut in _arrows(bare) for semi in pieces(cut, ";") for p in _statements(semi, tabled)):
            piece = without_lead(piece.strip()).rstrip(",.").strip()
            if not piece:
                continue
            match = SIGN.match(piece)
            if found and match:
                found[-1] += " " + piece
            else:
                found.append(piece[match.end() :].strip() if match else piece)
            if len(found) > most:
                raise ReadError(text[:200], 0, f"more than {most} statements", "hand in one task at a time")
    return found


def _lines(text: str) -> Iterator[str]:
    """The lines of a text, and of its displays; what aligns them is left out, but for that of cases and matrices."""
    depth, line = 0, ""
    for piece in LAYOUT.split(text):
        if not LAYOUT.fullmatch(piece):
            pass
        elif piece.startswith((r"\begin", r"\end")):
            depth = max(0, depth + (1 if piece.startswith(r"\begin") else -1))
        elif not depth and piece == "&":
            piece = " "
        elif not depth:
            yield line
            line = ""
            continue
        line += piece
    yield line


def _arrows(line: str) -> Iterator[str]:
    """What stands between arrows of implication outside brackets."""
    depth, start, at = 0, 0, 0
    while at < len(line):
        depth += (line[at] in OPENING) - (line[at] in CLOSING)
        if not depth and (found := ARROW.match(line, at)):
            yield line[start:at]
            start = at = found.end()
        else:
            at += 1
    yield line[start:]


def pieces(line: str, separator: str) -> Iterator[str]:
    """What stands between separators outside brackets; the comma of 0,5 is none."""
    depth, start = 0, 0
    for at, char in enumerate(line):
        if char in OPENING or line.startswith((r"\langle", r"\begin"), at):
            depth += 1
        elif char in CLOSING or line.startswith((r"\rangle", r"\end{"), at):
            depth -= 1
        elif char == separator and depth == 0 and not (at and line[at - 1] == "\\") and not DECIMAL.match(line, at - 1):
            yield line[start:at]
            start = at + 1
    yield line[start:]


def _statements(line: str, tabled: bool) -> Iterator[str]:
    """a = 1, b = 2: two statements, if each has a relation of its own; in a = 1,5 the comma is left to the reader."""
    for part in parts(line, SIGN, further=not tabled):
        for found in (_relisted(cut(part, APART)), cut(part, SPACED)):
            if len(found) > 1 and (all(map(SIGN.search, found)) or all(map(LABEL.match, found))):
                yield from found
                break
        else:
            yield part


def _relisted(found: list[str]) -> list[str]:
    """i = 1, 2, 3 as one piece again, and for i, j = 1, 2."""
    whole = list[str]()
    for piece in found:
        if whole and (OPEN.search(whole[-1]) or (COUNTED.fullmatch(whole[-1]) and MORE.fullmatch(piece))):
            whole[-1] += f",{piece}"
        else:
            whole.append(piece)
    return whole


def cut(text: str, pattern: re.Pattern[str]) -> list[str]:
    """What stands between matches outside brackets."""
    found = [match.span() for match in pattern.finditer(text) if not inside(text[: match.start()])]
    places = [0, *(at for span in found for at in span), len(text)]
    return [text[a:b] for a, b in zip(places[::2], places[1::2], strict=True)]


def statement(text: str, vocabulary: Vocabulary, below: str = "", vector: Vector | None = None) -> Statement:
    """A statement read by the names of the exercise.  Raises ReadError with the place in ``text``.

    ``below``: how a/b c is read, see ``read``.  ``vector``: what a left side like ∇_w L stands for.
    """
    text = without_stages(text.strip(), lambda part: name_of(part, vocabulary) is not None)
    stretches = spans(text)
    if len(stretches) > MAX_LINKS:
        raise ReadError(text, stretches[MAX_LINKS][0], f"more than {MAX_LINKS} formulas in one chain")

    def items(which: list[tuple[int, int]]) -> tuple[Written, ...]:
        return tuple(_item(text, span, vocabulary, below) for span in which)

    left = text[: stretches[0][1]]
    mark = marked(left, vocabulary) if len(stretches) > 1 else None
    if mark is not None:
        name, change, new, minus = mark
        found = items(stretches[1:])
        return Statement(text, name, tuple(map(neg, found)) if minus else found, change, new)
    if len(stretches) > 1 and vector is not None and (about := vector(left)) is not None:
        return Statement(text, about, items(stretches[1:]))
    try:
        return _whole(text, joined(read(text, vocabulary, new_symbols=False, below=below)))
    except ReadError as error:
        if error.readings:
            raise
    arrow = len(stretches) > 1 and ARROWED.search(text[stretches[0][1] : stretches[1][0]]) is not None
    return _about(text, items(stretches), arrow)


def _item(text: str, span: tuple[int, int], vocabulary: Vocabulary, below: str) -> Written:
    """The formula of a stretch.  Raises ReadError with the place in the whole text."""
    start, end = span
    try:
        return formula(text[start:end], vocabulary, below=below)
    except ReadError as error:
        raise type(error)(text, error.offset + start, error.message, error.hint, error.readings) from None


def spans(text: str) -> list[tuple[int, int]]:
    """The stretches between relation signs outside brackets."""
    cuts, depth, at = [(0, 0)], 0, 0
    while (found := NEXT.search(text, at)) is not None:
        at = found.end()
        if found["opening"]:
            depth += 1
        elif found["closing"]:
            depth -= 1
        elif depth == 0:
            cuts.append(found.span())
        else:
            at = found.start() + 1
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
    glued = re.search(r"\S\+\s+$", left) is not None  # w+ = 3.4, w^+ without its superscript
    if step and not glued and (name := name_of(step["left"], vocabulary)) is not None:
        return name, True, False, step["sign"] != "+"
    if isinstance(readable(left, vocabulary), Name | Deriv):
        return None
    for pattern, closing in ((NEW, ""), (NEW_INSIDE, "}"), (NEW_BEFORE, ""), (NEW_ACCENT, r"\1")):
        shorter = pattern.sub(closing, left)
        if shorter != left and (name := name_of(shorter, vocabulary)) is not None:
            return name, False, True, False
    return None


def name_of(text: str, vocabulary: Vocabulary) -> Name | None:
    """The declared quantity that a text is."""
    found = readable(text, vocabulary)
    return found if isinstance(found, Name) else None


def readable(text: str, vocabulary: Vocabulary) -> Written | None:
    """The formula that a text is, in the exercise's own names; None for any other text."""
    try:
        return read(text, vocabulary, new_symbols=False)
    except (ReadError, RecursionError):
        return None


def _whole(text: str, found: Written) -> Statement:
    """What a text as a whole says."""
    if not isinstance(found, Rel):
        return Statement(text, None, (found,))
    if not set(found.ops) <= {"=", "≈", "←"}:
        raise ReadError(text, 0, f"an answer is a formula, not a relation with {found.ops[0]}")
    return _about(text, found.items, "←" in found.ops)


def _about(text: str, items: tuple[Written, ...], arrow: bool) -> Statement:
    """A relation whose left side is a quantity is about it; else all its sides are the answer."""
    for item in items:
        if isinstance(item, Rel):
            raise ReadError(text, 0, f"an answer is a formula, not a relation with {item.ops[0]}")
    first, *rest = items
    if rest and (
        isinstance(first, Name | Deriv)
        or (isinstance(first, Call) and (first.primes or all(map(is_number, first.args))))  # σ'(z) = …, σ'(0) = 0.25
        or (isinstance(first, Vec) and all(isinstance(i, Name | Deriv) for i in first.items))
    ):
        return Statement(text, first, tuple(rest), next=arrow)
    return Statement(text, None, items)


def shared(said: Statement, asked: Container[Written]) -> tuple[Statement, ...]:
    """dL/dw = dL/db = 0 says two things: what is asked too, or has a number like the first, is not one more formula."""
    *inner, last = said.items
    if said.change or said.next:
        return (said,)
    every = said.items if said.about is None else (said.about, *said.items)
    symbols, formulas = ([i for i in every if isinstance(i, Name | Deriv) is kind] for kind in (True, False))
    if len(formulas) == 1 and is_number(formulas[0]) and len(symbols) + (said.about is None) > 1:  # 0 = dL/dw = dL/db
        return tuple(replace(said, about=symbol, items=(formulas[0],)) for symbol in dict.fromkeys(symbols))
    if said.about is None:
        return (said,)
    also = [item for item in inner if isinstance(item, Name | Deriv) and (item in asked or is_number(last))]
    own = replace(said, items=(*(item for item in inner if item not in also), last))
    others = dict.fromkeys(item for item in also if item != said.about)
    return (own, *(replace(said, about=item, items=(last,)) for item in others))


def components(about: Statement, quantities: tuple[Written, ...]) -> tuple[Statement, ...] | None:
    """The components of a vector that answers all the quantities of a task, each about its own; else None."""
    items = tuple(map(flat, about.items))
    if {length(item, {}) for item in items} != {len(quantities)} or len(quantities) < 2:
        return None
    columns = [[entry(item, i, {}) for item in items] for i in range(len(quantities))]
    found = [tuple(c for c in column if c is not None) for column in columns]
    if any(len(column) != len(items) for column in found):
        return None
    return tuple(replace(about, about=q, items=column) for q, column in zip(quantities, found, strict=True))
