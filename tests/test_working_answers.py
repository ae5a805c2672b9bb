"""Single answers as rows of a derivation: what the judge of answers calls right is no mistake there."""

from __future__ import annotations

import pytest

from symprop.judge.working import Working, check_working
from symprop.written import Name
from tests.budget import many
from tests.test_fuzz import ANSWERS
from tests.test_judging import marker, solved
from tests.test_working import codes, judged, labels

STEP = many(4, 1)  # of the rows, one in so many
STATED = [(told, answer) for told, answer in ANSWERS if any(sign in answer for sign in ("=", "<-", "leftarrow"))]


def as_row(told: tuple[str, str | None, str, bool], answer: str) -> Working:
    return check_working(solved(told[0]), answer, part=told[1], decimal_comma=told[3])


@pytest.mark.parametrize("shard", range(4))
def test_a_right_answer_is_no_wrong_row(shard: int) -> None:
    seen = 0
    for told, answer in STATED[shard :: 4 * STEP]:
        if marker(*told).judge(answer).kind == "right":
            seen += 1
            assert as_row(told, answer).label != "wrong", (told[0][:30], told[2], answer)
    assert seen > 20


@pytest.mark.parametrize(
    ("exercise", "text", "told"),
    [
        ("logistic_table", "q(0) = 1/2", ["right"]),
        ("logistic_table", "q(0) = 0.6", ["wrong"]),
        ("logistic_table", "q(0) = 1/(1+1)\n= 1/2", ["right", "right"]),
        ("logistic_table", "q(0) = 1/(1+1)\n= 1/3", ["right", "wrong"]),
        ("logistic_table", "z = 1: q = 0.7311, dq/dz = 0.1966", ["right"]),
        ("logistic_table", "z = 1:\nq = 0.7311\ndq/dz = q(1 - q) = 0.1966", ["right", "right"]),
        ("logistic_table", "z = 1:\nq = 0.5\nz = 0\nq = 0.5", ["wrong", "right"]),
        ("logistic_table", r"\frac{dq}{dz} = q(z) (1 - q(z))", ["right"]),
        ("logistic_table", r"\frac{dq}{dz} = q(z) (1 + q(z))", ["wrong"]),
        ("diverging_step", "w+ = 3.4", ["right"]),
        ("diverging_step", "w+ = 3.5", ["wrong"]),
        ("local_derivatives", "yhat = 1.90992\nJ = 0.00406", ["right", "right"]),
        ("local_derivatives", "yhat = 1.2\nJ = 0.00406", ["right", "wrong"]),
        ("local_derivatives", "z_1 < 0 ⇒ dJ/dw_1 = -1.92", ["wrong"]),
        ("local_derivatives", "z_1 > 0 ⇒ dJ/dw_1 = -1.92", ["right"]),
        ("local_derivatives", r"z_1 \lt 0 \Rightarrow dJ/dw_1 = -1.92", ["wrong"]),
        ("dead_relu", r"c^{(3)} = 1.36 - 0.1 \cdot (-1.28) = 1.488", ["right"]),
        ("three_uses", "f_{aa} = 6 a x", ["wrong"]),
    ],
)
def test_rows_are_answers(exercise: str, text: str, told: list[str]) -> None:
    assert labels(judged(exercise, text)) == told, codes(judged(exercise, text))


def test_the_results_of_a_table_are_told_by_point() -> None:
    found = judged("logistic_table", "q(0) = 1/2\nq(1) = 0.8")
    states = [r.state for r in found.reached if r.quantity == Name("q")]
    assert states == ["missing", "missing", "right", "wrong", "missing"]


LAYERS = """
functions: {sigma: sigmoid}
equations:
  - dense: {inputs: x_1 x_2, outputs: h_1 h_2, weights: W, bias: b, activation: sigma}
  - dense: {inputs: h_1 h_2, outputs: y_1 y_2, weights: V, bias: c, activation: sigma}
  - L = 1/2 (y_1 - t_1)^2 + 1/2 (y_2 - t_2)^2
parameters: {W: [[0.15, 0.2], [0.25, 0.3]], b: [0.35, 0.35], V: [[0.4, 0.45], [0.5, 0.55]], c: [0.6, 0.6]}
given: {x: [0.05, 0.1], t: [0.01, 0.99]}
learning rate: {eta: 0.5}
tasks: [forward, "gradient: W_11, W_12, W_21, W_22", update: all]
"""


def test_a_wrong_derivative_by_an_array_in_a_broken_row_is_no_crash() -> None:
    good, last = (
        "(V^T ((y - t) ⊙ y ⊙ (1 - y))) x^T",
        "((y - t) ⊙ y ⊙ (1 - y)) h^T = [[0.0822, 0.027], [-0.0226, -0.0227]]",
    )
    text = f"dL/dW = {good} dL/dW => (V^T ((y -. t) ⊙ y ⊙ (1 - y))) x^T &=dL/dV = {last}"
    assert check_working(solved(LAYERS), text).label in ("unread", "wrong")
