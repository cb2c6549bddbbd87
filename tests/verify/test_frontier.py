"""Tables of benchmarks/frontier.py, and that docs/advantage.md holds them."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def frontier() -> ModuleType:
    pytest.importorskip("matplotlib")
    spec = importlib.util.spec_from_file_location("frontier", ROOT / "benchmarks" / "frontier.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("found", "most", "least", "text"),
    [
        (None, None, None, "nowhere"),
        (None, (1e4, 2e4), None, "nowhere [10,000 to 20,000]"),
        (None, (1e4, math.inf), None, "nowhere [10,000 on]"),
        ((1234, 5678), (1234, 5678), (1234, 5678), "1,200 to 5,700"),
        ((1234, math.inf), (1234, math.inf), (1234, math.inf), "1,200 on"),
        ((2e4, 4e4), (1e4, math.inf), None, "20,000 [10,000, none] to 40,000 [none, on]"),
        ((2e4, math.inf), (1e4, math.inf), (3e4, 5e4), "20,000 [10,000, 30,000] on [50,000, on]"),
    ],
)
def test_ends_have_the_interval_of_the_trend(
    frontier: ModuleType,
    found: tuple[float, float] | None,
    most: tuple[float, float] | None,
    least: tuple[float, float] | None,
    text: str,
) -> None:
    assert frontier._range(found, most, least) == text


@pytest.mark.slow
@pytest.mark.parametrize("error", [0.1, 0.01])
def test_the_page_has_the_tables_of_the_command(frontier: ModuleType, error: float) -> None:
    pairs = frontier.read(ROOT / "benchmarks" / "frontier.json", "minimized")
    page = (ROOT / "docs" / "advantage.md").read_text(encoding="utf-8")
    assert "\n".join(frontier.windows(pairs, error)) in page
