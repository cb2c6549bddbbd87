"""Echo circuits that draw their own string on the device (Quantinuum H2).

One program serves all shots with the same last bit s_n: in every shot the machine's random number
generator draws the other bits, from the last one down, and classical conditions decide which
qubits join the cat state. No string crosses the wire, so the cost per circuit is paid once.

Given s_n, all strings are equally likely in the Markov trace, so with N_j(v) the number of paths
x_0 … x_j that end in v,

    P(x_j = 0 | x_{j+1} = 1) = N_j(0) / (N_j(0) + N_j(1)),    P(x_j = 0 | x_{j+1} = 0) = 0.

The lower 30 bits of a random number are compared with a threshold; the machine's own bounded
numbers are avoided, whose bound is inclusive in one description and exclusive in another. All
shots of a job read one stream from their own position, ``shot × draws``: without that position
every shot would have the same string. The host knows the generator (:mod:`plait.circuits.pcg`) and
recomputes every string (:mod:`plait.circuits.backends.device_shots`); a device that returns others
did not run the program that was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid
from ..knots.errors import InputError
from ..knots.inputs import BraidLike, braid
from .echo import Part, check_part
from .emit import to_pytket
from .joined import measure_into
from .pcg import pcg32
from .template import body, check_last

if TYPE_CHECKING:
    import pytket

__all__ = ["MAX_SEED", "device_paths", "device_program", "interleaved_device_program"]

Bits = npt.NDArray[np.uint8]

MAX_SEED: Final = 2**31 - 1
"""Seeds up to here are the same number in every register of the way."""

_BITS: Final = 30
MASK: Final = (1 << _BITS) - 1
"""What is used of a random number."""


def thresholds(strands: int, last: int) -> list[int]:
    """2³⁰ P(x_j = 1 | x_{j+1} = 1) of the bits that are free, j = 2, 3, …: qubits 1, 2, …."""
    found = []
    zero, one = 0, 1  # N_1
    for _ in range(strands - 3 + last):
        zero, one = one, zero + one
        total = zero + one
        found.append(((one << _BITS) + total // 2) // total)
    return found


def device_program(x: BraidLike, *, last: int, part: Part = "real", seed: int) -> pytket.Circuit:
    """The echo circuit that draws s_1 … s_{n−1} in every shot.

    Gates are native to Quantinuum machines: ``PhasedX``, ``Rz``, ``ZZPhase``. A CNOT of the cat
    state that depends on a bit is one ``ZZPhase`` under a condition, and a virtual rotation.

    Args:
        x: the braid U, as anything that :func:`plait.braid` takes.
        last: the bit s_n of all shots.
        part: ``"real"`` or ``"imag"`` part of ⟨s|U|s⟩.
        seed: of the device's random numbers, 0 … 2³¹ − 1; another one for every job.

    Returns:
        A circuit that measures qubit j into bit j of the register ``m``; bit k of the register
        ``b`` is s_{k+2}. Registers ``rng_…`` are for its own use.

    Raises:
        InputError: no string has this last bit, unknown part, or a seed out of range.

    Example:
        >>> program = device_program("1 2 1 2", last=1, seed=7)
        >>> program.n_qubits, [register.name for register in program.c_registers][:2]
        (2, ['b', 'm'])
    """
    return _program({"m": (braid(x), part)}, last, seed, f"echo-{part}-x{last}")


def interleaved_device_program(
    circuits: Mapping[str, tuple[BraidLike, Part]], *, last: int, seed: int
) -> pytket.Circuit:
    """The program that draws a string in every shot and runs several echo circuits on it.

    They run one after another on the same qubits, which are measured and reset in between, so
    that a phase that drifts from shot to shot is common to them.

    Args:
        circuits: per register, into which it is measured, the braid and the part of ⟨s|U|s⟩.
        last: the bit s_n of all shots.
        seed: as in :func:`device_program`.

    Returns:
        A circuit that measures qubit j into bit j of each register in turn; the string is in the
        register ``b``, as in :func:`device_program`.

    Raises:
        InputError: no circuits, braids with different numbers of strands, or as
            :func:`device_program`.

    Example:
        >>> program = interleaved_device_program(
        ...     {"m_real": ("1 2 1 2", "real"), "m_imag": ("1 2 1 2", "imag")}, last=1, seed=7)
        >>> program.n_qubits, program.n_gates_of_type(__import__("pytket").OpType.Reset)
        (2, 2)
    """
    segments = {register: (braid(x), part) for register, (x, part) in circuits.items()}
    strands = sorted({word.strands for word, _ in segments.values()})
    if len(strands) != 1:
        raise InputError(f"braids on {strands} strands: give some, all on as many strands")
    return _program(segments, last, seed, f"echo-interleaved-x{last}")


def _program(
    segments: Mapping[str, tuple[Braid, Part]], last: int, seed: int, name: str
) -> pytket.Circuit:
    from pytket.circuit import Circuit

    for word, part in segments.values():
        check_program(word.strands, last, part, seed)
    limits = thresholds(word.strands, last)
    circuit = Circuit(max(1, word.strands - 1), name=name)
    if limits:
        _add_draws(circuit, limits, seed)
    for number, (register, (word, part)) in enumerate(segments.items(), start=1):
        _add_echo(circuit, word, last, part, free=len(limits))
        measure_into(circuit, register, reset=number < len(segments))
    return circuit


def _add_echo(circuit: pytket.Circuit, word: Braid, last: int, part: Part, *, free: int) -> None:
    """The gates of one echo circuit, on qubits that are all 0."""
    qubits = circuit.n_qubits
    circuit.PhasedX(0.5, 0.5, 0)
    if part == "imag":
        circuit.Rz(-0.5, 0)
    for qubit in range(1, qubits):
        _add_cx(circuit, qubit, 0.5, free)
    circuit.append(to_pytket(body(word, last), measure=False))
    for qubit in range(1, qubits):
        _add_cx(circuit, qubit, -0.5, free)
    circuit.PhasedX(-0.5, 0.5, 0)


def _add_cx(circuit: pytket.Circuit, target: int, angle: float, free: int) -> None:
    """CNOT from qubit 0 if the bit of the target is 1, or in any case where it is not free.

    With the angle 1/2 (half-turns) the rotation of qubit 0 that belongs to it is left out, with
    −1/2 its inverse: between the two, gates on qubit 0 are diagonal, so that both cancel.
    """
    from pytket.circuit import Bit

    condition = {"condition": Bit("b", target - 1)} if target <= free else {}
    circuit.PhasedX(-0.5, 0.5, target)
    circuit.ZZPhase(angle, 0, target, **condition)
    circuit.Rz(-angle, target, **condition)
    circuit.PhasedX(0.5, 0.5, target)


def _add_draws(circuit: pytket.Circuit, limits: list[int], seed: int) -> None:
    """Draw the bits of the register ``b``, from the last one down."""
    from pytket.circuit.logic_exp import reg_lt

    strings = circuit.add_c_register("b", len(limits))
    seeds = circuit.add_c_register("rng_seed", 64)
    shot = circuit.add_c_register("rng_shot", 32)
    index = circuit.add_c_register("rng_index", 32)
    number = circuit.add_c_register("rng_number", 32)
    below = circuit.add_c_register("rng_below", 1)
    circuit.add_c_setreg(seed, seeds)
    circuit.set_rng_seed(seeds)
    circuit.get_job_shot_num(shot)
    circuit.add_clexpr_from_logicexp(shot * len(limits), index.to_list())
    circuit.set_rng_index(index)
    for k in reversed(range(len(limits))):
        circuit.get_rng_num(number)
        lower = number & MASK
        circuit.add_clexpr_from_logicexp(reg_lt(lower, limits[k]), [below[0]])
        # The bit above the highest one is 1: it is s_n, or s_{n−1} next to s_n = 0.
        forced = strings[k + 1] ^ 1 if k + 1 < len(limits) else 0
        circuit.add_clexpr_from_logicexp(below[0] | forced, [strings[k]])


def device_paths(strands: int, *, last: int, seed: int, shots: int, first: int = 0) -> Bits:
    """The strings that a device draws, recomputed bit for bit.

    Args:
        strands: number of strands n.
        last: the bit s_n.
        seed: as in :func:`device_program`.
        shots: how many shots S.
        first: number of the first shot within its job.

    Returns:
        Shape (S, n+1): row k is the string of shot ``first`` + k.

    Raises:
        InputError: no string has this last bit, or a number is out of range.

    Example:
        >>> device_paths(4, last=1, seed=7, shots=3).tolist()
        [[0, 1, 1, 0, 1], [0, 1, 0, 1, 1], [0, 1, 1, 0, 1]]
    """
    _check(strands, last, seed)
    if shots < 0 or first < 0:
        raise InputError(f"shots={shots} and first={first} must not be negative")
    limits = thresholds(strands, last)
    draws = len(limits)
    numbers = pcg32(seed, first * draws, shots * draws).reshape(shots, draws)
    # The first number is for the highest bit.
    ones = (numbers[:, ::-1] & MASK) < np.array(limits, dtype=np.uint32)
    paths = np.ones((shots, strands + 1), dtype=np.uint8)
    paths[:, 0] = 0
    paths[:, strands] = last
    for k in reversed(range(draws)):
        paths[:, k + 2] = ones[:, k] | (paths[:, k + 3] ^ 1)
    return paths


def check_program(strands: int, last: int, part: Part, seed: int) -> None:
    """Check what a program is made of.

    Raises:
        InputError: no string has this last bit, unknown part, or a seed out of range.
    """
    _check(strands, last, seed)
    check_part(part)


def _check(strands: int, last: int, seed: int) -> None:
    check_last(strands, last)
    if not 0 <= seed <= MAX_SEED:
        raise InputError(f"seed={seed}: give a number from 0 to {MAX_SEED}")
