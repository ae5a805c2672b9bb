"""A quantity enters the target in several ways, and one of them is left out."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip

CODE = "forgot-path"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        if len(replay.fan(edge.parent)) > 1:
            yield replay.without(edge, CODE, parent=edge.parent, child=edge.child)
