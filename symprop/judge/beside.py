"""An answer with something said beside it: a remark, an equation in brackets, or a statement between commas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from symprop.errors import ReadError, SympropError
from symprop.judge.arrayed import left_of
from symprop.judge.labels import with_label
from symprop.judge.lists import mixed
from symprop.judge.phrasing import UNEQUAL, without_comment
from symprop.judge.records import Judgement, Verdict, unreadable
from symprop.judge.remarks import REMARKS, equated, is_remark, parted, remark
from symprop.judge.spoken import NOTHING, Beside
from symprop.judge.statements import pieces, spans
from symprop.model.graph import targets_of
from symprop.model.solution import phrase
from symprop.names import Vocabulary
from symprop.written import Call, Deriv, Name, Written, neg

if TYPE_CHECKING:
    from symprop.judge.judging import Marker


SIGNED = re.compile(
    r"(?P<answer>.*\S)\s*(?:(?P<less><|\\lt(?![A-Za-z]))|(?P<more>>|\\gt(?![A-Za-z])))\s*0\s*", re.DOTALL
)  # 1/s^2 > 0


def with_equation(marker: Marker, text: str, heading: int | None, left: int = REMARKS) -> list[Verdict]:
    """The verdicts on an answer with equations in brackets, or a label, which are no factors; nothing for any other."""
    found = equated(without_comment(text)) if marker.table is None and left else None
    if found is None:
        return with_label(marker, text, heading)
    answer, said = found
    try:
        verdicts = with_equation(marker, answer, heading, left - 1) or marker.piece(answer, heading)
    except ReadError as error:
        verdicts = (error.readings and marker.agreed(answer, heading)) or []
        verdicts = verdicts or with_remark(marker, answer, heading) or [unreadable(answer, error)]
    if Judgement(tuple(verdicts)).kind == "wrong" and (other := _as_factor(marker, answer, said, heading)):
        return [other]
    return _together(verdicts, _equation(marker, said, heading, verdicts))


def _as_factor(marker: Marker, answer: str, said: str, heading: int | None) -> Verdict | None:
    """2 (y - t) v (x = 2) is asked back where x is a factor that is missing."""
    factor = f"{answer} ({said[slice(*spans(said)[0])].strip()})"
    try:
        right = Judgement(tuple(marker.piece(factor, heading))).kind in ("right", "right-wrong-form")
    except (ReadError, SympropError):
        return None
    text = f"{answer} ({said})"
    message = f"`({said})` may be a factor or a remark"
    return unreadable(text, ReadError(text, len(answer), message, readings=(answer, factor))) if right else None


def _equation(marker: Marker, said: str, heading: int | None, beside: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts on an equation in brackets: one more answer, else a remark about a quantity."""
    arrays, answered = marker.arrays, {v.quantity for verdict in beside for v in verdict.singles}
    about = left_of(said, marker.subject.vocabulary)
    whole = left_of(said, arrays.vocabulary) if about is None and arrays is not None else None
    told = remarked(marker, said, beside)
    unread = told.kind == "unreadable" and about is not None  # Δw = 0.2
    if whole is not None or unread or (about in marker.asked and about not in answered):
        try:
            found = marker.piece(said, heading)
        except (ReadError, SympropError):
            found = []
        if found and (whole is not None or unread or Judgement(tuple(found)).kind == "right"):
            return found
    return [told]


def with_remark(
    marker: Marker, text: str, heading: int | None, several: bool = False, left: int = REMARKS
) -> list[Verdict]:
    """The verdicts on an answer and on a remark or statement beside it; nothing where there is neither."""
    vocabulary: Vocabulary = marker.subject.vocabulary
    if not several and (signed := _signed(marker, text, heading)) is not None:
        return signed
    answer, said = parted(text) or _listed(text, vocabulary) or ("", text if is_remark(text, vocabulary) else "")
    listed = [answer] if answer else mixed(text) if not said and len(marker.asked) == 1 else []
    if not listed and not (said and several):
        return []
    try:
        found = [v for each in listed for v in marker.piece(each, heading)]
    except ReadError as error:
        found = (error.readings and marker.agreed(answer, heading)) or []
        found = found or (with_remark(marker, answer, heading, several, left - 1) if answer and left else [])
        if not found:
            return []
    return _together(found, [remarked(marker, said, found)]) if said else found


def _listed(text: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """An answer and a condition behind its last comma: 2/z, z ≠ 0"""
    *before, last = pieces(text, ",")
    return (",".join(before), last.strip()) if before and UNEQUAL.search(last) and is_remark(last, vocabulary) else None


def _signed(marker: Marker, text: str, heading: int | None) -> list[Verdict] | None:
    """The verdicts on 1/s^2 > 0, where an answer has that sign wherever it has a value; None for any other text."""
    found = SIGNED.fullmatch(text)
    if found is None or UNEQUAL.search(found["answer"]):
        return None
    try:
        verdicts = marker.piece(found["answer"].strip(), heading)
    except ReadError:
        return None
    reading = verdicts[0].reading if len(verdicts) == 1 and verdicts[0].quantity in marker.asked else None
    if reading is None:
        return None
    judge = marker.judge_at(marker.epoch)
    size: Written = Call(Name("abs"), (reading,))
    if judge.decide(reading, neg(size) if found["less"] else size).outcome != "right":
        return None
    said = text[max(found.start("less"), found.start("more")) :].strip()
    return [*verdicts, Verdict("right", "remark", phrase("remark-right", said=said), said)]


def _together(found: list[Verdict], told: list[Verdict]) -> list[Verdict]:
    """An answer and its remark; the remark alone where it is not understood, since it may change the answer."""
    unread = [verdict for verdict in told if verdict.kind == "unreadable"]
    return unread or [*found, *told]


def remarked(marker: Marker, said: str, found: Sequence[Verdict]) -> Verdict:
    """The verdict on a remark: false only if it is so at every step of the task."""
    beside = _beside(marker, found)
    new = {quantity: asked.formula for quantity, asked in marker.asked.items() if asked.is_update}
    epochs = {asked.answer.epoch for asked in (*marker.asked.values(), *(a for s in marker.steps.values() for a in s))}
    told = [
        remark(said, marker.judge_at(epoch), marker.subject.vocabulary, beside, new)
        for epoch in sorted(epochs, reverse=True)
    ]
    return next((verdict for verdict in told if verdict.kind != "wrong"), told[0])


def _beside(marker: Marker, found: Sequence[Verdict]) -> Beside:
    """What a remark is about: the first quantity; its value and its gradient only where it is the only one."""
    answers = [v for verdict in found for v in verdict.singles if v.quantity is not None]
    if not answers:
        return NOTHING
    first = answers[0]
    slope = _slope(marker, first.quantity)
    if first.kind == "wrong" or any(v.quantity != first.quantity for v in answers):
        return Beside(slope or first.quantity)
    return Beside(slope or first.quantity, first.reading, slope)


def _slope(marker: Marker, quantity: Written | None) -> Deriv | None:
    """The derivative that is asked, or with which a quantity is updated."""
    asked = marker.asked.get(quantity) if quantity is not None else None
    if isinstance(quantity, Deriv):
        return quantity
    if asked is None or not asked.is_update or not isinstance(quantity, Name):
        return None
    return Deriv(targets_of(asked.task, marker.subject.part)[0], (quantity,))
