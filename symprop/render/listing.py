"""A program as lines of a listing, in columns where its lines are short; pages end between its groups of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from symprop.model.solution import Program
from symprop.render.escape import Tex, escape_code

COLUMNS = ((3, 31), (2, 48), (1, 98))  # columns, and the characters on a line of each
SHORT = 16  # lines that need no columns
FIRST = 6  # lines that never stand alone below the heading
GROUP = 12  # lines of a program between two empty ones that are kept on a page, if this is one column


def listing(program: Program) -> list[dict[str, Any]]:
    """The program in columns, or, if its lines are too long for that, each of its sections in as many as it may.

    Of each piece the number of ``columns`` and its lines, empty ones as gaps; ``keep``: no page break after this line.
    """
    if not program.text.strip():  # room to write in
        return [{"columns": 1, "lines": [{"text": None, "keep": False}] * program.text.count("\n")}]
    lines = [line.expandtabs(4).rstrip() for line in program.text.rstrip("\n").split("\n")]
    if _columns(lines)[0] > 1 or len(lines) <= SHORT:
        return [_piece(lines)]
    sections = [list(group) for empty, group in groupby(lines, key=lambda line: not line) if not empty]
    pieces = [list(group) for _, group in groupby(sections, key=_columns)]
    return [_piece([line for section in piece for line in ("", *section)][1:]) for piece in pieces]


def _columns(lines: Sequence[str]) -> tuple[int, int]:
    longest = max(map(len, lines))
    return next((c for c in COLUMNS if longest <= c[1] and len(lines) > SHORT), COLUMNS[-1])


def _piece(lines: Sequence[str]) -> dict[str, Any]:
    columns, room = _columns(lines)
    return {"columns": columns, "lines": list(_lines(lines, room, GROUP if columns == 1 else 0))}


def _lines(text: Sequence[str], room: int, together: int) -> Iterator[dict[str, Any]]:
    written = 0
    for empty, group in groupby(text, key=lambda line: not line):
        lines = [] if empty else [piece for line in group for piece in _wrapped(line, room)]
        if empty:
            yield {"text": None, "keep": written < FIRST}
        written += len(lines)
        for k, piece in enumerate(lines):
            edge = k == 0 or k == len(lines) - 2
            yield {"text": piece, "keep": k < len(lines) - 1 and (edge or len(lines) <= together)}


def _wrapped(line: str, width: int) -> Iterator[Tex]:
    """A line of a program; one that is too long goes on below, marked."""
    indent = len(line) - len(line.lstrip())
    yield escape_code(line[:width])
    rest = line[width:]
    room = max(20, width - indent - 4)
    while rest:
        yield Tex(escape_code(" " * min(indent, width - 30)) + r"\codewrap{}" + escape_code(rest[:room]))
        rest = rest[room:]
