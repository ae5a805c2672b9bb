"""The reader against a table of readings, and the laws that no table shows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from symprop.errors import ReadError
from symprop.names import KNOWN_FUNCTIONS, FunctionDef, Vocabulary, known_function
from symprop.reader import left_side, read, read_equation, read_name, split_list
from symprop.written import (
    Big,
    Call,
    Cases,
    Const,
    Deriv,
    Indicator,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Rel,
    Sum,
    Vec,
    Written,
    add,
    mul,
    neg,
    num,
)
from tests.budget import fuzzed


def shown(f: Written) -> str:
    """The tree, fully bracketed: -(2 * x) is the negative of a product, -2 is a number."""
    match f:
        case Num(value, places):
            if places is not None:
                return f"{value.numerator / value.denominator:.{places}f}"
            return str(value.numerator) if value.denominator == 1 else f"{_decimal(value)}"
        case Const(letter):
            return f"<{letter}>"
        case Name():
            return f.text
        case Neg(arg):
            return f"-({shown(arg)})"
        case Sum(terms):
            return "(" + " + ".join(map(shown, terms)) + ")"
        case Prod(factors):
            return "(" + " * ".join(map(shown, factors)) + ")"
        case Quot(above, below):
            return f"({shown(above)} / {shown(below)})"
        case Pow(base, exp):
            return f"({shown(base)} ^ {shown(exp)})"
        case Call(func, args, primes):
            return f"{func.text}{chr(39) * primes}({', '.join(map(shown, args))})"
        case Deriv(of, by, local):
            return f"D{'+' if local else ''}[{shown(of)}; {', '.join(map(shown, by))}]"
        case Vec(items):
            return f"⟨{', '.join(map(shown, items))}⟩"
        case Rel(items, ops):
            return " ".join([shown(items[0]), *(f"{o} {shown(i)}" for o, i in zip(ops, items[1:], strict=True))])
        case Indicator(condition):
            return f"1[{shown(condition)}]"
        case Cases(values, conditions):
            pieces = zip(values, conditions, strict=True)
            return "cases(" + "; ".join(f"{shown(v)} if {shown(c) if c else 'otherwise'}" for v, c in pieces) + ")"
        case Big(op, index, body, lower, upper, condition):
            bounds = "".join(f", {shown(b)}" if b else ", ?" for b in (lower, upper)) if lower or upper else ""
            return f"{op}{{{shown(index)}{bounds}{', ' + shown(condition) if condition else ''}}}({shown(body)})"
    raise AssertionError(type(f))


def _decimal(value: Fraction) -> str:
    digits = 0
    while (value * 10**digits).denominator > 1:
        digits += 1
    whole = str(abs(value * 10**digits)).zfill(digits + 1)
    return f"{'-' if value < 0 else ''}{whole[:-digits]}.{whole[-digits:]}"


def vocabulary(group: dict[str, Any]) -> Vocabulary:
    names = frozenset(map(read_name, group.get("declared", "").split()))
    functions = {read_name(f): FunctionDef(read_name(f)) for f in group.get("functions", "").split()}
    indices = {Name(letter): (None, None) for letter in group.get("indices", "").split()}
    options = {key: value for key, value in group.get("options", {}).items() if key != "new_symbols"}
    return Vocabulary(names, functions, indices, **options)


GROUPS = yaml.safe_load((Path(__file__).parent / "readings.yaml").read_text(encoding="utf-8"))
ROWS = [(group, str(text), str(reading)) for group in GROUPS for text, reading in group["rows"]]


def outcome(group: dict[str, Any], text: str) -> str:
    try:
        return shown(read(text, vocabulary(group), new_symbols=group.get("options", {}).get("new_symbols", True)))
    except ReadError as error:
        return f"refused: {error}"


def test_the_table_of_readings_is_large() -> None:
    assert len(ROWS) >= 150


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0].get('declared', '')[:20]} | {row[1]}")
def test_every_row_reads_as_the_table_says(row: tuple[dict[str, Any], str, str]) -> None:
    group, text, reading = row
    found = outcome(group, text)
    if reading.startswith("refused"):
        assert found.startswith(reading), found
    else:
        assert found == reading


def known(names: str, functions: str = "") -> Vocabulary:
    return vocabulary({"declared": names, "functions": functions})


LEFT_SIDES = [
    (r"\hat{y} = h", "yhat"),
    ("z_3 = h", "z_3"),
    ("h_1^2 = h", "h_1^2"),
    (r"W^{[1]} = h", "W^[1]"),
    ("delta = h", "delta"),
    (r"\delta_{h_1^2} := h", "delta_{h_1^2}"),
    ("x1w1 = h", "x1w1"),
    (r"\mathrm{net}_{h1} = h", "net_h1"),
    ("net_h1 = h", "net_h1"),
    ("L' = h", "L'"),
    ("sigma = h", "sigma"),
    ("w <- h", "w"),
    ("Loss2 = h", "Loss_2"),
    ("f(x) = h", "f(x)"),
    ("D(u, v) = h", "D(u, v)"),
    (r"\rho(z) = h", "rho(z)"),
]


@pytest.mark.parametrize(("text", "left"), LEFT_SIDES)
def test_left_sides_declare(text: str, left: str) -> None:
    quantity, formula = read_equation(text, Vocabulary())
    assert (shown(quantity), formula) == (left, Name("h"))


def test_the_parameters_of_a_function_are_known_in_its_body() -> None:
    quantity, formula = read_equation("f(z, k) = kz", known("x"))
    assert quantity == Call(Name("f"), (Name("z"), Name("k")))
    assert shown(formula) == "(k * z)"


def test_the_left_side_is_known_on_the_right() -> None:
    assert shown(read_equation("s = s(1 - s) + exp(s)", known("x"))[1]) == "((s * (1 + -(s))) + exp(s))"
    assert shown(read_equation("h_1^2 = h_1^2 x", known("x"))[1]) == "(h_1^2 * x)"


REFUSED_EQUATIONS = [
    ("z_3", 3, "expected `=`"),
    ("z <= 3", 2, "expected `=`"),
    ("= 3", 0, "nothing on the left"),
    ("z =", 3, "nothing on the right"),
    ("2 = z", 0, "expected a name"),
    ("a b = z", 2, "expected one name"),
    ("a + b = z", 2, "expected one name"),
    ("f(x + 1) = x", 4, "expected the parameters"),
    ("f(x, x) = x", 6, "two parameters"),
    ("  z = w x +", 11, "expected a number"),
    ("z = qqq + 1", 4, "unknown name `qqq`"),
    ("z_3 = w_1 x_1 + netw_1", 16, "unknown name `netw_1`"),
]


@pytest.mark.parametrize(("text", "offset", "message"), REFUSED_EQUATIONS)
def test_mistakes_in_equations_are_placed_in_the_whole_text(text: str, offset: int, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_equation(text, known("x w"))
    assert (caught.value.offset, caught.value.text) == (offset, text)
    assert message in str(caught.value)


NAMES = [
    ("w_46", Name("w", sub="46")),
    ("w46", Name("w", sub="46")),
    ("w_{4,6}", Name("w", sub="46")),
    ("yhat", Name("y", "hat")),
    (r"\hat{y}_1", Name("y", "hat", "1")),
    ("h_1^{(2)}", Name("h", sub="1", sup="(2)")),
    ("h^{(2)}_1", Name("h", sub="1", sup="(2)")),
    (r"\delta_{h_1^{2}}", Name("delta", sub="h_1^2")),
    ("net_h1", Name("net", sub="h1")),
    ("L'", Name("L", primes=1)),
    ("w_1'", Name("w", sub="1", primes=1)),
    (r"\sigma", Name("sigma")),
    ("Div", Name("Div")),
    (r"\vec w", Name("w")),
    ("σ₁", Name("sigma", sub="1")),
    ("w^{(t+1)}", Name("w", sup="(t+1)")),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_a_declaration_is_one_name(text: str, name: Name) -> None:
    assert read_name(text) == name
    assert read_name(name.text) == name, "its own spelling reads back"
    assert read(name.text, Vocabulary(frozenset({name})), new_symbols=False) == name


@pytest.mark.parametrize(
    "text", ["", "2", "a b", "a + b", "2x", "f(x)", "w_", "w_1_2", r"\hat{\hat y}", "a^2^3", "=", "x_{+*}"]
)
def test_no_other_text_is_a_declaration(text: str) -> None:
    with pytest.raises(ReadError):
        read_name(text)


def test_a_spelling_of_a_declared_name_is_that_name() -> None:
    declared = read_name("w_{i,j}")
    assert read_name("w_ij", Vocabulary(frozenset({declared}))) == declared


def test_lists_are_split_at_commas_outside_brackets() -> None:
    assert split_list("a, f(b, c),w_{4,6} , [d, e]") == [(0, "a"), (3, "f(b, c)"), (11, "w_{4,6}"), (21, "[d, e]")]
    assert split_list("0,5; 1,5") == [(0, "0,5"), (5, "1,5")]
    assert split_list("a,") == [(0, "a")]
    assert split_list("  ") == []
    for text in ("a,,b", "(a, b", "a), b", ",a"):
        with pytest.raises(ReadError):
            split_list(text)


def test_left_sides_are_cut_at_the_first_sign_outside_brackets() -> None:
    assert left_side("f(x) = [x = 1] + 2") == ("f(x)", "[x = 1] + 2", 7)
    assert left_side("w ← w - 1") == ("w", "w - 1", 4)


SUGGESTIONS = [
    ("yhat", "yhaat", "did you mean `yhat`?"),
    ("net_h1 net_h2", "net_h3", "did you mean `net_h1`?"),
    ("Loss", "los", "did you mean `Loss`?"),
    ("x", "sigmod(x)", "did you mean `sigmoid`?"),
    ("x", r"\sgima(x)", r"did you mean `\sigma`?"),
    ("b c", "b + bd", "did you mean"),
]


@pytest.mark.parametrize(("names", "text", "hint"), SUGGESTIONS)
def test_misspelled_names_are_recognised(names: str, text: str, hint: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(text, known(names))
    assert hint in caught.value.hint


def test_a_letter_without_its_index_is_told_the_names_that_there_are() -> None:
    with pytest.raises(ReadError, match="`E` is not declared") as caught:
        read("dE/dw", known("E_total E_o1 w"), new_symbols=False)
    assert caught.value.hint == "there are `E_o1`, `E_total`"
    with pytest.raises(ReadError) as caught:
        read("E w", known("E_total w"), new_symbols=False)
    assert caught.value.hint == "did you mean `E_total`?"


def test_a_condition_after_a_quotient_is_no_factor_of_it() -> None:
    with pytest.raises(ReadError, match="unknown name `if`") as caught:
        read("1/z if z > 0", known("z"), new_symbols=False)
    assert not caught.value.readings


def test_both_readings_of_an_ambiguous_text_are_shown() -> None:
    for names, text in (
        ("m q", "1/2m"),
        ("q x_1", "x_12"),
        ("ab bc a c", "abc"),
        ("x", r"\sin^{-1}(x)"),
        ("e", "2e-8"),
    ):
        with pytest.raises(ReadError) as caught:
            read(text, known(names))
        assert len(caught.value.readings) == 2


def test_every_known_function_is_read_by_all_its_spellings() -> None:
    for key, function in KNOWN_FUNCTIONS.items():
        arguments = ", ".join(["u", "v", "w"][: function.arguments[0]])
        for spelling in (*function.spellings, key):
            found = read(f"{spelling}({arguments})")
            assert isinstance(found, Call) and found.func == Name(key), spelling
        if key != "sqrt":
            found = read(f"{function.tex}({arguments})")
            assert isinstance(found, Call) and found.func == Name(key), function.tex
        assert known_function(key) == key


def test_every_name_of_a_function_may_be_a_quantity() -> None:
    for word in ("max", "sin", "sigmoid", "e", "pi", "N", "sum", "d", "sigma", "exp"):
        found = read(f"{word} (x + 1)", known(f"{word} x"), new_symbols=False)
        assert found == read("q (x + 1)", known("q x")).rebuilt((read_name(word), read("x + 1")))


@pytest.mark.parametrize("value", ["3", "-0.6", "0.038", "1e-8", "123456789.000001", "-2/3"])
def test_exact_numbers_stay_exact(value: str) -> None:
    assert read(value) == num(value if "e" not in value else Fraction(1, 10**8))


def test_a_vocabulary_is_prepared_once() -> None:
    vocabulary = known("x y")
    read("x", vocabulary)
    first = vocabulary.prepared
    read("y", vocabulary)
    assert vocabulary.prepared is first is not None
    assert vocabulary == known("x y")


# A law: every canonical tree, fully bracketed, reads back as itself, in plain maths and in LaTeX.

LAW_NAMES = ("x", "w_46", "yhat", "h_1^{(2)}", "delta_{h_1^2}", "net_h1", "uv", "L", "d")
LAW = vocabulary({"declared": " ".join(LAW_NAMES), "functions": "f g_1"})


def bracketed(f: Written, tex: bool) -> str:
    """A formula with brackets around everything that is not a name or a number without sign."""

    def inner(g: Written) -> str:
        plain = isinstance(g, Name | Const | Call | Deriv) or (isinstance(g, Num) and g.value >= 0)
        return (
            bracketed(g, tex) if plain else (rf"\left({bracketed(g, tex)}\right)" if tex else f"({bracketed(g, tex)})")
        )

    match f:
        case Num():
            return shown(f)
        case Const(letter):
            return letter if not tex or letter == "e" else rf"\{letter}"
        case Name():
            return f.text
        case Neg(arg):
            return f"-{inner(arg)}"
        case Sum(terms):
            rest = (f" - {inner(t.arg)}" if isinstance(t, Neg) else f" + {inner(t)}" for t in terms[1:])
            return inner(terms[0]) + "".join(rest)
        case Prod(factors):
            return (r" \cdot " if tex else "*").join(map(inner, factors))
        case Quot(a, b):
            return rf"\frac{{{bracketed(a, tex)}}}{{{bracketed(b, tex)}}}" if tex else f"{inner(a)}/{inner(b)}"
        case Pow(a, b):
            base = f"({bracketed(a, tex)})" if isinstance(a, Name | Call | Deriv) else inner(a)
            return f"{base}^{{{bracketed(b, tex)}}}" if tex else f"{base}^{inner(b)}"
        case Call(func, args, primes):
            return f"{func.text}{chr(39) * primes}({', '.join(bracketed(a, tex) for a in args)})"
        case Deriv(of, by, local):
            order = f"^{len(by)}" if len(by) > 1 else "^+" if local else ""
            if tex:
                below = " ".join(rf"\partial {b.text}" for b in by if isinstance(b, Name))
                return rf"\frac{{\partial{order} ({bracketed(of, tex)})}}{{{below}}}"
            below = " ".join(f"∂{b.text}" for b in by if isinstance(b, Name))
            return f"∂{order}({bracketed(of, tex)})/{below}"
    raise AssertionError(type(f))


def trees() -> st.SearchStrategy[Written]:
    numbers = st.builds(lambda n, p: Num(Fraction(n, 10**p)), st.integers(-40, 40), st.integers(0, 3))
    names = st.sampled_from([read_name(n) for n in LAW_NAMES])
    leaves = st.one_of(numbers, names, st.sampled_from([Const("e"), Const("pi")]))

    def grown(inner: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
        several = st.lists(inner, min_size=2, max_size=4)
        return st.one_of(
            several.map(lambda ts: add(*ts)),
            several.map(lambda fs: mul(*fs)),
            inner.map(neg),
            st.builds(Quot, inner, inner),
            st.builds(Pow, inner, st.one_of(names, st.sampled_from([num(2), num(-1), num("1/2")]))),
            st.builds(lambda a, p: Call(Name("f"), (a,), p), inner, st.integers(0, 4)),
            st.builds(lambda a, b: Call(Name("max"), (a, b)), inner, inner),
            st.builds(lambda a: Call(Name("tanh"), (a,)), inner),
            st.builds(lambda a, b, local: Deriv(a, (b,), local), inner, names, st.booleans()),
            st.builds(lambda a, b, c: Deriv(a, (b, c)), inner, names, names),
        )

    return st.recursive(leaves, grown, max_leaves=12)


@fuzzed(400)
@given(trees(), st.booleans())
def test_a_fully_bracketed_formula_reads_back_as_itself(formula: Written, tex: bool) -> None:
    assert read(bracketed(formula, tex), LAW, new_symbols=False) == formula
