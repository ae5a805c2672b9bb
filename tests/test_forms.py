"""Textbook forms: every row of forms.yaml, before → after, compared as trees."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from symprop.derive.bench import start
from symprop.derive.calculus import derivative
from symprop.derive.form import tidy
from symprop.model.exercise import Equation, Part
from symprop.names import FunctionDef, Vocabulary
from symprop.reader import left_side, read, read_name
from symprop.written import Name, dump

ROWS = yaml.safe_load((Path(__file__).parent / "forms.yaml").read_text(encoding="utf-8"))


def vocabulary(row: dict[str, str]) -> Vocabulary:
    names = frozenset(read_name(n) for n in row["names"].split())
    functions = {read_name(f): FunctionDef(read_name(f)) for f in row.get("functions", "").split()}
    return Vocabulary(quantities=names, functions=functions)


def result(row: dict[str, str]):
    known = vocabulary(row)
    if "tidy" in row:
        kept = [read(k, known) for k in row.get("keep", "").split(",") if k.strip()]
        return tidy(read(row["tidy"], known), kept=kept)
    formula, by = read(row["derive"], known), read_name(row["by"])
    if "nodes" not in row:
        return derivative(formula, by, known)
    left, right, _ = left_side(row["nodes"])
    node, target = read_name(left), Name("TARGET")
    equations = (Equation(node, read(right, known)), Equation(target, formula))
    return start(Part(equations, known)).closed(target, by)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: str(r.get("derive", r.get("tidy"))))
def test_a_formula_is_told_as_a_textbook_tells_it(row):
    wanted = read(row["gives"], vocabulary(row))
    found = result(row)
    assert found == wanted, f"{dump(found)}\n{dump(wanted)}"


def test_there_are_at_least_120_rows_and_half_of_them_from_no_source_document():
    assert len(ROWS) >= 120
    assert sum("source" not in row for row in ROWS) >= len(ROWS) / 2
