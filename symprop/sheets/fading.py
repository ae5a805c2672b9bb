"""Worked-example fading: the last steps of a solution become blanks, the first ones stay as a model; or chosen ones.

A step is a row of a display or of a table, a program, or a task that is answered in a sentence.  Steps are counted over
the whole part, so that nothing after the first blank shows what a blank hides; sentences that hold a formula go, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from symprop.errors import UnsupportedError
from symprop.model.exercise import Fading
from symprop.model.solution import Block, Line, Lines, PartSolution, Phrase, Program, Prose, Table, Worked, phrase
from symprop.written import Deriv, Name, Written

FILL_IN = Prose((phrase("fill-in"),))
HELPED = {"loss-fell", "loss-fell-from", "loss-fell-steps", "loss-rose", "loss-rose-steps", "loss-same"}
ROOM = 2  # lines for an answer in a sentence


def faded(part: PartSolution, fade: Fading) -> PartSolution:
    """The part with its last steps, or the chosen ones, hidden."""
    hidden = _chosen(part, fade) if fade.kind == "rows" else _last(part, fade)
    tasks = zip(part.worked, hidden, strict=True)
    out = [_hide(worked, rows) if rows else replace(worked, checks=()) for worked, rows in tasks]
    return replace(part, worked=tuple(out), certificate=None)


def _last(part: PartSolution, fade: Fading) -> list[frozenset[int]]:
    """Of each task the steps that are hidden, by number."""
    sizes = [_steps(worked) for worked in part.worked]
    total = sum(sizes)
    shown = max(0, total - (fade.count if fade.kind == "steps" else (total * fade.count + 50) // 100))
    out = []
    for size in sizes:
        out.append(frozenset(range(min(shown, size), size)))
        shown = max(0, shown - size)
    return out


def _chosen(part: PartSolution, fade: Fading) -> list[frozenset[int]]:
    """The rows that were asked for.  Raises UnsupportedError for one that is not there."""
    labels = [worked.task.label or chr(ord("a") + k) for k, worked in enumerate(part.worked)]
    out: list[set[int]] = [set() for _ in labels]
    for label, first, last in fade.rows:
        if label not in labels:
            raise UnsupportedError(f"fade: there is no task ({label}); there are {', '.join(labels)}")
        k = labels.index(label)
        size = _steps(part.worked[k])
        if last > size:
            raise UnsupportedError(f"fade: there is no row {label}{last}: task ({label}) has {size} rows")
        out[k] |= set(range(first - 1, last)) if first else set(range(size))
    return [frozenset(rows) for rows in out]


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


def _hide(worked: Worked, hidden: frozenset[int]) -> Worked:
    """A task some of whose steps are hidden; its remarks, which tell results, go."""
    if not any(map(_size, worked.blocks)):
        return Worked(worked.task, (FILL_IN, Program("", "\n" * ROOM)))
    return Worked(worked.task, (*_blocks(worked.blocks, hidden), *_asked_again(worked)))


def _asked_again(worked: Worked) -> tuple[Block, ...]:
    """Room for the answer where a remark, which goes, answers a question of the task: whether a step has helped."""
    codes = {remark.code for remark in worked.remarks}
    if not codes & HELPED or (worked.task.words and "?" not in worked.task.words):
        return ()
    several = "loss-fell-steps" in codes or "loss-rose-steps" in codes
    return Prose((phrase("fill-in-helped", steps=2 if several else 1),)), Program("", "\n" * ROOM)


def _blocks(blocks: tuple[Block, ...], hidden: frozenset[int]) -> Iterator[Block]:
    before = 0  # steps above
    for block in blocks:
        size = _size(block)
        own = frozenset(k - before for k in hidden if before <= k < before + size)
        if isinstance(block, Prose):
            kept = block.phrases if before < min(hidden) else tuple(p for p in block.phrases if tells_nothing(p))
            yield Prose(kept) if kept else FILL_IN
        elif isinstance(block, Lines) and own:
            yield Lines(tuple(replace(line, hidden=True) if k in own else line for k, line in enumerate(block.lines)))
        elif isinstance(block, Table) and own:
            yield replace(block, hidden=tuple(sorted(own)))
        elif isinstance(block, Program) and own:
            yield Program("", "\n" * max(ROOM, block.text.count("\n") // 2))
        elif size or before < min(hidden):
            yield block
        before += size


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
     "relu-still-off", "relu-now-on", "relu-now-off", "switched-off", "only-moved", "path-nothing", "given-value",
     "gradient-zero", "loss-same", "step-too-large", "terms-cancel", "cancel", "sigmoid-slope", "slope-branch",
     "factor-out")
)  # fmt: skip
