"""Answers and their verdicts: the tables in tests/answers/, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from symprop import api
from symprop.judge.judging import Marker
from symprop.judge.records import Judgement
from symprop.judge.tasks import worked_task
from symprop.model.solution import Solution
from symprop.render.verdicts import judged_json, judged_text

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).resolve().parent / "answers"


def tables(only: str = "*.yaml") -> Iterator[dict[str, Any]]:
    for path in sorted(FOLDER.glob(only)):
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        yield from found if isinstance(found, list) else [found]


def rows(only: str = "*.yaml") -> Iterator[Any]:
    for table in tables(only):
        for line in table["rows"].strip().splitlines():
            task, verdict, answer = (cell.strip() for cell in line.split("|", 2))
            told = table.get("exercise") or table["source"], table.get("part"), task, "decimal comma" in table
            text = answer.replace("⏎", "\n")
            yield pytest.param(told, verdict, text, id=f"{title(table)}-{task}-{answer[:60]}")


def title(table: dict[str, Any]) -> str:
    return table.get("title") or table["exercise"]


@cache
def solved(exercise: str) -> Solution:
    """``exercise``: the name of a file in exercises/, or the text of one."""
    return api.solve(exercise if "\n" in exercise else ROOT / "exercises" / f"{exercise}.yaml")


@cache
def marker(exercise: str, part: str | None, task: str, comma: bool = False) -> Marker:
    return Marker(*worked_task(solved(exercise), task, part), decimal_comma=comma)


def judged(exercise: str, task: str, answer: str, part: str | None = None) -> Judgement:
    return marker(exercise, part, task).judge(answer)


def test_there_are_many_rows() -> None:
    assert len(list(rows())) >= 480


@pytest.mark.parametrize(("told", "verdict", "answer"), list(rows()))
def test_an_answer_gets_its_verdict(told: Any, verdict: str, answer: str) -> None:
    found = marker(*told).judge(answer)
    kind, code = verdict.split()
    worst = found.worst
    assert (worst.kind, worst.code) == (kind, code), worst.why
    assert judged_text(found) and judged_json(found)
    assert judged_text(found, "de")


def test_the_page_of_answers_is_up_to_date() -> None:
    from tests.answer_page import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.answer_page"
    assert PAGE.read_text(encoding="utf-8").count("\n| ") > 480


def test_every_mistake_has_a_row() -> None:
    from symprop.render.words import load_words

    codes = {parameter.values[1].split()[1] for parameter in rows()}
    assert set(load_words("en").codes("mistakes")) - codes <= {"inner-derivative"}  # always also a lost factor
