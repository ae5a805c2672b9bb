"""The look-up tables of one vocabulary, made once: which names exist, under which spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from symprop.names import KNOWN_FUNCTIONS, FunctionDef, Vocabulary
from symprop.reader.commands import ACCENTS, GREEK
from symprop.written import Name

_SYMBOL = re.compile(rf"({'|'.join(sorted(GREEK, key=len, reverse=True))}|.)({'|'.join(ACCENTS)})?([0-9]*)")
_WORD = re.compile(r"([^\W0-9_]+)([0-9]*)")
MOST_WORDS = 1000  # unknown ones that are remembered
MOST_TOLD = 4  # names in a hint
_FOLDED_AWAY = str.maketrans("", "", "_{} ")


@lru_cache(maxsize=4096)
def parts(run: str) -> tuple[str, str, str, bool]:
    """Base, accent, trailing digits of a run, and whether it is a symbol (one Latin or Greek letter): yhat2."""
    found = _SYMBOL.fullmatch(run)
    if found and not run[0].isdigit():
        return found[1], found[2] or "", found[3], True
    found = _WORD.fullmatch(run)
    return (found[1], "", found[2], False) if found else (run, "", "", False)


@lru_cache(maxsize=4096)
def fold(script: str) -> str:
    """Spellings of one script compare equal: h_1^{2} and h_1^2, 4,6 and 46, i,j and ij; but not 12,3 and 123."""
    if script.isalnum():
        return script
    script = script.translate(_FOLDED_AWAY)
    if "," in script:
        pieces = script.split(",")
        if all(len(piece) == 1 for piece in pieces):
            return "".join(pieces)
    return script


class Head:
    """All declared names with one base and accent, by folded subscript, folded superscript and primes."""

    __slots__ = ("brackets", "forms", "longest", "subs", "supers")

    def __init__(self) -> None:
        self.forms: dict[tuple[str, str, int], Name] = {}
        self.subs: set[str] = set()
        self.longest = 0
        self.supers = False
        self.brackets = False  # some superscript is a bracketed index: h^{(2)}, W^{[1]}

    def add(self, name: Name) -> None:
        sub, sup = fold(name.sub), fold(name.sup)
        self.forms[sub, sup, name.primes] = name
        self.subs.add(sub)
        self.longest = max(self.longest, len(sub))
        self.supers = self.supers or bool(sup)
        self.brackets = self.brackets or sup[:1] in ("(", "[")


class Index:
    """A vocabulary, prepared for the reader."""

    __slots__ = ("functions", "heads", "indices", "known_splits", "meant", "primed", "runs", "tails", "vocabulary")

    def __init__(self, vocabulary: Vocabulary):
        self.vocabulary = vocabulary
        self.heads: dict[tuple[str, str], Head] = {}
        self.functions: dict[tuple[str, str, str, str], FunctionDef] = {}
        self.primed: set[Name] = set()
        self.known_splits: dict[tuple[str, bool], tuple[str, ...]] = {}  # of runs that were split before
        self.meant: dict[tuple[str, bool], str] = {}  # of words that were unknown before
        self.runs: dict[str, Name] = {}  # whole names as a run: x1, yhat, uv
        self.tails: set[str] = set()  # runs that become a name with scripts: w (of w_46)
        self.indices = frozenset(name.base for name in vocabulary.indices)
        for name in vocabulary.quantities:
            self._declare(name)
        for name in vocabulary.indices:
            self._declare(name)
        for name in vocabulary.derivatives:
            self.primed.add(name)
        for name, function in vocabulary.functions.items():
            self.functions[name.base, name.accent, fold(name.sub), fold(name.sup)] = function
            self.tails.add(name.base + name.accent)

    def _declare(self, name: Name) -> None:
        head = self.heads.get((name.base, name.accent))
        if head is None:
            head = self.heads[name.base, name.accent] = Head()
        head.add(name)
        run = name.base + name.accent
        self.tails.add(run)
        if not name.sup and not name.primes:
            if not name.sub:
                self.runs[run] = name
            elif name.sub.isdigit():
                self.runs[run + name.sub] = name

    def quantity(self, base: str, accent: str = "", sub: str = "", sup: str = "", primes: int = 0) -> Name | None:
        """The declared quantity with this spelling."""
        head = self.heads.get((base, accent))
        return head.forms.get((fold(sub), fold(sup), primes)) if head else None

    def has_entry(self, head: Head, sub: str, scope: set[str]) -> bool:
        """Rule 11: whether index letters and digits make an entry of a family: w_46 where w_ij is declared."""
        if not all(sign.isdigit() or sign in self.indices or sign in scope for sign in sub):
            return False
        signs = {len(known) for known in head.subs if known and any(s in self.indices or s in scope for s in known)}
        return len(sub) in signs or (1 in signs and sub.isdigit())

    def splits(self, run: str, last: Callable[[str], bool]) -> list[tuple[str, ...]]:
        """Complete splits of a run into declared names, longest first; ``last`` says what else may come last."""
        found: list[tuple[str, ...]] = []
        dead: set[int] = set()

        def extend(at: int, pieces: tuple[str, ...]) -> bool:
            if at == len(run):
                found.append(pieces)
                return True
            if at in dead or len(found) >= 6:
                return False
            success = False
            for end in range(len(run), at, -1):
                piece = run[at:end]
                if piece in self.runs or (end == len(run) and last(piece)):
                    success = extend(end, (*pieces, piece)) or success
            if not success:
                dead.add(at)
            return success

        extend(0, ())
        return found

    def nearest(self, word: str, *, functions: bool = False) -> str:
        """The declared name (or ``functions``: one that every exercise knows) that was probably meant, or ''."""
        key = word, functions
        if key not in self.meant:
            if len(self.meant) >= MOST_WORDS:
                self.meant.clear()
            self.meant[key] = self._nearest(word, KNOWN_FUNCTIONS if functions else ())
        return self.meant[key]

    def of_this_letter(self, word: str) -> str:
        """The hint that tells the declared names of one letter: E_total for E."""
        names = sorted(f"`{q.text}`" for q in self.vocabulary.quantities if q.base + q.accent == word)
        listed = ", ".join(names[:MOST_TOLD]) + (", …" if len(names) > MOST_TOLD else "")
        return f"did you mean {listed}?" if len(names) == 1 else f"there are {listed}" if names else ""

    def _nearest(self, word: str, more: Iterable[str]) -> str:
        first, length = word[:1].lower(), len(word)
        candidates = list(more)
        for name in (*self.vocabulary.quantities, *self.vocabulary.functions):
            if len(candidates) > 60:
                break
            text = name.text
            if abs(len(text) - length) <= 3 and (text[0].lower() == first or len(candidates) < 20):
                candidates.append(text)
        matcher, best, ratio = SequenceMatcher(autojunk=False), "", 0.6
        matcher.set_seq2(word.lower())
        for text in sorted(set(candidates)):
            matcher.set_seq1(text.lower())
            if text != word and matcher.real_quick_ratio() > ratio and matcher.quick_ratio() > ratio:
                score = matcher.ratio()
                if score > ratio:
                    best, ratio = text, score
        return best


def index_of(vocabulary: Vocabulary) -> Index:
    """The look-up tables of a vocabulary, made at its first use and kept with it."""
    prepared = vocabulary.prepared
    if prepared is None:
        prepared = Index(vocabulary)
        object.__setattr__(vocabulary, "prepared", prepared)
    assert isinstance(prepared, Index)
    return prepared
