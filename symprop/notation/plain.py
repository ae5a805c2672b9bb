"""Written form → plain maths that the reader takes back:  2 x_4 (z_6^2 - t)/z_6^3."""

from __future__ import annotations

from symprop.notation.printer import ATOM, BASE, FACTOR, SIDE, SIGNED, Printer, decimal, scientific
from symprop.notation.styles import Notation
from symprop.written import Big, Call, Cases, Deriv, Indicator, Name, Neg, Num, Pow, Prod, Quot, Sum, Vec, Written

RELATIONS = {"←": "<-", "≈": "~=", "≤": "<=", "≥": ">=", "≠": "!="}
PLAIN = Notation()


def text(formula: Written) -> str:
    """Plain maths; ``read(text(f)) == f``."""
    return Plain(PLAIN).show(formula, -1)


class Plain(Printer):
    """Brackets always round; a dot only where a space would read otherwise."""

    def name(self, name: Name) -> str:
        return name.text

    def number(self, formula: Num) -> str:
        found = scientific(formula.value, formula.places)
        return f"{found[0]}e{found[1]}" if found else decimal(formula.value, formula.places)

    def joined(self, factors: tuple[Written, ...]) -> str:
        out = ""
        for i, factor in enumerate(factors):
            level = FACTOR if i == 0 else SIDE
            shown = self.show(factor, level, last=i == len(factors) - 1)
            if i:
                out += self.between(factors[i - 1], factor, out, shown)
            out += shown
        return out

    def between(self, before: Written, after: Written, left: str, right: str) -> str:
        """A space, or ``*`` where it would read otherwise."""
        if isinstance(before, Quot | Big) or right[0].isdigit() or right[0] in ".|-[" or "/" in left:
            return "*"
        if isinstance(before, Name) and (before.base in ("d", "e", "dd") or right[0] == "("):
            return " " if right[0] == "(" and before.base not in ("d", "e", "dd") else "*"
        if isinstance(after, Name) and after.base.startswith("d"):
            return "*"
        return " "

    def quotient(self, formula: Quot, level: int) -> str:
        numerator = self.show(formula.num, FACTOR)
        if isinstance(formula.num, Quot):
            numerator = f"({self.show(formula.num)})"
        elif isinstance(formula.num, Name) and formula.num.base.startswith("d"):
            numerator = f"({numerator})"
        denominator = self.show(formula.den, SIDE)
        if isinstance(formula.den, Name) and formula.den.base.startswith("d"):
            denominator = f"({self.show(formula.den)})"
        elif isinstance(formula.num, Prod) and isinstance(formula.num.factors[-1], Quot):
            numerator = f"({numerator})"
        return f"{numerator}/{denominator}"

    def quotient_level(self, formula: Quot, level: int) -> int:
        return FACTOR

    def power(self, formula: Pow) -> str:
        base = self.show(formula.base, ATOM if not isinstance(formula.base, Name) else BASE)
        if isinstance(formula.base, Call) and not base.endswith(")"):
            base = f"({base})"
        exponent = formula.exp
        if isinstance(exponent, Num) and exponent.value >= 0 and exponent.value.denominator == 1 and exponent.places is None:
            return f"{base}^{self.show(exponent)}"
        return f"{base}^({self.show(exponent)})"

    def call(self, formula: Call, last: bool) -> str:
        inner = ", ".join(self.show(a) for a in formula.args)
        if formula.func.base == "pos" and not formula.primes and len(formula.args) == 1:
            return f"[{inner}]^+"
        return f"{formula.func.text}{chr(39) * formula.primes}({inner})"

    def derivative_level(self, level: int) -> int:
        return SIGNED if level >= FACTOR else ATOM

    def derivative(self, formula: Deriv) -> str:
        plus = "+" if formula.local else ""
        order = len(formula.by)
        of = formula.of.text if isinstance(formula.of, Name) else f"({self.show(formula.of)})"
        top = f"d{plus}{of}" if order == 1 else f"d^{order}{plus}{of}"
        if isinstance(formula.by[0], Vec):
            return f"{top}/d{self.show(formula.by[0])}"
        below = []
        for by in dict.fromkeys(formula.by):
            count = formula.by.count(by)
            assert isinstance(by, Name)
            shown = f"({by.text})" if count > 1 and by.sup else by.text
            below.append(f"d{shown}" + (f"^{count}" if count > 1 else ""))
        return f"{top}/{' '.join(below)}"

    def relation(self, op: str) -> str:
        return RELATIONS.get(op, op)

    def other(self, formula: Written) -> str:
        match formula:
            case Vec(items):
                return "[" + ", ".join(self.show(i) for i in items) + ("" if len(items) > 1 else ",") + "]"
            case Indicator(condition):
                return f"1[{self.show(condition, -1)}]"
            case Cases(values, conditions):
                rows = [
                    f"{self.show(v)} & " + ("otherwise" if c is None else self.show(c, -1))
                    for v, c in zip(values, conditions, strict=True)
                ]
                return "\\begin{cases} " + " \\\\ ".join(rows) + " \\end{cases}"
        return super().other(formula)

    def big(self, formula: Big) -> str:
        index = self.show(formula.index)
        low = index if formula.lower is None else f"{index}={self.show(formula.lower)}"
        if formula.condition is not None:
            low = self.show(formula.condition, -1)
        high = "" if formula.upper is None else f"^{{{self.show(formula.upper)}}}"
        return f"{formula.op}_{{{low}}}{high} {self.show(formula.body, SIGNED)}"


__all__ = ["Neg", "Sum", "text"]
