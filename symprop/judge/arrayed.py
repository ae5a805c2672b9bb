"""Answers with vectors and matrices: read by the arrays of the exercise, where the reader of numbers does not do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from symprop.entries import Table, shape_of
from symprop.errors import NoVectorsError, ReadError, UnfitError, UnsupportedError
from symprop.judge.arrays import Arrays, with_numbered
from symprop.judge.asides import aside
from symprop.judge.entrywise import Entrywise, judged, misindexed, unfit
from symprop.judge.general import General, GeneralError, MisfitError, defined, general
from symprop.judge.indexed import free_letters, members_in, with_turned
from symprop.judge.lenient import formula
from symprop.judge.own import MOST, Own, new_name, own_names, plain
from symprop.judge.places import NAMED, without_bars
from symprop.judge.ranges import gathered, parted
from symprop.judge.records import Explanation, Verdict
from symprop.judge.statements import Statement, marked, name_of, readable, spans, statement
from symprop.judge.vectors import flat
from symprop.matrices import Transpose
from symprop.model.solution import phrase
from symprop.names import NUMBER, Vocabulary
from symprop.shapes import ShapeError
from symprop.written import Cases, Deriv, Name, Vec, Written, substitute

CELLS = 64  # of an own array that may be named one by one
UNKNOWN = re.compile(r"(?:unknown name )?`(?P<name>(?P<family>[^`_]+)_\{?[0-9,]+\}?)`(?: is not declared)?")

if TYPE_CHECKING:
    from symprop.judge.judging import Marker


def own_things(pieces: Sequence[str], known: Arrays | None, vocabulary: Vocabulary
               ) -> tuple[Own, Arrays | None, list[str]]:  # fmt: skip
    """What a student's own names stand for, the arrays with those brought in, and the other statements.

    Names may build on names that are told after them.
    """
    if known is not None:
        pieces = gathered(pieces, free_letters(known.vocabulary))
    own, others = own_names(pieces, vocabulary)
    arrays = with_numbered(known, vocabulary.with_quantities(n for n in own if isinstance(n, Name)), own)
    if known is not None:
        before = len(others) + 1
        while arrays is not None and len(others) < before:
            before = len(others)
            arrays, own, others = _brought(others, known, arrays, own)
        assert arrays is not None
        entries = dict(_entries(arrays, known))
        arrays, own = arrays.knowing(dict.fromkeys(entries, NUMBER)), own | dict[Written, Written](entries.items())
    return (own, arrays, others) if others else ({}, known, list(pieces))  # nothing but names


def _brought(pieces: Sequence[str], known: Arrays, arrays: Arrays, own: Own) -> tuple[Arrays, Own, list[str]]:
    """The arrays and own names with those that statements bring in, and the other statements."""
    own, rest = dict(own), list[str]()
    for piece in pieces:
        few = len(own) + len(arrays.tables) - len(known.tables) < 2 * MOST
        found = _own(piece, known.vocabulary, arrays, own) if few else None
        if found is None:
            rest.append(piece)
            continue
        name, table, told = found
        if len(table) * len(table[0]) == 1:
            arrays = arrays.knowing({name: NUMBER})
            own[name] = table[0][0]
        else:
            arrays = arrays.with_table(name, table, told)
    return arrays, own, rest


def _entries(arrays: Arrays, known: Arrays) -> Iterator[tuple[Name, Written]]:
    """e_1, e_2 of an own e = y - t: what they stand for."""
    for name, table in arrays.tables.items():
        if name in known.tables or name.sub or len(table) * len(table[0]) > CELLS:
            continue
        for (i, row), j in product(enumerate(table, 1), range(len(table[0]))):
            entry = replace(name, sub=f"{i}{j + 1}" if len(row) > 1 else str(i))
            if entry not in arrays.vocabulary.quantities and max(len(table), len(row)) < 10:
                yield entry, row[j]


def _own(piece: str, exercise: Vocabulary, arrays: Arrays, own: Own) -> tuple[Name, Table, Written | None] | None:
    """The name of an array that a statement brings in, its entries and its formula; never one like the exercise's."""
    piece, stated = parted(with_turned(piece, arrays), free_letters(exercise))
    stretches = spans(piece)
    name = new_name(piece[: stretches[0][1]].strip(), exercise) if len(stretches) == 2 else None
    if name is None:
        return None
    families = {(n.base, n.accent) for n in exercise.quantities if n.sub or n.sup}
    text = piece[slice(*stretches[1])]
    found = _formula(text, arrays, own)
    try:
        entries = defined(name, text, arrays, stated) if found is None else None
    except GeneralError:
        return None  # told where the statement is judged
    name = entries[0] if entries is not None else name
    alike = (name.base, name.accent) in families and bool(name.sub or name.sup or entries is not None)
    if alike or name in own or name in arrays.tables:
        return None
    if entries is not None:
        return name, tuple(tuple(substitute(cell, own) for cell in row) for row in entries[1]), None
    return (name, *found) if found is not None else None


def _undefined(text: str, arrays: Arrays) -> GeneralError | None:
    """Why a statement brings in no family, though it looks so: δ_i = y_j - t_j."""
    bare, stated = parted(text, free_letters(arrays.vocabulary))
    stretches = spans(bare)
    name = new_name(bare[: stretches[0][1]].strip(), arrays.vocabulary) if len(stretches) == 2 else None
    try:
        if name is not None:
            defined(name, bare[slice(*stretches[1])], arrays, stated)
    except GeneralError as error:
        return GeneralError(bare, stretches[1][0] + error.offset, error.message, error.hint)
    return None


def _formula(text: str, arrays: Arrays, own: Own) -> tuple[Table, Written] | None:
    """The entries of a formula with an array in it, and the formula."""
    try:
        found = substitute(formula(text, arrays.vocabulary), own)
        return (arrays.table(found), found) if arrays.has_array(found) else None
    except (ReadError, ShapeError, UnsupportedError, RecursionError):
        return None


LISTS = re.compile(r"[\[,&;]")


def by_arrays(marker: Marker, text: str, below: str, first: list[Verdict] | None, problem: ReadError | None
              ) -> list[Verdict] | None:  # fmt: skip
    """The verdicts on a statement with arrays; None where it has none.

    ``first``, ``problem``: what came of it as a statement about numbers.  Raises ReadError.
    """
    arrays = marker.arrays
    if arrays is None or marker.table is not None:
        return None
    if first is not None and problem is None and first[0].kind == "wrong" and not LISTS.search(text):
        return None
    try:
        text = _labelled(with_turned(without_bars(text, marker.holds), arrays), marker, arrays)
    except ReadError:  # a value at another place, as it was judged
        return None
    found: list[Verdict] | None = None
    error: ReadError | None = None
    try:
        found = _verdicts(marker, text, below, arrays, first)
    except UnfitError as misfit:
        about = _about(text, arrays)
        verdict = unfit(text, misfit, about)
        if isinstance(misfit, MisfitError) and about is not None:
            verdict = misindexed(verdict, misfit.general, about, arrays, _entrywise(marker))
        found = [replace(verdict, parts=tuple(replace(verdict, quantity=cell) for cell in _cells(about, arrays)))]
    except ReadError as other:
        error = _undefined(text, arrays) or other
    if found is not None and marker.reveal:
        found = [_revealed(verdict, marker, arrays) for verdict in found]
    if found is not None and found[0].kind != "wrong":
        return found
    if "," in text and (listed := _right(marker, text, below, arrays.with_rows, None)):
        return listed
    may_turn = arrays.rows_too and (found is None or found[0].code != "transposed")
    if may_turn and (turned := _right(marker, text, below, arrays.turned, first)):
        return [replace(v, kind="ambiguous", code="row-vectors", said=phrase("row-vectors")) for v in turned]
    final = isinstance(error, GeneralError) or isinstance(problem, NoVectorsError)
    if error is not None and problem is not None and (error.readings or error.offset > problem.offset or final):
        raise error
    return found


def _labelled(text: str, marker: Marker, arrays: Arrays) -> str:
    """V: … and dV_{ij} = … as what is asked of V."""
    found = NAMED.match(text)
    if found is None or bool(found["d"]) == (found["sign"] == ":"):
        return text
    entries = members_in(text, arrays)
    name = name_of(found["name"], (arrays if entries is None else entries.arrays).vocabulary)
    member = entries.members.get(name) if entries is not None and name is not None else None
    family = member.family if member is not None else name
    wholes = [w for w in _candidates(marker.asked, arrays) if marker.asked.keys() >= {*_cells(w, arrays)}]
    meant = [w for w in dict.fromkeys(wholes) if w == family or (isinstance(w, Deriv) and w.by == (family,))]
    if family not in arrays.tables or len(meant) != 1 or (found["d"] and meant[0] == family):
        return text
    of = meant[0].of if isinstance(meant[0], Deriv) else None
    left = f"d{of.text}/d{found['name']}" if isinstance(of, Name) else found["name"]
    return f"{left} = {text[found.end() :]}"


def beyond(error: ReadError, arrays: Arrays | None) -> ReadError:
    """The error on h_4 with how many entries h has; any other as it is."""
    unknown = UNKNOWN.match(error.message)
    if arrays is None or unknown is None:
        return error
    name = next((n for n in arrays.tables if n.sub == "" and unknown["family"] == n.text), None)
    if name is None:
        return error
    shape = shape_of(arrays.tables[name])
    size = f"{name.text} has {shape.rows} entries" if name in arrays.lists else f"{name.text} is {shape}"
    return ReadError(error.text, error.offset, f"there is no {unknown['name']}: {size}", readings=error.readings)


def _right(marker: Marker, text: str, below: str, arrays: Arrays, first: list[Verdict] | None) -> list[Verdict]:
    """The verdicts by another reading of vectors, if it is right; else nothing."""
    try:
        found = _verdicts(marker, text, below, arrays, first, brief=True) or []
    except ReadError:
        return []
    return found if all(v.kind == "right" for v in found) else []


def _about(text: str, arrays: Arrays) -> Written | None:
    """What a statement is about whose formula has no value."""
    entries = members_in(text, arrays)
    if entries is None:
        return left_of(text, arrays.vocabulary)
    found = left_of(text, entries.arrays.vocabulary)
    try:
        return None if found is None else entries.whole(found, tuple(entries.settled(found).values()))
    except (ShapeError, UnsupportedError):
        return None


def left_of(text: str, vocabulary: Vocabulary) -> Written | None:
    """The quantity or derivative that a statement is about; None where it is about none."""
    stretches = spans(text)
    left = text[slice(*stretches[0])]
    if len(stretches) < 2:
        return None
    if (mark := marked(left, vocabulary)) is not None:
        return mark[0]
    found = readable(left, vocabulary)
    return found if isinstance(found, Name | Deriv) else None


def _cells(about: Written | None, arrays: Arrays) -> tuple[Written, ...]:
    """The entries of what a statement is about."""
    try:
        return tuple(cell for row in arrays.table(about) for cell in row) if about is not None else ()
    except (ShapeError, UnsupportedError):
        return ()


def _revealed(verdict: Verdict, marker: Marker, arrays: Arrays) -> Verdict:
    """The verdict with the right entries, if all of them were asked for."""
    if verdict.kind == "right" or verdict.quantity is None:
        return verdict
    table = arrays.table(verdict.quantity)
    asked = [[marker.asked.get(substitute(cell, marker.printed())) for cell in row] for row in table]
    if any(each is None for row in asked for each in row):
        return verdict
    rows = [Vec(tuple(each.answer.formula for each in row if each is not None)) for row in asked]
    return replace(verdict, revealed=flat(Vec(tuple(rows))))


def _verdicts(marker: Marker, text: str, below: str, arrays: Arrays, first: list[Verdict] | None, brief: bool = False
              ) -> list[Verdict] | None:  # fmt: skip
    entries = general(text, arrays, below)
    said = entries.said if entries is not None else statement(text, arrays.vocabulary, below)
    if entries is None and not any(map(arrays.has_array, (*said.items, *_about_of(said)))):
        return None
    plainly = _turned_over(plain(said, marker.own, marker.subject))
    about = plainly.about
    if about is None:
        if first is not None and not any(map(arrays.says_array, said.items)):
            return None  # a vector of numbers: as it was judged
        about = _asked(marker, arrays)
        if about is None and len(marker.asked) == 1:
            about = next(iter(marker.asked))
        if about is None and (each := _one_by_one(marker, plainly, arrays)):
            return each
        if about is None:
            return [marker.open("which-quantity", said, phrase("which-quantity", asked=tuple(marker.asked)))]
    by = _entrywise(marker, brief)
    try:
        if entries is None:
            verdict = judged(plainly, about, arrays, by)
            return [replace(verdict, reading=said.items[-1], vocabulary=arrays.vocabulary)]
        verdict = judged(plainly, about, arrays, by, entries)
        return [_told(verdict, entries)]
    except UnsupportedError as error:
        raise ReadError(text, 0, str(error)) from None


def _one_by_one(marker: Marker, said: Statement, arrays: Arrays) -> list[Verdict]:
    """The verdicts on the entries of what is as long as the list of all that is asked, one for each."""
    cells = [_cells(item, arrays) for item in said.items]
    if {len(each) for each in cells} != {len(marker.asked)}:
        return []
    entries = zip(marker.asked, zip(*cells, strict=True), strict=True)
    return [v for about, items in entries for v in marker.statement(replace(said, about=about, items=items))]


def _entrywise(marker: Marker, brief: bool = False) -> Entrywise:
    """How statements about single entries are judged."""
    right_epoch = marker.judge_at(marker.epoch)

    def judging(entry: Statement, explained: bool, witnessed: bool) -> Verdict:
        assert entry.about is not None
        quantity = substitute(entry.about, marker.printed())
        found = marker.find(quantity, entry)
        if found is None:
            return aside(replace(entry, about=quantity), quantity, tuple(marker.asked), right_epoch)
        return marker.verdict(found, entry, explained, witnessed)

    def prove(entries: Iterable[Statement]) -> None:
        found = [(marker.find(substitute(e.about, marker.printed()), e), e) for e in entries if e.about is not None]
        pairs = [(item, asked.right(e.change)) for asked, e in found if asked is not None for item in e.items]
        right_epoch.prove(pairs)

    return Entrywise(judging, prove, brief or marker.brief)


def _told(verdict: Verdict, entries: General) -> Verdict:
    """The verdict with what was read, and what its indices run over; swapped ones may be meant without a left side."""
    ranges = tuple((axis.letter, axis.numbers[0], axis.numbers[-1]) for axis in entries.axes)
    last, where = entries.read.items[-1], entries.entries.where
    reading = last if where is None else Cases((last,), (where,))
    verdict = replace(verdict, reading=reading, ranges=ranges, vocabulary=entries.entries.arrays.vocabulary)
    if verdict.code == "transposed" and entries.read.about is None:
        return replace(
            verdict, kind="ambiguous", code="which-index", said=phrase("which-index"), why=Explanation(), parts=()
        )
    if (runs := entries.misstated()) and verdict.kind in ("right", "right-wrong-form"):
        said = phrase("index-ranges", ranges=runs)
        asked_back = [replace(v, kind="ambiguous", code="index-ranges", said=said) for v in (*verdict.parts, verdict)]
        return replace(asked_back[-1], parts=tuple(asked_back[:-1]))
    return verdict


def _about_of(said: Statement) -> tuple[Written, ...]:
    return () if said.about is None else (said.about,)


def _turned_over(said: Statement) -> Statement:
    """(∂L/∂W)^T = x δ^T as ∂L/∂W = (x δ^T)^T"""
    if said.about is None and len(said.items) > 1 and isinstance(said.items[0], Transpose):
        left, *rest = said.items
        if isinstance(left, Transpose) and isinstance(left.arg, Name | Deriv):
            return replace(said, about=left.arg, items=tuple(map(Transpose, rest)))
    return said


def _asked(marker: Marker, arrays: Arrays) -> Written | None:
    """The array that a task asks for, if that is all it asks for."""
    found: dict[tuple[Written, ...], Written] = {}
    for whole in _candidates(marker.asked, arrays):
        cells = tuple(cell for row in arrays.table(whole) for cell in row)
        if set(cells) == marker.asked.keys():
            found.setdefault(cells, whole)
    return next(iter(found.values())) if len(found) == 1 else None


def _candidates(asked: Iterable[Written], arrays: Arrays) -> Iterator[Written]:
    targets = dict.fromkeys(q.of for q in asked if isinstance(q, Deriv))
    for name in arrays.tables:
        yield name
        yield from (Deriv(target, (name,)) for target in targets)


__all__ = ["by_arrays", "left_of", "own_things"]
