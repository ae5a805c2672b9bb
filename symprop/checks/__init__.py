"""Checks by another route than the derivation."""

from __future__ import annotations

from symprop.checks.quotients import checks

__all__ = ["checks"]
