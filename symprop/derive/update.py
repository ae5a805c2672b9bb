"""Gradient descent:  w ← w - η ∂L/∂w,  all derivatives at the old values.

Several steps are told as a table, one row per step.  New values take effect together, at ``forward again``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symprop.derive.backward import adjoint_lines
from symprop.derive.bench import Bench
from symprop.derive.form import multiply, tidy
from symprop.derive.leads import displays
from symprop.derive.numbers import decimal_text
from symprop.derive.rows import with_numbers
from symprop.errors import DerivationError
from symprop.model.exercise import Task
from symprop.model.solution import Answer, Block, Line, Lines, Phrase, Prose, Table, Worked, phrase
from symprop.notation import text
from symprop.written import ONE, ZERO, Deriv, Name, Neg, Rel, Vec, Written, add, mul

LISTED = 12  # parameters of which it is said which of them have changed


def update(bench: Bench, task: Task) -> Worked:
    """The rule and the new value of each parameter asked for."""
    names = bench.graph.free_parameters if task.everything else task.by
    if not names:
        raise DerivationError(
            "update: it is not clear which quantities are parameters; list them: `parameters: [w, b]`"
        )
    target = _target(bench, task)
    if task.steps > 1:
        return several_steps(bench, task, target, names)
    blocks: list[Block] = []
    rate = bench.part.rate
    lines = adjoint_lines(bench, target, names)
    plain = unframed(lines)
    rows = tuple(step_line(bench, target, name, rate) for name in names)
    if lines and (same := same_way(bench, target, names)):
        blocks += [Prose((same,)), Lines((*plain, *rows))]
    else:
        blocks += displays(bench, target, plain)
        blocks += [Prose((descent(names, rate),)), Lines(rows)]
    answers = []
    for name, row in zip(names, rows, strict=True):
        value = bench.pending.get(name)
        answers.append(
            Answer(name, row.chain[0][1] if len(row.chain) == 1 else _rule_closed(row), "←",
                   None if value is None else decimal_text(value), bench.epoch)
        )  # fmt: skip
    if task.vector or (not bench.numeric and _grouped(bench, task)):
        blocks += vector_update(bench, target, names, rate)
    return Worked(task, tuple(blocks), tuple(answers), waiting(bench, task))


def unframed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The same rows without frames: what is asked is the new value."""
    return tuple(replace(line, boxed=False) for line in lines)


def same_way(bench: Bench, target: Name, names: tuple[Name, ...]) -> Phrase | None:
    """That an earlier task has taken the same steps: one parameter each, acting through the same quantity alone, where
    one multiplies a name and the other another name or 1.  What is told anew is remembered."""
    if len(names) > 1 or not bench.task or len(ways := bench.ways(names[0], target)) != 1 or ways[0] == target:
        return None
    slope = bench.local(ways[0], names[0])
    if not isinstance(slope, Name) and slope != ONE:
        return None
    task, factor = bench.steps_through.setdefault((bench.epoch, target, ways[0]), (bench.task, slope))
    if task == bench.task or factor in (slope, ONE):
        return None
    new = Rel((bench.edge(ways[0], names[0]), slope), ("=",)) if slope == ONE else slope
    return phrase("same-way", part=task, new=new, old=factor)


def waiting(bench: Bench, task: Task) -> tuple[Phrase, ...]:
    """The new values count from the next forward pass on; said where other tasks come before it."""
    later = bench.part.tasks[bench.part.tasks.index(task) + 1 :]
    if not bench.pending or not later or later[0].kind in ("forward-again", "update"):
        return ()
    return (phrase("old-values-until"),)


def _rule_closed(row: Line) -> Written:
    return row.chain[1][1]


def descent(names: tuple[Name, ...], rate: Name) -> Phrase:
    """The rule in words; of several parameters, at which values all derivatives are taken."""
    return phrase("descent-all" if len(names) > 1 else "descent-rule", rate=rate)


def _target(bench: Bench, task: Task) -> Name:
    from symprop.derive.tasks import required_targets

    return required_targets(bench, task)[0]


def step_line(bench: Bench, target: Name, name: Name, rate: Name) -> Line:
    """w ← w - η ∂L/∂w = …"""
    symbol = bench.adjoint(target, name)
    rule = add(name, Neg(mul(rate, symbol)))
    env = bench.env()
    if bench.numeric and rate in env and name in env:
        row = with_numbers(bench, name, [rule], (), boxed=True, relation="←", numbers=True)
        bench.pending[name] = bench.carry(bench.value(rule))
        reasons = (phrase("unchanged"),) if bench.value(symbol) == 0 else ()
        return Line(row.left, row.chain, reasons, row.epoch, row.label, boxed=True)
    if bench.numeric and name in env and not bench.programs.is_open(symbol):
        return in_the_rate(bench, target, name, rule)
    unit = bench.unit(target, name)
    if unit == symbol:  # its formula is too long to repeat, or it has a name of its own
        return Line(name, (("←", rule),), (), bench.epoch, boxed=True)
    change = multiply(rate, unit)
    if change == ZERO:
        return Line(name, (("←", rule), ("=", name)), (phrase("unchanged"),), bench.epoch, boxed=True)
    closed = add(name, change.arg if isinstance(change, Neg) else Neg(change))
    chain = [("←", rule)] + ([("=", closed)] if closed != rule else [])
    return Line(name, tuple(chain), (), bench.epoch, boxed=True)


def in_the_rate(bench: Bench, target: Name, name: Name, rule: Written) -> Line:
    """w ← w - η ∂L/∂w = 0.5 - η · (-8) = 0.5 + 8 η: everything has a number but the learning rate."""
    reasons = (phrase("unchanged"),) if bench.adjoint_value(target, name) == 0 else ()
    substituted, exact = bench.printed(rule)
    chain = [("←", rule), ("=" if exact else "≈", substituted)]
    if (short := tidy(substituted)) != substituted:
        chain.append(("=", short))
    return Line(name, tuple(chain), reasons, bench.epoch, boxed=True)


def _grouped(bench: Bench, task: Task) -> bool:
    """Whether the gradient was asked as a vector before."""
    return task.vector_name is not None


def vector_update(bench: Bench, target: Name, names: tuple[Name, ...], rate: Name) -> list[Block]:
    """w ← w - η ∇L, component by component, as one vector."""
    items = []
    for name in names:
        change = multiply(rate, bench.unit(target, name))
        items.append(add(name, change.arg if isinstance(change, Neg) else Neg(change)))
    line = Line(Vec(names), (("←", Vec(tuple(items))),), (), bench.epoch, boxed=True)
    return [Prose((phrase("collected"),)), Lines((line,))]


def without_number(bench: Bench) -> str:
    """What keeps the part from having numbers: letters that have none, functions that are left open."""
    leaves = (*bench.graph.leaves, *((bench.part.rate,) if bench.part.rate not in bench.graph else ()))
    letters = [text(name) for name in leaves if name not in bench.env()]
    left_open = [text(name) for name, f in bench.part.vocabulary.functions.items() if f.is_open]
    return f"without a number: {', '.join(letters)}" if letters else f"left open: {', '.join(left_open)}"


def several_steps(bench: Bench, task: Task, target: Name, names: tuple[Name, ...]) -> Worked:
    """A table: step, parameters, loss and derivatives there; each row follows from the one above."""
    rate = bench.part.rate
    if not bench.numeric or rate not in bench.env():
        raise DerivationError(f"several steps need numbers for everything ({without_number(bench)})")
    if bench.pending:
        bench.advance()
    symbols = tuple(bench.adjoint(target, n) for n in names)
    loss = (target,) if target in bench.graph.order else ()
    columns: list[Phrase | Written] = [phrase("column-step"), *names, *loss, *symbols]
    lines = unframed(adjoint_lines(bench, target, names))
    rows: list[tuple[Written | Phrase | None, ...]] = []
    claims: list[Line] = []
    answers: list[Answer] = []
    for k in range(task.steps + 1):
        env = bench.env()
        cells: list[Written | Phrase | None] = [phrase("step-number", n=k)]
        for quantity in (*names, *loss, *symbols):
            if isinstance(quantity, Deriv):
                if k == task.steps:
                    cells.append(None)
                    continue
                assert isinstance(quantity.by[0], Name)
                bench.adjoint_value(target, quantity.by[0])
            number, exact = bench.show(env[quantity])
            cells.append(number)
            claims.append(Line(quantity, (("=" if exact else "≈", number),), epoch=bench.epoch))
        rows.append(tuple(cells))
        for name in names:
            if k:
                answers.append(
                    Answer(name, rule_of(bench, target, name, rate), "←", decimal_text(env[name]), bench.epoch - 1)
                )
        if k < task.steps:
            for name in names:
                rule = rule_of(bench, target, name, rate)
                claims.append(Line(name, (("←", rule),), epoch=bench.epoch))
                bench.pending[name] = bench.carry(bench.value(rule))
            bench.advance()
    model = names[0]  # the rule is told once; the table takes the steps of all
    rule_line = Line(model, (("←", rule_of(bench, target, model, rate)),), epoch=bench.epoch - task.steps)
    answers_at = tuple((task.steps, 1 + i) for i in range(len(names)))
    blocks: list[Block] = []
    blocks += displays(bench, target, lines)
    said = phrase("descent-steps", rate=rate, model=model, others=names[1:]) if len(names) > 1 else descent(names, rate)
    blocks += [Prose((said,)), Lines((rule_line,))]
    blocks += [
        Prose((phrase("steps-table", n=task.steps),)),
        Table(tuple(columns), tuple(rows), tuple(claims), answers_at),
    ]
    later = bench.part.tasks[bench.part.tasks.index(task) + 1 :]
    stays = later and later[0].kind != "forward-again"
    start = bench.env(bench.epoch - task.steps)
    changed = tuple(n for n in names if any(bench.env(bench.epoch - k)[n] != start[n] for k in range(task.steps)))
    rest = tuple(n for n in names if n not in changed)
    remarks = [phrase("only-moved", names=changed, others=rest)] if changed and rest and len(names) <= LISTED else []
    remarks += [phrase("new-values-from-here", n=task.steps)] if stays else []
    return Worked(task, tuple(blocks), tuple(answers), tuple(remarks))


def rule_of(bench: Bench, target: Name, name: Name, rate: Name) -> Written:
    return add(name, Neg(mul(rate, bench.adjoint(target, name))))
