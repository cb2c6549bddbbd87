"""Path coherence against exact moments of simulated shots."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from plait.knots.errors import InputError
from plait.knots.fibonacci import path_probability, paths, sample_paths
from plait.mitigation.coherence import path_coherence

Floats = npt.NDArray[np.float64]

STRANDS = 6
BASIS = paths(STRANDS)
WEIGHTS = np.array([path_probability(path) for path in BASIS.tolist()])


def amplitudes(spread: float, seed: int = 1) -> npt.NDArray[np.complex128]:
    """z_s around 0.5 + 0.2i; larger on paths that end in 1, which are more likely."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(2, len(BASIS)))
    return np.asarray(0.5 + 0.2j + spread * (noise[0] + 1j * noise[1] + 1.5 * BASIS[:, -1] - 0.9))


def exact(z: npt.NDArray[np.complex128]) -> float:
    return float(abs(WEIGHTS @ z) ** 2 / (WEIGHTS @ np.abs(z) ** 2))


def shots(
    z: npt.NDArray[np.complex128], damping: float, count: int, seed: int
) -> list[tuple[Floats, npt.NDArray[np.uint8]]]:
    """Values ±1 and 0 of the real and of the imaginary series."""
    rng = np.random.default_rng(seed)
    found = []
    for part in (z.real, z.imag):
        drawn = sample_paths(STRANDS, count, rng)
        index = (drawn[:, None] == BASIS).all(axis=2).argmax(axis=1)
        mean = damping * part[index]
        draw = rng.random(count)
        values = np.where(draw < (0.7 + mean) / 2, 1.0, np.where(draw < 0.7, -1.0, 0.0))
        found.append((values, drawn))
    return found


def brute(v: Floats, s: npt.NDArray[np.uint8], w: Floats) -> tuple[float, float]:
    """The two means of products, pair by pair."""
    across = along = all_ = rare = 0.0
    for i in range(len(v)):
        for j in range(len(v)):
            if i != j:
                across += w[i] * w[j] * v[i] * v[j]
                all_ += w[i] * w[j]
                if (s[i] == s[j]).all():
                    p = path_probability(s[i].tolist())
                    along += w[i] * w[j] * v[i] * v[j] / p
                    rare += w[i] * w[j] / p
    return across / all_, along / rare


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.25])
@pytest.mark.parametrize("damping", [0.9, 0.5])
def test_unbiased_for_any_damping(spread: float, damping: float) -> None:
    z = amplitudes(spread)
    found = [path_coherence(shots(z, damping, 4000, seed)) for seed in range(30)]
    error = float(np.median([one.error for one in found]))
    mean = float(np.mean([one.value for one in found]))
    if spread == 0:
        # Clipped at 1.
        assert 1 - 2 * error < mean <= 1
    else:
        assert mean == pytest.approx(exact(z), rel=3 * error / np.sqrt(30) + 0.005)
        assert exact(z) < 0.95


def test_error_is_that_of_the_scatter() -> None:
    z = amplitudes(0.25)
    found = [path_coherence(shots(z, 0.3, 1000, seed)) for seed in range(60)]
    predicted = float(np.median([one.error for one in found]))
    seen = float(np.std([one.value for one in found]) / np.mean([one.value for one in found]))
    # The noise of the numerator comes on top.
    assert 0.7 < seen / predicted < 2.5


def test_pairs_one_by_one() -> None:
    z = amplitudes(0.2)
    parts = shots(z, 0.9, 60, 3)
    rng = np.random.default_rng(4)
    weights = [rng.integers(0, 3, size=60).astype(float) for _ in parts]
    each = [brute(v, s, w) for (v, s), w in zip(parts, weights, strict=True)]
    across, along = np.sum(each, axis=0)
    expected = np.clip(across / along, 0, 1) if along > 0 else 1.0
    assert path_coherence(parts, weights).value == pytest.approx(expected)


def test_resamples_in_leading_axes() -> None:
    parts = shots(amplitudes(0.2), 0.9, 300, 5)
    rng = np.random.default_rng(6)
    weights = [rng.multinomial(300, np.full(300, 1 / 300), size=(4, 2)) for _ in parts]
    found = path_coherence(parts, weights)
    assert found.value.shape == found.error.shape == (4, 2)
    one = path_coherence(parts, [w[3, 1] for w in weights])
    assert found.value[3, 1] == pytest.approx(float(one.value))
    assert found.error[3, 1] == pytest.approx(float(one.error))


def test_paths_drawn_once() -> None:
    found = path_coherence([([1.0, -1.0], [[0, 1, 1], [0, 1, 0]])])
    assert (found.value, found.error) == (1.0, np.inf)


def test_no_signal() -> None:
    found = path_coherence([([0.0, 0.0], [[0, 1, 1], [0, 1, 1]])])
    assert (found.value, found.error) == (1.0, np.inf)


def test_refused() -> None:
    with pytest.raises(InputError, match=r"values of shape \(2,\) and paths of shape \(1, 3\)"):
        path_coherence([([1.0, 1.0], [[0, 1, 1]])])
    with pytest.raises(InputError, match=r"weights of shape \(3,\) do not fit 2 shots"):
        path_coherence([([1.0, 1.0], [[0, 1, 1]] * 2)], [np.ones(3)])
    with pytest.raises(InputError, match="0 weights for 0 parts; give one for each part"):
        path_coherence([])
    with pytest.raises(InputError, match="1 weights for 2 parts"):
        path_coherence([([1.0], [[0, 1, 1]])] * 2, [np.ones(1)])
