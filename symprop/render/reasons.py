"""The column of reasons: as narrow as its reasons allow, where that saves rows of formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from symprop.render.layout import REASONS
from symprop.render.width import EM, millimetres

SMALL = 0.92  # of the size of the text
WIDTHS = (24.0, 28.0, 32.0, 36.0, 40.0, REASONS)
FILL = 0.85  # how full a line of words is, on average
WRAPPED = 0.4  # what a reason on two lines costs, in rows
LINK = re.compile(r"\\eqref\{[^{}]*\}|\\partref\{[^{}]*\}\{([^{}]*)\}")


def column(reasons: Iterable[str], rows: Callable[[float], int]) -> float:
    """The width of the column in mm for which the page has the fewest rows; ``rows``: how many at a width.

    Every formula in a reason has its line, and every reason at most two, as long as the widest column can do that.
    """
    sizes = [_size(reason) for reason in reasons]
    widest = max((formula for formula, _ in sizes), default=0.0)
    one = max((whole for _, whole in sizes), default=0.0)
    wide = next((w for w in WIDTHS if max(one, widest) <= w), REASONS)
    narrow = next((w for w in WIDTHS if widest <= w and one <= 2 * FILL * w), REASONS)
    if narrow == wide:
        return wide

    def cost(width: float) -> float:
        return rows(width) + WRAPPED * sum(whole > width for _, whole in sizes)

    return narrow if cost(narrow) < cost(wide) else wide


def _size(reason: str) -> tuple[float, float]:
    """The widest formula of a reason and its length on one line, mm."""
    plain = LINK.sub(lambda m: m[1] or "(1)", reason)
    formulas = [SMALL * millimetres(piece) for piece in plain.split("$")[1::2]]
    words = sum(SMALL * 0.46 * EM * len(piece) for piece in plain.split("$")[::2])
    return max(formulas, default=0.0), sum(formulas) + words
