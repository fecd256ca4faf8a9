"""The scale benchmark in small: its texts, its probes, and its floors."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from benchmarks import floors
from benchmarks.speed import scale, scale_content, scale_probe
from benchmarks.speed.processes import Ran


def test_the_texts_are_the_same_each_time_and_all_differ(tmp_path: Path) -> None:
    made = list(scale_content.sections(30))
    assert made == list(scale_content.sections(30))
    assert len(set(made)) == 30
    scale_content.write(tmp_path / "content", 101, sections_per_file=2, sentences=1)
    files = sorted((tmp_path / "content").rglob("*.md"))
    assert len(files) == 101
    assert [file.parent.name for file in files[99:]] == ["part-000", "part-001"]
    assert files[0].read_text().count("\n## ") == 2


def test_made_up_words_differ_and_questions_have_six_words() -> None:
    assert len({scale_content.word(rank) for rank in range(5000)}) == 5000
    chance = random.Random(3)
    for _ in range(20):
        assert len(scale_content.question(chance).split()) == 6


def test_real_texts_are_those_of_the_sets_each_once(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "one"
    folder.mkdir(parents=True)
    bank = [{"id": "1", "question": "Why?", "answer": "Because."}, {"id": "2", "answer": "So."}]
    (folder / "bank.jsonl").write_text("\n".join(map(json.dumps, [*bank, bank[1]])))
    (folder / "sections.jsonl").write_text(json.dumps({"id": "s", "text": "A section."}))
    found = scale_content.real_sections(tmp_path / "data", 9)
    assert sorted(found) == ["A section.", "Because.", "So."]
    assert scale_content.real_sections(tmp_path / "data", 2) == found[:2]
    own = scale_content.real_sections(tmp_path / "nowhere", 3)
    assert len(own) == 3


def test_the_same_text_has_the_same_unit_vector() -> None:
    encoder = scale_content.FastEncoder()
    one, two = encoder.encode_documents(["tea", "cup"])
    assert encoder.encode_queries(["tea"]).tolist() == [one.tolist()]
    assert np.linalg.norm(one) == pytest.approx(1.0, abs=1e-6)
    assert abs(one @ two) < 0.5
    assert encoder.encode_documents([]).shape == (0, 384)


def test_the_probes_measure_what_they_say(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    scale_content.write(folder, 3)
    filled = scale_probe.fill(folder)
    assert filled["passages"] > 100
    assert scale_probe.opened(folder)["passages"] == filled["passages"]
    assert scale_probe.unchanged(folder)["files"] == 3
    live = scale_probe.edit(folder, 3)
    assert 0 < live["edit.live_p50_s"] <= live["edit.live_max_s"]
    measured = scale_probe.words(2000)
    assert measured["words.pairs"] == 500
    assert 0 < measured["words.question_p50_ms"] <= measured["words.question_p95_ms"]


def test_each_part_is_measured_and_held_against_its_floors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {
        "words": {"words.question_p50_ms": 5.0},
        "fill": {"passages": 480.0, "fill_s": 1.0},
        "open": {"open_s": 0.1, "passages": 480.0},
        "edit": {"edit.first_s": 1.5, "edit.live_p50_s": 0.5, "edit.live_max_s": 0.75},
        "unchanged": {"unchanged.sync_s": 1.5, "files": 3.0},
        "sync": {"sync.embedding_share": 0.95},
    }

    def run(arguments: list[str], *, given: str = "") -> Ran:
        return Ran(1.0, 1.0, 100.0, f"noise\n{json.dumps(told[arguments[2]])}\n")

    monkeypatch.setattr(scale, "run", run)
    monkeypatch.setattr(scale, "EDITED_FILES", 1)
    monkeypatch.setattr(scale, "UNCHANGED_FILES", 1)
    out = tmp_path / "scale.json"
    options = ["--out", str(out), "--sections", "20", "--data", str(tmp_path)]
    assert scale.main(options) == 0
    figures = json.loads(out.read_text())["figures"]
    assert set(floors.load(scale.PART)) <= set(figures)
    assert figures["sync.memory_ratio"] == 1.0
    assert figures["sync.sections"] == 20.0
    told["words"]["words.question_p50_ms"] = 21.0
    assert scale.main([*options, "--only", "words"]) == 1
    assert "words.question_p50_ms: 21.0000 is above 20.0" in capsys.readouterr().err
    assert list(json.loads(out.read_text())["figures"]) == [
        "words.question_p50_ms",
        "words.peak_mb",
    ]
    usual = tmp_path / "results" / "scale.json"
    monkeypatch.setattr(scale, "OUT", usual)
    scale.main(["--only", "words"])
    scale.main(options[2:])  # too few sections
    assert not usual.exists()
    monkeypatch.setattr(scale, "SECTIONS", 20)
    scale.main(options[2:])  # not the usual texts
    assert (usual.parent / "local" / "scale.json").is_file()
    assert not usual.exists()
    monkeypatch.setattr(scale, "QUESTION_SETS", tmp_path)
    scale.main(options[2:])
    assert json.loads(usual.read_text())["figures"]["sync.sections"] == 20.0


def test_a_part_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        scale.main(["--only", "words,tea"])
    told = "there is no part 'tea'; there are words, edit, unchanged, sync"
    assert told in capsys.readouterr().err


def test_a_floor_that_less_is_better_of_is_one_of_time_or_memory() -> None:
    held = floors.load(scale.PART)
    less = {name for name in held if name.partition(".")[2] in scale.LESS_IS_BETTER}
    assert set(held) - less == {"sync.embedding_share"}
