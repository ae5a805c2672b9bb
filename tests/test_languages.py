"""Every language says everything, with the same placeholders; German pages hold no English and no decimal point."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from symprop import api
from symprop.model.solution import Solution
from symprop.names import Vocabulary
from symprop.notation import Notation, latex
from symprop.reader import read
from symprop.render import render_tex
from symprop.render.breaking import broken
from symprop.render.environment import template_folder
from symprop.render.formulas import printer
from symprop.render.words import Words, load_words
from symprop.written import Call, Name, Vec, num
from tests.styled import set_together
from tests.test_sheets import NAMES, body, solved

LANGUAGES = sorted(path.stem for path in (template_folder() / "words").glob("*.yaml"))
ENGLISH = load_words("en")
SHEETS = ("key", "problem", "hints", "faded")


def entries(words: Words) -> Iterator[tuple[str, str, object]]:
    for section, table in words.table.items():
        if isinstance(table, Mapping):
            for key, entry in table.items():
                yield section, key, entry


def placeholders(entry: object) -> set[tuple[str, str]]:
    """Names and formats of all variants, and by what they are chosen."""
    patterns = [v for k, v in entry.items() if k != "by"] if isinstance(entry, Mapping) else [str(entry)]
    chunks = [chunk for pattern in patterns for chunk in str(pattern).split("$")[::2]]
    found = {(f, s or "") for chunk in chunks for _, f, s, _ in string.Formatter().parse(chunk) if f is not None}
    return found | ({("by", entry["by"])} if isinstance(entry, Mapping) else set())


def test_there_is_a_second_language() -> None:
    assert {"en", "de"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_keys_and_the_placeholders_of_english(language: str) -> None:
    own = {(section, key): entry for section, key, entry in entries(load_words(language))}
    english = {(section, key): entry for section, key, entry in entries(ENGLISH)}
    assert len(english) > 250
    assert set(own) == set(english)
    different = {
        place: (placeholders(own[place]), placeholders(entry))
        for place, entry in english.items()
        if place[0] != "numbers" and placeholders(own[place]) != placeholders(entry)
    }
    assert not different
    assert load_words(language).language == language == load_words(language).table["language"]


def phrases_of(words: Words) -> set[str]:
    """The stretches of words between the placeholders of all sentences, long enough to be told apart."""
    found = set()
    for section, _, entry in entries(words):
        if section == "typography":
            continue
        for pattern in [v for k, v in entry.items() if k != "by"] if isinstance(entry, Mapping) else [str(entry)]:
            for chunk in str(pattern).split("$")[::2]:
                found |= {t.strip(" .,:;()") for t, *_ in string.Formatter().parse(chunk.replace("~", " "))}
    return {t for t in found if t}


BOTH = {"so", "in"}  # words in both languages


def bare(solution: Solution) -> Solution:
    """Without the author's own words, which stay in the author's language."""
    parts = tuple(replace(p, part=replace(p.part, title="", text="")) for p in solution.parts)
    return replace(solution, exercise=replace(solution.exercise, title="", text=""), parts=parts)


def printed(tex: str) -> str:
    """The page without listings, which are programs."""
    return re.sub(r"\\codeline\{.*", "", body(tex))


def said(tex: str) -> str:
    """The words on a page, without formulas and commands."""
    text = re.sub(
        r"\$.*?\$|\\begin\{alignat\*\}.*?\\end\{alignat\*\}", lambda m: why(m[0]), printed(tex), flags=re.DOTALL
    )
    return " ".join(["", *re.sub(r"[{}~]|\\[A-Za-z]+", " ", text).split(), ""])


def why(maths: str) -> str:
    """The reasons beside a display; of other formulas nothing."""
    reasons = " ".join(re.findall(r"\\why(?:num)?\{(.*)\}(?: \\\\|$)", maths, re.MULTILINE))
    return " # " + re.sub(r"\$.*?\$", " # ", reasons)


def holds(text: str, phrase: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(' '.join(phrase.split()))}(?!\w)", text))


@pytest.mark.parametrize("name", NAMES)
def test_german_pages_hold_no_english_phrase_and_no_decimal_point(name: str) -> None:
    english = {t for t in phrases_of(ENGLISH) if re.search(r"[a-z]{2}", t)} - BOTH
    assert len(english) > 200
    solution = bare(solved(name))
    for sheet in SHEETS:
        german = render_tex(solution, sheet=sheet, language="de")
        words = said(german)
        assert not {t for t in english if holds(words, t)}, sheet
        assert not re.search(r"\d\.\d", printed(german)), sheet
    own = said(render_tex(solution))
    assert sum(holds(own, t) for t in english) > 8, "the check finds what it looks for"


def test_german_pages_compile_without_overfull_boxes(tmp_path: Path) -> None:
    sheets = [
        api.to_tex(solved(name), sheet=sheet, language="de", prefix=f"{sheet}-{name}-")
        for sheet in ("key", "hints")
        for name in NAMES
    ]
    made = set_together(sheets, tmp_path / "german.pdf", engine="auto")
    assert made.pages >= 2 * len(NAMES) and made.overfull == ()


# ---- the decimal comma


def test_with_a_decimal_comma_lists_are_parted_by_semicolons_and_read_back() -> None:
    comma = Notation(decimal_comma=True)
    vocabulary = Vocabulary(open=True, decimal_comma=True)
    for formula, tex in (
        (Vec((num("1.5"), num(2))), r"\langle1{,}5; 2\rangle"),
        (Call(Name("max"), (num("0.5"), Name("z"))), r"\max(0{,}5; z)"),
    ):
        assert latex(formula, comma) == tex
        assert read(latex(formula, comma), vocabulary) == formula
    long = Vec(tuple(num(f"{k}.5") for k in range(30)))
    rows = broken(long, 60, 60, printer(None, {"decimal_comma": True}).display)
    assert len(rows) > 2 and all(row.rstrip().endswith((";", "]")) for row in rows)


def test_numbers_of_a_german_table_stand_at_the_comma() -> None:
    text = body(render_tex(solved("local_derivatives"), language="de"))
    assert r"\phantom{{-}}1{,}5$" in text and r"{-}0{,}8$" in text


def test_cases_end_in_the_word_of_the_language() -> None:
    formula = read("cases(z if z > 0, 0 otherwise)", Vocabulary(open=True))
    for language, word in (("de", "sonst"), ("en", "otherwise")):
        assert rf"\text{{{word}}}" in printer(None, load_words(language).notation).display(formula)
