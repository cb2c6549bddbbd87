"""Resources of an instance: a quantum device and every classical method, at the same error.

The error is that of z = E_s⟨s|U|s⟩, which a quantum computer estimates: |z| ≤ 1, and
|V| = φ^(n−1) |z|. It is additive, a root mean square over repetitions, and promised for whatever
z is. See :mod:`plait.verify.quantum` and :mod:`plait.verify.classical` for the two sides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any, Final

from ..circuits.devices import Device, device
from ..knots.braids import Braid
from ..knots.checks import check_braid, check_count, check_seed
from ..knots.conventions import PHI
from ..knots.errors import InputError
from ..knots.memory import available_bytes
from ..tensornet.resources import parse_memory
from .classical import ClassicalCost, Machine, classical_costs, deep_magnitude
from .quantum import DELTA, LAYER_SECONDS, QuantumCost, quantum_cost

__all__ = ["EXASCALE", "Assumptions", "InstanceResources", "Resources", "resources"]

EXASCALE: Final = Machine(name="1 exaflop/s", watts=20e6, memory=5e15, flops=1e18)
"""A machine of 10¹⁸ useful floating-point operations per second, for whoever has one."""
_EVALUATED: Final = 2.0  # seconds up to which an instance is evaluated
_MOST_LETTERS: Final = 20_000
_MOST_ERROR: Final = 0.5
_LEAST_ERROR: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What nobody measured here.

    Attributes:
        delta: relative uncertainty of ln T, :mod:`plait.verify.quantum`.
        layer_seconds: time of a layer of two-qubit gates, and once more of each shot, where the
            device's description has none.
        quantum_watts: electric power of the quantum computer with its cooling and control.
        classical_watts: electric power of the machine that runs this, its share of it.
    """

    delta: float = DELTA
    layer_seconds: float = LAYER_SECONDS
    quantum_watts: float = 25e3
    classical_watts: float = 20.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            least = "a number from 0 on" if name == "delta" else "a positive number"
            if not _is_number(value) or value < 0 or (value == 0 and name != "delta"):
                raise InputError(f"{name}={value!r}: give {least}")


@dataclass(frozen=True, kw_only=True)
class InstanceResources:
    """Both sides for one braid.

    Attributes:
        braid: the braid.
        free: circles beside it, which minimisation split off.
        quantum: the device.
        classical: the methods, from the least time on.
        magnitude: |z| of the braid, where its evaluation takes no time; else None.
    """

    braid: Braid
    free: int
    quantum: QuantumCost
    classical: tuple[ClassicalCost, ...]
    magnitude: float | None

    @property
    def quantum_seconds(self) -> float:
        """Time of the device; infinite where it has too few qubits or leaves a larger error."""
        q = self.quantum
        done = q.fits and q.reached and q.seconds is not None
        return q.seconds if done and q.seconds is not None else math.inf

    def fastest(self, machine: Machine) -> ClassicalCost | None:
        """The fastest classical method that fits a machine; None if none does."""
        return _fastest(self.classical, machine)

    def faster(self, machine: Machine) -> str | None:
        """``"quantum"`` or ``"classical"``; None where neither reaches the error."""
        return _faster(self.quantum_seconds, self.fastest(machine), machine)

    def to_json(self, here: Machine) -> dict[str, Any]:
        """As a dictionary for JSON."""
        best = self.fastest(here)
        great = self.fastest(EXASCALE)
        return {
            "strands": self.braid.strands,
            "crossings": len(self.braid),
            "free": self.free,
            "magnitude": self.magnitude,
            "magnitude_if_random": deep_magnitude(self.braid.strands),
            "scale_of_V": PHI ** (self.braid.strands - 1),
            "quantum": self.quantum.to_json(),
            "classical": [c.to_json(here) for c in self.classical],
            "fastest_classical": None if best is None else best.method,
            "faster": self.faster(here),
            "exascale_seconds": None if great is None else EXASCALE.seconds(great.cost),
        }


def _fastest(costs: Sequence[ClassicalCost], machine: Machine) -> ClassicalCost | None:
    found = min(costs, key=lambda c: machine.seconds(c.cost))
    return found if math.isfinite(machine.seconds(found.cost)) else None


def _faster(quantum: float, best: ClassicalCost | None, machine: Machine) -> str | None:
    classical = math.inf if best is None else machine.seconds(best.cost)
    if math.isinf(quantum) and math.isinf(classical):
        return None
    return "quantum" if quantum < classical else "classical"


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What :func:`resources` found.

    Attributes:
        error: root mean square of |ẑ − z|.
        device: with the error rates assumed.
        two_qubit_error: probability of an error of a two-qubit gate, at its smallest angle.
        given: the braid as given.
        minimized: the smaller braid of the same link; None where nothing got smaller.
        here: the machine that runs this.
        assumptions: what nobody measured.
        seed: of minimisation, plans and paths.
    """

    error: float
    device: Device
    two_qubit_error: float
    given: InstanceResources
    minimized: InstanceResources | None
    here: Machine
    assumptions: Assumptions = field(default_factory=Assumptions)
    seed: int = 0

    @property
    def best(self) -> InstanceResources:
        """The minimised braid where there is one."""
        return self.minimized or self.given

    @property
    def _both(self) -> list[InstanceResources]:
        return [self.given] if self.minimized is None else [self.given, self.minimized]

    @property
    def fastest(self) -> ClassicalCost | None:
        """The fastest classical method that fits here, for either braid; None if none does."""
        return _fastest([c for one in self._both for c in one.classical], self.here)

    @property
    def faster(self) -> str | None:
        """``"quantum"`` or ``"classical"``, each for the braid it is faster on; None for neither.

        A smaller braid has no smaller |z|, so that its z to the error gives that of the braid as
        given to the error, too.
        """
        own = min(one.quantum_seconds for one in self._both)
        return _faster(own, self.fastest, self.here)

    @property
    def trivial(self) -> bool | None:
        """Whether the estimate 0 has the error already; None where |z| is not known."""
        z = self.best.magnitude
        return None if z is None else z <= self.error

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "error": self.error,
            "error_is": "root mean square of |z_estimate - z|, with |z| ≤ 1 and |V| = φ^(n−1) |z|",
            "device": self.device.name,
            "noise": self.device.noise,
            "two_qubit_error": self.two_qubit_error,
            "seed": self.seed,
            "zero_is_within_error": self.trivial,
            "faster": self.faster,
            "assumptions": vars(self.assumptions),
            "machine": vars(self.here),
            "given": self.given.to_json(self.here),
            "minimized": None if self.minimized is None else self.minimized.to_json(self.here),
        }


def resources(
    b: Braid,
    *,
    error: float = 0.05,
    two_qubit_error: float | None = None,
    target: Device | str = "H2-1",
    shots: int | None = None,
    minimize: bool = True,
    memory: float | str | None = None,
    search: float = 4.0,
    assumptions: Assumptions | None = None,
    seed: int = 0,
) -> Resources:
    """What a quantum device and the classical methods need for the Markov closure of a braid.

    Args:
        b: the braid.
        error: root mean square of |ẑ − z|, from 10⁻⁹ up to, but not including, 1.
        two_qubit_error: probability of a Pauli error of a two-qubit gate, in [0, 1/2] (the
            infidelity is 4/5 of it): all error rates of the device are scaled to it, memory
            included; None for the device's own.
        target: the device, or its name.
        shots: executions of circuits; None for as many as the error takes.
        minimize: estimate a smaller braid of the same link, too.
        memory: bytes of the machine that runs this; by default half of what is free.
        search: seconds of each search for a plan.
        assumptions: what nobody measured here.
        seed: of the minimisation, the search and the paths.

    Raises:
        InputError: an argument is out of its range.

    Example:
        >>> found = resources(Braid([1, -2, 3, -4] * 4), error=0.1, two_qubit_error=1e-3)
        >>> found.given.faster(found.here)
        'classical'
    """
    _check(b, error, search)
    check_seed(seed)
    if shots is not None:
        check_count(shots, "shots", least=2, most=10**18)
    own = scaled_device(target, two_qubit_error)
    allowed = parse_memory(memory)
    assumed = assumptions or Assumptions()
    here = Machine(
        name="this machine",
        watts=assumed.classical_watts,
        memory=available_bytes() if allowed is None else allowed,
    )

    def one(braid: Braid, free: int) -> InstanceResources:
        quantum = quantum_cost(
            braid,
            own,
            error,
            shots=shots,
            delta=assumed.delta,
            layer_seconds=assumed.layer_seconds,
            watts=assumed.quantum_watts,
            seed=seed,
        )
        found = tuple(classical_costs(braid, error, search=search, seed=seed))
        cheap = found[0].cost.seconds <= _EVALUATED
        z = _magnitude(braid) if cheap else None
        return InstanceResources(
            braid=braid, free=free, quantum=quantum, classical=found, magnitude=z
        )

    small = b.minimize(objective="runs", effort="low", seed=seed) if minimize else None
    better = small is not None and (small.braid.strands, small.length) != (b.strands, len(b))
    return Resources(
        error=error,
        device=own,
        two_qubit_error=own.errors.two_qubit,
        given=one(b, 0),
        minimized=one(small.braid, small.free) if small is not None and better else None,
        here=here,
        assumptions=assumed,
        seed=seed,
    )


def scaled_device(target: Device | str, two_qubit_error: float | None) -> Device:
    """A device with all its error rates scaled, so that a two-qubit gate has this one.

    A device without errors gets them on its two-qubit gates alone.

    Raises:
        InputError: the error is not in [0, 1/2].

    Example:
        >>> own = device("H2-1")
        >>> scaled_device(own, own.errors.two_qubit / 10).noise
        '× 0.1'
    """
    own = device(target)
    if two_qubit_error is None:
        return own
    if not _is_number(two_qubit_error) or not 0 <= two_qubit_error <= _MOST_ERROR:
        raise InputError(
            f"two_qubit_error={two_qubit_error!r}: give a probability from 0 to {_MOST_ERROR}, "
            f"such as 0.001"
        )
    if own.errors.two_qubit:
        return own.with_noise(float(two_qubit_error) / own.errors.two_qubit)
    errors = replace(own.errors, two_qubit=float(two_qubit_error))
    return replace(own, errors=errors, noise=f"two-qubit error {two_qubit_error:g}")


def _magnitude(b: Braid) -> float:
    from ..tensornet.evaluate import jones

    return abs(jones(b).value) / PHI ** (b.strands - 1)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _check(b: object, error: object, search: object) -> None:
    braid = check_braid(b)
    check_count(braid.strands, "strands", least=2, most=1400)
    check_count(len(braid), "crossings", least=0, most=_MOST_LETTERS)
    if not _is_number(error) or not _LEAST_ERROR <= error < 1:  # type: ignore[operator]
        raise InputError(
            f"error={error!r}: give a number from {_LEAST_ERROR:g} up to, but not including, 1; "
            f"it is additive on z, and |z| ≤ 1"
        )
    if not _is_number(search) or not 0 < search <= 600:  # type: ignore[operator]
        raise InputError(f"search={search!r}: give seconds, above 0 and up to 600")
