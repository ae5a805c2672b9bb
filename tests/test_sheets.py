"""Problem, hints and faded sheets: what they show, and above all what they do not."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from symprop import api, sheets
from symprop.errors import SympropError
from symprop.model.exercise import Fading
from symprop.model.solution import Line, Lines, Phrase, Prose, Solution, Table, Worked, phrase
from symprop.notation import latex
from symprop.render import render_tex
from symprop.render.blanks import blank
from symprop.render.formulas import printer
from symprop.render.width import millimetres
from symprop.sheets.fading import faded, is_name, tells_nothing
from symprop.written import Deriv, Name, Num, Written, num
from tests.golden import EXERCISES, ROOT

NAMES = [path.stem for path in EXERCISES]
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")


@cache
def solved(name: str) -> Solution:
    return api.solve(ROOT / "exercises" / f"{name}.yaml")


def body(tex: str) -> str:
    """What is printed: no preamble, no comments, no lengths, of figures only the words and formulas."""
    text = tex.partition("\n\\begin{document}")[2]
    text = re.sub(r"\\(?:node|draw|path|fill)\b[^{;]*", " ", text)
    text = re.sub(r"(?m)^\s*%.*\n", "", text)
    return re.sub(r"\\setlength\\\w+\{.*?\}|\\(?:tall)?blank\{.*?\}", "", text)


def formulas_of(solution: Solution) -> set[Written]:
    """Everything that was worked out."""
    found: set[Written] = set()
    for part in solution.parts:
        for worked in part.worked:
            for answer in worked.answers:
                found.add(answer.formula)
            for block in worked.blocks:
                if isinstance(block, Lines):
                    found |= {f for line in block.lines for _, f in line.chain}
                elif isinstance(block, Table):
                    found |= {c for row in block.rows for c in row[1:] if isinstance(c, Written)}
    assert found
    return found


# ---- the problem


def spoilt(solution: Solution) -> Solution:
    """The same exercise with another solution altogether."""
    other = Lines((Line(Name("q"), (("=", num("12345.678")),), (phrase("chain"),), boxed=True),))
    parts = tuple(
        replace(
            p, worked=tuple(Worked(w.task, (other,), (), (phrase("unchanged"),)) for w in p.worked), certificate=None
        )
        for p in solution.parts
    )
    return replace(solution, parts=parts, values={"q": "12345.678"})


@pytest.mark.parametrize("name", NAMES)
def test_the_problem_sheet_does_not_depend_on_the_solution(name: str) -> None:
    """Non-interference: whatever was worked, the sheet is the same, so nothing of it can be on the sheet."""
    solution = solved(name)
    assert render_tex(solution) != render_tex(spoilt(solution))
    assert sheets.sheet_of(solution, "problem") == sheets.sheet_of(spoilt(solution), "problem"), "nothing to be shown"
    assert render_tex(solution, sheet="problem") == render_tex(spoilt(solution), sheet="problem")


def foreign_numbers(name: str, sheet: str) -> set[Fraction]:
    """Numbers in the sheet, outside indices and exponents, that the author did not write, in whatever spelling."""
    text = (ROOT / "exercises" / f"{name}.yaml").read_text(encoding="utf-8")
    written = {Fraction(n) for n in re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", text)}
    mantissas = {Fraction(n) for n in re.findall(r"\d+(?:\.\d+)?", text)}
    shown = re.sub(r"[_^](?:\{[^{}]*\}|\w)", "", body(render_tex(solved(name), sheet=sheet)))
    shown = re.sub(r"\\times 10|\\begin\{alignat\*\}\{\d\}|\{\d-\w\}", "", shown)
    return {Fraction(n) for n in NUMBER.findall(shown)} - written - mantissas - {Fraction(0), Fraction(1)}


def test_the_problem_sheet_has_no_number_that_the_author_did_not_write() -> None:
    """The statement itself is looked at too; the key has such numbers, so the check can fail."""
    assert {name: found for name in NAMES if (found := foreign_numbers(name, "problem"))} == {}
    assert sum(bool(foreign_numbers(name, "key")) for name in NAMES) > len(NAMES) / 2


@pytest.mark.parametrize("name", NAMES)
def test_no_formula_of_the_solution_is_on_the_problem_sheet(name: str) -> None:
    """But for those that the exercise itself holds: its equations, given values, functions, questions and texts."""
    solution = solved(name)
    text = body(render_tex(solution, sheet="problem"))
    shown = set()
    for part in solution.parts:
        tex = printer(part.part)
        own = [e.right for e in part.part.equations] + [e.left for e in part.part.equations]
        own += [*part.part.given.values(), *part.part.upstream.values(), *part.part.given]
        own += [d.body for d in part.part.vocabulary.functions.values() if d.body is not None]
        given = {latex(g) for f in own for g in f.walk()}
        for formula in formulas_of(replace(solution, parts=(part,))):
            for printed in (str(tex.display(formula)), str(tex.slashed(formula))):
                if len(printed) > 8 and latex(formula) not in given and printed in text:
                    shown.add(printed)
    assert not {s for s in shown if not any(s in author for author in authors(solution))}


def authors(solution: Solution) -> list[str]:
    """Derivatives that are asked for stand in the questions."""
    tasks = [t for p in solution.parts for t in p.part.tasks]
    asked = [f for t in tasks for f in (*t.formulas, *(Deriv(a, (b,)) for a in t.targets for b in t.by))]
    style = printer(solution.parts[0].part)
    return [str(style.slashed(f)) for f in asked]


def test_the_problem_sheet_has_the_tasks_and_no_answers() -> None:
    text = body(render_tex(solved("relu_delta"), sheet="problem"))
    assert text.count(r"\item") == 4 and r"\answer" not in text and r"\result" not in text
    assert r"\certificate" not in text and "Exercise sheet" in text


# ---- points


def with_points(*points: str) -> Solution:
    solution = solved("relu_delta")
    (part,) = solution.parts
    tasks = [replace(w, task=replace(w.task, points=p)) for w, p in zip(part.worked, points, strict=True)]
    return replace(solution, parts=(replace(part, worked=tuple(tasks)),))


@pytest.mark.parametrize(("sheet", "times"), [("problem", 1), ("hints", 1), ("key", 2), ("faded", 2)])
def test_points_stand_in_the_margin_of_every_sheet(sheet: str, times: int) -> None:
    text = body(render_tex(with_points("1", "4", "2.5", ""), sheet=sheet))
    for worth in (r"\worth{1~point}", r"\worth{4~points}", r"\worth{$2.5$~points}"):
        assert text.count(worth) == times
    assert text.count(r"\worth") == 3 * times
    assert r"\worth{$2{,}5$~Punkte}" in render_tex(with_points("1", "4", "2.5", ""), sheet=sheet, language="de")


# ---- hints


def values_in(said: Phrase) -> list[Any]:
    out: list[Any] = []
    for _, value in said.data:
        for item in value if isinstance(value, tuple) else (value,):
            out += values_in(item) if isinstance(item, Phrase) else [item]
    return out


@pytest.mark.parametrize("name", NAMES)
def test_every_task_has_hints_and_no_hint_holds_a_formula_or_a_value(name: str) -> None:
    for part in sheets.sheet_of(solved(name), "hints").parts:
        for worked in part.worked:
            said = [p for block in worked.blocks if isinstance(block, Prose) for p in block.phrases]
            assert said or not part.part.equations, worked.task.label
            assert len(said) == len(set(said)) == len(worked.blocks)
            for hint in said:
                assert hint.code.startswith("hint-")
                for value in values_in(hint):
                    assert not isinstance(value, Written) or is_name(value), (hint.code, value)
            assert not worked.answers and not worked.remarks


def hints(name: str, task: int, part: int = 0) -> dict[str, dict[str, Any]]:
    worked = sheets.sheet_of(solved(name), "hints").parts[part].worked[task]
    return {p.code: dict(p.data) for b in worked.blocks if isinstance(b, Prose) for p in b.phrases}


def test_hints_tell_the_way_of_this_solution() -> None:
    found = hints("itakura_saito", 3)
    assert found["hint-only-through"]["child"] == Name("z", sub="6")
    assert found["hint-paths"]["n"] == 3 and len(found["hint-path-names"]["paths"]) == 3
    assert found["hint-known"]["part"] == "a"
    assert "hint-fan-out" not in found, "the paths are listed already"
    assert hints("relu_delta", 1)["hint-fan-out"]["n"] == 2
    assert set(hints("relu_delta", 0)) == {"hint-start", "hint-order", "hint-sign"}
    assert "hint-sign" not in hints("sigmoid_network", 0), "a sigmoid has no switch"


def test_the_derivatives_of_an_earlier_part_serve_an_update_only_at_its_own_values() -> None:
    assert hints("diverging_step", 2)["hint-derivatives-from"]["part"] == ("b",)
    later = hints("diverging_step", 4)
    assert "hint-derivatives-from" not in later and later["hint-derivatives-as"]["part"] == ("b",)


# ---- blanks


@pytest.mark.parametrize(
    ("tex", "blanks", "kept"),
    [
        (r"= a + b \approx 2.5", 2, r"= \blank{@} \approx \blank{@}"),
        (r"= \frac{a = b}{c}", 1, r"= \tallblank{@}"),
        (r"= \sigma'(z)\,(1 = 2)", 1, r"= \blank{@}"),
        (r"\pos \result{0.1}", 1, r"\result{\blank{@}}"),
        (r"\result[{-0.6225}]{\pos 1}", 1, r"\result{\blank{@}}"),
        (r"\unframed{\pos 0.1}", 1, r"\unframed{\blank{@}}"),
        (r"= a = \result{b}", 2, r"= \blank{@} = \result{\blank{@}}"),
        (r"\result{w \gets w - 2}", 1, r"\result{w \gets \blank{@}}"),
        (r"\hphantom{{}={}}+ a b", 1, r"\blank{@}"),
        (r"= \result{\begin{aligned}[t]&a + b \\ &+ c\end{aligned}}", 2,
         r"= \result{\begin{aligned}[t]&\blank{@} \\ &\blank{@}\end{aligned}}"),
    ],
)  # fmt: skip
def test_a_blank_hides_every_side_and_keeps_the_relations(tex: str, blanks: int, kept: str) -> None:
    out = blank(tex)
    assert re.sub(r"blank\{[\d.]+mm\}", "blank{@}", out) == kept and out.count("blank{") == blanks


def test_a_blank_is_as_wide_as_what_it_hides() -> None:
    assert blank("w_1 x + b_1") == rf"\blank{{{millimetres('w_1 x + b_1'):.1f}mm}}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("percent", [100, 50])
def test_what_a_blank_hides_is_not_in_the_tex(name: str, percent: int) -> None:
    """The rows, reasons and remarks after the first blank hold no number that stands nowhere before it."""
    solution = solved(name)
    text = body(render_tex(solution, sheet="faded", fade=Fading(percent)))
    for part in solution.parts:
        shown = faded(part, Fading(percent))
        seen = {f for b in part.statement if isinstance(b, Lines) for line in b.lines for _, f in line.chain}
        seen |= {*part.part.given.values(), *part.part.given}
        hidden: set[Written] = set()
        for worked in shown.worked:
            whole = [replace(w, checks=()) for w in part.worked]  # a check tells the result again
            assert all(tells_nothing(r) for r in worked.remarks) or worked in whole
            for block in worked.blocks:
                if isinstance(block, Lines):
                    for line in block.lines:
                        (hidden if line.hidden else seen).update(f for _, f in line.chain)
                elif isinstance(block, Table):
                    for r, row in enumerate(block.rows):
                        (hidden if r in block.hidden else seen).update(c for c in row[1:] if isinstance(c, Written))
        open_parts = {g for f in seen for g in f.walk()}
        style = printer(part.part)
        for formula in hidden - open_parts:
            printed = str(style.display(formula))
            if isinstance(formula, Num) and len(printed) > 4:
                others = {str(style.display(g)) for g in open_parts}
                assert printed in others or not re.search(rf"(?<![\d.]){re.escape(printed)}(?!\d)", text), printed
        assert hidden


def test_the_last_steps_are_blanked_first_and_as_many_as_asked() -> None:
    (part,) = solved("relu_delta").parts

    def hidden(fade: Fading) -> list[bool]:
        blocks = [b for w in faded(part, fade).worked for b in w.blocks if isinstance(b, Lines)]
        return [line.hidden for b in blocks for line in b.lines]

    rows = hidden(Fading(0))
    assert len(rows) == 28 and not any(rows)
    for fade, count in ((Fading(3, "steps"), 3), (Fading(50), 14), (Fading(100), 28), (Fading(99, "steps"), 28)):
        assert hidden(fade) == [False] * (28 - count) + [True] * count


def test_the_layout_of_the_faded_sheet_is_that_of_the_key() -> None:
    """Row for row: the same displays, the same columns, the same left sides."""
    solution = solved("relu_delta")
    key, sheet = body(render_tex(solution)), body(render_tex(solution, sheet="faded", fade=Fading(100)))
    for pattern in (r"\\begin\{alignat\*\}\{\d\}", r"(?m)^  (.*?) &  ?(?:=|\\gets|\\approx)"):
        rows = re.findall(pattern, key)
        assert len(rows) > 4 and rows == re.findall(pattern, sheet)


def test_fading_is_chosen_in_the_file_or_by_an_option(tmp_path: Path) -> None:
    text = "equations: |\n  z = w x\n  y = tanh(z)\nparameters: {w: 2}\ngiven: {x: 1}\ntasks: [forward]\n"
    assert api.load(text + "fade: 1\n").parts[0].fade == Fading(1, "steps")
    assert api.load(text + "fade: 25 %\n").parts[0].fade == Fading(25)
    with pytest.raises(
        SympropError, match=r"fade: steps \(6\), per cent \(50%\) or rows of tasks .* were expected, found 'half'"
    ):
        api.load(text + "fade: half\n")
    with pytest.raises(SympropError, match="found '150%'"):
        api.fading("150%")
    solution = api.solve(text + "fade: 1\n")
    count = re.compile(r"(?<!newcommand)\\(?:tall)?blank\{\d")
    assert len(count.findall(api.to_tex(solution, sheet="faded"))) == 3
    assert len(count.findall(api.to_tex(solution, sheet="faded", fade="2"))) == 6
    assert not count.findall(api.to_tex(solution, sheet="faded", fade="0"))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a3", (("a", 3, 3),)),
        ("a3 b2-5 d", (("a", 3, 3), ("b", 2, 5), ("d", 0, 0))),
        ("a 1 - 2, c", (("a", 1, 2), ("c", 0, 0))),
    ],
)
def test_rows_can_be_chosen_for_blanks(text: str, rows: tuple[tuple[str, int, int], ...]) -> None:
    assert api.fading(text) == Fading(len(rows), "rows", rows)


@pytest.mark.parametrize("text", ["a0", "a5-2", "3-4", "abc", "a3 7", "a-2", ""])
def test_what_names_no_rows_is_refused(text: str) -> None:
    with pytest.raises(SympropError, match="fade"):
        api.fading(text)


def test_chosen_rows_are_blank_and_the_others_stand() -> None:
    (part,) = solved("relu_delta").parts
    sheet = faded(part, api.fading("a3 b2-4 d"))

    def hidden(task: int) -> list[int]:
        lines = [line for b in sheet.worked[task].blocks if isinstance(b, Lines) for line in b.lines]
        return [k for k, line in enumerate(lines, 1) if line.hidden]

    assert hidden(0) == [3] and hidden(1) == [2, 3, 4] and hidden(2) == [] and hidden(3) == list(range(1, 8))
    assert part.worked[1].remarks and not any(sheet.worked[k].remarks for k in (0, 1, 3))
    tex = api.to_tex(solved("relu_delta"), sheet="faded", fade="a3")
    assert "= -1.3" in tex and len(re.findall(r"(?<!newcommand)\\(?:tall)?blank\{\d", tex)) == 3
    with pytest.raises(SympropError, match=r"there is no row a99: task \(a\) has 7 rows"):
        api.to_tex(solved("relu_delta"), sheet="faded", fade="a99")
    with pytest.raises(SympropError, match=r"there is no task \(z\)"):
        api.to_tex(solved("relu_delta"), sheet="faded", fade="z1")


def test_a_program_that_is_left_blank_leaves_room_to_write() -> None:
    key, faded = (body(api.to_tex(solved("sigmoid_network"), sheet=sheet)) for sheet in ("key", "faded"))
    assert key.count(r"\codegap") < 8 and faded.count(r"\codegap") > 15 and r"\codeline" not in faded


# ---- the class exam


def test_an_exam_document_has_questions_parts_points_and_solutions() -> None:
    solution = with_points("1", "4", "2.5", "")
    key, sheet = (api.to_tex(solution, document_class="exam", sheet=s) for s in ("key", "problem"))
    assert r"\documentclass[11pt,a4paper]{exam}" in key
    assert key.count(r"\question ") + key.count("\\question\n") == 1 and body(key).count(r"\part") >= 4
    assert r"\part[1] " in key and r"\part[4] " in key and r"\part[2\half] " in key
    assert key.count(r"\begin{solution}") == key.count(r"\end{solution}") == 4
    different = [(a, b) for a, b in zip(key.split("\n"), sheet.split("\n"), strict=True) if a != b]
    assert [a.partition("{")[0].strip() for a, _ in different] == [
        r"\printanswers % with a % before it the sheet shows the questions only",
        r"\sheet",
    ]
    assert different[0][1] == "% " + different[0][0]


def test_an_exam_with_hints_holds_no_answer_and_a_faded_one_no_hidden_step() -> None:
    solution = solved("relu_delta")
    key, plain = (api.to_tex(solution, document_class="exam", sheet=s) for s in ("key", "hints"))
    hints = body(plain)
    assert hints.count(r"\begin{hints}") == 4 and r"\begin{solution}" not in hints
    assert hints.count(r"\part ") == 4 and "-1.3" in key and "-1.3" not in hints
    faded = api.to_tex(solution, document_class="exam", sheet="faded", fade="100%")
    assert r"\begin{solution}" in faded and len(re.findall(r"\\blank\{\d", faded)) > 30 and "-1.3" not in faded


def test_an_exam_is_set_by_an_engine_that_has_the_class_or_refused_with_the_way_to_get_it(tmp_path: Path) -> None:
    from symprop.errors import ToolError
    from symprop.render import engines
    from symprop.render.exam import has_exam

    out = tmp_path / "exam.pdf"
    there = [e for name in engines.ENGINES if (e := engines.find(name)) and has_exam(e)]
    if there:
        api.to_pdf(solved("on_the_kink"), out, document_class="exam")
        assert out.read_bytes().startswith(b"%PDF")
    else:
        with pytest.raises(ToolError, match="texlive-latex-extra"):
            api.to_pdf(solved("on_the_kink"), out, document_class="exam")
        assert not out.exists()


def test_unknown_sheets_and_classes_are_refused() -> None:
    with pytest.raises(SympropError, match="there is no sheet 'solution'"):
        api.to_tex(solved("relu_delta"), sheet="solution")
    with pytest.raises(SympropError, match="there is no class 'book'"):
        api.to_tex(solved("relu_delta"), document_class="book")


def test_a_question_asks_for_the_derivative_and_not_for_its_name() -> None:
    sheet, key = (body(api.to_tex(solved("skip_connection"), sheet=s)) for s in ("problem", "key"))
    assert r"Find $\partial L/\partial z_2$." in sheet and "$L'$" not in sheet
    assert r"{Derivative $\partial L/\partial z_2$}" in key and "for short it is called $L'$" in key
    worded = (ROOT / "exercises" / "skip_connection.yaml").read_text(encoding="utf-8")
    worded = worded.replace("  - derivative: dL/dz_2\n", "  - derivative: dL/dz_2\n    words: Find $L'$.\n", 1)
    worded = worded.replace("tasks:", "names: {dL/dz_2: L'}\ntasks:")
    assert "Find $L'$." in body(api.to_tex(api.solve(worded), sheet="problem"))
