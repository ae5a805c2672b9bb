"""What judging an answer yields: frozen records with stable codes.  Their sentences are in ``words/``, ``verdicts``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from symprop.equality import Equality, Witness
from symprop.errors import ReadError
from symprop.model.solution import Phrase, phrase
from symprop.names import Vocabulary
from symprop.written import Written

Kind = Literal[
    "right",
    "right-wrong-form",  # the right value, not in the form asked for
    "right-at-numbers-only",  # a formula that has the right value at the exercise's numbers, and by chance
    "wrong",
    "unreadable",
    "ambiguous",
    "undecided",
]
Scope = Literal[
    "",
    "everywhere",  # as functions of everything that is given
    "region",  # on the linear piece (of ReLU, | |, max) on which the exercise's numbers lie
    "numbers",  # with numbers of the exercise put in
]
EXIT: dict[str, int] = {"right": 0, "wrong": 1, "right-wrong-form": 1, "unreadable": 2}  # all others 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a formula is wrong.  ``ways``: each explains it, by one mistake or by two that were made at once.

    ``discreet``: what belongs in the place of a mistake is not told, since it would be the answer, or nearly.
    """

    ways: tuple[tuple[Phrase, ...], ...] = ()
    discreet: bool = False

    def __bool__(self) -> bool:
        return bool(self.ways)

    @property
    def codes(self) -> tuple[frozenset[str], ...]:
        """Those of the mistakes of each way."""
        return tuple(frozenset(said.code for said in way) for way in self.ways)

    @property
    def code(self) -> str:
        """That of the mistake, or how many explain the formula; "different" where none does."""
        if not self.ways:
            return "different"
        if len(set(self.codes)) > 1:
            return "several-mistakes"
        return self.ways[0][0].code if len(self.ways[0]) == 1 else "two-mistakes"


def because(mistake: Phrase) -> Explanation:
    """One mistake explains it."""
    return Explanation(((mistake,),))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one formula; of a vector or a matrix on all of its entries together.

    ``code``: stable, for machines and for the sentence ``said``.  ``reading``: what was understood.  ``why``: what
    explains a wrong answer.  ``place``: the character at which reading stopped.
    """

    kind: Kind
    code: str
    said: Phrase
    text: str = ""
    quantity: Written | None = None
    reading: Written | None = None
    scope: Scope = ""
    equality: Equality | None = None
    why: Explanation = Explanation()
    place: int | None = None
    readings: tuple[str, ...] = ()
    revealed: Written | None = None  # the right answer, where it was asked for
    parts: tuple[Verdict, ...] = ()  # of the entries of a vector or a matrix
    vocabulary: Vocabulary | None = None  # by which ``reading`` was read, where it has arrays
    point: int | None = None  # of a table
    ranges: tuple[tuple[str, int, int], ...] = ()  # of general entries: an index, from where to where it runs

    @property
    def witness(self) -> Witness | None:
        return self.equality.witness if self.equality is not None else None

    @property
    def exit_code(self) -> int:
        return EXIT.get(self.kind, 3)

    @property
    def singles(self) -> tuple[Verdict, ...]:
        """The verdicts on single quantities."""
        return self.parts or (self,)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts on everything that was handed in, in its order; the whole is as good as its worst part."""

    verdicts: tuple[Verdict, ...]
    missing: tuple[Written, ...] = ()  # asked by the task, not answered

    @property
    def worst(self) -> Verdict:
        return max(self.verdicts, key=lambda v: (RANK[v.kind], v.code not in BESIDE))

    @property
    def kind(self) -> Kind:
        return self.worst.kind

    @property
    def exit_code(self) -> int:
        return self.worst.exit_code


BESIDE = ("aside", "earlier-step", "old-value", "remark")  # codes of what stands beside an answer
RANK: dict[str, int] = {
    "right": 0,
    "right-wrong-form": 1,
    "right-at-numbers-only": 2,
    "undecided": 3,
    "ambiguous": 4,
    "wrong": 5,
    "unreadable": 6,
}


def agreeing(readings: Sequence[Sequence[Verdict]]) -> list[Verdict]:
    """The verdicts on each statement of a text, where they are the same in all readings of it; else nothing."""
    agreed = []
    for verdicts in zip(*readings, strict=False):
        first = verdicts[0]
        if any(v.kind != first.kind for v in verdicts) or first.kind == "ambiguous":
            return []
        explained = [v for v in verdicts if v.why]  # what a known mistake leads to was meant
        if any(v.why.ways != explained[0].why.ways for v in explained):
            first = replace(first, code="different", why=Explanation())
        elif explained:
            first = explained[0]
        agreed.append(first)
    return agreed


def either(text: str, found: Sequence[Judgement], why: str) -> Judgement:
    """The judgement on a text by each of its readings, if it is the same by all; else they are asked for."""
    first, *more = found
    if not more:
        return first
    same = all(len(j.verdicts) == len(first.verdicts) and j.missing == first.missing for j in more)
    if same and (agreed := agreeing([j.verdicts for j in found])):
        return Judgement(tuple(agreed), first.missing)
    return Judgement((Verdict("ambiguous", "two-readings", phrase("two-readings", why=why, hint=""), text, place=0),))


def unreadable(text: str, error: ReadError) -> Verdict:
    """What cannot be read, or can in several ways."""
    kind: Kind = "ambiguous" if error.readings else "unreadable"
    code = "two-readings" if error.readings else "unreadable"
    said = phrase(code, why=error.message, hint=error.hint)
    return Verdict(kind, code, said, error.text or text, place=error.offset, readings=error.readings)
