"""``equations``: a block (one formula a line), a list of formulas and layers, or one string with commas."""

from __future__ import annotations

from dataclasses import dataclass

from symprop.errors import ReadError
from symprop.reader import left_side, split_list
from symprop.spec.document import Doc, Listing, Mapping, Scalar, Span, lines, whole
from symprop.spec.reading import Reading, heading, sides
from symprop.written import Name, Rel


@dataclass(frozen=True, slots=True, eq=False)
class RawEquation:
    """A line before its right side is read.  ``name``: what it defines; None for a function, or where unreadable."""

    left: Span
    right: Span | None
    where: str
    name: Name | None
    function: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RawLayer:
    """A layer item."""

    doc: Mapping
    where: str


def raw_equations(contributions: list[tuple[str, Doc]], reading: Reading) -> list[RawEquation | RawLayer]:
    """The lines and layers, in order."""
    found: list[RawEquation | RawLayer] = []
    for where, doc in contributions:
        if isinstance(doc, Mapping):
            if len(doc.entries) == 1 and isinstance(doc.entries[0][1], Mapping):
                found.append(RawLayer(doc, where))
            else:
                hint = "equations: | and one formula a line below it"
                reading.problems.add(doc, where, "formulas were expected, found a mapping", hint)
            continue
        if isinstance(doc, Scalar):
            if doc.style in ("", ">") and doc.many_lines and doc.ready is None:
                hint = "begin the block with a bar: equations: |"
                reading.problems.add(doc, where, "YAML joins these lines into one", hint)
                continue
            found += _block(doc, where, reading)
            continue
        if not doc.items:
            reading.problems.add(doc, where, "there is no formula here", "equations: | and one formula a line below it")
        for number, item in enumerate(doc.items, 1):
            path = f"{where}[{number}]"
            if isinstance(item, Mapping):
                found.append(RawLayer(item, path))
            elif isinstance(item, Listing):
                hint = "quote a formula that begins with [: '[z > 0] r'"
                reading.problems.add(item, path, "a formula was expected, found a list", hint)
            else:
                found += _block(item, path, reading)
    return found


def _block(scalar: Scalar, where: str, reading: Reading) -> list[RawEquation | RawLayer]:
    if scalar.ready is not None:
        return [_ready(scalar, where, reading)]
    found: list[RawEquation | RawLayer] = []
    for line in lines(scalar):
        if not reading.usable(line, where):
            continue
        for span in _pieces(line, reading):
            equation = _line(span, where, reading)
            if equation is not None:
                found.append(equation)
    if not found and not any(True for _ in lines(scalar)):
        reading.problems.add(scalar, where, "there is no formula here", "equations: | and one formula a line below it")
    return found


def _ready(scalar: Scalar, where: str, reading: Reading) -> RawEquation:
    """An equation from Python."""
    rel = scalar.ready
    assert isinstance(rel, Rel), "an equation from Python is a relation"
    left, right = Scalar(scalar.source, "", ready=rel.items[0]), Scalar(scalar.source, "", ready=rel.items[1])
    name = rel.items[0]
    if not isinstance(name, Name):
        reading.problems.add(scalar, where, "the left side of an equation must be one name")
        return RawEquation(whole(left), None, where, None)
    return RawEquation(whole(left), whole(right), where, name)


def _pieces(line: Span, reading: Reading) -> list[Span]:
    """``a = b c, d = a^2`` is two equations; a comma without a relation after it belongs to the formula."""
    text = line.text.rstrip()
    if text.endswith((",", ";")):
        line = line.part(0, len(text) - 1)
    try:
        pieces = split_list(line.text)
    except ReadError:
        return [line]
    spans = []
    for offset, piece in pieces:
        lead = len(piece) - len(piece.lstrip())
        spans.append(line.part(offset + lead, offset + len(piece)))
    if len(spans) > 1 and all(sides(span) is not None for span in spans):
        return spans
    return [line]


def _line(span: Span, where: str, reading: Reading) -> RawEquation | None:
    parts = sides(span)
    if parts is None:
        hint = "an equation is: name = formula"
        if "<-" in span.text or "←" in span.text or "\\leftarrow" in span.text:
            reading.problems.later(span, where, "an update rule among the equations", "a gradient step is: update: …")
        elif (error := _why_no_sides(span)) is not None and "=" in span.text:
            reading.problems.unreadable(span, where, error)
        else:
            reading.problems.add(span, where, f"no '=' in '{_short(span.text)}'", hint)
        return None
    left, right = parts
    middle = span.scalar.text[left.end : right.start]
    if "<-" in middle or "←" in middle or "leftarrow" in middle:
        reading.problems.later(
            span, where, "an update rule among the equations", "a gradient step is the task update: …"
        )
        return None
    if not left.text:
        reading.problems.add(span, where, "the left side is missing", "an equation is: name = formula")
        return None
    if not right.text:
        reading.problems.add(span, where, f"the right side of '{left.text}' is missing", "", len(span.text) - 1)
        return None
    if heading(left) is not None:
        return RawEquation(left, right, where, None, function=True)
    return RawEquation(left, right, where, reading.name(left, where))


def _why_no_sides(span: Span) -> ReadError | None:
    try:
        left_side(span.text)
    except ReadError as error:
        return error
    return None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"
