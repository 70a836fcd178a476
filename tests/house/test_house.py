"""The guards of the layout: what would break quietly if nobody looked."""

import configparser
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_platform_is_the_standard_library() -> None:
    assert platform.system()
    assert "tocsin" not in str(platform.__file__)


def test_platform_is_the_standard_library_at_the_root() -> None:
    code = "import platform; print(platform.python_version())"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("3.")


def test_platform_folder_holds_the_package_and_nothing_else() -> None:
    entries = {path.name for path in (ROOT / "platform").iterdir() if path.name != "__pycache__"}
    assert entries == {"tocsin"}


def test_every_package_is_listed() -> None:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    listed = set(parser["options"]["packages"].split())
    found = {
        ".".join(path.parent.relative_to(ROOT / base).parts)
        for base, top in (("platform", "tocsin"), (".", "feeds"), (".", "taxii_server"))
        for path in (ROOT / base / top).rglob("__init__.py")
    }
    assert listed == found


def test_every_file_that_is_not_python_is_shipped() -> None:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    shipped: set[Path] = set()
    for package, patterns in parser["options.package_data"].items():
        folder = ROOT / ("platform" if package.startswith("tocsin") else ".") / Path(*package.split("."))
        shipped.update(path for pattern in patterns.split() for path in folder.glob(pattern))
    data = {
        path
        for top in ("platform/tocsin", "feeds", "taxii_server")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc", ".mako"}
    }
    assert data == shipped
