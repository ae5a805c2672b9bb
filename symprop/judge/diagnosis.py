"""Why is an answer wrong?  Every known mistake is replayed on the derivation; those that give this answer explain it.

The values that the mistakes lead to are computed once a task.  A formula must agree with the mistaken one at several
points, a number to its printed digits.  More explanations than ``MOST`` are none: a wrong diagnosis is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Any

from symprop.derive.numbers import close
from symprop.derive.values import NotGiven, Programs
from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.evaluate.sampling import Dice, assumptions_of
from symprop.judge.course import Course, Env, Route, Spot
from symprop.judge.digits import Digits
from symprop.judge.mistakes import MISTAKES
from symprop.judge.mistakes.everywhere import repeated
from symprop.judge.multiples import multiple
from symprop.judge.numbers import digits_of, is_number, literal, unit_of
from symprop.judge.outcomes import COMMON, Outcomes, Pair
from symprop.judge.records import Explanation
from symprop.judge.replay import Replay, Slip, is_count
from symprop.judge.sketch import rough
from symprop.judge.value import Judge, distributions
from symprop.model.solution import Phrase, phrase
from symprop.notation.numbers import fraction_of, magnitude
from symprop.written import Name, Num, Written, names_of

MOST = 3  # explanations
POINTS = 3
POSITIVE, SIGNED, UNEVEN = (1,), (1, -1), (1, 1, 1, 100)  # everything is on; units on and off; some far larger
THROWS = (*(POSITIVE,) * 3, *(SIGNED,) * 15, *(UNEVEN,) * 6)  # for the quantities of a point
MOST_SLIPS = 3000
WEAKER = {  # said only where nothing to the right of it explains the answer too: the same thing, less precisely
    "sign": ("forgot-minus",),
    "sign-on-path": ("sign",),
    "paths-multiplied": ("forgot-path", "only-one-path"),  # by a way on which the slope is 1
    "wrong-gate": ("forgot-gate",),
    "wrong-derivative": (
        "result-factor",
        "forgot-activation-derivative",
        "forgot-factor",
        "forgot-gate",
        "swapped-factor",
        "sign",
        "forgot-constant",
    ),
    "loss-for-derivative": ("activation-for-derivative",),
    "outer-derivative": ("loss-for-derivative", "log-slip", "exp-slip", "power-slip"),
    "factor-two-too-many": ("forgot-constant",),
    "forgot-rate-and-minus": ("forgot-rate", "forgot-minus"),
    "step-of-another": ("forgot-activation-derivative", "forgot-factor", "forgot-gate", "swapped-factor"),
    "sign-of-term": ("forgot-term", "forgot-bias"),
    "only-one-path": ("forgot-path",),
    "lost-bracket": ("another-activation",),  # h (1 - h) as 1 - h^2
    "bracket-of-result": ("lost-bracket", "another-activation"),
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
LAST = frozenset(
    (
        "slope-term",
        "argument-term",
        "slope-sign",
        "result-term",
        "result-sign",
        "result-factor",
        "lost-power",
        "lost-bracket",
        "bracket-of-result",
    )
)  # said only where nothing before it explains the answer
TWICE = frozenset(("factor-two-too-many", "factor-half-too-many"))
FACTORS = TWICE | {"forgot-constant"}
BELONGS = ("factor", "wanted")  # in the data of a slip: what stands in its place
LOOKED_FOR = frozenset(("forgot-path",))  # told of each place that explains the answer
Kind = tuple[str, object]
PAIRED = 5  # digits of a number that two slips together may explain: of so many pairs some are near any other
JITTER = Fraction(1, 64)


@dataclass(slots=True)
class Consequence:
    """A slip, and what it leads to at each point (None: no value); worked out when it is asked for."""

    slip: Slip
    route: Route | None = None
    values: dict[int, Any] = field(default_factory=dict)


class Diagnosis:
    """The known mistakes for one result that is asked for."""

    def __init__(self, judge: Judge, replay: Replay):
        self.judge, self.replay = judge, replay
        self.subject = judge.subject
        self.slips = list(_slips(replay))[:MOST_SLIPS]  # all, so that every derivative that they need is defined
        self.course = Course(replay)
        self.with_numbers = judge.values.has(replay.right)
        self.known: dict[Written, Any] = {}  # numbers that are given, where others are not
        self.spots = [spot for point in self._points() if (spot := self._spot(point)) is not None]
        self.consequences = tuple(map(Consequence, self.slips))
        self.outcomes: dict[int, Outcomes] = {}
        self.elsewhere: dict[frozenset[Written], Env] = {}
        self.proportional: dict[Written, bool] = {}

    def explain(self, mine: Written) -> Explanation:
        """What explains a wrong answer (resolved), likeliest first; empty if nothing does."""
        digits = Digits(mine, self.with_numbers)
        spots = self.spots if digits.precise or not self.with_numbers else self.spots[:1]
        if not spots:
            return Explanation()
        answers = _Answers(mine, spots, Programs(self.subject.part, stand_in=True))
        known = list(islice((answer for answer in answers if answer is not None), 2 if digits.precise else 1))
        if len(known) < (2 if digits.precise else 1) or all(answer == 0 for answer in answers if answer is not None):
            return Explanation()  # a bare 0 has too many reasons, and so has what is always 0
        if digits.number is not None and self.with_numbers and self._barely_moved(digits.number, answers[0]):
            digits.count = 1
        found = self.alone(answers, digits)
        if not found and self.with_numbers and digits.number is not None and self._coarse(digits.number, answers[0]):
            return Explanation(((phrase("rounded-too-early"),),))
        if not found and not (is_number(mine) or self.known) and (said := multiple(self.replay, spots, answers)):
            return Explanation((said,), discreet=True)
        if not found:
            return self.two(mine, answers, digits) if digits.precise or digits.count >= PAIRED else Explanation()
        found = self.surest(found, mine, digits)
        found = {kind: slip for kind, slip in found.items() if kind[0] not in LAST} or dict(list(found.items())[:1])
        codes = {code for code, _ in found}
        if codes >= {"forgot-factor", "inner-derivative"} and len({*map(_edge, found.values())}) == 1:
            codes.remove("forgot-factor")  # that is the inner derivative
        told = [(code, slip.said) for (code, _), slip in found.items() if code in codes]
        kept = [said for code, said in told if codes.isdisjoint(WEAKER.get(code, ()))]
        if len(kept) > MOST:
            return Explanation()
        return Explanation(tuple((said,) for said in kept), any(self.tells(said, mine) for said in kept))

    def alone(self, answers: Sequence[Any], digits: Digits) -> dict[Kind, Slip]:
        """The slips that explain an answer by themselves, the first of each kind; those to all digits, if there are."""
        found, exact = dict[Kind, Slip](), set[Kind]()
        place = _place(answers)
        for i in self.outcomes_at(place).alone(answers[place], digits.width(answers[place])):
            consequence = self.consequences[i]
            kind = _kind(consequence.slip)
            if kind not in found and self.agrees(consequence, answers, digits) and self.matters(consequence, answers):
                found[kind] = consequence.slip
                exact |= {kind} if digits.printed(answers[place], consequence.values[place]) else set()
        return {kind: slip for kind, slip in found.items() if not exact or kind in exact}

    def prints(self, mine: Written, count: int) -> bool:
        """Whether one of the commonest slips by itself gives a number (resolved) to all of its digits."""
        if not self.with_numbers or not self.spots:
            return False
        answer, right = fraction_of(self.judge.values.value(mine)), self.spots[0].right
        number = literal(mine)
        half = unit_of(number) / 2 if number is not None else Fraction(10) ** (magnitude(answer) + 1 - count) / 2
        for i in self.outcomes_at(0).alone(answer, float(half)):
            consequence = self.consequences[i]
            value = self.value_at(consequence, 0) if consequence.slip.said.code in COMMON else None
            if value is None or isinstance(value, tuple | bool) or close(value, right)[0]:
                continue
            if abs(fraction_of(value) - answer) <= half:
                return True
        return False

    def outcomes_at(self, place: int) -> Outcomes:
        if place not in self.outcomes:
            self.outcomes[place] = Outcomes(self.course, self.slips, self.spots[place].env)
        return self.outcomes[place]

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
                value = self.course.programs.value(self.course.resolve(formula), spot.env)
                ratio = fraction_of(value) / fraction_of(spot.right)
            except (NotGiven, Undefined, SympropError, ZeroDivisionError):
                continue
            if first is not None and not close(ratio, first)[0]:
                return False
            first, several = (ratio, False) if first is None else (first, True)
        return several

    def two(self, mine: Written, answers: Sequence[Any], digits: Digits) -> Explanation:
        """Two slips at once: the likeliest, and those that are as likely."""
        place = _place(answers)
        if digits.precise and all(answer is None or close(answer, answers[place])[0] for answer in answers):
            return Explanation()  # what is always the same has too many reasons
        found: dict[Pair, Slip] = {}
        width, common = digits.width(answers[place]), not digits.precise
        for pair in self.outcomes_at(place).together(answers[place], width, common):
            slip = self.replay.both(pair.first, pair.second)
            consequence = Consequence(slip) if slip is not None else None
            if consequence and self.agrees(consequence, answers, digits) and self.matters(consequence, answers):
                found[pair] = consequence.slip
        found = self.surest(found, mine, digits)
        unlikely = {pair: pair.unlikely + (not self.seen(pair, answers)) for pair in found}
        least = min(unlikely.values(), default=0)
        simplest = sorted((pair for pair in found if unlikely[pair] == least), key=lambda pair: -pair.places)
        if any(pair.far_fetched for pair in simplest):
            return Explanation()  # then so is anything else that is no likelier
        told = {pair.codes: (pair.first.said, pair.second.said) for pair in simplest}
        if any(FACTORS.issuperset(pair.codes) and not TWICE.isdisjoint(pair.codes) for pair in found):
            return Explanation(((phrase("wrong-constant"),),), discreet=True)  # 1/2 for 1/3 is one wrong constant
        kept = [said for codes, said in told.items() if not any(_more_precise(other, codes) for other in told)]
        return Explanation(tuple(kept), discreet=True) if len(kept) <= MOST else Explanation()

    def seen(self, pair: Pair, answers: Sequence[Any]) -> bool:
        """Whether a wrong sign shows, if one is told: else any other pair is likelier."""
        if "sign" not in pair.codes:
            return True
        signs = [_negative(a) != _negative(s.right) for a, s in zip(answers, self.spots, strict=False) if a is not None]
        return any(signs)

    def surest(self, found: dict[Any, Slip], mine: Written, digits: Digits) -> dict[Any, Slip]:
        """Of several explanations those that do not hang on the numbers given for letters that the answer has."""
        letters = frozenset(n for n in names_of(mine) if n in self.known)
        if not found or not letters or not digits.precise:
            return found
        if letters not in self.elsewhere:
            moved: dict[Written, Any] = {q: fraction_of(self.known[q]) * (1 + JITTER) for q in letters}
            self.elsewhere[letters] = self.course.world({**self.spots[0].point, **moved})
        world = self.elsewhere[letters]
        try:
            answer = self.course.programs.value(mine, world)
        except (NotGiven, Undefined, SympropError):
            return found
        values = {key: self.course.value(self.course.route(slip), world) for key, slip in found.items()}
        return {k: found[k] for k, v in values.items() if v is not None and digits.same(answer, v, answer)} or found

    def agrees(self, consequence: Consequence, answers: Sequence[Any], digits: Digits) -> bool:
        """Whether the mistakes give these answers wherever there is one; most differ at the first point."""
        for place, answer in enumerate(answers):
            if answer is not None:
                value = self.value_at(consequence, place)
                if value is None or not digits.same(answer, value, self.spots[place].right):
                    return False
        return True

    def matters(self, consequence: Consequence, answers: Sequence[Any]) -> bool:
        """Whether the mistakes lead away from the right value at one of the points that were looked at."""
        places = (place for place, answer in enumerate(answers) if answer is not None)
        return any(not close(consequence.values[p], self.spots[p].right)[0] for p in places)

    def value_at(self, consequence: Consequence, place: int) -> Any:
        if place not in consequence.values:
            consequence.route = consequence.route or self.course.route(consequence.slip)
            consequence.values[place] = self.course.value(consequence.route, self.spots[place].env)
        return consequence.values[place]

    # ---- points

    def _points(self) -> Iterator[Mapping[Written, Any]]:
        """The exercise's numbers and points nearby, or random points where it has none."""
        numbers = self.subject.numbers(self.judge.values.epoch)
        if self.with_numbers:
            yield numbers
            dice = Dice("nearby")
            named = {q: v for q, v in numbers.items() if isinstance(q, Name)}
            fixed = {name for members in distributions(named) for name in members} | {*filter(is_count, named)}
            for _ in range(POINTS - 1):
                yield {
                    q: v if v == 0 or q in fixed else fraction_of(v) * (1 + JITTER * Fraction(dice.below(997) + 1, 997))
                    for q, v in numbers.items()
                }
            return
        self.known = {q: v for q, v in numbers.items() if isinstance(q, Name) and v != 0}
        dice = Dice("|".join(e.left.text for e in self.subject.part.equations))
        leaves = [*self.subject.graph.leaves, *self.subject.part.upstream, self.subject.part.rate]
        leaves += [
            n for g in (*self.subject.part.given.values(), *self.subject.part.upstream.values()) for n in names_of(g)
        ]
        for throws in THROWS:
            point = {
                q: numbers.get(q, dice.size(-0.5, 0.5) * throws[dice.below(len(throws))]) for q in dict.fromkeys(leaves)
            }
            yield self._as_assumed(point)

    def _as_assumed(self, point: dict[Written, Any]) -> dict[Written, Any]:
        """A point at which the equations that are assumed hold, such as t_1 + t_2 = 1."""
        try:
            solved = assumptions_of(
                [a for a in self.judge.assume if a.ops == ("=",)], self.subject.vocabulary
            ).definitions
            return {**point, **{q: self.course.programs.value(f, point) for q, f in solved.items() if q in point}}
        except (NotGiven, Undefined, SympropError):
            return point

    def _spot(self, point: Mapping[Written, Any]) -> Spot | None:
        env = self.course.world(point)
        try:
            return Spot(point, env, self.course.programs.value(self.replay.right, env))
        except (NotGiven, Undefined):
            return None

    def _barely_moved(self, number: Num, answer: Any) -> bool:
        """Whether a new value shows one digit of the step at most: 2.01 after 2 may be the value of many a slip."""
        old = self.spots[0].env.get(self.replay.asked.quantity)
        if not self.replay.asked.is_update or self.replay.change or old is None:
            return False
        return abs(fraction_of(answer) - fraction_of(old)) < 10 * unit_of(number)

    def _coarse(self, number: Num, answer: Any) -> bool:
        """Whether two digits at every step give this answer."""
        try:
            value = self.judge.values.stepwise(self.replay.right, 2)
        except (NotGiven, Undefined):
            return False
        return abs(fraction_of(answer) - value) <= unit_of(number) / 2 and digits_of(number) > 1


class _Answers(Sequence[Any]):
    """What an answer is worth at each point, None where it has no value; worked out when it is asked for."""

    def __init__(self, mine: Written, spots: Sequence[Spot], programs: Programs):
        self.mine, self.spots, self.programs = mine, spots, programs
        self.known: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self.spots)

    def __getitem__(self, place: Any) -> Any:
        if place not in self.known:
            env = self.spots[place].env  # past the end an IndexError, as a sequence has it
            try:
                self.known[place] = self.programs.value(self.mine, env)
            except (NotGiven, Undefined, SympropError):
                self.known[place] = None
        return self.known[place]


def _place(answers: Sequence[Any]) -> int:
    """The point at which an answer is looked up: not the exercise's own, where much is 0, if there is another."""
    return list(islice((i for i, answer in enumerate(answers) if answer is not None), 2))[-1]


def _kind(slip: Slip) -> Kind:
    """What makes a slip another one: its code, and where somebody would look for it, the path that it leaves out."""
    return slip.said.code, dict(slip.said.data).get("path") if slip.said.code in LOOKED_FOR else None


def _edge(slip: Slip) -> object:
    return dict(slip.said.data).get("edge")


def _negative(value: Any) -> bool:
    return (rough(value) or 0) < 0


def _more_precise(others: tuple[str, ...], codes: tuple[str, ...]) -> bool:
    """Whether two other mistakes say the same as these two, and more precisely."""
    return others != codes and any(
        all(other == code or other in WEAKER.get(code, ()) for other, code in zip(others, order, strict=True))
        for order in (codes, codes[::-1])
    )


def _slips(replay: Replay) -> Iterator[Slip]:
    for slips in MISTAKES:
        found = tuple(islice(slips(replay), MOST_SLIPS))
        yield from found
        yield from repeated(replay, found)
