"""Matrix product operators: local updates against compression of the whole chain.

Run: python benchmarks/mpo.py [FILE.json …], on one core: OPENBLAS_NUM_THREADS=1. A file holds a
braid as original.word, as those published with arXiv:2503.05625 do.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from generate import brickwall

from plait.knots import Braid
from plait.tensornet import METHODS, Request

BOND_DIMENSION = 64
INSTANCES = {
    "brickwall 15x40": brickwall(15, 40),
    "brickwall 20x60": brickwall(20, 60),
    "brickwall 40x40": brickwall(40, 40),
}


def seconds(braid: Braid, repeats: int, **options: object) -> float:
    """The fastest of some evaluations."""
    method = METHODS["mpo"]
    request = Request(options=method.complete({"bond_dimension": BOND_DIMENSION, **options}))
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        method.evaluate(braid, "markov", request)
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    """Print one line per instance."""
    instances = dict(INSTANCES)
    for name in sys.argv[1:]:
        data = json.loads(Path(name).read_text(encoding="utf-8"))
        instances[Path(name).stem] = Braid(data["original"]["word"])
    print(
        f"{'instance':20}{'crossings':>10}{'halves':>8}{'local s':>10}{'chain s':>10}{'ratio':>8}"
    )
    for name, braid in instances.items():
        for halves in (True, False):
            local = seconds(braid, 5, halves=halves)
            chain = seconds(braid, 2, halves=halves, compression="chain")
            print(
                f"{name:20}{len(braid):>10}{halves!s:>8}{local:>10.4f}{chain:>10.3f}"
                f"{chain / local:>8.1f}"
            )


if __name__ == "__main__":
    main()
