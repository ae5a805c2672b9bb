"""Vectors and matrices in a derivation: a formula as its entries, for a chain that is about arrays.

δ = V^T (y - t) ⊙ σ'(z)        a name of the student's own: δ_1, δ_2
∂L/∂W = δ x^T                  one chain for each entry
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from symprop.entries import Table, shape_of, transposed
from symprop.errors import UnfitError, UnsupportedError
from symprop.judge.arrays import Arrays
from symprop.judge.entrywise import fitted_to
from symprop.judge.general import General
from symprop.judge.working.claims import Claim, Member
from symprop.judge.working.desk import Desk
from symprop.judge.working.records import Finding
from symprop.model.solution import phrase
from symprop.names import NUMBER, entry_name
from symprop.shapes import ShapeError
from symprop.written import Name, Vec, Written


@dataclass(frozen=True, slots=True)
class Whole:
    """What a chain about an array is about."""

    about: Written
    table: Table
    is_list: bool

    def place(self, i: int, general: General | None = None) -> tuple[int, ...]:
        """Of the i-th entry: its row and column, from 1; of a vector its index; of a general entry its indices."""
        if general is not None:
            return tuple(axis.first + k for axis, k in zip(general.axes, divmod(i, len(self.table[0])), strict=False))
        if shape_of(self.table).is_vector:
            return (i + 1,)
        row, column = divmod(i, len(self.table[0]))
        return row + 1, column + 1


def whole_of(desk: Desk, about: Written) -> Whole | None:
    """The entries of what a chain is about; None for a number."""
    if desk.arrays is None or not desk.arrays.says_array(about):
        return None
    try:
        table = desk.arrays.table(about)
    except (ShapeError, UnsupportedError):
        return None
    return Whole(about, table, desk.arrays.is_list(about)) if not shape_of(table).is_number else None


def cells_of(table: Table) -> tuple[Written, ...]:
    """Row by row."""
    return tuple(cell for row in table for cell in row)


def spread(
    desk: Desk, formula: Written, whole: Whole | None, member: Member, number: Written | None = None
) -> tuple[Written, Table | None] | Finding:
    """The entries of a formula as a vector, or the number that it is; and its table where only that is turned round.

    A finding where the shape is another, or where there are no entries.  ``number``: a number that this should be.
    """
    text = member.text
    if desk.arrays is None or not (whole or (member.arrays and desk.arrays.has_array(formula))):
        return formula, None
    try:
        table = desk.arrays.table(formula)
    except ShapeError as error:
        return _unsupported(error.told(lambda part: "a part"), text, formula)
    except UnsupportedError as error:
        return _unsupported(str(error), text, formula)
    if whole is None:
        shape = shape_of(table)
        if number is not None and not shape.is_number:
            said = phrase("wrong-shape", quantity=number, found=str(shape), wanted=str(NUMBER))
            return Finding("wrong", "different-shapes", said, number, formula, text=text)
        return (table[0][0], None) if shape.is_number else (Vec(cells_of(table)), None)
    fit = fitted_to(table, formula, whole.table, whole.is_list)
    if fit is not None:
        return Vec(cells_of(fit)), None
    if shape_of(table).transposed == shape_of(whole.table):
        return Vec(cells_of(transposed(table))), table
    shapes = {"found": str(shape_of(table)), "wanted": str(shape_of(whole.table))}
    said = phrase("wrong-shape", quantity=whole.about, **shapes)
    return Finding("wrong", "different-shapes", said, whole.about, formula, text=text)


def misfit(member: Member, about: Written | None) -> Finding:
    """A formula without a value, since its shapes do not fit."""
    assert member.error is not None
    said = phrase("unfit-answer", why=member.error.message)
    return Finding("wrong", "unfit", said, about, text=member.text, place=member.error.offset)


def define(desk: Desk, name: Name, formula: Written) -> bool:
    """A vector or matrix of the student's own, entry by entry; False for a number."""
    if desk.arrays is None or not desk.arrays.has_array(formula):
        return False
    try:
        table = desk.arrays.table(formula)
    except (ShapeError, UnsupportedError):
        return False
    if shape_of(table).is_number:
        return False
    lists = len(table[0]) == 1
    rows = tuple(
        tuple(_entry(desk, name, (i,) if lists else (i, j)) for j in range(1, len(table[0]) + 1))
        for i in range(1, len(table) + 1)
    )
    for entry, cell in zip(cells_of(rows), cells_of(table), strict=True):
        assert isinstance(entry, Name)
        desk.define(entry, desk.plain(cell))
    desk.arrays = desk.arrays.knowing(dict.fromkeys(_names(rows), NUMBER)).with_table(name, rows, formula)
    return True


def _names(table: Table) -> Iterable[Name]:
    return (cell for cell in cells_of(table) if isinstance(cell, Name))


def _entry(desk: Desk, name: Name, indices: tuple[int, ...]) -> Name:
    """δ_1, where that is no quantity already."""
    entry = entry_name(name, indices)
    return entry if entry not in desk.vocabulary.quantities else replace(name, sub=f"{name.sub};{indices}")


def fits(found: list[Claim], arrays: Arrays) -> bool:
    """Whether claims that were read by the arrays of an exercise say something about arrays, and can be read."""
    used = False
    for claim in found:
        if (claim.left is None and claim.kind != "onward") or claim.unknown:
            return False
        used = used or (claim.left is not None and arrays.says_array(claim.left))
        for member in claim.members:
            unfit = isinstance(member.error, UnfitError)
            if (member.formula is None and not unfit) or member.unknown:
                return False
            used = used or unfit or (member.formula is not None and arrays.says_array(member.formula))
    return used


def by_arrays(found: list[Claim]) -> list[Claim]:
    """The claims, marked as read by the arrays."""
    return [replace(c, arrays=True, members=tuple(replace(m, arrays=True) for m in c.members)) for c in found]


def _unsupported(why: str, text: str, formula: Written) -> Finding:
    return Finding("unsupported", "unreadable", phrase("unreadable", why=why, hint=""), text=text, formula=formula)
