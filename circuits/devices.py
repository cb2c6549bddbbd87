"""Devices as data: native gates, connectivity, limits and error rates, each with its source."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from numbers import Real
from pathlib import Path
from typing import Any, Literal, cast, get_args

from ..knots.errors import InputError, UnknownNameError
from .ir import Entangler

__all__ = ["Device", "Errors", "device", "device_names"]

Connectivity = Literal["all", "line"]

# Two qubits are fully mixed by one of the 15 Paulis with this probability.
_FULLY_MIXED = 15 / 16
# From average infidelity to the probability of a Pauli other than the identity: (d + 1)/d.
_TO_PAULI = {"one_qubit": 1.5, "two_qubit": 1.25, "two_qubit_slope": 1.25}


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

    def zz(self, angle: float) -> float:
        """Error probability of exp(−i·angle·ZZ/2).

        Example:
            >>> round(device("H1-1").errors.zz(1.0), 7)
            0.0009667
        """
        rate = self.two_qubit + self.two_qubit_slope * (abs(angle) % math.pi)
        return min(rate, _FULLY_MIXED)

    def scaled(self, factor: float) -> Errors:
        """All rates multiplied by a factor, at most to 1/2.

        Raises:
            InputError: the factor is negative or not finite.
        """
        if not (math.isfinite(factor) and factor >= 0):
            raise InputError(f"noise factor {factor!r}: give a number ≥ 0 (0 for no noise)")
        values = {name: min(0.5, factor * rate) for name, rate in vars(self).items()}
        return Errors(**values)

    @property
    def none(self) -> bool:
        """Whether all rates are zero."""
        return not any(vars(self).values())


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
    not_modelled: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    noise: str = "own"

    def with_noise(self, noise: float | str | Device | None) -> Device:
        """The device with other error rates, of which its ``noise`` tells.

        Args:
            noise: None for its own; a factor ≥ 0 on all its rates; or another device (or its
                name), whose rates to use.

        Example:
            >>> device("H2-1").with_noise(0).errors.none
            True
        """
        if noise is None:
            return self
        if isinstance(noise, Real) and not isinstance(noise, bool):
            factor = float(noise)
            return replace(self, noise=f"× {factor:g}", errors=self.errors.scaled(factor))
        if isinstance(noise, (str, Device)):
            other = device(noise)
            return replace(self, noise=f"of {other.name}", errors=other.errors)
        raise InputError(
            f"noise={noise!r}: give a factor ≥ 0, the name of a device, or None for the "
            f"device's own"
        )


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
        ['H1-1', 'H2-1', 'ibm_fez', 'ideal']
    """
    return list(_bundled())


def device(which: str | Path | Device) -> Device:
    """A device by name, from a TOML file, or as given.

    Raises:
        UnknownNameError: no such device; the message lists those there are.
        InputError: the file is not a device description.

    Example:
        >>> device("H2-1").qubits
        56
    """
    if isinstance(which, Device):
        return which
    if isinstance(which, Path) or str(which).endswith(".toml"):
        try:
            data = tomllib.loads(Path(which).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(f"cannot read the device file {str(which)!r}: {error}") from error
        return parse_device(data, str(which))
    known = {name.lower(): d for name, d in _bundled().items()}
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
    fields = {
        "name": str, "summary": str, "qubits": int, 
        "connectivity": str, "entangler": str, "errors": dict,
    }  # fmt: skip
    optional = {"not_modelled": str, "sources": dict}
    for key in data:
        if key not in fields and key not in optional:
            raise InputError(
                f"device {origin}: unknown key {key!r}; known: {', '.join([*fields, *optional])}"
            )
    given = {key: kind for key, kind in optional.items() if key in data}
    for key, kind in {**fields, **given}.items():
        if not isinstance(data.get(key), kind) or isinstance(data[key], bool):
            raise InputError(f"device {origin}: {key!r} is missing or not of type {kind.__name__}")
    for key, choices in (("connectivity", Connectivity), ("entangler", Entangler)):
        if data[key] not in get_args(choices):
            raise InputError(
                f"device {origin}: {key} = {data[key]!r}; choose from {get_args(choices)}"
            )
    if data["qubits"] < 1:
        raise InputError(f"device {origin}: qubits = {data['qubits']} must be positive")
    return Device(
        name=data["name"],
        summary=data["summary"],
        qubits=data["qubits"],
        connectivity=cast(Connectivity, data["connectivity"]),
        entangler=cast(Entangler, data["entangler"]),
        errors=_parse_errors(data["errors"], origin),
        not_modelled=str(data.get("not_modelled", "")),
        sources=dict(data.get("sources", {})),
    )


def _parse_errors(data: Mapping[str, Any], origin: str) -> Errors:
    names = tuple(Errors.__dataclass_fields__)
    unit = data.get("unit")
    if unit not in ("pauli", "infidelity"):
        raise InputError(
            f"device {origin}: errors.unit = {unit!r}; choose 'pauli' or 'infidelity'"
        )
    if unknown := set(data) - {"unit", *names}:
        raise InputError(
            f"device {origin}: unknown error {sorted(unknown)}; known: {', '.join(names)}"
        )
    rates: dict[str, float] = {}
    for name in names:
        rate = data.get(name)
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= 0.5:
            raise InputError(
                f"device {origin}: errors.{name} = {rate!r} must be a number from 0 to 0.5"
            )
        rates[name] = rate * (_TO_PAULI.get(name, 1.0) if unit == "infidelity" else 1.0)
    return Errors(**rates)
