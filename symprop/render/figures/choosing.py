"""Where the labels of edges go: on the edges if they find their places there, else into tables, else nowhere."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from math import inf

from symprop.render.escape import Tex
from symprop.render.figures.drawing import Drawing, Link, Spot
from symprop.render.figures.elision import in_tables
from symprop.render.figures.geometry import runs_through
from symprop.render.figures.grids import Lines, grids, with_grids
from symprop.render.figures.layers import Layers
from symprop.render.figures.search import Effort, Rules, arranged, draw
from symprop.render.figures.wrapping import wrapped

WIDTH = 156.0  # of a figure, mm
HEIGHT = 95.0
SOME = 0.35  # of the labels may be crossed by other edges, where there is no better place
TALLEST = 150.0  # with tables below it
FEWEST_IN_TABLES = 6  # labels of edges
FANNED, JOINED = 0.3, 0.0  # at the sides of units
CLEAR = ",clear"
KEPT = 256  # drawings: the sheets of an exercise show the same ones


@lru_cache(KEPT)
def drawn(spots: tuple[Spot, ...], *choices: tuple[Link, ...], layered: bool) -> Drawing | None:
    """With the fullest labels that find their places without being crossed, else with the weights in tables or with
    fewer labels, at last with none; a chain that is too long goes over several rows.

    ``layered``: a network, whose weights can stand in tables.
    """
    bare = [Link(x.source, x.target) for x in choices[-1]]
    labelled = [links for links in choices if any(x.middle or x.over or x.under for x in links)]
    layers, effort = arranged(spots, bare, neural=layered), Effort()

    def attempt(links: Sequence[Link], crossed: float, scattered: bool = False, ports: float = 1.0) -> Drawing | None:
        rules = Rules(WIDTH, HEIGHT, crossed, scattered, ports)
        if layers is None:
            return None
        return draw(spots, links, layers, rules, effort) or wrapped(spots, links, layers, rules, effort)

    def summary() -> Drawing | None:
        cells = _cells((labelled or choices)[0])
        return in_tables(spots, bare, cells, Rules(WIDTH, HEIGHT)) if layered else None

    plain = _clearest(partial(attempt, bare, inf))
    if layers is None or plain is None:  # labels do not make it easier
        return summary()
    along = [links for links in labelled if any(x.over or x.under for x in links)]
    across = [links for links in labelled if not any(x.over or x.under for x in links)]
    for links in along:
        if found := attempt(links, 0.0, True):
            return found
    tabulated = _tabulated(plain, layers, spots, labelled[0]) if labelled and layered else None
    if along and tabulated:
        return tabulated
    for most, apart in ((0.0, False), (0.0, True), (SOME, False)):
        for links in across:
            if found := attempt(links, most, apart):
                return found
    if tabulated is None and along and (found := summary()) and found.rules and not found.untold:
        return found
    if tabulated is None and len(choices) == 1 and _crossed(plain) > SOME * len(plain.labels):
        return None
    return tabulated or _on_white(plain)


def _clearest(attempt: Callable[..., Drawing | None]) -> Drawing | None:
    """Without labels on edges: as few labels at units crossed as can be, edges turned to the sides if need be."""
    best: Drawing | None = None
    for ports in (1.0, FANNED, JOINED):
        found = attempt(ports=ports)
        if found is not None and (best is None or _crossed(found) < _crossed(best)):
            best = found
        if best is not None and not _crossed(best):
            break
    return best


def _crossed(drawing: Drawing) -> int:
    """How many labels at units are run through by an edge."""
    return sum(runs_through(c.path, x.box) for x in drawing.labels for c in drawing.curves)


def _on_white(drawing: Drawing) -> Drawing:
    """The labels that edges run through are laid on white."""
    labels = tuple(
        replace(x, style=x.style + CLEAR) if any(runs_through(c.path, x.box) for c in drawing.curves) else x
        for x in drawing.labels
    )
    return replace(drawing, labels=labels)


def _tabulated(plain: Drawing, layers: Layers, spots: Sequence[Spot], links: Sequence[Link]) -> Drawing | None:
    """What would stand on the edges in tables below."""
    cells = _cells(links)
    if sum(bool(lines) for lines in cells.values()) < FEWEST_IN_TABLES:
        return None
    found = grids(layers.columns, {s.key: (name, name) for s in spots for name in [((s.tex, "value"),)]}, cells)
    return with_grids(_on_white(plain), found, WIDTH, TALLEST)


def _cells(links: Sequence[Link]) -> dict[tuple[Hashable, Hashable], Lines]:
    """What stands in the tables, by edge."""
    derived = any(x.under for x in links)
    return {(x.source, x.target): _cell(x, derived) for x in links}


def _cell(link: Link, derived: bool) -> Lines:
    """The derivative by a weight; where there are none, the weight, its name above its number."""
    if derived:
        return ((link.under, "slope"),) if link.under else ()
    name, _, number = (link.middle or link.over).partition(" = ")
    return tuple((Tex(text), "value") for text in (name, number) if text)
