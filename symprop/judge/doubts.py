"""Numbers near the right one: what a known slip gives to all digits, and what no honest rounding gives.

0.627 may come of rounding in some places, and of a lost term that gives 0.6267: it is asked how it came about, unless
rounding all along gives it.  So it is where rounding may lead that far, and no way is known that gives the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symprop.judge.numbers import FEWEST, Near, digits_of, is_number, last_digit, literal, padded
from symprop.judge.records import Verdict
from symprop.judge.steps import is_before
from symprop.judge.value import Decision, Judge
from symprop.model.solution import Phrase, phrase
from symprop.notation.numbers import fraction_of, half_up, magnitude
from symprop.written import Num, Written

NEAR = Fraction(1, 50)  # of the value

if TYPE_CHECKING:
    from symprop.judge.judging import Marker
    from symprop.judge.statements import Statement
    from symprop.judge.subject import Asked


def doubted(
    marker: Marker, asked: Asked, said: Statement, decisions: Sequence[Decision], right: Written
) -> list[Decision]:
    """The decisions, with those on numbers that are the old value made wrong, and those that have two grounds open.

    Who shows what the number comes from has not rounded if that is wrong, or has another value: -0.178 · 3 = -0.534.
    """
    found = [_weighed(marker, asked, said, d, d.near, right) if d.near is not None else d for d in decisions]
    if any(d.outcome == "wrong" for d in found) or not _is_value_before(
        marker.judge_at(asked.answer.epoch), said, found
    ):
        return [replace(d, outcome="wrong") if d.outcome == "open" else d for d in found]
    return found


def _is_value_before(judge: Judge, said: Statement, decisions: Sequence[Decision]) -> bool:
    """Whether open numbers are the values of the numbers that they are worked out of."""
    for before, item, decision in zip(said.items, said.items[1:], decisions[1:], strict=False):
        number = literal(item)
        if decision.outcome == "open" and number is not None and is_number(before):
            value, found = judge.number_of(before), judge.number_of(item)
            if value is None or found is None or 2 * abs(found - value) > padded(number):
                return False
    return True


def missed(judge: Judge, decision: Decision, right: Written) -> Phrase | None:
    """What is wrong that no mistake explains: a value on a kink or a pole alone, or a number near the right one."""
    if decision.equality is not None and decision.equality.ground in ("kink", "pole"):
        return phrase(f"wrong-on-{decision.equality.ground}")
    return _near_miss(judge, decision, right)


def _near_miss(judge: Judge, decision: Decision, right: Written) -> Phrase | None:
    """How far a number is off that is near the right one, which no honest rounding gives; None where it is not near."""
    off, mine = decision.near is not None and decision.near.closeness == "off", decision.resolved
    if not off or mine is None or literal(mine) is None:
        return None
    found, value = (fraction_of(judge.values.value(each)) for each in (mine, right))
    apart = abs(found - value) / abs(value) if value else 1
    if not 0 < apart <= NEAR:
        return None
    percent = 100 * Fraction(apart)
    return phrase("near-miss", off=Num(half_up(percent, -magnitude(percent))))


def asked_back(verdict: Verdict) -> Verdict:
    """What has two grounds, or may have: it is not called wrong, and the mistake that may explain it is told."""
    said = phrase("perhaps-rounded", quantity=verdict.quantity)
    return replace(verdict, kind="ambiguous", code=said.code, said=said, equality=None)


def _weighed(marker: Marker, asked: Asked, said: Statement, decision: Decision, near: Near, right: Written) -> Decision:
    number = literal(decision.resolved) if decision.resolved is not None else None
    if decision.resolved is None or (decision.outcome == "wrong" and (number is None or near.closeness != "off")):
        return decision
    mine = decision.resolved

    def is_slip() -> bool:
        return marker.diagnosis(asked, right, said.change).prints(mine, near.digits)

    if decision.outcome == "wrong":
        return replace(decision, outcome="open") if near.may_be_rounded(is_slip) else decision
    short = number is not None and digits_of(number) < FEWEST
    rough = near.closeness in ("working", "coarse") or (short and near.closeness == "rounded")
    if rough and asked.is_update and not said.change and is_before(marker, asked, mine, exactly=True):
        return replace(decision, outcome="wrong", scope="")
    if near.closeness != "working" or _at_every_step(marker, asked, mine, near, right) or not is_slip():
        return decision
    return replace(decision, outcome="open" if number is not None else "wrong", scope="")


def _at_every_step(marker: Marker, asked: Asked, mine: Written, near: Near, right: Written) -> bool:
    """Whether rounding in the same way all along does lead to a number."""
    values = marker.judge_at(asked.answer.epoch).values
    found, number = fraction_of(values.value(mine)), literal(mine)
    unit = padded(number) if number is not None else last_digit(found, near.digits)
    return values.honest.steps(right, found, unit)
