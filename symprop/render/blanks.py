"""Blanks:  L = a = b ≈ c  becomes  L = ____ = ____ ≈ ____,  as wide as what they hide, which is gone from the page."""

from __future__ import annotations

import re
from dataclasses import replace

from symprop.render.escape import Tex
from symprop.render.layout import Cell, Row
from symprop.render.width import millimetres

SIGN = re.compile(r"=|\\approx(?![A-Za-z])|\\gets(?![A-Za-z])")
RESULT = re.compile(r"(?:\\pos\s*)?\\result(?:\[(?P<widest>\{.*?\})\])?\{(?P<body>.*)\}", re.DOTALL)
UNFRAMED = re.compile(r"\\unframed\{(?P<body>.*)\}", re.DOTALL)
ROWS = re.compile(r"\\begin\{aligned\}\[t\](?P<rows>.*)\\end\{aligned\}", re.DOTALL)
TALL = (r"\frac", r"\sum", r"\prod", r"\begin")


def blanked(row: Row, reason: Tex) -> Row:
    """The row with blanks for everything but its left side and its relations; ``reason``: one that tells nothing."""
    return replace(row, reason=reason, cells=tuple(Cell(cell.relation, blank(cell.formula)) for cell in row.cells))


def blank(tex: str, *, keep_left: bool = False, width: float = 0.0) -> Tex:
    """Blanks for the sides of a chain of relations; ``keep_left``: what stands before the first one stays.

    ``width``: mm of a blank that is a whole formula, else as wide as that.
    """
    if not tex.strip():
        return Tex(tex)
    if found := RESULT.fullmatch(tex.strip()):
        rule = r"\gets" in found["body"]  # the whole of a rule is framed: w ← …
        inner = blank(found["body"], keep_left=rule)
        return Tex(rf"\result{{{_room(found['widest']) if found['widest'] else inner}}}")
    if found := UNFRAMED.fullmatch(tex.strip()):
        return Tex(rf"\unframed{{{blank(found['body'])}}}")
    if found := ROWS.fullmatch(tex.strip()):
        rows = r" \\ ".join("&" + _room(row.replace("&", "")) for row in found["rows"].split(r"\\"))
        return Tex(rf"\begin{{aligned}}[t]{rows}\end{{aligned}}")
    signs = _signs(tex)
    if not signs:
        return Tex(_room(tex, width))
    head = tex[: signs[0].start()].strip()
    out = [head if keep_left else _side(head)] if head else []
    for sign, after in zip(signs, [*signs[1:], None], strict=True):
        side = tex[sign.end() : after.start() if after else len(tex)].strip()
        out.append(sign[0] + (" " + _side(side) if side else ""))
    return Tex(" ".join(out))


def _side(tex: str) -> str:
    """One side of a relation."""
    return str(blank(tex)) if RESULT.fullmatch(tex) else _room(tex)


def _room(tex: str, width: float = 0.0) -> str:
    command = "tallblank" if any(mark in tex for mark in TALL) else "blank"
    return rf"\{command}{{{width or millimetres(tex):.1f}mm}}"


def _signs(tex: str) -> list[re.Match[str]]:
    """The relations outside all brackets."""
    depth, out = 0, []
    for at, character in enumerate(tex):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth <= 0 and (found := SIGN.match(tex, at)):
            out.append(found)
    return out
