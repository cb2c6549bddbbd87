"""The annealing of closed braids, compiled: runs of crossings linked along the strands.

A closed braid is held as its maximal runs σ_g^power, each linked to the next and the previous run
on its two positions. What commutes has no order and the closure has no beginning, so far
commutation and conjugation cost nothing, and all moves are local.

The table has one row per run. A half-edge is the number 2·run + side: side 0 is the position g of
a run of σ_g, side 1 the position g + 1. The columns UP and UP + 1 of a row hold the half-edges
that follow its two sides upwards, DOWN and DOWN + 1 those before; a run that is alone on a
position follows itself.

Every move is a row of a log: :mod:`plait.knots.minimization.certificates` says what the rows mean,
and follows them independently.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ..jit import compiled
from ..randomness import random_bits

__all__ = [
    "ALIVE",
    "BY_VALUE",
    "COLUMNS",
    "COUNTERS",
    "DESTABILISE",
    "DOWN",
    "EXCHANGE",
    "FREE",
    "FREED",
    "GENERATOR",
    "JOIN",
    "JOINED",
    "LEAST",
    "LENGTH",
    "LIST",
    "LOGGED",
    "MERGE",
    "MODULO",
    "NAME",
    "NAMED",
    "PLACE",
    "POWER",
    "ROOM",
    "SINGLE",
    "SINGLES",
    "SLIDE",
    "SPARE",
    "SPARES",
    "STRANDS",
    "UP",
    "anneal",
    "prepare",
    "store",
    "weigh",
]

_Int: TypeAlias = Any  # an integer, of Python or of 64 bits
_Ints: TypeAlias = npt.NDArray[np.int64]
_Words: TypeAlias = npt.NDArray[np.uint64]
_Floats: TypeAlias = npt.NDArray[np.float64]

# Columns of the table.
GENERATOR: Final = 0
POWER: Final = 1
NAME: Final = 2
UP: Final = 3
DOWN: Final = 5
PLACE: Final = 7  # where the run is in the list, −1 if the row is unused
LIST: Final = 8  # the rows of the runs, in any order
SPARE: Final = 9  # a stack of unused rows
COLUMNS: Final = 10

# Counters.
STRANDS: Final = 0
ALIVE: Final = 1  # runs
SPARES: Final = 2  # rows on the stack
NAMED: Final = 3  # the next name
LOGGED: Final = 4  # rows of the log, also those that it had no room for
LENGTH: Final = 5  # crossings
FREED: Final = 6  # circles split off
BY_VALUE: Final = 7  # whether moves may keep no more than the value at the fifth root
JOINED: Final = 8  # split sides joined, by value
SINGLES: Final = 9  # and ten more: generators taken out that were one run, by power mod 10
COUNTERS: Final = 19

ROOM: Final = 64
"""Unused rows below which the number of runs may not grow: a move can take four for a moment."""
LEAST: Final = 20
"""Smaller braids are annealed for as long as ones of so many runs."""

# Columns of the counts of a generator.
RUNS: Final = 0
LETTERS: Final = 1

# Kinds of moves. They and the constants are no Python integers, as for each value of such an
# argument the compiler would make another copy of the function.
SLIDE: Final = np.int64(1)
MERGE: Final = np.int64(2)
EXCHANGE: Final = np.int64(3)
DESTABILISE: Final = np.int64(4)
FREE: Final = np.int64(5)
SINGLE: Final = np.int64(6)
JOIN: Final = np.int64(7)
MODULO: Final = np.int64(8)
_ZERO: Final = np.int64(0)
_ONE: Final = np.int64(1)
_NONE: Final = np.int64(-1)


@compiled
def _log(
    log: _Ints,
    counters: _Ints,
    kind: _Int,
    a: _Int,
    b: _Int,
    c: _Int,
    side: _Int,
    x: _Int,
    z: _Int,
) -> None:
    row = counters[LOGGED]
    if row < len(log):
        log[row, 0] = kind
        log[row, 1] = a
        log[row, 2] = b
        log[row, 3] = c
        log[row, 4] = side
        log[row, 5] = x
        log[row, 6] = z
    counters[LOGGED] = row + 1


@compiled
def _link(table: _Ints, below: _Int, above: _Int) -> None:
    table[below >> 1, UP + (below & 1)] = above
    table[above >> 1, DOWN + (above & 1)] = below


@compiled
def _unlink(table: _Ints, v: _Int) -> None:
    for side in range(2):
        _link(table, table[v, DOWN + side], table[v, UP + side])


@compiled
def _account(counters: _Ints, count: _Ints, g: _Int, runs: _Int, letters: _Int) -> None:
    """Count runs and crossings of a generator."""
    count[g, RUNS] += runs
    count[g, LETTERS] += letters
    counters[LENGTH] += letters


@compiled
def _add(table: _Ints, counters: _Ints, count: _Ints, g: _Int, power: _Int) -> Any:
    """A new run; its links are not yet set."""
    counters[SPARES] -= 1
    v = table[counters[SPARES], SPARE]
    table[v, GENERATOR] = g
    table[v, POWER] = power
    table[v, NAME] = counters[NAMED]
    counters[NAMED] += 1
    table[v, PLACE] = counters[ALIVE]
    table[counters[ALIVE], LIST] = v
    counters[ALIVE] += 1
    _account(counters, count, g, _ONE, abs(power))
    return v


@compiled
def _drop(table: _Ints, counters: _Ints, count: _Ints, v: _Int) -> None:
    """Give the row of a run back; its links have been taken out."""
    counters[ALIVE] -= 1
    last, place = table[counters[ALIVE], LIST], table[v, PLACE]
    table[place, LIST] = last
    table[last, PLACE] = place
    table[v, PLACE] = -1
    table[counters[SPARES], SPARE] = v
    counters[SPARES] += 1
    _account(counters, count, table[v, GENERATOR], -_ONE, -abs(table[v, POWER]))


@compiled
def _change(table: _Ints, counters: _Ints, count: _Ints, v: _Int, g: _Int, power: _Int) -> None:
    """Give a run another generator and power."""
    _account(counters, count, table[v, GENERATOR], -_ONE, -abs(table[v, POWER]))
    _account(counters, count, g, _ONE, abs(power))
    table[v, GENERATOR] = g
    table[v, POWER] = power


@compiled
def _vanish(
    table: _Ints, counters: _Ints, count: _Ints, queue: _Ints, waiting: _Int, v: _Int
) -> Any:
    """Take out a run of which nothing is left; its neighbours, which may meet, join the queue."""
    _unlink(table, v)
    _drop(table, counters, count, v)
    for k in range(4):
        if waiting < len(queue):
            queue[waiting] = table[v, UP + k] >> 1
            waiting += 1
    return waiting


@compiled
def _settle(
    table: _Ints, counters: _Ints, count: _Ints, log: _Ints, queue: _Ints, waiting: _Int
) -> None:
    """Merge the runs in the queue with neighbours of the same generator, as far as it goes."""
    while waiting:
        waiting -= 1
        v = queue[waiting]
        if table[v, PLACE] < 0:
            continue
        while counters[BY_VALUE] and abs(table[v, POWER]) > 5:
            shift = 10 if table[v, POWER] < 0 else -10
            _log(log, counters, MODULO, table[v, NAME], _NONE, _NONE, _ZERO, shift, _ZERO)
            _change(table, counters, count, v, table[v, GENERATOR], table[v, POWER] + shift)
        if table[v, POWER] == 0:
            waiting = _vanish(table, counters, count, queue, waiting, v)
            continue
        for side in range(2):
            links = UP if side == 0 else DOWN
            u = table[v, links] >> 1
            if u == v or table[v, links] != 2 * u or table[v, links + 1] != 2 * u + 1:
                continue
            # u is of the same generator and next to v on both positions.
            _log(log, counters, MERGE, table[v, NAME], table[u, NAME], _NONE, side, _ZERO, _ZERO)
            power = table[u, POWER] + table[v, POWER]
            _unlink(table, u)
            _drop(table, counters, count, u)
            _change(table, counters, count, v, table[v, GENERATOR], power)
            if power == 0:
                waiting = _vanish(table, counters, count, queue, waiting, v)
            else:
                queue[waiting] = v
                waiting += 1
            break


@compiled
def _find(table: _Ints, counters: _Ints, g: _Int) -> Any:
    """A run of σ_g, or −1."""
    for k in range(counters[ALIVE]):
        if table[table[k, LIST], GENERATOR] == g:
            return table[k, LIST]
    return _NONE


@compiled
def _close_up(table: _Ints, counters: _Ints, count: _Ints, g: _Int) -> None:
    """Take away σ_g, which does not occur, and position g + 1, joined to g."""
    for k in range(counters[ALIVE]):
        if table[table[k, LIST], GENERATOR] > g:
            table[table[k, LIST], GENERATOR] -= 1
    for h in range(g, counters[STRANDS]):
        for k in range(2):
            count[h, k] = count[h + 1, k]
    counters[STRANDS] -= 1


@compiled
def _remove_only(
    table: _Ints, counters: _Ints, count: _Ints, log: _Ints, queue: _Ints, v: _Int
) -> None:
    """Take out the only run of its generator and join the two positions to one."""
    g = table[v, GENERATOR]
    for k in range(4):
        queue[k] = table[v, UP + k] >> 1
    if table[v, DOWN] >> 1 == v:
        _link(table, table[v, DOWN + 1], table[v, UP + 1])
    elif table[v, DOWN + 1] >> 1 == v:
        _link(table, table[v, DOWN], table[v, UP])
    else:
        left, right = table[v, UP], table[v, UP + 1]
        _link(table, table[v, DOWN], right)
        _link(table, table[v, DOWN + 1], left)
    _drop(table, counters, count, v)
    _close_up(table, counters, count, g)
    _settle(table, counters, count, log, queue, np.int64(4))


@compiled
def tidy(table: _Ints, counters: _Ints, count: _Ints, log: _Ints, queue: _Ints) -> None:
    """Destabilise and split off circles while possible.

    By value also: take out a generator that is a single run, and join the two sides of one that
    does not occur.
    """
    by_value = counters[BY_VALUE]
    g = np.int64(1)
    while g <= counters[STRANDS]:
        n = counters[STRANDS]
        here, letters, before = count[g, RUNS], count[g, LETTERS], count[g - 1, RUNS]
        if g < n and (letters == 1 or (by_value and here == 1)):
            v = _find(table, counters, g)
            kind = DESTABILISE if letters == 1 else SINGLE
            _log(log, counters, kind, table[v, NAME], _NONE, _NONE, _ZERO, table[v, POWER], _ZERO)
            counters[SINGLES + table[v, POWER] % 10] += 1
            _remove_only(table, counters, count, log, queue, v)
            g = np.int64(1)
        elif n > 1 and here == 0 and before == 0:
            # Position g has no crossing.
            _log(log, counters, FREE, g, _NONE, _NONE, _ZERO, _ZERO, _ZERO)
            _close_up(table, counters, count, g if g < n else g - 1)
            counters[FREED] += 1
            g = np.int64(1)
        elif by_value and g < n and here == 0 and count[g + 1, RUNS]:
            # Both positions have crossings, with σ_(g−1) and σ_(g+1).
            v, w = _find(table, counters, g - 1), _find(table, counters, g + 1)
            _log(log, counters, JOIN, table[v, NAME], table[w, NAME], _NONE, _ZERO, _ZERO, _ZERO)
            counters[JOINED] += 1
            left, right = table[v, UP + 1], table[w, UP]
            _link(table, 2 * v + 1, right)
            _link(table, 2 * w, left)
            _close_up(table, counters, count, g)
            g = np.int64(1)
        else:
            g += 1


@compiled
def prepare(table: _Ints, counters: _Ints, count: _Ints, log: _Ints) -> None:
    """Merge all runs that meet, also across the closure, and tidy up."""
    queue = np.empty(72, np.int64)
    for v in range(counters[NAMED]):
        queue[0] = v
        _settle(table, counters, count, log, queue, _ONE)
    tidy(table, counters, count, log, queue)


@compiled
def _weight(n: _Int, g: _Int, weights: _Floats) -> Any:
    """The weight of a run of σ_g: the first two and the last two generators have their own."""
    if g <= 2:
        return weights[g]
    if g >= n - 2:
        return weights[2 + n - g]
    return weights[0]


@compiled
def weigh(counters: _Ints, count: _Ints, weights: _Floats) -> Any:
    """The energy: runs by their generators, crossings (weight 5) and strands (weight 6)."""
    n = counters[STRANDS]
    energy = weights[0] * counters[ALIVE] + weights[5] * counters[LENGTH] + weights[6] * n
    for g in range(1, min(3, n)):
        energy += (_weight(n, g, weights) - weights[0]) * count[g, RUNS]
    for g in range(max(3, n - 2), n):
        energy += (_weight(n, g, weights) - weights[0]) * count[g, RUNS]
    return energy


@compiled
def _merging(table: _Ints, along: _Int, outer: _Int, side: _Int, power: _Int) -> tuple[Any, bool]:
    """The crossings that merging saves if one run is at both half-edges, and if it vanishes.

    −1 where nothing merges.
    """
    u = along >> 1
    if along != 2 * u + side or outer != 2 * u + 1 - side:
        return _NONE, False
    total = table[u, POWER] + power
    return abs(table[u, POWER]) + abs(power) - abs(total), total == 0


@compiled
def _chain(table: _Ints, below: _Int, above: _Int, ring: bool, links: _Ints, size: _Int) -> None:
    """Link half-edges one after the other, between two others or to a ring."""
    for k in range(size - 1):
        _link(table, links[k], links[k + 1])
    if ring:
        _link(table, links[size - 1], links[0])
    else:
        _link(table, below, links[0])
        _link(table, links[size - 1], above)


@compiled
def _rest(table: _Ints, counters: _Ints, count: _Ints, v: _Int, g: _Int, power: _Int) -> Any:
    """What is left of a run of which a part slides, or is put in for one; −1 if nothing."""
    if v < 0:
        return _add(table, counters, count, g, power)
    if power == 0:
        _drop(table, counters, count, v)
        return _NONE
    _change(table, counters, count, v, g, power)
    return v


@compiled
def _slide(
    table: _Ints,
    counters: _Ints,
    count: _Ints,
    log: _Ints,
    queue: _Ints,
    v: _Int,
    a: _Int,
    c: _Int,
    side: _Int,
    x: _Int,
    z: _Int,
) -> None:
    """σ_i^x σ_j^y σ_i^z = σ_j^z σ_i^y σ_j^x with the run v = σ_j^y, a below it and c above.

    a or c is −1 where no run is used; then σ_i^(−x) σ_i^x or σ_i^z σ_i^(−z) is put in first. What
    is left of a and c stays outside. ``side`` is the side of v that it shares with σ_i.
    """
    out = 1 - side
    j, y = table[v, GENERATOR], table[v, POWER]
    i = j - 1 + 2 * side
    name_a = table[a, NAME] if a >= 0 else _NONE
    name_c = table[c, NAME] if c >= 0 else _NONE
    _log(log, counters, SLIDE, table[v, NAME], name_a, name_c, side, x, z)
    p = table[a, POWER] if a >= 0 else _ZERO
    r = table[c, POWER] if c >= 0 else _ZERO
    # The half-edges around: on the shared position, on the other one of σ_i, on v's own.
    shared_below = table[a, DOWN + out] if a >= 0 else table[v, DOWN + side]
    shared_above = table[c, UP + out] if c >= 0 else table[v, UP + side]
    other_below = table[a, DOWN + side] if a >= 0 else table[c, DOWN + side]
    other_above = table[c, UP + side] if c >= 0 else table[a, UP + side]
    own_below, own_above = table[v, DOWN + out], table[v, UP + out]
    node = shared_below >> 1
    shared_ring = node in (v, a, c)
    node = other_below >> 1
    other_ring = node in (a, c)
    own_ring = own_below >> 1 == v

    _change(table, counters, count, v, i, y)
    first = _add(table, counters, count, j, z)
    second = _add(table, counters, count, j, x)
    low = _rest(table, counters, count, a, i, p - x)
    high = _rest(table, counters, count, c, i, r - z)

    links = queue[8:]
    links[0] = 2 * first + out
    links[1] = 2 * second + out
    _chain(table, own_below, own_above, own_ring, links, np.int64(2))
    size = 0
    if low >= 0:
        links[size] = 2 * low + side
        size += 1
    links[size] = 2 * v + side
    size += 1
    if high >= 0:
        links[size] = 2 * high + side
        size += 1
    _chain(table, other_below, other_above, other_ring, links, size)
    size = 0
    if low >= 0:
        links[size] = 2 * low + out
        size += 1
    links[size] = 2 * first + side
    links[size + 1] = 2 * v + out
    links[size + 2] = 2 * second + side
    size += 3
    if high >= 0:
        links[size] = 2 * high + out
        size += 1
    _chain(table, shared_below, shared_above, shared_ring, links, size)
    for k in range(size):
        queue[k] = links[k] >> 1
    _settle(table, counters, count, log, queue, size)


@compiled
def _exchange(table: _Ints, counters: _Ints, count: _Ints, log: _Ints, v: _Int) -> None:
    """Change both crossings of a generator that has two of opposite signs and no others."""
    g = table[v, GENERATOR]
    if count[g, LETTERS] == 2 and count[g, RUNS] == 2:
        h = table[v, UP]
        while h & 1:
            h = table[h >> 1, UP + 1]
        w = h >> 1
        if table[w, POWER] == -table[v, POWER]:
            _log(
                log, counters, EXCHANGE, table[v, NAME], table[w, NAME], _NONE, _ZERO, _ZERO, _ZERO
            )
            table[v, POWER], table[w, POWER] = table[w, POWER], table[v, POWER]


@compiled
def store(table: _Ints, counters: _Ints, best: _Ints, best_counters: _Ints) -> None:
    """Copy the runs, numbered as in the list: generator, power, name, and the links upwards."""
    for k in range(counters[ALIVE]):
        v = table[k, LIST]
        for column in range(3):
            best[k, column] = table[v, column]
        for side in range(2):
            h = table[v, UP + side]
            best[k, UP + side] = 2 * table[h >> 1, PLACE] + (h & 1)
    for k in range(len(counters)):
        best_counters[k] = counters[k]


@compiled
def anneal(
    table: _Ints,
    counters: _Ints,
    count: _Ints,
    log: _Ints,
    weights: _Floats,
    sweeps: float,
    proposals: _Int,
    rng: _Words,
    best: _Ints,
    best_counters: _Ints,
    energies: _Floats,
) -> None:
    """An annealing of so many proposals per run, or the next part of one.

    * ``weights``: five of runs, one of crossings, one of strands; first and last temperature.
    * ``sweeps``: proposals per run of the whole annealing, whose length follows the runs.
    * ``proposals``: how many to make now at most, a multiple of 256.
    * ``log``: rows of moves; what does not fit is only counted.
    * ``best``, ``best_counters``: the best state so far, as :func:`store` writes it.
    * ``energies``: of the best state; whether it is the present one, not stored yet (1 or 0);
      how far the annealing has come, 1 being its end.
    """
    queue = np.empty(72, np.int64)
    temperature = weights[7]
    for step in range(proposals):
        m = counters[ALIVE]
        if step & 255 == 0:
            if energies[2] >= 1 or m < 2:
                energies[2] = 1
                return
            temperature = weights[7] * (weights[8] / weights[7]) ** energies[2]
            energies[2] += 256 / (sweeps * max(m, LEAST))
        if m < 2:
            continue
        word = random_bits(rng)
        bits = np.int64(word >> np.uint64(56))
        row = np.int64(((word & np.uint64(0xFFFFFFFF)) * np.uint64(m)) >> np.uint64(32))
        v = table[row, LIST]
        side = bits & 1
        out = 1 - side
        j, y, n = table[v, GENERATOR], table[v, POWER], counters[STRANDS]
        i = j - 1 + 2 * side
        if i < 1 or i >= n or count[i, RUNS] == 0:
            _exchange(table, counters, count, log, v)
            continue
        below, above = table[v, DOWN + side], table[v, UP + side]
        a = below >> 1 if below & 1 == out else _NONE
        c = above >> 1 if above & 1 == out else _NONE
        if a < 0 and c < 0:
            continue
        if a >= 0 and c >= 0 and (a == c or table[a, UP + side] >> 1 != c):
            # Not a triangle: use one of them.
            if bits & 2:
                a = _NONE
            else:
                c = _NONE
        p = table[a, POWER] if a >= 0 else _ZERO
        r = table[c, POWER] if c >= 0 else _ZERO
        choice = (bits >> 2) & 3
        if abs(y) == 1 and choice == 2 and c >= 0:
            x, z = y, r
        elif abs(y) == 1 and choice == 3 and a >= 0:
            x, z = p, y
        else:
            x = np.int64(1)
            if (p < 0) if a >= 0 and (c < 0 or choice & 1) else (r > 0):
                x = -_ONE
            if (bits >> 4) & 15 == 0:
                x = -x
            z = -x
        low, high = p - x, r - z
        more_i = 1 + (low != 0) + (high != 0) - (a >= 0) - (c >= 0)
        more_j = 1
        longer = abs(low) + abs(high) - abs(p) - abs(r) + abs(x) + abs(z)
        if low == 0:
            saved, gone = _merging(table, table[a, DOWN + out], table[v, DOWN + out], side, z)
            if saved >= 0:
                longer -= saved
                more_j -= 2 if gone else 1
        if high == 0:
            saved, gone = _merging(table, table[c, UP + out], table[v, UP + out], side, x)
            if saved >= 0:
                longer -= saved
                more_j -= 2 if gone else 1
        if more_i + more_j > 0 and counters[SPARES] < ROOM:
            continue
        change = (
            _weight(n, i, weights) * more_i + _weight(n, j, weights) * more_j + weights[5] * longer
        )
        if change > 0:
            if change > 20 * temperature:
                continue
            uniform = np.float64(random_bits(rng) >> np.uint64(11)) * 2.0**-53
            if uniform >= np.exp(-change / temperature):
                continue
            if energies[1] != 0:
                store(table, counters, best, best_counters)
                energies[1] = 0
        _slide(table, counters, count, log, queue, v, a, c, side, x, z)
        n = counters[STRANDS]
        for g in range(max(1, min(i, j) - 1), min(n, max(i, j) + 2)):
            if count[g, LETTERS] < 2 or (counters[BY_VALUE] and count[g, RUNS] < 2):
                tidy(table, counters, count, log, queue)
                break
        energy = weigh(counters, count, weights)
        if energy < energies[0] - 1e-9:
            energies[0] = energy
            energies[1] = 1
