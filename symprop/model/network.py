"""The equations as a textbook draws them.

    z = w_1 x_1 + w_2 x_2 + b,  h = f(z)      one neuron, called h; edges from x_1 (w_1) and x_2 (w_2); no biases

Where the equations are no such network (no weights, or a parameter that is not a factor in a weighted sum) each
quantity is a unit of its own, the leaves as well: the computational graph.  What comes after the last neurons (a
maximum, a product, errors and their sum) is drawn as well, each quantity a unit; the loss of one output is left out
(y of y = f(v) + x is no loss), unless the functions themselves are asked for (``expanded``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symprop.model.graph import Graph, Node
from symprop.written import ONE, Call, Name, Neg, Num, Prod, Sum, Written, add, mul, names_of, neg

ELEMENTARY = ("ln", "log", "exp", "sqrt", "abs")  # what is multiplied with them is a target: t ln y
MOST_UNITS = 40
MOST_IN_A_COLUMN = 9
MOST_EDGES = 110
MOST_WEIGHTS = 250  # of a network in layers, where dots can stand for units


@dataclass(frozen=True, slots=True)
class Unit:
    """A circle: its name, the name of its net input (its own where it has none), and whether it is a leaf.

    ``beyond``: it comes after the neurons of a network.
    """

    name: Name
    pre: Name
    leaf: bool = False
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """source → target with its weight (None: no weight) or, between net input and output, the function."""

    source: Name
    target: Name
    weight: Written | None = None
    function: Name | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """Units (leaves first, then in topological order) and edges.  ``neural``: it has neurons with weights."""

    units: tuple[Unit, ...]
    edges: tuple[Edge, ...]
    neural: bool
    expanded: bool = False

    @property
    def layered(self) -> bool:
        """Whether its units are neurons, in layers."""
        return self.neural and not self.expanded


@dataclass(slots=True)
class _Sum:
    """A weighted sum: quantity → weight; what is only added or subtracted."""

    weights: dict[Name, Written] = field(default_factory=dict)
    added: dict[Name, Written] = field(default_factory=dict)  # with its sign
    learned: bool = False  # at least one weight is a parameter


def network(graph: Graph, *, expanded: bool = False, errors: bool = True) -> Network | None:
    """The drawing's units and edges; None where there is nothing to see, as in one neuron drawn once for each sample.

    ``errors``: with those of the outputs.
    """
    found = _neural(graph, expanded, errors) or _plain(graph)
    if not _hangs_together(found):
        return None
    computed = sum(not u.leaf for u in found.units)
    if computed < (1 if found.neural else 2) or len(found.edges) < 2:
        return None
    if found.layered:
        return found if len(found.edges) <= MOST_WEIGHTS else None
    if len(found.units) > MOST_UNITS or len(found.edges) > MOST_EDGES:
        return None
    return found


def _hangs_together(found: Network) -> bool:
    """Whether every unit is reached from every other one, along edges in either direction."""
    beside: dict[Name, set[Name]] = {unit.name: set() for unit in found.units}
    for edge in found.edges:
        beside[edge.source].add(edge.target)
        beside[edge.target].add(edge.source)
    seen: set[Name] = set()
    stack = list(beside)[:1]
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            stack += beside[name]
    return len(seen) == len(beside)


def _plain(graph: Graph) -> Network:
    """Every quantity a unit, every use an edge."""
    nodes = [n for n in graph.nodes.values() if n.role != "upstream"]
    drawn = {n.name for n in nodes if n.role == "computed" or any(graph[c].role == "computed" for c in n.children)}
    units = tuple(Unit(n.name, n.name, n.role != "computed") for n in nodes if n.name in drawn)
    edges = tuple(Edge(p, n.name) for n in nodes for p in n.parents if n.name in drawn and p in drawn)
    return Network(units, edges, neural=False)


def _neural(graph: Graph, expanded: bool, errors: bool) -> Network | None:
    sums = {name: s for name in graph.order if (s := _weighted(graph[name], graph)) is not None}
    if not sums:
        return None
    linear = {p for name in sums for p in graph[name].parents}
    if any(name not in linear for name in graph.parameters if graph[name].children):
        return None
    weighed = {q for s in sums.values() for q in s.weights if s.weights[q] != ONE}
    for s in sums.values():  # a leaf that is only ever added is a bias, one that is subtracted is compared with
        for name, sign in s.added.items():
            if graph[name].role == "computed" or name in weighed:
                s.weights.setdefault(name, sign)
    ahead = _leads_to(graph, sums)
    functions = {n for n in graph.order if n not in sums and (n in ahead or _is_activation(graph[n], graph))}
    if any(graph[p].role == "parameter" for n in functions for p in graph[n].parents):
        return None
    merged = {} if expanded else _merged(graph, sums, functions)  # net input → output
    shown = [n for n in graph.order if (n in sums and n not in merged) or n in functions]
    tail = _tail(graph, {*sums, *functions}, errors)
    shown = list(graph.order) if expanded else [*shown, *tail]
    outputs = {out: pre for pre, out in merged.items()}
    edges: list[Edge] = []
    for name in shown:
        pre = outputs.get(name, name)
        if pre in sums:
            edges += [Edge(merged.get(q, q), name, None if w == ONE else w) for q, w in sums[pre].weights.items()]
        else:
            edges += _uses(graph[name], graph, merged, weighed)
    used = {e.source for e in edges} | set(shown)
    leaves = [Unit(n, n, True) for n in graph.leaves if n in used]
    units = (*leaves, *(Unit(n, outputs.get(n, n), beyond=n in tail) for n in shown))
    return Network(units, tuple(edges), neural=True, expanded=expanded)


def _tail(graph: Graph, drawn: set[Name], errors: bool) -> list[Name]:
    """What comes after the neurons, in order; without the loss of one output, maybe in several steps; nothing if a
    parameter enters it (a penalty)."""
    rest = [n for n in graph.order if n not in drawn]
    compared: set[Name] = set()  # with targets: the errors, and what is made of them
    for name in rest:
        if any(p in compared or _is_target(p, graph[name], graph) for p in graph[name].parents):
            compared.add(name)
    joins = any(sum(graph[p].role == "computed" for p in graph[n].parents) > 1 for n in rest)
    penalised = any(graph[p].role == "parameter" for n in rest for p in graph[n].parents)
    if penalised or len(rest) < 2:
        return []
    return rest if errors and joins else [n for n in rest if n not in compared]


def _is_target(leaf: Name, node: Node, graph: Graph) -> bool:
    """Whether a quantity is compared with a leaf; not if the leaf is a part of an output: y = f(v) + x, y = f(v) q."""
    if graph[leaf].role == "computed":
        return False
    return node.definition is None or not node.children or not _adds(leaf, node.definition)


def _adds(leaf: Name, definition: Written) -> bool:
    """Whether a leaf is added, maybe with a factor: x + …, (1 - g) x + …; or multiplies an activation: x f(v)."""
    terms = definition.terms if isinstance(definition, Sum) else (definition,)
    holding = [term for term in terms if leaf in names_of(term)]
    return all(term == leaf or _scales(leaf, term, alone=len(terms) == 1) for term in holding)


def _scales(leaf: Name, term: Written, *, alone: bool) -> bool:
    if not isinstance(term, Prod) or leaf not in term.factors:
        return False
    others = [f for f in term.factors if f != leaf]
    calls = [f for other in others for f in other.walk() if isinstance(f, Call)]
    free = all(leaf not in names_of(f) for f in others)
    return free and not any(f.func.text in ELEMENTARY for f in calls) and bool(calls or not alone)


def _uses(node: Node, graph: Graph, merged: Mapping[Name, Name], inputs: Iterable[Name]) -> Iterable[Edge]:
    """The edges into a quantity that is no weighted sum; ``inputs``: what weights multiply is always drawn."""
    parents = [p for p in node.parents if graph[p].role == "computed" or p in inputs or _enters(p, node, graph)]
    function = node.definition.func if isinstance(node.definition, Call) and len(parents) == 1 else None
    return [Edge(merged.get(p, p), node.name, function=function) for p in parents]


def _enters(leaf: Name, node: Node, graph: Graph) -> bool:
    """Whether a leaf is drawn where it enters: not if it only scales (the N of a mean) beside what is computed."""
    if graph[leaf].role == "parameter" or node.definition is None:
        return False
    if node.children and _adds(leaf, node.definition):
        return True
    if not any(graph[p].role == "computed" for p in node.parents):
        return True
    sums = [f for f in node.definition.walk() if isinstance(f, Sum)]
    return any(leaf == (t.arg if isinstance(t, Neg) else t) for f in sums for t in f.terms)


def _merged(graph: Graph, sums: Mapping[Name, _Sum], functions: Iterable[Name]) -> dict[Name, Name]:
    """Net input → output, where the output is a function of this net input alone, and nothing else uses it."""
    named = set(functions)
    found = {}
    for z in sums:
        children = graph[z].children
        if len(children) == 1 and children[0] in named and graph[children[0]].parents == (z,):
            found[z] = children[0]
    return found


def _leads_to(graph: Graph, sums: Mapping[Name, _Sum]) -> set[Name]:
    """The quantities from which a weighted sum is reached."""
    found: set[Name] = set()
    for name in reversed(tuple(graph.nodes)):
        if any(c in sums or c in found for c in graph[name].children):
            found.add(name)
    return found


def _is_activation(node: Node, graph: Graph) -> bool:
    """h = f(z), or any function of one net input that nothing else uses."""
    if len(node.parents) != 1:
        return False
    (z,) = node.parents
    if graph[z].role != "computed" or _weighted(graph[z], graph) is None:
        return False
    return graph[z].children == (node.name,) or (isinstance(node.definition, Call) and node.definition.args == (z,))


def _weighted(node: Node, graph: Graph) -> _Sum | None:
    """The definition as a weighted sum (maybe inside functions, if it has no name), else None."""
    formula = node.definition
    while isinstance(formula, Call) and len(formula.args) == 1 and not formula.primes:
        if isinstance(formula.args[0], Name):
            return None
        formula = formula.args[0]
    if formula is None:
        return None
    found = _Sum()
    for term in formula.terms if isinstance(formula, Sum) else (formula,):
        if not _take(term, graph, found):
            return None
    drawn = {*found.weights, *found.added, *(p for p in node.parents if graph[p].role == "parameter")}
    return found if found.learned and drawn.issuperset(node.parents) else None


def _take(term: Written, graph: Graph, found: _Sum) -> bool:
    """One term: weight · quantity, or a bias.  False if it is neither."""
    sign = isinstance(term, Neg)
    inner = term.arg if isinstance(term, Neg) else term
    factors = inner.factors if isinstance(inner, Prod) else (inner,)
    names = [f for f in factors if isinstance(f, Name)]
    if len(names) + sum(isinstance(f, Num) for f in factors) != len(factors) or any(n not in graph for n in names):
        return False
    parameters = [n for n in names if graph[n].role == "parameter"]
    quantities = [n for n in names if graph[n].role != "parameter"]
    if len(parameters) > 1 or len(quantities) > 1:
        return False
    if not quantities:
        return True  # a bias
    (quantity,) = quantities
    rest = [f for f in factors if f != quantity]
    if not rest:
        found.added[quantity] = neg(ONE) if sign else ONE
        return True
    weight = mul(*rest)
    weight = neg(weight) if sign else weight
    found.learned = found.learned or bool(parameters)
    before = found.weights.get(quantity)
    found.weights[quantity] = weight if before is None else add(before, weight)
    return True
