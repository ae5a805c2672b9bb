"""A constant of the loss is lost or kept: the 2 of the square, the ½ that cancels it, the 1/N of the mean."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, factors, is_constant
from symprop.model.solution import phrase
from symprop.written import ONE, TWO, Name, Pow, Quot, mul

CODE = "forgot-constant"


def slips(replay: Replay) -> Iterator[Slip]:
    if replay.derivative is None:
        return
    seen = squared = False
    for edge in replay.edges:
        definition = replay.subject.graph[edge.child].definition or ONE
        squared = squared or any(isinstance(node, Pow) for node in definition.walk())
        if len(whole := [f for f, _ in factors(definition) if is_constant(f)]) > 1:  # 1/(2N) as one
            yield replay.slope(edge, Quot(edge.slope, mul(*whole)), CODE, factor=mul(*whole))
        for factor, rest in factors(edge.slope):
            if is_constant(factor):
                seen = seen or factor == TWO
                yield replay.slope(edge, rest, CODE, factor=factor)
    if isinstance(own := replay.gradient(), Name):
        if squared or seen:
            yield replay.instead(phrase("factor-two-too-many"), mul(TWO, own))
        if not seen:
            yield replay.instead(phrase("factor-half-too-many"), mul(Quot(ONE, TWO), own))
