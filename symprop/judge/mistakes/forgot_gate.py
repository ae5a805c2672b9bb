"""The slope of a ReLU (0 or 1) is left out, or the one of another unit stands there."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, activation, has_kinks
from symprop.written import ONE, Call, substitute

CODE = "forgot-gate"


def slips(replay: Replay) -> Iterator[Slip]:
    graph = replay.subject.graph
    for edge in replay.edges:
        call = activation(replay, edge)
        if call is None or not has_kinks(replay, call):
            continue
        yield replay.slope(edge, ONE, CODE, factor=edge.told, unit=edge.parent)
        for name in graph.order:
            other = graph[name].definition
            if isinstance(other, Call) and other.func == call.func and other.args != call.args and len(other.args) == 1:
                slope = substitute(edge.slope, {edge.parent: other.args[0]})
                yield replay.slope(edge, slope, "wrong-gate", found=other.args[0], unit=edge.parent)
