"""Why is an answer wrong?  Every known mistake is replayed on the derivation; those that give this answer explain it.

The values that the mistakes lead to are computed once a task.  A formula must agree with the mistaken one at several
points, a number to its printed digits.  More explanations than ``MOST`` are none: a wrong diagnosis is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, islice
from typing import Any

from symprop.derive.numbers import close
from symprop.derive.values import NotGiven, Programs
from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.evaluate.sampling import Dice
from symprop.judge.mistakes import MISTAKES
from symprop.judge.mistakes.everywhere import repeated
from symprop.judge.numbers import FEWEST, coarsest, digits_of, is_number, literal, unit_of
from symprop.judge.replay import Replay, Slip
from symprop.judge.value import Judge, distributions
from symprop.model.graph import free_names
from symprop.model.solution import Phrase, phrase
from symprop.notation.numbers import fraction_of
from symprop.written import Name, Num, Written, names_of

MOST = 3  # explanations
POINTS = 3
MOST_SLIPS = 3000
MOST_PAIRS = 2000
COMMON = frozenset(  # what is looked for in pairs
    {
        "sign",
        "forgot-minus",
        "forgot-rate",
        "forgot-factor",
        "forgot-activation-derivative",
        "forgot-constant",
        "forgot-gate",
        "forgot-path",
        "activation-for-derivative",
        "swapped-factor",
        "pre-activation-for-activation",
    }
)
WEAKER = {  # said only where nothing to the right of it explains the answer too: the same thing, less precisely
    "sign": ("forgot-minus",),
    "sign-on-path": ("sign",),
    "wrong-gate": ("forgot-gate",),
    "wrong-derivative": (
        "forgot-activation-derivative",
        "forgot-factor",
        "forgot-gate",
        "swapped-factor",
        "sign",
        "forgot-constant",
    ),
    "outer-derivative": ("loss-for-derivative",),
    "factor-two-too-many": ("forgot-constant",),
    "forgot-rate-and-minus": ("forgot-rate", "forgot-minus"),
    "step-of-another": ("forgot-activation-derivative", "forgot-factor", "forgot-gate", "swapped-factor"),
    "sign-of-term": ("forgot-term", "forgot-bias"),
    "only-one-path": ("forgot-path",),
    "wrong-index": (
        "sign",
        "forgot-constant",
        "forgot-factor",
        "forgot-activation-derivative",
        "forgot-gate",
        "wrong-derivative",
        "step-of-another",
        "wrong-gate",
        "swapped-factor",
        "derivative-at-activation",
        "activation-for-derivative",
        "paths-multiplied",
        "forgot-path",
    ),
}
BELONGS = ("factor", "wanted")  # in the data of a slip: what stands in its place
PAIRED = 5  # digits of a number that two slips together may explain: of so many pairs some are near any other
FAR = 0.02  # of the larger: more than a unit of the third digit
NEGLIGIBLE = 1e-12  # a difference of nothing, in balls
JITTER = Fraction(1, 64)
Env = dict[Written, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A point: the values of everything there, and the right one."""

    env: Env
    right: Any


@dataclass(frozen=True, slots=True)
class Explanation:
    """What explains an answer.  ``together``: the slips were made at once; else each by itself explains it.

    ``discreet``: what belongs in the place of a slip is not told, since it would be the answer, or nearly.
    """

    mistakes: tuple[Phrase, ...] = ()
    together: bool = False
    discreet: bool = False

    def __bool__(self) -> bool:
        return bool(self.mistakes)

    @property
    def code(self) -> str:
        """That of the mistake, or how many explain the answer; "different" where none does."""
        if self.together:
            return "two-mistakes"
        if len(self.mistakes) > 1:
            return "several-mistakes"
        return self.mistakes[0].code if self.mistakes else "different"


@dataclass(slots=True)
class Consequence:
    """Mistakes made at once, and what they lead to at each point (None: no value); worked out when it is asked for."""

    said: tuple[Phrase, ...]
    slip: Slip
    values: dict[int, Any] = field(default_factory=dict)


class Diagnosis:
    """The known mistakes for one result that is asked for."""

    def __init__(self, judge: Judge, replay: Replay):
        self.judge, self.replay = judge, replay
        self.subject = judge.subject
        self.programs = Programs(self.subject.part, stand_in=True)  # at random points an open σ has values
        self.slips = list(_slips(replay))[:MOST_SLIPS]  # all, so that every derivative that they need is defined
        self.definitions = self.subject.definitions()
        self.order = tuple(n for n in self._order() if n in self.definitions)
        self.read: dict[Written, frozenset[Written]] = {}
        self.reads = {name: self._reads(self.definitions[name]) for name in self.order}
        self.with_numbers = judge.values.has(replay.right)
        self.spots = [spot for point in self._points() if (spot := self._spot(point)) is not None]
        self.consequences = tuple(Consequence((slip.said,), slip) for slip in self.slips)
        self.pairs: tuple[Consequence, ...] | None = None
        self.resolved: dict[Written, Written] = {}
        self.proportional: dict[Written, bool] = {}

    def explain(self, mine: Written) -> Explanation:
        """What explains a wrong answer (resolved), likeliest first; empty if nothing does."""
        precise = not (is_number(mine) or coarsest(mine))
        spots = self.spots if precise or not self.with_numbers else self.spots[:1]
        if not spots or (not precise and not self.with_numbers and not is_number(mine)):
            return Explanation()
        programs, answers = Programs(self.subject.part, stand_in=True), []
        for spot in spots:
            try:
                answers.append(programs.value(mine, spot.env))
            except (NotGiven, Undefined, SympropError):
                answers.append(None)
        enough = 1 if not precise else 2
        if sum(a is not None for a in answers) < enough or (is_number(mine) and answers[0] == 0):
            return Explanation()  # a bare 0 has too many reasons
        digits = _Digits(mine)
        found: dict[str, Phrase] = {}
        for consequence in self.consequences:
            (said,) = consequence.said
            if (
                said.code not in found
                and self.agrees(consequence, answers, digits)
                and self.matters(consequence, answers)
            ):
                found[said.code] = said
        if not found and self.with_numbers and digits.number is not None and self._coarse(digits.number, answers[0]):
            return Explanation((phrase("rounded-too-early"),))
        kept = [p for code, p in found.items() if not any(stronger in found for stronger in WEAKER.get(code, ()))]
        if not found and (precise or digits.count >= PAIRED):
            return self.two(answers, digits)
        if len(kept) > MOST:
            return Explanation()
        return Explanation(tuple(kept), discreet=any(self.tells(said, mine) for said in kept))

    def tells(self, said: Phrase, mine: Written) -> bool:
        """Whether what a slip lacks is the right answer but for a number: the whole of it, where 1 was handed in."""
        told = [value for key, value in said.data if key in BELONGS and isinstance(value, Written)]
        return bool(told) and ((is_number(mine) and not self.with_numbers) or any(map(self._proportional, told)))

    def _proportional(self, formula: Written) -> bool:
        """Whether a formula has one ratio to the right answer at all points."""
        if formula not in self.proportional:
            self.proportional[formula] = self._one_ratio(formula)
        return self.proportional[formula]

    def _one_ratio(self, formula: Written) -> bool:
        first, several = None, False
        for spot in self.spots:
            try:
                value = self.programs.value(self._resolved(formula), spot.env)
                ratio = fraction_of(value) / fraction_of(spot.right)
            except (NotGiven, Undefined, SympropError, ZeroDivisionError):
                continue
            if first is not None and not close(ratio, first)[0]:
                return False
            first, several = (ratio, False) if first is None else (first, True)
        return several

    def two(self, answers: list[Any], digits: _Digits) -> Explanation:
        """Two slips at once, if there is only one such pair."""
        if self.pairs is None:
            self.pairs = tuple(self._pairs())
        found: dict[frozenset[str], tuple[Phrase, ...]] = {}
        for pair in self.pairs:
            if self.agrees(pair, answers, digits):
                found.setdefault(frozenset(said.code for said in pair.said), pair.said)
        return Explanation(next(iter(found.values())), True, True) if len(found) == 1 else Explanation()

    def agrees(self, consequence: Consequence, answers: list[Any], digits: _Digits) -> bool:
        """Whether the mistakes give these answers wherever there is one; most differ at the first point."""
        for place, answer in enumerate(answers):
            if answer is not None:
                value = self.value_at(consequence, place)
                if value is None or not digits.same(answer, value):
                    return False
        return True

    def matters(self, consequence: Consequence, answers: list[Any]) -> bool:
        """Whether the mistakes lead away from the right value at one of the points that were looked at."""
        places = (place for place, answer in enumerate(answers) if answer is not None)
        return any(not close(consequence.values[p], self.spots[p].right)[0] for p in places)

    def value_at(self, consequence: Consequence, place: int) -> Any:
        if place not in consequence.values:
            consequence.values[place] = self._value(consequence.slip, self.spots[place])
        return consequence.values[place]

    def _pairs(self) -> Iterator[Consequence]:
        """Slips of the commonest kinds, two by two, at different places."""
        common = [
            s for s in self.slips if s.said.code in COMMON and not any(q in self.subject.graph for q in s.changes)
        ]
        for first, second in islice(combinations(common, 2), MOST_PAIRS):
            if set(first.changes) & set(second.changes) or (first.formula is not None and second.formula is not None):
                continue
            formula = first.formula if first.formula is not None else second.formula
            both = Slip(first.said, {**first.changes, **second.changes}, formula)
            yield Consequence((first.said, second.said), both)

    # ---- points

    def _points(self) -> Iterator[Mapping[Written, Any]]:
        """The exercise's numbers and points nearby, or random points where it has none."""
        numbers = self.subject.numbers(self.judge.values.epoch)
        if self.with_numbers:
            yield numbers
            dice = Dice("nearby")
            named = {q: v for q, v in numbers.items() if isinstance(q, Name)}
            fixed = {name for members in distributions(named) for name in members}
            for _ in range(POINTS - 1):
                yield {
                    q: v if v == 0 or q in fixed else fraction_of(v) * (1 + JITTER * Fraction(dice.below(997) + 1, 997))
                    for q, v in numbers.items()
                }
            return
        dice = Dice("|".join(e.left.text for e in self.subject.part.equations))
        leaves = [*self.subject.graph.leaves, *self.subject.part.upstream, self.subject.part.rate]
        leaves += [
            n for g in (*self.subject.part.given.values(), *self.subject.part.upstream.values()) for n in names_of(g)
        ]
        for k in range(5 * POINTS):  # positive, so that everything is on; every sign; some far larger than others
            throws = ((1,), (1, -1), (1, -1), (1, 1, 1, 100), (1, 1, 1, 100))[k // POINTS]
            yield {
                q: numbers.get(q, dice.size(-0.5, 0.5) * throws[dice.below(len(throws))]) for q in dict.fromkeys(leaves)
            }

    def _spot(self, point: Mapping[Written, Any]) -> Spot | None:
        env = dict(point)
        for name in self.order:
            if not (name in env and name in self.subject.part.given):
                try:
                    env[name] = self.programs.value(self.definitions[name], env)
                except (NotGiven, Undefined):
                    env.pop(name, None)
        try:
            return Spot(env, self.programs.value(self.replay.right, env))
        except (NotGiven, Undefined):
            return None

    def _order(self) -> tuple[Name, ...]:
        """All that is computed, what comes first first."""
        return (*(n for n in self.subject.graph.order if n in self.definitions), *self.subject.adjoints)

    def _reads(self, formula: Written) -> frozenset[Written]:
        """What a formula needs to have a value."""
        if formula not in self.read:
            inside = free_names(formula, self.subject.vocabulary.functions)
            self.read[formula] = frozenset((*self.programs.leaves(formula), *inside))
        return self.read[formula]

    def _value(self, slip: Slip, spot: Spot) -> Any:
        """What a slip leads to; only what comes after the change, and leads to the result, is computed again."""
        formula = slip.formula if slip.formula is not None else self.replay.right
        try:
            changes = {name: self._resolved(new) for name, new in slip.changes.items()}
            moved = self._moved(changes)
            wanted, needed = set(self._reads(formula)), []
            for name in reversed(moved):
                if name in wanted:
                    needed.append(name)
                    wanted |= self._reads(changes[name]) if name in changes else self.reads[name]
            if not needed:
                return self.programs.value(formula, spot.env)
            env = dict(spot.env)
            for name in reversed(needed):
                if name in changes or name in env:
                    env[name] = self.programs.value(changes.get(name, self.definitions[name]), env)
            return self.programs.value(formula, env)
        except (NotGiven, Undefined, SympropError):
            return None

    def _moved(self, changes: Mapping[Written, Written]) -> list[Name]:
        """What is changed, or follows from it, in order."""
        found: dict[Name, None] = {}
        for name in self.order:
            if name in changes or not self.reads[name].isdisjoint(found):
                found[name] = None
        return list(found)

    def _resolved(self, formula: Written) -> Written:
        if formula not in self.resolved:
            self.resolved[formula] = self.subject.resolve(formula)
        return self.resolved[formula]

    def _coarse(self, number: Num, answer: Any) -> bool:
        """Whether two digits at every step give this answer."""
        try:
            value = self.judge.values.stepwise(self.replay.right, 2)
        except (NotGiven, Undefined):
            return False
        return abs(fraction_of(answer) - value) <= unit_of(number) / 2 and digits_of(number) > 1


class _Digits:
    """How precisely an answer was given."""

    def __init__(self, mine: Written):
        self.number = literal(mine)
        self.count = digits_of(self.number) if self.number is not None else coarsest(mine)

    def same(self, answer: Any, value: Any) -> bool:
        """Whether the answer is this value, as far as it was given."""
        if _far(answer, value):
            return False
        if close(answer, value)[0]:
            return True
        if self.count < FEWEST or isinstance(value, tuple | bool) or isinstance(answer, tuple | bool):
            return False
        gap, size = abs(fraction_of(answer) - fraction_of(value)), abs(fraction_of(value))
        if self.number is not None and gap <= unit_of(self.number):
            return True
        return bool(gap <= size * Fraction(5, 10**self.count))


def _far(a: Any, b: Any) -> bool:
    """Whether two numbers differ by far more than any rounding; most do, and this is quick to see."""
    try:
        x, y = float(a), float(b)
    except (TypeError, ValueError, OverflowError):
        return False
    return abs(x - y) > max(FAR * max(abs(x), abs(y)), NEGLIGIBLE)


def _slips(replay: Replay) -> Iterator[Slip]:
    for slips in MISTAKES:
        found = tuple(islice(slips(replay), MOST_SLIPS))
        yield from found
        yield from repeated(replay, found)
