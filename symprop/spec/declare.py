"""Everything that declares a name in a part, gathered before any formula is read; and one letter, one role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from symprop.names import Vocabulary
from symprop.spec import functions as fn
from symprop.spec.conventions import superscripts_are_labels
from symprop.spec.document import Doc, Scalar, Span, whole
from symprop.spec.equations import RawEquation, RawLayer, raw_equations
from symprop.spec.layers import Layer, read_layer
from symprop.spec.problems import Problems
from symprop.spec.reading import PRE, Reading, derivative_parts, mapping_of, scalar_of
from symprop.spec.values import Entry, Rate, Upstream, entries, learning_rate
from symprop.written import Deriv, Name

Settings = dict[str, list[tuple[str, Doc]]]


@dataclass(slots=True, eq=False)
class Draft:
    """What is known of a part while it is being read."""

    settings: Settings
    problems: Problems
    reading: Reading
    functions: dict[Name, fn.RawFunction]
    equations: list[RawEquation | tuple[Layer, Span | Doc]]
    entries: dict[Name, Entry]
    upstream: list[Upstream]
    rate: Rate | None
    display: list[tuple[Scalar, Name, Scalar, str]]  # key, its printed name, place of that, path


def declare(settings: Settings, problems: Problems) -> Draft:
    """Everything that declares a name, before any formula is read."""
    vocabulary = Vocabulary(superscripts_are_labels=superscripts_are_labels(settings))
    reading = Reading(problems, vocabulary)
    functions = fn.declared(settings.get("functions", []), reading)
    raw = raw_equations(settings.get("equations", []), reading)
    for equation in raw:
        if isinstance(equation, RawEquation) and equation.function:
            assert equation.right is not None
            function = fn.from_equation(equation.left, equation.right, equation.where, reading)
            if function is not None:
                if function.name in functions:
                    problems.add(function.place, function.where, f"the function '{function.name}' is declared twice")
                functions[function.name] = function
    reading = reading.with_(replace(vocabulary, functions=fn.headings(functions, reading)))

    found: dict[Name, Entry] = {}
    upstream: dict[str, Upstream] = {}
    for role in ("parameters", "given"):
        for entry in entries(settings.get(role, []), role, reading):
            if isinstance(entry, Upstream):
                upstream[entry.key.text.strip()] = entry
                continue
            _enter(found, entry, problems)
    families: dict[Name, list[Entry]] = {}
    for entry in found.values():
        if entry.family is not None:
            families.setdefault(entry.family, []).append(entry)
    singles = frozenset(e.name for e in found.values() if e.family is None and e.value is not None)

    equations: list[RawEquation | tuple[Layer, Span | Doc]] = []
    layers = [e for e in raw if isinstance(e, RawLayer)]
    number = 0
    for equation in raw:
        if isinstance(equation, RawEquation):
            if not equation.function:
                equations.append(equation)
            continue
        number += 1
        layer = read_layer(equation.doc, equation.where, number, layers, families, singles, reading)
        if layer is not None:
            equations.append((layer, equation.doc))
            for entry in layer.values:
                _enter(found, entry, problems)
    rate = learning_rate(settings.get("learning rate", []), reading)
    draft = Draft(settings, problems, reading, functions, equations, found, list(upstream.values()), rate, [])
    _read_names(draft)
    draft.reading = reading.more(*_declared_names(draft, families))
    _check_roles(draft)
    return draft


def _enter(found: dict[Name, Entry], entry: Entry, problems: Problems) -> None:
    """Of one name given twice at different levels the later counts; in both mappings at once is a mistake."""
    old = found.get(entry.name)
    if old is not None and old.role != entry.role and old.value is not None and entry.value is not None:
        same_level = old.where.startswith("parts[") == entry.where.startswith("parts[")
        if same_level:
            message = f"'{entry.name}' has a value under {old.role} already"
            problems.add(entry.key, entry.where, message, f"line {old.key.locate()[0]}; keep one of them")
            return
    if old is not None and old.role == "parameters":
        entry = replace(entry, role="parameters", value=entry.value or old.value)
    found[entry.name] = entry


def _declared_names(draft: Draft, families: Iterable[Name]) -> list[Name]:
    names: list[Name] = [*draft.entries, *families]
    for equation in draft.equations:
        if isinstance(equation, RawEquation):
            if equation.name is not None:
                names.append(equation.name)
        else:
            layer = equation[0]
            names += [*layer.inputs, *layer.defines, *layer.parameters]
    names += [upstream.of for upstream in draft.upstream]
    names += [display for _, display, _, _ in draft.display]
    if draft.rate is not None:
        names.append(draft.rate.letter)
    return names


def _read_names(draft: Draft) -> None:
    """``names``: what a derivative or a pre-activation is called."""
    for where, doc in draft.settings.get("names", []):
        mapping = mapping_of(doc, where, draft.problems, "a mapping of derivatives to names")
        for key, shown in mapping.entries if mapping else ():
            path = f"{where}.{key.text.strip()}"
            span = whole(key)
            if derivative_parts(span) is None and not PRE.match(span.text) and not isinstance(key.ready, Deriv):
                hint = "dL/dz: delta or pre(h): a; give other quantities their name in the equations"
                draft.problems.add(key, path, f"a derivative or pre(…) was expected, found '{span.text}'", hint)
                continue
            scalar = scalar_of(shown, path, draft.problems, "a name")
            name = draft.reading.name(whole(scalar), path) if scalar is not None else None
            if name is not None and scalar is not None:
                if any(name == other for _, other, _, _ in draft.display):
                    draft.problems.add(scalar, path, f"'{name}' already names something else")
                draft.display.append((key, name, scalar, path))


def _check_roles(draft: Draft) -> None:
    """One letter, one role."""
    problems, functions = draft.problems, draft.reading.vocabulary.functions
    lefts: set[Name] = set()
    for equation in draft.equations:
        if isinstance(equation, RawEquation):
            if equation.name is None:
                continue
            lefts.add(equation.name)
            if equation.name in functions:
                message = f"'{equation.name}' is a function and a quantity"
                problems.add(equation.left, equation.where, message, "give one of them another letter")
        else:
            lefts.update(equation[0].defines)
    for entry in draft.entries.values():
        if entry.name in functions:
            message = f"'{entry.name}' is a function and a quantity"
            problems.add(entry.key, entry.where, message, "give one of them another letter")
        if entry.role == "parameters" and entry.name in lefts:
            message = f"'{entry.name}' is computed by an equation, so it is no parameter"
            problems.add(entry.key, entry.where, message)
    for _, name, place, path in draft.display:
        if name in lefts or name in draft.entries or name in functions:
            message = f"'{name}' is already another quantity"
            problems.add(place, path, message, "choose a name of its own")
    rate = draft.rate
    if rate is not None:
        same = draft.entries.get(rate.letter)
        if rate.letter in lefts or rate.letter in functions or (same is not None and same.role == "parameters"):
            message = f"'{rate.letter}' is the learning rate and something else"
            problems.add(rate.place, rate.where, message, "give one of them another letter")
        elif same is not None and rate.value is not None and same.value is not None:
            message = f"'{rate.letter}' has a value under learning rate already"
            problems.add(same.key, same.where, message, "keep one of them")
