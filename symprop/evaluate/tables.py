"""Arrays in a program: tables of registers, and what is done with them entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symprop.errors import UnsupportedError
from symprop.evaluate import program as code
from symprop.evaluate.compiling import Compiler
from symprop.evaluate.emitting import Scope, Visit
from symprop.evaluate.program import Registers
from symprop.names import Shape, Size
from symprop.shapes import Shapes
from symprop.written import Name, Written

MAX_REGISTERS = 8_000
BY_MINORS = (
    4  # rows of a matrix whose inverse is that of its minors, which never divides by a pivot that happens to be 0
)


class TooLarge(UnsupportedError):
    """The program at these sizes would be too long."""


class Tables(Compiler):
    """An array is a tuple of rows, at numbers for its sizes; a number is a register as ever."""

    def __init__(self, shapes: Shapes, sizes: Mapping[Name, int], *rest: Any):
        super().__init__(*rest)
        self.shapes, self.sizes = shapes, sizes

    def emit(self, op: int, args: tuple[int, ...], data: Any, node: Written) -> int:
        if self.size >= MAX_REGISTERS:
            raise TooLarge("too many operations")
        return super().emit(op, args, data, node)

    def shape(self, node: Written) -> Shape:
        return self.shapes.of(node)

    def length(self, size: Size) -> int:
        return size if isinstance(size, int) else self.sizes[size]

    def table_of(self, shape: Shape, cell: Callable[[int, int], int]) -> Registers:
        """cell(i, j) for every entry, counted from 1."""
        rows, cols = self.length(shape.rows), self.length(shape.cols)
        return tuple(tuple(cell(i, j) for j in range(1, cols + 1)) for i in range(1, rows + 1))

    def at(self, value: Registers, shape: Shape, i: int, j: int) -> int:
        """The register of an entry; a number, column or row goes with every entry, column or row."""
        if shape.is_number:
            return self.scalar(value, Name("entry"))
        found: int = value[0 if shape.rows == 1 else i][0 if shape.cols == 1 else j]
        return found

    def over(self, op: int, parts: Sequence[tuple[Registers, Shape]], whole: Shape, node: Written) -> Registers:
        if whole.is_number:
            return self.emit(op, tuple(self.scalar(v, node) for v, _ in parts), None, node)
        return self.table_of(
            whole, lambda i, j: self.emit(op, tuple(self.at(v, s, i - 1, j - 1) for v, s in parts), None, node)
        )

    def spread(self, op: int, children: Iterable[Written], node: Written, scope: Scope) -> Visit:
        parts = []
        for child in children:
            parts.append(((yield child, scope), self.shape(child)))
        return self.over(op, parts, self.shape(node), node)

    def total(self, registers: list[int], node: Written) -> int:
        return registers[0] if len(registers) == 1 else self.emit(code.ADD, tuple(registers), None, node)

    def squares(self, value: Registers, node: Written) -> int:
        return self.total([self.emit(code.POWI, (r,), 2, node) for row in value for r in row], node)

    def matrix_product(self, a: Registers, s: Shape, b: Registers, t: Shape, node: Written) -> Registers:
        columns = list(zip(*b, strict=True))
        found = tuple(
            tuple(
                self.total([self.emit(code.MUL, pair, None, node) for pair in zip(row, column, strict=True)], node)
                for column in columns
            )
            for row in a
        )
        return found[0][0] if s.rows == 1 and t.cols == 1 else found

    # ---- inverses

    def inverse(self, value: Registers, node: Written) -> Registers:
        """The inverse; where the matrix is singular its value is undefined."""
        if len(value) > BY_MINORS:
            return self.eliminated([list(row) for row in value], node)
        whole = self.determinant(value, node)
        if len(value) == 1:
            return ((self.emit(code.DIV, (self.unit(node), whole), None, node),),)
        rows = []
        for i in range(len(value)):
            row = []
            for j in range(len(value)):
                minor = tuple(r[:i] + r[i + 1 :] for k, r in enumerate(value) if k != j)
                found = self.emit(code.DIV, (self.determinant(minor, node), whole), None, node)
                row.append(self.emit(code.NEG, (found,), None, node) if (i + j) % 2 else found)
            rows.append(tuple(row))
        return tuple(rows)

    def unit(self, node: Written) -> int:
        return self.emit(code.NUMBER, (), Fraction(1), node)

    def determinant(self, value: Registers, node: Written) -> int:
        """By its first row."""
        if len(value) == 1:
            found: int = value[0][0]
            return found
        terms = []
        for j, first in enumerate(value[0]):
            minor = tuple(row[:j] + row[j + 1 :] for row in value[1:])
            term = self.emit(code.MUL, (first, self.determinant(minor, node)), None, node)
            terms.append(self.emit(code.NEG, (term,), None, node) if j % 2 else term)
        return self.total(terms, node)

    def eliminated(self, left: list[list[int]], node: Written) -> Registers:
        """By elimination on the diagonal."""
        size, one = len(left), self.unit(node)
        zero = self.emit(code.NUMBER, (), Fraction(0), node)
        rows = [[*row, *(one if i == j else zero for j in range(size))] for i, row in enumerate(left)]
        for k in range(size):
            rows[k] = [self.emit(code.DIV, (cell, rows[k][k]), None, node) for cell in rows[k]]
            for i in range(size):
                if i != k:
                    factor = self.emit(code.NEG, (rows[i][k],), None, node)
                    scaled = [self.emit(code.MUL, (factor, cell), None, node) for cell in rows[k]]
                    rows[i] = [self.emit(code.ADD, pair, None, node) for pair in zip(rows[i], scaled, strict=True)]
        return tuple(tuple(row[size:]) for row in rows)
