"""Values as text."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symprop.evaluate import Balls
from symprop.written import is_decimal

BITS = 256
BALLS = Balls(BITS)


def decimal_text(value: Any, digits: int = 50) -> str:
    """An exact decimal in full where it fits in ``digits``, else ``digits`` significant ones; "p/q" is never written."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return str(value.numerator)
        if is_decimal(value) and abs(value.numerator) < 10**digits and value.denominator < 10**digits:
            places = 0
            rest = value
            while rest.denominator != 1:
                rest, places = rest * 10, places + 1
            text = str(abs(rest.numerator)).rjust(places + 1, "0")
            return ("-" if value < 0 else "") + text[:-places] + "." + text[-places:]
        from decimal import Context, Decimal

        context = Context(prec=digits)
        return format(context.divide(Decimal(value.numerator), Decimal(value.denominator)), "f")
    return str(value.mid().str(digits, radius=False))


def ball(value: Any) -> Any:
    """The value as a ball of 256 bits (flint.arb)."""
    from flint import arb, fmpq

    if isinstance(value, arb):
        return value
    if isinstance(value, Fraction):
        value = fmpq(value.numerator, value.denominator)
    with BALLS.context():
        return arb(value)


def minus(a: Any, b: Any) -> Any:
    """a - b; exact where both are."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a - b
    with BALLS.context():
        return ball(a) - ball(b)


def size(a: Any) -> Any:
    """|a|"""
    with BALLS.context():
        return abs(a)
