"""Circuits as ways to V: contracted without noise, and sampled with and without it.

* **circuits, by path**: ⟨s|U|s⟩ of noiseless echo circuits on some paths, contracted by quimb,
  against the dense representation; where that is too large, on the plat path against the face
  model.
* **circuits, all paths**: the exact mean Σ_s P(s) ⟨s|U|s⟩ over the circuits, where there are few
  paths; for a plat closure the one path.
* **shots, no noise**: the pipeline with all error rates zero and no mitigation. Each part of V may
  be off by 5 standard errors, plus what an event of probability 14/m, unseen in m shots with
  probability 1e-6, would change.
* **shots on a device**: the pipeline with the device's errors and the default mitigation. Its
  interval covers V or not. Not to cover is no defect, as one interval in twenty does not, and as
  mitigation leaves systematic errors. A defect is what no noise can do, see
  :mod:`plait.verify.verification_noise`, with F from the device's rates, and for chance 5 standard
  errors and the unseen part as above. A field that turns all qubits alike is no random error and
  has no such F: with one, only |z| ≤ 1 is left, that is, F = 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist
from typing import TypeAlias

from ..circuits.compile import build_circuit
from ..circuits.devices import Device
from ..circuits.echo import PARTS
from ..circuits.plan import Plan
from ..circuits.simulation import predicted_seconds
from ..knots.braids import Braid
from ..knots.conventions import zeta_power
from ..knots.errors import InputError, ResourceError
from ..knots.fibonacci import path_count, path_probability, paths, plat_path
from ..mitigation.estimate import JonesEstimate, jones_factor
from ..tensornet.facevalue import face_cost, face_jones
from ..tensornet.methods import Request
from ..tensornet.resources import Cost
from .crosscheck import check_circuits, echo_cost, echo_expectation
from .verification_noise import SIGMAS, Noise
from .verification_subjects import Subject
from .verification_ways import EPSILON, UNSEEN, Limits, Measured, Way

__all__ = ["Pipeline", "circuit_ways", "shot_ways"]

Pipeline: TypeAlias = Callable[..., JonesEstimate]
"""Estimates V of a braid: :func:`plait.estimate`, or what takes the same arguments."""

_PATHS = 4
_WORK = 2e7
# Among which the shots of a mitigated experiment are split, at most.
_MOST_SERIES = 8
# Mitigation that makes the errors of shots no larger.
_GENTLE = {"detection", "conjugate"}
_MOST_PATHS = 34  # all paths of 8 strands
# Gates of a circuit per letter and per strand, at most about; seconds to put one into a network.
_GATES_PER_LETTER, _GATES_PER_STRAND = 8, 4
_PER_GATE = 1e-3


def circuit_ways(subject: Subject, target: Device, limits: Limits) -> Iterator[Way]:
    """Noiseless circuits, contracted."""
    yield Way(
        name="circuits, by path",
        kind="circuits",
        run=lambda: _by_path(subject, target, limits),
    )
    yield Way(
        name="circuits, all paths",
        run=lambda: _all_paths(subject, target),
        cost=lambda: _all_paths_cost(subject, target, limits),
    )


def _by_path(subject: Subject, target: Device, limits: Limits) -> Measured:
    """Some paths against the representation, or the plat path against the face model."""
    _refuse_wide(subject.braid, target)
    _refuse_long(subject, limits, 2 * _PATHS)
    limits.check(_contractions(subject.braid, target, 2 * _PATHS))
    check = check_circuits(
        subject.braid,
        subject.closure,
        count=_PATHS,
        seed=limits.seed,
        target=target,
        work=_WORK,
    )
    if check is not None:
        count = f"{check.paths} path{'' if check.paths == 1 else 's'}"
        return Measured(
            deviation=check.error, tolerance=1e-9, reason=f"{count} against the representation"
        )
    # The plat path exists for an even number of strands.
    braid = subject.braid
    even = braid.with_strands(braid.strands + braid.strands % 2)
    _refuse_wide(even, target)
    limits.check(face_cost(even, "plat", {"precision": "double"})._replace(memory=0))
    request = Request(memory=limits.memory, seed=limits.seed)
    expected = face_jones(even, "plat", request).value / jones_factor(even, "plat")
    found = _amplitude(even, plat_path(even.strands), target)
    return Measured(
        deviation=abs(found - expected),
        tolerance=1e-9,
        reason="the plat path against the face model",
    )


def _amplitude(braid: Braid, path: Sequence[int], target: Device) -> complex:
    """⟨s|U|s⟩ by the circuits."""
    real, imag = (
        echo_expectation(build_circuit(braid, path, part=part, target=target)) for part in PARTS
    )
    return complex(real, imag)


def _all_paths(subject: Subject, target: Device) -> Measured:
    """V as the mean over all paths, or of the plat path."""
    braid, n = subject.braid, subject.braid.strands
    if subject.closure == "plat":
        weights = {plat_path(n): 1.0}
    else:
        weights = {tuple(s): path_probability(s) for s in paths(n).tolist()}
    z = sum(weight * _amplitude(braid, s, target) for s, weight in weights.items())
    gates = _GATES_PER_LETTER * len(braid) + _GATES_PER_STRAND * n
    return Measured(
        value=subject.oriented(jones_factor(braid, subject.closure) * z),
        tolerance=16 * EPSILON * gates * subject.scale,
        reason=f"{len(weights)} path{'' if len(weights) == 1 else 's'}",
    )


def _all_paths_cost(subject: Subject, target: Device, limits: Limits) -> Cost:
    n = subject.braid.strands
    count = 1 if subject.closure == "plat" else path_count(min(n, 200))
    if count > _MOST_PATHS:
        raise ResourceError(f"left out: {count} paths, at most {_MOST_PATHS} are contracted")
    _refuse_wide(subject.braid, target)
    _refuse_long(subject, limits, 2 * count)
    return _contractions(subject.braid, target, 2 * count)


def _refuse_wide(braid: Braid, target: Device) -> None:
    """Refuse circuits that the device has too few qubits for."""
    qubits = max(1, braid.strands - 1)
    if qubits > target.qubits:
        raise ResourceError(
            f"does not fit: the circuits need {qubits} qubits, {target.name} has {target.qubits}"
        )


def _refuse_long(subject: Subject, limits: Limits, count: int) -> None:
    """Refuse circuits that even to compile takes too long."""
    gates = _GATES_PER_LETTER * len(subject.braid) + _GATES_PER_STRAND * subject.braid.strands
    limits.check(Cost(0, 0, count * gates * _PER_GATE / 4))


def _contractions(braid: Braid, target: Device, count: int) -> Cost:
    """The cost of contracting so many circuits, from one of them, on a path of all ones."""
    path = (0, *[1] * braid.strands)
    flops, memory, seconds = echo_cost(build_circuit(braid, path, target=target))
    return Cost(flops * count, memory, seconds * count)


def shot_ways(
    subject: Subject,
    target: Device,
    pipeline: Pipeline,
    *,
    shots: int,
    limits: Limits,
) -> Iterator[Way]:
    """The pipeline, without noise and with the device's.

    Args:
        subject: the link.
        target: the device, with the noise to simulate.
        pipeline: :func:`plait.estimate`.
        shots: of each of the two experiments.
        limits: for the simulation.
    """
    silent = target.with_noise(0)
    yield Way(
        name="shots, no noise",
        kind="sampled",
        run=lambda: _noiseless(subject, silent, pipeline, shots, limits),
        cost=lambda: _simulation_cost(subject, silent, shots),
    )
    yield Way(
        name=f"shots on {target.name}",
        kind="noisy",
        run=lambda: _noisy(subject, target, pipeline, shots, limits),
        cost=lambda: _simulation_cost(subject, target, shots),
    )


def _simulation_cost(subject: Subject, target: Device, shots: int) -> Cost:
    """Time of the simulation; what does not fit in memory it refuses itself."""
    _refuse_wide(subject.braid, target)
    draft = Plan(
        braid=subject.braid,
        closure=subject.closure,
        kind="echo",
        series=("real", "imag"),
        shots=shots,
        round_shots=max(2, shots),
        seed=0,
    )
    return Cost(0, 0, predicted_seconds(draft, target))


def _noiseless(
    subject: Subject, target: Device, pipeline: Pipeline, shots: int, limits: Limits
) -> Measured:
    found = pipeline(
        subject.braid,
        closure=subject.closure,
        shots=shots,
        device=target,
        mitigation=None,
        seed=limits.seed,
    )
    return Measured(
        value=subject.oriented(found.value),
        sigma=_turned(_standard_errors(found.interval, found.level), subject),
        tolerance=_unseen(subject, found.shots, 2),
        approximate=True,
        reason=f"{found.shots} shots",
    )


def _noisy(
    subject: Subject, target: Device, pipeline: Pipeline, shots: int, limits: Limits
) -> Measured:
    found = pipeline(
        subject.braid, closure=subject.closure, shots=shots, device=target, seed=limits.seed
    )
    sigma = _turned(_standard_errors(found.interval, found.level), subject)
    return Measured(
        value=subject.oriented(found.value),
        sigma=sigma,
        noise=_noise(subject, target, found, math.hypot(*sigma)),
        approximate=True,
        reason=f"{found.shots} shots, {', '.join(found.mitigation) or 'no mitigation'}",
    )


def _noise(subject: Subject, target: Device, found: JonesEstimate, sigma: float) -> Noise:
    """What :class:`Noise` has of an estimate, with the standard error of its value."""
    turn = zeta_power(-subject.power) if subject.power else 1
    field = target.memory.field or target.memory.field_sd
    fidelity = 0.0 if field else found.statistics.expected_fidelity
    kept = max(found.kept, 1) / max(found.shots, 1)
    # The length of the vector of both standard errors.
    raw_sigma = math.hypot(*_standard_errors(found.raw_interval, found.level))
    unseen = math.sqrt(2) * _unseen(subject, found.shots, _MOST_SERIES)
    gentle = fidelity if set(found.mitigation) <= _GENTLE else 0.0
    return Noise(
        raw=subject.oriented(found.raw_value),
        explained=_damage(subject, fidelity) + SIGMAS * raw_sigma + unseen,
        damage=_damage(subject, gentle),
        chance=SIGMAS * max(raw_sigma / kept, sigma) + unseen / kept,
        fidelity=fidelity,
        sign_known=found.sign_known,
        contained=found.covers(found.value),
        covered=lambda exact: found.covers(exact * turn),
    )


def _damage(subject: Subject, fidelity: float) -> float:
    """How far shots with errors can move V."""
    return 2 * math.sqrt(2) * (1 - fidelity) * subject.scale


def _unseen(subject: Subject, shots: int, series: int) -> float:
    """What an event that no shot of a series has seen can change."""
    return UNSEEN * subject.scale * series / shots


def _turned(sigma: tuple[float, float], subject: Subject) -> tuple[float, float]:
    """Standard errors after the turn that reversed components make: the larger one for both."""
    return (max(sigma), max(sigma)) if subject.power else sigma


def _standard_errors(
    interval: tuple[tuple[float, float], tuple[float, float]], level: float
) -> tuple[float, float]:
    """Half the widths over the quantile: two intervals that hold jointly, by Bonferroni."""
    if not 0 < level < 1:
        raise InputError(f"an interval of level {level!r} has no standard error")
    quantile = NormalDist().inv_cdf(1 - (1 - level) / 4)
    (a, b), (c, d) = interval
    return (b - a) / 2 / quantile, (d - c) / 2 / quantile
