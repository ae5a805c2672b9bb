"""Statements two equations a row, wide tables over several lines, reasons that break at a relation."""

from __future__ import annotations

import re
from pathlib import Path

from symprop import api
from symprop.model.solution import Solution
from symprop.render.tables import SIZES, _most

LAYER = """
equations: |
  {equations}
  L = (h_1 - t)^2
tasks: [derivative: dL/dh_1]
"""


def solved(text: str) -> Solution:
    return api.solve(text)


def statement(*equations: str) -> str:
    tex = api.to_tex(solved(LAYER.format(equations="\n  ".join(equations))), sheet="problem")
    found = re.search(r"\\begin\{alignat\*\}.*?\\end\{alignat\*\}", tex, re.DOTALL)
    assert found
    return found[0]


def test_a_long_equation_does_not_hold_the_others_to_one_a_row() -> None:
    short = [line for k in range(1, 6) for line in (f"z_{k} = w_{k} x_{k} + b_{k}", f"h_{k} = tanh(z_{k})")]
    assert statement(*short).count(r"\\") == 5
    long = "z_9 = " + " + ".join(f"v_{k} h_{k} x_{k} x_{k + 1}" for k in range(1, 9))
    rows = statement(*short, long).split(r"\\")
    assert len(rows) == 7 and [k for k, row in enumerate(rows) if r"\rlap" in row] == [5, 6]
    assert statement(long, *short[:4]).count(r"\qquad") == 0, "nothing saved, so one a row"


def test_the_room_of_a_table_is_shared() -> None:
    assert _most([10, 20, 30], 100) == 30
    assert _most([10, 80, 90], 110) == 50
    assert _most([100, 100, 40], 160) == 60


def test_a_table_with_long_names_keeps_its_size() -> None:
    text = """
equations: |
  activation_total = weight_first * measurement_first + weight_second * measurement_second + offset_common
  prediction_final = sigmoid(activation_total)
  cost_overall = (prediction_final - observation_true)^2
parameters: {weight_first: 0.25, weight_second: -0.75, offset_common: 0.125}
given: {measurement_first: 2, measurement_second: 1, observation_true: 1}
tasks: [forward, local derivatives]
"""
    tex = api.to_tex(solved(text))
    table = re.search(r"\\squeezetable\{.*?\\end\{tabular\}", tex, re.DOTALL)
    assert table and table[0].count(r"\begin{aligned}[t]") >= 2
    assert not any(size and size in tex.split(r"\begin{centred}")[-1] for size, *_ in SIZES)


def test_a_reason_breaks_at_its_relation_alone() -> None:
    text = Path("exercises/net_and_out.yaml").read_text(encoding="utf-8")
    why = [m for m in re.findall(r"\\why\{(.*)\}", api.to_tex(solved(text))) if r"\sigma'" in m]
    assert why and not any(r"${}\cdot" in m for m in why)


def test_hints_name_rules_with_an_article() -> None:
    text = "equations: |\n  y = x^2 tanh(x)\ntasks: [derivative: dy/dx]"
    assert "the product rule" in api.to_tex(solved(text), sheet="hints")
    assert "die Produktregel" in api.to_tex(solved(text), sheet="hints", language="de")
