"""What the jobs of a ticket may cost, so that all of them over its life stay within its limit."""

from __future__ import annotations

import math
from typing import Final

from .errors import SubmissionError
from .ticket import Ticket

__all__ = ["allow"]

_OPTION: Final = "max_cost (--max-cost on the command line)"


def allow(
    ticket: Ticket, max_cost: float | None, *, paid: bool, again: bool = False
) -> dict[str, float]:
    """What each job that is to be started may cost, by label.

    Args:
        ticket: gets the limit, if one is given.
        max_cost: the limit, for all jobs over the life of the ticket; None for what it has.
        paid: whether jobs cost money, so that there must be a limit.
        again: whether jobs are started again, so that it must be given anew.

    Raises:
        SubmissionError: there is no limit, or what is to be started exceeds it.
    """
    unit = ticket.dry_run.cost_unit
    if max_cost is not None and not (math.isfinite(max_cost) and max_cost > 0):
        raise SubmissionError(
            f"max_cost={max_cost:g}: give a positive number of {unit} as {_OPTION}"
        )
    weights = ticket.weights
    start = [e for e in ticket.entries if e.state in ("planned", "starting")]
    total = sum(weights[entry.label] for entry in start)
    formula = ticket.dry_run.cost_formula
    limit = ticket.max_cost if max_cost is None else max_cost
    if not start or not (paid or limit):
        return {}
    given = sum(e.spent + (0.0 if e in start else e.cap or 0.0) for e in ticket.entries)
    need = (ticket.dry_run.cost or 0.0) * total / sum(weights.values())
    known = ticket.dry_run.cost is not None
    estimate = f"its estimate is {need:.4g}" if known else f"there is no estimate: {formula}"
    before = f" on top of the {given:.4g} that its other jobs were allowed" if given else ""
    if limit is None or (again and max_cost is None and paid):
        raise SubmissionError(
            f"jobs on {ticket.adapter} cost money: give the most that this one may cost, "
            f"in {unit} ({estimate}{before}), as {_OPTION}"
        )
    # Shares do not add up exactly.
    if limit - given < need * (1 - 1e-9) or limit <= given:
        cost = f"the estimated cost of {need:.4g} {unit}" if known else "what is to be started"
        raise SubmissionError(
            f"{cost}{before} exceeds the {limit:g} allowed ({formula}); take fewer shots, or "
            f"allow more by {_OPTION}"
        )
    ticket.max_cost = limit
    return {e.label: (limit - given) * weights[e.label] / total for e in start}
