r"""Words around the formulas of an answer.

Answer: …      (b) …      thus …                       in front of it: left out
a = b ⇒ c = d      a = b, so c = d      a = b where c = d        between statements: each is one
… (chain rule)     … \text{ by (3)}     … (rounded)              after it: left out, where they say nothing about values
… if z > 0 else 0  … for z > 0, 0 otherwise                      cases
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

ARROW = re.compile(
    r"[⇒⟹∴⇔⟺]|=>(?!=)|\\(?:implies|Rightarrow|Longrightarrow|iff|Leftrightarrow|Longleftrightarrow|therefore|because)"
    r"(?![A-Za-z])"
)
SAYING = (
    r"(?:also|so|hence|thus|therefore|then|consequently|finally|daher|folglich|somit|damit|deshalb|also\s+ist|"
    r"it\s+follows(?:\s+that)?|(?:thus\s+|so\s+)?we\s+(?:get|have|obtain)|which\s+gives|this\s+gives|giving|i\.\s*e\.|d\.\s*h\.|that\s+is|das\s+hei(?:ß|ss)t)"
)
JOINING = r"(?:and|und)"
FURTHER = r"(?:where|with|wobei|wo|mit)"
SLOPE = (  # a derivative and a relation: what stands before it is no factor
    r"\$?(?:d[^\s=()]{0,20}/\s*d[^\s=()]{1,20}|∂[^\s=()]{0,20}/\s*∂[^\s=()]{1,20}"
    r"|\\[dt]?frac\s*\{\s*(?:d|\\partial)[^{}=()]{1,40}\}\s*\{\s*(?:d|\\partial)[^=()]{1,40}\})\s*(?:=|≈|\\approx)"
)
LEAD = re.compile(
    r"^\s*(?:(?:(?:the\s+|my\s+|final\s+|die\s+|meine\s+)*(?:answer|ans|solution|result|gradient|derivative|lösung|loesung|antwort|"
    r"ergebnis|gradient|ableitung|update))\s*(?:is|ist|[:=]|\.(?=\s))\s*:?|(?:it\s+is|es\s+ist)\s*:?"
    rf"|(?:let|define|set|where|with|sei|setze|wobei|mit)\s+(?=[^=]*=)|{SAYING}\s*[,:]\s*|{SAYING}\s+(?=[^=]*=)|\(?[a-h]\)\s+(?=[^=]*=)|[a-h]\)\s*"
    rf"|[0-9]{{1,2}}\)\s*|(?:\([0-9]{{1,2}}\)|\[[0-9]{{1,2}}\])\s+(?={SLOPE})|[0-9]{{1,2}}\.\s+(?=[^=]*=))",
    re.IGNORECASE,
)
_DENIED = (  # what stands behind these is not claimed
    r"(?:(?:if|for(?!\s+the\s)|when|where|unless|otherwise|else|at|not|no|never|wrong|false|without|instead|except|falls|wenn"
    r"|für(?!\s+d(?:ie|as|en)\s)|sonst|bei|nicht|falsch|ohne|statt|angenommen|let|set|take|choose|say|sei)"
    r"(?![A-Za-zÄÖÜäöüß])|assum|suppos|kein|guess|nehm|wähl|setz)"
)
_WORD = r"[A-Za-zÄÖÜäöüß]+"
HEAD = re.compile(  # Forward pass: z_1 = …    Step 2 (hidden layer): …    Update of w_2: …
    rf"^\s*(?=[^:=]*[A-Za-zÄÖÜäöüß]{{4}})(?!{_DENIED}){_WORD}"
    rf"(?:[\s-]+(?!{_DENIED})\(?(?:{_WORD}(?:_[A-Za-z0-9]+)?|[0-9]{{1,2}})\)?){{0,7}}\s*:(?!=)"
    r"(?=[^=:]*[A-Za-z0-9)}\]'′]\s*=)",
    re.IGNORECASE,
)
SENTENCE = re.compile(  # The delta of the output is δ = …    Damit ist dL/dy = …
    rf"^\s*(?:(?:(?!{_DENIED}){_WORD}(?<=[A-Za-zÄÖÜäöüß]{{2}})[,.:]?\s+){{2,12}}|(?:is|are|ist|sind|gilt|folgt|gives|yields|get)\s+)"
    r"(?=[^\s=≈+*/·^,;:).-][^=≈\n]{0,60}(?:=|≈|←|<-))",
    re.IGNORECASE,
)
DRESSED = r"\\(?:text|mbox|textrm|mathrm|textit)\s*\{\s*,?\s*"


def _between(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{DRESSED}{words}\s*[,:]?\s*\}}|(?:(?<=[\s,])|^){words}(?![A-Za-z])),?", re.IGNORECASE)


CONCLUDING, BESIDE, BELONGING = _between(SAYING), _between(JOINING), _between(f"(?:{JOINING}|{FURTHER})")
_RULE = (
    r"(?:the\s+)?(?:multivariable\s+|multivariate\s+)?(?:chain|product|power|quotient|sum|update)\s+rule"
    r"|(?:die\s+|der\s+)?(?:Ketten|Produkt|Potenz|Quotienten|Summen)regel"
)
_LABEL = r"(?:\(\s*(?:[0-9]{1,2}|[a-h])\s*\)|[0-9]{1,2}|[a-h](?![A-Za-z]))"
_SOURCE = (
    rf"{_RULE}|(?:the\s+)?(?:above|below|definition|lecture(?:\s+notes)?|notes|forward\s+pass|backward\s+pass|"
    r"back-?prop(?:agation)?|gradient\s+descent|previous\s+(?:part|task|step|result|line)|(?:result|equation)s?\s+above)"
    rf"|(?:the\s+)?(?:eq\.?|equation|eqn\.?|formula|part|task|step|line|question|exercise|Gleichung|Gl\.|Formel|Aufgabe|Teil)"
    rf"\s*{_LABEL}|\(\s*(?:[0-9]{{1,2}}|[a-h])\s*\)|oben|unten"
)
_HOW_MANY = r"(?:[0-9]{1,2}|one|two|three|four|five|six|eine?|zwei|drei|vier|fünf|sechs)"
_PLACES = (
    r"(?:decimal\s+places?|decimals?|places?|digits?|significant\s+(?:figures?|digits?)|figures?|d\.?p\.?|s\.?f\.?|"
    r"(?:Nachkomma)?stellen?)"
)
_ROUNDED = (
    rf"(?:(?:rounded|exact|correct|gerundet|exakt)(?:ly)?(?:\s+(?:to|auf)\s+(?:the\s+)?{_HOW_MANY}?\s*{_PLACES})?"
    rf"|(?:to|auf)\s+{_HOW_MANY}\s+{_PLACES}|{_HOW_MANY}\s+{_PLACES}|approx(?:imate(?:ly)?)?\.?|about|ungefähr|ca\.?)"
)
VIA = r"(?:by|using|with|from|via|see|per|according\s+to|nach|mit|aus|siehe|laut|wegen)"
HARMLESS = (  # words that say nothing about the value; no others are set aside unread
    rf"(?:(?:{VIA}\s+)?(?:{_RULE})|{VIA}\s+(?:{_SOURCE})|as\s+(?:above|before|in\s+(?:{_SOURCE}))|(?:see\s+)?above|"
    rf"{_ROUNDED}|(?:final\s+)?(?:answer|result)|q\.?\s?e\.?\s?d\.?|done|fertig)"
)
_NAMING = (  # what the answer is; only in brackets, since without them it might be a factor
    r"(?:(?:the|my|a|this\s+is(?:\s+the)?|final|local|upstream|total|partial)\s+){0,4}"
    r"(?:gradient|derivative|answer|result|solution)(?:\s+of\s+the\s+(?:loss|cost|error))?"
)
AFTER = re.compile(
    rf"(?:\\q?quad|\\[,;: ]|~|\s|,)*(?:\(\s*(?:{HARMLESS}|{_NAMING})\s*\)|\s+{HARMLESS}"
    r"|\\(?:text|mbox|textrm)\s*\{(?P<prose>[^{}$]*)\}|[✓✔□∎]|!{1,3})\s*$",
    re.IGNORECASE,
)
SAYS_NOTHING = re.compile(
    rf"[\s,.;:]*(?:\(\s*(?:{HARMLESS}|{_NAMING})\s*\)|{HARMLESS}|{_NAMING})[\s,.;:!]*", re.IGNORECASE
)
UNEQUAL = re.compile(r"[<>≤≥≠]|!=|\\(?:le|ge|lt|gt|ne|leq|geq|neq)(?![A-Za-z])")
_BECAUSE = r"(?:since|because|as|given\s+that|due\s+to|da|weil|denn|wegen|∵|\\because)(?![A-Za-z0-9_/^'′])"
REASON = re.compile(
    rf"(?:(?<=[\s,(\[])|^){_BECAUSE}|\\(?:text|mbox|textrm|mathrm|textit)\s*\{{\s*,?\s*{_BECAUSE}", re.IGNORECASE
)
DERIVED = re.compile(
    r"\s*(?:\}\s*)?(?:\\[dt]?frac\s*\{\s*(?:d|\\partial)|d[^\s=]*/\s*\(?d|∂|\\partial|\\nabla|∇|\\?Delta|Δ)"
)
MOST = 100  # words between statements that are looked at
TAIL = 160  # characters in which a comment is looked for
CONDITIONAL = re.compile(
    r"^\s*\(?\s*(?:if|for|when|where|falls|wenn|für|fuer|otherwise|else|sonst|or|oder|not|nicht)\b", re.IGNORECASE
)
INLINE = re.compile(r",?\s*(?<![A-Za-z\\])(?P<word>if|for|when|where|falls|wenn|für|wo)(?![A-Za-z])", re.IGNORECASE)
BRACKETED = re.compile(r"\s*\((?P<inside>(?:if|for|when|falls|wenn|für)\s[^()]*)\)\s*$", re.IGNORECASE)
AND_FOR = re.compile(r",?\s+(?:and|und)\s+(?=[^,]{0,200}?\s(?:if|for|when|falls|wenn|für)\s)", re.IGNORECASE)
CASES = re.compile(r"cases\((?:[^()]|\([^()]*\)){0,400}\)")
_LEVEL = r"(?:[^()]|\([^()]{0,100}\)){1,100}?"
CHOICE = re.compile(  # (0 if z < 0 else 1/2)
    rf"(?<![A-Za-z])\((?P<choice>{_LEVEL}\s(?:if|falls|wenn)\s{_LEVEL}\s(?:else|sonst)\s{_LEVEL})\)", re.IGNORECASE
)
NESTED = 3
ELSE = re.compile(r"[,;]?\s*(?<![A-Za-z\\])(?:else|sonst|otherwise|ansonsten)(?![A-Za-z])\s*(?=[^\s)}])", re.IGNORECASE)


def without_lead(text: str) -> str:
    """The text without a label, a word of conclusion, a heading or a sentence in front of it."""
    while (
        (found := LEAD.match(text) or HEAD.match(text) or SENTENCE.match(text))
        and found.end()
        and text[found.end() :].strip()
    ):
        text = text[found.end() :]
    return text


def parts(text: str, related: re.Pattern[str], *, further: bool) -> Iterator[str]:
    """Statements between words of conclusion, the first with a relation; between other words each with one.

    ``further``: where, with, are such words too.
    """
    cuts: list[tuple[int, int]] = []
    for pattern in (CONCLUDING, BELONGING if further else BESIDE):
        for found in islice(pattern.finditer(text), MOST):
            before, after = text[: found.start()], text[found.end() :]
            first = related.search(before) or (pattern is CONCLUDING and UNEQUAL.search(before))
            both = first and (related.search(after) or (pattern is CONCLUDING and after.strip()))
            reason = pattern is not CONCLUDING and REASON.search(before) and not DERIVED.match(after)
            if both and not reason and not inside(before):
                cuts.append(found.span())
    places = [0, *(at for cut in sorted(cuts) for at in cut), len(text)]
    yield from (text[a:b].strip(" ,") for a, b in zip(places[::2], places[1::2], strict=True))


def inside(before: str) -> bool:
    """Whether a bracket is still open."""
    return any(before.count(a) > before.count(b) for a, b in (("(", ")"), ("[", "]"), ("{", "}")))


def without_comment(text: str) -> str:
    """The text without what is said after the formula; the same text where that may say something about values."""
    found = AFTER.search(text, max(0, len(text) - TAIL))
    if found is None or not found.start():
        return text
    if found["prose"] is not None and not is_harmless(found["prose"]):
        return text
    return text[: found.start()].rstrip(" ,")


def is_harmless(said: str) -> bool:
    """Whether words say nothing about a value: (chain rule), rounded to 3 digits, see above."""
    return len(said) <= TAIL and SAYS_NOTHING.fullmatch(said) is not None


def as_cases(text: str) -> str | None:
    """A formula with its conditions behind it, as cases(…); None where there are no conditions."""
    bare = re.sub(r"\\(?:text|mbox|textrm)\s*\{\s*([A-Za-zäöüß]+)\s*\}", r" \1 ", text)
    if r"\begin" in text or not INLINE.search(CASES.sub("", bare)):
        return None
    bare = AND_FOR.sub(", ", BRACKETED.sub(lambda m: f" {m['inside']}", bare))
    for _ in range(NESTED):
        bare = CHOICE.sub(lambda m: f"cases({_otherwise(INLINE.sub(_conditioned, m['choice']))})", bare)
    return f"cases({_otherwise(INLINE.sub(_conditioned, bare))})"


def _conditioned(found: re.Match[str]) -> str:
    """2 x, if z > 0 as 2 x if z > 0"""
    return " if" if found["word"].lower() in ("where", "wo") else f" {found['word']}"


def _otherwise(text: str) -> str:
    """… else 0 as …, 0 otherwise; of several the last.  … 0 else, which is said of the last case, stays."""
    *cases, last = ELSE.split(text)
    return f"{', '.join((*cases, last))} otherwise" if cases else text
