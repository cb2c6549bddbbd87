"""Echo circuits for Quantinuum Helios, which takes programs of guppy instead of circuits.

The programs are those of :mod:`plait.circuits.ondevice`: the same native gates, registers and
random numbers, so that the host recomputes the strings in the same way. Explicit circuits become
programs without random numbers.
"""

from __future__ import annotations

import math
from functools import cache
from types import SimpleNamespace
from typing import Any, no_type_check

from ..knots.inputs import BraidLike, braid
from ..knots.optional import require
from .echo import Part
from .ir import Circuit
from .ondevice import MASK, check_program, thresholds
from .template import body

__all__ = ["circuit_program", "helios_program"]


def helios_program(x: BraidLike, *, last: int, part: Part = "real", seed: int) -> Any:
    """The echo program that draws s_1 … s_{n−1} in every shot, as a guppy function.

    Args:
        x: the braid U, as anything that :func:`plait.braid` takes.
        last: the bit s_n of all shots.
        part: ``"real"`` or ``"imag"`` part of ⟨s|U|s⟩.
        seed: of the device's random numbers, see :func:`plait.circuits.ondevice.device_program`.

    Returns:
        A guppy function without arguments; ``.compile()`` gives the HUGR package to upload. Its
        results are ``m`` and ``b``, as in :func:`plait.circuits.ondevice.device_program`.

    Raises:
        InputError: no string has this last bit, unknown part, or a seed out of range.
        MissingExtraError: guppylang is not installed.
    """
    word = braid(x)
    check_program(word.strands, last, part, seed)
    g = _guppy()
    limits, qubits = thresholds(word.strands, last), max(1, word.strands - 1)
    circuit, free = body(word, last), len(thresholds(word.strands, last))

    def link(q: list[Any], b: list[Any], target: int, turns: float) -> None:
        """CNOT from qubit 0 if the bit of the target is 1; see the pytket program."""
        g.phased_x(q[target], g.angle(-0.5), g.angle(0.5))
        if target <= free:
            g.copy_if(q[0], q[target], b[target - 1], turns)
        else:
            g.copy(q[0], q[target], turns)
        g.phased_x(q[target], g.angle(0.5), g.angle(0.5))

    @g.comptime
    @no_type_check
    def main() -> None:
        q = [g.qubit() for _ in range(qubits)]
        b: list[Any] = [True] * (free + 1)
        if free:
            rng = g.RNG(seed)
            rng.random_advance(g.get_current_shot() * free)
            for k in reversed(range(free)):
                b[k] = g.draw(rng, limits[k], b[k + 1])
            rng.discard()
        g.phased_x(q[0], g.angle(0.5), g.angle(0.5))
        if part == "imag":
            g.rz(q[0], g.angle(-0.5))
        for target in range(1, qubits):
            link(q, b, target, 0.5)
        _add_gates(g, circuit, q)
        for target in range(1, qubits):
            link(q, b, target, -0.5)
        g.phased_x(q[0], g.angle(-0.5), g.angle(0.5))
        if free:
            g.result("b", g.array(*b[:free]))
        g.result("m", g.measure_array(g.array(*q)))

    return main


def circuit_program(circuit: Circuit) -> Any:
    """A neutral circuit as a guppy function; qubit j is measured into bit j of ``c``.

    Raises:
        MissingExtraError: guppylang is not installed.
    """
    g = _guppy()

    @g.comptime
    @no_type_check
    def main() -> None:
        q = [g.qubit() for _ in range(circuit.qubits)]
        _add_gates(g, circuit, q)
        g.result("c", g.measure_array(g.array(*q)))

    return main


def _add_gates(g: Any, circuit: Circuit, q: list[Any]) -> None:
    for gate in circuit.gates:
        operands = [q[qubit] for qubit in gate.qubits]
        turns = [g.angle(angle / math.pi) for angle in gate.angles]
        {"rz": g.rz, "phasedx": g.phased_x, "zzphase": g.zz_phase}[gate.name](*operands, *turns)


@cache
def _guppy() -> SimpleNamespace:
    """What the programs use of guppy, and three functions with conditions."""
    require("guppylang", extra="quantinuum", purpose="a program for Helios")
    from guppylang import guppy
    from guppylang.std.angles import angle
    from guppylang.std.builtins import array, comptime, result
    from guppylang.std.qsystem import measure_array, phased_x, rz, zz_phase
    from guppylang.std.qsystem.random import RNG
    from guppylang.std.qsystem.utils import get_current_shot
    from guppylang.std.quantum import qubit

    mask = MASK

    @guppy
    @no_type_check
    def draw(rng: RNG, threshold: int, above: bool) -> bool:
        below = (rng.random_int() & comptime(mask)) < threshold
        return below or not above

    @guppy
    @no_type_check
    def copy(branch: qubit, target: qubit, turns: float) -> None:
        zz_phase(branch, target, angle(turns))
        rz(target, angle(-turns))

    @guppy
    @no_type_check
    def copy_if(branch: qubit, target: qubit, bit: bool, turns: float) -> None:
        if bit:
            copy(branch, target, turns)

    return SimpleNamespace(
        comptime=guppy.comptime,
        angle=angle,
        array=array,
        result=result,
        measure_array=measure_array,
        phased_x=phased_x,
        qubit=qubit,
        rz=rz,
        zz_phase=zz_phase,
        RNG=RNG,
        get_current_shot=get_current_shot,
        draw=draw,
        copy=copy,
        copy_if=copy_if,
    )
