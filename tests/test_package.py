"""The package as a whole: names, the direction of imports, what is imported when."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import plait

ROOT = Path(__file__).parents[1]

# Each folder may import from itself and from those it names here.
BELOW: dict[str, set[str]] = {
    "knots": set(),
    "circuits": {"knots"},
    "tensornet": {"knots"},
    "mitigation": {"knots", "circuits", "tensornet"},
    "verify": {"knots", "circuits", "tensornet", "mitigation"},
    "front": {"knots", "circuits", "tensornet", "mitigation", "verify"},
}


def modules() -> list[str]:
    """All modules; the packages by name, as an editable install does not list them."""
    packages = ["plait", *(f"plait.{folder}" for folder in BELOW if folder != "front")]
    found = set(packages)
    for package in packages:
        path = importlib.import_module(package).__path__
        found |= {info.name for info in pkgutil.walk_packages(path, f"{package}.")}
    return sorted(found - {"plait.__main__"})


MODULES = modules()
FILES = [(folder, path) for folder in BELOW for path in sorted((ROOT / folder).rglob("*.py"))]


def test_all_packages_are_found() -> None:
    """As many modules as files, and the folders are those of the build table."""
    assert len(MODULES) == len(FILES) - 1
    assert {"plait.cli", "plait.knots.braids", "plait.circuits.echo"} <= set(MODULES)
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = table["tool"]["setuptools"]["package-dir"]
    subpackages = {
        "circuits/backends",
        "front/html",
        "knots/drawing",
        "knots/minimization",
        "knots/notations",
    }
    assert set(folders.values()) == set(BELOW) | subpackages
    assert set(folders) == set(table["tool"]["setuptools"]["packages"])


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_resolves(name: str) -> None:
    module = importlib.import_module(name)
    names = module.__all__
    assert len(set(names)) == len(names)
    for each in names:
        assert getattr(module, each) is not None or each in ("__version__",)
    assert set(names) <= set(dir(module))


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    assert module.__doc__.strip()


def test_public_names_of_packages_come_from_their_modules() -> None:
    """What a package exports is public where it is made, too."""
    for name in MODULES:
        module = importlib.import_module(name)
        if not hasattr(module, "__path__"):
            continue
        for each in module.__all__:
            home = getattr(getattr(module, each), "__module__", None)
            if isinstance(home, str) and home.startswith("plait.") and home != name:
                assert each in importlib.import_module(home).__all__


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="module 'plait' has no attribute 'polynomials'"):
        plait.polynomials  # type: ignore[attr-defined] # noqa: B018


def imported(path: Path, folder: str) -> set[str]:
    """Folders that a file imports from, wherever in the file it does so."""
    found: set[str] = set()
    package = ["plait"] if folder == "front" else ["plait", folder]
    package += path.relative_to(ROOT / folder).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[list[str]] = []
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            names = [[*base, alias.name] for alias in node.names]
        for parts in names:
            if parts[0] == "plait":
                inner = parts[1] if len(parts) > 1 else ""
                found.add(inner if inner in BELOW else "front")
    return found


def test_there_are_files_to_look_at() -> None:
    assert {folder for folder, _ in FILES} == set(BELOW)
    assert len(FILES) > 30
    # And the reader of imports sees them.
    assert imported(ROOT / "front" / "runs.py", "front") == set(BELOW)
    assert imported(ROOT / "circuits" / "plan.py", "circuits") == {"circuits", "knots"}


@pytest.mark.parametrize(
    ("folder", "path"), FILES, ids=[f"{folder}/{path.name}" for folder, path in FILES]
)
def test_imports_run_one_way(folder: str, path: Path) -> None:
    assert imported(path, folder) <= BELOW[folder] | {folder}


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={k: v for k, v in os.environ.items() if k != "PYTHONWARNINGS"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


QUANTUM = {"qiskit", "qiskit_aer", "pytket", "quimb", "cotengra"}


def modules_after(code: str) -> set[str]:
    return set(run(f"{code}\nimport sys\nprint(*sys.modules)").split())


def test_import_is_light() -> None:
    found = modules_after("import plait")
    assert not found & (QUANTUM | {"numpy", "networkx", "rich", "click"})


@pytest.mark.parametrize(
    "code",
    [
        "import plait; plait.jones('3_1')",
        "import plait; plait.jones('2 2 2', strands=4, closure='plat', method='dense')",
        "from plait.cli import cli; import sys",
    ],
)
def test_exact_values_do_not_wait_for_quantum_libraries(code: str) -> None:
    assert not modules_after(code) & QUANTUM


def test_planning_and_compiling_need_no_quantum_libraries() -> None:
    code = (
        "import plait\n"
        "from plait.circuits import build_circuit, to_qasm\n"
        "to_qasm(build_circuit('4_1', '0111', target='ibm_fez'))"
    )
    assert not modules_after(code) & QUANTUM


def test_names_are_listed_before_they_are_imported() -> None:
    out = run("import plait; print(*[name for name in plait.__all__ if name not in dir(plait)])")
    assert out.strip() == ""


def test_errors_have_one_base_and_a_builtin_one() -> None:
    builtin = {
        plait.InputError: ValueError,
        plait.UnknownNameError: LookupError,
        plait.MissingExtraError: ImportError,
        plait.ResourceError: MemoryError,
        plait.RecordError: OSError,
    }
    for error, base in builtin.items():
        assert issubclass(error, plait.PlaitError)
        assert issubclass(error, base)


def test_typing_is_public() -> None:
    assert (Path(plait.__file__).parent / "py.typed").exists()
