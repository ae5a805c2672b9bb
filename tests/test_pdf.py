"""From TeX to PDF: complete, the same each time, within the page, with errors that say where."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from symprop.model.exercise import Task
from symprop.model.solution import Program, Worked
from symprop.render import engines, formats, pdf, render_tex
from symprop.render.escape import Tex
from symprop.render.formulas import printer
from symprop.render.pdf import TexError, compile_pdf, place_of, places_of
from symprop.render.probe import first_error
from symprop.render.width import EM, millimetres
from symprop.written import Written, add, mul, names_of
from tests import solutions
from tests.solutions import SMALL, document, page

pytestmark = pytest.mark.skipif(engines.embedded() is None, reason="the embedded engine is not for this platform")


def text_of(path: Path, order: str = "-layout") -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    return subprocess.run(["pdftotext", order, str(path), "-"], capture_output=True, check=True, text=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pdf.PdfResult:
    return compile_pdf(render_tex(page()), tmp_path_factory.mktemp("pdf") / "page.pdf")


def test_a_page_with_every_block_is_set_and_nothing_runs_over_the_margin(made: pdf.PdfResult) -> None:
    assert made.engine == "embedded" and made.passes < pdf.PASSES
    assert made.overfull == ()
    assert made.path.read_bytes().startswith(b"%PDF-")


def test_what_the_page_says_can_be_found_in_its_text(made: pdf.PdfResult) -> None:
    text = text_of(made.path)
    for fact in (
        "Worked solution",
        "Forward pass",
        "5.12",
        "by (2) and (1)",
        "import numpy as np",
        "31",
        "(g)",
    ):
        assert fact in text


def test_a_listing_can_be_copied_from_the_page(made: pdf.PdfResult) -> None:
    text = text_of(made.path)
    for line in ('# "input" and target; 100 % of a_1 & b^2 ~ {c} \\\\ #1 $z$', "w = np.array([0.5, -0.8])"):
        assert line in text


def test_a_program_in_columns_loses_no_line_over_the_pages(tmp_path: Path) -> None:
    """Column by column, page by page, in the order of the program; each page is filled but for the last."""
    program = Program("python", "\n".join(f"line_{k} = {k}" + "\n" * (k % 7 == 0) for k in range(500)))
    task = Worked(Task("program", label="z"), (program,))
    (part,) = page().parts
    solution = replace(page(), parts=(replace(part, worked=(*part.worked[:2], task)),))
    made = compile_pdf(render_tex(solution), tmp_path / "program.pdf")
    printed = re.findall(r"line_(\d+) =", text_of(made.path, "-raw"))
    assert list(map(int, printed)) == list(range(500)) and made.overfull == () and made.pages == 4


def test_the_same_text_is_the_same_file_wherever_and_however_it_is_made(
    made: pdf.PdfResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tex = render_tex(page())
    first = made.path.read_bytes()
    assert compile_pdf(tex, tmp_path / "other name.pdf").path.read_bytes() == first
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("SYMPROP_CACHE", str(tmp_path / "file"))
    assert compile_pdf(tex, tmp_path / "without.pdf").path.read_bytes() == first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert compile_pdf(tex, tmp_path / "dated.pdf").path.read_bytes() == first


def test_a_document_without_our_preamble_is_set_too(tmp_path: Path) -> None:
    result = compile_pdf(SMALL, tmp_path / "small.pdf")
    assert result.passes == 1 and "Hello" in text_of(result.path)


# ---- nothing too wide


def formulas() -> list[Written]:
    lines = [line for w in page().parts[0].worked for b in w.blocks if hasattr(b, "lines") for line in b.lines]
    found = [f for line in lines for _, f in line.chain] + [line.left for line in lines if line.left is not None]
    return [f for f in found if len(names_of(f)) < 30]


def test_the_width_of_a_formula_is_estimated_well_and_rather_too_large(tmp_path: Path) -> None:
    texts = list(dict.fromkeys(printer(None).display(f) for f in formulas()))
    assert len(texts) > 20
    measure = "".join(rf"\sbox0{{$\displaystyle {t}$}}\typeout{{W=\the\wd0}}" + "\n" for t in texts)
    tex = render_tex(page(solutions.count())).replace("\n\\heading{", "\n" + measure + "\n\\heading{", 1)
    (tmp_path / "page.tex").write_text(tex, encoding="utf-8")
    engine = engines.find("embedded")
    assert engine is not None
    done = engines.run(engine, engine.arguments("page"), tmp_path, timeout=20)
    widths = [float(w) * 0.3515 for w in re.findall(r"W=([\d.]+)pt", done.output)]
    assert len(widths) == len(texts)
    for text, width in zip(texts, widths, strict=True):
        assert width * 0.99 <= millimetres(text) <= width * 1.35 + 1.5 * EM, text


@pytest.mark.parametrize("terms", [3, 12, 30])
def test_long_formulas_stay_on_the_page(terms: int, tmp_path: Path) -> None:
    from symprop.model.exercise import Task
    from symprop.model.solution import Line, Lines, Prose, Table, Worked, phrase

    f = solutions.long_formula(terms)
    g = add(*(mul(f, solutions.d(solutions.L, solutions.z1)) for _ in range(2)))
    reason = (phrase("factor-out", factor=f),)
    rows = (
        Line(solutions.d(solutions.L, solutions.w1), (("=", f), ("≈", g)), reasons=reason, label="dy", boxed=True),
        Line(g, (("=", g),), reasons=(phrase("by", lines="dy"), *reason)),
        Line(None, (("←", g),), boxed=True),
    )
    blocks = (Prose((phrase("sigmoid-slope", f="f", rule="x" * 20), *reason)), Lines(rows), Table((g, f), ((f, g),)))
    result = compile_pdf(render_tex(page(Worked(Task("forward", label="a"), blocks))), tmp_path / "long.pdf")
    assert result.overfull == ()


WIDE, FAIR = ("+".join(["x"] * n) for n in (60, 19))  # off the page; on the page, but into the reasons
LINES = {
    "runs off the page": rf"\begin{{alignat*}}{{1}} a &= {WIDE} \end{{alignat*}}",
    "runs off the page below others": rf"\begin{{alignat*}}{{2}} a &= b & &= c \\ & & &= {WIDE} \end{{alignat*}}",
    "meets its reason": rf"\begin{{alignat*}}{{1}} a &= {FAIR} \why{{reason}} \end{{alignat*}}",
    "meets the second reason": rf"\begin{{alignat*}}{{1}} a &= b\\ &= {FAIR} \why{{reason}} \end{{alignat*}}",
    "meets its number": rf"\begin{{alignat*}}{{1}} a &= {FAIR} \eqnum{{x}}{{1}} \end{{alignat*}}",
    "in a paragraph": rf"\noindent\hbox{{${WIDE}$}}",
    "a table": rf"\begin{{longtable}}{{l}} ${WIDE}$ \end{{longtable}}",
}


@pytest.mark.parametrize("what", LINES)
def test_a_line_that_is_too_wide_is_reported_by_every_engine(what: str, engine: str, tmp_path: Path) -> None:
    number = r"\setlength\numwidth{60mm}" if "number" in what else ""
    tex = document(f"{number}\n% page.yaml:12\n{LINES[what]}")
    result = compile_pdf(tex, tmp_path / "wide.pdf", engine=engine)
    assert result.overfull
    assert places_of(tex, result.overfull) in (("page.yaml:12",), ())


def test_the_place_of_a_line_that_is_too_wide_is_known() -> None:
    tex = "a\n% one.yaml:3\nb\n% one.yaml:9\nc"
    log = ["Overfull \\hbox (9pt too wide) detected at line 3", "… on input line 5.", "Overfull \\vbox"]
    assert places_of(tex, log) == ("one.yaml:3", "one.yaml:9")


@pytest.mark.parametrize("body", ["x", r"\begin{alignat*}{1} a &= b \why{reason} \\ &= c \end{alignat*}"])
def test_a_line_that_fits_is_not_reported(body: str, engine: str, tmp_path: Path) -> None:
    assert compile_pdf(document(body), tmp_path / "fits.pdf", engine=engine).overfull == ()


# ---- errors


def test_a_tex_error_names_the_line_of_the_page_and_of_the_exercise(tmp_path: Path) -> None:
    tex = render_tex(page(title="Fine")).replace("-3.2 \\cdot", "\\undefinedmacro \\cdot", 1)
    line = next(k for k, text in enumerate(tex.split("\n"), 1) if "undefinedmacro" in text)
    out = tmp_path / "page.pdf"
    out.write_bytes(b"the old one")
    with pytest.raises(TexError, match="Undefined control sequence") as caught:
        compile_pdf(tex, out)
    assert abs(caught.value.line - line) <= 4, "TeX reports the end of a display"
    assert caught.value.place == "page.yaml:12"
    assert "page.yaml:12" in str(caught.value) and f"page.tex:{caught.value.line}" in str(caught.value)
    assert (tmp_path / "page.tex").read_text("utf-8") == tex
    assert "Undefined control sequence" in (tmp_path / "page.log").read_text("utf-8")
    assert "Undefined control sequence" in caught.value.log
    assert out.read_bytes() == b"the old one"


def test_the_line_of_an_error_is_the_same_without_the_kept_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tex = render_tex(page(title="Fine")).replace("-3.2 \\cdot", "\\undefinedmacro \\cdot", 1)
    found = []
    for _ in range(2):
        with pytest.raises(TexError) as caught:
            compile_pdf(tex, tmp_path / "page.pdf")
        found.append((caught.value.line, caught.value.place))
        monkeypatch.setattr(pdf, "kept_format", lambda engine, text, spare: None)
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("log", "error"),
    [
        ("./page.tex:12: Undefined control sequence.\nl.12 \\x", (12, "Undefined control sequence")),
        ("! Emergency stop.\n<*> page.tex\n", (0, "Emergency stop")),
        ("! TeX capacity exceeded, sorry [x].\nl.7 \\a", (7, "TeX capacity exceeded, sorry [x]")),
        ("all is well", (0, "")),
    ],
)
def test_the_first_error_of_a_log_is_found(log: str, error: tuple[int, str]) -> None:
    assert first_error(log) == error


def test_the_place_of_a_line_is_the_last_one_named_above_it() -> None:
    tex = "a\n% one.yaml:3\nb\n% one.yaml:9\nc"
    assert [place_of(tex, k) for k in (1, 3, 5)] == ["", "one.yaml:3", "one.yaml:9"]


def test_no_file_is_left_in_the_folder_but_the_page(tmp_path: Path) -> None:
    compile_pdf(SMALL, tmp_path / "deep" / "small.pdf")
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["small.pdf"]


# ---- the preamble as a kept format


def test_a_format_is_made_once_used_and_replaced_when_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPROP_CACHE", str(tmp_path / "cache"))
    tex = render_tex(page(solutions.count()))
    compile_pdf(tex, tmp_path / "a.pdf")
    (form,) = (tmp_path / "cache").glob("*.fmt")
    stamp = form.stat().st_ino
    compile_pdf(tex, tmp_path / "b.pdf")
    assert form.stat().st_ino == stamp
    form.write_bytes(b"damaged")
    compile_pdf(tex, tmp_path / "c.pdf")
    assert (tmp_path / "c.pdf").read_bytes() == (tmp_path / "a.pdf").read_bytes()
    assert form.stat().st_size > 1_000_000


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("SYMPROP_CACHE", str(tmp_path / "file"))
    assert compile_pdf(render_tex(page(solutions.count())), tmp_path / "a.pdf").path.is_file()


def test_several_runs_may_make_the_format_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPROP_CACHE", str(tmp_path / "cache"))
    tex = render_tex(page(solutions.count()))
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda k: compile_pdf(tex, tmp_path / f"{k}.pdf").path.read_bytes(), range(3)))
    assert done[0] == done[1] == done[2]
    assert len(list((tmp_path / "cache").glob("*.fmt"))) == 1
    assert not [p for p in (tmp_path / "cache").rglob(".*")]


def test_only_our_own_preamble_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPROP_CACHE", str(tmp_path / "cache"))
    compile_pdf(SMALL, tmp_path / "small.pdf")
    assert not list((tmp_path / "cache").glob("*.fmt"))
    assert formats.split(SMALL)[1] is False and formats.split(render_tex(page()))[1] is True


def test_rendering_needs_no_sympy_and_no_numpy() -> None:
    program = (
        "import sys; from tests.solutions import page; from symprop.render import render_tex, render_json;"
        "render_tex(page()); render_json(page());"
        "print([m for m in ('sympy', 'numpy', 'rich', 'flint') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]" and Tex("") == ""


def test_the_title_and_the_bookmarks_keep_their_letters(tmp_path: Path, engine: str) -> None:
    if shutil.which("pdfinfo") is None:
        pytest.skip("pdfinfo is not installed")
    title = "Größe, façade & 50 % – Ångström’s œuvre {x}"
    made = compile_pdf(render_tex(replace(page(), exercise=replace(page().exercise, title=title))), tmp_path / "a.pdf",
                       engine=engine)  # fmt: skip
    told = subprocess.run(["pdfinfo", "-enc", "UTF-8", str(made.path)], capture_output=True, check=True, text=True)
    assert re.search(r"Title: +Größe, façade & 50 % - Ångström's oeuvre \(x\)\n", told.stdout), told.stdout
