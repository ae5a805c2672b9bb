"""Text from people as TeX that prints exactly that text.

Every character of the input is either passed on because TeX prints it as it is, or replaced by a command that prints
it, or reported.  Nothing is left that TeX could take for a command, so no text can run one.
"""

from __future__ import annotations

import re
import unicodedata

from symprop.errors import UnsupportedError


class Tex(str):
    """Text that is TeX already.  Only this is printed by a template as it stands; every other string is escaped."""

    __slots__ = ()


SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}

# The fonts join these pairs (-- into a dash, ,, into a quotation mark); an empty group keeps them apart.
LIGATURES = re.compile(r"([-,'!?])(?=[-,'`])")

BLANKS = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")  # not the spaces that keep words together

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "φ": "varphi", "ϕ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi",
    "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip

MATHS = {
    "∂": "partial", "∇": "nabla", "∞": "infty", "∑": "sum", "∏": "prod", "∫": "int", "∈": "in", "∉": "notin",
    "≤": "le", "≥": "ge", "≠": "ne", "≈": "approx", "≡": "equiv", "∼": "sim", "∝": "propto", "±": "pm", "∓": "mp",
    "×": "times", "÷": "div", "·": "cdot", "⋅": "cdot", "⊙": "odot", "⊗": "otimes", "∘": "circ", "√": "surd",
    "→": "to", "←": "gets", "↔": "leftrightarrow", "⇒": "Rightarrow", "⇐": "Leftarrow", "⇔": "Leftrightarrow",
    "↦": "mapsto", "↑": "uparrow", "↓": "downarrow", "∀": "forall", "∃": "exists", "⊂": "subset", "⊆": "subseteq",
    "∪": "cup", "∩": "cap", "∅": "emptyset", "¬": "neg", "∧": "wedge", "∨": "vee", "⊤": "top", "⊥": "bot",
    "‖": "Vert", "∥": "parallel", "⟨": "langle", "⟩": "rangle", "ℓ": "ell", "∣": "mid", "⋯": "cdots", "′": "prime",
}  # fmt: skip

TEXT = {
    "–": "--", "—": "---", "‐": "-", "‑": "-", "−": r"\ensuremath{-}", "…": r"\dots{}", "‘": "`", "’": "'",
    "“": "``", "”": "''", "„": r"\quotedblbase{}", "‚": r"\quotesinglbase{}", "«": r"\guillemotleft{}",
    "»": r"\guillemotright{}", "‹": r"\guilsinglleft{}", "›": r"\guilsinglright{}", "¡": r"\textexclamdown{}",
    "¿": r"\textquestiondown{}", "§": r"\S{}", "¶": r"\P{}", "©": r"\copyright{}", "®": r"\textregistered{}",
    "™": r"\texttrademark{}", "°": r"\textdegree{}", "€": r"\texteuro{}", "£": r"\pounds{}", "¢": r"\textcent{}",
    "¥": r"\textyen{}", "•": r"\textbullet{}", "†": r"\dag{}", "‡": r"\ddag{}", "‰": r"\textperthousand{}",
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}", "Ø": r"\O{}",
    "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "ȷ": r"\j{}", "đ": r"\dj{}", "Đ": r"\DJ{}", "ð": r"\dh{}",
    "Ð": r"\DH{}", "þ": r"\th{}", "Þ": r"\TH{}", "ŋ": r"\ng{}", "Ŋ": r"\NG{}", "µ": r"\ensuremath{\mu}",
    "ª": r"\textordfeminine{}", "º": r"\textordmasculine{}", "´": r"\textasciiacute{}", "¨": r"\textasciidieresis{}",
    "¯": r"\textasciimacron{}", "¸": r"\c{}", "¦": r"\textbrokenbar{}", "\u00a0": "~", "\u202f": r"\,",
    "\u2009": r"\,", "\u200a": r"\,", "\u2003": r"\quad{}", "\u2002": r"\enspace{}",
    "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u00ad": r"\-", "′": r"\ensuremath{'}",
    "″": r"\ensuremath{''}", "⁺": r"\textsuperscript{+}", "⁻": r"\ensuremath{^{-}}", "⁽": r"\textsuperscript{(}",
    "⁾": r"\textsuperscript{)}", "ⁿ": r"\textsuperscript{n}", "ⁱ": r"\textsuperscript{i}", "ᵀ": r"\textsuperscript{T}",
    "⊺": r"\textsuperscript{T}", "ℝ": r"\textbf{R}", "ℕ": r"\textbf{N}", "ℤ": r"\textbf{Z}",
    "✓": r"\ensuremath{\surd}", "½": r"\ensuremath{\tfrac12}", "¼": r"\ensuremath{\tfrac14}",
    "¾": r"\ensuremath{\tfrac34}", "⅓": r"\ensuremath{\tfrac13}", "⅔": r"\ensuremath{\tfrac23}",
    "⅛": r"\ensuremath{\tfrac18}",
}  # fmt: skip

ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k",
    "\u0331": "b",
}  # fmt: skip

MATHS_ACCENTS = {
    "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot", "\u0308": "ddot",
    "\u20d7": "vec", "\u0301": "acute", "\u0300": "grave", "\u030c": "check", "\u0306": "breve",
}  # fmt: skip

# For bookmarks and the PDF's own title, which are plain text.
PLAIN = {"–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "·": "*", "≈": "~",
         "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D"}  # fmt: skip


def escape(text: str, where: str = "text") -> Tex:
    """The text as TeX.  White space is one space; characters that no font of the page has are an UnsupportedError."""
    out: list[str] = []
    missing: dict[str, None] = {}
    for cluster in _clusters(LIGATURES.sub("\\1\0", BLANKS.sub(" ", text).strip(" "))):
        tex = "{}" if cluster == "\0" else _character(cluster)
        if tex is None:
            missing[cluster] = None
        else:
            out.append(tex)
    if missing:
        shown = ", ".join(f"{c!r} ({' '.join(f'U+{ord(x):04X}' for x in c)})" for c in missing)
        raise UnsupportedError(f"{where}: the page has no type for {shown}: please write it in Latin or Greek letters")
    body = "".join(out)
    lead = " " if BLANKS.match(text) and body else ""
    return Tex(lead + body + (" " if text and BLANKS.match(text[-1]) else ""))


def escape_code(line: str, where: str = "program") -> Tex:
    """One line of a listing: spaces stay (and may end a line that is too long), quotes are straight, no ligatures."""
    out = []
    for cluster in _clusters(line.expandtabs(4).rstrip()):
        if cluster == " ":
            out.append("\\ ")
        elif cluster == "'":
            out.append(r"\textquotesingle{}")
        elif cluster in "-,!?":
            out.append(cluster + "{}")
        else:
            out.append(escape(cluster, where))
    return Tex("".join(out))


def plain(text: str) -> Tex:
    """The text for a bookmark or the title of the PDF, in ASCII: letters of PDF's own encoding by their commands (which
    hyperref knows), other characters by the nearest plain ones."""
    out, letters = list[str](), list[str]()
    for character in unicodedata.normalize("NFC", " ".join(text.split())):
        if character in PLAIN:
            out.append(PLAIN[character])
        elif character in GREEK:
            out.append(GREEK[character].removeprefix("var"))
        elif character in MATHS:
            out.append(MATHS[character])
        elif character.isalpha() and "\u00c0" <= character <= "\u00ff" and (tex := _character(character)):
            letters.append(tex)
            out.append("\0")
        else:
            base = unicodedata.normalize("NFKD", character)[0]
            out.append(base if " " <= base <= "~" else "?")
    safe = {"\\": "/", "{": "(", "}": ")", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "^": r"\string^",
            "~": r"\string~"}  # fmt: skip
    commands = iter(letters)
    return Tex("".join(next(commands) if c == "\0" else safe.get(c, c) for c in "".join(out)))


def comment(text: str) -> Tex:
    """The text for a TeX comment: one line, printable ASCII."""
    return Tex("".join(c if " " <= c <= "~" else "?" for c in text))


def _clusters(text: str) -> list[str]:
    """Characters with their combining accents."""
    out: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if out and unicodedata.combining(character):
            out[-1] += character
        else:
            out.append(character)
    return out


def _character(cluster: str) -> str | None:
    """TeX for one character with its accents, None if there is none."""
    if cluster in SPECIAL:
        return SPECIAL[cluster]
    if len(cluster) == 1 and " " <= cluster <= "~":
        return cluster
    if cluster in TEXT:
        return TEXT[cluster]
    if cluster in GREEK:
        return rf"\ensuremath{{\{GREEK[cluster]}}}"
    if cluster in MATHS:
        return rf"\ensuremath{{\{MATHS[cluster]}}}"
    decomposed = unicodedata.normalize("NFD", cluster)
    if len(decomposed) > 1:
        return _accented(decomposed)
    kind, compatible = unicodedata.decomposition(cluster).partition(" ")[::2]
    if kind in ("<super>", "<sub>", "<font>", "<compat>", "<wide>") and compatible:
        inner = [_character(chr(int(code, 16))) for code in compatible.split()]
        if None in inner:
            return None
        body = "".join(str(part) for part in inner)
        return {"<super>": rf"\textsuperscript{{{body}}}", "<sub>": rf"\textsubscript{{{body}}}"}.get(kind, body)
    return None


def _accented(decomposed: str) -> str | None:
    base, accents = decomposed[0], decomposed[1:]
    if base in GREEK:
        body = rf"\{GREEK[base]}"
        for accent in accents:
            if accent not in MATHS_ACCENTS:
                return None
            body = rf"\{MATHS_ACCENTS[accent]}{{{body}}}"
        return rf"\ensuremath{{{body}}}"
    if not (base.isascii() and base.isalpha()):
        return None
    if all(accent in ACCENTS for accent in accents):
        body = base
        for accent in accents:
            dotless = {"i": r"\i", "j": r"\j"}.get(body, body) if accent not in "\u0323\u0327\u0328\u0331" else body
            body = rf"\{ACCENTS[accent]}{{{dotless}}}"
        return body
    if all(accent in MATHS_ACCENTS for accent in accents):
        body = base
        for accent in accents:
            body = rf"\{MATHS_ACCENTS[accent]}{{{body}}}"
        return rf"\ensuremath{{{body}}}"
    return None
