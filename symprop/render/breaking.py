"""Long formulas over several rows:  a + b + c  →  a + b ⏎ + c,  broken at the outermost relation, sum or product.

The break is made in the tree, not in the TeX: each piece is printed by the printer, so brackets stay in pairs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate

from symprop.render.escape import Tex
from symprop.render.width import millimetres
from symprop.written import Call, Name, Neg, Num, Pow, Prod, Quot, Rel, Sum, Vec, Written, add, mul

Print = Callable[[Written], str]
RELATION_TEX = {
    "=": "=", "≈": r"\approx", "←": r"\gets", "<": "<", "≤": r"\le", ">": ">", "≥": r"\ge", "≠": r"\ne",
}  # fmt: skip
QUAD = r"\quad"
SURE = 3.0  # mm that two ways of measuring may differ by, at most


def squeeze(tex: str, width: float) -> Tex:
    """A formula that cannot be broken, made smaller until it fits."""
    return Tex(rf"\squeeze{{{width:.0f}mm}}{{{tex}}}")


def inline(formula: Written, width: float, tex: Print) -> Tex:
    """$a$ $+ b$ …: a formula in a sentence, with places where the line may be broken."""
    rows = broken(formula, width, width + 5, tex)
    return Tex(" ".join(f"${row.removeprefix(QUAD)}$" for row in rows))


def broken(formula: Written, first: float, rest: float, tex: Print) -> list[Tex]:
    """The rows of a formula: the first at most ``first`` millimetres wide, the others ``rest``."""
    return [Tex(row) for row in _rows(formula, first, rest - 5, tex, "", "", 0)]


def _rows(f: Written, first: float, rest: float, tex: Print, prefix: str, suffix: str, depth: int) -> list[str]:
    whole = prefix + tex(f) + suffix
    if millimetres(whole) <= first:
        return [whole]
    cut = None
    if depth <= 6:
        if isinstance(f, Neg) and isinstance(f.arg, Prod):
            return _rows(f.arg, first, rest, tex, prefix + "-", suffix, depth + 1)
        if isinstance(f, Neg) and isinstance(f.arg, Sum):
            return _rows(f.arg, first, rest, tex, prefix + r"-\bigl(", r"\bigr)" + suffix, depth + 1)
        if isinstance(f, Rel):
            cut = _chunks(f.items, first, rest, _relation_piece(f, tex), tex, prefix, suffix, depth)
        elif isinstance(f, Sum):
            cut = _chunks(f.terms, first, rest, _sum_piece(f.terms, tex), tex, prefix, suffix, depth)
        elif isinstance(f, Prod):
            cut = _chunks(f.factors, first, rest, _product_piece(f.factors, tex), tex, prefix, suffix, depth)
        elif isinstance(f, Vec):
            cut = _chunks(f.items, first, rest, _list_piece(f.items, tex), tex, prefix + r"\bigl[", r"\bigr]" + suffix,
                          depth)  # fmt: skip
        elif isinstance(f, Call) and len(f.args) == 1 and isinstance(f.args[0], Sum) and _plain_call(f, tex):
            head = tex(Call(f.func, (Name("u"),), f.primes)).removesuffix("(u)")
            return _rows(f.args[0], first, rest, tex, prefix + head + r"\bigl(", r"\bigr)" + suffix, depth + 1)
    if cut is not None:
        return cut
    if millimetres(whole) <= rest:
        return [whole]
    if depth <= 6 and isinstance(f, Quot) and isinstance(f.num, Sum | Prod) and millimetres(tex(f.den)) < rest / 3:
        below = tex(f.den)
        below = below if isinstance(f.den, Name | Num) else rf"({below})"
        return _rows(f.num, first, rest, tex, prefix + r"\bigl(", r"\bigr)/" + below + suffix, depth + 1)
    if depth <= 6 and isinstance(f, Pow) and isinstance(f.base, Sum | Prod) and millimetres(tex(f.exp)) < rest / 3:
        power = f"^{{{tex(f.exp)}}}"
        return _rows(f.base, first, rest, tex, prefix + r"\bigl(", r"\bigr)" + power + suffix, depth + 1)
    return [str(squeeze(whole, rest))]


def _plain_call(f: Call, tex: Print) -> bool:
    return tex(Call(f.func, (Name("u"),), f.primes)).endswith("(u)")


Piece = Callable[[int, int], tuple[str, str, Written | None, str]]
# (start, end) → operator before it, its TeX, and, for a single item, the formula to break further with its bracket


def _chunks(
    items: Sequence[Written], first: float, rest: float, piece: Piece, tex: Print, prefix: str, suffix: str, depth: int
) -> list[str] | None:
    """As many items on each row as fit; an item too wide for a row of its own is broken inside."""

    piece = cache(piece)

    def width(lead: str, start: int, stop: int) -> float:
        return millimetres(lead + "".join(piece(start, stop)[:2]) + (suffix if stop == len(items) else ""))

    def fits(lead: str, start: int, stop: int, room: float) -> bool:
        """Whether these items do; they are printed together only where the sum of their widths does not tell."""
        left = room - (millimetres(lead) + extents[stop] - extents[start])
        return left > 0 if abs(left) > SURE else width(lead, start, stop) <= room

    extents = list(accumulate((width("{}", k, k + 1) for k in range(len(items))), initial=0.0))
    rows: list[str] = []
    start = 0
    while start < len(items):
        room = first if not rows else rest
        lead = prefix if not rows else QUAD + "{}"
        end = max(start, bisect_right(extents, extents[start] + room - millimetres(lead)) - 1)  # a good first guess
        while end < len(items) and fits(lead, start, end + 1, room):
            end += 1
        while end > start and not fits(lead, start, end, room):
            end -= 1
        if end == start:  # not even one item fits
            operator, body, inner, bracket = piece(start, start + 1)
            closing = suffix if start + 1 == len(items) else ""
            if inner is None:
                row = lead + operator + body + closing
                rows.append(row if millimetres(row) <= rest else str(squeeze(row, rest)))
            else:
                opening, shut = (r"\bigl(", r"\bigr)") if bracket else ("", "")
                rows.extend(_rows(inner, room, rest, tex, lead + operator + opening, shut + closing, depth + 1))
            end = start + 1
        else:
            operator, body, _, _ = piece(start, end)
            rows.append(lead + operator + body + (suffix if end == len(items) else ""))
        start = end
    return rows


def _sum_piece(terms: tuple[Written, ...], tex: Print) -> Piece:
    def piece(start: int, stop: int) -> tuple[str, str, Written | None, str]:
        operator, head = "", terms[start]
        if start:
            operator, head = ("- ", head.arg) if isinstance(head, Neg) else ("+ ", head)
        bracket = bool(start) and (isinstance(head, Neg | Sum) or (isinstance(head, Num) and head.value < 0))
        if stop == start + 1:
            body = tex(head)
            return operator, f"({body})" if bracket else body, head, "(" if bracket else ""
        if bracket:
            return operator, f"({tex(head)}) " + _tail(terms[start + 1 : stop], tex), None, ""
        return operator, tex(add(head, *terms[start + 1 : stop])), None, ""

    return piece


def _tail(terms: tuple[Written, ...], tex: Print) -> str:
    """+ b - c"""
    whole = tex(add(Name("u"), *terms))
    return whole.removeprefix("u").lstrip()


def _product_piece(factors: tuple[Written, ...], tex: Print) -> Piece:
    def piece(start: int, stop: int) -> tuple[str, str, Written | None, str]:
        operator = r"\cdot " if start else ""
        head = factors[start]
        if stop == start + 1:
            bracket = isinstance(head, Sum | Neg) or (isinstance(head, Num) and head.value < 0)
            body = tex(head)
            inside = bracket or (isinstance(head, Quot) and stop < len(factors))  # (a + b)/c · d is read otherwise
            return operator, f"({body})" if bracket else body, head, "(" if inside else ""
        negative = isinstance(head, Neg) or (isinstance(head, Num) and head.value < 0)
        if start and negative:
            return operator, rf"({tex(head)}) \cdot " + tex(mul(*factors[start + 1 : stop])), None, ""
        return operator, tex(mul(*factors[start:stop])), None, ""

    return piece


def _relation_piece(rel: Rel, tex: Print) -> Piece:
    def piece(start: int, stop: int) -> tuple[str, str, Written | None, str]:
        operator = RELATION_TEX[rel.ops[start - 1]] + " " if start else ""
        if stop == start + 1:
            return operator, tex(rel.items[start]), rel.items[start], ""
        return operator, tex(Rel(rel.items[start:stop], rel.ops[start : stop - 1])), None, ""

    return piece


def _list_piece(items: tuple[Written, ...], tex: Print) -> Piece:
    mark = ";" if ";" in tex(Vec((Name("u"), Name("v")))) else ","  # as the printer parts them

    def piece(start: int, stop: int) -> tuple[str, str, Written | None, str]:
        body = rf"{mark}\; ".join(tex(item) for item in items[start:stop])
        return "", body + (mark if stop < len(items) else ""), None, ""

    return piece
