"""Normal forms of formulas with arrays: what is equal as a non-commuting polynomial is equal for all sizes.

    (A B + c C)^T x   ↦   B^T A^T x + c C^T x

A polynomial maps monomials to rational coefficients; a monomial is a bag of numbers (letters, inner products, traces)
and a word of arrays, transposes at the letters.  Numbers commute; x^T A y is tr(x^T A y), and a trace may be turned
round and over.  Factors of ⊙ commute; a function acts entry by entry, so its transpose is that of its argument.
Whatever else there is has no normal form.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symprop.matrices import Hadamard, Transpose
from symprop.names import Shape
from symprop.shapes import Chain, Shapes, contract
from symprop.written import Call, Name, Neg, Num, Pow, Prod, Quot, Sum, Written

MOST = 300  # monomials
LONGEST = 60  # letters in a word
Letter = tuple[Any, ...]  # what it is, with all that tells it from others; its transpose is another letter
Monomial = tuple[tuple[str, ...], tuple[Letter, ...]]  # numbers, sorted; the word
Poly = dict[Monomial, Fraction]


class NoNormalForm(Exception):
    """The formula is no polynomial in arrays, or too long a one."""


def proved(a: Written, b: Written, shapes: Shapes) -> bool:
    """Whether both have one shape and one normal form."""
    if shapes.of(a) != shapes.of(b):
        return False
    try:
        return _Normal(shapes).of(a) == _Normal(shapes).of(b)
    except NoNormalForm:
        return False


class _Normal:
    def __init__(self, shapes: Shapes):
        self.shapes = shapes

    def of(self, formula: Written) -> Poly:
        match formula:
            case Num(value):
                return {((), ()): value} if value else {}
            case Name() if formula in self.shapes.definitions:
                return self.of(self.shapes.definitions[formula])
            case Name():
                return self.letter(("name", formula.text, False), formula)
            case Neg(arg):
                return _scaled(self.of(arg), Fraction(-1))
            case Sum(terms):
                shape = self.shapes.of(formula)
                if any(self.shapes.of(term) != shape for term in terms):
                    raise NoNormalForm
                total: Poly = {}
                for term in terms:
                    total = _plus(total, self.of(term))
                return total
            case Transpose(arg):
                return self.of(arg) if self.shapes.of(arg).is_number else _turned(self.of(arg))
            case Prod(factors):
                items = [((factor, self.shapes.of(factor)), self.of(factor)) for factor in factors]
                _, left = contract(items, Chain(self.product))
                return _product(left)
            case Hadamard(factors):
                return self.entrywise(factors)
            case Quot(above, Num(value)) if value:
                return _scaled(self.of(above), 1 / value)
            case Pow(Call(Name("norm"), (arg,)), Num(value)) if value == 2:
                row = self.of(arg)
                return _numbers(_product([_turned(row), row]))
            case Pow(base, Num(value)) if value.denominator == 1 and 1 <= value <= 10:
                return _product([self.of(base)] * int(value))
            case Call(_, (arg,)):
                return self.call(formula, arg)
            case _:
                raise NoNormalForm

    def letter(self, letter: Letter, formula: Written) -> Poly:
        return {((repr(letter),), ()) if self.shapes.of(formula).is_number else ((), (letter,)): Fraction(1)}

    def product(self, a: Poly, s: Shape, b: Poly, t: Shape) -> Poly:
        found = _product([a, b])
        return _numbers(found) if s.rows == 1 and t.cols == 1 else found

    def call(self, formula: Call, arg: Written) -> Poly:
        key, inner = formula.func.base, self.of(arg)
        if key in ("norm", "softmax") and not self.shapes.of(arg).is_number:
            raise NoNormalForm
        if key == "trace":
            return _numbers(inner)
        if key == "diag":
            column = inner if self.shapes.of(arg).cols == 1 else _turned(inner)
            return {((), (("diag", _fixed(column)),)): Fraction(1)}
        return self.letter(("call", formula.func.text, formula.primes, _fixed(inner)), formula)

    def entrywise(self, factors: tuple[Written, ...]) -> Poly:
        """The words of a product with ⊙ are one letter: their bag."""
        numbers = [self.of(f) for f in factors if self.shapes.of(f).is_number]
        found: Poly = {((), ()): Fraction(1)}
        for factor in factors:
            if self.shapes.of(factor).is_number:
                continue
            step: Poly = {}
            for (n, bag), c in found.items():
                for (m, word), d in self.of(factor).items():
                    step = _plus(step, {(_bag(n, m), tuple(sorted((*bag, ("word", word)), key=repr))): c * d})
            found = step
            _limit(found)
        bags: Poly = {}
        for (n, bag), c in found.items():
            if len(bag) < 2:
                raise NoNormalForm
            bags = _plus(bags, {(n, (("had", bag),)): c})
        return _product([*numbers, bags])


def _limit(poly: Poly) -> None:
    if len(poly) > MOST or any(len(word) > LONGEST or len(n) > LONGEST for n, word in poly):
        raise NoNormalForm


def _bag(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted((*a, *b)))


def _plus(a: Poly, b: Poly) -> Poly:
    found = dict(a)
    for key, value in b.items():
        found[key] = found.get(key, Fraction(0)) + value
        if not found[key]:
            del found[key]
    _limit(found)
    return found


def _scaled(poly: Poly, factor: Fraction) -> Poly:
    return {key: value * factor for key, value in poly.items()}


def _product(polys: list[Poly]) -> Poly:
    found: Poly = {((), ()): Fraction(1)}
    for poly in polys:
        step: Poly = {}
        if len(found) * len(poly) > 10 * MOST:
            raise NoNormalForm
        for (n, word), c in found.items():
            for (m, other), d in poly.items():
                key = (_bag(n, m), (*word, *other))
                step[key] = step.get(key, Fraction(0)) + c * d
        found = {key: value for key, value in step.items() if value}
        _limit(found)
    return found


def _numbers(poly: Poly) -> Poly:
    """The traces of words, each as one number: that of its turns which comes first."""
    found: Poly = {}
    for (n, word), c in poly.items():
        turns = (w[k:] + w[:k] for w in (word, _reversed(word)) for k in range(len(word)))
        found = _plus(found, {(_bag(n, (repr(min(turns, key=repr)),)), ()): c})
    return found


def _turned(poly: Poly) -> Poly:
    return {(n, _reversed(word)): c for (n, word), c in poly.items()}


def _reversed(word: tuple[Letter, ...]) -> tuple[Letter, ...]:
    return tuple(_transposed(letter) for letter in reversed(word))


def _transposed(letter: Letter) -> Letter:
    match letter:
        case ("name", text, turned):
            return ("name", text, not turned)
        case ("call", func, primes, inner):
            return ("call", func, primes, _fixed(_turned(dict(inner))))
        case ("had", bag):
            return ("had", tuple(sorted((("word", _reversed(word)) for _, word in bag), key=repr)))
        case _:
            return letter  # diag


def _fixed(poly: Poly) -> tuple[tuple[Monomial, Fraction], ...]:
    return tuple(sorted(poly.items(), key=repr))
