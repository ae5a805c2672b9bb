"""Wrong local derivatives in a derivation: what follows of them is carried on, by every route."""

from __future__ import annotations

import pytest

from symprop import api
from symprop.render.working import working_text
from tests.test_working import labels

RESIDUAL = """
equations: |
  a = v x
  h = x + tanh(a)
  y = u h + x
  L = (y - t)^2
parameters: [v, u]
tasks: [derivative: dL/dv, derivative: dL/dx]
"""
RECURRENT = """
equations: |
  h_2 = tanh(w h_1)
  h_3 = tanh(w h_2)
  L = (h_3 - y)^2
parameters: {w: 0.9}
given: {h_1: 0.3, y: 0.2}
tasks: [derivative: dL/dh_2, derivative: dL/dw]
"""


@pytest.mark.parametrize(
    ("exercise", "text", "told"),
    [
        (RESIDUAL, "dh/da = 1 - h^2\ndL/dv = dL/dy u (1 - h^2) x", ["wrong", "carried"]),
        (RESIDUAL, "dh/da = 1 - h^2\ndL/dv = dL/dy u (1 - a^2) x", ["wrong", "wrong"]),
        (RESIDUAL, "dh/da = 1 - h^2\ndL/dv = dL/dy u dh/da x", ["wrong", "right"]),
        (RESIDUAL, "dh/da = 1 - h^2\ndL/da = dL/dy u (1 - h^2)\ndL/dv = dL/da x", ["wrong", "carried", "right"]),
        (RESIDUAL, "dh/dx = v (1 - tanh(a)^2)\ndL/dx = dL/dy (1 + u v (1 - tanh(a)^2))", ["wrong", "carried"]),
        (RESIDUAL, "dh/dx = v (1 - tanh(a)^2)\ndL/dx = dL/dy (1 + u v)", ["wrong", "wrong"]),
        (RECURRENT, "dh_3/dh_2 = w\ndL/dh_2 = 2 (h_3 - y) w", ["wrong", "carried"]),
        (RECURRENT, "dh_3/dw = h_2\ndL/dw = 2 (h_3 - y) (h_2 + w (1 - h_2^2) h_1)", ["wrong", "wrong"]),
    ],
)
def test_what_follows_of_a_wrong_slope_is_carried(exercise: str, text: str, told: list[str]) -> None:
    assert labels(api.check_working(exercise, text)) == told


def test_a_number_of_a_wrong_formula_is_not_the_right_one_by_chance() -> None:
    found = api.check_working(RECURRENT, "dh_3/dh_2 = w = 0.9")
    assert [f.label for f in found.lines[0].findings] == ["wrong", "carried"]
    assert not any(f.repaired for f in found.lines[0].findings)


def test_of_two_wrong_derivatives_the_nearer_counts() -> None:
    text = "dy/dx = u dh/dx\ndh/dx = v (1 - tanh(a)^2)\ndL/dx = dL/dy u v (1 - tanh(a)^2)"
    assert labels(api.check_working(RESIDUAL, text)) == ["wrong", "wrong", "carried"]


def test_what_is_said_of_several_formulas_of_a_row_is_said_once() -> None:
    found = api.check_working(RECURRENT, "dL/dh_3 = 0.5\ndL/dh_2 = 2 (h_3 - y) w (1 - h_3^2) = 0.0560")
    assert working_text(found).count("Right, but it does not follow") == 1


def test_what_follows_of_the_formula_before_it_is_carried() -> None:
    equations = "equations: |\n  z = w x\n  h = phi(z)\n  r = w h"
    source = f"{equations}\nfunctions: {{phi: }}\nparameters: [w]\ntasks: [derivative: dr/dw]"
    found = api.check_working(source, "dh/dw = phi'(w x)\ndr/dw = h + w dh/dw = h + w phi'(w x)")
    assert labels(found) == ["wrong", "carried"]
