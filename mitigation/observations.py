"""What an experiment measured, shot by shot and series by series."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from ..circuits.compile import CircuitKind
from ..circuits.outcomes import read_outcomes
from ..circuits.plan import Job, Plan, Series
from ..knots.errors import InputError, RecordError

if TYPE_CHECKING:
    from ..circuits.backends.protocol import Shots
    from ..circuits.devices import Device
    from ..circuits.simulation import Counts

__all__ = ["Floats", "Observations", "observations_of_results", "observations_of_shots"]

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Observations:
    """The values of all shots.

    Attributes:
        values: +1, −1 or 0 per shot of each series, or real numbers after readout correction;
            the mean is Re or Im of T ⟨s|U|s⟩, with the damping T of the noise.
        kept: whether the bits of a shot can come from a path.
        survived: 1 where the value is not 0, or what readout correction makes of that.
        paired: whether row i of all series is one shot: the same path, at the same time.
        stretches: shape (shots,), of paired shots: the number of the stretch of time (round, file
            or job) that a shot is from; within one the rows are in order of time.
        blocks: shape (shots,), of paired shots that may depend on one another: the block in which
            each is resampled; None where shots are independent.
        corrected: the same shots after readout correction, where the errors are known.

    Raises:
        InputError: the arrays do not fit one another.

    Example:
        >>> o = Observations(values={"real": np.array([1.0, 0.0])},
        ...                  kept={"real": np.array([True, False])})
        >>> o.shots, o.keep_rate
        (2, 0.5)
    """

    values: Mapping[Series, Floats]
    kept: Mapping[Series, npt.NDArray[np.bool_]]
    survived: Mapping[Series, Floats] | None = None
    paired: bool = False
    stretches: npt.NDArray[np.int64] | None = None
    blocks: npt.NDArray[np.int64] | None = None
    corrected: Observations | None = None

    def __post_init__(self) -> None:
        if self.survived is None:
            survived = {s: np.abs(v).astype(float) for s, v in self.values.items()}
            object.__setattr__(self, "survived", survived)
        for series, values in self.values.items():
            shape = (len(values),)
            if not (self.kept[series].shape == self.alive(series).shape == values.shape == shape):
                raise InputError(f"the arrays of the series {series} have different shapes")
        if self.paired and len({len(v) for v in self.values.values()}) > 1:
            raise InputError("paired series have the same number of shots")
        for name in ("stretches", "blocks"):
            found = getattr(self, name)
            if found is not None and (not self.paired or len(found) != self.rows):
                raise InputError(f"{name} are numbers of paired shots, one for each")

    def alive(self, series: Series) -> Floats:
        """``survived`` of one series."""
        return self.survived[series]  # type: ignore[index]

    @property
    def series(self) -> tuple[Series, ...]:
        """What was measured."""
        return tuple(self.values)

    @property
    def rows(self) -> int:
        """Paired shots, or the most shots of a series."""
        return max((len(v) for v in self.values.values()), default=0)

    @property
    def shots(self) -> int:
        """Executions of circuits."""
        return sum(len(v) for v in self.values.values())

    @property
    def keep_rate(self) -> float:
        """Share of the executions whose bits a path allows; 0 without any."""
        kept = sum(int(k.sum()) for k in self.kept.values())
        return kept / self.shots if self.shots else 0.0

    def fingerprint(self) -> bytes:
        """Of everything that was measured; equal for equal shots in the same order."""
        digest = hashlib.sha256(repr(self.series).encode())
        for series in self.series:
            for numbers in (self.values[series], self.kept[series], self.alive(series)):
                digest.update(numbers.tobytes())
        for labels in (self.stretches, self.blocks):
            digest.update(b"none" if labels is None else labels.tobytes())
        return digest.digest()

    def rejecting(self) -> Observations:
        """With value 0 for all shots that are not kept, which echoes have anyway."""
        if not any((self.alive(s) * ~k).any() for s, k in self.kept.items()):
            return self
        return replace(
            self,
            values={s: v * self.kept[s] for s, v in self.values.items()},
            survived={s: self.alive(s) * k for s, k in self.kept.items()},
        )

    def where(self, rows: npt.NDArray[np.bool_]) -> Observations:
        """Some of the paired shots."""
        return replace(
            self,
            values={s: v[rows] for s, v in self.values.items()},
            kept={s: k[rows] for s, k in self.kept.items()},
            survived={s: self.alive(s)[rows] for s in self.series},
            stretches=None if self.stretches is None else self.stretches[rows],
            blocks=None if self.blocks is None else self.blocks[rows],
        )

    def only(self, series: Iterable[Series]) -> Observations:
        """The same experiment with some of its series.

        Raises:
            InputError: one that was not measured.
        """
        names = tuple(series)
        if missing := [s for s in names if s not in self.values or not len(self.values[s])]:
            raise InputError(f"no shots of the series {', '.join(missing)}; measure more shots")
        if names == self.series:
            return self
        return replace(
            self,
            values={s: self.values[s] for s in names},
            kept={s: self.kept[s] for s in names},
            survived={s: self.alive(s) for s in names},
        )


def observations_of_shots(
    kind: CircuitKind,
    shots: Mapping[Series, Shots],
    *,
    stretches: npt.ArrayLike | None = None,
) -> Observations:
    """From paths and outcomes.

    Args:
        kind: of the circuits.
        shots: per series, in order of time.
        stretches: where row i of all series is one shot: the number of the file or job that each
            is from. None: series are independent experiments.

    Raises:
        InputError: outcomes do not fit paths, or rows of paired series have different paths.
    """
    read = {s: read_outcomes(kind, own.paths, own.outcomes) for s, own in shots.items()}
    paired = stretches is not None
    if paired:
        first, *others = shots.values()
        if any(not np.array_equal(first.paths, other.paths) for other in others):
            raise InputError("paired shots of different series have different paths")
    return Observations(
        values={s: values.astype(float) for s, (values, _) in read.items()},
        kept={s: kept for s, (_, kept) in read.items()},
        paired=paired,
        stretches=None if stretches is None else np.asarray(stretches, dtype=np.int64),
    )


def observations_of_results(
    plan: Plan,
    rounds: Iterable[Iterable[tuple[Job, Counts]]],
    *,
    target: Device | None = None,
) -> Observations:
    """From the counts of a plan, round by round; each round is a stretch of time.

    Args:
        plan: the experiment.
        rounds: per round its jobs with their counts, outcomes in the normal form.
        target: the device, for values that are corrected for its readout errors.

    Raises:
        RecordError: shots of a series that the plan does not have.

    Example:
        >>> from plait import Braid
        >>> plan = Plan(braid=Braid("1"), closure="markov", kind="echo", series=("real", "imag"),
        ...             shots=10, round_shots=10, seed=1)
        >>> results = [[(Job("real", (0, 1, 1), 3), {"0": 2, "1": 1})]]
        >>> observations_of_results(plan, results).values["real"].tolist()
        [1.0, 1.0, -1.0]
    """
    from ..circuits.backends.protocol import Shots

    shots: dict[Series, list[Shots]] = {s: [] for s in plan.series}
    stretches: list[npt.NDArray[np.int64]] = []
    for number, results in enumerate(rounds):
        own: dict[Series, list[tuple[tuple[int, ...], Counts]]] = {s: [] for s in plan.series}
        for job, counts in results:
            if job.series not in own:
                raise RecordError(f"shots of the series {job.series}, which is not planned")
            own[job.series].append((job.path, counts))
        for series, pairs in own.items():
            if pairs:
                shots[series].append(Shots.of_counts(pairs))
        stretches.append(np.full(len(own[plan.series[0]]), number))
    joined = {s: _join(parts) for s, parts in shots.items() if parts}
    together = np.concatenate(stretches) if plan.interleaved and stretches else None
    found = observations_of_shots(plan.kind, joined, stretches=together)
    if target is None:
        return found
    return replace(found, corrected=_corrected(found, plan, joined, target))


def _corrected(
    found: Observations, plan: Plan, shots: Mapping[Series, Shots], target: Device
) -> Observations:
    from .readout import corrected_values

    values: dict[Series, Floats] = {}
    survived: dict[Series, Floats] = {}
    for series, own in shots.items():
        paths = {tuple(path) for path in np.unique(own.paths, axis=0).tolist()}
        undos = {path: plan.circuit(Job(series, path, 1), target).undo for path in paths}
        read = corrected_values(plan.kind, own, undos, target.errors)
        values[series], survived[series] = read.values, read.survived
    return replace(found, values=values, survived=survived)


def _join(parts: list[Shots]) -> Shots:
    from ..circuits.backends.protocol import Shots

    return Shots(
        np.concatenate([part.paths for part in parts]),
        np.concatenate([part.outcomes for part in parts]),
    )
