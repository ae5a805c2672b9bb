"""A drawing as its template sees it: TikZ coordinates and options, text only."""

from __future__ import annotations

from typing import Any

from symprop.render.escape import Tex
from symprop.render.figures.drawing import DOTS, RADIUS, Drawing, Node
from symprop.render.figures.geometry import Point

STYLES = {"input": "input", "neuron": "neuron", "off": "neuron,off", DOTS: "neuron,draw=none,fill=none"}


def figure_view(drawing: Drawing) -> dict[str, Any]:
    """Nodes, edges and labels with their places."""
    pills = {n.id for n in drawing.nodes if n.half > RADIUS}  # TikZ would end an edge at the corner of their box
    return {
        "nodes": [
            {"id": Tex(n.id), "style": Tex(STYLES[n.style] + _pill(n)), "at": _at(n.x, n.y), "tex": n.tex}
            for n in drawing.nodes
        ],
        "edges": [
            {
                "source": _at(*c.path[0]) if c.ported or c.source in pills else Tex(c.source),
                "target": _at(*c.path[-1]) if c.ported or c.target in pills else Tex(c.target),
                "path": Tex(_path(c.controls)),
            }
            for c in drawing.curves
        ],
        "labels": [
            {
                "style": Tex(x.style + (f",rotate={_number(x.box.angle)}" if abs(x.box.angle) >= 0.05 else "")),
                "at": _at(x.box.x, x.box.y),
                "tex": x.tex,
            }
            for x in drawing.labels
        ],
        "rules": [(_at(*a), _at(*b)) for a, b in drawing.rules],
    }


def _pill(node: Node) -> str:
    return f",pill,minimum width={_number(2 * node.half)}mm" if node.half > RADIUS else ""


def _path(controls: tuple[tuple[Point, Point, Point], ...]) -> str:
    """Straight, or cubic pieces; the last point is the unit itself."""
    if not controls:
        return "--"
    out = []
    for k, (c, d, q) in enumerate(controls):
        out.append(f".. controls ({_pair(c)}) and ({_pair(d)}) ..")
        if k < len(controls) - 1:
            out.append(f"({_pair(q)})")
    return " ".join(out)


def _at(x: float, y: float) -> Tex:
    return Tex(_pair((x, y)))


def _pair(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
