"""A check by another route than the derivation: the difference quotient of the equations themselves.

    (L(w + h) - L(w - h)) / 2h  =  ∂L/∂w + O(h²)

The numbers of the exercise are used; where it has none, plain ones (plain.py), and tanh for every function that is left
open.  A check is told only where both numbers agree in every digit shown; where
rounded values are carried both numbers are told.  At a kink one side has to agree; behind a given derivative the
quotient is that of the quantity by which it was taken.  Where no derivative is asked, an activation is inverted.
Source: Bishop 2006, eq. (5.69).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from itertools import islice
from typing import Any

from symprop.checks.exact import exact_quotient
from symprop.checks.plain import SIX_DIGITS, TRIALS, Plain, is_open, plain_numbers
from symprop.checks.sides import beside_a_kink
from symprop.checks.steps import moved, steps_at, told_value
from symprop.checks.unmoved import unmoved
from symprop.checks.whole import whole_check
from symprop.derive.calculus import row_of_body
from symprop.derive.numbers import BALLS, ball
from symprop.derive.values import value_of
from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.functions import Function, lookup, opened
from symprop.model.exercise import Part, Rounding
from symprop.model.graph import Graph
from symprop.model.solution import Answer, Phrase, Worked, phrase, unbroken
from symprop.notation.numbers import fraction_of, shown
from symprop.worlds import World
from symprop.written import (
    ONE,
    Call,
    Deriv,
    Name,
    Num,
    Pow,
    Quot,
    Rel,
    Vec,
    Written,
    add,
    div,
    mul,
    names_of,
    neg,
    num,
    substitute,
)  # fmt: skip

CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))  # of the square around a point
SECOND = 2  # the highest order of a derivative that is checked
NOTHING = Fraction(1, 10**20)
NEAR = Fraction(1, 100)  # what rounding on the way may have changed
MOST_BACK, FEWEST_BACK = 5, 3  # digits of a net input that was found back
_H = Name("h")
INVERSES: dict[str, Written] = {
    "sigmoid": Call(Name("ln"), (Quot(_H, add(num(1), neg(_H))),)),
    "tanh": mul(Quot(num(1), num(2)), Call(Name("ln"), (Quot(add(num(1), _H), add(num(1), neg(_H))),))),
}
FEWEST, MOST = 3, 12  # derivatives of which one sentence tells
LETTERS = tuple(map(Name, ("h", "epsilon", "s", "r")))  # of the step: the first that the exercise does not use


def quotient_checks(graph: Graph, worked: tuple[Worked, ...], world: World | None) -> Iterator[tuple[int, Phrase]]:
    """The tasks whose results are checked, each by its number, and the sentences.

    ``world``: the exercise's numbers, if it has any.
    """
    part = graph.part
    first = [(task, a) for task, item in enumerate(worked) for a in item.answers if a.epoch == 0]
    asked = [(task, _as_formula(a, worked[task])) for task, a in first if _checkable(a, graph)]
    if not any(isinstance(a.quantity, Deriv) for _, a in first):
        yield from islice(inverses(graph, first, world), 1)
        return
    taken = {*graph.nodes, *part.vocabulary.functions, *part.display.values(), part.learning_rate}
    bases = {name.base for name in taken if isinstance(name, Name)}  # h is no step where there is an h_1
    letter = next((n for n in LETTERS if n.base not in bases), next((n for n in LETTERS if n not in taken), None))
    if letter is None:
        return
    lengths = {target: graph.path_lengths(target) for target in dict.fromkeys(_of(a) for _, a in asked)}
    # the first of the farthest; 0 shows little
    asked.sort(key=lambda told: (_order(told[1]), told[1].value == "0", -lengths[_of(told[1])][_by(told[1])][1]))
    plain = cache(partial(plain_numbers, part, graph))
    seen: set[Written] = set()
    for task, item in enumerate(worked):
        answers = list({a.quantity: a for k, a in asked if k == task and a.quantity not in seen}.values())
        seen.update(a.quantity for a in answers)
        with suppress(SympropError):  # numbers that lead nowhere: then there is no check
            yield from ((task, said) for said in _of_task(graph, item, answers, world, letter, plain))


def _of_task(
    graph: Graph, item: Worked, answers: Sequence[Answer], world: World | None, letter: Name,
    plain: Callable[[int], Plain | None],
) -> Iterator[Phrase]:  # fmt: skip
    """The check of the first result of a task that has one, or of all at once; and that of what does not matter."""
    told = whole_check(graph, item, [a for a in answers if a.value is None], letter)
    if told is not None:
        yield told
        return
    done: set[Written] = set()
    for answer in answers:
        if done and _order(answer) < SECOND:
            continue
        if answer.value is None:
            told = at_plain_numbers(graph.part, graph, plain, answer, letter)
        else:
            told = at_the_numbers(world, answer, letter) if world is not None else None
        if told is not None:
            every = None if done else of_all(world, told, answers)
            yield every or told
            if every is not None:
                return
            done.add(answer.quantity)
    if world is not None and done:
        yield from unmoved(world, [a for a in answers if a.quantity not in done])


def _checkable(answer: Answer, graph: Graph) -> bool:
    q = answer.quantity
    return (
        isinstance(q, Deriv) and not q.local and len(q.by) <= SECOND and isinstance(q.of, Name) and q.of in graph
        and all(isinstance(name, Name) and name in graph and graph.reaches(name, q.of) for name in q.by)
    )  # fmt: skip


def _as_formula(answer: Answer, item: Worked) -> Answer:
    """The formula that the lines of a task show, where its answers are its values at points."""
    if answer.value is not None or names_of(answer.formula):
        return answer
    shown_there = [line.chain[-1][1] for line in unbroken(item.lines) if line.left == answer.quantity and line.chain]
    return next((replace(answer, formula=formula) for formula in shown_there if names_of(formula)), answer)


def _of(answer: Answer) -> Name:
    assert isinstance(answer.quantity, Deriv) and isinstance(answer.quantity.of, Name)
    return answer.quantity.of


def _by(answer: Answer) -> Name:
    assert isinstance(answer.quantity, Deriv) and isinstance(answer.quantity.by[0], Name)
    return answer.quantity.by[0]


def _order(answer: Answer) -> int:
    assert isinstance(answer.quantity, Deriv)
    return len(answer.quantity.by)


def at_the_numbers(world: World, answer: Answer, letter: Name) -> Phrase | None:
    """∂L/∂w at the exercise's numbers beside the difference quotient there."""
    assert answer.value is not None
    if (behind := _behind_given(world.graph, answer)) is None:
        return None
    symbol, factor = behind
    if not {symbol.of, _by(answer)} <= world.values.keys():  # a slope may be a number where its ends are letters
        return None
    rounding, wanted = world.part.conventions.rounding, Fraction(answer.value)
    known = factor == ONE and rounding.carry != "rounded" and _order(answer) < SECOND
    if known and (sure := exact_quotient(world, symbol, wanted)) is not None:
        return sure
    if not smooth(world, symbol):
        first = factor == ONE and _order(answer) < SECOND
        return beside_a_kink(world, symbol, wanted, letter) if first else None
    told = wanted if abs(wanted) > NOTHING else ball(wanted)  # e^(-10000) has 4,343 zeros
    data = {"derivative": answer.quantity, "quotient": _told(symbol, letter, factor)}
    found = [(step, _times(world.value(factor), value)) for step, value in quotient(world, symbol)]
    for step, value in found:
        if shown(value, rounding)[0] == shown(ball(wanted), rounding)[0]:
            ends = {"step": Rel((letter, step), ("=",)), "value": told_value(told, value, rounding)}
            if factor == ONE:
                return phrase("check-quotient", **data, **ends)
            return phrase("check-through", **{**data, **ends, "quotient": _told(symbol, letter), "given": factor})
    if rounding.carry == "rounded":
        step, value = found[-1]
        exact = fraction_of(value)
        if exact and abs(exact - wanted) <= NEAR * abs(exact):
            both = {"value": shown(value, rounding)[0], "rounded": shown(told, rounding)[0]}
            return phrase("check-unrounded", **data, step=Rel((letter, step), ("=",)), **both)
    return None


def of_all(world: World | None, told: Phrase, answers: Sequence[Answer]) -> Phrase | None:
    """The same check of all derivatives of a task, where they are a few and every one agrees."""
    if world is None or told.code != "check-quotient" or not FEWEST <= len(answers) <= MOST:
        return None
    data, rounding = dict(told.data), world.part.conventions.rounding
    for answer in answers:
        symbol = answer.quantity
        if _of(answer) != data["derivative"].of or _order(answer) == SECOND or answer.value is None:
            return None
        slopes = (q for step, q in quotient(world, symbol) if step == data["step"].items[1])
        slope = next(slopes, None) if smooth(world, symbol) else None
        if slope is None or shown(slope, rounding)[0] != shown(ball(Fraction(answer.value)), rounding)[0]:
            return None
    derivatives = tuple(answer.quantity for answer in answers)
    return phrase("check-quotients", quotient=data["quotient"], step=data["step"], derivatives=derivatives,
                  n=len(answers))  # fmt: skip


def _behind_given(graph: Graph, answer: Answer) -> tuple[Deriv, Written] | None:
    """What differences can show of a derivative, and the factor it is multiplied by: ∂L/∂w and 1; behind the only given
    derivative of C on the way from w, ∂h/∂w and ∂C/∂h.  None where that is not all."""
    assert isinstance(answer.quantity, Deriv)
    if graph[_of(answer)].role != "upstream":
        return answer.quantity, ONE
    reached = [
        d
        for d in graph.part.upstream
        if isinstance(d, Deriv) and d.of == _of(answer) and isinstance(d.by[0], Name)
        and d.by[0] != _by(answer) and graph.reaches(_by(answer), d.by[0])
    ]  # fmt: skip
    if len(reached) != 1 or len(reached[0].by) != 1 or _order(answer) == SECOND:
        return None
    return Deriv(reached[0].by[0], (_by(answer),)), reached[0]


def _times(a: Any, b: Any) -> Any:
    with BALLS.context():
        return ball(a) * ball(b)


def inverses(graph: Graph, answers: Sequence[tuple[int, Answer]], world: World | None) -> Iterator[tuple[int, Phrase]]:
    """ln(h/(1 - h)) at the printed h = σ(z) beside z, to fewer digits than h has; and the number of its task."""
    part = graph.part
    rounding = part.conventions.rounding
    for task, answer in answers:
        h = answer.quantity
        definition = graph[h].definition if isinstance(h, Name) and h in graph else None
        match definition if world is not None and h in world.values else None:
            case Call(_, (Name() as z,), 0) as call:
                row = lookup(call, part.vocabulary) or row_of_body(call, part.vocabulary)
            case _:
                continue
        key = row.key if isinstance(row, Function) else ""
        printed, exact = shown(world.values[h], rounding)  # type: ignore[union-attr]
        if key not in INVERSES or exact or not isinstance(printed, Num) or not 0 < printed.value < 1:
            continue
        back = substitute(INVERSES[key], {_H: printed})
        value, net = value_of(back, {}, part), ball(world.values[z])  # type: ignore[union-attr]
        for digits in range(rounding.count - 1 if rounding.kind == "digits" else MOST_BACK, FEWEST_BACK - 1, -1):
            fewer = Rounding(count=digits, explicit=True)
            if shown(value, fewer)[0] == shown(net, fewer)[0]:
                again = Rel((back, shown(value, fewer)[0]), ("≈",))
                yield task, phrase("check-inverse", h=h, z=z, back=again)
                break


def at_plain_numbers(
    part: Part, graph: Graph, plain: Callable[[int], Plain | None], answer: Answer, letter: Name
) -> Phrase | None:
    """A closed form at plain numbers beside the difference quotient there."""
    if (behind := _behind_given(graph, answer)) is None:
        return None
    symbol, factor = behind
    for trial in range(TRIALS):
        point = plain(trial)
        if point is None or (said := point.said()) is None:
            continue
        try:
            value = point.world.value(answer.formula)
            if not fraction_of(ball(value)):
                continue  # 0 = 0 shows little
            printed = shown(ball(value), SIX_DIGITS)[0]
            given = point.world.value(factor)
            found = ((h, _times(given, slope)) for h, slope in islice(quotient(point.world, symbol), 2))
            steps = ((h, other) for h, other in found if shown(ball(other), SIX_DIGITS)[0] == printed)
            step, other = next(steps, (None, None))
        except Undefined:
            continue
        if step is not None:
            told = told_value(value, other, SIX_DIGITS)
            calls = (n for e in part.equations for n in opened(e.right, part.vocabulary).walk() if isinstance(n, Call))
            used = {call.func for call in calls}
            left_open = tuple(name for name, f in part.vocabulary.functions.items() if is_open(f) and name in used)
            data: dict[str, Any] = {"derivative": answer.quantity}
            data["quotient"] = _told(symbol, letter, part.upstream.get(factor, factor))
            data |= {"point": said, "step": Rel((letter, step), ("=",)), "value": told, "functions": left_open}
            return phrase("check-point", **data)
    return None


def quotient(world: World, symbol: Written) -> Iterator[tuple[Num, Any]]:
    """The central difference quotients for ever smaller steps, of a second derivative the second ones; those of a mixed
    one are (L(u + h, w + h) - L(u + h, w - h) - L(u - h, w + h) + L(u - h, w - h))/(4h²).

    Raises Undefined.
    """
    assert isinstance(symbol, Deriv) and isinstance(symbol.by[0], Name)
    name = symbol.by[0]
    middle = fraction_of(world.values[name])
    for step in steps_at(middle):
        if len(set(symbol.by)) == SECOND:
            same, other = ([ball(moved(world, symbol, k * step, side * k * step)) for k in (-1, 1)] for side in (1, -1))
            with BALLS.context():
                found = (sum(same, start=ball(0)) - sum(other, start=ball(0))) / ball(4 * step * step)
            yield Num(step), found
            continue
        low, high = (ball(moved(world, symbol, side * step)) for side in (-1, 1))
        with BALLS.context():
            if len(symbol.by) < SECOND:
                found = (high - low) / ball(2 * step)
            else:
                found = (high + low - 2 * ball(world.value(symbol.of))) / ball(step * step)
        yield Num(step), found


def smooth(world: World, symbol: Written) -> bool:
    """Whether there is no kink at the number: L(w + h) - 2 L(w) + L(w - h) falls faster than h.

    At a kink the central quotient is the mean of two slopes, and no proof of the one that was agreed on.
    """
    assert isinstance(symbol, Deriv) and isinstance(symbol.by[0], Name)
    if len(set(symbol.by)) == SECOND:
        return all(smooth(world, Deriv(symbol.of, (name,))) for name in symbol.by)
    name = symbol.by[0]
    middle = fraction_of(world.values[name])
    bends = []
    for step in steps_at(middle)[-2:]:
        low, here, high = (moved(world, symbol, side * step) for side in (-1, 0, 1))
        with BALLS.context():
            bends.append(abs(fraction_of((ball(low) - ball(here) - ball(here) + ball(high)) / ball(step))))
    return bends[1] < NOTHING or 2 * bends[1] <= bends[0]


def _told(symbol: Written, step: Name, factor: Written = ONE) -> Written:
    """(L(w + h) - L(w - h))/(2h), times a factor"""
    assert isinstance(symbol, Deriv) and isinstance(symbol.of, Name)
    name = symbol.by[0]
    if len(set(symbol.by)) == SECOND:
        u, w = (n for n in symbol.by if isinstance(n, Name))
        ends = ((add(u, step if i > 0 else neg(step)), add(w, step if k > 0 else neg(step))) for i, k in CORNERS)
        first, second, third, fourth = (Call(symbol.of, end) for end in ends)
        return div(add(first, neg(second), neg(third), fourth), mul(num(4), Pow(step, num(2))))
    assert not isinstance(name, Vec)
    moved = [Call(symbol.of, (add(name, step if sign > 0 else neg(step)),)) for sign in (1, -1)]
    if len(symbol.by) == SECOND:
        here = mul(num(2), Call(symbol.of, (name,)))
        return div(add(moved[0], neg(here), moved[1]), Pow(step, num(2)))
    difference = add(moved[0], neg(moved[1]))
    found = div(difference, mul(num(2), step))
    return found if factor == ONE else mul(found, factor)
