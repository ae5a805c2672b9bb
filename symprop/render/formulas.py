"""Formulas of a part as TeX: in displays, in sentences, in tables.  The printer is ``symprop.notation``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from symprop.model.exercise import Part
from symprop.notation import DEFAULT, Notation, latex
from symprop.render.breaking import inline, together
from symprop.render.escape import Tex
from symprop.written import Written

SENTENCE = 90.0  # longer formulas in a sentence may be broken, mm
REASON = 45.0


@dataclass(frozen=True)
class Printer:
    """How one part prints its formulas."""

    displayed: Notation
    inline: Notation
    memo: dict[tuple[int, bool], tuple[Written, Tex]] = field(default_factory=dict, repr=False, compare=False)

    def display(self, formula: Written) -> Tex:
        """In a display: fractions with a bar."""
        return self._kept(formula, self.displayed)

    def flat(self, formula: Written) -> Tex:
        """In a long list: derivatives with a slash, other fractions with a bar."""
        return self._kept(formula, self.low)

    @cached_property
    def low(self) -> Notation:
        return replace(self.displayed, flat=True)

    def _kept(self, formula: Written, notation: Notation) -> Tex:
        kept = self.memo.get((id(formula), notation.flat))
        if kept is None:  # the formula is kept, so that its id stays its own
            kept = self.memo[id(formula), notation.flat] = (formula, Tex(latex(formula, notation)))
        return kept[1]

    def slashed(self, formula: Written) -> Tex:
        """In a sentence or a table: fractions with a slash."""
        return Tex(latex(formula, self.inline))

    def sentence(self, formula: Written) -> Tex:
        """$formula$; one that is long has places where the line may be broken."""
        return together(inline(formula, SENTENCE, self.slashed))

    def reason(self, formula: Written) -> Tex:
        """The same in the narrow column of reasons."""
        return inline(formula, REASON, self.slashed)


def printer(part: Part | None, course: Mapping[str, object] = MappingProxyType({})) -> Printer:
    """The printer of a part: its own names for derivatives; ``course``: what the language and the look change."""
    notation = replace(notation_of(part), **course)  # type: ignore[arg-type]
    return Printer(notation, replace(notation, fractions="slash"))


def notation_of(part: Part | None) -> Notation:
    """The notation that a part asks for."""
    if part is None:
        return DEFAULT
    changes: dict[str, object] = {
        "display": part.display,
        "derivatives": part.conventions.derivatives,
        "vocabulary": part.vocabulary,
    }
    if part.vocabulary.decimal_comma:
        changes["decimal_comma"] = True
    return replace(DEFAULT, **changes)  # type: ignore[arg-type]
