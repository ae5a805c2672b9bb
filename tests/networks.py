"""Random small networks as exercises: chains, skips, lateral connections, fan-out, tied weights; every function.

    z_1 = w_1 x_1 + w_2 x_2 + b_1      a weighted sum of one to three quantities above, each from any layer
    h_1 = sigmoid(z_1)                 or the function directly around the sum, or two functions, or a product
    L = (h_2 - t_1)^2 + …              one or two outputs

The numbers are short decimals, so that forward passes are exact until the first transcendental function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from symprop.model.exercise import Exercise

# One argument, the pre-activation.  Those with a small domain or steep growth get it through a safe inner function.
FUNCTIONS: dict[str, str] = {
    "identity": "identity({})", "sigmoid": "sigmoid({})", "tanh": "tanh({})", "ReLU": "ReLU({})",
    "leaky_ReLU": "leaky_ReLU({})", "ELU": "ELU({})", "softplus": "softplus({})", "GELU": "GELU({})",
    "swish": "swish({})", "sign": "sign({})", "abs": "abs({})", "square": "square({})", "exp": "exp(-({})^2)",
    "e": "e^(-({})/4)", "ln": "ln(1 + ({})^2)", "log": "log(2 + ({})^2)", "sqrt": "sqrt(1 + ({})^2)",
    "sin": "sin({})", "cos": "cos({})", "tan": "tan(1/(2 + ({})^2))", "max": "max({}, 0.3)", "min": "min({}, 0.7)",
    "pos": "[{}]^+", "power": "({})^3", "quotient": "1/(1 + ({})^2)",
}  # fmt: skip
SMOOTH = ("sigmoid", "tanh", "softplus", "swish", "square", "exp", "e", "ln", "sqrt", "sin", "cos", "power", "quotient")

LOSSES: tuple[str, ...] = (
    "({y} - {t})^2", "1/2 ({t} - {y})^2", "({y} - {t})^2/(2N)", "|{y} - {t}|", "|{y} - {t}|^2",
    "squared_error({y}, {t})", "half_squared_error({y}, {t})", "absolute_error({y}, {t})", "hinge({y}, {t})",
    "huber({y}, {t})", "ln(1 + e^(-{t} {y}))", "{t}^2/(1 + {y}^2) - ln({t}^2/(1 + {y}^2)) - 1",
)  # fmt: skip
POSITIVE_LOSSES: tuple[str, ...] = (  # of an output between 0 and 1
    "-{t} ln({y}) - (1 - {t}) ln(1 - {y})", "binary_cross_entropy({y}, {t})", "{t}/{y} - ln({t}/{y}) - 1",
    "itakura_saito({y}, {t})", "KL({y}, {t})", "-{t} ln({y})", "cross_entropy({y}, {t})", "focal({y}, {t})",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Network:
    """Equations as text, the numbers of all leaves, and which functions occur."""

    equations: tuple[str, ...]
    parameters: dict[str, str]
    given: dict[str, str]
    functions: dict[str, str | None] = field(default_factory=dict)

    def exercise(
        self,
        *,
        tell: str = "backward",
        numeric: bool = True,
        digits: int | None = None,
        carry: str = "exact",
        update: bool = False,
    ) -> Exercise:
        """The network with the question for all gradients (and one step)."""
        from symprop.model.build import exercise

        tasks: list[Any] = ["forward"] if numeric else []
        tasks.append({"gradient": ", ".join(self.parameters), "tell": tell})
        if update:
            tasks.append({"update": "all"})
            if numeric:
                tasks.append("forward again")
        rounding: dict[str, str] = {"carry": carry}
        if digits:
            rounding["digits"] = str(digits)
        return exercise(
            equations=list(self.equations),
            functions=self.functions,
            parameters=dict(self.parameters) if numeric else list(self.parameters),
            given=dict(self.given) if numeric else {},
            learning_rate={"eta": "0.1"} if numeric else "eta",
            conventions={"round": rounding},
            tasks=tasks,
        )


def decimals(low: int = -20, high: int = 20) -> st.SearchStrategy[str]:
    """-2.0 … 2.0 in tenths, never 0."""
    return st.integers(low, high).filter(bool).map(lambda k: f"{k / 10:g}")


@st.composite
def networks(draw: Any, *, abstract: bool = False, smooth: bool = False, largest: int = 5) -> Network:
    """Any network.  ``abstract``: activations are functions without a body; ``smooth``: no kinks."""
    inputs = [f"x_{i + 1}" for i in range(draw(st.integers(1, 3)))]
    weights: list[str] = []
    biases: list[str] = []
    products: list[str] = []
    sources = list(inputs)  # what may feed a unit: every quantity above it, so chains, skips and lateral connections
    equations: list[str] = []
    names = ["f", "g"] if abstract else sorted(SMOOTH if smooth else FUNCTIONS)

    def weight() -> str:
        if weights and draw(st.integers(0, 4)) == 0:
            return draw(st.sampled_from(weights))  # tied
        weights.append(f"w_{len(weights) + 1}")
        return weights[-1]

    def weighted_sum() -> str:
        feeding = draw(st.lists(st.sampled_from(sources[-4:] + inputs), min_size=1, max_size=3, unique=True))
        terms = [f"{weight()} {s}" if draw(st.booleans()) else f"{s}*{weight()}" for s in feeding]
        if draw(st.booleans()):
            biases.append(f"b_{len(biases) + 1}")
            terms.append(biases[-1])
        out = terms[0]
        for term in terms[1:]:
            out += (" - " if draw(st.integers(0, 5)) == 0 else " + ") + term
        return out

    def activation() -> Callable[[str], str]:
        chosen = draw(st.sampled_from(names))
        return (lambda u: f"{chosen}({u})") if abstract else FUNCTIONS[chosen].format

    for k in range(1, draw(st.integers(1, largest)) + 1):
        shape = draw(st.sampled_from(("split", "split", "joined", "nested", "product")))
        if shape == "product" and len(sources) > len(inputs):
            products.append(f"p_{k}")
            a, b = draw(st.sampled_from(sources)), draw(st.sampled_from(sources))
            equations.append(f"p_{k} = {weight()} {a} {b}")
            sources.append(f"p_{k}")
            continue
        if shape == "split":
            equations.append(f"z_{k} = {weighted_sum()}")
            equations.append(f"h_{k} = {activation()(f'z_{k}')}")
        elif shape == "nested":
            equations.append(f"h_{k} = {activation()(activation()(weighted_sum()))}")
        else:
            equations.append(f"h_{k} = {activation()(weighted_sum())}")
        sources.append(f"h_{k}")

    given = {x: draw(decimals()) for x in inputs}
    parts = []
    computed = [s for s in sources if s not in inputs]
    for k in range(1, draw(st.integers(1, min(2, len(computed)))) + 1):
        output = computed[-k]
        targets = [f"t_{k}"]
        if not abstract and draw(st.integers(0, 3)) == 0:
            equations.append(f"y_{k} = sigmoid({output})")
            loss, output = draw(st.sampled_from(POSITIVE_LOSSES)), f"y_{k}"
            given[targets[0]] = draw(st.integers(1, 9).map(lambda n: f"0.{n}"))
        else:
            losses = [text for text in LOSSES if "|" not in text and "(" in text and "hinge" not in text]
            losses = [text for text in losses if "absolute" not in text and "huber" not in text]
            loss = draw(st.sampled_from(losses if smooth or abstract else LOSSES))
            given[targets[0]] = draw(decimals())
        if "N" in loss:
            given["N"] = draw(st.sampled_from(("1", "2", "5")))
        parts.append(loss.format(y=output, t=targets[0]))
    if len(parts) == 2 and draw(st.booleans()):
        equations += [f"E_{k} = {text}" for k, text in enumerate(parts, 1)]
        equations.append("L = E_1 + E_2")
    else:
        equations.append("L = " + " + ".join(parts))
    parameters = {p: draw(decimals()) for p in weights + biases}
    return Network(tuple(equations), parameters, given, {"f": None, "g": None} if abstract else {})
