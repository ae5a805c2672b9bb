"""Which derivatives a figure of a solution shows: of what, by which quantities, on which edges."""

from __future__ import annotations

from symprop.model.exercise import Part
from symprop.model.graph import default_targets
from symprop.model.network import Edge, Network, Unit
from symprop.model.solution import PartSolution
from symprop.render.figures.values import Printed
from symprop.written import Deriv, Name, Written

FEWEST = 2  # derivatives of a further target, to draw it


def targets(solved: PartSolution, found: Printed) -> tuple[Name, ...]:
    """What is differentiated: the main target, and what else several derivatives were asked of, in the page's order."""
    count: dict[Name, int] = {}
    for of, _ in found.adjoints:
        count[of] = count.get(of, 0) + 1
    if not count:
        return tuple(default_targets(solved.part))[:1]
    own = [t for t in default_targets(solved.part) if t in count]
    main = own[0] if own else max(count, key=lambda name: count[name])
    answers = [a.quantity for worked in solved.worked for a in worked.answers]
    asked = {q.of for q in answers if isinstance(q, Deriv)}
    return tuple(t for t in count if t == main or (t in asked and count[t] >= FEWEST))


def by_net_inputs(net: Network, found: Printed, target: Name) -> bool:
    """Whether units carry the derivatives by their net inputs: where no fewer of them are known that way."""
    units = [u for u in net.units if not u.leaf]
    pre = sum((target, u.pre) in found.adjoints for u in units)
    out = sum((target, u.name) in found.adjoints for u in units)
    return net.neural and pre >= out and any(u.pre != u.name for u in units)


def adjoint(unit: Unit, net: Network, found: Printed, target: Name) -> Written | None:
    """The derivative that stands above a unit."""
    by = unit.pre if by_net_inputs(net, found, target) else unit.name
    return None if unit.leaf and net.neural else found.adjoints.get((target, by))


def has_delta(part: Part, target: Name, unit: Unit) -> bool:
    """Whether the derivative by the net input is called δ on the page."""
    return part.has_delta(Deriv(target, (unit.pre,)))


def local_edges(net: Network, found: Printed) -> bool:
    """Whether edges carry local derivatives: where these were tabulated, and each function is a unit."""
    return bool(found.local) and (not net.neural or net.expanded)


def slope(edge: Edge, net: Network, found: Printed, target: Name) -> Written | None:
    """The local derivative of an edge where they were tabulated, else the derivative by a weight that no other has."""
    if local_edges(net, found):
        return found.local.get((edge.target, edge.source))
    if not isinstance(edge.weight, Name) or sum(e.weight == edge.weight for e in net.edges) > 1:
        return None
    return found.adjoints.get((target, edge.weight))
