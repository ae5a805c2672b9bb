"""Of a product w h the wrong factor is kept:  ∂(w h)/∂w is h, not w."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, factors
from symprop.written import Name

CODE = "swapped-factor"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        for factor, _ in factors(edge.slope):
            if isinstance(factor, Name) and factor == edge.slope:
                yield replay.slope(edge, edge.parent, CODE, found=edge.parent, wanted=factor)
