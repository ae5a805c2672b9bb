"""The parts of judging: forms, printed digits, statements, pieces, comparing without an exercise."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from symprop import api
from symprop.errors import DerivationError, ReadError, SpecError, UnsupportedError
from symprop.judge import diagnosis, form
from symprop.judge.context import Context
from symprop.judge.judging import Marker
from symprop.judge.numbers import coarsest, digits_of, unit_of
from symprop.judge.stages import without_arguments, without_stages
from symprop.judge.statements import split, statement
from symprop.judge.tasks import worked_task
from symprop.names import Vocabulary
from symprop.notation import text
from symprop.reader import read
from symprop.render.verdicts import judged_json, judged_text
from symprop.render.words import load_words
from symprop.written import Num
from tests.test_judging import ROOT, judged, marker

OPEN = Vocabulary(open=True)

FORMS = [  # formula, the forms that it has
    ("a b + a c", "expanded, one fraction"),
    ("a (b + c)", "factored, one fraction"),
    ("(a + b)^2", "factored, one fraction"),
    ("a (b c + b d)", "one fraction"),
    ("a/b + c", "expanded"),
    ("(a + b c)/d", "expanded, one fraction"),
    ("(a b + a c)/d", "expanded, one fraction"),
    ("a/(b/c)", "expanded, factored"),
    ("a b^(-1)", "expanded, factored"),
    ("-a b", "expanded, factored, one fraction"),
    ("-(a + b)", "one fraction"),
    ("3", "expanded, factored, one fraction, number"),
    ("-0.25", "expanded, factored, one fraction, number"),
    ("1/3", "expanded, factored, one fraction, number"),
    ("2*3", "expanded, factored, one fraction"),
    ("2 e^(-z)", "expanded, factored, one fraction"),
]


@pytest.mark.parametrize(("formula", "forms"), FORMS)
def test_a_formula_has_its_forms(formula: str, forms: str) -> None:
    written = read(formula, OPEN)
    assert ", ".join(name for name, has in form.CHECKS.items() if has(written)) == forms


DIGITS = [("0.0380", 3, "0.0001"), ("12", 2, "1"), ("0", 0, "1"), ("1.50", 3, "0.01"), ("0.5", 1, "0.1"),
          ("2500", 4, "1"), ("7.3e15", 2, "100000000000000"), ("-0.00089889", 5, "0.00000001")]  # fmt: skip


@pytest.mark.parametrize(("number", "digits", "unit"), DIGITS)
def test_printed_digits_are_counted(number: str, digits: int, unit: str) -> None:
    written = read(number.lstrip("-"), OPEN)
    assert isinstance(written, Num)
    assert digits_of(written) == digits
    assert unit_of(written) == Fraction(unit)


def test_the_coarsest_decimal_of_a_formula_counts() -> None:
    assert coarsest(read("2*0.0787*0.24382*(-0.7)", OPEN)) == 3
    assert coarsest(read("0.12345 x", OPEN)) == 5
    assert coarsest(read("3 x + 2/7", OPEN)) == 0


STATEMENTS = [  # text, about, items, change, next
    ("w x", None, ["w x"], False, False),
    ("w = 2 x = 3", "w", ["2 x", "3"], False, False),
    ("2 x = 3", None, ["2 x", "3"], False, False),
    ("w <- w - x", "w", ["w - x"], False, True),
    (r"w \leftarrow w - x \approx 0.5", "w", ["w - x", "0.5"], False, True),
    ("w' = x", "w", ["x"], False, True),
    (r"w^{\text{new}} = x", "w", ["x"], False, True),
    ("w^{(t+1)} := x", "w", ["x"], False, True),
    ("w_new = x", "w", ["x"], False, True),
    (r"\Delta w = -x = 0 - x", "w", ["-x", "0 - x"], True, False),
    ("Δw = -x", "w", ["-x"], True, False),
    ("w -= 2 x", "w", ["-2 x"], True, False),
    ("w += x", "w", ["x"], True, False),
    (r"\frac{dL}{dw} = \left(\frac{x}{w}\right)", "dL/dw", ["x/w"], False, False),
]


@pytest.mark.parametrize(("told", "about", "items", "change", "new"), STATEMENTS)
def test_a_statement_is_about_something(
    told: str, about: str | None, items: list[str], change: bool, new: bool
) -> None:
    names = frozenset(read(n, OPEN) for n in ("w", "x", "L"))
    found = statement(told, Vocabulary(quantities=names))  # type: ignore[arg-type]
    assert (None if found.about is None else text(found.about)) == about
    assert [text(i) for i in found.items] == items
    assert (found.change, found.next) == (change, new)


def test_the_place_of_a_mistake_counts_from_the_whole_statement() -> None:
    names = frozenset([read("w", OPEN)])
    with pytest.raises(ReadError) as caught:
        statement("w' = w + qq", Vocabulary(quantities=names))  # type: ignore[arg-type]
    assert caught.value.offset == 9


def test_lines_semicolons_and_dressing_are_taken_apart() -> None:
    assert split("a = 1; b = 2\nc = 3.\n\n") == ["a = 1", "b = 2", "c = 3"]
    assert split("\\begin{align}\na &= 1 \\\\\n&= 2\n\\end{align}") == ["a  = 1 = 2"]
    assert split("= 1") == ["1"]
    assert split("a = 1, b = (2, 3)") == ["a = 1", "b = (2, 3)"]
    assert split("a = 1,5") == ["a = 1,5"]
    assert split(r"a = \boxed{\frac{1}{2}}") == [r"a =  \frac{1}{2}"]
    assert split(r"\begin{aligned} a &= 1 \end{aligned}") == ["a  = 1"]
    assert split("$$ a = (1; 2) $$") == ["a = (1; 2)"]


# ---- forms that a task asks for

ASKED = """
equations: |
  z = w x + b
  L = (z - y)^2
parameters: [w, b]
tasks:
  - derivative: dL/dw
    form: {}
  - derivative: dL/dw
    in terms of: x, w, b, y
"""


@pytest.mark.parametrize(
    ("asked", "answer", "code"),
    [
        ("factored", "2 x (z - y)", "right"),
        ("factored", "2 x z - 2 x y", "form-factored"),
        ("factored", "x (2 z - 2 y)", "right"),
        ("expanded", "2 x (z - y)", "form-expanded"),
        ("expanded", "2 x z - 2 x y", "right"),
        ("one fraction", "x (z - y)/(1/2)", "form-one-fraction"),
        ("no derivatives", "dL/dz x", "form-derivatives-left"),
        ("expanded", "2 x (z + y)", "slope-sign"),
    ],
)
def test_a_right_value_in_another_form_is_told(asked: str, answer: str, code: str) -> None:
    found = api.check(ASKED.format(asked), "a", answer).worst
    assert found.code == code


def test_a_sum_that_has_no_factors_is_factored() -> None:
    exercise = "equations: y = a x + b x^2/2\ntasks: [{derivative: dy/dx, form: factored}]\n"
    assert api.check(exercise, "a", "b x + a").worst.code == "right"
    exercise = "equations: y = a^2 x - x^3/3\ntasks: [{derivative: dy/dx, form: factored}]\n"
    assert api.check(exercise, "a", "a^2 - x^2").worst.code == "form-factored"
    assert api.check(exercise, "a", "(a - x)(a + x)").worst.code == "right"


def test_an_answer_in_other_terms_is_told() -> None:
    solution = api.solve(ASKED.format("factored"))
    assert api.check(solution, "b", "2 x (w x + b - y)").kind == "right"
    found = api.check(solution, "b", "2 x (z - y)").worst
    assert (found.kind, found.code) == ("right-wrong-form", "form-terms")


def test_a_number_to_so_many_digits() -> None:
    exercise = """
equations: |
  z = w x
  L = z/7
parameters: {w: 3}
given: {x: 5}
tasks:
  - derivative: dL/dw
    form: 4 digits
  - derivative: dL/dw
    form: number, 2 decimals
"""
    solution = api.solve(exercise)
    rows = {"0.7143": "right-rounded", "0.714": "form-digits", "x/7": "form-number-only", "5/7": "form-number-only"}
    assert {a: api.check(solution, "a", a).worst.code for a in rows} == rows
    assert api.check(solution, "b", "0.714").worst.code == "form-decimals"
    assert api.check(solution, "b", "x/7").worst.code == "form-number"


def test_an_unknown_form_is_an_error_that_says_which_there_are() -> None:
    with pytest.raises(SpecError, match=r"unknown form 'faktored'.*factored"):
        api.load(ASKED.format("faktored"))


# ---- what a verdict carries


def test_a_wrong_answer_has_a_witness_and_no_answer() -> None:
    found = judged("itakura_saito", "a", "3 z_6").worst
    assert found.witness is not None and found.witness.left != found.witness.right
    assert found.revealed is None


def test_the_answer_is_told_only_when_asked_for() -> None:
    solution = api.solve(Path("exercises/itakura_saito.yaml"))
    found = api.check(solution, "a", "3 z_6", reveal=True).worst
    assert found.revealed is not None and text(found.revealed) == "2 (z_6^2 - t)/z_6^3"
    assert api.check(solution, "a", "2(z_6^2 - t)/z_6^3", reveal=True).worst.revealed is None


def test_the_place_of_a_lost_factor_is_named() -> None:
    answer = "2(z_6^2-t)/z_6^3*sigma'(z_3)*(w_36 + w_34 w_46 + w_35 w_56 sigma'(z_5))"
    ((mistake,),) = judged("itakura_saito", "d", answer).worst.why.ways
    data = dict(mistake.data)
    assert data["path"] == "z_3 → x_3 → z_4 → x_4 → z_6 → x_6 → L"
    assert text(data["factor"]) == "sigma'(z_4)"


def test_two_explanations_are_both_said() -> None:
    found = judged("three_uses", "b", "60").worst
    assert found.code == "several-mistakes"
    assert len(found.why.ways) == 2


def test_what_was_not_answered_is_listed() -> None:
    found = judged("local_derivatives", "d", "dJ/dw_1 = -1.92")
    assert [text(q) for q in found.missing] == ["dJ/dw_2"]
    assert found.exit_code == 0


def test_a_verdict_is_the_same_in_every_run() -> None:
    solution = api.solve(Path("exercises/skip_connection.yaml"))
    answer = "dL/dw_0 = L' (w_2 g'(z_1) w_1 + w_3) x"
    first, second = (Marker(*worked_task(solution, "b", None)).judge(answer) for _ in range(2))
    assert first == second


def test_every_code_has_its_sentence_in_words() -> None:
    words = load_words("en")
    assert set(words.codes("mistakes")) >= {"sign", "forgot-path", "updated-too-early"}
    assert len(words.codes("mistakes")) >= 40
    for told in (("itakura_saito", None, "d"), ("local_derivatives", None, "d"), ("local_derivatives", None, "e")):
        m = marker(*told)
        for asked in m.asked.values():
            m.diagnosis(asked, asked.formula, False)
        for known in m.known.values():
            for slip in known.slips:
                placeholders = words.placeholders(slip.said.code, "mistakes")
                assert set(placeholders) <= set(dict(slip.said.data)), slip.said.code


# ---- no task, no answer


@pytest.mark.parametrize(
    ("task", "part", "error", "says"),
    [
        ("z", None, DerivationError, r"there is no task \(z\); there are b, c, d, e, f"),
        ("a", None, UnsupportedError, "nothing to judge"),
        ("b", "Q", DerivationError, "there is no part Q"),
    ],
)
def test_a_task_that_cannot_be_judged_is_an_error(task: str, part: str | None, error: type, says: str) -> None:
    with pytest.raises(error, match=says):
        api.check(Path("exercises/local_derivatives.yaml"), task, "3", part=part)


# ---- comparing without an exercise

COMPARED = [  # a, b, declared, kind
    ("2(z^2 - t)/z^3", r"\frac{2}{z} - \frac{2t}{z^3}", (), "equal"),
    ("xy", "y x", (), "equal"),
    ("h_1^2", "h_1 h_1", (), "equal"),
    ("h_1^2", "h_1 h_1", ("h_1^2",), "different"),
    ("ln(t/x)", "ln t - ln x", ("t > 0, x > 0",), "equal"),
    ("s'(z) w", "s(z) w", ("s()",), "different"),
    ("f(z + z)", "4 z^2", ("f(x) = x^2",), "equal"),
    ("D(u, v)", "D(v, u)", ("D(u, v)",), "different"),
    (r"\sigma'(z)", r"\sigma(z)(1-\sigma(z))", (), "equal"),
    ("y = 2x", "x + x", (), "equal"),
    ("max(0, z)", "z", (), "different"),
    ("max(0, z)", "z", ("z > 0",), "equal"),
    ("W", "w", (), "different"),
    (r"\hat{y}", "y", (), "different"),
    ("1/0", "1/0 + 1", (), "undecided"),
    ("2x +", "x", (), "unreadable"),
    ("x < y", "x", (), "unreadable"),
    ("1/2m", "m/2", (), "ambiguous"),
]


@pytest.mark.parametrize(("a", "b", "declared", "kind"), COMPARED)
def test_two_texts_are_compared(a: str, b: str, declared: tuple[str, ...], kind: str) -> None:
    found = api.compare(a, b, declare=declared)
    assert found.kind == kind
    assert found.exit_code == {"equal": 0, "different": 1, "unreadable": 2}.get(kind, 3)


def test_a_fragment_of_an_exercise_is_a_context(tmp_path: Path) -> None:
    path = tmp_path / "context.yaml"
    path.write_text("equations: |\n  z = w x\n  L = (z - y)^2\n", encoding="utf-8")
    assert api.compare("dL/dw", "2 x (w x - y)", context=path).kind == "equal"
    assert api.compare("dL/dw", "2 (w x - y)", context=path).kind == "different"
    path.write_text("functions:\n  s:\nassume: t > 0\nconventions: {superscripts: labels}\n", encoding="utf-8")
    assert api.compare("|t| s'(h^2)", "t s'(h^2)", context=path).kind == "equal"
    assert api.compare("h^2", "h h", context=path).kind == "different"
    path.write_text("assume: t >\n", encoding="utf-8")
    with pytest.raises(SpecError, match=r"context\.yaml:1:\d+: assume"):
        api.compare("t", "t", context=path)
    path.write_text("asume: t > 0\n", encoding="utf-8")
    with pytest.raises(SpecError, match="did you mean 'assume'"):
        api.compare("t", "t", context=path)


@pytest.mark.parametrize("bad", ["2x", "f(x", "t > ", "a = 3", "", "x y"])
def test_a_declaration_that_is_none_is_an_error_at_its_place(bad: str) -> None:
    if bad:
        with pytest.raises(ReadError):
            Context().declaring(bad)
    else:
        assert Context().declaring(bad) == Context()


def test_more_explanations_than_a_few_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "MOST", 1)
    found = judged("three_uses", "b", "60").worst
    assert found.code == "different" and not found.why


def test_a_witness_is_told_by_the_quantities_that_the_student_wrote() -> None:
    (verdict,) = judged("itakura_saito", "a", "2/z_6 - t/z_6^3").verdicts
    assert verdict.witness is not None
    assert [text(quantity) for quantity, _ in verdict.witness.point] == ["z_6", "t"]
    point = {text(quantity): float(value) for quantity, value in verdict.witness.point}
    assert abs(2 / point["z_6"] - point["t"] / point["z_6"] ** 3 - float(verdict.witness.left)) < 1e-3 * abs(
        float(verdict.witness.left)
    )


def test_no_witness_tells_an_answer_that_is_the_same_everywhere() -> None:
    (verdict,) = judged("polynomial_gradient", "a", "dy/dw_0 = w_0").verdicts
    assert verdict.kind == "wrong" and verdict.witness is None


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("w_{46}^{(t+1)} = w_{46}^{(t)} - k", "w_{46}^{(t+1)} = w_{46}       - k"),
        ("w_46(n+1) = w_46(n) - x(n)", "w_46(n+1) = w_46    - x   "),
        ("w = w_{old} - w^{t} x(t)", "w = w       - w^{t} x(t)"),
        (r"\frac{w_{46}^{\text{old}}}{2}", r"\frac{w_{46}             }{2}"),
        ("w_{46,new} = w_{46,old}", "w_{46,new} = w_{46}    "),
        ("w → w - k", "w ← w - k"),
        ("x_0 w → w", "x_0 w → w"),
    ],
)
def test_marks_of_an_old_value_leave_their_place(line: str, plain: str) -> None:
    quantities = {"w", "w_46", "w_{46}", "x", "k"}
    found = without_stages(line, quantities.__contains__)
    assert found == plain and len(found) == len(line)


def test_a_long_text_without_marks_is_passed_through_once() -> None:
    for line in ("a" * 50_000, "w_" * 20_000, "(" * 20_000, "w^{" * 10_000, " " * 50_000 + "="):
        assert without_arguments(without_stages(line, lambda _: False), lambda *_: False) == line


def test_a_tiny_number_is_not_zero() -> None:
    """10^-80 lies within every absolute tolerance of 0, and 2·10^-40 of 10^-40."""
    exercise = "equations: z = w x + b\nparameters: {w: 2, b: -1}\ngiven: {x: 0.5}\ntasks: [forward]\n"
    assert api.check(exercise, "a", "z = 0").worst.kind == "right"
    assert api.check(exercise, "a", "z = 1e-80").worst.kind == "wrong"
    small = "equations: z = w x\nparameters: {w: 1e-20}\ngiven: {x: 1e-20}\ntasks: [forward]\n"
    assert api.check(small, "a", "z = 1e-40").worst.kind == "right"
    assert api.check(small, "a", "z = 2e-40").worst.kind == "wrong"


def test_two_slips_are_told_by_their_places_and_the_answer_is_not_given_away() -> None:
    from symprop.render.verdicts import judged_json, judged_text
    from tests.test_judging import judged, marker

    answer = "dDiv/dw_6 = -2 yhat (1 - yhat) h_2"
    found = judged("sigmoid_network", "b", answer)
    assert found.worst.code == "two-mistakes"
    for told in (judged_text(found), judged_text(found, "de"), judged_json(found)):
        assert "yhat - y" not in told.replace("Div → ", "")
    shown = marker("sigmoid_network", None, "b")
    shown.reveal = True
    try:
        assert "yhat - y" in judged_text(shown.judge(answer))
    finally:
        shown.reveal = False


@pytest.mark.parametrize(
    ("exercise", "task", "answer", "secret"),
    [
        ("skip_connection", "a", "1", "abs"),
        ("local_derivatives", "c", "dz_2/da_1 = 1", "w_2"),
        ("local_derivatives", "c", "dz_2/da_1 = a_1", "w_2"),
        ("itakura_saito", "a", "4(z_6^2 - t)/z_6^3", "twice"),
    ],
)
def test_a_reason_does_not_give_the_answer_away(exercise: str, task: str, answer: str, secret: str) -> None:
    solution = api.solve(ROOT / "exercises" / f"{exercise}.yaml")
    found = Marker(*worked_task(solution, task, None)).judge(answer)
    assert found.worst.why
    told = json.loads(judged_json(found))["verdicts"][0]["explanations"]
    assert secret not in judged_text(found) and secret not in str(told)
    revealed = Marker(*worked_task(solution, task, None), reveal=True).judge(answer)
    assert secret in judged_text(revealed) or secret == "twice"


def test_several_conditions_are_echoed_as_they_are_written() -> None:
    answer = r"\begin{cases} 1 & z_2 > y \land z_2 > y - 1 \\ -1 & \text{otherwise}\end{cases}"
    found = judged("skip_connection", "a", answer)
    assert "if z_2 > y and z_2 > y - 1," in judged_text(found)
    read_back = json.loads(judged_json(found))["verdicts"][0]
    known = marker("skip_connection", None, "a").subject.vocabulary
    assert read(read_back["read"], known) == read(read_back["latex"], known) == found.worst.reading


def test_a_value_that_follows_from_a_wrong_one_is_told_apart() -> None:
    judging = marker("local_derivatives", None, "b")
    found = judging.judge("z_1 = 1.5, a_1 = 1.5, z_2 = 1.1, yhat = 1.1, J = 0.405").verdicts
    assert [v.code for v in found] == ["right-number", "right-number", "different", "follows", "follows"]
    found = judging.judge("z_1 = 1.6, a_1 = 1.7, z_2 = 1.36, yhat = 1.2, J = 0.32").verdicts
    assert [v.code for v in found] == ["different", "different", "follows", "right-number", "right-number"]
