"""A quantity of the same letter with another index stands in a factor of the chain: h_1 for h_0, w_46 for w_56."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.written import Name, names_of, substitute

CODE = "wrong-index"
MOST = 30  # quantities of one letter that are tried in one place


def slips(replay: Replay) -> Iterator[Slip]:
    graph = replay.subject.graph
    letters: dict[tuple[str, str], list[Name]] = {}
    for name in graph.nodes:
        letters.setdefault((name.base, name.accent), []).append(name)
    for edge in replay.edges:
        for wanted in names_of(edge.slope):
            for found in letters.get((wanted.base, wanted.accent), ())[:MOST]:
                if found != wanted:
                    slope = substitute(edge.slope, {wanted: found})
                    yield replay.slope(edge, slope, CODE, found=found, wanted=wanted)
