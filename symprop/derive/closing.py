"""Closing remarks: what a reader should take away from the results, each sentence with its condition.

saturated       a sigmoid or tanh whose slope is below 1/20, on the way to a gradient that is asked, without a logarithm
                behind it that undoes it
kinks-cancel    a derivative exists although kinks lie on the way, and the slopes chosen there do not give it
smaller-early   the derivatives farthest from the target are at least four times smaller than the nearest ones
common-factor   all results contain the same difference u - v, so all of them vanish where u = v
zero-iff        the one result has no other factor that can be 0, so it vanishes there alone
skip-carries    where a rectifier is off, one of several ways is left
first-order     Σ ∂L/∂w Δw is within a tenth of the actual change of L
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from symprop import functions
from symprop.derive.bench import Bench
from symprop.derive.calculus import row_of_body
from symprop.derive.form import KEEP_ALL
from symprop.derive.leaves import quantities
from symprop.derive.monomials import cost
from symprop.derive.numbers import dot, minus, size
from symprop.derive.rows import same_number
from symprop.derive.sides import told_otherwise
from symprop.derive.skip import skip_carries
from symprop.derive.symbols import function_of
from symprop.derive.values import NotGiven, Value
from symprop.evaluate import Undefined
from symprop.model.exercise import Rounding
from symprop.model.solution import Phrase, Prose, Worked, phrase
from symprop.notation.numbers import fraction_of, shown
from symprop.written import Call, Deriv, Name, Neg, Quot, Rel, Sum, Written, names_of, substitute

KINKS = ("kink-convention", "kink-tie", "kink-used")
FLAT = Fraction(1, 20)
SMALLER, LARGEST_RATIO = 4, 1000  # told as "at least"
LONGEST = 12  # a difference that is quoted: names, numbers and operations
SQUASHING = ("sigmoid", "tanh")
GRADIENTS = ("derivative", "gradient")
ZEROS = ("common-factor", "zero-iff")  # remarks on where results are 0


def closing(bench: Bench, worked: Worked) -> list[Phrase]:
    """The closing remarks of a task."""
    if worked.task.kind == "forward" and bench.epoch == 0:
        return saturated(bench, worked)
    if worked.task.kind not in GRADIENTS:
        return []
    if bench.numeric:
        return [*kinks_cancel(bench, worked), *smaller_early(bench, worked)]
    return [*skip_carries(bench, worked), *common_factor(bench, worked)]


def saturated(bench: Bench, worked: Worked) -> list[Phrase]:
    """σ(z) with σ'(z) < 1/20: little of a gradient gets through."""
    tasks = [t for t in bench.part.tasks if t.kind in (*GRADIENTS, "update")] if bench.numeric else []
    wanted = {n for t in tasks for n in (bench.graph.free_parameters if t.everything else t.by) if n in bench.graph}
    flat: dict[Written, list[Written]] = {}
    for answer in worked.answers:
        unit = answer.quantity
        definition = bench.graph[unit].definition if isinstance(unit, Name) else None
        if not isinstance(unit, Name) or not isinstance(definition, Call) or len(definition.args) != 1:
            continue
        row = functions.lookup(definition, bench.part.vocabulary)
        if not isinstance(row, functions.Function):
            row = row_of_body(definition, bench.part.vocabulary)
        if row is None or row.key not in SQUASHING or definition.primes:
            continue
        if not any(bench.graph.reaches(name, unit) for name in wanted) or _divides(bench, unit):
            continue
        try:
            slope = bench.value(functions.derivatives_of(definition, row, unit)[0])
        except (NotGiven, Undefined):
            continue
        if 0 < fraction_of(slope) < FLAT:
            flat.setdefault(definition.func, []).append(unit)
    return [phrase("saturated", f=f, units=tuple(units)) for f, units in flat.items()]


def _divides(bench: Bench, unit: Name) -> bool:
    """Whether a derivative by the unit, or by 1 - h, divides by it: that of ln h is 1/h, and undoes the small slope."""
    copies, found = [unit], {unit}
    for copy in copies:
        for child in bench.graph[copy].children:
            slope = bench.local(child, copy)
            if any(isinstance(f, Quot) and found.intersection(names_of(f.den)) for f in slope.walk()):
                return True
            if not quantities(slope) and child not in found:
                copies.append(child)
                found.add(child)
    return False


def kinks_cancel(bench: Bench, worked: Worked) -> list[Phrase]:
    """ReLU(z) - ReLU(-z) is z, also at z = 0, where the chain gives 0."""
    prose = (p for block in worked.blocks if isinstance(block, Prose) for p in block.phrases)
    if not any(p.code in KINKS for p in (*prose, *(r for line in worked.lines for r in line.reasons))):
        return []
    true = []
    for symbol in (a.quantity for a in worked.answers):
        if not isinstance(symbol, Deriv) or symbol.local or len(symbol.by) > 1 or not isinstance(symbol.of, Name):
            continue
        if bench.graph[symbol.of].role == "computed":
            value = told_otherwise(bench, symbol, function_of(bench, symbol.of, symbol.by))
            number, exact = bench.show(value) if value is not None else (None, False)
            true += [Rel((symbol, number), ("=" if exact else "≈",))] if number is not None else []
    return [phrase("kinks-cancel", derivatives=tuple(true))] if true else []


def smaller_early(bench: Bench, worked: Worked) -> list[Phrase]:
    """|∂L/∂w| for the weights farthest from L against those nearest to it."""
    near: dict[int, list[tuple[Name, Fraction]]] = {}
    both: list[tuple[int, Fraction]] = []  # near on one path, far on another
    targets = {a.quantity.of for a in worked.answers if isinstance(a.quantity, Deriv)}
    if len(targets) != 1:
        return []
    (target,) = targets
    lengths = bench.graph.path_lengths(target) if isinstance(target, Name) else {}
    for answer in worked.answers:
        symbol = answer.quantity
        if not isinstance(symbol, Deriv) or not isinstance(symbol.of, Name) or not isinstance(symbol.by[0], Name):
            return []
        name = symbol.by[0]
        if bench.graph[name].role != "parameter" or len(symbol.by) > 1 or answer.value is None:
            return []
        value = abs(Fraction(answer.value))
        shortest, longest = lengths.get(name, (0, 1))
        if value and shortest == longest:  # a regulariser is a short way past the network
            near.setdefault(shortest, []).append((name, value))
        elif value:
            both.append((longest, value))
    if len(near) < 2:
        return []
    first, last = near[max(near)], near[min(near)]
    nearest = min(v for _, v in last)
    ratio = nearest / max(v for _, v in first)
    if ratio < SMALLER or any(length >= max(near) and nearest < SMALLER * v for length, v in both):
        return []
    early, late = tuple(n for n, _ in first), tuple(n for n, _ in last)
    return [phrase("smaller-early", target=target, early=early, late=late, ratio=min(int(ratio), LARGEST_RATIO))]


def common_factor(bench: Bench, worked: Worked) -> list[Phrase]:
    """All closed forms are products with one and the same difference u - v, and 0 where u = v."""
    forms = [a.formula for a in worked.answers if isinstance(a.quantity, Deriv)]
    shared = [_differences(f) for f in forms]
    for difference in shared[0] if shared else ():
        if all(difference in others for others in shared[1:]) and all(_vanishes(bench, f, difference) for f in forms):
            first, second = difference.terms
            assert isinstance(second, Neg)
            zero = _zero(bench, first, second.arg)
            if len(forms) == 1 and _only_factor(forms[0], difference):
                return [phrase("zero-iff", factor=difference, zero=zero)]
            return [phrase("common-factor", results=len(forms), factor=difference, zero=zero)]
    return []


def _zero(bench: Bench, first: Written, second: Written) -> Rel:
    """z² = t; where the graph has x = z², x = z² = t."""
    for side, other in ((first, second), (second, first)):
        if not isinstance(side, Name):
            for node in bench.graph.order:
                definition = bench.graph[node].definition
                if definition is not None and functions.opened(definition, bench.part.vocabulary) == side:
                    return Rel((node, side, other), ("=", "="))
    return Rel((first, second), ("=",))


def _only_factor(formula: Written, difference: Sum) -> bool:
    """Whether nothing else above the line can be 0: c (u - v)/…"""
    above = [(unit, k) for unit, k in KEEP_ALL.factor_of(formula).units if k > 0]
    return [unit for unit, _ in above] == [difference]


def shared_factors(worked: tuple[Worked, ...]) -> tuple[Worked, ...]:
    """A factor that the results of several tasks contain is named once, after the last of them."""
    tasks: dict[tuple[Any, Any], list[int]] = {}
    for k, item in enumerate(worked):
        for remark in item.remarks:
            if remark.code in ZEROS and item.task.label:
                data = dict(remark.data)
                tasks.setdefault((data["factor"], data["zero"]), []).append(k)
    out = list(worked)
    for (factor, zero), found in tasks.items():
        if len(found) > 1:
            labels = tuple(worked[k].task.label for k in found)
            for k in found:
                rest = tuple(r for r in out[k].remarks if r.code not in ZEROS)
                out[k] = replace(out[k], remarks=rest)
            last = out[found[-1]]
            told = phrase("common-factor-tasks", parts=labels, factor=factor, zero=zero)
            out[found[-1]] = replace(last, remarks=(*last.remarks, told))
    return tuple(out)


def _vanishes(bench: Bench, formula: Written, difference: Sum) -> bool:
    """Whether the formula has a value where the difference is 0, and that value is 0: (y - z)/|y - z| has none."""
    first, second = difference.terms
    assert isinstance(second, Neg)
    name, other = (first, second.arg) if isinstance(first, Name) else (second.arg, first)
    if not isinstance(name, Name) or name in quantities(other):
        return False
    there = substitute(formula, {name: other})
    for k in (1, 2):
        env = {q: Fraction(7 * k + i, 3 + 2 * i) for i, q in enumerate(bench.programs.leaves(there))}
        try:
            if bench.programs.value(there, env) != 0:
                return False
        except (NotGiven, Undefined):
            return False
    return True


def _differences(formula: Written) -> list[Sum]:
    """The sums u - v of two quantities among the factors above the line."""
    found = []
    for unit, k in KEEP_ALL.factor_of(formula).units:
        match unit:
            case Sum((first, Neg(second))) if k > 0 and quantities(first) and quantities(second) and _short(unit):
                found.append(unit)
    return found


def _short(difference: Sum) -> bool:
    return cost(difference)[0] <= LONGEST


def first_order(bench: Bench, target: Name, old_epoch: int, rounding: Rounding) -> list[Phrase]:
    """Σ ∂L/∂w Δw beside the actual change, where it is within a tenth of it, and another number as they are printed."""
    foreseen = predicted(bench, target, old_epoch, bench.epoch)
    actual = minus(bench.env()[target], bench.env(old_epoch)[target])
    if 10 * size(minus(foreseen, actual)) > size(actual):
        return []
    data = {"loss": target, "predicted": shown(foreseen, rounding)[0], "actual": shown(actual, rounding)[0]}
    return [phrase("first-order", **data)] if not same_number(data["predicted"], data["actual"]) else []


def predicted(bench: Bench, target: Name, old_epoch: int, epoch: int) -> Value:
    """Σ ∂L/∂w Δw; exact where all of them are"""
    changes = moved(bench, old_epoch, epoch)
    return dot((bench.adjoint_value(target, name, old_epoch), change) for name, change in changes.items())


def moved(bench: Bench, old_epoch: int, epoch: int) -> dict[Name, Value]:
    """The leaves that are not what they were, with their changes."""
    old, new = bench.env(old_epoch), bench.env(epoch)
    changes = {n: minus(new[n], old[n]) for n in bench.graph.leaves if n in old and n in new}
    return {name: change for name, change in changes.items() if change != 0}
