"""Columns and the order in them.

A unit's column is its depth (the longest path from a leaf); a leaf stands right before the first unit it feeds.  An
edge inside a column ("lateral") joins two units of one layer: the second takes all that the first takes, and the first
as well, and both feed a common unit.  An edge over several columns gets a place in each column it passes.

The order starts from the author's and is changed only where that saves crossings (Sugiyama, Tagawa & Toda 1981).
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Pair = tuple[Hashable, Hashable]
APART = 1000.0  # the price of lateral neighbours that do not stand side by side
INVERSION = 0.001  # of leaving the author's order
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Via:
    """The place of an edge in a column that it passes."""

    edge: Pair
    column: int


@dataclass(frozen=True, slots=True)
class Layers:
    """Columns from left to right, each from top to bottom; the way of each edge through them; edges in a column."""

    columns: tuple[tuple[Any, ...], ...]
    ways: Mapping[Pair, tuple[Any, ...]]
    lateral: frozenset[Pair]


def layers(
    nodes: Sequence[Hashable],
    edges: Sequence[Pair],
    leaves: frozenset[Hashable],
    *,
    neural: bool,
    most: int | None = None,
) -> Layers | None:
    """Columns for nodes (in topological order) and edges; None if one holds more than ``most`` of them."""
    lateral = _lateral(nodes, edges) if neural else frozenset()
    depth = _depths(nodes, edges, leaves, lateral)
    if any(depth[a] != depth[b] for a, b in lateral):  # another way from a to b is longer: they cannot stand together
        lateral = frozenset()
        depth = _depths(nodes, edges, leaves, lateral)
    last = max(depth.values(), default=0)
    for leaf in leaves if not neural and last > 1 else ():  # what only enters the result stands beyond it
        if all(depth[b] == last for a, b in edges if a == leaf):
            depth[leaf] = last + 1
    columns: list[list[Any]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    ways: dict[Pair, tuple[Any, ...]] = {}
    for edge in edges:
        if edge in lateral:
            continue
        a, b = depth[edge[0]], depth[edge[1]]
        vias = [Via(edge, c) for c in range(a + 1, b)]
        for via in vias:
            columns[via.column].append(via)
        ways[edge] = (edge[0], *vias, edge[1])  # from the right to the left: without places between
    for node in nodes:
        columns[depth[node]].append(node)
    if most is not None and max(map(len, columns)) > most:  # known before their order is looked for
        return None
    for slots in columns[1 : last + 1]:  # leaves that come in late stand above and below the rest
        late = [s for s in slots if s in leaves]
        rest = [s for s in slots if s not in leaves]
        if rest:
            slots[:] = [*late[: (len(late) + 1) // 2], *rest, *late[(len(late) + 1) // 2 :]]
    return Layers(tuple(map(tuple, _ordered(columns, ways, lateral))), ways, lateral)


def _lateral(nodes: Sequence[Hashable], edges: Sequence[Pair]) -> frozenset[Pair]:
    parents: dict[Hashable, set[Hashable]] = {n: set() for n in nodes}
    children: dict[Hashable, set[Hashable]] = {n: set() for n in nodes}
    for a, b in edges:
        parents[b].add(a)
        children[a].add(b)
    found = {(a, b) for a, b in edges if parents[a] and parents[a] < parents[b] and children[a] & children[b]}
    beside: dict[Hashable, int] = {}
    for edge in found:
        for node in edge:
            beside[node] = beside.get(node, 0) + 1
    return frozenset(found) if max(beside.values(), default=0) <= 2 and not _circle(found) else frozenset()


def _circle(edges: set[Pair]) -> bool:
    """Whether the edges, without their direction, close a circle."""
    group: dict[Hashable, Hashable] = {}

    def root(node: Hashable) -> Hashable:
        while node in group:
            node = group[node]
        return node

    for a, b in sorted(edges, key=str):
        if root(a) == root(b):
            return True
        group[root(a)] = root(b)
    return False


def _depths(
    nodes: Sequence[Hashable], edges: Sequence[Pair], leaves: frozenset[Hashable], lateral: frozenset[Pair]
) -> dict[Hashable, int]:
    depth = dict.fromkeys(nodes, 0)
    for _ in range(len(nodes) + 1):  # until nothing moves; lateral neighbours move together
        before = dict(depth)
        for a, b in edges:
            if (a, b) in lateral:
                depth[a] = depth[b] = max(depth[a], depth[b])
            else:
                depth[b] = max(depth[b], depth[a] + 1)
        if depth == before:
            break
    for leaf in leaves:
        depth[leaf] = min((depth[b] for a, b in edges if a == leaf), default=1) - 1
    return depth


def _ordered(
    columns: list[list[Any]], ways: Mapping[Pair, tuple[Any, ...]], lateral: frozenset[Pair]
) -> list[list[Any]]:
    links: list[list[tuple[Any, Any]]] = [[] for _ in columns]  # between column c and c + 1
    column = {slot: c for c, slots in enumerate(columns) for slot in slots}
    for way in ways.values():
        for a, b in pairwise(way):
            left, right = (a, b) if column[a] < column[b] else (b, a)
            links[column[left]].append((left, right))
    beside: list[list[Pair]] = [[] for _ in columns]
    for edge in sorted(lateral, key=str):
        beside[column[edge[0]]].append(edge)
    first = {slot: k for slots in columns for k, slot in enumerate(slots)}

    def price(c: int, slots: Sequence[Any]) -> float:
        """What the order of one column costs, the others being as they are."""
        at = {slot: k for k, slot in enumerate(slots)}
        total = sum(APART for a, b in beside[c] if abs(at[a] - at[b]) != 1)
        total += INVERSION * _inversions([first[slot] for slot in slots])
        if c:
            left = {slot: k for k, slot in enumerate(columns[c - 1])}
            total += _crossings(links[c - 1], left, at)
        if c + 1 < len(columns):
            right = {slot: k for k, slot in enumerate(columns[c + 1])}
            total += _crossings(links[c], at, right)
        return total

    for sweep in range(SWEEPS):
        changed = False
        for c in range(len(columns)) if sweep % 2 == 0 else reversed(range(len(columns))):
            best, cost = columns[c], price(c, columns[c])
            for other in _variants(columns[c]):
                if cost < 1 and not beside[c]:  # no crossing here
                    break
                now = price(c, other)
                if now < cost - 1e-9:
                    best, cost, changed = other, now, True
            columns[c] = best
        if not changed and sweep:
            break
    return columns


def _variants(slots: list[Any]) -> list[list[Any]]:
    """The order with one place moved elsewhere, in every way."""
    out = []
    for k in range(len(slots)):
        rest = slots[:k] + slots[k + 1 :]
        out += [[*rest[:j], slots[k], *rest[j:]] for j in range(len(slots)) if j != k]
    return out


def _crossings(links: Sequence[tuple[Any, Any]], left: Mapping[Any, int], right: Mapping[Any, int]) -> int:
    return _inversions([b for _, b in sorted((left[a], right[b]) for a, b in links)])


def _inversions(numbers: Sequence[int]) -> int:
    seen: list[int] = []
    total = 0
    for number in numbers:
        total += len(seen) - bisect(seen, number)
        insort(seen, number)
    return total
