"""The options of a task: points, own words, label, telling, targets, points of evaluation, assumptions."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from fractions import Fraction
from typing import cast

from symprop.model.exercise import Task, Tell
from symprop.model.graph import Graph
from symprop.spec import keys
from symprop.spec.document import Doc, Listing, Mapping, Scalar, Span, whole
from symprop.spec.marks import worth, yes_or_no
from symprop.spec.problems import did_you_mean, one_of
from symprop.spec.reading import Reading, infinity, is_constant, mapping_of, scalar_of
from symprop.written import Name, Num, Rel, Written

POINTS = re.compile(r"\d+([.,]\d+)?|½")
Families = MappingOf[Name, tuple[Name, ...]]  # what a list or a table filled: x is x_1, x_2, …
DIGITS = re.compile(r"([1-9]\d?|0) (digits?|decimals?)")


def relations(doc: Doc, where: str, reading: Reading) -> list[Rel]:
    """``r > 0, a != b``: relations between commas."""
    found = []
    for path, span in reading.items(doc, where):
        formula = reading.formula(span, path)
        if isinstance(formula, Rel):
            found.append(formula)
        elif formula is not None:
            reading.problems.add(span, path, f"a relation was expected, found '{span.text}'", "such as r > 0")
    return found


class Options:
    """Reads the options of one task; what its task key asks is read by the subclass."""

    def __init__(
        self,
        item: Mapping | Span,
        where: str,
        graph: Graph,
        reading: Reading,
        before: tuple[Task, ...],
        families: Families,
    ):
        self.item, self.where, self.graph, self.reading, self.before = item, where, graph, reading, before
        self.families = families
        self.problems = reading.problems
        self.options: dict[str, tuple[Scalar, Doc]] = {}
        self.key = ""
        self.place: Doc | Span = item
        self.value: Doc | None = None

    def check_options(self) -> None:
        allowed = (*keys.COMMON_OPTIONS, *keys.OPTIONS[self.key])
        for name, (key, _) in self.options.items():
            if name in allowed:
                continue
            if name in keys.LATER_OPTIONS:
                self.problems.later(key, self.where, f"'{name}': {keys.LATER_OPTIONS[name]}")
            elif name in keys.ALL_OPTIONS:
                owners = [task for task in keys.TASKS if name in keys.OPTIONS[task]]
                hint = f"it belongs to {one_of(owners)}"
                self.problems.add(key, self.where, f"'{name}' does not belong to '{self.key}'", hint)
            else:
                hint = did_you_mean(name, (*allowed, *keys.LATER_OPTIONS), f"options here: {', '.join(allowed)}")
                self.problems.add(key, self.where, f"unknown option '{name}'", hint)

    def option(self, name: str) -> tuple[Doc | None, str]:
        found = self.options.get(name)
        return (found[1] if found else None), f"{self.where}.{name}"

    def common(self, task: Task) -> Task:
        doc, where = self.option("in terms of")
        if doc is not None:
            task = replace(task, in_terms_of=self.reading.known_names(doc, where))
        doc, where = self.option("assume")
        if doc is not None:
            task = replace(task, assume=tuple(relations(doc, where, self.reading)))
        return replace(
            task,
            tell=self.tell(),
            form=self.form(),
            at=self.points_of_evaluation(),
            points=self.marks(),
            worth=self.worth(),
            follow_through=self.follow_through(),
            words=self.words(),
            label=self.label(),
        )

    def targets(self) -> tuple[Name, ...]:
        """``targets: q``: what the task differentiates; empty where it does not say it."""
        doc, where = self.option("targets")
        if doc is None or "targets" not in keys.OPTIONS[self.key]:
            return ()
        targets = self.reading.known_names(doc, where)
        for name in targets:
            if name not in self.graph or self.graph[name].role in ("parameter", "input"):
                self.problems.add(doc, where, f"'{name}' is not computed, so it cannot be the target")
        return targets

    def tell(self) -> tuple[Tell, ...]:
        doc, where = self.option("tell")
        found: list[str] = []
        for path, span in self.reading.items(doc, where):
            word = span.text
            if word in keys.TELLINGS:
                found.append(word)
            elif word in keys.LATER_TELLINGS:
                self.problems.later(span, path, f"the telling '{word}'", one_of(keys.TELLINGS))
            else:
                hint = did_you_mean(word, (*keys.TELLINGS, *keys.LATER_TELLINGS), one_of(keys.TELLINGS))
                self.problems.add(span, path, f"unknown telling '{word}'", hint)
        return cast("tuple[Tell, ...]", tuple(dict.fromkeys(found)))

    def form(self) -> tuple[str, ...]:
        """``form: factored`` or ``form: number, 4 digits``: what judging asks of an answer beside its value."""
        doc, where = self.option("form")
        found: list[str] = []
        for path, span in self.reading.items(doc, where):
            word = " ".join(span.text.split())
            match = DIGITS.fullmatch(word)
            if match:
                found.append(f"{match[1]} {match[2].rstrip('s')}s")
            elif word in keys.FORMS:
                found.append(word)
            else:
                hint = did_you_mean(word, keys.FORMS, f"{one_of(keys.FORMS)}; or 4 digits, 2 decimals")
                self.problems.add(span, path, f"unknown form '{word}'", hint)
        return tuple(dict.fromkeys(found))

    def points_of_evaluation(self) -> tuple[MappingOf[Name, Written], ...]:
        doc, where = self.option("at")
        if doc is None:
            return ()
        items = doc.items if isinstance(doc, Listing) else (doc,)
        found = []
        for number, item in enumerate(items, 1):
            path = f"{where}[{number}]" if isinstance(doc, Listing) else where
            mapping = mapping_of(item, path, self.problems, "a point such as {x: 0, b: 1}")
            if mapping is None:
                if isinstance(item, Scalar) and not item.text.strip():
                    self.problems.add(item, path, "a point such as {x: 0, b: 1} was expected")
                continue
            found.append(self.point(mapping, path))
        return tuple(found)

    def point(self, mapping: Mapping, where: str) -> dict[Name, Written]:
        found: dict[Name, Written] = {}
        for key, value in mapping.entries:
            path = f"{where}.{key.text.strip()}"
            name = self.reading.known_name(whole(key), path)
            scalar = scalar_of(value, path, self.problems, "a number")
            if scalar is None or name is None:
                continue
            number = infinity(scalar.text) or self.reading.formula(whole(scalar), path)
            if name not in self.graph:
                self.problems.unknown(key, path, name.text, whole="the equations")
            elif number is not None and infinity(scalar.text) is None and not is_constant(number):
                self.problems.add(scalar, path, f"a number was expected, found '{scalar.text}'")
            elif number is not None:
                found[name] = number
        return found

    def worth(self) -> tuple[tuple[Written, Fraction], ...]:
        """points: {dL/dz: 1, dL/dw: 2}"""
        doc, where = self.option("points")
        return worth(doc, where, self.reading) if isinstance(doc, Mapping) else ()

    def follow_through(self) -> bool:
        doc, where = self.option("follow through")
        scalar = scalar_of(doc, where, self.problems, "yes or no")
        return True if scalar is None else yes_or_no(scalar, where, self.problems)

    def marks(self) -> str:
        doc, where = self.option("points")
        if isinstance(doc, Mapping):
            total = sum((points for _, points in worth(doc, where, self.reading)), Fraction(0))
            return str(total.numerator) if total.denominator == 1 else f"{float(total):g}"
        scalar = scalar_of(doc, where, self.problems, "a number of points")
        if scalar is None:
            return ""
        if isinstance(scalar.ready, Num):
            return str(scalar.ready.value)
        text = scalar.text.strip()
        if not POINTS.fullmatch(text):
            message = f"a number of points was expected, found '{text}'"
            self.problems.add(scalar, where, message, "points of a table: at:")
        return text

    def words(self) -> str:
        both = [name for name in ("say", "words") if name in self.options]
        if len(both) > 1:
            self.problems.add(self.options["say"][0], self.where, "'say' and 'words' mean the same", "keep one of them")
        for name in both:
            doc, where = self.option(name)
            scalar = scalar_of(doc, where, self.problems, "text")
            if scalar is not None:
                return scalar.text.strip()
        return ""

    def label(self) -> str:
        doc, where = self.option("label")
        scalar = scalar_of(doc, where, self.problems, "a label")
        if scalar is None:
            return ""
        text = scalar.text.strip().strip("()")
        if any(task.label == text for task in self.before):
            self.problems.add(scalar, where, f"the label '{text}' is taken by an earlier task")
        if not text or len(text) > 12:
            self.problems.add(scalar, where, "a label is a short text", "such as a, b2 or iii")
        return text
