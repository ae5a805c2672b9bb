"""One part of the exercise, as a derivation is read against it: what was said so far, and what follows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.judge.arrays import Arrays, arrays_of, with_numbered
from symprop.judge.diagnosis import Diagnosis
from symprop.judge.gradients import gradient
from symprop.judge.implied import implied
from symprop.judge.judging import Marker
from symprop.judge.numbers import is_number
from symprop.judge.records import Explanation
from symprop.judge.replay import replay_of
from symprop.judge.statements import name_of
from symprop.judge.subject import Asked, Subject, subject_of
from symprop.judge.value import RANK, Decision, Judge
from symprop.judge.vectors import vectors_of
from symprop.judge.working.beliefs import MOST, Belief, believed, nearly
from symprop.judge.working.records import Finding
from symprop.model.exercise import Task
from symprop.model.solution import Answer, PartSolution
from symprop.names import Vocabulary
from symprop.written import Call, Deriv, Name, Vec, Written, mul, neg, sub, substitute

Kind = Literal["value", "next", "change", "at"]  # at: a point of a table, in place of an epoch
WORK = 300_000  # steps in a derivation, about a microsecond each, and for each of its characters
WORK_BY_LENGTH = 25
READING = 8  # steps to read a character
ROW = 20  # characters that a row counts for besides its own
JUDGING = 400  # steps to compare two formulas, besides those for their sizes
EXPLAINING = 1500  # steps to look for the reason of what is wrong
ANSWERED = 60  # rows that are judged as answers, each to one task
MOST_NAMES = 150  # of the student's own
WORLD = 400  # steps to work the exercise again with an error of the student's, and for each of its quantities
DIAGNOSED = 60  # wrong formulas whose reason is looked for
SINGLE = 6  # beliefs that are tried one by one


class TooMuch(Exception):
    """The derivation is too long to be judged to its end."""


@dataclass(slots=True)
class Work:
    """Counted work of one derivation, the more the longer it is."""

    left: int = WORK
    diagnoses: int = DIAGNOSED
    answers: int = ANSWERED

    def pay(self, formula: Written, subject: Subject) -> None:
        """For a comparison: by the sizes of the formula and of what it is compared by."""
        size = sum(1 for _ in formula.walk())
        self.spend(4 * size + 8 * len(subject.graph.nodes) + 2 * len(subject.adjoints) + JUDGING)

    def lengthen(self, text: str) -> None:
        """What a text may cost beyond what every text may."""
        self.left += WORK_BY_LENGTH * len(text)

    def read(self, text: str) -> None:
        """For reading a text."""
        self.spend(READING * (ROW + len(text)))

    def spend(self, steps: int) -> None:
        """Raises TooMuch where nothing is left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuch


@dataclass(frozen=True, slots=True)
class About:
    """What a chain is about: the value of a formula, the next value of a parameter, or its change."""

    formula: Written
    kind: Kind = "value"


@dataclass(frozen=True, slots=True)
class Said:
    """What was last said of a quantity."""

    finding: Finding
    line: int
    formulas: tuple[Written, ...]  # that were right


@dataclass(slots=True)
class Desk:
    """The state of one part.  ``epochs``: how many steps the student has taken; ``at``: where he is."""

    solved: PartSolution
    work: Work
    decimal_comma: bool = False
    subject: Subject = field(init=False)
    vocabulary: Vocabulary = field(init=False)
    vectors: dict[Name, tuple[Name, ...]] = field(init=False)
    arrays: Arrays | None = field(init=False)
    own: dict[Name, Written] = field(default_factory=dict)
    beliefs: dict[tuple[Kind, Written, int], Belief] = field(default_factory=dict)
    numbers: dict[tuple[Written, int], Belief] = field(default_factory=dict)  # right ones, as they were printed
    said: dict[tuple[Kind, Written, int], Said] = field(default_factory=dict)
    again: dict[Written, int] = field(default_factory=dict)  # the step that was the last to be told of, and told twice
    epochs: int = 0
    at: int = 0
    judges: dict[object, Judge | None] = field(default_factory=dict)
    known: dict[object, Diagnosis] = field(default_factory=dict)
    decided: dict[tuple[Judge, About, Written], Decision] = field(default_factory=dict)
    explained: dict[tuple[object, Written], Explanation] = field(default_factory=dict)
    markers: dict[int, Marker | None] = field(default_factory=dict)  # of single answers, by task

    def __post_init__(self) -> None:
        self.subject = subject_of(self.solved)
        known = implied(self.subject.graph, (a.quantity for w in self.solved.worked for a in w.answers))
        self.vocabulary = replace(self.subject.vocabulary, decimal_comma=self.decimal_comma, implied=known)
        self.vectors = vectors_of(self.subject.part, self.subject.graph, self.vocabulary.quantities)
        self.arrays = arrays_of(self.subject.graph, self.vocabulary, self.subject.part.display)

    def copy(self) -> Desk:
        """The same desk, to try a row on."""
        other = replace_state(self)
        other.own, other.beliefs, other.said = dict(self.own), dict(self.beliefs), dict(self.said)
        other.again, other.numbers = dict(self.again), dict(self.numbers)
        return other

    # ---- names

    def define(self, name: Name, formula: Written) -> None:
        """A name of the student's own."""
        if len(self.own) >= MOST_NAMES:
            raise TooMuch
        self.work.spend(WORLD + 4 * len(self.vocabulary.quantities))
        self.own[name] = formula
        self.vocabulary = self.vocabulary.with_quantities((name,))
        self.arrays = with_numbered(self.arrays, self.vocabulary, self.own)
        self.subject.vocabulary = self.subject.vocabulary.with_quantities((name,))
        self.subject.adjoints[name] = self.subject.resolve(formula)
        self.judges.clear()

    def plain(self, formula: Written) -> Written:
        """With what an own name stands for where it is differentiated."""
        changes: dict[Written, Written] = {}
        printed = {n: s for s, n in self.subject.part.display.items() if isinstance(s, Deriv)}
        formula = substitute(formula, printed)
        for node in formula.walk():
            if isinstance(node, Deriv) and isinstance(node.of, Name) and node.of in self.own:
                changes[node] = Deriv(self.own[node.of], node.by, node.local)
        return substitute(formula, changes) if changes else formula

    def vector(self, left: str) -> Vec | None:
        """The derivatives that ∇_w L stands for: those that a task asks for, by all parameters or those of a letter."""
        if name_of(left, self.vocabulary):
            return None
        asked = dict.fromkeys(a.quantity for w in self.solved.worked for a in w.answers)
        parameters = self.subject.graph.parameters
        return gradient(left, [q for q in asked if isinstance(q, Deriv) and q.by[0] in parameters], self.vocabulary)

    def holds(self, condition: str) -> bool:
        """Whether z = 1.5, said of where a derivative is taken, is so anyway."""
        self.work.spend(3 * JUDGING)
        return self.judge(self.at).holds(condition, self.vocabulary)

    def meant(self, formula: Written) -> Written:
        """What an own name is another name of: a quantity or a derivative; anything else as it is."""
        found = self.own.get(formula) if isinstance(formula, Name) else None
        return found if isinstance(found, Name | Deriv) else formula

    def unknown(self, formula: Written) -> tuple[Name, ...]:
        """Names in derivatives that are no quantities of the exercise."""
        graph, found = self.subject.graph, dict[Name, None]()
        for node in formula.walk():
            if isinstance(node, Deriv):
                names = [n for part in (node.of, *node.by) for n in part.walk() if isinstance(n, Name)]
                functions = {c.func for c in node.of.walk() if isinstance(c, Call)}
                given = node in self.subject.part.upstream
                found |= {
                    n: None
                    for n in names
                    if not given
                    and n not in graph
                    and n not in self.own
                    and n not in functions
                    and n not in self.vectors
                    and not (self.arrays is not None and n in self.arrays.tables)
                }
        return tuple(found)

    # ---- what is right

    def rights(self, about: About, subject: Subject) -> list[Written]:
        """What the chain's formulas must be equal to: ∂ is tried in both readings, local and total."""
        if about.kind == "value":
            found = [subject.resolve(about.formula)]
            if subject.differ(about.formula):
                found.append(subject.resolve(about.formula, local=True))
            return list(dict.fromkeys(found))
        assert isinstance(about.formula, Name)
        target = subject.graph.default_targets[0]
        step = mul(subject.part.rate, subject.adjoint(target, about.formula))
        return [sub(about.formula, step) if about.kind == "next" else neg(step)]

    def is_computed(self, name: Written) -> bool:
        """Whether an equation gives a quantity: it changes with others, and no step is taken on it."""
        node = self.subject.graph[name] if isinstance(name, Name) and name in self.subject.graph else None
        return node is not None and node.definition is not None

    def last_epoch(self) -> int:
        return min(self.epochs, len(self.subject.bench.values) - 1)

    def order(self, about: About, least: int | None = None) -> list[int]:
        """The epochs of which a chain may speak, the present one first; or all from the ``least`` on."""
        if least is not None:
            count = len(self.subject.bench.values)
            return list(range(min(least, count - 1), count))
        every = range(self.last_epoch() + 1)
        return sorted(every, key=lambda e: (e != self.at, -e if e > self.at else 1, -e))

    def decide(self, about: About, formula: Written, epochs: list[int]) -> tuple[Decision, int]:
        """The best outcome over epochs and readings, and the epoch it is about."""
        best: tuple[Decision, int] | None = None
        for epoch in epochs:
            decision = self.by(self.judge(epoch), about, formula)
            if best is None or RANK[decision.outcome] < RANK[best[0].outcome]:
                best = decision, epoch
            if decision.outcome == "right":
                break
        assert best is not None
        return best

    def by(self, judge: Judge, about: About, formula: Written) -> Decision:
        """The outcome in one judge's world; what is said again is not judged again."""
        key = judge, about, formula
        if key not in self.decided:
            self.work.pay(formula, judge.subject)
            self.decided[key] = self._by(judge, about, formula)
        return self.decided[key]

    def _by(self, judge: Judge, about: About, formula: Written) -> Decision:
        best: Decision | None = None
        try:
            for right in self.rights(about, judge.subject):
                if is_number(right) and not is_number(formula):
                    decision = judge.decide(right, judge.subject.resolve(formula))
                else:
                    decision = judge.decide(formula, right)
                if best is None or RANK[decision.outcome] < RANK[best.outcome]:
                    best = decision
                if decision.outcome == "right":
                    break
        except (SympropError, Undefined, RecursionError, ArithmeticError):
            return Decision("undecided")
        return best if best is not None else Decision("undecided")

    def judge(self, epoch: int) -> Judge:
        found = self.judges.get(epoch)
        if found is None:
            found = self.judges[epoch] = Judge(self.subject, epoch)
        return found

    def has_number(self, about: About) -> bool:
        """Whether what a chain is about has a number."""
        judge = self.judge(self.at)
        return judge.values.has(self.rights(about, self.subject)[0])

    # ---- what follows from the student's own errors

    def follows(self, about: About, formula: Written, epochs: list[int], *, precisely: bool = False) -> int:
        """The line of the error from which a formula follows; 0 if from none.

        ``precisely``: not if it is rounded too much even so.
        """
        for epoch in epochs:
            held = self.held(epoch)
            for chosen in _choices(held):
                judge = self.belief_judge(epoch, chosen)
                decision = self.by(judge, about, formula) if judge is not None else None
                if decision is not None and decision.outcome == "right" and not (precisely and decision.coarse):
                    return max(b.line for b in chosen)
                if judge is not None and nearly(judge, self.rights(about, judge.subject)[0], formula, chosen):
                    return max(b.line for b in chosen)
        return 0

    def despite(self, about: About, formula: Written, epoch: int) -> int:
        """For a right formula: the line of an error from which another would have followed; 0 if there is none."""
        held = self.held(epoch)
        if not held:
            return 0
        judge = self.belief_judge(epoch, held)
        if judge is None or self.by(judge, about, formula).outcome != "wrong":
            return 0
        for belief in reversed(held[-SINGLE:]):
            judge = self.belief_judge(epoch, (belief,))
            if judge is not None and self.by(judge, about, formula).outcome == "wrong":
                return belief.line
        return held[-1].line

    def held(self, epoch: int) -> tuple[Belief, ...]:
        """The beliefs that count at an epoch, oldest first."""
        found = [b for b in self.beliefs.values() if not b.number or b.epoch == epoch]
        return tuple(sorted(found, key=lambda b: b.line))[-MOST:]

    def belief_judge(self, epoch: int, held: tuple[Belief, ...]) -> Judge | None:
        key = (epoch, held)
        if key not in self.judges:
            nodes = len(self.subject.graph.nodes)
            self.work.spend(WORLD + 60 * nodes + 30 * len(self.own) + 60 * len(self.subject.adjoints))
            subject = believed(self.solved, self.subject, epoch, held, self.own)
            self.judges[key] = Judge(subject, 0) if subject is not None else None
        return self.judges[key]

    def believe(self, about: About, formula: Written, epoch: int, line: int) -> None:
        """Hold a wrong result for true from here on."""
        quantity = about.formula
        if not isinstance(quantity, Name | Deriv) or about.kind == "change" or quantity in self.own:
            return
        if about.kind == "value" and isinstance(quantity, Name) and quantity not in self.subject.graph:
            return
        formula = self.plain(formula)
        number = is_number(formula)
        if isinstance(quantity, Name) and not number:
            if about.kind == "next" or any(isinstance(n, Deriv) for n in formula.walk()):
                return
            formula = substitute(formula, {n: f for n, f in self.own.items()})
        at = epoch + 1 if about.kind == "next" else epoch
        self.beliefs.pop(("value", quantity, at), None)
        self.beliefs["value", quantity, at] = Belief(quantity, formula, line, number, at)

    def correct(self, about: About, formula: Written, epoch: int, line: int) -> None:
        """The right result was told: an earlier error about it is forgotten, and a number is what he goes on with."""
        at = epoch + 1 if about.kind == "next" else epoch
        self.beliefs.pop(("value", about.formula, at), None)
        if isinstance(about.formula, Name | Deriv) and about.kind != "change" and is_number(formula):
            self.numbers.pop((about.formula, at), None)
            self.numbers[about.formula, at] = Belief(about.formula, self.plain(formula), line, True, at)

    def goes_on(self, about: About, formula: Written, epoch: int) -> bool:
        """Whether a formula follows from numbers that were right, taken as they are printed."""
        held = tuple(b for b in self.numbers.values() if b.epoch == epoch and b.quantity != about.formula)
        each = (
            self.belief_judge(epoch, chosen) for chosen in (*((b,) for b in held[: -SINGLE - 1 : -1]), held[-MOST:])
        )
        return any(j is not None and self.by(j, about, formula).outcome == "right" for j in each) if held else False

    # ---- why

    def explain(self, about: About, formula: Written, epoch: int) -> Explanation:
        """The known mistakes that lead to a wrong formula."""
        quantity = about.formula
        key = (about, epoch)
        if (key, formula) in self.explained:
            return self.explained[key, formula]
        if not isinstance(quantity, Name | Deriv) or self.work.diagnoses <= 0:
            return Explanation()
        graph = self.subject.graph
        target = quantity.of if isinstance(quantity, Deriv) else graph.default_targets[0]
        if not isinstance(target, Name) or target not in graph:
            return Explanation()
        if isinstance(quantity, Name) and about.kind == "value" and quantity not in graph.order:
            return Explanation()
        self.work.diagnoses -= 1
        self.work.spend(EXPLAINING + 40 * len(graph.nodes))
        right = self.rights(about, self.subject)[0]
        try:
            if key not in self.known:
                self.work.left -= 200 * len(graph.nodes)
                answer = Answer(quantity, right, "=" if about.kind == "value" else "←", epoch=epoch)
                kind = "derivative" if isinstance(quantity, Deriv) else "forward" if about.kind == "value" else "update"
                asked = Asked(quantity, right, answer, Task(kind, targets=(target,)))
                replay = replay_of(self.subject, asked, about.kind == "change")
                self.known[key] = Diagnosis(self.judge(epoch), replay)
            found = self.explained[key, formula] = self.known[key].explain(self.subject.resolve(formula))
            return found
        except (SympropError, Undefined, RecursionError, ArithmeticError):
            return Explanation()


def replace_state(desk: Desk) -> Desk:
    """A shallow copy that shares the judges."""
    other = object.__new__(Desk)
    for name in Desk.__slots__:
        setattr(other, name, getattr(desk, name))
    return other


def _choices(held: tuple[Belief, ...]) -> Iterator[tuple[Belief, ...]]:
    """The latest error by itself, then others, then all errors together, then all but one."""
    if not held:
        return
    recent = held[: -SINGLE - 1 : -1]
    yield from ((b,) for b in recent)
    if len(held) > 1:
        yield held
    if len(held) > 2:
        yield from (tuple(b for b in held if b is not left_out) for left_out in islice(recent, SINGLE))
