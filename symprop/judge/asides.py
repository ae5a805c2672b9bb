"""What is said beside the answer: true statements about other quantities do no harm, wrong ones are told.

∂L/∂q = 2 (q - t) ⇒ ∂L/∂z = 2 (q - t) σ'(z)        the first is not asked, and true
"""

from __future__ import annotations

from dataclasses import replace

from symprop.judge.records import Verdict
from symprop.judge.statements import Statement
from symprop.judge.value import Judge
from symprop.judge.witness import retold
from symprop.model.solution import phrase
from symprop.written import Deriv, Name, Written

CODES = ("aside", "aside-wrong", "not-asked")


def aside(said: Statement, about: Written, asked: tuple[Written, ...], judge: Judge) -> Verdict:
    """Whether a statement that was not asked is true.  ``settled`` has the last word on it."""
    verdict = Verdict(
        "ambiguous", "not-asked", phrase("not-asked", found=about, asked=asked), said.text, None, said.items[-1]
    )
    if said.change or said.next or not _is_known(about, judge):
        return verdict
    right = judge.subject.resolve(about)
    decisions = [judge.decide(item, right) for item in said.items]
    wrong = next((i for i, d in enumerate(decisions) if d.outcome == "wrong"), None)
    if wrong is not None:
        equality = retold(decisions[wrong].equality, said.items[wrong], right, judge.subject)
        sentence = phrase("aside-wrong", found=about, asked=asked)
        return replace(verdict, kind="wrong", code="aside-wrong", said=sentence, equality=equality)
    if all(d.outcome == "right" for d in decisions):
        return replace(verdict, kind="right", code="aside", said=phrase("aside", found=about, asked=asked))
    return verdict


def _is_known(about: Written, judge: Judge) -> bool:
    """Whether the exercise says what a quantity is."""
    graph = judge.subject.graph
    if isinstance(about, Name):
        return about in graph.order or (about in graph and judge.values.has(about))
    return isinstance(about, Deriv) and judge.subject.resolve(about) != about


def settled(verdicts: list[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts together: beside an answer a true statement is fine; alone it does not answer what was asked.

    Of several statements about one result an unfinished one is fine where a finished one follows.
    """
    answered = any(v.quantity is not None for v in verdicts)
    singles = [v for verdict in verdicts for v in verdict.singles]
    finished = {v.quantity for v in singles if v.kind == "right" and v.quantity is not None}
    found = []
    for verdict in verdicts:
        done = all(v.quantity in finished for v in verdict.singles)
        if not answered and verdict.code in CODES:
            data = dict(verdict.said.data)
            verdict = replace(
                verdict, kind="ambiguous", code="not-asked", said=phrase("not-asked", **data), equality=None
            )
        elif verdict.code == "earlier-step" and done:
            verdict = replace(verdict, kind="right")
        elif verdict.kind == "right-wrong-form" and done:
            verdict = replace(verdict, kind="right", code="right", said=phrase("right", quantity=verdict.quantity))
        found.append(verdict)
    return tuple(found)
