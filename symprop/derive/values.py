"""Values of formulas: compiled once, run in exact rationals while they fit in 50 digits, else in balls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symprop.derive.leaves import leaves_of, quantities
from symprop.derive.numbers import BALLS, ONE_BALL, TINY_BALL, ball
from symprop.derive.signs import with_signs
from symprop.evaluate import EXACT, Arithmetic, NotExact, Program, Straddle, compile_program, evaluate, finish
from symprop.evaluate.program import Recorder, Site
from symprop.model.exercise import Part
from symprop.names import Vocabulary
from symprop.written import Call, Const, Deriv, Name, Neg, Num, Prod, Sum, Written

Value = Any  # Fraction or flint.arb
LONG = 10**50
MOST_ENTRIES = 2_000  # formulas that are kept where they come and go


class NotGiven(Exception):
    """A name or derivative symbol without a number."""

    def __str__(self) -> str:
        from symprop.notation import text

        return text(self.args[0])


class Everything:
    """Every derivative symbol in a formula is a number that is given."""

    def __contains__(self, item: object) -> bool:
        return True


EVERYTHING = Everything()


def open_calls(formula: Written, vocabulary: Vocabulary) -> tuple[Written, ...]:
    """The calls of functions that are left open: σ(z), σ'(z) with no word about what σ is."""
    left_open = {name for name, function in vocabulary.functions.items() if function.is_open}
    if not left_open:
        return ()
    return tuple(dict.fromkeys(n for n in formula.walk() if isinstance(n, Call) and n.func in left_open))


@dataclass(slots=True)
class Entry:
    """A formula with what was found out about it."""

    formula: Written  # keeps it alive, so that its id stays its own
    leaves: tuple[Written, ...]
    quantities: tuple[Written, ...]
    program: Program | None = None
    terms: dict[Written, list[Written]] | None = None
    signed: Written | None = None  # with a sign for each u/|u|, once it is asked for


@dataclass(slots=True)
class Programs:
    """The compiled formulas of one part, by identity."""

    part: Part
    stand_in: bool = False  # whether a function that is left open has values (of a stand-in, at random points)
    entries: dict[int, Entry] = field(default_factory=dict)

    def entry(self, formula: Written) -> Entry:
        found = self.entries.get(id(formula))
        if found is None:
            leaves = leaves_of(formula)
            if not self.stand_in:
                leaves += open_calls(formula, self.part.vocabulary)
            found = self.entries[id(formula)] = Entry(formula, leaves, quantities(formula))
        return found

    def trim(self) -> None:
        """Forget everything once it is much: where formulas of others come and go."""
        if len(self.entries) > MOST_ENTRIES:
            self.entries.clear()

    def leaves(self, formula: Written) -> tuple[Written, ...]:
        """What the formula needs to have a value, apart from free names of function bodies."""
        return self.entry(formula).leaves

    def is_open(self, formula: Written) -> bool:
        """Whether the formula has no number, whatever its quantities are: a function is left open."""
        return any(isinstance(leaf, Call) for leaf in self.leaves(formula))

    def quantities(self, formula: Written) -> tuple[Written, ...]:
        """What stands in the formula, outermost: names, derivative symbols, primed calls."""
        return self.entry(formula).quantities

    def terms(self, formula: Sum, hidden: Callable[[Written], Iterable[Name]]) -> Mapping[Written, list[Written]]:
        """The terms of a sum by the quantities that stand in them; ``hidden``: those inside called functions."""
        entry = self.entry(formula)
        if entry.terms is None:
            entry.terms = {}
            for term in formula.terms:
                for quantity in dict.fromkeys((*self.leaves(term), *hidden(term))):
                    entry.terms.setdefault(quantity, []).append(term)
        return entry.terms

    def run(
        self, formula: Written, env: Mapping[Written, Value], arithmetic: Arithmetic, recorder: Recorder | None = None
    ) -> Any:
        """The value in one arithmetic; ``recorder`` is told the sign at every kink.  Raises Undefined, NotExact."""
        (value,) = self.program(formula).run(env, arithmetic, recorder)
        return finish(value, arithmetic, formula)

    def program(self, formula: Written) -> Program:
        """The formula compiled."""
        entry = self.entry(formula)
        if entry.program is None:
            conventions = self.part.conventions
            entry.program = compile_program(
                (formula,),
                vocabulary=self.part.vocabulary,
                known=EVERYTHING,
                kinks=conventions.kinks,
                log_base=conventions.log_base,
            )
        return entry.program

    def signed(self, formula: Written) -> Written:
        """The formula with a sign for each u/|u|, which is known exactly where u is not."""
        entry = self.entry(formula)
        if entry.signed is None:
            entry.signed = with_signs(formula, self.part.vocabulary)
        return entry.signed

    def kinks_at(self, formula: Written, env: Mapping[Written, Value]) -> tuple[Written, ...]:
        """The sub-formulas that have a kink exactly at these numbers.  Raises Undefined."""
        found: dict[Written, None] = {}

        def record(site: Site, sign: int, _: Any) -> None:
            if sign == 0:
                found[site.formula] = None

        for arithmetic in (EXACT, BALLS) if rational(env[q] for q in self.leaves(formula) if q in env) else (BALLS,):
            try:
                self.run(formula, env, arithmetic, record)
            except NotExact:
                continue
            break
        return tuple(found)

    def value(self, formula: Written, env: Mapping[Written, Value]) -> Value:
        """Exact while it fits in 50 digits, else a ball that is known to 30.

        Raises NotGiven for a name without a number, Undefined.
        """
        leaves = self.leaves(formula)
        for leaf in leaves:
            if leaf not in env:
                raise NotGiven(leaf)
        if isinstance(formula, Prod) and all(isinstance(f, Name | Deriv) for f in formula.factors):
            return product(env[f] for f in formula.factors)
        if rational(env[leaf] for leaf in leaves):
            try:
                value = self.run(formula, env, EXACT)
            except NotExact:
                pass
            else:
                if not isinstance(value, Fraction) or (abs(value.numerator) < LONG and value.denominator < LONG):
                    return value
        (value,) = self.program(formula).run(env, BALLS)
        found = exact(value)
        if found is not None:
            return found
        signed = self.signed(formula)
        if signed is not formula:  # it has a value, so that no u is 0
            return self.value(signed, env)
        value = finish(value, BALLS, formula)
        if any(map(wide, value if isinstance(value, tuple) else (value,))):
            raise Straddle(formula, "too few digits are left of it, since large numbers cancel in it")
        return value


def product(values: Iterable[Value]) -> Value:
    """The product of numbers: what most rows of a long derivation are, and no program is compiled for it."""
    found, *rest = values = tuple(values)
    if Fraction(0) in values:
        return Fraction(0)
    with BALLS.context():
        for value in rest:
            if isinstance(found, Fraction) and isinstance(value, Fraction):
                found = found * value
            else:
                found = ball(found) * ball(value)
        small = not isinstance(found, Fraction) or (abs(found.numerator) < LONG and found.denominator < LONG)
        return found if small else ball(found)


def exact(value: Any) -> Fraction | None:
    """A number that stayed rational in balls, if it fits in 50 digits: max(0.3, e^-2), 0·e^-2."""
    if isinstance(value, BALLS.arb) and value == 0 and value.is_exact():
        return Fraction(0)
    if not isinstance(value, BALLS.fmpq):
        return None
    found = Fraction(int(value.p), int(value.q))
    return found if abs(found.numerator) < LONG and found.denominator < LONG else None


def wide(value: Value) -> bool:
    """Whether a ball is known to fewer than 30 digits."""
    if not isinstance(value, BALLS.arb):
        return False
    with BALLS.context():
        return bool(value.rad() * 10 > TINY_BALL * max(value.abs_upper(), ONE_BALL))


def rational(values: Iterable[Value]) -> bool:
    return all(isinstance(v, Fraction) for v in values)


def is_infinite(formula: Written) -> bool:
    """Whether a point is ∞ or -∞: a limit is asked for."""
    inner = formula.arg if isinstance(formula, Neg) else formula
    return isinstance(inner, Const) and inner.letter == "oo"


def value_of(formula: Written, env: Mapping[Written, Value], part: Part) -> Value:
    """The value of a formula that is needed once."""
    return Programs(part).value(formula, env)


def is_literal(given: Written) -> bool:
    """A number as it was typed: 0.005, -3, 1/3."""
    return not any(isinstance(n, Name | Deriv | Call | Const) for n in given.walk())


def exact_number(printed: Written) -> Fraction:
    """The value of a printed number."""
    if isinstance(printed, Num):
        return printed.value
    if isinstance(printed, Neg):
        return -exact_number(printed.arg)
    return evaluate(printed, {}, EXACT)
