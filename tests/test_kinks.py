"""A closed form that divides by |u| says where it holds: once, without numbers, unless that is assumed."""

from __future__ import annotations

import pytest

from symprop.model.solution import Lines
from symprop.notation import text
from symprop.render import render_tex
from tests.test_sentences import solved

ERROR = """
    equations: |
      z = w x + b
      L = {loss}
    {more}
    tasks: [derivative: dL/dz, {{gradient: "w, b"}}]
"""


@pytest.mark.parametrize(
    ("loss", "more", "told"),
    [
        ("|y - z|", "title: t", ["y ≠ z"]),
        ("|z| + z^2", "title: t", ["z ≠ 0"]),
        ("|y - z| + |z - y|^3", "title: t", ["y ≠ z"]),
        ("(y - z)^2", "title: t", []),
        ("|z^2 + 1|", "title: t", []),
        ("|y - z|", "assume: y != z", []),
        ("|y - z|", "assume: z > y", []),
        ("|y - z|", "assume: z >= y", ["y ≠ z"]),
        ("|y - z|", "given: {w: 1, x: 1, b: 1, y: 0}", []),
    ],
)
def test_where_a_closed_form_has_no_value(loss: str, more: str, told: list[str]) -> None:
    solution = solved(ERROR.format(loss=loss, more=more))
    lines = [x for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines) for x in b.lines]
    assert [text(c).replace("!=", "≠") for line in lines for c in line.conditions] == told
    tex = render_tex(solution).partition(r"\begin{document}")[2]
    assert tex.count(r"; for $") + tex.count(r"{for $") == len(told)
