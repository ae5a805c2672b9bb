"""How much is told: nothing is added, results stay, every level compiles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from symprop import api
from symprop.model.solution import Line, Lines, Solution
from symprop.render.engines import embedded
from symprop.sheets import DETAILS, in_detail
from symprop.sheets.detail import shortened
from symprop.written import Name, Num, add, num
from tests.golden import EXERCISES
from tests.styled import in_style, set_together

NAMES = tuple(path.stem for path in EXERCISES)
needs_engine = pytest.mark.skipif(embedded() is None, reason="the embedded engine is not for this platform")


def lines_of(solution: Solution) -> list[Line]:
    return [
        line
        for part in solution.parts
        for worked in part.worked
        for block in worked.blocks
        if isinstance(block, Lines)
        for line in block.lines
    ]


@pytest.mark.parametrize("name", NAMES)
def test_less_detail_only_leaves_out(name: str) -> None:
    full = api.solve(f"exercises/{name}.yaml")
    known = {formula for line in lines_of(full) for _, formula in line.chain}
    reasons = {reason for line in lines_of(full) for reason in line.reasons}
    before = None
    for level in reversed(DETAILS):  # every rule, normal, brief
        told = lines_of(in_detail(full, level))
        assert {f for line in told for _, f in line.chain} <= known
        assert {r for line in told for r in line.reasons} <= reasons
        size = sum(len(line.chain) + len(line.reasons) for line in told)
        assert before is None or size <= before
        before = size
        last = [line.chain[-1] for line in told if line.boxed]
        assert last == [line.chain[-1] for line in lines_of(full) if line.boxed] or level == "brief"
    told = [replace(line, label="") for line in lines_of(in_detail(full, "every rule"))]
    assert told == [replace(line, label="") for line in lines_of(full)]


@pytest.mark.parametrize("name", NAMES)
def test_brief_keeps_every_result(name: str) -> None:
    full, brief = (in_detail(api.solve(f"exercises/{name}.yaml"), level) for level in ("every rule", "brief"))
    assert [line.chain[-1][1] for line in lines_of(full) if line.boxed] == [
        line.chain[-1][1] for line in lines_of(brief) if line.boxed
    ]
    assert all(len(line.chain) <= 2 for line in lines_of(brief))


def test_what_is_left_out_of_a_chain_keeps_its_relation() -> None:
    a, b, c = Name("a"), Name("b"), Name("c")
    assert shortened((("=", a), ("=", b), ("=", num(2)))) == (("=", b), ("=", num(2)))
    assert shortened((("=", a), ("≈", add(num(1), num(2))), ("=", num(3)))) == (("=", a), ("≈", num(3)))
    assert shortened((("←", a), ("=", b), ("=", c))) == (("←", c),)
    assert shortened(
        (
            ("←", a),
            ("≈", Num(num(2).value)),
        )
    ) == (("←", a), ("≈", num(2)))  # type: ignore[attr-defined]


def test_all_lines_are_numbered_where_the_exercise_says_so(tmp_path: Path) -> None:
    text = Path("exercises/net_and_out.yaml").read_text(encoding="utf-8")
    few, all_of_them = api.to_tex(api.solve(text)), api.to_tex(api.solve(text + "\nequation numbers: all\n"))
    count = all_of_them.count(r"num{eq:")
    assert few.count(r"num{eq:") < count
    assert count == sum(line.left is not None for line in lines_of(api.solve(text)))


@needs_engine
def test_every_exercise_at_every_level_and_with_all_lines_numbered_fits_the_page(tmp_path: Path) -> None:
    """The level that an exercise has by itself is among the sheets of test_pages.py."""
    texts = [path.read_text(encoding="utf-8") for path in EXERCISES]
    texts = [t if "equation numbers:" in t else t + "\nequation numbers: all\n" for t in texts]
    numbered = [api.to_tex(api.solve(text), prefix=f"numbered-{k}-") for k, text in enumerate(texts)]
    plain = {api.to_tex(s, prefix=f"{k}-") for k, s in enumerate(in_style(0))}
    sheets = {api.to_tex(s, detail=level, prefix=f"{k}-") for level in DETAILS for k, s in enumerate(in_style(0))}
    assert len(sheets) > 2 * len(EXERCISES) and plain <= sheets
    made = set_together([*numbered, *sorted(sheets - plain)], tmp_path / "all.pdf", engine="embedded")
    assert made.overfull == ()
