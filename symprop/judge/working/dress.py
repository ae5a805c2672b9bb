"""What stands in a row of TeX and is no part of its formula: tags, labels, frames, colours, words after the formula.

The commands of our own answer keys (\\why, \\result …) are among them, so that a key can be checked like any other.
"""

from __future__ import annotations

import re

DROPPED = frozenset(
    "label tag why whynum eqnum eqlink hspace vspace phantom hphantom vphantom ref eqref cite footnote color cellcolor "
    "rowcolor marginpar index".split()
)
IGNORED = frozenset(
    "num pos nonumber notag displaystyle textstyle hfill dotfill allowbreak nobreak relax medskip smallskip bigskip "
    "par newline noindent centering keeprest".split()
)
UNWRAPPED = frozenset(
    "boxed result unframed underline fbox framebox colorbox fcolorbox textcolor ensuremath mathclap mathllap mathrlap "
    "smash cancel bcancel underbrace overbrace uline mathstrut".split()
)
FIRST_IS_COLOUR = {"colorbox": 1, "fcolorbox": 2, "textcolor": 1}
COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
WORDS = re.compile(r"\\(?:text|mbox|textrm|textit|textnormal|textup|mathrm|hbox)\s*\{([^{}]*)\}")
MAX_UNWRAPPED = 200


def undressed(text: str) -> str:
    """The row without everything that says nothing about its formula."""
    out: list[str] = []
    at, unwrapped, stripped = 0, 0, set[int]()  # stripped: closing braces of what was unwrapped
    while at < len(text):
        if at in stripped:
            at += 1
            out.append(" ")
            continue
        found = COMMAND.match(text, at) if text[at] == "\\" else None
        if found is None:
            step = 2 if text[at] == "\\" else 1
            out.append(text[at : at + step])
            at += step
            continue
        word = found[1]
        if word in IGNORED:
            out.append(" ")
            at = found.end()
        elif word in DROPPED:
            at = _over_arguments(text, found.end())
        elif word in UNWRAPPED and unwrapped < MAX_UNWRAPPED:
            unwrapped += 1
            opening = _to_argument(text, found.end(), FIRST_IS_COLOUR.get(word, 0))
            closing = matching(text, opening) if opening >= 0 else -1
            if closing < 0:
                out.append(" ")
                at = found.end()
                continue
            stripped.add(closing)
            if word in ("underbrace", "overbrace"):
                after = re.compile(r"\s*[_^]\s*(?=\{)").match(text, closing + 1)
                if after:
                    end = matching(text, after.end())
                    stripped |= set(range(closing + 1, end + 1)) if end > 0 else set()
            out.append(" ")
            at = opening + 1
        else:
            out.append(found.group())
            at = found.end()
    return "".join(out).strip()


def matching(text: str, opening: int) -> int:
    """The brace that closes the one at ``opening``; -1 if there is none."""
    depth = 0
    at = opening
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        depth += (char == "{") - (char == "}")
        if not depth:
            return at
        at += 1
    return -1


def _over_arguments(text: str, at: int) -> int:
    """Past [optional] and {mandatory} arguments."""
    found = re.compile(r"\s*\[[^\]]*\]").match(text, at)
    at = found.end() if found else at
    while (opening := re.compile(r"\s*\{").match(text, at)) is not None:
        closing = matching(text, opening.end() - 1)
        if closing < 0:
            return len(text)
        at = closing + 1
    return at


def _to_argument(text: str, at: int, skipped: int) -> int:
    """The opening brace of the argument that holds the formula; -1 if there is none."""
    found = re.compile(r"\s*\[[^\]]*\]").match(text, at)
    at = found.end() if found else at
    for _ in range(skipped):
        opening = re.compile(r"\s*\{").match(text, at)
        at = matching(text, opening.end() - 1) + 1 if opening else at
    opening = re.compile(r"\s*\{").match(text, at)
    return opening.end() - 1 if opening else -1


def without_words(text: str) -> str:
    """The row without \\text{…} that holds more than a name."""
    return WORDS.sub(lambda found: found.group() if found[1].replace("_", "").isalnum() else " ", text)
