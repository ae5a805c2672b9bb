"""Slips inside one local derivative: the inner or outer derivative is lost, log, exp and powers go wrong.

f(u)' = f'(u) u'        lost: u' (inner), f'(u) (outer);  f left as it is: f(u) u'
(ln u)' = u'/u          as 1/ln u, as u u'
(u^n)' = n u^(n-1) u'   with the exponent left, n u^n u'
"""

from __future__ import annotations

from collections.abc import Iterator

from symprop.derive.calculus import depends, derivative
from symprop.errors import SympropError
from symprop.judge.replay import Edge, Replay, Slip
from symprop.written import ONE, ZERO, Call, Const, Name, Num, Pow, Quot, Written, add, mul, neg, num, substitute

CODE = "inner-derivative"
HOLE = Name("∂", sub="u")  # stands for the sub-formula; no text spells it


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        definition = replay.subject.graph[edge.child].definition
        if definition is None:
            continue
        for node in dict.fromkeys(definition.walk()):
            if isinstance(node, Call | Pow) and depends(node, edge.parent):
                try:
                    yield from _at(replay, edge, definition, node)
                except (SympropError, AssertionError):
                    continue


def _at(replay: Replay, edge: Edge, definition: Written, node: Call | Pow) -> Iterator[Slip]:
    vocabulary = replay.subject.vocabulary
    inner = node.args[0] if isinstance(node, Call) else node.base
    if isinstance(node, Call) and (len(node.args) != 1 or node.primes):
        return
    if isinstance(node, Pow) and isinstance(node.base, Const):
        inner = node.exp
    elif isinstance(node, Pow) and not isinstance(node.exp, Num):
        return
    opened = substitute(definition, {node: HOLE})
    around = substitute(derivative(opened, HOLE, vocabulary), {HOLE: node})
    beside = substitute(derivative(opened, edge.parent, vocabulary), {HOLE: node})  # 0 where nothing else moves
    moving = derivative(inner, edge.parent, vocabulary)
    own = substitute(derivative(substitute(node, {inner: HOLE}), HOLE, vocabulary), {HOLE: inner})

    def slip(code: str, slope: Written) -> Slip:
        whole = mul(around, slope)
        new = whole if beside == ZERO else add(beside, whole)
        return replay.slope(edge, new, code, outer=node, inner=inner)

    if moving not in (ONE, neg(ONE)):  # a lost -1 is a wrong sign, and no more is known
        yield slip(CODE, own)
    if isinstance(node, Call) and node.func.text in ("ln", "log"):
        yield slip("log-slip", mul(inner, moving))
        yield slip("log-slip", Quot(moving, node))
        yield slip("log-slip", mul(node, moving))
    elif (isinstance(node, Pow) and isinstance(node.base, Const)) or (
        isinstance(node, Call) and node.func.text == "exp"
    ):
        yield slip("exp-slip", mul(inner, node, moving))
        yield slip("exp-slip", moving)
    elif isinstance(node, Pow) and isinstance(node.exp, Num) and node.exp.value != 1:
        n = node.exp.value
        yield slip("power-slip", mul(num(n), node, moving))
    if definition != node:
        yield slip("outer-derivative", mul(node, moving))
