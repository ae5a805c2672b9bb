"""One derivative over all paths.

    ∂L/∂v = ∂L/∂d · ∂d/∂v,    ∂d/∂v = Σ over the paths v → d of the product of the local derivatives on the path

where d is the first quantity on the way to L whose derivative is known already and which every path passes (else L).
Source: Bauer 1974 (the graph form of the chain rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symprop.derive.backward import times
from symprop.derive.bench import Bench, Known
from symprop.derive.form import KEEP_ALL, keep_unit, tidy
from symprop.derive.reasons import slope_reasons
from symprop.derive.rows import tell_apart, with_numbers
from symprop.derive.stages import reordered, stages
from symprop.model.solution import Block, Line, Lines, Paths, Phrase, Prose, Table, phrase
from symprop.written import ONE, ZERO, Name, Neg, Written, add, mul


def anchor(bench: Bench, target: Name, name: Name) -> Name:
    """The nearest node on every path from ``name`` to the target whose adjoint has been found; else the target."""
    graph = bench.graph
    every = graph.count_paths(name, target)
    for node in graph.order:
        if node in (name, target) or not graph.reaches(name, node) or not graph.reaches(node, target):
            continue
        every_path = graph.count_paths(name, node) * graph.count_paths(node, target) == every
        if every_path and (bench.epoch, bench.adjoint(target, node)) in bench.found:
            return node
    return target


def along(bench: Bench, path: tuple[Name, ...]) -> tuple[Written, Written]:
    """The product of the local derivatives on a path, as symbols and put in, from the source on."""
    pairs = list(pairwise(path))
    symbols = mul(*(bench.edge(child, parent) for parent, child in pairs))
    product: Written = ONE
    for parent, child in pairs:
        slope = bench.local(child, parent)
        product = slope if product == ONE else times(product, slope)
    return symbols, tidy(product)


def said(path: tuple[Name, ...], ways: Sequence[tuple[Name, ...]]) -> Phrase:
    """A path by what no other has: its last node, else its first edge; else written out.

    w → y → L is no direct path from w where w feeds other quantities too.
    """
    one_way_out = len(path) == len(("from", "to")) or len({way[1] for way in ways}) == 1
    if one_way_out and all(set(path) <= set(way) for way in ways):
        return phrase("path-direct")
    if own := tuple(n for n in path if sum(n in way for way in ways) == 1):
        return phrase("path", names=own[-1:])
    edges = (edge for edge in pairwise(path) if sum(edge in pairwise(way) for way in ways) == 1)
    if edge := next(edges, ()):
        return phrase("path-edge", names=edge)
    return phrase("path-whole", names=path)


def path_graph(bench: Bench, name: Name, last: Name) -> Paths:
    """The quantities between two, each edge with its local derivative."""
    nodes = bench.graph.between(name, last)
    edges = [(p, c) for c in nodes for p in dict.fromkeys(bench.graph[c].parents) if p in nodes]
    found = tuple((p, c, bench.local(c, p)) for p, c in edges)
    claims = tuple(Line(bench.edge(c, p), (("=", slope),), epoch=bench.epoch) for p, c, slope in found)
    return Paths(nodes, found, claims)


def collected(bench: Bench, total: Written) -> list[tuple[Written, Phrase]]:
    """The sum over the paths as one formula in textbook form, then by the equations of the exercise, each with its
    reason."""
    factored = tidy(total)
    told = [(f, reason or phrase("simplify")) for f, reason in stages(total, factored, KEEP_ALL)[1:]]
    by_names = bench.folding.steps(factored, total)
    if reordered(total, factored) or (by_names and len(told) > 1):
        told = []
    return [*told, *by_names]


def paths(bench: Bench, target: Name, name: Name) -> list[Block]:
    """The blocks that show ∂target/∂name as a sum over paths."""
    blocks: list[Block] = []
    symbol = bench.adjoint(target, name)
    last = anchor(bench, target, name)
    inner = bench.adjoint(last, name)
    if last != target:
        rule = mul(bench.adjoint(target, last), inner)
        blocks.append(Prose((phrase("only-through", z=name, target=target, child=last),)))
        blocks.append(Lines((Line(symbol, (("=", rule),), (phrase("chain"),), epoch=bench.epoch),)))
    ways = bench.graph.paths(name, last)
    found = [along(bench, path) for path in ways]
    total = (
        add(*(Neg(p.arg) if isinstance(p, Neg) else p for _, p in found if p != ZERO))
        if any(p != ZERO for _, p in found)
        else ZERO
    )
    if len(ways) > 1:
        blocks.append(Prose((phrase("paths-list", z=name, target=last, n=len(ways)),)))
        blocks.append(path_graph(bench, name, last))
        blocks.append(Prose((phrase("multiply-add"),)))
        claims = tuple(Line(symbols, (("=", product),), epoch=bench.epoch) for symbols, product in found)
        rows = tuple((said(path, ways), product) for path, (_, product) in zip(ways, found, strict=True))
        blocks.append(Table((phrase("column-path"), phrase("column-product")), rows, claims))
    further = collected(bench, total)
    factored = further[-1][0] if further else total
    formulas = [total]
    if len(ways) == 1 and found[0][0] != inner:
        formulas.insert(0, found[0][0])
    reasons: tuple[Phrase, ...] = (phrase("chain"),) if len(ways) == 1 and len(ways[0]) > 2 else ()
    slopes = slope_reasons(bench, total) if bench.numeric else ()
    ends_here, label = last == target, bench.new_label()
    steps: list[tuple[Written, tuple[Phrase, ...]]] = [(formula, (reason,)) for formula, reason in further]
    if steps:
        steps[-1] = (factored, steps[-1][1] + slopes)
    else:
        reasons += slopes
    row = with_numbers(bench, inner, [*formulas, *(f for f, _ in steps)], reasons, label=label, boxed=ends_here)
    tell_apart(bench, label, len(row.chain) - len(formulas) - len(steps), [why for _, why in steps])
    if len(ways) == 1:
        blocks.append(Prose((phrase("path-one", z=name, target=last),)))
    else:
        blocks.append(Prose((phrase("hence" if ends_here else "together"),)))
    blocks.append(Lines((row,)))
    closed = factored
    if not ends_here:
        closed = keep_unit(bench.unit(target, last), factored)
        cited = bench.found[(bench.epoch, bench.adjoint(target, last))].label
        lead = phrase("hence-by", lines=(cited, row.label)) if cited else phrase("hence")
        why = () if cited else (phrase("chain"),)
        formulas = [mul(bench.adjoint(target, last), inner)] if bench.numeric else [closed]
        label = bench.new_label()
        blocks.append(Prose((lead,)))
        blocks.append(Lines((with_numbers(bench, symbol, formulas, why, label=label, boxed=True),)))
        bench.found[(bench.epoch, symbol)] = Known(closed, label, bench.task)
    else:
        bench.found[(bench.epoch, symbol)] = Known(closed, row.label, bench.task)
    bench.forms[symbol] = closed
    return blocks
