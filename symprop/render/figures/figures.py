"""Which figure stands where, and what is written into it.

statement   names and given numbers; a weight stands on its edge
solution    under a unit its value, above it the derivative with respect to it; under an edge its derivative
paths       the graph of local derivatives between two quantities
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from symprop.model.exercise import Part
from symprop.model.graph import Graph, build_graph, default_targets
from symprop.model.solution import PartSolution, Paths
from symprop.render.escape import Tex
from symprop.render.figures.drawing import Drawing, Link, Spot
from symprop.render.figures.geometry import runs_through
from symprop.render.figures.grids import Lines, grids, with_grids
from symprop.render.figures.layers import Layers
from symprop.render.figures.network import Edge, Network, Unit, network
from symprop.render.figures.search import Effort, Rules, arranged, draw
from symprop.render.figures.values import Printed, is_number, printed
from symprop.render.figures.wrapping import wrapped
from symprop.render.formulas import Printer
from symprop.written import Deriv, Name, Rel, Written

WIDTH = 156.0  # of a figure, mm
HEIGHT = 95.0
EMPTY = Tex("")
SOME = 0.35  # of the labels may be crossed by other edges, where there is no better place
TALLEST = 150.0  # with tables below it
FEWEST_IN_TABLES = 6  # labels of edges
CLEAR = ",clear"
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


def statement_figure(part: Part, tex: Printer) -> Figure | None:
    """The network with its names and the numbers that are given."""
    net = _network(part, build_graph(part))
    if net is None:
        return None
    given = {n: v for n, v in part.given.items() if is_number(v)}
    spots = [_spot(u, tex, below=_number(given.get(u.name), tex) if u.leaf else EMPTY) for u in net.units]
    if any(isinstance(e.weight, Name) and e.weight in given for e in net.edges):
        fuller = [_statement_link(e, tex, given) for e in net.edges]
    else:
        fuller = []
    names = [_statement_link(e, tex, {}) for e in net.edges]
    drawing = _drawn(net, spots, fuller, names)
    if drawing is None:
        return None
    shown = {u.name for u in net.units if u.leaf and u.name in given}
    texts = {x.tex for x in drawing.labels}
    if fuller and (drawing.rules or all(x.over in texts for x in fuller if x.over)):
        shown |= {e.weight for e in net.edges if isinstance(e.weight, Name) and e.weight in given}
    return Figure(drawing, "figure-network" if net.neural else "figure-graph", shown=frozenset(shown))


def solution_figure(solved: PartSolution, tex: Printer) -> Figure | None:
    """The network with the values and derivatives that the solution found before any update."""
    found = printed(solved)
    net = _network(solved.part, build_graph(solved.part)) if found.last >= 0 else None
    if net is None or any(u.name not in found.values for u in net.units):
        return None
    if sum(not u.leaf for u in net.units) < 2:  # one unit needs no overview
        return None
    target = _target(solved.part, found)
    over = {u.name: _adjoint(u, net, found, target) for u in net.units}
    if not any(over.values()) and not any(_slope(e, net, found, target) for e in net.edges):
        return None
    spots = []
    for unit in net.units:
        number = found.values[unit.name]
        above = over[unit.name]
        spot = _spot(unit, tex, _number(above, tex), _number(number, tex))
        spots.append(replace(spot, style="off") if unit.name in found.off and not unit.leaf else spot)
    numbers = {n: v for n, v in solved.part.given.items() if is_number(v)}
    full = [_solution_link(e, net, tex, numbers, _slope(e, net, found, target)) for e in net.edges]
    drawing = _drawn(net, spots, full)
    edges = "-local" if found.local and _local_edges(net) else "-weights"
    if drawing is None:
        return None
    if drawing.rules:
        edges = "-tables"
    beside = sum(bool(spot.above) + bool(spot.below) for spot in spots)
    if not any(x.under for x in full) or len(drawing.labels) == beside:  # the labels of the edges found no place
        edges = ""
    if not any(over.values()):
        kind = "values"
    elif not net.neural or net.expanded:
        kind = "graph-values"
    else:
        kind = "pre" if _by_pre(net, found, target) else "out"
        if kind == "pre" and all(_has_delta(solved.part, target, u) for u in net.units if over[u.name] is not None):
            kind = "delta"
    whole = all(over[u.name] is not None for u in net.units if not u.leaf and u.name != target)
    if edges in ("-weights", "-tables"):
        whole = whole and all(x.under for x, e in zip(full, net.edges, strict=True) if e.weight is not None)
    shown = {n for u in net.units for n in (u.name, u.pre)}
    whole = whole and all(by in shown or not _is_computed(solved.part, by) for of, by in found.adjoints if of == target)
    return Figure(drawing, f"figure-{kind}{edges}", target, found.last, whole)


def _is_computed(part: Part, name: Name) -> bool:
    return any(e.left == name for e in part.equations)


def paths_figure(block: Paths, tex: Printer) -> Figure | None:
    """The quantities between two, each edge with its local derivative."""
    names = list(dict.fromkeys(n for edge in block.edges for n in edge[:2]))
    order = {name: k for k, name in enumerate(block.nodes)}
    spots = [Spot(n, _name(n, tex)) for n in sorted(names, key=lambda n: order.get(n, -1))]
    links = [Link(parent, child, middle=_maths(slope, tex)) for parent, child, slope in block.edges]
    layers = arranged(spots, links, neural=False)
    drawing = layers and draw(spots, links, layers, Rules(WIDTH, HEIGHT, scattered=True))
    return Figure(drawing, "figure-paths") if drawing else None


def _network(part: Part, graph: Graph) -> Network | None:
    return network(graph, expanded=any(task.kind in SHOWN_FUNCTIONS for task in part.tasks))


def _drawn(net: Network, spots: Sequence[Spot], *choices: Sequence[Link]) -> Drawing | None:
    """With the fullest labels that find their places without being crossed, else with the weights in tables or with
    fewer labels, at last with none; a chain that is too long goes over several rows."""
    bare = [Link(e.source, e.target) for e in net.edges]
    layers = arranged(spots, bare, neural=net.neural and not net.expanded)
    if layers is None:
        return None
    effort = Effort()

    def drawn(links: Sequence[Link], crossed: float, scattered: bool = False) -> Drawing | None:
        rules = Rules(WIDTH, HEIGHT, crossed, scattered)
        return draw(spots, links, layers, rules, effort) or wrapped(spots, links, layers, rules, effort)

    plain = drawn(bare, inf)
    if plain is None:  # labels do not make it easier
        return None
    labelled = [links for links in choices if any(x.middle or x.over or x.under for x in links)]
    along = [links for links in labelled if any(x.over or x.under for x in links)]
    across = [links for links in labelled if not any(x.over or x.under for x in links)]
    for links in along:
        if found := drawn(links, 0.0, True):
            return found
    tabulated = _tabulated(plain, layers, spots, labelled[0]) if labelled and net.neural and not net.expanded else None
    if along and tabulated:
        return tabulated
    for most, apart in ((0.0, False), (0.0, True), (SOME, False)):
        for links in across:
            if found := drawn(links, most, apart):
                return found
    return tabulated or (plain if len(choices) > 1 else drawn(bare, SOME))


def _tabulated(plain: Drawing, layers: Layers, spots: Sequence[Spot], links: Sequence[Link]) -> Drawing | None:
    """What would stand on the edges in tables below; the labels that edges run through are laid on white."""
    derived = any(x.under for x in links)
    cells = {(x.source, x.target): _cell(x, derived) for x in links}
    if sum(bool(lines) for lines in cells.values()) < FEWEST_IN_TABLES:
        return None
    labels = tuple(
        replace(x, style=x.style + CLEAR) if any(runs_through(c.path, x.box) for c in plain.curves) else x
        for x in plain.labels
    )
    found = grids(layers, {s.key: s for s in spots}, cells)
    return with_grids(replace(plain, labels=labels), found, WIDTH, TALLEST)


def _cell(link: Link, derived: bool) -> Lines:
    """The derivative by a weight; where there are none, the weight, its name above its number."""
    if derived:
        return ((link.under, "slope"),) if link.under else ()
    name, _, number = (link.middle or link.over).partition(" = ")
    return tuple((Tex(text), "value") for text in (name, number) if text)


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


def _solution_link(
    edge: Edge, net: Network, tex: Printer, numbers: Mapping[Name, Written], slope: Written | None
) -> Link:
    over = EMPTY
    if edge.function is not None:
        over = _maths(edge.function, tex)
    elif edge.weight is not None:
        over = _maths(numbers.get(edge.weight, edge.weight) if isinstance(edge.weight, Name) else edge.weight, tex)
    return Link(edge.source, edge.target, over=over, under=_number(slope, tex))


def _maths(formula: Written, tex: Printer) -> Tex:
    return tex.slashed(formula)


def _name(name: Name, tex: Printer) -> Tex:
    return tex.slashed(name)


def _number(number: Written | None, tex: Printer) -> Tex:
    return tex.slashed(number) if number is not None else EMPTY


# ---- which derivatives


def _target(part: Part, found: Printed) -> Name:
    """What most derivatives are of; the part's own target if it is among them."""
    count: dict[Name, int] = {}
    for of, _ in found.adjoints:
        count[of] = count.get(of, 0) + 1
    own = [t for t in default_targets(part) if t in count]
    return own[0] if own else max(count, key=lambda name: count[name])


def _by_pre(net: Network, found: Printed, target: Name) -> bool:
    """Whether units carry the derivatives by their net inputs: where no fewer of them are known that way."""
    units = [u for u in net.units if not u.leaf]
    pre = sum((target, u.pre) in found.adjoints for u in units)
    out = sum((target, u.name) in found.adjoints for u in units)
    return pre >= out and any(u.pre != u.name for u in units)


def _adjoint(unit: Unit, net: Network, found: Printed, target: Name) -> Written | None:
    by = unit.pre if net.neural and _by_pre(net, found, target) else unit.name
    return None if unit.leaf and net.neural else found.adjoints.get((target, by))


def _has_delta(part: Part, target: Name, unit: Unit) -> bool:
    """Whether the derivative by the net input is called δ on the page."""
    letter = part.display.get(Deriv(target, (unit.pre,)))
    return isinstance(letter, Name) and letter.base == "delta"


def _local_edges(net: Network) -> bool:
    return not net.neural or net.expanded


def _slope(edge: Edge, net: Network, found: Printed, target: Name) -> Written | None:
    """The local derivative of an edge where they were tabulated, else the derivative by a weight that no other has."""
    if found.local and _local_edges(net):
        return found.local.get((edge.target, edge.source))
    if not isinstance(edge.weight, Name) or sum(e.weight == edge.weight for e in net.edges) > 1:
        return None
    return found.adjoints.get((target, edge.weight))
