"""The plot of the speed benchmark."""

from pathlib import Path

from benchmarks.speed import plot
from tests.benchmarks.test_page import RECORD

PNG = b"\x89PNG\r\n\x1a\n"


def test_the_ways_are_drawn_side_by_side(tmp_path: Path) -> None:
    plot.draw(RECORD, tmp_path / "new" / "speed.png")
    assert (tmp_path / "new" / "speed.png").read_bytes().startswith(PNG)


def test_nothing_is_drawn_where_no_peer_was_to_be_measured(tmp_path: Path) -> None:
    plot.draw({**RECORD, "parts": {"encode": RECORD["parts"]["encode"]}}, tmp_path / "speed.png")
    plot.draw({**RECORD, "parts": {"peers": None}}, tmp_path / "speed.png")
    assert not (tmp_path / "speed.png").exists()
