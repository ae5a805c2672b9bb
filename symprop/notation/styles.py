"""How formulas are printed: the choices that textbooks make differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from symprop.names import Vocabulary
from symprop.written import Written


@dataclass(frozen=True, slots=True)
class Notation:
    """``fractions``: with a bar, or with a slash (tables, sentences).  ``derivatives``: ∂L/∂w, dL/dw or ∇_w L.
    ``flat``: derivatives with a slash where other fractions have a bar.

    ``display``: the name with which a formula (usually a derivative) is printed: δ_y for ∂L/∂ŷ.
    ``otherwise``, ``functions``: what another language or course writes differently.
    ``vocabulary``: the names that the reader will know; where h_1² is declared, the square of h_1 prints as (h_1)².
    """

    fractions: Literal["bar", "slash"] = "bar"
    derivatives: Literal["partial", "d", "nabla"] = "partial"
    flat: bool = False
    display: Mapping[Written, Written] = field(default_factory=dict)
    decimal_comma: bool = False
    otherwise: str = "otherwise"  # the last case of a definition by cases
    functions: Mapping[str, str] = field(default_factory=dict)  # known functions (by key) in other LaTeX
    vocabulary: Vocabulary | None = None


DEFAULT = Notation()
