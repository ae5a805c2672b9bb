"""Textbook form.

A formula is flattened into a sum of *monomials*  c · u_1^{k_1} ⋯ u_n^{k_n}  over *units*: names, calls, derivative
symbols, powers with other exponents, and sums that somebody wrote (y - ŷ, 1 - h), which are kept whole with their
sign.  ``tidy`` folds constants, merges powers, collects equal terms and builds the formula again in textbook order:
sign, number, derivative symbols, names, functions, sums; fractions, never negative powers.

A sum of ours (the terms of a derivative) is told in the cheapest of a few ways: as it is, with its common factor
taken out, over one denominator, over one denominator with the numerator multiplied out.  Cost is the number of names,
numbers and operations printed.  Nothing here is trusted: every line that uses it is certified by value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from symprop.derive.monomials import (
    UNIT,
    Monomial,
    collect,
    common_factor,
    cost,
    divided,
    ordered,
    renamed,
    share_denominator,
)
from symprop.written import (
    ONE,
    ZERO,
    Call,
    Const,
    Deriv,
    E,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Sum,
    Written,
    add,
    is_decimal,
    mul,
    neg,
    num,
)

MAX_EXPANDED = 64  # terms that a multiplied-out numerator may have


def tidy(formula: Written, kept: Iterable[Written] | None = None) -> Written:
    """The formula in textbook form; equal in value wherever both are defined.

    ``kept``: the sums that the author or a table row wrote; they stay whole, with their sign.  None: all sums below
    the top are such.
    """
    form = KEEP_ALL if kept is None else Form(frozenset(kept))
    return form.told(form.terms_of(formula))


def multiply(*factors: Written) -> Written:
    """The product of formulas in textbook form, sums kept whole."""
    return KEEP_ALL.build(KEEP_ALL.product(factors))


def keep_unit(unit: Written, rest: Written) -> Written:
    """unit · rest, where ``unit`` is an earlier result: merged into one fraction with names only, else kept whole."""
    if isinstance(unit, Deriv) and isinstance(rest, Name):
        return mul(unit, rest)
    monomials = KEEP_ALL.terms_of(rest)
    if len(monomials) == 1 and all(isinstance(u, Name | Deriv) for u, _ in monomials[0].units):
        return multiply(unit, rest)
    fraction = unit.arg if isinstance(unit, Neg) else unit
    below = {u for u, k in KEEP_ALL.factor_of(unit).units if k < 0}
    cancels = any(u in below for m in monomials for u, _ in m.units)
    sums = any(isinstance(n, Sum) for n in unit.walk()) and any(isinstance(n, Sum) for n in rest.walk())
    if cancels or not sums or not isinstance(fraction, Quot):
        return multiply(unit, rest)
    sign, body = (-1, unit.arg) if isinstance(unit, Neg) else (1, unit)
    told = tidy(rest)
    if isinstance(told, Neg):
        sign, told = -sign, told.arg
    product = mul(body, told) if told != ONE else body
    return neg(product) if sign < 0 else product


@dataclass(frozen=True, slots=True)
class Form:
    """``kept``: the sums that stay whole; None for all of them."""

    kept: frozenset[Written] | None = None

    # ---- formula → monomials

    def terms_of(self, formula: Written) -> list[Monomial]:
        """The terms of a formula as monomials, equal ones collected, in order of first appearance."""
        if isinstance(formula, Sum):
            return collect(m for term in formula.terms for m in self.term(term))
        if isinstance(formula, Neg) and isinstance(formula.arg, Sum) and not self.keeps(formula.arg):
            return [replace(m, coefficient=-m.coefficient) for m in self.terms_of(formula.arg)]
        return self.term(formula)

    def term(self, formula: Written) -> list[Monomial]:
        """One term of a sum; a sum of ours in it is spread out."""
        if isinstance(formula, Neg):
            inner = self.terms_of(formula.arg) if not self.keeps(formula.arg) else [self.factor_of(formula.arg)]
            return [replace(m, coefficient=-m.coefficient) for m in inner if m.coefficient]
        if isinstance(formula, Quot) and isinstance(formula.num, Sum) and not self.keeps(formula.num):
            below = self.factor_of(formula.den)
            if below.coefficient and below.units:
                return collect(self.times(m, below.power(-1)) for m in self.terms_of(formula.num))
        return [m for m in (self.factor_of(formula),) if m.coefficient]

    def keeps(self, formula: Written) -> bool:
        return isinstance(formula, Sum) and (self.kept is None or formula in self.kept)

    def factor_of(self, formula: Written) -> Monomial:
        """A formula as one monomial; a sum becomes a unit of its own."""
        match formula:
            case Num(value, _):
                return Monomial(value, (), value.denominator != 1)
            case Neg(arg):
                inner = self.factor_of(arg)
                return replace(inner, coefficient=-inner.coefficient)
            case Prod(factors):
                return self.product(factors)
            case Quot(numerator, denominator):
                below = self.factor_of(denominator)
                if not below.coefficient:
                    return Monomial(Fraction(1), ((formula, 1),))  # 1/0 stays as it is: evaluation will say so
                return self.oriented(self.times(self.factor_of(numerator), below.power(-1)))
            case Pow(base, exponent):
                return self.power(base, exponent)
            case Sum():
                return self.sum_as_factor(formula)
            case _:
                return Monomial(Fraction(1), ((formula, 1),))

    def product(self, factors: Iterable[Written]) -> Monomial:
        product = UNIT
        for factor in factors:
            product = self.times(product, self.factor_of(factor))
        return self.oriented(product)

    def times(self, a: Monomial, b: Monomial) -> Monomial:
        """a · b, with |u|² = u², u²/|u| = |u| and √u² = u."""
        return self.unrooted(a.times(b))

    def unrooted(self, m: Monomial) -> Monomial:
        exponents = dict(m.units)
        for unit, k in m.units:
            if not isinstance(unit, Call) or unit.primes or unit.func.base not in ("abs", "sqrt"):
                continue
            if k < 0 and unit.func.base == "abs" and exponents.get(unit.args[0], 0) >= 2:
                return self.unrooted(m.times(Monomial(Fraction(1), ((unit, 2), (unit.args[0], -2)))))
            if k % 2 == 0:
                rest = replace(m, units=tuple(item for item in m.units if item[0] != unit))
                inner = self.factor_of(unit.args[0])
                return self.unrooted(rest.times(inner.power(k if unit.func.base == "abs" else k // 2)))
        return m

    def power(self, base: Written, exponent: Written) -> Monomial:
        inner = self.factor_of(base)
        if isinstance(exponent, Num) and exponent.value.denominator == 1:
            n = int(exponent.value)
            if abs(n) <= 64 and (inner.coefficient or n > 0):
                return self.unrooted(inner.power(n))
        exponent = (
            tidy(exponent) if not isinstance(exponent, Name | Num) and not (isinstance(base, Const)) else exponent
        )
        if exponent == ZERO:
            return UNIT
        if exponent == ONE:
            return inner
        if base == E:  # e^{-3z} = (e^{-z})^3
            times = self.factor_of(exponent)
            size = abs(times.coefficient)
            if times.units and size.denominator == 1 and 1 < size <= 64:
                once = self.build(replace(times, coefficient=times.coefficient / size))
                return Monomial(Fraction(1), ((Pow(base, once), int(size)),))
        return Monomial(Fraction(1), ((Pow(base, exponent), 1),))

    def sum_as_factor(self, formula: Sum) -> Monomial:
        """A sum as a unit: as it was written, or told first if it is ours; a lone term is that term."""
        monomials = self.terms_of(formula)
        if not monomials:
            return Monomial(Fraction(0))
        if len(monomials) == 1:
            return monomials[0]
        if self.keeps(formula):
            unit = formula if len(monomials) == len(formula.terms) else add(*map(self.build, monomials))
            return Monomial(Fraction(1), ((unit, 1),))
        told = self.told(monomials, inside=True)
        if isinstance(told, Sum):
            return Monomial(Fraction(1), ((told, 1),))
        return Form(None).factor_of(told)  # what was told stays

    def oriented(self, product: Monomial) -> Monomial:
        """(b - a) beside (a - b): the unit that came first gives the sign to the other."""
        sums = [u for u, _ in product.units if isinstance(u, Sum)]
        for i, first in enumerate(sums):
            for second in sums[i + 1 :]:
                if self.key(first, -1) == self.key(second, 1):
                    return self.oriented(renamed(product, second, first))
        return product

    def key(self, formula: Sum, sign: int) -> frozenset[tuple[Fraction, frozenset[tuple[Written, int]]]]:
        return frozenset((sign * m.coefficient, m.key) for m in KEEP_ALL.terms_of(formula))

    # ---- monomials → formula

    def build(self, m: Monomial) -> Written:
        """One monomial as a formula: signs to the front, a fraction where there is something below."""
        if m.coefficient < 0 and self.kept is not None:
            m = self.absorbing(m)
        sign, size = (-1, -m.coefficient) if m.coefficient < 0 else (1, m.coefficient)
        if not size:
            return ZERO
        units = ordered(m.units)
        above = [raised(u, k) for u, k in units if k > 0]
        below = [raised(u, -k) for u, k in units if k < 0]
        if m.decimal and is_decimal(size):
            top, bottom = size, Fraction(1)
        else:
            top, bottom = Fraction(size.numerator), Fraction(size.denominator)
        if top != 1 or not above:
            above.insert(0, num(top))
        if bottom != 1:
            below.insert(0, num(bottom))
        result = mul(*above) if not below else Quot(mul(*above), mul(*below))
        return neg(result) if sign < 0 else result

    def absorbing(self, m: Monomial) -> Monomial:
        """A minus taken into a sum of ours that has a negative term: z² - t, not -(t - z²)."""
        for unit, k in m.units:
            if isinstance(unit, Sum) and k % 2 and not self.keeps(unit) and any(isinstance(t, Neg) for t in unit.terms):
                flipped = self.plain_sum([replace(t, coefficient=-t.coefficient) for t in KEEP_ALL.terms_of(unit)])
                units = tuple((flipped if u == unit else u, n) for u, n in m.units)
                return replace(m, coefficient=-m.coefficient, units=units)
        return m

    def plain_sum(self, monomials: list[Monomial]) -> Written:
        """The terms added, a positive one first."""
        first = next((i for i, m in enumerate(monomials) if m.coefficient > 0), 0)
        ordered = [monomials[first], *monomials[:first], *monomials[first + 1 :]]
        head, *rest = (self.build(m) for m in ordered)
        minus = (Neg(Num(-t.value, t.places)) if isinstance(t, Num) and t.value < 0 else t for t in rest)
        return add(head, *minus)

    def told(self, monomials: list[Monomial], *, inside: bool = False) -> Written:
        """A sum of ours, in the cheapest of its forms; ``inside`` a product a number alone may be taken out of it."""
        if not monomials:
            return ZERO
        if len(monomials) == 1:
            return self.build(monomials[0])
        forms = [(self.loosened(monomials), 1)]
        common = common_factor(monomials)
        if common.units or inside:
            forms.append((self.factored(monomials, common), 0))
        over_one = common_factor(monomials, denominators=True)
        shared = 0 if share_denominator(monomials) else 2
        if over_one.units != common.units:
            forms.append((self.factored(monomials, over_one), shared))
        expanded = self.multiplied_out([m.times(over_one.power(-1)) for m in monomials])
        if expanded == []:
            return ZERO
        if expanded is not None and len(expanded) == 1:
            forms.append((self.build(self.times(over_one, expanded[0])), shared))
        elif expanded is not None:
            again = common_factor(expanded)
            whole = over_one.times(again)
            if whole.units or inside:
                forms.append((self.factored([m.times(over_one) for m in expanded], whole), shared + 1))
            left, cancelled = self.cancelled(expanded, over_one)
            if cancelled != over_one:
                whole = cancelled.times(common_factor(left))
                forms.append((self.factored([m.times(cancelled) for m in left], whole), shared + 1))
        flat = self.multiplied_out(monomials)
        if flat and flat != monomials:
            forms.append((self.plain_sum(flat), 3))
            common = common_factor(flat)
            if common.units or inside:
                forms.append((self.factored(flat, common), 3))
        return min(forms, key=lambda item: (cost(item[0])[0], item[1]))[0]

    def cancelled(self, numerator: list[Monomial], factor: Monomial) -> tuple[list[Monomial], Monomial]:
        """Numerator and factor without the sums of the denominator that divide the numerator."""
        for unit, k in factor.units:
            while k < 0 and isinstance(unit, Sum) and len(numerator) > 1:
                quotient = divided(numerator, KEEP_ALL.terms_of(unit))
                if quotient is None:
                    break
                numerator, factor, k = quotient, factor.times(Monomial(Fraction(1), ((unit, 1),))), k + 1
        return numerator, factor

    def loosened(self, monomials: list[Monomial]) -> Written:
        """The terms added; numbers times sums opened where terms merge thereby."""
        plain, open_ones = self.plain_sum(monomials), merged(monomials)
        if open_ones == monomials:
            return plain
        return min(plain, self.plain_sum(open_ones), key=lambda f: (cost(f)[0], nested(f)))

    def factored(self, monomials: list[Monomial], factor: Monomial) -> Written:
        """factor · (what is left of the terms), the sign absorbed by the sum."""
        if factor.coefficient == 1 and not factor.units:
            return self.loosened(monomials)
        inverse = factor.power(-1)
        left = [self.times(m, inverse) for m in monomials]
        flat = merged(left)
        if not flat:
            return ZERO
        again = common_factor(flat) if flat != left else UNIT
        if again.units or again.coefficient != 1:
            return self.factored([self.times(m, factor) for m in flat], self.times(factor, again))
        rest = self.loosened(left)
        if not isinstance(rest, Sum):
            return self.build(self.times(factor, self.factor_of(rest)))
        return self.build(self.oriented(factor.times(Monomial(Fraction(1), ((rest, 1),)))))

    def multiplied_out(self, monomials: list[Monomial]) -> list[Monomial] | None:
        """The terms with every sum in a numerator multiplied out; None where that would be long."""
        done: list[Monomial] = []
        for m in monomials:
            partial = [replace(m, units=tuple((u, k) for u, k in m.units if not (isinstance(u, Sum) and k > 0)))]
            for unit, k in m.units:
                if isinstance(unit, Sum) and k > 0:
                    inner = KEEP_ALL.terms_of(unit)
                    for _ in range(k):
                        if len(partial) * len(inner) > MAX_EXPANDED:
                            return None
                        partial = collect(self.times(a, b) for a in partial for b in inner)
            done.extend(partial)
            if len(done) > MAX_EXPANDED:
                return None
        return collect(done)


def merged(monomials: list[Monomial]) -> list[Monomial]:
    """The terms with numbers times sums opened, equal ones added."""
    return collect(inner for m in monomials for inner in opened(m))


def opened(m: Monomial) -> list[Monomial]:
    """A number times a sum as its terms; anything else as it is."""
    match m.units:
        case ((Sum() as unit, 1),):
            return [t.times(Monomial(m.coefficient, (), m.decimal)) for t in KEEP_ALL.terms_of(unit)]
    return [m]


def nested(formula: Written) -> tuple[int, int]:
    """How many sums stand inside the formula, and how many terms it has."""
    terms = formula.terms if isinstance(formula, Sum) else (formula,)
    return sum(isinstance(n, Sum) for t in terms for n in t.walk()), len(terms)


KEEP_ALL = Form()


def raised(unit: Written, k: int) -> Written:
    """unit^k"""
    if k == 1:
        return unit
    if isinstance(unit, Pow):  # (z^n)^2 = z^{2n}
        return Pow(unit.base, tidy(mul(num(k), unit.exp)))
    return Pow(unit, num(k))
