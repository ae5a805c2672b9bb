"""Answers of one kind stand on one row where they fit, under the sentence that says why they are of one kind."""

from __future__ import annotations

import textwrap

import pytest

from symprop import api
from symprop.model.solution import Lines, Prose, Solution

NET = """
    equations: |
      z = w x + b
      h = sigmoid(z)
      y = {y}
      L = (y - t)^2
    parameters: [w, b, v, c]
    {given}
    names: {{dL/dy: "L'"}}
    tasks: [{{derivative: dL/dy}}, {{gradient: {asked}, tell: backward}}]
"""
NUMBERS = "given: {x: 1, t: 0, w: 1, b: 0, v: 2, c: 1}"


def solved(y: str = "v h + c", asked: str = "all", given: str = "") -> Solution:
    text = textwrap.dedent(NET.format(y=y, asked=asked, given=given))
    return api.solve(text if "c" in y else text.replace(", c]", "]").replace(", c: 1", ""))


def leads(solution: Solution) -> list[tuple[str, str]]:
    """What is said in the second task, and of which quantity."""
    found = [p for b in solution.parts[0].worked[1].blocks if isinstance(b, Prose) for p in b.phrases]
    return [(p.code, str(dict(p.data).get("node") or dict(p.data).get("target", ""))) for p in found]


@pytest.mark.parametrize(
    ("y", "asked", "given", "said"),
    [
        ("v h + c", "all", "", [("feeds", "y"), ("back-order", "y")]),
        ("v h + c", '"v, c"', "", [("feeds", "y")]),
        ("v h + c", '"v, c"', NUMBERS, [("feeds", "y")]),
        ("v h + c", "all", NUMBERS, [("back-further", "L"), ("group", "z")]),
        ("v h + c", "v", "", [("only-through-times", "L")]),
        ("v h", "all", "", [("back-further", "L")]),  # one alone is no group
        ("v h + c x", '"v, c, h"', "", [("feeds", "y"), ("back-order", "y")]),
        ("v h + c + w", '"v, w"', "", [("back-further", "L")]),  # w goes elsewhere, too
    ],
)
def test_leaves_of_a_quantity_whose_derivative_is_known(
    y: str, asked: str, given: str, said: list[tuple[str, str]]
) -> None:
    assert leads(solved(y, asked, given)) == said


def test_the_sentence_carries_the_chain_rule() -> None:
    blocks = solved().parts[0].worked[1].blocks
    (first, second) = (b for b in blocks if isinstance(b, Lines))
    assert [r.code for line in first.lines for r in line.reasons] == []
    assert second.lines[0].reasons[0].code == "chain"


def rows(solution: Solution, sheet: str = "key") -> list[str]:
    tex = api.to_tex(solution, sheet=sheet)
    return [row for row in tex.split("\n") if r"\partial c}" in row or r"\partial v}" in row]


def test_short_answers_stand_abreast() -> None:
    (row,) = (r for r in rows(solved()) if "result" in r)
    assert row.count(r"\result{") == 2 and r"\qquad \frac{\partial L}{\partial c}" in row


@pytest.mark.parametrize("y", ["v h + c", "v^5 exp(v h^3 + tanh(x)) + x ln(v + tanh(h)) + c ln(1 + x^2 + h^2)"])
def test_answers_that_do_not_fit_stand_one_below_the_other(y: str) -> None:
    assert any(r.count(r"\result{") == 2 for r in rows(solved(y))) is (y == "v h + c")


def test_answers_with_numbers_of_their_own_do_not_stand_abreast() -> None:
    solution = api.solve(textwrap.dedent(NET.format(y="v h + c", asked="all", given="")).rstrip() + "\n"
                         "equation numbers: all\n")  # fmt: skip
    assert not any(r.count(r"\result{") > 1 for r in rows(solution))


def test_blanks_do_not_stand_abreast() -> None:
    tex = api.to_tex(solved(asked='"v, c"'), sheet="faded", fade="b")
    answers = tex.partition("\n\\answer{1-a}")[2]  # the equations of the statement may stand in pairs
    assert r"\blank" in answers and r"\qquad" not in answers
    assert r"\result{L'" not in tex


@pytest.mark.parametrize(
    ("y", "asked", "abreast"),
    [
        ("a + b x + c x^2", "[a, b, c]", True),
        ("sigmoid(a + b x)", "[a, b]", True),  # one reason for both
        ("a + b x", "{a: 1, b: 2}", False),  # with numbers
    ],
)
def test_derivatives_read_off_one_equation_stand_abreast(y: str, asked: str, abreast: bool) -> None:
    text = f"equations: y = {y}\nparameters: {asked}\ngiven: {{x: 3}}\ntasks: [gradient: all]\n"
    tex = api.to_tex(api.solve(text if asked[0] == "{" else text.replace("given: {x: 3}\n", "")))
    assert (r"\qquad" in tex.partition("\n\\begin{document}")[2]) is abreast
