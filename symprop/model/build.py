"""The same exercise in Python: from text, from pairs, or from SymPy equations.

    exercise(equations="z = w x\\nL = (z - y)^2/2", parameters={"w": "0.5"}, given={"x": 2, "y": 3},
             tasks=["forward", {"gradient": "all"}])
    exercise(equations=[sympy.Eq(z, w*x), (L, (z - y)**2/2)], …)

Arguments have the keys of an exercise file (``learning_rate`` for ``learning rate``), and are judged by the same rules.
SymPy expressions are walked, never printed and read again.  Numbers are exact: a float counts as the decimal it prints.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symprop.errors import ReadError, UnsupportedError
from symprop.model.exercise import Exercise
from symprop.written import Name, Rel, Written, equals, num

if TYPE_CHECKING:
    from symprop.spec.document import Doc, Scalar, Source

PYTHON = "<python>"


def exercise(
    equations: Any = None,
    given: Any = None,
    parameters: Any = None,
    learning_rate: Any = None,
    tasks: Any = None,
    functions: Any = None,
    **settings: Any,
) -> Exercise:
    """The exercise with these keys; others (``title``, ``names``, ``conventions``, ``parts`` …) as in a file.

    Raises SpecError with all problems; ``where`` says which argument, since there is no line.
    """
    from symprop.spec import resolve
    from symprop.spec.document import Mapping, Scalar, Source
    from symprop.spec.problems import Problems

    found = {
        "equations": equations,
        "functions": functions,
        "parameters": parameters,
        "given": given,
        "learning rate": learning_rate,
        "tasks": tasks,
    }
    found.update({key.replace("_", " "): value for key, value in settings.items()})
    source = Source(PYTHON, "")
    entries = []
    problems = Problems(PYTHON)
    for key, value in found.items():
        if value is not None:
            try:
                doc = _equations(value, source) if key == "equations" else _doc(value, source)
            except (TypeError, ReadError, UnsupportedError) as error:
                problems.at(PYTHON, 0, 0, key, str(error))
                continue
            entries.append((Scalar(source, key), doc))
    problems.check()
    return resolve(Mapping(source, tuple(entries)), problems, "exercise")


def _equations(value: Any, source: Source) -> Doc:
    """Text, or a list of texts, pairs, SymPy equations and layers."""
    from symprop.spec.document import Listing, Scalar

    if isinstance(value, str):
        return Scalar(source, value, "|")
    if _is_relation(value) or isinstance(value, Rel):
        value = [value]
    if isinstance(value, MappingOf):
        value = list(value.items()) if "dense" not in value else [value]
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is neither text nor a list of equations")
    items: list[Doc] = []
    for item in value:
        if _is_relation(item):
            item = (item.lhs, item.rhs)
        if isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], str):
            left = item[0] if isinstance(item[0], str) else _written(item[0])
            items.append(Scalar(source, f"{left} = {item[1]}"))
        elif isinstance(item, tuple) and len(item) == 2:
            items.append(Scalar(source, "", ready=equals(_left(item[0]), _written(item[1]))))
        elif isinstance(item, Rel):
            items.append(Scalar(source, "", ready=item))
        else:
            items.append(_doc(item, source))
    return Listing(source, tuple(items))


def _left(value: Any) -> Written:
    if isinstance(value, str):
        from symprop.reader import read_name

        return read_name(value)
    return _written(value)


def _written(value: Any) -> Written:
    """A formula of Python: ours, a number, a SymPy expression."""
    if isinstance(value, Written):
        return value
    number = _number(value)
    if number is not None:
        return number
    if _is_sympy(value):
        from symprop.algebra import from_expr

        formula: Written = from_expr(value)
        return formula
    raise TypeError(f"{value!r} is neither text nor a number nor a SymPy expression")


def _number(value: Any) -> Written | None:
    """The exact number; a float is the shortest decimal that it prints."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction):
        return num(Fraction(value))
    if getattr(value, "is_Rational", False):
        return num(Fraction(int(value.p), int(value.q)))
    if isinstance(value, Decimal):
        return num(Fraction(value)) if value.is_finite() else None
    if isinstance(value, float) or type(value).__module__ == "numpy":
        plain = value.item() if hasattr(value, "item") else value
        if isinstance(plain, int):
            return num(plain)
        if isinstance(plain, float) and plain - plain == 0:
            return num(Fraction(repr(plain)))
    return None


def _doc(value: Any, source: Source) -> Doc:
    """Mappings, lists and scalars as they would stand in a file."""
    from symprop.spec.document import Listing, Mapping, Scalar

    if isinstance(value, str):
        return Scalar(source, value)
    if value is None:
        return Scalar(source, "")
    if isinstance(value, bool):
        return Scalar(source, "true" if value else "false")
    if isinstance(value, MappingOf):
        return Mapping(source, tuple((_key(k, source), _doc(v, source)) for k, v in value.items()))
    if hasattr(value, "tolist") and not isinstance(value, Written) and getattr(value, "ndim", None):
        value = value.tolist()
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return Listing(source, tuple(_doc(item, source) for item in items))
    if isinstance(value, int):  # counts (steps, digits, points) are read as text
        return Scalar(source, str(value))
    return Scalar(source, str(value), ready=_written(value))


def _key(value: Any, source: Source) -> Scalar:
    from symprop.spec.document import Scalar

    if isinstance(value, str):
        return Scalar(source, value)
    written = _written(value)
    return Scalar(source, written.text if isinstance(written, Name) else str(value), ready=written)


def _is_sympy(value: Any) -> bool:
    return hasattr(value, "free_symbols") and hasattr(value, "func")


def _is_relation(value: Any) -> bool:
    return _is_sympy(value) and hasattr(value, "lhs") and hasattr(value, "rhs")
