"""The steps of difference quotients: 0.001, 0.0001, …, or that part of a number that is very small or large."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symprop.derive.numbers import ball
from symprop.model.exercise import Rounding
from symprop.model.solution import Phrase, phrase
from symprop.notation.numbers import fraction_of, shown
from symprop.worlds import World
from symprop.written import Deriv, Written, num

EXPONENTS = (3, 4, 5, 6)
USUAL = (Fraction(1, 100), Fraction(1000))  # the numbers for which a step is 10^-k


def steps_at(middle: Fraction) -> list[Fraction]:
    """0.001, 0.0001, …; where the number itself is very small or large, that part of its power of ten."""
    low, high = USUAL
    size = Fraction(1) if not middle or low <= abs(middle) <= high else Fraction(10) ** _exponent(middle)
    return [size / 10**k for k in EXPONENTS]


def moved(world: World, symbol: Deriv, *by: Fraction) -> Any:
    """L(w + h) of ∂L/∂w: the target where the numbers have changed by h, also a negative one.  Raises Undefined."""
    there = tuple((name, num(fraction_of(world.values[name]) + h)) for name, h in zip(symbol.by, by, strict=False))
    return world.at(there).value(symbol.of)


def told_value(value: Any, found: Any, rounding: Rounding) -> Written | Phrase:
    """A number on which two routes agree; where they agree only to the digits shown, as a rounded one."""
    known = fraction_of(ball(value))
    printed, exact = shown(known, rounding)
    same = exact and known == fraction_of(ball(found))
    return printed if same else phrase("rounded", number=shown(ball(value), rounding)[0])


def _exponent(number: Fraction) -> int:
    """e of 10^e ≤ |number| < 10^(e + 1)"""
    size = abs(number)
    e = len(str(size.numerator)) - len(str(size.denominator))
    return e if size >= Fraction(10) ** e else e - 1
