"""Forward pass: each quantity from those before it, in topological order; and again after an update."""

from __future__ import annotations

from symprop import functions
from symprop.derive.bench import Bench
from symprop.derive.closing import first_order
from symprop.derive.numbers import BALLS, ball, decimal_text, minus, size
from symprop.derive.rows import known, with_numbers
from symprop.derive.values import Value, quantities
from symprop.errors import DerivationError
from symprop.model.exercise import Rounding, Task
from symprop.model.graph import default_targets, pre_activation
from symprop.model.solution import Answer, Block, Line, Lines, Phrase, Prose, Worked, phrase
from symprop.notation.numbers import shown
from symprop.written import ZERO, Call, Name, Neg, Num, Pow, Rel, Sum, Written

GATES = ("ReLU", "leaky_ReLU", "pos")


def forward(bench: Bench, task: Task) -> Worked:
    """z = w x + b = numbers = value, one line per quantity."""
    asked = task.by or task.targets or bench.graph.order
    graph = bench.graph
    bench.last_forward = bench.epoch
    wanted = [n for n in graph.order if any(graph.reaches(n, a) for a in asked if a in graph)]
    if not wanted:
        raise DerivationError("there is nothing to compute: the exercise has no equations for what is asked")
    ends = set(task.by or task.targets or (n for n in graph.order if not graph[n].children))
    lines = tuple(forward_line(bench, n, boxed=n in ends) for n in wanted)
    answers = tuple(_answer(bench, n) for n in wanted)
    return Worked(task, (Prose((phrase("forward-order"),)), Lines(lines)), answers)


def _answer(bench: Bench, name: Name) -> Answer:
    definition = bench.graph[name].definition
    assert definition is not None
    value = bench.env().get(name)
    return Answer(name, definition, value=None if value is None else decimal_text(value), epoch=bench.epoch)


def forward_line(bench: Bench, name: Name, *, boxed: bool, before: int | None = None) -> Line:
    """The row of one quantity, with what its gate does; ``before``: the epoch to compare with."""
    definition = bench.graph[name].definition
    assert definition is not None
    if name in bench.part.given and name in bench.env():
        number, exact = bench.show(bench.env()[name])
        return Line(name, (("=" if exact else "≈", number),), (phrase("given-value"),), bench.epoch, boxed=boxed)
    reasons = gate_reasons(bench, definition, before)
    numbers = all(known(bench, q) for q in quantities(definition) if isinstance(q, Name))
    return with_numbers(bench, name, [definition], reasons, boxed=boxed, numbers=numbers)


def gate_reasons(bench: Bench, definition: Written, before: int | None = None) -> tuple[Phrase, ...]:
    """A ReLU is on, off, or exactly on its kink; whether that is as it was in an earlier epoch."""
    argument = pre_activation(definition)
    if argument is None or not isinstance(definition, Call):
        return ()
    row = functions.lookup(definition, bench.part.vocabulary)
    if not isinstance(row, functions.Function) or row.key not in GATES:
        return ()
    if not all(known(bench, q) for q in quantities(argument)):
        return ()
    value = bench.value(argument)
    number, _ = bench.show(value)
    f = Name("ReLU") if row.key == "pos" else definition.func
    if value == 0:
        return (phrase("relu-kink", z=Rel((argument, ZERO), ("=",)), f=f),)
    on = bool(value > 0)
    sign = Rel((number, ZERO), (">" if on else "<",))
    if before is not None and (old := bench.value(argument, before)) != 0 and (old > 0) is on:
        return (phrase("relu-still-on" if on else "relu-still-off", z=sign),)
    return (phrase("relu-on" if on else "relu-off", z=sign, f=f),)


def forward_again(bench: Bench, task: Task) -> Worked:
    """The forward pass with the new values beside the old ones, and whether the step has helped."""
    graph = bench.graph
    if not bench.numeric:
        raise DerivationError("forward again needs numbers for all inputs and parameters")
    first = bench.epoch == 0 and not bench.pending
    if first:
        raise DerivationError("forward again: no parameter was updated before; put an `update:` task above it")
    old_epoch = bench.last_forward  # what the reader saw last
    if bench.pending:
        bench.advance()
    bench.last_forward = bench.epoch
    targets = task.targets or default_targets(bench.part)
    ends = {n for n in graph.order if not graph[n].children}
    lines = tuple(forward_line(bench, n, boxed=n in ends, before=old_epoch) for n in graph.order)
    remarks = comparison(bench, targets, old_epoch)
    answers = tuple(_answer(bench, n) for n in graph.order)
    blocks: list[Block] = [Prose((phrase("forward-order"),)), Lines(lines)]
    return Worked(task, tuple(blocks), answers, remarks)


def comparison(bench: Bench, targets: tuple[Name, ...], old_epoch: int) -> tuple[Phrase, ...]:
    """Did the loss fall, did the output move towards its target, and why not if not."""
    remarks: list[Phrase] = []
    for target in targets:
        if target not in bench.graph.order or bench.graph[target].role == "upstream":
            continue
        old, new = bench.env(old_epoch)[target], bench.env()[target]
        shown_old, shown_new = bench.show(old)[0], bench.show(new)[0]
        change = minus(new, old)
        code = "loss-fell" if change < 0 else "loss-rose" if change > 0 else "loss-same"
        steps = bench.epoch - old_epoch
        data = {"loss": target, "old": shown_old, "new": shown_new, "percent": percent(bench, change, old)}
        remarks.append(phrase(code, **data) if steps == 1 else phrase(f"{code}-steps", steps=steps, **data))
        worse = tuple(
            k for k in range(1, steps + 1) if minus(*(bench.env(old_epoch + j)[target] for j in (k, k - 1))) > 0
        )
        if worse and code == "loss-fell":
            remarks.append(phrase("loss-rose-between", loss=target, steps=worse))
        if code == "loss-rose":
            remarks.append(phrase("step-too-large", loss=target, rate=bench.part.learning_rate or Name("eta")))
        if code == "loss-same":
            remarks.append(phrase("gradient-zero", loss=target))
        if code == "loss-fell" and steps == 1:
            remarks += first_order(bench, target, old_epoch)
        for y, t in compared(bench, target):
            before, after, goal = bench.env(old_epoch)[y], bench.env()[y], bench.env()[t]
            was, now = minus(before, goal), minus(after, goal)
            gained = minus(size(was), size(now))
            closer, further = gained > 0, gained < 0
            passed = (was > 0 and now < 0) or (was < 0 and now > 0)
            if not (closer or further):
                continue
            code = ("moved-towards" if closer else "moved-away") + ("-passing" if passed else "")
            numbers = {"old": bench.show(before)[0], "new": bench.show(after)[0]}
            remarks.append(phrase(code, y=y, t=bench.show(goal)[0], **numbers))
    return tuple(remarks)


def percent(bench: Bench, change: Value, old: Value) -> Written:
    """How much that is of the old value, in per cent, to two digits; 0 where the old value is 0."""
    with BALLS.context():
        ratio = abs(ball(change)) / abs(ball(old)) * 100 if old != 0 else ball(0)
    return shown(ratio, Rounding(count=2))[0]


def compared(bench: Bench, target: Name) -> list[tuple[Name, Name]]:
    """(output, target value) where the loss is a function of their difference: c (ŷ - y)^n or c |ŷ - y|."""
    definition = bench.graph[target].definition
    found = []
    for node in definition.walk() if definition is not None else ():
        inner = _difference(node)
        if inner is None:
            continue
        a, b = inner
        inputs, computed = bench.graph.inputs, bench.graph.order
        if a in inputs and b in computed:
            a, b = b, a
        if a in computed and b in inputs and a in bench.env() and b in bench.env():
            found.append((a, b))
    return found


def _difference(node: Written) -> tuple[Name, Name] | None:
    match node:
        case Pow(Sum() as inner, Num()):
            pass
        case Call(Name("abs"), (Sum() as inner,), 0):
            pass
        case _:
            return None
    match inner.terms:
        case (Name() as a, Neg(Name() as b)):
            return a, b
    return None
