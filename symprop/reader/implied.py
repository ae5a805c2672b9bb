"""What students leave out: σ' without its argument, q'(z) and q' of a quantity, the step function without a definition.

σ'      is σ'(z) where the exercise takes σ of z alone; with several arguments they are shown, none is guessed
q'(z)   is ∂q/∂z;   q' is ∂q/∂z where q is a function of z alone by its equation; q' (1 - q') is a product
θ(z)    is 1 for z > 0 and else 0, unless the exercise has a θ;  so are Θ(z), H(z), u(z), step(z)
sgn z   is sgn(z), σ z_3 is σ(z_3): in answers one name may follow a function without brackets, and nothing after it
"""

from __future__ import annotations

from dataclasses import replace

from symprop.errors import ReadError
from symprop.names import NUMBER, KnownFunction
from symprop.reader.scripts import Scripts
from symprop.written import ZERO, Deriv, Indicator, Name, Rel, Written

STEPS = frozenset(("theta", "Theta", "H", "u"))
STEP_WORDS = frozenset(("step", "heaviside", "unitstep"))
SHOWN = 6  # readings
LOOKED_AT = 24  # tokens of a name


class Implied(Scripts):
    """Reads what is not written out."""

    # What the rest of the parser provides.
    def arguments(self) -> tuple[Written, ...]:
        raise NotImplementedError

    def bracket(self, indicating: bool = False) -> Written:
        raise NotImplementedError

    def plain_name(self, may_be_new: bool = True, labels: bool = True) -> Name:
        raise NotImplementedError

    def only(self, implied: tuple[Written, ...], word: str, primes: int) -> Written:
        """The one argument of which σ' may be; an error that shows all where there are several."""
        marks = "'" * primes
        if len(implied) != 1:
            readings = tuple(f"{word}{marks}({n.text if isinstance(n, Name) else '…'})" for n in implied[:SHOWN])
            raise self.error(f"it is not said of what `{word}{marks}` is taken", "write its argument", readings)
        return implied[0]

    def is_function(self, at: int) -> bool:
        raise NotImplementedError

    def one_name(self, among: tuple[Written, ...] | None = None) -> Name | None:
        """The quantity behind a function without brackets, one of ``among`` if that is told; None for anything else."""
        at = self.i
        if self.new or self.k[at] not in ("run", "word", "accent") or self.is_function(at):
            return None
        window = slice(at, at + LOOKED_AT)
        kept = self.k[window], self.v[window], self.tokens.starts[window]
        try:
            name = self.plain_name(may_be_new=False)
        except ReadError:
            name = None
        if (
            name is not None
            and name in self.index.vocabulary.quantities
            and (among is None or name in among or self.is_entry(name, among))
        ):
            if self.k[self.i] == "^":
                raise self.error("is the power that of the function, or of its argument?", "use brackets")
            return name
        self.k[window], self.v[window], self.tokens.starts[window] = kept
        self.i = at
        return None

    def is_entry(self, name: Name, among: tuple[Written, ...]) -> bool:
        """Whether a number is an entry of one of some vectors: z_i of z."""
        shapes = self.index.vocabulary.shapes
        vectors = (each for each in among if isinstance(each, Name) and shapes.get(each, NUMBER) != NUMBER)
        return shapes.get(name, NUMBER) == NUMBER and any(
            name.sub.startswith(each.sub) and replace(name, sub=each.sub) == each for each in vectors
        )

    def after_function(self, function: Name, known: KnownFunction | None, symbol: bool) -> Name | None:
        """The argument in sgn z, and in σ z where the exercise takes σ of z; nothing may follow it."""
        if known is not None and known.arguments != (1, 1):
            return None
        name = self.one_name(self.index.vocabulary.applied.get(function, ()) if symbol else None)
        if name is not None and not symbol and self.k[self.i] in ("+", "-"):  # sgn z - y
            rest = f"{name.text} {self.k[self.i]} …"
            readings = (f"{function.base}({name.text}) {self.k[self.i]} …", f"{function.base}({rest})")
            raise self.error("it is not clear where its argument ends", "use brackets", readings)
        self.bare = self.i if name is not None else self.bare
        return name

    def primed_quantity(self, name: Name) -> Written:
        """q'(z) and q' of a quantity that is computed: its derivative; the cursor is at the prime."""
        after, count = self.primes(self.i)
        self.i = after
        factor = self.k[after] == "(" and "'" in self.k[after : self.match[after]]  # s' (1 - s')
        if self.k[after] == "(" and self.match[after] > after + 1 and not factor:
            self.i += 1
            try:
                by = self.plain_name(may_be_new=False)
                if self.i == self.match[after] and by != name:
                    self.i += 1
                    return Deriv(name, (by,) * count)
            except ReadError:
                pass
            marks = "'" * count
            raise self.error(f"`{name.text}{marks}` of something that is no quantity", "write ∂…/∂…", at=after)
        return Deriv(name, (self.only(self.index.vocabulary.implied[name], name.text, count),) * count)

    def indicator(self, at: int) -> Written | None:
        """1[z > 0], I(z > 0), 1_{z > 0}: the sign at ``at`` before a bracket with a relation in it; else None."""
        opening = at + 1
        if self.k[opening] == "_" and self.k[opening + 1] == "{":
            opening += 1
        if self.k[opening] not in ("[", "(", "{") or (self.k[opening] == "{" and opening == at + 1):
            return None
        inner, end = opening + 1, self.match[opening]
        if self.k[opening] == "{" and self.k[inner] == "(" and self.match[inner] == end - 1:
            inner, end = inner + 1, end - 1  # 1_{\\{z > 0\\}}
        while inner < end:
            if self.k[inner] == "rel":
                break
            inner = self.match.get(inner, inner) + 1
        else:
            return None
        self.i = opening
        found = self.bracket(indicating=True)
        if isinstance(found, Rel):
            return Indicator(found)
        return found if isinstance(found, Indicator) else None

    def step(self, at: int) -> Written | None:
        """θ(z) where nothing of that name is declared; None where no argument follows."""
        if self.new:
            return None
        self.i = at + 1
        if self.k[self.i] == "(":
            arguments = self.arguments()
        elif self.v[at] not in STEPS and (name := self.one_name()) is not None:  # step z, but no θ z
            arguments, self.bare = (name,), self.i
        else:
            self.i = at
            return None
        if len(arguments) > 1:
            raise self.error("a step function of several arguments", at=at)
        return Indicator(Rel((arguments[0], ZERO), (">",)))
