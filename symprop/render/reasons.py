"""The column of reasons: as narrow as its reasons allow, so that more of a line fits beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from symprop.render.layout import REASONS
from symprop.render.width import EM, millimetres

SMALL = 0.92  # of the size of the text
WIDTHS = (28.0, 32.0, 36.0, 40.0, REASONS)
FILL = 0.85  # how full a line of words is, on average
LINES = 2
LINK = re.compile(r"\\eqref\{[^{}]*\}|\\partref\{[^{}]*\}\{([^{}]*)\}")


def pieces(reason: str) -> list[tuple[bool, float]]:
    """The formulas (True) and the words of a reason, with their widths in mm."""
    plain = LINK.sub(lambda m: m[1] or "(1)", reason)
    return [
        (bool(k % 2), SMALL * (millimetres(piece) if k % 2 else 0.5 * EM * len(piece)))
        for k, piece in enumerate(plain.split("$"))
        if piece
    ]


def column(reasons: Iterable[str]) -> float:
    """The width of the column, mm: every formula on one line, every reason on two."""
    widest = longest = 0.0
    for reason in reasons:
        parts = pieces(reason)
        widest = max([widest, *(width for formula, width in parts if formula)])
        longest = max(longest, sum(width for _, width in parts))
    return next((w for w in WIDTHS if widest <= w and (longest <= w or longest <= LINES * FILL * w)), REASONS)
