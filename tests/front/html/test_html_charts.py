"""Scales, charts and the complex plane, read back from their SVG."""

from __future__ import annotations

import math
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.html.bars import Bar, bars_svg
from plait.html.charts import Axis, Band, Line, Points, xy_svg
from plait.html.plane import Ellipse, PlanePoint, complex_plane_svg, confidence_ellipse
from plait.html.scales import Scale, linear_ticks, log_ticks, span, tick_text
from plait.html.svg import MARKERS, WIDTH, escaped, fitted, marker, number, tag
from plait.knots.errors import InputError

SVG = "{http://www.w3.org/2000/svg}"
NUMBERS = st.floats(-1e6, 1e6)


def parsed(svg: str) -> ET.Element:
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert title.text
    assert desc.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert root.get("viewBox", "").startswith(f"0 0 {number(WIDTH)} ")
    return root


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@given(low=NUMBERS, size=st.floats(1e-3, 1e6), count=st.integers(2, 9))
def test_linear_ticks_are_round_and_within(low: float, size: float, count: int) -> None:
    ticks = linear_ticks(low, low + size, count)
    values = [value for value, _ in ticks]
    slack = 1e-6 * size + 1e-12 * abs(low)
    assert all(low - slack <= v <= low + size + slack for v in values)
    assert 1 <= len(values) <= 2 * count + 2
    if len(values) > 1:
        step = values[1] - values[0]
        mantissa = step / 10 ** math.floor(math.log10(step) + 1e-6)
        assert min(abs(mantissa - m) for m in (1, 2, 5)) < 1e-3
        assert size / step >= count / 2 - 1


@given(low=st.floats(1e-8, 1e6), factor=st.floats(1.2, 1e8))
def test_logarithmic_ticks_are_within_and_few(low: float, factor: float) -> None:
    ticks = log_ticks(low, low * factor)
    assert 1 <= len(ticks) <= 14
    assert all(low * (1 - 1e-6) <= v <= low * factor * (1 + 1e-6) for v, _ in ticks)
    assert len({label for _, label in ticks}) == len(ticks)


def test_ticks_have_the_texts_of_their_values() -> None:
    assert [label for _, label in linear_ticks(-1, 1)] == ["−1", "−0.5", "0", "0.5", "1"]
    assert [label for _, label in log_ticks(1e-7, 1e5)] == [
        "10⁻⁷", "10⁻⁵", "0.001", "0.1", "10", "1000", "10⁵",
    ]  # fmt: skip
    assert tick_text(0.0) == "0"


def test_scales_are_linear_or_logarithmic() -> None:
    down = Scale(0, 4, 100, 0)
    assert [down(0), down(1), down(4)] == [100, 75, 0]
    log = Scale(0.01, 1, 0, 100, log=True)
    assert log(0.1) == pytest.approx(50)


@given(values=st.lists(NUMBERS, max_size=5))
def test_a_span_holds_its_values_and_has_a_size(values: list[float]) -> None:
    low, high = span(values)
    assert low < high
    assert all(low <= v <= high for v in values)
    positive = [abs(v) + 1e-3 for v in values]
    low, high = span(positive, log=True)
    assert 0 < low < high
    assert all(low <= v <= high for v in positive)


def test_axes_of_equal_values_have_ticks_that_differ() -> None:
    for value in (0.0, 1e-12, 3.0, 1e9):
        labels = [label for _, label in linear_ticks(*span([value]))]
        assert len(set(labels)) == len(labels) > 0


def test_markers_and_text_are_well_formed() -> None:
    for shape in MARKERS:
        assert marker(shape, 10, 10).startswith("M")
        assert marker(shape, 10, 10).endswith("z")
    assert len({marker(shape, 10, 10) for shape in MARKERS}) == len(MARKERS)
    assert escaped("a\x00\x1b<") == "a\ufffd\ufffd&lt;"
    assert fitted("w" * 500, 100).endswith("…")
    assert ET.fromstring(tag("a", x='"<>&')).get("x") == '"<>&'


# The complex plane


def test_points_are_where_their_values_are() -> None:
    """The frame and a marker tell the scale; the cross of the exact value must agree with it."""
    points = [PlanePoint(label="a", value=0.5 + 0.25j), PlanePoint(label="b", value=-0.5 - 0.25j)]
    plot = parsed(complex_plane_svg(points, exact=0.5 - 0.25j)).find(f"{SVG}svg")
    assert plot is not None
    circle = plot.find(f"{SVG}circle")
    assert circle is not None
    cx, cy, r = (float(circle.get(key, "nan")) for key in ("cx", "cy", "r"))
    cross = [p for p in plot.iter(f"{SVG}path") if p.get("stroke-width") == "2"]
    assert (
        cross[0].get("d", "").startswith(f"M{number(cx + 0.5 * r - 7)} {number(cy + 0.25 * r)}h")
    )
    marks = [p.get("d", "") for p in plot.iter(f"{SVG}path") if p.get("fill")]
    assert marks == [
        marker("circle", cx + 0.5 * r, cy - 0.25 * r, 4.5),
        marker("square", cx - 0.5 * r, cy + 0.25 * r, 4.5),
    ]


def test_regions_are_rectangles_or_ellipses_and_twice_without_a_sign() -> None:
    interval = ((0.1, 0.3), (0.2, 0.6))
    ellipse = Ellipse(center=0.2 + 0.4j, axes=(0.2, 0.1), angle=0.5)
    points = [
        PlanePoint(label="interval", value=0.2 + 0.4j, interval=interval),
        PlanePoint(label="ellipse", value=0.2 + 0.4j, ellipse=ellipse, sign_known=False),
    ]
    root = parsed(complex_plane_svg(points))
    plot = root.find(f"{SVG}svg")
    assert plot is not None
    rects, ellipses = plot.findall(f"{SVG}rect"), plot.findall(f"{SVG}ellipse")
    assert (len(rects), len(ellipses)) == (1, 2)
    circle = plot.find(f"{SVG}circle")
    assert circle is not None
    unit = float(circle.get("r", "nan"))
    assert float(rects[0].get("width", "nan")) == pytest.approx(0.2 * unit, abs=0.01)
    assert float(rects[0].get("height", "nan")) == pytest.approx(0.4 * unit, abs=0.01)
    assert float(ellipses[0].get("rx", "nan")) == pytest.approx(0.2 * unit, abs=0.01)
    assert "rotate(-28.65)" in ellipses[0].get("transform", "")
    assert ellipses[1].get("stroke-dasharray")
    assert "±(0.200 + 0.400i)" in texts(root)
    assert "hollow: the other sign, as likely" in texts(root)


def test_the_ellipse_of_draws_holds_the_level_and_has_their_axes() -> None:
    rng = np.random.default_rng(3)
    turn = np.exp(0.7j)
    draws = 1 + 2j + turn * (0.3 * rng.normal(size=20_000) + 0.1j * rng.normal(size=20_000))
    found = confidence_ellipse(draws, 0.9)
    assert found.center == pytest.approx(1 + 2j, abs=0.01)
    # Quantile of the chi-squared distribution of two degrees of freedom.
    radius = math.sqrt(-2 * math.log(0.1))
    assert found.axes == pytest.approx((0.3 * radius, 0.1 * radius), rel=0.03)
    assert found.angle % math.pi == pytest.approx(0.7, abs=0.02)
    own = (draws - found.center) * np.exp(-1j * found.angle)
    inside = (own.real / found.axes[0]) ** 2 + (own.imag / found.axes[1]) ** 2 <= 1
    assert inside.mean() == pytest.approx(0.9, abs=1e-3)
    width, height = found.reach
    edge = found.axes[0] * np.cos(np.linspace(0, 7, 10_000)) + 1j * found.axes[1] * np.sin(
        np.linspace(0, 7, 10_000)
    )
    edge = edge * np.exp(1j * found.angle)
    assert (edge.real.max(), edge.imag.max()) == pytest.approx((width, height), rel=1e-3)


def test_draws_that_do_not_scatter_have_an_ellipse_of_no_size() -> None:
    assert confidence_ellipse([1 + 1j] * 10).axes == (0, 0)
    line = confidence_ellipse(np.linspace(0, 1, 100) * (1 + 1j))
    assert line.axes[1] == pytest.approx(0, abs=1e-6)
    assert line.axes[0] > 0.5
    parsed(complex_plane_svg([PlanePoint(label="line", value=0.5 + 0.5j, ellipse=line)]))


def test_what_is_far_away_does_not_hide_the_values() -> None:
    wide = PlanePoint(label="wide", value=0.1, interval=((-1e6, 1e6), (-1e6, 1e6)))
    plot = parsed(complex_plane_svg([wide])).find(f"{SVG}svg")
    assert plot is not None
    circle = plot.find(f"{SVG}circle")
    assert circle is not None
    assert float(circle.get("r", "nan")) > 20
    far = parsed(complex_plane_svg([PlanePoint(label="small", value=0.01)], circle=1000.0))
    assert "largest possible" in texts(far)


@pytest.mark.parametrize("circle", [1.0, None])
def test_pictures_without_points_or_exact_value(circle: float | None) -> None:
    parsed(complex_plane_svg([], circle=circle))
    parsed(complex_plane_svg([PlanePoint(label="", value=0j)], circle=circle))
    parsed(complex_plane_svg([PlanePoint(label="tiny", value=1e-30)], circle=circle))
    parsed(complex_plane_svg([PlanePoint(label="huge", value=1e30)], circle=circle))


def test_arrows_join_points() -> None:
    points = [PlanePoint(label="raw", value=-0.5), PlanePoint(label="done", value=0.5)]
    without, with_arrow = (
        complex_plane_svg(points),
        complex_plane_svg(points, arrow=("raw", "done")),
    )
    assert with_arrow.count("<path") == without.count("<path") + 1
    with pytest.raises(InputError, match="there is no point with the label 'other'"):
        complex_plane_svg(points, arrow=("raw", "other"))


def test_labels_are_escaped_and_cut() -> None:
    label = "<script>alert(1)</script>&\x00" + "w" * 300
    svg = complex_plane_svg([PlanePoint(label=label, value=1j, strong=True)], title="<b>")
    assert "<script" not in svg
    assert "<b>" not in svg
    assert max(map(len, texts(parsed(svg)))) < 60


@pytest.mark.parametrize(
    ("points", "options", "message"),
    [
        ([PlanePoint(label="a", value=complex("nan"))], {}, "point 'a': nan cannot be drawn"),
        ([PlanePoint(label="a", value=complex("inf"))], {}, "point 'a': inf cannot be drawn"),
        (
            [PlanePoint(label="a", value=0, interval=((0, math.inf), (0, 1)))],
            {},
            "point 'a': inf cannot be drawn",
        ),
        ([], {"exact": complex("nan")}, "exact value: nan"),
        ([], {"circle": -1.0}, "circle: -1.0 has no place"),
        ([1j], {}, "give a PlanePoint"),
        ([PlanePoint(label="a", value=0)] * 101, {}, "number of points=101"),
    ],
)
def test_what_cannot_be_drawn_is_refused(points: list, options: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        complex_plane_svg(points, **options)


@pytest.mark.parametrize(
    ("draws", "level", "message"),
    [
        ([1, 2], 0.95, "three finite numbers"),
        ([1, 2, math.nan], 0.95, "three finite numbers"),
        (["a", "b", "c"], 0.95, "an array of complex numbers"),
        ([1, 2, 3], 1.5, r"level=1.5: give a number between 0 and 1"),
    ],
)
def test_draws_that_have_no_ellipse(draws: list, level: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        confidence_ellipse(draws, level)


# Charts


def test_a_power_law_is_a_straight_line_on_logarithmic_axes() -> None:
    x = [10.0, 30.0, 100.0, 1000.0]
    y = [0.02 * v**0.5 for v in x]
    svg = xy_svg(
        [
            Band(label="band", x=x, low=[v / 2 for v in y], high=[2 * v for v in y]),
            Line(label="law", x=x, y=y),
            Points(label="points", x=x, y=y, color=1),
        ],
        x=Axis("crossings", log=True),
        y=Axis("error", log=True),
        title="errors",
    )
    root = parsed(svg)
    plot = root.find(f"{SVG}svg")
    assert plot is not None
    band, line, points = plot.findall(f"{SVG}path")
    places = [tuple(map(float, p.split())) for p in line.get("d", "")[1:].split("L")]
    slopes = np.diff([p[1] for p in places]) / np.diff([p[0] for p in places])
    assert slopes == pytest.approx(slopes[0], abs=0.01)
    assert slopes[0] < 0  # up on the page
    assert points.get("d", "").count("M") == 4
    assert band.get("d", "").endswith("z")
    assert {"crossings", "error", "band", "law", "points"} <= set(texts(root))
    width, height = (float(plot.get(key, "nan")) for key in ("width", "height"))
    assert all(0 <= a <= width and 0 <= b <= height for a, b in places)


def test_many_points_are_thinned_and_none_are_fine() -> None:
    many = Points(label="many", x=range(1, 10_001), y=range(1, 10_001))
    svg = xy_svg([many], x=Axis("x"), y=Axis("y"), title="many")
    plot = parsed(svg).find(f"{SVG}svg")
    assert plot is not None
    path = plot.find(f"{SVG}path")
    assert path is not None
    assert 1000 <= path.get("d", "").count("M") <= 2000
    for log in (False, True):
        parsed(xy_svg([], x=Axis("x", log), y=Axis("y", log), title="none"))
        one = Points(label="", x=[5], y=[5])
        parsed(xy_svg([one], x=Axis("x", log), y=Axis("y", log), title="one"))


@pytest.mark.parametrize(
    ("layer", "log", "message"),
    [
        (Points(label="p", x=[1], y=[0]), True, "p, y: 0.0 has no place on a logarithmic axis"),
        (Points(label="p", x=[math.nan], y=[0]), False, "p, x: nan cannot be drawn"),
        (Points(label="p", x=["a"], y=[0]), False, "p, x: 'a' is no number"),  # type: ignore[list-item]
        (Line(label="l", x=[1, 2], y=[0]), False, "l: lists of 2 and 1 numbers"),
        (Band(label="b", x=[1], low=[0], high=[]), False, "b: lists of 1 and 1 and 0 numbers"),
        ("text", False, "give Points, a Line or a Band"),
    ],
)
def test_layers_that_cannot_be_drawn_are_refused(layer: Points, log: bool, message: str) -> None:
    with pytest.raises(InputError, match=message):
        xy_svg([layer], x=Axis("x", log), y=Axis("y", log), title="a")


def test_bars_have_the_lengths_of_their_parts() -> None:
    bars = [Bar(label="a & b", parts=(0.5, 0.25), value="100"), Bar(label="none", parts=(0, 0))]
    root = parsed(bars_svg(bars, parts=("yes", "no"), title="bars", whole=1.0))
    widths = [float(rect.get("width", "nan")) for rect in root.iter(f"{SVG}rect")]
    assert widths[:4] == pytest.approx([0.5 * 356, 0.25 * 356, 0, 0])
    assert "a & b" in texts(root)
    parsed(bars_svg([], parts=("yes",), title="no bars"))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((1.0,), "give 2 lengths, none negative"),
        ((1.0, -1.0), "give 2 lengths, none negative"),
        ((1.0, math.inf), "inf cannot be drawn"),
    ],
)
def test_bars_that_cannot_be_drawn_are_refused(parts: tuple[float, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        bars_svg([Bar(label="b", parts=parts)], parts=("a", "b"), title="t")


def test_charts_and_pages_need_no_large_libraries() -> None:
    code = "import plait.html, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "plait.html.plane" in loaded
    assert not loaded & {"matplotlib", "scipy", "numba", "qiskit", "quimb", "rich"}
