"""A closed form found by substituting is found again along the graph; terms that cancel are named."""

from __future__ import annotations

import textwrap

import pytest

from symprop import api, notation
from symprop.model.solution import Line, Lines, Phrase, Prose, Solution
from symprop.sheets import in_detail

TWO_STEPS = """
    equations: |
      {equations}
    {more}
    tasks: [{tasks}]
"""
LOGARITHM = "x = z^2; L = t/x - ln(t/x) - 1"
DIRECT = "{derivative: dL/dz, tell: direct}"


def solved(equations: str, tasks: str = DIRECT, more: str = "") -> Solution:
    return api.solve(
        textwrap.dedent(TWO_STEPS.format(equations=equations.replace("; ", "\n      "), tasks=tasks, more=more))
    )


def lines(solution: Solution) -> list[Line]:
    return [line for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines) for line in b.lines]


def routes(solution: Solution) -> list[Phrase]:
    blocks = (b for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Prose))
    return [p for b in blocks for p in b.phrases if p.code == "second-route"]


@pytest.mark.parametrize(
    ("equations", "tasks", "more", "told"),
    [
        (LOGARITHM, DIRECT, "", 1),
        (LOGARITHM, "{derivative: dL/dz, tell: backward}", "", 0),  # that is the route already
        (LOGARITHM, DIRECT, "given: {z: 2, t: 3}", 0),
        (LOGARITHM + "; M = x^3", DIRECT + ", {derivative: dM/dz, tell: direct}", "", 1),  # once
        ("L = t/z", DIRECT, "", 0),  # nothing between
        ("u = z^2; x = u^2; L = t/x", DIRECT, "", 0),  # two between
        ("x = z^2; L = t/x + z", DIRECT, "", 0),  # two paths
        ("x = z + t; L = x^2", DIRECT, "", 0),  # a factor 1
        ("x = g(z); L = x^2", DIRECT, "functions: {g: }", 0),  # g' either way
    ],
)
def test_where_another_route_is_told(equations: str, tasks: str, more: str, told: int) -> None:
    assert len(routes(solved(equations, tasks, more))) == told


def test_both_routes_end_in_the_same_formula() -> None:
    rows = lines(solved(LOGARITHM))
    assert [notation.text(f) for _, f in rows[-1].chain][1:] == ["(x - t)/x^2*2*z", "2 (z^2 - t)/z^3"]
    assert rows[-1].chain[-1][1] == rows[-2].chain[-1][1] and not rows[-1].boxed


def test_a_brief_telling_has_one_route() -> None:
    solution = solved(LOGARITHM, DIRECT + ", {derivative: dL/dt, tell: direct}")
    brief = in_detail(solution, "brief")
    assert routes(solution) and not routes(brief)
    assert [str(line.left) for line in lines(brief) if line.boxed] == [
        str(w.answers[0].quantity) for w in solution.parts[0].worked
    ]


@pytest.mark.parametrize(
    ("loss", "terms"),
    [
        ("-y ln z - (1 - y) ln(1 - z)", ["z y"]),
        ("-y ln(sigmoid(z)) - (1 - y) ln(1 - sigmoid(z))", ["y sigmoid(z)"]),
        ("y/z + 1/(1 - z)", []),
        ("z (y - 1) + (1 - y) z^2", []),
    ],
)
def test_terms_that_cancel_are_named(loss: str, terms: list[str]) -> None:
    reasons = [r for line in lines(solved(f"L = {loss}")) for r in line.reasons if r.code == "terms-cancel"]
    assert [notation.text(t) for r in reasons for t in dict(r.data)["terms"]] == terms


@pytest.mark.parametrize(
    ("equations", "result"),
    [
        ("q = z^2; k = exp(-q); L = (a k - y)^2", "-4 a z k (a k - y)"),
        ("k = exp(-z); L = (a k - y)^2", "-2 a k (a k - y)"),
        ("q = z^2; L = (a q - y)^2", "4 a z (a z^2 - y)"),  # no call: z^2 is as short as q
    ],
)
def test_a_call_that_defines_a_quantity_is_told_by_its_name(equations: str, result: str) -> None:
    (line,) = (row for row in lines(solved(equations)) if row.boxed)
    assert notation.text(line.chain[-1][1]) == result


def test_a_single_term_is_simplified_in_one_step() -> None:
    rows = lines(solved("L = (x - z)^2/(2 s^2)"))
    reasons = [r.code for line in rows for r in line.reasons]
    assert "simplify" in reasons and "simplify-terms" not in reasons
