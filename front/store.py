"""The folder of a run on disk.

It holds

* ``plan.json``: what is measured, on which device, with which seed; written first;
* ``shots.jsonl``: one line per finished round, with the counts of every circuit;
* ``record.json``: the result, written last.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .circuits.backends.errors import why_damaged
from .circuits.devices import Device
from .circuits.plan import Job, Plan
from .circuits.simulation import Counts
from .knots.errors import RecordError
from .knots.files import CannotWriteError, FolderBusyError, write_whole
from .mitigation.methods import Estimator, estimator
from .pipeline import Experiment, Results
from .record import FORMAT, RunRecord, versions

__all__ = ["Store", "make_header", "parse_header", "read_json"]

_ADVICE = "restore it from a copy, or run to another folder"

# Keys of a device that no result depends on.
_ABOUT = (
    "aliases",
    "cost",
    "gates",
    "limits",
    "noise",
    "not_modelled",
    "sources",
    "summary",
    "times",
)


def make_header(
    name: str, plan: Plan, target: Device, mitigation: tuple[str, ...]
) -> dict[str, Any]:
    """What plan.json holds."""
    return {
        "format": FORMAT,
        "name": name,
        "plan": plan.to_json(),
        "device": target.to_json(),
        "mitigation": list(mitigation),
        "versions": versions(),
    }


def parse_header(header: dict[str, Any], path: Path) -> tuple[str, Plan, Device, Estimator]:
    """Name, plan, device and mitigation from a plan.json or ticket.json.

    Raises:
        RecordError: a key is missing or of the wrong kind.
    """
    try:
        return (
            str(header["name"]),
            Plan.from_json(header["plan"]),
            Device.from_json(header["device"]),
            estimator(header["mitigation"]),
        )
    except (KeyError, TypeError, ValueError, RecordError) as error:
        raise RecordError(
            f"{path} is not the plan of a run: {why_damaged(error)}; {_ADVICE}"
        ) from error


def read_json(path: Path) -> dict[str, Any]:
    """A file of a run.

    Raises:
        RecordError: it is not there, not readable or of another format.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(f"{path.parent} holds no run: there is no {path.name} in it") from None
    except (OSError, ValueError) as error:
        raise RecordError(f"cannot read {path}: {why_damaged(error)}; {_ADVICE}") from error
    if not isinstance(data, dict):
        raise RecordError(f"{path} is not the record of a run")
    if data.get("format", FORMAT) != FORMAT:
        raise RecordError(
            f"{path} has format {data['format']!r}, and this version of plait reads {FORMAT}"
        )
    return data


class Store:
    """The files of a run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shots = folder / "shots.jsonl"
        self._size = 0  # of the shots, as far as this process knows

    def begin(self, header: dict[str, Any]) -> dict[str, str]:
        """Create the folder, or check that it holds an unfinished run of the same experiment.

        Returns:
            The versions with which the run began.
        """
        plan = self.folder / "plan.json"
        if (self.folder / "ticket.json").exists():
            raise RecordError(
                f"{self.folder} holds a submission; see it with: plait status {self.folder}, or "
                f"choose another folder"
            )
        if (self.folder / "record.json").exists():
            raise RecordError(
                f"{self.folder} already holds a finished run; see it with: plait show "
                f"{self.folder}, or choose another folder"
            )
        if plan.exists():
            before = read_json(plan)
            for key in ("format", "plan", "device", "mitigation"):
                old, new = _essence(before.get(key)), _essence(json.loads(json.dumps(header[key])))
                if old != new:
                    raise RecordError(
                        f"{self.folder} holds an unfinished run of another experiment "
                        f"({key} differs: {_difference(old, new)}); choose another folder, or "
                        f"repeat its command to go on with it"
                    )
            found = before.get("versions")
            return dict(found) if isinstance(found, dict) else header["versions"]
        if self.shots.exists():
            raise RecordError(
                f"{self.folder} holds shots but no plan.json to say of what; choose another folder"
            )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(plan, json.dumps(header, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise CannotWriteError(f"cannot write to {self.folder}: {error}") from error
        return dict(header["versions"])

    def rounds(self, experiment: Experiment, *, repair: bool = False) -> list[Results]:
        """The results of each finished round that is on disk.

        A torn last line does not count; with ``repair`` it is cut off, so that others can follow.
        """
        if not self.shots.exists():
            return []
        rounds: list[Results] = []
        whole = 0
        try:
            data = self.shots.read_bytes()
        except OSError as error:
            raise RecordError(f"cannot read {self.shots}: {why_damaged(error)}") from error
        for line in data.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            rounds.append(_parse_round(line, len(rounds), experiment, self.shots))
            whole += len(line)
        if repair and whole < len(data):
            try:
                os.truncate(self.shots, whole)
            except OSError as error:
                raise CannotWriteError(f"cannot write to {self.shots}: {error}") from error
        self._size = whole
        return rounds

    def append(self, number: int, results: Results) -> None:
        """Write a finished round and wait until it is on disk."""
        line = {"round": number, "results": [[*job, counts] for job, counts in results]}
        try:
            with self.shots.open("ab") as file:
                if file.tell() != self._size:
                    raise FolderBusyError(
                        f"another process is writing to {self.shots}; let one of them finish"
                    )
                self._size += file.write(json.dumps(line).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CannotWriteError(f"cannot write to {self.shots}: {error}") from error

    def finish(self, record: RunRecord) -> None:
        """Write the result."""
        text = json.dumps(record.to_json(), ensure_ascii=False, indent=1) + "\n"
        try:
            write_whole(self.folder / "record.json", text)
        except OSError as error:
            raise CannotWriteError(f"cannot write to {self.folder}: {error}") from error


def _parse_round(line: bytes, number: int, experiment: Experiment, path: Path) -> Results:
    try:
        data = json.loads(line)
        results = [
            (Job(series, tuple(bits), int(shots)), {str(k): int(v) for k, v in counts.items()})
            for series, bits, shots, counts in data["results"]
        ]
        right = (
            data["round"] == number
            and number < experiment.rounds
            and [job for job, _ in results] == experiment.jobs(number)
            and all(_plausible(job, counts, experiment.plan) for job, counts in results)
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordError(
            f"{path}, line {number + 1} is damaged: {why_damaged(error)}; {_ADVICE}"
        ) from error
    if not right:
        raise RecordError(
            f"{path}, line {number + 1} does not belong to the plan in {path.parent}/plan.json"
        )
    return results


def _plausible(job: Job, counts: Counts, plan: Plan) -> bool:
    qubits = max(1, plan.braid.strands - 1)
    return (
        sum(counts.values()) == job.shots
        and min(counts.values()) > 0
        and all(len(bits) == qubits and set(bits) <= {"0", "1"} for bits in counts)
    )


def _essence(data: Any) -> Any:
    """Of a device, what simulations depend on; anything else as it is."""
    if not isinstance(data, dict):
        return data
    return {k: v for k, v in data.items() if k not in _ABOUT}


def _difference(old: Any, new: Any) -> str:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in new:
            if old.get(key) != new[key]:
                return f"{key} was {_short(old.get(key))}, now {_short(new[key])}"
    return f"was {_short(old)}, now {_short(new)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "…"
