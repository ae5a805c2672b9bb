"""The equations as a graph: each quantity defined once and before it is used.

    z = w x + b,  a = f(z)      parents of z: w, x, b;  child of z: a

Parents are the quantities of the right side, in order of appearance, with the free names of the functions called there
(``f(x) = c_0 + c_1 g(x)`` makes c_0 and c_1 parents).  A derivative on a right side (``delta = dQ/ds``) is one opaque
quantity: it fixes the order, but is no parent.  The numerator of a given derivative that has no equation (``dQ/du:
2.5``) is a node of its own, role ``upstream``, whose parents are the denominators.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from symprop.errors import DerivationError, Problem, SpecError
from symprop.model.exercise import Equation, Part, Place, Task
from symprop.names import FunctionDef
from symprop.written import Call, Deriv, Name, Written, names_of

Role = Literal["computed", "parameter", "input", "upstream"]
MAX_PATHS = 24
PARAMETER_LETTERS = frozenset({"w", "W", "b", "U", "V", "theta", "beta", "phi"})
PLAIN_LETTERS = frozenset({"x", "y", "t"})  # leaves that are surely no parameters


@dataclass(frozen=True, slots=True)
class Node:
    """A quantity.  ``definition``: its right side as written; None for leaves and upstream quantities."""

    name: Name
    role: Role
    definition: Written | None = None
    parents: tuple[Name, ...] = ()
    children: tuple[Name, ...] = ()
    place: Place = Place()
    derivatives: tuple[Deriv, ...] = ()  # those that stand on the right side


@dataclass(frozen=True)
class Graph:
    """The quantities of a part in topological order: leaves by first appearance, then what is computed."""

    nodes: Mapping[Name, Node]
    part: Part

    def __contains__(self, name: object) -> bool:
        return name in self.nodes

    def __getitem__(self, name: Name) -> Node:
        return self.nodes[name]

    @cached_property
    def order(self) -> tuple[Name, ...]:
        """The computed quantities, each after everything it needs; the author's order where that is one."""
        return tuple(node.name for node in self.nodes.values() if node.role == "computed")

    @cached_property
    def leaves(self) -> tuple[Name, ...]:
        """Inputs, targets, parameters and constants, in order of first appearance."""
        return tuple(node.name for node in self.nodes.values() if node.role in ("parameter", "input"))

    @cached_property
    def parameters(self) -> tuple[Name, ...]:
        """In the order of the exercise's list, else of first appearance."""
        found = [node.name for node in self.nodes.values() if node.role == "parameter"]
        listed = {name: i for i, name in enumerate(self.part.parameters)} if self.part.parameters_declared else {}
        return tuple(sorted(found, key=lambda name: listed.get(name, len(listed))))

    @cached_property
    def free_parameters(self) -> tuple[Name, ...]:
        """The parameters that ``all`` means: those that the exercise does not fix."""
        return tuple(name for name in self.parameters if name not in self.part.fixed)

    @cached_property
    def inputs(self) -> tuple[Name, ...]:
        """Leaves that are no parameters."""
        return tuple(node.name for node in self.nodes.values() if node.role == "input")

    @cached_property
    def unclear(self) -> tuple[Name, ...]:
        """Leaves whose role is a guess: neither listed, nor a parameter letter, nor x, y, t."""
        if self.part.parameters_declared:
            return ()
        return tuple(name for name in self.inputs if name.base not in PLAIN_LETTERS)

    @cached_property
    def default_targets(self) -> tuple[Name, ...]:
        """``targets:``, else the numerators of given derivatives, else the left side of the last equation."""
        return default_targets(self.part)

    @cached_property
    def position(self) -> Mapping[Name, int]:
        """The place of each quantity in topological order."""
        return {name: i for i, name in enumerate(self.nodes)}

    @cached_property
    def _reach(self) -> Mapping[Name, int]:
        """For each quantity the set of quantities that depend on it, and itself, as bits by position."""
        bits: dict[Name, int] = {}
        for name in reversed(tuple(self.nodes)):
            found = self._bit[name]
            for child in self.nodes[name].children:
                found |= bits[child]
            bits[name] = found
        return bits

    @cached_property
    def _sources(self) -> Mapping[Name, int]:
        """For each quantity the set of quantities that it depends on, and itself, as bits by position."""
        bits = dict(self._bit)
        for name, node in self.nodes.items():
            for child in node.children:
                bits[child] |= bits[name]
        return bits

    @cached_property
    def _bit(self) -> Mapping[Name, int]:
        return {name: 1 << i for i, name in enumerate(self.nodes)}

    @cached_property
    def _fed(self) -> Mapping[Name, int]:
        """The children of each quantity as bits."""
        return {name: sum(self._bit[c] for c in node.children) for name, node in self.nodes.items()}

    def reaches(self, a: Name, b: Name) -> bool:
        """Whether b depends on a (a quantity reaches itself)."""
        return bool(self._reach[a] & self._bit[b])

    @cached_property
    def _with_derivatives(self) -> tuple[Name, ...]:
        """The quantities that have a derivative on their right side; mostly none."""
        return tuple(name for name, node in self.nodes.items() if node.derivatives)

    def opaque(self, a: Name, b: Name) -> Name | None:
        """A quantity on the way from a to b that depends on a by a derivative on its right side; such are no edges."""
        for name in self._with_derivatives:
            inner = _inside(self.nodes[name].derivatives)
            if self.reaches(name, b) and any(n in self.nodes and self.reaches(a, n) for n in inner):
                return name
        return None

    def only_direct(self, parent: Name, child: Name) -> bool:
        """Whether the edge is the only path from parent to child, so that local and total derivative agree."""
        return not self._fed[parent] & self._sources[child] & ~self._bit[child]

    def path_lengths(self, target: Name) -> dict[Name, tuple[int, int]]:
        """Edges on the shortest and on the longest path to the target, of every quantity that has one."""
        lengths = {target: (0, 0)}
        for name in reversed(tuple(self.nodes)):
            behind = [lengths[c] for c in self.nodes[name].children if c in lengths]
            if behind and name != target:
                lengths[name] = (min(b[0] for b in behind) + 1, max(b[1] for b in behind) + 1)
        return lengths

    def between(self, a: Name, b: Name) -> tuple[Name, ...]:
        """The quantities on the paths from a to b, both included, in topological order."""
        if not self.reaches(a, b):
            return ()
        found, stack = {a}, [a]
        while stack:
            for child in self.nodes[stack.pop()].children:
                if child not in found and self.reaches(child, b):
                    found.add(child)
                    stack.append(child)
        return tuple(sorted(found, key=self.position.__getitem__))

    def count_paths(self, a: Name, b: Name) -> int:
        """The number of paths a → … → b, without listing them."""
        count = {a: 1}
        for name in self.nodes:
            if name != a:
                count[name] = sum(count.get(parent, 0) for parent in self.nodes[name].parents)
        return count[b]

    def paths(self, a: Name, b: Name, *, most: int = MAX_PATHS) -> tuple[tuple[Name, ...], ...]:
        """All paths (a, …, b), in the order in which the parents stand in the definitions, from b backwards.

        Raises DerivationError above ``most``.
        """
        count = self.count_paths(a, b)
        if count > most:
            raise DerivationError(
                f"there are {count} paths from {a} to {b}, more than {most}: ask for 'tell: backward' instead"
            )
        found: list[tuple[Name, ...]] = []
        stack: list[tuple[Name, ...]] = [(b,)] if self.reaches(a, b) else []
        while stack:
            path = stack.pop()
            if path[0] == a:
                found.append(path)
                continue
            stack.extend((parent, *path) for parent in reversed(self.nodes[path[0]].parents) if self.reaches(a, parent))
        return tuple(found)

    def pre(self, h: Name) -> Written | None:
        """The pre-activation of h: the one argument of a right side that is one call, else None.

        A ``Name`` where the exercise names it (z of h = σ(z)), else the unnamed formula.
        """
        node = self.nodes.get(h)
        return pre_activation(node.definition) if node and node.definition else None


def pre_activation(definition: Written) -> Written | None:
    """u of f(u)"""
    if isinstance(definition, Call) and len(definition.args) == 1 and not definition.primes:
        return definition.args[0]
    return None


def default_targets(part: Part) -> tuple[Name, ...]:
    """What is differentiated where a task does not say it."""
    if part.targets:
        return part.targets
    given = tuple(dict.fromkeys(d.of for d in part.upstream if isinstance(d, Deriv) and isinstance(d.of, Name)))
    return given or tuple(equation.left for equation in part.equations[-1:])


def targets_of(task: Task, part: Part) -> tuple[Name, ...]:
    """What a task differentiates: its own targets, else the part's."""
    return task.targets or default_targets(part)


def free_names(formula: Written, functions: Mapping[Name, FunctionDef]) -> tuple[Name, ...]:
    """The quantities that a formula depends on, each once: those written, then those inside the functions it calls."""
    found = dict.fromkeys(names_of(formula))
    seen: set[Name] = set()
    stack = [formula]
    while stack:
        for node in stack.pop().walk():
            if isinstance(node, Call) and node.func in functions and node.func not in seen:
                seen.add(node.func)
                definition = functions[node.func]
                if definition.body is not None:
                    inner = (n for n in names_of(definition.body) if n not in definition.params)
                    found.update(dict.fromkeys(inner))
                    stack.append(definition.body)
    return tuple(found)


def derivatives_in(formula: Written) -> tuple[Deriv, ...]:
    """The derivatives that stand in a formula, outermost ones, each once."""
    found: dict[Deriv, None] = {}
    stack = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, Deriv):
            found[node] = None
        else:
            stack.extend(reversed(node.children))
    return tuple(found)


def build_graph(part: Part) -> Graph:
    """The graph of a part.  Raises SpecError for a quantity defined twice and for a cycle, which it names."""
    functions = part.vocabulary.functions
    by_left: dict[Name, Equation] = {}
    problems = []
    for equation in part.equations:
        first = by_left.setdefault(equation.left, equation)
        if first is not equation:
            problems.append(_twice(equation, first))
    if problems:
        raise SpecError(tuple(problems))
    parents = {left: free_names(e.right, functions) for left, e in by_left.items()}
    derivatives = {left: derivatives_in(e.right) for left, e in by_left.items()}
    upstream = _upstream(part, by_left)
    needs = {left: (*parents[left], *_inside(derivatives[left])) for left in by_left}
    order = _topological(by_left, needs)

    leaves: dict[Name, None] = {}
    for equation in part.equations:
        leaves.update((n, None) for n in needs[equation.left] if n not in by_left and n not in upstream)
    for denominators in upstream.values():
        leaves.update((n, None) for n in denominators if n not in by_left)
    for name in (*part.parameters, *part.given):
        if name not in by_left and name not in upstream and name != part.learning_rate:
            leaves[name] = None

    children: dict[Name, list[Name]] = {name: [] for name in (*leaves, *order, *upstream)}
    for left in order:
        for parent in parents[left]:  # each once
            children[parent].append(left)
    for numerator, denominators in upstream.items():
        for name in denominators:
            children[name].append(numerator)

    nodes: dict[Name, Node] = {}
    listed = frozenset(part.parameters)
    for name in leaves:
        nodes[name] = Node(name, _role(name, part, listed), children=tuple(children[name]))
    for left in order:
        e = by_left[left]
        nodes[left] = Node(left, "computed", e.right, parents[left], tuple(children[left]), e.place, derivatives[left])
    for numerator, denominators in upstream.items():
        nodes[numerator] = Node(numerator, "upstream", None, denominators, tuple(children[numerator]))
    return Graph(nodes, part)


def _role(name: Name, part: Part, listed: frozenset[Name]) -> Role:
    if part.parameters_declared:
        return "parameter" if name in listed else "input"
    default = name.base in PARAMETER_LETTERS and not name.accent and not name.primes
    return "parameter" if default or name in listed else "input"


def _upstream(part: Part, by_left: Mapping[Name, Equation]) -> dict[Name, tuple[Name, ...]]:
    """Numerators of given derivatives that have no equation, with their denominators."""
    found: dict[Name, tuple[Name, ...]] = {}
    for derivative in part.upstream:
        if isinstance(derivative, Deriv) and isinstance(derivative.of, Name) and derivative.of not in by_left:
            by = tuple(name for name in derivative.by if isinstance(name, Name))
            found[derivative.of] = tuple(dict.fromkeys((*found.get(derivative.of, ()), *by)))
    return found


def _inside(derivatives: Iterable[Deriv]) -> tuple[Name, ...]:
    """The quantities that must be known before these derivatives are."""
    return tuple(dict.fromkeys(name for d in derivatives for part in (d.of, *d.by) for name in names_of(part)))


def _topological(by_left: Mapping[Name, Equation], needs: Mapping[Name, tuple[Name, ...]]) -> tuple[Name, ...]:
    """Each left side after what it needs, else in the author's order."""
    inner = {left: [n for n in needs[left] if n in by_left] for left in by_left}
    done: dict[Name, None] = {}
    for start in by_left:
        trail: dict[Name, int] = {}  # the quantities under way, each with the number of needs already looked at
        stack = [start]
        while stack:
            name = stack[-1]
            if name in done:
                stack.pop()
                continue
            position = trail.setdefault(name, 0)
            wanted = inner[name]
            if position == len(wanted):
                done[name] = None
                del trail[name]
                stack.pop()
                continue
            trail[name] += 1
            following = wanted[position]
            if following in trail:
                _cycle([*list(trail)[list(trail).index(following) :], following], by_left)
            if following not in done:
                stack.append(following)
    return tuple(done)


def _cycle(names: list[Name], by_left: Mapping[Name, Equation]) -> None:
    equation = by_left[names[0]]
    if len(names) == 2:
        message = f"'{names[0]}' is computed from itself"
        hint = f"give the old and the new value names of their own, such as {names[0].base}_0 and {names[0].base}_1"
        if names[0].sub:
            hint = "give the old and the new value names of their own"
        hint += "; a gradient step is the task update: …"
    else:
        message = f"these equations go in a circle: {' needs '.join(name.text for name in names)}"
        hint = "each quantity must be computed from earlier ones"
    raise SpecError((_problem(equation, message, hint),))


def _twice(equation: Equation, first: Equation) -> Problem:
    where = f" (first in line {first.place.line})" if first.place.line else ""
    letter = equation.left.base
    hint = f"number them: {letter}_1, {letter}_2" if not equation.left.sub else "give each value a name of its own"
    return _problem(equation, f"'{equation.left}' is computed twice{where}", hint)


def _problem(equation: Equation, message: str, hint: str) -> Problem:
    place = equation.place
    return Problem(place.file, place.line, place.column, "equations", message, hint)
