"""The documentation runs and is up to date."""

from __future__ import annotations

import doctest
import html.parser
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import plait.tensornet
from plait.cli import main
from plait.mitigation import METHODS

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


DOCS = ROOT / "docs"
# docs/hardware.md has tests of its own: tests/front/test_jobs_docs.py.
PAGES = sorted(
    page.relative_to(DOCS).as_posix()
    for page in DOCS.rglob("*.md")
    if page != DOCS / "hardware.md"
)
LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


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
    assert len(printed) == 15
    # The folder and the rounding error of the circuit check may differ.
    assert "\n".join(printed[:-2]) in readme


class Block(NamedTuple):
    """A piece of code on a page, and what the page says that it prints."""

    language: str
    code: str
    printed: str | None


def blocks(page: str) -> Iterator[Block]:
    """The blocks to run: all of Python and of the console, but those marked as not run."""
    text = (DOCS / page).read_text(encoding="utf-8")
    pattern = (
        r"(<!-- not run: [^>]+ -->\n)?^```(python|console)\n(.*?)^```\n"
        r"(?:\n```text\n(.*?)^```$)?"
    )
    for marked, language, code, printed in re.findall(pattern, text, re.M | re.S):
        if not marked and ">>> " not in code:
            yield Block(language, code, printed or None)


def same(found: str, wanted: str) -> bool:
    wanted = wanted.replace("…", "...")
    return doctest.OutputChecker().check_output(wanted, found, LIKE)


def run_python(code: str, names: dict[str, Any]) -> str:
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "<page>", "exec"), names)
    return printed.getvalue()


def run_command(line: str) -> str:
    """``plait …`` in this process, with its output; it may go to a file by ``> FILE``."""
    words = shlex.split(line, comments=True)
    assert words[0] == "plait", line
    target = words.index(">") if ">" in words else len(words)
    printed, said = io.StringIO(), io.StringIO()
    failed: Any = None
    with redirect_stdout(printed), redirect_stderr(said):
        try:
            main(words[1:target])
        except SystemExit as end:
            failed = end.code
    assert not failed, (line, said.getvalue())
    if target < len(words):
        Path(words[target + 1]).write_text(printed.getvalue(), encoding="utf-8")
        return ""
    return printed.getvalue() + said.getvalue()


def commands(code: str) -> Iterator[tuple[str, str]]:
    """Each command and what it prints; a command goes on after a backslash."""
    for part in re.split(r"^\$ ", code.replace("\\\n", " "), flags=re.M)[1:]:
        line, _, printed = part.partition("\n")
        yield line, printed


@pytest.fixture
def registries() -> Iterator[None]:
    """Methods that a page registers are known on that page only."""
    before = [(registry, dict(registry)) for registry in (METHODS, plait.tensornet.METHODS)]
    yield
    for registry, entries in before:
        registry.clear()  # type: ignore[attr-defined]
        registry.update(entries)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("registries")
@pytest.mark.parametrize("page", [page for page in PAGES if list(blocks(page))])
def test_page_runs_and_prints_what_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        if block.language == "python":
            printed = run_python(block.code, names)
            assert block.printed is None or same(printed, block.printed), printed
            continue
        for line, wanted in commands(block.code):
            found = run_command(line)
            assert not wanted.strip() or same(found, wanted), (line, found)


@pytest.mark.parametrize("page", PAGES)
def test_interactive_examples_of_a_page_run(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(DOCS / page), module_relative=False)
    assert not result.failed
    if page == "links.md":
        assert result.attempted > 30


def test_links_in_the_documentation_exist() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_all_methods_of_mitigation_are_explained() -> None:
    text = (DOCS / "mitigation.md").read_text(encoding="utf-8")
    assert [name for name in METHODS if f"`{name}`" not in text] == []


class Loads(html.parser.HTMLParser):
    """What a page loads when it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") not in {"canonical", "prev", "next"}:
            self.found.append(given.get("href") or "")
        if tag in {"script", "img", "iframe", "source", "video", "audio", "object", "embed"}:
            self.found.append(given.get("src") or given.get("data") or "")


def test_site_builds_without_warnings_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    for package in ("mkdocs", "material", "mkdocstrings", "latex2mathml"):
        pytest.importorskip(package)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > len(PAGES)
    for page in pages:
        loads = Loads()
        loads.feed(page.read_text(encoding="utf-8"))
        assert not [url for url in loads.found if re.match(r"(https?:)?//", url)], page
    styles = "".join(file.read_text(encoding="utf-8") for file in tmp_path.rglob("*.css"))
    assert not re.findall(r"(?:url\(|@import\s)['\"]?(?:https?:)?//", styles)
