"""Tables of weights below a network whose layers are too dense for labels on the edges.

One table per column of units: a row for each unit that feeds it, a column for each of its units, in the order of the
drawing.  A cell holds what would have stood on the edge, line by line; it is empty where there is no edge.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from symprop.render.escape import Tex
from symprop.render.figures.drawing import Drawing, Label, label_size
from symprop.render.figures.geometry import Box, Point

Lines = tuple[tuple[Tex, str], ...]  # text and style of each line of a cell

MOST_CELLS = 150
APART = 1.6  # between the columns of a table
LEADING = 1.0  # between its rows
TIGHT = 0.2  # between the lines of a cell
BETWEEN = 9.0  # between tables
BELOW = 5.0  # between the network and its tables, and between rows of tables
HEAD = 1.6  # around the rules, both sides together


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its heads; ``cells``: row by row."""

    rows: tuple[Lines, ...]
    columns: tuple[Lines, ...]
    cells: tuple[tuple[Lines, ...], ...]


def grids(
    columns: Sequence[Sequence[Hashable]],
    heads: Mapping[Hashable, tuple[Lines, Lines]],
    cells: Mapping[tuple[Hashable, Hashable], Lines],
) -> list[Grid]:
    """The tables of a network; ``heads``: by unit, at the top of a table and at the left; ``cells``: by edge."""
    order = [s for slots in columns for s in slots if s in heads]
    found = []
    for slots in columns:
        targets = [s for s in slots if any(edge[1] == s and lines for edge, lines in cells.items())]
        sources = [s for s in order if any(cells.get((s, t)) for t in targets)]
        if targets:
            rows = tuple(tuple(cells.get((s, t), ()) for t in targets) for s in sources)
            found.append(Grid(tuple(heads[s][1] for s in sources), tuple(heads[t][0] for t in targets), rows))
    return found


def with_grids(drawing: Drawing, tables: Sequence[Grid], width: float, height: float) -> Drawing | None:
    """The drawing with its tables below it, side by side where they fit; None if that takes too much room.

    Of a table that is too wide the columns go over several tables.
    """
    if not tables or sum(len(g.rows) * len(g.columns) for g in tables) > MOST_CELLS:
        return None
    tables = [piece for grid in tables for piece in _narrowed(grid, width)]
    sizes = [_size(grid) for grid in tables]
    if max(w for w, _ in sizes) > width:
        return None
    left, bottom, right, _ = drawing.bounds
    middle, top = (left + right) / 2, bottom - BELOW
    labels, rules = list(drawing.labels), list(drawing.rules)
    for row in _rows(sizes, width):
        x = middle - (sum(sizes[k][0] for k in row) + BETWEEN * (len(row) - 1)) / 2
        for k in row:
            more, lines = _placed(tables[k], x, top)
            labels += more
            rules += lines
            x += sizes[k][0] + BETWEEN
        top -= max(sizes[k][1] for k in row) + BELOW
    found = replace(drawing, labels=tuple(labels), rules=tuple(rules))
    return found if found.height <= height else None


def _narrowed(grid: Grid, width: float) -> Sequence[Grid]:
    """The table in as few pieces as have room, with as many columns each."""
    count = len(grid.columns)
    for n in range(1, count + 1):
        ends = [round(count * k / n) for k in range(n + 1)]
        pieces = [Grid(grid.rows, grid.columns[a:b], tuple(r[a:b] for r in grid.cells)) for a, b in pairwise(ends)]
        if all(_size(piece)[0] <= width for piece in pieces):
            return pieces
    return (grid,)


def _rows(sizes: Sequence[tuple[float, float]], width: float) -> list[list[int]]:
    """The tables, as many in a row as fit."""
    rows: list[list[int]] = [[]]
    used = 0.0
    for k, (w, _) in enumerate(sizes):
        if rows[-1] and used + w > width:
            rows.append([])
            used = 0.0
        rows[-1].append(k)
        used += w + BETWEEN
    return rows


def _cell(lines: Lines) -> tuple[float, float]:
    sizes = [label_size(tex) for tex, _ in lines]
    return max((w for w, _ in sizes), default=0.0), sum(h for _, h in sizes) + TIGHT * max(0, len(sizes) - 1)


def _table(grid: Grid) -> list[list[Lines]]:
    """All cells, the heads first."""
    return [[(), *grid.columns], *([head, *cells] for head, cells in zip(grid.rows, grid.cells, strict=True))]


def _measures(grid: Grid) -> tuple[list[float], list[float]]:
    """The widths of the columns and the heights of the rows, the heads first."""
    table = _table(grid)
    widths = [max(_cell(row[c])[0] for row in table) for c in range(len(grid.columns) + 1)]
    return widths, [max(_cell(lines)[1] for lines in row) for row in table]


def _size(grid: Grid) -> tuple[float, float]:
    widths, heights = _measures(grid)
    return sum(widths) + APART * (len(widths) - 2) + HEAD, sum(heights) + LEADING * (len(heights) - 2) + HEAD


def _placed(grid: Grid, left: float, top: float) -> tuple[list[Label], list[tuple[Point, Point]]]:
    """The labels of a table whose upper left corner is given, and its two rules."""
    widths, heights = _measures(grid)
    xs = _middles(left, widths, APART, HEAD)
    ys = [-y for y in _middles(-top, heights, LEADING, HEAD)]
    labels = []
    for y, row in zip(ys, _table(grid), strict=True):
        for x, lines in zip(xs, row, strict=True):
            at = y + _cell(lines)[1] / 2
            for tex, style in lines:
                w, h = label_size(tex)
                labels.append(Label(tex, Box(x, at - h / 2, w, h), style))
                at -= h + TIGHT
    (across, down), (width, height) = (left + widths[0] + HEAD / 2, top - heights[0] - HEAD / 2), _size(grid)
    return labels, [((left, down), (left + width, down)), ((across, top), (across, top - height))]


def _middles(start: float, sizes: Sequence[float], gap: float, head: float) -> list[float]:
    """The middles of intervals in a row; after the first there is more room."""
    out, at = [], start
    for k, size in enumerate(sizes):
        out.append(at + size / 2)
        at += size + (head if k == 0 else gap)
    return out
