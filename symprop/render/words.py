"""Sentences: Phrase + words file + style → text.

A words file (``templates/words/<language>.yaml``) maps codes to sentences with placeholders:

    relu-off: "{z} < 0: the ReLU is off"          a formula becomes inline maths, text is escaped
    round-where: "as in {lines:ref}"              the numbers of lines, cited by their labels
    from-part: "from {part:part}"                 the letter of a part
    same-way: "As in {part:part}, with {new} in place of {old}."
    count: {by: n, one: "There is one function.", other: "There are {n:word} functions, {names:list}."}

``{x:list}`` joins 'a, b and c', ``{x:or}`` 'a, b or c', ``{x:path}`` 'a → b → c';
``{n:word}`` spells small whole numbers.
The sections ``phrases-2`` and ``phrases-3`` say the same in other words; on a page they take turns.
``~`` is a space without a line break; ``$…$`` is a formula in TeX, without placeholders: its braces are TeX's.
A code or a placeholder that is missing is an error, never an empty place on the page.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from symprop.errors import ReadError, UnsupportedError
from symprop.model.solution import Phrase
from symprop.names import Vocabulary
from symprop.render.environment import folders, template_text
from symprop.render.escape import escape
from symprop.written import Written

WORDINGS = ("phrases", "phrases-2", "phrases-3")  # sections with the same facts in other words
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class Style(Protocol):
    """How the pieces of a sentence are printed in one format."""

    def literal(self, text: str) -> str: ...  # words of ours

    def text(self, text: str) -> str: ...  # words of an author, maybe with $formulas$

    def maths(self, formula: Written) -> str: ...  # a formula in a sentence

    def fixed_maths(self, tex: str) -> str: ...  # a formula that stands in the words file, in TeX

    def ref(self, label: str) -> str: ...  # the number of a line

    def number(self, label: str) -> int | None: ...  # that number, where lines are numbered

    def part(self, label: str) -> str: ...  # the letter of a part

    def join(self, pieces: Sequence[str]) -> str: ...

    def turn(self, code: str, wordings: int) -> int: ...  # which of several wordings comes next


@dataclass(frozen=True)
class Words:
    """One language."""

    language: str
    table: Mapping[str, Any]
    notation: Mapping[str, object] = field(default_factory=dict)  # what the language and the look change in formulas

    def has(self, section: str, code: str) -> bool:
        return code in self.table.get(section, {})

    def say(self, phrase: Phrase, style: Style) -> str:
        """The sentence of a phrase, in the wording whose turn it is."""
        wordings = [section for section in WORDINGS if self.has(section, phrase.code)] or ["phrases"]
        section = wordings[style.turn(phrase.code, len(wordings))] if len(wordings) > 1 else wordings[0]
        return self.entry(section, phrase.code, dict(phrase.data), style)

    def entry(self, section: str, code: str, data: Mapping[str, Any], style: Style) -> str:
        """The sentence at section/code with the data put in."""
        where = f"words/{self.language}.yaml: {section}.{code}"
        try:
            entry = self.table[section][code]
        except KeyError:
            raise UnsupportedError(f"{where}: this sentence is missing") from None
        pattern = _variant(entry, data, where)
        return style.join(list(self._pieces(pattern, data, style, where)))

    def codes(self, section: str = "phrases") -> tuple[str, ...]:
        return tuple(self.table.get(section, {}))

    def placeholders(self, code: str, section: str = "phrases") -> dict[str, str]:
        """The placeholders of a sentence (all its variants) with their formats."""
        entry = self.table[section][code]
        patterns = [v for k, v in entry.items() if k != "by"] if isinstance(entry, dict) else [entry]
        words = [chunk for pattern in patterns for chunk in pattern.split("$")[::2]]
        return {f: s or "" for w in words for _, f, s, _ in string.Formatter().parse(w) if f is not None}

    def citations(self, phrase: Phrase) -> tuple[str, ...]:
        """The labels of the lines that a phrase cites (also through phrases inside it)."""
        data = dict(phrase.data)
        found: list[str] = []
        if self.has("phrases", phrase.code):
            for field, spec in self.placeholders(phrase.code).items():
                if spec == "ref" and field in data:
                    value = data[field]
                    found.extend((value,) if isinstance(value, str) else value)
        for value in data.values():
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, Phrase):
                    found.extend(self.citations(item))
        return tuple(found)

    def _pieces(self, pattern: str, data: Mapping[str, Any], style: Style, where: str) -> Iterator[str]:
        chunks = pattern.split("$")
        if len(chunks) % 2 == 0:
            raise UnsupportedError(f"{where}: a $ is not closed")
        for index, chunk in enumerate(chunks):
            if index % 2:
                yield style.fixed_maths(chunk)
                continue
            try:
                parsed = list(string.Formatter().parse(chunk))
            except ValueError as error:
                raise UnsupportedError(f"{where}: {error}") from None
            for literal, name, spec, conversion in parsed:
                if literal:
                    yield style.literal(literal.replace("~", "\u00a0"))
                if name is None:
                    continue
                if conversion or not name.isidentifier():
                    raise UnsupportedError(f"{where}: {{{name}}} is not a placeholder")
                if name not in data:
                    raise UnsupportedError(f"{where}: nothing was given for {{{name}}}")
                yield self._value(data[name], spec or "", style, f"{where}: {{{name}}}")

    def _value(self, value: Any, spec: str, style: Style, where: str) -> str:
        if spec == "part":
            return self._joined([style.part(v) for v in ((value,) if isinstance(value, str) else value)], "and", style)
        if spec == "ref":
            cited = self._cited((value,) if isinstance(value, str) else value, style)
            return self._joined(cited, "and", style)
        if spec == "path":
            arrow = style.fixed_maths(r"\to")
            steps = [
                piece for v in value for piece in (style.literal("\u00a0"), arrow, style.literal(" "), style.maths(v))
            ]
            return style.join(steps[3:])
        if spec in ("list", "or"):
            values = value if isinstance(value, tuple) else (value,)
            items = [self._value(v, "", style, where) for v in values]
            return self._joined(items, "or" if spec == "or" else "and", style)
        if spec == "word":
            number = len(value) if isinstance(value, tuple) else value
            numbers = self.table["numbers"]
            return style.literal(numbers.get(str(number), str(number)))
        if spec:
            raise UnsupportedError(f"{where}: the format {spec!r} is none of list, or, path, ref, part, word")
        if isinstance(value, Written):
            return style.maths(value)
        if isinstance(value, Phrase):
            return self.say(value, style)
        if isinstance(value, str):
            return style.text(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return style.literal(str(value))
        if isinstance(value, tuple):
            return self._value(value, "list", style, where)
        raise UnsupportedError(f"{where}: a {type(value).__name__} cannot be put into a sentence")

    def _cited(self, labels: Sequence[str], style: Style) -> list[str]:
        """(1) to (4), (7): lines whose numbers follow one another are cited by the first and the last of them."""
        runs: list[list[str]] = []
        for label in labels:
            before = style.number(runs[-1][-1]) if runs else None
            if before is not None and style.number(label) == before + 1:
                runs[-1].append(label)
            else:
                runs.append([label])
        told: list[str] = []
        for run in runs:
            if len(run) > 2:
                to = style.literal(self.table["lists"]["to"].replace("~", "\u00a0"))
                told.append(style.join((style.ref(run[0]), to, style.ref(run[-1]))))
            else:
                told += map(style.ref, run)
        return told

    def _joined(self, items: list[str], kind: str, style: Style) -> str:
        lists = self.table["lists"]
        pieces: list[str] = []
        for index, item in enumerate(items):
            if index:
                pieces.append(style.literal(lists[kind] if index == len(items) - 1 else lists["between"]))
            pieces.append(item)
        return style.join(pieces)


def _variant(entry: Any, data: Mapping[str, Any], where: str) -> str:
    if isinstance(entry, str):
        return entry
    by = entry.get("by")
    if by not in data:
        raise UnsupportedError(f"{where}: nothing was given for {{{by}}}, by which the sentence is chosen")
    number = len(data[by]) if isinstance(data[by], tuple) else data[by]
    choice = {0: "zero", 1: "one", 2: "two"}.get(number, "other")
    pattern = entry.get(choice, entry.get("other"))
    if pattern is None:
        raise UnsupportedError(f"{where}: no variant for {number}")
    return str(pattern)


@cache
def load_words(language: str = "en", templates: Path | None = None) -> Words:
    """The words of a language; a folder of one's own wins, code by code."""
    name = f"words/{language}.yaml"
    if not LANGUAGE.fullmatch(language) or not (texts := template_text(name, templates, missing_ok=True)):
        known = sorted({p.stem for folder in folders(templates) for p in (folder / "words").glob("*.yaml")})
        near = get_close_matches(language, known, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
        raise UnsupportedError(f"{name}: there are no words in the language {language!r} ({hint})")
    table: dict[str, Any] = {}
    for text in texts:
        own_words = _yaml(text, f"words/{language}.yaml")
        for code in own_words.get("phrases", ()):  # who says a sentence in words of his own wants no others
            for section in WORDINGS[1:]:
                table[section] = {key: entry for key, entry in table.get(section, {}).items() if key != code}
        for section, entries in own_words.items():
            if isinstance(entries, dict):
                table[section] = table.get(section, {}) | entries
            else:
                table[section] = entries
    typography = table.get("typography", {})
    own: dict[str, object] = {
        "otherwise": str(escape(typography.get("otherwise", "otherwise"), "typography.otherwise"))
    }
    if typography.get("decimal") == ",":
        own["decimal_comma"] = True
    return Words(language, table, own)


def _yaml(text: str, where: str) -> dict[str, Any]:
    """The file with every scalar as text; equal keys are an error."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    root = yaml.compose(text, Loader=loader)

    def value(node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [value(item) for item in node.value]
        out: dict[str, Any] = {}
        for key, item in node.value:
            if key.value in out:
                raise UnsupportedError(f"{where}:{key.start_mark.line + 1}: {key.value!r} is there twice")
            out[key.value] = value(item)
        return out

    return value(root) if root is not None else {}


FORMULA = re.compile(r"(?<!\\)\$([^$\n]+)\$")


def segments(text: str, vocabulary: Vocabulary | None) -> list[str | Written]:
    """An author's text cut into words and the formulas between dollars that our reader can read; others stay text."""
    out: list[str | Written] = []
    at = 0
    read: Callable[..., Written] | None = None
    for match in FORMULA.finditer(text):
        if read is None:
            from symprop.reader import read as reader_read

            read = reader_read
        try:
            formula = read(match.group(1), vocabulary or Vocabulary(open=True))
        except ReadError:
            continue
        if match.start() > at:
            out.append(text[at : match.start()])
        out.append(formula)
        at = match.end()
    if at < len(text):
        out.append(text[at:])
    return out


def paragraphs(text: str) -> list[str]:
    """Text between blank lines."""
    return [part for part in re.split(r"\n[ \t]*\n", text.strip()) if part.strip()]
