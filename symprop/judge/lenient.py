r"""Reading as a person would: what the reader refuses is tried once more without what says nothing about the value.

2 x \quad \text{(chain rule)}    2 x if z > 0 else 0    (a, b)^T    \sigma'|_{z}    \left. dL/dz \right|_{z = 1.5}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from symprop.errors import ReadError
from symprop.judge.dress import matching
from symprop.judge.phrasing import as_cases, without_comment
from symprop.judge.vectors import length
from symprop.names import Vocabulary
from symprop.reader import read
from symprop.written import Written

_T = r"T|\\top|\\intercal|\\mathsf\s*\{?T\}?|\\mathrm\s*\{?T\}?"
_MARK = rf"(?<=[)\]}}⟩])(?:\s*\\(?:right|bigr?|Bigr?)?\s*)?(?:\^\s*(?:{_T}|\{{\s*(?:{_T})\s*\}})|[⊤ᵀ])"
TRANSPOSED, EACH_TRANSPOSED = re.compile(rf"{_MARK}\s*$"), re.compile(rf"{_MARK}(?![A-Za-z])")
BAR = re.compile(r"(?:\\(?:right|[bB]igg?r?)\s*)?(?:\||\\vert(?![A-Za-z])|\\rvert(?![A-Za-z]))\s*_\s*")
OPENED = re.compile(r"\\(?:left|[bB]igg?l?)\s*\.")
PRIMED = re.compile(r"(?:'|′|\\prime\s*\}?)\s*(?P<call>\((?P<letter>[^()=]{1,20})\)\s*)?$")


def formula(text: str, vocabulary: Vocabulary, *, below: str = "", new_symbols: bool = False) -> Written:
    """The formula that a text says, words around it left out.  Raises ReadError, of the text as it is."""
    try:
        return read(text, vocabulary, new_symbols=new_symbols, below=below)
    except ReadError as error:
        if error.readings:
            raise
        for other, vector in _alternatives(text):
            try:
                found = read(other, vocabulary, new_symbols=new_symbols, below=below)
            except ReadError:
                continue
            if not vector or length(found, {}):
                return found
        raise


def _alternatives(text: str) -> Iterator[tuple[str, bool]]:
    """Other texts that may say the same, and whether what they say must be a vector."""
    bare = without_comment(text)
    for each in dict.fromkeys((bare, text)):
        if each != text:
            yield each, False
        if (cases := as_cases(each)) is not None:
            yield cases, False
        for marks in (TRANSPOSED, EACH_TRANSPOSED):  # a (1, x)^T + b (0, w)^T
            if (column := marks.sub("", each)) != each:
                yield column, True


MOST_BARS = 20
Holds = Callable[[str], bool]  # whether a condition, z = 1.5, is true at the numbers of the exercise


def without_bars(text: str, holds: Holds) -> str:
    """The text without bars that say where a derivative is taken.  Raises ReadError where it is taken elsewhere.

    σ'|_{z}, σ'(u)|_{u=z} → σ'(z)
    """
    at = 0
    for _ in range(MOST_BARS):
        found = BAR.search(text, at)
        if found is None:
            break
        opening = found.end()
        if text.startswith("{", opening):
            closing = matching(text, opening)
            if closing < 0:
                return text
            inside, end = text[opening + 1 : closing], closing + 1
        else:
            sign = re.compile(r"\\?[A-Za-z]+[0-9]*").match(text, opening)
            if sign is None:
                return text
            inside, end = sign.group(), sign.end()
        before, after = text[: found.start()].rstrip(), text[end:]
        primed = PRIMED.search(before)
        left, related, right = inside.partition("=")
        if primed and primed["call"] and related and left.strip() == primed["letter"].strip():
            before, inside = before[: primed.start("call")], right
        elif (primed and primed["call"] is None and not related) or (
            primed and primed["call"] is None and holds(inside)
        ):
            inside = left
        elif holds(inside):
            opened = [m for m in OPENED.finditer(before)]
            if opened:
                last = opened[-1]
                before = before[: last.start()] + " " * (last.end() - last.start()) + before[last.end() :]
            text, at = f"{before}{' ' * (end - len(before))}{after}", end
            continue
        else:
            hint = "leave the bar out where the exercise's own values are meant"
            raise ReadError(text, found.start(), "this is taken at another point than the exercise's", hint)
        before = OPENED.sub("", before)
        text = f"{before}({inside}){after}"
        at = len(before) + len(inside) + 2
    return text
