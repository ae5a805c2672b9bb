"""A name for a derivative that results repeat: given where it makes a list shorter, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from symprop import api
from symprop.model.solution import Solution
from symprop.render import render_tex
from symprop.written import Deriv
from tests.test_sentences import page, said, solved

EXERCISES = Path(__file__).parent.parent / "exercises"
LIST = """
    equations: |
      h = tanh(w x + b)
      z = v h + c
      L = {loss}
    parameters: [v, c, w, b]
    tasks:
      - {task}
"""
ALL = "{gradient: all, tell: backward}"


def exercise(loss: str = "|y - z|", task: str = ALL, more: str = "") -> Solution:
    return solved(LIST.format(loss=loss, task=task) + more)


def named(solution: Solution) -> list[str]:
    """The names that were given."""
    part = solution.parts[0].part
    return [part.display[symbol].text for symbol in part.short]  # type: ignore[attr-defined]


@pytest.mark.parametrize("loss", ["|y - z|", "ln(1 + (y - z)^2)", "y/z + ln z", "ln(1 + exp(z)) - y z"])
def test_a_fraction_that_three_results_repeat_has_a_name(loss: str) -> None:
    solution = exercise(loss)
    assert named(solution) == ["L'"] and "abbreviate" in said(solution) and "delta-def" not in said(solution)
    key = page(solution)
    assert key.index("$L'$") < key.index(r"\result{L'")  # explained before it is used


@pytest.mark.parametrize(
    ("loss", "task", "more"),
    [
        ("(y - z)^2", ALL, ""),  # a short form
        ("|y - z|", '{gradient: "v, c", tell: backward}', ""),  # two results
        ("|y - z|", '{gradient: "v, c, w, b", tell: paths}', ""),
        ("|y - z|", '{gradient: "v, c, w, b", in terms of: "y, z, v, h, x"}', ""),
        ("|y - z|", "{gradient: all, form: no derivatives}", ""),
        ("|y - z|", "{update: all}", ""),
        ("|y - z|", ALL, "      - {derivative: dL/dv, tell: direct}\n"),
        ("|y - z|", ALL, "    names: {dL/dz: G}\n"),  # the author's choice
        ("|y - z|", ALL, "    conventions: {adjoints: delta}\n"),
        ("|y - z|", ALL, "    given: {x: 1, y: 2}\n    parameters: {v: 1, c: 0, w: 1, b: 0}\n"),
        ("|y - z|", ALL, "    text: Do not mistake it for $L'$.\n"),
        ("exp(z) - y z", ALL, ""),
    ],
)
def test_elsewhere_it_has_none(loss: str, task: str, more: str) -> None:
    text = LIST.format(loss=loss, task=task)
    if "parameters" in more:
        text = text.replace("    parameters: [v, c, w, b]\n", "")
    solution = solved(text + more)
    assert named(solution) == [] and "abbreviate" not in said(solution)


def test_a_form_that_cancels_is_left_in_full() -> None:
    """-t/y + (1 - t)/(1 - y) times y (1 - y) is y - t, which no name should hide."""
    solution = solved("""
        equations: |
          z = v x + c u + b
          y = sigmoid(z)
          L = -t ln y - (1 - t) ln(1 - y)
        parameters: [v, c, b]
        tasks: [{gradient: all, tell: backward}]
    """)
    assert named(solution) == []


def test_no_question_and_no_hint_holds_it() -> None:
    words = "      - {derivative: dL/dz, words: Find $dL/dz$ alone.}\n"
    solution = exercise(more=words)
    assert named(solution) == ["L'"]
    for sheet in ("problem", "hints"):
        assert "L'" not in render_tex(solution, sheet=sheet).partition(r"\begin{document}")[2]
    asked = page(solution).partition(r"\answer")[0]
    assert r"\partial L/\partial z" in asked and "L'" not in asked


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("dL/dv = L' h", "right"),
        ("dL/dv = -h (y - z)/|y - z|", "right"),
        ("dL/dv = dL/dz h", "form-derivatives-left"),
        ("dL/dv = L' x", "different"),
    ],
)
def test_an_answer_may_use_it_or_not(answer: str, code: str) -> None:
    verdict = api.check(exercise(), "a", answer).worst
    assert verdict.code == code


@pytest.mark.parametrize("names", ["", "names: {dL/dz_2: G}\n"])
def test_one_result_alone_is_written_out(names: str) -> None:
    """Nobody has said there what L' or G is."""
    exercise = (EXERCISES / "skip_connection.yaml").read_text(encoding="utf-8") + names
    for by in ("w_2", "w_0", "h_0"):
        formula = api.show(exercise, f"dL/d{by}").formula
        assert not [d for d in formula.walk() if isinstance(d, Deriv)]
