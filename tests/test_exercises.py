"""Every file in exercises/ is solved, its page is the golden one, and its PDF says what tests/facts.yaml demands."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from symprop import api
from symprop.render import render_json, render_tex
from tests.golden import EXERCISES, GOLDEN, ROOT, pages

FACTS = yaml.load((Path(__file__).parent / "facts.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
BY_NAME = {path.stem: path for path in EXERCISES}
MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{PRIME}": "'", "\N{FIGURE DASH}": "-", "\N{EN DASH}": "-"})


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def page_facts(name: str) -> list[str]:
    """The texts that the page must show, of all parts."""
    entry = FACTS[name]
    return [text for part in (entry if isinstance(entry, list) else [entry]) for text in part.get("page", [])]


def plain(text: str) -> str:
    """With blanks that are one space each, minus signs that are one character."""
    return re.sub(r"\s+", " ", text.translate(MINUS).replace("{-}", "-"))


def shows(text: str, fact: str) -> bool:
    """Whether the fact stands there; a number not as a part of a longer one, anything else with blanks or without."""
    fact = plain(fact)
    if re.fullmatch(r"-?[\d.]+", fact):
        return bool(re.search(r"(?<![\d.])" + re.escape(fact).replace(r"\-", "- ?") + r"(?!\d|\.\d)", text))
    return fact.replace(" ", "") in text.replace(" ", "")


def test_there_are_exercises_and_each_has_facts() -> None:
    assert len(EXERCISES) >= 17
    assert set(FACTS) == set(BY_NAME)
    assert all(FACTS.values())


@pytest.mark.parametrize("name", BY_NAME)
def test_each_exercise_is_solved_and_certified(name: str) -> None:
    solution = api.solve(BY_NAME[name].relative_to(ROOT))
    assert solution.parts
    for part in solution.parts:
        assert len(part.worked) == len(part.part.tasks) > 0
        assert part.certificate is not None
        assert part.certificate.relations > 0


@pytest.mark.parametrize("name", BY_NAME)
def test_the_same_exercise_gives_the_same_bytes(name: str) -> None:
    path = BY_NAME[name].relative_to(ROOT)
    first, second = api.solve(path), api.solve(path)
    assert render_tex(first) == render_tex(second)
    assert render_json(first) == render_json(second)


@pytest.mark.parametrize("name", BY_NAME)
def test_each_page_is_the_golden_one(name: str) -> None:
    """Laws decide what is right; this shows what changed (make golden)."""
    for file, text in pages(BY_NAME[name]):
        assert file.exists(), f"{file.name}: no golden file (make golden)"
        assert text == file.read_text(encoding="utf-8"), f"{file.name} changed (make golden, and read the diff)"


def test_there_is_no_golden_file_without_an_exercise() -> None:
    expected = {f"{name}.{ending}" for name in BY_NAME for ending in ("tex", "json")}
    assert {file.name for file in GOLDEN.iterdir()} == expected


@pytest.mark.parametrize("name", BY_NAME)
def test_the_facts_stand_in_the_latex(name: str) -> None:
    tex = plain(render_tex(api.solve(BY_NAME[name].relative_to(ROOT))))
    numbers = [fact for fact in page_facts(name) if re.fullmatch(r"-?\d+\.?\d*", fact)]
    missing = [fact for fact in numbers if not shows(tex, fact)]
    assert not missing


@pytest.mark.parametrize("name", BY_NAME)
def test_each_pdf_is_made_and_its_text_holds_the_facts(name: str, tmp_path: Path) -> None:
    from symprop.render.pdf import compile_pdf

    out = tmp_path / f"{name}.pdf"
    made = compile_pdf(render_tex(api.solve(BY_NAME[name].relative_to(ROOT))), out)
    assert made.overfull == (), "with every engine: test_pages"
    assert out.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (poppler-utils): the PDF was made, its text was not looked at")
    text = plain(subprocess.run(["pdftotext", "-raw", out, "-"], capture_output=True, check=True, text=True).stdout)
    assert text
    missing = [fact for fact in page_facts(name) if not shows(text, fact)]
    assert not missing
