"""How many random examples a test draws: few in CI, as many as asked for in ``make fuzz``."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

FUZZ = int(os.environ.get("SYMPROP_FUZZ", "0"))


def fuzzed(examples: int, **options: Any) -> Callable[[Any], Any]:
    """``settings`` with so many examples, or with the number of ``SYMPROP_FUZZ``; marks the test for ``make fuzz``."""
    if FUZZ:
        options |= {"derandomize": False, "database": None}
    limits = settings(max_examples=FUZZ or examples, deadline=None, **options)

    def decorate(test: Any) -> Any:
        return pytest.mark.fuzz(limits(test))

    return decorate


def many(few: int, in_fuzz: int) -> int:
    """A number of texts: few in CI, many in ``make fuzz``."""
    return in_fuzz if FUZZ else few
