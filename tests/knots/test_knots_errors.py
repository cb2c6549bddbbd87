"""The classes of errors, and the gate for optional packages."""

from __future__ import annotations

import math
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import plait
from plait.knots import errors
from plait.knots.optional import require


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.InputError, ValueError),
        (errors.UnknownNameError, LookupError),
        (errors.UnknownNameError, ValueError),
        (errors.MissingExtraError, ImportError),
        (errors.ResourceError, MemoryError),
        (errors.RecordError, OSError),
    ],
)
def test_errors_derive_from_the_builtin_ones(
    error: type[Exception], builtin: type[Exception]
) -> None:
    assert issubclass(error, errors.PlaitError)
    assert issubclass(error, builtin)
    with pytest.raises(builtin, match=r"^what to do$"):
        raise error("what to do")


def test_every_error_is_public() -> None:
    for name in errors.__all__:
        error = getattr(errors, name)
        assert issubclass(error, errors.PlaitError)
        assert getattr(plait, name) is error
    assert issubclass(errors.UnknownNameError, errors.InputError)


def test_require_gives_the_module() -> None:
    assert require("math", extra="none", purpose="arithmetic") is math
    path = require("os.path", extra="none", purpose="paths")
    assert path.join("a", "b") == str(Path("a") / "b")


def test_require_says_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    message = (
        r"^plotting needs the optional package 'no_such_module_abc', which is not installed; "
        r'run: pip install "plait\[plot\]"$'
    )
    with pytest.raises(errors.MissingExtraError, match=message):
        require("no_such_module_abc", extra="plot", purpose="plotting")
    with pytest.raises(errors.MissingExtraError, match="'no_such_module_abc'"):
        require("no_such_module_abc.sub", extra="plot", purpose="plotting")
    # A namespace that other packages share may be there without the part that is needed.
    with pytest.raises(errors.MissingExtraError, match=r"'email\.no_such_part'"):
        require("email.no_such_part", extra="plot", purpose="plotting")
    monkeypatch.setitem(sys.modules, "hidden_module_abc", None)
    with pytest.raises(errors.MissingExtraError, match="hidden_module_abc"):
        require("hidden_module_abc", extra="plot", purpose="plotting")


def test_require_does_not_blame_a_package_for_what_it_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_package_abc.py").write_text("import no_such_dependency_abc\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency_abc") as caught:
        require("broken_package_abc", extra="plot", purpose="plotting")
    assert not isinstance(caught.value, errors.PlaitError)


def test_a_module_of_the_wrong_name_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one is installed that has not what the other package takes from it."""
    (tmp_path / "other_abc.py").write_text("Manifold = 1\n")
    (tmp_path / "user_abc.py").write_text(
        "try:\n    import other_abc\nexcept ImportError:\n    other_abc = None\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("plait.knots.optional._MISTAKEN", {"user_abc": ("other_abc", "compress")})
    user = require("user_abc", extra="none", purpose="a test")
    assert user.other_abc is None
    assert sys.modules["other_abc"].Manifold == 1
    monkeypatch.setattr("plait.knots.optional._MISTAKEN", {"user_abc": ("other_abc", "Manifold")})
    del sys.modules["user_abc"]
    assert require("user_abc", extra="none", purpose="a test").other_abc.Manifold == 1
    del sys.modules["user_abc"], sys.modules["other_abc"]


def test_dask_is_loaded_where_snappy_is_installed() -> None:
    for name in ("distributed", "snappy"):
        if find_spec(name) is None:
            pytest.skip(f"needs {name}")
    code = (
        "from plait.knots.optional import require\n"
        "distributed = require('distributed', extra='distributed', purpose='a test')\n"
        "import snappy\n"
        "assert snappy is not None"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
