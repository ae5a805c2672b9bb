"""Forward pass: each quantity from those before it, in topological order; and again after an update."""

from __future__ import annotations

from symprop.derive.bench import Bench
from symprop.derive.comparison import comparison
from symprop.derive.form import tidy
from symprop.derive.leaves import quantities
from symprop.derive.numbers import decimal_text
from symprop.derive.reasons import rectified
from symprop.derive.rows import known, with_numbers
from symprop.derive.symbols import in_closed_form
from symprop.errors import DerivationError
from symprop.model.exercise import Task
from symprop.model.graph import Graph, targets_of
from symprop.model.solution import Answer, Block, Line, Lines, Phrase, Prose, Worked, phrase
from symprop.notation.numbers import is_zero
from symprop.written import ZERO, Name, Rel, Written

DIFFERENTIATED = ("derivative", "gradient", "update")  # tasks about a target
NOW_OFF = "relu-now-off"


def forward(bench: Bench, task: Task) -> Worked:
    """z = w x + b = numbers = value, one line per quantity."""
    asked = task.by or task.targets or bench.graph.order
    graph = bench.graph
    bench.last_forward = bench.epoch
    wanted = [n for n in graph.order if any(graph.reaches(n, a) for a in asked if a in graph)]
    if not wanted:
        raise DerivationError("there is nothing to compute: the exercise has no equations for what is asked")
    ends = set(task.by or task.targets or _results(graph))
    lines = tuple(told_value(bench, n, boxed=n in ends) or forward_line(bench, n, boxed=n in ends) for n in wanted)
    answers = tuple(_answer(bench, n) for n in wanted)
    said = phrase("forward-order" if len(lines) > 1 else "forward-one", q=wanted[-1])
    return Worked(task, (Prose((said,)), Lines(lines)), answers)


def _ends(graph: Graph) -> tuple[Name, ...]:
    """What no equation uses: the results of a pass; a quantity whose derivative alone is given has no value."""
    return tuple(n for n in graph.order if not any(c in graph.order for c in graph[n].children))


def _results(graph: Graph) -> tuple[Name, ...]:
    """The ends that the tasks ask about, not the other outputs of a softmax; all of them where none is asked about."""
    told = (task for task in graph.part.tasks if task.kind in DIFFERENTIATED)
    asked = {target for task in told for target in targets_of(task, graph.part)}
    ends = _ends(graph)
    return tuple(n for n in ends if n in asked) or ends


def _answer(bench: Bench, name: Name) -> Answer:
    definition = bench.graph[name].definition
    assert definition is not None
    value = bench.env().get(name)
    return Answer(name, definition, value=None if value is None else decimal_text(value), epoch=bench.epoch)


def told_value(bench: Bench, name: Name, *, boxed: bool) -> Line | None:
    """p ≈ 0.6792, where an earlier task told how that is found."""
    part = bench.valued.get((bench.epoch, name))
    if not part or part == bench.task:
        return None
    number, exact = bench.show(bench.env()[name])
    return Line(name, (("=" if exact else "≈", number),), (phrase("from-part", part=part),), bench.epoch, boxed=boxed)


def forward_line(bench: Bench, name: Name, *, boxed: bool, before: int | None = None) -> Line:
    """The row of one quantity, with what its gate does; ``before``: the epoch to compare with."""
    definition = bench.graph[name].definition
    assert definition is not None
    if name in bench.part.given and name in bench.env():
        number, exact = bench.show(bench.env()[name])
        return Line(name, (("=" if exact else "≈", number),), (phrase("given-value"),), bench.epoch, boxed=boxed)
    reasons = gate_reasons(bench, definition, before)
    formulas = [definition]
    if bench.graph[name].derivatives and (closed := tidy(in_closed_form(bench, definition))) != definition:
        formulas.append(closed)
    numbers = all(known(bench, q) for q in quantities(formulas[-1]) if isinstance(q, Name))
    return with_numbers(bench, name, formulas, reasons, boxed=boxed, numbers=numbers)


def gate_reasons(bench: Bench, definition: Written, before: int | None = None) -> tuple[Phrase, ...]:
    """A ReLU is on, off, or exactly on its kink; whether that is as it was in an earlier epoch."""
    argument = rectified(bench, definition)
    if argument is None or not all(known(bench, q) for q in quantities(argument)):
        return ()
    value = bench.value(argument)
    number, _ = bench.show(value)
    shown = argument if is_zero(number) else number  # 0.004 is printed as 0.00
    f = Name("ReLU")
    if value == 0:
        return (phrase("relu-kink", z=Rel((argument, ZERO), ("=",)), f=f),)
    on = bool(value > 0)
    sign = Rel((shown, ZERO), (">" if on else "<",))
    if before is not None and (old := bench.value(argument, before)) != 0:
        if (old > 0) is on:
            return (phrase("relu-still-on" if on else "relu-still-off", z=sign),)
        return (phrase("relu-now-on" if on else NOW_OFF, z=sign, f=f),)
    return (phrase("relu-on" if on else "relu-off", z=sign, f=f),)


def forward_again(bench: Bench, task: Task) -> Worked:
    """The forward pass with the new values beside the old ones, and whether the step has helped."""
    graph = bench.graph
    if not bench.numeric:
        raise DerivationError("forward again needs numbers for all inputs and parameters")
    first = bench.epoch == 0 and not bench.pending
    above = bench.part.tasks[: bench.part.tasks.index(task)]
    if first and any(t.kind == "update" for t in above):
        raise DerivationError(
            "forward again: the update has no numbers, since the learning rate has none; write `learning rate: 0.1`"
        )
    if first:
        raise DerivationError("forward again: no parameter was updated before; put an `update:` task above it")
    old_epoch = bench.last_forward  # what the reader saw last
    if bench.pending:
        bench.advance()
    bench.last_forward = bench.epoch
    ends = set(_results(graph))
    lines = tuple(forward_line(bench, n, boxed=n in ends, before=old_epoch) for n in graph.order)
    updates = [t for t in above if t.kind == "update"]
    descended = dict.fromkeys(targets_of(t, bench.part)[0] for t in updates)
    table, remarks = comparison(bench, task.targets or tuple(descended), old_epoch)
    if off := tuple(line.left for line in lines if any(r.code == NOW_OFF for r in line.reasons)):
        remarks += (phrase("switched-off", units=off),)
    answers = tuple(_answer(bench, n) for n in graph.order)
    blocks: list[Block] = [Lines(lines), *table]
    if before := _untold(bench, remarks, old_epoch):
        blocks = [Prose((phrase("values-before"),)), Lines(before), Prose((phrase("values-new"),)), *blocks]
    elif not any(t.kind in ("forward", "forward-again") for t in above):
        blocks = [Prose((phrase("forward-order"),)), *blocks]  # else it was said above
    return Worked(task, tuple(blocks), answers, remarks)


def _untold(bench: Bench, remarks: tuple[Phrase, ...], old_epoch: int) -> tuple[Line, ...]:
    """The old values with which the remarks compare, as far as they are not on the page."""
    compared = [value for p in remarks if "old" in dict(p.data) for key, value in p.data if key in ("loss", "y")]
    missing = [name for name in compared if (old_epoch, name) not in bench.valued]
    new = [n for n in bench.graph.order if (old_epoch, n) not in bench.valued]
    wanted = [n for n in new if any(bench.graph.reaches(n, name) for name in missing)]
    epoch, bench.epoch = bench.epoch, old_epoch
    lines = tuple(forward_line(bench, n, boxed=False) for n in wanted)
    bench.epoch = epoch
    return lines
