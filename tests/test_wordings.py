"""The same fact in other words: which wording stands where, and that all wordings of a fact hold the same."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from symprop import api
from symprop.model.solution import phrase
from symprop.render import render_tex
from symprop.render.styles import PlainStyle, Turns
from symprop.render.words import WORDINGS, load_words
from tests.golden import EXERCISES, ROOT
from tests.test_languages import LANGUAGES, placeholders

UPDATES = """
title: {title}
equations: |
  z = a + b + c + d
  L = {square}
parameters: [a, b, c, d]
learning rate: k
tasks: [{tasks}]
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_wordings_of_a_fact_take_the_same_data(language: str) -> None:
    words = load_words(language)
    further = [(section, code) for section in WORDINGS[1:] for code in words.codes(section)]
    assert len(further) > 30
    for section, code in further:
        first = words.table["phrases"][code]
        assert placeholders(words.table[section][code]) == placeholders(first), f"{language} {section}.{code}"
        assert words.table[section][code] != first
    assert set(words.codes("phrases-3")) <= set(words.codes("phrases-2")) <= set(words.codes("phrases"))


def test_a_wording_never_follows_itself_on_a_page() -> None:
    for seed in range(7):
        for n in (2, 3):
            turns = Turns(seed)
            told = [turns.next("loss-fell", n) for _ in range(8)]
            assert set(told) == set(range(n)) and all(a != b for a, b in pairwise(told))


def test_the_sentences_of_a_page_take_turns() -> None:
    text = (
        "equations: |\n  L = a^2 + b^2\nparameters: {a: 0, b: 0}\ntasks: [{derivative: dL/da, tell: backward},"
        " {derivative: dL/db, tell: backward}]\n"
    )
    tex = render_tex(api.solve(text)).partition(r"\begin{document}")[2]
    words = load_words("en")
    leads = [
        words.table[s]["own-equation"].replace("{target}", "$L$") for s in WORDINGS if words.has(s, "own-equation")
    ]
    found = sorted((tex.index(lead), lead) for lead in leads if lead in tex)
    assert len(found) == 2, tex


@pytest.mark.parametrize("path", EXERCISES[:6], ids=lambda p: p.stem)
def test_the_same_exercise_has_the_same_words(path: Path) -> None:
    first, second = (render_tex(api.solve(path.relative_to(ROOT))) for _ in range(2))
    assert first == second


def test_exercises_begin_with_different_wordings() -> None:
    pages = [render_tex(api.solve(path.relative_to(ROOT))) for path in EXERCISES]
    assert any("In equations:" in page for page in pages) and any("The equations:" in page for page in pages)


def test_other_formats_keep_to_the_first_wording() -> None:
    words = load_words("en")
    for _ in range(3):
        assert words.say(phrase("equations"), PlainStyle()) == "In equations:"


def test_a_course_that_words_a_sentence_has_no_other_wording_of_it(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.yaml").write_text('phrases:\n  equations: "We are given:"\n', encoding="utf-8")
    for path in EXERCISES:
        if path.stem in ("dead_relu", "relu_delta", "tied_weights", "net_and_out"):
            page = render_tex(api.solve(path.relative_to(ROOT)), look=tmp_path)
            assert "We are given:" in page and "The equations:" not in page and "In equations:" not in page
