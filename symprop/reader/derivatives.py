"""Derivatives as quantities (rule 10): dL/dz_6, \\frac{\\partial^2 L}{\\partial w \\partial b}, ∂⁺z/∂x, d(…)/dx, ∇_w L.

They are found before runs are split and before `/` is a division.
"""

from __future__ import annotations

from symprop.errors import ReadError
from symprop.reader.lookup import parts
from symprop.reader.quantities import Quantities
from symprop.written import Deriv, Name, Vec, Written, names_of

_WINDOW = 24  # tokens that are looked at for the `/` of a derivative, brackets counted once


class Derivatives(Quantities):
    """Reads derivatives."""

    def starts_d(self, at: int, glued: bool = True) -> bool:
        """Whether a token is a d, or begins with one (``glued``: dL)."""
        kind = self.k[at]
        if kind == "partial":
            return True
        if kind == "run":
            return self.v[at][0] == "d" if glued else self.v[at] == "d"
        return kind == "word" and self.v[at] == "d"

    def derivative(self) -> Written | None:
        """dA/dB from here, or None (and nothing consumed) if this is something else."""
        start = self.i
        short = self.k[start + 1] == "/" and self.k[start + 2] == "run" and self.alone(start + 3)  # dA/dB
        key = (self.v[start], self.v[start + 2]) if short else ()
        if short and (known := self.plain.get(key)) is not None:
            self.i = start + 3
            return known
        slash = self.find_slash(start)
        if slash < 0 or not self.starts_d(slash + 1):
            return None
        found = self.attempt(start, slash, slash + 1, 0)
        if short and found is not None and self.i == start + 3:
            self.plain[key] = found
        return found

    def fraction_derivative(self, opening: int) -> Written | None:
        """\\frac{\\partial L}{\\partial z} with its first brace at ``opening``; None if it is a plain fraction."""
        close = self.match[opening]
        if self.k[close + 1] != "{" or not self.starts_d(opening + 1) or not self.starts_d(close + 2):
            return None
        return self.attempt(opening + 1, close, close + 2, self.match[close + 1])

    def attempt(self, start: int, close: int, below: int, finish: int) -> Written | None:
        """The derivative with numerator start … close and denominator below … finish (0: as far as it goes).

        Only names are read on trial; what may be large is read once it is certain to be a derivative, so no text is
        read twice.
        """
        end = min(len(self.k), (finish or below) + _WINDOW)
        kept = self.k[start:end], self.v[start:end], self.tokens.starts[start:end]
        committed = self.k[start] == "partial"
        self.i = start
        of: Written | None = None
        try:
            order, local = self.operator()
            numerator = self.i
            if numerator != close:
                of = self.numerator_name(close)
            between = self.k[numerator:close], self.v[numerator:close], self.tokens.starts[numerator:close]
            self.i = below
            by, row = self.by_list(order, finish)
            if not committed and not self.is_derivative(start, kept[1], of, by, numerator, close):
                raise self.error("no derivative")
        except ReadError:
            if committed or self.nothing_else(kept[1][0]):
                raise
            self.k[start:end], self.v[start:end], self.tokens.starts[start:end] = kept
            self.i = start
            return None
        after = finish + 1 if finish else self.i
        self.i = after
        if numerator == close:
            of = self.operand()
        elif of is None:
            tail = self.k[after:end], self.v[after:end], self.tokens.starts[after:end]
            self.k[numerator:close], self.v[numerator:close], self.tokens.starts[numerator:close] = between
            self.i, of = numerator, None
            of = self.factor()
            if self.i != close:
                raise self.error("the numerator of a derivative is one factor", "put it into brackets")
            self.k[after:end], self.v[after:end], self.tokens.starts[after:end] = tail
            self.i = after
        return self.turned(Deriv(of, by, local)) if row else Deriv(of, by, local)

    def turned(self, found: Deriv) -> Written:
        """∂L/∂y^T, where it has a meaning."""
        raise NotImplementedError

    def numerator_name(self, close: int) -> Written | None:
        """The numerator if it is one name, else None."""
        if self.k[self.i] in ("(", "["):
            return None
        window = slice(self.i, close)
        kept = self.k[window], self.v[window], self.tokens.starts[window]
        try:
            of = self.plain_name()
        except ReadError:
            of = None
        if of is None or self.i != close:
            self.k[window], self.v[window], self.tokens.starts[window] = kept
            return None
        return of

    def find_slash(self, at: int) -> int:
        """The `/` after the numerator of a derivative, or -1."""
        k = self.k
        last = at + _WINDOW
        bare = self.v[at] == "d" or k[at] == "partial"  # then the name is still to come
        at += 1
        if k[at] == "^":
            at = self.label(at)[1] if k[at + 1] != "+" else at + 2
        if k[at] == "+" and not self.spaced(at):
            at += 1
        while at < min(last, len(k)):
            kind = k[at]
            if kind == "/":
                return at
            if kind in ("(", "[", "{"):
                at = self.match[at]
                last = max(last, at + 2)
            elif kind in ("_", "^"):
                at += k[at + 1] not in ("{", "(", "[")  # over the script
            elif kind in ("run", "word"):
                if not bare:
                    return -1  # a second name: a product
                bare = False
            elif kind not in ("'", "accent"):
                return -1
            at += 1
        return -1

    def is_derivative(
        self, start: int, values: list[str], of: Written | None, by: tuple[Written, ...], numerator: int, close: int
    ) -> bool:
        """Whether d is the sign of a derivative here: A and B are known, or nothing else can be meant."""
        free = ("d", "") not in self.index.heads
        known = all(self.known(name) for name in by)
        if of is not None:
            return (known and self.known(of)) or (self.new and free and values[0] not in self.index.tails)
        if numerator == close:
            return free and (known or self.new)
        if self.k[numerator] in ("(", "["):
            return (known and self.match[numerator] == close - 1) or (free and self.new)
        return (known or (free and self.new)) and (self.applies(numerator) or free)

    def nothing_else(self, run: str) -> bool:
        """Whether a run that begins with d can only be meant as the numerator of a derivative: dL."""
        if run == "d" or ("d", "") in self.index.heads or run in self.index.tails or run in self.index.runs:
            return False
        return not parts(run)[3] and self.new | bool(self.index.heads)

    def applies(self, at: int) -> bool:
        """Whether a function begins at a token."""
        base, accent, digits, _ = parts(self.v[at])
        return (base, accent, digits, "") in self.index.functions or self.is_function(at) or base == "sigma"

    def known(self, name: Written) -> bool:
        """Whether a name is declared (or indexes something that is)."""
        if isinstance(name, Vec):
            return all(map(self.known, name.items))
        if not isinstance(name, Name):
            return True
        if self.index.quantity(name.base, name.accent, name.sub, name.sup, name.primes):
            return True
        return (name.base, name.accent, name.sub, name.sup) in self.index.functions

    def operator(self) -> tuple[int, bool]:
        """Step over d, ∂, d^2, ∂^+ and return the order and whether it is the local derivative."""
        i = self.i
        if self.k[i] == "run" and len(self.v[i]) > 1:
            if self.v[i][1].isdigit():
                raise self.error(f"`{self.v[i]}` is no derivative", "of higher order: d^2L/dz^2")
            self.cut_token(i, self.v[i][1:])
            return 1, False
        i += 1
        order, local = 1, False
        if self.k[i] == "+" and not self.spaced(i):
            i, local = i + 1, True
        elif self.k[i] == "^":
            if self.k[i + 1] == "+":
                i, local = i + 2, True
            else:
                label, after = self.label(i)
                number = label.removesuffix("+")
                local = number != label  # ∂^{+}, ∂^{2+}
                if number.isdigit() and 1 <= int(number[:3]) <= 9:
                    order = int(number[:3])
                elif number or not local:
                    raise self.error(f"expected the order of the derivative, found {self.found(i + 1)}", at=i + 1)
                i = after
                if self.k[i] == "+" and not self.spaced(i):
                    i, local = i + 1, True
        self.i = i
        return order, local

    def plain_name(self, may_be_new: bool = True, labels: bool = True) -> Name:
        """One name with its scripts, unsplit; with ``labels`` False a declared superscript is not looked for."""
        i = self.i
        kind, run = self.k[i], self.v[i]
        if kind == "{" or kind == "(":
            end = self.match[i]
            self.i = i + 1
            name = self.plain_name(may_be_new)
            if self.i != end:
                raise self.error(f"expected one name, found {self.found()}")
            self.i = end + 1
            if kind == "{" and self.k[self.i] == "_" and not name.sub:
                again = self.scripted(name.base, name.accent, "", self.i, may_be_new)
                if again and not again[2]:
                    name, self.i = again[0], again[1]
            return name
        if kind == "accent":
            return self.accented(may_be_new)
        if kind not in ("run", "word") or run[0].isdigit():
            raise self.error(f"expected a name, found {self.found()}")
        base, accent, digits, symbol = parts(run)
        if not labels:
            at = i + 1
            if self.k[at] == "_":
                at = self.match[at + 1] + 1 if self.k[at + 1] == "{" else at + 2
            if self.k[at] == "^":
                self.k[at] = ","  # hide it while the name is read
            try:
                return self.plain_name(may_be_new)
            finally:
                if self.k[at] == ",":
                    self.k[at] = "^"
        found = self.scripted(base, accent, digits, i + 1, False)
        if found is None and not symbol:
            found = self.scripted(run, "", "", i + 1, False)
        if found is None and self.index.functions and (base, accent, digits, "") in self.index.functions:
            found = Name(base, accent, digits), i + 1, ""
        if found is None and symbol and self.new and may_be_new:
            found = self.scripted(base, accent, digits, i + 1, True)
        if found is None:
            raise self.unknown(run, i)
        return self.take(found)

    def accented(self, may_be_new: bool = True) -> Name:
        """\\hat{y}, \\hat y, \\hat{y}_1, \\hat{y_1}."""
        accent = self.v[self.i]
        self.i += 1
        kind = self.k[self.i]
        if kind == "{":
            end = self.match[self.i]
            if self.k[self.i + 1] == "run" and end == self.i + 2:
                base, inner, digits, symbol = parts(self.v[self.i + 1])
                if inner or not symbol:
                    raise self.error(f"an accent over `{self.v[self.i + 1]}`, which is not one letter", at=self.i + 1)
                at = end + 1
            else:
                at = self.i + 1
                if self.k[at] != "run" or self.k[at + 1] not in ("_", "^"):
                    raise self.error(f"expected a letter under the accent, found {self.found(at)}", at=at)
                base, inner, digits, symbol = parts(self.v[at])
                found = self.scripted(base, accent, digits, at + 1, may_be_new) if symbol and not inner else None
                if found is None or found[1] != end or found[2]:
                    raise self.error("expected one name under the accent", at=at)
                self.i = end + 1
                return found[0]
        elif kind == "run":
            run = self.v[self.i]
            base, inner, digits, symbol = parts(run)
            if inner or not symbol:  # \\hat yx: TeX takes one letter
                self.cut_token(self.i, run[1:])
                known = self.index.quantity(run[0], accent)
                if known is None and not (self.new and may_be_new):
                    raise self.error(f"unknown name `{run[0]}{accent}`", at=self.i)
                return known or Name(run[0], accent)
            at = self.i + 1
        else:
            raise self.error(f"expected a letter under the accent, found {self.found()}")
        found = self.scripted(base, accent, digits, at, False)
        if found is None and self.new and may_be_new:
            found = self.scripted(base, accent, digits, at, True)
        if found is None:
            near = self.index.nearest(base + accent)
            raise self.error(f"unknown name `{base}{accent}`", f"did you mean `{near}`?" if near else "")
        return self.take(found)

    def transpose_below(self, name: Written) -> int:
        """The token after the transpose in ∂L/∂y^T, or 0; of a number there is none."""
        group = self.k[self.i + 1] == "{"
        at = self.i + 1 + group
        sign = self.k[at] == "⊤" or self.v[at] in ("T", "transposes")
        if not sign or (group and self.k[at + 1] != "}") or ("T", "") in self.index.heads or self.open:
            return 0
        return self.row_after(name, at + 1 + group)

    def row_after(self, name: Written, after: int) -> int:
        """``after`` where ``name`` is an array."""
        shown = f"`{name.text}` is" if isinstance(name, Name) else "these are"
        raise self.error(f"{shown} a number here: there is nothing to transpose", "leave the `T` out")

    def by_list(self, order: int, end: int) -> tuple[tuple[Written, ...], bool]:
        """dB, dB dC, dB^2 — as many as the order says; up to ``end`` if given.  Whether dB is transposed."""
        start = stopped = self.i
        window = slice(start, min(len(self.k), start + _WINDOW))
        kept = self.k[window], self.v[window], self.tokens.starts[window]
        for labels in (True, False):
            names: list[Written] = []
            while self.starts_d(self.i) and (end or len(names) < order):
                if self.k[self.i] == "run" and len(self.v[self.i]) > 1:
                    run = self.v[self.i][1:]
                    self.cut_token(self.i, run)
                    cut = run.find("d", 1)
                    if cut > 0 and len(names) + 1 < order and run[:cut] in self.index.runs and run[cut + 1 :]:
                        names.append(self.index.runs[run[:cut]])  # dxdy
                        self.cut_token(self.i, run[cut:])
                        continue
                else:
                    self.i += 1
                name = self.plain_name(labels=labels) if self.k[self.i] not in ("[", "<") else self.name_or_names()
                count = 1
                if self.k[self.i] == "^" and order == 1 and (after := self.transpose_below(name)):
                    self.i = after
                    return (name,), True
                if self.k[self.i] == "^":
                    label, after = self.label(self.i)
                    if not label.isdigit() or len(label) > 1:
                        break
                    count, self.i = int(label), after
                names.extend([name] * count)
            if len(names) == order and (not end or self.i == end):
                return tuple(names), False
            self.i, stopped = start, self.i
            self.k[window], self.v[window], self.tokens.starts[window] = kept
        what = "one quantity" if order == 1 else f"{order} quantities"
        at = min(stopped, len(self.k) - 1)
        raise self.error(f"expected {what} to differentiate by", "d^2f/dx^2, d^2f/dx dy", at=at)

    def operand(self) -> Written:
        """What the operator d/dx stands before: a bracket, a name or an application."""
        if self.k[self.i] == "end":
            raise self.error("expected what is differentiated, found the end")
        of = self.factor()
        self.bare = self.i if self.k[self.i - 1] not in (")", "]") else self.bare
        return of

    def nabla(self) -> Written:
        """∇_{w_1} L"""
        start = self.i
        self.i += 1
        if self.k[self.i] != "_":
            raise self.error("`∇` without a subscript is not there yet", "write \\nabla_{w} L", at=start)
        self.i += 1
        if self.k[self.i] == "{":
            end = self.match[self.i]
            self.i += 1
            by = self.name_or_names()
            if self.i != end:
                raise self.error(f"expected one name, found {self.found()}")
            self.i = end + 1
        else:
            by = self.plain_name()
        at = self.i
        try:
            of: Written = self.plain_name()
            clear = self.v[self.i : self.i + 2] != ["norm", "‖"]
        except ReadError:
            self.i = at
            of = self.factor()
            clear = self.k[at] in ("(", "[") or bool(names_of(of))
        if not clear:  # ∇_w λ ‖w‖², ∇_w ½ ‖w‖²: of all of it, or of the first factor
            raise self.error("what is ∇ taken of?", "put it into brackets", at=at)
        return Deriv(of, (by,))

    def name_or_names(self) -> Written:
        """w, or [w_1, w_2] for a gradient as one vector."""
        opening = self.i
        if self.k[opening] not in ("[", "<", "("):
            return self.plain_name()
        end = self.match[opening]
        self.i += 1
        names = [self.plain_name()]
        while self.k[self.i] == ",":
            self.i += 1
            names.append(self.plain_name())
        if self.i != end:
            raise self.error(f"expected names and commas, found {self.found()}")
        self.i += 1
        return names[0] if len(names) == 1 and self.k[opening] == "(" else Vec(tuple(names))
