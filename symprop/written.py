"""The written form: what a formula says, as a small ordered tree.

A formula has three faces.  What it *says* is this tree: order, grouping and sums stay as the author wrote them.
What the *algebra* works on is its SymPy expression, ``.expr``.  What is *true*, ``symprop.evaluate`` decides.

One formula has one tree: the lower-case constructors (``add``, ``mul``, ``neg`` …) flatten sums and products and move
a leading sign to the front, so that ``read(print(f)) == f``.  Use them instead of the classes.

    a - b          Sum((a, Neg(b)))
    -2 x           Neg(Prod((Num(2), x)))         a leading sign belongs to the whole product
    0.5·(-0.6)     Prod((Num(0.5), Num(-0.6)))    any other sign stays where it was written
    0.5 - (-0.6)   Sum((Num(0.5), Neg(Num(-0.6))))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from symprop.records import Hashed, record

RELATIONS = ("=", "≈", "←", "<", "≤", ">", "≥", "≠")


class Written(Hashed):
    """A formula as it is said.  Immutable, hashable, compares by shape."""

    __slots__ = ()

    @property
    def children(self) -> tuple[Written, ...]:
        """The sub-formulas, left to right."""
        return ()

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        """The same node over other children (canonical again)."""
        return self

    @property
    def expr(self) -> Any:
        """The formula as a SymPy expression."""
        from symprop.algebra import to_expr

        return to_expr(self)

    def walk(self) -> Iterator[Written]:
        """This formula and all its sub-formulas, outside in, left to right."""
        stack: list[Written] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


def names_of(formula: Written) -> tuple[Name, ...]:
    """The quantities in a formula, each once, in order of appearance.  A derivative counts as one opaque quantity."""
    found: dict[Name, None] = {}
    stack: list[Written] = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, Name):
            found[node] = None
        elif not isinstance(node, Deriv):
            stack.extend(reversed(node.children))
    return tuple(found)


@record()
class Num(Written):
    """An exact number that a finite decimal can print: 3, -0.6, 2.5e-8.  (1/3 is a ``Quot``.)

    ``places``: digits shown behind the point where trailing zeros are significant (0.0380 has 4), else None; negative
    where zeros before the point are not: 237700 with -2.  The value never has more digits than are shown.
    """

    value: Fraction
    places: int | None = None


@record()
class Const(Written):
    """A constant with a letter of its own: ``e``, ``pi``, ``oo``."""

    letter: str


@record(order=True)
class Name(Written):
    """A quantity or a function: base, accent, subscript, superscript, primes, in canonical spelling.

    ``w_{46}`` is Name("w", sub="46"); ``\\hat y``, ``yhat``, ``ŷ`` are Name("y", accent="hat");
    ``h_1^{(2)}`` is Name("h", sub="1", sup="(2)"); ``\\delta_{h_1^2}`` is Name("delta", sub="h_1^2");
    ``net_h1`` is Name("net", sub="h1"); ``L'`` is Name("L", primes=1); ``\\sigma`` is Name("sigma").
    """

    base: str
    accent: str = ""  # hat bar tilde dot
    sub: str = ""
    sup: str = ""
    primes: int = 0

    @property
    def text(self) -> str:
        """Plain spelling that the reader takes: ``w_46``, ``yhat``, ``h_1^(2)``, ``L'``."""
        out = self.base + self.accent
        if self.sub:
            out += "_" + (self.sub if self.sub.isalnum() else "{" + self.sub + "}")
        if self.sup:
            out += "^" + (self.sup if self.sup.isalnum() or self.sup[0] in "([" else "{" + self.sup + "}")
        return out + "'" * self.primes

    def __str__(self) -> str:
        return self.text


@record()
class Neg(Written):
    """-a"""

    arg: Written

    @property
    def children(self) -> tuple[Written, ...]:
        return (self.arg,)

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return neg(*children)


@record()
class Sum(Written):
    """a + b - c; a subtracted term is a ``Neg``.  At least two terms, none of them a Sum, the first no Neg(Num > 0)."""

    terms: tuple[Written, ...]

    @property
    def children(self) -> tuple[Written, ...]:
        return self.terms

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        """2 - x with 1.2 for x is 2 - 1.2, not 2 + (-1.2): what was subtracted still is."""
        return add(*(as_term(t) if isinstance(old, Neg) else t for old, t in zip(self.terms, children, strict=True)))


@record()
class Prod(Written):
    """a b c, by juxtaposition, ``*`` or ``\\cdot``.  At least two factors, none a Prod, the first without a sign."""

    factors: tuple[Written, ...]

    @property
    def children(self) -> tuple[Written, ...]:
        return self.factors

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return mul(*children)


@record()
class Quot(Written):
    """a / b"""

    num: Written
    den: Written

    @property
    def children(self) -> tuple[Written, ...]:
        return (self.num, self.den)

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return Quot(*children)


@record()
class Pow(Written):
    """a ^ b; ``f^2(x)`` and ``f(x)^2`` are both Pow(Call(f, x), 2)."""

    base: Written
    exp: Written

    @property
    def children(self) -> tuple[Written, ...]:
        return (self.base, self.exp)

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return Pow(*children)


@record()
class Call(Written):
    """f(a, …), with ``primes`` derivatives by its one argument: σ'(z) is Call(Name("sigma"), (z,), 1).

    Notation of their own: ``abs`` |u|, ``sqrt``, ``pos`` [u]^+, ``exp`` (\\exp(u); e^u is Pow(Const("e"), u)).
    """

    func: Name
    args: tuple[Written, ...]
    primes: int = 0

    @property
    def children(self) -> tuple[Written, ...]:
        return self.args

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return Call(self.func, children, self.primes)


@record()
class Deriv(Written):
    """The derivative of a quantity or formula by one or more quantities, as one quantity: ∂L/∂z, ∂²f/∂x∂y.

    Total: through the whole graph.  Local (``local=True``): the other quantities of the defining equation are held;
    printed as ∂⁺ where the two differ (Pascanu et al. 2013, "immediate" derivative).
    """

    of: Written
    by: tuple[Written, ...]  # of Name; repeated for higher order
    local: bool = False

    @property
    def children(self) -> tuple[Written, ...]:
        return (self.of, *self.by)

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return Deriv(children[0], children[1:], self.local)


@record()
class Vec(Written):
    """⟨a, b, …⟩ or [a, b, …]; ``Vec`` of ``Vec`` is a matrix by rows."""

    items: tuple[Written, ...]

    @property
    def children(self) -> tuple[Written, ...]:
        return self.items

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return Vec(children)


@record()
class Rel(Written):
    """a = b, a ≈ b, a ← b, a < b; a chain ``a = b = c`` has three items and two operators (from ``RELATIONS``)."""

    items: tuple[Written, ...]
    ops: tuple[str, ...]

    @property
    def children(self) -> tuple[Written, ...]:
        return self.items

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return Rel(children, self.ops)


@record()
class Indicator(Written):
    """1[z > 0]: 1 where the relation holds, else 0."""

    condition: Written

    @property
    def children(self) -> tuple[Written, ...]:
        return (self.condition,)

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return Indicator(*children)


@record()
class Cases(Written):
    """A formula by cases; the first piece whose condition holds.  ``otherwise`` is the condition None of the last."""

    values: tuple[Written, ...]
    conditions: tuple[Written | None, ...]

    @property
    def children(self) -> tuple[Written, ...]:
        return self.values + tuple(c for c in self.conditions if c is not None)

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        n = len(self.values)
        conditions = iter(children[n:])
        return Cases(children[:n], tuple(None if c is None else next(conditions) for c in self.conditions))


@record()
class Big(Written):
    """An indexed sum, product, maximum or minimum: Σ_{i=1}^n body.  Bounds may be None (the index's own range)."""

    op: str  # sum prod max min
    index: Written  # Name
    body: Written
    lower: Written | None = None
    upper: Written | None = None
    condition: Written | None = None  # of sum_{j != k}

    @property
    def children(self) -> tuple[Written, ...]:
        return tuple(c for c in (self.index, self.body, self.lower, self.upper, self.condition) if c is not None)

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        found = iter(children)
        index, body = next(found), next(found)
        rest = [None if c is None else next(found) for c in (self.lower, self.upper, self.condition)]
        return Big(self.op, index, body, *rest)


ZERO, ONE, TWO = Num(Fraction(0)), Num(Fraction(1)), Num(Fraction(2))
E = Const("e")


def num(value: int | str | Fraction) -> Written:
    """The exact number: a ``Num`` where a finite decimal prints it, else a fraction: num("0.5"), num("-1/3")."""
    value = Fraction(value)
    if is_decimal(value):
        return Num(value)
    fraction = Quot(Num(Fraction(abs(value.numerator))), Num(Fraction(value.denominator)))
    return Neg(fraction) if value < 0 else fraction


def is_decimal(value: Fraction) -> bool:
    """Whether a finite decimal equals the value."""
    rest = value.denominator
    while rest % 2 == 0:
        rest //= 2
    while rest % 5 == 0:
        rest //= 5
    return rest == 1


def name(base: str, sub: str = "", sup: str = "", accent: str = "", primes: int = 0) -> Name:
    """A name from its parts; for names from people use the reader."""
    return Name(base, accent, sub, sup, primes)


def neg(a: Written) -> Written:
    """-a; a positive number takes the sign into itself."""
    if isinstance(a, Num) and a.value > 0:
        return Num(-a.value, a.places)
    return Neg(a)


def as_term(term: Written) -> Written:
    """As it stands in a sum: a negative number is subtracted."""
    return Neg(Num(-term.value, term.places)) if isinstance(term, Num) and term.value < 0 else term


def add(*terms: Written) -> Written:
    """The sum in the given order.  Inner sums without a sign are flattened."""
    flat: list[Written] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, Sum) else (term,))
    if not flat:
        return ZERO
    if isinstance(flat[0], Neg):
        flat[0] = neg(flat[0].arg)
    return flat[0] if len(flat) == 1 else Sum(tuple(flat))


def sub(a: Written, b: Written) -> Written:
    """a - b"""
    return add(a, Neg(b))


def mul(*factors: Written) -> Written:
    """The product in the given order.  Inner products are flattened; the first factor's sign is moved to the front."""
    flat: list[Written] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Prod) else (factor,))
    if not flat:
        return ONE
    if len(flat) == 1:
        return flat[0]
    first = flat[0]
    if isinstance(first, Neg):
        return Neg(mul(first.arg, *flat[1:]))
    if isinstance(first, Num) and first.value < 0:
        return Neg(Prod((Num(-first.value, first.places), *flat[1:])))
    return Prod(tuple(flat))


def div(a: Written, b: Written) -> Written:
    """a / b"""
    return Quot(a, b)


def pow_(base: Written, exp: Written | int) -> Written:
    """base ^ exp"""
    return Pow(base, num(exp) if isinstance(exp, int) else exp)


def equals(left: Written, *rest: Written, op: str = "=") -> Rel:
    """left = …"""
    return Rel((left, *rest), (op,) * len(rest))


def substitute(formula: Written, values: Mapping[Written, Written]) -> Written:
    """Each occurrence of a key replaced by its value, keeping shape and order; replaced parts are not looked into.

    The quantities inside a ``Deriv`` are part of its name and stay, unless the ``Deriv`` itself is a key.
    """
    if formula in values:
        return values[formula]
    children = formula.children
    if not children or isinstance(formula, Deriv):
        return formula
    new = tuple(substitute(child, values) for child in children)
    return formula if all(a is b for a, b in zip(new, children, strict=True)) else formula.rebuilt(new)


def transform(formula: Written, change: Callable[[Written], Written]) -> Written:
    """``change`` applied to every sub-formula, inside out."""
    children = formula.children
    if isinstance(formula, Sum):
        terms = tuple(Neg(transform(t.arg, change)) if isinstance(t, Neg) else transform(t, change) for t in children)
        formula = formula if terms == children else add(*terms)
    elif children:
        new = tuple(transform(child, change) for child in children)
        if any(a is not b for a, b in zip(new, children, strict=True)):
            formula = formula.rebuilt(new)
    return change(formula)


def operations(formula: Written) -> int:
    """Printed operations: + - · / ^ and calls, counted as a reader would."""
    count = 0
    for node in formula.walk():
        if isinstance(node, Sum | Prod):
            count += len(node.children) - 1
        elif isinstance(node, Neg | Quot | Pow | Call):
            count += 1
    return count


def dump(formula: Written) -> str:
    """The tree as text, for error messages and debugging."""
    parts = []
    for name in formula.__match_args__:  # type: ignore[attr-defined]  # the fields
        value = getattr(formula, name)
        if isinstance(value, Written):
            parts.append(dump(value))
        elif isinstance(value, tuple):
            parts.append("[" + ", ".join(dump(v) if isinstance(v, Written) else str(v) for v in value) + "]")
        elif value not in ("", None, 0, False):
            parts.append(str(value))
    return f"{type(formula).__name__}({', '.join(parts)})"
