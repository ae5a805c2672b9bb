"""How formulas look, row by row; every row reads back as what was printed."""

from __future__ import annotations

import pytest

from symprop.errors import UnsupportedError
from symprop.names import FunctionDef, Vocabulary
from symprop.notation import Notation, latex, text
from symprop.reader import read, read_name
from symprop.written import Deriv, Name, Pow, Written, num, substitute, transform

NAMES = "x x_3 z_4 z_6 t k y yhat s w_46 w_34 w_36 net_h1 delta_{h_1^2} h_4 b_6 alpha L x_12 a b c epsilon"
SIGMA, F = Name("sigma"), Name("f")
VOCABULARY = Vocabulary(
    quantities=frozenset([*map(read_name, NAMES.split()), Name("h", sub="1", sup="2"), Name("L", primes=1)]),
    functions={SIGMA: FunctionDef(SIGMA), F: FunctionDef(F)},
)
WITH_D = Vocabulary(quantities=frozenset(map(read_name, "d Q r e".split())))
SLASH = Notation("slash")

BARS = [
    # names
    ("yhat", r"\hat y"),
    ("w_46 x_3", "w_{46} x_3"),
    ("net_h1 + delta_{h_1^2}", r"\mathrm{net}_{h1} + \delta_{h_1^2}"),
    ("L' - L", "L' - L"),
    ("h_1^2 + (h_1^2)^2", "h_1^2 + (h_1^2)^2"),
    # products
    ("2 (z_6^2 - t)/z_6^3", r"\frac{2\,(z_6^2 - t)}{z_6^3}"),
    ("2 k x_3 (z_6 - t)", r"2 k x_3\,(z_6 - t)"),
    ("(a + b) x", r"(a + b)\,x"),
    ("(a + b) (a - b)", r"(a + b)\,(a - b)"),
    ("sigma'(z_4) w_36", r"\sigma'(z_4)\,w_{36}"),
    ("w_34 w_46 sigma'(z_4)", r"w_{34} w_{46}\,\sigma'(z_4)"),
    ("sigma'(z_4) (w_36 + w_34 sigma'(z_6))", r"\sigma'(z_4)\,\bigl(w_{36} + w_{34}\,\sigma'(z_6)\bigr)"),
    ("x*(-y)", r"x \cdot (-y)"),
    ("x*3", r"x \cdot 3"),
    ("x (2/3)", r"x \cdot \frac{2}{3}"),
    ("2/3 x", r"\tfrac{2}{3} x"),
    ("1/2 (yhat - y)^2", r"\tfrac{1}{2}\,(\hat y - y)^2"),
    ("2*(1/z_6)", r"2 \cdot \frac{1}{z_6}"),
    ("(a/b)*(b/c)", r"\frac{a}{b} \cdot \frac{b}{c}"),
    ("2 pi", r"2 \pi"),
    ("w_46 net_h1", r"w_{46}\,\mathrm{net}_{h1}"),
    ("net_h1 w_46 x", r"\mathrm{net}_{h1}\,w_{46} x"),
    ("2 net_h1", r"2\,\mathrm{net}_{h1}"),
    ("1/2 net_h1^2 x", r"\tfrac{1}{2}\,\mathrm{net}_{h1}^2\,x"),
    ("pi net_h1", r"\pi\,\mathrm{net}_{h1}"),
    ("alpha x", r"\alpha x"),
    # numbers put in
    ("0.15738*0.57869*(1 - 0.57869)", r"0.15738 \cdot 0.57869 \cdot (1 - 0.57869)"),
    ("0.5*(-0.45)", r"0.5 \cdot (-0.45)"),
    ("1.1*(-0.6) - 2*(-1.8)", r"1.1 \cdot (-0.6) - 2 \cdot (-1.8)"),
    ("0.5 - (-0.6)", "0.5 - (-0.6)"),
    ("0.5 + (-0.6)", "0.5 + (-0.6)"),
    ("(-2)^2", "(-2)^2"),
    ("2*e^(-0.3)", r"2 \cdot e^{-0.3}"),
    ("0.2*sigma'(0.3)", r"0.2 \cdot \sigma'(0.3)"),
    ("2.5e-8*x", r"2.5\times 10^{-8} \cdot x"),
    ("(2.5e-8)^2", r"(2.5\times 10^{-8})^2"),
    # signs
    ("-2 x", "-2 x"),
    ("-(a + b)", "-(a + b)"),
    ("a - (b - c)", "a - (b - c)"),
    ("-(-x)", "-(-x)"),
    # fractions and powers
    ("-t/x^2 + 1/x", r"-\frac{t}{x^2} + \frac{1}{x}"),
    ("(a/b)^2", r"\Bigl(\frac{a}{b}\Bigr)^2"),
    ("e^(-x/2)", "e^{-x/2}"),
    ("x^-1", "x^{-1}"),
    ("(x^2)^k", "(x^2)^k"),
    ("sigma(x)^2", r"\sigma(x)^2"),
    # functions
    ("ln t - ln(t) x", r"\ln t - \ln(t)\,x"),
    ("2 ln |z_6|", r"2 \ln\lvert z_6\rvert"),
    ("ln(t/x) - 1", r"\ln\frac{t}{x} - 1"),
    ("ln(x)^2", r"(\ln x)^2"),
    ("ln(a/b)^2", r"\Bigl(\ln\frac{a}{b}\Bigr)^2"),
    ("exp(x)^n", r"\bigl(\exp(x)\bigr)^n"),
    ("1 - tanh(x)^2", r"1 - \tanh^2(x)"),
    ("tanh(x)^-1 y", r"\tanh(x)^{-1}\,y"),
    ("|yhat - y|^2", r"\lvert\hat y - y\rvert^2"),
    ("|x + |y||", r"\bigl\lvert x + {\lvert y\rvert}\bigr\rvert"),
    ("[x - 1]^+ y", r"[x - 1]^+\,y"),
    ("max(0, x)", r"\max(0, x)"),
    ("ReLU'(x)", r"\operatorname{ReLU}'(x)"),
    ("f''''(x)", "f^{(4)}(x)"),
    ("sqrt(2 pi)", r"\sqrt{2 \pi}"),
    ("sigma(sigma(sigma(x)))", r"\sigma\Bigl(\sigma\bigl(\sigma(x)\bigr)\Bigr)"),
    ("tanh(1/(1 + a/b))", r"\tanh\Bigl(\frac{1}{1 + \frac{a}{b}}\Bigr)"),
    # derivatives
    ("dL/dz_6 x_3", r"\frac{\partial L}{\partial z_6}\,x_3"),
    ("k dL/dw_46", r"k\,\frac{\partial L}{\partial w_{46}}"),
    ("dL/dz_6*dz_6/dw_46", r"\frac{\partial L}{\partial z_6} \cdot \frac{\partial z_6}{\partial w_{46}}"),
    ("d+z_6/dx", r"\frac{\partial^+ z_6}{\partial x}"),
    ("d^2+L/dx^2", r"\frac{\partial^{2+} L}{\partial x^2}"),
    ("d^2L/dx dy", r"\frac{\partial^2 L}{\partial x \partial y}"),
    ("d^2L/d(h_1^2)^2", r"\frac{\partial^2 L}{\partial (h_1^2)^2}"),
    ("d(x y)/dx", r"\frac{\partial (x y)}{\partial x}"),
    ("dL/dh_4 (Phi(z_4) + z_4/2)", r"\frac{\partial L}{\partial h_4}\,\Bigl(\Phi(z_4) + \frac{z_4}{2}\Bigr)"),
    ("w_46 <- w_46 - k dL/dw_46", r"w_{46} \gets w_{46} - k\,\frac{\partial L}{\partial w_{46}}"),
    # brackets by content
    ("1[x > 0] y", r"\mathbf 1[x > 0]\,y"),
    ("[a, b]", r"\langle a, b\rangle"),
    ("cases(1 if x > 0, 0 otherwise)", r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}"),
    ("a/b sum_{i=1}^3 i", r"\frac{a}{b}\,\sum_{i=1}^{3} i"),
    ("-sum_i a + b", r"-\sum_{i} a + b"),
    ("erf(x/sqrt(2))", r"\operatorname{erf}\Bigl(\frac{x}{\sqrt{2}}\Bigr)"),
]


@pytest.mark.parametrize(("written", "printed"), BARS)
def test_displayed_formulas_look_as_in_a_textbook(written: str, printed: str) -> None:
    formula = read(written, VOCABULARY)
    assert latex(formula) == printed
    assert read(printed, VOCABULARY) == formula
    assert read(text(formula), VOCABULARY) == formula


SLASHES = [
    ("t/x - ln(t/x) - 1", r"t/x - \ln(t/x) - 1"),
    ("2 (z_6^2 - t)/z_6^3", r"2\,(z_6^2 - t)/z_6^3"),
    ("1/2 (yhat - y)^2", r"\tfrac{1}{2}\,(\hat y - y)^2"),
    ("a/b*c", r"a/b \cdot c"),
    ("a (b/c)", r"a\,(b/c)"),
    ("a/(b c)", "a/(b c)"),
    ("a/(b/c)", "a/(b/c)"),
    ("(a/b)/c", "(a/b)/c"),
    ("a/(2.5e-8)", r"a/(2.5\times 10^{-8})"),
    ("2 ln(t)/x", r"2 \ln(t)/x"),
    ("1/(1 + e^(-x))", "1/(1 + e^{-x})"),
    ("dL/dz_6 x_3", r"\partial L/\partial z_6 \cdot x_3"),
    ("dL/dz_6/2", r"(\partial L/\partial z_6)/2"),
    ("(dL/dz_6)^2", r"(\partial L/\partial z_6)^2"),
    ("x net_h1/z_4", r"x\,\mathrm{net}_{h1}/z_4"),
]


@pytest.mark.parametrize(("written", "printed"), SLASHES)
def test_fractions_in_a_sentence_have_a_slash(written: str, printed: str) -> None:
    formula = read(written, VOCABULARY)
    assert latex(formula, SLASH) == printed
    assert read(printed, VOCABULARY) == formula


PLAIN = [
    ("w_46 x_3", "w_46 x_3"),
    ("2(z_6^2-t)/z_6^3", "2 (z_6^2 - t)/z_6^3"),
    (r"\frac{1}{2}(\hat y-y)^2", "1/2*(yhat - y)^2"),
    (r"0.5\cdot(-0.45)", "0.5*(-0.45)"),
    (r"\frac{\partial L}{\partial z_6} x_3", "(dL/dz_6)*x_3"),
    (r"\ln|z_6|", "ln(abs(z_6))"),
    ("x^{-1}", "x^{-1}"),
    ("e^{-x}", "e^(-x)"),
    (r"\frac{\delta_{h_1^2}}{x_{12}}", "delta_{h_1^2}/x_12"),
    (r"\mathbf 1[x \ge 0]", "1[x >= 0]"),
]


@pytest.mark.parametrize(("written", "printed"), PLAIN)
def test_plain_maths_is_what_one_would_type(written: str, printed: str) -> None:
    formula = read(written, VOCABULARY)
    assert text(formula) == printed
    assert read(printed, VOCABULARY) == formula


D_ROWS = [
    ("d*Q/(d*r)", r"\frac{d \cdot Q}{d \cdot r}"),
    ("d^2*Q/(d*r^2)", r"\frac{d^2 \cdot Q}{d \cdot r^2}"),
    ("d/(d*r)", r"\frac{d}{d \cdot r}"),
    ("dQ/dr*d", r"\frac{\partial Q}{\partial r}\,d"),
    ("e Q", "e Q"),
]


@pytest.mark.parametrize(("written", "printed"), D_ROWS)
def test_a_quantity_d_is_no_sign_of_a_derivative(written: str, printed: str) -> None:
    formula = read(written, WITH_D)
    assert latex(formula) == printed
    for again in (printed, latex(formula, SLASH), latex(formula, Notation(derivatives="d")), text(formula)):
        assert read(again, WITH_D) == formula, again


def test_derivatives_in_three_notations() -> None:
    formula = read("k dL/dw_46", VOCABULARY)
    printed = [latex(formula, Notation(derivatives=style)) for style in ("partial", "d", "nabla")]
    assert printed == [
        r"k\,\frac{\partial L}{\partial w_{46}}",
        r"k\,\frac{dL}{dw_{46}}",
        r"k \cdot \nabla_{w_{46}} L",
    ]
    assert all(read(p, VOCABULARY) == formula for p in printed)


def test_a_derivative_may_have_a_name() -> None:
    z, delta = Name("z", sub="6"), Name("delta", sub="6")
    display: dict[Written, Written] = {Deriv(Name("L"), (z,)): delta}
    formula = read("(dL/dz_6)^2 + 2 dL/dz_6*dz_6/dw_46 - dL/dx", VOCABULARY)
    expected = r"\delta_6^2 + 2 \delta_6\,\frac{\partial z_6}{\partial w_{46}} - \frac{\partial L}{\partial x}"
    assert latex(formula, Notation(display=display)) == expected


def test_a_power_is_told_from_a_declared_superscript() -> None:
    h, label = Name("h", sub="1"), Name("h", sub="1", sup="2")
    vocabulary = Vocabulary(quantities=frozenset({h, label}))
    square, notation = Pow(h, num(2)), Notation(vocabulary=vocabulary)
    assert latex(square, notation) == text(square, notation) == "(h_1)^2"
    assert read("(h_1)^2", vocabulary) == square
    assert read(latex(label, notation), vocabulary) == label
    assert latex(square) == "h_1^2"  # nothing is declared


def test_long_nestings_cost_no_more_than_their_length() -> None:
    formula: Written = Name("x")
    for _ in range(18):
        formula = Pow(formula, num(2))
    assert latex(formula).count("x") == 1  # and not after 2^18 attempts


def test_what_is_no_formula_cannot_be_printed() -> None:
    with pytest.raises(UnsupportedError):
        latex(Written())


@pytest.mark.parametrize(
    ("y", "told"), [("1", "x - 1"), ("-1", "x - (-1)"), ("1.20", "x - 1.20"), ("a + b", "x - (a + b)")]
)
def test_what_is_subtracted_stays_subtracted_when_something_is_put_in(y: str, told: str) -> None:
    vocabulary = Vocabulary(open=True)
    difference, put_in = read("x - y", vocabulary), read(y, vocabulary)
    children = tuple(transform(child, lambda f: put_in if f == Name("y") else f) for child in difference.children)
    for found in (difference.rebuilt(children), substitute(difference, {Name("y"): put_in})):
        assert found == read(told, vocabulary) and text(found) == told
