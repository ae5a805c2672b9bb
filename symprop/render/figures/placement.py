"""Where the figure of a statement stands: beside the words and the equations, beside the words, or below them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Literal

from symprop.render.figures.drawing import Drawing
from symprop.render.layout import INDENT, TEXT_WIDTH
from symprop.render.width import millimetres

Place = Literal["all", "words", "below"]

GAP = 6.0  # between words and figure
LETTER = 1.9  # the width of a letter of running text, mm
ROW = 4.8  # the height of a line of text
EQUATION = 6.9
FRACTION = 3.2  # what a fraction adds
NARROWEST = 52.0  # column of words
TALLEST = 130.0  # what is beside a figure cannot be broken over pages
BETTER = 4.0  # mm that a place further down must save


def place(
    drawing: Drawing, words: Sequence[str], sides: Sequence[tuple[str, str]], *, paired: bool, numbered: bool
) -> Place:
    """The place that takes least height.  ``sides``: the equations; ``paired``: they stand two a row if they may."""
    left = TEXT_WIDTH - drawing.width - GAP
    rows = sum(EQUATION + FRACTION * (r"\frac" in a + b) for a, b in sides)
    needed = _width(sides) + (12.0 if numbered else 0.0)
    high, lead = drawing.height, ROW if sides else 0.0
    shown = rows * (0.5 if paired else 1.0)
    prices: dict[Place, float] = {"below": _text(words, TEXT_WIDTH) + high + 6.0 + lead + shown}
    if words and left >= NARROWEST:
        prices["words"] = max(high, _text(words, left)) + lead + shown
    beside = _text(words, left) + lead + rows
    if left >= max(NARROWEST, needed) and beside <= TALLEST:
        prices["all"] = max(high, beside)
    order: tuple[Place, ...] = ("words", "all", "below")
    return min((p for p in order if p in prices), key=lambda p: prices[p] + BETTER * order.index(p))


def beside(drawing: Drawing, words: Sequence[str], more: Sequence[str]) -> bool:
    """Whether a further paragraph finds its place beside the figure, below the words."""
    left = TEXT_WIDTH - drawing.width - GAP
    return _text([*words, " ".join(more)], left) <= drawing.height + ROW


def _width(sides: Sequence[tuple[str, str]]) -> float:
    """Of the equations, one a row."""
    if not sides:
        return 0.0
    return INDENT + max(millimetres(a) for a, _ in sides) + max(millimetres(b) for _, b in sides) + 8.0


def _text(words: Sequence[str], width: float) -> float:
    return sum(ROW * ceil(len(w) * LETTER / max(width, 1.0)) + 1.5 for w in words)
