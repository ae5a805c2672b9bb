"""What LaTeX and plain maths have in common: where brackets must stand so that a formula reads as it is.

Levels, from loose to tight: a term of a sum (0), after a sign (1), a factor (2), the side of a fraction with a slash
(3), the base of a power (4), an atom (5).  A formula whose own level is looser than the place wants gets brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from symprop.errors import UnsupportedError
from symprop.matrices import Entry, Hadamard, Transpose
from symprop.notation.digits import scientific
from symprop.notation.styles import Notation
from symprop.reader.commands import GREEK
from symprop.reader.groups import conditions_of
from symprop.reader.lookup import fold, index_of
from symprop.written import (
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

RELATION, TERM, SIGNED, FACTOR, SIDE, BASE, ATOM = range(-1, 6)

LEVELS: dict[type[Written], int] = {
    Rel: RELATION,
    Sum: TERM,
    Neg: TERM,
    Big: TERM,
    Hadamard: SIGNED,
    Prod: FACTOR,
    Quot: FACTOR,
    Pow: SIDE,
    Transpose: SIDE,
    Entry: BASE,
    Deriv: SIDE,
    Cases: SIDE,
    Const: ATOM,
    Call: ATOM,
    Vec: ATOM,
    Indicator: ATOM,
}

Show = Callable[[Any, Any, int, bool], str]


class Printer:
    """Shared walk; the dialects fill in the signs.

    Each ``show_…`` gets the formula, the level that its place wants, and ``last``: whether no factor follows directly.
    """

    TABLE: dict[type[Written], Show]
    entrywise = "⊙"
    conjunction = " and "

    def __init__(self, notation: Notation):
        self.notation = notation
        self.display = notation.display
        self.arrays = notation.vocabulary is not None and bool(notation.vocabulary.shapes)

    def __init_subclass__(cls) -> None:
        kinds = [*LEVELS, Name, Num]
        cls.TABLE = {kind: getattr(cls, f"show_{kind.__name__.lower()}") for kind in kinds}

    # ---- to be said by a dialect

    def bracket(self, inner: str) -> str:
        return f"({inner})"

    def relation(self, op: str) -> str:
        raise NotImplementedError

    # ---- the walk

    def show(self, formula: Written, level: int = TERM, last: bool = True) -> str:
        """The formula where something of at least ``level`` is wanted."""
        if self.display:
            formula = self.said(formula)
        try:
            method = self.TABLE[type(formula)]
        except KeyError:
            raise UnsupportedError(f"{type(formula).__name__.lower()} formulas cannot be printed yet") from None
        if (level > TERM or isinstance(formula, Rel)) and self.level(formula, level, last) < level:
            return self.bracket(method(self, formula, TERM, True))
        return method(self, formula, level, last)

    def said(self, formula: Written) -> Written:
        """The name that a formula is printed with, else itself."""
        return self.display.get(formula, formula) if isinstance(formula, Deriv | Name | Call | Vec) else formula

    def level(self, formula: Written, wanted: int, last: bool) -> int:
        """The formula's own level."""
        if isinstance(formula, Name):
            return SIDE if formula.sup and wanted == BASE else ATOM
        if isinstance(formula, Num):
            if formula.value.numerator < 0:
                return TERM
            return ATOM if wanted <= SIDE or scientific(formula.value, formula.places) is None else SIDE
        if isinstance(formula, Big) and last:
            return SIGNED  # it reaches to the end of its term
        return LEVELS[type(formula)]

    def show_neg(self, formula: Neg, level: int, last: bool) -> str:
        return "-" + self.show(formula.arg, SIGNED)

    def show_hadamard(self, formula: Hadamard, level: int, last: bool) -> str:
        """A product after ⊙ stands in brackets: a ⊙ (W x)."""
        first, *rest, final = formula.factors
        shown = [self.show(first, FACTOR, False), *(self.show(f, SIDE, False) for f in rest)]
        return f" {self.entrywise} ".join([*shown, self.show(final, SIDE, last)])

    def show_sum(self, formula: Sum, level: int, last: bool) -> str:
        first, *rest = formula.terms
        out = self.show(first, SIGNED if isinstance(first, Sum) else TERM)
        for term in rest:
            out += " - " + self.show(term.arg, SIGNED) if isinstance(term, Neg) else " + " + self.show(term, SIGNED)
        return out

    def show_rel(self, formula: Rel, level: int, last: bool) -> str:
        if len(several := conditions_of(formula)) > 1:  # z > 0 and z > -1, of one case
            return self.conjunction.join([self.show(condition, RELATION) for condition in several])
        out = self.show(formula.items[0])
        for op, item in zip(formula.ops, formula.items[1:], strict=True):
            out += f" {self.relation(op)} {self.show(item)}"
        return out

    def bounds(self, formula: Big) -> str:
        """_{i=1}^{n} of a sum over an index."""
        low = self.show(formula.index)
        if formula.condition is not None:
            low = self.show(formula.condition, RELATION)
        elif formula.lower is not None:
            low += "=" + self.show(formula.lower)
        return f"_{{{low}}}" + ("" if formula.upper is None else f"^{{{self.show(formula.upper)}}}")

    def is_label(self, base: Written, exponent: str) -> bool:
        """Whether base^exponent would read as one name: h_1^2 is declared, or looks like an index: h^{(2)}."""
        if not isinstance(base, Name):
            return False
        if exponent.startswith(("(", "[", r"\bigl(", r"\Bigl(")) and exponent[-1] in ")]":
            return True
        vocabulary = self.notation.vocabulary
        if vocabulary is None:
            return False
        if vocabulary.superscripts_are_labels:
            return True
        head = index_of(vocabulary).heads.get((base.base, base.accent))
        if head is None or not head.supers:
            return False
        sub, label = fold(base.sub), fold(exponent)
        return any((sub, label, primes) in head.forms for primes in range(3))


def is_numeric(formula: Written) -> bool:
    """A number, or something that numbers were put in: a dot parts it from other numbers."""
    if isinstance(formula, Num):
        return True
    if isinstance(formula, Name | Deriv | Const):
        return False
    if isinstance(formula, Pow) and formula.base == E:
        return is_numeric(formula.exp)
    children = formula.children
    return bool(children) and all(map(is_numeric, children))


def orders(by: tuple[Written, ...]) -> Iterator[tuple[Written, int]]:
    """x, x, y → (x, 2), (y, 1): neighbours only, the order of differentiation stays."""
    return ((name, sum(1 for _ in same)) for name, same in groupby(by))


def looks_like_d(formula: Written) -> bool:
    """Whether a quantity begins like the d of dL/dw: d, dt, den; but not δ."""
    if isinstance(formula, Pow):
        formula = formula.base
    return isinstance(formula, Name) and formula.base[0] == "d" and formula.base not in GREEK
