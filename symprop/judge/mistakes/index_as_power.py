"""An upper index is read as a power:  w_1^2, the weight of layer 2, squared like a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symprop.judge.replay import Replay, Slip
from symprop.model.solution import phrase
from symprop.written import Name, pow_

CODE = "index-as-power"


def slips(replay: Replay) -> Iterator[Slip]:
    graph = replay.subject.graph
    for name in graph.nodes:
        if not name.sup.isdigit() or name.sup == "1":
            continue
        base = replace(name, sup="")
        for meant in (base, replace(name, sup="1"), name):
            if meant in graph:
                changes = {d: _with(f, name, pow_(meant, int(name.sup))) for d, f in _definitions(replay, name)}
                if changes:
                    yield Slip(phrase(CODE, name=name), changes)


def _definitions(replay: Replay, name: Name):  # type: ignore[no-untyped-def]
    from symprop.written import names_of

    found = {d: f for d, f in replay.subject.definitions().items() if name in names_of(f)}
    return found.items()


def _with(formula, name, new):  # type: ignore[no-untyped-def]
    from symprop.written import substitute

    return substitute(formula, {name: new})
