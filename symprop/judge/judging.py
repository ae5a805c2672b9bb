"""The verdict on what a student handed in for one task, against the certified solution."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symprop.errors import DerivationError, ReadError, UnsupportedError
from symprop.judge.arrayed import beyond, by_arrays, own_things
from symprop.judge.arrays import Arrays, arrays_of
from symprop.judge.asides import aside, settled
from symprop.judge.beside import with_equation, with_remark
from symprop.judge.diagnosis import Diagnosis
from symprop.judge.doubts import asked_back, doubted, missed
from symprop.judge.following import followed
from symprop.judge.form import lacking
from symprop.judge.gradients import gradient, in_either_order, of_order
from symprop.judge.implied import derivatives, implied
from symprop.judge.lemmas import by_lemma
from symprop.judge.lists import in_order, listed, numbered
from symprop.judge.numbers import is_number, to_digits
from symprop.judge.own import OWN_E, Own, exponential, plain, with_bounds
from symprop.judge.places import ELSEWHERE, NUMBER, elsewhere, has_bar, with_bar, with_fraction, without_bars
from symprop.judge.records import Explanation, Judgement, Kind, Verdict, agreeing, either, unreadable
from symprop.judge.replay import replay_of
from symprop.judge.sides import conditions
from symprop.judge.stages import without_arguments
from symprop.judge.statements import MAX_STATEMENTS, Statement, components, name_of, shared, split, statement
from symprop.judge.steps import before_the_last, by_steps, in_turn
from symprop.judge.subject import Asked, Subject, subject_of
from symprop.judge.tables import Tabled, in_table
from symprop.judge.told import as_formulas
from symprop.judge.value import SCOPES, Decision, Judge, judge_where
from symprop.judge.witness import retold
from symprop.model.solution import PartSolution, Phrase, Worked, phrase
from symprop.names import Vocabulary
from symprop.reader.whole import BELOW
from symprop.written import Call, Deriv, Name, Num, Vec, Written, substitute

BESIDE = 60  # statements beside those that are asked for


@dataclass(slots=True)
class Marker:
    """Judges answers to one task; made once, used for every answer."""

    solved: PartSolution
    worked: Worked
    decimal_comma: bool = False
    reveal: bool = False
    brief: bool = False  # why an answer is wrong is not looked for
    subject: Subject = field(init=False)
    asked: dict[Written, Asked] = field(init=False)
    earlier: tuple[Written, ...] = field(init=False)
    judges: dict[int, Judge] = field(default_factory=dict)
    known: dict[tuple[Written, bool], Diagnosis] = field(default_factory=dict)
    table: Tabled | None = field(init=False)
    given: dict[tuple[int, Statement, bool, bool], Verdict] = field(default_factory=dict)  # on this text
    apart: Vocabulary | None = None
    steps: dict[Written, list[Asked]] = field(default_factory=dict)  # before the last
    own: Own = field(default_factory=dict)
    known_arrays: Arrays | None = field(init=False)
    arrays: Arrays | None = None  # with the student's own

    def __post_init__(self) -> None:
        self.subject = subject_of(self.solved)
        task = self.worked.task
        self.asked = {}
        for answer in self.worked.answers:  # of several steps the last
            quantity = answer.quantity
            if quantity in self.asked:
                self.steps.setdefault(quantity, []).append(self.asked[quantity])
            self.asked[quantity] = self.subject.asked(answer, task)
        self.subject.vocabulary = replace(
            self.subject.vocabulary,
            decimal_comma=self.decimal_comma or self.subject.vocabulary.decimal_comma,
            implied=implied(self.subject.graph, derivatives(self.asked.values(), self.subject.graph)),
        )
        names = {symbol: name for name, symbol in self.printed().items()}
        self.known_arrays = arrays_of(self.subject.graph, self.subject.vocabulary, names)
        self.table = Tabled(self.subject.part, self.worked, self.subject.vocabulary) if task.at else None
        found = (a.quantity for w in self.solved.worked[: self.solved.worked.index(self.worked) + 1] for a in w.answers)
        self.earlier = tuple(dict.fromkeys(q for q in found if isinstance(q, Deriv)))
        if not self.asked:
            raise UnsupportedError(
                f"task ({task.label}) asks for no formula and no number, so there is nothing to judge"
            )

    # ---- the whole text

    def judge(self, text: str) -> Judgement:
        """The verdict on every statement, in order.  Never raises for what a student writes."""
        other = exponential(text, self.subject.vocabulary)
        found = [self.as_said(each) for each in dict.fromkeys((text, other))]
        return either(text, found, OWN_E)

    @property
    def most(self) -> int:
        """How many statements an answer may have: what is asked, twice, and as much beside it as anybody says."""
        results = len(self.asked) + sum(map(len, self.steps.values()))
        return min(MAX_STATEMENTS, BESIDE + 2 * results * (len(self.table.points) if self.table is not None else 1))

    def as_said(self, text: str) -> Judgement:
        self.subject.bench.programs.trim()
        self.given.clear()
        try:
            pieces = split(as_formulas(self, text), tabled=self.table is not None, most=self.most)
            found = listed(pieces, len(self.asked))
        except ReadError as error:
            return Judgement((unreadable(text, beyond(error, self.arrays)),))
        self.own, self.arrays, others = own_things(found, self.known_arrays, self.subject.vocabulary)
        verdicts, told = list[Verdict](), list[str]()
        point: int | None = None  # z = 0: … holds for what follows, too
        for piece in (with_bounds(each, self.own) for each in others):
            try:
                try:
                    point = self.table.heading(piece, point) if self.table is not None else point
                    verdicts += with_equation(self, piece, point) or self.piece(piece, point)
                except ReadError as error:
                    several = len(others) > 1
                    agreed = self.agreed(piece, point) if error.readings else with_remark(self, piece, point, several)
                    verdicts += agreed or [unreadable(piece, beyond(error, self.arrays))]
            except (UnsupportedError, DerivationError) as error:  # [a ≈ b], 1e999: read, and without a value
                said = phrase("unreadable", why=str(error).partition(":")[0], hint="")
                verdicts.append(Verdict("unreadable", "unreadable", said, piece, place=0))
            except RecursionError:
                verdicts.append(Verdict("unreadable", "too-deep", phrase("too-deep"), piece, place=0))
            told += [piece] * (len(verdicts) - len(told))
        verdicts = followed(self, in_turn(self, verdicts, told))
        if len(verdicts) > 1 and all(v.code == "one-side" for v in verdicts):  # 0 if z < 0; x if z > 0
            verdicts = self.agreed(", ".join(others), point) or verdicts
        verdicts = verdicts or [Verdict("unreadable", "empty", phrase("empty"), text, place=0)]
        answered = {v.quantity for verdict in verdicts for v in verdict.singles}
        return Judgement(settled(verdicts), tuple(q for q in self.asked if q not in answered))

    # ---- one statement

    def agreed(self, text: str, heading: int | None) -> list[Verdict]:
        """The verdicts on a text with several readings (a/b c), if they are the same for all of them; else nothing."""
        try:
            found = [self.piece(text, heading, below) for below in BELOW]
        except ReadError:
            return []
        return agreeing(found)

    def piece(self, text: str, heading: int | None, below: str = "") -> list[Verdict]:
        """The verdicts on one statement.  Raises ReadError.

        q(z) is a product as the reader has it, and the quantity q where it depends on z; σ'(u) is taken at u, and a
        product where the exercise has no such argument: one of them is enough.
        """
        if stepwise := by_steps(self, text) or by_lemma(self, text):
            return stepwise
        plain = without_arguments(text, self.depends)
        ways = [(plain, False), (text, False)] if plain != text else [(text, False)]
        if ("'" in text or "′" in text or "prime" in text) and not has_bar(text):
            ways.append((plain, True))
        first: list[Verdict] | None = None
        problem: ReadError | None = None
        for way, apart in ways:
            try:
                found = self.as_written(way, heading, below, apart)
            except ReadError as error:
                problem = problem or error
                continue
            if Judgement(tuple(found)).kind == "right":
                return found
            first = first or found
        if (found_arrays := by_arrays(self, text, below, first, problem)) is not None:
            return found_arrays
        if not below and (several := self.several(numbered(text), heading)):
            return several
        if first is None:
            assert problem is not None
            count = len(self.asked) if self.table is None else len(self.table.points) if len(self.asked) == 1 else 0
            if below or count != len(in_order(text)) or count < 2:
                raise problem
            return self.as_written(f"({text})", heading, below)  # a, b, c: in the order asked, or of the table's points
        return first

    def several(self, texts: list[str], heading: int | None) -> list[Verdict]:
        """u = 1.5 y = 2.25, which is no chain: the verdicts on each, if one of them is right."""
        if len(texts) < 2:
            return []
        try:
            found = [v for each in texts for v in self.piece(each, heading)]
        except ReadError:
            return []
        told = all(v.quantity is not None for v in found) and any(v.kind == "right" for v in found)
        return found if told or Judgement(tuple(found)).kind == "right" else []

    def holds(self, condition: str) -> bool:
        """Whether |_{z = 1.5} is at the exercise's own values."""
        return self.judge_at(self.epoch).holds(condition, self.subject.vocabulary)

    def depends(self, quantity: str, others: list[str]) -> bool:
        """Whether a text is a quantity that depends on some others."""
        head, graph = name_of(quantity, self.subject.vocabulary), self.subject.graph
        if head is None or head not in graph:
            return False
        if len(others) == 1 and len(parents := graph[head].parents) == 1 and NUMBER.fullmatch(others[0]):
            return self.holds(f"{parents[0].text} = {others[0]}")  # h(0) where z is 0
        names = [name_of(other, self.subject.vocabulary) for other in others]
        return all(n is not None and n != head and n in graph and graph.reaches(n, head) for n in names)

    def as_written(self, text: str, heading: int | None, below: str, apart: bool = False) -> list[Verdict]:
        """The verdicts on one statement, at the point of a table that its heading tells.  Raises ReadError."""
        vocabulary = self.subject.vocabulary
        if apart:
            vocabulary = self.apart = self.apart or replace(vocabulary, apart=True)
        text = with_fraction(text, self.asked, vocabulary)
        if self.table is None:
            vocabulary = vocabulary.with_quantities(n for n in self.own if isinstance(n, Name))
            text, where = elsewhere(with_bar(text), self.holds, vocabulary)
            text = without_bars(text, self.holds, vocabulary)
            said = statement(text, vocabulary, below, lambda left: gradient(left, self.asked, vocabulary))
            said = plain(said, self.own, self.subject)
            return [self.at_place(said, where)] if where else in_either_order(self, said)
        text, point = self.table.parted(text)
        point = heading if point is None else point
        said = statement(text, vocabulary, below)
        found = self.find(said.about, said)
        if found is not None and point is None and (rows := self.table.rows(said)):
            return [replace(in_table(self, found, row, i), point=i) for i, row in enumerate(rows)]
        if found is not None and (point is not None or any(map(is_number, said.items))):
            return [replace(in_table(self, found, said, point), point=point)]
        return self.statement(said)

    def statement(self, said: Statement) -> list[Verdict]:
        """What a statement is about, then whether it is true.  A vector is judged entry by entry."""
        quantities = tuple(self.asked)
        about = said.about if said.about is None else substitute(said.about, self.printed())
        if isinstance(about, Vec):
            entries = components(said, about.items)
            if entries is not None:
                return [v for entry in entries for v in self.statement(entry)]
        if (others := shared(said, self.asked)) != (said,):
            return [v for other in others for v in self.statement(other)]
        found = self.find(about, said)
        if found is None and (entries := components(said, quantities)) is not None:
            return [v for entry in entries for v in self.statement(entry)]
        if isinstance(about, Deriv) and isinstance(about.by[0], Vec):
            entries = components(said, tuple(Deriv(about.of, (b,)) for b in about.by[0].items))
            if entries is not None:
                return [v for entry in entries for v in self.statement(entry)]
        if about is None and found is None:
            return [self.open("which-quantity", said, phrase("which-quantity", asked=quantities))]
        if found is None:
            assert about is not None
            return [aside(said, about, quantities, self.judge_at(self.epoch))]
        return [self.verdict(found, said)]

    def at_place(self, said: Statement, where: dict[Name, Written]) -> Verdict:
        """Whether a statement about a value at another place is true.  Raises ReadError where it has no meaning."""
        judge = None if self.epoch else judge_where(self.subject.part, where, self.subject.vocabulary)
        if judge is None or not isinstance(said.about, Deriv):
            raise ReadError(said.text, 0, ELSEWHERE, "give the value where the exercise has it")
        return aside(said, said.about, tuple(self.asked), judge, where)

    @property
    def epoch(self) -> int:
        return next(iter(self.asked.values())).answer.epoch

    def open(self, code: str, said: Statement, sentence: Phrase) -> Verdict:
        return Verdict("ambiguous", code, sentence, said.text, reading=said.items[-1])

    def find(self, about: Written | None, said: Statement) -> Asked | None:
        if about is None:
            return next(iter(self.asked.values())) if len(self.asked) == 1 else None
        if about in self.asked:
            return self.asked[about]
        if isinstance(about, Call):  # σ'(0) = 0.25, where that is the answer
            answers = [a for a in self.asked.values() if self.same(a.quantity, about)]
            return answers[0] if len(answers) == 1 else None
        if isinstance(about, Deriv):
            for quantity, asked in self.asked.items():
                if isinstance(quantity, Deriv) and of_order(quantity, about) and self.same(quantity.of, about.of):
                    return asked
        return None

    def same(self, target: Written, of: Written) -> bool:
        """d(…)/dz of a formula is asked where the formula is that of the target."""
        if isinstance(of, Name) or of == target:
            return of == target
        return self.judge_at(self.epoch).decide(of, self.subject.resolve(target)).outcome == "right"

    def printed(self) -> dict[Written, Written]:
        return {name: symbol for symbol, name in self.subject.part.display.items() if isinstance(symbol, Deriv)}

    def judge_at(self, epoch: int) -> Judge:
        if epoch not in self.judges:
            self.judges[epoch] = Judge(self.subject, epoch, self.worked.task.assume)
        return self.judges[epoch]

    def verdict(self, asked: Asked, said: Statement, explained: bool = True, witnessed: bool = True) -> Verdict:
        """The verdict on a statement; the same text may be read in several ways, most of which come to the same.

        Raises ReadError for the change of what no step is taken on.
        """
        if said.change and not asked.is_update:
            raise ReadError(said.text, 0, "the change of something that no step is taken on", "give its value")
        key = id(asked), said, explained, witnessed
        if key not in self.given:
            self.given[key] = self._verdict(asked, said, explained, witnessed)
        return self.given[key]

    def _verdict(self, asked: Asked, said: Statement, explained: bool, witnessed: bool) -> Verdict:
        """Every formula of the chain must have the right value; then one of them must have the right form."""
        judge, right = self.judge_at(asked.answer.epoch), asked.right(said.change)
        decisions = [judge.decide(item, right, witness=witnessed) for item in said.items]
        decisions = doubted(self, asked, said, decisions, right)
        faults = [i for i, decision in enumerate(decisions) if decision.outcome != "right"]
        if not faults:
            return self.fine(asked, said, decisions)
        place = next((i for i in faults if decisions[i].outcome != "chance"), faults[0])
        wish = explained and not self.brief, witnessed and not self.brief
        return self.faulty(asked, said, place, said.items[place], decisions[place], decisions, right, judge, *wish)

    # ---- right

    def fine(self, asked: Asked, said: Statement, decisions: list[Decision]) -> Verdict:
        last = decisions[-1]
        lacks = [self.lack(item, decision, asked) for item, decision in zip(said.items, decisions, strict=True)]
        if None not in lacks:
            lack = lacks[-1]
            assert lack is not None
            return replace(self.result(asked, said, "right-wrong-form", lack.code, lack), scope=last.scope)
        scope = max((d.scope for d in decisions), key=list(SCOPES).index)
        code = SCOPES[scope]
        if last.near is not None or is_number(last.resolved or said.items[-1]):
            code = "right-number" if last.near is None or last.near.closeness == "exact" else "right-rounded"
        verdict = self.result(asked, said, "right", code, phrase(code, quantity=asked.quantity))
        return replace(verdict, scope=scope, equality=last.equality)

    def lack(self, item: Written, decision: Decision, asked: Asked) -> Phrase | None:
        if decision.near is not None and decision.near.closeness == "coarse":
            return phrase("form-coarse", digits=decision.near.digits)
        return lacking(item, asked, self.subject, self.earlier)

    # ---- not right

    def faulty(
        self, asked: Asked, said: Statement, place: int, item: Written, decision: Decision, decisions: list[Decision],
        right: Written, judge: Judge, explained: bool, witnessed: bool,
    ) -> Verdict:  # fmt: skip
        """The first formula that is not right: by chance, undecided, or wrong with a reason."""
        if decision.outcome == "chance":
            sentence = phrase("right-at-numbers-only", quantity=asked.quantity)
            verdict = self.result(asked, said, "right-at-numbers-only", "right-at-numbers-only", sentence)
            return replace(verdict, equality=decision.equality, scope="numbers")
        if decision.outcome == "undecided":
            return self.result(asked, said, "undecided", "undecided", phrase("undecided", quantity=asked.quantity))
        if decision.outcome == "side":
            sentence = phrase("one-side", quantity=asked.quantity, conditions=conditions(decision.resolved or item))
            return replace(self.result(asked, said, "right-wrong-form", "one-side", sentence), scope="region")
        if decision.outcome == "undefined":
            return self.result(asked, said, "wrong", "undefined", phrase("undefined-value", found=item))
        if (late := before_the_last(self, asked, said, item, place)) is not None:
            return self.result(asked, said, "wrong", late.code, late)
        resolved = decision.resolved if decision.resolved is not None else item
        elsewhere = decision.scope == "region"  # right but for the kink on which the numbers lie
        evaluated = place > 0 and is_number(said.items[place - 1])  # 0.4 - 0.1 = 0.5 is no slip in the formula
        known = self.diagnosis(asked, right, said.change) if explained and not (elsewhere or evaluated) else None
        found = known.explain(resolved) if known is not None else Explanation()
        if place:
            code = "chain-link"
            sentence = phrase(code, left=said.items[place - 1], right=item)
        elif len(decisions) > 1 and decisions[-1].outcome == "right":
            code = "chain-repaired"
            sentence = phrase(code, found=item, last=said.items[-1])
        else:
            code = "on-the-kink" if elsewhere else found.code
            sentence = phrase(code if elsewhere else "wrong", quantity=asked.quantity)
            if code == "different" and (miss := missed(judge, decision, right)) is not None:
                code, sentence = miss.code, miss
        seen = retold(decision.equality if witnessed else None, item, right, self.subject)
        verdict = replace(self.result(asked, said, "wrong", code, sentence), why=found, equality=seen)
        return verdict if decision.outcome != "open" else asked_back(verdict)

    def diagnosis(self, asked: Asked, right: Written, change: bool) -> Diagnosis:
        """The known mistakes for a result, replayed once."""
        key = asked.quantity, change
        if key not in self.known:
            self.known[key] = Diagnosis(self.judge_at(asked.answer.epoch), replay_of(self.subject, asked, change))
        return self.known[key]

    def result(self, asked: Asked, said: Statement, kind: Kind, code: str, sentence: Phrase) -> Verdict:
        revealed = None
        if self.reveal and kind != "right":
            value, formula = asked.answer.value, asked.answer.formula
            revealed = Num(to_digits(value)) if value is not None and is_number(said.items[-1]) else formula
        return Verdict(kind, code, sentence, said.text, asked.quantity, said.items[-1], revealed=revealed)
