"""Shapes of formulas: what may be multiplied, added and transposed, and what comes out.

A column is n×1, a row 1×n, a number 1×1.  Sizes are numbers or letters, and two letters are two sizes.  Side by side is
the matrix product; in a chain every row index meets the next column index that is still open, so that  A x^T y B  is
(x^T y) A B  and brackets around a part that fits never matter.  A number is added to every entry, a column (row) to
every column (row) of a matrix; functions of one argument act entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from symprop.errors import UnsupportedError
from symprop.families import indices, pieces
from symprop.matrices import Entry, Hadamard, Transpose
from symprop.names import NUMBER, Shape, Vocabulary
from symprop.written import (
    ZERO,
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
)

MAX_POWER = 10  # of a matrix
TO_NUMBER = frozenset({"norm", "trace"})
OF_ARRAYS = TO_NUMBER | {"diag", "softmax"}
Operand = tuple[Written | None, Shape]


class ShapeError(Exception):
    """What has no shape that we know: the operands with their shapes, and why."""

    def __init__(self, reason: str, *operands: Operand, hint: str = ""):
        self.reason, self.operands, self.hint = reason, operands, hint
        super().__init__(reason)

    def told(self, say: Callable[[Written | None], str]) -> str:
        """W is n×m, x is k×1: the inner sizes m and k differ"""
        parts = [f"{say(formula)} is {shape}" for formula, shape in self.operands]
        return f"{', '.join(parts)}: {self.reason}" if parts else self.reason


class Misfit(ShapeError):
    """Shapes that do not fit: whoever wrote it, the formula has no value."""


class Shapes:
    """The shapes of formulas over the names of a vocabulary; ``definitions``: quantities that are computed."""

    def __init__(self, vocabulary: Vocabulary, definitions: Mapping[Name, Written] | None = None):
        self.declared, self.rows = vocabulary.shapes, vocabulary.rows
        self.definitions = definitions or {}
        self.memo: dict[Written, Shape] = {}

    @cached_property
    def families(self) -> dict[tuple[str, str, int | str, int | str], Shape]:
        """Declared names with an index letter, by what their members have in common."""
        return {key: shape for name, shape in self.declared.items() if (key := _family(name, of=True))}

    @cached_property
    def heads(self) -> dict[tuple[str, str], Name]:
        """Declared names by their letters."""
        return {(name.base, name.accent): name for name in self.declared}

    def of(self, formula: Written) -> Shape:
        """The shape.  Raises ShapeError."""
        found = self.memo.get(formula)
        if found is None:
            found = self.memo[formula] = self._of(formula)
        return found

    def _of(self, formula: Written) -> Shape:
        match formula:
            case Num() | Const():
                return NUMBER
            case Name():
                return self.name(formula)
            case Neg(arg) | Indicator(arg):
                return self.of(arg)
            case Transpose(arg):
                return self.of(arg).transposed
            case Sum(terms):
                return self.joined(terms, "cannot be added")
            case Hadamard(factors):
                return self.entrywise(factors)
            case Entry(arg, sub):
                return self.entry(arg, self.of(arg), sub)
            case Prod(factors):
                return contract((((factor, self.of(factor)), None) for factor in factors), Chain())[0]
            case Quot(above, below):
                if not self.of(below).is_number:
                    raise ShapeError("nothing can be divided by it", (below, self.of(below)))
                return self.of(above)
            case Pow():
                return self.power(formula)
            case Call():
                return self.call(formula)
            case Vec(items):
                return self.listed(items)
            case Rel(items):
                return self.joined(items, "cannot be compared")
            case Deriv():
                return self.derivative(formula)
            case Big(op, _, body, lower, upper):
                shape = self.of(body)
                for bound in (lower, upper):
                    self.number(bound or ZERO)
                if op != "sum" and not shape.is_number:
                    raise ShapeError("a number is needed", (body, shape))
                return shape
            case Cases():
                for child in formula.children:
                    self.number(child)
                return NUMBER
            case _:
                raise UnsupportedError(f"{type(formula).__name__} has no shape")

    def number(self, formula: Written) -> None:
        shape = self.of(formula)
        if not shape.is_number:
            raise ShapeError("a number is needed", (formula, shape))

    def name(self, name: Name) -> Shape:
        if name in self.declared:
            return self.declared[name]
        if name in self.definitions:
            return self.of(self.definitions[name])
        if (member := self.array(name)) is not None:
            return member
        if name.sub and (whole := replace(name, sub="")) and (shape := self.array(whole)) is not None:
            return self.entry(whole, shape, name.sub)
        head = self.heads.get((name.base, name.accent))
        if head is not None:
            raise ShapeError(f"`{name.text}` has no shape", (head, self.declared[head]), hint="declare its shape")
        return NUMBER

    def entry(self, whole: Written, shape: Shape, sub: str) -> Shape:
        """An entry of an array, told by so many indices."""
        if shape.is_number:
            raise ShapeError("a number has no entries", (whole, shape))
        wanted = 1 if shape.is_vector else 2
        found = indices(sub, wanted)
        if len(found) != wanted or any(not p.letter and p.number is None and len(p.text) > 1 for p in found):
            raise ShapeError(f"an entry of it has {wanted} ind{'ex' if wanted == 1 else 'ices'}", (whole, shape))
        if any(p.number == 0 for p in found):
            raise ShapeError("its entries are counted from 1", (whole, shape))
        return NUMBER

    def array(self, name: Name) -> Shape | None:
        """The declared shape of a name."""
        key = _family(name)
        return self.declared.get(name) or (self.families.get(key) if key is not None else None)

    def joined(self, terms: Sequence[Written], reason: str) -> Shape:
        """Numbers go with everything, a column or row with a matrix; the largest of the shapes."""
        whole, shape = terms[0], self.of(terms[0])
        for term in terms[1:]:
            other = self.of(term)
            if not (other == shape or goes_into(other, shape)):
                if not goes_into(shape, other):
                    raise Misfit(reason, (whole, shape), (term, other))
                whole, shape = term, other
        return shape

    def entrywise(self, factors: Sequence[Written]) -> Shape:
        """Equal shapes, or numbers."""
        arrays = [(factor, shape) for factor in factors if not (shape := self.of(factor)).is_number]
        for other in arrays[1:]:
            if other[1] != arrays[0][1]:
                raise Misfit("⊙ needs equal shapes", arrays[0], other)
        return arrays[0][1] if arrays else NUMBER

    def power(self, formula: Pow) -> Shape:
        base, exponent = self.of(formula.base), self.of(formula.exp)
        if formula.base == E:
            return exponent
        if not exponent.is_number:
            raise ShapeError("an array is no exponent", (formula.exp, exponent))
        if not base.is_number:
            value = formula.exp.value if isinstance(formula.exp, Num) else None
            if base.rows != base.cols:
                name = formula.base.text if isinstance(formula.base, Name) else ""
                hint = f"write the squares of its entries as {name} ⊙ {name}" if name else "write its square with ⊙"
                raise ShapeError("only a square matrix has powers", (formula.base, base), hint=hint)
            if value is None or value.denominator != 1 or not (1 <= value <= MAX_POWER or value == -1):
                reason = f"the power of a matrix is a number from 1 to {MAX_POWER}, or -1"
                raise ShapeError(reason, (formula.base, base))
        return base

    def call(self, formula: Call) -> Shape:
        shapes = [self.of(arg) for arg in formula.args]
        if all(shape.is_number for shape in shapes):
            return NUMBER
        key = formula.func.base
        if len(shapes) == 1 and key in OF_ARRAYS:
            return self.of_array(key, formula.args[0], shapes[0])
        if len(shapes) == 1 or key in ("max", "min"):
            return self.joined(formula.args, "cannot be compared")
        raise ShapeError(f"`{formula.func.text}` takes numbers", *zip(formula.args, shapes, strict=True))

    def of_array(self, key: str, arg: Written, shape: Shape) -> Shape:
        if key == "trace" and shape.rows != shape.cols:
            raise Misfit("only a square matrix has a trace", (arg, shape))
        if key in ("diag", "softmax") and not shape.is_vector:
            raise ShapeError(f"{key} takes a vector", (arg, shape))
        if key in TO_NUMBER:
            return NUMBER
        size = shape.rows if shape.cols == 1 else shape.cols
        return Shape(size, size) if key == "diag" else shape

    def listed(self, items: Sequence[Written]) -> Shape:
        """A vector of numbers, a matrix by rows."""
        widths = {len(item.items) if isinstance(item, Vec) else 0 for item in items}
        for entry in (e for item in items for e in (item.items if isinstance(item, Vec) else (item,))):
            self.number(entry)
        if len(widths) > 1:
            raise ShapeError("the rows of a matrix have different lengths")
        width = widths.pop()
        if width:
            return Shape(len(items), width)
        return Shape(1, len(items)) if self.rows else Shape(len(items), 1)

    def derivative(self, formula: Deriv) -> Shape:
        of, by = self.of(formula.of), [self.of(b) for b in formula.by]
        if all(shape.is_number for shape in by):
            return of
        if len(by) > 1 or not of.is_number:
            raise ShapeError("the derivative of an array by an array", (formula.of, of), (formula.by[0], by[0]))
        return by[0]


def goes_into(part: Shape, whole: Shape) -> bool:
    """Whether something of one shape is added to every entry, column or row of something of the other."""
    return part.is_number or (part.is_vector and part.rows in (1, whole.rows) and part.cols in (1, whole.cols))


class Chain:
    """A product from left to right: what is multiplied so far, as far as it fits.

    ``multiply``: the product of two neighbours that fit, from their values and shapes.
    """

    def __init__(self, multiply: Callable[[Any, Shape, Any, Shape], Any] = lambda *_: None):
        self.multiply = multiply
        self.numbers: list[Any] = []
        self.open: list[tuple[Operand, Any]] = []
        self.any = False

    @property
    def shape(self) -> Shape | None:
        """Of the product; None where some array waits for its partner."""
        return None if len(self.open) > 1 else self.open[0][0][1] if self.open else NUMBER

    def fits(self, shape: Shape) -> bool:
        """Whether something of this shape may come next."""
        before = self.open[-1][0][1] if self.open else NUMBER
        if shape.is_number or before.is_number:
            return True
        return shape.rows == 1 if before.cols == 1 else shape.rows in (1, before.cols)

    def push(self, operand: Operand, value: Any = None) -> None:
        """Raises ShapeError."""
        self.any = self.any or not operand[1].is_number
        if not self.fits(operand[1]):
            raise _unfit(self.open[-1][0], operand)
        while not operand[1].is_number and self.open:
            (_, before), held = self.open[-1]
            after = operand[1]
            if before.cols != 1 and after.rows == 1:
                break
            self.open.pop()
            value = self.multiply(held, before, value, after)
            operand = (None, Shape(before.rows, after.cols))
        if operand[1].is_number:
            self.numbers.append(value)
        else:
            self.open.append((operand, value))


def contract(items: Iterable[tuple[Operand, Any]], chain: Chain) -> tuple[Shape, list[Any]]:
    """The product of a chain: its shape, and the factors that are left to be multiplied (numbers, and the array)."""
    for operand, value in items:
        chain.push(operand, value)
    if chain.shape is None:
        raise _unfit(chain.open[0][0], chain.open[1][0])
    return chain.shape, [*chain.numbers, *(value for _, value in chain.open)]


def _unfit(left: Operand, right: Operand) -> ShapeError:
    return Misfit(f"the inner sizes {left[1].cols} and {right[1].rows} differ", left, right)


def _family(name: Name, *, of: bool = False) -> tuple[str, str, int | str, int | str] | None:
    """What the members of a family have in common; ``of``: only of a name with an index letter, x^{(i)}."""
    found = []
    lettered = False
    for script in (name.sub, name.sup):
        try:
            parts = pieces(script)
        except UnsupportedError:
            return None
        lettered = lettered or any(p.letter for p in parts)
        indexed = all(p.letter or p.number is not None for p in parts)
        found.append(len(parts) if indexed else script)
    return (name.base, name.accent, found[0], found[1]) if lettered or not of else None


__all__ = ["MAX_POWER", "OF_ARRAYS", "Chain", "Operand", "ShapeError", "Shapes", "contract", "goes_into"]
