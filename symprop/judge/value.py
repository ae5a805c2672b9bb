"""Has a formula the right value?  Everywhere, on the linear piece of the numbers, with numbers put in, or not.

Everything modulo the equations of the exercise.  ∂ is tried in both readings, local and total; one is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from symprop.derive.bench import start
from symprop.derive.values import NotGiven
from symprop.equality import Equality, compare, compare_each
from symprop.errors import ReadError, SympropError, UnsupportedError
from symprop.evaluate import Undefined
from symprop.evaluate.agreement import witness_at
from symprop.judge.domain import domain, says_all
from symprop.judge.numbers import FEWEST, Near, Values, coarsest, is_number, number_of, same
from symprop.judge.pieces import NoPiece, Pieces
from symprop.judge.records import Scope
from symprop.judge.recurring import recurring
from symprop.judge.sides import leave_out, open_cases, sides
from symprop.judge.subject import Subject, quantities_in
from symprop.model.exercise import Part
from symprop.names import Vocabulary
from symprop.notation.numbers import fraction_of
from symprop.reader import read
from symprop.written import ONE, Cases, Deriv, Name, Num, Rel, Vec, Written, add

Outcome = Literal["right", "side", "chance", "wrong", "open", "undecided", "undefined"]  # side: of a kink; open: may be
Sides = tuple[Written, Written, dict[Written, Written]]  # the student's, the right one, what the others are
FAR = (Fraction(10**9), Fraction(-(10**9)), Fraction(1, 10**9))  # one coefficient outweighs the other
NEGLIGIBLE = Fraction(1, 10**20)  # values are known to 30 digits
UNSURE = 4  # times half a unit: a number in a formula may have been rounded before
NEARBY = (Fraction(1), Fraction(9, 8), Fraction(3, 4), Fraction(29, 21))


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome on a value, where it holds, and the comparison behind it.  ``resolved``: the reading it is about.

    What is wrong holds nowhere, or in a region: everywhere but on the kink on which the numbers lie.
    """

    outcome: Outcome
    scope: Scope = ""
    equality: Equality | None = None
    near: Near | None = None
    resolved: Written | None = None

    @property
    def coarse(self) -> bool:
        """Whether a number is right, but has too few digits for an answer."""
        return self.near is not None and self.near.closeness == "coarse"


SCOPES = {"everywhere": "right", "region": "right-region", "numbers": "right-numbers"}  # codes of right answers
RANK = {"right": 0, "side": 1, "chance": 2, "undecided": 3, "undefined": 4, "open": 5, "wrong": 6}


class Judge:
    """Compares formulas of one part at one epoch."""

    def __init__(self, subject: Subject, epoch: int = 0, assume: tuple[Rel, ...] = (), *, bounded: bool = True):
        self.subject, self.values, self.bounded = subject, Values(subject, epoch), bounded
        self.assume = tuple(dict.fromkeys((*subject.part.assume, *assume)))
        self.proved: dict[tuple[Written, Written], Equality] = {}
        self.read: dict[Written, tuple[Written, ...]] = {}  # of what was looked at together

    def decide(self, formula: Written, right: Written, *, witness: bool = True) -> Decision:
        """The best outcome over the readings of ∂; ``right`` is resolved, ``formula`` as it was read."""
        readings = self.read.get(formula) or self.readings(formula)
        found = [self.one(reading, right, witness) for reading in dict.fromkeys(readings)]
        best = min(found, key=lambda d: RANK[d.outcome])
        beyond = best.outcome == "side" or (best.outcome == "wrong" and not says_all(formula))
        if not beyond or best.near is not None or self.inside is None:
            return best
        inside = self.inside.decide(formula, right, witness=False)
        return inside if inside.outcome == "right" else best

    @cached_property
    def inside(self) -> Judge | None:
        """The judge of where the quantities have values, if that is not everywhere."""
        more = self.bounded and domain(self.subject, self.assume)
        return Judge(self.subject, self.values.epoch, (*self.assume, *more), bounded=False) if more else None

    def readings(self, formula: Written) -> tuple[Written, ...]:
        """A formula without derivative symbols, ∂ being total; and local, where that is something else."""
        total = self.subject.resolve(formula)
        return (total, self.subject.resolve(formula, local=True)) if self.subject.differ(formula) else (total,)

    def prove(self, formulas: Iterable[tuple[Written, Written]]) -> None:
        """Look at many formulas, each with the right one, at once: what a proof tells need not be compared again.

        Only a proof counts: points at which all of them have values are fewer than those of each.
        """
        told = list(formulas)
        self.read = {formula: self.readings(formula) for formula, _ in told}
        pairs = dict.fromkeys((mine, right) for formula, right in told for mine in self.read[formula][:1])
        kept = [(mine, right) for mine, right in pairs if not is_number(mine) and not isinstance(mine, Vec)]
        found = compare_each(kept, assume=self.assume, env=self.subject.definitions(), **self.subject.conventions)
        self.proved = {pair: verdict for pair, verdict in zip(kept, found, strict=True) if verdict is not None}

    def one(self, mine: Written, right: Written, witness: bool = True) -> Decision:
        """The outcome of one reading."""
        if is_number(mine) and self.values.has(right):
            return self.number(mine, right)
        cases = open_cases(mine)
        if cases is not None and leave_out(cases, self.subject, self.assume):
            return self.one_sided(mine, cases, right)
        verdict = self.proved.get((mine, right))
        if verdict is None and not witness and self.far(mine, right):
            verdict = Equality("different", "points")
        if verdict is None or (verdict.kind == "different" and witness):
            verdict = self.compare(mine, right, witness=witness)
        if verdict.kind == "undecided" and cases is not None:  # 1/z if z ≠ 0
            pieces = self.on_pieces(mine, cases, right)
            verdict = pieces[0] if all(piece.kind == "equal" for piece in pieces) else verdict
        if verdict.kind == "equal":
            if (other := self.on_the_kink(mine, right)) is not None:
                return Decision("wrong", "region", other, resolved=mine)
            return Decision("right", "everywhere", verdict, resolved=mine)
        if not self.values.has(right) or not self.values.has(mine):
            numbered = self.with_numbers(mine, right)
            if numbered.kind == "equal" or self.in_the_rate(mine, right):
                return Decision("right", "numbers", verdict, resolved=mine)
            meant, digits = recurring(mine)
            if digits and self.compare(meant, right, witness=False).kind == "equal":
                near = Near("rounded" if digits >= FEWEST else "coarse", digits)
                return Decision("right", "everywhere", verdict, near, resolved=mine)
            told = numbered if numbered.kind == "different" else verdict
            return Decision("undecided" if verdict.kind == "undecided" else "wrong", "", told, resolved=mine)
        a, b = (self.values.value(formula) for formula in (mine, right))
        if isinstance(a, tuple | bool) or isinstance(b, tuple | bool):  # no single numbers
            return Decision("undecided" if verdict.kind == "undecided" else "wrong", "", verdict, resolved=mine)
        apart = self.apart(a, b)  # no way of putting numbers in makes them equal, only rounding does
        if apart and not within(mine, a, b):
            return Decision("wrong", "", told_apart(verdict), resolved=mine)
        piece = self.on_piece(mine, right)
        if piece is not None and not apart and self.compare(*piece, assumed=False).kind == "equal":
            return Decision("right", "region", verdict, resolved=mine)
        whole = mine, right, self.subject.definitions()
        if self.put_in(whole, apart) or (piece is not None and piece != whole and self.put_in(piece, apart)):
            return Decision("right", "numbers", verdict, resolved=mine)
        if same(a, b) or self.roughly(mine, right, {}, set()):
            if not apart and self.as_given(mine, right):
                return Decision("right", "numbers", verdict, resolved=mine)
            return Decision("chance", "numbers", verdict, resolved=mine)
        return Decision("wrong", "", told_apart(verdict), resolved=mine)

    def far(self, mine: Written, right: Written) -> bool:
        """Whether two formulas differ at the numbers, and not only by rounding."""
        if not self.values.has(right) or not self.values.has(mine):
            return False
        a, b = (self.values.value(formula) for formula in (mine, right))
        if isinstance(a, tuple | bool) or isinstance(b, tuple | bool):
            return False
        return self.apart(a, b) and not within(mine, a, b)

    def on_the_kink(self, mine: Written, right: Written) -> Equality | None:
        """How two formulas that are equal elsewhere differ at the numbers, which lie on a kink; None where they do not.

        1[z >= 0] for 1[z > 0], where z = 0 and the slope there is taken to be 0.
        """
        if not self.far(mine, right):
            return None
        numbers = self.subject.numbers(self.values.epoch)
        point = tuple((q, fraction_of(v)) for q, v in numbers.items() if not isinstance(v, tuple | bool))
        return Equality("different", "points", witness_at(point, self.values.value(mine), self.values.value(right)))

    def apart(self, a: Any, b: Any) -> bool:
        """Whether two values at the numbers differ, so that the formulas do wherever their values are not rounded."""
        gap = abs(fraction_of(a) - fraction_of(b))
        return gap > NEGLIGIBLE and not same(a, b) and self.subject.bench.rounding.carry != "rounded"

    def number_of(self, formula: Written) -> Fraction | None:
        """The value of a formula at the numbers; None where it has none, or is no single number."""
        try:
            return fraction_of(self.values.value(self.subject.resolve(formula)))
        except (NotGiven, Undefined, SympropError, TypeError, RecursionError):
            return None

    def number(self, mine: Written, right: Written) -> Decision:
        try:
            near = self.values.near(mine, right)
        except Undefined:
            return Decision("undefined", resolved=mine)
        if near or near.closeness == "coarse":
            return Decision("right", "numbers", near=near, resolved=mine)
        return Decision("wrong", near=near, resolved=mine)

    def holds(self, condition: str, vocabulary: Vocabulary) -> bool:
        """Whether z = 1.5, z = w x + b, or z alone says nothing but what the exercise has."""
        left, related, right = condition.partition("=")
        try:
            name = read(left, vocabulary, new_symbols=False)
            said = read(right, vocabulary, new_symbols=False) if related else name
        except ReadError:
            return False
        return isinstance(name, Name) and self.decide(said, self.subject.resolve(name)).outcome == "right"

    # ---- equality

    def compare(
        self, mine: Written, right: Written, env: dict[Written, Any] | None = None, assumed: bool = True,
        *, assume: tuple[Rel, ...] | None = None, witness: bool = True,
    ) -> Equality:  # fmt: skip
        """Everywhere, or with ``env`` instead of the definitions."""
        try:
            return compare(
                mine,
                right,
                assume=assume if assume is not None else self.assume if assumed else (),
                env=self.subject.definitions() if env is None else env,
                witness=witness,
                jumps=True,
                **self.subject.conventions,
            )
        except (UnsupportedError, Undefined):
            return Equality("undecided", "unsupported")

    def with_numbers(self, mine: Written, right: Written) -> Equality:
        """How they compare once the numbers that the exercise does give are put in."""
        numbers = {q: v for q, v in self.subject.numbers(self.values.epoch).items() if isinstance(v, Fraction)}
        if not numbers:
            return Equality("undecided", "points")
        return self.compare(mine, right, {**self.subject.definitions(), **numbers})

    def as_given(self, mine: Written, right: Written) -> bool:
        """Whether they are equal by what the numbers that are given say, and all else may vary.

        0.5 ∂L/∂b for x ∂L/∂b: the numbers that stand in the formula.  p_1 - t_1, -p_2: the targets (1, 0) add up to 1.
        """
        numbers = {n: v for n, v in self.subject.numbers(self.values.epoch).items() if isinstance(n, Name)}
        said = {node.value for node in mine.walk() if isinstance(node, Num)}
        own = set(quantities_in(mine))
        wholes = distributions(numbers)
        unsaid = {n for members in wholes if own.isdisjoint(members) for n in members}
        put: dict[Written, Any] = {n: v for n, v in numbers.items() if n not in own and (v in said or n in unsaid)}
        assume = tuple(Rel((add(*members), ONE), ("=",)) for members in wholes if put.keys().isdisjoint(members))
        if not put and not assume:
            return False
        env = {**self.subject.definitions(), **put}
        return self.compare(mine, right, env, assume=(*self.assume, *assume)).kind == "equal"

    def in_the_rate(self, mine: Written, right: Written) -> bool:
        """Whether w - η ∂L/∂w is rounded well where all but η has a number: each of the two coefficients by itself."""
        digits, rate, env = coarsest(mine), self.subject.part.rate, self.values.env()
        programs, allowed = self.subject.bench.programs, tolerance(digits)
        if not digits or rate in env:
            return False
        try:
            for size in FAR:
                a, b = (number_of(programs, formula, {**env, rate: size}) for formula in (mine, right))
                if abs(a - b) > allowed * abs(b):
                    return False
        except (NotGiven, Undefined):
            return False
        return True

    def on_pieces(self, mine: Written, cases: Cases, right: Written) -> list[Equality]:
        """How cases compare where each of their conditions holds."""
        told = sides(mine, cases)
        return [self.compare(value, right, assume=(*self.assume, condition)) for value, condition in told]

    def one_sided(self, mine: Written, cases: Cases, right: Written) -> Decision:
        """The outcome on cases that leave something out: right where the numbers are, or wherever something is said."""
        pieces = Pieces(self.subject.vocabulary, self.subject.bench.programs, self.values.env())
        told = list(sides(mine, cases))
        for value, condition in told:
            try:
                here = pieces.holds(condition) and self.values.has(right)
            except NoPiece:
                break
            if here and (decision := self.one(value, right)).outcome == "right":
                return replace(decision, scope="region" if decision.scope == "everywhere" else decision.scope)
        found = self.on_pieces(mine, cases, right)
        if all(verdict.kind == "equal" for verdict in found):
            if (other := self.on_the_kink(mine, right)) is not None:
                return Decision("wrong", "region", other, resolved=mine)
            return Decision("side", "region", found[0], resolved=mine)
        worst = next((verdict for verdict in found if verdict.kind == "different"), found[-1])
        return Decision("wrong" if worst.kind == "different" else "undecided", "", worst, resolved=mine)

    def on_piece(self, mine: Written, right: Written) -> Sides | None:
        """Both on the linear piece of the numbers, with all definitions there; None where they are not told apart."""
        pieces = Pieces(self.subject.vocabulary, self.subject.bench.programs, self.values.env())
        try:
            env = {name: pieces.on(definition) for name, definition in self.subject.definitions().items()}
            left, wanted = pieces.on(mine), pieces.on(right)
        except NoPiece:
            return None
        return None if self.vanishes(right) and left != wanted else (left, wanted, env)

    def vanishes(self, right: Written) -> bool:
        return bool(self.values.value(right) == 0)

    def put_in(self, sides: Sides, apart: bool = False) -> bool:
        """Whether they are equal as functions of the quantities that the student left, numbers put in for the others.

        -0.8 a_1 for -(y - ŷ) a_1: a_1 may vary, y and ŷ have their numbers.  ``apart``: only if they were rounded.
        """
        mine, right, definitions = sides
        own = self.subject.adjoints.keys() - self.subject.symbols.keys()  # of the student's own: what they stand for
        left: set[Written] = {q for q in quantities_in(mine) if isinstance(q, Name | Deriv) and q not in own}
        env = {q: v for q, v in self.values.env().items() if q not in left and q not in self.subject.adjoints}
        adjoints: dict[Written, Any] = {q: definitions[q] for q in self.subject.adjoints if q not in left}
        if apart:
            return self.roughly(mine, right, env, left)
        exact = {q: v for q, v in env.items() if isinstance(v, Fraction)}
        if len(exact) == len(env) and self.compare(mine, right, {**exact, **adjoints}, assumed=False).kind == "equal":
            return True
        if self.leaves_put_in(sides, left):
            return True
        return self.roughly(mine, right, env, left)

    def leaves_put_in(self, sides: Sides, left: set[Written]) -> bool:
        """The same with numbers for what is given alone: max(0, w h - 0.5) for max(0, w h + b)."""
        mine, right, definitions = sides
        given = self.subject.numbers(self.values.epoch)
        exact = {q: v for q, v in given.items() if isinstance(v, Fraction) and q not in left}
        computed: dict[Written, Any] = {q: f for q, f in definitions.items() if q not in left}
        if not left or len(exact) < len([q for q in given if q not in left]):
            return False
        return self.compare(mine, right, {**computed, **exact}, assumed=False).kind == "equal"

    def roughly(self, mine: Written, right: Written, env: dict[Written, Any], left: set[Written]) -> bool:
        """The same with rounded numbers, at the exercise's point and (where quantities are left) at points nearby."""
        digits = coarsest(mine)
        if not digits:
            return False
        programs, allowed = self.subject.bench.programs, tolerance(digits)
        full = self.values.env()
        try:
            a, b = (number_of(programs, formula, full) for formula in (mine, right))
            gap = abs(a - b)
            if gap > allowed * abs(b) or gap > UNSURE * self.values.slack(mine, full):
                return False
            for factor in NEARBY if left else ():
                point = {
                    **env,
                    **{
                        q: v * factor if isinstance(v, Fraction) else fraction_of(v) * factor
                        for q in left
                        if (v := full.get(q)) is not None
                    },
                }
                for name, definition in self.subject.adjoints.items():
                    if name not in left:
                        point[name] = programs.value(definition, point)
                a, b = (number_of(programs, formula, point) for formula in (mine, right))
                if abs(a - b) > allowed * abs(b):
                    return False
        except (NotGiven, Undefined):
            return False
        return True


def tolerance(digits: int) -> Fraction:
    """How far formulas with numbers of so many digits may lie from the right value, relative to it."""
    return Fraction(5, 10 ** max(FEWEST, digits))


def within(mine: Written, a: Any, b: Any) -> bool:
    """Whether the numbers in a formula may have been rounded so that its value is a, where b is right."""
    digits = coarsest(mine)
    return bool(digits) and abs(fraction_of(a) - fraction_of(b)) <= tolerance(digits) * abs(fraction_of(b))


def told_apart(verdict: Equality) -> Equality:
    """The verdict on formulas that differ at the numbers of the exercise."""
    return Equality("different", "points") if verdict.kind == "undecided" else verdict


def judge_where(part: Part, point: Mapping[Name, Written], vocabulary: Vocabulary) -> Judge | None:
    """The judge of a part with a point among its given numbers; None where the part is undefined there."""
    there = replace(part, given={**part.given, **point}, tasks=(), assume=())
    try:
        subject = Subject(there, start(there))
    except (SympropError, Undefined):
        return None
    subject.vocabulary = vocabulary
    return Judge(subject)


def distributions(numbers: Mapping[Name, Any]) -> list[tuple[Name, ...]]:
    """Families of given numbers of which one is 1 and all others are 0: the targets of classes."""
    families: dict[tuple[str, str, str], list[Name]] = {}
    for name in numbers:
        if name.sub.isdecimal():
            families.setdefault((name.base, name.accent, name.sup), []).append(name)
    found = []
    for members in families.values():
        shares = [numbers[name] for name in members]
        if len(members) > 1 and all(v in (0, 1) for v in shares) and sum(shares) == 1:
            found.append(tuple(members))
    return found
