"""The verdict on a statement about a vector or a matrix, entry by entry, told as one.

    ∂L/∂W = δ x^T      W ← W - η δ x^T      z = W x + b      ∂L/∂b = δ
Every entry is an answer like any other, so all that is judged of numbers holds for arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from symprop.entries import Table, shape_of, transposed
from symprop.errors import UnfitError, UnsupportedError
from symprop.judge.arrays import Arrays
from symprop.judge.general import UNTAKEN, General, GeneralError
from symprop.judge.records import RANK, Explanation, Verdict, because
from symprop.judge.statements import Statement, spans
from symprop.matrices import Transpose
from symprop.model.solution import Phrase, phrase
from symprop.names import Shape
from symprop.shapes import ShapeError
from symprop.written import ZERO, Name, Prod, Vec, Written, transform

EXPLAINED = 3  # wrong entries whose reason is looked for
MOST_SLIPS = 40  # transposes that are tried
SWAP_WORK = 6_000  # parts of all formulas in which indices are swapped
MOST_PLACES = 6  # wrong entries that are named
SWAPPED = ("wrong-derivative", "wrong-index", "step-of-another")  # what a transpose that is missing looks like by entry


@dataclass(frozen=True, slots=True)
class Entrywise:
    """How a statement about one entry is judged, with a reason and a witness if they are wanted.

    ``prove``: looks at many entries at once, so that those that are equal in a proof are judged quickly.  ``brief``: no
    reason is wanted.
    """

    judging: Callable[[Statement, bool, bool], Verdict]
    prove: Callable[[Iterable[Statement]], None]
    brief: bool = False

    def right(self, entry: Statement) -> bool:
        """Whether a statement about one entry is right."""
        return self.judging(entry, False, False).kind in ("right", "right-wrong-form")

    def all_right(self, whole: Whole) -> bool:
        """Whether a statement is right of every entry."""
        first, *rest = (said for _, said in whole.entries())
        if not self.right(first):
            return False
        self.prove(rest)
        return all(map(self.right, rest))


@dataclass(frozen=True, slots=True)
class Whole:
    """A statement about an array: the quantities that it is about, and its formulas, as tables."""

    said: Statement
    about: Written
    quantities: Table
    items: tuple[Table, ...]
    general: General | None = None  # what was said of a general entry

    @property
    def shown(self) -> tuple[Written, ...]:
        """The formulas as they were read."""
        return self.said.items if self.general is None else self.general.read.items

    @property
    def shape(self) -> Shape:
        return shape_of(self.quantities)

    def entries(self) -> Iterator[tuple[tuple[int, ...], Statement]]:
        """The statement about each entry, with its place."""
        for i, row in enumerate(self.quantities):
            for j, quantity in enumerate(row):
                place: tuple[int, ...] = (max(i, j) + 1,) if self.shape.is_vector else (i + 1, j + 1)
                if self.general is not None:
                    place = tuple(axis.first + k for axis, k in zip(self.general.axes, (i, j), strict=False))
                items = tuple(table[i][j] for table in self.items)
                yield place, replace(self.said, about=quantity, items=items)


def judged(said: Statement, about: Written, arrays: Arrays, by: Entrywise, general: General | None = None
           ) -> Verdict:  # fmt: skip
    """The verdict on a statement about an array, or about a general entry.  Raises ReadError without entries."""
    try:
        quantities = arrays.table(about)
        tables = [arrays.table(item) for item in said.items]
    except ShapeError as error:
        hint = "say of what a derivative is taken: σ'(z_i)" if general is not None and UNTAKEN.search(said.text) else ""
        raise GeneralError(said.text, spans(said.text)[-1][0], error.told(lambda part: "a part"), hint) from None
    wanted, lists = shape_of(quantities), arrays.is_list(about)
    fitted = [fitted_to(table, item, quantities, lists) for table, item in zip(tables, said.items, strict=True)]
    whole = Whole(said, about, quantities, tuple(t for t in fitted if t is not None), general)
    if len(whole.items) < len(fitted):
        return _misshapen(whole, tables, fitted, by)
    verdict = _together(whole, by)
    if verdict.kind != "wrong" or by.brief:
        return verdict
    if verdict.code.startswith("chain"):
        return _link(verdict, whole, by)
    if wanted.rows == wanted.cols and by.all_right(replace(whole, items=tuple(map(transposed, whole.items)))):
        return _mistaken(verdict, phrase("transposed", quantity=about), whole)
    slip = None if explained_otherwise(verdict.why) else _slip(whole, arrays, by)
    return verdict if slip is None else _mistaken(verdict, slip, whole)


def explained_otherwise(why: Explanation) -> bool:
    """Whether known mistakes explain a wrong array, so that no transpose is looked for."""
    return bool(why) and not any(codes.intersection(SWAPPED) for codes in why.codes)


def unfit(text: str, error: UnfitError, about: Written | None) -> Verdict:
    """The verdict on a formula that has no value, since its shapes do not fit."""
    said = phrase("unfit-answer", why=error.message)
    return Verdict("wrong", "unfit", said, error.text or text, about, place=error.offset)


def misindexed(verdict: Verdict, general: General, about: Written, arrays: Arrays, by: Entrywise) -> Verdict:
    """The verdict on a formula whose indices do not fit, told as the one part of it that has them swapped."""
    quantities = arrays.table(about)

    def holds(table: Table) -> bool:
        return by.all_right(Whole(general.read, about, quantities, (table,), general))

    slip = swapped_indices(general, shape_of(quantities), arrays, holds)
    return verdict if slip is None else replace(verdict, code=slip.code, why=because(slip))


def fitted_to(table: Table, item: Written, quantities: Table, lists: bool) -> Table | None:
    """The table in the shape that is wanted: a vector, or a list of numbers, may be a row or a column; 0 is any."""
    shape, wanted = shape_of(table), shape_of(quantities)
    if shape == wanted:
        return table
    listed = isinstance(item, Vec) and not any(isinstance(part, Vec) for part in item.items)
    if shape.transposed == wanted and wanted.is_vector and (listed or lists):
        return transposed(table)
    if shape.is_number and item == ZERO:
        return tuple(tuple(item for _ in row) for row in quantities)
    return None


# ---- entries that are right or wrong


def _together(whole: Whole, by: Entrywise) -> Verdict:
    """The verdicts on all entries as one."""
    places, parts = list[tuple[int, ...]](), list[Verdict]()
    wrong, explained = 0, not by.brief
    entries = list(whole.entries())
    by.prove(said for _, said in entries)
    for place, said in entries:
        verdict = by.judging(said, explained and wrong < EXPLAINED, not (wrong or by.brief))
        wrong += verdict.kind == "wrong"
        explained = explained and (verdict.kind != "wrong" or bool(verdict.why))
        places.append(place)
        parts.append(verdict)
    worst = max(parts, key=lambda v: RANK[v.kind])
    at = next(i for i, part in enumerate(parts) if part is worst)
    quantity = whole.about if any(part.quantity is not None for part in parts) else None
    found = replace(
        worst, text=whole.said.text, quantity=quantity, reading=whole.said.items[-1], parts=tuple(parts), revealed=None
    )
    if worst.kind == "right":  # what was asked counts, where more than that is right
        answers = [part for part in parts if part.quantity is not None] or parts
        codes = [part.code for part in answers]
        code = max(codes, key=lambda c: _SCOPES.index(c) if c in _SCOPES else -1)
        return replace(found, code=code, said=_about(answers[0].said, code, whole.about))
    equality = worst.equality
    if equality is not None and equality.witness is not None:
        equality = replace(equality, witness=replace(equality.witness, entry=places[at]))
    found = replace(found, equality=equality)
    if worst.kind != "wrong":
        return replace(found, said=_about(worst.said, worst.code, whole.about))
    return _wrong(found, whole, [(p, v) for p, v in zip(places, parts, strict=True) if v.kind == "wrong"])


def _wrong(found: Verdict, whole: Whole, faulty: list[tuple[tuple[int, ...], Verdict]]) -> Verdict:
    """Which entries are wrong, and what explains all of them."""
    faulty.sort(key=lambda each: each[1].quantity is None)  # what was asked before what was not
    first, looked = faulty[0][1], [part for _, part in faulty[:EXPLAINED]]
    ways = zip(first.why.ways, first.why.codes, strict=True)
    shared = [way for way, codes in ways if all(codes in p.why.codes for p in looked)]
    true = (_of_each(way, looked, len(faulty)) for way in shared)
    why = replace(first.why, ways=tuple(way for way in true if way is not None))
    code = first.code
    if not code.startswith(("chain", "undefined", "aside", "earlier")):
        code = why.code
    said = phrase("wrong", quantity=whole.about)
    if code.startswith("aside"):
        said = _about(first.said, code, whole.about) if found.quantity is None else first.said
    elif len(faulty) < len(found.parts):
        said = phrase("wrong-entries", quantity=whole.about, entries=listed([p for p, _ in faulty], whole.general))
    parts = found.parts
    if why:  # of what was not looked at, too
        parts = tuple(replace(p, why=p.why or why) if p.kind == "wrong" else p for p in parts)
    return replace(found, code=code, said=said, why=why, parts=parts)


def _of_each(way: tuple[Phrase, ...], looked: list[Verdict], count: int) -> tuple[Phrase, ...] | None:
    """A reason as it is true of every wrong entry: what stands for dL/db_1 is dL/db_2, not so for dL/db_2."""
    codes = [said.code for said in way]
    if not {*SWAPPED}.intersection(codes):
        return way
    if count > len(looked):
        return None
    ways = [next(w for w in part.why.ways if {said.code for said in w} == {*codes}) for part in looked]
    if all(each == way for each in ways):
        return way
    if codes != ["wrong-derivative"]:
        return None
    return (phrase(codes[0], found=Vec(tuple(dict(each.data)["found"] for (each,) in ways))),)


def _link(verdict: Verdict, whole: Whole, by: Entrywise) -> Verdict:
    """The first formula of a chain that is not right, and the one before it."""
    items = whole.shown
    for at in range(1, len(items)):
        if not by.all_right(replace(whole, items=(whole.items[at],))):
            last = {"found": items[at], "last": items[-1]}
            return replace(verdict, said=phrase(verdict.code, left=items[at - 1], right=items[at], **last))
    return replace(verdict, said=phrase(verdict.code, left=items[0], right=items[-1], found=items[0], last=items[-1]))


_SCOPES = ("right", "right-number", "right-rounded", "right-region", "right-numbers", "aside")  # a worse one counts


def listed(places: Sequence[tuple[int, ...]], general: General | None = None) -> str:
    """(1, 2), (2, 1): places of entries; i = 1, j = 2; i = 2, j = 1: of a general one."""
    letters = [axis.letter for axis in general.axes] if general is not None else []
    named = [", ".join(f"{a} = {k}" for a, k in zip(letters, place, strict=True)) for place in places if letters]
    shown = named or [f"({', '.join(map(str, place))})" for place in places]
    return ("; " if letters else ", ").join((*shown[:MOST_PLACES], *(["…"] if len(places) > MOST_PLACES else [])))


def _about(said: Phrase, code: str, about: Written) -> Phrase:
    """A sentence about an entry as one about the whole."""
    data = dict(said.data)
    for key in ("quantity", "found"):
        if key in data and isinstance(data[key], Written):
            data[key] = about
    return phrase(code if said.code in _SCOPES else said.code, **data)


# ---- slips with shapes


def _misshapen(whole: Whole, tables: list[Table], fitted: list[Table | None], by: Entrywise) -> Verdict:
    """Another shape than the quantity has: its transpose, or something else."""
    at = next(i for i, table in enumerate(fitted) if table is None)
    said, shape = whole.said, shape_of(tables[at])
    found = phrase("wrong-shape", quantity=whole.about, found=str(shape), wanted=str(whole.shape))
    verdict = Verdict("wrong", "different-shapes", found, said.text, whole.about, said.items[-1])
    cells = tuple(cell for row in whole.quantities for cell in row)
    parts = tuple(replace(verdict, quantity=cell) for cell in cells)
    verdict = replace(verdict, parts=parts)
    turned = [fit if fit is not None else transposed(table) for fit, table in zip(fitted, tables, strict=True)]
    if any(shape_of(table) != whole.shape for table in turned):
        return verdict
    if by.all_right(replace(whole, items=tuple(turned))):
        return _mistaken(verdict, phrase("transposed", quantity=whole.about), whole)
    return verdict


def _slip(whole: Whole, arrays: Arrays, by: Entrywise) -> Phrase | None:
    """The one transpose that is missing, or too many; the one part of a general entry with swapped or other indices."""
    last = whole.said.items[-1]
    if any(not by.right(replace(said, items=said.items[:-1])) for _, said in whole.entries() if len(said.items) > 1):
        return None

    def holds(table: Table) -> bool:
        return by.all_right(replace(whole, items=(*whole.items[:-1], table)))

    found = transpose_slip(last, whole.shape, arrays, holds)
    if found is not None or whole.general is None:
        return found
    wanted = whole.general, whole.shape, arrays, holds
    return swapped_indices(*wanted) or other_index(*wanted)


def transpose_slip(formula: Written, shape: Shape, arrays: Arrays, holds: Callable[[Table], bool]) -> Phrase | None:
    """The one transpose of a formula that is missing, or too many; None where there is no such or several.

    ``holds``: whether a table is what the formula should be.
    """
    found, formula = [], arrays.opened(formula)
    for part, other in _turns(formula, arrays):
        try:
            table = arrays.table(_replaced(formula, part, other))
        except (ShapeError, UnsupportedError):
            continue
        if shape_of(table) == shape and holds(table):
            found.append((part, other))
    return phrase("transpose-slip", found=found[0][0], wanted=found[0][1]) if len(found) == 1 else None


def swapped_indices(general: General, shape: Shape, arrays: Arrays, holds: Callable[[Table], bool]) -> Phrase | None:
    """The one entry or term of a formula whose indices are swapped: V_ik for V_ki, w_ij - η δ_j x_i."""
    found = next(_mended(general, general.swapped(), shape, arrays, holds), None)
    return phrase("swapped-indices", found=found[0]) if found is not None else None


def other_index(general: General, shape: Shape, arrays: Arrays, holds: Callable[[Table], bool]) -> Phrase | None:
    """The one entry of a formula that has another index than it should: h_i for h_j; None for several."""
    found = list(islice(_mended(general, general.renamed(), shape, arrays, holds), 2))
    return phrase("wrong-index", found=found[0][0], wanted=found[0][1]) if len(found) == 1 else None


def _mended(
    general: General, slips: Iterator[tuple[Written, Written]], shape: Shape, arrays: Arrays,
    holds: Callable[[Table], bool],
) -> Iterator[tuple[Written, Written]]:  # fmt: skip
    """The parts of the last formula, and others in their place, with which it holds."""
    assert isinstance(shape.rows, int) and isinstance(shape.cols, int)
    last = general.read.items[-1]
    size = sum(1 for _ in last.walk()) * shape.rows * shape.cols
    for part, other in islice(slips, SWAP_WORK // size):
        try:
            table = arrays.table(general.table(_replaced(last, part, other)))
        except (ShapeError, UnsupportedError):
            continue
        if shape_of(table) == shape and holds(table):
            yield part, other


def _turns(formula: Written, arrays: Arrays) -> Iterator[tuple[Written, Written]]:
    """Parts of a formula, each with its transpose: W, W^T."""
    inside: set[Written] = set()
    seen: dict[Written, Written] = {}
    for node in formula.walk():
        if isinstance(node, Transpose):
            inside.add(node.arg)
            seen[node] = node.arg
        elif isinstance(node, Name | Prod) and arrays.has_array(node) and node not in inside:
            seen[node] = Transpose(node)
    yield from list(seen.items())[:MOST_SLIPS]


def _replaced(formula: Written, part: Written, other: Written) -> Written:
    """The formula with ``other`` for ``part`` (not inside of ``other``)."""
    return transform(formula, lambda node: other if node == part else node)


def _mistaken(verdict: Verdict, said: Phrase, whole: Whole) -> Verdict:
    """The verdict with a mistake that explains it, also for every entry that is wrong."""
    parts = tuple(replace(p, code=said.code, why=because(said)) if p.kind == "wrong" else p for p in verdict.parts)
    sentence = phrase("wrong", quantity=whole.about)
    return replace(verdict, code=said.code, said=sentence, why=because(said), parts=parts)
