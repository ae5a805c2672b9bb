"""Writing a program: registers, blocks, what has been computed already, and the driver.

Depth-safe: ``visit`` is a generator that asks for its sub-formulas by yielding them, so nesting costs no Python stack.
"""

from __future__ import annotations

from collections.abc import Container, Generator, Mapping
from fractions import Fraction
from typing import Any, Protocol

from symprop.evaluate import program as code
from symprop.evaluate.failures import Undefined
from symprop.evaluate.program import Block, Program, Registers, Site, instructions
from symprop.names import Vocabulary
from symprop.written import Name, Neg, Num, Pow, Prod, Quot, Sum, Written

QUICK = 40  # depth to which plain arithmetic is compiled by recursion
PLAIN: dict[type[Written], int] = {Sum: code.ADD, Prod: code.MUL, Neg: code.NEG, Quot: code.DIV, Pow: code.POWI}
VARIABLE = object()  # what a sub-program differentiates by
Visit = Generator[tuple[Written, "Scope"], Registers, Registers]


class Definitions(Protocol):
    """What is computed: a mapping from names to formulas, of which only this is asked."""

    def __contains__(self, key: object, /) -> bool: ...

    def __getitem__(self, key: Name, /) -> Written: ...


class Scope:
    """What names mean: parameters of the function whose body this is.

    ``row`` names the function for its kinks; in a row of the table (``table``) functions are those of the table,
    whatever the exercise calls by their name.
    """

    __slots__ = ("depth", "names", "row", "table")

    def __init__(self, names: dict[Name, Any], row: str = "", depth: int = 0, table: bool = False):
        self.names, self.row, self.depth, self.table = names, row, depth, table


class Emitter:
    """Fills ``block`` with instructions; registers are numbered through all blocks."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        definitions: Definitions,
        known: Container[Written],
        kinks: Mapping[str, Fraction],
        log_base: int | None,
    ):
        self.vocabulary, self.definitions, self.known = vocabulary, definitions, known
        self.kinks, self.log_base = kinks, log_base
        self.block: Block = []
        self.size = 0
        self.memo: dict[Any, Registers] = {}
        self.log: list[Any] = []  # keys of the memo in order, to forget what a piece computed
        self.hard: set[Any] = set()  # what is not plain arithmetic
        self.kept: list[Any] = []  # formulas and scopes: their identity is a key, so they must live on
        self.leaves: dict[Written, None] = {}
        self.sites: list[Site] = []
        self.inner: list[Program] = []
        self.root = Scope({})
        self.rational = True
        self.parent: Emitter | None = None
        self.opened: set[Name] = set()

    # ---- the driver

    def compile(self, formula: Written, scope: Scope) -> Registers:
        stack: list[tuple[Any, Visit]] = []
        answer: Registers = None
        todo: tuple[Written, Scope] | None = (formula, scope)
        while True:
            if todo is not None:
                node, scope = todo
                found = self.quick(node, scope, 0)
                if found is None:
                    stack.append(((id(node), id(scope)), self.visit(node, scope)))
                    answer = None
                else:
                    answer = found
                    if not stack:
                        return answer
            try:
                todo = stack[-1][1].send(answer)
            except StopIteration as finished:
                key, _ = stack.pop()
                answer, todo = finished.value, None
                self.remember(key, answer)
                if not stack:
                    return answer

    def quick(self, node: Written, scope: Scope, depth: int) -> Registers | None:
        """Plain arithmetic over numbers and quantities, without the generators; None: ``visit`` has to do it."""
        key = (id(node), id(scope))
        found = self.memo.get(key)
        if found is not None:
            return found
        if key in self.hard:
            return None
        kind = type(node)
        if kind is Num:
            found = self.emit(code.NUMBER, (), node.value, node)  # type: ignore[attr-defined]
        elif kind is Name:
            return self.quick_name(node, scope)  # type: ignore[arg-type]
        elif depth < QUICK and kind in PLAIN:
            args = []
            for child in node.children if kind is not Pow else (node.base,):  # type: ignore[attr-defined]
                register = self.quick(child, scope, depth + 1)
                if type(register) is not int:
                    self.hard.add(key)
                    return None
                args.append(register)
            if kind is not Pow:
                found = self.emit(PLAIN[kind], tuple(args), None, node)
            elif type(node.exp) is Num and node.exp.value.denominator == 1:  # type: ignore[attr-defined]
                found = self.emit(code.POWI, tuple(args), node.exp.value.numerator, node)  # type: ignore[attr-defined]
            else:
                found = None
        if found is None:
            self.hard.add(key)  # asked once is enough: a deep formula is climbed only once
            return None
        self.remember(key, found)
        return found

    def quick_name(self, node: Name, scope: Scope) -> Registers | None:
        found = scope.names.get(node)
        if found is not None:
            return None if found is VARIABLE else found
        if self.parent is not None or (node in self.definitions and node not in self.known):
            return None
        found = self.memo.get(("leaf", node))
        if found is None:
            found = self.leaf(node)
            self.remember(("leaf", node), found)
        return found

    def remember(self, key: Any, value: Registers) -> None:
        self.memo[key] = value
        self.log.append(key)

    def forget(self, mark: int) -> None:
        for key in self.log[mark:]:
            self.memo.pop(key, None)
        del self.log[mark:]

    def emit(self, op: int, args: tuple[int, ...], data: Any, node: Written) -> int:
        to = self.size
        self.size += 1
        self.block.append((op, to, args, data, node))
        return to

    def scope(self, names: dict[Name, Any], around: Scope, row: str = "", *, table: bool = False) -> Scope:
        scope = Scope(names, row, around.depth + 1, table)
        self.kept.append(scope)
        return scope

    def site(self, node: Written, *difference: int, equality: bool = False) -> Site:
        site = Site(node, difference, equality)
        self.sites.append(site)
        self.rational = False
        return site

    def each(self, op: int, values: list[Registers], data: Any, node: Written) -> Registers:
        """One instruction, or one per component of vectors; a number goes with every component of a product."""
        lengths = {len(v) for v in values if isinstance(v, tuple)}
        if not lengths:
            return self.emit(op, tuple(values), data, node)
        if len(lengths) > 1:
            raise Undefined(node, "vectors of different lengths")
        if op in (code.ADD, code.MAX, code.POW) and not all(isinstance(v, tuple) for v in values):
            raise Undefined(node, "a vector and a number")
        columns = [[v[k] if isinstance(v, tuple) else v for v in values] for k in range(lengths.pop())]
        return tuple(self.each(op, column, data, node) for column in columns)

    def visit(self, node: Written, scope: Scope) -> Visit:
        raise NotImplementedError

    def leaf(self, node: Written) -> int:
        self.leaves[node] = None
        return self.emit(code.LEAF, (), node, node)

    def imported(self, value: Registers, node: Written) -> Registers:
        if isinstance(value, tuple):
            return tuple(self.imported(v, node) for v in value)
        return self.emit(code.IMPORT, (), value, node)

    def scalar(self, value: Registers, node: Written) -> int:
        if isinstance(value, tuple):
            raise Undefined(node, "a number is needed, not a vector")
        register: int = value
        return register

    def made(self, formula: Written) -> Written:
        self.kept.append(formula)
        return formula

    def register(self, value: Any, name: Name) -> Registers:
        return self.emit(code.VARIABLE, (), None, name) if value is VARIABLE else value

    def branch(self, inner: Written, scope: Scope) -> Generator[Any, Registers, tuple[Block, int]]:
        """A block of its own, which is run only where it applies."""
        outside, mark = self.block, len(self.log)
        self.block = []
        try:
            value = self.scalar((yield inner, scope), inner)
            return self.block, value
        finally:
            self.block = outside
            self.forget(mark)

    def program(self, outputs: tuple[Registers, ...]) -> Program:
        program = Program(
            self.block, outputs, self.size, tuple(self.leaves), tuple(self.sites), tuple(self.inner), self.rational
        )
        program.cost = sum(1 for _ in instructions(program)) + 4 * sum(p.cost for p in self.inner)
        return program


def constant(formula: Written | None) -> Fraction | None:
    """The value of a formula of plain numbers; None for any other."""
    match formula:
        case Num(value, _):
            return value
        case Neg(arg):
            inner = constant(arg)
            return None if inner is None else -inner
        case Quot(above, below):
            a, b = constant(above), constant(below)
            return None if a is None or not b else a / b
        case Sum(terms) | Prod(terms):
            values = [constant(t) for t in terms]
            if any(v is None for v in values):
                return None
            total = Fraction(1 if isinstance(formula, Prod) else 0)
            for v in values:
                assert v is not None
                total = total * v if isinstance(formula, Prod) else total + v
            return total
        case _:
            return None


__all__ = ["VARIABLE", "Definitions", "Emitter", "Scope", "Visit", "constant"]
