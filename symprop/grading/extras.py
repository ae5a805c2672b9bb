"""Libraries that only grading needs (the extras ``grade`` and ``dask``), with the command that gets them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from symprop.errors import ToolError


def needed(module: str) -> Any:
    """A module of an extra; raises ToolError if it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        library = module.split(".")[0]
        missing = f"{library} is not installed; pip install {library}"
        raise ToolError(missing if error.name == library else f"{library} cannot be imported: {error}") from None
