"""Mitigation methods: a registry, and the grammar in which they combine.

Every method is a part of the same two pure functions:

* ``construct(plan) → plans``: which circuits must run;
* ``combine(observations of each plan) → Estimated``: z = E_s⟨s|U|s⟩ from what they gave.

An estimate of z is made in steps. A *plan step* changes what runs; a *phase step* gives the damped
amplitude T z; a *scale step* undoes the damping. A list of methods is an :class:`Estimator`; two
methods that take the same step exclude each other.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from ..circuits.devices import Device
from ..circuits.plan import REFERENCE_SERIES, SERIES, Plan, Series
from ..knots.checks import check_seed
from ..knots.errors import InputError, UnknownNameError
from .estimated import Estimated, Systematic, doubts
from .exponents import Exponents
from .exponents import exponents as default_exponents
from .moments import Complexes, Group
from .observations import Floats, Observations
from .prepared import Prepared, in_blocks
from .resampling import RESAMPLES
from .steps import Context, PhaseStep, ScaleStep, no_scale, plain_phase

__all__ = ["METHODS", "Estimator", "Method", "estimator", "register_method"]

PlanStep: TypeAlias = Callable[[Plan, Device | None], tuple[Plan, ...]]
"""A plan, and the device that its circuits are made for where that is known → plans.

A step that makes one plan must change nothing when it is taken again on that.
"""
Warns: TypeAlias = Callable[[Plan, Exponents, Device | None], tuple[str, ...]]
"""A plan, the exponents of damping, and the device where that is known → notes."""
_LEAST_SHOTS = 20  # of all series, where their order of time is used


@dataclass(frozen=True, kw_only=True)
class Method:
    """A mitigation method.

    Attributes:
        name: what users write.
        summary: one line for help texts.
        assumes: what must hold for the estimate to be right.
        source: where it comes from.
        series: the series of circuits that it needs, besides ``real`` and ``imag``.
        paired: whether it needs all series on the same path at the same time.
        construct: plan step: the plans to run in place of one.
        experiments: how many plans that makes.
        mixture: gives the coefficients of their estimates; None for a single one.
        correct: values step: shots with other values.
        select: which shots the phase step sees.
        phase: phase step.
        scale: scale step.
        of_keep_rates: whether the scale step uses keep rates.
        of_moments: whether the phase step uses nothing but moments.
        echoes: whether it is for echo circuits alone, whose shots may have the value 0.
        sign_known: whether the phase step can tell z from −z.
        systematic: what the method leaves of the errors, as far as that is known.
        warns: what speaks against the method for a plan.
        remarks: what the shots themselves say against the estimate.
    """

    name: str
    summary: str
    assumes: str
    source: str
    series: tuple[Series, ...] = ()
    paired: bool = False
    construct: PlanStep | None = None
    experiments: int = 1
    mixture: Callable[[], Sequence[float]] | None = None
    correct: Callable[[Observations], Observations] | None = None
    select: Callable[[Observations], Observations] | None = None
    phase: PhaseStep | None = None
    scale: ScaleStep | None = None
    of_keep_rates: bool = False
    of_moments: bool = True
    echoes: bool = False
    sign_known: bool = True
    systematic: Callable[[Exponents], Systematic] | None = None
    warns: Warns | None = None
    remarks: Callable[[Context], tuple[str, ...]] | None = None

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that it takes."""
        given = {"plan": self.construct, "phase": self.phase, "scale": self.scale}
        return tuple(name for name, step in given.items() if step is not None)


METHODS: dict[str, Method] = {}


def register_method(method: Method) -> None:
    """Add a method to those that ``mitigation=…`` knows in this process.

    Raises:
        InputError: the name is taken or has a comma in it, or a series does not exist.
    """
    if method.name in METHODS or method.name == "none":
        raise InputError(f"there is a mitigation {method.name!r} already; choose another name")
    if not method.name or "," in method.name or method.name != method.name.strip():
        raise InputError(f"mitigation name {method.name!r}: use a word without commas")
    every = (*SERIES, *REFERENCE_SERIES)
    if unknown := set(method.series) - set(every):
        raise InputError(f"unknown series {sorted(unknown)}; choose from: {', '.join(every)}")
    METHODS[method.name] = method


@dataclass(frozen=True)
class Estimator:
    """A list of methods, ready to use.

    Attributes:
        methods: in the order given.
    """

    methods: tuple[Method, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the methods."""
        return tuple(method.name for method in self.methods)

    @property
    def series(self) -> tuple[Series, ...]:
        """The series of circuits that must be measured."""
        needed = {"real", "imag", *(s for method in self.methods for s in method.series)}
        return tuple(s for s in (*SERIES, *REFERENCE_SERIES) if s in needed)

    @property
    def paired(self) -> bool:
        """Whether all series must run on the same path at the same time."""
        return any(method.paired for method in self.methods)

    @property
    def sign_known(self) -> bool:
        """Whether z can be told from −z."""
        return all(method.sign_known for method in self.methods)

    @property
    def assumes(self) -> tuple[str, ...]:
        """What must hold for the estimate to be right."""
        return tuple(method.assumes for method in self.methods)

    @property
    def experiments(self) -> int:
        """How many plans :meth:`construct` makes."""
        return max((m.experiments for m in self.methods), default=1)

    def mixture(self) -> tuple[float, ...]:
        """The coefficients of the plans of :meth:`construct` in the estimate."""
        several = next((m.mixture for m in self.methods if m.mixture is not None), None)
        return (1.0,) if several is None else tuple(several())

    def construct(self, plan: Plan, target: Device | None = None) -> tuple[Plan, ...]:
        """The plans to run for a plan of the braid: with all series, and every plan step taken.

        Args:
            plan: of the braid, or one that was constructed before.
            target: the device that circuits are made for.

        Raises:
            InputError: a method that is not for the plan's kind of circuits, or too few shots.

        Example:
            >>> from plait import Braid
            >>> plan = Plan(braid=Braid("1 1 1"), closure="markov", kind="echo",
            ...             series=("real", "imag"), shots=100, round_shots=100, seed=1)
            >>> [p.interleaved for p in estimator("pairs").construct(plan)]
            [True]
        """
        if plan.kind != "echo" and (wrong := [m.name for m in self.methods if m.echoes]):
            raise InputError(
                f"mitigation {', '.join(wrong)} is for echo circuits, and these are {plan.kind} "
                f"tests; choose from: detection, conjugate, readout"
            )
        self._check_shots(plan.shots // len(self.series), "plan")
        every = (*SERIES, *REFERENCE_SERIES)
        series = tuple(s for s in every if s in self.series or s in plan.series)
        plans: tuple[Plan, ...] = (plan,)
        for method in self.methods:
            if method.construct is not None:
                plans = tuple(new for old in plans for new in method.construct(old, target))
        return tuple(
            replace(
                p,
                series=series,
                interleaved=self.paired or p.interleaved,
                round_shots=max(p.round_shots, len(series)),
            )
            for p in plans
        )

    def combine(
        self,
        experiments: Sequence[Observations],
        *,
        seed: int | np.random.SeedSequence = 0,
        plan: Plan | None = None,
        target: Device | None = None,
        exponents: Exponents | None = None,
        resamples: int = RESAMPLES,
        align: bool = False,
    ) -> Estimated:
        """Estimate z = E_s⟨s|U|s⟩ from what the plans gave, with resampled estimates.

        Args:
            experiments: observations per plan of :meth:`construct`.
            seed: of the resampling.
            plan: what was measured; some methods need it.
            target: the device that it was made for.
            exponents: of the model of damping; by default those of plait's circuits.
            resamples: number of resampled experiments.
            align: where z cannot be told from −z, let the interval be one up to the sign; by
                default each resampled estimate has the sign that its own raw mean suggests.

        Raises:
            InputError: a series that a method needs was not measured, or not together with the
                others, or too few shots.
        """
        if len(experiments) != self.experiments:
            raise InputError(
                f"mitigation {','.join(self.names) or 'none'} needs {self.experiments} "
                f"experiments, and {len(experiments)} were given"
            )
        mixture = self.mixture()
        sequence = seed if isinstance(seed, np.random.SeedSequence) else None
        root = sequence or np.random.SeedSequence(check_seed(seed))
        found = exponents or default_exponents()
        parts = [self._used(o) for o in experiments]
        used = [self._prepare(o, plan, found) for o in parts]
        values = [part.value() for part in used]
        resampled = [
            part.resampled(np.random.default_rng(stream), resamples)
            for part, stream in zip(used, root.spawn(len(used)), strict=True)
        ]
        value = sum(c * own for c, own in zip(mixture, values, strict=True))
        draws = sum(c * own for c, own in zip(mixture, resampled, strict=True))
        estimated = Estimated(
            mitigation=self.names,
            value=complex(value),
            draws=np.asarray(draws, dtype=complex),
            jackknife=lambda: _joined(mixture, values, [part.jackknife() for part in used]),
            shots=sum(o.shots for o in parts),
            keep_rate=sum(o.keep_rate * o.shots for o in parts) / sum(o.shots for o in parts),
            sign_known=self.sign_known,
            up_to_sign=align and not self.sign_known,
            assumes=self.assumes,
            systematic=self._systematic(found),
        )
        notes = doubts(estimated, parts)
        return replace(estimated, notes=(*notes, *self._notes(used, plan, found, target)))

    def _used(self, observations: Observations) -> Observations:
        """The shots that the methods use, with the values that they give them."""
        o = observations
        for method in self.methods:
            if method.correct is not None:
                o = method.correct(o)
        missing = [s for s in self.series if s not in o.values]
        if missing:
            raise InputError(
                f"mitigation {','.join(self.names) or 'none'} needs circuits of the series "
                f"{', '.join(missing)}, which these shots are not of; they are measured when an "
                f"experiment is run with this mitigation"
            )
        o = o.only(self.series)
        self._check_shots(o.rows, "experiment")
        if self.paired and not o.paired:
            raise InputError(
                f"mitigation {','.join(self.names)} needs all its circuits on the same path at "
                f"the same time (an interleaved experiment), which these shots are not"
            )
        if "detection" in self.names:
            o = o.rejecting()
        return o

    @property
    def _of_moments(self) -> bool:
        return all(method.of_moments for method in self.methods)

    def _check_shots(self, number: int, what: str) -> None:
        if not self._of_moments and number < _LEAST_SHOTS:
            raise InputError(
                f"mitigation {','.join(self.names)} follows the phase from shot to shot and needs "
                f"{_LEAST_SHOTS} shots of each of its {len(self.series)} series at least, and "
                f"this {what} has {number}; take more shots or another mitigation"
            )

    def _prepare(
        self, observations: Observations, plan: Plan | None, exponents: Exponents
    ) -> Prepared:
        o = in_blocks(observations, paired=self.paired, ordered=not self._of_moments)
        for method in self.methods:
            if method.select is not None:
                o = method.select(o)
        if not o.rows:
            raise InputError(
                f"mitigation {','.join(self.names)} selects none of these shots; take another one"
            )
        phase = next((m.phase for m in self.methods if m.phase), plain_phase)
        scale = next((m.scale for m in self.methods if m.scale), no_scale)
        detected = "detection" in self.names and self._of_moments
        return Prepared(o, plan, exponents, phase, scale, detected, self.groups)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The braids whose keep rate and survival go with the amplitude."""
        return ("", "conjugate-") if "conjugate-real" in self.series else ("",)

    def _notes(
        self,
        used: Sequence[Prepared],
        plan: Plan | None,
        exponents: Exponents,
        target: Device | None,
    ) -> tuple[str, ...]:
        found = [m.remarks(part.context) for part in used for m in self.methods if m.remarks]
        if plan is not None:
            found += [m.warns(plan, exponents, target) for m in self.methods if m.warns]
        return tuple(dict.fromkeys(note for notes in found for note in notes))

    def _systematic(self, exponents: Exponents) -> Systematic | None:
        found = [m.systematic(exponents) for m in self.methods if m.systematic is not None]
        return Systematic.joined(found) if found else None


def estimator(mitigation: str | Iterable[str] | None) -> Estimator:
    """The estimator of a list of methods.

    Args:
        mitigation: names, as a sequence or as text with commas; ``"none"``, ``""`` or None for
            the plain mean.

    Raises:
        UnknownNameError: no such method; the message lists those there are.
        InputError: two methods that exclude each other, or one named twice.

    Example:
        >>> estimator("detection,conjugate").names
        ('detection', 'conjugate')
        >>> estimator("none").series
        ('real', 'imag')
    """
    if mitigation is None:
        mitigation = ()
    if not isinstance(mitigation, Iterable):
        raise InputError(
            f"mitigation={mitigation!r}: give names, as text with commas or as a list"
        )
    names = mitigation.split(",") if isinstance(mitigation, str) else list(mitigation)
    names = [name for name in (str(name).strip() for name in names) if name and name != "none"]
    for name in names:
        if name not in METHODS:
            near = difflib.get_close_matches(name, METHODS, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise UnknownNameError(
                f"unknown mitigation {name!r}{hint}; choose from: none, {', '.join(METHODS)}"
            )
    if len(set(names)) < len(names):
        raise InputError(f"mitigation {','.join(names)} names a method twice")
    methods = tuple(METHODS[name] for name in names)
    _check_combination(methods)
    return Estimator(methods)


def _check_combination(methods: Sequence[Method]) -> None:
    """Refuse methods that exclude each other."""
    for step in ("phase", "scale"):
        same = [m.name for m in methods if step in m.steps]
        if len(same) > 1:
            raise InputError(f"the mitigation methods {' and '.join(same)} exclude each other")
    several = [m for m in methods if m.experiments > 1]
    if len(several) > 1:
        names = " and ".join(m.name for m in several)
        raise InputError(f"the mitigation methods {names} exclude each other")
    known = [m.name for m in methods if set(m.series) & set(REFERENCE_SERIES)]
    if several and known:
        raise InputError(
            f"the mitigation methods {several[0].name} and {known[0]} exclude each other: a "
            f"reference measures the damping that {several[0].name} extrapolates"
        )
    for method in methods if any(m.correct is not None for m in methods) else ():
        if method.of_keep_rates:
            raise InputError(
                f"the mitigation methods readout and {method.name} exclude each other: readout "
                f"corrects values and survivals, not the keep rates that {method.name} uses"
            )
        if not method.of_moments:
            raise InputError(
                f"the mitigation methods readout and {method.name} exclude each other: "
                f"{method.name} needs outcomes +1, -1 or 0, which corrected values are not"
            )


def _joined(
    mixture: Sequence[float],
    values: Sequence[complex],
    parts: Sequence[tuple[Complexes, Floats]],
) -> tuple[Complexes, Floats]:
    """The jackknife of a mixture of estimates: one unit of one of them is left out."""
    whole = sum(c * value for c, value in zip(mixture, values, strict=True))
    estimates = [
        whole + c * (found - value)
        for c, value, (found, _) in zip(mixture, values, parts, strict=True)
    ]
    return np.concatenate(estimates), np.concatenate([numbers for _, numbers in parts])
