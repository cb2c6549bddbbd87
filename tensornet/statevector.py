"""Sampling: V as the mean of ⟨s|U|s⟩ over random paths, or of ⟨ψ|U|ψ⟩ over random states.

    V = (−A)^(−3w) φ^(n−1) z,   z = Σ_x P(x) ⟨x|U|x⟩,   P(x) = d_{x_n}/φⁿ.

Two estimators of z, both unbiased:

* ``strings``: ⟨s|U|s⟩ of paths s drawn from P; its variance is that of the diagonal elements, at
  most 1. This is what the quantum algorithm does, without the noise of its shots.
* ``trace``: ⟨ψ|U|ψ⟩ with ψ_x = √P(x) e^{iθ_x} and independent uniform phases θ_x. The diagonal
  comes out exactly; the variance is Σ_{x≠y} P(x) P(y) |⟨x|U|y⟩|² ≤ φ^(1−n), since U keeps x_n.

For deep random braids the diagonal elements are as small as all others and the variances are
alike; the closer U is to a diagonal matrix, the better is ``trace``.

A sample costs as much as applying the braid to one state: φⁿ per run, for either estimator.

Sources: Shor and Jordan, Quantum Inf. Comput. 8, 681 (2008), and arXiv:2503.05625 for
``strings``; Hutchinson, Commun. Stat. Simul. Comput. 18, 1059 (1989) for ``trace``.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid, Run
from ..knots.closures import closure_writhe
from ..knots.conventions import DIMENSIONS, ORDER, PHI, Closure, bracket_to_jones
from ..knots.errors import InputError
from ..knots.fibonacci import path_count, paths, sample_paths
from .calibration import local_seconds
from .dense import DenseAction, plat_amplitude
from .methods import Evaluation, Method, Request
from .resources import Cost, check_cost

__all__ = ["STATEVECTOR", "statevector_cost", "statevector_jones"]

_ESTIMATORS = ("strings", "trace")
# Seconds on the reference machine: per letter, per run and portion, per entry of a state, and per
# row of a portion. Random words have about 0.7 runs per letter.
_PER_LETTER = 1.2e-6
_PER_RUN = 1.5e-5
_PER_ENTRY = 1e-9
_PER_ROW = 4.7e-9
_RUNS = 0.7
# States are handled together as long as they stay in the cache.
_TOGETHER = 2**16


def statevector_jones(braid: Braid, closure: Closure, request: Request) -> Evaluation:
    """V at the fifth root, as a mean over samples with its standard error.

    ``error`` is the root mean square of |V − estimate|, from the spread of the samples. The value
    of a plat closure is a single amplitude, hence exact, and has no error.

    Raises:
        InputError: an option is out of range.
        ResourceError: predicted memory or time are beyond the limits.

    Example:
        >>> from plait.knots.conventions import T
        >>> options = STATEVECTOR.complete({"samples": 1000, "estimator": "trace"})
        >>> found = statevector_jones(Braid("1 1 1"), "markov", Request(seed=1, options=options))
        >>> abs(found.value - (T + T**3 - T**4)) < 0.1
        True
    """
    options = request.options
    _check(options)
    n = braid.strands
    what = f"the statevector method on {n} strands"
    check_cost(statevector_cost(braid, closure, options), what, request.memory)
    runs = braid.runs(ORDER)
    writhe = closure_writhe(braid, closure)
    if closure == "plat":
        bracket = PHI ** (n // 2) * plat_amplitude(n, runs)
        return Evaluation(value=bracket_to_jones(bracket, writhe))
    seed = secrets.randbits(32) if request.seed is None else request.seed
    rng = np.random.default_rng(seed)
    draw = _strings if options["estimator"] == "strings" else _trace
    values = draw(n, runs, options["samples"], rng)
    variance = float(np.sum(np.abs(values - values.mean()) ** 2)) / (len(values) - 1)
    return Evaluation(
        value=bracket_to_jones(PHI**n * complex(values.mean()), writhe),
        error=PHI ** (n - 1) * math.sqrt(variance / len(values)),
        details={"estimator": options["estimator"], "samples": len(values), "seed": seed},
    )


def _check(options: Mapping[str, Any]) -> None:
    if options["samples"] < 2:
        raise InputError(
            f"samples={options['samples']}: give 2 or more, as the error comes from their spread"
        )
    if options["estimator"] not in _ESTIMATORS:
        raise InputError(
            f"estimator={options['estimator']!r}: choose one of: {', '.join(_ESTIMATORS)}"
        )


def _strings(
    strands: int, runs: Sequence[Run], samples: int, rng: np.random.Generator
) -> npt.NDArray[np.complex128]:
    """⟨s|U|s⟩ of random paths; a path that is drawn again is not computed again."""
    drawn, counts = np.unique(sample_paths(strands, samples, rng), axis=0, return_counts=True)
    places = 1 << np.arange(strands, -1, -1)
    found = np.empty(len(drawn), dtype=complex)
    basis = paths(strands)
    for last in (0, 1):
        sector = basis[basis[:, -1] == last]
        action = DenseAction(sector)
        chosen = np.flatnonzero(drawn[:, -1] == last)
        # Paths are in lexicographic order, which is that of the numbers with these digits.
        rows = np.searchsorted(sector @ places, drawn[chosen] @ places)
        for part in _portions(len(chosen), len(sector)):
            columns = np.arange(part.stop - part.start)
            state = np.zeros((len(sector), len(columns)), dtype=complex)
            state[rows[part], columns] = 1
            found[chosen[part]] = action.apply(runs, state)[rows[part], columns]
    return np.repeat(found, counts)


def _trace(
    strands: int, runs: Sequence[Run], samples: int, rng: np.random.Generator
) -> npt.NDArray[np.complex128]:
    """⟨ψ|U|ψ⟩ of states with random phases."""
    basis = paths(strands)
    action = DenseAction(basis)
    lengths = np.sqrt(DIMENSIONS[basis[:, -1]] / PHI**strands)
    found = np.empty(samples, dtype=complex)
    for part in _portions(samples, len(basis)):
        # One state after the other, so that the draws do not depend on how many fit together.
        phases = rng.random((part.stop - part.start, len(basis))).T
        state = lengths[:, None] * np.exp(2j * np.pi * phases)
        found[part] = np.sum(state.conj() * action.apply(runs, state), axis=0)
    return found


def _portions(count: int, size: int) -> Iterator[slice]:
    """Slices of a number of states of this size that are handled together."""
    step = max(1, _TOGETHER // max(size, 1))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def statevector_cost(braid: Braid, closure: Closure, options: Mapping[str, Any]) -> Cost:
    """Predicted cost of :func:`statevector_jones`.

    Example:
        >>> statevector_cost(Braid("1 2 -1"), "markov", STATEVECTOR.options).seconds < 1
        True
    """
    d = float(path_count(min(braid.strands, 200)))
    samples = drawn = 1 if closure == "plat" else options["samples"]
    if options["estimator"] == "strings":
        samples = min(samples, d)  # a string that comes again costs nothing
    together = max(1.0, min(samples, _TOGETHER // d))
    # 2·10⁴ multiply-adds stand for the overhead of a run.
    flops = (4 * d * samples + 2e4 * samples / together) * (len(braid) + 1)
    memory = 8 * d * braid.strands + 80 * d * (together + 1) + 16 * drawn * (braid.strands + 4)
    # A string is moved within its sector, a random state has both.
    rows = d if options["estimator"] == "trace" else 0.53 * d
    columns = max(1.0, min(samples, _TOGETHER / (0.6 * d)))
    run = samples / columns * (_PER_RUN + _PER_ROW * rows) + samples * _PER_ENTRY * rows
    seconds = (len(braid) + 1) * (_PER_LETTER + _RUNS * run)
    return Cost(flops, memory, local_seconds(seconds))


STATEVECTOR = Method(
    name="statevector",
    summary="mean over random paths or states, with its standard error",
    evaluate=statevector_jones,
    cost=statevector_cost,
    options={"samples": 100, "estimator": "strings"},
    approximate=True,
)
