"""Calls: known functions by their rows, functions of the exercise by their bodies, abstract ones as they are."""

from __future__ import annotations

from fractions import Fraction

from symprop.errors import UnsupportedError
from symprop.evaluate import program as code
from symprop.evaluate.emitting import Emitter, Scope, Visit
from symprop.evaluate.failures import Undefined
from symprop.evaluate.program import Registers
from symprop.functions import OUTPUT, Function, lookup
from symprop.written import Call, Deriv, Name, Written, names_of

MAX_DEPTH = 60  # of functions defined by functions
NATIVE = frozenset({"exp", "sqrt", "sin", "cos", "tan", "tanh", "erf", "ln", "log"})


class Calls(Emitter):
    """The part of the compiler that knows functions."""

    def slope(self, key: str, scope: Scope, usual: Fraction = Fraction(0)) -> Fraction:
        for name in (scope.row, key, "ReLU" if key == "pos" else ""):
            if name and name in self.kinks:
                return self.kinks[name]
        return usual

    def extreme(self, values: list[Registers], key: str, node: Written, scope: Scope) -> Registers:
        if len(values) == 1 and isinstance(values[0], tuple):
            values = list(values[0])
        if not values:
            raise Undefined(node, "the maximum of nothing")
        best = values[0]
        for value in values[1:]:
            a, b = self.scalar(best, node), self.scalar(value, node)
            data = (1 if key == "max" else -1, self.slope(key, scope), self.site(node, a, b))
            best = self.emit(code.MAX, (a, b), data, node)
        return best

    def call(self, node: Call, scope: Scope) -> Visit:
        if scope.depth > MAX_DEPTH:
            raise Undefined(node, "it is defined in terms of itself")
        found = lookup(node, None if scope.table else self.vocabulary, None if scope.table else self.log_base)
        values = []
        for arg in node.args:
            values.append((yield arg, scope))
        if isinstance(found, Function):
            return (yield from self.row(node, found, values, scope))
        if found is None or found.body is None:
            if node.primes and len(node.args) != 1:
                raise UnsupportedError("a prime on a function of several arguments")
            orders = (node.primes,) if len(values) == 1 else (0,) * len(values)
            return self.each(code.ABSTRACT, values, (node.func.text, orders), node)
        if len(found.params) != len(values):
            raise Undefined(node, f"{node.func.text} takes {len(found.params)} arguments")
        inside = self.scope(dict(zip(found.params, values, strict=True)), scope)
        if not node.primes:
            return (yield found.body, inside)
        if len(values) != 1:
            raise UnsupportedError("a prime on a function of several arguments")
        names = found.params * node.primes
        return (yield from self.differentiate(Deriv(found.body, names, local=True), names, inside))

    def differentiate(self, node: Deriv, names: tuple[Name, ...], scope: Scope) -> Visit:
        """The derivative of a formula by power series."""
        raise NotImplementedError

    def row(self, node: Call, row: Function, values: list[Registers], scope: Scope) -> Visit:
        if row.key in ("max", "min") and not node.primes:
            return self.extreme(values, row.key, node, scope)
        if len(values) != len(row.params):
            raise Undefined(node, f"{row.key} takes {len(row.params)} argument{'s' * (len(row.params) > 1)}")
        vectors = [v for v in values if isinstance(v, tuple)]
        if not vectors:
            return (yield from self.one(node, row, values, scope))
        if len({len(v) for v in vectors}) > 1:
            raise Undefined(node, "vectors of different lengths")
        parts = []
        for k in range(len(vectors[0])):
            items = [v[k] if isinstance(v, tuple) else v for v in values]
            if row.is_loss:
                inside = self.scope(dict(zip(row.params, items, strict=True)), scope, row.key, table=True)
                parts.append((yield row.inner, inside))
            else:
                parts.append((yield from self.one(node, row, items, scope)))
        if not row.is_loss:
            return tuple(parts)
        total = self.each(code.ADD, parts, None, node)
        if row.outside == "-":
            return self.each(code.NEG, [total], None, node)
        factor = {"": Fraction(1), "1/2": Fraction(1, 2), "mean": Fraction(1, len(parts))}[row.outside]
        return self.each(code.MUL, [self.emit(code.NUMBER, (), factor, node), total], None, node)

    def one(self, node: Call, row: Function, values: list[Registers], scope: Scope) -> Visit:
        """A row at numbers: its value, its derivative from the table, higher derivatives by series."""
        names = dict(zip(row.params, values, strict=True))
        inside = self.scope(names, scope, row.key if row.key in self.kinks else scope.row, table=True)
        if node.primes > 1:
            by = row.params[:1] * node.primes
            return (yield from self.differentiate(Deriv(row.value, by, local=True), by, inside))
        if node.primes:
            return (yield from self.table(node, row, inside, scope))
        if not row.primitive:
            value = yield row.value, inside
            if row.kinks_text == ("z",):
                slope = self.slope(row.key, scope, row.slope)
                if row.general is None and len(row.params) > 1:  # leaky_ReLU(z, alpha): as the formula itself says
                    return value
                return self.emit(code.KINK, (values[0], value), slope, node)
            return value
        self.rational = False
        key = row.key
        if key in NATIVE:
            return self.emit(code.FUNC, (values[0],), "ln" if key == "log" else key, node)
        data = (0, self.slope(key, scope, row.slope), self.site(node, values[0]))
        return self.emit(code.ABS if key == "abs" else code.SIGN, (values[0],), data, node)

    def table(self, node: Call, row: Function, inside: Scope, scope: Scope) -> Visit:
        if len(row.params) != 1:
            raise UnsupportedError("a prime on a function of several arguments")
        (derivative,) = row.derivatives
        z = inside.names[row.params[0]]
        if OUTPUT in names_of(derivative):
            outside = self.scope(dict(inside.names), inside, inside.row, table=scope.table)
            plain = self.made(Call(node.func, row.params))
            inside.names[OUTPUT] = yield plain, outside
        if not row.kinks_text:
            return (yield derivative, inside)
        block, register = yield from self.branch(derivative, inside)
        slope = self.slope(row.key, inside, row.slope)
        return self.emit(code.PICK, (z,), (slope, block, register, self.site(node, z)), node)
