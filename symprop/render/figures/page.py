"""The figures of one page: each network once, and only where the exercise wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from symprop.model.exercise import Part
from symprop.model.solution import Block, PartSolution, Paths
from symprop.render.equations import pairs
from symprop.render.figures.drawing import Drawing
from symprop.render.figures.figures import Figure, paths_figure, solution_figures, statement_figure
from symprop.render.figures.placement import beside, place
from symprop.render.figures.view import figure_view
from symprop.render.formulas import Printer
from symprop.render.layout import Entry


@dataclass
class Figures:
    """What has been drawn so far."""

    drawn: set[Drawing] = field(default_factory=set)
    solutions: dict[int, tuple[Figure, ...]] = field(default_factory=dict)  # by part

    def statement(
        self, part: Part, tex: Printer, words: Sequence[str], entries: Sequence[Entry], said: Sequence[str]
    ) -> dict[str, Any] | None:
        """The figure beside or below the words; None if there is none, or if an earlier part has the same one.

        ``said``: the sentences after the equations, which stand with the words where the figure leaves them room.
        """
        if part.figure not in ("both", "statement"):
            return None
        sides = [(str(tex.display(e.line.left)), str(tex.display(e.line.chain[0][1]))) for e in entries if e.line.left]
        look = {"paired": pairs(entries, tex.display) is not None, "numbered": any(e.label for e in entries)}
        figure = statement_figure(part, tex, lambda drawing: place(drawing, words, sides, **look) != "below")
        if figure is None or figure.drawing in self.drawn:
            return None
        self.drawn.add(figure.drawing)
        where = place(figure.drawing, words, sides, **look)
        last = 2 if where == "all" else 0  # the sentence before the equations, and these
        return {"view": figure_view(figure.drawing), "place": where, "last": last, "key": figure.key,
                "tables": bool(figure.drawing.rules), "shown": figure.shown,
                "said": where == "words" and bool(said) and beside(figure.drawing, words, said)}  # fmt: skip

    def solve(self, index: int, solved: PartSolution, tex: Printer) -> None:
        """The figures of a part's solution."""
        if solved.part.figure in ("both", "solution"):
            self.solutions[index] = solution_figures(solved, tex)

    def after(self, index: int, task: int) -> list[tuple[Figure, bool]]:
        """The figures that follow a task, and whether but for the target the sentence of an earlier one fits."""
        figures = self.solutions.get(index, ())
        return [
            (f, any(e.key == f.key and e.whole == f.whole for e in figures[:k]))
            for k, f in enumerate(figures)
            if f.after == task
        ]

    def of_paths(self, blocks: Sequence[Block], part: Part, tex: Printer) -> dict[int, Figure]:
        """The graphs of local derivatives that can be drawn, by the identity of their blocks."""
        wanted = [b for b in blocks if isinstance(b, Paths)] if part.figure in ("both", "solution") else []
        return {id(b): figure for b in wanted if (figure := paths_figure(b, tex)) is not None}
