"""A part where a sentence stands, and one like it where it does not, since it would not be true: by its key."""

from __future__ import annotations

from benchmarks.nets import as_exercise, net

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


NET = "z_1 = w_1 x_1 + w_2 x_2 + b_1; h_1 = tanh(z_1); z_2 = w_3 x_1 + w_4 x_2 {}; h_2 = {}; y = {}; L = (y - t)^2"
OUT = "w_5 h_1 + w_6 h_2"
DY = "derivative: dL/dy"
TWO = "z_1 = w_1 x + b_1; h = {}; z_2 = w_2 h + b_2; L = (z_2 - t)^2"
TWO_AT = "w_1: 1, b_1: 0.5, w_2: -2, b_2: 1"
DELTA = "conventions: {adjoints: delta}\n"
STEEP = "L = w^2 (w - 3)^2"
SOFTMAX = "S = e^z_1 + e^z_2 + e^z_3; s = e^z_1/S; L = -ln s"
SCORES = "z_1: 0.5, z_2: 1, z_3: -1"
CASE = "z = w x; v = u x; h = {}; L = 1/2 (h - y)^2 + v"
LAYERS = """
title: Two layers
equations:
- dense: {{inputs: x_1 x_2, outputs: {hidden}, weights: U, bias: a, activation: ReLU}}
- dense: {{inputs: {hidden}, outputs: o_1 o_2, weights: V, bias: b, activation: identity}}
- L = (o_1 - 1)^2 + (o_2 - 2)^2
parameters: {{U: {U}, a: {a}, V: {V}, b: [0, 1]}}
given: {{x: [1, 2]}}
tasks: [forward, gradient: all]
"""
PAIR = "y = w x; q = v x; L = (y - t)^2 + (q - s)^2"
PAIR_AT = "x: 1, t: 0, s: 3"


def two(by: str, more: str = DELTA, output: str = "tanh(z_1)") -> str:
    asked = f'{{gradient: "{by}", tell: backward}}'
    return neuron(TWO.format(output), TWO_AT, "x: 2, t: 1", tasks=asked, more=more)


def layers(count: int) -> str:
    names = [f"h_{k + 1}" for k in range(count)]
    return LAYERS.format(hidden=" ".join(names), U=[[k + 1, 1] for k in range(count)], a=[0] * count,
                         V=[[1] * count, [2] * count])  # fmt: skip


def case(h: str, w: str, more: str = "") -> str:
    return neuron(CASE.format(h), f"w: {w}, u: 2", "x: -1, y: 1", tasks="gradient: w", more=more)


def slope(h: str, w: str) -> str:
    return neuron(f"h = {h}; L = 3 h", f"w: {w}", "x: 2", tasks="{derivative: dL/dw, tell: backward}")


STRUCTURE_EXAMPLES: dict[str, tuple[str, str]] = {
    "net-summary": (
        letters(NET.format("", "tanh(z_2)", OUT), DY),
        letters(NET.format("", "tanh(z_2)", "w_5 h_1 + w_1 h_2"), DY),
    ),
    "roles": (
        letters("z = w x; h = tanh(z); y = v h; L = (y - t)^2", DY, "w, v"),
        letters("z = w x; h = tanh(z); y = v h + u z; L = (y - t)^2", DY, "w, v, u"),
    ),
    "roles-index": (
        letters(NET.format("", "tanh(z_2)", OUT), DY),
        letters(NET.format("", "tanh(z_2)", OUT).replace("(y - t)^2", "(y - t)^2 + z_3"), DY),
    ),
    "lateral": (
        letters(NET.format("+ w_7 h_1", "tanh(z_2)", OUT), DY),
        letters(NET.format("", "tanh(z_2)", OUT), DY),
    ),
    "skip": (
        letters("h = tanh(w_1 x); g = tanh(w_2 h); y = w_3 g + w_4 h; L = (y - t)^2", DY),
        letters("h = tanh(w_1 x); g = tanh(w_2 x); y = w_3 g + w_4 h; L = (y - t)^2", DY),
    ),
    "skip-plain": (
        letters("h = tanh(w_1 x); g = tanh(w_2 h); y = w_3 g + h; L = (y - t)^2", DY),
        letters("h = tanh(w_1 x); g = tanh(w_2 x); y = w_3 g + h; L = (y - t)^2", DY),
    ),
    "linear-same": (two("w_1, b_1, w_2, b_2"), two("w_1, b_1, w_2, b_2").replace("w_2 h + b_2", "tanh(w_2 h + b_2)")),
    "group": (layers(2), letters("L = (w x - t)^2", "derivative: dL/dw")),
    "group-first": (layers(2), layers(3)),
    "group-layer": (layers(3), layers(2)),
    "group-first-layer": (layers(3), layers(2)),
    "count": (neuron(RELU, ON, "x: 1, t: 2", tasks="count"), neuron(RELU, ON, "x: 1, t: 2")),
    "count-parameters": (neuron(RELU, ON, "x: 1, t: 2", tasks="count"), neuron(RELU, ON, "x: 1, t: 2")),
    "unused": (neuron(QUAD, "w: 1", "x: 1, k: 2"), neuron(QUAD, "w: 1")),
    "no-path": (
        neuron(QUAD, "w: 1, v: 2", tasks="gradient: all"),
        neuron(QUAD + " + v", "w: 1, v: 2", tasks="gradient: all"),
    ),
    "path-one": (
        letters("L = w^2 x", "{derivative: [dL/dw, dL/dx], tell: paths}"),
        letters("u = w x; L = u w x", "{derivative: [dL/dw, dL/dx], tell: paths}"),
    ),
    "forward-order": (neuron(RELU, ON, "x: 1, t: 2"), neuron(QUAD, "w: 1", tasks="gradient: w")),
    "delta-def": (two("w_1, w_2"), two("w_1, w_2", "")),
    "abbreviate": (
        letters("z = w x + v u + b; L = |y - z|", "{gradient: all, tell: backward}", "w, v, b"),
        letters("L = (w x - t)^2", "derivative: dL/dw"),
    ),
    "delta-times-input": (two("w_1, w_2"), two("w_1, w_2", "")),
    "delta-times-input-bias": (two("w_1, b_1, w_2"), two("w_1, w_2")),
    "delta-bias": (two("b_1, b_2"), two("w_1, w_2")),
    "termwise-constants": (
        letters("L = w^2 + ln(t) + 1", "derivative: dL/dw"),
        letters("L = w^2 + ln(w) + w", "derivative: dL/dw"),
    ),
    "that-is": (
        letters("L = |y - z|", "derivative: dL/dz"),
        letters("L = |y - z|", "derivative: dL/dz", more="assume: y > z\n"),
    ),
    "common-factor-tasks": (
        letters("L = (w x - t)^2", "derivative: dL/dw, derivative: dL/dx"),
        letters("L = (w x - t)^2 + w", "derivative: dL/dw, derivative: dL/dx"),
    ),
    "limits": (
        letters("q = 1/(1 + e^(-z))", "{find: q, at: [{z: -oo}, {z: oo}]}"),
        letters("q = 1/(1 + e^(-z))", "{find: q, at: [{z: -2}, {z: 1}]}"),
    ),
    "sigmoid-slope": (slope("sigmoid(w x)", "1"), slope("exp(w x)", "1")),
    "slope-on": (neuron(RELU, ON, "x: 1, t: 2"), neuron(RELU, OFF, "x: 1, t: 2")),
    "slope-off": (neuron(RELU, OFF, "x: 1, t: 2"), neuron(RELU, ON, "x: 1, t: 2")),
    "slope-side": (case("max(0, z) + 0.1 min(0, z)", "0.5"), case("max(0, z)", "0.5")),
    "sign-known": (case("z max(0, z)", "0.5"), case("max(0, z)", "0.5")),
    "slope-branch": (slope("ELU(w x)", "-1"), slope("tanh(w x)", "-1")),
    "kink-tie": (case("max(z, v)", "2"), case("max(z, v)", "0.5")),
    "kink-used": (
        neuron("u = max(a, b); f = u + b", "a: 1, b: 1", tasks="local derivatives"),
        neuron("u = max(a, b); f = u + b", "a: 2, b: 1", tasks="local derivatives"),
    ),
    "relu-kink": (neuron(RELU, "w: -1, b: 1, v: 1, c: 1", "x: 1, t: 2"), neuron(RELU, ON, "x: 1, t: 2")),
    "kink-convention": (neuron(RELU, "w: -1, b: 1, v: 1, c: 1", "x: 1, t: 2"), neuron(RELU, ON, "x: 1, t: 2")),
    "loss-rose-between": (
        neuron(STEEP, "w: -0.8", rate="0.15", tasks=STEPS),
        neuron(QUAD, "w: 1", tasks=STEPS),
    ),
    "moved-back": (neuron(QUAD, "w: 1", rate="1", tasks=TWO_STEPS), neuron(QUAD, "w: 1", rate="0.9", tasks=TWO_STEPS)),
    "outputs-closer": (neuron(PAIR, "w: 1, v: 1", PAIR_AT), neuron(PAIR, "w: 1, v: 1", PAIR_AT, rate="2")),
    "before-after": (neuron(PAIR, "w: 1, v: 1", PAIR_AT), neuron(LINE, "w: 1", "x: 1, t: 0")),
    "descent-rule": (neuron(QUAD, "w: 1"), neuron(QUAD, "w: 1", tasks="gradient: w")),
    "descent-all": (neuron(RELU, ON, "x: 1, t: 2"), neuron(QUAD, "w: 1")),
    "descent-steps": (neuron(RELU, ON, "x: 1, t: 2", tasks="{update: all, steps: 2}"), neuron(QUAD, "w: 1")),
    "given-contradiction": (
        neuron("h = w x; L = h^2", "w: 2", "x: 1, h: 3", tasks="forward"),
        neuron("h = w x; L = h^2", "w: 2", "x: 1, h: 2", tasks="forward"),
    ),
    "round-where": (
        neuron(SIGMA, "w: 0.7", "x: 0.9, t: 0.1", more="digits: 2\n"),
        neuron(SIGMA, "w: 0.7", "x: 0.9, t: 0.1"),
    ),
    "check-unmoved": (
        neuron("h = ReLU(w x); L = (v h + c - t)^2", "w: -2, v: 3, c: 1", "x: 1, t: 2"),
        neuron("h = ReLU(w x); L = (v h + c - t)^2", "w: 2, v: 3, c: 1", "x: 1, t: 2"),
    ),
    "check-shift": (
        neuron(SOFTMAX, "", SCORES, tasks='gradient: "z_1, z_2, z_3"'),
        neuron(SOFTMAX + " + z_1", "", SCORES, tasks='gradient: "z_1, z_2, z_3"'),
    ),
    "check-one-sided": (
        neuron("y = ReLU(w x); L = (y + 1)^2", "w: 0"),
        neuron("y = ReLU(w x); L = (y + 1)^2", "w: 1"),
    ),
    "check-mean": (
        neuron("L = 2 w + |w|", "w: 0", tasks="derivative: dL/dw", more="conventions: {kinks: {abs: 0}}\n"),
        neuron("L = 2 w + |w|", "w: 0", tasks="derivative: dL/dw", more="conventions: {kinks: {abs: 1/2}}\n"),
    ),
    "check-through": (
        neuron("u = w x; v = u^2", "w: 3", "x: 0.5, dC/dv: 4", tasks="gradient: w"),
        neuron("u = w x; v = u^2; q = 2 u", "w: 3", "x: 0.5, dC/dv: 4, dC/dq: 1", tasks="gradient: w"),
    ),
    "check-unrounded": (
        neuron("h = sigmoid(w x); y = sigmoid(v h); L = (y - t)^2/3", "w: 0.4, v: 1.3", "x: 0.9, t: 0.1",
               tasks="forward, {derivative: dL/dw, tell: backward}", more="digits: 3\ncarry: rounded\n"),
        neuron("h = sigmoid(w x); y = sigmoid(v h); L = (y - t)^2/3", "w: 0.4, v: 1.3", "x: 0.9, t: 0.1",
               tasks="forward, {derivative: dL/dw, tell: backward}"),
    ),
    "check-quotients": (
        neuron("h = tanh(w x + b); y = sigmoid(v h); L = (y - t)^2", "w: 1, b: 0.5, v: 2", "x: 1, t: 0"),
        neuron("h = tanh(w x + b); y = sigmoid(v h); L = |y - t - s|", "w: 1, b: 0.5, v: 0", "x: 1, t: 0.5, s: 0"),
    ),
    "check-inverse": (
        neuron("z = w x; h = sigmoid(z)", "w: 0.7", "x: 0.9", tasks="forward"),
        neuron("z = w x; h = exp(z)", "w: 0.7", "x: 0.9", tasks="forward"),
    ),
    "check-whole": (as_exercise(net(4, 3)), as_exercise(net(2, 2))),
}  # fmt: skip
EXAMPLES |= STRUCTURE_EXAMPLES
