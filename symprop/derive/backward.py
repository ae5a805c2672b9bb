"""Backpropagation, adjoint after adjoint.

    ∂L/∂n = Σ_c ∂L/∂c · ∂c/∂n        over the children c of n from which L is reached

Each node has one local derivative per parent; each adjoint is found once, named, and used from there on.  A line shows
the chain in symbols, then the local derivatives, then the numbers; where everything stays symbolic, the closed form.
Source: Goodfellow et al. 2016, algorithm 6.4; Griewank & Walther 2008, ch. 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symprop.derive.bench import Bench, Known
from symprop.derive.form import Form
from symprop.derive.monomials import cost
from symprop.derive.reasons import MOST, edge_reasons, slope_reasons
from symprop.derive.rows import tell_apart, with_numbers
from symprop.derive.stages import stages
from symprop.model.solution import Line, Lines, Phrase, Worked, phrase
from symprop.written import ONE, ZERO, Cases, Deriv, Name, Neg, Num, Written, add, mul, neg

MUCH = 2  # signs that are saved where a result is told by what the earlier ones are


def needed(bench: Bench, target: Name, asked: Iterable[Name]) -> list[Name]:
    """The nodes whose adjoints are on the way to what is asked and not known, from the target backwards.

    A leaf's derivative follows directly after the node it feeds first in this order.
    """
    graph, wanted = bench.graph, dict.fromkeys(name for name in asked if not is_known(bench, target, name))
    below = {n for n in graph.nodes if graph.reaches(n, target)}
    on_way: set[Name] = set()
    stack = [n for n in wanted if n in below]
    while stack:
        name = stack.pop()
        for child in graph[name].children:
            if child in below and child not in on_way and child != target and not is_known(bench, target, child):
                on_way.add(child)
                stack.append(child)
    nodes = [n for n in reversed(tuple(graph.nodes)) if n in on_way or (n in wanted and graph[n].role == "computed")]
    ready = {target, *(n for n in below if is_known(bench, target, n))}
    taken = frozenset(nodes)
    waits: dict[Name, int] = {}  # a leaf, and how many adjoints it waits for
    feeds: dict[Name, list[Name]] = {}
    order: list[Name] = []
    for leaf in wanted:
        if leaf in taken or leaf == target:
            continue
        missing = [c for c in graph[leaf].children if c in below and c not in ready]
        waits[leaf] = len(missing)
        for child in missing:
            feeds.setdefault(child, []).append(leaf)
        if not missing:
            order.append(leaf)
    for node in nodes:
        if node == target:
            continue
        order.append(node)
        for leaf in feeds.get(node, ()):
            waits[leaf] -= 1
            if not waits[leaf]:
                order.append(leaf)
    return order


def is_known(bench: Bench, target: Name, name: Name) -> bool:
    """Whether the adjoint was given or found before."""
    symbol = bench.adjoint(target, name)
    return symbol in bench.part.upstream or (bench.epoch, symbol) in bench.found


def adjoint_lines(bench: Bench, target: Name, asked: tuple[Name, ...]) -> list[Line]:
    """One line per adjoint that is not known yet, from the target backwards."""
    results = frozenset(asked)
    todo = [name for name in needed(bench, target, asked) if not is_known(bench, target, name)]
    passed = passed_through(bench, target, todo, results)
    told = [name for name in todo if name not in passed.values()]
    return [adjoint_line(bench, target, name, boxed=name in results, through=passed.get(name)) for name in told]


def passed_through(bench: Bench, target: Name, todo: list[Name], asked: frozenset[Name]) -> dict[Name, Name]:
    """z → h where h = f(z) needs no line of its own: δ of the net input z has a name, the adjoint of h serves only it.

    Then δ_z = (Σ δ_c · ∂c/∂h) · f'(z) is one line, as the textbooks have it.
    """
    named = bench.part.display
    if bench.rounding.carry == "rounded":  # each adjoint is rounded by itself
        return {}
    uses: dict[Name, list[Name]] = {}
    for name in todo:
        for child in bench.ways(name, target):
            uses.setdefault(child, []).append(name)

    def passes(z: Name, h: Name) -> bool:
        unnamed = h in todo and h not in asked and bench.adjoint(target, h) not in named
        return unnamed and uses[h] == [z] and target not in bench.ways(h, target)

    delta = [z for z in todo if bench.adjoint(target, z) in named and len(bench.ways(z, target)) == 1]
    return {z: h for z in delta for h in bench.ways(z, target) if passes(z, h)}


def adjoint_line(bench: Bench, target: Name, name: Name, *, boxed: bool, through: Name | None = None) -> Line:
    """∂L/∂n = Σ ∂L/∂c · ∂c/∂n = … with its reason; remembered as found.  ``through``: n's only child, passed by."""
    symbol = bench.adjoint(target, name)
    children = bench.ways(name, target)
    if through is not None:
        children = bench.ways(through, target)
        formulas, reasons = chain(bench, target, through, children)
        formulas = [mul(formulas[0], bench.edge(through, name)), times(formulas[-1], bench.local(through, name))]
        reasons += edge_reasons(bench, through, name)
    else:
        formulas, reasons = chain(bench, target, name, children)
    closed = bench.closed(target, name)
    if bench.numeric:
        reasons += slope_reasons(bench, formulas[-1])
    label, by = bench.new_label(), cited(bench, target, through or name)
    why = (phrase("by", lines=by),) if by else ()
    steps: list[tuple[Written, tuple[Phrase, ...]]] = []
    if children == (target,):
        formulas[-1:], steps = worked_out(bench, target, name)
    elif not bench.numeric:
        plain, further = bench.folds.get(symbol, (closed, ()))
        if plain != formulas[-1] and cost(plain)[0] <= 60:
            if further:
                steps = [(plain, why)]
            else:
                formulas.append(plain)
                reasons += why
        steps += [(formula, (reason,)) for formula, reason in further]
    elif shortened(bench, formulas[-1], closed):
        used = tuple(reason for _, reason in bench.folds.get(symbol, (closed, ()))[1])
        steps = [(closed, why + used)]
    known = len(formulas)
    row = with_numbers(bench, symbol, [*formulas, *(f for f, _ in steps)], tuple(reasons), label=label, boxed=boxed)
    tell_apart(bench, label, len(row.chain) - known - len(steps), [why for _, why in steps])
    bench.found[(bench.epoch, symbol)] = Known(closed, label, bench.task)
    return row


def worked_out(
    bench: Bench, target: Name, name: Name
) -> tuple[list[Written], list[tuple[Written, tuple[Phrase, ...]]]]:
    """The target's own definition differentiated: as the rules leave it, and how its terms become one."""
    slope = bench.slope(target, name)
    told = [*stages(slope.raw, slope.told, Form(slope.kept))]
    if not any(reason and reason.code == "common-denominator" for _, reason in told):
        return [slope.told], []
    (first, _), *rest = told[1:] if told[1][1] == phrase("simplify-terms") else told
    return [first], [(formula, (reason,) if reason else ()) for formula, reason in rest]


def shortened(bench: Bench, inserted: Written, closed: Written) -> bool:
    """Whether much cancels once the earlier derivatives are put in: p - y for ∂L/∂p p (1 - p)."""
    plain = not any(isinstance(node, Deriv | Cases) for node in closed.walk())
    saved = cost(inserted)[0] - cost(closed)[0]
    return plain and bench.rounding.carry != "rounded" and saved >= MUCH


def in_rows(bench: Bench, worked: Worked) -> Worked:
    """The lines that are told in several rows, each row with its reason."""

    def split(line: Line) -> list[Line]:
        tails, rows, chain = bench.rows.get(line.label, ()), list[Line](), line.chain
        for count, reasons in reversed(tails):
            rows.insert(0, replace(line, left=None, chain=chain[-count:], reasons=reasons, label="", boxed=False))
            chain = chain[:-count]
        rows.insert(0, replace(line, chain=chain, label="", boxed=False))
        rows[-1] = replace(rows[-1], label=line.label, boxed=line.boxed)
        return rows

    blocks = [
        replace(b, lines=tuple(row for line in b.lines for row in split(line))) if isinstance(b, Lines) else b
        for b in worked.blocks
    ]
    return replace(worked, blocks=tuple(blocks))


def cited(bench: Bench, target: Name, name: Name) -> tuple[str, ...]:
    """The labels of the earlier lines whose results enter: the derivatives by the children, and of the children."""
    children = bench.ways(name, target)
    symbols = [bench.adjoint(target, child) for child in children]
    symbols += [
        s for child in children if child != target and (s := bench.edge(child, name)) == bench.adjoint(child, name)
    ]
    known = (bench.found.get((bench.epoch, symbol)) for symbol in symbols if symbol not in bench.part.display)
    return tuple(dict.fromkeys(k.label for k in known if k is not None and k.label))


def chain(bench: Bench, target: Name, name: Name, children: tuple[Name, ...]) -> tuple[list[Written], list[Phrase]]:
    """The chain in symbols, and with the local derivatives put in; the reasons."""
    if not children:
        return [ZERO], [phrase("no-path", target=target, z=name)]
    if children == (target,):
        return _direct(bench, target, name)
    symbols: list[Written] = []
    put_in: list[Written] = []
    for child in children:
        edge, slope = bench.edge(child, name), bench.local(child, name)
        upper = bench.adjoint(target, child)
        if child == target:
            symbols.append(Deriv(target, (name,), True) if len(children) > 1 else edge)
            put_in.append(slope)
        else:
            symbols.append(mul(upper, edge))
            put_in.append(times(ONE if bench.closed(target, child) == ONE else bench.as_given(upper), slope))
    formulas = [add(*symbols)]
    inserted = (
        add(*(Neg(t.arg) if isinstance(t, Neg) else t for t in put_in if t != ZERO))
        if any(t != ZERO for t in put_in)
        else ZERO
    )
    if inserted != formulas[0]:
        formulas.append(inserted)
    if len(children) > 1:
        forked = bench.graph.count_paths(name, target) > len(children)  # behind a child the way parts again
        added = phrase("branches-add" if forked else "paths-add", z=name, paths=len(children))
        edges = (reason for child in children for reason in edge_reasons(bench, child, name))
        return formulas, [added, *list(dict.fromkeys(edges))[: MOST + 1]]
    return formulas, [phrase("chain"), *edge_reasons(bench, children[0], name)]


def _direct(bench: Bench, target: Name, name: Name) -> tuple[list[Written], list[Phrase]]:
    """The target's own definition differentiated; the rule is the reason."""
    return [bench.local(target, name)], edge_reasons(bench, target, name)


def times(upper: Written, slope: Written) -> Written:
    """adjoint · local derivative, as a line shows it: no factor 1, a sign to the front."""
    if slope == ONE:
        return upper
    if upper == ONE:
        return slope
    if slope == ZERO:
        return ZERO
    if isinstance(slope, Neg):
        return neg(upper) if slope.arg == ONE else neg(mul(upper, slope.arg))
    if isinstance(slope, Num) and slope.value < 0:
        return neg(upper) if slope.value == -1 else neg(mul(upper, Num(-slope.value)))
    return mul(upper, slope)
