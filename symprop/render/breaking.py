"""Long formulas over several rows:  a + b + c  →  a + b ⏎ + c,  broken at the outermost relation, sum or product.

The break is made in the tree, not in the TeX: each piece is printed by the printer, so brackets stay in pairs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate

from symprop.render.escape import Tex
from symprop.render.width import millimetres
from symprop.written import Call, Const, Name, Neg, Num, Pow, Prod, Quot, Rel, Sum, Vec, Written, add, mul

Print = Callable[[Written], str]
RELATION_TEX = {
    "=": "=", "≈": r"\approx", "←": r"\gets", "<": "<", "≤": r"\le", ">": ">", "≥": r"\ge", "≠": r"\ne",
}  # fmt: skip
QUAD = r"\quad"
DEEPEST = 40  # formulas in formulas
NARROW, MILD = 60.0, 1.2  # in a narrow column, what is too wide by less is made smaller, not broken inside functions
SURE = 3.0  # mm that two ways of measuring may differ by, at most
SHORT = 24  # characters of TeX in a bracket that no line of a sentence ends in
BRACKET, BINARY = re.compile(rf"\([^()]{{,{SHORT}}}\)"), re.compile(r" (\+|-|\\cdot) ")


def squeeze(tex: str, width: float) -> Tex:
    """A formula that cannot be broken, made smaller until it fits."""
    return Tex(rf"\squeeze{{{width:.0f}mm}}{{{tex}}}")


def inline(formula: Written, width: float, tex: Print) -> Tex:
    """$a$ $+ b$ …: a formula in a sentence, with places where the line may be broken."""
    rows = broken(formula, width, width + 5, tex)
    return Tex(" ".join(f"${row.removeprefix(QUAD)}$" for row in rows))


def together(sentence: Tex) -> Tex:
    """No line ends in a short bracket: L(w + h) stays whole."""
    return Tex(BRACKET.sub(lambda bracket: BINARY.sub(r" \1 \\nobreak ", bracket.group()), sentence))


def broken(formula: Written, first: float, rest: float, tex: Print) -> list[Tex]:
    """The rows of a formula: the first at most ``first`` millimetres wide, the others ``rest``."""
    return [Tex(row) for row in _rows(formula, first, rest - 5, tex, "", "", 0)]


def _rows(f: Written, first: float, rest: float, tex: Print, prefix: str, suffix: str, depth: int) -> list[str]:
    whole = prefix + tex(f) + suffix
    if millimetres(whole) <= first:
        return [whole]
    cut = None
    if depth <= DEEPEST:
        if isinstance(f, Neg) and isinstance(f.arg, Prod | Quot | Call | Pow):
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
        elif isinstance(f, Call) and len(f.args) == 1 and isinstance(f.args[0], Sum) and (around := _around(f, tex)):
            return _rows(f.args[0], first, rest, tex, prefix + around[0], around[1] + suffix, depth + 1)
    if cut is not None:
        return cut
    if millimetres(whole) <= rest:
        return [whole]
    if depth <= DEEPEST and millimetres(whole) > (MILD if rest < NARROW else 1) * rest:
        if isinstance(f, Quot):
            return _fraction(f, first, rest, tex, prefix, suffix, depth)
        if (opened := _opened(f, tex, rest)) is not None:
            inner, before, after = opened
            return _rows(inner, first, rest, tex, prefix + before, after + suffix, depth + 1)
    return [str(squeeze(whole, rest))]


def _fraction(f: Quot, first: float, rest: float, tex: Print, prefix: str, suffix: str, depth: int) -> list[str]:
    """(a + b ⏎ + c)/d; a long denominator stands on rows of its own."""
    before, after = _brackets(f.num)
    below = tex(f.den)
    if millimetres(below) < rest / 3:
        below = below if isinstance(f.den, Name | Num) else rf"({below})"
        return _rows(f.num, first, rest, tex, prefix + before, f"{after}/{below}{suffix}", depth + 1)
    above = _rows(f.num, first, rest, tex, prefix + before, after, depth + 1)
    opening, closing = _brackets(f.den)
    return above + _rows(f.den, rest, rest, tex, QUAD + r"{}\big/" + opening, closing + suffix, depth + 1)


def _brackets(side: Written) -> tuple[str, str]:
    """Those that one side of a fraction needs where a slash stands for its bar."""
    return ("", "") if isinstance(side, Name | Num | Call) else (r"\bigl(", r"\bigr)")


def _opened(f: Written, tex: Print, rest: float) -> tuple[Written, str, str] | None:
    """What can be broken inside a function or a power, with what stands before and after it: √u as (u)^{1/2}."""
    match f:
        case Call(_, (inner,), _) if (around := _around(f, tex)) is not None:
            return inner, *around
        case Call(Name("sqrt"), (inner,), 0):
            return inner, r"\bigl(", r"\bigr)^{1/2}"
        case Call(Name("abs"), (inner,), 0):
            return inner, r"\bigl\lvert ", r"\bigr\rvert"
        case Pow(Const("e"), exponent):
            return exponent, r"\exp\bigl(", r"\bigr)"
        case Pow(Call(_, (inner,), 0) as call, exponent) if tex(f).startswith(_head(call, tex) + "^"):
            return inner, rf"{_head(call, tex)}^{{{tex(exponent)}}}\bigl(", r"\bigr)"  # tanh²(…)
        case Pow(base, exponent) if not isinstance(base, Name | Num) and millimetres(tex(exponent)) < rest / 3:
            return base, r"\bigl(", rf"\bigr)^{{{tex(exponent)}}}"
    return None


def _around(f: Call, tex: Print) -> tuple[str, str] | None:
    """tanh( and ), where a function of one argument is printed so; ln with brackets."""
    shown = tex(Call(f.func, (Name("u"),), f.primes))
    return (_head(f, tex) + r"\bigl(", r"\bigr)") if shown.endswith(("(u)", " u")) else None


def _head(f: Call, tex: Print) -> str:
    return tex(Call(f.func, (Name("u"),), f.primes)).removesuffix("(u)").removesuffix(" u")


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
