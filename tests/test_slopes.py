"""Slopes that are looked up have their formula beside them, in every telling, and what it says is so."""

from __future__ import annotations

import textwrap
from fractions import Fraction

import pytest

from symprop import api, notation
from symprop.derive.values import value_of
from symprop.model.solution import Lines, Phrase, Prose, Solution
from symprop.written import Call, Name, Rel, num, substitute

UNIT = """
    equations: |
      {equations}
    {more}
    tasks: [{{derivative: dL/dw, tell: {tell}}}]
"""


def solved(equations: str, tell: str = "direct", more: str = "") -> Solution:
    return api.solve(textwrap.dedent(UNIT.format(equations=equations.replace("; ", "\n      "), tell=tell, more=more)))


def reasons(solution: Solution, code: str = "sigmoid-slope") -> list[Phrase]:
    blocks = [b for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines)]
    return [r for b in blocks for line in b.lines for r in line.reasons if r.code == code]


@pytest.mark.parametrize("tell", ["direct", "backward"])
@pytest.mark.parametrize(
    ("equations", "rule"),
    [
        ("h = sigmoid(w x); L = h^2", "sigmoid'(u) = sigmoid(u) (1 - sigmoid(u))"),
        ("L = v sigmoid(u w)", "sigmoid'(f) = sigmoid(f) (1 - sigmoid(f))"),  # u is a quantity here
        ("L = v softplus(w)", "softplus'(w) = sigmoid(w)"),
        ("L = v cosh(w)", "cosh'(w) = sinh(w)"),
        ("L = v exp(w)", None),  # a rule of its own
        ("L = v ReLU(w)", None),  # on or off
        ("L = v w^2", None),
    ],
)
def test_a_table_row_is_a_reason(equations: str, rule: str | None, tell: str) -> None:
    found = reasons(solved(equations, tell))
    if tell == "backward" and equations.startswith("h"):
        rule = "sigmoid'(w x) = h (1 - h)"  # by the value, which has a name
    assert [notation.text(dict(r.data)["rule"]) for r in found] == ([rule] if rule else [])


@pytest.mark.parametrize(("f", "w"), [("ELU", "-1"), ("ELU", "2"), ("leaky_ReLU", "-3"), ("leaky_ReLU", "1")])
@pytest.mark.parametrize("tell", ["direct", "backward"])
def test_the_case_that_applies_is_told(f: str, w: str, tell: str) -> None:
    solution = solved(f"h = {f}(w x); L = 3 h", tell, f"given: {{x: 2, w: {w}}}")
    (branch,) = reasons(solution, "slope-branch")
    data = dict(branch.data)
    rule, where = data["rule"], data["where"]
    assert isinstance(rule, Rel) and isinstance(rule.items[0], Call) and where.ops == ("<" if w[0] == "-" else ">",)
    env = {Name("w"): num(w), Name("x"): num(2)}
    slope = value_of(substitute(rule.items[1], env), {}, solution.parts[0].part)
    answer = Fraction(solution.parts[0].worked[0].answers[0].value or "nan")
    assert abs(float(slope) * 3 * 2 - float(answer)) < 1e-12


@pytest.mark.parametrize(
    ("f", "given"), [("ReLU", "given: {x: 2, w: 1}"), ("ELU", ""), ("leaky_ReLU", "given: {x: 2, w: 0}")]
)
def test_no_case_is_told_without_a_sign(f: str, given: str) -> None:
    assert not reasons(solved(f"h = {f}(w x); L = 3 h", "backward", given), "slope-branch")


@pytest.mark.parametrize(
    ("equations", "more", "told"),
    [
        ("h = ELU(w x); L = 3 h", "", ["ELU(z)"]),
        ("h = softplus(w); L = swish(h) + softplus(h)", "", ["softplus(z)", "swish(h)"]),
        ("h = sigmoid(w) + ReLU(w) + tanh(w); L = 3 h", "", []),  # everybody knows these
        ("h = E(w); L = 3 h", "functions: {E: ELU}", ["E(w)"]),  # that E is the ELU function does not tell its slopes
        ("h = f(w); L = f(h)", "functions: {f: leaky_relu}", ["f(z)"]),
        ("h = f(w); L = 3 h", "functions: {f: sigmoid}", []),
        ("h = ELU(w); L = 3 h", "functions: {ELU(z): z^2}", []),  # it is another one
    ],
)
def test_less_known_functions_are_defined_in_the_statement(equations: str, more: str, told: list[str]) -> None:
    solution = solved(equations, "backward", more)
    said = [p for b in solution.parts[0].statement if isinstance(b, Prose) for p in b.phrases]
    bodies = [dict(p.data)["body"] for p in said if p.code == "function-def"]
    known = [notation.text(rule.items[0]) for body in bodies if isinstance(body, tuple) for rule in body]
    assert known == told


@pytest.mark.parametrize(
    ("h", "told"),
    [
        ("ReLU(z)", ["slope-off"]),
        ("max(0, z)", ["slope-off"]),
        ("3 max(0, z)", ["slope-off"]),
        ("max(0, z) + 0.1 min(0, z)", ["slope-side"]),
        ("max(0, z) - 0.5 max(0, -z)", ["slope-side"]),
        ("ReLU(z) - 0.5 ReLU(-z)", ["slope-side"]),
        ("ReLU(z) + z", ["slope-side"]),
        ("z max(0, z)", ["sign-known"]),
    ],
)
def test_a_rectifier_is_off_only_where_it_is_the_whole_slope(h: str, told: list[str]) -> None:
    """∂h/∂z at z = -1.5; where it is not 0 nobody reads that it is."""
    given = "parameters: {w: -1.5, v: 2}\n    given: {x: 1, y: 1}"
    solution = solved(f"z = w x; h = {h}; k = v h; L = (k - y)^2", "backward", given)
    blocks = [b for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines)]
    codes = [r.code for b in blocks for line in b.lines for r in line.reasons]
    assert [code for code in codes if code in ("slope-on", "slope-off", "sign-known", "slope-side")] == told
    (known,) = reasons(solution, "sign-known") or (None,)
    assert known is None or [notation.text(w) for w in dict(known.data)["where"]] == ["z < 0"]
    (side,) = reasons(solution, "slope-side") or (None,)
    assert side is None or {notation.text(w) for w in dict(side.data)["where"]} == {"z < 0"}


def test_the_paths_through_two_rectifiers_have_their_own_slopes() -> None:
    given = "parameters: {w: -1.5, v: 2}\n    given: {x: 1, y: 1}"
    solution = solved("z = w x; h = ReLU(z); k = ReLU(v w); L = (h + k - y)^2", "backward", given)
    assert reasons(solution, "slope-off") and not reasons(solution, "sign-known")


@pytest.mark.parametrize(
    ("equations", "more", "codes"),
    [
        ("h = ELU(w); L = 3 h", "", ["slope-branch"]),
        ("h = ELU(w); L = 3 h", "conventions: {kinks: {ELU: 0}}", ["kink-convention"]),
        ("h = leaky_ReLU(w); L = 3 h", "", ["kink-convention"]),
        ("h = w + 1; L = huber(h, 0)", "", ["sign-known"]),
        ("h = w + 2; L = huber(h, 0, 2)", "", ["sign-known"]),
        ("h = w; L = max(h, 2 h)", "", ["kink-tie", "kink-tie"]),
    ],
)
def test_where_two_pieces_join_with_the_same_slope_there_is_no_kink(
    equations: str, more: str, codes: list[str]
) -> None:
    """ELU'(0) = 1 = e^0, and huber is no less smooth where |y - t| = 1; with another slope it is taken for a kink."""
    solution = solved(equations, "backward", f"given: {{w: 0}}\n    {more}")
    blocks = [b for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines)]
    told = [r.code for b in blocks for line in b.lines for r in line.reasons]
    assert [c for c in told if c in ("slope-branch", "sign-known") or c.startswith("kink-")] == codes
