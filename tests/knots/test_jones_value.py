"""The record of a value."""

from __future__ import annotations

import cmath
import json
import math
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from plait.knots import JonesValue, RecordError
from plait.knots.values import zeta_value

KEYS = ["value", "t", "closure", "strands", "crossings", "method", "seconds", "exact"]


@pytest.fixture
def record() -> JonesValue:
    return JonesValue(
        value=-0.8 + 1.3j,
        closure="plat",
        strands=4,
        crossings=3,
        method="face",
        seconds=0.25,
        exact=(1, 2, -1, 10**40),
    )


def test_numbers(record: JonesValue) -> None:
    assert complex(record) == -0.8 + 1.3j
    assert abs(record) == abs(-0.8 + 1.3j)


def test_frozen_and_by_keyword(record: JonesValue) -> None:
    with pytest.raises(FrozenInstanceError, match="value"):
        record.value = 1j  # type: ignore[misc]
    with pytest.raises(TypeError):
        JonesValue(1j, "plat", 4, 3, "face", 0.1)  # type: ignore[call-arg]
    assert eval(repr(record), {"JonesValue": JonesValue}) == record


def test_json(record: JonesValue) -> None:
    data = record.to_json()
    assert list(data) == KEYS
    assert data == {
        "value": [-0.8, 1.3],
        "t": "exp(2πi/5)",
        "closure": "plat",
        "strands": 4,
        "crossings": 3,
        "method": "face",
        "seconds": 0.25,
        "exact": [1, 2, -1, 10**40],
    }
    assert JonesValue.from_json(json.loads(json.dumps(data))) == record


def test_json_without_integers(record: JonesValue) -> None:
    plain = replace(record, exact=None)
    data = plain.to_json()
    assert list(data) == KEYS[:-1]
    assert JonesValue.from_json(json.loads(json.dumps(data))) == plain


@pytest.mark.parametrize("key", ["value", "closure", "strands", "crossings", "method", "seconds"])
def test_a_key_is_missing(record: JonesValue, key: str) -> None:
    data = record.to_json()
    del data[key]
    with pytest.raises(RecordError, match=f"not the record of a Jones value: '{key}'"):
        JonesValue.from_json(data)


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("value", 5),
        ("value", [1, 2, 3]),
        ("value", ["x", 1]),
        ("closure", "trace"),
        ("strands", "many"),
        ("strands", 3),  # odd, and the closure is plat
        ("crossings", None),
        ("seconds", "long"),
        ("exact", 7),
        ("exact", ["x", 0, 0, 0]),
    ],
)
def test_a_value_is_of_the_wrong_kind(record: JonesValue, key: str, wrong: Any) -> None:
    with pytest.raises(RecordError, match="not the record of a Jones value"):
        JonesValue.from_json({**record.to_json(), key: wrong})


@pytest.mark.parametrize("wrong", [[1, 2], [1, 2, 3, 4, 5]])
def test_integers_of_the_wrong_number(record: JonesValue, wrong: list[int]) -> None:
    with pytest.raises(RecordError, match="not the record of a Jones value"):
        JonesValue.from_json({**record.to_json(), "exact": wrong})


@pytest.mark.parametrize("data", [None, 5, [], "text", {}])
def test_something_else(data: Any) -> None:
    with pytest.raises(RecordError, match="not the record of a Jones value"):
        JonesValue.from_json(data)


@pytest.mark.parametrize("key", ["strands", "crossings"])
def test_infinity(record: JonesValue, key: str) -> None:
    with pytest.raises(RecordError, match="not the record of a Jones value"):
        JonesValue.from_json({**record.to_json(), key: math.inf})


@pytest.mark.parametrize("exact", [(0, 0, 0, 0), (1, 0, 0, 0), (3, -5, 7, 11), (1, 2, 1, 2)])
def test_zeta_value(exact: tuple[int, int, int, int]) -> None:
    expected = sum(a * cmath.exp(0.4j * math.pi * k) for k, a in enumerate(exact))
    assert zeta_value(exact) == pytest.approx(expected)
