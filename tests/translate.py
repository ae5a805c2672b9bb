"""A second, small reading of the written form for the tests: the value of a formula in JAX, mpmath or SymPy.

Independent of ``symprop.functions`` and ``symprop.evaluate``: what the functions are is written down here once more.
Letters: z argument, y output, t target, p probability.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symprop.names import Vocabulary
from symprop.written import (
    Call,
    Cases,
    Const,
    Indicator,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Rel,
    Sum,
    Written,
)

PI = Fraction("3.14159265358979323846264338327950288419716939937510582")


@dataclass(slots=True)
class Backend:
    """Numbers and elementary functions of one library.  ``kinks`` collects |distance to the kink| of what was met."""

    number: Callable[[Any], Any]
    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]
    sin: Callable[[Any], Any]
    cos: Callable[[Any], Any]
    tanh: Callable[[Any], Any]
    erf: Callable[[Any], Any]
    where: Callable[[Any, Any, Any], Any]  # (u > 0, a, b), u a number
    abstract: Callable[[str, int, Any], Any] | None = None  # (function name, primes, argument)
    kinks: list[Any] = field(default_factory=list)

    def step(self, u: Any, above: Any, below: Any) -> Any:
        self.kinks.append(u)
        return self.where(u, above, below)


def known(key: str, args: tuple[Any, ...], b: Backend) -> Any:
    """f(z), or loss(y, t)."""
    z, one = args[0], b.number(1)
    zero = z * 0
    t = args[1] if len(args) > 1 else None
    table: dict[str, Callable[[], Any]] = {
        "identity": lambda: z,
        "sigmoid": lambda: one / (one + b.exp(-z)),
        "tanh": lambda: b.tanh(z),
        "ReLU": lambda: b.step(z, z, zero),
        "leaky_ReLU": lambda: b.step(z, z, z / b.number(100)),
        "ELU": lambda: b.step(z, z, b.exp(z) - one),
        "softplus": lambda: b.log(one + b.exp(z)),
        "GELU": lambda: z / b.number(2) * (one + b.erf(z / b.sqrt(b.number(2)))),
        "Phi": lambda: (one + b.erf(z / b.sqrt(b.number(2)))) / b.number(2),
        "swish": lambda: z / (one + b.exp(-z)),
        "sign": lambda: b.step(z, zero + one, zero - one),
        "abs": lambda: b.step(z, z, -z),
        "pos": lambda: b.step(z, z, zero),
        "square": lambda: z * z,
        "exp": lambda: b.exp(z),
        "ln": lambda: b.log(z),
        "log": lambda: b.log(z),
        "sqrt": lambda: b.sqrt(z),
        "sin": lambda: b.sin(z),
        "cos": lambda: b.cos(z),
        "tan": lambda: b.sin(z) / b.cos(z),
        "max": lambda: b.step(z - t, z, t),
        "min": lambda: b.step(t - z, z, t),
        "squared_error": lambda: (z - t) ** 2,
        "half_squared_error": lambda: (z - t) ** 2 / b.number(2),
        "absolute_error": lambda: b.step(z - t, z - t, t - z),
        "huber": lambda: b.step(
            one - b.step(z - t, z - t, t - z),
            (z - t) ** 2 / b.number(2),
            b.step(z - t, z - t, t - z) - one / b.number(2),
        ),
        "mse": lambda: (z - t) ** 2,
        "cross_entropy": lambda: -t * b.log(z),
        "KL": lambda: t * b.log(t / z),
        "focal": lambda: -t * (one - z) ** 2 * b.log(z) - (one - t) * z**2 * b.log(one - z),
        "hinge": lambda: b.step(one - z * t, one - z * t, zero),
        "binary_cross_entropy": lambda: -t * b.log(z) - (one - t) * b.log(one - z),
        "itakura_saito": lambda: t / z - b.log(t / z) - one,
    }
    return table[key]()


def value(formula: Written, env: Mapping[Written, Any], b: Backend, vocabulary: Vocabulary | None = None) -> Any:
    """The formula at the point ``env``; a ``Deriv`` must be a key of it."""

    def walk(node: Written) -> Any:
        if node in env:
            return env[node]
        match node:
            case Num(value=v):
                return b.number(v)
            case Const(letter="e"):
                return b.exp(b.number(1))
            case Const(letter="pi"):
                return b.number(PI)
            case Neg(arg=a):
                return -walk(a)
            case Sum(terms=terms):
                total = walk(terms[0])
                for term in terms[1:]:
                    total = total + walk(term)
                return total
            case Prod(factors=factors):
                total = walk(factors[0])
                for factor in factors[1:]:
                    total = total * walk(factor)
                return total
            case Quot(num=n, den=d):
                return walk(n) / walk(d)
            case Pow(base=Const(letter="e"), exp=k):
                return b.exp(walk(k))
            case Pow(base=base, exp=Num(value=k)) if k.denominator == 1:
                return walk(base) ** int(k)
            case Pow(base=base, exp=k):
                return b.exp(walk(k) * b.log(walk(base)))
            case Indicator(condition=Rel() as rel):
                return b.step(_difference(rel, walk), b.number(1), b.number(0))
            case Cases(values=values, conditions=conditions):
                out = walk(values[-1])
                for v, c in reversed(list(zip(values[:-1], conditions[:-1], strict=True))):
                    assert isinstance(c, Rel)
                    out = b.step(_difference(c, walk), walk(v), out)
                return out
            case Call():
                return call(node)
        raise AssertionError(f"no value for {node}")

    def call(node: Call) -> Any:
        args = tuple(walk(a) for a in node.args)
        own = vocabulary.functions.get(node.func) if vocabulary else None
        key = node.func.text
        if own is not None and own.alias:
            key, own = own.alias, None
        if own is not None and own.body is not None:
            assert node.primes == 0
            return value(own.body, {**env, **dict(zip(own.params, args, strict=True))}, b, vocabulary)
        if own is not None:
            assert b.abstract is not None
            return b.abstract(node.func.text, node.primes, args[0])
        key = "sigmoid" if key == "sigma" else key
        if node.primes == 0:
            return known(key, args, b)
        z, one = args[0], b.number(1)
        assert node.primes == 1, node
        slopes: dict[str, Callable[[], Any]] = {
            "sigmoid": lambda: known("sigmoid", (z,), b) * (one - known("sigmoid", (z,), b)),
            "tanh": lambda: one - b.tanh(z) ** 2,
            "ReLU": lambda: b.step(z, one, z * 0),
            "pos": lambda: b.step(z, one, z * 0),
            "leaky_ReLU": lambda: b.step(z, one, one / b.number(100)),
            "ELU": lambda: b.step(z, one, b.exp(z)),
            "sin": lambda: b.cos(z),
            "exp": lambda: b.exp(z),
        }
        return slopes[key]()

    return walk(formula)


def _difference(rel: Rel, walk: Callable[[Written], Any]) -> Any:
    """u with u > 0 where the relation holds (apart from equality)."""
    assert len(rel.ops) == 1, rel
    left, right = map(walk, rel.items)
    return {">": left - right, "≥": left - right, "<": right - left, "≤": right - left}[rel.ops[0]]


def jax_backend() -> Backend:
    """JAX in double precision; ``where`` chooses the piece in Python, so that no slope of the other piece leaks in."""
    import jax
    import jax.numpy as jnp
    from jax.scipy.special import erf

    jax.config.update("jax_enable_x64", True)
    return Backend(
        number=lambda v: jnp.float64(float(v)), exp=jnp.exp, log=jnp.log, sqrt=jnp.sqrt, sin=jnp.sin, cos=jnp.cos,
        tanh=jnp.tanh, erf=erf, where=lambda u, a, c: jnp.where(u > 0, a, c),
    )  # fmt: skip


def mpmath_backend(digits: int = 30) -> Backend:
    """mpmath; an abstract function f is an entire function that depends on its name, with its derivatives."""
    import mpmath as mp

    mp.mp.dps = digits

    def abstract(name: str, primes: int, z: Any) -> Any:
        k = mp.mpf(sum(map(ord, name)) % 7 + 2) / 5
        return (mp.sin(k * z + mp.pi / 2 * primes) * k**primes) + mp.exp(z / 3) / 3**primes

    return Backend(
        number=lambda v: mp.mpf(getattr(v, "numerator", v)) / mp.mpf(getattr(v, "denominator", 1)), exp=mp.exp,
        log=mp.log, sqrt=mp.sqrt, sin=mp.sin, cos=mp.cos, tanh=mp.tanh, erf=mp.erf,
        where=lambda u, a, c: a if u > 0 else c, abstract=abstract,
    )  # fmt: skip


def sympy_backend() -> Backend:
    """SymPy, for ``diff`` of the whole loss; pieces are chosen by a Piecewise."""
    import sympy as sp

    return Backend(
        number=lambda v: sp.Rational(getattr(v, "numerator", v), getattr(v, "denominator", 1)), exp=sp.exp, log=sp.log,
        sqrt=sp.sqrt, sin=sp.sin, cos=sp.cos, tanh=sp.tanh, erf=sp.erf,
        where=lambda u, a, c: sp.Piecewise((a, u > 0), (c, True)),
        abstract=lambda name, primes, z: _sympy_abstract(name, primes, z),
    )  # fmt: skip


def _sympy_abstract(name: str, primes: int, z: Any) -> Any:
    import sympy as sp

    k = sp.Rational(sum(map(ord, name)) % 7 + 2, 5)
    return sp.sin(k * z + sp.pi / 2 * primes) * k**primes + sp.exp(z / 3) / 3**primes


def forward(equations: Any, env: Mapping[Written, Any], b: Backend, vocabulary: Vocabulary) -> dict[Written, Any]:
    """All quantities of the equations, top to bottom."""
    out = dict(env)
    for equation in equations:
        out[equation.left] = value(equation.right, out, b, vocabulary)
    return out


def leaves(equations: Any) -> tuple[Name, ...]:
    """What the equations use and do not define."""
    from symprop.written import names_of

    left = {e.left for e in equations}
    found = dict.fromkeys(n for e in equations for n in names_of(e.right) if n not in left)
    return tuple(found)
