"""Where many edges enter a unit, their ends stand so far apart that no arrowhead covers another.

The ends keep their order and go no further from where they were than they have to (isotonic regression of the angles).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from itertools import pairwise
from math import atan2, cos, hypot, radians, sin

from symprop.render.figures.drawing import RADIUS, Curve, Node
from symprop.render.figures.geometry import Point, isotonic

TIP = 1.5  # the width of an arrowhead, mm
WIDEST = 75.0  # degrees above and below the left side of a unit
NARROW = 30.0  # where edges turn to the side, so that room is kept for what stands above and below it

Pair = tuple[Hashable, Hashable]


def spread(
    nodes: Mapping[Hashable, Node],
    curves: Mapping[Pair, Curve],
    hides: Callable[[Pair, tuple[Point, ...]], bool],
    ports: float,
) -> dict[Pair, Curve]:
    """The edges with their ends apart; ``hides``: whether an edge on this course would hide a unit."""
    out, limit = dict(curves), NARROW + ports * (WIDEST - NARROW)
    for target, node in nodes.items():
        entering = [edge for edge, c in curves.items() if edge[1] == target and not c.controls]
        entering = [edge for edge in entering if nodes[edge[0]].x < node.x]
        if len(entering) < 3 or node.half != RADIUS:
            continue
        angles = {edge: _angle(node, curves[edge].path[-1]) for edge in entering}
        order = sorted(entering, key=angles.__getitem__)
        if all((angles[b] - angles[a]) * RADIUS >= TIP for a, b in pairwise(order)):
            continue
        moved = dict(zip(order, _apart([angles[e] for e in order], limit), strict=True))
        for edge, angle in moved.items():
            end = (node.x - RADIUS * cos(angle), node.y + RADIUS * sin(angle))
            path = (_start(nodes[edge[0]], curves[edge], end), end)
            if not hides(edge, path):
                out[edge] = replace(curves[edge], path=path, ported=True)
    return out


def _angle(node: Node, end: Point) -> float:
    """Of a place on the left half of a unit: 0 at its side, positive above."""
    return atan2(end[1] - node.y, node.x - end[0])


def _apart(angles: list[float], most: float) -> list[float]:
    """Rising angles, made to differ by a tip's width, within the limits."""
    limit = radians(most)
    gap = min(TIP / RADIUS, 2 * limit / (len(angles) - 1))
    found = isotonic([a - k * gap for k, a in enumerate(angles)], [1.0] * len(angles))
    low = -limit
    high = limit - (len(angles) - 1) * gap
    return [min(max(a, low), high) + k * gap for k, a in enumerate(found)]


def _start(source: Node, curve: Curve, end: Point) -> Point:
    """Where the edge leaves its source: if it pointed to the middle there, it still does."""
    if curve.ported or source.half != RADIUS:
        return curve.path[0]
    dx, dy = end[0] - source.x, end[1] - source.y
    part = RADIUS / hypot(dx, dy)
    return source.x + part * dx, source.y + part * dy
