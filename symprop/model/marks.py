"""What a result is worth, and what share of its points remains after a mistake.

The table holds the defaults by the code of a mistake; an exercise changes them under ``marks:``.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symprop.model.exercise import Part, Task
from symprop.model.solution import Worked
from symprop.written import Written

ALL, MOST, HALF, LITTLE, NONE = Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4), Fraction(0)
_BY_SHARE: dict[Fraction, str] = {
    ALL: "follows",
    MOST: """sign sign-on-path slope-sign result-sign lost-bracket bracket-of-result targets-add-up
        forgot-minus forgot-constant forgot-constant-of
        factor-two-too-many factor-half-too-many wrong-constant only-the-change new-value-for-change sign-of-term
        rounded-too-early form""",
    HALF: """forgot-factor forgot-activation-derivative forgot-gate wrong-gate forgot-path only-one-path
        slope-term argument-term result-term result-factor slope-twice forgot-factor-of
        activation-for-derivative derivative-at-activation another-activation any-activation swapped-factor wrong-index
        pre-activation-for-activation
        activation-for-pre-activation inner-derivative log-slip exp-slip power-slip product-rule lost-power forgot-rate
        forgot-rate-and-minus
        updated-too-early forgot-term forgot-bias forgot-activation right-at-numbers-only
        transposed transpose-slip swapped-indices""",
    LITTLE: """paths-multiplied outer-derivative upside-down only-the-gradient new-value-for-derivative
        gradient-minus-value step-of-another index-as-power unfinished""",
    NONE: "loss-for-derivative wrong-derivative wrong-quantity other",
}
MARKS: dict[str, Fraction] = {code: share for share, codes in _BY_SHARE.items() for code in codes.split()}


def share_of(code: str, marks: Mapping[str, Fraction]) -> Fraction:
    """The share that remains: what the exercise says, else the default; where there is none, that of ``other``."""
    known = code if code in MARKS else "other"
    return marks.get(known, MARKS[known])


def worth(worked: Worked) -> tuple[tuple[Written, Fraction], ...]:
    """The points of each result of a task: as ``points:`` say, else the same for all; () without points."""
    task = worked.task
    if task.worth:
        return task.worth
    total = number(task.points)
    results = tuple(dict.fromkeys(a.quantity for a in worked.answers))
    if total is None or not results:
        return ()
    return tuple((quantity, total / len(results)) for quantity in results)


def number(points: str) -> Fraction | None:
    """The points that a task states as a number; None for words."""
    text = points.strip().replace(",", ".").replace("½", "0.5")
    try:
        return Fraction(text) if text else None
    except ValueError:
        return None


def has_marks(part: Part) -> bool:
    """Whether any task of a part has points."""
    return any(task.worth or number(task.points) is not None for task in part.tasks)


__all__ = ["MARKS", "Task", "has_marks", "number", "share_of", "worth"]
