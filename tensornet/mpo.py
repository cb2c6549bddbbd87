"""The braid as a matrix product operator on Fibonacci paths, with bonds that are cut off.

With P(x) = d_{x_n}/φⁿ the Markov closure is a trace, and the trace is an inner product:

    V = (−A)^(−3w) φ^(n−1) z,   z = Σ_x P(x) ⟨x|U|x⟩ = tr((U₂†√P)† U₁√P),   U = U₂U₁.

Two chains absorb the runs of U₁ and those of U₂† one after the other, see
:mod:`plait.tensornet.chain`. A plat closure has |p⟩⟨p| in place of √P and φ^(n/2−1) in place of
φ^(n−1).

**Error.** Both start operators have norm 1, runs are unitary, and no cut makes an operator longer.
So |z − z'| ≤ ε₁ + ε₂, where ε, the sum of the norms that were cut off, bounds the distance of a
chain from its operator. Since |z| ≤ 1, |z − z'| ≤ 1 + |z'| as well. The smaller of the two, times
φ^(n−1), is the reported error. It is a bound, not an estimate, and far above the actual error
where what is cut off points in random directions among the φ^(2n) or so of all operators: then V
is off by about √(Σ ε²), which ``details`` has as ``typical_error``. Measured, that holds within a
factor of four for random braids, but near the identity the error can be thirty times as large.

Source: the method is one of the classical baselines of arXiv:2503.05625, where the whole chain is
compressed after every crossing (``compression="chain"``). The updates here touch one bond.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..knots.braids import Braid, Run
from ..knots.closures import closure_writhe
from ..knots.conventions import ORDER, PHI, Closure, bracket_to_jones
from ..knots.errors import InputError
from ..knots.fibonacci import plat_path
from .calibration import local_seconds
from .chain import Chain, identity_chain, overlap, path_chain
from .methods import Evaluation, Method, Request
from .program import single_threaded_blas
from .resources import Cost, check_cost

__all__ = ["MPO", "mpo_cost", "mpo_jones"]

_COMPRESSIONS = ("local", "chain")
# Of the elements of an operator of norm 1 per step, and of its singular values in the end.
_ROUNDING = 1e-15
_NOTHING = 1e-14
# Seconds on the reference machine: per multiply-add, and per run and bond.
_PER_PRODUCT = 2.4e-10
_WORK = 8
_OVERHEAD = 1.2e-4


def mpo_jones(braid: Braid, closure: Closure, request: Request) -> Evaluation:
    """V at the fifth root from matrix product operators, and a bound on the error.

    ``error`` is None if nothing but rounding was cut off. ``details`` holds ``bond_dimension``
    (the largest that occurred), ``discarded_weight`` (the sum of the squared norms of all that was
    cut off), ``largest_discarded`` (the largest singular value among it) and ``typical_error``.

    Raises:
        InputError: an option is out of range.
        ResourceError: predicted memory or time are beyond the limits.

    Example:
        >>> from plait.knots.conventions import T
        >>> found = mpo_jones(Braid("1 1 1"), "markov", Request(options=MPO.options))
        >>> abs(found.value - (T + T**3 - T**4)) < 1e-12, found.error
        (True, None)
    """
    options = request.options
    _check(options)
    what = f"a matrix product operator of bond dimension {options['bond_dimension']}"
    check_cost(mpo_cost(braid, closure, options), what, request.memory)
    runs = braid.runs(ORDER)
    half = len(runs) // 2 if options["halves"] else len(runs)
    upper = [Run(i, -power % ORDER) for i, power in reversed(runs[half:])]
    # The blocks are small: several threads of BLAS would get in each other's way.
    with single_threaded_blas():
        one, other = (_absorb(braid.strands, closure, s, options) for s in (runs[:half], upper))
        z = overlap(other, one)
    n = braid.strands
    scale = PHI ** (n - 1 if closure == "markov" else n // 2 - 1)
    discarded = one.discarded + other.discarded
    bound = one.bound + other.bound + _ROUNDING * (len(runs) + n)
    largest = max(one.largest, other.largest)
    return Evaluation(
        value=bracket_to_jones(scale * PHI * z, closure_writhe(braid, closure)),
        error=scale * min(bound, 1 + abs(z)) if largest > _NOTHING else None,
        details={
            "bond_dimension": max(one.bond_dimension, other.bond_dimension),
            "discarded_weight": discarded,
            "largest_discarded": largest,
            "typical_error": math.sqrt(discarded),
        },
    )


def _check(options: Mapping[str, Any]) -> None:
    if options["bond_dimension"] < 1:
        raise InputError(f"bond_dimension={options['bond_dimension']}: give 1 or more")
    if not 0 <= options["cutoff"] < 1:
        raise InputError(
            f"cutoff={options['cutoff']}: give a number from 0 up to, but not including, 1"
        )
    if options["compression"] not in _COMPRESSIONS:
        raise InputError(
            f"compression={options['compression']!r}: choose one of: {', '.join(_COMPRESSIONS)}"
        )


def _absorb(
    strands: int, closure: Closure, runs: Sequence[Run], options: Mapping[str, Any]
) -> Chain:
    """The chain of a product of runs, the first one acting first."""
    chain = identity_chain(strands) if closure == "markov" else path_chain(plat_path(strands))
    chain.limit = options["bond_dimension"]
    chain.cutoff = options["cutoff"]
    order = _short_ways(runs, strands)
    for run, following in zip(order, [*order, Run(1, 1)][1:], strict=True):
        if options["compression"] == "local":
            chain.apply(run, towards=following.generator)
        else:
            chain.apply_exactly(run)
            chain.compress()
    return chain


def _short_ways(runs: Sequence[Run], strands: int) -> list[Run]:
    """The same product in an order that moves the centre little: always the nearest run next."""
    waiting: list[deque[tuple[int, Run]]] = [deque() for _ in range(strands + 1)]
    for number, run in enumerate(runs):
        waiting[run.generator].append((number, run))

    def ready(i: int) -> bool:
        """Whether the next run of σ_i comes before those of its neighbours."""
        return bool(waiting[i]) and all(
            not waiting[j] or waiting[j][0][0] > waiting[i][0][0] for j in (i - 1, i + 1)
        )

    order: list[Run] = []
    at, direction = 1, 1
    for _ in runs:
        # Of two at the same distance, the one that lies ahead.
        ways = (at + step * way for step in range(strands) for way in (direction, -direction))
        near = next(i for i in ways if 0 < i < strands and ready(i))
        direction = -1 if near < at else 1 if near > at else direction
        at = near
        order.append(waiting[near].popleft()[1])
    return order


def mpo_cost(braid: Braid, closure: Closure, options: Mapping[str, Any]) -> Cost:
    """Predicted cost of :func:`mpo_jones`.

    Bonds are taken to grow as fast as they do in dense brickwalls, by φ² per run.

    Example:
        >>> mpo_cost(Braid("1 2 -1"), "markov", MPO.options).seconds < 1
        True
    """
    runs = braid.runs(ORDER)
    n, half = braid.strands, len(runs) // 2 if options["halves"] else len(runs)
    # Left of bond i a path has i free labels, an operator two of them.
    copies = 2 if closure == "markov" else 1
    flops = memory = 0.0
    for side in (runs[:half], runs[half:][::-1]):
        bonds = [1.0, *[2.0] * n] if closure == "markov" else [1.0] * (n + 1)
        for i, _ in side:
            least = min(bonds[i - 1], bonds[i + 1])
            flops += _WORK * bonds[i - 1] * bonds[i + 1] * least
            most = PHI ** (copies * min(i, n - i))
            bonds[i] = min(options["bond_dimension"], most, PHI**2 * min(bonds[i], least))
        memory += 32 * sum(a * b for a, b in pairwise(bonds)) + 128 * max(bonds) ** 2
    # The whole chain costs n bonds per run, one of which has grown.
    bonds_per_run = n if options["compression"] == "chain" else 1
    seconds = bonds_per_run * (_PER_PRODUCT * flops + _OVERHEAD * len(runs))
    return Cost(bonds_per_run * flops, memory + 1e4, local_seconds(seconds))


MPO = Method(
    name="mpo",
    summary="matrix product operator with bonds cut off, error bounded",
    evaluate=mpo_jones,
    cost=mpo_cost,
    options={"bond_dimension": 64, "cutoff": 1e-14, "compression": "local", "halves": True},
    approximate=True,
)
