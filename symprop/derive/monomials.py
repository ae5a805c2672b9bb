"""Monomials  c · u_1^{k_1} ⋯ u_n^{k_n}  over units, and their order in print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm

from symprop.written import ONE, Const, Deriv, Indicator, Name, Neg, Num, Pow, Sum, Written, operations


@dataclass(frozen=True, slots=True)
class Monomial:
    """coefficient · Π unit^exponent; ``decimal``: the coefficient came from a decimal and prints as one."""

    coefficient: Fraction
    units: tuple[tuple[Written, int], ...] = ()
    decimal: bool = False

    def times(self, other: Monomial) -> Monomial:
        exponents = dict(self.units)
        for unit, exponent in other.units:
            exponents[unit] = exponents.get(unit, 0) + exponent
        units = tuple((u, k) for u, k in exponents.items() if k)
        return Monomial(self.coefficient * other.coefficient, units, self.decimal or other.decimal)

    def power(self, n: int) -> Monomial:
        return Monomial(self.coefficient**n, tuple((u, k * n) for u, k in self.units), self.decimal)

    @property
    def key(self) -> frozenset[tuple[Written, int]]:
        return frozenset(self.units)


UNIT = Monomial(Fraction(1))


def renamed(product: Monomial, unit: Written, other: Written) -> Monomial:
    """A unit replaced by another that is its negative."""
    exponents = dict(product.units)
    k = exponents.pop(unit)
    exponents[other] = exponents.get(other, 0) + k
    sign = -1 if k % 2 else 1
    units = tuple((u, n) for u, n in exponents.items() if n)
    return replace(product, coefficient=product.coefficient * sign, units=units)


def collect(monomials: Iterable[Monomial]) -> list[Monomial]:
    """Equal terms added, zero terms dropped; order of first appearance."""
    found: dict[frozenset[tuple[Written, int]], Monomial] = {}
    for m in monomials:
        old = found.get(m.key)
        if old is not None:
            m = replace(old, coefficient=old.coefficient + m.coefficient, decimal=old.decimal or m.decimal)
        found[m.key] = m
    return [m for m in found.values() if m.coefficient]


def ordered(units: tuple[tuple[Written, int], ...]) -> list[tuple[Written, int]]:
    """Factors in textbook order; u beside (1 - u) goes with it: (y - h) h (1 - h)."""
    places = {unit: i for i, (unit, k) in enumerate(units) if k == 1}

    def key(item: tuple[int, tuple[Written, int]]) -> tuple[int, int, int]:
        i, (unit, k) = item
        partner = places.get(Sum((ONE, Neg(unit)))) if k == 1 else None
        return (rank(unit), i, 1) if partner is None else (3, partner, 0)

    return [pair for _, pair in sorted(enumerate(units), key=key)]


def rank(unit: Written) -> int:
    """Textbook order of the factors of a product."""
    base = unit.base if isinstance(unit, Pow) else unit
    if isinstance(base, Deriv):
        return 0
    if isinstance(base, Name) or (isinstance(base, Const) and not isinstance(unit, Pow)):
        return 1
    if isinstance(base, Sum):
        return 3
    return 4 if isinstance(base, Indicator) else 2


def common_factor(monomials: list[Monomial], *, denominators: bool = False) -> Monomial:
    """The greatest monomial that divides all terms; with ``denominators`` also 1/(their common denominator)."""
    exponents: dict[Written, int] = {}
    powers = [dict(m.units) for m in monomials]
    first = powers[0] if powers else {}
    for unit in dict.fromkeys(u for m in monomials for u, k in m.units if u in first or k < 0):
        least = min(p.get(unit, 0) for p in powers)
        if least > 0 or (least < 0 and denominators):
            exponents[unit] = least
    coefficients = [m.coefficient for m in monomials]
    decimal = any(m.decimal for m in monomials)
    content = Fraction(1)
    if not decimal:
        content = Fraction(gcd(*(c.numerator for c in coefficients)), lcm(*(c.denominator for c in coefficients)))
        if content.denominator > 1 and not denominators and len({c.denominator for c in coefficients}) > 1:
            content = Fraction(content.numerator)
    elif len({abs(c) for c in coefficients}) == 1:
        content = abs(coefficients[0])
    if all(c < 0 for c in coefficients):
        content = -content
    return Monomial(content, tuple(exponents.items()), decimal)


def divided(dividend: list[Monomial], divisor: list[Monomial]) -> list[Monomial] | None:
    """The quotient of two sums of monomials, where there is one without remainder.

    Division by the leading term, in lexicographic order of the exponents (Cox, Little & O'Shea 2015, §2.3).
    """
    units = tuple(dict.fromkeys(u for m in (*divisor, *dividend) for u, _ in m.units))

    def exponents(m: Monomial) -> tuple[int, ...]:
        powers = dict(m.units)
        return tuple(powers.get(u, 0) for u in units)

    rest, quotient = dividend, list[Monomial]()
    lead = max(divisor, key=exponents)
    while rest:
        step = max(rest, key=exponents).times(lead.power(-1))
        if len(quotient) > len(dividend) * 2 or any(k < 0 for _, k in step.units):
            return None
        quotient.append(step)
        rest = collect(
            [*rest, *(replace(m.times(step), coefficient=-m.coefficient * step.coefficient) for m in divisor)]
        )
    return quotient


def share_denominator(monomials: list[Monomial]) -> bool:
    """Whether two denominators have a unit in common."""
    below = [{u for u, k in m.units if k < 0} for m in monomials]
    return any(a & b for i, a in enumerate(below) for b in below[i + 1 :])


def cost(formula: Written) -> tuple[int, int]:
    """Names, numbers and operations printed; brackets break a tie."""
    leaves, stack = 0, [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, Name | Num | Const | Deriv):  # a derivative symbol is one quantity
            leaves += 1
        else:
            stack.extend(node.children)
    done = operations(formula)
    return (leaves + done, done)
