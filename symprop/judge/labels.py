"""Numbers of equations: mu - k (2), -0.178 (3), (b) mu - k, which might be factors.

Such a text has two readings.  Where it is not right with the factor and would be right without it, it is asked back; a
number that stands well apart is a label.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symprop.errors import ReadError, SympropError
from symprop.judge.records import Judgement, Verdict, unreadable

if TYPE_CHECKING:
    from symprop.judge.judging import Marker

NUMBER = r"(?:\([0-9]{1,2}[a-z]?\)|\[[0-9]{1,2}[a-z]?\])"
BEHIND = re.compile(rf"(?P<gap>(?:\\q?quad|\\[,;: ]|[\s~])++)(?P<label>{NUMBER})\s*\.?\s*$")
WIDE = re.compile(r"quad|\s{3}")  # a gap that no factor has before it
BEFORE = re.compile(r"\s*(?P<label>\((?:[0-9]{1,2}|[a-z])\)|\[[0-9]{1,2}\])\s+(?=\S)")
TAIL = 80  # characters in which a label is looked for


def behind(text: str) -> re.Match[str] | None:
    """The label at the end of a text, with the gap before it."""
    bare = text.rstrip()
    found = BEHIND.search(bare, max(0, len(bare) - TAIL))
    return found if found is not None and bare[: found.start()].strip() else None


def asked_back(text: str, label: re.Match[str], bare: str) -> ReadError:
    """The error of a text with a label that may be a factor; ``bare``: the text without it."""
    message = f"`{label['label']}` may be a factor, or the number of the equation"
    return ReadError(text, label.start("label"), message, "leave it out, or use `*`", readings=(bare.strip(),))


def with_label(marker: Marker, text: str, heading: int | None) -> list[Verdict]:
    """The verdicts on an answer with a label that might be a factor, asked back where that decides; else nothing."""
    label = (behind(text) or BEFORE.match(text)) if marker.table is None else None
    if label is None or _is_fine(marker, text, heading):
        return []
    ends = label.re is BEHIND
    bare = text[: label.start()] if ends else text[label.end() :]
    if ends and WIDE.search(label["gap"]):
        return marker.piece(bare, heading)
    return [unreadable(text, asked_back(text, label, bare))] if _is_fine(marker, bare, heading) else []


def _is_fine(marker: Marker, text: str, heading: int | None) -> bool:
    try:
        return Judgement(tuple(marker.piece(text, heading))).kind in ("right", "right-wrong-form")
    except (ReadError, SympropError):
        return False
