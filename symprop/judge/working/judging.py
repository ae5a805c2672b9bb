"""The verdict on a whole derivation: row after row, each against the exercise and against what was said before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from symprop.errors import DerivationError, ReadError
from symprop.judge.labels import WIDE, asked_back, behind
from symprop.judge.numbers import is_number
from symprop.judge.own import new_name
from symprop.judge.working.answers import as_answer, as_result, beside, point_of
from symprop.judge.working.chains import Chain, chain_about, judged, unread
from symprop.judge.working.claimed import claimed, is_read
from symprop.judge.working.claims import Claim, is_onward
from symprop.judge.working.desk import About, Desk, TooMuch, Work
from symprop.judge.working.indexed import Axes
from symprop.judge.working.reached import reached
from symprop.judge.working.records import RANK, Finding, LineVerdict, Working
from symprop.judge.working.remarks import apart, remarked
from symprop.judge.working.source import Row, rows
from symprop.judge.working.spread import define, spread
from symprop.model.solution import PartSolution, Solution, phrase
from symprop.written import Call, Name, Written, names_of, substitute

HEADING = re.compile(  # Part B, Solution of part B; not "the equations are those of part A"
    r"(?:\\[A-Za-z]+\*?|[^A-Za-z\\]|(?:solutions?|answers?|working|now|the|of|to|for|lösung|antwort|nun|zu|von)\b)*"
    r"\b(?:part|teil)\s*~?\s*\(?([A-Z]{1,2})\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"(?:^|[\s(}])(?:if|where|when|for|with|unless|let|assume|suppose|at|than|wenn|falls|wo|für|mit|sei|bei|angenommen|als)"
    r"[\s(]*$",
    re.IGNORECASE,
)
NAMING = re.compile(r"(?:^|[\s(}])(?:where|let|with|wo|mit|sei)[\s(]*$", re.IGNORECASE)  # … δ = (y - t) σ'(z)
EXPLAINED = re.compile(r"(?:^|[\s,(}])(?:where|wobei)[\s(]*$", re.IGNORECASE)


def check_working(solution: Solution, text: str, *, part: str | None = None, decimal_comma: bool = False) -> Working:
    """The verdict on every row of a derivation.  Never raises for what it says; DerivationError: no such part."""
    parts = [p for p in solution.parts if part is None or p.part.label.lower() == part.strip().lower()]
    if not parts:
        known = ", ".join(p.part.label for p in solution.parts if p.part.label)
        raise DerivationError(f"there is no part {part}; the parts are {known or 'not lettered'}")
    try:
        found = rows(text)
    except ReadError as error:
        finding = unread(error, error.text)
        return Working((LineVerdict(1, 1, error.text[:80], (finding,)),), ())
    reading = _Reading(parts, decimal_comma)
    reading.desks[0].work.lengthen(text)
    lines = [line for row in reading.in_order(found) for line in reading.row(row, found)]
    return Working(
        tuple(sorted(lines, key=lambda line: (line.line, line.column))),
        tuple(r for desk in reading.desks for r in reached(desk)),
    )


@dataclass(slots=True)
class _Reading:
    """The state while a text is read."""

    parts: list[PartSolution]
    decimal_comma: bool
    desks: list[Desk] = field(init=False)
    now: int = 0
    headed: bool | None = None
    numbered: bool = False  # whether several rows end with labels: (1), (2)
    chain: Chain | None = None
    stopped: bool = False
    axes: Axes = ()  # what the indices of the last general entry run over
    lead: str = ""  # what the next row may go on with: the row before, or the head of a table's point

    def __post_init__(self) -> None:
        work = Work()
        self.desks = [Desk(p, work, self.decimal_comma) for p in self.parts]

    # ---- rows

    def in_order(self, rows: list[Row]) -> list[Row]:
        """What follows a formula with the words *where δ = …* is read before it."""
        found: list[Row] = []
        for row in rows:
            left, _, right = row.text.partition("=")
            at = len(found)
            if (
                row.maths
                and (not row.display or (found and found[-1].line == row.line))
                and EXPLAINED.search(row.before.rstrip("$ (").rstrip("\\"))
                and re.search("[A-Za-z]", right)
                and new_name(left.strip(), self.desks[self.now].vocabulary)
            ):
                at = next((k for k in range(at - 1, -1, -1) if found[k].maths and not is_onward(found[k].text)), at)
            found.insert(at, row)
        return found

    def row(self, row: Row, every: list[Row]) -> Iterator[LineVerdict]:
        if self.headed is None:
            self.headed = any(self.heading(r) is not None for r in every)
            self.numbered = sum(behind(r.text) is not None for r in every) > 1
        heading = self.heading(row)
        if heading is not None:
            self.now, self.chain = heading, None
        if self.stopped:
            return
        try:
            if point_of(self.desks[self.now], row.text):
                self.lead = f"{row.text.strip().rstrip(':')}: "
            else:
                yield self.verdict(row)
        except TooMuch:
            self.stopped = True
            finding = Finding("unsupported", "too-long", phrase("too-long"), text=row.text)
            yield LineVerdict(row.line, row.column, row.text, (finding,), self.label())

    def label(self) -> str:
        return self.desks[self.now].solved.part.label

    def heading(self, row: Row) -> int | None:
        """The part that a row of words opens."""
        if len(self.desks) < 2 or len(row.text) > 200 or (row.maths and "=" in row.text):
            return None
        found = HEADING.match(row.text)
        labels = [d.solved.part.label for d in self.desks]
        return labels.index(found[1].upper()) if found and found[1].upper() in labels else None

    def verdict(self, row: Row) -> LineVerdict:
        """The row in the part at hand; where no heading says which part that is, in the part that it fits best."""
        if len(self.desks) == 1 or self.headed:
            return self.try_row(row, self.now)
        kept, start = self.chain, self.now
        best: tuple[LineVerdict, int, Desk, Chain | None] | None = None
        originals = list(self.desks)
        for i in dict.fromkeys((start, *range(len(originals)))):
            self.desks[i], self.chain = originals[i].copy(), kept
            found = self.try_row(row, i)
            if best is None or _misfit(found) < _misfit(best[0]):
                best = found, i, self.desks[i], self.chain
            self.desks[i] = originals[i]
            if best[0].label in ("right", "skipped") or (row.maths and is_onward(row.text)):
                break
        assert best is not None
        verdict, self.now, desk, self.chain = best
        self.desks[self.now] = desk
        return verdict

    def try_row(self, row: Row, i: int) -> LineVerdict:
        """The verdict on a row; a number in brackets at its end is its label where that makes it right.

        It may be a factor, too, unless it stands well apart or other rows have such labels.
        """
        label = behind(row.text)
        if label is None:
            return self.read_row(row, i)
        before, chain = self.desks[i].copy(), self.chain
        found = self.read_row(row, i)
        if found.label != "wrong":
            return found
        bare = row.text[: label.start()]
        after, further, self.desks[i], self.chain = self.desks[i], self.chain, before, chain
        other = self.read_row(replace(row, text=bare), i)
        if RANK[other.label] < RANK["unsupported"]:
            if self.numbered or WIDE.search(label["gap"]):
                return replace(other, text=row.text)
            found = replace(found, findings=(unread(asked_back(row.text, label, bare), row.text),))
        self.desks[i], self.chain = after, further
        return found

    def read_row(self, row: Row, i: int) -> LineVerdict:
        desk, before = self.desks[i], self.desks[i].copy()
        desk.work.read(row.text)
        findings: list[Finding] = []
        loose = not row.maths or not row.display
        claims, said = apart(row, lambda row: list(self.claims(row, desk)))
        for claim in claims:
            findings += self.judge(claim, row, desk, loose)
        findings += remarked(desk, said, findings) if said else []
        answered: list[Finding] = []
        if any(RANK[f.label] >= RANK["unsupported"] and f.code != "skipped-step" for f in findings):
            text = self.lead + row.text if self.lead.endswith(": ") or is_onward(row.text) else row.text
            answered = as_answer(before, text, row.line)
            self.lead = self.lead if self.lead.endswith(": ") or not answered else text
        elif any(finding.code == "definition" and _is_of(finding.quantity, desk) for finding in findings):
            answered = as_result(before, row.text, row.line)
        elif findings and not desk.beliefs and all(finding.label == "right" for finding in findings):
            findings += beside(desk, row.text, row.line)
        if answered:
            self.desks[i], self.chain, findings = before, None, answered
        return LineVerdict(row.line, row.column, row.text, tuple(findings), desk.solved.part.label)

    def claims(self, row: Row, desk: Desk) -> Iterator[Claim]:
        found, self.axes = claimed(row, desk, self.axes)
        return iter(found)

    # ---- claims

    def judge(self, claim: Claim, row: Row, desk: Desk, loose: bool) -> list[Finding]:
        before = row.before.rstrip("$ (").rstrip("\\")
        condition = loose and CONDITION.search(before) is not None
        naming = claim.kind == "new" and NAMING.search(before) is not None and is_read(claim)
        if claim.kind == "onward":
            if self.chain is None:
                said = phrase("nothing-before")
                return [Finding("unread", "nothing-before", said, text=claim.text)]
            return judged(desk, self.chain, claim.members, row.line)
        if condition and claim.kind in ("new", "function") and not (naming and _is_formula(claim)):
            return []
        found = self.open(claim, row, desk)
        if condition and any(f.label != "right" for f in found):
            return []
        if loose and all(f.code == "free-quantity" for f in found):  # at z = 1
            return []
        return found

    def open(self, claim: Claim, row: Row, desk: Desk) -> list[Finding]:
        """A new chain."""
        last, self.chain = self.chain, None
        if claim.left is None:
            first = unread(claim.error, claim.text) if claim.error is not None else None
            return [*([first] if first else []), *self.among(claim, row, desk)]
        unknown = tuple(
            dict.fromkeys((*(n for n in claim.unknown if n not in desk.own), *desk.unknown(desk.plain(claim.left))))
        )
        if claim.kind == "function":
            unknown = ()
            if _is_open(claim.left, desk):
                return [_unsupported("open-function", claim, found=claim.left)]
        if claim.kind == "new":
            assert isinstance(claim.left, Name)
            if claim.left not in desk.own and (desk.arrays is None or claim.left not in desk.arrays.tables):
                return self.definition(claim, claim.left, row, desk)
        if unknown:
            return [_unsupported("unknown-name", claim, found=unknown), *self.among(claim, row, desk)]
        if claim.letters:
            claim = _bound(claim, desk)
        if claim.kind == "value" and isinstance(claim.left, Name) and self.is_step(claim, claim.left, desk):
            claim = replace(claim, kind="next")
        if claim.kind in ("value", "next", "change") and isinstance(claim.left, Name):
            problem = _unfounded(claim, claim.left, desk)
            if problem is not None:
                return [problem]
        self.chain = chain_about(desk, claim, row.line)
        if claim.step and last is not None:
            self.chain.least = last.after(desk.at)
        return judged(desk, self.chain, claim.members, row.line)

    def among(self, claim: Claim, row: Row, desk: Desk) -> list[Finding]:
        """A chain whose left side means nothing here: its formulas against one another."""
        self.chain = Chain((About(Name("?")),), [[]], row.line, quiet=True)
        return judged(desk, self.chain, claim.members, row.line)

    def definition(self, claim: Claim, name: Name, row: Row, desk: Desk) -> list[Finding]:
        """A name of the student's own; never one that looks like a parameter or an input of the exercise."""
        leaves = {(n.base, n.accent) for n in desk.subject.graph.leaves if n.sub or n.sup}
        first = next(iter(claim.members), None)
        if (name.base, name.accent) in leaves and (name.sub or name.sup):
            return [_unsupported("unknown-name", claim, found=(name,)), *self.among(claim, row, desk)]
        if first is None or first.formula is None:
            error = first.error if first is not None else None
            return [unread(error, claim.text)] if error is not None else []
        if first.arrays and define(desk, name, first.formula):
            self.chain = chain_about(desk, replace(claim, left=name), row.line)
            finding = Finding(
                "right", "definition", phrase("definition", name=name), name, first.formula, text=claim.text
            )
            return [finding, *judged(desk, self.chain, claim.members[1:], row.line)]
        entries = spread(desk, first.formula, None, first)  # x^T x is a number
        if isinstance(entries, Finding):
            return [entries]
        formula = desk.plain(entries[0])
        unknown = tuple(dict.fromkeys((*(n for n in first.unknown if n not in desk.own), *desk.unknown(formula))))
        if unknown or name in names_of(formula):
            return [_unsupported("unknown-name", claim, found=unknown or (name,))]
        desk.define(name, formula)
        self.chain = Chain((About(desk.meant(name)),), [[]], row.line)
        said = phrase("definition", name=name)
        finding = Finding("right", "definition", said, name, formula, text=claim.text)
        return [finding, *judged(desk, self.chain, claim.members[1:], row.line)]

    def is_step(self, claim: Claim, name: Name, desk: Desk) -> bool:
        """w = w - …, or w = 0.5045 where that is not its value: the next value of a parameter."""
        graph = desk.subject.graph
        formulas = [desk.plain(m.formula) for m in claim.members if m.formula is not None]
        if desk.arrays is not None and name in desk.arrays.tables:
            cells = [cell for row in desk.arrays.tables[name] for cell in row]
            return all(cell in graph.parameters for cell in cells) and any(name in names_of(f) for f in formulas)
        if name not in graph.parameters or name in graph.order or not formulas:
            return False
        if any(name in names_of(f) for f in formulas):
            return True
        if not desk.judge(desk.at).values.has(name):
            return False
        about = About(name)
        return any(desk.decide(about, f, desk.order(about))[0].outcome != "right" for f in formulas if is_number(f))


def _is_of(name: Written | None, desk: Desk) -> bool:
    """Whether a name is that of a quantity with another index: f_{aa}"""
    return (
        isinstance(name, Name)
        and bool(name.sub)
        and any(name.base == n.base and not n.sub for n in desk.subject.graph.order)
    )


def _misfit(found: LineVerdict) -> tuple[int, bool]:
    """How badly a row fits a part: what is wrong there fits better than what cannot even be read there."""
    fits = ("right", "carried", "wrong", "unsupported", "unread", "skipped").index(found.label)
    return fits, not any(finding.why for finding in found.findings)


def _bound(claim: Claim, desk: Desk) -> Claim:
    """L(x, t) = … where the exercise has L of x_6 and t: x is x_6 there."""
    assert isinstance(claim.left, Name)
    node = desk.subject.graph.nodes.get(claim.left)
    new = [n for n in claim.letters if n not in desk.vocabulary.quantities]
    rest = [p for p in node.parents if p not in claim.letters] if node is not None else []
    if not new:
        return claim
    if len(new) != 1 or len(rest) != 1:
        return replace(claim, members=tuple(replace(m, unknown=(*m.unknown, *new)) for m in claim.members))
    meant: dict[Written, Written] = {new[0]: rest[0]}
    members = (
        replace(m, formula=substitute(m.formula, meant) if m.formula is not None else None) for m in claim.members
    )
    return replace(claim, members=tuple(members))


def _is_formula(claim: Claim) -> bool:
    """Whether the first thing that is said to be equal has a quantity in it: not n = 1."""
    return bool(claim.members) and claim.members[0].formula is not None and any(names_of(claim.members[0].formula))


def _unsupported(code: str, claim: Claim, **data: object) -> Finding:
    return Finding("unsupported", code, phrase(code, **data), text=claim.text)


def _unfounded(claim: Claim, name: Name, desk: Desk) -> Finding | None:
    """A claim about a letter of which the exercise says nothing."""
    graph = desk.subject.graph
    if desk.arrays is not None and name in desk.arrays.tables:
        cell = desk.arrays.tables[name][0][0]
        return _unfounded(claim, cell, desk) if isinstance(cell, Name) else None
    if name in graph.order or name in desk.vectors or name in desk.subject.part.upstream:
        return None
    if name in desk.own and claim.kind == "value":
        return None
    if name in desk.subject.part.display.values():
        return None
    if claim.kind in ("next", "change"):
        target = graph.default_targets[0]
        if name in graph.parameters and name not in desk.subject.part.fixed and graph.reaches(name, target):
            return None
        return _unsupported("no-step", claim, found=name)
    if any(name == n for n in desk.judge(desk.at).values.env()):
        return None
    given = desk.subject.part.given.get(name)
    if given is not None:
        return None
    return _unsupported("free-quantity", claim, found=name)


def _is_open(function: Written, desk: Desk) -> bool:
    definition = desk.vocabulary.functions.get(function.func) if isinstance(function, Call) else None
    return definition is not None and definition.is_open


__all__ = ["check_working"]
