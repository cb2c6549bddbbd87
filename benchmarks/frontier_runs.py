"""The braid at which arXiv:2503.05625 puts its frontier, evaluated: 85 strands, 2,800 crossings.

Run: python benchmarks/frontier_runs.py [--out benchmarks/frontier_runs.json]

``benchmark`` is the published kind, a link in disguise with a known value; ``brickwall`` is a
random braid, which no minimiser takes apart. Each is evaluated by plait.jones as given and after
minimisation, and the two values compared.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from plait.knots.conventions import PHI
from plait.knots.generators import generate
from plait.knots.instances import Instance
from plait.tensornet import jones

_SEEDS = 3
_LAYERS = {"benchmark": 105, "brickwall": 100}
_STRANDS = 85


def evaluate(instance: Instance) -> dict[str, Any]:
    """Both ways, with their seconds."""
    b = instance.braid
    start = time.perf_counter()
    given = jones(b)
    between = time.perf_counter()
    small = jones(b, minimize="low")
    end = time.perf_counter()
    scale = PHI ** (b.strands - 1)
    known = None if instance.exact is None else abs(instance.value - given.value) / scale
    return {
        "family": instance.family,
        "id": instance.id,
        "crossings": len(b),
        "seconds": between - start,
        "predicted_memory": given.details.get("predicted_memory"),
        "minimized": small.details["minimized"],
        "seconds_minimized": end - between,
        "magnitude": abs(given.value) / scale,
        "difference": abs(given.value - small.value) / scale,
        "difference_to_known": known,
    }


def main() -> None:
    """Evaluate, print, and write results as they come."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("frontier_runs.json"))
    options = parser.parse_args()
    jones(generate("brickwall", strands=30, layers=30, seed=0).braid, minimize="low")  # compiles
    rows = []
    for family, layers in _LAYERS.items():
        for seed in range(_SEEDS):
            rows.append(evaluate(generate(family, strands=_STRANDS, layers=layers, seed=seed)))
            print(json.dumps(rows[-1]), flush=True)
            options.out.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
