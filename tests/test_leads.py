"""Sentences that lead to a backward pass and to a table: true where they are said, absent on a counter-example."""

from __future__ import annotations

from itertools import pairwise

import pytest

from symprop.model.solution import Lines, Phrase, Prose, Solution, Table
from symprop.notation import text
from symprop.render import render_tex
from symprop.written import Deriv, Name
from tests.test_sentences import said, solved

NETWORK = """
    equations: |
      z_1 = w_1 x + b_1
      h = {activation}
      z_2 = {output}
      L = {loss}
    parameters: {{w_1: 1, b_1: 0.5, w_2: -2, b_2: 1}}
    given: {{x: 2, t: 1}}
    conventions: {{adjoints: {adjoints}}}
    tasks: [{{gradient: "{by}", tell: backward}}]
"""


def network(
    activation: str = "tanh(z_1)",
    loss: str = "(z_2 - t)^2",
    adjoints: str = "delta",
    by: str = "w_1, b_1, w_2, b_2",
    output: str = "w_2 h + b_2",
) -> Solution:
    return solved(NETWORK.format(activation=activation, loss=loss, adjoints=adjoints, by=by, output=output))


def lefts(solution: Solution) -> list[list[str]]:
    """What stands on the left, display by display."""
    blocks = (b for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines))
    return [[text(line.left) for line in block.lines if line.left is not None] for block in blocks]


# ---- δ times the value


@pytest.mark.parametrize(
    ("adjoints", "by", "told", "biases"),
    [
        ("delta", "w_1, w_2", "delta-times-input", []),
        ("delta", "w_1, b_1, w_2", "delta-times-input-bias", ["b_1"]),
        ("delta", "b_1, b_2", "delta-bias", ["b_2", "b_1"]),
        ("delta", "w_1", None, []),
        ("partial", "w_1, w_2", None, []),
        ("bar", "w_1, w_2", None, []),
    ],
)
def test_after_the_deltas_the_weights(adjoints: str, by: str, told: str | None, biases: list[str]) -> None:
    solution = network(adjoints=adjoints, by=by)
    found = {code: data for code, data in said(solution).items() if code.startswith("delta-") and code != "delta-def"}
    assert set(found) == ({told} if told else set())
    displays = lefts(solution)[-2:]
    if told:
        assert [text(b) for b in found[told].get("biases", ())] == biases
        assert displays[0] == ["dL/dz_2", "dL/dz_1"]
        assert sorted(displays[1]) == sorted(f"dL/d{name}" for name in by.split(", "))
        (block,) = [b for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines)][-1:]
        for line in block.lines:
            assert line.boxed and not any(r.code == "chain" for r in line.reasons)
            assert not any(isinstance(f, Deriv) and f.of != Name("L") for f in line.chain[0][1].walk()), (
                "the chain in symbols is left out"
            )


@pytest.mark.parametrize("net", ["w^2 x + v x", "exp(w + v)", "sin(w + v)", "w x + v^3", "x^(w + v)"])
def test_a_weight_that_enters_otherwise_is_not_multiplied_by_a_value(net: str) -> None:
    solution = solved(f"""
        equations: |
          z = {net}
          L = z^2
        parameters: {{w: 1, v: 2}}
        given: {{x: 2}}
        conventions: {{adjoints: delta}}
        tasks: [{{gradient: "w, v", tell: backward}}]
    """)
    assert "delta-times-input" not in said(solution)


def test_all_deltas_come_before_the_weights_in_letters_too() -> None:
    solution = solved("""
        equations: |
          z_1 = w_1 x
          z_2 = w_2 tanh(z_1) + b
          L = z_2^2
        conventions: {adjoints: delta}
        tasks: [derivative: dL/dz_2, {gradient: "w_1, w_2, b", tell: backward}]
    """)
    assert lefts(solution)[-2:] == [["dL/dz_1"], ["dL/dw_2", "dL/db", "dL/dw_1"]]


# ---- linear neurons


@pytest.mark.parametrize(("again", "names"), [("z_1", ["z_1"]), ("2 z_1", []), ("z_1 + x", [])])
def test_a_net_input_may_be_given_on_under_another_name(again: str, names: list[str]) -> None:
    solution = solved(f"""
        equations: |
          z_1 = w_1 x
          h = {again}
          z_2 = w_2 h
          y = tanh(z_2)
          L = (y - t)^2
        given: {{x: 1, t: 0, w_1: 1, w_2: 2}}
        conventions: {{adjoints: delta}}
        tasks: [{{gradient: "w_1, w_2", tell: backward}}]
    """)
    found = said(solution).get("linear-same", {})
    assert [text(n) for n in found.get("names", ())] == names


def test_a_neuron_without_a_name_for_its_net_input_is_not_linear() -> None:
    assert "linear-same" not in said(network(output="tanh(w_2 h + b_2)"))


@pytest.mark.parametrize(
    ("activation", "loss", "adjoints", "names"),
    [
        ("tanh(z_1)", "(z_2 - t)^2", "delta", ["z_2"]),
        ("tanh(z_1)", "|t - z_2|", "delta", ["z_2"]),
        ("3 z_1", "(z_2 - t)^2", "delta", []),  # then no neuron has an activation function
        ("tanh(z_1)", "(tanh(z_2) - t)^2", "delta", []),  # z_2 is not the output
        ("tanh(z_1)", "-ln(exp(z_2)/(exp(z_2) + 1))", "delta", []),
        ("tanh(z_1)", "(z_2 - t)^2", "partial", []),
    ],
)
def test_a_linear_neuron_is_one_whose_net_input_is_its_output(
    activation: str, loss: str, adjoints: str, names: list[str]
) -> None:
    found = said(network(activation, loss, adjoints)).get("linear-same", {})
    assert [text(n) for n in found.get("names", ())] == names


# ---- what serves all


CHAIN = """
    equations: |
      z_1 = w_1 x
      a_1 = tanh(z_1)
      z_2 = w_2 a_1 + {more}
      y = tanh(z_2)
      L = (y - t)^2 + {past}
    parameters: {{w_1: 1, w_2: 0.5}}
    given: {{x: 2, t: 1}}
    tasks: [{{gradient: "{by}", tell: backward}}]
"""


@pytest.mark.parametrize(
    ("more", "past", "by", "node"),
    [
        ("0.5", "0", "w_1, w_2", "z_2"),
        ("0.5", "0", "w_1", None),  # nothing to share
        ("0.5", "0", "y, w_2", None),  # ∂L/∂y is asked itself
        ("x w_1", "0", "w_1, w_2", "z_2"),
        ("0.5", "w_1^2", "w_1, w_2", None),
        ("0.5", "a_1^2", "w_1, w_2", None),
    ],
)
def test_the_way_that_all_derivatives_have_in_common(more: str, past: str, by: str, node: str | None) -> None:
    found = said(solved(CHAIN.format(more=more, past=past, by=by))).get("shared-lines")
    assert (found is None) is (node is None)
    if found is not None:
        assert (text(found["node"]), found["asked"]) == (node, 2)


# ---- the table of local derivatives


TABLE = """
    equations: |
      z = w x + b
      h = ReLU(z)
      L = |h - t|
    parameters: {{w: {w}, b: {b}}}
    given: {{x: 1, t: {t}}}
    learning rate: 0.1
    tasks: [{tasks}]
"""


@pytest.mark.parametrize(
    ("w", "b", "t", "tasks", "told"),
    [
        ("1", "1", "1", "forward, local derivatives", {"kink-unused", "table-key-values"}),
        ("1", "1", "1", "local derivatives, forward", {"kink-unused", "table-key"}),
        ("1", "1", "1", "forward, {update: w, steps: 2}, local derivatives", {"kink-unused", "table-key"}),
        ("1", "-1", "1", "forward, local derivatives", {"kink-used", "table-key-values"}),
        ("1", "1", "2", "forward, local derivatives", {"kink-unused", "kink-used", "table-key-values"}),
    ],
)
def test_a_table_says_where_its_values_are_from_and_which_slopes_it_uses(
    w: str, b: str, t: str, tasks: str, told: set[str]
) -> None:
    solution = solved(TABLE.format(w=w, b=b, t=t, tasks=tasks))
    codes = {"kink-unused", "kink-used", "table-key", "table-key-values"}
    assert codes & set(said(solution)) == told
    if "kink-used" in told:
        data = said(solution)["kink-used"]
        assert (text(data["at"][0]), text(data["slope"])) == ("z = 0" if b == "-1" else "h - t = 0", "0")


def test_kinks_of_one_table_are_told_together() -> None:
    solution = solved("""
        equations: |
          u = max(a, b)
          v = |a - b|
          f = u + v
        parameters: {a: 1, b: 1}
        tasks: [local derivatives]
    """)
    assert [text(tie) for tie in said(solution)["kink-used"]["at"]] == ["a - b = 0", "a = b"]


def test_a_table_without_numbers_has_no_kinks() -> None:
    solution = solved("equations: |\n  h = ReLU(w x)\n  L = h^2\ntasks: [local derivatives]")
    assert not {"kink-unused", "kink-used", "table-key-values"} & set(said(solution))


# ---- how the numbers of a table are rounded


def test_how_a_table_is_rounded_is_said_at_the_table() -> None:
    solution = solved("""
        equations: L = (w x - 4)^2
        parameters: {w: 1}
        given: {x: 2}
        learning rate: 0.3
        tasks: [{update: w, steps: 3}]
    """)
    (worked,) = solution.parts[0].worked
    codes = [[p.code for p in b.phrases] if isinstance(b, Prose) else type(b) for b in worked.blocks]
    assert codes[-3:] == [["round-table-digits"], ["steps-table"], Table]
    assert codes.count(["round-table-digits"]) == 1 and any(block is Lines for block in codes[:-3])
    tex = render_tex(solution)
    assert any("the table, long numbers" in a and "after each step" in b for a, b in pairwise(tex.split(". ")))


# ---- neuron by neuron

TWO_NEURONS = """
    equations: |
      {first}
      h = tanh(z_1)
      {second}
      L = (z_2 - t)^2
    parameters: {{{numbers}}}
    given: {{x: 2, t: 1}}
    {more}
    tasks: [{{gradient: {by}, tell: backward}}]
"""


def neurons(
    first: str = "z_1 = w_1 x + b_1", second: str = "z_2 = w_2 h + b_2", by: str = "all", more: str = "", drop: str = ""
) -> Solution:
    names = [n for n in ("w_1", "b_1", "w_2", "b_2", "v") if n in first + second and n != drop]
    text = TWO_NEURONS.format(
        first=first, second=second, numbers=", ".join(f"{n}: 0.5" for n in names), by=by, more=more
    )
    return solved(text)


def groups_of(solution: Solution) -> list[tuple[str, str, list[tuple[str, int]]]]:
    found = [p for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Prose) for p in b.phrases]
    data = [(p.code, dict(p.data)) for p in found if p.code.startswith("group")]
    return [
        (code, text(d["node"]), [(q.code.removeprefix("group-"), dict(q.data)["n"]) for q in d["parameters"]])
        for code, d in data
    ]


BOTH = [("weights", 1), ("biases", 1)]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, [("group-first", "z_2", BOTH), ("group", "z_1", BOTH)]),
        (
            {"second": "z_2 = w_2 h + v x + b_2"},
            [("group-first", "z_2", [("weights", 2), ("biases", 1)]), ("group", "z_1", BOTH)],
        ),
        ({"by": '"w_1, b_1, w_2"'}, []),  # the bias is not asked
        ({"first": "z_1 = w_1 x"}, []),  # one parameter is no group
        ({"first": "z_1 = w_1 x + w_2"}, []),  # w_2 is used twice
        ({"first": "z_1 = w_1^2 x + b_1"}, []),  # no weight: its square multiplies x
        ({"more": "conventions: {adjoints: delta}"}, []),  # they have a list of their own
        ({"first": "z_1 = exp(w_1) + exp(b_1)"}, []),
    ],
)
def test_a_short_list_is_told_neuron_by_neuron(
    options: dict[str, str], told: list[tuple[str, str, list[tuple[str, int]]]]
) -> None:
    solution = neurons(**options)
    assert groups_of(solution) == told
    displays = [rows for rows in lefts(solution) if any(r.startswith("dL/d") for r in rows)]
    rows = [row for display in displays for row in display]
    assert len(rows) == len(set(rows))
    for (_, node, _), display in zip(told, displays, strict=False):
        assert f"dL/d{node}" in display


def test_many_neurons_are_one_list() -> None:
    """With five neurons the same sentence would stand there again and again."""
    for count in (4, 5):
        lines = "\n      ".join(
            f"z_{k} = w_{k} h_{k - 1} + b_{k}\n      h_{k} = tanh(z_{k})" for k in range(1, count + 1)
        )
        numbers = ", ".join(f"w_{k}: 0.5, b_{k}: 0.1" for k in range(1, count + 1))
        solution = solved(f"""
    equations: |
      {lines}
      L = (h_{count} - t)^2
    parameters: {{{numbers}}}
    given: {{h_0: 2, t: 1}}
    tasks: [{{gradient: all, tell: backward}}]
""")
        assert len(groups_of(solution)) == (count if count <= 4 else 0)
        tex = render_tex(solution)
        leads = [line for line in tex.splitlines() if "its weight and its bias:" in line]
        assert len(leads) == len({line.split("$z")[0] for line in leads}) == (count if count <= 4 else 0)


def test_rows_of_a_list_in_groups_repeat_no_reason() -> None:
    solution = neurons()
    tex = render_tex(solution)
    assert tex.count(r"\why{chain rule") == 1


# ---- ways apart

FAN = """
    equations: |
      z = w x + b
      h = tanh(z)
      {nodes}
      L = {loss}
    tasks: [{{gradient: "{by}", tell: backward}}]
"""


@pytest.mark.parametrize(
    ("nodes", "loss", "by", "told"),
    [
        ("p = u h", "(p + h u)^2 + u h", "u, w, b", False),  # it stands in L itself
        ("p = u h\n      q = sin(h)", "p^2 q", "h", False),  # the last line of its display
        ("p = u h\n      q = sin(h)", "p^2 q", "u", False),
        ("p = u h\n      q = v h", "p^2 + q^3", "u, v, w, b", True),
        ("p = u h\n      q = sin(p)", "q^2", "u, w, b", False),  # one way
        ("p = u h\n      q = v h\n      r = z + q", "p^2 + r^3", "u, v, w, b", False),  # two quantities with two ways
    ],
)
def test_where_ways_part_the_sentence_says_through_what(nodes: str, loss: str, by: str, told: bool) -> None:
    solution = solved(FAN.format(nodes=nodes, loss=loss, by=by))
    found = said(solution)
    assert ("fan-out" in found) is told
    if told:
        assert text(found["fan-out"]["z"]) == "h" and [text(c) for c in found["fan-out"]["children"]] == ["p", "q"]
        assert any(display[0] == "dL/dh" for display in lefts(solution))


def leads_of(solution: Solution, task: int) -> list[Phrase]:
    return [p for b in solution.parts[0].worked[task].blocks if isinstance(b, Prose) for p in b.phrases]


# ---- u/|u|

ORDER = ("first", "where", "second", "elsewhere")


@pytest.mark.parametrize(
    ("loss", "more", "told"),
    [
        ("|y - z|", "", ["-1", "y > z", "1", "y < z"]),
        ("|z - y|", "", ["1", "z > y", "-1", "z < y"]),
        ("|z|", "", ["1", "z > 0", "-1", "z < 0"]),
        ("|y - z|", "assume: y > z", None),
        ("|y - z|", "given: {x: 1, y: 2, w: 3}", None),
        ("c |y - z|", "", None),
        ("(y - z)^2", "", None),
    ],
)
def test_a_quotient_by_its_own_size_has_two_values(loss: str, more: str, told: list[str] | None) -> None:
    exercise = f"""
        equations: |
          z = w x
          L = {loss}
        {more}
        tasks: [{{derivative: dL/dz}}]
    """
    found = said(solved(exercise)).get("that-is")
    assert (None if found is None else [text(found[f]) for f in ORDER]) == told


# ---- the same way as an earlier task


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("dL/dw_1", "dL/db_1", True),
        ("dL/db_1", "dL/dw_1", False),  # one factor more
        ("dL/dw_1", "dL/dw_2", False),  # through another quantity
        ("dL/dw_1", "dL/dh", False),
    ],
)
def test_a_derivative_that_goes_the_same_way_is_said_to(first: str, second: str, same: bool) -> None:
    tasks = f"tasks: [{{derivative: {first}, tell: backward}}, {{derivative: {second}, tell: backward}}]"
    exercise = NETWORK.format(
        activation="tanh(z_1)", loss="(z_2 - t)^2", adjoints="partial", by="w_1", output="w_2 h + b_2"
    )
    solution = solved(exercise.partition("tasks:")[0] + tasks)
    found = leads_of(solution, 1)
    assert ([p.code for p in found] == ["same-way"]) is same
    if same:
        assert dict(found[0].data)["part"] == "a"
