"""Two values at a point: do they agree, and how is it shown that they do not?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symprop.written import Written

DIGITS = 20
SPECK, HUGE = Fraction(1, 100), Fraction(100)  # what is moderate lies between
LONG = 12  # digits of an exponent that are told in full


@dataclass(frozen=True, slots=True)
class Witness:
    """A point and both values there, as decimal text.

    ``sizes``: what n, m, … and free indices are there.  ``entry``: of an array, the row and column that differ.
    """

    point: tuple[tuple[Written, Fraction], ...]
    left: str
    right: str
    sizes: tuple[tuple[Written, int], ...] = ()
    entry: tuple[int, ...] = ()


def agreement(left: Any, right: Any, bits: int) -> str:
    """'agree', 'different' or 'wide'."""
    if isinstance(left, tuple):
        parts = {agreement(x, y, bits) for x, y in zip(left, right, strict=True)}
        return next(p for p in ("different", "wide", "agree") if p in parts)
    if isinstance(left, bool) or isinstance(right, bool):
        return "agree" if left == right else "different"
    difference = left - right
    if difference > 0 or difference < 0:
        return "different"
    ten = type(left)(10)
    width, size, other = difference.abs_upper(), left.abs_upper(), right.abs_upper()
    accuracy = min(left.rel_accuracy_bits(), right.rel_accuracy_bits())
    if difference == 0 or (accuracy > 66 and width <= (size if size > other else other) * ten**-DIGITS):
        return "agree"
    return "agree" if bits >= 512 and width < ten ** (-5 * DIGITS) else "wide"


def spread(values: Iterable[Any]) -> int:
    """Binary orders of magnitude between the largest and the smallest of the values that are not 0."""
    sizes = [size for value in values if (size := _magnitude(value)) is not None]
    return max(sizes) - min(sizes) if sizes else 0


def _magnitude(value: Any) -> int | None:
    """log₂ |value|, roughly; None for 0, for a ball around 0 and for what is no number."""
    if isinstance(value, tuple | bool) or value == 0:
        return None
    if hasattr(value, "p"):
        return int(value.p.bit_length()) - int(value.q.bit_length())
    if not value.is_finite() or value.contains(0):
        return None
    mantissa, exponent = value.mid().man_exp()
    return int(mantissa).bit_length() + int(exponent)


def witness_at(point: tuple[tuple[Written, Fraction], ...], left: Any, right: Any) -> Witness:
    """Both values with as many digits as it takes to tell them apart."""
    shown = "", ""
    for digits in (6, 12, 24, 48, 96):
        shown = _show(left, digits), _show(right, digits)
        if shown[0] != shown[1]:
            break
    return Witness(point, *shown)


def visible(witness: Witness) -> bool:
    """Whether a difference is seen at once: at a point of moderate size, in values that are no specks."""
    try:
        left, right = float(witness.left), float(witness.right)
    except ValueError:
        return witness.left != witness.right
    gap, size = abs(left - right), max(abs(left), abs(right))
    moderate = all(SPECK < abs(value) < HUGE for _, value in witness.point if value)
    return moderate and SPECK < size < HUGE and gap > SPECK * size


def _show(value: Any, digits: int) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_show(v, digits) for v in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Fraction):
        import flint

        if value.denominator == 1 and abs(value) < 10**digits:
            return str(value)
        with flint.ctx.workdps(digits + 10):
            return _show(flint.arb(flint.fmpq(value.numerator, value.denominator)), digits)
    text: str = value.str(digits, radius=False)
    head, e, exponent = text.partition("e")
    if "." in head:
        head = head.rstrip("0").rstrip(".")
    if len(exponent) > LONG:  # exp(10^999)
        exponent = f"{exponent[: LONG // 2]}… ({len(exponent.lstrip('+-'))} digits)"
    return head + e + exponent


def middle(value: Any) -> Fraction | None:
    """The middle of a ball."""
    if hasattr(value, "p"):
        return Fraction(int(value.p), int(value.q))
    if not value.is_finite():
        return None
    mantissa, exponent = value.mid().man_exp()
    exponent = int(exponent)
    if abs(exponent) > 4000:
        return None
    found = Fraction(int(mantissa)) * Fraction(2) ** exponent
    return found.limit_denominator(10**12)
