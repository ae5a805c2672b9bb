"""Benchmarks against named peers, all measured in the same run.  ``make bench``, or ``python -m benchmarks [part]``."""
