"""A checker of the kernels' arrays, which recounts all that they keep, and annealing in parts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from plait.knots import Braid
from plait.knots.minimization import Weights, kernels
from plait.knots.minimization.state import State

TEMPERATURES = (1.0, 0.18)


def annealed(
    b: Braid,
    weights: Weights,
    *,
    by_value: bool = False,
    seed: int = 1,
    sweeps: float = 400.0,
    part: int = 256,
    parts: int = 6,
    rows: int = 0,
    spares: int | None = None,
) -> Iterator[tuple[State, list[float]]]:
    """The state as prepared and after each part of an annealing, with the energies.

    Args:
        spares: unused rows to leave, so that the table runs full soon.
    """
    row = np.array([*weights.row(), *TEMPERATURES])
    state = State.of(b, by_value, rows)
    if spares is not None:
        state.counters[kernels.SPARES] = spares  # the lowest ones of the stack stay
    rng = np.array([2 * seed + 1], np.uint64)
    energies = np.array([kernels.weigh(state.counters, state.count, row), 0.0, 0.0])
    yield state, energies.tolist()
    for _ in range(parts):
        kernels.anneal(
            state.table,
            state.counters,
            state.count,
            state.log,
            row,
            sweeps,
            part,
            rng,
            state.best,
            state.best_counters,
            energies,
        )
        yield state, energies.tolist()
        if energies[2] >= 1:
            break


def check_table(state: State, *, removed_rows: int = 0) -> None:
    """Raise AssertionError where the arrays contradict each other."""
    table, counters = state.table.tolist(), state.counters.tolist()
    strands, alive = counters[kernels.STRANDS], counters[kernels.ALIVE]
    listed = [table[k][kernels.LIST] for k in range(alive)]
    spare = [table[k][kernels.SPARE] for k in range(counters[kernels.SPARES])]
    assert strands >= 1
    # Each row is in the list or on the stack, once.
    assert len(listed) + len(spare) + removed_rows == len(table)
    assert len({*listed, *spare}) == len(listed) + len(spare)
    assert [table[v][kernels.PLACE] for v in listed] == list(range(alive))
    assert all(table[v][kernels.PLACE] == -1 for v in spare)
    names = [table[v][kernels.NAME] for v in listed]
    assert len(set(names)) == alive
    assert all(0 <= name < counters[kernels.NAMED] for name in names)
    # The counts are those of the runs.
    count = [[0, 0] for _ in range(len(state.count))]
    for v in listed:
        generator, power = table[v][kernels.GENERATOR], table[v][kernels.POWER]
        assert 1 <= generator < strands
        assert power
        assert not counters[kernels.BY_VALUE] or abs(power) <= 5
        count[generator][0] += 1
        count[generator][1] += abs(power)
    assert state.count[: strands + 1].tolist() == count[: strands + 1]
    assert counters[kernels.LENGTH] == sum(letters for _, letters in count)
    _check_rings(table, listed)
    _check_tidy(count, strands, bool(counters[kernels.BY_VALUE]))


def _check_rings(table: list[list[int]], listed: list[int]) -> None:
    """Upwards and downwards are inverse, stay on a position, and pass every run on it."""
    rows = set(listed)
    on: dict[int, set[int]] = {}
    for v in listed:
        for side in (0, 1):
            half = 2 * v + side
            on.setdefault(table[v][kernels.GENERATOR] + side, set()).add(half)
            above = table[v][kernels.UP + side]
            below = table[v][kernels.DOWN + side]
            assert {above >> 1, below >> 1} <= rows
            assert table[above >> 1][kernels.DOWN + (above & 1)] == half
            assert table[below >> 1][kernels.UP + (below & 1)] == half
    for halves in on.values():
        first = min(halves)
        ring = [first]
        while (above := table[ring[-1] >> 1][kernels.UP + (ring[-1] & 1)]) != first:
            ring.append(above)
            assert len(ring) <= len(halves)
        assert set(ring) == halves
    for v in listed:
        above = table[v][kernels.UP] >> 1
        merged = table[v][kernels.UP : kernels.DOWN] != [2 * above, 2 * above + 1]
        assert above == v or merged


def _check_tidy(count: list[list[int]], strands: int, by_value: bool) -> None:
    """No generator has a single crossing, and no position has none."""
    for generator in range(1, strands):
        runs, letters = count[generator]
        assert letters != 1
        assert not by_value or runs > 1
    for position in range(1, strands + 1):
        assert strands == 1 or count[position - 1][0] or count[position][0]
