"""The slips that lead to about a value: every slip alone, and every two at once, sorted by what they lead to.

Nothing is decided here: what is near an answer is worked out exactly afterwards.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice
from typing import Any

from symprop.judge.course import Course, Env
from symprop.judge.replay import Slip
from symprop.judge.sketch import Sketch, rough

Twos = tuple["array[float]", "array[int]"]  # what pairs lead to, and which they are
MOST_PAIRS = 40_000  # of the commonest slips first
MOST_SLOW = 2_000  # pairs for which everything behind a change has to be computed again
COMMON = frozenset(  # what is made most often
    {
        "sign",
        "forgot-minus",
        "forgot-rate",
        "forgot-factor",
        "forgot-activation-derivative",
        "forgot-constant",
        "forgot-gate",
        "forgot-path",
        "activation-for-derivative",
        "swapped-factor",
        "pre-activation-for-activation",
        "targets-add-up",
    }
)
ANOTHER = frozenset({"wrong-derivative", "wrong-quantity", "loss-for-derivative", "step-of-another"})
GATES = frozenset({"forgot-gate", "wrong-gate"})  # what is 0 is easily taken for something else


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two slips at once."""

    first: Slip
    second: Slip
    revived: bool = False  # what is 0, as the slope of a class that is not the target, is taken for something else

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(sorted((self.first.said.code, self.second.said.code)))

    @property
    def unlikely(self) -> int:
        """How many of the two are not among the common ones."""
        return sum(slip.said.code not in COMMON for slip in (self.first, self.second))

    @property
    def far_fetched(self) -> bool:
        """Whether hardly anybody does this: derives something else, and goes wrong there in an uncommon way."""
        codes = set(self.codes)
        another = not codes.isdisjoint(ANOTHER) and codes.isdisjoint(COMMON)
        return another or self.revived or "lost-power" in codes

    @property
    def places(self) -> int:
        """How many slopes are changed."""
        return len(self.first.terms) + len(self.second.terms)


class Outcomes:
    """What the slips of a derivation lead to at a point."""

    def __init__(self, course: Course, slips: list[Slip], world: Env):
        self.slips = slips
        self.sketch = Sketch(course, slips, world)
        values = [(i, self.sketch.one(i)) for i in range(len(slips))]
        self.ones = sorted((value, i) for i, value in values if value is not None)
        self.unknown = [i for i, value in values if value is None]  # too large for a float, say

    def alone(self, value: Any, width: float) -> list[int]:
        """The places of the slips that may lead to a value, by itself, in their order."""
        middle = rough(value)
        if middle is None:
            return list(range(len(self.slips)))
        first = bisect_left(self.ones, (middle - width, -1))
        last = bisect_right(self.ones, (middle + width, len(self.slips)))
        return sorted([i for _, i in self.ones[first:last]] + self.unknown)

    def together(self, value: Any, width: float, common: bool) -> Iterator[Pair]:
        """The pairs of slips that lead to about a value; ``common``: of the common ones alone."""
        middle = rough(value)
        if middle is None:
            return
        values, places = self._common_twos if common else self._twos
        for place in places[bisect_left(values, middle - width) : bisect_right(values, middle + width)]:
            i, j = divmod(place, len(self.slips))
            yield Pair(self.slips[i], self.slips[j], self._revives(i) or self._revives(j))

    def _revives(self, i: int) -> bool:
        return self.slips[i].said.code not in GATES and self.sketch.revives(i)

    @cached_property
    def _twos(self) -> Twos:
        likely = sorted(range(len(self.slips)), key=lambda i: self.slips[i].said.code not in COMMON)
        return self._sorted(likely)

    @cached_property
    def _common_twos(self) -> Twos:
        return self._sorted([i for i, slip in enumerate(self.slips) if slip.said.code in COMMON])

    def _sorted(self, likely: Sequence[int]) -> Twos:
        """What every two slips lead to, smallest first, and which two; the likely ones are told first."""
        found = sorted(self._every_two(likely))
        return array("d", (value for value, _ in found)), array("Q", (place for _, place in found))

    def _every_two(self, likely: Sequence[int]) -> Iterator[tuple[float, int]]:
        slow = 0
        for i, j in islice(combinations(likely, 2), MOST_PAIRS):
            quick = self.sketch.quick(i, j)
            slow += not quick
            if (quick or slow <= MOST_SLOW) and (value := self.sketch.two(i, j)) is not None:
                yield value, i * len(self.slips) + j
