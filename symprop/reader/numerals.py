"""Decimals are exact."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from symprop.reader import limits
from symprop.written import Num


@lru_cache(maxsize=4096)
def number(text: str) -> Num | None:
    """The exact value of a decimal, with its trailing zeros as ``places``; None where the exponent is too large."""
    mantissa, _, exponent = text.replace("{,}", ".").replace(",", ".").lower().partition("e")
    power = int(exponent) if exponent else 0
    if abs(power) > limits.MAX_POWER_OF_TEN:
        return None
    whole, _, decimals = mantissa.partition(".")
    value = Fraction(int((whole or "0") + decimals)) * Fraction(10) ** (power - len(decimals))
    places = len(decimals) - power if decimals.endswith("0") else 0
    return Num(value, places if places > 0 else None)
