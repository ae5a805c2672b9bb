"""Of which step a statement speaks: of the present one, of one that was not told yet, of one that was told already."""

from __future__ import annotations

from symprop.judge.working.desk import About, Desk
from symprop.written import Written


def after_step(desk: Desk, epoch: int) -> int:
    """The epoch after the step that was told: of several steps in one task the last."""
    for worked in desk.solved.worked:
        steps = [a.epoch for a in worked.answers if a.relation == "←"]
        if steps and epoch <= max(steps) and epoch > max(steps) - worked.task.steps:
            return max(steps) + 1
    return epoch + 1


def later(desk: Desk, about: About, epoch: int) -> int:
    """The last step that was told of a quantity, if a step before it is told now for the first time; else 0."""
    told = [e for kind, quantity, e in desk.said if (kind, quantity) == (about.kind, about.formula)]
    return 0 if epoch in told else max((e for e in told if e > epoch), default=0)


def ahead(desk: Desk, about: About) -> list[int]:
    """Later epochs, of which a number may speak though no step to them was told.

    The next value of a parameter, or a second value of a quantity: the first one was that of the present epoch.
    """
    further = range(desk.last_epoch() + 1, len(desk.subject.bench.values))
    if about.kind == "next":
        answers = (a for worked in desk.solved.worked for a in worked.answers if a.relation == "←")
        steps = {a.epoch for a in answers if a.quantity == about.formula}
        return [epoch for epoch in further if epoch in steps]
    return list(further) if (about.kind, about.formula, desk.at) in desk.said else []


def unsaid(desk: Desk, about: About, formula: Written, epoch: int) -> int:
    """Of the steps that lead to the same value the first that was not told yet: w stays -2."""
    if about.kind != "next" or ("next", about.formula, epoch) not in desk.said:
        return epoch
    others = (e for e in range(epoch + 1, desk.last_epoch() + 1) if ("next", about.formula, e) not in desk.said)
    return next((e for e in others if desk.by(desk.judge(e), about, formula).outcome == "right"), epoch)


def skipped(desk: Desk, about: About, epoch: int) -> int:
    """The number of the step that is missing where one was told twice, and then a later one; 0 where none is."""
    again = desk.again.get(about.formula) if about.kind == "next" else None
    if again is None or epoch <= again + 1 or ("next", about.formula, again + 1) in desk.said:
        return 0
    return again + 2


__all__ = ["after_step", "ahead", "later", "skipped", "unsaid"]
