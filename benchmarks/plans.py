"""Plans for braids that take hours, without running them.

Run: python benchmarks/plans.py 105x120 --memory 20GB [--effort 1]

Slices are independent, so a cluster divides the hours by its cores over those of this machine, as
long as there are several slices for each worker; a worker needs the memory of one slice.
"""

from __future__ import annotations

import argparse
import time

from generate import brickwall

from plait.tensornet import plan_contraction
from plait.tensornet.calibration import speed
from plait.tensornet.resources import parse_memory, size_text


def main() -> None:
    """Print what the plan needs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("size", help="strands x layers of a random brickwall, seed 0")
    parser.add_argument("--memory", default="20GB")
    parser.add_argument("--effort", type=float, default=1.0)
    parser.add_argument("--precision", default="double")
    options = parser.parse_args()
    strands, layers = map(int, options.size.split("x"))
    braid = brickwall(strands, layers)
    start = time.perf_counter()
    plan = plan_contraction(
        braid,
        memory=parse_memory(options.memory),
        effort=options.effort,
        precision=options.precision,
    )
    cost = plan.cost
    print(
        f"{options.size}: {len(braid):,} crossings, {options.memory} allowed, effort "
        f"{options.effort:g}: search {time.perf_counter() - start:.0f} s\n"
        f"  {cost.flops:.2e} multiply-adds, {size_text(cost.memory)}, {plan.slices:.3g} slices, "
        f"{cost.seconds:.3g} s = {cost.seconds / 3600:.3g} h here (speed {speed():.2f})"
    )


if __name__ == "__main__":
    main()
