"""Shots that were recorded before: of runs, of submissions, and of the published experiment."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from .circuits.backends.protocol import Shots
from .circuits.backends.recorded import published_shots
from .circuits.backends.ticket import Record
from .circuits.devices import Device
from .circuits.plan import SERIES, Plan, Series
from .knots.braids import Braid
from .knots.conventions import check_closure
from .knots.errors import InputError, RecordError
from .knots.fibonacci import plat_path
from .knots.inputs import BraidLike, braid_to_close
from .knots.interrupts import interruptible
from .knots.notations.reference import is_reference
from .mitigation.methods import Estimator
from .mitigation.observations import (
    Observations,
    observations_of_results,
    observations_of_shots,
)
from .pipeline import Experiment
from .store import Store, parse_header, read_json

__all__ = ["Recorded", "read_recorded"]

_MIRRORED: Final = ("conj", "conjugate")
_LEAST_BLOCKS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Shots that were recorded, and what is known of them.

    Attributes:
        experiments: observations of each plan.
        source: where they are from.
        braid: what was measured, None where it is not known.
        closure: of the braid.
        plan: what was measured; of shots of others its seed means nothing, and it is None where
            the braid is not known.
        plans: what ran, one for each of the experiments; none for shots of others.
        target: the device that the circuits were made for, None for shots of others.
        exponents: name of the exponents that fit the circuits.
        conjugated: whether values are of the mirror image of ``braid``, and are conjugated.
        mitigation: the methods that the run used, None where there was none.
    """

    experiments: tuple[Observations, ...]
    source: str
    braid: Braid | None
    closure: str = "markov"
    plan: Plan | None = None
    plans: tuple[Plan, ...] = ()
    target: Device | None = None
    exponents: str = "plait"
    conjugated: bool = False
    mitigation: Estimator | None = None


@interruptible()
def read_recorded(
    *paths: str | Path,
    braid: BraidLike | None = None,
    closure: str | None = None,
    strands: int | None = None,
) -> Recorded:
    """The shots of a run, of a submission, or of the published experiment.

    Args:
        paths: the folder of a run or submission; or files with pytket ``BackendResult``
            dictionaries in the layout of the published experiment (arXiv:2503.05625), and folders
            with such files. A file that is given twice is read once. Files with one circuit each
            are of the mirror image C if the folder that they are in is called ``conj`` or
            ``conjugate``.
        braid: what was measured, for files of others. The published circuits of a word are those
            of its mirror image in plait's convention: so for a word, the values are conjugated,
            to be those of the word; a JSON file of the reference code is read as the same link,
            and nothing is conjugated.
        closure: of the braid, by default ``"markov"``.
        strands: of the braid, where it is more than the word uses.

    Raises:
        RecordError: nothing there, or damaged.
        InputError: files of another layout, or a braid that does not fit them.
    """
    if not paths:
        raise InputError("give the folder of a run, or files with recorded shots")
    found = [Path(path) for path in paths]
    if many := next((path for path in found if (path / "benchmark.json").exists()), None):
        raise InputError(
            f"{many} is a benchmark; give one of its instances, such as {many}/shots/000000, or "
            f"run: plait benchmark report {many}"
        )
    given = {"--braid": braid, "--closure": closure, "--strands": strands}
    options = ", ".join(name for name, value in given.items() if value is not None)
    if run := next((path for path in found if _is_run(path)), None):
        if len(found) > 1:
            raise InputError(
                f"{run} is a run of its own; give one at a time, and no files beside it"
            )
        if options:
            raise InputError(f"{run} says itself which braid it is of; leave {options} out")
        return _read_job(run) if (run / "ticket.json").exists() else _read_run(run)
    if braid is None and options:
        raise InputError(f"{options} without --braid: give the braid that was measured too")
    kind = "markov" if closure is None else closure
    b = None if braid is None else braid_to_close(braid, kind, strands=strands)
    return _read_published(found, b, kind, _of_reference(braid))


def _is_run(path: Path) -> bool:
    return any((path / name).exists() for name in ("ticket.json", "plan.json"))


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
        plans=experiment.plans,
        target=target,
        mitigation=methods,
    )


def _read_job(folder: Path) -> Recorded:
    record = Record.load(folder)
    header = record.ticket.note | {"plan": record.ticket.plan.to_json()}
    name, plan, target, methods = parse_header(header, folder / "ticket.json")
    rounds = record.rounds
    if not rounds:
        raise RecordError(f"{folder}: no shots have been collected; run: plait collect {folder}")
    return Recorded(
        experiments=(observations_of_results(plan, rounds, target=target),),
        source=f"{name} ({folder})",
        braid=plan.braid,
        closure=plan.closure,
        plan=plan,
        plans=(plan,),
        target=target,
        mitigation=methods,
    )


class _File(NamedTuple):
    """A file of the published experiment: all four circuits, or one of the braid or of C."""

    shots: dict[Series, Shots]
    interleaved: bool
    mirrored: bool

    @property
    def width(self) -> int:
        """Bits x_0 … x_n of its paths."""
        return int(next(iter(self.shots.values())).paths.shape[1])


def _read_published(
    paths: Sequence[Path], braid: Braid | None, closure: str, of_reference: bool
) -> Recorded:
    names = _files(paths)
    files = [_read_file(name) for name in names]
    first = files[0]
    for name, file in zip(names, files, strict=True):
        if file.interleaved != first.interleaved:
            raise InputError("files with all four circuits and with one do not go together")
        if file.width != first.width:
            raise InputError(
                f"{names[0]} has paths of {first.width - 1} strands and {name} of "
                f"{file.width - 1}; give files of one braid"
            )
    shots = _joined(files)
    if braid is not None:
        _check_paths(shots, braid, closure)
    stretches = None
    if first.interleaved:
        stretches = np.repeat(np.arange(len(files)), [len(f.shots["real"]) for f in files])
    found = observations_of_shots("echo", shots, stretches=stretches)
    if stretches is not None and len(files) >= _LEAST_BLOCKS:
        found = replace(found, blocks=stretches)
    source = f"{len(files)} {'file' if len(files) == 1 else 'files'} of recorded shots"
    if mirrored := sum(file.mirrored for file in files):
        source += f", {mirrored} of them of the mirror image"
    return Recorded(
        experiments=(found,),
        source=source,
        braid=braid,
        closure=closure,
        plan=None if braid is None else _described(found, braid, closure, of_reference),
        exponents="published-circuits",
        conjugated=not of_reference,
    )


def _files(paths: Sequence[Path]) -> list[Path]:
    """The files, each once."""
    found: dict[str, Path] = {}
    for path in paths:
        for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
            found.setdefault(os.path.realpath(file), file)
    if not found:
        raise RecordError(f"there are no JSON files in {', '.join(map(str, paths))}")
    return list(found.values())


def _read_file(file: Path) -> _File:
    data = _read_result(file)
    interleaved = "r_br" in {bit[0] for bit in data["bits"]}
    mirrored = not interleaved and file.parent.resolve().name in _MIRRORED
    try:
        shots = published_shots([data], conjugate=mirrored, conserved=False)
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
    return _File(shots, interleaved, mirrored)


def _read_result(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(data, dict) and {"bits", "shots"} <= data.keys():
            {bit[0] for bit in data["bits"]}
            return data
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise RecordError(f"cannot read {file}: {error}") from error
    raise InputError(f"{file} is no pytket BackendResult: it has no 'bits' and 'shots'")


def _joined(files: Sequence[_File]) -> dict[Series, Shots]:
    shots: dict[Series, Shots] = {}
    for series in SERIES:
        if own := [file.shots[series] for file in files if series in file.shots]:
            shots[series] = Shots(
                np.concatenate([part.paths for part in own]),
                np.concatenate([part.outcomes for part in own]),
            )
    return shots


def _check_paths(shots: dict[Series, Shots], braid: Braid, closure: str) -> None:
    """Refuse a braid that the paths are not of."""
    paths = next(iter(shots.values())).paths
    strands = paths.shape[1] - 1
    if braid.strands != strands:
        raise InputError(
            f"the braid has {braid.strands} strands, and the paths in the files are of {strands}"
        )
    if closure == "plat" and (paths != plat_path(strands)).any():
        raise InputError(
            "the paths in the files are random, which is the Markov closure; leave --closure out"
        )


def _described(o: Observations, braid: Braid, closure: str, of_reference: bool) -> Plan:
    """What is known of circuits of others, for what methods say against them."""
    return Plan(
        braid=braid if of_reference else braid.mirror(),
        closure=check_closure(closure, braid.strands),
        kind="echo",
        series=o.series,
        shots=o.shots,
        round_shots=o.shots,
        seed=0,
        interleaved=o.paired,
    )
