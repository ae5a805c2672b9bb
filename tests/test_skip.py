"""Where a rectifier is off one way is left: said of closed forms over several ways, where it is so."""

from __future__ import annotations

import textwrap

import pytest

from symprop import api, notation
from symprop.derive.values import value_of
from symprop.model.solution import Phrase, Solution

NET = """
    functions: {{g: {g}}}
    equations: |
      z = w h
      a = g(z)
      y = {y}
      L = (y - t)^2
    {more}
    tasks: [{{derivative: dL/dh, tell: {tell}}}]
"""


def solved(y: str, g: str = "ReLU", more: str = "", tell: str = "backward") -> Solution:
    return api.solve(textwrap.dedent(NET.format(y=y, g=g, more=more, tell=tell)))


def told(solution: Solution) -> list[Phrase]:
    return [r for w in solution.parts[0].worked for r in w.remarks if r.code == "skip-carries"]


@pytest.mark.parametrize(
    ("y", "g", "more", "said"),
    [
        ("v a + u h", "ReLU", "", True),
        ("v a + u h^2", "ReLU", "", True),
        ("v a + u h", "tanh", "", False),  # never off
        ("v a + u h", "", "", False),  # nobody knows
        ("v a", "ReLU", "", False),  # one way
        ("v a + u h", "ReLU", "given: {h: 1, w: 1, v: 2, u: 3, t: 0}", False),  # with numbers it is on or off
        ("v a + g(z)", "ReLU", "", False),  # none is left
    ],
)
def test_the_way_that_is_left(y: str, g: str, more: str, said: bool) -> None:
    assert bool(told(solved(y, g, more))) is said


def test_what_is_left_is_the_derivative_where_the_unit_is_off() -> None:
    solution = solved("v a + u h")
    (remark,) = told(solution)
    data = dict(remark.data)
    assert (notation.text(data["off"]), data["child"].text, data["z"].text) == ("z < 0", "y", "h")
    numbers = {"w": -2, "h": 3, "v": 5, "u": 7, "t": 1}
    shown = api.solve(
        textwrap.dedent(NET.format(y="v a + u h", g="ReLU", more=f"given: {numbers}".replace("'", ""), tell="backward"))
    )
    (answer,) = shown.parts[0].worked[0].answers
    from symprop.reader import read

    part = solution.parts[0].part
    env = {
        read(name, part.vocabulary): value_of(read(str(n), part.vocabulary), {}, part) for name, n in numbers.items()
    }
    env[read("y", part.vocabulary)] = value_of(read("21", part.vocabulary), {}, part)
    assert str(value_of(data["rest"], env, part)) == answer.value == "280"
