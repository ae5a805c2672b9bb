"""Sentences as TeX, and as plain text for bookmarks: words, an author's text, formulas, citations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

from symprop.errors import UnsupportedError
from symprop.model.exercise import Exercise, Part, Task
from symprop.names import Vocabulary
from symprop.notation import text as plain_maths
from symprop.render.escape import Tex, escape, plain
from symprop.render.formulas import Printer, printer
from symprop.render.words import segments
from symprop.written import Deriv, Written


@dataclass
class Turns:
    """Which wording of a sentence comes next on a page: the first is decided by the exercise, then they take turns."""

    seed: int = 0
    following: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, exercise: Exercise) -> Turns:
        """With a number by which exercises differ and that an exercise keeps: of the left sides of its equations."""
        return cls(crc32("|".join(e.left.text for part in exercise.parts for e in part.equations).encode()))

    def next(self, code: str, wordings: int) -> int:
        turn = self.following.get(code, self.seed) % wordings
        self.following[code] = turn + 1
        return turn


@dataclass(frozen=True)
class TexStyle:
    """Sentences as TeX."""

    printer: Printer
    vocabulary: Vocabulary | None
    labels: Mapping[str, str]  # label of a line → {anchor}{number} on this page
    parts: Mapping[str, tuple[str, str]]  # letter of a part or task → its anchor, as it is printed
    narrow: bool = False  # in the column of reasons
    where: str = "text"
    turns: Turns = field(default_factory=Turns)

    def asking(self, task: Task, part: Part, course: Mapping[str, object]) -> TexStyle:
        """For what is asked in our words: a derivative by its symbol, since its name is explained in the answer."""
        if task.words:
            return replace(self, printer=printer(part.as_asked, course)) if part.short else self
        names = {symbol: name for symbol, name in part.display.items() if not isinstance(symbol, Deriv)}
        return replace(self, printer=printer(replace(part, display=names), course))

    def literal(self, text: str) -> Tex:
        return escape(text, self.where)

    def text(self, text: str) -> Tex:
        pieces = segments(text, self.vocabulary)
        return self.join([escape(p, self.where) if isinstance(p, str) else self.maths(p) for p in pieces])

    def maths(self, formula: Written) -> Tex:
        return self.printer.reason(formula) if self.narrow else self.printer.sentence(formula)

    def fixed_maths(self, tex: str) -> Tex:
        return Tex(f"${unclashed(tex, self.vocabulary)}$")

    def ref(self, label: str) -> Tex:
        if label not in self.labels:
            raise UnsupportedError(f"a sentence cites the line {label!r}, which is not on the page")
        return Tex(rf"\eqlink{self.labels[label]}")

    def number(self, label: str) -> int | None:
        return int(self.labels[label].rpartition("{")[2].removesuffix("}")) if label in self.labels else None

    def part(self, label: str) -> Tex:
        if label not in self.parts:
            raise UnsupportedError(f"a sentence cites the part {label!r}, which is not on the page")
        anchor, shown = self.parts[label]
        return Tex(rf"\partref{{{anchor}}}{{{shown}}}")

    def join(self, pieces: Iterable[str]) -> Tex:
        pieces = list(pieces)
        assert all(isinstance(p, Tex) for p in pieces), "a piece of a sentence was not escaped"
        return Tex("".join(pieces))

    def turn(self, code: str, wordings: int) -> int:
        return self.turns.next(code, wordings) if not self.narrow else 0


RULE_LETTERS = re.compile(r"(?<![A-Za-z\\])[cnuv](?![A-Za-z])")
OTHERS = "fgrspqmabdhjklwxyzFGHPQRS"  # the first ones that are free


def unclashed(tex: str, vocabulary: Vocabulary | None) -> str:
    """A rule of the words file, (u^n)' = n u^{n-1} u', in letters that the exercise does not use itself."""
    used = {name.base for name in (*vocabulary.quantities, *vocabulary.functions)} if vocabulary else set()
    free = iter([letter for letter in OTHERS if letter not in used])
    own = {m[0] for m in RULE_LETTERS.finditer(tex) if m[0] in used}
    other = {letter: next(free, letter) for letter in sorted(own, reverse=True)}
    return RULE_LETTERS.sub(lambda m: other.get(m[0], m[0]), tex)


@dataclass(frozen=True)
class PlainStyle:
    """Sentences as plain ASCII, for bookmarks and the title of the PDF."""

    vocabulary: Vocabulary | None = None

    def literal(self, text: str) -> Tex:
        lead, tail = " " * text[:1].isspace(), " " * (text[-1:].isspace() and bool(text.strip()))
        return Tex(lead + plain(text.replace("\u00a0", " ")) + tail)

    def text(self, text: str) -> Tex:
        pieces = segments(text, self.vocabulary)
        return self.join([self.literal(p) if isinstance(p, str) else self.maths(p) for p in pieces])

    def maths(self, formula: Written) -> Tex:
        return plain(plain_maths(formula))

    def fixed_maths(self, tex: str) -> Tex:
        return plain(tex)

    def ref(self, label: str) -> Tex:
        return Tex("")

    part = ref

    def number(self, label: str) -> int | None:
        return None

    def join(self, pieces: Iterable[str]) -> Tex:
        return Tex("".join(pieces))

    def turn(self, code: str, wordings: int) -> int:
        return 0


def sentences(said: Sequence[str], shows: bool) -> Tex:
    """Sentences in a row; a colon moves to the last one, before what is shown: 'By paths. There are three:'."""
    said = list(said)
    colon = False
    for k, text in enumerate(said[:-1]):
        if text.endswith(":"):
            said[k], colon = text.removesuffix(":") + ".", True
    if colon and shows and said[-1].endswith("."):
        said[-1] = said[-1].removesuffix(".") + ":"
    return Tex(" ".join(said))
