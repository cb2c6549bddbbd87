"""Spellings of words, objects of other packages, files of the reference, named notations."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from strategies import braids, random_braid

from plait import jones, polynomial
from plait.knots import Braid, InputError, PlanarDiagram, braid
from plait.knots.closed import ClosedBraid
from plait.knots.inputs import link
from plait.knots.notations.objects import from_object, to_regina, to_spherogram
from plait.knots.notations.reference import read_reference, write_reference
from plait.knots.notations.spellings import (
    SPELLINGS,
    parse_bracketed,
    parse_gap_word,
    parse_sage_word,
    parse_words,
    spell,
)
from plait.knots.notations.text import NOTATIONS, read_text

TREFOIL = "[[1,5,2,4],[3,1,4,6],[5,3,6,2]]"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("s0*s1^-1", [1, -2]),
        (" s0 * s1 ^ -1 ", [1, -2]),
        ("s_0 s_1", [1, 2]),
        ("(s0*s1)^2", [1, 2, 1, 2]),
        ("(s0*s1^-1)^-1*s2^(-2)", [2, -1, -3, -3]),
        ("sigma0^3", [1, 1, 1]),
        ("s^-3", [-1, -1, -1]),
        ("1", []),
        ("s0^0", []),
    ],
)
def test_sage_words(text: str, word: list[int]) -> None:
    assert parse_sage_word(text) == braid(f"sage-word: {text}") == Braid(word)


@pytest.mark.parametrize(
    ("text", "word"),
    [("f1*f2^-1", [1, -2]), ("x1*x2^-1", [1, -2]), ("F.1^2", [1, 1]), ("(f1*f2)^-1", [-2, -1])],
)
def test_gap_words(text: str, word: list[int]) -> None:
    assert parse_gap_word(text) == braid(f"gap-word: {text}") == Braid(word)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty text"),
        ("s0*", "cannot read ''"),
        ("s0+s1", "cannot read '.s1'"),
        ("(s0", "cannot read ''"),
        ("s0)", r"cannot read '\)'"),
        ("0 1", "cannot read '0 1'"),
        ("((" * 60, "cannot read"),
        ("s0^99999999", "more than 10000000 letters"),
    ],
)
def test_what_is_no_product(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_sage_word(text)


def test_generators_of_gap_begin_with_one() -> None:
    for text in ("f0*f1", "f*f1"):
        with pytest.raises(InputError, match=r"'f0?' is no generator"):
            parse_gap_word(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BR[3,{1,-2}]", Braid([1, -2])),
        ("BR[5, {1, -2}]", Braid([1, -2], strands=5)),
        ("Braid[1,2,-3]", Braid([1, 2, -3])),
        ("Braid:[1,2,-3]", Braid([1, 2, -3])),
        ("BraidClosure[1,2]", Braid([1, 2])),
        ("word: {1,-2}", Braid([1, -2])),
        ("word: {3,{1,-2}}", Braid([1, -2])),
        ("word: [[1,1,2,-1,-3,2,-3],[1,-2,1,-2]]", Braid([1, -2, 1, -2])),
    ],
)
def test_other_words(text: str, expected: Braid) -> None:
    assert braid(text) == expected


@given(braids(min_strands=2, max_crossings=12))
def test_spellings(b: Braid) -> None:
    used = Braid(b.word)
    assert parse_sage_word(spell(used, "sage")) == parse_gap_word(spell(used, "gap")) == used
    assert parse_words(spell(b, "linkinfo")) == parse_bracketed(spell(b, "knottheory")) == b
    assert parse_words(spell(b, "plait")) == b
    for spelling in ("knotinfo", "snappy"):
        assert parse_words(spell(used, spelling)) == used


def test_strands_that_a_spelling_cannot_state() -> None:
    loose = Braid("1 1", strands=4)
    assert spell(loose) == "{4, {1, 1}}"
    assert parse_words(spell(Braid([], strands=3))) == Braid([], strands=3)
    for spelling in ("knotinfo", "snappy", "sage", "gap"):
        with pytest.raises(InputError, match=f"word uses 2; the spelling '{spelling}' does not"):
            spell(loose, spelling)


def test_long_words_are_spelled() -> None:
    assert spell(Braid([1, 2] * 100_000), "sage").startswith("s0*s1*s0")


def test_unknown_spellings() -> None:
    assert len(SPELLINGS) == 7
    for spelling in ("latin", None, ["sage"]):
        with pytest.raises(InputError, match="choose one of: plait, knotinfo"):
            spell(Braid("1"), spelling)  # type: ignore[arg-type]
    for x in ("3_1", PlanarDiagram([(1, 1, 2, 2)])):
        with pytest.raises(InputError, match="is no braid; give Braid"):
            spell(x)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("BR[3]", r"states its strands and its word, as in BR\[3, \{1, -2, 1, -2\}\]"),
        ("BR[{1,2}]", "states its strands and its word"),
        ("BR[3,{1},{2}]", "states its strands and its word"),
        ("BR[2.5,{1}]", "cannot read"),
        ("Braid[[1,2],[3]]", "holds 2 lists; a braid has one word"),
        ("Braid[1,[2]]", "list of integers, or of lists of them, not 1"),
    ],
)
def test_words_in_brackets_lose_nothing(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        braid(text)
    assert braid("Braid[[1,1]]") == Braid([1, 1])


@pytest.mark.parametrize("text", ["s0 s1", "s0*s1^-1", "σ0"])
def test_generators_from_zero_point_to_sage(text: str) -> None:
    with pytest.raises(InputError, match=rf"numbered from 1 here.*'sage-word: {text[:2]}"):
        braid(text)
    assert braid("sage-word: s0 s1") == Braid([1, 2])


@pytest.mark.parametrize("read", [parse_words, parse_bracketed, parse_sage_word, parse_gap_word])
@pytest.mark.parametrize("x", [None, 5, [1, 2]])
def test_words_are_read_from_text(read: Any, x: Any) -> None:
    with pytest.raises(InputError, match="the braid word is read from text, not from"):
        read(x)


@pytest.mark.parametrize("text", ["[[" + "1" * 5000 + "x", "[[" + "1 " * 5000 + "x"])
def test_lists_are_told_apart_at_once(text: str) -> None:
    # An expression that backtracks would never end.
    with pytest.raises(InputError, match="cannot read"):
        braid(text)


def closures(count: int) -> list[PlanarDiagram]:
    found = []
    for seed in range(count):
        b = random_braid(4, 1 + seed % 9, seed)
        found.append(PlanarDiagram.from_braid(b, ("markov", "plat")[seed % 2]))
    return [*found, PlanarDiagram(circles=2)]


def same(one: Any, other: PlanarDiagram) -> bool:
    assert isinstance(one, PlanarDiagram)
    # The order of the components may differ.
    assert sorted(map(sorted, one.linking_matrix)) == sorted(map(sorted, other.linking_matrix))
    assert (one.signs, one.circles) == (other.signs, other.circles)
    return polynomial(one) == polynomial(other)


def test_links_of_regina() -> None:
    regina = pytest.importorskip("regina")
    for diagram in closures(40):
        assert same(link(to_regina(diagram)), diagram)
    assert braid(regina.Link.fromPD(TREFOIL)) == Braid([1, 1, 1])
    with pytest.raises(InputError, match="not planar"):
        link(regina.Link.fromData([1, 1], [[1, 2, -1, -2]]))


def test_links_of_spherogram() -> None:
    spherogram = pytest.importorskip("spherogram")
    for diagram in closures(40):
        assert same(link(to_spherogram(diagram)), diagram)
    assert link(spherogram.Link(braid_closure=[1, 1, 1])).writhe == 3
    # Its own braid_word refuses this split link.
    assert braid(spherogram.Link([(0, 3, 1, 2), (3, 0, 2, 1), (4, 4, 5, 5)])).components == 3


def test_links_of_snappy() -> None:
    snappy = pytest.importorskip("snappy")
    assert polynomial(link(snappy.Link("8_20"))) in (
        polynomial("8_20"),
        polynomial(braid("8_20").mirror()),
    )
    with pytest.raises(InputError, match=r"a manifold is not a link.*manifold\.link\(\)"):
        braid(snappy.Manifold("4_1"))


class SageBraid:
    """The documented methods of sage.groups.braid.Braid."""

    def Tietze(self) -> tuple[int, ...]:  # noqa: N802
        return (1, -2)

    def strands(self) -> int:
        return 4


class SageLink:
    """The documented methods of sage.knots.link.Link."""

    def __init__(self, code: list[list[int]]) -> None:
        self.code = code

    def pd_code(self) -> list[list[int]]:
        return self.code

    def oriented_gauss_code(self) -> list[Any]:
        raise NotImplementedError

    def braid(self) -> Any:
        raise NotImplementedError


def test_objects_of_sage() -> None:
    assert link(SageBraid()) == Braid([1, -2], strands=4)  # type: ignore[arg-type]
    assert braid(SageLink(json.loads(TREFOIL))) == Braid([1, 1, 1])  # type: ignore[arg-type]
    # A link without crossings is the unknot there.
    assert braid(SageLink([])) == Braid([], strands=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(("version", "sign"), [("9.8", -1), ("10.0", -1), ("10.1", 1), ("11", 1)])
def test_sage_changed_its_convention(
    monkeypatch: pytest.MonkeyPatch, version: str, sign: int
) -> None:
    monkeypatch.setitem(sys.modules, "sage.version", SimpleNamespace(version=version))
    assert braid(SageLink(json.loads(TREFOIL))) == Braid([sign] * 3)  # type: ignore[arg-type]


def test_positive_letters_of_sage() -> None:
    # The documentation of Link.pd_code: that of the closed braid B([1, 1, 1, 1, 1]).
    code = [[2, 4, 3, 1], [4, 6, 5, 3], [6, 8, 7, 5], [8, 10, 9, 7], [10, 2, 1, 9]]
    assert braid(SageLink(code)) == Braid([1] * 5)  # type: ignore[arg-type]


def test_other_objects() -> None:
    assert from_object(object()) is None
    with pytest.raises(InputError, match="sequence of integers or text"):
        link(object())  # type: ignore[arg-type]


REFERENCE = {
    "optimized": {"word": [-1, -1, -1], "cost": 1, "cyclic": True},
    "original": {"word": [-1, -1, -1], "cost": 1},
    "source": {"method": "word", "word": [-1, -1, -1]},
    "jones": None,
}


def test_files_of_the_reference() -> None:
    found = read_reference(REFERENCE)
    assert found == (Braid([1, 1, 1]), Braid([1, 1, 1]), None)
    assert braid(REFERENCE) == braid(json.dumps(REFERENCE)) == braid("3_1")
    assert braid(f"reference-json: {json.dumps(REFERENCE)}") == braid("3_1")
    assert read_reference(write_reference(Braid("1 -2"))).braid == Braid("1 -2")


def test_the_value_in_a_file_is_that_of_the_braid_read() -> None:
    # The reference's value of its word is the conjugate of ours, that is ours of the mirror image.
    word = [1, 1, 1]
    theirs = jones(word).value.conjugate()
    found = read_reference({"original": {"word": word}, "jones": [theirs.real, theirs.imag]})
    assert found.jones is not None
    assert abs(jones(found.braid).value - found.jones) < 1e-12
    assert read_reference(write_reference(found.braid, found.jones)) == found


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"optimized": {}}, 'no "original" with a "word"'),
        ({"original": {}}, 'no list "word" in "original"'),
        ({"original": {"word": [1, 0]}}, "letter 0"),
        ({"original": {"word": [1]}, "optimized": 5}, 'no list "word" in "optimized"'),
        ({"original": {"word": [1]}, "jones": "x"}, '"jones" .* is .x.'),
        ({"original": {"word": [1]}, "jones": [1]}, '"jones"'),
    ],
)
def test_what_is_no_file_of_the_reference(data: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_reference(data)


def test_what_cannot_be_written_to_a_file() -> None:
    with pytest.raises(InputError, match="is no braid; give Braid"):
        write_reference("3_1")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="jones is 'x'; it is a number"):
        write_reference(Braid("1"), "x")  # type: ignore[arg-type]


def test_strands_that_a_file_cannot_state() -> None:
    with pytest.raises(InputError, match="has 4 strands, but its word uses 2"):
        write_reference(Braid("1", strands=4))


@pytest.mark.parametrize(
    "text",
    [f"pd-knotinfo: {TREFOIL}", f"pd-regina: {TREFOIL}", f"PD-Sage:{TREFOIL}",
     "pd-snappy: [(0,4,1,3),(2,0,3,5),(4,2,5,1)]", "pd-sage-10.0: [[1,4,2,5],[3,6,4,1],[5,2,6,3]]",
     "PD[X[1,5,2,4],X[3,1,4,6],X[5,3,6,2]]", "dt: 4 6 2", "DT: [(4,6,2)]", "DT[cacbca]",
     "DTCode[4,6,2]", "gauss: 1 -2 3 -1 2 -3", "GaussCode[1,-2,3,-1,2,-3]",
     "extended-gauss: O1+U2+O3+U1+O2+U3+", "O1+U2+O3+U1+O2+U3+", "word: 1 1 1"],
)  # fmt: skip
def test_the_trefoil_by_any_name(text: str) -> None:
    assert jones(text).exact == (1, 2, 1, 2)
    assert braid(text).components == 1


def test_nothing_is_guessed() -> None:
    for given_ in (TREFOIL, f"pd: {TREFOIL}"):
        with pytest.raises(InputError, match=r"pd-knotinfo.*pd-snappy.*pd-regina"):
            braid(given_)
    with pytest.raises(InputError, match=r"name its convention: from_pd.*snappy"):
        braid(json.loads(TREFOIL))
    with pytest.raises(InputError, match="cannot read 'f1'"):
        braid("f1 f2")
    with pytest.raises(InputError, match=r"cannot read 'x'.*sage-word"):
        braid("x")
    with pytest.raises(InputError, match="is not JSON"):
        braid('{"original": ')
    with pytest.raises(InputError, match=r"the reference's .original. with a"):
        braid('{"word": [1]}')
    assert read_text("8_19") is None
    assert set(NOTATIONS) > {"dt", "gauss", "word", "sage-word"}


def test_links_stay_what_they_are() -> None:
    diagram = PlanarDiagram([(1, 1, 2, 2)], circles=1)
    plat = ClosedBraid(Braid("2 2 2", strands=4), "plat")
    assert link(diagram) is diagram
    assert link(plat) is plat
    assert braid(plat).components == 1
    assert jones(braid(plat)).exact == jones("2 2 2", strands=4, closure="plat").exact
    assert braid(diagram).components == 2
    for given_ in (diagram, plat):
        with pytest.raises(InputError, match="strands=9 are those of a braid"):
            link(given_, strands=9)
    assert braid(plat, strands=9).strands == 9


@given(braids(min_strands=2, max_strands=5, max_crossings=9))
def test_diagrams_to_braids(b: Braid) -> None:
    diagram = PlanarDiagram.from_braid(b)
    assert polynomial(braid(diagram)) == polynomial(b)
    turned = diagram.reversed()
    assert polynomial(turned) == polynomial(b)
    if len(diagram.components) > 1:
        one = diagram.reversed([0])
        assert one.reversed([0]).signs == diagram.signs
        row = diagram.linking_matrix[0]
        assert one.linking_matrix[0] == tuple(-x for x in row)


def test_which_components_to_reverse() -> None:
    hopf = PlanarDiagram.from_braid(Braid("1 1"))
    with pytest.raises(InputError, match=r"components=\[2\]: this link has the components 0\.\.1"):
        hopf.reversed([2])
    with pytest.raises(InputError, match="give the numbers of components"):
        hopf.reversed(["a"])  # type: ignore[list-item]
    with pytest.raises(InputError, match="this link has no components"):
        PlanarDiagram().reversed([0])


@pytest.mark.parametrize(
    ("components", "signs", "message"),
    [
        ([[(0, True)]], [1], "crossing 0 is passed 0 times below"),
        ([[(0, True), (0, False), (0, True)]], [1], "passed 2 times above"),
        ([[(0, True), (0, False)]], [1, 1], "crossing 1 is passed 0 times"),
        ([[(0, True), (0, False)]], [2], "sign of crossing 0 is 2"),
        ([[0, 1]], [1], "list of pairs"),
        (5, [1], "list of pairs"),
    ],
)
def test_what_are_no_passages(components: Any, signs: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        PlanarDiagram.from_passages(components, signs)


def test_codes_that_say_the_sign_of_a_crossing() -> None:
    assert link("dt@-1: 4 6 2").signs == link("DT@-5: 4 6 2").signs == (-1, -1, -1)
    assert link("gauss@-1: 1 -2 3 -1 2 -3").signs == (-1, -1, -1)
    assert link("gauss@+2: 1 -2 3 -1 2 -3").signs == (1, 1, 1)
    with pytest.raises(InputError, match="only dt and gauss have a crossing"):
        link("pd-snappy@1: [(0,3,1,2),(3,0,2,1)]")
    with pytest.raises(InputError, match="has no crossing 7"):
        link("gauss@7: 1 -2 3 -1 2 -3")


def test_records_of_plait_are_read() -> None:
    """What plait minimize, generate and convert write as JSON; free circles are not lost."""
    assert link('{"word": [1, 1], "strands": 4, "crossings": 2}') == Braid([1, 1], 4)
    found = Braid("1 2 -1 2", strands=5).minimize(effort="low")
    assert link(found.to_json()) == found.braid.with_strands(found.braid.strands + found.free)
    by_value = Braid("1 1 1 2 2").minimize(effort="low", keep="value")
    with pytest.raises(InputError, match="keeps only the value of its link"):
        link(by_value.to_json())
    for data in ({"word": [1]}, {"word": [1], "strands": 1.5}, {"word": 5, "strands": 2}):
        with pytest.raises(InputError):
            link(data)  # type: ignore[arg-type]
