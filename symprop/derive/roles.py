"""What the names of a network stand for, where the author does not say it:

    For neuron j, z_j is the net input and h_j the output.
    Here z_1 and z_2 are the net inputs of neurons, and h and ŷ their outputs, in this order.

Said where each net input has exactly one activation; with an index only if it holds for every quantity of those names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from symprop.model.graph import Graph, pre_activation
from symprop.model.network import Unit
from symprop.model.solution import Phrase, phrase
from symprop.reader.commands import GREEK
from symprop.written import Name, names_of

LISTED = 3  # pairs of names that are told one by one
INDICES = "jikmn"


def roles(graph: Graph, neurons: Iterable[Unit]) -> tuple[Phrase, ...]:
    """The sentence on net inputs and outputs; none where the names say it themselves or it is not true of all."""
    pairs = [(unit.pre, unit.name) for unit in neurons if unit.pre != unit.name]
    if not pairs or not all(_one_activation(graph, pre, out) for pre, out in pairs):
        return ()
    if any(len(name.base) > 1 and name.base not in GREEK for name in pairs[0]):  # net_h1, out_h1
        return ()
    if (index := _index(graph, pairs)) is not None:
        pre, out = (replace(name, sub=index.base) for name in pairs[0])
        return (phrase("roles-index", j=index, pre=pre, out=out),)
    if len(pairs) > LISTED:
        return ()
    return (phrase("roles", pre=tuple(pre for pre, _ in pairs), out=tuple(out for _, out in pairs)),)


def _one_activation(graph: Graph, pre: Name, out: Name) -> bool:
    """Whether the output is f(z), and the net input z goes nowhere else."""
    definition = graph[out].definition
    return definition is not None and pre_activation(definition) == pre and tuple(graph[pre].children) == (out,)


def _index(graph: Graph, pairs: Sequence[tuple[Name, Name]]) -> Name | None:
    """A free letter j, where z_1, h_1, z_2, h_2 … are pairs by their subscripts and all that is called z or h."""
    pre, out = pairs[0]
    families = {(n.base, n.accent, n.sup, n.primes) for n in pairs[0]}
    same = len(families) == 2 and all(
        p.sub and p.sub == o.sub and replace(p, sub=pre.sub) == pre and replace(o, sub=out.sub) == out for p, o in pairs
    )
    named = {name for pair in pairs for name in pair}
    bases = {(n.base, n.accent) for n in named}
    used = {n for e in graph.part.equations for side in (e.left, e.right) for n in names_of(side)}
    if len(pairs) < 2 or not same or any((n.base, n.accent) in bases and n not in named for n in (*graph.nodes, *used)):
        return None
    letters = {letter for n in used for letter in (n.base, *n.sub)}
    return next((Name(letter) for letter in INDICES if letter not in letters), None)
