"""Shapes as they are declared (3, n, n x m, 4 × 3), and the arrays of a fragment of an exercise file.

shapes: {W: n x m, x: m}
conventions: {vectors: rows}      a size n is a row 1×n, not a column n×1
equations: z = W x + b
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symprop.errors import ReadError, UnsupportedError
from symprop.model.exercise import Equation, Part, Place
from symprop.names import Shape, Size
from symprop.reader import read, read_name
from symprop.reader.commands import GREEK
from symprop.shapes import ShapeError, Shapes
from symprop.spec.conventions import choice
from symprop.spec.declare import Settings
from symprop.spec.document import Doc
from symprop.spec.document import Mapping as MappingDoc
from symprop.spec.equations import RawLayer, raw_equations
from symprop.spec.problems import Problems
from symprop.spec.reading import Reading, mapping_of, scalar_of
from symprop.written import Name, Rel

MAX_SIZE = 1_000_000
_BY = r"(?:(?<=\s)(?:x|by)(?=\s)|×|\\times(?![A-Za-z])|(?<=\d)x(?=\d))"
_FORM = re.compile(rf"\s*(?P<rows>\S+?)\s*(?:{_BY}\s*(?P<cols>\S+?)\s*)?")


def read_shape(text: str, *, rows: bool = False) -> Shape:
    """The shape; a single size is that of a column (``rows``: of a row).  Raises ReadError."""
    found = _FORM.fullmatch(text)
    if not found:
        raise ReadError(text, 0, "a shape was expected", "a size, or rows x columns: 3, n, n x m")
    sizes = [_size(found[part], text, found.start(part)) for part in ("rows", "cols") if found[part] is not None]
    if len(sizes) == 2:
        return Shape(*sizes)
    return Shape(1, sizes[0]) if rows else Shape(sizes[0], 1)


def _size(word: str, text: str, at: int) -> Size:
    if word.isascii() and word.isdigit():
        if len(word) > 7 or not 1 <= int(word) <= MAX_SIZE:
            raise ReadError(text, at, f"a size from 1 to {MAX_SIZE} was expected, found `{word[:20]}`")
        return int(word)
    try:
        name = read_name(word)
    except ReadError as error:
        raise ReadError(text, error.offset + at, error.message, "a size is a number or a letter") from None
    if len(name.base) > 1 and name.base not in GREEK:
        raise ReadError(text, at, f"`{word[:20]}` is no size", "a number or a letter; spaces around the x: n x m")
    if name.sup or name.primes or name.accent:
        raise ReadError(text, at, f"`{word[:20]}` is no size", "a size is a number or a letter, maybe with a subscript")
    return name


def same_letter_twice(shapes: dict[Name, Shape]) -> Name | None:
    """A letter that is both a size and an array."""
    sizes = {size for shape in shapes.values() for size in (shape.rows, shape.cols)}
    return next((name for name in shapes if name in sizes), None)


@dataclass(slots=True)
class Arrays:
    """What a fragment says of vectors and matrices, and its equations, which need that to be read."""

    shapes: dict[Name, Shape] = field(default_factory=dict)
    rows: bool = False
    equations: list[tuple[str, Doc]] = field(default_factory=list)


def take_arrays(settings: Settings, problems: Problems) -> Arrays | None:
    """The shapes of a fragment, taken out of its settings; None where there are none."""
    if "shapes" not in settings:
        return None
    found = Arrays(rows=_rows(settings, problems), equations=settings.pop("equations", []))
    for where, doc in settings.pop("shapes"):
        mapping = mapping_of(doc, where, problems, "a mapping of names to shapes")
        for key, value in mapping.entries if mapping else ():
            path = f"{where}.{key.text.strip()}"
            scalar = scalar_of(value, path, problems, "a shape")
            try:
                name = read_name(key.text)
            except ReadError as error:
                problems.unreadable(key, where, error)
                continue
            if scalar is not None:
                try:
                    found.shapes[name] = read_shape(scalar.text, rows=found.rows)
                except ReadError as error:
                    problems.unreadable(scalar, path, error)
                if same_letter_twice(found.shapes) is not None:
                    problems.add(key, path, "a letter that is a size and an array", "one of them needs another letter")
    return found


def _rows(settings: Settings, problems: Problems) -> bool:
    """``conventions: {vectors: rows}``, which is taken out."""
    rows = False
    kept: list[tuple[str, Doc]] = []
    for where, doc in settings.get("conventions", []):
        if isinstance(doc, MappingDoc):
            for key, value in doc.entries:
                if key.text.strip() == "vectors":
                    rows = choice(value, f"{where}.vectors", problems, ("columns", "rows")) == "rows"
            doc = replace(doc, entries=tuple(e for e in doc.entries if e[0].text.strip() != "vectors"))
        kept.append((where, doc))
    if kept:
        settings["conventions"] = kept
    return rows


def with_arrays(part: Part, arrays: Arrays, problems: Problems) -> Part:
    """The part with its arrays; every equation is read with the shapes of those above it."""
    vocabulary = replace(part.vocabulary, shapes=arrays.shapes, rows=arrays.rows, open=True)
    equations: list[Equation] = []
    for raw in raw_equations(arrays.equations, Reading(problems, vocabulary)):
        if isinstance(raw, RawLayer) or raw.function:
            hint = "functions: {f(x): x^2}" if not isinstance(raw, RawLayer) else "write its equations"
            place = raw.doc if isinstance(raw, RawLayer) else raw.left
            problems.later(place, raw.where, "layers and functions among equations with shapes", hint)
            continue
        if raw.name is None or raw.right is None:
            continue
        vocabulary = vocabulary.with_quantities((raw.name,))
        try:
            right = read(raw.right.text, vocabulary)
            if isinstance(right, Rel):
                raise ReadError(raw.right.text, 0, "a second relation in one equation", "one equation a line")
            shape = Shapes(vocabulary).of(right)
        except ReadError as error:
            problems.unreadable(raw.right, raw.where, error)
            continue
        except (ShapeError, UnsupportedError) as error:
            problems.add(raw.right, raw.where, str(error))
            continue
        declared: Mapping[Name, Shape] = vocabulary.shapes
        if raw.name in declared and declared[raw.name] != shape:
            problems.add(raw.left, raw.where, f"'{raw.name}' is {declared[raw.name]}, its right side {shape}")
        if any(e.left == raw.name for e in equations):
            problems.add(raw.left, raw.where, f"'{raw.name}' is computed twice", "number them")
        if not shape.is_number:
            vocabulary = replace(vocabulary, shapes={**declared, raw.name: shape})
        equations.append(Equation(raw.name, right, Place(problems.file, *raw.left.locate())))
    return replace(part, vocabulary=vocabulary, equations=tuple(equations))


__all__ = ["MAX_SIZE", "Arrays", "read_shape", "same_letter_twice", "take_arrays", "with_arrays"]
