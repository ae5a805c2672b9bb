"""Derivatives of formulas with arrays, entry by entry, and the entries themselves.

∇_x (x^T A x) at n = 3 is three derivatives by one number each, in power-series arithmetic: no table of rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from symprop.errors import UnsupportedError
from symprop.evaluate import program as code
from symprop.evaluate.emitting import Scope, Visit
from symprop.evaluate.program import Registers
from symprop.evaluate.tables import MAX_REGISTERS, Tables, TooLarge
from symprop.families import member, pieces
from symprop.names import Shape, entry_name
from symprop.shapes import Shapes
from symprop.written import Big, Deriv, Name, Written

Range = tuple[Written, Written]
MOST = 4 * MAX_REGISTERS  # of everything that is differentiated


class Indexed(Scope):
    """A scope in which index letters and sizes have values."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, int]):
        super().__init__({})
        self.values = values


class Moving(Tables):
    """Entries of arrays: those of a symmetric one are mirrored, one of them may move."""

    def __init__(
        self, shapes: Shapes, sizes: Mapping[Name, int], ranges: Mapping[Big, Range], symmetric: frozenset[Name],
        *rest: Any,
    ):  # fmt: skip
        super().__init__(shapes, sizes, *rest)
        self.ranges, self.symmetric, self.rest = ranges, symmetric, rest
        self.moving: Written | None = None  # what a derivative is taken by
        self.held: Mapping[Written, int] = {}  # other entries of it, as registers outside
        self.spent = 0
        self.root = Indexed({size.base: k for size, k in sizes.items() if size == Name(size.base)})

    def gradient(self, node: Deriv, scope: Indexed) -> Visit:
        """The derivative of a formula by every entry of an array, or of every entry by a number: by power series."""
        by, of, shape = node.by[0], node.of, self.shape(node)
        if len(node.by) > 1 or node.local or not isinstance(by, Name) or by in self.symmetric:
            raise UnsupportedError("this derivative of a formula with arrays")
        by = member(by, scope.values)
        whole = self.shape(by)
        at = yield by, scope
        cells: Iterator[Written] = (
            (self.entry(by, whole, i, j) if not whole.is_number else by) for i, j in self.places(whole)
        )
        registers = [r for row in at for r in row] if isinstance(at, tuple) else [at]
        points: dict[Written, int] = dict(zip(cells, registers, strict=True))
        found = [self.slopes(of, by, cell, points, scope, node) for cell in points]
        if whole.is_number:
            return found[0]
        flat = iter(found)
        return self.table_of(shape, lambda i, j: next(flat))

    def slopes(self, of: Written, by: Name, cell: Written, points: Mapping[Written, int], scope: Indexed, node: Deriv
               ) -> Registers:  # fmt: skip
        """The derivative of every entry of ``of`` by one quantity."""
        vocabulary, definitions, *rest = self.rest
        rest_of = {n: f for n, f in definitions.items() if n != by}
        inner = type(self)(self.shapes, self.sizes, self.ranges, self.symmetric, vocabulary, rest_of, *rest)
        inner.root = Indexed(dict(scope.values))
        inner.moving, inner.held = cell, points if by in definitions else {}
        value = inner.compile(of, inner.root)
        self.spent += inner.size + inner.spent
        if self.spent > MOST:
            raise TooLarge("too many derivatives")

        def slope(register: int) -> int:
            program = inner.program((register,))
            self.inner.append(program)
            self.leaves.update(dict.fromkeys(program.leaves))
            self.sites.extend(program.sites)
            self.rational = self.rational and program.rational
            return self.emit(code.DIFF, (points[cell],), (program, 1), node)

        if isinstance(value, tuple):
            return tuple(tuple(slope(register) for register in row) for row in value)
        return slope(self.scalar(value, node))

    def leaf(self, node: Written) -> int:
        if node == self.moving:
            return self.emit(code.VARIABLE, (), None, node)
        if node in self.held:
            return self.emit(code.IMPORT, (), self.held[node], node)
        return super().leaf(node)

    def places(self, shape: Shape) -> Iterator[tuple[int, int]]:
        return product(range(1, self.length(shape.rows) + 1), range(1, self.length(shape.cols) + 1))

    def entry(self, array: Name, shape: Shape, i: int, j: int) -> Name:
        """An entry of an array; of a symmetric one that above the diagonal."""
        return entry(array, shape, *sorted((i, j)) if array in self.symmetric else (i, j))

    def mirrored(self, name: Name) -> Name:
        """A_12 for A_21, where A is symmetric."""
        whole = replace(name, sub="")
        indices = [piece.number for piece in pieces(",".join(name.sub) if len(name.sub) == 2 else name.sub)]
        if whole not in self.symmetric or len(indices) != 2 or None in indices:
            return name
        i, j = (k for k in indices if k is not None)
        return self.entry(whole, self.shapes.declared[whole], i, j)


def entry(array: Name, shape: Shape, i: int, j: int) -> Name:
    """x_2, W_12; of W_h the entry is no name that can be written."""
    indices: tuple[int | str, ...] = (i, j) if not shape.is_vector else (max(i, j),)
    if not array.sub:
        return entry_name(array, indices)
    return replace(array, sub=f"{array.sub};{','.join(map(str, indices))}")
