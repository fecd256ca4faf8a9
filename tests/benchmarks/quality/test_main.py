"""The whole command on made-up sets, small enough to work every figure out."""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks import floors
from benchmarks.quality import __main__ as command
from benchmarks.quality.__main__ import main
from qa.weights import SHIPPED
from tests.benchmarks.quality.folders import entry, query, write_lines, write_set
from tests.fakes import FakeEncoder

AXES = ("tea", "milk", "sugar", "kettle")
BANK = [
    entry("leaf", "How long does tea keep?", "Two years in a closed tin."),
    entry("cow", "How long does milk keep?", "Seven days in the fridge."),
    entry("cane", "How long does sugar keep?", "For ever, when it is dry."),
]
QUERIES = [
    query("q1", "tea", "leaf", kind="one word"),
    query("q2", "the milk of cows", "cow"),
    query("q3", "is sugar for ever", "cane"),
    query("q4", "which kettle boils"),
]
PARAGRAPHS = [
    entry("p1", None, "Tea is a leaf. It is dried. Then it is sold."),
    entry("p2", None, "Milk is white. It comes from cows. They eat grass."),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    write_set(folder / "kitchen", BANK, QUERIES, removed=["cow"])
    write_set(folder / "paragraphs", PARAGRAPHS, [query("q", "Is milk white?", "p2")])
    write_lines(folder / "no set" / "bank.jsonl", BANK)
    return folder


def run(data: Path, *more: str, encoder: FakeEncoder | None = None) -> tuple[int, Any]:
    """The command's status, and its JSON record where it wrote one."""
    out = data.parent / "out" / "quality.json"
    options = ["--data", str(data), "--out", str(out), "--cache", str(data.parent / "cache")]
    status = main([*options, *more], encoder=encoder or FakeEncoder(AXES))
    return status, json.loads(out.read_text(encoding="utf-8")) if out.is_file() else None


def test_every_set_and_half_is_measured(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, record = run(data)
    assert status == 0
    names = ["kitchen", "kitchen with entries removed", "paragraphs"]
    assert [one["name"] for one in record["sets"]] == names
    whole, half, paragraphs = record["sets"]
    sizes = [(one["entries"], one["questions"], one["answerable"]) for one in record["sets"]]
    assert sizes == [(3, 4, 3), (2, 4, 2), (2, 1, 1)]
    # Each question has the axis of its entry, the last one an axis that no entry has.
    for name in ("Footnote", "dense question", "dense question+answer"):
        own = whole["pipelines"][name]
        assert own["hit_at_1"] == {"value": 1.0, "low": 1.0, "high": 1.0}
        assert (own["mrr_at_10"]["value"], own["recall_at_5"]["value"]) == (1.0, 1.0)
        assert own["auroc"] == 1.0
    assert whole["pipelines"]["dense question"]["answered_at_90"] == 0.75
    assert half["pipelines"]["dense question"]["hit_at_1"]["value"] == 1.0
    assert list(paragraphs["pipelines"]) == [
        "Footnote",
        "dense paragraph",
        "dense windows of 2",
        "BM25 paragraph",
    ]
    assert whole["typos"]["questions"] == 3
    assert half["typos"] is None
    assert whole["kinds"]["one word"]["hit_at_1"] == 1.0
    assert sum(one["count"] for one in whole["calibration"]["bins"]) == 4
    assert sum(one["count"] for one in whole["calibration_of_answerable"]["bins"]) == 3
    printed = capsys.readouterr()
    for text in (*names, "dense question+answer", "hit@1 with typos", "calibration error"):
        assert re.sub(r"\W+", "", text) in re.sub(r"\W+", "", printed.out)
    assert "BELOW FLOOR" not in printed.err


def test_the_record_says_what_it_was_made_of(data: Path) -> None:
    _, record = run(data)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", record["date"])
    assert record["model"] == {"name": "fake", "revision": "1", "dimension": 5}
    assert {"numpy", "bm25s", "torch"} <= set(record["packages"])
    checksums = record["sets"][1]["sha256"]
    assert set(checksums) == {"bank.jsonl", "queries.jsonl", "abstain_remove.json"}
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in checksums.values())
    assert record["sets"][0]["weights"] == "shipped"
    shipped = hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert record["sets"][0]["weights_sha256"] == shipped
    assert {"sync", "ask", "peers", "typos"} <= set(record["sets"][0]["seconds"])
    assert record["figures"]["kitchen.hit_at_1"] == 1.0
    assert record["below_floors"] == []


def test_the_plot_is_beside_the_record(data: Path) -> None:
    run(data)
    assert (data.parent / "out" / "reliability.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_second_run_embeds_nothing_and_gives_the_same(data: Path) -> None:
    _, first = run(data)
    again = FakeEncoder(AXES)
    _, second = run(data, encoder=again)
    assert (again.documents, again.queries) == ([], [])
    assert second["texts"]["embedded"] == 0
    assert first["texts"]["embedded"] > 0
    assert second["figures"] == first["figures"]
    for one, other in zip(first["sets"], second["sets"], strict=True):
        assert one | {"seconds": 0} == other | {"seconds": 0}


def test_only_some_sets_can_be_run(data: Path) -> None:
    _, record = run(data, "--only", "paragraphs")
    assert [one["name"] for one in record["sets"]] == ["paragraphs"]


def test_only_a_run_of_every_set_that_has_floors_leaves_its_record_in_the_usual_place(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = data.parent / "results" / "quality.json"
    monkeypatch.setattr(command, "OUT", usual)
    given = ["--data", str(data), "--cache", str(data.parent / "cache")]

    def ask(*more: str) -> bool:
        command.main([*given, *more], encoder=FakeEncoder(AXES))
        assert ("no record" in capsys.readouterr().out) is not usual.exists()
        return usual.exists()

    assert not ask()
    monkeypatch.setattr(floors, "load", lambda part: {"kitchen.auroc": 0.5, "paragraphs.x": 1.0})
    monkeypatch.setattr(floors, "hold", lambda *arguments, **options: [])
    assert not ask("--only", "kitchen")
    assert not ask("--limit", "2")
    assert command.main(given, encoder=FakeEncoder(AXES)) == 0  # not the usual data
    local = usual.parent / "local"
    assert sorted(path.name for path in local.iterdir()) == ["quality.json", "reliability.png"]
    assert str(local / "quality.json") in capsys.readouterr().out
    monkeypatch.setattr(command, "QUESTION_SETS", data)
    assert ask()


def test_a_sample_says_of_how_many(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, record = run(data, "--limit", "2", "--typos", "0")
    whole = record["sets"][0]
    assert (whole["questions"], whole["questions_in_file"], whole["typos"]) == (2, 4, None)
    printed = capsys.readouterr().out
    assert "2 of 4 questions" in printed
    assert "not held against the floors" in printed


def test_a_set_below_its_floors_fails_by_name(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The name of a set that has floors, and only questions whose entry is another's.
    queries = [query("q1", "tea", "cow"), query("q2", "milk", "leaf"), query("q3", "kettle")]
    write_set(data / "clinc150", BANK, queries)
    status, record = run(data)
    assert status == 1
    missed = capsys.readouterr().err
    assert "BELOW FLOOR  clinc150.calibration_error: " in missed
    assert "stackfaq" not in missed, "a set that is not there is not held against its floors"
    assert record["below_floors"] == [
        line.removeprefix("BELOW FLOOR  ")
        for line in missed.splitlines()
        if line.startswith("BELOW FLOOR")
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "kitchen,garden"], "no garden there"),
        (["--data", "nowhere"], "nowhere: there is no such folder"),
    ],
)
def test_what_is_not_there_is_named(
    data: Path, capsys: pytest.CaptureFixture[str], options: Sequence[str], message: str
) -> None:
    assert run(data, *options)[0] == 2
    assert message in capsys.readouterr().err


def test_a_set_that_cannot_be_read_is_named_and_the_others_are_measured(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lines(data / "kitchen" / "queries.jsonl", [query("q", "?", "gone")])
    status, record = run(data)
    assert status == 2
    assert [one["name"] for one in record["sets"]] == ["paragraphs"]
    assert "queries.jsonl:1: 'gone' is not in bank.jsonl" in capsys.readouterr().err
    assert run(data, "--only", "kitchen")[0] == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--lower-floor", "x"], "--lower-floor and --reason belong together"),
        (["--reason", "x"], "--lower-floor and --reason belong together"),
        (["--limit", "0"], "--limit is at least 1"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    data: Path, capsys: pytest.CaptureFixture[str], options: Sequence[str], message: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(data, *options)
    assert message in capsys.readouterr().err


def test_a_floor_is_lowered_by_a_whole_run_only(data: Path) -> None:
    with pytest.raises(SystemExit, match="of a whole run only"):
        run(data, "--lower-floor", "x", "--reason", "y", "--limit", "2")
