"""Verification: one link by every way there is, and whether they agree.

>>> found = examine("3_1")
>>> found.agree, found.reference
(True, 'bracket')

The **reference** is an exact way with which more than half of the exact ways agree; of several,
one that works with integers, then the one with most agreement, then that with the least rounding.
So a single wrong way is the one that is named. Two exact ways a and b agree if |V_a − V_b| is at
most the larger one of their tolerances and, if both give integers, these are equal. Tolerances are
those of :mod:`plait.verify.verification_ways`, the rules for shots those of
:mod:`plait.verify.verification_circuits`.

A way that refuses, for want of memory, time or an extra, is left out. One that breaks has failed,
which is an error like a disagreement, and the others run all the same.

What cannot be seen: an error that all ways share, such as in reading the input (the table of
KnotInfo is an oracle for names only); and a wrong sign of all crossings where V is real.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from numbers import Real
from pathlib import Path
from typing import Any, Literal

from ..circuits.backends.errors import why_damaged
from ..circuits.devices import Device, device_names
from ..circuits.devices import device as find_device
from ..knots.checks import check_count, check_seed
from ..knots.errors import (
    DisagreementError,
    InputError,
    MissingExtraError,
    PlaitError,
    RecordError,
    ResourceError,
)
from ..knots.inputs import LinkLike
from ..knots.interrupts import interruptible
from ..tensornet.resources import parse_memory
from .verification_circuits import Pipeline, circuit_ways, shot_ways
from .verification_subjects import Subject, read_subject
from .verification_verdicts import Outcome, Row, verdicts
from .verification_ways import Limits, Measured, Way, exact_ways

__all__ = [
    "Settings",
    "Verification",
    "attempt",
    "examine",
    "judge",
    "measure",
    "verify",
    "ways",
]

_MAX_SHOTS = 10_000_000
# How a way can break, besides the errors of plait.
_BREAKS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to verify.

    Attributes:
        device: name of a device or a TOML file: circuits are compiled for it, and shots have its
            errors.
        noise: None for the device's own error rates, a factor on them, or the device whose rates
            to use.
        shots: of each of the two experiments, with and without noise.
        seed: of everything random.
        memory: bytes that one way may take, as a number or as text; None for half of what is free.
        seconds: predicted wall time that one way may take.
        exact_only: no circuits and no shots.
        no_run: no shots.

    Raises:
        InputError: a number out of range, or no such device.
    """

    device: str | Device = "H2-1"
    noise: float | str | Device | None = None
    shots: int = 2000
    seed: int = 0
    memory: float | str | None = None
    seconds: float = 10.0
    exact_only: bool = False
    no_run: bool = False

    def __post_init__(self) -> None:
        for name in ("device", "noise"):
            # A file is read now, so that it can change afterwards.
            which = getattr(self, name)
            if isinstance(which, (str, Path)) and which not in device_names():
                object.__setattr__(self, name, find_device(which))
        check_count(self.shots, "shots", least=8, most=_MAX_SHOTS)
        check_seed(self.seed)
        parse_memory(self.memory)
        seconds = self.seconds
        if (
            not isinstance(seconds, Real)
            or isinstance(seconds, bool)
            or not 0 < seconds < math.inf
        ):
            raise InputError(f"seconds={seconds!r}: give a positive number, such as 10")
        for name in ("exact_only", "no_run"):
            if not isinstance(getattr(self, name), bool):
                raise InputError(f"{name}={getattr(self, name)!r}: give True or False")
        self.target()

    def target(self) -> Device:
        """The device with its noise."""
        return find_device(self.device).with_noise(self.noise)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; a device that is not bundled with its data."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("device", "noise"):
            if isinstance(data[name], Device):
                data[name] = data[name].to_json()
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Settings:
        """The settings that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is unknown or of the wrong kind.

        Example:
            >>> Settings.from_json(Settings(shots=100).to_json()) == Settings(shots=100)
            True
        """
        try:
            values = dict(data)
            for name in ("device", "noise"):
                if isinstance(values.get(name), Mapping):
                    values[name] = Device.from_json(values[name])
            return cls(**values)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise RecordError(
                f"not the settings of a verification: {why_damaged(error)}"
            ) from error

    @property
    def limits(self) -> Limits:
        """What one way may take."""
        return Limits(
            memory=parse_memory(self.memory), seconds=float(self.seconds), seed=self.seed
        )


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What the ways gave, and whether they agree.

    Attributes:
        subject: the link.
        settings: as asked for.
        rows: one per way.
        reference: name of the way that the others are compared with; None if no exact way gave a
            value.
        complete: whether all ways were tried.
    """

    subject: Subject
    settings: Settings
    rows: tuple[Row, ...]
    reference: str | None
    complete: bool = True

    @property
    def agree(self) -> bool:
        """Whether no way is wrong."""
        return not any(row.wrong for row in self.rows)

    @property
    def compared(self) -> int:
        """How many ways agree with another one, or disagree; those that are off do neither."""
        count = sum(row.right or row.verdict == "differs" for row in self.rows)
        return count - (self.reference is not None)

    @property
    def off(self) -> tuple[Row, ...]:
        """Noisy estimates that miss V, by no more than noise explains."""
        return tuple(row for row in self.rows if row.verdict == "off")

    def disagreement(self) -> str:
        """One sentence about what is wrong."""
        said = [
            f"{what}: {'; '.join(f'{row.way} ({row.reason})' for row in wrong)}"
            for verdict, what in (
                ("differs", f"disagree with {self.reference}"),
                ("failed", "failed"),
            )
            if (wrong := [row for row in self.rows if row.verdict == verdict])
        ]
        return (
            f"ways to V of {_short(self.subject.name)} {', and '.join(said)}; this is a defect of "
            f"plait, of a package that it uses, or of a method that you registered"
        )


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:57] + "…"


@interruptible()
def verify(
    x: LinkLike,
    *,
    closure: str = "markov",
    strands: int | None = None,
    device: str | Device = "H2-1",
    noise: float | str | Device | None = None,
    shots: int = 2000,
    seed: int = 0,
    memory: float | str | None = None,
    seconds: float = 10.0,
    exact_only: bool = False,
    estimate: Pipeline | None = None,
    out: str | Path | None = None,
    watch: Callable[[str], None] | None = None,
) -> Verification:
    """Compute V of a link by every way that fits, and compare.

    Args:
        x: anything that :func:`plait.knots.link` takes.
        closure: ``"markov"`` or ``"plat"``, of a braid.
        strands: of a braid, where it is more than the word uses.
        device: name of a device or a TOML file.
        noise: on its rates, as for :func:`plait.estimate`.
        shots: of each experiment.
        seed: of everything random.
        memory: bytes that one way may take, as a number or text such as ``"8GB"``.
        seconds: predicted time that one way may take.
        exact_only: leave out circuits and shots.
        estimate: the pipeline to verify, :func:`plait.estimate`; None leaves out the shots.
        out: folder for the case of a disagreement; by default the current one.
        watch: called with the name of each way before it runs.

    Returns:
        All ways with their verdicts; they agree.

    Raises:
        DisagreementError: ways disagree or fail; the message names them and the file of the case,
            which ``plait verify FILE`` and :func:`plait.verify.read_case` read.
        InputError: bad input.
        ResourceError: no two ways to compare fit.

    Example:
        >>> found = verify("4_1", exact_only=True)
        >>> found.agree, found.compared > 5
        (True, True)
    """
    from .verification_cases import save_case

    settings = Settings(
        device=device,
        noise=noise,
        shots=shots,
        seed=seed,
        memory=memory,
        seconds=seconds,
        exact_only=exact_only,
        no_run=estimate is None,
    )
    subject = read_subject(x, closure=closure, strands=strands)
    outcomes = list(measure(subject, settings, estimate=estimate, watch=watch))
    found = judge(subject, settings, outcomes)
    if not found.agree:
        path = save_case(found, Path() if out is None else Path(out))
        raise DisagreementError(f"{found.disagreement()}; the case is in {path}")
    if not found.compared:
        raise ResourceError("no two ways to compare fit; allow more memory or seconds")
    return found


def examine(
    x: LinkLike, *, closure: str = "markov", strands: int | None = None, **settings: Any
) -> Verification:
    """Like :func:`verify` without shots; a disagreement is in the result and no error.

    Args:
        x: as for :func:`verify`.
        closure: as for :func:`verify`.
        strands: as for :func:`verify`.
        **settings: those of :class:`Settings`, but ``no_run``.
    """
    subject = read_subject(x, closure=closure, strands=strands)
    how = Settings(**settings, no_run=True)
    return judge(subject, how, list(measure(subject, how)))


def measure(
    subject: Subject,
    settings: Settings,
    *,
    estimate: Pipeline | None = None,
    watch: Callable[[str], None] | None = None,
) -> Iterator[Outcome]:
    """Try all ways, one after the other.

    Args:
        subject: the link.
        settings: how.
        estimate: the pipeline; None leaves out the shots.
        watch: called with the name of each way before it runs.
    """
    for way in ways(subject, settings, estimate):
        if watch is not None:
            watch(way.name)
        yield attempt(way, settings.limits)


def ways(subject: Subject, settings: Settings, estimate: Pipeline | None) -> Iterator[Way]:
    """All ways in the order of the table."""
    limits = settings.limits
    yield from exact_ways(subject, limits)
    if settings.exact_only:
        return
    target = settings.target()
    yield from circuit_ways(subject, target, limits)
    if estimate is not None and not settings.no_run:
        yield from shot_ways(subject, target, estimate, shots=settings.shots, limits=limits)


def attempt(way: Way, limits: Limits) -> Outcome:
    """Run a way if it fits.

    What it refuses, for want of memory, time or an extra, is a way left out. Any other error, also
    about input that plait itself made, is a defect.
    """
    start = time.perf_counter()
    measured: Measured | None = None
    failure: Literal["skipped", "failed"] = "skipped"
    reason = ""
    try:
        if way.cost is not None:
            limits.check(way.cost())
        measured = way.run()
    except (ResourceError, MissingExtraError) as error:
        reason = str(error)
    except MemoryError:
        reason = "out of memory"
    except PlaitError as error:
        failure, reason = "failed", str(error)
    except _BREAKS as error:
        failure, reason = "failed", f"{type(error).__name__}: {error}"
    return Outcome(
        way=way.name,
        kind=way.kind,
        seconds=time.perf_counter() - start,
        measured=measured,
        failure=failure,
        reason=reason,
    )


def judge(
    subject: Subject, settings: Settings, outcomes: Sequence[Outcome], *, complete: bool = True
) -> Verification:
    """Compare what was measured.

    Args:
        subject: the link.
        settings: how it was measured.
        outcomes: of the ways, all or some.
        complete: whether these are all.
    """
    rows, reference = verdicts(outcomes)
    return Verification(
        subject=subject, settings=settings, rows=rows, reference=reference, complete=complete
    )
