"""The worlds at which a part is looked at: its own numbers, and random points that satisfy its assumptions.

Points are fixed by the exercise (a hash of its left sides), so the same exercise is always seen at the same points.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symprop.derive.leaves import quantities
from symprop.derive.numbers import BALLS, ball, close
from symprop.derive.values import Programs, value_of
from symprop.errors import CertificationError, UnsupportedError
from symprop.evaluate import Undefined, evaluate
from symprop.evaluate.sampling import assumptions_of
from symprop.model.exercise import Part
from symprop.model.graph import Graph
from symprop.worlds import World, draw
from symprop.written import Name, Rel, Written

TRIES = 4000


def numeric_world(graph: Graph) -> World | None:
    """The exercise's own numbers; None where they do not determine anything."""
    part, world = graph.part, World(graph, {})
    for name, given in (*part.given.items(), *part.upstream.items()):
        if all(q in world.values for q in quantities(given)):
            world.values[name] = value_of(given, world.values, part)
    if part.learning_rate is not None and part.learning_rate_value is not None:
        world.values[part.learning_rate] = value_of(part.learning_rate_value, world.values, part)
    if not world.values:
        return None
    world.fixed = frozenset(n for n in part.given if n in graph and graph[n].role == "computed" and n in world.values)
    world.forward()
    return world


def random_worlds(graph: Graph, conditions: tuple[Written, ...] = ()) -> Iterator[World]:
    """Points at which every quantity is defined and the assumptions hold; an error after many tries."""
    part = graph.part
    rules = (*part.assume, *conditions)
    bound = solved(part, rules)
    seed = "|".join(e.left.text for e in part.equations)
    failures = 0
    programs = Programs(part, stand_in=True)
    for k in range(10**9):
        world = World(graph, {}, programs=programs)
        names: list[Written] = [*graph.leaves, *(d for d in part.upstream)]
        if part.learning_rate is not None:
            names.append(part.learning_rate)
        for given in (*part.given.values(), *part.upstream.values()):
            names += [q for q in quantities(given) if isinstance(q, Name)]
        for name in dict.fromkeys(names):
            size = Fraction(draw(f"{seed} {k} {name}", 1900) + 100, 1000)
            positive = k % 2 == 0 or draw(f"sign {seed} {k} {name}", 2)
            world.values[name] = ball(size if positive else -size)
        for name, formula in bound.items():
            if all(q in world.values for q in quantities(formula)):
                world.values[name] = evaluate(formula, world.values, BALLS, **world.options())
        for quantity, given in part.upstream.items():
            world.values[quantity] = evaluate(given, world.values, BALLS, **world.options())
        try:
            world.forward()
            satisfied = all(holds(rule, world, bool(bound)) for rule in rules)
        except Undefined:
            satisfied = False
        if satisfied:
            failures = 0
            yield world
        else:
            failures += 1
            if failures > TRIES:
                message = "no point was found at which all equations are defined and the assumptions hold"
                raise CertificationError("assume", message, "assumptions that can hold together")


def solved(part: Part, rules: tuple[Written, ...]) -> dict[Name, Written]:
    """What equations among the assumptions say of leaves: p_2 = 1 - p_1."""
    equations = tuple(r for r in rules if isinstance(r, Rel) and r.ops == ("=",))
    computed = {e.left: e.right for e in part.equations}
    try:
        return dict(assumptions_of(equations, part.vocabulary, computed).definitions) if equations else {}
    except UnsupportedError:
        return {}


def holds(rule: Written, world: World, solved: bool = False) -> bool:
    """Whether an assumption is true in a world; ``solved``: equations were put in, so they hold up to rounding.

    Raises Undefined.
    """
    if solved and isinstance(rule, Rel) and rule.ops == ("=",):
        left, right = (evaluate(side, world.values, BALLS, **world.options()) for side in rule.items)
        return close(left, right)[0]
    return evaluate(rule, world.values, BALLS, **world.options()) is True
