"""Solution → JSON: everything that the page shows, and the exact answers, under stable keys.

{"format": "symprop solution", "version": 1,
 "exercise": {"id", "title", "text", "source", "file"},
 "parts": [{"label", "title", "text", "equations": [formula], "given": [{"name", "value"}],
            "statement": [block], "tasks": [task], "certificate"}],
 "values": {name: decimal text}}

task         {"label", "kind", "question", "heading", "points", "line", "blocks": [block], "answers": [answer],
              "remarks": [sentence]}
answer       {"quantity": formula, "relation", "formula": formula, "value": decimal text or null, "epoch"}
block        {"type": "prose", "sentences": [sentence]}
             {"type": "lines", "lines": [{"left": formula or null, "chain": [{"relation", "formula"}],
              "reasons": [sentence], "conditions": [formula], "label", "boxed", "epoch"}]}
             {"type": "table", "columns": [cell], "rows": [[cell]], "boxed": [[row, column]]}
             {"type": "program", "language", "text", "expected": {name: text}}
cell         formula, sentence or null
formula      {"text": plain maths that the reader takes, "latex"}
sentence     {"code", "text"}
certificate  {"relations", "deviation", "routes"} or null
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from symprop.model.exercise import Part
from symprop.model.solution import (
    Answer,
    Block,
    Line,
    Lines,
    PartSolution,
    Paths,
    Phrase,
    Prose,
    Solution,
    Table,
    Worked,
)
from symprop.names import Vocabulary
from symprop.notation import text as plain_maths
from symprop.render.formulas import Printer, printer
from symprop.render.look import open_look
from symprop.render.questions import heading, question
from symprop.render.words import Words, segments
from symprop.written import Rel, Written


def render_json(solution: Solution, *, look: Path | None = None, language: str = "") -> str:
    """The worked solution as JSON text; same solution, same text."""
    return json.dumps(record(solution, look=look, language=language), ensure_ascii=False, indent=2) + "\n"


def record(solution: Solution, *, look: Path | None = None, language: str = "") -> dict[str, Any]:
    """The same as plain dictionaries and lists."""
    words = open_look(look).words_of(solution.exercise, language)
    exercise = solution.exercise
    return {
        "format": "symprop solution",
        "version": 1,
        "exercise": {
            "id": exercise.id,
            "title": exercise.title,
            "text": exercise.text,
            "source": exercise.source,
            "file": PurePath(exercise.file).name,
        },
        "parts": [_Part(part, words).record() for part in solution.parts],
        "values": dict(solution.values or {}),
    }


@dataclass(frozen=True)
class TextStyle:
    """Sentences as plain text."""

    vocabulary: Vocabulary | None = None

    def literal(self, text: str) -> str:
        return text.replace("\u00a0", " ")

    def text(self, text: str) -> str:
        return "".join(p if isinstance(p, str) else self.maths(p) for p in segments(text, self.vocabulary))

    def maths(self, formula: Written) -> str:
        return plain_maths(formula)

    def turn(self, code: str, wordings: int) -> int:
        return 0

    def fixed_maths(self, tex: str) -> str:
        return f"${tex}$"

    def number(self, label: str) -> int | None:
        return None

    def ref(self, label: str) -> str:
        return f"({label})"

    def part(self, label: str) -> str:
        return f"({label})"

    def join(self, pieces: Iterable[str]) -> str:
        return "".join(pieces)


@dataclass(frozen=True)
class _Part:
    """One part; its printer and its words."""

    solved: PartSolution
    words: Words

    @property
    def part(self) -> Part:
        return self.solved.part

    @property
    def printer(self) -> Printer:
        return printer(self.part, self.words.notation)

    @property
    def style(self) -> TextStyle:
        return TextStyle(self.part.vocabulary)

    def record(self) -> dict[str, Any]:
        part, certificate = self.part, self.solved.certificate
        summary = (Prose(self.solved.summary),) if self.solved.summary else ()
        return {
            "label": part.label,
            "title": part.title,
            "text": part.text,
            "equations": [self.formula(Rel((e.left, e.right), ("=",))) for e in part.equations],
            "given": [{"name": n.text, "value": self.formula(v)} for n, v in part.given.items()]
            + [{"name": plain_maths(n), "value": self.formula(v)} for n, v in part.upstream.items()],
            "statement": [self.block(b) for b in (*summary, *self.solved.statement)],
            "tasks": [self.task(w) for w in self.solved.worked],
            "checks": [self.sentence(c) for c in self.solved.checks],
            "certificate": None
            if certificate is None
            else {
                "relations": certificate.relations,
                "deviation": certificate.deviation,
                "routes": list(certificate.routes),
            },
        }

    def task(self, worked: Worked) -> dict[str, Any]:
        task = worked.task
        return {
            "label": task.label,
            "kind": task.kind,
            "question": question(task, self.part, self.words, self.style),
            "heading": heading(task, self.part, self.words, self.style),
            "points": task.points,
            "line": task.place.line,
            "blocks": [self.block(b) for b in worked.blocks],
            "answers": [self.answer(a) for a in worked.answers],
            "remarks": [self.sentence(r) for r in worked.remarks],
        }

    def answer(self, answer: Answer) -> dict[str, Any]:
        return {
            "quantity": self.formula(answer.quantity),
            "relation": answer.relation,
            "formula": self.formula(answer.formula),
            "value": answer.value,
            "epoch": answer.epoch,
        }

    def block(self, block: Block) -> dict[str, Any]:
        if isinstance(block, Prose):
            return {"type": "prose", "sentences": [self.sentence(p) for p in block.phrases]}
        if isinstance(block, Lines):
            return {"type": "lines", "lines": [self.line(line) for line in block.lines]}
        if isinstance(block, Table):
            return {
                "type": "table",
                "columns": [self.cell(c) for c in block.columns],
                "rows": [[self.cell(c) for c in row] for row in block.rows],
                "boxed": [list(place) for place in block.boxed],
            }
        if isinstance(block, Paths):
            return {
                "type": "paths",
                "nodes": [name.text for name in block.nodes],
                "edges": [{"from": p.text, "to": c.text, "slope": self.formula(f)} for p, c, f in block.edges],
            }
        return {
            "type": "program",
            "language": block.language,
            "text": block.text,
            "expected": dict(block.expected),
        }

    def line(self, line: Line) -> dict[str, Any]:
        return {
            "left": None if line.left is None else self.formula(line.left),
            "chain": [{"relation": relation, "formula": self.formula(f)} for relation, f in line.chain],
            "reasons": [self.sentence(r) for r in line.reasons],
            "conditions": [self.formula(c) for c in line.conditions],
            "label": line.label,
            "boxed": line.boxed,
            "epoch": line.epoch,
        }

    def cell(self, cell: Written | Phrase | None) -> dict[str, str] | None:
        if cell is None:
            return None
        return self.sentence(cell) if isinstance(cell, Phrase) else self.formula(cell)

    def formula(self, formula: Written) -> dict[str, str]:
        return {"text": plain_maths(formula), "latex": str(self.printer.display(formula))}

    def sentence(self, phrase: Phrase) -> dict[str, str]:
        return {"code": phrase.code, "text": self.words.say(phrase, self.style)}
