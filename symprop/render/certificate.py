"""The small line at the end of a page: what was checked, and how well it held."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from symprop.model.solution import Certificate, Phrase
from symprop.render.escape import Tex
from symprop.render.words import Words
from symprop.written import Num, Pow, Written, mul


def certificate_text(certificates: list[Certificate], words: Words, style: Any) -> Tex:
    """The small line: how many relations, the largest deviation, by which other routes."""
    total = sum(c.relations for c in certificates)
    deviation = max((c.deviation for c in certificates), key=_size)
    routes = tuple(dict.fromkeys(r for c in certificates for r in c.routes))
    pieces = [words.entry("document", "certificate", {"n": total}, style)]
    rounded = any(c.rounded for c in certificates)
    if _size(deviation) == 0 and not rounded:
        pieces.append(words.entry("document", "certificate-exact", {}, style))
    elif _size(deviation) != 0:
        data: dict[str, Any] = {"deviation": _scientific(deviation)}
        pieces.append(words.entry("document", "certificate-deviation", data, style))
    if routes:
        named = tuple(Phrase(f"route-{r}") if words.has("phrases", f"route-{r}") else r for r in routes)
        pieces.append(words.entry("document", "certificate-routes", {"routes": named}, style))
    pieces.append(style.literal("."))
    return Tex(style.join(pieces))


def _size(deviation: str) -> Decimal:
    try:
        return abs(Decimal(deviation))
    except InvalidOperation:
        return Decimal(1)


def _scientific(deviation: str) -> Written | str:
    """3.1e-49 as 3.1 · 10^-49."""
    try:
        number = Decimal(deviation)
    except InvalidOperation:
        return deviation
    exponent = number.adjusted()
    if -5 < exponent < 3:
        return Num(Fraction(number))
    mantissa = Num(Fraction(round(number.scaleb(-exponent), 1)))
    return mul(mantissa, Pow(Num(Fraction(10)), Num(Fraction(exponent))))
