"""Every row of the table of functions, against derivatives that know nothing of the table."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symprop.evaluate import Balls, Series, Undefined, evaluate
from symprop.evaluate.sampling import Dice
from symprop.functions import FUNCTIONS, LOSSES, OUTPUT, ROWS, Function, derivatives_of, expand, lookup, slopes
from symprop.names import FunctionDef, Vocabulary
from symprop.reader import read
from symprop.render.words import load_words
from symprop.written import ONE, Call, Deriv, Name, Num, Quot, Vec, Written, add, mul, names_of, num

TABLE = [*ROWS, *LOSSES]
ALL = TABLE + [row.general for row in TABLE if row.general is not None]
BALLS = Balls(128)
SERIES = Series(1, BALLS)


def ids(row: Function) -> str:
    return f"{row.key}({row.param_text})"


def points(row: Function, count: int = 8) -> list[dict[Written, Fraction]]:
    """Points in the row's domain, away from its kinks, of both signs where it may be."""
    dice, found = Dice(row.key), []
    for _ in range(600):
        point: dict[Written, Fraction] = {p: dice.sign() * dice.size(-1.0, 0.6) for p in row.params}
        inside = all(evaluate(rule, point, BALLS) for rule in row.domain)
        if inside and all(evaluate(kink, point, BALLS) != 0 for kink in row.kinks):
            found.append(point)
        if len(found) == count:
            return found
    raise AssertionError(f"no points for {row.key}")


def table_values(row: Function, point: dict[Written, Fraction]) -> list[object]:
    """The row's derivatives at a point, its own value put in for a."""
    env = {**point, OUTPUT: evaluate(row.value, point, BALLS)}
    return [evaluate(d, env, BALLS) for d in row.derivatives]


def test_the_table_holds_every_function_of_the_issue() -> None:
    wanted = (
        "identity sigmoid tanh ReLU leaky_ReLU ELU softplus GELU swish sign abs square exp log ln sqrt sin cos tan max"
        " min pos squared_error half_squared_error mse absolute_error huber hinge binary_cross_entropy cross_entropy"
        " focal KL itakura_saito"
    )
    assert set(wanted.split()) <= set(FUNCTIONS)


@pytest.mark.parametrize("row", ALL, ids=ids)
def test_a_row_reads_and_uses_only_its_letters(row: Function) -> None:
    assert len(row.derivatives) == len(row.params)
    assert set(names_of(row.value)) <= set(row.params)
    for formula in (*row.derivatives, *row.kinks, *row.domain):
        assert set(names_of(formula)) <= {*row.params, OUTPUT}


@pytest.mark.parametrize("row", ALL, ids=ids)
def test_derivatives_agree_with_power_series(row: Function) -> None:
    for point in points(row):
        for parameter, told in zip(row.params, table_values(row, point), strict=True):
            moving = {**point, parameter: SERIES.variable(point[parameter])}
            found = SERIES.derivative(evaluate(row.value, moving, SERIES))
            assert abs(found - told) < 1e-25, (row.key, parameter, point, found, told)


@pytest.mark.parametrize("row", ALL, ids=ids)
def test_derivatives_agree_with_sympy(row: Function) -> None:
    import sympy as sp

    from symprop.algebra import to_expr

    symbols = {p: sp.Symbol(p.text, real=True) for p in row.params}
    value = to_expr(row.value)
    for parameter in row.params:
        derivative = sp.diff(value, symbols[parameter])
        for point in points(row, 4):
            told = table_values(row, point)[row.params.index(parameter)]
            numbers = {symbols[p]: sp.Rational(v.numerator, v.denominator) for p, v in point.items()}
            found = derivative.subs(numbers).evalf(30)
            assert abs(sp.Float(str(told.mid().str(30, radius=False)), 30) - found) < 1e-20, (row.key, point)


@pytest.mark.parametrize("row", ALL, ids=ids)
def test_derivatives_agree_with_autodiff(row: Function) -> None:
    jax = pytest.importorskip("jax")
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    erf = jax.scipy.special.erf
    known = {
        "sigmoid": jax.nn.sigmoid,
        "ReLU": jax.nn.relu,
        "leaky_ReLU": jax.nn.leaky_relu,
        "ELU": jax.nn.elu,
        "softplus": jax.nn.softplus,
        "GELU": lambda z: jax.nn.gelu(z, approximate=False),
        "swish": lambda z, beta=1.0: z * jax.nn.sigmoid(beta * z),
        "identity": lambda z: z,
        "Phi": jax.scipy.stats.norm.cdf,
        "erf": erf,
        "pos": lambda z: jnp.maximum(z, 0.0),
        "ln": jnp.log,
        "sech": lambda z: 1 / jnp.cosh(z),
        "max": jnp.maximum,
        "min": jnp.minimum,
        "squared_error": lambda y, t: (y - t) ** 2,
        "half_squared_error": lambda y, t: (y - t) ** 2 / 2,
        "mse": lambda y, t: jnp.mean((y - t) ** 2),
        "absolute_error": lambda y, t: jnp.abs(y - t),
        "huber": lambda y, t, delta=1.0: jnp.where(
            jnp.abs(y - t) <= delta, (y - t) ** 2 / 2, delta * (jnp.abs(y - t) - delta / 2)
        ),
        "hinge": lambda y, t: jnp.maximum(0.0, 1.0 - t * y),
        "binary_cross_entropy": lambda y, t: -t * jnp.log(y) - (1 - t) * jnp.log1p(-y),
        "cross_entropy": lambda y, t: -t * jnp.log(y),
        "focal": lambda y, t, gamma=2.0: -t * (1 - y) ** gamma * jnp.log(y) - (1 - t) * y**gamma * jnp.log1p(-y),
        "KL": lambda y, t: t * (jnp.log(t) - jnp.log(y)),
        "itakura_saito": lambda y, t: t / y - jnp.log(t) + jnp.log(y) - 1,
    }
    f = known.get(row.key) or getattr(jnp, row.key)
    for point in points(row, 5):
        numbers = [float(point[p]) for p in row.params]
        assert abs(f(*numbers) - float(evaluate(row.value, point, BALLS))) < 1e-9
        for k, told in enumerate(table_values(row, point)):
            assert abs(float(jax.grad(f, k)(*numbers)) - float(told)) < 1e-8 * (1 + abs(float(told))), (row.key, point)


KINKED = [row for row in TABLE if row.kinks_text == ("z",)]


@pytest.mark.parametrize("row", KINKED, ids=ids)
def test_at_a_kink_the_slope_is_the_row_s_unless_the_exercise_says_otherwise(row: Function) -> None:
    z = Name("z")
    at, moving = {z: Fraction(0)}, {z: SERIES.variable(0)}
    call = Call(Name(row.key), (z,))
    assert evaluate(Call(call.func, call.args, 1), at) == row.slope
    with BALLS.context():
        assert abs(SERIES.derivative(evaluate(call, moving, SERIES)) - BALLS.lift(row.slope)) < 1e-30
    if row.key != "sign":
        half = {row.key: Fraction(1, 2)}
        assert evaluate(Call(call.func, call.args, 1), at, kinks=half) == Fraction(1, 2)
        assert SERIES.derivative(evaluate(call, moving, SERIES, kinks=half)) == 0.5


def test_a_tie_of_max_moves_with_neither_argument() -> None:
    u, v = Name("u"), Name("v")
    for key in ("max", "min"):
        for moving in (u, v):
            env = {u: 2, v: 2, moving: SERIES.variable(2)}
            assert SERIES.derivative(evaluate(Call(Name(key), (u, v)), env, SERIES)) == 0


def vectors(key: str) -> Call:
    y, t = (Vec(tuple(Name(base, sub=str(k)) for k in (1, 2))) for base in "yt")
    return Call(Name(key), (y, t))


@pytest.mark.parametrize("row", LOSSES, ids=ids)
def test_a_loss_of_vectors_is_told_out_over_the_components(row: Function) -> None:
    call = vectors(row.key)
    told = expand(call)
    assert told != call and set(names_of(told)) == set(names_of(call))
    point: dict[Written, Fraction] = {n: Fraction(k + 1, 7) for k, n in enumerate(names_of(call))}
    value = evaluate(told, point, BALLS)
    assert abs(value - evaluate(call, point, BALLS)) < 1e-30
    if row.key != "focal":  # of vectors: categorical
        pairs = zip(*(a.items for a in call.args), strict=True)
        parts = [evaluate(Call(call.func, pair), point, BALLS) for pair in pairs]
        with BALLS.context():
            assert abs(value - sum(parts) / (2 if row.outside == "mean" else 1)) < 1e-30


def test_squared_errors_are_told_out_as_one_writes_them() -> None:
    named = Vocabulary(open=True)
    assert expand(vectors("squared_error")) == read("(y_1 - t_1)^2 + (y_2 - t_2)^2", named)
    assert expand(vectors("mse")) == read(r"\frac12 ((y_1 - t_1)^2 + (y_2 - t_2)^2)", named)
    assert expand(vectors("cross_entropy")) == read(r"-(t_1 ln(y_1) + t_2 ln(y_2))", named)


def test_expand_puts_in_bodies_and_leaves_everything_else() -> None:
    x = Name("x")
    rho = FunctionDef(Name("rho"), (Name("z"),), mul(Name("z"), Name("z")))
    vocabulary = Vocabulary(functions={rho.name: rho, Name("g"): FunctionDef(Name("g"))})
    assert expand(Call(Name("rho"), (add(x, ONE),)), vocabulary) == mul(add(x, ONE), add(x, ONE))
    for left in (Call(Name("g"), (x,)), Call(Name("tanh"), (x,)), Call(Name("squared_error"), (x, ONE)), x):
        assert expand(left, vocabulary) == left


def test_slopes_are_written_as_taught() -> None:
    z, h = Name("z"), Name("h")
    g = Vocabulary(functions={Name("g"): FunctionDef(Name("g"), alias="ReLU"), Name("s"): FunctionDef(Name("s"))})
    sigma = Call(Name("sigma"), (z,))
    assert slopes(sigma, output=h) == (mul(h, add(ONE, read("-h", Vocabulary(open=True)))),)
    assert slopes(Call(Name("g"), (z,)), g) == (Call(Name("g"), (z,), 1),)
    assert slopes(Call(Name("s"), (z,)), g) == (Call(Name("s"), (z,), 1),)
    assert slopes(Call(Name("s"), (z,), 1), g) == (Call(Name("s"), (z,), 2),)
    assert slopes(Call(Name("ReLU"), (z,))) == (Call(Name("ReLU"), (z,), 1),)
    assert derivatives_of(Call(Name("ReLU"), (z,)), FUNCTIONS["ReLU"]) == (read("1[z > 0]", Vocabulary(open=True)),)
    assert slopes(Call(Name("ln"), (z,))) == (Quot(ONE, z),)


def test_slopes_of_an_abstract_function_of_two_arguments_are_partial_derivatives() -> None:
    u, v, x, y = map(Name, "uvxy")
    d = Vocabulary(functions={Name("D"): FunctionDef(Name("D"), (u, v))})
    plain, composed = Call(Name("D"), (x, y)), Call(Name("D"), (mul(x, y), y))
    assert slopes(plain, d) == (Deriv(plain, (x,), True), Deriv(plain, (y,), True))
    assert slopes(composed, d) == (Deriv(composed, (u,), True), Deriv(composed, (v,), True))


@pytest.mark.parametrize("key", ["max", "min"])
def test_slopes_of_three_arguments_pick_the_extreme_one(key: str) -> None:
    call = Call(Name(key), tuple(map(Name, "uvw")))
    point: dict[Written, Fraction] = dict(zip(call.args, map(Fraction, (3, -1, 2)), strict=True))
    picked = [evaluate(s, point) for s in slopes(call)]
    assert picked == ([1, 0, 0] if key == "max" else [0, 1, 0])


def test_lookup_knows_sigma_the_number_of_arguments_and_the_exercise_s_own_functions() -> None:
    z = Name("z")
    assert lookup(Call(Name("sigma"), (z,))) is FUNCTIONS["sigmoid"]
    assert lookup(Call(Name("huber"), (z, z, z))) is FUNCTIONS["huber"].general
    abstract = FunctionDef(Name("sigma"))
    assert lookup(Call(Name("sigma"), (z,)), Vocabulary(functions={Name("sigma"): abstract})) is abstract
    assert lookup(Call(Name("f"), (z,))) is None


def test_log_may_have_another_base() -> None:
    z = Name("z")
    assert evaluate(Call(Name("log"), (z,)), {z: 100}, BALLS, log_base=10).contains(2)
    assert slopes(Call(Name("log"), (z,)), log_base=10) == (read("1/(z ln(10))", Vocabulary(open=True)),)


def test_a_row_is_not_disturbed_by_functions_of_the_exercise() -> None:
    own = Vocabulary(functions={Name("sigmoid"): FunctionDef(Name("sigmoid"), (Name("z"),), num(5))})
    z = Name("z")
    there = evaluate(Call(Name("swish"), (z,)), {z: 1}, BALLS, vocabulary=own)
    assert abs(there - evaluate(Call(Name("swish"), (z,)), {z: 1}, BALLS)) < 1e-30
    assert evaluate(Call(Name("sigmoid"), (z,)), {z: 1}, vocabulary=own) == 5


def test_the_wrong_number_of_arguments_is_refused() -> None:
    with pytest.raises(Undefined, match="2 arguments"):
        evaluate(Call(Name("squared_error"), (Num(Fraction(1)),)), {})


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_rule_that_is_cited_has_its_words(language: str) -> None:
    phrases = load_words(language).table["phrases"]
    cited = [row.key for row in ROWS + LOSSES if row.reason == "rule"]
    assert len(cited) > 5 and all(f"rule-{key}" in phrases for key in cited)
