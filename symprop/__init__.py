"""An exercise is a list of equations; symprop derives, certifies and typesets its worked solution.

    import symprop

    solution = symprop.solve("exercises/local_derivatives.yaml")
    symprop.show("exercises/local_derivatives.yaml", "dJ/dw_1").value      # "-1.92"

Everything is imported when it is first used, so that ``import symprop`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symprop.api import check as check
    from symprop.api import check_working as check_working
    from symprop.api import compare as compare
    from symprop.api import grade as grade
    from symprop.api import load as load
    from symprop.api import marks as marks
    from symprop.api import schema as schema
    from symprop.api import show as show
    from symprop.api import solve as solve
    from symprop.api import spelled as spelled
    from symprop.api import to_json as to_json
    from symprop.api import to_pdf as to_pdf
    from symprop.api import to_tex as to_tex
    from symprop.errors import CertificationError as CertificationError
    from symprop.errors import DerivationError as DerivationError
    from symprop.errors import ReadError as ReadError
    from symprop.errors import SpecError as SpecError
    from symprop.errors import SympropError as SympropError
    from symprop.errors import ToolError as ToolError
    from symprop.errors import UnsupportedError as UnsupportedError
    from symprop.model.build import exercise as exercise

__version__ = "0.1.0"

EXPORTS = {
    "check": "symprop.api",
    "check_working": "symprop.api",
    "compare": "symprop.api",
    "grade": "symprop.api",
    "load": "symprop.api",
    "marks": "symprop.api",
    "schema": "symprop.api",
    "show": "symprop.api",
    "solve": "symprop.api",
    "spelled": "symprop.api",
    "to_json": "symprop.api",
    "to_pdf": "symprop.api",
    "to_tex": "symprop.api",
    "exercise": "symprop.model.build",
    "SympropError": "symprop.errors",
    "SpecError": "symprop.errors",
    "ReadError": "symprop.errors",
    "UnsupportedError": "symprop.errors",
    "DerivationError": "symprop.errors",
    "CertificationError": "symprop.errors",
    "ToolError": "symprop.errors",
}

__all__ = [*EXPORTS, "__version__"]


def __getattr__(name: str) -> Any:
    """The exported name, imported now and kept."""
    if name not in EXPORTS:
        raise AttributeError(f"module 'symprop' has no attribute {name!r}")
    value = getattr(import_module(EXPORTS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *EXPORTS})
