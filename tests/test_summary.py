"""The network in words, where the author gives none: true where it is said, absent on a counter-example."""

from __future__ import annotations

import pytest

from symprop import api
from symprop.model.graph import build_graph
from symprop.model.network import network
from symprop.notation import text
from symprop.render.styles import PlainStyle
from symprop.render.words import load_words
from symprop.written import Written
from tests.test_sentences import solved

NET = """
    {head}equations: |
      z_1 = w_1 x_1 + w_2 x_2 + b_1
      h_1 = tanh(z_1)
      z_2 = w_3 x_1 + w_4 x_2 {lateral}+ b_2
      h_2 = {second}
      y = sigmoid({output})
      L = (y - t)^2
    tasks: [derivative: dL/dy]
"""


def sentences(exercise: str, language: str = "en", *, roles: bool = False) -> list[str]:
    (part,) = solved(exercise).parts
    words = load_words(language)
    said = [p for p in part.summary if p.code.startswith("roles") is roles]
    return [unescaped(words.say(p, PlainStyle(part.part.vocabulary))) for p in said]


def unescaped(sentence: str) -> str:
    return sentence.replace("\\_", "_").replace('\\"{a}', "ä").replace('\\"{u}', "ü")


def net(second: str = "tanh(z_2)", output: str = "w_5 h_1 + w_6 h_2", lateral: str = "", head: str = "") -> str:
    return NET.format(second=second, output=output, lateral=lateral, head=head)


@pytest.mark.parametrize(
    ("more", "english", "german"),
    [
        ({}, "two inputs, two hidden tanh neurons and one sigmoid output neuron.",
         "zwei Eingänge, zwei verborgene tanh-Neuronen und ein Sigmoid-Ausgabeneuron."),
        ({"second": "z_2"},
         "two inputs, one hidden tanh neuron, one hidden linear neuron and one sigmoid output neuron.",
         "zwei Eingänge, ein verborgenes tanh-Neuron, ein verborgenes lineares Neuron und ein Sigmoid-Ausgabeneuron."),
        ({"second": "z_2^2"}, "", ""),  # no function by name, so no word for such a neuron
        ({"output": "w_5 h_1 + w_1 h_2"}, "", ""),  # a weight in two places: not two neurons of their own
        ({"output": "w_5 h_1 + w_6 h_2 + h_1 h_2"}, "", ""),  # no weighted sum
        ({"output": "max(h_1, h_2)", "head": "parameters: [w_1, w_2, w_3, w_4, b_1, b_2]\n    "}, "", ""),  # no neuron
        ({"head": "text: A net.\n    "}, "", ""),  # the author's own words
    ],
)  # fmt: skip
def test_neurons_are_counted_by_layer_and_kind(more: dict[str, str], english: str, german: str) -> None:
    found, german_found = sentences(net(**more)), sentences(net(**more), "de")
    assert found == ([f"The network has {english}"] if english else [])
    assert german_found == ([f"Das Netz hat {german}"] if german else [])


@pytest.mark.parametrize(
    ("bias", "none"), [("", True), ("+ b", False), ("+ 0.5", False), ("- 1", False), ("+ c", False)]
)
def test_that_there_are_no_biases_is_said_where_there_are_none(bias: str, none: bool) -> None:
    found = sentences(f"""
        equations: |
          h = tanh(w_1 x {bias})
          y = w_2 h
          L = (y - t)^2
        given: {{c: 2}}
        tasks: [derivative: dL/dy]
    """)
    assert [s.endswith(", and no biases.") for s in found] == [none]


def test_a_connection_inside_a_layer_is_told() -> None:
    (counted, told) = sentences(net(lateral="+ w_7 h_1 "))
    assert "two hidden tanh neurons" in counted and told == "h_1 also feeds h_2, in its own layer."
    assert sentences(net(lateral="+ w_7 h_1 "), "de")[1] == "h_1 wirkt auch auf h_2 in der eigenen Schicht."


SKIP = """
    equations: |
      h_0 = ReLU(w_0 x)
      h_1 = tanh(w_1 h_0)
      z_2 = w_2 h_1 + {skip}
      L = (z_2 - y)^2
    tasks: [derivative: dL/dz_2]
"""


@pytest.mark.parametrize(
    ("skip", "english", "german"),
    [
        ("w_3 h_0", "The connection w_3 takes h_0 past h_1, directly to z_2.",
         "Die Verbindung w_3 führt h_0 an h_1 vorbei direkt zu z_2."),
        ("h_0", "h_0 also goes past h_1, directly to z_2.", "h_0 geht auch an h_1 vorbei direkt zu z_2."),
        ("x", "", ""),  # past two neurons
        ("w_1 h_0", "", ""),  # w_1 is also the weight of the way that is bypassed
        ("w_3 x", "", ""),
        ("b", "", ""),
    ],
)  # fmt: skip
def test_a_connection_past_one_neuron_is_told(skip: str, english: str, german: str) -> None:
    for language, sentence in (("en", english), ("de", german)):
        told = [s for s in sentences(SKIP.format(skip=skip), language) if "past" in s or "vorbei" in s]
        assert told == ([sentence] if sentence else [])


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ("E_1 = (y_1 - t)^2; E_2 = (y_2 - t)^2; L = E_1 + E_2", True),
        ("L = (y_1 - t)^2 + (y_2 - t)^2", True),
        ("m = max(y_1, y_2); L = (m - t)^2", False),
        ("s = e^{y_1} + e^{y_2}; p = e^{y_1}/s; L = -ln p", False),
        ("c = y_1 x + y_2 y_1; L = c^2", False),
    ],
)
def test_neurons_are_the_output_if_only_a_loss_follows(after: str, told: bool) -> None:
    found = sentences(f"""
        equations: y_1 = tanh(w_1 x); y_2 = tanh(w_2 x); {after}
        tasks: [derivative: dL/dy_1]
    """)
    assert found == (["The network has one input and two tanh output neurons, and no biases."] if told else [])


def test_an_input_may_go_past_a_neuron() -> None:
    found = sentences("""
        equations: |
          h = ReLU(w_1 x + b_1)
          y = x + w_2 h
          L = (y - t)^2
        tasks: [derivative: dL/dy]
    """)
    assert found == ["The network has one input, one hidden ReLU neuron and one output neuron.",
                     "x also goes past h, directly to y."]  # fmt: skip


def test_the_sentences_stand_before_the_equations_once() -> None:
    tex = api.to_tex(solved(net() + "    parts: [{given: {t: 1}}, {given: {t: 2}}]\n"))
    assert tex.count("The network has") == 1
    assert tex.index("The network has") < tex.index(r"z_1 &")


def test_every_quantity_that_is_named_exists() -> None:
    part = solved(SKIP.format(skip="w_3 h_0")).parts[0]
    named = [text(v) for p in part.summary for _, v in p.data if isinstance(v, Written)]
    assert sorted(named) == ["h_0", "h_1", "w_3", "z_2"]


TWO = "Here z_1, z_2 and s are the net inputs of the neurons, and h_1, h_2 and y are their outputs, in this order."
BY_INDEX = "For neuron j, z_j is the net input and h_j the output."


@pytest.mark.parametrize(
    ("equations", "told"),
    [
        ("z_1 = w_1 x + b_1; h_1 = tanh(z_1); z_2 = w_2 x + b_2; h_2 = tanh(z_2); s = w_5 h_1 + w_6 h_2; y = tanh(s)",
         TWO),
        ("z_1 = w_1 x + b_1; h_1 = tanh(z_1); z_2 = w_2 x + b_2; h_2 = tanh(z_2); y = v_1 h_1 + v_2 h_2", BY_INDEX),
        ("z_1 = w_1 x + b_1; h_1 = tanh(z_1); z_2 = w_2 h_1 + b_2; y = sigmoid(z_2)",
         "Here z_1 and z_2 are the net inputs of the neurons, and h_1 and y are their outputs, in this order."),
        ("z = w_1 x + b_1; h = tanh(z); y = w_2 h + b_2",
         "Here z is the net input of a neuron, and h is its output."),
        # h_0 is an input: not every h_j is the output of a neuron
        ("z_1 = w_1 h_0 + b_1; h_1 = tanh(z_1); z_2 = w_2 h_1 + b_2; y = tanh(z_2)",
         "Here z_1 and z_2 are the net inputs of the neurons, and h_1 and y are their outputs, in this order."),
        ("z_1 = w_1 h_0 + b_1; h_1 = tanh(z_1); z_2 = w_2 h_1 + b_2; h_2 = tanh(z_2); y = w_3 h_2",
         "Here z_1 and z_2 are the net inputs of the neurons, and h_1 and h_2 are their outputs, in this order."),
        # another index, since w_j is there
        ("z_1 = w_j x + b_1; h_1 = tanh(z_1); z_2 = w_2 h_1 + b_2; h_2 = tanh(z_2); y = w_3 h_2",
         "For neuron i, z_i is the net input and h_i the output."),
        ("z_1 = w_1 x + b_1; h_1 = tanh(z_1); y = w_2 h_1 + w_3 z_1 + b_2", None),  # z_1 goes elsewhere, too
        ("h_1 = tanh(w_1 x + b_1); y = w_2 h_1 + b_2", None),  # the net input has no name
        ("net_1 = w_1 x + b_1; out_1 = tanh(net_1); y = w_2 out_1 + b_2", None),  # the names say it
    ],
)  # fmt: skip
def test_what_the_names_stand_for(equations: str, told: str | None) -> None:
    lines = "\n".join(f"      {line}" for line in (*equations.split("; "), "L = (y - t)^2"))
    exercise = "    {head}equations: |\n" + lines + "\n    tasks: [derivative: dL/dy]\n"
    assert sentences(exercise.replace("{head}", ""), roles=True) == ([told] if told else [])
    assert len(sentences(exercise.replace("{head}", ""), "de", roles=True)) == (1 if told else 0)
    assert not sentences(exercise.replace("{head}", "text: A net.\n    "), roles=True)  # the author's own words


TAIL = """
    equations: |
      u = w_1 x + b_1
      h = tanh(u)
      v = w_2 h + b_2
      {tail}
    parameters: [w_1, w_2, b_1, b_2]
    tasks: [gradient: all]
"""


@pytest.mark.parametrize(
    ("tail", "drawn"),
    [
        ("y = tanh(v) + x; L = 1/2 (y - t)^2", "v-y x-y"),
        ("y = v + x; L = 1/2 (y - t)^2", "v-y x-y"),
        ("y = sigmoid(v) q; L = 1/2 (y - t)^2", "q-y v-y"),
        ("y = tanh(v) + x; e = y - t; L = e^2/N", "v-y x-y"),
        ("L = 1/2 (tanh(v) - t)^2", ""),
        ("e = v - x; L = e^2", ""),  # an autoencoder compares with its input
        ("y = sigmoid(v); p = t ln(y); L = -p", "v-y"),
        ("y = sigmoid(v); m = 1 - t y; L = max(0, m)", "v-y"),
        ("m = t v; L = max(0, 1 - m)", ""),
        ("e = v - t; L = e^2/N", ""),
    ],
)
def test_an_output_beyond_its_activation_is_drawn_and_no_loss(tail: str, drawn: str) -> None:
    """y = tanh(v) + x is the output with the connection past the network, and v is not."""
    (part,) = solved(TAIL.format(tail=tail.replace("; ", "\n      "))).parts
    found = network(build_graph(part.part))
    assert found is not None and found.neural
    edges = {(text(e.source), text(e.target)) for e in found.edges} - {("x", "h"), ("h", "v"), ("h", "y")}
    after = {"v-y"} if drawn == "v-y" else set()  # v is the net input of the neuron y, one circle
    assert {f"{a}-{b}" for a, b in edges} == set(drawn.split()) - after
    assert ("output" in " ".join(sentences(TAIL.format(tail=tail.replace("; ", "\n      "))))) is (drawn in ("", "v-y"))
