"""Statistics of the estimators: errors fall as 1/√shots, intervals cover at their level.

Shots are drawn from the exact distribution of outcomes, which the representation gives:
P(v = ±1 | s) = |1 ± w|²/4 with w = z_s or −i z_s (conjugated for the mirror image), and the paths
with their probabilities. Noise: a share of the shots is detected, another share says nothing,
a phase turns all circuits alike.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

import plait
from plait.circuits import SERIES
from plait.circuits.plan import Series
from plait.knots import Braid, path_probability, paths
from plait.mitigation import Tallies, bootstrap, estimator, jones_factor, percentile_interval
from plait.tensornet import representation

METHODS = ["none", "detection", "conjugate", "detection,conjugate"]
REPETITIONS = 300
RESAMPLES = 800

STRONG = "3_1"  # z = 0.62 + 0.73i
MODERATE = "L9n17{0}"  # z = −0.24 − 0.34i
SMALL = "10_133"  # z = 0.034
CROSSINGLESS = Braid([], strands=3)  # z = 1: Re v is always +1


class Source:
    """Draws tallies of an experiment."""

    def __init__(
        self,
        x: str | Braid,
        *,
        rejected: float = 0.0,
        silent: float = 0.0,
        phase: float = 0.0,
        seed: int = 0,
    ) -> None:
        braid = plait.braid(x)
        weights = np.array([path_probability(s) for s in paths(braid.strands).tolist()])
        diagonal = np.diag(representation(braid))
        self.z = complex(weights @ diagonal)
        self.rng = np.random.default_rng(seed)
        self.probabilities: dict[Series, npt.NDArray[np.float64]] = {}
        for series in SERIES:
            w = diagonal.conj() if series.startswith("conjugate") else diagonal
            w = w * np.exp(1j * phase) * (-1j if series.endswith("imag") else 1)
            plus, minus = (weights @ abs(1 + sign * w) ** 2 / 4 for sign in (1, -1))
            left = 1 - rejected - silent
            clean = [left * plus, left * minus, left * max(0, 1 - plus - minus) + silent]
            self.probabilities[series] = np.array([*clean, rejected])

    def draw(self, methods: str, shots: int, size: int | None = None) -> Tallies:
        series = estimator(methods).series
        return {
            s: self.rng.multinomial(shots // len(series), self.probabilities[s], size=size)
            for s in series
        }

    def coverage(self, methods: str, shots: int, truth: complex) -> tuple[float, complex]:
        """Share of the experiments whose box holds the truth, and mean widths of the box."""
        of = estimator(methods)
        hits, widths = 0, 0j
        for _ in range(REPETITIONS):
            tallies = self.draw(methods, shots)
            draws = bootstrap(tallies, of, rng=self.rng, resamples=RESAMPLES)
            (a, b), (c, d) = percentile_interval(draws, complex(of(tallies)))
            hits += a - 1e-9 <= truth.real <= b + 1e-9 and c - 1e-9 <= truth.imag <= d + 1e-9
            widths += complex(b - a, d - c)
        return hits / REPETITIONS, widths / REPETITIONS


# 300 boxes at 95 %: four standard deviations of the binomial distribution are 0.05. Percentile
# intervals from 800 replicas lose less than 0.01 of coverage themselves.
LEAST, MOST = 0.89, 0.995


def test_source_has_the_mean_of_the_jones_polynomial() -> None:
    for name in (STRONG, MODERATE, SMALL):
        value = jones_factor(plait.braid(name), "markov") * Source(name).z
        assert abs(value - complex(plait.jones(name))) < 1e-10
    assert abs(Source(SMALL).z) < 0.05 < 0.3 < abs(Source(MODERATE).z) < abs(Source(STRONG).z)


@pytest.mark.parametrize("methods", METHODS)
@pytest.mark.parametrize("name", [STRONG, MODERATE])
def test_error_falls_as_one_over_root_shots(name: str, methods: str) -> None:
    source = Source(name, rejected=0.2 if "detection" in methods else 0.0, seed=1)
    sizes = [400, 1600, 6400, 25_600]
    errors = []
    for shots in sizes:
        estimates = estimator(methods)(source.draw(methods, shots, size=1000))
        errors.append(math.sqrt((abs(estimates - source.z) ** 2).mean()))
    slope = np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    # An rms of 1000 complex errors is known to 1.6 to 2.2 %, the slope to 0.007.
    assert abs(slope + 0.5) < 0.035


def test_size_of_the_error() -> None:
    """Var = ((1 + E|z_s|²)/2 − (Re z)²)/N for the real part: below a Hadamard test's."""
    for name in (STRONG, MODERATE, SMALL):
        source = Source(name, seed=2)
        braid = plait.braid(name)
        weights = np.array([path_probability(s) for s in paths(braid.strands).tolist()])
        square = float(weights @ abs(np.diag(representation(braid))) ** 2)
        estimates = estimator("none")(source.draw("none", 2000, size=4000))
        for part, mean in ((estimates.real, source.z.real), (estimates.imag, source.z.imag)):
            variance = ((1 + square) / 2 - mean**2) / 1000
            assert abs(part.var() / variance - 1) < 5 * math.sqrt(2 / 4000)
            # On two strands |z_s| = 1, and both are the same.
            assert variance <= (1 - mean**2) / 1000 + 1e-12
            assert abs(part.mean() - mean) < 5 * math.sqrt(variance / 4000)


@pytest.mark.parametrize("methods", METHODS)
@pytest.mark.parametrize("name", [STRONG, MODERATE])
def test_intervals_cover(name: str, methods: str) -> None:
    source = Source(name, rejected=0.2 if "detection" in methods else 0.0, seed=3)
    share, widths = source.coverage(methods, 1600, source.z)
    assert LEAST <= share <= MOST
    # Neither part may hide behind a box as wide as the scale of the problem.
    assert max(widths.real, widths.imag) < 0.2


@pytest.mark.parametrize("methods", METHODS)
def test_intervals_cover_small_values(methods: str) -> None:
    """Near |z| = 0 the conjugate pair is conservative, as its sign is a toss-up."""
    source = Source(SMALL, rejected=0.2 if "detection" in methods else 0.0, seed=4)
    share, widths = source.coverage(methods, 1600, source.z)
    assert share >= LEAST
    assert max(widths.real, widths.imag) < 0.25


@pytest.mark.parametrize("methods", METHODS)
def test_intervals_cover_one(methods: str) -> None:
    """Without crossings every shot of the real part is +1: nothing varies, and 1 is covered."""
    source = Source(CROSSINGLESS, seed=5)
    assert abs(source.z - 1) < 1e-12
    share, widths = source.coverage(methods, 1600, 1 + 0j)
    assert share >= LEAST
    assert 0 < widths.real < 0.1 < widths.imag < 0.25


@pytest.mark.parametrize("shots", [8, 40])
@pytest.mark.parametrize("methods", ["none", "conjugate"])
def test_intervals_cover_with_few_shots(methods: str, shots: int) -> None:
    source = Source(STRONG, seed=6)
    assert source.coverage(methods, shots, source.z)[0] >= LEAST


@pytest.mark.parametrize("phase", [0.5, -1.2])
@pytest.mark.parametrize("name", [MODERATE, SMALL])
def test_conjugate_intervals_cover_under_a_phase(name: str, phase: float) -> None:
    """What they cover is the damped value; without the pair, the phase makes them miss it."""
    source = Source(name, silent=0.3, phase=phase, seed=7)
    truth = 0.7 * source.z
    assert source.coverage("conjugate", 4000, truth)[0] >= LEAST
    if name == MODERATE:
        assert source.coverage("none", 4000, truth)[0] < 0.2


def test_intervals_do_not_cover_what_noise_has_damped() -> None:
    """They are about shots, not about the errors that mitigation leaves."""
    source = Source(STRONG, silent=0.3, seed=8)
    assert source.coverage("detection", 6400, source.z)[0] < 0.05
    source = Source(STRONG, rejected=0.3, seed=8)
    assert source.coverage("none", 6400, source.z)[0] < 0.05
    assert source.coverage("detection", 6400, source.z)[0] >= LEAST
