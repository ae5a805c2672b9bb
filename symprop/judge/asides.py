"""What is said beside the answer: true statements about other quantities do no harm, wrong ones are told.

∂L/∂q = 2 (q - t) ⇒ ∂L/∂z = 2 (q - t) σ'(z)        the first is not asked, and true
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from symprop.judge.numbers import is_number
from symprop.judge.records import Explanation, Verdict
from symprop.judge.statements import Statement
from symprop.judge.value import Judge
from symprop.judge.witness import retold
from symprop.model.solution import Phrase, phrase
from symprop.written import Call, Deriv, Name, Rel, Written, names_of

NOWHERE: Mapping[Name, Written] = MappingProxyType({})
CODES = ("aside", "aside-wrong", "not-asked")


def aside(
    said: Statement, about: Written, asked: tuple[Written, ...], judge: Judge, where: Mapping[Name, Written] = NOWHERE
) -> Verdict:
    """Whether a statement that was not asked is true.  ``settled`` has the last word on it.

    ``where``: values at which the judge looks, other than those of the exercise.
    """
    there = tuple(Rel((name, value), ("=",)) for name, value in where.items())

    def sentence(code: str) -> Phrase:
        if there:
            return phrase(f"{code}-there", found=about, asked=asked, where=there)
        return phrase(code, found=about, asked=asked)

    verdict = Verdict("ambiguous", "not-asked", sentence("not-asked"), said.text, None, said.items[-1])
    if _is_taken(said, about, judge):
        return replace(verdict, code="name-taken", said=phrase("name-taken", found=about))
    if said.change or said.next or not _is_known(about, judge):
        return verdict
    right = judge.subject.resolve(about)
    decisions = [judge.decide(item, right) for item in said.items]
    wrong = next((i for i, d in enumerate(decisions) if d.outcome == "wrong"), None)
    if wrong is not None:
        equality = retold(decisions[wrong].equality, said.items[wrong], right, judge.subject)
        return replace(verdict, kind="wrong", code="aside-wrong", said=sentence("aside-wrong"), equality=equality)
    if all(d.outcome == "right" for d in decisions):
        return replace(verdict, kind="right", code="aside", said=sentence("aside"))
    return verdict


def _is_taken(said: Statement, about: Written, judge: Judge) -> bool:
    """Whether a letter that is given in the exercise is said to be something else: c = 2 (h - t) beside its bias c."""
    graph = judge.subject.graph
    if not isinstance(about, Name) or about not in graph or graph[about].definition is not None:
        return False
    own = not (said.change or said.next) and not any(is_number(i) or about in names_of(i) for i in said.items)
    return own and not all(judge.decide(item, about).outcome == "right" for item in said.items)


def _is_known(about: Written, judge: Judge) -> bool:
    """Whether the exercise says what a quantity is."""
    graph = judge.subject.graph
    if isinstance(about, Name):
        return about in graph.order or (about in graph and judge.values.has(about))
    if isinstance(about, Call):
        return judge.values.has(judge.subject.resolve(about)) or all(name in graph for name in names_of(about))
    return isinstance(about, Deriv) and judge.subject.resolve(about) != about


def settled(verdicts: list[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts together: beside an answer a true statement is fine; alone it does not answer what was asked.

    Of several statements about one result an unfinished one is fine where a finished one follows, and derivatives may
    be left where it is said what they are.
    """
    answered = any(v.quantity is not None for v in verdicts)
    singles = [v for verdict in verdicts for v in verdict.singles]
    taken = {dict(v.said.data)["found"]: v for v in verdicts if v.code == "name-taken"}
    finished = {v.quantity for v in singles if v.kind == "right" and v.quantity is not None}
    told = _all_told(singles)
    found = []
    for verdict in verdicts:
        done = all(v.quantity in finished for v in verdict.singles)
        two = next((taken[n] for n in taken if verdict.reading is not None and n in names_of(verdict.reading)), None)
        if not answered and verdict.code in CODES:
            data = dict(verdict.said.data)
            said = phrase("not-asked-there" if "where" in data else "not-asked", **data)
            verdict = replace(verdict, kind="ambiguous", code="not-asked", said=said, equality=None)
        elif verdict.kind == "wrong" and two is not None:
            verdict = replace(
                verdict, kind="ambiguous", code=two.code, said=two.said, equality=None, why=Explanation(), parts=()
            )
        elif verdict.code in ("earlier-step", "old-value") and done:
            verdict = replace(verdict, kind="right")
        elif verdict.kind == "right-wrong-form" and (done or _told(verdict, told)):
            verdict = _right(replace(verdict, parts=tuple(map(_right, verdict.parts))))
        found.append(verdict)
    return tuple(found)


def _right(verdict: Verdict) -> Verdict:
    if verdict.kind != "right-wrong-form":
        return verdict
    return replace(verdict, kind="right", code="right", said=phrase("right", quantity=verdict.quantity))


def _told(verdict: Verdict, told: set[Written]) -> bool:
    """Whether all that is left to be worked out stands beside the answer."""
    return all(
        v.kind == "right" or (v.code == "form-derivatives-left" and told.issuperset(dict(v.said.data)["found"]))
        for v in verdict.singles
    )


def _all_told(verdicts: list[Verdict]) -> set[Written]:
    """What is worked out beside the answer, from what is: dL/dh = …; dL/dz = dL/dh σ'(z)."""
    open_, told = [v for v in verdicts if v.code == "aside" and v.reading is not None], set[Written]()
    while now := [v for v in open_ if told.issuperset(_derivatives(v.reading))]:
        told |= {dict(v.said.data)["found"] for v in now}
        open_ = [v for v in open_ if v not in now]
    return told


def _derivatives(formula: Written | None) -> set[Written]:
    return {node for node in formula.walk() if isinstance(node, Deriv)} if formula is not None else set()
