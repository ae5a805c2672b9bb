"""Exercises of the odd kind: each solves, certified, with the values that it should have; some are refused clearly."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from symprop import api, notation
from symprop.errors import SympropError, UnsupportedError
from symprop.model.solution import Lines, Program, Solution, Table
from symprop.render.tables import transposed
from symprop.written import Deriv, Name
from tests.networks import FUNCTIONS, LOSSES, POSITIVE_LOSSES

ROWS = yaml.safe_load((Path(__file__).parent / "corner_cases.yaml").read_text(encoding="utf-8"))


def solved(text: str) -> Solution:
    return api.solve(textwrap.dedent(text))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_odd_exercises_solve(row: dict[str, Any]) -> None:
    solution = api.solve(row["exercise"])
    assert all(part.certificate is not None and part.certificate.relations for part in solution.parts)
    tex = api.to_tex(solution)
    assert [piece for piece in row.get("says", ()) if piece not in tex] == []
    assert [piece for piece in row.get("never", ()) if piece in tex] == []


def test_a_function_that_is_left_open_has_no_value() -> None:
    text = """
        functions: {g: }
        equations: |
          z = w x
          h = g(z)
          L = h^2
        parameters: {w: 2}
        given: {x: 3}
        tasks: [forward, {derivative: dL/dw}]
    """
    solution = solved(text)
    values = {str(a.quantity): a.value for a in solution.parts[0].worked[0].answers}
    assert values == {"z": "6", "h": None, "L": None}
    assert api.show(textwrap.dedent(text), "h").value is None
    assert all(a.value is None for a in solution.parts[0].worked[1].answers)


@pytest.mark.parametrize(
    ("equations", "given", "kinks"),
    [
        ("h = ReLU(w x)\n  L = (h - 1)^2", "{w: 0, x: 2}", "{ReLU: 1}"),
        ("h = ReLU(w x)\n  L = (h - 1)^2", "{w: 0, x: 2}", "{}"),
        ("r = w x - y\n  L = |r| + |w|", "{w: 0, x: 2, y: 0}", "{}"),
        ("r = w x - y\n  L = |r| + |w|", "{w: 0, x: 2, y: 0}", "{abs: 1}"),
        ("h = leaky_ReLU(w x)\n  L = h", "{w: 0, x: 2}", "{leaky_ReLU: 1/2}"),
    ],
)
def test_the_program_follows_the_conventions_at_kinks(equations: str, given: str, kinks: str) -> None:
    text = f"equations: |\n  {equations}\nparameters: [w]\ngiven: {given}\nconventions: {{kinks: {kinks}}}\n"
    solution = api.solve(text + "tasks: [gradient: all, program]\n")
    (listing,) = [b for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Program)]
    printed = subprocess.run([sys.executable, "-c", listing.text], capture_output=True, text=True, check=True).stdout
    (answer,) = solution.parts[0].worked[0].answers
    assert float(printed.split("=")[1]) == pytest.approx(float(answer.value or "nan"))


def test_given_numbers_are_shown_as_they_were_given() -> None:
    """Two decimals are asked for; x = 0.005 is not 0.01."""
    solution = solved("""
        equations: z = w x
        parameters: {w: 0.77}
        given: {x: 0.005}
        decimals: 2
        tasks: [forward]
    """)
    (block,) = [b for b in solution.parts[0].worked[0].blocks if isinstance(b, Lines)]
    assert "0.77*0.005" in [notation.text(formula) for _, formula in block.lines[0].chain]


def test_a_given_value_of_a_computed_quantity_wins_and_its_slope_stays() -> None:
    """z = w x + b is given as 0.5: L = tanh(0.5)², and ∂L/∂w = 2 h (1 - h²) x."""
    (row,) = [r for r in ROWS if "given value" in r["why"]]
    solution = api.solve(row["exercise"])
    values = {a.quantity: a.value for w in solution.parts[0].worked[:2] for a in w.answers}
    assert float(values[Deriv(Name("L"), (Name("w"),))] or 0) == pytest.approx(0.7268619813835)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "equations: L = (w - y)^2\nparameters: {w: 1}\ngiven: {y: 2}\nassume: w > 3\ntasks: [forward]",
            "do not satisfy",
        ),
        ("equations: |\n  z = w x\n  L = z^2\ngiven: {dL/dz: 5, x: 1, w: 2}\ntasks: [gradient: w]", "cannot be given"),
        (
            "equations: |\n  u = w x\n  v = u^3 + x\ngiven: {dC/dv: 2, dC/du: 1, x: 1, w: 2}\nparameters: w\n"
            "tasks: [derivative: dC/dw]",
            "both given",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(text: str, message: str) -> None:
    with pytest.raises(SympropError, match=message) as caught:
        api.solve(text + "\n")
    assert caught.value.exit_code == 2


def test_several_steps_say_what_has_no_number() -> None:
    text = """
        equations: |
          z = w x
          L = (z - t)^2
        parameters: {w: 1}
        given: {x: 1}
        tasks: [{update: w, steps: 3}]
    """
    with pytest.raises(SympropError, match=r"several steps need numbers for everything \(without a number: t, eta\)"):
        solved(text)


def test_a_limit_of_products_with_the_slope_of_a_kink() -> None:
    """z ReLU'(z) e^(-z) settles to z · 1 · e^(-z) on the right and to z · 0 · e^(-z) on the left."""
    text = """
        equations: |
          h = ReLU(z)
          L = h exp(-z)
        given: {z: 1}
        tasks: [{find: dL/dz, at: [{z: oo}, {z: -oo}]}]
    """
    (worked,) = solved(text).parts[0].worked
    assert [notation.text(answer.formula) for answer in worked.answers] == ["0", "0"]


def test_a_program_for_two_targets_prints_both_gradients() -> None:
    """One of the parameters has the name that the derivative by w would have."""
    solution = solved("""
        equations: |
          h = ReLU(w x + d_w)
          p = a h
          q = c h + d_w
        parameters: {w: 1, a: 2, c: -1, d_w: 0.5}
        given: {x: 0.5}
        targets: p, q
        tasks: [program]
    """)
    (worked,) = solution.parts[0].worked
    (listing,) = [b for b in worked.blocks if isinstance(b, Program)]
    printed = subprocess.run([sys.executable, "-c", listing.text], capture_output=True, text=True, check=True).stdout
    found = [line.split(" = ") for line in printed.splitlines()]
    assert [(name, float(value)) for name, value in found] == [
        (notation.text(a.quantity), float(a.value or "nan")) for a in worked.answers
    ]
    assert len(found) == 8


@pytest.mark.parametrize(
    ("tasks", "printed"),
    [
        ("[program]", "dL/dw"),
        ('[gradient: "x, w", program]', "dL/dx dL/dw"),
        ("[derivative: dL/dx, program]", "dL/dx dL/dw"),
        ("[derivative: dz/dx, program]", "dL/dw dz/dx"),
        ("[gradient: all, {derivative: dL/dz}, program]", "dL/dw dL/dz"),
    ],
)
def test_a_program_prints_every_derivative_that_is_asked(tasks: str, printed: str) -> None:
    solution = solved(f"""
        equations: |
          z = w x
          L = z^2 + 3 x
        parameters: {{w: 2}}
        given: {{x: 3}}
        tasks: {tasks}
    """)
    worked = solution.parts[0].worked[-1]
    (listing,) = [b for b in worked.blocks if isinstance(b, Program)]
    shown = subprocess.run([sys.executable, "-c", listing.text], capture_output=True, text=True, check=True).stdout
    found = [line.split(" = ") for line in shown.splitlines()]
    assert [name for name, _ in found] == printed.split()
    assert [float(value) for _, value in found] == [float(a.value or "nan") for a in worked.answers]


@pytest.mark.parametrize("output", ["-v h", "v (c - h)", "-(v h)^3"])
def test_a_program_prints_no_minus_zero(output: str) -> None:
    """The unit is off, so each product below has a factor 0, and some have a factor -1."""
    solution = solved(f"""
        equations: |
          h = ReLU(w x + b)
          y = {output}
          L = -(y - t)^2
        parameters: {{w: -2, b: 0.5, v: -1.5, c: 0}}
        given: {{x: 1, t: 0}}
        tasks: [program]
    """)
    (worked,) = solution.parts[0].worked
    (listing,) = [b for b in worked.blocks if isinstance(b, Program)]
    printed = subprocess.run([sys.executable, "-c", listing.text], capture_output=True, text=True, check=True).stdout
    values = [line.split(" = ")[1] for line in printed.splitlines()]
    assert len(values) >= 3 and set(map(float, values)) == {0.0}
    assert not [value for value in values if value.startswith("-")]


@pytest.mark.parametrize("loss", ["(h - t)^2", *LOSSES, *POSITIVE_LOSSES])
def test_programs_of_every_function_and_loss_print_the_derivatives(loss: str) -> None:
    """One subprocess for each loss; at the first, every activation."""
    outer = "sigmoid" if loss in POSITIVE_LOSSES else "tanh"
    activations = FUNCTIONS.values() if loss == "(h - t)^2" else ["tanh({})"]
    listings, wanted = [], []
    for activation in activations:
        solution = solved(f"""
            equations: |
              z = w x + b
              a = {activation.format("z")}
              h = {outer}(v a)
              L = {loss.format(y="h", t="t")}
            parameters: {{w: 0.7, b: -0.4, v: 1.3}}
            given: {{x: 1.5, t: 0.25{", N: 3" if "N" in loss else ""}}}
            tasks: [program]
        """)
        (worked,) = solution.parts[0].worked
        listings += [b.text for b in worked.blocks if isinstance(b, Program)]
        wanted += [float(a.value or "nan") for a in worked.answers]
    script = "\n".join(listings)
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert [float(line.split(" = ")[1]) for line in printed.splitlines()] == pytest.approx(wanted, rel=1e-9)
    assert len(wanted) == 3 * len(list(activations))


def test_a_table_of_many_quantities_has_a_row_for_each() -> None:
    """Ten quantities and their derivatives beside each other could not be read."""
    names = [f"w_{k}" for k in range(1, 11)]
    text = "equations: L = (" + " + ".join(names) + " - t)^2\n"
    text += "parameters: {" + ", ".join(f"{n}: 1.125" for n in names) + "}\n"
    text += "given: {t: 1}\nlearning rate: 0.001\ntasks: [{update: all, steps: 2}]\n"
    (worked,) = api.solve(text).parts[0].worked
    (table,) = [b for b in worked.blocks if isinstance(b, Table)]
    turned = transposed(table)
    assert len(turned.rows) == len(table.columns) - 1 and len(turned.columns) == len(table.rows) + 1
    assert [turned.rows[r][c] for r, c in turned.boxed] == [table.rows[r][c] for r, c in table.boxed]
    tex = api.to_tex(api.solve(text))
    assert r"step & 0 & 1 & 2 \\" in tex


@pytest.mark.parametrize(
    "task", ["derivative: dF/dw", "gradient: all", "{derivative: dF/dw, tell: paths}", "update: w", "find: d^2F/dw^2"]
)
def test_what_has_a_derivative_on_its_right_side_is_not_differentiated_once_more(task: str) -> None:
    text = f"""
        equations: |
          z = w x
          E = (tanh(z) - y)^2
          d_1 = dE/dz
          F = E + d_1 x
        parameters: [w]
        learning rate: k
        tasks:
        - {task}
    """
    with pytest.raises(UnsupportedError, match="the equation of d_1 has a derivative on its right side"):
        solved(text)
    assert solved(text.replace("F", "E").replace("E = E", "F = E").replace("tasks", "targets: E\n        tasks"))


def test_nothing_is_differentiated_by_itself() -> None:
    with pytest.raises(SympropError, match="'x' by itself: that derivative is 1"):
        api.show("equations: |\n  z = w x\n", "dx/dx + 1")
