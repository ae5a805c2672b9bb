"""The verdicts on a whole derivation as text and as JSON.  No byte of a student reaches either as it came."""

from __future__ import annotations

from collections import Counter
from typing import Any

from symprop.judge.working.records import COARSE, Finding, Label, LineVerdict, Reached, Working
from symprop.model.solution import Phrase
from symprop.notation import text
from symprop.render.verdicts import (
    STYLE,
    caret,
    formula_text,
    harmless,
    read_record,
    reasons,
    safe_json,
    why_record,
    witness_lines,
)
from symprop.render.words import Words, load_words

SHOWN = 76  # characters of a row
LABELS: tuple[Label, ...] = ("right", "carried", "wrong", "unsupported", "unread")


def working_text(working: Working, language: str = "en") -> str:
    """One row after the other with its label and, where it is not right, the reason; then what it comes to."""
    words = load_words(language)
    shown = [line for line in working.lines if line.label != "skipped"]
    width = max((len(_said(words, f"label-{label}")) for label in LABELS), default=0)
    digits = len(str(max((line.line for line in shown), default=1)))
    several = len({r.part for r in working.reached}) > 1  # then it is told what each row was taken for
    out: list[str] = []
    for line in shown:
        lead = f"{line.line:>{digits}}  {_said(words, f'label-{line.label}'):<{width}}"
        lead += f"  ({harmless(line.part)})" if several else ""
        out.append(f"{lead}  {_row(line)}")
        indent = " " * (len(lead) + 2)
        told = dict.fromkeys(tuple(_finding(finding, words)) for finding in _told(line))  # the same is said once
        out += [f"{indent}{text}" for lines in told for text in lines]
    return "\n".join([*out, *([""] if out else []), *_summary(working, words)])


def _row(line: LineVerdict) -> str:
    bare = harmless(" ".join(line.text.replace("&", " ").split()))
    return bare if len(bare) <= SHOWN else bare[: SHOWN - 1] + "…"


def _told(line: LineVerdict) -> list[Finding]:
    """What is worth a word: everything but plainly right formulas."""
    return [f for f in line.findings if f.label != "right" or f.repaired or f.code in ("definition", COARSE)]


def _finding(finding: Finding, words: Words) -> list[str]:
    lines = [sentence(finding.said, words)]
    if finding.formula is not None and finding.label in ("wrong", "carried", "unsupported"):
        lines[0] = f"{STYLE.maths(finding.formula)}: {lines[0]}"
    if finding.place is not None and finding.text.strip():
        lines += caret(finding.text, finding.place)
        hint = dict(finding.said.data).get("hint")
        lines += [f"  {harmless(str(hint))}"] if hint else []
    if finding.readings:
        lines += [words.entry("verdicts", "readings", {}, STYLE), *(f"  {harmless(r)}" for r in finding.readings)]
    lines += [f"  {line}" for line in reasons(finding.why, words)]
    if finding.witness is not None and not finding.why:
        lines += witness_lines(finding.witness, words, ("mine", "right"))
    return lines


def sentence(said: Phrase, words: Words) -> str:
    """The sentence of a finding; what answers have too is told as there."""
    section = "working" if words.has("working", said.code) else "verdicts"
    return words.entry(section, said.code, dict(said.data), STYLE)


def _said(words: Words, code: str, **data: object) -> str:
    return words.entry("working", code, data, STYLE)


def _summary(working: Working, words: Words) -> list[str]:
    """The first error, how many rows of each label, and what became of the results that were asked for."""
    out = []
    first = working.first_wrong
    if first is not None:
        out.append(_said(words, "first-wrong", line=first.line))
    counts: Counter[Label] = Counter(line.label for line in working.lines if line.label != "skipped")
    if counts:
        out.append(", ".join(f"{_said(words, f'label-{label}')} {counts[label]}" for label in LABELS if counts[label]))
    else:
        out.append(_said(words, "nothing"))
    for state in ("carried", "wrong", "unfinished", "coarse", "missing"):
        found = _by_task([r for r in working.reached if r.state == state], working)
        if found:
            out.append(f"{_said(words, f'results-{state}')}: {found}")
    return out


def _by_task(found: list[Reached], working: Working) -> str:
    """The quantities, by the tasks that ask for them where there are several: (a) z, h; (d) z, h"""
    tasks: dict[str, dict[str, None]] = {}
    for each in found:  # a quantity after several steps is told once
        tasks.setdefault(f"{each.part} {each.task.label}".strip(), {})[STYLE.maths(each.quantity)] = None
    if len({(r.part, r.task.label) for r in working.reached}) < 2:
        return ", ".join(q for quantities in tasks.values() for q in quantities)
    return "; ".join(f"({harmless(label)}) {', '.join(quantities)}" for label, quantities in tasks.items())


# ---- JSON


def working_json(working: Working, language: str = "en", marks: dict[str, Any] | None = None) -> str:
    """The verdicts as data."""
    words = load_words(language)
    first = working.first_wrong
    record = {
        "label": working.label,
        "exit_code": working.exit_code,
        "first_wrong": first.line if first is not None else None,
        "lines": [_line_record(line, words) for line in working.lines if line.label != "skipped"],
        "results": [_reached_record(r) for r in working.reached],
        **({"marks": marks} if marks is not None else {}),
    }
    return safe_json(record)


def _line_record(line: LineVerdict, words: Words) -> dict[str, Any]:
    return {
        "line": line.line,
        "column": line.column,
        "part": line.part,
        "text": harmless(line.text),
        "label": line.label,
        "findings": [_finding_record(f, words) for f in line.findings],
    }


def _finding_record(finding: Finding, words: Words) -> dict[str, Any]:
    return {
        "label": finding.label,
        "code": finding.code,
        "message": sentence(finding.said, words),
        "quantity": formula_text(finding.quantity),
        **read_record(finding.formula),
        "since": finding.since or None,
        "repaired": finding.repaired,
        **why_record(finding, words, wrong=finding.label == "wrong"),
    }


def _reached_record(found: Reached) -> dict[str, Any]:
    return {
        "part": found.part,
        "task": found.task.label,
        "quantity": text(found.quantity),
        "state": found.state,
        "line": found.line or None,
    }


__all__ = ["working_json", "working_text"]
