"""The slope of another activation stands where the activation's own belongs:  1 - h^2 for h (1 - h),  h = σ(z)."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.derive.calculus import row_of_body
from symprop.functions import FUNCTIONS, Function, derivatives_of, lookup
from symprop.judge.replay import Replay, Slip, activation
from symprop.written import Call, Name

CODE = "another-activation"
CONFUSED = ("sigmoid", "tanh")


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        call = activation(replay, edge)
        row = _row(replay, call) if call is not None else None
        if call is None or row is None or row.key not in CONFUSED:
            continue
        for key in CONFUSED:
            if key != row.key:
                other = Call(Name(key), call.args)
                for output in (edge.child, other):  # 1 - h^2, 1 - tanh(z)^2
                    slope = derivatives_of(other, FUNCTIONS[key], output)[0]
                    yield replay.slope(edge, slope, CODE, function=Name(key))


def _row(replay: Replay, call: Call) -> Function | None:
    vocabulary = replay.subject.vocabulary
    row = lookup(call, vocabulary)
    return row if isinstance(row, Function) else row_of_body(call, vocabulary)
