"""Frozen records whose hash is computed once: the nodes of formulas, which are looked up in tables all the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


class Hashed:
    """The place where a record keeps its hash; it is no field (and so is not pickled: hashes of text differ by run)."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass_transform(frozen_default=True)
def record(*, order: bool = False) -> Callable[[type[T]], type[T]]:
    """``dataclass(frozen=True, slots=True)`` for a subclass of ``Hashed``."""

    def make(cls: type[T]) -> type[T]:
        made: Any = dataclass(frozen=True, slots=True, order=order)(cls)
        compute = made.__hash__

        def cached(self: Any) -> int:
            try:
                return self._hash
            except AttributeError:
                value: int = compute(self)
                object.__setattr__(self, "_hash", value)
                return value

        made.__hash__ = cached
        return made

    return make
