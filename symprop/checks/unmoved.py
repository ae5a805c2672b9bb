"""A derivative that is 0, seen without it: the target keeps its value where the quantity moves a little to both sides.

L(w - h) = L(w) = L(w + h)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symprop.checks.steps import moved, steps_at, told_value
from symprop.model.solution import Answer, Phrase, phrase
from symprop.notation.numbers import fraction_of
from symprop.worlds import World
from symprop.written import Deriv, Name, Num


def unmoved(world: World, answers: Sequence[Answer]) -> Iterator[Phrase]:
    """The sentences on what leaves a target exactly as it is, one for each target and step."""
    found: dict[tuple[Name, Fraction], list[Name]] = {}
    for answer in answers:
        match answer.quantity:
            case Deriv(Name() as target, (Name() as name,)) as symbol if (
                answer.value == "0" and {target, name} <= world.values.keys()
            ):
                here, step = world.value(target), steps_at(fraction_of(world.values[name]))[0]
                if isinstance(here, Fraction) and all(moved(world, symbol, side * step) == here for side in (-1, 1)):
                    found.setdefault((target, step), []).append(name)
    for (target, step), names in found.items():
        value = told_value(here := world.value(target), here, world.part.conventions.rounding)
        yield phrase("check-unmoved", target=target, value=value, names=tuple(names), step=Num(step))
