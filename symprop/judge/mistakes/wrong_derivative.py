"""Right, but the derivative of another quantity; also the derivative where the chain stops early."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, is_count
from symprop.model.solution import phrase
from symprop.written import Deriv, Name

CODE = "wrong-derivative"


def slips(replay: Replay) -> Iterator[Slip]:
    match replay.asked.quantity:
        case Deriv(Name() as target, (Name() as name, *more), False) if more:  # the first derivative for the second
            yield Slip(phrase(CODE, found=Deriv(target, (name,))), formula=replay.subject.adjoint(target, name))
    if replay.derivative is None or not isinstance(replay.asked.quantity, Deriv):
        return
    target, name = replay.derivative
    graph = replay.subject.graph
    for other in (*reversed(graph.order), *graph.leaves):
        if other not in (name, target) and graph.reaches(other, target) and not is_count(other):
            yield replay.instead(phrase(CODE, found=Deriv(target, (other,))), replay.gradient(other))
