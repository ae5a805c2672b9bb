r"""What a student says beside an answer: a reason, or a word on the way.  It is set aside; what is false in it is told.

0.5, since z > 0      0 because z_2 < 0      Since z < 0, dL/dw = 0      0.5 (the ReLU is on)      2 x \text{ by (3)}
"""

from __future__ import annotations

import re

from symprop.derive.values import NotGiven
from symprop.errors import ReadError, SympropError
from symprop.evaluate import Undefined
from symprop.judge.phrasing import CONDITIONAL, REASON
from symprop.judge.records import Verdict
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
CALLED = re.compile(r"([A-Za-z][A-Za-z0-9_]*)\(")
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
SAID = re.compile(r"[A-Za-zÄÖÜäöüß0-9\s,.'’$_\\{}-]+")
RELATED = re.compile(r"[<>≤≥≠=≈]|\\(?:le|ge|lt|gt|ne|leq|geq|neq|approx)(?![A-Za-z])")
AND = re.compile(r"(?<![A-Za-z])(?:and|und)(?![A-Za-z])|\\(?:land|wedge)(?![A-Za-z])|∧|&")
EDGES = " ,.;:\t"
MOST = 300  # characters of a remark
Parted = tuple[str, str]  # the answer, the remark


def parted(text: str) -> Parted | None:
    """An answer and what is said beside it; None where nothing is."""
    if found := LED.match(text):
        for sign in (":", ","):
            said, *rest = pieces(text, sign)
            if rest and (answer := text[len(said) + 1 :].strip()):
                return answer, _bare(said)
        return ("", _bare(text)) if REASON.match(text.strip()) else None
    for found in REASON.finditer(text):
        before, after = text[: found.start()].rstrip(EDGES), text[found.start() :]
        if before.endswith(("(", "[")):
            before = before[:-1].rstrip(EDGES)
        says = RELATED.search(after) or len(WORD.findall(after)) > 1
        if before and says and _closed(before):
            return before, _bare(after)
    found = PROSE.search(text)
    if found is None or not text[: found.start()].strip(EDGES):
        return None
    said = found["round"] or found["square"] or found["text"] or ""
    if CONDITIONAL.match(said) or CHANGING.search(said) or not SAID.fullmatch(said) or len(WORD.findall(said)) < 2:
        return None
    return text[: found.start()].rstrip(EDGES), said.strip(EDGES)


def equated(text: str) -> Parted | None:
    """An answer and an equation in brackets behind it: 0 (h = 0)"""
    found = EQUATED.search(text)
    return (text[: found.start()], found["said"].strip()) if found else None


def is_relation(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text is a relation like z > 0, which is no answer."""
    found = _read(text, vocabulary)
    return isinstance(found, Rel) and not set(found.ops) <= {"=", "≈", "←"}


def remark(said: str, judge: Judge, vocabulary: Vocabulary) -> Verdict:
    """What is set aside; its relations are true or false at the exercise's numbers, or nothing is known of them."""
    said = said[:MOST]
    bare = REASON.sub(" ", said, count=1).strip(EDGES)
    unknown = False
    found: list[Rel] = []
    for part in (p for cut in pieces(bare, ",") for p in AND.split(cut)):
        called = any(name_of(head, vocabulary) for head in CALLED.findall(part))  # h(0) = 0.5 is no product
        relation = _read(part, vocabulary) if RELATED.search(part) and not called else None
        if isinstance(relation, Rel):
            found.append(relation)
        else:
            unknown = unknown or bool(part.strip())
    for relation in found:
        holds = truth(relation, judge)
        if holds is False:
            return Verdict("wrong", "remark-wrong", phrase("remark-wrong", found=relation), said, None, relation)
        unknown = unknown or holds is None
    if found and not unknown:
        return Verdict("right", "remark", phrase("remark-right", said=said), said)
    return Verdict("right", "remark", phrase("remark", said=said), said)


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
