"""Moments of weighted experiments against sums over shots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic import of_counts

from plait.circuits import SERIES
from plait.circuits.plan import Series
from plait.knots import InputError
from plait.mitigation import Moments, Observations, Units

SHOTS = 60


def random_observations(*, paired: bool, seed: int = 1, real: bool = False) -> Observations:
    rng = np.random.default_rng(seed)
    values, kept = {}, {}
    for k, series in enumerate(SERIES):
        size = SHOTS if paired else SHOTS + 10 * k
        own = rng.choice([1.0, -1.0, 0.0], size, p=[0.4, 0.2, 0.4])
        kept[series] = (own != 0) | (rng.random(size) < 0.5)
        values[series] = own * (rng.uniform(0.5, 1.5, size) if real else 1)
    return Observations(values=values, kept=kept, paired=paired)


def repeated(o: Observations, number: np.ndarray) -> Observations:
    """An experiment in which row i of every series happened so many times."""
    return Observations(
        values={s: np.repeat(v, number) for s, v in o.values.items()},
        kept={s: np.repeat(k, number) for s, k in o.kept.items()},
        paired=o.paired,
    )


def assert_moments(m: Moments, o: Observations, at: tuple[int, ...] = ()) -> None:
    """Against means over the shots."""
    for s in o.series:
        assert m.mean[s][at] == pytest.approx(o.values[s].mean())
        assert m.keep[s][at] == pytest.approx(o.kept[s].mean())
        assert m.survival[s][at] == pytest.approx(abs(o.values[s]).mean())
    if not o.paired:
        assert not m.product
        return
    for s in o.series:
        for r in o.series:
            if s != r:
                want = (o.values[s] * o.values[r]).mean()
                assert m._product(s, r)[at] == pytest.approx(want)


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize("paired", [False, True])
def test_moments_as_measured(paired: bool, real: bool) -> None:
    o = random_observations(paired=paired, real=real)
    units = Units(o)
    assert_moments(units.moments(units.counts), o)
    assert units.number == SHOTS
    sizes = [counts.sum() for counts in units.counts]
    assert sizes == ([SHOTS] if paired else [SHOTS, SHOTS + 10, SHOTS + 20, SHOTS + 30])


def test_moments_of_blocks_as_measured() -> None:
    o = replace(random_observations(paired=True), blocks=np.arange(SHOTS) // 7)
    units = Units(o)
    assert units.number == 9
    assert_moments(units.moments(units.counts), o)


def test_weights_of_blocks() -> None:
    """A block drawn twice is there twice, the short one too."""
    o = replace(random_observations(paired=True), blocks=np.arange(SHOTS) // 7)
    weights = np.random.default_rng(2).integers(0, 3, (3, 5, 9)).astype(float)
    m = Units(o).moments((weights,))
    assert m.mean["real"].shape == (3, 5)
    assert o.blocks is not None
    for at in ((0, 0), (2, 4), (1, 3)):
        number = weights[at].astype(int)[o.blocks]
        assert_moments(m, repeated(o, number), at)


def test_weights_of_distinct_shots() -> None:
    """With every shot different, units are shots."""
    o = random_observations(paired=True, real=True)
    rows = np.stack([o.values[s] for s in SERIES], axis=1)
    units = Units(o)
    (counts,) = units.counts
    unit_of = {tuple(row): k for k, row in enumerate(units._samples[0].features[:, :4].tolist())}
    order = np.array([unit_of[tuple(row)] for row in rows.tolist()])
    weights = np.random.default_rng(3).integers(0, 4, (4, len(counts))).astype(float)
    m = units.moments((weights,))
    if len(set(order.tolist())) == SHOTS:
        for k in range(4):
            assert_moments(m, repeated(o, weights[k].astype(int)[order]), (k,))
    assert len(set(order.tolist())) > SHOTS // 2


def test_resamples_vary_as_shots_do() -> None:
    """Var of a mean of N shots, of blocks as if they were independent."""
    o = random_observations(paired=True)
    rng = np.random.default_rng(4)
    for prior, units in ((2, Units(o)), (0, Units(replace(o, blocks=np.arange(SHOTS))))):
        weights = units.draw(rng, 20_000)
        assert all(own.sum(axis=1).tolist() == [SHOTS] * 20_000 for own in weights)
        m = units.moments(weights)
        share = SHOTS / (SHOTS + prior)
        for s in SERIES:
            v = o.values[s]
            square = share * (v**2).mean() + (1 - share) * 0.5
            variance = square - (share * v.mean()) ** 2
            assert m.mean[s].std() == pytest.approx((variance / SHOTS) ** 0.5, rel=0.03)
            assert m.mean[s].mean() == pytest.approx(share * v.mean(), abs=0.005)
        # Both kinds know that series belong together.
        a, b = o.values["real"], o.values["imag"]
        want = (share * (a * b).mean() - share**2 * a.mean() * b.mean()) / SHOTS
        got = np.cov(m.mean["real"], m.mean["imag"])[0, 1]
        assert got == pytest.approx(want, abs=5 * 0.5 / SHOTS / 20_000**0.5)


def test_series_apart_are_resampled_apart() -> None:
    o = random_observations(paired=False)
    m = Units(o).moments(Units(o).draw(np.random.default_rng(5), 20_000))
    assert abs(np.corrcoef(m.mean["real"], m.mean["imag"])[0, 1]) < 5 / 20_000**0.5


def test_half_a_shot_of_every_kind() -> None:
    """Kinds that were never seen: (n + 1/2)/(N + 2) of the resampled shots."""
    o = of_counts({"real": (50, 0, 0, 0), "imag": (20, 20, 10, 0)})
    units = Units(o)
    m = units.moments(units.draw(np.random.default_rng(6), 40_000))
    assert units.moments(units.counts).mean["real"] == 1
    assert m.mean["real"].mean() == pytest.approx(50 / 52, abs=1e-3)
    assert m.keep["real"].mean() == pytest.approx(1 - 0.5 / 52, abs=5e-4)
    assert m.survival["imag"].mean() == pytest.approx(41 / 52, abs=2e-3)
    assert m.mean["imag"].mean() == pytest.approx(0, abs=2e-3)
    assert m.mean["real"].max() == 1
    assert m.mean["real"].min() < 0.95


def test_half_a_shot_of_every_kind_of_paired_shots() -> None:
    """(n + 1/2)/(N + 2) in every series, and nothing in products of two."""
    series: tuple[Series, ...] = (*SERIES, "reference-real", "reference-imag")
    ones = {s: np.ones(20) for s in series}
    o = Observations(values=ones, kept={s: np.ones(20, dtype=bool) for s in series}, paired=True)
    units = Units(o)
    assert units.number == 20
    m = units.moments(units.draw(np.random.default_rng(6), 40_000))
    for s in series:
        assert m.mean[s].mean() == pytest.approx(20 / 22, abs=2e-3)
        assert m.keep[s].mean() == pytest.approx(1 - 0.5 / 22, abs=1e-3)
        assert m.survival[s].mean() == pytest.approx(21 / 22, abs=1e-3)
    for product in m.product.values():
        assert product.mean() == pytest.approx(20 / 22, abs=2e-3)
        assert product.min() < 1


def direct_leave_one_out(o: Observations, series: Series) -> np.ndarray:
    return np.array([np.delete(o.values[series], k).mean() for k in range(len(o.values[series]))])


def left_out(units: Units) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    parts = list(units.leave_one_out())
    weights = tuple(np.concatenate(own) for own in zip(*(w for w, _ in parts), strict=True))
    return weights, np.concatenate([n for _, n in parts])


@pytest.mark.parametrize("blocks", [False, True])
def test_leave_one_out_of_paired_shots(blocks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    o = random_observations(paired=True)
    if blocks:
        o = replace(o, blocks=np.arange(SHOTS) // 5)
    units = Units(o)
    monkeypatch.setattr("plait.mitigation.moments.CHUNK", 700)
    weights, numbers = left_out(units)
    assert numbers.sum() == (12 if blocks else SHOTS)
    got = np.repeat(units.moments(weights).mean["real"], numbers.astype(int))
    if blocks:
        want = [np.delete(o.values["real"], range(5 * k, 5 * k + 5)).mean() for k in range(12)]
    else:
        want = direct_leave_one_out(o, "real").tolist()
    assert sorted(got) == pytest.approx(sorted(want))


def test_leave_one_out_of_independent_series() -> None:
    """A shot of one series is left out at a time, the others stay whole."""
    o = random_observations(paired=False)
    units = Units(o)
    weights, numbers = left_out(units)
    assert numbers.sum() == o.shots
    m = units.moments(weights)
    full = o.values["imag"].mean()
    for s in ("real", "conjugate-imag"):
        got = np.repeat(m.mean[s], numbers.astype(int))
        want = direct_leave_one_out(o, s).tolist()  # type: ignore[arg-type]
        want += [o.values[s].mean()] * (o.shots - len(o.values[s]))  # type: ignore[index]
        assert sorted(got) == pytest.approx(sorted(want))
    # No experiment lacks two shots.
    both = (abs(m.mean["real"] - o.values["real"].mean()) > 1e-12) & (
        abs(m.mean["imag"] - full) > 1e-12
    )
    assert not both.any()


@pytest.mark.parametrize(("one", "other"), [("", "conjugate-"), ("conjugate-", "")])
def test_products_of_amplitudes(one: str, other: str) -> None:
    o = random_observations(paired=True)

    def amplitudes(group: str) -> np.ndarray:
        return o.values[f"{group}real"] + 1j * o.values[f"{group}imag"]  # type: ignore[index]

    units = Units(o)
    m = units.moments(units.counts)
    want = (amplitudes(one) * amplitudes(other).conj()).mean()
    assert complex(m.pair(one, other)) == pytest.approx(want)
    assert complex(m.amplitude(one)) == pytest.approx(amplitudes(one).mean())


def test_products_need_paired_shots() -> None:
    units = Units(random_observations(paired=False))
    with pytest.raises(InputError, match="same path at the same time: an interleaved experiment"):
        units.moments(units.counts).pair("", "conjugate-")


def test_rates_over_several_braids() -> None:
    o = random_observations(paired=True)
    units = Units(o)
    m = units.moments(units.counts)
    assert m.mean_keep([""]) == pytest.approx((o.kept["real"].mean() + o.kept["imag"].mean()) / 2)
    every = np.mean([abs(o.values[s]).mean() for s in SERIES])
    assert m.mean_survival(["", "conjugate-"]) == pytest.approx(every)


def test_moments_of_the_kept_shots() -> None:
    o = random_observations(paired=True)
    units = Units(o)
    m = units.moments(units.counts).detected()
    for s in SERIES:
        assert m.mean[s] == pytest.approx(o.values[s][o.kept[s]].mean())
        assert m.survival[s] == pytest.approx(abs(o.values[s][o.kept[s]]).mean())
        assert m.keep[s] == 1
    product = (o.values["real"] * o.values["imag"]).mean()
    want = product / (o.kept["real"].mean() * o.kept["imag"].mean())
    assert m._product("real", "imag") == pytest.approx(want)


def test_no_shots() -> None:
    with pytest.raises(InputError, match="no shots were measured"):
        Units(Observations(values={}, kept={}))
