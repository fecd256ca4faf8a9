import sys
from pathlib import Path

import pytest

from index.caches import expanded, user_caches


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("system", "inside"),
    [("linux", ".cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")],
)
def test_caches_are_in_the_home_folder_as_each_system_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, inside: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert user_caches() == tmp_path / inside


@pytest.mark.parametrize(
    ("system", "name"), [("linux", "XDG_CACHE_HOME"), ("win32", "LOCALAPPDATA")]
)
def test_another_folder_may_be_named(
    monkeypatch: pytest.MonkeyPatch, system: str, name: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv(name, "/mine")
    assert user_caches() == Path("/mine")
    monkeypatch.setenv(name, "")  # is as if it were not there
    assert user_caches().name != "mine"


def test_without_a_home_folder_there_is_an_error_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(OSError, match=r"there is no home folder for ~/\.cache"):
        user_caches()
    assert expanded("/tea") == Path("/tea")
