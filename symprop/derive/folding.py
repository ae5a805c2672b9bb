"""Results in the exercise's own quantities, and with what it assumes.

    p_1 = e^{z_1}/S      e^{z_1} → p_1 S      e^{z_1} (S - e^{z_1})/S²  is  p_1 (1 - p_1)
    q = 1/(1 + e^{-z})   e^{-z} → (1 - q)/q   e^{-z}/(1 + e^{-z})²      is  q (1 - q)
    t_1 + t_2 = 1        t_2 → 1 - t_1        p_1 t_1 + p_1 t_2 - t_1   is  p_1 - t_1

A rewriting is taken where the formula becomes shorter by it; nothing is trusted, each line is certified by value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symprop.derive.form import KEEP_ALL, Form, tidy
from symprop.derive.monomials import UNIT, Monomial, cost
from symprop.model.graph import Graph
from symprop.model.solution import Phrase, phrase
from symprop.written import ONE, ZERO, Name, Rel, Sum, Written, add, mul, names_of, neg, sub, substitute

LONGEST = 80  # a formula above this cost stays as it is
MOST = 64  # terms that are looked at

Steps = tuple[tuple[Written, Phrase], ...]  # formulas, each with its reason


@dataclass(frozen=True, slots=True)
class Ratios:
    """The quantities that have one denominator, p_i = c_i u_i/D, and by them: u_i → D p_i/c_i, 1/D → p/c."""

    below: Written
    above: dict[Written, Monomial] = field(default_factory=dict)  # u_i, and p_i/c_i
    inverse: Monomial | None = None  # p/c of p = c/D
    names: tuple[Name, ...] = ()

    @property
    def kept(self) -> frozenset[Written]:
        """The sums that stay whole while a formula is looked at."""
        return frozenset(u for u in (self.below, *self.above) if isinstance(u, Sum))

    def rewritten(self, term: Monomial) -> Monomial:
        """The term in the quantities, as it is where the denominator would not cancel."""
        new, gained = UNIT, 0
        for unit, k in term.units:
            ratio = self.above.get(unit) if k > 0 else None
            new = new.times(Monomial(Fraction(1), ((unit, k),)) if ratio is None else ratio.power(k))
            gained += k if ratio is not None else 0
        left = gained + dict(term.units).get(self.below, 0)
        if left > 0:
            return term
        new = new.times(Monomial(Fraction(1), ((self.below, gained),) if gained else ()))
        if self.inverse is not None and left < 0:
            new = new.times(Monomial(Fraction(1), ((self.below, -left),))).times(self.inverse.power(-left))
        return replace(new, coefficient=new.coefficient * term.coefficient, decimal=term.decimal)


def ratios_of(graph: Graph) -> tuple[Ratios, ...]:
    """The quantities that are quotients with a sum, or a quantity of the exercise, below."""
    found: dict[Written, list[tuple[Name, Monomial, Written | None]]] = {}
    for name in graph.order:
        definition = graph[name].definition
        parts = KEEP_ALL.factor_of(definition) if definition is not None else UNIT
        above = [u for u, k in parts.units if k == 1]
        below = [u for u, k in parts.units if k == -1]
        whole = len(below) == 1 and len(above) <= 1 and len(parts.units) == len(above) + 1
        if whole and (isinstance(below[0], Sum) or below[0] in graph.order):
            ratio = Monomial(1 / parts.coefficient, ((name, 1),))
            found.setdefault(below[0], []).append((name, ratio, above[0] if above else None))
    return tuple(_group(graph, below, members) for below, members in found.items())


def _group(graph: Graph, below: Written, members: Sequence[tuple[Name, Monomial, Written | None]]) -> Ratios:
    above = {u: ratio for _, ratio, u in members if u is not None}
    inverse = next((ratio for _, ratio, u in members if u is None), None)
    body = graph[below].definition if isinstance(below, Name) else below
    names = tuple(name for name, _, _ in members)
    rest = _last_term(body, above, inverse) if isinstance(body, Sum) else None
    return Ratios(below, above | (rest or {}), inverse, names)


def _last_term(body: Sum, above: dict[Written, Monomial], inverse: Monomial | None) -> dict[Written, Monomial] | None:
    """The one term u of D that has no quantity of its own is what the others leave: u = (1 - p_1 - …) D."""
    covered: list[Written] = []
    left: list[Monomial] = []
    for term in KEEP_ALL.terms_of(body):
        unit = term.units[0][0] if len(term.units) == 1 and term.units[0][1] == 1 else None
        ratio = above.get(unit) if unit is not None else inverse if not term.units else None
        if ratio is None:
            left.append(term)
        else:
            covered.append(KEEP_ALL.build(ratio.times(Monomial(term.coefficient))))
    if len(left) != 1 or not covered or len(left[0].units) != 1 or left[0].units[0][1] != 1:
        return None
    rest = Sum((ONE, *(neg(c) for c in covered)))
    return {left[0].units[0][0]: Monomial(1 / left[0].coefficient, ((rest, 1),))}


@dataclass(frozen=True, slots=True)
class Folding:
    """What the equations and the assumptions of an exercise say for a result."""

    ratios: tuple[Ratios, ...] = ()
    assumed: tuple[Rel, ...] = ()

    def steps(self, *formulas: Written) -> Steps:
        """What equal formulas become once the equations are used, step by step, each with its reason; nothing where
        none becomes shorter than the first."""
        best, others = formulas[0], formulas[1:]
        found: list[tuple[Written, Phrase]] = []
        while (self.ratios or self.assumed) and cost(best)[0] <= LONGEST:
            candidates = [c for f in (best, *others) for c in self._candidates(f)]
            step = min(candidates, key=lambda c: length(c[0]), default=None)
            if step is None or length(step[0]) >= length(best):
                break
            found.append(step)
            best, others = step[0], ()
        return tuple(found)

    def _candidates(self, formula: Written) -> Iterator[tuple[Written, Phrase]]:
        for ratios in self.ratios:
            form = Form(ratios.kept)
            terms = _spread(form, formula)
            new = [ratios.rewritten(m) for m in terms]
            if new != terms:
                told = _total(form, new)
                used = names_of(told)
                reason = phrase("fold", names=tuple(n for n in ratios.names if n in used))
                yield from ((f, reason) for f in _told(told, new))
        for relation in self.assumed:
            for x, value in solutions(relation):
                if x in names_of(formula):
                    put_in = substitute(formula, {x: value})
                    terms = _spread(Form(frozenset()), put_in)
                    told = _total(KEEP_ALL, terms)
                    yield from ((f, phrase("assumed", relation=relation)) for f in _told(told, terms))
        yield from grouped(formula)


def solutions(relation: Rel) -> Iterator[tuple[Name, Written]]:
    """An equation solved for each quantity that stands in one term of it, alone or with a number."""
    if relation.ops != ("=",):
        return
    terms = KEEP_ALL.terms_of(sub(*relation.items))
    for term in terms:
        match term.units:
            case ((Name() as x, 1),):
                others = [m for m in terms if m is not term]
                if not any(x in names_of(u) for m in others for u, _ in m.units):
                    inverse = Monomial(-1 / term.coefficient)
                    yield x, _total(KEEP_ALL, [m.times(inverse) for m in others])


def grouped(formula: Written) -> Iterator[tuple[Written, Phrase]]:
    """The terms with a factor of some of them taken out of these: t_1 p + t_2 p - t_1 as (t_1 + t_2) p - t_1."""
    terms = _spread(Form(frozenset()), formula)
    for unit in dict.fromkeys(u for m in terms for u, k in m.units if k == 1):
        inside = [m for m in terms if (unit, 1) in m.units]
        outside = [m for m in terms if (unit, 1) not in m.units]
        if len(inside) > 1 and outside:
            within = KEEP_ALL.plain_sum([m.times(Monomial(Fraction(1), ((unit, -1),))) for m in inside])
            if isinstance(within, Sum):
                yield add(mul(within, unit), *map(KEEP_ALL.build, outside)), phrase("factor-out", factor=unit)


def _told(total: Written, terms: list[Monomial]) -> Iterable[Written]:
    yield tidy(total, ())
    yield tidy(_total(KEEP_ALL, terms))


def _spread(form: Form, formula: Written) -> list[Monomial]:
    """The terms, every sum that is a factor above multiplied out but the kept ones."""
    done: list[Monomial] = []
    for m in form.terms_of(formula):
        sums = [(u, k) for u, k in m.units if isinstance(u, Sum) and k > 0 and not form.keeps(u)]
        partial = [replace(m, units=tuple(pair for pair in m.units if pair not in sums))]
        for unit, k in sums:
            for _ in range(k):
                partial = [form.times(a, b) for a in partial for b in form.terms_of(unit)][: MOST + 1]
        done += partial
        if len(done) > MOST:
            return form.terms_of(formula)
    return done


def _total(form: Form, terms: list[Monomial]) -> Written:
    return form.plain_sum(terms) if terms else ZERO


def length(formula: Written) -> tuple[int, int]:
    """What is printed and how many different quantities, then the operations."""
    size, done = cost(formula)
    return size + len(names_of(formula)), done
