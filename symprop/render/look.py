"""A course's own look: a folder whose templates, words and notation stand before ours.

    look.yaml            language: de          for exercises that do not say theirs
                         notation: {derivatives: d, functions: {tan: '\\operatorname{tg}'}}
    latex/*.tex.j2       templates of the same names as ours; others may be included by them
    words/de.yaml        sentences, key by key; for a language that symprop does not speak, all of them

Everything in the folder is checked when it is opened, and all mistakes are told at once, each with file and line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from symprop.errors import SympropError, UnsupportedError
from symprop.model.exercise import Exercise
from symprop.names import KNOWN_FUNCTIONS
from symprop.render.checking import check_templates, check_words
from symprop.render.environment import template_folder
from symprop.render.words import Words, load_words
from symprop.spec.document import Doc, Scalar, compose
from symprop.spec.document import Mapping as YamlMapping
from symprop.spec.problems import Problems, did_you_mean, one_of

FILE = "look.yaml"
ENGLISH = "en"
DERIVATIVES = ("partial", "d", "nabla")
NOTATION = ("derivatives", "decimal", "functions")
DECIMAL = {"point": False, "comma": True}


@dataclass(frozen=True)
class Look:
    """A folder that was found to be in order; without a folder, our own look."""

    folder: Path | None = None
    language: str = ""
    notation: Mapping[str, object] = field(default_factory=dict)

    def words(self, language: str = "") -> Words:
        """The sentences of a language (or of the look's own, or English), with the look's notation."""
        words = load_words(language or self.language or ENGLISH, self.folder)
        return replace(words, notation={**words.notation, **self.notation})

    def words_of(self, exercise: Exercise, language: str = "") -> Words:
        """The sentences of an exercise's own language, if no other is wanted."""
        try:
            return self.words(language or exercise.language)
        except UnsupportedError as error:
            if language or not exercise.language:
                raise
            raise UnsupportedError(f"{exercise.language_place}: language: {error}") from None


def open_look(folder: Path | None) -> Look:
    """The look in a folder; SpecError with all its mistakes, SympropError if it is no folder."""
    return _open(Path(folder).resolve(), str(folder)) if folder is not None else Look()


@cache
def _open(folder: Path, shown: str) -> Look:
    if not folder.is_dir():
        raise SympropError(f"{shown}: there is no such folder (a look is a folder with {FILE}, latex/ or words/)")
    problems = Problems(str(Path(shown) / FILE))
    _entries(folder, shown, problems)
    language, notation = _settings(folder, shown, problems)
    check_templates(folder / "latex", f"{shown}/latex", problems)
    own = sorted((folder / "words").glob("*.yaml")) if (folder / "words").is_dir() else []
    for path in own:
        check_words(path, f"{shown}/words/{path.name}", problems)
    languages = {path.stem for path in (*own, *(template_folder() / "words").glob("*.yaml"))}
    if language and language not in languages:
        problems.at(str(Path(shown) / FILE), 1, 1, "language", f"there are no words in '{language}'",
                    did_you_mean(language, languages, f"there are {one_of(sorted(languages))}"))  # fmt: skip
    problems.check()
    return Look(folder, language, notation)


def _entries(folder: Path, shown: str, problems: Problems) -> None:
    """Nothing in the folder is overlooked in silence."""
    known = (FILE, "latex", "words")
    for path in sorted(folder.iterdir()):
        if path.name not in known and not path.name.startswith((".", "README")):
            hint = did_you_mean(path.name, known, f"a look has {one_of(known)}")
            problems.at(f"{shown}/{path.name}", 1, 1, "", "this is not a part of a look", hint)


def _settings(folder: Path, shown: str, problems: Problems) -> tuple[str, dict[str, object]]:
    path = folder / FILE
    if not path.is_file():
        return "", {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.at(f"{shown}/{FILE}", 1, 1, "", f"the file cannot be read: {error}")
        return "", {}
    doc = compose(text.replace("\r\n", "\n"), f"{shown}/{FILE}", problems) if text.strip() else None
    if doc is None or (isinstance(doc, Scalar) and not doc.text.strip()):
        return "", {}
    if not isinstance(doc, YamlMapping):
        problems.add(doc, "", "a look is a mapping", "language: de")
        return "", {}
    language, notation = "", {}
    for key, value in doc.entries:
        name = key.text.strip()
        if name == "language":
            language = _word(value, name, problems)
        elif name == "notation":
            notation = _notation(value, problems)
        else:
            problems.add(key, "", f"unknown key '{name}'", did_you_mean(name, ("language", "notation")))
    return language, notation


def _word(doc: Doc, where: str, problems: Problems, choices: tuple[str, ...] = ()) -> str:
    if not isinstance(doc, Scalar):
        problems.add(doc, where, "one word was expected")
        return ""
    text = doc.text.strip()
    if choices and text not in choices:
        problems.add(doc, where, f"unknown value '{text}'", did_you_mean(text, choices, one_of(choices)))
        return ""
    return text


def _notation(doc: Doc, problems: Problems) -> dict[str, object]:
    found: dict[str, object] = {}
    if not isinstance(doc, YamlMapping):
        problems.add(doc, "notation", "a mapping was expected", "notation: {decimal: comma}")
        return found
    for key, value in doc.entries:
        name = key.text.strip()
        if name == "derivatives":
            if word := _word(value, "notation.derivatives", problems, DERIVATIVES):
                found["derivatives"] = word
        elif name == "decimal":
            if word := _word(value, "notation.decimal", problems, tuple(DECIMAL)):
                found["decimal_comma"] = DECIMAL[word]
        elif name == "functions":
            found["functions"] = _functions(value, problems)
        else:
            problems.add(key, "notation", f"unknown key '{name}'", did_you_mean(name, NOTATION, one_of(NOTATION)))
    return found


def _functions(doc: Doc, problems: Problems) -> Mapping[str, str]:
    found: dict[str, str] = {}
    where = "notation.functions"
    if not isinstance(doc, YamlMapping):
        problems.add(
            doc, where, "a mapping of functions to LaTeX was expected", "functions: {tan: '\\operatorname{tg}'}"
        )
        return found
    for key, value in doc.entries:
        name, tex = key.text.strip(), value.text.strip() if isinstance(value, Scalar) else ""
        if name not in KNOWN_FUNCTIONS:
            problems.add(key, where, f"unknown function '{name}'", did_you_mean(name, KNOWN_FUNCTIONS))
        elif not tex or not _balanced(tex):
            problems.add(value, f"{where}.{name}", "LaTeX with braces in pairs was expected", "'\\operatorname{tg}'")
        else:
            found[name] = tex
    return found


def _balanced(tex: str) -> bool:
    depth = 0
    for character in tex.replace("\\{", "").replace("\\}", ""):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0 or character in "$%\n":
            return False
    return depth == 0
