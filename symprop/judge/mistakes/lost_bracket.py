"""A bracket is forgotten, so that factors reach only one of its terms:  2 y - t  for  2 (y - t).

a (b - c) d    as  a b - c,  a b - c d,  or a b d - c: in a local derivative, and in the result
"""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.model.solution import phrase
from symprop.written import Deriv, Neg, Num, Prod, Sum, Written, add, mul, neg, substitute

CODE = "lost-bracket"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        for slope in _opened(edge.slope):
            yield replay.slope(edge, slope, CODE)
    result = replay.asked.answer.formula
    if not any(isinstance(node, Deriv) for node in result.walk()):
        for formula in _opened(result):
            yield Slip(phrase("bracket-of-result"), formula=replay.subject.resolve(formula))


def _opened(formula: Written) -> Iterator[Written]:
    """The formula with one bracket less."""
    for node in dict.fromkeys(node for node in formula.walk() if isinstance(node, Prod)):
        for i, factor in enumerate(node.factors):
            if isinstance(factor, Sum):
                before, after = node.factors[:i], node.factors[i + 1 :]
                for opened in dict.fromkeys(_without_bracket(before, factor, after)):
                    yield substitute(formula, {node: opened})


def _without_bracket(before: tuple[Written, ...], bracket: Sum, after: tuple[Written, ...]) -> Iterator[Written]:
    first, *middle, last = bracket.terms
    rest = (*before, *after)
    numbers, others = (tuple(f for f in rest if isinstance(f, Num) is kind) for kind in (True, False))
    for ahead, behind, kept in ((before, (), after), (before, after, ()), (rest, (), ()), (numbers, others, ())):
        start, end = _times(ahead, first, ()), _times((), last, behind)
        if (ahead or behind) and Neg(start) != end:  # h (1 - h) is not taken for h - h
            yield mul(add(start, *middle, end), *kept)


def _times(ahead: tuple[Written, ...], term: Written, behind: tuple[Written, ...]) -> Written:
    if isinstance(term, Neg):
        return neg(mul(*ahead, term.arg, *behind))
    return mul(*ahead, term, *behind)
