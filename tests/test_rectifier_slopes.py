"""What the slope of a rectifier is, is said once, before the first lines in which it stands as a symbol."""

from __future__ import annotations

import pytest

from symprop.api import solve
from symprop.model.solution import Prose
from symprop.spec import loads
from symprop.written import Name

NET = "functions: {g: ReLU}\nequations: |\n  z = w x + b\n  h = g(z)\n  L = (h - y)^2\nparameters: w, b\n"


def told(text: str) -> list[tuple[int, object]]:
    """The task and the function of each such sentence."""
    parts = solve(loads(text)).parts
    found = []
    for number, worked in enumerate(w for part in parts for w in part.worked):
        for block in worked.blocks:
            said = block.phrases if isinstance(block, Prose) else ()
            found += [(number, dict(p.data)["f"]) for p in said if p.code == "slope-rectifier"]
    return found


@pytest.mark.parametrize("tell", ["backward", "direct", "paths"])
def test_the_slope_is_said_once_where_it_is_used(tell: str) -> None:
    tasks = f"tasks:\n- derivative: dL/dh\n- gradient: all\n  tell: {tell}\n- derivative: dL/dx\n"
    assert told(NET + tasks) == [(1, Name("g", primes=1))]


def test_functions_that_are_no_rectifiers_and_signs_that_are_known_need_no_such_sentence() -> None:
    tasks = "tasks:\n- gradient: all\n  tell: backward\n"
    assert told(NET.replace("ReLU", "tanh") + tasks) == []
    assert told(NET.replace("w, b", "{w: 1, b: 2}") + "given: {x: 1, y: 2}\n" + tasks) == []
