"""General entries:  ∂L/∂W_{ij} = δ_i x_j  is a statement about the matrix W, its formula one for all i and j.

    δ_i x_j    with i = 1 … 2, j = 1 … 3        ((δ_1 x_1, δ_1 x_2, δ_1 x_3), (δ_2 x_1, δ_2 x_2, δ_2 x_3))
    Σ_k (y_k - t_k) V_{ki}                      k runs over what it counts
An index is free where the left side has it; it runs over the entries of the families that it counts.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache

from symprop.entries import Table, shape_of
from symprop.errors import UnsupportedError
from symprop.families import indices, pieces
from symprop.judge.arrays import Arrays
from symprop.judge.statements import readable
from symprop.matrices import Entry, Transpose
from symprop.names import NUMBER, Vocabulary
from symprop.shapes import ShapeError
from symprop.written import Big, Name, Num, Rel, Vec, Written, add, mul, transform

LETTERS = "ijklmn"
MOST = 40_000  # parts of everything that is written out
LONGEST = 6  # characters of a script without braces
SCRIPT = re.compile(r"_\s*(?:\{([^{}]+)\}|([A-Za-z0-9]+))")
ENDS = re.compile(r"_\s*\{\s*[a-z]\s*=\s*[01]\s*\}\s*\^\s*\{?\s*([A-SU-Za-z])(?![A-Za-z0-9_])")  # Σ_{k=1}^n
BOUNDS = re.compile(  # Σ_{j ≠ i}
    r"_\s*\{\s*[a-z]\s*(?:[≠<>≤≥]=?|!=|\\(?:neq?|[lg](?:eq?|t)(?:slant)?)(?![a-z]))\s*([a-z])\s*\}"
)
_TURN = r"\^\s*(?:T(?![A-Za-z0-9])|\\top(?![A-Za-z])|\{\s*(?:T|\\top|\\mathsf\s*\{?\s*T\s*\}?)\s*\})"
_SCRIPT = r"_\s*(?P<{}>\{{[^{{}}]{{1,12}}\}}|[a-z0-9]{{1,2}}(?![A-Za-z0-9]))"
TURNED = re.compile(  # V^T_{ik}, V_{ik}^T
    r"(?<![^\W\d]|[\\^])(?P<name>\\(?:mathbf|bm|boldsymbol|mathrm)\s*\{\s*[A-Za-z]\s*\}|\\?[^\W\d_]+)\s*"
    rf"(?:{_TURN}\s*{_SCRIPT.format('after')}|{_SCRIPT.format('before')}\s*{_TURN})"
)
COMPARED: Mapping[str, Callable[[int, Fraction], bool]] = {
    "≠": operator.ne, "<": operator.lt, ">": operator.gt, "≤": operator.le, "≥": operator.ge
}  # fmt: skip
Values = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Range:
    """What an index runs over: from ``first`` on, so many; and of what."""

    letter: str
    first: int
    size: int
    family: str

    @property
    def numbers(self) -> range:
        return range(self.first, self.first + self.size)

    def __str__(self) -> str:
        return f"{self.letter} runs from {self.first} to {self.first + self.size - 1} for {self.family}"


@dataclass(frozen=True, slots=True)
class Member:
    """W_{ij} or W_{i2}: a family, and what stands in the place of each of its indices: a letter or a number."""

    family: Name
    table: Table
    parts: tuple[str, ...]

    def axes(self) -> list[tuple[str, int, int]]:
        """Each part with the first number that may stand there, and how many may."""
        sizes, firsts = (len(self.table), len(self.table[0])), _firsts(self.table)
        long = 0 if sizes[1] == 1 else 1
        places = (0, 1) if len(self.parts) == 2 else (long,)
        return [(part, firsts[at], sizes[at]) for part, at in zip(self.parts, places, strict=True)]

    def ranges(self) -> Iterator[Range]:
        """What its indices count."""
        for part, first, size in self.axes():
            if not part.isdecimal():
                yield Range(part, first, size, self.family.text)

    def at(self, values: Values) -> Written | None:
        """The member itself; None where there is none."""
        places = []
        for part, first, size in self.axes():
            place = (int(part) if part.isdecimal() else values[part]) - first
            if not 0 <= place < size:
                return None
            places.append(place)
        if len(places) == 2:
            return self.table[places[0]][places[1]]
        return [cell for row in self.table for cell in row][places[0]]


@dataclass(slots=True)
class Indexed:
    """The general entries that stand in a text, by their names, and the arrays with them."""

    arrays: Arrays
    members: dict[Name, Member]
    ends: frozenset[Name] = frozenset()  # of sums: as many as there are, the same for each letter
    bounds: frozenset[Name] = frozenset()  # indices in the conditions of sums
    sizes: dict[Written, int] = field(default_factory=dict)
    left: int = field(default=MOST)

    # ---- which indices

    def ranges(self, formula: Written, bound: frozenset[str] = frozenset()) -> Iterator[Range]:
        """What the free indices of a formula count, each place by itself."""
        if isinstance(formula, Name) and formula in self.members:
            yield from (each for each in self.members[formula].ranges() if each.letter not in bound)
        elif isinstance(formula, Entry):
            shape = self.arrays.shape(formula.arg)
            sizes = [s for s in (shape.rows, shape.cols) if not (shape.is_vector and s == 1)]
            for piece, length in zip(indices(formula.sub, len(sizes), LETTERS), sizes, strict=True):
                if piece.letter and piece.letter not in bound:
                    if piece.shift:
                        raise UnsupportedError(f"the index {piece.text}")
                    assert isinstance(length, int)
                    yield Range(piece.letter, 1, length, "the product")
            yield from self.ranges(formula.arg, bound)
        else:
            inside = bound
            if isinstance(formula, Big) and isinstance(formula.index, Name):
                inside = bound | {formula.index.base}
            for child in formula.children:
                yield from self.ranges(child, inside)

    def counted(self, formulas: Iterable[Written]) -> Iterator[Range]:
        """What the indices of entries count, those of sums, too."""
        names = dict.fromkeys(node for formula in formulas for node in formula.walk() if isinstance(node, Name))
        yield from (each for name in names if name in self.members for each in self.members[name].ranges())

    def settled(self, formula: Written) -> dict[str, Range]:
        """What each free index of a formula runs over.  Raises ShapeError where one counts different things."""
        found: dict[str, Range] = {}
        for each in self.ranges(formula):
            known = found.setdefault(each.letter, each)
            if (known.first, known.size) != (each.first, each.size):
                raise ShapeError(f"{known}, and {each}")
        return found

    def whole(self, about: Written, axes: Sequence[Range]) -> Written:
        """What a statement is about, of all entries: the array, where it is one; else a list of quantities."""
        named = [node for node in about.walk() if isinstance(node, Name) and node in self.members]
        if len(named) == 1 and self.members[named[0]].parts == tuple(axis.letter for axis in axes):
            family = self.members[named[0]].family
            return transform(about, lambda node: family if node == named[0] else node)
        return self.table(about, axes)

    def letters(self, name: Name) -> tuple[str, ...]:
        """The indices of a general entry of a matrix."""
        member = self.members.get(name)
        return member.parts if member is not None else ()

    def exchanged(self, formula: Written, letters: dict[int, int]) -> Written:
        """The formula with other letters for its indices."""

        def change(node: Written) -> Written:
            if isinstance(node, Entry):
                return Entry(node.arg, node.sub.translate(letters))
            if not isinstance(node, Name) or node not in self.members:
                return node
            member = self.members[node]
            name = replace(node, sub=member.family.sub + node.sub.removeprefix(member.family.sub).translate(letters))
            self.members[name] = replace(member, parts=tuple(part.translate(letters) for part in member.parts))
            return name

        return transform(formula, change)

    def renamed(self, name: Name, wanted: Iterable[str]) -> Iterator[Name]:
        """An entry with another index in each of its places: h_i or h_1 as h_j."""
        member = self.members.get(name) or self._numbered(name)
        for place in range(len(member.parts) if member is not None else 0):
            assert member is not None
            for part in wanted:
                parts = (*member.parts[:place], part, *member.parts[place + 1 :])
                other = replace(member, parts=parts)
                cell = other.at({}) if all(map(str.isdecimal, parts)) else None
                if cell is None:
                    joined = ("," if any(len(p) > 1 for p in parts) else "").join(parts)
                    cell = replace(member.family, sub=member.family.sub + joined)
                    self.members[cell] = other
                if cell != name and isinstance(cell, Name):
                    yield cell

    def _numbered(self, name: Name) -> Member | None:
        """An entry with numbers in the places of its indices."""
        for family, table in self.arrays.tables.items():
            first = _firsts(table)
            for i, row in enumerate(table):
                if name in row and family != name:
                    places = (i + first[0], row.index(name) + first[1])
                    vector = shape_of(table).is_vector
                    long = places[1] if len(table) == 1 else places[0]
                    return Member(family, table, (str(long),) if vector else tuple(map(str, places)))
        return None

    # ---- what they stand for

    def table(self, formula: Written, axes: Sequence[Range]) -> Written:
        """The formula at all values of its free indices: a list, or rows; itself where there is none."""
        if not axes:
            return self.at(formula, {})
        (first, *more), rows = axes, list[Written]()
        for i in first.numbers:
            values = [{first.letter: i, axis.letter: j} for axis in more for j in axis.numbers]
            cells = [self.at(formula, each) for each in values or [{first.letter: i}]]
            rows.append(Vec(tuple(cells)) if more else cells[0])
        return Vec(tuple(rows))

    def at(self, formula: Written, values: Values) -> Written:
        """The formula where the indices are these numbers.  Raises ShapeError, UnsupportedError."""
        self.left -= 1
        if self.left < 0:
            raise UnsupportedError("sums over so many indices")
        if isinstance(formula, Name):
            return self.named(formula, values)
        if isinstance(formula, Transpose) and isinstance(formula.arg, Name) and formula.arg in self.members:
            raise UnsupportedError("the transpose of an entry: write its indices the other way round")
        if isinstance(formula, Big):
            terms = [self.at(formula.body, {**values, _index(formula): k}) for k in self.run(formula, values)]
            return add(*terms) if formula.op == "sum" else mul(*terms)
        if isinstance(formula, Entry):
            count = 1 if self.arrays.shape(formula.arg).is_vector else 2
            places = ",".join(piece.at(values) for piece in indices(formula.sub, count, values))
            return Entry(self.at(formula.arg, values), places)
        return (
            formula.rebuilt(tuple(self.at(child, values) for child in formula.children))
            if formula.children
            else formula
        )

    def named(self, name: Name, values: Values) -> Written:
        member = self.members.get(name)
        if name in self.ends | self.bounds:
            raise UnsupportedError(f"{name.text}, which is not declared")
        found = member.at(values) if member is not None else name
        if member is not None and found is None:
            raise ShapeError(", and ".join(str(Range(p, first, size, name.text)) for p, first, size in member.axes()))
        assert found is not None
        return found

    def run(self, formula: Big, values: Values) -> Iterable[int]:
        """The numbers that the index of a sum runs through: those of its bounds, or of what it counts."""
        match formula.condition:
            case None:
                return self.bounded(formula)
            case Rel((_, bound), (sign,)) if sign in COMPARED:
                numbers = self.bounded(replace(formula, condition=None))
                return [k for k in numbers if COMPARED[sign](k, _number(bound, values))]
        raise UnsupportedError("a sum with such a condition")

    def bounded(self, formula: Big) -> Iterable[int]:
        """The numbers that the index of a sum without a condition runs through."""
        letter, lower, upper = _index(formula), formula.lower, formula.upper
        if (lower is None and upper is None) or upper in self.ends:
            counted = self.settled(formula.body).get(letter)
            if counted is None:
                raise UnsupportedError(f"a sum over {letter}, which counts nothing in it")
            if upper is not None and (
                lower != Num(Fraction(counted.first)) or self.sizes.setdefault(upper, counted.size) != counted.size
            ):
                raise UnsupportedError(f"a sum with such bounds: {counted}")
            return counted.numbers
        bounds = [b.value for b in (lower, upper) if isinstance(b, Num) and b.value.denominator == 1]
        if len(bounds) < 2 or not 0 <= bounds[1] - bounds[0] <= MOST:
            raise UnsupportedError("a sum with such bounds")
        return range(int(bounds[0]), int(bounds[1]) + 1)


def _index(formula: Big) -> str:
    """The letter of a sum or product.  Raises UnsupportedError for what has none."""
    if formula.op not in ("sum", "prod") or not isinstance(formula.index, Name):
        raise UnsupportedError("such an index")
    return formula.index.base


def _number(bound: Written, values: Values) -> Fraction:
    """What the index of a sum is compared with: a number, or another index."""
    if isinstance(bound, Name) and bound.text in values:
        return Fraction(values[bound.text])
    if not isinstance(bound, Num):
        raise UnsupportedError("a sum with such a condition")
    return bound.value


# ---- which there are


def members_in(text: str, arrays: Arrays) -> Indexed | None:
    """The general entries that may stand in a text; None where there are none."""
    letters = free_letters(arrays.vocabulary)
    scripts = dict.fromkeys(script for found in SCRIPT.finditer(text) for script in _scripts(found))
    members: dict[Name, Member] = {}
    for family, table in arrays.tables.items():
        for script in scripts:
            rest = script.removeprefix(family.sub).removeprefix(",")
            parts = tuple(rest.split(",") if "," in rest else rest)
            counts = {1 if family in arrays.lists else 2} | ({1} if shape_of(table).is_vector else set())
            if (
                len(parts) in counts
                and script.startswith(family.sub)
                and all(p in letters or p.isdecimal() for p in parts)
                and not all(map(str.isdecimal, parts))
            ):
                members[replace(family, sub=script)] = Member(family, table, parts)
    if not members and not any(any(sign in letters for sign in script) for script in scripts):
        return None
    ends = {Name(letter) for letter in ENDS.findall(text)} - arrays.vocabulary.quantities
    ends = {end for end in ends if not any(end.base in member.parts for member in members.values())}
    bounds = {Name(letter) for letter in BOUNDS.findall(text) if letter in letters} - ends
    known = arrays.knowing(dict.fromkeys([*members, *ends, *bounds], NUMBER))
    return Indexed(known, members, frozenset(ends), frozenset(bounds))


def with_turned(text: str, arrays: Arrays) -> str:
    """V^T_{ik}, and V_{ik}^T, which looks the same in print, as (V^T)_{ik}; text without such entries as it is."""
    letters = free_letters(arrays.vocabulary)

    def entry(found: re.Match[str]) -> str:
        family = readable(found["name"], arrays.vocabulary)
        script = (found["after"] or found["before"]).strip("{}").replace(" ", "")
        parts = script.split(",") if "," in script else list(script)
        if not isinstance(family, Name) or family not in arrays.tables or replace(family, sub=script) in arrays.tables:
            return found[0]
        count = 1 if shape_of(arrays.tables[family]).is_vector else 2
        general = found["after"] is not None or not all(map(str.isdecimal, parts))  # x_1^T may be a vector x_1
        fits = len(parts) == count and general and all(part in letters or part.isdecimal() for part in parts)
        return f"({found['name']}^T)_{{{script}}}" if fits else found[0]

    return TURNED.sub(entry, text)


def _scripts(found: re.Match[str]) -> Iterator[str]:
    """What may be a script: all in its braces, or as much of what follows as belongs to it."""
    if found[1] is not None:
        yield found[1].replace(" ", "")
    else:
        yield from (found[2][:end] for end in range(1, min(len(found[2]), LONGEST) + 1))


def free_letters(vocabulary: Vocabulary) -> frozenset[str]:
    """The letters that are no names of the exercise, nor indices of its names."""
    taken = {name.base for name in (*vocabulary.quantities, *vocabulary.functions, *vocabulary.indices)}
    return frozenset(LETTERS) - taken.union(*map(_indices_in, {n.sub for n in vocabulary.quantities if n.sub}))


@lru_cache(maxsize=4096)
def _indices_in(script: str) -> frozenset[str]:
    return frozenset(piece.text for piece in pieces(script, (), ()))


def _firsts(table: Table) -> tuple[int, int]:
    """The numbers at which the rows and columns of a family begin: 1, or 0."""

    def first(cell: Written, place: int) -> int:
        numbers = re.findall(
            r"[0-9]+" if isinstance(cell, Name) and "," in cell.sub else r"[0-9]", getattr(cell, "sub", "")
        )
        return int(numbers[place]) if len(numbers) >= -place else 1

    if len(table[0]) == 1:
        return min(first(table[0][0], -1), 1), 1
    return first(table[0][0], -2), first(table[0][0], -1)
