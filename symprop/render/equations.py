"""The equations of an exercise: short ones two a row, in reading order, where they suit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symprop.render.breaking import Print
from symprop.render.escape import Tex
from symprop.render.layout import EMPTY, Cell, Display, Entry, Measure, Row, display, kept, relation_sign
from symprop.render.width import millimetres

STATED = 20  # rows of a statement that are kept on a page; more would leave too much of one empty
MANY = 8  # equations, of which a long one may stand alone


def equations(entries: Sequence[Entry], tex: Print, measure: Measure) -> Display:
    """The equations of an exercise, on one page if they are not too many."""
    shown = pairs(entries, tex) or display(entries, tex, measure)
    if len(shown.rows) > STATED:
        return shown
    return replace(shown, rows=(*(replace(row, keep=True) for row in shown.rows[:-1]), shown.rows[-1]))


def pairs(entries: Sequence[Entry], tex: Print) -> Display | None:
    """Short equations two a row, in reading order: for the statement of an exercise.  None if they do not suit."""
    if len(entries) < 4 or any(e.reason or e.label or e.line.boxed for e in entries):
        return None
    if any(e.line.left is None or len(e.line.chain) != 1 for e in entries):
        return None
    sides = [(tex(e.line.left), tex(e.line.chain[0][1])) for e in entries if e.line.left is not None]
    widths = [(millimetres(a), millimetres(b) + 5) for a, b in sides]
    if (couples := _couples(widths, Measure().room(False, False) - 12)) is None:
        return None
    rows = []
    for couple in couples:
        relation, *others = (relation_sign(entries[k].line.chain[0][0]) for k in couple)
        formula, *beside = (_comma(sides[k][1], k, len(entries)) for k in couple)
        if len(couple) == 1 and len(couples) > (len(entries) + 1) // 2:  # under the second column, if it is long
            formula = Tex(rf"\rlap{{$\displaystyle {formula}$}}")
        cells = [Cell(relation, formula)]
        if beside:
            cells += [Cell(EMPTY, Tex(r"\qquad " + sides[couple[1]][0])), Cell(others[0], beside[0])]
        rows.append(Row(Tex(sides[couple[0]][0]), tuple(cells)))
    return Display(2, kept(tuple(rows)), "pairs")


def _couples(widths: Sequence[tuple[float, float]], room: float) -> list[tuple[int, ...]] | None:
    """Which equations stand on a row together: all in order, else all but the long ones, where that saves a third."""
    alone: set[int] = set()
    while True:
        rows: list[tuple[int, ...]] = []
        for k in range(len(widths)):
            if rows and len(rows[-1]) == 1 and not {rows[-1][0], k} & alone:
                rows[-1] = (rows[-1][0], k)
            else:
                rows.append((k,))
        if len(rows) > (2 * len(widths) // 3 if alone and len(widths) >= MANY else (len(widths) + 1) // 2):
            return None
        shown = [row for row in rows if not alone & {*row}]
        if sum(max((widths[row[j]][side] for row in shown if j < len(row)), default=0.0)
               for j in (0, 1) for side in (0, 1)) <= room:  # fmt: skip
            return rows
        alone.add(max((k for row in shown for k in row), key=lambda k: sum(widths[k])))


def _comma(formula: str, k: int, n: int) -> Tex:
    return Tex(formula + ("." if k == n - 1 else ","))
