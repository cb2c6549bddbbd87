"""What an annealing begins with, and what comes out."""

from __future__ import annotations

from typing import NamedTuple

from ..braids import Braid

__all__ = ["Candidate", "Recipe"]


class Recipe(NamedTuple):
    """All that an annealing depends on.

    Attributes:
        start: the braid.
        weights: of its energy, in the order of the kernels.
        seed: of its random numbers.
        sweeps: proposals per run.
        by_value: whether only the value at exp(2πi/5) is kept.
        moves: how many moves lead to the best state, once this is known.
    """

    start: Braid
    weights: tuple[float, ...]
    seed: int
    sweeps: float
    by_value: bool
    moves: int


class Candidate(NamedTuple):
    """A braid with V(start) = factor · V(braid), and how it comes about; None for the input.

    Attributes:
        braid: the braid.
        free: circles split off.
        factor: φ^free, and what else moves by value brought.
        recipe: the annealing that led to it.
    """

    braid: Braid
    free: int
    factor: complex
    recipe: Recipe | None
