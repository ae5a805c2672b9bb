"""What a comparison says, and what it keeps count of on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from symprop.evaluate import Program, Site
from symprop.evaluate.agreement import Witness
from symprop.written import Written

Kind = Literal["equal", "different", "undecided"]
Ground = Literal[
    "exact",  # rational numbers, or equal as rational functions (modulo primes)
    "points",  # agreement at ``points`` points to ``digits`` digits
    "shapes",  # a column and a row, a matrix and its transpose: nothing to compare
    "indices",  # an index of one of them runs over two sizes
    "same-form",  # the same tree, where no point could tell
    "few-points",  # too few points where both are defined
    "kink",  # a value on a kink where the other has none, not between those on both sides
    "pole",  # a value on a pole of the other
    "one-sided",  # a kink that was seen from one side only
    "budget",  # too long
    "unsupported",  # something that has no value yet
]


@dataclass(frozen=True, slots=True)
class Equality:
    """The verdict on two formulas.

    ``partial``: at some points only one of them was defined.  ``sizes``: the sizes at which both were compared, where
    there are vectors, matrices or sums with letters as their sizes.
    """

    kind: Kind
    ground: Ground
    witness: Witness | None = None
    points: int = 0
    digits: int = 0
    partial: bool = False
    sizes: tuple[tuple[tuple[Written, int], ...], ...] = ()

    def __bool__(self) -> bool:
        return self.kind == "equal"

    def __str__(self) -> str:
        if self.kind == "different" and self.witness is not None:
            at = ", ".join(f"{quantity} = {value}" for quantity, value in self.witness.point)
            return f"different{' at ' + at if at else ''}: {self.witness.left} and {self.witness.right}"
        told = f"{self.ground}, {self.points} points"
        return f"{self.kind} ({told}, {self.digits} digits)" if self.digits else f"{self.kind} ({told})"


class OutOfBudget(Exception):
    """Enough has been calculated."""


@dataclass(slots=True)
class Purse:
    """Counted operations."""

    left: int

    def pay(self, program: Program, bits: int) -> None:
        self.left -= (program.cost + 10) * max(1, bits // 256)
        if self.left < 0:
            raise OutOfBudget


@dataclass(slots=True)
class Sides:
    """Which signs each kink has shown."""

    seen: dict[Site, set[int]] = field(default_factory=dict)

    def record(self, site: Site, sign: int, _value: Any) -> None:
        self.seen.setdefault(site, set()).add(sign)
