"""Slips of a gradient step:  w + η g,  w - g,  -η g,  η g,  and the step of another parameter's gradient.

Where the derivative is asked:  w - η g.
"""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Replay, Slip
from symprop.model.solution import phrase
from symprop.written import Deriv, Written, add, mul, neg, sub

CODE = "step"


def slips(replay: Replay) -> Iterator[Slip]:
    if replay.derivative is None:
        return
    target, w = replay.derivative
    graph, part = replay.subject.graph, replay.subject.part
    rate, update = part.rate, replay.asked.is_update
    steps = part.learning_rate is not None or any(task.kind == "update" for task in part.tasks)
    if not update and not (steps and w in graph.parameters and replay.asked.quantity == Deriv(target, (w,))):
        return
    g = replay.gradient()
    step = mul(rate, g)
    if not update:
        yield replay.instead(phrase("new-value-for-derivative", name=w), sub(w, step))
        return

    def told(code: str, formula: Written, **data: object) -> Slip:
        return Slip(phrase(code, rate=rate, name=w, **data), formula=formula)

    if replay.change:
        yield told("forgot-minus", step)
        yield told("forgot-rate", neg(g))
        yield told("forgot-rate-and-minus", g)
        yield told("new-value-for-change", sub(w, step))
    else:
        yield told("forgot-minus", add(w, step))
        yield told("forgot-rate", sub(w, g))
        yield told("forgot-rate-and-minus", add(w, g))
        yield told("only-the-change", neg(step))
        yield told("only-the-change", step)
        yield told("only-the-gradient", g)
        yield told("gradient-minus-value", sub(step, w))
    for other in graph.parameters:
        if other != w and graph.reaches(other, target):
            said = phrase("step-of-another", rate=rate, name=w, found=Deriv(target, (other,)))
            yield replay.instead(said, replay.gradient(other))
