"""What is perhaps not meant so is a warning with its place; letters that are meant as letters are none."""

from __future__ import annotations

import warnings

import pytest

from symprop.errors import SympropWarning
from symprop.spec import loads

NET = "equations: |\n  z = w x + b\n  L = (z - y)^2\n"
NUMBERS = NET + "parameters: {w: 1, b: 2}\ngiven: {x: 1}\n"
Y = "x.yaml:3:3: warning: y has no number, all other quantities have one: the answers contain y"
RATE = "x.yaml:6:10: warning: there is no learning rate: the updates contain eta"


def said(text: str) -> list[str]:
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always", SympropWarning)
        loads(text, "x.yaml")
    return [str(w.message).split(" (")[0] for w in noted]


@pytest.mark.parametrize("tasks", ["forward", "gradient: all", "derivative: dL/dw", "derivative: dL/dy"])
def test_a_forgotten_number_is_warned_of(tasks: str) -> None:
    assert said(NUMBERS + f"tasks: ['{tasks}']\n") == [Y]


def test_a_forgotten_learning_rate_is_warned_of() -> None:
    assert said(NUMBERS + "tasks: ['update: all']\n") == [Y, RATE]
    whole = NUMBERS.replace("{x: 1}", "{x: 1, y: 3}")
    assert said(whole + "tasks: ['update: all']\n") == [RATE]
    assert said(whole + "tasks: ['update: all']\nlearning rate: eta\n") == []
    assert said(whole + "tasks: ['gradient: all']\n") == []
    assert said(NET + "parameters: w, b\ntasks: ['update: all']\n") == []


@pytest.mark.parametrize(
    "rest",
    [
        "parameters: {w: 1, b: 2}\ngiven: {x: 1, y: y}\ntasks: ['forward']\n",
        "parameters: {w: 1, b: 2}\ngiven: {x: 1, y: }\ntasks: ['forward']\n",
        "parameters: {w: 1, b: 2}\ngiven: {x: 1, y: t}\ntasks: ['forward']\n",
        "parameters: {w: 1, b: 2}\ngiven: {x: 1}\nassume: y > 0\ntasks: ['forward']\n",
        "parameters: {w: 1, b: 2}\ngiven: {x: 1}\ntasks: [{'gradient': 'all', in terms of: y}]\n",
        "parameters: {w: 1, b: 2}\ngiven: {x: 1}\ntasks: [{'find': 'L', at: [{y: 0}, {y: 1}]}]\n",
        "parameters: {w: 1, b: 2}\ngiven: {x: 1}\ntasks: ['find: dL/dy']\n",
        "parameters: {w: 1, b: 2}\ngiven: {x: 1}\ntasks: ['derivative: dz/dw']\n",
        "parameters: w, b\ngiven: {x: 1}\ntasks: ['gradient: all']\n",
        "parameters: w, b\ngiven: {x: 1, y: 2}\ntasks: ['gradient: all']\n",
        "given: {x: 1}\ntasks: ['gradient: w, b']\n",
        "tasks: ['forward']\n",
    ],
)
def test_letters_that_are_meant_are_no_doubt(rest: str) -> None:
    assert said(NET + rest) == []


def test_two_of_four_forgotten_numbers_are_warned_of() -> None:
    others = "has no number, others have one: the answers contain"
    found = said(NET + "parameters: {w: 1}\ngiven: {x: 1}\ntasks: ['forward']\n")
    assert found == [f"x.yaml:2:3: warning: b {others} b", f"x.yaml:3:3: warning: y {others} y"]


def test_a_step_on_what_is_given_is_warned_of() -> None:
    whole = NUMBERS.replace("{x: 1}", "{x: 1, y: 3}") + "learning rate: 0.1\n"
    given = "x.yaml:7:10: warning: x is given, and a step of descent changes what is learned"
    assert said(whole + "tasks: ['update: x']\n") == [given]
    assert said(whole + "tasks: ['update: w']\n") == []
