"""What evaluation says when there is no value."""

from __future__ import annotations

from symprop.errors import SympropError
from symprop.written import Name, Written


def _shown(formula: Written, reason: str) -> str:
    """A quantity is named; a longer formula is left to who can print it (``.formula``)."""
    return f"{formula.text}: {reason}" if isinstance(formula, Name) else reason


class Undefined(SympropError):
    """The formula has no value there: 1/0, ln 0, a quantity without a value."""

    def __init__(self, formula: Written, reason: str):
        self.formula, self.reason = formula, reason
        super().__init__(reason)

    def __str__(self) -> str:
        return _shown(self.formula, self.reason)


class Missing(Undefined):
    """A quantity has no value."""


class NotExact(SympropError):
    """The value is not a rational number (or, in a prime field, the formula not rational)."""

    def __init__(self, formula: Written, reason: str):
        self.formula, self.reason = formula, reason
        super().__init__(reason)

    def __str__(self) -> str:
        return _shown(self.formula, self.reason)


class Straddle(Undefined):
    """A ball lies on both sides of a kink or of zero; more precision may tell."""


class NoValue(ArithmeticError):
    """Raised by an arithmetic, which knows the reason but not the formula: 'undefined', 'inexact' or 'straddle'."""

    def __init__(self, kind: str, reason: str):
        self.kind, self.reason = kind, reason
        super().__init__(reason)


FAILURES: dict[str, type[Undefined] | type[NotExact]] = {
    "undefined": Undefined,
    "inexact": NotExact,
    "straddle": Straddle,
}
