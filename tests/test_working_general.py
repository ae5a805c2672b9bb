"""General entries in a derivation: what is wrong in them is told as in a single answer."""

from __future__ import annotations

from functools import cache

import pytest

from symprop import api
from symprop.judge.working import Working, check_working
from symprop.model.solution import Solution
from symprop.render.working import working_text

SOURCE = """
functions: {sigma: }
equations:
  - dense: {inputs: x_1 x_2 x_3, outputs: h_1 h_2, weights: W, bias: b, activation: sigma}
  - dense: {inputs: h_1 h_2, outputs: y_1 y_2, weights: V, bias: c}
  - L = 1/2 (y_1 - t_1)^2 + 1/2 (y_2 - t_2)^2
parameters: [W_11, W_12, W_13, W_21, W_22, W_23, b_1, b_2, V_11, V_12, V_21, V_22, c_1, c_2]
names: {dL/dz_1: delta_1, dL/dz_2: delta_2}
tasks:
  - update: all
"""


@cache
def solved() -> Solution:
    return api.solve(SOURCE)


def judged(text: str) -> Working:
    return check_working(solved(), text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (r"V_{ij} <- V_{ij} - \eta (y_j - t_j) h_i", "swapped-indices"),
        (r"dL/dW_{ij} = \sum_k (y_k - t_k) V_{ik} \sigma'(z_i) x_j", "swapped-indices"),
        (r"W_{ij} <- W_{ij} - \eta \delta_j x_i", "swapped-indices"),
        (r"W_{ij} <- W_{ij} + \eta \delta_j x_i", "unfit"),
        (r"dL/dW_{ij} = \delta_j x_i", "transposed"),
    ],
)
def test_swapped_indices_are_told(text: str, code: str) -> None:
    (line,) = judged(text).lines
    assert (line.label, [f.code for f in line.findings]) == ("wrong", [code])


def test_wrong_general_entries_are_named_by_their_indices() -> None:
    told = working_text(judged(r"dL/dW_{ij} = \delta_i x_j + W_{ij} - W_{1j}"))
    assert "i = 2, j = 1; i = 2, j = 2; i = 2, j = 3" in told


def test_an_index_on_the_right_alone_asks_for_its_sum() -> None:
    (line,) = judged(r"dL/dW_{ij} = (y_k - t_k) V_{ki} \sigma'(z_i) x_j").lines
    (finding,) = line.findings
    assert line.label == "unread"
    assert dict(finding.said.data)["why"] == "the index k is not one of the left side"


def test_what_an_index_is_said_to_run_over_is_compared() -> None:
    row = r"dL/dV_{ij} = (y_i - t_i) h_j for i = 1..2, j = 1..2"
    assert [line.label for line in judged(row).lines] == ["right"]
    (line,) = judged(row.replace("i = 1..2", "i = 1..7")).lines
    (finding,) = line.findings
    assert line.label == "unread"
    assert dict(finding.said.data)["why"] == "here the indices run over i ∈ {1..2}"


def test_entries_of_transposes_bare_slopes_and_conditions_of_sums_are_read() -> None:
    told = judged(r"""
        e_k = y_k - t_k
        \delta_i = \sum_k V^T_{ik} e_k \sigma' z_i
        dL/dW_{12} = V^T_{11} (y_1 - t_1) \sigma' z_1 x_2 + V^T_{12} (y_2 - t_2) \sigma'(z_1) x_2
        dL/dW_{ij} = x_j \sigma' z_i (\sum_{k \ne i} V_{ki} e_k + V_{ii} e_i)
        dL/dW_{ij} = \sum_{k \ne i} V_{ki} e_k \sigma' z_i x_j
    """)
    assert [line.label for line in told.lines if line.text.strip()] == ["right"] * 4 + ["wrong"]


NETWORKS = {
    "one after another": """
equations: |
  h_1 = tanh(w h_0 + x_1)
  h_2 = tanh(w h_1 + x_2)
  h_3 = tanh(w h_2 + x_3)
  L = (h_3 - y)^2
parameters: [w]
tasks:
  - derivative: dL/dw
""",
    "a polynomial": """
equations: y = w_0 + w_1 x_1 + w_2 x_2 + w_3 x_1^2
parameters: [w_0, w_1, w_2, w_3]
tasks:
  - gradient: all
""",
    "shares": """
equations: |
  p_1 = exp(z_1)/(exp(z_1) + exp(z_2) + exp(z_3))
  p_2 = exp(z_2)/(exp(z_1) + exp(z_2) + exp(z_3))
  p_3 = exp(z_3)/(exp(z_1) + exp(z_2) + exp(z_3))
  L = -t_1 ln p_1 - t_2 ln p_2 - t_3 ln p_3
assume: t_1 + t_2 + t_3 = 1
tasks:
  - derivative: dL/dz_1
""",
}


@pytest.mark.parametrize(
    ("network", "label", "rows"),
    [
        ("one after another", "right", r"h_t = \tanh(w h_{t-1} + x_t)"),
        ("one after another", "right", r"h_{t+1} = \tanh(w h_t + x_{t+1}), t = 0, 1, 2"),
        ("one after another", "wrong", r"h_t = \tanh(w h_{t-1} - x_t)"),
        ("one after another", "wrong", r"h_t = \tanh(w h_t + x_t)"),
        ("one after another", "unread", r"h_t = \tanh(w h_{t-1} + x_t), t = 1, \dots, 4"),
        (
            "one after another",
            "right",
            r"\frac{\partial L}{\partial h_{t-1}} = \frac{\partial L}{\partial h_t} w (1 - h_t^2)",
        ),
        (
            "one after another",
            "wrong",
            r"\frac{\partial L}{\partial h_t} = \frac{\partial L}{\partial h_{t+1}} w (1 - h_t^2)",
        ),
        (
            "one after another",
            "right",
            r"\frac{\partial h_3}{\partial h_0} = \prod_{t=1}^3 \frac{\partial h_t}{\partial h_{t-1}}",
        ),
        (
            "one after another",
            "right",
            r"d_3 = 2(h_3 - y)(1 - h_3^2); d_2 = d_3 w(1 - h_2^2); d_1 = d_2 w(1 - h_1^2); dL/dw = \sum_t d_t h_{t-1}",
        ),
        ("shares", "right", r"\partial p_i/\partial z_j = p_i (\delta_{ij} - p_j) for all i, j"),
        ("shares", "wrong", r"\partial p_i/\partial z_j = p_i (\delta_{ij} + p_j)"),
        (
            "shares",
            "right",
            r"dL/dz_j = \sum_i dL/dp_i dp_i/dz_j = -\sum_i t_i/p_i p_i (\delta_{ij} - p_j) = p_j - t_j",
        ),
        ("shares", "right", "S = \\sum_k e^{z_k}\np_i = e^{z_i}/S"),
        ("shares", "right", r"\frac{\partial p_i}{\partial z_j} = -p_i p_j \quad (i \neq j)"),
        ("shares", "right", r"\partial p_i/\partial z_j = -p_i p_j, i != j"),
        ("shares", "wrong", r"\partial p_i/\partial z_j = p_i p_j for i ≠ j"),
        ("shares", "right", r"\partial p_i/\partial z_j = p_i (1 - p_j) for i = j"),
        ("a polynomial", "wrong", r"\partial y/\partial w_i = x_i"),  # not of w_0 and w_3
        ("shares", "wrong", r"dL/dz_j = -\sum_i t_i (\delta_{ij} - p_i)"),
    ],
)
def test_a_law_for_all_indices_holds_where_each_instance_does(network: str, label: str, rows: str) -> None:
    found = check_working(api.solve(NETWORKS[network]), rows)
    assert [line.label for line in found.lines][-1:] == [label]
