"""Question sets: what is read, what is refused, which questions are drawn."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.quality import sets
from benchmarks.quality.sets import Query, QuestionSet, SetError
from tests.benchmarks.quality.folders import entry, query, write_lines, write_set

BANK = [
    entry("tea", "How long does tea keep?", "Two years."),
    entry("cup", "How big is a cup?", "A quarter of a litre."),
]
QUERIES = [
    query("q1", "tea for how long", "tea"),
    query("q2", "size of a cup", "cup", kind="short"),
    query("q3", "who is the king"),
]


def load(folder: Path, *, limit: int = 100) -> QuestionSet:
    return sets.load(folder, folder / "queries.jsonl", limit=limit)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_set(tmp_path / "set", BANK, QUERIES, removed=["cup"])


def test_a_set_is_read_in_the_order_of_its_files(folder: Path) -> None:
    data = load(folder)
    assert (data.name, data.folder_name, data.questions_in_file) == ("set", "set", 3)
    assert [(one.id, one.question, one.answer) for one in data.entries] == [
        ("tea", "How long does tea keep?", "Two years."),
        ("cup", "How big is a cup?", "A quarter of a litre."),
    ]
    assert data.queries == (
        Query("q1", "tea for how long", ("tea",)),
        Query("q2", "size of a cup", ("cup",), "short"),
        Query("q3", "who is the king", ()),
    )
    assert data.right == (frozenset({"tea"}), frozenset({"cup"}), frozenset())
    assert data.of_pairs
    assert not data.of_intents
    expected = hashlib.sha256((folder / "bank.jsonl").read_bytes()).hexdigest()
    assert data.checksums["bank.jsonl"] == expected
    assert set(data.checksums) == {"bank.jsonl", "queries.jsonl"}


def test_only_folders_with_bank_and_questions_are_sets(tmp_path: Path) -> None:
    write_set(tmp_path / "b", BANK, QUERIES)
    write_lines(tmp_path / "b" / "queries_val.jsonl", QUERIES)
    write_lines(tmp_path / "a" / "bank.jsonl", BANK)
    write_lines(tmp_path / "a" / "queries_val.jsonl", QUERIES)
    write_lines(tmp_path / "no questions" / "bank.jsonl", BANK)
    write_lines(tmp_path / "no bank" / "queries.jsonl", QUERIES)
    write_lines(tmp_path / "bank.jsonl", BANK)
    found = [(folder.name, path.name) for folder, path in sets.question_files(tmp_path).items()]
    assert found == [("a", "queries_val.jsonl"), ("b", "queries.jsonl")]


def test_without_entries_their_questions_are_unanswerable(folder: Path) -> None:
    whole = load(folder)
    first, half = sets.halves(whole, folder)
    assert first is whole
    assert half.name == "set with entries removed"
    assert half.folder_name == "set"
    assert [one.id for one in half.entries] == ["tea"]
    assert half.right == (frozenset({"tea"}), frozenset(), frozenset())
    assert set(half.checksums) == {"bank.jsonl", "queries.jsonl", "abstain_remove.json"}


def test_a_set_without_removals_is_whole(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", BANK, QUERIES)
    assert sets.halves(load(folder), folder) == (load(folder),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "not valid JSON"),
        ('{"ids": []}', "expected a list under remove_bank_ids"),
        ('{"remove_bank_ids": ["unknown"]}', "removes 0 of 2"),
        ('{"remove_bank_ids": ["tea", "cup"]}', "removes 2 of 2"),
    ],
)
def test_removals_that_make_no_half_are_refused(folder: Path, text: str, message: str) -> None:
    (folder / "abstain_remove.json").write_text(text, encoding="utf-8")
    with pytest.raises(SetError, match=message):
        sets.halves(load(folder), folder)


class TestIntents:
    BANK = (entry("a1", "hi", "greet"), entry("a2", "hello", "greet"), entry("b", "bye", "leave"))

    def test_any_entry_with_the_right_answer_is_right(self, tmp_path: Path) -> None:
        folder = write_set(tmp_path / "set", self.BANK, [query("q", "hey", "a1")])
        data = load(folder)
        assert data.of_intents
        assert data.right == (frozenset({"a1", "a2"}),)

    def test_two_alike_among_many_make_no_intents(self, tmp_path: Path) -> None:
        bank = [*self.BANK, entry("c", "where", "there")]  # half of them share: not most
        data = load(write_set(tmp_path / "set", bank, [query("q", "hey", "a1")]))
        assert not data.of_intents
        assert data.right == (frozenset({"a1"}),)


class TestSample:
    QUERIES = tuple(Query(f"q{number}", "text", ()) for number in range(100))

    def test_it_keeps_the_order_and_the_number(self) -> None:
        drawn = sets.sample(self.QUERIES, 30)
        assert len(drawn) == 30
        assert list(drawn) == [one for one in self.QUERIES if one in drawn]

    def test_it_is_the_same_whatever_the_order(self) -> None:
        assert set(sets.sample(self.QUERIES[::-1], 30)) == set(sets.sample(self.QUERIES, 30))

    def test_a_smaller_one_is_part_of_a_larger_one(self) -> None:
        assert set(sets.sample(self.QUERIES, 10)) < set(sets.sample(self.QUERIES, 30))

    def test_it_is_not_simply_the_first(self) -> None:
        assert sets.sample(self.QUERIES, 30) != self.QUERIES[:30]
        assert sets.sample(self.QUERIES, 30, seed="x") != sets.sample(self.QUERIES, 30)

    def test_few_questions_are_all_taken(self, folder: Path) -> None:
        assert sets.sample(self.QUERIES, 100) == self.QUERIES
        data = load(folder, limit=2)
        assert (len(data.queries), data.questions_in_file) == (2, 3)


@pytest.mark.parametrize(
    ("bank", "queries", "message"),
    [
        ([], QUERIES, r"bank\.jsonl: no entries"),
        (BANK, [], r"queries\.jsonl: no questions"),
        ([*BANK, {"id": "x", "question": "?"}], QUERIES, r"bank\.jsonl:3: expected id, question"),
        ([*BANK, entry("x", 1, "a")], QUERIES, r"bank\.jsonl:3: expected id, question"),  # type: ignore[arg-type]
        ([*BANK, BANK[0]], QUERIES, r"bank\.jsonl: the id 'tea' is used twice"),
        (BANK, [*QUERIES, QUERIES[1]], r"queries\.jsonl: the id 'q2' is used twice"),
        (BANK, [query("q", " ")], r"queries\.jsonl:1: expected id, text and a list"),
        (BANK, [{"id": "q", "text": "?"}], r"queries\.jsonl:1: expected id, text and a list"),
        (BANK, [query("q", "?", "gone")], r"queries\.jsonl:1: 'gone' is not in bank\.jsonl"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, bank: Sequence[dict[str, Any]], queries: Sequence[dict[str, Any]], message: str
) -> None:
    with pytest.raises(SetError, match=message):
        load(write_set(tmp_path / "set", bank, queries))


def test_a_line_that_is_no_json_is_named(folder: Path) -> None:
    with (folder / "bank.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n{\n")
    with pytest.raises(SetError, match=r"bank\.jsonl:4: not valid JSON"):
        load(folder)


def test_a_written_bank_has_the_lines_it_was_read_from(tmp_path: Path) -> None:
    bank = [BANK[0] | {"source": "Tee über alles", "order": 3}, BANK[1]]
    folder = write_set(tmp_path / "set", bank, QUERIES)
    sets.write_bank(load(folder).entries, tmp_path / "copy.jsonl")
    assert (tmp_path / "copy.jsonl").read_bytes() == (folder / "bank.jsonl").read_bytes()


OWN = Path(sets.__file__).parent / "own"


@pytest.mark.parametrize("name", ["civic", "handbook", "support"])
def test_our_own_sets_have_as_many_questions_without_an_answer_as_with_one(name: str) -> None:
    own = sets.load(OWN / name, OWN / name / "queries.jsonl", limit=10_000)
    answered = [bool(query.relevant) for query in own.queries]
    assert 0.45 < sum(answered) / len(answered) < 0.55
    assert {bool(query.relevant) for query in own.queries if query.kind == "answerable"} == {True}
    assert not any(query.relevant for query in own.queries if query.kind != "answerable")
    # Every entry is asked for, so that the set says something of all of it.
    asked = {id for query in own.queries for id in query.relevant}
    assert asked == {entry.id for entry in own.entries}


@pytest.mark.parametrize("name", ["civic", "handbook"])
def test_a_near_miss_of_our_own_names_the_paragraph_that_it_was_written_about(name: str) -> None:
    lines = (OWN / name / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    ids = {
        json.loads(line)["id"]
        for line in (OWN / name / "bank.jsonl").read_text(encoding="utf-8").splitlines()
    }
    near = [one for one in map(json.loads, lines) if one["kind"] == "near_miss"]
    assert len(near) == 240
    assert {one["near"] for one in near} <= ids
