"""Formulas by cases that leave something out:  2 x if z > 0,  and nothing is said of z < 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symprop.equality import has_gaps
from symprop.errors import UnsupportedError
from symprop.judge.subject import Subject
from symprop.written import (
    ONE,
    Cases,
    Indicator,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Rel,
    Written,
    mul,
    neg,
    substitute,
    transform,
)


def joined(formula: Written) -> Written:
    """Cases in cases as one: 1 if z > 0, else (0 if z < 0, 1/2 if z = 0).  (z ≠ 0) behind 1/z as a condition.

    z = 0 after z ≠ 0 is all that is left.
    """

    def join(node: Written) -> Written:
        match node:
            case Cases((*values, Cases() as last), (*conditions, None)):
                return Cases((*values, *last.values), (*conditions, *last.conditions))
            case Cases(values, (*conditions, Rel(items, (first,)) as before, Rel(same, (second,)))) if (
                items == same and {first, second} == {"=", "≠"}
            ):
                return Cases(values, (*conditions, before, None))
        return node

    match formula:
        case Rel(items, ops):
            return Rel(tuple(map(joined, items)), ops)
        case Neg(Prod() as product) if isinstance(found := joined(product), Cases):
            return Cases(tuple(map(neg, found.values)), found.conditions)
        case Prod((*factors, Indicator(Rel((u, Num(value=0)), ("≠",)) as condition))) if _divided(factors, u):
            return Cases((mul(*factors),), (condition,))
    return transform(formula, join) if any(isinstance(node, Cases) for node in formula.walk()) else formula


def _divided(factors: Sequence[Written], u: Written) -> bool:
    """Whether something is divided by u, so that nothing is lost by u ≠ 0."""
    below = [node.den for factor in factors for node in factor.walk() if isinstance(node, Quot)]
    return any(den == u or (isinstance(den, Pow) and den.base == u) for den in below)


def leave_out(cases: Cases, subject: Subject, assume: tuple[Rel, ...]) -> bool:
    """Whether there are points at which no condition holds."""
    ones = Cases((ONE,) * len(cases.values), cases.conditions)
    try:
        return has_gaps(ones, vocabulary=subject.vocabulary, assume=assume, env=subject.definitions())
    except UnsupportedError:
        return False


def open_cases(formula: Written) -> Cases | None:
    """The only cases in a formula, if nothing is said for otherwise."""
    found = {node for node in formula.walk() if isinstance(node, Cases)}
    if len(found) != 1:
        return None
    (node,) = found
    return None if None in node.conditions else node


def sides(formula: Written, cases: Cases) -> Iterator[tuple[Written, Rel]]:
    """What the formula is under each condition."""
    for value, condition in zip(cases.values, cases.conditions, strict=True):
        if isinstance(condition, Rel):
            yield substitute(formula, {cases: value}), condition


def conditions(formula: Written) -> tuple[Written, ...]:
    """Under which conditions something is said."""
    found = open_cases(formula)
    return tuple(c for c in found.conditions if c is not None) if found is not None else ()
