"""The graph: order, parents and children, roles, paths, pre-activations."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.errors import DerivationError, SpecError
from symprop.model.exercise import Equation, Part
from symprop.model.graph import MAX_PATHS, Graph, build_graph
from symprop.names import Vocabulary
from symprop.reader import read
from symprop.spec import loads
from symprop.written import Name, add, mul
from tests.budget import fuzzed

LATERAL = """
functions: {sigma: }
equations: |
  z_3 = w_13 x_1 + w_23 x_2 + b_3
  x_3 = sigma(z_3)
  z_4 = w_14 x_1 + w_24 x_2 + w_34 x_3 + b_4
  x_4 = sigma(z_4)
  z_5 = w_15 x_1 + w_25 x_2 + w_35 x_3 + b_5
  x_5 = sigma(z_5)
  z_6 = w_36 x_3 + w_46 x_4 + w_56 x_5 + b_6
  L = (z_6 - t)^2
"""


def graph(text: str) -> Graph:
    return build_graph(loads(text).parts[0])


def n(text: str) -> Name:
    base, _, sub = text.partition("_")
    return Name(base, sub=sub)


def texts(names: object) -> list[str]:
    assert isinstance(names, tuple)
    return [name.text for name in names]


def test_parents_come_in_the_order_of_the_definition_and_children_in_that_of_the_graph() -> None:
    found = graph(LATERAL)
    assert texts(found[n("z_6")].parents) == ["w_36", "x_3", "w_46", "x_4", "w_56", "x_5", "b_6"]
    assert texts(found[n("x_3")].children) == ["z_4", "z_5", "z_6"]
    assert found[n("w_46")].children == (n("z_6"),)


def test_a_quantity_used_twice_is_one_parent_and_one_child() -> None:
    found = graph("equations: y = a x + a^2 x\n")
    assert texts(found[n("y")].parents) == ["a", "x"]
    assert texts(found[n("a")].children) == ["y"]


def test_the_order_is_the_authors_where_it_can_be() -> None:
    assert texts(graph(LATERAL).order) == ["z_3", "x_3", "z_4", "x_4", "z_5", "x_5", "z_6", "L"]
    assert texts(graph("equations: |\n  c = a + b\n  d = 2 x\n  a = x\n  b = a\n").order) == ["a", "b", "c", "d"]


def test_leaves_come_by_first_appearance() -> None:
    assert texts(graph("equations: |\n  u = w x + b\n  L = (u - y)^2\n").leaves) == ["w", "x", "b", "y"]


def test_roles_are_told_apart() -> None:
    found = graph("equations: |\n  u = w x + b\n  L = (u - y)^2\n")
    roles = {name.text: node.role for name, node in found.nodes.items()}
    assert roles == {"w": "parameter", "x": "input", "b": "parameter", "y": "input", "u": "computed", "L": "computed"}
    assert texts(found.inputs) == ["x", "y"]


def test_paths_follow_the_definitions_from_the_target_backwards() -> None:
    found = graph(LATERAL).paths(n("z_3"), n("z_6"))
    assert [texts(path) for path in found] == [
        ["z_3", "x_3", "z_6"],
        ["z_3", "x_3", "z_4", "x_4", "z_6"],
        ["z_3", "x_3", "z_5", "x_5", "z_6"],
    ]


def test_a_quantity_has_one_path_to_itself_and_none_upwards() -> None:
    found = graph(LATERAL)
    assert found.paths(n("L"), n("L")) == ((n("L"),),)
    assert found.paths(n("L"), n("z_3")) == ()
    assert not found.reaches(n("L"), n("z_3")) and found.reaches(n("z_3"), n("L"))


def test_too_many_paths_are_counted_not_listed_and_backward_is_suggested() -> None:
    lines = "\n".join(f"  a_{i + 1} = a_{i} + sin(a_{i}) b_{i}\n  b_{i + 1} = a_{i} b_{i}" for i in range(40))
    found = graph(f"equations: |\n{lines}\n  L = a_40 b_40\n")
    with pytest.raises(DerivationError, match="backward"):
        found.paths(n("a_0"), n("L"))
    assert found.count_paths(n("a_0"), n("L")) > 10**9
    assert found.reaches(n("a_0"), n("L"))


def test_the_bound_on_paths_is_exact() -> None:
    def fan(width: int) -> Graph:
        lines = "\n".join(f"  h_{i} = x + {i}" for i in range(1, width + 1))
        return graph(f"equations: |\n{lines}\n  L = " + " + ".join(f"h_{i}" for i in range(1, width + 1)) + "\n")

    assert len(fan(MAX_PATHS).paths(n("x"), n("L"))) == MAX_PATHS
    with pytest.raises(DerivationError):
        fan(MAX_PATHS + 1).paths(n("x"), n("L"))


def test_the_pre_activation_is_the_argument_of_a_single_call() -> None:
    found = graph("functions: {f: , g: }\nequations: |\n  h = f(w x + b)\n  k = g(z)\n  p = 2 f(x)\n  z = h\n")
    vocabulary = found.part.vocabulary
    assert found.pre(n("h")) == read("w x + b", vocabulary)
    assert found.pre(n("k")) == n("z")
    assert found.pre(n("p")) is None and found.pre(n("x")) is None


def test_long_chains_need_no_deep_stack() -> None:
    names = [Name("a", sub=str(i)) for i in range(3001)]
    forward = [Equation(b, mul(a, a)) for a, b in itertools.pairwise(names)]
    part = Part(tuple(reversed(forward)), Vocabulary())
    assert build_graph(part).order == tuple(names[1:])


def test_a_cycle_is_named() -> None:
    a, b, c = n("a"), n("b"), n("c")
    part = Part((Equation(a, b), Equation(b, add(c, a)), Equation(c, n("x"))), Vocabulary())
    with pytest.raises(SpecError, match="a needs b needs a"):
        build_graph(part)


def test_a_derivative_that_needs_its_own_result_is_a_cycle() -> None:
    with pytest.raises(SpecError, match="circle"):
        loads("equations: |\n  u = w x\n  q = dL/du\n  L = u q\n")


def test_a_reassigned_name_is_refused() -> None:
    a = n("a")
    with pytest.raises(SpecError, match="computed twice"):
        build_graph(Part((Equation(a, n("x")), Equation(a, n("y"))), Vocabulary()))


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """Random equations, each on quantities above it, then shuffled."""
    count = draw(st.integers(1, 12))
    quantities = [n("x_1"), n("x_2"), n("w_1")]
    equations = []
    for i in range(1, count + 1):
        chosen = draw(st.lists(st.sampled_from(quantities), min_size=1, max_size=3))
        equations.append(Equation(n(f"h_{i}"), add(*chosen, chosen[0])))
        quantities.append(n(f"h_{i}"))
    return Part(tuple(draw(st.permutations(equations))), Vocabulary())


@given(parts())
@fuzzed(150)
def test_every_quantity_comes_after_its_parents_and_edges_go_both_ways(part: Part) -> None:
    found = build_graph(part)
    seen: set[Name] = set()
    for name, node in found.nodes.items():
        assert set(node.parents) <= seen
        seen.add(name)
        for parent in node.parents:
            assert name in found[parent].children
        for child in node.children:
            assert name in found[child].parents
    assert set(found.order) == {equation.left for equation in part.equations}


@given(parts())
@fuzzed(100)
def test_paths_are_as_many_as_counted_and_follow_edges(part: Part) -> None:
    found = build_graph(part)
    for a, b in itertools.product(found.nodes, repeat=2):
        count = found.count_paths(a, b)
        assert (count > 0) == found.reaches(a, b)
        if count <= MAX_PATHS:
            paths = found.paths(a, b)
            assert len(paths) == len(set(paths)) == count
            for path in paths:
                assert path[0] == a and path[-1] == b
                assert all(x in found[y].parents for x, y in itertools.pairwise(path))
