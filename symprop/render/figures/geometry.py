"""Boxes, pills and paths in the plane, in millimetres, y upwards: what overlaps, what runs through what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import cos, hypot, radians, sin

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle around (x, y), turned by ``angle`` degrees."""

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0

    @cached_property
    def turn(self) -> Point:
        """Cosine and sine of the angle."""
        return cos(radians(self.angle)), sin(radians(self.angle))

    def grown(self, by: float) -> Box:
        """With so much more on every side."""
        return Box(self.x, self.y, self.width + 2 * by, self.height + 2 * by, self.angle)

    @cached_property
    def corners(self) -> tuple[Point, ...]:
        c, s = self.turn
        w, h = self.width / 2, self.height / 2
        return tuple((self.x + c * u - s * v, self.y + s * u + c * v) for u, v in ((-w, -h), (w, -h), (w, h), (-w, h)))

    @cached_property
    def reach(self) -> Point:
        """Half the width and half the height of the upright box around it."""
        c, s = self.turn
        w, h = self.width / 2, self.height / 2
        return abs(c) * w + abs(s) * h, abs(s) * w + abs(c) * h

    def local(self, point: Point) -> Point:
        """The point as the box sees it: from its middle, along its sides."""
        c, s = self.turn
        u, v = point[0] - self.x, point[1] - self.y
        return c * u + s * v, -s * u + c * v


def overlap(a: Box, b: Box, gap: float = 0.0) -> bool:
    """Whether two boxes come closer than the gap: no side of either separates them."""
    if abs(a.x - b.x) >= a.reach[0] + b.reach[0] + gap or abs(a.y - b.y) >= a.reach[1] + b.reach[1] + gap:
        return False
    if not a.angle and not b.angle:
        return True
    for box, other in ((a, b), (b, a)):
        seen = [box.local(p) for p in other.corners]
        for axis, half in ((0, box.width / 2), (1, box.height / 2)):
            if min(p[axis] for p in seen) >= half + gap or max(p[axis] for p in seen) <= -half - gap:
                return False
    return True


def runs_through(path: Sequence[Point], box: Box) -> bool:
    """Whether a polygonal path meets the box."""
    w, h = box.width / 2, box.height / 2
    left, right = box.x - box.reach[0], box.x + box.reach[0]
    low, high = box.y - box.reach[1], box.y + box.reach[1]
    for p, q in pairwise(path):
        if (p[0] > right and q[0] > right) or (p[0] < left and q[0] < left):
            continue
        if (p[1] > high and q[1] > high) or (p[1] < low and q[1] < low):
            continue
        a, b = box.local(p), box.local(q)
        enter, leave = 0.0, 1.0
        for axis, half in ((0, w), (1, h)):
            d = b[axis] - a[axis]
            if abs(d) < 1e-12:
                if abs(a[axis]) >= half:
                    enter = 2.0
                continue
            t, u = sorted(((-half - a[axis]) / d, (half - a[axis]) / d))
            enter, leave = max(enter, t), min(leave, u)
        if enter < leave:
            return True
    return False


def distance(p: Point, q: Point, point: Point) -> float:
    """From a point to the segment p q."""
    dx, dy = q[0] - p[0], q[1] - p[1]
    square = dx * dx + dy * dy
    t = 0.0 if square == 0 else max(0.0, min(1.0, ((point[0] - p[0]) * dx + (point[1] - p[1]) * dy) / square))
    return hypot(p[0] + t * dx - point[0], p[1] + t * dy - point[1])


def bezier(a: Point, b: Point, c: Point, d: Point, pieces: int = 14) -> list[Point]:
    """Points on a cubic curve, from end to end."""
    out = []
    for k in range(pieces + 1):
        t = k / pieces
        u = 1 - t
        weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        x = sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True))
        y = sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True))
        out.append((x, y))
    return out


def at_abscissa(path: Sequence[Point], x: float) -> tuple[Point, float] | None:
    """Where a path that runs to the right passes x, and its slope there."""
    for p, q in pairwise(path):
        if p[0] <= x <= q[0] and q[0] > p[0]:
            slope = (q[1] - p[1]) / (q[0] - p[0])
            return (x, p[1] + slope * (x - p[0])), slope
    return None


def isotonic(wishes: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The non-decreasing numbers nearest to the wishes (pool adjacent violators)."""
    blocks: list[list[float]] = []  # mean, weight, count
    for wish, weight in zip(wishes, weights, strict=True):
        blocks.append([wish, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, heavy, count = blocks.pop()
            before = blocks[-1]
            total = before[1] + heavy
            before[0] = (before[0] * before[1] + mean * heavy) / total
            before[1], before[2] = total, before[2] + count
    return [mean for mean, _, count in blocks for _ in range(int(count))]
