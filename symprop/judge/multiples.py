"""Answers that are a simple number times the right one:  1/2 Σ e_i x_i  for  1/3 Σ e_i x_i."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symprop.derive.numbers import close
from symprop.errors import DerivationError
from symprop.judge.course import Spot
from symprop.judge.replay import Replay
from symprop.model.solution import Phrase, phrase
from symprop.notation.numbers import fraction_of

SIMPLE = 9  # above and below: the largest number in a constant that somebody has in mind
CODES = {Fraction(2): "factor-two-too-many", Fraction(1, 2): "factor-half-too-many"}
NEGLIGIBLE = Fraction(1, 10**15)


def multiple(replay: Replay, spots: Sequence[Spot], answers: Sequence[Any]) -> tuple[Phrase, ...]:
    """What to say of a derivative, or a step, that is a constant times the right one, and maybe turned round.

    Nothing of what is the same at all points: it has too many reasons.
    """
    asked = replay.asked
    if replay.derivative is None or not (asked.is_update or replay.edges):
        return ()
    old = asked.quantity if asked.is_update and not replay.change else None
    factor: Fraction | None = None
    rights = []
    for place, spot in enumerate(spots):  # most answers are given up at the second point
        answer = answers[place]
        if answer is None:
            continue
        rights.append(spot.right)
        try:
            before = fraction_of(spot.env[old]) if old is not None else Fraction(0)
            ratio = (fraction_of(answer) - before) / (fraction_of(spot.right) - before)
        except (KeyError, TypeError, ZeroDivisionError):
            return ()
        except DerivationError:  # e^z at a point far out: others tell as much
            continue
        factor = ratio.limit_denominator(SIMPLE) if factor is None else factor
        if not 0 < abs(factor.numerator) <= SIMPLE or abs(ratio - factor) > abs(factor) * NEGLIGIBLE:
            return ()
    if factor is None or factor == 1 or all(close(right, rights[0])[0] for right in rights):
        return ()
    whole = phrase(CODES.get(abs(factor), "wrong-constant"))
    if factor > 0:
        return (whole,)
    turned = phrase("forgot-minus", rate=replay.subject.part.rate) if asked.is_update else phrase("sign")
    return turned, whole
