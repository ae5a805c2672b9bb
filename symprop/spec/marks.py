"""``marks``, ``rubric`` and the points of single results.

marks: {sign: 75%, forgot-path: 1/2, other: 0}      share of a result's points that remains after a mistake
points: {dL/dz: 1, dL/dw: 2}                        of a task: what each result or step is worth
"""

from __future__ import annotations

import re
from fractions import Fraction

from symprop.model.marks import MARKS
from symprop.spec.conventions import NO, YES
from symprop.spec.declare import Settings
from symprop.spec.document import Mapping, Scalar, whole
from symprop.spec.problems import Problems, did_you_mean, one_of
from symprop.spec.reading import Reading, mapping_of, scalar_of
from symprop.written import Deriv, Name, Written

SHARE = re.compile(r"(?P<number>\d{1,3}(?:[.,]\d{1,4})?)\s*(?P<percent>%)?|(?P<above>\d{1,3})/(?P<below>[1-9]\d{0,2})")
WORTH = re.compile(r"\d{1,4}(?:[.,]\d{1,4})?|½")
EXAMPLE = "such as 50%, 1/2 or 0.5"


def marks(settings: Settings, problems: Problems) -> dict[str, Fraction]:
    """The shares that an exercise changes, by the code of the mistake."""
    found: dict[str, Fraction] = {}
    for where, doc in settings.get("marks", []):
        mapping = mapping_of(doc, where, problems, "a mapping of mistakes to shares")
        for key, value in mapping.entries if mapping else ():
            code, path = key.text.strip(), f"{where}.{key.text.strip()}"
            if code not in MARKS:
                problems.add(key, path, f"unknown mistake '{code}'", did_you_mean(code, MARKS, "codes: docs/marks.md"))
                continue
            scalar = scalar_of(value, path, problems, "a share of the points")
            share = _share(scalar.text) if scalar is not None else None
            if share is not None:
                found[code] = share
            elif scalar is not None:
                problems.add(scalar, path, f"a share from 0 to 1 was expected, found '{scalar.text.strip()}'", EXAMPLE)
    return found


def _share(text: str) -> Fraction | None:
    found = SHARE.fullmatch(text.strip())
    if found is None:
        return None
    if found["above"]:
        share = Fraction(int(found["above"]), int(found["below"]))
    else:
        share = Fraction(found["number"].replace(",", ".")) / (100 if found["percent"] else 1)
    return share if share <= 1 else None


def rubric(settings: Settings, problems: Problems) -> bool:
    """Whether the key tells what is worth how much."""
    found = False
    for where, doc in settings.get("rubric", []):
        found = yes_or_no(scalar_of(doc, where, problems, "yes or no"), where, problems)
    return found


def yes_or_no(scalar: Scalar | None, where: str, problems: Problems) -> bool:
    """yes or no; what is neither is a problem, and no."""
    text = scalar.text.strip().casefold() if scalar is not None else "no"
    if text not in (*YES, *NO) and scalar is not None:
        problems.add(scalar, where, f"yes or no was expected, found '{scalar.text.strip()}'", one_of(("yes", "no")))
    return text in YES


def worth(mapping: Mapping, where: str, reading: Reading) -> tuple[tuple[Written, Fraction], ...]:
    """The points of results and steps: quantities, or derivatives."""
    found: dict[Written, Fraction] = {}
    for key, value in mapping.entries:
        path = f"{where}.{key.text.strip()}"
        quantity = reading.formula(whole(key), path)
        scalar = scalar_of(value, path, reading.problems, "a number of points")
        if quantity is None or scalar is None:
            continue
        if not isinstance(quantity, Name | Deriv):
            hint = "a quantity or a derivative: dL/dw"
            reading.problems.add(key, path, f"'{key.text.strip()}' is no result of a task", hint)
        elif not WORTH.fullmatch(scalar.text.strip()):
            message = f"a number of points was expected, found '{scalar.text.strip()}'"
            reading.problems.add(scalar, path, message, "such as 2 or 1.5")
        else:
            found[quantity] = Fraction(scalar.text.strip().replace(",", ".").replace("½", "0.5"))
    if not found and not mapping.entries:
        reading.problems.add(mapping, where, "no points here", "dL/dw: 2")
    return tuple(found.items())
