"""A fraction in the chain stands on its head:  y/t for t/y."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.written import Neg, Quot, neg

CODE = "upside-down"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        inner = edge.slope.arg if isinstance(edge.slope, Neg) else edge.slope
        if isinstance(inner, Quot):
            turned = Quot(inner.den, inner.num)
            yield replay.slope(edge, neg(turned) if isinstance(edge.slope, Neg) else turned, CODE, factor=inner)
