"""Formulas by cases that leave something out:  2 x if z > 0,  and nothing is said of z < 0."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.written import Cases, Rel, Written, substitute


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
