"""Mitigation of shots that were recorded before: every method that they allow, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from .knots.checks import check_level, check_seed
from .knots.conventions import check_closure
from .knots.errors import InputError, PlaitError
from .knots.interrupts import interruptible
from .mitigation.estimate import jones_factor
from .mitigation.estimated import Estimated
from .mitigation.exponents import Exponents, exponents_names, read_exponents
from .mitigation.exponents import exponents as named_exponents
from .mitigation.methods import Estimator, Method, estimator
from .mitigation.moments import Complexes
from .mitigation.observations import Floats
from .mitigation.resampling import Interval, IntervalKind, check_kind
from .record import versions
from .recorded import Recorded, read_recorded
from .tensornet.evaluate import jones

__all__ = ["CANDIDATES", "Reanalysis", "Recorded", "mitigate", "read_recorded"]

_PHASES: Final = ("", "conjugate", "pairs", "tracking")
_SCALES: Final = ("", "detection", "depolarizing", "keep", "survival")
CANDIDATES: Final = (
    *(
        ",".join(name for name in (phase, scale) if name) or "none"
        for phase in _PHASES
        for scale in _SCALES
    ),
    "published-average",
    "published-shots",
    "reference",
    "reference-pairs",
)
"""What is tried where nothing else is asked for; of these, what the shots allow."""

_PREFERRED: Final = (
    "reference",
    "pairs,survival",
    "conjugate,survival",
    "conjugate,detection",
    "detection",
)


@dataclass(frozen=True, kw_only=True)
class Reanalysis:
    """Estimates of z = E_s⟨s|U|s⟩ by several methods from the same shots.

    Attributes:
        recorded: the shots.
        estimates: per list of methods, in the order of the table.
        exact: the exact z, None where the braid is not known or out of reach; no estimate uses it.
        recommended: the list of methods to look at first.
        level: joint coverage of the intervals.
        kind: of the intervals.
        seed: of the resampling.
        impossible: per list of methods that was tried and cannot be had from these shots, why.
    """

    recorded: Recorded
    estimates: dict[str, Estimated]
    exact: complex | None
    recommended: str
    level: float
    kind: IntervalKind
    seed: int
    impossible: dict[str, str] = field(default_factory=dict)

    def interval(self, name: str) -> Interval:
        """The interval of one estimate."""
        return self.estimates[name].interval(self.level, kind=self.kind)

    def error(self, name: str) -> float | None:
        """Relative error of one estimate; up to the sign where that cannot be told."""
        if not self.exact:
            return None
        e = self.estimates[name]
        errors = [abs(e.value - self.exact)]
        if not e.sign_known:
            errors.append(abs(e.value + self.exact))
        return min(errors) / abs(self.exact)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; complex numbers are [re, im]."""
        b = self.recorded.braid
        return {
            "kind": "mitigation",
            "source": self.recorded.source,
            "quantity": "z = E_s⟨s|U|s⟩",
            "braid": None if b is None else {"word": list(b.word), "strands": b.strands},
            "closure": self.recorded.closure,
            "conjugated": self.recorded.conjugated,
            "exact": None if self.exact is None else [self.exact.real, self.exact.imag],
            "recommended": self.recommended,
            "level": self.level,
            "interval_kind": self.kind,
            "seed": self.seed,
            "exponents": self.recorded.exponents,
            "versions": versions(),
            "methods": {name: self._row(name) for name in self.estimates},
            "not_possible": self.impossible,
        }

    def _row(self, name: str) -> dict[str, Any]:
        e = self.estimates[name]
        row: dict[str, Any] = {
            "value": [e.value.real, e.value.imag],
            "interval": [list(bounds) for bounds in self.interval(name)],
            "shots": e.shots,
            "keep_rate": e.keep_rate,
            "sign_known": e.sign_known,
            "assumes": list(e.assumes),
            "notes": list(e.notes),
            "systematic": e.systematic.to_json() if e.systematic else None,
            "error": self.error(name),
        }
        if self.recorded.braid is not None:
            v = _factor(self.recorded) * e.value
            row["jones"] = [v.real, v.imag]
        return row


@interruptible()
def mitigate(
    recorded: Recorded,
    mitigation: str | Iterable[str] | None = None,
    *,
    level: float = 0.95,
    interval: str = "percentile",
    exponents: str | Path | Exponents | None = None,
    seed: int = 0,
) -> Reanalysis:
    """Estimate z by several methods from the same shots.

    Args:
        recorded: from :func:`read_recorded`.
        mitigation: lists of methods, each as text with commas, or one such text; by default all
            that the shots allow.
        level: joint coverage of the intervals.
        interval: ``"percentile"`` or ``"bca"``.
        exponents: of the model of damping: a name, a JSON file, or as they are; by default those
            that fit the circuits.
        seed: of the resampling.

    Raises:
        InputError: a list of methods that was asked for and that the shots do not allow, or they
            allow none.
    """
    kind, seed, level = check_kind(interval), check_seed(seed), check_level(level)
    found = _exponents(recorded.exponents if exponents is None else exponents)
    recorded = replace(recorded, exponents=found.name)
    asked = [mitigation] if isinstance(mitigation, str) else mitigation
    names = _candidates(recorded) if asked is None else list(asked)
    estimates: dict[str, Estimated] = {}
    impossible: dict[str, str] = {}
    for text in names:
        methods = estimator(text)
        try:
            one = _estimate(recorded, methods, found, seed)
        except PlaitError as error:
            if asked is not None:
                raise
            impossible[_name(methods)] = str(error)
        else:
            estimates[_name(methods)] = one
    if not estimates:
        raise InputError(_why_none(recorded, impossible))
    return Reanalysis(
        recorded=recorded,
        estimates=estimates,
        exact=_exact(recorded),
        recommended=_recommended(recorded, estimates, found),
        level=level,
        kind=kind,
        seed=seed,
        impossible=impossible,
    )


def _name(methods: Estimator) -> str:
    return ",".join(methods.names) or "none"


def _why_none(recorded: Recorded, impossible: dict[str, str]) -> str:
    if impossible:
        name, why = next(iter(impossible.items()))
        return f"no mitigation is possible with these shots; {name}: {why}"
    series = recorded.experiments[0].series
    if {"real", "imag"} <= set(series):
        return "mitigation=[]: give one list of methods at least, such as 'none'"
    return (
        f"{recorded.source}: these shots are of the series {', '.join(series)}, and an estimate "
        f"needs real and imag, those of the braid itself, at least; give their files too"
    )


def _estimate(
    recorded: Recorded, methods: Estimator, exponents: Exponents, seed: int
) -> Estimated:
    _check(recorded, methods)
    found = methods.combine(
        recorded.experiments[: methods.experiments],
        seed=seed,
        plan=recorded.plan,
        target=recorded.target,
        exponents=exponents,
        align=True,
    )
    return _conjugate(found) if recorded.conjugated else found


def _check(recorded: Recorded, methods: Estimator) -> None:
    """Refuse methods that change what runs where it was not run so."""
    for method in methods.methods:
        if method.construct is not None and not _ran(recorded, method):
            raise InputError(
                f"mitigation {method.name} changes what runs, and these shots were taken without "
                f"it; leave it out, or measure with it: plait run --mitigation {_name(methods)}"
            )
    plan = recorded.plan
    if plan is not None and set(methods.series) <= set(plan.series):
        methods.construct(plan)  # refuses what does not go together


def _ran(recorded: Recorded, method: Method) -> bool:
    """Whether a method that changes what runs was taken when the shots were."""
    if method.construct is None:
        return False
    if method.experiments > 1:
        return recorded.mitigation is not None and method.name in recorded.mitigation.names
    # Taken again on a plan that it made, it changes nothing.
    return bool(recorded.plans) and all(
        set(method.series) <= set(plan.series) and method.construct(plan, None) == (plan,)
        for plan in recorded.plans
    )


def _changes(recorded: Recorded) -> tuple[str, ...]:
    """The methods of the run that do nothing but change what runs: they are in all estimates."""
    own = () if recorded.mitigation is None else recorded.mitigation.methods
    return tuple(m.name for m in own if m.steps == ("plan",) and m.experiments == 1)


def _recommended(recorded: Recorded, estimates: dict[str, Estimated], exponents: Exponents) -> str:
    """What the run itself used, else the first preferred one that nothing speaks against."""
    own = recorded.mitigation
    if own is not None:
        for name, e in estimates.items():
            if own.names and set(e.mitigation) == set(own.names):
                return name
    changes = set(_changes(recorded))
    by_methods = {frozenset(e.mitigation) - changes: name for name, e in estimates.items()}
    preferred = [frozenset(estimator(name).names) for name in _PREFERRED]
    known = [by_methods[methods] for methods in preferred if methods in by_methods]
    # Detection rests on nothing that a braid could be unlike: it is the last resort.
    sound = [
        name
        for name in known
        if "detection" in estimates[name].mitigation
        or not _against(recorded, estimates[name], exponents)
    ]
    return next(iter([*sound, *known, *estimates]))


def _against(recorded: Recorded, e: Estimated, exponents: Exponents) -> set[str]:
    """The notes that count: of circuits of others those that the shots give.

    What the braid gives is that it is unlike those of the training, and a method without training
    is not better for that.
    """
    plan = None if recorded.plans else recorded.plan
    if plan is None:
        return set(e.notes)
    warns = [m.warns for m in estimator(e.mitigation).methods if m.warns is not None]
    known = {note for warn in warns for note in warn(plan, exponents, recorded.target)}
    return set(e.notes) - known


def _conjugate(e: Estimated) -> Estimated:
    def mirrored() -> tuple[Complexes, Floats]:
        estimates, numbers = e.jackknife()
        return estimates.conj(), numbers

    return replace(e, value=e.value.conjugate(), draws=e.draws.conj(), jackknife=mirrored)


def _exponents(which: str | Path | Exponents) -> Exponents:
    if isinstance(which, Exponents):
        return which
    return (
        named_exponents(str(which)) if which in exponents_names() else read_exponents(Path(which))
    )


def _factor(recorded: Recorded) -> complex:
    if recorded.braid is None:
        raise InputError("give the braid that was measured")
    return jones_factor(recorded.braid, check_closure(recorded.closure, recorded.braid.strands))


def _exact(recorded: Recorded) -> complex | None:
    if recorded.braid is None:
        return None
    try:
        value = jones(recorded.braid, closure=recorded.closure).value
    except PlaitError:
        return None
    return complex(value) / _factor(recorded)


def _candidates(recorded: Recorded) -> list[str]:
    """The candidates that fit the circuits, and what the run itself used."""
    first = recorded.experiments[0]
    echo = recorded.plan is None or recorded.plan.kind == "echo"
    found: dict[frozenset[str], str] = {}
    for name in CANDIDATES:
        methods = estimator(",".join((*_changes(recorded), name)))
        fits = set(methods.series) <= set(first.series) and (first.paired or not methods.paired)
        if recorded.plans and name.startswith("published"):
            continue  # their quadrant was chosen by hand for one experiment
        if fits and (echo or not any(m.echoes for m in methods.methods)):
            found[frozenset(methods.names)] = _name(methods)
    own = recorded.mitigation
    if own is not None:
        found.setdefault(frozenset(own.names), _name(own))
    return list(found.values())
