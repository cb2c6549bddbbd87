"""plait resources."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plait.cli_resources import resources_command
from plait.knots import InputError, UnknownNameError


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(
        resources_command, [*arguments, "--search", "0.1"], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result


def data_of(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.stdout.count("\n") == 1
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def test_the_tables_of_an_instance() -> None:
    text = run("--strands", "10", "--layers", "16", "--two-qubit-error", "1e-3").stdout
    for part in (
        "two-qubit error 0.001",
        "as given  minimised",
        "two-qubit gates",
        "error of the model",
        "HQC",
        "classical, minimised",
        "face, sampled paths",
        "Faster: classical",
        "so is the estimate 0",
    ):
        assert part in text


def test_a_link_and_what_the_error_changes() -> None:
    shots = [
        data_of("8_19", "--error", error)["given"]["quantum"]["shots"] for error in ("0.1", "0.05")
    ]
    assert 3.5 < shots[1] / shots[0] < 4.5
    data = data_of("8_19", "--device", "ideal", "--as-given", "--shots", "100")
    assert data["minimized"] is None
    assert data["given"]["quantum"]["mitigated_error"] == pytest.approx(0.2)
    assert data["zero_is_within_error"] is False


def test_families_and_seeds() -> None:
    sizes = ("--strands", "6", "--crossings", "30", "--family", "uniform", "--as-given")
    assert data_of(*sizes)["given"]["crossings"] == 30
    one, other = (data_of(*sizes, "--seed", seed)["given"]["magnitude"] for seed in ("1", "2"))
    assert one != other


def test_what_no_shots_reach() -> None:
    text = run("--strands", "14", "--layers", "40", "--error", "0.01", "--as-given").stdout
    assert "no number reaches the error" in text


def test_too_few_shots_are_marked_and_do_not_win() -> None:
    arguments = ("4_1", "--as-given", "--shots", "2", "--device", "ibm_fez", "--memory", "10B")
    text = run(*arguments).stdout
    assert "too large" in text
    assert "Neither side reaches this error here." in text


def test_knots_on_two_strands_take_time_on_ions() -> None:
    """Their circuits have one qubit and no layer of two-qubit gates."""
    data = data_of("3_1")
    assert data["given"]["quantum"]["two_qubit_gates"] == 0
    assert data["given"]["quantum"]["seconds"] >= 0.03 * data["given"]["quantum"]["shots"]
    assert data["faster"] == "classical"


def test_what_does_not_fit() -> None:
    text = run("--strands", "14", "--layers", "14", "--memory", "20kB", "--as-given").stdout
    assert "does not fit" in text


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((), "give a braid X, or the size of an instance"),
        (("--strands", "5"), "give a braid X, or the size"),
        (("1 2", "--layers", "3"), "not both"),
        (("3_1", "--family", "twisted"), "give X, or the size of an instance .* not both"),
        (("3_1", "--family", "brickwall"), "not both"),
        (("1 2", "--error", "0"), "error=0.0"),
        (("1 2", "--two-qubit-error", "1"), "two_qubit_error=1.0"),
        (("--strands", "1", "--layers", "3"), "strands=1: give an integer from 2"),
        (("1 2", "--delta", "-1"), "delta=-1.0"),
        (("1 2", "--layer-time", "0"), "layer_seconds=0.0"),
        (("--strands", "4", "--layers", "4", "--family", "torus"), "family 'torus'"),
    ],
)
def test_nonsense_is_refused(arguments: tuple[str, ...], match: str) -> None:
    with pytest.raises(InputError, match=match):
        CliRunner().invoke(resources_command, arguments, catch_exceptions=False)


def test_an_unknown_family() -> None:
    with pytest.raises(UnknownNameError, match="unknown family 'knots'"):
        CliRunner().invoke(
            resources_command,
            ("--strands", "4", "--layers", "4", "--family", "knots"),
            catch_exceptions=False,
        )
