"""What a derivative of a formula stands for, told out:  d(E²)/dw = 2 E ∂E/∂w,  σ'(z) where σ has a body."""

from __future__ import annotations

from symprop import functions
from symprop.derive.bench import Bench
from symprop.derive.calculus import derivative
from symprop.derive.direct import opened
from symprop.derive.sides import kink_in
from symprop.errors import DerivationError
from symprop.functions import Function
from symprop.model.graph import free_names
from symprop.names import FunctionDef
from symprop.notation import text
from symprop.written import ZERO, Call, Deriv, Name, Written, add, mul, names_of, substitute

SLOT = Name("z")  # the argument of a function while it is differentiated; it is put in at the end


def is_of_formula(symbol: Written) -> bool:
    """d(x² w)/dx; not ∂D(u, v)/∂u, the slope of a function of several arguments, and not ∂L/∂w."""
    return isinstance(symbol, Deriv) and not symbol.local and not isinstance(symbol.of, Name | Deriv)


def depends_on(bench: Bench, formula: Written, by: Name) -> list[Name]:
    """The quantities of a formula through which it depends on another quantity (or that one itself)."""
    graph = bench.graph
    names = free_names(formula, bench.part.vocabulary.functions)
    return [n for n in names if n == by or (n in graph and by in graph and graph.reaches(by, n))]


def of_formula(bench: Bench, formula: Written, by: Name) -> Written:
    """d formula/d by = Σ ∂formula/∂n · dn/dby, over the quantities n of the formula."""
    vocabulary, kinks = bench.part.vocabulary, bench.part.conventions.kinks
    terms = []
    for name in depends_on(bench, formula, by):
        slope = derivative(formula, name, vocabulary, kinks=kinks)
        terms.append(slope if name == by else mul(slope, bench.closed(name, by)))
    return add(*terms) if terms else ZERO


def slope_of(bench: Bench, call: Call) -> Written:
    """f'(u) of a function with a body, or of a row whose slope is no convention; else the call as it is."""
    vocabulary = bench.part.vocabulary
    found = functions.lookup(call, vocabulary, bench.part.conventions.log_base)
    if not call.primes or len(call.args) != 1 or found is None or (isinstance(found, Function) and found.kinks_text):
        return call
    inside: tuple[Name, ...] = ()
    if isinstance(found, FunctionDef):
        if found.body is None or len(found.params) != 1:
            return call
        inside = names_of(found.body)
    slot = SLOT
    while slot in (*names_of(call.args[0]), *inside):
        slot = Name(slot.base, sub=slot.sub + "0")
    formula: Written = functions.opened(Call(call.func, (slot,)), vocabulary)
    if any(_kinked(node, bench) for node in formula.walk()):
        return call
    for _ in range(call.primes):
        formula = derivative(formula, slot, vocabulary)
    return substitute(formula, {slot: call.args[0]})


def _kinked(node: Written, bench: Bench) -> bool:
    found = functions.lookup(node, bench.part.vocabulary) if isinstance(node, Call) else None
    return isinstance(found, Function) and bool(found.kinks_text)


def refuse_kinks(bench: Bench, symbol: Deriv, formula: Written) -> None:
    """Where a first derivative may jump, no convention says what the second one is."""
    if not bench.numeric:
        return
    kink = kink_in(bench, symbol, formula, bench.env())
    if kink is not None:
        raise DerivationError(
            f"{text(symbol)}: these numbers lie exactly on the kink of {text(kink)}, where no convention says what "
            "a second derivative is; choose other numbers, or leave them out to get the formula"
        )


def function_of(bench: Bench, target: Name, by: tuple[Written, ...]) -> Written:
    """The target with every node put in that depends on one of the names, the names themselves kept."""
    for name in by:
        if isinstance(name, Name) and name in bench.graph:
            bench.refuse_opaque(target, name)
    definition = bench.graph[target].definition
    if definition is None:
        raise DerivationError(f"{target.text} has no equation")
    return put_in(bench, definition, by)


def put_in(bench: Bench, formula: Written, by: tuple[Written, ...]) -> Written:
    """The formula with every node put in that depends on one of the names, the names themselves kept."""
    graph = bench.graph
    formulas: dict[Written, Written] = {}
    for node in graph.order:
        definition = graph[node].definition
        assert definition is not None
        if node not in by and any(graph.reaches(b, node) for b in by if isinstance(b, Name) and b in graph):
            formulas[node] = opened(bench, substitute(definition, formulas))
    return opened(bench, substitute(formula, formulas))


def in_closed_form(bench: Bench, formula: Written) -> Written:
    """The formula without derivative symbols."""

    def change(f: Written) -> Written:
        if isinstance(f, Call) and f.primes:
            return slope_of(bench, f)
        if is_of_formula(f):
            assert isinstance(f, Deriv)
            inner = in_closed_form(bench, f.of)
            if len(f.by) == 1 and isinstance(f.by[0], Name):
                return of_formula(bench, inner, f.by[0])
            result = put_in(bench, inner, f.by)
        elif isinstance(f, Deriv) and isinstance(f.of, Name):
            if len(f.by) == 1 and isinstance(f.by[0], Name):
                return bench.closed(f.of, f.by[0])
            result = function_of(bench, f.of, f.by)
        else:
            return f
        refuse_kinks(bench, f, result)
        for name in f.by:
            assert isinstance(name, Name)
            result = derivative(result, name, bench.part.vocabulary, kinks=bench.part.conventions.kinks)
        return result

    return _outside_in(formula, change)


def _outside_in(formula: Written, change) -> Written:  # type: ignore[no-untyped-def]
    changed = change(formula)
    if changed != formula or isinstance(formula, Deriv) or not formula.children:
        return changed
    children = tuple(_outside_in(c, change) for c in formula.children)
    return formula if children == formula.children else formula.rebuilt(children)
