"""What a student may leave out in one exercise: of what σ' and q' are the derivatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symprop.judge.subject import Asked
from symprop.model.graph import Graph, targets_of
from symprop.written import Call, Deriv, Name, Written


def implied(graph: Graph, quantities: Iterable[Written]) -> dict[Name, tuple[Written, ...]]:
    """The arguments of every function and quantity, as far as they lie on the way of the derivatives that are asked."""
    nodes: dict[Name, None] = {}
    for quantity in quantities:
        match quantity:
            case Deriv(Name() as target, (Name() as name,)) if target in graph and name in graph:
                nodes |= dict.fromkeys(n for n in graph.between(name, target) if n != name)
    found: dict[Name, dict[Written, None]] = {}
    for name in graph.order:
        definition = graph[name].definition
        if definition is None:
            continue
        parents = graph[name].parents
        found[name] = dict.fromkeys(parents if len(parents) == 1 else ())
        if nodes and name not in nodes:
            continue
        for call in definition.walk():
            if isinstance(call, Call) and len(call.args) == 1 and not call.primes:
                found.setdefault(call.func, {})[call.args[0]] = None
    return {name: tuple(arguments) for name, arguments in found.items()}


def derivatives(asked: Iterable[Asked], graph: Graph) -> Iterator[Deriv]:
    """The derivatives that are asked, or that a step which is asked needs."""
    for each in asked:
        if isinstance(each.quantity, Deriv):
            yield each.quantity
        elif each.is_update:
            yield Deriv(targets_of(each.task, graph.part)[0], (each.quantity,))
