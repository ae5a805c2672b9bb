"""The values of one quantity after every step, one after the other, judged step by step.

c = 1 + 0.2 = 1.2, then 1.36, then 1.488      c: 1 → 1.2 → 1.36 → 1.488      c = 1.2, 1.36, 1.488      w: 0.5 → 0.692
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from symprop.errors import ReadError
from symprop.judge.numbers import Near, is_number, literal
from symprop.judge.records import Verdict
from symprop.judge.stages import ARROW, VALUE, numbered
from symprop.judge.statements import APART, Statement, cut, name_of, statement
from symprop.model.solution import Phrase, phrase
from symprop.names import Vocabulary
from symprop.written import Name, Written

if TYPE_CHECKING:
    from symprop.judge.judging import Marker
    from symprop.judge.subject import Asked

MOST = 60  # values of one list
LONGEST = 2000  # characters of one
STEP = "⟶"
THEN = re.compile(
    r"\s{0,9}(?:[,;]\s{0,9}(?:(?:and|und)\s{1,9})?|\s(?:and|und)\s{1,9}|\s)(?:then|dann)[\s,:]{1,9}(?=[-+−.0-9\\(])",
    re.IGNORECASE,
)
AND = re.compile(r"\s(?:and|und)\s+(?=[-+−.0-9])", re.IGNORECASE)
HEADED = re.compile(
    r"\s*(?P<head>[^\s:=→⟶↦<]{1,40})\s*(?::=|<-|:|=|←|\\(?:gets|leftarrow)(?![A-Za-z])|(?=[-→⟶↦\\]))\s*"
)


def with_arrows(text: str) -> str:
    """`then` between numbers as an arrow, so that a list stays one statement."""
    return THEN.sub(lambda found: f" {STEP} ".ljust(len(found.group())), text)


def by_steps(marker: Marker, text: str) -> list[Verdict] | None:
    """The verdict on a list of the values after each step; None for anything else.

    The first value may be that before the first step, and values may be left out; the last must be the one asked.
    """
    vocabulary, names = marker.subject.vocabulary, list(marker.asked)
    only = names[0] if len(names) == 1 and isinstance(names[0], Name) else None
    moved = [name for name, asked in marker.asked.items() if asked.is_update] if ARROW.search(text) else ()
    listed = moved or marker.steps
    found = stepwise(text, vocabulary, listed, only) if listed else None
    if found is None:
        return None
    name, values = found
    try:
        said = [replace(statement(value, vocabulary), about=name) for value in values]
    except ReadError:
        return None
    asked = marker.asked[name]
    every = [*marker.steps.get(name, ()), asked]
    now, coarse = -1, None  # the step of which the value was told last: 0 before the first; what was rounded too much
    for place, each in enumerate(said):
        told = _step(marker, name, each, range(now + 1, len(every) + 1))
        if told is None:
            if place and len(every) == 1 and place == len(said) - 1:  # the only new value, as if it stood alone
                return [replace(marker.verdict(asked, replace(each, next=True)), text=text)]
            step = min(place if len(said) > len(every) else max(now, 0) + 1, len(every))
            sentence = phrase("wrong-step" if step else "wrong-start", quantity=name, step=step, found=each.items[-1])
            return [marker.result(asked, replace(each, text=text), "wrong", sentence.code, sentence)]
        now, coarse = told[0], told[1] if coarse is None else coarse
    if now < len(every):
        sentence = phrase("earlier-step", quantity=name, step=now)
        return [marker.result(asked, replace(said[-1], text=text), "wrong", "earlier-step", sentence)]
    if coarse is not None:
        sentence = phrase("form-coarse", digits=coarse.digits)
        return [marker.result(asked, replace(said[-1], text=text), "right-wrong-form", sentence.code, sentence)]
    return [replace(marker.verdict(asked, said[-1]), text=text)]


def before_the_last(marker: Marker, asked: Asked, said: Statement, found: Written, place: int) -> Phrase | None:
    """What a wrong value is, the ``place``-th of a statement: after an earlier step, the old one, or None."""
    for step, earlier in enumerate(marker.steps.get(asked.quantity, ()), 1):
        if marker.judge_at(earlier.answer.epoch).decide(found, earlier.formula).outcome == "right":
            return phrase("earlier-step", quantity=asked.quantity, step=step)
    if asked.is_update and not (said.change or place) and is_before(marker, asked, found):
        return phrase("no-step" if said.next or not is_number(found) else "old-value", quantity=asked.quantity)
    return None


def is_before(marker: Marker, asked: Asked, found: Written, *, exactly: bool = False) -> bool:
    """Whether this is the value before the first step, as a number, w, or w - 0.5·0; a number may be rounded."""
    first = marker.steps.get(asked.quantity, [asked])[0]
    decision = marker.judge_at(first.answer.epoch).decide(found, asked.quantity, witness=False)
    exact = decision.scope == "everywhere" or (decision.near is not None and decision.near.closeness == "exact")
    return decision.outcome == "right" and (exact or (literal(found) is not None and not exactly))


def in_turn(marker: Marker, verdicts: Sequence[Verdict], texts: Sequence[str]) -> list[Verdict]:
    """The verdicts on statements; a value that comes after that of a later step is wrong: c <- 1.36; c <- 1.2.

    Where one is told twice and the one behind it is not, that is missing: c <- 1.2; c <- 1.2; c <- 1.488.
    Where each of them says of which step it is, c^{(2)} = 1.36; c^{(1)} = 1.2, that is their order.
    """
    found = list(verdicts)
    for name, earlier in marker.steps.items():
        places = [i for i, verdict in enumerate(found) if verdict.quantity == name and not verdict.parts]
        marks = {i: mark for i in places if (mark := numbered(texts[i])) is not None}
        last, now, again = len(earlier) + 1, 0, 0
        for i in sorted(places, key=lambda i: marks[i] if len(marks) == len(places) else i):
            verdict = found[i]
            late = verdict.code == "earlier-step"
            step = dict(verdict.said.data)["step"] if late else last if verdict.kind.startswith("right") else now
            if late and step < now:
                said = phrase("wrong-order", quantity=name, step=step, before=now)
                found[i] = replace(verdict, code=said.code, said=said)
            elif again and step > again + 1 and verdict.kind.startswith("right"):
                said = phrase("skipped-step", quantity=name, step=again + 1, before=again)
                found[i] = replace(verdict, kind="wrong", code=said.code, said=said)
            again = step if late and step == now else 0
            now = max(now, step)
    return found


def _step(marker: Marker, name: Name, said: Statement, steps: Iterable[int]) -> tuple[int, Near | None] | None:
    """The first of some steps after which a value is right, and whether it was rounded too much; 0 is before all."""
    every = [*marker.steps.get(name, ()), marker.asked[name]]
    for step in steps:
        judge = marker.judge_at(every[max(step, 1) - 1].answer.epoch)
        decisions = [judge.decide(item, every[step - 1].formula if step else name) for item in said.items]
        if all(decision.outcome == "right" for decision in decisions):
            return step, next((decision.near for decision in decisions if decision.coarse), None)
    return None


def stepwise(
    text: str, vocabulary: Vocabulary, names: Container[Written], only: Name | None = None
) -> tuple[Name, list[str]] | None:
    """The quantity of a list of values, one of ``names``, or the ``only`` one that is asked, and the values."""
    if len(text) > LONGEST:
        return None
    head = HEADED.match(text)
    name = name_of(head["head"], vocabulary) if head is not None else None
    if head is not None and name is not None:
        text = text[head.end() :]
    else:
        name = only
    if name is None or name not in names:
        return None
    arrow = ARROW.match(text)  # c → 1.2 → 1.36
    text = text[arrow.end() :] if arrow else text
    values = [part.strip() for part in islice(_values(text, vocabulary.decimal_comma), MOST + 1)]
    if not 2 <= len(values) <= MOST or not all(v and VALUE.fullmatch(v) and re.search("[0-9]", v) for v in values):
        return None
    return name, values


def _values(text: str, decimal_comma: bool) -> list[str]:
    between = ARROW.split(text)
    if len(between) > 1 or decimal_comma:
        return between
    return cut(AND.sub(", ", text), APART)
