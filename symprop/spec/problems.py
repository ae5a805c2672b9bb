"""All mistakes of a file at once: each with its place, what was found and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from symprop.errors import Problem, ReadError, SpecError

_EQUATIONS = re.compile(r"(parts\[\d+\]\.)?equations\b")


class Located(Protocol):
    """Something that stands in a file."""

    def locate(self, offset: int = 0) -> tuple[int, int]: ...


@dataclass(slots=True)
class Problems:
    """The mistakes found so far; reading goes on after each."""

    file: str
    found: dict[Problem, None] = field(default_factory=dict)

    def at(self, file: str, line: int, column: int, where: str, message: str, hint: str = "") -> None:
        self.found[Problem(file, line, column, where, message, hint)] = None

    def add(self, place: Located, where: str, message: str, hint: str = "", offset: int = 0) -> None:
        line, column = place.locate(offset)
        self.at(self.file, line, column, where, message, hint)

    def later(self, place: Located, where: str, what: str, hint: str = "") -> None:
        """Part of the format, but not there yet: said, never ignored."""
        self.add(place, where, f"not supported yet: {what}", hint)

    def unknown(self, place: Located, where: str, text: str, hint: str = "", whole: str = "this exercise") -> None:
        """A name that nothing computes or gives, unless an equation is wrong that may have done it."""
        if not self.of_equations:
            self.add(place, where, f"'{text}' is not a quantity of {whole}", hint)

    def unreadable(self, place: Located, where: str, error: ReadError, wanted: str = "") -> None:
        """A formula that cannot be read: the place is the character the reader stumbled over."""
        message = f"{error.message}: {' or '.join(error.readings)}?" if error.readings else error.message
        self.add(place, where, message, error.hint or (wanted and f"{wanted} was expected"), error.offset)

    def __bool__(self) -> bool:
        return bool(self.found)

    @property
    def of_equations(self) -> bool:
        """Whether an equation is wrong: what it would have used or computed is then unknown, and no mistake."""
        return any(_EQUATIONS.match(problem.where) for problem in self.found)

    def check(self) -> None:
        """Raise all of them, in the order of the file; a place is reported once."""
        if self.found:
            ordered = sorted(self.found, key=lambda p: (p.line, p.column))
            seen: set[tuple[int, int, str]] = set()
            kept = []
            for problem in ordered:
                key = (problem.line, problem.column, problem.message)
                if key not in seen:
                    seen.add(key)
                    kept.append(problem)
            raise SpecError(tuple(kept))


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that was probably meant, or ''."""
    from difflib import get_close_matches

    known = list(known)
    folded = {k.casefold().replace("_", " ").replace("-", " "): k for k in known}
    plain = word.casefold().replace("_", " ").replace("-", " ")
    if plain in folded:
        return folded[plain]
    swapped = [k for k in folded if sorted(k) == sorted(plain)]
    if swapped:
        return folded[swapped[0]]
    found = get_close_matches(plain, folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The hint "did you mean '…'?", else another hint."""
    meant = nearest(word, known)
    return f"did you mean '{meant}'?" if meant else otherwise


def one_of(words: Iterable[str]) -> str:
    """'a', 'b' or 'c'"""
    quoted = [f"'{w}'" for w in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
