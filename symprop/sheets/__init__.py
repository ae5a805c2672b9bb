"""One worked solution, several sheets: what is asked, hints, the key, the key with blanks.

Each sheet is a solution of its own, made from the certified one by leaving things out; what is left out is not in the
record any more (or is marked ``hidden`` and never printed), so no template can show it.
"""

from __future__ import annotations

from dataclasses import replace

from symprop.model.exercise import Fading
from symprop.model.solution import Prose, Solution, Worked
from symprop.sheets.detail import DETAILS, in_detail
from symprop.sheets.fading import faded
from symprop.sheets.hints import hints
from symprop.sheets.rubric import with_rubric

__all__ = ["DETAILS", "SHEETS", "in_detail", "problem", "sheet_of", "with_hints"]
SHEETS = ("problem", "hints", "key", "faded")


def sheet_of(solution: Solution, sheet: str = "key", *, fade: Fading | None = None) -> Solution:
    """The solution as it stands on a sheet.  ``fade``: instead of what the exercise says."""
    if sheet == "problem":
        return problem(solution)
    if sheet == "hints":
        return with_hints(solution)
    if sheet == "faded":
        parts = tuple(faded(part, fade or part.part.fade or Fading()) for part in solution.parts)
        return replace(solution, parts=parts, values=None)
    assert sheet == "key", sheet
    return with_rubric(solution)


def problem(solution: Solution) -> Solution:
    """The statement and the tasks; nothing that was worked."""
    parts = tuple(
        replace(part, worked=tuple(Worked(w.task, ()) for w in part.worked), certificate=None)
        for part in solution.parts
    )
    return replace(solution, parts=parts, values=None)


def with_hints(solution: Solution) -> Solution:
    """For each task the hints, from the weakest to the strongest, each a paragraph of its own."""
    parts = []
    for part in solution.parts:
        worked = tuple(
            Worked(w.task, tuple(Prose((hint,)) for hint in hints(w, part.part, part.worked[:k])))
            for k, w in enumerate(part.worked)
        )
        parts.append(replace(part, worked=worked, certificate=None))
    return replace(solution, parts=tuple(parts), values=None)
