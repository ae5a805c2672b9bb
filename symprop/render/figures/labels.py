"""Places for labels: those of units are fixed, those of edges look for a free place near the source.

All labels between two columns stand at one abscissa where that is possible; where edges cross or meet is further right.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, radians, sin

from symprop.render.escape import Tex
from symprop.render.figures.drawing import RADIUS, Curve, Label, Link, Spot, label_size
from symprop.render.figures.geometry import Box, Point, at_abscissa, overlap, runs_through
from symprop.render.figures.places import Frame

ALONG = (0.0, 0.06, 0.12, 0.18, 0.24, 0.3, 0.4, 0.5, 0.6)  # places in a corridor, from the source on
ANYWHERE = (*ALONG, 0.7, 0.8, 0.9, 1.0)  # for an edge on its own
TRIES = 400  # steps of the search for places
FEW = 8  # more labels than this look untidy unless they stand at one abscissa
ARROW = 2.6  # kept free before the head of an edge
GAP = 0.6  # between labels
OFF = 0.5  # between an edge and the label along it
CLEAR = 1.5  # between a label along an edge and those that cross its edge: at the crossing it could belong to either
ABOVE = 0.5  # between a unit and its labels
ASIDE = 3.5  # how far a label of a unit that stands aside still reaches over the unit's middle
TIP = 4.0  # of an edge, never hidden

Pair = tuple[Hashable, Hashable]


@dataclass(frozen=True, slots=True)
class Placed:
    """Labels, how many edges run through one that is not theirs, and how many labels of units stand aside."""

    labels: tuple[Label, ...] = ()
    crossed: int = 0
    aside: int = 0


def unit_labels(frame: Frame, spots: Mapping[Hashable, Spot], column: Mapping[Hashable, int]) -> Placed | None:
    """Values and derivatives of the units; None if two of them meet, or one hides the tip of an edge.

    Each stands in the middle if no edge runs through it there, else where fewest do.
    """
    several = sum(column[key] == 0 for key in spots) > 1
    units = [n.box for n in frame.nodes.values()]
    tips = [c.tip(TIP) for c in frame.curves.values()]
    fixed: list[Label] = []
    crossed = aside = 0
    for key, spot in spots.items():
        for choices in _own(frame, key, spot, column[key] == 0 and several):
            best: tuple[int, Label] | None = None
            for label in choices:
                taken = (*units, *(x.box for x in fixed))
                if any(overlap(label.box, b) for b in taken) or any(runs_through(t, label.box) for t in tips):
                    continue
                count = sum(runs_through(c.path, label.box) for c in frame.curves.values())
                if best is None or count < best[0]:
                    best = count, label
                if not count:
                    break
            if best is None:
                return None
            crossed += best[0]
            aside += best[1] is not choices[0]
            fixed.append(best[1])
    return Placed(tuple(fixed), crossed, aside)


def corridor_labels(
    frame: Frame, links: Sequence[Link], corridor: int, taken: Sequence[Label], *, scattered: bool
) -> Placed | None:
    """The labels of the edges that start in a corridor: at one abscissa, or (``scattered``) each where it can be."""
    if scattered:
        return _one_by_one(frame, links, [corridor] * len(links), taken) if len(links) <= FEW else None
    return _together(frame, links, corridor, taken)


def other_labels(frame: Frame, links: Sequence[Link], column: Mapping[Hashable, int],
                 taken: Sequence[Label]) -> Placed | None:  # fmt: skip
    """The labels of bent edges and of those inside a column."""
    return _one_by_one(frame, links, [column[x.source] for x in links], taken)


def _own(frame: Frame, key: Hashable, spot: Spot, left: bool) -> list[list[Label]]:
    """The labels of a unit: derivative above, value below (left of the inputs, if there are several), each with the
    places where it may stand: in the middle, or further right or left."""
    node = frame.nodes[key]
    out = []
    for tex, sign, style in ((spot.above, 1, "slope"), (spot.below, -1, "value")):
        if not tex:
            continue
        w, h = label_size(tex)
        if left and style == "value":
            out.append([Label(tex, Box(node.x - node.half - w / 2 - 0.2, node.y, w, h), style)])
            continue
        y, aside = node.y + sign * (RADIUS + h / 2 + ABOVE), max(0.0, w / 2 - ASIDE)
        out.append(
            [Label(tex, Box(x, y, w, h), style) for x in dict.fromkeys((node.x, node.x + aside, node.x - aside))]
        )
    return out


def _together(frame: Frame, links: Sequence[Link], corridor: int, taken: Sequence[Label]) -> Placed | None:
    """All at one abscissa; the one with fewest crossed labels."""
    best: Placed | None = None
    order = _preferred(frame, corridor)
    for side in _sides(links):
        for along in order:
            labels = [_at(frame, x, corridor, along, side) for x in links]
            if any(not x for x in labels):
                continue
            found = _judged(frame, links, labels, taken)
            if found is not None and (best is None or found.crossed < best.crossed):
                best = found
            if best is not None and not best.crossed:
                return best
    return best


def _sides(links: Sequence[Link]) -> tuple[int, ...]:
    """A lone label along an edge stands above it, or (0) on the outer side."""
    return (1, 0) if any(x.over and not x.under for x in links) else (1,)


def _preferred(frame: Frame, corridor: int) -> tuple[float, ...]:
    """Near the source where edges cross further on; near the middle where none do."""
    left, right = frame.corridors[corridor]
    passing = [_rightwards(c) for c in frame.curves.values()]
    ends = [(at_abscissa(p, left + 1), at_abscissa(p, right - 1)) for p in passing]
    heights = sorted((a[0][1], b[0][1]) for a, b in ends if a is not None and b is not None)
    if len(heights) == 1 or all(abs(a - b) < 0.3 for a, b in heights):
        return (0.5, *ALONG)
    if all(a[1] <= b[1] + 0.1 for a, b in pairwise(heights)):
        return (0.36, *ALONG[3:], *ALONG[:3])
    return ALONG


def _one_by_one(frame: Frame, links: Sequence[Link], corridors: Sequence[int], taken: Sequence[Label]) -> Placed | None:
    """Each where it is crossed least and meets no other; those with fewest places choose first (back-tracking)."""
    options: list[list[Placed]] = []
    for link, corridor in zip(links, corridors, strict=True):
        groups = [g for side in _sides([link]) for g in _choices(frame, link, corridor, side) if g]
        found = [p for g in groups if (p := _judged(frame, [link], [g], taken)) is not None]
        options.append(sorted(found, key=lambda p: p.crossed))
    options.sort(key=len)
    chosen: list[Placed] = []
    tried = [0] * len(options)
    for _ in range(TRIES):
        k = len(chosen)
        if k == len(options):
            return Placed(tuple(x for p in chosen for x in p.labels), sum(p.crossed for p in chosen))
        while tried[k] < len(options[k]) and _meets(options[k][tried[k]], chosen):
            tried[k] += 1
        if tried[k] < len(options[k]):
            chosen.append(options[k][tried[k]])
        elif not chosen:
            return None
        else:
            tried[k] = 0
            chosen.pop()
            tried[k - 1] += 1
    return None


def _meets(one: Placed, others: Sequence[Placed]) -> bool:
    return any(overlap(a.box, b.box, GAP) for other in others for b in other.labels for a in one.labels)


def _choices(frame: Frame, link: Link, corridor: int, side: int) -> list[list[Label]]:
    """The places of one edge's labels: a bent one has it first where it is bent, one inside a column beside it."""
    curve = frame.curves[link.source, link.target]
    a, b = frame.nodes[link.source], frame.nodes[link.target]
    if a.x == b.x:
        return [_beside(link, curve, t, sign) for sign in (1, -1) for t in (0.5, 0.4, 0.6)]
    if a.x > b.x:
        return [_at(frame, link, corridor - 1, along, side) for along in ANYWHERE[::-1]]
    inner = [x for x in frame.middles if a.x < x < b.x]
    out = [_on(curve, link, x, side) for x in inner] if curve.controls else []
    last = sum(x < b.x for x in frame.middles)
    for c in range(corridor, last):
        out += [_at(frame, link, c, along, side) for along in ANYWHERE]
    return out


def _beside(link: Link, curve: Curve, t: float, sign: int) -> list[Label]:
    """The labels of an edge inside a column: beside it, the derivative on the other side."""
    p, q = curve.path[0], curve.path[-1]
    x, y = p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])
    out = []
    for tex, side in ((link.middle or link.over, sign), (link.under, -sign)):
        if tex:
            w, h = label_size(tex)
            style = "slope" if tex is link.under else _style(link, tex)
            out.append(Label(tex, Box(x + side * (w / 2 + 0.4), y, w, h), style))
    return out


def _style(link: Link, tex: Tex) -> str:
    return "weight" if tex == link.middle else "value"


def _rightwards(curve: Curve) -> Sequence[Point]:
    return curve.path if curve.path[0][0] <= curve.path[-1][0] else curve.path[::-1]


def _at(frame: Frame, link: Link, corridor: int, along: float, side: int) -> list[Label]:
    """The labels of an edge at a place in a corridor; none if they do not fit between the columns."""
    curve = frame.curves[link.source, link.target]
    left, right = frame.corridors[corridor]
    widths = [label_size(t)[0] for t in (link.middle, link.over, link.under) if t]
    end = left + 0.5 * (right - left)
    passed = at_abscissa(_rightwards(curve), end)
    flat = cos(atan2(passed[1], 1.0)) if passed else 1.0
    width = max(widths) * (1.0 if link.middle else flat)
    room = right - left - width - ARROW - 0.9
    if room < 0:
        return []
    return _on(curve, link, left + 0.9 + width / 2 + along * room, side)


def _on(curve: Curve, link: Link, x: float, side: int) -> list[Label]:
    """The labels of an edge where it passes an abscissa.  ``side`` 0: a lone label goes to the outer side."""
    passed = at_abscissa(_rightwards(curve), x)
    if passed is None:
        return []
    point, slope = passed
    if link.middle:
        w, h = label_size(link.middle)
        return [Label(link.middle, Box(point[0], point[1], w, h), "weight")]
    angle = degrees(atan2(slope, 1.0))
    normal = (-sin(radians(angle)), cos(radians(angle)))
    out = []
    below = side == 0 and not link.under and slope < 0
    for tex, sign, style in ((link.over, -1 if below else 1, "value"), (link.under, -1, "slope")):
        if tex:
            w, h = label_size(tex)
            off = sign * (h / 2 + OFF)
            box = Box(point[0] + off * normal[0], point[1] + off * normal[1], w, h, round(angle, 2))
            out.append(Label(tex, box, style))
    return out


def _judged(
    frame: Frame, links: Sequence[Link], groups: Sequence[Sequence[Label]], taken: Sequence[Label]
) -> Placed | None:
    """How good a placing is; None if labels meet units, other labels, or (along an edge) other edges."""
    labels = [label for group in groups for label in group]
    rising = sorted(labels, key=lambda x: x.box.y)
    if any(overlap(a.box, b.box, GAP) for a, b in pairwise(rising)):  # most bad placings are found here
        return None
    left = min((x.box.x - x.box.reach[0] for x in labels), default=0.0)
    right = max((x.box.x + x.box.reach[0] for x in labels), default=0.0)
    units = [n.box for n in frame.nodes.values() if left - n.half < n.x < right + n.half]
    near = [x.box for x in taken if left - x.box.reach[0] < x.box.x < right + x.box.reach[0]]
    for k, label in enumerate(labels):
        if any(overlap(label.box, unit, GAP) for unit in units):
            return None
        if any(overlap(label.box, other, GAP) for other in (*(x.box for x in labels[:k]), *near)):
            return None
    crossed = 0
    for link, group in zip(links, groups, strict=True):
        for edge, curve in frame.curves.items():
            own = edge == (link.source, link.target)  # straight, it keeps clear of the labels along it
            if (own and not curve.controls) or (curve.path[0][0] > right and curve.path[-1][0] > right):
                continue
            far = not {link.source, link.target} & set(edge)  # an edge that crosses this one, or passes by
            for label in group:
                if label.style == "weight" and own:
                    continue
                if runs_through(curve.path, label.box.grown(CLEAR) if far and label.style != "weight" else label.box):
                    if label.style != "weight":
                        return None
                    crossed += 1
    return Placed(tuple(labels), crossed)
