"""Numbers of a student against the right value: the printed digits, and honest rounding of the working.

A printed number with last digit u is right if it is the value rounded: |v - T| ≤ u/2; and if honest rounding of the
working gives it (``honest.py``).  A short number may be one of three digits that ends in a zero: 0.26 is 0.260.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from symprop.derive.numbers import close
from symprop.derive.values import NotGiven, Programs
from symprop.evaluate import Undefined
from symprop.judge.honest import Grounds, Honest
from symprop.judge.subject import Subject, quantities_in
from symprop.notation.numbers import decimals, fraction_of, half_up, magnitude, places_for
from symprop.written import Call, Neg, Num, Vec, Written, num, transform

MOST_DECIMALS = 40  # of a formula that are looked at
FEWEST = 3  # significant digits below which a rounded number is too coarse
COARSEST = Fraction(1, 20)  # of the value: more than this is not called a rounded value at all
EDGE = Fraction(1, 10**9)  # of half a unit: the half itself may be rounded either way
AGREEING = Fraction(1, 10**25)  # of the larger of two values
Closeness = Literal["exact", "rounded", "working", "coarse", "off"]


@dataclass(frozen=True, slots=True)
class Near:
    """How a number lies to the right value; ``digits``: significant digits that it was printed with (0: exact)."""

    closeness: Closeness
    digits: int = 0
    grounds: Grounds = "none"  # for taking one that is off for rounded on the way

    def __bool__(self) -> bool:
        return self.closeness in ("exact", "rounded", "working")

    def may_be_rounded(self, known: Callable[[], object]) -> bool:
        """Whether one that is off is asked back: if a mistake is ``known``, not for coarse rounding."""
        return self.grounds == "perhaps" or (self.grounds == "coarse" and not known())


def is_number(formula: Written) -> bool:
    """Whether a formula has no quantities."""
    return next(quantities_in(formula), None) is None and not isinstance(formula, Vec)


def literal(formula: Written) -> Num | None:
    """The number that a formula is, without its sign."""
    inner = formula.arg if isinstance(formula, Neg) else formula
    return inner if isinstance(inner, Num) else None


def digits_of(number: Num) -> int:
    """Significant digits as printed: 0.0380 has three, 0 none."""
    value = abs(number.value)
    if not value:
        return 0
    if number.places is not None or value.denominator != 1:
        return magnitude(value) + 1 + (number.places if number.places is not None else decimals(value))
    return len(str(value.numerator)) if value < 10**6 else len(str(value.numerator).rstrip("0"))


def unit_of(number: Num) -> Fraction:
    """The size of the last printed digit."""
    value = abs(number.value)
    if number.places is None and value.denominator == 1 and value >= 10**6:
        return Fraction(10) ** (len(str(value.numerator)) - digits_of(number))
    return Fraction(1, 10) ** (number.places if number.places is not None else decimals(value))


def padded(number: Num) -> Fraction:
    """The size of the last digit, of three at least: a zero at the end may have been left out, 0.26 for 0.260."""
    return min(unit_of(number), last_digit(number.value, FEWEST)) if number.value else unit_of(number)


def last_digit(value: Fraction, digits: int) -> Fraction:
    """The size of the last of so many significant digits."""
    return Fraction(10) ** (magnitude(value) + 1 - digits) if value else Fraction(0)


def to_digits(value: str, digits: int = 6) -> Fraction:
    """A value as it is revealed."""
    number = Fraction(value)
    return half_up(number, places_for(number, digits))


def coarsest(formula: Written) -> int:
    """The fewest significant digits of any decimal number in a formula, three at least; 0 if there is none."""
    found = [
        digits_of(n)
        for n in formula.walk()
        if isinstance(n, Num) and (n.value.denominator != 1 or n.places is not None)
    ]
    return max(FEWEST, min((d for d in found if d >= FEWEST), default=FEWEST)) if found else 0


class Values:
    """The values of a part at one epoch, and what honest rounding makes of them."""

    def __init__(self, subject: Subject, epoch: int):
        self.subject, self.epoch = subject, epoch
        self.honest = Honest(subject, epoch)
        self.kept: dict[Written, Any] = {}
        self.tried = -1  # how many derivatives had been looked at

    def env(self) -> dict[Written, Any]:
        """All quantities and derivatives that have a value."""
        subject, found = self.subject, self.kept
        if self.tried == len(subject.adjoints):
            return found
        for quantity, value in subject.values(self.epoch).items():
            found.setdefault(quantity, value)
        definitions = subject.definitions()
        for name in (*(n for n in subject.graph.order if n in definitions), *subject.adjoints):
            if name not in found:
                try:
                    found[name] = subject.bench.carry(subject.bench.programs.value(definitions[name], found))
                except (NotGiven, Undefined):
                    continue
        self.tried = len(subject.adjoints)
        return found

    def stepwise(self, right: Written, digits: int) -> Fraction:
        """The value that comes of rounding every intermediate result to so many digits.  Raises NotGiven, Undefined."""
        subject, programs = self.subject, self.subject.bench.programs
        env: dict[Written, Any] = dict(subject.numbers(self.epoch))
        definitions = subject.definitions()
        for name in (*(n for n in subject.graph.order if n in definitions), *subject.adjoints):
            try:
                value = fraction_of(programs.value(definitions[name], env))
            except (NotGiven, Undefined):
                continue
            env.setdefault(name, half_up(value, digits - 1 - magnitude(value)) if value else value)
        return fraction_of(programs.value(definitions.get(right, right), env))

    def value(self, formula: Written) -> Any:
        """The value of a resolved formula.  Raises NotGiven, Undefined."""
        return self.subject.bench.programs.value(formula, self.env())

    def has(self, formula: Written) -> bool:
        """Whether a resolved formula has a value here."""
        try:
            self.value(formula)
        except (NotGiven, Undefined):
            return False
        return not any(isinstance(n, Call) and n.primes > 4 for n in formula.walk())

    def near(self, formula: Written, right: Written) -> Near:
        """How the value of a student's formula of numbers lies to the right one.  Raises Undefined."""
        mine, wanted = self.value(formula), self.value(right)
        if same(mine, wanted):
            return Near("exact")
        number = literal(formula)
        digits = digits_of(number) if number is not None else coarsest(formula)
        if not digits or isinstance(mine, tuple | bool) or isinstance(wanted, tuple | bool):
            return Near("off")
        found, value = fraction_of(mine), fraction_of(wanted)
        gap = abs(found - value)
        if gap > COARSEST * abs(value):
            return Near("off", digits)
        coarse = number is not None and digits < FEWEST and gap <= unit_of(number) / 2 * (1 + EDGE)
        if number is not None and digits < FEWEST - 1:  # no zero at the end was left out, but two
            return Near("coarse" if coarse else "off", digits)
        unit = padded(number) if number is not None else 2 * self.slack(formula, self.env())
        if gap <= unit / 2 * (1 + EDGE):
            return Near("rounded" if number is not None else "working", max(digits, FEWEST))
        if digits < FEWEST:  # of which little can be said: only who rounds all along has it
            grounds: Grounds = "sure" if self.honest.steps(right, found, unit) else "none"
        else:
            grounds = self.honest.grounds(right, found, unit, digits)
        if grounds == "sure":
            return Near("working", max(digits, FEWEST))
        return Near("coarse" if coarse else "off", digits, grounds)

    def slack(self, mine: Written, env: Mapping[Written, Any]) -> Fraction:
        """How far the value of a formula may lie from the right one, since its decimals are rounded.

        The learning rate is exact, and so are short numbers that are given: 0.15 - 0.5 (…) with a wrong, small
        derivative is not 0.15 - 0.5 (…) rounded.
        """
        programs = self.subject.bench.programs
        given = {v for v in self.subject.numbers(self.epoch).values() if isinstance(v, Fraction)}
        rate = env.get(self.subject.part.rate)
        value, total = number_of(programs, mine, env), Fraction(0)
        decimals = (n for n in mine.walk() if isinstance(n, Num) and (n.value.denominator != 1 or n.places is not None))
        for number in list(dict.fromkeys(decimals))[:MOST_DECIMALS]:
            if number.value != rate and not (digits_of(number) < FEWEST and number.value in given):
                moved = transform(mine, lambda n, old=number: num(old.value + padded(old)) if n == old else n)  # type: ignore[misc]
                total += abs(number_of(programs, moved, env) - value) / 2
        return total


def number_of(programs: Programs, formula: Written, env: Mapping[Written, Any]) -> Fraction:
    """The value as a fraction.  Raises NotGiven, Undefined; Undefined for a vector or a truth value, too."""
    value = programs.value(formula, env)
    if isinstance(value, tuple | bool):
        raise Undefined(formula, "no number")
    return fraction_of(value)


def same(a: Any, b: Any) -> bool:
    """Whether two values agree, small ones too: 10^-80 is not 0."""
    near = close(a, b)[0]
    if not near or isinstance(a, tuple | bool):
        return near
    x, y = fraction_of(a), fraction_of(b)
    return abs(x - y) <= AGREEING * max(abs(x), abs(y))
