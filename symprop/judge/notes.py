r"""What looks like a factor beside an array: p[1] and p(1) for an entry, \mathbf{1}^T for a row of ones."""

from __future__ import annotations

import re

from symprop.entries import shape_of
from symprop.errors import ReadError
from symprop.judge.arrays import Arrays
from symprop.names import Vocabulary
from symprop.reader import read_name
from symprop.written import Name

LONGEST = 2000  # characters
MOST = 64  # ones in a row
ENTRY = re.compile(
    r"(?<![A-Za-z0-9\\_^])(?P<of>\\?[A-Za-zα-ω]{1,20})(?:\[\s?(?P<square>[0-9]{1,3})\s?\]|\((?P<round>[0-9]{1,3})\))"
)
ONES = re.compile(
    r"(?:\\(?:mathbf|mathbb|mathds|mathbbm|boldsymbol|bm|vec)\s?(?:\{\s?1\s?\}|1)|𝟏|𝟙|(?<![\w.)}\]])1)"
    r"(?:\s?\^\s?\{?\s?(?:T|\\top|\\intercal)(?![A-Za-z])\s?\}?|[⊤ᵀ])(?P<before>\s*(?:\(|\\left|\\?[A-Za-z])?)"
)


def with_entries(text: str, arrays: Arrays | None, vocabulary: Vocabulary) -> str:
    """The text with p[1] as p_{1}, and ones of the size that all vectors have.  Raises ReadError where none fits."""
    if arrays is None or len(text) > LONGEST:
        return text

    def entry(found: re.Match[str]) -> str:
        name, number = read_name(found["of"].removeprefix("\\")), found["square"] or found["round"]
        whole = Name(name.base, sub=number)
        known = name in arrays.tables and name not in vocabulary.quantities and whole in vocabulary.quantities
        return f"{found['of']}_{{{number}}}" if known else found.group()

    sizes = {shape_of(table).rows for name, table in arrays.tables.items() if name in arrays.lists}

    def ones(found: re.Match[str]) -> str:
        size = next(iter(sizes)) if len(sizes) == 1 else None
        if not isinstance(size, int) or not found["before"].strip() or not 2 <= size <= MOST:
            message, hint = "how many ones this vector has is not told", "write the sum"
            raise ReadError(text, found.start(), message, hint)
        return f"({', '.join('1' * size)}){found['before']}"

    text = ENTRY.sub(entry, text)
    return text if Name("T") in vocabulary.quantities else ONES.sub(ones, text)
