"""docs/hardware.md runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from plait.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "hardware.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ plait (submit .*)$", PAGE, re.M)


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.S))
def test_python_examples(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == re.findall(r"^print\(.*\n# (.*)$", code, re.M)


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_commands_are_accepted(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As dry runs: what needs an account is checked up to the network."""
    packages = {"ibm:": "qiskit_ibm_runtime", "Helios": "guppylang"}
    known = (package for name, package in packages.items() if name in command)
    package = next(known, "pytket.extensions.quantinuum")
    pytest.importorskip(package)
    with pytest.raises(SystemExit) as caught:
        main([*shlex.split(command), "--dry-run"])
    assert caught.value.code == 0
    assert "valid" in capsys.readouterr().out
