"""plait mitigate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import plait
from plait import cli_mitigate
from plait.cli_mitigate import _plot_path, _rows, _shown, _systematic, mitigate_command
from plait.knots import InputError
from plait.mitigation.estimated import Systematic
from plait.reanalysis import mitigate, read_recorded
from plait.terminal import read_link

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
    assert "recommended: pairs,depolarizing, as the run used" in out
    assert "assumes: noise is a global depolarization" in out
    assert any(line.startswith("none ") for line in out.splitlines())


def test_notes_of_all_rows(folder: Path) -> None:
    """Also of rows that are not recommended; once, where it is the same in several."""
    chosen = ("pairs", "pairs,keep", "survival", "detection", "pairs,depolarizing")
    out = run(folder, *(text for name in chosen for text in ("--mitigation", name))).stdout
    assert "recommended: pairs,depolarizing" in out
    lines = [line for line in out.splitlines() if line.startswith("rows with")]
    few = [line for line in lines if "differs much from path to path" in line]
    assert [line.split(":")[0] for line in few] == ["rows with pairs"]
    trained = [line for line in lines if "exponents are of 10 to 15 strands" in line]
    assert [line.split(":")[0] for line in trained] == ["rows with keep or survival"]


def test_names_of_rows() -> None:
    every = ["none", "keep", "pairs,keep", "pairs,survival", "pairs"]
    assert _rows(["keep"], every) == "keep"
    assert _rows(every, every) == "all"
    assert _rows(["pairs,keep", "pairs,survival", "pairs"], every) == "rows with pairs"
    assert _rows(["keep", "pairs,keep", "pairs,survival"], every) == "rows with keep or survival"
    assert _rows(["keep", "pairs"], every) == "keep; pairs"


def test_what_is_not_possible(tmp_path: Path) -> None:
    """Of the default methods; what was asked for by name is an error."""
    plait.run("1 -2 3 -2", shots=24, mitigation="pairs", device="H1-1", seed=1, out=tmp_path / "r")
    out = run(tmp_path / "r").stdout
    assert "rows with tracking: not possible: it follows the phase" in out
    with pytest.raises(InputError, match="mitigation tracking follows the phase"):
        run(tmp_path / "r", "--mitigation", "tracking")


@pytest.mark.parametrize(
    ("degrees", "text"), [(0.0, "; errors of arg z"), (8.0, " and 8° of arg")]
)
def test_the_systematic_part(degrees: float, text: str) -> None:
    said = _systematic(Systematic(magnitude=0.14, degrees=degrees, why="why"))
    assert said.startswith("14% of |z|")
    assert text in said
    assert "0°" not in said
    assert "a phase between braid and mirror image" in said


def test_long_lists_leave_room_for_numbers(tmp_path: Path) -> None:
    plait.run(
        "1 -2 3 -2 1", shots=80, mitigation="decoupling,conjugate", seed=1, out=tmp_path / "r"
    )
    table = run(tmp_path / "r").stdout.split("recommended")[0]
    assert "decoupling,conjugate,  " in table
    assert "depolarizing\n" in table
    assert "…" not in table


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


@pytest.mark.parametrize("plot", ["", ".", "..", "no/where/plane.svg"])
def test_plots_that_cannot_be_written(
    folder: Path, plot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said before anything is computed."""
    monkeypatch.setattr(cli_mitigate, "mitigate", lambda *_, **__: pytest.fail("computed"))
    with pytest.raises(InputError, match=r"cannot write --plot '.*': name a file in a folder"):
        run(folder, *CHOSEN, "--plot", plot)


def test_what_is_refused(folder: Path, tmp_path: Path) -> None:
    run(code=2)
    run(folder, "--interval", "normal", code=2)
    with pytest.raises(InputError, match="leave --braid out"):
        run(folder, "--braid", "1 1 1")
    for option in (("--closure", "plat"), ("--closure", "markov"), ("--strands", "5")):
        with pytest.raises(InputError, match=f"says itself .*; leave {option[0]} out"):
            run(folder, *option)
        with pytest.raises(InputError, match=f"{option[0]} without --braid"):
            run(tmp_path, *option)
    with pytest.raises(InputError, match="seed=-1: give an integer from 0 on"):
        run(folder, *CHOSEN, "--seed", "-1")
    with pytest.raises(InputError, match=r"level=2\.0: give a number between 0 and 1"):
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


def test_pictures_are_svg(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"name a file that ends in \.svg"):
        _plot_path(str(tmp_path / "x.png"))
    assert _plot_path(str(tmp_path / "x.SVG")).name == "x.SVG"


def test_pictures_have_room_for_some_of_many(folder: Path) -> None:
    found = mitigate(read_recorded(folder))
    assert len(found.estimates) > 8
    assert _shown(found) == ["none", "conjugate,detection", "pairs,depolarizing"]
    few = mitigate(read_recorded(folder), ["none", "pairs"])
    assert _shown(few) == ["none", "pairs"]
    # Their quadrant was chosen by hand for another experiment.
    assert not any(name.startswith("published") for name in found.estimates)


def test_benchmarks_are_no_runs(tmp_path: Path) -> None:
    (tmp_path / "benchmark.json").write_text("{}")
    with pytest.raises(InputError, match="is a benchmark; give one of its instances"):
        read_recorded(tmp_path)


def test_files_of_braids_want_an_at_sign(tmp_path: Path) -> None:
    file = tmp_path / "braid.txt"
    file.write_text("1 1 1")
    with pytest.raises(InputError, match="is a file; to read the braid from it write @"):
        read_link(str(file))
    assert read_link(f"@{file}") == "1 1 1"
