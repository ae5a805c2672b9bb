"""Checks by another route than the derivation: difference quotients, and what leaves the target unchanged."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from symprop.checks.quotients import quotient_checks
from symprop.checks.shift import shift
from symprop.errors import SympropError
from symprop.model.graph import Graph
from symprop.model.solution import Phrase, Worked
from symprop.points import numeric_world

__all__ = ["with_checks"]


def with_checks(graph: Graph, worked: tuple[Worked, ...]) -> tuple[Worked, ...]:
    """The tasks with the checks of what they found; none where no derivative was asked or none can be checked."""
    world, out = numeric_world(graph), list(worked)
    found: list[tuple[int, Phrase] | None] = [*quotient_checks(graph, worked, world)]
    with suppress(SympropError):  # numbers that lead nowhere
        if world is not None and world.complete and graph.part.conventions.rounding.carry != "rounded":
            found.append(shift(world, worked))
    for told in found:
        if told is not None:
            task, said = told
            out[task] = replace(out[task], checks=(*out[task].checks, said))
    return tuple(out)
