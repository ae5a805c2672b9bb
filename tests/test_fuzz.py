"""Texts in great numbers: the reader and the judge neither crash nor hang, and "right" is never said of a wrong value.

A few thousand here; in ``make fuzz`` a million for the reader, 50,000 for the judge and 10,000 derivations.  Every text
comes of its number alone, so that a failure names what failed.
"""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import pytest

from symprop.errors import ReadError
from symprop.judge.records import RANK, Verdict
from symprop.judge.working import check_working
from symprop.notation.numbers import fraction_of, shown
from symprop.reader import read
from symprop.render.verdicts import judged_json, judged_text
from symprop.render.working import working_json, working_text
from symprop.written import Deriv, Name, Num, Vec, Written, sub
from tests.budget import many
from tests.extract import number
from tests.test_judging import marker, rows, solved
from tests.test_judging_laws import agree, right_formula, written_out
from tests.test_reader_limits import FRAGMENTS, VOCABULARIES

SHARDS = 8
READER = many(2_000, 1_000_000) // SHARDS
JUDGE = many(400, 50_000) // SHARDS
WORKINGS = many(160, 10_000) // SHARDS
LONGEST = 120  # seconds: a hang
CHARACTERS = "xyzwLdtk_^{}()[]'+-*/=.,;0123456 \\|<>&²₆σ∂−·’\u00a0\u200b\x00$~"

WORDS = (
    "so ",
    "Hence ",
    "and ",
    "since z > 0, ",
    "because ReLU is off ",
    "(a) ",
    "with ",
    "where ",
    "chain rule: ",
    "$",
    "$$",
    "\\[",
    "\\]",
    " = ",
    " \\\\ ",
    "&=",
    "all others are 0",
    "for i = 1, 2",
    "z = 1: ",
    "(2) ",
    "we get ",
    "then ",
    "the same for ",
)
ANSWERS = [(p.values[0], p.values[2]) for p in rows() if not p.values[0][3]]
TASKS = sorted({told for told, _ in ANSWERS}, key=str)
SAID = {told: [answer for other, answer in ANSWERS if other == told] for told in TASKS}


@contextmanager
def no_longer_than(seconds: int, what: str) -> Iterator[None]:
    """An alarm where the system has one."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(*_: object) -> None:
        raise AssertionError(f"hangs: {what!r}")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def any_text(dice: random.Random) -> str:
    """Fragments, characters, or answers that were cut, glued and spoilt."""
    match dice.randrange(4):
        case 0:
            return dice.choice(("", " ")).join(dice.choices(FRAGMENTS, k=dice.randint(1, 20)))
        case 1:
            return "".join(dice.choices(CHARACTERS, k=dice.randint(1, 40)))
        case _:
            return spoilt(dice, dice.choice(ANSWERS)[1])


def spoilt(dice: random.Random, text: str) -> str:
    """One to three small changes."""
    for _ in range(dice.randint(1, 3)):
        at = dice.randint(0, len(text))
        match dice.randrange(6):
            case 0:
                text = text[:at] + text[at + 1 :]
            case 1:
                text = text[:at] + dice.choice(CHARACTERS) + text[at:]
            case 2:
                text = text[:at] + dice.choice(FRAGMENTS) + text[at:]
            case 3:
                other = dice.choice(ANSWERS)[1]
                text = text[:at] + other[dice.randint(0, len(other)) :]
            case 4:
                text = text[:at] + dice.choice("+-*/^ ") + text[at + 1 :]
            case _:
                digits = [i for i, c in enumerate(text) if c.isdigit()]
                if digits:
                    at = dice.choice(digits)
                    text = text[:at] + str(dice.randrange(10)) + text[at + 1 :]
    return text


@pytest.mark.fuzz
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_reader_takes_any_text(shard: int) -> None:
    with no_longer_than(LONGEST + READER // 100, f"shard {shard}"):
        for k in range(READER):
            dice = random.Random(f"reader {shard} {k}")
            text, vocabulary = any_text(dice), dice.choice(VOCABULARIES)
            try:
                assert isinstance(read(text, vocabulary, new_symbols=dice.random() < 0.5), Written)
            except ReadError as error:
                assert 0 <= error.offset <= len(text), (text, error)
            except Exception as error:
                raise AssertionError(f"{type(error).__name__} for {text!r}") from error


@pytest.mark.fuzz
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_judge_takes_any_text_and_says_right_of_right_values_only(shard: int) -> None:
    seen = dict.fromkeys(RANK, 0)
    for k in range(JUDGE):
        dice = random.Random(f"judge {shard} {k}")
        told = dice.choice(TASKS)
        text = spoilt(dice, dice.choice(SAID[told])) if dice.random() < 0.9 else any_text(dice)
        with no_longer_than(LONGEST, text):
            try:
                found = marker(*told).judge(text)
            except Exception as error:
                raise AssertionError(f"{type(error).__name__} for {told[0][:20]} {told[2]}: {text!r}") from error
        seen[found.kind] += 1
        assert judged_text(found).replace("\n", "").isprintable()
        assert not set("<>&") & set(judged_json(found))
        for verdict in (v for whole in found.verdicts for v in whole.singles):
            if verdict.kind in ("right", "right-wrong-form") and verdict.code not in ("remark", "aside"):
                assert has_the_right_value(told, verdict), (told, text, verdict)
    assert seen["right"] + seen["wrong"] and seen["unreadable"], seen


def some_rows(dice: random.Random, told: Any) -> str:
    """Right, wrong and spoilt answers to the tasks of an exercise below one another, with words around some."""
    others = [other for other in TASKS if other[0] == told[0]]
    found = []
    for _ in range(dice.randint(1, 6)):
        row = dice.choice(SAID[told if dice.random() < 0.7 else dice.choice(others)])
        row = spoilt(dice, row) if dice.random() < 0.4 else row
        row = dice.choice(WORDS) + row if dice.random() < 0.4 else row
        found.append(row + " " + dice.choice(WORDS) if dice.random() < 0.2 else row)
    return dice.choice(("\n", "\n", "\\\\\n", " ")).join(found)


@pytest.mark.fuzz
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_judge_of_derivations_takes_any_rows(shard: int) -> None:
    seen = dict[str, int]()
    for k in range(WORKINGS):
        dice = random.Random(f"working {shard} {k}")
        told = dice.choice(TASKS)
        text = some_rows(dice, told)
        with no_longer_than(LONGEST, text):
            try:
                found = check_working(solved(told[0]), text, part=told[1], decimal_comma=told[3])
            except Exception as error:
                raise AssertionError(f"{type(error).__name__} for {told[0][:20]}: {text!r}") from error
        seen[found.label] = seen.get(found.label, 0) + 1
        assert working_text(found).replace("\n", "").isprintable()
        assert not set("<>&") & set(working_json(found))
    assert len(seen) > 2, seen


def has_the_right_value(told: Any, verdict: Verdict) -> bool:
    """Whether what was read is right, by evaluation in worlds (another route than judging).

    Rounded numbers are judged by their digits, and pieces and numbers by the exercise's own world, the last.
    """
    if verdict.code in ("right-rounded", "form-coarse", "form-digits", "form-decimals") or "'" in str(verdict.quantity):
        return True
    m = marker(*told)
    assert verdict.quantity is not None and verdict.reading is not None
    asked = m.asked[verdict.quantity]
    if asked.answer.epoch or isinstance(verdict.reading, Vec):
        return True
    numeric = not any(isinstance(node, Name | Deriv) for node in verdict.reading.walk())
    if numeric and (m.table is not None or asked.answer.value is not None):
        (mine,) = {fraction_of(m.subject.bench.programs.value(verdict.reading, {}))}  # perhaps rounded line by line
        if m.table is not None:  # of one of the points
            printed = number(shown(mine, m.subject.part.conventions.rounding)[0])
            return printed in {number(a.formula) for a in m.worked.answers if a.quantity == verdict.quantity}
        value = Fraction(str(asked.answer.value))
        before = fraction_of(m.judge_at(0).values.value(asked.quantity)) if asked.is_update else 0
        return any(abs(mine - v) <= Fraction(1, 10**9) * abs(v) for v in (value, value - before))
    wanted = [right_formula(asked, m), written_out(m, asked.formula)]  # a step with numbers is also right with letters
    wanted += [sub(formula, asked.quantity) for formula in wanted] if asked.is_update else []  # Δw
    rounded = any(isinstance(node, Num) and node.value.denominator > 1 for node in verdict.reading.walk())
    apart = Fraction(rounded and verdict.scope == "numbers", 100)  # 0.517 + 11.7 η
    for reading in {m.subject.resolve(verdict.reading), m.subject.resolve(verdict.reading, local=True)}:
        mine = written_out(m, reading)
        if any(isinstance(node, Deriv) for node in mine.walk()):
            return True  # upstream derivatives have no value in these worlds
        for formula in wanted:
            points = agree(told[:3], mine, formula, apart)
            if not points or (points[-1] if verdict.scope in ("region", "numbers") else all(points)):
                return True
    return False
