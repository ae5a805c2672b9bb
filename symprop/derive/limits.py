"""Limits at ±∞: what a formula tends to, and the claim that certification looks at far out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from symprop import functions
from symprop.derive.bench import Bench
from symprop.derive.values import NotGiven, Value, is_infinite, value_of
from symprop.errors import DerivationError, UnsupportedError
from symprop.evaluate import Undefined
from symprop.functions import Function, derivatives_of, lookup
from symprop.model.solution import Line, Phrase, phrase
from symprop.notation import text
from symprop.notation.numbers import fraction_of, shown
from symprop.written import (
    ONE,
    ZERO,
    Call,
    Cases,
    Const,
    E,
    Indicator,
    Name,
    Num,
    Pow,
    Rel,
    Written,
    neg,
    num,
    substitute,
    transform,
)


def limit_at(
    bench: Bench, function: Written, point: Mapping[Name, Written]
) -> tuple[Written | Phrase, str, Line | None]:
    """lim f at ±∞, one variable at infinity, the others put in."""
    from sympy import oo

    from symprop.algebra import from_expr

    far = [n for n, v in point.items() if is_infinite(v)]
    if len(far) > 1:
        raise UnsupportedError("a limit in several variables at once is not supported")
    known: dict[Written, Written] = {
        n: num(v) for n in bench.graph.leaves if isinstance(v := bench.env().get(n), Fraction) and n not in far
    }
    finite: dict[Written, Written] = {**known, **{n: v for n, v in point.items() if n not in far}}
    side = 1 if isinstance(point[far[0]], Const) else -1
    put_in = _far_out(bench, substitute(function, finite), far[0], side)
    result = _limit(bench, put_in, far[0], side)
    if result is None:
        where = text(Rel((far[0], point[far[0]]), ("=",)))
        raise UnsupportedError(f"the limit of {text(function)} at {where} was not found; leave that point out")
    if not result.is_number or not (result.is_finite or result in (oo, -oo)):
        return phrase("undefined"), "=", None
    number = from_expr(result)
    values = tuple(point.items())
    if result.is_finite:
        shown_number, exact = shown(value_of(number, {}, bench.part), bench.rounding)
        relation = "=" if exact else "≈"
        return shown_number, relation, Line(function, ((relation, shown_number),), (), bench.epoch, env=values)
    return number, "=", Line(function, (("=", number),), (), bench.epoch, env=values)


def limit_facts(
    bench: Bench, functions: Sequence[Written], points: Sequence[Mapping[Name, Written]]
) -> tuple[Phrase, ...]:
    """Why the values at infinity are what they are: e^{-z} → 0 for z → ∞; nothing where no point is there."""
    from symprop.algebra import from_expr

    facts: dict[Phrase, None] = {}
    outweighed: dict[Phrase, None] = {}
    places = [(n, v) for point in points for n, v in point.items() if is_infinite(v)]
    if not places:
        return ()
    for name, place in places:
        side = 1 if isinstance(place, Const) else -1
        atoms = dict.fromkeys(atom for function in functions for atom in _atoms(function, name))
        for atom in atoms:
            result = _limit_of_atom(bench, atom, name, side)
            if result is None or not result.is_number:
                continue
            facts[phrase("limit-fact", formula=(atom, from_expr(result)), point=(name, place))] = None
            if isinstance(atom, Pow) and any(_outweighs(bench, atom, f, name, side) for f in functions):
                outweighed[phrase("limit-outweighed", z=name)] = None
    said = phrase("limits", facts=tuple(facts)) if facts else phrase("limits-plain")
    return (said, *outweighed)


def _outweighs(bench: Bench, atom: Written, function: Written, name: Name, side: int) -> bool:
    """Whether an exponential decides a limit against a power: z e^{-z} tends to 0, while z alone does not."""
    if atom not in function.walk():
        return False
    try:
        own, plain = (_limit(bench, f, name, side) for f in (function, substitute(function, {atom: ONE})))
    except DerivationError:
        return False
    if own is None or plain is None:
        return False
    return bool((own.is_zero and plain.is_infinite) or (own.is_infinite and plain.is_zero))


def _limit_of_atom(bench: Bench, atom: Written, name: Name, side: int) -> Any:
    """That of e^u by what u tends to, since far out e^u is too large for a number."""
    import sympy

    if isinstance(atom, Pow) and atom.base in (E, Const("e")):
        inner = _limit(bench, atom.exp, name, side)
        return None if inner is None else sympy.exp(inner)
    try:
        return _limit(bench, atom, name, side)
    except DerivationError:
        return None


def _atoms(formula: Written, name: Name) -> Iterator[Written]:
    """The exponentials and smooth functions of a variable, the innermost ones: e^{-z}, tanh(z)."""
    if name not in formula.walk():
        return
    inner = [atom for child in formula.children for atom in _atoms(child, name)]
    own = isinstance(formula, Call) or (isinstance(formula, Pow) and name in formula.exp.walk())
    yield from inner or ([formula] if own else [])


def _limit(bench: Bench, function: Written, name: Name, side: int) -> Any:
    """The limit that SymPy finds, of the formula or of its common fraction, where the values far out approach it."""
    import sympy

    variable = sympy.Symbol("variable", real=True)
    expr = function.expr.subs(name.expr, variable)
    for form in (lambda: expr, lambda: sympy.together(expr)):  # of a sum of quotients it may be wrong: swish' at ∞
        with suppress(TypeError, ValueError, NotImplementedError, AttributeError, RecursionError):
            result = sympy.limit(form(), variable, side * sympy.oo)
            if _approached(bench, function, name, side, result):
                return result
    steady = _steady(bench, function, name, side)
    return None if steady is None else sympy.Rational(steady.numerator, steady.denominator)


def _approached(bench: Bench, function: Written, name: Name, side: int, limit: Any) -> bool:
    """Whether nothing far out speaks against a limit."""
    gaps = []
    for size in (3, 6):
        value = _value_far_out(bench, function, name, side * 10**size)
        if value is None:
            return True
        number = fraction_of(value)
        if limit.is_infinite:
            gaps.append(1 / abs(number) if number and (number > 0) == bool(limit > 0) else Fraction(1))
        elif limit.is_finite:
            gaps.append(abs(number - Fraction(str(limit.evalf(60)))))
    return not gaps or gaps[1] < gaps[0] or gaps[1] < Fraction(1, 10**6)


def _far_out(bench: Bench, function: Written, name: Name, side: int) -> Written:
    """The formula as it is far out: z ReLU'(z) is z · 1 at ∞, max(0, 2 z) is 2 z, |z| is -z at -∞."""

    def holds(condition: Written) -> bool:
        return _steady(bench, Indicator(condition), name, side) == 1

    def settled(node: Written) -> Written:
        if not isinstance(node, Call | Cases | Indicator):
            return node
        if (value := _steady(bench, node, name, side)) is not None:
            return Num(value)
        if isinstance(node, Cases):
            return next((v for v, c in zip(node.values, node.conditions, strict=True) if c is None or holds(c)), node)
        return _branch(node, holds) if isinstance(node, Call) else node

    def _branch(call: Call, holds: Callable[[Written], bool]) -> Written:
        row = lookup(call, bench.part.vocabulary)
        if not isinstance(row, Function) or not (row.kinks_text or isinstance(row.value, Cases)):
            return call
        if call.primes:
            single = call.primes == 1 and len(call.args) == 1
            slope = derivatives_of(Call(call.func, call.args), row)[0] if single else call
            return transform(slope, settled) if isinstance(slope, Cases) else call
        if row.key in ("max", "min"):
            op = "≥" if row.key == "max" else "≤"
            first = (a for a in call.args if all(holds(Rel((a, b), (op,))) for b in call.args if b != a))
            return next(first, call)
        if len(row.params) != len(call.args):
            return call
        if row.key == "abs":
            (u,) = call.args
            return u if holds(Rel((u, ZERO), ("≥",))) else neg(u) if holds(Rel((u, ZERO), ("≤",))) else call
        if row.primitive or (isinstance(row.value, Call) and row.value.func == call.func):
            return call
        return transform(substitute(row.value, dict(zip(row.params, call.args, strict=True))), settled)

    return transform(functions.opened(function, bench.part.vocabulary), settled)


def _steady(bench: Bench, function: Written, name: Name, side: int) -> Fraction | None:
    """The value that a formula keeps from 10^5 on, exactly: ReLU'(z) far out."""
    values = set()
    for size in (5, 6, 7):
        value = _value_far_out(bench, function, name, side * 10**size)
        if not isinstance(value, Fraction):
            return None
        values.add(value)
    return values.pop() if len(values) == 1 else None


def _value_far_out(bench: Bench, function: Written, name: Name, place: int) -> Value | None:
    """The value of a formula far out; None where it has none."""
    try:
        return value_of(function, {**bench.env(), name: Fraction(place)}, bench.part)
    except (NotGiven, Undefined):
        return None
