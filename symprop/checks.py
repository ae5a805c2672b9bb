"""A check by another route than the derivation: the difference quotient of the equations themselves.

    (L(w + h) - L(w - h)) / 2h  =  ∂L/∂w + O(h²)

The numbers of the exercise are used; where it has none, one number for every parameter and one for every input, and
tanh for every function that is left open.  A check is told only where both numbers agree in every digit shown.
Source: Bishop 2006, eq. (5.69).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import Any

from symprop.derive.numbers import BALLS, ball
from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.functions import expand
from symprop.model.exercise import Part, Rounding
from symprop.model.graph import Graph, build_graph
from symprop.model.solution import Answer, Phrase, Worked, phrase
from symprop.names import FunctionDef
from symprop.notation.numbers import fraction_of, shown
from symprop.points import numeric_world
from symprop.worlds import World
from symprop.written import Call, Deriv, Name, Num, Rel, Vec, Written, add, div, mul, neg, num, transform

STEPS = tuple(Fraction(1, 10**k) for k in (3, 4, 5, 6))
TRIALS = tuple((Fraction(a), Fraction(b)) for a, b in (("0.5", "1"), ("0.5", "2"), ("1", "0.5"), ("0.2", "1.5")))
FEW, LISTED = 3, 8  # letters whose numbers are listed even where two sentences would do; at most
NOTHING = Fraction(1, 10**20)
SIX_DIGITS = Rounding(count=6)
LETTERS = tuple(map(Name, ("h", "epsilon", "s", "r")))  # of the step: the first that the exercise does not use


def checks(part: Part, worked: tuple[Worked, ...]) -> tuple[Phrase, ...]:
    """The sentences of the check; none where no derivative was asked or none can be checked so."""
    graph = build_graph(part)
    asked = [a for item in worked for a in item.answers if a.epoch == 0 and _checkable(a, graph)]
    taken = {*graph.nodes, *part.vocabulary.functions, *part.display.values(), part.learning_rate}
    letter = next((n for n in LETTERS if n not in taken), None)
    if letter is None:
        return ()
    lengths = {target: _longest(graph, target) for target in dict.fromkeys(_of(a) for a in asked)}
    asked.sort(
        key=lambda a: (a.value == "0", -lengths[_of(a)][_by(a)])
    )  # stable: the first of the farthest; 0 shows little
    try:
        for answer in asked:
            if answer.value is not None:
                told = at_the_numbers(part, answer, letter)
            else:
                told = at_plain_numbers(part, graph, answer, letter)
            if told is not None:
                return (told,)
    except SympropError:  # numbers that lead nowhere: then there is no check
        return ()
    return ()


def _checkable(answer: Answer, graph: Graph) -> bool:
    q = answer.quantity
    return (
        isinstance(q, Deriv) and not q.local and len(q.by) == 1
        and isinstance(q.of, Name) and isinstance(q.by[0], Name)
        and q.of in graph and q.by[0] in graph and graph[q.of].role == "computed" and graph.reaches(q.by[0], q.of)
    )  # fmt: skip


def _of(answer: Answer) -> Name:
    assert isinstance(answer.quantity, Deriv) and isinstance(answer.quantity.of, Name)
    return answer.quantity.of


def _by(answer: Answer) -> Name:
    assert isinstance(answer.quantity, Deriv) and isinstance(answer.quantity.by[0], Name)
    return answer.quantity.by[0]


def _longest(graph: Graph, target: Name) -> dict[Name, int]:
    """The number of edges on the longest path from each quantity to the target."""
    length = {target: 0}
    for name in reversed(tuple(graph.nodes)):
        behind = [length[c] for c in graph[name].children if c in length]
        if behind and name != target:
            length[name] = max(behind) + 1
    return length


def at_the_numbers(part: Part, answer: Answer, letter: Name) -> Phrase | None:
    """∂L/∂w at the exercise's numbers beside the difference quotient there."""
    world = numeric_world(part)
    found = quotient(world, answer.quantity) if world is not None and smooth(world, answer.quantity) else None
    assert answer.value is not None and isinstance(answer.quantity, Deriv)
    rounding, wanted = part.conventions.rounding, Fraction(answer.value)
    for step, value in found or ():
        if shown(value, rounding)[0] == shown(ball(wanted), rounding)[0]:
            return phrase("check-quotient", **_data(answer, letter, step), value=shown(wanted, rounding)[0])
    return None


def at_plain_numbers(part: Part, graph: Graph, answer: Answer, letter: Name) -> Phrase | None:
    """A closed form at plain numbers beside the difference quotient there."""
    used = {node.func for e in part.equations for node in opened(e.right, part).walk() if isinstance(node, Call)}
    left_open = tuple(name for name, f in part.vocabulary.functions.items() if _is_open(f) and name in used)
    part = concrete(part)
    if any(f.body is None and not f.alias for f in part.vocabulary.functions.values()):
        return None
    names = [n for n in graph.leaves if n not in part.given]
    parameters = frozenset(n for n in names if graph[n].role == "parameter")
    others = len(names) - len(parameters)
    for first, second in TRIALS:
        numbers = {n: num(first if n in parameters else second) for n in names}
        world = numeric_world(replace(part, given={**part.given, **numbers}))
        if world is None or not world.complete or not _allowed(world, part):
            continue
        try:
            value = world.value(answer.formula)
            found = list(islice(quotient(world, answer.quantity), 2))
        except Undefined:
            continue
        if not fraction_of(ball(value)):
            continue  # 0 = 0 shows little
        printed = shown(value, SIX_DIGITS)[0]
        for step, other in found:
            if shown(other, SIX_DIGITS)[0] == shown(ball(value), SIX_DIGITS)[0]:
                data = {**_data(answer, letter, step), "value": printed, "functions": left_open}
                if len(names) <= FEW or not (parameters and others):
                    values = tuple(Rel((n, number), ("=",)) for n, number in (numbers or part.given).items())
                    return phrase("check-point-at", values=values, **data) if 0 < len(values) <= LISTED else None
                return phrase("check-point", first=num(first), second=num(second), **data)
    return None


def concrete(part: Part) -> Part:
    """The part with tanh for every function of one argument that is left open."""
    functions = {name: replace(f, alias="tanh") if _is_open(f) else f for name, f in part.vocabulary.functions.items()}
    return replace(part, vocabulary=replace(part.vocabulary, functions=functions))


def _is_open(f: FunctionDef) -> bool:
    return f.body is None and not f.alias and len(f.params or (None,)) == 1


def opened(formula: Written, part: Part) -> Written:
    """The exercise's own functions replaced by their bodies."""
    return transform(formula, lambda f: expand(f, part.vocabulary))


def _allowed(world: World, part: Part) -> bool:
    from symprop.evaluate import evaluate

    try:
        return all(evaluate(rule, world.values, BALLS, **world.options()) is True for rule in part.assume)
    except Undefined:
        return False


def quotient(world: World, symbol: Written) -> Iterator[tuple[Num, Any]]:
    """The central difference quotients for ever smaller steps.  Raises Undefined."""
    assert isinstance(symbol, Deriv) and isinstance(symbol.by[0], Name)
    name = symbol.by[0]
    middle = fraction_of(world.values[name])
    for step in STEPS:
        ends = [world.at(((name, num(middle + s * step)),)).value(symbol.of) for s in (1, -1)]
        with BALLS.context():
            found = (ball(ends[0]) - ball(ends[1])) / ball(2 * step)
        yield Num(step), found


def smooth(world: World, symbol: Written) -> bool:
    """Whether there is no kink at the number: L(w + h) - 2 L(w) + L(w - h) falls faster than h.

    At a kink the central quotient is the mean of two slopes, and no proof of the one that was agreed on.
    """
    assert isinstance(symbol, Deriv) and isinstance(symbol.by[0], Name)
    name = symbol.by[0]
    middle = fraction_of(world.values[name])
    bends = []
    for step in (STEPS[-2], STEPS[-1]):
        low, here, high = (world.at(((name, num(middle + s * step)),)).value(symbol.of) for s in (-1, 0, 1))
        with BALLS.context():
            bends.append(abs(fraction_of((ball(low) - ball(here) - ball(here) + ball(high)) / ball(step))))
    return bends[1] < NOTHING or 2 * bends[1] <= bends[0]


def _data(answer: Answer, letter: Name, size: Num) -> dict[str, Any]:
    """The derivative, its difference quotient, h = 0.001"""
    quotient = _told(answer.quantity, letter)
    return {"derivative": answer.quantity, "quotient": quotient, "step": Rel((letter, size), ("=",))}


def _told(symbol: Written, step: Name) -> Written:
    """(L(w + h) - L(w - h))/(2h)"""
    assert isinstance(symbol, Deriv) and isinstance(symbol.of, Name)
    name = symbol.by[0]
    assert not isinstance(name, Vec)
    moved = [Call(symbol.of, (add(name, step if sign > 0 else neg(step)),)) for sign in (1, -1)]
    return div(add(moved[0], neg(moved[1])), mul(num(2), step))
