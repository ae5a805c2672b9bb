"""The vectors and matrices of an exercise: families of its quantities, by their indices.

    z_1, z_2                 z: a column        w_{12}^{[1]} …    w^{[1]} (and W^{[1]}): row 1, column 2
    net_h1, net_h2           net_h              W_{212} …         W_2: row 1, column 2

A family is an array only where it fills a table and stands in one layer: no member depends on another (z_1, z_2 hidden
and z_3 of the output are no vector), and what is given enters at one depth.  All else would be guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise, product

from symprop.entries import Entries, Table, has_array, shape_of, transposed
from symprop.model.graph import Graph
from symprop.names import NUMBER, Shape, Vocabulary
from symprop.written import Deriv, Name, Vec, Written, transform

LABELLED = re.compile(r"(?P<label>[A-Za-z]*)(?P<indices>[0-9]+(?:,[0-9]+)*)")
LAYER = re.compile(r"[\[(]([0-9]+)[\])]")
MOST = 400  # entries of an array
TRANSPOSE = "T"  # no second name for a matrix: A^T
Indices = tuple[int, ...]
Found = Iterator[tuple[Name, int, Table]]  # an array, by how many indices, its entries


@dataclass(frozen=True, slots=True)
class Arrays:
    """What the names of arrays stand for, and the vocabulary to read formulas over them.

    ``lists``: those by one index, z_2; as a column or as a row they are the same.  ``rows_too``: where weights stand in
    rows by where they come from, z = x W is as good as z = W^T x.
    """

    vocabulary: Vocabulary
    tables: Mapping[Name, Table]
    lists: frozenset[Name] = frozenset()
    rows_too: bool = True  # whether vectors may be meant as rows: no matrix says otherwise
    formulas: Mapping[Written, Written] = field(default_factory=dict)  # of the student's own, by those of the exercise
    series: Mapping[Name, Table] = field(default_factory=dict)  # x_1, x_2, … and h_0, h_1 = f(h_0, x_1), …: no vectors

    def table(self, formula: Written) -> Table:
        """The entries of a formula.  Raises ShapeError, UnsupportedError."""
        return Entries(self.vocabulary, self.tables).of(formula)

    def shape(self, formula: Written) -> Shape:
        """Raises ShapeError."""
        return Entries(self.vocabulary, self.tables).shapes.of(formula)

    def has_array(self, formula: Written) -> bool:
        """Whether a vector or a matrix stands in a formula."""
        return has_array(formula, self.tables)

    def says_array(self, formula: Written) -> bool:
        """Whether a formula has a name of an array, or a matrix: no list of numbers alone."""
        return any(
            node in self.tables or (isinstance(node, Vec) and isinstance(node.items[0], Vec)) for node in formula.walk()
        )

    def is_list(self, formula: Written) -> bool:
        """Whether all arrays in a formula are lists."""
        return all(node in self.lists for node in formula.walk() if node in self.tables)

    @property
    def turned(self) -> Arrays:
        """With rows for vectors."""
        tables = {n: transposed(t) if n in self.lists else t for n, t in self.tables.items()}
        shapes = {**self.vocabulary.shapes, **{name: shape_of(table) for name, table in tables.items()}}
        return replace(self, vocabulary=replace(self.vocabulary, shapes=shapes, rows=True), tables=tables)

    @property
    def with_rows(self) -> Arrays:
        """With rows for lists that are typed in, [a, b]^T being a column then."""
        return replace(self, vocabulary=replace(self.vocabulary, rows=True))

    def knowing(self, shapes: Mapping[Name, Shape]) -> Arrays:
        """With further quantities of these shapes."""
        if not shapes:
            return self
        known = self.vocabulary.with_quantities(shapes)
        return replace(self, vocabulary=replace(known, shapes={**known.shapes, **shapes}))

    def opened(self, formula: Written) -> Written:
        """The formula with what arrays of the student's own stand for."""
        return transform(formula, lambda node: self.formulas.get(node, node))

    def with_table(self, name: Name, table: Table, formula: Written | None = None) -> Arrays:
        """With a further array, and what it stands for."""
        known = self.knowing({name: shape_of(table)})
        lists = self.lists | ({name} if len(table[0]) == 1 else set())
        told: dict[Written, Written] = {} if formula is None else {name: self.opened(formula)}
        return replace(known, tables={**self.tables, name: table}, lists=lists, formulas={**self.formulas, **told})


def with_numbered(arrays: Arrays | None, vocabulary: Vocabulary, own: Iterable[Written]) -> Arrays | None:
    """The arrays with further quantities as numbers; those told by their numbers, δ_1 and δ_2, are a series."""
    names = [name for name in own if isinstance(name, Name)]
    told = series(names)
    if arrays is None and told:
        arrays = Arrays(replace(vocabulary, shapes=dict.fromkeys(vocabulary.quantities, NUMBER)), {})
    if arrays is None:
        return None
    return replace(arrays.knowing(dict.fromkeys(names, NUMBER)), series={**arrays.series, **told})


def arrays_of(graph: Graph, vocabulary: Vocabulary, display: Mapping[Written, Written]) -> Arrays | None:
    """The arrays of an exercise; None where it has none."""
    printed = {name: symbol for symbol, name in display.items() if isinstance(name, Name)}
    told = {name for name in vocabulary.quantities if name not in graph and name not in printed and not name.sub}
    layers = _Layers(graph, printed, _depths(graph), frozenset(told))
    taken = (vocabulary.quantities - told) | vocabulary.functions.keys()
    found: dict[Name, Table] = {}
    lists: set[Name] = set()
    for name, count, table in _families(vocabulary.quantities, layers):
        for spelled in _spelled(name, count, vocabulary):
            if spelled not in taken and spelled not in found:
                found[spelled] = table
                lists |= {spelled} if count == 1 else set()
    found = found if any(len(table) * len(table[0]) > 1 for table in found.values()) else {}
    rows = {n: each for n, each in series(vocabulary.quantities).items() if n not in found and layers.in_a_row(each)}
    if not found and not rows:
        return None
    known = replace(vocabulary.with_quantities(found), implied=_implied(vocabulary, found))
    shapes = dict.fromkeys(vocabulary.quantities, NUMBER) | {name: shape_of(t) for name, t in found.items()}
    columns = any(_into_rows(table, graph) for name, table in found.items() if name not in lists)
    return Arrays(replace(known, shapes=shapes), found, frozenset(lists & found.keys()), not columns, series=rows)


def _implied(vocabulary: Vocabulary, tables: Mapping[Name, Table]) -> dict[Name, tuple[Written, ...]]:
    """σ' alone of all units of a layer is σ'(z)."""
    columns = {frozenset(row[0] for row in t): name for name, t in tables.items() if len(t) > 1 and len(t[0]) == 1}
    found = dict(vocabulary.implied)
    for function, arguments in found.items():
        if (whole := columns.get(frozenset(arguments))) is not None:
            found[function] = (whole,)
    return found


def _spelled(name: Name, count: int, vocabulary: Vocabulary) -> Iterator[Name]:
    """How else an array is called: W of w, its layer in other brackets or as an index: W^[2] and W_2 of W^(2)."""
    layer = LAYER.fullmatch(name.sup)
    for each in dict.fromkeys((name, _upper(name))) if count == 2 else (name,):
        yield each
        if layer is not None:
            yield from (replace(each, sup=sup) for sup in (f"({layer[1]})", f"[{layer[1]}]") if sup != name.sup)
            single = any((n.base, n.accent, n.sup) == (each.base, each.accent, "") for n in vocabulary.quantities)
            if not each.sub and not single:
                yield replace(each, sub=layer[1], sup="")


def _upper(name: Name) -> Name:
    """W of w."""
    letter = name.base.upper() if len(name.base) == 1 and name.base.isascii() else name.base
    return replace(name, base=letter) if letter != TRANSPOSE else name


def _into_rows(table: Table, graph: Graph) -> bool:
    """Whether the entries of every row of weights meet in one unit, and those of the columns do not: z = W x."""
    return all(_meet(row, graph) for row in table) and not all(_meet(column, graph) for column in transposed(table))


def _meet(weights: tuple[Written, ...], graph: Graph) -> bool:
    fed = [set(graph[w].children) for w in weights if isinstance(w, Name) and w in graph]
    return bool(fed) and bool(set.intersection(*fed))


# ---- families


@dataclass(frozen=True, slots=True)
class _Layers:
    """Where quantities stand in a network."""

    graph: Graph
    printed: Mapping[Name, Written]  # printed names of derivatives
    depths: Mapping[Name, int]
    told: frozenset[Name]  # lists that the exercise gives a name: x: [1, 2]

    def one(self, family: Name, names: Iterable[Name]) -> bool:
        """Whether quantities stand in one layer."""
        members = [self.node(name) for name in names]
        if any(m is None for m in members):
            return False
        if family in self.told:
            return True
        found = [m for m in members if m is not None]
        inner = [self.graph[m].definition is not None for m in found]
        if not any(inner):
            return len({self.entered(m) for m in found}) == 1
        return all(inner) and not any(self.graph.reaches(a, b) for a in found for b in found if a != b)

    def in_a_row(self, table: Table) -> bool:
        """Whether all are leaves, or each that is computed depends on the one before."""
        names = [n for row in table for cell in row if isinstance(cell, Name) and (n := self.node(cell)) is not None]
        if len(names) < len(table):
            return False
        inner = [self.graph[name].definition is not None for name in names]
        later = zip(pairwise(names), inner[1:], strict=True)
        return not any(inner) or (any(inner[1:]) and all(self.graph.reaches(a, b) for (a, b), own in later if own))

    def node(self, name: Name) -> Name | None:
        symbol = self.printed.get(name)
        if isinstance(symbol, Deriv) and isinstance(symbol.by[0], Name):
            name = symbol.by[0]
        return name if name in self.graph else None

    def entered(self, leaf: Name) -> int:
        return min((self.depths[child] for child in self.graph[leaf].children), default=0)


def _depths(graph: Graph) -> dict[Name, int]:
    """The longest way to each quantity from what is given."""
    deep: dict[Name, int] = {}
    for node in graph.nodes.values():
        deep[node.name] = max((deep.get(parent, 0) + 1 for parent in node.parents), default=0)
    return deep


def _families(names: Iterable[Name], layers: _Layers) -> Found:
    """Vectors and matrices with their numbers of indices, the larger ones first."""
    groups: dict[tuple[Name, int], dict[Indices, Name]] = {}
    for name in sorted(names):
        found = LABELLED.fullmatch(name.sub)
        if found is None or name.primes:
            continue
        family = replace(name, sub=found["label"])
        for indices in _indices(found["indices"]):
            groups.setdefault((family, len(indices)), {})[indices] = name
    ordered = sorted(groups.items(), key=lambda item: (-item[0][1], item[0][0]))
    for (family, count), members in ordered:
        yield from _arrays(family, count, members, layers)


def series(names: Iterable[Name]) -> dict[Name, Table]:
    """Quantities by one index, in order: δ_1, δ_2, …"""
    groups: dict[Name, dict[Indices, Name]] = {}
    for name in sorted(names):
        if name.sub.isdecimal() and not name.primes:
            groups.setdefault(replace(name, sub=""), {})[int(name.sub),] = name
    found = {family: _table(members) for family, members in groups.items() if len(members) > 1}
    return {family: table for family, table in found.items() if table is not None}


def _indices(text: str) -> Iterator[Indices]:
    """1,10 → (1, 10);  12 → (12,) and (1, 2);  212 → (2, 1, 2) as well"""
    if "," in text:
        yield tuple(map(int, text.split(",")))
        return
    yield (int(text),)
    if 1 < len(text) < 4:
        yield tuple(map(int, text))


def _arrays(family: Name, count: int, members: dict[Indices, Name], layers: _Layers) -> Found:
    if count < 3 and (table := _table(members)) is not None and layers.one(family, members.values()):
        yield family, count, table
        return
    if count > 1 and not family.sub:  # W_2 of W_212, z_1 of z_11, z_12
        for first in sorted({indices[0] for indices in members}):
            rest = {indices[1:]: name for indices, name in members.items() if indices[0] == first}
            table = _table(rest)
            if table is not None and len(rest) > 1 and layers.one(family, rest.values()):
                yield replace(family, sub=str(first)), count - 1, table


def _table(members: Mapping[Indices, Name]) -> Table | None:
    """The members as rows and columns, if they fill a table that begins at 1 or 0; of one index a column."""
    if len(members) > MOST:
        return None
    ranges = []
    for values in map(sorted, map(set, zip(*members, strict=True))):
        if values[0] > 1 or values != list(range(values[0], values[0] + len(values))):
            return None
        ranges.append(values)
    if len(members) != len(list(product(*ranges))) or (len(members) == 1 and 0 in next(iter(members))):
        return None
    if len(ranges) == 1:
        return tuple((members[i,],) for i in ranges[0])
    return tuple(tuple(members[i, j] for j in ranges[1]) for i in ranges[0])


__all__ = ["Arrays", "arrays_of"]
