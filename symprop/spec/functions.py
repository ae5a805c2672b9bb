"""``functions``: abstract (``g:``, ``D(u, v):``), with a body (``rho(z): z^2``), or a known one (``psi: softplus``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symprop.names import FunctionDef
from symprop.spec.document import Doc, Scalar, Span, whole
from symprop.spec.problems import did_you_mean
from symprop.spec.reading import Reading, heading, mapping_of
from symprop.written import Call, Deriv, Name, Written


@dataclass(frozen=True, slots=True, eq=False)
class RawFunction:
    """A function as it stands in the file."""

    name: Name
    params: tuple[Name, ...]
    body: Span | None
    place: Scalar | Span
    where: str


def declared(contributions: list[tuple[str, Doc]], reading: Reading) -> dict[Name, RawFunction]:
    """The functions of the ``functions`` mappings; of a part the last."""
    found: dict[Name, RawFunction] = {}
    for where, doc in contributions:
        if isinstance(doc, Scalar) and doc.text.strip():
            for path, span in reading.items(doc, where):
                _add(span, None, path, reading, found, set())
            continue
        mapping = mapping_of(doc, where, reading.problems, "a mapping of functions to bodies")
        here: set[Name] = set()
        for key, value in mapping.entries if mapping else ():
            path = f"{where}.{key.text.strip()}"
            if not isinstance(value, Scalar):
                message = "a body or the name of a known function was expected"
                reading.problems.add(value, path, message, "f(z): z^2 · psi: softplus · g: (nothing) for any function")
                continue
            empty = value.ready is None and not value.text.strip()
            _add(whole(key), None if empty else whole(value), path, reading, found, here)
    return found


def _add(
    span: Span, body: Span | None, where: str, reading: Reading, found: dict[Name, RawFunction], here: set[Name]
) -> None:
    if span.text.count("(") != span.text.count(")"):
        hint = "between { and } a comma ends the key: give each function a line of its own, or quote 'D(u, v)'"
        reading.problems.add(span, where, f"a bracket is open in '{span.text}'", hint)
        return
    parts = heading(span)
    name = reading.name(parts[0] if parts else span, where)
    if name is None:
        return
    if name in here:
        reading.problems.add(span, where, f"the function '{name}' stands here twice")
        return
    params = _params(parts[1], where, reading) if parts else ()
    if params is not None:
        here.add(name)
        found[name] = RawFunction(name, params, body, span, where)


def _params(spans: tuple[Span, ...], where: str, reading: Reading) -> tuple[Name, ...] | None:
    params: list[Name] = []
    for span in spans:
        name = reading.name(span, where)
        if name is None:
            return None
        if name in params:
            reading.problems.add(span, where, f"the argument '{name}' stands here twice")
            return None
        params.append(name)
    return tuple(params)


def from_equation(left: Span, body: Span, where: str, reading: Reading) -> RawFunction | None:
    """``f(x) = …`` among the equations."""
    parts = heading(left)
    assert parts is not None, "a function equation without a heading"
    name = reading.name(parts[0], where)
    params = _params(parts[1], where, reading)
    return RawFunction(name, params, body, left, where) if name is not None and params is not None else None


def known_function(text: str) -> str:
    """The canonical key of a known function (ReLU for relu, ReLu, \\mathrm{ReLU}), or ''."""
    from symprop.names import known_function as find

    return find(text)


def known_functions() -> tuple[str, ...]:
    from symprop.names import KNOWN_FUNCTIONS

    return tuple(KNOWN_FUNCTIONS)


def headings(raw: Mapping[Name, RawFunction], reading: Reading) -> dict[Name, FunctionDef]:
    """What the reader needs before any body is read: names, arguments, and aliases of known functions."""
    found: dict[Name, FunctionDef] = {}
    for name, function in raw.items():
        alias = ""
        if function.body is not None and function.body.scalar.ready is None and not function.params:
            alias = known_function(function.body.text)
            if not alias:
                text = function.body.text
                hint = did_you_mean(text, known_functions(), f"with a body write {name}(z): {text}")
                message = f"'{text}' is not a known function"
                reading.problems.add(function.body, function.where, message, hint)
                continue
        found[name] = FunctionDef(name, function.params, None, alias)
    return found


def with_bodies(
    raw: Mapping[Name, RawFunction], functions: Mapping[Name, FunctionDef], reading: Reading
) -> dict[Name, FunctionDef]:
    """Bodies may use the exercise's names, the arguments and each other, but nothing unknown and never themselves."""
    found = dict(functions)
    for name, definition in functions.items():
        function = raw[name]
        if function.body is None or definition.alias:
            continue
        body = reading.more(*function.params).formula(function.body, function.where)
        if body is not None:
            if any(isinstance(node, Deriv) for node in body.walk()):
                reading.problems.add(function.body, function.where, "a derivative in the body of a function")
                continue
            found[name] = replace(definition, body=body)
    for name in found:
        if _calls(name, found):
            reading.problems.add(raw[name].place, raw[name].where, f"the function '{name}' calls itself")
            found[name] = replace(found[name], body=None)
    return found


def _calls(name: Name, functions: Mapping[Name, FunctionDef]) -> bool:
    """Whether a function needs itself."""
    seen: set[Name] = set()
    stack: list[Written] = [body] if (body := functions[name].body) is not None else []
    while stack:
        for node in stack.pop().walk():
            if isinstance(node, Call) and node.func in functions and node.func not in seen:
                if node.func == name:
                    return True
                seen.add(node.func)
                inner = functions[node.func].body
                if inner is not None:
                    stack.append(inner)
    return False
