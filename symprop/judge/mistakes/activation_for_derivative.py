"""The activation itself stands where its derivative must:  σ(z) for σ'(z)."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, activation

CODE = "activation-for-derivative"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        call = activation(replay, edge)
        if call is not None:
            yield replay.slope(edge, edge.child, CODE, factor=edge.told, found=edge.child)
