"""Claims about vectors, entry by entry:  ∇_w y = ⟨1, x_1⟩,   w' = w - η ∇_w y."""

from __future__ import annotations

from collections.abc import Mapping

from symprop.model.exercise import Part
from symprop.model.graph import Graph
from symprop.written import Deriv, Name, Neg, Prod, Quot, Sum, Vec, Written, add, mul, neg

Vectors = Mapping[Name, tuple[Name, ...]]


def vectors_of(part: Part, graph: Graph, quantities: frozenset[Name]) -> dict[Name, tuple[Name, ...]]:
    """Names that stand for several quantities: \\vec w for w_0, w_1, w_2."""
    found: dict[Name, tuple[Name, ...]] = {}
    for name in quantities:
        if name not in graph and name != part.rate and not name.sub:
            entries = [n for n in graph.leaves if (n.base, n.accent, n.sup) == (name.base, name.accent, name.sup)]
            if entries and all(n.sub.isdigit() for n in entries):
                found[name] = tuple(entries)
    for task in part.tasks:
        if task.vector_name is not None and task.by:
            found[task.vector_name] = task.by
    return found


def length(formula: Written, vectors: Vectors) -> int:
    """How many entries a formula has; 0 for a single number.  Those of its first vector count."""
    stack = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, Vec):
            return len(node.items)
        if isinstance(node, Name) and node in vectors:
            return len(vectors[node])
        if isinstance(node, Deriv):
            stack.extend(node.by)
        elif isinstance(node, Neg | Sum | Prod | Quot):
            stack.extend(reversed(node.children))
    return 0


def entry(formula: Written, i: int, vectors: Vectors) -> Written | None:
    """The i-th entry of a formula; of a single number itself; None where there is none."""
    if isinstance(formula, Name) and formula in vectors:
        names = vectors[formula]
        return names[i] if i < len(names) else None
    if isinstance(formula, Vec):
        return formula.items[i] if i < len(formula.items) else None
    if not length(formula, vectors):
        return formula
    if isinstance(formula, Deriv):
        by = [entry(b, i, vectors) for b in formula.by]
        return Deriv(formula.of, tuple(b for b in by if b is not None), formula.local) if None not in by else None
    parts = [entry(child, i, vectors) for child in formula.children]
    kept = [p for p in parts if p is not None]
    if len(kept) < len(parts):
        return None
    mixed = [bool(length(child, vectors)) for child in formula.children]
    if isinstance(formula, Neg):
        return neg(kept[0])
    if isinstance(formula, Sum):
        return add(*kept) if all(mixed) else None
    if isinstance(formula, Prod):
        return mul(*kept) if sum(mixed) == 1 else None
    if isinstance(formula, Quot):
        return Quot(kept[0], kept[1]) if mixed == [True, False] else None
    return None


def flat(formula: Written) -> Written:
    """A matrix of one row, or of one column, as a vector; anything else as it is."""
    match formula:
        case Vec((Vec() as row,)):
            return row
        case Vec(rows) if all(isinstance(r, Vec) and len(r.items) == 1 for r in rows):
            return Vec(tuple(r.items[0] for r in rows if isinstance(r, Vec)))
        case Neg() | Sum() | Prod() | Quot():
            return formula.rebuilt(tuple(map(flat, formula.children)))
    return formula
