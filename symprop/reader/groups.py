"""Brackets by content (rule 12), sums over an index (rule 11), cases, matrices."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from symprop.reader.commands import AND_WORDS, CONDITION_WORDS, OTHERWISE_WORDS
from symprop.reader.derivatives import Derivatives
from symprop.written import ONE, TWO, Big, Call, Cases, Indicator, Name, Prod, Quot, Rel, Vec, Written, mul

_ABS = Name("abs")
_TURNED = {">": "<", "≥": "≤"}


def all_of(conditions: list[Rel]) -> Rel:
    """0 < z and z < 1: as 0 < z < 1 where one goes on from the other, else as 1/2 < 1[…] 1[…]."""
    if len(conditions) == 1:
        return conditions[0]
    turned = [_rising(c) for c in conditions]
    if len(turned) == 2 and None not in turned:
        for first, second in (turned, turned[::-1]):
            if first is not None and second is not None and first.items[-1] == second.items[0]:
                return Rel((*first.items, *second.items[1:]), (*first.ops, *second.ops))
    return Rel((Quot(ONE, TWO), mul(*map(Indicator, conditions))), ("<",))


def conditions_of(condition: Rel) -> tuple[Rel, ...]:
    """The conditions that ``all_of`` put together."""
    first, last = condition.items[0], condition.items[-1]
    if condition.ops != ("<",) or first != Quot(ONE, TWO) or not isinstance(last, Prod):
        return (condition,)
    found = tuple(f.condition for f in last.factors if isinstance(f, Indicator) and isinstance(f.condition, Rel))
    return found if len(found) == len(last.factors) else (condition,)


def is_rest(conditions: list[Written | None]) -> bool:
    """Whether h = t comes last, after h > t and h < t: then nothing else is left."""
    last = conditions[-1]
    if not isinstance(last, Rel) or last.ops != ("=",):
        return False
    a, b = last.items
    before = {
        (c.items, c.ops[0]) for c in map(_rising, (c for c in conditions[:-1] if isinstance(c, Rel))) if c is not None
    }
    return {((a, b), "<"), ((b, a), "<")} <= before


def _rising(condition: Rel) -> Rel | None:
    """z > 0 as 0 < z; None for a condition that is no inequality."""
    if set(condition.ops) <= {"<", "≤"}:
        return condition
    if set(condition.ops) <= set(_TURNED):
        return Rel(condition.items[::-1], tuple(_TURNED[op] for op in condition.ops[::-1]))
    return None


class Groups(Derivatives):
    """Reads everything that has an opening and a closing sign."""

    def relation(self) -> Written:
        raise NotImplementedError

    def sum(self) -> Written:
        raise NotImplementedError

    def term(self) -> Written:
        raise NotImplementedError

    def times(self, factors: list[Written]) -> Written:
        """The product of what stands side by side."""
        return mul(*factors)

    def refuse_transpose(self) -> None:
        """x^T where T is no quantity."""
        at = self.i + 1 if self.k[self.i] == "{" else self.i
        if self.k[at] in ("run", "word") and self.v[at] == "T" and not self.open:
            single = at == self.i or self.match[self.i] == at + 1
            if single and ("T", "") not in self.index.heads:
                raise self.later("transposes", self.i)
        elif self.k[at] == "*" and at > self.i:
            raise self.error("the superscript `*` has no meaning here")

    def inside(self, read: Callable[[], Written]) -> Written:
        """Read with no bar open: a new bracket hides the bars outside it."""
        self.down()
        bars, self.bars = self.bars, 0
        found = read()
        self.bars = bars
        self.level -= 1
        return found

    def items(self, opening: int) -> list[Written]:
        """The items between commas from the bracket at ``opening`` to its end."""
        end = self.match[opening]
        self.i = opening + 1
        if self.i == end:
            raise self.error(f"nothing between {self.found(opening)} and {self.found(end)}", at=opening)
        items = [self.inside(self.relation)]
        cuts: list[int] = []
        while self.k[self.i] in (",", ";") and self.i < end:
            cuts.append(self.i)
            self.i += 1
            if self.i < end or len(items) > 1:  # [a,] is a vector of one
                items.append(self.inside(self.relation))
        if self.i != end:
            raise self.error(f"expected an operator or {self.found(end)}, found {self.found()}")
        self.i += 1
        if self.index.vocabulary.decimal_comma and any(self.v[cut] == "," for cut in cuts):
            self.refuse_two_commas(opening, end, cuts)
        return items

    def refuse_two_commas(self, opening: int, end: int, cuts: list[int]) -> None:
        """(0,5, 1,2): commas within numbers and between them; (0,5; 1,2) is clear."""
        starts, ends = self.tokens.starts, self.tokens.ends
        at, decimal = opening + 1, False
        while at < end:
            decimal = decimal or (self.k[at] == "num" and "," in self.text[starts[at] : ends[at]].replace("{,}", ""))
            at = self.match[at] + 1 if self.k[at] in ("(", "[", "{") else at + 1
        if not decimal:
            return
        edges = [opening, *cuts, end]
        pieces = [self.text[ends[a] : starts[b]].strip() for a, b in pairwise(edges)]
        left, right = (self.text[starts[at] : ends[at]] for at in (opening, end))
        readings = tuple(left + "; ".join(each) + right for each in (pieces, ",".join(pieces).split(",")))
        raise self.error("a comma within numbers and between them", "separate with `;`", readings, opening)

    def bracket(self, indicating: bool = False) -> Written:
        """(a + b) groups, [a, b] is a vector, [a > 0] is 0 or 1.

        In answers (a = b) may be a remark, a or 1 where that holds, unless a sign in front of it is ``indicating``.
        """
        opening = self.i
        items = self.items(opening)
        if len(items) > 1 or self.k[opening] == "<" or self.k[self.i - 2] == ",":
            for item in items:
                if isinstance(item, Rel):
                    raise self.error("a relation as an item of a vector", at=opening)
            return Vec(tuple(items))
        item = items[0]
        if not isinstance(item, Rel):
            return item
        if self.k[opening] == "(" and not (self.new or indicating) and not {"=", "≈"}.isdisjoint(item.ops):
            starts, ends = self.tokens.starts, self.tokens.ends
            said = self.text[ends[opening] : starts[self.i - 1]].removesuffix(r"\right").strip()
            hint = "a remark stands behind the whole answer"
            sign = self.k.index("rel", opening)
            readings = (f"[{said}]", self.text[ends[opening] : starts[sign]].strip())
            raise self.error(f"`({said})` among factors is an equation", hint, readings, opening)
        return Indicator(item)

    def arguments(self) -> tuple[Written, ...]:
        """The arguments in the brackets after a function."""
        opening = self.i
        items = self.items(opening)
        if self.k[self.i - 2] == ",":
            raise self.error("expected one more argument", at=self.i - 1)
        for item in items:
            if isinstance(item, Rel):
                raise self.error("a relation as the argument of a function", at=opening)
        return tuple(items)

    def group(self) -> Written:
        """{…}: invisible brackets; {w}_1 is w_1."""
        opening = self.i
        end = self.match[opening]
        if end == opening + 1:
            raise self.error("nothing between the braces", at=opening)
        self.i += 1
        found = self.inside(self.sum)
        if self.i != end:
            raise self.error(f"expected an operator or `}}`, found {self.found()}")
        self.i += 1
        if self.k[self.i] == "_" and isinstance(found, Name) and not (found.sub or found.sup):
            named = self.scripted(found.base, found.accent, "", self.i, self.new)
            if named is None:
                raise self.unknown(found.base + found.accent, self.i - 1)
            return self.take(named)
        return found

    def absolute(self) -> Written:
        """|u|"""
        opening = self.i
        if self.k[opening + 1] == "|":
            raise self.later("norms")
        self.down()
        self.i += 1
        self.bars += 1
        inner = self.sum()
        self.bars -= 1
        self.level -= 1
        if self.k[self.i] != "|":
            raise self.error(f"`|` is never closed; expected `|`, found {self.found()}", at=opening)
        self.i += 1
        return Call(_ABS, (inner,))

    # Sums over an index ---------------------------------------------------------------------------------------------

    def big(self, op: str) -> Written:
        """Σ_{i=1}^n body, max_j body; the cursor is at the sign, or at the `_` after the word."""
        start = self.i
        while self.k[self.i] != "_":
            if self.i > start or self.k[self.i] == "end":
                raise self.error(f"`{op}` needs an index", f"{op}_i, {op}_{{i=1}}^n", at=start)
            self.i += 1
        self.i += 1
        self.down()
        names, lower, condition = self.index_of_big(op)
        added = {name.base for name in names} - self.scope
        self.scope |= added
        upper: Written | None = None
        if self.k[self.i] == "^":
            upper = self.exponent()
        if self.k[self.i] == "end":
            raise self.error(f"expected what `{op}` runs over, found the end")
        body = self.term()
        self.scope -= added
        self.level -= 1
        for name in reversed(names[1:]):
            body = Big(op, name, body)
        return Big(op, names[0], body, lower, upper, condition)

    def index_of_big(self, op: str) -> tuple[list[Name], Written | None, Written | None]:
        """At the subscript: the index letters, the lower bound, the condition."""
        lower: Written | None = None
        condition: Written | None = None
        if self.k[self.i] not in ("{", "("):
            return self.index_letters(op), lower, condition
        end = self.match[self.i]
        self.i += 1
        names = self.index_letters(op)
        while self.k[self.i] == ",":
            self.i += 1
            names += self.index_letters(op)
        if self.k[self.i] == "rel":
            self.scope |= (added := {name.base for name in names} - self.scope)
            sign = self.v[self.i]
            self.i += 1
            bound = self.inside(self.sum)
            self.scope -= added
            if sign == "=":
                lower = bound
            else:
                condition = Rel((names[0], bound), (sign,))
        if self.i != end:
            raise self.error(f"expected `=` or a relation after the index, found {self.found()}")
        self.i += 1
        return names, lower, condition

    def index_letters(self, op: str) -> list[Name]:
        """i, or ij for two sums at once."""
        letters = self.v[self.i]
        if self.k[self.i] != "run" or not letters.isalpha() or len(letters) > 3:
            raise self.error(f"expected an index letter after `{op}_`, found {self.found()}")
        self.i += 1
        return [Name(letter) for letter in letters]

    # Cases and matrices ---------------------------------------------------------------------------------------------

    def environment(self) -> Written:
        """\\begin{cases} … \\end{cases}, \\begin{pmatrix} … \\end{pmatrix}"""
        opening = self.i
        end = self.match[opening]
        self.i += 1
        self.down()
        bars, self.bars = self.bars, 0
        found = self.cases_rows(end) if self.v[opening] == "cases" else self.matrix(end)
        self.bars = bars
        self.level -= 1
        self.i = end + 1
        return found

    def cases_rows(self, end: int) -> Written:
        """1 & z > 0 \\\\ 0 & \\text{otherwise}"""
        values: list[Written] = []
        conditions: list[Written | None] = []
        self.cases += 1
        while self.i < end:
            self.piece(values, conditions, ("&", ","))
            while self.k[self.i] in (",", ";"):
                self.i += 1
            if self.i == end:
                break
            self.expect("row", r"`\\`")
        self.cases -= 1
        return self.cases_of(values, conditions)

    def cases_call(self) -> Written:
        """cases(1 if z > 0, 0 otherwise): the same in plain maths; the cursor is at the bracket."""
        end = self.match[self.i]
        self.i += 1
        values: list[Written] = []
        conditions: list[Written | None] = []
        self.cases += 1
        self.down()
        bars, self.bars = self.bars, 0
        while self.i < end:
            self.piece(values, conditions, ())
            if self.i == end:
                break
            if self.k[self.i] not in (",", ";"):
                raise self.error(f"expected `,` after a case, found {self.found()}")
            self.i += 1
        self.bars = bars
        self.level -= 1
        self.cases -= 1
        self.i = end + 1
        return self.cases_of(values, conditions)

    def piece(self, values: list[Written], conditions: list[Written | None], separators: tuple[str, ...]) -> None:
        """One value with its condition."""
        values.append(self.sum())
        while self.k[self.i] in separators:
            self.i += 1
        word = self.v[self.i].lower() if self.k[self.i] in ("run", "word") else ""
        if word in OTHERWISE_WORDS:
            self.i += 1
            conditions.append(None)
            return
        if word in CONDITION_WORDS:
            self.i += 1
        while self.k[self.i] in separators:
            self.i += 1
        found = [self.condition()]
        while (after := self.conjunction(bool(separators))) and (self.k[after] != "end" and self.k[after] != "row"):
            self.i = after
            found.append(self.condition())
        conditions.append(all_of(found))

    def condition(self) -> Rel:
        """A relation."""
        at = self.i
        found = self.relation()
        if not isinstance(found, Rel):
            raise self.error("expected a condition (a relation, or `otherwise`)", at=at)
        return found

    def conjunction(self, commas: bool) -> int:
        """The token after `and`, or after a comma between conditions; 0 where there is none."""
        kind = self.k[self.i]
        if kind in ("run", "word") and self.v[self.i].lower() in AND_WORDS:
            return self.i + 1
        if commas and kind == "," and self.k[self.i + 1] not in ("row", "endenv"):
            at = self.i + 1
            return at + (self.k[at] in ("run", "word") and self.v[at].lower() in AND_WORDS)
        return 0

    def cases_of(self, values: list[Written], conditions: list[Written | None]) -> Written:
        """The pieces as one formula."""
        if not values or None in conditions[:-1]:
            raise self.error("`otherwise` is the last case" if values else "no case at all", at=self.i - 1)
        if is_rest(conditions):
            conditions[-1] = None
        return Cases(tuple(values), tuple(conditions))

    def matrix(self, end: int) -> Written:
        """Rows of entries; one column is a vector."""
        rows: list[list[Written]] = [[]]
        while self.i < end:
            rows[-1].append(self.inside(self.sum))
            if self.i == end:
                break
            if self.k[self.i] == "row":
                if self.i + 1 < end:
                    rows.append([])
            elif self.k[self.i] != "&":
                raise self.error(f"expected `&` or `\\\\`, found {self.found()}")
            self.i += 1
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise self.error("the rows of a matrix have different lengths", at=end)
        if len(rows[0]) == 1:
            return Vec(tuple(row[0] for row in rows))
        return Vec(tuple(Vec(tuple(row)) for row in rows))
