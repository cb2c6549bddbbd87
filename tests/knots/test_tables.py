"""The bundled table of braid words, the optional data package, and names."""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import Any

import pytest

from plait.knots import tables
from plait.knots.errors import MissingExtraError, UnknownNameError

KNOTS = [1, 0, 0, 1, 1, 2, 3, 7, 21, 49, 165]
LINKS = [0, 0, 2, 0, 2, 2, 18, 20, 96, 214]


@pytest.fixture
def no_extra(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(sys.modules, "database_knotinfo", None)
    tables._database.cache_clear()
    yield
    tables._database.cache_clear()


def components(word: tuple[int, ...], strands: int) -> int:
    place = list(range(strands))
    for letter in word:
        i = abs(letter)
        place[i - 1], place[i] = place[i], place[i - 1]
    root = list(range(strands))
    for _ in range(strands):
        root = [min(root[k], root[place[k]]) for k in range(strands)]
    return len(set(root))


@pytest.mark.parametrize(("crossings", "count"), list(enumerate(KNOTS)))
def test_number_of_knots(crossings: int, count: int) -> None:
    found = [name for name in tables.names(crossings=crossings) if not name.startswith("L")]
    assert found == [f"{crossings}_{k}" for k in range(1, count + 1)]


@pytest.mark.parametrize(("crossings", "count"), list(enumerate(LINKS)))
def test_number_of_links(crossings: int, count: int) -> None:
    found = [name for name in tables.names(crossings=crossings) if name.startswith("L")]
    assert len(found) == count


def test_every_unoriented_link_has_all_orientations() -> None:
    split = [name.rstrip("}").split("{") for name in tables.names() if name.startswith("L")]
    signs = {base: orientation.count(",") + 1 for base, orientation in split}
    assert Counter(base for base, _ in split) == {base: 2**n for base, n in signs.items()}


def test_names_are_distinct_and_in_natural_order() -> None:
    names = tables.names()
    assert len(names) == len(set(names)) == sum(KNOTS) + sum(LINKS)
    assert names[:3] == ["0_1", "3_1", "4_1"]
    assert names[249:252] == ["10_165", "L2a1{0}", "L2a1{1}"]
    assert names.index("9_2") < names.index("9_10") < names.index("10_1")
    assert tables.names(crossings=11) == []


def test_words_fit_their_strands_and_components() -> None:
    for name in tables.names():
        word, strands = tables.lookup(name)
        assert {abs(letter) for letter in word} == set(range(1, strands)), name
        expected = name.count(",") + 2 if name.startswith("L") else 1
        assert components(word, strands) == expected, name


@pytest.mark.parametrize(
    ("name", "word", "strands"),
    [
        ("0_1", (), 1),
        ("3_1", (1, 1, 1), 2),
        ("4_1", (1, -2, 1, -2), 3),
        ("8_19", (1, 1, 1, 2, 1, 1, 1, 2), 3),
        ("10_124", (1, 1, 1, 1, 1, 2, 1, 1, 1, 2), 3),
        # Of KnotInfo's two words the one on fewer strands.
        ("10_136", (-1, -1, -2, 3, -2, 1, -2, -2, 3, 2, 2), 4),
        ("L2a1{0}", (-1, -1), 2),
        ("L2a1{1}", (1, 1), 2),
        ("L4a1{0}", (-2, -2, -1, 2, -1), 3),
        ("L6a4{1,0}", (1, -2, 1, -2, 1, -2), 3),
        ("5^2_1", (-1, 2, -1, 2, -1), 3),
    ],
)
def test_words(name: str, word: tuple[int, ...], strands: int) -> None:
    assert tables.lookup(name) == (word, strands)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        (" 8_19\n", "8_19"),
        ("K8n3", "8_19"),
        ("k8n_3", "8_19"),
        ("8N3", "8_19"),
        ("l6a4{0,1}", "L6a4{0,1}"),
        ("L6a4{0}", "L6a4{0,0}"),
        ("L6a4{1}", "L6a4{1,0}"),
        ("L6A4 { 0, 1 }", "L6a4{0,1}"),
        ("unknot", "0_1"),
        ("Trefoil", "3_1"),
        ("figure-eight", "4_1"),
        ("Figure eight", "4_1"),
        ("figure8", "4_1"),
        ("whitehead", "L5a1{1}"),
        ("borromean", "L6a4{0,0}"),
        ("6^3_2", "L6a4{1,1}"),
    ],
)
def test_spellings(spelling: str, name: str) -> None:
    assert tables.is_name(spelling)
    assert tables.lookup(spelling) == tables.lookup(name)


@pytest.mark.parametrize(
    "text",
    ["0_1", "8_22", "11n_34", "K11n34", "13a_4878", "L6a4", "L11n459{0,0,1}", "9^2_61", "hopf"],
)
def test_is_name(text: str) -> None:
    assert tables.is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "-1",
        "1 -2 1 -2",
        "1,-2",
        "[1,2]",
        "[]",
        "s1 s2^-1",
        "s_1 s_2",
        "s1^2",
        "1^2",
        "aBaB",
        "{3, {-1,2}}",
        "K",
        "3_₁",
        "٣_1",
        "8.19",
        "8-19",
        "8_19 8_19",
        "L6a4{2}",
        "L6a4{}",
        "hopfield",
        "8_" + "9" * 5000,
    ],
)
def test_is_not_a_name(text: str) -> None:
    assert not tables.is_name(text)
    with pytest.raises(UnknownNameError):
        tables.lookup(text)


@pytest.mark.parametrize("name", [None, 5, ["3_1"]])
def test_names_are_text(name: Any) -> None:
    with pytest.raises(UnknownNameError, match="name of a knot or a link is text, not"):
        tables.lookup(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("8_22", "'8_22'; nearest: 8_21, 8_20, 8_19"),
        ("10_166", "nearest: 10_165, 10_164"),
        ("8_0", "nearest: 8_1, 8_2"),
        ("11_1", "unknown knot or link '11_1'"),
        ("8n4", "nearest: 8n_3, 8n_2, 8n_1"),
        ("L5a2{0}", "nearest: L5a1{0}, L5a1{1}"),
        ("5^2_2", "nearest: 5^2_1"),
        ("Trefol", "nearest: trefoil"),
        ("l6a3{0", "nearest: L6a3{0}"),
        ("L6a3{0", "has no valid orientation; use: L6a3{0}, L6a3{1}"),
        ("hello, world", "names look like 8_19, K11n34"),
        ("L6a4", "'L6a4' lacks an orientation; use: L6a4{0,0}, L6a4{0,1}, L6a4{1,0}, L6a4{1,1}"),
        ("L6a4{0,0,1}", "'L6a4{0,0,1}' has no valid orientation; use: L6a4{0,0}, "),
        ("6^2_1", "'6^2_1' lacks an orientation; use: L6a3{0}, L6a3{1}"),
        ("Hopf", "'Hopf' lacks an orientation; use: L2a1{0}, L2a1{1}"),
    ],
)
@pytest.mark.usefixtures("no_extra")
def test_unknown_names_list_the_nearest(name: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=re.escape(message)):
        tables.lookup(name)


@pytest.mark.parametrize("name", ["K11n34", "11a_9999", "L10a1{0}", "L10a1"])
@pytest.mark.usefixtures("no_extra")
def test_missing_extra(name: str) -> None:
    with pytest.raises(MissingExtraError, match=r'pip install "plait\[tables\]"'):
        tables.lookup(name)


@pytest.mark.usefixtures("no_extra")
def test_all_names_without_the_extra() -> None:
    assert tables.all_names() == tables.names()


def integers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"-?\d+", text)))


def test_knots_agree_with_the_data_package() -> None:
    data = pytest.importorskip("database_knotinfo")
    rows = [row for row in data.link_list()[1:] if int(row["crossing_number"]) <= 10]
    assert len(rows) == sum(KNOTS)
    for row in rows:
        word, strands = tables.lookup(row["name"])
        given = [integers(part) for part in row["braid_notation"].split("],")]
        assert word in given, row["name"]
        assert strands == int(row["braid_index"]), row["name"]
        assert tables.lookup(row["dt_name"]) == (word, strands), row["name"]


def test_links_agree_with_the_data_package() -> None:
    data = pytest.importorskip("database_knotinfo")
    rows = [row for row in data.link_list(True)[1:] if int(row["crossing_number"]) <= 9]
    assert sorted(row["name"] for row in rows) == sorted(n for n in tables.names() if n[0] == "L")
    for row in rows:
        word, strands = tables.lookup(row["name"])
        assert (strands, *word) == integers(row["braid_notation"]), row["name"]


def test_every_name_of_the_data_package_has_a_braid() -> None:
    pytest.importorskip("database_knotinfo")
    names = tables.all_names()
    assert names[: sum(KNOTS)] == tables.names()[: sum(KNOTS)]
    assert len(names) == len(set(names)) > len(tables.names())
    for name in names:
        word, strands = tables.lookup(name)
        assert {abs(letter) for letter in word} == set(range(1, strands)), name
        expected = name.count(",") + 2 if name.startswith("L") else 1
        assert components(word, strands) == expected, name


def test_names_beyond_the_bundled_table() -> None:
    pytest.importorskip("database_knotinfo")
    conway = ((-1, -1, 2, -1, 2, -1, 3, -2, -2, 3, 3), 4)
    assert tables.lookup("11n_34") == tables.lookup("K11n34") == tables.lookup("11N34") == conway
    # Two words: the shorter one needs five strands.
    assert tables.lookup("11n_8") == ((1, 2, -1, 2, 3, -2, -1, -1, -2, -2, -3, -3, -2), 4)
    # Blanks and a wrong bracket in LinkInfo's entries.
    assert tables.lookup("L10a121{0}")[1] == tables.lookup("l10a121{1}")[1] == 4
    with pytest.raises(UnknownNameError, match="nearest: 11a_367, 11a_366"):
        tables.lookup("11a_9999")
    with pytest.raises(UnknownNameError, match=r"use: L10a1\{0\}, L10a1\{1\}"):
        tables.lookup("L10a1")
    with pytest.raises(UnknownNameError, match="unknown knot or link '99a_1'"):
        tables.lookup("99a_1")


def test_a_row_without_a_braid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_database", lambda: {"11a_1": "", "11a_2": "[1]"})
    with pytest.raises(UnknownNameError, match="no braid word for 'K11a1'; nearest: 11a_2"):
        tables.lookup("K11a1")
