"""The kinds of questions, each worked by one function: TASKS maps a kind to it.

A function takes the bench (what has been found so far) and the task, and returns the task worked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symprop.derive.ahead import local_first, told_once
from symprop.derive.backward import adjoint_lines, in_rows
from symprop.derive.bench import Bench
from symprop.derive.direct import between, direct, is_put_in
from symprop.derive.find import find, in_leaves, second, table
from symprop.derive.form import tidy
from symprop.derive.forward import forward, forward_again
from symprop.derive.kinks import that_is, with_kinks_excluded
from symprop.derive.leads import displays, linear_same
from symprop.derive.leaves import quantities
from symprop.derive.needed import with_needed_values
from symprop.derive.paths import paths
from symprop.derive.program import program
from symprop.derive.reasons import kinks_met, slope_note, slope_reasons
from symprop.derive.remarks import with_remarks
from symprop.derive.route import second_route
from symprop.derive.rows import numbers_of
from symprop.derive.update import same_way, update
from symprop.errors import DerivationError
from symprop.model.exercise import Task
from symprop.model.graph import targets_of
from symprop.model.solution import Answer, Block, Line, Lines, Phrase, Prose, Table, Worked, phrase
from symprop.notation import text
from symprop.written import Call, Deriv, Name, Rel, Vec, Written, names_of


def required_targets(bench: Bench, task: Task) -> tuple[Name, ...]:
    """What the task differentiates."""
    found = targets_of(task, bench.part)
    if not found:
        raise DerivationError("nothing to differentiate: write an equation, or say `targets: L`")
    return found


def asked_of(bench: Bench, task: Task) -> tuple[Name, ...]:
    """The quantities by which is differentiated."""
    names = bench.graph.free_parameters if task.everything else task.by
    if not names:
        raise DerivationError(
            f"{task.kind}: it is not clear which quantities are parameters; list them, as in `parameters: [w_1, b]`"
        )
    missing = [n.text for n in names if n not in bench.graph]
    if missing:
        raise DerivationError(f"{task.kind}: no quantity of the exercise is called {', '.join(missing)}")
    return names


def count(bench: Bench, task: Task) -> Worked:
    """One function per equation; the weights are the parameters."""
    functions, parameters = bench.graph.order, bench.graph.free_parameters
    said = Prose(
        (
            phrase("count", n=len(functions), functions=functions),
            phrase("count-parameters", n=len(parameters), parameters=parameters),
        )
    )
    return Worked(task, (said,))


def local(bench: Bench, task: Task) -> Worked:
    """The table of local derivatives: function, derivative, with numbers, value; from the target backwards."""
    graph, targets = bench.graph, required_targets(bench, task)
    columns = [phrase("column-function"), phrase("column-derivative")]
    if bench.numeric:
        columns += [phrase("column-numbers"), phrase("column-value")]
    rows, claims, answers = [], [], []
    wanted = {name for t in bench.part.tasks for name in t.by}  # by which something is differentiated
    for node in reversed(graph.order):
        if not any(graph.reaches(node, t) for t in targets):
            continue
        definition = graph[node].definition
        assert definition is not None
        first = True
        for parent in graph[node].parents:
            constant = bench.numeric and graph[parent].role == "input"  # given numbers do not vary
            if constant and parent not in wanted and not task.everything:
                continue
            symbol = bench.edge(node, parent)
            slope = bench.local(node, parent)
            cells: list[Written | None] = [
                Rel((node, definition), ("=",)) if first else None,
                Rel((symbol, slope), ("=",)),
            ]
            chain: list[tuple[str, Written]] = [("=", slope)]
            if bench.numeric:
                numbers = [*_slope_at(bench, slope), *(numbers_of(bench, slope) if _has_names(slope) else [])]
                chain += numbers
                value = numbers[-1][1] if numbers else slope
                cells += [numbers[0][1] if len(numbers) > 1 else None, value]
            rows.append(tuple(cells))
            claims.append(Line(symbol, tuple(chain), epoch=bench.epoch))
            answers.append(answer(bench, symbol, slope))
            first = False
    if not rows:
        raise DerivationError("there is no local derivative to tabulate: no function leads to the target")
    if bench.numeric and all(row[2] is None for row in rows):
        columns, rows = [*columns[:2], *columns[3:]], [(*row[:2], *row[3:]) for row in rows]
    if bench.task and len(targets) == 1:
        bench.table = (bench.epoch, targets[0], bench.task)
    slopes = [r for claim in claims for r in slope_reasons(bench, claim.chain[0][1])] if bench.numeric else []
    lead = (*slope_note(bench, slopes), *kinks_met(slopes), table_lead(bench, task, targets[0]))
    return Worked(task, (Prose(lead), Table(tuple(columns), tuple(rows), tuple(claims))), tuple(answers))


def _slope_at(bench: Bench, slope: Written) -> list[tuple[str, Written]]:
    """ReLU'(1.2) for ReLU'(z), where the number of z is no rounded one."""
    if not (isinstance(slope, Call) and slope.primes and len(slope.args) == 1 and _has_names(slope.args[0])):
        return []
    printed, exact = bench.printed(slope.args[0])
    return [("=", Call(slope.func, (printed,), slope.primes))] if exact else []


def table_lead(bench: Bench, task: Task, target: Name) -> Phrase:
    """Where the table begins, and which task told the values that stand in it."""
    above = bench.part.tasks[: bench.part.tasks.index(task)]
    passes = [t.label for t in above if t.kind in ("forward", "forward-again") and t.label]
    if bench.numeric and passes and all((bench.epoch, name) in bench.valued for name in bench.graph.order):
        return phrase("table-key-values", target=target, part=passes[-1])
    return phrase("table-key", target=target)


def _has_names(formula: Written) -> bool:
    return bool(quantities(formula))


def gradient(bench: Bench, task: Task) -> Worked:
    """∂target/∂name for each name asked, told as the task says."""
    blocks: list[Block] = []
    answers: list[Answer] = []
    everything = asked_of(bench, task)
    for target in required_targets(bench, task):
        names = task.asked_of(target) or everything
        for k, tell in enumerate(task.tell or (default_telling(bench, task, target, names),)):
            if len(task.tell) > 1:
                blocks.append(Prose((phrase(f"tell-{tell}"),)))
            for name in names if task.tell else ():
                forget(bench, task, (bench.epoch, bench.adjoint(target, name)), tell)
            more = told(bench, target, names, tell)
            blocks += [unframed(block) for block in more] if k else more  # another way to the same answer
        for name in names:
            symbol, form = bench.adjoint(target, name), bench.closed(target, name)
            if task.in_terms_of:
                form = in_terms_of(bench, symbol, form, task.in_terms_of)
                reason = phrase("in-terms-of", names=task.in_terms_of)
                blocks.append(Lines((Line(symbol, (("=", form),), (reason,), bench.epoch, boxed=True),)))
            answers.append(answer(bench, symbol, form))
        blocks = [*introduced(bench, target, blocks), *blocks]
        blocks += that_is(bench, blocks)
        if task.vector:
            blocks = [unframed(b) for b in blocks]
            blocks += as_vector(bench, task, target, names)
    if task.at:
        forms = {a.quantity: a.formula for a in answers}
        at_points = table(bench, replace(task, formulas=tuple(forms)), forms)
        blocks, answers = [*blocks, *at_points.blocks], [*answers, *at_points.answers]
    return Worked(task, tuple(blocks), tuple(answers))


def introduced(bench: Bench, target: Name, blocks: list[Block]) -> list[Block]:
    """What the letters are that stand on the left for the first time."""
    lefts = [line.left for b in blocks if isinstance(b, Lines) for line in b.lines]
    new = [d for d in dict.fromkeys(lefts) if isinstance(d, Deriv) and d in bench.part.display and d.of == target]
    new = [d for d in new if d not in bench.introduced]
    bench.introduced.update(new)
    short = [d for d in new if d in bench.part.short]
    said = [phrase("abbreviate", name=d, target=target, z=d.by[0]) for d in short]
    if explained := tuple(d for d in new if d not in short):
        said.append(phrase("delta-def", delta=explained, target=target, z=tuple(n for d in explained for n in d.by)))
    return [Prose((*said, *linear_same(bench, target, new)))] if said else []


def in_terms_of(bench: Bench, symbol: Written, form: Written, allowed: tuple[Name, ...]) -> Written:
    """The result with everything put in that is not allowed to stand in it."""
    result = tidy(in_leaves(bench, form, set(allowed)))
    left = [n.text for n in names_of(result) if n not in allowed]
    if left:
        raise DerivationError(f"{text(symbol)} cannot be told without {', '.join(left)}: add them to `in terms of`")
    return result


def appended(blocks: list[Block], lines: list[Line]) -> list[Block]:
    """The lines in the display at the end of the blocks, or in one of their own."""
    if blocks and isinstance(blocks[-1], Lines):
        return [*blocks[:-1], Lines((*blocks[-1].lines, *lines))]
    return [*blocks, Lines(tuple(lines))]


def forget(bench: Bench, task: Task, key: tuple[int, Written], tell: str) -> None:
    """A derivative that is asked by name is told as asked, although another telling found it already."""
    known = bench.found.get(key)
    if known is not None and not (known.tell == tell or (task.everything and known.task != task.label)):
        del bench.found[key]


def told(bench: Bench, target: Name, names: tuple[Name, ...], tell: str) -> list[Block]:
    """The derivation in one telling, which is remembered with what it found."""
    before = dict(bench.found)
    blocks = _told(bench, target, names, tell)
    for key, known in bench.found.items():
        if before.get(key) is not known:
            known.tell = tell
    return blocks


def _told(bench: Bench, target: Name, names: tuple[Name, ...], tell: str) -> list[Block]:
    for name in names:
        bench.refuse_opaque(target, name)
    if tell == "backward":
        lines = adjoint_lines(bench, target, names)
        same = same_way(bench, target, names)
        if same is not None and len(lines) == 1:
            return [Prose((same,)), Lines(tuple(lines))]
        done = {line.left for line in lines}
        known = [n for n in names if bench.adjoint(target, n) not in done]
        before = local_first(bench, target, lines)
        lines = told_once(bench, target, lines)
        return [*before, *displays(bench, target, lines), *recalled(bench, target, known)]
    blocks: list[Block] = []
    for name in names:
        symbol = bench.adjoint(target, name)
        if (bench.epoch, symbol) in bench.found:
            blocks += recalled(bench, target, [name])
        elif name == target or not bench.graph.reaches(name, target):
            blocks = appended(blocks, adjoint_lines(bench, target, (name,)))
        elif tell == "paths":
            blocks += paths(bench, target, name)
        elif bench.graph[target].role == "upstream":
            return _told(bench, target, names, "backward")
        else:
            blocks += direct(bench, target, name)
            blocks += second_route(bench, target, name, bench.closed(target, name))
    return blocks


def recalled(bench: Bench, target: Name, names: list[Name]) -> list[Block]:
    """Derivatives that were given, or that an earlier part found."""
    symbols = [bench.adjoint(target, n) for n in names]
    given = [s for s in symbols if s in bench.part.upstream]
    blocks: list[Block] = [Prose(tuple(phrase("given-derivative", derivative=s) for s in given))] if given else []
    rows = tuple(recalled_line(bench, s) for s in symbols if s not in bench.part.upstream)
    return [*blocks, Prose((phrase("found-already"),)), Lines(rows)] if rows else blocks


def recalled_line(bench: Bench, symbol: Deriv) -> Line:
    """∂L/∂w = …, from where it was found."""
    known = bench.found[(bench.epoch, symbol)]
    elsewhere = known.task != bench.task and bool(known.task)
    number = bench.numeric and (elsewhere or bench.rounding.carry == "rounded")  # then only the number is told again
    chain = [("=", known.formula)] if known.formula != symbol and not number else []
    if bench.numeric:
        chain += numbers_of(bench, symbol)
    reason = phrase("from-part", part=known.task) if elsewhere else phrase("as-above")
    return Line(symbol, tuple(chain), (reason,), bench.epoch, boxed=True)


def default_telling(bench: Bench, task: Task, target: Name, names: tuple[Name, ...]) -> str:
    """direct where a derivative is asked for itself and needs at most two substitutions; else backward."""
    if len(names) > 1 or task.kind != "derivative" or bench.graph[target].role == "upstream":
        return "backward"
    name = names[0]
    if not bench.graph.reaches(name, target) or name == target:
        return "backward"
    short = len(between(bench, target, name)) <= 2 and bench.graph.count_paths(name, target) == 1
    return symbolic_telling(bench, target, name) if short else "backward"


def symbolic_telling(bench: Bench, target: Name, name: Name) -> str:
    """direct without numbers, unless that would put in a quantity by which results are told; else backward."""
    return "direct" if not bench.numeric and is_put_in(bench, target, name) else "backward"


def unframed(block: Block) -> Block:
    """The same display without frames: the answer is the vector."""
    return Lines(tuple(replace(line, boxed=False) for line in block.lines)) if isinstance(block, Lines) else block


def as_vector(bench: Bench, task: Task, target: Name, names: tuple[Name, ...]) -> list[Block]:
    """∇ target = ⟨∂target/∂w_1, …⟩ = ⟨…⟩"""
    symbols = Vec(tuple(bench.adjoint(target, n) for n in names))
    forms = Vec(tuple(bench.closed(target, n) for n in names))
    chain: list[tuple[str, Written]] = [("=", symbols)]
    if bench.numeric:
        numbers = [numbers_of(bench, s)[-1] for s in symbols.items]
        relation = "≈" if any(r == "≈" for r, _ in numbers) else "="
        chain.append((relation, Vec(tuple(value for _, value in numbers))))
    elif forms != symbols:
        chain.append(("=", forms))
    left = Deriv(target, (Vec(names),))
    line = Line(left, tuple(chain), (), bench.epoch, boxed=True)
    return [Prose((phrase("collected"),)), Lines((line,))]


def answer(bench: Bench, quantity: Written, formula: Written) -> Answer:
    """The result with its number, where there are numbers."""
    return Answer(quantity, formula, value=number_text(bench, quantity, formula), epoch=bench.epoch)


def number_text(bench: Bench, quantity: Written, formula: Written) -> str | None:
    """The value as decimal text (exact, or 50 digits), None without numbers."""
    from symprop.derive.numbers import decimal_text
    from symprop.derive.values import NotGiven

    try:
        if isinstance(quantity, Deriv) and not quantity.local and len(quantity.by) == 1 and bench.numeric:
            assert isinstance(quantity.of, Name) and isinstance(quantity.by[0], Name)
            return decimal_text(bench.adjoint_value(quantity.of, quantity.by[0]))
        return decimal_text(bench.value(formula))
    except NotGiven:
        return None


TASKS: dict[str, Callable[[Bench, Task], Worked]] = {
    "count": count,
    "forward": forward,
    "local": local,
    "derivative": gradient,
    "gradient": gradient,
    "update": update,
    "find": find,
    "second": second,
    "forward-again": forward_again,
    "program": program,
}


def work(bench: Bench, task: Task) -> Worked:
    """The task worked, with the values that it starts from and what there is to say about it."""
    worked = in_rows(bench, TASKS[task.kind](bench, task))
    return with_remarks(bench, with_kinks_excluded(bench, with_needed_values(bench, worked)))
