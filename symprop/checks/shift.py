"""A check by invariance: where adding one number to all scores changes nothing, their derivatives add up to 0.

L(z_1 + c, …, z_n + c) = L(z_1, …, z_n) for all c    ⟹    Σ ∂L/∂z_k = 0        (softmax)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symprop.derive.numbers import close
from symprop.derive.values import NotGiven, value_of
from symprop.evaluate import Undefined
from symprop.model.solution import Phrase, Worked, phrase
from symprop.notation.numbers import fraction_of, shown
from symprop.worlds import World
from symprop.written import ZERO, Deriv, Name, Neg, Num, Rel, Written, add

SHIFTS = (Fraction(1), Fraction(-2, 3), Fraction(1, 7), Fraction(11, 5))
FEWEST = 2


def shift(world: World, worked: Sequence[Worked]) -> Phrase | None:
    """The sentence, for the first group of scores z_1, z_2, … all of whose derivatives are on the page."""
    for target, names in _groups(world, worked):
        if not _unchanged(world, target, names):
            continue
        symbols = [Deriv(target, (name,)) for name in names]
        values = [world.value(symbol) for symbol in symbols]
        if not any(values):
            continue
        printed = [shown(value, world.part.conventions.rounding)[0] for value in values]
        terms = (Neg(Num(-n.value, n.places)) if isinstance(n, Num) and n.value < 0 else n for n in printed)
        total = add(*terms)
        if value_of(total, {}, world.part) == 0:
            return phrase("check-shift", names=names, target=target, total=Rel((total, ZERO), ("=",)))
    return None


def _groups(world: World, worked: Sequence[Worked]) -> Iterator[tuple[Name, tuple[Name, ...]]]:
    """Quantities of one letter by which one target is differentiated on the page."""
    groups: dict[tuple[Name, str, str, int], dict[Name, None]] = {}
    for line in (line for item in worked for line in item.lines if line.epoch == 0):
        match line.left:
            case Deriv(Name() as of, (Name() as by,), False) if by in world.graph and by.sub:
                groups.setdefault((of, by.base, by.accent, by.primes), {})[by] = None
    for (target, *_), names in groups.items():
        apart = not any(a != b and world.graph.reaches(a, b) for a in names for b in names)
        if len(names) >= FEWEST and apart and all(name in world.values for name in names):
            yield target, tuple(sorted(names, key=world.graph.position.__getitem__))


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
