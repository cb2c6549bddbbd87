"""Statistics of the estimators: errors fall as 1/√shots, intervals cover at their level.

Shots are drawn from the exact distribution of outcomes, which the representation gives:
P(v = ±1 | s) = |1 ± w|²/4 with w = z_s or −i z_s (conjugated for the mirror image), and the paths
with their probabilities. Noise: a share of the shots is detected, another share says nothing,
a phase turns all circuits alike.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from synthetic import draw_paired, of_counts

import plait
from plait.circuits import SERIES
from plait.circuits.plan import Series
from plait.knots import Braid, path_probability, paths
from plait.mitigation import Moments, Observations, estimator, jones_factor
from plait.mitigation.resampling import IntervalKind
from plait.mitigation.steps import conjugate_phase, plain_phase
from plait.tensornet import representation

METHODS = ["none", "detection", "conjugate", "detection,conjugate"]
KINDS: list[IntervalKind] = ["percentile", "bca"]
REPETITIONS = 200
RESAMPLES = 600

STRONG = "3_1"  # z = 0.62 + 0.73i
MODERATE = "L9n17{0}"  # z = −0.24 − 0.34i
SMALL = "10_133"  # z = 0.034
CROSSINGLESS = Braid([], strands=3)  # z = 1: Re v is always +1

Tallies = dict[Series, npt.NDArray[np.int64]]
"""Numbers of shots with +1, −1, 0 and rejected, in the last axis."""


def least(repetitions: int = REPETITIONS, level: float = 0.95) -> float:
    """Four standard deviations of the binomial distribution below, and 0.01 for the draws."""
    return level - 0.01 - 4 * math.sqrt(level * (1 - level) / repetitions)


class Source:
    """Draws experiments."""

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

    def draw(self, methods: str, shots: int, size: int) -> Tallies:
        series = estimator(methods).series
        return {
            s: self.rng.multinomial(shots // len(series), self.probabilities[s], size=size)
            for s in series
        }

    def coverage(
        self, methods: str, shots: int, truth: complex, kind: IntervalKind = "percentile"
    ) -> tuple[float, complex]:
        """Share of the experiments whose box holds the truth, and mean widths of the box."""
        drawn = self.draw(methods, shots, REPETITIONS)
        experiments = [
            of_counts({s: row[k].tolist() for s, row in drawn.items()}) for k in range(REPETITIONS)
        ]
        return coverage(methods, experiments, truth, kind)


def coverage(
    methods: str,
    experiments: list[Observations],
    truth: complex,
    kind: IntervalKind = "percentile",
    *,
    align: bool = False,
    resamples: int = RESAMPLES,
) -> tuple[float, complex]:
    """Share of the experiments whose box holds the truth, and mean widths of the box."""
    hits, widths = 0, 0j
    for seed, o in enumerate(experiments):
        found = estimator(methods).combine([o], seed=seed, resamples=resamples, align=align)
        (a, b), (c, d) = found.interval(kind=kind)
        hits += a - 1e-9 <= truth.real <= b + 1e-9 and c - 1e-9 <= truth.imag <= d + 1e-9
        widths += complex(b - a, d - c)
    return hits / len(experiments), widths / len(experiments)


ANY: Any = None


def estimates(methods: str, tallies: Tallies) -> npt.NDArray[np.complex128]:
    """Of many experiments at a time."""
    total = {s: row.sum(axis=-1) for s, row in tallies.items()}
    moments = Moments(
        mean={s: (row[..., 0] - row[..., 1]) / total[s] for s, row in tallies.items()},
        keep={s: 1 - row[..., 3] / total[s] for s, row in tallies.items()},
        survival={s: (row[..., 0] + row[..., 1]) / total[s] for s, row in tallies.items()},
        product={},
    )
    if "detection" in methods:
        moments = moments.detected()
    phase = conjugate_phase if "conjugate" in methods else plain_phase
    return phase(ANY)(ANY, moments)


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
        found = estimates(methods, source.draw(methods, shots, 1000))
        errors.append(math.sqrt((abs(found - source.z) ** 2).mean()))
    slope = np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    # An rms of 1000 complex errors is known to 1.6 to 2.2 %, the slope to 0.007.
    assert abs(slope + 0.5) < 0.035


@pytest.mark.parametrize("methods", METHODS)
def test_many_at_a_time_are_those_of_the_estimator(methods: str) -> None:
    tallies = Source(MODERATE, rejected=0.2, seed=1).draw(methods, 400, 3)
    found = estimates(methods, tallies)
    for k in range(3):
        one = of_counts({s: row[k].tolist() for s, row in tallies.items()})
        assert estimator(methods).combine([one], resamples=1).value == pytest.approx(found[k])


def test_size_of_the_error() -> None:
    """Var = ((1 + E|z_s|²)/2 − (Re z)²)/N for the real part: below a Hadamard test's."""
    for name in (STRONG, MODERATE, SMALL):
        source = Source(name, seed=2)
        braid = plait.braid(name)
        weights = np.array([path_probability(s) for s in paths(braid.strands).tolist()])
        square = float(weights @ abs(np.diag(representation(braid))) ** 2)
        found = estimates("none", source.draw("none", 2000, 4000))
        for part, mean in ((found.real, source.z.real), (found.imag, source.z.imag)):
            variance = ((1 + square) / 2 - mean**2) / 1000
            assert abs(part.var() / variance - 1) < 5 * math.sqrt(2 / 4000)
            # On two strands |z_s| = 1, and both are the same.
            assert variance <= (1 - mean**2) / 1000 + 1e-12
            assert abs(part.mean() - mean) < 5 * math.sqrt(variance / 4000)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("methods", METHODS)
@pytest.mark.parametrize("name", [STRONG, MODERATE])
def test_intervals_cover(name: str, methods: str, kind: IntervalKind) -> None:
    source = Source(name, rejected=0.2 if "detection" in methods else 0.0, seed=3)
    share, widths = source.coverage(methods, 1600, source.z, kind)
    assert least() <= share
    # Neither part may hide behind a box as wide as the scale of the problem.
    assert max(widths.real, widths.imag) < 0.2


@pytest.mark.parametrize("methods", METHODS)
def test_intervals_cover_small_values(methods: str) -> None:
    """Near |z| = 0 the conjugate pair is conservative, as its sign is a toss-up."""
    source = Source(SMALL, rejected=0.2 if "detection" in methods else 0.0, seed=4)
    share, widths = source.coverage(methods, 1600, source.z)
    assert share >= least()
    assert max(widths.real, widths.imag) < 0.25


@pytest.mark.parametrize("methods", METHODS)
def test_intervals_cover_one(methods: str) -> None:
    """Without crossings every shot of the real part is +1: nothing varies, and 1 is covered."""
    source = Source(CROSSINGLESS, seed=5)
    assert abs(source.z - 1) < 1e-12
    share, widths = source.coverage(methods, 1600, 1 + 0j)
    assert share >= least()
    assert 0 < widths.real < 0.1 < widths.imag < 0.25


@pytest.mark.parametrize("shots", [8, 40])
@pytest.mark.parametrize("methods", ["none", "conjugate"])
def test_intervals_cover_with_few_shots(methods: str, shots: int) -> None:
    source = Source(STRONG, seed=6)
    assert source.coverage(methods, shots, source.z)[0] >= least()


@pytest.mark.parametrize("phase", [0.5, -1.2])
@pytest.mark.parametrize("name", [MODERATE, SMALL])
def test_conjugate_intervals_cover_under_a_phase(name: str, phase: float) -> None:
    """What they cover is the damped value; without the pair, the phase makes them miss it."""
    source = Source(name, silent=0.3, phase=phase, seed=7)
    truth = 0.7 * source.z
    assert source.coverage("conjugate", 4000, truth)[0] >= least()
    if name == MODERATE:
        assert source.coverage("none", 4000, truth)[0] < 0.2


def test_intervals_do_not_cover_what_noise_has_damped() -> None:
    """They are about shots, not about the errors that mitigation leaves."""
    source = Source(STRONG, silent=0.3, seed=8)
    assert source.coverage("detection", 6400, source.z)[0] < 0.05
    source = Source(STRONG, rejected=0.3, seed=8)
    assert source.coverage("none", 6400, source.z)[0] < 0.05
    assert source.coverage("detection", 6400, source.z)[0] >= least()


Z = 0.6 - 0.45j


def drifting(
    shots: int, correlation: float, sd: float, count: int, *, seed: int = 1, mean: float = 0.0
) -> list[Observations]:
    """Paired shots of an Ornstein–Uhlenbeck phase; correlation 0: new in every shot."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((shots, count))
    keep = math.exp(-1 / correlation) if correlation else 0.0
    phases = np.empty((shots, count))
    phases[0] = noise[0]
    for k in range(1, shots):
        phases[k] = keep * phases[k - 1] + math.sqrt(1 - keep**2) * noise[k]
    return [draw_paired(Z, mean + sd * phases[:, k], rng, damping=0.8) for k in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_pairs_cover_under_a_drifting_phase(kind: IntervalKind) -> None:
    """Their contrast is that of the shots, which the averages have lost."""
    experiments = drifting(600, 0, 1.0, REPETITIONS)
    truth = 0.8 * Z
    share, widths = coverage("pairs", experiments, truth, kind, align=True, resamples=400)
    assert share >= least()
    assert max(widths.real, widths.imag) < 0.4
    assert coverage("conjugate", experiments[:50], truth, kind, resamples=400)[0] < 0.1


@pytest.mark.parametrize("z", [0j, 0.05 + 0.02j, 0.12j])
@pytest.mark.parametrize("methods", ["pairs", "conjugate"])
def test_intervals_up_to_the_sign_hold_small_values(methods: str, z: complex) -> None:
    """Where the shots do not tell z from 0 the root of a square would be too large."""
    rng = np.random.default_rng(8)
    experiments = [draw_paired(z, np.zeros(300), rng, damping=0.8) for _ in range(100)]
    held = 0
    for seed, o in enumerate(experiments):
        found = estimator(methods).combine([o], seed=seed, resamples=400, align=True)
        parts = found.interval()
        held += any(
            all(low <= x <= high for (low, high), x in zip(parts, (w.real, w.imag), strict=True))
            for w in (0.8 * z, -0.8 * z)
        )
    assert held / 100 >= least(100)


@pytest.mark.parametrize("shots", [10, 25])
@pytest.mark.parametrize("methods", ["none", "conjugate", "pairs"])
def test_few_paired_shots_have_intervals_that_hold(methods: str, shots: int) -> None:
    z = 0.93 + 0.1j
    rng = np.random.default_rng(9)
    experiments = [draw_paired(z, np.zeros(shots), rng) for _ in range(100)]
    assert coverage(methods, experiments, z, align=True, resamples=400)[0] >= least(100) - 0.02


@pytest.mark.slow
def test_blocks_cover_where_shots_alone_do_not() -> None:
    """A phase that stays for 30 shots: the plain mean is known as well as by shots/60."""
    experiments = drifting(3000, 30, 0.6, REPETITIONS, seed=2)
    truth = 0.8 * Z * math.exp(-(0.6**2) / 2)
    shots_alone = [replace(o, blocks=np.arange(3000)) for o in experiments[:100]]
    alone, narrow = coverage("none", shots_alone, truth, resamples=200)
    blocks, wide = coverage("none", experiments, truth, resamples=400)
    assert alone < 0.85
    # Blocks of a finite length miss a little of the correlation.
    assert blocks >= 0.85
    assert blocks > alone + 0.05
    assert abs(wide) > 1.2 * abs(narrow)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("methods", ["none", "detection", "conjugate"])
def test_coverage_is_the_level(methods: str, kind: IntervalKind) -> None:
    """From both sides; Bonferroni's boxes of independent parts cover 0.9506."""
    source = Source(MODERATE, rejected=0.2, seed=11)
    drawn = source.draw(methods, 1600, 2000)
    experiments = [
        of_counts({s: row[k].tolist() for s, row in drawn.items()}) for k in range(2000)
    ]
    truth = source.z if methods == "detection" else 0.8 * source.z
    share, _ = coverage(methods, experiments, truth, kind, resamples=2000)
    assert abs(share - 0.9506) < 0.005 + 4 * math.sqrt(0.95 * 0.05 / 2000)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_coverage_of_pairs_is_the_level(kind: IntervalKind) -> None:
    experiments = drifting(1000, 0, 1.0, 1500, seed=12)
    share, _ = coverage("pairs", experiments, 0.8 * Z, kind, align=True, resamples=1500)
    assert abs(share - 0.9506) < 0.01 + 4 * math.sqrt(0.95 * 0.05 / 1500)
