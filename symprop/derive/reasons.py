"""Why a local derivative is what a line shows: a function's derivative as it is taught, or the rule that was applied.

slope     σ'(z) = h (1 - h)   for h = σ(z), where the derivative is told by the value
rules     quotient rule, (|u|)' = u' u/|u|, …
gates     a rectifier that is on or off, a kink where the slope is a convention
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from symprop import functions
from symprop.derive.bench import Bench
from symprop.derive.calculus import depends, row_of_body
from symprop.derive.leaves import quantities
from symprop.derive.numbers import minus, sign
from symprop.derive.signs import SIGN
from symprop.derive.values import NotGiven
from symprop.evaluate import Undefined
from symprop.model.graph import pre_activation
from symprop.model.solution import Phrase, phrase
from symprop.written import (
    ONE,
    ZERO,
    Call,
    Cases,
    Deriv,
    Indicator,
    Name,
    Neg,
    Num,
    Prod,
    Rel,
    Sum,
    Written,
    names_of,
    transform,
)

MOST = 2  # rules of one line
OPPOSITE = {"<": "≥", "≤": ">", ">": "≤", "≥": "<", "=": "≠", "≠": "="}
EXCHANGED = {">": "<", "<": ">"}  # the sides exchanged
GATES = ("ReLU", "pos")  # off: nothing passes


def edge_reasons(bench: Bench, child: Name, name: Name) -> list[Phrase]:
    """The reasons for ∂child/∂name; none where it can be seen at a glance, as in a weighted sum."""
    definition = bench.graph[child].definition
    if definition is None or bench.local(child, name) == ZERO:
        return []
    by_value = slope_by_value(bench, definition, child)
    if by_value is not None and isinstance(definition, Call) and depends(definition.args[0], name):
        return [by_value]
    slope = bench.slope(child, name)
    return [] if slope.primed else list(slope.rules[:MOST])  # at a kink the convention is the reason, and no rule


def slope_by_value(bench: Bench, definition: Written, output: Name) -> Phrase | None:
    """σ'(z) = h (1 - h), where h is defined as σ(z)."""
    if not isinstance(definition, Call) or len(definition.args) != 1 or definition.primes:
        return None
    vocabulary = bench.part.vocabulary
    row = functions.lookup(definition, vocabulary)
    if not isinstance(row, functions.Function):
        row = row_of_body(definition, vocabulary)
    if row is None or not row.by_value:
        return None
    prime = Call(definition.func, definition.args, 1)
    slope = functions.derivatives_of(definition, row, output)[0]
    return phrase("sigmoid-slope", f=definition.func, rule=Rel((prime, slope), ("=",)))


def slope_reasons(bench: Bench, formula: Written) -> tuple[Phrase, ...]:
    """A ReLU's slope is looked up: on, off, or the convention exactly at its kink."""
    found: dict[Phrase, None] = {}
    chosen: set[Written] = set()  # indicators inside a case that does not apply
    parts = _parts(formula)
    for node in formula.walk():
        if isinstance(node, Cases) and node.conditions[0] is not None:
            tie = _tie(bench, node.conditions[0])
            if tie is not None:
                if not _joined(bench, node):
                    found[phrase("kink-tie", tie=tie, slope=node.values[0])] = None
                chosen.update(node.values[1:])
        if isinstance(node, Indicator) and node not in chosen and (tie := _tie(bench, node.condition)) is not None:
            found[phrase("kink-tie", tie=tie, slope=ZERO)] = None
        elif isinstance(node, Indicator) and (gate := _gate(bench, node)) is not None:
            found[_open_or_shut(bench, node, *gate, parts)] = None
        elif isinstance(node, Indicator) and (reason := _passes(bench, node, parts)) is not None:
            found[reason] = None
        if isinstance(node, Call) and node.primes == 1 and len(node.args) == 1:
            plain = Call(node.func, node.args)
            try:
                at_kink = bench.value(node.args[0]) == 0
            except (NotGiven, Undefined):
                continue
            row = functions.lookup(plain, bench.part.vocabulary)
            cases = _cases(node, row)
            if cases is not None and _joined(bench, cases) and minus(bench.value(node), bench.value(cases)) == 0:
                at_kink = False
            if not at_kink and (branch := _branch(bench, node, row)) is not None:
                found[branch] = None
            if not at_kink and isinstance(row, functions.Function) and row.key == "ReLU":
                found[_open_or_shut(bench, node, node.args[0], bool(bench.value(node.args[0]) > 0), parts)] = None
            if at_kink and isinstance(row, functions.Function) and row.kinks_text:
                slope, _ = bench.show(bench.value(node))
                found[phrase("kink-convention", z=Rel((node.args[0], ZERO), ("=",)), f=node.func, slope=slope)] = None
    if bench.numeric:
        found |= dict.fromkeys(_sides(bench, formula))
    found = _sides_joined(tuple(found))
    return tuple({_said(p): p for p in reversed(found)}.values())[::-1]


def _open_or_shut(bench: Bench, gate: Written, z: Written, on: bool, parts: Mapping[Written, Sum]) -> Phrase:
    """The slope of a rectifier; of one that is part of a slope the side of its kink, and the whole slope there."""
    if gate not in parts:
        return phrase("slope-on" if on else "slope-off", z=z)
    turned, above = (z.arg, not on) if isinstance(z, Neg) else (z, on)
    return _side(bench, Rel((turned, ZERO), (">" if above else "<",)), parts[gate])


def _passes(bench: Bench, indicator: Indicator, parts: Mapping[Written, Sum]) -> Phrase | None:
    """Of max(u, v) the larger one passes: what 1[u > v], the slope by u, is at the numbers, and why."""
    where = indicator.condition
    if indicator in _written_indicators(bench) or not isinstance(where, Rel) or where.ops not in ((">",), ("<",)):
        return None
    try:
        holds = bench.value(indicator) == 1
    except (NotGiven, Undefined):
        return None
    told = where if holds else Rel(where.items[::-1], where.ops)
    if isinstance(told.items[0], Num):  # z > 0, not 0 < z
        told = Rel(told.items[::-1], (EXCHANGED[told.ops[0]],))
    if indicator in parts:
        return _side(bench, told, parts[indicator])
    return phrase("slope-side", where=(told,), slope=ONE if holds else ZERO)


def _side(bench: Bench, where: Rel, slope: Sum) -> Phrase:
    """z < 0: slope 0.1, where a slope is a number on each side; else the side alone."""
    plain = transform(slope, lambda f: ONE if _switch(f) else f)
    if quantities(plain):
        return phrase("sign-known", where=(where,))
    return phrase("slope-side", where=(where,), slope=bench.show(bench.value(slope))[0])


def _sides_joined(reasons: Iterable[Phrase]) -> dict[Phrase, None]:
    """One reason for a slope that depends on several switches: z > 0 and z - 1 > 0: slope 0."""
    found: dict[Phrase, None] = {}
    sides: dict[Written, tuple[Rel, ...]] = {}
    for data in (dict(r.data) for r in reasons if r.code == "slope-side"):
        sides[data["slope"]] = tuple(dict.fromkeys((*sides.get(data["slope"], ()), *data["where"])))
    for reason in reasons:
        if reason.code == "slope-side":
            slope = dict(reason.data)["slope"]
            reason = phrase("slope-side", where=sides[slope], slope=slope)
        found[reason] = None
    return found


def _parts(formula: Written) -> dict[Written, Sum]:
    """What stands in a term of a sum that is one slope, and the sum: 1[z > 0] and 1[z < 0] of 1[z > 0] + 0.1·1[z < 0].

    A sum is one slope where it multiplies a derivative (a sum over paths has one in each term), where one of its
    terms has no quantity (1 + 1[z > 0]), and where two terms depend on the side of the same argument.
    """
    found: dict[Written, Sum] = {}
    for node in formula.walk():
        sums = [f for f in node.children if isinstance(f, Sum)] if isinstance(node, Prod) else []
        if any(isinstance(f, Deriv) for f in node.children):
            found.update({part: f for f in sums for part in f.walk()})
        if isinstance(node, Sum):
            sides = [{frozenset(names_of(g)) for g in term.walk() if _switch(g)} for term in node.terms]
            shared = any(a & b for k, a in enumerate(sides) for b in sides[:k])
            if shared or not all(quantities(term) for term in node.terms):
                found.update({part: node for part in node.walk() if part not in found})
    return found


def _switch(node: Written) -> bool:
    """Whether it jumps where its argument changes its sign: 1[z > 0], ReLU'(z)"""
    return isinstance(node, Indicator) or (isinstance(node, Call) and node.primes > 0)


def _sides(bench: Bench, formula: Written) -> Iterator[Phrase]:
    """Which of two cases applies; and u < 0, where u/|u| is -1 and u is rounded, so that its numbers are not put in."""
    told, case = applied(bench, formula)
    found = [case] if case is not None and (_tie(bench, case) is None or _joined(bench, formula)) else []
    signed = bench.programs.signed(told)
    if signed != told and not bench.printed(formula)[1]:
        inner = (node.args[0] for node in signed.walk() if isinstance(node, Call) and node.func == SIGN)
        found += [Rel((u, ZERO), (">" if bench.value(u) > 0 else "<",)) for u in inner]
    if found:
        yield phrase("sign-known", where=tuple(found))


def applied(bench: Bench, formula: Written) -> tuple[Written, Rel | None]:
    """Which of two cases applies at the numbers, and what holds there; other formulas themselves."""
    match formula:
        case Cases((first, second), (Rel((_, _), (op,)) as where, None)) if op in OPPOSITE:
            if bench.value(Indicator(where)) == 1:
                return first, where
            return second, Rel(where.items, (OPPOSITE[op],))
    return formula, None


def _branch(bench: Bench, slope: Call, row: object) -> Phrase | None:
    """ELU'(z) = e^z for z < 0: the case that applies of a derivative that is defined by cases."""
    cases = _cases(slope, row)
    if not isinstance(cases, Cases):
        return None
    above = sign(bench.value(slope.args[0]))
    rule = Rel((slope, cases.values[0 if above > 0 else 1]), ("=",))
    where = Rel((slope.args[0], ZERO), ({1: ">", 0: "≤", -1: "<"}[above],))
    return phrase("slope-branch", rule=rule, where=where)


def _cases(slope: Call, row: object) -> Written | None:
    """What f'(z) is in the table, for a function of one argument."""
    if not isinstance(row, functions.Function):
        return None
    (found,) = functions.derivatives_of(Call(slope.func, slope.args), row)
    return found


def _joined(bench: Bench, slope: Written | None) -> bool:
    """Whether the two cases of a derivative agree at the numbers: at their border there is no kink."""
    if not isinstance(slope, Cases) or len(slope.values) != 2:
        return False
    try:
        first, second = (bench.value(value) for value in slope.values)
    except (NotGiven, Undefined):
        return False
    return minus(first, second) == 0


def slope_note(bench: Bench, reasons: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """What the slope of a rectifier is, once, where it is looked up and no rectifier is exactly at its kink."""
    if bench.slope_told or not any(r.code in ("slope-on", "slope-off") for r in reasons):
        return ()
    defined = (d for name in bench.graph.order if (d := bench.graph[name].definition) is not None)
    parts = (node for d in defined for node in functions.opened(d, bench.part.vocabulary).walk())
    gates = [gate for node in parts if (gate := rectified(bench, node)) is not None]
    if not gates or any(bench.value(g) == 0 for g in gates):
        return ()
    bench.slope_told = True
    return (phrase("kink-unused", f=Name("ReLU")),)


def kinks_met(reasons: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """As sentences, where the reasons are those of a table: which slope is used at a kink that is met exactly."""
    found: dict[Written, dict[frozenset[Written], Rel]] = {}
    for data in (dict(r.data) for r in reasons if r.code in ("kink-convention", "kink-tie")):
        at: Rel = data.get("z") or data["tie"]
        found.setdefault(data["slope"], {}).setdefault(frozenset(at.items), at)  # a = b is b = a
    return tuple(phrase("kink-used", at=tuple(ties.values()), slope=slope) for slope, ties in found.items())


def rectified(bench: Bench, definition: Written | None) -> Written | None:
    """z of ReLU(z) or [z]^+"""
    argument = pre_activation(definition) if definition is not None else None
    if argument is None or not isinstance(definition, Call):
        return None
    row = functions.lookup(definition, bench.part.vocabulary)
    return argument if isinstance(row, functions.Function) and row.key in GATES else None


def _said(reason: Phrase) -> tuple[object, ...]:
    """What a reason says: of a gate no argument, of a kink not which function."""
    if reason.code in ("slope-on", "slope-off"):
        return (reason.code,)
    return (reason.code, *(value for key, value in reason.data if key != "f"))


def _written_indicators(bench: Bench) -> frozenset[Written]:
    """Those of the equations themselves: [z > 0] z² is no rectifier."""
    if bench.indicators is None:
        defined = (d for name in bench.graph.order if (d := bench.graph[name].definition) is not None)
        bodies = (functions.opened(d, bench.part.vocabulary) for d in defined)
        found = (node for body in bodies for node in body.walk() if isinstance(node, Indicator))
        bench.indicators = frozenset(found)
    return bench.indicators


def _gate(bench: Bench, indicator: Indicator) -> tuple[Written, bool] | None:
    """z of 1[z > 0], the slope of a rectifier, and whether it is 1 at the numbers."""
    argument = above_zero(indicator)
    if argument is None or indicator in _written_indicators(bench):
        return None
    try:
        return argument, bool(bench.value(argument) > 0)
    except (NotGiven, Undefined):
        return None


def above_zero(indicator: Indicator) -> Written | None:
    """z of 1[z > 0]"""
    match indicator.condition:
        case Rel((argument, Num(Fraction(numerator=0), _)), (">",)):
            return argument
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
