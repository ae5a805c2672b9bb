"""Arrays in a program: tables of registers, and what is done with them entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
