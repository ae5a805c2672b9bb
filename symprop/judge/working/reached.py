"""What became of every result that the tasks ask for, at the end of a derivation."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.form import lacking
from symprop.judge.subject import Asked
from symprop.judge.working.desk import Desk, Kind, Said
from symprop.judge.working.records import COARSE, Reached, State
from symprop.model.exercise import Task
from symprop.written import Deriv, Written


def reached(desk: Desk) -> Iterator[Reached]:
    """What became of every result that the tasks ask for."""
    earlier: list[Deriv] = []
    for worked in desk.solved.worked:
        earlier += [a.quantity for a in worked.answers if isinstance(a.quantity, Deriv)]
        for k, answer in enumerate(worked.answers):
            kind: Kind = "at" if worked.task.at else "next" if answer.relation == "←" else "value"
            at = k // len(worked.task.formulas) if worked.task.at else answer.epoch
            said = desk.said.get((kind, answer.quantity, at)) or _change(desk, kind, answer.quantity, at)
            asked = desk.subject.asked(answer, worked.task)
            state = _state(said, asked, desk, earlier)
            yield _told(desk, worked.task, answer.quantity, state, said)
        asked_for = {a.quantity for a in worked.answers}
        for quantity, _ in worked.task.worth:  # steps that have points of their own
            if quantity not in asked_for:
                said = desk.said.get(("value", quantity, 0))
                yield _told(desk, worked.task, quantity, _step_state(said), said)


def _told(desk: Desk, task: Task, quantity: Written, state: State, said: Said | None) -> Reached:
    line, finding = (said.line, said.finding) if said is not None else (0, None)
    return Reached(desk.solved.part.label, task, quantity, state, line, finding)


def _step_state(said: Said | None) -> State:
    label = said.finding.label if said is not None else "unread"
    return label if label == "right" or label == "carried" or label == "wrong" else "missing"


def _change(desk: Desk, kind: Kind, quantity: Written, epoch: int) -> Said | None:
    return desk.said.get(("change", quantity, epoch)) if kind == "next" else None


def _state(said: Said | None, asked: Asked, desk: Desk, earlier: list[Deriv]) -> State:
    if said is None:
        return "missing"
    if said.finding.label == "carried":
        return "carried"
    if said.finding.label == "wrong":
        return "wrong"
    if not said.formulas and said.finding.code == COARSE:
        return "coarse"
    done = any(lacking(f, asked, desk.subject, earlier) is None for f in said.formulas)
    return "right" if done else "unfinished"


__all__ = ["reached"]
