"""A network in words, where the author gives none: what it consists of, and which connections are of a special kind.

net-summary   The network has two inputs, three hidden tanh neurons and one output neuron, and no biases.
roles         what the names of its neurons stand for (roles.py)
lateral       a connection inside a layer:  x_3 also feeds x_4 and x_5 in its own layer.
skip          a connection past one neuron:  w_3 takes h_0 past h_1, directly to z_2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symprop import functions
from symprop.derive.roles import roles
from symprop.model.graph import Graph
from symprop.model.network import Network, Unit, network
from symprop.model.solution import Phrase, phrase
from symprop.written import Call, Name, Sum, Written, names_of

MOST_SKIPS = 2  # with more of them they are the rule, and no sentence picks one
KINDS = ("sigmoid", "tanh", "ReLU")


@dataclass(frozen=True, slots=True)
class _Net:
    """Neurons in topological order, and from where each of them is fed, and with which weights."""

    neurons: tuple[Unit, ...]
    feeds: Mapping[Name, tuple[Name, ...]]
    weights: Mapping[tuple[Name, Name], Written | None]

    def fed_by(self, name: Name) -> set[Name]:
        return {n for n, m in self.weights if m == name}

    def lateral(self, a: Name, b: Name) -> bool:
        """a → b inside a layer: neurons with the same inputs, that feed a neuron in common."""
        return (
            bool(self.fed_by(a))
            and bool({*self.feeds.get(a, ())} & {*self.feeds.get(b, ())})
            and self.fed_by(a) <= self.fed_by(b)
        )


def summary(graph: Graph) -> tuple[Phrase, ...]:
    """The sentences that are true of the part's network; none where it is no network of several neurons."""
    found = network(graph)
    if found is None or not found.layered:
        return ()
    weights = {(e.source, e.target): e.weight for e in found.edges}
    net = _Net(tuple(_neurons(found)), _targets(found), weights)
    names = {u.name for u in net.neurons}
    shared = any(sum(p in graph[u.pre].parents for u in net.neurons) > 1 for p in graph.parameters)
    plain = all(u.leaf or u.beyond or (u.name in names and _is_neuron(graph, u)) for u in found.units)
    if len(names) < 2 or not plain:
        return ()
    units = _counted(graph, net)
    counted = phrase("net-summary", units=units, biases=_biases(graph, net))
    other = shared or _goes_on(graph, net) or _weighs_elsewhere(graph, net)
    told = () if other or len({*units}) < len(units) else (counted,)
    return (*told, *roles(graph, net.neurons), *_lateral(net, names), *_skips(graph, net, names))


def _goes_on(graph: Graph, net: _Net) -> bool:
    """Whether more than a loss follows after the last neurons: a maximum, a softmax, the products of gates."""
    names = {u.name for u in net.neurons}
    last = (name for name in names if names.isdisjoint(net.feeds[name]))
    after = (child for name in last for child in graph[name].children)
    outputs = network(graph, errors=False)
    return (outputs is not None and any(u.beyond for u in outputs.units)) or any(
        graph[c].children and sum(graph[p].role == "computed" for p in graph[c].parents) > 1 for c in after
    )


def _weighs_elsewhere(graph: Graph, net: _Net) -> bool:
    """Whether a parameter meets a quantity of the network in what is no neuron and no last loss: w x h"""
    own = {name for u in net.neurons for name in (u.name, u.pre)}
    inside = own | {source for source, _ in net.weights}
    for name in graph.order:
        parents = graph[name].parents
        last = not graph[name].children and any(graph[p].role == "computed" for p in parents)
        meets = not inside.isdisjoint(parents) and any(graph[p].role == "parameter" for p in parents)
        if meets and not last and name not in own:
            return True
    return False


def _neurons(found: Network) -> Iterator[Unit]:
    weighted = {e.target for e in found.edges if e.weight is not None}
    return (u for u in found.units if not u.leaf and not u.beyond and u.name in weighted)


def _targets(found: Network) -> dict[Name, tuple[Name, ...]]:
    return {u.name: tuple(e.target for e in found.edges if e.source == u.name) for u in found.units}


def _is_neuron(graph: Graph, unit: Unit) -> bool:
    """Whether it is a weighted sum, or one known function of it."""
    return _is_linear(graph, unit) or _function(graph, unit) is not None


def _is_linear(graph: Graph, unit: Unit) -> bool:
    """Whether its net input is its output, maybe under another name."""
    definition = graph[unit.name].definition
    return definition == unit.pre or (unit.name == unit.pre and not isinstance(definition, Call))


def _function(graph: Graph, unit: Unit) -> functions.Function | None:
    """The one function that it is of its weighted sum; of tanh(u²) there are two."""
    definition = graph[unit.name].definition
    inner = definition.args[0] if isinstance(definition, Call) else None
    if isinstance(graph[unit.pre].definition if inner == unit.pre else inner, Call):
        return None
    row = functions.lookup(definition, graph.part.vocabulary) if isinstance(definition, Call) else None
    return row if isinstance(row, functions.Function) else None


def _counted(graph: Graph, net: _Net) -> tuple[Phrase, ...]:
    """The inputs, and layer by layer the neurons of one kind."""
    names = {u.name for u in net.neurons}
    inputs = {n for n, m in net.weights if m in names and n not in names}
    level: dict[Name, int] = {}
    groups: dict[tuple[int, str, str], int] = {}
    for unit in net.neurons:
        before = [n for n in net.fed_by(unit.name) if n in level and not net.lateral(n, unit.name)]
        level[unit.name] = 1 + max((level[n] for n in before), default=0)
        role = "hidden" if names.intersection(net.feeds[unit.name]) else "output"
        key = (level[unit.name], role, _kind(graph, unit, role))
        groups[key] = groups.get(key, 0) + 1
    told = [phrase(f"units-{role}{kind}", n=n) for (_, role, kind), n in sorted(groups.items(), key=lambda g: g[0][:2])]
    return (phrase("units-input", n=len(inputs)), *told)


def _kind(graph: Graph, unit: Unit, role: str) -> str:
    row = _function(graph, unit)
    if row is None:
        return "-linear" if role == "hidden" and _is_linear(graph, unit) else ""
    return f"-{row.key}" if row.key in KINDS else ""


def _biases(graph: Graph, net: _Net) -> int:
    """How many neurons have one: a term of the weighted sum with no quantity that feeds the neuron."""
    count = 0
    for unit in net.neurons:
        inner, fed = graph[unit.pre].definition, net.fed_by(unit.name)
        while isinstance(inner, Call):
            inner = inner.args[0]
        assert inner is not None
        terms = inner.terms if isinstance(inner, Sum) else (inner,)
        count += any(fed.isdisjoint(names_of(term)) for term in terms)
    return count


def _lateral(net: _Net, names: set[Name]) -> Iterator[Phrase]:
    for unit in net.neurons:
        beside = tuple(t for t in net.feeds[unit.name] if t in names and net.lateral(unit.name, t))
        if beside:
            yield phrase("lateral", source=unit.name, targets=beside)


def _skips(graph: Graph, net: _Net, names: set[Name]) -> tuple[Phrase, ...]:
    """Connections past exactly one neuron, each with a weight of its own."""
    found = []
    for (source, target), weight in net.weights.items():
        past = [m for m in net.feeds[source] if m in names and (m, target) in net.weights]
        if target not in names or not past:
            continue
        if any(net.lateral(m, target) or net.lateral(source, m) for m in past) or net.lateral(source, target):
            continue
        found.append((source, target, weight, past))
    told = []
    for source, target, weight, past in found:
        alone = len(past) == 1 and (weight is None or (isinstance(weight, Name) and len(graph[weight].children) == 1))
        if alone and weight is not None:
            told.append(phrase("skip", weight=weight, source=source, past=past[0], target=target))
        elif alone:
            told.append(phrase("skip-plain", source=source, past=past[0], target=target))
    return tuple(told) if len(told) == len(found) <= MOST_SKIPS else ()
