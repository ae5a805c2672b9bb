"""Documents of the class exam, set by every engine that finds exam.cls (scripts/need-exam): they fit the page, show no
answers before they should, their points add up, and no question stands alone at the foot of a page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from symprop import api
from symprop.render import engines
from symprop.render.formats import split
from symprop.render.pdf import compile_pdf
from tests.golden import EXERCISES, ROOT
from tests.styled import STYLES, in_style, set_together

DECIMAL = re.compile(r"\d+\.\d+")
EVERY = "SYMPROP_LAWS" in os.environ
QUESTION = re.compile(r"\([a-z]\) ")


@cache
def documents(sheet: str, style: int = 0, turn: int | None = None, **options: Any) -> tuple[str, ...]:
    """Every exercise as an exam; ``turn``: every third."""
    return tuple(
        api.to_tex(s, sheet=sheet, document_class="exam", prefix=f"{sheet}{style}-{k}-", **options)
        for k, s in enumerate(in_style(style), 1)
        if turn is None or (k - 1) % 3 == turn
    )


def pages_of(path: Path) -> list[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True).stdout
    return text.split("\f")[:-1]


def test_every_exercise_as_an_exam_fits_the_page_and_its_problem_shows_no_answer(
    exam_engine: str, tmp_path: Path
) -> None:
    """The problem's text has no number that the plain problem sheet does not have; that of the key has many."""
    plain = [api.to_tex(s, sheet="problem", prefix=f"{k}-") for k, s in enumerate(in_style(0), 1)]
    found = []
    for name, sheets in (("plain", plain), ("problem", documents("problem")), ("key", documents("key"))):
        made = set_together(sheets, tmp_path / f"{name}.pdf", engine=exam_engine)
        assert made.overfull == () and made.pages >= len(EXERCISES)
        pages = pages_of(made.path)
        found.append({number for page in pages for number in DECIMAL.findall(page)})
        assert ("Remark" in "".join(pages)) == (name == "key")
    known, shown, worked = found
    assert shown <= known and len(worked - known) > 100


def fit(exams: Sequence[str], folder: Path, engine: str) -> None:
    """With answers and without: two preambles, so two runs."""
    for preamble in dict.fromkeys(split(tex)[0] for tex in exams):
        alike = [tex for tex in exams if split(tex)[0] == preamble]
        made = set_together(alike, folder / "exams.pdf", engine=engine)
        assert made.overfull == () and made.pages >= len(alike)


@pytest.mark.long
def test_exams_fit_the_page_in_every_style_and_on_every_sheet(exam_engine: str, tmp_path: Path) -> None:
    """Each key in one style of its own, of the other sheets every third exercise in each style; all of them in ``make
    laws``.  Every third of these with the other engines, which set the plain ones all: the test above."""
    exams: list[str] = []
    for style in range(1 + len(STYLES)):
        for sheet in ("key", "problem", "hints", "faded")[style == 0 :]:
            exams += documents(sheet, style, turn=None if EVERY else style % 3)
    exams = list(dict.fromkeys(exams))
    assert len(exams) > len(EXERCISES) * len(STYLES)
    exams = exams if exam_engine == "embedded" else exams[::3]
    fit(exams, tmp_path, exam_engine)


@pytest.mark.long
def test_exams_take_a_courses_own_look(exam_engine: str, tmp_path: Path) -> None:
    """The head and the words of docs/look on every sheet, in a page that fits."""
    exams: list[str] = []
    for sheet in ("problem", "hints", "key", "faded"):
        exams += documents(sheet, look=ROOT / "docs" / "look")
        if exam_engine != "embedded":  # what one engine sets, another sets alike: the test above
            break
    assert all("Neuronale Netze, Wintersemester" in tex and "Worked solution" not in tex for tex in exams)
    fit(exams, tmp_path, exam_engine)


def test_points_add_up(exam_engine: str, tmp_path: Path) -> None:
    solution, *_ = in_style(0)
    (part,) = solution.parts
    worth = ("1", "4", "2.5", "0.5")
    tasks = [replace(w, task=replace(w.task, points=p)) for w, p in zip(part.worked, worth, strict=True)]
    tex = api.to_tex(replace(solution, parts=(replace(part, worked=tuple(tasks)),)), document_class="exam")
    counted = tex.replace("\\end{questions}\n", "\\end{questions}\nIn all: \\numpoints.\n")
    made = compile_pdf(counted, tmp_path / "points.pdf", engine=exam_engine)
    assert "In all: 8." in "".join(pages_of(made.path))


def test_no_question_stands_alone_at_the_foot_of_a_page(exam_engine: str, tmp_path: Path) -> None:
    """One exercise many times, each time a bit further down the page."""
    if exam_engine not in ("embedded", "pdflatex"):
        pytest.skip("one engine breaks pages like another")
    (solution,) = (s for s in in_style(0) if s.exercise.title == "A variable that is used three times")
    sheets = []
    for k in range(30):
        tex = api.to_tex(solution, document_class="exam", prefix=f"{k}-")
        sheets.append(tex.replace("\\begin{questions}\n", f"\\vspace*{{{5 * k}mm}}\n\\begin{{questions}}\n"))
    made = set_together(sheets, tmp_path / "feet.pdf", engine=exam_engine)
    feet = []
    for page in pages_of(made.path) + pages_of(made.path.with_stem("again")):
        lines = [line.strip() for line in page.splitlines() if line.strip() and not re.match(r"\s*(Page )?\d+$", line)]
        feet.append(lines[-1])
    assert len(feet) > 60 and not [line for line in feet if QUESTION.match(line)]


def test_classes_in_a_folder_of_ones_own_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = engines.find("embedded")
    if found is None:
        pytest.skip("the embedded engine is not there")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "course.sty").write_text("\\ProvidesPackage{course}\\newcommand\\course{ok}", encoding="utf-8")
    tex = "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{lmodern}\\usepackage{course}\n"
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "page.tex").write_text(tex + "\\begin{document}\\course\\end{document}\n", encoding="utf-8")
    codes = []
    for folder in (str(tmp_path / "own"), str(tmp_path / "nowhere"), ""):
        monkeypatch.setenv(engines.OWN_FOLDER, folder)
        codes.append(engines.run(found, found.arguments("page"), tmp_path / "run", timeout=30).code)
    assert codes[0] == 0 and codes[1] and codes[2]
