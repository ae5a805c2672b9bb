"""What two slips at once lead to, in floating point: by one multiplication as by working everything out again."""

from __future__ import annotations

from itertools import combinations

import pytest

from symprop import api
from symprop.judge.judging import Marker
from symprop.judge.sketch import Sketch
from symprop.judge.tasks import worked_task
from tests.test_working_general import SOURCE

NEAR = 1e-9


def sketch(task: str) -> Sketch:
    """Of a net with two outputs, at a point of its own."""
    marker = Marker(*worked_task(api.solve(SOURCE.partition("tasks:")[0] + f"tasks:\n  - {task}\n"), "a", None))
    asked = next(iter(marker.asked.values()))
    diagnosis = marker.diagnosis(asked, asked.right(), change=False)
    return diagnosis.outcomes_at(1).sketch


@pytest.mark.parametrize("task", ["derivative: dL/dx_1", "gradient: W_11", "update: W_11"])
def test_a_second_slip_in_a_slope_leads_where_working_it_out_leads(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sketch(task)
    pairs = [(i, j) for i, j in combinations(range(len(found.slips)), 2) if found.quick(i, j)]
    quickly = [found.two(i, j) for i, j in pairs]
    assert sum(after is not None for after in found.after.values()) > 10
    monkeypatch.setattr(Sketch, "_further", lambda self, i, edge, number: None)
    for mine, other in zip(quickly, [found.two(i, j) for i, j in pairs], strict=True):
        assert (mine is None) == (other is None)
        assert mine is None or other is None or abs(mine - other) <= NEAR * abs(other)
