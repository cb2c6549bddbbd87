"""Programs of guppy for Helios: Quantinuum's emulator Selene runs them, the host checks them."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import random_braid

from plait.circuits import build_circuit, read_outcome
from plait.circuits.backends.device_shots import read_device_shots
from plait.circuits.echo import Part
from plait.circuits.helios import circuit_program, helios_program
from plait.circuits.ondevice import device_paths
from plait.knots import InputError, paths
from plait.tensornet import representation

pytest.importorskip("guppylang.std", exc_type=ImportError)
pytestmark = [
    # guppylang uses a name of its own that is deprecated when it is imported.
    pytest.mark.filterwarnings("ignore:QSystemExtension:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:unclosed file .*selene:ResourceWarning"),
]
SHOTS = 3000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("strands", "last", "part", "seed"),
    [(6, 1, "real", 1234), (6, 0, "imag", 2**31 - 1), (3, 0, "imag", 3), (2, 1, "real", 0)],
)
def test_emulated(strands: int, last: int, part: Part, seed: int) -> None:
    """The strings are the host's, bit for bit, and the mean is that of the braid."""
    pytest.importorskip("selene_sim")
    braid = random_braid(strands, 4 * strands, seed=strands)
    program = helios_program(braid, last=last, part=part, seed=seed)
    emulator = program.emulator(n_qubits=strands - 1).with_seed(5).with_shots(SHOTS)
    shots = read_device_shots(emulator.run().to_pytket(), strands, last=last, seed=seed)
    drawn = device_paths(strands, last=last, seed=seed, shots=SHOTS)
    assert np.array_equal(shots.paths, drawn)
    read = [
        read_outcome("echo", path, "".join(map(str, outcome)))
        for path, outcome in zip(shots.paths.tolist(), shots.outcomes.tolist(), strict=True)
    ]
    assert all(r.kept for r in read)
    diagonal = np.diag(representation(braid))
    z = diagonal[paths(strands)[:, -1] == last].mean()
    want = z.real if part == "real" else z.imag
    assert abs(np.mean([r.value for r in read]) - want) < 4 / np.sqrt(SHOTS)


@pytest.mark.slow
def test_explicit_circuit_emulated() -> None:
    pytest.importorskip("selene_sim")
    braid = random_braid(5, 20, seed=1)
    circuit = build_circuit(braid, "010111", target="Helios-1")
    emulator = circuit_program(circuit).emulator(n_qubits=4).with_seed(5).with_shots(SHOTS)
    counts = emulator.run().to_pytket().get_counts()
    values = []
    for bits, number in counts.items():
        normal = circuit.normal("".join(map(str, bits)))
        values += [read_outcome("echo", (0, 1, 0, 1, 1, 1), normal).value] * number
    index = paths(5).tolist().index([0, 1, 0, 1, 1, 1])
    want = np.diag(representation(braid))[index].real
    assert abs(np.mean(values) - want) < 4 / np.sqrt(SHOTS)


@pytest.mark.parametrize(("strands", "last"), [(2, 0), (3, 1), (20, 0)])
def test_compiles(strands: int, last: int) -> None:
    package = helios_program(random_braid(strands, 30, seed=1), last=last, seed=1).compile()
    assert len(package.to_bytes()) > 1000


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="seed=-1"):
        helios_program("3_1", last=1, seed=-1)
    with pytest.raises(InputError, match="unknown part 'both'"):
        helios_program("3_1", last=1, part="both", seed=1)  # type: ignore[arg-type]
