"""Derivatives are taken with weights that were updated already; all must be taken at the old values."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.judge.subject import Term
from symprop.model.solution import phrase
from symprop.written import mul, names_of, sub, substitute

CODE = "updated-too-early"


def slips(replay: Replay) -> Iterator[Slip]:
    if replay.derivative is None or replay.subject.part.learning_rate is None:
        return
    name = replay.derivative[1]
    rate = replay.subject.part.rate
    for weight in replay.subject.graph.free_parameters:
        if weight == name or not any(weight in names_of(e.slope) for e in replay.edges):
            continue
        new = sub(weight, mul(rate, replay.gradient(weight)))
        terms = {
            edge: Term(edge.child, edge.term.adjoint, substitute(edge.slope, {weight: new}))
            for edge in replay.edges
            if weight in names_of(edge.slope)
        }
        yield Slip(phrase(CODE, weight=weight), terms=terms)
