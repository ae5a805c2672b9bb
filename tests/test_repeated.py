"""A part with the equations of an earlier one refers to it; anything else is stated anew."""

from __future__ import annotations

import textwrap

import pytest

from symprop import api
from symprop.render import render_tex

FILE = """
    functions: {{sigma: sigmoid}}
    equations: |
      z = w x
      h = sigma(z)
      L = (h - t)^2
    parameters: [w]
    learning rate: eta
    parts:
    - tasks: [derivative: dL/dw]
    - given: {{x: 2, t: 1}}
      parameters: {{w: 1}}
      {more}
      tasks: [forward]
    - tasks: [derivative: dL/dz]
"""


def body(more: str = "", text: str = FILE) -> str:
    solution = api.solve(textwrap.dedent(text.format(more=more)))
    return render_tex(solution, sheet="problem").partition("\n\\begin{document}")[2]


def test_equations_and_functions_stand_in_the_first_part_that_has_them() -> None:
    tex = body()
    assert tex.count("\\sigma(z)") == 1 and tex.count(r"$\sigma$ is the $\mathrm{sigmoid}$ function") == 1
    assert tex.count("The equations are those of part~A.") == 2
    assert tex.count("learning rate is") == 3  # said of each part
    assert "those of part~A. Given are $w = 1$, $x = 2$" in tex


@pytest.mark.parametrize("more", ["equations: ['z = 2 w x', h = sigma(z), L = (h - t)^2]"])
def test_other_equations_are_stated(more: str) -> None:
    tex = body(more)
    assert tex.count("\\sigma(z)") == 2 and tex.count(r"$\sigma$ is the $\mathrm{sigmoid}$ function") == 2
    assert tex.count("The equations are those of part~A.") == 1


def test_two_equations_are_stated_again() -> None:
    text = FILE.replace("      z = w x\n", "").replace("sigma(z)", "sigma(w x)").replace("dL/dz", "dL/dh")
    assert "those of part" not in body(text=text)
