"""Two slips at once: what every two of them lead to, at one point and in floating point, to look an answer up in.

Nothing is decided by these numbers: what is near an answer is worked out exactly afterwards.  Slips that change slopes
alone leave every quantity as it is, and a derivative is a sum over its edges,  δ_n = Σ c_e δ_child,  with numbers c_e.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

from symprop.derive.values import NotGiven
from symprop.errors import SympropError
from symprop.evaluate import Floats, Undefined
from symprop.judge.course import Course, Env
from symprop.judge.replay import Edge, Slip
from symprop.written import Name, Written

MOST_PAIRS = 40_000
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
    }
)
Number = float | Written  # of an edge: a formula where it follows from other derivatives
FAILURES = (NotGiven, Undefined, SympropError, ArithmeticError, ValueError)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    first: Slip
    second: Slip

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(sorted((self.first.said.code, self.second.said.code)))

    @property
    def unlikely(self) -> int:
        """How many of the two are not among the common ones."""
        return sum(slip.said.code not in COMMON for slip in (self.first, self.second))

    @property
    def places(self) -> int:
        """How many slopes are changed."""
        return len(self.first.terms) + len(self.second.terms)

    @property
    def common(self) -> bool:
        return not self.unlikely


@dataclass(slots=True)
class Line:
    """The derivatives of one target as sums over edges, at a point: ``rows`` in the order in which they follow.

    ``numbers``: of the edges; ``values``: of the derivatives, then of what else multiplies an edge.
    """

    place: dict[Written, int] = field(default_factory=dict)
    edges: dict[Edge, int] = field(default_factory=dict)
    numbers: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    rows: list[list[tuple[int, int]]] = field(default_factory=list)  # edge, place of what it is multiplied with
    before: list[int] = field(default_factory=list)  # bits: what a derivative depends on, and itself

    def moved(self, numbers: Mapping[int, float], changed: int, upto: int) -> dict[int, float]:
        """The derivatives that follow from other numbers on some edges; ``upto``: the bits of those that matter."""
        found: dict[int, float] = {}
        for i, row in enumerate(self.rows):
            if upto >> i & 1 and self.before[i] & changed:
                found[i] = sum(numbers.get(e, self.numbers[e]) * found.get(j, self.values[j]) for e, j in row)
        return found


class Pairs:
    """``near`` finds the pairs of slips that lead to about a value at a point."""

    def __init__(self, course: Course, slips: list[Slip], world: Env):
        self.course, self.replay = course, course.replay
        self.slips = sorted(slips, key=lambda slip: slip.said.code not in COMMON)
        self.world = {q: value for q, v in world.items() if (value := _float(v)) is not None}
        self.line = self._line()
        self.edged = [self._numbers(slip) for slip in self.slips]
        found = sorted(self._values())
        self.values = array("d", (value for value, _, _ in found))
        self.places = array("Q", (i * len(slips) + j for _, i, j in found))

    def near(self, value: Any, width: float) -> Iterator[Pair]:
        middle = _float(value)
        if middle is None:
            return
        first, last = bisect_left(self.values, middle - width), bisect_right(self.values, middle + width)
        for place in self.places[first:last]:
            i, j = divmod(place, len(self.slips))
            yield Pair(self.slips[i], self.slips[j])

    # ---- the values

    def _values(self) -> Iterator[tuple[float, int, int]]:
        slow = 0
        for count, (i, j) in enumerate(combinations(range(len(self.slips)), 2)):
            if count >= MOST_PAIRS:
                return
            try:
                value = self._on_edges(i, j)
                if value is None and slow < MOST_SLOW:
                    slow += 1
                    both = self.replay.both(self.slips[i], self.slips[j])
                    value = None if both is None else self.course.value(both, self.world, self._evaluate)
            except FAILURES:
                continue
            if value is not None and math.isfinite(value):
                yield value, i, j

    def _on_edges(self, i: int, j: int) -> float | None:
        """The value of two slips of which at most one changes more than slopes, and then only the last formula."""
        parts = self.slips[i], self.slips[j]
        first, second = self.edged[i], self.edged[j]
        if first is None or second is None:
            slopes, other = (second, parts[0]) if first is None else (first, parts[1])
            if slopes is None or other.formula is None or other.changes:
                return None
            return self._last(other.formula, slopes)
        numbers = {**first, **second}
        for edge, number in first.items():
            if edge in second:
                again, whole = second[edge], self.line.numbers[edge]
                if isinstance(number, Written) or isinstance(again, Written) or not whole:
                    return None
                if not self.replay.apart(self._edges[edge], *parts):
                    return math.nan
                numbers[edge] = number * again / whole
        return self._last(self.replay.right, numbers)

    def _last(self, formula: Written, numbers: Mapping[int, Number]) -> float:
        """The value of a formula of derivatives that follow from other numbers on some edges."""
        known = {edge: number for edge, number in numbers.items() if not isinstance(number, Written)}
        late = {edge: self._with(known, number) for edge, number in numbers.items() if isinstance(number, Written)}
        return self._with({**known, **late}, formula)

    def _with(self, numbers: Mapping[int, float], formula: Written) -> float:
        line, changed = self.line, 0
        for edge in numbers:
            changed |= 1 << self._parents[edge]
        moved = line.moved(numbers, changed, self._upto(formula))
        if formula in line.place:
            return moved.get(line.place[formula], line.values[line.place[formula]])
        return float(self._evaluate(formula, self.world | {self._names[i]: v for i, v in moved.items()}))

    def _upto(self, formula: Written) -> int:
        if formula not in self._known:
            places = (self.line.place[n] for n in self.course.reads_of(formula) if n in self.line.place)
            found = 0
            for place in places:
                found |= self.line.before[place]
            self._known[formula] = found
        return self._known[formula]

    def _evaluate(self, formula: Written, world: Env) -> Any:
        if formula in world:
            return world[formula]
        (value,) = self.course.programs.program(formula).run(world, Floats)
        return value

    # ---- the edges

    @cached_property
    def _known(self) -> dict[Written, int]:
        return {}

    @cached_property
    def _names(self) -> list[Written]:
        return list(self.line.place)

    @cached_property
    def _edges(self) -> list[Edge]:
        return list(self.line.edges)

    @cached_property
    def _parents(self) -> list[int]:
        found = [0] * len(self.line.numbers)
        for i, row in enumerate(self.line.rows):
            for edge, _ in row:
                found[edge] = i
        return found

    def _line(self) -> Line:
        """All derivatives of the target that were asked of the exercise so far."""
        line, subject = Line(), self.course.subject
        if self.replay.derivative is None:
            return line
        target = self.replay.derivative[0]
        symbols = {n: s for n, s in subject.symbols.items() if s.of == target and n in self.world}
        names = [n for n in self.course.order if n in symbols]
        line.place = {name: i for i, name in enumerate(names)}
        line.values = [self.world[name] for name in names]
        for name in names:
            row, before = [], 1 << len(line.rows)
            parent = symbols[name].by[0]
            assert isinstance(parent, Name)
            for term in subject.terms(target, parent):
                edge = line.edges.setdefault(Edge(parent, term), len(line.edges))
                line.numbers.append(self._number(term.slope))
                source = line.place.get(term.adjoint)
                if source is None:
                    source = len(line.values)
                    line.values.append(self._number(term.adjoint))
                else:
                    before |= line.before[source]
                row.append((edge, source))
            line.rows.append(row)
            line.before.append(before)
        return line

    def _number(self, formula: Written) -> float:
        try:
            value = _float(self._evaluate(formula, self.world))
        except FAILURES:
            return math.nan
        return math.nan if value is None else value

    def _numbers(self, slip: Slip) -> dict[int, Number] | None:
        """The numbers that a slip puts on edges; None if it changes anything else."""
        if not slip.terms or slip.changes or slip.formula is not None or slip.terms.keys() - self.line.edges.keys():
            return None
        found: dict[int, Number] = {}
        for edge, new in slip.terms.items():
            late = new is not None and self._upto(new.slope)
            number = 0.0 if new is None else new.slope if late else self._number(new.slope)
            found[self.line.edges[edge]] = number
        return found


def _float(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool | tuple) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
