r"""Several derivatives that are asked, told as one vector:  \nabla L,  \nabla_w L,  grad L,  ∂L/∂\mathbf{w}."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symprop.errors import ReadError
from symprop.judge.records import Verdict
from symprop.judge.statements import Statement, name_of
from symprop.names import Vocabulary
from symprop.reader import read_name
from symprop.written import Deriv, Name, Vec, Written

if TYPE_CHECKING:
    from symprop.judge.judging import Marker

FONT = r"\\(?:mathbf|boldsymbol|bm|vec|underline|mathrm)"
NABLA = re.compile(
    r"^\s*(?:\\(?:vec|mathbf)\s*\{\s*\\nabla\s*\}|\\nabla|∇|\\(?:operatorname|mathrm|text)\s*\{\s*grad\s*\}|grad(?![A-Za-z]))"
    r"\s*(?:_\s*(?:\{(?P<by>(?:[^{}]|\{[^{}]*\})*)\}|(?P<short>\\?[A-Za-zθ]+)))?\s*(?P<of>\S.*)$",
    re.DOTALL,
)
FRACTION = re.compile(
    r"^\s*\\[dt]?frac\s*\{\s*(?:d|\\partial)\s*(?P<of>(?:[^{}]|\{[^{}]*\})+)\}\s*\{\s*(?:d|\\partial)\s*(?P<by>(?:[^{}]|\{[^{}]*\})+)\}\s*$"
    r"|^\s*(?:d|∂)(?P<plain_of>[^/]+)/(?:d|∂)(?P<plain_by>[^/]+?)\s*$"
)
DRESSED = re.compile(rf"{FONT}\s*(?:\{{(?P<inner>[^{{}}]*)\}}|(?=\\?[A-Za-z]))")


def gradient(left: str, asked: Iterable[Written], vocabulary: Vocabulary) -> Vec | None:
    """The asked derivatives that a left side stands for, in their order; None where it stands for none."""
    left = " ".join(left.split())
    found = NABLA.match(left)
    if found is not None:
        of, by = found["of"], found["by"] or found["short"]
    else:
        found = FRACTION.match(left)
        if found is None:
            return None
        of, by = found["of"] or found["plain_of"], found["by"] or found["plain_by"]
    target = name_of(of.strip().removeprefix("(").removesuffix(")"), vocabulary)
    if target is not None and by and "," in by:
        names = [name_of(each, vocabulary) for each in by.strip("()[] ").split(",")]
        listed = tuple(Deriv(target, (n,)) for n in names if n is not None)
        return Vec(listed) if len(listed) == len(names) else None
    family = _family(by) if by else None
    if target is None or (by and family is None):
        return None
    entries = [q for q in asked if isinstance(q, Deriv) and q.of == target and _belongs(q, family)]
    return Vec(tuple(entries)) if len(entries) > 1 else None


def in_either_order(marker: Marker, said: Statement) -> list[Verdict]:
    """The verdicts on a statement; on ∇L also in the order in which the exercise has its parameters: one is enough."""
    found = marker.statement(said)
    nabla = NABLA.match(said.text)
    if not isinstance(said.about, Vec) or nabla is None or "," in (nabla["by"] or "") or not _some_wrong(found):
        return found
    place: dict[Written, int] = {name: i for i, name in enumerate(marker.subject.graph.parameters)}
    usual = sorted(said.about.items, key=lambda q: place.get(q.by[0], len(place)) if isinstance(q, Deriv) else 0)
    again = marker.statement(replace(said, about=Vec(tuple(usual))))
    return found if _some_wrong(again) else again


def _some_wrong(verdicts: Sequence[Verdict]) -> bool:
    return any(verdict.kind == "wrong" for verdict in verdicts)


def _family(text: str) -> Name | None:
    """w of \\mathbf{w}, \\vec w, {w}."""
    bare = DRESSED.sub(lambda m: m["inner"] or "", text).strip().strip("{}").strip()
    try:
        found = read_name(bare)
    except (ReadError, RecursionError):
        return None
    return found if not found.sub and not found.sup else None


def _belongs(quantity: Deriv, family: Name | None) -> bool:
    by = quantity.by[0]
    if len(quantity.by) != 1 or not isinstance(by, Name):
        return False
    return family is None or (by.base, by.accent) == (family.base, family.accent)


def of_order(asked: Deriv, about: Deriv) -> bool:
    """Whether both are by the same quantities, in whatever order: ∂²f/∂x∂a is ∂²f/∂a∂x."""
    return asked.by == about.by or sorted(map(repr, asked.by)) == sorted(map(repr, about.by))
