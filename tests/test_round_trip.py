"""The law of printing: what is printed reads back as the same tree, in LaTeX and in plain maths."""

from __future__ import annotations

from hypothesis import given

from symprop.notation import Notation, latex, text
from symprop.reader import read
from symprop.written import Written, dump
from tests.budget import fuzzed
from tests.strategies import TRICKY, USUAL, World, statements

NOTATIONS = [Notation(fractions, style) for fractions in ("bar", "slash") for style in ("partial", "d", "nabla")]


def returns(formula: Written, among: World) -> None:
    for notation in NOTATIONS:
        notation = Notation(notation.fractions, notation.derivatives, vocabulary=among.vocabulary)
        printed = latex(formula, notation)
        found = read(printed, among.vocabulary, new_symbols=False)
        assert found == formula, f"{printed}\n{dump(formula)}\n{dump(found)}"
    printed = text(formula, Notation(vocabulary=among.vocabulary))
    found = read(printed, among.vocabulary, new_symbols=False)
    assert found == formula, f"{printed}\n{dump(formula)}\n{dump(found)}"


@given(statements(USUAL))
@fuzzed(300)
def test_every_formula_reads_back_as_it_was(formula: Written) -> None:
    returns(formula, USUAL)


@given(statements(TRICKY))
@fuzzed(300)
def test_formulas_with_d_and_e_as_quantities_read_back(formula: Written) -> None:
    returns(formula, TRICKY)
