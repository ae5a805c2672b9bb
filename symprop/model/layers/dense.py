"""A fully connected layer.

z_j = Σ_i w_ji x_i + b_j,  a_j = f(z_j)    for j = 1 … units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from symprop.written import Name, Written, add, mul


def dense(
    inputs: Sequence[Name],
    outputs: Sequence[Name],
    weights: Sequence[Sequence[Name]],
    biases: Sequence[Name] = (),
    activation: Callable[[Written], Written] | None = None,
    pre: Sequence[Name] = (),
) -> Iterator[tuple[Name, Written]]:
    """z_j = Σ_i weights[j][i] inputs[i] + biases[j],  outputs[j] = activation(z_j)    for each output j.

    Shapes: weights (outputs, inputs), biases and pre (outputs,); no biases: none added; no activation: linear, no z.
    Order: z, a of unit 1, then of unit 2: every quantity is defined before use.
    """
    assert len(weights) == len(outputs), "one row of weights per output"
    assert not biases or len(biases) == len(outputs), "one bias per output"
    assert activation is None or len(pre) == len(outputs), "one pre-activation per output"
    for j, output in enumerate(outputs):
        terms: list[Written] = [mul(w, x) for w, x in zip(weights[j], inputs, strict=True)]
        if biases:
            terms.append(biases[j])
        net = add(*terms)
        if activation is None:
            yield output, net
        else:
            yield pre[j], net
            yield output, activation(pre[j])
