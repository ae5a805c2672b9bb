"""``- dense: {inputs: …, outputs: …, weights: …, bias: …, activation: …, table: …, pre: …}`` among the equations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from symprop.model.layers import dense
from symprop.names import entry_name
from symprop.spec import keys
from symprop.spec.document import Doc, Listing, Scalar, Span, whole
from symprop.spec.document import Mapping as MappingDoc
from symprop.spec.equations import RawLayer
from symprop.spec.problems import did_you_mean, one_of
from symprop.spec.reading import Reading, scalar_of
from symprop.spec.values import NUMBER, Entry
from symprop.written import Call, Name, Written

LINEAR = ("", "identity", "linear", "none")
NO_BIAS = ("", "0", "none", "no")


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A dense layer with all its names, before its activation is read."""

    inputs: tuple[Name, ...]
    outputs: tuple[Name, ...]
    weights: tuple[tuple[Name, ...], ...]  # [to][from]
    biases: tuple[Name, ...]
    activation: Span | None
    pre: tuple[Name, ...]
    values: tuple[Entry, ...]  # numbers that stand in the layer itself
    place: MappingDoc
    where: str

    @property
    def defines(self) -> tuple[Name, ...]:
        return (*self.pre, *self.outputs)

    @property
    def parameters(self) -> tuple[Name, ...]:
        """Weights, then bias, of unit 1, then of unit 2; a shared bias once."""
        found: dict[Name, None] = {}
        for j, row in enumerate(self.weights):
            found.update(dict.fromkeys((*row, *self.biases[j : j + 1])))
        return tuple(found)


Families = Mapping[Name, Sequence[Entry]]


def read_layer(
    doc: MappingDoc,
    where: str,
    number: int,
    layers: Sequence[RawLayer],
    families: Families,
    singles: frozenset[Name],
    reading: Reading,
) -> Layer | None:
    """A layer item; ``number``: which layer of the part it is, ``layers``: all of them.

    ``families``: the lists of given and parameters by name, ``singles``: the names that have one value.
    """
    kind = doc.entries[0][0].text.strip() if doc.entries else ""
    if len(doc.entries) != 1 or kind not in keys.LAYERS:
        _wrong_kind(doc, kind, where, reading)
        return None
    where = f"{where}.{kind}"
    body = doc.entries[0][1]
    if not isinstance(body, MappingDoc):
        example = "dense: {inputs: x_1 x_2, outputs: u_1 u_2, weights: A, bias: c, activation: tanh}"
        reading.problems.add(body, where, "a mapping was expected", example)
        return None
    many = (len(layers) > 1, sum(map(_is_curved, layers)) > 1)
    return _Builder(body, where, number, many, families, singles, reading).layer()


def _field(layer: RawLayer, name: str) -> Doc | None:
    body = layer.doc.entries[0][1] if layer.doc.entries else None
    return body.get(name) if isinstance(body, MappingDoc) else None


def _is_curved(layer: RawLayer) -> bool:
    """An activation: it has pre-activations, which need a letter."""
    activation = _field(layer, "activation")
    return isinstance(activation, Scalar) and activation.text.strip().casefold() not in LINEAR


def _wrong_kind(doc: MappingDoc, kind: str, where: str, reading: Reading) -> None:
    place = doc.entries[0][0] if doc.entries else doc
    if kind in keys.LATER_LAYERS:
        reading.problems.later(place, where, f"the layer '{kind}'", "write its equations")
    elif len(doc.entries) == 1:
        hint = did_you_mean(kind, keys.LAYERS, "a layer is: dense: {…}; quote a formula that has ': ' in it")
        reading.problems.add(place, where, f"unknown layer '{kind}'", hint)
    else:
        reading.problems.add(place, where, "a formula or one layer was expected", "a layer is: dense: {…}")


class _Builder:
    """Reads the fields of one layer."""

    def __init__(
        self,
        body: MappingDoc,
        where: str,
        number: int,
        many: tuple[bool, bool],
        families: Families,
        singles: frozenset[Name],
        reading: Reading,
    ):
        self.body, self.where, self.number, self.many = body, where, number, many
        self.families, self.singles, self.reading = families, singles, reading
        self.problems = reading.problems
        self.values: list[Entry] = []
        self.failed = False

    def fail(self, place: Doc | Span, field: str, message: str, hint: str = "") -> None:
        self.failed = True
        self.problems.add(place, f"{self.where}.{field}" if field else self.where, message, hint)

    def layer(self) -> Layer | None:
        for key, _ in self.body.entries:
            if key.text.strip() not in keys.DENSE:
                hint = did_you_mean(key.text, keys.DENSE, one_of(keys.DENSE))
                self.fail(key, "", f"unknown key '{key.text.strip()}'", hint)
        for field in ("inputs", "outputs", "weights"):
            if self.body.get(field) is None:
                self.fail(self.body, "", f"'{field}' is missing")
        inputs, outputs = self.inputs(), self.names("outputs")
        if self.failed or not (inputs and outputs):
            return None
        activation = self.activation()
        weights = self.weights(len(inputs), outputs)
        biases = self.biases(outputs)
        pre = self.pre(outputs) if activation is not None else ()
        if weights is None or self.has_failed():
            return None
        return Layer(inputs, outputs, weights, biases, activation, pre, tuple(self.values), self.body, self.where)

    def has_failed(self) -> bool:
        return self.failed

    def names(self, field: str) -> tuple[Name, ...]:
        """Names between spaces or commas, or as a list."""
        found: list[Name] = []
        for span in self.pieces(self.body.get(field), field):
            name = self.reading.name(span, f"{self.where}.{field}")
            if name is None:
                self.failed = True
            elif name in found:
                self.fail(span, field, f"'{span.text}' stands here twice")
            else:
                found.append(name)
        return tuple(found)

    def pieces(self, doc: Doc | None, field: str) -> list[Span]:
        if isinstance(doc, Listing):
            return [whole(item) for item in doc.items if isinstance(item, Scalar)]
        scalar = scalar_of(doc, f"{self.where}.{field}", self.problems, "names")
        if scalar is None:
            self.failed |= doc is not None
            return []
        span, found, start, depth = whole(scalar), [], 0, 0
        for i, character in enumerate(span.text + " "):
            depth += (character in "{([") - (character in "})]")
            if depth == 0 and (character.isspace() or character in ",;"):
                if span.text[start:i].strip():
                    found.append(span.part(start, i))
                start = i + 1
        return found

    def inputs(self) -> tuple[Name, ...]:
        found: list[Name] = []
        for name in self.names("inputs"):
            found.extend(e.name for e in self.families[name]) if name in self.families else found.append(name)
        return tuple(found)

    def activation(self) -> Span | None:
        scalar = scalar_of(self.body.get("activation"), f"{self.where}.activation", self.problems, "a function")
        if scalar is None or scalar.text.strip().casefold() in LINEAR:
            return None
        return whole(scalar)

    def from_to(self) -> bool:
        scalar = scalar_of(self.body.get("table"), f"{self.where}.table", self.problems, "from-to or to-from")
        if scalar is None:
            return False
        text = scalar.text.strip().replace(" ", "-").replace("_", "-")
        if text not in keys.TABLES:
            hint = f"{one_of(keys.TABLES)}: what rows and columns are"
            self.fail(scalar, "table", f"unknown table '{scalar.text}'", hint)
        return text == "from-to"

    def letter(self, default: str) -> Name:
        """w, or w^(k) where several layers have no letters of their own."""
        many = self.many[default == "z"]
        return Name(default, sup=f"({self.number})") if many else Name(default)

    def weights(self, n_in: int, outputs: tuple[Name, ...]) -> tuple[tuple[Name, ...], ...] | None:
        n_out, doc, from_to = len(outputs), self.body.get("weights"), self.from_to()
        letter: Name | None = None
        if isinstance(doc, MappingDoc):
            if len(doc.entries) != 1:
                self.fail(doc, "weights", "one letter with one table was expected", "weights: {w: [[…], […]]}")
                return None
            letter = self.reading.name(whole(doc.entries[0][0]), f"{self.where}.weights")
            doc = doc.entries[0][1]
        if isinstance(doc, Scalar):
            pieces = self.pieces(doc, "weights")
            if len(pieces) == 1 and not NUMBER.match(pieces[0].text):
                name = self.reading.name(pieces[0], f"{self.where}.weights")
                if name is None:
                    self.failed = True
                    return None
                if n_in == n_out == 1 and name not in self.families:
                    return ((name,),)
                return self.by_letter(name, doc, n_in, n_out, from_to)
            rows: list[list[Span]] = [pieces]
            flat = True
        elif isinstance(doc, Listing):
            flat = not any(isinstance(item, Listing) for item in doc.items)
            rows = [self.pieces(item, "weights") for item in doc.items if isinstance(item, Listing)]
            rows = [self.pieces(doc, "weights")] if flat else rows
        else:
            self.failed = True
            return None
        if flat and n_out > 1 and n_in == 1:
            rows = [[cell] for cell in rows[0]]
            from_to = False
        elif flat:
            from_to = False
        if not self.shape(doc, len(rows), len(rows[0]) if rows else 0, n_in, n_out, from_to):
            return None
        if any(len(row) != len(rows[0]) for row in rows):
            self.fail(doc, "weights", "the rows of the table differ in length")
            return None
        letter = letter or self.letter("w")
        names = [[self.cell(cell, letter, (r, c)) for c, cell in enumerate(row, 1)] for r, row in enumerate(rows, 1)]
        return tuple(zip(*names, strict=True)) if from_to else tuple(map(tuple, names))

    def shape(self, place: Doc, rows: int, columns: int, n_in: int, n_out: int, from_to: bool) -> bool:
        wanted = (n_in, n_out) if from_to else (n_out, n_in)
        if (rows, columns) == wanted:
            return True
        kind = "from-to" if from_to else "to-from"
        other = "to-from" if from_to else "from-to"
        per = "input" if from_to else "output"
        hint = f"{wanted[0]} rows of {wanted[1]} were expected: table: {kind} has a row per {per}"
        if (columns, rows) == wanted:
            hint = f"write table: {other}"
        self.fail(place, "weights", f"the table of weights has {rows} rows of {columns}", hint)
        return False

    def by_letter(
        self, letter: Name, place: Scalar, n_in: int, n_out: int, from_to: bool
    ) -> tuple[tuple[Name, ...], ...] | None:
        rows, columns = (n_in, n_out) if from_to else (n_out, n_in)
        given = self.families.get(letter)
        flat = False
        if given is not None:
            names = {e.name for e in given}
            flat = 1 in (rows, columns) and names == {entry_name(letter, (i,)) for i in range(1, rows * columns + 1)}
            if not flat and names != _table(letter, rows, columns):
                kind = "from-to" if from_to else "to-from"
                hint = f"table: {kind} has a row per {'input' if from_to else 'output'}"
                if names == _table(letter, columns, rows):
                    hint = f"write table: {'to-from' if from_to else 'from-to'}"
                message = f"the table '{letter}' has {_size(letter, names)}, the layer needs {rows} rows of {columns}"
                self.fail(place, "weights", message, hint)
                return None
        result = []
        for j in range(1, n_out + 1):
            row = []
            for i in range(1, n_in + 1):
                index: tuple[int, ...] = (i, j) if from_to else (j, i)
                row.append(entry_name(letter, (max(i, j),) if flat else index))
            result.append(tuple(row))
        return tuple(result)

    def cell(self, span: Span, letter: Name, index: tuple[int, ...]) -> Name:
        """A name, or a number that becomes the value of an entry."""
        path = f"{self.where}.weights"
        if not NUMBER.match(span.text):
            return self.reading.name(span, path) or self.broken(letter, index)
        name = entry_name(letter, index)
        self.values.append(Entry(name, span, span, path, "parameters", letter))
        return name

    def broken(self, letter: Name, index: tuple[int, ...]) -> Name:
        self.failed = True
        return entry_name(letter, index)

    def biases(self, outputs: tuple[Name, ...]) -> tuple[Name, ...]:
        doc, path, n = self.body.get("bias"), f"{self.where}.bias", len(outputs)
        if doc is None or (isinstance(doc, Scalar) and doc.text.strip().casefold() in NO_BIAS):
            return ()
        pieces = self.pieces(doc, "bias")
        letter = self.letter("b")
        if len(pieces) == 1 and NUMBER.match(pieces[0].text):
            pieces = pieces * n
        if len(pieces) == 1 and n > 1:
            name = self.reading.name(pieces[0], path)
            if name is None:
                self.failed = True
                return ()
            if name in self.families and len(self.families[name]) != n:
                self.fail(pieces[0], "bias", f"'{name}' has {len(self.families[name])} values for {n} outputs")
            if name in self.singles:
                return (name,) * n
            return tuple(entry_name(name, (j,)) for j in range(1, n + 1))
        if len(pieces) != n:
            self.fail(doc, "bias", f"{len(pieces)} biases for {n} outputs")
            return ()
        found = []
        for j, span in enumerate(pieces, 1):
            if NUMBER.match(span.text):
                name = entry_name(letter, (j,)) if n > 1 else letter
                self.values.append(Entry(name, span, span, path, "parameters", letter if n > 1 else None))
                found.append(name)
            else:
                name = self.reading.name(span, path) or letter
                family = self.families.get(name)
                found.append(family[0].name if family and len(family) == 1 else name)
        return tuple(found)

    def pre(self, outputs: tuple[Name, ...]) -> tuple[Name, ...]:
        given = self.names("pre")
        if len(given) == len(outputs):
            return given
        if len(given) > 1:
            self.fail(self.body.get("pre") or self.body, "pre", f"{len(given)} names for {len(outputs)} outputs")
            return ()
        letter = given[0] if given else self.letter("z")
        found = []
        for j, output in enumerate(outputs, 1):
            sub = output.sub or (str(j) if len(outputs) > 1 else "")
            sup = letter.sup or output.sup
            found.append(replace(letter, sub=(letter.sub + sub) if letter.sub else sub, sup=sup))
        if len(set(found)) < len(found):
            found = [entry_name(letter, (j,)) for j in range(1, len(outputs) + 1)]
        return tuple(found)


def _table(letter: Name, rows: int, columns: int) -> set[Name]:
    return {entry_name(letter, (r, c)) for r in range(1, rows + 1) for c in range(1, columns + 1)}


def _size(letter: Name, names: set[Name]) -> str:
    """What the values of a letter are: 3 rows of 2, or 4 values."""
    sizes = ((rows, len(names) // rows) for rows in range(1, len(names) + 1))
    found = next((size for size in sizes if _table(letter, *size) == names), None)
    return f"{found[0]} rows of {found[1]}" if found else f"{len(names)} values"


def expand(layer: Layer, reading: Reading) -> list[tuple[Name, Written]]:
    """The equations of a layer; its activation is read with the exercise's functions."""
    apply = None
    if layer.activation is not None:
        path = f"{layer.where}.activation"
        span = layer.activation
        call = _call(span, layer, reading)
        if call is None:
            from symprop.spec.functions import known_functions

            known = (*known_functions(), *(f.text for f in reading.vocabulary.functions))
            hint = did_you_mean(span.text, known, "declare it under functions:")
            reading.problems.add(span, path, f"unknown activation '{span.text}'", hint)
            return []

        def apply(z: Written, call: Call = call) -> Written:
            return Call(call.func, (z,))

    return list(dense(layer.inputs, layer.outputs, layer.weights, layer.biases, apply, layer.pre))


def _call(span: Span, layer: Layer, reading: Reading) -> Call | None:
    """f of the text 'f': what the reader makes of f(z)."""
    from symprop.errors import ReadError
    from symprop.reader import read

    if not re.fullmatch(r"[\\\w{}^'() ]+", span.text):
        return None
    try:
        found = read(f"{span.text}({layer.pre[0].text})", reading.vocabulary, new_symbols=False)
    except ReadError:
        return None
    return found if isinstance(found, Call) and found.args == (layer.pre[0],) and not found.primes else None
