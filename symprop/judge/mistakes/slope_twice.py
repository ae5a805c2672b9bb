"""The derivative of the activation stands once too often:  (p - y) p (1 - p)  where it has cancelled to  p - y."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, activation, has_kinks, is_constant
from symprop.written import mul

CODE = "slope-twice"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        call = activation(replay, edge)
        if call is not None and not has_kinks(replay, call) and not is_constant(edge.slope):
            yield replay.slope(edge, mul(edge.slope, edge.slope), CODE)
