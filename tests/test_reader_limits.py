"""Any text whatever is read or refused with a ReadError, nothing else, and quickly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.errors import ReadError
from symprop.names import FunctionDef, Vocabulary
from symprop.reader import left_side, read, read_equation, read_name, split_list
from symprop.reader.limits import MAX_TREE, depth
from symprop.written import Name, Written
from tests.budget import fuzzed


def _vocabulary(names: str, functions: str = "", **options: bool) -> Vocabulary:
    known = {read_name(text): FunctionDef(read_name(text)) for text in functions.split()}
    return Vocabulary(frozenset(map(read_name, names.split())), known, **options)


VOCABULARIES = (
    Vocabulary(),
    Vocabulary(open=True),
    _vocabulary("x y L L' w_1 w_1^2 x_1 z_6 yhat d net_h1 x1w1 uv u v W^{[1]} h_1^{(2)} delta_{h_1^2}", "f g_1"),
    _vocabulary("a_i w_ij q e T", "f", superscripts_are_labels=True),
    _vocabulary("x y z", decimal_comma=True),
)

FRAGMENTS = r"""
\frac \frac12 \sqrt \hat \vec \mathbf \mathrm{ReLU} \left \right \cdot \times \partial \nabla \sum \prod \max \ln \sin
tanh \sigma \begin{cases} \end{cases} \begin{pmatrix} \end{pmatrix} \\ & \text{otherwise} \text{if} \foo \{ \} \langle
\rangle \prime \top \infty \alpha { } { } ( ) [ ] ^ _ ' , ; | + - * / = < > <- ~= := ** != 0 1 2 12 0.50 1e-8 1e999 .5
x y z_6 w_1 w_1^2 w L dL/dz_6 d ∂ ∂L/∂x yhat ŷ x₁ x² ² ⁺ σ ½ × · − f g_1 f^{(3)} sum_i sum_ if otherwise cases( 1[ 1_{
e e^ i j T @ ⊙ $ ~ ! " # \ \, ' '' d^2 dx /d /dx ∇_w \mathbf{1} I( |x| ||""".split()
FRAGMENTS += [" ", "  ", "\n", "\0", "\t"]

SENTENCES = st.lists(st.sampled_from(FRAGMENTS), max_size=24).map("".join)
SPACED = st.lists(st.sampled_from(FRAGMENTS), max_size=24).map(" ".join)
SYMBOLS = st.text(alphabet="xyzwdLef12.0+-*/^_(){}[]|,'= \\<>", max_size=40)


def _outcome(text: str, vocabulary: Vocabulary, new_symbols: bool = True) -> Written | None:
    try:
        found = read(text, vocabulary, new_symbols=new_symbols)
    except ReadError as error:
        assert 0 <= error.offset <= len(text)
        assert str(error).isprintable() or error.message
        return None
    assert isinstance(found, Written)
    assert depth(found) <= MAX_TREE
    hash(found)
    return found


@fuzzed(600)
@given(st.one_of(SENTENCES, SPACED, SYMBOLS, st.text(max_size=40)), st.sampled_from(VOCABULARIES), st.booleans())
def test_any_text_is_read_or_refused(text: str, vocabulary: Vocabulary, new_symbols: bool) -> None:
    _outcome(text, vocabulary, new_symbols)


@fuzzed(300)
@given(st.one_of(SENTENCES, SYMBOLS, st.text(max_size=40)), st.sampled_from(VOCABULARIES))
def test_any_declaration_is_read_or_refused(text: str, vocabulary: Vocabulary) -> None:
    for function in (read_name, read_equation):
        try:
            function(text, vocabulary)
        except ReadError as error:
            assert 0 <= error.offset <= len(text)
    for function in (split_list, left_side):
        try:
            function(text)
        except ReadError as error:
            assert 0 <= error.offset <= len(text)


@fuzzed(300)
@given(st.lists(st.sampled_from("x x_1 w_1 net_h1 x1w1 yhat uv h_1^{(2)} delta_{h_1^2} f W^{[1]}".split()), min_size=1))
def test_names_joined_by_operators_are_always_read(names: list[str]) -> None:
    vocabulary = VOCABULARIES[2]
    found = read(" + ".join(f"({name})" if name != "f" else "f(x)" for name in names), vocabulary, new_symbols=False)
    assert isinstance(found, Written)


HOSTILE = {
    "tower of powers": "9^9^9^9",
    "power of ten as exponent": "x^{10^9}",
    "large exponent": "x^1000000",
    "one megabyte": "x+" * 500_000,
    "ten thousand brackets": "(" * 10_000 + "x" + ")" * 10_000,
    "ten thousand open brackets": "(" * 10_000,
    "brackets at the limit of length": "(" * 9_000 + ")" * 9_000,
    "ten thousand braces": "{" * 5_000 + "x" + "}" * 5_000,
    "many minus signs": "-" * 10_000 + "x",
    "many minus signs in an exponent": "x^" + "-" * 5_000 + "2",
    "many powers": "x^" * 5_000 + "x",
    "many nested exponents": "x^{" * 1_000 + "x" + "}" * 1_000,
    "many fractions": r"\frac{" * 1_000 + "1" + "}{2}" * 1_000,
    "fractions without braces": r"\frac" * 2_000,
    "roots without braces": r"\sqrt" * 2_000 + "x",
    "functions without brackets": "ln " * 5_000 + "x",
    "sums in sums": "sum_i " * 2_000 + "x",
    "hats on hats": r"\hat" * 2_000 + "{x}",
    "many quotients": "x/" * 5_000 + "x",
    "many subscripts": "x_" * 5_000 + "x",
    "many primes": "x" + "'" * 10_000,
    "derivatives in derivatives": "d(" * 2_000 + "x" + ")/dx" * 2_000,
    "nested derivatives that fail": "df(" * 40 + "x" + ")/dx" * 39,
    "a long run": "abcdefgh" * 2_000,
    "a long subscript": "x_" + "a" * 15_000,
    "a long number": "1" * 15_000,
    "a number with a long exponent": "1e" + "9" * 15_000,
    "a scientific number": r"2\times10^{999999}",
    "null bytes": "x\0y",
    "surrogate": "x\ud800",
    "bars": "|" * 3_000,
    "cases in cases": r"\begin{cases}" * 500 + r"\end{cases}" * 500,
    "long label": "x^{" + "a" * 9_000 + "}",
    "small digits": "x" + "²" * 9_000,
    "nothing": "",
    "a space": " ",
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_hostile_text_is_refused(what: str) -> None:
    for vocabulary in VOCABULARIES:
        if vocabulary.superscripts_are_labels and "x^" in HOSTILE[what]:
            continue  # x^1000000 is a name there
        assert _outcome(HOSTILE[what], vocabulary) is None


HARMLESS = {
    "many terms": "+".join(f"w_{i} x_{i}" for i in range(900)),
    "many factors": " ".join(["x"] * 3_000),
    "deep but not too deep": "(" * 40 + "x" + ")" * 40,
    "a power of a power": "2^{3^2}",
    "large exponent of a name": "x^{1000}",
}


@pytest.mark.parametrize("what", sorted(HARMLESS))
def test_large_but_sensible_text_is_read(what: str) -> None:
    assert _outcome(HARMLESS[what], Vocabulary()) is not None


def test_a_name_is_suggested_in_a_large_network() -> None:
    names = frozenset(Name("w", sub=f"{i},{j}") for i in range(10, 60) for j in range(10, 60))
    vocabulary = Vocabulary(names)
    with pytest.raises(ReadError, match="w_"):
        read("w_{99,99} + q", vocabulary, new_symbols=False)


@pytest.mark.parametrize("text", ["d2L/dx", "d6y/dx = 1", "d1x_1/dy", "d3L/dx^2"])
def test_a_digit_after_the_d_of_a_derivative_is_refused(text: str) -> None:
    for vocabulary in VOCABULARIES[1:]:
        assert _outcome(text, vocabulary, False) is None
