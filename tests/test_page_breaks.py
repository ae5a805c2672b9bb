"""Where pages end: before a lead-in, not inside a display; no page for a few lines that the others could hold."""

from __future__ import annotations

import shutil
import subprocess
from bisect import bisect_left
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from symprop import api
from symprop.render import engines
from symprop.render.formats import BODY, split
from symprop.render.pdf import PdfResult, compile_pdf
from tests.styled import in_style

pytestmark = pytest.mark.skipif(engines.embedded() is None, reason="the embedded engine is not for this platform")
SHEET = "\\sheet{kind}{Title}{Title}\n"
ROWS = r" \\ ".join(["a &= b + c"] * 6)
STEP = f"Then we go on:\n\\begin{{alignat*}}{{1}} {ROWS} \\end{{alignat*}}\n\n"


def made(body: str, folder: Path) -> PdfResult:
    preamble = split(api.to_tex(in_style(0)[0]))[0]
    return compile_pdf(f"{preamble}{BODY}\n{SHEET}{body}\n\\end{{document}}\n", folder / "page.pdf", engine="embedded")


def pages_of(path: Path) -> list[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True)
    return done.stdout.split("\f")[:-1]


def lines(n: int) -> str:
    return STEP * 4 + "Words.\n\n" * n


@cache
def too_many() -> int:
    """Lines of which one is too many for a page; without \\closesheet: as it comes."""
    with TemporaryDirectory() as place:
        return bisect_left(range(40), 2, lo=1, key=lambda n: made(lines(n), Path(place)).pages)


def test_a_few_lines_on_the_last_page_are_set_on_those_before(tmp_path: Path) -> None:
    n = too_many()
    tight = made(lines(n) + "\\closesheet", tmp_path)
    assert (tight.pages, tight.passes) == (1, 2)
    full = made(lines(n - 1) + "\\closesheet", tmp_path)
    assert (full.pages, full.passes) == (1, 1), "nothing to save"
    more = made(lines(n + 12) + "\\closesheet", tmp_path)
    assert (more.pages, more.passes) == (2, 1), "too much to save"


def test_a_sheet_that_cannot_be_shorter_is_set_as_it_was(tmp_path: Path) -> None:
    blocks = "".join(f"\\vbox to {part}\\textheight{{\\hbox{{{part}}}\\vfil}}\n" for part in (".8", ".2"))
    short = "Words.\n\n\\typeout{jot \\the\\jot}" + blocks
    asked = made(short + "\\closesheet", tmp_path)
    assert (asked.pages, asked.passes) == (2, 4)  # tight, filled, and as it was
    assert pages_of(asked.path) == pages_of(made(short, tmp_path).path)


def test_each_sheet_of_several_decides_for_itself(tmp_path: Path) -> None:
    n = too_many()
    first = f"\\begingroup {lines(n)}\\closesheet\\endgroup\\clearpage\n"
    second = f"\\begingroup {SHEET}{lines(n + 12)}\\closesheet\\endgroup"
    assert made(first + second, tmp_path).pages == 3


def test_a_page_ends_before_a_lead_in(tmp_path: Path) -> None:
    rows = " \\\\ ".join(f"q_{{{k}}} &= r" for k in range(20))
    body = (
        "\\vbox to .76\\textheight{}\nFirst:\n\\begin{alignat*}{1} a &= b \\\\ c &= d \\end{alignat*}\n"
        f"\\leadin\nSecond:\n\\begin{{alignat*}}{{1}} {rows} \\end{{alignat*}}\n"
    )
    before, after = pages_of(made(body, tmp_path).path)
    assert "First" in before and "q" not in before and "Second" in after
    filled, _ = pages_of(made("\\beforelead=0pt " + body, tmp_path).path)
    assert "q" in filled, "else there is nothing to decide"
