"""Tokens → written form: precedence climbing, one method a level.

    relation   a = b < c
    sum        a + b - c
    term       -a, then a product (a sign covers the product after it)
    product    a b * c / d, left to right, by juxtaposition too
    factor     a^b, right to left; [u]^+
    primary    numbers, names, calls, brackets, fractions, derivatives, sums over an index

Nothing is consumed twice; what has two readings is refused (rules 7 and 8).
"""

from __future__ import annotations

from fractions import Fraction

from symprop.errors import ReadError
from symprop.reader import limits
from symprop.reader.commands import CASE_WORDS, VULGAR
from symprop.reader.cursor import shortened
from symprop.reader.groups import Groups
from symprop.reader.numerals import number
from symprop.written import Call, Const, E, Name, Neg, Num, Pow, Quot, Rel, Written, add, mul, neg

_NAMES = frozenset(("run", "word", "accent", "partial", "nabla"))
_BEGIN = _NAMES | {"num", "(", "[", "{", "<", "frac", "sqrt", "big", "begin", "vulgar"}
_UNCLEAR_AFTER_SLASH = _BEGIN - {"(", "[", "<", "big", "begin"}
_POS, _SQRT = Name("pos"), Name("sqrt")
_TEN = "10"


class Parser(Groups):
    """Reads formulas."""

    def relation(self) -> Written:
        """a = b < c"""
        first = self.sum()
        if self.k[self.i] != "rel":
            return first
        items, signs = [first], []
        while self.k[self.i] == "rel":
            signs.append(self.v[self.i])
            self.i += 1
            items.append(self.sum())
        return Rel(tuple(items), tuple(signs))

    def sum(self) -> Written:
        """a + b - c"""
        k = self.k
        first = self.term()
        sign = k[self.i]
        if sign != "+" and sign != "-":
            return first
        terms = [first]
        while sign == "+" or sign == "-":
            self.i += 1
            term = self.term()
            terms.append(term if sign == "+" else Neg(term))
            sign = k[self.i]
        return add(*terms)

    def term(self) -> Written:
        """A product, or a sign and a product: -2x is -(2x)."""
        sign = self.k[self.i]
        if sign != "-" and sign != "+":
            return self.product()
        self.signs()
        self.i += 1
        return neg(self.term()) if sign == "-" else self.term()

    def signs(self) -> None:
        """Limit on runs of signs."""
        at = self.i
        while self.k[at] == "-" or self.k[at] == "+":
            at += 1
        if at - self.i > limits.MAX_SIGNS:
            raise self.error(f"more than {limits.MAX_SIGNS} signs in a row")

    def product(self) -> Written:
        """a b * c / d, left to right."""
        k, first = self.k, self.i
        left = self.factor()
        factors: list[Written] | None = None
        divided = False  # whether a bare a/b was just read: no name may follow
        while True:
            kind = k[self.i]
            if kind == "*":
                self.i += 1
                right, divided = self.signed(), False
                if factors is None:
                    factors = [left]
                factors.append(right)
            elif kind == "/":
                self.i += 1
                if factors is not None:
                    left, factors = self.times(factors), None
                at = self.i
                below = self.signed()
                divided = not (k[at] in ("(", "[") and self.match[at] == self.i - 1)
                if divided and isinstance(left, Num) and isinstance(below, Num) and self.spaced(self.i):
                    divided = False
                left = Quot(left, below)
                while divided and k[self.i] in _UNCLEAR_AFTER_SLASH and not self.case_word() and not self.big_word():
                    if not self.below:
                        raise self.after_division(first, at)
                    if self.below == "nothing":
                        break
                    left = Quot(left.num, mul(left.den, self.factor()))
                    divided = self.below == "everything"
                if k[self.i] == "num":
                    raise self.error("a number after a quotient", "write `*` or brackets")
            elif kind in _BEGIN or (kind == "|" and not self.bars):
                if self.stops():
                    break
                if kind == "num" and k[self.i - 1] not in (")", "]"):
                    if self.v[self.i] == "1" and (found := self.indicator(self.i)):
                        factors = [*(factors or [left]), found]  # w 1_{z > 0}
                        continue
                    raise self.error(f"the number {self.found()} follows without an operator", "write `*` or brackets")
                if kind == "vulgar":
                    raise self.error(f"the fraction {self.found()} follows without an operator", "write `+` or `*`")
                if self.bare == self.i:
                    self.refuse_after_bare()
                if factors is None:
                    factors = [left]
                factors.append(self.factor())
            else:
                break
        return left if factors is None else self.times(factors)

    def big_word(self) -> bool:
        """Whether sum_… or prod_… begins here."""
        return self.k[self.i] == "run" and self.v[self.i] in ("sum", "prod") and self.k[self.i + 1] == "_"

    def stops(self) -> bool:
        """Whether `if`, `otherwise` end a value here."""
        return bool(self.cases) and self.case_word()

    def case_word(self) -> bool:
        """Whether `if`, `otherwise` stand here."""
        return self.k[self.i] in ("run", "word") and self.v[self.i].lower() in CASE_WORDS

    def after_division(self, first: int, below: int) -> Exception:
        """1/2m and a/b c have two readings.  The product begins at ``first``, what is under the stroke at ``below``."""
        after, found = self.i, self.found()
        try:
            self.factor()  # to see how far it goes; the text is refused anyway
        except ReadError:
            self.i = after + 1
        starts, ends = self.tokens.starts, self.tokens.ends
        above, middle, last = (
            shortened(self.text[starts[a] : ends[b]].strip())
            for a, b in ((first, below - 2), (below, after - 1), (after, self.i - 1))
        )
        readings = (f"{above}/({middle} {last})", f"({above}/{middle}) {last}") if middle else ()
        return self.error(f"{found} after a quotient has two readings", "use brackets", readings, after)

    def signed(self) -> Written:
        """A factor after an operator, which may have a sign of its own: q * -0.5"""
        sign = self.k[self.i]
        if sign != "-" and sign != "+":
            return self.factor()
        self.signs()
        self.i += 1
        return neg(self.signed()) if sign == "-" else self.signed()

    def factor(self) -> Written:
        """A primary with its powers."""
        base = self.primary()
        if self.k[self.i] == "'" and isinstance(base, Name) and base in self.index.vocabulary.implied:
            base = self.primed_quantity(base)
        if self.k[self.i] == "_" and (entry := self.entry(base)) is not None:
            base = entry
        if self.k[self.i] == "^":
            base = self.powers(base)
        elif self.k[self.i] == "_":
            after = self.plus_script(self.i)
            if self.k[self.i - 1] in (")", "]") and after:  # [z]_+
                self.i = after
                return self.powers(Call(_POS, (base,)))
            raise self.error("a subscript without a name before it")
        elif self.k[self.i] == "'":
            raise self.error("a prime belongs to a function or a declared name")
        return base

    def entry(self, base: Written) -> Written | None:
        """What a subscript behind a bracket means; there are entries of arrays alone."""
        return None

    def powers(self, base: Written) -> Written:
        """base^exponent, [u]^+; a^b^c is a^(b^c)."""
        k = self.k
        while k[self.i] == "^":
            if after := self.plus_script(self.i):
                if k[self.i - 1] not in (")", "]"):
                    raise self.error("`^+` belongs after a bracket: [u]^+ is max(0, u)")
                self.i = after
                base = Call(_POS, (base,))
            else:
                base = Pow(base, self.exponent(bounded=base != E))  # e^u is exp(u), of any size
                if k[self.i] == "^":
                    raise self.error("two superscripts", "put the power into brackets")
        return base

    def plus_script(self, at: int) -> int:
        """The token after the script `+` or `{+}` at `^` or `_`; 0 if it is another script."""
        if self.k[at + 1] == "+":
            return at + 2
        return at + 4 if self.k[at + 1] == "{" and self.k[at + 2] == "+" and self.match[at + 1] == at + 3 else 0

    def exponent(self, height: int = 1, *, bounded: bool = True) -> Written:
        """The exponent at `^`: a group, or a sign and one primary; ``bounded``: refused where it is a large number."""
        k = self.k
        self.i += 1
        start = self.i
        if k[start] == "num" and len(self.v[start]) <= 2 and self.alone(start + 1):  # x^2, by far the commonest
            return self.numeral()
        self.refuse_transpose()
        self.down()
        signs = 0
        while k[self.i] == "-" or k[self.i] == "+":
            signs += k[self.i] == "-"
            self.i += 1
        if self.i - start > limits.MAX_SIGNS:
            raise self.error(f"more than {limits.MAX_SIGNS} signs in a row", at=start)
        self.cut, whole = -1, self.v[self.i]
        found = self.primary()
        if self.cut == self.i:
            rest = self.v[self.i]
            readings = (f"^({whole})", f"^{whole[: -len(rest)]} {rest}")
            raise self.error("an exponent of several letters", "use brackets", readings, start)
        if self.bare == self.i and k[start] != "{":
            raise self.error("a function without brackets as an exponent", "use brackets", at=start)
        if k[self.i] == "^" and k[start] != "{":
            if height >= limits.MAX_TOWER - 1:
                raise self.error(f"more than {limits.MAX_TOWER} powers on top of one another", at=start)
            found = Pow(found, self.exponent(height + 1))
        for _ in range(signs):
            found = neg(found)
        self.level -= 1
        if not bounded:
            return found
        if isinstance(found, Num):
            if abs(found.value.numerator) > limits.MAX_EXPONENT * found.value.denominator:
                raise self.error(f"an exponent larger than {limits.MAX_EXPONENT}", at=start)
        elif not isinstance(found, Name | Const):
            size = limits.size(found)
            if size is not None and size > 3.01:
                raise self.error(f"an exponent larger than {limits.MAX_EXPONENT}", at=start)
        return found

    # Primaries ------------------------------------------------------------------------------------------------------

    def primary(self) -> Written:
        """The smallest whole: a number, name, call, bracket, fraction …"""
        kind = self.k[self.i]
        if kind == "run":
            return self.run()
        if kind == "num":
            return self.numeral()
        if kind in ("(", "[", "<"):
            return self.bracket()
        if kind == "{":
            return self.group()
        if kind == "frac":
            return self.fraction()
        if kind == "word":
            return self.word()
        if kind == "sqrt":
            return self.root()
        if kind == "|":
            self.bars, bars = 0, self.bars  # | where a value is expected opens again
            found = self.absolute()
            self.bars = bars
            return found
        if kind == "accent":
            return self.accented()
        if kind == "big":
            return self.big(self.v[self.i])
        if kind == "partial":
            return self.partial()
        if kind == "nabla":
            return self.nabla()
        if kind == "begin":
            return self.environment()
        if kind == "vulgar":
            above, below = VULGAR[self.v[self.i]]
            self.i += 1
            return Quot(Num(Fraction(above)), Num(Fraction(below)))
        if kind == "later":
            raise self.later()
        raise self.error(f"expected a number, a name or a bracket, found {self.found()}")

    def partial(self) -> Written:
        """∂L/∂z, ∂_z L"""
        if self.k[self.i + 1] == "_":
            return self.nabla()
        found = self.derivative()
        if found is None:
            raise self.error("expected a derivative after `∂`", "∂L/∂w")
        return found

    def numeral(self) -> Written:
        """3, 0.50, 1e-8, 2.5×10^{-8}; 1[z > 0] is an indicator."""
        k = self.k
        i = self.i
        text = self.v[i]
        after = k[i + 1]
        if text == "1" and (after == "[" or after == "(" or after == "_") and (found := self.indicator(i)):
            return found
        value = number(text)
        if value is None:
            raise self.error(f"a power of ten larger than {limits.MAX_POWER_OF_TEN}")
        if "e" in text and ("e", "") in self.index.heads:
            mantissa, _, power = text.partition("e")
            readings = (f"{mantissa}*10^{power}", f"{mantissa} e {power}".replace("e -", "e - "))
            raise self.error(f"`{text}` has two readings where e is a quantity", "", readings)
        self.i = i + 1
        if after == "*" and self.v[i + 1] == "×" and k[i + 2] == "num" and self.v[i + 2] == _TEN and k[i + 3] == "^":
            return self.scientific(text, value)
        if after == "_":
            raise self.error(f"a subscript at the number `{text}`")
        return value

    def scientific(self, text: str, value: Num) -> Written:
        """2.5×10^{-8} is one number, with the cursor at ×."""
        k, v = self.k, self.v
        at = self.i + 3
        group = k[at] == "{"
        at += group
        sign = k[at] if k[at] in ("-", "+") else ""
        at += bool(sign)
        whole = k[at] == "num" and v[at].isdigit() and (not group or k[at + 1] == "}")
        if not whole or k[self.i - 2] == "^" or "e" in text.lower():
            return value
        if k[self.i - 2] == "/":
            raise self.error("a power of ten after `/`", "use brackets")
        found = number(f"{text}e{sign}{v[at]}") if len(v[at]) < 6 else None
        if found is None:
            raise self.error(f"a power of ten larger than {limits.MAX_POWER_OF_TEN}")
        self.i = at + 1 + group
        return found

    def fraction(self) -> Written:
        """\\frac{a}{b}, \\frac12, and derivatives written as fractions."""
        self.i += 1
        opening = self.i
        if self.k[opening] == "{" and (found := self.fraction_derivative(opening)) is not None:
            return found
        self.i = opening
        return Quot(self.tex_argument(r"\frac"), self.tex_argument(r"\frac"))

    def root(self) -> Written:
        """\\sqrt{x}, \\sqrt[3]{x}, sqrt(x), √2"""
        self.i += 1
        if self.k[self.i] == "[":
            degree = self.bracket()
            return Pow(self.tex_argument(r"\sqrt"), Quot(Num(Fraction(1)), degree))
        if self.k[self.i] == "(":
            return Call(_SQRT, self.arguments()[:1])
        return Call(_SQRT, (self.tex_argument(r"\sqrt"),))

    def tex_argument(self, command: str) -> Written:
        """What a TeX command takes: a group, or one digit, letter or command."""
        kind, value = self.k[self.i], self.v[self.i]
        if kind == "{":
            opening = self.i
            end = self.match[opening]
            if end == opening + 1:
                raise self.error(f"`{command}` with an empty argument")
            self.i += 1
            found = self.inside(self.sum)
            if self.i != end:
                raise self.error(f"expected an operator or `}}`, found {self.found()}")
            self.i += 1
            return found
        if kind == "num" and value[0].isdigit():
            if len(value) == 1:
                self.i += 1
            else:
                if not value[1].isdigit():
                    raise self.error(f"`{command}` takes one digit", "put the number into braces")
                self.cut_token(self.i, value[1:])
            return Num(Fraction(int(value[0])))
        if kind == "run" and len(value) > 1 and self.tokens.ends[self.i] - self.tokens.starts[self.i] == len(value):
            halved = len(value) == 2 and value[1].isdigit() and command == r"\frac" and value not in self.index.runs
            if not (value.isalpha() or halved):  # \frac z2
                raise self.error(f"`{command}` takes one letter", "put the name into braces")
            self.cut_token(self.i, value[1:])
            known = self.index.runs.get(value[0])
            if known is None and not self.new:
                raise self.unknown(value[0], self.i)
            return known or Name(value[0])
        if kind in ("run", "word", "vulgar", "accent", "(", "sqrt", "frac"):
            self.down()
            found = self.primary()
            self.level -= 1
            return found
        raise self.error(f"expected the argument of `{command}`, found {self.found()}")
