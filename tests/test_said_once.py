"""What a page says once: the rule of many steps, a substituted form, where the print does not reproduce a result."""

from __future__ import annotations

import textwrap

import pytest

from symprop import api
from symprop.model.solution import Lines, Prose, Solution, Table, phrase
from symprop.notation import text
from symprop.render import render_tex
from symprop.render.styles import TexStyle, unclashed
from symprop.render.words import load_words
from symprop.sheets import in_detail
from symprop.spec import loads
from symprop.written import Deriv
from tests.golden import ROOT


def solved(text: str) -> Solution:
    return api.solve(textwrap.dedent(text))


def body(solution: Solution, **options: str) -> str:
    return render_tex(solution, **options).partition("\n\\begin{document}")[2]  # type: ignore[arg-type]


STEPS = """
    equations: L = ({sum} - t)^2
    parameters: {{{numbers}}}
    given: {{t: 1}}
    learning rate: 0.1
    tasks: [{{update: all, steps: 2}}]
"""


@pytest.mark.parametrize("names", [("a",), ("a", "b"), ("a", "b", "c", "d")])
def test_the_rule_of_several_steps_is_told_once(names: tuple[str, ...]) -> None:
    solution = solved(STEPS.format(sum=" + ".join(names), numbers=", ".join(f"{n}: 0" for n in names)))
    (worked,) = solution.parts[0].worked
    rules = [line for b in worked.blocks if isinstance(b, Lines) for line in b.lines if line.chain[0][0] == "←"]
    assert [str(line.left) for line in rules] == ["a"]
    codes = [p.code for b in worked.blocks if isinstance(b, Prose) for p in b.phrases]
    assert ("descent-steps" in codes) is (len(names) > 1)
    (table,) = (b for b in worked.blocks if isinstance(b, Table))
    assert {str(line.left) for line in table.claims if line.chain[0][0] == "←"} == set(names)  # and each is checked


NEURON = """
    equations: |
      y = {y}
      L = ({loss})^2
    parameters: [w, b]
    tasks: [{{derivative: dL/dw, tell: direct}}, {{derivative: dL/db, tell: direct}}]
"""


@pytest.mark.parametrize(
    ("y", "loss", "again"),
    [("exp(w x + b)", "y - t", True), ("exp(w x) + b", "y - t", True), ("exp(w x)", "y - b", False)],
)
def test_a_substituted_form_is_shown_once(y: str, loss: str, again: bool) -> None:
    solution = solved(NEURON.format(y=y, loss=loss))
    rows = [line for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines) for line in b.lines]
    assert sum(str(line.left) == "L" for line in rows) == 1
    tex = body(solution)
    assert (r"As a function of $b$, $L$ stands in \eqlink{eq:1}{1}." in tex) is again


def test_where_the_print_does_not_reproduce_a_result_is_said_with_the_note_on_rounding() -> None:
    solution = api.solve(ROOT / "exercises" / "net_and_out.yaml")
    tex = body(solution)
    assert tex.count("Recomputing from the printed numbers") == 1
    assert r"carried unrounded. Recomputing" in tex and r"\eqlink{eq:1}{1} to~\eqlink{eq:12}{12}" in tex
    assert "Recomputing" not in body(in_detail(solution, "brief"))


@pytest.mark.parametrize(
    ("cited", "told"),
    [
        ("a", "(1)"),
        ("ab", "(1) and (2)"),
        ("abc", "(1) to~(3)"),
        ("abcef", "(1) to~(3), (5) and (6)"),
        ("ace", "(1), (3) and (5)"),
        ("acde", "(1) and (3) to~(5)"),
    ],
)
def test_lines_that_follow_one_another_are_cited_by_their_ends(cited: str, told: str) -> None:
    labels = {letter: f"{{eq:{k}}}{{{k}}}" for k, letter in enumerate("abcdef", 1)}
    printer = None
    style = TexStyle(printer, None, labels, {})  # type: ignore[arg-type]
    said = load_words("en").say(phrase("by", lines=tuple(cited)), style)
    for k in range(1, 7):
        said = said.replace(rf"\eqlink{{eq:{k}}}{{{k}}}", f"({k})")  # type: ignore[assignment]
    assert said == f"by~{told}"


def test_a_remark_begins_on_the_page_of_its_display() -> None:
    tex = body(solved(NEURON.format(y="exp(w x + b)", loss="y - t")))
    displays = tex.split(r"\end{alignat*}")
    followed = [after.lstrip().startswith(r"\runin{") for after in displays[1:]]
    kept = [r"\keeprest" in before for before in displays[:-1]]
    assert kept == followed and True in kept and False in kept


def test_rules_are_told_in_letters_that_the_exercise_leaves_free() -> None:
    text = "equations: " + "L = (" + " + ".join("acfghmnpqrsuv") + ")^3"
    solution = api.solve(text + "\ntasks: [derivative: dL/da]\n")
    vocabulary = solution.parts[0].part.vocabulary
    rule = unclashed(r"(u^n)'=n\,u^{n-1}u'", vocabulary)
    letters = {c for c in rule if c.isalpha()}
    assert len(letters) == 2 and not letters & set("acfghmnpqrsuvL")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("d^2L/da^2", "differentiate-again"),
        ("d^2L/da dx", "differentiate-twice"),
        ("d^2L/da^2, d^2L/dx^2", "differentiate-twice"),
    ],
)
def test_how_a_second_derivative_is_found(asked: str, code: str) -> None:
    solution = solved(f"""
        equations: L = a^3 x^2
        tasks: [{{find: "{asked}"}}]
    """)
    codes = [p.code for b in solution.parts[0].worked[0].blocks if isinstance(b, Prose) for p in b.phrases]
    assert [c for c in codes if c.startswith("differentiate")] == [code]


def test_second_derivatives_stand_in_one_display() -> None:
    solution = solved("""
        equations: L = a^3 x^2
        given: {a: 1, x: 2}
        tasks:
          - find: d^2L/da^2, d^2L/dx^2, d^2L/da dx
    """)
    (worked,) = solution.parts[0].worked
    codes = [p.code for b in worked.blocks if isinstance(b, Prose) for p in b.phrases]
    assert codes.count("differentiate-twice") + codes.count("differentiate") == 1
    rows = [line for b in worked.blocks if isinstance(b, Lines) for line in b.lines]
    assert sum(line.boxed for line in rows) == 3


@pytest.mark.parametrize(
    ("loss", "told"),
    [("a (a + x) 2", False), ("t/a^2 + ln(t/a^2) + x", True)],
)
def test_a_step_that_only_reorders_factors_is_left_out(loss: str, told: bool) -> None:
    solution = solved(f"equations: L = {loss}\ntasks: [{{derivative: dL/da, tell: direct}}, "
                      "{derivative: dL/dx, tell: direct}]\n")  # fmt: skip
    blocks = [b for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines)]
    assert any(r.code == "simplify-terms" for b in blocks for line in b.lines for r in line.reasons) is told


WIDE = """
    equations: |
      net_h1 = w_1 i_1 + w_2 i_2 + b_1
      out_h1 = sigmoid(net_h1)
      out_o1 = sigmoid(w_5 out_h1 + b_2)
      out_o2 = sigmoid(w_6 out_h1 + b_2)
      E_total = {loss}
    tasks: [{{derivative: dE_total/dw_1, tell: paths}}]
"""


@pytest.mark.parametrize(
    ("loss", "over"),
    [("out_o1 + out_o2", False), ("(t_1 - out_o1)^2 (t_2 - out_o2)^2 (1 + out_o1) (2 + out_o2)", True)],
)
def test_formulas_of_a_table_that_is_too_wide_go_over_several_lines(loss: str, over: bool) -> None:
    tex = body(solved(WIDE.format(loss=loss)))
    (table,) = [piece.partition(r"\end{tabular}")[0] for piece in tex.split(r"\begin{tabular}")[1:]]
    assert (r"\begin{aligned}" in table) is over and r"\footnotesize" not in tex and r"\small" not in tex


CITED = """
    equations: |
      z = w x + b
      h = tanh(z)
      L = (h - t)^2
    parameters: {{w: 1, b: 0.5}}
    given: {{x: 2, t: 1}}
    learning rate: 0.1
    tasks: [{tasks}]
"""
BY_W, ALL = "{derivative: dL/dw, tell: backward}", "{gradient: all}"


@pytest.mark.parametrize(
    ("tasks", "framed"),
    [
        (f"{BY_W}, {ALL}", ["dL/dw", "dL/db"]),
        (f"{BY_W}, {{gradient: w}}", ["dL/dw"]),
        (f"{BY_W}, {{gradient: 'z, w'}}", ["dL/dw", "dL/dz"]),  # z was on the way
        (f"{{update: w}}, {ALL}", ["dL/db", "dL/dw"]),  # asked was the new w
        (f"{BY_W}, {{update: all}}, forward again, {ALL}", ["dL/dw", "dL/dw", "dL/db"]),  # at other values
    ],
)
def test_a_derivative_is_framed_once(tasks: str, framed: list[str]) -> None:
    solution = solved(CITED.format(tasks=tasks))
    lines = [line for w in solution.parts[0].worked for line in w.lines]
    assert [text(line.left) for line in lines if line.boxed and isinstance(line.left, Deriv)] == framed
    assert body(solution).count(r"\result") == sum(line.boxed for line in lines)


def test_short_results_of_other_tasks_stand_abreast() -> None:
    tex = body(solved(CITED.format(tasks=f"{BY_W}, {{derivative: dL/db, tell: backward}}, {ALL}")))
    (row,) = (row for row in tex.split("\n") if r"from \partref" in row)
    assert r"from \partref{1-a}{(a)}; from \partref{1-b}{(b)}" in row and r"\qquad" in row and r"\result" not in row


@pytest.mark.parametrize(
    ("right", "asked", "rows"),
    [
        ("(w x + b - t)^2", "d^2L/dw^2", ["2 x^2"]),  # not 2 x x = 2 x^2
        ("exp(w x)", "d^2L/dw^2", ["(dL/dw)*x", "L x^2"]),
        ("cos(w x)", "d^2L/dw^2", ["-x^2 cos(w x)"]),
        ("w^4", "d^2L/dw^2", ["4*3 w^2", "12 w^2"]),  # a number is worked out
    ],
)
def test_collecting_equal_factors_is_no_row_of_its_own(right: str, asked: str, rows: list[str]) -> None:
    solution = solved(f"equations: L = {right}\nparameters: [w, b]\ntasks: [{{find: '{asked}'}}]\n")
    lines = [line for w in solution.parts[0].worked for line in w.lines]
    at = next(k for k, line in enumerate(lines) if line.left is not None and text(line.left) == asked)
    assert [text(line.chain[0][1]) for line in lines[at:]] == rows


def test_a_rule_that_is_used_twice_is_named_once_in_a_line() -> None:
    text = "equations: |\n  u = (w x)^3 + (w x)^5\n  L = 3 u\nparameters: {w: 2}\ngiven: {x: 4}\n"
    page = api.to_tex(api.solve(loads(text + "tasks: ['gradient: all']\n")))
    said = "chain rule; $(f^n)'=n\\,f^{n-1}f'$"
    assert r"\why{" + said + "}" in page and said + ";" not in page
