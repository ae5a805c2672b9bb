"""Vectors and matrices: transposes, ⊙, norms; every product and sum is checked for its shape where it stands.

This reader is taken where the vocabulary has shapes (rules 4, 5 and 12 of the format); numbers are read as ever.

    W^T δ ⊙ σ'(z)    (W^T δ) ⊙ σ'(z): ⊙ binds less than a product before it
    δ ⊙ σ'(z) x^T    (δ ⊙ σ'(z)) x^T: of a product after it that reading which fits
    x · y            x^T y for two columns of one size (x y^T where vectors are rows)
    ‖x‖, |x|         the norm of a vector
    δ ⊗ x            δ x^T, the outer product of two columns; diag(a, b), the matrix with these on its diagonal
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symprop.errors import ReadError, UnfitError, UnsupportedError
from symprop.matrices import Entry, Transpose, hadamard
from symprop.names import Shape
from symprop.reader.lookup import Index
from symprop.reader.parser import Parser
from symprop.reader.tokens import Tokens
from symprop.shapes import OF_ARRAYS, Chain, Misfit, ShapeError, Shapes
from symprop.written import Call, Deriv, Name, Num, Pow, Prod, Vec, Written, mul, neg

_WORDS = {word: word for word in OF_ARRAYS} | {"tr": "trace", "Tr": "trace"}
_NORMS = ("2", "F")  # ‖x‖_2, ‖W‖_F
_NORM, _ABS = Name("norm"), Name("abs")


class ArrayParser(Parser):
    """The parser of formulas with vectors and matrices."""

    def __init__(self, tokens: Tokens, index: Index, new_symbols: bool):
        super().__init__(tokens, index, new_symbols)
        self.shapes = Shapes(index.vocabulary)
        self.spans: dict[int, tuple[Written, int, int]] = {}  # of what was read, by identity, from token to token
        self.starred: set[int] = set()  # factors after `*`, by identity

    # ---- shapes

    def checked(self, formula: Written, start: int) -> Written:
        """The formula, if the shapes in it fit."""
        self.spans[id(formula)] = (formula, start, self.i)
        try:
            self.shapes.of(formula)
        except ShapeError as error:
            raise self.unfit(error, start) from None
        except UnsupportedError as error:
            raise self.error(f"{error} is not supported", at=start) from None
        return formula

    def unfit(self, error: ShapeError, start: int) -> ReadError:
        message = f"`{self.source(start, self.i)}`: {error.told(self.say)}"
        kind = UnfitError if isinstance(error, Misfit) else ReadError
        return kind(self.text, self.tokens.starts[start], message, error.hint)

    def say(self, formula: Written | None) -> str:
        if isinstance(formula, Name):
            return formula.text
        _, start, end = self.spans.get(id(formula), (None, 0, 0))
        return f"`{self.source(start, end)}`" if end else "the product"

    def source(self, start: int, end: int) -> str:
        shown = self.text[self.tokens.starts[start] : self.tokens.ends[end - 1]].strip()
        return shown if len(shown) <= 40 else f"{shown[:20]} … {shown[-18:]}"

    def is_array(self, formula: Written) -> bool:
        return not self.shape(formula).is_number

    def shape(self, formula: Written) -> Shape:
        """The shape of what was just read."""
        try:
            return self.shapes.of(formula)
        except ShapeError as error:
            raise self.unfit(error, self.i - 1) from None

    # ---- sums and products

    def sum(self) -> Written:
        start = self.i
        return self.checked(super().sum(), start)

    def factor(self) -> Written:
        start = self.i
        return self.checked(super().factor(), start)

    def signed(self) -> Written:
        before, start = self.v[self.i - 1], self.i
        found = self.checked(super().signed(), start)
        if before in ("*", "×") and self.k[start - 1] == "*":
            self.starred.add(id(found))
        return found

    def product(self) -> Written:
        """Products between ⊗, which binds least."""
        start = self.i
        left = self.entrywise()
        if self.k[self.i] != "⊗":
            return left
        sign = self.i
        self.i += 1
        right = self.entrywise()
        a, b = self.shape(left), self.shape(right)
        if self.k[self.i] == "⊗" or not (a.is_vector and a.cols == 1 and b.is_vector):
            raise self.error("⊗ stands between two vectors", "a ⊗ b is a b^T", at=sign)
        return self.checked(mul(left, Transpose(right) if b.cols == 1 else right), start)

    def entrywise(self) -> Written:
        """Matrix products between ⊙."""
        start = self.i
        factors = [self.checked(super().product(), start)]
        while self.k[self.i] == "⊙":
            self.i += 1
            at = self.i
            negative = False
            while self.k[self.i] in ("+", "-"):
                self.signs()
                negative ^= self.k[self.i] == "-"
                self.i += 1
            right = self.checked(super().product(), at)
            if (other := self.left_to_right(factors, right, start, at)) is not None:
                factors, right = [], other
            factors.append(neg(right) if negative else right)
            try:  # every one has the shape of the first that is no number
                self.shapes.entrywise([*filter(self.is_array, factors[:1]), right])
            except ShapeError as error:
                raise self.unfit(error, start) from None
            if not self.is_array(factors[0]):
                factors = [hadamard(*factors)]
        return factors[0] if len(factors) == 1 else self.checked(hadamard(*factors), start)

    def left_to_right(self, left: list[Written], right: Written, start: int, at: int) -> Written | None:
        """a ⊙ W x y^T as (a ⊙ W x) y^T, where that is the reading which fits; refused where there are several."""
        if not isinstance(right, Prod) or (self.k[at] == "(" and self.match[at] == self.i - 1):
            return None
        factors = right.factors
        cuts = [k for k in range(1, len(factors)) if self.is_array(factors[0]) and self.reaches_over(left, factors, k)]
        whole = self.fits(hadamard(*left, right))
        if not cuts or (whole and cuts[0] > 1):
            return None
        if not whole and len(cuts) == 1:
            return self.split_at(left, factors, cuts[0])
        first = factors[cuts[0] - 1]
        a, b = self.source(start, at - 1), self.source(at, self.i)
        end = self.spans.get(id(first), (first, 0, 0))[2]
        readings: tuple[str, ...] = (f"{a} ⊙ ({b})",) if whole else ()
        if at < end < self.i:
            readings += (f"({a} ⊙ {self.source(at, end)}) {self.source(end, self.i)}",)
        raise self.error("a product after ⊙ has two readings", "use brackets", readings, at)

    def reaches_over(self, left: list[Written], factors: tuple[Written, ...], k: int) -> bool:
        """Whether ⊙ may reach over the first k factors of a product."""
        return any(map(self.is_array, factors[k:])) and self.fits(self.split_at(left, factors, k))

    def split_at(self, left: list[Written], factors: tuple[Written, ...], k: int) -> Written:
        return mul(hadamard(*left, mul(*factors[:k])), *factors[k:])

    def matrix(self, end: int) -> Written:
        """A column that is typed in stays one where lists are rows."""
        found = super().matrix(end)
        if self.index.vocabulary.rows and isinstance(found, Vec) and not isinstance(found.items[0], Vec):
            return Vec(tuple(Vec((item,)) for item in found.items))
        return found

    def fits(self, formula: Written) -> bool:
        try:
            self.shapes.of(formula)
        except ShapeError:
            return False
        return True

    def times(self, factors: list[Written]) -> Written:
        """A product; two vectors side by side are their inner product."""
        out: list[Written] = []
        chain = Chain()
        implied = False
        for factor in factors:
            shape = self.shape(factor)
            if not shape.is_number:
                if chain.any and id(factor) in self.starred:
                    hint = "write ⊙ (entry by entry) or @ (matrices)"
                    raise self.error("`*` between two arrays has two meanings", hint)
                if implied and shape.is_vector:
                    hint = "put the inner product in brackets"
                    raise self.error("three vectors side by side have two readings", hint)
                if chain.shape == shape and shape.is_vector:
                    out, factor, implied = *self.inner(out, factor, shape.cols == 1), True
                    chain = Chain()
                elif chain.fits(shape):
                    chain.push((factor, shape))
            out.append(factor)
        return mul(*out)

    def inner(self, before: list[Written], factor: Written, columns: bool) -> tuple[list[Written], Written]:
        """x · y as x^T y (columns), or as x y^T."""
        if not columns:
            return before, Transpose(factor)
        arrays = [f for f in before if self.is_array(f)]
        turned = Transpose(mul(*arrays))
        self.spans[id(turned)] = self.spans.get(id(arrays[0]), (turned, 0, 0))
        return [*(f for f in before if not self.is_array(f)), turned], factor

    # ---- transposes

    def transposed(self, at: int) -> int:
        """The token after the transpose at `^`, or 0."""
        start = at + 1
        if self.k[start] == "{":
            return start + 3 if self.match[start] == start + 2 and self.is_transpose(start + 1) else 0
        return start + 1 if self.is_transpose(start) else 0

    def inverse_transposed(self, at: int) -> int:
        """The token after ^{-T}, or 0."""
        found = self.k[at + 1] == "{" and self.k[at + 2] == "-" and self.is_transpose(at + 3)
        return at + 5 if found and self.match[at + 1] == at + 4 else 0

    def is_transpose(self, at: int) -> bool:
        if self.k[at] == "⊤":
            return True
        return self.k[at] in ("run", "word") and self.v[at] == "T" and ("T", "") not in self.index.heads

    def row_after(self, name: Written, after: int) -> int:
        return after if self.is_array(name) else super().row_after(name, after)

    def turned(self, found: Deriv) -> Written:
        """∂L/∂y^T is the row (∂L/∂y)^T."""
        return Transpose(found)

    def label(self, at: int) -> tuple[str, int]:
        if self.k[at] == "^" and self.transposed(at):
            return "", at
        return super().label(at)

    def exponent(self, height: int = 1, *, bounded: bool = True) -> Written:
        if height > 1 and self.transposed(self.i):
            raise self.error("a transpose in an exponent", "use brackets")
        return super().exponent(height, bounded=bounded)

    def powers(self, base: Written) -> Written:
        """x^T, (A B)^\\top and powers."""
        while self.k[self.i] == "^":
            at, after = self.i, self.transposed(self.i)
            if (end := self.inverse_transposed(at)) and self.is_array(base):
                self.i = end
                base = Transpose(Pow(base, Num(Fraction(-1))))
                continue
            run = self.v[at + 1]
            glued = self.k[at + 1] == "run" and run[0] == "T" and run not in self.index.runs and len(run) > 1
            if not after and not (glued and ("T", "") not in self.index.heads and run[1:].isalnum()):
                return super().powers(base)
            if isinstance(base, Name) and not self.is_array(base):
                raise self.error(f"`{base.text}` is a number: what is transposed?", f"declare {base.text}: n", at=at)
            if after:
                self.i = after
            else:  # x^Ty is x^T y, as in TeX
                self.cut_token(at + 1, run[1:])
            base = Transpose(base)
            if self.k[self.i] == "^":
                raise self.error("two superscripts", "put the first into brackets")
        return base

    # ---- entries

    def entry(self, base: Written) -> Written | None:
        """(W x)_i, softmax(z)_2"""
        start = self.i
        if self.plus_script(start) or not self.is_array(base):
            return None
        braced = self.k[start + 1] == "{"
        end = self.match[start + 1] if braced else start + 2
        sub = self.script_text(start + 2, end) if braced else self.v[start + 1]
        if not sub or (not braced and not (sub.isdecimal() or len(sub) == 1)):
            raise self.error("this is no index of an entry", "use braces: (W x)_{i}", at=start)
        self.i = end + 1 if braced else end
        named = isinstance(base, Name) and not base.sub
        return self.checked(replace(base, sub=sub) if isinstance(base, Name) and named else Entry(base, sub), start)

    # ---- norms and other functions of arrays

    def run(self) -> Written:
        return self.of_arrays() or super().run()

    def word(self) -> Written:
        return self.of_arrays() or super().word()

    def of_arrays(self) -> Written | None:
        """tr(A), diag(v), norm(x), softmax(z)."""
        word = self.v[self.i]
        if word not in _WORDS or self.k[self.i + 1] not in ("(", "[") or (word, "") in self.index.heads:
            return None
        start = self.i
        self.i += 1
        arguments = self.arguments()
        if word == "diag" and len(arguments) > 1:
            arguments = (Vec(arguments),)
        if len(arguments) != 1:
            raise self.error(f"`{word}` takes 1 argument, not {len(arguments)}", at=start)
        key = _WORDS[word]
        if key == "norm":
            self.skip_kind_of_norm()
        if not self.is_array(arguments[0]):
            if key in ("diag", "softmax"):
                hint = "of two vectors, a b is the inner product and a ⊙ b goes entry by entry"
                raise self.error(f"`{word}` takes a vector, not a number", hint, at=start)
            return Call(_ABS, arguments) if key == "norm" else arguments[0]
        return Call(Name(key), arguments)

    def skip_kind_of_norm(self) -> None:
        """‖x‖_2, ‖W‖_F; any other norm is refused."""
        if self.k[self.i] != "_":
            return
        group = self.k[self.i + 1] == "{"
        at = self.i + 1 + group
        if self.v[at] not in _NORMS or (group and self.k[at + 1] != "}"):
            raise self.error("this norm is not there", "‖x‖ is the square root of the sum of squares")
        self.i = at + 1 + group

    def absolute(self) -> Written:
        """|x|: the norm of a vector, the absolute value of a number."""
        start = self.i
        found = super().absolute()
        assert isinstance(found, Call)
        shape = self.shape(found.args[0])
        if shape.is_vector:
            return Call(_NORM, found.args)
        if not shape.is_number:
            raise self.error("bars around a matrix", "write norm(W) or det", at=start)
        return found


__all__ = ["ArrayParser"]
