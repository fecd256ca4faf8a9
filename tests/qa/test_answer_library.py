"""The library behind the answers: refreshed, shared, missing, or another model's."""

import threading
from pathlib import Path

import pytest

from index.errors import LibraryMissing, ModelError
from index.library import Library
from index.library_place import library_path
from qa.answer import Answerer
from tests.fakes import FakeEncoder
from tests.qa.answering import AXES, answered, build, over


def test_refresh_takes_up_a_change_and_only_a_change(
    content: Path, fake: FakeEncoder, answerer: Answerer
) -> None:
    assert not answerer.refresh()
    before = answerer.generation
    path = content / "tea.md"
    path.write_text(path.read_text().replace("No. Freezing breaks", "Yes. Nothing harms"))
    build(content, fake)
    assert answered(answerer.ask("Can I freeze tea?")).best.text.startswith("No.")
    assert answerer.refresh()
    assert answerer.generation > before
    assert answered(answerer.ask("Can I freeze tea?")).best.text == "Yes. Nothing harms the leaves."


def test_a_library_of_many_passages_is_answered_from_its_index_through_refreshes(
    content: Path, fake: FakeEncoder
) -> None:
    path = build(content, fake)
    exact, large = over(path, fake), over(path, fake, large_from=10)
    files = list(path.parent.glob("library.sqlite-vectors-*"))
    assert len(files) == 1
    assert len(large.searcher.vectors) == len(large.searcher.passages) >= 10
    tea = content / "tea.md"
    asked = ("Can I freeze tea?", "What does light do to tea?", "When does coffee arrive?")
    for _ in range(2):
        for question in asked:
            assert large.ask(question) == exact.ask(question)
        tea.write_text(tea.read_text().replace("No. Freezing breaks", "Yes. Nothing harms"))
        build(content, fake)
        assert large.refresh() == exact.refresh()
    assert answered(large.ask("Can I freeze tea?")).best.text == "Yes. Nothing harms the leaves."
    assert large.ask(asked[1]) == over(path, fake, large_from=10).ask(asked[1])


def test_a_failed_refresh_leaves_the_old_answers(
    content: Path, fake: FakeEncoder, answerer: Answerer
) -> None:
    library_path(content).unlink()
    with pytest.raises(LibraryMissing):
        answerer.refresh()
    assert answered(answerer.ask("Can I freeze tea?")).best.text.startswith("No.")


def test_no_question_fails_or_mixes_generations_while_the_library_changes(
    content: Path, fake: FakeEncoder, answerer: Answerer
) -> None:
    errors: list[BaseException] = []
    seen: set[str] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                answer = answered(answerer.ask("Can I freeze tea?"))
                seen.add(answer.best.text)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test must see it
                errors.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    path, texts = content / "tea.md", set()
    original = path.read_text()
    for number in range(5):
        answer = f"No. Not in {number} freezers."
        texts.add(answer)
        path.write_text(
            # The answer moves: offsets of one generation are wrong in every other.
            original.replace("# All", "#" + " very" * number + " All").replace(
                "No. Freezing breaks the leaves.", answer
            )
        )
        build(content, fake)
        answerer.refresh()
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert seen <= {"No. Freezing breaks the leaves."} | texts


def test_a_library_of_another_model_is_refused(content: Path, fake: FakeEncoder) -> None:
    path = build(content, fake)
    other = FakeEncoder(AXES, name="other")
    with pytest.raises(ModelError, match=r"was embedded with fake .*, not with other"):
        Answerer(path, other)


def test_a_missing_library_is_an_error(tmp_path: Path, fake: FakeEncoder) -> None:
    with pytest.raises(LibraryMissing):
        Answerer(tmp_path / "library.sqlite", fake)


def test_an_open_library_can_be_used_and_stays_open(content: Path, fake: FakeEncoder) -> None:
    with Library.open(build(content, fake)) as library:
        answerer = over(library, fake)
        assert not answerer.refresh()
        assert not answerer.ask("Can I freeze tea?").abstained
        assert library.article_ids()
