"""Of three or more ways only one is followed (often the direct one)."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.model.solution import phrase

CODE = "only-one-path"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        others = [e for e in replay.fan(edge.parent) if e != edge]
        if len(others) > 1:
            said = phrase(CODE, parent=edge.parent, child=edge.child, path=replay.path(edge))
            yield Slip(said, terms=dict.fromkeys(others))
