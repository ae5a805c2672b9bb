"""Slips of a forward pass: the bias or another term left out, the activation left out, a term with the wrong sign."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip, factors, is_constant, terms_changed
from symprop.model.solution import phrase
from symprop.written import Call, Name, Neg, Prod, Sum, Written, names_of, substitute

CODE = "forgot-term"


def slips(replay: Replay) -> Iterator[Slip]:
    asked, graph = replay.asked.quantity, replay.subject.graph
    if not isinstance(asked, Name) or replay.asked.is_update or asked not in graph.order:
        return
    last = asked if replay.derivative is not None else None  # what is right is told by a derivative

    def made(code: str, name: Name, new: Written, **data: object) -> Slip:
        return Slip(phrase(code, name=name, **data), {name: new}, formula=last)

    for name in graph.order:
        definition = graph[name].definition
        if definition is None or not (name == asked or graph.reaches(name, asked)):
            continue
        if isinstance(definition, Call) and len(definition.args) == 1:
            yield made("forgot-activation", name, definition.args[0], function=definition.func)
        for factor, without in factors(definition):
            if is_constant(factor):
                yield made("forgot-constant-of", name, without, factor=factor)
        if isinstance(definition, Sum):
            for term, rest, flipped in terms_changed(definition):
                bare = term.arg if isinstance(term, Neg) else term
                code = "forgot-bias" if isinstance(bare, Name) and names_of(bare) == (bare,) else CODE
                yield made(code, name, rest, term=bare)
                yield made("sign-of-term", name, flipped, term=bare)
                for factor, without in factors(bare) if isinstance(bare, Prod) else ():
                    if not is_constant(factor):
                        new = substitute(definition, {bare: without})
                        yield made("forgot-factor-of", name, new, factor=factor)
    for other in graph.order:
        if other != asked:
            yield Slip(phrase("wrong-quantity", found=other), formula=other)
