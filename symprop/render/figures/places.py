"""Places for units and edges.

The column with most units is packed around the axis; from there outwards each unit goes as near as it can to the mean
of the units that it is joined to (weighted isotonic regression keeps the distances).  An edge is straight where that
hides nothing; else it is bent through its places between the units.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, hypot, sin
from typing import Any

from symprop.render.figures.drawing import RADIUS, Curve, Link, Node, Spot, half_width, label_size
from symprop.render.figures.geometry import Point, bezier, isotonic
from symprop.render.figures.layers import Layers, Via
from symprop.render.figures.tips import spread

CLEAR = 1.4  # between an edge and a unit it passes
VIA = 1.6  # half the height that an edge keeps free in a column it passes; more if it has a label


@dataclass(frozen=True, slots=True)
class Frame:
    """Units and edges in their places, without the labels of the edges."""

    nodes: Mapping[Hashable, Node]
    curves: Mapping[tuple[Hashable, Hashable], Curve]
    corridors: tuple[tuple[float, float], ...]  # from the right side of a column to the left side of the next
    middles: tuple[float, ...]  # the abscissae of the columns
    bent: frozenset[tuple[Hashable, Hashable]]


def heights(layers: Layers, spots: Mapping[Hashable, Spot], links: Sequence[Link], gap: float) -> dict[Any, float]:
    """The ordinate of every place."""
    labelled = {(x.source, x.target) for x in links if x.middle or x.over}
    y: dict[Any, float] = {}
    weight: dict[Any, float] = {}
    for c, slots in enumerate(layers.columns):
        for slot in slots:
            late = c > 0 and not isinstance(slot, Via) and spots[slot].style == "input"
            weight[slot] = 1e-4 if late or isinstance(slot, Via) else 1.0
    joined: dict[Any, list[Any]] = {slot: [] for slots in layers.columns for slot in slots}
    for way in layers.ways.values():
        for a, b in pairwise(way):
            joined[a].append(b)
            joined[b].append(a)

    def pack(slots: Sequence[Any], wish: Mapping[Any, float]) -> None:
        ups, downs = zip(*(_extent(slot, spots, labelled) for slot in slots), strict=True)
        at, seps = 0.0, [0.0]
        for k in range(1, len(slots)):
            plain = 2.0 if isinstance(slots[k], Via) or isinstance(slots[k - 1], Via) else gap
            at += downs[k - 1] + ups[k] + plain
            seps.append(at)
        moved = isotonic([-wish[s] - d for s, d in zip(slots, seps, strict=True)], [weight[s] for s in slots])
        for slot, value, sep in zip(slots, moved, seps, strict=True):
            y[slot] = -(value + sep)

    def follow(slots: Sequence[Any]) -> None:
        wish = {}
        for slot in slots:
            near = [o for o in joined[slot] if o in y]
            heavy = [o for o in near if weight[o] == 1.0] or near
            wish[slot] = sum(y[o] for o in heavy) / len(heavy) if heavy else 0.0
        pack(slots, wish)

    units = [sum(not isinstance(s, Via) for s in slots) for slots in layers.columns]
    widest = units.index(max(units))
    pack(layers.columns[widest], dict.fromkeys(layers.columns[widest], 0.0))
    for c in range(widest - 1, -1, -1):
        follow(layers.columns[c])
    for c in range(widest + 1, len(layers.columns)):
        follow(layers.columns[c])
    return {slot: round(value, 1) for slot, value in y.items()}


def _extent(slot: Any, spots: Mapping[Hashable, Spot], labelled: set[tuple[Hashable, Hashable]]) -> tuple[float, float]:
    """What a place takes upwards and downwards."""
    if isinstance(slot, Via):
        half = VIA + 1.2 * (slot.edge in labelled)
        return half, half
    spot = spots[slot]
    return tuple(RADIUS + (label_size(t)[1] + 0.4 if t else 0.0) for t in (spot.above, spot.below))  # type: ignore[return-value]


def frame(
    layers: Layers,
    spots: Mapping[Hashable, Spot],
    y: Mapping[Any, float],
    gaps: Sequence[float],
    *,
    ports: float = 1.0,
) -> Frame | None:
    """Units and edges; ``gaps`` between the columns.  None if an edge cannot be drawn without hiding a unit.

    ``ports``: below 1 edges turn to the sides of the units, which leaves more room above and below these.
    """
    halves = _halves(layers, spots)
    middles, corridors = [0.0], []
    for c, gap in enumerate(gaps):
        left = middles[-1] + halves[c]
        corridors.append((left, left + gap))
        middles.append(round(left + gap + halves[c + 1], 1))
    x = {slot: middles[c] for c, slots in enumerate(layers.columns) for slot in slots}
    nodes = {
        key: Node(f"n{k}", x[key], y[key], half_width(spot.tex), spot.tex, spot.style)
        for k, (key, spot) in enumerate(spots.items(), 1)
    }
    curves: dict[tuple[Hashable, Hashable], Curve] = {}
    bent = set()
    for edge, way in layers.ways.items():
        curve = _edge(nodes, edge, [(x[s], y[s]) for s in way], ports)
        if curve is None:
            return None
        curves[edge] = curve
        if curve.controls:
            bent.add(edge)
    for edge in layers.lateral:
        a, b = nodes[edge[0]], nodes[edge[1]]
        lateral = _straight(a, b)
        if _hides(nodes, edge, lateral.path):
            return None
        curves[edge] = lateral
    curves = spread(nodes, curves, lambda edge, path: _hides(nodes, edge, path), ports)
    return Frame(nodes, curves, tuple(corridors), tuple(middles), frozenset(bent))


def _halves(layers: Layers, spots: Mapping[Hashable, Spot]) -> list[float]:
    return [max((half_width(spots[s].tex) for s in slots if s in spots), default=0.0) for slots in layers.columns]


def frame_width(layers: Layers, spots: Mapping[Hashable, Spot]) -> float:
    """What the columns take, without the distances between them."""
    return 2 * sum(_halves(layers, spots))


def _straight(a: Node, b: Node, ports: float = 1.0) -> Curve:
    if ports < 1 and a.x < b.x:
        turn = ports * atan2(b.y - a.y, b.x - a.x)
        dx, dy = RADIUS * (1 - cos(turn)), RADIUS * sin(turn)
        path = ((a.x + a.half - dx, a.y + dy), (b.x - b.half + dx, b.y - dy))
        return Curve(a.id, b.id, (), path, ported=True)
    return Curve(a.id, b.id, (), _between(a, b, [(a.x, a.y), (b.x, b.y)]))


def _edge(
    nodes: Mapping[Hashable, Node], edge: tuple[Hashable, Hashable], points: list[Point], ports: float
) -> Curve | None:
    """Straight if that hides no unit, else through its places, more or less round."""
    a, b = nodes[edge[0]], nodes[edge[1]]
    straight = _straight(a, b, ports)
    if not _hides(nodes, edge, straight.path):
        return straight
    for lift, reach in ((1.0, 0.4), (0.7, 0.45), (0.35, 0.5), (1.0, 0.2), (0.0, 0.5)):
        controls = []
        course: list[Point] = [points[0]]
        for k, (p, q) in enumerate(pairwise(points)):
            first, last = k == 0, k == len(points) - 2
            dx, dy = q[0] - p[0], q[1] - p[1]
            c = (p[0] + reach * dx, p[1] + (lift * dy if first else 0.0))
            d = (q[0] - reach * dx, q[1] - (lift * dy if last else 0.0))
            controls.append((c, d, q))
            course += bezier(p, c, d, q)[1:]
        path = _between(a, b, course)
        if not _hides(nodes, edge, path):
            return Curve(a.id, b.id, tuple(controls), path)
    return None


def _hides(nodes: Mapping[Hashable, Node], edge: tuple[Hashable, Hashable], path: Sequence[Point]) -> bool:
    across, along = [p[0] for p in path], [p[1] for p in path]
    left, right = min(across) - CLEAR, max(across) + CLEAR
    low, high = min(along) - CLEAR - RADIUS, max(along) + CLEAR + RADIUS
    return any(
        left <= node.x + node.half and node.x - node.half <= right and low <= node.y <= high
        and key not in edge and node.blocks(path, CLEAR)
        for key, node in nodes.items()
    )  # fmt: skip


def _between(a: Node, b: Node, course: Sequence[Point]) -> tuple[Point, ...]:
    """The course without what lies inside its two units."""
    points = list(course)
    if len(points) == 2:
        return _leaves(a, points), _leaves(b, points[::-1])
    start = _leaves(a, points)
    back = _leaves(b, points[::-1])
    inner = [p for p in points if not _inside(a, p) and not _inside(b, p)]
    return (start, *[p for p in inner if p not in (start, back)], back)


def _leaves(node: Node, points: Sequence[Point]) -> Point:
    """Where a course that starts inside a unit comes out, by bisection."""
    for p, q in pairwise(points):
        if not _inside(node, q):
            if node.half == RADIUS and p == (node.x, node.y):
                part = RADIUS / hypot(q[0] - p[0], q[1] - p[1])
                return p[0] + part * (q[0] - p[0]), p[1] + part * (q[1] - p[1])
            low, high = 0.0, 1.0
            for _ in range(20):
                t = (low + high) / 2
                inside = _inside(node, (p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
                low, high = (t, high) if inside else (low, t)
            return (p[0] + high * (q[0] - p[0]), p[1] + high * (q[1] - p[1]))
    return points[-1]


def _inside(node: Node, point: Point) -> bool:
    core = node.half - RADIUS
    dx = max(0.0, abs(point[0] - node.x) - core)
    return dx * dx + (point[1] - node.y) ** 2 < RADIUS * RADIUS
