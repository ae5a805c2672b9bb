"""Short rows of one kind abreast:  ∂L/∂w = ∂L/∂z · x      ∂L/∂b = ∂L/∂z,  where they fit on one row together.

Rows are of one kind where each is an answer found from the same derivative, ∂L/∂z, and nothing else is said of one of
them: no number, no reason that the first does not have; or where each is cited from an earlier task.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from symprop.written import Deriv, Prod, Written

if TYPE_CHECKING:
    from symprop.model.solution import Line
    from symprop.render.layout import Entry

MOST = 4  # rows


def runs(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """The entries in order, those of one kind that follow one another together."""
    run: list[Entry] = []
    for entry in entries:
        if run and (len(run) == MOST or not alike(run[0], entry)):
            yield run
            run = []
        run.append(entry)
    if run:
        yield run


def alike(first: Entry, other: Entry) -> bool:
    """Whether the other may stand beside the first."""
    if any(e.label or e.line.hidden for e in (first, other)):
        return False
    if first.line.cited or other.line.cited:
        return _is_citation(first.line) and _is_citation(other.line)
    source = _source(first)
    if source is None or source != _source(other):
        return False
    return set(other.reason.split("; ")) <= {"", *first.reason.split("; ")}


def _is_citation(line: Line) -> bool:
    """∂L/∂w = … without a frame, from an earlier task."""
    return line.cited and not line.boxed and len(line.chain) == 1 and line.left is not None


def _source(entry: Entry) -> tuple[Written, Written] | None:
    """∂L/∂z and z of an answer ∂L/∂w = ∂L/∂z · ∂z/∂w = …; L of ∂L/∂w = …, read off its equation."""
    line = entry.line
    if not isinstance(line.left, Deriv) or not line.chain:
        return None
    if len(line.chain) == len(line.left.by) == 1 and not any(
        isinstance(node, Deriv) for node in line.chain[0][1].walk()
    ):
        return line.left.of, line.left.of
    if not line.boxed:
        return None
    match line.chain[0]:
        case ("=", Prod((Deriv() as upper, Deriv(of, (_,))))):
            return upper, of
    return None
