"""General entries:  ∂L/∂W_{ij} = δ_i x_j  is a statement about the matrix W, its formula one for all i and j.

    δ_i x_j    with i = 1 … 2, j = 1 … 3        ((δ_1 x_1, δ_1 x_2, δ_1 x_3), (δ_2 x_1, δ_2 x_2, δ_2 x_3))
    Σ_k (y_k - t_k) V_{ki}                      k runs over what it counts
    h_t = tanh(w h_{t-1} + x_t)            t runs over all for which there are h_t, h_{t-1} and x_t
    p_i (δ_{ij} - p_j),  p_i ([i = j] - p_j)    δ_{ij}, [i = j]: 1 where i = j, else 0
An index is free where the left side has it; it runs over the entries of the families that it counts.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product

from symprop.entries import shape_of
from symprop.errors import UnsupportedError
from symprop.families import indices, pieces
from symprop.judge.arrays import Arrays
from symprop.judge.members import PART, Member, Range, Values, firsts
from symprop.judge.statements import readable
from symprop.matrices import Entry, Transpose
from symprop.names import NUMBER, Vocabulary
from symprop.shapes import ShapeError
from symprop.written import Big, Cases, Indicator, Name, Neg, Num, Rel, Sum, Vec, Written, add, mul, transform

LETTERS = "ijklmnt"
MOST = 40_000  # parts of everything that is written out
LONGEST = 6  # characters of a script without braces
SCRIPT = re.compile(r"_\s*(?:\{([^{}]+)\}|([A-Za-z0-9]+))")
ENDS = re.compile(r"_\s*\{\s*[a-z]\s*=\s*[01]\s*\}\s*\^\s*\{?\s*([A-Za-z])(?![A-Za-z0-9_])")  # Σ_{k=1}^n
_COMPARES = r"(?:[=≠<>≤≥]=?|!=|\\(?:neq?|[lg](?:eq?|t)(?:slant)?)(?![a-z]))"
COMPARISON = re.compile(  # Σ_{j ≠ i}, [i = j]
    rf"(?<![A-Za-z0-9\\_^'])([a-z])\s*{_COMPARES}\s*(?:([a-z])|[0-9])(?![A-Za-z0-9_^({{])"
)
_TURN = r"\^\s*(?:T(?![A-Za-z0-9])|\\top(?![A-Za-z])|\{\s*(?:T|\\top|\\mathsf\s*\{?\s*T\s*\}?)\s*\})"
TURN = re.compile(_TURN)
_SCRIPT = r"_\s*(?P<{}>\{{[^{{}}]{{1,12}}\}}|[a-z0-9]{{1,2}}(?![A-Za-z0-9]))"
TURNED = re.compile(  # V^T_{ik}, V_{ik}^T
    r"(?<![^\W\d]|[\\^])(?P<name>\\(?:mathbf|bm|boldsymbol|mathrm)\s*\{\s*[A-Za-z]\s*\}|\\?[^\W\d_]+)\s*"
    rf"(?:{_TURN}\s*{_SCRIPT.format('after')}|{_SCRIPT.format('before')}\s*{_TURN})"
)
COMPARED: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "=": operator.eq, "≠": operator.ne, "<": operator.lt, ">": operator.gt, "≤": operator.le, "≥": operator.ge
}  # fmt: skip


@dataclass(slots=True)
class Indexed:
    """The general entries that stand in a text, by their names, and the arrays with them."""

    arrays: Arrays
    members: dict[Name, Member]
    ends: frozenset[Name] = frozenset()  # of sums: as many as there are, the same for each letter
    compared: frozenset[Name] = frozenset()  # indices by themselves: j ≠ i
    deltas: Mapping[Name, Rel] = field(default_factory=dict)  # δ_{ij}: i = j
    where: Rel | None = None  # of which indices something is said: i ≠ j
    limits: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)  # and from where to where: i = 1, 2
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

    def settled(self, *formulas: Written) -> dict[str, Range]:
        """What each free index of formulas runs over.  Raises ShapeError where one counts different things."""
        found: dict[str, Range] = {}
        every = (r for formula in formulas for r in self.ranges(formula))
        said = (r.limited(*self.limits[r.letter]) if r.letter in self.limits else r for r in every)
        for each in sorted(said, key=lambda r: (r.shifted, r.part)):
            known = found.get(each.letter, each)
            first, last = max(known.first, each.first), min(known.numbers[-1], each.numbers[-1])
            loose = each.part or known.begins_beside(each)
            same = known.numbers[-1] == each.numbers[-1] and (known.first == each.first or loose)
            if not (same or each.shifted) or first > last:
                raise ShapeError(f"{known}, and {each}")
            found[each.letter] = replace(known, first=first, size=last - first + 1, part=known.part or loose)
        return found

    def shared(self, about: Written, formulas: Sequence[Written]) -> tuple[Range, ...]:
        """What the indices of a left side run over: of h_t and h_{t-1} those for which all of its formulas are."""
        axes = self.settled(about)
        ranges = [each for formula in formulas for each in self.ranges(formula) if each.letter in axes]
        every = (*ranges, *axes.values())
        loose = {each.letter for each in every if each.part or each.begins_beside(axes[each.letter])}
        limits = self.settled(about, *formulas) if loose else {}
        return tuple(limits[letter] if letter in loose else axis for letter, axis in axes.items())

    def whole(self, about: Written, axes: Sequence[Range]) -> Written:
        """What a statement is about, of all entries: the array, where it is one; else a list of quantities."""
        members = [self.members[node] for node in about.walk() if isinstance(node, Name) and node in self.members]
        if len(members) == 1 and members[0].layered and self.where is None:
            (member,) = members
            if member.parts == tuple(axis.letter for axis in axes) and [*member.ranges()] == [*axes]:
                named = self.members.keys()
                return transform(about, lambda node: member.family if node in named else node)
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
            first = firsts(table)
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
        if self.where is not None:
            letters = [axis.letter for axis in axes]
            every = [dict(zip(letters, point, strict=True)) for point in product(*(a.numbers for a in axes))]
            points = [values for values in every if self.holds(self.where, values)]
            if not points or self.holds(self.where, points[0]) is None:
                raise UnsupportedError("indices of which nothing is said")
            return Vec(tuple(self.at(formula, values) for values in points))
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
        if isinstance(formula, Name) and formula in self.deltas:
            formula = Indicator(self.deltas[formula])
        if isinstance(formula, Name):
            return self.named(formula, values)
        if isinstance(formula, Indicator) and (holds := self.holds(formula.condition, values)) is not None:
            return Num(Fraction(holds))
        if isinstance(formula, Cases):
            formula = self.case(formula, values)
            if not isinstance(formula, Cases):
                return self.at(formula, values)
        if isinstance(formula, Transpose) and isinstance(formula.arg, Name) and formula.arg in self.members:
            raise UnsupportedError("the transpose of an entry: write its indices the other way round")
        if isinstance(formula, Big):
            terms = [self.at(formula.body, {**values, _index(formula): k}) for k in self.run(formula, values)]
            return add(*terms) if formula.op == "sum" else mul(*terms)
        if isinstance(formula, Entry):
            count = 1 if self.arrays.shape(formula.arg).is_vector else 2
            places = ",".join(piece.at(values) for piece in indices(formula.sub, count, values))
            return Entry(self.at(formula.arg, values), places)
        if not formula.children:
            return formula
        return formula.rebuilt(tuple(self.at(child, values) for child in formula.children))

    def holds(self, condition: Written | None, values: Values) -> bool | None:
        """Whether a condition on indices holds; None for one on anything else."""
        if condition is None:
            return True
        if not isinstance(condition, Rel) or not set(condition.ops) <= COMPARED.keys():
            return None
        found = [_number(item, values) for item in condition.items]
        numbers = [number for number in found if number is not None]
        return (
            None
            if len(numbers) < len(found)
            else all(COMPARED[op](a, b) for (a, b), op in zip(pairwise(numbers), condition.ops, strict=True))
        )

    def case(self, formula: Cases, values: Values) -> Written:
        """What is left of cases where the conditions on indices are known: one value, or fewer cases."""
        left = list[tuple[Written, Written | None]]()
        for value, condition in zip(formula.values, formula.conditions, strict=True):
            holds = self.holds(condition, values)
            if holds is not False:
                left.append((value, None if holds else condition))
            if holds:
                break
        if not left:
            said = ", ".join(f"{letter} = {number}" for letter, number in values.items())
            raise UnsupportedError(f"cases of which none holds at {said}")
        (first, condition), *_ = left
        return first if condition is None else Cases(*map(tuple, zip(*left, strict=True)))

    def named(self, name: Name, values: Values) -> Written:
        member = self.members.get(name)
        if name in self.ends | self.compared:
            raise UnsupportedError(f"{name.text}, which is not declared")
        if member is None:
            return name
        if (found := member.at(values)) is None:
            raise ShapeError(", and ".join(str(Range(p, first, size, name.text)) for p, first, size in member.axes()))
        return found

    def run(self, formula: Big, values: Values) -> Iterable[int]:
        """The numbers that the index of a sum runs through: those of its bounds, or of what it counts."""
        match formula.condition:
            case None:
                return self.bounded(formula, values)
            case Rel():
                numbers = self.bounded(replace(formula, condition=None), values)
                kept = [(k, self.holds(formula.condition, {**values, _index(formula): k})) for k in numbers]
                if all(holds is not None for _, holds in kept):
                    return [k for k, holds in kept if holds]
        raise UnsupportedError("a sum with such a condition")

    def bounded(self, formula: Big, values: Values) -> Iterable[int]:
        """The numbers that the index of a sum without a condition runs through."""
        letter, lower, upper = _index(formula), formula.lower, formula.upper
        if (lower is None and upper is None) or upper in self.ends:
            counted = self.settled(formula.body).get(letter)
            if counted is None:
                raise UnsupportedError(f"a sum over {letter}, which counts nothing in it")
            if upper is None and counted.part and counted.first < 1:
                raise UnsupportedError(f"a sum over {letter} that does not say where it begins")
            if upper is not None and (
                lower != Num(Fraction(counted.first)) or self.sizes.setdefault(upper, counted.size) != counted.size
            ):
                raise UnsupportedError(f"a sum with such bounds: {counted}")
            return counted.numbers
        ends = [_number(bound, values) for bound in (lower, upper)]
        bounds = [int(end) for end in ends if end is not None and end.denominator == 1]
        least = 0 if isinstance(lower, Num) else -1  # Π_{t=k+1}^3 has no factor where k is 3
        if len(bounds) < 2 or not least <= bounds[1] - bounds[0] <= MOST:
            raise UnsupportedError("a sum with such bounds")
        return range(bounds[0], bounds[1] + 1)


def _index(formula: Big) -> str:
    """The letter of a sum or product.  Raises UnsupportedError for what has none."""
    if formula.op not in ("sum", "prod") or not isinstance(formula.index, Name):
        raise UnsupportedError("such an index")
    return formula.index.base


def _number(bound: Written | None, values: Values) -> Fraction | None:
    """What an index is compared with or runs to: 3, i, k + 1; None for anything else."""
    match bound:
        case Num(value):
            return value
        case Name() if bound.text in values:
            return Fraction(values[bound.text])
        case Neg(arg):
            found = _number(arg, values)
            return None if found is None else -found
        case Sum(terms):
            numbers = [_number(term, values) for term in terms]
            known = [number for number in numbers if number is not None]
            return sum(known, Fraction(0)) if len(known) == len(numbers) else None
    return None


# ---- which there are


def members_in(text: str, arrays: Arrays) -> Indexed | None:
    """The general entries that may stand in a text; None where there are none."""
    letters = free_letters(arrays.vocabulary)
    scripts = dict.fromkeys(script for found in SCRIPT.finditer(text) for script in _scripts(found))
    members: dict[Name, Member] = {}
    for family, table in {**arrays.series, **arrays.tables}.items():
        for script in scripts:
            rest = script.removeprefix(family.sub).removeprefix(",")
            parts = tuple(rest.split(",") if "," in rest or PART.fullmatch(rest) else rest)
            counts = {2 if family in arrays.tables.keys() - arrays.lists else 1}
            counts |= {1} if shape_of(table).is_vector else set()
            if (
                len(parts) in counts
                and script.startswith(family.sub)
                and all(PART.fullmatch(p) and (p[0] in letters or p.isdecimal()) for p in parts)
                and not all(map(str.isdecimal, parts))
            ):
                members[replace(family, sub=script)] = Member(family, table, parts, family in arrays.tables)
    if not members and not any(any(sign in letters for sign in script) for script in scripts):
        return None
    ends = {Name(letter) for letter in ENDS.findall(text)} - arrays.vocabulary.quantities
    if TURN.search(ENDS.sub("", text)):
        ends -= {Name("T")}
    ends = {end for end in ends if not any(end.base in member.parts for member in members.values())}
    compared = {Name(letter) for found in COMPARISON.finditer(text) for letter in found.groups() if letter in letters}
    compared -= ends
    deltas = dict(_deltas(scripts, letters, arrays))
    known = arrays.knowing(dict.fromkeys([*members, *ends, *compared, *deltas], NUMBER))
    return Indexed(known, members, frozenset(ends), frozenset(compared), deltas)


def _deltas(scripts: Iterable[str], letters: frozenset[str], arrays: Arrays) -> Iterator[tuple[Name, Rel]]:
    """Kronecker's δ_{ij}, where nothing else is called δ."""
    if any((n.base, n.accent) == ("delta", "") for n in (*arrays.vocabulary.quantities, *arrays.tables)):
        return
    for script in scripts:
        parts = script.split(",") if "," in script else list(script)
        if len(parts) == 2 and letters & {*parts} and letters.issuperset(p for p in parts if not p.isdecimal()):
            each = (Num(Fraction(part)) if part.isdecimal() else Name(part) for part in parts)
            yield Name("delta", sub=script), Rel(tuple(each), ("=",))


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
