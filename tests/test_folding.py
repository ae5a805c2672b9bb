"""Results reach the textbook form: p - t of softmax and cross-entropy, q (1 - q); every row has its reason."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from symprop import api
from symprop.derive.bench import start
from symprop.derive.folding import Folding, ratios_of, solutions
from symprop.model.exercise import Fading
from symprop.model.solution import Line, Lines, Phrase, Program, Prose, Solution, Table, Worked, unbroken
from symprop.notation import text
from symprop.sheets.fading import faded
from symprop.spec import loads
from symprop.written import Name, Rel

SOFTMAX = """
    equations: |
      S = e^(z_1) + e^(z_2)
      p_1 = e^(z_1)/S
      p_2 = e^(z_2)/S
      L = -t_1 ln(p_1) - t_2 ln(p_2)
    {assume}
    tasks: [derivative: "dL/dz_1, dL/dz_2"]
"""
ONE_HOT = """
    equations: |
      p_1 = exp(z_1)/(exp(z_1) + exp(z_2) + exp(z_3))
      p_2 = exp(z_2)/(exp(z_1) + exp(z_2) + exp(z_3))
      p_3 = exp(z_3)/(exp(z_1) + exp(z_2) + exp(z_3))
      L = -t_1 ln(p_1) - t_2 ln(p_2) - t_3 ln(p_3)
    given: {{z: [1, 2, 0.5], t: {t}}}
    tasks: [derivative: "dL/dz_1, dL/dz_2, dL/dz_3"]
"""
LOG_LOSS = """
    equations: |
      z = w x + b
      p = sigmoid(z)
      L = -y ln(p) - (1 - y) ln(1 - p)
    parameters: {w: 0.5, b: 0.25}
    given: {x: 2, y: 0}
    tasks: [derivative: dL/dz]
"""
LOGISTIC = """
    equations: |
      q = 1/(1 + e^(-z))
      p = z q
    tasks:
    - find: q, dq/dz, d^2q/dz^2, dp/dz
      at: [{z: 0}, {z: 1}]
"""


def solved(source: str, **data: str) -> Solution:
    return api.solve(textwrap.dedent(source.format(**data) if data else source))


def rows(worked: Worked, left: str) -> list[Line]:
    """The rows of one quantity, one after the other."""
    found, on = [], False
    for line in (line for b in worked.blocks if isinstance(b, Lines) for line in b.lines):
        on = text(line.left) == left if line.left is not None else on
        found += [line] if on else []
    assert found, f"nothing about {left}"
    return found


def told(found: list[Line]) -> list[tuple[str, tuple[str, ...]]]:
    """Each row's last formula and the codes of its reasons."""
    return [(text(line.chain[-1][1]), tuple(r.code for r in line.reasons)) for line in found]


def test_softmax_with_cross_entropy_is_p_minus_t() -> None:
    solution = solved(SOFTMAX, assume="assume: t_1 + t_2 = 1")
    (worked,) = solution.parts[0].worked
    assert [text(a.formula) for a in worked.answers] == ["p_1 - t_1", "p_2 - t_2"]
    assert told(rows(worked, "dL/dS"))[1:] == [("(t_1 + t_2)/S", ("by",)), ("1/S", ("assumed",))]
    assert told(rows(worked, "dL/dz_1"))[-1] == ("p_1 - t_1", ("fold",))


def test_without_the_assumption_the_sum_of_the_targets_stays() -> None:
    worked = solved(SOFTMAX, assume="").parts[0].worked[0]
    assert not any(r.code == "assumed" for line in worked.lines for r in line.reasons)
    assert "t_1 + t_2" in text(worked.answers[0].formula)


@pytest.mark.parametrize("t", ["[0, 1, 0]", "[0.25, 1, 0]"])
def test_softmax_with_numbers_uses_the_quantities(t: str) -> None:
    worked = solved(ONE_HOT, t=t).parts[0].worked[0]
    last = rows(worked, "dL/dz_1")[-1]
    assert text(last.chain[0][1]) == "(t_1 + t_2 + t_3) p_1 - t_1"
    assert not any(r.code == "assumed" for r in last.reasons)  # the row does not use that the targets add up to 1


def test_the_slopes_of_a_softmax_are_derived_once_per_form() -> None:
    worked = solved(ONE_HOT, t="[0, 1, 0]").parts[0].worked[0]
    assert told(rows(worked, "dp_1/dz_1"))[-1] == ("p_1 (1 - p_1)", ("fold",))
    assert told(rows(worked, "dp_2/dz_1"))[-1] == ("-p_2 p_1", ("fold",))
    lefts = [line.left for line in worked.lines if line.left is not None and text(line.left).startswith("dp")]
    assert len(lefts) == 2
    assert any(p.code == "local-first-same" for b in worked.blocks if isinstance(b, Prose) for p in b.phrases)
    sums = [r.code for line in worked.lines for r in line.reasons if any(r.code == "paths-add" for r in line.reasons)]
    rules = {"rule-quotient", "rule-reciprocal", "fold"}  # told with the local derivatives
    assert "paths-add" in sums and not rules & {*sums}


def test_sigmoid_with_log_loss_is_p_minus_y() -> None:
    worked = solved(LOG_LOSS).parts[0].worked[0]
    assert told(rows(worked, "dL/dp"))[1][1] == ("common-denominator",)
    last = rows(worked, "dL/dz")[-1]
    assert text(last.chain[0][1]) == "p - y" and last.boxed
    assert [r.code for r in last.reasons] == ["by"]


def test_values_at_points_are_derived_first() -> None:
    worked = solved(LOGISTIC).parts[0].worked[0]
    assert told(rows(worked, "dq/dz"))[-1] == ("q (1 - q)", ("fold",))
    assert told(rows(worked, "d^2q/dz^2")) == [
        ("(dq/dz)*(1 - q - q)", ("chain", "rule-product", "by")),
        ("(dq/dz)*(1 - 2 q)", ("simplify",)),
        ("q (1 - q) (1 - 2 q)", ("by",)),
    ]
    assert told(rows(worked, "dp/dz"))[-1] == ("q (z (1 - q) + 1)", ("paths-add", "by"))
    assert sum(line.left is not None and text(line.left) == "dq/dz" for line in worked.lines) == 1
    assert not any(line.boxed for line in worked.lines)  # the answer is the table


def test_a_second_derivative_is_cited_from_where_it_was_found() -> None:
    source = "equations: L = (w x - y)^3\ntasks:\n- find: d^2L/dw^2\n  at: [{w: 1, x: 1, y: 0}]\n- find: d^2L/dw^2\n"
    first, second = api.solve(source).parts[0].worked
    assert rows(first, "d^2L/dw^2")
    assert [r.code for r in rows(second, "d^2L/dw^2")[0].reasons] == ["from-part"]


def test_one_quantity_of_several_rows_is_one_line() -> None:
    worked = solved(LOG_LOSS).parts[0].worked[0]
    whole = [line for line in unbroken(worked.lines) if line.left is not None and text(line.left) == "dL/dz"]
    assert len(whole) == 1 and whole[0].boxed and len(whole[0].chain) == 5


@pytest.mark.parametrize(
    ("equations", "formula", "result"),
    [
        ("h = (e^z - e^(-z))/(e^z + e^(-z))", "h", "1 - h^2"),
        ("q = 1/(1 + e^(-z))", "q", "q (1 - q)"),
        ("q = 3/(1 + e^(-z))", "q", None),
        ("p = e^z/(e^z + e^b)", "p", "p (1 - p)"),
        ("y = x/(x + z)", "y", None),  # z is a quantity: nothing becomes shorter
    ],
)
def test_the_slope_of_a_quotient_is_told_by_the_quotient(equations: str, formula: str, result: str | None) -> None:
    bench = start(loads(f"equations: {equations}\ntasks: [derivative: d{formula}/dz]").parts[0])
    found = bench.slope(Name(formula), Name("z"))
    if result is None:
        assert found.rules[-1].code != "fold" or Name(formula) in found.told.walk()
    else:
        assert text(found.told) == result


def test_an_assumption_is_solved_for_what_stands_in_one_term() -> None:
    part = loads("equations: L = a b + c\nassume: a + 2 b = c\ntasks: [derivative: dL/da]").parts[0]
    (relation,) = part.assume
    assert {text(x): text(value) for x, value in solutions(relation)} == {
        "a": "c - 2 b", "b": "c/2 - a/2", "c": "a + 2 b",
    }  # fmt: skip
    assert list(solutions(Rel(relation.items, (">",)))) == []


def test_without_quotients_and_assumptions_nothing_is_looked_for() -> None:
    part = loads("equations: L = (w x - y)^2\ntasks: [derivative: dL/dw]").parts[0]
    bench = start(part)
    assert ratios_of(bench.graph) == ()
    assert Folding().steps(bench.graph[Name("L")].definition or Name("L")) == ()


# ---- reasons

ACTIVATED = """
    equations: |
      z = w x
      v = u x
      h = {h}
      L = 1/2 (h - y)^2 + v
    parameters: {{w: {w}, u: 2}}
    given: {{x: -1, y: 1}}
    tasks: [gradient: w]
"""


@pytest.mark.parametrize(
    ("h", "w", "code", "data"),
    [
        ("max(0, z) + 0.1 min(0, z)", "0.5", "slope-side", {"where": "z < 0", "slope": "0.1"}),
        ("max(0, z) + 0.1 min(0, z)", "-0.5", "slope-side", {"where": "z > 0", "slope": "1"}),
        ("max(0.1 z, z)", "0.5", "slope-side", {"where": "0.1 z > z", "slope": "0.1"}),
        ("ReLU(z) - ReLU(z - 1)", "-4", "slope-side", {"where": "z > 0, z - 1 > 0", "slope": "0"}),
        ("max(z, v)", "0.5", "slope-side", {"where": "z > v", "slope": "1"}),
        ("max(z, v)", "5", "slope-side", {"where": "v > z", "slope": "0"}),
        ("min(z, 1)", "0.5", "slope-side", {"where": "z < 1", "slope": "1"}),
        ("min(z, 1)", "-2", "slope-side", {"where": "z > 1", "slope": "0"}),
    ],
)
def test_a_switch_says_which_side_counts(h: str, w: str, code: str, data: dict[str, str]) -> None:
    worked = solved(ACTIVATED, h=h, w=w).parts[0].worked[0]
    reasons = [r for line in rows(worked, "dL/dz") for r in line.reasons if r.code == code]

    def printed(value: Any) -> str:
        return ", ".join(map(text, value)) if isinstance(value, tuple) else text(value)

    assert [{key: printed(value) for key, value in r.data} for r in reasons] == [data]


def test_a_sum_over_paths_names_the_rules_of_its_terms() -> None:
    source = """
        equations: |
          u = sqrt(x) + w^x
          L = u^2/x
        parameters: {w: 8}
        given: {x: 4}
        tasks: [gradient: x]
    """
    worked = solved(source).parts[0].worked[0]
    assert [r.code for r in rows(worked, "dL/du")[0].reasons] == ["rule-power"]
    codes = [r.code for r in rows(worked, "dL/dx")[0].reasons]
    assert codes == ["paths-add", "rule-sqrt", "rule-exponential", "rule-reciprocal"]


@pytest.mark.parametrize(("right", "rule"), [("t/x^2", "rule-reciprocal"), ("t x/(x + t)", "rule-quotient")])
def test_the_quotient_rule_is_named_where_both_sides_of_a_fraction_move(right: str, rule: str) -> None:
    worked = solved(f"equations: L = {right}\ntasks: [derivative: dL/dx]\n").parts[0].worked[0]
    assert [r.code for line in worked.lines for r in line.reasons][:1] == [rule]


def test_the_power_rule_beside_another_rule_is_seen_at_a_glance() -> None:
    worked = solved("equations: L = t/x^2 - ln(x)\ntasks: [derivative: dL/dx]\n").parts[0].worked[0]
    assert "rule-power" not in [r.code for line in worked.lines for r in line.reasons]


@pytest.mark.parametrize(
    ("conventions", "given", "agreed"),
    [
        ("{}", "w: 2", ()),
        ("{}", "w: 0", ("ReLU'(0) = 0",)),
        ("{kinks: {ReLU: 1}}", "w: 2", ("ReLU'(0) = 1",)),
        ("{kinks: {ReLU: 1, abs: 0}}", "w: 2", ("ReLU'(0) = 1", "abs'(0) = 0")),
    ],
)
def test_the_statement_tells_the_slopes_at_kinks(conventions: str, given: str, agreed: tuple[str, ...]) -> None:
    solution = api.solve(
        "equations: |\n  h = ReLU(w x)\n  L = |h - y|\ntasks: [gradient: w]\n"
        f"parameters: {{{given}}}\ngiven: {{x: 3, y: 1}}\nconventions: {conventions}\n"
    )
    said = [p for b in solution.parts[0].statement if isinstance(b, Prose) for p in b.phrases]
    found = [dict(p.data)["rules"] for p in said if p.code == "kinks-agreed"]
    assert [tuple(map(text, rules)) for rules in found] == ([agreed] if agreed else [])


@pytest.mark.parametrize(("rate", "room"), [("0.1", True), ("", False)])
def test_a_faded_sheet_leaves_room_for_whether_the_step_has_helped(rate: str, room: bool) -> None:
    tasks = "[forward, gradient: all, update: all, forward again]" if rate else "[forward, gradient: all]"
    source = "equations: L = (w x - y)^2\nparameters: {w: 1}\ngiven: {x: 2, y: 1}\n"
    solution = api.solve(source + (f"learning rate: {rate}\n" if rate else "") + f"tasks: {tasks}\n")
    last = faded(solution.parts[0], Fading(50)).worked[-1]
    codes = [p.code for b in last.blocks if isinstance(b, Prose) for p in b.phrases]
    assert ("fill-in-helped" in codes) is room
    assert not room or isinstance(last.blocks[-1], Program)


@pytest.mark.parametrize(("x", "guarded"), [("3", True), ("2", False)])
def test_more_digits_are_said_where_they_are_shown(x: str, guarded: bool) -> None:
    source = f"equations: |\n  h = tanh(w x)\n  L = h^2\nparameters: {{w: 0.5}}\ngiven: {{x: {x}}}\ntasks: [forward]\n"
    (worked,) = api.solve(source).parts[0].worked
    said = [p.code for b in worked.blocks if isinstance(b, Prose) for p in b.phrases]
    (squared,) = (f for line in rows(worked, "L") for _, f in line.chain[1:2])
    assert (len(text(squared)) > len("0.4621^2")) is guarded  # the digits that are put in
    assert ("round-guarded" in said) is guarded


# ---- lists and tables

LAYERS = """
title: Two layers
equations:
- dense: {{inputs: x_1 x_2, outputs: {hidden}, weights: U, bias: a, activation: ReLU}}
- dense: {{inputs: {hidden}, outputs: o_1 o_2, weights: V, bias: b, activation: identity}}
- L = (o_1 - 1)^2 + (o_2 - 2)^2
parameters:
  U: {U}
  a: {a}
  V: {V}
  b: [0, 1]
given: {{x: [1, 2]}}
tasks: [forward, gradient: all]
"""


@pytest.mark.parametrize(("hidden", "layers"), [(3, [2, 3]), (2, [])])
def test_many_neurons_are_told_layer_by_layer(hidden: int, layers: list[int]) -> None:
    names = [f"h_{k + 1}" for k in range(hidden)]
    source = LAYERS.format(
        hidden=" ".join(names), U=[[k + 1, 1] for k in range(hidden)], a=[0] * hidden, V=[[1] * hidden, [2] * hidden]
    )
    worked = api.solve(source).parts[0].worked[1]
    said = [p for b in worked.blocks if isinstance(b, Prose) for p in b.phrases]
    assert [len(dict(p.data)["nodes"]) for p in said if p.code in ("group-first-layer", "group-layer")] == layers
    assert sum(line.boxed for line in worked.lines) == 2 * hidden + hidden + 2 * hidden + 2
    assert layers or {"group-first", "group"} <= {p.code for p in said}  # few of them: each by itself


@pytest.mark.parametrize(("x", "shown"), [("1.5", "ReLU'(0.75)"), ("1/3", None)])
def test_a_slope_in_the_table_is_told_at_its_number(x: str, shown: str | None) -> None:
    source = "equations: |\n  z = w x\n  h = ReLU(z)\nparameters: {w: 0.5}\ntasks: [local derivatives]\n"
    source += f"given: {{x: {x}}}\n"
    (worked,) = api.solve(source).parts[0].worked
    (table,) = (b for b in worked.blocks if isinstance(b, Table))
    cells = [text(c) for row in table.rows for c in row if c is not None and not isinstance(c, Phrase)]
    assert ([c for c in cells if c.startswith("ReLU'(0")] or [None]) == [shown]
