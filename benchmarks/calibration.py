"""Predicted against measured seconds of every method.

Run: python benchmarks/calibration.py [--most SECONDS] [METHOD ...]

Predictions scale with the speed of the machine, which a probe measures. Of the method "face" only
the contraction is predicted and measured here; the search takes about as long again. Instances
whose prediction is beyond --most are left out.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable
from typing import Any

from generate import brickwall, torus, uniform

from plait.knots import Braid
from plait.tensornet import METHODS, Request, plan_contraction
from plait.tensornet.calibration import speed
from plait.tensornet.contraction import contract_plan
from plait.tensornet.face import face_diagram
from plait.tensornet.rings import Complex

_Case = tuple[str, Braid, dict[str, Any]]
_ENOUGH = 0.5


def _brickwalls(*sizes: tuple[int, int], **options: Any) -> list[_Case]:
    return [(f"brickwall {n}x{k}", brickwall(n, k), options) for n, k in sizes]


def _uniform(*sizes: tuple[int, int], **options: Any) -> list[_Case]:
    return [(f"uniform {n}, {k}", uniform(n, k), options) for n, k in sizes]


def cases() -> dict[str, list[_Case]]:
    """Braids that take each method from a millisecond to a minute."""
    return {
        "face": _brickwalls(
            (16, 32), (20, 40), (24, 48), (30, 60), (40, 60), (50, 60), (60, 70), (70, 80)
        )
        + _brickwalls((75, 90), (80, 90), (80, 95), (85, 100)),
        "dense": _uniform(
            (3, 100_000), (4, 10_000), (5, 100_000), (6, 20_000), (7, 100_000), (8, 1000)
        )
        + _uniform((8, 30_000), (10, 1000), (10, 10_000), (12, 3000), (12, 30_000), (14, 1000))
        + _uniform((14, 5000), (16, 200), (16, 1000), (18, 100)),
        "bracket": _brickwalls(
            (8, 12), (8, 30), (8, 80), (10, 30), (12, 28), (12, 60), (14, 28), (16, 32), (16, 48)
        )
        + _brickwalls((18, 36), (20, 40))
        + [(f"torus {p}, {q}", torus(p, q), {}) for p, q in ((3, 100), (8, 25), (10, 20))],
        "mpo": _brickwalls((8, 20), (12, 28), (20, 40), (40, 40), (30, 60))
        + _brickwalls((15, 40), (20, 60), (40, 60), bond_dimension=16)
        + _brickwalls((15, 40), (20, 60), (30, 60), bond_dimension=128)
        + _brickwalls((20, 40), bond_dimension=256)
        + _brickwalls((15, 40), (20, 40), compression="chain"),
        "statevector": _uniform((4, 1000), (8, 1000), (8, 20_000), (12, 1000), (12, 5000))
        + _uniform((16, 200), (16, 2000), (20, 300), (22, 100), (24, 50))
        + _uniform((16, 500), (20, 100), estimator="trace"),
        "tn-proj": _brickwalls(
            (8, 12), (8, 20), (10, 20), (10, 30), (12, 24), (12, 28), (14, 28), (16, 24), (16, 32)
        )
        + _brickwalls((18, 30), (18, 36), (20, 30)),
    }


def _job(method: str, braid: Braid, options: dict[str, Any]) -> tuple[float, Callable[[], object]]:
    if method == "face":
        plan = plan_contraction(braid)
        diagram = face_diagram(braid, "markov")
        return plan.cost.seconds, lambda: contract_plan(diagram, plan, [Complex(single=False)])
    known = METHODS[method]
    request = Request(seed=0, options=known.complete(options))
    assert known.cost is not None  # noqa: S101
    predicted = known.cost(braid, "markov", request.options).seconds
    return predicted, lambda: known.evaluate(braid, "markov", request)


def measured(job: Callable[[], object]) -> float:
    """Median of up to five runs."""
    seconds: list[float] = []
    while not seconds or (len(seconds) < 5 and sum(seconds) < _ENOUGH):
        start = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    """Print one line per instance, and the spread for each method."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=float, default=60.0)
    parser.add_argument("methods", nargs="*", default=list(cases()))
    options = parser.parse_args()
    print(f"speed {speed():.2f}")
    for method in options.methods:
        ratios = []
        _job(method, brickwall(8, 12), {})[1]()
        for name, braid, chosen in cases()[method]:
            predicted, job = _job(method, braid, chosen)
            if predicted > options.most:
                continue
            seconds = measured(job)
            ratios.append(math.log(predicted / seconds))
            extra = ", ".join(f"{k}={v}" for k, v in chosen.items())
            print(
                f"{method:12}{name:22}{extra:22}{predicted:>11.4g}{seconds:>11.4g}"
                f"{predicted / seconds:>8.2f}",
                flush=True,
            )
        if ratios:
            mean, low, high = (math.exp(f(ratios)) for f in (statistics.fmean, min, max))
            print(f"{method:12}predicted / measured: mean {mean:.2f}, {low:.2f} to {high:.2f}\n")


if __name__ == "__main__":
    main()
