"""What the tests read out of a worked solution: its lines, its formulas, the numbers found for a quantity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symprop.model.solution import Answer, Block, Line, Lines, PartSolution, Paths, Solution, Table
from symprop.written import Const, Deriv, Name, Neg, Num, Quot, Written, names_of


@dataclass(frozen=True, slots=True)
class Found:
    """A number with half a unit of its last digit (0: exact, or 50 digits), and where it stood."""

    value: Fraction
    half_unit: Fraction
    where: str


def blocks(part: PartSolution) -> Iterator[Block]:
    yield from part.statement
    for worked in part.worked:
        yield from worked.blocks


def lines(part: PartSolution) -> Iterator[Line]:
    """All rows in the order of the page, those that stand behind a table too."""
    for block in blocks(part):
        if isinstance(block, Lines):
            yield from block.lines
        elif isinstance(block, Table | Paths):
            yield from block.claims


def answers(part: PartSolution) -> Iterator[Answer]:
    for worked in part.worked:
        yield from worked.answers


def formulas(part: PartSolution) -> Iterator[Written]:
    """Every formula on the page."""
    for line in lines(part):
        if line.left is not None:
            yield line.left
        yield from (formula for _, formula in line.chain)
        yield from line.conditions
    for block in blocks(part):
        if isinstance(block, Table):
            yield from (c for c in block.columns if isinstance(c, Written))
            yield from (c for row in block.rows for c in row if isinstance(c, Written))
    for answer in answers(part):
        yield answer.quantity
        yield answer.formula


def with_left(part: PartSolution) -> Iterator[tuple[Written, Line]]:
    """Each row with the quantity it is about; a row without a left side continues the one above."""
    current: Written | None = None
    for line in lines(part):
        current = line.left if line.left is not None else current
        if current is not None:
            yield current, line


def symbolic(formula: Written) -> bool:
    return bool(names_of(formula)) or any(isinstance(n, Deriv) for n in formula.walk())


def definitions(part: PartSolution) -> dict[Written, list[Written]]:
    """For each derivative what it was said to equal before any update: the answer first, then the lines."""
    found: dict[Written, list[Written]] = {}
    for left, line in with_left(part):
        if isinstance(left, Deriv) and line.epoch == 0:
            found.setdefault(left, []).extend(f for op, f in line.chain if op == "=" and f != left)
    for answer in answers(part):
        if isinstance(answer.quantity, Deriv) and answer.relation == "=" and answer.formula != answer.quantity:
            found.setdefault(answer.quantity, []).insert(0, answer.formula)
    return found


def closed(formula: Written, part: PartSolution) -> Written:
    """The formula with every derivative in it replaced by what the page says it is."""
    known = definitions(part)

    def expand(node: Written, above: frozenset[Written]) -> Written:
        if node in part.part.upstream:
            return part.part.upstream[node]
        if isinstance(node, Deriv):
            assert node not in above, f"{node} is explained by itself"
            said = known.get(node, [])
            best = next((f for f in reversed(said) if symbolic(f)), said[-1] if said else None)
            assert best is not None, f"{node} is used, but the page does not say what it is"
            return expand(best, above | {node})
        children = node.children
        return node.rebuilt(tuple(expand(c, above) for c in children)) if children else node

    return expand(formula, frozenset())


def number(formula: Written) -> Fraction | None:
    """The value of a printed number: 3, -0.6, 1/3, -1/3."""
    match formula:
        case Num(value=value):
            return value
        case Neg(arg=arg):
            inner = number(arg)
            return None if inner is None else -inner
        case Quot(num=top, den=bottom):
            a, b = number(top), number(bottom)
            return None if a is None or not b else a / b
    return None


def half_unit(formula: Written, digits: int, kind: str) -> Fraction:
    """Half a unit in the last digit of a printed number, where numbers are rounded to so many digits or decimals."""
    value = number(formula)
    assert value is not None
    if not value or kind == "decimals":
        return Fraction(1, 2 * 10**digits)
    size = 0
    while abs(value) >= Fraction(10) ** (size + 1):
        size += 1
    while abs(value) < Fraction(10) ** size:
        size -= 1
    return Fraction(10) ** (size + 1 - digits) / 2


def numbers(solution: Solution, part: PartSolution, quantity: Written, epoch: int = 0) -> list[Found]:
    """All numbers that the solution gives for a quantity after so many updates."""
    found: list[Found] = []
    exact = Fraction(0)
    for answer in answers(part):
        if answer.quantity == quantity and answer.epoch == epoch and answer.relation != "←" and answer.value:
            value = decimal(answer.value)
            if value is not None:
                found.append(Found(value, exact, "answer"))
    rounding = part.part.conventions.rounding
    for left, line in with_left(part):
        if left != quantity or line.epoch != epoch or line.env or any(op == "←" for op, _ in line.chain):
            continue
        relation, last = line.chain[-1] if line.chain else ("", left)
        value = number(last)
        if value is not None:
            rounded = any(op == "≈" for op, _ in line.chain)
            unit = half_unit(last, rounding.count, rounding.kind) if rounded else exact
            found.append(Found(value, unit, f"line {relation}"))
    if not found and epoch == 0 and solution.values and len(solution.parts) == 1:
        text = solution.values.get(str(quantity)) if isinstance(quantity, Name) else None
        value = decimal(text) if text else None
        if value is not None:
            found.append(Found(value, exact, "values"))
    return found


def cells(part: PartSolution, variable: Name, at: str, quantity: Written) -> list[Found]:
    """The numbers in the column of a quantity, in the row of a point: variable = ``at`` (a number, oo or -oo)."""
    found: list[Found] = []
    rounding = part.part.conventions.rounding
    for block in blocks(part):
        if not isinstance(block, Table) or variable not in block.columns or quantity not in block.columns:
            continue
        here, there = block.columns.index(variable), block.columns.index(quantity)
        for row in block.rows:
            cell = row[there]
            if isinstance(cell, Written) and is_point(row[here], at):
                value = number(cell)
                if value is not None:
                    found.append(Found(value, half_unit(cell, rounding.count, rounding.kind), "table"))
    return found


def is_point(cell: object, at: str) -> bool:
    match cell:
        case Const(letter="oo"):
            return at == "oo"
        case Neg(arg=Const(letter="oo")):
            return at == "-oo"
        case Written():
            return "oo" not in at and number(cell) == Fraction(at)
    return False


def updated(part: PartSolution, parameter: Name) -> list[Found]:
    """The values that a parameter got, step by step."""
    found: list[Found] = []
    for answer in answers(part):
        if answer.quantity == parameter and answer.relation == "←" and answer.value:
            value = decimal(answer.value)
            if value is not None:
                found.append(Found(value, Fraction(0), f"answer, epoch {answer.epoch}"))
    return found


def decimal(text: str) -> Fraction | None:
    """The number of a decimal text; None for oo and the like."""
    try:
        return Fraction(text)
    except ValueError:
        return None
