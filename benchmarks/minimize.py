"""How small the minimisation makes braids, and in what time.

Run: python benchmarks/minimize.py [--set FILE.jsonl] [--effort low medium …] [--objective runs]
     python benchmarks/minimize.py --spherogram
     python benchmarks/minimize.py --compare benchmarks/minimize.json [--out FILE.json]
     python benchmarks/minimize.py --evaluate
     python benchmarks/minimize.py --first-call

Without --set, the instances are the committed ones up to 600 crossings and three braids of the
published kind. FILE has one instance per line, a JSON object with ``kind``, ``strands``,
``layers``, ``word`` and, where another program's results are known, ``best``: {name: {"runs": …,
"seconds": …}}; instances of a kind and size are averaged.

Every result is checked: V by exact evaluation, the Alexander polynomial by its fingerprint.
--spherogram adds what Spherogram (extra links) makes of each braid as a planar diagram, brought
back to a braid by Vogel's algorithm, in the same run. --first-call measures a first call in two
fresh processes with an empty cache: one that compiles the kernels, one that loads them. --evaluate
times the exact evaluation of committed braids with and without minimising them first.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import generate

from plait.knots import Braid
from plait.knots.alexander import alexander_fingerprint
from plait.knots.disguise import benchmark_braid
from plait.knots.minimization import minimize, objective_names, spherogram_start
from plait.tensornet import jones

_LARGEST = 600
_EVALUATED = ("30x60", "60x70", "85x100", "3 of 30x40", "2 of 40x60")
_PUBLISHED = ((15, 15), (20, 30), (30, 40))


class Instance(NamedTuple):
    """A braid, the group it is averaged in, and other programs' results."""

    group: str
    braid: Braid
    others: dict[str, dict[str, float]]


def instances(file: Path | None) -> Iterator[Instance]:
    """The instances of a file, or the committed ones."""
    if file is not None:
        for line in file.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)
            group = f"{data['kind']} {data['strands']}x{data['layers']}"
            yield Instance(group, Braid(data["word"], data["strands"]), data.get("best", {}))
        return
    for one in generate.load():
        if len(one.braid) <= _LARGEST:
            yield Instance(f"{one.family} {one.name}", one.braid, {})
    for strands, layers in _PUBLISHED:
        braid = benchmark_braid(strands, layers, seed=0).braid
        yield Instance(f"published kind {strands}x{layers}", braid, {})


def measure(
    braid: Braid, objective: str, effort: str, value: complex, fingerprint: int
) -> dict[str, Any]:
    """One minimisation, checked."""
    found = minimize(braid, objective=objective, effort=effort)
    difference = abs(found.factor * jones(found.braid).value - value)
    whole = found.braid.with_strands(found.braid.strands + found.free)
    if difference > 1e-9 * max(1.0, abs(found.factor), abs(value)):
        raise SystemExit(f"V changed by {difference}: {list(braid.word)} on {braid.strands}")
    if alexander_fingerprint(whole) != fingerprint:
        raise SystemExit(f"Δ changed: {list(braid.word)} on {braid.strands}")
    return {
        "strands": found.braid.strands,
        "free": found.free,
        "length": found.length,
        "runs": found.runs,
        "seconds": found.seconds,
    }


def by_spherogram(braid: Braid) -> dict[str, Any]:
    """What Spherogram makes of a braid."""
    start = time.perf_counter()
    found = spherogram_start(braid)
    return {
        "strands": found.strands,
        "free": 0,
        "length": len(found),
        "runs": len(found.runs()),
        "seconds": time.perf_counter() - start,
    }


def run(arguments: argparse.Namespace) -> dict[str, dict[str, dict[str, float]]]:
    """{group: {what: means}}."""
    minimize([1, 2, 1], effort="low")  # compiles or loads the kernels
    groups: dict[str, list[dict[str, dict[str, Any]]]] = {}
    for group, braid, others in instances(arguments.set):
        value, fingerprint = jones(braid).value, alexander_fingerprint(braid)
        row: dict[str, dict[str, Any]] = {
            "before": {"strands": braid.strands, "length": len(braid), "runs": len(braid.runs())}
        }
        for effort in arguments.effort:
            row[effort] = measure(braid, arguments.objective, effort, value, fingerprint)
        if arguments.spherogram:
            row["spherogram"] = by_spherogram(braid)
        groups.setdefault(group, []).append(row | others)
    return {
        group: {
            name: {
                key: sum(row[name][key] for row in rows) / len(rows)
                for key in ("strands", "free", "length", "runs", "seconds")
                if key in rows[0][name]
            }
            for name in rows[0]
        }
        for group, rows in groups.items()
    }


def show(results: dict[str, dict[str, dict[str, float]]]) -> None:
    """A table in Markdown."""
    print("| braids | what | strands | free | crossings | runs | seconds |")
    print("|---|---|---|---|---|---|---|")
    for group, rows in results.items():
        for name, row in rows.items():
            cells = [
                f"{row[key]:.{digits}f}" if key in row else ""
                for key, digits in (
                    ("strands", 1), ("free", 1), ("length", 1), ("runs", 2), ("seconds", 3),
                )
            ]  # fmt: skip
            print(f"| {group} | {name} | {' | '.join(cells)} |")


def compare(results: dict[str, Any], file: Path) -> None:
    """Ratios to a committed run."""
    old = json.loads(file.read_text(encoding="utf-8"))
    print("| braids | what | runs now / then | seconds now / then |")
    print("|---|---|---|---|")
    for group, rows in results.items():
        for name, row in rows.items():
            then = old.get(group, {}).get(name)
            if then is not None and "seconds" in then:
                runs = row["runs"] / then["runs"] if then["runs"] else float(row["runs"] == 0)
                print(
                    f"| {group} | {name} | {runs:.3f} | {row['seconds'] / then['seconds']:.2f} |"
                )


def evaluate() -> None:
    """Seconds of jones with and without minimisation; the values have to agree."""
    jones([1, -2] * 30, method="face", minimize="low")  # compiles or loads the kernels
    print("| braid | crossings | seconds | minimised | crossings then |")
    print("|---|---|---|---|---|")
    for one in generate.load():
        if one.name in _EVALUATED:
            direct, small = jones(one.braid), jones(one.braid, minimize="low")
            if abs(direct.value - small.value) > 1e-9 * abs(direct.value):
                raise SystemExit(f"{one.name}: {direct.value} and {small.value}")
            left = small.details["minimized"]["crossings"]
            print(
                f"| {one.family} {one.name} | {len(one.braid)} | {direct.seconds:.2f} | "
                f"{small.seconds:.2f} | {left} |"
            )


def first_call() -> None:
    """Seconds of a process that minimises a trefoil, with an empty cache and after it."""
    code = "from plait.knots import Braid; Braid('1 2 1 2').minimize()"
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        for what in ("compiling", "loading", "loading again"):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], env=environment, check=True)
            print(f"{what}: {time.perf_counter() - start:.1f} s")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--set", type=Path)
    parser.add_argument("--effort", nargs="+", default=["low", "medium"])
    parser.add_argument("--objective", choices=objective_names(), default="runs")
    parser.add_argument("--spherogram", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--compare", type=Path)
    parser.add_argument("--evaluate", action="store_true")
    parser.add_argument("--first-call", action="store_true")
    arguments = parser.parse_args()
    if arguments.first_call:
        first_call()
        return
    if arguments.evaluate:
        evaluate()
        return
    results = run(arguments)
    show(results)
    if arguments.compare:
        compare(results, arguments.compare)
    if arguments.out:
        arguments.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
