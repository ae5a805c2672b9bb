"""Statements about general entries, read: as they stand, and as what they say of arrays.

∂L/∂W_{ij} = δ_i x_j for all i, j        ∂L/∂W = ((δ_1 x_1, …), …)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from symprop.entries import Table
from symprop.errors import ReadError, UnfitError, UnsupportedError
from symprop.judge.arrays import Arrays
from symprop.judge.indexed import SCRIPT, Indexed, free_letters, members_in
from symprop.judge.lenient import formula
from symprop.judge.members import Range
from symprop.judge.ranges import Stated, entries_in
from symprop.judge.statements import Statement, spans, statement
from symprop.shapes import ShapeError
from symprop.written import Name, Neg, Written

SUMMED = "a sum over it needs its sign: \\sum_k"
ONE_ENTRY = "the left side is one entry: write it with the same indices, W_{ij}"
UNTAKEN = re.compile(r"(?:'|′|\\prime\s*\}?)(?!\s*(?:\(|\\left|['′]))")  # σ' z_i


@dataclass(frozen=True, slots=True)
class General:
    """A statement about general entries: as it was read, and as one about arrays."""

    read: Statement
    said: Statement
    axes: tuple[Range, ...]
    entries: Indexed
    stated: tuple[Stated, ...] = ()  # what the indices are said to run over

    def misstated(self) -> str:
        """What the indices run over of which something else is said: i ∈ {1..2}; nothing where all is as said."""
        about = () if self.read.about is None else (self.read.about,)
        part = {axis.letter for axis in self.axes if axis.part}
        every = self.entries.counted((*about, *self.read.items))
        counted = (*self.axes, *(each for each in every if each.letter not in part))
        runs = {each: [c for c in counted if c.letter == each.letter] for each in self.stated}
        missed = {found[0] for each, found in runs.items() if found and not any(map(each.fits, found))}
        return ", ".join(sorted(f"{r.letter} ∈ {{{r.numbers[0]}..{r.numbers[-1]}}}" for r in missed))

    def table(self, item: Written) -> Written:
        """A formula at all values of the indices.  Raises ShapeError, UnsupportedError."""
        here = self.entries.settled(item)
        return self.entries.table(item, tuple(here.get(axis.letter, axis) for axis in self.axes))

    def swapped(self) -> Iterator[tuple[Written, Written]]:
        """Parts of the last formula, each with its two indices swapped: V_ik and V_ki, δ_j x_i and δ_i x_j."""
        last = self.read.items[-1]
        terms = [term.arg if isinstance(term, Neg) else term for term in getattr(last, "terms", (last,))]
        free = tuple(axis.letter for axis in self.axes)
        parts = [(node, self.entries.letters(node)) for node in last.walk() if isinstance(node, Name)]
        for part, letters in dict.fromkeys([*parts, *((term, free) for term in terms)]):
            if len(set(letters)) == 2:
                other = self.entries.exchanged(part, str.maketrans("".join(letters), "".join(reversed(letters))))
                if other != part:
                    yield part, other

    def renamed(self) -> Iterator[tuple[Written, Written]]:
        """Entries of the last formula, each with one index as on the left side: h_i and h_j, h_1 and h_2."""
        left = self.read.about.walk() if self.read.about is not None else ()
        wanted = [part for node in left if isinstance(node, Name) for part in self.entries.letters(node)]
        for node in dict.fromkeys(self.read.items[-1].walk()):
            if isinstance(node, Name):
                yield from ((node, other) for other in self.entries.renamed(node, dict.fromkeys(wanted)))


class GeneralError(ReadError):
    """A statement with vectors, matrices or general entries was read, and says nothing."""


class MisfitError(UnfitError):
    """The indices of general entries count different things; ``general``: what was read all the same."""

    def __init__(self, error: UnfitError, general: General):
        super().__init__(error.text, error.offset, error.message)
        self.general = general


def general(text: str, arrays: Arrays, below: str = "") -> General | None:
    """A statement about general entries; None where there are none in the text.  Raises ReadError, UnfitError."""
    text, stated, found = entries_in(text, arrays)
    if found is None:
        return None
    read = statement(text, found.arrays.vocabulary, below)
    axes: tuple[Range, ...] = ()
    try:
        axes = _settled(found, read)
        items = tuple(found.table(item, _axes(found, item, axes, text)) for item in read.items)
        about = None if read.about is None else found.whole(read.about, axes)
    except ShapeError as error:
        misfit = UnfitError(text, 0, error.told(lambda part: "a part"))
        raise MisfitError(misfit, General(read, read, axes, found)) from None
    except UnsupportedError as error:
        raise GeneralError(text, spans(text)[-1][0], str(error)) from None
    said = replace(read, about=about, items=items)
    return General(read, said, axes, found, stated)


def defined(name: Name, text: str, arrays: Arrays, stated: Sequence[Stated] = ()) -> tuple[Name, Table] | None:
    """A family of the student's own with its entries: δ for δ_i = (y_i - t_i) σ'(z_i); None for anything else.

    Raises GeneralError where its indices are not those of its formula.
    """
    letters = tuple(name.sub.split(",") if "," in name.sub else name.sub)
    if (
        not 1 <= len(letters) <= 2
        or len(set(letters)) < len(letters)
        or not free_letters(arrays.vocabulary).issuperset(letters)
    ):
        return None
    found = members_in(text, arrays)
    try:
        if found is None:
            return None
        read = formula(text, found.arrays.vocabulary)
        known = found.settled(read)
        if missing := [letter for letter in letters if letter not in known]:
            raise GeneralError(text, 0, f"the index {missing[0]} of {name.text} is not on the right side")
        axes = _axes(found, read, [known[letter] for letter in letters], text)
        said = Statement(text, None, (read,))
        if runs := General(said, said, axes, found, tuple(stated)).misstated():
            raise GeneralError(text, 0, f"here the indices run over {runs}")
        if any(axis.first != 1 for axis in axes):
            return None
        return replace(name, sub=""), arrays.table(found.table(read, axes))
    except GeneralError:
        raise
    except (ReadError, ShapeError, UnsupportedError, RecursionError):
        return None


def _settled(found: Indexed, read: Statement) -> tuple[Range, ...]:
    """What the free indices of a statement run over: those of its left side, of a formula alone by the alphabet."""
    if read.about is None:
        return tuple(each for _, each in sorted(found.settled(read.items[-1]).items()))
    return found.shared(read.about, read.items)


def _axes(found: Indexed, item: Written, axes: Sequence[Range], text: str) -> tuple[Range, ...]:
    """What the indices of a formula run over, in the order of the left side; another size is told as another shape."""
    here = found.settled(item)
    if len(axes) > 2:
        raise UnsupportedError("more than two indices that are free")
    for letter, each in here.items():
        known = next((axis for axis in axes if axis.letter == letter), None)
        if known is None:
            raise unsummed(text, letter, [axis.letter for axis in axes], here)
        if known.size == each.size and known.first != each.first and not known.part:
            raise ShapeError(f"{known}, and {each}")
    return tuple(here.get(axis.letter, axis) if not axis.part else axis for axis in axes)


def unsummed(text: str, letter: str, left: Collection[str], right: Collection[str]) -> GeneralError:
    """The error on an index that is on the right alone; where one of the left is missing there, that may be meant."""
    missing = [each for each in left if each not in right]
    hint = SUMMED if left else ONE_ENTRY
    hint = f"the left side has the index {missing[0]}" if missing else hint
    return GeneralError(text, _place(text, letter), f"the index {letter} is not one of the left side", hint)


def _place(text: str, letter: str) -> int:
    """Where an index stands for the last time."""
    return max((m.start() for m in SCRIPT.finditer(text) if letter in (m[1] or m[2])), default=0)
