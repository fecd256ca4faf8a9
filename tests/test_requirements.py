"""requirements.txt and requirements-dev.txt hold exactly what pyproject.toml asks for."""

import importlib.metadata
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

# The lock is made with the oldest Python that Footnote supports, on Linux; markers are judged so.
LOCKED_FOR = {**default_environment(), "python_version": "3.11", "python_full_version": "3.11.7"}
LOCKED_FOR |= {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}

# Only some builds of torch ask for these, and torch itself pins them exactly.
BUILD_SPECIFIC = re.compile(r"nvidia-|cuda-|triton$|intel-|tbb$|pytorch-triton")


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(package): version for package, version in pairs}


def closure(requirements: Iterable[str]) -> set[str]:
    """Names of everything that the requirements bring, by the installed packages' own metadata."""
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [Requirement(text) for text in requirements]
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        extras = frozenset(requirement.extras)
        if (name, extras) in seen or BUILD_SPECIFIC.match(name):
            continue
        seen.add((name, extras))
        for text in importlib.metadata.requires(name) or []:
            needed = Requirement(text)
            environments = [{**LOCKED_FOR, "extra": extra} for extra in (extras or {""})]
            if not needed.marker or any(needed.marker.evaluate(env) for env in environments):
                todo.append(needed)
    return {name for name, _ in seen}


@pytest.mark.parametrize(
    ("file", "requirements"),
    [
        ("requirements.txt", PROJECT["dependencies"]),
        ("requirements-dev.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
    ],
)
class TestPins:
    def test_every_requirement_is_pinned_within_its_bounds(
        self, file: str, requirements: list[str]
    ) -> None:
        pinned = pins(file)
        for requirement in map(Requirement, requirements):
            name = canonicalize_name(requirement.name)
            assert name in pinned, f"{file} lacks {name}: run scripts/lock"
            assert requirement.specifier.contains(pinned[name]), f"{name}: run scripts/lock"

    def test_nothing_is_missing_and_nothing_is_left_over(
        self, file: str, requirements: list[str]
    ) -> None:
        assert set(pins(file)) == closure(requirements), "run scripts/lock"


def test_the_two_files_agree_on_every_version() -> None:
    runtime, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert runtime.items() <= dev.items()


def test_no_file_says_where_packages_come_from() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        assert "--" not in text
