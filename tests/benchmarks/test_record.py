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


def test_a_record_is_written_into_a_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "results" / "one.json"
    record.write(path, {"figures": {"recall": 0.5}})
    assert json.loads(path.read_text(encoding="utf-8")) == {"figures": {"recall": 0.5}}
