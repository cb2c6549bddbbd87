"""The arrays of the compiled annealing, recounted from outside."""

from __future__ import annotations

import random

import numpy as np
import pytest
from strategies import random_braid
from table_checks import annealed, check_table

from plait.knots import Braid
from plait.knots.minimization import Weights, find_objective, kernels, objective_names
from plait.knots.minimization.certificates import Certificate, moves_of
from plait.knots.minimization.recipes import Recipe
from plait.knots.minimization.state import State

KEEPS = pytest.mark.parametrize("by_value", [False, True], ids=["link", "value"])
OBJECTIVES = pytest.mark.parametrize("objective", objective_names())
WILD = (
    Weights(bulk=0, first=0, second=0, last=0, last_but_one=0, crossing=1e-6),
    Weights(bulk=0, crossing=0.01),
    Weights(bulk=0.01, first=9, second=0, last=9, last_but_one=0, crossing=0.02, strand=50),
    Weights(crossing=999999),
    Weights(bulk=999999, crossing=1e-300),
)


def weights_of(objective: str) -> Weights:
    return find_objective(objective).weights


@KEEPS
@OBJECTIVES
def test_small_braids(objective: str, by_value: bool) -> None:
    """Two to six strands, where rings of one or two runs occur all the time."""
    rng = random.Random(f"{objective} {by_value}")
    for seed in range(120):
        strands = rng.randint(2, 6)
        b = random_braid(strands, rng.randint(0, 18), rng.getrandbits(32))
        for state, _ in annealed(b, weights_of(objective), by_value=by_value, seed=seed):
            check_table(state)


@KEEPS
@OBJECTIVES
def test_large_braids(objective: str, by_value: bool) -> None:
    for strands, length in ((3, 150), (9, 120), (30, 400)):
        b = random_braid(strands, length, strands)
        parts = annealed(b, weights_of(objective), by_value=by_value, part=1 << 13, parts=4)
        for state, _ in parts:
            check_table(state)


@KEEPS
@pytest.mark.parametrize("weights", WILD, ids=range(len(WILD)))
def test_wild_weights(weights: Weights, by_value: bool) -> None:
    """Braids that grow until the table is full end all the same."""
    for strands, length in ((2, 4), (3, 8), (5, 20), (8, 60)):
        b = random_braid(strands, length, strands)
        state = None
        for state, _ in annealed(b, weights, by_value=by_value, part=1 << 14, parts=4, sweeps=1e4):
            check_table(state)
        assert state is not None


def test_a_full_table_lets_nothing_grow() -> None:
    """Without room, only slides that make no more runs are done."""
    b = random_braid(6, 60, 3)
    start = State.of(b, False, 0)
    whole, alive = len(start.table), int(start.counters[kernels.ALIVE])
    largest = {}
    for spares in (4, 20, kernels.ROOM + 10):
        sizes = [alive]
        for state, _ in annealed(b, WILD[0], spares=spares, part=1 << 13, parts=4, sweeps=1e4):
            check_table(state, removed_rows=whole - alive - spares)
            sizes.append(int(state.counters[kernels.ALIVE]))
        largest[spares] = max(sizes)
    # Merging frees rows, but not so many that there is room.
    assert alive + 20 < kernels.ROOM
    assert largest[4] == largest[20] == alive
    assert alive < largest[kernels.ROOM + 10] <= alive + 10 + 4


def test_powers_are_reduced_by_value() -> None:
    """Also those of ten, which vanish, and of more than fifteen."""
    for powers in ((10, 2, 2, 2), (5, 1, 5, -3), (25, 25, 25, 25), (-30, 4, 3, 17), (12, 1, 9, 9)):
        word: list[int] = []
        for k, power in enumerate(powers):
            word += [(1 + k % 2) * (1 if power > 0 else -1)] * abs(power)
        for seed in range(4):
            parts = annealed(Braid(word, 3), Weights(), by_value=True, seed=seed)
            for state, _ in parts:
                check_table(state)


@KEEPS
@OBJECTIVES
def test_the_best_state_is_the_lowest_of_all(objective: str, by_value: bool) -> None:
    """The log followed by the certificates' code never passes a lower energy."""
    weights = weights_of(objective)
    rng = random.Random(f"{objective} {by_value}")
    for seed in range(10):
        b = random_braid(rng.randint(2, 6), rng.randint(2, 22), rng.getrandbits(32))
        parts = list(annealed(b, weights, by_value=by_value, seed=seed, part=1024, rows=20_000))
        state, (least, unsaved, _) = parts[-1]
        if unsaved:
            kernels.store(state.table, state.counters, state.best, state.best_counters)
        logged = int(state.counters[kernels.LOGGED])
        assert logged <= len(state.log)
        moves = moves_of(state.log[:logged].tolist())
        energies = [energy(c, weights) for c in Certificate(b, moves).braids()]
        stored = energies[int(state.best_counters[kernels.LOGGED])]
        assert stored == pytest.approx(least)
        assert stored <= min(energies) + 1e-9


def energy(b: Braid, weights: Weights) -> float:
    """Of the runs of a word, which a certificate writes without merging across the closure."""
    kinds = {b.strands - 1: weights.last, b.strands - 2: weights.last_but_one}
    kinds |= {1: weights.first, 2: weights.second}
    runs = b.runs()
    return (
        sum(kinds.get(run.generator, weights.bulk) for run in runs)
        + weights.crossing * sum(abs(run.power) for run in runs)
        + weights.strand * b.strands
    )


@OBJECTIVES
def test_the_energy_is_that_of_the_weights(objective: str) -> None:
    weights = weights_of(objective)
    row = np.array([*weights.row(), 1.0, 0.18])
    for strands in range(2, 8):
        state = State.of(random_braid(strands, 40, strands), False, 0)
        b = state.candidate(Recipe(Braid([], 1), weights.row(), 0, 1.0, False, 0)).braid
        assert kernels.weigh(state.counters, state.count, row) == pytest.approx(energy(b, weights))


def test_parts_do_not_matter() -> None:
    """Cut in parts or not, an annealing ends in the same state."""
    b = random_braid(7, 60, 1)
    weights = weights_of("runs")
    ends = [
        list(annealed(b, weights, part=part, parts=1 << 20, sweeps=2000.0))[-1]
        for part in (256, 1024, 1 << 19)
    ]
    for state, energies in ends[1:]:
        assert energies[2] >= 1
        assert np.array_equal(state.best_counters, ends[0][0].best_counters)
        assert np.array_equal(state.table, ends[0][0].table)


@KEEPS
def test_braids_that_need_no_annealing(by_value: bool) -> None:
    for b in (Braid([], 1), Braid([], 5), Braid([1], 2), Braid([2, -2], 4), Braid([1] * 7, 2)):
        parts = list(annealed(b, weights_of("runs"), by_value=by_value))
        for state, _ in parts:
            check_table(state)
        assert parts[-1][1][2] >= 1
        assert parts[-1][0].counters[kernels.ALIVE] <= 1
