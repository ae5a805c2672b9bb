"""What is said of an activation in general: σ'(a) = σ(a)(1 - σ(a)), σ' = σ(1 - σ), where a is no quantity.

Such a statement is judged where the exercise takes the function; an argument that is left out is the same everywhere.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from symprop.errors import ReadError
from symprop.judge.statements import readable, statement
from symprop.reader import read_name
from symprop.written import Call, substitute

if TYPE_CHECKING:
    from symprop.judge.judging import Marker
    from symprop.judge.records import Verdict

LETTER = r"\\?[A-Za-zα-ω]{1,20}"
LEFT = re.compile(
    rf"\s*(?P<function>{LETTER})\s*(?:'|′|\^\s*\{{?\s*\\prime\s*\}}?)\s*(?:\(\s*(?P<of>{LETTER})\s*\)\s*)?=(?!=)"
)
ARGUMENTS = ("ξ", "ζ", "ρ", "τ")  # of a function without one; the first that is no name of the exercise
POWER = r"(?:\s*\^\s*(?:[0-9]|\{[0-9]\}))?"
LONGEST = 200  # characters


def by_lemma(marker: Marker, text: str) -> list[Verdict]:
    """The verdicts on a statement about a function at any argument; nothing for any other statement."""
    found = LEFT.match(text) if len(text) <= LONGEST else None
    if found is None:
        return []
    vocabulary = marker.subject.vocabulary
    taken = vocabulary.quantities | marker.own.keys()
    letter = next(
        (each for each in ([found["of"]] if found["of"] else ARGUMENTS) if read_name(each) not in taken), None
    )
    prime = readable(f"{found['function']}'(1)", vocabulary)
    at = vocabulary.applied.get(prime.func, ()) if isinstance(prime, Call) else ()
    if letter is None or not at:
        return []
    name = read_name(letter)
    if not found["of"]:
        bare = rf"(?<![A-Za-z\\])({re.escape(found['function'])}\s*['′]?{POWER})(?!\s*['′^A-Za-z])"
        text = re.sub(bare, rf"\1({letter})", text)
    try:
        said = statement(text, vocabulary.with_quantities([name]))
    except ReadError:
        return []
    if not isinstance(said.about, Call):
        return []
    items = tuple(substitute(item, {name: at[0]}) for item in said.items)
    return marker.statement(replace(said, about=substitute(said.about, {name: at[0]}), items=items))
