"""Build sdist and wheel and check that they hold the package ``plait`` and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"front", "knots", "circuits", "tensornet", "mitigation", "verify"}
FILES = {"LICENSE", "MANIFEST.in", "PKG-INFO", "README.md", "pyproject.toml", "setup.cfg"}
MUST = {
    "plait/__init__.py",
    "plait/py.typed",
    "plait/knots/table_data/small.txt",
    "plait/circuits/backends/runner.py",
    "plait/circuits/device_data/H2-1.toml",
}


def main() -> int:
    """Build in a temporary folder; report every member that should not be there."""
    with tempfile.TemporaryDirectory() as out:
        # The wheel is built from the sdist, as an installer of the sdist would.
        subprocess.run([sys.executable, "-m", "build", "-o", out, str(ROOT)], check=True)
        (wheel,) = Path(out).glob("*.whl")
        (sdist,) = Path(out).glob("*.tar.gz")
        names = set(zipfile.ZipFile(wheel).namelist())
        strange = {n for n in names if not n.startswith("plait/") and ".dist-info/" not in n}
        with tarfile.open(sdist) as archive:
            members = [m.name.split("/", 1) for m in archive.getmembers() if m.isfile()]
        strange |= {
            rest
            for _, rest in members
            if rest.split("/")[0] not in FOLDERS | {"plait.egg-info"} and rest not in FILES
        }
        missing = MUST - names
        print(f"wheel: {len(names)} files; sdist: {len(members)} files")
        for name in sorted(strange):
            print(f"does not belong: {name}")
        for name in sorted(missing):
            print(f"missing in the wheel: {name}")
        return 1 if strange or missing else 0


if __name__ == "__main__":
    sys.exit(main())
