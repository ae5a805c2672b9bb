"""What a student says that indices run over, behind a formula.

    for all i, j        i = 1, 2, 3        for i = 1 … n and j ∈ {1, 2}        1 ≤ i ≤ 2
An end that is a letter (n) says nothing: it stands for as many as there are.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations

from symprop.judge.arrays import Arrays
from symprop.judge.indexed import LETTERS, SCRIPT, Indexed, free_letters, members_in
from symprop.judge.members import Range
from symprop.judge.phrasing import inside
from symprop.written import Name, Num, Rel

_AND = r"(?:\s*,\s*|\s+(?:and|und)\s+)"
_SEVERAL = rf"[{LETTERS}](?:{_AND}[{LETTERS}]){{0,3}}"
_DOTS = r"(?:\.\.+|…|\\[lcd]?dots(?![a-z]))"
_END = r"(?:[0-9]{1,6}|[A-Za-z](?![A-Za-z0-9_^(]))"
_NUMBERS = rf"[0-9]{{1,6}}\s*(?:(?:,|{_DOTS}|to\b|bis\b)\s*(?:{_END}\s*)?){{1,9}}"
_AT_MOST = r"\s*(?:≤|<=|⩽|\\leq?(?:slant)?(?![a-z]))\s*"
_EQUAL = rf"{_SEVERAL}\s*(?:=|∈|\\in(?![a-z]))\s*(?:\\?\{{)?\s*{_NUMBERS}(?:\\?\}})?"
_BETWEEN = rf"[0-9]{{1,6}}{_AT_MOST}{_SEVERAL}{_AT_MOST}{_END}"
_EACH = r"(?:\\forall(?![a-z])|∀|for\s+(?:all|every|each|any)(?![a-z])|für\s+(?:alle|jedes)(?![a-z]))"
_LEAD = r"(?:(?:for|für|with|mit|where|wobei)(?![A-Za-z]))"
BEHIND = re.compile(
    r"(?:[,;]|\\q?quad\b|\\[,;: ]|\s(?:and|und)(?=\s)|\s|\\text\s*\{|\(){0,9}"
    rf"(?:{_EACH}[\s}}]*(?P<each>{_EQUAL}|{_BETWEEN}|{_SEVERAL})"
    rf"|(?<=[\s,;({{])(?:{_LEAD}[\s}}]*)?(?P<some>{_EQUAL}|{_BETWEEN}))[\s)}}.]*$"
)
SIGNS = {  # in one spelling
    **dict.fromkeys(("=", "=="), "="), **dict.fromkeys(("≠", "!=", r"\ne", r"\neq"), "≠"),
    **dict.fromkeys(("<", r"\lt"), "<"), **dict.fromkeys(("≤", "<=", r"\le", r"\leq"), "≤"),
    **dict.fromkeys((">", r"\gt"), ">"), **dict.fromkeys(("≥", ">=", r"\ge", r"\geq"), "≥"),
}  # fmt: skip
_SIGN = "|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True)))
COMPARED = re.compile(  # (i ≠ j), for all j > 1
    r"(?:[,;]|\\q?quad(?![a-z])|\\[,;: ]|\\text\s*\{|\s|\(){1,9}"
    rf"(?:(?:{_EACH}|(?:for|if|where|when|with|für|falls|wenn|wo|mit)(?![A-Za-z]))[\s}}]*)?\(?"
    rf"(?P<one>[a-z])\s*(?P<sign>(?:{_SIGN})(?:slant)?(?![a-z]{{2}}))\s*(?P<other>[a-z]|[0-9]{{1,4}})[\s)}}.]*$"
)
_DOTTED = re.compile(rf"{_DOTS}|to\b|bis\b|[≤<⩽]|\\le")
_RELATION = re.compile(r"=|∈|\\in(?![a-z])|[≤<⩽]|\\le")


@dataclass(frozen=True, slots=True)
class Stated:
    """What an index is said to run over: from ``first`` to ``last``, None for an end that is not told."""

    letter: str
    first: int
    last: int | None

    def fits(self, counted: Range) -> bool:
        """Whether these are the numbers of a range."""
        numbers = counted.numbers
        return self.first == numbers[0] and self.last in (None, numbers[-1])

    def __str__(self) -> str:
        return f"{self.letter} ∈ {{{self.first}..{'n' if self.last is None else self.last}}}"


def parted(text: str, letters: Container[str]) -> tuple[str, tuple[Stated, ...]]:
    """A text without what is said behind it about indices, which are some of ``letters``; and what that is."""
    stated: list[Stated] = []
    while (found := BEHIND.search(text)) is not None:
        clause = found["each"] or found["some"]
        inside = _indices(clause)
        if not all(letter in letters for letter in inside):
            break
        if _RELATION.search(clause):
            stated += [Stated(letter, *_ends(clause)) for letter in inside]
        text = text[: found.start()]
    return text, tuple(stated)


def conditioned(text: str, letters: Container[str]) -> tuple[str, Rel | None]:
    """A text without what is said behind it of one index or two, i ≠ j or j > 1; and that."""
    found = COMPARED.search(text)
    if (
        found is None
        or inside(text[: found.start()])
        or not all(each.isdecimal() or each in letters for each in (found["one"], found["other"]))
    ):
        return text, None
    other = found["other"]
    items = Name(found["one"]), Num(Fraction(other)) if other.isdecimal() else Name(other)
    return text[: found.start()], Rel(items, (SIGNS[found["sign"].removesuffix("slant")],))


def entries_in(text: str, arrays: Arrays) -> tuple[str, tuple[Stated, ...], Indexed | None]:
    """A text without what is said behind it of its indices; what they run over, and the members of families in it."""
    letters = free_letters(arrays.vocabulary)
    text, stated = parted(text, letters)
    text, where = conditioned(text, letters)
    text, more = parted(text, letters) if where is not None else (text, ())
    entries, stated = members_in(text, arrays), (*more, *stated)
    limits = {each.letter: (each.first, each.last) for each in stated}
    return text, stated, None if entries is None else replace(entries, where=where, limits=limits)


def is_range(text: str, letters: Container[str]) -> bool:
    """Whether a statement only says what indices run over: i = 1, 2, 3."""
    return not parted(f" {text}", letters)[0].strip()


def gathered(pieces: Iterable[str], letters: Container[str]) -> list[str]:
    """The statements, each with what its indices run over behind it, in one spelling; what belongs to none is dropped.

    dL/dV_{ij} = …,    i = 1, 2    ⇒    dL/dV_{ij} = … for i ∈ {1..2}
    """
    found: list[tuple[str, list[Stated]]] = []
    before: list[Stated] = []  # for i = 1, 2: dL/dV_{ij} = …
    for piece in pieces:
        head, colon, rest = piece.partition(":")
        if colon and rest.strip() and rest[0] != "=" and is_range(head, letters):
            before, piece = [*before, *parted(f" {head}", letters)[1]], rest.strip()
        bare, where = conditioned(f" {piece}", letters)
        if where is not None and found and not bare.strip():
            found[-1] = f"{found[-1][0]} for {piece}", found[-1][1]
            continue
        text, stated = parted(f" {piece}", letters)
        if text.strip():
            found.append((text.strip() if text != f" {piece}" else piece, [*before, *stated]))
            before = []
        else:
            (found[-1][1] if found else before).extend(stated)
    lefts = [_left(text) for text, _ in found]
    told = [(_beside(text, lefts, letters), stated) for text, stated in found]
    return [" for ".join([text, *map(str, _of(text, stated))]) for text, stated in told]


def _left(text: str) -> str:
    """What is on the left, scripts in one spelling."""
    return _scripted(re.sub(r"\s", "", text.partition("=")[0]), {})


def _scripted(left: str, other: Mapping[str, str]) -> str:
    """The text with other indices."""
    return SCRIPT.sub(lambda m: f"_{{{other.get(m[1] or m[2], m[1] or m[2])}}}", left)


def _beside(text: str, lefts: Container[str], letters: Container[str]) -> str:
    """dp_i/dz_j beside dp_i/dz_i, of which something else is said, is for j ≠ i; h_j beside h_1 for j ≠ 1."""
    left = _left(text)
    scripts = dict.fromkeys(m[1] for m in SCRIPT.finditer(left) if m[1] in letters or m[1].isdecimal())
    for index, other in permutations(scripts, 2):
        if index in letters and _scripted(left, {index: other}) in lefts and not conditioned(text, letters)[1]:
            return f"{text} for {index} ≠ {other}"
    return text


def _of(text: str, stated: list[Stated]) -> list[Stated]:
    """What is said of indices that a statement has."""
    scripts = "".join(m[1] or m[2] for m in SCRIPT.finditer(text))
    return [each for each in dict.fromkeys(stated) if each.letter in scripts]


def _indices(clause: str) -> list[str]:
    """The indices that something is said of."""
    sides = _RELATION.split(clause)
    said = sides[0] if not sides[0].strip().isdecimal() else sides[1]
    return re.findall(rf"(?<![A-Za-z])[{LETTERS}](?![A-Za-z])", said)


def _ends(clause: str) -> tuple[int, int | None]:
    """The first and the last number; numbers that leave out some have no last that there is."""
    numbers = [int(number) for number in re.findall(r"[0-9]+", clause)]
    *_, last = re.findall(rf"{_DOTS}|[A-Za-z0-9]+", clause)
    if not last.isdecimal():
        return numbers[0], None
    apart = not _DOTTED.search(clause) and numbers != list(range(numbers[0], numbers[-1] + 1))
    return numbers[0], -1 if apart else numbers[-1]
