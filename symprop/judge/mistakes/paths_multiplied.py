"""The contributions of the ways are multiplied where they must be added."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.judge.subject import stand_in, times
from symprop.model.solution import phrase
from symprop.written import mul

CODE = "paths-multiplied"


def slips(replay: Replay) -> Iterator[Slip]:
    if replay.derivative is None:
        return
    for parent in dict.fromkeys(e.parent for e in replay.edges):
        fan = replay.fan(parent)
        if len(fan) > 1:
            product = mul(*(times(e.term.adjoint, e.slope) for e in fan))
            yield Slip(phrase(CODE, parent=parent), {stand_in(replay.derivative[0], parent): product})
