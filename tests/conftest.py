"""What tests share."""

from __future__ import annotations

import pytest

from symprop.errors import ToolError
from symprop.render.engines import ENGINES
from symprop.render.probe import choose


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Every engine that can set our page here; the others are skipped, with what is missing."""
    try:
        return choose(request.param).name
    except ToolError as error:
        pytest.skip(str(error))
