"""Solutions as LaTeX, PDF and JSON: blocks × formats.  The last stage; nothing here decides what is true."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symprop.model.solution import Solution


def render_tex(solution: Solution, *, language: str = "en", templates: Path | None = None, prefix: str = "") -> str:
    """The worked solution as a whole LaTeX document; same solution, same text."""
    from symprop.render.tex import render_tex

    return render_tex(solution, language=language, templates=templates, prefix=prefix)


def render_booklet(documents: Sequence[str], *, language: str = "en", templates: Path | None = None) -> str:
    """One document of several, each rendered with a prefix of its own: contents, then each from a new page."""
    from symprop.render.booklet import render_booklet

    return render_booklet(documents, language=language, templates=templates)


def render_json(solution: Solution, *, language: str = "en", templates: Path | None = None) -> str:
    """The worked solution as JSON, with every formula as text and as LaTeX."""
    from symprop.render.json import render_json

    return render_json(solution, language=language, templates=templates)


__all__ = ["render_booklet", "render_json", "render_tex"]
