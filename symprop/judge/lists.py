"""Several results in one text without lines or names: 0,35; 0,23    -0.25, h = 0.5    dL/dw = 2 dL/db = 3"""

from __future__ import annotations

import re

from symprop.judge.statements import APART, LABEL, SIGN, cut, pieces

DERIVED = r"[d∂][^\s=/]{1,40}/ *[d∂][^\s=/]{1,40}|\\[dt]?frac *\{ *(?:d|\\partial)[^=]{1,80}\}"
NAMED = r"[A-Za-zα-ωΑ-ΩŷΔ∇\\][^\s=<←+*/-]{0,40}"
NUMBERED = re.compile(rf"(?<=[0-9.}})\]]) +(?=(?:{DERIVED}|{NAMED}) *(?:=|<-|:=|←|\\leftarrow))")

MOST_APART = 20  # statements with nothing but a space, or a comma, between them


def listed(pieces: list[str], count: int) -> list[str]:
    """0,35; 0,23; 0,31 as one vector, where so many results are asked and none is named."""
    unnamed = count > 1 and len(pieces) == count and not any(SIGN.search(each) or LABEL.match(each) for each in pieces)
    return [f"({'; '.join(pieces)})"] if unnamed else pieces


def in_order(text: str) -> list[str]:
    """What stands between commas that are none of numbers, or between all commas."""
    found = cut(text, APART)
    return found if len(found) > 1 else list(pieces(text, ","))


def numbered(text: str) -> list[str]:
    """dL/dw = 2 dL/db = 3, u = 1.5 y = 2.25: cut between a number and a quantity that something is said of."""
    found = cut(text, NUMBERED)
    return found if len(found) <= MOST_APART else [text]


def mixed(text: str) -> list[str]:
    """-0.25, h = 0.5: what stands between commas, if some of it is a statement; else nothing."""
    found = cut(text, APART)
    return found if 1 < len(found) <= MOST_APART and any(map(SIGN.search, found)) else []
