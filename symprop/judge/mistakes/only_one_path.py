"""Of three or more ways only one is followed (often the direct one)."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.judge.subject import stand_in, total
from symprop.model.solution import phrase
from symprop.written import Written

CODE = "only-one-path"


def slips(replay: Replay) -> Iterator[Slip]:
    if replay.derivative is None:
        return
    for edge in replay.edges:
        if len(replay.fan(edge.parent)) > 2:
            changes: dict[Written, Written] = {stand_in(replay.derivative[0], edge.parent): total((edge.term,))}
            yield Slip(phrase(CODE, parent=edge.parent, child=edge.child, path=replay.path(edge)), changes)
