"""The drawing of units and edges: distances are enlarged until every label has its place and nothing is hidden.

Before places are looked for it is estimated whether there can be any, and the search counts what it looks at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symprop.model.network import MOST_IN_A_COLUMN
from symprop.render.figures.drawing import RADIUS, Drawing, Link, Spot, label_size
from symprop.render.figures.labels import ARROW, Placed, corridor_labels, other_labels, unit_labels
from symprop.render.figures.layers import Layers, layers
from symprop.render.figures.places import Frame, frame, frame_width, heights

ROWS = (3.5, 6.0, 9.5, 14.0)  # between the units of a column
WIDER = (1.0, 1.3, 1.7, 2.2, 2.8)  # times the usual distance of columns
MOST_ACROSS = 20
MOST_ALONG = 8
NARROWEST = 7.0
USUAL = 13.0
STEEP = 0.5  # what the height of an edge adds to the distance of its columns
CROSSED = 12.0  # what a crossed label costs, in mm of width
ASIDE = 4.0  # what a label aside of its unit costs
MARGINS = 12.0  # at most, left and right of the units
TALL = 1.2  # what a mm of height costs
FANNED = 3  # edges with labels from each of several units: between more of them there is no room
EFFORT = 60_000


class Effort:
    """Counts the pairs of labels and edges that a search has looked at; used up, it finds no place any more."""

    def __init__(self, left: int | None = None) -> None:
        self.left = EFFORT if left is None else left

    def spend(self, pairs: int) -> bool:
        """Whether there is enough left for so many pairs."""
        self.left -= pairs
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a drawing must keep to.  ``crossed``: labels that edges may run through, as a part of all labels;
    ``scattered``: labels need not stand at one abscissa; ``ports``: how far edges keep their direction where
    they meet their units, 1: they point to the middle, 0: all end at the side."""

    width: float
    height: float
    crossed: float = 0.0
    scattered: bool = False
    ports: float = 1.0


def arranged(spots: Sequence[Spot], links: Sequence[Link], *, neural: bool) -> Layers | None:
    """Columns and their order; None if a column is too tall to draw well."""
    leaves = frozenset(s.key for s in spots if s.style == "input")
    pairs = list(dict.fromkeys((x.source, x.target) for x in links))
    return layers([s.key for s in spots], pairs, leaves, neural=neural, most=MOST_IN_A_COLUMN)


def draw(
    spots: Sequence[Spot], links: Sequence[Link], layers: Layers, rules: Rules, effort: Effort | None = None
) -> Drawing | None:
    """The best drawing that keeps to the rules; None if there is none, or none was found within the effort."""
    work = _work(spots, links, layers, effort or Effort(), rules.ports)
    labels = sum(bool(t) for x in links for t in (x.middle, x.over, x.under))
    labels += sum(bool(t) for s in spots for t in (s.above, s.below))
    if any(len(work.labelled(c)) > _most(work.labelled(c)) or work.fanned(c) for c in range(len(layers.columns) - 1)):
        return None
    if work.narrowest() > rules.width:
        return None
    best: tuple[float, Drawing] | None = None
    for row in ROWS:
        y = heights(layers, work.spots, links, row)
        if max(y.values()) - min(y.values()) + 2 * RADIUS > rules.height:
            break
        usual = work.usual(y)
        if work.frame(y, usual) is None:
            continue
        least, wide = work.tightest(), work.widened(y, usual, rules)
        room = rules.width - MARGINS - frame_width(layers, work.spots)
        for gaps in dict.fromkeys((tuple(wide), _squeezed(wide, least, room), tuple(least))):
            places = work.frame(y, gaps)
            found = work.labels(places, rules) if places else None
            if places is None or found is None or found.crossed > rules.crossed * labels:
                continue
            curves = tuple(places.curves[x.source, x.target] for x in links)
            drawing = Drawing(tuple(places.nodes.values()), curves, found.labels)
            if drawing.width > rules.width or drawing.height > rules.height:
                continue
            price = drawing.width + TALL * drawing.height + CROSSED * found.crossed + ASIDE * found.aside
            if best is None or price < best[0]:
                best = price, drawing
            break
        if best is not None and best[0] < rules.width:
            break
    return best[1] if best else None


def too_wide(spots: Sequence[Spot], links: Sequence[Link], layers: Layers, width: float) -> bool:
    """Whether the units with their labels, as near to each other as can be, are wider than that."""
    return _work(spots, links, layers, Effort()).narrowest() > width


def _work(spots: Sequence[Spot], links: Sequence[Link], layers: Layers, effort: Effort, ports: float = 1.0) -> _Work:
    column = {s: c for c, x in enumerate(layers.columns) for s in x}
    return _Work(layers, {s.key: s for s in spots}, links, column, effort, ports)


@dataclass(frozen=True, slots=True)
class _Work:
    """What stays the same while distances are tried."""

    layers: Layers
    spots: Mapping[Hashable, Spot]
    links: Sequence[Link]
    column: Mapping[Any, int]
    effort: Effort
    ports: float

    def frame(self, y: Mapping[Any, float], gaps: Sequence[float]) -> Frame | None:
        """Units and edges at these distances."""
        return frame(self.layers, self.spots, y, gaps, ports=self.ports)

    def fanned(self, corridor: int) -> bool:
        """Whether too many labelled edges leave several units: n labels of height h need units h (n + 1) apart."""
        count = Counter(x.source for x in self.labelled(corridor))
        return sum(n > FANNED for n in count.values()) > 1

    def labelled(self, corridor: int) -> list[Link]:
        """The edges with labels from one column to the next."""
        return [
            x
            for x in self.links
            if (x.middle or x.over or x.under)
            and self.column[x.source] == corridor
            and self.column[x.target] == corridor + 1
        ]

    def short(self, corridor: int, places: Frame) -> list[Link]:
        """The edges whose labels stand in a corridor."""
        return [
            x
            for x in self.links
            if (x.middle or x.over or x.under)
            and self.column[x.source] == corridor < self.column[x.target]
            and (x.source, x.target) not in places.bent
        ]

    def labels(self, places: Frame, rules: Rules) -> Placed | None:
        """All labels."""
        found = unit_labels(places, self.spots, self.column)
        for corridor in range(len(places.corridors)):
            if found is None:
                return None
            links = self.short(corridor, places)
            if not self.effort.spend(len(links) * len(self.links)):
                return None
            more = corridor_labels(places, links, corridor, found.labels, scattered=False)
            if rules.scattered and (more is None or more.crossed):
                more = corridor_labels(places, links, corridor, found.labels, scattered=True) or more
            found = _both(found, more)
        if found is None:
            return None
        rest = [
            x
            for x in self.links
            if (x.middle or x.over or x.under)
            and ((x.source, x.target) in places.bent or self.column[x.source] >= self.column[x.target])
        ]
        return _both(found, other_labels(places, rest, self.column, found.labels))

    def tightest(self) -> list[float]:
        """Columns as near to each other as the labels allow."""
        return [self._least(c) for c in range(len(self.layers.columns) - 1)]

    def narrowest(self) -> float:
        """A width that no drawing goes below."""
        return frame_width(self.layers, self.spots) + sum(self.tightest())

    def usual(self, y: Mapping[Any, float]) -> list[float]:
        """The distances of the columns before their labels are looked at: more where edges are steep."""
        usual = []
        for c in range(len(self.layers.columns) - 1):
            ends = [(y[x.source], y[x.target]) for x in self.links if self.column[x.source] == c]
            steep = max((abs(a - b) for a, b in ends), default=0.0)
            usual.append(round(max(self._least(c), USUAL, STEEP * steep), 1))
        return usual

    def widened(self, y: Mapping[Any, float], usual: Sequence[float], rules: Rules) -> list[float]:
        """Each distance as small as its own labels allow without being crossed or set aside, else where fewest are."""
        chosen = list(usual)
        for c in range(len(usual)):
            best: tuple[float, float] | None = None
            for scattered in (False, True) if rules.scattered else (False,):
                for wider in WIDER:
                    gaps = [*chosen[:c], round(usual[c] * wider, 1), *chosen[c + 1 :]]
                    bad = self._crossed(c, self.frame(y, gaps), scattered)
                    if bad is not None and (best is None or bad < best[0]):
                        best = bad, gaps[c]
                    if bad == 0:
                        break
                if best is not None and not best[0]:
                    break
            chosen[c] = best[1] if best is not None else chosen[c]
        return chosen

    def _crossed(self, c: int, places: Frame | None, scattered: bool) -> float | None:
        """How many labels of a corridor are crossed or (counted less) aside; None if they find no place."""
        own = unit_labels(places, self.spots, self.column) if places else None
        if places is None or own is None or not self.effort.spend(len(self.short(c, places)) * len(self.links)):
            return None
        found = corridor_labels(places, self.short(c, places), c, own.labels, scattered=scattered)
        return found.crossed + own.crossed + own.aside / 100 if found is not None else None

    def _spans(self, link: Link, c: int) -> bool:
        """Whether an edge passes from column c to the next, or back."""
        first, last = sorted((self.column[link.source], self.column[link.target]))
        return bool(first <= c < last)

    def _least(self, c: int) -> float:
        """The labels of the edges fit between the columns, and those of the units side by side."""
        here = [x for x in self.links if self._spans(x, c)]
        text = max((label_size(t)[0] for x in here for t in (x.middle, x.over, x.under) if t), default=0.0)
        wide = []
        for side in (c, c + 1):
            units = [self.spots[s] for s in self.layers.columns[side] if s in self.spots]
            wide.append(max((label_size(t)[0] for u in units for t in (u.above, u.below) if t), default=0.0))
        beside = sum(max(0.0, w / 2 - RADIUS) for w in wide) + 1.0
        return round(max(NARROWEST, text + ARROW + 1.5, beside), 1)


def _squeezed(gaps: Sequence[float], least: Sequence[float], room: float) -> tuple[float, ...]:
    """The distances made smaller, all by one factor but none too small, so that they fit into the room."""
    part = min(1.0, room / sum(gaps)) if gaps else 1.0
    return tuple(max(a, round(b * part, 1)) for a, b in zip(least, gaps, strict=True))


def _most(links: Sequence[Link]) -> int:
    """So many labels at most stand between two columns."""
    return MOST_ACROSS if all(x.middle for x in links) else MOST_ALONG


def _both(found: Placed, more: Placed | None) -> Placed | None:
    if more is None:
        return None
    return Placed((*found.labels, *more.labels), found.crossed + more.crossed, found.aside + more.aside)
