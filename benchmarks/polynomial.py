"""The whole Jones polynomial of random brickwalls: seconds, next to Regina's.

Run: python benchmarks/polynomial.py [STRANDSxLAYERS ...]

Regina needs 25 s for 16x32, and much memory beyond.
"""

from __future__ import annotations

import sys
import time
from fractions import Fraction

import regina
from exact import brickwall

from plait.knots import LaurentPolynomial, PlanarDiagram
from plait.tensornet import polynomial

INSTANCES = ("8x24", "8x30", "10x30", "12x28", "14x28", "16x32")


def main() -> None:
    """Print one line per instance."""
    polynomial("8_19")
    print(f"{'brickwall':10}{'crossings':>10}{'plait':>10}{'Regina':>10}")
    for name in sys.argv[1:] or INSTANCES:
        strands, layers = map(int, name.split("x"))
        braid = brickwall(strands, layers)
        start = time.perf_counter()
        ours = polynomial(braid)
        middle = time.perf_counter()
        link = regina.Link.fromPD(list(PlanarDiagram.from_braid(braid).crossings))
        found = link.jones()
        end = time.perf_counter()
        exponents = range(found.minExp(), found.maxExp() + 1)
        theirs = LaurentPolynomial({Fraction(e, 2): int(str(found[e])) for e in exponents})
        note = "" if ours == theirs else "  the polynomials DIFFER"
        print(f"{name:10}{len(braid):>10}{middle - start:>10.3f}{end - middle:>10.3f}{note}")


if __name__ == "__main__":
    main()
