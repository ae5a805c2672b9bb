"""Families: x_i, w_{ij}, h^{(t-1)} are quantities by index; x_2 is the member of x_i at i = 2.

A script is split at its commas, else sign by sign; a piece of it is an index letter with a shift (t-1), a number, or a
label that stays as it is (out, max).
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from symprop.errors import UnsupportedError
from symprop.written import Name

LETTERS = frozenset("ijklmnpqrst")  # that stand side by side in a subscript
_INDEX = re.compile(r"([A-Za-z])([+-][0-9]{1,6})?")
_WORDS = re.compile(r"[A-Za-z]+")
_LONGEST = 4  # indices side by side
LABELS = frozenset(
    "out min max net new old tot total train test pred true init next prev input output hidden loss reg data error "
    "batch step sum mean opt err val last first left right start end".split()
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One index of a member: as it is written, and the letter that it depends on."""

    text: str
    letter: str = ""
    shift: int = 0

    @property
    def number(self) -> int | None:
        """The index of a member that is named: the 2 of x_2."""
        return int(self.text) if self.text.isdecimal() else None

    def at(self, values: Mapping[str, int]) -> str:
        return str(values[self.letter] + self.shift) if self.letter in values else self.text


def pieces(script: str, letters: Container[str] = (), free: Container[str] = LETTERS) -> tuple[Piece, ...]:
    """The indices of a script: ``letters`` that have a meaning and others that may have one (``free``).

    Raises UnsupportedError for a script that depends on one of ``letters`` in another way: x_{2i+j}.
    """
    if not script:
        return ()
    inner = _inside(script)
    if "," in inner:
        return tuple(_piece(part, letters, free) for part in inner.split(","))
    if len(inner) > 1 and inner.isalnum() and inner not in LABELS:
        known = any(sign in letters for sign in inner)
        if known or any(sign in free for sign in inner):
            indices = all(sign.isdecimal() or sign in letters or sign in LETTERS for sign in inner)
            if len(inner) <= _LONGEST and (indices or len(inner) == 2 or not inner.isalpha()):
                return tuple(_piece(sign, letters, free) for sign in inner)
        if known:
            raise UnsupportedError(f"the index {inner}")
    return (_piece(inner, letters, free),)


def indices(script: str, wanted: int, letters: Container[str] = ()) -> tuple[Piece, ...]:
    """The indices of an entry of an array: of a matrix 12 are two."""
    split = wanted == 2 and len(script) == 2 and script.isdecimal()
    return pieces(",".join(script) if split else script, letters)


def member(name: Name, values: Mapping[str, int]) -> Name:
    """The member of a family at values of its index letters; any other name is itself."""
    if not (name.sub or name.sup):
        return name
    sub, sup = _at(name.sub, values), _at(name.sup, values)
    return name if (sub, sup) == (name.sub, name.sup) else replace(name, sub=sub, sup=sup)


def depends(name: Name, letters: Container[str]) -> bool:
    """Whether a name has one of the letters as an index."""
    return any(p.letter in letters for script in (name.sub, name.sup) for p in pieces(script, letters, ()) if p.letter)


def _inside(script: str) -> str:
    bracketed = len(script) > 2 and script[0] + script[-1] in ("()", "[]")
    return script[1:-1] if bracketed else script


def _piece(text: str, letters: Container[str], free: Container[str]) -> Piece:
    found = _INDEX.fullmatch(text)
    if found and (found[1] in letters or found[1] in free):
        return Piece(text, found[1], int(found[2] or 0))
    if not text.isalnum() and any(word in letters for word in _WORDS.findall(text)):
        raise UnsupportedError(f"the index {text}")
    return Piece(text)


def _at(script: str, values: Mapping[str, int]) -> str:
    found = pieces(script, values, ())
    if not any(p.letter for p in found):
        return script
    texts = [p.at(values) for p in found]
    inner = "".join(texts) if all(len(text) == 1 for text in texts) else ",".join(texts)
    return inner if _inside(script) == script else script[0] + inner + script[-1]
