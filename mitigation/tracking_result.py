"""``PhaseTrack``: a fitted model of a drifting phase in terms of amplitudes, errors and notes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError
from .observations import Floats
from .tracking_checks import Codes, numbers
from .tracking_fit import Fit, influence
from .tracking_model import Integers, Model

__all__ = ["PhaseTrack", "result_of"]

_LEAST_GAIN: Final = 8.0  # ln L that five free parameters hardly ever find in noise
_LEAST_SIGN: Final = 2.0
_FEW_UNITS: Final = 8
_UNSURE: Final = 1.0
_CONSTANT: Final = 0.03


@dataclass(frozen=True, kw_only=True, eq=False)
class PhaseTrack:
    """The likeliest hidden Markov model of the phase. Angles are in radians.

    Attributes:
        target: the group of the channels that turn with arg z.
        amplitude: its amplitude A = T |z|.
        argument: arg z in (−π, π]; in (−π/2, π/2], without its sign, unless ``sign_known``.
        amplitudes: A of every group.
        delta: phase of the braids less that of the mirror images.
        means: mean phases μ.
        sigma: standard deviation of φ, as a real number, not modulo 2π.
        tau: correlation time, in shots.
        log_likelihood: ln of the probability of the signs of all outcomes that are not 0.
        gain: how much of it the signal of the target brings.
        sign_known: whether a channel of known value tells z from −z.
        sign_gain: ln L over that of the best model with arg z + π; 0 where z and −z are alike.
        errors: standard errors, of ``"amplitude"``, ``"argument"``, ``"sigma"``, ``"tau"``, of
            ``"amplitude of GROUP"`` for each other group, and of ``"delta"`` if it was fitted.
        directions: shape (shots,): E[e^{iφ}] given all shots; the modulus says how sure φ is.
        units: labels of what is resampled, in order.
        influence: shape (units, groups + 1): the change per weight of a unit of the amplitudes,
            in the order of ``amplitudes``, and of the argument.
        notes: what a reader has to know.
    """

    target: str
    amplitude: float
    argument: float
    amplitudes: Mapping[str, float]
    delta: float
    means: tuple[float, ...]
    sigma: float
    tau: float
    log_likelihood: float
    gain: float
    sign_known: bool
    sign_gain: float
    errors: Mapping[str, float]
    directions: npt.NDArray[np.complex128] = field(repr=False)
    units: Integers = field(repr=False)
    influence: Floats = field(repr=False)
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> complex:
        """A e^{i arg z}, the damped amplitude T z."""
        return complex(self.amplitude * np.exp(1j * self.argument))

    @property
    def phases(self) -> Floats:
        """Shape (shots,): the posterior mean direction of φ, in (−π, π]."""
        return np.angle(self.directions)

    def resampled(self, weights: npt.ArrayLike) -> npt.NDArray[np.complex128]:
        """A e^{i arg z} of resampled experiments, by one step from the maximum of the likelihood.

        The step is H⁻¹ Σ_u (w_u − 1) s_u with the observed information H and the scores s_u, the
        sums of ∂ ln P(shot | shots before it) over the shots of a unit; those are martingale
        differences, so that units are uncorrelated though the phase is not.

        Args:
            weights: shape (…, units): how often each of ``units`` was drawn.

        Returns:
            Shape (…).

        Raises:
            InputError: another number of units, or weights that are no numbers.
        """
        w = self._checked(weights)
        turn = (w - 1.0) @ self.influence[:, -1]
        return np.asarray(
            self.resampled_amplitude(w, self.target) * np.exp(1j * (self.argument + turn))
        )

    def resampled_amplitude(self, weights: npt.ArrayLike, group: str) -> Floats:
        """The amplitude of one group of channels, like :meth:`resampled`.

        Args:
            weights: shape (…, units).
            group: one of ``amplitudes``.

        Returns:
            Shape (…).

        Raises:
            InputError: another number of units, weights that are no numbers, or another group.
        """
        if group not in self.amplitudes:
            raise InputError(f"group {group!r}: choose one of: {', '.join(self.amplitudes)}")
        column = list(self.amplitudes).index(group)
        step = (self._checked(weights) - 1.0) @ self.influence[:, column]
        return np.asarray(np.maximum(self.amplitudes[group] + step, 0.0))

    def _checked(self, weights: npt.ArrayLike) -> Floats:
        w = numbers(weights, "weights")
        if w.ndim == 0 or w.shape[-1] != len(self.units):
            raise InputError(
                f"weights of shape {w.shape}: the last axis must have {len(self.units)} units"
            )
        return w


def result_of(
    model: Model, fit: Fit, target: str, codes: Codes, units: Integers, labels: Integers
) -> PhaseTrack:
    """The fit in terms of amplitudes, with errors and notes."""
    groups, p = model.groups, fit.parameters
    sign_known = model.sign_known
    # Without a known value, z and φ may both change sign.
    turned = not sign_known and not -math.pi / 2 < _wrapped(p[len(groups)]) <= math.pi / 2
    half = math.pi if turned else 0.0
    alive = {g: _survival(model, codes, units, g) for g in groups}
    moved = influence(model, fit, units)
    wanted = groups.index(target)
    for k, group in enumerate(groups):
        mean, change = alive[group]
        moved[:, k] = mean * moved[:, k] + p[k] * change
    if fit.gain < _LEAST_GAIN:
        least = 0.0 if sign_known else math.sqrt(alive[target][0] * math.sqrt(2 / len(codes)))
        _blur(moved, wanted, len(groups), least)
    errors = _errors(moved, fit, groups, wanted)
    return PhaseTrack(
        target=target,
        amplitude=float(p[wanted]) * alive[target][0],
        argument=_wrapped(p[len(groups)] + half),
        amplitudes={g: float(p[k]) * alive[g][0] for k, g in enumerate(groups)},
        delta=float(p[len(groups) + 1]),
        means=tuple(_wrapped(m + half) for m in p[len(groups) + 2 : -2]),
        sigma=float(np.exp(p[-2])),
        tau=float(np.exp(p[-1])),
        log_likelihood=fit.likelihood - int((codes != 0).sum()) * math.log(2),
        gain=fit.gain,
        sign_known=sign_known,
        sign_gain=fit.sign_gain,
        errors=errors,
        directions=model.directions(p, len(codes)) * (-1 if turned else 1),
        units=labels,
        influence=moved[:, : len(groups) + 1],
        notes=_notes(fit, errors, len(labels), sign_known, wanted),
    )


def _survival(model: Model, codes: Codes, units: Integers, group: str) -> tuple[float, Floats]:
    """Mean share of outcomes that are not 0, and its change per weight of a unit."""
    columns = [k for k, c in enumerate(model.channels) if c.group == group and model.scales[k] > 0]
    if not columns:
        return 0.0, np.zeros(int(units.max()) + 1)
    alive = np.bincount(units, weights=(codes[:, columns] != 0).mean(axis=1))
    mean = float(alive.sum()) / len(codes)
    return mean, (alive - mean * np.bincount(units)) / len(codes)


def _blur(moved: Floats, target: int, argument: int, least: float) -> None:
    """Where no signal is seen: any argument, and an amplitude unsure by ``least``.

    Without a known phase A² is what enters, as in pair products, and its error is that of √A².
    """
    units = len(moved)
    signs = np.where(np.random.default_rng(0).random(units) < 0.5, -1.0, 1.0)
    moved[:, argument] = signs * math.pi / math.sqrt(units)
    found = float(np.linalg.norm(moved[:, target]))
    if found < least:
        moved[:, target] += signs[::-1] * math.sqrt((least**2 - found**2) / units)


def _errors(moved: Floats, fit: Fit, groups: Sequence[str], target: int) -> dict[str, float]:
    """Standard errors; of σ and τ by those of their logarithms."""
    spread, argument = np.linalg.norm(moved, axis=0), len(groups)
    found = {
        "amplitude": float(spread[target]),
        "argument": float(spread[argument]),
        "sigma": float(spread[-2] * np.exp(fit.parameters[-2])),
        "tau": float(spread[-1] * np.exp(fit.parameters[-1])),
    }
    for k, group in enumerate(groups):
        if k != target:
            found[f"amplitude of {group}"] = float(spread[k])
    low, high = fit.bounds[argument + 1]
    return found | ({"delta": float(spread[argument + 1])} if high > low else {})


def _notes(
    fit: Fit, errors: Mapping[str, float], units: int, sign_known: bool, target: int
) -> tuple[str, ...]:
    notes = []
    (_, top), p = fit.bounds[target], fit.parameters
    if fit.gain < _LEAST_GAIN:
        notes.append(
            f"no signal is seen (ln L is {max(fit.gain, 0):.1f} above that without one): the "
            f"argument is unknown and the amplitude may be 0; take more shots"
        )
    elif errors["argument"] > _UNSURE:
        notes.append("the argument is unsure by more than a radian; take more shots")
    elif sign_known and fit.sign_gain < _LEAST_SIGN:
        notes.append(
            f"the sign is unsure (-z is only {np.exp(fit.sign_gain):.3g} times less likely): the "
            f"braid of known value has too little signal; take more shots"
        )
    if top > 0 and p[target] > top - 1e-3:
        notes.append("the amplitude is the largest that the survival allows")
    if p[-1] > fit.bounds[-1][1] - 1e-2 or np.exp(p[-2]) < _CONSTANT:
        notes.append("the phase is constant in each stretch of shots (round or file)")
    elif p[-1] < fit.bounds[-1][0] + 1e-2:
        notes.append("the phases of successive shots are independent")
    if units < _FEW_UNITS:
        notes.append(f"only {units} units to resample: errors are rough")
    return tuple(notes)


def _wrapped(angle: float) -> float:
    """In (−π, π]."""
    return math.pi - (math.pi - float(angle)) % (2 * math.pi)
