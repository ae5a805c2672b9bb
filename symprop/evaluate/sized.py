"""Programs of formulas with vectors, matrices and sums, at given sizes.

Every symbolic size has a number, so an array is a table of registers, x_i a member of its family and Σ is summed: the
program is one of plain numbers and runs in every arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from symprop.errors import UnsupportedError
from symprop.evaluate import program as code
from symprop.evaluate.emitting import Scope, Visit
from symprop.evaluate.moving import Indexed, Moving, Range, entry
from symprop.evaluate.program import HOLDS, Program, Registers
from symprop.evaluate.tables import MAX_REGISTERS, TooLarge
from symprop.families import depends, indices, member
from symprop.matrices import Entry, Hadamard, Transpose
from symprop.names import NUMBER, Shape, Vocabulary
from symprop.shapes import OF_ARRAYS, Chain, Shapes, contract
from symprop.written import (
    Big,
    Call,
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
)

MAX_EXPONENT = 1000
TERMS = 400  # of sums that are looked at for small ones behind large ones
_ARGUMENTS = tuple(Name("argument", sub=str(k)) for k in range(1, 100))


class NoSuchSize(UnsupportedError):
    """The formula has no meaning at these sizes: a sum from 3 to 1."""


class SizedCompiler(Moving):
    """Arrays are tuples of rows; numbers, and what functions do inside, are left to the compiler of numbers."""

    def quick(self, node: Written, scope: Scope, depth: int) -> Registers | None:
        return self.memo.get((id(node), id(scope)))

    def visit(self, node: Written, scope: Scope) -> Visit:
        if not isinstance(scope, Indexed):
            return (yield from self.inside(node, scope))
        match node:
            case Num(value):
                return self.emit(code.NUMBER, (), value, node)
            case Name():
                return (yield from self.quantity(node, scope))
            case Sum(terms):
                return (yield from self.spread(code.ADD, terms, node, scope))
            case Hadamard(factors):
                return (yield from self.spread(code.MUL, factors, node, scope))
            case Neg(arg):
                return (yield from self.spread(code.NEG, (arg,), node, scope))
            case Quot(above, below):
                return (yield from self.spread(code.DIV, (above, below), node, scope))
            case Prod(factors):
                return (yield from self.chain(factors, node, scope))
            case Transpose(arg):
                value = yield arg, scope
                return tuple(zip(*value, strict=True)) if isinstance(value, tuple) else value
            case Entry(arg, sub):
                return self.picked((yield arg, scope), self.shape(arg), sub, scope)
            case Pow():
                return (yield from self.power(node, scope))
            case Call(_, args) if any(not self.shape(arg).is_number for arg in args):
                return (yield from self.array_call(node, scope))
            case Vec(items):
                return (yield from self.listed(items, node, scope))
            case Indicator(condition) if isinstance(condition, Rel):
                return (yield from self.indicator(node, condition, scope))
            case Big():
                return (yield from self.indexed_sum(node, scope))
            case Deriv():
                return (yield from self.derivative(node, scope))
            case _:
                return (yield from super().visit(node, scope))

    def inside(self, node: Written, scope: Scope) -> Visit:
        """In the body of a function all is numbers."""
        if isinstance(node, Num):
            return self.emit(code.NUMBER, (), node.value, node)
        if isinstance(node, Name) and node not in scope.names:
            if not self.shape(node).is_number:
                raise UnsupportedError("an array in the body of a function")
            return (yield node, self.root)
        if isinstance(node, Big | Transpose | Hadamard | Entry) and not (isinstance(node, Big) and self.plain(node)):
            raise UnsupportedError("an array or a sum in the body of a function")
        return (yield from super().visit(node, scope))

    def plain(self, node: Big) -> bool:
        return isinstance(node.lower, Num) and isinstance(node.upper, Num)

    def picked(self, table: Registers, shape: Shape, sub: str, scope: Indexed) -> Registers:
        """An entry of an array."""
        places = [
            scope.values[part.letter] + part.shift if part.letter in scope.values else part.number
            for part in indices(sub, 1 if shape.is_vector else 2, scope.values)
        ]
        row, column = places if len(places) == 2 else (places[0], 1) if shape.cols == 1 else (1, places[0])
        if row is None or column is None:
            raise UnsupportedError(f"the index {sub}")
        if not (1 <= row <= len(table) and 1 <= column <= len(table[0])):
            raise NoSuchSize("an entry beyond the last")
        return table[row - 1][column - 1]

    # ---- quantities

    def quantity(self, node: Name, scope: Indexed) -> Visit:
        if node.base in scope.values and node == Name(node.base):
            return self.emit(code.NUMBER, (), Fraction(scope.values[node.base]), node)
        if node in self.sizes:
            return self.emit(code.NUMBER, (), Fraction(self.sizes[node]), node)
        found = member(node, scope.values)
        shape = self.shape(node)
        if shape.is_number and self.symmetric:
            found = self.mirrored(found)
        if shape.is_number or found in self.definitions:
            return (yield from super().name(found, self.root))
        if ("leaf", found) not in self.memo:
            table = self.table_of(shape, lambda i, j: self.leaf(self.entry(found, shape, i, j)))
            self.remember(("leaf", found), table)
        return self.memo["leaf", found]

    def derivative(self, node: Deriv, scope: Indexed) -> Visit:
        """∂L/∂W of quantities: a table of derivatives by the entries of W."""
        names = [part for part in (node.of, *node.by) if isinstance(part, Name)]
        if len(names) == 1 + len(node.by) and not any(name in self.definitions for name in names):
            of, *by = (member(name, scope.values) for name in names)
            shape = self.shape(node)
            if shape.is_number:
                return (yield from super().deriv(Deriv(of, tuple(by), node.local), self.root))
            up = self.shape(node.of).is_number

            def cell(i: int, j: int) -> int:
                part = entry(by[0] if up else of, shape, i, j)
                return self.leaf(Deriv(of, (part,), node.local) if up else Deriv(part, tuple(by), node.local))

            key = ("leaf", Deriv(of, tuple(by), node.local))
            if key not in self.memo:
                self.remember(key, self.table_of(shape, cell))
            return self.memo[key]
        if self.shapes.declared:
            return (yield from self.gradient(node, scope))
        for part in node.walk():
            named = isinstance(part, Name) and (
                part in self.sizes or not self.shape(part).is_number or depends(part, scope.values)
            )
            if named or isinstance(part, Big):
                raise UnsupportedError("the derivative of a formula with arrays or sums")
        return (yield from super().deriv(node, self.root))

    # ---- entry by entry

    def each_entry(self, make: Any, args: Sequence[Written], node: Written, scope: Scope) -> Visit:
        """``make`` a formula of numbers from the arguments, at every entry."""
        parts = []
        for arg in args:
            parts.append(((yield arg, scope), self.shape(arg)))
        names = _ARGUMENTS[: len(args)]
        formula, shape = self.made(make(names)), self.shape(node)
        rows = []
        for i in range(self.length(shape.rows)):
            row = []
            for j in range(self.length(shape.cols)):
                held = {name: self.at(v, s, i, j) for name, (v, s) in zip(names, parts, strict=True)}
                row.append(self.scalar((yield formula, self.scope(held, scope)), node))
            rows.append(tuple(row))
        return tuple(rows)

    def array_call(self, node: Call, scope: Indexed) -> Visit:
        key = node.func.base
        if len(node.args) > 1 or key not in OF_ARRAYS or node.primes:
            return (yield from self.each_entry(lambda a: Call(node.func, a, node.primes), node.args, node, scope))
        value = yield node.args[0], scope
        if key == "trace":
            return self.total([value[i][i] for i in range(len(value))], node)
        if key == "norm":
            self.rational = False
            return self.emit(code.FUNC, (self.squares(value, node),), "sqrt", node)
        flat = [r for row in value for r in row]
        if key == "softmax":
            self.rational = False
            powers = [self.emit(code.FUNC, (r,), "exp", node) for r in flat]
            total = self.total(powers, node)
            found = iter([self.emit(code.DIV, (r, total), None, node) for r in powers])
            return tuple(tuple(next(found) for _ in row) for row in value)
        zero = self.emit(code.NUMBER, (), Fraction(0), node)
        return tuple(tuple(r if i == j else zero for j in range(len(flat))) for i, r in enumerate(flat))

    def indicator(self, node: Indicator, condition: Rel, scope: Indexed) -> Visit:
        found = [self.integer(item, scope) for item in condition.items]
        if None not in found and set(condition.ops) <= set(HOLDS):
            pairs = zip(found, condition.ops, found[1:], strict=False)
            holds = all(HOLDS[op](a - b) for a, op, b in pairs)  # type: ignore[operator]
            return self.emit(code.NUMBER, (), Fraction(holds), node)
        if self.shape(node).is_number:
            return (yield from super().visit(node, scope))
        make = lambda names: Indicator(Rel(names, condition.ops))  # noqa: E731
        return (yield from self.each_entry(make, condition.items, node, scope))

    # ---- products

    def chain(self, factors: Sequence[Written], node: Written, scope: Scope) -> Visit:
        items: list[Any] = []
        for factor in factors:
            items.append(((factor, self.shape(factor)), (yield factor, scope)))
        shape, left = contract(items, Chain(lambda a, s, b, t: self.matrix_product(a, s, b, t, node)))
        if len(left) == 1:
            return left[0]
        shapes = [NUMBER] * (len(left) - 1) + [shape]
        return self.over(code.MUL, list(zip(left, shapes, strict=True)), shape, node)

    def power(self, node: Pow, scope: Indexed) -> Visit:
        base, whole = node.base, self.integer(node.exp, scope)
        shape = self.shape(node)
        if base == E and not shape.is_number:
            return (yield from self.each_entry(lambda a: Pow(E, a[0]), (node.exp,), node, scope))
        if not shape.is_number:
            assert whole is not None
            value = result = yield base, scope
            if whole < 0:
                return self.inverse(value, node)
            for _ in range(whole - 1):
                result = self.matrix_product(result, shape, value, shape, node)
            return result
        if self.is_norm(base) and whole is not None and whole > 0 and whole % 2 == 0:  # ‖x‖² is rational
            squares = self.squares((yield base.children[0], scope), node)
            return self.emit(code.POWI, (squares,), whole // 2, node)
        if whole is not None and abs(whole) <= MAX_EXPONENT and base != E:
            return self.emit(code.POWI, (self.scalar((yield base, scope), node),), whole, node)
        return (yield from super().pow(node, scope))

    def is_norm(self, node: Written) -> bool:
        return isinstance(node, Call) and node.func.base == "norm" and not self.shape(node.args[0]).is_number

    def listed(self, items: Sequence[Written], node: Written, scope: Scope) -> Visit:
        rows = []
        for item in items:
            row = []
            for cell in item.items if isinstance(item, Vec) else (item,):
                row.append(self.scalar((yield cell, scope), node))
            rows.append(tuple(row))
        shape = self.shape(node)
        return (tuple(r for row in rows for r in row),) if shape.rows == 1 and len(rows) > 1 else tuple(rows)

    # ---- sums over an index

    def indexed_sum(self, node: Big, scope: Indexed) -> Visit:
        low, high = self.bounds(node, scope)
        assert isinstance(node.index, Name)
        values = []
        for k in range(low, high + 1):
            inner = Indexed({**scope.values, node.index.base: k})
            inner.depth = scope.depth
            self.kept.append(inner)
            if node.condition is None or self.holds(node.condition, inner):
                values.append((yield node.body, inner))
        if node.op in ("max", "min"):
            return self.extreme(values, node.op, node, scope)
        shape = self.shape(node)
        if not values:
            nothing = self.emit(code.NUMBER, (), Fraction(node.op == "prod"), node)
            return nothing if shape.is_number else self.table_of(shape, lambda i, j: nothing)
        if len(values) == 1:
            return values[0]
        op = code.ADD if node.op == "sum" else code.MUL
        return self.over(op, [(value, shape) for value in values], shape, node)

    def bounds(self, node: Big, scope: Indexed) -> tuple[int, int]:
        lower, upper = self.ranges.get(node, (node.lower, node.upper))
        low = 1 if lower is None else self.integer(lower, scope)
        high = None if upper is None else self.integer(upper, scope)
        if low is None or high is None:
            raise UnsupportedError("the bounds of a sum must be whole numbers")
        if high < low - 1:
            raise NoSuchSize("a sum of fewer than no terms")
        if high - low > MAX_REGISTERS:
            raise TooLarge("too many terms")
        return low, high

    def holds(self, condition: Written, scope: Indexed) -> bool:
        assert isinstance(condition, Rel)
        left, right = (self.integer(item, scope) for item in condition.items)
        if left is None or right is None:
            raise UnsupportedError("the condition of a sum must be about indices")
        return HOLDS[condition.ops[0]](left - right)

    def integer(self, formula: Written, scope: Indexed) -> int | None:
        """The value of a formula of whole numbers, index letters and sizes; None for any other."""
        match formula:
            case Num(value):
                return int(value) if value.denominator == 1 else None
            case Name():
                if formula.base in scope.values and formula == Name(formula.base):
                    return scope.values[formula.base]
                return self.sizes.get(formula)
            case Neg(arg):
                inner = self.integer(arg, scope)
                return None if inner is None else -inner
            case Sum(parts) | Prod(parts):
                found = [self.integer(p, scope) for p in parts]
                if any(part is None for part in found):
                    return None
                total = 1 if isinstance(formula, Prod) else 0
                for part in found:
                    assert part is not None
                    total = total * part if isinstance(formula, Prod) else total + part
                return total if abs(total) < 10**9 else None
            case _:
                return None


def compile_sized(
    formulas: Sequence[Written],
    *,
    shapes: Shapes,
    sizes: Mapping[Name, int],
    ranges: Mapping[Big, Range],
    points: Sequence[Mapping[str, int]] = ({},),
    vocabulary: Vocabulary,
    definitions: Mapping[Name, Written],
    known: Any = (),
    kinks: Mapping[str, Fraction] | None = None,
    log_base: int | None = None,
    symmetric: frozenset[Name] = frozenset(),
) -> Program:
    """One program for several formulas at given sizes.  ``symmetric``: arrays that are their own transposes.

    The output of each: its value for every one of ``points`` (values of the indices that are free); an array is a tuple
    of rows.  Behind them stands, as one more output each, what is added anywhere.
    """
    compiler = SizedCompiler(
        shapes, sizes, ranges, symmetric, vocabulary, definitions, known, dict(kinks or {}), log_base
    )
    outputs = []
    for formula in formulas:
        values = []
        for point in points:
            scope = compiler.root
            assert isinstance(scope, Indexed)
            if point:
                scope = Indexed({**scope.values, **point})
                compiler.kept.append(scope)
            values.append(compiler.compile(formula, scope))
        outputs.append(tuple(values))
    added = {register for op, _, args, _, _ in compiler.block if op == code.ADD for register in args}
    return compiler.program((*outputs, *sorted(added)[:TERMS]))


__all__ = ["NoSuchSize", "Range", "TooLarge", "compile_sized"]
