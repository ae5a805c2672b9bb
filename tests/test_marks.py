"""Marks: points of results and steps, follow-through, partial credit, and the rubric on the key."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache

import pytest

from symprop import api
from symprop.judge.marks import Marks
from symprop.model.marks import MARKS, number
from symprop.model.solution import Solution
from symprop.render.marks import marks_record, marks_text
from symprop.render.words import load_words
from tests.test_languages import ENGLISH

EXERCISE = """
equations: |
  z = w x + b
  L = (z - y)^2/2
parameters: {w: 0.5, b: 1}
given: {x: 2, y: 3}
learning rate: 0.1
marks: {sign: 60%, other: 1/10}
rubric: yes
tasks:
  - forward
  - gradient: all
    points: {dL/dz: 1, dL/dw: 2, dL/db: 1}
  - update: all
    points: 2
    follow through: no
"""
LETTERS = """
equations: |
  z = w x + b
  L = (z - y)^2/2
tasks:
  - derivative: dL/dz
    points: 1
  - derivative: dL/dw, dL/db
    points: 3
"""


@cache
def solved(text: str) -> Solution:
    return api.solve(text)


def of_working(text: str, exercise: str = EXERCISE) -> Marks:
    solution = solved(exercise)
    return api.marks(solution, api.check_working(solution, text))


def of_answer(task: str, text: str, exercise: str = EXERCISE) -> Marks:
    solution = solved(exercise)
    return api.marks(solution, api.check(solution, task, text), task=task)


def earned(marks: Marks) -> dict[str, Fraction]:
    return {str(c.quantity.by[0]) if hasattr(c.quantity, "by") else str(c.quantity): c.earned for c in marks.credits}


def test_a_right_derivation_earns_everything() -> None:
    text = "dL/dz = z - y = -1\ndL/dw = -1*2 = -2\ndL/db = -1\nw <- 0.5 - 0.1*(-2) = 0.7\nb <- 1.1"
    marks = of_working(text)
    assert (marks.earned, marks.worth) == (6, 6)


def test_what_follows_from_an_error_keeps_its_points_unless_a_task_says_no() -> None:
    marks = of_working("dL/dz = 1\ndL/dw = 2\ndL/db = 1\nw <- 0.5 - 0.1*2 = 0.3\nb <- 1.1")
    codes = [c.why.code for c in marks.credits]
    assert codes == ["marks-mistake", "marks-carried", "marks-carried", "marks-no-follow-through", "marks-right"]
    assert earned(marks)["z"] == Fraction(3, 5)
    assert [c.earned for c in marks.credits][1:] == [2, 1, 0, 1]


def test_an_error_that_leaves_nothing_to_do_earns_no_follow_through() -> None:
    for text in ("dL/dz = 0\ndL/dw = 0\ndL/db = 0",):
        assert [c.why.code for c in of_working(text).credits][1:3] == ["marks-trivial", "marks-trivial"]
    marks = of_working("dL/dz = 7\ndL/dw = 7 x\ndL/db = 7", LETTERS)
    assert [c.why.code for c in marks.credits] == ["marks-wrong", "marks-trivial", "marks-trivial"]
    honest = of_working("dL/dz = y - z\ndL/dw = (y - z) x\ndL/db = y - z", LETTERS)
    assert [c.why.code for c in honest.credits] == ["marks-mistake", "marks-carried", "marks-carried"]
    assert honest.earned == Fraction(3, 4) + 3


def test_an_error_in_a_chain_is_not_carried_by_its_own_end() -> None:
    marks = of_working("dL/dz = y - z = 1")
    assert earned(marks)["z"] < 1
    assert marks.credits[0].why.code in ("marks-mistake", "marks-wrong")


def test_the_last_word_counts_and_silence_earns_nothing() -> None:
    marks = of_working("dL/dw = 5\ndL/dw = -2")
    assert earned(marks)["w"] == 0  # of the update, which comes last
    assert [c.earned for c in marks.credits] == [0, 2, 0, 0, 0]
    assert of_working("nothing").earned == 0


def test_single_answers_have_marks_too() -> None:
    assert of_answer("b", "dL/dw = -2, dL/db = -1").earned == 3
    assert of_answer("c", "w = 0.7; b = 1.1").earned == 2
    partly = of_answer("b", "dL/dz_9 = 3", LETTERS)
    assert (partly.earned, partly.worth) == (0, 3)
    unfinished = of_answer("b", "dL/dw = dL/dz dz/dw", LETTERS)
    assert unfinished.earned == Fraction(3, 2) * MARKS["unfinished"]
    assert of_answer("a", "y - z", LETTERS).earned == MARKS["sign"]
    assert of_answer("a", "17 z^5", LETTERS).earned == 0


def test_points_are_shared_alike_and_may_be_halves() -> None:
    assert [c.worth for c in of_working("", LETTERS).credits] == [1, Fraction(3, 2), Fraction(3, 2)]
    assert number("1,5") == Fraction(3, 2)
    assert number("½") == Fraction(1, 2)
    assert number("") is None
    assert number("2 points") is None


def test_without_points_nothing_is_said_of_marks() -> None:
    plain = "equations: |\n  z = w x\ntasks: [derivative: dz/dw]\n"
    marks = of_answer("a", "x", plain)
    assert (marks.credits, marks_text(marks), marks_record(marks)) == ((), "", None)


def test_marks_in_both_languages_and_as_data() -> None:
    marks = of_working("dL/dz = 1\ndL/dw = 2")
    assert marks_text(marks).splitlines()[0] == "Marks: 2.6 of 6"
    assert marks_text(marks, "de").splitlines()[0].startswith("Punkte: ")
    record = marks_record(marks)
    assert record is not None
    assert json.loads(json.dumps(record))["credits"][1]["code"] == "marks-carried"


# ---- the rubric


def test_the_rubric_stands_on_the_key_and_on_nothing_else() -> None:
    solution = solved(EXERCISE)
    key = api.to_tex(solution)
    body = key[key.index(r"\begin{document}") :]
    assert body.count(r"\runin{Marks}") == 2
    assert "60~per cent remain after a lost or wrong sign" in body
    assert "2~points for" in body
    assert "has no points here" in body
    for sheet in ("problem", "hints", "faded"):
        assert r"\runin{Marks}" not in api.to_tex(solution, sheet=sheet)
    assert r"\runin{Marks}" not in api.to_tex(api.solve(EXERCISE.replace("rubric: yes", "rubric: no")))
    assert r"\runin{Punkte}" in api.to_tex(solution, language="de")


def test_every_mistake_has_a_share_and_a_name() -> None:
    mistakes = set(ENGLISH.codes("mistakes"))
    assert mistakes <= set(MARKS)
    for language in ("en", "de"):
        assert {c.removeprefix("slip-") for c in load_words(language).codes() if c.startswith("slip-")} == set(MARKS)
    assert all(0 <= share < 1 or code == "follows" for code, share in MARKS.items())


# ---- the exercise file

BROKEN = """equations: |
  z = w x
marks: {sing: 60%, sign: 120%, other: x}
rubric: maybe
tasks:
  - derivative: dz/dw
    points: {dz/dw: no, 2 w: 3}
    follow through: perhaps
"""


def test_mistakes_in_marks_are_told_with_their_places() -> None:
    with pytest.raises(api.SympropError) as caught:
        api.load(BROKEN)
    told = str(caught.value)
    for place, said in (
        ("3:9", "unknown mistake 'sing' (did you mean 'sign'?)"),
        ("3:26", "a share from 0 to 1 was expected, found '120%'"),
        ("3:39", "a share from 0 to 1 was expected, found 'x'"),
        ("4:9", "yes or no was expected, found 'maybe'"),
        ("7:21", "a number of points was expected, found 'no'"),
        ("7:25", "'2 w' is no result of a task"),
        ("8:21", "yes or no was expected, found 'perhaps'"),
    ):
        assert any(f":{place}: " in line and said in line for line in told.splitlines()), (place, said, told)
