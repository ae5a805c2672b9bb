"""Worked-example fading: the last steps of a solution become blanks, the first ones stay as a model.

A step is a row of a display or of a table, a program, or a task that is answered in a sentence.  Steps are counted over
the whole part, so that nothing after the first blank shows what a blank hides; sentences that hold a formula go, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from symprop.model.exercise import Fading
from symprop.model.solution import Block, Line, Lines, PartSolution, Phrase, Program, Prose, Table, Worked, phrase
from symprop.written import Deriv, Name, Written

FILL_IN = Prose((phrase("fill-in"),))
ROOM = 2  # lines for an answer in a sentence


def faded(part: PartSolution, fade: Fading) -> PartSolution:
    """The part with its last steps hidden."""
    total = sum(_steps(worked) for worked in part.worked)
    count = fade.count if fade.kind == "steps" else (total * fade.count + 50) // 100
    shown = max(0, total - count)
    out = []
    for worked in part.worked:
        out.append(_hide(worked, shown) if _steps(worked) > shown else worked)
        shown = max(0, shown - _steps(worked))
    return replace(part, worked=tuple(out), certificate=None, checks=())


def _steps(worked: Worked) -> int:
    return sum(map(_size, worked.blocks)) or 1


def _size(block: Block) -> int:
    match block:
        case Lines(lines):
            return len(lines)
        case Table(rows=rows):
            return len(rows)
        case Program():
            return 1
        case _:
            return 0


def _hide(worked: Worked, shown: int) -> Worked:
    """A task of which only the first steps are shown; its remarks, which tell results, go."""
    if not any(map(_size, worked.blocks)):
        return Worked(worked.task, (FILL_IN, Program("", "\n" * ROOM)))
    return Worked(worked.task, tuple(_blocks(worked.blocks, shown)))


def _blocks(blocks: tuple[Block, ...], shown: int) -> Iterator[Block]:
    for block in blocks:
        size = _size(block)
        if shown >= size and (size or shown):
            yield block
        elif isinstance(block, Prose):
            kept = tuple(p for p in block.phrases if tells_nothing(p))
            yield Prose(kept) if kept else FILL_IN
        elif isinstance(block, Lines):
            yield Lines((*block.lines[:shown], *(replace(line, hidden=True) for line in block.lines[shown:])))
        elif isinstance(block, Table):
            yield replace(block, hidden=tuple(range(shown, size)))
        elif isinstance(block, Program):
            yield Program("", "\n" * max(ROOM, block.text.count("\n") // 2))
        shown = max(0, shown - size)


def discreet(line: Line) -> Line:
    """A hidden line without the reasons and conditions that tell what it hides."""
    return replace(line, reasons=tuple(filter(tells_nothing, line.reasons)), conditions=())


def tells_nothing(said: Phrase) -> bool:
    """Whether a phrase holds names, numbers of things and citations only, no formula and no value."""

    def innocent(value: Any) -> bool:
        if isinstance(value, tuple):
            return all(map(innocent, value))
        if isinstance(value, Phrase):
            return tells_nothing(value)
        return not isinstance(value, Written) or is_name(value)

    return said.code not in TELLING and all(innocent(value) for _, value in said.data)


def is_name(formula: Written) -> bool:
    """A quantity or the symbol of a derivative: something that can be named without saying what it is."""
    if isinstance(formula, Deriv):
        return all(isinstance(name, Name) for name in (formula.of, *formula.by))
    return isinstance(formula, Name)


# What the words of these say is a result, though they hold no formula.
TELLING = frozenset(
    ("count", "count-parameters", "unchanged", "slope-on", "slope-off", "undefined", "no-path", "relu-still-on",
     "relu-still-off", "given-value", "gradient-zero", "loss-same", "step-too-large", "terms-cancel", "cancel",
     "sigmoid-slope", "factor-out")
)  # fmt: skip
