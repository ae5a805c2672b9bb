"""A part with the equations of an earlier one refers to it:  "The equations are those of part A." """

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symprop.model.solution import Block, Lines, PartSolution, Phrase, Prose, Solution, phrase

FEWEST = 3  # equations; fewer are sooner read than looked up


def without_repeats(solution: Solution) -> Solution:
    """Equations, and what is said of their functions, stand in the first part that has them."""
    parts: list[PartSolution] = []
    for k, part in enumerate(solution.parts):
        first = next((j for j, other in enumerate(solution.parts[:k]) if _same(other, part)), None)
        if first is None:
            parts.append(part)
            continue
        known = solution.parts[first]
        same = phrase("equations-of", label=known.part.label or str(first + 1))
        told = set(_phrases(known.statement))
        new = (p for p in _phrases(part.statement[2:]) if not (p.code.startswith("function-") and p in told))
        parts.append(replace(part, statement=(Prose((same, *new)),), summary=()))
    return replace(solution, parts=tuple(parts))


def _same(one: PartSolution, other: PartSolution) -> bool:
    """Whether both state the same equations, enough of them."""
    match one.statement[:2], other.statement[:2]:
        case (Prose(), Lines() as a), (Prose(), Lines() as b):
            return a.lines == b.lines and len(a.lines) >= FEWEST
    return False


def _phrases(blocks: tuple[Block, ...]) -> Iterator[Phrase]:
    return (p for block in blocks if isinstance(block, Prose) for p in block.phrases)
