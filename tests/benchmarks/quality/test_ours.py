"""A set through the public API: its ids come back, whatever they look like."""

from pathlib import Path

import pytest

from benchmarks.quality import ours, sets
from benchmarks.quality.sets import QuestionSet, SetError
from index.errors import UsageError
from qa.answer import MAX_QUESTION_CHARS
from tests.benchmarks.quality.folders import entry, query, write_set
from tests.fakes import FakeEncoder

AXES = ("tea", "milk")


def question_set(folder: Path, *bank: dict[str, object]) -> QuestionSet:
    write_set(folder, bank, [query("q", "?")])
    return sets.load(folder, folder / "queries.jsonl", limit=9)


def test_hits_are_ids_of_the_bank(tmp_path: Path) -> None:
    bank = [entry("sq:Tea:00", None, "Tea is a leaf."), entry("m#1 ü", None, "Milk is white.")]
    with ours.synced(question_set(tmp_path, *bank), FakeEncoder(AXES)) as one:
        run = one.ask(["What is tea?", "What is milk?"])
    assert [hits[0] for hits in run.hits] == ["sq:Tea:00", "m#1 ü"]
    assert run.scores.shape == (2,)
    assert run.abstained is not None
    assert run.abstained.dtype == bool


def test_a_question_that_is_too_long_is_cut(tmp_path: Path) -> None:
    data = question_set(tmp_path, entry("a", "What is tea?", "A leaf."))
    with ours.synced(data, FakeEncoder(AXES)) as one:
        run = one.ask(["tea " * MAX_QUESTION_CHARS])
    assert run.hits == (("a",),)


def test_an_entry_that_the_library_does_not_have_is_an_error(tmp_path: Path) -> None:
    bank = [entry("a", "What is tea?", "A leaf."), entry(" b ", "Milk?", "White.")]  # read as "b"
    data = question_set(tmp_path, *bank)
    with (
        pytest.raises(SetError, match=r"1 of 2 entries of the bank are not in .*' b ' for one"),
        ours.synced(data, FakeEncoder(AXES)),
    ):
        pass


def test_a_bank_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    data = question_set(tmp_path, entry("a", "What is tea?", " "))
    with (
        pytest.raises(SetError, match=r"the bank cannot be read: bank\.jsonl:1: .*no answer"),
        ours.synced(data, FakeEncoder(AXES)),
    ):
        pass


def test_weights_learned_without_a_set_are_those_it_is_asked_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "LEFT_OUT", tmp_path / "left_out")
    (tmp_path / "left_out").mkdir()
    data = question_set(tmp_path / "tea", entry("a", "What is tea?", "A leaf."))
    other = tmp_path / "left_out" / "other.json"
    other.write_text("no weights", encoding="utf-8")
    assert ours.left_out("tea") is None
    with ours.synced(data, FakeEncoder(AXES)):
        pass  # the shipped weights
    own = other.rename(tmp_path / "left_out" / "tea.json")
    assert ours.left_out("tea") == own
    with pytest.raises(UsageError, match=r"tea\.json"), ours.synced(data, FakeEncoder(AXES)):
        pass
