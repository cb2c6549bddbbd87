"""From folders and files to pages, and the command that writes them."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from plait.benchmark_plan import BenchmarkPlan
from plait.cli_benchmark import benchmark_command
from plait.cli_html import report_command
from plait.html.benchmark_report import benchmark_command_of, benchmark_page
from plait.html.blocks import braid_section, command_of, device_section, methods_table
from plait.html.data_report import data_page, value_text
from plait.html.markdown import to_markdown
from plait.html.page import Figure, Page, Paragraph, Table
from plait.html.render import to_html
from plait.html.reports import report_page
from plait.knots.braids import Braid
from plait.knots.errors import InputError, PlaitError, RecordError
from plait.pipeline import Experiment
from plait.runs import load_run
from plait.store import Store, parse_header, read_json
from plait.verify.benchmark import BenchmarkReport


def tables(page: Page) -> dict[str, Table]:
    return {b.caption: b for s in page.sections for b in s.blocks if isinstance(b, Table)}


def figures(page: Page) -> list[Figure]:
    return [b for s in page.sections for b in s.blocks if isinstance(b, Figure)]


def test_a_run_is_reported_with_the_numbers_of_its_record(
    run_folder: Path, pages: dict[str, Page]
) -> None:
    record, page = load_run(run_folder), pages["run"]
    e = record.estimate
    found = tables(page)
    values = next(t for caption, t in found.items() if caption.startswith("V(t)"))
    assert [row[0] for row in values.rows] == ["raw", "mitigated", "exact"]
    low = f"{e.interval[0][0]:.4f}".replace("-", "−")
    assert values.rows[1][2].startswith(f"[{low}, ")
    assert values.rows[2][1] == "1.000 + 0.000i"
    shots = found["Outcomes per series"]
    assert sum(int(row[5]) for row in shots.rows) == e.shots
    assert sum(int(row[5]) - int(row[4]) for row in shots.rows) == e.kept
    methods = found["Methods of mitigation"]
    assert [row[0] for row in methods.rows] == list(e.mitigation)
    assert all(row[2] for row in methods.rows)
    assert dict(found["Versions"].rows)["plait"] == record.versions["plait"]
    assert len(figures(page)) == 3
    text = to_markdown(page)
    assert f"--seed {e.seed}" in text
    assert "The interval covers the exact value" in text


def test_the_command_repeats_the_plan(run_folder: Path) -> None:
    """Typed again, it makes the same plan for the same device."""
    from plait.circuits.devices import device as find_device
    from plait.pipeline import make_plan
    from plait.terminal import parse_noise

    header = read_json(run_folder / "plan.json")
    _, plan, device, methods = parse_header(header, run_folder / "plan.json")
    for noise in (None, 2.0, "H1-1"):
        target = device.with_noise(noise)
        words = shlex.split(command_of(plan, target, methods.names, None))
        assert words[:2] == ["plait", "run"]
        options = dict(zip(words[3::2], words[4::2], strict=True))
        again = find_device(options["--device"]).with_noise(parse_noise(options.get("--noise")))
        assert again == target
        same = make_plan(
            Braid(words[2], int(options["--strands"])),
            device,
            closure=options.get("--closure", "markov"),
            shots=int(options["--shots"]),
            circuit=options.get("--circuit", "echo"),
            mitigation=methods,
            seed=int(options["--seed"]),
        )
        assert same == plan


def test_an_unfinished_run_says_so(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "half"
    shutil.copytree(run_folder, folder)
    (folder / "record.json").unlink()
    lines = (folder / "shots.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "shots.jsonl").write_bytes(b"".join(lines[:3]) + lines[3][:20])
    text = to_markdown(report_page(folder))
    assert "of 200 planned" in text
    counts = tables(report_page(folder))["Outcomes per series"]
    _, plan, _, methods = parse_header(read_json(folder / "plan.json"), folder)
    rounds = Store(folder).rounds(Experiment(plan, methods))
    assert len(rounds) == 3
    assert sum(int(row[5]) for row in counts.rows) == sum(
        job.shots for results in rounds for job, _ in results
    )


def test_a_submission_is_reported_with_its_jobs(job_folder: Path, tmp_path: Path) -> None:
    page = report_page(job_folder)
    assert {row[2] for row in tables(page)["Jobs"].rows} == {"done"}
    assert "plait submit" in to_markdown(page)
    assert "× 2" in to_markdown(page)
    folder = tmp_path / "job"
    shutil.copytree(job_folder, folder)
    (folder / "record.json").unlink()
    text = to_markdown(report_page(folder))
    assert "There is no result yet" in text
    assert "Outcomes per series" in text


def test_a_benchmark_is_reported_with_its_fits(
    benchmark: BenchmarkReport, pages: dict[str, Page]
) -> None:
    page = pages["benchmark"]
    assert page.summary.startswith("12 of 15 instances measured, 1 failed")
    svgs = figures(page)
    assert len(svgs) == 3
    law = benchmark.power_laws["crossings"]
    assert f"{law.factor.value:.2g} · x^{law.exponent.value:.2f} (mitigated)" in svgs[0].svg
    assert "where one more is, 95%" in svgs[0].svg
    found = tables(page)
    assert len(found["Instances"].rows) == 12
    assert found["Failures"].rows[0][2] == "no room for <it>"
    assert "<it>" not in to_html(page)
    assert dict(found["Versions"].rows) == {"plait": "0.1.0"}
    assert "one-qubit gate" in dict(found["Error rates"].rows)


@pytest.mark.parametrize(
    "options",
    [
        "--family uniform --strands 4 --crossings 10,20 --count 3 --positive --knot",
        "--strands 6,8 --layers 10 --magnitude 0.2,0.6 --noise 2 --mitigation none --seed 7",
        "--family brickwall --strands 5 --layers 4 --density 0.5 --noise 0 --device H1-1",
        "--family torus --strands 3 --turns 5 --count 1 --noise H1-1 --backend aer --shots 80",
    ],
)
def test_the_command_repeats_the_settings_of_a_benchmark(
    options: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed again, it asks for the same plan."""
    from plait import benchmarks
    from plait.benchmarks import BenchmarkState

    plans: list[BenchmarkPlan] = []

    def record(plan: BenchmarkPlan, folder: Path, **_: object) -> BenchmarkState:
        plans.append(plan)
        return BenchmarkState(plan=plan, folder=folder, records=())

    monkeypatch.setattr(benchmarks, "run_benchmark", record)
    words = ["run", *options.split(), "--out", str(tmp_path)]
    for _ in range(2):
        done = CliRunner().invoke(benchmark_command, words)
        assert done.exit_code == 0, done.output
        words = shlex.split(benchmark_command_of(plans[0].to_json()))[2:]
    assert plans[0].to_json() == plans[1].to_json()


def test_damaged_benchmarks_are_refused(benchmark_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "benchmark"
    shutil.copytree(benchmark_folder, folder)
    (folder / "records" / "000003.json").write_text("{", encoding="utf-8")
    with pytest.raises(RecordError, match=r"000003.json: it is no JSON"):
        report_page(folder)
    shutil.rmtree(folder / "records")
    with pytest.raises(RecordError, match="no instance has ended yet"):
        report_page(folder)
    (folder / "benchmark.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RecordError, match="not the settings of a benchmark"):
        report_page(folder)


def test_bands_say_what_they_cover_and_stay_away_where_that_is_nothing(
    benchmark: BenchmarkReport,
) -> None:
    from plait.verify.benchmark import benchmark_report

    robust = benchmark_report(benchmark.records, robust=True)
    covered = f"{robust.power_laws['crossings'].coverage:.0%}"
    assert f"where one more is, {covered}" in figures(benchmark_page(robust))[0].svg
    assert covered != "95%"
    few = [
        replace(record, measurement=replace(found, mitigated=replace(found.mitigated, z=part)))
        for (record, found), part in zip(benchmark.measured[::5], (0.1, 9, 0.2), strict=True)
    ]
    wide = benchmark_report(few, level=0.9999)
    assert wide.power_laws["crossings"].count == 3
    svg = figures(benchmark_page(wide))[0].svg
    assert "(mitigated)" in svg
    assert "where one more is" not in svg


def test_a_benchmark_of_failures_only_has_a_page(benchmark: BenchmarkReport) -> None:
    from plait.verify.benchmark import benchmark_report

    page = benchmark_page(benchmark_report(benchmark.failures))
    to_html(page)
    assert "0 of 1 instances measured, 1 failed" in to_markdown(page)


def test_json_of_other_commands_becomes_settings_and_tables(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    data = {
        "name": "<b>",
        "seed": 7,
        "value": [0.5, -0.25],
        "rows": [{"way": "face", "ok": True, "n": 1}, {"way": "dense", "n": None, "x": {"a": 1}}],
        "by_name": {"none": {"z": [0.5, 0.5]}, "pairs": {"z": [0.25, 0.5]}},
        "notes": ["first", "second"],
        "nothing": None,
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    page = report_page(path)
    assert page.title == "<b>"
    found = tables(page)
    assert found["Rows"].rows == (("face", "yes", "1", ""), ("dense", "", "", '{"a": 1}'))
    assert [column.numeric for column in found["Rows"].columns] == [False, False, True, False]
    assert found["By name"].rows[1] == ("pairs", "0.250 + 0.500i")
    assert "0.500 − 0.250i" in to_markdown(page)
    assert "<b>" not in to_html(page)


ESTIMATES: dict[str, Any] = {
    "name": "B <15>",
    "exact": [-0.133, 0.817],
    "seed": 3,
    "estimates": [
        {
            "mitigation": [],
            "value": [-0.126, 0.112],
            "interval": [[-0.15, -0.1], [0.08, 0.14]],
            "shots": 4000,
            "sign_known": True,
            "assumes": [],
        },
        {
            "mitigation": ["conjugate", "detection"],
            "value": [0.03, -0.75],
            "interval": [[0.0, 0.06], [-0.8, -0.7]],
            "shots": 4000,
            "sign_known": False,
            "assumes": ["a phase below 90°"],
            "systematic": {"magnitude": 0.104, "degrees": 8.0, "why": "calibration"},
        },
    ],
}


@pytest.mark.parametrize("as_object", [False, True])
def test_estimates_are_reported_with_their_picture(tmp_path: Path, as_object: bool) -> None:
    data = ESTIMATES
    if as_object:
        by_name = {",".join(e["mitigation"]) or "none": e for e in data["estimates"]}
        unnamed = {
            n: {k: v for k, v in e.items() if k != "mitigation"} for n, e in by_name.items()
        }
        data = data | {"estimates": unnamed}
    page = report_page(saved(data, tmp_path))
    table = tables(page)["Estimates with their intervals"]
    assert [row[0] for row in table.rows] == ["none", "conjugate,detection", "exact"]
    # |(0.03 − 0.75i) + (−0.133 + 0.817i)| / |−0.133 + 0.817i| = 0.1229 / 0.8278
    assert table.rows[1][-1] == "14.8% (±)"
    assert table.rows[1][2] == "[0.000, 0.060]"
    assert [row[-2] for row in table.rows] == ["", "10.4% of |z|, 8.0° of arg z", ""]
    (figure,) = figures(page)
    assert "±(0.030 − 0.750i)" in figure.svg
    text = to_markdown(page)
    assert "Fibonacci error detection" in text
    assert "| seed | 3 |" in text
    assert "<15>" not in to_html(page)


def test_what_speaks_against_estimates_and_what_is_not_known_of_them(tmp_path: Path) -> None:
    systematic = {"magnitude": 0.14, "degrees": 0.0, "why": "calibration"}
    estimate = {"value": [0.1, 0.2], "sign_known": True, "notes": ["few strands"]}
    methods = {"none": estimate | {"notes": []}, "pairs": estimate | {"systematic": systematic}}
    page = report_page(saved({"methods": methods, "not_possible": {"keep": "why not"}}, tmp_path))
    found = tables(page)
    assert [row[-1] for row in found["Estimates with their intervals"].rows] == [
        "",
        "14.0% of |z|",
    ]
    assert found["What speaks against estimates"].rows == (("pairs", "few strands"),)
    text = to_markdown(page)
    assert "why not" in text
    assert "0.0°" not in text


def test_estimates_without_exact_value_interval_or_shots(tmp_path: Path) -> None:
    least = [{"name": "mine", "value": [0.1, 0.2], "sign_known": True, "assumes": "luck"}]
    page = report_page(saved({"methods": least}, tmp_path))
    assert tables(page)["Estimates with their intervals"].rows[0][2:5] == ("", "", "")
    assert tables(page)["Assumptions"].rows == (("mine", "luck"),)
    many = [{"name": f"m{k}", "value": [0.1, k / 99], "sign_known": False} for k in range(150)]
    text = to_markdown(report_page(saved({"methods": many}, tmp_path)))
    assert "The first 24; 126 more are in the table." in text


@pytest.mark.parametrize(
    "change",
    [
        {"value": None},
        {"value": ["a", "b"]},
        {"value": [float("nan"), 0]},
        {"value": [1, 2, 3]},
        {"interval": [[0, 1]]},
        {"interval": 3},
        {"shots": "many"},
        {"assumes": 3},
        {"notes": 3},
        {"systematic": {"magnitude": 0.1}},
        {"systematic": "large"},
    ],
)
def test_damaged_estimates_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    one = ESTIMATES["estimates"][0] | change
    with pytest.raises(RecordError, match=r"verify.json holds no estimates"):
        report_page(saved({"estimates": [one]}, tmp_path))


def saved(data: dict[str, Any], folder: Path) -> Path:
    path = folder / "verify.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_a_verification_is_reported_way_by_way(
    verification: dict[str, Any], tmp_path: Path
) -> None:
    path, data = saved(verification, tmp_path), verification
    page = report_page(path)
    assert page.title == "Verification of 3_1"
    table = tables(page)["Ways to V(t) at t = exp(2πi/5)"]
    assert [row[0] for row in table.rows] == [way["way"] for way in data["ways"]]
    assert table.strong is not None
    assert table.rows[table.strong][0] == data["reference"]
    text = to_markdown(page)
    agree = sum(way["verdict"] == "agrees" for way in data["ways"])
    assert f"{agree} ways agree, compared with {data['reference']}" in text
    assert data["repeat"] in text


def test_a_disagreement_is_told_as_one(verification: dict[str, Any], tmp_path: Path) -> None:
    first, second, *others = verification["ways"]
    second = second | {"verdict": "differs", "reason": "off by <1>"}
    data = verification | {"agree": False, "ways": [first, second, *others]}
    html = to_html(report_page(saved(data, tmp_path)))
    assert f'class="bad" dir="auto">Ways that disagree: {second["way"]}.' in html
    assert "off by &lt;1&gt;" in html


def test_verifications_that_compared_nothing_or_were_stopped(
    verification: dict[str, Any], tmp_path: Path
) -> None:
    first, *others = verification["ways"]
    left_out = [way | {"verdict": "skipped", "difference": None} for way in others]
    data = verification | {"ways": [first, *left_out], "complete": False}
    text = to_markdown(report_page(saved(data, tmp_path)))
    assert "Nothing was compared" in text
    assert "by 1 way." in text
    assert "agree" not in text.split("Braid")[0].replace("agrees", "")
    assert "stopped before all ways were tried" in text


def test_ways_that_are_off_or_failed_are_named(
    verification: dict[str, Any], tmp_path: Path
) -> None:
    first, second, third, *others = verification["ways"]
    data = verification | {"ways": [first, second | {"verdict": "off"}, third, *others]}
    agree = sum(way["verdict"] == "agrees" for way in data["ways"])
    text = to_markdown(report_page(saved(data, tmp_path)))
    assert f"{agree} ways agree" in text
    assert f"Off: {second['way']}" in text
    broken = third | {"verdict": "failed", "reason": "ZeroDivisionError: division by zero"}
    data = data | {"agree": False, "ways": [first, second, broken, *others]}
    text = to_markdown(report_page(saved(data, tmp_path)))
    assert f"Ways that failed: {third['way']}." in text
    assert "disagree" not in text
    assert "ZeroDivisionError" in text


def test_a_verification_that_no_command_repeats(
    verification: dict[str, Any], tmp_path: Path
) -> None:
    text = to_markdown(report_page(saved(verification | {"repeat": None}, tmp_path)))
    assert "None" not in text


@pytest.mark.parametrize("key", ["link", "ways", "reference", "agree", "settings", "versions"])
def test_damaged_verifications_are_refused_or_shown(
    verification: dict[str, Any], tmp_path: Path, key: str
) -> None:
    others = {k: v for k, v in verification.items() if k != key}
    path = saved(others, tmp_path)
    with pytest.raises(RecordError, match=f"is no verification: '{key}' is missing"):
        report_page(path)
    for value in (None, 3, [3], {"a": 3}):
        saved(others | {key: value}, tmp_path)
        try:
            to_html(report_page(path))
        except PlaitError as error:
            assert str(path) in str(error)  # noqa: PT017


def test_objects_within_objects_become_tables(tmp_path: Path) -> None:
    inner: dict[str, Any] = {
        "qubits": 7,
        "ways": [{"way": "face", "seconds": 2.5}],
        "words": ["a"],
    }
    page = data_page({"given": {"strands": 8, "quantum": inner}}, tmp_path / "a.json")
    found = tables(page)
    assert found["Given: quantum"].rows == (("qubits", "7"), ("words", "a"))
    assert found["Given: quantum: ways"].rows == (("face", "2.5"),)
    deep: dict[str, Any] = {"end": 1}
    for _ in range(50):
        deep = {"n": 1, "in": deep}
    text = to_markdown(data_page(deep, tmp_path / "a.json"))
    assert len(text) < 3000


def test_wide_rows_are_cut_and_long_values_too(tmp_path: Path) -> None:
    page = data_page({"rows": [{f"k{i}": "v" * 1000 for i in range(30)}]}, tmp_path / "a.json")
    assert len(tables(page)["Rows"].columns) == 12
    assert "k29" in to_markdown(page)
    assert len(value_text("v" * 1000)) == 401


def test_braids_too_large_to_draw_are_written(pages: dict[str, Page]) -> None:
    section = braid_section(Braid([1, 2] * 4000, 3), "markov")
    assert isinstance(section.blocks[0], Paragraph)
    assert "more than 600 letters" in section.blocks[0].text
    assert "and 4000 letters more" in section.blocks[-1].text  # type: ignore[union-attr]
    assert braid_section(Braid([], 1), "markov").blocks[-1].text == "[]"  # type: ignore[union-attr]


def test_devices_without_sources_and_methods_that_are_not_known() -> None:
    from dataclasses import replace

    from plait.circuits.devices import device

    section = device_section(replace(device("ideal"), sources={}))
    assert len(section.blocks) == 2
    (table,) = methods_table(["mine"])
    assert isinstance(table, Table)
    assert table.rows[0][1] == "not known to this version of plait"
    (nothing,) = methods_table([])
    assert nothing == Paragraph("No mitigation: the mean of all shots.")


@pytest.mark.parametrize("name", ["plan.json", "record.json", "shots.jsonl"])
@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"format": 99}', "\x00\xff"])
def test_damaged_runs_are_refused_with_a_reason(
    run_folder: Path, tmp_path: Path, name: str, damage: str
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    (folder / name).write_bytes(damage.encode("latin-1") + b"\n")
    with pytest.raises(PlaitError, match=name if damage else "."):
        report_page(folder)


def test_values_of_the_wrong_kind_are_refused_or_shown(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    refused = 0
    for key in record:
        for value in (None, [3], "x\ud800", 10**400):
            (folder / "record.json").write_text(json.dumps(record | {key: value}))
            try:
                page = report_page(folder)
            except PlaitError:
                refused += 1
                continue
            to_html(page).encode()
            to_markdown(page).encode()
    assert refused > len(record)


@pytest.mark.parametrize("key", ["braid", "closure", "kind", "series", "shots", "seed"])
def test_plans_without_a_key_are_refused(run_folder: Path, tmp_path: Path, key: str) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    header = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    del header["plan"][key]
    (folder / "plan.json").write_text(json.dumps(header), encoding="utf-8")
    with pytest.raises(RecordError, match=r"not (a plan|the plan of a run)"):
        report_page(folder)


def test_damaged_submissions_are_refused(job_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "job"
    shutil.copytree(job_folder, folder)
    (folder / "ticket.json").write_text("{", encoding="utf-8")
    with pytest.raises(RecordError, match=r"cannot read .*ticket.json"):
        report_page(folder)
    shutil.copy(job_folder / "ticket.json", folder)
    data = json.loads((folder / "ticket.json").read_text(encoding="utf-8"))
    del data["note"]["device"]
    (folder / "ticket.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(RecordError, match=r"ticket.json is not the plan of a run: 'device'"):
        report_page(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "it is no JSON from line 1 on"),
        ("[1, 2]", "holds no object of JSON"),
        ("{}", "holds no object of JSON"),
        ("3", "holds no object of JSON"),
        ("[" * 100_000, "cannot read"),
        ("\xff", "it is no text in UTF-8"),
    ],
)
def test_files_that_are_no_json_of_plait_are_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(RecordError, match=message):
        report_page(path)


def test_paths_that_hold_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"there is no .*missing"):
        report_page(tmp_path / "missing")
    with pytest.raises(RecordError, match=r"there is no x{300}"):
        report_page("x" * 300)
    with pytest.raises(InputError, match="path=3: give the path"):
        report_page(3)  # type: ignore[arg-type]
    with pytest.raises(RecordError, match="holds nothing that a report can be made of"):
        report_page(tmp_path)


# The command


def invoke(*arguments: str) -> tuple[str, str]:
    done = CliRunner().invoke(report_command, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_the_command_writes_a_page_beside_what_it_is_about(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    out, err = invoke(str(folder))
    assert out == ""
    assert "report:" in err
    first = (folder / "report.html").read_bytes()
    assert first.startswith(b"<!DOCTYPE html>")
    invoke(str(folder))
    assert (folder / "report.html").read_bytes() == first
    data = tmp_path / "data.json"
    data.write_text('{"a": 1}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    invoke("data.json")
    assert (tmp_path / "data.html").exists()


def test_the_command_writes_where_it_is_told(run_folder: Path, tmp_path: Path) -> None:
    out, err = invoke(str(run_folder), "--markdown", "-")
    assert out == to_markdown(report_page(run_folder))
    assert err == ""
    assert not (run_folder / "report.html").exists()
    page, text = tmp_path / "a.html", tmp_path / "a.md"
    invoke(str(run_folder), "--out", str(page), "--markdown", str(text))
    assert page.read_text(encoding="utf-8") == to_html(report_page(run_folder))
    assert text.read_text(encoding="utf-8") == out
    out, _ = invoke(str(run_folder), "--out", "-")
    assert out == page.read_text(encoding="utf-8")


def test_the_command_says_where_it_cannot_write(run_folder: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(report_command, [str(run_folder), "--out", str(tmp_path)])
    assert isinstance(done.exception, PlaitError)
    assert "cannot write" in str(done.exception)
