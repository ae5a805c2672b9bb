"""Scores that may all be shifted: said where it is so, with derivatives that add up to 0, and nowhere else."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from symprop import api
from symprop.derive.values import value_of
from symprop.model.solution import Solution
from symprop.names import Vocabulary
from symprop.reader import read

SCORES = """
    equations: |
      {equations}
    {more}
    tasks: [{tasks}]
"""
SOFTMAX = "S = e^z_1 + e^z_2 + e^z_3; s = e^z_1/S; L = -ln s"
NUMBERS = "given: {z_1: 0.5, z_2: 1, z_3: -1}"
ALL = 'gradient: "z_1, z_2, z_3"'


def solved(equations: str, more: str = NUMBERS, tasks: str = ALL) -> Solution:
    return api.solve(
        textwrap.dedent(SCORES.format(equations=equations.replace("; ", "\n      "), more=more, tasks=tasks))
    )


def told(solution: Solution) -> list[dict[str, Any]]:
    return [dict(c.data) for c in solution.parts[0].checks if c.code == "check-shift"]


@pytest.mark.parametrize(
    ("equations", "more", "tasks", "said"),
    [
        (SOFTMAX, NUMBERS, ALL, True),
        (SOFTMAX, NUMBERS, 'gradient: "z_1, z_2"', False),  # not all of them
        (SOFTMAX, "", ALL, False),  # no numbers
        ("L = (z_1 - z_2)^2 + (z_2 - z_3)^4", NUMBERS, ALL, True),
        ("L = z_1 + z_2^2 + z_3", NUMBERS, ALL, False),
        ("L = ln(1 - z_1^2) + z_2 + z_3", "given: {z_1: 0.5, z_2: 1, z_3: -1}", ALL, False),  # not always defined
        ("h = z_1 + z_2 + z_3", "given: {z_1: 0.5, z_2: 1, z_3: -1, dC/dh: 2}", ALL, False),
        (
            "L = 4 z_1 + 2 z_2 z_3 + 2 z_2^2",
            "given: {z_1: 1, z_2: -1, z_3: 1}",
            ALL,
            False,
        ),  # they add up to 0 here alone
        ("z_2 = z_1 + 1; L = (z_2 - z_1)^2 + z_1 - z_2", "given: {z_1: 0.5}", 'gradient: "z_1, z_2"', False),
    ],
)
def test_scores_that_may_be_shifted(equations: str, more: str, tasks: str, said: bool) -> None:
    found = told(solved(equations, more, tasks))
    assert bool(found) is said
    for data in found:
        assert [n.text for n in data["names"]] == ["z_1", "z_2", "z_3"]


def test_what_is_printed_adds_up() -> None:
    solution = solved(SOFTMAX)
    (data,) = told(solution)
    total, zero = data["total"].items
    assert value_of(total, {}, solution.parts[0].part) == 0 and zero.value == 0
    assert len(total.terms) == 3
    tex = api.to_tex(solution)
    assert "must add up to 0: $-" in tex and "also zusammen 0 ergeben" in api.to_tex(solution, language="de")


def test_numbers_are_those_of_the_page() -> None:
    """Found through the graph -2.8 is a ball; the page has the short decimal, and so has the check."""
    solution = solved("z_1 = w x; z_2 = v x; L = (z_1 - z_2)^2", "given: {x: 1, w: 0.3, v: 1.7}", 'gradient: "w, v"')
    assert [dict(c.data)["total"] for c in solution.parts[0].checks if c.code == "check-shift"] == [
        read("-2.8 + 2.8 = 0", Vocabulary())
    ]
    assert solution.parts[0].worked[0].checks == solution.parts[0].checks
