"""The mistakes that are recognised, each a small module that yields what the mistaken student would have written.

A new one: a module with ``slips(replay)``, its name in this list, a sentence in ``words/`` (``mistakes``), rows in
``tests/answers/``.  The order is the order in which explanations are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symprop.judge.mistakes import (
    activation_for_derivative,
    another_activation,
    derivative_at_activation,
    forgot_constant,
    forgot_factor,
    forgot_gate,
    forgot_path,
    forward,
    index_as_power,
    inner_derivative,
    layer_mixed_up,
    loss_for_derivative,
    lost_bracket,
    lost_term,
    only_one_path,
    paths_multiplied,
    product_rule,
    sign,
    slope_twice,
    step,
    swapped_factor,
    targets_add_up,
    updated_too_early,
    upside_down,
    wrong_derivative,
    wrong_index,
)
from symprop.judge.replay import Replay, Slip

MISTAKES: tuple[Callable[[Replay], Iterator[Slip]], ...] = (
    sign.slips,
    step.slips,
    forgot_constant.slips,
    forgot_factor.slips,
    forgot_gate.slips,
    forgot_path.slips,
    only_one_path.slips,
    activation_for_derivative.slips,
    derivative_at_activation.slips,
    another_activation.slips,
    slope_twice.slips,
    loss_for_derivative.slips,
    swapped_factor.slips,
    layer_mixed_up.slips,
    inner_derivative.slips,
    product_rule.slips,
    upside_down.slips,
    wrong_derivative.slips,
    updated_too_early.slips,
    targets_add_up.slips,
    paths_multiplied.slips,
    index_as_power.slips,
    forward.slips,
    wrong_index.slips,
    lost_bracket.slips,
    lost_term.slips,
)

__all__ = ["MISTAKES"]
