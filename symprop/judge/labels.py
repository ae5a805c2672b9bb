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


def unlabelled(text: str) -> tuple[str, str] | None:
    """A text without the label behind or before it, and the label; None where there is none."""
    if (found := behind(text)) is not None:
        return text[: found.start()], found["label"]
    found = BEFORE.match(text)
    return (text[found.end() :], found["label"]) if found is not None else None


def with_label(marker: Marker, text: str, heading: int | None) -> list[Verdict]:
    """The verdicts on an answer with a label that might be a factor, asked back where that decides; else nothing."""
    found = unlabelled(text) if marker.table is None else None
    if found is None or _is_fine(marker, text, heading):
        return []
    bare, label = found
    if (end := behind(text)) is not None and WIDE.search(end["gap"]):
        return marker.piece(bare, heading)
    if not _is_fine(marker, bare, heading):
        return []
    message = f"`{label}` may be a factor, or the number of the equation"
    at = text.rfind(label) if text.rstrip(" .").endswith(label) else text.find(label)
    return [unreadable(text, ReadError(text, at, message, "leave it out, or use `*`", readings=(bare.strip(),)))]


def _is_fine(marker: Marker, text: str, heading: int | None) -> bool:
    try:
        return Judgement(tuple(marker.piece(text, heading))).kind in ("right", "right-wrong-form")
    except (ReadError, SympropError):
        return False
