"""Targets of classes, given as letters, are taken to add up to 1:  p_1 - t_1  for  p_1 (t_1 + t_2) - t_1."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.model.solution import phrase
from symprop.written import ONE, Call, Name, Prod, Rel, Written, add, names_of, sub

CODE = "targets-add-up"
LOGARITHMS = ("ln", "log")


def slips(replay: Replay) -> Iterator[Slip]:
    graph, given = replay.subject.graph, replay.subject.part.given
    for name in graph.order if replay.derivative is not None else ():
        targets = _weights(graph[name].definition)
        if len(targets) > 1 and all(t in graph.leaves and t not in given for t in targets):
            told = Rel((add(*targets), ONE), ("=",))
            if any({*names_of(a)} == {*targets} for a in replay.subject.part.assume):
                continue  # the exercise says so
            said = phrase(CODE, equation=told)
            for target in targets:
                others = add(*(other for other in targets if other != target))
                yield Slip(said, {target: sub(ONE, others)})


def _weights(definition: Written | None) -> tuple[Name, ...]:
    """The names that stand in front of logarithms: t_1 and t_2 of -t_1 ln p_1 - t_2 ln p_2."""
    found = dict[Name, None]()
    for node in definition.walk() if definition is not None else ():
        if isinstance(node, Prod) and any(isinstance(f, Call) and f.func.text in LOGARITHMS for f in node.factors):
            found |= dict.fromkeys(f for f in node.factors if isinstance(f, Name))
    return tuple(found)
