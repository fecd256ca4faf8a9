"""The figures of a gap report, over a report made by hand; and the log that it comes from."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.gaps import __main__ as command
from benchmarks.gaps.measure import adjusted_rand, figures, pooled, purity
from benchmarks.gaps.replay import MISSING, OFF, Replay, Truth, labels, replay
from benchmarks.gaps.run import READERS, Done
from qa.findings import Place
from qa.gap_evidence import GroupEvidence
from qa.gap_verdicts import GapVerdict
from qa.gaps import Gap, GapReport
from qa.questions import Verdict
from qa.wordings import key_of, wordings
from tests.fakes import FakeEncoder
from tests.logged import START, asker, logged

EVIDENCE = GroupEvidence(None, None, 0.3, 1.0, None, 1)


def gap(verdict: GapVerdict, *texts: str, answer: tuple[str, str] | None = None) -> Gap:
    own = wordings(logged(text) for text in texts)
    return Gap(
        verdict, texts[0], own, len(own), len(own), START, START, 1.0, EVIDENCE, answer=answer
    )


def test_a_report_is_held_against_what_its_questions_are() -> None:
    intents = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b", "c1": "c", "d1": OFF}
    truth = dict.fromkeys(("a1", "a2", "a3", "b1", "b2"), Truth.MISSING)
    truth |= {"c1": Truth.HELD, "d1": Truth.OFF}
    replayed = Replay("set", asker(FakeEncoder()), (), intents, truth, ("a", "b"), {"p": "c"})
    report = GapReport(
        (
            gap(GapVerdict.OFF_TOPIC, "d1"),
            gap(GapVerdict.NOT_ANSWERED, "a1", "a2", "a3", "b1"),
            gap(GapVerdict.NOT_ANSWERED, "b2"),  # one wording is no group
            gap(GapVerdict.NOT_FOUND, "c1", answer=("bank", "p")),
        ),
        asked=7,
        failed=7,
        vague=0,
        answered_now=0,
    )
    measured = figures(report, replayed)
    # Six questions have an intent; all but b1 have their group's.
    assert measured["purity"] == pytest.approx(5 / 6, abs=1e-4)
    assert (measured["found"], measured["in_first"], measured["told"]) == (0.5, 0.5, 1.0)
    assert measured["median_rank"] == 3.5  # a is second, b past the fourth
    assert measured["verdict_missing"] == measured["verdict_held"] == measured["verdict_off"] == 1.0
    assert (measured["not_found_right"], measured["claims"]) == (1.0, 1.0)
    assert measured["pair_shown"] == 1.0


def test_a_pair_that_is_shown_as_perhaps_is_shown() -> None:
    intents = {"c1": "c", "c2": "c", "a1": "a"}
    truth = {"c1": Truth.HELD, "c2": Truth.HELD, "a1": Truth.MISSING}
    answers = {"p": "c", "q": "d"}
    replayed = Replay("set", asker(FakeEncoder()), (), intents, truth, ("a",), answers)
    near, far = (Place("bank", pair, 0, 1, 1) for pair in "pq")
    gaps = (
        replace(gap(GapVerdict.NOT_ANSWERED, "c1"), perhaps=(far, near)),
        replace(gap(GapVerdict.NOT_ANSWERED, "c2"), perhaps=(far,)),
        replace(gap(GapVerdict.NOT_ANSWERED, "a1"), perhaps=(near,)),
    )
    measured = figures(GapReport(gaps, 3, 3, 0, 0), replayed)
    assert measured["pair_shown"] == 0.5
    # Nothing is claimed, so nothing is claimed wrongly; and no share of nothing is right.
    assert (measured["claims"], measured["wrong_claims"]) == (0.0, 0.0)
    assert "not_found_right" not in measured


def test_claims_that_are_right_are_shared_out_over_all_seeds() -> None:
    each = [
        {"claims": 0.0, "wrong_claims": 0.0, "purity": 0.3},
        {"claims": 3.0, "wrong_claims": 0.0, "not_found_right": 1.0, "purity": 0.5},
        {"claims": 1.0, "wrong_claims": 1.0, "not_found_right": 0.0, "purity": 0.7},
    ]
    assert pooled("set.", each) == {
        "set.claims": 1.3333,
        "set.wrong_claims": 0.3333,
        "set.purity": 0.5,
        "set.not_found_right": 0.75,
    }


def test_purity_is_the_share_of_the_commonest_and_rand_is_none_by_chance() -> None:
    assert purity([0, 0, 0, 1], ["a", "a", "b", "b"]) == 0.75
    assert purity([], []) == 0.0
    assert adjusted_rand([5, 5, 7, 7], ["a", "a", "b", "b"]) == 1.0
    assert adjusted_rand([0, 0, 0, 0], ["a", "a", "b", "b"]) == 0.0


def test_a_label_is_the_intent_or_what_answers(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    lines = (
        {"id": "1", "text": "x", "relevant": ["p", "q"], "label": "pay"},
        {"id": "2", "text": "y", "relevant": ["q"]},
        {"id": "3", "text": "z", "relevant": []},
    )
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert labels(path) == {"1": "pay", "2": "q", "3": OFF}


WORDS = tuple(f"word{letter}" for letter in "abcdefghijklmnopqrst")


def made(tmp_path: Path) -> tuple[Path, FakeEncoder]:
    """Return the folder of a set in which each word is an intent, and an encoder that knows it."""
    folder = tmp_path / "set"
    folder.mkdir()
    bank = [
        {"id": f"{word}-{n}", "question": f"{word} {n}", "answer": word}
        for word in WORDS
        for n in "12"
    ]
    asked = [
        {"id": f"q-{word}", "text": f"my {word}", "relevant": [f"{word}-1", f"{word}-2"]}
        for word in WORDS
    ]
    asked.append({"id": "q-off", "text": "something else", "relevant": []})
    for name, lines in (("bank", bank), ("queries", asked)):
        text = "\n".join(map(json.dumps, lines))
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder, FakeEncoder(WORDS)


def test_of_a_large_set_a_part_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.gaps.replay.MOST_ASKED", 7)
    folder, encoder = made(tmp_path)
    questions = folder / "queries.jsonl"
    (one,), (again,), (other,) = (
        replay(folder, questions, encoder, seed=seed, told=(0.0,)) for seed in (1, 1, 2)
    )
    asked = {key_of(question.question) for question in one.questions}
    assert len(asked) == 7
    assert asked == {key_of(question.question) for question in again.questions}
    assert asked != {key_of(question.question) for question in other.questions}


def test_the_questions_of_what_is_taken_out_are_asked_all_the_same(tmp_path: Path) -> None:
    folder, encoder = made(tmp_path)
    silent, told = replay(folder, folder / "queries.jsonl", encoder, seed=1, told=(0.0, 1.0))
    assert len(silent.missing) == MISSING
    assert len(silent.questions) == 21
    assert silent.truth[key_of("something else")] is Truth.OFF
    gone = {key_of(f"my {word}") for word in silent.missing}
    assert {key for key, truth in silent.truth.items() if truth is Truth.MISSING} == gone
    assert {answer for answer in silent.asker.terms if answer in WORDS} == {*WORDS} - {
        *silent.missing
    }
    for quiet, saying in zip(silent.questions, told.questions, strict=True):
        wrong = quiet.reason is None and silent.truth[key_of(quiet.question)] is not Truth.HELD
        assert quiet.verdict is None
        assert saying.verdict is (Verdict.NOT_MY_QUESTION if wrong else None)


def test_only_the_usual_sets_leave_their_record_in_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = tmp_path / "results" / "gaps.json"
    shares = {"claims": 0.0, "wrong_claims": 0.0, "purity": 1.0}
    done = Done(dict.fromkeys(READERS, shares), [], {}, FakeEncoder().identity)
    monkeypatch.setattr(command, "run", lambda task: done)
    monkeypatch.setattr(
        command,
        "ProcessPoolExecutor",
        lambda max_workers, mp_context: ThreadPoolExecutor(max_workers),
    )
    monkeypatch.setattr(command, "OUT", usual)
    command.main(["--data", str(tmp_path)])
    assert [path.name for path in usual.parent.iterdir()] == ["local"]
    monkeypatch.setattr(command, "QUESTION_SETS", tmp_path)
    command.main([])
    figures = json.loads(usual.read_text())["figures"]
    assert figures["clinc150.silent.purity"] == 1.0
