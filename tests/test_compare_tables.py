"""Pairs of formulas and their verdicts: the tables in tests/answers/compare/, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from symprop import spec
from symprop.judge.compare import compare
from symprop.judge.context import Context, context_of
from symprop.notation import Notation, latex, text
from symprop.reader import read
from symprop.render.verdicts import compared_json, compared_text

FOLDER = Path(__file__).resolve().parent / "answers" / "compare"


def tables() -> Iterator[dict[str, Any]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def cells(line: str) -> tuple[str, str, str]:
    """verdict and code, left, right"""
    verdict, pair = line.split("|", 1)
    left, right = pair.split("≟")
    return " ".join(verdict.split()), left.strip(), right.strip()


def rows() -> Iterator[Any]:
    for table in tables():
        for line in table["rows"].strip().splitlines():
            verdict, left, right = cells(line)
            told = table.get("declare", ""), table.get("with", "")
            yield pytest.param(told, verdict, left, right, id=f"{left} ≟ {right}"[:80])


@cache
def context(declare: str, fragment: str, folder: Path) -> Context:
    known = Context()
    if fragment:
        path = folder / "context.yaml"
        path.write_text(fragment, encoding="utf-8")
        known = context_of(spec.fragment(path))
    return known.declaring(declare) if declare else known


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fragments")


def test_there_are_many_rows_of_both_kinds() -> None:
    kinds = [row.values[1].split()[0] for row in rows()]
    assert len(kinds) >= 160
    assert min(kinds.count("equal"), kinds.count("different")) >= 60


@pytest.mark.parametrize(("told", "verdict", "left", "right"), list(rows()))
def test_a_pair_gets_its_verdict(told: tuple[str, str], verdict: str, left: str, right: str, folder: Path) -> None:
    known = context(*told, folder)
    for a, b in ((left, right), (right, left)):
        found = compare(a, b, known)
        assert f"{found.kind} {found.said.code}" == verdict
        assert compared_text(found) and compared_json(found) and compared_text(found, "de")
    for side in found.sides:
        if side.formula is not None:  # what is echoed reads back
            notation = Notation(vocabulary=known.vocabulary)
            for shown in (text(side.formula, notation), latex(side.formula, notation)):
                assert read(shown, known.vocabulary) == side.formula, shown
