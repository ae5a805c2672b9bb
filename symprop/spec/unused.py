"""What stands under given or parameters and in no equation: a remark, or the misspelling that it looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symprop.model.graph import Graph
from symprop.spec.problems import Problems, nearest
from symprop.spec.values import Entry
from symprop.written import Name


def unused(graph: Graph, entries: Mapping[Name, Entry], problems: Problems) -> tuple[Name, ...]:
    """Given values that nothing uses; where a leaf without a value looks like it, that is a misspelling."""
    if problems.of_equations:  # one that could not be read may use anything
        return ()
    found = []
    valueless = [
        name
        for name in graph.leaves
        if graph[name].children and name not in entries and name != graph.part.learning_rate
    ]
    for name, entry in entries.items():
        node = graph.nodes.get(name)
        if node is None or node.role == "computed" or node.children:
            continue
        if entry.family is not None and entry.family in graph:  # a vector by itself: said already
            continue
        meant = nearest(name.text, [n.text for n in valueless], cutoff=0.5)
        if meant:
            problems.add(entry.key, entry.where, f"no equation uses '{name}'", f"did you mean '{meant}'?")
        elif entry.family is None and entry.role == "parameters" and (family := _members(name, graph)):
            hint = f"name its members: {', '.join(n.text for n in family)}"
            problems.add(entry.key, entry.where, f"no equation uses '{name}'", hint)
        elif entry.value is not None:
            found.append(name)
    return tuple(found)


def _members(name: Name, graph: Graph) -> tuple[Name, ...]:
    """Leaves with a subscript whose letter is this name: w_1, w_2 of w."""
    if name.sub:
        return ()
    return tuple(n for n in graph.leaves if n.sub and replace(n, sub="", sup="") == name and graph[n].children)
