"""Local derivatives that take steps of their own, shown before the chain that uses them.

    ∂p_1/∂z_1 = (e^{z_1} S - e^{z_1} e^{z_1})/S² = p_1 (1 - p_1)      quotient rule; definition of p_1
Of several that have the same form the first is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symprop.derive.bench import Bench
from symprop.model.solution import Block, Line, Lines, Phrase, Prose, phrase
from symprop.notation import text
from symprop.written import Deriv, Name, Written, names_of, substitute

STEPS = ("rule-quotient",)


def local_first(bench: Bench, target: Name, lines: Sequence[Line]) -> list[Block]:
    """The derivatives of quotients that the lines tell by the quantities themselves, unless a table has them."""
    if bench.table and bench.table[:2] == (bench.epoch, target):
        return []
    rows: list[Line] = []
    nodes: dict[Name, None] = {}
    same = False
    names = [line.left.by[0] for line in lines if isinstance(line.left, Deriv)]
    for child, name in ((c, n) for n in names if isinstance(n, Name) for c in bench.ways(n, target)):
        slope = bench.slope(child, name)
        if not takes_steps(slope.rules):
            continue
        form = shape(slope.told, (child, name))
        if form in bench.ahead:
            same = True
            continue
        bench.ahead.add(form)
        nodes[child] = None
        rows.append(Line(bench.edge(child, name), (("=", slope.raw),), slope.rules[:1], bench.epoch))
        rows.append(Line(None, (("=", slope.told),), slope.rules[1:], bench.epoch))
    if not rows:
        return []
    said = phrase("local-first-same" if same else "local-first", nodes=tuple(nodes))
    return [Prose((said,)), Lines(tuple(rows))]


def takes_steps(rules: Sequence[Phrase]) -> bool:
    """Whether a quotient is differentiated and told by the quantities themselves."""
    return bool(rules) and rules[0].code in STEPS and rules[-1].code == "fold"


def told_once(bench: Bench, target: Name, lines: Sequence[Line]) -> list[Line]:
    """The lines without the rules of the local derivatives told before them, or of the form of one told."""

    def repeated(line: Line) -> Iterator[Phrase]:
        if not isinstance(line.left, Deriv) or not isinstance(name := line.left.by[0], Name):
            return
        for child in bench.ways(name, target):
            slope = bench.slope(child, name)
            if takes_steps(slope.rules) and shape(slope.told, (child, name)) in bench.ahead:
                yield from slope.rules

    return [replace(line, reasons=tuple(r for r in line.reasons if r not in {*repeated(line)})) for line in lines]


def shape(formula: Written, first: Sequence[Name]) -> str:
    """The formula with its quantities numbered in the order in which they appear."""
    names = dict.fromkeys((*first, *names_of(formula)))
    return text(substitute(formula, {n: Name("a", sub=str(k)) for k, n in enumerate(names)}))
