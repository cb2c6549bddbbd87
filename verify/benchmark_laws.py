"""What a benchmark's report fits, and what is to be said about the fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ..knots.errors import InputError
from .benchmark_fit import LEAST_POINTS, Decay, PowerLaw, fit_decay, fit_power_law
from .benchmark_record import BenchmarkRecord, Measurement

__all__ = ["Measured", "Notes", "crossings", "fit_errors", "fit_losses"]

Measured: TypeAlias = tuple[BenchmarkRecord, Measurement]


def crossings(record: BenchmarkRecord) -> int:
    """Crossings of the instance, 0 where there is none."""
    return 0 if record.instance is None else len(record.instance.braid)


class Notes:
    """What fits have to say; what several say alike is said once."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def add(self, name: str, text: object) -> None:
        """Note something about a fit."""
        self._found.setdefault(str(text), []).append(name)

    def lines(self) -> tuple[str, ...]:
        """All notes."""
        return tuple(f"{', '.join(names)}: {text}" for text, names in self._found.items())


def fit_errors(
    clear: Sequence[Measured], level: float, robust: bool, notes: Notes
) -> dict[str, PowerLaw]:
    """The power laws of a report, of instances whose relative errors say something."""
    if len(clear) < LEAST_POINTS:
        few = (
            f"{_instances(len(clear))} with |z| above the limit; fits need {LEAST_POINTS} or more"
        )
        notes.add("power laws", few)
        return {}
    axes: dict[str, Callable[[BenchmarkRecord, Measurement], float]] = {
        "crossings": lambda record, _: float(crossings(record)),
        "gates": lambda _, found: found.two_qubit_gates,
    }
    found = {}
    for raw in (False, True):
        for against, x_of in axes.items():
            name = f"raw {against}" if raw else against
            points = [(x_of(r, m), m.relative_error(raw=raw) or 0.0) for r, m in clear]
            positive = [(x, y) for x, y in points if x > 0 and y > 0]
            if len(positive) < len(points):
                notes.add(
                    f"relative error against {name}",
                    f"{_instances(len(points) - len(positive))} left out, as there is no "
                    f"logarithm of 0 {against} or an error of 0",
                )
            try:
                found[name] = fit_power_law(
                    [x for x, _ in positive],
                    [y for _, y in positive],
                    level=level,
                    robust=robust,
                )
            except InputError as error:
                notes.add(f"relative error against {name}", error)
                continue
            if found[name].coverage < level:
                notes.add(
                    f"relative error against {name}",
                    f"a robust prediction interval from {len(positive)} points covers "
                    f"{found[name].coverage:.0%}, not {level:.3g}; take more instances",
                )
    return found


def _instances(count: int) -> str:
    return f"{count} instance{'s' * (count != 1)}"


def fit_losses(measured: Sequence[Measured], level: float, notes: Notes) -> dict[str, Decay]:
    """The decays of a report."""
    if len(measured) < LEAST_POINTS:
        few = f"{_instances(len(measured))} measured; fits need {LEAST_POINTS} or more"
        notes.add("decays", few)
        return {}
    sizes = [abs(m.exact_z) for _, m in measured]
    columns: dict[str, tuple[list[float], list[float]]] = {
        "contrast": (sizes, [_along(m, raw=True) for _, m in measured]),
        "mitigated contrast": (sizes, [_along(m, raw=False) for _, m in measured]),
        "keep": ([1.0 for _ in measured], [m.keep_rate for _, m in measured]),
        "survival": ([(1 + size**2) / 2 for size in sizes], [m.survival for _, m in measured]),
    }
    gates = [m.two_qubit_gates for _, m in measured]
    found = {}
    for name, (x, y) in columns.items():
        try:
            found[name] = fit_decay(gates, x, y, level=level)
        except InputError as error:
            notes.add(f"decay of {name}", error)
            continue
        if not found[name].amplitude_fitted:
            notes.add(
                f"decay of {name}",
                "the instances have about as many gates each, so that all loss counts as that of "
                "gates, readout included; sweep sizes to tell them apart",
            )
    if (contrast := found.get("contrast")) is not None:
        _note_negative(contrast, notes)
    return found


def _note_negative(contrast: Decay, notes: Notes) -> None:
    """Say where the effective error per gate is not what was fitted."""
    rate, name = contrast.rate, "effective error per two-qubit gate"
    fitted = f"{rate.value:.3g} [{rate.low:.3g}, {rate.high:.3g}] per gate"
    if contrast.error is None:
        notes.add(
            name,
            f"none, as the contrast rises with the gates (its loss is {fitted}), which errors do "
            f"not do; take more instances and shots",
        )
    elif rate.low < 0:
        notes.add(
            name, f"no error is below 0, so that its interval is cut there (the loss is {fitted})"
        )


def _along(found: Measurement, *, raw: bool) -> float:
    """The part of the estimate along the exact value; its noise has mean 0."""
    size = abs(found.exact_z)
    direction = found.exact_z.conjugate() / size if size > 1e-9 else 1.0
    return float(((found.raw if raw else found.mitigated).z * direction).real)
