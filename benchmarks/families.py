"""What minimisers do to each family of instances.

Run: python benchmarks/families.py [--effort EFFORT] [--spherogram] [FAMILY ...]

Crossings before; the proven least number of crossings of any diagram; crossings after plait's
minimiser (objective "length") and, with --spherogram, after Spherogram's simplify("global"),
neither of which may be below the bound; and the seconds that the exact evaluation of the instance
as given is predicted to take.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from plait.knots import Braid, PlanarDiagram
from plait.knots.generators import FAMILIES, generate
from plait.tensornet import cost

CASES: dict[str, dict[str, Any]] = {
    "brickwall": {"strands": 16, "layers": 32},
    "uniform": {"strands": 16, "crossings": 160},
    "alternating": {"strands": 16, "crossings": 160},
    "homogeneous": {"strands": 16, "crossings": 160},
    "positive": {"strands": 16, "crossings": 160},
    "twisted": {"strands": 12, "crossings": 28},
    "torus": {"strands": 12, "turns": 14},
    "benchmark": {"strands": 20, "layers": 30},
    "unlink": {"strands": 16, "layers": 20, "components": 2},
}


def minimised(braid: Braid, effort: str) -> int:
    """Letters that plait's minimiser leaves."""
    found = braid.minimize(objective="length", effort=effort, seed=0)
    return len(found.braid)


def simplified(braid: Braid) -> int:
    """Crossings that Spherogram leaves."""
    import spherogram

    diagram = PlanarDiagram.from_braid(braid)
    link = spherogram.Link([list(crossing) for crossing in diagram.crossings])
    link.simplify("global")
    return len(link.crossings)


def main() -> None:
    """Print one line per family."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--effort", default="low")
    parser.add_argument("--spherogram", action="store_true")
    parser.add_argument("families", nargs="*", default=list(FAMILIES))
    options = parser.parse_args()
    head = f"{'family':13}{'strands':>8}{'before':>8}{'least':>7}"
    print(f"{head}{'plait':>7}{'(s)':>7}{'spherogram':>12}{'(s)':>7}{'evaluation (s)':>16}")
    for family in options.families:
        one = generate(family, seed=1, **CASES[family])
        least = "–" if one.bounds.crossings is None else one.bounds.crossings
        cells = []
        for run in (
            lambda b: minimised(b, options.effort),
            lambda b: simplified(b) if options.spherogram else None,
        ):
            start = time.perf_counter()
            left = run(one.braid)
            seconds = time.perf_counter() - start
            cells += ["–", "–"] if left is None else [str(left), f"{seconds:.1f}"]
        print(
            f"{family:13}{one.braid.strands:>8}{len(one.braid):>8}{least:>7}"
            f"{cells[0]:>7}{cells[1]:>7}{cells[2]:>12}{cells[3]:>7}"
            f"{cost(one.braid).seconds:>16.2g}",
            flush=True,
        )


if __name__ == "__main__":
    main()
