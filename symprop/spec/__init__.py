"""The exercise file: YAML in, an ``Exercise`` out, or all mistakes at once.

load("xor.yaml")     raises SpecError: xor.yaml:8:17: tasks[2]: unknown task 'gradiant' (did you mean 'gradient'?)
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from pathlib import Path
from typing import Any, NoReturn

from symprop.model.exercise import Exercise, Part, Place
from symprop.spec import keys
from symprop.spec.document import MAX_CHARACTERS, Doc, Listing, Mapping, Scalar, compose
from symprop.spec.part import Settings, read_part
from symprop.spec.problems import Problems, did_you_mean, nearest
from symprop.spec.reading import scalar_of
from symprop.spec.shapes import take_arrays, with_arrays

SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")
MAX_PARTS = 100


def load(path: str | Path) -> Exercise:
    """The exercise of a file.  Raises SpecError with all its problems."""
    path = Path(path)
    return loads(_text(path), str(path))


def loads(text: str, file: str = "<text>") -> Exercise:
    """The exercise of a text; ``file`` is what problems call it."""
    problems = Problems(file)
    doc = compose(_plain_lines(text.removeprefix("\ufeff")), file, problems)
    if doc is None:
        if not problems:
            problems.at(file, 1, 1, "", "the file is empty", "begin with equations: |")
        problems.check()
    assert doc is not None, "no document and no problem"
    return resolve(doc, problems, Path(file).stem if file != "<text>" else "exercise")


def fragment(path: str | Path) -> Part:
    """A part of an exercise file, for comparing formulas: any of its keys, equations or not; parts and tasks aside."""
    path = Path(path)
    problems = Problems(str(path))
    doc = compose(_plain_lines(_text(path).removeprefix("\ufeff")), str(path), problems)
    problems.check()
    if not isinstance(doc, Mapping):
        problems.at(str(path), 1, 1, "", "a fragment is a mapping of keys to values", "such as assume: t > 0")
        problems.check()
    assert isinstance(doc, Mapping), "a document that is no mapping is a problem"
    settings = _settings(doc, "", (*keys.TOP_KEYS, "shapes"), problems)
    ignored = (*keys.FILE_KEYS, "tasks")
    arrays = take_arrays(settings, problems)
    part = read_part({key: value for key, value in settings.items() if key not in ignored}, "", problems)
    problems.check()
    if arrays is not None:
        part = with_arrays(part, arrays, problems)
        problems.check()
    return part


def _plain_lines(text: str) -> str:
    """One kind of line end, so that lines are counted as editors count them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def resolve(doc: Doc, problems: Problems, stem: str) -> Exercise:
    """The exercise of a document."""
    if isinstance(doc, Listing) or not isinstance(doc, Mapping):
        empty = isinstance(doc, Scalar) and not doc.text.strip()
        message = "the file is empty" if empty else "an exercise is a mapping of keys to values"
        problems.add(doc, "", message, "begin with equations: |")
        problems.check()
    assert isinstance(doc, Mapping), "a document that is no mapping is a problem"
    settings = _settings(doc, "", keys.TOP_KEYS, problems)
    parts_doc = next((value for key, value in doc.entries if key.text.strip() == "parts"), None)
    own = {key: value for key, value in settings.items() if key not in keys.FILE_KEYS}
    if parts_doc is None:
        _needs_equations(own, doc, "", problems)
        parts = [read_part(own, "", problems)]
    else:
        parts = [read_part(merged, label, problems) for merged, label in _parts(parts_doc, own, problems)]
    texts = {key: _plain(settings, key, problems) for key in ("title", "text", "source")}
    identifier = _identifier(settings, stem, problems)
    language, place = _language(settings, problems)
    problems.check()
    return Exercise(
        identifier, texts["title"], tuple(parts), texts["text"], problems.file, texts["source"], language, place
    )


def _settings(doc: Mapping, prefix: str, known: tuple[str, ...], problems: Problems) -> Settings:
    found: Settings = {}
    misspelt: list[tuple[str | None, Doc]] = []
    for key, value in doc.entries:
        name = key.text.strip()
        if name in known:
            found[name] = [(prefix + name, value)]
        elif name in keys.LATER_KEYS:
            problems.later(key, prefix.rstrip("."), f"'{name}': {keys.LATER_KEYS[name]}")
        elif name in keys.TOP_KEYS:
            problems.add(key, prefix.rstrip("."), f"'{name}' belongs to the file, not to a part")
        else:
            hint = did_you_mean(name, (*known, *keys.LATER_KEYS), _where_it_belongs(name))
            problems.add(key, prefix.rstrip("."), f"unknown key '{name}'", hint)
            misspelt.append((nearest(name, known), value))
    for meant, value in misspelt:  # read as what was meant, so that its own mistakes are told, too
        if meant and meant not in found:
            found[meant] = [(prefix + meant, value)]
    return found


def _where_it_belongs(name: str) -> str:
    if name in keys.CONVENTIONS or name in keys.LATER_CONVENTIONS:
        return f"it belongs under conventions: {{{name}: …}}"
    if name in keys.ROUND:
        return f"it belongs under conventions: {{round: {{{name}: …}}}}"
    if name in keys.TASKS or name in keys.LATER_TASKS or name in keys.ALL_OPTIONS:
        return "it belongs into the list tasks:"
    if name in keys.LAYERS:
        return "it belongs into the list equations:"
    return f"keys are {', '.join(keys.TOP_KEYS)}"


def _parts(doc: Doc, own: Settings, problems: Problems) -> list[tuple[Settings, str]]:
    """Each part inherits the file's settings and adds or overrides."""
    if not isinstance(doc, Listing) or not doc.items:
        problems.add(doc, "parts", "a list of parts was expected", "begin each part with '- '")
        return []
    if len(doc.items) > MAX_PARTS:
        problems.add(doc, "parts", f"{len(doc.items)} parts, more than {MAX_PARTS}", "split the file")
        return []
    found = []
    for number, item in enumerate(doc.items, 1):
        prefix = f"parts[{number}]"
        if not isinstance(item, Mapping):
            problems.add(item, prefix, "a part is a mapping of keys to values", "- given: {a: 1}")
            continue
        part = _settings(item, prefix + ".", keys.PART_KEYS, problems)
        merged = {key: [*own.get(key, []), *part.get(key, [])] for key in (*own, *part)}
        _needs_equations(merged, item, prefix, problems)
        found.append((merged, _label(number)))
    return found


def _label(number: int) -> str:
    """A, B, …, Z, AA, AB, …: parts, since tasks are (a), (b), …"""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _needs_equations(settings: Settings, doc: Doc, where: str, problems: Problems) -> None:
    misspelt = isinstance(doc, Mapping) and any(nearest(key.text.strip(), ["equations"]) for key, _ in doc.entries)
    if "equations" not in settings and not misspelt:
        problems.add(doc, where, "there are no equations", "equations: | and one formula a line below it")


def _plain(settings: Settings, key: str, problems: Problems) -> str:
    """A text of the author's own, as it stands."""
    for where, doc in settings.get(key, []):
        scalar = scalar_of(doc, where, problems, "text")
        return scalar.text.strip() if scalar is not None else ""
    return ""


def _identifier(settings: Settings, stem: str, problems: Problems) -> str:
    """``id``, else the file's stem.  It becomes a file name, so it may not leave its folder."""
    for where, doc in settings.get("id", []):
        scalar = scalar_of(doc, where, problems, "a short name")
        if scalar is None:
            return stem
        text = scalar.text.strip()
        if not SAFE_ID.fullmatch(text):
            problems.add(scalar, where, f"'{text}' cannot name a file", "letters, digits, '-', '_' and '.'")
        return text
    return stem


def _language(settings: Settings, problems: Problems) -> tuple[str, Place]:
    """A language code, as in the name of a words file, and its place; whether there are words in it, the page finds."""
    text = _plain(settings, "language", problems)
    if not text:
        return text, Place(problems.file)
    where, doc = settings["language"][0]
    if not LANGUAGE.fullmatch(text):
        problems.add(doc, where, f"'{text}' is no language code", "write a code: en, de")
    return text, Place(problems.file, *doc.locate())


def _text(path: Path) -> str:
    """The text of a file; what is wrong with the file itself is a problem too."""
    problems = Problems(str(path))

    def stop(message: str, hint: str = "", line: int = 1, column: int = 1) -> NoReturn:
        problems.at(str(path), line, column, "", message, hint)
        problems.check()
        raise AssertionError("a problem was added")

    try:
        if path.is_dir():
            files = sorted(p.name for p in path.glob("*.yaml"))[:3]
            stop("this is a folder", f"name a file in it: {', '.join(files)}" if files else "name an exercise file")
        if path.stat().st_size > 4 * MAX_CHARACTERS:
            stop(f"the file has {path.stat().st_size} bytes, more than {4 * MAX_CHARACTERS}", "split it")
        data = path.read_bytes()
    except FileNotFoundError:
        near = nearest(path.name, _neighbours(path))
        stop("there is no such file", f"did you mean '{path.with_name(near)}'?" if near else "")
    except OSError as error:
        stop(f"the file cannot be read: {(error.strerror or 'unknown reason').lower()}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        stop(f"the byte 0x{data[error.start]:02X} is not UTF-8", "save the file as UTF-8", line, column)


def _neighbours(path: Path) -> list[str]:
    try:
        return [p.name for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml")]
    except OSError:
        return []


def schema() -> MappingOf[str, Any]:
    """The published JSON Schema (draft 2020-12), for editors and tests."""
    import json
    from importlib.resources import files

    found: MappingOf[str, Any] = json.loads(files(__package__).joinpath("schema.json").read_text(encoding="utf-8"))
    return found


__all__ = ["fragment", "load", "loads", "resolve", "schema"]
