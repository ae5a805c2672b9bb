"""The pairs that checkers are measured with (benchmarks/pairs.txt): their labels hold, by another route."""

from __future__ import annotations

import random

import pytest
import sympy

from benchmarks.judging import Case, pairs
from symprop.algebra import to_expr
from symprop.judge.compare import compare
from symprop.judge.context import Context
from symprop.reader import read

CONTEXT = Context().declaring("sigma(), g()")
POINTS = 6


def values(text: str, at: random.Random) -> complex | None:
    """The value at a random point, the open functions and derivative symbols put in by something odd."""
    expr = to_expr(read(text, CONTEXT.vocabulary), CONTEXT.vocabulary)
    z = sympy.Dummy()
    odd = {"sigma": sympy.atan(z) / 3 + z / 7, "g": sympy.exp(z / 5) + z**2 / 9}
    for name, body in odd.items():
        expr = expr.replace(
            lambda e, name=name: isinstance(e, sympy.core.function.AppliedUndef) and str(e.func) == name,
            lambda e, body=body: body.subs(z, e.args[0]),
        )
    expr = expr.doit()
    free = sorted((*expr.free_symbols, *expr.atoms(sympy.core.function.AppliedUndef)), key=str)
    point = {s: sympy.Rational(random.Random(f"{s}{at.random()}").randint(-30, 30) or 7, 11) for s in free}
    found = expr.subs(point)
    return complex(found.evalf(30)) if not found.has(sympy.zoo, sympy.nan, sympy.oo) else None


def test_there_are_pairs_of_both_kinds() -> None:
    labels = [case.right for case in pairs()]
    assert len(labels) >= 120
    assert min(labels.count(True), labels.count(False)) >= 50
    assert len({(c.answer, c.gold) for c in pairs()}) == len(labels)


@pytest.mark.parametrize("case", pairs(), ids=lambda c: f"{c.gold[0]} {'=' if c.right else '!'} {c.answer}")
def test_a_pair_is_labelled_rightly_and_judged_so(case: Case) -> None:
    assert compare(case.answer, case.gold[0], CONTEXT).kind == ("equal" if case.right else "different")
    agree = []
    for k in range(POINTS):
        a, b = (values(text, random.Random(k)) for text in (case.answer, case.gold[0]))
        if a is not None and b is not None:
            agree.append(abs(a - b) <= 1e-12 * (1 + abs(a)))
    assert agree
    assert all(agree) == case.right
