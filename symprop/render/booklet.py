"""Several documents as one: contents, then each sheet from a new page.  One TeX run sets them all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from symprop.render.environment import render
from symprop.render.escape import Tex
from symprop.render.formats import BODY, split
from symprop.render.formulas import printer
from symprop.render.look import open_look
from symprop.render.styles import PlainStyle, TexStyle

END = "\\end{document}"
NEXT = "\\nextsheet"
HEADING = re.compile(r"^\\(?:heading|answer)\{", re.MULTILINE)


def render_booklet(documents: Sequence[str], *, look: Path | None = None, language: str = "") -> str:
    """The documents as one.  Each was rendered with a prefix of its own, all with the same preamble."""
    course = open_look(look)
    words = course.words(language)
    style, plain = TexStyle(printer(None), None, {}, {}), PlainStyle()
    book = {
        "preamble": Tex(split(documents[0])[0]),
        "title": Tex(words.entry("document", "booklet", {}, style)),
        "plain_title": Tex(words.entry("document", "booklet", {}, plain)),
        "count": Tex(words.entry("document", "sheets", {"n": len(documents)}, style)),
        "contents": Tex(words.entry("document", "contents", {}, style)),
        "bodies": [{"tex": Tex(body), "headings": len(HEADING.findall(body))} for body in map(_body, documents)],
    }
    return render("booklet.tex.j2", course.folder, book=book)


def sheet_at(tex: str, line: int) -> int | None:
    """Which of its documents a line of a booklet belongs to, from 0; None before the first."""
    begun = sum(text == NEXT for text in tex.split("\n")[:line])
    return begun - 1 if begun else None


def _body(document: str) -> str:
    return split(document)[2].removeprefix(BODY).rpartition(END)[0].strip("\n")
