"""Written form → plain maths that the reader takes back:  2 x_4 (z_6^2 - t)/z_6^3."""

from __future__ import annotations

from symprop.matrices import Entry, Transpose
from symprop.names import known_function
from symprop.notation.digits import decimal, scientific
from symprop.notation.printer import (
    ATOM,
    BASE,
    FACTOR,
    RELATION,
    SIDE,
    SIGNED,
    TERM,
    Printer,
    is_numeric,
    looks_like_d,
    orders,
)
from symprop.notation.styles import DEFAULT, Notation
from symprop.written import (
    Big,
    Call,
    Cases,
    Const,
    Deriv,
    Indicator,
    Name,
    Num,
    Pow,
    Prod,
    Quot,
    Vec,
    Written,
)

RELATIONS = {"←": "<-", "≈": "~=", "≤": "<=", "≥": ">=", "≠": "!="}


def text(formula: Written, notation: Notation = DEFAULT) -> str:
    """Plain maths; ``read(text(f)) == f``.  Of the notation only the vocabulary counts."""
    return Plain(Notation(vocabulary=notation.vocabulary)).show(formula, RELATION)


class Plain(Printer):
    """Brackets always round; a dot only where a space would read otherwise."""

    def relation(self, op: str) -> str:
        return RELATIONS.get(op, op)

    def level(self, formula: Written, wanted: int, last: bool) -> int:
        if isinstance(formula, Deriv) and wanted >= FACTOR:
            return SIGNED
        if isinstance(formula, Call) and formula.func.base == "pos":
            return SIDE
        return super().level(formula, wanted, last)

    # ---- leaves

    def show_name(self, formula: Name, level: int, last: bool) -> str:
        vocabulary = self.notation.vocabulary
        return _braced(formula) if vocabulary is not None and vocabulary.open else formula.text

    def show_const(self, formula: Const, level: int, last: bool) -> str:
        return formula.letter

    def show_num(self, formula: Num, level: int, last: bool) -> str:
        found = scientific(formula.value, formula.places)
        if found is None or self.e_is_a_quantity():
            return decimal(formula.value, formula.places)
        return f"{found[0]}e{found[1]}"

    def e_is_a_quantity(self) -> bool:
        """Then 2e-8 has two readings."""
        vocabulary = self.notation.vocabulary
        return vocabulary is not None and any(name.base == "e" for name in vocabulary.quantities)

    # ---- products

    def show_prod(self, formula: Prod, level: int, last: bool) -> str:
        before, *rest = formula.factors
        out = self.show(before, FACTOR, False)
        for i, factor in enumerate(rest, 2):
            end = last and i == len(formula.factors)
            shown = self.show(factor, SIGNED if end and isinstance(factor, Big) else SIDE, end)
            out += self.between(before, factor, out, shown) + shown
            before = factor
        return out

    def between(self, before: Written, after: Written, left: str, right: str) -> str:
        """A space, or ``*`` where it would read otherwise."""
        if right[0].isdigit() or right[0] in "[." or "/" in left or looks_like_d(before) or looks_like_d(after):
            return self.times
        if isinstance(before, Num) and is_numeric(after):
            return self.times
        if isinstance(before, Name) and right[0] == "(" and (before.base == "sigma" or known_function(before.base)):
            return self.times
        return " "

    @property
    def times(self) -> str:
        """`*` between two arrays would have two meanings."""
        return "·" if self.arrays else "*"

    # ---- fractions and powers

    def show_quot(self, formula: Quot, level: int, last: bool) -> str:
        above, below = self.show(formula.num, FACTOR, False), self.show(formula.den, SIDE, False)
        if isinstance(formula.num, Quot) or looks_like_d(formula.num):
            above = f"({self.show(formula.num)})"
        if looks_like_d(formula.den):
            below = f"({below})"
        return f"{above}/{below}"

    def show_pow(self, formula: Pow, level: int, last: bool) -> str:
        base, exponent = formula.base, formula.exp
        shown = self.show(base, BASE, False)
        raised = self.show(exponent)
        simple = raised.isdigit()
        if self.is_label(base, raised):
            shown = f"({shown})"
        elif not simple and isinstance(base, Name):
            return f"{shown}^{{{raised}}}"  # x^(-1) might be an index: h^(t-1)
        return f"{shown}^{raised}" if simple else f"{shown}^({raised})"

    def show_transpose(self, formula: Transpose, level: int, last: bool) -> str:
        vocabulary = self.notation.vocabulary
        taken = vocabulary is not None and any(name.base == "T" for name in vocabulary.quantities)
        return self.show(formula.arg, BASE, False) + ("^⊤" if taken else "^T")

    def show_entry(self, formula: Entry, level: int, last: bool) -> str:
        sub = formula.sub if len(formula.sub) == 1 else f"{{{formula.sub}}}"
        return f"{self.show(formula.arg, ATOM, False)}_{sub}"

    # ---- functions

    def show_call(self, formula: Call, level: int, last: bool) -> str:
        inner = ", ".join([self.show(a) for a in formula.args])
        if formula.func.base == "pos" and not formula.primes and len(formula.args) == 1:
            return f"[{inner}]^+"
        return f"{formula.func.text}{chr(39) * formula.primes}({inner})"

    def show_deriv(self, formula: Deriv, level: int, last: bool) -> str:
        order = len(formula.by)
        top = ("d" if order == 1 else f"d^{order}") + ("+" if formula.local else "")
        top += formula.of.text if isinstance(formula.of, Name) else f"({self.show(formula.of)})"
        below = []
        for name, count in orders(formula.by):
            shown = self.show(name, BASE if count > 1 else TERM)
            power = f"^{count}" if count > 1 else ""
            below.append(f"d{f'({shown})' if count > 1 and self.is_label(name, str(count)) else shown}{power}")
        return f"{top}/{' '.join(below)}"

    # ---- the rest

    def show_vec(self, formula: Vec, level: int, last: bool) -> str:
        return "[" + ", ".join([self.show(item) for item in formula.items]) + ("]" if len(formula.items) > 1 else ",]")

    def show_indicator(self, formula: Indicator, level: int, last: bool) -> str:
        return f"1[{self.show(formula.condition, RELATION)}]"

    def show_cases(self, formula: Cases, level: int, last: bool) -> str:
        pieces = [
            f"{self.show(value)} " + ("otherwise" if condition is None else f"if {self.show(condition, RELATION)}")
            for value, condition in zip(formula.values, formula.conditions, strict=True)
        ]
        return f"cases({', '.join(pieces)})"

    def show_big(self, formula: Big, level: int, last: bool) -> str:
        return f"{formula.op}{self.bounds(formula)} {self.show(formula.body, SIGNED)}"


def _braced(name: Name) -> str:
    """The spelling that is one name also where nothing is declared: y^{(k)}, w_{1j}, k^{A}_1."""
    whole = name.sub.isdecimal() or name.sub.isalpha() or not name.sub[:1].isdecimal()
    sub = Name("", sub=name.sub).text if whole else f"_{{{name.sub}}}"
    sup = f"^{{{name.sup}}}" if name.sup else ""
    scripts = sup + sub if sup and sub and name.sup[0] not in "([" else sub + sup
    return name.base + name.accent + scripts + "'" * name.primes
