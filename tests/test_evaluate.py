"""One walk, many arithmetics."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.errors import UnsupportedError
from symprop.evaluate import (
    EXACT,
    Balls,
    Floats,
    Missing,
    NotExact,
    PrimeField,
    Series,
    Straddle,
    Undefined,
    compile_program,
    evaluate,
    evaluate_ball,
)
from symprop.names import FunctionDef, Vocabulary
from symprop.reader import read
from symprop.written import (
    ONE,
    TWO,
    Big,
    Call,
    Deriv,
    Name,
    Neg,
    Num,
    Pow,
    Quot,
    Sum,
    Vec,
    Written,
    add,
    mul,
    neg,
    num,
    pow_,
    sub,
)
from tests.budget import fuzzed

BALLS = Balls(128)
P = 2**61 - 1
x, y, z, t = map(Name, "xyzt")
F, D, U, V = Name("f"), Name("D"), Name("u"), Name("v")
OPEN = Vocabulary(
    open=True,
    functions={
        F: FunctionDef(F),
        D: FunctionDef(D, (U, V)),
        Name("rho"): FunctionDef(Name("rho"), (z,), pow_(z, 3)),
        Name("q"): FunctionDef(Name("q"), (U, V), add(mul(U, U, V), Name("c"))),
        Name("loop"): FunctionDef(Name("loop"), (z,), Call(Name("loop"), (add(z, ONE),))),
    },
)
AT: dict[Written, Fraction] = {x: Fraction(3, 7), y: Fraction(2), z: Fraction(-5, 4), t: Fraction(5, 3)}


def value(text: str, arithmetic=EXACT, env=None, **options):  # type: ignore[no-untyped-def]
    return evaluate(read(text, OPEN), AT if env is None else env, arithmetic, vocabulary=OPEN, **options)


def near(ball, exact) -> bool:  # type: ignore[no-untyped-def]
    """Whether the ball holds the number (at its own precision: outside, FLINT rounds to a double's)."""
    with BALLS.context():
        return ball.overlaps(BALLS.arb(BALLS.lift(exact)))


RATIONAL = {  # text: value at x = 3/7, y = 2, z = -5/4, t = 5/3
    "x + y - z": Fraction(103, 28),
    "-x y": Fraction(-6, 7),
    "2 x (y^2 - t)/y^3": Fraction(1, 4),
    "x^{-2}": Fraction(49, 9),
    "(x - x)^0": Fraction(1),
    "|z|": Fraction(5, 4),
    "max(0, z)": Fraction(0),
    "max(x, y, z)": Fraction(2),
    "min(x, y, z)": Fraction(-5, 4),
    "[z]^+ + [x]^+": Fraction(3, 7),
    "[z > 0]": Fraction(0),
    "[z < 0] x": Fraction(3, 7),
    "[z < x < y]": Fraction(1),
    "ReLU(z) + ReLU'(x)": Fraction(1),
    "sign(z)": Fraction(-1),
    "rho(z)": Fraction(-125, 64),
    "rho'(y)": Fraction(12),
    "rho''(y)": Fraction(12),
    "square''(z)": Fraction(2),
    "sqrt(4/9)": Fraction(2, 3),
    "(4/9)^{3/2}": Fraction(8, 27),
    "e^0 + ln(1) + sin(0) + cos(0) + tanh(0)": Fraction(2),
    r"\sigma(0)": Fraction(1, 2),
    r"\sigma'(0)": Fraction(1, 4),
    r"\begin{cases} 1/0 & x > 1 \\ x & \text{otherwise} \end{cases}": Fraction(3, 7),
    "d(x^2 y)/dx": Fraction(12, 7),
}


@pytest.mark.parametrize("text", RATIONAL)
def test_exact_values(text: str) -> None:
    assert value(text) == RATIONAL[text]


@pytest.mark.parametrize("text", RATIONAL)
def test_balls_and_floats_hold_the_exact_value(text: str) -> None:
    ball = value(text, BALLS)
    assert near(ball, RATIONAL[text]) and ball.rad() < 1e-30
    assert value(text, Floats) == pytest.approx(float(RATIONAL[text]))


IRRATIONAL = {
    "e^x": "1.535063009255209",
    "exp(-y)": "0.1353352832366127",
    "ln(y) + log(y)": "1.386294361119891",
    "sqrt(y)": "1.414213562373095",
    "y^{1/3}": "1.259921049894873",
    "y^x": "1.345900192632356",
    "tan(x) + sin(x) cos(x)": "0.8348807894773081",
    "tanh(z)": "-0.8482836399575129",
    r"\pi x": "1.346396851538483",
    r"\sigma(z)": "0.2227001388253088",
    "GELU(z)": "-0.1320622170835691",
    "softplus''(z)": "0.1731047869924970",
}


@pytest.mark.parametrize("text", IRRATIONAL)
def test_irrational_values_come_as_balls_and_are_refused_elsewhere(text: str) -> None:
    assert abs(value(text, BALLS) - BALLS.arb(IRRATIONAL[text])) < 1e-14
    assert value(text, Floats) == pytest.approx(float(IRRATIONAL[text]))
    with pytest.raises(NotExact):
        value(text)
    with pytest.raises(NotExact):
        value(text, PrimeField(P))


UNDEFINED = {
    "1/(x - x)": "division by 0",
    "(x - x)/(y - 2)": "0/0",
    "(y - 2)^{-1}": "division by 0",
    "ln(y - 2)": "logarithm of 0",
    "ln(z)": "logarithm of a negative",
    "sqrt(z)": "root of a negative",
    "z^{1/3}": "root of a negative",
    "z^x": "power of a negative",
    "z/|y - 2|": "division by 0",
    "loop(x)": "in terms of itself",
}


@pytest.mark.parametrize("text", UNDEFINED)
@pytest.mark.parametrize("arithmetic", [EXACT, BALLS, Floats], ids=lambda a: a.name)
def test_undefined_values_say_why(text: str, arithmetic) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Undefined, match=UNDEFINED[text]) as failure:
        value(text, arithmetic)
    assert isinstance(failure.value.formula, Written)


def test_a_wrong_number_of_arguments_is_undefined() -> None:
    with pytest.raises(Undefined, match="takes 1 argument"):
        evaluate(Call(Name("rho"), (x, y)), AT, vocabulary=OPEN)


def test_the_formula_of_a_failure_is_the_smallest_one() -> None:
    with pytest.raises(Undefined) as failure:
        value("x + 3 ln(y - 2)^2")
    assert failure.value.formula == read("ln(y - 2)", OPEN)


def test_a_quantity_without_a_value_is_named() -> None:
    with pytest.raises(Missing, match="w") as failure:
        value("x + w_3")
    assert failure.value.formula == Name("w", sub="3")


def test_a_relation_is_true_or_false_and_a_vector_is_a_tuple() -> None:
    assert value("x < y") is True and value("x < z < y") is False
    assert value("[x, y] + 2 [y, x]") == (Fraction(31, 7), Fraction(20, 7))
    assert value("[x, y] [y, x]") == Fraction(12, 7)
    assert evaluate(Call(Name("square"), (Vec((x, y)),)), AT) == (Fraction(9, 49), 4)
    with pytest.raises(Undefined, match="different lengths"):
        evaluate(add(Vec((x, y)), Vec((x,))), AT)
    with pytest.raises(Undefined, match="vector and a number"):
        evaluate(add(Vec((x, y)), x), AT)


def test_an_environment_of_equations_is_a_graph() -> None:
    h, loss = Name("h"), Name("L")
    env = {**AT, h: read("x y + 1", OPEN), loss: read("(h - t)^2", OPEN)}
    assert evaluate(loss, env) == (Fraction(13, 7) - Fraction(5, 3)) ** 2
    assert evaluate(Deriv(loss, (h,)), env) == 2 * (Fraction(13, 7) - Fraction(5, 3))
    assert evaluate(Deriv(loss, (x,)), env) == 4 * (Fraction(13, 7) - Fraction(5, 3))
    assert evaluate(Deriv(loss, (x,)), {**env, Deriv(loss, (x,)): Fraction(7)}) == 7, "a given value wins"
    with pytest.raises(Undefined, match="in terms of itself"):
        evaluate(h, {h: add(loss, ONE), loss: h})


def test_a_local_derivative_holds_the_other_quantities() -> None:
    h, loss = Name("h"), Name("L")
    env = {**AT, h: mul(x, x), loss: mul(h, x)}
    assert evaluate(Deriv(loss, (x,), local=True), env) == AT[x] ** 2
    assert evaluate(Deriv(loss, (x,)), env) == 3 * AT[x] ** 2


def test_derivatives_of_higher_order_and_mixed_ones() -> None:
    f = mul(pow_(x, 3), pow_(y, 2))
    assert evaluate(Deriv(f, (x, x)), AT) == 6 * AT[x] * 4
    assert evaluate(Deriv(f, (x, y)), AT) == 3 * AT[x] ** 2 * 4
    given = {Deriv(Name("L"), (x, y)): Fraction(5)}
    assert evaluate(Deriv(Name("L"), (y, x)), given) == 5, "the order of differentiation does not matter"
    with pytest.raises(Missing):
        evaluate(Deriv(Name("L"), (x,)), AT)


# ---- abstract functions


def test_an_abstract_function_is_the_same_in_every_run() -> None:
    assert value("f(x)", Balls(64)).str(8, radius=False) == FROZEN["f(x)"]
    assert value("D(x, y)", Balls(64)).str(8, radius=False) == FROZEN["D(x, y)"]


FROZEN = {"f(x)": "0.76249641", "D(x, y)": "0.18493337"}


@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives_of_an_abstract_function_are_those_of_its_series(order: int) -> None:
    series = Series(order, BALLS)
    moved = value("f(x)", series, {x: series.variable(AT[x])})
    assert abs(series.derivative(moved, order) - value("f" + "'" * order + "(x)", BALLS)) < 1e-25


def test_partial_derivatives_of_an_abstract_function() -> None:
    inner = Call(D, (mul(x, y), add(x, y)))
    series = Series(1, BALLS)
    moved = evaluate(inner, {**AT, x: series.variable(AT[x])}, series, vocabulary=OPEN)
    by_u, by_v = (evaluate(Deriv(inner, (p,), local=True), AT, BALLS, vocabulary=OPEN) for p in (U, V))
    with BALLS.context():
        assert abs(series.derivative(moved) - (by_u * 2 + by_v)) < 1e-25
    plain = Call(D, (x, y))
    assert abs(
        evaluate(Deriv(plain, (x,), local=True), AT, BALLS, vocabulary=OPEN)
        - evaluate(Deriv(plain, (U,), local=True), AT, BALLS, vocabulary=OPEN)
    ) < 1e-25  # fmt: skip


def test_partial_derivatives_of_a_function_with_a_body() -> None:
    call = Call(Name("q"), (x, y))
    env = {**AT, Name("c"): Fraction(1)}
    assert evaluate(Deriv(call, (U,), local=True), env, vocabulary=OPEN) == 2 * AT[x] * AT[y]
    assert evaluate(call, env, vocabulary=OPEN) == AT[x] ** 2 * 2 + 1


def test_in_a_prime_field_an_abstract_function_is_an_oracle() -> None:
    field = PrimeField(P)
    assert value("f(x + y)", field) == value("f(y + x)", field)
    assert value("f(x)", field) != value("f'(x)", field)
    assert value("f(x)", field) != value("f(y)", field)


# ---- kinks and precision


def test_a_ball_that_straddles_a_kink_gets_more_precision() -> None:
    tight = {x: Fraction("1e-60")}
    with pytest.raises(Straddle):
        value("|sqrt(2)^2 + x - 2|", Balls(64), tight)
    assert evaluate_ball(read("|sqrt(2)^2 + x - 2|", OPEN), tight, bits=64) > 0
    with pytest.raises(Undefined, match="too close to 0"):
        evaluate_ball(read("1/(sqrt(2)^2 - 2)", OPEN), {}, limit=1024)


def test_rational_arguments_of_kinks_are_decided_exactly() -> None:
    assert value("max(0, 0.1 + 0.2 - 0.3) + e^x", BALLS).contains(value("e^x", BALLS))
    assert value("ReLU'(0.1 + 0.2 - 0.3) + 0 e^x", BALLS) == 0


def test_digits_asked_for_are_digits_given() -> None:
    ball = evaluate_ball(read("e^{100} - e^{100} (1 - 10^{-80})", OPEN), {}, digits=50)
    assert ball.rel_accuracy_bits() > 160


KINKED = {"|x|": "abs", "max(0, x)": "max", "ReLU(x)": "ReLU", "[x]^+": "pos", "leaky_ReLU(x)": "leaky_ReLU"}


@pytest.mark.parametrize("text", KINKED)
def test_the_exercise_chooses_the_slope_at_a_kink(text: str) -> None:
    series = Series(1, BALLS)
    moving = {x: series.variable(0, 3)}
    told = value(text, series, moving, kinks={KINKED[text]: num("1/2")})
    assert abs(series.derivative(told) - BALLS.arb("1.5")) < 1e-30
    if text != "leaky_ReLU(x)":
        assert series.derivative(value(text, series, moving)) == 0


# ---- laws

LEAVES = st.one_of(st.sampled_from([x, y, z, t]), st.integers(-9, 9).map(num), st.sampled_from(["0.5", "1/3"]).map(num))


def combine(children: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    pair = st.tuples(children, children)
    return st.one_of(
        pair.map(lambda p: add(*p)),
        pair.map(lambda p: sub(*p)),
        pair.map(lambda p: mul(*p)),
        pair.map(lambda p: Quot(*p)),
        children.map(neg),
        st.tuples(children, st.integers(-2, 3)).map(lambda p: pow_(*p)),
    )


FORMULAS = st.recursive(LEAVES, combine, max_leaves=12)


@fuzzed(150, derandomize=True)
@given(FORMULAS)
def test_all_arithmetics_agree_on_rational_formulas(formula: Written) -> None:
    try:
        exact = evaluate(formula, AT)
    except Undefined as failure:
        with pytest.raises(Undefined) as other:
            evaluate(formula, AT, BALLS)
        assert other.value.reason == failure.reason
        return
    assert near(evaluate(formula, AT, BALLS), exact)
    field = PrimeField(P)
    assert evaluate(formula, AT, field) == field.lift(exact)


@fuzzed(100, derandomize=True)
@given(FORMULAS)
def test_series_over_rationals_are_the_difference_quotient_s_limit(formula: Written) -> None:
    """f(x + h) - f(x) - h f'(x) vanishes to second order: it is h² f''(x)/2 up to O(h³)."""
    series, h = Series(2, EXACT), Fraction(1, 10**12)
    try:
        moved = evaluate(formula, {**AT, x: series.variable(AT[x])}, series)
        near, here = (evaluate(formula, {**AT, x: AT[x] + d}) for d in (h, Fraction(0)))
    except Undefined:
        return
    first, second = (series.derivative(moved, k) for k in (1, 2))
    error = near - here - h * first - h * h * second / 2
    assert abs(error) <= h**2 * Fraction(1, 10**4) * (1 + abs(here) + abs(first) + abs(second)) ** 3


def test_depth_costs_no_stack() -> None:
    deep: Written = x
    for _ in range(20_000):
        deep = Neg(Sum((deep, ONE)))
    assert evaluate(deep, AT) == AT[x]
    chain: dict[Written, object] = {Name("h", sub=str(k)): add(Name("h", sub=str(k - 1)), x) for k in range(1, 3000)}
    assert evaluate(Name("h", sub="2999"), {**chain, Name("h", sub="0"): 0, x: 1}) == 2999


def test_a_shared_argument_is_computed_once() -> None:
    nested: Written = x
    for _ in range(60):
        nested = Call(Name("rho"), (nested,))
    program = compile_program((nested,), vocabulary=OPEN)
    assert len(program.block) < 200


def test_numbers_that_grow_without_end_are_refused() -> None:
    tower: Written = add(x, y)
    for _ in range(40):
        tower = pow_(tower, 2)
    with pytest.raises(NotExact, match="digits"):
        evaluate(tower, AT)
    with pytest.raises(NotExact):
        evaluate(Pow(num(9), Pow(num(9), num(9))), {})


def test_indexed_sums_with_numbers_as_bounds() -> None:
    i = Name("i")
    total = Big("sum", i, mul(i, Name("x", sub="i")), num(1), num(3))
    assert evaluate(total, {Name("x", sub=str(k)): k for k in (1, 2, 3)}) == 14
    with pytest.raises(UnsupportedError):
        evaluate(Big("sum", i, i), {})


def test_values_may_be_given_as_text_and_decimals() -> None:
    assert evaluate(mul(x, y), {x: "0.1", y: Num(Fraction(3, 2))}) == Fraction(3, 20)
    assert evaluate(x, {x: TWO}) == 2
    assert evaluate(x, {x: read("-1/3", OPEN)}) == Fraction(-1, 3)
    with pytest.raises(NotExact):
        evaluate(x, {x: 0.1})
