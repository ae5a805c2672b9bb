"""Solution → LaTeX document.  Records become views (TeX and plain data), templates place them; no mathematics here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby, pairwise, zip_longest
from operator import itemgetter
from pathlib import Path, PurePath
from typing import Any

from symprop.errors import UnsupportedError
from symprop.model.exercise import Fading, Part, Place, Task
from symprop.model.solution import (
    Block,
    Lines,
    PartSolution,
    Paths,
    Phrase,
    Program,
    Prose,
    Solution,
    Table,
    Worked,
)
from symprop.render import layout
from symprop.render.blanks import blanked
from symprop.render.blocks import beside_figure, framed, has_local, is_note, lines_of, merged, phrases_of
from symprop.render.breaking import RELATION_TEX, Print
from symprop.render.certificate import certificate_text
from symprop.render.environment import render
from symprop.render.equations import equations
from symprop.render.escape import Tex, comment, escape
from symprop.render.figures.figures import Figure
from symprop.render.figures.page import Figures
from symprop.render.figures.view import figure_view
from symprop.render.formulas import printer
from symprop.render.listing import listing
from symprop.render.look import open_look
from symprop.render.questions import anchor, exam_points, heading, lead, points, question
from symprop.render.reasons import column, entry
from symprop.render.repeated import without_repeats
from symprop.render.styles import PlainStyle, TexStyle, Turns, sentences
from symprop.render.tables import table_view
from symprop.render.words import Words, paragraphs
from symprop.sheets import in_detail, sheet_of
from symprop.sheets.detail import is_list
from symprop.sheets.fading import discreet

DOCUMENTS = {"problem": "problem.tex.j2", "hints": "hints.tex.j2"}  # of the others: document.tex.j2
SAMPLE = 300  # lines that are laid out to choose the width of the column of reasons


def render_tex(
    solution: Solution,
    *,
    sheet: str = "key",
    document_class: str = "article",
    fade: Fading | None = None,
    detail: str = "",
    look: Path | None = None,
    language: str = "",
    prefix: str = "",
) -> str:
    """A sheet of the worked solution as a LaTeX document.  Same solution, same text.

    ``document_class`` "exam": a document for the class exam; its problem sheet holds the answers, unprinted.
    ``language``: else the exercise's, the look's, English.  ``prefix``: what its labels begin with, so that several can
    stand in one document.
    """
    course = open_look(look)
    words = course.words_of(solution.exercise, language)
    exam = document_class == "exam"
    template = "exam.tex.j2" if exam else DOCUMENTS.get(sheet, "document.tex.j2")
    solution = in_detail(solution, detail)
    shown = "key" if exam and sheet == "problem" else sheet  # the class itself leaves out the answers
    solution = without_repeats(sheet_of(solution, shown, fade=fade))
    try:
        page = Page(solution, words, sheet, prefix, turns=Turns.of(solution.exercise)).view()
    except UnsupportedError as error:
        file = solution.exercise.file
        raise error if not file or str(error).startswith(file) else UnsupportedError(f"{file}: {error}") from None
    return render(template, course.folder, page=page, document_class=document_class)


@dataclass
class Page:
    """The views of one solution."""

    solution: Solution
    words: Words
    sheet: str = "key"
    prefix: str = ""
    labels: dict[tuple[int, str], str] = field(default_factory=dict)
    measure: layout.Measure = field(default_factory=layout.Measure)
    explained: bool = False  # what the mark of a local derivative means
    entries: dict[int, list[layout.Entry]] = field(default_factory=dict)  # by the id of their block
    figures: Figures = field(default_factory=Figures)
    turns: Turns = field(default_factory=Turns)

    @property
    def shows_results(self) -> bool:
        """Whether figures may hold values and derivatives: not where these are hinted at or left blank."""
        return self.sheet in ("key", "problem")

    def view(self) -> dict[str, Any]:
        self._number_lines()
        exercise = self.solution.exercise
        first = self.solution.parts[0] if self.solution.parts else None
        style = self._style(first, 0, "title")
        bare = PlainStyle(style.vocabulary)
        style.text(exercise.title)  # what cannot be printed is reported in the order of the page
        self.measure = self._measure()
        title = exercise.title.strip()
        text = [self._style(first, 0, "text").text(p) for p in paragraphs(exercise.text)]
        parts = [self._part(k, part) for k, part in enumerate(self.solution.parts)]
        if len(parts) == 1 and not parts[0]["heading"]:  # one statement: its figure stands beside all its words
            parts[0]["text"], text = text + parts[0]["text"], []
        return {
            "kind": self._document("kind" if self.sheet == "key" else f"kind-{self.sheet}", style),
            "sheet": self.sheet,
            "language": Tex(self.words.language),
            "hyphenation": Tex(self.words.table["typography"]["hyphenation"]),
            "title": style.text(title) if title else self._document("untitled", style),
            "plain_title": bare.text(title) if title else self._document("untitled", bare),
            "problem": self._titled("problem") if exercise.text.strip() or len(self.solution.parts) == 1 else None,
            "text": text,
            "parts": parts,
            "reasons": Tex(f"{self.measure.reasons + (layout.NUMBERS if self.labels else 0):.0f}mm"),
            "numbers": Tex(f"{layout.NUMBERS:.0f}mm") if self.labels else None,
            "certificate": self._certificate(style),
        }

    # ---- numbers of lines: only of those that are cited

    def _number_lines(self) -> None:
        for index, part in enumerate(self.solution.parts):
            cited = {label for phrase in phrases_of(part) for label in self.words.citations(phrase)}
            for line in lines_of(part):
                wanted = line.label in cited or (part.part.equation_numbers == "all" and line.label)
                if wanted and (index, line.label) not in self.labels:
                    number = len(self.labels) + 1
                    self.labels[index, line.label] = f"{{eq:{self.prefix}{number}}}{{{number}}}"

    def _measure(self) -> layout.Measure:
        """The width of the column of reasons: room for all of them, and the first lines of the answers well set."""
        shown: list[tuple[list[layout.Entry], Print]] = []
        for index, part in enumerate(self.solution.parts):
            style = self._style(part, index, "reason")
            blocks = [b for worked in part.worked for b in worked.blocks if isinstance(b, Lines)]
            shown += [(self._entries(block, style, index), cache(self._print(block, style))) for block in blocks]

        def rows(width: float) -> Iterator[layout.Row]:
            measure, left = layout.Measure(bool(self.labels), width), SAMPLE
            for entries, tex in shown:
                yield from layout.display(entries[:left], tex, measure).rows
                left -= len(entries)
                if left <= 0:
                    break

        reasons = [entry.reason for entries, _ in shown for entry in entries if entry.reason]
        return layout.Measure(bool(self.labels), column(reasons, rows))

    def _style(self, part: PartSolution | None, index: int, where: str, *, narrow: bool = False) -> TexStyle:
        labels = {label: tex for (_, label), tex in self.labels.items()}
        labels |= {label: tex for (k, label), tex in self.labels.items() if k == index}
        parts: dict[str, tuple[str, str]] = {}
        for k, other in enumerate(self.solution.parts):
            for worked in other.worked:
                target = self.prefix + anchor(k, worked.task)
                if worked.task.label and (k == index or worked.task.label not in parts):
                    parts[worked.task.label] = (target, escape(f"({worked.task.label})"))
        early = where in ("title", "text") or self.sheet == "hints"  # before the working has given a name
        of = None if part is None else part.part.as_asked if early else part.part
        vocabulary = of.vocabulary if of else None
        return TexStyle(printer(of, self.words.notation), vocabulary, labels, parts, narrow, where, self.turns)

    def _document(self, code: str, style: Any, **data: Any) -> Tex:
        return Tex(self.words.entry("document", code, data, style))

    def _titled(self, code: str, **data: Any) -> dict[str, Tex]:
        style = self._style(None, 0, code)
        return {"title": self._document(code, style, **data), "plain": self._document(code, PlainStyle(), **data)}

    # ---- parts and tasks

    def _part(self, index: int, solved: PartSolution) -> dict[str, Any]:
        part = solved.part
        style = self._style(solved, index, "text")
        tasks = [
            {
                "label": escape(f"({w.task.label})" if w.task.label else f"{k}."),
                "question": Tex(question(w.task, part, self.words, style.asking(w.task, part, self.words.notation))),
                "points": Tex(points(w.task, self.words, style)),
                "exam_points": exam_points(w.task),
                "place": _place(w.task.place),
            }
            for k, w in enumerate(solved.worked, 1)
        ]
        several = len(self.solution.parts) > 1
        figure = self._figure(index, solved, style)
        stated = beside_figure(solved.statement, figure) if figure else solved.statement
        said: list[dict[str, Any]] = []
        summed = self._blocks((Prose(solved.summary),), solved, index) if solved.summary else []
        if figure and figure["said"]:
            stated, said = stated[:-1], self._blocks(stated[-1:], solved, index)
        statement = self._blocks(stated, solved, index, statement=not figure or figure["place"] != "all")
        if self.shows_results:
            self.figures.solve(index, solved, style.printer)
        return {
            "heading": self._part_heading(index, part) if several or part.title else None,
            "text": [*(style.text(p) for p in paragraphs(part.text)), *(block["text"] for block in (*summed, *said))],
            "figure": figure,
            "statement": statement,
            "tasks": tasks if len(tasks) > 1 else [],
            "task": tasks[0] if len(tasks) == 1 else None,
            "answers": [self._worked(index, solved, worked) for worked in solved.worked],
        }

    def _figure(self, index: int, solved: PartSolution, style: TexStyle) -> dict[str, Any] | None:
        """The figure of the statement and its place."""
        part = solved.part
        alone = len(self.solution.parts) == 1 and not part.title
        words = [*(paragraphs(self.solution.exercise.text) if alone else []), *paragraphs(part.text)]
        words += [self.words.say(p, PlainStyle(part.vocabulary)) for p in solved.summary]
        entries = [e for b in solved.statement if isinstance(b, Lines) for e in self._entries(b, style, index)]
        last, bare = solved.statement[-1:], PlainStyle(part.vocabulary)
        said = [self.words.say(p, bare) for b in last if isinstance(b, Prose) for p in b.phrases if b.phrases]
        view = self.figures.statement(part, style.printer, words, entries, said)
        if view is not None:
            view["last"] = min(view["last"], len(solved.statement))
            alone = not words and view["place"] != "all"
            view["note"] = self._document("figure-tables", style) if view["tables"] else None
            view["lead"] = self._document(view["key"], style) if alone and not view["tables"] else None
        return view

    def _part_heading(self, index: int, part: Part) -> dict[str, Tex]:
        label = part.label or str(index + 1)
        if not part.title:
            return self._titled("part", label=label)
        if len(self.solution.parts) == 1:
            return {"title": self._style(None, 0, "title").text(part.title), "plain": PlainStyle().text(part.title)}
        return self._titled("part-titled", label=label, title=part.title)

    def _worked(self, index: int, solved: PartSolution, worked: Worked) -> dict[str, Any]:
        task, part = worked.task, solved.part
        style = self._style(solved, index, "heading")
        asking = style.asking(task, part, self.words.notation)
        blocks = self._blocks(worked.blocks, solved, index, task=task)
        if worked.answers and not framed(worked.blocks):
            tex = style.printer.display
            rows = [f"{tex(a.quantity)} {RELATION_TEX[a.relation]} {tex(a.formula)}" for a in worked.answers]
            if not blocks:
                blocks.append(self._sentence(lead(task, part, self.words, style)))
            blocks.append({"kind": "result", "rows": [layout.fitted(row) for row in rows]})
        for figure, again in self.figures.after(index, solved.worked.index(worked)):
            blocks += self._picture(figure, style, again=again)
        remarks = list(self._remarks((*worked.remarks, *worked.checks), style))
        if remarks and blocks:
            blocks[-1]["rest"] = True  # what is said of a display, a table or a figure begins on its page
        return {
            "place": _place(task.place),
            "anchor": Tex(self.prefix + anchor(index, task)),
            "label": escape(f"({task.label})") if task.label and len(solved.worked) > 1 else Tex(""),
            "heading": {
                "title": Tex(heading(task, part, self.words, asking)),
                "plain": Tex(heading(task, part, self.words, PlainStyle(part.vocabulary))),
            },
            "points": Tex(points(task, self.words, style)),
            "exam_points": exam_points(task),
            "question": Tex(question(task, part, self.words, asking)),
            "blocks": blocks,
            "hints": self._hints(worked, style) if self.sheet == "hints" else [],
            "remarks": remarks,
        }

    def _hints(self, worked: Worked, style: TexStyle) -> list[str]:
        """Each hint for itself; on the page they would make one paragraph."""
        return [self.words.say(p, style) for b in worked.blocks if isinstance(b, Prose) for p in b.phrases]

    def _remarks(self, remarks: tuple[Phrase, ...], style: TexStyle) -> Iterator[dict[str, Tex]]:
        """Run-in paragraphs: the sentences of one kind that follow one another make one paragraph."""
        said = [(_kind(r), self.words.say(r, style)) for r in remarks]
        for kind, group in groupby(said, key=itemgetter(0)):
            yield {"title": self._document(kind, style), "text": Tex(" ".join(text for _, text in group))}

    def _picture(self, figure: Figure, style: TexStyle, *, again: bool) -> Iterator[dict[str, Any]]:
        """What the figure shows, and the figure; ``again``: as one above, but for another target."""
        said = [self._document("figure-again", style, target=figure.target)]
        if not again:
            said = [self._document("figure-whole" if figure.whole else "figure-part", style)]
            said.append(self._document(figure.key, style, target=figure.target))
            said += [self._document(note, style) for note in figure.notes]
            said += [self._document("figure-off", style)] if any(n.style == "off" for n in figure.drawing.nodes) else []
        yield self._sentence(" ".join(said), apart=True)
        yield {"kind": "figure", "figure": figure_view(figure.drawing)}

    # ---- blocks

    def _blocks(
        self,
        blocks: tuple[Block, ...],
        solved: PartSolution,
        index: int,
        *,
        task: Task | None = None,
        statement: bool = False,
    ) -> list[dict[str, Any]]:
        style = self._style(solved, index, "sentence")
        out: list[dict[str, Any]] = []
        before: Block | None = None
        pictures = self.figures.of_paths(blocks, solved.part, style.printer) if self.shows_results else {}
        blocks = merged(tuple(b for b in blocks if not isinstance(b, Paths) or id(b) in pictures))
        for block, after in zip_longest(blocks, blocks[1:]):
            if not isinstance(block, Prose):
                if task is not None and (before is None or (is_note(before) and task.kind != "forward")):
                    above = [out.pop()["text"]] if before is not None else []
                    out.append(self._sentence(" ".join([*above, lead(task, solved.part, self.words, style)])))
                elif isinstance(block, Lines) and isinstance(before, Table | Program):
                    out.append(self._sentence(self._document("continued", style)))
                elif isinstance(block, Lines) and before is None and statement:
                    out.append(self._sentence(self.words.say(Phrase("equations"), style)))
            if not self.explained and out and out[-1]["kind"] == "prose" and has_local(block):
                self.explained = True
                out[-1]["text"] = Tex(self._document("local-mark", style) + " " + out[-1]["text"])
            if isinstance(block, Paths):
                out.append({"kind": "figure", "figure": figure_view(pictures[id(block)].drawing)})
            elif isinstance(block, Prose):
                shows = after is not None and not isinstance(after, Prose)
                said = [self.words.say(p, style) for p in block.phrases]
                if isinstance(after, Paths):
                    said.append(self._document("figure-paths", style))
                text = sentences(said, shows)
                apart, after = isinstance(before, Table | Program | Paths), isinstance(before, Lines) and not statement
                out.append(self._sentence(text, apart=apart, after=after))
            else:
                out.append(self._block(block, style, index, statement))
            before = block
        for view, following in pairwise(out):
            if view["kind"] == "prose":
                view["long"] = following.get("long", False)  # a long table may be torn from what leads to it
        return out

    @staticmethod
    def _sentence(text: str, *, apart: bool = False, after: bool = False) -> dict[str, Any]:
        return {"kind": "prose", "apart": apart, "after": after, "long": False, "text": Tex(text)}

    def _block(self, block: Lines | Table | Program, style: TexStyle, index: int, statement: bool) -> dict[str, Any]:
        if isinstance(block, Lines):
            return self._lines(block, style, index, statement)
        if isinstance(block, Table):
            return table_view(block, self.words, style)
        return {"kind": "program", "long": True, "pieces": listing(block)}

    def _lines(self, block: Lines, style: TexStyle, index: int, statement: bool) -> dict[str, Any]:
        entries = self._entries(block, style, index)
        tex = self._print(block, style)
        shown = (equations if statement else layout.display)(entries, tex, self.measure)
        told = {e.reason: entry(discreet(e.line), self.words, style).reason for e in entries if e.line.hidden}
        rows = [blanked(row, told.get(row.reason, row.reason)) if row.hidden else row for row in shown.rows]
        return {"kind": shown.kind, "columns": shown.columns, "rows": rows, "rest": False}

    @staticmethod
    def _print(block: Lines, style: TexStyle) -> Print:
        return style.printer.flat if is_list(block.lines, style.printer.displayed.display) else style.printer.display

    def _entries(self, block: Lines, style: TexStyle, index: int) -> list[layout.Entry]:
        if id(block) not in self.entries:  # the solution keeps the block, so its id stays its own
            self.entries[id(block)] = [
                entry(line, self.words, style, self.labels.get((index, line.label), "")) for line in block.lines
            ]
        return self.entries[id(block)]

    # ---- what was checked

    def _certificate(self, style: TexStyle) -> Tex | None:
        certificates = [p.certificate for p in self.solution.parts if p.certificate is not None]
        return certificate_text(certificates, self.words, style) if certificates else None


def _kind(remark: Phrase) -> str:
    """Under which title a remark stands."""
    if remark.code.startswith("rubric"):
        return "marks"
    return "check" if remark.code.startswith("check") else "remark"


def _place(place: Place) -> Tex | None:
    """exercise.yaml:12, by which a TeX error is brought back to the exercise."""
    return comment(f"{PurePath(place.file).name or 'exercise'}:{place.line}") if place.line else None
