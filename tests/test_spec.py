"""The exercise file: what each key means, by the twelve rules of the format."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from symprop.model.exercise import Equation, Exercise, Part
from symprop.model.graph import build_graph
from symprop.reader import read
from symprop.spec import keys, load, loads, schema
from symprop.spec.document import Mapping, Scalar, compose
from symprop.spec.problems import Problems
from symprop.written import Call, Const, Deriv, Name, Neg, Num, Pow, Vec, Written

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = sorted((ROOT / "exercises").glob("*.yaml"))
ONE = "equations: |\n  yhat = w x + b\n  L = (yhat - y)^2/2\n"


def part(text: str) -> Part:
    exercise = loads(text)
    assert len(exercise.parts) == 1
    return exercise.parts[0]


def n(text: str) -> Name:
    """A name by its plain spelling: w_46, yhat, h_1^2."""
    accents = {"yhat": Name("y", "hat")}
    if text in accents:
        return accents[text]
    base, _, rest = text.partition("_")
    sub, _, sup = rest.partition("^")
    return Name(base, sub=sub, sup=sup)


def number(value: str | int) -> Num:
    return Num(Fraction(value))


def equations(part: Part) -> dict[str, Written]:
    return {equation.left.text: equation.right for equation in part.equations}


def reads_as(part: Part, left: str, right: str) -> bool:
    """Whether the equation of ``left`` is what the reader makes of ``right``."""
    return equations(part)[left] == read(right, part.vocabulary, new_symbols=False)


# --- loading -------------------------------------------------------------------------------------------------------


def test_every_scalar_stays_the_text_that_was_typed() -> None:
    text = "a: no\nb: 010\nc: 1e3\nd: 2001-01-01\ne: ~\nf: '\\frac12'\ng: |\n  x: y\n"
    doc = compose(text, "x.yaml", Problems("x.yaml"))
    assert isinstance(doc, Mapping)
    found = [value.text for _, value in doc.entries if isinstance(value, Scalar)]
    assert found == ["no", "010", "1e3", "2001-01-01", "~", "\\frac12", "x: y\n"]


@pytest.mark.parametrize(
    "text",
    [
        "k: abc def",
        "k: 'abc def'",
        'k: "abc def"',
        "k: |\n  abc def",
        "k: |-\n\n  abc def",
        "k: >\n  abc def\n",
        "k: {j: abc def}",
        "k:\n  - abc def",
        "k: abc\n   def",
        'k: "abc\n   def"',
        "k: >\n    abc\n    def",
        "k: 'it''s abc def'",
        'k: "a \\" \\u0041 abc def"',
    ],
)
def test_each_character_of_a_scalar_has_its_place(text: str) -> None:
    doc = compose(text, "x.yaml", Problems("x.yaml"))
    assert isinstance(doc, Mapping)
    value: Any = doc.entries[0][1]
    while not isinstance(value, Scalar):
        value = value.entries[0][1] if isinstance(value, Mapping) else value.items[0]
    lines = text.split("\n")
    for word in ("abc", "def"):
        line, column = value.locate(value.text.index(word))
        assert lines[line - 1][column - 1 :].startswith(word)


def test_equations_know_their_line_and_column() -> None:
    places = [str(equation.place) for equation in loads(ONE, "one.yaml").parts[0].equations]
    assert places == ["one.yaml:2:3", "one.yaml:3:3"]


def test_tasks_know_their_line_and_column() -> None:
    found = loads(ONE + "tasks:\n- forward\n- update: w\n", "one.yaml").parts[0].tasks
    assert [str(task.place) for task in found] == ["one.yaml:5:3", "one.yaml:6:3"]


def test_the_file_name_is_the_id_unless_the_file_says_one(tmp_path: Path) -> None:
    path = tmp_path / "my net.yaml"
    path.write_text(ONE, encoding="utf-8")
    assert load(path).id == "my net"
    path.write_text(ONE + "id: other\n", encoding="utf-8")
    assert load(path).id == "other"
    assert loads(ONE).id == "exercise"


def test_title_text_and_source_are_kept_as_written() -> None:
    found = loads(ONE + "title: 'A: b'\nsource: sheet 3\ntext: |\n  First line.\n  Second: {line}.\n")
    assert (found.title, found.source, found.text) == ("A: b", "sheet 3", "First line.\nSecond: {line}.")


# --- equations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "equations: |\n  u = a x\n  v = u^2\n",
        "equations:\n- u = a x\n- v = u^2\n",
        "equations: u = a x, v = u^2\n",
        "equations: ['u = a x', v = u^2]\n",
        "equations: |\n  u = a x   # a comment\n  # another\n\n  v = u^2,\n",
        "equations: |\n  u := a x\n  v = u^2\n",
    ],
)
def test_equations_are_a_block_a_list_or_a_string(text: str) -> None:
    found = part(text)
    assert [equation.left.text for equation in found.equations] == ["u", "v"]
    assert reads_as(found, "v", "u^2")


def test_a_comma_inside_a_formula_separates_nothing() -> None:
    found = part("equations: |\n  u = max(0, a)\n  v = huber(u, y)\n")
    assert len(found.equations) == 2


def test_equations_may_stand_in_any_order() -> None:
    found = part("equations: |\n  L = v^2\n  v = u + 1\n  u = w x\n")
    assert build_graph(found).order == (n("u"), n("v"), n("L"))


# --- functions -----------------------------------------------------------------------------------------------------


def test_functions_are_abstract_have_a_body_or_are_known_under_another_name() -> None:
    text = """
functions:
  g:
  D(u, v):
  f(x): c_0 + c_1 g(x)
  psi: softplus
parameters: {c_0: 1, c_1: 2}
equations: |
  q = f(s)
  r = D(q, psi(s))
"""
    found = part(text).vocabulary.functions
    assert found[n("g")].body is None and not found[n("g")].alias
    assert found[n("D")].params == (n("u"), n("v")) and found[n("D")].body is None
    assert found[n("psi")].alias == "softplus"
    body = found[n("f")].body
    assert body is not None and any(node == Call(n("g"), (n("x"),)) for node in body.walk())


def test_a_function_may_stand_among_the_equations() -> None:
    found = part("equations: |\n  f(x) = x^2 + c\n  q = f(s) c\n")
    assert found.vocabulary.functions[n("f")].params == (n("x"),)
    assert [equation.left.text for equation in found.equations] == ["q"]


def test_names_inside_a_body_are_leaves_of_the_graph() -> None:
    found = part("functions: {f(x): c x}\nequations: q = f(s) + c\ngiven: {c: 2}\n")
    assert build_graph(found)[n("q")].parents == (n("s"), n("c"))


# --- values --------------------------------------------------------------------------------------------------------


def test_given_values_are_exact() -> None:
    found = part(ONE + "given: {x: -0.1, y: 1/3}\nparameters: {w: 2.5e-8, b: .5}\n").given
    assert found[n("x")] == number("-0.1")
    assert found[n("w")] == number("2.5e-8")
    assert found[n("b")] == number("0.5")
    assert found[n("y")] == read("1/3")


def test_a_list_fills_a_family_from_one() -> None:
    found = part("equations: y = w_1 x_1 + w_2 x_2\ngiven: {x: [3, -1]}\nparameters: {w: '[0.5, k]'}\n")
    assert found.given[n("x_1")] == number(3) and found.given[n("x_2")] == number(-1)
    assert found.given[n("w_2")] == n("k")
    assert found.parameters == (n("w_1"), n("w_2"))
    assert n("x") not in found.given


def test_a_table_fills_two_indices_and_a_superscript_stays() -> None:
    text = "equations: y = A_12 x + h_2^1\ngiven: {A: [[1, 2], [3, 4]], h^1: [5, 6]}\n"
    found = part(text + "conventions: {superscripts: labels}\n").given
    assert found[n("A_12")] == number(2) and found[n("A_21")] == number(3)
    assert found[n("h_2^1")] == number(6)


def test_ten_and_more_entries_get_a_comma_between_two_indices() -> None:
    rows = ", ".join("[" + ", ".join(str(10 * r + c) for c in range(10)) + "]" for r in range(2))
    found = part(f"equations: y = A_{{1,10}} + A_19\ngiven: {{A: [{rows}]}}\n")
    assert found.given[Name("A", sub="1,10")] == number(9)
    assert found.given[n("A_19")] == number(8)
    assert set(found.unused) == set(found.given) - {Name("A", sub="1,10"), n("A_19")}


def test_a_list_may_be_a_vector_inside_a_loss() -> None:
    found = part("equations: |\n  s_1 = w x\n  L = cross_entropy([s_1, 1 - s_1], t)\ngiven: {t: [1, 0]}\n")
    assert found.equations[-1].right.children[1] == Vec((n("t_1"), n("t_2")))


def test_letters_are_values() -> None:
    assert part(ONE + "given: {x: c, y: -c}\n").given == {n("x"): n("c"), n("y"): Neg(n("c"))}


def test_a_value_for_a_computed_quantity_is_kept() -> None:
    assert part(ONE + "given: {yhat: 3}\n").given == {n("yhat"): number(3)}


def test_an_upstream_derivative_is_a_given_value_and_its_numerator_the_target() -> None:
    found = part('equations: |\n  u = v s + tanh(s)\ngiven: {dQ/du: 2.5, v: 1, s: 0.3}\nnames: {dQ/du: "Q\'"}\n')
    derivative = Deriv(n("Q"), (n("u"),))
    assert found.upstream == {derivative: number("2.5")}
    assert found.display == {derivative: Name("Q", primes=1)}
    graph = build_graph(found)
    assert graph.default_targets == (n("Q"),)
    assert graph[n("Q")].role == "upstream" and graph[n("Q")].parents == (n("u"),)
    assert graph.reaches(n("s"), n("Q"))


@pytest.mark.parametrize("key", ["dQ/du", "∂Q/∂u", "'\\frac{\\partial Q}{\\partial u}'", "'\\frac{dQ}{du}'", "∇_u Q"])
def test_a_given_derivative_may_be_spelled_in_any_way(key: str) -> None:
    found = part(f"equations: u = v s\ngiven:\n  {key}: g\n")
    assert found.upstream == {Deriv(n("Q"), (n("u"),)): n("g")}


def test_a_derivative_may_stand_on_a_right_side() -> None:
    found = part("equations: |\n  u = v s\n  Q = u^2\n  delta = dQ/ds\n")
    node = build_graph(found)[n("delta")]
    assert node.derivatives == (Deriv(n("Q"), (n("s"),)),)
    assert node.parents == ()


@pytest.mark.parametrize(
    ("line", "letter", "value"),
    [
        ("learning rate: k", "k", None),
        ("learning rate: 0.1", "eta", number("0.1")),
        ("learning rate: {mu: 0.2}", "mu", number("0.2")),
        ("learning rate: mu\ngiven: {mu: 0.2}", "mu", number("0.2")),
        ("learning rate: '\\alpha'", "alpha", None),
        ("learning rate: 1/10", "eta", read("1/10")),
    ],
)
def test_the_learning_rate_is_a_letter_a_number_or_both(line: str, letter: str, value: Written | None) -> None:
    found = part(ONE + line + "\n")
    assert (found.learning_rate, found.learning_rate_value) == (n(letter), value)
    assert n(letter) not in found.given
    assert n(letter) not in build_graph(found)


def test_an_update_without_a_learning_rate_uses_eta() -> None:
    assert part(ONE + "tasks: [update: w]\n").learning_rate == n("eta")
    assert part(ONE + "tasks: [forward]\n").learning_rate is None


# --- roles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parameters", "unclear"),
    [
        ("equations: y = w x + b", "w b", ""),
        ("equations: y = w_1 x + W_2 U V theta beta phi", "w_1 W_2 U V theta beta phi", ""),
        ("equations: y = w^2 q", "w", "q"),
        ("equations: y = a x + c", "", "a c"),
        ("equations: y = w x + c\nparameters: [c]", "c", ""),
        ("equations: y = w x + c\nparameters: c, w", "c w", ""),
        ("equations: y = w x + c\nparameters: {c: 1}", "c", ""),
        ("equations: y = x + c\nparameters: {c: , k: }", "c k", ""),
        ("equations: |\n  w = x\n  y = w t", "", ""),
    ],
)
def test_parameters_are_those_listed_else_those_with_the_usual_letters(
    text: str, parameters: str, unclear: str
) -> None:
    graph = build_graph(part(text + "\n"))
    assert [name.text for name in graph.parameters] == parameters.split()
    assert [name.text for name in graph.unclear] == unclear.split()


def test_a_listed_name_exists_even_if_nothing_uses_it() -> None:
    graph = build_graph(part("equations: y = w x\nparameters: {w: 1, q: 3}\n"))
    assert n("q") in graph and graph[n("q")].children == ()


def test_unused_given_values_are_remarked_on() -> None:
    assert part(ONE + "given: {x: 1, N: 4}\n").unused == (n("N"),)


def test_fixed_parameters_are_left_alone_by_all() -> None:
    found = part(ONE + "fixed: b\ntasks: [update: all]\n")
    assert found.fixed == (n("b"),)
    assert build_graph(found).free_parameters == (n("w"),)


def test_targets_default_to_the_last_equation_and_may_be_told() -> None:
    assert build_graph(part(ONE)).default_targets == (n("L"),)
    assert build_graph(part(ONE + "targets: yhat, L\n")).default_targets == (n("yhat"), n("L"))


# --- conventions ---------------------------------------------------------------------------------------------------


def test_conventions_are_read() -> None:
    text = """
conventions:
  kinks: {relu: 1, abs: -1/2}
  round: {decimals: 3, carry: rounded, fractions: true}
  adjoints: delta
  derivatives: nabla
  log base: 10
  superscripts: labels
"""
    found = part(ONE + text)
    assert found.conventions.kinks == {"ReLU": number(1), "abs": read("-1/2")}
    rounding = found.conventions.rounding
    assert (rounding.count, rounding.kind, rounding.carry) == (3, "decimals", "rounded")
    assert rounding.explicit and rounding.fractions
    assert (found.conventions.adjoints, found.conventions.derivatives) == ("delta", "nabla")
    assert found.conventions.log_base == 10
    assert found.vocabulary.superscripts_are_labels


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", (4, "digits", "exact", False)),
        ("digits: 6", (6, "digits", "exact", True)),
        ("decimals: 2\ncarry: rounded", (2, "decimals", "rounded", True)),
        ("carry: rounded", (4, "digits", "rounded", False)),
        ("conventions: {round: {digits: 3}}\ncarry: rounded", (3, "digits", "rounded", True)),
    ],
)
def test_rounding_has_shorthands(lines: str, expected: tuple[Any, ...]) -> None:
    r = part(ONE + lines + "\n").conventions.rounding
    assert (r.count, r.kind, r.carry, r.explicit) == expected


def test_superscripts_are_labels_only_where_told() -> None:
    plain = part("equations: y = w x^2\n").equations[0].right.children[1]
    assert plain == Pow(n("x"), number(2))
    told = part("equations: y = w x^2\nconventions: {superscripts: labels}\n").equations[0].right.children[1]
    assert told == Name("x", sup="2")


def test_assumptions_are_relations() -> None:
    found = part(ONE + "assume: x > 0, y != 1\n")
    assert [relation.ops for relation in found.assume] == [(">",), ("≠",)]


def test_a_pre_activation_with_a_name_becomes_a_quantity() -> None:
    found = part("equations: |\n  h = sigma(w x + b)\n  L = (h - y)^2\nnames: {pre(h): a}\n")
    assert [equation.left.text for equation in found.equations] == ["a", "h", "L"]
    assert reads_as(found, "a", "w x + b") and reads_as(found, "h", "sigma(a)")
    assert found.equations[0].place == found.equations[1].place


def test_a_derivative_with_a_name_can_be_asked_for_by_it() -> None:
    found = part(ONE + "names: {dL/dyhat: delta_1}\ntasks: [find: delta_1 x]\n")
    derivative = Deriv(n("L"), (n("yhat"),))
    assert found.display == {derivative: n("delta_1")}
    assert found.tasks[0].formulas[0].children == (derivative, n("x"))


# --- tasks ---------------------------------------------------------------------------------------------------------


def tasks(lines: str, head: str = ONE) -> tuple[Any, ...]:
    return part(head + "tasks:\n" + lines).tasks


def test_every_task_has_its_kind() -> None:
    text = """
- count
- forward
- local derivatives
- derivative: dL/dw
- gradient: all
- update: all
- find: L
- forward again
- program
- derivative: d^2L/dw^2
- find: d^2L/dw^2, d^2L/dwdb
"""
    head = ONE + "given: {x: 1, y: 2}\nparameters: {w: 1, b: 0}\n"
    kinds = [task.kind for task in tasks(text, head)]
    assert kinds == "count forward local derivative gradient update find forward-again program second second".split()


def test_tasks_may_be_words_with_values_or_a_block() -> None:
    head = ONE + "tasks: "
    for text in ("[forward, update: all]", "['forward', 'update: all']", "|\n  forward\n  update: all\n"):
        found = part(head + text + "\n").tasks
        assert [task.kind for task in found] == ["forward", "update"]
        assert found[1].everything


def test_tasks_are_lettered_and_may_have_labels_of_their_own() -> None:
    found = tasks("- forward\n- forward:\n  label: a\n- forward\n- forward:\n  label: (ii)\n")
    assert [task.label for task in found] == ["b", "a", "c", "ii"]


def test_the_twenty_seventh_task_has_a_label_too() -> None:
    assert tasks("- forward\n" * 28)[26].label == "aa"


def test_a_derivative_has_target_and_quantity() -> None:
    (task,) = tasks("- derivative: dL/dw, dL/db, dyhat/dw\n")
    assert task.targets == (n("L"), n("yhat")) and task.by == (n("w"), n("b"))
    assert task.formulas[2] == Deriv(n("yhat"), (n("w"),))


def test_a_gradient_names_its_quantities_and_may_be_a_vector() -> None:
    found = tasks("- gradient: yhat, w\n  targets: L\n  as vector: true\n- gradient: all\n  as vector: '\\vec w'\n")
    assert found[0].by == (n("yhat"), n("w")) and found[0].targets == (n("L"),)
    assert found[0].vector and found[0].vector_name is None
    assert found[1].everything and found[1].vector_name is not None


def test_an_update_has_names_and_steps() -> None:
    (task,) = tasks("- update: w, b\n  steps: 3\n")
    assert task.by == (n("w"), n("b")) and task.steps == 3 and not task.everything


def test_formulas_are_found_at_points_and_at_infinity() -> None:
    (task,) = tasks("- find: L, dL/dw + dL/db\n  at: [{x: 0, b: 1/2}, {x: oo}, {x: -oo}]\n  in terms of: yhat, y\n")
    assert len(task.formulas) == 2
    assert task.at[0] == {n("x"): number(0), n("b"): read("1/2")}
    assert task.at[1] == {n("x"): Const("oo")} and task.at[2] == {n("x"): Neg(Const("oo"))}
    assert task.in_terms_of == (n("yhat"), n("y"))


def test_tellings_points_and_words_are_kept() -> None:
    text = "- derivative: dL/dw\n  tell: paths, backward\n  points: 2.5\n  assume: x > 0\n"
    (task,) = tasks(text + "  say: |\n    How does L change?\n")
    assert task.tell == ("paths", "backward") and task.points == "2.5" and task.words == "How does L change?"
    assert task.assume[0].ops == (">",)


# --- parts ---------------------------------------------------------------------------------------------------------

PARTS = """
equations: q = (a - b)^3 + a b
parameters: a, b
tasks: [forward, gradient: all]
parts:
- given: {a: 1, b: 2}
- title: other numbers
  given: {a: 0, b: -1}
  digits: 3
  tasks: [update: all]
- equations: |
    q = a^2
    r = q b
"""


def test_parts_inherit_what_is_above_and_add_or_override() -> None:
    found = loads(PARTS).parts
    assert [p.label for p in found] == ["A", "B", "C"]
    assert [p.title for p in found] == ["", "other numbers", ""]
    assert found[0].given[n("a")] == number(1) and found[1].given[n("a")] == number(0)
    assert [task.kind for task in found[1].tasks] == ["forward", "gradient", "update"]
    assert [task.label for task in found[1].tasks] == ["a", "b", "c"]
    assert found[1].conventions.rounding.explicit and not found[0].conventions.rounding.explicit
    assert reads_as(found[2], "q", "a^2") and [e.left.text for e in found[2].equations] == ["q", "r"]


# --- layers --------------------------------------------------------------------------------------------------------

DENSE = "equations:\n- dense: {inputs: x_1 x_2, outputs: u_1 u_2, %s}\n- L = u_1 + u_2\n"


def lines(text: str) -> list[str]:
    from symprop.written import Prod, Sum

    def show(formula: Written) -> str:
        if isinstance(formula, Sum):
            return " + ".join(map(show, formula.terms))
        if isinstance(formula, Prod):
            return " ".join(map(show, formula.factors))
        if isinstance(formula, Call):
            return f"{formula.func}({', '.join(map(show, formula.args))})"
        assert isinstance(formula, Name)
        return formula.text

    return [f"{equation.left} = {show(equation.right)}" for equation in part(text).equations]


def test_a_dense_layer_becomes_equations_in_the_order_of_the_units() -> None:
    assert lines(DENSE % "weights: A, bias: c, activation: tanh") == [
        "z_1 = A_11 x_1 + A_12 x_2 + c_1",
        "u_1 = tanh(z_1)",
        "z_2 = A_21 x_1 + A_22 x_2 + c_2",
        "u_2 = tanh(z_2)",
        "L = u_1 + u_2",
    ]


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ("weights: A, table: from-to", "u_1 = A_11 x_1 + A_21 x_2"),
        ("weights: A, table: to-from", "u_1 = A_11 x_1 + A_12 x_2"),
        ("weights: [[p, q], [r, s]], table: from-to", "u_1 = p x_1 + r x_2"),
        ("weights: [[p, q], [r, s]]", "u_1 = p x_1 + q x_2"),
        ("weights: A, activation: identity", "u_1 = A_11 x_1 + A_12 x_2"),
        ("weights: A, bias: b_3 b_4", "u_1 = A_11 x_1 + A_12 x_2 + b_3"),
        ("weights: A, activation: relu, pre: net_5 net_6", "net_5 = A_11 x_1 + A_12 x_2"),
        ("weights: A, activation: relu, pre: s", "s_1 = A_11 x_1 + A_12 x_2"),
        ("weights: 'w^{(1)}', activation: relu", "z_1 = w_11^(1) x_1 + w_12^(1) x_2"),
    ],
)
def test_a_dense_layer_follows_its_fields(fields: str, first: str) -> None:
    assert lines(DENSE % fields)[0] == first


def test_a_table_of_numbers_fills_the_entries_in_either_orientation() -> None:
    for table, rows in (("from-to", "[[0.1, 0.2], [0.3, 0.4]]"), ("to-from", "[[0.1, 0.3], [0.2, 0.4]]")):
        for text in (
            DENSE % f"weights: w, table: {table}" + f"parameters: {{w: {rows}}}\n",
            DENSE % f"weights: w, table: {table}" + f"given: {{w: {rows}}}\n",
            DENSE % f"weights: {rows}, table: {table}",
            DENSE % f"weights: {{w: {rows}}}, table: {table}",
        ):
            found = part(text)
            product = found.equations[0].right.children
            values = [found.given[factor] for term in product for factor in term.children[:1]]  # type: ignore[index]
            assert values == [number("0.1"), number("0.3")], text
            assert set(found.parameters) == {n("w_11"), n("w_12"), n("w_21"), n("w_22")}


WEIGHT_TABLE = """
equations:
- dense: {inputs: x, outputs: h_1 h_2, weights: w, bias: 0.5, activation: sigmoid, table: from-to}
- dense: {inputs: h_1 h_2, outputs: y, weights: [[0.5], [0.7]], bias: 0.1, table: from-to}
given:
  x: [1, 2]
  w: [[0.1, 0.2], [0.3, 0.4]]
tasks: [forward]
"""


def test_the_weight_table_of_a_source_can_be_written_down() -> None:
    found = part(WEIGHT_TABLE)
    assert [equation.left.text for equation in found.equations] == ["z_1", "h_1", "z_2", "h_2", "y"]
    graph = build_graph(found)
    assert not [name for name in graph.leaves if name not in found.given]
    assert len(graph.parameters) == 9 and not found.unused


def test_layers_keep_their_own_letters_apart() -> None:
    text = """
equations:
- dense: {inputs: x_1 x_2, outputs: h_1 h_2, weights: A, activation: tanh}
- dense: {inputs: h_1 h_2, outputs: y_1 y_2, weights: B, activation: sigmoid}
- L = y_1 + y_2
"""
    assert lines(text)[0].startswith("z_1^(1) = ") and lines(text)[4].startswith("z_1^(2) = ")


def test_a_bias_with_one_value_is_shared() -> None:
    assert lines(DENSE % "weights: A, bias: c" + "parameters: {c: 0.5}\n")[1] == "u_2 = A_21 x_1 + A_22 x_2 + c"


# --- the schema ----------------------------------------------------------------------------------------------------


def typed(path: Path) -> Any:
    """The file as an editor sees it."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def validator() -> Any:
    jsonschema.Draft202012Validator.check_schema(dict(schema()))
    return jsonschema.Draft202012Validator(dict(schema()))


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_the_exercises_load_and_keep_to_the_schema(path: Path) -> None:
    exercise = load(path)
    assert isinstance(exercise, Exercise) and exercise.title
    assert all(isinstance(equation, Equation) for part in exercise.parts for equation in part.equations)
    assert not [error.message for error in validator().iter_errors(typed(path))]


def test_there_are_exercises_to_load() -> None:
    assert len(EXERCISES) >= 4


def properties(pointer: str) -> set[str]:
    node: Any = schema()
    for step in pointer.split("/"):
        node = node[int(step)] if step.isdigit() else node[step]
    return set(node["properties"])


def test_the_schema_has_the_keys_of_the_format() -> None:
    assert properties("$defs/part") == set(keys.PART_KEYS)
    assert set(schema()["properties"]) == set(keys.TOP_KEYS)
    assert properties("$defs/conventions") == set(keys.CONVENTIONS)
    assert properties("$defs/conventions/properties/round") == set(keys.ROUND)
    assert properties("$defs/dense") == set(keys.DENSE)
    assert properties("$defs/layer") == set(keys.LAYERS)
    assert properties("$defs/task/anyOf/1") == {*keys.TASKS, *keys.ALL_OPTIONS}


def described(node: Any, path: str = "") -> list[str]:
    """Schemas of a property or definition without title and description."""
    missing = []
    for group in ("properties", "$defs"):
        for name, inner in node.get(group, {}).items():
            target = inner
            if "$ref" in inner and "title" not in inner:
                target = schema()["$defs"][inner["$ref"].rsplit("/", 1)[1]]
            if "title" not in target:
                missing.append(f"{path}/{name}")
            missing += described(inner, f"{path}/{name}")
    return missing


def test_the_schema_explains_every_key() -> None:
    assert not described(schema())


def test_the_examples_in_the_schema_are_valid() -> None:
    count = 0

    def check(node: Any) -> None:
        nonlocal count
        if isinstance(node, dict):
            if isinstance(node.get("examples"), list):
                inner = {**node, "$defs": schema()["$defs"]}
                for example in node["examples"]:
                    jsonschema.Draft202012Validator(inner).validate(example)
                    count += 1
            for value in node.values():
                check(value)

    check(dict(schema()))
    assert count > 30


@pytest.mark.parametrize(
    "text",
    [
        "equation: x",
        "equations: y = w x\ntasks: [gradiant: all]",
        "equations: y = w x\nindices: {i: 1..3}",
        "equations: y = w x\nconventions: {round: {digits: 3, decimals: 2}}",
        "equations: y = w x\nid: ../x",
        "equations: y = w x\ntasks: [{update: w, steps: 0}]",
        "equations: [{dense: {inputs: x}}]",
        "title: x",
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(text: str) -> None:
    assert list(validator().iter_errors(yaml.safe_load(text)))
    with pytest.raises(Exception, match=r"<text>:"):
        loads(text)


def test_the_schema_is_plain_json() -> None:
    path = ROOT / "symprop" / "spec" / "schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == schema()


def test_loading_an_exercise_needs_no_heavy_library() -> None:
    code = (
        "import sys; from symprop.spec import load; load(sys.argv[1]);"
        "print([m for m in ('sympy', 'numpy', 'flint', 'jsonschema', 'jinja2') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(EXERCISES[0])], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("delta", {"z_1": "delta_1", "z_2": "delta_2"}),
        ("bar", {"z_1": "zbar_1", "h": "hbar", "z_2": "zbar_2"}),
        ("partial", {}),
    ],
)
def test_letters_for_adjoints(word: str, letters: dict[str, str]) -> None:
    """δ for net inputs only, a bar for everything on the way."""
    text = f"""
        equations: |
          z_1 = w_1 x
          h = tanh(z_1)
          z_2 = w_2 h
          L = z_2^2
        conventions: {{adjoints: {word}}}
        tasks: [gradient: all]
    """
    (part,) = loads(textwrap.dedent(text)).parts
    assert {str(d.by[0]): str(name) for d, name in part.display.items()} == letters


def test_a_letter_that_is_taken_is_not_given_again() -> None:
    text = """
        equations: |
          z_1 = w_1 x + delta_1
          L = z_1^2
        conventions: {adjoints: delta}
        tasks: [gradient: w_1]
    """
    assert not loads(textwrap.dedent(text)).parts[0].display
