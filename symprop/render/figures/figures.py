"""Which figure stands where, and what is written into it.

statement   names and given numbers; a weight stands on its edge
solution    under a unit its value, above it the derivative with respect to it; under an edge its derivative
paths       the graph of local derivatives between two quantities
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symprop.model.exercise import Part
from symprop.model.graph import build_graph
from symprop.model.network import Edge, Network, Unit, network
from symprop.model.solution import PartSolution, Paths
from symprop.render.escape import Tex
from symprop.render.figures.choosing import HEIGHT, WIDTH, drawn
from symprop.render.figures.derivatives import adjoint, by_net_inputs, has_delta, local_edges, slope, targets
from symprop.render.figures.drawing import Drawing, Link, Spot
from symprop.render.figures.search import Rules, arranged, draw
from symprop.render.figures.values import Printed, is_number, printed
from symprop.render.formulas import Printer
from symprop.written import Name, Rel, Written

EMPTY = Tex("")
SHOWN_FUNCTIONS = ("local", "count")  # questions about the functions themselves: each is a unit then


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing and the sentence that explains it (a code of the words file, with the target); ``after``: its task."""

    drawing: Drawing
    key: str
    target: Name | None = None
    after: int = -1
    whole: bool = True  # whether it shows every derivative, and every unit and weight has one
    shown: frozenset[Name] = frozenset()  # whose given numbers stand in it
    notes: tuple[str, ...] = ()  # further sentences, by their codes


def statement_figure(part: Part, tex: Printer, beside: Callable[[Drawing], bool] = lambda _: True) -> Figure | None:
    """The network with its names and the numbers that are given; ``beside``: whether a drawing leaves the equations
    their place, for which the errors of several outputs are left out."""
    figures = [f for net in _networks(part) if (f := _statement(net, part, tex)) is not None]
    labelled = (f for f in figures if not f.drawing.rules)
    return next((f for f in labelled if beside(f.drawing)), _most_telling(figures))


def _statement(net: Network, part: Part, tex: Printer) -> Figure | None:
    given = {n: v for n, v in part.given.items() if is_number(v)}
    spots = [_spot(u, tex, below=_number(given.get(u.name), tex) if u.leaf else EMPTY) for u in net.units]
    if any(isinstance(e.weight, Name) and e.weight in given for e in net.edges):
        fuller = [_statement_link(e, tex, given) for e in net.edges]
    else:
        fuller = []
    names = [_statement_link(e, tex, {}) for e in net.edges]
    drawing = drawn(tuple(spots), *([tuple(fuller)] if fuller else []), tuple(names), layered=net.layered)
    if drawing is None:
        return None
    shown = {u.name for u in net.units if u.leaf and u.name in given} - drawing.untold
    texts = {x.tex for x in drawing.labels}
    if fuller and (drawing.rules or all(x.over in texts for x in fuller if x.over)):
        shown |= {e.weight for e in net.edges if isinstance(e.weight, Name) and e.weight in given}
    return Figure(drawing, "figure-network" if net.neural else "figure-graph", shown=frozenset(shown))


def solution_figures(solved: PartSolution, tex: Printer) -> tuple[Figure, ...]:
    """The network with the values and derivatives that the solution found before any update, once for each target."""
    found = printed(solved)
    if not found.last:
        return ()
    nets = [net for net in _networks(solved.part) if all(u.name in found.values for u in net.units)]
    nets = [net for net in nets if sum(not u.leaf for u in net.units) > 1]  # one unit needs no overview
    made = []
    for target in targets(solved, found):
        figures = [_solution(net, solved.part, found, target, tex) for net in nets]
        made.append(_most_telling([f for f in figures if f is not None]))
    return tuple(f for f in made if f is not None)


def _solution(net: Network, part: Part, found: Printed, target: Name, tex: Printer) -> Figure | None:
    over = {u.name: adjoint(u, net, found, target) for u in net.units}
    if not any(over.values()) and not any(slope(e, net, found, target) for e in net.edges):
        return None
    spots = []
    for unit in net.units:
        spot = _spot(unit, tex, _number(over[unit.name], tex), _number(found.values[unit.name], tex))
        spots.append(replace(spot, style="off") if unit.name in found.off and not unit.leaf else spot)
    numbers = {n: v for n, v in part.given.items() if is_number(v)}
    full = [_solution_link(e, tex, numbers, slope(e, net, found, target)) for e in net.edges]
    drawing = drawn(tuple(spots), tuple(full), layered=net.layered)
    if drawing is None or drawing.untold:
        return None
    edges = "-local" if local_edges(net, found) else "-weights"
    if drawing.rules:
        edges = "-heads" if drawing.bare else "-tables"
    beside = sum(bool(spot.above) + bool(spot.below) for spot in spots)
    derived = any(x.under for x in full)
    if drawing.bare and not derived:
        return None
    if not derived or (len(drawing.labels) == beside and not drawing.rules):  # the labels of edges found no place
        edges = ""
    kind = _kind(net, part, found, target)
    whole = all(over[u.name] is not None for u in net.units if not u.leaf and u.name != target)
    if edges in ("-weights", "-tables", "-heads"):
        whole = whole and all(x.under for x, e in zip(full, net.edges, strict=True) if e.weight is not None)
    computed = {e.left for e in part.equations} - {n for u in net.units for n in (u.name, u.pre)}
    whole = whole and not any(of == target and by in computed for of, by in found.adjoints)
    notes = []
    if kind in ("pre", "delta") and any(u.beyond and over[u.name] is not None for u in net.units):
        notes.append("figure-beyond")
    promised = [u for u in net.units if u.name != target and not (net.layered and (u.leaf or u.beyond))]
    labelled = [x for x, e in zip(full, net.edges, strict=True) if edges == "-local" or e.weight is not None]
    if (kind != "values" and any(over[u.name] is None for u in promised)) or (
        edges and not all(x.under for x in labelled)
    ):
        notes.append("figure-gaps")
    last = found.last.get(target, max(found.last.values()))
    return Figure(drawing, f"figure-{kind}{edges}", target, last, whole, notes=tuple(notes))


def _kind(net: Network, part: Part, found: Printed, target: Name) -> str:
    """What stands at the units, as the words file calls it."""
    derived = [u for u in net.units if adjoint(u, net, found, target) is not None]
    if not derived:
        return "values"
    if not net.layered:
        return "graph-values"
    if not by_net_inputs(net, found, target):
        return "out"
    return "delta" if all(has_delta(part, target, u) for u in derived if not u.beyond) else "pre"


def paths_figure(block: Paths, tex: Printer) -> Figure | None:
    """The quantities between two, each edge with its local derivative."""
    names = list(dict.fromkeys(n for edge in block.edges for n in edge[:2]))
    order = {name: k for k, name in enumerate(block.nodes)}
    spots = [Spot(n, _name(n, tex)) for n in sorted(names, key=lambda n: order.get(n, -1))]
    links = [Link(parent, child, middle=_maths(slope, tex)) for parent, child, slope in block.edges]
    layers = arranged(spots, links, neural=False)
    drawing = layers and draw(spots, links, layers, Rules(WIDTH, HEIGHT, scattered=True))
    return Figure(drawing, "figure-paths") if drawing else None


def _networks(part: Part) -> Iterator[Network]:
    """The network; then without the errors of its outputs, if it has several units of that kind."""
    graph = build_graph(part)
    if any(graph[name].derivatives for name in graph.order):
        return  # m = β m_0 + ∂L/∂w: what a derivative depends on is no edge
    expanded = any(task.kind in SHOWN_FUNCTIONS for task in part.tasks)
    whole = network(graph, expanded=expanded)
    if whole is not None:
        yield whole
        shorter = network(graph, expanded=expanded, errors=False)
        if shorter is not None and shorter != whole:
            yield shorter


def _most_telling(figures: Sequence[Figure]) -> Figure | None:
    """The first whose edges carry their labels; else the first."""
    return next((f for f in figures if not f.drawing.rules), figures[0] if figures else None)


# ---- what is written


def _spot(unit: Unit, tex: Printer, above: Tex = EMPTY, below: Tex = EMPTY) -> Spot:
    return Spot(unit.name, _name(unit.name, tex), "input" if unit.leaf else "neuron", above, below)


def _statement_link(edge: Edge, tex: Printer, given: Mapping[Name, Written]) -> Link:
    if edge.function is not None:
        return Link(edge.source, edge.target, over=_maths(edge.function, tex))
    if edge.weight is None:
        return Link(edge.source, edge.target)
    number = given.get(edge.weight) if isinstance(edge.weight, Name) else None
    if number is not None:
        return Link(edge.source, edge.target, over=_maths(Rel((edge.weight, number), ("=",)), tex))
    if given:
        return Link(edge.source, edge.target, over=_maths(edge.weight, tex))
    return Link(edge.source, edge.target, middle=_maths(edge.weight, tex))


def _solution_link(edge: Edge, tex: Printer, numbers: Mapping[Name, Written], derivative: Written | None) -> Link:
    over = EMPTY
    if edge.function is not None:
        over = _maths(edge.function, tex)
    elif edge.weight is not None:
        over = _maths(numbers.get(edge.weight, edge.weight) if isinstance(edge.weight, Name) else edge.weight, tex)
    return Link(edge.source, edge.target, over=over, under=_number(derivative, tex))


def _maths(formula: Written, tex: Printer) -> Tex:
    return tex.slashed(formula)


def _name(name: Name, tex: Printer) -> Tex:
    return tex.slashed(name)


def _number(number: Written | None, tex: Printer) -> Tex:
    return tex.slashed(number) if number is not None else EMPTY
