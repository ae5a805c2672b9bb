"""Local derivatives that take steps of their own, shown before the chain that uses them.

    ∂p_1/∂z_1 = (e^{z_1} S - e^{z_1} e^{z_1})/S² = p_1 (1 - p_1)      quotient rule; definition of p_1
    ∂L/∂y = -t/y + (1 - t)/(1 - y) = (y - t)/(y (1 - y))      over a common denominator
Of several that have the same form the first is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symprop.derive.backward import is_known
from symprop.derive.bench import Bench, Known
from symprop.derive.calculus import Slope
from symprop.derive.form import Form
from symprop.derive.stages import stages
from symprop.model.solution import Block, Line, Lines, Phrase, Prose, phrase
from symprop.notation import text
from symprop.written import Deriv, Name, Neg, Quot, Sum, Written, names_of, substitute

STEPS = ("rule-quotient", "rule-reciprocal")


def local_first(bench: Bench, target: Name, lines: Sequence[Line]) -> list[Block]:
    """The derivatives of quotients that the lines tell by the quantities themselves, unless a table has them."""
    if bench.table and bench.table[:2] == (bench.epoch, target):
        return []
    rows: list[Line] = []
    nodes: dict[Name, None] = {}
    same = False
    for child, name, slope, form in (found for line in lines for found in _in_steps(bench, target, line)):
        if is_found(bench, child, name):
            continue  # the line cites it
        if form in bench.ahead:
            same = True
            continue
        bench.ahead.add(form)
        nodes[child] = None
        label, symbol = bench.new_label(), bench.adjoint(child, name)
        rows += _rows(slope, bench.edge(child, name), bench.epoch, label)
        if bench.edge(child, name) == symbol:
            bench.told[symbol, slope.told] = label
            bench.found.setdefault((bench.epoch, symbol), Known(slope.told, label, bench.task))
    if not rows:
        return []
    said = phrase("local-first-same" if same else "local-first", nodes=tuple(nodes))
    return [Prose((said,)), Lines(tuple(rows))]


def is_found(bench: Bench, child: Name, name: Name) -> bool:
    """Whether the local derivative is a whole one that a line above shows."""
    return bench.edge(child, name) == bench.adjoint(child, name) and is_known(bench, child, name)


def takes_steps(rules: Sequence[Phrase]) -> bool:
    """Whether a quotient is differentiated and told by the quantities themselves."""
    return bool(rules) and rules[0].code in STEPS and rules[-1].code == "fold"


def _rows(slope: Slope, symbol: Written, epoch: int, label: str) -> Iterator[Line]:
    """The derivative as the rules leave it, then as it is told."""
    if takes_steps(slope.rules):
        yield Line(symbol, (("=", slope.raw),), slope.rules[:1], epoch)
        yield Line(None, (("=", slope.told),), slope.rules[1:], epoch, label)
        return
    (first, _), *further = stages(slope.raw, slope.told, Form(slope.kept))
    yield Line(symbol, (("=", first),), slope.rules, epoch)
    for k, (formula, reason) in enumerate(further, 1):
        last = label if k == len(further) else ""
        yield Line(None, (("=", formula),), (reason,) if reason else (), epoch, last)


def _over_one_denominator(slope: Slope) -> bool:
    """Whether several fractions have become one: -t/y + (1 - t)/(1 - y) as (y - t)/(y (1 - y))."""
    told = slope.told.arg if isinstance(slope.told, Neg) else slope.told
    if not isinstance(slope.raw, Sum) or not isinstance(told, Quot) or slope.rules[-1:] == (phrase("fold"),):
        return False
    return sum(any(isinstance(node, Quot) for node in term.walk()) for term in slope.raw.terms) > 1


def told_once(bench: Bench, target: Name, lines: Sequence[Line]) -> list[Line]:
    """The lines without the rules of the local derivatives told before them, or of the form of one told."""

    def once(line: Line) -> Line:
        told = {
            rule
            for child, name, slope, form in _in_steps(bench, target, line)
            if form in bench.ahead or is_found(bench, child, name)
            for rule in slope.rules
        }
        return replace(line, reasons=tuple(r for r in line.reasons if r not in told)) if told else line

    return [once(line) for line in lines]


def _in_steps(bench: Bench, target: Name, line: Line) -> Iterator[tuple[Name, Name, Slope, str]]:
    """The local derivatives of a chain that take steps of their own: of what, by what, how, and their form."""
    if not isinstance(line.left, Deriv) or not isinstance(name := line.left.by[0], Name):
        return
    for child in bench.ways(name, target):
        slope = bench.slope(child, name)
        if takes_steps(slope.rules) or _over_one_denominator(slope):
            yield child, name, slope, shape(slope.told, (child, name))


def shape(formula: Written, first: Sequence[Name]) -> str:
    """The formula with its quantities numbered in the order in which they appear."""
    names = dict.fromkeys((*first, *names_of(formula)))
    return text(substitute(formula, {n: Name("a", sub=str(k)) for k, n in enumerate(names)}))
