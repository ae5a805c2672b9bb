"""The words of the format, as tables: what may stand where, and what belongs to the format but is not there yet.

The published schema (schema.json) has exactly these keys; a test compares them.
"""

from __future__ import annotations

FILE_KEYS = (
    "title",
    "text",
    "source",
    "id",
    "language",
    "parts",
)  # of the whole file; a part has title and text of its own
PART_KEYS = (
    "title",
    "text",
    "equations",
    "functions",
    "parameters",
    "given",
    "learning rate",
    "targets",
    "assume",
    "conventions",
    "digits",
    "decimals",
    "carry",
    "names",
    "spellings",
    "fixed",
    "marks",
    "rubric",
    "fade",
    "figure",
    "detail",
    "equation numbers",
    "tasks",
)
TOP_KEYS = tuple(dict.fromkeys((*FILE_KEYS, *PART_KEYS)))

LATER_KEYS = {
    "indices": "index ranges",
    "shapes": "shapes of vectors and matrices",
    "update rule": "an update rule of your own (the plain gradient step is: update: …)",
    "labels": "labels of entries",
}

CONVENTIONS = ("kinks", "round", "adjoints", "derivatives", "log base", "superscripts")
LATER_CONVENTIONS = {
    "vectors": "the orientation of vectors",
    "indices from": "indices that do not begin at 1",
    "decimals": "the decimal comma",
    "decimal comma": "the decimal comma",
}
DETAILS = ("brief", "normal", "every rule")
NUMBERED = ("cited", "all")
FIGURES = ("both", "statement", "solution", "none")
ROUND = ("digits", "decimals", "carry", "fractions")
ADJOINTS = ("partial", "delta", "bar")
DERIVATIVES = ("partial", "d", "nabla")
TELLINGS = ("direct", "backward", "paths")
LATER_TELLINGS = ("forward mode", "reverse mode", "finite differences", "indices", "matrices", "elements")

TASKS = (
    "count",
    "forward",
    "local derivatives",
    "derivative",
    "gradient",
    "update",
    "find",
    "forward again",
    "program",
)
KINDS = {"local derivatives": "local", "forward again": "forward-again"}  # kind in the record, where it differs
PLAIN_TASKS = ("count", "forward", "forward again", "program")  # take no value
LATER_TASKS = {
    "show": "proving a claim",
    "which": "judging offered answers",
    "jacobian": "the Jacobian matrix",
    "hessian": "the Hessian matrix",
    "backward": "a backward pass by itself (ask for gradient: all)",
}
COMMON_OPTIONS = ("points", "follow through", "say", "words", "label")
FORMS = ("expanded", "factored", "one fraction", "number", "no derivatives")  # of an answer, and: 4 digits, 2 decimals
OPTIONS = {
    "count": (),
    "forward": ("form",),
    "local derivatives": ("form",),
    "derivative": ("tell", "at", "in terms of", "assume", "form"),
    "gradient": ("targets", "tell", "at", "in terms of", "assume", "as vector", "form"),
    "update": ("targets", "tell", "steps", "form"),
    "find": ("targets", "tell", "at", "in terms of", "assume", "form"),
    "forward again": ("form",),
    "program": ("targets",),
}
LATER_OPTIONS = {
    "for each": "one step per sample",
    "for": "judging offered answers",
    "by": "derivatives of several targets by several quantities",
    "show": "choosing the steps to show",
    "with": "named update rules",
}
ALL_OPTIONS = tuple(dict.fromkeys((*COMMON_OPTIONS, *(o for options in OPTIONS.values() for o in options))))

LAYERS = ("dense",)
LATER_LAYERS = ("rnn", "conv1d", "conv2d", "conv", "pool", "attention", "embedding", "softmax", "batchnorm", "dropout")
DENSE = ("inputs", "outputs", "weights", "bias", "activation", "table", "pre")
TABLES = ("from-to", "to-from")
