"""The point that shows a difference is one at which it is seen: of moderate size, and in values that are no specks."""

from __future__ import annotations

from symprop.judge.judging import Marker
from tests.test_sentences import solved


def test_a_witness_has_moderate_values() -> None:
    part = solved("title: t\nequations: E = ELU(z)\ntasks:\n  - derivative: dE/dz\n").parts[0]
    equality = Marker(part, part.worked[0]).judge("1 if z > 0 else 0").worst.equality
    assert equality is not None and equality.witness is not None
    assert all(1 / 100 < abs(value) < 100 for _, value in equality.witness.point)
