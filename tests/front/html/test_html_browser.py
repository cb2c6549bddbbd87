"""Pages in a real browser: Chromium without a window, driven by selenium.

Skipped where there is no Chromium with its driver, or no selenium.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plait.html.data_report import data_page
from plait.html.page import Column, Page, Section, Table
from plait.html.render import to_html

webdriver = pytest.importorskip("selenium.webdriver")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE, DESK = 360, 1280
KINDS = ("run", "job", "benchmark", "data")

# Elements with text of their own, and the contrast of that text with what is behind it (WCAG 2.2).
CONTRASTS = """
const parse = (color) => { const n = color.match(/[\\d.]+/g).map(Number);
  return n.length < 4 ? [...n, 1] : n; };
const light = ([r, g, b]) => { const f = (c) => { c /= 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const behind = (e) => { for (; e; e = e.parentElement) {
  const c = parse(getComputedStyle(e).backgroundColor); if (c[3] > 0) return c; }
  return [255, 255, 255, 1]; };
const found = [];
for (const e of document.body.querySelectorAll("*")) {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  if (!own || !e.getClientRects().length || ["title", "desc"].includes(e.tagName)) continue;
  const style = getComputedStyle(e);
  const ink = parse(e.tagName === "text" ? style.fill : style.color);
  const a = light(ink), b = light(behind(e));
  found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.slice(0, 40)]);
}
return found;
"""

SHAPES = """
return [...document.querySelectorAll("figure > svg, figure .scroll > svg")].map((svg) => {
  const box = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map((text) => {
    const own = text.getBoundingClientRect();
    return [own.left >= box.left - 1 && own.right <= box.right + 1
            && own.bottom <= box.bottom + 1 && own.top >= box.top - 1,
            parseFloat(getComputedStyle(text).fontSize) * box.width / svg.viewBox.baseVal.width,
            text.textContent];
  });
  return {width: box.width, height: box.height, texts,
          wide: svg.closest("figure").className === "wide"};
});
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("needs chromium and chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()


@pytest.fixture(scope="module")
def files(pages: dict[str, Page], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    rows = [{"way": "<script>" + "w" * 300, "value": [0.5, -0.5], "n": 10**12}] * 50
    data = {"name": "שלום \u202eabc", "rows": rows, "long": "w" * 3000}
    every = pages | {"data": data_page(data, folder / "data.json")}
    paths = {}
    for name, page in every.items():
        paths[name] = folder / f"{name}.html"
        paths[name].write_text(to_html(page), encoding="utf-8")
    return paths


def show(browser: Any, path: Path, *, width: int, dark: bool = False) -> None:
    """Open a page, with empty logs."""
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [scheme]})
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(path.as_uri())


def requested(browser: Any) -> set[str]:
    """What the page has asked for."""
    messages = (
        json.loads(entry["message"])["message"] for entry in browser.get_log("performance")
    )
    return {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_silent_load_nothing_and_fit(
    browser: Any, files: dict[str, Path], kind: str, width: int
) -> None:
    show(browser, files[kind], width=width)
    browser.execute_script(
        "document.querySelectorAll('details').forEach((d) => { d.open = true })"
    )
    assert browser.get_log("browser") == []
    assert requested(browser) <= {files[kind].as_uri(), "data:,"}
    size = "return [document.documentElement.scrollWidth, window.innerWidth]"
    needed, there = browser.execute_script(size)
    assert there == width
    assert needed <= there


@pytest.mark.parametrize("kind", ["run", "job", "benchmark"])
def test_charts_are_seen_and_their_text_is_read_on_a_phone(
    browser: Any, files: dict[str, Path], kind: str
) -> None:
    show(browser, files[kind], width=PHONE)
    charts = browser.execute_script(SHAPES)
    assert len(charts) == 3
    for chart in charts:
        assert chart["width"] > 100
        assert chart["height"] > 50
        if not chart["wide"]:
            assert chart["width"] <= PHONE
            assert chart["texts"]
        for inside, size, text in chart["texts"]:
            assert inside, text
            assert size >= 10, text


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_text_has_contrast_in_light_and_dark(
    browser: Any, files: dict[str, Path], kind: str, dark: bool
) -> None:
    show(browser, files[kind], width=DESK, dark=dark)
    found = browser.execute_script(CONTRASTS)
    assert len(found) > 10
    assert min(found)[0] >= 4.5, min(found)
    background = "return getComputedStyle(document.body).backgroundColor"
    assert (browser.execute_script(background) == "rgb(255, 255, 255)") is not dark


@pytest.mark.parametrize("kind", ["run", "benchmark"])
def test_pages_fit_on_paper_which_is_white(
    browser: Any, files: dict[str, Path], kind: str
) -> None:
    show(browser, files[kind], width=700, dark=True)
    scheme = {"name": "prefers-color-scheme", "value": "dark"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": [scheme]})
    style = "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]"
    assert browser.execute_script(style) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 700


def test_names_with_markup_stay_text(browser: Any, files: dict[str, Path]) -> None:
    show(browser, files["run"], width=PHONE)
    assert "<script>alert('x')</script>" in browser.title
    count = "return [document.scripts.length, document.querySelectorAll('main section').length]"
    scripts, sections = browser.execute_script(count)
    assert scripts == 0
    assert sections >= 7


def test_tables_can_be_scrolled_by_keys_and_long_ones_opened(
    browser: Any, files: dict[str, Path]
) -> None:
    show(browser, files["data"], width=PHONE)
    assert browser.execute_script("return document.querySelector('details').open") is False
    browser.find_element("tag name", "summary").click()
    box = browser.execute_script(
        "const s = document.querySelector('.scroll'); s.focus();"
        "return [document.activeElement === s, s.scrollWidth > s.clientWidth]"
    )
    assert box == [True, True]


def test_the_policy_keeps_everything_else_out(browser: Any, tmp_path: Path) -> None:
    """Even if markup got in, nothing would be loaded and nothing would run."""
    table = Table(caption="c", columns=(Column("a"),), rows=(("x",),))
    html = to_html(Page("t", "", (Section("s", (table,)),)))
    evil = (
        '<script>document.title = "run"</script><img src="nothing.png" onerror="document.title=1">'
        '<link rel="stylesheet" href="nothing.css"><p style="color: red" id="p">p</p>'
        '<style>p { color: red }</style><iframe src="nothing.html"></iframe>'
    )
    path = tmp_path / "evil.html"
    path.write_text(html.replace("<main>", f"<main>{evil}"), encoding="utf-8")
    show(browser, path, width=DESK)
    assert browser.title == "t"
    assert {"nothing.png", "nothing.css", "nothing.html"}.isdisjoint(
        url.rpartition("/")[2] for url in _sent(browser)
    )
    color = browser.execute_script("return getComputedStyle(document.getElementById('p')).color")
    assert color == "rgb(27, 29, 33)"


def _sent(browser: Any) -> set[str]:
    """Requests that were let through."""
    messages = [json.loads(e["message"])["message"] for e in browser.get_log("performance")]
    failed = {
        m["params"]["requestId"]
        for m in messages
        if m["method"] == "Network.loadingFailed" and m["params"].get("blockedReason") == "csp"
    }
    return {
        m["params"]["request"]["url"]
        for m in messages
        if m["method"] == "Network.requestWillBeSent" and m["params"]["requestId"] not in failed
    }
