"""u/|u| is 1 or -1 exactly, however u is rounded:  v u/|u| → v sign(u),  (t - z)/|z - t| → -sign(z - t)."""

from __future__ import annotations

from symprop import functions
from symprop.names import Vocabulary
from symprop.written import Call, Name, Neg, Prod, Quot, Sum, Written, add, mul, transform

SIGN = Name("sign")


def with_signs(formula: Written, vocabulary: Vocabulary) -> Written:
    """The formula with a sign for each u/|u|; itself where there is none.  Of the same value where u is not 0."""

    def change(f: Written) -> Written:
        if isinstance(f, Quot):
            above, below = factors(f.num), factors(f.den)
            for bars in below:
                inner = inside(bars, vocabulary)
                found = next((a for a in above if inner is not None and a in (inner, opposite(inner))), None)
                if inner is not None and found is not None:
                    sign: Written = Call(SIGN, (inner,))
                    top = mul(*_without(above, found), sign if found == inner else Neg(sign))
                    rest = _without(below, bars)
                    return change(Quot(top, mul(*rest))) if rest else top
        return f

    return transform(formula, change)


def inside(formula: Written, vocabulary: Vocabulary) -> Written | None:
    """u of |u|"""
    if isinstance(formula, Call) and not formula.primes and len(formula.args) == 1:
        row = functions.lookup(formula, vocabulary)
        if isinstance(row, functions.Function) and row.key == "abs":
            return formula.args[0]
    return None


def opposite(formula: Written) -> Written:
    """b - a for a - b, term by term"""
    if isinstance(formula, Sum):
        return add(*(t.arg if isinstance(t, Neg) else Neg(t) for t in formula.terms))
    return formula.arg if isinstance(formula, Neg) else Neg(formula)


def factors(formula: Written) -> tuple[Written, ...]:
    """Of a product, else the formula itself."""
    return formula.factors if isinstance(formula, Prod) else (formula,)


def _without(parts: tuple[Written, ...], one: Written) -> tuple[Written, ...]:
    k = parts.index(one)
    return (*parts[:k], *parts[k + 1 :])
