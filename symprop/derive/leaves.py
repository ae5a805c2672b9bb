"""What stands in a formula: the quantities that a value would be put in for."""

from __future__ import annotations

from symprop.written import Call, Deriv, Name, Written


def quantities(formula: Written) -> tuple[Written, ...]:
    """Names, derivative symbols and primed calls, outermost ones, each once."""
    found: dict[Written, None] = {}
    stack = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, Name | Deriv) or (isinstance(node, Call) and node.primes):
            found[node] = None
        else:
            stack.extend(reversed(node.children))
    return tuple(found)


def leaves_of(formula: Written) -> tuple[Written, ...]:
    """Names and derivative symbols, also those inside f'(z), each once."""
    found: dict[Written, None] = {}
    stack = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, Name | Deriv):
            found[node] = None
        else:
            stack.extend(node.children)
    return tuple(found)
