"""``conventions`` and its shorthands ``digits``, ``decimals``, ``carry``."""

from __future__ import annotations

import re
from typing import Literal, cast

from symprop.model.exercise import Conventions, Fading, Rounding
from symprop.spec import keys
from symprop.spec.document import Doc, Mapping, Scalar, whole
from symprop.spec.functions import known_function, known_functions
from symprop.spec.problems import Problems, did_you_mean, one_of
from symprop.spec.reading import Reading, is_constant, mapping_of, scalar_of
from symprop.written import Written

YES = ("true", "yes", "on")
NO = ("false", "no", "off")
LIMITS = {"digits": (1, 50), "decimals": (0, 50)}
BASES = {"e": None, "natural": None, "2": 2, "10": 10}

Contributions = list[tuple[str, Doc]]


def choice(doc: Doc, where: str, problems: Problems, words: tuple[str, ...], later: tuple[str, ...] = ()) -> str | None:
    """One of some words."""
    scalar = scalar_of(doc, where, problems, one_of(words))
    if scalar is None:
        return None
    text = scalar.text.strip()
    if text in words:
        return text
    if text in later:
        problems.later(scalar, where, f"'{text}'", one_of(words))
    else:
        problems.add(scalar, where, f"unknown value '{text}'", did_you_mean(text, words, one_of(words)))
    return None


def whole_number(doc: Doc, where: str, problems: Problems, low: int, high: int) -> int | None:
    """A whole number between two bounds."""
    scalar = scalar_of(doc, where, problems, "a whole number")
    if scalar is None:
        return None
    text = scalar.text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
        return int(text)
    problems.add(scalar, where, f"a whole number from {low} to {high} was expected, found '{text}'")
    return None


def flag(doc: Doc, where: str, problems: Problems) -> bool | None:
    """true or false, in the spellings of YAML."""
    scalar = scalar_of(doc, where, problems, "true or false")
    if scalar is None:
        return None
    text = scalar.text.strip().casefold()
    if text in YES or text in NO:
        return text in YES
    problems.add(scalar, where, f"true or false was expected, found '{scalar.text}'")
    return None


FADING = "steps (6), per cent (50%) or rows of tasks (a3 b2-5 d)"
ROWS = re.compile(r"([a-z]{1,2})\s*(?:(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?)?", re.ASCII)


def fading(text: str) -> Fading | None:
    """6: the last six steps; 50%: the last half of them; a3 b2-5 d: rows of tasks; None for anything else."""
    items = [ROWS.fullmatch(item) for item in re.split(r"\s*,\s*|\s+(?=[a-z])", text.strip())]
    rows = tuple((m[1], int(m[2] or 0), int(m[3] or m[2] or 0)) for m in items if m)
    if len(rows) == len(items):
        right = all(bool(m[2]) == (row[1] > 0) and row[1] <= row[2] for m, row in zip(items, rows, strict=True) if m)
        return Fading(len(rows), "rows", rows) if right else None
    found = re.fullmatch(r"(\d{1,4})\s*(%?)", text.strip(), re.ASCII)
    if not found or (found[2] and int(found[1]) > 100):
        return None
    return Fading(int(found[1]), "percent" if found[2] else "steps")


def read_fade(settings: dict[str, Contributions], problems: Problems) -> Fading | None:
    """How much of the faded sheet is blank; a part's own setting counts."""
    found = None
    for where, doc in settings.get("fade", []):
        scalar = scalar_of(doc, where, problems, FADING)
        if scalar is not None:
            found = fading(scalar.text)
            if found is None:
                problems.add(scalar, where, f"{FADING} were expected, found '{scalar.text.strip()}'")
    return found


class _Collector:
    """Later settings override earlier ones, key by key."""

    def __init__(self, reading: Reading):
        self.reading, self.problems = reading, reading.problems
        self.kinks: dict[str, Written] = {}
        self.rounding: dict[str, object] = {}
        self.words: dict[str, str] = {}
        self.log_base: int | None = None

    def conventions(self, where: str, doc: Doc) -> None:
        mapping = mapping_of(doc, where, self.problems, "a mapping of conventions")
        for key, value in mapping.entries if mapping else ():
            name, path = key.text.strip(), f"{where}.{key.text.strip()}"
            if name == "kinks":
                self.read_kinks(path, value)
            elif name == "round":
                self.read_round(path, value)
            elif name == "adjoints":
                self.word(name, choice(value, path, self.problems, keys.ADJOINTS))
            elif name == "derivatives":
                self.word(name, choice(value, path, self.problems, keys.DERIVATIVES))
            elif name == "superscripts":
                self.word(name, choice(value, path, self.problems, ("labels", "powers")))
            elif name == "log base":
                base = choice(value, path, self.problems, tuple(BASES))
                self.log_base = BASES[base] if base else None
            elif name in keys.LATER_CONVENTIONS:
                self.problems.later(key, path, keys.LATER_CONVENTIONS[name])
            else:
                hint = did_you_mean(name, (*keys.CONVENTIONS, *keys.LATER_CONVENTIONS), one_of(keys.CONVENTIONS))
                self.problems.add(key, where, f"unknown convention '{name}'", hint)

    def word(self, name: str, found: str | None) -> None:
        if found is not None:
            self.words[name] = found

    def read_kinks(self, where: str, doc: Doc) -> None:
        mapping = mapping_of(doc, where, self.problems, "a mapping of functions to slopes")
        for key, value in mapping.entries if mapping else ():
            path = f"{where}.{key.text.strip()}"
            name = self.function(key)
            scalar = scalar_of(value, path, self.problems, "a slope")
            if not name:
                hint = did_you_mean(key.text, known_functions(), "name the function whose kink it is: {ReLU: 1}")
                self.problems.add(key, where, f"unknown function '{key.text}'", hint)
            elif scalar is not None:
                slope = self.reading.formula(whole(scalar), path)
                if slope is not None and not is_constant(slope):
                    self.problems.add(scalar, path, f"a number was expected, found '{scalar.text}'")
                elif slope is not None:
                    self.kinks[name] = slope

    def function(self, key: Scalar) -> str:
        """A known function by its key, one of the exercise by its name."""
        own = {name.text for name in self.reading.vocabulary.functions}
        text = key.text.strip()
        return text if text in own else known_function(text)

    def read_round(self, where: str, doc: Doc) -> None:
        if isinstance(doc, Scalar) and doc.text.strip():
            message = f"digits or decimals? found '{doc.text.strip()}'"
            self.problems.add(doc, where, message, f"round: {{decimals: {doc.text.strip()}}}")
            return
        mapping = mapping_of(doc, where, self.problems, "digits or decimals")
        here = [k.text.strip() for k, _ in mapping.entries] if mapping else []
        if "digits" in here and "decimals" in here:
            self.problems.add(doc, where, "digits and decimals exclude each other", "keep one of them")
            return
        for key, value in mapping.entries if mapping else ():
            name = key.text.strip()
            if name in keys.ROUND:
                self.rounding_item(name, f"{where}.{name}", value)
            else:
                self.problems.add(
                    key, where, f"unknown key '{name}'", did_you_mean(name, keys.ROUND, one_of(keys.ROUND))
                )

    def rounding_item(self, name: str, where: str, value: Doc) -> None:
        if name in LIMITS:
            count = whole_number(value, where, self.problems, *LIMITS[name])
            if count is not None:
                self.rounding.update(count=count, kind=name, explicit=True)
        elif name == "carry":
            carry = choice(value, where, self.problems, ("exact", "rounded"))
            if carry is not None:
                self.rounding["carry"] = carry
        else:
            fractions = flag(value, where, self.problems)
            if fractions is not None:
                self.rounding["fractions"] = fractions

    def result(self) -> Conventions:
        r = self.rounding
        rounding = Rounding(
            cast(int, r.get("count", 4)),
            cast(Literal["digits", "decimals"], r.get("kind", "digits")),
            cast(Literal["exact", "rounded"], r.get("carry", "exact")),
            bool(r.get("explicit", False)),
            bool(r.get("fractions", False)),
        )
        return Conventions(
            self.kinks,
            rounding,
            cast(Literal["partial", "delta", "bar"], self.words.get("adjoints", "partial")),
            self.log_base,
            cast(Literal["partial", "d", "nabla"], self.words.get("derivatives", "partial")),
        )


def conventions(settings: dict[str, Contributions], reading: Reading) -> Conventions:
    """The conventions of a part; the shorthands count after ``conventions``, and a part's settings after the file's."""
    collector = _Collector(reading)
    found = [
        (where, key, doc)
        for key in ("conventions", "digits", "decimals", "carry")
        for where, doc in settings.get(key, [])
    ]
    levels = sorted({_level(where) for where, _, _ in found})
    for level in levels:
        here = [(where, key, doc) for where, key, doc in found if _level(where) == level]
        short = [key for _, key, _ in here if key in LIMITS]
        if len(short) == 2:
            collector.problems.add(
                here[-1][2], here[-1][0], "digits and decimals exclude each other", "keep one of them"
            )
        for where, key, doc in here:
            if key == "conventions":
                collector.conventions(where, doc)
            else:
                collector.rounding_item(key, where, doc)
    return collector.result()


def superscripts_are_labels(settings: dict[str, Contributions]) -> bool:
    """Looked at before any formula is read."""
    found = False
    for _, doc in settings.get("conventions", []):
        value = doc.get("superscripts") if isinstance(doc, Mapping) else None
        if isinstance(value, Scalar):
            found = value.text.strip() == "labels"
    return found


def _level(where: str) -> int:
    """0 for the file, 1 for a part."""
    return int(where.startswith("parts["))
