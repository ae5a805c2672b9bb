"""Notes that students hang on a quantity, which say when or of what it is meant and are no factor of it.

w_{46}^{(t+1)} = w_{46}^{(t)} - …      w(n+1) = w(n) - …      w_{new} = w_{old} - …       q(z) (1 - q(z))
The text without them has spaces in their place, so that every place in it stays where it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

HEAD = (  # possessive: nothing is tried twice, however long the text is
    r"(?P<head>(?<![A-Za-z0-9\\])(?:\\[A-Za-z]++\{[^{}]{0,40}+\}|\\?[A-Za-z]++[0-9]*+)"
    r"(?:_(?:\{[^{}]{0,40}+\}|[A-Za-z0-9]++))?(?:\^(?:\{[0-9]\}|[0-9]))?)"
)
WORDS = r"(?:old|alt|prev|previous)"
DRESSED = rf"(?:\\(?:text|mathrm|mathit|textrm|rm)\s*\{{\s*{WORDS}\s*\}}|{WORDS}(?![A-Za-z]))"
OLD = re.compile(HEAD + rf"(?P<note>\s*[\^_]\s*(?:\{{\s*\(?\s*{DRESSED}\s*\)?\s*\}}|\(\s*{DRESSED}\s*\)|{DRESSED}))")
OLD_INSIDE = re.compile(
    rf"(?P<head>(?<![A-Za-z\\])\\?[A-Za-z]++_\{{[A-Za-z0-9]++)(?P<note>[,;\s]\s*+{DRESSED})(?P<rest>\s*+\}})"
)
OLD_BEHIND = re.compile(HEAD + rf"(?P<note>\s++(?:{WORDS}|\({WORDS}\))(?![A-Za-z0-9_]))")  # w_46 old
LATER = re.compile(
    r"[(\[]\s*(?P<letter>[tkn])\s*\+\s*1\s*[)\]]\s*\}?\s*$|[_^]\s*\{\s*(?P<index>[tkn])\s*\+\s*1\s*\}\s*$"
)
NUMBERED = re.compile(r"\^\s*(?:\{\s*\(\s*(?P<step>[0-9])\s*\)\s*\}|\(\s*(?P<short>[0-9])\s*\))\s*$")
VALUE = re.compile(r"(?:\\approx|\\cdot|\\times|[-+−*/·×().,{}=≈\s0-9])++")  # c^{(2)} = 1 + 0.1 \cdot 2 = 1.2
ARROW = re.compile(r"->|→|⟶|↦|\\(?:to|mapsto|rightarrow|longrightarrow|longmapsto)(?![A-Za-z])")
CALLED = re.compile(HEAD + r"(?P<note>(?:\\left\s*)?\((?P<inside>[^()=]{1,60}?)(?:\\right\s*)?\))")
Known = Callable[[str], bool]  # whether a text is a quantity of the exercise


def without_stages(text: str, known: Known) -> str:
    """A step without the marks of the old value; its arrow as the reader takes it: w_{old} → w,  w → … as w ← …"""
    for pattern in (OLD, OLD_INSIDE, OLD_BEHIND):
        text = pattern.sub(lambda m: _blanked(m, known), text)
    left = re.split(r"<-|:=|=|←|\\(?:gets|leftarrow)", text, maxsplit=1)[0]
    if (found := LATER.search(left)) and left != text:
        letter = found["letter"] or found["index"]
        raised = rf"\^\s*+(?:\{{\s*+\(\s*+{letter}\s*+\)\s*+\}}|\(\s*+{letter}\s*+\))"
        lowered = rf"_\s*+(?:\{{\s*+{letter}\s*+\}}|{letter}(?![A-Za-z0-9]))"
        note = rf"(?P<note>\s*+(?:{raised}|{lowered}|[(\[]\s*+{letter}\s*+[)\]]))"
        now = re.compile(HEAD + note)
        text = left + now.sub(lambda m: _blanked(m, known), text[len(left) :])
    elif (numbered := NUMBERED.search(left)) and left != text and "/" not in left and not known(left.strip()):
        before, after = int(numbered["step"] or numbered["short"]) - 1, text[len(left) :]
        now = re.compile(HEAD + rf"(?P<note>\s*+\^\s*+(?:\{{\s*+\(\s*+{before}\s*+\)\s*+\}}|\(\s*+{before}\s*+\)))")
        if now.search(after) or (VALUE.fullmatch(after) and known(left[: numbered.start()].strip())):
            head = left[: numbered.start()] + " " * (len(left) - numbered.start())
            text = head + now.sub(lambda m: _blanked(m, known), after)
    arrow = ARROW.search(text)
    if arrow and known(text[: arrow.start()].strip()):
        text = text[: arrow.start()] + "←".ljust(len(arrow.group())) + text[arrow.end() :]
    return text


def numbered(text: str) -> int | None:
    """The step of which a statement says that it is: 2 of c^{(2)} = 1.36."""
    found = NUMBERED.search(re.split(r"<-|:=|=|←|\\(?:gets|leftarrow)", text, maxsplit=1)[0])
    return int(found["step"] or found["short"]) if found is not None else None


def _blanked(found: re.Match[str], known: Known) -> str:
    rest = found.groupdict().get("rest", "") or ""
    if known(found.group()) or not known(found["head"] + rest):
        return found.group()
    return found["head"] + (rest + " " * len(found["note"]))


def without_arguments(text: str, depends: Callable[[str, list[str]], bool]) -> str:
    """q(z) as q, where ``depends`` says that the quantity is a function of these others."""

    def blanked(found: re.Match[str]) -> str:
        inside = [piece.strip() for piece in found["inside"].split(",")]
        return found["head"] + " " * len(found["note"]) if depends(found["head"], inside) else found.group()

    return CALLED.sub(blanked, text)
