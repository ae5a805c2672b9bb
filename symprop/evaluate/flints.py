"""The arithmetics of FLINT: balls (arb) and prime fields (nmod), the latter also with functions and signs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from typing import Any

from symprop.evaluate.arithmetics import Arithmetic, Element, Exact, inexact, undefined
from symprop.evaluate.failures import NoValue

HOLDS = nullcontext()


class Balls(Arithmetic):
    """Real numbers with proven error bounds, at a working precision of ``bits``."""

    name = "balls"

    def __init__(self, bits: int = 256):
        import flint

        self.bits, self.flint = bits, flint
        self.arb, self.fmpq = flint.arb, flint.fmpq
        self._functions: dict[str, Callable[[Any], Any]] = {
            "exp": flint.arb.exp,
            "sin": flint.arb.sin,
            "cos": flint.arb.cos,
            "tanh": flint.arb.tanh,
            "erf": flint.arb.erf,
        }

    def context(self) -> AbstractContextManager[Any]:
        """The working precision, for as long as it lasts; nothing to do where it holds already."""
        if self.flint.ctx.prec == self.bits:
            return HOLDS
        manager: AbstractContextManager[Any] = self.flint.ctx.workprec(self.bits)
        return manager

    def lift(self, value: Any) -> Element:
        kind = type(value)
        if kind is self.arb or kind is self.fmpq:
            return value
        if kind is Fraction:
            return self.fmpq(value.numerator, value.denominator)
        if isinstance(value, float):
            return self.arb(value)
        return self.lift(Fraction(value))

    def shrink(self, value: Element) -> Element:
        return self.arb(value) if type(value) is self.fmpq and value.height_bits() > 2 * self.bits else value

    def finish(self, value: Element) -> Element:
        value = self.arb(value) if isinstance(value, self.fmpq | int) else value
        if not value.is_finite():
            raise NoValue("straddle", "its value cannot be bounded")
        return value

    def letter(self, letter: str) -> Element:
        if letter == "e":
            return self.arb.const_e()
        if letter == "pi":
            return self.arb.pi()
        raise undefined(f"{letter} is not a number")

    def sign(self, value: Element) -> int:
        if value > 0:
            return 1
        if value < 0:
            return -1
        if value == 0:
            return 0
        raise NoValue("straddle", "it is too close to 0 to tell its sign")

    def whole(self, value: Element) -> int | None:
        if isinstance(value, self.fmpq):
            return int(value.p) if value.q == 1 else None
        return None

    def func(self, key: str, a: Element) -> Element:
        arb = self.arb
        if type(a) is not arb:
            special = self._special(key, a)
            if special is not None:
                return special
            a = arb(a)
        found = self._functions.get(key)
        if found is not None:
            return found(a)
        if key == "ln":
            if self.sign(a) <= 0:
                raise undefined("the logarithm of 0" if a == 0 else "the logarithm of a negative number")
            return a.log()
        if key == "sqrt":
            if self.sign(a) < 0:
                raise undefined("the root of a negative number")
            return a.sqrt()
        assert key == "tan", key
        cosine = a.cos()
        self.sign(cosine)  # tan is unbounded where this straddles
        return a.sin() / cosine

    def _special(self, key: str, a: Element) -> Element | None:
        """The exact value at a rational argument, where there is one."""
        if a == 0 and key in Exact.AT_ZERO:
            return self.fmpq(Exact.AT_ZERO[key])
        if key == "ln" and a == 1:
            return self.fmpq(0)
        if key == "sqrt" and a >= 0:
            top, bottom = self.flint.fmpz(a.p), self.flint.fmpz(a.q)
            p, q = top.isqrt(), bottom.isqrt()
            if p * p == top and q * q == bottom:
                return self.fmpq(p, q)
        return None


class PrimeField(Arithmetic):
    """Rational functions modulo a prime: equal values at random points are equal functions, but for d/p of the cases.

    There is no order and nothing transcendental here.  An abstract function is a random oracle: a hash of its name, the
    orders of its derivative and its arguments.
    """

    name = "prime field"

    def __init__(self, p: int):
        import flint

        self.p, self.nmod = p, flint.nmod

    def lift(self, value: Any) -> Element:
        if isinstance(value, self.nmod):
            return value
        value = Fraction(value)
        if value.denominator % self.p == 0:
            raise undefined("division by 0")
        return self.nmod(value.numerator % self.p, self.p) / self.nmod(value.denominator % self.p, self.p)

    def is_zero(self, value: Element) -> bool:
        return int(value) == 0

    def sign(self, value: Element) -> int:
        raise inexact("a prime field has no order")

    def powi(self, a: Element, n: int) -> Element:
        if abs(n) > 10_000:
            raise inexact("a power too high")
        if n < 0:
            return self.div(self.lift(1), a**-n)
        return a**n

    def powq(self, a: Element, q: Fraction) -> Element:
        raise inexact("a root is not rational")

    def power(self, a: Element, b: Element) -> Element:
        raise inexact("a computed exponent")

    def func(self, key: str, a: Element) -> Element:
        raise inexact(f"{key} is not rational")

    def abstract(self, name: str, orders: tuple[int, ...], args: tuple[Element, ...]) -> Element:
        text = f"{name}|{orders}|{[int(a) for a in args]}|{self.p}"
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        return self.nmod(int.from_bytes(digest, "big") % self.p, self.p)


SMALL = 1 << 12  # hardly any number modulo a large prime is a fraction of two that are as small


class Formal(PrimeField):
    """Functions as random oracles too, and the sign of a kink's argument as a choice: what holds for all choices holds.

    ``choices``: the signs of arguments in the order in which they are met; 1 is added for one that is new, and
    a number has the sign that it has.  Of the real functions it is used that e^-u = 1/e^u, that sin, tanh … are odd and
    cos is even; -u has the other sign than u.
    """

    name = "formal"
    ODD = frozenset({"sin", "tan", "tanh", "erf"})

    def __init__(self, p: int, choices: list[int]):
        super().__init__(p)
        self.choices, self.met = choices, dict[int, int]()

    def sign(self, value: Element) -> int:
        if (known := self._fraction(value)) is not None:
            return (known > 0) - (known < 0)
        size, sign = self._parted(value)
        place = self.met.setdefault(size, len(self.met))
        if place == len(self.choices):
            self.choices.append(1)
        return sign * self.choices[place]

    def func(self, key: str, a: Element) -> Element:
        size, sign = self._parted(a)
        if not size and key in Exact.AT_ZERO:
            return self.lift(Exact.AT_ZERO[key])
        if key == "exp":
            found = self.abstract(key, (), (self.nmod(size, self.p),))
            return found if sign > 0 else self.lift(1) / found
        if key == "cos" or key in self.ODD:
            found = self.abstract(key, (), (self.nmod(size, self.p),))
            return -found if sign < 0 and key in self.ODD else found
        return self.abstract(key, (), (a,))

    def powq(self, a: Element, q: Fraction) -> Element:
        return self.abstract(f"^{q}", (), (a,))

    def power(self, a: Element, b: Element) -> Element:
        return self.abstract("^", (), (a, b))

    def letter(self, letter: str) -> Element:
        return self.abstract(letter, (), ())

    def _fraction(self, value: Element) -> int | None:
        """What a value is above the line, if it is a small fraction; None if not.  1 - h/z, where h = z or h = 0."""
        a, b, s, t = self.p, int(value), 0, 1  # b = t · value modulo p, all the way
        while b > SMALL:
            a, b, s, t = b, a % b, t, s - a // b * t
        return None if abs(t) > SMALL else b if t > 0 else -b

    def _parted(self, value: Element) -> tuple[int, int]:
        """Of u and -u the same number, and which of the two it is."""
        whole = int(value)
        return (whole, 1) if 2 * whole < self.p else (self.p - whole, -1)
