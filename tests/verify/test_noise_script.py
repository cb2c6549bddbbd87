"""The script benchmarks/noise.py goes on from the file that it left."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "noise.py"


@pytest.fixture
def noise(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("noise", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look for the module that they are in.
    monkeypatch.setitem(sys.modules, "noise", module)
    spec.loader.exec_module(module)
    return module


def test_half_a_line_at_the_end_is_measured_again(
    noise: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = tmp_path / "known.jsonl"
    whole = '["0.1 4 8 10 5", [1, 2, 3, 4, 5, 6]]\n'
    known.write_text(whole + '["0.1 4 9 10 6", [1, 2')
    monkeypatch.setattr(noise, "_simulated", lambda *_: [6.0, 5, 4, 3, 2, 1])
    found = noise.simulated(0.1, [8, 9], 4, 10, 5, known)
    assert found.crossings.tolist() == [1, 6]
    assert known.read_text() == whole + '["0.1 4 9 10 6", [6.0, 5, 4, 3, 2, 1]]\n'
    assert noise.simulated(0.1, [8, 9], 4, 10, 5, known).gates.tolist() == [2, 5]
