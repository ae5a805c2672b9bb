"""A difference quotient that is exact is told in numbers; elsewhere it is not said to be exact."""

from __future__ import annotations

import textwrap
from fractions import Fraction
from typing import Any

import pytest

from symprop import api
from symprop.derive.values import value_of
from symprop.model.solution import Phrase, Solution
from symprop.written import Rel

NEURON = """
    equations: |
      y = {y}
      L = {loss}
    parameters: {{w: {w}}}
    given: {{x: 2, t: 1}}
    {more}
    tasks: [{{derivative: dL/dw}}]
"""


def solved(y: str = "w x", loss: str = "(y - t)^2", w: str = "0.3", more: str = "") -> Solution:
    return api.solve(textwrap.dedent(NEURON.format(y=y, loss=loss, w=w, more=more)))


def check(solution: Solution) -> tuple[str, dict[str, Any]]:
    (said,) = solution.parts[0].checks
    assert isinstance(said, Phrase)
    return said.code, dict(said.data)


@pytest.mark.parametrize(
    ("y", "loss", "w", "degree", "half"),
    [
        ("w x", "(y - t)^2", "0.3", 2, "0.1"),
        ("ReLU(w x)", "(y - t)^2", "0.3", 2, "0.1"),
        ("ReLU(w x)", "(y - t)^2", "0.05", 2, "0.01"),  # off at -0.05
        ("w x", "|y - t|", "0.3", 1, "0.1"),
        ("w x", "|y - t|", "0.45", 1, "0.01"),  # the sign changes at 0.5
        ("1 - w x", "-y^2", "0.3", 2, "0.1"),
    ],
)
def test_a_linear_or_quadratic_target(y: str, loss: str, w: str, degree: int, half: str) -> None:
    solution = solved(y, loss, w)
    code, data = check(solution)
    straight = "max" in y or "|" in loss or "ReLU" in y  # elsewhere it is so for every w
    assert (code, data["degree"]) == ("check-exact" if straight else "check-exact-everywhere", degree)
    if not straight:
        return
    low, high = (Fraction(side.value) for side in data["interval"].items[::2])
    assert ((high - low) / 2, (high + low) / 2) == (Fraction(half), Fraction(w))
    quotient: Rel = data["quotient"]
    part = solution.parts[0].part
    exact = {value_of(side, {}, part) for side in quotient.items}
    assert exact == {Fraction(solution.parts[0].worked[0].answers[0].value or "nan")}


@pytest.mark.parametrize(
    ("y", "loss", "w", "code"),
    [
        ("w^2", "(y - t)^2", "0.3", "check-quotient"),  # the fourth power
        ("w x", "(y - t)^3", "0.3", "check-quotient"),
        ("sigmoid(w x)", "(y - t)^2", "0.3", "check-quotient"),
        ("w x/3", "(y - t)^2", "0.3", "check-quotient"),  # no short decimals
        ("ReLU(w x)", "(y + t)^2", "0", "check-one-sided"),  # on the kink
        ("1/w", "y", "0.3", "check-quotient"),
    ],
)
def test_no_such_polynomial_or_no_short_numbers(y: str, loss: str, w: str, code: str) -> None:
    assert check(solved(y, loss, w))[0] == code


def test_rounded_working_is_not_said_to_be_exact() -> None:
    code, _ = check(solved(w="0.3456", more="conventions: {round: {digits: 2, carry: rounded}}"))
    assert code in ("check-quotient", "check-unrounded")


def test_the_page_sets_the_numbers_of_the_quotient() -> None:
    tex = api.to_tex(solved("1 - w x", "-y^2"))
    assert r"$(-0.04 + \nobreak 0.36)/0.2 = 1.6$" in tex and r"is quadratic in $w$, so" in tex
    tex = api.to_tex(solved("1 - ReLU(w x)", "-y^2"))
    assert r"$(-0.04 + \nobreak 0.36)/0.2 = 1.6$" in tex and r"is quadratic in $w$ for $0.2 \le w \le 0.4$, so" in tex
    assert r"$0{,}2 \le w \le 0{,}4$ quadratisch" in api.to_tex(solved("ReLU(w x)"), language="de")


@pytest.mark.parametrize(
    ("y", "loss", "everywhere"),
    [
        ("w x", "(y - t)^2", True),
        ("w x", "(y - t)^2 + 0 w^9", False),  # nine points would not decide
        ("w x + 0 max(0, w - 5)", "(y - t)^2", False),
        ("(w + t)/x", "y^2", True),
        ("w x", "y (2 - w)", True),
    ],
)
def test_only_of_a_polynomial_it_is_said_without_an_interval(y: str, loss: str, everywhere: bool) -> None:
    assert check(solved(y, loss))[0] == ("check-exact-everywhere" if everywhere else "check-exact")
