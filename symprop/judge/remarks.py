r"""What a student says beside an answer: a reason, or a word on the way.  It is set aside; what is false in it is told.

0.5, since z > 0      0 because z_2 < 0      Since z < 0, dL/dw = 0      0.5 (the ReLU is on)      2 x \text{ by (3)}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from symprop.judge.numbers import is_number, literal, unit_of
from symprop.judge.phrasing import CONDITIONAL, REASON, VIA, is_harmless, without_lead
from symprop.judge.places import BAR
from symprop.judge.records import Verdict
from symprop.judge.spoken import NOTHING, Beside, as_relation, behind, claims
from symprop.judge.spoken import truth as spoken
from symprop.judge.statements import name_of, pieces, readable
from symprop.judge.value import Judge
from symprop.model.solution import phrase
from symprop.names import Vocabulary
from symprop.written import Call, Deriv, Name, Rel, Written, substitute

LED = re.compile(rf"^\s*(?:{VIA}\s|{REASON.pattern})", re.IGNORECASE)
OPEN = re.compile(r"(?:[-+−*/·×⋅^=<>,(\[{'′_]|\\(?:cdot|times|left))\s*$")  # what a factor or an argument follows
SCRIPTED = re.compile(BAR.pattern + r"[^{}\s]*\s*$")  # x|_x=2
SAYING = re.compile(
    r"^(?:here|hier|note(?:\s+that)?|with|mit|using|from|by|aus)\s+(?=\S+\s*=)", re.IGNORECASE
)  # with z = 2
EQUAL = re.compile(r"(?<![<>=!:~])(?:==?|≈)(?!=)|\\approx(?![A-Za-z])")
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
STOPS = " .$"  # around a formula
MOST = 300  # characters of a remark
REMARKS = 3  # one after the other, behind one answer
Parted = tuple[str, str]  # the answer, the remark
New = Mapping[Written, Written]
NOWHERE: New = MappingProxyType({})


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
    said = (found["round"] or found["square"] or found["text"] or "").strip()
    said = said[1:-1] if said.startswith("(") and said.endswith(")") else said
    first = next(pieces(said, ","))
    spoken_of = claims(first) or as_relation(first) != first
    if not spoken_of and (CONDITIONAL.match(said) or not SAID.fullmatch(said) or len(WORD.findall(said)) < 2):
        return None
    return text[: found.start()].rstrip(EDGES), said.strip(EDGES)


def equated(text: str) -> Parted | None:
    """An answer and a whole equation in brackets behind it, its sign at top level: 0 (h = 0), no factor (x|_{x=2})"""
    bare = text.rstrip(STOPS)
    if not bare.endswith(")") or (start := opening(bare, len(bare) - 1)) < 1:
        return None
    answer, said = bare[:start].removesuffix(r"\left"), bare[start + 1 : -1].removesuffix(r"\right")
    beside = answer[-1:].isspace() or answer[-1:].isdigit() or answer.endswith((")", "}"))
    if not beside or not answer.strip() or OPEN.search(answer) or not _is_equation(said):
        return None
    return answer.rstrip(), said.strip()


def opening(text: str, closing: int) -> int:
    """The round bracket that ``closing`` closes; -1 if there is none."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if not depth:
            return at
    return -1


def _is_equation(said: str) -> bool:
    """Whether there is a sign of equality outside all brackets and scripts, with something on both sides."""
    sides, depth, at = [""], 0, 0
    while at < len(said):
        found = EQUAL.match(said, at) if not depth else None
        if found is not None:
            sides.append("")
            at = found.end()
            continue
        depth += (said[at] in "([{") - (said[at] in ")]}")
        sides[-1] += said[at]
        at += 1
    return len(sides) > 1 and all(side.strip() for side in sides) and not SCRIPTED.search(sides[0])


def is_remark(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text is a relation like z > 0, or says in words what the units do, which is no answer."""
    if claims(text):
        return True
    found = readable(text.strip(STOPS), vocabulary)
    return isinstance(found, Rel) and not set(found.ops) <= {"=", "≈", "←"}


def remark(said: str, judge: Judge, vocabulary: Vocabulary, beside: Beside = NOTHING, new: New = NOWHERE) -> Verdict:
    """What is set aside; what it says is true or false at the exercise's numbers, or nothing is known of it.

    ``new``: what the answers update, with the new values: these may be meant, too.  Words that are not understood are
    no remark: they might change the answer.  After since, because they are reasons.
    """
    if len(said) > MOST and not REASON.match(said.strip()):
        return unread(said[:MOST], f"{said[:MOST]}…")
    said = said[:MOST]
    known: list[bool | None] = []
    reason = False
    for whole in (each for cut in pieces(said.strip(EDGES), ";") for each in pieces(cut, ",")):
        reason = reason or REASON.match(whole.strip()) is not None
        if is_harmless(REASON.sub(" ", whole, count=1)):
            known.append(None)
            continue
        for part in AND.split(whole):
            reason = reason or REASON.search(part) is not None
            part = as_relation(SAYING.sub("", REASON.sub(" ", part, count=1).strip(EDGES)))
            called = any(name_of(head, vocabulary) for head in CALLED.findall(part))  # h(0) = 0.5 is no product
            relation = readable(part.strip(STOPS), vocabulary) if RELATED.search(part) and not called else None
            if isinstance(relation, Rel) and (reason or _is_about(relation)):
                known.append(truth(relation, judge, new))
                if known[-1] is False:
                    sentence = phrase("remark-wrong", found=relation)
                    return Verdict("wrong", "remark-wrong", sentence, said, None, relation)
            elif claims(part):
                found = spoken(part, judge, beside)
                known.append(found.holds)
                if found.holds is False:
                    sentence = phrase("remark-wrong-here", said=part, facts=found.facts)
                    return Verdict("wrong", "remark-wrong", sentence, said)
            elif part and not reason and not called and not is_harmless(part):
                return unread(said, part)
            elif part:
                known.append(None)
    code = "remark-right" if known and all(known) else "remark"
    return Verdict("right", "remark", phrase(code, said=said), said)


def _is_about(relation: Rel) -> bool:
    """Whether a relation says something of a quantity; (w + 5 = 7) might be a factor with its value."""
    return not set(relation.ops) <= {"=", "≈"} or isinstance(relation.items[0], Name | Deriv | Call)


def unread(said: str, part: str) -> Verdict:
    """Words beside an answer that may say anything."""
    hint = "leave it out, or write it as a formula"
    sentence = phrase("unreadable", why=f"`{part}` beside the answer is not understood", hint=hint)
    return Verdict("unreadable", "unreadable", sentence, said, place=0)


def truth(relation: Rel, judge: Judge, new: New = NOWHERE) -> bool | None:
    """Whether a relation is true, of old or of new values; None where the exercise does not say."""
    results = [
        _holds(left, op, right, judge)
        for left, op, right in zip(relation.items, relation.ops, relation.items[1:], strict=False)
    ]
    if False in results:
        later = relation if any(isinstance(n, Deriv) for n in relation.walk()) else substitute(relation, new)
        return truth(later, judge) if isinstance(later, Rel) and later != relation else False
    return None if None in results else True


def _holds(left: Written, op: str, right: Written, judge: Judge) -> bool | None:
    """Whether one relation is true; None also where a number is right only to the few digits that it has."""
    if op in ("=", "≈"):
        if (assumed := _assumed(left, right, judge)) is not None:
            return assumed
        decision = judge.decide(right, judge.subject.resolve(left))
        if decision.coarse or (decision.outcome == "wrong" and _may_be_rounded(left, right, judge)):
            return None
        return {"right": True, "chance": True, "wrong": False}.get(decision.outcome)
    a, b = (judge.number_of(side) for side in (left, right))
    if a is None or b is None:
        return None
    return {"<": a < b, "≤": a <= b, ">": a > b, "≥": a >= b, "≠": a != b}.get(op)


def _assumed(left: Written, right: Written, judge: Judge) -> bool | None:
    """Whether a number is the one that the exercise assumes: t_1 + t_2 = 1; None where it assumes none."""
    for each in judge.assume if is_number(right) else ():
        if each.ops == ("=",) and is_number(each.items[1]) and judge.decide(left, each.items[0]).outcome == "right":
            return judge.decide(right, each.items[1]).outcome == "right"
    return None


def _may_be_rounded(left: Written, right: Written, judge: Judge) -> bool:
    """Whether a number is the value rounded to its digits (7 for 7.05, never 0), or the value is not known."""
    if not is_number(right):
        return False
    value, number = judge.number_of(left), literal(right)
    if value is None:
        return not is_number(left)
    told = judge.number_of(right)
    return bool(number and number.value and told is not None and abs(value - told) < unit_of(number) / 2)


def _bare(said: str) -> str:
    """Without the brackets of \\text{…} and a round one that closes nothing."""
    said = re.sub(r"\\(?:text|mbox|textrm|mathrm|textit)\s*\{([^{}]*)\}", r" \1 ", said)
    said = " ".join(said.split()).strip(EDGES)
    return said[:-1] if said.endswith((")", "]")) and not _closed(said) else said


def _closed(text: str) -> bool:
    """Whether as many brackets are opened as closed."""
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))
