"""A run of letters and digits as a factor: a name, a call, a constant, or several names (rules 1, 3, 7)."""

from __future__ import annotations

from functools import lru_cache

from symprop.errors import NoVectorsError
from symprop.names import KNOWN_FUNCTIONS, FunctionDef, known_function
from symprop.reader import limits
from symprop.reader.commands import GREEK
from symprop.reader.implied import STEP_WORDS, STEPS, Implied
from symprop.reader.letters import cuts_of, letters_of
from symprop.reader.lookup import parts
from symprop.written import ONE, Call, Const, E, Name, Num, Pow, Written, mul

_PI, _INFINITY = Const("pi"), Const("oo")
_CONSTANTS: dict[str, Written] = {"e": E, "pi": _PI, "oo": _INFINITY}
_ENGLISH = frozenset("if or on is as of to so in at by where with and off".split())  # no products of letters
_LATER_WORDS = frozenset(("softmax", "argmax", "argmin", "diag", "trace"))
_SIGMA = FunctionDef(Name("sigma"))


@lru_cache(maxsize=1024)
def _piece(piece: str) -> Name:
    base, accent, digits, _ = parts(piece)
    return Name(base, accent, digits)


class Quantities(Implied):
    """Reads names and applications."""

    # What the rest of the parser provides.
    def factor(self) -> Written:
        raise NotImplementedError

    def exponent(self, height: int = 1, *, bounded: bool = True) -> Written:
        raise NotImplementedError

    def derivative(self) -> Written | None:
        raise NotImplementedError

    def big(self, op: str) -> Written:
        raise NotImplementedError

    def cases_call(self) -> Written:
        raise NotImplementedError

    def run(self) -> Written:
        """The factor that begins with a run."""
        i = self.i
        run = self.v[i]
        if i in self.pending:
            return self.next_piece(i)
        if self.slash and run[0] == "d" and (found := self.derivative()) is not None:
            return found
        after = i + 1
        alone = self.alone(after)
        if alone and (known := self.plain.get((run,))) is not None:
            self.i = after
            return known
        base, accent, digits, symbol = parts(run)
        named = None
        if (base, accent) in self.index.heads or self.k[after] == "_":
            named = self.scripted(base, accent, digits, after, False)
        if named is None and not symbol and (base, accent) != (run, ""):
            named = self.scripted(run, "", "", after, False)  # a name like h1_2 or x1w1
        if named is not None:
            if alone:
                self.plain[run,] = named[0]
            return self.take(named)
        if (function := self.function_at(run, base, accent, digits)) is not None:
            applied = self.apply(function[0], function[1], after, run, symbol)
            if applied is not None:
                return applied
        elif (word := self.special(run, i)) is not None:
            return word
        if symbol and run in _CONSTANTS and self.k[after] not in ("_", "'"):
            self.i = after
            return _CONSTANTS[run]
        if run == "oo":
            self.i = after
            return _INFINITY
        if symbol and (self.new or run in self.scope):
            named = self.scripted(base, accent, digits, after, True)
            assert named is not None
            if alone:
                self.plain[run,] = named[0]
            return self.take(named)
        if run in STEPS and (found := self.step(i)) is not None:
            return found
        if run in GREEK and self.tokens.starts[i] + len(run) != self.tokens.ends[i]:
            raise self.unknown(run, i)  # \theta and θ are one letter, never t·h·eta
        return self.split(i, run)

    def word(self) -> Written:
        """The factor that begins with an upright word (\\mathrm{out}_{h1}, \\ln): never split."""
        i = self.i
        word = self.v[i]
        if self.slash and word == "d" and (found := self.derivative()) is not None:
            return found
        base, accent, digits, symbol = parts(word)
        after = i + 1
        named = None
        if not word[0].isdigit():
            named = self.scripted(base, accent, digits, after, False) or (
                self.scripted(word, "", "", after, False) if not symbol else None
            )
        if named is not None:
            return self.take(named)
        if (function := self.function_at(word, base, accent, digits)) is not None:
            applied = self.apply(function[0], function[1], after, word, symbol)
            if applied is not None:
                return applied
        elif (special := self.special(word, i)) is not None:
            return special
        if symbol and word in _CONSTANTS and self.k[after] != "_":
            self.i = after
            return _CONSTANTS[word]
        if word == "1":
            self.i = after
            return ONE
        if symbol and self.new:
            named = self.scripted(base, accent, digits, after, True)
            assert named is not None
            return self.take(named)
        raise self.unknown(word, i)

    def take(self, named: tuple[Name, int, str]) -> Name:
        """Step over a name; what is left of a run after a subscript (w_ia_i) comes next."""
        name, self.i, rest = named
        if rest:
            self.cut_token(self.i - 1, rest)
        elif self.k[self.i] == "'" and name not in self.index.vocabulary.implied:
            text = name.text
            _, count = self.primes(self.i)
            hint = f"`{text}` is no function; declare `{text}{chr(39) * count}` if it is a name of its own"
            raise self.error(f"a prime on the quantity `{text}`", hint)
        return name

    # Functions ------------------------------------------------------------------------------------------------------

    def function_at(self, run: str, base: str, accent: str, digits: str) -> tuple[Name, FunctionDef | None] | None:
        """The declared or known function that a run (with its subscript) spells; the latter without a definition."""
        functions = self.index.functions
        if functions:
            if found := functions.get((base, accent, digits, "")):
                if self.k[self.i + 1] != "_":
                    return found.name, found
            elif digits and (found := functions.get((run, "", "", ""))):
                return found.name, found
            if self.k[self.i + 1] == "_" and (base, accent) in {key[:2] for key in functions}:
                name = self.scripted(base, accent, digits, self.i + 1, True)
                if name and (found := functions.get((base, accent, name[0].sub, name[0].sup))):
                    self.i = name[1] - 1
                    return found.name, found
        if run == "sigma":
            return _SIGMA.name, None
        if len(run) > 1 and (key := known_function(run)):
            return Name(key), None
        return None

    def apply(
        self, function: Name, definition: FunctionDef | None, after: int, word: str, symbol: bool
    ) -> Written | None:
        """f(x), f'(x), f^{(3)}(x), f^2(x), sin 2x; None where a letter like σ is a quantity after all."""
        k = self.k
        start = self.i
        at = after if self.i + 1 <= after else self.i + 1
        key = function.base if definition is None else ""
        if key in ("max", "min") and k[at] == "_":
            return self.big(key)
        known = KNOWN_FUNCTIONS.get(key)
        bare = known is not None and known.bare
        primes, power = 0, False
        if k[at] == "'":
            at, primes = self.primes(at)
        if k[at] == "^":
            label, end = self.label(at)
            marks = label.count("'")
            if label and marks == len(label):
                primes, at = primes + marks, end
            elif label[:1] == "(" and label[1:-1].isdigit() and k[end] in ("(", "[", "{") and k[at + 1] == "{":
                if len(label) > 4:
                    raise self.error("a derivative of so high an order", at=at)
                primes, at = primes + int(label[1:-1]), end
            elif label == "-1":
                readings = (f"1/{word}(x)", f"the inverse of {word}")
                raise self.error(f"`{word}^{{-1}}` has two readings", "", readings, at)
            else:
                power = True
        if k[at] == "_" and known is not None:
            what = "another base: write ln(x)/ln(2)" if key == "log" else "a subscript"
            raise self.error(f"`{word}` with {what}", at=at)
        exponent: Written | None = None
        self.i = at
        if power:
            end = self.after_superscript(at)
            if not (k[end] in ("(", "[") or (bare and self.begins_factor(end))):
                if symbol and definition is None:
                    self.i = start
                    return None
                raise self.error(f"the function `{word}` without its argument", f"write {word}(…)", at=end)
            exponent = self.exponent()
            if self.i != end:
                raise self.error(f"expected the argument of `{word}`, found {self.found()}")
        kind = k[self.i]
        arguments: tuple[Written, ...]
        implied = self.index.vocabulary.implied.get(function, ()) if primes else ()
        if kind in ("(", "[") and implied and "rel" in k[self.i : self.match[self.i]]:
            arguments = (self.only(implied, word, primes),)  # σ' [z > 0]
        elif kind in ("(", "[") and implied and self.index.vocabulary.apart:
            arguments = self.arguments()
            if arguments[0] not in implied and not isinstance(arguments[0], Num):
                self.i = at
                arguments = (self.only(implied, word, primes),)
        elif kind in ("(", "[") or (kind == "{" and bare):
            arguments = self.arguments()
        elif implied:
            name = None if self.index.vocabulary.apart else self.one_name(implied)  # σ' z is σ'(z), or σ' times z
            arguments = (name or self.only(implied, word, primes),)
        elif bare:
            arguments = (self.bare_argument(word),)
        elif kind == "{" and definition is None and not symbol:
            arguments = self.arguments()
        elif (argument := self.after_function(function, known, symbol)) is not None:
            arguments = (argument,)
        elif symbol and definition is None and not primes:
            self.i = start
            return None
        else:
            raise self.error(f"the function `{word}` without its argument", f"write {word}(…)")
        self.check_count(word, known, definition, len(arguments), start)
        if primes and len(arguments) != 1:
            hint = "write ∂f/∂u"
            raise self.error(f"a prime on `{word}`, a function of {len(arguments)} arguments", hint, at=start)
        call = Call(function, arguments, primes)
        return call if exponent is None else Pow(call, exponent)

    def after_superscript(self, at: int) -> int:
        """The token after the superscript at `^`."""
        if self.k[at + 1] in ("{", "(", "["):
            return self.match[at + 1] + 1
        return at + 2 if self.k[at + 1] != "end" else at + 1

    def check_count(self, word: str, known: object, definition: FunctionDef | None, count: int, at: int) -> None:
        """Whether a function got as many arguments as it takes."""
        least, most = 1, 99
        if definition is not None:
            if definition.params:
                least = most = len(definition.params)
            elif definition.alias in KNOWN_FUNCTIONS:
                least, most = KNOWN_FUNCTIONS[definition.alias].arguments
        elif known is not None:
            least, most = known.arguments  # type: ignore[attr-defined]
        else:
            most = 1  # sigma
        if not least <= count <= most:
            plural = "" if least == 1 else "s"
            wanted = f"{least}" if least == most else f"{least} to {most}"
            raise self.error(f"`{word}` takes {wanted} argument{plural}, not {count}", at=at)

    def begins_factor(self, at: int) -> bool:
        """Whether the token can begin the argument of a function that stands without brackets."""
        return self.k[at] in ("run", "word", "num", "{", "frac", "sqrt", "accent", "vulgar", "big") or (
            self.k[at] == "|" and not self.bars
        )

    def is_function(self, at: int) -> bool:
        """Whether the token is the name of a function (and of no quantity)."""
        if self.k[at] not in ("run", "word"):
            return self.k[at] == "sqrt"
        word = self.v[at]
        if word in self.index.runs or word in self.index.tails:
            return any(key[0] + key[1] == word for key in self.index.functions) and word not in self.index.runs
        return bool(len(word) > 1 and known_function(word))

    def bare_argument(self, word: str) -> Written:
        """sin 2q: one factor with a leading number."""
        k = self.k
        if not self.begins_factor(self.i):
            raise self.error(f"expected the argument of `{word}`, found {self.found()}", f"write {word}(…)")
        self.down()
        argument: Written
        if k[self.i] == "num" and k[self.i + 1] in ("run", "word", "accent") and not self.is_function(self.i + 1):
            argument = self.factor()
            argument = mul(argument, self.factor())
        else:
            argument = self.factor()
        self.level -= 1
        self.bare = self.i
        return argument

    def refuse_after_bare(self) -> None:
        """Rule 7: `ln q r` is refused; only an operator or another function may follow."""
        if not self.is_function(self.i):
            raise self.error("it is not clear what the function before applies to", "put its argument into brackets")

    # Words ----------------------------------------------------------------------------------------------------------

    def special(self, word: str, at: int) -> Written | None:
        """sum_i, 1(z > 0), I(z > 0), cases(…), sqrt; and words of later capabilities."""
        after = self.k[at + 1]
        if word in ("sum", "prod") and (after == "_" or not self.open):
            self.i = at + 1
            return self.big(word)
        if word in ("1", "I", "𝟙") and (found := self.indicator(at)) is not None:
            return found
        if word.lower() in STEP_WORDS:
            return self.step(at)
        if word == "cases" and after == "(":
            self.i = at + 1
            return self.cases_call()
        if word in _LATER_WORDS and after in ("(", "[", "_"):
            raise NoVectorsError(self.text, self.tokens.starts[at], f"`{word}` is of vectors, and there are none here")
        return None

    # Splitting ------------------------------------------------------------------------------------------------------

    def split(self, at: int, run: str) -> Written:
        """Rule 3 (c): the one complete split of a run into declared names; without an exercise, into letters."""
        known = self.index.known_splits
        if self.open:
            pieces = self.letters(run, at)
        elif (run, self.new) in known:
            pieces = known[run, self.new]
        else:
            found = self.index.splits(run, self.may_come_last)
            if not found:
                raise self.unknown(run, at)
            pieces = found[0]
            cuts = cuts_of(pieces)
            for other in found[1:]:
                if not cuts <= cuts_of(other):
                    readings = (" ".join(pieces), " ".join(other))
                    raise self.error(f"`{run}` has two readings", "put spaces between the names", readings, at)
            if len(known) < 10_000:
                known[run, self.new] = pieces
        if len(pieces) == 1:
            raise self.unknown(run, at)
        self.pending[at] = pieces
        return self.next_piece(at)

    def may_come_last(self, piece: str) -> bool:
        """The last part of a split may take scripts, be a function, be e (of e^x), or a new index of a known letter."""
        if piece in self.index.tails:
            return True
        base, accent, digits, symbol = parts(piece)
        if not symbol:
            return False
        if piece == "e":
            return True
        return self.new and bool(accent or digits) and base in self.index.tails

    def letters(self, run: str, at: int) -> tuple[str, ...]:
        """Without an exercise a run is a product of letters, as in TeX; the last one may carry an accent and digits."""
        pieces, meant = letters_of(run)
        if meant:
            raise self.error(f"unknown word `{run}`", f"did you mean `{meant}`?", at=at)
        return pieces

    def next_piece(self, at: int) -> Written:
        """The next name of a split run; the token keeps the rest."""
        pieces = self.pending.pop(at)
        piece, rest = pieces[0], pieces[1:]
        if not rest:
            self.v[at] = piece
            return self.run()
        self.cut_token(at, "".join(rest))
        self.pending[at] = rest
        self.cut = at
        if piece in self.index.runs:
            return self.index.runs[piece]
        return _CONSTANTS.get(piece) or _piece(piece)

    def unknown(self, word: str, at: int) -> Exception:
        """Nothing of this name is declared; say what was probably meant."""
        text = word
        if self.k[at + 1] == "_" and self.k[at + 2] in ("run", "word"):
            text += "_" + self.v[at + 2]
        elif self.k[at + 1] == "_" and self.k[at + 2] == "{":
            inner = self.script_text(at + 3, self.match[at + 2]) or ""
            text += "_" + (inner if inner.isalnum() else "{" + inner + "}")
        hint = ""
        apart = (
            len(word) > 1
            and word not in _ENGLISH
            and all(letter in self.index.runs or letter == "e" for letter in word)
        )
        near = "" if apart else self.index.nearest(text, functions=len(text) > 2)
        if near:
            hint = f"did you mean `{near}`?"
        elif apart or (len(word) == 2 and word.isalpha() and word not in _ENGLISH):
            hint = f"did you mean `{' '.join(word)}`?"
        if text in self.index.tails or word in self.index.tails:
            hint = hint or self.index.of_this_letter(text)
            return self.error(f"`{text[: limits.MAX_RUN]}` is not declared", hint, at=at)
        return self.error(f"unknown name `{text[: limits.MAX_RUN]}`", hint, at=at)
