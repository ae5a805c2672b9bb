"""No line too wide: every exercise in every style and on every sheet, with every engine that is here (few TeX runs)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from symprop import api
from symprop.model.solution import Solution
from symprop.render.pdf import compile_pdf
from tests.golden import EXERCISES

STYLES = (
    {"adjoints": "delta", "derivatives": "d"},
    {"adjoints": "bar", "round": {"digits": "6"}},
    {"derivatives": "nabla"},
)
SHEETS = ("problem", "hints", "key", "faded")


def styled(path: Path, style: dict[str, Any]) -> str:
    """An exercise with other conventions, in all its parts."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for part in (document, *document.get("parts", ())):
        if part is document or "conventions" in part:
            part["conventions"] = {**part.get("conventions", {}), **style}
    if "adjoints" in style and "names" in document:  # letters of the author's own would win
        document["names"] = {key: name for key, name in document["names"].items() if "/" not in key}
    return json.dumps(document, indent=1)


@cache
def solutions() -> tuple[tuple[Solution, ...], ...]:
    return tuple(tuple(api.solve(styled(path, style)) for path in EXERCISES) for style in ({}, *STYLES))


def test_the_styles_change_the_pages() -> None:
    """Else the tests below would look at one page five times."""
    plain, *others = ([api.to_tex(s) for s in group] for group in solutions())
    for style, pages in zip(STYLES, others, strict=True):
        changed = sum(a != b for a, b in zip(plain, pages, strict=True))
        assert changed > len(pages) // 3, style


def test_every_style_fits_the_page(engine: str, tmp_path: Path) -> None:
    pages = [api.to_tex(s, prefix=f"{j}-{k}-") for j, group in enumerate(solutions()[1:]) for k, s in enumerate(group)]
    made = compile_pdf(api.to_booklet(pages), tmp_path / "styles.pdf", engine=engine, timeout=180)
    assert made.overfull == () and made.pages >= len(pages)


def test_every_sheet_fits_the_page(engine: str, tmp_path: Path) -> None:
    pages = [
        api.to_tex(s, sheet=sheet, prefix=f"{sheet}{k}-") for sheet in SHEETS for k, s in enumerate(solutions()[0])
    ]
    made = compile_pdf(api.to_booklet(pages), tmp_path / "sheets.pdf", engine=engine, timeout=180)
    assert made.overfull == () and made.pages >= len(pages)
