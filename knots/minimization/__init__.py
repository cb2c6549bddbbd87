"""Braids of the same link with as few crossings, runs, strands or gates as can be found."""

from .certificates import KINDS, Certificate, Move
from .objectives import (
    Objective,
    Weights,
    find_objective,
    objective_names,
    register_objective,
)
from .search import EFFORTS, Minimized, minimize
from .starts import spherogram_start

__all__ = [
    "EFFORTS",
    "KINDS",
    "Certificate",
    "Minimized",
    "Move",
    "Objective",
    "Weights",
    "find_objective",
    "minimize",
    "objective_names",
    "register_objective",
    "spherogram_start",
]
