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
