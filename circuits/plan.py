"""The plan of an experiment: which circuits, how many shots of each, all from one seed."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, get_args

import numpy as np

from ..knots.braids import Braid
from ..knots.conventions import Closure, check_closure
from ..knots.errors import InputError, RecordError
from ..knots.fibonacci import plat_path, sample_paths
from .compile import CircuitKind, build_circuit
from .decoupling import decoupled
from .devices import Device
from .echo import Part
from .folding import folded_globally
from .ir import Circuit

__all__ = ["REFERENCE_SERIES", "SERIES", "Job", "Plan", "Series", "part_of"]

Series = Literal[
    "real",
    "imag",
    "conjugate-real",
    "conjugate-imag",
    "reference-real",
    "reference-imag",
    "reference-conjugate-real",
    "reference-conjugate-imag",
]
_ALL: Final[tuple[Series, ...]] = get_args(Series)
SERIES: Final = _ALL[:4]
"""What a circuit measures: the real or imaginary part, of the braid or of its mirror image."""
REFERENCE_SERIES: Final = _ALL[4:]
"""The same of a reference of known value."""

_MAX_SHOTS = 100_000_000
_THE_BRAID: Final = Braid([], strands=1)  # stands for the braid itself


def _integer(name: str, number: object) -> int:
    if not isinstance(number, bool):
        try:
            return operator.index(number)  # type: ignore[arg-type]
        except TypeError:
            pass
    raise InputError(f"{name}={number!r} must be an integer")


class Job(NamedTuple):
    """One circuit and its number of shots.

    Attributes:
        series: what it measures.
        path: bits s_0 … s_n.
        shots: how often it runs.
    """

    series: Series
    path: tuple[int, ...]
    shots: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An experiment, up to the device: everything follows from these numbers and the seed.

    Each shot has its own path: drawn from the Markov trace, or the plat path. The shots come in
    rounds, each a complete sample of its own, so that what is measured when a run stops early is
    an unbiased, if smaller, experiment.

    Attributes:
        braid: the braid.
        closure: ``"markov"`` or ``"plat"``.
        kind: ``"echo"`` or ``"hadamard"``.
        series: which series are measured; the shots are split evenly between them.
        shots: executions of circuits in total.
        round_shots: executions per round.
        seed: of the paths and of the simulator.
        form: the word whose circuits run, on as many strands and of the same closed link, such as
            :func:`plait.circuits.cheapest_form` finds; by default the braid itself.
        interleaved: all series run one after another on the same path, so that what drifts from
            shot to shot is common to them; a shot of each belongs together.
        reference: the braid of known value that the series ``reference-…`` measure.
        decoupling: number of echo pulses on all qubits, see :mod:`plait.circuits.decoupling`.
        fold: odd number by which gates are repeated to scale the noise up, see
            :mod:`plait.circuits.folding`.

    Raises:
        InputError: fewer shots than series, or numbers out of range.

    Example:
        >>> plan = Plan(braid=Braid("1 1 1"), closure="markov", kind="echo",
        ...             series=("real", "imag"), shots=100, round_shots=50, seed=1)
        >>> plan.rounds, sum(job.shots for job in plan.jobs(0))
        (2, 50)
    """

    braid: Braid
    closure: Closure
    kind: CircuitKind
    series: tuple[Series, ...]
    shots: int
    round_shots: int
    seed: int
    form: Braid = _THE_BRAID
    interleaved: bool = False
    reference: Braid | None = None
    decoupling: int = 0
    fold: int = 1

    def __post_init__(self) -> None:
        check_closure(self.closure, self.braid.strands)
        if self.kind not in get_args(CircuitKind):
            raise InputError(
                f"unknown circuit {self.kind!r}; choose one of: {', '.join(get_args(CircuitKind))}"
            )
        if not self.series or len(set(self.series)) < len(self.series):
            raise InputError(f"series={self.series!r}: give one at least, and none twice")
        if unknown := set(self.series) - set(_ALL):
            raise InputError(
                f"unknown series {sorted(map(str, unknown))}; choose from: {', '.join(_ALL)}"
            )
        for name in ("shots", "round_shots", "seed", "decoupling", "fold"):
            object.__setattr__(self, name, _integer(name, getattr(self, name)))
        if not len(self.series) <= self.shots <= _MAX_SHOTS:
            raise InputError(
                f"shots={self.shots}: this experiment has {len(self.series)} series of circuits "
                f"({', '.join(self.series)}) and needs {len(self.series)} to {_MAX_SHOTS} shots"
            )
        if self.round_shots < len(self.series):
            raise InputError(f"round_shots={self.round_shots} is less than one shot per series")
        if self.seed < 0:
            raise InputError(f"seed={self.seed} must not be negative")
        if self.form is _THE_BRAID:
            object.__setattr__(self, "form", self.braid)
        if (self.form.strands, self.form.writhe) != (self.braid.strands, self.braid.writhe):
            raise InputError(
                f"form={self.form!r} is no word of the same closed link as {self.braid!r}: it "
                f"must have as many strands and the same writhe"
            )
        self._check_options()

    def _check_options(self) -> None:
        if self.fold < 1 or self.fold % 2 == 0:
            raise InputError(f"fold={self.fold}: give an odd number from 1 on")
        if self.decoupling < 0 or self.decoupling % 2:
            raise InputError(f"decoupling={self.decoupling}: give an even number of pulses, or 0")
        if (self.fold > 1 or self.decoupling) and self.kind != "echo":
            raise InputError("only echo circuits are folded or decoupled")
        if self.interleaved:
            # A shot is one execution of every series.
            width = len(self.series)
            object.__setattr__(self, "shots", self.shots - self.shots % width)
            object.__setattr__(self, "round_shots", self.round_shots - self.round_shots % width)
        referred = any(series.startswith("reference") for series in self.series)
        if referred != (self.reference is not None):
            raise InputError(
                "the series reference-… need a reference, and a reference needs such series"
            )
        if self.reference is not None and self.reference.strands != self.braid.strands:
            raise InputError(
                f"the reference has {self.reference.strands} strands and the braid "
                f"{self.braid.strands}"
            )

    @property
    def rounds(self) -> int:
        """Number of rounds."""
        return -(-self.shots // self.round_shots)

    def round_seed(self, number: int, stream: int) -> np.random.SeedSequence:
        """Seed of a round: stream 0 for the paths, 1 for the simulator."""
        return np.random.SeedSequence(self.seed, spawn_key=(stream, number))

    def jobs(self, number: int) -> list[Job]:
        """The circuits of one round, grouped by distinct path, in a fixed order.

        Of an interleaved plan one by one in order of time: all series of the first path, all of
        the second, and so on.
        """
        first = number * self.round_shots
        shots = min(self.round_shots, self.shots - first)
        rng = np.random.default_rng(self.round_seed(number, 0))
        n = self.braid.strands
        if self.interleaved:
            count = shots // len(self.series)
            if self.closure == "plat":
                drawn = [plat_path(n)] * count
            else:
                drawn = [tuple(path) for path in sample_paths(n, count, rng).tolist()]
            return [Job(series, path, 1) for path in drawn for series in self.series]
        jobs: list[Job] = []
        for k, series in enumerate(self.series):
            # Rounding moves on from round to round, so that the totals are even too.
            size = len(range((k - first) % len(self.series), shots, len(self.series)))
            if not size:
                continue
            if self.closure == "plat":
                counts = {plat_path(n): size}
            else:
                paths = sample_paths(n, size, rng)
                counts = dict(sorted(Counter(map(tuple, paths.tolist())).items()))
            jobs += [Job(series, path, count) for path, count in counts.items()]
        return jobs

    def word(self, series: Series) -> Braid:
        """The word whose circuits a series measures: form or reference, or their mirror image."""
        return self._words["conjugate" in series, series.startswith("reference")]

    @cached_property
    def _words(self) -> dict[tuple[bool, bool], Braid]:
        words = {(False, False): self.form, (True, False): self.form.mirror()}
        if self.reference is not None:
            words |= {(False, True): self.reference, (True, True): self.reference.mirror()}
        return words

    def circuit(self, job: Job, target: Device) -> Circuit:
        """The circuit of a job, compiled for a device."""
        word = self.word(job.series)
        circuit = build_circuit(
            word, job.path, part=part_of(job.series), kind=self.kind, target=target
        )
        return folded_globally(decoupled(circuit, pulses=self.decoupling), self.fold)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "braid": _word_to_json(self.braid),
            "closure": self.closure,
            "kind": self.kind,
            "series": list(self.series),
            "shots": self.shots,
            "round_shots": self.round_shots,
            "seed": self.seed,
            "form": _word_to_json(self.form),
            "interleaved": self.interleaved,
            "reference": None if self.reference is None else _word_to_json(self.reference),
            "decoupling": self.decoupling,
            "fold": self.fold,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The plan that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind.
        """
        try:
            values = dict(data)
            values["reference"] = values.get("reference")
            for key in ("braid", "form", "reference"):
                if key != "reference" or values[key] is not None:
                    values[key] = Braid(data[key]["word"], data[key]["strands"])
            values["series"] = tuple(data["series"])
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not a plan: {error}") from error


def part_of(series: Series) -> Part:
    """The part of ⟨s|U|s⟩ that a series measures."""
    return "imag" if series.endswith("imag") else "real"


def _word_to_json(b: Braid) -> dict[str, Any]:
    return {"word": list(b.word), "strands": b.strands}
