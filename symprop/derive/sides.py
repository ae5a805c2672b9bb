"""Derivatives where a formula has a kink: they are there if both sides agree about them.

f(x + ε) = c_0 + c_1 ε + c_2 ε² + …      for ε > 0, and the same with other c_k for ε < 0
f''(x) is there if c_0, c_1, c_2 are the same on both sides: |x|³ has one at 0, max(0, x)² has none
f'(x) is there if c_0, c_1 are: max(0, x) - max(0, -x) has 1 at 0, where the chain with slope 0 at kinks gives 0
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from symprop.derive.bench import Bench
from symprop.derive.numbers import BALLS, close
from symprop.derive.values import Value, rational
from symprop.errors import UnsupportedError
from symprop.evaluate import EXACT, NotExact, OneSided, Undefined
from symprop.notation import text
from symprop.written import Deriv, Name, Written, names_of

OPEN = Fraction(1009, 997)  # for a letter without a number, on which the derivative does not depend


def kink_in(bench: Bench, symbol: Deriv, formula: Written, env: Mapping[Written, Value]) -> Written | None:
    """The part of the target's formula in whose kink the numbers lie, if the derivative is not there for that.

    Raises Undefined where the formula has no value.
    """
    numbers: dict[Written, Value] = {n: OPEN + k for k, n in enumerate(names_of(formula))}
    numbers.update(env)
    kinks = bench.programs.kinks_at(formula, numbers)
    if not kinks or _agree(bench, symbol, formula, numbers):
        return None
    return kinks[0]


def told_otherwise(bench: Bench, symbol: Deriv, formula: Written) -> Value | None:
    """The derivative of the formula, where kinks lie on the way, both sides agree about it, and the conventions at the
    kinks give something else."""
    (name,) = symbol.by
    try:
        if not isinstance(name, Name) or not bench.programs.kinks_at(formula, bench.env()):
            return None
        (start, right), (end, left) = (_coefficients(bench, formula, name, 1, bench.env(), side) for side in (1, -1))
    except Undefined:
        return None
    there = close(start, end)[0] and close(right, left)[0]
    return right if there and not close(right, bench.value(symbol))[0] else None


def _agree(bench: Bench, symbol: Deriv, formula: Written, numbers: Mapping[Written, Value]) -> bool:
    """Whether both sides give the same value and derivatives, up to the order that is asked for."""
    names = [name for name in dict.fromkeys(symbol.by) if isinstance(name, Name)]
    if len(names) > 1:
        raise UnsupportedError(f"{text(symbol)} on a kink is not supported: choose other numbers")
    right, left = (_coefficients(bench, formula, names[0], len(symbol.by), numbers, side) for side in (1, -1))
    return all(close(a, b)[0] for a, b in zip(right, left, strict=True))


def _coefficients(
    bench: Bench, formula: Written, name: Name, order: int, numbers: Mapping[Written, Value], side: int
) -> Iterator[Any]:
    """c_0, c_1, … on one side"""
    exact = rational(numbers[n] for n in names_of(formula))
    for base in (EXACT, BALLS) if exact else (BALLS,):
        series = OneSided(order, base)
        try:
            moved = bench.programs.run(formula, {**numbers, name: series.variable(numbers[name], side)}, series)
        except NotExact:
            continue
        return (series.coefficient(moved, k) * side**k for k in range(order + 1))
    raise AssertionError("balls have a value for everything")
