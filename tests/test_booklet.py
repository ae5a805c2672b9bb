"""Many at once: one document of several exercises, one bad one left out, an interrupt that leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from symprop import api
from symprop.cli.booklet import work_booklet
from symprop.cli.solving import Job
from symprop.model.exercise import Task
from symprop.model.solution import Prose, Worked, phrase
from symprop.render import engines, render_tex
from symprop.render.booklet import sheet_at
from symprop.render.pdf import compile_pdf
from tests.golden import EXERCISES, ROOT
from tests.solutions import page
from tests.test_cli import symprop

NAMES = ("three_uses", "itakura_saito", "net_and_out")
FILES = tuple(f"exercises/{name}.yaml" for name in NAMES)
needs_engine = pytest.mark.skipif(engines.embedded() is None, reason="the embedded engine is not for this platform")


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def sheets(files: Sequence[str]) -> list[str]:
    return [api.to_tex(api.solve(file), prefix=f"{k}-") for k, file in enumerate(files, 1)]


def pages_of(path: Path) -> list[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True).stdout
    return text.split("\f")[:-1]


def test_a_booklet_holds_every_sheet_whole_and_every_label_once() -> None:
    documents = sheets(FILES)
    tex = api.to_booklet(documents)
    for document in documents:
        body = document.partition("\\begin{document}\n")[2].partition("\\end{document}")[0].strip()
        assert len(body) > 500 and body in tex
    labels = re.findall(r"\\(?:whynum|eqnum)\{(eq:[^}]*)\}", tex) + re.findall(r"\\answer\{([^}]*)\}", tex)
    assert len(labels) > 8 and len(set(labels)) == len(labels)
    cited = set(re.findall(r"\\eqlink\{([^}]*)\}", tex)) | set(re.findall(r"\\partref\{([^}]*)\}", tex))
    assert cited & {label for label in labels if label.startswith("eq:")} and cited - {*labels} == set()
    assert tex.count("\\begin{document}") == tex.count("\\end{document}") == tex.count("\\documentclass") == 1


def test_a_citation_finds_its_label_behind_every_prefix() -> None:
    first = Worked(Task("forward", label="a"), (Prose((phrase("forward-order"),)),))
    second = Worked(Task("forward", label="b"), (Prose((phrase("from-part", part="a"),)),))
    tex = render_tex(page(first, second), prefix="7-")
    anchors = set(re.findall(r"^\\answer\{([^}]*)\}", tex, re.MULTILINE))
    cited = set(re.findall(r"\\partref\{([^}]*)\}", tex))
    assert cited and cited <= anchors and all(anchor.startswith("7-") for anchor in anchors)


def test_the_sheet_of_a_line_is_known() -> None:
    tex = api.to_booklet(sheets(FILES))
    lines = tex.split("\n")
    starts = [k for k, line in enumerate(lines, 1) if line == "\\nextsheet"]
    assert len(starts) == 3
    assert [sheet_at(tex, line) for line in (1, starts[0] - 1)] == [None, None]
    assert [sheet_at(tex, line + 1) for line in starts] == [0, 1, 2]
    assert sheet_at(tex, len(lines)) == 2


def test_a_booklet_is_one_document_with_contents_set_by_every_engine(engine: str, tmp_path: Path) -> None:
    result = compile_pdf(api.to_booklet(sheets(FILES)), tmp_path / "week.pdf", engine=engine, timeout=60)
    assert result.overfull == ()
    pages = pages_of(result.path)
    assert len(pages) == result.pages > 3
    first = pages[0]
    titles = [api.load(file).title for file in FILES]
    for title in titles:
        row = re.search(rf"{re.escape(title)}[ .]*(\d+)$", first, re.MULTILINE)
        assert row, first
        page = pages[int(row[1]) - 1]
        assert title in page[:200], "each begins on a new page, and the contents say which"
        assert page.rstrip().endswith(row[1]), "with its number"
    assert "??" not in "".join(pages)


@needs_engine
def test_the_command_writes_one_document_instead_of_many(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = symprop("solve", *FILES, "--booklet", "week 3.pdf", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(p.name for p in out.iterdir()) == ["week 3.pdf", "week 3.tex"]
    *each, last = done.stdout.splitlines()
    assert [line.split()[0] for line in each] == list(FILES) and all("equalities checked" in line for line in each)
    assert last.startswith(f"{out / 'week 3.pdf'} .tex  ") and last.endswith("pages; 3 exercises")


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_bad_exercise_is_left_out(jobs: int, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("title: Bad\nequations: |\n  L = (w x - y\ntasks: [forward]\n", encoding="utf-8")
    files = (FILES[0], str(bad), FILES[1])
    done = symprop("solve", *files, "--booklet", "week", "--to", "tex", "-j", jobs, "-o", tmp_path / "out")
    assert done.returncode == 2 and f"{bad}:3:" in done.stderr
    assert done.stdout.splitlines()[-1].endswith("week.tex  2 exercises")
    assert (tmp_path / "out" / "week.tex").read_text(encoding="utf-8").count("\n\\nextsheet\n") == 2


def test_without_a_good_exercise_there_is_no_booklet(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("title: Bad\n", encoding="utf-8")
    done = symprop("solve", bad, "--booklet", "week", "-o", tmp_path / "out")
    assert done.returncode == 2 and done.stdout == ""
    assert list((tmp_path / "out").iterdir()) == []


@needs_engine
def test_a_sheet_that_tex_refuses_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = api.to_tex

    def wrong(solution: object, **options: str) -> str:
        tex = right(solution, **options)  # type: ignore[arg-type]
        return tex.replace("\n\\heading{", "\n\\nosuchcommand\\heading{", 1) if options["prefix"] == "2-" else tex

    monkeypatch.setattr(api, "to_tex", wrong)
    outcomes = list(work_booklet(tmp_path / "week", FILES, Job("", "", ("pdf", "tex")), 1))
    assert [bool(o.code) for o in outcomes] == [False, False, False, True, False]
    assert outcomes[3].file == FILES[1] and f"{FILES[1]}: left out of week.pdf" in outcomes[3].message
    assert outcomes[4].line.endswith("2 exercises")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["week.pdf", "week.tex"]
    assert "nosuchcommand" not in (tmp_path / "week.tex").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--booklet", "a/b"), "no name for a file"),
        (("--booklet", ""), "no name for a file"),
        (("--booklet", "..\\x"), "no name for a file"),
        (("--booklet", "week", "--to", "json"), "pdf and tex"),
    ],
)
def test_a_booklet_that_cannot_be_is_refused_first(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = symprop("solve", *FILES, *arguments, "-o", tmp_path / "out")
    assert done.returncode == 2 and message in done.stderr
    assert not (tmp_path / "out").exists()


SLOW_PIPES = """
import multiprocessing.connection as connection, os, time
def send(self, message):  # a pipe takes 4 kB whole; before the rest of more it may be full
    for start in range(0, len(message), 4096):
        time.sleep(0.2 * (start > 0))
        assert os.write(self._handle, message[start : start + 4096])
connection.Connection._send = send
"""


@needs_engine
@pytest.mark.skipif(os.name != "posix", reason="signals as a terminal sends them")
@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize("booklet", [(), ("--booklet", "all")])
def test_an_interrupt_leaves_nothing_half_written(booklet: tuple[str, ...], slow: bool, tmp_path: Path) -> None:
    out, scratch = tmp_path / "out", tmp_path / "scratch"
    scratch.mkdir()
    site = tmp_path / "site"
    site.mkdir()
    if slow:
        (site / "sitecustomize.py").write_text(SLOW_PIPES, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "symprop", "solve", *map(str, EXERCISES), "-o", str(out), "-j", "2", *booklet],
        env={**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(site)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()  # at work
    while not booklet and process.poll() is None and not any(scratch.glob("**/run")):
        time.sleep(0.002)  # until TeX is, too
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to everybody
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and errors.strip() == "symprop: interrupted"
    assert [p.name for p in out.iterdir() if p.name.startswith(".") or p.suffix not in (".pdf", ".tex")] == []
    for pdf in out.glob("*.pdf"):
        assert pdf.read_bytes().rstrip().endswith(b"%%EOF")
    assert list(scratch.iterdir()) == []
