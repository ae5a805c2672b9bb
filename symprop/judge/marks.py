"""Marks: what each result of a task is worth, and what of it was earned.

A right result earns its points; a wrong one the share that remains after the mistake that was recognised; one that
follows from an earlier error all of them (follow-through), unless that error made the rest trivial, as a 0 does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from symprop.judge.following import CODE as FOLLOWS
from symprop.judge.numbers import is_number, literal
from symprop.judge.records import Explanation, Judgement, Verdict
from symprop.judge.working.records import Finding, Reached, Working
from symprop.model.exercise import Part, Task
from symprop.model.marks import share_of, worth
from symprop.model.solution import PartSolution, Phrase, Solution, Worked, phrase
from symprop.written import Written


@dataclass(frozen=True, slots=True)
class Credit:
    """The points of one result: what it is worth, what was earned, and why not all."""

    part: str
    task: Task
    quantity: Written
    worth: Fraction
    earned: Fraction
    why: Phrase


@dataclass(frozen=True, slots=True)
class Marks:
    """All credits; none where no task has points."""

    credits: tuple[Credit, ...]

    @property
    def earned(self) -> Fraction:
        return sum((c.earned for c in self.credits), Fraction(0))

    @property
    def worth(self) -> Fraction:
        return sum((c.worth for c in self.credits), Fraction(0))


# ---- a single answer


def marks_of_answer(solved: PartSolution, worked: Worked, judgement: Judgement) -> Marks:
    """The marks of what was handed in for one task.  Of several statements about one result the last counts."""
    said = {v.quantity: v for each in judgement.verdicts for v in each.singles if v.quantity is not None}
    found = []
    for quantity, points in worth(worked):
        verdict = said.get(quantity)
        share, why = _answer_share(verdict, solved.part, worked.task.follow_through)
        found.append(Credit(solved.part.label, worked.task, quantity, points, points * share, why))
    return Marks(tuple(found))


def _answer_share(verdict: Verdict | None, part: Part, through: bool) -> tuple[Fraction, Phrase]:
    if verdict is None:
        return Fraction(0), phrase("marks-missing")
    if verdict.kind == "right":
        return Fraction(1), phrase("marks-right")
    if verdict.kind == "right-wrong-form":
        code = "unfinished" if verdict.code in ("form-derivatives-left", "form-restated") else "form"
        return share_of(code, part.marks), phrase(f"marks-{code}")
    if verdict.kind == "right-at-numbers-only":
        return share_of(verdict.kind, part.marks), phrase("marks-open")
    if verdict.code == FOLLOWS and (not through or _is_zero(verdict.reading)):
        return Fraction(0), phrase("marks-wrong")
    if verdict.kind == "wrong":
        return _mistaken(verdict.why, part)
    return Fraction(0), phrase("marks-open")


def _mistaken(why: Explanation, part: Part) -> tuple[Fraction, Phrase]:
    """What remains: after two mistakes at once the product; where each of several ways explains it, the largest."""
    shares = [prod(share_of(said.code, part.marks) for said in way) for way in why.ways]
    if not shares:
        return share_of("other", part.marks), phrase("marks-wrong")
    return Fraction(max(shares)), phrase("marks-mistake")


# ---- a whole derivation


def marks_of_working(solution: Solution, working: Working, part: str | None = None) -> Marks:
    """The marks of a whole derivation, by the last thing that it says of each result and step."""
    parts = (p for p in solution.parts if part is None or p.part.label.lower() == part.strip().lower())
    return Marks(tuple(credit for solved in parts for credit in _credits(solved, working)))


def _credits(solved: PartSolution, working: Working) -> Iterator[Credit]:
    reached = {(r.task.label, r.quantity): r for r in working.reached if r.part == solved.part.label}
    for worked in solved.worked:
        for quantity, points in worth(worked):
            found = reached.get((worked.task.label, quantity))
            if found is None:  # the part was not judged
                found = Reached(solved.part.label, worked.task, quantity, "missing")
            share, why = _share(found, solved.part, working)
            yield Credit(solved.part.label, worked.task, quantity, points, points * share, why)


def _share(found: Reached, part: Part, working: Working) -> tuple[Fraction, Phrase]:
    state, finding = found.state, found.finding
    if state == "right":
        return Fraction(1), phrase("marks-right")
    if state == "unfinished":
        return share_of("unfinished", part.marks), phrase("marks-unfinished")
    if state == "coarse":
        return share_of("form", part.marks), phrase("marks-form")
    if state == "missing" or finding is None:
        return Fraction(0), phrase("marks-missing")
    if state == "wrong":
        return _mistaken(finding.why, part)
    if not found.task.follow_through:
        return Fraction(0), phrase("marks-no-follow-through", line=finding.since)
    if trivial(finding, working):
        return Fraction(0), phrase("marks-trivial", line=finding.since)
    return Fraction(1), phrase("marks-carried", line=finding.since)


def trivial(finding: Finding, working: Working) -> bool:
    """Whether the error from which a result follows left nothing to do: it is 0, or a number where letters belong."""
    if finding.formula is not None and _is_zero(finding.formula):
        return True
    for line in working.lines:
        if line.line != finding.since:
            continue
        wrong = [f for f in line.findings if f.label in ("wrong", "carried") and f.formula is not None]
        if wrong and wrong[-1].formula is not None:
            last = wrong[-1].formula
            return _is_zero(last) or (is_number(last) and not wrong[-1].numeric)
    return False


def _is_zero(formula: Written | None) -> bool:
    number = literal(formula) if formula is not None else None
    return number is not None and not number.value


__all__ = ["Credit", "Marks", "marks_of_answer", "marks_of_working", "trivial"]
