"""Where the quantities of an exercise have values: an answer need not be right where they have none.

For y = ln z the slope is 1/z, and as y has no value for z < 0, 1/|z| and 1/z for z > 0 say the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from symprop.derive.direct import LOGS
from symprop.equality import compare
from symprop.errors import UnsupportedError
from symprop.evaluate import Undefined
from symprop.judge.subject import Subject
from symprop.written import ZERO, Call, Cases, Name, Rel, Written

MOST = 40  # logarithms that are looked at


def domain(subject: Subject, assume: tuple[Rel, ...]) -> tuple[Rel, ...]:
    """u > 0 for every ln u in the equations that can be negative; their slopes 1/u go on beyond that."""
    definitions = subject.definitions()
    inside = _inside_logarithms(f for name, f in definitions.items() if name in subject.graph)
    found = []
    for u in list(inside)[:MOST]:
        try:
            size = compare(
                Call(Name("abs"), (u,)), u, assume=assume, env=definitions, witness=False, **subject.conventions
            )
        except (UnsupportedError, Undefined):
            return ()
        if size.kind == "different":
            found.append(Rel((u, ZERO), (">",)))
    return tuple(found)


def says_all(formula: Written) -> bool:
    """Whether a formula may say something of where there is no value: 0 if z ≤ 0."""
    return any(isinstance(node, Cases) for node in formula.walk())


def _inside_logarithms(formulas: Iterable[Written]) -> dict[Written, None]:
    nodes = (node for formula in formulas for node in formula.walk())
    return {node.args[0]: None for node in nodes if isinstance(node, Call) and node.func in LOGS}
