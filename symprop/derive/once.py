"""What is told once, over all tasks of a part: how numbers are rounded, a factor of several results, the slope of a
rectifier, the frame of a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symprop import functions
from symprop.derive.closing import shared_factors
from symprop.derive.reasons import GATES
from symprop.derive.remarks import rounding_note
from symprop.model.exercise import Part
from symprop.model.solution import Block, Line, Lines, Phrase, Prose, Worked, phrase, unbroken
from symprop.written import Call, Name, Written

LOOKED_UP = ("slope-on", "slope-off", "kink-unused", "kink-used", "kink-convention")  # say what the slope is


def told_once(part: Part, worked: tuple[Worked, ...]) -> tuple[Worked, ...]:
    """The tasks without what an earlier one tells already."""
    return framed_once(slopes_once(part, shared_factors(rounding_note(part, worked))))


def slopes_once(part: Part, worked: tuple[Worked, ...]) -> tuple[Worked, ...]:
    """What g' of a rectifier is, before the first lines that leave it as a symbol; where the sign is known, a reason
    says it."""
    if any(p.code in LOOKED_UP for item in worked for p in _phrases(item)):
        return worked
    told: set[Name] = set()
    out = []
    for item in worked:
        blocks: list[Block] = []
        for block in item.blocks:
            lines = block.lines if isinstance(block, Lines) else ()
            found = dict.fromkeys(f for line in lines for f in _slopes(part, line))
            said = tuple(phrase("slope-rectifier", f=replace(f, primes=1)) for f in found if f not in told)
            told |= set(found)
            if said and blocks and isinstance(before := blocks[-1], Prose):
                blocks[-1] = replace(before, phrases=(*said, *before.phrases))
            elif said:
                blocks.append(Prose(said))
            blocks.append(block)
        out.append(replace(item, blocks=tuple(blocks)))
    return tuple(out)


def _slopes(part: Part, line: Line) -> Iterator[Name]:
    """The rectifiers whose slope stands in a line as a symbol: g of g'(z)."""
    for node in (n for _, formula in line.chain for n in formula.walk()):
        if isinstance(node, Call) and node.primes == 1 and len(node.args) == 1:
            row = functions.lookup(Call(node.func, node.args), part.vocabulary)
            if isinstance(row, functions.Function) and row.key in GATES:
                yield node.func


def _phrases(worked: Worked) -> Iterator[Phrase]:
    for block in worked.blocks:
        yield from block.phrases if isinstance(block, Prose) else ()
    for line in worked.lines:
        yield from line.reasons


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
        framed |= {(line.epoch, line.left) for line in unbroken(item.lines) if line.boxed and line.left is not None}
        out.append(replace(item, blocks=tuple(blocks)))
    return tuple(out)
