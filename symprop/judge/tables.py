"""Numbers of a table:  q(-2) = 0.1192,   z = -2: q = 0.1192,   q = 0.1192 at z = -2,   q = [0.1192, 0.5, 0.7311].

A table asks for formulas at several points; a number is judged at the point that it is said to belong to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symprop.derive.values import is_infinite
from symprop.errors import ReadError, SympropError
from symprop.evaluate import EXACT, NotExact, Undefined, evaluate
from symprop.judge.numbers import Near, digits_of, literal, unit_of
from symprop.judge.records import Verdict
from symprop.judge.statements import Statement, pieces, readable
from symprop.judge.subject import Asked
from symprop.judge.value import RANK, Decision, Judge, judge_where
from symprop.model.exercise import Part
from symprop.model.solution import Table, Worked, phrase
from symprop.names import Vocabulary
from symprop.written import Const, Name, Neg, Num, Rel, Vec, Written

if TYPE_CHECKING:
    from symprop.judge.judging import Marker

BEFORE = re.compile(r"^\s*(?P<point>[^:=]+=[^:=]+(?:,[^:=]+=[^:=]+)*):\s*(?P<rest>\S.*)$", re.DOTALL)
AFTER = re.compile(
    r"^(?P<rest>.*\S)\s*(?:\b(?:at|for|where|if|bei|für|an|wenn)\b|\\text\s*\{\s*(?:at|for|where|if|bei|für|an|wenn)\s*\})"
    r"\s*(?P<point>[^=]+=[^=]+(?:,[^=]+=[^=]+)*)$",
    re.DOTALL,
)
BAR = re.compile(r"\s*(?:\\(?:bigr?|Bigr?|right)\s*)?\|_\s*\{?(?P<point>[^{}=]+=[^{}=]+)\}?")
NO_BAR = re.compile(r"\\(?:left|bigl?|Bigl?)\s*\.")
CALLED = re.compile(r"^(?P<head>[^=]*\S)\s*\((?P<inside>[^()=]*(?:=[^()=]*)?)\)\s*(?P<rest>=.*)$", re.DOTALL)
Point = Mapping[Name, Written]


@dataclass(slots=True)
class Tabled:
    """The points of a table, and what is right at each."""

    part: Part
    worked: Worked
    vocabulary: Vocabulary
    judges: dict[int, Judge | None] = field(default_factory=dict)

    @property
    def points(self) -> tuple[Point, ...]:
        return self.worked.task.at

    @property
    def variables(self) -> tuple[Name, ...]:
        return tuple(dict.fromkeys(v for point in self.points for v in point))

    def told(self, i: int) -> tuple[Written, ...]:
        """A point as relations: z = -2"""
        return tuple(Rel((name, value), ("=",)) for name, value in self.points[i].items())

    # ---- which point

    def parted(self, text: str) -> tuple[str, int | None]:
        """A statement without its point, and the point (None: not told).  Raises ReadError for a point that is none."""
        for pattern in (BEFORE, AFTER):
            found = pattern.match(text)
            if found and (point := self.relations(found["point"])) is not None:
                return found["rest"], self.index(point, text)
        found = BAR.search(text)
        if found and (point := self.relations(found["point"])) is not None:
            return NO_BAR.sub("", text[: found.start()]) + text[found.end() :], self.index(point, text)
        found = CALLED.match(text)
        if found and (point := self.arguments(found["head"], found["inside"])) is not None:
            return f"{found['head']} {found['rest']}", self.index(point, text)
        return text, None

    def heading(self, text: str, before: int | None) -> int | None:
        """The point of ``z = 0: …``, which holds until another is told."""
        found = BEFORE.match(text)
        return self.parted(text)[1] if found and self.relations(found["point"]) is not None else before

    def relations(self, text: str) -> Point | None:
        """z = -2, u = 1"""
        point: dict[Name, Written] = {}
        for piece in pieces(text, ","):
            found = self.read(piece)
            if not (isinstance(found, Rel) and found.ops == ("=",) and isinstance(found.items[0], Name)):
                return None
            point[found.items[0]] = found.items[1]
        return point if point and set(point) <= set(self.variables) else None

    def arguments(self, head: str, inside: str) -> Point | None:
        """q(-2), q(z = -2): of a quantity, by the order of the table's columns."""
        if self.read(head) not in self.worked.task.formulas:
            return None
        if "=" in inside:
            return self.relations(inside)
        values = [self.read(piece) for piece in pieces(inside, ",")]
        if len(values) != len(self.variables) or None in values:
            return None
        return {n: v for n, v in zip(self.variables, values, strict=True) if v is not None}

    def read(self, text: str) -> Written | None:
        return readable(text, self.vocabulary)

    def index(self, point: Point, text: str) -> int:
        wanted = {name: _value(value) for name, value in point.items()}
        for i, known in enumerate(self.points):
            if all(_value(known[n]) == v for n, v in wanted.items() if n in known) and wanted.keys() <= known.keys():
                return i
        raise ReadError(text, 0, "the table has no such point")

    def rows(self, said: Statement) -> tuple[Statement, ...]:
        """q = [0.1192, 0.5, 0.7311]: the numbers of all points, in their order; () where it is no such list."""
        count = len(self.points)
        if count < 2 or not all(isinstance(item, Vec) and len(item.items) == count for item in said.items):
            return ()
        columns = zip(*(item.items for item in said.items if isinstance(item, Vec)), strict=True)
        return tuple(replace(said, items=tuple(column)) for column in columns)

    # ---- what is right

    def worst(self, i: int, quantity: Written, items: tuple[Written, ...]) -> Decision:
        """The worst decision on several formulas that are said to have the value at a point."""
        return max((self.decide(i, quantity, item) for item in reversed(items)), key=lambda d: RANK[d.outcome])

    def decide(self, i: int, quantity: Written, mine: Written) -> Decision:
        """Whether a formula has the right value at a point."""
        if any(is_infinite(v) for v in self.points[i].values()):
            return self.at_infinity(i, quantity, mine)
        judge = self.judge(i)
        if judge is None:
            return Decision("wrong", resolved=mine)
        return judge.decide(mine, judge.subject.resolve(quantity))

    def judge(self, i: int) -> Judge | None:
        """The part with the point among its given numbers; None where it is undefined there."""
        if i not in self.judges:
            self.judges[i] = judge_where(self.part, self.points[i], self.vocabulary)
        return self.judges[i]

    def at_infinity(self, i: int, quantity: Written, mine: Written) -> Decision:
        """A limit, as the certified table has it."""
        cell = self.cell(i, quantity)
        right, found = _value(cell), _value(mine)
        if right is None or found is None:
            return Decision("undecided" if found is None else "wrong", resolved=mine)
        if right == found:
            return Decision("right", "numbers", near=Near("exact"), resolved=mine)
        number = literal(mine)
        if number is None or isinstance(right, str) or isinstance(found, str):
            return Decision("wrong", resolved=mine)
        near = abs(found - right) <= unit_of(number) / 2
        return Decision("right" if near else "wrong", "numbers", near=Near("rounded", digits_of(number)), resolved=mine)

    def cell(self, i: int, quantity: Written) -> Written | None:
        for block in self.worked.blocks:
            if isinstance(block, Table) and quantity in block.columns:
                found = block.rows[i][block.columns.index(quantity)]
                return found if isinstance(found, Written) else None
        return None


def _value(formula: Written | None) -> Fraction | str | None:
    """A number, or oo and -oo; None for anything else."""
    if formula is None:
        return None
    if is_infinite(formula):
        return "-oo" if isinstance(formula, Neg) else "oo"
    if isinstance(formula, Num):
        return formula.value
    if any(isinstance(n, Name | Const) for n in formula.walk()):
        return None
    try:
        found = evaluate(formula, {}, EXACT)
    except (Undefined, NotExact, SympropError):
        return None
    return found if isinstance(found, Fraction) else None


def in_table(marker: Marker, asked: Asked, said: Statement, point: int | None) -> Verdict:
    """Numbers of a table, at the point that they belong to; where none is told, at the only one that there is."""
    table = marker.table
    assert table is not None
    places = range(len(table.points)) if point is None else (point,)
    worst = {i: table.worst(i, asked.quantity, said.items) for i in places}
    right = [i for i, decision in worst.items() if decision.outcome == "right"]
    if right and len(right) < len(worst):
        told = tuple(r for i in places for r in table.told(i))
        sentence = phrase("which-point", quantity=asked.quantity, points=told)
        return marker.open("which-point", said, sentence)
    i, decision = next(iter(worst.items()))
    if decision.outcome == "undecided":
        return marker.result(asked, said, "undecided", "undecided", phrase("undecided", quantity=asked.quantity))
    if not right:
        verdict = marker.result(asked, said, "wrong", "different", phrase("wrong", quantity=asked.quantity))
        shown = table.cell(i, asked.quantity) if len(worst) == 1 else None
        return replace(verdict, revealed=shown if marker.reveal else None)
    if decision.near is not None and decision.near.closeness == "coarse":
        lack = phrase("form-coarse", digits=decision.near.digits)
        return marker.result(asked, said, "right-wrong-form", lack.code, lack)
    exact = decision.near is None or decision.near.closeness == "exact"
    code = "right-number" if exact else "right-rounded"
    return replace(marker.result(asked, said, "right", code, phrase(code, quantity=asked.quantity)), scope="numbers")
