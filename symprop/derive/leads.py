"""The displays of a backward pass, under the sentences that lead to them.

feeds              parameters that go into one quantity whose derivative is known
group              the same neuron by neuron, in a list of a few neurons (groups.py)
delta-times-input  ∂L/∂w = δ · value: after the list of the δ, a list of their own
shared-lines       how far the way back is common to all derivatives that are asked
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from symprop.derive.bench import Bench
from symprop.derive.comparison import outputs
from symprop.derive.groups import groups, multiplied
from symprop.derive.reasons import slope_note
from symprop.model.graph import pre_activation
from symprop.model.solution import Block, Line, Lines, Phrase, Prose, phrase
from symprop.written import ONE, Deriv, Name, Prod

FEWEST = 2
MOST = 4  # quantities that a sentence lists


def lead(bench: Bench, target: Name, lines: Sequence[Line]) -> Phrase:
    """What happens in these lines: one quantity's way to the target, or all adjoints backwards."""
    symbol = lines[0].left
    reached = {way for line in lines if isinstance(line.left, Deriv) for way in _ways(bench, line.left, target)}
    if reached == {target}:
        return phrase("own-equation", target=target)
    if (fed := fed_by(bench, target, lines)) is not None and len(lines) > 1:
        names = tuple(line.left.by[0] for line in lines if isinstance(line.left, Deriv))
        return phrase("feeds", names=names, node=fed)
    if len(lines) == 1 and isinstance(symbol, Deriv) and isinstance(symbol.by[0], Name):
        name = symbol.by[0]
        ways = bench.ways(name, target)
        if len(ways) == 1 and ways[0] != target:
            slope = bench.local(ways[0], name)
            data = {"z": name, "target": target, "child": ways[0]}
            if isinstance(slope, Name) and not bench.graph.reaches(name, slope):  # else the child is not linear in z
                return phrase("only-through-times", partner=slope, **data)
            return phrase("only-through-added" if slope == ONE else "only-through-colon", **data)
    if bench.table and bench.table[:2] == (bench.epoch, target):
        return phrase("chain-next", target=target, part=bench.table[2])
    if bench.graph[target].role == "upstream":
        given = tuple(d for d in bench.part.upstream if isinstance(d, Deriv) and d.of == target)
        return phrase("back-given", given=given)
    goes_on = isinstance(symbol, Deriv) and target not in _ways(bench, symbol, target)
    if goes_on and (earlier := _earlier(bench, target, lines)):
        return phrase("back-further", target=target, parts=earlier)
    return phrase("back-order", target=target)


def fan_out(bench: Bench, line: Line, target: Name) -> Phrase | None:
    """Through which few quantities, none of them the target itself, the one on the left acts."""
    if not isinstance(line.left, Deriv):
        return None
    ways = _ways(bench, line.left, target)
    told = FEWEST <= len(ways) <= MOST and target not in ways
    return phrase("fan-out", z=line.left.by[0], target=target, children=ways) if told else None


def at_fan_out(bench: Bench, target: Name, said: tuple[Phrase, ...], lines: Sequence[Line]) -> list[Block]:
    """The lines under a sentence; formulas in two displays where one quantity alone acts in several ways and all that
    follows lies behind it."""
    fans = {k: fan for k, line in enumerate(lines) if (fan := fan_out(bench, line, target))}
    k, fan = next(iter(fans.items()), (0, None))
    node = dict(fan.data)["z"] if fan is not None else None
    long = FEWEST <= k <= len(lines) - FEWEST and len(fans) == 1 and not bench.numeric
    if not long or fan is None or not isinstance(node, Name) or not _behind(bench, node, target, lines[k + 1 :]):
        return [Prose(said), Lines(tuple(lines))]
    return [Prose(said), Lines(tuple(lines[:k])), Prose((fan,)), Lines(tuple(lines[k:]))]


def _earlier(bench: Bench, target: Name, lines: Sequence[Line]) -> tuple[str, ...]:
    """The tasks above that found derivatives with which these lines go on."""
    used = (bench.adjoint(target, way) for line in lines if isinstance(line.left, Deriv)
            for way in _ways(bench, line.left, target))  # fmt: skip
    known = (bench.found.get((bench.epoch, symbol)) for symbol in used)
    return tuple(dict.fromkeys(k.task for k in known if k and k.task and k.task != bench.task))


def fed_by(bench: Bench, target: Name, lines: Sequence[Line]) -> Name | None:
    """The one quantity, not the target itself, into which all of these leaves go and nowhere else."""
    children: set[Name] = set()
    for line in lines:
        if not isinstance(line.left, Deriv) or not isinstance(name := line.left.by[0], Name):
            return None
        if bench.graph[name].role == "computed":
            return None
        children.update(bench.graph[name].children)
    return children.pop() if len(children) == 1 and target not in children else None


def displays(bench: Bench, target: Name, lines: Sequence[Line]) -> list[Block]:
    """The lines under the sentences that lead to them.

    Closed forms of leaves that feed a quantity whose derivative is known stand by themselves, before what goes on back
    from there; after a list of δ the derivatives that are a δ times a value.
    """
    times = {name: line for line in lines if (name := times_delta(bench, target, line)) is not None}
    if len(times) >= FEWEST:
        deltas = [line for line in lines if line not in times.values()]
        return [*displays(bench, target, deltas), *weight_list(bench, target, times)]
    first = next((k for k in range(len(lines), 1, -1) if fed_by(bench, target, lines[:k]) is not None), 0)
    node, rest = fed_by(bench, target, lines[:first]), lines[first:]
    if first and rest and node is not None and not bench.numeric and _behind(bench, node, target, rest):
        back = (phrase("back-order", target=node),)
        return [*displays(bench, target, lines[:first]), *at_fan_out(bench, target, back, rest)]
    if not lines:
        return []
    said = lead(bench, target, lines)
    if said.code == "feeds":  # by the chain rule, as the sentence says
        lines = [replace(line, reasons=tuple(r for r in line.reasons if r.code != "chain")) for line in lines]
    reasons = [r for line in lines for r in line.reasons]
    slopes, found = slope_note(bench, reasons), groups(bench, target, lines)
    if not found:
        return at_fan_out(bench, target, (*slopes, *shared_lines(bench, target, lines), said), lines)
    if said.code == "back-order":
        said = found[0].said("group-first", target)
    told: list[Block] = [Prose((*slopes, said)), Lines(found[0].lines)]
    for group in found[1:]:
        told += [Prose((group.said("group", target),)), Lines(group.lines)]
    return told


def times_delta(bench: Bench, target: Name, line: Line) -> Name | None:
    """The parameter by which the line differentiates, if it multiplies one value in the net input of one δ, or is added
    there."""
    name = line.left.by[0] if isinstance(line.left, Deriv) else None
    if not isinstance(name, Name) or bench.graph[name].role != "parameter" or len(bench.ways(name, target)) != 1:
        return None
    (node,) = bench.ways(name, target)
    enters = bench.local(node, name) == ONE or multiplied(bench, name, node)
    return name if enters and bench.part.has_delta(bench.adjoint(target, node)) else None


def weight_list(bench: Bench, target: Name, lines: Mapping[Name, Line]) -> list[Block]:
    """∂L/∂w = δ h = …, by the rule that the sentence states: the chain in symbols is left out."""
    rows = []
    for line in lines.values():
        first = line.chain[0][1]
        chain = line.chain[1:] if isinstance(first, Prod) and isinstance(first.factors[-1], Deriv) else line.chain
        rows.append(replace(line, chain=chain, reasons=tuple(r for r in line.reasons if r.code != "chain")))
    added = tuple(name for name in lines if bench.local(bench.ways(name, target)[0], name) == ONE)
    said = phrase("delta-times-input-bias", biases=added) if added else phrase("delta-times-input")
    if len(added) == len(lines):
        said = phrase("delta-bias", biases=added)
    return [Prose((said,)), Lines(tuple(rows))]


def linear_same(bench: Bench, target: Name, deltas: Sequence[Deriv]) -> tuple[Phrase, ...]:
    """Which of these δ belong to neurons without an activation function, where others belong to net inputs with one.

    Such a neuron has weights of its own and gives its net input on as it is: as a factor, or to be compared with its
    target value.  The exponent of a softmax does neither.
    """
    nodes = [d.by[0] for d in deltas if isinstance(d.by[0], Name) and bench.part.has_delta(d)]
    active = [z for z in nodes if any(_activates(bench, child, z) for child in bench.graph[z].children)]
    ends = {output for output, _ in outputs(bench, target)}
    linear = tuple(
        z for z in nodes
        if z not in active and any(multiplied(bench, p, z) for p in bench.graph[z].parents)
        and _given_on(bench, z, target, ends)
    )  # fmt: skip
    return (phrase("linear-same", names=linear),) if active and linear else ()


def _activates(bench: Bench, child: Name, z: Name) -> bool:
    """Whether the child is f(z)."""
    definition = bench.graph[child].definition
    return definition is not None and pre_activation(definition) == z


def _given_on(bench: Bench, z: Name, target: Name, ends: Container[Name]) -> bool:
    """Whether z goes on as it is, maybe under another name: multiplied by a parameter, or compared with its target."""
    for child in bench.ways(z, target):
        slope = bench.local(child, z)
        weighted = isinstance(slope, Name) and multiplied(bench, slope, child)
        renamed = bench.graph[child].definition == z and _given_on(bench, child, target, ends)
        if not (z in ends if child == target else weighted or renamed):
            return False
    return True


def shared_lines(bench: Bench, target: Name, lines: Sequence[Line]) -> tuple[Phrase, ...]:
    """That the way back to one quantity, of at least two lines, is on the way to every derivative that is asked."""
    asked = [line for line in lines if line.boxed]
    before = lines[: next((k for k, line in enumerate(lines) if line.boxed), 0)]
    for k in range(len(before), FEWEST - 1, -1):
        left = before[k - 1].left
        node = left.by[0] if isinstance(left, Deriv) else None
        if len(asked) >= FEWEST and isinstance(node, Name) and _behind(bench, node, target, lines[k:]):
            return (phrase("shared-lines", target=target, node=node, asked=len(asked)),)
    return ()


def _behind(bench: Bench, node: Name, target: Name, lines: Sequence[Line]) -> bool:
    """Whether every way to the target leads through the node, for each of the quantities on the left."""
    graph = bench.graph
    past = {target} - {node}  # what reaches the target past the node
    stack = list(past)
    while stack:
        for parent in graph[stack.pop()].parents:
            if parent != node and parent not in past:
                past.add(parent)
                stack.append(parent)
    names = [n for line in lines if isinstance(line.left, Deriv) for n in line.left.by if isinstance(n, Name)]
    return all(n not in past and graph.reaches(n, node) for n in names)


def _ways(bench: Bench, symbol: Deriv, target: Name) -> tuple[Name, ...]:
    return bench.ways(symbol.by[0], target) if isinstance(symbol.by[0], Name) else ()
