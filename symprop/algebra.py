"""Written formulas as SymPy expressions, and back.

Both directions walk the tree.  Nothing is printed and parsed again: a symbol's name is only ever a name.

    w_{46} x           ⇄   Symbol("w_46", real=True)*Symbol("x", real=True)
    σ'(z + 1)          ⇄   Subs(Derivative(sigma(ξ), ξ), ξ, z + 1)      σ abstract
    ∂L/∂z              ⇄   Symbol("dL/dz", real=True)                   a quantity of its own
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from symprop.errors import UnsupportedError
from symprop.functions import Function, derivatives_of, expand, lookup
from symprop.names import Vocabulary
from symprop.written import (
    Big,
    Call,
    Cases,
    Const,
    Deriv,
    E,
    Indicator,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Rel,
    Sum,
    Vec,
    Written,
    add,
    mul,
    neg,
    num,
    pow_,
)

CONSTANTS = {"e": sp.E, "pi": sp.pi, "oo": sp.oo}
SAME = {  # functions that SymPy has
    "exp": sp.exp, "ln": sp.log, "log": sp.log, "sqrt": sp.sqrt, "sin": sp.sin, "cos": sp.cos, "tan": sp.tan,
    "tanh": sp.tanh, "abs": sp.Abs, "sign": sp.sign, "max": sp.Max, "min": sp.Min, "erf": sp.erf,
}  # fmt: skip
RELATION = {"=": sp.Eq, "≠": sp.Ne, "<": sp.Lt, "≤": sp.Le, ">": sp.Gt, "≥": sp.Ge}
DEEPEST = 400


# ---- written → SymPy


def to_expr(formula: Written, vocabulary: Vocabulary | None = None, *, real: bool = True) -> Any:
    """The SymPy expression.  Symbols are real unless told otherwise, so that |u|' is sign(u).

    Rows of the table become what they stand for (σ(z) = 1/(1 + e^(-z)) where σ is the sigmoid); abstract functions stay
    applied functions.  A vector is a column Matrix; an indicator is 1 or 0 by cases.
    """
    return _Converter(vocabulary, real).convert(formula, 0)


class _Converter:
    def __init__(self, vocabulary: Vocabulary | None, real: bool):
        self.vocabulary, self.real = vocabulary, real

    def symbol(self, text: str) -> Any:
        return sp.Symbol(text, real=True) if self.real else sp.Symbol(text)

    def convert(self, node: Written, depth: int) -> Any:
        if depth > DEEPEST:
            raise UnsupportedError("a formula nested too deeply for SymPy")
        into = lambda child: self.convert(child, depth + 1)  # noqa: E731
        match node:
            case Num(value, _):
                return sp.Rational(value.numerator, value.denominator)
            case Const(letter):
                return CONSTANTS[letter]
            case Name():
                return self.symbol(node.text)
            case Neg(arg):
                return -into(arg)
            case Sum(terms):
                return sp.Add(*map(into, terms))
            case Prod(factors):
                return sp.Mul(*map(into, factors))
            case Quot(above, below):
                return into(above) / into(below)
            case Pow(base, exponent):
                return into(base) ** into(exponent)
            case Call():
                return self.call(node, into, depth)
            case Deriv(of, by, _):
                return self.deriv(node, of, by, into)
            case Vec(items):
                rows = [list(i.items) if isinstance(i, Vec) else [i] for i in items]
                return sp.Matrix([[into(entry) for entry in row] for row in rows])
            case Rel(items, ops):
                return sp.And(*(self.relation(op, into(a), into(b)) for a, op, b in _pairs(items, ops)))
            case Indicator(condition):
                return sp.Piecewise((1, into(condition)), (0, True))
            case Cases(values, conditions):
                pieces = [(into(v), True if c is None else into(c)) for v, c in zip(values, conditions, strict=True)]
                return sp.Piecewise(*pieces)
            case Big(op, index, body, lower, upper, None) if lower is not None and upper is not None:
                limits = (into(index), into(lower), into(upper))
                if op in ("sum", "prod"):
                    return (sp.Sum if op == "sum" else sp.Product)(into(body), limits)
        raise UnsupportedError(f"{type(node).__name__} has no SymPy form")

    def relation(self, op: str, a: Any, b: Any) -> Any:
        if op not in RELATION:
            raise UnsupportedError(f"{op} has no SymPy form")
        return RELATION[op](a, b)

    def call(self, node: Call, into: Callable[[Written], Any], depth: int) -> Any:
        row = lookup(node, self.vocabulary)
        if not isinstance(row, Function):
            expanded = expand(node, self.vocabulary)
            if expanded != node:
                return into(expanded)
            return self.applied(node, tuple(map(into, node.args)))
        if node.primes:
            plain = Call(node.func, node.args)
            if node.primes == 1 and len(node.args) == 1:
                return into(derivatives_of(plain, row)[0])
            point = sp.Dummy("u", real=True)
            inner = Call(Name(row.key), row.params)
            variable = self.symbol(row.params[0].text)
            value = _Converter(None, self.real).convert(inner, depth + 1)
            return sp.diff(value, variable, node.primes).subs(variable, point).subs(point, into(node.args[0]))
        expanded = expand(node, self.vocabulary)
        if expanded != node:
            return into(expanded)
        args = tuple(map(into, node.args))
        if row.primitive:
            return SAME[row.key](*args)
        variables = [self.symbol(p.text) for p in row.params]
        value = _Converter(None, self.real).convert(row.value, depth + 1)
        return value.subs(dict(zip(variables, args, strict=True)), simultaneous=True)

    def applied(self, node: Call, args: tuple[Any, ...]) -> Any:
        """f(u) or f'(u), f abstract."""
        function = sp.Function(node.func.text, real=True) if self.real else sp.Function(node.func.text)
        if not node.primes:
            return function(*args)
        if len(args) != 1:
            raise UnsupportedError("a prime on a function of several arguments")
        at = args[0]
        if isinstance(at, sp.Symbol):
            return sp.Derivative(function(at), (at, node.primes))
        xi = sp.Dummy("xi", real=True)
        return sp.Subs(sp.Derivative(function(xi), (xi, node.primes)), xi, at)

    def deriv(self, node: Deriv, of: Written, by: tuple[Written, ...], into: Callable[[Written], Any]) -> Any:
        if isinstance(of, Name):
            return self.symbol(_symbol_text(node))
        return sp.Derivative(into(of), *map(into, by))


def _pairs(items: tuple[Written, ...], ops: tuple[str, ...]) -> list[tuple[Written, str, Written]]:
    return list(zip(items, ops, items[1:], strict=False))


def _symbol_text(node: Deriv) -> str:
    """dL/dz, d^2L/dx dy: the name of the symbol that stands for a derivative."""
    assert isinstance(node.of, Name)
    order = "" if len(node.by) == 1 else f"^{len(node.by)}"
    mark = "∂" if node.local else "d"
    return f"{mark}{order}{node.of.text}/" + " ".join(f"{mark}{b}" for b in node.by)


# ---- SymPy → written


def from_expr(expr: Any) -> Written:
    """The written form of a SymPy expression: sums and products in SymPy's printing order, fractions, roots.

    Symbols are read as names (``w_46``, ``yhat``); other SymPy objects are refused with an UnsupportedError.
    """
    return _from(sp.sympify(expr) if isinstance(expr, int | float) else expr, 0)


def _from(expr: Any, depth: int) -> Written:
    if depth > DEEPEST:
        raise UnsupportedError("an expression nested too deeply")
    into = lambda e: _from(e, depth + 1)  # noqa: E731
    if isinstance(expr, sp.MatrixBase):
        return _matrix(expr, into)
    if isinstance(expr, tuple | list | sp.Tuple):
        return Vec(tuple(map(into, expr)))
    for kind, convert in READERS:
        if isinstance(expr, kind):
            return convert(expr, into)
    if expr in LETTERS:
        return LETTERS[expr]
    if isinstance(expr, sp.Function):
        return _function(expr, into)
    raise UnsupportedError(f"{type(expr).__name__} of SymPy has no written form")


Into = Callable[[Any], Written]


def _matrix(expr: Any, into: Into) -> Written:
    if expr.cols == 1:
        return Vec(tuple(into(e) for e in expr))
    return Vec(tuple(Vec(tuple(into(e) for e in expr.row(i))) for i in range(expr.rows)))


def _rational(expr: Any, _: Into) -> Written:
    """A fraction stays one: Rational(1, 2) is 1/2, not 0.5."""
    if expr.q == 1:
        return num(int(expr.p))
    fraction = Quot(num(abs(int(expr.p))), num(int(expr.q)))
    return neg(fraction) if expr.p < 0 else fraction


def _float(expr: Any, _: Into) -> Written:
    """The shortest decimal that it prints."""
    return num(Fraction(str(expr)))


def _symbol(expr: Any, _: Into) -> Written:
    return _derivative_symbol(expr.name) or _name(expr.name)


def _name(text: str) -> Name:
    from symprop.errors import ReadError
    from symprop.reader import read_name

    try:
        return read_name(text)
    except ReadError:
        return Name(text)


def _derivative_symbol(text: str) -> Deriv | None:
    """``dL/dz`` as ``to_expr`` writes it."""
    mark = text[:1]
    head, slash, tail = text.partition("/")
    if mark not in ("d", "∂") or not slash or not tail.startswith(mark):
        return None
    parts = tail.split(" ")
    order = f"^{len(parts)}" if len(parts) > 1 else ""
    of = head[1:].removeprefix(order)
    if not of or not all(p.startswith(mark) and len(p) > 1 for p in parts):
        return None
    return Deriv(_name(of), tuple(_name(p[1:]) for p in parts), mark == "∂")


def _sum(expr: Any, into: Into) -> Written:
    terms = expr.as_ordered_terms()
    front = [t for t in terms if not t.could_extract_minus_sign()]
    if front and terms[0].could_extract_minus_sign():  # a positive term first
        terms = [front[0], *(t for t in terms if t is not front[0])]
    parts: list[Written] = []
    for k, term in enumerate(terms):
        if k and term.could_extract_minus_sign():
            parts.append(Neg(into(-term)))
        else:
            parts.append(into(term))
    return add(*parts)


def _product(expr: Any, into: Into) -> Written:
    """sign · above / below"""
    coefficient, rest = expr.as_coeff_Mul()
    sign = coefficient.is_negative
    if sign:
        coefficient = -coefficient
    above: list[Written] = []
    below: list[Written] = []
    if coefficient.is_Rational:
        if coefficient.p != 1:
            above.append(num(int(coefficient.p)))
        if coefficient.q != 1:
            below.append(num(int(coefficient.q)))
    else:
        above.append(into(coefficient))
    factors = rest.as_ordered_factors() if rest.is_Mul else [] if rest == 1 else [rest]
    for factor in factors:
        base, exponent = (factor.base, factor.exp) if isinstance(factor, sp.Pow) else (factor, sp.S.One)
        if base != sp.E and exponent.could_extract_minus_sign() and exponent.is_Rational:
            below.append(into(base**-exponent))
        else:
            above.append(into(factor))
    top = mul(*above)
    result = Quot(top, mul(*below)) if below else top
    return neg(result) if sign else result


def _power(expr: Any, into: Into) -> Written:
    base, exponent = expr.base, expr.exp
    if exponent == sp.S.Half:
        return Call(Name("sqrt"), (into(base),))
    if exponent.is_Rational and exponent < 0:
        return Quot(num(1), into(base**-exponent))
    return pow_(into(base), into(exponent))


def _applied(name: str) -> Callable[[Any, Into], Written]:
    return lambda expr, into: Call(Name(name), tuple(map(into, expr.args)))


def _extreme(name: str) -> Callable[[Any, Into], Written]:
    """max(0, z): numbers first."""
    return lambda expr, into: Call(
        Name(name), tuple(into(a) for a in sorted(expr.args, key=lambda a: (not a.is_number, sp.default_sort_key(a))))
    )


def _exp(expr: Any, into: Into) -> Written:
    return Pow(E, into(expr.args[0]))


def _heaviside(expr: Any, into: Into) -> Written:
    return Indicator(Rel((into(expr.args[0]), num(0)), (">",)))


def _piecewise(expr: Any, into: Into) -> Written:
    values = tuple(into(v) for v, _ in expr.args)
    conditions = tuple(None if c == True else into(c) for _, c in expr.args)  # noqa: E712
    if len(values) == 2 and values == (num(1), num(0)) and conditions[0] is not None and conditions[1] is None:
        return Indicator(conditions[0])
    return Cases(values, conditions)


def _relation(expr: Any, into: Into) -> Written:
    op = next(op for op, kind in RELATION.items() if isinstance(expr, kind))
    return Rel((into(expr.lhs), into(expr.rhs)), (op,))


def _derivative(expr: Any, into: Into) -> Written:
    inner, by = expr.expr, expr.variables
    if isinstance(inner, sp.Function) and len(inner.args) == 1 and set(by) == {inner.args[0]}:
        called = into(inner)
        if isinstance(called, Call):
            return Call(called.func, called.args, called.primes + len(by))
    return Deriv(into(inner), tuple(map(into, by)))


def _subs(expr: Any, into: Into) -> Written:
    """f'(u) as SymPy keeps it: the derivative at a dummy, the dummy at u."""
    inner = expr.expr
    if isinstance(inner, sp.Derivative) and len(expr.variables) == 1 and set(inner.variables) == {expr.variables[0]}:
        function = inner.expr
        if isinstance(function, sp.Function) and function.args == (expr.variables[0],):
            called = into(function)
            assert isinstance(called, Call)
            return Call(called.func, (into(expr.point[0]),), called.primes + len(inner.variables))
    raise UnsupportedError("Subs of SymPy has a written form only as f'(u)")


def _function(expr: Any, into: Into) -> Written:
    """An undefined function."""
    if not isinstance(expr.func, sp.core.function.UndefinedFunction):
        raise UnsupportedError(f"{expr.func.__name__} of SymPy has no written form")
    return Call(_name(expr.func.__name__), tuple(map(into, expr.args)))


LETTERS = {sp.E: E, sp.pi: Const("pi"), sp.oo: Const("oo"), -sp.oo: Neg(Const("oo"))}
READERS: tuple[tuple[Any, Callable[[Any, Into], Written]], ...] = (
    (sp.Rational, _rational),
    (sp.Float, _float),
    (sp.Symbol, _symbol),
    (sp.Add, _sum),
    (sp.Mul, _product),
    (sp.exp, _exp),
    (sp.Pow, _power),
    (sp.log, _applied("ln")),
    (sp.sin, _applied("sin")),
    (sp.cos, _applied("cos")),
    (sp.tan, _applied("tan")),
    (sp.tanh, _applied("tanh")),
    (sp.Abs, _applied("abs")),
    (sp.sign, _applied("sign")),
    (sp.erf, _applied("erf")),
    (sp.Max, _extreme("max")),
    (sp.Min, _extreme("min")),
    (sp.Heaviside, _heaviside),
    (sp.Piecewise, _piecewise),
    (sp.core.relational.Relational, _relation),
    (sp.Derivative, _derivative),
    (sp.Subs, _subs),
)
