"""What a task asks, as a sentence and as a heading: which sentence of the words file, with which data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symprop.model.exercise import Part, Task
from symprop.model.graph import targets_of
from symprop.render.escape import Tex
from symprop.render.words import Style, Words
from symprop.written import Deriv, Name, Rel, Vec, Written, names_of, num

NUMBER = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)  # of points
MANY = 3  # a heading names at most so many quantities


def data_of(task: Task, part: Part) -> dict[str, Any]:
    """Everything that a question or a heading may name."""
    targets = _computed(part, targets_of(task, part)) if task.kind == "forward" else targets_of(task, part)
    derivatives: tuple[Written, ...] = tuple(Deriv(t, (b,)) for t in targets for b in task.asked_of(t))
    asked = task.formulas or derivatives or targets
    return {
        "targets": targets,
        "target": targets[0] if len(targets) == 1 else targets,
        "by": task.by,
        "asked": asked,
        "steps": task.steps,
        "rate": part.rate,
        "vector": task.vector_name or task.by,
        "at": tuple(_point(point) for point in task.at),
        "moves": _moves(task, part) if any(e.left in targets for e in part.equations) else 0,
    }


def _point(point: Mapping[Name, Written]) -> Written:
    """x = 0, or ⟨x, b⟩ = ⟨0, 1⟩"""
    if len(point) == 1:
        return Rel(next(iter(point.items())), ("=",))
    return Rel((Vec(tuple(point)), Vec(tuple(point.values()))), ("=",))


def _computed(part: Part, targets: tuple[Name, ...]) -> tuple[Name, ...]:
    """The targets that an equation computes; where only derivatives of them are given, what no equation uses."""
    used = {name for e in part.equations for name in names_of(e.right)}
    last = tuple(e.left for e in part.equations if e.left not in used)
    return tuple(t for t in targets if any(e.left == t for e in part.equations)) or last or targets


def _moves(task: Task, part: Part) -> int:
    """How many steps of gradient descent were taken since the last forward pass."""
    steps = [0]
    for earlier in part.tasks:
        if earlier == task:
            break
        if earlier.kind == "update":
            steps.append(earlier.steps)
        elif earlier.kind in ("forward", "forward-again"):
            steps = [0]
    return max(steps) or 1


def codes_of(task: Task, data: Mapping[str, Any], *, heading: bool) -> list[str]:
    """The sentences that suit, the most special first: derivative-all, derivative."""
    variants = [""]
    if task.steps > 1:
        variants = [v + s for s in ("-steps", "") for v in variants]
    if task.vector:
        variants = [v + s for s in ("-vector", "") for v in variants]
    if task.at:
        variants = [v + s for s in ("-table", "") for v in variants]
    if task.everything or not task.by:
        variants = [s + v for s in ("-all", "") for v in variants]
    elif heading and len(data["asked"]) > MANY:
        variants = [s + v for s in ("-many", "") for v in variants]
    return [task.kind + v for v in variants]


def question(task: Task, part: Part, words: Words, style: Style) -> str:
    """The author's own wording, else ours; a worth in words has no room in the margin."""
    text = style.text(task.words) if task.words else _first("questions", task, part, words, style, heading=False)
    if not task.points or NUMBER.fullmatch(task.points):
        return text
    worth = words.entry("document", "points-text", {"points": task.points}, style)
    return style.join([text, style.literal(" "), worth])


def points(task: Task, words: Words, style: Style) -> str:
    """What the task is worth, for the margin: '3 points'; '' if no number is said."""
    if not NUMBER.fullmatch(task.points):
        return ""
    value: Any = int(task.points) if task.points.isdigit() else num(Fraction(task.points.replace(",", ".")))
    code = "points" if isinstance(value, int) else "points-number"
    return words.entry("document", code, {"points": value}, style)


def exam_points(task: Task) -> Tex:
    """The same as the class exam adds it up: whole and half points; '' for anything else."""
    found = re.fullmatch(r"(\d+)(?:[.,](5)0*)?", task.points)
    if not found:
        return Tex("")
    whole = "" if found[2] and found[1] == "0" else found[1]
    return Tex(whole + (r"\half" if found[2] else ""))


def heading(task: Task, part: Part, words: Words, style: Style) -> str:
    """The heading of the answer."""
    return _first("titles", task, part, words, style, heading=True)


def lead(task: Task, part: Part, words: Words, style: Style) -> str:
    """The sentence between a heading and a display, where the working has none of its own."""
    return _first("leads", task, part, words, style, heading=False)


def _first(section: str, task: Task, part: Part, words: Words, style: Style, *, heading: bool) -> str:
    data = data_of(task, part)
    codes = [c for c in codes_of(task, data, heading=heading) if words.has(section, c)]
    if not codes and words.has(section, "default"):
        codes = ["default"]
    return words.entry(section, codes[0] if codes else task.kind, data, style)


def anchor(index: int, task: Task) -> str:
    """Where links to a task of a part lead."""
    label = "".join(c if c.isascii() and c.isalnum() else "-" for c in task.label)
    return f"{index + 1}-{label}" if label else f"{index + 1}-{id_of(task)}"


def id_of(task: Task) -> str:
    """A name for a task without a letter."""
    return f"{task.kind}-{task.place.line}" if task.place.line else task.kind
