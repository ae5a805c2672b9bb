"""The same exercise in Python: from text, from pairs, from SymPy."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest
import sympy

from symprop.errors import SpecError, SympropError
from symprop.evaluate import Floats, evaluate
from symprop.model.build import exercise
from symprop.model.exercise import Exercise
from symprop.spec import loads
from symprop.written import Deriv, Name, Num, Written

FILE = """
title: One weight
functions: {rho(z): z^2}
equations: |
  yhat = rho(w x)
  L = (yhat - y)^2/2
parameters: {w: 0.5}
given: {x: [2], y: 3}
learning rate: 0.1
tasks: [forward, gradient: all, {update: all, steps: 2}, forward again]
"""


def same(a: Exercise, b: Exercise) -> bool:
    """Equal but for places."""
    for p, q in zip(a.parts, b.parts, strict=True):
        if [(e.left, e.right) for e in p.equations] != [(e.left, e.right) for e in q.equations]:
            return False
        if (p.given, p.parameters, p.learning_rate, p.learning_rate_value) != (
            q.given,
            q.parameters,
            q.learning_rate,
            q.learning_rate_value,
        ):
            return False
        if [(t.kind, t.by, t.steps, t.everything, t.label) for t in p.tasks] != [
            (t.kind, t.by, t.steps, t.everything, t.label) for t in q.tasks
        ]:
            return False
    return a.title == b.title


def test_the_builder_says_what_the_file_says() -> None:
    built = exercise(
        equations="yhat = rho(w x_1)\nL = (yhat - y)^2/2",
        functions={"rho(z)": "z^2"},
        parameters={"w": "0.5"},
        given={"x": [2], "y": 3},
        learning_rate=0.1,
        tasks=["forward", {"gradient": "all"}, {"update": "all", "steps": 2}, "forward again"],
        title="One weight",
    )
    assert same(built, loads(FILE.replace("w x)", "w x_1)")))


NUMBERS = [
    (0.1, Fraction(1, 10)),
    (Decimal("0.1"), Fraction(1, 10)),
    (Fraction(1, 8), Fraction(1, 8)),
    ("0.1", Fraction(1, 10)),
    (3, Fraction(3)),
    (-2.5e-8, Fraction(-1, 40000000)),
    (numpy.float64(0.1), Fraction(1, 10)),
    (numpy.int64(7), Fraction(7)),
    (sympy.Rational("0.1"), Fraction(1, 10)),
    (sympy.Integer(4), Fraction(4)),
]


@pytest.mark.parametrize(("value", "expected"), NUMBERS, ids=repr)
def test_numbers_are_exact(value: Any, expected: Fraction) -> None:
    found = exercise(equations="y = w x", given={"x": value}).parts[0].given[Name("x")]
    assert evaluate(found, {}, Floats) == float(expected)
    assert isinstance(found, Num) and found.value == expected


def test_arrays_fill_families() -> None:
    found = exercise(
        equations="y = w_11 x_1 + w_12 x_2", given={"x": numpy.array([1.5, 2])}, parameters={"w": [[1, 2]]}
    )
    assert found.parts[0].given[Name("x", sub="1")] == Num(Fraction(3, 2))
    assert found.parts[0].parameters == (Name("w", sub="11"), Name("w", sub="12"))


w, x, y, b, yhat, L = sympy.symbols("w x y b yhat L")


def values(equations: Any) -> dict[str, float]:
    """Each equation's right side at fixed numbers, in order."""
    env: dict[Written, Any] = {Name("w"): 0.5, Name("x"): 2.0, Name("y"): 3.0, Name("b"): 0.25}
    found = {}
    for equation in exercise(equations=equations).parts[0].equations:
        value = evaluate(equation.right, env, Floats)
        env[equation.left] = value
        found[equation.left.text] = value
    return found


FORMS = [
    [sympy.Eq(yhat, sympy.tanh(w * x + b)), sympy.Eq(L, (yhat - y) ** 2 / 2)],
    [(yhat, sympy.tanh(w * x + b)), (L, (yhat - y) ** 2 / 2)],
    {yhat: sympy.tanh(w * x + b), L: (yhat - y) ** 2 / 2},
    [("yhat", sympy.tanh(w * x + b)), "L = (yhat - y)^2/2"],
]


@pytest.mark.parametrize("equations", FORMS, ids=["Eq", "pairs", "mapping", "mixed"])
def test_sympy_equations_are_walked(equations: Any) -> None:
    found = values(equations)
    expected = float(sympy.tanh(w * x + b).subs({w: 0.5, x: 2, b: 0.25}))
    assert found["yhat"] == pytest.approx(expected)
    assert found["L"] == pytest.approx((expected - 3) ** 2 / 2)


def test_keys_may_be_symbols() -> None:
    found = exercise(
        equations=[sympy.Eq(L, (w * x - y) ** 2)],
        parameters={w: sympy.Rational(1, 2)},
        given={x: 2, y: 3},
        learning_rate=sympy.Symbol("k"),
        tasks=["forward", {"update": "w"}],
    ).parts[0]
    assert found.given[Name("w")] == Num(Fraction(1, 2)) and found.learning_rate == Name("k")


def test_upstream_derivatives_and_names_can_be_given() -> None:
    found = exercise(equations="u = v s", given={"dQ/du": 2.5}, names={"dQ/du": "Q'"}).parts[0]
    derivative = Deriv(Name("Q"), (Name("u"),))
    assert found.upstream == {derivative: Num(Fraction(5, 2))}
    assert found.display[derivative] == Name("Q", primes=1)


def test_layers_can_be_given() -> None:
    layer = {"dense": {"inputs": "x_1 x_2", "outputs": "u", "weights": [[0.5, -1]], "activation": "tanh"}}
    found = exercise(equations=[layer, "L = u^2"]).parts[0]
    assert [equation.left.text for equation in found.equations] == ["z", "u", "L"]
    assert found.given[Name("w", sub="12")] == Num(Fraction(-1))


def test_parts_conventions_and_digits_are_settings_too() -> None:
    found = exercise(
        equations="q = a b",
        parts=[{"given": {"a": 1, "b": 2}}, {"given": {"a": 0, "b": 1}, "tasks": ["forward"]}],
        conventions={"round": {"fractions": True}},
        digits=6,
    )
    assert len(found.parts) == 2 and found.parts[1].conventions.rounding.fractions
    assert found.parts[0].conventions.rounding.count == 6


def test_mistakes_are_problems_here_too() -> None:
    with pytest.raises(SpecError) as caught:
        exercise(equations="y = w x", tasks=["gradiant"], givn={"x": 1})
    said = [str(problem) for problem in caught.value.problems]
    assert any("did you mean 'gradient'?" in line for line in said)
    assert any("did you mean 'given'?" in line for line in said)


@pytest.mark.parametrize(
    "arguments",
    [
        {"equations": [(x + 1, y)]},
        {"equations": "y = w x", "given": {"x": float("nan")}},
        {"equations": "y = w x", "given": {"x": object()}},
        {"equations": "y = w x", "given": {"x": float("inf")}},
        {"equations": 3},
        {"equations": [("y", object())]},
        {"equations": [("1y", x)]},
        {"equations": []},
        {},
        {"equations": "y = w x", "given": {("a", "b"): 3}},
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_what_is_no_exercise_is_refused_as_such(arguments: dict[str, Any]) -> None:
    with pytest.raises(SympropError):
        exercise(**arguments)
