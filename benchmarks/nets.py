"""Logistic nets: width inputs, depth hidden layers of that width, one logistic output, L = ½(y - t)²; all symbolic.

Letters: w_{l,j,i} weight to unit j of layer l from unit i of the layer before, b_{l,j} bias, h_{l,j} output.
The same net twice: as the text of an exercise, and as data for the peers.
"""

from __future__ import annotations

from dataclasses import dataclass

SIZES = ((2, 2), (2, 4), (4, 2), (4, 4), (4, 8), (16, 8))


@dataclass(frozen=True)
class Unit:
    """h = σ(Σ weight · input + bias)"""

    name: str
    terms: tuple[tuple[str, str], ...]  # (weight, input)
    bias: str


@dataclass(frozen=True)
class Net:
    """Units in order of evaluation; the last one is y."""

    width: int
    depth: int
    units: tuple[Unit, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(name for unit in self.units for name in (*(w for w, _ in unit.terms), unit.bias))

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(f"x_{i}" for i in range(1, self.width + 1))


def net(width: int, depth: int) -> Net:
    """The net of that size: 4×8 has 165 parameters, 16×8 has 2,193."""
    units: list[Unit] = []
    before = tuple(f"x_{i}" for i in range(1, width + 1))
    for layer in range(1, depth + 2):
        outputs = ("y",) if layer > depth else tuple(f"h_{{{layer},{j}}}" for j in range(1, width + 1))
        for j, output in enumerate(outputs, 1):
            terms = tuple((f"w_{{{layer},{j},{i}}}", h) for i, h in enumerate(before, 1))
            units.append(Unit(output, terms, f"b_{{{layer},{j}}}"))
        before = outputs
    return Net(width, depth, tuple(units))


def as_exercise(net: Net) -> str:
    """The net as an exercise file that asks for the whole gradient."""
    lines = [f"title: Logistic net {net.width} by {net.depth}", "equations: |"]
    for unit in net.units:
        z = unit.name.replace("h_", "z_") if unit.name != "y" else "z"
        total = " + ".join([*(f"{w} {h}" for w, h in unit.terms), unit.bias])
        lines += [f"  {z} = {total}", f"  {unit.name} = sigmoid({z})"]
    lines.append("  L = 1/2 (y - t)^2")
    lines.append(f"parameters: [{', '.join(repr(p) for p in net.parameters)}]")
    lines += ["tasks:", "- gradient: all", "  tell: backward"]
    return "\n".join(lines) + "\n"
