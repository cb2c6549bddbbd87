"""Large products on a device of PyTorch; here its CPU, which takes the same path as a GPU."""

from __future__ import annotations

import random

import pytest

from plait.knots import Braid, InputError, MissingExtraError
from plait.tensornet import face_diagram, jones
from plait.tensornet.program import Program, build_program
from plait.tensornet.rings import Complex
from plait.tensornet.tree import find_tree


def program(strands: int, length: int, seed: int) -> Program:
    rng = random.Random(seed)
    word = [rng.choice([-1, 1]) * rng.randrange(1, strands) for _ in range(length)]
    (network, *_) = face_diagram(Braid(word, strands=strands)).networks
    return build_program(network, find_tree(network))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("small", [0, 2**6, 2**14])
def test_the_same_value_as_the_kernels(small: int, seed: int) -> None:
    pytest.importorskip("torch")
    from plait.tensornet.torchring import TorchComplex

    p = program(14, 160, seed)
    value = complex(p.run(TorchComplex(device="cpu", small=small)))
    assert value == pytest.approx(complex(p.run(Complex())), rel=1e-11)


def test_batches_of_a_few_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from plait.tensornet import torchring

    monkeypatch.setattr(torchring, "_BATCH", 50)
    p = program(12, 120, 5)
    value = complex(p.run(torchring.TorchComplex(device="cpu", small=0)))
    assert value == pytest.approx(complex(p.run(Complex())), rel=1e-11)


def test_sums_over_outer_strings_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """With short lists, some of the summed faces are outer ones."""
    pytest.importorskip("torch")
    import numpy as np

    from plait.tensornet import program as module
    from plait.tensornet.torchring import TorchComplex

    expected = complex(program(12, 120, 6).run(Complex()))
    monkeypatch.setattr(module, "_FEW_FACES", -1)
    monkeypatch.setattr(module, "_SMALL_BLOCK", np.array([2, 1, 2]))
    p = program(12, 120, 6)
    assert any(step.lists[13] for step in p.steps)
    assert complex(p.run(Complex())) == pytest.approx(expected, rel=1e-11)
    value = complex(p.run(TorchComplex(device="cpu", small=0)))
    assert value == pytest.approx(expected, rel=1e-11)


def test_single_precision_of_a_value() -> None:
    pytest.importorskip("torch")
    word = [i if i % 3 else -i for i in range(1, 12)] * 12
    double = jones(word, method="face").value
    single = jones(word, method="face", torch_device="cpu", precision="single")
    assert single.value == pytest.approx(double, rel=1e-3)
    assert single.value != double


@pytest.mark.parametrize("device", ["cuda:99", "abacus"])
def test_a_device_that_is_not_there(device: str) -> None:
    pytest.importorskip("torch")
    with pytest.raises(InputError, match=f"PyTorch cannot use the device '{device}'"):
        jones([1, 2, 3] * 5, method="face", torch_device=device)


def test_without_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r'pip install "plait\[gpu\]"'):
        jones([1, 2, 3] * 5, method="face", torch_device="cpu")
