"""The arrays of the kernels: made of a braid, annealed, read back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..braids import Braid, Run
from ..conventions import PHI
from . import kernels
from .certificates import torus_value
from .linked import linked_runs, named_runs, word_of
from .recipes import Candidate, Recipe

__all__ = ["State", "anneal"]

_Ints = npt.NDArray[np.int64]
_TEMPERATURES: Final = (1.0, 0.18)
_ROOM: Final = 4  # runs that there may be in between, as a multiple of those at the start
_PART: Final = 1 << 19  # proposals between looks at the keyboard


@dataclass(frozen=True)
class State:
    """The arrays of the kernels."""

    table: _Ints
    counters: _Ints
    count: _Ints
    log: _Ints
    best: _Ints
    best_counters: _Ints

    @classmethod
    def of(cls, b: Braid, by_value: bool, rows: int) -> State:
        """A closed braid, merged and tidied up, with room for so many moves in the log."""
        strands, runs, up = linked_runs(b)
        m = len(runs)
        size = _ROOM * m + 256
        table = np.zeros((size, kernels.COLUMNS), np.int64)
        table[:, kernels.PLACE] = -1
        table[:m, kernels.PLACE] = table[:m, kernels.LIST] = table[:m, kernels.NAME] = range(m)
        table[:m, : kernels.NAME] = np.array(runs, np.int64).reshape(m, 2)
        links = np.array(up, np.int64)
        table[:m, kernels.UP : kernels.DOWN] = links.reshape(m, 2)
        table[links >> 1, kernels.DOWN + (links & 1)] = range(2 * m)
        table[: size - m, kernels.SPARE] = range(size - 1, m - 1, -1)
        count = np.zeros((strands + 3, 2), np.int64)
        for generator, power in runs:
            count[generator] += 1, abs(power)
        counters = np.zeros(kernels.COUNTERS, np.int64)
        counters[kernels.STRANDS] = strands
        counters[kernels.ALIVE] = counters[kernels.NAMED] = m
        counters[kernels.SPARES] = size - m
        counters[kernels.LENGTH] = sum(abs(power) for _, power in runs)
        counters[kernels.BY_VALUE] = by_value
        log = np.zeros((rows, 7), np.int64)
        state = cls(table, counters, count, log, np.zeros((size, 5), np.int64), counters.copy())
        kernels.prepare(table, counters, count, log)
        kernels.store(table, counters, state.best, state.best_counters)
        return state

    def candidate(self, job: Recipe) -> Candidate:
        """The best closed braid so far."""
        counters = self.best_counters.tolist()
        free, singles = counters[kernels.FREED], counters[kernels.SINGLES :]
        factor = complex(PHI ** (free + counters[kernels.JOINED]))
        for power, times in enumerate(singles):
            # For powers 1 and 9 = −1 mod 10 this is 1, the destabilisations.
            if times and power not in (1, 9):
                factor *= torus_value(power) ** times
        rows = self.best[: counters[kernels.ALIVE]].tolist()
        runs = {row[kernels.NAME]: Run(*row[: kernels.NAME]) for row in rows}
        up = {
            2 * row[kernels.NAME] + side: 2 * rows[half >> 1][kernels.NAME] + (half & 1)
            for row in rows
            for side, half in enumerate(row[kernels.UP :])
        }
        b = word_of(named_runs(counters[kernels.STRANDS], runs, up))
        return Candidate(b, free, factor, job._replace(moves=counters[kernels.LOGGED]))


def anneal(state: State, job: Recipe) -> Iterator[float]:
    """Do an annealing in parts, so that it can be interrupted; gives how far it has come."""
    weights = np.array([*job.weights, *_TEMPERATURES])
    # SeedSequence spreads neighbouring seeds; xorshift needs a number that is not 0.
    rng = np.random.SeedSequence(job.seed).generate_state(1, np.uint64) | np.uint64(1)
    energies = np.array([kernels.weigh(state.counters, state.count, weights), 0.0, 0.0])
    while energies[2] < 1:
        kernels.anneal(
            state.table,
            state.counters,
            state.count,
            state.log,
            weights,
            job.sweeps,
            _PART,
            rng,
            state.best,
            state.best_counters,
            energies,
        )
        yield min(1.0, float(energies[2]))
    if energies[1]:
        kernels.store(state.table, state.counters, state.best, state.best_counters)
