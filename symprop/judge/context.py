"""What is known where there is no exercise: declared names, and a fragment of an exercise file.

--declare 'h_1^2, sigma(), f(x) = x^2, t > 0, W: n x m'
--with context.yaml        functions, equations, assume, shapes, conventions … as in an exercise
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from symprop.errors import ReadError
from symprop.judge.subject import Subject, without_solution
from symprop.matrices import Transpose
from symprop.model.exercise import Part
from symprop.names import FunctionDef, Vocabulary
from symprop.reader import read, read_equation, read_name, split_list
from symprop.spec.shapes import read_shape, same_letter_twice
from symprop.written import Call, Name, Rel, Written

OPEN = Vocabulary(open=True)


@dataclass(frozen=True, slots=True)
class Context:
    """``subject``: the facts of a fragment with equations.  ``assume``: relations that hold.

    ``known``: values and equations of a fragment without a graph, such as one with vectors and matrices.
    """

    vocabulary: Vocabulary = OPEN
    assume: tuple[Written, ...] = ()
    subject: Subject | None = None
    options: dict[str, Any] = field(default_factory=dict)
    known: dict[Written, Any] = field(default_factory=dict)

    def definitions(self) -> dict[Written, Any]:
        if self.subject is None:
            return self.known
        return {**self.subject.definitions(), **self.subject.numbers()}

    def resolve(self, formula: Written, *, local: bool = False) -> Written:
        return self.subject.resolve(formula, local=local) if self.subject is not None else formula

    def declaring(self, text: str) -> Context:
        """With more declared: names, functions ``f()``, ``f(x) = …``, relations ``t > 0``.  Raises ReadError."""
        context = self
        for offset, item in split_list(text):
            try:
                context = context._declared(item)
            except ReadError as error:
                raise ReadError(text, error.offset + offset, error.message, error.hint, error.readings) from None
        return context

    def _declared(self, item: str) -> Context:
        vocabulary = self.vocabulary
        if ":" in item and ":=" not in item:
            return self._shaped(item)
        if item.endswith("()"):
            function = read_name(item[:-2])
            return self._with(functions={**vocabulary.functions, function: FunctionDef(function)})
        if any(sign in item for sign in "<>≠≤≥") or "!=" in item:
            relation = read(item, vocabulary)
            if not isinstance(relation, Rel):
                raise ReadError(item, 0, "a relation was expected", "such as t > 0")
            return replace(self, assume=(*self.assume, relation))
        if (symmetric := self._symmetric(item)) is not None:
            return replace(self, assume=(*self.assume, symmetric))
        if "=" in item:
            left, body = read_equation(item, vocabulary)
            if isinstance(left, Name):
                raise ReadError(item, 0, f"'{left.text}' is no function", "equations go into a file: --with")
            params = tuple(p for p in left.args if isinstance(p, Name))
            return self._with(functions={**vocabulary.functions, left.func: FunctionDef(left.func, params, body)})
        if item.endswith(")") and "(" in item and not item.startswith("("):
            call, _ = read_equation(f"{item} = 0", vocabulary)
            assert isinstance(call, Call)
            params = tuple(p for p in call.args if isinstance(p, Name))
            definition = FunctionDef(call.func, params if len(params) > 1 else ())
            return self._with(functions={**vocabulary.functions, call.func: definition})
        return replace(self, vocabulary=vocabulary.with_quantities((read_name(item),)))

    def _symmetric(self, item: str) -> Rel | None:
        """A^T = A of a matrix; None for anything else."""
        try:
            found = read(item, self.vocabulary) if self.vocabulary.shapes else None
        except ReadError:
            return None
        turned = isinstance(found, Rel) and any(isinstance(side, Transpose) for side in found.items)
        return found if isinstance(found, Rel) and turned else None

    def _shaped(self, item: str) -> Context:
        """W: n x m"""
        left, _, right = item.partition(":")
        try:
            shape = read_shape(right, rows=self.vocabulary.rows)
        except ReadError as error:
            raise ReadError(item, error.offset + len(left) + 1, error.message, error.hint) from None
        name = read_name(left)
        shapes = {**self.vocabulary.shapes, name: shape}
        if (twice := same_letter_twice(shapes)) is not None:
            raise ReadError(item, 0, f"`{twice.text}` is a size and an array", "one of them needs another letter")
        known = self.vocabulary.with_quantities(() if name.sub or name.sup else (name,))  # e is no number then
        return replace(self, vocabulary=replace(known, shapes=shapes))

    def _with(self, functions: dict[Name, FunctionDef]) -> Context:
        return replace(self, vocabulary=replace(self.vocabulary, functions=functions))


def context_of(part: Part) -> Context:
    """The context that a fragment of an exercise describes."""
    arrays = bool(part.vocabulary.shapes)
    subject = without_solution(part) if part.equations and not arrays else None
    known: dict[Written, Any] = {}
    if subject is None:
        known.update(part.given.items())
        known.update((e.left, e.right) for e in part.equations)
    vocabulary = subject.vocabulary if subject is not None else part.vocabulary
    conventions = part.conventions
    options = {"kinks": conventions.kinks, "log_base": conventions.log_base}
    return Context(replace(vocabulary, open=True), part.assume, subject, options, known)
