"""The only door from a derivation to a finished solution: every line is checked by value, or nothing is written.

    =   both sides have the same value: at the exercise's numbers, and at random points that satisfy its assumptions
    ≈   the printed formula, evaluated as printed and rounded, is the printed number; its operands are rounded values
    ←   the next value of a quantity
Whole gradients are checked by another route than the derivation: along two random directions v,

    d/dε L(n_1 + ε v_1, …) = Σ_i ∂L/∂n_i v_i      for all quantities n_i whose derivative the page gives,

in power-series arithmetic, which knows no table of derivatives.  Points, directions and order are fixed by the
exercise, so the same exercise gives the same certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import islice, product
from typing import Any

from symprop.checks import with_checks
from symprop.derive.abbreviate import abbreviated
from symprop.derive.bench import start
from symprop.derive.leaves import leaves_of
from symprop.derive.numbers import BALLS, ball, close, deviation_text, precisely
from symprop.derive.once import told_once
from symprop.derive.rows import rounds_to
from symprop.derive.statement import statement
from symprop.derive.summary import summary
from symprop.derive.tasks import work
from symprop.derive.values import exact_number, is_infinite, is_literal
from symprop.errors import CertificationError, DerivationError, UnsupportedError
from symprop.evaluate import Straddle, Undefined
from symprop.model.exercise import Exercise, Part, Rounding, Task
from symprop.model.graph import Graph
from symprop.model.solution import Certificate, Line, Lines, PartSolution, Paths, Solution, Table, Worked
from symprop.notation import text
from symprop.notation.numbers import fraction_of, shown, without_minus_zero
from symprop.points import numeric_world, random_worlds
from symprop.worlds import World
from symprop.written import Deriv, Name, Num, Vec, Written, num, substitute, transform

CHOICES = 256
RATES = (Fraction(3, 7), Fraction(-5, 11))  # at which a line is looked at whose learning rate is a letter
NEAR = 1e-12  # a value far out that is as close as this to its limit
GUARD = 13  # guard digits that operands may have, and one more
WANTED = 2  # random points that every symbolic line must have been seen at


def solve(exercise: Exercise) -> Solution:
    """Every part worked and certified.

    Raises DerivationError, UnsupportedError (it cannot be solved as asked) and CertificationError (a line of ours does
    not hold).
    """
    words = exercise.text.strip()
    parts = tuple(precisely(partial(solve_part, part, words=words)) for part in exercise.parts)
    return Solution(exercise, parts)


def solve_part(part: Part, *, words: str = "") -> PartSolution:
    """One part: its tasks in order, each on what the earlier ones found.  ``words``: the text of the exercise."""
    bench = abbreviated(start(part), words)
    graph = with_vector_names(bench.graph)
    worked = []
    for task in part.tasks:
        bench.begin(task)
        try:
            worked.append(work(bench, task))
        except Undefined as error:
            raise DerivationError(f"{_place(task)}the numbers lead to an undefined value: {error}") from None
        except (DerivationError, UnsupportedError) as error:
            raise type(error)(f"{_place(task)}{error}") from None
    told = told_once(graph.part, tuple(worked))
    certificate = certify(graph, told)
    summed_up = () if words or part.text.strip() else summary(graph)
    return PartSolution(graph.part, statement(graph.part, told), with_checks(graph, told), certificate, summed_up)


def with_vector_names(graph: Graph) -> Graph:
    """The printed name of a gradient's vector: ∇_w y for the derivatives by w_0, w_1, …"""
    names: dict[Written, Written] = {
        Vec(graph.free_parameters if task.everything else task.by): task.vector_name
        for task in graph.part.tasks
        if task.vector_name is not None
    }
    return Graph(graph.nodes, replace(graph.part, display={**graph.part.display, **names})) if names else graph


def _place(task: Task) -> str:
    where = str(task.place)
    return f"{where}: " if where else f"task ({task.label}): " if task.label else ""


# ---- certification


@dataclass(slots=True)
class Ledger:
    """What has been checked so far."""

    part: Part
    numeric: World | None
    random: Iterator[World]
    seen: list[World] = field(default_factory=list)
    relations: int = 0
    deviation: Any = 0
    pending: dict[Written, Any] = field(default_factory=dict)
    epoch: int = 0
    task: Task | None = None
    told: Written | None = None  # the quantity that the rows are about
    gradients: int = 0

    @property
    def carried(self) -> bool:
        return self.part.conventions.rounding.carry == "rounded"

    def fail(self, line: str, expected: str) -> None:
        where = str(self.task.place) if self.task is not None else ""
        raise CertificationError(where or (f"task ({self.task.label})" if self.task else ""), line, expected)

    def world(self, k: int) -> World:
        """The k-th random point, made when it is needed."""
        while len(self.seen) <= k:
            self.seen.append(next(self.random))
        return self.seen[k]


def certify(graph: Graph, worked: tuple[Worked, ...]) -> Certificate:
    """Every relation of every line holds; every gradient agrees with directional derivatives.

    Raises CertificationError.
    """
    conditions = tuple(c for line in _all_lines(worked) for c in line.conditions)
    conditions += tuple(rule for item in worked for rule in item.task.assume)
    ledger = Ledger(graph.part, numeric_world(graph), random_worlds(graph, conditions))
    with BALLS.context():
        for item in worked:
            check_item(ledger, item)
    routes = ("directional-derivatives",) if ledger.gradients else ()
    rounded = any(relation == "≈" for line in _all_lines(worked) for relation, _ in line.chain)
    return Certificate(ledger.relations, deviation_text(ledger.deviation), routes, rounded)


def check_item(ledger: Ledger, item: Worked) -> None:
    """Every line of a task, then the gradients that it gave."""
    ledger.task = item.task
    for block in item.blocks:
        if isinstance(block, Lines):
            previous: Written | None = None
            for line in block.lines:
                previous = check_line(ledger, line, previous)
        elif isinstance(block, Table | Paths):
            for line in block.claims:
                check_line(ledger, line, None)
    check_gradients(ledger)


def _all_lines(worked: tuple[Worked, ...]) -> Iterator[Line]:
    for item in worked:
        for block in item.blocks:
            if isinstance(block, Lines):
                yield from block.lines
            elif isinstance(block, Table | Paths):
                yield from block.claims


def check_line(ledger: Ledger, line: Line, previous: Written | None) -> Written:
    """Check a row's relations; returns its last formula, which the next row may continue."""
    if line.epoch > ledger.epoch:
        advance(ledger, line.epoch)
    before = line.left if line.left is not None else previous
    assert before is not None, "a display cannot begin with a continued row"
    for i, (relation, formula) in enumerate(line.chain):
        if relation == "←":
            assert isinstance(before, Name | Vec), "only a quantity can be updated"
            take_update(ledger, before, formula)
        elif relation == "=":
            define(ledger, line, before, formula, first=i == 0)
            check_equal(ledger, line, before, formula)
        else:
            check_rounded(ledger, line, before, formula)
        ledger.relations += relation != "←"
        before = formula
    last = line.chain[-1][1] if line.chain else before
    if line.left is not None:
        ledger.told = line.left
    if ledger.carried and ledger.numeric is not None and ledger.told is not None and not line.env and line.chain:
        if line.chain[0][0] != "←" and _is_number(last):
            ledger.numeric.carry(ledger.told, last)
        elif isinstance(line.left, Name) and _is_number(last):
            ledger.pending[line.left] = ledger.numeric.value(last)
    return last


def advance(ledger: Ledger, epoch: int) -> None:
    """The parameters that were updated take their new values."""
    world = ledger.numeric
    if world is None:
        ledger.fail("an update without numbers", "numbers")
        return
    if epoch != ledger.epoch + 1:
        raise AssertionError("an epoch was left out")
    world.advance(ledger.pending)
    ledger.pending = {}
    ledger.epoch = epoch


def take_update(ledger: Ledger, left: Written, formula: Written) -> None:
    """w ← …: remember the value; it counts from the next epoch on."""
    if isinstance(left, Vec) or ledger.numeric is None or not isinstance(left, Name):
        return
    if ledger.numeric.knows(formula):
        ledger.pending[left] = ledger.numeric.value(formula)


def define(ledger: Ledger, line: Line, left: Written, formula: Written, *, first: bool) -> None:
    """∂L/∂n = …: the page's own value of a derivative, used from here on and checked as part of the gradient."""
    if not first or line.env or not isinstance(left, Deriv) or left.local or len(left.by) != 1:
        return
    if not isinstance(left.of, Name) or not isinstance(left.by[0], Name):
        return
    worlds = list(ledger.seen[:WANTED]) if ledger.seen else [ledger.world(0), ledger.world(1)]
    if ledger.numeric is not None and ledger.numeric.complete and not ledger.carried:
        worlds.append(ledger.numeric)
    for world in worlds:
        if left not in world.page and world.knows(formula):
            try:
                world.page[left] = world.value(formula)
            except Undefined:
                continue


def worlds_for(ledger: Ledger, line: Line, *formulas: Written) -> Iterator[World]:
    """Where a relation is looked at: the exercise's numbers, and random points if there are names on both sides."""
    if line.env:
        base = ledger.numeric if ledger.numeric is not None else ledger.world(0)
        yield base.at(line.env)
        return
    if (given := in_the_rate(ledger, formulas[-1])) is not None:
        for rate in RATES:
            world = given.at(((ledger.part.rate, num(rate)),))
            world.page.update(given.page)  # what was rounded on the way counts
            yield world
        return
    numbers = ledger.numeric is not None and all(ledger.numeric.knows(f) for f in formulas)
    if numbers and ledger.numeric is not None:
        yield ledger.numeric
    if all(_symbolic(f) for f in formulas) or not numbers:
        k = found = 0
        while found < WANTED and k < 60:
            world = ledger.world(k)
            k += 1
            if world.defined(*formulas):
                found += 1
                yield world
        if found < WANTED:
            ledger.fail(" = ".join(map(text, formulas)), "a point at which both sides are defined, but none was found")


def in_the_rate(ledger: Ledger, formula: Written) -> World | None:
    """The exercise's numbers, where all of them are put in but the learning rate, which is a letter: 0.5 - η · (-8)."""
    rate, world = ledger.part.rate, ledger.numeric
    return world if world is not None and set(leaves_of(formula)) == {rate} and rate not in world.values else None


def _symbolic(formula: Written) -> bool:
    return bool(leaves_of(formula))


def _is_number(formula: Written) -> bool:
    return not leaves_of(formula)


def check_equal(ledger: Ledger, line: Line, left: Written, right: Written) -> None:
    """Same value wherever both are defined."""
    if any(is_infinite(v) for _, v in line.env):
        return check_limit(ledger, line, left, right)
    looked = False
    for world in worlds_for(ledger, line, left, right):
        if ledger.carried and world is ledger.numeric and not _is_number(right):
            continue  # rounded values: the symbols hold at exact points only
        looked = True
        a, b = world.value(left), world.value(right)
        equal, deviation = close(a, b)
        if not equal:
            if ledger.carried and world is ledger.numeric and left == line.left:
                continue
            ledger.fail(
                _said(left, right),
                f"{text(right) if _is_number(left) else text(left)} = {_number(a)}, not {_number(b)}",
            )
        ledger.deviation = max(ledger.deviation, deviation)
    if not looked and not ledger.carried:
        ledger.fail(_said(left, right), "numbers at which it can be checked")
    return None


def check_rounded(ledger: Ledger, line: Line, left: Written, right: Written) -> None:
    """≈: a formula with rounded operands, or the number that the printed formula gives when it is rounded."""
    world, rounding = next(worlds_for(ledger, line, left), None), ledger.part.conventions.rounding
    if any(is_infinite(v) for _, v in line.env):
        return check_limit(ledger, line, left, right)
    if world is None:
        ledger.fail(_said(left, right, "≈"), "numbers at which it can be checked")
        return None
    if (given := in_the_rate(ledger, right)) is not None:
        printings = list(_printings(given, left, rounding))
        if _without_places(right) not in map(_without_places, printings):
            ledger.fail(_said(left, right, "≈"), text(printings[0]))
        return None
    if isinstance(right, Vec) and isinstance(left, Vec):
        for a, b in zip(left.items, right.items, strict=True):
            check_rounded(ledger, line, a, b)
        return None
    if not _is_number(left):
        printed = _without_places(right)
        if any(_without_places(f) == printed for f in _printings(world, left, rounding)):
            return None
    value = world.value(left)
    printed, _ = shown(value, rounding)
    if rounds_to(value, right, rounding):
        return None
    symbols = line.chain[0][1] if line.chain[0][0] == "←" else line.left or ledger.told
    fixed = _is_number(left) and rounding.explicit and not ledger.carried
    if fixed and symbols is not None and world.knows(symbols) and rounds_to(world.value(symbols), right, rounding):
        return None
    ledger.fail(_said(left, right, "≈"), text(printed))
    return None


def _printings(world: World, formula: Written, rounding: Rounding) -> Iterator[Written]:
    """The formula with the numbers that may stand for its quantities, with ever more guard digits.

    Whether a value is exact may have been found out on one way to it and not on the other: 0.12345 or 0.1235 may stand
    there.
    """
    quantities = {q: world.value(q) for q in world.quantities(formula)}
    for extra in range(GUARD):
        choices = []
        for quantity, value in quantities.items():
            spellings = [shown(v, rounding, extra=extra)[0] for v in (value, ball(value), fraction_of(value))]
            literal = world.part.given.get(quantity) if isinstance(quantity, Name) else None
            if literal is not None and is_literal(literal) and exact_number(literal) == value:
                spellings.insert(0, literal)
            choices.append(tuple({_without_places(n): n for n in spellings}.values()))
        for choice in islice(product(*choices), CHOICES):
            yield without_minus_zero(substitute(formula, dict(zip(quantities, choice, strict=True))))


def _without_places(formula: Written) -> Written:
    """How many zeros a number shows is no part of its value: 1.000 is 1."""
    return transform(formula, lambda f: Num(f.value) if isinstance(f, Num) else f)


def check_limit(ledger: Ledger, line: Line, left: Written, right: Written) -> None:
    """A value at infinity: the formula far out comes ever closer to it."""
    base = ledger.numeric if ledger.numeric is not None else ledger.world(0)
    sizes, shrinks = ((12, 24), 1.5) if is_infinite(right) else ((3, 7), 20)  # ln z is slow
    near, far = (base.far(left, right, line.env, size) for size in sizes)
    if near is None or far is None or not (far * shrinks <= near or far < NEAR):
        ledger.fail(_said(left, right), "a limit that the values far out approach")


def check_gradients(ledger: Ledger) -> None:
    """All derivatives that the page gives, in two random directions at once; one by one to name a culprit."""
    worlds = list(ledger.seen[:WANTED])
    if ledger.numeric is not None and ledger.numeric.complete and not ledger.carried:
        worlds.append(ledger.numeric)
    for world in worlds:
        for target, found in world.new_gradients().items():
            for seed in (1, 2):
                try:
                    equal, deviation = world.directional(target, found, seed)
                except Straddle:
                    if world is not ledger.numeric:
                        raise
                    break  # the numbers lie on a kink that balls cannot tell from its sides: the random points decide
                if not equal:
                    culprit, wanted = world.culprit(target, found)
                    ledger.fail(f"{text(culprit)} = {_number(found[culprit])}", _number(wanted))
                ledger.deviation = max(ledger.deviation, deviation)
            ledger.gradients += 1


def _said(left: Written, right: Written | None = None, op: str = "=") -> str:
    return text(left) if right is None else f"{text(left)} {op} {text(right)}"


def _number(value: Any) -> str:
    from symprop.notation.numbers import plain

    if isinstance(value, tuple):
        return "[" + ", ".join(_number(v) for v in value) + "]"
    return plain(value, 12)
