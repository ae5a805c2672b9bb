"""Closing remarks and checks: true where they are said, absent on a counter-example."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from benchmarks.nets import as_exercise, net
from symprop import api
from symprop.checks.whole import whole_check
from symprop.derive.values import value_of
from symprop.model.graph import build_graph
from symprop.model.solution import Lines, Phrase, Solution
from symprop.notation import text
from symprop.reader import read
from symprop.written import Deriv, Name
from tests.golden import EXERCISES, ROOT


def solved(text: str) -> Solution:
    return api.solve(textwrap.dedent(text))


def remarks(solution: Solution) -> dict[str, dict[str, object]]:
    return {r.code: dict(r.data) for part in solution.parts for w in part.worked for r in w.remarks}


def checks(solution: Solution) -> tuple[Phrase, ...]:
    return tuple(c for part in solution.parts for c in part.checks)


GRADIENT = ", {derivative: dL/dz}"
ONE_UNIT = """
    equations: |
      y = sigmoid(z)
      L = (y - t)^2
    given: {{z: {z}, t: 0}}
    tasks: [forward{more}]
"""


@pytest.mark.parametrize(
    ("z", "more", "said"),
    [
        (4, ", derivative: dL/dz", True),
        (4, "", False),
        (1, ", derivative: dL/dz", False),
        (-5, ", derivative: dL/dz", True),
    ],
)
def test_a_flat_sigmoid_is_named_where_its_gradient_is_asked(z: int, more: str, said: bool) -> None:
    """σ'(4) = 0.018, σ'(1) = 0.197"""
    assert ("saturated" in remarks(solved(ONE_UNIT.format(z=z, more=more)))) is said


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ("L = (y - 1)^2", True),
        ("L = -ln(y)", False),  # ∂L/∂y is huge or y is right: the slope is not what makes the gradient small
        ("L = -t ln(y) - (1 - t) ln(1 - y)", False),
        ("q = 1 - y; L = -ln(q)", False),
        ("u = v y; p = sigmoid(u); L = -ln(p)", True),
        ("L = binary_cross_entropy(y, t)", False),
        ("L = y/(1 + t)", True),
    ],
)
def test_a_flat_sigmoid_is_not_named_where_a_logarithm_undoes_it(loss: str, said: bool) -> None:
    solution = solved(f"""
        equations: |
          y = sigmoid(z)
          {loss.replace("; ", chr(10) + "          ")}
        given: {{z: -5, t: 0, v: 1}}
        tasks: [forward, derivative: dL/dz]
    """)
    found = remarks(solution).get("saturated")
    assert (found is not None and "y" in map(str, found["units"])) is said  # type: ignore[call-overload]


TWO_LAYERS = """
    equations: |
      z_1 = w_1 x
      h = sigmoid(z_1)
      z_2 = w_2 h
      y = sigmoid(z_2)
      L = (y - t)^2
    parameters: {{w_1: 1, w_2: {w}}}
    given: {{x: 1, t: 0}}
    tasks: [{{gradient: all, tell: backward}}]
"""


@pytest.mark.parametrize(("w", "said"), [("0.5", True), ("8", False)])
def test_small_early_derivatives(w: str, said: bool) -> None:
    found = remarks(solved(TWO_LAYERS.format(w=w)))
    assert ("smaller-early" in found) is said
    if said:
        solution = solved(TWO_LAYERS.format(w=w))
        values = {str(a.quantity.by[0]): abs(Fraction(a.value)) for a in solution.parts[0].worked[0].answers}  # type: ignore[union-attr, arg-type]
        ratio = found["smaller-early"]["ratio"]
        assert isinstance(ratio, int) and ratio <= values["w_2"] / values["w_1"] < ratio + 1


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ("(y - t)^2", True),
        ("t/y - ln(t/y) - 1", True),
        ("|t - y|", False),
        ("y^2 - t", False),
        ("(y - t)^2 + y", False),
        ("(y - 1)^2", False),
    ],
)
def test_a_common_factor(loss: str, said: bool) -> None:
    solution = solved(f"""
        equations: |
          y = w x + b
          L = {loss}
        tasks: [{{gradient: "w, b", tell: backward}}]
    """)
    assert ("common-factor" in remarks(solution)) is said


@pytest.mark.parametrize(
    ("equations", "by", "code", "zero"),
    [
        ("y = w^2; L = (y - t)^2/3", "y", "zero-iff", "y = t"),
        ("y = w^2; L = t/y - ln(t/y) - 1", "y", "zero-iff", "y = t"),
        ("y = w^2; L = t/y - ln(t/y) - 1", "w", "zero-iff", "y = w^2 = t"),
        ("y = w^2; L = (y - t)^2", "w", "common-factor", "y = w^2 = t"),  # also where w = 0
        ("y = w; L = c (y - t)^2", "y", "common-factor", "y = t"),  # also where c = 0
        ("y = w; L = (y - t)^2 exp(y)", "y", "common-factor", "y = t"),  # also where y + 2 = t
        ("y = w; L = |y - t|", "y", None, ""),
    ],
)
def test_where_a_result_is_0_and_where_alone(equations: str, by: str, code: str | None, zero: str) -> None:
    text = "\n".join(f"  {line}" for line in equations.split("; "))
    solution = api.solve(f"equations: |\n{text}\ntasks: [{{derivative: dL/d{by}, tell: direct}}]\n")
    found = {c: data for c, data in remarks(solution).items() if c in ("zero-iff", "common-factor")}
    assert set(found) == ({code} if code else set())
    assert not code or found[code]["zero"] == read(zero, solution.parts[0].part.vocabulary)


STEP = """
    equations: |
      L = w^2
    parameters: {{w: 1}}
    learning rate: {rate}
    tasks: [update: w, forward again]
"""


@pytest.mark.parametrize(("rate", "said"), [("0.05", True), ("0.3", False), ("1.2", False)])
def test_the_first_order_prediction_is_told_within_a_tenth(rate: str, said: bool) -> None:
    """L falls by 4η - 4η²; to first order by 4η."""
    found = remarks(solved(STEP.format(rate=rate)))
    assert ("first-order" in found) is said
    assert ("loss-rose" in found) is (rate == "1.2")


def test_steps_that_rise_in_between_are_named() -> None:
    source = """
        equations: |
          L = w^2 (w - 3)^2
        parameters: {w: 4}
        learning rate: 0.06
        tasks: [{update: w, steps: 3}, forward again]
    """
    found = remarks(solved(source))
    assert "loss-fell-steps" in found and "loss-rose-between" not in found
    bumpy = remarks(solved(source.replace("w: 4}", "w: 3.9}").replace("0.06", "0.2").replace("steps: 3", "steps: 6")))
    assert ("loss-rose-between" in bumpy) or "loss-fell-steps" not in bumpy


def test_old_values_are_said_to_hold_until_the_next_pass() -> None:
    base = """
        equations: |
          L = w^2 x
        parameters: {w: 1}
        given: {x: 2}
        learning rate: 0.1
        tasks: [TASKS]
    """
    said = remarks(solved(base.replace("TASKS", "update: w, {find: dL/dx}, forward again")))
    assert "old-values-until" in said
    assert "old-values-until" not in remarks(solved(base.replace("TASKS", "update: w, forward again")))
    assert "old-values-until" not in remarks(solved(base.replace("TASKS", "update: w")))


# ---- checks


@pytest.mark.parametrize(("w", "foreseen"), [("1.15", "-0.021125"), ("1.15 + exp(-40)", "-0.02113")])
def test_a_prediction_from_exact_numbers_is_exact(w: str, foreseen: str) -> None:
    """-0.05 · 0.65² = -0.021125; a little beyond it is rounded to the far side."""
    solution = solved(f"""
        equations: |
          L = 1/2 (w - a)^2
        parameters: {{w: {w}}}
        given: {{a: 0.5}}
        learning rate: 0.05
        tasks: [forward, gradient: all, update: all, forward again]
    """)
    predicted = remarks(solution)["first-order"]["predicted"]
    assert text(predicted) == foreseen  # type: ignore[arg-type]


@pytest.mark.parametrize("eta", ["0.0001", "0.001", "0.01", "0.1", "1"])
def test_a_change_of_the_loss_is_that_of_the_printed_losses(eta: str) -> None:
    """1.816 → 1.815 is no fall by 0.017 %, nor by 0.0003024."""
    solution = api.solve(f"""
equations: [z = w x, y = sigmoid(z), "L = (y - t)^2"]
parameters: {{w: 0.7}}
given: {{x: 0.9, t: 2}}
learning rate: {eta}
tasks: [forward, gradient: all, update: all, forward again]
""")
    found = remarks(solution)
    old, new, percent = (number(found["loss-fell"][key]) for key in ("old", "new", "percent"))
    assert abs((old - new) / old * 100 - percent) <= percent / 20
    if said := found.get("first-order"):
        actual = number(said["actual"])
        places = next(k for k in range(12) if (actual * 10**k).denominator == 1)
        assert abs(new - old - actual) <= Fraction(1, 2) / 10**places and said["predicted"] != said["actual"]


@pytest.mark.parametrize("path", EXERCISES, ids=lambda p: p.stem)
def test_a_check_repeats_the_printed_derivative(path) -> None:  # type: ignore[no-untyped-def]
    solution = api.solve(path.relative_to(ROOT))
    for check in checks(solution):
        data = dict(check.data)
        if check.code in ("check-inverse", "check-shift", "check-unmoved"):
            continue
        told = data.get("derivatives") or (data["derivative"],)
        assert {*told} <= {a.quantity for p in solution.parts for w in p.worked for a in w.answers}
        if check.code.startswith("check-exact") or check.code == "check-quotients":
            continue
        assert number(data["value"]) != 0 or check.code in ("check-quotient", "check-one-sided")


@pytest.mark.parametrize(
    ("name", "checked"),
    [
        ("nested_activations", [[], ["u"], ["w"], ["v"], ["x"]]),
        ("three_uses", [[], ["a"], ["x"], ["aa", "xx", "ax"]]),  # a second derivative, also a mixed one, has its own
        ("logistic_table", [["z"], ["z", "zz"]]),  # at letters, where the answers are values in a table
        ("dead_relu", [[], ["c", "wbv"], [], []]),  # those that are 0 too
    ],
)
def test_every_task_has_its_checks(name: str, checked: list[list[str]]) -> None:
    (part,) = api.solve(f"exercises/{name}.yaml").parts
    data = [[dict(check.data) for check in worked.checks] for worked in part.worked]
    by = [["".join(map(text, d["derivative"].by if "derivative" in d else d["names"])) for d in row] for row in data]
    assert by == checked


def number(told: Any) -> Fraction:
    """The number in a sentence, also where it is told as a rounded one."""
    return Fraction((dict(told.data)["number"] if isinstance(told, Phrase) else told).value)


KINK = """
    equations: |
      L = max(0, w) + 2 w
    parameters: {{w: {w}}}
    conventions: {{kinks: {{max: {slope}}}}}
    tasks: [derivative: dL/dw]
"""


@pytest.mark.parametrize(
    ("w", "slope", "said"),
    [
        (0, "0", "check-one-sided"),
        (0, "1", "check-one-sided"),
        (0, "1/2", "check-mean"),
        (0, "1/4", ""),
        (1, "0", "check-exact"),
    ],
)
def test_at_a_kink_one_side_or_the_mean_has_to_agree(w: int, slope: str, said: str) -> None:
    """Left of 0 the slope of L is 2, right of it 3; with 1/2 at the tie their mean is 2.5, with 1/4 nothing is."""
    found = checks(solved(KINK.format(w=w, slope=slope)))
    assert [c.code for c in found] == [said] * bool(said)
    data = dict(found[0].data) if found else {}
    if said == "check-one-sided":
        assert (data["value"].value, data["other"].value) == ((2, 3) if slope == "0" else (3, 2))
    if said == "check-mean":
        assert [Fraction(data[key].value) for key in ("value", "other", "mean")] == [3, 2, 2.5]  # type: ignore[attr-defined]


def test_rounded_values_that_are_carried_are_not_said_to_agree() -> None:
    text = """
        equations: |
          y = sigmoid(w x)
          L = (y - t)^2/3
        parameters: {w: 0.7}
        given: {x: 0.9, t: 0.1}
        digits: 2
        carry: rounded
        tasks: [forward, {derivative: dL/dw, tell: backward}]
    """
    solution = solved(text)
    (printed,) = (a.value for a in solution.parts[0].worked[1].answers)
    (exact,) = (a.value for a in solved(text.replace("carry: rounded", "")).parts[0].worked[1].answers)
    assert printed is not None and exact is not None
    agree = f"{float(printed):.1e}" == f"{float(exact):.1e}"
    near = abs(float(printed) - float(exact)) <= 0.01 * abs(float(exact))
    codes = [c.code for c in checks(solution)]
    assert codes == (["check-quotient"] if agree else ["check-unrounded"] if near else [])


def test_what_rounding_has_changed_is_told_beside_the_unrounded_value() -> None:
    (check,) = checks(api.solve(ROOT / "exercises" / "sigmoid_by_hand.yaml"))
    data = dict(check.data)
    assert check.code == "check-unrounded"
    assert float(data["value"].value) == 0.00089889 and data["rounded"] != data["value"]  # type: ignore[attr-defined]


GIVEN = """
    equations: |
      u = w x
      v = u^2
      q = 2 u
    parameters: {{w: 3}}
    given: {{x: 0.5, {given}}}
    tasks: [gradient: w]
"""


@pytest.mark.parametrize(("given", "said"), [("dC/dv: 4", True), ("dC/dv: 4, dC/dq: 1", False)])
def test_behind_a_given_derivative_the_quotient_is_that_of_its_quantity(given: str, said: bool) -> None:
    """∂C/∂w = 4 · 2u · x = 6"""
    found = checks(solved(GIVEN.format(given=given)))
    assert [c.code for c in found] == ["check-through"] * said
    if said:
        assert dict(found[0].data)["value"].value == 6  # type: ignore[attr-defined]


def test_a_given_derivative_that_is_a_letter_has_a_plain_number() -> None:
    """∂C/∂w = G · 2u · x with w = 0.6, x = 0.7 and G = 0.8"""
    letters = GIVEN.format(given="dC/dv: G").replace("parameters: {w: 3}", "").replace("x: 0.5, ", "")
    (check,) = checks(solved(letters))
    data = dict(check.data)
    wanted = 2 * Fraction("0.42") * Fraction("0.7") * Fraction("0.8")
    assert check.code == "check-point" and number(data["value"]) == wanted
    assert text(data["quotient"]).endswith("G")
    assert "G = 0.8" in [text(told) for told in dict(data["point"].data)["values"]]


@pytest.mark.parametrize(
    ("f", "tasks", "said"),
    [
        ("sigmoid", "forward", True),
        ("tanh", "forward", True),
        ("ReLU", "forward", False),
        ("sigmoid", "forward, derivative: dh/dw", False),
    ],
)
def test_an_activation_is_inverted_where_no_derivative_is_asked(f: str, tasks: str, said: bool) -> None:
    solution = solved(f"""
        equations: |
          z = w x
          h = {f}(z)
        parameters: {{w: 0.75}}
        given: {{x: 0.5}}
        tasks: [{tasks}]
    """)
    found = [c for c in checks(solution) if c.code == "check-inverse"]
    assert bool(found) is said
    if said:
        _, value = dict(found[0].data)["back"].items  # type: ignore[union-attr]
        assert abs(float(value.value) - 0.375) < 1e-3 and str(dict(found[0].data)["z"]) == "z"


def test_the_step_has_a_letter_of_its_own() -> None:
    (check,) = checks(
        solved("""
        equations: |
          h = w x
          L = h^2
        tasks: [derivative: dL/dw]
    """)
    )
    assert str(dict(check.data)["step"].items[0]) == "epsilon"


@pytest.mark.parametrize(("model", "said"), [("a x", True), ("a b x^2", True), ("a exp(-(x - b)^2/(2 c^2))", False)])
def test_a_long_factor_is_not_quoted(model: str, said: bool) -> None:
    found = remarks(solved(f"equations: L = ({model} - y)^2\ntasks: [{{derivative: dL/da, tell: direct}}]\n"))
    assert ("common-factor" in found) is said


# ---- where a check stands


@pytest.mark.parametrize("document_class", ["article", "exam"])
def test_a_check_stands_below_the_derivative_that_it_checks_before_any_update(document_class: str) -> None:
    solution = solved("""
        equations: |
          yhat = w x
          L = (yhat - y)^2
        parameters: {w: 1}
        given: {x: 2, y: 4}
        learning rate: 0.1
        tasks: [forward, derivative: dL/dw, update: w, forward again]
    """)
    (part,) = solution.parts
    assert part.worked[1].checks == part.checks != ()
    page = api.to_tex(solution, document_class=document_class).partition(r"\begin{document}")[2]
    assert page.count(r"\runin{Check}") == 1
    assert page.index(r"\result") < page.index(r"\runin{Check}") < page.index(r"\gets")


def test_a_check_without_derivatives_stands_below_what_it_inverts() -> None:
    solution = solved("""
        equations: |
          h = tanh(z)
        parameters: []
        given: {z: 0.3}
        tasks: [count, forward, count]
    """)
    (part,) = solution.parts
    assert part.worked[1].checks[0].code == "check-inverse"


# ---- = and ≈


@pytest.mark.parametrize(
    ("h", "relations"),
    [
        ("ReLU(-3 a)", "= = ="),  # 0 however a is rounded
        ("0 a", "= = ="),
        ("max(0.3, -a)", "= = ="),
        ("ReLU(3 a)", "= ≈ ≈"),
        ("3 a", "= ≈ ≈"),
    ],
)
def test_what_is_exact_whatever_was_rounded_is_equal(h: str, relations: str) -> None:
    solution = solved(f"""
        equations: |
          a = tanh(w x)
          h = {h}
        parameters: {{w: 1}}
        given: {{x: 0.5}}
        tasks: [forward]
    """)
    (line,) = [x for w in solution.parts[0].worked for x in w.lines if x.left == read("h")]
    assert " ".join(relation for relation, _ in line.chain) == relations


TURNED = """
    equations: |
      z = w x
      h = {h}
      L = (h - 2)^2
    parameters: {{w: {w}}}
    given: {{x: 1}}
    tasks: [derivative: dL/dw]
"""


@pytest.mark.parametrize(
    ("h", "w", "true"),
    [
        ("ReLU(z) - ReLU(-z)", "0", "-4"),  # that is z
        ("ReLU(z)^2 + 3 z", "0", None),  # the chain gives it, too
        ("ReLU(z) + ReLU(-z)", "0", None),  # that is |z|: there is none
        ("ReLU(z)", "0", None),
        ("ReLU(z) - ReLU(-z)", "1", None),  # no kink there
    ],
)
def test_a_derivative_that_the_slopes_at_kinks_do_not_give(h: str, w: str, true: str | None) -> None:
    found = remarks(solved(TURNED.format(h=h, w=w))).get("kinks-cancel")
    assert (found is not None) is (true is not None)
    if found is not None:
        (told,) = found["derivatives"]  # type: ignore[misc]
        assert text(told) == f"dL/dw = {true}"


BETA = """
equations: |
  z = w x + b
  h = tanh(z)
  L = (v h + c - t)^2 + beta (u h - s)^2
parameters: [w, b, v, c, u]
given: {given}
tasks: [gradient: all]
"""


@pytest.mark.parametrize(
    ("given", "point", "named"),
    [
        ("{beta: 0.5}", "plain-given", 8),
        ("{beta: 0.5, x: 2}", "plain-given", 7),
        ("{beta: 0.5, x: 2, t: 1}", "plain-given", 6),
        ("{}", "plain-row", 9),
    ],
)
def test_a_check_at_plain_numbers_names_every_letter_once_with_a_number_of_its_own(
    given: str, point: str, named: int
) -> None:
    """One number for two letters, or 1 for one, would not show that they are exchanged, or a square lost."""
    solution = api.solve(BETA.format(given=given))
    (check,) = checks(solution)
    said = dict(check.data)["point"]
    data = dict(said.data)
    assert (check.code, said.code) == ("check-point", point)
    if point == "plain-row":
        numbers = [data[key].value for key in ("first", "second", "third")]
        assert len(dict(data["letters"].data)["names"]) == named
        assert numbers[1] - numbers[0] == numbers[2] - numbers[1] != 0
    else:
        numbers = [rule.items[1].value for rule in data["values"]]
        assert len(numbers) == named and len({rule.items[0] for rule in data["values"]}) == named
        assert len(data["given"]) == 9 - named
    assert len(set(numbers)) == len(numbers) and 1 not in numbers


@pytest.mark.parametrize(("wrong", "seen"), [("x_1", True), ("w", True), ("x_2^2", True), ("1", True), ("x_2", False)])
def test_a_letter_put_for_another_would_fail_the_check(wrong: str, seen: bool) -> None:
    """y = w x_1 + v x_2 has ∂y/∂v = x_2; another formula has another value at the numbers of the check."""
    solution = api.solve("equations: y = w x_1 + v x_2\nparameters: [w, v]\ntasks: [derivative: dy/dv]")
    (check,) = checks(solution)
    values = {r.items[0]: r.items[1].value for r in dict(dict(check.data)["point"].data)["values"]}
    formula = read(wrong, solution.parts[0].part.vocabulary)
    found = value_of(formula, values, solution.parts[0].part)
    assert (found != number(dict(check.data)["value"])) is seen


def test_plain_numbers_keep_what_is_assumed() -> None:
    source = "equations: L = t_1 z^2 + t_2/(1 - t_1 + z)\nassume: t_1 + t_2 = 1\ntasks: [derivative: dL/dz]"
    (check,) = checks(api.solve(source))
    values = {text(r.items[0]): r.items[1].value for r in dict(dict(check.data)["point"].data)["values"]}
    assert values["t_1"] + values["t_2"] == 1 and len(set(values.values())) == len(values)


@pytest.mark.parametrize("loss", ["-t ln(y) - (1 - t) ln(1 - y)", "-(t ln(y) + (1 - t) ln(1 - y))", "(y - t)^2"])
def test_the_target_of_a_logarithmic_loss_is_a_probability(loss: str) -> None:
    letters = "w x + b + u v + c d"  # so many that the last one is beyond 1
    (check,) = checks(api.solve(f"equations: [y = sigmoid({letters}), 'L = {loss}']\ntasks: [derivative: dL/dw]"))
    values = {text(r.items[0]): r.items[1].value for r in dict(dict(check.data)["point"].data)["values"]}
    assert (values["t"] < 1) is ("ln" in loss) and len(set(values.values())) == len(values)


def test_a_second_derivative_is_checked_by_a_second_quotient() -> None:
    (check,) = checks(api.solve("equations: L = x w^3\ntasks: [find: d^2L/dw^2]"))
    data = dict(check.data)
    assert check.code == "check-point" and "- 2 L(w)" in text(data["quotient"])


@pytest.mark.parametrize(("loss", "exact"), [("a w^2", True), ("a w^3", False), ("sin(w)", False)])
def test_a_quotient_that_only_rounds_to_the_derivative_is_told_as_rounded(loss: str, exact: bool) -> None:
    """(L(w + h) - L(w - h))/2h is ∂L/∂w for a parabola, and 72.000003 for 72 beyond."""
    (check,) = checks(api.solve(f"equations: L = {loss}\ntasks: [derivative: dL/dw]"))
    assert isinstance(dict(check.data)["value"], Phrase) is not exact


@pytest.mark.parametrize(("skip", "told"), [("0", True), ("9", False)])
def test_far_derivatives_are_not_called_small_where_one_that_is_farther_is_not(skip: str, told: bool) -> None:
    """w_1 lies beyond w_2, and a connection past the unit of w_2 gives it a large derivative."""
    found = remarks(
        solved(f"""
        equations: |
          h_1 = w_1 x
          h_2 = sigmoid(w_2 h_1)
          h_3 = sigmoid(w_3 h_2)
          y = w_4 h_3 + {skip} h_1
          L = (y - 5)^2
        parameters: {{w_1: 0.1, w_2: 0.1, w_3: 0.1, w_4: 1}}
        given: {{x: 1}}
        tasks: [gradient: all]
    """)
    )
    assert ("smaller-early" in found) is told


def test_of_a_large_network_a_wrong_derivative_is_seen() -> None:
    """The sum over all letters has a term for each of them: one that is another is not said to be right."""
    (part,) = solved(as_exercise(net(4, 3))).parts
    assert [c.code for c in part.checks] == ["check-whole"]
    (worked,) = part.worked
    block = worked.blocks[-1]
    assert isinstance(block, Lines)
    first, second = block.lines[-2:]
    wrong = replace(block, lines=(*block.lines[:-2], replace(first, chain=second.chain), second))
    asked = [a for a in worked.answers if isinstance(a.quantity, Deriv)]
    letter = Name("epsilon")
    graph = build_graph(part.part)
    assert whole_check(graph, worked, asked, letter) is not None
    assert whole_check(graph, replace(worked, blocks=(*worked.blocks[:-1], wrong)), asked, letter) is None


def test_no_line_ends_in_a_short_bracket() -> None:
    tex = api.to_tex(solved(KINK.format(w=0, slope="0")))
    assert r"L(w - \nobreak h)" in tex and "L(w - h)" not in tex


def test_numbers_before_and_after_differ_where_they_are_told() -> None:
    """0.5 and 0.50 are the same number: more digits are shown."""
    found = remarks(
        solved("""
        equations: |
          L = w
        parameters: {w: 0.5}
        learning rate: 0.00002
        digits: 2
        tasks: [forward, gradient: w, update: w, forward again]
    """)
    )
    old, new = (found["loss-fell"][key] for key in ("old", "new"))
    assert old.value > new.value  # type: ignore[attr-defined]
    assert "first-order" not in found, "foreseen is what came, to the last digit"
