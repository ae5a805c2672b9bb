"""A part: the settings of the file and of the part, read in an order in which every name is known when it is needed.

functions' names → declared names → right sides (which may bring new letters) → bodies → values → the graph → tasks
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symprop.errors import SpecError
from symprop.model.exercise import Equation, Part, Place
from symprop.model.graph import Graph, build_graph, free_names, pre_activation
from symprop.names import FunctionDef
from symprop.spec import functions as fn
from symprop.spec import keys
from symprop.spec.conventions import choice, conventions, read_fade
from symprop.spec.declare import Draft, Settings, declare
from symprop.spec.document import Doc, Scalar, Span, whole
from symprop.spec.doubts import forgotten_numbers, products_like_calls
from symprop.spec.equations import RawEquation
from symprop.spec.layers import expand
from symprop.spec.letters import with_letters
from symprop.spec.marks import marks, rubric
from symprop.spec.options import relations
from symprop.spec.problems import Problems
from symprop.spec.reading import PRE, Reading, scalar_of
from symprop.spec.spellings import spellings
from symprop.spec.tasks import read_tasks
from symprop.spec.unused import unused
from symprop.spec.values import value
from symprop.written import Call, Deriv, Name, Rel, Vec, Written, names_of, transform


def read_part(settings: Settings, label: str, problems: Problems) -> Part:
    """The part that some settings describe.  Mistakes go to ``problems``; the result then is not to be used."""
    draft = declare(settings, problems)
    reading = draft.reading
    built = _equations(draft)
    used = dict.fromkeys(n for e in built for n in free_names(e.right, {}))
    reading = reading.more(*used)
    reading = _bodies(draft, reading)
    built = _vectors(built, draft, problems)
    aliases, display = _display(draft, reading)
    reading = reading.with_(reading.vocabulary, aliases)
    _printed_names_stay_out(built, draft)
    built = _named_pre(built, draft, reading)

    given, order, declared = _values(draft, built, reading)
    upstream = _upstream(draft, reading, {e.left for e in built})
    found_conventions = conventions(settings, reading)
    part = Part(
        equations=built,
        vocabulary=reading.vocabulary,
        parameters=order,
        parameters_declared=declared,
        given=given,
        upstream=upstream,
        learning_rate=draft.rate.letter if draft.rate else None,
        learning_rate_value=_rate_value(draft, given),
        conventions=found_conventions,
        display=display,
        figure=_last_choice(settings, "figure", keys.FIGURES, "both", problems),
        detail=_last_choice(settings, "detail", keys.DETAILS, "normal", problems),
        equation_numbers=_last_choice(settings, "equation numbers", keys.NUMBERED, "cited", problems),
        title=_text(settings, "title", label, problems),
        text=_text(settings, "text", label, problems),
        label=label,
        fade=read_fade(settings, problems),
        marks=marks(settings, problems),
        rubric=rubric(settings, problems),
    )
    return _finish(part, draft, reading)


def _finish(part: Part, draft: Draft, reading: Reading) -> Part:
    """What needs the graph: roles, targets, fixed, assumptions, tasks."""
    problems, settings = draft.problems, draft.settings
    if not part.equations and not part.upstream:  # a fragment: any letter may stand in what it assumes
        return replace(part, assume=_assume(settings, reading.with_(replace(reading.vocabulary, open=True))))
    try:
        graph = build_graph(part)
    except SpecError as error:
        for problem in error.problems:
            problems.found[problem] = None
        return part
    rights = (item.right for item in draft.equations if isinstance(item, RawEquation) and item.right is not None)
    products_like_calls(rights, graph, reading)
    _roles(graph, draft, part)
    _given_derivatives(graph, draft, part)
    part = replace(
        part,
        parameters=graph.parameters,
        unused=unused(graph, draft.entries, problems),
        targets=_targets(graph, draft, reading),
        fixed=_fixed(graph, draft, reading),
        assume=_assume(settings, reading),
    )
    part, reading = with_letters(part, graph, reading)
    graph = Graph(graph.nodes, part)
    tasks = read_tasks(settings.get("tasks", []), graph, reading, _families(draft))
    other = spellings(settings, reading, problems)
    part = replace(part, vocabulary=replace(part.vocabulary, spellings=other)) if other else part
    if not problems:
        forgotten_numbers(graph, replace(part, tasks=tasks), draft.entries)
    if part.learning_rate is None and any(task.kind == "update" for task in tasks):
        if part.rate in graph:
            place = settings["tasks"][-1][1]
            problems.add(
                place, "learning rate", "an update needs a learning rate, and eta is taken", "learning rate: k"
            )
        part = replace(part, learning_rate=part.rate)
    return replace(part, tasks=tasks)


def _equations(draft: Draft) -> tuple[Equation, ...]:
    """The right sides; a part's equation takes the place of the file's for the same quantity."""
    problems, reading = draft.problems, draft.reading
    placed: dict[Name, tuple[int, Equation]] = {}
    order: list[Name] = []

    def put(equation: Equation, level: int, place: Span | Doc, where: str) -> None:
        old = placed.get(equation.left)
        if old is not None and old[0] == level:
            first = old[1].place
            message = f"'{equation.left}' is computed twice (first in line {first.line})"
            letter = equation.left.base
            hint = f"number them: {letter}_1, {letter}_2" if not equation.left.sub else "give each a name of its own"
            problems.add(place, where, message, hint)
            return
        if old is None:
            order.append(equation.left)
        placed[equation.left] = (level, equation)

    for item in draft.equations:
        if isinstance(item, RawEquation):
            level = int(item.where.startswith("parts["))
            if item.name is None or item.right is None:
                continue
            right = reading.formula(item.right, item.where, new_symbols=True)
            if right is None:
                continue
            if isinstance(right, Rel):
                hint = "one equation a line: a = b and b = c, not a = b = c"
                problems.add(item.right, item.where, "a second relation in one equation", hint)
                continue
            put(Equation(item.name, right, _place(item.left, problems)), level, item.left, item.where)
        else:
            layer, doc = item
            level = int(layer.where.startswith("parts["))
            for left, right in expand(layer, reading):
                put(Equation(left, right, _place(doc, problems), "dense"), level, doc, layer.where)
    return tuple(placed[name][1] for name in order)


def _place(place: Span | Doc, problems: Problems) -> Place:
    line, column = place.locate()
    return Place(problems.file, line, column)


def _bodies(draft: Draft, reading: Reading) -> Reading:
    functions: dict[Name, FunctionDef] = fn.with_bodies(draft.functions, reading.vocabulary.functions, reading)
    return reading.with_(replace(reading.vocabulary, functions=functions))


def _families(draft: Draft) -> dict[Name, tuple[Name, ...]]:
    """What a list or a table filled: x is x_1, x_2, …"""
    families: dict[Name, tuple[Name, ...]] = {}
    for entry in draft.entries.values():
        if entry.family is not None:
            families[entry.family] = (*families.get(entry.family, ()), entry.name)
    return families


def _vectors(built: tuple[Equation, ...], draft: Draft, problems: Problems) -> tuple[Equation, ...]:
    """A list whose key stands by itself among the arguments of a function is that vector: BCE(t, s) with t: [1, 0]."""
    families = _families(draft)

    def spread(node: Written) -> Written:
        if isinstance(node, Call):
            args = tuple(Vec(families[a]) if isinstance(a, Name) and a in families else a for a in node.args)
            return Call(node.func, args, node.primes) if args != node.args else node
        return node

    lefts = {equation.left for equation in built}
    result = []
    for equation in built:
        right = transform(equation.right, spread)
        left_over = [n for n in names_of(right) if n in families and n not in lefts]
        for name in left_over:
            place, size = equation.place, len(families[name])
            hint = f"write its entries: {', '.join(n.text for n in families[name][:3])}{', …' if size > 3 else ''}"
            message = f"'{name}' is a list of {size}, but the equation of '{equation.left}' uses '{name}' alone"
            problems.at(place.file, place.line, place.column, "equations", message, hint)
        result.append(replace(equation, right=right))
    return tuple(result)


def _display(draft: Draft, reading: Reading) -> tuple[dict[Written, Written], dict[Written, Written]]:
    """Printed name → derivative (for reading) and derivative → printed name (for printing)."""
    aliases: dict[Written, Written] = {}
    display: dict[Written, Written] = {}
    for key, name, _, path in draft.display:
        if PRE.match(key.text):
            continue
        found = key.ready if key.ready is not None else reading.formula(whole(key), path)
        if isinstance(found, Deriv):
            aliases[name] = found
            display[found] = name
        elif found is not None:
            draft.problems.add(key, path, f"a derivative was expected, found '{key.text.strip()}'")
    return aliases, display


def _printed_names_stay_out(built: tuple[Equation, ...], draft: Draft) -> None:
    """What a derivative is called is no quantity of the equations; there the derivative itself may stand."""
    for key, name, place, path in draft.display:
        if any(name in names_of(equation.right) for equation in built):
            hint = f"choose a name of its own; in equations write {key.text.strip()}"
            draft.problems.add(place, path, f"'{name}' stands in an equation already", hint)


def _named_pre(built: tuple[Equation, ...], draft: Draft, reading: Reading) -> tuple[Equation, ...]:
    """``names: {pre(h): a}`` makes h = f(u) two equations: a = u, h = f(a)."""
    for key, name, _, path in draft.display:
        match = PRE.match(key.text)
        if not match or any(name in names_of(equation.right) for equation in built):
            continue
        span = whole(key)
        h = reading.known_name(span.part(*match.span("of")), path)
        if h is None:
            continue
        equation = next((e for e in built if e.left == h), None)
        inner = pre_activation(equation.right) if equation is not None else None
        if equation is None or inner is None:
            hint = "pre(h) is the argument of a right side that is one call: h = f(…)"
            draft.problems.add(key, path, f"'{h}' has no pre-activation", hint)
        elif isinstance(inner, Name):
            draft.problems.add(key, path, f"the pre-activation of '{h}' has the name '{inner}' already")
        elif isinstance(equation.right, Call):
            i = built.index(equation)
            split = (
                replace(equation, left=name, right=inner, origin="pre"),
                replace(equation, right=Call(equation.right.func, (name,))),
            )
            built = (*built[:i], *split, *built[i + 1 :])
    return built


def _values(
    draft: Draft, built: tuple[Equation, ...], reading: Reading
) -> tuple[dict[Name, Written], tuple[Name, ...], bool]:
    """Values by name, the parameters in order, and whether the exercise lists them itself."""
    lefts = {equation.left for equation in built}
    given: dict[Name, Written] = {}
    for name, entry in draft.entries.items():
        if entry.value is None:
            continue
        found = value(entry.value, entry.where, reading)
        if found is None:
            continue
        letters = names_of(found)
        bad = next((n for n in letters if n in lefts), None)
        if bad is not None:
            message = f"the value of '{name}' is the computed quantity '{bad}'"
            draft.problems.add(entry.value, entry.where, message, f"make it an equation: {name} = {entry.value.text}")
        elif name not in letters:
            given[name] = found
    declared = any(_says_roles(doc) for _, doc in draft.settings.get("parameters", []))
    listed = [name for name, entry in draft.entries.items() if entry.role == "parameters"]
    layers = [n for e in draft.equations if isinstance(e, tuple) for n in e[0].parameters]
    return given, tuple(dict.fromkeys((*layers, *listed) if not declared else (*listed, *layers))), declared


def _says_roles(doc: Doc) -> bool:
    return not (isinstance(doc, Scalar) and not doc.text.strip())


def _rate_value(draft: Draft, given: dict[Name, Written]) -> Written | None:
    """Its own, or the one that stands under given."""
    rate = draft.rate
    if rate is None:
        return None
    return rate.value if rate.value is not None else given.pop(rate.letter, None)


def _upstream(draft: Draft, reading: Reading, lefts: set[Name]) -> dict[Written, Written]:
    found: dict[Written, Written] = {}
    for item in draft.upstream:
        derivative = item.key.ready if item.key.ready is not None else reading.formula(whole(item.key), item.where)
        if derivative is None:
            continue
        if not isinstance(derivative, Deriv) or len(derivative.by) != 1:
            draft.problems.add(
                item.key, item.where, f"a first derivative was expected, found '{item.key.text.strip()}'"
            )
            continue
        if derivative.of in lefts:
            message = f"the derivative follows from the equation of '{derivative.of}', so it cannot be given"
            draft.problems.add(item.key, item.where, message, "leave one of them out")
            continue
        of_value = value(whole(item.value), item.where, reading)
        if of_value is not None:
            found[derivative] = of_value
    return found


def _given_derivatives(graph: Graph, draft: Draft, part: Part) -> None:
    """∂C/∂u and ∂C/∂v where v depends on u: one of them already holds part of the other."""
    given = [(d.of, d.by[0]) for d in part.upstream if isinstance(d, Deriv)]
    for of, a in given:
        for other, b in given:
            if of == other and a != b and isinstance(a, Name) and isinstance(b, Name) and graph.reaches(a, b):
                item = draft.upstream[0]
                message = f"the derivatives of '{of}' by '{a}' and by '{b}' are both given, but '{b}' depends on '{a}'"
                draft.problems.add(item.key, item.where, message, f"leave out the one by '{a}'")


def _roles(graph: Graph, draft: Draft, part: Part) -> None:
    rate = draft.rate
    if rate is not None and rate.letter in graph:
        message = f"'{rate.letter}' is the learning rate and stands in the equations"
        draft.problems.add(rate.place, rate.where, message, "give one of them another letter")


def _targets(graph: Graph, draft: Draft, reading: Reading) -> tuple[Name, ...]:
    found: tuple[Name, ...] = ()
    for where, doc in draft.settings.get("targets", [])[-1:]:
        found = reading.known_names(doc, where)
        for name in found:
            if name not in graph or graph[name].role in ("parameter", "input"):
                draft.problems.add(doc, where, f"'{name}' is not computed, so it cannot be the target")
    return found


def _fixed(graph: Graph, draft: Draft, reading: Reading) -> tuple[Name, ...]:
    found: dict[Name, None] = {}
    for where, doc in draft.settings.get("fixed", []):
        for name in reading.known_names(doc, where):
            if name not in graph.parameters:
                what = "is computed" if name in graph and graph[name].role == "computed" else "is no parameter"
                draft.problems.add(doc, where, f"'{name}' {what}, so nothing would change it", "leave it out")
            else:
                found[name] = None
    return tuple(found)


def _assume(settings: Settings, reading: Reading) -> tuple[Rel, ...]:
    return tuple(rel for where, doc in settings.get("assume", []) for rel in relations(doc, where, reading))


def _last_choice(settings: Settings, key: str, words: tuple[str, ...], default: str, problems: Problems) -> Any:
    """One of a few words; what a part says counts more than what the file says."""
    found = [choice(doc, where, problems, words) for where, doc in settings.get(key, [])]
    return (found[-1] if found else None) or default


def _text(settings: Settings, key: str, label: str, problems: Problems) -> str:
    """A part's own title or text (the file's own belongs to the exercise)."""
    for where, doc in settings.get(key, []):
        if where.startswith("parts["):
            scalar = scalar_of(doc, where, problems, "text")
            return scalar.text.strip() if scalar is not None else ""
    return ""


__all__ = ["Settings", "read_part"]
