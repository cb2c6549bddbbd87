"""Reference braids: their value on every path, their shape, and what they calibrate."""

from __future__ import annotations

import cmath
import math
import random
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from plait import InputError
from plait.circuits import Plan, build_circuit, device, expected_cost
from plait.circuits.devices import Memory
from plait.circuits.plan import Series
from plait.circuits.simulation import run_round, simulate
from plait.knots import Braid, is_trivial
from plait.knots.fibonacci import path_probability, paths, sample_paths
from plait.knots.generators import random_brickwall
from plait.mitigation import Observations, Units
from plait.mitigation.observations import observations_of_results
from plait.mitigation.reference import (
    REFERENCE,
    choose_reference,
    disguised_identity,
    keep_ratio,
    paired_value,
    reference_channels,
    reference_pairs_phase,
    reference_phase,
    reference_plan,
    reference_value,
    track_reference,
)
from plait.mitigation.resampling import with_blocks
from plait.mitigation.steps import Context, PhaseStep
from plait.tensornet.dense import representation

SIX: tuple[Series, ...] = ("real", "imag", *REFERENCE)
FORM = random_brickwall(6, 12, seed=3)
G = 2.9


def plan_of(
    form: Braid = FORM, reference: Braid | None = None, shots: int = 600, seed: int = 1
) -> Plan:
    return Plan(
        braid=form,
        closure="markov",
        kind="echo",
        series=SIX,
        shots=6 * shots,
        round_shots=6 * shots,
        seed=seed,
        interleaved=True,
        reference=disguised_identity(form.strands, 6, random.Random(1))
        if reference is None
        else reference,
    )


def drawn(
    z: complex,
    shots: int,
    seed: int,
    *,
    damping: float = 0.4,
    survival: float = 0.5,
    eta: float = 0.0,
    known: complex = 1.0,
) -> Observations:
    """Six series with a phase that wanders by an Ornstein–Uhlenbeck process."""
    rng = np.random.default_rng(seed)
    x, noise = np.empty(shots), rng.standard_normal(shots)
    x[0] = noise[0]
    for k in range(1, shots):
        x[k] = np.exp(-0.1) * x[k - 1] + np.sqrt(1 - np.exp(-0.2)) * noise[k]
    turn = damping * np.exp(1j * (2.2 + 1.2 * x))
    values = {}
    for series in SIX:
        own = np.conj(z) if series.startswith("conjugate") else z
        mean = own * turn
        if series.startswith("reference"):
            mean = known * turn * cmath.exp(-1j * eta)
        part = mean.imag if series.endswith("imag") else mean.real
        sign = np.where(rng.random(shots) < (1 + part / survival) / 2, 1.0, -1.0)
        values[series] = sign * (rng.random(shots) < survival)
    kept = {s: (v != 0) | (rng.random(shots) < 0.6) for s, v in values.items()}
    return with_blocks(Observations(values=values, kept=kept, paired=True), 50)


def estimate(
    phase: PhaseStep, o: Observations, plan: Plan, g: float = 0.0
) -> npt.NDArray[np.complex128]:
    """The estimate, and 200 resampled ones after it."""
    units = Units(o)
    statistic = phase(Context(observations=o, units=units, damping={"g": g}, plan=plan))
    found = []
    for weights in (units.counts, units.draw(np.random.default_rng(5), 200)):
        found.append(np.atleast_1d(statistic(weights, units.moments(weights))))
    return np.concatenate(found)


def error(phase: PhaseStep, o: Observations, z: complex) -> float:
    return float(abs(estimate(phase, o, plan_of())[0] - z) / abs(z))


# The value, on every path


@pytest.mark.parametrize(("strands", "layers"), [(2, 5), (3, 6), (4, 7), (6, 9), (12, 10)])
def test_disguised_identities_are_trivial_braids(strands: int, layers: int) -> None:
    words = [disguised_identity(strands, layers, random.Random(seed)) for seed in range(10)]
    assert all(is_trivial(word) for word in words)
    assert all(word.strands == strands for word in words)


@pytest.mark.parametrize("seed", range(2))
def test_its_matrix_is_the_identity(seed: int) -> None:
    found = choose_reference(FORM, "H2-1", seed=seed)
    matrix = representation(found)
    assert abs(matrix - np.eye(len(matrix))).max() < 1e-12


def test_circuits_of_it_give_one_on_every_path_without_errors() -> None:
    target = device("H2-1").with_noise(0)
    found = choose_reference(FORM, target, seed=4)
    for word in (found, found.mirror()):
        for path in paths(6).tolist():
            (counts,) = simulate([(build_circuit(word, path, target=target), 40)], target, seed=1)
            assert counts == {"0" * 5: 40}


def test_circuits_of_its_imaginary_part_have_mean_zero() -> None:
    target = device("H2-1").with_noise(0)
    found = choose_reference(FORM, target, seed=4)
    shots, plus = 0, 0
    for path in paths(6).tolist():
        circuit = build_circuit(found, path, part="imag", target=target)
        (counts,) = simulate([(circuit, 100)], target, seed=2)
        assert set(counts) <= {"00000", "10000"}
        shots, plus = shots + 100, plus + counts.get("00000", 0)
    assert abs(plus / shots - 0.5) < 4 / (2 * math.sqrt(shots))


def test_values_of_other_references_are_computed() -> None:
    word = Braid("1 2 -3 1 2 3 3")
    chance = np.array([path_probability(path) for path in paths(4).tolist()])
    assert abs(reference_value(word) - chance @ np.diag(representation(word))) < 1e-12
    assert reference_value(Braid("1 2 1 -2 -1 -2")) == 1
    assert reference_value(Braid([], strands=4), "plat") == 1


# The shape


@pytest.mark.parametrize("machine", ["H2-1", "ibm_fez"])
def test_it_has_the_gates_and_the_depth_of_the_braid(machine: str) -> None:
    target = device(machine)
    form = random_brickwall(9, 14, seed=5)
    found = choose_reference(form, target, seed=2)
    assert found.strands == 9
    ratio = expected_cost(found, "markov", target) / expected_cost(form, "markov", target)
    assert abs(ratio - 1) < 0.06
    # Over other paths than those it was chosen by.
    sample = sample_paths(9, 60, np.random.default_rng(7)).tolist()
    own, others = (
        [build_circuit(word, path, target=target) for path in sample] for word in (found, form)
    )
    for name in ("two_qubit_gates", "two_qubit_depth"):
        means = [np.mean([getattr(c, name) for c in circuits]) for circuits in (own, others)]
        assert abs(means[0] / means[1] - 1) < 0.12
    assert {c.qubits for c in own} == {c.qubits for c in others}


def test_it_follows_from_the_seed() -> None:
    one, same, other = (choose_reference(FORM, "H2-1", seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other


@pytest.mark.parametrize("form", [Braid([], 1), Braid([1], 2), Braid([], 5), Braid([1, 1, 1], 2)])
def test_braids_without_two_qubit_gates_need_no_letters(form: Braid) -> None:
    assert choose_reference(form, "H2-1", seed=1) == Braid([], form.strands)


def test_small_braids_have_some_reference() -> None:
    for form in (Braid("1 2 1 2"), Braid("1 2 2 1 2 2 -1 2"), Braid("1 -2 3 -2")):
        assert is_trivial(choose_reference(form, "H2-1", seed=1))


def test_plat_closures_have_references() -> None:
    form = random_brickwall(6, 10, seed=1)
    found = choose_reference(form, "H2-1", closure="plat", seed=1)
    assert is_trivial(found)
    ratio = expected_cost(found, "plat", device("H2-1")) / expected_cost(
        form, "plat", device("H2-1")
    )
    assert abs(ratio - 1) < 0.06
    with pytest.raises(InputError, match="even number of strands"):
        choose_reference(Braid("1 2"), "H2-1", closure="plat", seed=1)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(InputError, match="seed"):
        choose_reference(FORM, "H2-1", seed=-1)
    with pytest.raises(InputError, match="unknown device"):
        choose_reference(FORM, "H9-9", seed=1)
    with pytest.raises(InputError, match="closure"):
        choose_reference(FORM, "H2-1", closure="other", seed=1)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        choose_reference("1 2", "H2-1", seed=1)  # type: ignore[arg-type]


# The plan


def test_plans_get_a_reference_and_its_series() -> None:
    plain = Plan(
        braid=FORM, closure="markov", kind="echo", series=("real", "imag"), shots=2, round_shots=2,
        seed=5,
    )  # fmt: skip
    (found,) = reference_plan(plain, device("H2-1"))
    assert found.series == SIX
    assert found.interleaved
    assert found.reference == choose_reference(FORM, "H2-1", seed=5)
    assert found.shots == 6
    assert Plan.from_json(found.to_json()) == found
    assert reference_plan(found, device("ideal")) == (found,)
    assert reference_plan(plain)[0].reference == choose_reference(FORM, "ideal", seed=5)


# Products of outcomes


@pytest.mark.parametrize("z", [0.6 + 0.3j, -0.6 + 0.3j, 0.2 - 0.7j, -0.4, 1j, -1])
@pytest.mark.parametrize("eta", [0.0, 1.4, -1.4])
@pytest.mark.parametrize("known", [1.0, 0.6 * cmath.exp(2j)])
def test_exact_moments_give_the_exact_value(z: complex, eta: float, known: complex) -> None:
    """Of a phase with any distribution, with different damping of braid and mirror image."""
    phases = np.random.default_rng(1).uniform(-4, 9, 1000) ** 3
    b, c = (T * w * np.exp(1j * phases) for T, w in ((0.5, z), (0.3, np.conj(z))))
    v = math.sqrt(0.5 * 0.3) * known * np.exp(1j * (phases - eta))
    beta, gamma, D = (np.mean(x * np.conj(y)) for x, y in ((b, v), (c, v), (b, c)))
    assert abs(paired_value(beta, gamma, D, known) - z) < 1e-12


def test_moments_that_vary_with_the_path_give_too_large_a_magnitude_by_the_known_factor() -> None:
    z_s = np.array([0.9, 0.3 + 0.2j, 0.5j])
    z, square = z_s.mean(), (z_s**2).mean()
    found = paired_value(0.4 * z, 0.4 * np.conj(z), 0.4 * square)
    assert abs(found - z * abs(square) / abs(z) ** 2) < 1e-12


def test_products_act_element_by_element_and_are_finite() -> None:
    found = paired_value(np.array([[0.2j, 0.0], [1.0, 0.0]]), [[0.2, 0], [1, 1]], [[0.1], [0.0]])
    assert found.shape == (2, 2)
    assert np.isfinite(found).all()
    assert (abs(found) <= 1).all()
    assert found[0, 1] == 0


@pytest.mark.parametrize("z", [0.3 + 0.7j, -0.5 - 0.4j])
def test_shots_give_the_value_with_its_sign(z: complex) -> None:
    for eta in (0.0, 0.8):
        o = drawn(z, 3000, seed=2, eta=eta)
        found = estimate(reference_pairs_phase, o, plan_of())
        spread = np.std(found[1:])
        assert abs(found[0] - z) < 4 * spread
        assert spread < 0.25


# The likeliest phase


def test_channels_set_the_reference_apart() -> None:
    channels = reference_channels(SIX, 0.5)
    assert [c.turn for c in channels] == [1, 1, -1, -1, 0, 0]
    assert [c.skew for c in channels] == [1, 1, 1, 1, -1, -1]
    assert channels[4].offset == 0.5


@pytest.mark.parametrize("z", [0.3 + 0.7j, -0.3 - 0.7j, -0.6 + 0.1j])
@pytest.mark.parametrize("eta", [-0.7])
def test_tracking_gives_the_value_with_its_sign(z: complex, eta: float) -> None:
    o = drawn(z, 1000, seed=3, eta=eta)
    found = estimate(reference_phase, o, plan_of())
    spread = np.std(found[1:])
    assert abs(found[0] - z) < 4 * spread
    assert spread < 0.15 * abs(z) + 0.05


def test_the_difference_of_phases_is_found() -> None:
    track = track_reference(drawn(0.3 + 0.7j, 1000, seed=4, eta=0.7))
    assert abs(track.delta - 0.7) < 4 * track.errors["delta"]
    assert track.errors["delta"] < 0.2


def test_values_of_the_reference_are_divided_out() -> None:
    """With a reference of another value, the same braid has the same estimate."""
    known = Braid("1 1 1", 2)
    value = reference_value(known)
    o = drawn(0.5 - 0.5j, 1500, seed=6, known=value)
    form = Braid("1 1", 2)
    found = estimate(reference_phase, o, plan_of(form, known))
    assert abs(found[0] - (0.5 - 0.5j)) < 4 * np.std(found[1:])


@pytest.mark.slow
def test_the_error_falls_like_the_root_of_the_shots() -> None:
    z = -0.5 + 0.5j
    scaled = {
        shots: math.sqrt(shots)
        * np.sqrt(np.mean([error(reference_phase, drawn(z, shots, k), z) ** 2 for k in range(8)]))
        for shots in (500, 2000, 8000)
    }
    # Of a chi distribution with 16 degrees of freedom, within a factor of 1.9 at 4 sigma.
    assert max(scaled.values()) < 1.9 * min(scaled.values())


def test_products_converge_like_the_root_of_the_shots() -> None:
    z = -0.5 + 0.5j
    scaled = {
        shots: math.sqrt(shots)
        * np.sqrt(
            np.mean([error(reference_pairs_phase, drawn(z, shots, k), z) ** 2 for k in range(12)])
        )
        for shots in (2000, 16000)
    }
    assert max(scaled.values()) < 1.9 * min(scaled.values())


# Keep rates


def test_keep_rates_make_up_for_more_gate_errors() -> None:
    o = drawn(0.5 + 0.2j, 800, seed=1)
    worse = {s: k & (np.arange(800) % 5 > 0) for s, k in o.kept.items() if s in SIX[:4]}
    o = replace(o, kept={**o.kept, **worse})
    ratio = float(keep_ratio(Units(o).moments(Units(o).counts)))
    assert abs(ratio - 0.8) < 0.04
    plain, corrected = (estimate(reference_pairs_phase, o, plan_of(), g)[0] for g in (0.0, 0.5))
    assert abs(corrected - plain / ratio**0.5) < 1e-12


# What is refused


@pytest.mark.parametrize("phase", [reference_phase, reference_pairs_phase])
def test_a_plan_with_a_reference_is_needed(phase: PhaseStep) -> None:
    o = drawn(0.5, 40, seed=1)
    own = replace(plan_of(), reference=None, series=SIX[:4])
    for plan in (None, own):
        with pytest.raises(InputError, match="shots of a reference braid"):
            phase(Context(observations=o, units=Units(o), damping={"g": G}, plan=plan))


def test_references_without_a_signal_are_refused() -> None:
    o = drawn(0.5, 40, seed=1)
    small = next(
        b
        for b in (random_brickwall(9, 30, seed=seed) for seed in range(40))
        if abs(reference_value(b)) < 0.01
    )
    context = Context(observations=o, units=Units(o), damping={"g": G}, plan=plan_of(small, small))
    with pytest.raises(InputError, match="of which shots tell nothing"):
        reference_phase(context)


def test_shots_that_are_not_paired_are_refused() -> None:
    o = replace(drawn(0.5, 40, seed=1), paired=False, blocks=None)
    with pytest.raises(InputError, match="interleaved"):
        track_reference(o)


# End to end


def test_a_noisy_device_with_a_drifting_field() -> None:
    """Five strands, 500 shots: the value with its sign, which the raw mean is far from."""
    form = Braid("1 2 -3 -2 -2 -3 2 2 -3 -4 -2 4 1 -2 -2 -3")
    chance = np.array([path_probability(path) for path in paths(5).tolist()])
    z = complex(chance @ np.diag(representation(form)))
    target = device("H2-1")
    machine = replace(
        target,
        errors=target.errors.scaled(8),
        memory=Memory(dephasing=2e-3, field=0.02, field_sd=0.02, field_correlation=10),
    )
    (plan,) = reference_plan(
        Plan(
            braid=form, closure="markov", kind="echo", series=SIX[:2], shots=6 * 500,
            round_shots=6 * 500, seed=3,
        ),
        machine,
    )  # fmt: skip
    o = with_blocks(observations_of_results(plan, [run_round(plan, 0, machine)]), 50)
    raw = Units(o).moments(Units(o).counts).amplitude()
    found = estimate(reference_phase, o, plan, G)
    spread = np.std(found[1:])
    assert abs(found[0] - z) < 4 * spread
    assert spread < 0.3 * abs(z)
    assert abs(raw - z) > 0.15 * abs(z)
