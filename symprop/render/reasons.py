"""Reasons of lines in words, and their column: as narrow as its reasons allow, where that makes the page shorter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from math import ceil

from symprop.model.solution import Line
from symprop.render.escape import Tex
from symprop.render.layout import REASONS, Entry, Row
from symprop.render.styles import TexStyle
from symprop.render.width import EM, millimetres
from symprop.render.words import Words

SMALL = 0.92  # of the size of the text
WIDTHS = (24.0, 28.0, 32.0, 36.0, 40.0, REASONS)
FILL = 0.85  # how full a line of words is, on average
LINK = re.compile(r"\\eqlink\{[^{}]*\}\{[^{}]*\}|\\partref\{[^{}]*\}\{([^{}]*)\}")


def column(reasons: Iterable[str], rows: Callable[[float], Iterable[Row]]) -> float:
    """The width of the column in mm for which the page is shortest; ``rows``: the rows of all displays at a width.

    Every formula in a reason has room; among widths that do equally well the widest is taken.
    """
    size = cache(_size)
    widest = max((size(reason)[0] for reason in reasons), default=None)
    if widest is None:
        return REASONS

    def height(width: float) -> float:
        total = 0.0
        for row in rows(width):
            lines = _lines(size(row.reason)[1], width) if row.reason else 0
            total += max(_tall(row), SMALL * lines) + max(0, lines - 2)  # a reason of three lines is hard to read
        return total

    return min((w for w in reversed(WIDTHS) if widest <= w or w == REASONS), key=height)


def entry(line: Line, words: Words, style: TexStyle, label: str = "") -> Entry:
    """A line with its reasons in words; that its last formula is put in by another line is said of that one alone."""
    style = replace(style, narrow=True, where="reason")
    said = [words.say(reason, style) for reason in line.reasons]
    if line.conditions:
        said.append(words.entry("document", "condition", {"conditions": line.conditions}, style))
    cited = bool(line.reasons) and line.reasons[-1].code == "by" and not (line.conditions or line.hidden)
    return Entry(line, _joined(said), Tex(label), *((_joined(said[:-1]), Tex(said[-1])) if cited else ()))


def _joined(reasons: Sequence[str]) -> Tex:
    return Tex("; ".join(dict.fromkeys(reasons)))


def _tall(row: Row) -> float:
    """About how high a row is, in lines."""
    return 1.8 if any(r"\frac" in cell.formula for cell in row.cells) else 1.2


def _lines(length: float, width: float) -> int:
    """How many lines a reason takes."""
    return 1 if length <= width else max(2, ceil(length / (FILL * width)))


def _size(reason: str) -> tuple[float, float]:
    """The widest formula of a reason and its length on one line, mm."""
    plain = LINK.sub(lambda m: m[1] or "(1)", reason)
    formulas = [SMALL * millimetres(piece) for piece in plain.split("$")[1::2]]
    words = sum(SMALL * 0.46 * EM * len(piece) for piece in plain.split("$")[::2])
    return max(formulas, default=0.0), sum(formulas) + words
