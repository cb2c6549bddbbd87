"""The standing benchmark: every instance by every method, next to other packages.

Run: python benchmarks/run.py [--quick] [--out FILE] [--plot FILE] [--methods face,regina]
     python benchmarks/run.py --compare benchmarks/baseline.json

Each instance and method has a process of its own (benchmarks/measure.py). Results are written as
they come; a run that was stopped goes on with --resume. With --out FILE.json a table is written to
FILE.md. Regina and Spherogram are skipped where they are not installed; Spherogram's Jones
polynomial needs Sage.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil
from generate import Instance, load
from measure import METHODS, RIVALS
from report import comparison, plot, table

_QUICK = 400
_QUICK_LIMIT = 20.0
# Whose search or sweep over so many letters is no sensible way.
_LONG = {"face": 10_000, "exact": 10_000, "mpo": 10_000, "bracket": 10_000, "polynomial": 10_000}
_GIVES_UP = ("timeout", "out of memory", "failed")


def machine() -> dict[str, str]:
    """What the numbers depend on."""
    name = platform.processor() or platform.machine()
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            name = line.split(":", 1)[1].strip()
            break
    out = {
        "cpu": name,
        "cores": str(len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else "?",
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "python": platform.python_version(),
    }
    for package in ("plait", "numpy", "numba", *RIVALS):
        try:
            out[package] = version(package)
        except PackageNotFoundError:
            continue
    return out


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def job(instance: Instance, method: str, seconds: float, memory: float) -> dict[str, Any]:
    """Measure in a process of its own."""
    worker = Path(__file__).with_name("measure.py")
    arguments = [instance.family, instance.name, method, str(memory)]
    try:
        # The limit is for the evaluation; importing and warming up takes some seconds more.
        done = subprocess.run(
            [sys.executable, str(worker), *arguments],
            capture_output=True,
            text=True,
            timeout=seconds + 10,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"status": "timeout"}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        full = any(word in done.stderr for word in ("MemoryError", "bad_alloc", "allocate"))
        return {"status": "out of memory" if full else "failed", "reason": last[:200]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Time and memory of plait and other packages.")
    parser.add_argument("--quick", action="store_true", help="braids of up to 400 crossings")
    parser.add_argument("--out", type=Path, default=None, help="JSON; the table goes to FILE.md")
    parser.add_argument("--plot", type=Path, help="seconds against crossings (PNG, SVG, PDF)")
    parser.add_argument("--methods", default=",".join(METHODS), help="some of the methods")
    parser.add_argument("--only", default="", help="instances with this text in family and name")
    parser.add_argument("--compare", type=Path, help="print ratios to an earlier run")
    parser.add_argument("--resume", action="store_true", help="keep what is in --out already")
    parser.add_argument("--time", type=float, default=60.0, help="seconds allowed for each")
    parser.add_argument("--memory", type=float, default=8.0, help="gigabytes allowed for each")
    return parser


def _write(run: dict[str, Any], out: Path | None) -> None:
    if out is not None:
        partial = out.with_suffix(".part")
        results = ",\n  ".join(json.dumps(r, ensure_ascii=False) for r in run["results"])
        head = json.dumps({k: v for k, v in run.items() if k != "results"}, ensure_ascii=False)
        partial.write_text(f'{head[:-1]}, "results": [\n  {results}\n]}}\n', encoding="utf-8")
        partial.replace(out)


def measure_all(run: dict[str, Any], options: argparse.Namespace, methods: list[str]) -> None:
    """Fill ``run["results"]``, writing it after each."""
    known = {(r["family"], r["instance"], r["method"]) for r in run["results"]}
    instances = load()
    place = {(instance.family, instance.name): k for k, instance in enumerate(instances)}
    gave_up: dict[tuple[str, str], int] = {}
    for r in run["results"]:
        if r["status"] in _GIVES_UP:
            gave_up[r["family"], r["method"]] = place[r["family"], r["instance"]]
    missing: set[str] = set()
    for k, instance in enumerate(instances):
        size = len(instance.braid)
        if options.only not in f"{instance.family} {instance.name}":
            continue
        if options.quick and size > _QUICK:
            continue
        for method in methods:
            if (instance.family, instance.name, method) in known or method in missing:
                continue
            if size > _LONG.get(method, 10_000 if method in RIVALS else size):
                continue
            if gave_up.get((instance.family, method), k) < k:
                found: dict[str, Any] = {"status": "skipped"}
            else:
                limit = min(options.time, _QUICK_LIMIT) if options.quick else options.time
                found = job(instance, method, limit, options.memory * 1e9)
            if found["status"] in _GIVES_UP:
                gave_up[instance.family, method] = k
            if found["status"] == "unavailable":
                missing.add(method)
            result = {
                "family": instance.family,
                "instance": instance.name,
                "crossings": size,
                "strands": instance.braid.strands,
                "unlink": instance.unlink,
                "method": method,
                **found,
            }
            run["results"].append(result)
            _write(run, options.out)
            text = f"{found['seconds']:.4g} s" if "seconds" in found else found["status"]
            print(f"{instance.family + ' ' + instance.name:34}{method:>12}  {text}", flush=True)


def main() -> None:
    """Measure, and write what was measured also when stopped."""
    options = _parser().parse_args()
    methods = options.methods.split(",")
    if unknown := set(methods) - set(METHODS):
        raise SystemExit(f"unknown methods {sorted(unknown)}; there are {', '.join(METHODS)}")
    run: dict[str, Any] = {
        "machine": machine(),
        "date": time.strftime("%Y-%m-%d"),
        "time_limit": options.time,
        "memory_limit": options.memory * 1e9,
        "results": [],
    }
    if options.resume and options.out is not None and options.out.exists():
        run["results"] = json.loads(options.out.read_text(encoding="utf-8"))["results"]
    try:
        measure_all(run, options, methods)
    except KeyboardInterrupt:
        print("stopped")
    text = table(run)
    print("\n" + text)
    if options.out is not None:
        options.out.with_suffix(".md").write_text(text, encoding="utf-8")
    if options.plot is not None:
        plot(run, options.plot)
    if options.compare is not None:
        print(comparison(run, json.loads(options.compare.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
