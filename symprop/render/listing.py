"""A program as lines of a listing; pages end between its groups of lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from symprop.model.solution import Program
from symprop.render.escape import Tex, escape_code

CODE_WIDTH = 82  # characters on a line of a listing
FIRST = 6  # lines that never stand alone below the heading
GROUP = 12  # lines of a program between two empty ones that are kept on a page


def listing(program: Program) -> Iterator[dict[str, Any]]:
    """The lines of a program, empty ones as gaps; ``keep``: no page break after this line."""
    written = 0
    for empty, group in groupby(program.text.rstrip("\n").split("\n"), key=lambda line: not line.strip()):
        lines = [] if empty else [piece for line in group for piece in _wrapped(line)]
        if empty:
            yield {"text": None, "keep": written < FIRST}
        written += len(lines)
        for k, text in enumerate(lines):
            edge = k == 0 or k == len(lines) - 2
            yield {"text": text, "keep": k < len(lines) - 1 and (edge or len(lines) <= GROUP)}


def _wrapped(line: str) -> Iterator[Tex]:
    """A line of a program; one that is too long goes on below, marked."""
    if line:
        line = line.expandtabs(4).rstrip()
        indent = len(line) - len(line.lstrip())
        yield escape_code(line[:CODE_WIDTH])
        rest = line[CODE_WIDTH:]
        room = max(20, CODE_WIDTH - indent - 4)
        while rest:
            yield Tex(escape_code(" " * min(indent, CODE_WIDTH - 30)) + r"\codewrap{}" + escape_code(rest[:room]))
            rest = rest[room:]
