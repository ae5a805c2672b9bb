"""Remarks: facts of this exercise that a reader would ask about, each with its condition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from symprop.derive.bench import Bench
from symprop.derive.closing import closing
from symprop.derive.numbers import minus
from symprop.derive.values import NotGiven
from symprop.evaluate import Undefined
from symprop.model.exercise import Part
from symprop.model.graph import pre_activation
from symprop.model.solution import Block, Line, Lines, Phrase, Prose, Table, Worked, phrase, unbroken
from symprop.written import ZERO, Call, Deriv, Indicator, Name, Neg, Prod, Rel, Sum, Written

DEAD_UNITS = 3  # that are told of one by one
MANY = 9  # derivatives that are listed in a sentence
COLUMN = phrase("column-path")
LOOSE = "round-where"  # rows whose printed numbers do not reproduce the printed result
GUARDED = "round-guarded"  # rows whose numbers show more digits, so that they do


def with_remarks(bench: Bench, worked: Worked) -> Worked:
    """The task with the remarks that its lines call for."""
    found = [
        *dead_units(bench, worked),
        *dead_paths(bench, worked),
        *contradictions(bench, worked),
        *closing(bench, worked),
    ]
    printed = {line.label for line in worked.lines}
    loose = tuple(dict.fromkeys(label for label in bench.loose if label in printed))
    bench.loose = []
    if loose:
        found.append(phrase(LOOSE, lines=loose))
    if any(formula in bench.guarded for line in worked.lines for _, formula in line.chain):
        found.append(phrase(GUARDED))
    return replace(worked, remarks=worked.remarks + tuple(found)) if found else worked


def dead_units(bench: Bench, worked: Worked) -> list[Phrase]:
    """Derivatives that are 0 because one factor of their products is: which one, unit by unit, with all parameters.

    Where one derivative on the way of all of them is 0, it is the reason for all; of many they are counted.
    """
    if worked.task.kind not in ("derivative", "gradient") or not bench.numeric:
        return []
    found: dict[Rel, list[Deriv]] = {}  # by the factor that is 0
    asked = {a.quantity for a in worked.answers}
    for line in unbroken(worked.lines):
        if line.left not in asked or not isinstance(line.left, Deriv) or bench.env().get(line.left) != 0:
            continue
        for _, formula in line.chain:
            factors = _factors(formula)
            if not any(isinstance(f, Deriv) and f in asked for f in factors):
                zero = _zero_factor(bench, factors)
                if zero is not None:
                    found.setdefault(Rel((zero, ZERO), ("=",)), []).append(line.left)
                    break
    dead = [symbol for zeros in found.values() for symbol in zeros]
    if len(found) > 1 and (common := _common(bench, dead)) is not None:
        found = {Rel((common, ZERO), ("=",)): dead}
    units: dict[Written, list[tuple[Written, tuple[Deriv, ...]]]] = {}
    for factor, zeros in found.items():
        unit = ZERO if len(found) <= 2 else _unit(bench, factor.items[0])  # two factors make one sentence
        units.setdefault(unit, []).append((factor, tuple(zeros)))
    if len(units) > DEAD_UNITS or any(len(zeros) > MANY for zeros in found.values()):
        return [phrase("dead-why-count", n=len(dead), factors=tuple(found))]
    return [_dead(factors) for factors in units.values()]


def _common(bench: Bench, dead: Sequence[Deriv]) -> Deriv | None:
    """The derivative nearest to the target that is 0 and stands on every way of all of these."""
    (target, *others), names = dict.fromkeys(d.of for d in dead), [d.by[0] for d in dead]
    if others or not isinstance(target, Name) or bench.rounding.carry == "rounded":
        return None
    count = bench.graph.count_paths
    for node in reversed(bench.graph.order):
        symbol = bench.adjoint(target, node)
        if node == target or bench.env().get(symbol) != 0 or (bench.epoch, symbol) not in bench.found:
            continue
        if all(isinstance(n, Name) and count(n, node) * count(node, target) == count(n, target) for n in names):
            return symbol
    return None


def dead_paths(bench: Bench, worked: Worked) -> list[Phrase]:
    """Which of several paths adds 0, and by which factor."""
    found = []
    for table in (b for b in worked.blocks if isinstance(b, Table) and b.columns[0] == COLUMN and bench.numeric):
        products = [row[1] for row in table.rows]
        zeros = [_zero_factor(bench, _factors(p)) if isinstance(p, Written) else None for p in products]
        if None in zeros:  # else the sum itself is 0, and why is told
            found += [phrase("path-nothing", path=row[0], factor=Rel((zero, ZERO), ("=",)))
                      for row, zero in zip(table.rows, zeros, strict=True) if zero is not None]  # fmt: skip
    return found


def _dead(found: Sequence[tuple[Written, tuple[Deriv, ...]]]) -> Phrase:
    """Why the derivatives of one unit are 0."""
    factor, derivatives = found[0]
    if len(found) > 1:
        why, others = found[1]
        return phrase("dead-why-both", derivatives=derivatives, factor=factor, others=others, why=why)
    if len(derivatives) == 1:
        return phrase("dead-why", derivative=derivatives[0], factor=factor)
    return phrase("dead-why-all", derivatives=derivatives, factor=factor)


def _unit(bench: Bench, factor: Written) -> Written:
    """The net input of the unit that a factor belongs to: z of h = f(z), of ∂L/∂z and of f'(z)."""
    name = factor.by[0] if isinstance(factor, Deriv) else factor
    definition = bench.graph[name].definition if isinstance(name, Name) else name
    inner = pre_activation(definition) if definition is not None else None
    return name if inner is None else inner


def _factors(formula: Written) -> tuple[Written, ...]:
    """The factors of a product, or the one derivative ∂L/∂z that is ∂L/∂b."""
    product = formula.arg if isinstance(formula, Neg) else formula
    if isinstance(product, Prod):
        return product.factors
    return (product,) if isinstance(product, Deriv) else ()


def _zero_factor(bench: Bench, factors: tuple[Written, ...]) -> Written | None:
    symbols = [f for f in factors if isinstance(f, Deriv)]
    if len(symbols) > 1:
        return None  # the chain in symbols; the next formula names the factor
    rounded = bench.rounding.carry == "rounded"  # then a quantity may be 0 because it was rounded
    for factor in filter(_plain, factors):
        try:
            if bench.value(factor) == 0 and not (rounded and isinstance(factor, Name | Deriv | Sum)):
                return factor
        except (NotGiven, Undefined):
            continue
    return None


def _plain(factor: Written) -> bool:
    """Whether it can be seen why a factor is 0: a quantity, a derivative, a slope, a difference of two of them."""
    if isinstance(factor, Sum):
        return len(factor.terms) == 2 and all(
            isinstance(t.arg if isinstance(t, Neg) else t, Name) for t in factor.terms
        )
    return isinstance(factor, Name | Deriv | Indicator) or (isinstance(factor, Call) and factor.primes > 0)


def contradictions(bench: Bench, worked: Worked) -> list[Phrase]:
    """A value that is given for a quantity and differs from what its equation gives."""
    if worked.task.kind != "forward":
        return []
    found = []
    for name in bench.graph.order:
        definition = bench.graph[name].definition
        if name not in bench.part.given or name not in bench.env() or definition is None:
            continue
        try:
            own = bench.value(definition)
        except (NotGiven, Undefined):
            continue
        if minus(own, bench.env()[name]) != 0:
            given, computed = bench.show(bench.env()[name])[0], bench.show(own)[0]
            found.append(phrase("given-contradiction", z=name, given=given, computed=computed))
    return found


def rounding_note(part: Part, worked: tuple[Worked, ...]) -> tuple[Worked, ...]:
    """How numbers are rounded, said once, before the first one that is marked; of a table above that at the table.

    With it all the rows are named whose printed numbers do not reproduce their results.
    """
    out = [replace(w, remarks=tuple(r for r in w.remarks if r.code not in (LOOSE, GUARDED))) for w in worked]
    guarded = any(r.code == GUARDED for w in worked for r in w.remarks)
    loose = tuple(label for w in worked for r in w.remarks if r.code == LOOSE for label in dict(r.data)["lines"])
    told = False
    for i, item in enumerate(out):
        marked = any(_rounded(block.lines) for block in item.blocks if isinstance(block, Lines))
        if marked or (not told and _rounded(item.lines)):
            where: tuple[Phrase, ...] = (phrase(LOOSE, lines=loose),) if marked and loose else ()
            where += (phrase(GUARDED),) if marked and guarded else ()
            note = Prose((_note(part, marked=marked), *where))
            at = 0 if marked else _table(item.blocks)
            rest = item.blocks[at:]
            if isinstance(first := rest[0], Prose) and [p.code for p in first.phrases] == ["forward-order"]:
                rest = rest[1:]  # the note leads to the lines
            out[i], told = replace(item, blocks=(*item.blocks[:at], note, *rest)), True
        if marked:
            break
    return tuple(out)


def _table(blocks: tuple[Block, ...]) -> int:
    """Where the first table with a rounded number stands, or the sentence that leads to it."""
    at = next(k for k, b in enumerate(blocks) if isinstance(b, Table) and _rounded(b.claims))
    return at - 1 if at and isinstance(blocks[at - 1], Prose) else at


def _rounded(lines: Iterable[Line]) -> bool:
    return any(relation == "≈" for line in lines for relation, _ in line.chain)


def _note(part: Part, *, marked: bool) -> Phrase:
    rounding = part.conventions.rounding
    if not marked:
        return phrase("round-table-decimals" if rounding.kind == "decimals" else "round-table-digits", n=rounding.count)
    if rounding.carry == "rounded":
        code = "round-carried-decimals" if rounding.kind == "decimals" else "round-carried-digits"
        return phrase(code, n=rounding.count)
    return phrase("round-decimals" if rounding.kind == "decimals" else "round-digits", n=rounding.count)
