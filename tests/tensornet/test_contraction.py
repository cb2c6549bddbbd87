"""Contractions that are stopped and go on: partial sums in memory and on disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from face_oracles import random_braid

from plait.knots import Braid, InputError, JonesValue, RecordError, ResourceError
from plait.tensornet import contraction, facevalue, jones, plan_contraction
from plait.tensornet.contraction import PartialSums, Unit
from plait.tensornet.resources import Cost

WIDE = random_braid(16, 400, 1)
MEMORY = 0.6 * plan_contraction(WIDE).cost.memory
# Residues at one prime at a time take as much as complex numbers for two; so they are sliced too.
EXACT_MEMORY = 1.5 * MEMORY
SPLIT = Braid([*random_braid(8, 60, 1).word, *(x + 8 * (1 if x > 0 else -1) for x in (1, 1, 1))])


class Heard:
    """Keeps what a monitor is told, and stops the contraction if asked to."""

    def __init__(self, stop: Callable[[int], BaseException | None] = lambda _: None) -> None:
        self.plans: list[tuple[Cost, int]] = []
        self.fractions: list[float] = []
        self.stop = stop

    def planned(self, cost: Cost, slices: int) -> None:
        self.plans.append((cost, slices))

    def advanced(self, fraction: float) -> None:
        self.fractions.append(fraction)
        error = self.stop(len(self.fractions))
        if error is not None:
            raise error


class Stopped(Exception):  # noqa: N818 - no error, but a stop
    pass


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the units that are computed in this test."""
    keys: list[str] = []
    original = contraction.contract_unit

    def record(unit: Unit, *rest: Any) -> Any:
        keys.append(unit.key)
        return original(unit, *rest)

    monkeypatch.setattr(contraction, "contract_unit", record)
    return keys


def sums(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "slices.jsonl").read_text().splitlines()]


def evaluate(exact: bool = False, **options: Any) -> JonesValue:
    memory = EXACT_MEMORY if exact else MEMORY
    return jones(WIDE, method="face", memory=memory, exact=exact, **options)


@pytest.fixture(scope="module", params=[False, True], ids=["complex", "integers"])
def whole(request: pytest.FixtureRequest) -> tuple[bool, JonesValue]:
    """Whether integers were asked for, and the value without a stop."""
    v = evaluate(request.param)
    assert v.details["slices"] > 8
    return request.param, v


# --- Stops and resumption ------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Stopped(), KeyboardInterrupt()], ids=repr)
def test_a_stopped_contraction_goes_on(
    tmp_path: Path,
    computed: list[str],
    whole: tuple[bool, JonesValue],
    error: BaseException,
) -> None:
    exact, expected = whole
    total = 0
    for stop in (3, 2):
        heard = Heard(lambda n, stop=stop: error if n == stop else None)  # type: ignore[misc]
        with pytest.raises(type(error)):
            evaluate(exact, folder=tmp_path, monitor=heard)
        total += stop
        # The unit whose end was announced is on disk.
        assert [entry["unit"] for entry in sums(tmp_path)] == computed
        assert len(computed) == total
    v = evaluate(exact, folder=tmp_path)
    assert (v.value, v.exact) == (expected.value, expected.exact)
    assert len(computed) == len(set(computed)) == len(sums(tmp_path)) > total
    # The folder is kept: nothing is left to compute.
    count = len(computed)
    again = evaluate(exact, folder=tmp_path)
    assert (again.value, again.exact, len(computed)) == (v.value, v.exact, count)


@pytest.mark.parametrize("name", ["PLAIT_CACHE", "XDG_CACHE_HOME"])
def test_the_default_folder_goes_away(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    computed: list[str],
    name: str,
) -> None:
    monkeypatch.delenv("PLAIT_CACHE", raising=False)
    monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(facevalue, "_WORTH_KEEPING", 0.0)
    root = tmp_path / "plait" / "contractions"
    with pytest.raises(Stopped):
        evaluate(monitor=Heard(lambda n: Stopped() if n == 5 else None))
    (folder,) = root.iterdir()
    assert len(sums(folder)) == 5
    # Another computation has a folder of its own, and leaves this one alone.
    mirror = jones(WIDE.mirror(), method="face", memory=MEMORY)
    assert mirror.value != 0
    jones(WIDE, method="face", memory=MEMORY, precision="single")
    assert list(root.iterdir()) == [folder]
    computed.clear()
    v = evaluate()
    assert len(computed) == v.details["slices"] - 5
    assert list(root.iterdir()) == []


def test_short_computations_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_CACHE", str(tmp_path))
    with pytest.raises(Stopped):
        evaluate(monitor=Heard(lambda n: Stopped() if n == 5 else None))
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_a_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: tuple[bool, JonesValue]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PLAIT_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(facevalue, "_WORTH_KEEPING", 0.0)
    exact, expected = whole
    assert evaluate(exact).value == expected.value


def test_a_last_line_that_is_cut_off(tmp_path: Path, whole: tuple[bool, JonesValue]) -> None:
    exact, expected = whole
    evaluate(exact, folder=tmp_path)
    path = tmp_path / "slices.jsonl"
    content = path.read_bytes()
    for cut in (1, 9, len(content.splitlines(keepends=True)[-1])):
        path.write_bytes(content[:-cut])
        v = evaluate(exact, folder=tmp_path)
        assert (v.value, v.exact) == (expected.value, expected.exact)
        assert path.read_bytes() == content


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[1]",
        b"nonsense",
        b"\xff",
        b'{"unit": "0.1.0"}',
        b'{"unit": "0.1.0", "value": 3}',
        b'{"unit": "0.1.0", "value": "ab"}',
        b'{"unit": "0.1.0", "value": [1, "x"]}',
        b'{"unit": "0.1.0", "value": [1, 2, 3]}',
        b'{"unit": "0.1.0", "value": [NaN, 1]}',
    ],
    ids=repr,
)
def test_a_damaged_line(tmp_path: Path, line: bytes) -> None:
    evaluate(folder=tmp_path)
    path = tmp_path / "slices.jsonl"
    lines = path.read_bytes().splitlines()
    lines[1] = line
    damaged = b"\n".join([*lines, b""])
    path.write_bytes(damaged)
    with pytest.raises(
        RecordError, match=r"slices\.jsonl is damaged .*; delete it to start again"
    ):
        evaluate(folder=tmp_path)
    assert path.read_bytes() == damaged


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"plan": {}}', b'{"plan": {"kind": "run"}}']
)
def test_a_damaged_plan_in_the_folder(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(RecordError, match=r"plan\.json is not the plan of this computation"):
        evaluate(folder=tmp_path)


def test_a_folder_serves_one_computation(tmp_path: Path) -> None:
    evaluate(folder=tmp_path)
    # The same shape, so the plan would fit, but the partial sums are those of another link.
    for b, options in (
        (WIDE.mirror(), {}),
        (WIDE, {"exact": True}),
        (WIDE, {"precision": "single"}),
        (Braid("1 -2 1 -2"), {}),
    ):
        with pytest.raises((RecordError, InputError), match=r"not the plan of this computation"):
            jones(b, method="face", folder=tmp_path, **options)  # type: ignore[arg-type]


def test_a_refusal_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A plan that stays would be taken for the next try, whatever its seed or effort.
    monkeypatch.setenv("PLAIT_CACHE", str(tmp_path))
    monkeypatch.setattr(facevalue, "_WORTH_KEEPING", 0.0)
    for exact in (False, True):
        for folder in (None, tmp_path / "out"):
            with pytest.raises(ResourceError, match="max_hours is 1e-12"):
                evaluate(exact, folder=folder, max_hours=1e-12)
    assert list(tmp_path.iterdir()) == []


def test_a_plan_besides_that_of_the_folder(tmp_path: Path) -> None:
    first = evaluate(folder=tmp_path)
    own = plan_contraction(WIDE, memory=MEMORY)
    assert evaluate(folder=tmp_path, plan=own).value == first.value
    with pytest.raises(RecordError, match="it is another plan than the one given"):
        evaluate(folder=tmp_path, plan=plan_contraction(WIDE, seed=1, memory=MEMORY))
    # A different allowance does not matter: the plan in the folder stands.
    v = jones(WIDE, folder=tmp_path, memory=4 * MEMORY)
    assert (v.value, v.details["slices"]) == (first.value, first.details["slices"])


# --- Progress ------------------------------------------------------------------------------------


@pytest.mark.parametrize("b", [WIDE, SPLIT, Braid("1 1 3", strands=5)])
@pytest.mark.parametrize("exact", [False, True])
def test_progress(b: Braid, exact: bool) -> None:
    heard = Heard()
    memory = {False: MEMORY, True: EXACT_MEMORY}[exact] if b is WIDE else None
    v = jones(b, method="face", exact=exact, memory=memory, monitor=heard)
    assert len(heard.plans) == 1
    cost, slices = heard.plans[0]
    assert slices == v.details["slices"]
    assert cost.flops == v.details["predicted_flops"]
    assert heard.fractions == sorted(heard.fractions)
    assert len(heard.fractions) >= slices
    assert heard.fractions[0] > 0
    assert heard.fractions[-1] == pytest.approx(1, abs=1e-9)


def test_progress_within_a_slice() -> None:
    heard = Heard()
    jones(random_braid(24, 1200, 1), method="face", monitor=heard)
    assert heard.plans[0][1] == 1
    assert len(heard.fractions) > 5
    assert heard.fractions == sorted(heard.fractions)
    assert heard.fractions[-1] == pytest.approx(1)


def test_progress_of_a_resumed_contraction(tmp_path: Path) -> None:
    first = Heard(lambda n: Stopped() if n == 7 else None)
    with pytest.raises(Stopped):
        evaluate(folder=tmp_path, monitor=first)
    second = Heard()
    evaluate(folder=tmp_path, monitor=second)
    assert second.fractions[0] > first.fractions[-1]
    assert second.fractions[-1] == pytest.approx(1)


def test_values_are_on_disk_when_they_are_added(tmp_path: Path) -> None:
    kept = PartialSums(tmp_path)
    kept.add("0.0.0", contraction._decode([1.5, -2.5e-300]))
    kept.add("0.0.1", contraction._decode([2097130, 0, 7, 1]))
    found = PartialSums(tmp_path)
    kept.close()
    found.close()
    assert found.values["0.0.0"] == 1.5 - 2.5e-300j
    assert found.values["0.0.1"].tolist() == [2097130, 0, 7, 1]


# --- Kills ---------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
@pytest.mark.parametrize("options", [[], ["--exact"]], ids=["complex", "integers"])
def test_a_killed_process_goes_on(tmp_path: Path, options: list[str]) -> None:
    word = " ".join(map(str, WIDE.word))
    folder = tmp_path / "out"
    memory = str(EXACT_MEMORY if options else MEMORY)
    arguments = [sys.executable, "-m", "plait", "jones", word, "--method", "face", "--json"]
    arguments += ["--memory", memory, "--out", str(folder), *options]
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    path = folder / "slices.jsonl"
    limit = time.monotonic() + 120
    while not path.exists() or path.read_bytes().count(b"\n") < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < limit
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    before = path.read_bytes()
    done = subprocess.run(
        arguments, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    kept = before[: before.rfind(b"\n") + 1]
    after = path.read_bytes()
    assert after.startswith(kept)
    expected = evaluate(bool(options))
    units = expected.details["slices"]
    assert kept.count(b"\n") < after.count(b"\n")
    assert after.count(b"\n") % units == 0
    v = JonesValue.from_json(json.loads(done.stdout))
    assert (v.value, v.exact) == (expected.value, expected.exact)
