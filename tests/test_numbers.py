"""From exact values to printed numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.derive.numbers import ball, close
from symprop.evaluate import Balls, evaluate
from symprop.model.exercise import Rounding
from symprop.names import Vocabulary
from symprop.notation import Notation, latex, text
from symprop.notation.digits import decimal, scientific
from symprop.notation.numbers import half_up, places_for, plain, shown
from symprop.reader import read
from symprop.written import Num

DEFAULT = Rounding()
THREE = Rounding(3, explicit=True)
FIVE = Rounding(5, explicit=True)
CENTS = Rounding(2, "decimals", explicit=True)
QUOTIENTS = Rounding(fractions=True)

ROWS = [
    # value, rounding, printed, whether it is the value itself
    ("1.90992", DEFAULT, "1.90992", True),  # six significant digits are printed as they are
    ("1.909921", DEFAULT, "1.910", False),  # seven are not
    ("-0.000123456", DEFAULT, "-0.000123456", True),
    ("0", DEFAULT, "0", True),
    ("123456789", DEFAULT, "123456789", True),  # whole numbers stay whole
    ("0.038370", DEFAULT, "0.03837", True),
    ("1/3", DEFAULT, "0.3333", False),
    ("-2/3", DEFAULT, "-0.6667", False),
    ("0.03800001", DEFAULT, "0.03800", False),  # zeros that were found are shown
    ("9.99996", THREE, "10.0", False),
    ("0.99995", THREE, "1.00", False),
    ("0.0999", Rounding(1, explicit=True), "0.1", False),
    ("2.5", THREE, "2.5", True),
    ("0.125", Rounding(2, explicit=True), "0.13", False),  # ties go away from zero
    ("-0.125", Rounding(2, explicit=True), "-0.13", False),
    ("0.5765", THREE, "0.577", False),
    ("1.234567", FIVE, "1.2346", False),
    ("1234567.1", THREE, "1.23e6", False),
    ("1234567", THREE, "1.23e6", False),
    ("123456", THREE, "1.23e5", False),
    ("237656.25", DEFAULT, "2.377e5", False),  # 237700 would not show which zeros are known
    ("1200345", THREE, "1.20e6", False),
    ("53472.65625", DEFAULT, "53470", False),  # one zero nobody takes for a digit
    ("4000000", DEFAULT, "4e6", True),
    ("4100000", DEFAULT, "4.1e6", True),
    ("4210000", DEFAULT, "4210000", True),
    ("400000", DEFAULT, "400000", True),
    ("0.005", CENTS, "0.01", False),
    ("-0.004", CENTS, "0.00", False),  # never -0
    ("0.004", CENTS, "0.00", False),
    ("1.999", CENTS, "2.00", False),
    ("1.2", CENTS, "1.2", True),
    ("7", CENTS, "7", True),
    ("1/3", CENTS, "0.33", False),
    ("1/3", QUOTIENTS, "1/3", True),
    ("-5/6", QUOTIENTS, "-5/6", True),
    ("3/8", QUOTIENTS, "0.375", True),
    ("0.000000025", DEFAULT, "2.5e-8", True),
    ("1/30000000", DEFAULT, "3.333e-8", False),
    ("0.00000000250000001", DEFAULT, "2.500e-9", False),
    ("0.00001", DEFAULT, "0.00001", True),
    ("1000000000000000", DEFAULT, "1e15", True),
    ("123456789012345", DEFAULT, "1.235e14", False),
]


@pytest.mark.parametrize(("value", "rounding", "printed", "same"), ROWS)
def test_values_are_printed_as_the_table_says(value: str, rounding: Rounding, printed: str, same: bool) -> None:
    written, is_it = shown(Fraction(value), rounding)
    assert (text(written), is_it) == (printed, same)
    unknown = isinstance(written, Num) and written.places is not None and written.places < 0
    assert read(printed) == (Num(written.value) if unknown else written)  # the zeros too


def test_guard_digits_come_on_top() -> None:
    assert [text(shown(Fraction(2, 3), DEFAULT, extra=n)[0]) for n in range(3)] == ["0.6667", "0.66667", "0.666667"]
    assert [text(shown(Fraction(2, 3), CENTS, extra=n)[0]) for n in range(3)] == ["0.67", "0.667", "0.6667"]


def test_a_ball_is_printed_by_its_middle_and_is_never_exact() -> None:
    value = evaluate(read("ln(2)", Vocabulary()), {}, Balls(256))
    written, same = shown(value, DEFAULT)
    assert (text(written), same) == ("0.6931", False)
    assert plain(value) == "0.69314718056"


PLAIN = [
    ("1/3", "0.333333333333"),
    ("-1/3", "-0.333333333333"),
    ("0.1", "0.1"),
    ("5.12", "5.12"),
    ("0", "0"),
    ("1234567890123456", "1234567890120000"),
    ("0.0000000123456789012345", "1.23456789012e-8"),
    ("2", "2"),
]


@pytest.mark.parametrize(("value", "printed"), PLAIN)
def test_answers_for_machines_have_twelve_digits(value: str, printed: str) -> None:
    assert plain(Fraction(value)) == printed


NUMERALS = [
    ("0.0380", r"0.0380"),
    ("-1.92", "-1.92"),
    ("2.5e-8", r"2.5\times 10^{-8}"),
    ("2.50e-8", r"2.50\times 10^{-8}"),
    ("-4e-6", r"-4\times 10^{-6}"),
    ("0.00001", "0.00001"),
    ("12345678901", "12345678901"),
    ("31000000000", r"3.1\times 10^{10}"),
]


@pytest.mark.parametrize(("number", "printed"), NUMERALS)
def test_numbers_on_a_page(number: str, printed: str) -> None:
    assert latex(read(number)) == printed
    assert read(printed) == read(number)


def test_a_decimal_comma_gets_no_space() -> None:
    assert latex(read("0.5 x"), Notation(decimal_comma=True)) == "0{,}5 x"


def test_only_finite_decimals_have_digits() -> None:
    with pytest.raises(ValueError, match="1/3"):
        decimal(Fraction(1, 3))


@given(st.fractions(), st.integers(1, 12))
def test_rounding_is_off_by_half_a_unit_at_most(value: Fraction, digits: int) -> None:
    places = places_for(value, digits)
    rounded = half_up(value, places)
    assert abs(rounded - value) <= Fraction(1, 2) / Fraction(10) ** places
    if value:
        assert 10 ** (digits - 1) <= abs(rounded) * Fraction(10) ** places < 10**digits


@given(st.integers(), st.integers(0, 40), st.integers(0, 45))
def test_the_digits_of_a_decimal_are_its_value(digits: int, below: int, places: int) -> None:
    value = Fraction(digits, 10**below)
    assert Fraction(decimal(value, places)) == value
    assert len(decimal(value, places).partition(".")[2]) >= places
    assert not decimal(value).startswith("-0") or value < 0
    found = scientific(value, None)
    if found is not None:
        assert Fraction(found[0]) * Fraction(10) ** found[1] == value
        assert 1 <= abs(Fraction(found[0])) < 10
    assert read(text(Num(value))) == Num(value)


def test_small_values_are_compared_relatively() -> None:
    """1e-40 and 2e-40 agree to 30 places; they are two values all the same."""
    one, two = (ball(Fraction(k, 10**40)) for k in (1, 2))
    assert close(one, one)[0] and not close(one, two)[0] and not close(ball(0), one)[0]
    assert close(one, ball(Fraction(10**30 + 1, 10**70)))[0]
