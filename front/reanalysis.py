"""Mitigation of shots that were recorded before: every method that they allow, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from .circuits.backends.recorded import published_shots
from .circuits.backends.ticket import Record
from .circuits.plan import Plan, Series
from .knots.braids import Braid
from .knots.conventions import check_closure
from .knots.errors import InputError, PlaitError, RecordError
from .knots.inputs import BraidLike, braid_to_close
from .knots.interrupts import interruptible
from .knots.notations.reference import is_reference
from .mitigation.estimate import jones_factor
from .mitigation.estimated import Estimated
from .mitigation.exponents import Exponents, exponents_names, read_exponents
from .mitigation.exponents import exponents as named_exponents
from .mitigation.methods import Estimator, estimator
from .mitigation.observations import (
    Observations,
    observations_of_results,
    observations_of_shots,
)
from .mitigation.resampling import Interval, IntervalKind, check_kind
from .pipeline import Experiment
from .record import versions
from .store import Store, parse_header, read_json
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
    "none",
)
_LEAST_BLOCKS = 10


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Shots that were recorded, and what is known of them.

    Attributes:
        experiments: observations of each plan.
        source: where they are from.
        braid: what was measured, None where it is not known.
        closure: of the braid.
        plan: the plan, None for shots of others.
        exponents: name of the exponents that fit the circuits.
        conjugated: whether values are of the mirror image of ``braid``, and are conjugated.
        mitigation: the methods that the run used, None where there was none.
    """

    experiments: tuple[Observations, ...]
    source: str
    braid: Braid | None
    closure: str = "markov"
    plan: Plan | None = None
    exponents: str = "plait"
    conjugated: bool = False
    mitigation: Estimator | None = None


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
    """

    recorded: Recorded
    estimates: dict[str, Estimated]
    exact: complex | None
    recommended: str
    level: float
    kind: IntervalKind
    seed: int

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
    mitigation: Iterable[str] | None = None,
    *,
    level: float = 0.95,
    interval: str = "percentile",
    exponents: str | Path | Exponents | None = None,
    seed: int = 0,
) -> Reanalysis:
    """Estimate z by several methods from the same shots.

    Args:
        recorded: from :func:`read_recorded`.
        mitigation: lists of methods, each as text with commas; by default all that the shots
            allow.
        level: joint coverage of the intervals.
        interval: ``"percentile"`` or ``"bca"``.
        exponents: of the model of damping: a name, a JSON file, or as they are; by default those
            that fit the circuits.
        seed: of the resampling.

    Raises:
        InputError: a list of methods that the shots do not allow.
    """
    kind = check_kind(interval)
    found = _exponents(recorded.exponents if exponents is None else exponents)
    recorded = replace(recorded, exponents=found.name)
    names = list(mitigation) if mitigation is not None else _possible(recorded)
    estimates: dict[str, Estimated] = {}
    for text in names:
        methods = estimator(text)
        key = ",".join(methods.names) or "none"
        experiments = recorded.experiments[: methods.experiments]
        one = methods.combine(
            experiments, seed=seed, plan=recorded.plan, exponents=found, align=True
        )
        estimates[key] = _conjugate(one) if recorded.conjugated else one
    return Reanalysis(
        recorded=recorded,
        estimates=estimates,
        exact=_exact(recorded),
        recommended=_recommended(recorded, estimates),
        level=level,
        kind=kind,
        seed=seed,
    )


def _recommended(recorded: Recorded, estimates: dict[str, Estimated]) -> str:
    """What the run itself used, else the first preferred one that nothing speaks against."""
    own = recorded.mitigation
    if own is not None:
        for name, e in estimates.items():
            if own.names and set(e.mitigation) == set(own.names):
                return name
    known = [name for name in _PREFERRED if name in estimates]
    sound = [name for name in known if not estimates[name].notes]
    return next(iter([*sound, *known, *estimates]))


def _conjugate(e: Estimated) -> Estimated:
    jackknife = e.jackknife

    def mirrored() -> Any:
        estimates, numbers = jackknife()  # type: ignore[misc]
        return estimates.conj(), numbers

    return replace(
        e,
        value=e.value.conjugate(),
        draws=e.draws.conj(),
        jackknife=None if jackknife is None else mirrored,
    )


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


def _possible(recorded: Recorded) -> list[str]:
    """The candidates that the shots allow."""
    first = recorded.experiments[0]
    echo = recorded.plan is None or recorded.plan.kind == "echo"
    names = []
    for name in CANDIDATES:
        try:
            methods = estimator(name)
        except PlaitError:
            continue
        fits = set(methods.series) <= set(first.series) and (first.paired or not methods.paired)
        scaled = not echo and {"depolarizing", "keep", "survival"} & set(methods.names)
        if fits and not scaled and methods.experiments == 1:
            names.append(name)
    own = recorded.mitigation
    if own is not None and own.experiments > 1:
        names.append(",".join(own.names))
    return names


@interruptible()
def read_recorded(
    *paths: str | Path,
    braid: BraidLike | None = None,
    closure: str = "markov",
    strands: int | None = None,
) -> Recorded:
    """The shots of a run, of a submission, or of the published experiment.

    Args:
        paths: the folder of a run or submission; or files with pytket ``BackendResult``
            dictionaries in the layout of the published experiment (arXiv:2503.05625), and folders
            with such files. Files with one circuit each are of the mirror image C if a folder of
            their path begins with ``conj``.
        braid: what was measured, for files of others. The published circuits of a word are those
            of its mirror image in plait's convention: so for a word, the values are conjugated,
            to be those of the word; a JSON file of the reference code is read as the same link,
            and nothing is conjugated.
        closure: of the braid.
        strands: of the braid, where it is more than the word uses.

    Raises:
        RecordError: nothing there, or damaged.
        InputError: files of another layout, or a braid that does not fit them.
    """
    if not paths:
        raise InputError("give the folder of a run, or files with recorded shots")
    first = Path(paths[0])
    known = [name for name in ("ticket.json", "plan.json") if (first / name).exists()]
    if known:
        if len(paths) > 1:
            raise InputError(f"{first} is a run of its own; give one at a time")
        if braid is not None:
            raise InputError(f"{first} says itself which braid it is of; leave --braid out")
        return _read_job(first) if known[0] == "ticket.json" else _read_run(first)
    b = None if braid is None else braid_to_close(braid, closure, strands=strands)
    return _read_published([Path(p) for p in paths], b, closure, _of_reference(braid))


def _of_reference(x: BraidLike | None) -> bool:
    """Whether a braid was given as the published files state it."""
    if not isinstance(x, str) or not x.lstrip().startswith("{"):
        return False
    try:
        return is_reference(json.loads(x))
    except ValueError:
        return False


def _read_run(folder: Path) -> Recorded:
    header = read_json(folder / "plan.json")
    name, plan, target, methods = parse_header(header, folder / "plan.json")
    experiment = Experiment(plan, methods)
    rounds = Store(folder).rounds(experiment)
    if len(rounds) < len(experiment.plans):
        raise RecordError(f"{folder}: no round of shots was finished; repeat its command")
    return Recorded(
        experiments=tuple(
            observations_of_results(p, rounds[k :: len(experiment.plans)], target=target)
            for k, p in enumerate(experiment.plans)
        ),
        source=f"{name} ({folder})",
        braid=plan.braid,
        closure=plan.closure,
        plan=experiment.plan,
        mitigation=methods,
    )


def _read_job(folder: Path) -> Recorded:
    record = Record.load(folder)
    header = record.ticket.note | {"plan": record.ticket.plan.to_json()}
    name, plan, _, methods = parse_header(header, folder / "ticket.json")
    rounds = record.rounds
    if not rounds:
        raise RecordError(f"{folder}: no shots have been collected; run: plait collect {folder}")
    return Recorded(
        experiments=(observations_of_results(plan, rounds),),
        source=f"{name} ({folder})",
        braid=plan.braid,
        closure=plan.closure,
        plan=plan,
        mitigation=methods,
    )


def _read_published(
    paths: Sequence[Path], braid: Braid | None, closure: str, of_reference: bool
) -> Recorded:
    files = [
        f for path in paths for f in (sorted(path.rglob("*.json")) if path.is_dir() else [path])
    ]
    if not files:
        raise RecordError(f"there are no JSON files in {', '.join(map(str, paths))}")
    results = [_read_result(file) for file in files]
    interleaved = ["r_br" in {bit[0] for bit in result["bits"]} for result in results]
    stretches = None
    if all(interleaved):
        shots = published_shots(results, conserved=False)
        sizes = [len(published_shots([result])["real"]) for result in results]
        stretches = np.repeat(np.arange(len(sizes)), sizes)
    elif any(interleaved):
        raise InputError("files with all four circuits and with one do not go together")
    else:
        shots = _single_circuits(files, results)
    bits = next(iter(shots.values())).paths.shape[1]
    if braid is not None and braid.strands != bits - 1:
        raise InputError(
            f"the braid has {braid.strands} strands, and the paths in the files are of {bits - 1}"
        )
    found = observations_of_shots("echo", shots, stretches=stretches)
    if stretches is not None and len(files) >= _LEAST_BLOCKS:
        found = replace(found, blocks=stretches)
    return Recorded(
        experiments=(found,),
        source=f"{len(files)} files of recorded shots",
        braid=braid,
        closure=closure,
        exponents="published-circuits",
        conjugated=not of_reference,
    )


def _single_circuits(
    files: Sequence[Path], results: Sequence[dict[str, Any]]
) -> dict[Series, Any]:
    mirrored = [any(part.startswith("conj") for part in file.parts[:-1]) for file in files]
    shots: dict[Series, Any] = {}
    for conjugate in (False, True):
        own = [r for r, m in zip(results, mirrored, strict=True) if m == conjugate]
        if own:
            shots |= published_shots(own, conjugate=conjugate, conserved=False)
    return shots


def _read_result(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(data, dict) and {"bits", "shots"} <= data.keys():
            {bit[0] for bit in data["bits"]}
            return data
    except (OSError, ValueError, TypeError, IndexError) as error:
        raise RecordError(f"cannot read {file}: {error}") from error
    raise InputError(f"{file} is no pytket BackendResult: it has no 'bits' and 'shots'")
