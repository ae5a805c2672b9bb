"""Where closed forms have no value: u/|u|, the derivative of |u|, at u = 0.  Said once, where there are no numbers.

∂L/∂z = -(y - z)/|y - z|      for y ≠ z
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symprop.derive.bench import Bench
from symprop.derive.positive import sign
from symprop.derive.values import quantities
from symprop.functions import sides
from symprop.model.solution import Block, Line, Lines, Worked
from symprop.names import Vocabulary
from symprop.written import Call, Name, Quot, Rel, Written

ABS = Name("abs")
APART = {"≠", "<", ">"}  # assumptions by which two sides differ


def with_kinks_excluded(bench: Bench, worked: Worked) -> Worked:
    """The task with the condition at the first row of the part that divides by |u|, unless it is assumed."""
    if bench.numeric:
        return worked
    assumed = {frozenset(rule.items) for rule in (*bench.part.assume, *worked.task.assume) if set(rule.ops) <= APART}
    known = bench.excluded | assumed
    blocks: list[Block] = []
    for block in worked.blocks:
        if isinstance(block, Lines):
            rows = []
            for line in block.lines:
                met: dict[frozenset[Written], Rel] = {}
                for condition in conditions(line, bench.part.vocabulary):
                    met.setdefault(frozenset(condition.items), condition)
                told = tuple(c for items, c in met.items() if items not in known)
                known |= met.keys()
                bench.excluded |= met.keys() - assumed
                rows.append(replace(line, conditions=line.conditions + told) if told else line)
            block = Lines(tuple(rows))
        blocks.append(block)
    return replace(worked, blocks=tuple(blocks))


def conditions(line: Line, vocabulary: Vocabulary) -> Iterator[Rel]:
    """u ≠ v for each |u - v| by which a formula of the row is divided."""
    for node in (node for _, formula in line.chain for node in formula.walk()):
        if isinstance(node, Quot):
            for part in node.den.walk():
                match part:
                    case Call(func, (inner,), 0) if func == ABS and quantities(inner) and sign(inner, vocabulary) != 1:
                        yield Rel(sides(inner), ("≠",))
