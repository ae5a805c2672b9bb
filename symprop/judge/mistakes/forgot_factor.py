"""One factor of the chain rule is missing:  (a - t) x for (a - t) a (1 - a) x."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, activation, factors, has_kinks, is_constant
from symprop.written import ONE

CODE = "forgot-factor"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        call = activation(replay, edge)
        if call is not None:
            if not has_kinks(replay, call) and not is_constant(edge.slope):  # a lost 2 is a lost constant
                yield replay.slope(edge, ONE, "forgot-activation-derivative", factor=edge.told)
            continue
        parts = list(factors(edge.slope))
        for factor, rest in parts:
            if not is_constant(factor):
                yield replay.slope(edge, rest, CODE, factor=factor)
        if len(parts) > 1:
            yield replay.slope(edge, ONE, CODE, factor=edge.told)  # all of it: the derivative of the loss, say
