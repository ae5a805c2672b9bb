"""The derivative of the activation is taken at its value, not at its argument:  σ'(h) for σ'(z),  h = σ(z)."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.functions import Function, derivatives_of, lookup
from symprop.judge.replay import Replay, Slip, activation, has_kinks
from symprop.written import Call

CODE = "derivative-at-activation"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        call = activation(replay, edge)
        if call is None or has_kinks(replay, call):
            continue
        row = lookup(call, replay.subject.vocabulary)
        if isinstance(row, Function) and row.kinks_text:
            continue  # |u| is no activation
        twice = Call(call.func, (edge.child,))
        slope = derivatives_of(twice, row)[0] if isinstance(row, Function) else Call(call.func, (edge.child,), 1)
        yield replay.slope(edge, slope, CODE, found=edge.child, wanted=edge.parent)
