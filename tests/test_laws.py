"""Laws on random small networks (tests/networks.py).

A few hundred networks here; ``SYMPROP_LAWS=20000`` (make laws) for more.  Certification inside symprop must agree too:
``solve`` raises where one of its lines does not hold, so each network solved is also a law.
"""

from __future__ import annotations

import os
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from symprop import api
from symprop.errors import DerivationError, SpecError, SympropError
from symprop.model.solution import PartSolution, Solution
from symprop.notation import latex, text
from symprop.reader import read
from symprop.render import engines, render_json, render_tex
from symprop.sheets import DETAILS
from symprop.written import Call, Deriv, Name, Num, Written, dump, name, names_of, transform
from tests.extract import answers, closed, decimal, formulas, number, with_left
from tests.networks import FUNCTIONS, LOSSES, POSITIVE_LOSSES, Network, networks
from tests.styled import set_together
from tests.translate import forward, jax_backend, leaves, mpmath_backend, sympy_backend, value

MANY = int(os.environ.get("SYMPROP_LAWS", "0"))
TELLINGS = st.sampled_from(("backward", "paths"))


REFUSED = (  # more paths than a page tells, numbers of thousands of digits, the logarithm of a y rounded to 0
    "path", "too large to print", "cannot be computed", "values are carried rounded",
)  # fmt: skip


def law(share: float) -> settings:
    """About ``share`` of the networks of the run; the same ones each time unless more were asked for."""
    return settings(
        max_examples=max(int((MANY or 200) * share), 5),
        deadline=None,
        derandomize=not MANY,
        database=None,
        phases=(Phase.explicit, Phase.generate, *((Phase.shrink,) if MANY else ())),  # shrinking takes minutes
        suppress_health_check=list(HealthCheck),
    )


def solved(network: Network, **options: Any) -> Solution:
    """The solution, or a rejected example: more paths than a page tells, numbers of thousands of digits."""
    try:
        return api.solve(network.exercise(**options))
    except (DerivationError, SpecError) as error:
        assume(not any(piece in str(error) for piece in REFUSED))
        raise


def only_part(solution: Solution) -> PartSolution:
    (part,) = solution.parts
    return part


def off_the_kinks(kinks: list[Any]) -> bool:
    return all(abs(float(u)) > 1e-6 for u in kinks)


def numeric_env(part: PartSolution, to_number: Any) -> dict[Written, Any]:
    return {key: to_number(fraction(formula)) for key, formula in part.part.given.items()}


def fraction(formula: Written) -> Fraction:
    found = number(formula)
    assert found is not None, dump(formula)
    return found


@given(networks(), TELLINGS)
@law(0.75)
def test_gradients_agree_with_autodiff(network: Network, tell: str) -> None:
    import jax

    solution = solved(network, tell=tell)
    part = only_part(solution)
    backend = jax_backend()
    env = numeric_env(part, backend.number)
    equations = part.part.equations
    parameters = [name(*p.split("_")) for p in network.parameters]
    assert set(leaves(equations)) <= set(env)
    forward(equations, env, backend, part.part.vocabulary)
    assume(off_the_kinks(backend.kinks))

    def loss(values: Any) -> Any:
        point = {**env, **dict(zip(parameters, values, strict=True))}
        return forward(equations, point, jax_backend(), part.part.vocabulary)[Name("L")]

    expected = jax.grad(loss)([env[p] for p in parameters])
    given_answers = {a.quantity: a for a in answers(part) if isinstance(a.quantity, Deriv) and a.epoch == 0}
    for parameter, wanted in zip(parameters, map(float, expected), strict=True):
        answer = given_answers[Deriv(Name("L"), (parameter,))]
        assert answer.value is not None
        found = decimal(answer.value)
        assert found is not None
        if not near(found, wanted):  # floats: 1 - y, y near 1
            wanted = steep(part, parameter)
        assert near(found, wanted), (parameter, tell)


def near(found: Fraction, wanted: Any) -> bool:
    """Equal to eight digits; e^720 is no float."""
    import mpmath

    with mpmath.workdps(30):
        value = mpmath.mpf(found.numerator) / found.denominator
        return bool(mpmath.isfinite(wanted) and abs(value - wanted) <= max(1e-8 * abs(wanted), 1e-9))


def steep(part: PartSolution, parameter: Name) -> Any:
    """The central difference quotient, with as many digits as it takes: 1 - y of a saturated unit has few."""
    import mpmath

    found = before = mpmath.nan
    for digits in (60, 120, 240, 8000):  # until twice as many say the same
        before = found
        with mpmath.workdps(digits):
            backend, ends = mpmath_backend(digits), []
            for sign in (1, -1):
                env = numeric_env(part, backend.number)
                env[parameter] += sign * mpmath.mpf(10) ** -15
                ends.append(forward(part.part.equations, env, mpmath_backend(digits), part.part.vocabulary)[Name("L")])
            found = (ends[0] - ends[1]) / (2 * mpmath.mpf(10) ** -15)
        both = mpmath.isfinite(found) and mpmath.isfinite(before)
        if both and mpmath.almosteq(found, before, 1e-9, 1e-12):
            return found
    if mpmath.isfinite(found):
        return found
    raise AssertionError(f"no difference quotient at {parameter}")


@given(networks(smooth=True, largest=3) | networks(abstract=True, largest=3), TELLINGS)
@law(0.25)
def test_closed_forms_agree_with_diff_of_the_expanded_loss(network: Network, tell: str) -> None:
    import mpmath
    import sympy as sp

    part = only_part(solved(network, tell=tell, numeric=False))
    equations, vocabulary = part.part.equations, part.part.vocabulary
    symbols: dict[Written, Any] = {n: sp.Symbol(f"q{i}", real=True) for i, n in enumerate(leaves(equations))}
    loss = forward(equations, symbols, sympy_backend(), vocabulary)[Name("L")]
    backend = mpmath_backend()
    rng = random.Random(len(network.equations))
    found = {a.quantity: a for a in answers(part) if isinstance(a.quantity, Deriv)}
    assert len(found) == len(network.parameters)
    for quantity, answer in found.items():
        assert isinstance(quantity, Deriv)
        formula = closed(answer.formula, part)
        slope = sp.diff(loss, symbols[quantity.by[0]])
        env = {n: backend.number(Fraction(rng.randint(5, 95), 100)) for n in symbols}
        point = forward(equations, env, backend, vocabulary)
        ours = value(formula, point, backend, vocabulary)
        referee = slope.evalf(25, subs={symbols[n]: sp.Float(mpmath.nstr(v, 30), 30) for n, v in env.items()})
        theirs = mpmath.mpmathify(referee)
        assert abs(ours - theirs) <= mpmath.mpf(10) ** -15 * (1 + abs(ours)), (quantity, dump(formula))


@given(networks(), TELLINGS, st.booleans())
@law(0.25)
def test_nothing_is_used_before_it_is_found(network: Network, tell: str, numeric: bool) -> None:
    part = only_part(solved(network, tell=tell, numeric=numeric))
    leaf = set(leaves(part.part.equations))
    computed = {e.left for e in part.part.equations}
    found: set[Written] = set(part.part.upstream)
    seen = 0
    for worked in part.worked:
        for left, line in with_left(PartSolution(part.part, (), (worked,))):
            if numeric and worked.task.kind == "forward" and left in computed:
                used = {n for _, f in line.chain for n in names_of(f)}
                assert used - leaf <= found, (left, [dump(f) for _, f in line.chain])
                seen += 1
            if isinstance(left, Deriv) and left.of == Name("L") and not left.local and line.left is not None:
                # The chain rule itself names the derivatives that come next; what is used after it is known by then.
                used_here = [f for k, (_, f) in enumerate(line.chain) if k > 0 or names_of(f)]
                inside = {n for f in used_here for n in f.walk() if isinstance(n, Deriv) and n.of == Name("L")}
                missing = inside - found - {left}
                assert not missing, (left, missing)
                seen += 1
            found.add(left)
    assert seen > 0


def without_places(formula: Written) -> Written:
    """How many zeros a number shows is typography: 0.0380 reads back as 0.038."""
    return transform(formula, lambda node: Num(node.value) if isinstance(node, Num) else node)


@given(networks() | networks(abstract=True), TELLINGS, st.booleans())
@law(0.25)
def test_every_formula_on_a_page_reads_back(network: Network, tell: str, numeric: bool) -> None:
    numeric = numeric and not network.functions
    part = only_part(solved(network, tell=tell, numeric=numeric, update=True))
    vocabulary = part.part.vocabulary
    seen = 0
    for formula in dict.fromkeys(formulas(part)):
        for printed in (latex(formula), text(formula)):
            assert without_places(read(printed, vocabulary)) == without_places(formula), printed
            seen += 1
    assert seen > 10


@given(networks(), st.integers(2, 7), TELLINGS | st.just("direct"))
@law(0.15)
def test_rounded_values_can_be_carried(network: Network, digits: int, tell: str) -> None:
    """Every ≈ then holds between what is printed; here: the page comes out and its numbers are rounded ones."""
    part = only_part(solved(network, tell=tell, digits=digits, carry="rounded", update=True))
    assert part.certificate is not None and part.certificate.relations > 0
    values = [a.value for a in answers(part) if a.value is not None and isinstance(a.quantity, Deriv)]
    assert values
    for shown in values:
        mantissa = shown.lower().split("e")[0].replace(".", "").lstrip("-0").rstrip("0")
        assert len(mantissa) <= digits, shown


@given(networks(), TELLINGS)
@law(0.1)
def test_the_same_network_gives_the_same_bytes(network: Network, tell: str) -> None:
    first, second = (solved(network, tell=tell, update=True) for _ in range(2))
    assert render_tex(first) == render_tex(second)
    assert render_json(first) == render_json(second)


@given(networks())
@law(0.1)
def test_both_tellings_find_the_same_gradient(network: Network) -> None:
    backward, paths = (
        {a.quantity: a.value for a in answers(only_part(solved(network, tell=tell))) if isinstance(a.quantity, Deriv)}
        for tell in ("backward", "paths")
    )
    assert backward and set(backward) == set(paths)
    for quantity, digits in backward.items():
        a, b = decimal(digits or ""), decimal(paths[quantity] or "")
        assert a is not None and b is not None
        assert abs(a - b) <= Fraction(1, 10**30) * (1 + abs(a))


def test_the_networks_are_as_varied_as_they_should_be() -> None:
    """Tied weights, skips, fan-out, two outputs, every function and every loss do occur."""
    drawn: list[Network] = []

    @given(networks())
    @settings(max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def collect(network: Network) -> None:
        drawn.append(network)

    collect()
    texts = ["\n".join(network.equations) for network in drawn]
    assert any(t.count("w_1 ") + t.count("*w_1\n") >= 2 for t in texts), "tied weights"
    assert any(t.count("h_1") >= 3 for t in texts), "fan-out"
    assert any("E_2" in t for t in texts), "two outputs"
    for key, pattern in FUNCTIONS.items():
        head = pattern.split("{}")[0]
        assert any(head in t for t in texts), key
    for loss in LOSSES + POSITIVE_LOSSES:
        head = loss.split("{")[0]
        assert not head.strip() or any(head in t for t in texts), loss


def test_a_wrong_gradient_would_be_noticed() -> None:
    """The comparison can fail: JAX's gradient of another loss is not ours."""
    backend = jax_backend()
    call = Call(Name("tanh"), (Name("z"),))
    a = value(call, {Name("z"): backend.number(Fraction(1, 2))}, backend)
    b = value(Call(Name("sigmoid"), (Name("z"),)), {Name("z"): backend.number(Fraction(1, 2))}, backend)
    assert float(a) != pytest.approx(float(b), rel=1e-8)


@pytest.mark.long
@pytest.mark.skipif(engines.embedded() is None, reason="the embedded engine is not for this platform")
def test_random_pages_compile_and_fit(tmp_path: Path) -> None:
    """Fifty networks in one document (one run of TeX), with numbers and without, at every level of detail."""
    drawn: list[tuple[Network, str, bool, bool]] = []

    @given(networks() | networks(abstract=True), TELLINGS, st.booleans(), st.booleans())
    @settings(max_examples=70, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def collect(network: Network, tell: str, numeric: bool, update: bool) -> None:
        drawn.append((network, tell, numeric and not network.functions, update))

    collect()
    sheets = []
    for network, tell, numeric, update in drawn:
        try:
            solution = api.solve(network.exercise(tell=tell, numeric=numeric, update=update))
        except SympropError:
            continue  # more paths than are told, or numbers that lead nowhere
        sheets.append(api.to_tex(solution, detail=DETAILS[len(sheets) % 3], prefix=f"{len(sheets)}-"))
    assert len(sheets) >= 50
    made = set_together(sheets, tmp_path / "random.pdf", engine="embedded")
    assert made.overfull == () and made.pages >= len(sheets)
