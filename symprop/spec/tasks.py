"""``tasks``: a list whose items are a word (``forward``) or a mapping with one task key and options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations, product
from typing import cast

from symprop.model.exercise import Place, Task
from symprop.model.graph import Graph, default_targets, targets_of
from symprop.spec import keys
from symprop.spec.conventions import NO, YES, whole_number
from symprop.spec.document import Doc, Listing, Mapping, Scalar, Span, lines, whole
from symprop.spec.options import Families, Options
from symprop.spec.problems import did_you_mean, nearest, one_of
from symprop.spec.reading import Reading, scalar_of
from symprop.written import Deriv, Name, Rel, Written, names_of

MAX_STEPS = 1000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def read_tasks(
    contributions: list[tuple[str, Doc]], graph: Graph, reading: Reading, families: Families
) -> tuple[Task, ...]:
    """All tasks of a part, the file's before the part's own, lettered across the part."""
    found: list[Task] = []
    for where, doc in contributions:
        for path, item in _items(doc, where, reading):
            task = _Builder(item, path, graph, reading, tuple(found), families).task()
            if task is not None:
                found.append(task)
    return _labelled(found)


def _labelled(tasks: list[Task]) -> tuple[Task, ...]:
    taken = {task.label for task in tasks if task.label}
    free = (letter for letter in _letters() if letter not in taken)
    return tuple(task if task.label else replace(task, label=next(free)) for task in tasks)


def _letters() -> list[str]:
    return [*LETTERS, *(a + b for a in LETTERS for b in LETTERS)]


def _items(doc: Doc, where: str, reading: Reading) -> list[tuple[str, Mapping | Span]]:
    if isinstance(doc, Mapping):
        reading.problems.add(doc, where, "a list of tasks was expected, found a mapping", "begin each task with '- '")
        return []
    if isinstance(doc, Scalar):
        if not doc.text.strip():
            return []
        many = "\n" in doc.text.strip()
        spans = list(lines(doc)) if many else [span for _, span in reading.items(doc, where)]
        return [(f"{where}[{i}]", span) for i, span in enumerate(spans, 1)]
    found: list[tuple[str, Mapping | Span]] = []
    for number, item in enumerate(doc.items, 1):
        path = f"{where}[{number}]"
        if isinstance(item, Listing):
            hint = "a task is: - forward or - derivative: dL/dw"
            reading.problems.add(item, path, "a task was expected, found a list", hint)
        else:
            found.append((path, whole(item) if isinstance(item, Scalar) else item))
    return found


class _Builder(Options):
    """Reads one task."""

    def task(self) -> Task | None:
        if not self.find_key():
            return None
        if self.key in keys.LATER_TASKS:
            self.problems.later(self.place, self.where, f"the task '{self.key}': {keys.LATER_TASKS[self.key]}")
            return None
        self.check_options()
        kind = keys.KINDS.get(self.key, self.key)
        if self.key in keys.PLAIN_TASKS and self.value is not None and not _empty(self.value):
            self.add(self.value, f"'{self.key}' takes no value", f"write: - {self.key}")
            return None
        task = Task(kind, targets=self.targets(), place=self.file_place())
        read = self.readers().get(kind)
        if read is not None:
            found: Task | None = read(task)
            if found is None:
                self.common(task)  # its mistakes too
                return None
            task = found
        return self.common(task)

    def readers(self) -> dict[str, Callable[[Task], Task | None]]:
        """What reads the value of a task key; ``forward`` has none."""
        return {
            "count": self.read_count,
            "local": self.read_local,
            "derivative": self.read_derivative,
            "gradient": self.read_gradient,
            "update": self.read_update,
            "find": self.read_find,
            "forward-again": self.read_forward_again,
            "program": self.read_program,
        }

    def add(self, place: Doc | Span, message: str, hint: str = "", field: str = "") -> None:
        self.problems.add(place, f"{self.where}.{field or self.key}" if self.key else self.where, message, hint)

    def file_place(self) -> Place:
        line, column = self.place.locate()
        return Place(self.problems.file, line, column)

    def find_key(self) -> bool:
        if isinstance(self.item, Span):
            word, colon, _ = self.item.text.partition(":")
            self.key = word.strip()
            if colon:
                span = self.item.part(len(word) + 1, len(self.item.text))
                self.value = _as_scalar(span)
            return self.known(self.item)
        known = (*keys.TASKS, *keys.LATER_TASKS)
        found = [key for key, _ in self.item.entries if key.text.strip() in known]
        if len(found) > 1 and found[0].text.strip() in keys.TASKS:
            # 'show' and the like are options beside another task
            found = [found[0], *(key for key in found[1:] if key.text.strip() not in keys.LATER_OPTIONS)]
        if len(found) > 1:
            message = f"two tasks in one item: '{found[0].text}' and '{found[1].text}'"
            self.problems.add(found[1], self.where, message, "begin each task with '- '")
            return False
        if not found:
            return self.no_task()
        self.key, self.place = found[0].text.strip(), found[0]
        for key, value in self.item.entries:
            if key is found[0]:
                self.value = value
            else:
                self.options[key.text.strip()] = (key, value)
        return True

    def no_task(self) -> bool:
        assert isinstance(self.item, Mapping)
        names = [key.text.strip() for key, _ in self.item.entries]
        claims = [key for key, _ in self.item.entries if key.text.strip() in ("say", "words")]
        if claims and set(names) <= set(keys.COMMON_OPTIONS):
            self.problems.later(claims[0], self.where, "a sentence of your own without a task")
            return False
        unknown = [key for key, _ in self.item.entries if key.text.strip() not in keys.ALL_OPTIONS]
        if not unknown:
            self.problems.add(self.item, self.where, "no task here", one_of(keys.TASKS))
            return False
        self.key, self.place = unknown[0].text.strip(), unknown[0]
        return self.known(unknown[0])

    def known(self, place: Doc | Span) -> bool:
        if self.key in keys.TASKS or self.key in keys.LATER_TASKS:
            return True
        hint = did_you_mean(self.key, (*keys.TASKS, *keys.LATER_TASKS), one_of(keys.TASKS))
        self.problems.add(place, self.where, f"unknown task '{self.key}'", hint)
        return False

    # the kinds

    def read_count(self, task: Task) -> Task:
        self.needs_roles("count")
        return task

    def read_local(self, task: Task) -> Task | None:
        if self.value is None or _is_all(self.value) or _empty(self.value):
            return task
        if self.almost_all(self.value):
            return None
        names = self.reading.known_names(self.value, f"{self.where}.{self.key}")
        for name in names:
            if name not in self.graph.order:
                self.add(self.value, f"'{name}' has no equation, so no local derivatives")
        return replace(task, by=names)

    def read_derivative(self, task: Task) -> Task | None:
        formulas = self.formulas("which derivative?", "derivative: dL/dw")
        for span, formula in formulas:
            if not isinstance(formula, Deriv):
                target = next(iter(default_targets(self.graph.part)), None)
                hint = f"find: {span.text} asks for any formula"
                if target is not None and isinstance(formula, Name):
                    hint = f"write d{target}/d{span.text}" if formula != target else f"by what? write d{target}/d…"
                self.add(span, f"a derivative was expected, found '{span.text}'", hint)
        derivatives = [f for _, f in formulas if isinstance(f, Deriv)]
        if not derivatives or len(derivatives) < len(formulas):
            return None
        for span, formula in formulas:
            self.check_derivative(span, formula)
        task = replace(task, formulas=tuple(derivatives))
        orders = {len(d.by) for d in derivatives}
        if orders == {1} and all(isinstance(d.of, Name) for d in derivatives):
            targets = tuple(dict.fromkeys(cast(Name, d.of) for d in derivatives))
            by = tuple(dict.fromkeys(cast(Name, d.by[0]) for d in derivatives))
            return replace(task, targets=targets, by=by)
        return replace(task, kind="second" if orders == {2} else "find")

    def read_find(self, task: Task) -> Task | None:
        formulas = self.formulas("what is to be found?", "find: q, dq/dx")
        for span, formula in formulas:
            if isinstance(formula, Rel):
                self.add(span, "a formula was expected, found a relation", "show: (proving a claim) comes later")
            self.check_derivative(span, formula)
        if not formulas:
            return None
        second = all(isinstance(f, Deriv) and len(f.by) == 2 for _, f in formulas)
        kind = "second" if second and "at" not in self.options else "find"
        return replace(task, kind=kind, formulas=tuple(f for _, f in formulas))

    def read_gradient(self, task: Task) -> Task | None:
        task = self.vector(task)
        if self.value is None or _empty(self.value) or _is_all(self.value):
            self.needs_roles("gradient: all")
            return replace(task, everything=True)
        if self.almost_all(self.value):
            return None
        spans = list(self.reading.items(self.value, f"{self.where}.gradient"))
        targets = targets_of(task, self.graph.part)
        asked: dict[Deriv, None] = {}
        single = False
        for path, span in spans:
            formula = self.reading.formula(span, path)
            members = self.members(formula)
            if members:
                for target, member in product(targets, members):
                    self.differs(span, target, member)
                    asked[Deriv(target, (member,))] = None
            elif isinstance(formula, Deriv) and len(formula.by) == 1 and isinstance(formula.of, Name):
                self.check_derivative(span, formula)
                asked[Deriv(formula.of, formula.by)] = None
                single = True
            elif formula is not None:
                hint = self.reading.suggest(span.text) or "gradient: all, or the quantities: w_1, w_2"
                self.problems.unknown(span, f"{self.where}.{self.key}", span.text, hint)
        if not asked:
            return None
        by = tuple(dict.fromkeys(cast(Name, d.by[0]) for d in asked))
        if not single:
            return replace(task, by=by)
        found = tuple(dict.fromkeys(cast(Name, d.of) for d in asked))
        return replace(task, by=by, targets=found, formulas=tuple(asked))

    def members(self, formula: Written | None) -> tuple[Name, ...]:
        """The quantity that is named; all of a list or table by its name: W is W_11, W_12, …"""
        if not isinstance(formula, Name):
            return ()
        return (formula,) if formula in self.graph else self.families.get(formula, ())

    def differs(self, span: Span, target: Written, *by: Written) -> None:
        """A quantity is not differentiated by itself, nor by two of which one moves the other."""
        if target in by:
            self.add(span, f"'{target}' by itself: that derivative is 1", "by which quantity?")
        names = [cast(Name, n) for n in by if n in self.graph]
        for first, second in permutations(dict.fromkeys(names), 2):
            if self.graph.reaches(first, second):
                message = f"'{second}' depends on '{first}': a derivative by both would hold fixed what moves"
                self.add(span, message, "by two quantities of which neither depends on the other")

    def vector(self, task: Task) -> Task:
        doc, where = self.option("as vector")
        scalar = scalar_of(doc, where, self.problems, "true or the letter of the vector")
        if scalar is None:
            return task
        text = scalar.text.strip().casefold()
        if text in NO:
            return task
        if text in YES or not text:
            return replace(task, vector=True)
        name = self.reading.name(whole(scalar), where)
        if name is not None and name in self.graph.part.vocabulary.functions:
            message = f"'{name}' is a function of the exercise"
            self.problems.add(scalar, where, message, "another letter, or: as vector: yes")
        return replace(task, vector=True, vector_name=name)

    def read_update(self, task: Task) -> Task | None:
        doc, where = self.option("steps")
        if doc is not None:
            steps = whole_number(doc, where, self.problems, 1, MAX_STEPS)
            task = replace(task, steps=steps or 1)
        if self.value is None or _empty(self.value) or _is_all(self.value):
            self.needs_roles("update: all")
            return replace(task, everything=True)
        if self.almost_all(self.value):
            return None
        named = self.reading.known_names(self.value, f"{self.where}.update")
        names = tuple(dict.fromkeys(m for name in named for m in self.members(name) or (name,)))
        for name in names:
            node = self.graph.nodes.get(name)
            if node is None or node.role in ("computed", "upstream"):
                self.add(self.value, f"'{name}' is computed, so it has no update", "only parameters are updated")
            elif name in self.graph.part.fixed:
                self.add(self.value, f"'{name}' is fixed and updated", "take it from fixed: or from this task")
        return replace(task, by=names) if names else None

    def read_forward_again(self, task: Task) -> Task:
        if not any(before.kind == "update" for before in self.before):
            message = "nothing has been updated before 'forward again'"
            self.problems.add(self.place, self.where, message, "add update: all")
        return task

    def read_program(self, task: Task) -> Task:
        given = self.graph.part.given
        missing = [n for n in self.graph.leaves if n not in given or names_of(given[n])]
        if missing:
            names = ", ".join(name.text for name in missing[:6])
            self.problems.add(self.place, self.where, f"a program needs a number for {names}", "add them under given:")
        return task

    def formulas(self, message: str, example: str) -> list[tuple[Span, Written]]:
        if self.value is None or _empty(self.value):
            self.add(self.place, message, example)
            return []
        found = []
        for path, span in self.reading.items(self.value, f"{self.where}.{self.key}"):
            formula = self.reading.formula(span, path)
            if formula is not None:
                found.append((span, formula))
        return found

    def check_derivative(self, span: Span, formula: Written) -> None:
        for node in formula.walk():
            if not isinstance(node, Deriv):
                continue
            if len(node.by) > 2:
                self.problems.later(span, self.where, "derivatives above the second")
            self.differs(span, node.of, *node.by)
            for name in (node.of, *node.by):
                if isinstance(name, Name) and name not in self.graph:
                    self.problems.unknown(span, f"{self.where}.{self.key}", name.text, whole="the equations")

    def almost_all(self, doc: Doc) -> bool:
        """Whether the word all was meant and misspelt, which a quantity's name comes before; says so."""
        text = doc.text.strip() if isinstance(doc, Scalar) and doc.ready is None else ""
        named = any(name.text == text for name in (*self.graph.nodes, *self.families))
        if named or not nearest(text, ["all"]):
            return False
        self.add(doc, f"unknown name `{text}`", "did you mean 'all'?")
        return True

    def needs_roles(self, asked: str) -> None:
        """``all`` means the parameters, and the exercise must make clear which they are."""
        if self.problems.of_equations:  # perhaps they stand there
            return
        if self.graph.unclear:
            leaves = ", ".join(name.text for name in self.graph.unclear[:6])
            hint = "list the parameters: parameters: w_1, b"
            message = f"'{asked}': which leaves are parameters? unclear: {leaves}"
            self.problems.add(self.place, self.where, message, hint)
        elif asked != "count" and not self.graph.free_parameters:
            what, hint = "there are no parameters", "list them: parameters: w_1, b"
            if self.graph.parameters:
                what, hint = "all parameters are fixed", "take one from fixed:"
            self.problems.add(self.place, self.where, f"'{asked}': {what}", hint)


def _empty(doc: Doc) -> bool:
    return isinstance(doc, Scalar) and doc.ready is None and not doc.text.strip()


def _is_all(doc: Doc) -> bool:
    return isinstance(doc, Scalar) and doc.ready is None and doc.text.strip().casefold() == "all"


def _as_scalar(span: Span) -> Scalar:
    """A stretch of text as a scalar of its own, at its place."""
    source = span.scalar.source
    if not source.starts:
        return Scalar(source, span.text)
    index = span.scalar._index(span.start)
    return Scalar(source, span.text, "", index, index + len(span.text))
