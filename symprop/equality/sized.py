"""Equality of formulas with vectors, matrices and sums: at several sizes, entry by entry.

Two formulas of one shape are compared as numbers are, at several assignments of small, mostly distinct sizes to the
letters (n = 2, m = 3, …; also 1); they are equal if they agree at all of them.  A difference at one is a witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from symprop.equality.normal import proved
from symprop.equality.ranges import Ranges, clashes, ranges_of
from symprop.equality.records import Equality, OutOfBudget, Purse
from symprop.equality.search import ENOUGH, POINTS, Comparison
from symprop.errors import UnsupportedError
from symprop.evaluate import Balls, NotExact, Undefined, compile_program, split
from symprop.evaluate.agreement import Witness, witness_at
from symprop.evaluate.compiling import slopes
from symprop.evaluate.sampling import Assumptions, Dice, assumptions_of
from symprop.evaluate.signs import one_sided
from symprop.evaluate.sized import NoSuchSize, TooLarge, compile_sized
from symprop.matrices import Transpose
from symprop.names import NUMBER, Shape, Size, Vocabulary
from symprop.shapes import ShapeError, Shapes
from symprop.written import ZERO, Big, Name, Num, Pow, Rel, Vec, Written, dump, names_of

BUDGET = 1_000_000  # instructions at 256 bits, for all sizes
SIZES = ((2, 3, 4), (3, 2, 5), (1, 1, 1), (4, 5, 3), (5, 1, 2), (7, 4, 1), (12, 11, 13))  # in turn
THOROUGH = 2  # assignments at which formulas that are not rational are seen at as many points as numbers are
FEW = 4  # assignments at which they are seen at all
LARGE = 5  # numbers as sizes that may be replaced by letters where the program would be too long
LEAST = 3  # assignments that must have been compared where there is a size to choose
MOST_INDICES = 64  # values of all free indices


def shape_of(formula: Written, vocabulary: Vocabulary, definitions: Mapping[Written, Any] | None = None) -> Shape:
    """Raises ShapeError."""
    return Shapes(vocabulary, split(definitions or {})[1]).of(formula)


def compare_sized(
    a: Written,
    b: Written,
    *,
    vocabulary: Vocabulary,
    assume: tuple[Written, ...] = (),
    env: Mapping[Written, Any] | None = None,
    kinks: Mapping[str, Any] | None = None,
    log_base: int | None = None,
    budget: int = BUDGET,
) -> Equality:
    """Whether a = b for all sizes, as far as the sizes tried can tell (``Equality.sizes``)."""
    numbers, definitions = split(env or {})
    shapes = Shapes(vocabulary, definitions)
    try:
        if shapes.of(a) != shapes.of(b) and ZERO not in (a, b):
            return Equality("different", "shapes")
        if clashes(a, shapes) != clashes(b, shapes):
            return Equality("different", "indices")
        symmetric, others = symmetric_in(assume, shapes)
        assumed = assumptions_of(others, vocabulary, definitions, numbers)
        ranges = ranges_of((a, b, *_reached((a, b), definitions)), shapes)
        _refuse_arrays(others, shapes)
        sizes = tuple(size for size in ranges.sizes if size not in definitions)
        compiled = partial(
            compile_sized, shapes=shapes, ranges=ranges.sums, vocabulary=vocabulary,
            definitions={**definitions, **assumed.definitions}, known=numbers, kinks=slopes(kinks), log_base=log_base,
            symmetric=symmetric,
        )  # fmt: skip
        checks = partial(compile_program, vocabulary=vocabulary, definitions=definitions, known=numbers, kinks=kinks)
        search = _Sized(a, b, shapes, ranges, assumed, numbers, compiled, checks(assumed.checked), Purse(budget))
        proof = bool(vocabulary.shapes) and not assume and proved(a, b, shapes)
        tried = list(_assignments(sizes, numbers, assumed, ranges))
        found = search.judge(tried[:THOROUGH] if proof else tried)
        if proof and found:
            return Equality("equal", "exact", points=found.points)
        smaller = _with_letters(vocabulary) if found.ground == "budget" and not ranges.members else vocabulary
        if smaller is not vocabulary and not any(map(_tells_sizes, (*a.walk(), *b.walk()))):
            return compare_sized(a, b, vocabulary=smaller, assume=assume, env=env, kinks=kinks, log_base=log_base)
        return found
    except (UnsupportedError, ShapeError, Undefined):
        return Equality("equal", "same-form") if a == b else Equality("undecided", "unsupported")


class _Sized:
    """The comparisons at all sizes."""

    def __init__(self, a: Written, b: Written, shapes: Shapes, ranges: Ranges, assumed: Assumptions,
                 numbers: dict[Written, Any], compiled: Any, checks: Any, purse: Purse):  # fmt: skip
        self.a, self.b, self.shapes, self.ranges, self.assumed = a, b, shapes, ranges, assumed
        self.numbers, self.compiled, self.checks, self.purse = numbers, compiled, checks, purse
        self.whole_shape = shapes.of(a if a != ZERO else b)
        self.inverted = any(map(_is_inverse, (*a.walk(), *b.walk())))

    def judge(self, assignments: list[dict[Name, int]]) -> Equality:
        agreed: list[tuple[dict[Name, int], Equality]] = []
        doubt: Equality | None = None
        for sizes in assignments:
            if len(agreed) >= FEW and agreed[-1][1].ground == "points":
                break
            try:
                found = self.at(sizes, POINTS if len(agreed) < THOROUGH else ENOUGH)
            except NoSuchSize:
                continue
            except (TooLarge, OutOfBudget):
                if doubt is None and len(agreed) < LEAST:
                    doubt = Equality("undecided", "budget")
                break
            if found.kind == "different":
                return found
            if found.ground == "few-points" and self.inverted:  # (X^T X)^{-1} of a X with too few rows
                continue
            if found.kind == "undecided":
                doubt = found if doubt is None else doubt
            else:
                agreed.append((sizes, found))
        if doubt is not None:
            return doubt
        if not agreed or (self.inverted and len(agreed) < min(LEAST, len(assignments))):
            return Equality("undecided", "few-points")
        grounds = [equality for _, equality in agreed]
        worst = min((g for g in grounds if g.ground == "points"), key=lambda g: g.points, default=grounds[0])
        chosen = (tuple((size, k) for size, k in sizes.items() if size not in self.numbers) for sizes, _ in agreed)
        return replace(worst, sizes=tuple(sizes for sizes in chosen if sizes))

    def at(self, sizes: dict[Name, int], enough: int) -> Equality:
        """The comparison at one assignment, at so many points."""
        values: dict[Written, Any] = {size: Fraction(k) for size, k in sizes.items()}
        points = list(self.points(sizes))
        for number, upper in self.ranges.members:
            if number > self.whole(upper, sizes):
                raise NoSuchSize("a member beyond the last")
        compiled = partial(self.compiled, sizes=sizes, points=points)
        pair = compiled((self.a, self.b))
        left, right, *terms = pair.outputs
        if ZERO in (self.a, self.b) and not self.whole_shape.is_number:
            left, right = (_like(x, y) for x, y in ((left, right), (right, left)))
        pair.outputs = (left, right, *terms)
        numbers = {**self.numbers, **values}
        free = tuple(leaf for leaf in dict.fromkeys((*pair.leaves, *self.checks.leaves)) if leaf not in numbers)
        assumed = replace(self.assumed, bounds=self.member_bounds(free))
        sided = one_sided(pair, assumed.signs, numbers)
        kinked = tuple(site for site in pair.sites if site not in sided)
        dice = Dice(f"{dump(self.a)}|{dump(self.b)}|{sizes}")
        comparison = Comparison(
            self.a, self.b, pair, self.checks, compiled, kinked, free, numbers, assumed, dice, self.purse, enough
        )
        found = comparison.judge()
        if found.witness is not None:
            return replace(found, witness=self.witness(comparison, found.witness, sizes, points))
        return replace(found, sizes=(tuple(sizes.items()),)) if found.kind == "different" else found

    def points(self, sizes: dict[Name, int]) -> Iterator[dict[str, int]]:
        """Every value of every free index."""
        found: list[dict[str, int]] = [{}]
        for letter, (lower, upper) in self.ranges.free.items():
            values = range(self.whole(lower, sizes), self.whole(upper, sizes) + 1)
            found = [{**point, letter: k} for point in found for k in values]
            if len(found) > MOST_INDICES:
                raise TooLarge("too many free indices")
        if not found:
            raise NoSuchSize("an index without values")
        yield from found

    def whole(self, bound: Written, sizes: dict[Name, int]) -> int:
        if isinstance(bound, Name) and bound in sizes:
            return sizes[bound]
        if isinstance(bound, Num) and bound.value.denominator == 1 and abs(bound.value) < 10**6:
            return int(bound.value)
        raise UnsupportedError("the range of an index")

    def member_bounds(self, free: tuple[Written, ...]) -> dict[Written, tuple[Fraction | None, Fraction | None]]:
        """What is assumed of x_i or of x holds for every x_2."""
        bounds = dict(self.assumed.bounds)
        for key, bound in self.assumed.bounds.items():
            for leaf in free:
                if isinstance(key, Name) and isinstance(leaf, Name) and _covers(key, leaf, self.shapes):
                    bounds[leaf] = bound
        return bounds

    def witness(
        self, comparison: Comparison, witness: Witness, sizes: dict[Name, int], points: list[dict[str, int]]
    ) -> Witness:
        """The entry in which both differ, with the sizes and the free indices."""
        point = dict(witness.point)
        try:
            balls = Balls(1024)
            left, right, *_ = comparison.pair.run({**comparison.numbers, **point}, balls)
            with balls.context():
                for number, (x, y) in enumerate(zip(left, right, strict=True)):
                    for entry, (u, v) in _entries(x, y):
                        if (u - v) != 0 and not _around_zero(u - v):
                            chosen = {Name(letter): k for letter, k in points[number].items()}
                            found = witness_at(witness.point, balls.arb(u), balls.arb(v))
                            entry = (max(entry),) if self.whole_shape.is_vector else entry
                            return replace(found, sizes=tuple({**sizes, **chosen}.items()), entry=entry)
        except (Undefined, NotExact):
            pass
        return replace(witness, sizes=tuple(sizes.items()))


def _around_zero(value: Any) -> bool:
    return hasattr(value, "contains") and bool(value.contains(0))


def _entries(x: Any, y: Any, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], tuple[Any, Any]]]:
    if isinstance(x, tuple):
        for k, (u, v) in enumerate(zip(x, y, strict=True), 1):
            yield from _entries(u, v, (*place, k))
    else:
        yield place, (x, y)


def _like(value: Any, other: Any) -> Any:
    """A number as often as the other has entries."""
    if isinstance(other, tuple):
        parts = value if isinstance(value, tuple) else (value,) * len(other)
        return tuple(_like(v, o) for v, o in zip(parts, other, strict=True))
    return value


def _is_inverse(node: Written) -> bool:
    return isinstance(node, Pow) and isinstance(node.exp, Num) and node.exp.value == -1


def _tells_sizes(node: Written) -> bool:
    """Whether a part of a formula could depend on a size being the number that it is."""
    if isinstance(node, Num):
        return max(abs(node.value.numerator), node.value.denominator) > LARGE
    return isinstance(node, Big | Vec)


def _with_letters(vocabulary: Vocabulary) -> Vocabulary:
    """Sizes too large to calculate with as letters: what holds for 784×100 because of its shape holds for n×m."""

    def letter(size: Size) -> Size:
        return Name("size", sub=str(size)) if isinstance(size, int) and size > LARGE else size

    shapes = {name: Shape(letter(shape.rows), letter(shape.cols)) for name, shape in vocabulary.shapes.items()}
    return vocabulary if shapes == vocabulary.shapes else replace(vocabulary, shapes=shapes)


def _assignments(
    sizes: tuple[Name, ...], numbers: Mapping[Written, Any], assumed: Assumptions, ranges: Ranges
) -> Iterator[dict[Name, int]]:
    """Sizes to try; one that is given is what it is.  At last sizes at which every member that is named is there."""
    given = {size: _given(numbers[size]) for size in sizes if size in numbers}
    chosen = [size for size in sizes if size not in given]
    for row in SIZES if chosen else SIZES[:1]:
        found = {**given, **{size: _tried(row, k) for k, size in enumerate(chosen)}}
        if assumed.allows({size: Fraction(k) for size, k in found.items()}):
            yield found
    largest = {upper: number for number, upper in sorted(ranges.members, key=lambda m: m[0])}
    if any(number > SIZES[-1][0] for size, number in largest.items() if size in chosen):
        yield {**given, **{size: max(largest.get(size, 0), SIZES[0][k % 3]) for k, size in enumerate(chosen)}}


def _tried(row: tuple[int, ...], k: int) -> int:
    """The k-th of the sizes; more than three go on from there."""
    return row[k % 3] + max(row) * (k // 3) if row[0] > 1 else 1


def _given(value: Any) -> int:
    number = value.value if isinstance(value, Num) else Fraction(value)
    if number.denominator != 1 or not 0 <= number <= 10**6:
        raise UnsupportedError("a size must be a whole number")
    return int(number)


def _reached(formulas: tuple[Written, ...], definitions: Mapping[Name, Written]) -> list[Written]:
    """The definitions that the formulas lead to."""
    found: dict[Name, Written] = {}
    stack = list(formulas)
    while stack:
        for name in names_of(stack.pop()):
            if name in definitions and name not in found:
                found[name] = definitions[name]
                stack.append(definitions[name])
    return list(found.values())


def symmetric_in(assume: tuple[Written, ...], shapes: Shapes) -> tuple[frozenset[Name], tuple[Written, ...]]:
    """The matrices of which A^T = A is assumed, and the other assumptions.  Raises UnsupportedError."""
    found, rest = set(), []
    for relation in assume:
        sides = set(relation.items) if isinstance(relation, Rel) and set(relation.ops) == {"="} else set()
        names = [side for side in sides if isinstance(side, Name)]
        if len(sides) != 2 or len(names) != 1 or Transpose(names[0]) not in sides:
            rest.append(relation)
            continue
        shape = shapes.of(names[0])
        if shape.rows != shape.cols or names[0] not in shapes.declared or names[0] in shapes.definitions:
            raise UnsupportedError("a symmetric matrix must be square, and declared")
        found.add(names[0])
    return frozenset(found), tuple(rest)


def _refuse_arrays(assume: tuple[Written, ...], shapes: Shapes) -> None:
    """An assumption about a whole array other than a bound (x > 0) cannot be used yet."""
    for relation in assume:
        for name in names_of(relation):
            bound = all(isinstance(child, Name | Num) for child in relation.children)
            if not shapes.of(name).is_number and not (bound and "=" not in getattr(relation, "ops", "=")):
                raise UnsupportedError("an assumption about an array")


def _covers(key: Name, leaf: Name, shapes: Shapes) -> bool:
    """Whether x_2 is a member of the family x_i or an entry of x."""
    if (key.base, key.accent) != (leaf.base, leaf.accent) or key == leaf:
        return False
    if shapes.array(key) is not None:
        return leaf.sub.startswith(key.sub) and key.sup == leaf.sup
    return Shapes(Vocabulary(shapes={key: NUMBER})).array(leaf) is not None


__all__ = ["BUDGET", "compare_sized", "shape_of"]
