"""A check by invariance: where adding one number to all scores changes nothing, their derivatives add up to 0.

L(z_1 + c, …, z_n + c) = L(z_1, …, z_n) for all c    ⟹    Σ ∂L/∂z_k = 0        (softmax)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symprop.derive.numbers import close
from symprop.derive.values import NotGiven, value_of
from symprop.evaluate import Undefined
from symprop.model.solution import Line, Phrase, Worked, phrase, unbroken
from symprop.notation.numbers import fraction_of
from symprop.worlds import World
from symprop.written import ZERO, Deriv, Name, Num, Rel, Written, add, as_term

SHIFTS = (Fraction(1), Fraction(-2, 3), Fraction(1, 7), Fraction(11, 5))
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A derivative as the page prints it, and the number of the task that does."""

    number: Num
    task: int


def shift(world: World, worked: Sequence[Worked]) -> tuple[int, Phrase] | None:
    """The sentence, for the first group of scores z_1, z_2, … all of whose derivatives are on the page; and the number
    of the task that found the last of them."""
    for target, group in _groups(world, worked):
        names = tuple(sorted(group, key=world.graph.position.__getitem__))
        if any(group[name].number.value for name in names) and _unchanged(world, target, names):
            total = add(*(as_term(group[name].number) for name in names))
            if value_of(total, {}, world.part) == 0:
                said = phrase("check-shift", names=names, target=target, total=Rel((total, ZERO), ("=",)))
                return max(found.task for found in group.values()), said
    return None


def _groups(world: World, worked: Sequence[Worked]) -> Iterator[tuple[Name, dict[Name, Found]]]:
    """Quantities of one letter by which one target is differentiated on the page, with the numbers that it prints."""
    groups: dict[tuple[Name, str, str, int], dict[Name, Found]] = {}
    for task, line in ((k, line) for k, item in enumerate(worked) for line in unbroken(item.lines) if line.epoch == 0):
        match line:
            case Line(Deriv(Name() as of, (Name() as by,), False), (*_, (_, Num() as number))):
                if by in world.graph and by.sub:
                    groups.setdefault((of, by.base, by.accent, by.primes), {}).setdefault(by, Found(number, task))
    for (target, *_), names in groups.items():
        apart = not any(a != b and world.graph.reaches(a, b) for a in names for b in names)
        if len(names) >= FEWEST and apart and all(name in world.values for name in names):
            yield target, names


def _unchanged(world: World, target: Written, names: Sequence[Name]) -> bool:
    """Whether the target has the same value wherever all of them are shifted by the same number."""
    try:
        here = world.value(target)
        for by in SHIFTS:
            point = [(name, Num(fraction_of(world.values[name]) + by)) for name in names]
            if not close(here, world.at(point).value(target))[0]:
                return False
    except (NotGiven, Undefined):  # ln(1 - p) of a p above 1
        return False
    return True
