"""Tracking of a drifting phase: sums over all paths, quadrature, refits, known shots."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plait import InputError
from plait.circuits.backends.recorded import published_shots
from plait.circuits.plan import Series
from plait.mitigation.observations import Floats, Observations, observations_of_shots
from plait.mitigation.tracking import (
    Channel,
    PhaseTrack,
    phase_channels,
    track_observations,
    track_phase,
)
from plait.mitigation.tracking_model import Model, grid_of, pieces_of

DATA = Path(__file__).parents[3] / "shared" / "data"
PAIR: tuple[Series, ...] = ("real", "imag", "conjugate-real", "conjugate-imag")
KNOWN: tuple[Series, ...] = (
    "reference-real",
    "reference-imag",
    "reference-conjugate-real",
    "reference-conjugate-imag",
)
SURVIVAL = 0.465
AMPLITUDES = {"target": 0.33, "reference": 0.3}


def synthetic(
    seed: int,
    shots: int,
    z: complex,
    *,
    known: complex | None = None,
    sigma: float = 1.15,
    tau: float = 8.0,
    length: int = 100,
    turned: float = 0.0,
) -> tuple[Floats, Floats]:
    """Outcomes of braid and mirror image (and of a known braid), and the phases.

    By definition of the series: E[v_real] + i E[v_imag] is T z e^{iφ}, and T conj(z) e^{iφ} for
    the mirror image, which here also lags by ``turned``.
    """
    rng = np.random.default_rng(seed)
    decay = np.exp(-1 / tau) if tau else 0.0
    x = rng.normal(size=shots)
    for i in range(shots):
        if i % length:
            x[i] = decay * x[i - 1] + np.sqrt(1 - decay**2) * x[i]
    phase = np.exp(1j * (0.5 + sigma * x))
    means: list[Floats] = []
    for value in (z,) if known is None else (z, known):
        for own in (value * phase, np.conj(value) * phase * np.exp(-1j * turned)):
            means += [own.real, own.imag]
    e = np.stack(means, axis=1)
    signs = np.where(rng.random(e.shape) < (1 + e / SURVIVAL) / 2, 1.0, -1.0)
    return signs * (rng.random(e.shape) < SURVIVAL), 0.5 + sigma * x


def polar(amplitude: float, degrees: float) -> complex:
    return complex(amplitude * np.exp(1j * np.radians(degrees)))


def off(track: PhaseTrack, degrees: float) -> float:
    """Degrees from the true argument, modulo 180 where the sign is unknown."""
    turn = 1 if track.sign_known else 2
    ratio = np.exp(1j * turn * (track.argument - np.radians(degrees)))
    return float(np.degrees(np.angle(ratio)) / turn)


def model_of(
    values: Floats, channels: Sequence[Channel], stretches: Sequence[int], points: int, **own: Any
) -> Model:
    groups = tuple(dict.fromkeys(c.group for c in channels))
    means = np.asarray(own.get("means", np.zeros(len(values), dtype=np.int64)))
    codes = np.where(values < 0, 2, values).astype(np.int8)
    return Model(
        channels=tuple(channels),
        groups=groups,
        scales=np.asarray(own.get("scales", np.ones(len(channels)))),
        means=int(means.max()) + 1,
        pieces=pieces_of(codes, np.asarray(stretches), means),
        grid=grid_of(points),
    )


def emission(
    row: Floats, channels: Sequence[Channel], contrast: Mapping[str, float], angles: Floats
) -> Floats:
    """Product over a shot of 1 + v (A/S) cos(φ + θ), as a function of φ."""
    found = np.ones_like(angles)
    for v, c in zip(row, channels, strict=True):
        theta = c.turn * 0.8 + c.skew * 0.3 / 2 + c.offset
        found *= 1 + v * contrast[c.group] * np.cos(angles + theta)
    return found


CHANNELS = phase_channels([*PAIR[:3], *KNOWN[2:]], reference_argument=0.4)
CONTRAST = {"target": 0.7, "reference": 0.6}
VALUES = np.random.default_rng(2).choice([-1.0, 0.0, 1.0], size=(7, 5))
VALUES[1] = 0.0  # phase-blind, but takes its time
STRETCHES = [0, 0, 0, 0, 1, 1, 2]
MEANS = np.array([0, 0, 0, 0, 1, 1, 0])
PARAMETERS = np.array([0.7, 0.6, 0.8, 0.3, 0.5, -1.0, np.log(1.2), np.log(3.0)])


def test_likelihood_is_the_sum_over_all_paths() -> None:
    points = 8
    model = model_of(VALUES, CHANNELS, STRETCHES, points, means=MEANS)
    grid = grid_of(points)
    step = grid.step(3.0)
    expected = 0.0
    directions = np.zeros(7, dtype=complex)
    for number in range(3):
        rows = np.flatnonzero(np.array(STRETCHES) == number)
        angles = PARAMETERS[4 + MEANS[rows[0]]] + 1.2 * grid.states
        seen = [emission(VALUES[i], CHANNELS, CONTRAST, angles) for i in rows]
        total, moments = 0.0, np.zeros(len(rows), dtype=complex)
        for path in product(range(points), repeat=len(rows)):
            weight = grid.stationary[path[0]]
            for a, b in pairwise(path):
                weight *= step[a, b]
            for k, state in enumerate(path):
                weight *= seen[k][state]
            total += weight
            moments += weight * np.exp(1j * angles[list(path)])
        expected += np.log(total)
        directions[rows] = moments / total
    assert model.gain(PARAMETERS) == pytest.approx(expected, abs=1e-12)
    assert model.gain_and_slope(PARAMETERS)[0] == pytest.approx(expected, abs=1e-12)
    assert model.gains(PARAMETERS, 7).sum() == pytest.approx(expected, abs=1e-12)
    assert model.directions(PARAMETERS, 7) == pytest.approx(directions, abs=1e-12)


@pytest.mark.parametrize("tau", [0.5, 3.0, 40.0])
def test_steps_are_those_of_an_ornstein_uhlenbeck_process(tau: float) -> None:
    """Two shots against Gauss–Hermite quadrature over both phases, which knows no grid."""
    values = np.array([[1.0, -1.0, 1.0, 1.0, -1.0], [-1.0, 1.0, 1.0, 1.0, 1.0]])
    p = np.delete(PARAMETERS, 5)
    p[-1] = np.log(tau)
    found = model_of(values, CHANNELS, [0, 0], 144).gain(p)
    x, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    decay = np.exp(-1 / tau)
    later = decay * x[:, None] + np.sqrt(1 - decay**2) * x[None, :]
    first = emission(values[0], CHANNELS, CONTRAST, 0.5 + 1.2 * x)
    second = emission(values[1], CHANNELS, CONTRAST, 0.5 + 1.2 * later)
    expected = np.log(np.einsum("i,j,i,ij->", weights, weights, first, second))
    assert found == pytest.approx(expected, abs=2e-3)


def test_gradient() -> None:
    model = model_of(
        VALUES, CHANNELS, STRETCHES, 40, means=MEANS, scales=np.array([1.1, 0.9, 1.0, 1.2, 0.8])
    )
    _, slope = model.gain_and_slope(PARAMETERS)
    for k in range(model.size):
        shift = 1e-5 * np.eye(model.size)[k]
        change = model.gain(PARAMETERS + shift) - model.gain(PARAMETERS - shift)
        assert slope[k] == pytest.approx(change / 2e-5, abs=1e-7)


def test_long_experiments_in_pieces() -> None:
    values, _ = synthetic(1, 12_000, polar(0.33, 80), length=40)
    stretches = np.arange(12_000) // 40
    together = model_of(values, phase_channels(PAIR), stretches.tolist(), 24)
    assert len(together.pieces) > 2
    p = np.array([0.7, 1.4, 0.0, 0.5, 0.1, 2.0])
    halves = [
        model_of(values[half], phase_channels(PAIR), stretches[half].tolist(), 24).gain(p)
        for half in (slice(0, 4000), slice(4000, 12_000))
    ]
    assert together.gain(p) == pytest.approx(sum(halves), rel=1e-12)


def test_synthetic() -> None:
    values, phases = synthetic(3, 2000, polar(0.33, 80.8))
    track = track_phase(values, phase_channels(PAIR), np.arange(2000) // 100)
    assert abs(track.amplitude - 0.33) < 3 * track.errors["amplitude"] < 0.05
    assert abs(off(track, 80.8)) < 3 * np.degrees(track.errors["argument"]) < 10
    assert abs(track.sigma - 1.15) < 3 * track.errors["sigma"]
    assert abs(track.tau - 8) < 3 * track.errors["tau"]
    assert (track.sign_known, track.sign_gain, track.notes) == (False, 0.0, ())
    assert track.value == pytest.approx(polar(track.amplitude, np.degrees(track.argument)))
    assert abs(track.argument) <= np.pi / 2
    # How sure the phases are said to be is how near to the truth they are, on average.
    agreement = np.mean(np.exp(1j * phases).conj() * np.exp(1j * track.phases))
    assert agreement.real == pytest.approx(np.abs(track.directions).mean(), abs=0.04)


@pytest.mark.parametrize("degrees", [-99.2, 80.8, 170.0])
def test_known_braid_tells_the_sign(degrees: float) -> None:
    values, _ = synthetic(4, 1000, polar(0.33, degrees), known=polar(0.3, 70))
    channels = phase_channels([*PAIR, *KNOWN], reference_argument=np.radians(70))
    track = track_phase(values, channels, np.arange(1000) // 100, points=64)
    assert track.sign_known
    assert track.sign_gain > 50
    assert abs(off(track, degrees)) < 3.5 * np.degrees(track.errors["argument"]) < 14
    assert abs(track.amplitudes["reference"] - 0.3) < 3.5 * track.errors["amplitude of reference"]
    assert track.means[0] == pytest.approx(0.5, abs=0.5)
    weights = np.ones((2, len(track.units)))
    assert track.resampled_amplitude(weights, "reference") == pytest.approx(
        track.amplitudes["reference"]
    )
    with pytest.raises(InputError, match="group 'other': choose one of: target, reference"):
        track.resampled_amplitude(weights, "other")


def test_known_braid_without_mirror_images() -> None:
    values, _ = synthetic(5, 1000, polar(0.33, 140), known=polar(0.3, 70))
    channels = phase_channels([*PAIR[:2], *KNOWN[:2]], reference_argument=np.radians(70))
    track = track_phase(values[:, [0, 1, 4, 5]], channels, np.arange(1000) // 100, points=64)
    assert track.sign_known
    assert abs(off(track, 140)) < 3.5 * np.degrees(track.errors["argument"])


@pytest.mark.slow
def test_phase_between_braid_and_mirror_image() -> None:
    values, _ = synthetic(6, 1000, polar(0.33, 80), known=polar(0.35, 10), turned=0.6)
    channels = phase_channels([*PAIR, *KNOWN], reference_argument=np.radians(10))
    options: dict[str, Any] = {"stretches": np.arange(1000) // 100, "points": 48}
    fitted = track_phase(values, channels, fit_delta=True, **options)
    assert abs(fitted.delta - 0.6) < 3 * fitted.errors["delta"]
    assert abs(off(fitted, 80)) < 3 * np.degrees(fitted.errors["argument"])
    given = track_phase(values, channels, delta=0.6, **options)
    assert abs(off(given, 80)) < 3 * np.degrees(given.errors["argument"])
    assert 0 < fitted.log_likelihood - given.log_likelihood < 5  # half of χ² with one degree
    ignored = track_phase(values, channels, **options)
    assert ignored.log_likelihood < given.log_likelihood - 10


@pytest.mark.slow
def test_resampling_is_refitting() -> None:
    """One step from the maximum against new fits to resampled stretches."""
    values, _ = synthetic(7, 1200, polar(0.36, 60), length=30)
    channels = phase_channels(PAIR)
    track = track_phase(values, channels, np.arange(1200) // 30, points=48)
    assert track.units.tolist() == list(range(40))
    assert track.resampled(np.ones(40)) == pytest.approx(track.value)
    rng = np.random.default_rng(1)
    steps, fits = [], []
    for _ in range(6):
        drawn = rng.integers(40, size=40)
        again = values.reshape(40, 30, 4)[drawn].reshape(1200, 4)
        fit = track_phase(again, channels, np.arange(1200) // 30, points=48)
        step = track.resampled(np.bincount(drawn, minlength=40))
        fits += [fit.amplitude / 0.36 - 1, np.radians(off(fit, 60))]
        steps += [abs(step) / 0.36 - 1, np.angle(step / track.value) + np.radians(off(track, 60))]
    assert np.corrcoef(fits, steps)[0, 1] > 0.9
    assert np.std(np.subtract(fits, steps)) < 0.4 * np.std(fits)


def test_blocks_and_means() -> None:
    values, _ = synthetic(8, 800, polar(0.4, 30), length=50)
    channels = phase_channels(PAIR)
    stretches = np.arange(800) // 50
    plain = track_phase(values, channels, stretches, points=48)
    blocks = 7 - np.arange(800) // 100
    other = track_phase(values, channels, stretches + 5, blocks=blocks, points=48)
    assert other.value == plain.value
    assert other.units.tolist() == list(range(8))
    assert plain.units.size == 32  # parts of sixteen stretches
    # A job whose phase is turned, rows not in order of the stretches.
    order = np.argsort(stretches % 2, kind="stable")
    jobs = (stretches >= 8).astype(int)
    turned = np.where(jobs[:, None] == 1, values[:, [1, 0, 3, 2]] * [-1, 1, -1, 1], values)
    several = track_phase(turned[order], channels, stretches[order], means=jobs[order], points=48)
    assert several.amplitude == pytest.approx(plain.amplitude, abs=0.02)
    difference = np.degrees(several.means[1] - several.means[0]) % 360
    assert difference == pytest.approx(90, abs=45)


@pytest.mark.parametrize(
    ("sigma", "tau", "seed", "note"),
    [
        (0.0, 8.0, 15, "the phase is constant"),
        (1.1, 1e9, 10, "the phase is constant"),
        (1.1, 0.0, 9, "are independent"),
    ],
)
def test_limits_of_the_drift(sigma: float, tau: float, seed: int, note: str) -> None:
    values, _ = synthetic(seed, 1500, polar(0.33, 80.8), sigma=sigma, tau=tau)
    track = track_phase(values, phase_channels(PAIR), np.arange(1500) // 100, points=64)
    assert abs(track.amplitude - 0.33) < 3.5 * track.errors["amplitude"] < 0.15
    assert abs(off(track, 80.8)) < 3.5 * np.degrees(track.errors["argument"]) < 20
    assert note in track.notes[0]


def test_no_signal() -> None:
    values, _ = synthetic(10, 500, 0)
    track = track_phase(values, phase_channels(PAIR), np.arange(500) // 100, points=48)
    assert "no signal is seen" in track.notes[0]
    weights = np.random.default_rng(1).multinomial(20, np.ones(20) / 20, size=1000)
    draws = track.resampled(weights)
    assert abs(np.mean(draws / np.abs(draws).max())) < 0.2
    assert np.quantile(np.abs(draws), 0.1) < 0.05 < 0.1 < np.quantile(np.abs(draws), 0.9)


def test_no_signal_of_the_known_braid() -> None:
    values, _ = synthetic(11, 600, polar(0.4, 20), known=0)
    channels = phase_channels([*PAIR, *KNOWN], reference_argument=0.3)
    track = track_phase(values, channels, np.arange(600) // 100, points=48)
    assert any("the sign is unsure" in note for note in track.notes)
    values, _ = synthetic(12, 600, 0, known=polar(0.4, 20))
    track = track_phase(values, channels, np.arange(600) // 100, points=48)
    assert "no signal is seen" in track.notes[0]
    assert track.errors["argument"] == pytest.approx(np.pi)


def test_known_braid_without_outcomes() -> None:
    values, _ = synthetic(14, 500, polar(0.4, 20), known=polar(0.4, 20))
    values[:, 4:] = 0
    channels = phase_channels([*PAIR, *KNOWN], reference_argument=0.3)
    both = track_phase(values, channels, np.arange(500) // 100, points=48)
    alone = track_phase(values[:, :4], channels[:4], np.arange(500) // 100, points=48)
    assert not both.sign_known
    assert both.value == pytest.approx(alone.value, abs=1e-4)
    assert both.amplitudes["reference"] == 0


def test_small_experiments() -> None:
    channels = phase_channels(PAIR)
    one = track_phase(np.array([[1, 1, -1, 0]]), channels, points=24)
    assert any("units to resample" in note for note in one.notes)
    assert np.isfinite([one.amplitude, one.argument, *one.errors.values()]).all()
    dead, _ = synthetic(13, 600, polar(0.4, 50))
    dead[:, 3] = 0
    track = track_phase(dead, channels, np.arange(600) // 100, points=48)
    assert abs(off(track, 50)) < 4 * np.degrees(track.errors["argument"])


@pytest.mark.slow
def test_errors_of_repeated_experiments() -> None:
    """Unbiased, and the errors are those that repetitions have: z-scores of 12 experiments."""
    scores = []
    for seed in range(12):
        values, _ = synthetic(100 + seed, 600, polar(0.36, 60), length=50)
        track = track_phase(values, phase_channels(PAIR), np.arange(600) // 50, points=32)
        scores.append((track.amplitude - 0.36) / track.errors["amplitude"])
        scores.append(np.radians(off(track, 60)) / track.errors["argument"])
    assert abs(np.mean(scores)) < 4 / np.sqrt(24)
    # χ² of 24 is between 8.1 and 48 with probability 0.998.
    assert 8.1 < np.sum(np.square(scores)) < 48


def published() -> Observations:
    files = sorted((DATA / "h2-2").glob("*.json"))
    if not files:
        pytest.skip(f"no {DATA / 'h2-2'}")
    results = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    shots = published_shots(results, conserved=False)
    stretches = np.repeat(np.arange(len(files)), 100)
    return observations_of_shots("echo", shots, stretches=stretches)


def test_published_machine() -> None:
    """The known values: A = 0.294, arg z = 88.6° modulo 180 for the braid as it was run."""
    track = track_observations(published(), points=96)
    assert track.amplitude == pytest.approx(0.294, abs=5e-4)
    assert np.degrees(track.argument) == pytest.approx(88.6, abs=0.1)
    assert track.errors["amplitude"] == pytest.approx(0.0124, abs=0.001)
    weights = np.random.default_rng(0).multinomial(20, np.ones(20) / 20, size=10_000)
    low, high = np.quantile(np.abs(track.resampled(weights)), [0.025, 0.975])
    assert (low, high) == (pytest.approx(0.269, abs=0.003), pytest.approx(0.317, abs=0.003))


def test_channels_of_series() -> None:
    mirrored = phase_channels(["reference-conjugate-imag"], reference_argument=0.5)[0]
    assert (mirrored.group, mirrored.turn, mirrored.skew) == ("reference", 0, -1)
    assert mirrored.offset == pytest.approx(-0.5 - np.pi / 2)
    with pytest.raises(InputError, match="give reference_argument"):
        phase_channels(["reference-real"])
    with pytest.raises(InputError, match="reference_argument hold nan"):
        phase_channels(["reference-real"], reference_argument=np.nan)
    with pytest.raises(InputError, match="unknown series 'reel'"):
        phase_channels(["reel"])  # type: ignore[list-item]
    with pytest.raises(InputError, match="group=None: give a name"):
        Channel(group=None, turn=1)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="turn=2, skew=0: give 1, 0 or -1"):
        Channel(group="target", turn=2)
    with pytest.raises(InputError, match="offset=inf: give an angle"):
        Channel(group="target", turn=1, offset=np.inf)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"values": [[0.5, 1, 0, 0]]}, r"values hold .*0\.5.* without readout correction"),
        ({"values": [[np.nan, 1, 0, 0]]}, "give finite numbers"),
        ({"values": [["a", 1, 0, 0]]}, "values: give an array of numbers"),
        ({"values": [[1j, 1, 0, 0]]}, "values: give an array of numbers"),
        ({"values": [[1, 1, 0]]}, r"values of shape \(1, 3\): give \(shots, 4\)"),
        ({"values": np.zeros((0, 4))}, r"values of shape \(0, 4\)"),
        ({"values": np.zeros((3, 4))}, "no outcome is"),
        ({"channels": [1, 2, 3, 4]}, "1 is no channel"),
        ({"channels": 4}, "channels=4: give a sequence"),
        ({"channels": phase_channels(KNOWN, reference_argument=0.0)}, "of one group.*none"),
        ({"channels": phase_channels(PAIR[:2] * 2)}, "cannot tell arg z from the phase"),
        ({"fit_delta": True}, "cannot tell arg z and delta"),
        ({"delta": np.inf}, "delta hold inf"),
        ({"delta": [1, 2]}, "give one angle"),
        ({"stretches": [0]}, "stretches of shape"),
        ({"stretches": [0.5, 1.5]}, "give an integer for each of the 2 shots"),
        ({"blocks": [0, 1, 2]}, "blocks of shape"),
        ({"means": [0, 1]}, "give all shots of a stretch the same number"),
        ({"values": np.ones((101, 4)), "means": np.arange(101)}, "101 mean phases are more"),
        ({"points": 3}, "points=3: give an integer from 8 to 2000"),
    ],
)
def test_refused(change: dict[str, Any], match: str) -> None:
    given: dict[str, Any] = {"values": np.ones((2, 4)), "channels": phase_channels(PAIR)}
    with pytest.raises(InputError, match=match):
        track_phase(**(given | change))


def test_refused_weights_and_observations() -> None:
    track = track_phase(np.ones((30, 4)), phase_channels(PAIR), points=24)
    with pytest.raises(InputError, match="the last axis must have 20 units"):
        track.resampled(np.ones((5, 3)))
    with pytest.raises(InputError, match="weights: give an array of numbers"):
        track.resampled("many")
    o = Observations(
        values={s: np.ones(3) for s in PAIR}, kept={s: np.ones(3, dtype=bool) for s in PAIR}
    )
    for unfit in (o, Observations(values={}, kept={}, paired=True)):
        with pytest.raises(InputError, match="an interleaved experiment"):
            track_observations(unfit)
