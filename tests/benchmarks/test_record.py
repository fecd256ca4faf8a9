"""What the benchmarks' records begin with."""

import datetime
import json
from pathlib import Path

from benchmarks import record
from tests.fakes import FakeEncoder


def test_a_record_says_when_and_with_which_model() -> None:
    model = FakeEncoder().identity
    made = record.stamp(model)
    assert list(made) == ["date", "machine", "model", "model_revision"]
    assert made["date"] == datetime.date.today().isoformat()
    assert (made["model"], made["model_revision"]) == (model.name, model.revision)
    assert list(record.stamp()) == ["date", "machine"]


def test_a_record_goes_where_the_user_says_and_only_a_whole_runs_to_its_usual_place() -> None:
    usual, named = Path("results/one.json"), Path("try.json")
    assert record.place(None, usual, whole=True) == usual
    assert record.place(None, usual, whole=False) is None
    assert record.place(named, usual, whole=True) == named
    assert record.place(named, usual, whole=False) == named


def test_what_was_measured_with_other_data_takes_the_place_of_no_record(tmp_path: Path) -> None:
    own, other = tmp_path / "data", tmp_path / "other"
    own.mkdir()
    (tmp_path / "link").symlink_to(own)
    path = Path("results/one.json")
    assert record.usual_place(path, given=other / ".." / "data", own=own) == path
    assert record.usual_place(path, given=tmp_path / "link", own=own) == path
    assert record.usual_place(path, given=other, own=own) == Path("results/local/one.json")


def test_a_record_is_written_into_a_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "results" / "one.json"
    record.write(path, {"figures": {"recall": 0.5}})
    assert json.loads(path.read_text(encoding="utf-8")) == {"figures": {"recall": 0.5}}
