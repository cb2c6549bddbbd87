"""Mitigation methods: exact values on synthetic counts, and how they combine."""

from __future__ import annotations

import cmath
import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from plait.circuits import SERIES
from plait.knots import InputError, UnknownNameError
from plait.mitigation import METHODS, Tallies, estimator, register_method
from plait.mitigation.methods import conjugate_combine

Floats = npt.NDArray[np.float64]

QUADRANTS = [complex(a, b) for a in (0.6, -0.6) for b in (0.3, -0.3)]
AXES = [0.5 + 0j, -0.5 + 0j, 0.5j, -0.5j, 1 + 0j]
DEGREES = [0, 1, -1, 30, -45, 60, -75, 89, -89]


def means(b: npt.ArrayLike, c: npt.ArrayLike) -> dict[str, Floats]:
    b, c = np.asarray(b, dtype=complex), np.asarray(c, dtype=complex)
    return dict(zip(SERIES, (b.real, b.imag, c.real, c.imag), strict=True))


def turned(z: complex, degrees: float, damping: float = 1.0) -> dict[str, Floats]:
    """b = T z e^{iϕ} and c = T conj(z) e^{iϕ}."""
    turn = damping * cmath.exp(1j * math.radians(degrees))
    return means(turn * z, turn * z.conjugate())


@pytest.mark.parametrize("damping", [1.0, 0.4, 0.01])
@pytest.mark.parametrize("degrees", DEGREES)
@pytest.mark.parametrize("z", QUADRANTS)
def test_conjugate_pair_cancels_a_common_phase(z: complex, degrees: float, damping: float) -> None:
    got = complex(conjugate_combine(turned(z, degrees, damping)))  # type: ignore[arg-type]
    assert abs(got - damping * z) < 1e-12


@pytest.mark.parametrize("degrees", DEGREES)
@pytest.mark.parametrize("z", AXES)
def test_conjugate_pair_on_the_axes(z: complex, degrees: float) -> None:
    got = complex(conjugate_combine(turned(z, degrees)))  # type: ignore[arg-type]
    # The root of a product on the branch cut may land on either side of it by rounding.
    assert abs(got - z) < 1e-7


@pytest.mark.parametrize("degrees", [91, 120, 180, -91, -150])
@pytest.mark.parametrize("z", QUADRANTS)
def test_conjugate_pair_has_the_wrong_sign_beyond_a_right_angle(
    z: complex, degrees: float
) -> None:
    got = complex(conjugate_combine(turned(z, degrees)))  # type: ignore[arg-type]
    assert abs(got + z) < 1e-12


def test_conjugate_pair_is_vectorised() -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(size=(4, 5)) + 1j * rng.normal(size=(4, 5))
    turn = np.exp(1j * rng.uniform(-1.5, 1.5, size=(4, 5)))
    got = conjugate_combine(means(turn * z, turn * z.conj()))  # type: ignore[arg-type]
    assert got.shape == (4, 5)
    np.testing.assert_allclose(got, z, rtol=1e-9)


def test_conjugate_pair_of_nothing_is_zero() -> None:
    assert complex(conjugate_combine(means(0, 0))) == 0  # type: ignore[arg-type]


def test_conjugate_pair_with_unequal_damping_keeps_the_phase() -> None:
    """|z| becomes the geometric mean of both."""
    z = 0.3 - 0.5j
    got = complex(conjugate_combine(means(0.9 * z, 0.4 * z.conjugate())))  # type: ignore[arg-type]
    assert abs(got - 0.6 * z) < 1e-12


COUNTS: Tallies = {
    "real": np.array([50, 10, 30, 10]),
    "imag": np.array([10, 40, 40, 110]),
    "conjugate-real": np.array([7, 3, 0, 10]),
    "conjugate-imag": np.array([1, 0, 0, 1]),
}


def test_plain_mean() -> None:
    assert complex(estimator("none")(COUNTS)) == pytest.approx(0.4 - 0.15j)


def test_detected_mean() -> None:
    assert complex(estimator("detection")(COUNTS)) == pytest.approx(40 / 90 - 1j * 30 / 90)


@pytest.mark.parametrize("order", ["detection,conjugate", "conjugate,detection"])
def test_methods_combine(order: str) -> None:
    b, c = 40 / 90 - 1j * 30 / 90, 0.4 + 1j
    want = cmath.sqrt(b * c.conjugate())
    if (want * (b + c.conjugate()).conjugate()).real < 0:
        want = -want
    assert complex(estimator(order)(COUNTS)) == pytest.approx(want)


def test_estimators_keep_leading_axes() -> None:
    rng = np.random.default_rng(2)
    stacked: Tallies = {s: rng.integers(0, 50, (3, 7, 4)) for s in SERIES}
    for names in ("none", "detection", "conjugate", "detection,conjugate"):
        got = estimator(names)(stacked)
        assert got.shape == (3, 7)
        one: Tallies = {s: stacked[s][2, 5] for s in SERIES}
        assert complex(got[2, 5]) == pytest.approx(complex(estimator(names)(one)))


def test_no_kept_shots_give_zero() -> None:
    empty: Tallies = {s: np.array([0, 0, 0, 9]) for s in SERIES}
    for names in ("none", "detection", "conjugate", "detection,conjugate"):
        assert complex(estimator(names)(empty)) == 0


def test_series_that_methods_need() -> None:
    assert estimator(None).series == estimator("detection").series == ("real", "imag")
    assert estimator("conjugate").series == SERIES


@pytest.mark.parametrize("nothing", [None, "", "none", (), [], ["none"], " none "])
def test_no_mitigation(nothing: object) -> None:
    assert estimator(nothing).names == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given", ["detection,conjugate", " detection , conjugate ", ["detection", "conjugate"]]
)
def test_lists_of_methods(given: str | list[str]) -> None:
    assert estimator(given).names == ("detection", "conjugate")


def test_missing_series() -> None:
    with pytest.raises(InputError, match=r"conjugate needs .* conjugate-imag, which were not me"):
        estimator("conjugate")({s: COUNTS[s] for s in SERIES[:3]})
    with pytest.raises(InputError, match="mitigation none needs shots of the series imag"):
        estimator("none")({"real": COUNTS["real"]})


def test_unknown_method() -> None:
    with pytest.raises(UnknownNameError, match=r"'detect' \(did you mean 'detection'\?\); choose"):
        estimator("detect")
    with pytest.raises(UnknownNameError, match=r"'zne'; choose from: none, detection, conjugate"):
        estimator(["detection", "zne"])


def test_methods_named_twice() -> None:
    with pytest.raises(InputError, match="detection,detection names a method twice"):
        estimator("detection,detection")


def test_methods_that_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plait.mitigation.methods.METHODS", METHODS | {})
    copy = replace(METHODS["detection"], name="detection2")
    monkeypatch.setitem(METHODS, "detection2", copy)
    monkeypatch.setattr("plait.mitigation.methods.METHODS", METHODS)
    with pytest.raises(InputError, match="methods detection and detection2 exclude each other"):
        estimator("detection,detection2")


def test_registered_methods_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def doubled(counts: npt.NDArray[np.int64]) -> Floats:
        return 2 * (counts[..., 0] - counts[..., 1]) / counts.sum(axis=-1)

    method = replace(METHODS["detection"], name="doubled", mean=doubled)
    monkeypatch.delitem(METHODS, "doubled", raising=False)
    try:
        register_method(method)
        assert complex(estimator("doubled")(COUNTS)) == pytest.approx(0.8 - 0.3j)
    finally:
        METHODS.pop("doubled", None)


def test_methods_say_what_they_are() -> None:
    for name, method in METHODS.items():
        assert method.name == name
        assert method.summary
        assert method.assumes
        assert method.source
        assert (method.mean is None) != (method.combine is None)
