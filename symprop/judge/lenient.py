r"""Reading as a person would: what the reader refuses is tried once more without what says nothing about the value.

2 x \quad \text{(chain rule)}    2 x if z > 0 else 0    (a, b)^T
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symprop.errors import ReadError
from symprop.judge.phrasing import as_cases, without_comment
from symprop.judge.sides import joined
from symprop.judge.vectors import length
from symprop.names import Vocabulary
from symprop.reader import read
from symprop.written import Written

_T = r"T|\\top|\\intercal|\\mathsf\s*\{?T\}?|\\mathrm\s*\{?T\}?"
_MARK = rf"(?<=[)\]}}⟩])(?:\s*\\(?:right|bigr?|Bigr?)?\s*)?(?:\^\s*(?:{_T}|\{{\s*(?:{_T})\s*\}})|[⊤ᵀ])"
TRANSPOSED, EACH_TRANSPOSED = re.compile(rf"{_MARK}\s*$"), re.compile(rf"{_MARK}(?![A-Za-z])")


def formula(text: str, vocabulary: Vocabulary, *, below: str = "", new_symbols: bool = False) -> Written:
    """The formula that a text says, words around it left out.  Raises ReadError, of the text as it is."""
    try:
        return joined(read(text, vocabulary, new_symbols=new_symbols, below=below))
    except ReadError as error:
        if error.readings:
            raise
        for other, vector in _alternatives(text):
            try:
                found = joined(read(other, vocabulary, new_symbols=new_symbols, below=below))
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
