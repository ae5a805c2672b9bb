"""Rounding at every step, or at some: a quantity is then one of a few numbers, such as 1.82212 and 1.82.

Of sums and products of such quantities there are more; the nearest ones become an interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain, pairwise
from typing import Any, Self

from symprop.evaluate.arithmetics import Arithmetic, DoublePrecision, Floats, undefined
from symprop.evaluate.failures import NoValue
from symprop.written import Sum, Written, transform

FEWEST = 3  # digits of a step: fewer is too coarse
MOST_DIGITS = 6
MOST_CLUSTERS = 8
MOST_ROUNDED = 40  # of an interval
TIE = 1e-7  # of a unit: a half may be rounded either way
NOISE = 1e-11  # of floating point, relatively
Cluster = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to round: to so many significant digits, or to so many decimals, but to three digits at least."""

    digits: int
    decimals: bool = False

    def places(self, value: float) -> int:
        size = math.floor(math.log10(abs(value)))
        return max(self.digits, FEWEST - 1 - size) if self.decimals else self.digits - 1 - size

    def unit(self, value: float) -> float:
        """The size of the last digit that is kept; 0 of what has none."""
        return 10.0 ** -self.places(value) if value and math.isfinite(value) else 0.0

    def rounded(self, value: float) -> tuple[float, ...]:
        """The rounded value; both of a tie."""
        if not value or not math.isfinite(value):
            return (value,)
        scale = 10.0 ** self.places(value)
        scaled = abs(value) * scale
        whole = math.floor(scaled + 0.5)
        sign = math.copysign(1.0, value)
        if abs(scaled - math.floor(scaled) - 0.5) < TIE:
            return sign * math.floor(scaled) / scale, sign * (math.floor(scaled) + 1) / scale
        return (sign * whole / scale,)


MODES = (
    *(Mode(digits) for digits in range(FEWEST, MOST_DIGITS + 1)),
    *(Mode(digits, True) for digits in range(FEWEST - 1, MOST_DIGITS)),
)


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The numbers that a quantity may be, and what it is."""

    value: float
    clusters: tuple[Cluster, ...]

    def __add__(self, other: Any) -> Spread:
        other = spread(other)
        sums = [(a + c, b + d) for a, b in self.clusters for c, d in other.clusters]
        return Spread(self.value + other.value, packed(sums))

    __radd__ = __add__

    def __neg__(self) -> Spread:
        return Spread(-self.value, tuple((-b, -a) for a, b in reversed(self.clusters)))

    def __sub__(self, other: Any) -> Spread:
        return self + -spread(other)

    def __mul__(self, other: Any) -> Spread:
        other = spread(other)
        return Spread(self.value * other.value, packed(_products(self.clusters, other.clusters)))

    __rmul__ = __mul__

    def inverse(self) -> Spread:
        """1/x, of what is not around 0."""
        if not self.value:
            raise undefined("division by 0")
        return Spread(1 / self.value, packed([(1 / b, 1 / a) for a, b in self.clusters if a * b > 0]))

    def or_else(self, others: Iterable[Spread]) -> Spread:
        """The numbers of several ways to the same quantity."""
        return Spread(self.value, packed(list(chain(self.clusters, *(other.clusters for other in others)))))


def spread(value: Any) -> Spread:
    if isinstance(value, Spread):
        return value
    found = float(value)
    return Spread(found, ((found, found),))


def _products(first: tuple[Cluster, ...], second: tuple[Cluster, ...]) -> list[Cluster]:
    found = []
    for a, b in first:
        for c, d in second:
            if a == b and c == d:
                found.append((a * c, a * c))
            else:
                ends = a * c, a * d, b * c, b * d
                found.append((min(ends), max(ends)))
    return found


def packed(clusters: list[Cluster]) -> tuple[Cluster, ...]:
    """At most ``MOST_CLUSTERS``, apart from each other; the nearest ones become one."""
    if len(clusters) < 2:
        return tuple(clusters)
    clusters.sort()
    found = [clusters[0]]
    for low, high in clusters[1:]:
        start, end = found[-1]
        if low - end <= NOISE * max(abs(low), abs(end)):
            found[-1] = start, max(end, high)
        else:
            found.append((low, high))
    if len(found) <= MOST_CLUSTERS:
        return tuple(found)
    gaps = sorted(range(1, len(found)), key=lambda i: found[i - 1][1] - found[i][0])[: MOST_CLUSTERS - 1]
    cuts = [0, *sorted(gaps), len(found)]
    return tuple((found[i][0], found[j - 1][1]) for i, j in pairwise(cuts))


def grid(mode: Mode, numbers: Spread) -> tuple[float, ...]:
    """The rounded ones of some numbers; none where there are too many."""
    found: dict[float, None] = {}
    for low, high in numbers.clusters:
        unit, value = mode.unit(max(low, high, key=abs)), mode.rounded(low)[0]
        count = round((mode.rounded(high)[-1] - value) / unit) if unit else 0
        if count > MOST_ROUNDED:
            return ()
        found.update((round(value + i * unit, 15), None) for i in range(count + 1))
    return tuple(found)


def one_by_one(terms: Sequence[Written]) -> Written:
    """(a + b) + c for a + b + c: what is rounded in between has a place."""
    return reduce(lambda a, b: Sum((a, b)), terms)


class InMode:
    """What is common to arithmetics that round in some way; without a mode, nothing is rounded.

    ``at``: what the order of terms and factors depends on.
    """

    def __init__(self, mode: Mode | None):
        self.mode, self.at = mode, ""

    @cached_property
    def whole_step(self) -> Self:
        """In which a function is worked out as a whole."""
        return type(self)(None)

    def begin(self, stage: int) -> None:
        """A part of a formula is worked out; ``stage``: which one it is."""

    def prepared(self, part: Written, stage: int, size: Callable[[Written], float]) -> Written:
        """This part with its terms and factors in the order in which they are put together.  ``size``: their values."""
        return part


class Several(InMode, Arithmetic):
    """A quantity is several numbers."""

    def letter(self, letter: str) -> Any:
        return self.lift(Floats.letter(letter))

    def in_order(self, factors: Sequence[Any]) -> Sequence[Any]:
        """The order in which factors are multiplied: from the left."""
        return factors

    def times(self, factors: Sequence[Any]) -> Any:
        """A product, every factor after the other."""
        return reduce(lambda a, b: self.shrink(a * b), self.in_order(factors))

    def total(self, terms: Sequence[Any]) -> Any:
        """A sum, every term after the other."""
        return self.shrink(reduce(lambda a, b: self.shrink(a + b), terms))


class Spreading(Several):
    """Every result is itself, or rounded."""

    name = "spreading"

    def prepared(self, part: Written, stage: int, size: Callable[[Written], float]) -> Written:
        """Terms of the sign that outweighs the other first: of what is largest in between, rounding leaves least."""

        def ordered(node: Written) -> Written:
            if not isinstance(node, Sum):
                return node
            values = {term: size(term) for term in node.terms}
            return one_by_one(sorted(node.terms, key=lambda t: values[t], reverse=sum(values.values()) > 0))

        return transform(part, ordered)

    def lift(self, value: Any) -> Spread:
        return value if isinstance(value, Spread) else self.shrink(spread(value))

    def shrink(self, value: Spread) -> Spread:
        if self.mode is None:
            return value
        found = list(value.clusters)
        for low, high in value.clusters:
            ends = self.mode.rounded(low) if low == high else (*self.mode.rounded(low), *self.mode.rounded(high))
            first, last = min(ends), max(ends)
            neighbours = low == high or last - first <= 1.01 * self.mode.unit(max(low, high, key=abs))
            found += [(end, end) for end in ends] if neighbours else [(first, last)]
        return Spread(value.value, packed(found))

    def sign(self, value: Spread) -> int:
        return (value.value > 0) - (value.value < 0)

    def div(self, a: Spread, b: Spread) -> Spread:
        return a * b.inverse()

    def whole(self, value: Spread) -> int | None:
        return Floats.whole(value.value) if len(value.clusters) == 1 else None

    def func(self, key: str, a: Spread) -> Spread:
        ends = []
        for low, high in a.clusters:
            try:
                pair = Floats.func(key, low), Floats.func(key, high)
            except NoValue:
                continue
            ends.append((min(pair), max(pair)))
        return self.shrink(Spread(Floats.func(key, a.value), packed(ends)))


class Rounding(InMode, DoublePrecision):
    """Every result is rounded."""

    def shrink(self, value: float) -> float:
        return self.mode.rounded(value)[-1] if self.mode is not None else value

    def func(self, key: str, a: float) -> float:
        return self.shrink(super().func(key, a))
