"""The steps of difference quotients: 0.001, 0.0001, …, or that part of a number that is very small or large."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symprop.notation.numbers import fraction_of
from symprop.worlds import World
from symprop.written import Deriv, num

EXPONENTS = (3, 4, 5, 6)
USUAL = (Fraction(1, 100), Fraction(1000))  # the numbers for which a step is 10^-k


def steps_at(middle: Fraction) -> list[Fraction]:
    """0.001, 0.0001, …; where the number itself is very small or large, that part of its power of ten."""
    low, high = USUAL
    size = Fraction(1) if not middle or low <= abs(middle) <= high else Fraction(10) ** _exponent(middle)
    return [size / 10**k for k in EXPONENTS]


def moved(world: World, symbol: Deriv, by: Fraction) -> Any:
    """L(w + h) of ∂L/∂w: the target where the number has changed by h, also a negative one.  Raises Undefined."""
    (name, *_), target = symbol.by, symbol.of
    return world.at(((name, num(fraction_of(world.values[name]) + by)),)).value(target)


def _exponent(number: Fraction) -> int:
    """e of 10^e ≤ |number| < 10^(e + 1)"""
    size = abs(number)
    e = len(str(size.numerator)) - len(str(size.denominator))
    return e if size >= Fraction(10) ** e else e - 1
