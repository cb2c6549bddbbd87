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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from ..circuits.devices import Device
from ..circuits.plan import REFERENCE_SERIES, SERIES, Plan, Series
from ..knots.errors import InputError, UnknownNameError
from .estimated import Estimated, Systematic
from .exponents import Exponents
from .exponents import exponents as default_exponents
from .moments import Complexes, Group, Units, Weights
from .observations import Floats, Observations
from .resampling import RESAMPLES, block_length, with_blocks
from .steps import Context, PhaseStep, ScaleStep, no_scale, plain_phase

__all__ = ["METHODS", "Estimator", "Method", "estimator", "register_method"]

PlanStep: TypeAlias = Callable[[Plan, Device | None], tuple[Plan, ...]]
"""A plan, and the device that its circuits are made for where that is known → plans.

Taken again on one of its own plans, it must change nothing.
"""
_CHUNK = 4_000_000  # weights at a time
_LEAST_BLOCK = 10  # shots, for phase steps that need the order of time


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
    of_moments: bool = True
    echoes: bool = False
    sign_known: bool = True
    systematic: Callable[[Exponents], Systematic] | None = None
    warns: Callable[[Plan, Exponents], tuple[str, ...]] | None = None
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
            InputError: a method that is not for the plan's kind of circuits.

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
        exponents: Exponents | None = None,
        resamples: int = RESAMPLES,
        align: bool = False,
    ) -> Estimated:
        """Estimate z = E_s⟨s|U|s⟩ from what the plans gave, with resampled estimates.

        Args:
            experiments: observations per plan of :meth:`construct`.
            seed: of the resampling.
            plan: what was measured; some methods need it.
            exponents: of the model of damping; by default those of plait's circuits.
            resamples: number of resampled experiments.
            align: give all resampled estimates the sign of the estimate, where it cannot be told;
                by default each has the one that its own raw mean suggests.

        Raises:
            InputError: a series that a method needs was not measured, or not together with the
                others.
        """
        if len(experiments) != self.experiments:
            raise InputError(
                f"mitigation {','.join(self.names) or 'none'} needs {self.experiments} "
                f"experiments, and {len(experiments)} were given"
            )
        mixture = self.mixture()
        sequence = seed if isinstance(seed, np.random.SeedSequence) else None
        root = sequence or np.random.SeedSequence(seed)  # type: ignore[arg-type]
        found = exponents or default_exponents()
        used = [self._prepare(o, plan, found) for o in experiments]
        values = [part.value() for part in used]
        resampled = [
            part.resampled(np.random.default_rng(stream), resamples)
            for part, stream in zip(used, root.spawn(len(used)), strict=True)
        ]
        value = sum(c * own for c, own in zip(mixture, values, strict=True))
        draws = sum(c * own for c, own in zip(mixture, resampled, strict=True))
        if align and not self.sign_known:
            draws = np.where((draws * np.conj(value)).real >= 0, draws, -draws)
        return Estimated(
            mitigation=self.names,
            value=complex(value),
            draws=np.asarray(draws, dtype=complex),
            jackknife=used[0].jackknife if len(used) == 1 else None,
            shots=sum(o.shots for o in experiments),
            keep_rate=experiments[0].keep_rate,
            sign_known=self.sign_known,
            assumes=self.assumes,
            systematic=self._systematic(found),
            notes=self._notes(used, plan, found),
        )

    def _prepare(
        self, observations: Observations, plan: Plan | None, exponents: Exponents
    ) -> _Prepared:
        o = observations
        for method in self.methods:
            if method.correct is not None:
                o = method.correct(o)
        o = o.only(self.series)
        if self.paired and not o.paired:
            raise InputError(
                f"mitigation {','.join(self.names)} needs all its circuits on the same path at "
                f"the same time (an interleaved experiment), which these shots are not"
            )
        detect = "detection" in self.names
        if detect and all(m.correct is None for m in self.methods):
            o = o.rejecting()
        of_moments = all(m.of_moments for m in self.methods)
        if o.paired and o.blocks is None:
            length = block_length(o)
            o = with_blocks(o, length if of_moments else max(length, _LEAST_BLOCK))
        for method in self.methods:
            if method.select is not None:
                o = method.select(o)
        units = Units(o)
        damping = dict(zip("gabc", exponents.values, strict=True))
        context = Context(observations=o, units=units, damping=damping, plan=plan)
        phase = next((m.phase for m in self.methods if m.phase), plain_phase)
        scale = next((m.scale for m in self.methods if m.scale), no_scale)
        return _Prepared(context, exponents, phase, scale, detect and of_moments, self.groups)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The braids whose keep rate and survival go with the amplitude."""
        return ("", "conjugate-") if "conjugate-real" in self.series else ("",)

    def _notes(
        self, used: Sequence[_Prepared], plan: Plan | None, exponents: Exponents
    ) -> tuple[str, ...]:
        found = [m.remarks(part.context) for part in used for m in self.methods if m.remarks]
        if plan is not None:
            found += [m.warns(plan, exponents) for m in self.methods if m.warns]
        return tuple(dict.fromkeys(note for notes in found for note in notes))

    def _systematic(self, exponents: Exponents) -> Systematic | None:
        found = [m.systematic(exponents) for m in self.methods if m.systematic is not None]
        return Systematic.joined(found) if found else None


class _Prepared:
    """The steps of an estimator on an experiment."""

    def __init__(
        self,
        context: Context,
        exponents: Exponents,
        phase: PhaseStep,
        scale: ScaleStep,
        detected: bool,
        groups: tuple[Group, ...],
    ) -> None:
        self.context = context
        self._exponents = exponents
        self._statistic = phase(context)
        self._scale = scale
        self._detected = detected
        self._groups = groups

    def __call__(self, weights: Weights, damping: Mapping[str, Floats] | None = None) -> Complexes:
        context = self.context if damping is None else replace(self.context, damping=damping)
        moments = context.units.moments(weights)
        if self._detected:
            moments = moments.detected()
        amplitude = self._statistic(weights, moments)
        return self._scale(amplitude, moments, context, self._groups)

    def value(self) -> complex:
        """The estimate."""
        return complex(self(self.context.units.counts))

    def resampled(self, rng: np.random.Generator, resamples: int) -> Complexes:
        """The estimates of resampled experiments, with exponents of resampled trainings."""
        units = self.context.units
        size = max(1, _CHUNK // max(len(counts) for counts in units.counts))
        draws = []
        for first in range(0, resamples, size):
            count = min(size, resamples - first)
            damping = self._exponents.replicas(count, rng)
            draws.append(self(units.draw(rng, count), damping))
        return np.concatenate(draws)

    def jackknife(self) -> tuple[Complexes, Floats]:
        """The estimates without one unit each, and the units' numbers."""
        weights, numbers = self.context.units.leave_one_out()
        return self(weights), numbers


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
    for step in ("phase", "scale"):
        same = [m.name for m in methods if step in m.steps]
        if len(same) > 1:
            raise InputError(f"the mitigation methods {' and '.join(same)} exclude each other")
    several = [m.name for m in methods if m.experiments > 1]
    if len(several) > 1:
        raise InputError(f"the mitigation methods {' and '.join(several)} exclude each other")
    return Estimator(methods)
