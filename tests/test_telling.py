"""What the usual telling leaves out or says once, and that it is true where it is left out."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import pytest

from symprop import api
from symprop.model.solution import Line, Lines, Phrase, Prose, Solution, Table, phrase
from symprop.notation import text
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


def body(solution: Solution) -> str:
    return render_tex(solution).split(r"\begin{document}")[1]


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


SOFTMAX_PATHS = """
    equations: |
      S = e^(z_1) + e^(z_2)
      p_1 = e^(z_1)/S
      p_2 = e^(z_2)/S
      L = -t_1 ln(p_1) - t_2 ln(p_2)
    assume: t_1 + t_2 = 1
    tasks: [{derivative: dL/dz_1, tell: paths}]
"""
NESTED = """
    functions: {sigma: sigmoid}
    equations: q = sigma(v ReLU(u x))
    parameters: {u: 0.5, v: 2}
    given: {x: 3}
    tasks: [{derivative: dq/du, tell: direct}]
"""


def test_each_row_of_a_sum_over_paths_has_its_own_reason() -> None:
    rows = [line for line in lines(solved(SOFTMAX_PATHS)) if line.label or line.left is None][-3:]
    assert [[r.code for r in line.reasons] for line in rows] == [["common-denominator"], ["assumed"], ["fold"]]
    assert text(rows[-1].chain[-1][1]) == "p_1 - t_1" and rows[-1].boxed


def test_a_slope_that_is_looked_up_is_the_reason_of_the_row_with_numbers() -> None:
    first, *_, last = lines(solved(NESTED))
    assert first.reasons[-1] == phrase("fold", names=(Name("q"),))  # it stands in q (1 - q)
    assert [r.code for r in last.reasons] == ["slope-on"] and last.boxed and last.left is None


def test_a_result_that_is_told_in_two_ways_is_framed_once() -> None:
    tasks = "given: {x: 2}\ntasks: [{derivative: dL/dx, tell: 'paths, backward'}]"
    found = lines(solved(f"equations: [u = x^2, v = 3 x, L = u v]\n{tasks}"))
    assert sum(line.boxed for line in found) == 1 and len([r for r in found if str(r.left) == str(found[-1].left)]) == 2


@pytest.mark.parametrize(
    ("right", "at", "facts"),
    [
        ("1/(1 + e^(-z))", "{z: oo}", ["e^(-z) → 0"]),
        ("tanh(z)", "{z: -oo}", ["tanh(z) → -1"]),
        ("z/(1 + z^2)", "{z: oo}", []),
        ("tanh(z)", "{z: 1}", None),
    ],
)
def test_values_at_infinity_are_said_to_be_limits(right: str, at: str, facts: list[str] | None) -> None:
    found = said(solved(f"equations: q = {right}\ntasks: [{{find: q, at: [{at}]}}]"))
    if facts is None:
        assert not any(code.startswith("limit") for code in found)
    else:
        told = dict(found["limits"].data)["facts"] if facts else ()
        assert [" → ".join(map(text, dict(f.data)["formula"])) for f in told] == facts
        assert facts or "limits-plain" in found


POWERS = [
    ("z e^(-z)", True),
    ("e^(-z)", False),
    ("z tanh(z)/z^2", False),
    ("z/(1 + e^(-z))", False),
    ("z + e^(-z)", False),
]


@pytest.mark.parametrize(("right", "powers"), POWERS)
def test_that_powers_do_not_count_is_said_beside_an_exponential_only(right: str, powers: bool) -> None:
    found = said(solved(f"equations: q = {right}\ntasks: [{{find: q, at: [{{z: oo}}]}}]"))
    assert ("limit-outweighed" in found) is powers


@pytest.mark.parametrize(
    ("asked", "result", "at"),
    [
        ("d^2q/dz^2", "q (1 - q) (1 - 2 q)", "dq/dz"),
        ("d^2L/dz^2", "q (1 - q)", "dq/dz"),  # of q - t
        ("d^2L/dt dz", "-1", None),
    ],
)
def test_a_second_derivative_starts_from_the_first_as_it_is_told(asked: str, result: str, at: str | None) -> None:
    equations = ["q = 1/(1 + e^(-z))", "L = -t ln(q) - (1 - t) ln(1 - q)"]
    found = lines(solved(f"equations: {equations}\ntasks: [{{find: '{asked}'}}]".replace("'", '"')))
    (row,) = (k for k, line in enumerate(found) if line.left is not None and text(line.left) == f"{asked}")
    assert text(found[-1].chain[-1][1]) == result
    assert at is None or at in text(found[row].chain[0][1])


def test_fractions_are_brought_over_one_denominator_before_the_chain_uses_them() -> None:
    source = """equations: [y = sigmoid(w x), "C = -t ln(y) - (1 - t) ln(1 - y)", L = w^2 + 3 C]
parameters: {w: 0.3}
given: {x: 2, t: 1}
tasks: [{derivative: dL/dw, tell: backward}]
"""
    told = [(line.reasons[-1].code, text(line.chain[-1][1])) for line in lines(solved(source)) if line.reasons]
    (k,) = (k for k, (code, _) in enumerate(told) if code == "common-denominator")
    assert told[k][1] == "(y (1 - t) - t (1 - y))/(y (1 - y))"
    assert told[k + 1] == ("terms-cancel", "(y - t)/(y (1 - y))")


@pytest.mark.parametrize(
    ("right", "rule", "raw"),
    [("1/(1 + e^(-z))", "rule-product", "1 - q - q"), ("e^(2 z)", None, None)],  # q (1 - q); 2 q
)
def test_a_second_derivative_names_the_rule_by_which_the_first_is_differentiated(
    right: str, rule: str | None, raw: str | None
) -> None:
    found = lines(solved(f"equations: q = {right}\ntasks: [find: d^2q/dz^2]"))
    (row,) = (k for k, line in enumerate(found) if line.left is not None and text(line.left) == "d^2q/dz^2")
    codes = [r.code for r in found[row].reasons]
    assert (rule in codes) if rule else not any(code.startswith("rule-product") for code in codes)
    assert raw is None or raw in text(found[row].chain[0][1])


def test_a_table_has_the_column_of_numbers_where_one_row_needs_it() -> None:
    part = "parameters: {w: 2, b: 1}\ngiven: {x: 3}\ntasks: [local derivatives]"
    tables = [
        b
        for f in ("tanh(n)", "2 n")
        for b in solved(f"equations: [n = w x + b, o = {f}]\n{part}").parts[0].worked[0].blocks
        if isinstance(b, Table)
    ]
    assert [len(t.columns) for t in tables] == [4, 3]


def test_the_note_on_rounding_leads_to_the_lines_of_a_forward_pass() -> None:
    given = "parameters: {w: 2}\ngiven: {x: %s}\ntasks: [forward]"
    pages = [render_tex(solved(f"equations: [z = w x, h = tanh(z), L = h^2]\n{given % x}")) for x in ("0.5", "0")]
    assert ["are rounded" in page for page in pages] == [True, False]
    order = [
        any(said in page for said in ("values from the lines above", "follows from what stands")) for page in pages
    ]
    assert order == [False, True]


def test_the_parameters_in_the_first_row_of_a_table_of_steps_are_told_there_alone() -> None:
    update = "{update: w}, forward again"
    source = "equations: [y = w x, L = (y - 4)^2]\nparameters: {w: 1}\ngiven: {x: 2}\nlearning rate: {eta: 0.25}\n"
    for steps, told in (("", ["w", "y"]), (", steps: 2", ["y"])):
        found = said(solved(source + f"tasks: [{update}, {{update: w{steps}}}]"))
        assert [text(v.items[0]) for v in dict(found["at-new-values"].data)["values"]] == told


def test_a_value_that_an_earlier_task_told_is_cited() -> None:
    source = "equations: [z = w x, p = z^2, L = p + w]\nparameters: {w: 2}\ngiven: {x: 3}\n"
    solution = solved(source + "tasks: [{find: p}, {find: 'z, p'}, forward, {find: L}]")
    cited = [[text(line.left) for line in lines(solution, k) if line.cited and line.left] for k in range(4)]
    assert cited == [[], ["z", "p"], ["z", "p"], ["L"]]
    assert [sum(line.boxed for line in lines(solution, k)) for k in range(4)] == [1, 1, 1, 0]
    assert "Known already" in body(solution)
