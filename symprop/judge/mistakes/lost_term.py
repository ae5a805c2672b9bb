"""A term of a local derivative or of the result is lost, or has the wrong sign:  2 y, 2 (y + t)  for  2 (y - t)."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.derive.calculus import depends, derivative
from symprop.functions import Function, lookup
from symprop.judge.replay import Edge, Replay, Slip, factors, powers, terms_changed
from symprop.model.solution import phrase
from symprop.written import ONE, ZERO, Call, Deriv, Name, Neg, Prod, Quot, Sum, Written, add, mul, neg, substitute

CODE = "slope-term"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        inside = _in_arguments(edge.slope)
        for node in _sums(edge.slope, replay):
            for _, rest, _ in terms_changed(node):
                code = "argument-term" if node in inside else CODE
                yield replay.slope(edge, substitute(edge.slope, {node: rest}), code)
            for power in powers(node):  # a factor that is lost is another slip
                yield replay.slope(edge, substitute(edge.slope, {power: power.base}), "lost-power")
        for slope in _turned(edge.slope, replay):
            yield replay.slope(edge, slope, "slope-sign")
        for code, slope in _of_the_equation(edge, replay):
            yield replay.slope(edge, slope, code)
    result = replay.asked.answer.formula
    if not any(isinstance(node, Deriv) for node in result.walk()):
        for formula in _without(result, replay):
            yield Slip(phrase("result-term"), formula=replay.subject.resolve(formula))
        for formula in _turned(result, replay):
            yield Slip(phrase("result-sign"), formula=replay.subject.resolve(formula))
        for factor, rest in factors(result) if isinstance(replay.asked.quantity, Deriv) and not replay.edges else ():
            if factor not in (ONE, rest):
                yield Slip(phrase("result-factor"), formula=replay.subject.resolve(rest))


def _in_arguments(formula: Written) -> set[Written]:
    """The sums that stand only in arguments of functions: w x + b of w φ'(w x + b)."""
    if isinstance(formula, Call):
        return {node for node in formula.walk() if isinstance(node, Sum)}
    found = set[Written]().union(*map(_in_arguments, formula.children))
    return found - {formula}


def _of_the_equation(edge: Edge, replay: Replay) -> Iterator[tuple[str, Written]]:
    """The slope where a term of what is differentiated is lost or turned first: -t/y of a cross-entropy."""
    definition = replay.subject.graph[edge.child].definition
    if definition is None:
        return
    part, first = _with(definition, edge.parent)
    if not first and replay.derivative and edge.child == replay.derivative[0] and len(replay.fan(edge.parent)) == 1:
        yield "slope-sign", neg(edge.slope)
    for code, others in ((CODE, _without(part, replay)), ("slope-sign", _turned(part, replay))):
        for other in others:
            slope = derivative(other, edge.parent, replay.subject.vocabulary)
            if slope != ZERO:
                yield code, slope


def _with(formula: Written, name: Name) -> tuple[Written, bool]:
    """The terms of a formula with a quantity, which have the derivative of the whole:  y ln p  of  c + y ln p.

    And whether its sign can hardly be mistaken: not where it is a single term behind others, or behind a minus.
    """
    match formula:
        case Sum(terms):
            told = [(i, term) for i, term in enumerate(terms) if depends(term, name)]
            found = [_with(term, name) for _, term in told]
            first = len(told) > 1 or (not told[0][0] and not isinstance(told[0][1], Neg) and found[0][1])
            return add(*(term for term, _ in found)), first
        case Neg(inner):
            part, first = _with(inner, name)
            return neg(part), first
        case Prod(parts) if sum(depends(part, name) for part in parts) == 1:
            opened = [_with(part, name) if depends(part, name) else (part, True) for part in parts]
            return mul(*(part for part, _ in opened)), all(first for _, first in opened)
        case Quot(above, below) if not depends(below, name):
            part, first = _with(above, name)
            return Quot(part, below), first
    return formula, True


def _without(formula: Written, replay: Replay) -> Iterator[Written]:
    """The formula without one term of one of its sums."""
    for node in _sums(formula, replay):
        for _, rest, _ in terms_changed(node):
            yield substitute(formula, {node: rest})


def _turned(formula: Written, replay: Replay) -> Iterator[Written]:
    """The formula with another sign of one term of one of its sums; never a minus in front where there is none."""
    for node in _sums(formula, replay):
        for i, (term, _, turned) in enumerate(terms_changed(node)):
            if i or isinstance(term, Neg):
                yield substitute(formula, {node: turned})


def _sums(formula: Written, replay: Replay) -> tuple[Sum, ...]:
    """None in a formula with kinks, where (y - t)/|y - t| is a sign."""
    for node in formula.walk():
        row = lookup(node, replay.subject.vocabulary) if isinstance(node, Call) else None
        if isinstance(row, Function) and row.kinks_text:
            return ()
    return tuple(dict.fromkeys(node for node in formula.walk() if isinstance(node, Sum)))
