"""plait mitigate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import plait
from plait.cli_mitigate import mitigate_command
from plait.knots import InputError

DATA = Path(__file__).parents[3] / "shared" / "data"


def run(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(mitigate_command, list(map(str, arguments)))
    if isinstance(result.exception, plait.PlaitError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "run"
    plait.run("4_1", shots=400, mitigation="pairs,depolarizing", device="H1-1", seed=5, out=path)
    return path


CHOSEN = ("--mitigation", "none", "--mitigation", "pairs,depolarizing")


def test_the_table(folder: Path) -> None:
    out = run(folder, *CHOSEN).stdout
    assert "4_1" in out
    assert "exact z" in out
    assert "recommended: pairs,depolarizing" in out
    assert "assumes: noise is a global depolarization" in out
    assert any(line.startswith("none ") for line in out.splitlines())


def test_json(folder: Path) -> None:
    out = run(folder, *CHOSEN, "--json", "--seed", "3", "--level", "0.9").stdout
    assert out.count("\n") == 1
    data = json.loads(out)
    assert (data["seed"], data["level"], data["interval_kind"]) == (3, 0.9, "percentile")
    assert list(data["methods"]) == ["none", "pairs,depolarizing"]
    for row in data["methods"].values():
        assert {"value", "interval", "shots", "sign_known"} <= row.keys()
    other = json.loads(run(folder, *CHOSEN, "--json", "--interval", "bca").stdout)
    assert other["interval_kind"] == "bca"


def test_the_plot(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "plane.svg"
    run(folder, *CHOSEN, "--plot", path)
    assert path.read_text(encoding="utf-8").lstrip().startswith("<svg")
    with pytest.raises(plait.PlaitError, match="cannot write"):
        run(folder, *CHOSEN, "--plot", tmp_path / "no" / "where" / "plane.svg")


def test_what_is_refused(folder: Path, tmp_path: Path) -> None:
    run(code=2)
    run(folder, "--interval", "normal", code=2)
    with pytest.raises(InputError, match="leave --braid out"):
        run(folder, "--braid", "1 1 1")
    with pytest.raises(InputError, match=r"level=2\.0 must lie between 0 and 1"):
        run(folder, "--mitigation", "none", "--level", "2")
    with pytest.raises(plait.PlaitError, match="there are no JSON files in"):
        run(tmp_path)


@pytest.mark.skipif(not (DATA / "h1-1e").is_dir(), reason="no published shots")
@pytest.mark.parametrize("as_file", [True, False])
def test_the_published_emulator(as_file: bool) -> None:
    """Of the file, the published value; of its word, the complex conjugate."""
    file = DATA / "b_n15_l15.json"
    braid = (
        str(file)
        if as_file
        else " ".join(map(str, json.loads(file.read_text(encoding="utf-8"))["original"]["word"]))
    )
    arguments = ("--braid", braid, "--mitigation", "conjugate,survival")
    data = json.loads(run(DATA / "h1-1e", *arguments, "--json").stdout)
    assert data["exact"] == pytest.approx([-0.13274, -0.81708 if as_file else 0.81708], abs=1e-5)
    assert data["methods"]["conjugate,survival"]["error"] == pytest.approx(0.11, abs=0.005)
    assert not data["methods"]["conjugate,survival"]["sign_known"]
    out = run(DATA / "h1-1e", *arguments).stdout
    assert ("those of the files conjugated" in out) == (not as_file)
    assert "the sign of z cannot be told" in out
