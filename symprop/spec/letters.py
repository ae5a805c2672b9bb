"""Letters for adjoints:  δ_3 or z̄_3 for ∂L/∂z_3,  where the exercise says ``adjoints: delta`` or ``bar``.

δ is the derivative by a net input (Bishop 2006, eq. 5.51): by each quantity that parameters enter directly.  A bar may
stand on every quantity that is computed on the way to L (Griewank & Walther 2008, §3.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symprop.model.exercise import Part
from symprop.model.graph import Graph, default_targets
from symprop.spec.reading import Reading
from symprop.written import Deriv, Name, Written


def with_letters(part: Part, graph: Graph, reading: Reading) -> tuple[Part, Reading]:
    """The part and its reading with a letter for every adjoint that has none yet."""
    targets = part.targets or default_targets(part)
    if part.conventions.adjoints == "partial" or len(targets) != 1:
        return part, reading
    (target,) = targets
    taken = {*graph.nodes, *part.display.values(), *part.vocabulary.functions}
    display: dict[Written, Written] = {}
    for node, letter in _letters(part, graph, target):
        symbol = Deriv(target, (node,))
        if symbol not in part.display and letter not in taken:
            display[symbol] = letter
            taken.add(letter)
    aliases = {**(reading.aliases or {}), **{letter: symbol for symbol, letter in display.items()}}
    names = tuple(n for n in display.values() if isinstance(n, Name))
    reading = reading.more(*names)
    reading = reading.with_(reading.vocabulary, aliases)
    return replace(part, display={**part.display, **display}, vocabulary=reading.vocabulary), reading


def _letters(part: Part, graph: Graph, target: Name) -> Iterator[tuple[Name, Name]]:
    """The nodes on the way to the target with their letters."""
    nodes = [n for n in graph.order if n != target and target in graph and graph.reaches(n, target)]
    if part.conventions.adjoints == "bar":
        for node in nodes:
            if not node.accent and not node.primes:
                yield node, replace(node, accent="bar")
        return
    nodes = [n for n in nodes if any(graph[p].role == "parameter" for p in graph[n].parents)]
    numbered = all(n.sub or n.sup for n in nodes) and len({(n.sub, n.sup) for n in nodes}) == len(nodes)
    for node in nodes:
        yield node, Name("delta", sub=node.sub, sup=node.sup) if numbered else Name("delta", sub=node.text)
