"""Tickets: what was submitted where, on disk before and after every call over the network.

A ticket's folder holds

* ``ticket.json``: plan, platform, and per program its key, the vendor's id and its state;
* ``shots/LABEL.json``: the shots of a program, written as soon as they are here.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...knots.errors import RecordError
from ...knots.files import write_json
from ...knots.versions import installed
from ..plan import Job, Plan, Series
from ..simulation import Counts
from .entries import Entry, State
from .errors import JobError, why_damaged
from .protocol import Adapter, DryRun, Program, Shots

__all__ = ["Record", "Ticket"]

_FORMAT = 2
_ADVICE = "restore it from a copy, or submit to another folder"
_PACKAGES = (
    "plait",
    "numpy",
    "qiskit",
    "qiskit-aer",
    "qiskit-ibm-runtime",
    "pytket",
    "pytket-quantinuum",
    "qnexus",
)


@dataclass(kw_only=True)
class Ticket:
    """A submitted plan.

    Attributes:
        folder: where it is on disk.
        id: unique.
        plan: what was submitted.
        adapter: name of the platform's adapter.
        description: the adapter's :meth:`describe`, without secrets.
        max_cost: what all jobs together may cost, None where nothing is charged.
        dry_run: what the platform's dry run said.
        note: JSON of the caller's own.
        samples: see :class:`~plait.circuits.backends.protocol.Adapter`.
        measures: False where jobs have no shots.
        created: time in UTC.
        versions: of Python and packages when it was made.
        entries: the programs.
    """

    folder: Path
    id: str
    plan: Plan
    adapter: str
    description: dict[str, Any]
    max_cost: float | None
    created: str
    versions: dict[str, str]
    dry_run: DryRun
    samples: bool
    measures: bool
    note: dict[str, Any] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def new(
        cls,
        folder: Path,
        plan: Plan,
        adapter: Adapter,
        programs: Sequence[Program],
        *,
        dry_run: DryRun,
        note: dict[str, Any] | None = None,
    ) -> Ticket:
        """A ticket of which nothing has started; it is not on disk yet."""
        return cls(
            folder=folder,
            id=secrets.token_hex(8),
            plan=plan,
            adapter=adapter.name,
            description=json.loads(json.dumps(adapter.describe())),
            max_cost=None,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            versions=installed(_PACKAGES),
            dry_run=dry_run,
            samples=adapter.samples,
            measures=adapter.local is True or adapter.measures,
            note=json.loads(json.dumps(note or {})),
            entries=[Entry(program=program) for program in programs],
        )

    @classmethod
    def load(cls, folder: str | Path) -> Ticket:
        """The ticket of a folder.

        Raises:
            RecordError: there is none, or it is damaged.
        """
        path = Path(folder) / "ticket.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RecordError(
                f"{folder} holds no submitted plan: there is no ticket.json in it"
            ) from None
        except (OSError, ValueError) as error:
            raise RecordError(f"cannot read {path}: {why_damaged(error)}; {_ADVICE}") from error
        try:
            if data["format"] != _FORMAT:
                raise ValueError(f"format {data['format']!r}, this version reads {_FORMAT}")
            return cls(
                folder=Path(folder),
                id=str(data["id"]),
                plan=Plan.from_json(data["plan"]),
                adapter=str(data["adapter"]),
                description=dict(data["description"]),
                max_cost=None if data["max_cost"] is None else float(data["max_cost"]),
                created=str(data["created"]),
                versions=dict(data["versions"]),
                dry_run=DryRun.from_json(data["dry_run"]),
                samples=bool(data["samples"]),
                measures=bool(data["measures"]),
                note=dict(data["note"]),
                entries=[Entry.from_json(entry) for entry in data["programs"]],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(
                f"{path} is not a ticket: {why_damaged(error)}; {_ADVICE}"
            ) from error

    def save(self) -> None:
        """Write it to disk, whole.

        Raises:
            RecordError: it cannot be written.
        """
        data = self.to_json() | {"format": _FORMAT}
        write_json(self.folder / "ticket.json", data)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "id": self.id,
            "created": self.created,
            "adapter": self.adapter,
            "description": self.description,
            "max_cost": self.max_cost,
            "versions": self.versions,
            "samples": self.samples,
            "measures": self.measures,
            "note": self.note,
            "dry_run": self.dry_run.to_json(),
            "plan": self.plan.to_json(),
            "programs": [entry.to_json() for entry in self.entries],
        }

    def refresh(self) -> None:
        """Take over what another process has written.

        Raises:
            RecordError: the folder holds another ticket by now.
        """
        found = Ticket.load(self.folder)
        if found.id != self.id:
            raise RecordError(f"{self.folder} holds another ticket by now ({found.id})")
        self.entries, self.max_cost = found.entries, found.max_cost

    def renew(self) -> bool:
        """Make programs that failed or were cancelled ready again; whether there are any."""
        ended = [entry for entry in self.entries if entry.state in ("failed", "cancelled")]
        for entry in ended:
            entry.renew()
        return bool(ended)

    def key(self, entry: Entry) -> str:
        """The name under which the vendor knows a program."""
        return f"plait-{self.id}-{entry.label}-{entry.attempt}"

    @property
    def status(self) -> State:
        """Where it stands as a whole: the least advanced program decides, then failures."""
        states = {entry.state for entry in self.entries}
        if "interrupted" in states:
            return "interrupted"
        if states & {"planned", "starting", "queued"}:
            return "running" if states & {"running", "unread", "done"} else "queued"
        order: tuple[State, ...] = ("running", "unread", "failed", "cancelled")
        return next((state for state in order if state in states), "done")

    @property
    def weights(self) -> dict[str, float]:
        """Shares of the programs in the cost, by label: estimates, or else shots."""
        shots = [float(entry.program.shots) for entry in self.entries]
        weights = self.dry_run.costs if any(self.dry_run.costs) else shots
        return {e.label: weight for e, weight in zip(self.entries, weights, strict=True)}

    @property
    def lacking(self) -> list[str]:
        """Labels of the programs whose shots are not here."""
        return [e.label for e in self.entries if e.state != "done" or not self.measures]

    def shots_path(self, entry: Entry) -> Path:
        """The file of a program's shots."""
        return self.folder / "shots" / f"{entry.label}.json"

    def set(self, entry: Entry, state: State, message: str = "") -> None:
        """Write down where a program stands."""
        entry.state, entry.message = state, message
        self.save()

    def keep(self, entry: Entry, shots: Shots) -> None:
        """Write the shots of a program to disk, then that they are there.

        Raises:
            JobError: they are not as many as were asked for.
        """
        if len(shots) != entry.program.rows:
            raise JobError(
                f"{len(shots)} shots came back where {entry.program.rows} were asked for"
            )
        self.write_shots(entry, shots)
        self.set(entry, "done")

    def write_shots(self, entry: Entry, shots: Shots) -> None:
        """Write the shots of a program.

        Raises:
            RecordError: they cannot be written.
        """
        write_json(self.shots_path(entry), {"ticket": self.id} | shots.to_json())

    def read_shots(self, entry: Entry) -> Shots:
        """The shots of a program.

        Raises:
            RecordError: they are not there, damaged, or of another ticket.
        """
        path = self.shots_path(entry)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["ticket"] != self.id:
                raise ValueError("it is of another ticket")
            shots = Shots.from_json(data)
            shots.split(entry.program.measured)
            return shots
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise RecordError(f"cannot read {path}: {why_damaged(error)}; {_ADVICE}") from error


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a ticket has measured, so far or for good.

    Attributes:
        ticket: the ticket.
        shots: per label of the programs whose shots are here.
    """

    ticket: Ticket
    shots: dict[str, Shots]

    @classmethod
    def load(cls, folder: str | Path) -> Record:
        """The record of a folder; asks no vendor.

        Raises:
            RecordError: there is no ticket, or something is damaged.
        """
        ticket = Ticket.load(folder)
        here = [entry for entry in ticket.entries if entry.label not in ticket.lacking]
        return cls(ticket=ticket, shots={e.label: ticket.read_shots(e) for e in here})

    @property
    def complete(self) -> bool:
        """Whether the shots of all programs are here."""
        return len(self.shots) == len(self.ticket.entries)

    @property
    def series(self) -> set[Series]:
        """The series whose shots here are an unbiased sample.

        Where programs are no samples, such as one per last bit of the path, these are the series
        all of whose programs are here.
        """
        found: set[Series] = set()
        missing: set[Series] = set()
        for entry in self.ticket.entries:
            (found if entry.label in self.shots else missing).update(entry.program.measured)
        return found if self.ticket.samples else found - missing

    @property
    def results(self) -> list[tuple[Job, Counts]]:
        """Counts per series and path, of every program for itself."""
        found: list[tuple[Job, Counts]] = []
        for entry in self.ticket.entries:
            if entry.label in self.shots:
                parts = self.shots[entry.label].split(entry.program.measured)
                for series, shots in parts.items():
                    found += shots.results(series)
        return found

    @property
    def rounds(self) -> list[list[tuple[Job, Counts]]]:
        """What mitigation takes: of the series of :attr:`series`, stretch of time by stretch.

        Of an interleaved plan the shots of every program in order of time, one by one; else the
        counts of all programs as one.
        """
        usable = self.series
        if self.ticket.plan.interleaved:
            return [
                self.shots[entry.label].jobs(entry.program.measured)
                for entry in self.ticket.entries
                if entry.label in self.shots and usable.issuperset(entry.program.measured)
            ]
        results = [result for result in self.results if result[0].series in usable]
        return [results] if results else []
