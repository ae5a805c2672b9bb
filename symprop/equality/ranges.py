"""Over which values index letters run, and which letters are sizes.

A sum with bounds says it.  One without runs over the range of its family: an index of x runs over the same values
wherever it stands at x.  An index that is free, in formulas that sum over the same family, takes every value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from symprop.errors import UnsupportedError
from symprop.evaluate.sized import Range
from symprop.families import LETTERS, Piece, depends, indices, pieces
from symprop.matrices import Entry
from symprop.names import Shape, Size
from symprop.shapes import Shapes
from symprop.written import ONE, Big, Indicator, Name, Num, Rel, Written, names_of, num

Key = tuple[object, ...]  # a sum, a letter, or the place of an index in a family


@dataclass(slots=True)
class Ranges:
    """What letters stand for.

    ``sizes``: letters that are whole numbers.  ``sums``: bounds of sums that name none.  ``free``: the range of
    every free index.  ``members``: an index that is named (x_3) and the bound above it.
    """

    sizes: tuple[Name, ...] = ()
    sums: dict[Big, Range] = field(default_factory=dict)
    free: dict[str, Range] = field(default_factory=dict)
    members: list[tuple[int, Written]] = field(default_factory=list)


def ranges_of(formulas: Iterable[Written], shapes: Shapes) -> Ranges:
    """Raises UnsupportedError where an index could run over several ranges."""
    formulas = tuple(formulas)
    search = _Search(shapes, _sizes(formulas, shapes))
    for formula in formulas:
        search.walk(formula, {})
    return search.result()


def clashes(formula: Written, shapes: Shapes) -> bool:
    """Whether an index of the formula runs over two sizes: W_ji x_j where W is n×m and x is m×1."""
    search = _Search(shapes, _sizes((formula,), shapes))
    search.walk(formula, {})
    sizes: dict[Key, Written] = {}
    return any(sizes.setdefault(search.root(key), size) != size for key, size in search.entries.items())


def _sizes(formulas: tuple[Written, ...], shapes: Shapes) -> dict[Name, None]:
    """The letters of shapes and of bounds, but for outer indices."""
    found: dict[Name, None] = {}
    stack: list[tuple[Written, frozenset[Written]]] = [(f, frozenset()) for f in reversed(formulas)]
    while stack:
        node, bound = stack.pop()
        if isinstance(node, Name) and (shape := shapes.array(node) or shapes.array(replace(node, sub=""))):
            found.update(dict.fromkeys(s for s in (shape.rows, shape.cols) if isinstance(s, Name)))
        if isinstance(node, Big):
            for limit in (node.lower, node.upper):
                names = names_of(limit) if limit is not None else ()
                found.update(dict.fromkeys(n for n in names if n not in bound and _may_be_size(n, shapes)))
            bound = bound | {node.index}
        stack.extend((child, bound) for child in reversed(node.children))
    return found


class _Search:
    def __init__(self, shapes: Shapes, sizes: dict[Name, None]):
        self.shapes, self.sizes = shapes, sizes
        self.letters = {size.base for size in sizes}
        self.parent: dict[Key, Key] = {}
        self.bounds: dict[Key, dict[Range, None]] = {}
        self.open: dict[Big, Key] = {}
        self.summed: set[Key] = set()  # that some sum runs over
        self.free: dict[str, None] = {}
        self.named: list[tuple[int, Key]] = []
        self.entries: dict[Key, Written] = {}  # the sizes of arrays, by the place of the index

    def root(self, key: Key) -> Key:
        self.parent.setdefault(key, key)
        while self.parent[key] != key:
            key = self.parent[key]
        return key

    def join(self, a: Key, b: Key) -> None:
        self.parent[self.root(a)] = self.root(b)

    def walk(self, formula: Written, outside: dict[str, Key]) -> None:
        stack: list[tuple[Written, dict[str, Key]]] = [(formula, outside)]
        while stack:
            node, bound = stack.pop()
            if isinstance(node, Name):
                self.name(node, bound)
            elif isinstance(node, Big):
                bound = self.big(node, bound)
                stack.append((node.body, bound))
                if node.condition is not None:
                    self.condition(node.condition, bound)
            else:
                if isinstance(node, Entry):
                    self.entry(node, bound)
                if isinstance(node, Indicator):
                    self.condition(node.condition, bound)
                stack.extend((child, bound) for child in reversed(node.children))

    def big(self, node: Big, bound: dict[str, Key]) -> dict[str, Key]:
        assert isinstance(node.index, Name)
        letter = node.index.base
        key: Key = ("letter", letter)
        if node.upper is not None:
            key = ("sum", node)
            used = {n.base for limit in (node.lower, node.upper) if limit is not None for n in names_of(limit)}
            if not used & set(bound):
                self.bounds.setdefault(key, {})[node.lower or ONE, node.upper] = None
        elif node.lower is not None:
            raise UnsupportedError("a sum without its upper bound")
        else:
            self.open[node] = key
        self.summed.add(key)
        return {**bound, letter: key}

    def condition(self, condition: Written, bound: dict[str, Key]) -> None:
        """j ≠ k: both run over the same values."""
        if not isinstance(condition, Rel):
            return
        keys = [self.letter(item.base, bound) for item in condition.items if isinstance(item, Name) and _plain(item)]
        for a, b in pairwise(keys):
            if a and b:
                self.join(a, b)

    def letter(self, letter: str, bound: dict[str, Key]) -> Key | None:
        """What an index letter stands for; None for a size or no index."""
        if letter in bound:
            return bound[letter]
        if letter in self.letters or letter not in LETTERS:
            return None
        self.free[letter] = None
        return ("letter", letter)

    def name(self, name: Name, bound: dict[str, Key]) -> None:
        letters = set(bound) | self.letters
        shape = self.shapes.array(replace(name, sub="")) if name.sub and self.shapes.array(name) is None else None
        for script in (name.sub, name.sup):
            parts = pieces(script, letters)
            wanted = 0 if shape is None or script is not name.sub else 1 if shape.is_vector else 2
            if wanted == 2 and len(parts) == 1 and len(script) == 2 and script.isdecimal():
                parts = pieces(",".join(script))
            for place, part in enumerate(parts):
                slot: Key = ("slot", name.base, name.accent, script is name.sub, len(parts), place)
                sized = wanted == len(parts) and shape is not None
                self.index(slot, part, _size(shape, place) if sized and shape is not None else None, bound)

    def entry(self, node: Entry, bound: dict[str, Key]) -> None:
        """(W x)_i: i runs over the rows of W."""
        shape = self.shapes.of(node.arg)
        for place, part in enumerate(indices(node.sub, 1 if shape.is_vector else 2, set(bound) | self.letters)):
            self.index(("slot", node, place), part, _size(shape, place), bound)

    def index(self, slot: Key, part: Piece, size: Size | None, bound: dict[str, Key]) -> None:
        """One index, at a place of a family or an array; ``size``: of the array there."""
        if size is not None:
            self.entries[slot] = size if isinstance(size, Name) else num(size)
            self.bounds.setdefault(slot, {})[ONE, self.entries[slot]] = None
            self.summed.add(slot)
        key = self.letter(part.letter, bound) if part.letter else None
        if key is not None:
            self.join(key, slot if not part.shift else (*slot, part.shift))
        if part.number is not None:
            self.named.append((part.number, slot))

    # ---- what was found

    def result(self) -> Ranges:
        found = Ranges()
        classes: dict[Key, dict[Range, None]] = {}
        for key, ranges in self.bounds.items():
            classes.setdefault(self.root(key), {}).update(ranges)
        new: dict[Name, None] = {}
        for node, key in self.open.items():
            found.sums[node] = self.range(key, classes, new)
        summed = {self.root(key) for key in self.summed}
        for letter in self.free:
            if self.root(("letter", letter)) in summed:
                found.free[letter] = self.range(("letter", letter), classes, new)
        for number, slot in self.named:
            widest = _widest(classes.get(self.root(slot), {}))
            if widest is not None:
                found.members.append((number, widest[1]))
        found.sizes = (*self.sizes, *new)
        return found

    def range(self, key: Key, classes: dict[Key, dict[Range, None]], new: dict[Name, None]) -> Range:
        root = self.root(key)
        ranges = classes.get(root)
        if not ranges:
            size = Name("size", sub=str(key[1]))
            new[size] = None
            classes[root] = {(ONE, size): None}
            return ONE, size
        widest = _widest(ranges)
        if widest is None:
            raise UnsupportedError("an index that could run over several ranges")
        return widest


def _widest(ranges: Mapping[Range, None]) -> Range | None:
    """Of 1 … n, 2 … n, 1 … n - 1 the first; None where it cannot be told."""
    simple = [r for r in ranges if isinstance(r[1], Name | Num) and isinstance(r[0], Num)]
    if len({upper for _, upper in simple}) != 1:
        return None
    return min(simple, key=lambda r: r[0].value)  # type: ignore[attr-defined]


def _may_be_size(name: Name, shapes: Shapes) -> bool:
    """n, n_1, N; not an array and not n_i, which is another for every i."""
    return shapes.of(name).is_number and not depends(name, LETTERS)


def _size(shape: Shape, place: int) -> Size:
    if shape.is_vector:
        return shape.rows if shape.cols == 1 else shape.cols
    return (shape.rows, shape.cols)[place]


def _plain(name: Name) -> bool:
    return name == Name(name.base)


__all__ = ["Ranges", "clashes", "ranges_of"]
