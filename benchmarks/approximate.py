"""Approximate classical methods at the additive error of a quantum computer, measured.

Run: python benchmarks/approximate.py [--out benchmarks/approximate.json] [--most SECONDS]
     python benchmarks/approximate.py --show (the table of the results in --out)

For braids with a known z: the smallest bond dimension (a power of 2) with which the truncated
matrix product operator is within 0.05 and 0.01 of z, and its seconds; the error of the contraction
in single precision; and that of a mean over 25 random paths, each amplitude by contraction, next
to the 1/√25 that is promised. Braids are taken as they are, not minimised.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np

from plait.knots import Braid, ResourceError
from plait.knots.fibonacci import sample_paths
from plait.knots.generators import generate
from plait.mitigation.estimate import jones_factor
from plait.tensornet import METHODS, Request, jones
from plait.tensornet.amplitude import path_amplitude

_ERRORS = (0.05, 0.01)
_PATHS = 25
_CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("benchmark", {"strands": n, "layers": 2 * n, "magnitude": (0.3, 0.9)}) for n in
      (10, 15, 20, 25, 30, 45)),
    *(("brickwall", {"strands": n, "layers": n}) for n in (10, 20, 30, 45)),
    *(("twisted", {"strands": n, "crossings": n}) for n in (6, 8, 10, 12, 14, 16)),
)  # fmt: skip


def bonds(b: Braid, z: complex, most: float) -> dict[str, Any]:
    """Bond dimension and seconds for each error; None where it takes longer than allowed."""
    method, found = METHODS["mpo"], {}
    factor = jones_factor(b, "markov")
    chi, left = 1, list(_ERRORS)
    while left:
        options = method.complete({"bond_dimension": chi})
        assert method.cost is not None  # noqa: S101
        if method.cost(b, "markov", options).seconds > most:
            break
        start = time.perf_counter()
        value = method.evaluate(b, "markov", Request(options=options)).value
        seconds = time.perf_counter() - start
        while left and abs(value / factor - z) <= left[0]:
            found[str(left.pop(0))] = {"bond_dimension": chi, "seconds": round(seconds, 4)}
        chi *= 2
    return found | {str(error): None for error in left}


def measure(family: str, parameters: dict[str, Any], most: float) -> dict[str, Any]:
    """One braid by all approximate methods."""
    instance = generate(family, seed=1, **parameters)
    b = instance.braid
    factor = jones_factor(b, "markov")
    value = instance.value if instance.exact is not None else jones(b, minimize="low").value
    z = value / factor
    row: dict[str, Any] = {
        "family": family,
        "strands": b.strands,
        "crossings": len(b),
        "magnitude": abs(z),
        "mpo": bonds(b, z, most),
    }
    try:
        single = jones(b, method="face", precision="single", max_hours=most / 3600)
        row["single_precision_error"] = abs(single.value / factor - z)
        drawn = sample_paths(b.strands, _PATHS, np.random.default_rng(1)).tolist()
        start = time.perf_counter()
        # (−A)^(−3w), which V/z has besides φ^(n−1), multiplies neither z nor its samples.
        mean = sum(path_amplitude(b, path) for path in drawn) / _PATHS
        row["sampled_paths_error"] = abs(mean - z)
        row["sampled_paths_promise"] = 1 / math.sqrt(_PATHS)
        row["sampled_paths_seconds"] = time.perf_counter() - start
    except ResourceError as error:
        row["face"] = str(error)
    return row


def table(rows: list[dict[str, Any]]) -> list[str]:
    """All results as a table in Markdown; a dash is what was not done in the time allowed."""

    def bond(row: dict[str, Any], error: float) -> str:
        found = row["mpo"][str(error)]
        return "–" if found is None else str(found["bond_dimension"])

    def number(row: dict[str, Any], key: str) -> str:
        return f"{row[key]:.1g}" if key in row else "–"

    lines = [
        "| family | strands | crossings | \\|z\\| | χ for 0.05 | χ for 0.01 | single precision "
        "| 25 paths |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        cells = [row["family"], str(row["strands"]), f"{row['crossings']:,}"]
        cells += [f"{row['magnitude']:.2g}", *(bond(row, error) for error in _ERRORS)]
        cells += [number(row, f"{what}_error") for what in ("single_precision", "sampled_paths")]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    """Measure, print, and write results as they come; or show them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("approximate.json"))
    parser.add_argument("--most", type=float, default=20.0, help="seconds of one evaluation")
    parser.add_argument("--show", action="store_true", help="print the results of --out")
    options = parser.parse_args()
    if options.show:
        print("\n".join(table(json.loads(options.out.read_text(encoding="utf-8"))["rows"])))
        return
    rows = []
    for family, parameters in _CASES:
        rows.append(measure(family, parameters, options.most))
        print(json.dumps(rows[-1]), flush=True)
        lines = ",\n  ".join(json.dumps(row) for row in rows)
        options.out.write_text(f'{{"rows": [\n  {lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
