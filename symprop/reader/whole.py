"""Reading a whole text: everything must be consumed."""

from __future__ import annotations

from symprop.errors import ReadError
from symprop.names import Vocabulary
from symprop.reader import limits
from symprop.reader.lookup import index_of
from symprop.reader.parser import Parser
from symprop.reader.spellings import respelled
from symprop.reader.tokens import tokenise
from symprop.written import Written

_NO_EXERCISE = Vocabulary()


BELOW = ("nothing", "one factor", "everything")


def read(text: str, vocabulary: Vocabulary = _NO_EXERCISE, *, new_symbols: bool = True, below: str = "") -> Written:
    """The formula that a text says.  ``new_symbols=False``: a name that is not declared is an error (students).

    ``below``: how a/b c is read, (a/b) c, (a/(b c)) or all that follows below the bar; by default it is an error.
    """
    tokens = tokenise(text, vocabulary.decimal_comma)
    if vocabulary.spellings:
        tokens = respelled(tokens, vocabulary)
    if vocabulary.shapes:
        from symprop.reader.arrays import ArrayParser
        from symprop.reader.signs import array_signs

        parser: Parser = ArrayParser(array_signs(tokens), index_of(vocabulary), new_symbols)
    else:
        parser = Parser(tokens, index_of(vocabulary), new_symbols)
    parser.below = below
    if len(tokens.kinds) == 1:
        raise ReadError(text, 0, "there is no formula here")
    found = parser.relation()
    if parser.k[parser.i] != "end":
        if parser.k[parser.i] == "later":
            raise parser.later()
        hint = "a decimal comma? write 0.5" if parser.k[parser.i] == "," and parser.k[parser.i + 1] == "num" else ""
        raise parser.error(f"expected an operator or the end, found {parser.found()}", hint)
    if len(tokens.kinds) > limits.MAX_TREE and limits.depth(found) > limits.MAX_TREE:
        raise ReadError(text, 0, f"the formula is nested more than {limits.MAX_TREE} levels deep")
    return found


def readings(text: str, vocabulary: Vocabulary, *, new_symbols: bool = False) -> tuple[Written, ...]:
    """All readings of a text in which something follows a quotient; () where it cannot be read even so."""
    try:
        found = [read(text, vocabulary, new_symbols=new_symbols, below=below) for below in BELOW]
    except ReadError:
        return ()
    return tuple(dict.fromkeys(found))
