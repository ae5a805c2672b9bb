"""What can be read and was perhaps meant otherwise: said as a warning; the exercise is solved as it stands.

f(z) with an undeclared f is the product of f and z, as format.md says; nobody writes a product so.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from functools import cache, partial

from symprop.errors import Problem, ReadError, SympropWarning
from symprop.model.graph import Graph
from symprop.reader import read_name
from symprop.spec.document import Span
from symprop.spec.reading import Reading
from symprop.written import Name

LIKE_A_CALL = re.compile(r"(?<![\w\\^}\])])(\\?[^\W\d_]+(?:_\w|_\{\w+\})?)\s*\(([^()]*)\)")
LETTERS = frozenset("fgFGφψ")  # of functions, whatever stands in the brackets


def products_like_calls(rights: Iterable[Span], graph: Graph, reading: Reading) -> None:
    """Warn of each undeclared leaf that stands before a bracket as a function would."""
    if reading.problems.found:  # then perhaps a function's entry could not be read
        return
    quantity, leaves = cache(partial(_quantity, reading)), frozenset(graph.leaves)
    doubtful: dict[Name, tuple[Span, int, str]] = {}
    for span in rights:
        for match in LIKE_A_CALL.finditer(span.text):
            head = quantity(match[1])
            if head is None or head not in leaves or head in graph.part.given or _declared(head, graph):
                continue
            if head.base in LETTERS or quantity(match[2]) in graph:
                doubtful.setdefault(head, (span, match.start(), match[0]))
    for head, (span, offset, text) in doubtful.items():
        line, column = span.locate(offset)
        hint = f"a function? functions: {{{head}: }}"
        message = f"{text} is read as the product of {head} and the bracket"
        problem = Problem(reading.problems.file, line, column, "warning", message, hint)
        warnings.warn(SympropWarning(str(problem)), stacklevel=2)


def _quantity(reading: Reading, text: str) -> Name | None:
    try:
        return read_name(text.strip(), reading.vocabulary)
    except ReadError:
        return None


def _declared(name: Name, graph: Graph) -> bool:
    return graph.part.parameters_declared and name in graph.part.parameters
