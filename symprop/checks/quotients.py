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
from fractions import Fraction
from functools import cache, partial
from itertools import islice
from typing import Any

from symprop.checks.exact import exact_quotient
from symprop.checks.plain import TRIALS, Plain, is_open, plain_numbers
from symprop.derive.calculus import row_of_body
from symprop.derive.numbers import BALLS, ball
from symprop.derive.rows import same_number
from symprop.derive.values import value_of
from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.functions import Function, lookup, opened
from symprop.model.exercise import Part, Rounding
from symprop.model.graph import Graph
from symprop.model.solution import Answer, Phrase, Worked, phrase
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
    neg,
    num,
    substitute,
)  # fmt: skip

EXPONENTS = (3, 4, 5, 6)  # a step is 10^-k, or that part of a number that is small or large
USUAL = (Fraction(1, 100), Fraction(1000))
SECOND = 2  # the highest order of a derivative that is checked
NOTHING = Fraction(1, 10**20)
NEAR = Fraction(1, 100)  # what rounding on the way may have changed
MOST_BACK, FEWEST_BACK = 5, 3  # digits of a net input that was found back
_H = Name("h")
INVERSES: dict[str, Written] = {
    "sigmoid": Call(Name("ln"), (Quot(_H, add(num(1), neg(_H))),)),
    "tanh": mul(Quot(num(1), num(2)), Call(Name("ln"), (Quot(add(num(1), _H), add(num(1), neg(_H))),))),
}
SIX_DIGITS = Rounding(count=6)
LETTERS = tuple(map(Name, ("h", "epsilon", "s", "r")))  # of the step: the first that the exercise does not use


def quotient_check(graph: Graph, worked: tuple[Worked, ...], world: World | None) -> tuple[int, Phrase] | None:
    """The task whose result is checked, by its number, and the sentence; None where no result can be checked so.

    ``world``: the exercise's numbers, if it has any.
    """
    part = graph.part
    first = [(task, a) for task, item in enumerate(worked) for a in item.answers if a.epoch == 0]
    asked = [(task, a) for task, a in first if _checkable(a, graph)]
    if not any(isinstance(a.quantity, Deriv) for _, a in first):
        return next(inverses(graph, first, world), None)
    taken = {*graph.nodes, *part.vocabulary.functions, *part.display.values(), part.learning_rate}
    bases = {name.base for name in taken if isinstance(name, Name)}  # h is no step where there is an h_1
    letter = next((n for n in LETTERS if n.base not in bases), next((n for n in LETTERS if n not in taken), None))
    if letter is None:
        return None
    lengths = {target: graph.path_lengths(target) for target in dict.fromkeys(_of(a) for _, a in asked)}
    # the first of the farthest; 0 shows little
    asked.sort(key=lambda told: (_order(told[1]), told[1].value == "0", -lengths[_of(told[1])][_by(told[1])][1]))
    try:
        plain = cache(partial(plain_numbers, part, graph))
        for task, answer in asked:
            if answer.value is None:
                told = at_plain_numbers(part, graph, plain, answer, letter)
            else:
                told = at_the_numbers(world, answer, letter) if world is not None else None
            if told is not None:
                return task, told
    except SympropError:  # numbers that lead nowhere: then there is no check
        return None
    return None


def _checkable(answer: Answer, graph: Graph) -> bool:
    q = answer.quantity
    return (
        isinstance(q, Deriv) and not q.local and len(q.by) <= SECOND and len(set(q.by)) == 1
        and isinstance(q.of, Name) and isinstance(q.by[0], Name)
        and q.of in graph and q.by[0] in graph and graph.reaches(q.by[0], q.of)
        and (graph[q.of].role == "computed" or answer.value is not None)
    )  # fmt: skip


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
    symbol: Written = answer.quantity
    factor: Written = ONE
    if world.graph[_of(answer)].role == "upstream":
        if _order(answer) == SECOND:
            return None
        given = _given_between(world, answer)
        if given is None:
            return None
        symbol, factor = Deriv(given.by[0], (_by(answer),)), given
    assert isinstance(symbol, Deriv)
    if not {symbol.of, _by(answer)} <= world.values.keys():  # a slope may be a number where its ends are letters
        return None
    rounding, wanted = world.part.conventions.rounding, Fraction(answer.value)
    known = factor == ONE and rounding.carry != "rounded" and _order(answer) < SECOND
    if known and (sure := exact_quotient(world, symbol, wanted)) is not None:
        return sure
    if not smooth(world, symbol):
        return one_sided(world, answer, letter) if factor == ONE and _order(answer) < SECOND else None
    told = wanted if abs(wanted) > NOTHING else ball(wanted)  # e^(-10000) has 4,343 zeros
    data = {"derivative": answer.quantity, "quotient": _told(symbol, letter, factor)}
    found = [(step, _times(world.value(factor), value)) for step, value in quotient(world, symbol)]
    for step, value in found:
        if shown(value, rounding)[0] == shown(ball(wanted), rounding)[0]:
            code = "check-quotient" if factor == ONE else "check-through"
            return phrase(code, **data, step=Rel((letter, step), ("=",)), value=told_value(told, value, rounding))
    if rounding.carry == "rounded":
        step, value = found[-1]
        exact = fraction_of(value)
        if exact and abs(exact - wanted) <= NEAR * abs(exact):
            both = {"value": shown(value, rounding)[0], "rounded": shown(told, rounding)[0]}
            return phrase("check-unrounded", **data, step=Rel((letter, step), ("=",)), **both)
    return None


def _given_between(world: World, answer: Answer) -> Deriv | None:
    """∂C/∂h, the only given derivative of C on the way from what C was differentiated by."""
    reached = [
        d
        for d in world.part.upstream
        if isinstance(d, Deriv) and d.of == _of(answer) and isinstance(d.by[0], Name)
        and d.by[0] != _by(answer) and world.graph.reaches(_by(answer), d.by[0])
    ]  # fmt: skip
    return reached[0] if len(reached) == 1 and len(reached[0].by) == 1 else None


def _times(a: Any, b: Any) -> Any:
    with BALLS.context():
        return ball(a) * ball(b)


def one_sided(world: World, answer: Answer, letter: Name) -> Phrase | None:
    """At a kink: the quotient to the one side that gives the slope of the convention, where the other gives another."""
    assert answer.value is not None
    name, target = _by(answer), _of(answer)
    rounding, wanted = world.part.conventions.rounding, Fraction(answer.value)
    middle, here = fraction_of(world.values[name]), world.value(target)
    for step in _steps(middle):
        slopes = []
        for side in (1, -1):
            there = world.at(((name, num(middle + side * step)),)).value(target)
            if isinstance(there, Fraction) and isinstance(here, Fraction):
                slopes.append(shown((there - here) / (side * step), rounding)[0])
                continue
            with BALLS.context():
                slopes.append(shown((ball(there) - ball(here)) / ball(side * step), rounding)[0])
        agree = [same_number(slope, shown(wanted, rounding)[0]) for slope in slopes]
        if agree.count(True) == 1:
            moved = add(name, letter) if agree[0] else add(name, neg(letter))
            ends = (Call(target, (moved,)), Call(target, (name,)))
            above = add(ends[0], neg(ends[1])) if agree[0] else add(ends[1], neg(ends[0]))
            told = {"value": slopes[agree.index(True)], "other": slopes[agree.index(False)]}
            data = {"derivative": answer.quantity, "quotient": div(above, letter), **told}
            return phrase("check-one-sided", **data, step=Rel((letter, Num(step)), ("=",)))
    return None


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
    for trial in range(TRIALS):
        point = plain(trial)
        if point is None or (said := point.said()) is None:
            continue
        try:
            value = point.world.value(answer.formula)
            if not fraction_of(ball(value)):
                continue  # 0 = 0 shows little
            printed = shown(ball(value), SIX_DIGITS)[0]
            steps = ((h, other) for h, other in islice(quotient(point.world, answer.quantity), 2)
                     if shown(ball(other), SIX_DIGITS)[0] == printed)  # fmt: skip
            step, other = next(steps, (None, None))
        except Undefined:
            continue
        if step is not None:
            told = told_value(value, other, SIX_DIGITS)
            calls = (n for e in part.equations for n in opened(e.right, part.vocabulary).walk() if isinstance(n, Call))
            used = {call.func for call in calls}
            left_open = tuple(name for name, f in part.vocabulary.functions.items() if is_open(f) and name in used)
            return phrase("check-point", point=said, **_data(answer, letter, step), value=told, functions=left_open)
    return None


def told_value(value: Any, found: Any, rounding: Rounding) -> Written | Phrase:
    """A number on which two routes agree; where they agree only to the digits shown, as a rounded one."""
    known = fraction_of(ball(value))
    printed, exact = shown(known, rounding)
    same = exact and known == fraction_of(ball(found))
    return printed if same else phrase("rounded", number=shown(ball(value), rounding)[0])


def quotient(world: World, symbol: Written) -> Iterator[tuple[Num, Any]]:
    """The central difference quotients for ever smaller steps, of a second derivative the second ones.

    Raises Undefined.
    """
    assert isinstance(symbol, Deriv) and isinstance(symbol.by[0], Name)
    name = symbol.by[0]
    middle = fraction_of(world.values[name])
    for step in _steps(middle):
        low, high = (ball(world.at(((name, num(middle + s * step)),)).value(symbol.of)) for s in (-1, 1))
        with BALLS.context():
            if len(symbol.by) < SECOND:
                found = (high - low) / ball(2 * step)
            else:
                found = (high + low - 2 * ball(world.value(symbol.of))) / ball(step * step)
        yield Num(step), found


def _exponent(number: Fraction) -> int:
    """e of 10^e ≤ |number| < 10^(e + 1)"""
    size = abs(number)
    e = len(str(size.numerator)) - len(str(size.denominator))
    return e if size >= Fraction(10) ** e else e - 1


def _steps(middle: Fraction) -> list[Fraction]:
    """0.001, 0.0001, …; where the number itself is very small or large, that part of its power of ten."""
    low, high = USUAL
    size = Fraction(1) if not middle or low <= abs(middle) <= high else Fraction(10) ** _exponent(middle)
    return [size / 10**k for k in EXPONENTS]


def smooth(world: World, symbol: Written) -> bool:
    """Whether there is no kink at the number: L(w + h) - 2 L(w) + L(w - h) falls faster than h.

    At a kink the central quotient is the mean of two slopes, and no proof of the one that was agreed on.
    """
    assert isinstance(symbol, Deriv) and isinstance(symbol.by[0], Name)
    name = symbol.by[0]
    middle = fraction_of(world.values[name])
    bends = []
    for step in _steps(middle)[-2:]:
        low, here, high = (world.at(((name, num(middle + s * step)),)).value(symbol.of) for s in (-1, 0, 1))
        with BALLS.context():
            bends.append(abs(fraction_of((ball(low) - ball(here) - ball(here) + ball(high)) / ball(step))))
    return bends[1] < NOTHING or 2 * bends[1] <= bends[0]


def _data(answer: Answer, letter: Name, size: Num) -> dict[str, Any]:
    """The derivative, its difference quotient, h = 0.001"""
    quotient = _told(answer.quantity, letter)
    return {"derivative": answer.quantity, "quotient": quotient, "step": Rel((letter, size), ("=",))}


def _told(symbol: Written, step: Name, factor: Written = ONE) -> Written:
    """(L(w + h) - L(w - h))/(2h), times a factor"""
    assert isinstance(symbol, Deriv) and isinstance(symbol.of, Name)
    name = symbol.by[0]
    assert not isinstance(name, Vec)
    moved = [Call(symbol.of, (add(name, step if sign > 0 else neg(step)),)) for sign in (1, -1)]
    if len(symbol.by) == SECOND:
        here = mul(num(2), Call(symbol.of, (name,)))
        return div(add(moved[0], neg(here), moved[1]), Pow(step, num(2)))
    difference = add(moved[0], neg(moved[1]))
    found = div(difference, mul(num(2), step))
    return found if factor == ONE else mul(found, factor)
