"""Grading a class: a table of answers in, a table of verdicts out.

Three passes, each in constant memory.  *Collect*: every distinct answer into a store on disk beside the output.
*Judge*: those without a verdict, in processes of their own.  *Write*: the input once more, each row with its verdict.
An interruption leaves the store, and the same call goes on where it stopped; the output appears when it is complete.
"""

from __future__ import annotations

from symprop.grading.grade import GradeOptions, grade_file
from symprop.grading.records import COLUMNS, Layout, Result
from symprop.grading.summary import Summary

__all__ = ["COLUMNS", "GradeOptions", "Layout", "Result", "Summary", "grade_file"]
