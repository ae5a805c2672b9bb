"""A whole derivation against the certified solution, row by row.

right        true by the exercise's equations
carried      true if the student's own earlier, wrong rows were
wrong        neither
unsupported  could not be decided, or speaks of what the exercise does not have
unread       a formula that cannot be read;   words are skipped, never judged
"""

from __future__ import annotations

from symprop.judge.working.judging import check_working
from symprop.judge.working.records import Finding, LineVerdict, Reached, Working

__all__ = ["Finding", "LineVerdict", "Reached", "Working", "check_working"]
