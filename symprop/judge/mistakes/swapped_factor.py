"""Of a product w h the wrong factor is kept:  ∂(w h)/∂w is h, not w."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.judge.replay import Edge, Replay, Slip
from symprop.written import Neg, Prod, Sum

CODE = "swapped-factor"


def slips(replay: Replay) -> Iterator[Slip]:
    for edge in replay.edges:
        if _in_a_product(replay, edge):
            yield replay.slope(edge, edge.parent, CODE, found=edge.parent, wanted=edge.told)


def _in_a_product(replay: Replay, edge: Edge) -> bool:
    """Whether the parent is a factor of one term of the child's definition, and of no other."""
    definition = replay.subject.graph[edge.child].definition
    terms = definition.terms if isinstance(definition, Sum) else (definition,)
    inner = [t.arg if isinstance(t, Neg) else t for t in terms if t is not None]
    found = [t for t in inner if isinstance(t, Prod) and edge.parent in t.factors]
    return len(found) == 1 and found[0].factors.count(edge.parent) == 1 and not isinstance(edge.slope, Sum)
