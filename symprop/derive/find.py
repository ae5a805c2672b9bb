"""Any formula of quantities and derivatives: in closed form, at the exercise's numbers, or at several points.

    q, dq/dx, d²q/dx²   at x = 0, 2, ∞
A point at infinity is a limit; a formula without a value there is reported as undefined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from symprop.derive.bench import Bench, start
from symprop.derive.direct import opened
from symprop.derive.form import tidy
from symprop.derive.forward import told_value
from symprop.derive.higher import higher
from symprop.derive.leaves import quantities
from symprop.derive.limits import limit_at, limit_facts
from symprop.derive.numbers import decimal_text
from symprop.derive.rows import with_numbers
from symprop.derive.sides import kink_in
from symprop.derive.symbols import function_of, in_closed_form
from symprop.derive.values import NotGiven, Value, is_infinite, value_of
from symprop.errors import DerivationError
from symprop.evaluate import Undefined
from symprop.model.exercise import Task
from symprop.model.solution import Answer, Block, Line, Lines, Phrase, Prose, Table, Worked, phrase
from symprop.notation.numbers import shown
from symprop.written import (
    Call,
    Deriv,
    Name,
    Written,
    names_of,
    substitute,
)

LEADS = {"differentiate", "differentiate-again", "differentiate-twice"}


def find(bench: Bench, task: Task) -> Worked:
    """Each formula asked: worked in symbols, then with numbers or as a table over the points."""
    from symprop.derive.tasks import appended

    if task.at:
        return table(bench, task)
    blocks: list[Block] = []
    answers: list[Answer] = []
    for formula in task.formulas:
        more, found = _one(bench, formula)
        if more and isinstance(more[0], Lines):  # no sentence of its own: it goes on in the display above
            blocks, more = appended(blocks, list(more[0].lines)), more[1:]
        blocks = _joined(blocks, more)
        answers.append(found)
    if len(blocks) == 1 and isinstance(block := blocks[0], Lines) and all(line.cited for line in block.lines):
        blocks = [Prose((phrase("found-already"),)), block]
    return Worked(task, tuple(blocks), tuple(answers))


def _joined(blocks: list[Block], more: list[Block]) -> list[Block]:
    """The blocks of the next result; one second derivative after the other stands in one display."""
    match blocks, more:
        case [*rest, Prose((Phrase(a),)), Lines(lines)], [Prose((Phrase(b),)), Lines(further)] if {a, b} <= LEADS:
            return [*rest, Prose((phrase("differentiate-twice"),)), Lines((*lines, *further))]
    return [*blocks, *more]


def second(bench: Bench, task: Task) -> Worked:
    """Second derivatives: the first derivative of the substituted target, differentiated again."""
    return find(bench, task)


def _one(bench: Bench, formula: Written) -> tuple[list[Block], Answer]:
    from symprop.derive.tasks import symbolic_telling, told

    blocks: list[Block] = []
    if isinstance(formula, Deriv) and isinstance(formula.of, Name) and len(formula.by) > 1:
        known = bench.found.get((bench.epoch, formula))
        if known is not None and known.task and known.task != bench.task:
            why = (phrase("from-part", part=known.task),)
            row = with_numbers(bench, formula, [known.formula], why, boxed=True)
            return [Prose((phrase("found-already"),)), Lines((row,))], _answer(bench, formula, known.formula)
        blocks, closed = higher(bench, formula)
        return blocks, _answer(bench, formula, closed)
    for symbol in _derivatives(formula):
        if (bench.epoch, symbol) not in bench.found and isinstance(symbol.of, Name) and isinstance(symbol.by[0], Name):
            blocks += told(bench, symbol.of, (symbol.by[0],), symbolic_telling(bench, symbol.of, symbol.by[0]))
    closed = tidy(in_closed_form(bench, formula))
    if isinstance(formula, Deriv) and blocks:
        return blocks, _answer(bench, formula, bench.forms.get(formula, closed))
    if isinstance(formula, Name) and (told_row := told_value(bench, formula, boxed=True)) is not None:
        return [Lines((told_row,))], _answer(bench, formula, closed)
    formulas = [closed] if closed != formula else []
    reduced = formula if bench.numeric else closed
    row = with_numbers(bench, formula, formulas or [reduced], (), boxed=True)
    if isinstance(formula, Name) and formula in bench.graph.order:
        definition = bench.graph[formula].definition
        assert definition is not None
        row = with_numbers(bench, formula, [definition], (), boxed=True)
    if row.left == row.chain[0][1]:
        row = Line(row.left, row.chain[1:], row.reasons, row.epoch, row.label, boxed=True)
    if row.chain:
        blocks += [*([Prose((phrase("hence"),))] if blocks else []), Lines((row,))]
    return blocks, _answer(bench, formula, closed)


def _answer(bench: Bench, quantity: Written, formula: Written) -> Answer:
    try:
        value = decimal_text(bench.value(formula))
    except NotGiven:
        value = None
    return Answer(quantity, formula, value=value, epoch=bench.epoch)


def _derivatives(formula: Written) -> list[Deriv]:
    return [q for q in quantities(formula) if isinstance(q, Deriv)]


def in_leaves(bench: Bench, formula: Written, kept: set[Written]) -> Written:
    """The formula with every node replaced by its definition, down to leaves and the names in ``kept``."""
    for _ in range(2 * len(bench.graph.order) + 2):
        formula = in_closed_form(bench, formula)
        values: dict[Written, Written] = {}
        found = quantities(formula)
        inside = (n for q in found if isinstance(q, Call) for n in names_of(q))  # the z of ReLU'(z)
        for name in dict.fromkeys((*found, *inside)):
            if isinstance(name, Name) and name not in kept and name in bench.graph.order:
                definition = bench.graph[name].definition
                assert definition is not None
                values[name] = definition
        formula = substitute(formula, values) if values else formula
        long = (q for q in found if isinstance(q, Deriv) and isinstance(q.of, Name) and q not in bench.part.upstream)
        if not values and next(long, None) is None:  # a long adjoint has its symbol in a closed form
            break
    return opened(bench, formula)


def table(bench: Bench, task: Task, told: Mapping[Written, Written] | None = None) -> Worked:
    """One row per point, one column per formula.  ``told``: the closed forms that stand above it."""
    variables = tuple(dict.fromkeys(v for point in task.at for v in point))
    kept: set[Written] = set(variables)
    blocks = derived(bench, task) if told is None else []
    functions = [in_leaves(bench, formula, kept) for formula in task.formulas]
    higher = [[d for d in _derivatives(f) if isinstance(d.of, Name) and len(d.by) > 1] for f in task.formulas]
    shown_forms = [tidy(f) for f in functions]
    lines = tuple(
        Line(formula, (("=", form),), (), bench.epoch)
        for formula, form in zip(task.formulas, shown_forms, strict=True)
        if form not in (formula, (told or {}).get(formula)) and (told is not None or not _is_told(bench, formula, form))
    )
    if lines:
        blocks += [Prose((phrase("as-functions", by=variables, n=len(lines)),)), Lines(lines)]
    rows, claims = [], []
    answers = []
    for point in task.at:
        cells: list[Written | Phrase | None] = [point.get(v) for v in variables]
        for formula, function, symbols in zip(task.formulas, functions, higher, strict=True):
            number, relation, claim = at_point(bench, function, point, symbols)
            if claim is None and not symbols and _derivatives(formula):  # |u|' at u = 0: the slope of the convention
                conventional = in_leaves(replace(start(bench.part), by_convention=True), formula, kept)
                number, relation, claim = at_point(bench, conventional, point)
            cells.append(number)
            if claim is not None:
                claims.append(claim)
                answers.append(
                    Answer(formula, number if isinstance(number, Written) else formula, relation, None, bench.epoch)
                )
        rows.append(tuple(cells))
    blocks.append(Prose((*limit_facts(bench, functions, task.at), phrase("table-of-values"))))
    blocks.append(Table((*variables, *task.formulas), tuple(rows), tuple(claims)))
    return Worked(task, tuple(blocks), tuple(answers))


def derived(bench: Bench, task: Task) -> list[Block]:
    """The derivatives whose values are asked, where no earlier task derived them: the answer is the table."""
    from symprop.derive.tasks import unframed

    blocks: list[Block] = []
    for symbol in task.formulas if not bench.numeric else ():
        if isinstance(symbol, Deriv) and isinstance(symbol.of, Name) and not _is_told(bench, symbol, symbol):
            blocks = _joined(blocks, [unframed(block) for block in _one(bench, symbol)[0]])
    return blocks


def _is_told(bench: Bench, formula: Written, form: Written) -> bool:
    """Whether the page shows what the quantity is: its derivation, or this equation of the exercise."""
    if isinstance(formula, Name) and formula in bench.graph:
        return bench.graph[formula].definition == form
    return (bench.epoch, formula) in bench.found


def at_point(
    bench: Bench, function: Written, point: Mapping[Name, Written], higher: Sequence[Deriv] = ()
) -> tuple[Written | Phrase, str, Line | None]:
    """The number of a formula at a point, the relation, and the claim for certification.

    ``higher``: the second derivatives in it, which a kink may not have.
    """
    if any(is_infinite(v) for v in point.values()):
        return limit_at(bench, function, point)
    env = dict(bench.env())
    env.update({n: value_of(v, env, bench.part) for n, v in point.items()})
    try:
        value = value_of(function, env, bench.part)
        for symbol in higher:
            assert isinstance(symbol.of, Name)
            formula = function_of(bench, symbol.of, symbol.by)
            if kink_in(bench, symbol, formula, _with_values(bench, formula, env, set(point))) is not None:
                return phrase("undefined"), "=", None
    except Undefined:
        return phrase("undefined"), "=", None
    except NotGiven as missing:
        raise DerivationError(f"the table needs a number for {missing}") from None
    number, exact = shown(value, bench.rounding)
    relation = "=" if exact else "≈"
    values = tuple((n, v) for n, v in point.items())
    return number, relation, Line(function, ((relation, number),), (), bench.epoch, env=values)


def _with_values(bench: Bench, formula: Written, env: dict[Written, Value], kept: set[Written]) -> dict[Written, Value]:
    """The numbers of a point, with those of the quantities in a formula that follow from them."""
    numbers = dict(env)
    for name in names_of(formula):
        if name not in numbers and name in bench.graph.order:
            with suppress(NotGiven, Undefined):  # then the derivative does not depend on it, or has no number itself
                numbers[name] = value_of(in_leaves(bench, name, kept), env, bench.part)
    return numbers
