"""Formulas for property tests: canonical trees over a vocabulary that has every kind of name."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from symprop.names import FunctionDef, Vocabulary
from symprop.reader import read_name
from symprop.written import (
    Big,
    Call,
    Cases,
    Const,
    Deriv,
    Indicator,
    Name,
    Neg,
    Num,
    Quot,
    Rel,
    Vec,
    Written,
    add,
    mul,
    neg,
    pow_,
)

FUNCTIONS = "ReLU ln log tanh exp abs pos sqrt Phi sigmoid leaky_ReLU"


@dataclass(frozen=True)
class World:
    """A vocabulary and the letters of it that a formula may use."""

    vocabulary: Vocabulary
    quantities: tuple[Name, ...]
    functions: tuple[tuple[Name, int, bool], ...]  # with the number of arguments, and whether it may carry primes
    constants: tuple[Const, ...]


def world(names: str, more: tuple[Name, ...] = (), functions: str = FUNCTIONS, constants: str = "e pi") -> World:
    """The quantities of a list, some functions, some constants."""
    quantities = (*map(read_name, names.split()), *more)
    f, g, act, two = Name("f"), Name("g", sub="1"), Name("act"), Name("D")
    declared = {name: FunctionDef(name) for name in (Name("sigma"), f, g, act)}
    declared[two] = FunctionDef(two, params=(Name("u"), Name("v")))
    known = [(key, 1) for key in functions.split()]
    known += [("max", 2), ("min", 3), ("binary_cross_entropy", 2)]
    usable = [(name, 2 if name == two else 1, name != two) for name in declared]
    usable += [(Name(key), count, count == 1 and key != "Phi") for key, count in known]
    return World(
        Vocabulary(quantities=frozenset(quantities), functions=declared, indices={Name("i"): (None, None)}),
        quantities,
        tuple(usable),
        tuple(map(Const, constants.split())),
    )


USUAL = world(
    "w_46 x_3 z_6 t k y yhat net_h1 delta_{h_1^2} alpha \\ell hbar_2 x_12 eta epsilon_{out}",
    (
        Name("h", sub="1", sup="2"),
        Name("L"),
        Name("L", primes=1),
        Name("W", sub="1", sup="(2)"),
        Name("c", sup="(t-1)"),
    ),
)
# d as a quantity beside derivatives, e as a quantity, names that begin with d, names that are functions elsewhere.
TRICKY = world(
    "d Q r e d_1 den delta s dhat sigmoid",
    (Name("h", sub="1"), Name("h", sub="1", sup="2")),
    functions="ReLU ln log exp abs pos sqrt Phi leaky_ReLU",
    constants="pi",
)


@st.composite
def numbers(draw: st.DrawFn) -> Written:
    """Whole numbers, decimals with and without significant zeros, tiny and huge ones, of both signs."""
    kind = draw(st.sampled_from(("small", "decimal", "zeros", "tiny", "huge")))
    sign = draw(st.sampled_from((1, -1)))
    if kind == "small":
        return Num(Fraction(sign * draw(st.integers(0, 12)))) if sign > 0 else Num(Fraction(-draw(st.integers(1, 12))))
    digits = draw(st.integers(1, 99999))
    if kind == "decimal":
        return Num(Fraction(sign * digits, 10 ** draw(st.integers(1, 6))))
    if kind == "zeros":
        places = draw(st.integers(1, 7))
        value = Fraction(sign * digits, 10**places)
        shown = places + draw(st.integers(1, 3))
        return Num(value, shown)
    if kind == "tiny":
        return Num(Fraction(sign * digits, 10 ** draw(st.integers(10, 40))))
    return Num(Fraction(sign * digits * 10 ** draw(st.integers(0, 30))))


@st.composite
def derivatives(draw: st.DrawFn, among: World, inner: st.SearchStrategy[Written]) -> Written:
    """∂L/∂w, ∂⁺L/∂w, ∂²L/∂w∂b, ∂²L/∂w², ∂(…)/∂w."""
    names = st.sampled_from(among.quantities)
    of = draw(st.one_of(names, names, inner))
    by = tuple(draw(st.lists(names, min_size=1, max_size=3)))
    return Deriv(of, by, draw(st.booleans()))


@st.composite
def calls(draw: st.DrawFn, among: World, inner: st.SearchStrategy[Written]) -> Written:
    """f(x), σ'(z), max(a, b), |u|, [u]^+, √u."""
    name, count, primed = draw(st.sampled_from(among.functions))
    primes = draw(st.integers(0, 4)) if primed and draw(st.booleans()) else 0
    if name.base in ("abs", "pos", "sqrt"):
        primes = min(primes, 1)
    return Call(name, tuple(draw(inner) for _ in range(count)), primes)


@st.composite
def relations(draw: st.DrawFn, inner: st.SearchStrategy[Written], ops: str = "< > ≤ ≥ =") -> Rel:
    """a < b, or a chain."""
    count = draw(st.integers(1, 2))
    signs = tuple(draw(st.sampled_from(ops.split())) for _ in range(count))
    return Rel(tuple(draw(inner) for _ in range(count + 1)), signs)


@st.composite
def by_cases(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    """A formula by cases."""
    count = draw(st.integers(1, 2))
    conditions: list[Written | None] = [draw(relations(inner)) for _ in range(count)]
    if draw(st.booleans()):
        conditions.append(None)
    return Cases(tuple(draw(inner) for _ in conditions), tuple(conditions))


@st.composite
def indexed(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    """Σ_{i=1}^n body"""
    bounds = draw(st.booleans())
    lower, upper = (Num(Fraction(1)), Num(Fraction(draw(st.integers(2, 20))))) if bounds else (None, None)
    return Big(draw(st.sampled_from(("sum", "prod", "max", "min"))), Name("i"), draw(inner), lower, upper)


@st.composite
def powers(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    """x^2, x^{-1}, x^n, x^{a + b}; not a number to a large number, which the reader refuses."""
    base = draw(inner)
    small = st.integers(-3, 9).map(lambda n: Num(Fraction(n)))
    exponent = draw(st.one_of(small, small, inner.filter(lambda f: any(isinstance(n, Name) for n in f.walk()))))
    return pow_(base, exponent)


def grown(among: World, inner: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    """One more level of a tree."""
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda terms: add(*terms)),
        several.map(lambda terms: add(terms[0], *map(Neg, terms[1:]))),
        several.map(lambda factors: mul(*factors)),
        several.map(lambda factors: mul(*factors)),
        inner.map(neg),
        st.builds(Quot, inner, inner),
        powers(inner),
        calls(among, inner),
        calls(among, inner),
        derivatives(among, inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: Vec(tuple(items))),
        relations(inner).map(Indicator),
        by_cases(inner),
        indexed(inner),
    )


def formulas(among: World, depth: int = 3) -> st.SearchStrategy[Written]:
    """Canonical trees."""
    names = st.sampled_from(among.quantities)
    leaves = st.one_of(names, names, names, numbers(), st.sampled_from(among.constants))
    found = leaves
    for _ in range(depth):
        found = st.one_of(leaves, grown(among, found))
    return found


def statements(among: World) -> st.SearchStrategy[Written]:
    """Formulas and chains of relations between them."""
    return st.one_of(formulas(among), formulas(among), relations(formulas(among, 2), "= ≈ ← < ≠"))


__all__ = ["TRICKY", "USUAL", "World", "formulas", "numbers", "statements"]
