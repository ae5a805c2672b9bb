"""What is told once, over all tasks of a part: how numbers are rounded, a factor of several results, the frame of a
result."""

from __future__ import annotations

from dataclasses import replace

from symprop.derive.closing import shared_factors
from symprop.derive.remarks import rounding_note
from symprop.model.exercise import Part
from symprop.model.solution import Block, Line, Lines, Worked
from symprop.written import Written


def told_once(part: Part, worked: tuple[Worked, ...]) -> tuple[Worked, ...]:
    """The tasks without what an earlier one tells already."""
    return framed_once(shared_factors(rounding_note(part, worked)))


def framed_once(worked: tuple[Worked, ...]) -> tuple[Worked, ...]:
    """A result that is cited from the task that framed it stands without a frame."""
    framed: set[tuple[int, Written]] = set()
    out = []
    for item in worked:
        earlier = frozenset(framed)

        def told(line: Line, earlier: frozenset[tuple[int, Written]] = earlier) -> Line:
            again = line.cited and line.left is not None and (line.epoch, line.left) in earlier
            return replace(line, boxed=False) if again else line

        blocks: list[Block] = [
            replace(block, lines=tuple(told(line) for line in block.lines)) if isinstance(block, Lines) else block
            for block in item.blocks
        ]
        framed |= {(line.epoch, line.left) for line in item.lines if line.boxed and line.left is not None}
        out.append(replace(item, blocks=tuple(blocks)))
    return tuple(out)
