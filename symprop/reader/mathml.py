"""Presentation MathML, as formula editors and word processors write it, as the LaTeX that the reader takes.

    <msup><msub><mi>z</mi><mn>6</mn></msub><mn>2</mn></msup>      z_{6}^{2}

Only what is seen counts (no annotations).  An element that is not known is an error, never left out.  There are no
entities but those of XML, and no document types, so that nothing can be expanded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, ParseError, fromstring

from symprop.errors import ReadError

MAX_MARKUP = 200_000  # characters
MAX_LEVELS = 100
MARKUP = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?<(?:[A-Za-z]+:)?math[\s>]")
DECLARATION = re.compile(r"<!(?!--)|<\?(?!xml\s)")
ACCENTS = {
    "^": "hat", "ˆ": "hat", "\u0302": "hat", "¯": "bar", "‾": "bar", "_": "bar", "―": "bar", "\u0304": "bar",
    "\u0305": "bar", "~": "tilde", "˜": "tilde", "\u0303": "tilde", "˙": "dot", ".": "dot", "\u0307": "dot",
    "→": "vec", "⃗": "vec", "⇀": "vec",
}  # fmt: skip
PRIMES = {"'": "'", "′": "'", "’": "'", "″": "''", "‴": "'''"}
OPERATORS = {"\u2061": "", "\u2062": "", "\u2063": ",", "{": r"\{", "}": r"\}", "": ""} | PRIMES
PLAIN = frozenset({"mrow", "mstyle", "mpadded", "math", "mtd"})  # what they hold, side by side
SEEN = frozenset({"mi", "mn", "msub", "msubsup", "mover", "mo"})  # a base that needs no braces


def without_markup(text: str) -> str:
    """The text; of MathML its LaTeX, several formulas on a line each.  Raises ReadError with the element."""
    if not MARKUP.match(text):
        return text
    if len(text) > MAX_MARKUP:
        raise ReadError(text[:MAX_MARKUP], MAX_MARKUP - 1, f"the answer is too long ({len(text)} characters)")
    bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if found := DECLARATION.search(bare):
        raise ReadError(text, found.start(), "MathML with a declaration", "hand in the element <math> alone")
    try:
        root = fromstring(f"<answer>{bare}</answer>")
    except ParseError as error:
        raise ReadError(text, 0, f"this MathML is not well formed ({error})", "hand the formula in as LaTeX") from None
    if (root.text or "").strip() or any((child.tail or "").strip() for child in root):
        raise ReadError(text, 0, "text beside MathML", "hand in the formula alone")
    return "\n".join(_Translation(text).element(child) for child in root)


class _Translation:
    """Elements to LaTeX, recursively."""

    def __init__(self, text: str):
        self.text, self.level = text, 0

    def element(self, node: Element) -> str:
        name = node.tag.rpartition("}")[2]
        self.level += 1
        if self.level > MAX_LEVELS:
            raise self.error(f"MathML nested more than {MAX_LEVELS} levels deep")
        if name in PLAIN:
            found = self.row(list(node))
        else:
            handler: Callable[[Element], str] | None = getattr(self, f"element_{name}", None)
            if handler is None:
                raise self.error(f"the MathML element <{name}>")
            found = handler(node)
        self.level -= 1
        return found

    def error(self, what: str) -> ReadError:
        return ReadError(self.text, 0, f"{what} cannot be read", "hand the formula in as LaTeX or plain maths")

    def row(self, nodes: list[Element]) -> str:
        """Side by side.  A brace before a table, and none after it, opens a definition by cases."""
        leaves = [(n.text or "").strip() if n.tag.rpartition("}")[2] == "mo" else None for n in nodes]
        if len(nodes) in (2, 3) and leaves[0] == "{" and self.named(nodes[1], "mtable") and leaves[2:] in ([], [""]):
            return self.table(nodes[1], "cases")
        return " ".join(found for found in map(self.element, nodes) if found)

    def named(self, node: Element, name: str) -> bool:
        return node.tag.rpartition("}")[2] == name

    def children(self, node: Element, number: int) -> list[Element]:
        found = list(node)
        if len(found) != number:
            raise self.error(f"<{node.tag.rpartition('}')[2]}> with {len(found)} parts")
        return found

    def base(self, node: Element) -> str:
        """What scripts are put on."""
        inner = self.element(node)
        while node.tag.rpartition("}")[2] in PLAIN and len(node) == 1:
            node = node[0]
        bracketed = inner.startswith("(") and inner.endswith(")") and inner.count("(") == 1
        return inner if node.tag.rpartition("}")[2] in SEEN or bracketed else f"{{{inner}}}"

    # ---- leaves

    def leaf(self, node: Element) -> str:
        if len(node):
            raise self.error(f"<{node[0].tag.rpartition('}')[2]}> inside a sign")
        return "".join((node.text or "").split())

    def element_mi(self, node: Element) -> str:
        return self.letters(self.leaf(node))

    def element_mn(self, node: Element) -> str:
        return self.letters(self.leaf(node))

    def letters(self, found: str) -> str:
        if any(c in "\\{}$%&#~" for c in found):
            raise self.error("a sign of TeX in MathML")
        return found

    def element_mo(self, node: Element) -> str:
        sign = self.leaf(node)
        return OPERATORS[sign] if sign in OPERATORS else self.letters(sign)

    def element_mtext(self, node: Element) -> str:
        words = " ".join((node.text or "").replace("\u00a0", " ").split())
        return rf"\text{{{self.letters(words)}}}" if words else ""

    def element_ms(self, node: Element) -> str:
        return self.element_mtext(node)

    def element_mspace(self, node: Element) -> str:
        return ""

    # ---- fractions, roots, scripts

    def element_mfrac(self, node: Element) -> str:
        if node.get("linethickness", "1").strip().startswith("0"):
            raise self.error("a fraction without a line")
        above, below = map(self.element, self.children(node, 2))
        return rf"\frac{{{above}}}{{{below}}}"

    def element_msqrt(self, node: Element) -> str:
        return rf"\sqrt{{{self.row(list(node))}}}"

    def element_mroot(self, node: Element) -> str:
        inner, index = map(self.element, self.children(node, 2))
        return rf"\sqrt[{index}]{{{inner}}}"

    def element_msub(self, node: Element) -> str:
        base, below = self.children(node, 2)
        return f"{self.base(base)}_{{{self.element(below)}}}"

    def element_msup(self, node: Element) -> str:
        base, above = self.children(node, 2)
        return self.base(base) + self.raised(above)

    def element_msubsup(self, node: Element) -> str:
        base, below, above = self.children(node, 3)
        return f"{self.base(base)}_{{{self.element(below)}}}{self.raised(above)}"

    def raised(self, node: Element) -> str:
        found = self.element(node).replace(" ", "") if not len(node) else self.element(node)
        primes = found.replace(" ", "")
        return primes if primes and set(primes) == {"'"} else f"^{{{found}}}"

    def element_munder(self, node: Element) -> str:
        base, below = self.children(node, 2)
        return f"{self.large(base)}_{{{self.element(below)}}}"

    def element_munderover(self, node: Element) -> str:
        base, below, above = self.children(node, 3)
        return f"{self.large(base)}_{{{self.element(below)}}}^{{{self.element(above)}}}"

    def large(self, node: Element) -> str:
        """Σ, max: what may have something under it."""
        found = self.element(node)
        if found not in ("∑", "Σ", "∏", "max", "min"):
            raise self.error(f"something under {found[:20]!r}")
        return found

    def element_mover(self, node: Element) -> str:
        base, above = self.children(node, 2)
        accent = ACCENTS.get("".join(above.itertext()).strip())
        if accent is None:
            raise self.error("what stands over a letter")
        return rf"\{accent}{{{self.element(base)}}}"

    # ---- brackets, tables

    def element_mfenced(self, node: Element) -> str:
        opening, closing = node.get("open", "("), node.get("close", ")")
        if opening == "{" and not closing and len(node) == 1:
            return self.row([_mo("{"), node[0]])
        separators = "".join(node.get("separators", ",").split())
        parts, inner = list(map(self.element, node)), ""
        for i, part in enumerate(parts):
            between = separators[min(i - 1, len(separators) - 1)] if separators and i else " "
            inner += part if not i else f"{self.letters(between)} {part}"
        return f"{self.element_mo(_mo(opening))}{inner}{self.element_mo(_mo(closing))}"

    def element_mtable(self, node: Element) -> str:
        return self.table(node, "pmatrix")

    def table(self, node: Element, environment: str) -> str:
        rows = []
        for row in node:
            if not self.named(row, "mtr"):
                raise self.error(f"<{row.tag.rpartition('}')[2]}> in a table")
            rows.append(" & ".join(map(self.element, row)))
        return rf"\begin{{{environment}}} " + r" \\ ".join(rows) + rf" \end{{{environment}}}"

    def element_menclose(self, node: Element) -> str:
        if "strike" in node.get("notation", ""):
            raise self.error("something that is struck out")
        return self.row(list(node))

    def element_semantics(self, node: Element) -> str:
        """The formula; annotations are not seen."""
        return self.element(node[0]) if len(node) else ""


def _mo(sign: str) -> Element:
    found = Element("mo")
    found.text = sign
    return found
