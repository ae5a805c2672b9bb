"""How wide a formula is, before TeX sets it:  Σ widths of its glyphs, in millimetres.

The glyph widths are those of Latin Modern at 11 pt (em fractions of the font's own tables); scripts are 0.73 of the
size, a fraction is as wide as its wider half.  The estimate is meant to be a few per cent too large, never too small:
a line that is broken too early is harmless, one that runs off the page is not.
"""

from __future__ import annotations

import re
from functools import lru_cache

EM = 10.95 * 0.3515  # millimetres
SCRIPT = 0.73
MARGIN = 1.03

LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (53, 43, 43, 52, 47, 55, 48, 58, 35, 41, 52, 30, 88, 60, 49, 50, 45, 45, 47, 36, 57, 49, 72, 57, 49, 47),
        strict=True,
    )
) | dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (75, 76, 72, 83, 76, 70, 79, 87, 48, 60, 88, 68, 105, 86, 76, 72, 79, 76, 65, 67, 74, 72, 102, 85, 72, 73),
        strict=True,
    )
)
OTHER = {".": 28, ",": 45, ";": 45, ":": 60, "!": 28, "'": 30, "|": 28, "/": 50, "(": 39, ")": 39, "[": 28, "]": 28}
OPERATORS = {"+": 122, "-": 122, "=": 134, "<": 134, ">": 134, "*": 95}
COMMANDS = {
    "cdot": 72, "times": 122, "pm": 122, "odot": 122, "div": 122, "ast": 95, "circ": 95,
    "approx": 134, "gets": 156, "leftarrow": 156, "to": 156, "rightarrow": 156, "le": 134, "leq": 134, "ge": 134,
    "geq": 134, "ne": 134, "neq": 134, "lt": 134, "gt": 134, "in": 123, "mid": 84,
    ",": 17, ":": 23, ";": 28, " ": 33, "!": -17, "quad": 100, "qquad": 200, "enspace": 50,
    "{": 50, "}": 50, "lvert": 28, "rvert": 28, "vert": 28, "lVert": 50, "rVert": 50, "Vert": 50,
    "langle": 39, "rangle": 39, "partial": 57, "nabla": 83, "infty": 100, "ell": 42, "sum": 161, "prod": 145,
    "sigma": 57, "delta": 45, "alpha": 64, "beta": 57, "gamma": 52, "epsilon": 41, "varepsilon": 47, "zeta": 45,
    "eta": 51, "theta": 47, "kappa": 58, "lambda": 58, "mu": 60, "nu": 50, "xi": 45, "pi": 58, "rho": 52, "tau": 51,
    "phi": 60, "varphi": 65, "chi": 63, "psi": 65, "omega": 62, "iota": 36, "upsilon": 55, "cdots": 122, "dots": 122,
    "ldots": 122, "vdots": 28, "prime": 28,
    "ln": 84, "log": 128, "exp": 151, "sin": 123, "cos": 134, "tan": 140, "tanh": 195, "sinh": 180, "cosh": 190,
    "max": 190, "min": 167, "relu": 250, "ReLU": 250, "sign": 190, "Div": 155,
}  # fmt: skip
NOTHING = {
    "displaystyle", "textstyle", "left", "right", "limits", "nolimits", "mathstrut", "strut", "mathopen", "mathclose",
    "mathbin", "mathrel", "mathord", "boldmath", "normalfont", "nobreak",
}  # fmt: skip
BIG = {"big": 1.18, "bigl": 1.18, "bigr": 1.18, "Big": 1.6, "Bigl": 1.6, "Bigr": 1.6, "bigg": 2, "biggl": 2,
       "biggr": 2, "Bigg": 2.1, "Biggl": 2.1, "Biggr": 2.1}  # fmt: skip
FRACTIONS = {"frac": 1.0, "dfrac": 1.0, "tfrac": SCRIPT, "cfrac": 1.0}
UPRIGHT = {"mathrm", "text", "textrm", "operatorname", "mathbf", "boldsymbol", "bm", "textbf", "mathit", "mathsf"}
SIGN = 0.78  # of a number, without the room around an operator
BEFORE_A_SIGN = frozenset(("(", "[", "{", "=", "<", ">", "|", ",", r"\cdot", r"\approx", r"\times", r"\gets", r"\pos"))
SINGLE = {  # tokens of one width wherever they stand
    token: width / 100
    for table in (LETTERS, OTHER, {k: w for k, w in OPERATORS.items() if k not in "+-"},
                  {"\\" + name: w for name, w in COMMANDS.items()}, dict.fromkeys("0123456789", 50))
    for token, width in table.items()
}  # fmt: skip
MEASURED, MOST = dict(SINGLE), 1 << 16  # these, and wholes that were measured before
STRUCTURE = {"\\\\": 0.0, "&": 1.0, "\\begin": 1.0, "\\end": 0.5}
TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[\^_]\{[^{}]*\}|\S", re.DOTALL)  # a script without groups of its own is one
GROUP = r"\{(?:[^{}\\]|\\.|\{[^{}]*\})*\}"
WHOLE = re.compile(  # a letter or a command with all that belongs to it, measured once: w_{12}^{(2)}, \pd{L}{z_{1}}
    rf"(?:\\[A-Za-z]+|[A-Za-z])(?:[\^_]?{GROUP}|[\^_][A-Za-z0-9])+(?![\^_{{])|{TOKEN.pattern}", re.DOTALL
)


def millimetres(tex: str) -> float:
    """The width of a formula in display style, rounded up a little."""
    return _em(tex) * EM * MARGIN


@lru_cache(maxsize=1 << 16)
def _em(tex: str) -> float:
    tokens = WHOLE.findall(tex)
    return _Measure(tokens if len(tokens) > 1 else TOKEN.findall(tex)).row()


class _Measure:
    """A walk over the tokens; widths in em."""

    def __init__(self, tokens: list[str]):
        self.tokens, self.at = tokens, 0

    def row(self, closing: str = "") -> float:
        widest = total = 0.0
        tokens, end = self.tokens, len(self.tokens)
        while self.at < end:
            token = tokens[self.at]
            width = MEASURED.get(token)
            if width is not None:
                total += width
                self.at += 1
                continue
            if token == closing:
                self.at += 1
                break
            if token not in STRUCTURE:
                total += self.one()
                continue
            self.at += 1
            if token == "\\\\":
                widest, total = max(widest, total), 0.0
                continue
            if token != "&":
                self.group_text()
            total += STRUCTURE[token]
        return max(widest, total)

    def one(self, scale: float = 1.0) -> float:
        """The width of the next token with its arguments."""
        token = self.tokens[self.at]
        self.at += 1
        width = MEASURED.get(token)
        if width is not None:
            return scale * width
        if token == "{":
            return scale * self.row("}")
        if len(token) > 2 and token[-1] != "*" and token[0] not in "^_" and not token[1:].isalpha():  # a whole
            width = _em(token)
            if len(MEASURED) < MOST:
                MEASURED[token] = width
            return scale * width
        if token[0] in "^_":
            width = self.script(token)
            following = self.tokens[self.at] if self.at < len(self.tokens) else token
            if following[0] in "^_" and following[0] != token[0]:
                self.at += 1  # a superscript over a subscript takes the room of the wider one
                width = max(width, self.script(following))
            return scale * width + 0.06
        if token[0] == "\\":
            return scale * self.command(token[1:].rstrip("*") or "*")
        if token in "+-" and (self.at < 2 or self.tokens[self.at - 2] in BEFORE_A_SIGN):
            return scale * SIGN
        return scale * (OPERATORS[token] / 100 if token in OPERATORS else 0.5)

    def script(self, token: str) -> float:
        return SCRIPT * (_em(token[2:-1]) if len(token) > 1 else self.argument())

    def command(self, name: str) -> float:
        if name in BIG:
            return BIG[name] * self.one() if self.at < len(self.tokens) else 0.0
        if name in ("left", "right"):
            token = self.tokens[self.at] if self.at < len(self.tokens) else "."
            width = self.one() if self.at < len(self.tokens) else 0.0
            return 0.12 if token == "." else 1.75 * width + (0.17 if name == "left" else 0.0)
        if name == "squeeze":
            width = float(self.group_text().removesuffix("mm"))
            self.argument()
            return width / EM / MARGIN
        if name in FRACTIONS:
            return FRACTIONS[name] * max(self.argument(), self.argument()) + 0.25
        if name in ("pd", "tpd"):
            above, below = self.argument(), self.argument()
            return max(above, below) + 0.6 + 0.25 if name == "pd" else above + below + 1.7
        if name == "sqrt":
            return 0.85 + self.argument()
        if name in UPRIGHT:
            return 1.06 * self.argument()
        if name in NOTHING:
            return 0.0
        if name[:1].isupper():
            return 0.8
        return 0.05 if name in ACCENTED else 0.6

    def argument(self) -> float:
        return self.one() if self.at < len(self.tokens) else 0.0

    def group_text(self) -> str:
        out = []
        if self.at < len(self.tokens) and self.tokens[self.at] == "{":
            self.at += 1
            while self.at < len(self.tokens) and self.tokens[self.at] != "}":
                out.append(self.tokens[self.at])
                self.at += 1
            self.at += 1
        return "".join(out)


ACCENTED = {"hat", "bar", "tilde", "dot", "vec", "widehat", "widetilde", "overline", "ddot", "acute", "check"}
