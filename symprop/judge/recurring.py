"""Decimals beside letters that stand for fractions:  0.333 (p - y)  for  (p - y)/3."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from symprop.judge.numbers import MOST_DECIMALS, digits_of, unit_of
from symprop.written import Num, Written, num, transform

FEWEST = 2  # digits; of fewer nobody can tell what they stand for


def recurring(formula: Written) -> tuple[Written, int]:
    """The formula with the simplest fraction that each decimal may be rounded from, and the fewest digits of one.

    0.333 is 1/3 and 0.1667 is 1/6; 0.5 and 0.125 are what they are: nothing simpler is rounded to them.
    """
    found: dict[Num, Fraction] = {}
    for node in formula.walk():
        if isinstance(node, Num) and node.value.denominator != 1 and digits_of(node) >= FEWEST:
            value, half = node.value, unit_of(node) / 2
            fraction = simplest(value - half, value + half)
            if fraction != value and len(found) < MOST_DECIMALS:
                found[node] = fraction
    if not found:
        return formula, 0
    meant = transform(formula, lambda n: num(found[n]) if isinstance(n, Num) and n in found else n)
    return meant, min(map(digits_of, found))


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator between two numbers."""
    if low < 0 < high or not low or not high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = floor(low)
    if whole == low:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))
