"""The task that an answer is for."""

from __future__ import annotations

from collections.abc import Iterable

from symprop.errors import DerivationError
from symprop.model.solution import PartSolution, Solution, Worked


def worked_task(solution: Solution, task: str, part: str | None) -> tuple[PartSolution, Worked]:
    """The task with a letter, in a part; by default the first part that has it.  Raises DerivationError."""
    wanted = task.strip().strip("()")
    parts = [p for p in solution.parts if part is None or p.part.label.lower() == part.strip().lower()]
    if not parts:
        known = _listed(p.part.label for p in solution.parts)
        raise DerivationError(f"there is no part {part}; the parts are {known or 'not lettered'}")
    for solved in parts:
        for worked in solved.worked:
            if worked.task.label == wanted:
                return solved, worked
    known = _listed(w.task.label for p in parts for w in p.worked if w.answers)
    raise DerivationError(f"there is no task ({wanted}); there are {known}")


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(label for label in labels if label))


__all__ = ["worked_task"]
