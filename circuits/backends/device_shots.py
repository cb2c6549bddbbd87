"""The shots of programs that draw their own strings, checked against the host's strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..ondevice import device_paths, thresholds
from .errors import JobError
from .protocol import Shots

if TYPE_CHECKING:
    from pytket.backends.backendresult import BackendResult

__all__ = ["read_device_shots"]


def read_device_shots(
    result: BackendResult,
    strands: int,
    *,
    last: int,
    seed: int,
    first: int = 0,
    registers: Sequence[str] = ("m",),
    trust_device: bool = False,
) -> Shots:
    """The shots of a device program, checked against the host's own strings.

    Args:
        result: what the device returned, with the register ``b`` and those of the outcomes, shot
            by shot.
        strands: number of strands n.
        last: the bit s_n of the program.
        seed: the seed of the program.
        first: number of the first of these shots within its job.
        registers: of the outcomes; those of several are side by side in the shots.
        trust_device: use the strings that came back even if they differ from the host's.

    Raises:
        JobError: registers are missing, the result has no single shots, or strings differ from
            the host's; the message has their number.
    """
    from pytket.circuit import Bit

    free = len(thresholds(strands, last))
    qubits = max(1, strands - 1)
    bits = [Bit(register, j) for register in registers for j in range(qubits)]
    bits += [Bit("b", k) for k in range(free)]
    if missing := [str(bit) for bit in bits if bit not in result.c_bits]:
        raise JobError(f"the result has no bits {', '.join(missing)}: it is of another program")
    if not result.contains_measured_results or result.get_result(bits).shots is None:
        raise JobError("the result has counts only: the strings are checked shot by shot")
    table = np.asarray(result.get_shots(cbits=bits), dtype=np.uint8)
    outcomes, drawn = np.split(table, [len(registers) * qubits], axis=1)
    paths = device_paths(strands, last=last, seed=seed, shots=len(table), first=first)
    wrong = int(np.any(paths[:, 2 : 2 + free] != drawn, axis=1).sum())
    if not wrong:
        return Shots(paths, outcomes)
    if not trust_device:
        raise JobError(
            f"{wrong} of {len(table)} shots came back with another string than the one that the "
            f"host computes from seed {seed}; check that the seed and the order of the shots are "
            f"those of the job, or accept the device's strings: collect with --trust-device, in "
            f"Python trust_device=True"
        )
    paths[:, 2 : 2 + free] = drawn
    if np.any(paths[:, 1:] + paths[:, :-1] == 0):
        raise JobError("the device's strings have adjacent zeros, so they are not paths")
    return Shots(paths, outcomes)
