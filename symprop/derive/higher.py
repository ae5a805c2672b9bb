"""Second derivatives, by the shorter of two ways.

∂L/∂w = 2w(w - 1),   ∂²L/∂w² = 4w - 2                      the quantities put in, then differentiated twice
∂q/∂z = q (1 - q),   ∂²q/∂z² = (1 - 2q) ∂q/∂z = …          the first derivative as it is told, by the chain rule
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from symprop.derive.backward import times
from symprop.derive.bench import Bench, Known
from symprop.derive.calculus import Slope, depends, slope
from symprop.derive.form import Form, tidy
from symprop.derive.monomials import cost
from symprop.derive.rows import with_numbers
from symprop.derive.stages import reordered, stages
from symprop.derive.symbols import function_of, refuse_kinks
from symprop.model.solution import Block, Line, Lines, Phrase, Prose, phrase
from symprop.written import ZERO, Deriv, Name, Num, Quot, Written, add, names_of


def higher(bench: Bench, symbol: Deriv) -> tuple[list[Block], Written]:
    """The blocks that show d²A/dB dC, and what it is."""
    assert isinstance(symbol.of, Name)
    refuse_kinks(bench, symbol, function_of(bench, symbol.of, symbol.by))
    found = chained(bench, symbol)
    return put_in_first(bench, symbol) if found is None else by_chain(bench, symbol, *found)


@dataclass(frozen=True, slots=True)
class Rule:
    """Σ ∂(∂A/∂B)/∂n · ∂n/∂C with the slopes as the rules leave them and in their shortest form; the rules in order."""

    raw: Written
    told: Written
    why: tuple[Phrase, ...]

    def lines(self, symbol: Deriv, cited: tuple[Phrase, ...], epoch: int) -> Iterator[Line]:
        """One line where the slopes have their shortest form at once, else two."""
        reasons = (phrase("chain"), *self.why[:2], *cited)
        if self.raw == self.told or reordered(self.raw, self.told):
            yield Line(symbol, (("=", self.told),), reasons, epoch)
        else:
            yield Line(symbol, (("=", self.raw),), reasons, epoch)
            yield Line(None, (("=", self.told),), (phrase("simplify"),), epoch)


def chained(bench: Bench, symbol: Deriv) -> tuple[Rule, Written] | None:
    """The derivative of the first one by the chain rule, and the result; None where nothing in the first one depends on
    the second variable, or where the result is shorter once everything is put in."""
    target, (first, *rest) = symbol.of, symbol.by
    assert isinstance(target, Name) and isinstance(first, Name)
    if len(rest) != 1 or not isinstance(name := rest[0], Name):
        return None
    told = bench.closed(target, first)
    through = _through(bench, told, name)
    if not through or any(isinstance(node, Deriv) for node in told.walk()):
        return None
    slopes = {n: _slope(bench, told, n) for n in through}

    def by_rule(outer: Callable[[Slope], Written]) -> Written:
        parts = ((n, outer(found)) for n, found in slopes.items())
        return _sum(times(bench.adjoint(n, name), part) if n != name else part for n, part in parts)

    why = tuple(dict.fromkeys(r for found in slopes.values() for r in found.rules))
    rule = Rule(by_rule(lambda found: found.raw), by_rule(lambda found: found.told), why)
    result = tidy(_sum(times(bench.closed(n, name), slopes[n].told) for n in through))
    steps = bench.folding.steps(result)
    result = steps[-1][0] if steps else result
    plain = function_of(bench, target, symbol.by)
    for by in symbol.by:
        _, plain = _differentiated(bench, tidy(plain), by)
    return (rule, result) if cost(result) < cost(plain) else None


def _through(bench: Bench, formula: Written, name: Name) -> list[Name]:
    """The quantities of a formula that depend on another, or are that one."""
    return [n for n in names_of(formula) if depends(formula, n) and (n == name or bench.graph.reaches(name, n))]


def _slope(bench: Bench, formula: Written, name: Written) -> Slope:
    assert isinstance(name, Name)
    return slope(formula, name, bench.part.vocabulary, kinks=bench.part.conventions.kinks)


def _differentiated(bench: Bench, formula: Written, name: Written) -> tuple[Slope, Written]:
    """A derivative with its rules, and its shortest form."""
    found = _slope(bench, formula, name)
    return found, min(found.told, tidy(found.raw, ()), key=lambda f: cost(f)[0])


def _sum(terms: Iterable[Written]) -> Written:
    kept = [t for t in terms if t != ZERO]
    return add(*kept) if kept else ZERO


def by_chain(bench: Bench, symbol: Deriv, rule: Rule, result: Written) -> tuple[list[Block], Written]:
    """∂²A/∂B∂C = Σ ∂(∂A/∂B)/∂n · ∂n/∂C, over the quantities n in the first derivative; what is missing comes first."""
    from symprop.derive.tasks import symbolic_telling, unframed
    from symprop.derive.tasks import told as worked

    blocks: list[Block] = []
    first = Deriv(symbol.of, symbol.by[:1])
    inner = [node for node in rule.told.walk() if isinstance(node, Deriv)]
    used = dict.fromkeys((first, *inner))
    for needed in used:
        assert isinstance(needed.of, Name) and isinstance(needed.by[0], Name)
        if (bench.epoch, needed) not in bench.found:
            tell = symbolic_telling(bench, needed.of, needed.by[0])
            blocks += [unframed(block) for block in worked(bench, needed.of, (needed.by[0],), tell)]
    lines = [line for needed in used for line in _in_full(bench, needed)]
    cited, *further = (_shown_at(bench, needed) for needed in (first, *inner))
    why: tuple[Phrase, ...] = (phrase("by", lines=(cited,)),) if cited else ()
    label = bench.new_label()
    lines += rule.lines(symbol, why, bench.epoch)
    last = tuple(dict.fromkeys(name for name in further if name))
    reasons: tuple[Phrase, ...] = (phrase("by", lines=last),) if last else ()
    row = with_numbers(bench, None, [result], reasons, label=label, boxed=True)
    bench.found[bench.epoch, symbol] = Known(result, label, bench.task)
    if len(row.chain) > 1:  # what is cited gives the formula, and no number
        lines.append(replace(row, chain=row.chain[:1], label="", boxed=False))
        row = replace(row, chain=row.chain[1:], reasons=())
    said = phrase("differentiate-first", first=first, by=symbol.by[-1])
    return [*blocks, Prose((said,)), Lines((*lines, row))], result


def _shown_at(bench: Bench, symbol: Deriv) -> str:
    """The label of the line that shows a first derivative as it is told."""
    assert isinstance(symbol.of, Name) and isinstance(symbol.by[0], Name)
    told = bench.told.get((symbol, bench.closed(symbol.of, symbol.by[0])))
    return told or bench.found[bench.epoch, symbol].label


def _in_full(bench: Bench, symbol: Deriv) -> Iterator[Line]:
    """∂L/∂w = (q - y) q (1 - q) x, where the working with numbers shows it by the derivatives before it."""
    assert isinstance(symbol.of, Name) and isinstance(symbol.by[0], Name)
    key = symbol, bench.closed(symbol.of, symbol.by[0])
    if bench.numeric and key not in bench.told:
        found = bench.found[bench.epoch, symbol].label
        label = bench.told[key] = bench.new_label()
        yield Line(symbol, (("=", key[1]),), (phrase("by", lines=(found,)),) if found else (), bench.epoch, label)


def put_in_first(bench: Bench, symbol: Deriv) -> tuple[list[Block], Written]:
    """d²A/dB dC: the target as a function of leaves and held nodes, differentiated once for each denominator.

    What an earlier second derivative of the same function showed is cited.
    """
    assert isinstance(symbol.of, Name)
    written = function_of(bench, symbol.of, symbol.by)
    refuse_kinks(bench, symbol, written)
    formula = tidy(written)
    halved = isinstance(formula, Quot) and isinstance(formula.den, Num) and cost(formula) >= cost(written)
    if reordered(written, formula) or halved:  # that is no step
        formula = written
    blocks: list[Block] = []
    if written != bench.graph[symbol.of].definition and (symbol.of, written) not in bench.told:
        chain = (("=", written), ("=", formula)) if formula != written else (("=", written),)
        blocks.append(Prose((phrase("substituted", target=symbol.of),)))
        blocks.append(Lines((Line(symbol.of, chain, (), bench.epoch),)))
    bench.told[symbol.of, written] = ""
    lines: list[Line] = []
    cited = ""
    for k, name in enumerate(symbol.by):
        part = Deriv(symbol.of, symbol.by[: k + 1])
        found, formula = _differentiated(bench, formula, name)
        known = bench.found.get((bench.epoch, part))
        if known is not None and known.label and known.formula == formula:
            bench.told.setdefault((part, formula), known.label)
        if (part, formula) in bench.told and part != symbol:
            cited = bench.told[part, formula]
            continue
        steps = stages(found.raw, formula, Form(found.kept))
        by = [phrase("by", lines=(cited,))] if cited else []
        label = bench.told[part, formula] = bench.new_label()
        cited = ""
        for i, (stage, reason) in enumerate(steps):
            reasons = (*by, *found.rules[:3]) if i == 0 else (reason,) if reason else ()
            last = label if i == len(steps) - 1 else ""
            lines.append(Line(part if i == 0 else None, (("=", stage),), reasons, bench.epoch, last))
    final = lines[-1]
    bench.found[bench.epoch, symbol] = Known(formula, final.label, bench.task)
    lines[-1] = with_numbers(bench, final.left, [final.chain[-1][1]], final.reasons, label=final.label, boxed=True)
    if lines[0].left != Deriv(symbol.of, symbol.by[:1]) and lines[0].reasons[:1] and lines[0].reasons[0].code == "by":
        blocks = []  # the first derivative is cited: nothing is put in again
    once = all(line.left in (None, symbol) for line in lines)
    lead = phrase("differentiate" if once else "differentiate-again", by=symbol.by[-1])
    lead = lead if once or len(set(symbol.by)) == 1 else phrase("differentiate-twice")
    blocks += [Prose((lead,)), Lines(tuple(lines))]
    return blocks, formula
