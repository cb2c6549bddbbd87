"""Records and reports of benchmarks, from made-up measurements."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from plait.knots.errors import InputError, RecordError
from plait.knots.generators import generate
from plait.mitigation.estimate import jones_factor
from plait.verify.benchmark import BenchmarkReport, benchmark_report
from plait.verify.benchmark_record import BenchmarkRecord, Measurement, Reading
from plait.verify.benchmark_text import markdown

_RATE = 0.004


def _record(number: int, *, layers: int, noise: complex = 0.0) -> BenchmarkRecord:
    """A device that mixes fully with probability 16/15 · 0.004 per gate, two per crossing."""
    one = generate("benchmark", strands=8, layers=layers, seed=number, magnitude=(0.3, 1.0))
    factor = jones_factor(one.braid, "markov")
    exact = complex(one.value or 0)
    gates = 2.0 * len(one.braid)
    value = exact * (1 - 16 * _RATE / 15) ** gates + factor * noise
    interval = ((value.real - 1, value.real + 1), (value.imag - 1, value.imag + 1))
    reading = Reading(value=value, interval=interval, z=value / factor)
    found = Measurement(
        raw=reading,
        mitigated=reading,
        exact_z=exact / factor,
        qubits=7,
        crossings_run=len(one.braid),
        two_qubit_gates=gates,
        two_qubit_depth=gates / 3,
        shots=100_000,
        kept=round(100_000 * math.exp(-0.0015 * gates)),
        survived=50_000,
    )
    return BenchmarkRecord(
        number=number,
        size={"strands": 8, "layers": layers},
        seed=number,
        instance=one,
        measurement=found,
        seconds=1.0,
        versions={"plait": "1"},
    )


@pytest.fixture(scope="module")
def records() -> list[BenchmarkRecord]:
    return [_record(k, layers=layers) for k, layers in enumerate((10, 10, 20, 20, 40, 40))]


def _failure(number: int) -> BenchmarkRecord:
    return BenchmarkRecord(
        number=number, size={"strands": 8, "layers": 40}, seed=number, error="too large"
    )


def test_error_per_gate_of_full_mixing_is_recovered(records: list[BenchmarkRecord]) -> None:
    report = benchmark_report(records)
    assert report.gate_error is not None
    assert report.gate_error.value == pytest.approx(_RATE, rel=1e-6)
    assert report.decays["keep"].rate.value == pytest.approx(0.0015, rel=1e-2)
    expected = [1 - (1 - 16 * _RATE / 15) ** m.two_qubit_gates for _, m in report.measured]
    assert [m.relative_error() for _, m in report.measured] == pytest.approx(expected)


def test_order_and_seconds_change_nothing(records: list[BenchmarkRecord]) -> None:
    other = [replace(record, seconds=99.0) for record in reversed(records)]
    one, two = benchmark_report(records), benchmark_report(other)
    assert json.dumps(one.to_json()) == json.dumps(two.to_json())
    assert markdown(one) == markdown(two)


def test_small_values_are_left_out_of_relative_errors_only(
    records: list[BenchmarkRecord],
) -> None:
    found = records[0].measurement
    assert found is not None
    tiny = replace(records[0], number=6, measurement=replace(found, exact_z=0j))
    assert tiny.measurement is not None
    assert tiny.measurement.relative_error() is None
    report = benchmark_report([*records, tiny])
    assert report.left_out == 1
    assert report.power_laws["gates"].count == len(records)
    assert report.decays["contrast"].count == len(records) + 1


def test_failures_are_reported(records: list[BenchmarkRecord]) -> None:
    report = benchmark_report([*records, _failure(6)], planned=9)
    assert [record.number for record in report.failures] == [6]
    assert report.to_json()["failed"][0]["error"] == "too large"
    assert report.sizes[-1].failed == 1
    text = markdown(report)
    assert "6 of 9 instances measured, 1 failed" in text
    assert "too large" in text


def test_only_failures_are_a_report_too() -> None:
    report = benchmark_report([_failure(0)])
    assert (report.covered, report.gate_error) == (None, None)
    assert "## Failures" in markdown(report)
    assert report.notes == (
        "power laws: 0 instances with |z| above the limit; fits need 3 or more",
        "decays: 0 instances measured; fits need 3 or more",
    )


def _at(records: list[BenchmarkRecord], gates: list[float], z: list[float]) -> BenchmarkReport:
    """A report with these gates and parts of z in place of the measured ones."""
    changed = []
    for record, number, part in zip(records, gates, z, strict=True):
        assert record.measurement is not None
        reading = replace(record.measurement.raw, z=part * record.measurement.exact_z)
        found = replace(record.measurement, raw=reading, mitigated=reading, two_qubit_gates=number)
        changed.append(replace(record, measurement=found))
    return benchmark_report(changed)


def test_alike_sizes_have_no_law_and_strict_json(records: list[BenchmarkRecord]) -> None:
    report = _at(records, [800 + 0.3 * k for k in range(6)], [0.5, 0.4, 0.6, 0.5, 0.4, 0.6])
    assert set(report.power_laws) == {"crossings", "raw crossings"}
    (note,) = (note for note in report.notes if "power law" in note)
    assert note.startswith("relative error against gates, relative error against raw gates: ")
    json.dumps(report.to_json(), allow_nan=False)


def test_impossible_errors_per_gate_are_cut_or_refused(records: list[BenchmarkRecord]) -> None:
    gates = [50.0, 60, 100, 110, 200, 210]
    report = _at(records, gates, [0.8, 0.9, 0.9, 0.8, 0.9, 0.8])
    assert report.gate_error is not None
    assert report.gate_error.low == 0
    assert any("no error is below 0" in note for note in report.notes)
    report = _at(records, gates, [0.3 + number / 400 for number in gates])
    assert report.gate_error is None
    assert any("rises with the gates" in note for note in report.notes)
    assert report.to_json()["gate_error"] is None
    assert "| contrast |" in markdown(report)


def test_what_has_no_logarithm_is_noted(records: list[BenchmarkRecord]) -> None:
    gates = [0.0, 60, 100, 110, 200, 210]
    report = _at(records, gates, [0.9, 0.9, 0.9, 0.8, 0.8, 1.0])
    assert report.power_laws["gates"].count == 4
    assert report.power_laws["crossings"].count == 5
    notes = [note for note in report.notes if "no logarithm" in note]
    assert [note.partition(": ")[2][:11] for note in notes] == ["1 instance ", "2 instances"]


def test_robust_reports_say_what_predictions_cover(records: list[BenchmarkRecord]) -> None:
    report = benchmark_report(records, robust=True)
    (note,) = (note for note in report.notes if "covers" in note)
    assert "from 6 points covers 71%, not 0.95" in note
    assert "], 71% |" in markdown(report)


def test_noise_of_the_device_is_shown(records: list[BenchmarkRecord]) -> None:
    for noise, shown in (("own", False), ("× 2", True)):
        settings = {"device": {"name": "H2-1", "noise": noise}}
        text = markdown(benchmark_report(records, settings=settings))
        assert ("| noise | × 2 |" in text) is shown


@pytest.mark.parametrize("robust", [False, True])
def test_report_survives_json(records: list[BenchmarkRecord], robust: bool) -> None:
    data = benchmark_report(records, robust=robust).to_json()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert set(data["decays"]) == {"contrast", "mitigated contrast", "keep", "survival"}


def test_records_survive_json(records: list[BenchmarkRecord]) -> None:
    for record in (*records, _failure(6)):
        assert BenchmarkRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"measurement": {}}, "is missing"),
        ({"measurement": None}, "neither failed nor measured"),
        ({"error": "x"}, "neither failed nor measured"),
        ({"size": 3}, "wrong kind"),
        ({"seed": None}, "wrong kind"),
        ({"instance": None}, "no instance"),
    ],
)
def test_damaged_records_are_refused(
    records: list[BenchmarkRecord], change: dict, what: str
) -> None:
    with pytest.raises(RecordError, match=what):
        BenchmarkRecord.from_json(records[0].to_json() | change)


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("kept", 10**9, "kept"),
        ("two_qubit_gates", math.nan, "finite"),
        ("exact_z", [1e308, 1e308], "finite"),
        ("shots", 0, "shots kept"),
    ],
)
def test_impossible_measurements_are_refused(
    records: list[BenchmarkRecord], key: str, value: object, what: str
) -> None:
    data = json.loads(json.dumps(records[0].to_json()))
    data["measurement"][key] = value
    with pytest.raises(RecordError, match=what):
        BenchmarkRecord.from_json(data)


def test_reports_refuse(records: list[BenchmarkRecord]) -> None:
    with pytest.raises(InputError, match="no records"):
        benchmark_report([])
    with pytest.raises(InputError, match="of the same instance"):
        benchmark_report([records[0], records[0]])
    with pytest.raises(InputError, match="from 0 to below 1"):
        benchmark_report(records, least_magnitude=math.nan)
    with pytest.raises(InputError, match="between 0 and 1"):
        benchmark_report(records, level=95)


def test_coverage_counts_intervals(records: list[BenchmarkRecord]) -> None:
    found = records[0].measurement
    assert found is not None
    off = replace(found.mitigated, interval=((1e6, 2e6), (0.0, 1.0)))
    wrong = replace(records[0], measurement=replace(found, mitigated=off))
    assert wrong.covered is False
    covered = benchmark_report([wrong, *records[1:]]).covered
    assert covered is not None
    assert covered.value == pytest.approx(
        np.mean([bool(r.covered) for r in (wrong, *records[1:])])
    )
    assert covered.low < covered.value < covered.high or covered.value in (0, 1)


def test_pictures_are_the_same_bytes(records: list[BenchmarkRecord]) -> None:
    pytest.importorskip("matplotlib")
    from plait.verify.benchmark_plots import PICTURES, rendered

    report = benchmark_report([*records, _failure(6)])
    for draw in PICTURES.values():
        one = rendered(draw(report), "svg")
        assert one == rendered(draw(report), "svg")
        assert one.startswith(b"<?xml")
    assert rendered(draw(report), "png").startswith(b"\x89PNG")
    with pytest.raises(InputError, match="unknown format"):
        rendered(draw(report), "pdf")


@pytest.mark.filterwarnings("error")
def test_pictures_of_wide_predictions_and_rising_contrasts(
    records: list[BenchmarkRecord],
) -> None:
    pytest.importorskip("matplotlib")
    from plait.verify.benchmark_plots import PICTURES, rendered

    gates = [50.0, 60, 100, 110, 200, 210]
    for parts in ([0.3 + g / 400 for g in gates], [0.1, 1 - 1e-9, 0.2, 1 - 1e-8, 0.4, 0.9]):
        report = _at(records, gates, parts)
        for draw in PICTURES.values():
            assert rendered(draw(report), "svg")
    assert report.power_laws["gates"].band(100.0) is None


def test_pictures_of_nothing_are_drawn() -> None:
    pytest.importorskip("matplotlib")
    from plait.verify.benchmark_plots import PICTURES, rendered

    report = benchmark_report([_failure(0)])
    for draw in PICTURES.values():
        assert rendered(draw(report), "svg")
