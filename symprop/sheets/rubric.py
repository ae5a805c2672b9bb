"""The rubric of a key: what each result is worth, and what remains of it after the mistakes that can be made there."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from symprop.errors import SympropError
from symprop.model.marks import MARKS, share_of, worth
from symprop.model.solution import PartSolution, Phrase, Solution, Worked, phrase
from symprop.written import num


def with_rubric(solution: Solution) -> Solution:
    """The solution with the marks of each task below it, in the parts that ask for it."""
    parts = tuple(_marked(part) if part.part.rubric else part for part in solution.parts)
    return replace(solution, parts=parts) if parts != solution.parts else solution


def _marked(solved: PartSolution) -> PartSolution:
    worked = tuple(replace(w, remarks=(*w.remarks, *_rubric(solved, w))) for w in solved.worked)
    return replace(solved, worked=worked)


def _rubric(solved: PartSolution, worked: Worked) -> tuple[Phrase, ...]:
    points = worth(worked)
    if not points:
        return ()
    told = [_results(points)]
    shares: dict[Fraction, list[str]] = {}
    for code in (*possible(solved, worked), "form", "unfinished"):
        share = share_of(code, solved.part.marks)
        if share:
            shares.setdefault(share, []).append(code)
    for share in sorted(shares, reverse=True):
        slips = tuple(phrase(f"slip-{code}") for code in dict.fromkeys(shares[share]))
        told.append(phrase("rubric-share", share=_shown(100 * share), slips=slips))
    told.append(phrase("rubric-follow" if worked.task.follow_through else "rubric-no-follow"))
    return tuple(told)


def _results(points: tuple[tuple[Any, Fraction], ...]) -> Phrase:
    first = points[0][1]
    if len(points) > 1 and all(p == first for _, p in points):
        return phrase("rubric-each", points=_shown(first), quantities=tuple(q for q, _ in points))
    results = tuple(phrase("rubric-result", points=_shown(p), quantity=q) for q, p in points)
    return phrase("rubric-points", results=results)


def _shown(number: Fraction) -> Any:
    """A whole number as such, for the plural of its noun; else a formula, to two decimals at most."""
    return int(number) if number.denominator == 1 else num(round(number, 2))


def possible(solved: PartSolution, worked: Worked) -> tuple[str, ...]:
    """The codes of the mistakes that can be made in a task, in the order of the table."""
    from symprop.judge.judging import Marker  # only where there is a rubric: a page needs nothing of judging
    from symprop.judge.mistakes import MISTAKES
    from symprop.judge.replay import replay_of

    try:
        marker = Marker(solved, worked)
        replays = [replay_of(marker.subject, asked) for asked in marker.asked.values()]
        found = {slip.said.code for replay in replays for slips in MISTAKES for slip in slips(replay)}
    except SympropError:
        return ()
    return tuple(code for code in MARKS if code in found)


__all__ = ["possible", "with_rubric"]
