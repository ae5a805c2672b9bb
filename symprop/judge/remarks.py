r"""What a student says beside an answer: a reason, or a word on the way.  It is set aside; what is false in it is told.

0.5, since z > 0      0 because z_2 < 0      Since z < 0, dL/dw = 0      0.5 (the ReLU is on)      2 x \text{ by (3)}
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symprop.derive.values import NotGiven
from symprop.errors import ReadError, SympropError
from symprop.evaluate import Undefined
from symprop.judge.phrasing import CONDITIONAL, REASON, without_lead
from symprop.judge.records import Verdict
from symprop.judge.spoken import as_relation, behind, claims
from symprop.judge.spoken import truth as spoken
from symprop.judge.statements import name_of, pieces
from symprop.judge.value import Judge
from symprop.model.solution import phrase
from symprop.names import Vocabulary
from symprop.notation.numbers import fraction_of
from symprop.reader import read
from symprop.written import Rel, Written

LED = re.compile(rf"^\s*(?:(?:by|using|with|from|nach|mit|aus)\s|{REASON.pattern})", re.IGNORECASE)
EQUATED = re.compile(r"(?<=\S)\s+\((?P<said>[^()<>]*[^()<>=]=[^()=]+)\)\s*$")  # 0.5 (h = 0): no bracket of Iverson's
CHANGING = re.compile(  # words that say something about the value
    r"\b(?:times|plus|minus|mal|durch|divided|over|half|twice|double|squared|instead|rather|but|except|aber|sondern|"
    r"statt|halbe|doppelt|or|oder|not|nicht|kein\w*|maybe|perhaps|vielleicht)\b",
    re.IGNORECASE,
)
PROSE = re.compile(
    r"(?:\((?P<round>[^()]*)\)|\[(?P<square>[^\[\]]*)\]|\\(?:text|mbox|textrm)\s*\{(?P<text>[^{}]*)\})\s*\.?$"
)
SIGNED = re.compile(  # = -0.25 < 0,  -0.25 (< 0)
    r"(?:^|[=≈])\s*(?P<number>[-+−]?[0-9][-+−0-9.,/·*()\s]*?)\s*\(?\s*(?P<than>(?:[<>≤≥≠]|<=|>=|\\(?:le|ge|lt|gt|ne|leq|geq|neq)(?![A-Za-z]))\s*0)"
    r"\s*\)?\s*$"
)
CALLED = re.compile(r"([A-Za-z][A-Za-z0-9_]*)\(")
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
SAID = re.compile(r"[A-Za-zÄÖÜäöüß0-9\s,.'’$_\\{}-]+")
RELATED = re.compile(r"[<>≤≥≠=≈]|\\(?:le|ge|lt|gt|ne|leq|geq|neq|approx)(?![A-Za-z])")
AND = re.compile(r"(?<![A-Za-z])(?:and|und)(?![A-Za-z])|\\(?:land|wedge)(?![A-Za-z])|∧|&")
EDGES = " ,.;:\t"
MOST = 300  # characters of a remark
REMARKS = 3  # one after the other, behind one answer
Parted = tuple[str, str]  # the answer, the remark


def parted(text: str) -> Parted | None:
    """An answer and what is said beside it; None where nothing is."""
    if claims(text):
        return None
    first, *rest = pieces(text, ",")
    if rest and claims(first):  # the ReLU is off, so dL/dw = 0
        return without_lead(text[len(first) + 1 :].strip()), first
    if LED.match(text):
        for sign in (":", ","):
            said, *rest = pieces(text, sign)
            if rest and (answer := text[len(said) + 1 :].strip()):
                return answer, _bare(said)
        return ("", _bare(text)) if REASON.match(text.strip()) else None
    for reason in REASON.finditer(text):
        before, after = text[: reason.start()].rstrip(EDGES), text[reason.start() :]
        if before.endswith(("(", "[")):
            before = before[:-1].rstrip(EDGES)
        says = RELATED.search(after) or len(WORD.findall(after)) > 1
        if before and says and _closed(before):
            return before, _bare(after)
    if (signed := SIGNED.search(text)) is not None:
        return text[: signed.end("number")], f"{signed['number']} {signed['than']}"
    found = PROSE.search(text)
    if found is None or not text[: found.start()].strip(EDGES):
        return behind(text)
    said = found["round"] or found["square"] or found["text"] or ""
    first, *rest = pieces(said, ",")
    if (claims(first) or as_relation(first) != first) and not any(map(CHANGING.search, rest)):
        return text[: found.start()].rstrip(EDGES), said.strip(EDGES)
    if CONDITIONAL.match(said) or CHANGING.search(said) or not SAID.fullmatch(said) or len(WORD.findall(said)) < 2:
        return None
    return text[: found.start()].rstrip(EDGES), said.strip(EDGES)


def equated(text: str) -> Parted | None:
    """An answer and an equation in brackets behind it: 0 (h = 0)"""
    found = EQUATED.search(text)
    return (text[: found.start()], found["said"].strip()) if found else None


def is_remark(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text is a relation like z > 0, or says in words what the units do, which is no answer."""
    if claims(text):
        return True
    found = _read(text, vocabulary)
    return isinstance(found, Rel) and not set(found.ops) <= {"=", "≈", "←"}


def remark(said: str, judge: Judge, vocabulary: Vocabulary, beside: Iterable[Verdict] = ()) -> Verdict:
    """What is set aside; what it says is true or false at the exercise's numbers, or nothing is known of it.

    ``beside``: the verdicts on what it stands beside.
    """
    said = said[:MOST]
    bare = REASON.sub(" ", said, count=1).strip(EDGES)
    answer = next((v for verdict in beside for v in verdict.singles if v.quantity is not None), None)
    about = answer.quantity if answer is not None else None
    reading = answer.reading if answer is not None and answer.kind != "wrong" else None
    known: list[bool | None] = []
    for part in (p for cut in pieces(bare, ",") for p in AND.split(cut)):
        part = as_relation(REASON.sub(" ", part, count=1).strip(EDGES))
        called = any(name_of(head, vocabulary) for head in CALLED.findall(part))  # h(0) = 0.5 is no product
        relation = _read(part, vocabulary) if RELATED.search(part) and not called else None
        if isinstance(relation, Rel):
            known.append(truth(relation, judge))
            if known[-1] is False:
                return Verdict("wrong", "remark-wrong", phrase("remark-wrong", found=relation), said, None, relation)
        elif claims(part):
            found = spoken(part, judge, about, reading)
            known.append(found.holds)
            if found.holds is False:
                sentence = phrase("remark-wrong-here", said=part, facts=found.facts)
                return Verdict("wrong", "remark-wrong", sentence, said)
        elif part:
            known.append(None)
    code = "remark-right" if known and all(known) else "remark"
    return Verdict("right", "remark", phrase(code, said=said), said)


def truth(relation: Rel, judge: Judge) -> bool | None:
    """Whether a relation is true; None where the exercise does not say."""
    results = [
        _holds(left, op, right, judge)
        for left, op, right in zip(relation.items, relation.ops, relation.items[1:], strict=False)
    ]
    if False in results:
        return False
    return None if None in results else True


def _holds(left: Written, op: str, right: Written, judge: Judge) -> bool | None:
    if op in ("=", "≈"):
        outcome = judge.decide(right, judge.subject.resolve(left)).outcome
        return {"right": True, "chance": True, "wrong": False}.get(outcome)
    try:
        a, b = (fraction_of(judge.values.value(judge.subject.resolve(side))) for side in (left, right))
    except (NotGiven, Undefined, SympropError, TypeError):
        return None
    return {"<": a < b, "≤": a <= b, ">": a > b, "≥": a >= b, "≠": a != b}.get(op)


def _read(text: str, vocabulary: Vocabulary) -> Written | None:
    try:
        return read(text.strip(" .$"), vocabulary, new_symbols=False)
    except (ReadError, RecursionError):
        return None


def _bare(said: str) -> str:
    """Without the brackets of \\text{…} and a round one that closes nothing."""
    said = re.sub(r"\\(?:text|mbox|textrm|mathrm|textit)\s*\{([^{}]*)\}", r" \1 ", said)
    said = " ".join(said.split()).strip(EDGES)
    return said[:-1] if said.endswith((")", "]")) and not _closed(said) else said


def _closed(text: str) -> bool:
    """Whether as many brackets are opened as closed."""
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))
