"""Exact values → the numbers that are printed.

An exact decimal of up to six significant digits is printed exactly; everything else is rounded to four significant
digits (or as the exercise says), ties away from zero; never -0; trailing zeros that are significant stay.
Values are Fractions or balls (flint.arb) of 50 digits; no floats.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor, log10
from typing import Any

from symprop.errors import DerivationError
from symprop.model.exercise import Rounding
from symprop.notation.digits import decimal, scientific
from symprop.written import Neg, Num, Pow, Prod, Quot, Sum, Written, add, is_decimal, num, transform

EXACT_DIGITS = 6
LONGEST_WHOLE = 10**12
LONGEST_FRACTION = 10**9  # above and below the line; longer ones nobody wants to read
LARGEST = 3300  # bits before the point: numbers of up to 990 digits, which the reader takes
LOG_2 = log10(2)
DIGITS = 45  # of a ball that are looked at


def fraction_of(value: Any) -> Fraction:
    """The value as a Fraction: itself, or the middle of a ball (its radius is far below the last printed digit).

    Raises TypeError for the entries of a vector.
    """
    if isinstance(value, Fraction | int):
        return Fraction(value)
    if isinstance(value, tuple):
        raise TypeError("a vector is no number")
    if value.contains(0):  # terms that cancel: no digit of it is known, however many are worked with
        return Fraction(0)
    man, exp = value.mid().man_exp()
    mantissa, exponent = int(man), int(exp)
    size = mantissa.bit_length() + exponent
    if size < -LARGEST:
        return Fraction(0)  # e^(-10^9): no digit of it is ever shown
    if size > LARGEST:
        raise DerivationError(
            "a value has more than a thousand digits: the numbers of the exercise are too large to print"
        )
    exact = Fraction(mantissa) * Fraction(2) ** exponent
    return half_up(exact, places_for(exact, DIGITS))  # a tie is one, although the ball's middle misses it by 10^-60


def is_exact(value: Any) -> bool:
    return isinstance(value, Fraction | int)


def shown(value: Any, rounding: Rounding, *, extra: int = 0) -> tuple[Written, bool]:
    """The printed number, and whether it is the value itself.  ``extra``: guard digits."""
    exact, number = is_exact(value), fraction_of(value)
    finite = exact and is_decimal(number)
    if (
        rounding.fractions
        and exact
        and not finite
        and max(abs(number.numerator), number.denominator) < LONGEST_FRACTION
    ):
        return num(number), True
    if finite and fits(number, rounding, extra):
        return Num(number), True
    places = rounding.count + extra if rounding.kind == "decimals" else places_for(number, rounding.count + extra)
    rounded = half_up(number, places)
    itself = exact and rounded == number
    return Num(rounded, places if places < 0 and rounded and not itself else trailing(rounded, places)), itself


def is_zero(printed: Written) -> bool:
    """Whether a number is printed as 0, 0.00 …, be it 0 or just small."""
    return isinstance(printed, Num) and not printed.value


def without_minus_zero(formula: Written) -> Written:
    """0 for -0, 0·x for -0·x where numbers were put in; what is subtracted stays: 1 - 0."""

    def change(f: Written) -> Written:
        match f:
            case Neg(arg) if begins_with_zero(arg):
                return arg
            case Sum((Neg(arg), *rest)) if begins_with_zero(arg):
                return add(arg, *rest)
        return f

    signed = any(isinstance(node, Neg) and begins_with_zero(node.arg) for node in formula.walk())
    return transform(formula, change) if signed else formula


def begins_with_zero(formula: Written) -> bool:
    """Whether a term's first number is 0: 0·x, 0/x, 0^2"""
    while isinstance(formula, Prod | Quot | Pow):
        formula = formula.children[0]
    return is_zero(formula)


def fits(number: Fraction, rounding: Rounding, extra: int) -> bool:
    """Whether a finite decimal is printed as it is."""
    whole = number.denominator == 1 and abs(number) < LONGEST_WHOLE
    if whole and not rounding.explicit:
        return True
    if rounding.kind == "decimals":
        return decimals(number) <= rounding.count + extra
    return significant(number) <= (rounding.count if rounding.explicit else EXACT_DIGITS) + extra


def trailing(value: Fraction, places: int) -> int | None:
    """``places`` where the shown number ends in significant zeros, else None.  A rounded 0 keeps them: 0.00."""
    return places if places > 0 and decimals(value) < places else None


def significant(value: Fraction) -> int:
    """The significant digits of a finite decimal."""
    if not is_decimal(value):
        return 10**9
    while value.denominator != 1:
        value *= 10
    return max(1, len(str(abs(value.numerator)).rstrip("0")))


def decimals(value: Fraction) -> int:
    """Digits behind the point of a finite decimal."""
    count = 0
    while value.denominator != 1:
        value, count = value * 10, count + 1
    return count


def places_for(value: Fraction, digits: int) -> int:
    """How many decimals show so many significant digits (negative: zeros before the point)."""
    if value == 0:
        return 0
    places = digits - 1 - magnitude(value)
    return places - 1 if abs(half_up(value, places)) >= Fraction(10) ** (digits - places) else places  # 9.9996


def magnitude(value: Fraction) -> int:
    """n with 10^n <= |value| < 10^(n+1)."""
    above, below = abs(value.numerator), value.denominator

    def reaches(n: int) -> bool:
        return above * 10 ** max(-n, 0) >= below * 10 ** max(n, 0)

    n = floor((above.bit_length() - below.bit_length()) * LOG_2)  # right, or one off
    return n + 1 if reaches(n + 1) else n if reaches(n) else n - 1


def half_up(value: Fraction, places: int) -> Fraction:
    """Rounded to so many decimals, ties away from zero."""
    scale = Fraction(10) ** places
    scaled = abs(value) * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (-1 if value < 0 else 1) * Fraction(whole) / scale


def plain(value: Any, digits: int = 12) -> str:
    """The value with so many significant digits, no trailing zeros, no -0."""
    if isinstance(value, bool):
        return str(value)
    number = fraction_of(value)
    rounded = half_up(number, places_for(number, digits))
    found = scientific(rounded, None)
    return f"{found[0]}e{found[1]}" if found else decimal(rounded)
