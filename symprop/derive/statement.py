"""The statement, generated from the exercise: equations, functions, given numbers, assumptions."""

from __future__ import annotations

from collections.abc import Iterator

from symprop import functions
from symprop.model.exercise import Part
from symprop.model.solution import Block, Line, Lines, Phrase, Prose, Worked, phrase
from symprop.written import ZERO, Call, Name, Rel, Vec, Written, substitute


def statement(part: Part, worked: tuple[Worked, ...] = ()) -> tuple[Block, ...]:
    """What is known before anything is worked.  ``worked``: the tasks, which may meet a kink."""
    blocks: list[Block] = []
    if part.equations:
        blocks.append(Prose((phrase("equations"),)))
        blocks.append(Lines(tuple(Line(e.left, (("=", e.right),)) for e in part.equations)))
    said: list[Phrase] = []
    abstract = []
    for definition in part.vocabulary.functions.values():
        if definition.body is not None:
            call = Call(definition.name, definition.params)
            said.append(phrase("function-def", f=call, body=Rel((call, definition.body), ("=",))))
        elif definition.alias:
            said.append(phrase("function-alias", f=definition.name, known=Name(definition.alias)))
        else:
            abstract.append(definition.name)
    for name in _taken_for_known(part):
        said.append(phrase("function-alias", f=name, known=Name(functions.UNDECLARED[name.text])))
    if known := tuple(Rel((call, body), ("=",)) for call, body in _less_known(part)):
        said.append(phrase("function-def", f=tuple(rule.items[0] for rule in known), body=known))
    if abstract:
        said.append(phrase("function-abstract", functions=tuple(abstract)))
    given = (*_relations(part.given), *_relations(part.upstream))
    if given:
        said.append(phrase("given", values=given))
    if part.learning_rate is not None:
        rate: Written = part.learning_rate
        if part.learning_rate_value is not None:
            rate = Rel((part.learning_rate, part.learning_rate_value), ("=",))
        said.append(phrase("learning-rate", rate=rate))
    if agreed := tuple(_slopes_at_kinks(part, worked)):
        said.append(phrase("kinks-agreed", rules=agreed))
    if part.fixed:
        said.append(phrase("fixed", names=part.fixed))
    if part.unused:
        said.append(phrase("unused", names=tuple(part.unused)))
    if part.assume:
        said.append(phrase("assumptions", assumptions=part.assume))
    if superscripts := tuple(dict.fromkeys(Name(n.base, accent=n.accent) for n in _names(part) if n.sup.isalnum())):
        said.append(phrase("superscripts", names=superscripts))
    if said:
        blocks.append(Prose(tuple(said)))
    return tuple(blocks)


def _names(part: Part) -> Iterator[Name]:
    """The names of all quantities, in the order of the equations, and those that derivatives go by."""
    for equation in part.equations:
        yield from (n for side in (equation.right, equation.left) for n in side.walk() if isinstance(n, Name))
    yield from (n for n in part.display.values() if isinstance(n, Name))


def _slopes_at_kinks(part: Part, worked: tuple[Worked, ...]) -> Iterator[Rel]:
    """ReLU'(0) = 1: what the exercise agrees on for its functions, and what the working uses at a kink that is met."""
    found: dict[Name, Written] = {}
    calls = (node for e in part.equations for node in e.right.walk() if isinstance(node, Call))
    for func in dict.fromkeys(call.func for call in calls):
        row = functions.lookup(Call(func, (ZERO,)), part.vocabulary)
        if isinstance(row, functions.Function) and row.kinks_text == functions.KINK:
            slope = part.conventions.kinks.get(row.key, part.conventions.kinks.get(func.text))
            found |= {func: slope} if slope is not None else {}
    reasons = (dict(r.data) for w in worked for line in w.lines for r in line.reasons if r.code == "kink-convention")
    for data in reasons:
        found.setdefault(data["f"], data["slope"])
    yield from (Rel((Call(func, (ZERO,), 1), slope), ("=",)) for func, slope in found.items())


def _taken_for_known(part: Part) -> tuple[Name, ...]:
    """A σ that nobody declared is the sigmoid, and the page says so; a loss is told in full."""
    called = dict.fromkeys(n.func for e in part.equations for n in e.right.walk() if isinstance(n, Call))
    taken = (n for n in called if n not in part.vocabulary.functions and n.text in functions.UNDECLARED)
    return tuple(n for n in taken if not functions.FUNCTIONS[functions.UNDECLARED[n.text]].is_loss)


def _less_known(part: Part) -> Iterator[tuple[Call, Written]]:
    """Functions of the tables, under their own names or given ones, with what they are: ELU(z) = …, and losses."""
    calls = [node for e in part.equations for node in e.right.walk() if isinstance(node, Call) and not node.primes]
    seen: set[Name] = set()
    for call in calls:  # grows by what stands in a definition: the Φ of GELU
        row = functions.lookup(call, part.vocabulary)
        definition = part.vocabulary.functions.get(call.func)
        declared = definition is not None and not definition.alias  # f: leaky_relu does not tell its slope
        if not isinstance(row, functions.Function) or declared or call.func in seen:
            continue
        everywhere = {other.args for other in calls if other.func == call.func} == {call.args}
        named = everywhere and len(call.args) == len(row.params) and all(isinstance(a, Name) for a in call.args)
        if row.is_loss and any(isinstance(a, Vec) for a in call.args):
            told = functions.expand(call, part.vocabulary)
            yield from [(call, told)] if told != call else ()
            continue
        single = len(call.args) == len(row.params) and not any(_is_array(part, a) for a in call.args)
        if functions.FUNCTIONS[row.key].unusual or (row.is_loss and single):
            seen.add(call.func)
            letters = call.args if named else row.params if not row.is_loss else _free_letters(part, len(row.params))
            told = substitute(row.value, dict(zip(row.params, letters, strict=True)))
            calls += [node for node in told.walk() if isinstance(node, Call) and node.func not in seen]
            yield Call(call.func, letters), told


def _is_array(part: Part, argument: Written) -> bool:
    """Whether a loss is taken over several values: then it is a sum or a mean, as its own row does not say."""
    return any(isinstance(n, Vec) or n in part.vocabulary.shapes for n in argument.walk())


def _free_letters(part: Part, count: int) -> tuple[Name, ...]:
    """Letters for a definition that the exercise does not use."""
    used = {n for e in part.equations for side in (e.left, e.right) for n in side.walk()}
    return tuple([name for name in map(Name, "uvacpqrs") if name not in used][:count])


def _relations(values) -> tuple[Written, ...]:  # type: ignore[no-untyped-def]
    return tuple(Rel((name, value), ("=",)) for name, value in values.items())
