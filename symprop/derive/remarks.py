"""Remarks: facts of this exercise that a reader would ask about, each with its condition."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symprop import functions
from symprop.derive.bench import Bench
from symprop.derive.closing import closing
from symprop.derive.direct import opened
from symprop.derive.numbers import minus
from symprop.derive.values import NotGiven
from symprop.evaluate import Undefined
from symprop.model.exercise import Part
from symprop.model.solution import Line, Lines, Phrase, Prose, Table, Worked, phrase
from symprop.written import ZERO, Call, Cases, Deriv, Indicator, Name, Neg, Num, Prod, Rel, Sum, Written

TOLD = 2  # derivatives that are 0, with the reason


def with_remarks(bench: Bench, worked: Worked) -> Worked:
    """The task with the remarks that its lines call for."""
    found = [*dead_units(bench, worked), *contradictions(bench, worked), *closing(bench, worked)]
    printed = {line.label for line in _lines(worked)}
    loose = tuple(dict.fromkeys(label for label in bench.loose if label in printed))
    bench.loose = []
    if loose:
        found.append(phrase("round-where", lines=loose))
    return replace(worked, remarks=worked.remarks + tuple(found)) if found else worked


def dead_units(bench: Bench, worked: Worked) -> list[Phrase]:
    """A derivative that is 0 because one factor of its product is: which one.  Two examples are enough."""
    found = []
    if worked.task.kind not in ("derivative", "gradient") or not bench.numeric:
        return []
    asked = {a.quantity for a in worked.answers}
    for line in _lines(worked):
        if line.left not in asked or not isinstance(line.left, Deriv) or bench.env().get(line.left) != 0:
            continue
        for _, formula in line.chain:
            product = formula.arg if isinstance(formula, Neg) else formula
            if isinstance(product, Prod) and not any(isinstance(f, Deriv) and f in asked for f in product.factors):
                zero = _zero_factor(bench, product)
                if zero is not None:
                    found.append(phrase("dead-why", derivative=line.left, factor=Rel((zero, ZERO), ("=",))))
                    break
    return found[:TOLD]


def _zero_factor(bench: Bench, product: Prod) -> Written | None:
    symbols = [f for f in product.factors if isinstance(f, Deriv)]
    if len(symbols) > 1:
        return None  # the chain in symbols; the next formula names the factor
    rounded = bench.rounding.carry == "rounded"  # then a quantity may be 0 because it was rounded
    for factor in filter(_plain, product.factors):
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


def slope_reasons(bench: Bench, formula: Written) -> tuple[Phrase, ...]:
    """A ReLU's slope is looked up: on, off, or the convention exactly at its kink."""
    found: dict[Phrase, None] = {}
    chosen: set[Written] = set()  # indicators inside a case that does not apply
    for node in formula.walk():
        if isinstance(node, Cases) and node.conditions[0] is not None:
            tie = _tie(bench, node.conditions[0])
            if tie is not None:
                found[phrase("kink-tie", tie=tie, slope=node.values[0])] = None
                chosen.update(node.values[1:])
        if isinstance(node, Indicator) and node not in chosen and (tie := _tie(bench, node.condition)) is not None:
            found[phrase("kink-tie", tie=tie, slope=ZERO)] = None
        elif isinstance(node, Indicator) and (gate := _gate(bench, node)) is not None:
            found[phrase("slope-on" if gate[1] else "slope-off", z=gate[0])] = None
        if isinstance(node, Call) and node.primes == 1 and len(node.args) == 1:
            plain = Call(node.func, node.args)
            try:
                at_kink = bench.value(node.args[0]) == 0
            except (NotGiven, Undefined):
                continue
            row = functions.lookup(plain, bench.part.vocabulary)
            if not at_kink and isinstance(row, functions.Function) and row.key == "ReLU":
                on = bench.value(node.args[0]) > 0
                found[phrase("slope-on" if on else "slope-off", z=node.args[0])] = None
            if at_kink and isinstance(row, functions.Function) and row.kinks_text:
                slope, _ = bench.show(bench.value(node))
                found[phrase("kink-convention", z=Rel((node.args[0], ZERO), ("=",)), f=node.func, slope=slope)] = None
    return tuple({p.code if p.code in ("slope-on", "slope-off") else p: p for p in reversed(found)}.values())[::-1]


def _written_indicators(bench: Bench) -> frozenset[Written]:
    """Those of the equations themselves: [z > 0] z² is no rectifier."""
    if bench.indicators is None:
        definitions = (bench.graph[name].definition for name in bench.graph.order)
        found = (n for d in definitions if d for n in opened(bench, d).walk() if isinstance(n, Indicator))
        bench.indicators = frozenset(found)
    return bench.indicators


def _gate(bench: Bench, indicator: Indicator) -> tuple[Written, bool] | None:
    """z of 1[z > 0], the slope of a rectifier, and whether it is 1 at the numbers."""
    if indicator in _written_indicators(bench):
        return None
    match indicator.condition:
        case Rel((argument, Num(Fraction(numerator=0), _)), (">",)):
            try:
                return argument, bool(bench.value(argument) > 0)
            except (NotGiven, Undefined):
                return None
    return None


def _tie(bench: Bench, condition: Written) -> Written | None:
    """a = b, where the condition a > b compares equal numbers."""
    if not isinstance(condition, Rel) or len(condition.items) != 2:
        return None
    try:
        a, b = (bench.value(item) for item in condition.items)
    except (NotGiven, Undefined):
        return None
    return Rel(condition.items, ("=",)) if minus(a, b) == 0 else None


def rounding_note(part: Part, worked: tuple[Worked, ...]) -> tuple[Worked, ...]:
    """How numbers are rounded, said once, before the first one that is."""
    for i, item in enumerate(worked):
        if any(relation == "≈" for line in _lines(item) for relation, _ in line.chain):
            note = Prose((_note(part),))
            return (*worked[:i], replace(item, blocks=(note, *item.blocks)), *worked[i + 1 :])
    return worked


def _note(part: Part) -> Phrase:
    rounding = part.conventions.rounding
    if rounding.carry == "rounded":
        return phrase("round-carried")
    return phrase("round-decimals" if rounding.kind == "decimals" else "round-digits", n=rounding.count)


def _lines(worked: Worked) -> list[Line]:
    found: list[Line] = []
    for block in worked.blocks:
        if isinstance(block, Lines):
            found += block.lines
        elif isinstance(block, Table):
            found += block.claims
    return found
