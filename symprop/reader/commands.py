"""What TeX commands and unicode characters mean: tables only.

A token is a kind and a value; these tables say which.  ``skip`` is left out, ``later`` is understood and not there yet.
"""

from __future__ import annotations

from unicodedata import normalize

GREEK_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
    "phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()
GREEK = frozenset(GREEK_LETTERS) | {"ell"}

_LOWER = "αβγδεζηθικλμνξοπρστυφχψω"
GREEK_CHARACTERS = dict(zip(_LOWER, GREEK_LETTERS[:24], strict=True))
GREEK_CHARACTERS |= dict(zip("ΓΔΘΛΞΠΣΥΦΨΩ", GREEK_LETTERS[24:], strict=True))
GREEK_CHARACTERS |= {"ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ϱ": "rho", "ς": "sigma", "µ": "mu", "ℓ": "ell"}
GREEK_CHARACTERS |= {"ϖ": "pi", "ϰ": "kappa", "Ω": "Omega", "∆": "Delta"}

ACCENTS = ("hat", "bar", "tilde", "dot")
COMBINING = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot"}

RELATION_SPELLINGS = {
    "=": "=", "==": "=", ":=": "=", "≔": "=", "≈": "≈", "~=": "≈", "←": "←", "<-": "←", "<": "<", ">": ">",
    "<=": "≤", ">=": "≥", "≤": "≤", "≥": "≥", "⩽": "≤", "⩾": "≥", "!=": "≠", "≠": "≠", "≃": "≈",
}  # fmt: skip

_TEXT_FONTS = "mathrm operatorname operatorname* text textrm textnormal textup textsf mbox rm mathop"
_MATH_FONTS = (
    "mathbf mathit mathsf mathtt mathcal mathbb boldsymbol bm mathscr mathfrak mathnormal vec textbf textit "
    "symbf pmb ensuremath overrightarrow"
)
_IGNORED = (
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle textstyle "
    "scriptstyle limits nolimits quad qquad nonumber notag thinspace medspace thickspace enspace enskip mathstrut "
    "strut , ; : ! > allowbreak relax"
)
_RELATIONS = {
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "leqslant": "≤", "geqslant": "≥", "neq": "≠", "ne": "≠", "lt": "<",
    "gt": ">", "approx": "≈", "simeq": "≈", "leftarrow": "←", "gets": "←", "coloneqq": "=", "coloneq": "=", "eq": "=",
}  # fmt: skip

LATER = {
    "odot": "elementwise products (⊙)", "circ": "elementwise products (∘)", "otimes": "outer products (⊗)",
    "top": "transposes", "intercal": "transposes", "|": "norms", "Vert": "norms", "lVert": "norms", "rVert": "norms",
    "in": "index sets (∈)", "ldots": "dots (…)", "cdots": "dots (…)", "dots": "dots (…)", "vdots": "dots (…)",
    "pm": "the sign ±", "mp": "the sign ∓", "int": "integrals", "lim": "limits", "oplus": "the sign ⊕",
    "argmax": "argmax", "argmin": "argmin", "sup": "suprema", "inf": "infima", "det": "determinants",
    "binom": "binomials", "lfloor": "rounding brackets", "lceil": "rounding brackets",
}  # fmt: skip

ARRAY_SIGNS = {  # what the reader of arrays makes of them
    "elementwise products (⊙)": "⊙",
    "elementwise products (∘)": "⊙",
    "outer products (⊗)": "⊗",
    "matrix products (@)": "@",
    "transposes": "⊤",
    "norms": "‖",
}

LATER_HINT = "they come with the vector capability"
HINTS = {"outer products (⊗)": "write δ x^T for an outer product, δ ⊙ x for a product entry by entry"}  # instead of it

COMMANDS: dict[str, tuple[str, str]] = {}
COMMANDS |= {word: ("run", word) for word in GREEK_LETTERS}
COMMANDS |= {"var" + word: ("run", word) for word in ("epsilon", "theta", "phi", "rho", "sigma", "pi", "kappa")}
COMMANDS |= {"differentialD": ("run", "d"), "exponentialE": ("run", "e"), "mleft": ("skip", ""), "mright": ("skip", "")}
COMMANDS |= {"lparen": ("(", "("), "rparen": (")", ")")}
COMMANDS |= {"ell": ("run", "ell"), "infty": ("run", "oo"), "imath": ("run", "i"), "jmath": ("run", "j")}
COMMANDS |= {word: ("skip", "") for word in _IGNORED.split()}
COMMANDS |= {space: ("skip", "") for space in " \n\t"}
COMMANDS |= {word: ("text", word) for word in _TEXT_FONTS.split()}
COMMANDS |= {word: ("font", word) for word in _MATH_FONTS.split()}
COMMANDS |= {word: ("accent", word) for word in ACCENTS}
COMMANDS |= {"widehat": ("accent", "hat"), "widetilde": ("accent", "tilde"), "overline": ("accent", "bar")}
COMMANDS |= {word: ("rel", sign) for word, sign in _RELATIONS.items()}
COMMANDS |= {word: ("word", word) for word in "ln log exp sin cos tan tanh sinh cosh sech max min".split()}
COMMANDS |= {word: ("word", "and") for word in ("land", "wedge")}
COMMANDS |= {"abs": ("word", "abs"), "sgn": ("word", "sign"), "Pr": ("word", "Pr")}
COMMANDS |= {"frac": ("frac", ""), "dfrac": ("frac", ""), "tfrac": ("frac", ""), "cfrac": ("frac", "")}
COMMANDS |= {"sqrt": ("sqrt", ""), "sum": ("big", "sum"), "prod": ("big", "prod")}
COMMANDS |= {"cdot": ("*", "·"), "times": ("*", "×"), "ast": ("*", "*"), "div": ("/", "÷"), "slash": ("/", "/")}
COMMANDS |= {"partial": ("partial", ""), "nabla": ("nabla", ""), "prime": ("'", "'")}
COMMANDS |= {"{": ("(", r"\{"), "}": (")", r"\}"), "lbrace": ("(", r"\{"), "rbrace": (")", r"\}")}
COMMANDS |= {"langle": ("<", r"\langle"), "rangle": (">", r"\rangle"), "lbrack": ("[", "["), "rbrack": ("]", "]")}
COMMANDS |= {word: ("|", "|") for word in ["lvert", "rvert", "vert", "mid"]}
COMMANDS |= {word: ("later", what) for word, what in LATER.items()}

# One character for another that looks and means the same: keyboards of phones, word processors, input methods.  Each is
# one for one, so that every place stays where it is.
LOOK_ALIKES = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # ！ … ～
LOOK_ALIKES |= {
    code: letter
    for code in range(0x1D400, 0x1D800)  # 𝑤, 𝐷, 𝜎
    if len(letter := normalize("NFKC", chr(code))) == 1 and letter.isalnum() and chr(code) not in "𝟙𝟏"
}
LOOK_ALIKES |= {ord(c): "-" for c in "‐‑‒—―﹣➖"} | {ord(c): "+" for c in "﹢➕"} | {ord(c): "*" for c in "⁎﹡✱"}
LOOK_ALIKES |= {ord(c): "×" for c in "✕✖⨯⨉"} | {ord(c): "·" for c in "‧ꞏ・･●"} | {ord(c): "÷" for c in "➗"}
LOOK_ALIKES |= {ord(c): "'" for c in "´ʹʼ‘‛ˈ"} | {ord(c): "^" for c in "ˆ⌃"} | {ord(c): "←" for c in "⟵"}
LOOK_ALIKES |= {ord(c): "=" for c in "≡≜≙"}
LOOK_ALIKES |= {ord(c): " " for c in "\u2061\u2062\u00ad"}  # a function is applied; a product; a break of words

CHARACTERS: dict[str, tuple[str, str]] = {
    "−": ("-", "-"), "–": ("-", "-"), "·": ("*", "·"), "⋅": ("*", "·"), "∙": ("*", "·"), "•": ("*", "·"),
    "∗": ("*", "*"), "×": ("*", "×"), "÷": ("/", "÷"), "∕": ("/", "/"), "⁄": ("/", "/"), "√": ("sqrt", ""),
    "∂": ("partial", ""), "∇": ("nabla", ""), "∞": ("run", "oo"), "∑": ("big", "sum"), "∏": ("big", "prod"),
    "′": ("'", "'"), "’": ("'", "'"), "⟨": ("<", "⟨"), "⟩": (">", "⟩"), "〈": ("<", "⟨"), "〉": (">", "⟩"),
    "∣": ("|", "|"), "⊙": ("later", "elementwise products (⊙)"), "∘": ("later", "elementwise products (∘)"),
    "⊗": ("later", "outer products (⊗)"), "@": ("later", "matrix products (@)"), "‖": ("later", "norms"),
    "∥": ("later", "norms"), "⊤": ("later", "transposes"), "ᵀ": ("later", "transposes"),
    "∧": ("word", "and"), "∈": ("later", "index sets (∈)"), "…": ("later", "dots (…)"), "±": ("later", "the sign ±"),
    "∫": ("later", "integrals"), "𝟙": ("word", "1"), "𝟏": ("word", "1"),
}  # fmt: skip

SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋₍₎", "0123456789aehijklmnoprstuvx+-()", strict=True))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁱⁿ⁺⁻⁽⁾", "0123456789in+-()", strict=True))
VULGAR = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
          "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅐": (1, 7),
          "⅑": (1, 9), "⅒": (1, 10)}  # fmt: skip

ENVIRONMENTS = {"cases": "cases", "dcases": "cases", "rcases": "cases"}
ENVIRONMENTS |= {word: "matrix" for word in ("pmatrix", "bmatrix", "matrix", "Bmatrix", "smallmatrix")}

# Plain words that open a condition of a formula by cases, or say that nothing else held.
CONDITION_WORDS = frozenset({"if", "for", "when", "whenever", "where", "falls", "wenn", "für", "fuer", "si"})
OTHERWISE_WORDS = frozenset({"otherwise", "else", "sonst", "ansonsten", "andernfalls"})
AND_WORDS = frozenset({"and", "und"})
CASE_WORDS = CONDITION_WORDS | OTHERWISE_WORDS | AND_WORDS
