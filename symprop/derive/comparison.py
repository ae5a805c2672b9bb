"""Forward again: did the step help?  The loss and the outputs before and after, and why if it did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from symprop.derive.bench import Bench
from symprop.derive.closing import first_order, moved, predicted
from symprop.derive.numbers import BALLS, ball, minus, size
from symprop.derive.rows import same_number
from symprop.derive.values import NotGiven, Value, value_of
from symprop.evaluate import Undefined
from symprop.model.exercise import Rounding
from symprop.model.solution import Block, Line, Phrase, Prose, Table, phrase
from symprop.notation.numbers import fraction_of, is_zero, shown
from symprop.written import Call, Name, Neg, Num, Pow, Prod, Quot, Sum, Written

GUARD = 8  # further digits that may be shown so that two numbers differ
WHOLE = 100
FEWEST = 2  # digits of a change
SEVERAL = 2  # outputs that are compared in a table


def comparison(bench: Bench, targets: tuple[Name, ...], old_epoch: int) -> tuple[tuple[Block, ...], tuple[Phrase, ...]]:
    """Did the loss fall, did the output move towards its target, and why not if not; several outputs in a table."""
    table = side_by_side(bench, targets, old_epoch)
    remarks: list[Phrase] = []
    for target in targets:
        if computed(bench, target):
            change = minus(bench.env()[target], bench.env(old_epoch)[target])
            said = _fell if change < 0 else _rose if change > 0 else _same
            remarks += said(bench, target, old_epoch)
            remarks += _outputs(bench, target, old_epoch, tabled=bool(table))
    if not remarks:
        remarks += _unmoved(bench, old_epoch)  # only derivatives of the target are given
    return table, tuple(remarks)


def _fell(bench: Bench, target: Name, old_epoch: int) -> Iterator[Phrase]:
    old, new = bench.env(old_epoch)[target], bench.env()[target]
    steps, per_cent = bench.epoch - old_epoch, percent(old, new)
    numbers, foreseen = quoted(bench, target, old_epoch) if steps == 1 else (apart(bench, old, new), [])
    if numbers and steps > 1:
        yield phrase("loss-fell-steps", loss=target, steps=steps, **numbers)
    elif numbers and per_cent:
        yield phrase("loss-fell", loss=target, percent=per_cent, **numbers)
    elif numbers:
        yield phrase("loss-fell-from", loss=target, **numbers)
    values = [bench.env(old_epoch + k)[target] for k in range(steps + 1)]
    worse = tuple(k for k in range(1, steps + 1) if minus(values[k], values[k - 1]) > 0)
    if worse:
        yield phrase("loss-rose-between", loss=target, steps=worse)
    yield from foreseen


def quoted(bench: Bench, target: Name, old_epoch: int) -> tuple[dict[str, Written], list[Phrase]]:
    """The loss before and after one step, and its change to first order and in fact.

    The losses have as many digits as it takes so that whoever subtracts them finds the per cent and the change that are
    quoted; the change has fewer digits where that is enough.
    """
    old, new, rounding = bench.env(old_epoch)[target], bench.env()[target], bench.rounding
    counts = range(rounding.count, FEWEST - 1, -1) if rounding.kind == "digits" else (rounding.count,)
    digits = [replace(rounding, count=count) for count in counts or (rounding.count,)]
    told = [(fewer, first_order(bench, target, old_epoch, fewer)) for fewer in digits]
    for numbers in _apart(bench, old, new):
        before, after = (value_of(numbers[key], {}, bench.part) for key in ("old", "new"))
        if percent(before, after) != percent(old, new):
            continue
        if not told[0][1]:
            return numbers, []
        for fewer, foreseen in told:
            change = shown(minus(after, before), fewer)[0]
            if any(same_number(dict(said.data)["actual"], change) for said in foreseen):
                return numbers, foreseen
    return apart(bench, old, new), told[0][1]


def _rose(bench: Bench, target: Name, old_epoch: int) -> Iterator[Phrase]:
    numbers, steps = apart(bench, bench.env(old_epoch)[target], bench.env()[target]), bench.epoch - old_epoch
    if numbers:
        several: dict[str, Any] = {"steps": steps} if steps > 1 else {}
        yield phrase("loss-rose-steps" if several else "loss-rose", loss=target, **several, **numbers)
    if all(predicted(bench, target, k, k + 1) < 0 for k in range(old_epoch, bench.epoch)):
        yield phrase("step-too-large", loss=target, rate=bench.part.rate)


def _same(bench: Bench, target: Name, old_epoch: int) -> Iterator[Phrase]:
    """No parameter has moved; or they have, to a point where the loss is the same."""
    steps, number = bench.epoch - old_epoch, bench.show(bench.env()[target])[0]
    several: dict[str, Any] = {"steps": steps} if steps > 1 else {}
    yield phrase("loss-same-steps" if several else "loss-same", loss=target, new=number, **several)
    names = tuple(moved(bench, old_epoch, bench.epoch))
    if not names:
        yield from _unmoved(bench, old_epoch)
        return
    yield phrase("same-elsewhere", loss=target, names=names)
    if steps == 1 and predicted(bench, target, old_epoch, bench.epoch) < 0:
        yield phrase("step-too-large", loss=target, rate=bench.part.rate)


def _unmoved(bench: Bench, old_epoch: int) -> Iterator[Phrase]:
    """That no parameter has moved, or that they have come back."""
    if moved(bench, old_epoch, bench.epoch):
        return
    away = (moved(bench, old_epoch, k) for k in range(old_epoch + 1, bench.epoch))
    names = tuple(dict.fromkeys(name for changes in away for name in changes))
    yield phrase("moved-back", names=names) if names else phrase("gradient-zero")


def computed(bench: Bench, target: Name) -> bool:
    """Whether the target has a value of its own: not where only its derivatives are given."""
    return target in bench.graph.order and bench.graph[target].role != "upstream"


def side_by_side(bench: Bench, targets: tuple[Name, ...], old_epoch: int) -> tuple[Block, ...]:
    """Several outputs before and after, with their targets, and the loss; of one a sentence says it all."""
    pairs = compared(bench, targets[0]) if len(targets) == 1 and computed(bench, targets[0]) else []
    if len(pairs) < SEVERAL:
        return ()
    goals: list[tuple[Name, Name | None]] = [*pairs, (targets[0], None)]
    rows, claims = [], []
    for name, goal in goals:
        old, (new, exact) = bench.show(bench.env(old_epoch)[name])[0], bench.show(bench.env()[name])
        if same_number(old, new) and bench.env(old_epoch)[name] != bench.env()[name]:
            return ()  # more digits would be needed
        rows.append((name, old, new, bench.printed(goal)[0] if goal is not None else None))
        claims.append(Line(name, (("=" if exact else "≈", new),), epoch=bench.epoch))
    head = tuple(map(phrase, ("column-quantity", "column-before", "column-after", "column-target")))
    return Prose((phrase("before-after"),)), Table(head, tuple(rows), tuple(claims))


def _outputs(bench: Bench, target: Name, old_epoch: int, *, tabled: bool) -> Iterator[Phrase]:
    pairs = compared(bench, target)
    told = list(_moves(bench, pairs, old_epoch))
    if tabled:
        away = [p for p in told if p.code.startswith("moved-away")]
        closer = len(told) == len(pairs) and not away
        told = [phrase("outputs-closer", outputs=tuple(y for y, _ in pairs))] if closer else away
    yield from told


def _moves(bench: Bench, pairs: list[tuple[Name, Name]], old_epoch: int) -> Iterator[Phrase]:
    """Of each output whether it has come closer to its target."""
    for y, t in pairs:
        before, after, goal = bench.env(old_epoch)[y], bench.env()[y], bench.env()[t]
        was, now = minus(before, goal), minus(after, goal)
        gained = minus(size(was), size(now))
        closer, further = gained > 0, gained < 0
        passed = (was > 0 and now < 0) or (was < 0 and now > 0)
        numbers = apart(bench, before, after)
        if (closer or further) and numbers:
            code = ("moved-towards" if closer else "moved-away") + ("-passing" if passed else "")
            yield phrase(code, y=y, t=bench.printed(t)[0], **numbers)


def apart(bench: Bench, old: Value, new: Value) -> dict[str, Written]:
    """The two numbers with as many digits as it takes to see that they differ, and are not 0; none if too many."""
    return next(_apart(bench, old, new), {})


def _apart(bench: Bench, old: Value, new: Value) -> Iterator[dict[str, Written]]:
    """The two numbers with ever more digits, from where one sees that they differ, and are not 0."""
    rounded = replace(bench.rounding, explicit=True)  # 1.0201 and 1.02004 differ in the fifth digit, not in the fourth
    for extra in range(GUARD + 1):
        if same_number(shown(old, rounded, extra=extra)[0], shown(new, rounded, extra=extra)[0]):
            continue
        printed = {"old": shown(old, bench.rounding, extra=extra)[0], "new": shown(new, bench.rounding, extra=extra)[0]}
        if not any(is_zero(number) and value != 0 for number, value in zip(printed.values(), (old, new), strict=True)):
            yield printed


def percent(old: Value, new: Value) -> Written | None:
    """By how much of a positive loss it fell, in per cent, to two digits or as many as it takes not to say 100.

    Nothing of a loss that can be 0 or negative: there per cent mean nothing.
    """
    if not old > 0 or new < 0:
        return None
    with BALLS.context():
        ratio = (ball(old) - ball(new)) / ball(old) * WHOLE
    for digits in (2, 3, 4):
        number = shown(ratio, Rounding(count=digits, explicit=True))[0]
        if isinstance(number, Num) and (number.value != WHOLE or fraction_of(new) == 0):
            return number
    return None


def compared(bench: Bench, target: Name) -> list[tuple[Name, Name]]:
    """The outputs with their target values, where both have numbers."""
    env = bench.env()
    return [(output, goal) for output, goal in outputs(bench, target) if output in env and goal in env]


def outputs(bench: Bench, target: Name) -> list[tuple[Name, Name]]:
    """(output, target value) where the loss grows with their distance: c (ŷ - y)^n or c |ŷ - y| with c > 0."""
    definition = bench.graph[target].definition
    found = []
    for node in _growing(bench, definition) if definition is not None else ():
        inner = _difference(bench, node)
        if inner is None:
            continue
        a, b = inner
        inputs, computed = bench.graph.inputs, bench.graph.order
        if a in inputs and b in computed:
            a, b = b, a
        if a in computed and b in inputs:
            found.append((a, b))
    return found


def _growing(bench: Bench, formula: Written) -> Iterator[Written]:
    """What a formula grows with: its added terms, without factors that are positive numbers."""
    match formula:
        case Sum(terms):
            for term in terms:
                yield from _growing(bench, term)
        case Quot(above, below):
            if _positive(bench, below):
                yield from _growing(bench, above)
        case Prod(factors):
            for i, factor in enumerate(factors):
                if all(_positive(bench, f) for j, f in enumerate(factors) if j != i):
                    yield from _growing(bench, factor)
        case Name() if (definition := _definition(bench, formula)) is not None:
            yield from _growing(bench, definition)
        case _:
            yield formula


def _definition(bench: Bench, formula: Written) -> Written | None:
    return bench.graph[formula].definition if isinstance(formula, Name) and formula in bench.graph else None


def _positive(bench: Bench, formula: Written) -> bool:
    try:
        return bool(bench.value(formula) > 0)
    except (NotGiven, Undefined):
        return False


def _difference(bench: Bench, node: Written) -> tuple[Name, Name] | None:
    """ŷ and y of (ŷ - y)^n and |ŷ - y|, also where the difference has a name."""
    match node:
        case Pow(inner, Num()) | Call(Name("abs"), (inner,), 0):
            pass
        case _:
            return None
    match _definition(bench, inner) or inner:
        case Sum((Name() as a, Neg(Name() as b))):
            return a, b
    return None
