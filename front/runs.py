"""Runs on disk: an experiment whose shots are written as they come and that can be resumed.

A run is a folder with

* ``plan.json``: what is measured, on which device, with which seed; written first;
* ``shots.jsonl``: one line per finished round, with the counts of every circuit;
* ``record.json``: the result, written last.
"""

from __future__ import annotations

import json
import math
import os
import platform
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from .circuits.devices import Device, Errors
from .circuits.devices import device as find_device
from .circuits.plan import Job, Plan
from .circuits.simulation import Counts
from .knots.errors import PlaitError, RecordError
from .knots.inputs import BraidLike, braid
from .knots.values import JonesValue
from .mitigation.estimate import JonesEstimate
from .mitigation.methods import Estimator, estimator
from .pipeline import DEFAULT_MITIGATION, Progress, Results, execute, make_plan, summarise
from .tensornet.evaluate import jones
from .verify.crosscheck import CircuitCheck, CrossCheck, check_circuits, cross_check

__all__ = ["RunRecord", "load_run", "run", "versions"]

FORMAT: Final = 1
PACKAGES: Final = ("numpy", "qiskit", "qiskit-aer", "pytket", "quimb", "cotengra", "networkx")


def versions() -> dict[str, str]:
    """Versions of Python, of plait and of the packages that a result depends on."""
    from . import __version__

    found = {"python": platform.python_version(), "plait": __version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """The result of a run.

    Attributes:
        name: what was asked for, as given.
        estimate: the estimate.
        exact: the exact value, None where it is out of reach.
        check: the comparison, None without an exact value.
        circuit_check: noiseless circuits, contracted by quimb, against the representation; None
            where that is out of reach or the circuit is no echo.
        planned_shots: shots that the plan asks for; more than ``estimate.shots`` if it was
            stopped.
        versions: of Python and packages when the run began.
        remarks: what was not compared, and why.
        folder: where it is on disk, None if nowhere.
    """

    name: str
    estimate: JonesEstimate
    exact: JonesValue | None
    check: CrossCheck | None
    circuit_check: CircuitCheck | None
    planned_shots: int
    versions: dict[str, str]
    remarks: tuple[str, ...] = ()
    folder: Path | None = None

    @property
    def passed(self) -> bool:
        """Whether the exact value is covered and the circuits are right, as far as known."""
        right = self.circuit_check is None or self.circuit_check.agree
        return right and self.check is not None and self.check.covered

    @property
    def complete(self) -> bool:
        """Whether all planned shots were measured."""
        return self.estimate.shots == self.planned_shots

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON, the estimate's keys at the top."""
        check = self.check.to_json() if self.check else {"exact_value": None, "covered": None}
        return {
            "format": FORMAT,
            "name": self.name,
            **self.estimate.to_json(),
            **check,
            "exact": self.exact.to_json() if self.exact else None,
            "circuit_check": asdict(self.circuit_check) if self.circuit_check else None,
            "planned_shots": self.planned_shots,
            "versions": self.versions,
            "remarks": list(self.remarks),
            "folder": str(self.folder) if self.folder else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], folder: Path | None = None) -> RunRecord:
        """The record that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind.
        """
        try:
            return cls(
                name=data["name"],
                estimate=JonesEstimate.from_json(data),
                exact=JonesValue.from_json(data["exact"]) if data["exact"] else None,
                check=CrossCheck.from_json(data) if data["exact_value"] else None,
                circuit_check=(
                    CircuitCheck(**data["circuit_check"]) if data["circuit_check"] else None
                ),
                planned_shots=data["planned_shots"],
                versions=dict(data["versions"]),
                remarks=tuple(data["remarks"]),
                folder=folder,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not the record of a run: {error!r}") from error


def run(
    x: BraidLike,
    *,
    closure: str = "markov",
    shots: int = 2000,
    device: str | Path | Device = "H2-1",
    noise: float | str | Device | None = None,
    mitigation: str | Iterable[str] | None = DEFAULT_MITIGATION,
    circuit: str = "echo",
    seed: int | None = None,
    strands: int | None = None,
    out: str | Path | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> RunRecord:
    """The whole job: estimate, exact value and their comparison, with a record on disk.

    Takes the arguments of :func:`plait.estimate`, and

    Args:
        x: anything that :func:`plait.braid` takes.
        closure: see :func:`plait.estimate`.
        shots: see :func:`plait.estimate`.
        device: see :func:`plait.estimate`.
        noise: see :func:`plait.estimate`.
        mitigation: see :func:`plait.estimate`.
        circuit: see :func:`plait.estimate`.
        seed: see :func:`plait.estimate`.
        strands: see :func:`plait.estimate`.
        out: folder for the record. If it holds an unfinished run of the same experiment, that run
            goes on where it stopped (its seed is taken over if none is given). None writes
            nothing.
        name: what the record calls the link; by default ``x`` itself where it is text.
        progress: called with (shots done, shots in total).

    Raises:
        InputError: bad input; the message says what is allowed.
        RecordError: the folder holds another experiment, or cannot be written.

    Example:
        >>> run("3_1", shots=400, device="ideal", seed=1).check.covered
        True
    """
    start = time.perf_counter()
    methods = estimator(mitigation)
    target = find_device(device).with_noise(noise)
    folder = None if out is None else Path(out)
    if seed is None and folder is not None:
        seed = _seed_of(folder)
    b = braid(x, strands=strands)
    plan = make_plan(
        b,
        target,
        closure=closure,
        shots=shots,
        circuit=circuit,
        mitigation=methods,
        seed=seed,
    )
    if name is None:
        name = x if isinstance(x, str) else str(b)
    results: Results = []
    recorded = versions()
    if folder is None:
        results = execute(plan, target, progress=progress)
    else:
        store = _Store(folder)
        recorded = store.begin(_header(name, plan, target, methods.names))
        known, done = store.rounds(plan, repair=True)
        if progress is not None and done:
            progress(min(plan.shots, done * plan.round_shots), plan.shots)
        fresh = execute(plan, target, done=done, store=store.append, progress=progress)
        results = known + fresh
    estimate = summarise(plan, results, target, methods, time.perf_counter() - start)
    record = _conclude(name, plan, target, estimate, folder, recorded)
    if folder is not None:
        _Store(folder).finish(record)
    return record


def load_run(folder: str | Path) -> RunRecord:
    """The record of a run; of an unfinished one, the estimate from the shots measured so far.

    Raises:
        RecordError: the folder does not hold a run, or no round has finished.
    """
    path = Path(folder)
    record = path / "record.json"
    if record.exists():
        return RunRecord.from_json(_read_json(record), path)
    header = _read_json(path / "plan.json")
    name, plan, target, methods = _parse_header(header, path)
    results, done = _Store(path).rounds(plan)
    if not done:
        raise RecordError(
            f"{path}: this run was stopped before its first round of shots was finished; "
            f"repeat the command with --out {path} to go on"
        )
    estimate = summarise(plan, results, target, methods, 0.0)
    return _conclude(name, plan, target, estimate, path, dict(header["versions"]))


def _conclude(
    name: str,
    plan: Plan,
    target: Device,
    estimate: JonesEstimate,
    folder: Path | None,
    recorded: dict[str, str],
) -> RunRecord:
    """The record of an estimate; what cannot be compared becomes a remark, not a failure."""
    remarks = []
    exact: JonesValue | None = None
    try:
        exact = jones(plan.braid, closure=plan.closure)
    except PlaitError as error:
        remarks.append(f"no exact value: {error}")
    circuits = _check_circuits(plan, target) if plan.kind == "echo" else None
    if circuits is None:
        remarks.append(
            "the circuits were not compared with the representation: "
            + ("it is too large" if plan.kind == "echo" else "only echo circuits are")
        )
    if recorded != versions():
        changed = [f"{p} {v}" for p, v in recorded.items() if versions().get(p) != v]
        remarks.append(f"begun with other versions: {', '.join(changed)}")
    return RunRecord(
        name=name,
        estimate=estimate,
        exact=exact,
        check=cross_check(estimate, exact) if exact else None,
        circuit_check=circuits,
        planned_shots=plan.shots,
        versions=recorded,
        remarks=tuple(remarks),
        folder=folder,
    )


def _check_circuits(plan: Plan, target: Device) -> CircuitCheck | None:
    """Compare circuits of the braid and, where it is measured, of its mirror image."""
    mirrored = any(series.startswith("conjugate") for series in plan.series)
    checks = [
        check_circuits(b, plan.closure, seed=plan.seed, target=target)
        for b in (plan.braid, plan.braid.mirror())[: 1 + mirrored]
    ]
    known = [check for check in checks if check is not None]
    if len(known) < len(checks):
        return None
    errors = [check.error for check in known]
    return CircuitCheck(
        paths=sum(check.paths for check in known),
        error=max(errors, key=lambda e: (math.isnan(e), e)),
    )


def _header(name: str, plan: Plan, target: Device, mitigation: tuple[str, ...]) -> dict[str, Any]:
    description = asdict(target)
    description["sources"] = dict(target.sources)
    return {
        "format": FORMAT,
        "name": name,
        "plan": plan.to_json(),
        "device": description,
        "mitigation": list(mitigation),
        "versions": versions(),
    }


def _parse_header(header: dict[str, Any], folder: Path) -> tuple[str, Plan, Device, Estimator]:
    try:
        description = dict(header["device"])
        description["errors"] = Errors(**description["errors"])
        return (
            str(header["name"]),
            Plan.from_json(header["plan"]),
            Device(**description),
            estimator(header["mitigation"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{folder}/plan.json is not the plan of a run: {error!r}") from error


def _seed_of(folder: Path) -> int | None:
    path = folder / "plan.json"
    if not path.exists() or (folder / "record.json").exists():
        return None
    seed = _read_json(path).get("plan", {}).get("seed")
    return seed if isinstance(seed, int) else None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(f"{path.parent} holds no run: there is no {path.name} in it") from None
    except (OSError, ValueError) as error:
        raise RecordError(f"cannot read {path}: {error}") from error
    if not isinstance(data, dict):
        raise RecordError(f"{path} is not the record of a run")
    if data.get("format", FORMAT) != FORMAT:
        raise RecordError(
            f"{path} has format {data['format']!r}, and this version of plait reads {FORMAT}"
        )
    return data


class _Store:
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
        if (self.folder / "record.json").exists():
            raise RecordError(
                f"{self.folder} already holds a finished run; see it with: plait show "
                f"{self.folder}, or choose another folder"
            )
        if plan.exists():
            before = _read_json(plan)
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
            _write_whole(plan, json.dumps(header, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise RecordError(f"cannot write to {self.folder}: {error}") from error
        return dict(header["versions"])

    def rounds(self, plan: Plan, *, repair: bool = False) -> tuple[Results, int]:
        """The results on disk and the number of finished rounds.

        A torn last line does not count; with ``repair`` it is cut off, so that others can follow.
        """
        if not self.shots.exists():
            return [], 0
        results: Results = []
        done = whole = 0
        try:
            data = self.shots.read_bytes()
        except OSError as error:
            raise RecordError(f"cannot read {self.shots}: {error}") from error
        for line in data.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            results += _parse_round(line, done, plan, self.shots)
            done += 1
            whole += len(line)
        if repair and whole < len(data):
            try:
                os.truncate(self.shots, whole)
            except OSError as error:
                raise RecordError(f"cannot write to {self.shots}: {error}") from error
        self._size = whole
        return results, done

    def append(self, number: int, results: Results) -> None:
        """Write a finished round and wait until it is on disk."""
        line = {"round": number, "results": [[*job, counts] for job, counts in results]}
        try:
            with self.shots.open("ab") as file:
                if file.tell() != self._size:
                    raise RecordError(
                        f"another process is writing to {self.shots}; let one of them finish"
                    )
                self._size += file.write(json.dumps(line).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise RecordError(f"cannot write to {self.shots}: {error}") from error

    def finish(self, record: RunRecord) -> None:
        """Write the result."""
        text = json.dumps(record.to_json(), ensure_ascii=False, indent=1) + "\n"
        try:
            _write_whole(self.folder / "record.json", text)
        except OSError as error:
            raise RecordError(f"cannot write to {self.folder}: {error}") from error


def _parse_round(line: bytes, number: int, plan: Plan, path: Path) -> Results:
    try:
        data = json.loads(line)
        results = [
            (Job(series, tuple(bits), int(shots)), {str(k): int(v) for k, v in counts.items()})
            for series, bits, shots, counts in data["results"]
        ]
        right = (
            data["round"] == number
            and [job for job, _ in results] == plan.jobs(number)
            and all(_plausible(job, counts, plan) for job, counts in results)
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordError(f"{path}, line {number + 1} is damaged: {error!r}") from error
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
    """A device without the texts about it; anything else as it is."""
    if not isinstance(data, dict):
        return data
    return {
        k: v for k, v in data.items() if k not in ("summary", "sources", "not_modelled", "noise")
    }


def _difference(old: Any, new: Any) -> str:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in new:
            if old.get(key) != new[key]:
                return f"{key} was {_short(old.get(key))}, now {_short(new[key])}"
    return f"was {_short(old)}, now {_short(new)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that a kill leaves the old one or the new one, never half."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
