"""The loss itself stands where its derivative must."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip

CODE = "loss-for-derivative"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        if replay.derivative is not None and edge.child == replay.derivative[0] in replay.subject.graph.order:
            yield replay.slope(edge, edge.child, CODE, found=edge.child, by=edge.parent)
