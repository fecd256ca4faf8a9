import json
from pathlib import Path

import pytest

from index.manifests import MANIFEST, canonical, flush, read, write


def test_what_is_written_is_read_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    write(tmp_path, {"tea": [1, "ü"]})
    assert read(tmp_path) == {"tea": [1, "ü"]}
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


def test_an_unfinished_folder_has_none(tmp_path: Path) -> None:
    assert read(tmp_path) is None
    (tmp_path / f"{MANIFEST}.new").write_text("{}", encoding="utf-8")
    assert read(tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", "7", "{}", '{"manifest": {}, "sha256": "0"}', "\udcff"])
def test_one_that_is_not_whole_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8", errors="surrogateescape")
    assert read(tmp_path) is None


def test_each_of_its_values_is_covered_by_its_checksum(tmp_path: Path) -> None:
    write(tmp_path, {"files": {"tea": "1"}})
    document = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    document["manifest"]["files"]["tea"] = "2"
    (tmp_path / MANIFEST).write_text(json.dumps(document), encoding="utf-8")
    assert read(tmp_path) is None


def test_equal_values_have_the_same_bytes() -> None:
    assert canonical({"b": 1, "a": "ü"}) == canonical({"a": "ü", "b": 1})
    assert canonical({"a": "ü"}) == b'{"a": "\\u00fc"}'


def test_a_file_that_is_not_there_cannot_be_waited_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        flush(tmp_path / "tea")
