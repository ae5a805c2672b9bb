"""Values as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, TypeVar

from symprop.errors import CertificationError, DerivationError, SpecError
from symprop.evaluate import Balls, Undefined
from symprop.written import is_decimal

T = TypeVar("T")
BITS, MORE_BITS = 256, (2048, 16384)
BALLS = Balls(BITS)
ARB = BALLS.arb
TINY = Fraction(1, 10**30)  # values that agree to 30 digits are the same
APART = Fraction(1, 10**25)  # small values whose balls are further apart than this part of them are two
with BALLS.context():
    TINY_BALL, ONE_BALL = ARB(BALLS.fmpq(TINY.numerator, TINY.denominator)), ARB(1)
    APART_BALL = ARB(BALLS.fmpq(APART.numerator, APART.denominator))


def decimal_text(value: Any, digits: int = 50) -> str:
    """An exact decimal in full where it fits in ``digits``, else ``digits`` significant ones."""
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
    return "0" if value.contains(0) else str(value.mid().str(digits, radius=False))


def precisely(work: Callable[[], T]) -> T:
    """What the work finds with balls of 256 bits; with more where it fails: 1 - tanh 100 needs 88 digits."""
    for bits in (BITS, *MORE_BITS):
        BALLS.bits = bits
        try:
            return work()
        except (Undefined, DerivationError, SpecError, CertificationError):
            if bits == MORE_BITS[-1]:
                raise
        finally:
            BALLS.bits = BITS
    raise AssertionError("there is a last precision")


def ball(value: Any) -> Any:
    """The value as a ball of the working precision (flint.arb)."""
    if isinstance(value, ARB):
        return value
    if isinstance(value, Fraction):
        value = BALLS.fmpq(value.numerator, value.denominator)
    with BALLS.context():
        return ARB(value)


def minus(a: Any, b: Any) -> Any:
    """a - b; exact where both are."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a - b
    with BALLS.context():
        return ball(a) - ball(b)


def dot(pairs: Iterable[tuple[Any, Any]]) -> Any:
    """Σ a b; exact where all of them are."""
    found = tuple(pairs)
    if all(isinstance(value, Fraction | int) for pair in found for value in pair):
        return sum((Fraction(a) * b for a, b in found), Fraction(0))
    with BALLS.context():
        return sum((ball(a) * ball(b) for a, b in found), ball(0))


def sign(a: Any) -> int:
    """-1, 0 or 1; 0 also for a ball around 0"""
    return 1 if a > 0 else -1 if a < 0 else 0


def size(a: Any) -> Any:
    """|a|"""
    with BALLS.context():
        return abs(a)


def close(a: Any, b: Any) -> tuple[bool, Any]:
    """Whether two values agree to 30 digits, and by how much they differ (a ball; of large values, relatively)."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        if not (isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)):
            return False, ball(0)
        pairs = [close(x, y) for x, y in zip(a, b, strict=True)]
        return all(p for p, _ in pairs), max((d for _, d in pairs), default=ball(0))
    if isinstance(a, bool) or isinstance(b, bool):
        return a == b, ball(0)
    if isinstance(a, Fraction | int) and isinstance(b, Fraction | int):
        return a == b, ball(abs(Fraction(a) - b))
    x, y = ball(a), ball(b)
    with BALLS.context():
        gap = abs(x - y)
        larger = max(x.abs_upper(), y.abs_upper())
        size = max(larger, ONE_BALL)
        apart = bool(gap.abs_lower() > APART_BALL * larger)  # small as they are: 2e-40 is not 1e-40
        return not apart and bool(gap.abs_upper() <= TINY_BALL * size), (gap / size).mid()


def deviation_text(deviation: Any) -> str:
    """A deviation to one digit; "0" where there is none."""
    if deviation == 0:
        return "0"
    mantissa, exponent = (
        f"{float(deviation.abs_upper()):.0e}".split("e") if deviation.abs_upper() > 1e-300 else ("0", "0")
    )
    return "0" if mantissa == "0" else f"{mantissa}e{int(exponent)}"
