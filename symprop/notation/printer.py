"""What LaTeX and plain maths have in common: where brackets and dots must stand so that a formula reads as it is.

Levels, from loose to tight: a term of a sum (0), after a sign (1), a factor (2), the side of a fraction with a slash
(3), the base of a power (4), an atom (5).  A formula printed at a level tighter than its own gets brackets.
"""

from __future__ import annotations

from fractions import Fraction

from symprop.errors import UnsupportedError
from symprop.notation.styles import Notation
from symprop.written import (
    Big,
    Call,
    Cases,
    Const,
    Deriv,
    Indicator,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Rel,
    Sum,
    Vec,
    Written,
)

TERM, SIGNED, FACTOR, SIDE, BASE, ATOM = range(6)


def decimal(value: Fraction, places: int | None = None) -> str:
    """The digits of a finite decimal, with ``places`` behind the point at least: 0.0380, -1.92, 2.5e-8 as 0.000000025."""
    sign, size, shown = "-" if value < 0 else "", abs(value), 0
    while size.denominator != 1:
        size, shown = size * 10, shown + 1
    digits = str(size.numerator)
    if places is not None and places > shown:
        digits, shown = digits + "0" * (places - shown), places
    if not shown:
        return sign + digits
    digits = digits.rjust(shown + 1, "0")
    return f"{sign}{digits[:-shown]}.{digits[-shown:]}"


def scientific(value: Fraction, places: int | None) -> tuple[str, int] | None:
    """(mantissa, exponent) where a number is better written so: below 10^-5, or from 10^9 on with many zeros."""
    plain = decimal(abs(value), places)
    if value == 0:
        return None
    if abs(value) < Fraction(1, 10**5):
        digits = plain.replace(".", "").lstrip("0")
        exponent = -(len(plain) - 1 - len(plain.split(".")[0]) - len(digits) + 1)
        exponent = -len(plain.split(".")[1]) + len(digits) - 1
    elif abs(value) >= 10**9 and value.denominator == 1 and places is None and plain.rstrip("0") != plain:
        digits = plain.rstrip("0")
        exponent = len(plain) - 1
        if len(plain) - len(digits) < 6:
            return None
    else:
        return None
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return ("-" if value < 0 else "") + mantissa, exponent


class Printer:
    """Shared walk; the dialects fill in the signs."""

    def __init__(self, notation: Notation):
        self.notation = notation

    # ---- to be said by a dialect

    def bracket(self, inner: str, formula: Written) -> str:
        return f"({inner})"

    def name(self, name: Name) -> str:
        raise NotImplementedError

    def number(self, formula: Num) -> str:
        raise NotImplementedError

    def joined(self, factors: tuple[Written, ...]) -> str:
        raise NotImplementedError

    def quotient(self, formula: Quot, level: int) -> str:
        raise NotImplementedError

    def power(self, formula: Pow) -> str:
        raise NotImplementedError

    def call(self, formula: Call, last: bool) -> str:
        raise NotImplementedError

    def derivative(self, formula: Deriv) -> str:
        raise NotImplementedError

    def other(self, formula: Written) -> str:
        raise UnsupportedError(f"{type(formula).__name__.lower()} formulas cannot be printed yet")

    # ---- the walk

    def show(self, formula: Written, level: int = TERM, *, last: bool = True) -> str:
        """The formula where something of at least ``level`` is wanted; ``last``: no factor follows it directly."""
        if formula in self.notation.display:
            shown = self.notation.display[formula]
            return self.show(shown, level, last=last)
        own, text = self.bare(formula, level, last)
        return self.bracket(self.bare(formula, TERM, True)[1], formula) if own < level else text

    def bare(self, formula: Written, level: int, last: bool) -> tuple[int, str]:
        """The formula's own level and its text."""
        match formula:
            case Num(value, _):
                return (TERM if value < 0 else ATOM), self.number(formula)
            case Const():
                return ATOM, self.constant(formula)
            case Name():
                return (FACTOR if level == BASE and formula.sup else ATOM), self.name(formula)
            case Neg(arg):
                return TERM, "-" + self.after_sign(arg)
            case Sum(terms):
                return TERM, self.sum(terms)
            case Prod(factors):
                return FACTOR if level <= FACTOR else SIGNED, self.joined(factors)
            case Quot():
                return self.quotient_level(formula, level), self.quotient(formula, level)
            case Pow():
                return SIDE, self.power(formula)
            case Call():
                return ATOM, self.call(formula, last)
            case Deriv():
                return self.derivative_level(level), self.derivative(formula)
            case Rel(items, ops):
                parts = [self.show(items[0])]
                for op, item in zip(ops, items[1:], strict=True):
                    parts.append(self.relation(op) + " " + self.show(item))
                return -1, " ".join(parts)
            case Vec() | Indicator() | Cases():
                return ATOM, self.other(formula)
            case Big():
                return TERM, self.big(formula)
        raise UnsupportedError(f"{type(formula).__name__.lower()} formulas cannot be printed yet")

    def constant(self, formula: Const) -> str:
        return formula.letter

    def after_sign(self, arg: Written) -> str:
        """-a b, -(a + b), -(-0.5): what stands behind a minus."""
        if isinstance(arg, Num) and arg.value >= 0 and not isinstance(arg, Neg):
            # Neg(Num) beyond the first place of a sum; a lone -0.5 is a Num
            return self.show(arg, SIGNED)
        return self.show(arg, SIGNED)

    def sum(self, terms: tuple[Written, ...]) -> str:
        out = self.show(terms[0], TERM) if not isinstance(terms[0], Sum) else self.bracket(self.show(terms[0]), terms[0])
        for term in terms[1:]:
            if isinstance(term, Neg):
                out += " - " + self.after_sign(term.arg)
            else:
                out += " + " + self.show(term, SIGNED)
        return out

    def quotient_level(self, formula: Quot, level: int) -> int:
        return FACTOR

    def derivative_level(self, level: int) -> int:
        return ATOM

    def relation(self, op: str) -> str:
        return op

    def big(self, formula: Big) -> str:
        raise UnsupportedError("sums over an index cannot be printed yet")
