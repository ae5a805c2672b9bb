"""Numbers that honest rounding of the working could give, and that are something else to all of their digits.

-0.534 for -0.52964: three digits at every step can lead there, but -0.5336 is what comes of a lost term.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symprop.derive.values import NotGiven
from symprop.evaluate import Undefined
from symprop.judge.numbers import Near
from symprop.judge.steps import is_before
from symprop.judge.value import Decision
from symprop.notation.numbers import fraction_of, half_up, magnitude
from symprop.written import Written

if TYPE_CHECKING:
    from symprop.judge.judging import Marker
    from symprop.judge.statements import Statement
    from symprop.judge.subject import Asked

MORE = 2  # digits that are kept at every step beyond those of the answer


def doubted(
    marker: Marker, asked: Asked, said: Statement, decisions: Sequence[Decision], right: Written
) -> list[Decision]:
    """The decisions, with those on numbers that are the old value, or what one known slip gives, made wrong."""
    return [
        replace(d, outcome="wrong", scope="")
        if d.near is not None and _doubtful(marker, asked, said, d, d.near, right)
        else d
        for d in decisions
    ]


def _doubtful(marker: Marker, asked: Asked, said: Statement, decision: Decision, near: Near, right: Written) -> bool:
    if decision.outcome != "right" or decision.resolved is None:
        return False
    rough = near.closeness in ("working", "coarse")
    if rough and asked.is_update and not said.change and is_before(marker, asked, decision.resolved, exactly=True):
        return True
    if near.closeness != "working" or _at_every_step(marker, asked, decision.resolved, near, right):
        return False
    return marker.diagnosis(asked, right, said.change).prints(decision.resolved, near.digits)


def _at_every_step(marker: Marker, asked: Asked, mine: Written, near: Near, right: Written) -> bool:
    """Whether so many digits at every step, or one or two more, do lead to a number."""
    values = marker.judge_at(asked.answer.epoch).values
    found = fraction_of(values.value(mine))
    for digits in range(near.digits, near.digits + MORE + 1):
        try:
            value = values.stepwise(right, digits)
        except (NotGiven, Undefined):
            return False
        places = near.digits - 1 - magnitude(found)
        if half_up(value, places) == half_up(found, places):
            return True
    return False
