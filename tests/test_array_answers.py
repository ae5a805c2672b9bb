"""Answers with vectors and matrices: what is told, whole derivations, marks, and NumPy as the referee of entries."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

from symprop import api
from symprop.entries import Entries
from symprop.errors import ReadError, UnsupportedError
from symprop.evaluate import EXACT, Balls, evaluate
from symprop.judge.arrays import Arrays, arrays_of
from symprop.judge.general import general
from symprop.judge.judging import Marker
from symprop.judge.marks import marks_of_answer
from symprop.judge.records import Explanation
from symprop.judge.subject import subject_of
from symprop.judge.tasks import worked_task
from symprop.judge.working import Working, check_working
from symprop.model.solution import Solution
from symprop.names import NUMBER, FunctionDef, Shape, Vocabulary
from symprop.reader import read
from symprop.render.verdicts import judged_json, judged_text
from symprop.render.working import working_json, working_text
from symprop.written import Name, Written
from tests.budget import many
from tests.test_array_laws import SHAPES, environment, grow, value, written

NET = """
functions: {sigma: }
equations:
  - dense: {inputs: x_1 x_2 x_3, outputs: h_1 h_2, weights: W, bias: b, activation: sigma}
  - dense: {inputs: h_1 h_2, outputs: y_1 y_2, weights: V, bias: c}
  - L = 1/2 (y_1 - t_1)^2 + 1/2 (y_2 - t_2)^2
parameters: [W_11, W_12, W_13, W_21, W_22, W_23, b_1, b_2, V_11, V_12, V_21, V_22, c_1, c_2]
tasks:
  - gradient: V_11, V_12, V_21, V_22
    points: 8
  - gradient: all
  - update: all
"""


@cache
def solved(source: str = NET) -> Solution:
    return api.solve(source)


@cache
def marker(task: str, source: str = NET, reveal: bool = False) -> Marker:
    return Marker(*worked_task(solved(source), task, None), reveal=reveal)


def told(task: str, answer: str, source: str = NET, reveal: bool = False) -> str:
    return judged_text(marker(task, source, reveal).judge(answer))


# ---- which families are arrays


def arrays(source: str) -> dict[str, str]:
    part = solved(source).parts[0]
    subject = subject_of(part)
    found = arrays_of(subject.graph, subject.vocabulary, part.part.display)
    return {name.text: str(found.vocabulary.shapes[name]) for name in found.tables} if found is not None else {}


def network(equations: str, parameters: str) -> str:
    return f"equations: |\n  {equations}\nparameters: [{parameters}]\ntasks: [gradient: all]\n"


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (NET, {"V": "2×2", "W": "2×3", "x": "3×1"} | dict.fromkeys("bchtyz", "2×1")),
        (network("z_1 = w_1 x\n  z_2 = w_2 x\n  z_3 = v z_1 z_2", "w_1, w_2, v"), {"w": "2×1"}),  # z_3 is no layer
        (network("a = w_1 x\n  L = w_2 a", "w_1, w_2"), {}),  # weights of two layers
        (network("y = w_13 x_1 + w_23 x_2\n  L = y^2", "w_13, w_23"), {"x": "2×1"}),  # numbers of units
        (network("y_1 = w_11 x\n  y_2 = w_22 x\n  L = y_1 y_2", "w_11, w_22"), {"y": "2×1"}),  # w_12 is missing
    ],
)  # fmt: skip
def test_a_family_is_an_array_where_it_is_a_layer(source: str, wanted: dict[str, str]) -> None:
    assert arrays(source) == wanted


# ---- what is told


def test_a_wrong_entry_is_named_with_a_witness() -> None:
    found = told("a", "dL/dV = [[(y_1 - t_1) h_1, (y_1 - t_1) h_2], [(y_2 - t_2) h_1 + 1, (y_2 - t_2) h_2]]")
    assert "dL/dV, at (2, 1)." in found
    assert "entry (2, 1)" in found
    assert "yours" in found


def test_shapes_are_told_with_their_place() -> None:
    found = told("b", "dL/dW = V (y - t) x").splitlines()
    assert found[0].endswith("`V (y - t) x`: the product is 2×1, x is 3×1: the inner sizes 1 and 3 differ")
    assert found[2].index("^") == found[1].index("V (y")
    assert "this is 2×1, and dL/dW is 2×3" in told("b", "dL/dW = V^T (y - t)")


def test_the_answer_of_an_array_is_revealed_as_one() -> None:
    found = told("a", "dL/dV = h (y - t)^T", reveal=True)
    assert "answer: [[h_1 (y_1 - t_1), h_2 (y_1 - t_1)], [h_1 (y_2 - t_2), h_2 (y_2 - t_2)]]" in found
    assert "answer" not in told("a", "dL/dV = h (y - t)^T")


def test_the_entries_of_an_array_are_in_the_json() -> None:
    found = json.loads(judged_json(marker("a").judge("dL/dV = h (y - t)^T")))
    assert found["missing"] == []
    (verdict,) = found["verdicts"]
    assert verdict["code"] == "transposed"
    assert [entry["kind"] for entry in verdict["entries"]] == ["right", "wrong", "wrong", "right"]


def test_an_array_answers_all_its_entries_and_has_their_marks() -> None:
    part, worked = worked_task(solved(), "a", None)
    for answer, earned in (
        ("(y - t) h^T", 8),
        ("dL/dV = (t - y) h^T", 6),
        ("dL/dV = h (y - t)^T", 6),
        ("dL/dV = t", 0),
    ):
        judgement = marker("a").judge(answer)
        assert judgement.missing == ()
        assert marks_of_answer(part, worked, judgement).earned == earned


def test_vectors_may_be_rows_where_no_weights_say_otherwise() -> None:
    source = NET.replace("bias: b,", "bias: b, table: from-to,").replace("bias: c}", "bias: c, table: from-to}")
    source = (
        source.replace("W_13", "W_31")
        .replace("W_23", "W_32")
        .replace("W_31, W_21, W_22, W_32", "W_21, W_22, W_31, W_32")
    )
    found = marker("b", source)
    assert found.judge("dL/dW = x (V (y - t) ⊙ sigma'(z))^T").kind == "right"
    row = found.judge("dL/dW = x^T ((y - t) V^T ⊙ sigma'(z))").worst
    assert (row.kind, row.code) == ("ambiguous", "row-vectors")
    assert marker("b").judge("dL/dW = (V^T (y - t) ⊙ sigma'(z))^T x").kind == "wrong"


# ---- general entries


def test_what_a_general_entry_was_understood_as_is_told() -> None:
    found = told("b", "dL/dW_{ij} = sigma'(z_i) x_j sum_k V_{ki} (y_k - t_k)")
    assert "read: sigma'(z_i) x_j sum_{k} V_ki (y_k - t_k)   (for every i in 1..2, j in 1..3)" in found
    record = json.loads(judged_json(marker("b").judge("dL/db_k = 0")))["verdicts"][0]
    assert record["indices"] == [{"index": "k", "from": 1, "to": 2}]


def test_a_wrong_general_entry_is_named_by_its_indices() -> None:
    found = told("a", "dL/dV_{ij} = (y_i - t_i) h_j + V_{ij} - V_{1j} + t_i - t_1")
    assert "dL/dV, at i = 2, j = 1; i = 2, j = 2." in found
    assert "j runs from 1 to 3 for x" in told("b", "dL/dW_{ij} = (y_j - t_j) x_j")


def test_swapped_indices_are_told_where_they_stand() -> None:
    assert "The indices are swapped in V_ik." in told("b", "dL/db_i = sigma'(z_i) sum_k V_{ik} (y_k - t_k)")


def test_an_index_is_no_name_of_the_exercise() -> None:
    """k is a quantity there: w_k is no general entry of w, and is refused."""
    source = network("y_1 = k w_1 x\n  y_2 = k w_2 x\n  L = y_1^2 + y_2^2", "w_1, w_2, k")
    assert marker("a", source).judge("dL/dw_i = 2 y_i k x").worst.code == "right"
    assert marker("a", source).judge("dL/dw_k = 2 y_k k x").kind == "unreadable"


def test_members_that_begin_at_nought_are_counted_from_there() -> None:
    source = network("y = w_0 x_0 + w_1 x_1 + w_2 x_2\n  z = b_1 x_0 + b_2 x_1 + b_3 x_2\n  L = y^2 + z^2",
                     "w_0, w_1, w_2, b_1, b_2, b_3")  # fmt: skip
    assert marker("a", source).judge("dL/dw_i = 2 y x_i").worst.code == "right"
    assert marker("a", source).judge("dL/db_i = 2 z x_i").worst.code == "unfit"


@pytest.mark.parametrize("seed", range(many(40, 1000)))
def test_general_entries_are_those_of_einsum(seed: int) -> None:
    """A product of entries with random indices, summed over what the left side has not."""
    dice = random.Random(f"indices {seed}")
    sizes = {"i": 2, "j": 3, "k": 2, "m": 3}
    families = {"W": (2, 3), "V": (2, 2), "x": (3,), "h": (2,), "b": (2,)}
    rng = np.random.default_rng(seed)
    values = {name: rng.integers(-9, 10, size=shape) for name, shape in families.items()}
    factors = [dice.choice(sorted(families)) for _ in range(dice.randrange(1, 4))]
    scripts = ["".join(dice.choice([c for c in sizes if sizes[c] == n]) for n in families[f]) for f in factors]
    bound = sorted(set("".join(scripts)) - set("ij"))
    text = "".join(f"\\sum_{c} " for c in bound)
    text += " ".join(f"{f}_{{{s}}}" for f, s in zip(factors, scripts, strict=True))
    known = marker("b").known_arrays
    assert known is not None
    read_ = general(f"W_{{ij}} = {text}", known)
    assert read_ is not None
    wanted = np.einsum(",".join(scripts) + "->" + "".join(c for c in "ij" if c in "".join(scripts)),
                       *(values[f] for f in factors))  # fmt: skip
    missing = tuple(k for k, c in enumerate("ij") if c not in "".join(scripts))
    wanted = np.broadcast_to(np.expand_dims(wanted, missing), (2, 3))
    point: dict[Written, Any] = {}
    for name, cells in known.tables.items():
        if name.text in values:
            numbers = values[name.text].reshape(len(cells), -1)
            point |= {c: Fraction(int(numbers[i, j])) for i, row in enumerate(cells) for j, c in enumerate(row)}
    found = [[evaluate(c, point, EXACT) for c in row] for row in known.table(read_.said.items[0])]
    np.testing.assert_array_equal(np.array(found, dtype=float), wanted)


HOSTILE = [
    "dL/dW_{ij} = " + "\\sum_k " * 12 + "V_{kk} x_j",
    "dL/dW_{ij} = \\sum_{k=1}^{999} \\sum_{m=1}^{999} \\sum_{n=1}^{999} x_j",
    "dL/dW_{ij} = \\sum_i \\sum_j W_{ij}",
    "dL/dW_{ii} = x_i",
    "dL/dW_{ij} = " + ",;" * 3000 + " i = 1, 2",
    "W_{ij} = W_{ij}",
    "i_j = j_i; dL/dW_{ij} = i_j",
    "dL/dW_{ij} = \\sum_{k \\ne i} V_{ki} x_j",
    "dL/dW = " + "V " * 300 + "x^T",
    "dL/dV = " + " ".join(["V"] * 40),
    "dL/dV = V^10 V^10 V^10 V^10",
    "dL/dV = " + "(" * 60 + "V" + ")" * 60 + "^T" * 30,
    "A = V V; B = A A; C = B B; D = C C; E = D D; F = E E; dL/dV = F F F",
    "dL/dV = [[1, 2], [3]]",
    "dL/dV = [[V, V], [V, V]]",
    "dL/dV = V^{-1}",
    "dL/dV = [[], []]",
    "V = V",
    "dL/dV = \\sum_i V",
    "W = delta; delta = W",
    "dL/d[V, W] = 1",
    "\\nabla_V \\nabla_V L = h",
]


@pytest.mark.parametrize("answer", HOSTILE)
def test_hostile_arrays_get_a_verdict(answer: str) -> None:
    found = marker("b").judge(answer)
    assert found.kind != "right"
    assert judged_text(found) and judged_text(found, "de") and judged_json(found)
    assert working_text(check_working(solved(), answer))


# ---- whole derivations

RIGHT = r"""
$$z = W x + b, \quad h = \sigma(z), \quad y = V h + c$$
\begin{align*}
e &= y - t \\
\frac{\partial L}{\partial V} &= e h^\top \\
\frac{\partial L}{\partial c} &= e \\
\delta &= V^\top e \odot \sigma'(z) \\
\frac{\partial L}{\partial W} &= \delta x^\top = (V^T (y - t) ⊙ \sigma'(z)) x^T \\
\nabla_b L &= \delta \\
W &\leftarrow W - \eta \delta x^\top \\
V &= V - \eta e h^\top
\end{align*}
"""
WRONG = r"""
e = t - y
\frac{\partial L}{\partial y} = t - y
\frac{\partial L}{\partial V} = (t - y) h^T
\frac{\partial L}{\partial V} = h (y - t)^T
\frac{\partial L}{\partial W} = x (V^T (y - t) ⊙ \sigma'(z))^T
\frac{\partial L}{\partial W} = V^T (y - t) x
\frac{\partial L}{\partial W} = V^T (y - t)
\frac{\partial L}{\partial b} = [\frac{\partial L}{\partial z_1}, 0]
y = V^T h + c
"""


def lines(text: str) -> list[tuple[str, ...]]:
    found: Working = check_working(solved(), text)
    assert working_text(found) and working_text(found, "de") and working_json(found)
    return [(line.label, *(f.code for f in line.findings)) for line in found.lines if line.label != "skipped"]


def test_a_derivation_with_arrays_is_right_line_by_line() -> None:
    found = lines(RIGHT)
    assert [label for label, *_ in found] == ["right"] * 9
    assert [codes for _, *codes in found if "definition" in codes] == [["definition"], ["definition"]]


def test_a_wrong_line_with_arrays_is_told() -> None:
    assert lines(WRONG) == [
        ("right", "definition"),
        ("wrong", "sign"),
        ("carried", "carried"),
        ("wrong", "transposed"),
        ("wrong", "transposed"),
        ("wrong", "unfit"),
        ("wrong", "different-shapes"),
        ("wrong", "different"),
        ("wrong", "transpose-slip"),
    ]


def test_a_transpose_that_is_missing_is_told_in_a_derivation() -> None:
    assert lines("dL/dW = (V (y - t) ⊙ sigma'(z)) x^T\nW <- W - eta (V (y - t) ⊙ sigma'(z)) x^T") == [
        ("wrong", "transpose-slip"),
        ("carried", "carried"),
    ]
    assert lines("d = V (y - t) ⊙ sigma'(z)\ndL/db = d")[1] == ("wrong", "transpose-slip")
    assert lines("dL/dW = -(V^T (y - t) ⊙ sigma'(z)) x^T") == [("wrong", "sign")]


GENERAL = r"""
e_k = y_k - t_k
d_i = \sigma'(z_i) \sum_k V_{ki} e_k
\frac{\partial L}{\partial W_{ij}} = d_i x_j
\frac{\partial L}{\partial b_i} = d_i
W_{ij} \leftarrow W_{ij} - \eta d_i x_j
\frac{\partial L}{\partial V_{ij}} = (y_j - t_j) h_i
\frac{\partial L}{\partial V_{ij}} = (y_i - t_i) h_j + V_{ij} - V_{1j}
\frac{\partial L}{\partial W_{ij}} = d_j x_i
\frac{\partial L}{\partial W_{ij}} = d_i x_i
"""


def test_general_entries_in_a_derivation() -> None:
    assert lines(GENERAL) == [
        ("right", "definition"),
        ("right", "definition"),
        ("right", "right"),
        ("right", "right"),
        ("right", "right"),
        ("wrong", "transposed"),
        ("wrong", "different"),
        ("wrong", "transposed"),
        ("wrong", "unfit"),
    ]
    begun = r"\frac{\partial L}{\partial W_{ij}} &= \frac{\partial L}{\partial z_i} x_j"
    ended = r"&= \sum_k (y_k - t_k) V_{ki} \sigma'(z_i) x_j, \quad i = 1, 2"
    shown = rf"$$\begin{{align}} {begun} \\ {ended} \end{{align}}$$"
    assert [label for label, *_ in lines(shown)] == ["right", "right"]
    assert [label for label, *_ in lines(shown.replace("V_{ki}", "V_{ik}"))] == ["right", "wrong"]


def test_what_follows_from_a_wrong_vector_is_carried() -> None:
    told = "dL/dy = 2 (y - t)", "dL/dc = 2 (y - t)", "V <- V - 2 eta (y - t) h^T"
    assert [label for label, *_ in lines("\n".join(told))] == ["wrong", "carried", "carried"]


# ---- entries: NumPy is the referee

SIZES = {"n": 3, "m": 2, "1": 1}


def table(name: str) -> Any:
    rows, cols = (SIZES[size] for size in SHAPES[name])
    return tuple(tuple(Name(name, sub=f"{i}{j}") for j in range(1, cols + 1)) for i in range(1, rows + 1))


def known() -> Arrays:
    found = {Name(name): table(name) for name in SHAPES if SHAPES[name] != "11"}
    shapes = {name: Shape(len(t), len(t[0])) for name, t in found.items()}
    cells = {cell: NUMBER for t in found.values() for row in t for cell in row}
    shapes |= cells | {Name("c"): NUMBER, Name("k"): NUMBER}
    body = read("sin(1.3 q + 0.4) + q/3", Vocabulary(quantities=frozenset({Name("q")})))
    functions = {Name("s"): FunctionDef(Name("s"), (Name("q"),), body)}
    return Arrays(Vocabulary(frozenset(shapes), functions, shapes=shapes), found)


ARRAYS = known()


@pytest.mark.parametrize("seed", range(many(80, 3000)))
def test_the_entries_of_a_formula_are_those_of_numpy(seed: int) -> None:
    dice = random.Random(seed)
    tree = grow(dice.choice(["nm", "nn", "n1", "m1", "11", "1n"]), dice.choice([2, 3]), dice)
    env = environment(SIZES, seed)
    wanted = value(tree, env)
    try:
        formula = read(written(tree), ARRAYS.vocabulary)
    except ReadError:
        return  # brackets are asked for, or the shapes do not fit
    if wanted is None:
        return
    try:
        found = Entries(ARRAYS.vocabulary, ARRAYS.tables).of(formula)
    except UnsupportedError:
        return
    point: dict[Written, Any] = {Name(letter): Fraction(env[letter].item()) for letter in "ck"}
    for name, cells in ARRAYS.tables.items():
        point |= {
            cell: Fraction(env[name.text][i, j].item()) for i, row in enumerate(cells) for j, cell in enumerate(row)
        }
    balls = Balls(128)
    told = np.array(
        [[float(balls.arb(evaluate(c, point, balls, vocabulary=ARRAYS.vocabulary))) for c in row] for row in found]
    )
    assert told.shape == wanted.shape
    np.testing.assert_allclose(told, wanted, rtol=1e-9, atol=1e-9)


# ---- what is refused


def test_an_entry_that_is_not_there_is_told_with_how_many_there_are() -> None:
    assert "there is no h_4: h has 2 entries" in told("b", "dL/db = V^T (y - t) h_4")
    assert "there is no V_13: V is 2×2" in told("b", "dL/db_1 = V_{13}")
    assert "the vector has 2 entries, and this is entry 4" in told("a", "dL/dV_11 = (V^T (y - t))_4")


def test_an_outer_product_by_its_sign_is_that_of_two_vectors() -> None:
    assert marker("a").judge("dL/dV = (y - t) ⊗ h").kind == "right"
    assert "a ⊗ b is a b^T" in told("a", "dL/dV = h ⊗ h ⊗ h")


def test_equal_sentences_on_two_slips_are_said_once() -> None:
    found = marker("a").judge("dL/dV = (t - y) h^T")
    ((sign,),) = found.worst.why.ways
    twice = replace(found, verdicts=(replace(found.worst, why=Explanation(((sign, sign),))),))
    assert judged_text(twice) == judged_text(found)


# ---- many entries at once


def test_only_what_is_equal_by_itself_is_proved_together() -> None:
    """ln x_1 has no value where √(x_1^2) and x_1 differ, so that they agree wherever all entries have one."""
    judge, vocabulary = marker("b").judge_at(0), marker("b").subject.vocabulary
    told = ("sqrt(x_1^2)", "x_1"), ("ln(x_1) + x_2", "x_2 + ln(x_1)")
    pairs = [(read(mine, vocabulary), read(right, vocabulary)) for mine, right in told]
    judge.prove(pairs)
    assert [judge.decide(mine, right).outcome for mine, right in pairs] == ["wrong", "right"]
    judge.prove([(right, right) for _, right in pairs])
    assert len(judge.proved) == 2


def test_a_value_that_was_rounded_on_the_way_is_no_reason_to_call_a_formula_wrong() -> None:
    source = """
equations: |
  z = w x
  a = max(0, z)
  L = (a - t)^2
given: {w: 1/3, x: 0.7, t: 0.1}
parameters: [w]
digits: 2
carry: rounded
tasks: [gradient: w]
"""
    assert marker("a", source).judge("2 (w x - t) x").worst.code == "right-region"
