"""⟨s|U|s⟩ of one path by contraction of the face model, as a sample of z = E_s⟨s|U|s⟩.

A level of a closed braid is crossed by the faces x_0 … x_n, one between each two strands. The
terms of the face model in which they carry the labels of a path s are those of ⟨s|U|s⟩: with
Z_s their sum over the network of a connected part whose outermost faces are x_i and x_j,

    Z_s = d_{s_i} d_{s_j} ⟨s|U|s⟩,

and ⟨s|U|s⟩ of the braid is the product over the parts. (Every face but the outermost two lies
below one twist, so that Π_f d_f of the face model is what makes its weights those of
:mod:`plait.knots.fibonacci`, up to a factor √(d_B/d_T) for each twist, whose product around the
closed braid is 1.)

With these labels fixed the network is a rectangle of strands × layers in place of a ring, and
open ends of width up to 2·strands become ones of width up to min(strands, layers). So a sample
can cost a small fraction of the exact value, and the mean over N paths drawn from P has an error
of at most 1/√N.

Source: derived here. Sampling paths is what the quantum algorithm does (Shor and Jordan, Quantum
Inf. Comput. 8, 681 (2008)), and with state vectors the method ``statevector``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..knots.braids import Braid
from ..knots.checks import check_braid
from ..knots.conventions import DIMENSIONS, ORDER
from ..knots.fibonacci import check_path
from .face import FaceDiagram, FaceNetwork, face_diagram
from .plan import make_plan
from .program import build_program
from .resources import check_cost
from .rings import Complex
from .tree import neighbours

__all__ = ["level_diagram", "path_amplitude"]


@dataclass(frozen=True, eq=False)
class _Level(FaceNetwork):
    """A network in which the faces across one level have the labels of a path.

    Attributes:
        labels: of the faces across the level.
        outermost: the product of d over the two outermost faces.
    """

    labels: Mapping[int, int]
    outermost: float

    @cached_property
    def pins(self) -> dict[int, int]:
        """The labels of the path, and those that follow: neighbours of a vacuum are τ."""
        near = neighbours(self)
        pins = {g: 1 for f, label in self.labels.items() if label == 0 for g in near[f]}
        return pins | dict(self.labels)


def path_amplitude(b: Braid, path: Iterable[int] | str, *, memory: float | None = None) -> complex:
    """⟨s|U|s⟩ of a braid in the Fibonacci representation.

    Args:
        b: the braid.
        path: bits s_0 … s_n.
        memory: bytes allowed; by default half of what is free.

    Raises:
        InputError: not a path of this braid.
        ResourceError: predicted memory or time are beyond the limits.

    Example:
        >>> round(abs(path_amplitude(Braid("1 -2 1 -2"), "0111")), 6)
        0.95385
    """
    levels = _levels(b, path)
    plan = make_plan(FaceDiagram(tuple(levels), 0))
    check_cost(plan.cost, "the amplitude of a path", memory)
    found = 1.0 + 0.0j
    for level, part in zip(levels, plan.parts, strict=True):
        found *= complex(build_program(level, part.tree).run(Complex())) / level.outermost
    return found


def level_diagram(b: Braid, path: Iterable[int] | str) -> FaceDiagram:
    """The face model of a closed braid with the labels of a path across one level, for plans.

    Plans for different paths cost about the same, as they fix the same faces.

    Raises:
        InputError: not a path of this braid.

    Example:
        >>> make_plan(level_diagram(Braid("1 -2 1 -2"), "0111")).cost.seconds < 1
        True
    """
    return FaceDiagram(tuple(_levels(b, path)), 0)


def _levels(b: Braid, path: Iterable[int] | str) -> list[_Level]:
    """The networks of the parts of a closed braid with the labels of a path."""
    s = check_path(path, check_braid(b).strands)
    generators = [run.generator for run in b.runs(ORDER)]
    # A part of the diagram is a stretch of generators that are all used; parts are in the order
    # of their first runs, and the twists of each in the order of its runs.
    used = set(generators)
    begin = {i: max(k for k in range(1, i + 1) if k - 1 not in used) for i in used}
    members: dict[int, list[int]] = {}
    for i in generators:
        members.setdefault(begin[i], []).append(i)
    networks = face_diagram(b).networks
    return [
        _level(network, part, s) for network, part in zip(networks, members.values(), strict=True)
    ]


def _level(network: FaceNetwork, generators: list[int], s: Sequence[int]) -> _Level:
    """Of one part: the labels across the level at which the word begins and ends."""
    left, below, right, _ = (network.corners[:, k].tolist() for k in range(4))
    low, high = min(generators), max(generators)
    # The face below the first twist of a column is the one above its last twist.
    labels = {below[generators.index(i)]: s[i] for i in range(low, high + 1)}
    labels[left[generators.index(low)]] = s[low - 1]
    labels[right[generators.index(high)]] = s[high + 1]
    outermost = float(DIMENSIONS[s[low - 1]] * DIMENSIONS[s[high + 1]])
    return _Level(network.corners, network.powers, network.edges, network.faces, labels, outermost)
