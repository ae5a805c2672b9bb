"""A minus is lost or one too many, in the whole or on one of several ways."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.model.solution import phrase
from symprop.written import neg

CODE = "sign"


def slips(replay: Replay) -> Iterator[Slip]:
    if not replay.asked.is_update:
        yield Slip(phrase(CODE), formula=neg(replay.right))
    for edge in replay.edges:
        if len(replay.fan(edge.parent)) > 1:
            yield replay.slope(edge, neg(edge.slope), "sign-on-path")
