"""Closed braids."""

from __future__ import annotations

from dataclasses import dataclass

from .braids import Braid

__all__ = ["ClosedBraid"]


@dataclass(frozen=True)
class ClosedBraid:
    """A braid with its closure and orientation."""

    braid: Braid
    closure: str = "markov"
    reverse: tuple[int, ...] = ()

    def to_markov(self) -> ClosedBraid:
        """As a Markov closure."""
        return self
