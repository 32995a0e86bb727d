"""What lies in the repository: its top level, nothing of one machine, a licence for all that is shipped."""

import re
import tomllib

import pytest

from desktop import app_info
from tests.architecture.sources import ROOT, tracked_files

_TOP_LEVEL = {
    "desktop",
    "resources",
    "sync",
    "tests",
    "docs",
    "pyproject.toml",
    "build.spec",
    "requirements.lock",
    "Makefile",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
}

# Written in halves, so that this file does not contain what it looks for.
_MACHINE_PATHS = [f"/{folder}/" for folder in ("work", "root", "farm")] + [
    "/" + "tmp/[a-z]",
    "/" + "home/[a-z]",
]
_REGISTRY_HOSTS = [
    rf"{name}\.{domain}"
    for name, domain in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry.npmjs", "org"),
        ("deb.debian", "org"),
        ("archive.ubuntu", "com"),
        ("crates", "io"),
    )
]


def test_top_level_holds_only_the_agreed_names() -> None:
    names = {name.partition("/")[0] for name in tracked_files()}

    assert {name for name in names if not name.startswith(".")} <= _TOP_LEVEL


@pytest.mark.parametrize(
    "forbidden",
    [
        pytest.param(_MACHINE_PATHS, id="paths of one machine"),
        pytest.param(_REGISTRY_HOSTS, id="hosts of package registries"),
    ],
)
def test_tracked_file_names_nothing_of_one_machine(forbidden: list[str]) -> None:
    pattern = re.compile(r"(?<![\w.])(?:" + "|".join(forbidden) + ")")
    found = []
    for name in tracked_files():
        file = ROOT / name
        content = file.read_bytes() if file.is_file() else b""
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{name}:{number}")

    assert not found


def test_version_is_said_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "desktop.app_info.VERSION"}
    assert "version" in project["project"]["dynamic"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", app_info.VERSION)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked_packages() -> dict[str, set[str]]:
    """Each package of the lock with those that brought it in, as the lock's "via" comments say."""
    packages: dict[str, set[str]] = {}
    current = ""
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([a-z0-9][\w.-]*)==", line):
            current = match[1]
            packages[current] = set()
        elif match := re.match(r"    #(?: via|  ) +([a-z0-9][\w.-]*)", line):
            packages[current].add(match[1])
    return packages


def _runtime_packages() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = {_canonical(re.split(r"[\[<>=~! ;]", entry)[0]) for entry in project["dependencies"]}
    locked = _locked_packages()
    while more := {name for name, parents in locked.items() if parents & found} - found:
        found |= more
    return found


def test_runtime_package_is_listed_with_its_licence() -> None:
    listed = {
        _canonical(name)
        for name in re.findall(
            r"^\| `([\w.-]+)`", (ROOT / "resources/LICENSES.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    }

    assert not _runtime_packages() - listed
    assert not listed & (_locked_packages().keys() - _runtime_packages())


def test_lock_names_every_declared_dependency() -> None:
    assert _runtime_packages() <= _locked_packages().keys()
