"""Certification: a wrong line never gets through, whichever line it is and however it is wrong."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from symprop import api, spec
from symprop.certify import certify, solve
from symprop.errors import CertificationError
from symprop.model.graph import build_graph
from symprop.model.solution import Lines, PartSolution, Paths, Table, Worked
from symprop.written import Deriv, Name, Neg, Num, Vec, Written, add, mul

EXERCISES = Path(__file__).parent.parent / "exercises"
SOME = ("relu_delta", "itakura_saito", "local_derivatives", "skip_connection", "logistic_table", "diverging_step")
FACTOR = Num(Fraction("1.01"))


def solved(name: str) -> PartSolution:
    return solve(spec.load(EXERCISES / f"{name}.yaml")).parts[0]


def spoilt(formula: Written) -> Written:
    """A formula of a slightly different value."""
    if isinstance(formula, Vec):
        return Vec((spoilt(formula.items[0]), *formula.items[1:]))
    if isinstance(formula, Num):
        return Num(formula.value * FACTOR.value + (0 if formula.value else 1))
    body = formula.arg if isinstance(formula, Neg) else formula
    return add(mul(FACTOR, body), Num(Fraction("0.0137")))  # also where the formula is 0


def mutants(part: PartSolution) -> Iterator[tuple[str, tuple[Worked, ...]]]:
    """The part with one formula of one line spoilt; the update rule itself defines a new value, so ← is left alone."""
    for i, worked in enumerate(part.worked):
        for j, block in enumerate(worked.blocks):
            lines = (
                block.lines if isinstance(block, Lines) else block.claims if isinstance(block, Table | Paths) else ()
            )
            for k, line in enumerate(lines):
                for m, (relation, formula) in enumerate(line.chain):
                    if relation == "←":
                        continue
                    chain = (*line.chain[:m], (relation, spoilt(formula)), *line.chain[m + 1 :])
                    changed = (*lines[:k], replace(line, chain=chain), *lines[k + 1 :])
                    new = Lines(changed) if isinstance(block, Lines) else replace(block, claims=changed)  # type: ignore[type-var]
                    item = replace(worked, blocks=(*worked.blocks[:j], new, *worked.blocks[j + 1 :]))
                    said = f"task {worked.task.label}, block {j}, line {k}, formula {m}"
                    yield said, (*part.worked[:i], item, *part.worked[i + 1 :])


@pytest.mark.parametrize("name", SOME)
def test_every_spoilt_formula_is_refused(name):
    part = solved(name)
    seen = 0
    for said, worked in mutants(part):
        seen += 1
        with pytest.raises(CertificationError):
            certify(build_graph(part.part), worked)
            pytest.fail(f"{name}: {said} was certified")
    assert seen > 5


def test_a_wrong_derivative_that_is_used_consistently_is_refused_by_the_other_route():
    """Both sides of a row spoilt alike: every line holds, the gradient does not."""
    part = solved("skip_connection")
    (worked,) = [w for w in part.worked if w.task.kind == "gradient"]
    *_, block = [b for b in worked.blocks if isinstance(b, Lines)]  # the last display
    lines = tuple(
        replace(line, chain=tuple((r, mul(FACTOR, f)) for r, f in line.chain))
        if line.left.by == (Name("b", sub="0"),)
        else line
        for line in block.lines
    )
    changed = replace(worked, blocks=tuple(Lines(lines) if b is block else b for b in worked.blocks))
    with pytest.raises(CertificationError, match="dL/db_0"):
        certify(build_graph(part.part), tuple(changed if w is worked else w for w in part.worked))


def test_an_honest_part_is_certified_again():
    part = solved("relu_delta")
    assert certify(build_graph(part.part), part.worked) == part.certificate


@pytest.mark.parametrize("z", (5, 12, 16, 25, 33))
def test_a_saturated_unit_is_shown_with_the_digits_that_its_row_needs(z: int) -> None:
    """1 - y loses as many digits as y is close to 1; what cannot be told so goes from the symbols to the number."""
    source = f"""
        title: saturated
        equations: |
          y = sigmoid(z)
          L = -ln(y) - 2 ln(1 - y)
        given: {{z: {z}}}
        tasks: [forward, {{derivative: dL/dz, tell: backward}}]
    """
    solution = api.solve(textwrap.dedent(source))
    lines = [b for w in solution.parts[0].worked for b in w.blocks if isinstance(b, Lines)]
    (row,) = [line for b in lines for line in b.lines if line.left == Deriv(Name("L"), (Name("z"),))]
    value = row.chain[-1][1]
    assert isinstance(value, Num) and abs(float(value.value) - (2 - 3 * math.exp(-z))) < 1e-3
    assert (len(row.chain) == 3) == (z > 25), row.chain
