"""Every remark's claim is looked at a second time where it is printed, and each is missing on a counter-example.

The claims are in tests/claims.py; the pool is the shipped exercises, the examples below and random networks.
"""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from symprop import api
from symprop.model.solution import PartSolution, Solution
from symprop.render.words import load_words
from tests.claims import CLAIMS, Page, Place, sentences
from tests.golden import EXERCISES
from tests.networks import Network, networks

NEURON = """
equations: |
  {equations}
parameters: {{{parameters}}}
given: {{{given}}}
learning rate: {rate}
tasks: [{tasks}]
"""
STEP = "forward, gradient: all, update: all, forward again"
STEPS = "forward, {update: w, steps: 3}, forward again"
TWO_STEPS = "forward, {update: w, steps: 2}, forward again"


def neuron(
    equations: str, parameters: str, given: str = "x: 1", rate: str = "0.1", tasks: str = STEP, more: str = ""
) -> str:
    lines = equations.replace("; ", "\n  ")
    return NEURON.format(equations=lines, parameters=parameters, given=given, rate=rate, tasks=tasks) + more


def letters(equations: str, tasks: str, parameters: str = "", more: str = "") -> str:
    """Without numbers."""
    found = f"equations: |\n  {equations}\ntasks: [{tasks}]\n{more}".replace("; ", "\n  ")
    return found + (f"parameters: [{parameters}]\n" if parameters else "")


RELU = "z = w x + b; h = ReLU(z); y = v h + c; L = (y - t)^2"
ON, OFF = "w: 1, b: 1, v: 1, c: 1", "w: -3, b: 1, v: 1, c: 1"
QUAD = "L = (w x - 3)^2"
SIGMA = "y = sigmoid(w x); L = (y - t)^2"
LINE = "y = w x; L = (y - t)^2"
CHAIN = "h_1 = sigmoid(w_1 x); h_2 = sigmoid(w_2 h_1); y = w_3 h_2; L = (y - t)^2"
UNITS = "; ".join(f"h_{k} = ReLU(w_{k} x - {k})" for k in range(1, 5)) + "; y = h_1 + h_2 + h_3 + h_4; L = (y - 1)^2"
WEIGHTS = ", ".join(f"w_{k}: {{0}}" for k in range(1, 5))
DL = "{derivative: dL/dw, tell: backward}"
BACK = "{derivative: dL/du, tell: backward}, " + DL
FAN = "{derivative: dL/dr, tell: backward}"
PATHS = "{derivative: dL/du, tell: paths}"
SKIP = "z = w h; a = ReLU(z); y = v a + u h; L = y^2"

# code: a part where the sentence stands, and one like it where it does not, because it would not be true
EXAMPLES: dict[str, tuple[str, str]] = {
    "dead-why": (
        neuron(RELU, OFF, "x: 1, t: 2", tasks="gradient: v"),
        neuron(RELU, ON, "x: 1, t: 2", tasks="gradient: v"),
    ),
    "dead-why-all": (neuron(RELU, OFF, "x: 1, t: 2", tasks='{gradient: "w, b"}'), neuron(RELU, ON, "x: 1, t: 2")),
    "dead-why-both": (neuron(RELU, OFF, "x: 1, t: 2"), neuron(RELU, ON, "x: 1, t: 2")),
    "dead-why-count": (
        neuron(UNITS.replace("; y =", "; y = c +"), WEIGHTS.format(-1) + ", c: 3"),
        neuron(UNITS, WEIGHTS.format(9)),
    ),
    "path-nothing": (
        neuron("a = u k; b = ReLU(u x); L = a + b k", "u: 1", "x: -1, k: 2", tasks=PATHS),
        neuron("a = u k; b = ReLU(u x); L = a + b k", "u: 1", "x: 1, k: 2", tasks=PATHS),
    ),
    "unchanged": (neuron(RELU, OFF, "x: 1, t: 2"), neuron(RELU, ON, "x: 1, t: 2")),
    "loss-fell": (neuron(QUAD, "w: 1"), neuron(QUAD, "w: 1", rate="1.5")),
    "loss-fell-from": (neuron("L = w x", "w: 0", rate="1"), neuron(QUAD, "w: 1")),
    "loss-fell-steps": (
        neuron(QUAD, "w: 1", tasks=STEPS),
        neuron(QUAD, "w: 1", rate="1.5", tasks=STEPS),
    ),
    "loss-rose": (neuron(QUAD, "w: 1", rate="1.5"), neuron(QUAD, "w: 1")),
    "loss-rose-steps": (
        neuron(QUAD, "w: 1", rate="1.5", tasks=STEPS),
        neuron(QUAD, "w: 1", tasks=STEPS),
    ),
    "loss-same": (neuron(QUAD, "w: 3"), neuron(QUAD, "w: 2")),
    "loss-same-steps": (
        neuron(QUAD, "w: 1", rate="1", tasks=TWO_STEPS),
        neuron(QUAD, "w: 1", rate="0.9", tasks=TWO_STEPS),
    ),
    "moved-towards": (neuron(SIGMA, "w: 1", "x: 1, t: 0"), neuron(LINE, "w: 1", "x: 1, t: 0", rate="2")),
    "moved-towards-passing": (
        neuron(LINE, "w: 1", "x: 1, t: 0", rate="0.75"),
        neuron(LINE, "w: 1", "x: 1, t: 0", rate="0.25"),
    ),
    "moved-away": (
        neuron(LINE + " + 5 w^2", "w: 1", "x: 1, t: 2", rate="0.05"),
        neuron(LINE + " + 0.1 w^2", "w: 1", "x: 1, t: 2", rate="0.05"),
    ),
    "moved-away-passing": (
        neuron(LINE, "w: 1", "x: 1, t: 0", rate="2"),
        neuron(LINE, "w: 1", "x: 1, t: 0", rate="0.75"),
    ),
    "first-order": (neuron(SIGMA, "w: 1", "x: 1, t: 0"), neuron(QUAD, "w: 1", rate="0.5")),
    "step-too-large": (neuron(QUAD, "w: 1", rate="1.5"), neuron(QUAD, "w: 1")),
    "same-elsewhere": (neuron(QUAD, "w: 1", rate="1"), neuron(QUAD, "w: 3", rate="1")),
    "gradient-zero": (neuron(QUAD, "w: 3"), neuron(QUAD, "w: 1", rate="1")),
    "only-moved": (
        neuron(RELU, OFF, "x: 1, t: 2", tasks="forward, {update: all, steps: 2}"),
        neuron(RELU, ON, "x: 1, t: 2", tasks="forward, {update: all, steps: 2}"),
    ),
    "switched-off": (
        neuron("h = ReLU(w x); L = (h + 2)^2", "w: 0.5", rate="1"),
        neuron("h = ReLU(w x); L = (h + 2)^2", "w: 0.5", rate="0.01"),
    ),
    "at-new-values": (
        neuron(QUAD, "w: 1", tasks=STEP + ", gradient: w"),
        neuron(QUAD, "w: 3", tasks=STEP + ", gradient: w"),
    ),
    "saturated": (neuron(SIGMA, "w: 5", "x: 1, t: 0"), neuron(SIGMA, "w: 1", "x: 1, t: 0")),
    "smaller-early": (
        neuron(CHAIN, "w_1: 1, w_2: 1, w_3: 1", "x: 1, t: 0"),
        neuron(CHAIN.replace("sigmoid", ""), "w_1: 1, w_2: 1, w_3: 1", "x: 1, t: 0"),
    ),
    "skip-carries": (
        letters(SKIP, "{derivative: dL/dh, tell: backward}", "w, v, u"),
        letters(SKIP.replace("ReLU", "tanh"), "{derivative: dL/dh, tell: backward}", "w, v, u"),
    ),
    "kinks-cancel": (
        neuron("z = w x; h = ReLU(z) - ReLU(-z); L = (h - 2)^2", "w: 0", tasks="derivative: dL/dw"),
        neuron("z = w x; h = ReLU(z) + ReLU(-z); L = (h - 2)^2", "w: 0", tasks="derivative: dL/dw"),
    ),
    "common-factor": (
        letters("L = (w x - t)^2", '{gradient: "w, x"}'),
        letters("L = (w x - t)^2 + w", '{gradient: "w, x"}'),
    ),
    "zero-iff": (letters("L = (w - t)^2", "derivative: dL/dw"), letters("L = x (w - t)^2 + w", "derivative: dL/dw")),
    "only-through-times": (letters("u = x w; L = u^2", BACK), letters("u = exp(w); L = u^2", BACK)),
    "only-through-added": (letters("u = x + w; L = u^2", BACK), letters("u = x w; L = u^2", BACK)),
    "only-through-colon": (letters("u = exp(w); L = u^2", BACK), letters("u = exp(w); L = u^2 + w", BACK)),
    "only-through": (
        letters("z = w x; L = z^2", "derivative: dL/dz, {derivative: dL/dw, tell: paths}"),
        letters("z = w x; L = z^2 + w", "derivative: dL/dz, {derivative: dL/dw, tell: paths}"),
    ),
    "feeds": (
        letters("z = w x + b; L = z^2", 'derivative: dL/dz, {gradient: "w, b"}'),
        letters("z = w x + b; L = z^2 + b", 'derivative: dL/dz, {gradient: "w, b"}'),
    ),
    "fan-out": (
        letters("s = r^2; w = exp(s); u = g(w); v = g(x w); y = u v; L = y^2", FAN, more="functions: {g: }\n"),
        letters("s = r^2; w = exp(s); u = g(w); v = g(x u); y = v; L = y^2", FAN, more="functions: {g: }\n"),
    ),
    "shared-lines": (
        neuron("z = w x + b; h = tanh(z); L = (h - 3)^2", "w: 1, b: 2"),
        neuron("z = w x; h = tanh(z); L = (h - 3 b)^2", "w: 1, b: 2"),
    ),
    "paths-list": (
        letters("u = a x; L = u a", "{derivative: dL/da, tell: paths}"),
        letters("u = a x; L = u x", "{derivative: dL/da, tell: paths}"),
    ),
    "paths-add": (
        letters("u = a x; L = u a", "{derivative: dL/da, tell: backward}"),
        letters("u = a x; L = u x", "{derivative: dL/da, tell: backward}"),
    ),
    "branches-add": (
        letters("a = w x; b = w^2; c = a b; d = a - b; L = c d", DL),
        letters("a = w x; b = w^2; L = a b", DL),
    ),
    "relu-on": (neuron(RELU, ON, "x: 1, t: 2"), neuron(RELU, OFF, "x: 1, t: 2")),
    "relu-off": (neuron(RELU, OFF, "x: 1, t: 2"), neuron(RELU, ON, "x: 1, t: 2")),
    "relu-still-on": (neuron(RELU, ON, "x: 1, t: 2"), neuron(RELU, OFF, "x: 1, t: 2")),
    "relu-still-off": (neuron(RELU, OFF, "x: 1, t: 2"), neuron(RELU, ON, "x: 1, t: 2")),
    "relu-now-on": (
        neuron("h = ReLU(b x); g = ReLU(b x + 3); L = (h + g - 9)^2", "b: -1", rate="0.5"),
        neuron("h = ReLU(b x); g = ReLU(b x + 3); L = (h + g - 9)^2", "b: -1", rate="0.001"),
    ),
    "relu-now-off": (
        neuron("h = ReLU(w x); L = (h + 2)^2", "w: 0.5", rate="1"),
        neuron("h = ReLU(w x); L = (h + 2)^2", "w: 0.5", rate="0.01"),
    ),
    "check-quotient": (neuron(SIGMA, "w: 1", "x: 1, t: 0"), neuron(QUAD, "w: 1")),
    "check-exact": (neuron("y = ReLU(w x); L = y^2", "w: 1"), neuron(QUAD, "w: 1")),
    "check-exact-everywhere": (neuron(QUAD, "w: 1"), neuron("y = ReLU(w x); L = y^2", "w: 1")),
    "check-point": (letters("L = (w x - t)^2", "derivative: dL/dw"), neuron(QUAD, "w: 1")),
    "kink-unused": (neuron(RELU, ON, "x: 1, t: 2"), neuron(RELU, "w: -1, b: 1, v: 1, c: 1", "x: 1, t: 2")),
    "superscripts": (
        letters("z^1 = w^1 x; L = (z^1)^2", "derivative: dL/dw^1", more="conventions: {superscripts: labels}\n"),
        letters("z = w x^2; L = z^2", "derivative: dL/dw"),
    ),
}


@cache
def solved(text: str) -> Solution:
    return api.solve(textwrap.dedent(text))


def looked_at(part: PartSolution) -> list[tuple[str, bool | None, Any]]:
    """Each claim of a part, whether it is so, and the sentence; none of a part whose numbers are not those of its
    equations: derivatives are given, or rounded values carried."""
    if part.part.upstream or part.part.conventions.rounding.carry == "rounded":
        return []
    page = Page(part)
    found = [(p, place) for p, place in sentences(part) if p.code in CLAIMS]
    return [(p.code, CLAIMS[p.code](page, dict(p.data), place), p) for p, place in found]


def codes(solution: Solution) -> set[str]:
    return {p.code for part in solution.parts for p, _ in sentences(part)}


def test_every_claim_has_its_examples() -> None:
    assert set(EXAMPLES) == set(CLAIMS)
    assert set(CLAIMS) <= set(load_words("en").codes())


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_sentence_is_true_where_it_stands_and_missing_where_it_would_not_be(code: str) -> None:
    yes, no = map(solved, EXAMPLES[code])
    found = [(ok, said) for part in yes.parts for c, ok, said in looked_at(part) if c == code]
    assert found and all(ok is not False for ok, _ in found), found
    assert any(ok for ok, _ in found)
    assert code not in codes(no)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("common-factor", letters("L = |w x - t|", "derivative: dL/dw")),  # (w x - t)/|w x - t| has no value there
        ("zero-iff", letters("L = |w - t|", "derivative: dL/dw")),
        ("zero-iff", letters("L = x^2 (w - t)^2/2 + x w t", "derivative: dL/dw")),
        ("zero-iff", letters("L = x (w - t)^2", "derivative: dL/dw")),  # also where x = 0
        ("dead-why-all", neuron("L = (w + b - 3)^2 + 0 w", "w: 1, b: 1", tasks='gradient: "w, b"')),
        ("saturated", neuron("y = sigmoid(w x); L = -t ln(y)", "w: -9", "x: 1, t: 1")),  # the logarithm undoes it
        ("loss-fell", neuron("L = w^3", "w: -1", rate="0.1")),  # of a negative number there is no percentage
        ("gradient-zero", neuron(QUAD, "w: 1", rate="1")),
        ("switched-off", neuron("h = ReLU(w x); L = (h + 2)^2", "w: -0.5", rate="1")),  # it was off before
        ("check-exact-everywhere", neuron("L = w^3", "w: 1")),
        ("feeds", letters("z = w x + b; L = z^2 w", 'derivative: dL/dz, {gradient: "w, b"}')),
    ],
)
def test_a_sentence_is_missing_where_one_condition_fails(code: str, text: str) -> None:
    assert code not in codes(solved(text))


@pytest.mark.parametrize("path", EXERCISES, ids=lambda p: p.stem)
def test_the_claims_of_the_shipped_exercises_are_so(path: Path) -> None:
    for part in api.solve(path).parts:
        assert not [said for _, ok, said in looked_at(part) if ok is False]


@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate])
@given(networks(largest=3))
def test_the_claims_of_random_networks_are_so(network: Network) -> None:
    try:
        solution = api.solve(network.exercise(update=True))
    except api.SympropError:
        return
    for part in solution.parts:
        assert not [said for _, ok, said in looked_at(part) if ok is False]


def test_a_claim_that_is_not_so_is_seen() -> None:
    """The claims themselves can fail: each is put to the numbers of its counter-example, or to another sentence."""
    page = Page(solved(EXAMPLES["loss-fell"][1]).parts[0])
    (told,) = [dict(p.data) for p, _ in sentences(page.solved) if p.code == "loss-rose"]
    assert CLAIMS["loss-rose"](page, told, Place(None, 1, 0)) and not CLAIMS["loss-fell"](page, told, Place(None, 1, 0))
