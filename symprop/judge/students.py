"""Students who round, each in places and in an order of his own, and who go on with what they found.

A spread (``spreads.py``) forgets that a quantity is rounded once: it says how far rounding may lead.  A number that one
of these students comes to is explained by rounding; that none of them does proves nothing.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from symprop.evaluate.arithmetics import Floats, undefined
from symprop.evaluate.failures import NoValue
from symprop.judge.spreads import Mode, Several, one_by_one
from symprop.written import Prod, Sum, Written, transform

CARE = (0.0, 1.0, 1.0, *(k / 10 for k in (1, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9)))  # of the students in a row
ROWS = 8
TERM_BY_TERM = 0.7  # of the sums in a row but the first


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """What each student of a row has for a quantity; the first one never rounds."""

    values: tuple[float, ...]

    def __add__(self, other: Any) -> Row:
        return Row(tuple(map(operator.add, self.values, row_of(other).values)))

    def __sub__(self, other: Any) -> Row:
        return Row(tuple(map(operator.sub, self.values, row_of(other).values)))

    def __mul__(self, other: Any) -> Row:
        return Row(tuple(map(operator.mul, self.values, row_of(other).values)))

    def __neg__(self) -> Row:
        return Row(tuple(map(operator.neg, self.values)))


def row_of(value: Any) -> Row:
    """A number that all of a row have; 0 at a kink is one, too."""
    return value if isinstance(value, Row) else Row((float(value),) * len(CARE))


class Students(Several):
    """Each of a row rounds a result with a probability of his own; the row has one order of factors."""

    name = "students"

    def __init__(self, mode: Mode | None, row: int = 0):
        super().__init__(mode)
        self.row, self.dice = row, Random(row)

    def turn_to(self, quantity: object, way: int = 0) -> None:
        """Make what comes next depend on the quantity and the way to it alone, not on what was looked at before."""
        self.at = f"{self.row} {quantity} {way}"
        self.dice.seed(self.at)

    def begin(self, stage: int) -> None:
        """The dice depend on the stage, since those before may be known."""
        self.dice.seed(f"{self.at} {stage}")

    def prepared(self, part: Written, stage: int, size: Callable[[Written], float]) -> Written:
        """With the factors in the order of this row, and some sums put together term by term."""
        dice = Random(f"{self.at} {stage} order")

        def ordered(node: Written) -> Written:
            match node:
                case Prod(factors) if self.row:
                    return Prod(tuple(dice.sample(factors, len(factors))))
                case Sum(terms) if self.row and dice.random() < TERM_BY_TERM:
                    return one_by_one(dice.sample(terms, len(terms)))
            return node

        return transform(part, ordered)

    def lift(self, value: Any) -> Row:
        return row_of(value)

    def shrink(self, value: Row) -> Row:
        if self.mode is None:
            return value
        rounded, dice = self.mode.rounded, self.dice.random
        pairs = zip(value.values, CARE, strict=True)
        return Row(tuple(self._either(rounded(v)) if dice() < care else v for v, care in pairs))

    def _either(self, numbers: tuple[float, ...]) -> float:
        return numbers[0] if len(numbers) == 1 else self.dice.choice(numbers)

    def in_order(self, factors: Sequence[Any]) -> Sequence[Any]:
        """The order in which this row multiplies; the first one from the left."""
        return self.dice.sample(factors, len(factors)) if self.row else factors

    def sign(self, value: Row) -> int:
        exact = value.values[0]
        return (exact > 0) - (exact < 0)

    def div(self, a: Row, b: Row) -> Row:
        if not b.values[0]:
            raise undefined("division by 0")
        return Row(tuple(x / y if y else math.nan for x, y in zip(a.values, b.values, strict=True)))

    def whole(self, value: Row) -> int | None:
        return Floats.whole(value.values[0]) if len(set(value.values)) == 1 else None

    def func(self, key: str, a: Row) -> Row:
        def one(x: float) -> float:
            try:
                return float(Floats.func(key, x))
            except NoValue:
                return math.nan

        return self.shrink(Row((float(Floats.func(key, a.values[0])), *map(one, a.values[1:]))))
