"""Derivatives are taken with weights that were updated already; all must be taken at the old values."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.judge.subject import stand_in, total
from symprop.model.solution import phrase
from symprop.written import Written, mul, names_of, sub, substitute

CODE = "updated-too-early"


def slips(replay: Replay) -> Iterator[Slip]:
    if replay.derivative is None or replay.subject.part.learning_rate is None:
        return
    target, name = replay.derivative
    rate = replay.subject.part.rate
    for weight in replay.subject.graph.free_parameters:
        if weight == name or not any(weight in names_of(e.slope) for e in replay.edges):
            continue
        new = sub(weight, mul(rate, replay.gradient(weight)))
        changes: dict[Written, Written] = {}
        for parent in dict.fromkeys(e.parent for e in replay.edges):
            definition = total(tuple(e.term for e in replay.fan(parent)))
            if weight in names_of(definition):
                changes[stand_in(target, parent)] = substitute(definition, {weight: new})
        yield Slip(phrase(CODE, weight=weight), changes)
