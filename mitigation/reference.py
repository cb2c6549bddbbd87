"""Reference braids: the same shot measures a braid of known value, and so its own damping.

Beside the braid B and its mirror image C every shot runs a *reference* V on the same path s: a
disguised word of the trivial braid, with about as many two-qubit gates and layers as B. Its
value is ⟨s|V|s⟩ = 1 on **every** path, at any size, so that

    E[v_B] = T_B z_s e^{iφ},    E[v_C] = T_C conj(z_s) e^{iφ},    E[v_V] = T_V e^{iφ'}

with φ the collective phase of the shot. V measures

* the sign of z, which B and C leave open: they give arg z mod π;
* the damping: T_B = T_V, as far as the errors of the circuits are alike, so z = T_B z/T_V;
* much of φ itself, with the largest signal that there is.

What is between φ' and φ, η = φ − φ', does not matter: C carries the same φ as B, to first order in
the field whatever the braid is (its weak values are the complex conjugates), so B and C fix arg z
but for its sign, and V the sign as long as |η| < π/2. η is fitted. V's own mirror image would tell
nothing more; it is not run.

What V does not see: coherent errors that depend on the sign of a crossing, since V has as many
positive as negative ones; such errors turn B and C apart by an angle δ, and arg z by δ/2. And
T_B/T_V differs from 1 by what is particular to B, a few percent on random braids of equal gates
and depth; keep rates make up for a part of it. The survival of B adds nothing: it tells E_s|z_s|²,
which without the path coherence (:mod:`plait.mitigation.coherence`) is a worse guide to |z| than
the contrast is.

Products of outcomes of one shot give the same without a model of φ (:func:`paired_value`), with
more noise; :func:`reference_phase` uses the shots before and after it, weighed by a hidden Markov
model.

Source: derived here; the circuits are those of arXiv:2503.05625.
"""

from __future__ import annotations

import cmath
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..circuits.compile import build_circuit
from ..circuits.devices import Device, device
from ..circuits.forms import expected_cost
from ..circuits.plan import Plan, Series
from ..knots.braids import Braid
from ..knots.checks import check_braid, check_seed
from ..knots.conventions import Closure, check_closure
from ..knots.dynnikov import is_trivial
from ..knots.errors import InputError
from ..knots.fibonacci import plat_path, sample_paths
from ..knots.scrambling import insert, scramble
from .moments import Complexes, Moments, Weights
from .observations import Floats, Observations
from .outside import outside_directions, unit_products
from .steps import Context, Statistic, remembered, toward

if TYPE_CHECKING:
    from .tracking import PhaseTrack
    from .tracking_model import Channel

__all__ = [
    "REFERENCE",
    "choose_reference",
    "disguised_identity",
    "keep_ratio",
    "paired_value",
    "reference_channels",
    "reference_pairs_phase",
    "reference_phase",
    "reference_plan",
    "reference_remarks",
    "reference_value",
    "track_reference",
]

REFERENCE: Final[tuple[Series, ...]] = (
    "conjugate-real",
    "conjugate-imag",
    "reference-real",
    "reference-imag",
)
"""The series that the methods here need besides ``real`` and ``imag``."""

_PAIRS: Final[tuple[tuple[Series, Series], ...]] = (
    ("real", "imag"),
    ("conjugate-real", "conjugate-imag"),
    ("reference-real", "reference-imag"),
)
_DENSITY: Final = 0.8
_INSERTIONS: Final = 0.05  # per letter
_MOVES: Final = 200  # per letter
_CANDIDATES: Final = 16
_CUTS: Final = 6
_TRIES: Final = 100
_CLOSE: Final = 0.06
_MOST_LAYERS: Final = 400
_LETTERS: Final = 60_000  # of all candidates that are compiled
_SAMPLES: Final = 32
_LEAST_VALUE: Final = 0.01


class _Shape(NamedTuple):
    """Means over paths: what the damping and the collective phase of a circuit follow from."""

    gates: float
    depth: float

    def distance(self, other: _Shape) -> float:
        """Root of the sum of the squares of both relative differences."""
        return float(
            np.hypot(
                self.gates / other.gates - 1,
                self.depth / other.depth - 1,
            )
        )


def choose_reference(
    form: Braid, target: Device | str, *, closure: Closure = "markov", seed: int
) -> Braid:
    """A word of the trivial braid whose circuits are much like those of another word.

    Of many disguised identities with about the same expected errors of two-qubit gates, the one
    whose mean two-qubit gates and depth are nearest, over a sample of paths.

    Args:
        form: the word whose circuits run (:attr:`plait.circuits.Plan.form`).
        target: the device that they are compiled for, or its name.
        closure: of the braid.
        seed: of everything random.

    Returns:
        A braid on as many strands, equal to the trivial one as an element of the braid group
        (:func:`plait.knots.is_trivial` proves it), so that ⟨s|V|s⟩ = 1 for every path. Where no
        circuit of the form has a two-qubit gate, the empty word.

    Raises:
        InputError: not a braid, a closure that it does not have, or a negative seed.

    Example:
        >>> form = Braid("1 -2 3 -4 2 3 -1 4 -2 3 1 -2 4")
        >>> found = choose_reference(form, "H2-1", seed=1)
        >>> found.strands, is_trivial(found), len(found) > 0
        (5, True, True)
    """
    b, machine = check_braid(form), device(target)
    rng = random.Random(check_seed(seed))
    n = b.strands
    check_closure(closure, n)
    if closure == "plat":
        paths = [plat_path(n)]
    else:
        drawn = sample_paths(n, _SAMPLES, np.random.default_rng(0))
        paths = [tuple(path) for path in drawn.tolist()]

    def cost(word: Braid) -> float:
        return expected_cost(word, closure, machine)

    wanted = cost(b)
    shape = _shape(b, machine, paths)
    if not shape.gates:
        return Braid([], n)
    layers = 4
    while np.mean([cost(disguised_identity(n, layers, rng)) for _ in range(3)]) < wanted:
        if layers > _MOST_LAYERS:
            break
        layers += max(1, layers // 8)
    most = max(2, min(_CANDIDATES, _LETTERS // len(b)))
    found: list[tuple[float, Braid]] = []
    rest: list[tuple[float, Braid]] = []  # no better than the last resort
    for _ in range(_TRIES):
        word = disguised_identity(n, max(2, round(layers * rng.uniform(0.75, 1.1))), rng)
        for _ in range(_CUTS):
            cut = rng.randrange(max(1, len(word)))
            turned = Braid(word.word[cut:] + word.word[:cut], n)
            off = abs(cost(turned) / wanted - 1)
            if off < _CLOSE:
                found.append((_shape(turned, machine, paths).distance(shape), turned))
            else:
                rest.append((off, turned))
        if len(found) >= most:
            break
    return min(found or rest, key=lambda pair: pair[0])[1]


def disguised_identity(strands: int, layers: int, rng: random.Random) -> Braid:
    """A long word of the trivial braid: w w⁻¹, scrambled by braid relations and rotated.

    w is a brickwall with one sign per layer, so that there are relations to apply. A rotation of
    a word of the trivial braid is one again.

    Args:
        strands: of the braid.
        layers: of w.
        rng: of everything random.

    Example:
        >>> word = disguised_identity(8, 12, random.Random(1))
        >>> is_trivial(word), len(word.runs()) > 20
        (True, True)
    """
    w: list[int] = []
    for layer in range(layers):
        sign = rng.choice((1, -1))
        w += [sign * i for i in range(1 + layer % 2, strands, 2) if rng.random() < _DENSITY]
    word = w + [-i for i in reversed(w)]
    for _ in range(round(_INSERTIONS * len(word))):
        insert(word, rng)
    scramble(word, _MOVES * len(word), rng)
    cut = rng.randrange(len(word)) if word else 0
    return Braid(word[cut:] + word[:cut], strands)


def _shape(b: Braid, target: Device, paths: list[tuple[int, ...]]) -> _Shape:
    circuits = [build_circuit(b, path, target=target) for path in paths]
    return _Shape(
        float(np.mean([c.two_qubit_gates for c in circuits])),
        float(np.mean([c.two_qubit_depth for c in circuits])),
    )


def reference_plan(plan: Plan, target: Device | None = None) -> tuple[Plan, ...]:
    """The plan with a reference, chosen by its seed, and with the series that measure it.

    A reference that the plan has already stays.

    Args:
        plan: of the braid.
        target: the device that its circuits are made for; by default the ideal one.

    Example:
        >>> plan = Plan(braid=Braid("1 2 3 -2 1 3"), closure="markov", kind="echo",
        ...             series=("real", "imag"), shots=600, round_shots=600, seed=1)
        >>> reference_plan(plan)[0].series[-1]
        'reference-imag'
    """
    word = plan.reference
    if word is None:
        machine = device("ideal") if target is None else target
        word = choose_reference(plan.form, machine, closure=plan.closure, seed=plan.seed)
    series = (*plan.series, *(s for s in REFERENCE if s not in plan.series))
    shots = max(plan.shots, len(series))
    rounds = max(plan.round_shots, len(series))
    return (
        replace(
            plan,
            series=series,
            interleaved=True,
            reference=word,
            shots=shots,
            round_shots=rounds,
        ),
    )


def reference_value(reference: Braid, closure: Closure = "markov") -> complex:
    """z_V = E_s⟨s|V|s⟩ of a reference: 1 for a word of the trivial braid, else computed exactly.

    Of others z_s depends on the path, so that they calibrate the mean only.

    Example:
        >>> reference_value(Braid("1 2 1 -2 -1 -2")) == 1
        True
        >>> round(abs(reference_value(Braid("1 1 1"))), 6)
        0.95385
    """
    if is_trivial(reference):
        return 1.0 + 0j
    from ..tensornet.evaluate import jones
    from .estimate import jones_factor

    return complex(jones(reference, closure=closure).value) / jones_factor(reference, closure)


def reference_channels(series: Sequence[Series], argument: float = 0.0) -> tuple[Channel, ...]:
    """The channels of the hidden Markov model: B and C at φ + η/2, the reference at φ − η/2.

    Args:
        series: in the order of the columns.
        argument: arg z_V.

    Example:
        >>> [(c.group, c.turn, c.skew) for c in reference_channels(["real", "reference-real"])]
        [('target', 1, 1), ('reference', 0, -1)]
    """
    from .tracking import phase_channels

    channels = phase_channels(series, reference_argument=argument)
    return tuple(replace(c, skew=1 if c.turn else -1) for c in channels)


def track_reference(observations: Observations, argument: float = 0.0) -> PhaseTrack:
    """The likeliest phase of all shots, with η (as ``delta``) fitted between −π/2 and π/2.

    Args:
        observations: paired shots of the six series.
        argument: arg z_V.

    Raises:
        InputError: shots that are not paired, or without a signal.
    """
    from .tracking import track_phase

    o = observations
    if not o.paired:
        raise InputError(
            "a reference needs shots of all circuits on the same path at the same time: an "
            "interleaved experiment"
        )
    return track_phase(
        np.stack([o.values[s] for s in o.series], axis=1),
        reference_channels(o.series, argument),
        o.stretches,
        blocks=o.blocks,
        fit_delta=True,
    )


def reference_phase(context: Context) -> Statistic:
    """The value with its sign, from the phase that the other shots tell of each shot.

    With m_i the direction of the phase of shot i as all other shots tell it, by a hidden Markov
    model (:func:`plait.mitigation.outside.outside_directions`), b = E[v_B m*], c = E[v_C m*] and
    a = E[v_V m*] have a common factor, and

        b z_V/a = (T_B/T_V) z e^{iη},   c z_V/a = (T_C/T_V) conj(z) e^{iη}.

    Their geometric mean has no η. T_B/T_V = (K_B/K_V)^g makes up for the number of gate errors,
    of which the keep rates tell (:func:`plait.mitigation.inversion.keep_magnitude`): a small
    correction, so that g need not be known well. |z| is at most 1.

    Resampling by blocks is of these means, with m as it is.
    """
    value = _value_of(context)
    o = context.observations
    argument = cmath.phase(value)
    track = _track(context)
    directions = outside_directions(track, o, reference_channels(o.series, argument))
    sums = unit_products(o, directions, _PAIRS)

    def statistic(weights: Weights, moments: Moments) -> Complexes:
        b, c, a = np.moveaxis(weights[0] @ sums, -1, 0)
        beta, gamma = b * value * np.conj(a), c * value * np.conj(a)
        product = toward(np.sqrt(beta * np.conj(gamma)), beta)
        return _undamped(product, np.abs(a) ** 2 * keep_ratio(moments) ** context.damping["g"])

    return statistic


def reference_remarks(context: Context) -> tuple[str, ...]:
    """What the fit of the phase says against the estimate."""
    return _track(context).notes


def _track(context: Context) -> PhaseTrack:
    return remembered(track_reference, context.observations, cmath.phase(_value_of(context)))


def reference_pairs_phase(context: Context) -> Statistic:
    """:func:`paired_value` of the moments, with the keep rates as in :func:`reference_phase`."""
    value = _value_of(context)

    def statistic(_: Weights, moments: Moments) -> Complexes:
        found = paired_value(
            moments.pair("", "reference-"),
            moments.pair("conjugate-", "reference-"),
            moments.pair("", "conjugate-"),
            value,
        )
        return _undamped(found, keep_ratio(moments) ** context.damping["g"])

    return statistic


def keep_ratio(moments: Moments) -> Floats:
    """K_B/K_V, the keep rate of braid and mirror image over that of the reference."""
    own, known = moments.mean_keep(("", "conjugate-")), moments.mean_keep(("reference-",))
    return np.divide(own, known, out=np.ones(np.shape(own)), where=(known > 0) & (own > 0))


def paired_value(
    with_braid: npt.ArrayLike,
    with_mirror: npt.ArrayLike,
    between: npt.ArrayLike,
    value: complex = 1.0,
) -> Complexes:
    """The value from products of outcomes of one shot, for any distribution of its phase.

    With β = E[v_B conj(v_V)] = T_B T_V z conj(z_V) e^{iη}, γ = E[v_C conj(v_V)] =
    T_C T_V conj(z) conj(z_V) e^{iη} and D = E[v_B conj(v_C)] = T_B T_C z²,

        √(β conj(γ)) = T² |z_V| z,    T² = |β γ|/(|D| |z_V|²),    T = T_B = T_C = T_V,

    with the root's sign that of β conj(z_V)⁻¹, as |η| < π/2. Where z_s depends on the path D has
    E_s[z_s²] instead of z², and |z| comes out too large by the factor √|E_s[z_s²]|/|z|.

    Args:
        with_braid: β.
        with_mirror: γ.
        between: D.
        value: z_V, the same on all paths.

    Example:
        >>> z, T, phase = 0.3 - 0.4j, 0.5, np.exp(0.3j)
        >>> beta, gamma, D = T**2 * z * phase, T**2 * np.conj(z) * phase, T**2 * z**2
        >>> paired_value(beta, gamma, D).round(12).item()
        (0.3-0.4j)
    """
    beta = np.asarray(with_braid, dtype=complex) / np.conj(value)
    gamma = np.asarray(with_mirror, dtype=complex) / np.conj(value)
    product = toward(np.sqrt(beta * np.conj(gamma)), beta)
    size = np.abs(np.asarray(between, dtype=complex))
    # |z| = √|D|/T with T = |product|/√|D|.
    return _undamped(product * size, np.abs(product) ** 2)


def _undamped(amplitude: Complexes, damping: Floats) -> Complexes:
    """Amplitude over damping, not beyond the unit circle; without any damping left, 0."""
    found = np.divide(amplitude, damping, out=np.zeros_like(amplitude), where=damping > 0)
    return np.asarray(found / np.maximum(np.abs(found), 1.0))


def _value_of(context: Context) -> complex:
    plan = context.plan
    if plan is None or plan.reference is None:
        raise InputError(
            "this needs shots of a reference braid, whose word is in the plan: run with "
            "mitigation='reference', or give the plan"
        )
    value = reference_value(plan.reference, plan.closure)
    if abs(value) < _LEAST_VALUE:
        raise InputError(
            f"the reference has |z| = {abs(value):.3g}, of which shots tell nothing; take "
            f"one of a greater value, such as choose_reference gives"
        )
    return value
