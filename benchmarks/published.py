"""Predicted costs next to those published with arXiv:2503.05625, by number of crossings.

Run: python benchmarks/published.py DATA_DIR [--each N] [--seed N]

DATA_DIR holds exact_contractions.npz (``tn-proj``) and kbtensor_costs.npz (``bracket``) of the
authors' repository. For a sample of their entries a random brickwall of the same strands and about
as many crossings is made, and its cost predicted: these are not the same braids. Theirs come from
brickwalls too, but were reduced and carry neither word nor layout.
"""

from __future__ import annotations

import argparse
import math
import statistics
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from generate import brickwall

from plait.tensornet import cost

_BINS = (22, 50, 100, 150, 200, 250, 300, 400, 500, 646)
_METHODS = ("tn-proj", "bracket", "face")
_Table = dict[str, npt.NDArray[np.float64]]


def _read(folder: Path) -> tuple[_Table, _Table]:
    """Strands, crossings, depth and log10 of the flops: of tn-proj, and of bracket."""
    found = []
    for name, logarithm in (("exact_contractions", False), ("kbtensor_costs", True)):
        with np.load(folder / f"{name}.npz") as data:
            flops = data["costs"] if logarithm else np.log10(data["costs"])
            columns = {key: data[key] for key in ("strands", "crossings", "depths")}
            found.append({**columns, "flops": flops})
    return found[0], found[1]


def _members(table: _Table, low: int, high: int) -> npt.NDArray[np.intp]:
    return np.flatnonzero((table["crossings"] >= low) & (table["crossings"] < high))


def _predicted(strands: int, crossings: int, depth: int, seed: int) -> tuple[int, list[float]]:
    """Crossings, and log10 of the multiply-adds of each method, for one braid."""
    density = min(1.0, 2 * crossings / (depth * (strands - 1)))
    braid = brickwall(strands, depth, density, seed)
    # log10(1) where a method has nothing left to do.
    logs = [math.log10(max(1.0, cost(braid, method=method).flops)) for method in _METHODS]
    return len(braid), logs


def main() -> None:
    """Print a table in Markdown, row by row."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, metavar="DATA_DIR")
    parser.add_argument("--each", type=int, default=20, help="braids for each row")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    theirs, brackets = _read(options.folder)
    rng = np.random.default_rng(options.seed)
    print(
        "| crossings | published `tn-proj` | published `bracket` | our `tn-proj` | our `bracket` "
        "| `face` | gain on published `tn-proj` | on published `bracket` |"
    )
    print("| --- | " + " | ".join(["---:"] * 7) + " |")
    for low, high in pairwise(_BINS):
        members = _members(theirs, low, high)
        chosen = rng.choice(members, min(options.each, len(members)), replace=False)
        ours: dict[str, list[float]] = defaultdict(list)
        for k in chosen.tolist():
            row = [int(theirs[key][k]) for key in ("strands", "crossings", "depths")]
            _, logs = _predicted(*row, seed=k)
            for method, value in zip(_METHODS, logs, strict=True):
                ours[method].append(value)
        published = statistics.fmean(theirs["flops"][chosen].tolist())
        bracket = float(brackets["flops"][_members(brackets, low, high)].mean())
        mean = {method: statistics.fmean(values) for method, values in ours.items()}
        cells = [published, bracket, *(mean[m] for m in _METHODS)]
        gains = [published - mean["face"], bracket - mean["face"]]
        print(
            f"| {low}–{high - 1} | " + " | ".join(f"{x:.1f}" for x in cells + gains) + " |",
            flush=True,
        )


if __name__ == "__main__":
    main()
