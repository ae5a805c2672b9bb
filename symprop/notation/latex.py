"""Written form → LaTeX:  \\frac{2 x_4\\,(z_6^2 - t)}{z_6^3}.  Needs amsmath only."""

from __future__ import annotations

import re
from functools import lru_cache

from symprop.matrices import Entry, Transpose
from symprop.names import KNOWN_FUNCTIONS, known_function
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
from symprop.reader.commands import GREEK
from symprop.written import (
    Big,
    Call,
    Cases,
    Const,
    Deriv,
    Indicator,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Sum,
    Vec,
    Written,
)

RELATIONS = {"=": "=", "≈": r"\approx", "←": r"\gets", "<": "<", ">": ">", "≤": r"\le", "≥": r"\ge", "≠": r"\ne"}
CONSTANTS = {"pi": r"\pi", "oo": r"\infty"}
BIG = {"sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min"}
NO_LETTER_IN_TEX = {"omicron"}
INDICES = frozenset("ijklmnpqrst")  # letters that stand side by side in a subscript
SQUARED_BY_NAME = set(map(Name, ("sin", "cos", "tan", "tanh", "sinh", "cosh", "sech")))  # sin² x
BRACKETED = {Name("ln"), Name("log"), Name("exp")}  # (ln x)²
DOT, THIN, JOIN = r" \cdot ", r"\,", " "
_WORD = re.compile(r"[A-Za-z]+")
_NEEDLESS_SPACE = re.compile(r" (?=[^A-Za-z]|$)")


def latex(formula: Written, notation: Notation = DEFAULT) -> str:
    """LaTeX of a formula, for maths mode."""
    return Latex(notation).show(formula, RELATION)


@lru_cache(maxsize=16384)
def name_tex(name: Name) -> str:
    """ŷ → \\hat y, w_46 → w_{46}, net_h1 → \\mathrm{net}_{h1}, δ_{h_1^2} → \\delta_{h_1^2}."""
    base = name.base
    if _is_greek(name):
        base = "\\" + base
    elif len(base) > 1:
        base = rf"\mathrm{{{base.replace('_', '')}}}"
    if name.accent:
        base = rf"\{name.accent} {base}" if len(base) == 1 else rf"\{name.accent}{{{base}}}"
    if name.sub:
        base += "_" + (name.sub if len(name.sub) == 1 else "{" + script(name.sub) + "}")
    base += "'" * name.primes  # before the superscript: TeX refuses x^2'
    if name.sup:
        base += "^" + (name.sup if len(name.sup) == 1 else "{" + script(name.sup) + "}")
    return base


def _is_greek(name: Name) -> bool:
    """Whether the name's base is the word for a Greek letter that TeX has."""
    return name.base in GREEK and name.base not in NO_LETTER_IN_TEX


def script(text: str) -> str:
    """A sub- or superscript in canonical spelling; Greek words become letters, other words upright."""

    def spelt(found: re.Match[str]) -> str:
        word = found[0]
        if len(word) > 1 and word in GREEK:
            return f"\\{word} "
        for accent in ("hat", "bar", "tilde"):
            if word.endswith(accent) and len(word) == len(accent) + 1:
                return rf"\{accent} {word[0]} "
        return rf"\mathrm{{{word}}}" if _is_word(word) else word

    return _NEEDLESS_SPACE.sub("", _WORD.sub(spelt, text))


def _is_word(letters: str) -> bool:
    """total, out, min; not ij or ijk, which are indices side by side."""
    return letters == "min" or (len(letters) > 2 and not set(letters) <= INDICES)


class Latex(Printer):
    """Brackets grow with what is in them; fractions have a bar unless slashes are wanted."""

    entrywise = r"\odot"
    conjunction = r" \land "

    def __init__(self, notation: Notation):
        super().__init__(notation)
        self.slash = notation.fractions == "slash"
        self.flat = notation.flat
        self.script = False  # inside an exponent
        self.bars = False  # inside |…|
        self.otherwise = rf"\text{{{notation.otherwise}}}"

    @property
    def comma(self) -> str:
        """Between the items of a list: (0,5; 2) where the comma is the decimal sign."""
        return "; " if self.notation.decimal_comma else ", "

    def bracket(self, inner: str) -> str:
        return sized(inner, "(", ")")

    def relation(self, op: str) -> str:
        return RELATIONS[op]

    def level(self, formula: Written, wanted: int, last: bool) -> int:
        if isinstance(formula, Quot) and (not self.slash or self.small(formula, wanted)):
            return SIDE
        if isinstance(formula, Call) and formula.func.base == "pos":
            return SIDE
        return super().level(formula, wanted, last)

    def small(self, formula: Quot, wanted: int) -> bool:
        """½ as a coefficient is a small fraction, in a sentence too."""
        if wanted != FACTOR or not isinstance(formula.num, Num) or not isinstance(formula.den, Num):
            return False
        return not self.slash or (not self.script and all(_short(n) for n in (formula.num, formula.den)))

    # ---- leaves

    def show_name(self, formula: Name, level: int, last: bool) -> str:
        return name_tex(formula)

    def show_const(self, formula: Const, level: int, last: bool) -> str:
        return CONSTANTS.get(formula.letter, formula.letter)

    def show_num(self, formula: Num, level: int, last: bool) -> str:
        found = scientific(formula.value, formula.places)
        digits = found[0] if found else decimal(formula.value, formula.places)
        if self.notation.decimal_comma:
            digits = digits.replace(".", "{,}")
        return rf"{digits}\times 10^{{{found[1]}}}" if found else digits

    # ---- products

    def show_prod(self, formula: Prod, level: int, last: bool) -> str:
        before, *rest = formula.factors
        out = self.show(before, FACTOR, False)
        for i, factor in enumerate(rest, 2):
            end = last and i == len(formula.factors)
            shown = self.show(factor, SIGNED if end and isinstance(factor, Big) else SIDE, end)
            out += self.between(before, factor, shown) + shown
            before = factor
        return out

    def between(self, before: Written, after: Written, shown: str) -> str:
        """A dot where the product would read otherwise or numbers meet, a thin space where brackets begin or end."""
        if self.display:
            before, after = self.said(before), self.said(after)
        if isinstance(before, Name):
            if isinstance(after, Name):
                return DOT if looks_like_d(before) else THIN if _upright(before) or _upright(after) else JOIN
            if shown[0] in "(\\[" and (before.base == "sigma" or known_function(before.base)):
                return DOT  # a quantity, not a function
        if shown[0].isdigit() or isinstance(after, Num | Neg) or looks_like_d(before):
            return DOT
        if isinstance(after, Quot) and isinstance(before, Num | Quot):
            return DOT
        if is_numeric(after) and (isinstance(after, Quot) or is_numeric(before)):
            return DOT
        if isinstance(before, Deriv) or isinstance(after, Deriv):
            both = isinstance(before, Deriv) and isinstance(after, Deriv)
            return DOT if both or self.slash or self.flat or self.notation.derivatives == "nabla" else THIN
        if isinstance(before, Num) and scientific(before.value, before.places):
            return DOT
        if isinstance(before, Quot):
            if self.slash and not self.small(before, FACTOR):
                return DOT
            if is_numeric(before) and isinstance(after, Name | Const):
                return THIN if _upright(after) else JOIN
        if isinstance(after, Call) and isinstance(before, Num | Name | Const) and _is_operator(after):
            return JOIN  # TeX leaves the space
        return THIN if _loose(before) or _loose(after) or _upright(before) or _upright(after) else JOIN

    # ---- fractions and powers

    def show_quot(self, formula: Quot, level: int, last: bool) -> str:
        above, below = formula.num, formula.den
        if not self.slash or self.small(formula, level):
            command = "tfrac" if self.small(formula, level) else "frac"
            slash, self.slash = self.slash, self.script
            shown = rf"\{command}{{{self.show(above)}}}{{{self.show(below)}}}"
            self.slash = slash
            return shown
        return self.beside(above, FACTOR) + "/" + self.beside(below, SIDE)

    def beside(self, formula: Written, level: int) -> str:
        """The side of a fraction with a slash; what has a slash of its own stands in brackets."""
        said = self.said(formula) if self.display else formula
        slashed = isinstance(said, Quot | Deriv) or (
            isinstance(said, Prod) and any(isinstance(self.said(f), Quot | Deriv) for f in said.factors)
        )
        if slashed or (isinstance(said, Num) and scientific(said.value, said.places)):
            return self.bracket(self.show(formula))
        return self.show(formula, level, False)

    def show_pow(self, formula: Pow, level: int, last: bool) -> str:
        base, exponent = formula.base, formula.exp
        state = self.slash, self.script
        self.slash = self.script = True
        raised = self.show(exponent)
        self.slash, self.script = state
        if isinstance(base, Call) and raised.isdigit() and base.func in SQUARED_BY_NAME and not base.primes:
            return self.show_call(base, level, False, f"^{raised}" if len(raised) == 1 else f"^{{{raised}}}")
        said = self.said(base) if self.display else base
        if isinstance(said, Call) and said.func in BRACKETED:  # ln(x)^2 reads as the logarithm of a square
            shown = self.bracket(self.show(said))
        else:
            shown = self.show(base, BASE, False)
            if self.is_label(said, raised):
                shown = self.bracket(shown)
        return f"{shown}^{raised}" if len(raised) == 1 else f"{shown}^{{{raised}}}"

    def show_transpose(self, formula: Transpose, level: int, last: bool) -> str:
        return self.show(formula.arg, BASE, False) + r"^\top"

    def show_entry(self, formula: Entry, level: int, last: bool) -> str:
        return f"{self.show(formula.arg, ATOM, False)}_{{{formula.sub}}}"

    # ---- functions

    def show_call(self, formula: Call, level: int, last: bool, power: str = "") -> str:
        func, arguments, primes = formula.func, formula.args, formula.primes
        known = None if func.sub or func.sup or func.accent or func.primes else KNOWN_FUNCTIONS.get(func.base)
        if known is None:
            head = name_tex(func)
            if self.arrays and func.base == "norm" and head == r"\mathrm{norm}" and not primes:
                return rf"\lVert {self.show(arguments[0])} \rVert" + power
        else:
            head = self.notation.functions.get(known.key, known.tex)
            if len(arguments) == 1:
                if not primes:
                    if known.key == "abs":
                        return self.absolute(arguments[0])
                    if known.key == "pos":
                        return sized(self.show(arguments[0]), "[", "]") + "^+"
                    if known.key == "sqrt":
                        return rf"\sqrt{{{self.show(arguments[0])}}}"
                    if last and known.key in ("ln", "log") and (bare := self.bare(arguments[0])):
                        return head + bare
                elif known.key == "sqrt":
                    head = r"\operatorname{sqrt}"
        if primes:
            head += "'" * primes if primes <= 3 or func.sub else f"^{{({primes})}}"
        return head + power + sized(self.comma.join([self.show(a) for a in arguments]), "(", ")")

    def absolute(self, inner: Written) -> str:
        """|u|; inside other bars in invisible brackets, since bars do not show which one they close."""
        bars, self.bars = self.bars, True
        shown = sized(self.show(inner), r"\lvert", r"\rvert")
        self.bars = bars
        return f"{{{shown}}}" if bars else shown

    def bare(self, argument: Written) -> str:
        """ln t, ln|z|, ln of a fraction go without brackets."""
        if self.display:
            argument = self.said(argument)
        if isinstance(argument, Name):
            return " " + name_tex(argument)
        if isinstance(argument, Call) and argument.func.base == "abs" and not argument.primes:
            return self.show(argument)
        return self.show(argument) if isinstance(argument, Quot) and not self.slash else ""

    # ---- derivatives

    def show_deriv(self, formula: Deriv, level: int, last: bool) -> str:
        style, by, order = self.notation.derivatives, formula.by, len(formula.by)
        if isinstance(by[0], Vec) or (style == "nabla" and order == 1 and not formula.local):
            return rf"\nabla_{{{self.show(by[0])}}} {self.differentiated(formula.of)}"
        d = "d" if style == "d" else r"\partial "
        sign = d.rstrip()
        plus = "+" if formula.local else ""
        if order > 1:
            top = f"{sign}^{{{order}{plus}}} " if plus else f"{sign}^{order} "
        else:
            top = f"{sign}^+ " if plus else d
        top += self.differentiated(formula.of)
        below = []
        for name, count in orders(by):
            shown = self.show(name, BASE if count > 1 else TERM)
            power = f"^{count}" if count > 1 else ""
            if count > 1 and self.is_label(name, str(count)):
                shown = self.bracket(shown)
            below.append(d + shown + power)
        bottom = (r"\," if style == "d" else " ").join(below)
        return f"{top}/{bottom}" if self.slash or self.flat else rf"\frac{{{top}}}{{{bottom}}}"

    def differentiated(self, of: Written) -> str:
        """The numerator of a derivative: a name, or a formula in brackets."""
        return self.show(of) if isinstance(of, Name) else self.bracket(self.show(of))

    # ---- the rest

    def show_vec(self, formula: Vec, level: int, last: bool) -> str:
        inner = self.comma.join([self.show(item) for item in formula.items])
        return sized(inner, r"\langle", r"\rangle")

    def show_indicator(self, formula: Indicator, level: int, last: bool) -> str:
        return rf"\mathbf 1[{self.show(formula.condition, RELATION)}]"

    def show_cases(self, formula: Cases, level: int, last: bool) -> str:
        rows = [
            f"{self.show(value)} & " + (self.otherwise if condition is None else self.show(condition, RELATION))
            for value, condition in zip(formula.values, formula.conditions, strict=True)
        ]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def show_big(self, formula: Big, level: int, last: bool) -> str:
        return f"{BIG[formula.op]}{self.bounds(formula)} {self.show(formula.body, SIGNED)}"


def sized(inner: str, left: str, right: str) -> str:
    """Brackets as tall as what they hold: fractions and sums want larger ones, brackets inside slightly larger ones."""
    size = ""
    if "\\" in inner or "(" in inner or "[" in inner:
        plain = inner.replace("^{(", "")  # the index of h^{(2)} is small
        if r"\biggl" in plain:
            size = "Bigg"
        elif r"\Bigl" in plain:
            size = "bigg"
        elif r"\frac" in plain or r"\begin" in plain or r"\sum" in plain or r"\prod" in plain or r"\bigl" in plain:
            size = "Big"
        elif "(" in plain or "[" in plain or "vert" in plain or r"\tfrac" in plain:
            size = "big"
    if left[-1].isalpha():
        left += _apart(inner)
    return rf"\{size}l{left}{inner}\{size}r{right}" if size else f"{left}{inner}{right}"


def _apart(inner: str) -> str:
    """The space that a command needs before a letter."""
    return " " if inner[0].isalpha() else ""


def _short(formula: Num) -> bool:
    return formula.value.denominator == 1 and 0 <= formula.value.numerator < 100 and formula.places is None


def _is_operator(formula: Call) -> bool:
    """Whether TeX sets a function as an operator, with its own space."""
    key = formula.func.base
    return key in KNOWN_FUNCTIONS and key not in ("abs", "pos")


def _upright(formula: Written) -> bool:
    """Whether it is set as an upright word, maybe with an exponent: beside it other factors stand apart."""
    if isinstance(formula, Pow | Transpose | Entry):
        formula = formula.base if isinstance(formula, Pow) else formula.arg
    return isinstance(formula, Name) and len(formula.base) > 1 and not _is_greek(formula)


def _loose(formula: Written) -> bool:
    return isinstance(formula, Sum | Neg | Call | Prod | Indicator | Vec | Cases | Quot) or (
        isinstance(formula, Pow) and isinstance(formula.base, Sum | Call | Quot | Prod | Neg)
    )
