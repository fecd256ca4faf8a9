"""The labelled log of the desk: its figures, over a report made by hand, and its questions."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.desk import __main__ as command
from benchmarks.desk import large, pages
from benchmarks.desk.measure import commonest, figures, topics, verdicts
from benchmarks.desk.play import Kind, Label, Played, labels, play, resolved
from index.readers import read_file
from index.records import Article
from qa.gap_evidence import GroupEvidence
from qa.gap_verdicts import GapVerdict
from qa.gaps import Gap, GapReport
from qa.records import Abstention, AbstentionReason
from qa.wordings import key_of, wordings
from tests.builders import article
from tests.conftest import CONTENT
from tests.fakes import FakeEncoder
from tests.logged import START, logged, read

TEA = next(article for article in read() if article.id == "tea.md")
EVIDENCE = GroupEvidence(None, None, 0.3, 1.0, None, 1)


def gap(verdict: GapVerdict, *texts: str, answer: str | None = None) -> Gap:
    own = wordings(logged(text) for text in texts)
    named = None if answer is None else (TEA.id, answer)
    return Gap(
        verdict, texts[0], own, len(own), len(own), START, START, 1.0, EVIDENCE, answer=named
    )


def label(text: str, kind: Kind, target: str = "", topic: str = "tea") -> Label:
    return Label(text, kind, topic, target)


def played(article: Article, asked: list[Label], *gaps: Gap) -> Played:
    no = [
        Abstention(one.text, AbstentionReason.NOTHING_CLOSE, "no", (), (), 0.0, one.text)
        for one in asked
    ]
    return Played((), tuple(no), article, GapReport(gaps, len(asked), len(asked), 0, 0))


def test_a_gap_is_right_where_verdict_and_what_is_named_are_those_of_most_questions() -> None:
    section = TEA.sections[-1]
    asked = [
        label("one", Kind.SECTION, section.heading),
        label("two", Kind.SECTION, section.heading),
        label("three", Kind.NONE, topic="price"),
        label("four", Kind.SECTION, "Elsewhere"),
        label("five", Kind.OFF_TOPIC, topic="pizza"),
    ]
    whole = played(
        TEA,
        asked,
        gap(GapVerdict.NO_PAIR, "one", "two", "three", answer=section.id),
        gap(GapVerdict.NO_PAIR, "four", answer=section.id),
        gap(GapVerdict.NOT_ANSWERED, "five"),
    )
    found = verdicts(whole, asked)
    assert [one.right for one in found] == [True, False, False]
    assert found[0].named == section.heading
    assert topics(found[0]) == "section: tea 2, none: price 1"
    measured = figures(whole, asked, found)
    assert measured["right"] == pytest.approx(1 / 3, abs=1e-4)
    assert (measured["right_no_pair"], measured["right_not_answered"]) == (0.5, 0.0)
    # Of five, three are section questions under NO_PAIR.
    assert measured["questions_right"] == 0.6
    assert measured["purity"] == 0.8
    assert (measured["listed_section"], measured["listed_none"]) == (1.0, 1.0)


def test_of_equally_common_kinds_each_will_do() -> None:
    assert commonest([Kind.NONE, Kind.PAIR, Kind.NONE, Kind.PAIR, Kind.OFF_TOPIC]) == (
        Kind.PAIR,
        Kind.NONE,
    )
    asked = [label("one", Kind.NONE), label("two", Kind.OFF_TOPIC)]
    whole = played(TEA, asked, gap(GapVerdict.OFF_TOPIC, "one", "two"))
    assert [one.right for one in verdicts(whole, asked)] == [True]


def test_the_questions_are_labelled_and_no_wording_comes_twice() -> None:
    asked = labels()
    assert len(asked) >= 200
    assert {one.kind for one in asked} == set(Kind)
    assert all(bool(one.target) is (one.kind in (Kind.PAIR, Kind.SECTION)) for one in asked)
    assert max(Counter(key_of(one.text) for one in asked).values()) == 1
    assert any(one.typo for one in asked)


def test_a_target_is_the_pair_or_section_of_that_number() -> None:
    asked = [
        label("one", Kind.SECTION, "1"),
        label("two", Kind.PAIR, "1"),
        label("three", Kind.NONE),
    ]
    assert [one.target for one in resolved(asked, TEA)] == [
        TEA.sections[0].heading,
        TEA.faq[0].question,
        "",
    ]


def test_the_questions_are_asked_of_the_article(tmp_path: Path) -> None:
    path = tmp_path / "tea.md"
    path.write_text(CONTENT["tea.md"], encoding="utf-8")
    asked = [label("How long does tea keep?", Kind.PAIR), label("Pizza?", Kind.OFF_TOPIC)]
    whole = play(path, asked, FakeEncoder(("tea", "keep", "pizza")))
    assert [one.question for one in whole.log] == ["How long does tea keep?", "Pizza?"]
    assert whole.article.title == TEA.title
    assert whole.report.asked == 2


def test_another_article_leaves_its_record_beside_that_of_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, usual = tmp_path / "tea.md", tmp_path / "results" / "desk.json"
    path.write_text(CONTENT["tea.md"], encoding="utf-8")
    encoder = FakeEncoder(("tea", "keep", "pizza"))
    monkeypatch.setattr(command, "load_encoder", lambda: encoder)
    monkeypatch.setattr(command, "labels", lambda: (label("Pizza?", Kind.OFF_TOPIC),))
    monkeypatch.setattr(command, "OUT", usual)
    given = ["--article", str(path), "--cache", str(tmp_path / "cache.sqlite")]
    command.main(given)
    assert [one.name for one in usual.parent.rglob("*.json")] == ["desk.json"]
    assert not usual.exists()
    monkeypatch.setattr(command, "ARTICLE", path)
    command.main(given)
    assert usual.is_file()


def test_a_large_library_is_written_with_just_so_many_sections_and_pairs(tmp_path: Path) -> None:
    made = article(
        [("Storing", "Tea keeps for years # in a tin."), ("", "1. Cups *break* often.")],
        [("How long does tea keep?", "Two years.\nOr three.")],
    )
    asked = large.write(tmp_path, [made], sections=5, pairs=2)
    read = [one for path in sorted(tmp_path.iterdir()) for one in read_file(path)]
    # The heading over the pairs makes a section, too, which says nothing.
    own = [section for one in read for section in one.sections if section.text]
    assert len(own) == 5
    assert [len(one.faq) for one in read] == [1, 1, 0]
    assert len(asked) == 2
    assert [one.heading for one in own[:2]] == ["Storing 1", "Part 2"]
    assert len({one.text for one in own}) == 5  # each copy has words of its own


def test_only_the_pages_of_the_usual_library_leave_their_record_in_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data" / "one"
    folder.mkdir(parents=True)
    section = {"id": "s", "article": "a", "heading": "Storing", "text": "Tea keeps for years."}
    pair = {"id": "p", "question": "How long?", "answer": "Two years.", "source": "a"}
    (folder / "sections.jsonl").write_text(json.dumps(section))
    (folder / "bank.jsonl").write_text(json.dumps(pair))
    monkeypatch.setattr(
        pages, "run", lambda articles, *, sections, pairs: {"pages.slowest_seconds": 2.0}
    )
    usual = tmp_path / "desk_pages.json"
    monkeypatch.setattr(command, "PAGES_OUT", usual)
    given = ["--data", str(tmp_path / "data"), "--pages"]
    assert command.main([*given, "5", "6"]) == 0
    assert command.main(given) == 1  # not the usual sets
    assert (tmp_path / "local" / "desk_pages.json").is_file()
    assert not usual.exists()
    monkeypatch.setattr(command, "QUESTION_SETS", tmp_path / "data")
    assert command.main(given) == 1
    made = json.loads(usual.read_text())
    assert (made["sections"], made["pairs"]) == (10_000, 10_000)
    assert made["figures"] == {"pages.slowest_seconds": 2.0}


def test_the_encoder_of_the_large_library_is_one() -> None:
    encoder = large.WordEncoder()
    rows = encoder.encode_documents(["tea in a tin", "Tin, a tea in!", "cups", ""])
    assert rows.shape == (4, large.DIMENSION)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    assert float(rows[0] @ rows[1]) == pytest.approx(1.0, abs=1e-6)
    assert abs(float(rows[0] @ rows[2])) < 0.25
    assert np.array_equal(rows[:1], large.WordEncoder().encode_queries(["tea in a tin"]))


def test_the_log_holds_whole_questions_and_beginnings_of_some() -> None:
    asked = [f"how long does tea number {number} keep" for number in range(1000)]
    some = large.logged(asked)
    assert len(some) == large.QUESTIONS
    assert some[0] == asked[0]
    assert some[-1] == "how long does tea"
