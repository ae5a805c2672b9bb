"""The product or the quotient of the derivatives:  u' v'  for  u' v + u v',  and  u'/v'  for  (u' v - u v')/v^2."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.derive.calculus import depends, derivative
from symprop.judge.replay import Edge, Replay, Slip
from symprop.written import ZERO, Name, Prod, Quot, Written, add, mul, substitute

CODE = "product-rule"
HOLE = Name("∂", sub="u")  # stands for the sub-formula; no text spells it


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        definition = replay.subject.graph[edge.child].definition
        for node in dict.fromkeys(definition.walk()) if definition is not None else ():
            if (wrong := _one_by_one(node, edge, replay)) is not None:
                assert definition is not None
                vocabulary = replay.subject.vocabulary
                opened = substitute(definition, {node: HOLE})
                around = substitute(derivative(opened, HOLE, vocabulary), {HOLE: node})
                beside = substitute(derivative(opened, edge.parent, vocabulary), {HOLE: node})
                whole = mul(around, wrong)
                yield replay.slope(edge, whole if beside == ZERO else add(beside, whole), CODE, outer=node)


def _one_by_one(node: Written, edge: Edge, replay: Replay) -> Written | None:
    """The factors of a product, or both sides of a quotient, each differentiated; None where only one of them moves."""

    def slope(part: Written) -> Written:
        return derivative(part, edge.parent, replay.subject.vocabulary)

    match node:
        case Prod(parts) if sum(depends(part, edge.parent) for part in parts) > 1:
            return mul(*(slope(part) if depends(part, edge.parent) else part for part in parts))
        case Quot(above, below) if depends(above, edge.parent) and depends(below, edge.parent):
            return Quot(slope(above), slope(below))
    return None
