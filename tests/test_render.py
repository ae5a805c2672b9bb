"""The page as TeX and as JSON: every block, sentences from the words file, breaks, numbers of lines."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from symprop import api
from symprop.errors import UnsupportedError
from symprop.model.exercise import Part, Task
from symprop.model.solution import Line, Lines, Phrase, Program, Prose, Table, Worked, phrase
from symprop.names import Vocabulary
from symprop.reader import read
from symprop.render import render_json, render_tex
from symprop.render.breaking import broken
from symprop.render.environment import template_folder, tex_environment
from symprop.render.escape import Tex
from symprop.render.formulas import printer
from symprop.render.json import TextStyle
from symprop.render.layout import Cell, Entry, Measure, Row, _framed, display
from symprop.render.listing import listing
from symprop.render.questions import codes_of, data_of, heading, question
from symprop.render.reasons import column
from symprop.render.styles import PlainStyle, TexStyle, sentences, unclashed
from symprop.render.width import millimetres
from symprop.render.words import Words, load_words
from symprop.written import Name, num
from tests import solutions
from tests.solutions import L, d, page, w1, yhat, z1

KINDS = ("count", "forward", "local", "derivative", "gradient", "second", "update", "find", "forward-again", "program")
PART = page().parts[0].part
WORDS = load_words("en")
STYLE = TexStyle(printer(None), Vocabulary(open=True), {"dy": "{eq:1}{1}"}, {"a": ("1-a", "(a)")})


@pytest.fixture(scope="module")
def tex() -> str:
    return render_tex(page())


def body(tex: str) -> str:
    return tex.partition("\n\\begin{document}")[2]


# ---- the page


def test_every_task_has_its_heading_and_every_answer_stands_in_a_frame(tex: str) -> None:
    tasks = page().parts[0].worked
    for worked in tasks:
        assert f"{{({worked.task.label})}}" in tex
    assert body(tex).count(r"\result") >= sum(line.boxed for line in all_lines())


def all_lines() -> list[Line]:
    blocks = [b for w in page().parts[0].worked for b in w.blocks]
    lines = [line for b in blocks if isinstance(b, Lines) for line in b.lines]
    assert lines
    return lines


def test_only_cited_lines_are_numbered(tex: str) -> None:
    labels = re.findall(r"\\(?:whynum|eqnum)\{(eq:\d+)\}", body(tex))
    assert sorted(labels) == ["eq:1", "eq:2"]
    assert set(re.findall(r"\\eqlink\{(.*?)\}", body(tex))) == set(labels)


def test_a_page_that_cites_nothing_has_no_room_for_numbers() -> None:
    text = render_tex(page(solutions.update()))
    assert r"\setlength\numwidth{9mm}" not in text and r"\eqnum" not in body(text)


def test_a_display_follows_a_sentence_without_a_blank_line(tex: str) -> None:
    lines = body(tex).split("\n")
    starts = [k for k, line in enumerate(lines) if line.startswith(r"\begin{alignat*}")]
    assert len(starts) >= 5
    for k in starts:
        assert lines[k - 1].strip(), "a blank line before a display"
        assert not lines[k - 1].startswith((r"\answer", r"\heading", r"\begin{document}", r"\end{alignat*}"))


def test_each_task_says_where_it_was_written(tex: str) -> None:
    for worked in page().parts[0].worked:
        assert tex.count(f"% page.yaml:{worked.task.place.line}\n") == 2
    assert "/somewhere" not in tex


def test_the_page_ends_with_what_was_checked(tex: str) -> None:
    last = tex.rstrip().split("\n")[-3]
    assert last.startswith(r"\certificate{") and "31" in last and "-49" in last and "directional" in last


def test_the_same_solution_is_the_same_text() -> None:
    program = (
        "from tests.solutions import page; from symprop.render import *; print(render_tex(page()), render_json(page()))"
    )
    root = Path(__file__).resolve().parents[1]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(root)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1 and len(outputs.pop()) > 10_000


def test_a_formula_in_an_authors_text_is_read_and_printed() -> None:
    text = render_tex(page(text="The weight $w_1$ costs 5 $ a piece."))
    assert "The weight $w_1$ costs 5 \\$ a piece." in text


def test_an_untitled_exercise_has_a_title() -> None:
    assert r"\sheet{Worked solution}{Exercise}{Exercise}" in render_tex(page(solutions.count(), title=" "))


def test_answers_without_a_frame_in_the_working_get_one() -> None:
    worked = Worked(Task("derivative", by=(w1,), label="a"), (), page().parts[0].worked[1].answers)
    text = body(render_tex(page(worked)))
    assert r"\result{\frac{\partial L}{\partial w_1} = 7.68}" in text


def test_short_equations_of_the_statement_stand_two_a_row() -> None:
    plain = page()
    part = replace(plain.parts[0], part=replace(PART, figure="none"))
    statement = body(render_tex(replace(plain, parts=(part,)))).partition(r"\begin{tasks}")[0]
    assert statement.count(r"\\") == 1 and statement.count(r"\qquad") == 2


def test_parts_have_headings_and_anchors_of_their_own() -> None:
    one = page(solutions.forward(), solutions.update())
    text = render_tex(
        replace(one, parts=(one.parts[0], replace(one.parts[0], part=replace(PART, label="B", title="&"))))
    )
    assert r"\heading{Part 1}{Part 1}" in text and r"\heading{Part B: \&}{Part B: \&}" in text
    anchors = re.findall(r"\\answer\{(.*?)\}", body(text))
    assert anchors == ["1-a", "1-d", "2-a", "2-d"]


# ---- long formulas


@pytest.mark.parametrize("terms", [1, 2, 5, 9, 40])
@pytest.mark.parametrize(("first", "rest"), [(150, 150), (95, 150), (40, 60), (20, 20)])
def test_each_row_of_a_broken_formula_fits_and_closes_what_it_opens(terms: int, first: float, rest: float) -> None:
    rows = broken(solutions.long_formula(terms), first, rest, printer(None).display)
    assert millimetres(rows[0]) <= max(first, rest) + 1
    assert all(millimetres(row) <= rest + 1 for row in rows[1:])
    whole = "".join(rows)
    assert whole.count(r"\bigl") == whole.count(r"\bigr") and whole.count("{") == whole.count("}")
    assert whole.count("sigma") == terms + 1, "a factor was lost"


NESTED = {
    "a power of a function": "tanh({})^2",
    "a function of a fraction": "exp(-({})^2/2)",
    "a power of a function with brackets": "exp(-({})/2)^2",
    "a logarithm": "ln(1 + sqrt({}))",
    "a root": "sqrt({})",
    "an absolute value": "|{}|",
    "a power of e": "e^(-({}))",
    "a long denominator": "x/(1 + {})",
    "two long sides": "({}) x/(1 + {})",
    "a negative fraction": "-({})/(1 + {})",
    "nine functions": "tanh(x + tanh(x + tanh(x + tanh(x + tanh(x + tanh(x + tanh(x + tanh(x + tanh({})))))))))",
}


@pytest.mark.parametrize("what", NESTED)
def test_nested_formulas_are_broken_and_not_made_smaller(what: str) -> None:
    terms = " + ".join(f"w_{k} x_{k}" for k in range(1, 20))
    formula = read(NESTED[what].replace("{}", terms), Vocabulary(open=True))
    rows = broken(formula, 100, 120, printer(None).display)
    assert len(rows) > 1 and not any("squeeze" in row for row in rows)
    assert all(millimetres(row) <= 121 for row in rows)
    whole = "".join(rows)
    assert whole.count(r"\bigl") == whole.count(r"\bigr") and whole.count("{") == whole.count("}")
    for k in range(1, 20):
        assert whole.count(f"w_{{{k}}}" if k > 9 else f"w_{k} ") == NESTED[what].count("{}")


def test_in_a_narrow_column_a_little_too_wide_is_made_smaller() -> None:
    formula = read("tanh(w tanh(u tanh(v x)))", Vocabulary(open=True))
    tex = printer(None).display
    width = millimetres(tex(formula))
    assert len(broken(formula, width / 1.1, width / 1.1 + 5, tex)) == 1
    assert len(broken(formula, width / 1.5, width / 1.5 + 5, tex)) > 1


def test_a_formula_that_fits_is_left_alone() -> None:
    f = solutions.long_formula(1)
    assert broken(f, 150, 150, printer(None).display) == [printer(None).display(f)]


# ---- words


def test_lists_plurals_numbers_and_citations() -> None:
    names = (z1, w1, yhat)
    assert WORDS.say(phrase("count", n=1, functions=names[:1]), STYLE) == "There is one function, $z_1$."
    assert WORDS.say(phrase("count", n=3, functions=names), STYLE).endswith(r"$z_1$, $w_1$ and $\hat y$.")
    assert WORDS.say(phrase("paths-add", paths=2, z=z1), STYLE) == "both paths from $z_1$ add~up"
    assert WORDS.say(phrase("paths-add", paths=3, z=z1), STYLE) == "all three paths from $z_1$ add~up"
    assert WORDS.say(phrase("path-edge", names=(z1, yhat)), TextStyle()).endswith(r"z_1 $\to$ yhat")
    assert WORDS.say(phrase("by", lines="dy"), STYLE) == r"by~\eqlink{eq:1}{1}"
    assert WORDS.say(phrase("from-part", part="a"), STYLE) == r"from \partref{1-a}{(a)}"
    assert WORDS.say(phrase("from-part", part="a"), TextStyle()) == "from (a)"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (phrase("no-such-code"), "missing"),
        (phrase("relu-on", z=z1), "{f}"),
        (phrase("count", functions=(z1,)), "{n}"),
        (phrase("by", lines="nowhere"), "nowhere"),
        (phrase("from-part", part="z"), "'z'"),
        (phrase("relu-on", z=0.5, f=z1), "float"),
        (phrase("relu-on", z=True, f=z1), "bool"),
        (phrase("sigmoid-slope", f="f", rule="漢字"), "U+6F22"),
    ],
    ids=lambda value: value.code if isinstance(value, Phrase) else None,
)
def test_a_sentence_that_cannot_be_said_is_an_error(bad: Phrase, says: str) -> None:
    with pytest.raises(UnsupportedError, match=re.escape(says)):
        render_tex(page(Worked(Task("forward", label="a"), (Prose((bad,)),))))


def test_every_sentence_of_the_words_file_can_be_read() -> None:
    styles: tuple[Any, ...] = (STYLE, PlainStyle(), TextStyle())
    said = 0
    for section in ("phrases", "questions", "titles", "leads"):
        assert WORDS.codes(section)
        for code in WORDS.codes(section):
            specs = WORDS.placeholders(code, section)
            data: dict[str, Any] = {
                f: {"ref": "dy", "part": "a", "word": 4, "path": (z1, L)}.get(s, z1) for f, s in specs.items()
            }
            entry = WORDS.table[section][code]
            if isinstance(entry, dict):
                data |= {entry["by"]: (z1, w1, L, yhat) if specs.get(entry["by"]) in ("list", "or") else 4}
            for style in styles:
                assert WORDS.entry(section, code, data, style).strip(), code
                said += 1
    assert said > 150


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_task_has_a_question_and_a_heading(kind: str) -> None:
    part = page().parts[0].part
    variants = (
        Task(kind, by=(w1,)),
        Task(kind, by=(w1, z1, L, yhat, Name("b"))),
        Task(kind, everything=True, steps=3),
        Task(kind, by=(w1,), vector=True, vector_name=Name("w")),
        Task(kind, formulas=(num(2), num(3)), at=({z1: num(1)},)),
    )
    for task in variants:
        assert question(task, part, WORDS, STYLE).endswith((".", "?"))
        assert heading(task, part, WORDS, STYLE)[0].isalpha() or heading(task, part, WORDS, STYLE)[0] == "$"


def test_the_most_special_wording_is_tried_first() -> None:
    task = Task("update", everything=True, steps=4)
    part = page().parts[0].part
    assert codes_of(task, data_of(task, part), heading=False)[0] == "update-all-steps"
    assert question(task, part, WORDS, TextStyle()) == "Take four steps of gradient descent on every parameter."
    worded = Task("update", words="Do it.", points="1")
    assert question(worded, part, WORDS, TextStyle()) == "Do it."


def test_two_equal_codes_in_a_words_file_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.yaml").write_text("phrases:\n  chain: a\n  chain: b\n", encoding="utf-8")
    with pytest.raises(UnsupportedError, match="twice"):
        load_words("en", tmp_path)


def test_a_language_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match=r"words/xx\.yaml"):
        render_tex(page(), language="xx")


# ---- templates


def test_every_block_has_a_template() -> None:
    folder = template_folder() / "latex"
    for block in (
        "document",
        "preamble",
        "statement",
        "answer",
        "prose",
        "lines",
        "pairs",
        "table",
        "program",
        "result",
    ):
        assert (folder / f"{block}.tex.j2").is_file()


def test_a_folder_of_ones_own_wins_over_ours(tmp_path: Path) -> None:
    (tmp_path / "latex").mkdir()
    (tmp_path / "words").mkdir()
    (tmp_path / "latex" / "prose.tex.j2").write_text("%# mine\nPROSE \\VAR{block.text}\n", encoding="utf-8")
    (tmp_path / "words" / "en.yaml").write_text("phrases: {forward-order: 'Eins nach dem andern.'}\n", encoding="utf-8")
    text = render_tex(page(), look=tmp_path)
    assert "PROSE Eins nach dem andern." in text and "Worked solution" in text


@pytest.mark.parametrize(
    "template",
    ["\\VAR{block.nothing}", "\\VAR{nothing}", "\\VAR{1.5}", "\\VAR{block.__class__.__mro__}", "\\VAR{none}"],
)
def test_a_template_cannot_print_what_is_not_there_or_not_text(template: str) -> None:
    from jinja2 import TemplateError

    with pytest.raises((TemplateError, UnsupportedError)):
        tex_environment().from_string(template).render(block={"text": Tex("x")})


def test_text_in_a_template_is_escaped_unless_it_is_tex() -> None:
    template = tex_environment().from_string("\\VAR{a} \\VAR{b} \\VAR{a ~ b} \\VAR{3}")
    assert template.render(a="x_1", b=Tex("$y$")) == r"x\_1 $y$ x\_1\$y\$ 3"


def test_a_name_of_a_template_cannot_leave_the_folder() -> None:
    from jinja2 import TemplateNotFound

    with pytest.raises(TemplateNotFound):
        tex_environment().get_template("../words/en.yaml")


# ---- tables


def test_numbers_of_a_column_stand_at_the_point() -> None:
    column = tuple((num(v),) for v in ("-0.8", "12.25", "3"))
    text = body(render_tex(page(Worked(Task("local", label="a"), (Table((phrase("column-value"),), column),)))))
    assert r"\phantom{0}{-}0.8" in text and r"\phantom{{-}}12.25" in text and r"\phantom{0{-}}3" in text


# ---- JSON


def test_json_holds_everything_that_the_page_shows() -> None:
    record = json.loads(render_json(page()))
    assert record["format"] == "symprop solution" and record["exercise"]["file"] == "page.yaml"
    (part,) = record["parts"]
    assert [t["label"] for t in part["tasks"]] == list("abcdefg")
    assert part["certificate"] == {"relations": 31, "deviation": "3.14159e-49", "routes": ["directional"]}
    assert {b["type"] for t in part["tasks"] for b in t["blocks"]} == {"prose", "lines", "table", "program"}
    answer = part["tasks"][0]["answers"][0]
    assert answer["value"] == "5.12" and answer["formula"]["text"] == "5.12" and answer["quantity"]["latex"] == "L"
    assert part["tasks"][0]["remarks"][0]["code"] == "loss-fell"
    assert record["values"] == {"L": "5.12"}


def test_every_formula_in_the_json_is_there_as_text_and_as_latex() -> None:
    found = 0
    stack: list[Any] = [json.loads(render_json(page()))]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "latex" in item:
                assert set(item) == {"text", "latex"} and item["text"] and item["latex"]
                found += 1
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    assert found > 100


def test_words_are_looked_up_once_and_shared() -> None:
    assert load_words("en") is WORDS and isinstance(WORDS, Words)
    assert d(L, z1) != d(L, w1) and Part((), Vocabulary()).label == ""


# ---- how a page is filled


def test_sentences_one_after_the_other_have_their_colon_before_the_display() -> None:
    assert sentences(["By paths:", "There are three."], True) == "By paths. There are three:"
    assert sentences(["By paths:", "There are three."], False) == "By paths. There are three."
    assert sentences(["From L backwards:"], True) == "From L backwards:"


def test_remarks_of_one_kind_make_one_paragraph() -> None:
    remarks = tuple(phrase("loss-fell", loss=L, old=num(4), new=num(v), percent=num(25 * (4 - v))) for v in (3, 2))
    text = body(render_tex(page(Worked(Task("forward", label="a"), (), (), remarks))))
    assert text.count(r"\runin{Remark}") == 1 and text.count("\\%") == 2


def test_a_single_task_has_no_letter() -> None:
    assert r"\answer{1-a}{}{Forward pass}" in render_tex(page(solutions.forward()))


def test_a_page_never_ends_inside_a_line_or_beside_its_first_or_last_row(tex: str) -> None:
    for shown in re.findall(r"\\begin\{alignat\*\}\{\d\}\n(.*?)\\end\{alignat\*\}", body(tex), re.DOTALL):
        rows = shown.rstrip("\n").split("\n")
        kept = [row.removesuffix(r"[\tallgap]").endswith(r"\\*") for row in rows]
        if len(rows) > 1:
            assert kept[0] and kept[-2] and not kept[-1]
        continued = [k for k, row in enumerate(rows) if k and row.startswith("   &")]
        assert all(kept[k - 1] for k in continued) or len(rows) > 6


def test_only_a_negative_answer_in_a_frame_keeps_the_place_of_a_minus() -> None:
    tex = printer(None).display
    assert _framed([(num(-2), False), (num(1), True)], tex) == [r"\unframed{-2}", r"\pos \result{1}"]
    assert _framed([(num(-2), True), (num(1), True)], tex) == [r"\result{-2}", r"\result[{-2}]{\pos 1}"]
    assert _framed([(num(2), True)], tex) == [r"\result{2}"]


def test_the_column_of_reasons_is_narrow_where_that_saves_rows() -> None:
    def rows(width: float) -> list[Row]:
        return [Row(Tex("x"), (Cell(Tex("="), Tex("1")),), Tex("chain rule"))] * (2 if width > 30 else 1)

    assert column(["chain rule"], rows) == 28
    assert column(["chain rule"], lambda width: rows(20)) == 44
    assert column(["chain rule $" + "x + " * 8 + "y$"], lambda width: []) == 44
    assert column([], rows) == 44


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        (r"w_1^2", 4.4, 5.0),
        ("-0.225", 11.5, 12.8),
        (r"= -0.225", 16.5, 18),
        (r"\frac{\partial L}{\partial w_1}", 6.5, 9),
        (r"w_5\,\mathrm{out}_{h1}", 14.02, 15),
    ],
)
def test_widths_are_estimated_a_little_above_the_true_ones(formula: str, low: float, high: float) -> None:
    assert low <= millimetres(formula) <= high


def test_a_rule_is_told_in_letters_that_the_exercise_does_not_use() -> None:
    used = Vocabulary(quantities=frozenset({Name("u"), Name("f")}))
    assert unclashed(r"(u^n)'=n\,u^{n-1}u'", used) == r"(g^n)'=n\,g^{n-1}g'"
    assert unclashed(r"(\tanh u)'=u'\,(1-\tanh^2u)", used) == r"(\tanh g)'=g'\,(1-\tanh^2g)"
    assert unclashed(r"(u^n)'", None) == "(u^n)'"


@pytest.mark.parametrize(("count", "kept"), [(3, 2), (18, 17), (24, 2)])
def test_the_equations_of_a_statement_stand_on_one_page_if_they_are_not_too_many(count: int, kept: int) -> None:
    rows = [f"h_{k} = tanh(w h_{k - 1}) + {'+'.join(['x^2'] * 12)}" for k in range(1, count + 1)]
    text = (
        "equations:\n"
        + "".join(f"- {row}\n" for row in rows)
        + f"parameters: [w]\ntasks: [derivative: dh_{count}/dw]\n"
    )
    tex = render_tex(api.solve(text), sheet="problem")
    display = tex.partition("\\begin{alignat*}")[2].partition("\\end{alignat*}")[0]
    assert display.count(r"\\") == count - 1 and display.count(r"\\*") == kept


def pieces(*lines: str) -> list[tuple[int, list[dict[str, Any]]]]:
    return [(p["columns"], p["lines"]) for p in listing(Program("python", "\n".join(lines)))]


def test_the_lines_of_a_program_stay_together_between_empty_lines() -> None:
    ((columns, lines),) = pieces("a", "b", "c", "", "d", "x" * 120)
    assert [line["text"] is None for line in lines] == [False, False, False, True, False, False, False]
    assert [line["keep"] for line in lines] == [True, True, False, True, True, True, False]  # three lines: not alone
    ((columns, later),) = pieces(*"abcdef", "", "g", "h")
    assert [line["keep"] for line in later if line["text"] is None] == [False]
    assert columns == 1


def test_a_program_stands_in_as_many_columns_as_its_lines_leave_room() -> None:
    def shape(*lines: str) -> list[tuple[int, int]]:
        return [(columns, len(found)) for columns, found in pieces(*lines)]

    short, middle, long = ("x" * n for n in (20, 40, 90))
    assert shape(*[short] * 30) == [(3, 30)]
    assert shape(*[short] * 29, middle) == [(2, 30)]
    assert shape(*[short] * 10) == [(1, 10)]  # few lines need no columns
    sections = [*[short] * 20, "", long, "", long, "", *[middle] * 20]  # a long line: each section for itself
    assert shape(*sections) == [(3, 20), (1, 3), (2, 20)]
    assert sum(len(found) for _, found in pieces(*[long + short] * 20)) == 40  # wrapped


def test_a_character_that_cannot_be_printed_is_reported_with_the_file() -> None:
    with pytest.raises(UnsupportedError, match=r"^/somewhere/exercises/page\.yaml: text: .*U\+6F22"):
        render_tex(page(text="漢"))


def test_a_reason_stands_beside_the_symbols_and_not_beside_the_numbers_that_follow() -> None:
    tex = printer(None).display
    wide = read("u + " + " + ".join(f"v_{k} w_{k}" for k in range(10)), Vocabulary(open=True))
    line = Line(L, (("=", wide), ("≈", num(2))), boxed=True)
    measure = Measure(True)
    assert measure.room(True, False) < millimetres(tex(wide)) < measure.room(False, False) - 10
    assert [row.reason for row in display([Entry(line, Tex("factor out"))], tex, measure).rows] == [
        "",
        "factor out",
        "",
    ]
