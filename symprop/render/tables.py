"""Tables: cells as TeX, numbers in line at the point, narrower type where the page is too narrow."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from symprop.model.solution import Phrase, Table
from symprop.render.blanks import blank
from symprop.render.breaking import QUAD, broken
from symprop.render.escape import Tex
from symprop.render.layout import FRAME, TEXT_WIDTH
from symprop.render.styles import TexStyle
from symprop.render.width import EM, millimetres
from symprop.render.words import Words
from symprop.written import Neg, Num, Written

NARROWEST = 45.0  # mm, of a column whose formulas go over several lines
LONG = 14  # rows; a longer table may go over the page
SIZES = ((r"", 1.0, r"\qquad", 2.0), (r"", 1.0, r"\quad", 1.0), (r"\small", 0.92, r"\quad", 1.0),
         (r"\footnotesize", 0.83, r"\enspace", 0.5))  # fmt: skip
NUMBER = re.compile(r"(-?)(\d+)((?:\.|\{,\})\d+)?")


def table_view(table: Table, words: Words, style: TexStyle) -> dict[str, Any]:
    """What the template needs."""
    head = [_cell(c, words, style) for c in table.columns]
    rows = [[_cell(c, words, style) for c in row] for row in table.rows]
    boxed = set(table.boxed)
    widths = []
    for column in range(len(table.columns)):
        cells = [row[column] if column < len(row) else None for row in table.rows]
        for r, text in enumerate(_at_the_point(cells, style)):
            if text is not None:
                rows[r][column] = text
        for r in range(len(rows)):
            if (r, column) in boxed and rows[r][column]:
                rows[r][column] = Tex(rf"$\result{{{_inside(rows[r][column])}}}$")
        frame = FRAME if any(c == column for _, c in boxed) else 0.0
        widths.append(frame + max((_width(row[column]) for row in [head, *rows] if column < len(row)), default=0.0))
    for column in range(1, len(table.columns)):  # the blanks of a column are as wide as the widest
        hidden = [r for r in table.hidden if column < len(rows[r]) and rows[r][column]]
        room = max((_width(rows[r][column]) for r in hidden), default=0.0)
        for r in hidden:
            rows[r][column] = Tex(f"${blank(_inside(rows[r][column]), keep_left=True, width=room)}$")
    if not table.hidden:
        _wrap(table, rows, widths, style)
    size, _, gap, _ = next(
        (s for s in SIZES if (sum(widths) + s[3] * EM * (len(widths) - 1)) * s[1] <= TEXT_WIDTH), SIZES[-1]
    )
    fits = (sum(widths) + SIZES[-1][3] * EM * (len(widths) - 1)) * SIZES[-1][1] <= TEXT_WIDTH
    if not fits and not table.hidden and len(rows) + 1 < len(widths):
        return table_view(transposed(table), words, style)
    return {
        "kind": "table",
        "columns": len(widths),
        "format": Tex(rf"@{{{gap}}}".join("l" * len(widths))),
        "head": Tex(" & ".join(head)),
        "rows": [Tex(" & ".join(row)) for row in rows],
        "size": Tex(size),
        "long": len(rows) > LONG and fits,
    }


def _wrap(table: Table, rows: list[list[Tex]], widths: list[float], style: TexStyle) -> None:
    """The formulas of the widest columns over several lines, where the table is too wide and that makes it fit."""
    room = TEXT_WIDTH - EM * (len(widths) - 1)
    if sum(widths) <= room:
        return
    most = _most(widths, room)
    wide = {column for column, width in enumerate(widths) if width > most}
    if most < NARROWEST or any(column in wide for _, column in table.boxed):
        return
    for r, row in enumerate(table.rows):
        for column in wide:
            cell = row[column] if column < len(row) else None
            if isinstance(cell, Written) and _width(rows[r][column]) > most:
                lines = broken(cell, most, most + 5, style.printer.slashed)
                inner = r" \\ ".join("&" + line.replace(QUAD, r"\;", 1) for line in lines)
                rows[r][column] = Tex(rf"$\displaystyle \begin{{aligned}}[t]{inner}\end{{aligned}}$")
    for column in wide:
        widths[column] = most


def _most(widths: list[float], room: float) -> float:
    """The width that no column may exceed, so that together they take the room."""
    left = sorted(widths)
    for k, width in enumerate(left):
        share = room / (len(left) - k)
        if width >= share:
            return share
        room -= width
    return left[-1]


def transposed(table: Table) -> Table:
    """A row for each column: steps from left to right, where many quantities have a few values each."""
    columns = tuple(cell for row in table.rows if (cell := row[0]) is not None)
    rows = tuple(
        (name, *(row[k] if k < len(row) else None for row in table.rows)) for k, name in enumerate(table.columns) if k
    )
    boxed = tuple((column - 1, row + 1) for row, column in table.boxed)
    return replace(table, columns=(table.columns[0], *columns), rows=rows, boxed=boxed)


def _cell(cell: Written | Phrase | None, words: Words, style: TexStyle) -> Tex:
    if cell is None:
        return Tex("")
    if isinstance(cell, Phrase):
        return Tex(words.say(cell, style))
    return Tex(rf"$\displaystyle {style.printer.slashed(cell)}$")


def _inside(cell: Tex) -> str:
    inner = cell.removeprefix("$").removesuffix("$").removeprefix(r"\displaystyle ")
    return inner if cell.startswith("$") and "$" not in inner else rf"\text{{{cell}}}"


def _width(cell: Tex) -> float:
    """Of TeX with words and maths; a letter of text is about half an em."""
    total = 0.0
    for k, piece in enumerate(cell.split("$")):
        total += millimetres(piece.removeprefix(r"\displaystyle ")) if k % 2 else 0.52 * EM * len(piece)
    return total


def _at_the_point(cells: list[Written | Phrase | None], style: TexStyle) -> list[Tex | None]:
    """A column of numbers with room before each, so that the points stand below each other; None: leave the cell."""
    numbers = [c for c in cells if isinstance(c, Num) or (isinstance(c, Neg) and isinstance(c.arg, Num))]
    if len(numbers) < 2 or len(numbers) < sum(c is not None for c in cells):
        return [None] * len(cells)
    matches = [NUMBER.fullmatch(style.printer.slashed(c)) if isinstance(c, Written) else None for c in cells]
    if sum(m is not None for m in matches) < len(numbers):
        return [None] * len(cells)
    most = max(len(m[2]) for m in matches if m)
    minus = any(m[1] for m in matches if m)
    out: list[Tex | None] = []
    for m in matches:
        if m is None:
            out.append(None)
            continue
        room = "0" * (most - len(m[2])) + ("{-}" if minus and not m[1] else "")
        padding = rf"\phantom{{{room}}}" if room else ""
        sign = "{-}" if m[1] else ""
        out.append(Tex(rf"$\displaystyle {padding}{sign}{m[2]}{m[3] or ''}$"))
    return out
