"""Figures: what is drawn, where it stands, and that nothing meets anything else (found with points of our own)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import cos, hypot, radians, sin
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, reject, settings
from hypothesis import strategies as st

from symprop import api
from symprop.errors import DerivationError, SpecError
from symprop.model.exercise import Part
from symprop.model.graph import build_graph
from symprop.model.network import Edge, Network, network
from symprop.model.solution import Paths, Solution
from symprop.render import render_tex
from symprop.render.engines import embedded
from symprop.render.environment import tex_environment
from symprop.render.escape import Tex
from symprop.render.figures import choosing, elision, figures, layers, search, tips, values, wrapping
from symprop.render.figures.drawing import DOTS, RADIUS, Curve, Drawing, Label, Link, Node, Spot, half_width, label_size
from symprop.render.figures.geometry import Box
from symprop.render.figures.view import figure_view
from symprop.render.formulas import printer
from symprop.render.layout import TEXT_WIDTH
from symprop.render.pdf import compile_pdf
from symprop.render.words import load_words
from symprop.written import Deriv, Name, num
from tests.golden import EXERCISES, ROOT
from tests.networks import Network as Random
from tests.networks import networks

NAMES = tuple(path.stem for path in EXERCISES)


def dense(*sizes: int, numbers: bool = True) -> str:
    """A network of dense layers: x_1 … → a_1 … → b_1 … → …"""
    rows, columns, parameters = [], [f"x_{i + 1}" for i in range(sizes[0])], []
    for layer, size in enumerate(sizes[1:]):
        outputs = [f"{'abcdefgh'[layer]}_{j + 1}" for j in range(size)]
        weights, bias = f"{'UVWM'[layer]}", f"{'pqrs'[layer]}"
        rows.append(
            f"  - dense: {{inputs: {' '.join(columns)}, outputs: {' '.join(outputs)}, weights: {weights}, bias: {bias},"
            " activation: sigmoid, table: from-to}"
        )
        table = [
            [round(0.1 * (1 + (3 * i + 5 * j) % 9) * (-1) ** (i + j), 1) for j in range(size)]
            for i in range(len(columns))
        ]
        parameters += [f"  {weights}: {table}", f"  {bias}: {[0.1] * size}"]
        columns = outputs
    loss = " + ".join(f"({y} - t_{k + 1})^2" for k, y in enumerate(columns))
    given_ = f"given: {{x: {[0.5 * (i + 1) for i in range(sizes[0])]}, t: {[1] * sizes[-1]}}}"
    tasks = "tasks: [forward, gradient: all]" if numbers else "tasks: [forward]"
    return "\n".join(["equations:", *rows, f"  - L = {loss}", "parameters:", *parameters, given_, tasks, ""])


def chain(n: int, *, numbers: bool) -> str:
    names = ["x", *(f"h_{k}" for k in range(1, n + 1))]
    rows = [f"  {b} = tanh(w_{k} {a})" for k, (a, b) in enumerate(pairwise(names), 1)]
    weights = [f"w_{k}: {k / 10}" if numbers else f"w_{k}" for k in range(1, n + 1)]
    open_, close = "{}" if numbers else "[]"
    given_ = "given: {x: 1, y: 2}\n" if numbers else ""
    tasks = "[forward, gradient: all]" if numbers else "[gradient: all]"
    body = "\n".join([*rows, f"  L = ({names[-1]} - y)^2"])
    return f"equations: |\n{body}\nparameters: {open_}{', '.join(weights)}{close}\n{given_}tasks: {tasks}\n"


RESIDUAL = """
equations: |
  h_1 = tanh(w_1 x_1 + w_2 x_2)
  h_2 = tanh(w_3 x_1 + w_4 x_2)
  g_1 = tanh(v_1 h_1 + v_2 h_2 + h_1)
  g_2 = tanh(v_3 h_1 + v_4 h_2 + s x_1)
  y = u_1 g_1 + u_2 g_2 + r x_2
  L = (y - t)^2
parameters: [w_1, w_2, w_3, w_4, v_1, v_2, v_3, v_4, s, r, u_1, u_2]
tasks: [gradient: all]
"""
MAXIMUM = """
equations: |
  u = w_1 x_1 + w_2 x_2 + b
  v = w_3 x_1 + w_4 x_2 + c
  m = max(u, v)
  L = (m - t)^2
parameters: {w_1: 1, w_2: 2, w_3: -1, w_4: 0.5, b: 0.5, c: 0.25}
given: {x_1: 1, x_2: 0.5, t: 1}
tasks: [forward, gradient: all]
"""
GATE = """
equations: |
  g = sigmoid(w_1 x + b_1)
  c = tanh(w_2 x + b_2)
  h = g c
  y = h + (1 - g) s
  L = 1/2 (y - t)^2
parameters: {w_1: 1, w_2: 2, b_1: 0.5, b_2: 0.25}
given: {x: 1, t: 1, s: 0.5}
tasks: [forward, gradient: all]
"""
SOFTMAX = """
equations: |
  z_1 = w_11 x_1 + w_12 x_2
  z_2 = w_21 x_1 + w_22 x_2
  z_3 = w_31 x_1 + w_32 x_2
  S = e^z_1 + e^z_2 + e^z_3
  p_1 = e^z_1/S
  p_2 = e^z_2/S
  p_3 = e^z_3/S
  L = -ln(p_2)
parameters: {w_11: 1, w_12: 2, w_21: 0.5, w_22: 0.25, w_31: -1, w_32: 0.1}
given: {x_1: 1, x_2: -0.5}
tasks: [forward, gradient: all]
"""
TWO_TARGETS = """
equations: |
  h_1 = tanh(w_1 x_1 + w_2 x_2)
  h_2 = tanh(w_3 x_1 + w_4 x_2)
  y_1 = v_1 h_1 + v_2 h_2
  y_2 = v_3 h_1 + v_4 h_2
  L_1 = (y_1 - t_1)^2
  L_2 = (y_2 - t_2)^2
parameters: {w_1: 1, w_2: 2, w_3: -1, w_4: 0.5, v_1: 0.1, v_2: 0.2, v_3: 0.3, v_4: 0.4}
given: {x_1: 1, x_2: 0.5, t_1: 1, t_2: 0}
tasks:
  - forward
  - gradient: all
    targets: L_1
  - gradient: all
    targets: L_2
"""
SOURCES = {
    "1-1-1": dense(1, 1, 1),
    "2-3-1": dense(2, 3, 1),
    "3-4-4-2": dense(3, 4, 4, 2),
    "4-4-1": dense(4, 4, 1),
    "4-4-4-4": dense(4, 4, 4, 4),
    "5-5-5-3": dense(5, 5, 5, 3),
    "chain of eight": chain(8, numbers=True),
    "chain of eight letters": chain(8, numbers=False),
    "chain of four": chain(4, numbers=True),
    "residual": RESIDUAL,
    "2-8-8-1": dense(2, 8, 8, 1),
    "10-4-1": dense(10, 4, 1),
    "maximum": MAXIMUM,
    "gate": GATE,
    "softmax": SOFTMAX,
    "two targets": TWO_TARGETS,
}


@pytest.fixture
def drawn_anew() -> Iterator[None]:
    """For a test that changes how figures are drawn: none is kept from before, none for after."""
    choosing.drawn.cache_clear()
    yield
    choosing.drawn.cache_clear()


@cache
def solved(name: str) -> Solution:
    return api.solve(SOURCES[name] if name in SOURCES else ROOT / "exercises" / f"{name}.yaml")


def drawn(name: str) -> Iterator[figures.Figure]:
    """Every figure of an exercise."""
    for part in solved(name).parts:
        yield from every(part.part, part)


def every(part: Part, solution: object) -> Iterator[figures.Figure]:
    tex = printer(part)
    found = [figures.statement_figure(part, tex), *figures.solution_figures(solution, tex)]  # type: ignore[arg-type]
    blocks = (b for worked in solution.worked for b in worked.blocks)  # type: ignore[attr-defined]
    found += [figures.paths_figure(b, tex) for b in blocks if isinstance(b, Paths)]
    yield from (f for f in found if f is not None)


# ---- geometry of its own: points

HEAD = 2.0  # of an arrow, mm
TIP = 4.0  # the head, and as much of its shaft
NEAR = 1.4  # to a label, for an edge that is not its own


def points_of(box: Box) -> Iterator[tuple[float, float]]:
    """A grid over a box, its border included."""
    c, s = cos(radians(box.angle)), sin(radians(box.angle))
    for i in range(9):
        for j in range(7):
            u, v = (i / 8 - 0.5) * box.width, (j / 6 - 0.5) * box.height
            yield box.x + c * u - s * v, box.y + s * u + c * v


def inside(box: Box, point: tuple[float, float]) -> bool:
    if max(abs(point[0] - box.x), abs(point[1] - box.y)) > (box.width + box.height) / 2:  # out of its circle: most are
        return False
    c, s = cos(radians(box.angle)), sin(radians(box.angle))
    u, v = point[0] - box.x, point[1] - box.y
    return abs(c * u + s * v) < box.width / 2 - 1e-6 and abs(-s * u + c * v) < box.height / 2 - 1e-6


def meet(a: Box, b: Box) -> bool:
    if max(abs(a.x - b.x), abs(a.y - b.y)) > (a.width + a.height + b.width + b.height) / 2:
        return False
    return any(inside(b, p) for p in points_of(a)) or any(inside(a, p) for p in points_of(b))


def in_node(node: Node, point: tuple[float, float]) -> bool:
    dx = max(0.0, abs(point[0] - node.x) - (node.half - RADIUS))
    return hypot(dx, point[1] - node.y) < RADIUS - 1e-6


def course(curve: Curve, nodes: dict[str, Node]) -> Iterator[tuple[float, float]]:
    """An edge as TikZ draws it from unit to unit, in small steps."""
    start = (nodes[curve.source].x, nodes[curve.source].y)
    end = (nodes[curve.target].x, nodes[curve.target].y)
    if curve.ported:
        start, end = curve.path
    for c, d, q in curve.controls or ((start, end, end),):
        bent = bool(curve.controls)
        for k in range(121):
            t = k / 120
            if bent:
                w = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3)
                yield tuple(sum(a * p[i] for a, p in zip(w, (start, c, d, q), strict=True)) for i in (0, 1))  # type: ignore[misc]
            else:
                yield start[0] + t * (q[0] - start[0]), start[1] + t * (q[1] - start[1])
        start = q


def faults(drawing: Drawing) -> list[str]:
    """What overlaps or is hidden."""
    nodes = {n.id: n for n in drawing.nodes}
    found = []
    for k, a in enumerate(drawing.nodes):
        found += [f"{a.tex} and {b.tex}" for b in drawing.nodes[:k] if meet(a.box, b.box)]
        found += [f"{a.tex} and the label {x.tex}" for x in drawing.labels if meet(a.box, x.box)]
    for k, x in enumerate(drawing.labels):
        found += [f"the labels {x.tex} and {y.tex}" for y in drawing.labels[:k] if meet(x.box, y.box)]
    for curve in drawing.curves:
        path = list(course(curve, nodes))
        for node in drawing.nodes:
            if node.id not in (curve.source, curve.target) and any(in_node(node, p) for p in path):
                found.append(f"the edge {nodes[curve.source].tex} → {nodes[curve.target].tex} through {node.tex}")
        away = [(hypot(p[0] - curve.path[-1][0], p[1] - curve.path[-1][1]), p) for p in path]
        found += [
            f"the label {x.tex} over the tip of {nodes[curve.source].tex} → {nodes[curve.target].tex}"
            for x in drawing.labels
            if any(inside(x.box, p) for d, p in away if d < (HEAD if x.style == "weight" else TIP))
        ]
    return found


def ways(drawing: Drawing) -> list[tuple[Curve, list[tuple[float, float]], Box]]:
    """The edges, their courses, and the boxes around these."""
    nodes = {n.id: n for n in drawing.nodes}
    found = []
    for curve in drawing.curves:
        path = list(course(curve, nodes))
        (left, right), (low, high) = ((min(p[i] for p in path), max(p[i] for p in path)) for i in (0, 1))
        found.append((curve, path, Box((left + right) / 2, (low + high) / 2, right - left, high - low)))
    return found


def passes(path: Sequence[tuple[float, float]], around: Box, box: Box) -> bool:
    reach = (box.width + box.height) / 2
    if abs(box.x - around.x) > around.width / 2 + reach or abs(box.y - around.y) > around.height / 2 + reach:
        return False
    return any(inside(box, p) for p in path)


def crossed(drawing: Drawing) -> int:
    """Labels that lie along an edge or at a unit, not on white, and are run through by an edge."""
    quiet = [x for x in drawing.labels if x.style != "weight" and not x.style.endswith(choosing.CLEAR)]
    return sum(passes(path, around, x.box) for _, path, around in ways(drawing) for x in quiet)


def disputed(drawing: Drawing) -> list[str]:
    """Labels along an edge that an edge between other units comes near, as it does where the two cross."""
    units = [Box(n.x, n.y, 2 * n.half + 1, 2 * RADIUS + 2) for n in drawing.nodes]
    edges, found = ways(drawing), []
    for x in drawing.labels:
        wider = x.box.grown(NEAR)
        near = [(curve, path) for curve, path, around in edges if passes(path, around, wider)]
        if x.style not in ("value", "slope") or len(near) < 2 or any(meet(x.box, u) for u in units):
            continue
        own, _ = min(near, key=lambda way: min(hypot(p[0] - x.box.x, p[1] - x.box.y) for p in way[1]))
        found += [x.tex for c, _ in near if not {c.source, c.target} & {own.source, own.target}]
    return found


@pytest.mark.parametrize("name", [*SOURCES, *NAMES])
def test_nothing_overlaps_and_no_edge_passes_a_unit(name: str) -> None:
    for figure in drawn(name):
        assert not faults(figure.drawing)
        assert not crossed(figure.drawing)
        assert not disputed(figure.drawing)
        tallest = elision.TALLEST if figure.drawing.bare else choosing.TALLEST if figure.drawing.rules else 100
        assert figure.drawing.width <= 160 and figure.drawing.height <= tallest


def test_the_check_sees_faults() -> None:
    a, b = Node("n1", 0, 0, 4.5, figures.EMPTY, "neuron"), Node("n2", 40, 0, 4.5, figures.EMPTY, "neuron")
    between = Node("n3", 20, 1, 4.5, figures.EMPTY, "neuron")
    edge = Curve("n1", "n2", (), ((4.5, 0), (35.5, 0)))
    assert len(faults(Drawing((a, b, between), (edge,), ()))) == 1
    label = Label(figures.EMPTY, Box(21, 6, 8, 3, 20), "value")
    assert len(faults(Drawing((between,), (), (label, replace(label, style="slope"))))) == 3


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),  # shrinking takes minutes
    suppress_health_check=list(HealthCheck),
)
@given(networks())
def test_random_networks_are_drawn_without_faults_or_not_at_all(net: Random) -> None:
    try:
        solution = api.solve(net.exercise(update=False))
    except SpecError:  # undefined at these numbers
        reject()
    except DerivationError as error:
        assume("too large to print" not in str(error))
        raise
    for part in solution.parts:
        for figure in every(part.part, part):
            assert not faults(figure.drawing)
            assert not crossed(figure.drawing)
            assert not disputed(figure.drawing)
            assert figure.drawing.width <= choosing.WIDTH < TEXT_WIDTH


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=4), st.integers(3, 6))
def test_random_layers_are_drawn_without_faults_and_fit_the_page(sizes: list[int], digits: int) -> None:
    assume(1 < sum(a * b for a, b in pairwise(sizes)) <= 100)
    text = dense(*sizes) + f"conventions: {{round: {{digits: {digits}}}}}\n"
    (part,) = api.solve(text).parts
    statement, *more = every(part.part, part)
    assert statement.drawing.nodes and len(more) <= 1
    for figure in (statement, *more):
        assert not faults(figure.drawing)
        assert not crossed(figure.drawing)
        assert not disputed(figure.drawing)
        assert figure.drawing.width <= choosing.WIDTH and figure.drawing.height <= elision.TALLEST


# ---- what is drawn


def net_of(name: str) -> Network | None:
    part = solved(name).parts[0].part
    return network(build_graph(part))


def named(edges: Sequence[Edge]) -> set[tuple[str, str, str]]:
    return {
        (e.source.text, e.target.text, e.weight.text if isinstance(e.weight, Name) else str(e.weight)) for e in edges
    }


def test_a_neuron_is_net_input_and_output_in_one() -> None:
    net = net_of("itakura_saito")
    assert net is not None and net.neural
    assert [u.name.text for u in net.units] == ["x_1", "x_2", "x_3", "x_4", "x_5", "x_6"]  # no z, no b, no loss
    assert {u.pre.text for u in net.units if not u.leaf} == {"z_3", "z_4", "z_5", "z_6"}
    assert ("x_3", "x_4", "w_34") in named(net.edges) and len(net.edges) == 11


def test_a_bias_that_is_only_given_is_no_input() -> None:
    net = net_of("net_and_out")
    assert net is not None
    assert [u.name.text for u in net.units if u.leaf] == ["i_1", "i_2", "target_o1", "target_o2"]


def test_what_is_added_without_a_weight_is_an_edge_without_one() -> None:
    net = net_of("residual")
    assert net is not None
    weights = {str(e.weight) for e in net.edges if (e.source.text, e.target.text) == ("h_1", "g_1")}
    assert len(weights) == 1  # v_1 h_1 + h_1 is one edge


def test_functions_stand_alone_where_they_are_asked_for() -> None:
    part = solved("local_derivatives").parts[0].part
    (tex, figure) = printer(part), figures.statement_figure(part, printer(part))
    assert figure is not None
    assert [n.tex for n in figure.drawing.nodes] == [
        tex.slashed(Name(*n))
        for n in (("x",), ("y",), ("z", "", "1"), ("a", "", "1"), ("z", "", "2"), ("y", "hat"), ("J",))
    ]  # N only scales the cost
    assert {x.tex for x in figure.drawing.labels} >= {"w_1 = 0.5", "w_2 = 0.8", "3", "2"}


def test_what_is_no_network_is_a_graph_of_its_quantities() -> None:
    net = net_of("three_uses")
    assert net is not None and not net.neural
    assert [u.name.text for u in net.units] == ["a", "x", "u", "v", "f"]
    assert net_of("polynomial_gradient") is None  # one equation: nothing to see
    assert net_of("nested_activations") is None


def test_of_a_tall_layer_the_first_units_and_the_last_are_drawn_and_all_numbers_stand_in_tables() -> None:
    figure = statement_of("2-8-8-1")
    names = ["x_1", "x_2", "a_1", "a_2", "\\vdots", "a_8", "b_1", "b_2", "\\vdots", "b_8", "c_1"]
    assert [n.tex for n in figure.drawing.nodes] == names
    dots = {n.id for n in figure.drawing.nodes if n.style == DOTS}
    assert len(figure.drawing.curves) == 2 * 3 + 3 * 3 + 3
    assert not any({c.source, c.target} & dots for c in figure.drawing.curves)
    assert len(figure.drawing.rules) == 6
    assert cell(figure.drawing, "a_5", "b_3") == ["V_{53}", "0.5"]
    assert cell(figure.drawing, "x_2 = 1.0", "a_7") == ["U_{27}", "-0.7"]
    solution = solution_of("2-8-8-1")
    assert solution.key == "figure-pre-heads" and solution.whole
    found = values.printed(solved("2-8-8-1").parts[0])
    texts = [x.tex for x in solution.drawing.labels]
    tex = printer(solved("2-8-8-1").parts[0].part)
    for unit in "567":  # not drawn, but told
        name, pre = Name("a", sub=unit), Name("z", sub=unit, sup="(1)")
        assert texts.count(tex.slashed(name)) == 2  # at the top of a table, at the left of the next
        assert tex.slashed(found.values[name]) in texts
        assert tex.slashed(found.adjoints[Name("L"), pre]) in texts


LATERAL = """
equations: |
  h_1 = tanh(w_1 x)
  h_2 = w_2 h_1 + w_3 x
  h_3 = h_1 h_2
  y = h_3 + h_2 - h_1
  L = (y - t)^2
parameters: {w_1: 0.6, w_2: 2, w_3: -1}
given: {x: 0.5, t: 1}
tasks: [forward, gradient: all]
"""


def test_numbers_of_units_stand_in_tables_only_where_these_hold_them_all() -> None:
    (part,) = api.solve(LATERAL).parts
    tex = printer(part.part)
    found = values.printed(part)
    for figure in figures.solution_figures(part, tex):  # h_3 = h_1 h_2 has no weight, so no table has it
        texts = [x.tex for x in figure.drawing.labels]
        assert not {tex.slashed(found.values[Name("h", sub=k)]) for k in "123"} - {*texts}
    spots = [Spot("x", Tex("x"), "input", below=Tex("1")), Spot("a", Tex("a"), above=Tex("2")), Spot("b", Tex("b"))]
    cells = {("x", "a"): ((Tex("3"), "slope"),), ("a", "b"): ()}
    assert not {*elision._untold(spots, cells)}
    assert {*elision._untold([*spots, Spot("t", Tex("t"), "input", below=Tex("4"))], cells)} == {"t"}


def test_units_that_are_not_alike_are_not_replaced_by_dots() -> None:
    spots = [Spot(k, Tex(k), "input" if k in "ab" else "neuron") for k in "abcdefghijklmn"]
    links = [Link("a", k) for k in "cdefghijklm"] + [Link("b", "m")] + [Link(k, "n") for k in "cdefghijklm"]
    (dots,) = elision._hidden(spots, links).values()
    assert dots == tuple("efghijk")  # c, d and l are drawn; m takes b as well
    assert not elision._hidden([*spots[:4], spots[-1]], [Link(k, "n") for k in "abcd"])


def test_networks_too_large_for_tables_show_their_layers_and_say_their_numbers_in_words() -> None:
    wide = api.solve(dense(2, 40, 1, numbers=False))
    (part,) = wide.parts
    figure = figures.statement_figure(part.part, printer(part.part))
    assert figure is not None and figure.drawing.bare and not figure.drawing.rules and not figure.shown
    assert not figures.solution_figures(part, printer(part.part))
    assert "U_{1,39} = " in render_tex(wide).partition("Given")[2]


@pytest.mark.parametrize(("digits", "tables"), [(4, 2), (8, 3)])
def test_tables_that_are_too_wide_are_cut_so_that_a_dense_network_has_its_picture(digits: int, tables: int) -> None:
    (part,) = api.solve(dense(8, 8, 1) + f"digits: {digits}\n").parts
    (figure,) = figures.solution_figures(part, printer(part.part))
    assert figure.key == "figure-pre-heads" and figure.whole and not faults(figure.drawing)
    assert figure.drawing.width <= choosing.WIDTH and figure.drawing.height <= elision.TALLEST
    assert len(figure.drawing.rules) == 2 * tables
    found, tex = values.printed(part), printer(part.part)
    assert len(found.adjoints) > 80
    wanted = {tex.slashed(d) for (_, by), d in found.adjoints.items() if by.base in ("U", "V")}
    assert wanted <= {x.tex for x in figure.drawing.labels}


def test_huge_networks_are_not_drawn_and_nothing_is_said_about_them() -> None:
    wide = api.solve(dense(9, 30, 1, numbers=False))
    assert figures.statement_figure(wide.parts[0].part, printer(wide.parts[0].part)) is None
    tex = render_tex(wide).partition("\n\\begin{document}")[2]
    assert "tikzpicture" not in tex and "picture" not in tex


# ---- what comes after the neurons


def drawn_names(text: str) -> list[str]:
    part = api.solve(text).parts[0].part
    figure = figures.statement_figure(part, printer(part))
    assert figure is not None
    return [n.tex for n in figure.drawing.nodes]


def test_what_comes_after_the_neurons_is_drawn() -> None:
    assert drawn_names(MAXIMUM) == ["x_1", "x_2", "t", "u", "v", "m", "L"]
    solution = api.solve(MAXIMUM).parts[0]
    (figure,) = figures.solution_figures(solution, printer(solution.part))
    assert figure.whole and figure.target == Name("L")
    middle = next(n for n in figure.drawing.nodes if n.tex == "m")
    beside = {x.tex for x in figure.drawing.labels if hypot(x.box.x - middle.x, x.box.y - middle.y) < 8}
    assert beside == {"3", "2.5"}  # ∂L/∂m and m


def test_an_input_that_also_bypasses_the_neurons_has_its_edge() -> None:
    """y = g h + (1 - g) x carries x past both neurons, or another leaf; N in (y - t)^2/N is no input."""
    highway = GATE.replace("h + (1 - g) s", "h + (1 - g) x")
    for text, expected in ((highway, {"h", "g", "x"}), (GATE, {"h", "g", "s"})):
        net = network(build_graph(api.load(text).parts[0]))
        assert net is not None and {e.source.text for e in net.edges if e.target.text == "y"} == expected


def test_a_loss_that_is_all_that_comes_after_the_neurons_is_left_out() -> None:
    one = MAXIMUM.replace("  m = max(u, v)\n", "").replace("(m - t)^2", "(u - v - t)^2")
    assert drawn_names(one) == ["x_1", "x_2", "u", "v"]
    steps = """
equations: |
  u = w_1 x_1 + w_2 x_2 + b
  r = s u - t
  L = r^2
parameters: {w_1: 1, w_2: 2, b: 0.5}
given: {x_1: 1, x_2: 0.5, t: 1, s: 2}
tasks: [forward, gradient: all]
"""
    assert drawn_names(steps) == ["x_1", "x_2", "u"]


def test_a_penalty_on_weights_is_no_unit() -> None:
    assert "m" not in drawn_names(MAXIMUM.replace("(m - t)^2", "(m - t)^2 + w_1^2"))


def test_errors_are_left_out_where_the_weights_would_not_find_their_places_on_the_edges() -> None:
    (figure,) = solution_figures_of("net_and_out")
    assert figure.key == "figure-pre-weights" and [n.tex for n in figure.drawing.nodes][-1] == r"\mathrm{out}_{o2}"
    wide = network(build_graph(solved("net_and_out").parts[0].part))
    assert wide is not None and [u.name.text for u in wide.units if u.beyond] == ["E_o1", "E_o2", "E_total"]


def test_the_sentence_speaks_of_units_that_have_no_net_input() -> None:
    said = "The quantities after the neurons carry the derivative with respect to themselves."
    assert said in render_tex(solved("two_outputs"))
    assert said not in render_tex(solved("net_and_out"))


# ---- several targets


def test_each_target_has_its_picture() -> None:
    solution = api.solve(TWO_TARGETS)
    (part,) = solution.parts
    first, second = figures.solution_figures(part, printer(part.part))
    assert (first.target, second.target) == (Name("L", sub="1"), Name("L", sub="2"))
    assert (first.after, second.after) == (1, 2)
    found = values.printed(part)
    tex = printer(part.part)
    for figure in (first, second):
        (by,) = (n for n in figure.drawing.nodes if n.tex == "h_1")
        (above,) = (
            x for x in figure.drawing.labels if x.style == "slope" and x.box.x == by.x and 0 < x.box.y - by.y < 8
        )
        assert figure.target is not None
        assert above.tex == tex.slashed(found.adjoints[figure.target, Name("h", sub="1")])
    page = render_tex(solution)
    assert page.count("The same picture with the derivatives of $L_2$:") == 1
    assert page.index("(b)") < page.index("The same picture") and page.count(r"\begin{tikzpicture}") == 3


def test_a_target_on_the_way_has_no_picture_of_its_own() -> None:
    assert len(solution_figures_of("two_outputs", 1)) == 1


# ---- columns


def columns(name: str) -> list[list[str]]:
    net = net_of(name)
    assert net is not None
    pairs = [(e.source, e.target) for e in net.edges]
    leaves = frozenset(u.name for u in net.units if u.leaf)
    found = layers.layers([u.name for u in net.units], pairs, leaves, neural=net.neural)
    return [[s.text for s in column if isinstance(s, Name)] for column in found.columns]


def test_columns_are_depths_in_the_authors_order() -> None:
    assert columns("2-3-1") == [["x_1", "x_2"], ["a_1", "a_2", "a_3"], ["b_1"]]
    assert [len(c) for c in columns("3-4-4-2")] == [3, 4, 4, 2]
    assert columns("two_outputs") == [["x"], ["h"], ["t_1", "y_1", "y_2", "t_2"], ["L_1", "L_2"], ["L"]]
    assert len(columns("chain of eight")) == 9


def test_the_unit_with_lateral_edges_stands_between_its_neighbours() -> None:
    assert columns("itakura_saito") == [["x_1", "x_2"], ["x_4", "x_3", "x_5"], ["x_6"]]


def test_units_that_another_edge_joins_are_no_neighbours_in_a_column() -> None:
    edges = [("x", "a"), ("x", "b"), ("a", "b"), ("x", "c"), ("a", "c"), ("b", "c"), ("b", "d"), ("c", "d")]
    found = layers.layers(list("xabcd"), edges, frozenset("x"), neural=True)  # a and b, b and c: but a feeds c as well
    assert found is not None and not found.lateral
    assert [[s for s in slots if s in list("xabcd")] for slots in found.columns] == [[s] for s in "xabcd"]


def test_crossings_are_avoided() -> None:
    a, b, c, d = "abcd"
    found = layers.layers([a, b, c, d], [(a, d), (b, c)], frozenset({a, b}), neural=True)
    assert found.columns in ((("a", "b"), ("d", "c")), (("b", "a"), ("c", "d")))


@pytest.mark.parametrize("name", ["4-4-4-4", "5-5-5-3", "3-4-4-2"])
def test_no_arrowhead_covers_another_where_many_edges_enter_a_unit(name: str) -> None:
    drawing = statement_of(name).drawing
    most = 0
    for node in drawing.nodes:
        ends = sorted((c.path[-1] for c in drawing.curves if c.target == node.id), key=lambda p: p[1])
        assert all(hypot(p[0] - q[0], p[1] - q[1]) > 0.98 * tips.TIP for p, q in pairwise(ends))
        assert all(abs(hypot(x - node.x, y - node.y) - RADIUS) < 0.01 and x < node.x for x, y in ends)
        starts = {n.id: n.y for n in drawing.nodes}
        sources = [c.source for c in drawing.curves if c.target == node.id]
        order = sorted(
            sources, key=lambda s: next(c.path[-1][1] for c in drawing.curves if (c.source, c.target) == (s, node.id))
        )
        assert order == sorted(sources, key=starts.__getitem__)  # no edge crosses another at the unit
        most = max(most, len(ends))
    assert most > 3


def test_ends_that_are_apart_stay_and_the_others_move_as_little_as_can_be() -> None:
    gap = tips.TIP / RADIUS
    assert tips._apart([-0.5, 0.0, 0.5], 75) == pytest.approx([-0.5, 0.0, 0.5])
    assert tips._apart([0.0, 0.0, 0.0], 75) == pytest.approx([-gap, 0.0, gap])
    assert tips._apart([1.2, 1.2, 1.2], 75) == pytest.approx([radians(75) - 2 * gap, radians(75) - gap, radians(75)])
    assert tips._apart([0.0] * 5, 30) == pytest.approx([radians(a) for a in (-30, -15, 0, 15, 30)])


def test_a_skip_connection_is_bent_around_what_it_bypasses() -> None:
    (figure,) = drawn("skip_connection")
    bent = [c for c in figure.drawing.curves if c.controls]
    names = {n.id: str(n.tex) for n in figure.drawing.nodes}
    assert [(names[c.source], names[c.target]) for c in bent] == [("h_0", "z_2")]
    assert len({n.y for n in figure.drawing.nodes}) == 1  # the units themselves stay on one line


# ---- numbers


def test_the_numbers_of_a_figure_are_those_of_the_lines() -> None:
    part = solved("relu_delta").parts[0]
    (figure,) = figures.solution_figures(part, printer(part.part))
    assert figure.key == "figure-delta-weights" and figure.after == 1
    slopes = {x.tex for x in figure.drawing.labels if x.style == "slope"}
    assert slopes == {"0.135", "0", "-0.225", "-0.45", "-0.135", "0.225", "-0.045"}
    assert {n.tex for n in figure.drawing.nodes if n.style == "off"} == {"h_1^2"}
    assert figure.target == Name("L") and figure.whole


def test_a_pass_that_is_not_whole_is_not_called_so() -> None:
    tex = render_tex(solved("sigmoid_by_hand"))  # one derivative of six is asked for
    assert "In one picture: under" in tex and "whole pass" not in tex
    assert "The whole pass in one picture" in render_tex(solved("sigmoid_network"))


def test_rounded_numbers_are_printed_as_they_are_carried() -> None:
    found = values.printed(solved("sigmoid_by_hand").parts[0])
    assert found.values[Name("h", sub="1")] == num("0.78751")


def test_derivatives_stand_above_and_values_below() -> None:
    for name in ("relu_delta", "sigmoid_network", "three_uses"):
        part = solved(name).parts[0]
        (figure,) = figures.solution_figures(part, printer(part.part))
        for label in figure.drawing.labels:
            node = min(figure.drawing.nodes, key=lambda n: hypot(n.x - label.box.x, n.y - label.box.y))
            if label.box.x == node.x and not label.box.angle:
                assert (label.style == "slope") == (label.box.y > node.y)


def test_nothing_is_drawn_of_what_was_not_computed() -> None:
    for name in ("itakura_saito", "weight_table", "skip_connection"):
        part = solved(name).parts[0]
        assert not figures.solution_figures(part, printer(part.part))


# ---- dense layers and long chains


def statement_of(name: str) -> figures.Figure:
    part = solved(name).parts[0].part
    figure = figures.statement_figure(part, printer(part))
    assert figure is not None
    return figure


def solution_figures_of(name: str, index: int = 0) -> tuple[figures.Figure, ...]:
    part = solved(name).parts[index]
    return figures.solution_figures(part, printer(part.part))


def solution_of(name: str) -> figures.Figure:
    (figure,) = solution_figures_of(name)
    return figure


def cell(drawing: Drawing, row: str, column: str) -> list[str]:
    """What stands in a table below the network where the row of one unit meets the column of another."""
    lowest = min(n.y for n in drawing.nodes) - RADIUS
    below = [x for x in drawing.labels if x.box.y < lowest]
    tops = [x for x in below if x.tex == column]
    heads = [(y, x) for x in tops for y in below if y.tex == row and y.box.x < x.box.x and y.box.y < x.box.y - 1]
    left, top = min(heads, key=lambda h: hypot(h[1].box.x - h[0].box.x, h[1].box.y - h[0].box.y))
    at = [x for x in below if abs(x.box.x - top.box.x) < 0.1 and abs(x.box.y - left.box.y) < 3]
    found = [x for x in at if x is not top]
    return [x.tex for x in sorted(found, key=lambda x: -x.box.y)]


def test_the_weights_of_dense_layers_stand_in_tables_row_by_source() -> None:
    figure = statement_of("3-4-4-2")
    assert len(figure.drawing.rules) == 6  # three tables
    assert cell(figure.drawing, "a_2", "b_3") == ["V_{23}", "-0.5"]
    assert cell(figure.drawing, "x_3", "a_4") == ["U_{34}", "-0.4"]
    given_ = solved("3-4-4-2").parts[0].part.given
    assert figure.shown == {n for n in given_ if n.base in "UVWx"}  # neither biases nor targets
    solution = solution_of("3-4-4-2")
    assert solution.key == "figure-pre-tables" and solution.whole
    by = Name("V", sub="23")
    answers = [a for w in solved("3-4-4-2").parts[0].worked for a in w.answers if isinstance(a.quantity, Deriv)]
    (answer,) = [a for a in answers if isinstance(a.quantity, Deriv) and a.quantity.by == (by,)]
    assert answer.value is not None
    (number,) = cell(solution.drawing, "a_2", "b_3")
    assert abs(float(number) - float(answer.value)) < 1e-3 * abs(float(answer.value))


def test_numbers_that_stand_in_the_figure_are_not_told_again() -> None:
    tex = render_tex(solved("3-4-4-2"))
    stated = tex.partition(r"\begin{document}")[2].partition(r"\begin{tasks}")[0]
    assert "U_{11} = " not in stated.partition("Given are")[2] and "p_1 = 0.1" in stated
    assert "the other numbers are in the figure" in stated
    without = render_tex(api.solve(SOURCES["3-4-4-2"] + "figure: none\n"))
    assert "U_{11} = 0.1" in without.partition("Given are")[2] and "in the figure" not in without
    assert "in the figure" not in render_tex(solved("itakura_saito"))  # letters only


def test_a_long_chain_goes_on_in_the_next_row() -> None:
    for figure, row in ((statement_of("chain of eight"), 5), (solution_of("chain of eight"), 5)):
        rows: dict[float, list[str]] = {}
        for node in figure.drawing.nodes:
            rows.setdefault(node.y, []).append(node.tex)
        first, second = (rows[y] for y in sorted(rows, reverse=True))
        assert len(first) == row and first[-1] == second[0] == "h_4" and second[-1] == "h_8"
        assert len(figure.drawing.curves) == 8 and len({n.id for n in figure.drawing.nodes}) == 10
    assert sum(x.tex.startswith("w_") for x in statement_of("chain of eight").drawing.labels) == 8
    assert sum(x.style == "slope" for x in solution_of("chain of eight").drawing.labels) == 16
    assert len({n.y for n in statement_of("chain of eight letters").drawing.nodes}) == 1  # names are short


def test_a_chain_is_not_cut_where_an_edge_leads_past() -> None:
    skip = (
        chain(8, numbers=True).replace("tanh(w_8 h_7)", "tanh(w_8 h_7 + s x)").replace("w_8: 0.8", "w_8: 0.8, s: 0.5")
    )
    part = api.solve(skip).parts[0].part
    figure = figures.statement_figure(part, printer(part))
    assert figure is None or len({n.tex for n in figure.drawing.nodes}) == len(figure.drawing.nodes)


def test_a_cut_is_a_column_with_one_unit_that_every_way_passes() -> None:
    via = layers.Via(("a", "c"), 1)
    straight = {("a", "b"): ("a", "b"), ("b", "c"): ("b", "c")}
    assert wrapping.cuts(layers.Layers((("a",), ("b",), ("c",)), straight, frozenset())) == [1]
    past = straight | {("a", "c"): ("a", via, "c")}
    assert wrapping.cuts(layers.Layers((("a",), ("b", via), ("c",)), past, frozenset())) == []
    back = straight | {("c", "a"): ("c", "a")}
    assert wrapping.cuts(layers.Layers((("a",), ("b",), ("c",)), back, frozenset())) == []


def test_between_layers_that_are_too_dense_no_place_is_looked_for() -> None:
    spots = [Spot(k, Tex(k)) for k in "abcdefgh"]
    ways = {(a, b): (a, b) for a in "abcd" for b in "efgh"}
    columns = layers.Layers((tuple("abcd"), tuple("efgh")), ways, frozenset())
    links = [Link(a, b, middle=Tex("w")) for a, b in ways]
    effort = search.Effort()
    assert search.draw(spots, links, columns, search.Rules(150, 95, 0.9), effort) is None
    assert effort.left == search.EFFORT
    assert search.draw(spots, [x for x in links if x.source == "a"], columns, search.Rules(150, 95, 0.9), effort)


@pytest.mark.usefixtures("drawn_anew")
def test_places_are_looked_for_with_bounded_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[int] = []
    plain = search.Effort.spend

    def spend(effort: search.Effort, pairs: int) -> bool:
        spent.append(pairs)
        return plain(effort, pairs)

    monkeypatch.setattr(search.Effort, "spend", spend)
    for name in ("3-4-4-2", "4-4-1"):  # too dense: known before places are looked for
        spent.clear()
        statement_of(name)
        assert sum(spent) == 0
    monkeypatch.setattr(search, "EFFORT", 100)
    choosing.drawn.cache_clear()
    assert not any(x.style != "value" for x in statement_of("residual").drawing.labels)  # no place within 100 pairs


# ---- the page


@pytest.mark.parametrize(
    ("wanted", "count"), [("both", 2), ("statement", 1), ("solution", 1), ("none", 0)], ids=lambda v: str(v)
)
def test_an_exercise_chooses_its_figures(wanted: str, count: int) -> None:
    text = (ROOT / "exercises" / "relu_delta.yaml").read_text(encoding="utf-8")
    tex = render_tex(api.solve(text + f"figure: {wanted}\n")).partition("\n\\begin{document}")[2]
    assert tex.count(r"\begin{tikzpicture}") == count
    assert tex.count("in one picture") == (wanted in ("both", "solution"))


def test_every_figure_has_its_sentence() -> None:
    words = load_words("en").codes("document")
    keys = {f"figure-{kind}-weights" for kind in ("pre", "out", "values", "graph-values")}
    keys |= {"figure-values-local", "figure-graph-values-local", *(key.removesuffix("-weights") for key in keys)}
    assert keys <= set(words)
    assert {f.key for name in (*SOURCES, *NAMES) for f in drawn(name)} <= set(words)


def test_the_graph_of_local_derivatives_stands_before_its_table() -> None:
    tex = render_tex(solved("itakura_saito"))
    before, picture, after = tex.partition("Each edge carries its local derivative:")
    assert picture and before.rstrip().endswith("there are three paths.")
    assert after.index(r"\begin{tikzpicture}") < after.index("We multiply along each path")
    assert r"\sigma'(z_4)" in after[: after.index(r"\end{tikzpicture}")]


def test_parts_with_the_same_network_show_it_once() -> None:
    tex = render_tex(solved("upstream_gradient"))
    assert tex.count(r"\begin{tikzpicture}") == 2  # letters, then numbers
    twice = replace(solved("skip_connection"), parts=solved("skip_connection").parts * 2)
    assert render_tex(twice).count(r"\begin{tikzpicture}") == 1


def test_tex_agrees_with_the_sizes_of_labels_and_units(tmp_path: Path) -> None:
    """TeX itself compares each text with the box that we keep free for it."""
    if embedded() is None:
        pytest.skip("needs the embedded TeX")
    texts = {x.tex for name in (*SOURCES, *NAMES) for f in drawn(name) for x in f.drawing.labels}
    nodes = {x.tex for name in (*SOURCES, *NAMES) for f in drawn(name) for x in f.drawing.nodes}
    assert len(texts) > 100 and len(nodes) > 20
    rows = []
    for tex in sorted(texts):
        w, h = label_size(tex)
        rows.append(rf"\sbox0{{\small$ {tex}$}}\checked{{{w:.3f}mm}}{{{h:.3f}mm}}")
    for tex in sorted(nodes):
        rows.append(rf"\sbox0{{$ {tex}$}}\checked{{{2 * half_width(tex) - 1:.3f}mm}}{{{2 * RADIUS - 1:.3f}mm}}")
    check = (
        "\\newcommand\\checked[2]{\\ifdim\\wd0>#1 \\errmessage{too wide}\\fi"
        "\\ifdim\\dimexpr\\ht0+\\dp0\\relax>#2 \\errmessage{too high}\\fi}\n"
    )
    preamble = tex_environment().get_template("preamble.tex.j2").render()
    body = "\\begin{document}\n" + check + "\n".join(rows) + "\nx\n\\end{document}\n"
    assert compile_pdf(preamble + body, tmp_path / "sizes.pdf", engine="embedded").pages == 1


def test_a_picture_is_tikz_with_every_unit_edge_and_label() -> None:
    (figure,) = drawn("skip_connection")
    view = figure_view(figure.drawing)
    assert [len(view[k]) for k in ("nodes", "edges", "labels")] == [4, 4, 4]
    assert any("controls" in e["path"] for e in view["edges"])


@pytest.mark.usefixtures("drawn_anew")
def test_the_caption_speaks_of_the_labels_of_edges_only_where_they_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two derivatives by weights have the numbers of units here: that a number is drawn does not show which it is."""
    (part,) = solved("relu_delta").parts
    tex = printer(part.part)
    (labelled,) = figures.solution_figures(part, tex)
    assert labelled.key.endswith("-weights")
    plain = choosing.draw

    def unlabelled(spots: Sequence[Spot], links: Sequence[Link], *rest: Any) -> Drawing | None:
        return None if any(x.under for x in links) else plain(spots, links, *rest)

    monkeypatch.setattr(choosing, "draw", unlabelled)
    choosing.drawn.cache_clear()
    (bare,) = figures.solution_figures(part, tex)
    assert not bare.key.endswith("-weights")
