"""Laws on random questions about random networks: solved and judged right, or refused with a reason.

Every kind of task with every quantity that might stand there, sensible or not, and its options.  ``SYMPROP_LAWS`` for
more, as in tests/test_laws.py.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from symprop import api
from symprop.errors import DerivationError, SpecError, UnsupportedError
from symprop.judge.judging import Marker
from symprop.model.build import exercise
from symprop.notation import text
from tests.networks import Network, networks

MANY = int(os.environ.get("SYMPROP_LAWS", "0"))
FINE = ("right", "right-wrong-form")


def quantities(network: Network) -> tuple[list[str], list[str]]:
    """What the equations compute, and everything else."""
    return [e.partition(" = ")[0] for e in network.equations], [*network.parameters, *network.given]


def one_of(*options: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(options)


@st.composite
def tasks(draw: Any, network: Network, numeric: bool) -> list[Any]:
    """One to four questions."""
    computed, leaves = quantities(network)
    node, any_ = st.sampled_from(computed), st.sampled_from(computed + leaves)
    parameter = st.sampled_from(list(network.parameters))
    derivative = st.builds("d{}/d{}".format, node, any_)
    second = st.builds("d^2{0}/d({1})^2".format, node, any_) | st.builds("d^2{}/(d{} d{})".format, node, any_, any_)
    tell = st.fixed_dictionaries({}, optional={"tell": one_of("direct", "backward", "paths", "direct, backward")})
    point = st.builds(lambda name: [{name: "1"}, {name: "2"}], any_)
    at = st.fixed_dictionaries({}, optional={"at": point}) if draw(one_of(True, False, False)) else st.just({})
    kinds = {
        "forward": st.just("forward"),
        "local": st.just("local derivatives"),
        "derivative": st.builds(lambda d, t, a: {"derivative": d, **t, **a}, derivative, tell, at),
        "two": st.builds(lambda a, b: {"derivative": f"{a}, {b}"}, derivative, derivative),
        "gradient": st.builds(
            lambda names, t, more: {"gradient": names, **t, **more},
            one_of("all", ", ".join(network.parameters)) | any_ | derivative,
            tell,
            st.fixed_dictionaries({}, optional={"as vector": one_of("yes", "G"), "targets": node}),
        ),
        "find": st.builds(
            lambda f, a: {"find": f, **a}, any_ | second | st.builds("{} + 2 {}".format, any_, derivative), at
        ),
        "update": st.builds(
            lambda names, more: {"update": names, **more},
            st.just("all") | parameter,
            st.fixed_dictionaries({}, optional={"steps": one_of("2"), "targets": node}),
        ),
        "again": st.just("forward again"),
        "program": st.just("program"),
    }
    usual = [k for k in kinds if numeric or k not in ("again", "program")]
    return [draw(kinds[draw(st.sampled_from(usual))]) for _ in range(draw(st.integers(1, 4)))]


@st.composite
def questions(draw: Any) -> Any:
    """The arguments of an exercise."""
    network = draw(networks(largest=3) | networks(abstract=True, largest=3))
    numeric = not network.functions and draw(one_of(True, True, False))
    rate = draw(one_of({"eta": "0.1"}, "eta"))
    rounding = draw(one_of({}, {}, {"digits": "3"}, {"decimals": "2", "carry": "rounded"}))
    return {
        "equations": list(network.equations),
        "functions": network.functions,
        "parameters": dict(network.parameters) if numeric else list(network.parameters),
        "given": dict(network.given) if numeric else {},
        "learning_rate": rate if numeric else "eta",
        "conventions": {"round": rounding},
        "tasks": draw(tasks(network, numeric)),
    }


@given(questions())
@settings(
    max_examples=MANY // 10 or 60,
    deadline=None,
    derandomize=not MANY,
    database=None,
    phases=(Phase.explicit, Phase.generate, *((Phase.shrink,) if MANY else ())),
    suppress_health_check=list(HealthCheck),
)
def test_questions_are_answered_rightly_or_refused_with_a_reason(asked: Any) -> None:
    try:
        solution = api.solve(exercise(**asked))
    except (SpecError, DerivationError, UnsupportedError) as refused:
        assert str(refused) and "Name(" not in str(refused)
        return
    for sheet in ("key", "problem", "hints"):
        assert api.to_tex(solution, sheet=sheet)
    for part in solution.parts:
        for worked in part.worked:
            marker = Marker(part, worked)
            for answer in worked.answers:
                if worked.task.at or worked.task.kind in ("program", "forward-again"):
                    continue  # a number at one of several points; the same quantity at another time
                sign = "<-" if answer.relation == "←" else "="
                told = f"{text(answer.quantity)} {sign} {text(answer.formula)}"
                found = marker.judge(told)
                assert found.kind in FINE, (told, found.kind, found.verdicts)
