"""What slips lead to at one point, in floating point: quick, to find what is worth working out exactly.

Slips that change slopes alone leave every quantity as it is, and a derivative is a sum over its edges,

    δ_n = Σ c_e δ_child,

with numbers c_e.  So a derivative moves in proportion to every single c_e, and after a first slip most others are one
multiplication.  All other slips are worked out as they are exactly, only in floats.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symprop.derive.values import NotGiven
from symprop.errors import SympropError
from symprop.evaluate import Floats, Undefined
from symprop.judge.course import Course, Env
from symprop.judge.replay import Edge, Slip
from symprop.written import Name, Written

Number = float | Written  # of an edge: a formula where it follows from other derivatives
EVEN = 1e-14
CANCELLED = 1e-3  # of two numbers that are added: what is left has twelve digits
FAILURES = (NotGiven, Undefined, SympropError, ArithmeticError, ValueError)


@dataclass(slots=True)
class Line:
    """The derivatives of one target as sums over edges, at a point: ``rows`` in the order in which they follow.

    ``numbers``: of the edges; ``values``: of the derivatives, then of what else multiplies an edge.
    """

    names: list[Written] = field(default_factory=list)
    place: dict[Written, int] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    number_of: dict[Edge, int] = field(default_factory=dict)
    parents: list[int] = field(default_factory=list)  # the row of each edge
    numbers: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    rows: list[list[tuple[int, int]]] = field(default_factory=list)  # edge, place of what it is multiplied with
    below: list[int] = field(default_factory=list)  # that place, of each edge
    before: list[int] = field(default_factory=list)  # bits: what a derivative depends on, and itself

    def moved(self, numbers: Mapping[int, float], upto: int) -> dict[int, float]:
        """The derivatives that follow from other numbers on some edges; ``upto``: the bits of those that matter."""
        changed, found = 0, dict[int, float]()
        for edge in numbers:
            changed |= 1 << self.parents[edge]
        for i, row in enumerate(self.rows):
            if upto >> i & 1 and self.before[i] & changed:
                found[i] = sum(numbers.get(e, self.numbers[e]) * found.get(j, self.values[j]) for e, j in row)
        return found

    def after(self, numbers: Mapping[int, float], last: int) -> After:
        """The line with other numbers on some edges, as far as its last derivative is concerned."""
        values, gains = list(self.values), [0.0] * len(self.rows)
        for i, value in self.moved(numbers, self.before[last]).items():
            values[i] = value
        gains[last] = 1.0
        for i in range(last, -1, -1):
            for edge, j in self.rows[i] if gains[i] else ():
                if j < i:
                    gains[j] += gains[i] * numbers.get(edge, self.numbers[edge])
        return After(self, last, values, gains)


@dataclass(frozen=True, slots=True)
class After:
    """A line after a slip: all its ``values``, and how far its ``last`` derivative moves with each (``gains``)."""

    line: Line
    last: int
    values: list[float]
    gains: list[float]

    def further(self, edge: int, number: float) -> float | None:
        """The last derivative with another number on one more edge; None where too few digits would be left of it."""
        line, before = self.line, self.values[self.last]
        step = (number - line.numbers[edge]) * self.values[line.below[edge]] * self.gains[line.parents[edge]]
        return before + step if abs(before + step) >= CANCELLED * max(abs(before), abs(step)) else None


class Sketch:
    """The derivation at one point, in floats, and what each of its slips changes there."""

    def __init__(self, course: Course, slips: list[Slip], world: Env):
        self.course, self.replay, self.slips = course, course.replay, slips
        self.world = {q: value for q, v in world.items() if (value := rough(v)) is not None}
        self.bits: dict[Written, int] = {}  # of the derivatives that a formula depends on
        self.line = self._line()
        self.slopes = [self._slopes(slip) for slip in slips]
        self.straight: dict[Written, tuple[int, float, float] | None] = {}
        self.after: dict[int, After | None] = {}  # each slip that was the first of two

    def one(self, i: int) -> float | None:
        """What a slip leads to; None where that has no value."""
        slopes, slip = self.slopes[i], self.slips[i]
        try:
            value = self._last(self.replay.right, slopes) if slopes is not None else self._worked_out(slip)
        except FAILURES:
            return None
        return value if value is not None and math.isfinite(value) else None

    def revives(self, i: int) -> bool:
        """Whether a slip puts something in place of a slope that is 0, as that of a class that is not the target."""
        return any(n != 0 and self.line.numbers[edge] == 0 for edge, n in (self.slopes[i] or {}).items())

    def quick(self, i: int, j: int) -> bool:
        """Whether one slip changes slopes alone, and the other does so too, or only the last formula."""
        first, second = self.slopes[i], self.slopes[j]
        if first is not None and second is not None:
            return not any(isinstance(n, Written) for e in first.keys() & second.keys() for n in (first[e], second[e]))
        other = self.slips[j if second is None else i]
        return (first is not None or second is not None) and other.formula is not None and not other.changes

    def two(self, i: int, j: int) -> float | None:
        """What two slips at once lead to; None where that has no value, or one leaves no place for the other."""
        try:
            value = self._quickly(i, j) if self.quick(i, j) else self._slowly(i, j)
        except FAILURES:
            return None
        return value if value is not None and math.isfinite(value) else None

    def _slowly(self, i: int, j: int) -> float | None:
        both = self.replay.both(self.slips[i], self.slips[j])
        return None if both is None else self._worked_out(both)

    def _worked_out(self, slip: Slip) -> float | None:
        return rough(self.course.value(self.course.route(slip), self.world, self._evaluate))

    def _quickly(self, i: int, j: int) -> float | None:
        first, second = self.slopes[i], self.slopes[j]
        if second is not None and len(second) == 1 and (first is None or first.keys().isdisjoint(second)):
            (change,) = second.items()
            if (value := self._further(i, *change)) is not None:
                return value
        if first is None or second is None:
            slopes, other = (second, self.slips[i]) if first is None else (first, self.slips[j])
            assert slopes is not None and other.formula is not None
            return self._last(other.formula, slopes)
        numbers = {**first, **second}
        for edge in first.keys() & second.keys():
            if not self.replay.apart(self.line.edges[edge], self.slips[i], self.slips[j]):
                return None
            numbers[edge] = first[edge] * second[edge] / self.line.numbers[edge]  # type: ignore[operator]
        return self._last(self.replay.right, numbers)

    def _further(self, i: int, edge: int, number: Number) -> float | None:
        """What another number on an edge leads to after a slip; None where it has to be worked out."""
        formula = self.slips[i].formula or self.replay.right
        if i not in self.after:
            self.after[i] = self._after(self.slopes[i] or {}, formula)
        after = self.after[i]
        value = after.further(edge, number) if after is not None and not isinstance(number, Written) else None
        if after is None or value is None or formula == self.line.names[after.last]:
            return value
        return self._at(formula, {after.last: value})

    def _after(self, slopes: Mapping[int, Number], formula: Written) -> After | None:
        """The line after a slip, where the formula follows from one derivative alone."""
        numbers = {edge: number for edge, number in slopes.items() if not isinstance(number, Written)}
        names = [n for n in self.course.reads_of(formula) if n in self.line.place]
        alone = len(names) == 1 and len(numbers) == len(slopes)
        return self.line.after(numbers, self.line.place[names[0]]) if alone else None

    def _last(self, formula: Written, numbers: Mapping[int, Number]) -> float:
        """The value of a formula of derivatives that follow from other numbers on some edges.

        Numbers that follow from derivatives themselves (a weight that was updated) come after what they follow from.
        """
        known = {edge: number for edge, number in numbers.items() if not isinstance(number, Written)}
        for edge, late in sorted((edge, number) for edge, number in numbers.items() if isinstance(number, Written)):
            known[edge] = self._with(known, late)
        return self._with(known, formula)

    def _with(self, numbers: Mapping[int, float], formula: Written) -> float:
        line = self.line
        moved = line.moved(numbers, self._bits(formula))
        if formula in line.place:
            return moved.get(line.place[formula], line.values[line.place[formula]])
        return self._at(formula, moved)

    def _at(self, formula: Written, moved: Mapping[int, float]) -> float:
        """The value of a formula where some derivatives have moved."""
        if formula not in self.straight:
            self.straight[formula] = self._straight(formula)
        if (line := self.straight[formula]) is not None:
            place, start, step = line
            return start + step * moved.get(place, self.line.values[place])
        return float(self._evaluate(formula, self.world | {self.line.names[i]: v for i, v in moved.items()}))

    def _straight(self, formula: Written) -> tuple[int, float, float] | None:
        """Of a formula that is a + b δ in its only derivative: the place of δ, a and b."""
        names = [n for n in self.course.reads_of(formula) if n in self.line.place]
        if len(names) != 1:
            return None
        a, b, c = (float(self._evaluate(formula, self.world | {names[0]: value})) for value in (0.0, 1.0, 2.0))
        even = abs(c - 2 * b + a) <= EVEN * max(abs(a), abs(b), abs(c))
        return (self.line.place[names[0]], a, b - a) if even else None

    def _bits(self, formula: Written) -> int:
        if formula not in self.bits:
            found = 0
            for name in self.course.reads_of(formula):
                if name in self.line.place:
                    found |= self.line.before[self.line.place[name]]
            self.bits[formula] = found
        return self.bits[formula]

    def _evaluate(self, formula: Written, world: Env) -> Any:
        if formula in world:
            return world[formula]
        (value,) = self.course.programs.program(formula).run(world, Floats)
        return value

    # ---- the edges

    def _line(self) -> Line:
        """All derivatives of the target that were asked of the exercise so far."""
        line, subject = Line(), self.course.subject
        if self.replay.derivative is None:
            return line
        target = self.replay.derivative[0]
        symbols = {n: s for n, s in subject.symbols.items() if s.of == target and n in self.world}
        line.names = [n for n in self.course.order if n in symbols]
        line.place = {name: i for i, name in enumerate(line.names)}
        line.values = [self.world[name] for name in line.names]
        for i, name in enumerate(line.names):
            row, before = [], 1 << i
            parent = symbols[name].by[0]  # type: ignore[index]
            assert isinstance(parent, Name)
            for term in subject.terms(target, parent):
                edge = Edge(parent, term)
                line.number_of[edge] = len(line.edges)
                line.below.append(line.place.get(term.adjoint, len(line.values)))
                row.append((len(line.edges), line.below[-1]))
                line.edges.append(edge)
                line.parents.append(i)
                line.numbers.append(self._number(term.slope))
                if term.adjoint in line.place:
                    before |= line.before[line.place[term.adjoint]]
                else:
                    line.values.append(self._number(term.adjoint))
            line.rows.append(row)
            line.before.append(before)
        return line

    def _number(self, formula: Written) -> float:
        try:
            value = rough(self._evaluate(formula, self.world))
        except FAILURES:
            return math.nan
        return math.nan if value is None else value

    def _slopes(self, slip: Slip) -> dict[int, Number] | None:
        """The numbers that a slip puts on edges; None if it changes anything else."""
        numbers = self.line.number_of
        if not slip.terms or slip.changes or slip.formula is not None or any(e not in numbers for e in slip.terms):
            return None
        found: dict[int, Number] = {}
        for edge, new in slip.terms.items():
            late = new is not None and self._bits(new.slope)
            found[numbers[edge]] = 0.0 if new is None else new.slope if late else self._number(new.slope)
        return found


def rough(value: Any) -> float | None:
    """A number in floating point."""
    try:
        return None if value is None or isinstance(value, bool | tuple) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
