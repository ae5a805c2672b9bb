"""Values of one quantity after several steps, in a derivation: judged step by step, and their order counts."""

from __future__ import annotations

import pytest

from symprop.judge.working import Working, check_working
from symprop.render.working import working_json, working_text
from tests.test_working import solved


def judged(text: str) -> Working:
    return check_working(solved("dead_relu"), text)


def labels(text: str) -> list[str]:
    return [line.label for line in judged(text).lines]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("c: 1 → 1.2 → 1.36 → 1.488", "right"),
        (r"$c: 1 \to 1.2 \to 1.36 \to 1.488$", "right"),
        (r"$c \to 1.2 \to 1.36 \to 1.488$", "right"),
        ("c = 1.2, 1.36, 1.488", "right"),
        ("c = 1 + 0.2 = 1.2, then 1.2 + 0.16 = 1.36, then 1.488", "right"),
        ("w: -2 → -2 → -2 → -2; c: 1 → 1.2 → 1.36 → 1.488", "right"),
        ("c: 1 → 1.488", "right"),
        ("c: 1 → 1.2 → 1.46 → 1.488", "wrong"),
        ("c: 1 → 1.2 → 1.2 → 1.488", "wrong"),
        ("c: 2 → 1.2 → 1.36 → 1.488", "wrong"),
        ("c = 1.36, 1.2, 1.488", "wrong"),
        ("c = 1.36, then 1.2, then 1.488", "wrong"),
        ("c = 1.2, 1.36, 9", "wrong"),
    ],
)
def test_a_list_of_values_is_judged_step_by_step(text: str, label: str) -> None:
    assert labels(text) == [label]


def test_the_results_of_a_list_count() -> None:
    reached = [r.state for r in judged("c: 1 → 1.2 → 1.36 → 1.488").reached if r.state != "missing"]
    assert reached == ["right"] * 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("c <- 1.2\nc <- 1.36\nc <- 1.488", ["right", "right", "right"]),
        ("c <- 1.2\nc <- 1.488\nc <- 1.36", ["right", "right", "wrong"]),
        ("c <- 1.2; c <- 1.488; c <- 1.36", ["wrong"]),
        ("c <- 1.2\nc <- 1.2\nc <- 1.488", ["right", "right", "unsupported"]),
        ("c <- 1.2\nc <- 1.2\nc <- 1.36\nc <- 1.488", ["right"] * 4),  # once more, and on
        ("c <- 1.2\nc <- 1.488", ["right", "right"]),
        ("c <- 1.36", ["right"]),
        ("c <- 1.41", ["wrong"]),
        ("c <- 1.2\nc <- 1.36\nc <- 1.488\nc <- 1.2\nc <- 1.36\nc <- 1.488", ["right"] * 6),  # told once more
    ],
)
def test_the_order_of_updates_counts(text: str, told: list[str]) -> None:
    assert labels(text) == told


def test_a_step_behind_a_later_one_is_told_as_such() -> None:
    found = judged("c <- 1.2\nc <- 1.488\nc <- 1.36")
    assert [f.code for f in found.lines[-1].findings] == ["wrong-order"]
    assert "after step 2" in working_text(found) and "after step 3" in working_text(found)
    assert "Schritt 3" in working_text(found, "de")
    assert working_json(found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("yhat = 1\nL = 1\nyhat = 1.488\nL = 0.262144", ["right"] * 4),  # the new ones without the steps
        ("z = -1.5\nh = 0\nyhat = 1.488", ["right"] * 3),  # z and h are the same before and after
        ("L = 1\nL = 0.262144", ["right", "right"]),
        ("L = 1\nyhat = 1.488", ["right", "wrong"]),  # the old one was not told
        ("yhat = 1\nyhat = 1.5", ["right", "wrong"]),
    ],
)
def test_new_values_by_themselves_are_judged_where_they_stand(text: str, told: list[str]) -> None:
    assert labels(text) == told


def test_the_same_value_told_once_a_step_counts_for_each() -> None:
    step = "w <- -2\nb <- 0.5\nv <- 3\n"
    found = judged(f"{step}c <- 1.2\n{step}c <- 1.36\n{step}c <- 1.488")
    assert [r.state for r in found.reached if r.task.kind == "update"] == ["right"] * 12
