"""What is written down: plain JSON, and tables that fit."""

import json
import math
from pathlib import Path

import pytest

from benchmarks.quality import report


def test_a_record_is_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "new" / "record.json"
    report.write({"share": 0.5, "name": "Tee"}, path)
    assert json.loads(path.read_text(encoding="utf-8")) == {"share": 0.5, "name": "Tee"}


def test_what_is_no_number_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        report.write({"share": math.nan}, tmp_path / "record.json")


def test_infinite_figures_become_none() -> None:
    assert report._plain({"a": (math.inf, 0.12345678), "b": {"c": 3}}) == {
        "a": [None, 0.123457],
        "b": {"c": 3},
    }


def test_tables_have_room_where_there_is_no_terminal() -> None:
    assert report.console().width == 132
