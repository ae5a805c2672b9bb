"""The tests; ``python -m tests.golden`` rewrites the golden files."""
