"""The exercise as the student has it: his own wrong results in place of the right ones, and all that follows of them.

    he has  ∂L/∂z = 2 (t - z)   (wrong sign), so for him  ∂L/∂w = ∂L/∂z · x = 2 (t - z) x
A wrong equation takes the place of the exercise's, a wrong number becomes a given one, a wrong derivative becomes the
definition of its stand-in; then the part is an exercise like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from symprop.derive.bench import start
from symprop.derive.values import NotGiven
from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.judge.numbers import FEWEST, digits_of, literal, unit_of
from symprop.judge.subject import Subject, stand_in
from symprop.judge.value import Judge
from symprop.model.exercise import Part
from symprop.model.solution import PartSolution
from symprop.notation.numbers import fraction_of
from symprop.written import Deriv, Name, Written, add, mul, names_of, num, sub

MOST = 40  # beliefs that are held at once
DIGITS = 60


@dataclass(frozen=True, slots=True)
class Belief:
    """What the student holds a quantity to be, wrongly, since a line of his."""

    quantity: Name | Deriv
    formula: Written
    line: int
    number: bool = False
    epoch: int = 0


def believed(
    solved: PartSolution, subject: Subject, epoch: int, held: Iterable[Belief], own: Mapping[Name, Written]
) -> Subject | None:
    """The facts of a part under beliefs; None where they cannot hold together."""
    held = tuple(held)
    part = _with(subject.part, subject.numbers(epoch) if epoch else {}, held)
    try:
        found = Subject(replace(part, tasks=()), start(part))
    except (SympropError, Undefined, ArithmeticError):
        return None
    found.vocabulary = subject.vocabulary
    found.slopes = {pair: b.formula for b in held if (pair := _pair(found, b)) is not None}
    for name, formula in own.items():
        found.adjoints[name] = found.resolve(formula)
    told = [b for b in held if isinstance(b.quantity, Deriv) and _pair(found, b) is None]
    for belief in told:
        assert isinstance(belief.quantity, Deriv)
        nearer = {b.quantity.of for b in told if isinstance(b.quantity, Deriv) and b.quantity.by == belief.quantity.by}
        _hold(found, belief.quantity, belief.formula, nearer - {belief.quantity.of})
    found.adjoints = in_order(found.adjoints)
    return found


def _pair(subject: Subject, belief: Belief) -> tuple[Name, Name] | None:
    """What a wrong local derivative is of and by: ∂h/∂z where h is computed of z alone, or of z and what it gives."""
    symbol = belief.quantity
    if (
        not isinstance(symbol, Deriv)
        or not subject.is_local(symbol)
        or any(isinstance(d, Deriv) for d in belief.formula.walk())
    ):
        return None
    (by,) = symbol.by
    assert isinstance(symbol.of, Name) and isinstance(by, Name)
    return (symbol.of, by) if symbol.local or subject.only_direct(symbol) else None


def _with(part: Part, numbers: Mapping[Written, Any], held: tuple[Belief, ...]) -> Part:
    """The part with the numbers of an epoch, and with the names that are believed to be something else."""
    given = dict(part.given)
    for quantity, value in numbers.items():
        if isinstance(quantity, Name) and quantity != part.rate:
            given[quantity] = num(round(fraction_of(value), DIGITS))
    equations = {e.left: e for e in part.equations}
    for belief in held:
        name = belief.quantity
        if not isinstance(name, Name):
            continue
        if name in equations and not belief.number:
            equations[name] = replace(equations[name], right=belief.formula)
            given.pop(name, None)
        else:
            given[name] = belief.formula
    return replace(part, equations=tuple(equations.values()), given=given, assume=())


def _hold(subject: Subject, symbol: Deriv, formula: Written, nearer: set[Written]) -> None:
    """A derivative is what the student says, unless he says it by way of itself.

    ``nearer``: quantities whose derivatives by the same are held, too, so that what lies behind them is told by these.
    """
    of, by = symbol.of, symbol.by[0]
    if len(symbol.by) != 1 or not isinstance(of, Name) or not isinstance(by, Name):
        return
    key = stand_in(of, by)
    resolved = subject.resolve(formula)
    if key in _behind(resolved, subject.adjoints):
        return
    subject.adjoint(of, by)
    for target in subject.graph.default_targets:  # ∂L/∂x: through h as he has ∂h/∂x, otherwise as it is
        told = any(isinstance(n, Name) and subject.graph.reaches(of, n) for n in nearer - {target})
        if target != of and subject.graph.reaches(of, target) and not told:
            whole = subject.adjoint(target, by)
            if isinstance(whole, Name) and whole in subject.adjoints and key in subject.adjoints:
                more = mul(subject.adjoint(target, of), sub(resolved, subject.adjoints[key]))
                subject.adjoints[whole] = add(subject.adjoints[whole], more)
    subject.adjoints[key] = resolved
    subject.symbols[key] = Deriv(of, (by,))


def _behind(formula: Written, definitions: Mapping[Name, Written]) -> set[Name]:
    """All names that a formula needs, through definitions."""
    seen: set[Name] = set()
    stack = list(names_of(formula))
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            if name in definitions:
                stack.extend(names_of(definitions[name]))
    return seen


def in_order(definitions: Mapping[Name, Written]) -> dict[Name, Written]:
    """Each definition after those that it needs."""
    done: dict[Name, Written] = {}
    for first in definitions:
        stack = [first]
        opened: set[Name] = set()
        while stack:
            name = stack[-1]
            needed = [n for n in names_of(definitions[name]) if n in definitions and n not in done and n not in opened]
            if name in done or not needed or name in opened:
                stack.pop()
                if name not in done:
                    done[name] = definitions[name]
                continue
            opened.add(name)
            stack.extend(needed)
    return done


def nearly(judge: Judge, right: Written, formula: Written, held: Iterable[Belief]) -> bool:
    """Whether a number follows from numbers that were written rounded: 0.914 of 0.610 times 1.5, which was 0.6096."""
    number, sizes = literal(formula), list(_relative_errors(held))
    if number is None or not sizes:
        return False
    try:
        mine, wanted = (fraction_of(judge.values.value(f)) for f in (formula, right))
    except (NotGiven, Undefined, SympropError, TypeError):
        return False
    return abs(mine - wanted) <= unit_of(number) / 2 + 2 * max(sizes) * abs(wanted)


def _relative_errors(held: Iterable[Belief]) -> Iterator[Fraction]:
    """How far a printed number may be off, relative to it; only of numbers with enough digits."""
    for belief in held:
        number = literal(belief.formula)
        if number is not None and number.value and digits_of(number) >= FEWEST:
            yield unit_of(number) / 2 / abs(number.value)
