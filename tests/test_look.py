"""A course's own look: templates, words and notation from a folder; mistakes in it are told all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from symprop import api
from symprop.errors import SpecError, SympropError, UnsupportedError
from symprop.render import render_json, render_tex
from symprop.render.environment import template_folder
from symprop.render.look import open_look
from tests.golden import ROOT
from tests.solutions import page
from tests.test_sheets import body, solved

EXAMPLE = ROOT / "docs" / "look"


def folder(tmp_path: Path, **files: str) -> Path:
    """A look; ``words__de_yaml`` is words/de.yaml, ``latex__x`` is latex/x.tex.j2."""
    for name, text in files.items():
        place, _, rest = name.rpartition("__")
        ending = ".tex.j2" if place == "latex" else ".yaml"
        path = tmp_path / place / (rest.replace("_", "-" if place == "words" else "_") + ending)
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def problems(look: Path) -> list[str]:
    with pytest.raises(SpecError) as caught:
        open_look(look)
    return [str(p).replace(str(look), "LOOK") for p in caught.value.problems]


# ---- what a look changes


def test_the_example_of_the_documentation_is_built(tmp_path: Path) -> None:
    solution = solved("local_derivatives")
    for sheet in ("key", "problem", "hints", "faded"):
        assert not api.to_pdf(solution, tmp_path / f"{sheet}.pdf", sheet=sheet, look=EXAMPLE).overfull
    text = body(api.to_tex(solution, look=EXAMPLE))
    assert "Neuronale Netze, Wintersemester" in text and "Lösungsvorschlag".replace("ö", '\\"{o}') in text
    assert "Kettenregel (Satz 2.1)" in text and r"\operatorname{relu}(z_1)" in text and "0{,}5" in text
    assert "Worked solution" in api.to_tex(solution), "the look stays with its own call"


def test_a_language_is_chosen_by_the_exercise_then_by_the_look(tmp_path: Path) -> None:
    exercise = "language: {}\nequations: y = 0.5 x\ngiven: {{x: 3}}\ntasks: [forward]\n"
    german, english = (api.solve(exercise.format(code)) for code in ("de", "en"))
    assert "Musterl" in api.to_tex(german) and "1{,}5" in api.to_tex(german)
    assert "Worked solution" in api.to_tex(english, look=EXAMPLE)
    assert '"question": "Berechnen Sie' in render_json(german)
    with pytest.raises(
        UnsupportedError, match=r"<text>:1:11: language: .*no words in the language 'dx' \(did you mean 'de'\?\)"
    ):
        api.to_tex(api.solve(exercise.format("dx")))
    with pytest.raises(SympropError, match=r"1:11: language: '\.\./de' is no language code"):
        api.load(exercise.format("../de"))


def test_notation_of_a_look(tmp_path: Path) -> None:
    look = folder(
        tmp_path, __look="notation: {decimal: comma, derivatives: nabla, functions: {tan: '\\operatorname{tg}'}}\n"
    )
    text = "equations: y = tan(0.5 x)\nparameters: {x: 3}\ntasks: [gradient: all]\n"
    tex = body(api.to_tex(api.solve(text), look=look))
    assert r"\operatorname{tg}(0{,}5" in tex and r"\nabla_{x} y" in tex and "Worked" not in tex.partition("tg")[2]


def test_a_template_may_include_templates_of_its_own(tmp_path: Path) -> None:
    look = folder(tmp_path, latex__prose='%% include "logo.tex.j2"\n\\VAR{block.text}\n', latex__logo="LOGO\n")
    assert "LOGO" in render_tex(page(), look=look)


# ---- what is wrong with a look


def test_a_folder_that_is_not_there_or_holds_something_else(tmp_path: Path) -> None:
    with pytest.raises(SympropError, match="there is no such folder"):
        open_look(tmp_path / "nowhere")
    (tmp_path / "word").mkdir()
    (tmp_path / "look.yaml").write_text("langauge: de\nnotation: {decimals: comma, functions: {relu: x, tan: '{'}}\n")
    assert problems(tmp_path) == [
        "LOOK/word:1:1: this is not a part of a look (did you mean 'words'?)",
        "LOOK/look.yaml:1:1: unknown key 'langauge' (did you mean 'language'?)",
        "LOOK/look.yaml:2:12: notation: unknown key 'decimals' (did you mean 'decimal'?)",
        "LOOK/look.yaml:2:41: notation.functions: unknown function 'relu' (did you mean 'ReLU'?)",
        "LOOK/look.yaml:2:56: notation.functions.tan: LaTeX with braces in pairs was expected ('\\operatorname{tg}')",
    ]


def test_templates_of_a_wrong_name_or_with_an_error_are_told_with_their_line(tmp_path: Path) -> None:
    look = folder(
        tmp_path,
        latex__proze="x\n",
        latex__lines="%# a comment\n%% for row in block.rows\nx\n%% endfo\n",
        latex__table='%% include "nothing.tex.j2"\n',
    )
    found = problems(look)
    assert found[0].startswith("LOOK/latex/proze.tex.j2:1:1: there is no template of this name")
    assert "did you mean 'prose.tex.j2'?" in found[0]
    assert found[1].startswith("LOOK/latex/table.tex.j2:1:1: it includes 'nothing.tex.j2', which is not there")
    assert found[2].startswith("LOOK/latex/lines.tex.j2:4:1: Encountered unknown tag 'endfo'")
    assert len(found) == 3


@pytest.mark.parametrize(
    ("template", "line", "says"),
    [
        ("%# mine\n\nx \\VAR{block.nothing}\n", 3, "nothing"),
        ("\\VAR{block.__class__}\n", 1, "unsafe"),
        ("a\n\\VAR{1/0}\n", 2, "division"),
        ("a\nb\nc \\VAR{1.5}\n", 3, "float"),
    ],
)
def test_an_error_while_a_template_runs_names_file_and_line(
    tmp_path: Path, template: str, line: int, says: str
) -> None:
    look = folder(tmp_path, latex__prose=template)
    with pytest.raises(UnsupportedError, match=rf"prose\.tex\.j2:{line}: .*{says}"):
        render_tex(page(), look=look)


def test_words_with_unknown_keys_placeholders_and_formats(tmp_path: Path) -> None:
    look = folder(
        tmp_path,
        words__en="phrases:\n  henc: Thus\n  hence: 'So {x}'\n  cancel: 'cancel {factor:lst}'\n  by: '$x'\n"
        "  count: {by: m, one: a, othr: b}\ndocumnt: {kind: x}\n",
    )
    assert problems(look) == [
        "LOOK/words/en.yaml:2:3: phrases: unknown key 'henc' (did you mean 'hence'?)",
        "LOOK/words/en.yaml:3:11: phrases.hence: there is no {x} here (there is no placeholder here)",
        "LOOK/words/en.yaml:4:12: phrases.cancel: unknown format 'lst' (did you mean 'list'?)",
        "LOOK/words/en.yaml:5:8: phrases.by: a $ is not closed",
        "LOOK/words/en.yaml:6:10: phrases.count: variants need 'by' and 'other' ({by: n, one: \"…\", other: \"…\"})",
        "LOOK/words/en.yaml:6:15: phrases.count: there is no {m} here (there is {functions}, {n})",
        "LOOK/words/en.yaml:6:26: phrases.count: unknown variant 'othr' (did you mean 'other'?)",
        "LOOK/words/en.yaml:7:1: unknown section 'documnt' (did you mean 'document'?)",
    ]


def test_a_language_that_symprop_does_not_speak_must_be_complete(tmp_path: Path) -> None:
    ours = (template_folder() / "words" / "en.yaml").read_text(encoding="utf-8")
    look = folder(tmp_path, words__nl=ours.replace('  hence: "Hence"\n', "").replace('  kind: "Worked solution"\n', ""))
    assert [p.partition(": ")[2] for p in problems(look)] == [
        "document: 1 key is missing: kind (see words/en.yaml)",
        "phrases: 1 key is missing: hence (see words/en.yaml)",
    ]
    whole = folder(tmp_path / "whole", words__nl=ours.replace("Worked solution", "Uitwerking"))
    assert "Uitwerking" in render_tex(page(), look=whole, language="nl")
