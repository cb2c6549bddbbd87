"""What the instances of a benchmark may cost, each of what all may cost together."""

from __future__ import annotations

import math
from pathlib import Path

from .benchmark_plan import BenchmarkPlan, Task
from .circuits.backends.errors import SubmissionError
from .circuits.backends.ticket import Ticket
from .knots.errors import PlaitError

__all__ = ["instance_folder", "shares"]


def instance_folder(folder: Path, number: int) -> Path:
    """Where the shots of an instance are, in the folder of all."""
    return folder / f"{number:06d}"


def shares(
    plan: BenchmarkPlan,
    tasks: list[Task],
    folder: Path,
    max_cost: float | None,
    retry_failed: bool,
) -> dict[int, float]:
    """What each instance that jobs are to be started of may cost, over the life of its ticket.

    What was allowed before counts as spent; the rest is shared out by the estimates.

    Args:
        plan: the benchmark.
        tasks: the instances that are to be run.
        folder: that of their shots.
        max_cost: the most that all instances of the benchmark together may cost.
        retry_failed: whether jobs that failed or were cancelled are started again.

    Raises:
        SubmissionError: jobs cost money, and what is allowed is not given or not enough.
        RecordError: a ticket is damaged.
    """
    from .platforms import connect

    if not connect(plan.backend, plan.device, online=False).paid:
        return {}
    costs: dict[int, float] = {}
    before: dict[int, float] = {}
    unit = ""
    for task in tasks:
        ticket = _ticket(instance_folder(folder, task.number))
        found = _fresh_cost(plan, task) if ticket is None else _cost_again(ticket, retry_failed)
        if found is not None:
            costs[task.number], unit = found
            before[task.number] = 0.0 if ticket is None else ticket.max_cost or 0.0
    if not costs:
        return {}
    total, given = sum(costs.values()), _given(folder)
    if max_cost is None or not math.isfinite(max_cost) or max_cost - given < max(total, 1e-9):
        more = f" on top of the {given:.4g} that was allowed before" if given else ""
        raise SubmissionError(
            f"{len(costs)} instances cost about {total:.4g} {unit} on {plan.backend}{more}: "
            f"allow {given + total:.4g} or more for all by max_cost (--max-cost on the command "
            f"line), or take fewer shots"
        )
    even = 1 / len(costs)
    return {
        number: before[number] + (max_cost - given) * (cost / total if total else even)
        for number, cost in costs.items()
    }


def _fresh_cost(plan: BenchmarkPlan, task: Task) -> tuple[float, str] | None:
    """Estimate and unit of an instance that is not submitted; None where it cannot be."""
    from .benchmark_task import prepare_task

    try:
        found = prepare_task(plan, task, plan.instance(task)).dry_run()
    except PlaitError:
        # Recorded as a failure when its turn comes.
        return None
    return (found.cost or 0.0, found.cost_unit) if found.valid else None


def _cost_again(ticket: Ticket, retry_failed: bool) -> tuple[float, str] | None:
    """The same of those jobs of a ticket that are to be started again."""
    again = [entry for entry in ticket.entries if entry.state in ("failed", "cancelled")]
    if not (retry_failed and again):
        return None
    weights = ticket.weights
    part = sum(weights[entry.label] for entry in again) / sum(weights.values())
    return part * (ticket.dry_run.cost or 0.0), ticket.dry_run.cost_unit


def _ticket(folder: Path) -> Ticket | None:
    return Ticket.load(folder) if (folder / "ticket.json").exists() else None


def _given(folder: Path) -> float:
    """What the tickets in the folder were allowed."""
    places = folder.glob("*/ticket.json")
    return sum(Ticket.load(place.parent).max_cost or 0.0 for place in places)
