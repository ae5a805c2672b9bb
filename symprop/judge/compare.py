"""Two formulas without an exercise: are they equal?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from symprop.equality import Equality
from symprop.equality import compare as compare_formulas
from symprop.errors import ReadError
from symprop.judge.context import Context
from symprop.model.solution import Phrase, phrase
from symprop.reader import read
from symprop.reader.mathml import without_markup
from symprop.written import Deriv, Name, Rel, Written

Kind = Literal["equal", "different", "undecided", "unreadable", "ambiguous"]
EXIT = {"equal": 0, "different": 1, "unreadable": 2, "undecided": 3, "ambiguous": 3}


@dataclass(frozen=True, slots=True)
class Side:
    """One text: what was read, or why it was not."""

    text: str
    formula: Written | None = None
    error: ReadError | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict, both sides as they were read, and the ground."""

    kind: Kind
    said: Phrase
    sides: tuple[Side, Side]
    equality: Equality | None = None

    @property
    def exit_code(self) -> int:
        return EXIT[self.kind]


def compare(a: str, b: str, context: Context | None = None) -> Comparison:
    """Whether two texts say the same formula.  Never raises for what they say."""
    context = context or Context()
    sides = _side(a, context), _side(b, context)
    for side in sides:
        if side.error is not None:
            kind: Kind = "ambiguous" if side.error.readings else "unreadable"
            code = "two-readings" if side.error.readings else "unreadable"
            said = phrase(code, why=side.error.message, hint=side.error.hint)
            return Comparison(kind, said, sides)
    left, right = sides[0].formula, sides[1].formula
    assert left is not None and right is not None
    found = _best(left, right, context)
    if found.kind == "equal":
        exact = found.ground in ("exact", "same-form")
        said = phrase("equal-exact") if exact else phrase("equal-points", points=found.points, digits=found.digits)
    elif found.kind == "different":
        said = phrase("different")
    else:
        said = phrase("undecided-ground", ground=found.ground)
    return Comparison(found.kind, said, sides, found)


def _best(left: Written, right: Written, context: Context) -> Equality:
    """∂ in both readings where equations make them differ; equal if one is."""
    verdicts = []
    subject = context.subject
    both = subject is not None and (subject.differ(left) or subject.differ(right))
    for local in (False, True) if both else (False,):
        a, b = context.resolve(left, local=local), context.resolve(right, local=local)
        verdicts.append(
            compare_formulas(
                a,
                b,
                vocabulary=context.vocabulary,
                assume=context.assume,
                env=context.definitions(),
                **context.options,
            )
        )
    return next((v for v in verdicts if v.kind == "equal"), verdicts[0])


def _side(text: str, context: Context) -> Side:
    """A formula; of ``y = formula`` and ``y <- formula`` the formula."""
    try:
        formula = read(without_markup(text), context.vocabulary)
        if isinstance(formula, Rel) and len(formula.items) == 2 and isinstance(formula.items[0], Name | Deriv):
            formula = formula.items[1] if set(formula.ops) <= {"=", "←", "≈"} else formula
        if isinstance(formula, Rel):
            hint = "compare two formulas; of a chain hand in its members"
            raise ReadError(text, 0, "a formula was expected, found a relation", hint)
    except ReadError as error:
        return Side(text, error=error)
    except RecursionError:
        return Side(text, error=ReadError(text, 0, "the formula is nested too deeply"))
    return Side(text, formula)


__all__ = ["Comparison", "Side", "compare"]
