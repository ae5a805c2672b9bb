"""Several results in one text without lines or names: 0,35; 0,23    -0.25, h = 0.5    dL/dw = 2 dL/db = 3"""

from __future__ import annotations

import re

from symprop.judge.statements import APART, SIGN, cut, pieces

NUMBERED = re.compile(
    r"(?<=[0-9.]) +(?=(?:[d∂][^\s=/]{1,40}/ *[d∂][^\s=/]{1,40}|\\[dt]?frac *\{ *(?:d|\\partial)[^=]{1,80}\}) *=)"
)


def listed(pieces: list[str], count: int) -> list[str]:
    """0,35; 0,23; 0,31 as one vector, where so many results are asked and none is named."""
    unnamed = count > 1 and len(pieces) == count and not any(SIGN.search(each) for each in pieces)
    return [f"({'; '.join(pieces)})"] if unnamed else pieces


def in_order(text: str) -> list[str]:
    """What stands between commas that are none of numbers, or between all commas."""
    found = cut(text, APART)
    return found if len(found) > 1 else list(pieces(text, ","))


def numbered(text: str) -> list[str]:
    """dL/dw = 2 dL/db = 3, cut between a number and a derivative that something is said of."""
    return cut(text, NUMBERED)


def mixed(text: str) -> list[str]:
    """-0.25, h = 0.5: what stands between commas, if some of it is a statement; else nothing."""
    found = cut(text, APART)
    return found if len(found) > 1 and any(map(SIGN.search, found)) else []
