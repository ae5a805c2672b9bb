"""Networks too dense for labels at their units: only names are drawn, and the tables hold the numbers of the units too.

Of a column that is too tall for the page the first units and the last are drawn, dots stand for the others; that is
done only where all of them take the same and feed the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace

from symprop.render.escape import Tex
from symprop.render.figures.drawing import DOTS, Drawing, Link, Spot
from symprop.render.figures.grids import Lines, grids, with_grids
from symprop.render.figures.layers import Layers
from symprop.render.figures.search import Effort, Rules, arranged, draw

FIRST = 2  # drawn of a column before its dots
MOST_ALIKE = 4  # in a column that is drawn whole
TALLEST = 215.0  # with its tables


def in_tables(spots: Sequence[Spot], links: Sequence[Link], cells: dict[tuple[Hashable, Hashable], Lines],
              rules: Rules) -> Drawing | None:  # fmt: skip
    """The network with its names only, and all numbers in tables below it; without tables if they are too large."""
    names = [replace(s, above=Tex(""), below=Tex("")) for s in spots]
    bare = [Link(x.source, x.target) for x in links]
    layers = arranged(names, bare, neural=True)
    plain = draw(names, bare, layers, rules, Effort()) if layers else None
    columns = layers.columns if layers else ()
    if plain is None:
        hidden = _hidden(names, bare)
        if not hidden:
            return None
        layers, plain = _elided(names, bare, hidden, rules)
        if layers is None or plain is None:
            return None
        columns = tuple(tuple(k for s in slots for k in hidden.get(s, (s,))) for slots in layers.columns)
    tables = grids(columns, {s.key: _heads(s) for s in spots}, cells)
    plain = replace(plain, bare=True, untold=frozenset(s.key for s in spots if s.above or s.below))
    found = with_grids(plain, tables, rules.width, TALLEST)
    return replace(found, untold=frozenset(_untold(spots, cells))) if found else plain


def _untold(spots: Sequence[Spot], cells: Mapping[tuple[Hashable, Hashable], Lines]) -> Iterator[Hashable]:
    """Units with numbers that no table has: neither at its top nor, of an input, at its left."""
    filled = [edge for edge, lines in cells.items() if lines]
    top, left = {target for _, target in filled}, {source for source, _ in filled}
    for spot in spots:
        at_left = spot.style == "input" and not spot.above and spot.key in left
        if (spot.above or spot.below) and spot.key not in top and not at_left:
            yield spot.key


def _heads(spot: Spot) -> tuple[Lines, Lines]:
    """A unit at the top of a table, as in the figure its derivative above its name, its value below; and at the left
    of one, an input with its number."""
    lines = ((spot.above, "slope"), (spot.tex, "value"), (spot.below, "value"))
    number = f" = {spot.below}" if spot.style == "input" and spot.below else ""
    return tuple((tex, style) for tex, style in lines if tex), ((Tex(spot.tex + number), "value"),)


def _hidden(spots: Sequence[Spot], links: Sequence[Link]) -> dict[Hashable, tuple[Hashable, ...]]:
    """The units that dots stand for, by the key of the dots: of those that take the same and feed the same."""
    groups: dict[Hashable, list[Hashable]] = {}
    for spot in spots:
        takes = frozenset(x.source for x in links if x.target == spot.key)
        feeds = frozenset(x.target for x in links if x.source == spot.key)
        groups.setdefault((takes, feeds), []).append(spot.key)
    return {(DOTS, g[FIRST]): tuple(g[FIRST:-1]) for g in groups.values() if len(g) > MOST_ALIKE}


def _elided(
    spots: Sequence[Spot], links: Sequence[Link], hidden: dict[Hashable, tuple[Hashable, ...]], rules: Rules
) -> tuple[Layers | None, Drawing | None]:
    """Columns and drawing with dots; in the columns these have edges, in the drawing none."""
    dots = {key: group for group, keys in hidden.items() for key in keys}
    shown: dict[Hashable, Spot] = {}
    for spot in spots:
        key = dots.get(spot.key, spot.key)
        shown.setdefault(key, spot if key == spot.key else Spot(key, Tex(r"\vdots"), DOTS))
    every = list(dict.fromkeys((dots.get(x.source, x.source), dots.get(x.target, x.target)) for x in links))
    layers = arranged([*shown.values()], [Link(*pair) for pair in every], neural=True)
    drawn = [Link(a, b) for a, b in every if a not in hidden and b not in hidden]
    return layers, draw([*shown.values()], drawn, layers, rules, Effort()) if layers else None
