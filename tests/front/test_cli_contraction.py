"""plait plan, and plait jones with integers, memory, plans, folders and clusters."""

from __future__ import annotations

import json
import random
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import plait
from plait.cli import main
from plait.knots import InputError
from plait.tensornet import ContractionPlan, facevalue, jones, plan_contraction
from plait.tensornet.resources import parse_memory

_RNG = random.Random(1)
LETTERS = [_RNG.choice((1, -1)) * _RNG.randint(1, 15) for _ in range(400)]
WORD = " ".join(map(str, LETTERS))
MEMORY = 0.6 * plan_contraction(plait.Braid(LETTERS)).cost.memory


class Shell:
    """The command line in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: object, code: int = 0) -> tuple[str, str]:
        with pytest.raises(SystemExit) as caught:
            main([str(a) for a in arguments])
        out, err = self.capsys.readouterr()
        assert caught.value.code == code, err
        assert "Traceback" not in err
        return out, err

    def json(self, *arguments: object) -> dict[str, Any]:
        out, err = self(*arguments, "--json")
        assert err == ""
        assert out.count("\n") == 1
        data: dict[str, Any] = json.loads(out)
        return data

    def error(self, *arguments: object) -> str:
        out, err = self(*arguments, code=2)
        assert out == ""
        assert err.startswith("error: ")
        assert err.count("\n") == 1
        return err


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAIT_CACHE", str(tmp_path / "cache"))
    return Shell(capsys)


# --- Memory as text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GB", 8e9),
        ("8 gb", 8e9),
        ("8G", 8e9),
        ("8GiB", 8 * 2**30),
        (" 512 MiB ", 512 * 2**20),
        ("1.5kB", 1500),
        (".5K", 500),
        ("100", 100),
        ("100B", 100),
        ("2TiB", 2**41),
        ("1P", 1e15),
        (4096, 4096),
        (1e9, 1e9),
    ],
)
def test_sizes(text: str | float, size: float) -> None:
    assert parse_memory(text) == size


def test_no_size() -> None:
    assert parse_memory(None) is None


@pytest.mark.parametrize(
    "text",
    [
        *["", "GB", "8 XB", "-8GB", "0", "0GB", "1.2.3GB", "1e9", "nan", "inf", ".", "8GBs"],
        *[0, -1, True, float("nan"), [1], b"8GB"],
    ],
)
def test_sizes_that_are_refused(text: Any) -> None:
    with pytest.raises(InputError, match=r"give a number of bytes, text such as '8GB'"):
        parse_memory(text)


# --- plait plan ----------------------------------------------------------------------------------


def test_plan(shell: Shell) -> None:
    data = shell.json("plan", WORD, "--method", "face")
    plan = plan_contraction(plait.Braid(LETTERS))
    assert set(data) == {"method", "slices", "flops", "memory", "seconds"}
    assert (data["method"], data["slices"]) == ("face", 1)
    assert (data["flops"], data["memory"]) == (plan.cost.flops, plan.cost.memory)
    out, _ = shell("plan", WORD, "--method", "face")
    for label in ("face", "slices", "multiply-adds", "memory", "time on this machine"):
        assert label in out


@pytest.mark.parametrize("method", ["auto", "dense", "tn-proj"])
def test_plan_of_other_methods(shell: Shell, method: str) -> None:
    data = shell.json("plan", "1 -2 3 -2", "--method", method)
    assert data["method"] == method
    assert "slices" not in data
    assert min(data["flops"], data["memory"], data["seconds"]) > 0


@pytest.mark.parametrize("option", [("--memory", "1GB"), ("--out", "plan.json")])
def test_plan_options_of_the_face_method(shell: Shell, option: tuple[str, str]) -> None:
    error = shell.error("plan", "1 -2 1 -2", "--method", "dense", *option)
    assert "--memory and --out are for the method face, not for dense" in error


def test_plan_in_slices(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    data = shell.json("plan", WORD, "--memory", MEMORY, "--out", out, "--seed", 2)
    assert data["slices"] > 8
    assert data["memory"] <= MEMORY
    assert ContractionPlan.load(out).slices == data["slices"]
    v = shell.json("jones", WORD, "--plan", out)
    assert v["method"] == "face"
    assert v["details"]["slices"] == data["slices"]
    assert complex(*v["value"]) == pytest.approx(complex(jones(LETTERS, method="dense")))
    # Of the same shape, with all signs changed.
    mirrored = " ".join(str(-x) for x in LETTERS)
    other = shell.json("jones", mirrored, "--plan", out)
    assert complex(*other["value"]) == pytest.approx(complex(*v["value"]).conjugate())


def test_options_of_the_method(shell: Shell) -> None:
    double, single = (
        shell.json("plan", WORD, "--method", "face", "--set", f"precision={p}")
        for p in ("double", "single")
    )
    assert single["memory"] < double["memory"]
    values = [
        complex(*shell.json("jones", WORD, "--method", "face", "--set", f"precision={p}")["value"])
        for p in ("double", "single")
    ]
    assert values[0] != values[1]
    assert values[0] == pytest.approx(values[1], rel=1e-3)
    slow = ("jones", WORD, "--method", "face", "--set", "effort=0.5", "--set", "max_hours=1e-12")
    assert "max_hours is 1e-12; allow more hours" in shell.error(*slow)


# --- plait jones ---------------------------------------------------------------------------------


def test_exact(shell: Shell) -> None:
    data = shell.json("jones", WORD, "--exact")
    assert data["exact"] == list(jones(LETTERS, exact=True).exact or ())
    assert max(map(abs, data["exact"])) > 2**53
    out, _ = shell("jones", "1 1 1", "--exact")
    assert "1 + 2ζ + ζ² + 2ζ³" in out.replace("·", "").replace("*", "")


def test_memory_makes_slices(shell: Shell) -> None:
    data = shell.json("jones", WORD, "--memory", f"{MEMORY / 1000:.3f}kB", "--method", "face")
    assert data["details"]["slices"] > 8
    assert data["details"]["predicted_memory"] <= MEMORY


def test_out_is_kept(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facevalue, "_WORTH_KEEPING", 0.0)
    folder = tmp_path / "folder"
    arguments = ("jones", WORD, "--memory", MEMORY, "--out", folder)
    first = shell.json(*arguments)
    assert sorted(path.name for path in folder.iterdir()) == ["plan.json", "slices.jsonl"]
    assert not (tmp_path / "cache").exists()

    def refuse(*_: Any) -> None:
        raise AssertionError("a finished slice is computed again")

    with monkeypatch.context() as patch:
        patch.setattr("plait.tensornet.contraction.contract_unit", refuse)
        again = shell.json(*arguments)
    assert (again["value"], again["details"]) == (first["value"], first["details"])
    assert "is not the plan of this computation" in shell.error("jones", "1 -2", "--out", folder)
    (folder / "slices.jsonl").write_text("{}\n")
    assert "is damaged" in shell.error(*arguments)
    # Without --out there is a folder while it runs, and none in the end.
    shell.json("jones", WORD, "--memory", MEMORY, "--method", "face")
    assert list((tmp_path / "cache" / "plait" / "contractions").iterdir()) == []


def test_a_long_contraction_announces_itself(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plait.cli._LONG", 0.0)
    _, err = shell("jones", WORD, "--memory", MEMORY, "--method", "face")
    assert err.startswith("plan: in ")
    assert "multiply-adds" in err
    assert "slices" in err
    _, err = shell("jones", WORD, "--method", "face")
    assert "slices" not in err
    assert err.startswith("plan: ")


def test_a_cluster(shell: Shell) -> None:
    if find_spec("distributed") is None:
        pytest.skip("needs the extra distributed")
    data = shell.json("jones", "1 -2 1 -2", "--scheduler", "local")
    assert data["method"] == "face"
    assert complex(*data["value"]) == pytest.approx(complex(jones("4_1")))


def test_nobody_answers(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec("distributed") is None:
        pytest.skip("needs the extra distributed")
    monkeypatch.setattr("plait.knots.cluster._TIMEOUT", "1s")
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    message = shell.error("jones", "4_1", "--scheduler", f"tcp://127.0.0.1:{port}")
    assert "no Dask scheduler answers" in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--memory", "lots"), "memory='lots': give a number of bytes"),
        (("--memory", "0"), "give a number of bytes"),
        (("--memory", "1kB"), "more than the 1 kB allowed"),
        (("--set", "precision"), "--set precision: write NAME=VALUE"),
        (("--set", "1x=2"), "write NAME=VALUE"),
        (("--set", "widht=2"), "has no option 'widht'; its options: precision, effort, max_hours"),
        (("--set", "effort=fast"), "give a value of type float"),
        (("--set", "precision=half"), "unknown precision 'half'"),
    ],
)
@pytest.mark.parametrize("command", ["plan", "jones"])
def test_wrong_arguments(
    shell: Shell, command: str, arguments: tuple[str, ...], message: str
) -> None:
    assert message in shell.error(command, WORD, "--method", "face", *arguments)


def test_wrong_plans(shell: Shell, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    shell.json("plan", "1 -2 1 -2", "--out", plan)
    assert "another shape" in shell.error("jones", "1 1 1", "--plan", plan)
    assert "for the method 'face'" in shell.error(
        "jones", "1 -2 1 -2", "--plan", plan, "--method", "dense"
    )
    plan.write_text("{}")
    assert "not a contraction plan" in shell.error("jones", "1 -2 1 -2", "--plan", plan)
    plan.write_text("?")
    assert "is no JSON" in shell.error("jones", "1 -2 1 -2", "--plan", plan)
    missing = shell.error("jones", "1 -2 1 -2", "--plan", tmp_path / "none.json")
    assert "cannot read the plan" in missing


def test_plan_that_cannot_be_written(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "plan.json"
    assert "cannot write" in shell.error("plan", "1 -2 1 -2", "--out", path)


def test_a_folder_that_is_a_file(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot use the folder" in shell.error("jones", "1 -2 1 -2", "--out", tmp_path / "file")


def test_exact_needs_a_method_with_integers(shell: Shell) -> None:
    message = shell.error("jones", WORD, "--exact", "--method", "dense")
    assert "gives no integers for this link; leave method='auto'" in message


def test_a_smaller_braid(shell: Shell) -> None:
    data = shell.json("jones", "1 2 3 -2 -3 1 2", "--strands", "6", "--minimize", "low")
    assert data["details"]["minimized"]["free"] == 2
    assert data["exact"] == shell.json("jones", "1 2 3 -2 -3 1 2", "--strands", "6")["exact"]
    assert "effort='huge'" in shell.error("jones", "3_1", "--minimize", "huge")


def test_diagrams_are_not_closed_again(shell: Shell) -> None:
    submit = ("submit", "--backend", "simulator")
    for command in (["jones"], ["run"], ["compile"], ["plan"], ["minimize"], ["draw"], submit):
        assert "closed already" in shell.error(*command, "dt: 4 6 2", "--closure", "plat")
