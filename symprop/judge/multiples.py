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
    told = [(answer, spot) for answer, spot in zip(answers, spots, strict=True) if answer is not None]
    if all(close(spot.right, told[0][1].right)[0] for _, spot in told):
        return ()
    ratios = []
    for answer, spot in told:
        try:
            before = fraction_of(spot.env[old]) if old is not None else Fraction(0)
            ratios.append((fraction_of(answer) - before) / (fraction_of(spot.right) - before))
        except (KeyError, TypeError, ZeroDivisionError):
            return ()
        except DerivationError:  # e^z at a point far out: others tell as much
            continue
    if not ratios:
        return ()
    factor = ratios[0].limit_denominator(SIMPLE)
    if not 0 < abs(factor.numerator) <= SIMPLE or any(abs(r - factor) > abs(factor) * NEGLIGIBLE for r in ratios):
        return ()
    whole = phrase(CODES.get(abs(factor), "wrong-constant"))
    if factor > 0:
        return (whole,)
    turned = phrase("forgot-minus", rate=replay.subject.part.rate) if asked.is_update else phrase("sign")
    return turned, whole
