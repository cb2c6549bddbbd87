"""What the shots of an experiment were, series by series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ..circuits.compile import CircuitKind
from ..circuits.outcomes import read_outcome
from ..circuits.plan import Job, Plan
from ..circuits.simulation import Counts
from .bars import Bar, bars_svg
from .blocks import number_text
from .page import Block, Column, Figure, Section, Table

__all__ = ["SeriesCounts", "count_experiment", "count_outcomes", "shots_section"]

SeriesCounts: TypeAlias = dict[str, Counter[str]]
"""Numbers of shots per series and kind of outcome, one of ``KINDS``."""

KINDS = ("+1", "−1", "0, kept", "rejected")


def count_outcomes(kind: CircuitKind, results: Iterable[tuple[Job, Counts]]) -> SeriesCounts:
    """Sort shots by what they say.

    Raises:
        InputError: bits that do not fit the circuits.

    Example:
        >>> count_outcomes("echo", [(Job("real", (0, 1, 1, 1), 9), {"00": 7, "10": 2})])
        {'real': Counter({'+1': 7, '−1': 2})}
    """
    found: SeriesCounts = {}
    for job, counts in results:
        series = found.setdefault(job.series, Counter())
        for bits, count in counts.items():
            value, kept = read_outcome(kind, job.path, bits)
            name = {1: "+1", -1: "−1", 0: "0, kept"}[value] if kept else "rejected"
            series[name] += count
    return found


def count_experiment(
    plans: Sequence[Plan], rounds: Sequence[Iterable[tuple[Job, Counts]]]
) -> SeriesCounts:
    """The same of plans whose rounds ran in turns; series of folded circuits say so.

    Raises:
        InputError: bits that do not fit the circuits.
    """
    found: SeriesCounts = {}
    for k, plan in enumerate(plans):
        results = (result for results in rounds[k :: len(plans)] for result in results)
        for series, counts in count_outcomes(plan.kind, results).items():
            name = series if plan.fold == 1 else f"{series}, gates × {plan.fold}"
            found.setdefault(name, Counter()).update(counts)
    return found


def shots_section(counts: SeriesCounts) -> Section:
    """A chart and a table of the outcomes."""
    return Section("Shots", _blocks(counts) if counts else ())


def _blocks(counts: SeriesCounts) -> tuple[Block, ...]:
    bars, rows = [], []
    for series, kinds in counts.items():
        total = kinds.total()
        numbers = [kinds[kind] for kind in KINDS]
        kept = total - kinds["rejected"]
        share = tuple(n / total for n in numbers) if total else (0.0,) * len(KINDS)
        bars.append(Bar(label=series, parts=share, value=f"{total} shots"))
        speaking = kinds["+1"] + kinds["−1"]
        mean = (kinds["+1"] - kinds["−1"]) / total if total else 0.0
        rows.append(
            (
                series,
                *map(str, numbers),
                str(total),
                f"{kept / total:.1%}" if total else "",
                f"{speaking / total:.1%}" if total else "",
                number_text(mean),
            )
        )
    columns = (
        Column("series"),
        *(Column(kind, numeric=True) for kind in KINDS),
        Column("shots", numeric=True),
        Column("kept", numeric=True),
        Column("not 0", numeric=True),
        Column("mean", numeric=True),
    )
    svg = bars_svg(bars, parts=KINDS, title="Outcomes of the shots per series", whole=1.0)
    return (
        Figure(
            svg=svg,
            caption="What the shots of each series said; rejected ones have bits that no path "
            "allows.",
            alternative="; ".join(f"{row[0]}: {row[5]} shots, {row[6]} kept" for row in rows),
        ),
        Table(caption="Outcomes per series", columns=columns, rows=tuple(rows)),
    )
