"""The values that a task starts from: which they are after a step, and the forward pass that is not told yet."""

from __future__ import annotations

from dataclasses import replace

from symprop.derive.bench import Bench
from symprop.derive.closing import moved
from symprop.derive.forward import forward_line
from symprop.derive.leaves import leaves_of
from symprop.model.solution import Block, Line, Lines, Prose, Worked, phrase
from symprop.written import Deriv, Name, Rel, names_of

MOST = 4  # values that a sentence lists
ELSEWHERE = ("forward", "forward-again", "program", "count")  # they tell the values themselves, or use none


def with_needed_values(bench: Bench, worked: Worked) -> Worked:
    """The task, with a forward pass before it if its numbers come from values that are not on the page yet."""
    rows = [line for line in worked.lines if _is_numeric(line)]
    if worked.task.kind not in ELSEWHERE and rows:
        worked = _at_new_values(bench, _preceded(bench, worked, rows), rows)
    for line in worked.lines:
        if isinstance(line.left, Name) and _is_numeric(line):
            bench.valued.setdefault((line.epoch, line.left), worked.task.label)
    return worked


def _is_numeric(line: Line) -> bool:
    """Whether the row ends in the number of a quantity (not of its next value, nor at a point of a table)."""
    return bool(line.chain) and not line.env and line.chain[0][0] != "←" and not leaves_of(line.chain[-1][1])


def _at_new_values(bench: Bench, worked: Worked, rows: list[Line]) -> Worked:
    """The task, with the values at which derivatives are taken that are worked out after a step."""
    epoch = min(line.epoch for line in rows)
    lines = [line for line in rows if line.epoch == epoch and isinstance(line.left, Deriv) and len(line.chain) > 1]
    parameters = tuple(moved(bench, 0, epoch)) if epoch else ()
    if not lines or not parameters:
        return worked
    env = bench.env(epoch)
    used = {n for line in lines for _, f in line.chain for n in names_of(f)}
    computed = tuple(n for n in bench.graph.order if n in used and n in env)
    moving = () if worked.task.steps > 1 else parameters  # those stand in the first row of the table of steps
    names = next((names for names in ((*moving, *computed), moving) if len(names) <= MOST), ())
    shown = ((name, *bench.show(env[name])) for name in names)
    values = tuple(Rel((name, number), ("=" if exact else "≈",)) for name, number, exact in shown)
    said = (phrase("at-new-values", values=values),)
    first, *others = worked.blocks
    begun = (Prose((*said, *first.phrases)), *others) if isinstance(first, Prose) else (Prose(said), first, *others)
    return replace(worked, blocks=begun)


def _preceded(bench: Bench, worked: Worked, rows: list[Line]) -> Worked:
    epoch, graph, here = min(line.epoch for line in rows), bench.graph, bench.epoch
    env = bench.env(epoch)
    own = {line.left for line in rows}
    names = {n for line in rows if line.epoch == epoch for _, f in line.chain for n in names_of(f)}
    used = [n for n in names if n in env and n in graph and n not in own]
    new = [n for n in graph.order if n in env and n not in own and (epoch, n) not in bench.valued]
    wanted = [n for n in new if any(graph.reaches(n, u) for u in used)]
    if not wanted:
        return worked
    bench.epoch = epoch
    lines = tuple(forward_line(bench, n, boxed=False) for n in wanted)
    bench.epoch = here
    blocks: tuple[Block, ...] = (Prose((phrase("values-first"),)), Lines(lines))
    if not isinstance(worked.blocks[0], Prose):
        blocks += (Prose((phrase("values-then"),)),)
    return replace(worked, blocks=blocks + worked.blocks)
