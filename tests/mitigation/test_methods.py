"""Mitigation methods: exact values on synthetic moments, and how they combine."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from synthetic import draw_paired, of_counts

from plait.circuits import SERIES, Plan, device
from plait.circuits.plan import REFERENCE_SERIES, Series
from plait.knots import Braid, InputError, UnknownNameError
from plait.mitigation import (
    METHODS,
    Estimated,
    Method,
    Moments,
    Observations,
    Units,
    estimator,
    register_method,
)
from plait.mitigation.exponents import Exponents, exponents
from plait.mitigation.inversion import (
    depolarizing_magnitude,
    keep_magnitude,
    survival_magnitude,
    with_magnitude,
)
from plait.mitigation.published import published_average_value
from plait.mitigation.resampling import percentile_interval
from plait.mitigation.steps import Context, conjugate_phase, pairs_phase, plain_phase

QUADRANTS = [complex(a, b) for a in (0.6, -0.6) for b in (0.3, -0.3)]
AXES = [0.5 + 0j, -0.5 + 0j, 0.5j, -0.5j, 1 + 0j]
DEGREES = [0, 1, -1, 30, -45, 60, -75, 89, -89]
UNSCALED = ["none", "conjugate"]
SCALES = ["detection", "depolarizing", "keep", "survival"]

ANY: Any = None  # phase steps on moments use no context


def combine(names: str, o: Observations, **options: Any) -> Estimated:
    return estimator(names).combine([o], **({"resamples": 20} | options))


def value(names: str, o: Observations) -> complex:
    return combine(names, o, resamples=1).value


def moments(b: npt.ArrayLike, c: npt.ArrayLike, d: npt.ArrayLike | None = None) -> Moments:
    """With averages b and c, and the mean product d of b and conj(c) of single shots."""
    b, c = np.asarray(b, dtype=complex), np.asarray(c, dtype=complex)
    means = dict(zip(SERIES, (b.real, b.imag, c.real, c.imag), strict=True))
    ones = {s: np.ones_like(m) for s, m in means.items()}
    product: dict[tuple[Series, Series], npt.NDArray[np.float64]] = {}
    if d is not None:
        d = np.asarray(d, dtype=complex)
        product = {
            ("real", "conjugate-real"): d.real / 2,
            ("imag", "conjugate-imag"): d.real / 2,
            ("imag", "conjugate-real"): d.imag / 2,
            ("real", "conjugate-imag"): -d.imag / 2,
        }
    return Moments(mean=means, keep=ones, survival=ones, product=product)


def turned(z: complex, degrees: float, damping: float = 1.0) -> Moments:
    """b = T z e^{iϕ} and c = T conj(z) e^{iϕ}."""
    turn = damping * cmath.exp(1j * math.radians(degrees))
    return moments(turn * z, turn * z.conjugate(), damping**2 * z**2)


def conjugate(m: Moments) -> npt.NDArray[np.complex128]:
    return conjugate_phase(ANY)(ANY, m)


def pairs(m: Moments) -> npt.NDArray[np.complex128]:
    return pairs_phase(ANY)(ANY, m)


@pytest.mark.parametrize("phase", [conjugate, pairs])
@pytest.mark.parametrize("damping", [1.0, 0.4, 0.01])
@pytest.mark.parametrize("degrees", DEGREES)
@pytest.mark.parametrize("z", QUADRANTS)
def test_pairs_cancel_a_phase(z: complex, degrees: float, damping: float, phase: Any) -> None:
    assert abs(complex(phase(turned(z, degrees, damping))) - damping * z) < 1e-12


@pytest.mark.parametrize("phase", [conjugate, pairs])
@pytest.mark.parametrize("degrees", DEGREES)
@pytest.mark.parametrize("z", AXES)
def test_pairs_on_the_axes(z: complex, degrees: float, phase: Any) -> None:
    # The root of a product on the branch cut may land on either side of it by rounding.
    assert abs(complex(phase(turned(z, degrees))) - z) < 1e-7


@pytest.mark.parametrize("phase", [conjugate, pairs])
@pytest.mark.parametrize("degrees", [91, 120, 180, -91, -150])
@pytest.mark.parametrize("z", QUADRANTS)
def test_pairs_have_the_wrong_sign_beyond_a_right_angle(
    z: complex, degrees: float, phase: Any
) -> None:
    assert abs(complex(phase(turned(z, degrees))) + z) < 1e-12


@pytest.mark.parametrize("phase", [conjugate, pairs])
def test_pairs_are_vectorised(phase: Any) -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(size=(4, 5)) + 1j * rng.normal(size=(4, 5))
    turn = np.exp(1j * rng.uniform(-1.5, 1.5, size=(4, 5)))
    got = phase(moments(turn * z, turn * z.conj(), z**2))
    assert got.shape == (4, 5)
    np.testing.assert_allclose(got, z, rtol=1e-9)


@pytest.mark.parametrize("phase", [conjugate, pairs])
def test_pairs_of_nothing_are_zero(phase: Any) -> None:
    assert complex(phase(moments(0, 0, 0))) == 0


def test_conjugate_pair_with_unequal_damping_keeps_the_phase() -> None:
    """|z| becomes the geometric mean of both."""
    z = 0.3 - 0.5j
    got = complex(conjugate(moments(0.9 * z, 0.4 * z.conjugate())))
    assert abs(got - 0.6 * z) < 1e-12


@pytest.mark.parametrize("z", [0.6 - 0.3j, -0.2 + 0.7j])
def test_single_shots_keep_the_contrast_that_averages_lose(z: complex) -> None:
    """Over a phase in [−a, a] averages keep sin(a)/a each, E[D] all; at a = π averages are 0."""
    phi = 2 * math.pi * (np.arange(1000) + 0.5) / 1000
    for spread in (0.5, 1.0):
        turn = np.exp(1j * spread * (phi - math.pi))
        b, c = z * turn, z.conjugate() * turn
        m = moments(b.mean(), c.mean(), (b * c.conj()).mean())
        assert abs(complex(m.pair("", "conjugate-")) - z**2) < 1e-12
        lost = math.sin(spread * math.pi) / (spread * math.pi)
        assert abs(abs(complex(conjugate(m))) - abs(lost * z)) < 1e-5
        assert abs(abs(complex(pairs(m))) - abs(z)) < 1e-12


def test_single_shots_of_a_drifting_phase() -> None:
    """The same with shots: a phase that goes round and round."""
    z, shots = 0.6 - 0.3j, 40_000
    phases = np.linspace(0, 40 * math.pi, shots)
    o = draw_paired(z, phases, np.random.default_rng(1))
    # Var of each part of a product of two complex outcomes is at most 2.
    assert abs(value("pairs", o) ** 2 - z**2) < 5 * math.sqrt(4 / shots)
    assert abs(value("conjugate", o)) < 0.03
    assert abs(value("none", o)) < 0.03


COUNTS = {
    "real": (50, 10, 30, 10),
    "imag": (10, 40, 40, 110),
    "conjugate-real": (7, 3, 0, 10),
    "conjugate-imag": (1, 0, 0, 1),
}
APART = of_counts(COUNTS)  # type: ignore[arg-type]
TOGETHER = draw_paired(0.7 - 0.4j, np.zeros(500), np.random.default_rng(2), damping=0.7, keep=0.85)


def test_plain_mean() -> None:
    assert value("none", APART) == pytest.approx(0.4 - 0.15j)


def test_detected_mean() -> None:
    assert value("detection", APART) == pytest.approx(40 / 90 - 1j * 30 / 90)


@pytest.mark.parametrize("order", ["detection,conjugate", "conjugate,detection"])
def test_methods_combine(order: str) -> None:
    b, c = 40 / 90 - 1j * 30 / 90, 0.4 + 1j
    want = cmath.sqrt(b * c.conjugate())
    if (want * (b + c.conjugate()).conjugate()).real < 0:
        want = -want
    assert value(order, APART) == pytest.approx(want)


@pytest.mark.parametrize("names", ["none", "conjugate", "pairs"])
def test_detection_is_a_rescaling(names: str) -> None:
    """Dropping the shots that are not kept, series by series, and K = 1."""
    o = TOGETHER
    k = {s: o.kept[s].mean() for s in SERIES}
    amplitude = {s: o.values[s] / k[s] for s in SERIES}
    # Shots of value v/K, all of them kept: the same means of kept shots.
    scaled = Observations(
        values=amplitude,
        kept={s: np.ones(500, dtype=bool) for s in SERIES},
        survived={s: abs(o.values[s]) / k[s] for s in SERIES},
        paired=True,
    )
    plain, detected = value(names, scaled), value(f"{names},detection", o)
    assert detected == pytest.approx(plain, abs=1e-14)
    # And with one keep rate in all series: over K exactly.
    same = replace(o, kept={s: o.kept["real"] | (o.values[s] != 0) for s in SERIES})
    kept = np.logical_or.reduce(list(same.kept.values()))
    same = replace(o, kept=dict.fromkeys(SERIES, kept))
    assert value(f"{names},detection", same) == pytest.approx(value(names, same) / kept.mean())


def test_detection_first_changes_no_depolarizing_inversion() -> None:
    """S → S/K and A → A/K give the same |z|: so the two exclude each other without loss."""
    a, s, k = abs(value("pairs", TOGETHER)), 0.6, 0.85
    assert depolarizing_magnitude(a / k, s / k).magnitude == pytest.approx(
        depolarizing_magnitude(a, s).magnitude
    )
    with pytest.raises(InputError, match="detection and depolarizing exclude each other"):
        estimator("detection,depolarizing")


def rates(o: Observations, names: str) -> tuple[float, float]:
    """S and K over the series that a method uses."""
    series = estimator(names).series
    return (
        float(np.mean([abs(o.values[s]).mean() for s in series])),
        float(np.mean([o.kept[s].mean() for s in series])),
    )


@pytest.mark.parametrize("phase", ["none", "conjugate", "pairs"])
@pytest.mark.parametrize("scale", ["depolarizing", "keep", "survival"])
def test_scale_steps_are_the_inversions(phase: str, scale: str) -> None:
    damped = value(phase, TOGETHER)
    s, k = rates(TOGETHER, phase)
    for powers in (exponents(), exponents("published-circuits")):
        g, a, b, c = powers.values
        want = {
            "depolarizing": depolarizing_magnitude(abs(damped), s),
            "keep": keep_magnitude(abs(damped), k, g=g),
            "survival": survival_magnitude(abs(damped), s, k, g=g, a=a, b=b, c=c),
        }[scale].magnitude
        found = combine(f"{phase},{scale}", TOGETHER, exponents=powers)
        assert found.value == pytest.approx(complex(with_magnitude(damped, want)))
        # The methods in any order.
        other = combine(f"{scale},{phase}", TOGETHER, exponents=powers)
        assert other.value == found.value


@pytest.mark.parametrize("phase", ["none", "conjugate", "pairs"])
@pytest.mark.parametrize("f", [0.5, 0.8])
def test_depolarizing_undoes_global_depolarization(phase: str, f: float) -> None:
    z, shots = 0.7 - 0.4j, 50_000
    o = draw_paired(z, np.zeros(shots), np.random.default_rng(4), damping=f)
    assert abs(abs(value(phase, o)) / abs(z) - f) < 0.03
    assert abs(value(f"{phase},depolarizing", o) - z) < 0.15


def test_intervals_know_the_scatter_of_the_exponents() -> None:
    """Resampled trainings: with exponents that are certain the draws scatter less."""
    powers = exponents()
    sure = replace(powers, covariance=tuple((0.0,) * 4 for _ in range(4)))
    wide = combine("pairs,survival", TOGETHER, exponents=powers, resamples=2000)
    tight = combine("pairs,survival", TOGETHER, exponents=sure, resamples=2000)
    assert abs(wide.draws).std() > abs(tight.draws).std()


def test_systematic_errors_are_those_of_the_calibration() -> None:
    powers: Exponents = exponents()
    survival = combine("pairs,survival", TOGETHER, exponents=powers).systematic
    keep = combine("pairs,keep", TOGETHER, exponents=powers).systematic
    assert survival is not None
    assert keep is not None
    assert (survival.magnitude, keep.magnitude) == (powers.scatter, powers.keep_scatter)
    assert combine("pairs,detection", TOGETHER).systematic is None


@pytest.mark.parametrize("phase", ["none", "conjugate", "pairs"])
@pytest.mark.parametrize("scale", ["none", *SCALES])
def test_no_kept_shots_give_zero(phase: str, scale: str) -> None:
    nothing = Observations(
        values={s: np.zeros(9) for s in SERIES},
        kept={s: np.zeros(9, dtype=bool) for s in SERIES},
        paired=True,
    )
    found = combine(f"{phase},{scale}", nothing)
    assert found.value == 0
    assert np.isfinite(found.draws).all()
    assert found.keep_rate == 0
    assert "the value means nothing" in found.notes[0]


def test_published_estimates() -> None:
    """Averages of the shots of which all four circuits are kept, by hand."""
    every = np.logical_and.reduce([TOGETHER.kept[s] for s in SERIES])
    assert 0.3 < every.mean() < 0.7
    br, bi, cr, ci = (TOGETHER.values[s][every].mean() for s in SERIES)
    want = published_average_value(br + 1j * bi, cr + 1j * ci)
    assert value("published-average", TOGETHER) == pytest.approx(complex(want))
    vbr, vbi, vcr, vci = (TOGETHER.values[s][every] for s in SERIES)
    x = ((vbr + vcr) ** 2 + (vbi + vci) ** 2).mean()
    y = ((vbr - vcr) ** 2 + (vbi - vci) ** 2).mean()
    # f² + |Re D| f − 2 S = 0, where f < 1, with 8 S = x + y and 4 Re D = x − y.
    s, d = (x + y) / 8, abs(x - y) / 4
    loss = max(0.0, 1 - (math.sqrt(d**2 + 8 * s) - d) / 2)
    re, im = (
        ((2 - loss) * p + loss * q) / (2 * (1 - loss) ** 2) / 4 - 0.5 for p, q in ((x, y), (y, x))
    )
    want = complex(math.sqrt(max(re, 0)), math.sqrt(max(im, 0)))
    assert value("published-shots", TOGETHER) == pytest.approx(want)


def test_same_seed_same_draws() -> None:
    for names in ("none", "detection", "conjugate,survival", "pairs,depolarizing"):
        first, again, other = (combine(names, TOGETHER, seed=seed) for seed in (3, 3, 4))
        assert (first.draws == again.draws).all()
        assert (first.draws != other.draws).any()
        assert first.value == again.value == other.value
        sequence = combine(names, TOGETHER, seed=np.random.SeedSequence(3))
        assert (sequence.draws == first.draws).all()


def test_draws_that_are_aligned() -> None:
    """A phase of 90°: each resampled mean suggests its own sign, unless told not to."""
    o = draw_paired(0.5 + 0.3j, np.full(400, math.pi / 2), np.random.default_rng(5))
    found = combine("pairs", o, resamples=500)
    aligned = combine("pairs", o, resamples=500, align=True)
    inner = (found.draws * np.conj(found.value)).real
    assert 0.05 < (inner < 0).mean() < 0.95
    assert (aligned.draws == found.draws).all()
    same = np.where(inner >= 0, found.draws, -found.draws)
    assert not aligned.near_zero()
    assert aligned.interval() == percentile_interval(same, found.value)
    (low, high), _ = found.interval()
    assert low < -abs(found.value.real) < abs(found.value.real) < high
    for kind in ("percentile", "bca"):
        (low, high), _ = aligned.interval(kind=kind)
        assert high - low < 0.5
    assert not found.sign_known
    # Nothing to align where the sign is known.
    plain = combine("none", o, resamples=500)
    assert plain.sign_known
    assert combine("none", o, resamples=500, align=True).interval() == plain.interval()


def test_values_that_may_be_zero_have_intervals_with_both_signs() -> None:
    o = draw_paired(0.05, np.zeros(400), np.random.default_rng(6))
    found = combine("pairs", o, resamples=2000, align=True)
    assert found.near_zero()
    with pytest.raises(InputError, match="choose one of: percentile, bca"):
        found.interval(kind="normal")  # type: ignore[arg-type]
    assert "may be 0" in found.notes[0] or "standard errors" in found.notes[0]
    for low, high in found.interval(), found.interval(kind="bca"):
        for a, b in (low, high):
            assert a < 0 < b


def test_what_estimates_carry() -> None:
    found = combine("detection,conjugate", APART, resamples=7)
    assert found.mitigation == ("detection", "conjugate")
    assert found.draws.shape == (7,)
    assert found.shots == 100 + 200 + 20 + 2
    assert found.keep_rate == pytest.approx(1 - (10 + 110 + 10 + 1) / 322)
    assert found.assumes == (METHODS["detection"].assumes, METHODS["conjugate"].assumes)
    # Only the shots that were used.
    assert combine("none", APART).shots == 300
    assert combine("none", APART).keep_rate == 0.6
    assert found.scaled(2j).tolist() == (2j * found.draws).tolist()


def test_estimates_pass_on_what_a_fit_says_against_them() -> None:
    rng = np.random.default_rng(1)
    nothing = Observations(
        values={s: rng.choice([1.0, -1.0], 200) for s in SERIES},
        kept={s: np.ones(200, dtype=bool) for s in SERIES},
        paired=True,
    )
    assert any("no signal is seen" in note for note in combine("tracking", nothing).notes)
    assert combine("pairs", nothing).notes == ()


def test_many_resamples_come_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = combine("pairs", TOGETHER, resamples=50)
    monkeypatch.setattr("plait.mitigation.prepared.CHUNK", 7 * 81)
    parts = combine("pairs", TOGETHER, resamples=50)
    assert parts.draws.shape == (50,)
    assert abs(parts.draws.mean() - whole.draws.mean()) < 0.1


def test_series_that_methods_need() -> None:
    assert estimator(None).series == estimator("detection").series == ("real", "imag")
    assert estimator("conjugate").series == estimator("pairs,survival").series == SERIES
    assert estimator("pairs").paired
    assert not estimator("conjugate").paired


PLAN = Plan(
    braid=Braid("1 1 1"),
    closure="markov",
    kind="echo",
    series=("real", "imag"),
    shots=101,
    round_shots=2,
    seed=1,
)


@pytest.mark.parametrize("names", ["none", "detection", "conjugate", "pairs", "tracking,keep"])
def test_plans_that_methods_construct(names: str) -> None:
    (plan,) = estimator(names).construct(PLAN)
    assert plan.series == estimator(names).series
    assert plan.interleaved == estimator(names).paired
    assert plan.round_shots >= len(plan.series)
    # Taking the steps again changes nothing.
    assert estimator(names).construct(plan) == (plan,)


def test_constructed_plans_measure_what_they_did() -> None:
    (plan,) = estimator("pairs").construct(PLAN)
    assert estimator("none").construct(plan) == (plan,)


@pytest.mark.parametrize("nothing", [None, "", "none", (), [], ["none"], " none "])
def test_no_mitigation(nothing: object) -> None:
    assert estimator(nothing).names == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given", ["detection,conjugate", " detection , conjugate ", ["detection", "conjugate"]]
)
def test_lists_of_methods(given: str | list[str]) -> None:
    assert estimator(given).names == ("detection", "conjugate")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("readout,detection", "corrects values and survivals, not the keep rates that detection"),
        ("readout,pairs,survival", "not the keep rates that survival uses"),
        ("readout,tracking", r"tracking needs outcomes \+1, -1 or 0"),
        ("reference,readout", r"reference needs outcomes \+1, -1 or 0"),
        ("zne,reference", "zne and reference exclude each other"),
    ],
)
def test_methods_that_are_at_odds(names: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        estimator(names)


def test_the_order_of_time_needs_some_shots() -> None:
    plan = replace(PLAN, series=SERIES, shots=4 * 19, round_shots=4)
    with pytest.raises(InputError, match=r"needs 20 shots of each .* this plan has 19; take more"):
        estimator("tracking").construct(plan)
    few = TOGETHER.where(np.arange(TOGETHER.rows) < 14)
    with pytest.raises(InputError, match=r"this experiment has 14; take more"):
        combine("tracking", few)
    enough = combine("tracking", TOGETHER.where(np.arange(TOGETHER.rows) < 20))
    (low, high), _ = enough.interval()
    assert high - low > 0.1


def test_notes_of_plans() -> None:
    o = draw_paired(0.5, np.zeros(50), np.random.default_rng(1))
    exponents_notes = combine("pairs,survival", o, plan=PLAN, target=device("ibm_fez")).notes
    assert any("ibm_fez has cz" in note for note in exponents_notes)
    assert any("differs much from path to path" in note for note in exponents_notes)
    plat = replace(PLAN, braid=Braid("2 2", strands=4), closure="plat", form=Braid("2 2", 4))
    assert combine("pairs", o, plan=plat).notes == ()
    (short,) = estimator("decoupling").construct(replace(PLAN, shots=50))
    assert "too short for echo pulses" in combine("decoupling", o, plan=short).notes[0]


def test_a_fit_is_made_once_for_all_scales(monkeypatch: pytest.MonkeyPatch) -> None:
    import plait.mitigation.tracking as tracking

    calls = []
    fit = tracking.track_observations

    def counted(o: Observations) -> Any:
        calls.append(o)
        return fit(o)

    monkeypatch.setattr(tracking, "track_observations", counted)
    o = draw_paired(0.5, np.full(60, 0.3), np.random.default_rng(11))
    for names in ("tracking", "tracking,keep", "tracking,survival"):
        combine(names, o)
    assert len(calls) == 1


def test_missing_series() -> None:
    with pytest.raises(InputError, match="conjugate needs circuits of the series conjugate-imag"):
        value("conjugate", APART.only(SERIES[:3]))
    with pytest.raises(InputError, match="none needs circuits of the series imag"):
        value("none", APART.only(["real"]))


@pytest.mark.parametrize("names", ["pairs", "tracking", "published-shots", "survival,pairs"])
def test_shots_that_are_not_paired(names: str) -> None:
    with pytest.raises(InputError, match=rf"{names} needs all its circuits on the same path at"):
        value(names, APART)


def test_number_of_experiments() -> None:
    with pytest.raises(InputError, match="conjugate needs 1 experiments, and 2 were given"):
        estimator("conjugate").combine([APART, APART])
    with pytest.raises(InputError, match="mitigation none needs 1 experiments, and 0 were given"):
        estimator(None).combine([])


def test_unknown_method() -> None:
    with pytest.raises(UnknownNameError, match=r"'detect' \(did you mean 'detection'\?\); choose"):
        estimator("detect")
    with pytest.raises(UnknownNameError, match=r"'magic'; choose from: none, detection, conjug"):
        estimator(["detection", "magic"])
    with pytest.raises(InputError, match="mitigation=3: give names, as text with commas"):
        estimator(3)  # type: ignore[arg-type]


def test_methods_named_twice() -> None:
    with pytest.raises(InputError, match="detection,detection names a method twice"):
        estimator("detection,detection")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("conjugate,pairs", "conjugate and pairs exclude each other"),
        ("detection,pairs,survival", "detection and survival exclude each other"),
        ("tracking,published-average", "tracking and published-average exclude"),
        ("keep,depolarizing", "keep and depolarizing exclude each other"),
    ],
)
def test_methods_that_exclude_each_other(names: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        estimator(names)


@pytest.fixture
def added() -> Iterator[None]:
    """Methods that a test registers are gone after it."""
    before = dict(METHODS)
    yield
    METHODS.clear()
    METHODS.update(before)


def method(name: str, **steps: Any) -> Method:
    return Method(name=name, summary="s", assumes="a", source="s", **steps)


@pytest.mark.usefixtures("added")
def test_registered_methods_are_known() -> None:
    def doubled(context: Context) -> Any:
        plain = plain_phase(context)
        return lambda weights, moments: 2 * plain(weights, moments)

    register_method(method("doubled", phase=doubled))
    assert value("doubled", APART) == pytest.approx(0.8 - 0.3j)
    assert value("doubled,detection", APART) == pytest.approx(2 * (40 / 90 - 1j * 30 / 90))


@pytest.mark.usefixtures("added")
def test_methods_of_several_experiments() -> None:
    """An extrapolation: each experiment is resampled on its own."""
    register_method(
        method(
            "twice",
            construct=lambda plan, _: (plan, plan),
            experiments=2,
            mixture=lambda: (1.5, -0.5),
        )
    )
    one, other = TOGETHER, draw_paired(0.2j, np.zeros(500), np.random.default_rng(7))
    of = estimator("twice")
    assert len(of.construct(PLAN)) == 2
    found = of.combine([one, other], resamples=4000)
    assert found.value == pytest.approx(1.5 * value("none", one) - 0.5 * value("none", other))
    # Of a mixture one shot of one experiment is left out at a time.
    estimates, numbers = found.jackknife()
    assert numbers.sum() == 2 * 2 * 500
    assert found.interval(kind="bca") != found.interval()
    spread = float(numbers @ abs(estimates - found.value) ** 2)
    assert math.sqrt(spread) == pytest.approx(found.draws.std(), rel=0.06)
    apart = [combine("none", o, resamples=4000).draws.std() for o in (one, other)]
    want = math.hypot(1.5 * apart[0], 0.5 * apart[1])
    assert found.draws.std() == pytest.approx(want, rel=0.06)


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (method("detection"), "there is a mitigation 'detection' already; choose another"),
        (method("none"), "there is a mitigation 'none' already"),
        (method("a,b"), "name 'a,b': use a word without commas"),
        (method(""), "name '': use a word without commas"),
        (method(" a"), "name ' a': use a word"),
        (method("a", series=("real", "up")), r"unknown series \['up'\]; choose from: real, imag"),
    ],
    ids=["taken", "none", "comma", "empty", "blank", "series"],
)
def test_methods_that_cannot_be_registered(bad: Method, message: str) -> None:
    with pytest.raises(InputError, match=message):
        register_method(bad)


def test_methods_say_what_they_are() -> None:
    for name, known in METHODS.items():
        assert known.name == name
        assert known.summary
        assert known.assumes
        assert known.source
        assert set(known.series) <= {*SERIES, *REFERENCE_SERIES}


def test_units_have_the_size_of_what_was_measured() -> None:
    assert Units(TOGETHER).number == 500


def test_detection_says_what_it_leaves() -> None:
    """K^(g−1) of the contrast: g is 2.82 for plait's circuits."""
    o = draw_paired(0.5, np.zeros(400), np.random.default_rng(1), damping=0.5, keep=0.75)
    (note,) = combine("detection", o).notes
    share = o.only(["real", "imag"]).keep_rate
    assert f"keep rate of {share:.0%}" in note
    left = 1 - share ** (exponents("plait").g - 1)
    assert f"some {round(20 * left) / 20:.0%} too small" in note
    clean = draw_paired(0.5, np.zeros(400), np.random.default_rng(1))
    assert combine("detection", clean).notes == ()
