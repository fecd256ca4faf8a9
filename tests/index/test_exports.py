import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from index import exports
from index.exports import Export, Refusal, exports_folder, find, make, place_of, processor
from index.model_files import ModelIdentity, PrecisionMode, in_mode


def two_files(folder: Path) -> Mapping[str, Any]:
    (folder / "one").write_bytes(b"first")
    (folder / "two").write_bytes(b"second")
    return {"model": "tea"}


def named(name: str, revision: str) -> ModelIdentity:
    return ModelIdentity(name, revision, 8)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "models" / "tea-1"


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_made_is_found_with_what_its_maker_noted(place: Path) -> None:
    assert find(place) is None
    made = make(place, two_files)
    assert made == find(place) == Export(place, {"model": "tea"})
    assert (place / "two").read_bytes() == b"second"
    assert left_in(place.parent) == ["tea-1"]


@pytest.mark.parametrize("name", ["one", "manifest.json"])
@pytest.mark.parametrize("how", ["one bit", "cut short", "gone"])
def test_an_export_with_a_damaged_file_is_not_found_and_made_again(
    place: Path, name: str, how: str
) -> None:
    make(place, two_files)
    path = place / name
    data = bytearray(path.read_bytes())
    if how == "gone":
        path.unlink()
    elif how == "cut short":
        path.write_bytes(data[:-3])
    else:
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    assert find(place) is None
    assert make(place, two_files) == find(place) == Export(place, {"model": "tea"})
    assert left_in(place.parent) == ["tea-1"]


def test_every_value_of_the_manifest_is_covered_by_its_checksum(place: Path) -> None:
    make(place, two_files)
    path = place / "manifest.json"
    document = json.loads(path.read_text())
    document["manifest"]["settings"]["model"] = "coffee"
    path.write_text(json.dumps(document))
    assert find(place) is None


def test_a_refusal_is_kept_without_the_files_written_so_far(place: Path) -> None:
    def refuse(folder: Path) -> Refusal:
        two_files(folder)
        return Refusal("it makes tea")

    assert make(place, refuse) == find(place) == Refusal("it makes tea")
    assert left_in(place) == ["manifest.json"]


def test_nothing_is_left_of_an_export_that_fails(place: Path) -> None:
    def fail(folder: Path) -> Mapping[str, Any]:
        two_files(folder)
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left on device"):
        make(place, fail)
    assert left_in(place.parent) == []


def test_the_first_of_two_makers_wins_and_both_get_its_export(place: Path) -> None:
    def late(folder: Path) -> Mapping[str, Any]:
        make(place, two_files)  # another process, meanwhile
        (folder / "other").write_bytes(b"")
        return {"model": "mine"}

    assert make(place, late) == Export(place, {"model": "tea"})
    assert left_in(place) == ["manifest.json", "one", "two"]
    assert left_in(place.parent) == ["tea-1"]


def test_what_killed_processes_left_is_removed_after_an_hour(place: Path) -> None:
    place.parent.mkdir(parents=True)
    old, young = (place.parent / f".unfinished-{name}" for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir()
        (folder / "one").write_bytes(b"")
    an_hour_ago = time.time() - 3601
    os.utime(old, (an_hour_ago, an_hour_ago))
    make(place, two_files)
    assert left_in(place.parent) == [".unfinished-young", "tea-1"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_nobody_else_may_write_into_the_folder_of_exports(place: Path) -> None:
    make(place, two_files)
    assert place.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="models"):
        make(tmp_path / "models" / "tea-1", two_files)


class TestPlaces:
    @pytest.fixture
    def model(self, tmp_path: Path) -> Path:
        folder = tmp_path / "model"
        folder.mkdir()
        (folder / "config.json").write_text("{}")
        (folder / "model.safetensors").write_bytes(b"weights")
        return folder

    def test_a_place_is_named_after_the_model_and_stays(self, model: Path) -> None:
        first = place_of(named("some/model, v2", "1"), model)
        assert first == place_of(named("some/model, v2", "1"), model)
        assert first.name.startswith("some-model-v2-")
        assert first.parent == exports_folder()

    def test_it_changes_with_the_revision_and_with_the_settings(self, model: Path) -> None:
        first = place_of(named("tea", "1"), model)
        assert place_of(named("tea", "2"), model) != first
        (model / "config.json").write_text('{"max_seq_length": 8}')
        assert place_of(named("tea", "1"), model) != first

    def test_the_weights_are_the_revisions_business(self, model: Path) -> None:
        first = place_of(named("tea", "1"), model)
        (model / "model.safetensors").write_bytes(b"others")
        assert place_of(named("tea", "1"), model) == first

    def test_it_changes_with_the_versions_of_what_reads_the_model(
        self, model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = place_of(named("tea", "1"), model)
        monkeypatch.setattr(exports, "_PACKAGES", ("numpy",))
        assert place_of(named("tea", "1"), model) != first

    def test_the_processor_counts_in_int8_alone(
        self, model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = named("tea", "1")
        small = in_mode(whole, PrecisionMode.INT8)
        before = place_of(whole, model), place_of(small, model)
        assert before[1].name.startswith("tea-int8-")
        monkeypatch.setattr(exports, "processor", lambda: "another")
        assert place_of(whole, model) == before[0]
        assert place_of(small, model) != before[1]

    def test_it_can_be_chosen_and_is_else_the_users_cache(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "mine"))
        assert exports_folder() == tmp_path / "mine" / "models"
        monkeypatch.delenv("FOOTNOTE_CACHE")
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
        assert exports_folder() == tmp_path / "caches" / "footnote" / "models"
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert exports_folder() == tmp_path / ".cache" / "footnote" / "models"


def test_a_processor_is_told_the_same_each_time() -> None:
    assert processor() == processor() != ""
