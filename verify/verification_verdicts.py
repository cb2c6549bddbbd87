"""Verdicts: which way is the reference, and who agrees with it."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from .verification_noise import SIGMAS
from .verification_ways import Kind, Measured

__all__ = ["Outcome", "Row", "Verdict", "verdicts"]

Verdict: TypeAlias = Literal["agrees", "differs", "covered", "off", "skipped", "failed"]
"""``agrees`` and ``differs`` from the reference; ``covered`` by the interval of a noisy estimate,
or ``off`` by more, but not by more than noise explains; ``skipped`` where the reason says why it
was left out; ``failed`` where the way broke or gave no number. ``agrees`` and ``covered`` are
agreements, ``differs`` and ``failed`` errors."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A way that has been tried.

    Attributes:
        way: its name.
        kind: what it is, see :data:`plait.verify.verification_ways.Kind`.
        seconds: wall time.
        measured: what it gave; None if nothing.
        failure: ``skipped`` or ``failed`` if it gave nothing, with the reason in ``reason``.
        reason: why it gave nothing.
    """

    way: str
    kind: Kind
    seconds: float
    measured: Measured | None = None
    failure: Literal["skipped", "failed"] = "skipped"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A way, its value and the verdict: a row of the table.

    Attributes:
        way: name of the way.
        value: V; None where there is none.
        exact: the four integers, where the way gives them.
        difference: from the reference; of circuits by path, their own largest one.
        tolerance: what is allowed.
        seconds: wall time.
        verdict: see :data:`Verdict`.
        reason: more about the verdict, for a reader.
    """

    way: str
    value: complex | None = None
    exact: tuple[int, int, int, int] | None = None
    difference: float | None = None
    tolerance: float | None = None
    seconds: float = 0.0
    verdict: Verdict = "skipped"
    reason: str = ""

    @property
    def wrong(self) -> bool:
        """Whether this is an error."""
        return self.verdict in ("differs", "failed")

    @property
    def right(self) -> bool:
        """Whether this is an agreement."""
        return self.verdict in ("agrees", "covered")

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON, numbers that are none as null."""
        value = None if self.value is None else [self.value.real, self.value.imag]
        return {
            "way": self.way,
            "value": value and [_finite(part) for part in value],
            "exact": self.exact and list(self.exact),
            "difference": _finite(self.difference),
            "tolerance": _finite(self.tolerance),
            "seconds": self.seconds,
            "verdict": self.verdict,
            "reason": self.reason,
        }


def _finite(x: float | None) -> float | None:
    return x if x is not None and math.isfinite(x) else None


def verdicts(outcomes: Sequence[Outcome]) -> tuple[tuple[Row, ...], str | None]:
    """The rows of the table, and the name of the reference; None if no exact way gave a value.

    Example:
        >>> one, two = (Measured(value=1 + x, tolerance=1e-12) for x in (0, 1e-6))
        >>> rows, reference = verdicts(
        ...     [
        ...         Outcome(way=name, kind="exact", seconds=0.0, measured=measured)
        ...         for name, measured in (("a", one), ("b", one), ("c", two))
        ...     ]
        ... )
        >>> [row.verdict for row in rows], reference
        (['agrees', 'agrees', 'differs'], 'a')
    """
    reference = _reference(outcomes)
    rows = tuple(_row(outcome, reference) for outcome in outcomes)
    return rows, None if reference is None else reference.way


def _reference(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The exact way that has a majority; of several one with integers, and with most votes."""
    exact = [
        (outcome, outcome.measured)
        for outcome in outcomes
        if outcome.kind == "exact"
        and outcome.measured is not None
        and _is_number(outcome.measured)
    ]
    certain = [pair for pair in exact if not pair[1].approximate] or exact

    def merit(pair: tuple[Outcome, Measured]) -> tuple[bool, bool, int, float]:
        own = pair[1]
        votes = sum(_agree(own, other) for _, other in certain)
        return 2 * votes > len(certain), own.exact is not None, votes, -own.tolerance

    return max(certain, key=merit)[0] if certain else None


def _is_number(measured: Measured) -> bool:
    return measured.value is not None and cmath.isfinite(measured.value)


def _distance(one: Measured, other: Measured) -> float:
    if one.value is None or other.value is None:
        return math.nan
    return abs(one.value - other.value)


def _agree(one: Measured, other: Measured) -> bool:
    if one.exact is not None and other.exact is not None and one.exact != other.exact:
        return False
    return _distance(one, other) <= max(one.tolerance, other.tolerance)


def _row(outcome: Outcome, reference: Outcome | None) -> Row:
    found = outcome.measured
    if found is None:
        return Row(
            way=outcome.way,
            seconds=outcome.seconds,
            verdict=outcome.failure,
            reason=outcome.reason,
        )
    row = Row(
        way=outcome.way,
        value=found.value,
        exact=found.exact,
        tolerance=found.tolerance,
        seconds=outcome.seconds,
        reason=found.reason,
    )
    if found.deviation is not None:
        right = found.deviation <= found.tolerance
        return _judged(row, found.deviation, found.tolerance, right=right)
    if not _is_number(found):
        return replace(row, verdict="failed", reason="the value is no number")
    if reference is None or reference.measured is None:
        return replace(row, reason="there is no exact value to compare with")
    known = reference.measured
    difference = _distance(found, known)
    if outcome.kind == "noisy":
        return _noisy_row(row, found, known)
    if found.sigma is not None:
        right, bound = _allowed(found, known)
        errors = _in_errors(found, known)
        row = replace(row, reason=_joined(row.reason, f"{errors:.1f} standard errors"))
        return _judged(row, difference, bound, right=right)
    tolerance = max(found.tolerance, known.tolerance)
    return _judged(row, difference, tolerance, right=_agree(found, known))


def _judged(row: Row, difference: float, tolerance: float, *, right: bool) -> Row:
    row = replace(row, difference=difference, tolerance=tolerance)
    if right:
        return replace(row, verdict="agrees")
    why = f"off by {difference:.3g}, allowed {tolerance:.2g}"
    if difference <= tolerance:
        why = "the integers are others"
    return replace(row, verdict="differs", reason=_joined(row.reason, why))


def _joined(*reasons: str) -> str:
    return ", ".join(reason for reason in reasons if reason)


def _parts(found: Measured, known: Measured) -> list[tuple[float, float]]:
    """(difference, standard error) of the real and the imaginary part."""
    if found.value is None or known.value is None or found.sigma is None:
        return []
    gap = found.value - known.value
    return [(abs(gap.real), found.sigma[0]), (abs(gap.imag), found.sigma[1])]


def _in_errors(found: Measured, known: Measured) -> float:
    """The larger difference in standard errors; 0 of 0 is 0."""
    negligible = known.tolerance + 1e-12
    return max(
        (
            0.0 if gap <= negligible else gap / sigma if sigma else math.inf
            for gap, sigma in _parts(found, known)
        ),
        default=math.nan,
    )


def _allowed(found: Measured, known: Measured) -> tuple[bool, float]:
    """Whether both parts are within so many standard errors and the tolerance; the bound."""
    slack = found.tolerance + known.tolerance
    pairs = _parts(found, known)
    bound = math.hypot(*(SIGMAS * sigma + slack for _, sigma in pairs))
    return all(gap <= SIGMAS * sigma + slack for gap, sigma in pairs), bound


def _noisy_row(row: Row, found: Measured, known: Measured) -> Row:
    """Covered or not; wrong only where no noise leads to the value."""
    if known.value is None or found.value is None or found.noise is None or found.sigma is None:
        return replace(row, reason="there is no exact value to compare with")
    noise, slack = found.noise, known.tolerance
    row = replace(
        row,
        difference=_distance(found, known),
        tolerance=noise.allowed(known.value) + slack,
        reason=_joined(row.reason, f"{_in_errors(found, known):.1f} standard errors"),
    )
    why = noise.impossible(found.value, found.sigma, known.value, slack)
    if why:
        return replace(row, verdict="differs", reason=_joined(row.reason, why))
    return replace(row, verdict="covered" if noise.covered(known.value) else "off")
