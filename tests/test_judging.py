"""Answers and their verdicts: the tables in tests/answers/, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from symprop import api
from symprop.judge.judging import Marker, worked_task
from symprop.judge.records import Judgement
from symprop.render.verdicts import judged_json, judged_text

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).resolve().parent / "answers"


def tables() -> Iterator[dict[str, Any]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        yield from found if isinstance(found, list) else [found]


def rows() -> Iterator[Any]:
    for table in tables():
        for line in table["rows"].strip().splitlines():
            task, verdict, answer = (cell.strip() for cell in line.split("|", 2))
            told = table["exercise"], table.get("part"), task, "decimal comma" in table
            text = answer.replace("⏎", "\n")
            yield pytest.param(told, verdict, text, id=f"{table['exercise']}-{task}-{answer[:60]}")


@cache
def marker(exercise: str, part: str | None, task: str, comma: bool = False) -> Marker:
    solution = api.solve(ROOT / "exercises" / f"{exercise}.yaml")
    return Marker(*worked_task(solution, task, part), decimal_comma=comma)


def judged(exercise: str, task: str, answer: str, part: str | None = None) -> Judgement:
    return marker(exercise, part, task).judge(answer)


def test_there_are_many_rows() -> None:
    assert len(list(rows())) > 250


@pytest.mark.parametrize(("told", "verdict", "answer"), list(rows()))
def test_an_answer_gets_its_verdict(told: Any, verdict: str, answer: str) -> None:
    found = marker(*told).judge(answer)
    kind, code = verdict.split()
    worst = found.worst
    assert (worst.kind, worst.code) == (kind, code), [(m.code, m.data) for m in worst.mistakes]
    assert judged_text(found) and judged_json(found)
    assert judged_text(found, "de")
