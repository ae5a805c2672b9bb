"""Marks as text and as data."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symprop.judge.marks import Marks
from symprop.notation import text
from symprop.notation.numbers import plain
from symprop.render.verdicts import STYLE
from symprop.render.words import Words, load_words


def marks_text(marks: Marks, language: str = "en") -> str:
    """The total, then each result with what it earned; '' where nothing is worth points."""
    if not marks.credits:
        return ""
    words = load_words(language)
    lines = [_said(words, "total", earned=shown(marks.earned), worth=shown(marks.worth))]
    several = len({(c.part, c.task.label) for c in marks.credits}) > 1
    for credit in marks.credits:
        task = f"{credit.part}({credit.task.label}) " if several else ""
        why = words.entry("marks", credit.why.code, dict(credit.why.data), STYLE)
        lines.append(f"  {task}{STYLE.maths(credit.quantity)}: {shown(credit.earned)}/{shown(credit.worth)}, {why}")
    return "\n".join(lines)


def marks_record(marks: Marks, language: str = "en") -> dict[str, Any] | None:
    """Numbers as decimal text; None where nothing is worth points."""
    if not marks.credits:
        return None
    words = load_words(language)
    return {
        "earned": shown(marks.earned),
        "worth": shown(marks.worth),
        "credits": [
            {
                "part": c.part,
                "task": c.task.label,
                "quantity": text(c.quantity),
                "earned": shown(c.earned),
                "worth": shown(c.worth),
                "code": c.why.code,
                "message": words.entry("marks", c.why.code, dict(c.why.data), STYLE),
            }
            for c in marks.credits
        ],
    }


def shown(points: Fraction) -> str:
    """To two decimals at most."""
    return plain(round(points, 2), 12)


def _said(words: Words, code: str, **data: object) -> str:
    return words.entry("marks", code, data, STYLE)
