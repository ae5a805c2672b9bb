"""A check of all derivatives at once, where a network has too many letters to put plain numbers in one by one.

    (L(w + h w) - L(w - h w))/2h  =  Σ w ∂L/∂w + O(h²)

The letters have the numbers cos 1, cos 2, cos 3, … in the order of the equations; every derivative has a weight of its
own, so that one that stands for another would be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symprop.checks.plain import MOST, SIX_DIGITS, Plain, is_open, letters_of
from symprop.checks.steps import steps_at
from symprop.derive.numbers import BALLS, ball
from symprop.model.graph import Graph
from symprop.model.solution import Answer, Phrase, Worked, phrase, unbroken
from symprop.notation.numbers import shown
from symprop.points import numeric_world
from symprop.worlds import World
from symprop.written import Call, Deriv, Name, Num, Rel, Written, add, neg, num


def whole_check(graph: Graph, worked: Worked, answers: Sequence[Answer], letter: Name) -> Phrase | None:
    """The sentence on the first target of a task all of whose derivatives by letters are formulas."""
    if len(graph.leaves) <= MOST or graph.part.assume or any(map(is_open, graph.part.vocabulary.functions.values())):
        return None
    asked = [q for a in answers if isinstance(q := a.quantity, Deriv) and len(q.by) == 1 and not q.local]
    targets = {q.of for q in asked}
    names = [name for q in asked if isinstance(name := q.by[0], Name) and graph[name].role != "computed"]
    if len(targets) != 1 or len(names) < len(asked) or not isinstance(target := asked[0].of, Name):
        return None
    row = (n for n in letters_of(graph) if n not in graph.part.given)
    plain = Plain({name: Call(Name("cos"), (num(k),)) for k, name in enumerate(row, 1)}, _world(graph))
    world, said = plain.world, plain.said()
    page = _derivatives(world, worked)
    if said is None or not world.complete or any(q not in page for q in asked):
        return None
    with BALLS.context():
        total = sum((ball(world.values[n]) * ball(page[q]) for n, q in zip(names, asked, strict=True)), start=ball(0))
    printed = shown(total, SIX_DIGITS)[0]
    for step in steps_at(Fraction(1))[:2]:
        low, high = (_value(world, target, names, 1 + side * step) for side in (-1, 1))
        with BALLS.context():
            found = (high - low) / ball(2 * step)
        if shown(found, SIX_DIGITS)[0] == printed and printed != Num(Fraction(0)):
            factors = {"more": add(num(1), letter), "less": add(num(1), neg(letter))}
            size, value = Rel((letter, Num(step)), ("=",)), phrase("rounded", number=printed)
            return phrase("check-whole", target=target, n=len(asked), point=said, value=value, step=size, **factors)
    return None


def _world(graph: Graph) -> World:
    world = numeric_world(graph) or World(graph, {})
    with BALLS.context():
        for k, name in enumerate((n for n in letters_of(graph) if n not in world.values), 1):
            world.values[name] = ball(k).cos()
    world.forward()
    return world


def _derivatives(world: World, worked: Worked) -> dict[Written, Any]:
    """The derivatives as the page tells them, each from those above it."""
    for line in unbroken(worked.lines):
        if isinstance(line.left, Deriv) and line.chain and world.knows(formula := line.chain[-1][1]):
            world.page[line.left] = world.value(formula)
    return world.page


def _value(world: World, target: Name, names: Sequence[Name], factor: Fraction) -> Any:
    """The target where all of these are multiplied by a number."""
    values: dict[Written, Any] = {leaf: world.values[leaf] for leaf in world.graph.leaves}
    with BALLS.context():
        values |= {name: ball(values[name]) * ball(factor) for name in names}
    there = World(world.graph, values, programs=world.programs)
    there.forward()
    return ball(there.value(target))
