"""Why a local derivative is what a line shows: a function's derivative as it is taught, or the rule that was applied.

slope     σ'(z) = h (1 - h)   for h = σ(z), where the derivative is told by the value
rules     quotient rule, (|u|)' = u' u/|u|, …
"""

from __future__ import annotations

from symprop import functions
from symprop.derive.bench import Bench
from symprop.derive.calculus import Rules, depends, differentiate, row_of_body
from symprop.model.solution import Phrase, phrase
from symprop.written import ZERO, Call, Name, Rel, Written

BY_VALUE = ("sigmoid", "tanh")
MOST = 2  # rules of one line


def edge_reasons(bench: Bench, child: Name, name: Name) -> list[Phrase]:
    """The reasons for ∂child/∂name; none where it can be seen at a glance, as in a weighted sum."""
    definition = bench.graph[child].definition
    if definition is None or bench.local(child, name) == ZERO:
        return []
    by_value = slope_by_value(bench, definition, child)
    if by_value is not None and isinstance(definition, Call) and depends(definition.args[0], name):
        return [by_value]
    rules = Rules(kinks=bench.part.conventions.kinks)
    slope = differentiate(definition, name, bench.part.vocabulary, rules, child)
    if bench.numeric and bench.undefined(slope):  # at a kink the convention is the reason, and no rule
        return []
    return list(rules.used)[:MOST]


def slope_by_value(bench: Bench, definition: Written, output: Name) -> Phrase | None:
    """σ'(z) = h (1 - h), where h is defined as σ(z)."""
    if not isinstance(definition, Call) or len(definition.args) != 1 or definition.primes:
        return None
    vocabulary = bench.part.vocabulary
    row = functions.lookup(definition, vocabulary)
    if not isinstance(row, functions.Function):
        row = row_of_body(definition, vocabulary)
    if row is None or row.key not in BY_VALUE:
        return None
    prime = Call(definition.func, definition.args, 1)
    slope = functions.derivatives_of(definition, row, output)[0]
    return phrase("sigmoid-slope", f=definition.func, rule=Rel((prime, slope), ("=",)))
