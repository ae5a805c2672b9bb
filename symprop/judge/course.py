"""What a slip leads to at a point: only what comes after the change, and leads to the result, is computed again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from symprop.derive.values import NotGiven, Programs
from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.judge.replay import Replay, Slip
from symprop.model.graph import free_names
from symprop.written import Written

Env = Mapping[Written, Any]
NOTHING: frozenset[Written] = frozenset()
Evaluate = Callable[[Written, Env], Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A point: the values of what is given there, of everything, and the right one."""

    point: Env
    env: Env
    right: Any


@dataclass(frozen=True, slots=True)
class Route:
    """The way to the result after a slip: definitions, in the order in which they are computed again, and the last."""

    formula: Written
    steps: tuple[tuple[Written, Written], ...]


class Course:
    """All definitions behind one result, in order; made once the slips exist, so that their derivatives are defined."""

    def __init__(self, replay: Replay):
        self.replay, self.subject = replay, replay.subject
        self.programs = Programs(self.subject.part, stand_in=True)  # at random points an open σ has values
        self.definitions = self.subject.definitions()
        computed = (*(n for n in self.subject.graph.order if n in self.definitions), *self.subject.adjoints)
        place: dict[Written, int] = {n: i for i, n in enumerate(n for n in computed if n in self.definitions)}
        self.read: dict[Written, frozenset[Written]] = {}
        self.reads = {name: self.reads_of(self.definitions[name]) for name in place}
        needed = {name: sorted(reads & place.keys(), key=place.__getitem__) for name, reads in self.reads.items()}
        self.order = tuple(TopologicalSorter(needed).static_order())  # v = beta v_0 + dJ/dw comes after dJ/dw
        self.before: dict[Written, frozenset[Written]] = {}  # everything that a quantity depends on
        for name in self.order:
            reads = self.reads[name]
            self.before[name] = reads.union(*(self.before.get(n, frozenset()) for n in reads))
        self.resolved: dict[Written, Written] = {}

    def reads_of(self, formula: Written) -> frozenset[Written]:
        """What a formula needs to have a value."""
        if formula not in self.read:
            inside = free_names(formula, self.subject.vocabulary.functions)
            self.read[formula] = frozenset((*self.programs.leaves(formula), *inside))
        return self.read[formula]

    def world(self, point: Env) -> dict[Written, Any]:
        """The values of everything at a point."""
        env = dict(point)
        for name in self.order:
            if not (name in env and name in self.subject.part.given):
                try:
                    env[name] = self.programs.value(self.definitions[name], env)
                except (NotGiven, Undefined):
                    env.pop(name, None)
        return env

    def changes(self, slip: Slip) -> dict[Written, Written]:
        """What a slip defines otherwise, without derivative symbols."""
        return {name: self.resolve(new) for name, new in self.replay.definitions(slip).items()}

    def route(self, slip: Slip) -> Route | None:
        """What has to be computed again after a slip, in order; None where what it changes has no formula.

        A change that reads what depends on the change finds it as it was: the gradient by which a weight has moved.
        """
        try:
            changes = self.changes(slip)
        except (NotGiven, Undefined, SympropError):
            return None
        formula = slip.formula if slip.formula is not None else self.replay.right
        steps, begun, waiting = dict[Written, Written](), set[Written](), list(self.reads_of(formula))
        while waiting:
            name = waiting[-1]
            if name in steps or not (name in changes or not self.before.get(name, NOTHING).isdisjoint(changes)):
                waiting.pop()
                continue
            definition = changes[name] if name in changes else self.definitions[name]
            if name not in begun:
                begun.add(name)
                waiting += (n for n in self.reads_of(definition) if n not in begun)
            else:  # all that it reads is there
                steps[waiting.pop()] = definition
        return Route(formula, tuple(steps.items()))

    def value(self, route: Route | None, world: Env, evaluate: Evaluate | None = None) -> Any:
        """What a slip leads to at a point, None where that has no value."""
        if route is None:
            return None
        evaluate, env = evaluate or self.programs.value, dict(world)
        try:
            for name, definition in route.steps:
                env[name] = evaluate(definition, env)
            return evaluate(route.formula, env)
        except (NotGiven, Undefined, SympropError):
            return None

    def resolve(self, formula: Written) -> Written:
        if formula not in self.resolved:
            self.resolved[formula] = self.subject.resolve(formula)
        return self.resolved[formula]
