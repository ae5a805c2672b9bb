"""A check at a kink: the difference quotients to its two sides, and the derivative by the convention.

right  (L(w + h) - L(w))/h        left  (L(w) - L(w - h))/h

The slope that was agreed on is that of one side, and the derivative is too; or it is the mean of both, as |u|' = 0 is
at u = 0.  Told only where the sides differ in the digits shown.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symprop.checks.steps import moved, steps_at
from symprop.derive.numbers import BALLS, ball
from symprop.derive.rows import same_number
from symprop.model.solution import Phrase, phrase
from symprop.notation.numbers import fraction_of, shown
from symprop.worlds import World
from symprop.written import Call, Deriv, Name, Num, Rel, add, div, neg


def beside_a_kink(world: World, symbol: Deriv, wanted: Fraction, letter: Name) -> Phrase | None:
    """The sentence on both quotients, where one of them or their mean is the derivative; ``letter``: of the step."""
    (name,), target = symbol.by, symbol.of
    assert isinstance(name, Name) and isinstance(target, Name)
    rounding = world.part.conventions.rounding
    printed = shown(wanted, rounding)[0]
    for step in steps_at(fraction_of(world.values[name])):
        slopes = [_slope(world, symbol, side * step) for side in (1, -1)]
        right, left = told = [shown(slope, rounding)[0] for slope in slopes]
        if same_number(right, left):
            continue
        here, size = Call(target, (name,)), Rel((letter, Num(step)), ("=",))
        quotients = (
            div(add(Call(target, (add(name, letter),)), neg(here)), letter),
            div(add(here, neg(Call(target, (add(name, neg(letter)),)))), letter),
        )
        data: dict[str, Any] = {"derivative": symbol, "step": size}
        agree = [same_number(slope, printed) for slope in told]
        if any(agree):
            k = agree.index(True)
            return phrase("check-one-sided", **data, quotient=quotients[k], value=told[k], other=told[1 - k])
        with BALLS.context():
            mean = shown((ball(slopes[0]) + ball(slopes[1])) / 2, rounding)[0]
        if same_number(mean, printed):
            ends = {"quotient": quotients[0], "value": right, "before": quotients[1], "other": left}
            return phrase("check-mean", **data, **ends, mean=printed)
    return None


def _slope(world: World, symbol: Deriv, step: Fraction) -> Any:
    """(L(w + h) - L(w))/h, also for h < 0; exact where the values are."""
    here: Any = world.value(symbol.of)
    there = moved(world, symbol, step)
    if isinstance(there, Fraction) and isinstance(here, Fraction):
        return (there - here) / step
    with BALLS.context():
        return (ball(there) - ball(here)) / ball(step)
