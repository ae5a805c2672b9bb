"""Laws of judging: rewriting a right answer keeps it right, changing its value does not, mistakes are recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations, islice, product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from symprop.derive.numbers import close
from symprop.evaluate import Undefined
from symprop.judge.diagnosis import LAST, MOST, WEAKER
from symprop.judge.judging import Marker
from symprop.judge.mistakes import MISTAKES
from symprop.judge.multiples import CODES
from symprop.judge.outcomes import Pair
from symprop.judge.replay import Replay, Slip, is_count
from symprop.judge.subject import Asked
from symprop.notation import latex, text
from symprop.notation.numbers import fraction_of
from symprop.points import numeric_world, random_worlds
from symprop.worlds import World
from symprop.written import (
    ONE,
    TWO,
    Call,
    Deriv,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Sum,
    Written,
    add,
    mul,
    names_of,
    neg,
    num,
    substitute,
)
from tests.budget import fuzzed
from tests.test_judging import marker

TASKS = (
    ("itakura_saito", None, "a"),
    ("itakura_saito", None, "d"),
    ("local_derivatives", None, "d"),
    ("skip_connection", None, "b"),
    ("two_outputs", "A", "b"),
    ("tied_weights", None, "b"),
    ("sigmoid_network", None, "b"),
    ("upstream_gradient", "A", "a"),
)
EXAMPLES = fuzzed(150, suppress_health_check=list(HealthCheck))


@cache
def results(exercise: str, part: str | None, task: str) -> tuple[Asked, ...]:
    return tuple(marker(exercise, part, task).asked.values())


def right_formula(asked: Asked, m: Marker) -> Written:
    """The certified answer, without derivative symbols of other tasks where it has any."""
    formula = asked.answer.formula
    return formula if not any(isinstance(n, Deriv) for n in formula.walk()) else written_out(m, asked.formula)


def written_out(m: Marker, formula: Written, changes: dict[Written, Written] | None = None) -> Written:
    """A resolved formula with the stand-ins of derivatives replaced by what they are."""
    definitions = {**m.subject.adjoints, **(changes or {})}
    stand_ins = {n: definitions[n] for n in m.subject.adjoints}
    for _ in range(len(stand_ins) + 1):
        formula = substitute(formula, stand_ins)
    return formula


# ---- rewritings


def places(formula: Written) -> list[Written]:
    return list(dict.fromkeys(n for n in formula.walk() if not isinstance(n, Deriv)))


def commuted(f: Written, m: Marker) -> Iterator[Written]:
    if isinstance(f, Sum):
        yield add(*reversed(f.terms))
    if isinstance(f, Prod):
        yield mul(*reversed(f.factors))


def distributed(f: Written, m: Marker) -> Iterator[Written]:
    if isinstance(f, Prod):
        for i, factor in enumerate(f.factors):
            if isinstance(factor, Sum):
                rest = (*f.factors[:i], *f.factors[i + 1 :])
                yield add(*(neg(mul(t.arg, *rest)) if isinstance(t, Neg) else mul(t, *rest) for t in factor.terms))
    if isinstance(f, Quot) and isinstance(f.num, Sum):
        yield add(*(neg(Quot(t.arg, f.den)) if isinstance(t, Neg) else Quot(t, f.den) for t in f.num.terms))


def opened(f: Written, m: Marker) -> Iterator[Written]:
    if isinstance(f, Name) and f in m.subject.graph:
        definition = m.subject.graph[f].definition
        if definition is not None and not m.subject.graph[f].derivatives:
            yield definition


def dressed(f: Written, m: Marker) -> Iterator[Written]:
    if isinstance(f, Num | Name | Sum | Prod | Call):
        yield Quot(mul(TWO, f), TWO)
        yield add(f, num(3), neg(num(3)))
        yield neg(neg(f)) if not isinstance(f, Num) else f
    if isinstance(f, Quot):
        yield mul(f.num, Pow(f.den, num(-1)))
    if isinstance(f, Pow) and f.exp == TWO:
        yield mul(f.base, f.base)


def factored(f: Written, m: Marker) -> Iterator[Written]:
    """a b + a c = a (b + c)"""
    if isinstance(f, Sum) and not any(isinstance(t, Neg) for t in f.terms):
        parts = [t.factors if isinstance(t, Prod) else (t,) for t in f.terms]
        for common in parts[0]:
            if all(common in p for p in parts[1:]):
                rests = []
                for p in parts:
                    at = p.index(common)
                    rests.append(mul(*p[:at], *p[at + 1 :]) if len(p) > 1 else ONE)
                yield mul(common, add(*rests))


def folded(f: Written, m: Marker) -> Iterator[Written]:
    """What a quantity is defined as, by its name."""
    yield from (n.name for n in m.subject.graph.nodes.values() if n.definition == f and not n.derivatives)


def together(f: Written, m: Marker) -> Iterator[Written]:
    """a/b + c = (a + c b)/b;  k a/b = a/(b/k)"""
    if isinstance(f, Sum) and isinstance(f.terms[0], Quot):
        first, *rest = f.terms
        times = (neg(mul(t.arg, first.den)) if isinstance(t, Neg) else mul(t, first.den) for t in rest)
        yield Quot(add(first.num, *times), first.den)
    if isinstance(f, Quot):
        yield Quot(mul(TWO, f.num), mul(TWO, f.den))
        if not any(isinstance(n, Call) and (n.primes or n.func.base == "ReLU") for n in f.num.walk()):  # 0 where off
            yield Quot(ONE, Quot(f.den, f.num))
        yield mul(num("0.5"), Quot(f.num, Quot(f.den, TWO)))


KEEPING: tuple[Callable[[Written, Marker], Iterator[Written]], ...] = (
    commuted,
    distributed,
    opened,
    dressed,
    factored,
    folded,
    together,
)


def one_step(draw: Any, formula: Written, m: Marker, ways: Any) -> Written:
    place = draw(st.sampled_from(places(formula)))
    way = draw(st.sampled_from(ways))
    options = list(way(place, m))
    if not options:
        return formula
    return substitute(formula, {place: draw(st.sampled_from(options))})


@st.composite
def rewritten(draw: Any) -> tuple[tuple[str, str | None, str], Asked, Written]:
    told = draw(st.sampled_from(TASKS))
    asked = draw(st.sampled_from(results(*told)))
    m = marker(*told)
    formula = right_formula(asked, m)
    for _ in range(draw(st.integers(1, 4))):
        formula = one_step(draw, formula, m, KEEPING)
    return told, asked, formula


@EXAMPLES
@given(rewritten(), st.sampled_from([text, latex]))
def test_a_right_answer_stays_right_however_it_is_written(case: Any, spelled: Callable[[Written], str]) -> None:
    told, asked, formula = case
    printed = spelled(formula)
    assume(len(printed) < 1500)
    found = marker(*told).judge(f"{spelled(asked.quantity)} = {printed}").worst
    assert found.kind in ("right", "right-wrong-form"), (printed, found)
    assert found.scope == "everywhere" or not any(isinstance(n, Name) for n in formula.walk())


# ---- mutants


def another_number(f: Written, m: Marker) -> Iterator[Written]:
    if isinstance(f, Num):
        yield Num(f.value + 1)


def another_sign(f: Written, m: Marker) -> Iterator[Written]:
    if isinstance(f, Sum):
        yield add(f.terms[0], *(t.arg if isinstance(t, Neg) else Neg(t) for t in f.terms[1:]))
    if isinstance(f, Name | Prod | Quot):
        yield neg(f)


def something_lost(f: Written, m: Marker) -> Iterator[Written]:
    if isinstance(f, Sum):
        yield add(*f.terms[1:])
        yield add(*f.terms[:-1])
    if isinstance(f, Prod):
        yield mul(*f.factors[1:])
        yield mul(*f.factors[:-1])
    if isinstance(f, Quot):
        yield f.num
    if isinstance(f, Pow):
        yield f.base
    if isinstance(f, Call) and f.primes:
        yield Call(f.func, f.args)
        yield ONE


def another_name(f: Written, m: Marker) -> Iterator[Written]:
    if isinstance(f, Name):
        nodes = m.subject.graph.nodes.values()
        yield from (n.name for n in nodes if n.name != f and n.role != "upstream")


CHANGING = (another_number, another_sign, something_lost, another_name)


@cache
def worlds(told: tuple[str, str | None, str]) -> tuple[World, ...]:
    graph = marker(*told).subject.graph
    numeric = numeric_world(graph)
    found = tuple(islice(random_worlds(graph), 4))
    return (*found, numeric) if numeric is not None and numeric.complete else found


def agree(told: Any, a: Written, b: Written, apart: Fraction = Fraction(0)) -> list[bool]:
    """At each point, whether both formulas have the same value there (by another route than judging).

    ``apart``: how far they may lie apart, relative to b.
    """
    found = []
    graph = marker(*told).subject.graph
    free = {n for formula in (a, b) for n in formula.walk() if isinstance(n, Name) and n not in graph}
    for world in worlds(told):
        for name in free:  # a learning rate that is a letter
            world.values.setdefault(name, Fraction(37, 100))
        try:
            mine, right = world.value(a), world.value(b)
        except Undefined:
            continue
        near = apart and abs(fraction_of(mine) - fraction_of(right)) <= apart * abs(fraction_of(right))
        found.append(bool(near) or close(mine, right)[0])
    return found


@st.composite
def mutated(draw: Any) -> tuple[tuple[str, str | None, str], Asked, Written]:
    told = draw(st.sampled_from(TASKS))
    asked = draw(st.sampled_from(results(*told)))
    m = marker(*told)
    formula = one_step(draw, right_formula(asked, m), m, CHANGING)
    return told, asked, formula


@EXAMPLES
@given(mutated())
def test_an_answer_of_another_value_is_never_right(case: Any) -> None:
    told, asked, formula = case
    m = marker(*told)
    seen = agree(told, formula, right_formula(asked, m))
    assume(seen and not all(seen))
    found = m.judge(f"{text(asked.quantity)} = {text(formula)}").worst
    if found.kind in ("right", "right-wrong-form"):
        assert found.scope in ("region", "numbers"), (text(formula), found)  # right where the numbers lie
        assert seen[-1], (text(formula), found)
    else:
        assert found.kind in ("wrong", "right-at-numbers-only"), (text(formula), found)


# ---- mistakes


def mistaken_formula(m: Marker, asked: Asked, slip: Slip) -> Written:
    """What a student who makes this slip writes, in the exercise's own names."""
    changes = Replay(m.subject, asked, asked.formula).definitions(slip)
    formula = slip.formula if slip.formula is not None else asked.formula
    return m.subject.resolve(written_out(m, formula, changes))


def slips_of(told: tuple[str, str | None, str], asked: Asked) -> list[Slip]:
    m = marker(*told)
    replay = Replay(m.subject, asked, asked.formula)
    return [slip for slips in MISTAKES for slip in slips(replay)]


@pytest.mark.parametrize("told", TASKS, ids=lambda t: f"{t[0]}-{t[2]}")
def test_a_mistake_is_diagnosed_as_itself_or_as_one_of_equal_value(told: Any) -> None:
    """Every slip of every result; not told at all only where more than ``MOST`` mistakes lead to the same value."""
    m = marker(*told)
    wrong = 0
    for asked in results(*told):
        right = right_formula(asked, m)
        mistaken = []
        for slip in slips_of(told, asked):
            if any(q in m.subject.graph for q in slip.changes):
                continue  # changes the equations: not a formula in the exercise's own names
            formula = mistaken_formula(m, asked, slip)
            if not all(agree(told, formula, right)):
                mistaken.append((slip.said.code, formula))
        for code, formula in mistaken:
            found = m.judge(f"{text(asked.quantity)} = {text(formula)}").worst
            if found.kind != "wrong":
                assert found.scope in ("region", "numbers"), (code, text(formula))
                continue
            wrong += 1
            told_codes = {code for codes in found.why.codes for code in codes}
            if told_codes & {code, *WEAKER.get(code, ())}:
                continue
            equal = {c for c, other in mistaken if all(agree(told, other, formula))}
            if code in LAST and told_codes and told_codes <= equal:
                continue
            strongest = {c for c in equal if not equal & set(WEAKER.get(c, ()))}
            assert not told_codes and len(strongest) > MOST, (code, told_codes, equal, text(formula))
    assert wrong >= 4


def constant(told: Any, formula: Written) -> bool:
    """Whether a formula has one value wherever it is not 0."""
    values = []
    for world in worlds(told):
        try:
            values.append(world.value(formula))
        except Undefined:
            continue
    values = [value for value in values if not close(value, Fraction(0))[0]]
    return all(close(value, values[0])[0] for value in values)


@st.composite
def two_slips(draw: Any) -> tuple[tuple[str, str | None, str], Asked, Slip, Slip, Slip]:
    told = draw(st.sampled_from(TASKS))
    asked = draw(st.sampled_from(results(*told)))
    slips = slips_of(told, asked)
    first, second = draw(st.sampled_from(slips)), draw(st.sampled_from(slips))
    both = Replay(marker(*told).subject, asked, asked.formula).both(first, second)
    assume(both is not None)
    assert both is not None
    return told, asked, first, second, both


@pytest.mark.long
@EXAMPLES
@given(two_slips())
def test_any_two_mistakes_at_once_are_diagnosed(case: Any) -> None:
    """As these two, or others of equal value; not told only where more than ``MOST`` explain it as well."""
    told, asked, first, second, both = case
    m = marker(*told)
    assume(not any(q in m.subject.graph for q in both.changes))
    formula = mistaken_formula(m, asked, both)
    assume(any(isinstance(n, Name) for n in formula.walk()))  # a bare number has too many reasons
    assume(len(text(formula)) < 1500 and not all(agree(told, formula, right_formula(asked, m))))
    found = m.judge(f"{text(asked.quantity)} = {text(formula)}").worst
    if found.kind != "wrong":
        assert found.scope in ("region", "numbers"), text(formula)
        return
    slips = m.diagnosis(asked, asked.formula, False).slips
    replay = Replay(m.subject, asked, asked.formula)

    numbers = m.subject.numbers()
    counts = {q: num(numbers[q]) for q in m.subject.graph.leaves if q in numbers and is_count(q)}
    open_counts = {n: f for n, f in m.subject.definitions().items() if counts.keys() & set(names_of(f))}

    def at_counts(formula: Written) -> Written:
        """With the number of samples put in, also where a quantity hides it."""
        return substitute(substitute(formula, open_counts), counts)

    counted = at_counts(formula)
    given = {q: num(v) for q, v in m.diagnosis(asked, asked.formula, False).known.items()}
    if not found.why and constant(told, substitute(counted, given)):
        return  # a number in disguise

    def leads_here(slip: Slip | None) -> bool:
        """Everywhere, or on the linear piece of the exercise's numbers."""
        if slip is None:
            return False
        other = at_counts(mistaken_formula(m, asked, slip))
        seen = agree(told, other, counted)
        return all(seen) or (seen[-1] and m.judge_at(0).decide(other, counted).outcome == "right")

    for way in found.why.ways:
        if any(said.code in {"wrong-constant", *CODES.values()} for said in way):
            continue  # a multiple of the right value, whatever led to it
        ways = [[s for s in slips if s.said == said] for said in way]
        meant = (replay.both(*both) for both in product(*ways)) if len(way) == 2 else ways[0]
        assert any(map(leads_here, meant)), (text(formula), way)
    if not found.why:
        alone = {s.said.code for s in slips if leads_here(s)}
        pairs = {
            frozenset((a.said.code, b.said.code)) for a, b in combinations(slips, 2) if leads_here(replay.both(a, b))
        }
        if any(Pair(a, b).far_fetched and leads_here(replay.both(a, b)) for a, b in combinations(slips, 2)):
            return
        assert max(len(alone), len(pairs)) > MOST, (text(formula), first.said, second.said)


def test_there_are_at_least_eighteen_mistakes() -> None:
    codes = {s.said.code for told in TASKS for asked in results(*told) for s in slips_of(told, asked)}
    codes |= {
        s.said.code for a in results("itakura_saito", None, "b") for s in slips_of(("itakura_saito", None, "b"), a)
    }
    assert len(MISTAKES) >= 18
    assert len(codes) >= 24
    assert MOST == 3
