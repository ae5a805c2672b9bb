"""Who rounds honestly is never wrong, wherever and however he rounds; what no honest rounding gives is never right."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import exp, tanh

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from symprop import api
from symprop.judge.honest import MARGIN
from symprop.judge.judging import Marker
from symprop.judge.outcomes import COMMON
from symprop.judge.spreads import MODES, Mode
from symprop.judge.tasks import worked_task
from symprop.notation.numbers import fraction_of, half_up, places_for
from symprop.written import Written

SOURCE = """
title: A network
equations: |
  z_1 = w_1 x + b
  z_2 = w_2 x
  h_1 = sigmoid(z_1)
  h_2 = tanh(z_2)
  y = v_1 h_1 + v_2 h_2 + c
  L = (y - t)^2
parameters: {{w_1: {0}, w_2: {1}, b: {2}, v_1: {3}, v_2: {4}, c: {5}}}
given: {{x: {6}, t: {7}}}
learning rate: {{eta: 0.1}}
tasks:
  - forward
  - gradient: v_1, w_1, w_2
  - update: w_1
"""
TENTHS = st.integers(-15, 15).filter(bool).map(lambda n: n / 10)
NUMBERS = st.tuples(*[TENTHS] * 8)
LAW = settings(  # the same examples each time, as in the other laws; shrinking takes minutes
    deadline=None, max_examples=10, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
)
PLACES = 15  # at which a student may round


@lru_cache(maxsize=64)
def marker(numbers: tuple[float, ...], task: str) -> Marker:
    return Marker(*worked_task(api.solve(SOURCE.format(*numbers)), task, None))


def text(value: float, digits: int) -> str:
    number = Fraction(value)
    places = places_for(number, digits)
    return f"{float(half_up(number, places)):.{max(places, 0)}f}"


def worked(numbers: tuple[float, ...], mode: Mode, where: list[bool], slope_first: bool, order: Sequence[int]
           ) -> dict[str, float]:  # fmt: skip
    """The results of a student who rounds at some places."""
    w_1, w_2, b, v_1, v_2, c, x, t = numbers
    places = iter(where)

    def kept(value: float) -> float:
        return mode.rounded(value)[-1] if next(places) else value

    h_1 = kept(1 / (1 + exp(-kept(w_1 * x + b))))
    h_2 = kept(tanh(kept(w_2 * x)))
    terms = kept(v_1 * h_1), kept(v_2 * h_2), c
    first, second, third = (terms[i] for i in order)
    y = kept(kept(first + second) + third)
    error = kept(2 * (y - t))
    slope_1, slope_2 = kept(h_1 * (1 - h_1)), kept(1 - h_2**2)
    if slope_first:
        by_w_1, by_w_2 = kept(kept(error * v_1) * slope_1) * x, kept(error * v_2) * slope_2 * x
    else:
        by_w_1, by_w_2 = error * kept(v_1 * slope_1) * x, kept(error * slope_2) * v_2 * x
    return {"v_1": error * h_1, "w_1": by_w_1, "w_2": by_w_2, "L": kept(y - t) ** 2, "new": w_1 - 0.1 * by_w_1}


@LAW
@given(NUMBERS, st.sampled_from(MODES[:3]), st.lists(st.booleans(), min_size=PLACES, max_size=PLACES), st.booleans(),
       st.permutations(range(3)))  # fmt: skip
def test_who_rounds_honestly_is_not_wrong(
    numbers: tuple[float, ...], mode: Mode, where: list[bool], slope_first: bool, order: Sequence[int]
) -> None:
    found = worked(numbers, mode, where, slope_first, order)
    assume(all(abs(value) > 1e-3 for value in found.values()))
    answers = {f"dL/d{name} = ": found[name] for name in ("v_1", "w_1", "w_2")}
    for task, start, value in (
        ("a", "L = ", found["L"]), *(("b", s, v) for s, v in answers.items()), ("c", "w_1 <- ", found["new"]),
    ):  # fmt: skip
        right = float(true_value(numbers, task, start))
        if abs(value - right) > 0.04 * abs(right):
            continue  # nearly nothing is left of it: nobody would call that right
        verdict = marker(numbers, task).judge(start + text(value, mode.digits)).worst
        asked_back = verdict.code in ("perhaps-rounded", "old-value", "no-step")
        assert verdict.kind == "right" or asked_back, (start, value, right, verdict.code)


def true_value(numbers: tuple[float, ...], task: str, start: str) -> Fraction:
    judging = marker(numbers, task)
    right = formulas(judging)[start.split(" ")[0]]
    return fraction_of(judging.judge_at(judging.epoch).values.value(right))


def formulas(judging: Marker) -> dict[str, Written]:
    names = ["dL/dv_1", "dL/dw_1", "dL/dw_2"] if len(judging.asked) == 3 else [q.text for q in judging.asked]  # type: ignore[attr-defined]
    return dict(zip(names, (asked.right() for asked in judging.asked.values()), strict=True))


@LAW
@given(NUMBERS, st.integers(3, 6), st.floats(1.0, 4.0), st.booleans())
def test_what_lies_beyond_all_rounding_is_wrong(
    numbers: tuple[float, ...], digits: int, further: float, above: bool
) -> None:
    judging = marker(numbers, "b")
    honest = judging.judge_at(judging.epoch).values.honest
    for name, right in formulas(judging).items():
        value, clusters = honest.reach(right, MODES[0])
        assume(abs(value) > 1e-3)
        ends = [abs(end - value) for cluster in clusters for end in cluster]
        off = further * (MARGIN * max(ends) + 10.0 ** -places_for(Fraction(value), digits))
        number = text(value + off if above else value - off, digits)
        unit = 10.0 ** -places_for(Fraction(number), digits)  # larger than before where it has come to 0.100
        assume(abs(float(number) - value) > MARGIN * max(ends) + unit / 2)
        said = judging.judge(f"{name} = {number}").worst
        assert said.kind == "wrong", (name, value, off)


@LAW
@given(NUMBERS)
def test_the_value_of_a_common_slip_is_not_right(numbers: tuple[float, ...]) -> None:
    judging = marker(numbers, "b")
    values = judging.judge_at(judging.epoch).values
    for name, asked in zip(("dL/dv_1", "dL/dw_1", "dL/dw_2"), judging.asked.values(), strict=True):
        right = asked.right()
        value = fraction_of(values.value(right))
        known = judging.diagnosis(asked, right, False)
        for consequence in known.consequences:
            slipped = known.value_at(consequence, 0) if consequence.slip.said.code in COMMON else None
            if slipped is None or not value or abs(fraction_of(slipped)) < Fraction(1, 1000):
                continue
            written = text(float(fraction_of(slipped)), 4)
            number = Fraction(written)
            unit = Fraction(1, 10 ** places_for(number, 4))
            if 2 * abs(number - value) <= unit or values.honest.steps(right, number, unit):
                continue
            verdict = judging.judge(f"{name} = {written}").worst
            asked_back = verdict.code == "perhaps-rounded" and values.honest.grounds(right, number, unit, 4) != "none"
            assert verdict.kind == "wrong" or asked_back, (name, written, consequence.slip.said)


@LAW
@given(NUMBERS, st.permutations(["v_1", "w_1", "w_2"]), st.integers(3, 5), st.floats(-0.01, 0.01))
def test_a_verdict_on_a_number_does_not_depend_on_those_before(
    numbers: tuple[float, ...], order: list[str], digits: int, off: float
) -> None:
    exact = {name: float(true_value(numbers, "b", f"dL/d{name} =")) for name in order}
    answers = {
        name: f"dL/d{name} = {text(value * (1 + off), digits)}" for name, value in exact.items() if abs(value) > 1e-3
    }
    solution = api.solve(SOURCE.format(*numbers))
    together = Marker(*worked_task(solution, "b", None))
    for name in order:
        if name in answers:
            alone = Marker(*worked_task(solution, "b", None)).judge(answers[name]).worst
            found = together.judge(answers[name]).worst
            assert (found.kind, found.code) == (alone.kind, alone.code), answers[name]
