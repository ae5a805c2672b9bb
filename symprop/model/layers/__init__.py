"""Layer shorthand: each kind expands into equations and is nothing more."""

from __future__ import annotations

from symprop.model.layers.dense import dense

LAYERS = {"dense": dense}

__all__ = ["LAYERS", "dense"]
