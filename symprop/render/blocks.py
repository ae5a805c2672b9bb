"""Walks over the blocks of a page: its lines and phrases in order, and what a block shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symprop.model.solution import Block, Line, Lines, PartSolution, Phrase, Program, Prose, Table, phrase
from symprop.written import Deriv, Rel, Written

SEVERAL = 3  # numbers that need not be told twice


def framed(blocks: tuple[Block, ...]) -> bool:
    """Whether an answer stands in a frame, or where it needs none: in a table or listing, cited from another task."""
    return any(
        isinstance(block, Table | Program)
        or (isinstance(block, Lines) and any(line.boxed or line.cited for line in block.lines))
        for block in blocks
    )


def merged(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Without empty displays; sentences that follow one another make one paragraph."""
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Prose) and out and isinstance(out[-1], Prose):
            out[-1] = Prose((*out[-1].phrases, *block.phrases))
        elif not isinstance(block, Lines) or block.lines:
            out.append(block)
    return tuple(out)


def beside_figure(blocks: tuple[Block, ...], figure: Mapping[str, Any]) -> tuple[Block, ...]:
    """The statement without the given numbers that stand in its figure and its tables, if these are several."""
    shown, where = figure["shown"], "given-tables" if figure["tables"] else "given-figure"

    def left(said: Phrase) -> Phrase:
        if said.code != "given":
            return said
        values = dict(said.data)["values"]
        rest = tuple(v for v in values if not (isinstance(v, Rel) and v.items[0] in shown))
        return phrase(where, values=rest) if len(values) - len(rest) >= SEVERAL else said

    return tuple(Prose(tuple(left(p) for p in b.phrases)) if isinstance(b, Prose) else b for b in blocks)


def is_note(block: Block) -> bool:
    """Whether a block says how numbers are rounded and nothing else: no sentence to stand before a display."""
    return isinstance(block, Prose) and all(p.code.startswith("round-") for p in block.phrases)


def has_local(block: Block) -> bool:
    """Whether a derivative with the mark of a local one is printed."""
    lines = block.lines if isinstance(block, Lines) else ()
    cells = (c for row in block.rows for c in row) if isinstance(block, Table) else ()
    printed = (f for line in lines for f in (*([line.left] if line.left else []), *(f for _, f in line.chain)))
    formulas = (f for f in (*printed, *cells) if isinstance(f, Written))
    return any(isinstance(g, Deriv) and g.local and len(g.by) == 1 for f in formulas for g in f.walk())


def lines_of(part: PartSolution) -> Iterator[Line]:
    for block in (*part.statement, *(b for worked in part.worked for b in worked.blocks)):
        if isinstance(block, Lines):
            yield from block.lines


def phrases_of(part: PartSolution) -> Iterator[Phrase]:
    """Every phrase of a part, in the order of the page."""
    for block in part.statement:
        yield from _inside(block)
    for worked in part.worked:
        for block in worked.blocks:
            yield from _inside(block)
        yield from worked.remarks


def _inside(block: Block) -> Iterator[Phrase]:
    if isinstance(block, Prose):
        yield from block.phrases
    elif isinstance(block, Lines):
        for line in block.lines:
            yield from line.reasons
    elif isinstance(block, Table):
        yield from (c for c in block.columns if isinstance(c, Phrase))
        yield from (c for row in block.rows for c in row if isinstance(c, Phrase))
