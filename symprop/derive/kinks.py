"""Where closed forms have no value: u/|u|, the derivative of |u|, at u = 0.  Said once, where there are no numbers.

∂L/∂z = -(y - z)/|y - z|      for y ≠ z
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symprop.derive.bench import Bench
from symprop.derive.leaves import quantities
from symprop.derive.positive import sign
from symprop.functions import sides
from symprop.model.solution import Block, Line, Lines, Prose, Worked, phrase
from symprop.names import Vocabulary
from symprop.written import ONE, Call, Name, Neg, Quot, Rel, Written, neg

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


def that_is(bench: Bench, blocks: list[Block]) -> list[Block]:
    """The two values of ±u/|u|, where a result without numbers is just that and stands last."""
    line = blocks[-1].lines[-1] if blocks and isinstance(blocks[-1], Lines) else None
    if bench.numeric or line is None or not line.boxed or not line.chain:
        return []
    formula = line.chain[-1][1]
    negative, quotient = isinstance(formula, Neg), formula.arg if isinstance(formula, Neg) else formula
    match quotient:
        case Quot(u, Call(func, (inner,), 0)) if func == ABS and u == inner and sign(u, bench.part.vocabulary) is None:
            if any(set(rule.items) == set(sides(u)) and set(rule.ops) <= {"<", ">"} for rule in bench.part.assume):
                return []  # one of them is out of the question
            above, below = (neg(ONE), ONE) if negative else (ONE, neg(ONE))
            larger, smaller = (Rel(sides(u), (op,)) for op in (">", "<"))
            return [Prose((phrase("that-is", first=above, where=larger, second=below, elsewhere=smaller),))]
    return []
