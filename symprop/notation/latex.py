"""Written form → LaTeX:  \\frac{2 x_4\\,(z_6^2 - t)}{z_6^3}.  Needs amsmath only."""

from __future__ import annotations

from symprop.names import KNOWN_FUNCTIONS
from symprop.notation.printer import ATOM, BASE, FACTOR, SIDE, SIGNED, TERM, Printer, decimal, scientific
from symprop.notation.styles import DEFAULT, Notation
from symprop.reader.commands import GREEK
from symprop.written import Big, Call, Cases, Const, Deriv, Indicator, Name, Neg, Num, Pow, Prod, Quot, Sum, Vec, Written

RELATIONS = {"=": "=", "≈": r"\approx", "←": r"\gets", "<": "<", ">": ">", "≤": r"\le", "≥": r"\ge", "≠": r"\ne"}
UPRIGHT_CAPITALS = {"Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho", "Tau", "Chi"}


def latex(formula: Written, notation: Notation = DEFAULT) -> str:
    """LaTeX of a formula, for maths mode."""
    return Latex(notation).show(formula, -1)


def name_tex(name: Name) -> str:
    """ŷ → \\hat y, w_46 → w_{46}, net_h1 → \\mathrm{net}_{h1}, δ_{h_1^2} → \\delta_{h_1^2}."""
    base = name.base
    if base in GREEK and base not in UPRIGHT_CAPITALS and base != "omicron":
        base = "\\" + base
    elif len(base) > 1:
        base = rf"\mathrm{{{base}}}"
    if name.accent:
        inner = base if len(base) == 1 else "{" + base + "}"
        base = rf"\{name.accent} {inner}" if len(base) == 1 else rf"\{name.accent}{inner}"
    if name.sub:
        base += "_" + (name.sub if len(name.sub) == 1 else "{" + script(name.sub) + "}")
    if name.sup:
        base += "^" + (name.sup if len(name.sup) == 1 else "{" + script(name.sup) + "}")
    return base + "'" * name.primes


def script(text: str) -> str:
    """A sub- or superscript in canonical spelling; Greek words become letters."""
    import re

    def word(match: re.Match[str]) -> str:
        found = match.group(0)
        return "\\" + found + " " if found in GREEK and len(found) > 1 else found

    out = re.sub(r"[A-Za-z]+", word, text)
    return re.sub(r" (?=[^A-Za-z]|$)", "", out)


class Latex(Printer):
    """Brackets grow with what is in them; fractions have a bar unless slashes are wanted."""

    @property
    def slash(self) -> bool:
        return self.notation.fractions == "slash"

    def bracket(self, inner: str, formula: Written) -> str:
        return sized(inner, "(", ")")

    def name(self, name: Name) -> str:
        return name_tex(name)

    def constant(self, formula: Const) -> str:
        return {"pi": r"\pi", "oo": r"\infty"}.get(formula.letter, formula.letter)

    def number(self, formula: Num) -> str:
        found = scientific(formula.value, formula.places)
        digits = found[0] if found else decimal(formula.value, formula.places)
        if self.notation.decimal_comma:
            digits = digits.replace(".", "{,}")
        return rf"{digits}\times 10^{{{found[1]}}}" if found else digits

    def joined(self, factors: tuple[Written, ...]) -> str:
        out = ""
        for i, factor in enumerate(factors):
            last = i == len(factors) - 1
            shown = self.show(factor, FACTOR if i == 0 else SIDE if self.slash else self.factor_level(factor), last=last)
            if i:
                out += self.between(factors[i - 1], factor, shown)
            out += shown
        return out

    def factor_level(self, factor: Written) -> int:
        return FACTOR if isinstance(factor, Quot) else SIDE

    def between(self, before: Written, after: Written, shown: str) -> str:
        numbers = self.is_number(before) and self.is_number(after)
        if numbers or shown[0].isdigit() or shown[0] in "-.|" or shown.startswith(r"\frac{\partial"):
            return r" \cdot "
        if self.slash and (isinstance(before, Quot | Deriv) or isinstance(after, Deriv)):
            return r" \cdot "
        if isinstance(before, Deriv) and isinstance(self.said(before), Deriv):
            return r" \cdot " if isinstance(after, Deriv) else r"\, "
        if shown.startswith((r"\tfrac", r"\frac")) and (self.is_number(before) or self.is_number(after)):
            return r" \cdot "
        if self.loose(before) or self.loose(after):
            if isinstance(before, Name | Num) and isinstance(after, Call) and not shown.startswith("|"):
                return r"\, " if isinstance(before, Name) else " "
            return r"\, "
        return " "

    def said(self, formula: Written) -> Written:
        return self.notation.display.get(formula, formula)

    def is_number(self, formula: Written) -> bool:
        """A number, or something that numbers were put in: a dot must part it from its neighbours."""
        if isinstance(formula, Num):
            return True
        if isinstance(formula, Name | Deriv | Const):
            return False
        return bool(formula.children) and all(self.is_number(c) for c in formula.children)

    def loose(self, formula: Written) -> bool:
        return isinstance(formula, Sum | Call | Neg | Indicator | Vec | Cases | Quot) or (
            isinstance(formula, Pow) and isinstance(formula.base, Sum | Call)
        )

    def quotient_level(self, formula: Quot, level: int) -> int:
        if self.slash:
            return FACTOR
        return FACTOR if level >= BASE else ATOM

    def quotient(self, formula: Quot, level: int) -> str:
        if self.slash:
            numerator = self.show(formula.num, FACTOR)
            if isinstance(formula.num, Quot | Deriv) or (
                isinstance(formula.num, Prod) and any(isinstance(f, Quot | Deriv) for f in formula.num.factors)
            ):
                numerator = self.bracket(self.show(formula.num), formula.num)
            denominator = self.show(formula.den, SIDE)
            if isinstance(formula.den, Deriv):
                denominator = self.bracket(self.show(formula.den), formula.den)
            return f"{numerator}/{denominator}"
        small = isinstance(formula.num, Num) and isinstance(formula.den, Num)
        return rf"\{'tfrac' if small and level >= FACTOR else 'frac'}{{{self.show(formula.num)}}}{{{self.show(formula.den)}}}"

    def power(self, formula: Pow) -> str:
        base = formula.base
        shown = self.show(base, BASE, last=False)
        if isinstance(base, Deriv) or (isinstance(base, Call) and base.func.base == "pos"):
            shown = self.bracket(self.show(base), base) if isinstance(self.said(base), Deriv | Call) else shown
        inner = Latex(Notation("slash", self.notation.derivatives, self.notation.display, self.notation.decimal_comma))
        exponent = inner.show(formula.exp)
        return f"{shown}^{exponent}" if len(exponent) == 1 else f"{shown}^{{{exponent}}}"

    def call(self, formula: Call, last: bool) -> str:
        key, primes = formula.func.base, formula.primes
        plain = formula.func == Name(key) and not primes
        if plain and key == "abs":
            return sized(self.show(formula.args[0]), "|", "|")
        if plain and key == "pos":
            return sized(self.show(formula.args[0]), "[", "]") + "^+"
        if plain and key == "sqrt":
            return rf"\sqrt{{{self.show(formula.args[0])}}}"
        known = KNOWN_FUNCTIONS.get(key) if formula.func == Name(key) else None
        head = known.tex if known is not None else name_tex(formula.func)
        head += "'" * primes
        if plain and key in ("ln", "log") and last and len(formula.args) == 1:
            argument = formula.args[0]
            if isinstance(argument, Call) and argument.func == Name("abs"):
                return head + self.show(argument)
            if isinstance(argument, Name):
                return head + " " + self.show(argument)
        return head + sized(", ".join(self.show(a) for a in formula.args), "(", ")")

    def derivative(self, formula: Deriv) -> str:
        style = self.notation.derivatives
        d = "d" if style == "d" else r"\partial"
        gap = "" if style == "d" else " "
        order = len(formula.by)
        plus = "^+" if formula.local and order == 1 else ""
        if isinstance(formula.by[0], Vec) or (style == "nabla" and order == 1 and not formula.local):
            by = self.show(formula.by[0])
            return rf"\nabla_{{{by}}} {self.show(formula.of, ATOM)}"
        top = d + (f"^{order}" if order > 1 else plus)
        top += (" " if not top[-1].isdigit() and top[-1] != "d" and top[-1] != "+" else " ") if gap else ""
        top += self.show(formula.of) if isinstance(formula.of, Name) else self.bracket(self.show(formula.of), formula.of)
        below = []
        for by in dict.fromkeys(formula.by):
            count = formula.by.count(by)
            shown = self.show(by, BASE if count > 1 else TERM)
            below.append(d + gap + shown + (f"^{count}" if count > 1 else ""))
        bottom = r"\,".join(below) if gap == "" else " ".join(below)
        return f"{top}/{bottom}" if self.slash else rf"\frac{{{top}}}{{{bottom}}}"

    def derivative_level(self, level: int) -> int:
        return SIDE if self.slash else ATOM

    def relation(self, op: str) -> str:
        return RELATIONS[op]

    def other(self, formula: Written) -> str:
        match formula:
            case Vec(items):
                return r"\langle " + ", ".join(self.show(i) for i in items) + r"\rangle"
            case Indicator(condition):
                return rf"\mathbf 1[{self.show(condition, -1)}]"
            case Cases(values, conditions):
                rows = [
                    f"{self.show(v)} & " + (r"\text{otherwise}" if c is None else self.show(c, -1))
                    for v, c in zip(values, conditions, strict=True)
                ]
                return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"
        return super().other(formula)

    def big(self, formula: Big) -> str:
        command = {"sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min"}[formula.op]
        index = self.show(formula.index)
        low = index if formula.lower is None else f"{index}={self.show(formula.lower)}"
        if formula.condition is not None:
            low = self.show(formula.condition, -1)
        high = "" if formula.upper is None else f"^{{{self.show(formula.upper)}}}"
        return rf"{command}_{{{low}}}{high} {self.show(formula.body, SIGNED)}"


def sized(inner: str, left: str, right: str) -> str:
    """Brackets as tall as what they hold: fractions and sums want larger ones."""
    bars = {"|": (r"\lvert ", r"\rvert ")}.get(left)
    if r"\frac" in inner or r"\begin{cases}" in inner or r"\sum" in inner:
        if bars:
            return rf"\Bigl{bars[0]}{inner}\Bigr{bars[1]}".strip()
        return rf"\Bigl{left}{inner}\Bigr{right}"
    nested = any(c in inner for c in "()|[]") or r"\tfrac" in inner or "rvert" in inner
    if nested and not bars:
        return rf"\bigl{left}{inner}\bigr{right}"
    return f"{left}{inner}{right}"
