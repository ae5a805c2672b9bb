"""Differentiation of written formulas by the rules of a first course, each rule named.

    (u ± v)' = u' ± v'        (u v)' = u' v + u v'        (u/v)' = (u' v - u v')/v²
    (u^n)' = n u^{n-1} u'     (e^u)' = e^u u'             f(u)' = f'(u) u'

``derivative`` gives the result in textbook form; ``differentiate`` gives it as the rules leave it, with the names of
the rules, for a line that shows the work.  Only the formula is differentiated here: every other quantity in it is held
(the *local* derivative).  The chain rule through the graph is in ``backward`` and ``paths``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from symprop import functions
from symprop.derive.form import tidy
from symprop.errors import UnsupportedError
from symprop.model.graph import free_names
from symprop.model.solution import Phrase, phrase
from symprop.names import Vocabulary
from symprop.written import (
    ONE,
    TWO,
    ZERO,
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
    add,
    mul,
    neg,
    num,
    substitute,
)


@dataclass(slots=True)
class Rules:
    """The rules that were applied, in order, each once."""

    used: dict[Phrase, None] = field(default_factory=dict)
    kept: set[Written] = field(default_factory=set)  # the sums of bodies and table rows
    primed: bool = False
    kinks: Mapping[str, Written] = field(default_factory=dict)  # the slopes that the exercise uses at kinks

    def add(self, code: str, **data: object) -> None:
        self.used.setdefault(phrase(code, **data))


def depends(formula: Written, x: Written) -> bool:
    """Whether x occurs in the formula (inside a derivative symbol it does not: that is a quantity of its own)."""
    return x in _nodes(formula)


@lru_cache(maxsize=1 << 14)
def _nodes(formula: Written) -> frozenset[Written]:
    found, stack = set(), [formula]
    while stack:
        node = stack.pop()
        found.add(node)
        if not isinstance(node, Deriv):
            stack.extend(node.children)
    return frozenset(found)


@lru_cache(maxsize=1 << 12)
def _terms_with(formula: Sum) -> dict[Written, list[Written]]:
    """The terms of a sum by what occurs in them: the other terms are constants."""
    found: dict[Written, list[Written]] = {}
    for term in formula.terms:
        for node in _nodes(term):
            found.setdefault(node, []).append(term)
    return found


@dataclass(frozen=True, slots=True)
class Slope:
    """A derivative as the rules leave it, the sums in it that somebody wrote, its textbook form, the rules in order."""

    raw: Written
    kept: frozenset[Written]
    told: Written
    rules: tuple[Phrase, ...] = ()
    primed: bool = False


def slope(
    formula: Written, x: Name, vocabulary: Vocabulary, output: Written | None = None, *, primed: bool = False,
    kinks: Mapping[str, Written] | None = None,
) -> Slope:  # fmt: skip
    """d formula / d x, all other names held.

    ``primed``: the slope of |u| is told as abs'(u), which has a value by convention also where u = 0.

    ``output``: the name of the quantity that the formula defines; where a function's derivative is taught in terms of
    its output and the formula is that one call, the name is used: h (1 - h) for h = σ(z).
    """
    rules = Rules(primed=primed, kinks=kinks or {})
    formula = with_bodies(formula, x, vocabulary)
    raw = differentiate(formula, x, vocabulary, rules, output)
    if not rules.used:  # else (x²)' = 2x is seen at a glance
        powers = (node.exp for node in formula.walk() if isinstance(node, Pow) and node.base == x)
        rules.used |= {phrase("rule-power", n=n): None for n in powers}
    kept = frozenset(rules.kept) | sums_in(formula)
    return Slope(raw, kept, tidy(raw, kept), tuple(rules.used), primed)


def derivative(
    formula: Written, x: Name, vocabulary: Vocabulary, *, kinks: Mapping[str, Written] | None = None
) -> Written:
    """d formula / d x in textbook form, all other names held."""
    return slope(formula, x, vocabulary, kinks=kinks).told


def with_bodies(formula: Written, x: Name, vocabulary: Vocabulary) -> Written:
    """The formula with its functions told out where x stands in a body: c_0 + c_1 g(z) for f(z), by c_1."""
    if not vocabulary.functions:
        return formula
    called = (vocabulary.functions.get(node.func) for node in formula.walk() if isinstance(node, Call))
    hidden = any(
        f is not None and f.body is not None and x not in f.params and x in free_names(f.body, vocabulary.functions)
        for f in called
    )
    return functions.opened(formula, vocabulary) if hidden else formula


@lru_cache(maxsize=1 << 12)
def sums_in(formula: Written) -> frozenset[Written]:
    """The sums that somebody wrote."""
    return frozenset(node for node in formula.walk() if isinstance(node, Sum))


def differentiate(
    formula: Written, x: Name, vocabulary: Vocabulary, rules: Rules, output: Written | None = None
) -> Written:
    """d formula / d x as the rules leave it."""

    def d(f: Written) -> Written:
        return differentiate(f, x, vocabulary, rules)

    if formula == x:
        return ONE
    if not depends(formula, x):
        return ZERO
    match formula:
        case Sum():
            parts = [d(t) for t in _terms_with(formula)[x]]
            return add(*(Neg(p.arg) if isinstance(p, Neg) else p for p in parts))
        case Neg(arg):
            inner = d(arg)
            return inner.arg if isinstance(inner, Neg) else neg(inner)
        case Prod(factors):
            return _product(factors, x, d, rules)
        case Quot(above, below):
            return _quotient(above, below, x, d, rules)
        case Pow(base, exponent):
            return _power(base, exponent, x, d, vocabulary, rules)
        case Call():
            return _call(formula, x, d, vocabulary, rules, output)
        case Cases(values, conditions):
            slopes = tuple(tidy(d(v)) for v in values)
            return Cases(slopes, conditions) if any(s != ZERO for s in slopes) else ZERO
        case Indicator():
            return ZERO  # constant on each side; the jump is a kink, which certification sees
        case Vec(items):
            return Vec(tuple(d(i) for i in items))
        case Rel() | Big() | _:
            raise UnsupportedError(f"the derivative of {type(formula).__name__.lower()} formulas is not supported yet")


def _chain(outer: Written, inner: Written) -> Written:
    """outer · inner, without a factor 1."""
    if inner == ONE:
        return outer
    if isinstance(inner, Neg) or (isinstance(inner, Num) and inner.value < 0):
        size = inner.arg if isinstance(inner, Neg) else num(-inner.value)
        product = outer if size == ONE else mul(outer, size)
        return product.arg if isinstance(product, Neg) else neg(product)
    if outer == ONE:
        return inner
    return mul(outer, inner)


def _product(factors, x, d, rules):  # type: ignore[no-untyped-def]
    moving = [f for f in factors if depends(f, x)]
    fixed = [f for f in factors if not depends(f, x)]
    if len(moving) == 1:
        inner = d(moving[0])
        if inner == ONE:
            return mul(*fixed)
        sign = isinstance(inner, Neg)
        body = inner.arg if sign else inner
        product = mul(*fixed) if body == ONE else mul(*fixed, body)
        return neg(product) if sign else product
    rules.add("rule-product")
    terms = []
    for i, factor in enumerate(factors):
        if depends(factor, x):
            rest = (*factors[:i], *factors[i + 1 :])
            inner = d(factor)
            terms.append(_chain(mul(*rest), inner))
    return add(*terms)


def _quotient(above, below, x, d, rules):  # type: ignore[no-untyped-def]
    if not depends(below, x):
        inner = d(above)
        return neg(Quot(inner.arg, below)) if isinstance(inner, Neg) else Quot(inner, below)
    squared = (
        Pow(below.base, num(below.exp.value * 2))
        if isinstance(below, Pow) and isinstance(below.exp, Num)
        else Pow(below, TWO)
    )
    rules.add("rule-quotient" if depends(above, x) else "rule-reciprocal")
    if not depends(above, x):
        inner = d(below)
        if isinstance(inner, Neg):
            return Quot(_chain(above, inner.arg), squared)
        return neg(Quot(_chain(above, inner), squared))
    first, second = _chain_front(d(above), below), _chain(above, d(below))
    second = second.arg if isinstance(second, Neg) else Neg(second)
    return Quot(add(first, second), squared)


def _chain_front(inner: Written, outer: Written) -> Written:
    if inner == ONE:
        return outer
    return mul(inner, outer)


def _power(base, exponent, x, d, vocabulary, rules):  # type: ignore[no-untyped-def]
    match base, exponent:
        case Call(Name("abs"), (inside,), 0), Num(value, _) if value.denominator == 1 and value % 2 == 0:
            rules.add("rule-abs-square")
            return _power(inside, exponent, x, d, vocabulary, rules)
    if not depends(exponent, x):
        if isinstance(exponent, Num):
            lower = exponent.value - 1
            if base != x:
                rules.add("rule-power", n=exponent)
            reduced = ONE if lower == 0 else base if lower == 1 else Pow(base, num(lower))
            outer = mul(exponent, reduced) if reduced != ONE else exponent
            return _chain(outer, d(base))
        rules.add("rule-power", n=exponent)
        return _chain(mul(exponent, Pow(base, tidy(add(exponent, Num(Fraction(-1)))))), d(base))
    power = Pow(base, exponent)
    if base == E or (isinstance(base, Const) and base.letter == "e"):
        rules.add("rule-exp")
        return _chain(power, d(exponent))
    log = Call(Name("ln"), (base,))
    if not depends(base, x):
        rules.add("rule-exponential", base=base)
        return _chain(mul(power, log), d(exponent))
    rules.add("rule-power-tower")
    return mul(power, add(mul(d(exponent), log), mul(exponent, Quot(d(base), base))))


def _call(formula, x, d, vocabulary, rules, output):  # type: ignore[no-untyped-def]
    match formula:
        case Call(Name("ln" | "log"), (Call(Name("abs"), (inside,), 0),), 0):  # (ln|u|)' = u'/u
            rules.add("rule-" + formula.func.text)
            slope = substitute(functions.slopes(formula, vocabulary)[0], {formula.args[0]: inside})
            return _chain(slope, d(inside))
    if rules.primed and formula.func == Name("abs") and not formula.primes:
        return _chain(Call(formula.func, formula.args, 1), d(formula.args[0]))
    told = functions.lookup(formula, vocabulary)
    if rules.primed and isinstance(told, functions.Function) and told.key == "absolute_error":
        return d(substitute(told.value, dict(zip(told.params, formula.args, strict=True))))
    if formula.primes == 1 and len(formula.args) == 1:  # ReLU''(z) is the derivative of what the table says
        plain = Call(formula.func, formula.args)
        told = functions.lookup(plain, vocabulary)
        if isinstance(told, functions.Function):
            return d(functions.derivatives_of(plain, told, None, rules.kinks)[0])
    row = row_of_body(formula, vocabulary)
    if row is None:
        body = functions.expand(formula, vocabulary)
        if body != formula:
            rules.kept |= sums_in(body)
            return d(body)
    if row:
        taught = functions.derivatives_of(formula, row, output, rules.kinks)
    else:
        taught = functions.slopes(formula, vocabulary, output, kinks=rules.kinks)
    terms = []
    known = functions.FUNCTIONS.get(formula.func.text)
    for argument, slope in zip(formula.args, taught, strict=True):
        if depends(argument, x) and slope != ZERO:
            rules.kept |= sums_in(slope)
            if known is not None and known.reason == "rule":
                rules.add("rule-" + known.key)
            elif (taught_rule := slope_rule(formula, vocabulary)) is not None:
                rules.used.setdefault(taught_rule)
            terms.append(_chain(slope, d(argument)))
    return add(*terms) if terms else ZERO


LETTERS = tuple(map(Name, ("u", "v", "f", "g", "r", "s")))


def slope_rule(call: Call, vocabulary: Vocabulary) -> Phrase | None:
    """σ'(z) = σ(z) (1 - σ(z)) of a function whose derivative is looked up; told of a letter that stands for no quantity
    where the argument has no name."""
    row = row_of_body(call, vocabulary) or functions.lookup(call, vocabulary)
    if not isinstance(row, functions.Function) or row.reason != "slope" or call.primes or len(call.args) != 1:
        return None
    (argument,) = call.args
    if not isinstance(argument, Name):
        taken = {*vocabulary.quantities, *vocabulary.functions}
        argument = next((letter for letter in LETTERS if letter not in taken), LETTERS[0])
    plain = Call(call.func, (argument,))
    slope = functions.derivatives_of(plain, row)[0]
    return phrase("sigmoid-slope", f=call.func, rule=Rel((Call(call.func, (argument,), 1), slope), ("=",)))


def row_of_body(call: Call, vocabulary: Vocabulary) -> functions.Function | None:
    """The row whose formula the author wrote as the body of a function: σ(s) = 1/(1 + e^{-s}) is the sigmoid."""
    found = vocabulary.functions.get(call.func)
    if found is None or found.body is None or call.primes or len(found.params) != 1:
        return None
    for row in functions.ROWS:
        if (row.reason == "slope" or row.by_value) and substitute(
            row.value, {row.params[0]: found.params[0]}
        ) == found.body:
            return row
    return None
