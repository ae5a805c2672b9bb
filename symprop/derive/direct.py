"""Substitute and differentiate: the target written as a function of one variable alone, then rule by rule.

L = t/x - ln(t/x) - 1,  x = z²
  = t/z² - ln(t/z²) - 1                 substitute
  = t/z² - ln t + 2 ln|z| - 1           expand logarithms, with their side conditions
∂L/∂z = -t·2z/z⁴ + 2·1/z                term by term, each rule named
  = -2t/z³ + 2/z = (2z² - 2t)/z³ = 2(z² - t)/z³
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from symprop import functions
from symprop.derive.bench import Bench, Known
from symprop.derive.calculus import depends
from symprop.derive.form import Form, tidy
from symprop.derive.positive import always
from symprop.derive.reasons import slope_reasons
from symprop.derive.rows import with_numbers
from symprop.derive.stages import stages
from symprop.model.solution import Block, Line, Lines, Phrase, Prose, phrase
from symprop.written import (
    ZERO,
    Call,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Rel,
    Sum,
    Written,
    add,
    mul,
    names_of,
    num,
    operations,
    substitute,
    transform,
)

LOGS = (Name("ln"), Name("log"))
LONGEST_INSERTED = 6  # operations of an equation that a reason repeats


def between(bench: Bench, target: Name, name: Name) -> list[Name]:
    """The nodes that have to be put into the target's definition so that it shows all of its dependence on ``name``."""
    graph = bench.graph
    return [n for n in graph.order if n not in (target, name) and graph.reaches(name, n) and graph.reaches(n, target)]


def is_put_in(bench: Bench, target: Name, name: Name) -> bool:
    """Whether the target may be told as a function of ``name`` alone: no result is told by a quantity between them."""
    folding = {n for ratios in bench.folding.ratios for n in ratios.names}
    return folding.isdisjoint(between(bench, target, name))


def put_in(bench: Bench, target: Name, name: Name) -> dict[Written, Written]:
    """The nodes between as functions of ``name``, bodies opened."""
    formulas: dict[Written, Written] = {}
    for node in between(bench, target, name):
        definition = bench.graph[node].definition
        assert definition is not None
        formulas[node] = opened(bench, substitute(definition, formulas))
    return formulas


def as_function(bench: Bench, target: Name, name: Name) -> Written:
    """The target with the nodes between put in, bodies opened."""
    definition = bench.graph[target].definition
    assert definition is not None, f"{target} has no definition"
    return opened(bench, substitute(definition, put_in(bench, target, name)))


def opened(bench: Bench, formula: Written) -> Written:
    """Functions of the exercise replaced by their bodies."""
    return functions.opened(formula, bench.part.vocabulary)


def expand_logs(formula: Written, x: Name) -> tuple[Written, tuple[Written, ...]]:
    """ln(u/v) = ln u - ln v, ln(u v) = ln u + ln v, ln u^n = n ln|u| where x occurs; and the conditions of doing so."""
    conditions: dict[Written, None] = {}

    def parts(log: Name, u: Written, sign: int) -> list[tuple[int, Written]]:
        match u:
            case Quot(a, b):
                return parts(log, a, sign) + parts(log, b, -sign)
            case Prod(factors):
                return [p for f in factors for p in parts(log, f, sign)]
            case Pow(base, Num(value, _)) if value.denominator == 1 and depends(base, x):
                even = value % 2 == 0
                inside = Call(Name("abs"), (base,)) if even else base
                if not even:
                    conditions[Rel((base, ZERO), (">",))] = None
                return [(sign, mul(num(value), Call(log, (inside,))))]
            case Num(Fraction(numerator=1, denominator=1), _):
                return []
            case Num():
                return [(sign, Call(log, (u,)))]
            case _:
                conditions[Rel((u, ZERO), (">",))] = None
                return [(sign, Call(log, (u,)))]

    def change(f: Written) -> Written:
        if isinstance(f, Call) and f.func in LOGS and not f.primes and depends(f, x):
            argument = f.args[0]
            if isinstance(argument, Quot | Prod | Pow):
                found = parts(f.func, argument, 1)
                return add(*(term if sign > 0 else Neg(term) for sign, term in found))
        return f

    changed = transform(formula, change)
    if changed == formula:
        return formula, ()
    return spread(changed), tuple(conditions)


def log_rules(formula: Written, x: Name) -> tuple[Phrase, ...]:
    """The rules of logarithms that ``expand_logs`` uses."""
    found: dict[Phrase, None] = {}
    for node in formula.walk():
        if isinstance(node, Call) and node.func in LOGS and depends(node, x):
            for inner in node.args[0].walk():
                if isinstance(inner, Quot):
                    found[phrase("log-rule")] = None
                elif isinstance(inner, Prod):
                    found[phrase("log-product")] = None
                elif isinstance(inner, Pow) and depends(inner.base, x):
                    found[phrase("log-power")] = None
    return tuple(found)


def spread(formula: Written) -> Written:
    """-(a - b) + c as -a + b + c: signs of inner sums carried out, nothing else."""
    if not isinstance(formula, Sum):
        return formula
    terms: list[Written] = []
    for term in formula.terms:
        if isinstance(term, Neg) and isinstance(term.arg, Sum):
            terms.extend(t.arg if isinstance(t, Neg) else Neg(t) for t in term.arg.terms)
        else:
            terms.append(term)
    return add(*terms)


def direct(bench: Bench, target: Name, name: Name, *, boxed: bool = True) -> list[Block]:
    """The blocks that show ∂target/∂name by substitution and differentiation."""
    blocks: list[Block] = []
    symbol = bench.adjoint(target, name)
    definition = bench.graph[target].definition
    assert definition is not None
    formula = as_function(bench, target, name)
    plain, conditions = expand_logs(formula, name)
    known = bench.part.assume
    conditions = tuple(c for c in conditions if c not in known and not always(c, bench.part.vocabulary))
    rows: list[Line] = []
    known_line = bench.substituted.get((bench.epoch, target, formula))
    if known_line is not None and plain == formula:
        blocks.append(Prose((phrase("as-function-again", target=target, by=name, line=known_line),)))
    elif formula != definition:
        inserted = tuple(
            Rel((n, opened(bench, bench.graph[n].definition or ZERO)), ("=",)) for n in between(bench, target, name)
        )
        label = bench.substituted[bench.epoch, target, formula] = bench.new_label()
        named = phrase("fold", names=tuple(rel.items[0] for rel in inserted))
        short = sum(operations(rel.items[1]) for rel in inserted) <= LONGEST_INSERTED
        why = (phrase("insert-plain", inserted=inserted) if short else named,)
        rows.append(Line(target, (("=", formula),), why, epoch=bench.epoch, label=label))
    if plain != formula:
        continued = None if rows else target
        logs = log_rules(formula, name)
        rows.append(Line(continued, (("=", plain),), logs, epoch=bench.epoch, conditions=conditions))
    if rows:
        blocks += [Prose((phrase("as-function", target=target, by=name),)), Lines(tuple(rows))]
    blocks.append(Prose((_announcement(plain, name),)))
    slope = bench.differentiated(plain, name, target)
    form, final = Form(slope.kept), slope.told
    steps = stages(slope.raw, final, form)
    folded = fold(bench, final, put_in(bench, target, name))
    unfolded = len(steps) - 1
    if folded != final:
        names = tuple(n for n in names_of(folded) if n not in names_of(final))
        folded = tidy(folded)
        steps.append((folded, phrase("fold", names=names)))
        final = folded
    by_names = bench.folding.steps(final, slope.raw)
    if by_names:
        steps, final = [*steps, *by_names], by_names[-1][0]
    before = bench.new_label() if unfolded < len(steps) - 1 else ""
    if before:
        bench.told[symbol, steps[unfolded][0]] = before
    own = (phrase("fold", names=(target,)),) if target in names_of(slope.raw) else ()  # q (1 - q), where q = σ(…)
    lines: list[Line] = []
    for i, (stage, reason) in enumerate(steps):
        reasons = (*slope.rules, *own) if i == 0 else (reason,) if reason else ()
        last = i == len(steps) - 1
        left = symbol if i == 0 else None
        label = bench.new_label() if last else before if i == unfolded else ""
        lines.append(
            Line(
                left,
                (("=", stage),),
                reasons,
                epoch=bench.epoch,
                conditions=conditions,
                boxed=boxed and last,
                label=label,
            )
        )
    if bench.numeric:
        last_line = with_numbers(bench, symbol, [final], (), label=lines[-1].label, numbers=True)
        numbers, slopes = last_line.chain[1:], slope_reasons(bench, final)
        if slopes and len(lines) > 1:  # they are put in where the numbers are
            lines.append(replace(lines[-1], chain=numbers, reasons=slopes))
            lines[-2] = replace(lines[-2], boxed=False, label="")
        else:
            lines[-1] = replace(lines[-1], chain=lines[-1].chain + numbers, reasons=lines[-1].reasons + slopes)
    blocks.append(Lines(tuple(lines)))
    bench.forms[symbol] = final
    bench.found[(bench.epoch, symbol)] = Known(final, lines[-1].label, bench.task)
    return blocks


def fold(bench: Bench, formula: Written, formulas: Mapping[Written, Written]) -> Written:
    """A call that defines a node replaced by the node's name: y (1 - y) for σ(s)(1 - σ(s)), also where its argument
    has been put in."""
    known: dict[Written, Written] = {}
    for node, form in formulas.items():
        definition = bench.graph[node].definition if isinstance(node, Name) else None
        if isinstance(definition, Call) and isinstance(form, Call):
            known |= {definition: node, form: node, tidy(form): node}
    return transform(formula, lambda f: known.get(f, f) if isinstance(f, Call) else f)


def _announcement(formula: Written, name: Name) -> Phrase:
    if not isinstance(formula, Sum):
        return phrase("differentiate", by=name)
    constants = tuple(dict.fromkeys(t.arg if isinstance(t, Neg) else t for t in formula.terms if not depends(t, name)))
    if not constants:
        return phrase("termwise")
    return phrase("termwise-constants", constants=constants, by=name)
