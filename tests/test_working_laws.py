"""Laws of judging derivations: a spoilt line is found, what follows from it is carried, and nothing else is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from symprop import api
from symprop.judge.dress import matching
from symprop.judge.subject import Subject, subject_of
from symprop.judge.working import check_working
from symprop.model.solution import Solution
from symprop.notation import text
from symprop.notation.numbers import fraction_of
from symprop.written import Deriv, Name, Written, add, mul, neg, num
from tests.golden import EXERCISES, GOLDEN

ROOT = Path(__file__).resolve().parents[1]
ROWS = 4  # that are spoilt, of every page


@cache
def solved(name: str) -> Solution:
    return api.solve(ROOT / "exercises" / f"{name}.yaml")


# ---- our own pages


@pytest.mark.parametrize("name", [p.stem for p in EXERCISES])
def test_on_our_own_page_nothing_is_wrong_and_everything_is_read(name: str) -> None:
    found = check_working(solved(name), (GOLDEN / f"{name}.tex").read_text(encoding="utf-8"))
    judged = [line for line in found.lines if line.label != "skipped"]
    assert len(judged) >= 7
    assert {line.label for line in judged} == {"right"}, [
        (x.line, x.text, x.findings) for x in judged if x.label != "right"
    ]
    assert not any(f.repaired for line in judged for f in line.findings)
    assert found.exit_code == 0


RESULT = re.compile(r"\\(?:result(?:\[[^\]]*\])?|unframed)(?=\{)")


def framed(page: str) -> Iterator[tuple[int, int]]:
    """The formulas in frames, and those in their columns, outside tables."""
    for found in RESULT.finditer(page, page.index(r"\begin{document}")):
        if page.rfind(r"\begin{tabular}", 0, found.start()) <= page.rfind(r"\end{tabular}", 0, found.start()):
            yield found.end() + 1, matching(page, found.end())


def spoilt_pages(name: str) -> Iterator[tuple[int, str]]:
    """The page with one framed formula replaced, and the line in which it stands."""
    page = (GOLDEN / f"{name}.tex").read_text(encoding="utf-8")
    found = list(framed(page))
    for start, end in found[:: max(1, len(found) // ROWS)]:
        new = f"{page[start:end]} - 17"
        yield page.count("\n", 0, start) + 1, page[:start] + new + page[end:]


@pytest.mark.parametrize("name", [p.stem for p in EXERCISES])
def test_the_only_error_of_a_page_with_one_spoilt_formula_is_that_one(name: str) -> None:
    spoilt = 0
    for line, page in spoilt_pages(name):
        found = check_working(solved(name), page)
        wrong = [x for x in found.lines if x.label == "wrong"]
        if not wrong:  # the frame stands in a row that claims nothing
            continue
        spoilt += 1
        first = found.first_wrong
        assert first is not None
        assert len(wrong) == 1, [(x.line, x.text) for x in wrong]
        assert first.line <= line <= first.line + 6  # a long row begins some lines before
        assert {x.label for x in found.lines} <= {"right", "wrong", "carried", "skipped"}
    assert spoilt >= 1 or name in ("logistic_table",)


# ---- derivations of a student who goes on with his own wrong result

SYMBOLIC = ("itakura_saito", "skip_connection", "upstream_gradient", "one_neuron_by_products")
NUMERIC = ("relu_delta", "local_derivatives", "tied_weights", "three_uses")


def spoil(formula: Written, how: int) -> Written:
    return (neg(formula), mul(num(3), formula), add(formula, num(7)))[how % 3]


def adjoints(facts: Subject) -> tuple[Name, list[Name]]:
    """The target, and everything that it depends on, from the last equation back."""
    target = facts.graph.default_targets[0]
    every = [n for n in reversed(tuple(facts.graph.nodes)) if n != target and facts.graph.reaches(n, target)]
    return target, [n for n in every if Deriv(target, (n,)) not in facts.part.upstream]


def backward(facts: Subject, at: int, numbers: bool) -> tuple[list[str], list[bool]]:
    """∂L/∂n = …, each by the results before, the one at ``at`` spoilt; and which of them depend on that."""
    target, order = adjoints(facts)
    env = dict(facts.values())
    found: dict[Name, Written] = {}
    touched: set[Name] = set()
    lines, depends = [], []
    for i, name in enumerate(order):
        ways = facts.terms(target, name)
        terms = []
        for way in ways:
            adjoint = num(1) if way.child == target else found.get(way.child) or Deriv(target, (way.child,))
            if facts.graph[way.child].role == "upstream":
                adjoint = Deriv(target, (name,))
            slope = facts.resolve(way.slope)
            terms.append(slope if adjoint == num(1) else mul(adjoint, slope))
        formula = add(*terms)
        if i == at:
            formula = spoil(formula, at)
        if i == at or any(way.child in touched for way in ways):
            touched.add(name)
        if numbers:
            formula = num(round(fraction_of(facts.bench.programs.value(formula, env)), 9))
        found[name] = formula
        lines.append(f"{text(Deriv(target, (name,)))} = {text(formula)}")
        depends.append(name in touched)
    return lines, depends


def carried_after(name: str, at: int, numbers: bool) -> int:
    """How many lines follow from the spoilt one, after it was seen that it is the only one that is wrong."""
    solution = solved(name)
    lines, depends = backward(subject_of(solution.parts[0]), at, numbers)
    found = check_working(solution, "\n".join(lines), part=solution.parts[0].part.label or None).lines
    labels = [line.label for line in found]
    assert len(labels) == len(lines)
    if labels[at] == "right":  # three times 0
        return 0
    assert labels[at] == "wrong", (lines[at], found[at].findings)
    for i, (label, touched) in enumerate(zip(labels, depends, strict=True)):
        if i != at:
            assert label == "right" or (touched and label == "carried"), (lines[i], found[i].findings)
    return labels.count("carried")


@pytest.mark.parametrize("name", SYMBOLIC)
def test_what_follows_from_a_spoilt_formula_is_carried(name: str) -> None:
    count = len(adjoints(subject_of(solved(name).parts[0]))[1])
    assert sum(carried_after(name, at, False) for at in range(0, count, max(1, count // 4))) >= (
        3 if name != "upstream_gradient" else 1
    )


@pytest.mark.parametrize("name", NUMERIC)
def test_what_follows_from_a_spoilt_number_is_carried(name: str) -> None:
    count = len(adjoints(subject_of(solved(name).parts[0]))[1])
    assert sum(carried_after(name, at, True) for at in range(0, count, max(1, count // 4))) >= 2
