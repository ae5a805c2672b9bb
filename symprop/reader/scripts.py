"""A name with its scripts: which `_`, `^`, `'` after a run belong to it (rules 2, 4, 5, 6 and 11 of the format)."""

from __future__ import annotations

import re

from symprop.reader.commands import ACCENTS
from symprop.reader.cursor import Cursor
from symprop.reader.lookup import Head, fold
from symprop.written import Name

_LETTERS_DIGITS = re.compile(r"[A-Za-z]+[0-9]*|[0-9]+")
_SCRIPT_SIGNS = frozenset("+-,()[]'=")
_NOTHING = Head()
_LONGEST_LABEL = 40  # tokens; so that nested powers are not read again and again


class Scripts(Cursor):
    """Reads one name at a given base; the token after it is returned, nothing is consumed."""

    def script_text(self, start: int, end: int) -> str | None:
        """The tokens of a script as canonical text, or None if they are no label: h_{1}^{2} → h_1^2, {4,6} → 46."""
        out = ""
        at = start
        while at < end:
            kind, value = self.k[at], self.v[at]
            if kind in ("run", "word") or (kind == "num" and value.isdigit()):
                out += value
            elif kind in _SCRIPT_SIGNS:
                out += kind
            elif kind in ("_", "^"):
                if not out:
                    return None
                inner_end = self.match.get(at + 1, at + 1)
                if self.k[at + 1] == "{":
                    inner = self.script_text(at + 2, inner_end)
                elif self.k[at + 1] in ("(", "["):
                    inner = self.script_text(at + 1, inner_end + 1)
                else:
                    inner = self.script_text(at + 1, at + 2)
                if not inner or inner_end >= end:
                    return None
                out += kind + (inner if inner.isalnum() or inner[0] in "([" else "{" + inner + "}")
                at = inner_end
            elif kind == "accent":
                inner_end = self.match.get(at + 1, at + 1)
                begin = at + 2 if inner_end > at + 1 else at + 1
                inner = self.script_text(begin, max(inner_end, begin + 1))
                if not inner or not inner.isalnum() or inner_end >= end:
                    return None
                out += inner + value
                at = inner_end
            elif kind == "{":
                inner = self.script_text(at + 1, self.match[at])
                if inner is None:
                    return None
                out += inner
                at = self.match[at]
            else:
                return None
            at += 1
        return fold(out) if "," in out else out

    def label(self, at: int) -> tuple[str, int]:
        """The text of the superscript at `^`, if it can be a label, and the token after it; '' if it cannot."""
        kind = self.k[at + 1]
        if kind in ("run", "word") or (kind == "num" and self.v[at + 1].isdigit()):
            return self.v[at + 1], at + 2
        if kind in ("{", "(", "["):
            end = self.match[at + 1]
            if end > at + _LONGEST_LABEL:
                return "", at
            text = self.script_text(at + 2, end) if kind == "{" else self.script_text(at + 1, end + 1)
            return text or "", end + 1
        return "", at

    def subscript(self, at: int, base: str, accent: str, head: Head) -> tuple[str, int, str, bool]:
        """At `_`: its text, the token after it, what is left of a run, and whether it stood in braces."""
        kind, value = self.k[at + 1], self.v[at + 1]
        if kind == "{":
            end = self.match[at + 1]
            text = self.script_text(at + 2, end)
            if not text:
                raise self.error(f"`{base}_` has no readable subscript", "letters, digits, commas", at=at + 1)
            return text, end + 1, "", True
        if kind == "word" or (kind == "num" and value.isdigit()):
            return value, at + 2, "", kind == "word"
        if kind == "accent":
            inner, after = self.label(at + 1)
            if inner:
                return inner + value, after, "", True
        if kind != "run":
            raise self.error(f"expected a subscript after `{base}_`, found {self.found(at + 1)}", at=at + 1)
        if value in head.subs or (head.longest and self.index.has_entry(head, value, self.scope)):
            return value, at + 2, "", False
        for end in range(min(len(value) - 1, max(head.longest, 3)), 0, -1):
            prefix, rest = value[:end], value[end:]
            if prefix in head.subs or (head.longest and self.index.has_entry(head, prefix, self.scope)):
                if prefix[-1].isdigit() and rest[0].isdigit():
                    continue
                if rest[0].isdigit() or (self.k[at + 2] not in ("_", "^") and not self.splittable(rest)):
                    whole, cut = f"{base}{accent}_{{{value}}}", f"{base}{accent}_{prefix} {rest}"
                    hint = "no such name is declared; braces or a space say which"
                    raise self.error(f"`{base}{accent}_{value}` has two readings", hint, (whole, cut), at + 1)
                return prefix, at + 2, rest, False
        found = _LETTERS_DIGITS.match(value)
        text = found.group() if found else value[0]
        rest = value[len(text) :]
        if not rest and self.k[at + 2] == "_":
            readings = (f"{base}_{text[:-1]} {text[-1:]}_…",) if len(text) > 1 else ()
            hint = "braces (w_{1,2}) or a space"
            raise self.error(f"two subscripts at `{base}`", hint, readings, at + 2)
        return text, at + 2, rest, False

    def splittable(self, rest: str) -> bool:
        """Whether a run is a declared name, or several."""
        return bool(self.open or rest in self.index.runs or self.index.splits(rest, self.index.tails.__contains__))

    def scripted(self, base: str, accent: str, digits: str, at: int, may_be_new: bool) -> tuple[Name, int, str] | None:
        """The name with this base and the scripts from token ``at``: the name, the token after it, the rest of a run.

        None if no such name is declared and ``may_be_new`` is False.
        """
        k = self.k
        head = self.index.heads.get((base, accent), _NOTHING)
        kind = k[at]
        if kind != "_" and kind != "^" and kind != "'":  # the common case: x, x1
            if name := head.forms.get((digits, "", 0)):
                return name, at, ""
            if not may_be_new:
                return None
            self.refuse_glued(base, accent, digits, head, at - 1)
            return Name(base, accent, digits), at, ""
        if head is _NOTHING and not digits and not may_be_new and not (kind == "_" and self.v[at + 1] in ACCENTS):
            return None  # whatever the scripts are, nothing of this kind is declared
        sub, sup, rest, braced = digits, "", "", False
        if kind == "^" and self.k[at + 1] == "{" and self.k[at + 2] == "'":  # L^{\\prime}
            label, after = self.label(at)
            if label and not label.strip("'") and self.primed(base, accent, digits, "", len(label)):
                return Name(base, accent, digits, "", len(label)), after, ""
        if kind == "^" and not digits:  # a superscript before the subscript
            label, after = self.label(at)
            if label and k[after] == "_" and not (k[after - 1] == "run" and len(label) > 1):
                sup, at, kind = label, after, "_"
        primes = 0
        if kind == "'" and not digits:  # L'_1
            after, count = self.primes(at)
            if k[after] == "_":
                primes, at, kind = count, after, "_"
        if kind == "_":
            if digits:
                base, sub = base + digits, ""
                head = self.index.heads.get((base, accent), _NOTHING)
                if not head.forms and not may_be_new:
                    return None
            sub, at, rest, braced = self.subscript(at, base, accent, head)
            if not accent and sub in ACCENTS and not braced and not rest and sub not in head.subs:
                return self.scripted(base, sub, "", at, may_be_new)
            kind = "" if rest else k[at]
        if kind == "_" and sub:
            raise self.error(f"two subscripts at `{base}`", "put both into one pair of braces: w_{1,2}", at=at)
        if kind == "'" and not primes:
            after, count = self.primes(at)
            if self.primed(base, accent, sub, sup, count):
                primes, at, kind = count, after, k[after]
        key = fold(sub)
        labels = self.index.vocabulary.superscripts_are_labels
        if kind == "^" and not sup and (head.supers or labels or k[at + 1] in ("{", "[")):
            sup, at = self.superscript(head, base, accent, key, at, may_be_new)
            if k[at] == "'" and sup and not primes:
                after, count = self.primes(at)
                if self.primed(base, accent, sub, sup, count):
                    primes, at = count, after
        if name := head.forms.get((key, fold(sup), primes)):
            return name, at, rest
        if primes and self.primed(base, accent, sub, sup, primes):
            return Name(base, accent, sub, sup, primes), at, rest
        if not may_be_new and not (sub and head.longest and self.index.has_entry(head, key, self.scope)):
            return None
        if not braced:
            self.refuse_glued(base, accent, sub, head, at - 1)
        return Name(base, accent, sub, sup, primes), at, rest

    def refuse_glued(self, base: str, accent: str, sub: str, head: Head, at: int) -> None:
        """`x_12` where only x_1 is declared is one name or a product; braces say that it is a name."""
        if len(sub) > 1 and sub.isdigit() and not self.index.has_entry(head, sub, self.scope):
            for end in range(len(sub) - 1, 0, -1):
                if sub[:end] in head.subs:
                    text = base + accent
                    readings = (f"{text}_{{{sub}}}", f"{text}_{sub[:end]} * {sub[end:]}")
                    raise self.error(f"`{text}_{sub}` is not declared, `{text}_{sub[:end]}` is", "", readings, at)

    def superscript(self, head: Head, base: str, accent: str, sub: str, at: int, may_be_new: bool) -> tuple[str, int]:
        """At `^`: the label that belongs to the name and the token after it; ('', at) where it is a power."""
        label, after = self.label(at)
        if not label:
            return "", at
        folded = fold(label)
        if any((sub, folded, primes) in head.forms for primes in (0, 1, 2)):
            return label, after
        if label[0] == "[" and label[-1] == "]":
            return label, after
        if self.index.vocabulary.superscripts_are_labels and (label.isalnum() or label[0] == "("):
            return label, after
        bracketed = label[0] == "(" and label[-1] == ")"
        if bracketed and head.brackets:
            return label, after
        if bracketed and may_be_new and self.k[at + 1] == "{" and (sub, "", 0) not in head.forms:
            return label, after
        return "", at

    def primes(self, at: int) -> tuple[int, int]:
        """The token after the primes from ``at``, and how many they are."""
        start = at
        while self.k[at] == "'":
            at += 1
        return at, at - start

    def primed(self, base: str, accent: str, sub: str, sup: str, count: int) -> bool:
        """Rule 6: whether this name with so many primes is declared."""
        index = self.index
        if index.quantity(base, accent, sub, sup, count):
            return True
        if not index.primed:
            return False
        return Name(base, accent, sub, sup) in index.primed or Name(base, accent, sub, sup, count) in index.primed
