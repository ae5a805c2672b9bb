"""Formulas that are positive whatever their letters are: e^u, 1 + e^u, w² + 1.  Conditions of them need no saying."""

from __future__ import annotations

from symprop import functions
from symprop.names import Vocabulary
from symprop.written import Call, Const, E, Num, Pow, Prod, Quot, Rel, Sum, Written

POSITIVE = ("exp", "sigmoid", "softplus", "cosh")
NEVER_NEGATIVE = ("abs", "sqrt", "pos", "ReLU")


def always(condition: Written, vocabulary: Vocabulary) -> bool:
    """Whether u > 0 holds by the form of u, for real letters where u has a value."""
    match condition:
        case Rel((u, Num(value, _)), (">",)) if value == 0:
            return sign(u, vocabulary) == 1
    return False


def sign(formula: Written, vocabulary: Vocabulary) -> int | None:
    """1: positive, 0: never negative, None: not known."""
    match formula:
        case Num(value, _):
            return None if value < 0 else int(value > 0)
        case Const():
            return 1 if formula == E else None
        case Sum(terms):
            signs = [sign(t, vocabulary) for t in terms]
            return None if None in signs else max(s or 0 for s in signs)
        case Prod(factors):
            return _weakest(factors, vocabulary)
        case Quot(above, below):
            return _weakest((above, below), vocabulary) if sign(below, vocabulary) == 1 else None
        case Pow(base, exponent):
            if sign(base, vocabulary) == 1:
                return 1
            even = isinstance(exponent, Num) and exponent.value > 0 and exponent.value % 2 == 0
            return 0 if even else None
        case Call(_, (_,), 0):
            row = functions.lookup(formula, vocabulary)
            key = row.key if isinstance(row, functions.Function) else ""
            return 1 if key in POSITIVE else 0 if key in NEVER_NEGATIVE else None
    return None


def _weakest(factors: tuple[Written, ...], vocabulary: Vocabulary) -> int | None:
    signs = [sign(f, vocabulary) for f in factors]
    return None if None in signs else min(s or 0 for s in signs)
