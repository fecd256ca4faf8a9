import os
import threading
from pathlib import Path

import pytest

from index.encoder import Encoder
from index.errors import FileConflict, QuestionTaken, UsageError
from index.library import Library
from index.library_place import library_path
from index.readers import find_sources, read_file
from index.records import Article
from index.sync import sync
from qa import Answer, Answerer, faq_file
from qa.content_folder import ABSENT
from qa.faq_file import Draft, Written
from qa.faq_text import NewPair
from tests.fakes import FakeEncoder

NEW = NewPair("May I boil tea?", "No. It turns bitter.", ("boiling tea",))


@pytest.fixture
def articles(content: Path) -> dict[str, Article]:
    return read(content)


def read(content: Path) -> dict[str, Article]:
    found = (read_file(path, root=content) for path in find_sources([content]))
    return {article.id: article for each in found for article in each}


def snapshot(content: Path) -> dict[str, bytes]:
    return {
        path.relative_to(content).as_posix(): path.read_bytes()
        for path in content.rglob("*")
        if path.is_file()
    }


def accept(content: Path, pair: NewPair = NEW, article: str = "tea.md", seen: str = "") -> Written:
    known = read(content)
    return faq_file.accept_pair(content, known[article], pair, articles=known.values(), seen=seen)


def add(
    content: Path, wording: str, article: str = "tea.md", row: int = 0, seen: str = ""
) -> Written:
    known = read(content)
    pair_id = known[article].faq[row].id
    return faq_file.accept_alternate(
        content, known[article], pair_id, wording, articles=known.values(), seen=seen
    )


def test_a_pair_is_written_beside_its_article_and_nothing_else_is_touched(content: Path) -> None:
    before = snapshot(content)
    written = accept(content)
    after = snapshot(content)
    assert after.pop("tea.faq.yaml").decode() == (
        "# FAQ pairs and further wordings that editors added to tea.md\n"
        "article: tea.md\n"
        "title: All about tea – FAQ\n"
        "language: en\n"
        "faq:\n"
        "- question: May I boil tea?\n"
        "  answer: No. It turns bitter.\n"
        "  alternates:\n"
        "  - boiling tea\n"
    )
    assert after == before
    assert (written.path, written.before) == ("tea.faq.yaml", None)
    made = read(content)["tea.faq.yaml"]
    assert made.companion_of == "tea.md"
    assert [(each.question, each.answer) for each in made.faq] == [(NEW.question, NEW.answer)]


def test_a_second_addition_needs_the_digest_of_the_first(content: Path) -> None:
    first = accept(content)
    second = NewPair("Is tea hot?", "When it is made.")
    before = snapshot(content)
    with pytest.raises(FileConflict, match=r"^tea\.faq\.yaml was changed meanwhile") as caught:
        accept(content, second)
    assert snapshot(content) == before
    assert caught.value.present == before["tea.faq.yaml"].decode()
    assert caught.value.proposed == caught.value.present + (
        "- question: Is tea hot?\n  answer: When it is made.\n"
    )
    accept(content, second, seen=first.digest)
    assert snapshot(content)["tea.faq.yaml"].decode() == caught.value.proposed


def test_a_file_that_went_meanwhile_is_a_conflict(content: Path) -> None:
    first = accept(content)
    (content / "tea.faq.yaml").unlink()
    with pytest.raises(FileConflict) as caught:
        accept(content, seen=first.digest)
    assert caught.value.present == ""
    assert not (content / "tea.faq.yaml").exists()


def test_an_alternate_names_its_pair_by_its_question_or_its_own_id(content: Path) -> None:
    add(content, "shelf life of tea")
    assert (
        (content / "tea.faq.yaml")
        .read_text(encoding="utf-8")
        .endswith(
            "faq:\n- alternates_of: How long does tea keep?\n  alternates:\n  - shelf life of tea\n"
        )
    )
    add(content, "delivery time", "orders/questions.csv")
    assert (
        (content / "orders" / "questions.faq.yaml")
        .read_text(encoding="utf-8")
        .endswith("faq:\n- alternates_of: ship\n  alternates:\n  - delivery time\n")
    )


def test_an_alternate_of_a_companions_pair_goes_to_that_pair(content: Path) -> None:
    first = accept(content)
    add(content, "cooking tea", "tea.faq.yaml", seen=first.digest)
    (pair,) = read(content)["tea.faq.yaml"].faq
    assert pair.alternates == ("boiling tea", "cooking tea")
    assert [path.name for path in content.glob("*.yaml")] == ["tea.faq.yaml"]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("how long does TEA keep", "tea.md:11: 'How long does tea keep?'"),
        ("When will my order arrive?", "orders/questions.csv:2: "),
    ],
)
def test_a_question_that_is_asked_already_is_refused_with_its_place(
    content: Path, question: str, place: str
) -> None:
    before = snapshot(content)
    for pair in (NewPair(question, "So."), NewPair("New?", "So.", (question,))):
        with pytest.raises(QuestionTaken) as caught:
            accept(content, pair)
        assert place in str(caught.value)
    with pytest.raises(QuestionTaken):
        add(content, question, "coffee.txt")
    assert snapshot(content) == before


def test_a_question_in_the_file_that_the_library_has_not_yet_is_refused_too(
    content: Path, articles: dict[str, Article]
) -> None:
    first = accept(content)
    with pytest.raises(QuestionTaken, match=r"tea\.faq\.yaml:6$"):
        faq_file.accept_pair(
            content, articles["tea.md"], NEW, articles=articles.values(), seen=first.digest
        )


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (NewPair(" ", "So."), "the question is empty"),
        (NewPair("Why?", "\n"), "the answer is empty"),
        (NewPair("Why?", "<!-- nothing -->"), "cannot be"),
        (NewPair("Why\0?", "So."), "cannot be"),
        (NewPair("Why \ud800?", "So."), "half a surrogate pair|cannot be"),
    ],
)
def test_what_cannot_be_read_again_is_not_written(
    content: Path, pair: NewPair, message: str
) -> None:
    before = snapshot(content)
    with pytest.raises(UsageError, match=message):
        accept(content, pair)
    assert snapshot(content) == before


def test_two_articles_of_one_stem_have_companions_of_their_own(content: Path) -> None:
    (content / "tea.html").write_text("<h1>Tea page</h1><p>Tea is hot.</p>", encoding="utf-8")
    accept(content)
    accept(content, NewPair("Is tea hot?", "Yes."), "tea.html")
    found = read(content)
    assert found["tea.md.faq.yaml"].companion_of == "tea.md"
    assert found["tea.html.faq.yaml"].companion_of == "tea.html"


def test_a_companion_goes_on_when_a_second_article_of_its_stem_comes(content: Path) -> None:
    first = accept(content)
    (content / "tea.html").write_text("<h1>Tea page</h1><p>Tea is hot.</p>", encoding="utf-8")
    accept(content, NewPair("Is tea hot?", "Yes."), seen=first.digest)
    accept(content, NewPair("Is tea wet?", "Yes."), "tea.html")
    assert sorted(path.name for path in content.glob("*.faq.yaml")) == [
        "tea.faq.yaml",
        "tea.html.faq.yaml",
    ]


def test_an_faq_list_that_has_the_name_already_is_left_alone(content: Path) -> None:
    other = content / "tea.faq.yaml"
    other.write_text("faq:\n- question: Is it?\n  answer: It is.\n", encoding="utf-8")
    assert accept(content).path == "tea.md.faq.yaml"
    (content / "tea.md.faq.yaml").write_text("article: coffee.txt\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"are not companions of tea\.md: rename one"):
        accept(content)


def test_each_article_of_one_file_has_a_companion_of_its_own(content: Path) -> None:
    (content / "list.csv").write_text(
        "article,question,answer\nTea,Is tea?,Yes.\nBeans,Are beans?,Yes.\n", encoding="utf-8"
    )
    assert accept(content, NewPair("Was tea?", "Yes."), "list.csv/tea").path == "list.tea.faq.yaml"
    add(content, "are there beans", "list.csv/beans")
    assert "article: list.csv/beans\n" in (content / "list.beans.faq.yaml").read_text("utf-8")
    assert read(content)["list.tea.faq.yaml"].companion_of == "list.csv/tea"


def test_undoing_gives_back_what_was_there_byte_for_byte(content: Path) -> None:
    before = snapshot(content)
    first = accept(content)
    assert faq_file.undo(content, first).digest == ABSENT
    assert snapshot(content) == before
    accept(content)
    hand = (content / "tea.faq.yaml").read_bytes().replace(b"faq:", b"faq:  # mine") + b"# end"
    (content / "tea.faq.yaml").write_bytes(hand)
    state = faq_file.faq_file(content, read(content)["tea.md"])
    second = add(content, "shelf life", seen=state.digest)
    assert faq_file.undo(content, second) == state
    assert (content / "tea.faq.yaml").read_bytes() == hand


def test_undoing_takes_only_its_own_change_out_of_a_file_changed_since(content: Path) -> None:
    first = accept(content)
    second = add(content, "shelf life", seen=first.digest)
    third = accept(content, NewPair("Is tea hot?", "Yes."), seen=second.digest)
    faq_file.undo(content, second)
    text = (content / "tea.faq.yaml").read_text(encoding="utf-8")
    assert "shelf life" not in text
    faq_file.undo(content, first)
    assert [each.question for each in read(content)["tea.faq.yaml"].faq] == ["Is tea hot?"]
    with pytest.raises(FileConflict):
        faq_file.undo(content, second)
    faq_file.undo(content, third)
    assert (content / "tea.faq.yaml").read_text(encoding="utf-8").endswith("faq:\n")


def test_an_answer_is_changed_in_a_companion_only_and_back(content: Path) -> None:
    first = accept(content)
    known = read(content)
    draft = Draft(content, known.values())
    made = known["tea.faq.yaml"]
    draft.change_answer(made, made.faq[0].id, "Yes.\n\n- but briefly")
    (written,) = draft.write({"tea.faq.yaml": first.digest})
    assert read(content)["tea.faq.yaml"].faq[0].answer == "Yes.\n\n• but briefly"
    with (content / "tea.faq.yaml").open("a", encoding="utf-8") as file:
        file.write("# seen by Ann\n")
    faq_file.undo(content, written)
    assert read(content)["tea.faq.yaml"].faq[0].answer == "No. It turns bitter."
    with pytest.raises(UsageError, match=r"stands in tea\.md:11, which Footnote never changes"):
        draft.change_answer(known["tea.md"], known["tea.md"].faq[0].id, "Yes.")


def test_several_files_are_written_together_or_not_at_all(
    content: Path, articles: dict[str, Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(content)
    draft = Draft(content, articles.values())
    draft.accept_pairs(articles["coffee.txt"], [NewPair("Is coffee hot?", "Yes.")])
    draft.accept_pairs(articles["tea.md"], [NEW])
    with pytest.raises(QuestionTaken):  # of the draft itself
        draft.accept_pairs(articles["coffee.txt"], [NEW])
    assert snapshot(content) == before
    with pytest.raises(FileConflict, match=r"tea\.faq\.yaml"):
        draft.write({"coffee.faq.yaml": ABSENT, "tea.faq.yaml": "other"})
    link = os.link

    def full(source: Path, target: Path) -> None:
        if target.name.startswith("tea"):
            raise FileExistsError
        link(source, target)

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(FileConflict):
        draft.write({})
    assert snapshot(content) == before
    monkeypatch.undo()
    assert [each.path for each in draft.write({})] == ["coffee.faq.yaml", "tea.faq.yaml"]


def test_a_failed_write_leaves_the_old_file_and_no_other(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = accept(content)
    before = snapshot(content)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match=r"tea\.faq\.yaml cannot be written: No space left"):
        accept(content, NewPair("Is tea hot?", "Yes."), seen=first.digest)
    assert snapshot(content) == before


def test_of_many_who_write_at_once_one_wins_and_the_others_are_told(
    content: Path, articles: dict[str, Article]
) -> None:
    results: list[object] = []

    def write(number: int) -> None:
        try:
            pair = NewPair(f"Question {number}?", "Yes.")
            results.append(
                faq_file.accept_pair(content, articles["tea.md"], pair, articles=(), seen=ABSENT)
            )
        except FileConflict as error:
            results.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(each, Written) for each in results) == [False] * 7 + [True]
    assert len(read(content)["tea.faq.yaml"].faq) == 1


def test_what_was_accepted_is_found_after_the_next_sync(content: Path) -> None:
    encoder = FakeEncoder()
    with Library.open(library_path(content), create=True) as library:
        sync(content, library, encoder)
        first = accept(content)
        add(content, "shelf life of tea", seen=first.digest)
        report = sync(content, library, encoder)
        assert report.failed == ()
        assert library.article("tea.md").faq[0].alternates == ("shelf life of tea",)
        assert library.article("tea.faq.yaml").faq[0].answer == NEW.answer


@pytest.mark.model
def test_an_accepted_wording_gives_the_answer_of_the_article_itself(
    content: Path, encoder: Encoder
) -> None:
    path = library_path(content, write=True)
    with Library.open(path, create=True) as library:
        sync(content, library, encoder)
    # Too far from the pair to be answered by it: "is my old oolong still any good", which stood
    # here, is answered without an editor's help.
    wording = "oolong from 2019 still fine?"
    assert not isinstance(Answerer(path, encoder).ask(wording), Answer)
    add(content, wording)
    with Library.open(path) as library:
        sync(content, library, encoder)
    result = Answerer(path, encoder).ask(wording)
    assert isinstance(result, Answer)
    assert result.best.article == "tea.md"
    assert result.best.text == "Black tea keeps for two years. Green tea keeps for one year."
