"""The seam between plans and platforms: programs, shots, and what an adapter must do.

An adapter is the part that knows one vendor: a :class:`LocalAdapter` gives shots at once, the
jobs of a :class:`RemoteAdapter` are started, polled and fetched. It touches no disk and retries
nothing: :class:`~plait.circuits.backends.runner.Runner` does both for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ...knots.errors import InputError, RecordError
from ...knots.kinds import check_kinds
from ..plan import REFERENCE_SERIES, SERIES, Job, Plan, Series
from ..simulation import Counts
from .errors import why_damaged

__all__ = [
    "Adapter",
    "Bits",
    "DryRun",
    "LocalAdapter",
    "Program",
    "RemoteAdapter",
    "Shots",
    "Status",
]

Bits = npt.NDArray[np.uint8]
Status = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, kw_only=True)
class Program:
    """One unit of submission: one job of the vendor.

    Attributes:
        label: unique within the plan, such as ``"real-1"``; letters, digits and hyphens.
        series: what its circuits measure; of an interleaved plan the first series.
        shots: executions of circuits in total.
        data: JSON; all that the adapter needs to build the payload and to read the results again.
        together: of an interleaved plan all series, whose circuits run one after another on the
            same path in every row of the program's :class:`Shots`.

    Example:
        >>> program = Program(label="all-1", series="real", shots=6, together=("real", "imag"))
        >>> program.measured, program.rows
        (('real', 'imag'), 3)
    """

    label: str
    series: Series
    shots: int
    data: dict[str, Any] = field(default_factory=dict)
    together: tuple[Series, ...] = ()

    @property
    def measured(self) -> tuple[Series, ...]:
        """The series that every row of its shots has an outcome of."""
        return self.together or (self.series,)

    @property
    def rows(self) -> int:
        """How many rows its shots have."""
        return self.shots // len(self.measured)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Program:
        """The program that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind.

        Example:
            >>> program = Program(label="real-1", series="real", shots=3, data={"seed": 1})
            >>> Program.from_json(program.to_json()) == program
            True
        """
        try:
            # Tickets of plans that are not interleaved need not say so.
            together = tuple(data["together"]) if "together" in data else ()
            for series in (data["series"], *together):
                if series not in (*SERIES, *REFERENCE_SERIES):
                    raise ValueError(f"series {series!r}")
            if together and (together[0] != data["series"] or len(set(together)) < len(together)):
                raise ValueError(f"series {data['series']!r} and {list(together)} together")
            return cls(
                label=str(data["label"]),
                series=data["series"],
                shots=int(data["shots"]),
                data=dict(data["data"]),
                together=together,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not a program: {why_damaged(error)}") from error


@dataclass(frozen=True, eq=False)
class Shots:
    """What a program measured, shot by shot, in order of time where the platform keeps it.

    Attributes:
        paths: shape (S, n+1), the path x_0 … x_n of every shot.
        outcomes: shape (S, q), the bit of qubit j in column j, in normal form: as if the cat
            state had been undone by CNOTs from qubit 0 alone. Of an interleaved program, shape
            (S, k q): the outcomes of its k series side by side, which :meth:`split` takes apart.

    Raises:
        InputError: not two-dimensional arrays of bits with one row per shot.

    Example:
        >>> shots = Shots(np.array([[0, 1, 1], [0, 1, 1]]), np.array([[0], [1]]))
        >>> len(shots), shots.results("real")
        (2, [(Job(series='real', path=(0, 1, 1), shots=2), {'0': 1, '1': 1})])
    """

    paths: Bits
    outcomes: Bits

    def __post_init__(self) -> None:
        for name in ("paths", "outcomes"):
            bits = np.asarray(getattr(self, name))
            if bits.ndim != 2 or not np.isin(bits, (0, 1)).all():
                raise InputError(f"{name} must be a two-dimensional array of bits")
            object.__setattr__(self, name, bits.astype(np.uint8))
        if len(self.paths) != len(self.outcomes):
            raise InputError(f"{len(self.paths)} paths do not fit {len(self.outcomes)} outcomes")

    def __len__(self) -> int:
        return len(self.paths)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Shots)
            and np.array_equal(self.paths, other.paths)
            and np.array_equal(self.outcomes, other.outcomes)
        )

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def together(cls, shots: Sequence[Shots]) -> Shots:
        """The shots of several series on the same paths, side by side.

        Raises:
            InputError: the paths differ, or there are no series.
        """
        if not shots or any(not np.array_equal(shots[0].paths, own.paths) for own in shots):
            raise InputError("give shots of one series at least, all on the same paths")
        return cls(shots[0].paths, np.hstack([own.outcomes for own in shots]))

    def split(self, series: Sequence[Series]) -> dict[Series, Shots]:
        """The shots per series, with equal paths: row i of all of them is one shot.

        Args:
            series: :attr:`Program.measured` of the program, in its order.

        Raises:
            InputError: the outcomes are not those of so many series.

        Example:
            >>> shots = Shots(np.array([[0, 1, 1]]), np.array([[0, 1]]))
            >>> {s: own.outcomes.tolist() for s, own in shots.split(("real", "imag")).items()}
            {'real': [[0]], 'imag': [[1]]}
        """
        columns = self.outcomes.shape[1]
        if not series or columns % len(series):
            raise InputError(f"outcomes of {columns} bits are not those of {len(series)} series")
        parts = np.split(self.outcomes, len(series), axis=1)
        return {s: Shots(self.paths, part) for s, part in zip(series, parts, strict=True)}

    def jobs(self, series: Sequence[Series]) -> list[tuple[Job, Counts]]:
        """Shot by shot, the series of each one after another: rounds of an interleaved plan.

        Args:
            series: as for :meth:`split`.

        Raises:
            InputError: the outcomes are not those of so many series.

        Example:
            >>> Shots(np.array([[0, 1, 1]]), np.array([[0, 1]])).jobs(("real", "imag"))[1]
            (Job(series='imag', path=(0, 1, 1), shots=1), {'1': 1})
        """
        parts = [own.outcomes.tolist() for own in self.split(series).values()]
        return [
            (Job(s, tuple(path), 1), {"".join(map(str, bits)): 1})
            for path, *row in zip(self.paths.tolist(), *parts, strict=True)
            for s, bits in zip(series, row, strict=True)
        ]

    def results(self, series: Series) -> list[tuple[Job, Counts]]:
        """Grouped by path, in lexicographic order: what mitigation takes."""
        counts: dict[tuple[int, ...], Counts] = {}
        if len(self):
            bits = self.paths.shape[1]
            rows, numbers = np.unique(
                np.hstack([self.paths, self.outcomes]), axis=0, return_counts=True
            )
            for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
                own = counts.setdefault(tuple(row[:bits]), {})
                own["".join(map(str, row[bits:]))] = number
        return [(Job(series, path, sum(own.values())), own) for path, own in counts.items()]

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON: [path, outcome, how often in a row] in order of time."""
        both = np.hstack([self.paths, self.outcomes])
        starts = np.flatnonzero(np.r_[True, (both[1:] != both[:-1]).any(axis=1)][: len(self)])
        numbers = np.diff(np.r_[starts, len(self)])
        return {
            "shots": len(self),
            "runs": [
                ["".join(map(str, path)), "".join(map(str, outcome)), number]
                for path, outcome, number in zip(
                    self.paths[starts].tolist(),
                    self.outcomes[starts].tolist(),
                    numbers.tolist(),
                    strict=True,
                )
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Shots:
        """The shots that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind.
        """
        try:
            paths, outcomes, numbers = zip(*data["runs"], strict=True)
            shots = cls(
                np.repeat(_bits(paths), numbers, axis=0),
                np.repeat(_bits(outcomes), numbers, axis=0),
            )
            if len(shots) != data["shots"]:
                raise ValueError(f"{len(shots)} shots where {data['shots']} were written")
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not the shots of a program: {why_damaged(error)}") from error
        return shots

    @classmethod
    def of_counts(cls, counts: Sequence[tuple[Sequence[int], Counts]]) -> Shots:
        """Shots from (path, counts) pairs, where the order of time is not known."""
        paths = [path for path, own in counts for number in own.values() for _ in range(number)]
        texts = [bits for _, own in counts for bits, number in own.items() for _ in range(number)]
        return cls(np.array(paths, dtype=np.uint8), _bits(texts))


def _bits(texts: Sequence[str]) -> Bits:
    return np.array([[int(bit) for bit in text] for text in texts], dtype=np.uint8)


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """What a plan would be on a platform, found without network and without cost.

    Attributes:
        valid: whether it can be submitted.
        problems: why not, one sentence each.
        notes: what it could not find out, or how numbers are meant, one sentence each.
        programs: jobs of the vendor.
        circuits: distinct circuits or templates that are compiled.
        shots: executions in total; of an interleaved plan a shot runs the circuits of all series,
            and gates and depth are of all of them.
        qubits: of the widest circuit.
        two_qubit_gates: mean per shot, after compilation for the platform.
        two_qubit_depth: mean per shot.
        cost: estimate in ``cost_unit``, None where there is none.
        cost_unit: such as ``"HQC"``.
        costs: of each program, in the order of programs; empty where there is no estimate.
        cost_formula: how the cost was estimated, or why it was not.
        seconds: estimate of the time on the machine, None where there is none.
        limits: of the platform, by name.
    """

    valid: bool
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    programs: int
    circuits: int
    shots: int
    qubits: int
    two_qubit_gates: float
    two_qubit_depth: float
    cost: float | None = None
    cost_unit: str = ""
    costs: list[float] = field(default_factory=list)
    cost_formula: str = ""
    seconds: float | None = None
    limits: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return asdict(self)

    @classmethod
    def refused(cls, *problems: str, programs: int, shots: int) -> DryRun:
        """A plan whose circuits cannot be made for the platform."""
        return cls(
            valid=False,
            problems=list(problems),
            programs=programs,
            circuits=0,
            shots=shots,
            qubits=0,
            two_qubit_gates=0.0,
            two_qubit_depth=0.0,
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DryRun:
        """The dry run that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing, unknown or of the wrong kind.
        """
        try:
            found = cls(**data)
            check_kinds(found)
        except (TypeError, ValueError) as error:
            raise RecordError(f"not a dry run: {error}") from error
        return found


class _Platform(Protocol):
    """What all adapters share.

    Attributes:
        name: such as ``"simulator"``, ``"ibm"``, ``"nexus"``.
        paid: True: its jobs cost money, and :meth:`Runner.submit` demands a ``max_cost``.
        samples: True: the shots of every program alone are an unbiased sample of its series.
            False: a series counts only when all its programs are done.
    """

    name: str
    paid: bool

    @property
    def samples(self) -> bool:
        """See above; an adapter may decide it by how it is used."""

    def describe(self) -> dict[str, Any]:
        """JSON for the ticket: what ran where. No secrets."""

    def programs(self, plan: Plan) -> list[Program]:
        """The plan in units of submission.

        Raises:
            SubmissionError: the platform cannot run such a plan.
        """

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Validity, size and cost, without network and without cost."""


class LocalAdapter(_Platform, Protocol):
    """A platform that gives shots at once."""

    local: Literal[True]

    def run(self, plan: Plan, program: Program) -> Shots:
        """Run a program here and now; :attr:`Program.rows` shots.

        Raises:
            JobError: the platform could not run it.
        """


class RemoteAdapter(_Platform, Protocol):
    """A platform whose jobs run elsewhere and are asked for by their id."""

    local: Literal[False]

    @property
    def measures(self) -> bool:
        """False: its jobs have no shots (syntax checkers), and end when the vendor says so."""

    def start(self, plan: Plan, program: Program, *, key: str, max_cost: float | None) -> str:
        """Start a job and return the vendor's id for it.

        Args:
            plan: the experiment.
            program: the part of it to start.
            key: unique per ticket, program and attempt; given to the vendor as name or tag of the
                job, so that :meth:`find` finds it.
            max_cost: what this program may cost, passed on where the vendor enforces it.

        Raises:
            NetworkError: it is unknown whether the job has started; look for it by its key.
            AuthenticationError: the vendor wants another login.
            SubmissionError: the vendor refuses the job.
        """

    def find(self, key: str) -> list[str]:
        """The ids of all jobs that were started under this key, oldest first."""

    def poll(self, job_id: str) -> tuple[Status, str]:
        """Where a job stands, with the vendor's message.

        Raises:
            JobError: the vendor does not know the job.
        """

    def fetch(self, plan: Plan, program: Program, job_id: str) -> Shots:
        """The shots of a finished job, by the program's data alone as far as bits are concerned.

        Nothing may be compiled for it: another version could compile otherwise.

        Raises:
            NetworkError: they are not there yet; asked again later.
            JobError: they are not those of the program, or cannot be read.
        """

    def stop(self, job_id: str) -> None:
        """Ask the vendor to cancel a job.

        Raises:
            JobError: the vendor refuses, for instance because the job has ended.
        """


Adapter: TypeAlias = LocalAdapter | RemoteAdapter
"""Declare ``local: Literal[True] = True`` or ``local: Literal[False] = False`` in an adapter."""
