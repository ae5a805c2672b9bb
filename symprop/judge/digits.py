"""How precisely an answer was given, and so which values it may be."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symprop.derive.numbers import close
from symprop.judge.numbers import FEWEST, coarsest, digits_of, is_number, literal, unit_of
from symprop.judge.sketch import rough
from symprop.notation.numbers import fraction_of, magnitude
from symprop.written import Written

FAR = 0.02  # of the larger: more than a unit of the third digit
NOISE = 1e-9  # of floating point, relatively
NEGLIGIBLE = 1e-12  # a difference of nothing, in balls


class Digits:
    """How precisely an answer was given."""

    def __init__(self, mine: Written, with_numbers: bool):
        self.number = literal(mine)
        self.count = digits_of(self.number) if self.number is not None else coarsest(mine)
        self.precise = not is_number(mine) and not (with_numbers and coarsest(mine))  # beside letters 0.5 is 1/2

    def width(self, answer: Any) -> float:
        """How far a value may be from an answer, at most, to be the same."""
        size = abs(rough(answer) or 0.0)
        unit = (rough(unit_of(self.number)) or 0.0) if self.number is not None else 0.0
        return max(NOISE * size, unit, 0.0 if self.precise else 10 * size / 10**self.count)

    def same(self, answer: Any, value: Any, right: Any) -> bool:
        """Whether the answer is this value, as far as it was given; more than rounded only far from the right one."""
        if _far(answer, value):
            return False
        if close(answer, value)[0]:
            return True
        if self.count < FEWEST or isinstance(value, tuple | bool) or isinstance(answer, tuple | bool):
            return False
        gap, size = abs(fraction_of(answer) - fraction_of(value)), abs(fraction_of(value))
        unit = unit_of(self.number) if self.number is not None else 0
        if self.printed(answer, value):
            return True
        slack = unit if self.number is not None else size * 5 / 10**self.count
        return 2 * gap <= abs(fraction_of(value) - fraction_of(right)) and gap <= slack

    def printed(self, answer: Any, value: Any) -> bool:
        """Whether a number is this value, rounded to the digits that it has."""
        if self.precise or not answer or isinstance(value, tuple | bool) or isinstance(answer, tuple | bool):
            return False
        number = fraction_of(answer)
        unit = unit_of(self.number) if self.number is not None else Fraction(10) ** (magnitude(number) + 1 - self.count)
        return 2 * abs(number - fraction_of(value)) <= unit


def _far(a: Any, b: Any) -> bool:
    """Whether two numbers differ by far more than any rounding; most do, and this is quick to see."""
    x, y = rough(a), rough(b)
    return x is not None and y is not None and abs(x - y) > max(FAR * max(abs(x), abs(y)), NEGLIGIBLE)
