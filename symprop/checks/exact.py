"""Where the target is linear or quadratic in a quantity, its difference quotient is no approximation.

    (L(w + h) - L(w - h)) / 2h  =  ∂L/∂w      for every h in whose interval no unit switches

Whether L is such a polynomial there is decided on exact values at nine points of the interval: its second or its third
differences are 0.  Where its equations make it a polynomial of a degree that is not too high for them, it is so
everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from symprop.evaluate import Undefined
from symprop.model.solution import Phrase, phrase
from symprop.notation.numbers import shown
from symprop.worlds import World
from symprop.written import Deriv, Name, Neg, Num, Pow, Prod, Quot, Rel, Sum, Written, add, div, is_decimal

STEPS = (Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000))
EACH_SIDE = 4  # points
DIGITS = 9  # of the numbers that are printed
QUADRATIC = 2


def exact_quotient(world: World, symbol: Deriv, wanted: Fraction) -> Phrase | None:
    """The quotient in numbers, where it is exact and its numbers are short."""
    name, target = symbol.by[0], symbol.of
    printed, exact = shown(wanted, world.part.conventions.rounding)
    if not isinstance(name, Name) or not isinstance(middle := world.values[name], Fraction) or not exact:
        return None
    for step in STEPS:
        values = _values(world, name, target, middle, step)
        degree = _degree(values)
        if degree is None:
            continue
        low, high, ends = values[0], values[-1], (middle - step, middle + step)
        if (high - low) / (2 * step) == wanted and all(map(_short, (low, high, *ends))):
            difference = add(Num(high), Neg(Num(low)) if low >= 0 else Num(-low))
            quotient = div(difference, Num(2 * step))
            interval = Rel((Num(ends[0]), name, Num(ends[1])), ("≤", "≤"))
            data = {"target": target, "by": name, "derivative": symbol, "quotient": Rel((quotient, printed), ("=",))}
            if _everywhere(world, name, target):
                first, last = map(Num, ends)
                return phrase("check-exact-everywhere", degree=degree, first=first, last=last, **data)
            return phrase("check-exact", degree=degree, interval=interval, **data)
    return None


def _values(world: World, name: Name, target: Written, middle: Fraction, step: Fraction) -> list[Fraction]:
    """The target at equal distances from w - h to w + h; shorter where it has no exact value."""
    found = []
    for k in range(-EACH_SIDE, EACH_SIDE + 1):
        try:
            value = world.at(((name, Num(middle + k * step / EACH_SIDE)),)).value(target)
        except Undefined:
            return []
        if not isinstance(value, Fraction):
            return []
        found.append(value)
    return found


def _degree(values: list[Fraction]) -> int | None:
    """1 or 2, where the values are those of a polynomial of this degree."""
    differences = values
    for degree in range(QUADRATIC + 1):
        differences = [b - a for a, b in pairwise(differences)]
        if differences and not any(differences):
            return degree or None
    return None


def _everywhere(world: World, name: Name, target: Written) -> bool:
    """Whether the target is a polynomial of so low a degree everywhere that its values on the interval decide."""
    degrees: dict[Written, int | None] = {name: 1}
    for node in world.graph.between(name, target) if isinstance(target, Name) else ():
        if node != name:
            degrees[node] = _highest(world.graph[node].definition or node, degrees)
    highest = degrees.get(target)
    return highest is not None and highest <= 2 * EACH_SIDE


def _highest(formula: Written, degrees: Mapping[Written, int | None]) -> int | None:
    """The degree of a formula in what has one, or a bound; None where it may be no polynomial."""
    if degrees.keys().isdisjoint(formula.walk()):
        return 0
    match formula:
        case Name():
            return degrees[formula]
        case Neg(inner):
            return _highest(inner, degrees)
        case Sum(terms):
            found = [_highest(term, degrees) for term in terms]
            return None if None in found else max(d for d in found if d is not None)
        case Prod(factors):
            found = [_highest(factor, degrees) for factor in factors]
            return None if None in found else sum(d for d in found if d is not None)
        case Quot(above, below) if degrees.keys().isdisjoint(below.walk()):
            return _highest(above, degrees)
        case Pow(base, Num(value)) if value.denominator == 1 and value > 0:
            degree = _highest(base, degrees)
            return None if degree is None else degree * int(value)
    return None


def _short(number: Fraction) -> bool:
    return is_decimal(number) and _digits(number) <= DIGITS


def _digits(number: Fraction) -> int:
    """The digits of a decimal without its point."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    return max(len(str(abs(number * 10**places))), places)
