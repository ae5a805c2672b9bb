"""The whole symbolic gradient of a logistic net, by one contestant: ``python -m benchmarks.gradient WHO WIDTH DEPTH``.

Prints {"seconds": …, "operations": …} as JSON: seconds of the processor; operations: for symprop those printed in the
forward definitions and the final lines, for the peers what their own counters say of all partial derivatives together.
symprop derives *and* certifies *and* prints TeX; the peers only derive.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from benchmarks.nets import Net, as_exercise
from benchmarks.nets import net as _net

CONTESTANTS = ("symprop", "sympy.diff", "sympy.cse", "symengine", "casadi")


def by_symprop(net: Net) -> dict[str, Any]:
    from symprop import api
    from symprop.written import operations

    api.to_tex(api.solve(as_exercise(_net(1, 1))))  # imports and templates, as the peers' imports, are not counted
    start = time.process_time()
    solution = api.solve(as_exercise(net))
    tex = api.to_tex(solution)
    seconds = time.process_time() - start
    answers = [answer for part in solution.parts for worked in part.worked for answer in worked.answers]
    assert len(answers) >= len(net.parameters), f"{len(answers)} answers for {len(net.parameters)} parameters"
    assert solution.parts[0].certificate is not None
    forward = sum(operations(equation.right) for equation in solution.parts[0].part.equations)
    lines = _final_lines(solution)
    return {
        "seconds": seconds,
        "operations": forward + sum(operations(formula) for formula in lines),
        "tex": len(tex),
        "relations": solution.parts[0].certificate.relations,
    }


def _final_lines(solution: Any) -> list[Any]:
    """The last formula of every row of the derivation: what a reader needs to compute the gradient."""
    from symprop.model.solution import Lines

    return [
        line.chain[-1][1]
        for part in solution.parts
        for worked in part.worked
        for block in worked.blocks
        if isinstance(block, Lines)
        for line in block.lines
    ]


def expanded(net: Net, module: Any) -> tuple[Any, list[Any]]:
    """The loss with everything put in, and the parameters, as symbols of SymPy or symengine."""
    values = {name: module.Symbol(name) for name in (*net.inputs, *net.parameters)}
    parameters = [values[name] for name in net.parameters]
    for unit in net.units:
        z = sum((values[w] * values[h] for w, h in unit.terms), values[unit.bias])
        values[unit.name] = 1 / (1 + module.exp(-z))
    return (values["y"] - module.Symbol("t")) ** 2 / 2, parameters


def by_sympy_diff(net: Net) -> dict[str, Any]:
    import sympy

    loss, parameters = expanded(net, sympy)
    start = time.process_time()
    gradient = [sympy.diff(loss, p) for p in parameters]
    seconds = time.process_time() - start
    return {"seconds": seconds, "operations": int(sum(sympy.count_ops(g) for g in gradient))}


def by_sympy_cse(net: Net) -> dict[str, Any]:
    import sympy

    loss, parameters = expanded(net, sympy)
    start = time.process_time()
    replacements, reduced = sympy.cse([sympy.diff(loss, p) for p in parameters])
    seconds = time.process_time() - start
    return {
        "seconds": seconds,
        "operations": int(sum(sympy.count_ops(e) for _, e in replacements) + sympy.count_ops(reduced)),
    }


def by_symengine(net: Net) -> dict[str, Any]:
    import symengine

    loss, parameters = expanded(net, symengine)
    start = time.process_time()
    gradient = [loss.diff(p) for p in parameters]
    seconds = time.process_time() - start
    return {"seconds": seconds, "operations": int(symengine.count_ops(*gradient))}


def by_casadi(net: Net) -> dict[str, Any]:
    import casadi

    values: dict[str, Any] = {name: casadi.SX.sym(name) for name in (*net.inputs, *net.parameters, "t")}
    parameters = casadi.vertcat(*(values[name] for name in net.parameters))
    start = time.process_time()
    for unit in net.units:
        z = values[unit.bias]
        for w, h in unit.terms:
            z = z + values[w] * values[h]
        values[unit.name] = 1 / (1 + casadi.exp(-z))
    gradient = casadi.gradient((values["y"] - values["t"]) ** 2 / 2, parameters)
    seconds = time.process_time() - start
    return {"seconds": seconds, "operations": int(casadi.n_nodes(gradient))}


RUN = dict(zip(CONTESTANTS, (by_symprop, by_sympy_diff, by_sympy_cse, by_symengine, by_casadi), strict=True))


if __name__ == "__main__":
    sys.setrecursionlimit(100_000)
    print(json.dumps(RUN[sys.argv[1]](_net(int(sys.argv[2]), int(sys.argv[3])))))
