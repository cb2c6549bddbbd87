"""The documentation runs and is up to date."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    "front": "plait",
    **{
        name: f"plait.{name}"
        for name in ("knots", "circuits", "tensornet", "mitigation", "verify")
    },
    "circuits/backends": "plait.circuits.backends",
    "front/html": "plait.html",
    "knots/drawing": "plait.knots.drawing",
    "knots/minimization": "plait.knots.minimization",
    "knots/notations": "plait.knots.notations",
}
MODULES = sorted(
    package if file.stem == "__init__" else f"{package}.{file.stem}"
    for folder, package in FOLDERS.items()
    for file in (ROOT / folder).glob("*.py")
    if file.stem != "__main__"
)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name: str) -> None:
    result = doctest.testmod(import_module(name))
    assert not result.failed


def test_interface_page_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "api.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_python_example_in_the_readme_runs() -> None:
    """It is examples/estimate_knot.py, and prints what the README says."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = ROOT / "examples" / "estimate_knot.py"
    source = example.read_text(encoding="utf-8").partition("import plait")
    assert "".join(source[1:]).strip() in readme
    done = subprocess.run(
        [sys.executable, str(example)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() in readme


def test_readme_shows_what_its_command_prints(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "plait run 8_19 --seed 1\n" in readme
    command = [sys.executable, "-m", "plait", "run", "8_19", "--seed", "1", "--out", "out"]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=True, cwd=tmp_path
    )
    printed = done.stdout.splitlines()
    assert len(printed) == 14
    # The folder and the rounding error of the circuit check may differ.
    assert "\n".join(printed[:-2]) in readme


def explanation_code() -> list[str]:
    text = (ROOT / "docs" / "explanation.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.S)


def test_polynomials_in_the_explanation_print_what_it_says() -> None:
    code, _ = explanation_code()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == re.findall(r"  # (.*)", code)


def test_recipe_in_the_explanation_gives_the_value() -> None:
    _, code = explanation_code()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # V(4_1) = 1 - √5; at 4000 shots a circuit the standard deviation is about 0.03.
    assert abs(complex(done.stdout) - (1 - 5**0.5)) < 0.15


def test_links_in_the_documentation_exist() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_examples_of_the_page_on_links_run() -> None:
    result = doctest.testfile(str(ROOT / "docs" / "links.md"), module_relative=False)
    assert result.attempted > 40
    assert not result.failed
