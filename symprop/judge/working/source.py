"""A pasted derivation, taken apart: rows of formulas with their places, and the words between them.

LaTeX:  $…$, $$…$$, \\[ … \\], \\( … \\), align and its relatives; one row for each ``\\\\``.  Everything else is words,
        except a line of it that is a formula all the same.
Plain:  one row a line.
A row that begins with an operator, or follows one that ends with it, belongs to the row before.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symprop.errors import ReadError
from symprop.judge.dress import undressed, without_bullets
from symprop.judge.macros import expanded
from symprop.judge.phrasing import parts, without_lead
from symprop.judge.statements import SIGN as RELATION
from symprop.judge.steps import with_arrows

MAX_TEXT = 200_000  # characters
MAX_ROWS = 2_000

DISPLAYS = frozenset(
    "align alignat aligned alignedat equation gather gathered split multline eqnarray flalign displaymath math "
    "dmath array".split()
)
SKIPPED = frozenset(
    "tikzpicture verbatim Verbatim lstlisting listing minted comment filecontents thebibliography".split()
)
INNER = re.compile(
    r"\\(?:begin|end)\s*\{(?:align|alignat|aligned|alignedat|equation|gather|gathered|split|multline|eqnarray|flalign"
    r"|displaymath|math|dmath|array)\*?\}(?:\s*\[[a-z]\])?(?:\s*\{[0-9lcr@{}| ]*\})?"
)
MARK = re.compile(
    r"\\\\|\\begin\s*\{(?P<begin>[A-Za-z]+)\*?\}|\\end\s*\{(?P<end>[A-Za-z]+)\*?\}|\\[\[\]()$%&]|\$\$|\$|%[^\n]*"
)
TEX = re.compile(r"(?<!\\)\$|\\\[|\\\(|\\begin\s*\{(?![bBpvV]?matrix\*?\}|[dr]?cases\*?\})")
ROW = re.compile(
    r"\\begin\s*\{|\\end\s*\{|\\\\\*?(?:\s*\[[^\]\n]*\])?|\\(?:intertext|shortintertext)(?=\s*\{)|\\.|[{}]", re.DOTALL
)
ARGUMENTS = re.compile(r"\s*(?:\{[^{}\n]*\}|\[[^\[\]\n]*\])")
BARE = re.compile(r"[\s&,.;]*")
INDENT = re.compile(r"(?:\s|&|\{\}|\\(?:q?quad(?![a-zA-Z])|[,;:! ]))*")
OPERATOR = re.compile(r"(?:[+*/·×−-](?![>=])|\\(?:cdot|times|pm)(?![a-zA-Z]))")
PROSE = re.compile(r"(?:(?<![\\A-Za-z_^{])[A-Za-zÄÖÜäöüß]{2,15}[\s,.]{1,3}){3}")  # three words in a row
DANGLING = re.compile(r"(?:[+*/·×−-]|\\(?:cdot|times))(?:\s|&|\{\})*$")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a formula, or a stretch of words; line and column (from 1) of where it begins.

    ``before``: the words on the same line in front of a formula.  ``display``: 0 for formulas within words, else the
    number of the display.
    """

    text: str
    line: int
    column: int
    maths: bool
    before: str = ""
    display: int = 0


def rows(text: str) -> list[Row]:
    """All rows in order.  Raises ReadError for a text that is too long."""
    if len(text) > MAX_TEXT:
        hint = "hand in one exercise at a time"
        raise ReadError(text[:200], 0, f"the derivation is too long ({len(text)} characters)", hint)
    text = expanded(text.replace("\r\n", " \n").replace("\r", "\n"))
    start, end = _body(text)
    taken = _document(text, start, end) if TEX.search(text, start, end) else _plain(text, start, end)
    lines = _Lines(text)
    found: list[Row] = []
    for piece, at, maths, display in taken:
        lead = len(piece) - len(BARE.sub("", piece, count=1))
        if lead == len(piece):
            continue
        line, column = lines.place(at + lead)
        before = lines.before(at + lead) if maths else ""
        row = Row(piece[lead:].rstrip(), line, column, maths, before, display)
        joined = _joined(found[-1], row) if found else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(row)
        if len(found) > MAX_ROWS:
            raise ReadError(text[:200], 0, f"more than {MAX_ROWS} rows", "hand in one exercise at a time")
    return found


def _joined(last: Row, row: Row) -> Row | None:
    """Two rows of one display as one, where a formula goes over the end of the line."""
    if not (last.maths and row.maths and row.display and row.display == last.display):
        return None
    text, before = undressed(row.text), undressed(last.text)
    text = text[len(INDENT.match(text).group()) :]  # type: ignore[union-attr]
    if OPERATOR.match(text) or DANGLING.search(before):
        return replace(last, text=f"{before} {text}")
    return None


class _Lines:
    """Where lines begin."""

    def __init__(self, text: str):
        self.text = text
        self.starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]

    def place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def before(self, at: int) -> str:
        """What stands on the line in front of a place, the last 200 characters of it."""
        line = bisect_right(self.starts, at)
        return self.text[max(self.starts[line - 1], at - 200) : at]


def _body(text: str) -> tuple[int, int]:
    """Without the preamble of a whole document."""
    begin, end = text.find(r"\begin{document}"), text.find(r"\end{document}")
    return (begin + 16 if begin >= 0 else 0), (end if end >= 0 else len(text))


Piece = tuple[str, int, bool, int]  # text, where it begins, whether it is a formula, number of its display


def _plain(text: str, start: int, end: int) -> Iterator[Piece]:
    at, display = start, 1
    for line in without_bullets(text[start:end]).split("\n"):
        if not line.strip():
            display += 1
        for piece, offset in _split_rows(line):
            for part, begin in _said(piece):
                yield part, at + offset + begin, True, display
        at += len(line) + 1


def _said(row: str) -> Iterator[tuple[str, int]]:
    """Statements without the words around them, with their places:  (a) a = b, where b = c;  thus a = c"""
    if PROSE.search(without_lead(row)):
        yield row, 0
        return
    begin, row = 0, with_arrows(row)
    for part in parts(row, RELATION, further=True):
        begin = row.index(part, begin)
        bare = without_lead(part)
        yield bare, begin + len(part) - len(bare)
        begin += len(part)


def _document(text: str, start: int, end: int) -> Iterator[Piece]:
    """Formulas between their marks, and the words, line by line, around them."""
    at, display = start, 0
    words_from = start
    unclosed: set[str] = set()  # marks that nothing closes from here on: they are not searched for again
    while (mark := MARK.search(text, at, end)) is not None:
        at = mark.end()
        opening, begun = mark.group(), mark["begin"]
        if opening.startswith("%"):
            yield from _words(text, words_from, mark.start())
            words_from = at
            continue
        if begun in SKIPPED:
            yield from _words(text, words_from, mark.start())
            at = words_from = _after(text, rf"\\end\s*\{{{begun}\*?\}}", at, end)
            continue
        body = _formula(text, mark, at, end) if opening not in unclosed else None
        if body is None:
            unclosed |= {opening} - {"$"}
            continue
        yield from _words(text, words_from, mark.start())
        first, last, after = body
        inline = opening in ("$", r"\(")
        display += not inline
        inner = _without_comments(text[first:last])
        inner = INNER.sub(lambda found: " " * len(found.group()), inner)
        for piece, offset in _split_rows(inner):
            yield piece, first + offset, not piece.startswith("\x00"), 0 if inline else display
        at = words_from = after
    yield from _words(text, words_from, end)


def _formula(text: str, mark: re.Match[str], at: int, end: int) -> tuple[int, int, int] | None:
    """Where the formula that a mark opens begins and ends, and what comes after its closing mark."""
    opening = mark.group()
    if opening in ("$", "$$"):
        pattern = r"(?<!\\)\$" if opening == "$" else r"\$\$"
        limit = text.find("\n\n", at, end) if opening == "$" else -1
        closing = re.compile(pattern).search(text, at, end if limit < 0 else limit)
        return (at, closing.start(), closing.end()) if closing else None
    if opening in (r"\[", r"\("):
        closing = re.compile(r"(?<!\\)\\\]" if opening == r"\[" else r"\\\)").search(text, at, end)
        return (at, closing.start(), closing.end()) if closing else None
    begun = mark["begin"]
    if begun not in DISPLAYS or begun == "array":
        return None
    while (arguments := ARGUMENTS.match(text, at, end)) is not None and begun in ("alignat", "alignedat"):
        at = arguments.end()
        break
    closing = re.compile(rf"\\end\s*\{{{begun}\*?\}}").search(text, at, end)
    return (at, closing.start(), closing.end()) if closing else None


def _after(text: str, pattern: str, at: int, end: int) -> int:
    found = re.compile(pattern).search(text, at, end)
    return found.end() if found else end


def _without_comments(text: str) -> str:
    return re.sub(r"(?<!\\)%[^\n]*", lambda found: " " * len(found.group()), text)


def _words(text: str, start: int, end: int) -> Iterator[Piece]:
    at = start
    for line in text[start:end].split("\n"):
        if line.strip():
            yield line, at, False, 0
        at += len(line) + 1


def _split_rows(text: str) -> Iterator[tuple[str, int]]:
    """The rows of a display; those of cases and matrices inside stay together, \\intertext stands by itself."""
    environments = braces = start = 0
    words = -1
    for found in ROW.finditer(text):
        token = found.group()
        if token.startswith(r"\begin"):
            environments += 1
        elif token.startswith(r"\end"):
            environments = max(0, environments - 1)
        elif token == "{":
            braces += 1
        elif token == "}":
            braces = max(0, braces - 1)
            if words == braces >= 0:
                yield "\x00" + text[start + 1 : found.end()], start
                start, words = found.end(), -1
        elif token.startswith((r"\intertext", r"\shortintertext")) and not environments:
            yield text[start : found.start()], start
            start, words = found.start(), braces
        elif token.startswith("\\\\") and not environments and not braces and words < 0:
            yield text[start : found.start()], start
            start = found.end()
    yield text[start:], start
