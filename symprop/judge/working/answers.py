"""Rows that are answers: what the judge of single answers calls right is no mistake in a derivation either.

q(-2) = 0.1192      z = 1: q = 0.7311      dq/dz = q(z) (1 - q(z))      u = 1.5 y = 2.25      w+ = 3.4
A row that says at which point of a table it holds is judged there, whether it is right or not; so is one that gives a
result a name of its own (f_{aa}), and what is said beside a right result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symprop.errors import ReadError, UnsupportedError
from symprop.judge.judging import Marker
from symprop.judge.records import Judgement, Verdict
from symprop.judge.working.desk import Desk, Kind, Said
from symprop.judge.working.records import COARSE, Finding, Label
from symprop.model.solution import Worked

LONGEST = 400  # characters of a row
BESIDE = re.compile(
    r"[<>≠≤≥⇒→⟹]|\\(?:[lg]e?q?|neq?|(?:Long)?[Rr]ightarrow|implies|to)(?![A-Za-z])"
)  # that something more is said
LABELS: dict[str, Label] = {"right": "right", "right-wrong-form": "right", "wrong": "wrong"}


def as_answer(desk: Desk, text: str, line: int) -> list[Finding]:
    """The findings on a row that is a right answer to a task of the part, or tells a point; else nothing."""
    for marker, found in _judged(desk, text):
        if found.kind == "right" or found.kind == "right-wrong-form" or _is_at_a_point(marker, found):
            return _findings(desk, marker, found, line)
    return []


def as_result(desk: Desk, text: str, line: int) -> list[Finding]:
    """The findings on a row that is about results, whatever it calls them: f_{aa} = 6 a x; else nothing."""
    for marker, found in _judged(desk, text):
        if all(v.quantity in marker.asked and v.kind in LABELS for v in found.verdicts):
            return _findings(desk, marker, found, line)
    return []


def beside(desk: Desk, text: str, line: int) -> list[Finding]:
    """What is wrong beside a right result: z < 0 ⇒ dL/dw = 0.5"""
    for marker, found in _judged(desk, text) if BESIDE.search(text) else ():
        if found.kind == "wrong" and any(v.kind == "right" and v.quantity in marker.asked for v in found.verdicts):
            wrong = replace(found, verdicts=tuple(v for v in found.verdicts if v.kind == "wrong"))
            return _findings(desk.copy(), marker, wrong, line)
    return []


def _judged(desk: Desk, text: str) -> Iterator[tuple[Marker, Judgement]]:
    """The judgements on a row as an answer to each task."""
    for worked in desk.solved.worked if len(text) <= LONGEST else ():
        marker = _marker(desk, worked)
        if marker is None or (_comes_after_a_step(marker) and _has_begun(desk, marker.epoch)):
            continue
        if desk.work.answers <= 0:
            return
        desk.work.answers -= 1
        yield marker, marker.judge(text)


def point_of(desk: Desk, text: str) -> bool:
    """Whether a row is only the head of what follows: z = 1:"""
    for worked in desk.solved.worked:
        marker = _marker(desk, worked) if worked.task.at else None
        if marker is not None and marker.table is not None:
            try:
                point = marker.table.relations(text.strip().rstrip(":"))
                if point is not None and marker.table.index(point, text) >= 0:
                    return True
            except ReadError:
                continue
    return False


def _marker(desk: Desk, worked: Worked) -> Marker | None:
    """The judge of answers to a task; None where it asks for no formula."""
    at = desk.solved.worked.index(worked)
    if at not in desk.markers:
        try:
            desk.markers[at] = Marker(desk.solved, worked, desk.decimal_comma, brief=True)
        except UnsupportedError:
            desk.markers[at] = None
    return desk.markers[at]


def _comes_after_a_step(marker: Marker) -> bool:
    return marker.epoch > 0 and not any(asked.is_update for asked in marker.asked.values())


def _has_begun(desk: Desk, later: int) -> bool:
    """Whether values were told that change with the first step: then new ones come after a step that is told."""
    before, after = (desk.subject.values(epoch) for epoch in (0, later))
    told = [quantity for kind, quantity, epoch in desk.said if kind == "value" and not epoch]
    return any(quantity not in before or before[quantity] != after.get(quantity) for quantity in told)


def _is_at_a_point(marker: Marker, found: Judgement) -> bool:
    verdicts = [verdict for whole in found.verdicts for verdict in whole.singles]
    return marker.table is not None and all(v.point is not None and v.kind in LABELS for v in verdicts)


def _findings(desk: Desk, marker: Marker, found: Judgement, line: int) -> list[Finding]:
    return [_finding(desk, marker, verdict, line) for whole in found.verdicts for verdict in whole.singles]


def _finding(desk: Desk, marker: Marker, verdict: Verdict, line: int) -> Finding:
    code = verdict.code if verdict.kind != "right-wrong-form" or verdict.code == COARSE else "right"
    label = LABELS.get(verdict.kind, "right")
    finding = Finding(
        label, code, verdict.said, verdict.quantity, verdict.reading, verdict.text, equality=verdict.equality
    )
    asked = marker.asked.get(verdict.quantity) if verdict.quantity is not None else None
    if asked is not None and verdict.reading is not None:
        kind: Kind = "at" if verdict.point is not None else "next" if asked.is_update else "value"
        at = verdict.point if verdict.point is not None else asked.answer.epoch
        right = (verdict.reading,) if label == "right" and code != COARSE else ()
        desk.said[kind, asked.quantity, at] = Said(finding, line, right)
    return finding


__all__ = ["as_answer", "as_result", "beside", "point_of"]
