"""No line too wide: every exercise in every style and on every sheet, with every engine that is here (few TeX runs)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from symprop import api
from symprop.render.pdf import compile_pdf, places_of
from tests.conftest import needs_exam
from tests.golden import EXERCISES
from tests.styled import STYLES, in_style, set_together, solutions

SHEETS = ("problem", "hints", "key", "faded")


def test_the_styles_change_the_pages() -> None:
    """Else the tests below would look at one page five times."""
    plain, *others = ([api.to_tex(s) for s in group] for group in solutions())
    for style, pages in zip(STYLES, others, strict=True):
        changed = sum(a != b for a, b in zip(plain, pages, strict=True))
        assert changed > len(pages) // 3, style


@cache
def every_page() -> tuple[str, ...]:
    """Every sheet of every exercise in every style.  A style that a sheet does not show makes the same text, once."""
    made_of = {
        api.to_tex(s, sheet=sheet, prefix=f"{sheet}{j}-{k}-"): None
        for sheet in SHEETS
        for j, group in enumerate(solutions())
        for k, s in enumerate(group)
    }
    return tuple(made_of)


@pytest.mark.long
def test_every_sheet_of_every_exercise_in_every_style_fits_the_page(engine: str, tmp_path: Path) -> None:
    pages = every_page()
    assert len(pages) > 0.9 * len(SHEETS) * (1 + len(STYLES)) * len(EXERCISES)
    made = set_together(pages, tmp_path / "pages.pdf", engine=engine)
    assert made.overfull == () and made.pages >= len(pages)


# ---- a line that is too wide is reported wherever it stands: in plain pages, exams, booklets

WIDE, FAIR = ("+".join(["x"] * n) for n in (60, 19))  # off the page; on the page, but into the reasons
LINES = (
    rf"\begin{{alignat*}}{{1}} a &= {WIDE} \end{{alignat*}}",
    rf"\begin{{alignat*}}{{2}} a &= b & &= c \\ & & &= {WIDE} \end{{alignat*}}",
    rf"\begin{{alignat*}}{{1}} a &= b \why{{reason}} \\ &= {WIDE} \end{{alignat*}}",
    rf"\begin{{alignat*}}{{1}} a &= \result{{{WIDE}}} \end{{alignat*}}",
    rf"\begin{{alignat*}}{{1}} a &= {FAIR} \why{{reason}} \end{{alignat*}}",
    rf"\begin{{alignat*}}{{1}} a &= b \why{{reason}} \\ &= {FAIR} \why{{reason}} \end{{alignat*}}",
    rf"\begin{{alignat*}}{{1}} a &= b \why{{\hbox{{${WIDE}$}}}} \end{{alignat*}}",
    rf"{{\numwidth=9mm \begin{{alignat*}}{{1}} a &= {FAIR} \whynum{{y}}{{1}}{{reason}} \end{{alignat*}}}}",
    rf"{{\numwidth=60mm \begin{{alignat*}}{{1}} a &= {FAIR} \eqnum{{x}}{{1}} \end{{alignat*}}}}",
    rf"\noindent\hbox{{${WIDE}$}}",
    rf"\begin{{longtable}}{{l}} ${WIDE}$ \end{{longtable}}",
    r"\begin{centred}\begin{tikzpicture}[x=1mm,y=1mm]\draw (0,0) -- (170,0);\end{tikzpicture}\end{centred}",
)
FITS = (
    r"{\numwidth=9mm \begin{alignat*}{1} a &= b \why{reason} \\ &= c \whynum{z}{2}{reason} \end{alignat*}}",
    r"\begin{alignat*}{1} a &= \result{b} \end{alignat*}",
)


def with_lines(document_class: str, prefix: str) -> str:
    """A page with these lines at the end of its last answer, each with a place of its own."""
    tex = api.to_tex(in_style(0)[0], document_class=document_class, prefix=prefix)
    lines = (*LINES, *FITS)
    cases = "\n".join(f"\n% {prefix}case.yaml:{k}\nText.\n{line}\n" for k, line in enumerate(lines, 1))
    before, end, after = tex.rpartition(r"\end{solution}" if document_class == "exam" else r"\certificate{")
    assert end
    return before + cases + "\n% after.yaml:1\n" + end + after


@pytest.mark.parametrize(("last", "times"), [("", 1), (r"\clearpage Words.", 2)])
def test_too_wide_lines_of_documents_set_together_are_reported(last: str, times: int, tmp_path: Path) -> None:
    """In the run of all, and in that of the documents which are set again."""
    one, two = (api.to_tex(s, sheet="problem", prefix=f"{k}-") for k, s in enumerate(in_style(0)[:2]))
    for line, found in (("", 0), (rf"\noindent\hbox{{${WIDE}$}}", times)):
        before, end, after = two.rpartition(r"\closesheet")
        documents = [one, f"{before}{line}{last}{end}{after}"]
        made = set_together(documents, tmp_path / "all.pdf", engine="embedded")
        assert len(made.overfull) == found and (tmp_path / "again.pdf").exists() == bool(last)


@pytest.mark.parametrize("booklet", [False, True])
@pytest.mark.parametrize("document_class", ["article", "exam"])
def test_every_line_that_is_too_wide_is_reported(
    document_class: str, booklet: bool, engine: str, tmp_path: Path
) -> None:
    if document_class == "exam":
        needs_exam(engine)
    pages = [with_lines(document_class, prefix) for prefix in ("a-", "b-")[: 1 + booklet]]
    tex = api.to_booklet(pages) if booklet else pages[0]
    made = compile_pdf(tex, tmp_path / "wide.pdf", engine=engine, timeout=60)
    expected = {f"{prefix}case.yaml:{k + 1}" for prefix in ("a-", "b-")[: 1 + booklet] for k in range(len(LINES))}
    assert set(places_of(tex, made.overfull)) == expected
