"""The slope of another activation stands where the activation's own belongs:  1 - h^2 for h (1 - h),  h = σ(z).

Also where σ is any function:  h (1 - h) for σ'(z).
"""

from __future__ import annotations

from collections.abc import Iterator

from symprop.derive.calculus import row_of_body
from symprop.functions import FUNCTIONS, Function, derivatives_of, lookup
from symprop.judge.replay import Replay, Slip, activation
from symprop.names import FunctionDef
from symprop.written import Call, Name

CODE = "another-activation"
CONFUSED = ("sigmoid", "tanh")


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        call = activation(replay, edge)
        row = _row(replay, call) if call is not None else None
        if call is None or (row is not None and row.key not in CONFUSED):
            continue
        for key in CONFUSED:
            other = Call(Name(key), call.args)
            if row is None and is_open(replay, call):
                slope = derivatives_of(other, FUNCTIONS[key], edge.child)[0]
                yield replay.slope(edge, slope, "any-activation", function=Name(key), name=call.func)
            elif row is not None and key != row.key:
                for output in (edge.child, other):  # 1 - h^2, 1 - tanh(z)^2
                    slope = derivatives_of(other, FUNCTIONS[key], output)[0]
                    yield replay.slope(edge, slope, CODE, function=Name(key))


def is_open(replay: Replay, call: Call) -> bool:
    """Whether nothing says what the function is."""
    found = lookup(call, replay.subject.vocabulary)
    return isinstance(found, FunctionDef) and found.is_open


def _row(replay: Replay, call: Call) -> Function | None:
    vocabulary = replay.subject.vocabulary
    row = lookup(call, vocabulary)
    return row if isinstance(row, Function) else row_of_body(call, vocabulary)
