"""The formulas between what the rules leave and the textbook form, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from symprop.derive.form import KEEP_ALL, Form, tidy
from symprop.derive.monomials import Monomial, common_factor
from symprop.model.solution import Phrase, phrase
from symprop.written import ONE, ZERO, Name, Neg, Num, Pow, Prod, Quot, Sum, Written, add, div, mul

PLAIN = 3  # factors whose order shows no rule
MOST = 64  # terms


def stages(raw: Written, final: Written, form: Form) -> list[tuple[Written, Phrase | None]]:
    """The formulas between what the rules leave and the textbook form, each with its reason."""
    found: list[tuple[Written, Phrase | None]] = [(raw, None)]
    terms = raw.terms if isinstance(raw, Sum) else (raw,)
    tidied = [tidy(t, form.kept) for t in terms]
    merged = (
        add(*(Neg(t.arg) if isinstance(t, Neg) else t for t in tidied if t != ZERO))
        if any(t != ZERO for t in tidied)
        else ZERO
    )
    inner = _inside(raw, form) if len(terms) == 1 else None
    if inner is not None and inner not in (raw, final):
        found.append((inner, phrase("simplify-terms")))
    elif len(terms) > 1 and merged not in (raw, final) and not _reordered(terms, tidied):
        found.append((merged, phrase("simplify-terms")))
    if len(terms) > 1 and isinstance(final, Quot | Neg):
        monomials = form.terms_of(merged)
        over = common_factor(monomials, denominators=True)
        below = Monomial(Fraction(1, over.coefficient.denominator), tuple((u, k) for u, k in over.units if k < 0))
        if len(monomials) > 1 and below.units:
            numerator = form.plain_sum([m.times(below.power(-1)) for m in monomials])
            denominator = form.build(below.power(-1))
            fraction = div(numerator, denominator)
            why = phrase("common-denominator", denominator=denominator)
            if fraction == final and final not in (raw, merged):
                return [*found, (final, why)]
            if fraction not in (raw, merged, final):
                found.append((fraction, why))
    before = found[-1][0]
    between = _taken_out(before, final, form)
    if between is not None:
        found.append(between)
        before = between[0]
    if _flat(before).total() <= PLAIN and _signed(before) == _signed(final):  # (k + 1) e^b as e^b (k + 1), x x as x²
        found[-1] = (final, found[-1][1])
    elif found[-1][0] != final:
        found.append((final, _last_reason(found[-1][0], final, form)))
    return found


def reordered(before: Written, after: Written) -> bool:
    """Whether the terms of a formula only have their factors in another order."""
    terms, others = (f.terms if isinstance(f, Sum) else (f,) for f in (before, after))
    return len(terms) == len(others) and _reordered(terms, others)


def _reordered(terms: Sequence[Written], tidied: Sequence[Written]) -> bool:
    """Whether each term only has its factors in another order: x (a + x) · 2a as 2xa (a + x)."""
    pairs = zip(terms, tidied, strict=True)
    return all(isinstance(a, Neg) is isinstance(b, Neg) and _flat(a) == _flat(b) for a, b in pairs)


def _flat(formula: Written) -> Counter[Written]:
    return _factors(formula.arg if isinstance(formula, Neg) else formula)


def _signed(formula: Written) -> tuple[bool, Counter[Written]]:
    """Whether a product has a minus, and its factors with their powers spread: 2 x² as 2, x and x."""
    found: Counter[Written] = Counter()
    for factor, count in _flat(formula).items():
        match factor:
            case Pow(Name() as base, Num(exponent)) if exponent.denominator == 1 and exponent > 0:
                found[base] += count * int(exponent)
            case _:
                found[factor] += count
    return isinstance(formula, Neg), found


def _factors(formula: Written) -> Counter[Written]:
    return Counter(formula.factors if isinstance(formula, Prod) else (formula,))


def _last_reason(before: Written, final: Written, form: Form) -> Phrase:
    if _signed(before) == _signed(final):
        return phrase("order-factors")
    numerator = before.num if isinstance(before, Quot) else before
    if isinstance(numerator, Sum):
        factor = common_factor(form.terms_of(numerator))
        size = form.build(replace(factor, coefficient=abs(factor.coefficient)))
        if size != ONE and _pulled_out(size, before, final):
            return phrase("factor-out", factor=size)
    if isinstance(before, Quot) and isinstance(final, Quot | Neg) and (shared := _shared(before, final)):
        return phrase("cancel", factor=shared)
    gone = cancelled(before)
    same_below = (before.den if isinstance(before, Quot) else ONE) == (final.den if isinstance(final, Quot) else ONE)
    return phrase("terms-cancel", terms=gone) if gone and same_below else phrase("simplify")


def _inside(raw: Written, form: Form) -> Written | None:
    """A product with a sum whose terms have been simplified, where terms of it cancel once they are multiplied out."""
    sums = [f for f in raw.factors if isinstance(f, Sum) and f not in form_kept(form)] if isinstance(raw, Prod) else []
    if len(sums) != 1 or not isinstance(raw, Prod):
        return None
    told = [tidy(term, form.kept) for term in sums[0].terms]
    if ZERO in told:
        return None
    inner = add(*(Neg(t.arg) if isinstance(t, Neg) else t for t in told))
    product = mul(*(inner if f == sums[0] else f for f in raw.factors))
    return product if cancelled(product) else None


def form_kept(form: Form) -> frozenset[Written]:
    return form.kept or frozenset()


def cancelled(formula: Written) -> tuple[Written, ...]:
    """The terms that cancel when the products in a sum, or in the one sum of a product, are multiplied out."""
    above = formula.num if isinstance(formula, Quot) else formula
    if isinstance(above, Prod):
        sums = [f for f in above.factors if isinstance(f, Sum)]
        above = sums[0] if len(sums) == 1 else above
    if not isinstance(above, Sum):
        return ()
    found: dict[frozenset[tuple[Written, int]], list[Monomial]] = {}
    for m in spread_out(KEEP_ALL.terms_of(above)):
        found.setdefault(m.key, []).append(m)
    gone = (ms[0] for ms in found.values() if len(ms) > 1 and not sum(m.coefficient for m in ms))
    return tuple(KEEP_ALL.build(replace(m, coefficient=abs(m.coefficient))) for m in gone)


def spread_out(monomials: Iterable[Monomial]) -> list[Monomial]:
    """The terms with every sum that is a factor multiplied out, equal terms apart."""
    out: list[Monomial] = []
    for m in monomials:
        partial = [replace(m, units=tuple((u, k) for u, k in m.units if not (isinstance(u, Sum) and k == 1)))]
        for unit, k in m.units:
            if isinstance(unit, Sum) and k == 1:
                partial = [a.times(b) for a in partial for b in KEEP_ALL.terms_of(unit)]
        out += partial[:MOST]
    return out[:MOST]


def _taken_out(before: Written, final: Written, form: Form) -> tuple[Written, Phrase] | None:
    """A sum, alone or above, with its common factor taken out, where more is done to what is left."""
    above, below = (before.num, before.den) if isinstance(before, Quot) else (before, ONE)
    if not isinstance(above, Sum) or final == ZERO:
        return None
    monomials = form.terms_of(above)
    common = common_factor(monomials)
    factor = replace(common, coefficient=abs(common.coefficient))
    if len(monomials) < 2 or sum(k for _, k in factor.units) < 2 or any(k < 0 for m in monomials for _, k in m.units):
        return None
    size = form.build(factor)
    rest = form.plain_sum([m.times(factor.power(-1)) for m in monomials])
    told = mul(size, rest) if below == ONE else div(mul(size, rest), below)
    done = told == final or tidy(told, form.kept) == before or _pulled_out(size, before, final)
    return None if done else (told, phrase("factor-out", factor=size))


def _pulled_out(factor: Written, before: Written, final: Written) -> bool:
    """Whether the factor was put before the sum and nothing else was done: not cancelled, no terms collected."""
    above, below = (before.num, before.den) if isinstance(before, Quot) else (before, ONE)
    product, denominator = (final.num, final.den) if isinstance(final, Quot) else (final, ONE)
    product = product.arg if isinstance(product, Neg) else product
    rest = list((_factors(product) - _factors(factor)).elements())
    if denominator != below or not _factors(factor) <= _factors(product) or len(rest) != 1:
        return False
    return isinstance(above, Sum) and isinstance(rest[0], Sum) and len(rest[0].terms) == len(above.terms)


def _shared(before: Quot, after: Written) -> tuple[Written, ...]:
    """The factors that stand above and below and are gone from below, where all that is below is told."""
    fraction = after.arg if isinstance(after, Neg) else after
    if not isinstance(fraction, Quot):
        return ()
    above, below = dict(KEEP_ALL.factor_of(before.num).units), dict(KEEP_ALL.factor_of(before.den).units)
    left = dict(KEEP_ALL.factor_of(fraction.den).units)
    gone = {u: k - left.get(u, 0) for u, k in below.items() if k != left.get(u, 0)}
    if set(left) - set(below) or any(k < 0 or above.get(u, 0) < k for u, k in gone.items()):
        return ()
    return tuple(KEEP_ALL.build(Monomial(Fraction(1), ((u, k),))) for u, k in gone.items())
