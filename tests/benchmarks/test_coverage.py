"""The figures of a coverage report over small articles; its sets; its large library."""

import json
from pathlib import Path

import pytest

from benchmarks.coverage import __main__ as command
from benchmarks.coverage import figures, scale
from benchmarks.coverage.sets import load
from benchmarks.quality.sets import SetError
from index.passages import passages_of
from qa.coverage import CoverageReport, CoverageState, measure
from tests.builders import article
from tests.fakes import FakeEncoder

TEA = "Tea keeps for two years in a tin."
CUPS = "Cups of thin china break when boiling water is poured."
ENCODER = FakeEncoder(("tea", "cup"))


def report() -> CoverageReport:
    made = article([("Storing", TEA), ("Breaking", CUPS)], [("How long does tea keep?", TEA)])
    passages = passages_of(made)
    vectors = ENCODER.encode_documents([one.text for one in passages])
    return measure([made], passages, vectors)


def test_what_the_report_calls_uncovered_is_held_against_the_labels() -> None:
    right = figures.uncovered(report(), {"a.md#s1": False, "a.md#s2": True})
    assert right == {"auroc": 1.0, "f1": 1.0, "precision": 1.0, "recall": 1.0}
    turned = figures.uncovered(report(), {"a.md#s1": True, "a.md#s2": False})
    assert turned == {"auroc": 0.0, "f1": 0.0, "precision": 0.0, "recall": 0.0}


def test_a_labelled_section_that_the_report_does_not_have_counts_as_called_covered() -> None:
    labels = {"a.md#s1": False, "a.md#s2": True, "gone": True}
    found = figures.uncovered(report(), labels)
    assert (found["precision"], found["recall"], found["f1"]) == (1.0, 0.5, pytest.approx(2 / 3))
    # s1, which scores 1, is above s2 and ties with the one that is gone.
    assert found["auroc"] == 0.75


def test_a_link_has_the_rank_of_its_section_in_the_pairs_evidences() -> None:
    links = [("a.md#q1", "a.md#s1"), ("a.md#q1", "nowhere"), ("gone", "a.md#s1")]
    assert [rank for *_, rank in figures.linked(report(), links)] == [1, 0, 0]


def written(folder: Path, **files: list[dict[str, object]]) -> Path:
    folder.mkdir()
    for name, lines in files.items():
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder


SECTION = {"id": "s", "article": "a", "heading": "Storing", "text": TEA, "covered": False}
LINK = {"faq": "p", "section": "s"}
PAIR = {"id": "p", "question": "How long?", "answer": "Two years.", "source": "a"}


def test_a_set_becomes_articles_whose_places_hold_their_texts(tmp_path: Path) -> None:
    links = [{"faq": "p", "section": "s"}, {"faq": "p", "section": "elsewhere"}]
    made = load(written(tmp_path / "set", sections=[SECTION], bank=[PAIR], links=links))
    (one,) = made.articles
    (section,), (pair,) = one.sections, one.faq
    assert (one.text[section.start : section.end], section.heading) == (TEA, "Storing")
    assert one.text[pair.question_start : pair.question_end] == "How long?"
    assert one.text[pair.start : pair.end] == "Two years."
    assert (made.uncovered, made.links) == ({"s": True}, (("p", "s"),))
    assert sorted(made.checksums) == ["bank.jsonl", "links.jsonl", "sections.jsonl"]


def test_only_a_whole_run_leaves_its_record_in_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "squad2_coverage", sections=[SECTION], bank=[PAIR])
    given = ["--data", str(tmp_path), "--cache", str(tmp_path / "cache.sqlite")]
    usual, scaled = tmp_path / "out" / "coverage.json", tmp_path / "out" / "scale.json"
    monkeypatch.setattr(command, "OUT", usual)
    monkeypatch.setattr(command, "SCALE_OUT", scaled)
    monkeypatch.setattr(command, "SCALE", (4, 4))
    monkeypatch.setattr(command, "load_encoder", lambda: ENCODER)
    # One of the two sets that have floors is not there.
    assert command.main(given) == 1
    assert command.main([*given, "--scale", "3", "3"]) == 0
    assert not usual.parent.exists()
    command.main([*given, "--scale", "3", "3", "--out", str(tmp_path / "try.json")])
    assert "scale.seconds" in json.loads((tmp_path / "try.json").read_text())["figures"]
    command.main([*given, "--scale"])
    written(tmp_path / "vscode_faq_coverage", sections=[SECTION], bank=[PAIR], links=[LINK])
    command.main(given)
    # Not the usual sets.
    assert sorted(path.name for path in usual.parent.iterdir()) == ["local"]
    local = usual.parent / "local"
    assert sorted(path.name for path in local.iterdir()) == ["coverage.json", "scale.json"]
    monkeypatch.setattr(command, "QUESTION_SETS", tmp_path)
    command.main(given)
    command.main([*given, "--scale"])
    figures = json.loads(usual.read_text())["figures"]
    assert figures["vscode_faq_coverage.linked_in_first_three"] == 1.0
    of_scale = json.loads(scaled.read_text())["figures"]
    assert all(
        name.startswith("scale.") is (one is of_scale)
        for one in (figures, of_scale)
        for name in one
    )


def test_a_set_without_a_bank_or_with_a_broken_line_names_the_place(tmp_path: Path) -> None:
    with pytest.raises(SetError, match=r"bank\.jsonl: there is no such file"):
        load(written(tmp_path / "one", sections=[SECTION]))
    with pytest.raises(SetError, match=r"bank\.jsonl:1: expected id, question, answer, source"):
        load(written(tmp_path / "two", sections=[SECTION], bank=[{"id": "p"}]))


def test_a_large_library_has_exactly_so_many_of_both_and_every_place_holds() -> None:
    original = article(
        [("Storing", TEA), ("Breaking", CUPS)], [("How long?", TEA), ("Why do cups break?", CUPS)]
    )
    large = scale.enlarge([original], ENCODER, sections=5, pairs=5)
    assert sum(len(one.sections) for one in large.articles) == 5
    assert sum(len(one.faq) for one in large.articles) == 5
    assert len(large.vectors) == len(large.passages)
    for one in large.articles:
        assert all(one.text[part.start : part.end] == part.text for part in one.sections)
        assert all(one.text[pair.start : pair.end] == pair.answer for pair in one.faq)
    assert len({one.text for one in large.articles}) == len(large.articles)


def test_everything_of_a_large_library_is_timed_by_itself() -> None:
    original = article([("Storing", TEA), ("Breaking", CUPS)], [("How long does tea keep?", TEA)])
    made, found = scale.timed(scale.enlarge([original], ENCODER, sections=4, pairs=4))
    assert len(made.sections()) == 4
    assert made.sections()[0].state is CoverageState.COVERED
    works = ("", "searcher_", "pairs_", "support_")
    clocks = [f"{work}{clock}" for work in works for clock in ("seconds", "cpu_seconds")]
    assert list(found) == [*clocks[:2], "peak_mib", *clocks[2:], "checks_peak_mib"]
    assert 0 < found["peak_mib"] <= found["checks_peak_mib"]
