"""YAML as text with places: every scalar stays the text that the author typed, and knows its line and column.

A safe YAML loader eats formulas ("\\frac" becomes a form feed, ``n: no`` becomes False, of two equal keys the last one
silently wins).  So the events of the parser are composed here, by hand: text only, duplicate keys are mistakes, anchors
and aliases (and with them alias bombs), tags and second documents are refused, size and depth are limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from symprop.spec.problems import Problems
from symprop.written import Written

MAX_CHARACTERS = 200_000
MAX_DEPTH = 20
ESCAPES = {"x": 2, "u": 4, "U": 8}  # digits after \x, \u, \U in a double-quoted scalar


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A file and its text; line and column of every character."""

    file: str
    text: str
    starts: tuple[int, ...] = ()  # index of the first character of each line

    def locate(self, index: int) -> tuple[int, int]:
        """Line and column, from 1, of a character."""
        from bisect import bisect_right

        if not self.starts:
            return 0, 0
        line = bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1


def source(file: str, text: str) -> Source:
    """The text with its line starts, counted as YAML and editors do."""
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return Source(file, text, tuple(starts))


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A piece of text.  ``style``: '' plain, ``'`` or ``"`` quoted, ``|`` or ``>`` block.  ``ready``: a formula that
    needs no reading (it came from Python)."""

    source: Source
    text: str
    style: str = ""
    start: int = 0  # index in the source
    end: int = 0
    ready: Written | None = None

    @property
    def many_lines(self) -> bool:
        return "\n" in self.source.text[self.start : self.end].strip()

    def locate(self, offset: int = 0) -> tuple[int, int]:
        """Line and column in the file of a character of the text."""
        return self.source.locate(self._index(offset))

    def _index(self, offset: int) -> int:
        """Where a character of the text stands in the source; one past the last is the end of the text."""
        if not self.source.starts:
            return 0
        if not self.style and not self.many_lines:
            return self.start + offset
        return _places(self)[min(offset, len(self.text))]


@lru_cache(maxsize=64)
def _places(scalar: Scalar) -> tuple[int, ...]:
    """Where each character of the text stands in the source, and where the text ends.

    Scalars of one line map character by character.  Elsewhere folding and escapes change white space only (and
    quotes), so text and source are walked side by side, comparing what is not white space.
    """
    raw, i, end, style = scalar.source.text, scalar.start, scalar.end, scalar.style
    if style in "|>" and style:
        line_end = raw.find("\n", i)
        i = (line_end + 1) if line_end >= 0 else end
    elif style:
        i += 1
    places: list[int] = []
    last, spaces = i, 0  # of the last character that is no white space, and how much white space followed it
    for character in scalar.text:
        if character in " \n\t\r":
            spaces += 1
            places.append(min(last + spaces, end))
            continue
        while i < end and raw[i] in " \n\t\r":
            i += 1
        while style == '"' and raw[i : i + 2] == "\\\n":  # an escaped end of line says nothing
            i += 2
            while i < end and raw[i] in " \t":
                i += 1
        last, spaces = i, 0
        places.append(i)
        if style == "'" and raw[i : i + 2] == "''":
            i += 2
        elif style == '"' and raw[i : i + 1] == "\\":
            i += 2 + ESCAPES.get(raw[i + 1 : i + 2], 0)
        else:
            i += 1
    tail = len(scalar.text) - len(scalar.text.rstrip(" \n\t\r"))
    places.append(min(last + tail if tail else last + 1, end))
    return tuple(places)


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A YAML list."""

    source: Source
    items: tuple[Doc, ...]
    start: int = 0

    def locate(self, offset: int = 0) -> tuple[int, int]:
        return self.source.locate(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """A YAML mapping, in the author's order, without duplicate keys."""

    source: Source
    entries: tuple[tuple[Scalar, Doc], ...]
    start: int = 0

    def locate(self, offset: int = 0) -> tuple[int, int]:
        return self.source.locate(self.start)

    def get(self, key: str) -> Doc | None:
        return next((value for k, value in self.entries if k.text == key), None)


Doc = Scalar | Listing | Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """A stretch of a scalar: one formula of a block, one item of a list with commas."""

    scalar: Scalar
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.scalar.text[self.start : self.end]

    def locate(self, offset: int = 0) -> tuple[int, int]:
        return self.scalar.locate(self.start + offset)

    def part(self, start: int, end: int) -> Span:
        """The stretch text[start:end], without white space around it."""
        text = self.text[start:end]
        lead = len(text) - len(text.lstrip())
        return Span(self.scalar, self.start + start + lead, self.start + start + max(lead, len(text.rstrip())))


def whole(scalar: Scalar) -> Span:
    """The text of a scalar without white space around it."""
    return Span(scalar, 0, len(scalar.text)).part(0, len(scalar.text))


def lines(scalar: Scalar) -> Iterator[Span]:
    """The lines of a block that say something; ``# …`` is a comment there too."""
    position = 0
    for line in scalar.text.split("\n"):
        end = len(line)
        comment = 0 if line.lstrip().startswith("#") else line.find(" #")
        if comment >= 0:
            end = comment
        span = Span(scalar, position, position + end).part(0, end)
        if span.text:
            yield span
        position += len(line) + 1


@dataclass(slots=True)
class _Frame:
    """A list or mapping under construction."""

    start: int
    mapping: bool
    values: list[Doc] = field(default_factory=list)
    keys: list[Scalar] = field(default_factory=list)
    key: Scalar | None = None


def compose(text: str, file: str, problems: Problems) -> Doc | None:
    """The document of a file; None where it cannot be read at all (the problems say why)."""
    here = source(file, text)
    if len(text) > MAX_CHARACTERS:
        problems.at(file, 1, 1, "", f"the file has {len(text)} characters, more than {MAX_CHARACTERS}", "split it")
        return None
    try:
        return _compose(text, here, problems)
    except _Stop:
        return None


class _Stop(Exception):
    """The rest of the file cannot be read."""


def _compose(text: str, here: Source, problems: Problems) -> Doc | None:
    import yaml

    frames: list[_Frame] = []
    root: Doc | None = None
    documents = 0

    def refuse(mark: Any, message: str, hint: str) -> None:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problems.at(here.file, line, column, "", message, hint)
        raise _Stop

    def put(doc: Doc) -> None:
        nonlocal root
        if not frames:
            root = doc
            return
        frame = frames[-1]
        if not frame.mapping:
            frame.values.append(doc)
        elif frame.key is None:
            if not isinstance(doc, Scalar):
                line, column = doc.locate()
                problems.at(here.file, line, column, "", "a key must be text", _QUOTE)
                raise _Stop
            frame.key = doc
        else:
            first = next((k for k in frame.keys if k.text.strip() == frame.key.text.strip()), None)
            if first is not None:
                line, column = frame.key.locate()
                name = frame.key.text.strip()
                problems.at(
                    here.file, line, column, "", f"'{name}' stands here twice", f"first in line {first.locate()[0]}"
                )
            else:
                frame.keys.append(frame.key)
                frame.values.append(doc)
            frame.key = None

    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            mark: Any = event.start_mark
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    refuse(
                        mark, "a second document begins here", "one file holds one exercise; use parts: for variants"
                    )
            elif isinstance(event, yaml.AliasEvent):
                refuse(mark, f"'*{event.anchor}' is a YAML alias", "quote the formula; parts: inherit what is above")
            elif isinstance(event, yaml.NodeEvent):
                if event.anchor is not None:
                    refuse(mark, f"'&{event.anchor}' is a YAML anchor", "quote the text; parts: inherit what is above")
                tag = getattr(event, "tag", None)
                if tag is not None:
                    refuse(mark, f"'{tag.replace('tag:yaml.org,2002:', '!!')}' is a YAML tag", "quote the text")
                if isinstance(event, yaml.ScalarEvent):
                    put(Scalar(here, event.value, event.style or "", mark.index, _end(event)))
                else:
                    if len(frames) >= MAX_DEPTH:
                        refuse(mark, f"nested more than {MAX_DEPTH} deep", "")
                    frames.append(_Frame(mark.index, isinstance(event, yaml.MappingStartEvent)))
            elif isinstance(event, yaml.CollectionEndEvent):
                frame = frames.pop()
                if frame.mapping:
                    put(Mapping(here, tuple(zip(frame.keys, frame.values, strict=True)), frame.start))
                else:
                    put(Listing(here, tuple(frame.values), frame.start))
    except yaml.reader.ReaderError as error:
        line, column = here.locate(error.position)
        problems.at(here.file, line, column, "", f"the character U+{ord(chr(error.character)):04X} is not text", "")
        raise _Stop from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message, hint = _explain(error, mark, here)
        refuse(mark, message, hint)
    return root


def _end(event: Any) -> int:
    return int(event.end_mark.index)


_QUOTE = "put a formula that has : { } [ ] , or # in it between single quotes, or use a block (|)"


def _explain(error: object, mark: object, here: Source) -> tuple[str, str]:
    """What went wrong, in words of an author, and what to do."""
    problem = str(getattr(error, "problem", "") or "the YAML cannot be read")
    row = int(getattr(mark, "line", 0))
    all_lines = here.text.split("\n")
    text = all_lines[row] if row < len(all_lines) else ""
    column = int(getattr(mark, "column", 0))
    character = text[column : column + 1]
    if character == "\t" or "\\t" in problem or "\t" in text[: len(text) - len(text.lstrip())]:
        return "a tab is not allowed here", "indent with spaces"
    if "unknown escape character" in problem:
        return "a backslash between double quotes is a YAML escape", "use single quotes: '\\frac{1}{2}'"
    if "mapping values are not allowed" in problem and ": " not in text[:column]:
        above = next((line.strip() for line in reversed(all_lines[:row]) if line.strip()), "")
        hint = f"write '{above}:' above its options" if above.startswith("- ") else _QUOTE
        return "this line continues the line above, which has no ':'", hint
    if "mapping values are not allowed" in problem:
        return "a second ': ' in one line", _QUOTE
    if "cannot start any token" in problem:
        return f"text cannot begin with '{character}' here", "put it between single quotes"
    if "found unexpected end of stream" in problem:
        return "a quote is opened and never closed", "close it; inside single quotes write '' for one quote"
    if "could not find expected ':'" in problem:
        return "a key without ': '", "write key: value, or indent the line below its block"
    if "expected ',' or" in problem:
        return f"a comma or a closing bracket was expected, found {_shown(character)}", _QUOTE
    if "block end" in problem or "block mapping" in str(getattr(error, "context", "")):
        return "this line is indented differently from the lines above", "lines of one block begin in one column"
    if "block scalar" in str(getattr(error, "context", "")):
        return "a text that begins with | or > is a YAML block", "put it between single quotes: '|u|'"
    return problem, _QUOTE


def _shown(character: str) -> str:
    return f"'{character}'" if character.strip() else "the end of the line"
