"""Which bits of a path are known, run by run, and what each run costs because of it.

For a given path s the state before run t is U_{t−1} … U_1|s⟩, and only its overlap with
⟨s|U_R … U_t matters for the value. A bit that no run has mixed yet is that of s (*known*); a bit
that no later run mixes must be that of s in the end (*final*). A run σ_i^k is then

* ``LEFT_ZERO`` or ``RIGHT_ZERO``, if that neighbour of x_i is known or final and 0: x_i is 1
  there, and the run is a phase that depends on the other neighbour: no two-qubit gate;
* ``BRANCH``, if both neighbours are known and 1: it acts on x_i alone, on the branch of s;
* ``LEFT`` or ``RIGHT``, if the other neighbour is known and 1: that one controls;
* ``BULK`` otherwise.

A run that became a phase no longer mixes x_i, so the analysis is repeated until nothing changes.
Replacing a run by a phase on account of a final bit changes the state elsewhere, but not the
value; as phases are diagonal, the state stays in the space of paths, which error detection needs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled

__all__ = ["BRANCH", "BULK", "LEFT", "LEFT_ZERO", "RIGHT", "RIGHT_ZERO", "mean_cost", "reach"]

LEFT_ZERO, RIGHT_ZERO, BRANCH, LEFT, RIGHT, BULK = range(6)

Bits = npt.NDArray[np.uint8]


@compiled
def reach(
    generators: npt.NDArray[np.int32], path: Bits
) -> tuple[Bits, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """The kind of every run for one path.

    Args:
        generators: of the runs, shape (R,).
        path: bits s_0 … s_n.

    Returns:
        The kinds, shape (R,); whether a run is the first one to mix its bit, shape (R,); which
        bits are mixed at all, shape (n + 1,).
    """
    runs = len(generators)
    kinds = np.full(runs, BULK, np.uint8)
    first = np.zeros(runs, np.bool_)
    mixed = np.zeros(len(path), np.bool_)
    while True:
        mixed[:] = False
        for r in range(runs):
            i = generators[r]
            left, right = not mixed[i - 1], not mixed[i + 1]
            first[r] = False
            if kinds[r] <= RIGHT_ZERO:
                continue
            if left and not path[i - 1]:
                kinds[r] = LEFT_ZERO
                continue
            if right and not path[i + 1]:
                kinds[r] = RIGHT_ZERO
                continue
            if left and right:
                kinds[r] = BRANCH
            elif right:
                kinds[r] = LEFT
            elif left:
                kinds[r] = RIGHT
            first[r] = not mixed[i]
            mixed[i] = True
        later = np.zeros(len(path), np.bool_)
        changed = False
        for r in range(runs - 1, -1, -1):
            i = generators[r]
            if kinds[r] <= RIGHT_ZERO:
                continue
            if not later[i - 1] and not path[i - 1]:
                kinds[r], changed = LEFT_ZERO, True
            elif not later[i + 1] and not path[i + 1]:
                kinds[r], changed = RIGHT_ZERO, True
            else:
                later[i] = True
        if not changed:
            return kinds, first, mixed


@compiled
def mean_cost(
    generators: npt.NDArray[np.int32],
    one_sided: npt.NDArray[np.float64],
    fresh: npt.NDArray[np.float64],
    bulk: npt.NDArray[np.float64],
    link: float,
    line: bool,
    paths: Bits,
) -> float:
    """Mean expected errors of the two-qubit gates of the echo circuits of several paths.

    Args:
        generators: of the runs, shape (R,).
        one_sided: cost of each run with one control, shape (R,).
        fresh: cost of each run that the branch controls and that prepares a bit, by that bit,
            shape (R, 2).
        bulk: cost of each run in the bulk, shape (R,).
        link: cost of a CNOT.
        line: whether the cat state is prepared along a line.
        paths: shape (S, n + 1).
    """
    total = 0.0
    for k in range(len(paths)):
        path = paths[k]
        kinds, first, mixed = reach(generators, path)
        end = 0
        for r in range(len(generators)):
            kind = kinds[r]
            if kind == BULK:
                total += bulk[r]
            elif kind == BRANCH and first[r] and not line:
                total += fresh[r, path[generators[r]]]
            elif kind > RIGHT_ZERO:
                total += one_sided[r]
            if not line and first[r] and kind != BRANCH and path[generators[r]]:
                total += link
        for j in range(1, len(path) - 1):
            if mixed[j]:
                end = j
        for j in range(2, end + 1):
            if line and path[j]:
                total += 2 * link if path[j - 1] else 6 * link
            elif path[j] and mixed[j]:
                total += link
    return total / len(paths)
