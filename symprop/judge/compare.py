"""Two formulas without an exercise: are they equal?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from symprop.equality import Equality
from symprop.equality import compare as compare_formulas
from symprop.equality.pairs import over_pairs
from symprop.equality.sized import compare_sized, shape_of
from symprop.errors import ReadError, UnfitError, UnsupportedError
from symprop.evaluate import split
from symprop.judge.context import Context
from symprop.model.solution import Phrase, phrase
from symprop.names import Vocabulary
from symprop.reader import read
from symprop.reader.mathml import without_markup
from symprop.shapes import ShapeError, Shapes
from symprop.written import Big, Deriv, Name, Num, Pow, Rel, Written

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
    """The verdict, both sides as they were read, and the ground.  ``vocabulary``: the names they were read with."""

    kind: Kind
    said: Phrase
    sides: tuple[Side, Side]
    equality: Equality | None = None
    vocabulary: Vocabulary | None = None
    notes: tuple[Phrase, ...] = ()  # what is left out: where a matrix is singular

    @property
    def exit_code(self) -> int:
        return EXIT[self.kind]


def compare(a: str, b: str, context: Context | None = None) -> Comparison:
    """Whether two texts say the same formula.  Never raises for what they say."""
    context = context or Context()
    sides = _side(a, context), _side(b, context)
    found = _unread(sides, context)
    if found is not None:
        return found
    left, right = sides[0].formula, sides[1].formula
    assert left is not None and right is not None
    judged = _best(over_pairs(left, right), over_pairs(right, left), context)
    inverted = _inverted(left, right, context) if judged else ()
    notes = (phrase("invertible", found=inverted),) if inverted else ()
    return Comparison(judged.kind, _said(judged, left, right, context), sides, judged, context.vocabulary, notes)


def _inverted(left: Written, right: Written, context: Context) -> tuple[Written, ...]:
    """The matrices of which there is an inverse: what is said holds where they have one."""
    shapes = Shapes(context.vocabulary, split(context.definitions())[1])
    bases = (n.base for n in (*left.walk(), *right.walk()) if isinstance(n, Pow) and n.exp == Num(Fraction(-1)))
    try:
        return tuple(dict.fromkeys(base for base in bases if not shapes.of(base).is_number))
    except (ShapeError, UnsupportedError):
        return ()


def _unread(sides: tuple[Side, Side], context: Context) -> Comparison | None:
    """The verdict where a text is no formula; one whose shapes do not fit differs from every formula with a value."""
    failed = [side.error for side in sides if side.error is not None]
    for error in failed:
        kind: Kind = "ambiguous" if error.readings else "unreadable"
        code = "two-readings" if error.readings else "unreadable"
        if len(failed) == 1 and isinstance(error, UnfitError):
            kind, code = "different", "unfit"
        said = phrase(code, why=error.message, hint=error.hint)
        return Comparison(kind, said, sides, vocabulary=context.vocabulary)
    return None


def _said(found: Equality, left: Written, right: Written, context: Context) -> Phrase:
    if found.ground == "shapes":
        a, b = (str(shape_of(f, context.vocabulary, context.definitions())) for f in (left, right))
        return phrase("different-shapes", left=a, right=b)
    if found.kind == "different":
        return phrase("different-indices" if found.ground == "indices" else "different")
    if found.kind == "undecided":
        return phrase("undecided-ground", ground=found.ground)
    sizes = "; ".join(", ".join(f"{size} = {k}" for size, k in chosen) for chosen in found.sizes)
    if found.ground in ("exact", "same-form"):
        return phrase("equal-sizes", sizes=sizes) if sizes else phrase("equal-exact")
    if sizes:
        return phrase("equal-sizes-points", sizes=sizes, points=found.points, digits=found.digits)
    return phrase("equal-points", points=found.points, digits=found.digits)


def _best(left: Written, right: Written, context: Context) -> Equality:
    """∂ in both readings where equations make them differ; equal if one is."""
    verdicts = []
    subject = context.subject
    both = subject is not None and (subject.differ(left) or subject.differ(right))
    for local in (False, True) if both else (False,):
        a, b = context.resolve(left, local=local), context.resolve(right, local=local)
        compare_values = compare_sized if context.vocabulary.shapes or _sums(a) or _sums(b) else compare_formulas
        verdicts.append(
            compare_values(
                a,
                b,
                vocabulary=context.vocabulary,
                assume=context.assume,
                env=context.definitions(),
                **context.options,
            )
        )
    return next((v for v in verdicts if v.kind == "equal"), verdicts[0])


def _sums(formula: Written) -> bool:
    """Whether there is a sum over an index."""
    stack = [formula]
    while stack:
        node = stack.pop()
        if type(node) is Big:
            return True
        stack.extend(node.children)
    return False


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
