"""What an experiment measured, as counts of the four kinds of shots per series."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..circuits.compile import CircuitKind
from ..circuits.outcomes import read_outcome
from ..circuits.plan import Job, Series
from ..circuits.simulation import Counts

__all__ = ["MINUS", "PLUS", "REJECTED", "ZERO", "Tallies", "tally"]

PLUS, MINUS, ZERO, REJECTED = range(4)
"""Kinds of shots: value +1, −1, 0 with the bits of a path, and bits that no path allows."""

Tallies: TypeAlias = dict[Series, npt.NDArray[np.int64]]
"""Counts per series, shape (..., 4); leading axes are resamples."""


def tally(
    kind: CircuitKind,
    results: Iterable[tuple[Job, Counts]],
    *,
    detect: bool = True,
) -> Tallies:
    """Sort the shots of each series into the four kinds.

    Args:
        kind: of the circuits.
        results: counts of each job, outcomes in the normal form.
        detect: count shots whose bits no path allows as rejected; else by their value.

    Example:
        >>> job = Job("real", (0, 1, 1, 1), 10)
        >>> tally("echo", [(job, {"00": 7, "10": 2, "01": 1})])["real"].tolist()
        [7, 2, 1, 0]
    """
    tallies: Tallies = {}
    for job, counts in results:
        row = tallies.setdefault(job.series, np.zeros(4, dtype=np.int64))
        for bits, count in counts.items():
            value, kept = read_outcome(kind, job.path, bits)
            if detect and not kept:
                row[REJECTED] += count
            else:
                row[{1: PLUS, -1: MINUS, 0: ZERO}[value]] += count
    return tallies
