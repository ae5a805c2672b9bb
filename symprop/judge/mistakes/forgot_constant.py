"""A constant of the loss is lost or kept: the 2 of the square, the ½ that cancels it, the 1/N of the mean."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.derive.calculus import depends
from symprop.judge.replay import Edge, Replay, Slip, factors, is_constant
from symprop.model.solution import phrase
from symprop.written import ONE, TWO, Name, Num, Pow, Quot, Sum, Written, mul

CODE = "forgot-constant"


def slips(replay: Replay) -> Iterator[Slip]:
    if replay.derivative is None:
        return
    seen = squared = False
    for edge in replay.edges:
        definition = replay.subject.graph[edge.child].definition or ONE
        squared = squared or any(isinstance(node, Pow) for node in definition.walk())
        if len(whole := [f for f, _ in factors(definition) if is_constant(f)]) > 1:  # 1/(2N) as one
            yield replay.slope(edge, Quot(edge.slope, mul(*whole)), CODE, factor=mul(*whole))
        cancelled = not any(is_constant(f) for f, _ in factors(edge.slope)) and len(replay.fan(edge.parent)) == 1
        for factor in () if cancelled else _of_a_term(definition, edge):  # the 1/2 that is too much is told as 2
            yield replay.slope(edge, Quot(edge.slope, factor), CODE, factor=factor)
        for factor, rest in factors(edge.slope):
            if is_constant(factor):
                seen = seen or factor == TWO
                yield replay.slope(edge, rest, CODE, factor=factor)
    if isinstance(own := replay.gradient(), Name):
        if squared or seen:
            yield replay.instead(phrase("factor-two-too-many"), mul(TWO, own))
        if not seen:
            yield replay.instead(phrase("factor-half-too-many"), mul(Quot(ONE, TWO), own))


def _of_a_term(definition: Written, edge: Edge) -> Iterator[Written]:
    """The constants of the only term of a sum with a quantity: the 1/2 of … + λ/2 w^2, the 2 of its square."""
    terms = [t for t in definition.terms if depends(t, edge.parent)] if isinstance(definition, Sum) else []
    for factor, _ in factors(terms[0]) if len(terms) == 1 else ():
        if is_constant(factor):
            yield factor
    for node in terms[0].walk() if len(terms) == 1 else ():
        if isinstance(node, Pow) and isinstance(node.exp, Num) and depends(node.base, edge.parent):
            yield node.exp
