"""Every remark's claim is looked at a second time where it is printed, and each is missing on a counter-example.

The claims are in tests/claims.py; the pool is the shipped exercises, the examples below and random networks.
"""

from __future__ import annotations

import textwrap
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from symprop import api
from symprop.model.solution import PartSolution, Phrase, Solution
from symprop.render.words import load_words
from symprop.written import Num, Rel, Written, mul, transform
from tests.claim_examples import EXAMPLES, QUAD, letters, neuron
from tests.claims import Page, Place, sentences
from tests.golden import EXERCISES
from tests.networks import Network, networks
from tests.structure_claims import ALWAYS, CLAIMS, SILENT


@cache
def solved(text: str) -> Solution:
    return api.solve(textwrap.dedent(text))


def looked_at(part: PartSolution) -> list[tuple[str, bool | None, Any]]:
    """Each claim of a part, whether it is so, and the sentence; few of a part whose numbers are not those of its
    equations: derivatives are given, or rounded values carried."""
    odd = bool(part.part.upstream) or part.part.conventions.rounding.carry == "rounded"
    seen = ALWAYS if odd else CLAIMS.keys()
    page = Page(part)
    found = [(p, place) for p, place in sentences(part) if p.code in seen]
    return [(p.code, CLAIMS[p.code](page, dict(p.data), place), p) for p, place in found]


def codes(solution: Solution) -> set[str]:
    return {p.code for part in solution.parts for p, _ in sentences(part)}


def test_every_claim_has_its_examples() -> None:
    assert set(EXAMPLES) == set(CLAIMS)
    assert set(CLAIMS) <= set(load_words("en").codes())


def test_every_sentence_is_looked_at_again_or_claims_nothing() -> None:
    """A new sentence comes with its claim, or with the reason why it has none."""
    silent = [key for keys in SILENT.values() for key in keys.split()]
    heads = tuple(key.removesuffix("*") for key in silent if key.endswith("*"))
    keys = set(load_words("en").codes())
    assert {key for key in keys if key not in CLAIMS and key not in silent and not key.startswith(heads)} == set()
    assert {key for key in silent if not key.endswith("*") and key not in keys} == set()
    assert not set(silent) & set(CLAIMS) and len(set(silent)) == len(silent)


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
        (  # a sigmoid of a square
            "net-summary",
            letters("h = tanh(w x); p = square(v h); y = sigmoid(p); L = (y - t)^2", "derivative: dL/dy", "w, v"),
        ),
        (  # h goes on in a product with a weight, so that it is no output
            "net-summary",
            letters(
                "h = tanh(w x); g = tanh(v x); p = w x h; L = ln(1 + p^2) + (g - t)^2", "derivative: dL/dg", "w, v"
            ),
        ),
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


# numbers in sentences that could be others with the claim as true as before, by the reason
OTHER_NUMBERS = {
    "a coefficient in a formula of which only the sign or that it is 0 is told": {
        "dead-why factor", "dead-why-all factor", "dead-why-both factor", "dead-why-both why", "dead-why-count factors",
        "path-nothing factor", "skip-carries off", "relu-on z", "relu-off z", "relu-still-on z", "relu-still-off z",
        "relu-now-on z", "relu-now-off z", "slope-side where", "sign-known where", "slope-branch where",
    },
    "the row beside it is certified with this slope": {"slope-side slope", "kink-tie slope", "kink-used slope"},
    "one or several, by which the sentence is chosen": {
        "common-factor results", "shared-lines asked", "net-summary biases", "termwise-constants constants",
    },
    "each side of the kink is a line there, so that any step shows its slope": {"check-mean step"},
    "one wide step is as good as another where the target is a square": {"check-point step", "check-through step"},
    "how the quotient is printed; that of check-quotient is the same": {
        "check-through quotient", "check-unrounded quotient", "check-quotients quotient", "check-whole less",
        "check-whole more", "check-whole point",
    },
}  # fmt: skip


def spoilt(told: Any) -> Any:
    """The same with every number in it another one."""
    match told:
        case Written():
            return transform(told, lambda f: Num(2 * f.value + 3) if isinstance(f, Num) else f)
        case Phrase():
            return Phrase(told.code, tuple((key, spoilt(v)) for key, v in told.data))
        case tuple():
            return tuple(map(spoilt, told))
        case int() if not isinstance(told, bool):
            return told + 1
    return told


def test_each_claim_refuses_another_number() -> None:
    """Each number of each sentence is spoilt alone: no claim holds with it, but for those that are listed."""
    held: set[str] = set()
    for code, (yes, _) in EXAMPLES.items():
        for part in solved(yes).parts:
            page = Page(part)
            told = [(dict(p.data), place) for p, place in sentences(part) if p.code == code]
            for data, place in told:
                wrong = {key: spoilt(v) for key, v in data.items() if spoilt(v) != v}
                held |= {
                    f"{code} {k}" for k, v in wrong.items() if CLAIMS[code](page, {**data, k: v}, place) is not False
                }
    assert held == set().union(*OTHER_NUMBERS.values())


@pytest.mark.parametrize("f", ["sigmoid", "tanh", "swish", "softplus", "GELU"])
def test_the_slope_of_every_function_is_looked_at_again(f: str) -> None:
    (part,) = solved(neuron(f"h = {f}(w x); L = 3 h", "w: 0.7", "x: 0.9", tasks="derivative: dL/dw")).parts
    page = Page(part)
    (found,) = ((dict(p.data), place) for p, place in sentences(part) if p.code == "sigmoid-slope")
    data, place = found
    rule = data["rule"]
    assert CLAIMS["sigmoid-slope"](page, data, place) is True
    wrong = Rel((rule.items[0], mul(Num(Fraction(2)), rule.items[1])), rule.ops)
    assert CLAIMS["sigmoid-slope"](page, {**data, "rule": wrong}, place) is False


def test_a_claim_that_is_not_so_is_seen() -> None:
    """The claims themselves can fail: each is put to the numbers of its counter-example, or to another sentence."""
    page = Page(solved(EXAMPLES["loss-fell"][1]).parts[0])
    (told,) = [dict(p.data) for p, _ in sentences(page.solved) if p.code == "loss-rose"]
    assert CLAIMS["loss-rose"](page, told, Place(None, 1, 0)) and not CLAIMS["loss-fell"](page, told, Place(None, 1, 0))
