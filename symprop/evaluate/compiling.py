"""From written formulas to a program."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from fractions import Fraction
from typing import Any

from symprop.errors import UnsupportedError
from symprop.evaluate import program as code
from symprop.evaluate.calls import MAX_DEPTH, Calls
from symprop.evaluate.emitting import VARIABLE, Definitions, Scope, Visit, constant
from symprop.evaluate.failures import Undefined
from symprop.evaluate.program import Block, Piece, Program, Registers
from symprop.functions import Function, lookup
from symprop.names import FunctionDef, Vocabulary
from symprop.written import (
    Big,
    Call,
    Cases,
    Const,
    Deriv,
    Indicator,
    Name,
    Neg,
    Pow,
    Prod,
    Quot,
    Rel,
    Sum,
    Vec,
    Written,
    names_of,
)

MAX_TERMS = 2000  # of an indexed sum
ORDERED = frozenset({"<", "≤", ">", "≥", "=", "≠"})


class Compiler(Calls):
    """Fills ``block`` with instructions; registers are numbered through all blocks."""

    def visit(self, node: Written, scope: Scope) -> Visit:
        match node:
            case Name():
                return (yield from self.name(node, scope))
            case Sum(terms):
                values = []
                for term in terms:
                    values.append((yield term, scope))
                return self.each(code.ADD, values, None, node)
            case Prod(factors):
                values = []
                for factor in factors:
                    values.append((yield factor, scope))
                return self.product(values, node)
            case Neg(arg):
                return self.each(code.NEG, [(yield arg, scope)], None, node)
            case Quot(above, below):
                top = yield above, scope
                bottom = yield below, scope
                if isinstance(bottom, tuple):
                    raise Undefined(node, "division by a vector")
                return self.each(code.DIV, [top, bottom], None, node)
            case Pow():
                return (yield from self.pow(node, scope))
            case Call():
                return (yield from self.call(node, scope))
            case Const(letter):
                self.rational = False
                return self.emit(code.LETTER, (), letter, node)
            case Vec(items):
                values = []
                for item in items:
                    values.append((yield item, scope))
                return tuple(values)
            case Rel(items, ops):
                if not ORDERED.issuperset(ops):
                    raise UnsupportedError(f"{' '.join(ops)} is not a relation with a truth value")
                values = []
                for item in items:
                    values.append(self.scalar((yield item, scope), node))
                sites = tuple(
                    self.site(node, a, b, equality=op in "=≠")
                    for a, b, op in zip(values, values[1:], ops, strict=False)
                )
                return self.emit(code.REL, tuple(values), (ops, sites), node)
            case Indicator(condition):
                if not isinstance(condition, Rel):
                    raise UnsupportedError("an indicator needs a relation")
                return self.emit(code.STEP, ((yield condition, scope),), None, node)
            case Cases():
                return (yield from self.cases(node, scope))
            case Deriv():
                return (yield from self.deriv(node, scope))
            case Big():
                return (yield from self.big(node, scope))
            case _:
                raise UnsupportedError(f"{type(node).__name__} has no value")

    def name(self, node: Name, scope: Scope) -> Visit:
        if node in scope.names:
            found = scope.names[node]
            if found is VARIABLE:
                return self.emit(code.VARIABLE, (), None, node)
            return found
        if scope is not self.root and node in self.root.names:
            return (yield node, self.root)
        if ("leaf", node) in self.memo:
            return self.memo["leaf", node]
        if node in self.definitions and node not in self.known:
            if node in self.opened:
                raise Undefined(node, "it is defined in terms of itself")
            self.opened.add(node)
            value = yield self.definitions[node], self.root
            self.opened.discard(node)
        elif self.parent is not None and self.parent.definitions is not self.definitions:
            value = self.imported(self.parent.compile(node, self.parent.root), node)
        else:
            value = self.leaf(node)
        self.remember(("leaf", node), value)
        return value

    def product(self, values: list[Registers], node: Written) -> Registers:
        vectors = [v for v in values if isinstance(v, tuple)]
        if len(vectors) < 2:
            return self.each(code.MUL, values, None, node)
        if len(vectors) > 2 or len(vectors[0]) != len(vectors[1]):
            raise Undefined(node, "a product of these vectors")
        numbers = [v for v in values if not isinstance(v, tuple)]
        parts = [self.each(code.MUL, list(pair), None, node) for pair in zip(*vectors, strict=True)]
        inner = self.each(code.ADD, parts, None, node) if len(parts) > 1 else parts[0]
        return self.each(code.MUL, [*numbers, inner], None, node) if numbers else inner

    def pow(self, node: Pow, scope: Scope) -> Visit:
        if isinstance(node.base, Const) and node.base.letter == "e":
            self.rational = False
            return self.each(code.FUNC, [(yield node.exp, scope)], "exp", node)
        base = yield node.base, scope
        exponent = constant(node.exp)
        if exponent is None:
            self.rational = False
            return self.each(code.POW, [base, (yield node.exp, scope)], None, node)
        if isinstance(base, tuple):
            raise Undefined(node, "a power of a vector")
        if exponent.denominator == 1:
            return self.emit(code.POWI, (base,), exponent.numerator, node)
        self.rational = False
        return self.emit(code.POWQ, (base,), exponent, node)

    def cases(self, node: Cases, scope: Scope) -> Visit:
        pieces = []
        for value, condition in zip(node.values, node.conditions, strict=True):
            test: Block = []
            register = None
            if condition is not None:
                test, register = yield from self.branch(condition, scope)
            work, result = yield from self.branch(value, scope)
            pieces.append(Piece(test, register, work, result))
        self.rational = False
        return self.emit(code.CASES, (), tuple(pieces), node)

    def big(self, node: Big, scope: Scope) -> Visit:
        lower = constant(node.lower) if node.lower is not None else None
        upper = constant(node.upper) if node.upper is not None else None
        if lower is None or upper is None or node.condition is not None or (upper - lower) > MAX_TERMS:
            raise UnsupportedError("an indexed sum needs two numbers as its bounds")
        assert isinstance(node.index, Name)
        values = []
        for k in range(int(lower), int(upper) + 1):
            item = self.made(_instance(node.body, node.index, k))
            values.append((yield item, scope))
        if node.op in ("max", "min"):
            return self.extreme(values, node.op, node, scope)
        if not values:
            return self.emit(code.NUMBER, (), Fraction(node.op == "prod"), node)
        return self.each(code.ADD if node.op == "sum" else code.MUL, values, None, node)

    # ---- derivatives

    def deriv(self, node: Deriv, scope: Scope) -> Visit:
        """A quantity of its own where it is given or nothing is known; else by power series through what is known."""
        names = tuple(b for b in node.by if isinstance(b, Name))
        canonical = Deriv(node.of, tuple(sorted(names)), node.local)
        opaque = node in self.known or canonical in self.known
        if opaque or (isinstance(node.of, Name) and node.of not in self.definitions and node.of not in scope.names):
            if ("leaf", canonical) not in self.memo:
                symbol = canonical if canonical in self.known or not opaque else node
                self.remember(("leaf", canonical), self.leaf(symbol))
            return self.memo["leaf", canonical]
        if isinstance(node.of, Call):
            found = lookup(node.of, None if scope.table else self.vocabulary, self.log_base)
            params = found.params if found is not None and not isinstance(found, Function) else ()
            inside_args = set().union(*(names_of(a) for a in node.of.args))
            if params and set(names) <= set(params) and (node.local or not set(names) <= inside_args):
                return (yield from self.partial(node, names, scope))
        return (yield from self.differentiate(node, names, scope))

    def partial(self, node: Deriv, names: tuple[Name, ...], scope: Scope) -> Visit:
        """∂D/∂u at the arguments of a call, u a parameter of D."""
        call = node.of
        assert isinstance(call, Call)
        found = lookup(call, self.vocabulary)
        assert isinstance(found, FunctionDef)
        if len(found.params) != len(call.args):
            raise Undefined(node, f"{call.func.text} takes {len(found.params)} arguments")
        values = []
        for arg in call.args:
            values.append((yield arg, scope))
        if found.body is None:
            orders = tuple(names.count(p) for p in found.params)
            return self.each(code.ABSTRACT, values, (call.func.text, orders), node)
        inside = self.scope(dict(zip(found.params, values, strict=True)), scope)
        return (yield from self.differentiate(Deriv(found.body, names, local=True), names, inside))

    def differentiate(self, node: Deriv, names: tuple[Name, ...], scope: Scope) -> Visit:
        x, rest = names[0], tuple(n for n in names if n != names[0])
        order = len(names) - len(rest)
        at = self.scalar((yield x, scope), x)
        of = node.of
        held = node.local and isinstance(of, Name) and of in self.definitions
        if held:
            of = self.definitions[of]  # type: ignore[index]
        inner = Compiler(self.vocabulary, {} if held else self.definitions, self.known, self.kinks, self.log_base)
        inner.parent = self
        inner.kept.append(of)
        inside = inner.root
        if x in scope.names:
            inside = inner.scope({}, scope, scope.row, table=scope.table)
            inside.names[x] = VARIABLE
        else:
            inner.root.names[x] = VARIABLE
        for name, value in scope.names.items():
            if name != x:
                if inside is inner.root:
                    inside = inner.scope({}, scope, scope.row, table=scope.table)
                inside.names[name] = inner.imported(self.register(value, name), name)
        if scope.depth > MAX_DEPTH:
            raise Undefined(node, "it is defined in terms of itself")
        formula = Deriv(of, rest, node.local) if rest else of
        if rest and held:
            raise UnsupportedError("a mixed local derivative")
        output = inner.scalar(inner.compile(inner.made(formula), inside), node)
        program = inner.program((output,))
        self.inner.append(program)
        self.leaves.update(dict.fromkeys(program.leaves))
        self.sites.extend(program.sites)
        self.rational = self.rational and program.rational
        return self.emit(code.DIFF, (at,), (program, order), node)


def compile_program(
    formulas: Iterable[Written],
    *,
    vocabulary: Vocabulary | None = None,
    definitions: Definitions | None = None,
    known: Container[Written] = (),
    kinks: Mapping[str, Any] | None = None,
    log_base: int | None = None,
) -> Program:
    """One program for several formulas.

    ``definitions``: quantities that are computed (the equations of a graph); derivatives of theirs are then total
    derivatives through them.  ``known``: quantities whose value is given at run time although they could be computed.
    ``kinks``: function key → the derivative used at its kink.
    """
    definitions = definitions if definitions is not None else {}
    compiler = Compiler(vocabulary or Vocabulary(), definitions, known, slopes(kinks), log_base)
    outputs = tuple(compiler.compile(formula, compiler.root) for formula in formulas)
    return compiler.program(outputs)


def slopes(kinks: Mapping[str, Any] | None) -> dict[str, Fraction]:
    """The derivatives used at kinks, as numbers."""
    return {key: _slope(value) for key, value in (kinks or {}).items()}


def _slope(value: Any) -> Fraction:
    if isinstance(value, Written):
        found = constant(value)
        if found is None:
            raise UnsupportedError("the slope at a kink must be a number")
        return found
    return Fraction(value)


def _instance(body: Written, index: Name, k: int) -> Written:
    """The body with the index at k: i becomes the number, x_i becomes x_k."""
    from symprop.written import num, substitute

    values: dict[Written, Written] = {index: num(k)}
    for name in names_of(body):
        parts = name.sub.split(",")
        if index.base in parts and name != index:
            sub = ",".join(str(k) if p == index.base else p for p in parts)
            values[name] = Name(name.base, name.accent, sub, name.sup, name.primes)
    return substitute(body, values)


__all__ = ["Compiler", "Scope", "compile_program", "constant", "slopes"]
