"""How much of the working is told.

    every rule   each line with each of its reasons
    normal       a reason that stands one line above in the same display is not repeated, nor, in a list, is the chain
                 rule in symbols for the next quantity that acts through the same one, for one with the same formulas in
                 other letters, or for any that is called δ
    brief        per result one line: the formula, its value, and only reasons that carry an assumption

A chain a = b = c may leave out b; where b ≈ c was the way to c, a ≈ c remains.  Nothing is added, so every line of a
shorter telling is one that was certified.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from symprop.model.solution import Block, Line, Lines, PartSolution, Phrase, Prose, Solution
from symprop.written import Deriv, Name, Prod, Sum, Written, substitute

DETAILS = ("brief", "normal", "every rule")
FEW, MANY = 3, 10  # rows of a list
REPEATED = frozenset(("chain", "sigmoid-slope"))  # reasons that say the same again
CARRIED = frozenset(
    ("paths-add", "branches-add", "kink-tie", "kink-convention", "relu-kink", "slope-on", "slope-off", "relu-on",
     "relu-off", "relu-still-on", "relu-still-off", "relu-now-on", "relu-now-off", "unchanged", "in-terms-of",
     "given-value", "log-power", "from-part")
)  # fmt: skip
LONGER = frozenset(("round-where",))  # sentences about lines that a brief telling leaves out


def in_detail(solution: Solution, level: str = "") -> Solution:
    """The solution told at one level, or each part at its own."""
    parts = tuple(_part(part, level or part.part.detail) for part in solution.parts)
    return replace(solution, parts=parts)


def _part(part: PartSolution, level: str) -> PartSolution:
    if part.part.equation_numbers == "all":
        part = numbered(part)
    if level == "every rule":
        return part
    named, worked = part.part.display, []
    for item in part.worked:
        if level == "brief":
            kept = without_asides(item.blocks)
            told = (Lines(tuple(_brief(b.lines))) if isinstance(b, Lines) else b for b in kept)
        else:
            told = (b for run in _lists(item.blocks) for b in _list(run, named))
        worked.append(replace(item, blocks=said_once(told)))
    return replace(part, worked=tuple(worked))


def _lists(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Displays that go on neuron by neuron are one list, with the sentences between them; else each block is alone."""
    run: list[Block] = []
    for block in blocks:
        goes_on = (
            isinstance(block, Prose)
            and bool(block.phrases)
            and all(p.code in ("group", "group-layer") for p in block.phrases)
        )
        after = bool(run) and isinstance(run[-1], Prose) and isinstance(block, Lines) and len(run) > 1
        if run and not (goes_on and isinstance(run[-1], Lines)) and not after:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _list(run: Sequence[Block], named: Container[Written]) -> Iterator[Block]:
    """The blocks with their rows told as those of one display."""
    rows = _normal(tuple(line for block in run if isinstance(block, Lines) for line in block.lines), named)
    for block in run:
        yield Lines(tuple(islice(rows, len(block.lines)))) if isinstance(block, Lines) else block


def without_asides(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Without what is said of rows that are left out, and without the check by the chain rule with its display."""
    skip = False
    for block in blocks:
        codes = {p.code for p in block.phrases} if isinstance(block, Prose) else set()
        if "second-route" in codes:
            skip = True
        elif skip:
            skip = False
        elif codes & LONGER and isinstance(block, Prose):
            yield Prose(tuple(p for p in block.phrases if p.code not in LONGER))
        else:
            yield block


def said_once(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """A condition that a row of the task has said holds for the rows below; it is not said again."""
    said: set[Written] = set()
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Lines):
            rows = []
            for line in block.lines:
                rows.append(replace(line, conditions=tuple(c for c in line.conditions if c not in said)))
                said.update(line.conditions)
            block = Lines(tuple(rows))
        out.append(block)
    return tuple(out)


def numbered(part: PartSolution) -> PartSolution:
    """The part with a label for each result, so that all of them can be numbered."""
    worked, k = [], 0
    for item in part.worked:
        blocks = []
        for block in item.blocks:
            if isinstance(block, Lines):
                lines = []
                for j, line in enumerate(block.lines):
                    k += 1
                    ends = j + 1 == len(block.lines) or block.lines[j + 1].left is not None
                    lines.append(replace(line, label=line.label or (f"{part.part.label}line{k}" if ends else "")))
                block = Lines(tuple(lines))
            blocks.append(block)
        worked.append(replace(item, blocks=tuple(blocks)))
    return replace(part, worked=tuple(worked))


def _normal(lines: tuple[Line, ...], named: Container[Written]) -> Iterator[Line]:
    long = is_list(lines, named)
    said: set[object] = set()
    shown: set[tuple[Written, ...]] = set()
    for line in lines:
        reasons = tuple(r for r in line.reasons if _fact(r) not in said)
        if isinstance(line.left, Deriv):
            said.update(_fact(r) for r in line.reasons if r.code in REPEATED or r.code.startswith("rule-"))
        patterns = _patterns(line)
        again = long and (bool(shown & patterns) or (line.left in named and _all_symbols(line)))
        shown |= patterns
        yield replace(line, reasons=reasons, chain=line.chain[1:] if again else line.chain)


def _all_symbols(line: Line) -> bool:
    """Whether a row begins with its chain in symbols alone and goes on with another formula."""
    terms = line.chain[0][1].terms if isinstance(line.chain[0][1], Sum) else (line.chain[0][1],)
    products = all(isinstance(t, Prod) and isinstance(t.factors[-1], Deriv) for t in terms)
    return products and len(line.chain) > 2 and line.chain[1][0] == "=" and _has_symbols(line.chain[1][1])


def is_list(lines: Sequence[Line], named: Container[Written]) -> bool:
    """Whether rows are so many or so short that derivatives with a bar would only pull them apart: an update of
    several parameters, a list of δ, or many derivatives, with numbers.  ``named``: what has a name of its own."""
    rules = [line for line in lines if line.chain and line.chain[0][0] == "←"]
    if rules:
        return len(rules) > 1 and all(len(line.chain) != 2 or _valued(line) for line in rules)
    rows = [line for line in lines if isinstance(line.left, Deriv) and line.chain and _valued(line)]
    with_names = (line for line in rows if line.left in named or any(n in named for n in line.chain[0][1].walk()))
    return len(rows) > MANY or (len(rows) >= FEW and len(list(with_names)) > 1)


def _valued(line: Line) -> bool:
    return not _has_symbols(line.chain[-1][1])


def _fact(reason: Phrase) -> object:
    """What a reason says: σ' = σ (1 - σ) and a rule say the same for every argument."""
    if reason.code == "sigmoid-slope":
        return reason.code, dict(reason.data)["f"]
    return reason.code if reason.code.startswith("rule-") else reason


def _patterns(line: Line) -> set[tuple[Written, ...]]:
    """What rows ∂L/∂w = ∂L/∂c · ∂c/∂w = … = number of one c have in common, where another formula stands between, and
    what they have in common with those of another c: the letters aside, the same formulas.  The same for a δ that is
    found over the output of its neuron."""
    numbers = len(line.chain) > 2 and not _has_symbols(line.chain[-1][1])
    if not numbers or line.chain[1][0] != "=" or not _has_symbols(line.chain[1][1]):
        return set()
    alike = _without_letters((line.chain[0][1], line.chain[1][1]))
    match line.chain[0]:
        case ("=", Prod((Deriv() as upper, Deriv(of, (Name(),), False)))):
            return {(upper, of), alike}
        case ("=", Prod((Deriv() as upper, Deriv(of, (Name() as h,), False), Deriv(Name() as out, (Name(),), False)))):
            return {(upper, of, of), alike} if h == out else set()
    return set()


def _without_letters(formulas: tuple[Written, ...]) -> tuple[Written, ...]:
    """The formulas with their names numbered in the order of their appearance, those of derivatives too."""
    letters: dict[Written, Written] = {}
    for node in (n for formula in formulas for n in formula.walk()):
        for name in (node.of, *node.by) if isinstance(node, Deriv) else (node,):
            if isinstance(name, Name):
                letters.setdefault(name, Name("n", sub=str(len(letters))))
        if isinstance(node, Deriv):
            by = tuple(substitute(name, letters) for name in node.by)
            letters[node] = replace(node, of=substitute(node.of, letters), by=by)
    return tuple(substitute(formula, letters) for formula in formulas)


def _brief(lines: tuple[Line, ...]) -> Iterator[Line]:
    for run in _runs(lines):
        first, last = run[0], run[-1]
        label = next((line.label for line in reversed(run) if line.label), "")
        reasons = tuple(dict.fromkeys(r for line in run for r in line.reasons if r.code in CARRIED))
        conditions = tuple(dict.fromkeys(c for line in run for c in line.conditions))
        chain = shortened(tuple(step for line in run for step in line.chain))
        yield replace(last, left=first.left, chain=chain, reasons=reasons, conditions=conditions, label=label)


def _runs(lines: tuple[Line, ...]) -> list[list[Line]]:
    """Each line with those that go on with it."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and line.left is None:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def shortened(chain: tuple[tuple[str, Written], ...]) -> tuple[tuple[str, Written], ...]:
    """The last formula in symbols and the value."""
    last = len(chain) - 1
    symbolic = [k for k, (_, f) in enumerate(chain) if _has_symbols(f)]
    kept = sorted({*symbolic[-1:], last})
    told, start = [], 0
    for k in kept:
        passed = [relation for relation, _ in chain[start : k + 1]]
        relation = "←" if "←" in passed else "≈" if "≈" in passed else "="
        told.append((relation, chain[k][1]))
        start = k + 1
    return tuple(told)


def _has_symbols(formula: Written) -> bool:
    return any(isinstance(n, Name | Deriv) for n in formula.walk())
