"""Devices as data: native gates, connectivity, limits and error rates, each with its source."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib import resources
from numbers import Real
from pathlib import Path
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError, RecordError, UnknownNameError
from ..knots.kinds import check_kinds
from .device_format import Connectivity, CostFormula, check_description
from .ir import Entangler
from .oplog import Style

__all__ = [
    "Cost",
    "Device",
    "Errors",
    "Limits",
    "Memory",
    "Times",
    "device",
    "device_names",
]

# Two qubits are fully mixed by one of the 15 Paulis with this probability.
_FULLY_MIXED = 15 / 16


def _check_factor(factor: float) -> None:
    if not (math.isfinite(factor) and factor >= 0):
        raise InputError(f"noise factor {factor!r}: give a number ≥ 0 (0 for no noise)")


@dataclass(frozen=True, kw_only=True)
class Errors:
    """Error probabilities of a device's operations.

    Attributes:
        one_qubit: probability of a uniformly random Pauli other than the identity per one-qubit
            gate that is not a rotation about Z (those are virtual).
        two_qubit: the same per two-qubit gate, at angle 0.
        two_qubit_slope: its growth per radian of |θ| mod π in exp(−iθ ZZ/2).
        preparation: probability that a fresh qubit is 1.
        readout_0: probability to read 1 where the qubit is 0.
        readout_1: probability to read 0 where the qubit is 1.
    """

    one_qubit: float
    two_qubit: float
    two_qubit_slope: float
    preparation: float
    readout_0: float
    readout_1: float

    @overload
    def zz(self, angle: float) -> float: ...
    @overload
    def zz(self, angle: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]: ...
    def zz(self, angle: float | npt.NDArray[np.float64]) -> float | npt.NDArray[np.float64]:
        """Error probability of exp(−i·angle·ZZ/2), or of several of any shape.

        Example:
            >>> round(device("H1-1").errors.zz(1.0), 7)
            0.0009667
        """
        rate = self.two_qubit + self.two_qubit_slope * (np.abs(angle) % math.pi)
        least: npt.NDArray[np.float64] = np.minimum(rate, _FULLY_MIXED)
        return least if isinstance(angle, np.ndarray) else float(least)

    def scaled(self, factor: float) -> Errors:
        """All rates multiplied by a factor, at most to 1/2.

        Raises:
            InputError: the factor is negative or not finite.
        """
        _check_factor(factor)
        values = {name: min(0.5, factor * rate) for name, rate in vars(self).items()}
        return Errors(**values)

    @property
    def none(self) -> bool:
        """Whether all rates are zero."""
        return not any(vars(self).values())


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Noise of qubits while time passes, per layer of two-qubit gates.

    Attributes:
        dephasing: probability of Z per qubit and layer.
        field: mean turn about Z in radians per layer, exp(−i·field·Z/2), the same on all qubits.
        field_sd: standard deviation of that turn from shot to shot.
        field_correlation: number of shots over which its correlation falls to 1/e; 0 for
            independent shots.
    """

    dephasing: float = 0.0
    field: float = 0.0
    field_sd: float = 0.0
    field_correlation: float = 0.0

    def scaled(self, factor: float) -> Memory:
        """Dephasing (at most to 1/2), field and its standard deviation times a factor.

        Raises:
            InputError: the factor is negative or not finite.

        Example:
            >>> Memory(dephasing=0.001, field=0.01).scaled(2)
            Memory(dephasing=0.002, field=0.02, field_sd=0.0, field_correlation=0.0)
        """
        _check_factor(factor)
        return replace(
            self,
            dephasing=min(0.5, factor * self.dephasing),
            field=factor * self.field,
            field_sd=factor * self.field_sd,
        )

    @property
    def none(self) -> bool:
        """Whether waiting does nothing to the qubits."""
        return not (self.dephasing or self.field or self.field_sd)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the vendor accepts; None where it is not known.

    Attributes:
        shots_per_circuit: shots of one circuit.
        circuits_per_job: circuits in one job.
        executions_per_job: circuits (or rows of parameters) × shots in one job.
    """

    shots_per_circuit: int | None = None
    circuits_per_job: int | None = None
    executions_per_job: int | None = None


@dataclass(frozen=True, kw_only=True)
class Times:
    """Seconds that operations take; gates on different qubits run at the same time.

    Attributes:
        one_qubit: a one-qubit gate that is not a rotation about Z.
        two_qubit: a two-qubit gate.
        measurement: reading the qubits.
        preparation: preparing the qubits.
        shot: anything else, per shot.
        job: anything else, per job.
    """

    one_qubit: float
    two_qubit: float
    measurement: float
    preparation: float = 0.0
    shot: float = 0.0
    job: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Cost:
    """How runs are charged for.

    Attributes:
        formula: ``"hqc"``, see :func:`plait.circuits.hqc`; or ``"seconds"`` of run time.
        rate: units per second, for ``"seconds"``.
        unit: the unit of the rate, for ``"seconds"``.
    """

    formula: CostFormula
    rate: float = 1.0
    unit: str = "s"


@dataclass(frozen=True, kw_only=True)
class Device:
    """A quantum processor, as far as compiling and simulating needs it.

    Attributes:
        name: as users write it.
        summary: one line.
        qubits: number of qubits.
        connectivity: ``"all"`` or ``"line"`` (a path embedded in the coupling map).
        entangler: ``"zzphase"`` (any angle) or ``"cz"``.
        errors: error rates.
        memory: noise of waiting qubits.
        gates: native gates, as the vendor calls them.
        limits: what the vendor accepts.
        times: seconds of operations; None where they are not known.
        cost: how runs are charged for; None where it is not known, or nothing.
        aliases: other names.
        not_modelled: what the error model leaves out.
        sources: where the numbers come from.
        noise: ``"own"``, or how :meth:`with_noise` changed the error rates.
    """

    name: str
    summary: str
    qubits: int
    connectivity: Connectivity
    entangler: Entangler
    errors: Errors
    memory: Memory = Memory()
    gates: tuple[str, ...] = ()
    limits: Limits = Limits()
    times: Times | None = None
    cost: Cost | None = None
    aliases: tuple[str, ...] = ()
    not_modelled: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    noise: str = "own"

    @property
    def style(self) -> Style:
        """Its two-qubit gates and their cost, for a choice between decompositions."""
        errors, cz = self.errors, self.entangler == "cz"
        if cz:
            base, slope = errors.zz(math.pi / 2), 0.0
        else:
            base, slope = errors.two_qubit, errors.two_qubit_slope
        # Without errors gates are counted.
        return Style(cz, base, slope) if base or slope else Style(cz)

    def with_noise(self, noise: float | str | Device | None) -> Device:
        """The device with other error rates, of which its ``noise`` tells.

        Args:
            noise: None for its own; a factor ≥ 0 on all its rates, memory included; or another
                device (or its name), whose rates and memory to use.

        Raises:
            InputError: none of these.

        Example:
            >>> device("H2-1").with_noise(0).errors.none
            True
        """
        if noise is None:
            return self
        if isinstance(noise, Real) and not isinstance(noise, bool):
            factor = float(noise)
            return replace(
                self,
                noise=f"× {factor:g}",
                errors=self.errors.scaled(factor),
                memory=self.memory.scaled(factor),
            )
        if isinstance(noise, (str, Device)):
            other = device(noise)
            return replace(
                self, noise=f"of {other.name}", errors=other.errors, memory=other.memory
            )
        raise InputError(
            f"noise={noise!r}: give a factor ≥ 0, the name of a device, or None for the "
            f"device's own"
        )

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; tables that are not there are left out."""
        data = asdict(self) | {"gates": list(self.gates), "aliases": list(self.aliases)}
        data["sources"] = dict(self.sources)
        return {key: value for key, value in data.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Device:
        """The device that :meth:`to_json` wrote, by this version or an earlier one.

        Raises:
            RecordError: a key is missing, there is one more, or a value is of another kind.

        Example:
            >>> Device.from_json(device("H1-1").to_json()) == device("H1-1")
            True
        """
        try:
            values = dict(data)
            for key, kind in _TABLES.items():
                if key in values and not (values[key] is None and key in ("times", "cost")):
                    values[key] = kind(**values[key])
            for key in ("gates", "aliases"):
                values[key] = tuple(map(str, values.get(key, ())))
            made = cls(**values)
            for table in (made, *(getattr(made, key) for key in _TABLES)):
                if table is not None:
                    check_kinds(table)
            return made
        except (TypeError, ValueError) as error:
            raise RecordError(f"not a device: {error}") from error


_TABLES: Final[dict[str, Any]] = {
    "errors": Errors, "memory": Memory, "limits": Limits, "times": Times, "cost": Cost,
}  # fmt: skip


@cache
def _bundled() -> dict[str, Device]:
    folder = resources.files(__package__) / "device_data"
    devices = (
        parse_device(tomllib.loads(entry.read_text(encoding="utf-8")), entry.name)
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )
    return {d.name: d for d in sorted(devices, key=lambda d: d.name)}


def device_names() -> list[str]:
    """Names of the devices that come with the package.

    Example:
        >>> device_names()
        ['H1-1', 'H2-1', 'Helios-1', 'ibm_fez', 'ibm_sherbrooke', 'ideal']
    """
    return list(_bundled())


def device(which: str | Path | Device) -> Device:
    """A device by name or alias, in any case, from a TOML file, or as given.

    Raises:
        UnknownNameError: no such device; the message lists those there are.
        InputError: the file is not a device description.

    Example:
        >>> device("H2-1").qubits, device("heron").name
        (56, 'ibm_fez')
    """
    if isinstance(which, Device):
        return which
    if isinstance(which, Path) or str(which).endswith(".toml"):
        try:
            data = tomllib.loads(Path(which).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(f"cannot read the device file {str(which)!r}: {error}") from error
        return parse_device(data, str(which))
    known = {name.lower(): d for d in _bundled().values() for name in (*d.aliases, d.name)}
    if isinstance(which, str) and which.lower() in known:
        return known[which.lower()]
    near = difflib.get_close_matches(str(which).lower(), known, 1)
    hint = f" (did you mean {known[near[0]].name!r}?)" if near else ""
    raise UnknownNameError(
        f"unknown device {which!r}{hint}; choose one of: {', '.join(device_names())}, "
        f"or give the path of a .toml file"
    )


def parse_device(data: Mapping[str, Any], origin: str) -> Device:
    """A device from the contents of a TOML file.

    Raises:
        InputError: a key is missing, unknown or out of range; the message names it.
    """
    return Device.from_json(check_description(data, origin))
