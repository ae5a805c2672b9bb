"""Members of families by their indices:  W_{ij},  W_{i2},  h_{t-1},  and what an index runs over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from symprop.entries import Table
from symprop.written import Name, Written

PART = re.compile(r"([a-z])([+-][0-9]{1,4})?|[0-9]+")  # of a script: t, t-1, 2
Values = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Range:
    """What an index runs over: from ``first`` on, so many; and of what."""

    letter: str
    first: int
    size: int
    family: str
    part: bool = False  # whether an index may leave out the first, h_0
    shifted: bool = False  # or the last: h_{t+1}

    @property
    def numbers(self) -> range:
        return range(self.first, self.first + self.size)

    def begins_beside(self, other: Range) -> bool:
        """Whether one begins at 0 and the other at 1, and both end at the same: w_0, and no x_0."""
        return {self.first, other.first} == {0, 1} and self.numbers[-1] == other.numbers[-1]

    def limited(self, first: int, last: int | None) -> Range:
        """Of these numbers those from first to last (None: to the end); itself where not all of them are there."""
        end = self.numbers[-1] if last is None else last
        inside = first in self.numbers and end in self.numbers and first <= end
        return replace(self, first=first, size=end - first + 1) if inside else self

    def __str__(self) -> str:
        return f"{self.letter} runs from {self.first} to {self.first + self.size - 1} for {self.family}"


@dataclass(frozen=True, slots=True)
class Member:
    """W_{ij}, W_{i2}, h_{t-1}: a family, and what stands in the place of each of its indices: a letter or a number.

    ``layered``: its members stand in one layer; else in a row of layers, as those of h_t = f(h_{t-1}) do.
    """

    family: Name
    table: Table
    parts: tuple[str, ...]
    layered: bool = True

    def axes(self) -> list[tuple[str, int, int]]:
        """Each part with the first number that may stand there, and how many may."""
        sizes, begin = (len(self.table), len(self.table[0])), firsts(self.table)
        long = 0 if sizes[1] == 1 else 1
        places = (0, 1) if len(self.parts) == 2 else (long,)
        return [(part, begin[at], sizes[at]) for part, at in zip(self.parts, places, strict=True)]

    def ranges(self) -> Iterator[Range]:
        """What its indices count."""
        for part, first, size in self.axes():
            if not part.isdecimal():
                shift = _shift(part)
                yield Range(
                    part[0], first - shift, size, self.family.text, not self.layered or bool(shift), bool(shift)
                )

    def at(self, values: Values) -> Written | None:
        """The member itself; None where there is none."""
        places = []
        for part, first, size in self.axes():
            place = (int(part) if part.isdecimal() else values[part[0]] + _shift(part)) - first
            if not 0 <= place < size:
                return None
            places.append(place)
        if len(places) == 2:
            return self.table[places[0]][places[1]]
        return [cell for row in self.table for cell in row][places[0]]


def _shift(part: str) -> int:
    """The -1 of t-1."""
    return int(part[1:] or 0)


def firsts(table: Table) -> tuple[int, int]:
    """The numbers at which the rows and columns of a family begin: 1, or 0."""

    def first(cell: Written, place: int) -> int:
        numbers = re.findall(
            r"[0-9]+" if isinstance(cell, Name) and "," in cell.sub else r"[0-9]", getattr(cell, "sub", "")
        )
        return int(numbers[place]) if len(numbers) >= -place else 1

    if len(table[0]) == 1:
        return min(first(table[0][0], -1), 1), 1
    return first(table[0][0], -2), first(table[0][0], -1)
