"""A look is checked before it is used: names and syntax of its templates, keys and placeholders of its words."""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path

from symprop.errors import UnsupportedError
from symprop.render.environment import TEMPLATE, template_folder, template_source, tex_environment
from symprop.render.words import load_words
from symprop.spec.document import Doc, Scalar, compose
from symprop.spec.document import Mapping as YamlMapping
from symprop.spec.problems import Problems, did_you_mean, one_of

VARIANTS = ("by", "zero", "one", "two", "other")
FORMATS = ("", "list", "or", "ref", "part", "path", "word")


# ---- templates


def check_templates(folder: Path, shown: str, problems: Problems) -> None:
    """Every file is one of our templates, or included by one of the folder; every one can be parsed."""
    from jinja2 import TemplateSyntaxError, meta

    if not folder.is_dir():
        return
    ours = {path.name for path in (template_folder() / "latex").glob("*.j2")}
    own = {path.name: path for path in sorted(folder.iterdir()) if not path.name.startswith(".")}
    included: dict[str, str] = {}
    for name, path in own.items():
        try:
            tree = tex_environment().parse(template_source(path), name)
        except TemplateSyntaxError as error:
            problems.at(f"{shown}/{name}", error.lineno, 1, "", error.message or "this is no template")
        except (OSError, UnicodeDecodeError) as error:
            problems.at(f"{shown}/{name}", 1, 1, "", f"the file cannot be read as UTF-8 text: {error}")
        else:
            included |= {other: name for other in meta.find_referenced_templates(tree) if other}
    for name in own:
        if name not in ours and (name not in included or not TEMPLATE.fullmatch(name)):
            problems.at(f"{shown}/{name}", 1, 1, "", "there is no template of this name, so it would never be used",
                        did_you_mean(name, ours, f"templates are {one_of(sorted(ours))}"))  # fmt: skip
    for other, name in included.items():
        if other not in ours and other not in own:
            problems.at(f"{shown}/{name}", 1, 1, "", f"it includes '{other}', which is not there",
                        did_you_mean(other, {*ours, *own}))  # fmt: skip


# ---- words


def check_words(path: Path, shown: str, problems: Problems) -> None:
    """Sections, keys and placeholders are those of our English words; a language that is new is complete."""
    english = load_words().table
    try:
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        problems.at(shown, 1, 1, "", f"the file cannot be read: {error}")
        return
    here = Problems(shown)
    doc = compose(text, shown, here)
    problems.found.update(here.found)
    if not isinstance(doc, YamlMapping):
        if not here:
            problems.at(shown, 1, 1, "", "words are a mapping of sections to sentences", "phrases: {hence: Thus}")
        return
    sections = {key.text: (key, value) for key, value in doc.entries}
    for section, (key, value) in sections.items():
        at = Problems(shown)
        if section not in english:
            at.add(key, "", f"unknown section '{section}'", did_you_mean(section, english, one_of(english)))
        elif isinstance(english[section], Mapping):
            _section(section, value, english[section], at)
        elif not isinstance(value, Scalar):
            at.add(key, section, "one word was expected")
        problems.found.update(at.found)
    if not (template_folder() / "words" / path.name).is_file():
        _complete(sections, english, shown, problems)


def _section(section: str, doc: Doc, english: Mapping[str, object], problems: Problems) -> None:
    if not isinstance(doc, YamlMapping):
        problems.add(doc, section, "a mapping of keys to sentences was expected")
        return
    for key, value in doc.entries:
        name, where = key.text, f"{section}.{key.text}"
        if name not in english:
            problems.add(key, section, f"unknown key '{name}'", did_you_mean(name, english))
        else:
            _sentence(where, value, english[name], problems)


def _sentence(where: str, doc: Doc, english: object, problems: Problems) -> None:
    """One sentence, or its variants by a number."""
    known = placeholders(english)
    if isinstance(doc, Scalar):
        _pattern(where, doc, known, problems)
    elif isinstance(doc, YamlMapping):
        for key, value in doc.entries:
            if key.text not in VARIANTS or not isinstance(value, Scalar):
                problems.add(
                    key, where, f"unknown variant '{key.text}'", did_you_mean(key.text, VARIANTS, one_of(VARIANTS))
                )
            elif key.text == "by":
                if value.text not in known:
                    problems.add(
                        value, where, f"there is no {{{value.text}}} here", did_you_mean(value.text, known, _one(known))
                    )
            else:
                _pattern(f"{where}.{key.text}", value, known, problems)
        keys = {key.text for key, _ in doc.entries}
        if "by" not in keys or "other" not in keys:
            problems.add(doc, where, "variants need 'by' and 'other'", '{by: n, one: "…", other: "…"}')
    else:
        problems.add(doc, where, "a sentence was expected")


def _pattern(where: str, doc: Scalar, known: frozenset[str], problems: Problems) -> None:
    chunks = doc.text.split("$")
    if len(chunks) % 2 == 0:
        problems.add(doc, where, "a $ is not closed")
        return
    try:
        fields = [
            (f, s or "") for chunk in chunks[::2] for _, f, s, _ in string.Formatter().parse(chunk) if f is not None
        ]
    except ValueError as error:
        problems.add(doc, where, f"the braces do not match: {error}")
        return
    for name, spec in fields:
        if name not in known:
            problems.add(doc, where, f"there is no {{{name}}} here", did_you_mean(name, known, _one(known)))
        if spec not in FORMATS:
            problems.add(doc, where, f"unknown format '{spec}'", did_you_mean(spec, FORMATS[1:], one_of(FORMATS[1:])))


def _one(known: frozenset[str]) -> str:
    return f"there is {', '.join(f'{{{name}}}' for name in sorted(known))}" if known else "there is no placeholder here"


def placeholders(entry: object) -> frozenset[str]:
    """The names that a sentence, in all its variants, may use."""
    patterns = list(entry.values()) if isinstance(entry, Mapping) else [str(entry)]
    by = {str(entry["by"])} if isinstance(entry, Mapping) and "by" in entry else set()
    words = [chunk for pattern in patterns for chunk in str(pattern).split("$")[::2]]
    try:
        found = {f for chunk in words for _, f, _, _ in string.Formatter().parse(chunk) if f is not None}
    except ValueError as error:
        raise UnsupportedError(f"words: {error}") from None
    return frozenset(found | by)


def _complete(sections: Mapping[str, tuple[Scalar, Doc]], english: Mapping[str, object], shown: str,
              problems: Problems) -> None:  # fmt: skip
    """A language that symprop does not speak has every sentence."""
    for section, entries in english.items():
        if not isinstance(entries, Mapping):
            continue
        own = sections[section][1] if section in sections else None
        there = {key.text for key, _ in own.entries} if isinstance(own, YamlMapping) else set()
        missing = [key for key in entries if key not in there]
        if missing:
            line, column = own.locate() if own is not None else (1, 1)
            count = "1 key is" if len(missing) == 1 else f"{len(missing)} keys are"
            problems.at(shown, line, column, section, f"{count} missing: {', '.join(missing)}", "see words/en.yaml")
