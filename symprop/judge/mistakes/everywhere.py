"""The same slip at every unit of a layer, or of the network: no σ' anywhere, the 2 of no square.

V^T (y - t) x^T  for  (V^T (y - t) ⊙ σ'(z)) x^T        2 U^T V^T (y - t)  for  2 U^T (V^T (y - t) ⊙ σ'(z))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from symprop.judge.replay import Replay, Slip
from symprop.model.solution import phrase
from symprop.notation import text
from symprop.written import ONE, Call, Deriv, Name, Written, names_of, substitute

ALIKE = frozenset(
    {
        "forgot-activation-derivative",
        "forgot-constant",
        "forgot-gate",
        "activation-for-derivative",
        "derivative-at-activation",
        "slope-twice",
        "another-activation",
        "any-activation",
        "slope-term",
        "slope-sign",
        "power-slip",
        "lost-power",
    }
)
IN_A_SUM = frozenset({"forgot-factor", "swapped-factor", "slope-sign", "slope-term"})
MOST = 6  # places that are named


def repeated(replay: Replay, slips: Iterable[Slip]) -> Iterator[Slip]:
    """Slips of one kind made at once: in each layer, and in all of several layers."""
    depths = _depths(replay)
    layers: dict[tuple[str, object, int], list[Slip]] = {}
    seen = Counter[tuple[str, Deriv]]()
    for slip in slips:
        data = dict(slip.said.data)
        if slip.said.code in ALIKE and isinstance(edge := data.get("edge"), Deriv):
            definition = replay.subject.graph[edge.of].definition  # type: ignore[index]
            factor = data.get("factor") if slip.said.code == "forgot-constant" else _function(definition)
            kind = factor, seen[slip.said.code, edge]
            seen[slip.said.code, edge] += 1
            layers.setdefault((slip.said.code, kind, depths[edge.of]), []).append(slip)  # type: ignore[index]
    yield from _in_a_sum(replay, slips)
    wholes: dict[tuple[str, object], list[list[Slip]]] = {}
    for (code, alike, _), group in layers.items():
        wholes.setdefault((code, alike), []).append(group)
        if len(group) > 1:
            yield from _at_once(group)
    for groups in wholes.values():
        together = [slip for group in groups for slip in group]
        if len(groups) > 1 and len(together) > 2:  # two alone are a pair of slips
            yield from _at_once(together)


def _in_a_sum(replay: Replay, slips: Iterable[Slip]) -> Iterator[Slip]:
    """Slips of one kind on all ways on which a quantity enters; of signs on all but one, since all are a wrong sign."""
    groups: dict[tuple[str, Name, int, Written], dict[Deriv, Slip]] = {}
    seen = Counter[tuple[str, Deriv]]()
    for slip in slips:
        edge, code = dict(slip.said.data).get("edge"), slip.said.code
        if isinstance(edge, Deriv) and isinstance(parent := edge.by[0], Name) and code in {*IN_A_SUM, "sign-on-path"}:
            alike = ONE if code == "sign-on-path" else _letters(next(iter(slip.terms)).slope)
            groups.setdefault((code, parent, seen[code, edge], alike), {})[edge] = slip
            seen[code, edge] += 1
    for (code, parent, *_), group in groups.items():
        if len(group) < max(2, len(replay.fan(parent)) - 1):
            continue
        if code != "sign-on-path":
            yield _together(list(group.values()))
        elif len(group) > 2:
            for spared in group:
                yield _together([slip for edge, slip in group.items() if edge != spared])


def _letters(formula: Written) -> Written:
    """x for x_1 and x_2: what is alike on several ways."""
    return substitute(formula, {name: Name(name.base) for name in names_of(formula)})


def _at_once(group: list[Slip]) -> Iterator[Slip]:
    terms = {edge: term for slip in group for edge, term in slip.terms.items()}
    if len({edge.parent for edge in terms}) < len(group):
        return  # two slips in one sum
    yield _together(group)


def _together(group: list[Slip]) -> Slip:
    terms = {edge: term for slip in group for edge, term in slip.terms.items()}
    first = group[0].said
    edges = sorted(text(edge) for slip in group if isinstance(edge := dict(slip.said.data)["edge"], Deriv))
    told = ", ".join(edges[:MOST]) + (", …" if len(edges) > MOST else "")
    return Slip(phrase(first.code, **dict(first.data), edges=told), terms=terms)


def _function(definition: Written | None) -> Name | None:
    return definition.func if isinstance(definition, Call) else None


def _depths(replay: Replay) -> Mapping[Name, int]:
    """How far each quantity is from the target, on the longest way."""
    found: dict[Name, int] = {}
    for edge in replay.edges:  # from the target back
        found.setdefault(edge.child, 0)
        found[edge.parent] = max(found.get(edge.parent, 0), found[edge.child] + 1)
    return found
