"""Checks by another route than the derivation: difference quotients, and what leaves the target unchanged."""

from __future__ import annotations

from contextlib import suppress

from symprop.checks.quotients import checks as quotients
from symprop.checks.shift import shift
from symprop.errors import SympropError
from symprop.model.graph import Graph
from symprop.model.solution import Phrase, Worked
from symprop.points import numeric_world

__all__ = ["checks"]


def checks(graph: Graph, worked: tuple[Worked, ...]) -> tuple[Phrase, ...]:
    """The sentences of the checks; none where no derivative was asked or none can be checked."""
    world = numeric_world(graph)
    found = quotients(graph, worked, world)
    with suppress(SympropError):  # numbers that lead nowhere
        if world is not None and world.complete and graph.part.conventions.rounding.carry != "rounded":
            said = shift(world, worked)
            found += (said,) if said is not None else ()
    return found
