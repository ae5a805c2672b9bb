"""What students leave out: σ' without its argument, q'(z) and q' of a quantity, the step function without a definition.

σ'      is σ'(z) where the exercise takes σ of z alone; with several arguments they are shown, none is guessed
q'(z)   is ∂q/∂z;   q' is ∂q/∂z where q is a function of z alone by its equation
θ(z)    is 1 for z > 0 and else 0, unless the exercise has a θ;  so are Θ(z), H(z), u(z), step(z)
"""

from __future__ import annotations

from symprop.errors import ReadError
from symprop.reader.scripts import Scripts
from symprop.written import ZERO, Deriv, Indicator, Name, Rel, Written

STEPS = frozenset(("theta", "Theta", "H", "u"))
STEP_WORDS = frozenset(("step", "heaviside", "unitstep"))
SHOWN = 6  # readings


class Implied(Scripts):
    """Reads what is not written out."""

    # What the rest of the parser provides.
    def arguments(self) -> tuple[Written, ...]:
        raise NotImplementedError

    def bracket(self) -> Written:
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

    def primed_quantity(self, name: Name) -> Written:
        """q'(z) and q' of a quantity that is computed: its derivative; the cursor is at the prime."""
        after, count = self.primes(self.i)
        self.i = after
        if self.k[after] == "(" and self.match[after] > after + 1:
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
        found = self.bracket()
        if isinstance(found, Rel):
            return Indicator(found)
        return found if isinstance(found, Indicator) else None

    def step(self, at: int) -> Written | None:
        """θ(z) where nothing of that name is declared; None where no bracket follows."""
        if self.k[at + 1] != "(" or self.new:
            return None
        self.i = at + 1
        arguments = self.arguments()
        if len(arguments) > 1:
            raise self.error("a step function of several arguments", at=at)
        return Indicator(Rel((arguments[0], ZERO), (">",)))
