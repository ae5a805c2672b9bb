"""A chain that is too long for the page: cut where all ways pass one unit, which begins the next row once more."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

from symprop.render.escape import Tex
from symprop.render.figures.drawing import Curve, Drawing, Label, Link, Node, Spot
from symprop.render.figures.geometry import Point
from symprop.render.figures.layers import Layers
from symprop.render.figures.search import Effort, Rules, draw, too_wide

MOST_ROWS = 3
BETWEEN = 5.0  # rows


def wrapped(
    spots: Sequence[Spot], links: Sequence[Link], layers: Layers, rules: Rules, effort: Effort
) -> Drawing | None:
    """The drawing in two or three rows; None if it fits in one, cannot be cut, or its rows do not fit either."""
    if not too_wide(spots, links, layers, rules.width):
        return None
    places = cuts(layers)
    for rows in range(2, MOST_ROWS + 1):
        if len(places) < rows - 1:
            return None
        last = len(layers.columns) - 1
        at = min(combinations(places, rows - 1), key=lambda cut: max(b - a for a, b in pairwise((0, *cut, last))))
        drawings = []
        for first, end in pairwise((0, *at, last)):
            piece = draw(*_piece(spots, links, layers, first, end), rules, effort)
            if piece is None:
                break
            drawings.append(piece)
        else:
            whole = _stacked(drawings)
            return whole if whole.height <= rules.height else None
    return None


def cuts(layers: Layers) -> list[int]:
    """The inner columns with one unit only, past which no edge leads."""
    column = {slot: c for c, slots in enumerate(layers.columns) for slot in slots}
    back = [(column[b], column[a]) for a, b in layers.ways if column[b] < column[a]]
    return [
        c
        for c, slots in enumerate(layers.columns)
        if 0 < c < len(layers.columns) - 1
        and len(slots) == 1
        and any(slots[0] in edge for edge in layers.ways)
        and not any(low < c < high for low, high in back)
    ]


def _piece(
    spots: Sequence[Spot], links: Sequence[Link], layers: Layers, first: int, end: int
) -> tuple[list[Spot], list[Link], Layers]:
    """The columns from one cut to the next; the unit that was drawn already is only named."""
    columns = layers.columns[first : end + 1]
    inside: set[Any] = {slot for slots in columns for slot in slots}
    seen: Hashable = columns[0][0] if first else None
    units = [replace(s, above=Tex(""), below=Tex("")) if s.key == seen else s for s in spots if s.key in inside]
    ways: Mapping[Any, tuple[Any, ...]] = {e: way for e, way in layers.ways.items() if inside.issuperset(way)}
    lateral = frozenset(e for e in layers.lateral if inside.issuperset(e))
    own = [x for x in links if (x.source, x.target) in ways or (x.source, x.target) in lateral]
    return units, own, Layers(columns, ways, lateral)


def _stacked(drawings: Sequence[Drawing]) -> Drawing:
    """One below the other, their left ends in line."""
    nodes: list[Node] = []
    curves: list[Curve] = []
    labels: list[Label] = []
    bottom = 0.0
    for k, drawing in enumerate(drawings):
        left, _, _, top = drawing.bounds
        dx, dy = -left, (bottom - BETWEEN if k else 0.0) - top
        bottom = drawing.bounds[1] + dy
        name = {n.id: f"{chr(ord('a') + k)}{n.id}" for n in drawing.nodes}
        nodes += [replace(n, id=name[n.id], x=round(n.x + dx, 2), y=round(n.y + dy, 2)) for n in drawing.nodes]
        for c in drawing.curves:
            controls = tuple(tuple(_moved(p, dx, dy) for p in piece) for piece in c.controls)
            path = tuple(_moved(p, dx, dy) for p in c.path)
            curves.append(Curve(name[c.source], name[c.target], controls, path))  # type: ignore[arg-type]
        labels += [replace(x, box=replace(x.box, x=x.box.x + dx, y=x.box.y + dy)) for x in drawing.labels]
    return Drawing(tuple(nodes), tuple(curves), tuple(labels))


def _moved(point: Point, dx: float, dy: float) -> Point:
    return point[0] + dx, point[1] + dy
