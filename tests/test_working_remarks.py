"""What is said in words beside the formulas of a derivation: a false statement is told, anything else is set aside."""

from __future__ import annotations

import pytest

from tests.test_working import codes, judged, labels


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("dL/dw = 0 since z < 0", "right"),
        ("dL/dw = 0 since z > 0", "wrong"),
        ("dL/dw = 0 (ReLU is off)", "right"),
        ("dL/dw = 0 (ReLU is on)", "wrong"),
        ("dL/dw = 0, ReLU off", "right"),
        ("dL/dw = 0, ReLU on", "wrong"),
        ("since z < 0, dL/dw = 0", "right"),
        ("since z > 0, dL/dw = 0", "wrong"),
        ("dL/dw = 0 (h = 0)", "right"),
        ("dL/dw = 0 (h = 1)", "wrong"),
        ("dL/dw = 0 because of magic", "right"),
        ("dL/dw = 0 since the moon is full", "right"),
        ("z = -1.5 < 0", "right"),
        ("ReLU is on", "wrong"),
        (r"$$dL/dw = 0 \text{ since } z < 0$$", "right"),
        (r"$$dL/dw = 0 \text{ since } z > 0$$", "wrong"),
    ],
)
def test_a_false_remark_is_told_and_a_right_formula_stays_right(text: str, label: str) -> None:
    found = judged("dead_relu", text)
    assert labels(found) == [label]
    assert ("remark-wrong" in codes(found) or "remark-wrong-here" in codes(found)) == (label == "wrong")
    assert all(f.label == "right" for line in found.lines for f in line.findings if not f.code.startswith("remark"))


def test_a_list_of_numbers_in_a_reason_is_no_number() -> None:
    assert labels(judged("dead_relu", "dL/dw = 0, since dL/db = 2 (1, 2)")) == ["wrong"]


@pytest.mark.parametrize("text", ["ReLU is off", "z > 0", "The unit may be off or on.", "if the ReLU is on"])
def test_words_that_are_true_or_may_be_a_case_say_nothing(text: str) -> None:
    assert labels(judged("dead_relu", text)) == []


def test_a_remark_that_follows_from_an_error_of_ones_own_is_no_second_error() -> None:
    found = judged("dead_relu", "z = 1.5\ndL/dc = -2 since z > 0")
    assert labels(found) == ["wrong", "right"]
    assert not any(code.startswith("remark") for code in codes(found))


def test_a_factor_in_brackets_is_no_remark() -> None:
    found = judged("net_and_out", "dE_total/dnet_o1 = (out_o1 - target_o1) out_o1 (1 - out_o1)")
    assert labels(found) == ["right"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("dL/dc = -2 (yhat = 1)", "right"),
        ("dL/dc = -2 (1 + w|_{w=-2})", "wrong"),
        ("dL/dc = -2 (a = 3)", "unsupported"),
        ("dL/dc = -2 (negative, times 2)", "unread"),
        ("dL/dc = -2 (sign reversed)", "unread"),
        ("dL/dc = -2 (chain rule)", "right"),
    ],
)
def test_what_may_change_a_formula_is_no_remark(text: str, label: str) -> None:
    assert labels(judged("dead_relu", text)) == [label]
