"""Judging answers: one formula against another, or against the certified solution of an exercise."""
