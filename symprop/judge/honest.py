"""What honest rounding of the working can give: the numbers that a result may come out as.

Who keeps three digits or more at each step uses every intermediate result as it is, or rounded.  A function is one
step: nobody rounds 1 + e^(-z) within σ(z).  All usual routes count: a derivative by its formula, by its terms with
every local derivative rounded, path by path, and as the solution has it (p - y for ∂L/∂z).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, partial
from itertools import islice, product
from typing import Any, Literal

from symprop.derive.values import NotGiven
from symprop.errors import SympropError
from symprop.evaluate import Floats, Undefined
from symprop.evaluate.failures import NoValue
from symprop.judge.spreads import (
    FEWEST,
    MODES,
    MOST_DIGITS,
    Cluster,
    Mode,
    Rounding,
    Several,
    Spread,
    Spreading,
    grid,
    spread,
)
from symprop.judge.students import ROWS, Row, Students
from symprop.judge.subject import Subject
from symprop.written import Call, Name, Written, transform

MOST_NUMBERS = 60  # rounded quantities put together in a last step
MOST_PATHS = 12
MARGIN = 2.0  # other orders of the factors lead no further than this, times as far as those that are tried
ROOM = 3  # how much more than a tenth it may be
SLACK = 1 + 1e-6  # of half a unit: a tie may be rounded either way
FAILURES = (NotGiven, Undefined, NoValue, SympropError, ArithmeticError, ValueError, TypeError)
Path = tuple[Any, ...]
Way = Callable[[], Any]
Grounds = Literal["sure", "perhaps", "coarse", "none"]


@dataclass(frozen=True, slots=True)
class _Printed:
    """The values that are printed as a number: |v - middle| <= half a unit of its last digit."""

    middle: float
    half: float

    @classmethod
    def of(cls, number: Fraction, unit: Fraction) -> _Printed | None:
        """None of what is too large for a float."""
        try:
            return cls(float(number), float(unit) / 2 * SLACK)
        except OverflowError:
            return None

    def off(self, value: float) -> float:
        """How far a value is off, less the half unit."""
        return abs(self.middle - value) - self.half

    def among(self, values: Iterable[float]) -> bool:
        return any(abs(value - self.middle) <= self.half for value in values)


@dataclass(slots=True)
class Honest:
    """What honest rounding makes of the results of a part at one epoch."""

    subject: Subject
    epoch: int
    found: dict[Written, Written] = field(default_factory=dict)  # how the solution has the derivatives
    looked_up: int = 0  # of the derivatives that there are
    spreads: dict[Mode, dict[Written, Any]] = field(default_factory=dict)
    replayed: dict[tuple[Written, Mode], tuple[float, ...]] = field(default_factory=dict)
    stages: dict[Written, tuple[tuple[Name | None, Written], ...]] = field(default_factory=dict)
    finished: dict[tuple[Written, Mode], tuple[float, ...]] = field(default_factory=dict)
    reached: dict[tuple[Written, Mode], tuple[float, tuple[Cluster, ...]]] = field(default_factory=dict)
    rows: dict[tuple[Mode, int], dict[Written, Any]] = field(default_factory=dict)
    orders: dict[tuple[Written, str, str, int], Written] = field(default_factory=dict)  # in which parts are worked out
    handed_in: dict[tuple[Written, Mode, int], tuple[float, ...]] = field(default_factory=dict)

    def grounds(self, right: Written, number: Fraction, unit: Fraction, digits: int) -> Grounds:
        """Whether a number, printed with so many digits, comes of rounding: surely, perhaps, or not.

        Surely: one who rounds comes to it, or where all numbers that rounding gives are kept apart, it is one of them.
        Perhaps: v is no further off than rounding can lead, |v - T| <= 2 max |e - T| + u/2, e in the spread;
        "coarse", if within max |e - T| and with less digits on the way than the number has but for one.
        """
        printed = _Printed.of(number, unit)
        if printed is None:
            return "none"
        value, clusters = self.reach(right, MODES[0])
        off, coarsest = printed.off(value), _furthest(value, clusters)
        if off > MARGIN * coarsest:
            return "none"  # who keeps more digits is off by no more
        least = min(max(digits - 1, FEWEST), MOST_DIGITS)
        found: Grounds = "none"
        for mode in MODES:
            if not mode.decimals and off > MARGIN * ROOM * coarsest / 10 ** (mode.digits - FEWEST):
                continue  # a digit more on the way, and the result is off by a tenth
            value, clusters = self.reach(right, mode)
            furthest = _furthest(value, clusters)
            if off > MARGIN * furthest:
                continue
            if self._met(right, mode, printed):
                return "sure"
            if not _apart(clusters):
                fine = mode.digits + mode.decimals >= least
                found = "perhaps" if fine else "coarse" if found == "none" and off <= furthest else found
        return found

    def _met(self, right: Written, mode: Mode, printed: _Printed) -> bool:
        """Whether somebody who rounds comes to a number."""
        if printed.among(self.replays(right, mode)):
            return True
        _, clusters = self.reach(right, mode)
        if _apart(clusters) and (
            printed.among(low for low, _ in clusters) or printed.among(self.last_steps(right, mode))
        ):
            return True
        return any(printed.among(self.students(right, mode, row)) for row in range(ROWS))

    def steps(self, right: Written, number: Fraction, unit: Fraction) -> bool:
        """Whether rounding all along gives a number: every step, every quantity, or those before the derivatives."""
        printed = _Printed.of(number, unit)
        return printed is not None and any(printed.among(self.replays(right, mode)) for mode in MODES)

    # ---- rounding all along

    def replays(self, right: Written, mode: Mode) -> tuple[float, ...]:
        """What comes of rounding in the same way all along."""
        if (right, mode) not in self.replayed:
            ways = (self._replay(right, mode, kind) for kind in ("steps", "names", "forward"))
            self.replayed[right, mode] = tuple(dict.fromkeys(value for way in ways for value in way))
        return self.replayed[right, mode]

    def _replay(self, right: Written, mode: Mode, kind: str) -> Iterator[float]:
        arithmetic = Rounding(mode if kind == "steps" else None)
        definitions = self.subject.definitions()
        needed = self._needed(right, definitions)
        others = [{**definitions, **self.routes}] if any(n in self.routes for n in needed) else []
        for way in (definitions, *others):  # by the derivation, and as the solution has it
            env: dict[Written, Any] = dict(self.subject.numbers(self.epoch))
            for name in needed:
                try:
                    value = self._run(way[name], env, arithmetic)
                except FAILURES:
                    continue
                kept = name != right and (kind != "forward" or name in self.subject.graph)
                env[name] = mode.rounded(value)[-1] if kept else value
            try:
                yield float(self._run(right, env, arithmetic))
            except FAILURES:
                return

    # ---- rounding in some places, each student in others

    def students(self, right: Written, mode: Mode, row: int) -> tuple[float, ...]:
        """What the students of a row come to who take one of the usual ways each, and round here and there."""
        key = right, mode, row
        if key not in self.handed_in:
            self.handed_in[key] = tuple(dict.fromkeys(filter(math.isfinite, self._handed_in(*key))))
        return self.handed_in[key]

    def _handed_in(self, right: Written, mode: Mode, row: int) -> tuple[float, ...]:
        env = self.rows.setdefault((mode, row), dict(self.subject.numbers(self.epoch)))
        definitions, students = self.subject.definitions(), Students(mode, row)
        for name in self._needed(right, definitions):
            if isinstance(env.get(name), Row):
                continue
            students.turn_to(name)
            ways = [partial(self._run, definitions[name], env, students), *self._other_ways(name, env, students)]
            for k, way in students.in_order(list(enumerate(ways, 1))):
                students.turn_to(name, k)
                with suppress(*FAILURES):
                    env[name] = students.shrink(way())
                    break
        students.turn_to(right)
        with suppress(*FAILURES):
            found: Row = self._run(right, env, students)
            return found.values
        return ()

    # ---- how far rounding in some places leads

    def reach(self, right: Written, mode: Mode) -> tuple[float, tuple[Cluster, ...]]:
        """The value of a result, and the numbers that it may come out as if the working is rounded in some places."""
        if (right, mode) not in self.reached:
            self.reached[right, mode] = self._reach(right, mode)
        return self.reached[right, mode]

    def _reach(self, right: Written, mode: Mode) -> tuple[float, tuple[Cluster, ...]]:
        if mode not in self.spreads:
            self.spreads[mode] = dict(self.subject.numbers(self.epoch))
        env, definitions, arithmetic = self.spreads[mode], self.subject.definitions(), Spreading(mode)
        for name in self._needed(right, definitions):
            if not isinstance(env.get(name), Spread):
                try:
                    found = spread(self._run(definitions[name], env, arithmetic))
                except FAILURES:
                    continue
                others = (self._tried(way) for way in self._other_ways(name, env, arithmetic))
                env[name] = arithmetic.shrink(found.or_else(way for way in others if way is not None))
        try:
            found = spread(self._run(right, env, arithmetic))
        except FAILURES:
            return 0.0, ()
        return found.value, found.clusters

    @staticmethod
    def _tried(way: Way) -> Spread | None:
        try:
            return spread(way())
        except FAILURES:
            return None

    def last_steps(self, right: Written, mode: Mode) -> tuple[float, ...]:
        """What comes of rounded numbers if nothing is rounded any more: 0.4 - 0.1 · 0.536, and -0.178 · 3 + 0.004."""
        if (right, mode) not in self.finished:
            self.reach(right, mode)
            definition = self.subject.definitions().get(right)
            ways = [f for f in (definition or right, self.routes.get(right)) if f is not None]
            self.finished[right, mode] = tuple(dict.fromkeys(v for way in ways for v in self._finish(way, mode)))
        return self.finished[right, mode]

    def _finish(self, formula: Written, mode: Mode) -> Iterator[float]:
        env, programs = self.spreads[mode], self.subject.bench.programs
        names = [leaf for leaf in programs.leaves(formula) if isinstance(env.get(leaf), Spread)]
        choices = [grid(mode, env[name]) for name in names]
        if not names or math.prod(map(len, choices)) > MOST_NUMBERS:
            return
        given = {leaf: env[leaf] for leaf in programs.leaves(formula) if leaf in env}
        for chosen in product(*choices):
            try:
                (value,) = programs.program(formula).run({**given, **dict(zip(names, chosen, strict=True))}, Floats)
            except FAILURES:
                continue
            yield float(value)

    def _other_ways(self, name: Written, env: dict[Written, Any], arithmetic: Several) -> list[Way]:
        """A derivative as the solution has it, as the sum of its terms, and as the sum over all paths."""
        symbol = self.subject.symbols.get(name) if isinstance(name, Name) else None
        if symbol is None or not isinstance(symbol.of, Name) or not isinstance(symbol.by[0], Name):
            return []
        target, parent = symbol.of, symbol.by[0]

        def terms() -> Any:
            found = [
                arithmetic.times((slope(t.slope), self._run(t.adjoint, env, arithmetic)))
                for t in self.subject.terms(target, parent)
            ]
            return arithmetic.total(found)

        def slope(formula: Written) -> Any:
            return arithmetic.shrink(self._run(formula, env, arithmetic))

        def paths(parent: Name) -> list[Path]:
            """The slopes of every path, from the target back."""
            found: list[Path] = []
            for term in self.subject.terms(target, parent):
                before = [()] if term.child == target else paths(term.child)
                found += [(*path, slope(term.slope)) for path in before]
                if len(found) > MOST_PATHS:
                    raise ArithmeticError("too many paths")
            return found

        every = cache(partial(paths, parent))

        def along(order: int) -> Any:
            return arithmetic.total([arithmetic.times(path[::order]) for path in every()])

        ways: list[Way] = [terms, partial(along, 1), partial(along, -1)]
        return [partial(self._run, self.routes[name], env, arithmetic), *ways] if name in self.routes else ways

    # ---- what a result is made of

    def _run(self, formula: Written, env: dict[Written, Any], arithmetic: Several | Rounding) -> Any:
        """The value of a formula, one function after the other; what these give is kept in ``env``."""
        if formula not in self.stages:
            self.stages[formula] = _stages(formula, len(self.stages))
        value, programs = None, self.subject.bench.programs
        for k, (name, part) in enumerate(self.stages[formula]):
            if name is None or name not in env:
                whole = isinstance(part, Call)
                told = self._prepared(part, k, env, arithmetic)
                (value,) = programs.program(told).run(env, arithmetic.whole_step if whole else arithmetic)
                value = arithmetic.shrink(value) if whole else value
            if name is not None:
                env.setdefault(name, value)
        return value

    def _prepared(self, part: Written, k: int, env: Mapping[Written, Any], arithmetic: Several | Rounding) -> Written:
        """A part as an arithmetic puts it together; always the same formula, so that it is compiled once."""
        arithmetic.begin(k)
        key = part, arithmetic.name, arithmetic.at, k
        if key not in self.orders:
            self.orders[key] = arithmetic.prepared(part, k, partial(self._size, env=env))
        return self.orders[key]

    def _size(self, term: Written, env: Mapping[Written, Any]) -> float:
        """The value of a term, unrounded; 0 where it has none."""
        programs = self.subject.bench.programs
        values = {leaf: _exactly(env[leaf]) for leaf in programs.leaves(term) if leaf in env}
        try:
            return float(programs.program(term).run(values, Floats)[0])
        except FAILURES:
            return 0.0

    @property
    def routes(self) -> dict[Written, Written]:
        """How the solution has all derivatives that there are, so that nothing depends on what was asked before."""
        symbols = self.subject.symbols
        while self.looked_up < len(symbols):
            names = {symbol: name for name, symbol in islice(symbols.items(), self.looked_up, None)}
            self.looked_up = len(symbols)
            for answer in self.subject.answers:
                name = names.get(answer.quantity)  # type: ignore[call-overload]
                if name is not None and name not in self.found:
                    with suppress(*FAILURES):
                        self.found[name] = self.subject.resolve(answer.formula)
        return self.found

    def _needed(self, right: Written, definitions: Mapping[Written, Written]) -> list[Written]:
        """All that a result is made of, in order."""
        seen, waiting = set[Written](), [right]
        while waiting:
            formula = waiting.pop()
            for leaf in self.subject.bench.programs.leaves(formula):
                if leaf not in seen:
                    seen.add(leaf)
                    waiting += [f for f in (definitions.get(leaf), self.routes.get(leaf)) if f is not None]
        order = (*self.subject.graph.order, *self.subject.adjoints)
        return [name for name in order if name in seen and name in definitions]


def _exactly(quantity: Any) -> Any:
    """What a quantity is, not rounded by anybody."""
    return quantity.value if isinstance(quantity, Spread) else quantity


def _furthest(value: float, clusters: tuple[Cluster, ...]) -> float:
    """How far from a value the numbers lie, at most."""
    return max((abs(end - value) for cluster in clusters for end in cluster), default=0.0)


def _apart(clusters: tuple[Cluster, ...]) -> bool:
    """Whether all numbers are kept apart: there are few."""
    return all(low == high for low, high in clusters)


def _stages(formula: Written, place: int) -> tuple[tuple[Name | None, Written], ...]:
    """A formula taken apart into what a calculator does: the argument of each function, its value, and the rest."""
    found: list[tuple[Name | None, Written]] = []

    def named(part: Written) -> Name:
        found.append((Name("·", sub=f"{place}/{len(found)}"), part))
        return found[-1][0]  # type: ignore[return-value]

    def change(part: Written) -> Written:
        if not isinstance(part, Call) or len(part.args) != 1:
            return part
        (inner,) = part.args
        return named(part if isinstance(inner, Name) else part.rebuilt((named(inner),)))

    rest = transform(formula, change)
    return (*found, (None, rest))
