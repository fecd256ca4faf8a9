"""The same question gets the same result, however it is asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import UsageError
from index.library_place import library_path
from qa.answer import Answerer
from tests.conftest import CONTENT
from tests.fakes import FakeEncoder
from tests.qa.answering import AXES, build, over


def test_equal_hits_are_ordered_by_id_whatever_the_order_of_the_files(
    tmp_path: Path, fake: FakeEncoder
) -> None:
    rankings = []
    for names in (("a.md", "b.md"), ("b.md", "a.md")):
        content = tmp_path / names[0]
        content.mkdir()
        for name in names:
            (content / name).write_text("# T\n\n## FAQ\n\n### Can I freeze tea?\n\nNo, never.\n")
            build(content, fake)
        result = over(library_path(content), fake).ask("Can I freeze tea?")
        rankings.append([(hit.id, hit.confidence) for hit in result.hits])
    assert rankings[0] == rankings[1]
    assert [id.partition("#")[0] for id, _ in rankings[0]][:2] == ["a.md", "b.md"]


def test_asking_many_is_asking_one_by_one(answerer: Answerer) -> None:
    questions = ["How long does tea keep?", "pizza", "what is it?", "coffee in the fridge"] * 20
    assert list(answerer.ask_many(questions)) == [answerer.ask(one) for one in questions]


def test_many_questions_are_taken_as_they_are_needed(answerer: Answerer) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield "Can I freeze tea?"

    assert next(answerer.ask_many(endless())).question == "Can I freeze tea?"


def test_the_same_question_gets_the_same_result(answerer: Answerer) -> None:
    assert answerer.ask("keep tea in a cup") == answerer.ask("keep tea in a cup")


QUESTIONS = (
    "How long does tea keep?",
    "tea",
    "can i frezee teea",
    "pizza in Rome",
    "what is it?",
    "coffee in the fridge or in a cup, with 10 grams of “beans” in 2019?",
)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("top", [None, 1, 100])
def test_explaining_asking_and_asking_many_give_one_result(
    answerer: Answerer, question: str, top: int | None
) -> None:
    result = answerer.ask(question, top=top)
    explained, why = answerer.explain(question, top=top)
    assert explained == result
    assert next(answerer.ask_many([question, "tea"], top=top)) == result
    assert [(hit.article, hit.id) for hit in why.hits] == [
        (hit.article, hit.id) for hit in result.hits
    ]


def test_asking_many_gets_as_far_as_the_first_that_cannot_be_asked(answerer: Answerer) -> None:
    results = answerer.ask_many(["Can I freeze tea?", "tea", "", "coffee"])
    assert [next(results).question, next(results).question] == ["Can I freeze tea?", "tea"]
    with pytest.raises(UsageError, match="the question is empty"):
        next(results)


def test_asking_many_nothing_gives_nothing(answerer: Answerer) -> None:
    assert list(answerer.ask_many([])) == []


def test_a_restart_and_another_order_of_the_files_change_no_result(
    tmp_path: Path, fake: FakeEncoder
) -> None:
    results = []
    for order in (list(CONTENT), list(reversed(CONTENT))):
        folder = tmp_path / order[0].replace("/", "-")
        for name in order:  # one after the other: the library grows in this order
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(CONTENT[name], encoding="utf-8")
            library = build(folder, fake)
        for _ in range(2):
            answerer = over(library, FakeEncoder(AXES))
            results.append([answerer.explain(question, top=100) for question in QUESTIONS])
    assert results[1] == results[0]
    assert results[2] == results[0]
    assert results[3] == results[0]
