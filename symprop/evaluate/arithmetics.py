"""The numbers that a formula can be evaluated in.

    EXACT          rational numbers (Fraction)
    Floats         double precision
    Balls(bits)    real numbers, each with a proven error bound (arb); rational as long as they stay short
    PrimeField(p)  rational functions modulo a prime; an abstract function is a random oracle
    Series(order)  power series over any of these

Values of one arithmetic add, subtract and multiply with Python's operators; everything else is asked of the arithmetic.
``sign`` decides kinks; a ball that contains 0 and is not 0 *straddles*.

An abstract function f is the same analytic function in every run:  f(u, …) = Σ_i c_i sin(b_i·u + d_i)  with
rationals hashed from its name, so every derivative is known in closed form.
"""

from __future__ import annotations

import hashlib
import math
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

from symprop.evaluate.failures import NoValue

Element = Any  # a value of one of the arithmetics
SHORT = 100_000  # bits of an exact number that we go on calculating with
RIDGES = 3


def undefined(reason: str) -> NoValue:
    return NoValue("undefined", reason)


def inexact(reason: str) -> NoValue:
    return NoValue("inexact", reason)


@lru_cache(maxsize=4096)
def ridges(name: str, arity: int) -> tuple[tuple[Fraction, tuple[Fraction, ...], Fraction], ...]:
    """(c, b, d) of the abstract function: c in ±[1/4, 5/4], b in [1/4, 7/4], d in [-2, 2]."""
    found = []
    for i in range(RIDGES):
        digest = hashlib.blake2b(f"{name}|{arity}|{i}".encode(), digest_size=4 * (arity + 2)).digest()
        parts = [int.from_bytes(digest[k : k + 4], "big") for k in range(0, len(digest), 4)]
        c = Fraction(256 + parts[0] % 1024, 1024) * (-1 if parts[0] & 0x10000 else 1)
        d = Fraction(parts[1] % 4096 - 2048, 1024)
        b = tuple(Fraction(256 + p % 1536, 1024) for p in parts[2:])
        found.append((c, b, d))
    return tuple(found)


class Arithmetic:
    """What every arithmetic answers.  The defaults fit exact, ordered numbers."""

    name = "arithmetic"
    is_series = False
    level = 0  # nesting of power series

    def context(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def lift(self, value: Any) -> Element:
        raise NotImplementedError

    def letter(self, letter: str) -> Element:
        raise inexact(f"{letter} is not rational")

    def shrink(self, value: Element) -> Element:
        return value

    def finish(self, value: Element) -> Element:
        return value

    def sign(self, value: Element) -> int:
        return (value > 0) - (value < 0)

    def is_zero(self, value: Element) -> bool:
        return self.sign(value) == 0

    def div(self, a: Element, b: Element) -> Element:
        if self.is_zero(b):
            raise undefined("0/0" if self._surely_zero(a) else "division by 0")
        return a / b

    def _surely_zero(self, a: Element) -> bool:
        try:
            return self.is_zero(a)
        except NoValue:
            return False

    def powi(self, a: Element, n: int) -> Element:
        """a^n by squaring; a^0 = 1."""
        if n < 0:
            return self.div(self.lift(1), self.powi(a, -n))
        if n == 0:
            return self.lift(1)
        result = None
        while True:
            if n & 1:
                result = a if result is None else self.shrink(result * a)
            n >>= 1
            if not n:
                return result
            a = self.shrink(a * a)

    def powq(self, a: Element, q: Fraction) -> Element:
        """a^q for a fraction q that is not whole: the principal power, a > 0 (or a = 0 < q)."""
        sign = self.sign(a)
        if sign < 0:
            raise undefined("a root of a negative number")
        if sign == 0:
            if q < 0:
                raise undefined("division by 0")
            return self.lift(0)
        if q.denominator == 2:
            return self.powi(self.func("sqrt", a), q.numerator)
        return self.func("exp", self.lift(q) * self.func("ln", a))

    def power(self, a: Element, b: Element) -> Element:
        """a^b for a computed exponent."""
        whole = self.whole(b)
        if whole is not None and abs(whole) <= 10_000:
            if whole <= 0 and self._surely_zero(a):
                raise undefined("0^0" if whole == 0 else "division by 0")
            return self.powi(a, whole)
        sign = self.sign(a)
        if sign < 0:
            raise undefined("a power of a negative number that is not whole")
        if sign == 0:
            if self.sign(b) <= 0:
                raise undefined("division by 0")
            return self.lift(0)
        return self.func("exp", b * self.func("ln", a))

    def whole(self, value: Element) -> int | None:
        """The value as an int if it certainly is one."""
        return int(value) if value == int(value) else None

    def func(self, key: str, a: Element) -> Element:
        raise NotImplementedError

    def abstract(self, name: str, orders: tuple[int, ...], args: tuple[Element, ...]) -> Element:
        """The partial derivative of the given orders of an abstract function."""
        total = sum(orders)
        outer, sign = ("sin", "cos", "sin", "cos")[total % 4], (1, 1, -1, -1)[total % 4]
        result = None
        for c, b, d in ridges(name, len(args)):
            inner = self.lift(d)
            factor = c * sign
            for u, weight, order in zip(args, b, orders, strict=True):
                inner = inner + self.lift(weight) * u
                factor *= weight**order
            term = self.lift(factor) * self.func(outer, inner)
            result = term if result is None else result + term
        return result

    def still(self, u: Element) -> Element:
        """u without its movement."""
        return u

    def at_kink(self, u: Element, slope: Fraction) -> Element:
        """What moves with u away from the kink at the chosen slope: nothing unless values are series."""
        return 0


class Exact(Arithmetic):
    """Rational numbers.  An irrational value is NotExact."""

    name = "exact"
    AT_ZERO: ClassVar[dict[str, int]] = {"exp": 1, "sin": 0, "cos": 1, "tan": 0, "tanh": 0, "erf": 0}

    def lift(self, value: Any) -> Fraction:
        if isinstance(value, float):
            raise inexact("a float is not exact")
        return value if isinstance(value, Fraction) else Fraction(value)

    def shrink(self, value: Fraction) -> Fraction:
        if value.denominator.bit_length() + value.numerator.bit_length() > SHORT:
            raise inexact("too many digits")
        return value

    def whole(self, value: Fraction) -> int | None:
        return value.numerator if value.denominator == 1 else None

    def powi(self, a: Fraction, n: int) -> Fraction:
        if a in (0, 1, -1) and n > 0:
            return a if n & 1 else a * a
        return super().powi(a, n)

    def powq(self, a: Fraction, q: Fraction) -> Fraction:
        if a > 0:
            root = _root(a, q.denominator)
            if root is None:
                raise inexact("a root that is not rational")
            return self.powi(root, q.numerator)
        return super().powq(a, q)

    def power(self, a: Fraction, b: Fraction) -> Fraction:
        if a > 0 and b.denominator != 1:
            return self.powq(a, b)
        if b.denominator == 1 and abs(b) > 10_000:
            raise inexact("too many digits")
        return super().power(a, b)

    def func(self, key: str, a: Fraction) -> Fraction:
        if key in self.AT_ZERO and a == 0:
            return Fraction(self.AT_ZERO[key])
        if key == "ln":
            if a <= 0:
                raise undefined("the logarithm of 0" if a == 0 else "the logarithm of a negative number")
            if a == 1:
                return Fraction(0)
        if key == "sqrt":
            if a < 0:
                raise undefined("the root of a negative number")
            root = _root(a, 2)
            if root is not None:
                return root
        raise inexact(f"{key} is not rational there")

    def abstract(self, name: str, orders: tuple[int, ...], args: tuple[Element, ...]) -> Element:
        raise inexact(f"{name} has no formula")


def _root(a: Fraction, n: int) -> Fraction | None:
    parts = []
    for part in (a.numerator, a.denominator):
        if n == 2:
            root = math.isqrt(part)
        elif part.bit_length() > 1000 or n > 64:
            return None
        else:
            root = round(part ** (1 / n)) if part < 1 << 900 else 0
        if root**n != part:
            return None
        parts.append(root)
    return Fraction(parts[0], parts[1])


class DoublePrecision(Arithmetic):
    """Floats, for plots and quick looks; certifies nothing."""

    name = "floats"

    def lift(self, value: Any) -> float:
        return float(value)

    def letter(self, letter: str) -> float:
        if letter in ("e", "pi"):
            return math.e if letter == "e" else math.pi
        raise undefined(f"{letter} is not a number")

    def finish(self, value: float) -> float:
        value = float(value)
        if not math.isfinite(value):
            raise undefined("its value is too large")
        return value

    def powi(self, a: float, n: int) -> float:
        if a == 0 and n < 0:
            raise undefined("division by 0")
        try:
            return float(a**n)
        except OverflowError:
            return math.inf if a > 0 or n % 2 == 0 else -math.inf

    def whole(self, value: float) -> int | None:
        return int(value) if math.isfinite(value) and value == int(value) else None

    def func(self, key: str, a: float) -> float:
        if key == "ln":
            if a <= 0:
                raise undefined("the logarithm of 0" if a == 0 else "the logarithm of a negative number")
            return math.log(a)
        if key == "sqrt" and a < 0:
            raise undefined("the root of a negative number")
        try:
            return float(getattr(math, key)(a))
        except OverflowError:
            return math.inf


EXACT = Exact()
Floats = DoublePrecision()
