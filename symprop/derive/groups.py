"""A list of derivatives from the target backwards, neuron by neuron:

From L back to z_2, and to its two weights and its bias:    ∂L/∂y, ∂L/∂z_2, ∂L/∂v_1, ∂L/∂v_2, ∂L/∂c
Now z_1, with its weight and its bias:                      ∂L/∂h, ∂L/∂z_1, ∂L/∂w, ∂L/∂b

Where there are many neurons, layer by layer: those that have the same inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symprop.derive.bench import Bench
from symprop.derive.calculus import depends
from symprop.model.solution import Line, Phrase, phrase
from symprop.written import ONE, Call, Deriv, Name

FEWEST, MOST = 2, 4  # neurons; of more of them nobody wants to be told one by one
PARAMETERS = 2  # at least, of each


@dataclass(frozen=True, slots=True)
class Group:
    """The rows back to one net input, and those of the parameters in it."""

    lines: tuple[Line, ...]
    nodes: tuple[Name, ...]
    weights: int
    biases: int

    def said(self, code: str, target: Name) -> Phrase:
        counted = {"group-weights": self.weights, "group-biases": self.biases}
        told = tuple(phrase(kind, n=n) for kind, n in counted.items() if n)
        if len(self.nodes) > 1:
            return phrase(f"{code}-layer", target=target, nodes=self.nodes, parameters=told)
        return phrase(code, target=target, node=self.nodes[0], parameters=told)


def groups(bench: Bench, target: Name, lines: Sequence[Line]) -> tuple[Group, ...]:
    """The neurons of a list in their order; none where the list is no such list of a few neurons."""
    found: list[Group] = []
    for run in _runs(bench, lines):
        group = _group(bench, target, run)
        if group is None:
            return ()
        found.append(group)
    told = found if len(found) <= MOST else _layers(bench, found)
    return tuple(told) if FEWEST <= len(told) <= MOST else ()


def _layers(bench: Bench, found: Sequence[Group]) -> list[Group]:
    """Neurons with the same inputs, one after the other and with as many weights and biases, as one group."""
    told: list[Group] = []
    for group in found:
        last = told[-1] if told else None
        alike = last is not None and (last.weights, last.biases) == (group.weights, group.biases)
        if last is not None and alike and _inputs(bench, last) == _inputs(bench, group):
            told[-1] = replace(last, lines=last.lines + group.lines, nodes=last.nodes + group.nodes)
        else:
            told.append(group)
    return told


def _inputs(bench: Bench, group: Group) -> frozenset[Name]:
    """What the neurons are computed from, their parameters aside."""
    return frozenset(bench.graph[group.nodes[0]].parents) - frozenset(bench.graph.parameters)


def _runs(bench: Bench, lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Adjoints of computed quantities, with the leaves that follow them."""
    run: list[Line] = []
    for line in lines:
        if run and _computed(bench, line) and not _computed(bench, run[-1]):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _computed(bench: Bench, line: Line) -> bool:
    return bench.graph[_by(line)].role == "computed"


def _by(line: Line) -> Name:
    assert isinstance(line.left, Deriv)
    name = line.left.by[0]
    assert isinstance(name, Name)
    return name


def _group(bench: Bench, target: Name, run: Sequence[Line]) -> Group | None:
    """The rows of one neuron: on the way back to its net input, and then all of its parameters, at least two."""
    graph = bench.graph
    way = [_by(line) for line in run if _computed(bench, line)]
    leaves = [_by(line) for line in run[len(way) :]]
    children = {child for name in leaves for child in bench.ways(name, target)}
    if len(leaves) < PARAMETERS or len(children) != 1:
        return None
    (node,) = children
    others = {*graph[node].parents} & {*graph.free_parameters} - {*leaves}
    if node == target or others or (way and way[-1] != node) or any(not graph.reaches(node, q) for q in way[:-1]):
        return None
    biases = sum(bench.local(node, name) == ONE for name in leaves)
    weights = sum(multiplied(bench, name, node) for name in leaves)
    return Group(tuple(run), (node,), weights, biases) if weights and weights + biases == len(leaves) else None


def multiplied(bench: Bench, parameter: Name, node: Name) -> bool:
    """Whether the parameter multiplies a value in the node: a quantity, or a function of others; e^w has its own."""
    slope = bench.local(node, parameter)
    value = isinstance(slope, Name) or (isinstance(slope, Call) and not slope.primes and not depends(slope, parameter))
    return value and slope != node and bench.graph[parameter].role == "parameter"
