"""An upper index is read as a power:  w_1^2, the weight of layer 2, squared like a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symprop.judge.replay import Replay, Slip
from symprop.model.solution import phrase
from symprop.written import Written, names_of, pow_, substitute

CODE = "index-as-power"


def slips(replay: Replay) -> Iterator[Slip]:
    graph = replay.subject.graph
    for name in graph.nodes:
        if not name.sup.isdigit() or name.sup == "1":
            continue
        for meant in (replace(name, sup=""), replace(name, sup="1"), name):
            if meant in graph:
                read_so: dict[Written, Written] = {name: pow_(meant, int(name.sup))}
                definitions = replay.subject.definitions().items()
                changes = {q: substitute(f, read_so) for q, f in definitions if name in names_of(f)}
                if changes:
                    yield Slip(phrase(CODE, name=name), changes)
