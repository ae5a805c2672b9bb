"""``spellings``: how else a quantity, a function or a derivative may be written in answers.

spellings: {z^0: z_0, "softmax'(y)": ds/dy}
"""

from __future__ import annotations

from symprop.errors import ReadError
from symprop.names import known_function
from symprop.reader import read_name
from symprop.reader.spellings import MAX_SPELLING, MAX_SPELLINGS, pattern_of
from symprop.spec.declare import Settings
from symprop.spec.document import Span, whole
from symprop.spec.problems import Problems
from symprop.spec.reading import Reading, mapping_of, scalar_of
from symprop.written import Name


def spellings(settings: Settings, reading: Reading, problems: Problems) -> tuple[tuple[str, str], ...]:
    """Spelling and what it stands for, as text that the reader takes."""
    found: dict[str, str] = {}
    for where, doc in settings.get("spellings", []):
        mapping = mapping_of(doc, where, problems, "a mapping of spellings to quantities")
        for key, value in mapping.entries if mapping else ():
            path = f"{where}.{key.text.strip()}"
            scalar = scalar_of(value, path, problems, "a quantity")
            if scalar is None or not _is_spelling(whole(key), path, problems):
                continue
            meaning = _meaning(whole(scalar), path, reading)
            if meaning is not None:
                found[key.text.strip()] = meaning
    if len(found) > MAX_SPELLINGS:
        where, doc = settings["spellings"][-1]
        problems.add(doc, where, f"{len(found)} spellings, more than {MAX_SPELLINGS}", "keep those that are used")
    return tuple(found.items())


def _is_spelling(span: Span, where: str, problems: Problems) -> bool:
    try:
        signs = pattern_of(span.text)
    except ReadError as error:
        problems.unreadable(span, where, error)
        return False
    if not signs or len(signs) > MAX_SPELLING:
        problems.add(span, where, f"a spelling has 1 to {MAX_SPELLING} signs", "z^0: z_0")
        return False
    return True


def _meaning(span: Span, where: str, reading: Reading) -> str | None:
    try:
        function = read_name(span.text, reading.vocabulary)
    except ReadError:
        function = None
    if function is not None and (function in reading.vocabulary.functions or known_function(span.text)):
        return function.text
    formula = reading.formula(span, where)
    if formula is None:
        return None
    return formula.text if isinstance(formula, Name) else f"({span.text})"
