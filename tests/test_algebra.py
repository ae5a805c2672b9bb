"""Written formulas as SymPy expressions, and back."""

from __future__ import annotations

import pytest
import sympy as sp

from symprop.algebra import from_expr, to_expr
from symprop.equality import compare
from symprop.errors import UnsupportedError
from symprop.functions import FUNCTIONS, Function
from symprop.names import FunctionDef, Vocabulary
from symprop.reader import read
from symprop.written import Call, Const, Deriv, E, Indicator, Name, Neg, Num, Pow, Quot, Rel, Vec, Written, add, num

S, D = Name("s"), Name("D")
OPEN = Vocabulary(
    open=True,
    functions={
        S: FunctionDef(S),
        D: FunctionDef(D, (Name("u"), Name("v"))),
        Name("rho"): FunctionDef(Name("rho"), (Name("z"),), Pow(Name("z"), num(2))),
        Name("g"): FunctionDef(Name("g"), alias="ReLU"),
    },
)
x, y, z = sp.symbols("x y z", real=True)

THERE_AND_BACK = [
    "2 x (z^2 - t)/z^3",
    "s(z) + s'(z + 1) w_46",
    "s''(z)",
    "D(x, y)",
    "|x| + max(0, z) + [z > 0]",
    "min(x, y, 3)",
    "e^{-x}/2 - 3/7 x^{-1/2}",
    "ReLU'(z) g(x)",
    r"\sigma(z) + \sigma'(z) + \sigma''(z)",
    "dL/dz_6 h_1^{(2)}",
    "d^2f/dx dy + d^2f/dx^2",
    "yhat - t",
    "tanh'(z) + tan(z) sin(x) cos(y)",
    "GELU(z)",
    "squared_error([y_1, y_2], [t_1, t_2])",
    r"\sqrt{x} + 0.1 \pi",
    r"\begin{cases} z & z > 0 \\ e^z & \text{otherwise} \end{cases}",
    "[x, y]",
    "huber(y, t)",
    "rho(x + 1) ln(x)",
    "sign(z) e^x",
]


@pytest.mark.parametrize("text", THERE_AND_BACK)
def test_there_and_back_keeps_the_value(text: str) -> None:
    formula = read(text, OPEN)
    again = from_expr(to_expr(formula, OPEN))
    verdict = compare(formula, again, vocabulary=OPEN)
    assert verdict.kind == "equal", (again, verdict)


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.key)
def test_every_row_has_a_sympy_form(row: Function) -> None:
    value = to_expr(Call(Name(row.key), row.params))
    assert value.free_symbols == {sp.Symbol(p.text, real=True) for p in row.params}
    for derivative in row.derivatives:
        assert compare(derivative, from_expr(to_expr(derivative)), vocabulary=OPEN).kind == "equal"


def test_expr_is_the_sympy_expression() -> None:
    assert read("x^2 + 2 x y", OPEN).expr == x**2 + 2 * x * y
    assert to_expr(read("x", OPEN), real=False) == sp.Symbol("x")


def test_symbols_carry_the_plain_name() -> None:
    for name in (Name("w", sub="46"), Name("y", accent="hat"), Name("h", sub="1", sup="(2)"), Name("net", sub="h1")):
        assert to_expr(name) == sp.Symbol(name.text, real=True)
        assert from_expr(sp.Symbol(name.text)) == name


def test_the_derivative_of_an_abstract_function_survives_sympy_s_diff() -> None:
    formula = read("s(x^2 + y)", OPEN)
    derivative = from_expr(sp.diff(to_expr(formula, OPEN), x))
    assert compare(derivative, read("2 x s'(x^2 + y)", OPEN), vocabulary=OPEN)
    again = from_expr(sp.diff(to_expr(derivative, OPEN), x))
    assert compare(again, read("2 s'(x^2 + y) + 4 x^2 s''(x^2 + y)", OPEN), vocabulary=OPEN)


def test_a_user_s_sympy_expression_is_told_as_one_writes_it() -> None:
    w, f = sp.Symbol("w_1"), sp.Function("f")
    name = Name("w", sub="1")
    rows: list[tuple[sp.Basic, Written]] = [
        (sp.Integer(-3), Num(num(-3).value)),  # type: ignore[union-attr]
        (sp.Rational(1, 2), Quot(num(1), num(2))),
        (sp.Rational(-1, 3), Neg(Quot(num(1), num(3)))),
        (sp.Float("0.1"), num("0.1")),
        (w / 3, Quot(name, num(3))),
        (-w, Neg(name)),
        (1 / w, Quot(num(1), name)),
        (sp.exp(-w), Pow(E, Neg(name))),
        (sp.sqrt(w), Call(Name("sqrt"), (name,))),
        (f(w), Call(Name("f"), (name,))),
        (f(w).diff(w), Call(Name("f"), (name,), 1)),
        (f(2 * w).diff(w) / 2, Call(Name("f"), (read("2 w_1", OPEN),), 1)),
        (sp.Max(w, 0), Call(Name("max"), (num(0), name))),
        (sp.Heaviside(w), Indicator(Rel((name, num(0)), (">",)))),
        (sp.Piecewise((1, w > 0), (0, True)), Indicator(Rel((name, num(0)), (">",)))),
        (sp.pi, Const("pi")),
        (sp.oo, Const("oo")),
        (-sp.oo, Neg(Const("oo"))),
        (sp.Matrix([w, 1]), Vec((name, num(1)))),
        (w > 2, Rel((name, num(2)), (">",))),
        (w - sp.Symbol("yhat"), add(name, Neg(Name("y", accent="hat")))),
    ]
    for expr, written in rows:
        assert from_expr(expr) == written, expr


def test_a_derivative_symbol_is_a_quantity() -> None:
    for quantity in (
        Deriv(Name("L"), (Name("z", sub="6"),)),
        Deriv(Name("L"), (Name("z"),), local=True),
        Deriv(Name("L"), (Name("x"), Name("y"))),
    ):
        expr = to_expr(quantity)
        assert isinstance(expr, sp.Symbol) and from_expr(expr) == quantity


def test_a_name_is_never_run_as_code() -> None:
    evil = sp.Symbol("__import__('os').system('true')")
    assert from_expr(evil) == Name(evil.name)
    assert to_expr(Name("exit()")) == sp.Symbol("exit()", real=True)


def test_what_has_no_form_is_refused() -> None:
    for expr in (sp.Integral(x, x), sp.gamma(x), sp.I, sp.zoo):
        with pytest.raises(UnsupportedError):
            from_expr(expr)
    with pytest.raises(UnsupportedError):
        to_expr(Rel((Name("x"), Name("y")), ("←",)))
