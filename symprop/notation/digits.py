"""The digits of a finite decimal."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

SMALLEST = Fraction(1, 10**5)
LARGEST, ZEROS = 10**6, 5  # from here on, where a whole number ends in so many zeros
UNKNOWN = 2  # zeros that only keep the place of digits that were rounded away


def decimal(value: Fraction, places: int | None = None) -> str:
    """With ``places`` behind the point at least: 0.0380, -1.92, 0.000000025."""
    return _decimal(value.numerator, value.denominator, places)


@lru_cache(maxsize=8192)
def _decimal(numerator: int, denominator: int, places: int | None) -> str:
    twos, rest = 0, denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    fives = 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise ValueError(f"{numerator}/{denominator} is no finite decimal")
    shown = max(twos, fives)
    sign = "-" if numerator < 0 else ""
    digits = str(abs(numerator) * 10**shown // denominator)
    if places is not None and places > shown:
        digits, shown = digits + "0" * (places - shown), places
    if not shown:
        return sign + digits
    digits = digits.rjust(shown + 1, "0")
    return f"{sign}{digits[:-shown]}.{digits[-shown:]}"


@lru_cache(maxsize=8192)
def _scientific(numerator: int, denominator: int, places: int | None) -> tuple[str, int] | None:
    value = Fraction(numerator, denominator)
    size = abs(value)
    if 0 < size < SMALLEST:
        plain = decimal(size, places)
        digits = plain.replace(".", "").lstrip("0")
        exponent = len(digits) - 1 - len(plain.partition(".")[2])
    elif denominator == 1 and places is not None and -places >= UNKNOWN:
        plain = str(size)
        digits, exponent = plain[:places], len(plain) - 1
    elif size >= LARGEST and denominator == 1 and places is None:
        plain = str(size)
        digits, exponent = plain.rstrip("0"), len(plain) - 1
        if len(plain) - len(digits) < ZEROS:
            return None
    else:
        return None
    return ("-" if numerator < 0 else "") + digits[0] + ("." + digits[1:] if len(digits) > 1 else ""), exponent


def scientific(value: Fraction, places: int | None) -> tuple[str, int] | None:
    """(mantissa, exponent) where a number is better written so: below 10^-5, from 10^6 on with many zeros, and where
    ``places`` says that the last zeros are no digits that are known: 2.377·10^5 with -2."""
    return _scientific(value.numerator, value.denominator, places)
