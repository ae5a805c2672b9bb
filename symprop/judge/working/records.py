"""What judging a whole derivation yields: a finding for every formula, a label for every row.  Frozen, with codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from symprop.equality import Equality, Witness
from symprop.judge.records import Explanation
from symprop.model.exercise import Task
from symprop.model.solution import Phrase
from symprop.written import Written

Label = Literal[
    "right",
    "carried",  # it follows from an earlier error of the student's own
    "wrong",  # wrong here
    "unsupported",  # a jump: it could not be decided, or speaks of what the exercise does not have
    "unread",  # a formula that could not be read
    "skipped",  # words, or a formula that claims nothing
]
RANK: dict[str, int] = {"skipped": 0, "right": 1, "carried": 2, "unsupported": 3, "unread": 4, "wrong": 5}
EXIT: dict[str, int] = {"right": 0, "carried": 1, "wrong": 1, "unread": 2, "unsupported": 3, "skipped": 2}
State = Literal["right", "carried", "unfinished", "coarse", "wrong", "missing"]
COARSE = "form-coarse"  # right, and rounded too much for a result


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one formula of a row.

    ``since``: the line of the earlier error from which it follows.  ``repaired``: it is right, but does not follow from
    the wrong formula before it: two errors that cancel, or a silent correction.
    """

    label: Label
    code: str
    said: Phrase
    quantity: Written | None = None
    formula: Written | None = None
    text: str = ""
    since: int = 0
    repaired: bool = False
    why: Explanation = Explanation()
    equality: Equality | None = None
    place: int | None = None
    readings: tuple[str, ...] = ()
    numeric: bool = False  # whether what is right there has a number

    @property
    def witness(self) -> Witness | None:
        return self.equality.witness if self.equality is not None and self.label == "wrong" else None


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """A row of the derivation (line and column in the text, from 1) and what was found in it."""

    line: int
    column: int
    text: str
    findings: tuple[Finding, ...]
    part: str = ""

    @property
    def worst(self) -> Finding | None:
        """The finding that the row is labelled by: of equals the first."""
        return max(self.findings, key=lambda f: RANK[f.label], default=None)

    @property
    def label(self) -> Label:
        worst = self.worst
        return worst.label if worst is not None else "skipped"


@dataclass(frozen=True, slots=True)
class Reached:
    """What became of a result that a task asks for: the last thing that was said about it."""

    part: str
    task: Task
    quantity: Written
    state: State
    line: int = 0
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Working:
    """The verdicts on all rows, and on the results that were asked for."""

    lines: tuple[LineVerdict, ...]
    reached: tuple[Reached, ...] = ()

    @property
    def label(self) -> Label:
        return max((line.label for line in self.lines), key=RANK.__getitem__, default="skipped")

    @property
    def first_wrong(self) -> LineVerdict | None:
        return next((line for line in self.lines if line.label == "wrong"), None)

    @property
    def exit_code(self) -> int:
        found = {line.label for line in self.lines}
        if found & {"wrong", "carried"} or any(r.state == "coarse" for r in self.reached):
            return 1
        return EXIT[self.label]
