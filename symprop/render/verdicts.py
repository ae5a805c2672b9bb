"""Verdicts as text for a terminal and as JSON.  No byte of a student reaches either as it came.

What is shown of an answer is printed from its tree; of what could not be read only printable characters are shown
(no escape sequences, no direction marks, no null bytes), and JSON escapes < > & so that a page may embed it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symprop.equality import Equality, Witness
from symprop.judge.compare import Comparison
from symprop.judge.diagnosis import BELONGS
from symprop.judge.records import Explanation, Judgement, Verdict
from symprop.model.solution import Phrase
from symprop.names import Vocabulary
from symprop.notation import Notation, latex, text
from symprop.notation.numbers import plain
from symprop.render.words import Words, load_words
from symprop.written import Written

if TYPE_CHECKING:
    from symprop.judge.working.records import Finding

WIDTH = 60
MOST_QUANTITIES = 8  # of a witness that are shown


@dataclass(frozen=True, slots=True)
class TerminalStyle:
    """Sentences as plain text; formulas as the reader takes them."""

    def literal(self, text: str) -> str:
        return text.replace("\u00a0", " ")

    def text(self, text: str) -> str:
        return harmless(text)

    def maths(self, formula: Written) -> str:
        return harmless(text(formula))

    def turn(self, code: str, wordings: int) -> int:
        return 0

    def fixed_maths(self, tex: str) -> str:
        return tex

    def number(self, label: str) -> int | None:
        return None

    def ref(self, label: str) -> str:
        return harmless(label)

    def part(self, label: str) -> str:
        return f"({harmless(label)})"

    def join(self, pieces: Sequence[str]) -> str:
        return "".join(pieces)


STYLE = TerminalStyle()


def harmless(text: str) -> str:
    """The text with everything that is not printable replaced."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def caret(shown: str, place: int) -> list[str]:
    """The text, and a mark under the character where reading stopped; long texts are cut around it."""
    start = max(0, place - WIDTH // 2)
    lead = "…" if start else ""
    return [f"  {lead}{harmless(shown[start : start + WIDTH])}", f"  {' ' * (place - start + len(lead))}^"]


# ---- text


def judged_text(judgement: Judgement, language: str = "en") -> str:
    """The verdicts, one after the other."""
    words = load_words(language)
    several = len(judgement.verdicts) > 1
    lines = [line for verdict in judgement.verdicts for line in _verdict(verdict, words, several)]
    if judgement.missing and (several or judgement.kind in ("right", "right-wrong-form")):
        lines.append(f"{label_of(words, 'missing')}: {', '.join(STYLE.maths(q) for q in judgement.missing)}")
    return "\n".join(lines)


def _verdict(verdict: Verdict, words: Words, several: bool) -> list[str]:
    sentence = words.entry("verdicts", verdict.said.code, dict(verdict.said.data), STYLE)
    lead = f"{STYLE.maths(verdict.quantity)}: " if several and verdict.quantity is not None else ""
    lines = [lead + sentence]
    if verdict.place is not None and verdict.text.strip():
        lines += caret(verdict.text, verdict.place)
        hint = dict(verdict.said.data).get("hint")
        lines += [f"  {harmless(str(hint))}"] if hint else []
    if verdict.readings:
        lines += [words.entry("verdicts", "readings", {}, STYLE), *(f"  {harmless(r)}" for r in verdict.readings)]
    if verdict.reading is not None:
        shown = harmless(text(verdict.reading, Notation(vocabulary=verdict.vocabulary)))
        if verdict.ranges:
            runs = ", ".join(f"{letter} in {first}..{last}" for letter, first, last in verdict.ranges)
            shown = f"{shown}   ({words.entry('verdicts', 'for-every', {'ranges': runs}, STYLE)})"
        lines.append(f"  {label_of(words, 'read')}: {shown}")
    lines += [f"  {line}" for line in reasons(verdict.why, words, verdict.revealed is not None)]
    if verdict.kind == "wrong" and verdict.witness is not None and not verdict.why:
        lines += witness_lines(verdict.witness, words, ("mine", "right"))
    if verdict.revealed is not None:
        lines.append(f"  {label_of(words, 'answer')}: {STYLE.maths(verdict.revealed)}")
    return lines


def reasons(why: Explanation, words: Words, revealed: bool = False) -> list[str]:
    """What explains a wrong formula, a line for each mistake; ``revealed``: the answer is told anyway."""
    hidden = why.discreet and not revealed
    ways = (tuple(dict.fromkeys(mistake(said, words, hidden) for said in way)) for way in why.ways)
    told = list(dict.fromkeys(ways))  # what is told in the same words, once
    if not told or (len(told) == 1 and len(told[0]) == 1):
        return list(told[0]) if told else []
    pairs = any(len(way) > 1 for way in told)
    head = "several" if not pairs else "several-pairs" if len(told) > 1 else "together"
    found = [words.entry("verdicts", head, {}, STYLE)]
    for way in told:
        first, *more = way
        found += [f"- {first}", *(f"{'  ' if len(told) > 1 else '- '}{line}" for line in more)]
    return found


def mistake(said: Phrase, words: Words, hidden: bool = False) -> str:
    """What a slip is; ``hidden``: without what belongs in its place, where that is nearly the answer."""
    data = dict(said.data)
    section = "slips-together" if hidden and words.has("slips-together", said.code) else "mistakes"
    return words.entry("slips-everywhere" if "edges" in data else section, said.code, data, STYLE)


def witness_lines(witness: Witness, words: Words, labels: tuple[str, str]) -> list[str]:
    shown = [f"{STYLE.maths(q)} = {k}" for q, k in witness.sizes]
    if witness.entry:
        shown.append(f"{label_of(words, 'entry')} ({', '.join(map(str, witness.entry))})")
    shown += [f"{STYLE.maths(q)} = {number(v)}" for q, v in witness.point]
    if len(shown) > MOST_QUANTITIES:
        shown = [*shown[:MOST_QUANTITIES], "…"]
    at = f"{label_of(words, 'point')} {', '.join(shown)}: " if shown else ""
    left, right = (
        f"{label_of(words, label)} {value}" for label, value in zip(labels, (witness.left, witness.right), strict=True)
    )
    return [f"  {at}{left}, {right}"]


def label_of(words: Words, label: str) -> str:
    return words.entry("verdicts", f"label-{label}", {}, STYLE)


def number(value: Fraction) -> str:
    return plain(value, 12)


def compared_text(found: Comparison, language: str = "en") -> str:
    """The verdict of a comparison without an exercise."""
    words = load_words(language)
    lines = [words.entry("verdicts", said.code, dict(said.data), STYLE) for said in (found.said, *found.notes)]
    for label, side in zip(("left-value", "right-value"), found.sides, strict=True):
        if side.error is not None:
            lines += caret(side.text, side.error.offset)
            lines += [f"  {harmless(side.error.hint)}"] if side.error.hint else []
            if side.error.readings:
                lines += [words.entry("verdicts", "readings", {}, STYLE)]
                lines += [f"  {harmless(r)}" for r in side.error.readings]
        elif side.formula is not None:
            shown = harmless(text(side.formula, Notation(vocabulary=found.vocabulary)))
            lines.append(f"  {label_of(words, label)}: {shown}")
    if found.equality is not None and found.equality.witness is not None and found.kind == "different":
        lines += witness_lines(found.equality.witness, words, ("left-value", "right-value"))
    return "\n".join(lines)


# ---- JSON


def judged_json(judgement: Judgement, language: str = "en", marks: dict[str, Any] | None = None) -> str:
    """The verdicts as data."""
    words = load_words(language)
    record = {
        "kind": judgement.kind,
        "exit_code": judgement.exit_code,
        "verdicts": [_record(v, words) for v in judgement.verdicts],
        "missing": [text(q) for q in judgement.missing],
        **({"marks": marks} if marks is not None else {}),
    }
    return safe_json(record)


def _record(verdict: Verdict, words: Words) -> dict[str, Any]:
    return {
        "kind": verdict.kind,
        "code": verdict.code,
        "message": words.entry("verdicts", verdict.said.code, dict(verdict.said.data), STYLE),
        "quantity": formula_text(verdict.quantity),
        "scope": verdict.scope,
        **read_record(verdict.reading, verdict.vocabulary),
        **({"indices": [{"index": i, "from": a, "to": b} for i, a, b in verdict.ranges]} if verdict.ranges else {}),
        **why_record(verdict, words, wrong=verdict.kind == "wrong"),
        "answer": formula_text(verdict.revealed),
        **({"entries": [_entry(part) for part in verdict.parts]} if verdict.parts else {}),
    }


def _entry(part: Verdict) -> dict[str, Any]:
    """An entry of a vector or a matrix."""
    return {"quantity": formula_text(part.quantity), "kind": part.kind, "code": part.code}


def read_record(formula: Written | None, vocabulary: Vocabulary | None = None) -> dict[str, Any]:
    """What was understood, as plain maths and as LaTeX."""
    notation = Notation(vocabulary=vocabulary)
    shown = None if formula is None else harmless(text(formula, notation))
    return {"read": shown, "latex": None if formula is None else latex(formula, notation)}


def why_record(found: Verdict | Finding, words: Words, *, wrong: bool) -> dict[str, Any]:
    """What explains a verdict, on an answer or on a formula of a derivation."""
    hidden = found.why.discreet and getattr(found, "revealed", None) is None
    ways = [
        [{"code": m.code, "message": mistake(m, words, hidden), "data": data_of(m, hidden)} for m in way]
        for way in found.why.ways
    ]
    return {
        "place": found.place,
        "readings": [harmless(r) for r in found.readings],
        "explanations": ways,
        "witness": witness_record(found.equality) if wrong else None,
    }


def compared_json(found: Comparison, language: str = "en") -> str:
    words = load_words(language)
    notation, formulas = Notation(vocabulary=found.vocabulary), [side.formula for side in found.sides]
    sizes = found.equality.sizes if found.equality else ()
    record = {
        "kind": found.kind,
        "exit_code": found.exit_code,
        "message": words.entry("verdicts", found.said.code, dict(found.said.data), STYLE),
        "notes": [words.entry("verdicts", note.code, dict(note.data), STYLE) for note in found.notes],
        "ground": found.equality.ground if found.equality else None,
        "sizes": [{text(size): k for size, k in chosen} for chosen in sizes],
        "read": [None if f is None else harmless(text(f, notation)) for f in formulas],
        "latex": [None if f is None else latex(f, notation) for f in formulas],
        "errors": [None if side.error is None else _error(side.error) for side in found.sides],
        "witness": witness_record(found.equality),
    }
    return safe_json(record)


def _error(error: Any) -> dict[str, Any]:
    return {
        "place": error.offset,
        "message": harmless(error.message),
        "hint": harmless(error.hint),
        "readings": [harmless(r) for r in error.readings],
    }


def witness_record(equality: Equality | None) -> dict[str, Any] | None:
    if equality is None or equality.witness is None:
        return None
    witness = equality.witness
    return {
        "point": {text(q): number(v) for q, v in witness.point},
        "left": witness.left,
        "right": witness.right,
        **({"sizes": {text(q): k for q, k in witness.sizes}} if witness.sizes else {}),
        **({"entry": list(witness.entry)} if witness.entry else {}),
    }


def formula_text(formula: Written | None) -> str | None:
    return None if formula is None else harmless(text(formula))


def data_of(said: Phrase, hidden: bool = False) -> dict[str, Any]:
    """The data of a phrase; ``hidden``: without what belongs there."""
    shown = ((key, value) for key, value in said.data if not (hidden and key in BELONGS))
    return {key: formula_text(value) if isinstance(value, Written) else value for key, value in shown}


def safe_json(record: object) -> str:
    """JSON that is also safe inside HTML."""
    plain_json = json.dumps(record, ensure_ascii=False, indent=2)
    for char in "<>&\u2028\u2029":
        plain_json = plain_json.replace(char, f"\\u{ord(char):04x}")
    return plain_json
