"""Values that are wrong only since one before them was:  z_1 = 1.6, a_1 = 1.6, z_2 = 1.28,  where z_1 is 1.5.

A value v of a quantity q with the equation q = f(p, …) follows if |f(p_own, …) - v| is at most half a unit of its last
digit, with the values that were handed in for p, …, one of which is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from symprop.derive.values import NotGiven
from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.judge.numbers import literal, unit_of
from symprop.judge.records import Explanation, Verdict
from symprop.model.solution import phrase
from symprop.notation.numbers import fraction_of
from symprop.written import Name, Num, Written

if TYPE_CHECKING:
    from symprop.judge.judging import Marker

CODE = "follows"


def followed(marker: Marker, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts; those on values that follow from wrong ones before them say so."""
    if marker.table is not None:
        return list(verdicts)
    told = [(v, _number(v)) for v in verdicts]
    own: dict[Written, Any] = {v.quantity: n.value for v, n in told if n is not None and v.quantity is not None}
    wrong = [v.quantity for v, n in told if n is not None and v.kind == "wrong" and isinstance(v.quantity, Name)]
    env = marker.judge_at(marker.epoch).values.env() if len(own) > 1 and wrong else {}
    return [_told(marker, v, n, own, wrong, env) if v.kind == "wrong" and n is not None else v for v, n in told]


def _number(verdict: Verdict) -> Num | None:
    """The number that is said to be the value of one quantity, if it is right or wrong."""
    plain = verdict.reading is not None and isinstance(verdict.quantity, Name) and not verdict.parts
    return literal(verdict.reading) if plain and verdict.kind in ("right", "wrong") else None  # type: ignore[arg-type]


def _told(
    marker: Marker, verdict: Verdict, number: Num, own: Mapping[Written, Any], wrong: Sequence[Name],
    env: Mapping[Written, Any],
) -> Verdict:  # fmt: skip
    name = verdict.quantity
    parent = _parent(marker, name, wrong) if isinstance(name, Name) and env and not verdict.why else None
    if parent is None or name is None:
        return verdict
    try:
        formula = marker.subject.definitions()[name]
        before = {q: v for q, v in own.items() if q != name}
        value = fraction_of(marker.subject.bench.programs.value(formula, {**env, **before}))
    except (NotGiven, Undefined, SympropError, TypeError, KeyError):
        return verdict
    if abs(value - number.value) > unit_of(number) / 2:
        return verdict
    return replace(verdict, code=CODE, why=Explanation(((phrase(CODE, found=parent),),)), equality=None)


def _parent(marker: Marker, name: Name, wrong: Sequence[Name]) -> Name | None:
    """The last wrong quantity that an equation reads."""
    graph = marker.subject.graph
    parents = graph[name].parents if name in graph else ()
    return next((each for each in reversed(wrong) if each in parents), None)


__all__ = ["CODE", "followed"]
