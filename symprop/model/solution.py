"""A worked solution as data.  Text and layout come last, in ``symprop.render``; nothing here is a string of LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from symprop.model.exercise import Exercise, Part, Task
from symprop.names import Vocabulary
from symprop.written import Name, Written


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence, heading or reason: its code in ``templates/words/<language>.yaml`` and what goes into it.

    Data values are formulas, whole numbers, text (an author's own words, or a label) or tuples of formulas.
    """

    code: str
    data: tuple[tuple[str, Any], ...] = ()


def phrase(code: str, **data: Any) -> Phrase:
    """Phrase("relu-off", z=…): the data sorted by key, so that equal phrases are equal."""
    return Phrase(code, tuple(sorted(data.items())))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a display:  left = a = b ≈ c   reason.

    ``left`` is None where the row continues the quantity of the row above.  ``chain``: relation (= ≈ ←) and formula.
    ``epoch``: how many updates have been made (its names have the values of that epoch; the left side of ← has the
    next).  ``label``: other lines cite it by this; numbered on the page only if cited.  ``conditions``: side
    conditions under which the row holds.  ``boxed``: the last formula is an answer.
    """

    left: Written | None
    chain: tuple[tuple[str, Written], ...]
    reasons: tuple[Phrase, ...] = ()
    epoch: int = 0
    label: str = ""
    conditions: tuple[Written, ...] = ()
    boxed: bool = False
    env: tuple[tuple[Written, Written], ...] = ()  # values of this row alone (a point of a table)
    hidden: bool = False  # printed with blanks for its right sides

    @property
    def cited(self) -> bool:
        """Whether the row repeats a result that an earlier task found."""
        return any(reason.code == "from-part" for reason in self.reasons)


def unbroken(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Each row with those that continue its quantity, as one: what is known of the quantity stands in one line."""
    found: list[Line] = []
    for line in lines:
        if line.left is None and found:
            above = found.pop()
            line = replace(
                line, left=above.left, chain=above.chain + line.chain, reasons=above.reasons + line.reasons,
                conditions=above.conditions + line.conditions, label=line.label or above.label,
            )  # fmt: skip
        found.append(line)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Prose:
    """A sentence or two between displays."""

    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """An aligned display."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are formulas, phrases or None (empty).  ``claims``: the relations that the cells assert."""

    columns: tuple[Phrase | Written, ...]
    rows: tuple[tuple[Written | Phrase | None, ...], ...]
    claims: tuple[Line, ...] = ()
    boxed: tuple[tuple[int, int], ...] = ()  # (row, column) of answers
    hidden: tuple[int, ...] = ()  # rows that are printed with blanks


@dataclass(frozen=True, slots=True)
class Paths:
    """The graph between two quantities: edges (parent, child, local derivative), ``nodes`` in topological order."""

    nodes: tuple[Name, ...]
    edges: tuple[tuple[Name, Name, Written], ...]
    claims: tuple[Line, ...] = ()  # ∂⁺child/∂parent = local derivative


@dataclass(frozen=True, slots=True)
class Program:
    """A listing; ``expected`` are the values it must print, by name."""

    language: str
    text: str
    expected: tuple[tuple[str, str], ...] = ()


Block = Prose | Lines | Table | Paths | Program


@dataclass(frozen=True, slots=True)
class Answer:
    """A result: ∂L/∂w = formula, with its exact or 50-digit value (decimal text) where there are numbers."""

    quantity: Written
    formula: Written
    relation: str = "="
    value: str | None = None
    epoch: int = 0
    vocabulary: Vocabulary | None = field(default=None, repr=False, compare=False)  # what its functions are
    part: str = ""  # the letter of its part, where there are several


@dataclass(frozen=True, slots=True)
class Worked:
    """One task, worked."""

    task: Task
    blocks: tuple[Block, ...]
    answers: tuple[Answer, ...] = ()
    remarks: tuple[Phrase, ...] = ()
    checks: tuple[Phrase, ...] = ()  # of what it found, by another route than the derivation

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rows of its displays, and what its tables claim, in order."""
        rows = (block.lines if isinstance(block, Lines) else block.claims for block in self.blocks
                if isinstance(block, Lines | Table))  # fmt: skip
        return tuple(chain.from_iterable(rows))


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was checked: how many relations, with which largest deviation (decimal text, "0" if all exact), and how."""

    relations: int
    deviation: str
    routes: tuple[str, ...] = ()
    rounded: bool = False  # whether some of them are ≈


@dataclass(frozen=True, slots=True)
class PartSolution:
    """A part with all its tasks worked."""

    part: Part
    statement: tuple[Block, ...]  # equations, given numbers, generated where the author did not word them
    worked: tuple[Worked, ...]
    certificate: Certificate | None = None
    summary: tuple[Phrase, ...] = ()  # the network in words, where the author gives none

    @property
    def checks(self) -> tuple[Phrase, ...]:
        """The checks of all tasks, in order."""
        return tuple(chain.from_iterable(worked.checks for worked in self.worked))


@dataclass(frozen=True, slots=True)
class Solution:
    """What ``certify`` lets through."""

    exercise: Exercise
    parts: tuple[PartSolution, ...]
    values: Mapping[str, str] | None = None  # every quantity that was computed, 50 digits at most, by plain name
