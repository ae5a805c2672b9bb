"""A formula with vectors and matrices as a table of formulas of numbers, one for each entry.

    W x + b    with W = (w_11 w_12; w_21 w_22) …   ((w_11 x_1 + w_12 x_2 + b_1,), (w_21 x_1 + w_22 x_2 + b_2,))
The shapes are those of ``shapes``: what is multiplied with what is decided in one place.  All sizes are numbers here.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from symprop.errors import UnsupportedError
from symprop.families import indices
from symprop.matrices import Entry, Hadamard, Transpose
from symprop.names import Shape, Vocabulary
from symprop.shapes import OF_ARRAYS, Chain, ShapeError, Shapes, contract
from symprop.written import (
    ZERO,
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
    add,
    mul,
    neg,
    pow_,
    transform,
)

Table = tuple[tuple[Written, ...], ...]
LARGEST = 4_000  # parts of one entry
MOST = 40_000  # parts of everything that is made


class Entries:
    """The entries of formulas over ``tables``: the arrays that a vocabulary has shapes for."""

    def __init__(self, vocabulary: Vocabulary, tables: Mapping[Name, Table]):
        self.shapes, self.tables = Shapes(vocabulary), tables
        self.sizes: dict[Written, int] = {}
        self.left = MOST

    def of(self, node: Written) -> Table:
        """Rows of entries; of a number one.  Raises ShapeError; UnsupportedError where there are too many parts."""
        if not has_array(node, self.tables):
            return ((_of_numbers(node),),)
        match node:
            case Name():
                return self.tables[node]
            case Neg(arg):
                return self.each(neg, arg)
            case Sum(terms):
                return self.spread(add, terms, self.shapes.of(node))
            case Hadamard(factors):
                return self.spread(mul, factors, self.shapes.of(node))
            case Quot(above, below):
                return self.spread(Quot, (above, below), self.shapes.of(node))
            case Prod(factors):
                return self.product(factors)
            case Transpose(arg):
                return transposed(self.of(arg))
            case Entry(arg, sub):
                return ((self.entry(arg, sub),),)
            case Pow():
                return self.power(node)
            case Call():
                return self.call(node)
            case Vec(items):
                return self.listed(items, self.shapes.of(node))
            case Indicator(Rel(items, ops)):
                return self.spread(lambda *parts: Indicator(Rel(parts, ops)), items, self.shapes.of(node))
            case Deriv(of, by, local):
                self.shapes.of(node)
                return self.spread(lambda top, *rest: Deriv(top, rest, local), (of, *by), self.shapes.of(node))
            case _:
                raise UnsupportedError(f"vectors and matrices in {type(node).__name__}")

    def entry(self, arg: Written, sub: str) -> Written:
        """The entry (W^T δ)_2, (δ x^T)_{12}, counted from 1."""
        shape = self.shapes.of(arg)
        self.shapes.entry(arg, shape, sub)
        pieces = indices(sub, 1 if shape.is_vector else 2)
        places = [piece.number for piece in pieces]
        i, j = (places[0], 1) if shape.cols == 1 else (1, places[0]) if len(places) == 1 else places
        if i is None or j is None or i > _number(shape.rows) or j > _number(shape.cols):
            size = f"the vector has {max(_number(shape.rows), _number(shape.cols))} entries"
            size = size if shape.is_vector else f"the matrix is {shape}"
            raise ShapeError(f"{size}, and this is entry {', '.join(piece.text for piece in pieces)}")
        return self.of(arg)[i - 1][j - 1]

    # ---- entry by entry

    def made(self, formula: Written) -> Written:
        """The formula, counted."""
        size = 1 + sum(self.size(child) for child in formula.children)
        self.sizes[formula] = size
        self.left -= len(formula.children) + 1
        if size > LARGEST or self.left < 0:
            raise UnsupportedError("a product of matrices that is too long")
        return formula

    def size(self, formula: Written) -> int:
        if formula not in self.sizes:
            self.sizes[formula] = 1 + sum(self.size(child) for child in formula.children)
        return self.sizes[formula]

    def each(self, make: Callable[[Written], Written], arg: Written) -> Table:
        return tuple(tuple(self.made(make(cell)) for cell in row) for row in self.of(arg))

    def spread(self, make: Callable[..., Written], parts: Sequence[Written], shape: Shape) -> Table:
        """``make`` of the entries; a number, column or row goes with every entry, column or row."""
        return self.over(make, [self.of(part) for part in parts], shape)

    def over(self, make: Callable[..., Written], tables: Sequence[Table], shape: Shape) -> Table:
        rows, cols = _number(shape.rows), _number(shape.cols)
        return tuple(tuple(self.made(make(*(_at(t, i, j) for t in tables))) for j in range(cols)) for i in range(rows))

    # ---- products

    def product(self, factors: Sequence[Written]) -> Table:
        items: list[tuple[Any, Any]] = [((factor, self.shapes.of(factor)), self.of(factor)) for factor in factors]
        shape, left = contract(items, Chain(lambda a, _s, b, _t: self.times(a, b)))
        return left[0] if len(left) == 1 else self.over(mul, left, shape)

    def times(self, a: Table, b: Table) -> Table:
        columns = tuple(zip(*b, strict=True))
        return tuple(tuple(self.inner(row, column) for column in columns) for row in a)

    def inner(self, row: Sequence[Written], column: Sequence[Written]) -> Written:
        return self.made(add(*(self.made(mul(x, y)) for x, y in zip(row, column, strict=True))))

    def power(self, node: Pow) -> Table:
        shape = self.shapes.of(node)
        if node.base == E or shape.is_number:
            return self.spread(pow_, (node.base, node.exp), shape)
        assert isinstance(node.exp, Num)
        if node.exp.value < 0:
            raise UnsupportedError("the inverse of a matrix")
        value = result = self.of(node.base)
        for _ in range(int(node.exp.value) - 1):
            result = self.times(result, value)
        return result

    # ---- functions and lists

    def call(self, node: Call) -> Table:
        key, shape = node.func.base, self.shapes.of(node)
        array = len(node.args) == 1 and not self.shapes.of(node.args[0]).is_number
        if not (array and key in OF_ARRAYS) or node.primes:
            return self.spread(lambda *args: Call(node.func, args, node.primes), node.args, shape)
        value = self.of(node.args[0])
        flat = [cell for row in value for cell in row]
        if key == "trace":
            return ((self.made(add(*(value[i][i] for i in range(len(value))))),),)
        if key == "norm":
            squares = self.made(add(*(self.made(pow_(cell, 2)) for cell in flat)))
            return ((self.made(Call(Name("sqrt"), (squares,))),),)
        if key == "softmax":
            powers = [self.made(Pow(E, cell)) for cell in flat]
            total = self.made(add(*powers))
            return _shaped([self.made(Quot(power, total)) for power in powers], shape)
        return tuple(tuple(x if i == j else ZERO for j in range(len(flat))) for i, x in enumerate(flat))

    def listed(self, items: Sequence[Written], shape: Shape) -> Table:
        rows = [item.items if isinstance(item, Vec) else (item,) for item in items]
        return _shaped([self.of(cell)[0][0] for row in rows for cell in row], shape)


def has_array(formula: Written, tables: Container[Written]) -> bool:
    """Whether a vector or a matrix stands anywhere in a formula."""
    return any(node in tables or isinstance(node, Vec) for node in formula.walk())


def transposed(table: Table) -> Table:
    """Rows as columns."""
    return tuple(zip(*table, strict=True))


def shape_of(table: Table) -> Shape:
    """The shape of a table."""
    return Shape(len(table), len(table[0]))


def _of_numbers(formula: Written) -> Written:
    """Without the signs of arrays, which say nothing of numbers: (c k)^T is c k."""
    if not any(isinstance(node, Transpose | Hadamard) for node in formula.walk()):
        return formula
    return transform(formula, _of_number)


def _of_number(node: Written) -> Written:
    if isinstance(node, Transpose):
        return node.arg
    return mul(*node.factors) if isinstance(node, Hadamard) else node


def _at(table: Table, i: int, j: int) -> Written:
    row = table[0 if len(table) == 1 else i]
    return row[0 if len(row) == 1 else j]


def _shaped(flat: Sequence[Written], shape: Shape) -> Table:
    width = _number(shape.cols)
    return tuple(tuple(flat[k : k + width]) for k in range(0, len(flat), width))


def _number(size: object) -> int:
    if not isinstance(size, int):
        raise UnsupportedError("a size without a number")
    return size


__all__ = ["Entries", "Table", "has_array", "shape_of", "transposed"]
