"""The methods that come with plait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..circuits.devices import Device, device
from ..circuits.plan import Plan
from .estimated import Systematic
from .exponents import Exponents
from .methods import Method, register_method
from .plans import FOLDS, decoupled_plan, folded_plans, folding_mixture
from .reference import (
    REFERENCE,
    reference_pairs_phase,
    reference_phase,
    reference_plan,
    reference_remarks,
)
from .steps import (
    Context,
    all_kept,
    conjugate_phase,
    corrected,
    depolarizing_scale,
    detection_scale,
    keep_scale,
    no_scale,
    pairs_phase,
    published_average_phase,
    published_shot_phase,
    survival_scale,
    tracking_phase,
    tracking_remarks,
)

__all__: list[str] = []

_MANY_STRANDS = 10
_MUCH = 0.1  # of |z|
_TRANSFER = 0.12  # of |z| by a reference, beyond the noise of shots (benchmarks/mitigation.py)
_STUDY = "derived from arXiv:2503.05625"
_CONJUGATE = ("conjugate-real", "conjugate-imag")


def _calibration(exponents: Exponents) -> Systematic:
    return Systematic(
        magnitude=exponents.scatter,
        degrees=0.0,
        why=f"scatter of {exponents.braids} braids left out of the calibration",
    )


def _keep_calibration(exponents: Exponents) -> Systematic:
    return replace(_calibration(exponents), magnitude=exponents.keep_scatter)


def _transfer(exponents: Exponents) -> Systematic:
    del exponents
    return Systematic(
        magnitude=_TRANSFER,
        degrees=0.0,
        why="braid and reference are not damped alike: scatter of 20 simulated braids",
    )


def _few_strands(plan: Plan, exponents: Exponents, target: Device | None) -> tuple[str, ...]:
    del exponents, target
    if plan.closure == "plat" or plan.braid.strands >= _MANY_STRANDS:
        return ()
    return (
        f"on {plan.braid.strands} strands ⟨s|U|s⟩ differs much from path to path, and the root of "
        f"its mean square from its mean; conjugate and decoupling do not mind",
    )


def _unlike_training(plan: Plan, exponents: Exponents, target: Device | None) -> tuple[str, ...]:
    return exponents.outside(plan, target)


def _without_pulses(plan: Plan, exponents: Exponents, target: Device | None) -> tuple[str, ...]:
    del exponents
    machine = device("ideal") if target is None else target
    if plan.circuit(plan.jobs(0)[0], machine).barriers:
        return ()
    return ("the circuits are too short for echo pulses: decoupling changed nothing",)


def _undetected(context: Context) -> tuple[str, ...]:
    """How much contrast is lost by errors that detection misses, by the keep rate."""
    o = context.observations
    echoes = any((o.alive(s) == 0).any() for s in o.series)
    if not echoes or not all(o.kept[s].any() for s in o.series):
        return ()
    left = 1 - o.keep_rate ** (float(np.mean(context.damping["g"])) - 1)
    if left < _MUCH:
        return ()
    return (
        f"by the keep rate of {o.keep_rate:.0%}, gate errors that detection misses make |V| some "
        f"{round(20 * left) / 20:.0%} too small, which is not in the interval; keep undoes that, "
        f"or survival where there is dephasing",
    )


register_method(
    Method(
        name="detection",
        summary="Fibonacci error detection: drop shots whose bits no path allows",
        assumes="errors that detection misses do not bias the kept shots",
        source="arXiv:2503.05625; dropping only rescales, as every dropped shot has value 0",
        scale=detection_scale,
        remarks=_undetected,
        of_keep_rates=True,
    )
)
register_method(
    Method(
        name="conjugate",
        summary="conjugate pair: also run the mirror image, which cancels a common phase",
        assumes="the same phase and damping on both circuits, and a phase below 90°",
        source="arXiv:2503.05625, with the relative sign taken from b · conj(c)",
        series=_CONJUGATE,  # type: ignore[arg-type]
        phase=conjugate_phase,
        sign_known=False,
    )
)
register_method(
    Method(
        name="pairs",
        summary="conjugate pair shot by shot: also cancels a common phase that drifts",
        assumes="within a shot the same phase on all circuits; z_s depends little on the path",
        warns=_few_strands,
        source=f"{_STUDY}, without its selection of shots and with the phase from all of D",
        series=_CONJUGATE,  # type: ignore[arg-type]
        paired=True,
        phase=pairs_phase,
        sign_known=False,
    )
)
register_method(
    Method(
        name="tracking",
        summary="follow the drifting phase of a conjugate pair by a hidden Markov model",
        assumes="within a shot the same phase on all circuits, drifting as Ornstein–Uhlenbeck",
        source="maximum likelihood over the phases of all shots, by the forward algorithm",
        echoes=True,
        series=_CONJUGATE,  # type: ignore[arg-type]
        paired=True,
        warns=_few_strands,
        phase=tracking_phase,
        remarks=tracking_remarks,
        of_moments=False,
        sign_known=False,
    )
)
register_method(
    Method(
        name="reference",
        summary="a braid of known value in every shot: measures sign, phase and damping",
        assumes="within a shot phases that drift together; errors damp braid and reference alike",
        source="derived here; see plait.mitigation.reference",
        echoes=True,
        series=REFERENCE,
        paired=True,
        construct=reference_plan,
        phase=reference_phase,
        remarks=reference_remarks,
        scale=no_scale,
        systematic=_transfer,
        of_moments=False,
    )
)
register_method(
    Method(
        name="reference-pairs",
        summary="the reference by products of single shots, without a model of the phase",
        assumes="within a shot the same phase on all circuits; errors damp all of them alike",
        source="derived here; see plait.mitigation.reference",
        echoes=True,
        series=REFERENCE,
        paired=True,
        construct=reference_plan,
        phase=reference_pairs_phase,
        scale=no_scale,
        systematic=_transfer,
        warns=_few_strands,
    )
)
register_method(
    Method(
        name="readout",
        summary="correct the values for bits that are misread, by the device's error rates",
        assumes="readout errors are independent and those of the device",
        source="inverse of the tensor product of the qubits' confusion matrices",
        correct=corrected,
    )
)
register_method(
    Method(
        name="decoupling",
        summary="echo the collective field by pulses on all qubits, made part of the circuits",
        assumes="the field changes little during a shot",
        source="CPMG, in the toggling frame of the circuit's gates",
        echoes=True,
        construct=decoupled_plan,
        warns=_without_pulses,
    )
)
register_method(
    Method(
        name="zne",
        summary="zero-noise extrapolation: circuits folded 1, 3 and 5 times, and a straight line",
        assumes="the value falls linearly with the number of errors",
        source="mitiq (extra zne): Temme, Bravyi, Gambetta 2017; LaRose et al. 2022",
        echoes=True,
        construct=folded_plans,
        experiments=len(FOLDS),
        mixture=folding_mixture,
    )
)
register_method(
    Method(
        name="depolarizing",
        summary="undo global depolarization, whose strength follows from the survival",
        assumes="noise is a global depolarization",
        source=f"{_STUDY}, with the signs corrected",
        echoes=True,
        scale=depolarizing_scale,
    )
)
register_method(
    Method(
        name="keep",
        summary="undo gate errors, whose number follows from the keep rate: A / K^g",
        assumes="gate errors are Pauli errors and there is no dephasing; calibrated exponent",
        source="A = K^g |z|, with g from simulated braids of known value",
        echoes=True,
        warns=_unlike_training,
        scale=keep_scale,
        of_keep_rates=True,
        systematic=_keep_calibration,
    )
)
register_method(
    Method(
        name="survival",
        summary="undo gate errors and dephasing, from keep rate, survival and contrast",
        assumes="Pauli errors of gates, dephasing and a collective field; calibrated exponents",
        source="A = K^g Y |z|, S = K^a (1 + K^b Y^c |z|²)/2, calibrated on braids of known value",
        echoes=True,
        warns=_unlike_training,
        scale=survival_scale,
        of_keep_rates=True,
        systematic=_calibration,
    )
)

for _name, _what, _phase in (
    ("published-average", "averages", published_average_phase),
    ("published-shots", "single shots, with its signs", published_shot_phase),
):
    register_method(
        Method(
            name=_name,
            summary=f"the published estimate from {_what}, for comparison",
            assumes="what the published analysis does; the quadrant is chosen by hand",
            source="arXiv:2503.05625",
            echoes=True,
            series=_CONJUGATE,  # type: ignore[arg-type]
            paired=True,
            select=all_kept,
            phase=_phase,
            sign_known=False,
        )
    )
