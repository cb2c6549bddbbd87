"""Tables and plots of what benchmarks/run.py measured."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from measure import METHODS

Run = dict[str, Any]
Result = dict[str, Any]
# Of each of our methods, the package that computes the same or more.
_COMPARED = (("regina", "polynomial"), ("regina", "face"))
_SHORT = {"timeout": "–ᵗ", "out of memory": "–ᵐ", "refused": "–ʳ", "skipped": "–ˢ", "failed": "–ᶠ"}


def by_instance(run: Run) -> dict[tuple[str, str], dict[str, Result]]:
    """The results, by instance and then by method, in their order."""
    found: dict[tuple[str, str], dict[str, Result]] = {}
    for result in run["results"]:
        found.setdefault((result["family"], result["instance"]), {})[result["method"]] = result
    return found


def _cell(result: Result | None) -> str:
    if result is None or result["status"] == "unavailable":
        return ""
    if result["status"] != "done":
        return _SHORT.get(result["status"], "–")
    mark = "" if result.get("error") is None else "~"
    return f"{mark}{_seconds(result['seconds'])} / {_bytes(result['memory'])}"


def _seconds(value: float) -> str:
    return f"{value * 1000:.2g} ms" if value < 0.0995 else f"{value:.3g} s"


def _bytes(value: float) -> str:
    if value < 1e6:
        return "<1 MB"
    return f"{value / 1e6:.3g} MB" if value < 1e9 else f"{value / 1e9:.3g} GB"


def _ratio(results: dict[str, Result], above: str, below: str) -> str:
    pair = [results.get(name, {}) for name in (above, below)]
    if any(result.get("status") != "done" for result in pair):
        return ""
    return f"{pair[0]['seconds'] / pair[1]['seconds']:.3g}"


def agreement(results: dict[str, Result], unlink: int | None) -> str:
    """Whether all values are the same; those with an error lie within it."""
    reference = next(
        (complex(*results[m]["value"]) for m in METHODS if "value" in results.get(m, {})), None
    )
    if unlink is not None:
        reference = complex(((1 + math.sqrt(5)) / 2) ** (unlink - 1))
    if reference is None:
        return ""
    integers = {r["integers"] for r in results.values() if "integers" in r}
    for result in results.values():
        if "value" in result:
            allowed = 1e-6 * max(1.0, abs(reference)) + (result.get("error") or 0.0)
            if abs(complex(*result["value"]) - reference) > allowed:
                return "NO"
    if len(integers) > 1:
        return "NO"
    sure = sum("value" in r and r.get("error") is None for r in results.values())
    return "yes" if sure > 1 or (sure and unlink) else ""


def table(run: Run) -> str:
    """A table in Markdown: seconds and memory by instance and method."""
    instances = by_instance(run)
    used = [
        m
        for m in METHODS
        if any(
            r.get(m, {}).get("status", "unavailable") != "unavailable" for r in instances.values()
        )
    ]
    ratios = [pair for pair in _COMPARED if set(pair) <= set(used)]
    head = ["braid", "crossings", *used, *(f"{a} : {b}" for a, b in ratios), "agree"]
    lines = [" | ".join(head), " | ".join(["---", *["---:"] * (len(head) - 1)])]
    for (family, name), results in instances.items():
        first = next(iter(results.values()))
        cells = [f"{family} {name}", f"{first['crossings']:,}"]
        cells += [_cell(results.get(m)) for m in used]
        cells += [_ratio(results, a, b) for a, b in ratios]
        cells.append(agreement(results, first.get("unlink")))
        lines.append(" | ".join(cells))
    missing = {
        f"{r['method']}: {r['reason']}" for r in run["results"] if r["status"] == "unavailable"
    }
    limit = f"{run['time_limit']:g} s, {run['memory_limit'] / 1e9:g} GB"
    notes = [
        f"{', '.join(f'{k} {v}' for k, v in run['machine'].items())}.",
        f"Seconds / growth of memory. ᵗ more than the time limit, ᵐ or memory limit ({limit}); "
        "ʳ refused by its own prediction; ˢ not tried, as a smaller one of the family failed; "
        "~ with an error from truncation.",
        *(f"Not available: {text}." for text in sorted(missing)),
    ]
    return "\n".join(f"| {line} |" for line in lines) + "\n\n" + "\n\n".join(notes) + "\n"


def comparison(run: Run, baseline: Run) -> str:
    """Ratios of seconds and of memory to those of an earlier run."""
    old = by_instance(baseline)
    lines = [
        f"now:      {run['machine']}",
        f"baseline: {baseline['machine']}",
        f"{'braid':28}{'method':>12}{'seconds':>12}{'baseline':>12}{'ratio':>8}{'memory':>8}",
    ]
    logs: dict[str, list[float]] = {}
    for (family, name), results in by_instance(run).items():
        for method, result in results.items():
            before = old.get((family, name), {}).get(method)
            if before is None or {result["status"], before["status"]} == {"unavailable"}:
                continue
            label = f"{family + ' ' + name:28}{method:>12}"
            if result["status"] != "done" or before["status"] != "done":
                if result["status"] != before["status"]:
                    lines.append(f"{label}  {before['status']} -> {result['status']}")
                continue
            ratio = result["seconds"] / before["seconds"]
            logs.setdefault(method, []).append(math.log(ratio))
            memory = max(result["memory"], 1e6) / max(before["memory"], 1e6)
            lines.append(
                f"{label}{result['seconds']:>12.4g}{before['seconds']:>12.4g}{ratio:>8.2f}"
                f"{memory:>8.2f}"
            )
    for method, found in logs.items():
        mean = math.exp(sum(found) / len(found))
        lines.append(f"{'geometric mean':28}{method:>12}{'':24}{mean:>8.2f}")
    return "\n".join(lines)


def plot(run: Run, path: Path) -> None:
    """Seconds against crossings: random brickwalls as lines, other braids as rings."""
    try:
        import matplotlib as mpl
    except ImportError:
        print('no plot: pip install "plait[plot]"')
        return
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for number, method in enumerate(METHODS):
        done = [r for r in run["results"] if r["method"] == method and r["status"] == "done"]
        if not done:
            continue
        for family, style in (("brickwall", "o-"), ("", "o")):
            points = sorted(
                (r["crossings"], r["seconds"])
                for r in done
                if (r["family"] == "brickwall") == (family == "brickwall")
            )
            if points:
                axes.loglog(
                    *zip(*points, strict=True),
                    style,
                    color=f"C{number}",
                    markersize=4,
                    label=method if family else None,
                    fillstyle="full" if family else "none",
                )
    axes.set_xlabel("crossings (lines: random brickwalls, rings: other braids)")
    axes.set_ylabel("seconds")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=150)
