"""Rounded numbers in a derivation: what they are of, and what a student goes on with.

dL/dz = 2.41 (1 - 0.58) = 1.0122      rounded on the way, and right
dL/db = 1.0122                        follows from it, though nothing else would explain so many digits
"""

from __future__ import annotations

from symprop.judge.numbers import is_number, literal
from symprop.judge.working.desk import About, Desk
from symprop.judge.working.records import Finding
from symprop.model.solution import phrase
from symprop.written import Neg, Num, Written


def rounded(formula: Written) -> Written:
    """≈ 237700 may mean four digits: its zeros are not counted."""
    number = literal(formula)
    if number is None or number.places is not None or number.value.denominator != 1:
        return formula
    digits = str(number.value.numerator)
    zeros = len(digits) - len(digits.rstrip("0"))
    if not zeros or not number.value:
        return formula
    shown = Num(number.value, -zeros)
    return Neg(shown) if isinstance(formula, Neg) else shown


def is_number_of(desk: Desk, before: Written, formula: Written, epoch: int) -> bool:
    """Whether a number is the value of the formula before it, rightly rounded."""
    near = desk.by(desk.judge(epoch), About(before), formula).near if is_number(formula) else None
    return near is not None and near.closeness in ("exact", "rounded")


def perhaps_rounded(desk: Desk, about: About, formula: Written, epoch: int) -> Finding:
    """The finding on a number that may come of rounding: right, if it follows from the student's rounded numbers."""
    quantity = about.formula
    if desk.goes_on(about, formula, epoch):
        return Finding("right", "right-rounded", phrase("right-rounded", quantity=quantity), quantity, formula)
    said = phrase("perhaps-rounded", quantity=quantity)
    return Finding("unsupported", said.code, said, quantity, formula)


__all__ = ["is_number_of", "perhaps_rounded", "rounded"]
