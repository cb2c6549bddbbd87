"""The format of device files: which keys there are, of which kind and in which range."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from ..knots.errors import InputError
from .ir import Entangler

__all__ = ["Connectivity", "CostFormula", "check_description"]

Connectivity = Literal["all", "line"]
CostFormula = Literal["hqc", "seconds"]

# From average infidelity to the probability of a Pauli other than the identity: (d + 1)/d.
_TO_PAULI: Final = {"one_qubit": 1.5, "two_qubit": 1.25, "two_qubit_slope": 1.25}


@dataclass(frozen=True)
class _Number:
    """The numbers that a key takes; ``low`` and ``high`` are allowed themselves."""

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if self.high < math.inf:
            return f"{kind} from {self.low:g} to {self.high:g}"
        return f"{kind} ≥ {self.low:g}" if self.low > -math.inf else kind

    def allows(self, value: object) -> bool:
        kinds = int if self.whole else (int, float)
        return (
            isinstance(value, kinds)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and self.low <= value <= self.high
        )


_RATE, _POSITIVE, _COUNT = _Number(0, 0.5), _Number(0), _Number(1, whole=True)
_RATES: Final = (
    "one_qubit", "two_qubit", "two_qubit_slope", "preparation", "readout_0", "readout_1",
)  # fmt: skip
_TABLES: Final[dict[str, dict[str, _Number]]] = {
    "memory": {
        "dephasing": _RATE,
        "field": _Number(),
        "field_sd": _POSITIVE,
        "field_correlation": _POSITIVE,
    },
    "limits": {
        "shots_per_circuit": _COUNT,
        "circuits_per_job": _COUNT,
        "executions_per_job": _COUNT,
    },
    "times": {
        "one_qubit": _POSITIVE,
        "two_qubit": _POSITIVE,
        "measurement": _POSITIVE,
        "preparation": _POSITIVE,
        "shot": _POSITIVE,
        "job": _POSITIVE,
    },
}
_TIMES_NEEDED: Final = ("one_qubit", "two_qubit", "measurement")
_REQUIRED: Final[dict[str, type]] = {
    "name": str, "summary": str, "qubits": int,
    "connectivity": str, "entangler": str, "errors": dict,
}  # fmt: skip
_OPTIONAL: Final[dict[str, type]] = {
    "aliases": list, "gates": list, "not_modelled": str,
    "memory": dict, "limits": dict, "times": dict, "cost": dict, "sources": dict,
}  # fmt: skip


def check_description(data: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """The contents of a device file, checked, with all error rates as Pauli probabilities.

    Args:
        data: as read from TOML.
        origin: the file, for messages.

    Returns:
        A description as ``Device.from_json`` takes it.

    Raises:
        InputError: a key is missing, unknown or out of range; the message names it.
    """
    where = f"device {origin}"
    _check_keys(data, where)
    out = {key: data[key] for key in (*_REQUIRED, *_OPTIONAL) if key in data}
    for key, choices in (("connectivity", Connectivity), ("entangler", Entangler)):
        _choose(data[key], get_args(choices), f"{where}: {key}")
    if data["qubits"] < 1:
        raise InputError(f"{where}: qubits = {data['qubits']} must be positive")
    for key in ("aliases", "gates"):
        if not all(isinstance(text, str) and text for text in data.get(key, ())):
            raise InputError(f"{where}: {key} = {data[key]!r} must be a list of names")
    for key, text in data.get("sources", {}).items():
        if not isinstance(text, str):
            raise InputError(f"{where}: sources.{key} = {text!r} must be a text")
    out["errors"] = _errors(data["errors"], where)
    for table, numbers in _TABLES.items():
        if table in data:
            _check_table(data[table], table, numbers, where)
    if "times" in data:
        for name in _TIMES_NEEDED:
            _check_number(data["times"].get(name), f"times.{name}", _POSITIVE, where)
    if "cost" in data:
        _check_cost(data["cost"], where)
    return out


def _check_keys(data: Mapping[str, Any], where: str) -> None:
    for key in data:
        if key not in _REQUIRED and key not in _OPTIONAL:
            raise InputError(
                f"{where}: unknown key {key!r}; known: {', '.join([*_REQUIRED, *_OPTIONAL])}"
            )
    given = {key: kind for key, kind in _OPTIONAL.items() if key in data}
    for key, kind in {**_REQUIRED, **given}.items():
        if not isinstance(data.get(key), kind) or isinstance(data[key], bool):
            raise InputError(f"{where}: {key!r} is missing or not of type {kind.__name__}")


def _choose(value: object, choices: Sequence[str], what: str) -> None:
    if value not in choices:
        raise InputError(f"{what} = {value!r}; choose from {choices}")


def _check_number(value: object, name: str, number: _Number, where: str) -> None:
    if not number.allows(value):
        raise InputError(f"{where}: {name} = {value!r} must be {number}")


def _check_names(data: Mapping[str, Any], table: str, known: Sequence[str], where: str) -> None:
    if unknown := set(data) - set(known):
        raise InputError(
            f"{where}: unknown key {sorted(unknown)} in [{table}]; known: {', '.join(known)}"
        )


def _check_table(
    data: Mapping[str, Any], table: str, numbers: Mapping[str, _Number], where: str
) -> None:
    _check_names(data, table, list(numbers), where)
    for name, value in data.items():
        _check_number(value, f"{table}.{name}", numbers[name], where)


def _check_cost(data: Mapping[str, Any], where: str) -> None:
    _check_names(data, "cost", ("formula", "rate", "unit"), where)
    _choose(data.get("formula"), get_args(CostFormula), f"{where}: cost.formula")
    if data["formula"] == "hqc" and len(data) > 1:
        raise InputError(f"{where}: cost.rate and cost.unit are for formula = 'seconds'")
    if "rate" in data:
        _check_number(data["rate"], "cost.rate", _POSITIVE, where)
    if not isinstance(data.get("unit", ""), str):
        raise InputError(f"{where}: cost.unit = {data['unit']!r} must be a text")


def _errors(data: Mapping[str, Any], where: str) -> dict[str, float]:
    unit = data.get("unit")
    if unit not in ("pauli", "infidelity"):
        raise InputError(f"{where}: errors.unit = {unit!r}; choose 'pauli' or 'infidelity'")
    _check_names(data, "errors", ("unit", *_RATES), where)
    rates: dict[str, float] = {}
    for name in _RATES:
        _check_number(data.get(name), f"errors.{name}", _RATE, where)
        rates[name] = data[name] * (_TO_PAULI.get(name, 1.0) if unit == "infidelity" else 1.0)
    return rates
