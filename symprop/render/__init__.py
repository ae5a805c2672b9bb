"""Solutions as LaTeX, PDF and JSON: blocks × formats.  The last stage; nothing here decides what is true."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symprop.model.exercise import Fading
    from symprop.model.solution import Solution


def render_tex(
    solution: Solution,
    *,
    sheet: str = "key",
    document_class: str = "article",
    fade: Fading | None = None,
    detail: str = "",
    look: Path | None = None,
    language: str = "",
    prefix: str = "",
) -> str:
    """A sheet of the worked solution as a whole LaTeX document; same solution, same text."""
    from symprop.render.tex import render_tex

    return render_tex(
        solution,
        sheet=sheet,
        document_class=document_class,
        fade=fade,
        detail=detail,
        look=look,
        language=language,
        prefix=prefix,
    )


def render_booklet(documents: Sequence[str], *, look: Path | None = None, language: str = "") -> str:
    """One document of several, each rendered with a prefix of its own: contents, then each from a new page."""
    from symprop.render.booklet import render_booklet

    return render_booklet(documents, look=look, language=language)


def render_json(solution: Solution, *, look: Path | None = None, language: str = "") -> str:
    """The worked solution as JSON, with every formula as text and as LaTeX."""
    from symprop.render.json import render_json

    return render_json(solution, look=look, language=language)


__all__ = ["render_booklet", "render_json", "render_tex"]
