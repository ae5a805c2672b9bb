"""The net input stands where the activation must (z for h), or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, activation
from symprop.written import Call, Name, names_of, substitute

CODE = "pre-activation-for-activation"


def slips(replay: Replay) -> Iterator[Slip]:
    graph = replay.subject.graph
    for edge in replay.edges:
        if activation(replay, edge) is not None:
            slope = substitute(edge.slope, {edge.child: edge.parent})  # z (1 - z) for h (1 - h)
            if slope != edge.slope:
                yield replay.slope(edge, slope, CODE, found=edge.parent, wanted=edge.child)
            continue
        for name in names_of(edge.slope):
            definition = graph[name].definition if name in graph else None
            if isinstance(definition, Call) and len(definition.args) == 1 and isinstance(definition.args[0], Name):
                inner = definition.args[0]
                yield replay.slope(edge, substitute(edge.slope, {name: inner}), CODE, found=inner, wanted=name)
            for child in graph[name].children if name in graph else ():
                outer = graph[child].definition
                if isinstance(outer, Call) and outer.args == (name,):
                    slope = substitute(edge.slope, {name: child})
                    yield replay.slope(edge, slope, "activation-for-pre-activation", found=child, wanted=name)
