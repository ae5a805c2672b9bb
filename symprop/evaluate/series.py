"""Power series in ε, cut off after ε^order, over any other arithmetic.

    f(x + v ε) = f(x) + (v·∇f) ε + …        one walk gives a directional derivative through a whole graph

Elementary functions follow from their differential equations, e.g. y = e^u:  n y_n = Σ_k k u_k y_{n-k}  (Griewank &
Walther 2008, ch. 13); so this is independent of the table of derivatives.  A value that does not move stays a value
of the arithmetic below.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from fractions import Fraction
from itertools import product
from math import factorial
from operator import is_
from typing import Any

from symprop.evaluate.arithmetics import Arithmetic, Element, undefined
from symprop.evaluate.flints import Balls


class Moving:
    """c_0 + c_1 ε + … + c_n ε^n; ``level``: series whose coefficients are series of a lower level."""

    __slots__ = ("c", "level")

    def __init__(self, c: list[Any], level: int):
        self.c, self.level = c, level

    def _same(self, other: object) -> bool:
        return isinstance(other, Moving) and other.level == self.level

    def __add__(self, other: Any) -> Moving:
        if isinstance(other, Moving) and other.level > self.level:
            return other + self
        if self._same(other):
            return Moving([a + b for a, b in zip(self.c, other.c, strict=True)], self.level)
        return Moving([self.c[0] + other, *self.c[1:]], self.level)

    __radd__ = __add__

    def __neg__(self) -> Moving:
        return Moving([-a for a in self.c], self.level)

    def __sub__(self, other: Any) -> Moving:
        return self + (-other)

    def __rsub__(self, other: Any) -> Moving:
        return -self + other

    def __mul__(self, other: Any) -> Moving:
        if isinstance(other, Moving) and other.level > self.level:
            return other * self
        if self._same(other):
            a, b = self.c, other.c
            if len(a) == 2:
                return Moving([a[0] * b[0], a[0] * b[1] + a[1] * b[0]], self.level)
            return Moving([_sum([a[k] * b[n - k] for k in range(n + 1)]) for n in range(len(a))], self.level)
        return Moving([a * other for a in self.c], self.level)

    __rmul__ = __mul__


def _sum(terms: list[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


class Series(Arithmetic):
    """Power series up to ε^order; ``variable`` makes what moves, ``derivative`` reads a result."""

    name = "series"
    is_series = True

    def __init__(self, order: int = 1, base: Arithmetic | None = None):
        self.order, self.base = order, base if base is not None else Balls(256)
        self.level = self.base.level + 1

    def variable(self, value: Any, direction: Any = 1) -> Moving:
        """value + direction ε"""
        with self.context():
            zero = self.base.lift(0)
            rest = [self.base.lift(direction)] + [zero] * (self.order - 1) if self.order else []
            return Moving([self.base.lift(value), *rest], self.level)

    def derivative(self, value: Element, order: int = 1) -> Element:
        """The derivative of that order at ε = 0, in the arithmetic below."""
        with self.context():
            return self.base.finish(self.coefficient(value, order) * self.base.lift(factorial(order)))

    def coefficient(self, value: Element, k: int) -> Element:
        return value.c[k] if self._moves(value) else (value if k == 0 else self.base.lift(0))

    def context(self) -> AbstractContextManager[Any]:
        return self.base.context()

    def _moves(self, value: Element) -> bool:
        return isinstance(value, Moving) and value.level == self.level

    def lift(self, value: Any) -> Element:
        return value if isinstance(value, Moving) else self.base.lift(value)

    def letter(self, letter: str) -> Element:
        return self.base.letter(letter)

    def shrink(self, value: Element) -> Element:
        shrink = self.base.shrink
        if not self._moves(value):
            return shrink(value)
        smaller = [shrink(c) for c in value.c]
        return value if all(map(is_, smaller, value.c)) else Moving(smaller, self.level)

    def finish(self, value: Element) -> Element:
        finish = self.base.finish
        return Moving([finish(c) for c in value.c], self.level) if self._moves(value) else finish(value)

    def sign(self, value: Element) -> int:
        return self.base.sign(value.c[0] if self._moves(value) else value)

    def is_zero(self, value: Element) -> bool:
        return self.base.is_zero(value.c[0] if self._moves(value) else value)

    def whole(self, value: Element) -> int | None:
        return None if self._moves(value) else self.base.whole(value)

    def _rest(self, value: Element) -> Element:
        """The moving part alone."""
        return Moving([self.base.lift(0), *value.c[1:]], self.level) if self._moves(value) else self.base.lift(0)

    def still(self, u: Element) -> Element:
        return self.base.still(u.c[0] if self._moves(u) else u)

    def at_kink(self, u: Element, slope: Fraction) -> Element:
        if not self._moves(u):
            return self.base.at_kink(u, slope)
        return self._rest(u) * self.base.lift(slope) + self.base.at_kink(u.c[0], slope)

    def div(self, a: Element, b: Element) -> Element:
        base = self.base
        if not self._moves(b):
            if not self._moves(a):
                return base.div(a, b)
            return Moving([base.div(c, b) for c in a.c], self.level)
        head = base.div(base.lift(1), b.c[0]) if self._moves(a) else base.div(a, b.c[0])
        if self._moves(a):
            quotient = [base.div(a.c[0], b.c[0])]
            inverse = head
        else:
            quotient, inverse = [head], base.div(base.lift(1), b.c[0])
        for n in range(1, self.order + 1):
            done = _sum([b.c[k] * quotient[n - k] for k in range(1, n + 1)])
            quotient.append(((a.c[n] - done) if self._moves(a) else -done) * inverse)
        return Moving(quotient, self.level)

    def powq(self, a: Element, q: Fraction) -> Element:
        if not self._moves(a):
            return self.base.powq(a, q)
        if self.base.sign(a.c[0]) == 0:
            if all(self.base.is_zero(c) for c in a.c):
                return self.base.powq(a.c[0], q)
            raise undefined("a root has no derivative at 0")
        return self._root(a, self.base.powq(a.c[0], q), q)

    def _root(self, a: Moving, head: Element, q: Fraction) -> Moving:
        """y = a^q:  n a_0 y_n = Σ_{k=1}^n (k q - (n - k)) a_k y_{n-k}"""
        base, y = self.base, [head]
        for n in range(1, self.order + 1):
            done = _sum([base.lift(k * q - (n - k)) * a.c[k] * y[n - k] for k in range(1, n + 1)])
            y.append(base.div(done, base.lift(n) * a.c[0]))
        return Moving(y, self.level)

    def _integral(self, slope: Moving, head: Element) -> Moving:
        """head + ∫ slope"""
        rest = [slope.c[n - 1] * self.base.lift(Fraction(1, n)) for n in range(1, self.order + 1)]
        return Moving([head, *rest], self.level)

    def _derivative(self, a: Moving) -> Moving:
        """a', its last coefficient unknown and never used."""
        rest = [self.base.lift(n + 1) * a.c[n + 1] for n in range(self.order)]
        return Moving([*rest, self.base.lift(0)], self.level)

    def func(self, key: str, a: Element) -> Element:
        base = self.base
        if not self._moves(a):
            return base.func(key, a)
        if key == "sqrt":
            if base.sign(a.c[0]) == 0:
                return self.powq(a, Fraction(1, 2))
            return self._root(a, base.func("sqrt", a.c[0]), Fraction(1, 2))
        if key == "ln":
            return self._integral(self.div(self._derivative(a), a), base.func("ln", a.c[0]))
        if key == "exp":
            return self._exp(a)
        if key in ("sin", "cos"):
            sine, cosine = self._sin_cos(a)
            return sine if key == "sin" else cosine
        if key == "tan":
            base.func("tan", a.c[0])
            return self.div(*self._sin_cos(a))
        if key == "tanh":
            return self._tanh(a)
        assert key == "erf", key
        root = base.func("sqrt", base.letter("pi"))
        slope = self._exp(-(a * a)) * self._derivative(a) * base.div(base.lift(2), root)
        return self._integral(slope, base.func("erf", a.c[0]))

    def _exp(self, a: Moving) -> Moving:
        base, y = self.base, [self.base.func("exp", a.c[0])]
        for n in range(1, self.order + 1):
            done = _sum([base.lift(Fraction(k, n)) * a.c[k] * y[n - k] for k in range(1, n + 1)])
            y.append(done)
        return Moving(y, self.level)

    def _sin_cos(self, a: Moving) -> tuple[Moving, Moving]:
        base = self.base
        s, c = [base.func("sin", a.c[0])], [base.func("cos", a.c[0])]
        for n in range(1, self.order + 1):
            weights = [base.lift(Fraction(k, n)) * a.c[k] for k in range(1, n + 1)]
            s_next = _sum([w * c[n - 1 - k] for k, w in enumerate(weights)])
            c.append(-_sum([w * s[n - 1 - k] for k, w in enumerate(weights)]))
            s.append(s_next)
        return Moving(s, self.level), Moving(c, self.level)

    def _tanh(self, a: Moving) -> Moving:
        """y' = (1 - y²) a'"""
        base, y = self.base, [self.base.func("tanh", a.c[0])]
        square: list[Any] = []
        for n in range(1, self.order + 1):
            m = n - 1
            square.append(_sum([y[k] * y[m - k] for k in range(m + 1)]))
            slope = [base.lift(1) - square[0], *(-q for q in square[1:])]
            y.append(_sum([base.lift(Fraction(k, n)) * a.c[k] * slope[n - k] for k in range(1, n + 1)]))
        return Moving(y, self.level)

    def abstract(self, name: str, orders: tuple[int, ...], args: tuple[Element, ...]) -> Element:
        """Taylor:  f(u + h) = Σ_m f^(m)(u) h^m / m!"""
        if not any(self._moves(a) for a in args):
            return self.base.abstract(name, orders, args)
        heads = tuple(a.c[0] if self._moves(a) else a for a in args)
        ranges = [range(self.order + 1) if self._moves(a) else range(1) for a in args]
        powers = [self._powers(a) for a in args]
        total: Element = None
        for m in product(*ranges):
            if sum(m) > self.order:
                continue
            value = self.base.abstract(name, tuple(o + k for o, k in zip(orders, m, strict=True)), heads)
            weight = Fraction(1)
            for k in m:
                weight /= factorial(k)
            term = value * self.base.lift(weight)
            for k, row in zip(m, powers, strict=True):
                if k:
                    term = row[k] * term
            total = term if total is None else total + term
        return total

    def _powers(self, a: Element) -> list[Element]:
        if not self._moves(a):
            return []
        rest = self._rest(a)
        powers: list[Element] = [None, rest]
        for _ in range(2, self.order + 1):
            powers.append(powers[-1] * rest)
        return powers


class OneSided(Series):
    """Just beside the point, where ε > 0: the sign of c_0 + c_1 ε + … is that of the first c_k that is not 0."""

    def sign(self, value: Element) -> int:
        coefficients = value.c if self._moves(value) else [value]
        return next((s for s in map(self.base.sign, coefficients) if s), 0)
