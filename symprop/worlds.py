"""A world: numbers for every leaf of a part, and from them the value of everything else, apart from the derivation.

Quantities are evaluated from the equations in balls of 256 bits.  A derivative symbol has the value that the page gave
it; if the page gave none, it is found by power-series arithmetic: locally in one definition, or through the graph.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symprop.derive.leaves import quantities
from symprop.derive.numbers import BALLS, TINY_BALL, ball, close
from symprop.derive.values import Programs, exact, is_infinite, rational, value_of
from symprop.evaluate import EXACT, NotExact, Series, Undefined, evaluate, finish
from symprop.model.exercise import Part
from symprop.model.graph import Graph, free_names
from symprop.written import Call, Deriv, Name, Neg, Sum, Vec, Written

SERIES = Series(1, BALLS)
RATIONAL = Series(1, EXACT)


def draw(seed: str, below: int) -> int:
    """A whole number 0 … below - 1, fixed by the seed."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") % below


@dataclass(slots=True)
class World:
    """``values``: numbers of quantities.  ``page``: the derivatives that the page gave.  ``own``: those found here."""

    graph: Graph
    values: dict[Written, Any]
    page: dict[Written, Any] = field(default_factory=dict)
    own: dict[Written, Any] = field(default_factory=dict)
    checked: set[Written] = field(default_factory=set)
    fixed: frozenset[Written] = frozenset()  # quantities whose values do not come from their equations
    held: frozenset[Written] = frozenset()  # those of them that do not move, because a point says where they are
    programs: Programs = field(default=None)  # type: ignore[assignment]
    memo: dict[int, tuple[Written, Any]] = field(default_factory=dict)
    complete: bool = False  # whether every quantity has a number

    def __post_init__(self) -> None:
        if self.programs is None:
            self.programs = Programs(self.part)

    @property
    def part(self) -> Part:
        return self.graph.part

    # ---- values

    def options(self) -> dict[str, Any]:
        conventions = self.part.conventions
        return {"vocabulary": self.part.vocabulary, "kinks": conventions.kinks, "log_base": conventions.log_base}

    def forward(self) -> None:
        """The quantities that the numbers determine."""
        for name in self.graph.order:
            node = self.graph[name]
            assert node.definition is not None
            if name in self.values:
                continue  # a given value wins
            if self.programs.is_open(node.definition):
                continue
            if all(p in self.values for p in node.parents) and not node.derivatives:
                self.values[name] = self.programs.value(node.definition, self.values)
            elif node.derivatives and self.knows(node.definition):
                self.values[name] = self.value(node.definition)
        self.complete = all(n in self.values for n in self.graph.order)

    def quantities(self, formula: Written) -> tuple[Written, ...]:
        return tuple(q for q in quantities(formula) if self.knows(q))

    def knows(self, formula: Written) -> bool:
        """Whether every quantity in the formula has a number here."""
        if formula in self.values or formula in self.page:
            return True
        if self.programs.is_open(formula):
            return False
        for q in self.programs.quantities(formula):
            if isinstance(q, Call):
                if not all(self.knows(a) for a in q.args):
                    return False
            elif isinstance(q, Deriv):
                if q in self.values or q in self.page:
                    continue
                if not isinstance(q.of, Name):
                    if not self.knows(q.of):
                        return False
                elif (
                    q.of not in self.graph
                    or any(not isinstance(b, Name | Vec) for b in q.by)
                    or (not self.complete and not self._local_only(q))
                    or not self._given_behind(q.of)
                ):
                    return False
            elif q not in self.values:
                return False
        return True

    def _given_behind(self, target: Name) -> bool:
        """Whether the derivatives that are given in place of a target's equation have numbers."""
        return all(s in self.values for s in self.part.upstream if isinstance(s, Deriv) and s.of == target)

    def _local_only(self, symbol: Deriv) -> bool:
        return isinstance(symbol.of, Name) and symbol.of in self.graph and all(
            p in self.values for p in self.graph[symbol.of].parents
        )  # fmt: skip

    def value(self, formula: Written) -> Any:
        """The value of a formula in this world.  Raises Undefined."""
        for table in (self.page, self.values):
            if formula in table:
                return table[formula]
        if isinstance(formula, Deriv):
            return self.derivative(formula)
        kept = self.memo.get(id(formula))
        if kept is None:
            kept = self.memo[id(formula)] = (formula, self._value(formula))
        return kept[1]

    def _value(self, formula: Written) -> Any:
        env: dict[Written, Any] = {}
        for q in (*self.programs.leaves(formula), *self._hidden(formula)):
            value = self.page.get(q)
            if value is None:
                value = self.values.get(q)
            if value is not None:
                env[q] = value
            elif isinstance(q, Deriv):
                env[q] = self.derivative(q)
        return self.programs.value(formula, env)

    def defined(self, *formulas: Written) -> bool:
        """Whether all of them have a value here."""
        try:
            for formula in formulas:
                if id(formula) in self.memo:
                    continue
                if not self.knows(formula):
                    return False
                self.value(formula)
        except Undefined:
            return False
        return True

    # ---- derivatives, by power series

    def derivative(self, symbol: Deriv) -> Any:
        """The value of a derivative symbol, by power series."""
        if symbol in self.own:
            return self.own[symbol]
        if isinstance(symbol.by[0], Vec):
            value: Any = tuple(self.value(Deriv(symbol.of, (item,))) for item in symbol.by[0].items)
        elif not isinstance(symbol.of, Name):
            value = self._of_formula(symbol)
        elif symbol.local or (len(symbol.by) == 1 and self._is_edge(symbol)):
            value = self._local(symbol)
        elif len(symbol.by) > 1:
            value = self._higher(symbol)
        else:
            value = SERIES.derivative(self.moved(symbol.of, {symbol.by[0]: 1}))
        self.own[symbol] = value
        return value

    def _is_edge(self, symbol: Deriv) -> bool:
        """Whether the derivative is by a parent with no other path, so that it is a local one."""
        child, parent = symbol.of, symbol.by[0]
        assert isinstance(child, Name) and isinstance(parent, Name)
        return child in self.graph[parent].children and self.graph.only_direct(parent, child)

    def _of_formula(self, symbol: Deriv) -> Any:
        """d(formula)/dx through the graph; ∂D(u, v)/∂u of an abstract function is held, so a local one."""
        if symbol.local or any(by not in self.graph for by in symbol.by):
            return self._slope(symbol.of, symbol.by[0])
        return self._higher(symbol)

    def _slope(self, formula: Written, by: Written) -> Any:
        """The derivative of a formula by one quantity, the others held; rational where all numbers are.

        Terms of a sum in which the quantity does not stand are constants: they are left out.
        """
        if isinstance(formula, Sum):
            terms = self.programs.terms(formula, self._hidden).get(by, ())
            if len(terms) == 1:
                return self._slope(terms[0], by)
        leaves = (*self.programs.leaves(formula), *self._hidden(formula), by)
        values = {q: self.values[q] for q in leaves if q in self.values}
        if rational(values.values()):
            try:
                env = {**values, by: RATIONAL.variable(self.values[by], 1)}
                return RATIONAL.derivative(self.programs.run(formula, env, RATIONAL))
            except NotExact:
                pass
        env = {**values, by: SERIES.variable(self.values[by], 1)}
        (moved,) = self.programs.program(formula).run(env, SERIES)
        found = exact(SERIES.coefficient(moved, 1))
        return SERIES.derivative(finish(moved, SERIES, formula)) if found is None else found

    def _hidden(self, formula: Written) -> tuple[Name, ...]:
        """Free names inside the functions that are called."""
        functions = self.part.vocabulary.functions
        return free_names(formula, functions) if functions else ()

    def _local(self, symbol: Deriv) -> Any:
        definition = self.graph[symbol.of].definition  # type: ignore[index]
        by = symbol.by[0]
        if definition is None:  # upstream: given
            return self.values[Deriv(symbol.of, symbol.by)]
        return self._slope(definition, by)

    def _higher(self, symbol: Deriv) -> Any:
        """∂^k by nested series: each denominator moves in a series of its own level."""
        with BALLS.context():
            return self._nested(symbol)

    def _nested(self, symbol: Deriv) -> Any:
        arithmetic: Any = BALLS
        levels = []
        for _ in symbol.by:
            arithmetic = Series(1, arithmetic)
            levels.append(arithmetic)
        directions: dict[Written, list[Any]] = {}
        for by, level in zip(symbol.by, levels, strict=True):
            directions.setdefault(by, []).append(level)
        env: dict[Written, Any] = {}
        for name in (*self.graph.leaves, *self.graph.order):
            node = self.graph[name]
            if node.role == "computed" and name not in self.fixed and not node.derivatives:
                assert node.definition is not None
                if any(parent not in env for parent in node.parents):
                    continue  # it waits for a derivative that stands on a right side
                result = evaluate(node.definition, env, arithmetic, **self.options())
            elif name in self.values:
                result = self.values[name]
            else:
                continue
            for level in directions.get(name, ()):
                result = level.variable(0, 1) + (result if hasattr(result, "c") else BALLS.lift(result))
            env[name] = result
            if name == symbol.of:
                break
        result = env[symbol.of] if isinstance(symbol.of, Name) else self._at(symbol.of, env, arithmetic)
        for level in reversed(levels):
            result = level.coefficient(result, 1) if hasattr(result, "c") and result.level == level.level else 0
        return ball(BALLS.finish(BALLS.lift(result)))

    def _at(self, formula: Written, env: Mapping[Written, Any], arithmetic: Any) -> Any:
        return evaluate(formula, env, arithmetic, **self.options())

    def moved(self, target: Name, directions: Mapping[Written, Any]) -> Any:
        """The target as a series, each quantity of ``directions`` displaced by ε times its direction."""
        with BALLS.context():
            return self._moved(target, directions)

    def _moved(self, target: Name, directions: Mapping[Written, Any]) -> Any:
        env: dict[Written, Any] = {}
        if self.graph[target].role == "upstream":  # its derivatives are given: a linear function stands for it
            total: Any = ball(0)
            for symbol in self.part.upstream:
                if isinstance(symbol, Deriv) and symbol.of == target:
                    total = total + self._moved(symbol.by[0], directions) * ball(self.values[symbol])  # type: ignore[arg-type]
            return total
        for name in (*self.graph.leaves, *self.graph.order):
            if name in self.fixed or self.graph[name].role != "computed":
                if name not in self.values:
                    continue
                value = self.values[name]
                definition = self.graph[name].definition
                if name in self.fixed - self.held and definition is not None:  # its value is given, its slope is not
                    value = self._shifted(value, self.programs.program(definition).run(env, SERIES)[0])
            else:
                definition = self.graph[name].definition
                assert definition is not None
                if self.graph[name].derivatives:
                    if name not in self.values:
                        continue
                    value = self.values[name]
                elif all(p in env for p in self.graph[name].parents):
                    (value,) = self.programs.program(definition).run(env, SERIES)  # unfinished: rationals stay exact
                else:
                    continue
            if name in directions:
                moving = SERIES.variable(0, directions[name])
                value = moving + (value if hasattr(value, "c") else BALLS.lift(value))  # rationals stay exact
            env[name] = value
            if name == target:
                break
        return env[target]

    def _shifted(self, value: Any, moved: Any) -> Any:
        """The given value, moving as its definition does."""
        if not hasattr(moved, "c"):
            return value
        return moved + (ball(value) - ball(SERIES.coefficient(moved, 0)))

    # ---- gradients

    def new_gradients(self) -> dict[Name, dict[Deriv, Any]]:
        """The page's derivatives that were not checked before, by target; a target with a new one is checked whole."""
        fresh = {s.of for s in self.page if s not in self.checked and isinstance(s, Deriv)}
        groups: dict[Name, dict[Deriv, Any]] = {}
        for symbol, value in self.page.items():
            if isinstance(symbol, Deriv) and symbol.of in fresh and isinstance(symbol.of, Name):
                groups.setdefault(symbol.of, {})[symbol] = value
                self.checked.add(symbol)
        return groups

    def directional(self, target: Name, found: Mapping[Deriv, Any], seed: int) -> tuple[bool, Any]:
        """Σ ∂L/∂n v = d/dε L(n + ε v) for one random direction."""
        weights = {s.by[0]: Fraction(draw(f"{seed} {s}", 2001) - 1000, 997) for s in found if s.by[0] != target}
        moved = SERIES.derivative(self.moved(target, weights)) if weights else ball(0)
        with BALLS.context():
            total, size = ball(0), ball(1)
            for symbol, value in found.items():
                if symbol.by[0] in weights:
                    term = ball(value) * ball(weights[symbol.by[0]])
                    total, size = total + term, size + abs(term)
            gap = abs(total - ball(moved))
            return bool(gap.abs_upper() <= TINY_BALL * size.abs_upper()), (gap / size).mid()

    def culprit(self, target: Name, found: Mapping[Deriv, Any]) -> tuple[Deriv, Any]:
        """The first derivative that is wrong, and what it should be."""
        for symbol, value in found.items():
            right = SERIES.derivative(self.moved(target, {symbol.by[0]: 1}))
            if not close(right, value)[0]:
                return symbol, right
        first = next(iter(found))
        return first, found[first]

    # ---- other worlds

    def _computed(self, quantity: Written) -> bool:
        return isinstance(quantity, Name) and quantity in self.graph and self.graph[quantity].role == "computed"

    def carry(self, left: Written, printed: Written) -> None:
        """From here on the quantity has its printed value."""
        value = value_of(printed, {}, self.part)
        self.memo = {}
        if isinstance(left, Deriv):
            self.page[left] = value
            self.checked.add(left)
        else:
            self.values[left] = value

    def advance(self, updates: Mapping[Written, Any]) -> None:
        """The next epoch."""
        keep = {q: v for q, v in self.values.items() if not self._computed(q) or q in self.fixed}
        self.values = {**keep, **updates}
        self.page, self.own, self.checked, self.memo = {}, {}, set(), {}
        self.forward()

    def at(self, numbers: Iterable[tuple[Written, Written]]) -> World:
        """This world with other numbers for some quantities."""
        point = dict(numbers)
        values = {q: v for q, v in self.values.items() if not self._computed(q)}
        for name, number in point.items():
            values[name] = value_of(number, values, self.part)
        world = World(self.graph, values, fixed=self.fixed | frozenset(point), programs=self.programs)
        world.held = self.held | frozenset(point)
        with suppress(Undefined):  # of a quantity that the formula may not need
            world.forward()
        return world

    def far_value(self, formula: Written, point: Iterable[tuple[Written, Written]], size: int) -> Any:
        """The value at ±10^size in place of ±∞."""
        from symprop.written import num

        far = []
        for name, value in point:
            if is_infinite(value):
                value = num(-(10**size) if isinstance(value, Neg) else 10**size)
            far.append((name, value))
        return self.at(far).value(formula)

    def far(self, left: Written, right: Written, point: Iterable[tuple[Written, Written]], size: int) -> Any:
        """The distance from a limit at ±10^size (for an infinite limit its reciprocal); None if there is none."""
        value = self.far_value(left, point, size)
        with BALLS.context():
            if is_infinite(right):
                value = ball(value)
                right_sign = value < 0 if isinstance(right, Neg) else value > 0
                return (1 / abs(value)).abs_upper() if right_sign else None
            return abs(ball(value) - ball(value_of(right, {}, self.part))).abs_upper()
