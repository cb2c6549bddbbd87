"""Echo pulses against a field that turns all qubits about Z alike.

While a circuit runs, slow drifts of the field turn every qubit about Z by the same small angle
per layer of two-qubit gates. A π pulse, X, in the middle turns the sign of what follows. As the
gates in between do not commute with X, they are conjugated by it: after an X on qubit q and until
the next one there,

* Rz(α) on q becomes Rz(−α), PhasedX(θ, ϕ) becomes PhasedX(θ, −ϕ);
* ZZPhase(θ) of q and another qubit becomes ZZPhase(−θ), or stays if both are turned round.

With an even number of pulses on every qubit the circuit is the same unitary, of as many two-qubit
gates by the same angles up to signs. A pulse is merged with the one-qubit gate that is there
between two two-qubit gates of its qubit, and costs a one-qubit gate only where there is none.

To first order in the field, what is left of it is Σ_k f_k w_k Z_k, where w_k is the time between
two gates of a qubit, f_k = ±1 whether it is turned round then, and Z_k is Z of this qubit in the
Heisenberg picture. The circuits mix all paths of a link alike within a few layers, so that Z_k
hardly depends on k in the mean: it suffices that Σ f_k w_k is small, over the circuit and over
stretches that are not too short. The f_k follow a reference sequence whose pulses are at
T/(2P), 3T/(2P), … of the duration T (Carr, Purcell, Meiboom, Gill), as closely as the places for
pulses allow: :func:`signed_times`.

Source: the toggling frame is average-Hamiltonian theory (Haeberlen and Waugh, Phys. Rev. 175
(1968) 453); frames of one qubit each and the placement are our own.
"""

from __future__ import annotations

from dataclasses import replace

from ..knots.checks import check_count
from ..knots.errors import InputError
from .builder import CircuitBuilder
from .ir import ZZPHASE, Circuit
from .oplog import PAULI_X

__all__ = ["decoupled", "signed_times", "waits"]

_MOST = 100_000
_EPS = 1e-9

Waits = list[list[float]]


def decoupled(circuit: Circuit, *, pulses: int, keep_phases: bool = False) -> Circuit:
    """The same circuit with echo pulses.

    Args:
        circuit: compiled for its device.
        pulses: number of pulses of the reference sequence, even; 0 for none. A qubit with long
            waits has fewer or more, but an even number.
        keep_phases: keep rotations about Z that nothing but measurement follows, for circuits
            that others continue.

    Returns:
        A circuit with the same two-qubit gates up to signs of angles, the same unitary (without
        ``keep_phases`` up to rotations about Z at the end), outcomes and normal form.

    Raises:
        InputError: ``pulses`` is odd or negative.

    Example:
        >>> from plait.circuits import build_circuit
        >>> circuit = build_circuit("1 2 3 1 2 3 -2 3 1 2", "01111", target="H2-1")
        >>> echoed = decoupled(circuit, pulses=4)
        >>> echoed.two_qubit_gates == circuit.two_qubit_gates, echoed.undo == circuit.undo
        (True, True)
    """
    if check_count(pulses, "pulses", least=0, most=_MOST) % 2:
        raise InputError(f"pulses={pulses}: give an even number of echo pulses, or 0 for none")
    if not pulses:
        return circuit
    signs = _frames(waits(circuit), pulses)
    builder = CircuitBuilder(circuit.qubits, right_angles=circuit.entangler == "cz")
    turned = [False] * circuit.qubits
    done = [0] * circuit.qubits  # two-qubit gates of each qubit

    def turn_to(qubit: int, wanted: bool) -> None:
        if turned[qubit] != wanted:
            builder.local(qubit, PAULI_X)
            turned[qubit] = wanted

    for gate in circuit.gates:
        if gate.name == "zzphase":
            for qubit in gate.qubits:
                turn_to(qubit, signs[qubit][done[qubit]] < 0)
                done[qubit] += 1
            odd = turned[gate.qubits[0]] != turned[gate.qubits[1]]
            builder.zz(*gate.qubits, -gate.angles[0] if odd else gate.angles[0])
            continue
        (qubit,) = gate.qubits
        matrix = gate.matrix()
        builder.local(qubit, PAULI_X @ matrix @ PAULI_X if turned[qubit] else matrix)
    for qubit in range(circuit.qubits):
        turn_to(qubit, False)
    made = builder.finish(name=circuit.name, keep_phases=keep_phases)
    return replace(made, undo=circuit.undo)


def waits(circuit: Circuit) -> Waits:
    """Per qubit, the layers from each of its two-qubit gates, or the start, to the next one's end.

    Gates start as soon as both qubits are free and take one layer.

    Example:
        >>> from plait.circuits.ir import Gate
        >>> gates = [Gate("zzphase", pair, (1.0,)) for pair in [(0, 1), (1, 2), (0, 1)]]
        >>> waits(Circuit(3, gates))
        [[1.0, 2.0], [1.0, 1.0, 1.0], [2.0]]
    """
    x = circuit.arrays
    clock = [0.0] * circuit.qubits
    found: Waits = [[] for _ in range(circuit.qubits)]
    pairs = x.code == ZZPHASE
    for a, b in zip(x.a[pairs].tolist(), x.b[pairs].tolist(), strict=True):
        now = max(clock[a], clock[b]) + 1
        for qubit in (a, b):
            found[qubit].append(now - clock[qubit])
            clock[qubit] = now
    return found


def _frames(times: Waits, pulses: int) -> list[list[int]]:
    """The sign of every wait, such that sums of signed waits follow those of the reference."""
    duration = max((sum(own) for own in times), default=0.0)
    signs: list[list[int]] = []
    for own in times:
        now = total = 0.0
        sign = 1
        mine = []
        for wait in own:
            now += wait
            wanted = _reference(now, duration, pulses)
            stay, turn = (abs(total + s * wait - wanted) for s in (sign, -sign))
            if turn < stay - _EPS:
                sign = -sign
            total += sign * wait
            mine.append(sign)
        signs.append(mine)
    return signs


def _reference(now: float, duration: float, pulses: int) -> float:
    """∫₀ᵗ of the sign of the reference sequence: a triangle wave."""
    half = duration / (2 * pulses)
    phase = (now / half) % 4
    return half * (phase if phase < 1 else 2 - phase if phase < 3 else phase - 4)
