"""Rows of a display:  left  REL f  REL f  …   reason,  placed so that nothing meets the margin or its reason.

Three shapes, tried in this order:
    columns   left & = symbols & = numbers & = value     several rows that all fit: the relations stand in columns
    chain     left & = a = b ≈ c                         what fits stands on one row, the rest below its first relation
    broken    a formula wider than the page, over several rows (symprop.render.breaking)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symprop.model.solution import Line
from symprop.render.abreast import runs
from symprop.render.breaking import RELATION_TEX, Print, broken, squeeze
from symprop.render.escape import Tex
from symprop.render.width import EM, millimetres
from symprop.written import Deriv, Name, Neg, Num, Quot, Written

TEXT_WIDTH = 160.0  # of the page in the preamble, mm
INDENT = 7.0
REASONS = 44.0  # the widest column of reasons
NUMBERS = 9.0  # the numbers of equations
CLEARANCE = 3.0
EMPTY = Tex("")
FRAME = 3.0  # what a frame adds to a formula
WIDEST_LEFT = 45.0  # a wider left side stands above its row
TALLEST = 14  # rows of a formula in a frame
GAP = 0.28 * EM  # between columns
GAPS = ((r"\qquad", 2), (r"\quad", 1))  # between answers on one row, with their ems


@dataclass(frozen=True, slots=True)
class Cell:
    """REL formula, in one column."""

    relation: Tex
    formula: Tex


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the left side, cells in columns, then the reason and the number (TeX; empty if none)."""

    left: Tex
    cells: tuple[Cell, ...]
    reason: Tex = EMPTY
    label: Tex = EMPTY
    keep: bool = False  # no page break between this row and the next
    apart: bool = False  # stacked fractions in this row and in the next
    hidden: bool = False  # to be filled in


@dataclass(frozen=True, slots=True)
class Display:
    """An aligned display of ``columns`` columns after the left side."""

    columns: int
    rows: tuple[Row, ...]
    kind: str = "lines"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with its reason and number in TeX; of a reason for the last formula alone also what is said before it."""

    line: Line
    reason: Tex = EMPTY
    label: Tex = EMPTY
    before: Tex = EMPTY
    last: Tex = EMPTY


@dataclass(frozen=True, slots=True)
class Measure:
    """What stands at the right margin of this page: ``numbered`` equations at all, the width of its reasons in mm."""

    numbered: bool = False
    reasons: float = REASONS

    def room(self, reason: bool, number: bool) -> float:
        """Millimetres for a formula beside a reason or a number."""
        taken = 0.0
        if reason:
            taken = self.reasons + (NUMBERS if self.numbered else 0.0) + CLEARANCE
        elif number:
            taken = NUMBERS + CLEARANCE
        return TEXT_WIDTH - INDENT - taken


def display(entries: Sequence[Entry], tex: Print, measure: Measure) -> Display:
    """The rows of a display."""
    shown = _abreast(entries, tex, measure) or _columns(entries, tex, measure) or _chains(entries, tex, measure)
    return Display(shown.columns, kept(shown.rows), shown.kind)


def _abreast(entries: Sequence[Entry], tex: Print, measure: Measure) -> Display | None:
    """All entries on one row."""
    whole = list(runs(entries))
    row = _one_row(whole[0], tex, measure) if len(whole) == 1 and len(entries) > 1 else None
    return Display(1, (row,)) if row is not None else None


def _one_row(run: Sequence[Entry], tex: Print, measure: Measure) -> Row | None:
    """Answers of one kind beside each other, if they fit."""
    told = []
    for entry in run:
        assert entry.line.left is not None
        last = len(entry.line.chain) - 1
        sides = [
            f"{RELATION_TEX[relation]} " + (_result(tex(f)) if k == last and entry.line.boxed else tex(f))
            for k, (relation, f) in enumerate(entry.line.chain)
        ]
        told.append((tex(entry.line.left), " ".join(sides)))
    reason = Tex("; ".join(dict.fromkeys(entry.reason for entry in run if entry.reason)))
    extent, room = sum(millimetres(left + body) for left, body in told), measure.room(bool(reason), False)
    gap = next((gap for gap, ems in GAPS if extent + (len(told) - 1) * ems * EM <= room), None)
    if gap is None:
        return None
    rest = "".join(f" {gap} {left} {body}" for left, body in told[1:])
    return Row(Tex(told[0][0]), (Cell(EMPTY, Tex(told[0][1] + rest)),), reason)


LONG_LINE = 6  # rows of one line that are kept on a page
SHORT = 8  # rows without fractions that are kept on a page


def kept(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Where a page must not end: inside a short display, inside one line, after the first row of a display, before its
    last; and where fractions stand below each other."""
    last = len(rows) - 1
    starts = [k for k, row in enumerate(rows) if k == 0 or row.left]
    length = {k: end - start for start, end in zip(starts, [*starts[1:], last + 1], strict=True)
              for k in range(start, end)}  # fmt: skip
    tall = [any(r"\frac" in tex for tex in (row.left, *(cell.formula for cell in row.cells))) for row in rows]
    short = len(rows) <= SHORT and not any(tall)
    return tuple(
        replace(
            row,
            apart=k < last and tall[k] and tall[k + 1],
            keep=k < last and (short or k in (0, last - 1) or (not rows[k + 1].left and length[k] <= LONG_LINE)),
        )
        for k, row in enumerate(rows)
    )


def relation_sign(relation: str) -> Tex:
    return Tex(RELATION_TEX[relation])


def _is_number(formula: Written) -> bool:
    if isinstance(formula, Neg):
        return _is_number(formula.arg)
    if isinstance(formula, Quot):
        return isinstance(formula.num, Num) and isinstance(formula.den, Num)
    return isinstance(formula, Num)


def _negative(formula: Written) -> bool:
    return isinstance(formula, Neg) or (isinstance(formula, Num) and formula.value < 0)


def _framed(formulas: Sequence[tuple[Written, bool]], tex: Print) -> list[Tex]:
    """A column of values: frames of numbers of equal width, unframed values and minus signs in line with them.

    The place of a minus is kept inside the frames only if one of them holds a minus.
    """
    numbers = all(_is_number(f) for f, _ in formulas)
    minus = numbers and any(_negative(f) for f, _ in formulas)
    inside = any(b and _negative(f) for f, b in formulas)
    place = [r"\pos " if minus and not _negative(f) else "" for f, _ in formulas]
    printed = [tex(f) for f, _ in formulas]
    if not any(b for _, b in formulas):
        return [Tex(m + p) for m, p in zip(place, printed, strict=True)]
    framed = [(m if inside else "") + p for m, p, (_, b) in zip(place, printed, formulas, strict=True) if b]
    widest = max(framed, key=millimetres)
    out = []
    for m, p, (_, b) in zip(place, printed, formulas, strict=True):
        before, body = ("", m + p) if inside or not b else (m, p)
        if not b:
            out.append(Tex(rf"\unframed{{{body}}}"))
        elif body == widest or not numbers:
            out.append(Tex(rf"{before}\result{{{body}}}"))
        else:
            out.append(Tex(rf"{before}\result[{{{widest}}}]{{{body}}}"))
    return out


def _columns(entries: Sequence[Entry], tex: Print, measure: Measure) -> Display | None:
    """left & = a & = b & = c, where every row fits; the last of a shorter row goes to the last column if a value."""
    lines = [e.line for e in entries]
    count = max((len(line.chain) for line in lines), default=0)
    if len(entries) < 2 or count < 2 or count > 4 or any(not line.chain or line.left is None for line in lines):
        return None
    if sum(len(line.chain) == 1 and not _is_number(line.chain[0][1]) for line in lines) > len(lines) // 2:
        return None
    if any(line.boxed and line.chain[-1][0] == "←" for line in lines):
        return None
    if len({line.chain[0][0] == "←" for line in lines}) > 1:  # a derivative and the step that it leads to
        return None
    places: list[dict[int, tuple[str, Written, bool]]] = []
    for line in lines:
        n = len(line.chain)
        row = {}
        for k, (relation, formula) in enumerate(line.chain):
            last = k == n - 1
            column = count - 1 if last and 1 < n < count and _is_number(formula) else k
            row[column] = (relation, formula, line.boxed and last)
        places.append(row)
    if not _fits(entries, places, tex, measure):
        return None
    printed: list[dict[int, Tex]] = [{} for _ in lines]
    for column in range(count):
        members = [(r, row[column]) for r, row in enumerate(places) if column in row]
        if column == count - 1 or any(m[1][2] for m in members):
            texts = _framed([(m[1][1], m[1][2]) for m in members], tex)
        else:
            texts = [Tex(tex(m[1][1])) for m in members]
        for (r, _), text in zip(members, texts, strict=True):
            printed[r][column] = text
    rows = []
    for r, (entry, row) in enumerate(zip(entries, places, strict=True)):
        cells = tuple(
            Cell(relation_sign(row[c][0]), Tex(printed[r][c] + (r"\;" if c < count - 1 else "")))
            if c in row
            else Cell(EMPTY, EMPTY)
            for c in range(max(row) + 1)
        )
        assert entry.line.left is not None
        rows.append(Row(Tex(tex(entry.line.left)), cells, entry.reason, entry.label, hidden=entry.line.hidden))
    return Display(count, tuple(rows))


def _fits(
    entries: Sequence[Entry], places: Sequence[dict[int, tuple[str, Written, bool]]], tex: Print, measure: Measure
) -> bool:
    """Whether every row has room when the columns are as wide as their widest cells."""
    left, widths = 0.0, dict[int, float]()
    framed = {c for row in places for c, (_, _, boxed) in row.items() if boxed}

    def has_room(entry: Entry, row: dict[int, tuple[str, Written, bool]]) -> bool:
        extent = left + sum(widths.get(c, 0.0) for c in range(max(row) + 1))
        return extent <= measure.room(bool(entry.reason), bool(entry.label))

    for entry, row in zip(entries, places, strict=True):
        if entry.line.left is not None:
            left = max(left, millimetres(tex(entry.line.left)))
        for c, (_, formula, _) in row.items():
            extra = 1.35 * EM + GAP + (FRAME if c in framed else 0.0)
            widths[c] = max(widths.get(c, 0.0), millimetres(tex(formula)) + extra)
        if not has_room(entry, row):  # the columns only grow
            return False
    return all(has_room(entry, row) for entry, row in zip(entries, places, strict=True))


def _chains(entries: Sequence[Entry], tex: Print, measure: Measure) -> Display:
    """left & = a = b ≈ c, over as many rows as it takes; relations of continued rows stand below the first one."""
    lefts = [millimetres(tex(e.line.left)) for e in entries if e.line.left is not None]
    left_width = max((width for width in lefts if width <= WIDEST_LEFT), default=0.0)
    rows: list[Row] = []
    for run in runs(entries):
        if len(run) > 1 and (row := _one_row(run, tex, measure)) is not None:
            rows.append(row)
            continue
        for entry in run:
            chain = _chain(entry, tex, measure, left_width)
            rows.extend((replace(row, hidden=True) for row in chain) if entry.line.hidden else chain)
    return Display(1, tuple(rows))


def _chain(entry: Entry, tex: Print, measure: Measure, left_width: float) -> list[Row]:
    line = entry.line
    number = bool(entry.label)
    beside = measure.room(bool(entry.reason), number)
    free = measure.room(False, number)
    left = Tex(tex(line.left)) if line.left is not None else EMPTY
    chain = list(line.chain)
    if line.boxed and len(chain) == 1 and chain[0][0] == "←" and line.left is not None:
        rule = rf"{left} \gets {tex(chain[0][1])}"
        if millimetres(rule) + FRAME <= free:  # the answer is a rule: the whole of it is framed
            row = [Row(EMPTY, (Cell(EMPTY, Tex(rf"\result{{{rule}}}")),))]
            return _tails(row, entry, [millimetres(rule) + FRAME], beside, 0)
    rows: list[Row] = []
    widths: list[float] = []
    indent = left_width  # where the column of relations stands
    if line.left is not None and millimetres(left) > WIDEST_LEFT:  # such a left side has rows of its own
        shown = broken(line.left, free - indent, free - indent, tex)
        rows = [Row(EMPTY, (Cell(EMPTY, piece),)) for piece in shown]
        widths = [indent + millimetres(piece) for piece in shown]
        left = EMPTY
    current, used = "", indent
    symbols: int | None = None  # the last row with a formula in symbols
    for k, (relation, formula) in enumerate(chain):
        boxed = line.boxed and k == len(chain) - 1
        sign = RELATION_TEX[relation]
        body = tex(formula)
        width = millimetres(sign) + millimetres(body) + (FRAME if boxed else 0.0)
        limit = beside if not rows else free
        if current and used + width > limit:
            rows.append(Row(left if not rows or not _started(rows) else EMPTY, (Cell(EMPTY, Tex(current)),)))
            widths.append(used)
            current, used, limit = "", indent, free
        if used + width <= limit:
            current += (" " if current else "") + sign + " " + (_result(body) if boxed else body)
            used += width
            symbols = len(rows) if _symbolic(formula) else symbols
            continue
        sign_width = millimetres(sign + "{}") + (FRAME if boxed else 0.0)
        if not rows and used + width <= free:  # the reason has to make way, not the formula
            pieces = [Tex(body)]
        else:
            first = free if boxed else limit  # a frame is as wide as its widest row
            pieces = broken(formula, first - used - sign_width, free - indent - sign_width, tex)
        if boxed and len(pieces) <= TALLEST:  # a frame cannot go over the page
            inner = r" \\ ".join("&" + piece for piece in pieces)
            whole = rf"\result{{\begin{{aligned}}[t]{inner}\end{{aligned}}}}"
            pieces = [Tex(whole if len(pieces) > 1 else _result(pieces[0]))]
        for j, piece in enumerate(pieces):
            text = Tex((sign + " " if j == 0 else QUAD_AFTER_RELATION) + piece)
            head = left if not _started(rows) else EMPTY
            rows.append(Row(head, (Cell(EMPTY, text),)))
            widths.append(free if boxed else indent + millimetres(text))
        current, used = "", indent
        symbols = len(rows) - 1 if _symbolic(formula) else symbols
    if current or not chain:
        rows.append(Row(left if not _started(rows) else EMPTY, (Cell(EMPTY, Tex(current)),)))
        widths.append(used)
    return _tails(rows, entry, widths, beside, symbols)


QUAD_AFTER_RELATION = r"\hphantom{{}={}}"


def _symbolic(formula: Written) -> bool:
    """Whether a letter or a derivative is left in it."""
    return any(isinstance(node, Name | Deriv) for node in formula.walk())


def _started(rows: list[Row]) -> bool:
    """Whether the left side stands already."""
    return any(row.left or row.cells for row in rows)


def _result(body: str) -> str:
    return rf"\result{{{body}}}"


def _tails(rows: list[Row], entry: Entry, widths: list[float], beside: float, symbols: int | None) -> list[Row]:
    """The reason at the first row that leaves it room, else at a row of its own; the number at the last row.

    A reason does not stand lower than the row ``symbols``, the last one in symbols: the numbers follow from that row.
    What is said of the last formula alone stands at the last row.
    """
    end = len(rows) - 1
    apart = bool(entry.last) and end > 0 and widths[end] <= beside and (not entry.before or min(widths[:end]) <= beside)
    said = entry.before if apart else entry.reason
    lowest = min(end if symbols is None else symbols, end - apart)
    at = next((k for k in range(lowest + 1) if widths[k] <= beside), None) if said else None
    out = [Row(row.left, row.cells, said if k == at else EMPTY) for k, row in enumerate(rows)]
    out[end] = replace(out[end], reason=entry.last if apart else out[end].reason, label=entry.label)
    if said and at is None:
        own = Row(EMPTY, (Cell(EMPTY, EMPTY),), said, entry.label if lowest == end else EMPTY)
        out[lowest] = replace(out[lowest], label=EMPTY if lowest == end else out[lowest].label)
        out.insert(lowest + 1, own)
    return out


def fitted(tex: str) -> Tex:
    """A formula in a frame of its own, made smaller if it is wider than the page."""
    width = TEXT_WIDTH - INDENT - FRAME
    return Tex(tex) if millimetres(tex) <= width else squeeze(tex, width)
