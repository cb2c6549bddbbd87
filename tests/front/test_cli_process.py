"""The command line as a process of its own: pipes, signals, kills."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plait
from plait import RunRecord

SCRIPT = Path(sysconfig.get_path("scripts")) / "plait"
SECONDS = 120

posix = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")


def call(
    *arguments: str, text: str | None = None, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, *arguments],
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        cwd=folder,
        env=os.environ | environment,
        check=False,
    )


def test_jones() -> None:
    done = call("jones", "1 1 1", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    t = np.exp(2j * np.pi / 5)
    assert abs(complex(*json.loads(done.stdout)["value"]) - (t + t**3 - t**4)) < 1e-12


def test_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "plait", "jones", "-", "--json"],
        input="-1 2 -1 2\n",
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["exact"] == [2, 0, 2, 2]


@pytest.mark.parametrize(
    "arguments", [("jones", "1_7"), ("jones", "★"), ("run", "4_1", "--shots", "0"), ("bogus",)]
)
def test_errors(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = call(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stderr


def test_pipes_get_plain_text(tmp_path: Path) -> None:
    done = call(
        "run", "4_1", "--shots", "40", "--seed", "1", folder=tmp_path, TERM="xterm-256color"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert "4_1: markov closure" in done.stdout


@pytest.mark.parametrize("x", ["0_1", "[]"])
def test_trivial_braids_run_without_warnings(tmp_path: Path, x: str) -> None:
    done = call("run", x, "--shots", "40", "--seed", "1", "--json", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["exact_value"] == [1.0, 0.0]


@pytest.mark.parametrize("arguments", [("jones", "3_1"), ("jones", "3_1", "--json"), ("info",)])
def test_terminals_without_unicode(arguments: tuple[str, ...]) -> None:
    """Output may lose its Greek letters there, but not become a traceback."""
    done = call(*arguments, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_input_that_is_no_text() -> None:
    done = subprocess.run(
        [SCRIPT, "jones", "-"],
        input=b"\xff\xfe",
        capture_output=True,
        timeout=SECONDS,
        env=os.environ | {"PYTHONIOENCODING": "utf-8:strict"},
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")


@posix
def test_reader_that_goes_away() -> None:
    done = subprocess.run(
        ["sh", "-c", f"'{SCRIPT}' info | head -n 1"],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


# Runs that are stopped. A round of 800 shots on nine strands takes about a tenth of a second.

_RNG = np.random.default_rng(12)
WORD = " ".join(map(str, (_RNG.integers(1, 9, 50) * _RNG.choice([-1, 1], 50)).tolist()))
OPTIONS = ["--strands", "9", "--shots", "8000", "--seed", "21", "--device", "H1-1"]


@pytest.fixture(scope="module")
def whole() -> RunRecord:
    return plait.run(WORD, strands=9, shots=8000, seed=21, device="H1-1")


def begin(folder: Path) -> subprocess.Popen[str]:
    """The command ``plait run``, stopped by nobody yet, after its second round."""
    # Shells start background jobs with SIGINT ignored, and children inherit that.
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from plait.cli import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "run", WORD, *OPTIONS, "--out", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    shots = folder / "shots.jsonl"
    limit = time.monotonic() + SECONDS
    while not shots.exists() or shots.read_bytes().count(b"\n") < 2:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < limit
        time.sleep(0.005)
    return process


def content(data: dict[str, Any]) -> dict[str, Any]:
    """All but times, places and names."""
    data = {k: v for k, v in data.items() if k not in ("seconds", "folder", "name")}
    return data | {"exact": data["exact"] | {"seconds": None}}


def rounds(folder: Path) -> int:
    return (folder / "shots.jsonl").read_bytes().count(b"\n")


@posix
def test_killed_run_goes_on(tmp_path: Path, whole: RunRecord) -> None:
    folder = tmp_path / "run"
    process = begin(folder)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=SECONDS)
    assert process.returncode == -signal.SIGKILL
    assert not (folder / "record.json").exists()
    before = rounds(folder)
    assert 2 <= before < 10
    done = call("run", WORD, *OPTIONS, "--out", str(folder), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert rounds(folder) == 10
    assert content(json.loads(done.stdout)) == content(json.loads(json.dumps(whole.to_json())))


@posix
def test_interrupted_run_keeps_its_shots(tmp_path: Path, whole: RunRecord) -> None:
    folder = tmp_path / "run"
    process = begin(folder)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert "stopped; the shots measured so far are in" in err
    measured = rounds(folder)
    assert 2 <= measured < 10
    shown = call("show", str(folder))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"{800 * measured} of 8000 planned (unfinished run)" in shown.stdout
    record = plait.run(WORD, strands=9, shots=8000, seed=21, device="H1-1", out=folder)
    assert content(record.to_json()) == content(whole.to_json())
