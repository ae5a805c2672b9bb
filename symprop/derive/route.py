"""A second route to a closed form: after substituting and differentiating, the chain rule along the graph.

∂L/∂z = ∂L/∂x · ∂x/∂z = (1/x - t/x²) · 2z = 2 (z² - t)/z³
"""

from __future__ import annotations

from symprop.derive.bench import Bench
from symprop.model.solution import Block, Line, Lines, Prose, phrase
from symprop.written import ONE, Call, Name, Written, mul


def second_route(bench: Bench, target: Name, name: Name, result: Written) -> list[Block]:
    """The blocks, where one quantity stands between the two and shows something; told once a part."""
    if bench.numeric or bench.routed or bench.graph.count_paths(name, target) != 1:
        return []
    (path,) = bench.graph.paths(name, target)
    if len(path) != len((name, target)) + 1:
        return []
    edges = ((target, path[1]), (path[1], name))
    slopes = [bench.local(child, parent) for child, parent in edges]
    if any(_plain(slope) for slope in slopes):
        return []
    bench.routed = True
    chain = (("=", mul(*(bench.edge(*edge) for edge in edges))), ("=", mul(*slopes)), ("=", result))
    line = Line(bench.adjoint(target, name), chain, epoch=bench.epoch)
    return [Prose((phrase("second-route", node=path[1]),)), Lines((line,))]


def _plain(slope: Written) -> bool:
    """Whether the chain would show nothing: a factor 1, a function left open."""
    return slope == ONE or any(isinstance(node, Call) and node.primes for node in slope.walk())
