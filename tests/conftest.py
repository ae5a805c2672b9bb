"""What tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symprop.errors import ToolError
from symprop.render import engines
from symprop.render.engines import ENGINES, OWN_FOLDER
from symprop.render.exam import has_exam
from symprop.render.probe import choose

CLASSES = Path(__file__).parent.parent / ".venv" / "tex"  # where scripts/need-exam puts exam.cls
if CLASSES.is_dir():
    os.environ.setdefault(OWN_FOLDER, str(CLASSES))
TECTONIC = CLASSES.parent / "tectonic"  # where scripts/need-tectonic puts a tectonic that needs no network
if TECTONIC.is_dir():
    os.environ["PATH"] = f"{os.environ['PATH']}{os.pathsep}{TECTONIC}"  # behind one of the machine's
FOR_TESTS = {"tectonic": "; for the tests alone: scripts/need-tectonic .venv/tectonic .venv/bin/python"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long tests first."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Every engine that can set our page here; the others are skipped, with what is missing."""
    try:
        return choose(request.param).name
    except ToolError as error:
        pytest.skip(f"{error}{FOR_TESTS.get(request.param, '')}")


@pytest.fixture(params=ENGINES)
def exam_engine(request: pytest.FixtureRequest) -> str:
    """Every engine that can set a document of the class exam here; the others are skipped, with what is missing."""
    return needs_exam(request.param)


def needs_exam(engine: str) -> str:
    """The engine, if it finds exam.cls; else the test is skipped."""
    found = engines.find(engine)
    if found is None:
        pytest.skip(f"the engine {engine} is not there{FOR_TESTS.get(engine, '')}")
    if not has_exam(found):
        pytest.skip(f"the engine {engine} finds no exam.cls: scripts/need-exam .venv/tex fetches it")
    return engine
