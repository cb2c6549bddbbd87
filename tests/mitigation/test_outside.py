"""The phase of a shot as the other shots tell it: by enumeration, and independent of the shot."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from plait.circuits.plan import Plan, Series
from plait.knots import Braid
from plait.mitigation import Observations, Units
from plait.mitigation.outside import outside_directions, unit_products
from plait.mitigation.reference import (
    REFERENCE,
    reference_channels,
    reference_phase,
    reference_plan,
    track_reference,
)
from plait.mitigation.resampling import with_blocks
from plait.mitigation.steps import Context
from plait.mitigation.tracking import PhaseTrack
from plait.mitigation.tracking_model import grid_of

SIX: tuple[Series, ...] = ("real", "imag", *REFERENCE)
CHANNELS = reference_channels(SIX)


def drawn(
    z_s: npt.NDArray[np.complex128], seed: int, *, damping: float = 0.4, survival: float = 0.5
) -> Observations:
    """Shots with a value per path and a phase that wanders."""
    rng = np.random.default_rng(seed)
    shots = len(z_s)
    x = np.empty(shots)
    for k in range(shots):
        new = rng.standard_normal()
        x[k] = np.exp(-0.1) * x[k - 1] + np.sqrt(1 - np.exp(-0.2)) * new if k else new
    turn = damping * np.exp(1j * (1.0 + x))
    values = {}
    for series in SIX:
        own = np.conj(z_s) if series.startswith("conjugate") else z_s
        mean = turn * (1.0 if series.startswith("reference") else own)
        part = mean.imag if series.endswith("imag") else mean.real
        sign = np.where(rng.random(shots) < (1 + part / survival) / 2, 1.0, -1.0)
        values[series] = sign * (rng.random(shots) < survival)
    kept = {s: np.ones(shots, dtype=bool) for s in values}
    return with_blocks(Observations(values=values, kept=kept, paired=True), 50)


@pytest.fixture(scope="module")
def fit() -> tuple[Observations, PhaseTrack]:
    o = drawn(np.full(600, 0.5 + 0.4j), seed=1)
    return o, track_reference(o)


def test_it_is_that_of_enumeration(fit: tuple[Observations, PhaseTrack]) -> None:
    """Of three shots: sums over the states of all three, without the middle one's outcomes."""
    whole, track = fit
    three = whole.where(np.arange(600) < 3)
    grid = grid_of(144)
    phases = track.means[0] + track.sigma * grid.states
    step = grid.step(track.tau)
    seen = []
    for shot in range(3):
        likelihood = np.ones(len(phases))
        for channel, series in zip(CHANNELS, SIX, strict=True):
            value = three.values[series][shot]
            theta = channel.turn * track.argument + channel.skew * track.delta / 2
            alive = float(np.abs(three.values[series]).mean())
            contrast = track.amplitudes[channel.group] / max(alive, 1e-12)
            wave = min(contrast, 0.9995) * np.cos(phases + theta + channel.offset)
            likelihood *= 1 + value * wave
        seen.append(likelihood)
    joint = (
        (grid.stationary * seen[0])[:, None, None] * step[:, :, None] * step[None, :, :]
    ) * seen[2]
    middle = joint.sum(axis=(0, 2))
    expected = (middle / middle.sum()) @ np.exp(1j * phases)
    found = outside_directions(track, three, CHANNELS)
    assert abs(found[1] - expected) < 1e-9


def test_a_shot_does_not_tell_its_own_phase(fit: tuple[Observations, PhaseTrack]) -> None:
    o, track = fit
    # Signs only, so that the survival stays.
    flipped = {s: np.where(np.arange(600) == 300, -v, v) for s, v in o.values.items()}
    other = Observations(values=flipped, kept=o.kept, paired=True, blocks=o.blocks)
    before, after = (outside_directions(track, x, CHANNELS) for x in (o, other))
    assert abs(before[300] - after[300]) < 1e-9
    assert abs(before[299] - after[299]) > 1e-6
    assert (abs(before) <= 1 + 1e-12).all()


def test_stretches_know_nothing_of_one_another(fit: tuple[Observations, PhaseTrack]) -> None:
    o, track = fit
    alone = Observations(
        values=o.values, kept=o.kept, paired=True, stretches=np.arange(600, dtype=np.int64)
    )
    grid = grid_of(144)
    prior = grid.stationary @ np.exp(1j * (track.means[0] + track.sigma * grid.states))
    assert abs(outside_directions(track, alone, CHANNELS) - prior).max() < 1e-9


def test_products_are_summed_by_block(fit: tuple[Observations, PhaseTrack]) -> None:
    o, _ = fit
    ones = np.full(600, 1j)
    found = unit_products(o, ones, [("real", "imag")])
    assert o.blocks is not None
    own = o.blocks == 3
    expected = (o.values["real"][own] + 1j * o.values["imag"][own]).sum() / 1j
    assert found.shape == (12, 1)
    assert abs(found[3, 0] - expected) < 1e-12


@pytest.mark.slow
def test_values_that_vary_with_the_path_do_not_bias_it() -> None:
    """z = E z_s though E z_s² is another number, by six experiments of 4,000 shots."""
    form = Braid("1 2 1 2")
    (plan,) = reference_plan(
        Plan(
            braid=form, closure="markov", kind="echo", series=("real", "imag"), shots=600,
            round_shots=600, seed=1,
        )
    )  # fmt: skip
    values = np.array([0.9, 0.5j, 0.2 + 0.6j])
    errors = []
    for seed in range(6):
        rng = np.random.default_rng(100 + seed)
        z_s = values[rng.integers(3, size=4000)]
        o = drawn(z_s, seed)
        units = Units(o)
        statistic = reference_phase(
            Context(observations=o, units=units, damping={"g": 0.0}, plan=plan)
        )
        z = complex(z_s.mean())
        found = statistic(units.counts, units.moments(units.counts))
        errors.append(complex(found) / z - 1)
    mean, spread = np.mean(errors), np.std(errors) / np.sqrt(len(errors))
    assert abs(mean) < 4 * spread
    assert spread < 0.04
