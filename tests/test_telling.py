"""What the usual telling leaves out or says once, and that it is true where it is left out."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import pytest

from symprop import api
from symprop.model.solution import Line, Lines, Phrase, Prose, Solution
from symprop.render import render_tex
from symprop.sheets import in_detail
from symprop.sheets.detail import is_list
from symprop.written import Deriv, Name, Prod, Sum, Written
from tests.golden import ROOT


def solved(text: str) -> Solution:
    return api.solve(textwrap.dedent(text))


def lines(solution: Solution, task: int = 0, part: int = 0) -> list[Line]:
    blocks = solution.parts[part].worked[task].blocks
    return [line for b in blocks if isinstance(b, Lines) for line in b.lines]


def said(solution: Solution) -> dict[str, Phrase]:
    blocks = (b for part in solution.parts for w in part.worked for b in w.blocks)
    return {p.code: p for b in blocks if isinstance(b, Prose) for p in b.phrases}


def by(line: Line) -> str:
    assert isinstance(line.left, Deriv) and isinstance(line.left.by[0], Name)
    return line.left.by[0].text


DELTA = """
    equations: |
      z_1 = w_1 x
      h_1 = tanh(z_1)
      z_2 = v_1 h_1
      z_3 = v_2 h_1
      y = z_2 + z_3
      L = (y - t)^2
    parameters: {{w_1: 0.5, v_1: 0.25, v_2: -2}}
    given: {{x: 1, t: 1}}
    conventions: {{adjoints: {adjoints}}}
    tasks: [gradient: {asked}]
"""


@pytest.mark.parametrize(
    ("adjoints", "asked", "own"),
    [("delta", "all", False), ("partial", "all", True), ("delta", '"w_1, h_1"', True)],
)
def test_delta_of_a_net_input_is_found_over_the_output_in_one_line(adjoints: str, asked: str, own: bool) -> None:
    """δ_1 = (δ_2 v_1 + δ_3 v_2) h'; ∂L/∂h has a line of its own where it is asked for or where nothing has a name."""
    text = DELTA.format(adjoints=adjoints, asked=asked)
    if adjoints == "partial":
        text = text.replace("    conventions: {adjoints: partial}\n", "")
    found = [by(line) for line in lines(solved(text)) if isinstance(line.left, Deriv)]
    assert ("h_1" in found) is own and "z_1" in found


def test_where_each_adjoint_is_rounded_each_has_its_line() -> None:
    text = (ROOT / "exercises" / "sigmoid_by_hand.yaml").read_text(encoding="utf-8")
    names = [by(line) for line in lines(api.solve(text.replace("conventions:", "conventions:\n  adjoints: delta")), 1)]
    assert "h_1" in names
    carried = text.replace("carry: rounded", "carry: exact").replace("conventions:", "conventions:\n  adjoints: delta")
    assert "h_1" not in [by(line) for line in lines(api.solve(carried), 1)]


def test_the_chain_in_symbols_is_not_repeated_for_the_next_weight_of_a_neuron() -> None:
    after = ["w_6", "h_2", "s_2", "w_3", "w_4", "h_1", "s_1", "w_1", "w_2"]
    # after s_3 and w_5, whose chains stand there; what is called δ needs no chain at all
    for name, expected in (("sigmoid_network", after), ("relu_delta", ["z_2^2", "z_1^2", "h_1^1"])):
        solution = api.solve(ROOT / "exercises" / f"{name}.yaml")
        full, usual = lines(solution, 1), lines(in_detail(solution, "normal"), 1)
        assert [by(line) for line in full] == [by(line) for line in usual]
        shorter = [by(a) for a, b in zip(full, usual, strict=True) if len(b.chain) < len(a.chain)]
        assert shorter == expected
        assert all(a.chain[1:] == b.chain for a, b in zip(full, usual, strict=True) if by(a) in shorter)
    symbolic = api.solve(ROOT / "exercises" / "skip_connection.yaml")
    short = api.solve(ROOT / "exercises" / "local_derivatives.yaml")  # no list: the rows stay alike
    for other, task in ((symbolic, 1), (short, 3)):
        rows = zip(lines(other, task), lines(in_detail(other, "normal"), task), strict=True)
        assert all(a.chain == b.chain for a, b in rows)


UPDATES = """
    equations: |
      y = {y}
      L = (y - t)^2
    parameters: [w, v, b]
    learning rate: k
    tasks: [{tasks}]
"""
ONE, TWO, THREE = "update: w", "update: b", "update: v"


@pytest.mark.parametrize(
    ("y", "tasks", "same"),
    [
        ("w x + b", (ONE, TWO), True),
        ("w x + v u + b", (ONE, THREE), True),
        ("w x + b", (TWO, ONE), False),  # a factor x more is another line
        ("w^2 x + b", (ONE, TWO), False),  # not one name
        ("w x + b + w", (ONE, TWO), False),
        ("w x + b", ('update: "w, b"',), False),
        ("w b", (ONE, TWO), True),
    ],
)
def test_an_update_that_goes_the_same_way_is_said_to(y: str, tasks: tuple[str, ...], same: bool) -> None:
    text = UPDATES.format(y=y, tasks=", ".join(tasks))
    names = [n for n in ("w", "v", "b") if n in y]
    solution = solved(text.replace("[w, v, b]", f"[{', '.join(names)}]"))
    assert ("same-way" in said(solution)) is same
    if same:
        assert dict(said(solution)["same-way"].data)["part"] == "a"


def test_a_factor_of_several_results_is_named_once() -> None:
    solution = api.solve(ROOT / "exercises" / "itakura_saito.yaml")
    found = [(w.task.label, r) for w in solution.parts[0].worked for r in w.remarks]
    assert [(label, r.code) for label, r in found] == [("d", "common-factor-tasks")]
    assert dict(found[0][1].data)["parts"] == ("a", "d")


def test_factors_of_different_results_are_named_apart() -> None:
    solution = solved("""
        equations: |
          y = w x
          L = (y - t)^2
          M = (y - s)^2
        tasks:
          - derivative: dL/dy
          - derivative: dM/dy
    """)
    codes = [[r.code for r in w.remarks] for w in solution.parts[0].worked]
    assert codes == [["zero-iff"], ["zero-iff"]]


LONG = """
    equations: |
      z = w x
      h = {f}(z)
      L = (h - y)^2
    parameters: {{w: 0.5}}
    given: {{x: 2, y: 1}}
    tasks: [{{gradient: all, tell: backward}}]
"""


@pytest.mark.parametrize(
    ("f", "reason"),
    [("sigmoid", r"sigmoid}'(z) = h\,(1 - h)"), ("tanh", r"\tanh'(z) = 1 - h^2"), ("ReLU", "on: slope")],
)
def test_the_slope_of_an_activation_has_its_reason(f: str, reason: str) -> None:
    assert reason in render_tex(solved(LONG.format(f=f)))


def test_that_reason_is_given_once_for_each_function() -> None:
    tex = render_tex(api.solve(ROOT / "exercises" / "sigmoid_network.yaml"))
    assert tex.count(r"\sigma'(") == 1
    every = render_tex(api.solve(ROOT / "exercises" / "sigmoid_network.yaml"), detail="every rule")
    assert every.count(r"\sigma'(") == 3


def test_paths_say_which_slope_is_taken_at_a_kink() -> None:
    solution = solved("""
        equations: |
          z = w x
          y = ReLU(z) + z
        parameters: {w: 0}
        given: {x: 2}
        tasks: [{derivative: dy/dw, tell: paths}]
    """)
    assert "kink-convention" in [r.code for line in lines(solution) for r in line.reasons]


def test_lists_of_derivatives_are_set_flat_and_others_not() -> None:
    def flat(name: str, task: int) -> bool:
        solution = api.solve(ROOT / "exercises" / f"{name}.yaml")
        part = in_detail(solution, "normal").parts[0]
        block = next(b for b in part.worked[task].blocks if isinstance(b, Lines))
        return is_list(block.lines, part.part.display)

    assert flat("relu_delta", 1) and flat("relu_delta", 2) and flat("net_and_out", 4)  # δ; several updates
    assert not flat("skip_connection", 1) and not flat("local_derivatives", 3) and not flat("itakura_saito", 0)


@pytest.mark.parametrize(
    ("tasks", "cited"),
    [
        ("local derivatives, gradient: all", 1),
        ("local derivatives, {derivative: dL/dz, tell: backward}", 1),
        ("gradient: all, local derivatives", 0),
        ("local derivatives, {derivative: dL/dh, tell: backward}", 0),  # its equation is all it needs
        ("local derivatives, gradient: all, update: all, forward again, gradient: all", 1),  # then other values
    ],
)
def test_local_derivatives_of_a_table_are_cited(tasks: str, cited: int) -> None:
    text = LONG.format(f="tanh").replace("[{gradient: all, tell: backward}]", f"[{tasks}]")
    tex = render_tex(solved(text.replace("tasks:", "learning rate: 1\n    tasks:")))
    assert tex.count(r"with the local derivatives from \partref{1-a}{(a)}") == cited


def test_a_list_of_updates_is_set_flat_also_where_it_is_brief() -> None:
    solution = api.solve(ROOT / "exercises" / "relu_delta.yaml")
    for level in ("brief", "normal", "every rule"):
        part = in_detail(solution, level).parts[0]
        (block,) = (b for b in part.worked[2].blocks if isinstance(b, Lines))
        assert is_list(block.lines, part.part.display), level


def test_the_same_formulas_in_other_letters_show_the_chain_once() -> None:
    """∂E/∂net_h2 = ∂E/∂out_h2 · out_h2 (1 - out_h2), after ∂E/∂net_o2 with its chain; never where paths add up."""
    solution = api.solve(ROOT / "exercises" / "net_and_out.yaml")
    normal, full = (chains(in_detail(solution, level)) for level in ("normal", "every rule"))
    left_out = {"net_h1", "net_h2", "w_2", "w_3", "w_4", "w_7", "w_8"}
    assert {name for name, shown in normal.items() if full[name] and not shown} == left_out
    assert normal["net_o2"] and normal["w_6"] and normal["out_h1"] and normal["out_h2"]


def chains(solution: Solution) -> dict[str, bool]:
    """By what is differentiated in (d), and whether its row begins with the chain in symbols."""
    rows = [line for line in lines(solution, 3) if isinstance(line.left, Deriv)]
    return {by(line): all(in_symbols(term) for term in _terms(line.chain[0][1])) for line in rows}


def _terms(formula: Written) -> tuple[Written, ...]:
    return formula.terms if isinstance(formula, Sum) else (formula,)


def in_symbols(formula: Written) -> bool:
    return isinstance(formula, Prod) and all(isinstance(factor, Deriv) for factor in formula.factors)


def test_a_line_that_is_put_in_is_cited_beside_the_formula_that_it_is_put_into() -> None:
    rows = render_tex(api.solve("exercises/upstream_gradient.yaml")).split("\\\\")
    broken = [(a, b) for a, b in pairwise(rows) if r"\partial s}{\partial w" in a and r"\result{G" in b]
    assert len(broken) == 2
    assert all("by~" not in a and r"\why{by~" in b for a, b in broken)
