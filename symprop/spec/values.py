"""``given``, ``parameters`` and ``learning rate``: names with values; a list fills a family.

x: [2, -1]               x_1 = 2, x_2 = -1           counted from 1
w: [[a, b], [c, d]]      w_11 = a, w_12 = b, …       row, column
h^1: [0, 1]              h_1^1 = 0, h_2^1 = 1
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symprop.model.exercise import ETA
from symprop.names import entry_name
from symprop.spec.document import Doc, Listing, Mapping, Scalar, Span, whole
from symprop.spec.problems import Problems
from symprop.spec.reading import Reading, derivative_parts, infinity, is_value, mapping_of
from symprop.written import Deriv, Name, Neg, Num, Written

NUMBER = re.compile(r"^\s*[-+−]?\s*(\d|\.\d|[½¼¾⅓⅔])")
COMMA_NUMBER = re.compile(r"^\s*[-+−]?\d+,\d+\s*$")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One name of ``given`` or ``parameters``, with the text of its value (None: listed without one)."""

    name: Name
    value: Span | None
    key: Scalar | Span
    where: str
    role: str  # "given" or "parameters"
    family: Name | None = None  # the key, where a list filled it


@dataclass(frozen=True, slots=True, eq=False)
class Upstream:
    """A given derivative: ``dQ/du: 2.5``."""

    key: Scalar
    value: Scalar
    where: str
    of: Name


def entries(contributions: Iterable[tuple[str, Doc]], role: str, reading: Reading) -> Iterator[Entry | Upstream]:
    """The names of a mapping (or, for parameters, of a list), families filled."""
    for where, doc in contributions:
        if role == "parameters" and (isinstance(doc, Listing) or (isinstance(doc, Scalar) and doc.text.strip())):
            listed: set[Name] = set()
            for path, span in reading.items(doc, where):
                name = reading.name(span, path)
                if name in listed:
                    reading.problems.add(span, path, f"'{span.text}' stands here twice")
                elif name is not None:
                    listed.add(name)
                    yield Entry(name, None, span, path, role)
            continue
        mapping = mapping_of(doc, where, reading.problems, "a mapping of names to values")
        if mapping is None:
            continue
        seen: dict[Name, Scalar] = {}
        for key, value in mapping.entries:
            for entry in _of_key(key, value, where, role, reading):
                if isinstance(entry, Entry):
                    if entry.name in seen:
                        first = seen[entry.name]
                        here = f"'{key.text}' gives {entry.name} a second time"
                        reading.problems.add(key, entry.where, here, f"first in line {first.locate()[0]}")
                        continue
                    seen[entry.name] = key
                yield entry


def _of_key(key: Scalar, value: Doc, where: str, role: str, reading: Reading) -> Iterator[Entry | Upstream]:
    path = f"{where}.{key.text.strip()}"
    problems = reading.problems
    span = whole(key)
    parts = (span, span) if isinstance(key.ready, Deriv) else derivative_parts(span)
    if parts is not None:
        if role == "parameters":
            problems.add(key, path, "a derivative is no parameter", "give its value under given:")
            return
        of = key.ready.of if isinstance(key.ready, Deriv) else reading.name(parts[0], path)
        if not isinstance(value, Scalar):
            problems.later(value, path, "a given derivative that is an array")
        elif not value.text.strip() and value.ready is None:
            problems.add(key, path, "a given derivative needs a value", "a number or a letter")
        elif isinstance(of, Name):
            yield Upstream(key, value, path, of)
        return
    if span.text.isdigit():
        problems.add(key, path, f"a name was expected, found '{span.text}'", "a decimal comma? write 0.5")
        return
    name = reading.name(span, path)
    if name is None:
        return
    if isinstance(value, Mapping):
        problems.add(value, path, "a value was expected, found a mapping", "a number, a letter or a list")
    elif isinstance(value, Listing):
        yield from _family(name, value, key, path, role, problems)
    elif value.ready is None and value.text.strip()[:1] == "[" and value.text.strip()[-1:] == "]":
        inner = whole(value)
        inner = inner.part(1, len(inner.text) - 1)
        for number, (offset, text) in enumerate(reading.split(inner, path), 1):
            lead = len(text) - len(text.lstrip())
            item = inner.part(offset + lead, offset + len(text))
            yield Entry(entry_name(name, (number,)), item, key, path, role, name)
    else:
        empty = value.ready is None and not value.text.strip()
        yield Entry(name, None if empty else whole(value), key, path, role)


def _family(name: Name, listing: Listing, key: Scalar, path: str, role: str, problems: Problems) -> Iterator[Entry]:
    if not listing.items:
        problems.add(listing, path, "the list is empty")
        return
    tables = [isinstance(item, Listing) for item in listing.items]
    if any(tables) and not all(tables):
        problems.add(listing, path, "rows and single values are mixed", "a table is a list of lists of numbers")
        return
    widths = [len(item.items) for item in listing.items if isinstance(item, Listing)]
    if widths and len(set(widths)) > 1:
        row = next(i for i, width in enumerate(widths) if width != widths[0])
        message = f"row {row + 1} of the table has {widths[row]} values, row 1 has {widths[0]}"
        problems.add(listing.items[row], path, message)
        return
    for row, item in enumerate(listing.items, 1):
        cells = item.items if isinstance(item, Listing) else (item,)
        for column, cell in enumerate(cells, 1):
            indices = (row, column) if isinstance(item, Listing) else (row,)
            if not isinstance(cell, Scalar):
                problems.later(cell, path, "lists inside tables", "use numbers or letters in a list of lists")
                continue
            empty = cell.ready is None and not cell.text.strip()
            yield Entry(entry_name(name, indices), None if empty else whole(cell), key, path, role, name)


def value(entry_span: Span, where: str, reading: Reading) -> Written | None:
    """A number, a letter or a formula of numbers alone (sqrt(2), pi/2)."""
    found = infinity(entry_span.text)
    if found is not None:
        reading.problems.add(entry_span, where, "a value must be finite", "points of 'at:' may be oo")
        return None
    if COMMA_NUMBER.match(entry_span.text):
        hint = f"write {entry_span.text.replace(',', '.')}"
        reading.problems.later(entry_span, where, "the decimal comma", hint)
        return None
    found = reading.formula(entry_span, where, new_symbols=True, wanted="a number or a letter")
    if found is None:
        return None
    if not is_value(found):
        hint = "make it an equation"
        reading.problems.add(entry_span, where, f"a number or a letter was expected, found '{entry_span.text}'", hint)
        return None
    return found


@dataclass(frozen=True, slots=True)
class Rate:
    """The learning rate: a letter, its value, or both."""

    letter: Name
    value: Written | None
    place: Scalar
    where: str


def learning_rate(contributions: list[tuple[str, Doc]], reading: Reading) -> Rate | None:
    """``k`` | ``0.1`` (printed η) | ``{alpha: 0.1}``"""
    if not contributions:
        return None
    where, doc = contributions[-1]
    problems = reading.problems
    if isinstance(doc, Listing):
        problems.add(doc, where, "a letter, a number or {letter: number} was expected, found a list")
        return None
    if isinstance(doc, Mapping):
        if len(doc.entries) != 1 or not isinstance(doc.entries[0][1], Scalar):
            problems.add(doc, where, "one letter with one number was expected", "learning rate: {alpha: 0.1}")
            return None
        key, number = doc.entries[0][0], doc.entries[0][1]
        assert isinstance(number, Scalar)
        letter = reading.name(whole(key), where)
        found = rate_value(number, where, reading)
        return Rate(letter, found, key, where) if letter is not None else None
    if isinstance(doc.ready, Name):
        return Rate(doc.ready, None, doc, where)
    if doc.ready is not None or NUMBER.match(doc.text):
        found = rate_value(doc, where, reading)
        return Rate(ETA, found, doc, where) if found is not None else None
    letter = reading.name(whole(doc), where)
    return Rate(letter, None, doc, where) if letter is not None else None


def rate_value(scalar: Scalar, where: str, reading: Reading) -> Written | None:
    span = whole(scalar)
    found = value(span, where, reading)
    if found is None:
        return None
    number = found.arg if isinstance(found, Neg) else found
    if isinstance(number, Name):
        reading.problems.add(span, where, "the value of the learning rate must be a number")
        return None
    if isinstance(found, Neg) or (isinstance(found, Num) and found.value <= 0):
        reading.problems.add(span, where, "the learning rate must be positive")
        return None
    return found
