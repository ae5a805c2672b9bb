"""The form of a right value: what is asked of it, and what it lacks.

Forms are judged on the tree that was written, never by rewriting it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

from symprop.judge.numbers import digits_of, literal
from symprop.judge.subject import Asked, Subject, quantities_in
from symprop.model.solution import Phrase, phrase
from symprop.notation.numbers import decimals
from symprop.written import Call, Deriv, Neg, Num, Pow, Prod, Quot, Sum, Vec, Written, names_of, substitute

WORDS = ("expanded", "factored", "one fraction", "number", "no derivatives")  # what ``form:`` of a task may say


def lacking(formula: Written, asked: Asked, subject: Subject, earlier: Iterable[Written]) -> Phrase | None:
    """The first thing that a right answer lacks; None if it is in order.

    ``earlier``: the derivatives that this and earlier tasks ask for, which an answer may name.
    """
    symbols = _derivatives(substitute(formula, _printed(subject)))
    if (formula == asked.quantity and not asked.is_update) or (asked.quantity in symbols and not asked.is_update):
        return phrase("form-restated", quantity=asked.quantity)
    allowed = asked.task.in_terms_of
    if allowed:
        found = tuple(q for q in quantities_in(formula) if q not in allowed)
        if found:
            return phrase("form-terms", found=found, allowed=allowed)
    known = {*earlier, *subject.part.as_asked.display, *subject.part.upstream}
    known |= {symbol for symbol in subject.part.short if subject.part.display[symbol] in quantities_in(formula)}
    left = tuple(s for s in symbols if s not in known)
    if left and not any(form in ("no derivatives",) for form in asked.task.form):
        return phrase("form-derivatives-left", found=left)
    for form in asked.task.form:
        lack = _check(form, formula, symbols)
        if lack is not None and not (form == "factored" and _irreducible(asked.answer.formula)):
            return lack
    if _wants_number(asked) and not asked.task.form and next(quantities_in(formula), None) is not None:
        return phrase("form-number", quantity=asked.quantity)
    return None


def _wants_number(asked: Asked) -> bool:
    """Forward passes and steps with numbers are asked for their numbers."""
    return asked.answer.value is not None and asked.task.kind in ("forward", "forward-again", "update")


def _check(form: str, formula: Written, symbols: tuple[Deriv, ...]) -> Phrase | None:
    if form == "no derivatives":
        return phrase("form-derivatives-left", found=symbols) if symbols else None
    if form in CHECKS:
        return None if CHECKS[form](formula) else phrase(f"form-{form.replace(' ', '-')}")
    count, kind = form.split(" ")
    number = literal(formula)
    if number is None:
        return phrase("form-number-only")
    shown = digits_of(number) if kind == "digits" else number.places or decimals(abs(number.value))
    return None if shown == int(count) else phrase(f"form-{kind}", wanted=int(count), shown=shown)


def _irreducible(right: Written) -> bool:
    """Whether the right answer (ours, never a student's) is a sum that cannot be factored."""
    import sympy

    from symprop.errors import UnsupportedError

    try:
        return bool(sympy.factor(right.expr).is_Add)
    except (UnsupportedError, sympy.PolynomialError):
        return False


def _derivatives(formula: Written) -> tuple[Deriv, ...]:
    return tuple(q for q in quantities_in(formula) if isinstance(q, Deriv))


def _printed(subject: Subject) -> dict[Written, Written]:
    return {name: symbol for symbol, name in subject.part.display.items() if isinstance(symbol, Deriv)}


# ---- the forms


def is_expanded(formula: Written) -> bool:
    """No product or power of a sum."""
    for node in formula.walk():
        if isinstance(node, Prod) and any(isinstance(_bare(f), Sum) for f in node.factors):
            return False
        if isinstance(node, Pow) and isinstance(node.base, Sum | Prod) and isinstance(node.exp, Num):
            return False
        if isinstance(node, Neg) and isinstance(node.arg, Sum):
            return False
    return True


def is_factored(formula: Written) -> bool:
    """A product (or a quotient of products), none of whose sums has a factor in all its terms."""
    inner = _bare(formula)
    if isinstance(inner, Quot):
        return all(map(is_factored, (inner.num, inner.den))) or (is_factored(inner.num) and not _common(inner.den))
    if isinstance(inner, Sum):
        return False
    parts = inner.factors if isinstance(inner, Prod) else (inner,)
    return not any(_common(f.base if isinstance(f, Pow) else f) for f in map(_bare, parts))


def _common(formula: Written) -> bool:
    """Whether all terms of a sum share a factor."""
    if not isinstance(formula, Sum):
        return False
    return bool(reduce(set.__and__, (_factors(term) for term in formula.terms)))


def _factors(term: Written) -> set[Written]:
    inner = _bare(term)
    if isinstance(inner, Quot):
        return _factors(inner.num)
    found = inner.factors if isinstance(inner, Prod) else (inner,)
    return {f.base if isinstance(f, Pow) else f for f in found if not isinstance(f, Num)}


def is_one_fraction(formula: Written) -> bool:
    """No fraction but one, around everything."""
    inner = _bare(formula)
    parts = (inner.num, inner.den) if isinstance(inner, Quot) else (inner,)
    return not any(isinstance(n, Quot) or _negative_power(n) for p in parts for n in p.walk())


def _negative_power(node: Written) -> bool:
    return (
        isinstance(node, Pow)
        and (isinstance(node.exp, Neg) or (isinstance(node.exp, Num) and node.exp.value < 0))
        and (not isinstance(node.base, Call) and bool(names_of(node.base)))
    )


def is_plain_number(formula: Written) -> bool:
    """3, -0.25, 1/3: nothing is left to be calculated."""
    inner = _bare(formula)
    if isinstance(inner, Vec):
        return all(map(is_plain_number, inner.items))
    if isinstance(inner, Quot):
        return all(isinstance(p, Num) and p.value.denominator == 1 for p in (inner.num, inner.den))
    return isinstance(inner, Num)


def _bare(formula: Written) -> Written:
    return formula.arg if isinstance(formula, Neg) else formula


CHECKS: dict[str, Callable[[Written], bool]] = {
    "expanded": is_expanded,
    "factored": is_factored,
    "one fraction": is_one_fraction,
    "number": is_plain_number,
}

__all__ = ["CHECKS", "WORDS", "lacking"]
