"""What a figure is made of: the pieces to be drawn, and the same pieces with their places."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import hypot

from symprop.render.escape import Tex
from symprop.render.figures.geometry import Box, Point, distance, runs_through
from symprop.render.width import millimetres

RADIUS = 4.5  # of a unit, mm; a longer name makes it a pill of this height
SMALL = 10 / 10.95  # labels are set in \\small
DOTS = "dots"  # the style of what stands for units that are not drawn
PADDING = 1.0  # around the text of a label, both sides together


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit to be drawn.  ``above`` and ``below`` are labels; ``style``: input, neuron, off or DOTS."""

    key: Hashable
    tex: Tex
    style: str = "neuron"
    above: Tex = Tex("")
    below: Tex = Tex("")


@dataclass(frozen=True, slots=True)
class Link:
    """An edge to be drawn, with a label across it (``middle``) or labels along it, above and below."""

    source: Hashable
    target: Hashable
    middle: Tex = Tex("")
    over: Tex = Tex("")
    under: Tex = Tex("")


@dataclass(frozen=True)
class Node:
    """A unit in its place; ``half`` is half its width."""

    id: str
    x: float
    y: float
    half: float
    tex: Tex
    style: str

    @cached_property
    def box(self) -> Box:
        return Box(self.x, self.y, 2 * self.half, 2 * RADIUS)

    def blocks(self, path: Iterable[Point], gap: float = 0.0) -> bool:
        """Whether a path comes closer to the unit than the gap."""
        points = list(path)
        core = self.half - RADIUS
        ends = ((self.x - core, self.y), (self.x + core, self.y))
        near = RADIUS + gap
        for p, q in pairwise(points):
            if min(p[1], q[1]) > self.y + near or max(p[1], q[1]) < self.y - near:
                continue
            if min(p[0], q[0]) > self.x + core + near or max(p[0], q[0]) < self.x - core - near:
                continue
            if any(distance(p, q, end) < near for end in ends) or any(
                distance(*ends, point) < near for point in (p, q)
            ):
                return True
        return core > 0 and runs_through(points, Box(self.x, self.y, 2 * core, 0.01))


@dataclass(frozen=True, slots=True)
class Curve:
    """An edge in its place: the nodes it joins, the control points of its cubic pieces (none: straight), its course.

    ``ported``: it leaves its source at the right and enters its target at the left, else it points to their middles.
    """

    source: str
    target: str
    controls: tuple[tuple[Point, Point, Point], ...]
    path: tuple[Point, ...]  # from border to border
    ported: bool = False

    def tip(self, length: float) -> tuple[Point, ...]:
        """The last piece of its course."""
        points = [self.path[-1]]
        for p in reversed(self.path[:-1]):
            q = points[-1]
            piece = hypot(q[0] - p[0], q[1] - p[1])
            part = min(1.0, length / piece) if piece else 1.0
            points.append((q[0] + part * (p[0] - q[0]), q[1] + part * (p[1] - q[1])))
            length -= piece
            if length <= 0:
                break
        return tuple(points)


@dataclass(frozen=True, slots=True)
class Label:
    """Text in its place.  ``style``: weight (across an edge), value or slope (a derivative)."""

    tex: Tex
    box: Box
    style: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure: everything in millimetres, y upwards.

    ``rules``: of tables; ``bare``: its units have no numbers beside them, only at the heads of tables if there are any;
    ``untold``: the units that have numbers which then stand nowhere.
    """

    nodes: tuple[Node, ...]
    curves: tuple[Curve, ...]
    labels: tuple[Label, ...]
    rules: tuple[tuple[Point, Point], ...] = ()
    bare: bool = False
    untold: frozenset[Hashable] = frozenset()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """left, bottom, right, top"""
        points = [c for b in (*(n.box for n in self.nodes), *(x.box for x in self.labels)) for c in b.corners]
        points += [p for curve in self.curves for p in curve.path]
        points += [p for rule in self.rules for p in rule]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def width(self) -> float:
        left, _, right, _ = self.bounds
        return right - left

    @property
    def height(self) -> float:
        _, bottom, _, top = self.bounds
        return top - bottom


@lru_cache(maxsize=1024)
def label_size(tex: str) -> tuple[float, float]:
    """Width and height of a label in \\small, with its padding."""
    height = 3.1 + 0.5 * ("_" in tex) + 0.6 * ("^" in tex or "'" in tex) + 0.5 * ("(" in tex or r"\hat" in tex)
    return millimetres(tex) * SMALL + PADDING, height


@lru_cache(maxsize=1024)
def half_width(tex: str) -> float:
    """Half the width of a unit with this name."""
    text = millimetres(tex)
    return RADIUS if text <= 2 * RADIUS - 2.2 else text / 2 + 2.0
