"""Slips of a forward pass: the bias or another term left out, the activation left out, a term with the wrong sign."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, factors, is_constant, terms_changed
from symprop.model.solution import phrase
from symprop.written import Call, Name, Neg, Sum, names_of

CODE = "forgot-term"


def slips(replay: Replay) -> Iterator[Slip]:
    asked, graph = replay.asked.quantity, replay.subject.graph
    if not isinstance(asked, Name) or replay.asked.is_update or asked not in graph.order:
        return
    for name in graph.order:
        definition = graph[name].definition
        if definition is None or not (name == asked or graph.reaches(name, asked)):
            continue
        if isinstance(definition, Call) and len(definition.args) == 1:
            yield Slip(phrase("forgot-activation", name=name, function=definition.func), {name: definition.args[0]})
        for factor, without in factors(definition):
            if is_constant(factor):
                yield Slip(phrase("forgot-constant-of", name=name, factor=factor), {name: without})
        if isinstance(definition, Sum):
            for term, rest, flipped in terms_changed(definition):
                bare = term.arg if isinstance(term, Neg) else term
                code = "forgot-bias" if isinstance(bare, Name) and names_of(bare) == (bare,) else CODE
                yield Slip(phrase(code, name=name, term=bare), {name: rest})
                yield Slip(phrase("sign-of-term", name=name, term=bare), {name: flipped})
    for other in graph.order:
        if other != asked:
            yield Slip(phrase("wrong-quantity", found=other), formula=other)
