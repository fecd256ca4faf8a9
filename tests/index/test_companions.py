import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index import readers
from index.companions import named_pair, own_article, problems, with_wordings
from index.errors import ReadError
from index.library import Library
from index.library_place import library_path
from index.readers.list_companion import read_companion
from index.records import Companion, Wordings
from index.sync import SyncReport, sync
from tests.builders import article
from tests.fakes import FakeEncoder
from tests.index.syncing import afresh, counts, pair, rows, write

OWN = "article: a.md\nfaq:\n- question: May I?\n  answer: You may.\n"
ALSO = "article: a.md\nfaq:\n- alternates_of: Why a?\n  alternates:\n  - wherefore a\n"
TEA = article(faq=[("How long?", "Two years."), ("Why?", "Because.")], id="d/tea.md")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "content"
    write(made / "a.md", pair("Why a", "Because of a"))
    write(made / "sub" / "b.md", pair("Why b", "Because of b"))
    return made


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library.open(library_path(folder), create=True) as made:
        yield made


def synced(folder: Path, library: Library, elsewhere: Path) -> SyncReport:
    """Sync, and hold the library equal to one that is built afresh."""
    report = sync(folder, library, FakeEncoder())
    assert rows(library) == afresh(folder, elsewhere, FakeEncoder())
    return report


def messages(report: SyncReport) -> list[str]:
    return [str(error) for error in report.failed]


def alternates(library: Library, article_id: str = "a.md") -> tuple[str, ...]:
    (only,) = library.article(article_id).faq
    return only.alternates


def test_pairs_of_a_companion_count_as_its_articles_own(folder: Path, library: Library) -> None:
    write(folder / "sub" / "b.faq.yaml", OWN.replace("a.md", "b.md"))
    report = sync(folder, library, FakeEncoder(), base_url="https://example.com/")
    assert (report.read, report.failed) == (3, ())
    made = library.article("sub/b.faq.yaml")
    assert [(each.question, each.answer) for each in made.faq] == [("May I?", "You may.")]
    assert (made.companion_of, own_article(made), made.title) == ("sub/b.md", "sub/b.md", "b")
    assert made.url is None  # no page of the site is made of it
    base = library.article("sub/b.md")
    assert (base.companion_of, own_article(base)) == (None, "sub/b.md")
    assert base.url == "https://example.com/sub/b"


def test_a_list_of_that_name_that_names_no_article_is_a_list_like_any_other() -> None:
    (made,) = readers.read_bytes(OWN.partition("\n")[2].encode(), "a.faq.yaml")
    assert (made.companion_of, made.title) == (None, "a.faq")


def test_a_further_wording_finds_the_very_pair_and_its_article_is_unchanged(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    sync(folder, library, FakeEncoder())
    before = library.article("a.md")
    write(folder / "a.faq.yaml", ALSO)
    encoder = FakeEncoder()
    report = sync(folder, library, encoder)
    assert encoder.documents == ["wherefore a"]
    assert counts(report) == (2, 1, 1, 0)  # the companion and its article
    (only,) = before.faq
    assert library.article("a.md") == replace(
        before, faq=(replace(only, alternates=("wherefore a",)),)
    )
    assert library.article_ids() == ("a.md", "sub/b.md")  # the companion has nothing of its own
    (found,) = [each for each in library.passages() if each.text == "wherefore a"]
    assert (found.article, found.owner) == ("a.md", only.id)
    assert before.text[found.start : found.end] == "Why a?"
    assert rows(library) == afresh(folder, tmp_path / "fresh", FakeEncoder())


def test_a_changed_companion_alone_renews_its_article_and_a_deleted_one_takes_its_own_away(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    write(folder / "a.faq.yaml", ALSO)
    fresh = tmp_path / "fresh"
    synced(folder, library, fresh)
    write(folder / "a.faq.yaml", ALSO + "  - how come a\n")
    assert counts(synced(folder, library, fresh)) == (2, 1, 1, 0)
    assert alternates(library) == ("wherefore a", "how come a")
    assert counts(synced(folder, library, fresh)) == (0, 0, 3, 0)
    (folder / "a.faq.yaml").unlink()
    assert counts(synced(folder, library, fresh)) == (1, 0, 1, 1)
    assert alternates(library) == ()


def test_a_changed_article_keeps_what_its_companion_adds(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    write(folder / "a.faq.yaml", ALSO)
    synced(folder, library, tmp_path / "fresh")
    write(folder / "a.md", pair("Why a", "Because of another reason"))
    assert counts(synced(folder, library, tmp_path / "fresh")) == (1, 2, 2, 0)
    assert alternates(library) == ("wherefore a",)


def test_a_touched_companion_is_not_forgotten(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("index.content.RACY_NS", 0)
    write(folder / "a.faq.yaml", ALSO)
    sync(folder, library, FakeEncoder())
    for _ in range(2):
        (folder / "a.faq.yaml").touch()
        assert counts(synced(folder, library, tmp_path / "fresh")) == (0, 0, 3, 0)
        assert alternates(library) == ("wherefore a",)


def test_of_a_broken_companion_the_former_version_goes_on(folder: Path, library: Library) -> None:
    path = folder / "a.faq.yaml"
    write(path, ALSO + "- question: May I?\n  answer: You may.\n")
    sync(folder, library, FakeEncoder())
    for text, reason in (
        ("article: a.md\nfaq: [\n", "a.faq.yaml:3: not valid YAML: "),
        (ALSO + "- alternates_of: x\n", "a.faq.yaml:6: alternates_of goes with alternates"),
    ):
        write(path, text)
        write(folder / "a.md", pair("Why a", f"Because {reason[-4:]}"))
        report = sync(folder, library, FakeEncoder())
        assert messages(report)[0].startswith(reason)
        assert (len(report.failed), report.stale) == (1, ("a.faq.yaml",))
        assert alternates(library) == ("wherefore a",)
        assert library.article("a.faq.yaml").faq[0].answer == "You may."


def test_wordings_for_no_pair_are_reported_until_they_are_mended(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    write(folder / "a.faq.yaml", ALSO.replace("Why a?", "Why z?"))
    for _ in range(2):
        report = synced(folder, library, tmp_path / "fresh")
        assert messages(report) == [
            "a.faq.yaml:3: alternates_of 'Why z?' names no pair of a.md: write a pair's id, or its "
            "question word for word"
        ]
        assert report.stale == ()
    write(folder / "a.md", pair("Why z", "Because"))
    assert synced(folder, library, tmp_path / "fresh").failed == ()
    assert alternates(library) == ("wherefore a",)


def test_a_companion_outlives_its_article_and_says_so(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    write(folder / "a.faq.yaml", OWN)
    synced(folder, library, tmp_path / "fresh")
    (folder / "a.md").unlink()
    for _ in range(2):
        report = synced(folder, library, tmp_path / "fresh")
        assert messages(report) == [
            "a.faq.yaml:1: its article 'a.md' is not in the folder, or is left out of it: name the "
            "one that it belongs to, or delete or leave out this file too"
        ]
    assert library.article("a.faq.yaml").faq[0].answer == "You may."


def test_the_companion_of_an_unreadable_article_is_no_second_complaint(
    folder: Path, library: Library
) -> None:
    write(folder / "a.faq.yaml", ALSO)
    (folder / "a.md").write_bytes(b"")
    assert messages(sync(folder, library, FakeEncoder())) == ["a.md: the file is empty"]


def test_each_article_of_one_file_may_have_a_companion(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    write(
        folder / "list.csv",
        "article,question,answer\nTea,Why?,Because.\nCoffee,Why?,Therefore.\n",
    )
    write(folder / "list.tea.faq.yaml", ALSO.replace("a.md", "list.csv/tea").replace(" a?", "?"))
    write(folder / "x.faq.yaml", "article: list.csv\nfaq: []\n")
    report = synced(folder, library, tmp_path / "fresh")
    assert alternates(library, "list.csv/tea") == ("wherefore a",)
    assert alternates(library, "list.csv/coffee") == ()
    # The file holds several articles: its own name is none of them.
    assert messages(report)[0].startswith("x.faq.yaml:1: its article 'list.csv' is not in")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("article: ../a.md\n", "x/y.faq.yaml:1: article '../a.md' is not in this folder"),
        ("article: /a.md\n", "x/y.faq.yaml:1: article '/a.md' is not in this folder"),
        ("article: ./a.md\n", "x/y.faq.yaml:1: article './a.md' is not in this folder"),
        ("faq: []\narticle: [a]\n", "x/y.faq.yaml:2: article is the name of one file"),
        (ALSO.partition("\n")[2], "x/y.faq.yaml:2: alternates_of stands in a file that does not"),
        (ALSO.replace("Why a?", "[a]"), "x/y.faq.yaml:3: alternates_of is the id of a pair"),
        (ALSO.replace("wherefore a", "{a: b}"), "x/y.faq.yaml:5: alternates_of goes with"),
        (ALSO + "  answer: No.\n", "x/y.faq.yaml:3: an entry has alternates_of and answer"),
        (ALSO.replace("wherefore a", '"\\ud800"'), "x/y.faq.yaml:5: half a surrogate pair"),
        ("[" * 5000, "x/y.faq.yaml: nested too deeply"),
    ],
)
def test_what_a_companion_may_not_say(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_companion(text, "x/y.faq.yaml")
    assert str(caught.value).startswith(message)


def test_a_companion_is_read_as_it_stands() -> None:
    text = ALSO + "  - ' how   come '\n  - wherefore a\n- alternates_of: q1\n  alternates: one\n"
    assert read_companion(text, "d/x.faq.yaml") == Companion(
        "d/a.md",
        1,
        (Wordings("Why a?", ("wherefore a", "how come"), 3), Wordings("q1", ("one",), 8)),
    )
    assert read_companion("faq:\n- question: a\n  answer: b\n", "d/x.faq.yaml") is None


def test_wordings_are_added_once_in_order_by_id_or_question() -> None:
    one = Companion("d/tea.md", 1, (Wordings("d/tea.md#q2", ("How come?", "Why?"), 2),))
    two = Companion("d/tea.md", 1, (Wordings("Why?", ("What for?", "How come?"), 2),))
    other = Companion("d/coffee.md", 1, (Wordings("How long?", ("Until when?",), 2),))
    (made,) = with_wordings([TEA], [one, two, other])
    assert [each.alternates for each in made.faq] == [(), ("How come?", "What for?")]
    assert with_wordings([TEA], [other]) == [TEA]


def test_an_id_goes_before_a_question_and_two_pairs_are_not_told_apart() -> None:
    twice = article(faq=[("Why?", "Because."), ("Why?", "Therefore."), ("a.md#q1", "?")])
    assert named_pair(twice, "Why?") is None
    assert named_pair(twice, "a.md#q1") == twice.faq[0]
    assert named_pair(twice, "a.md#q9") is None
    companion = Companion("a.md", 1, (Wordings("Why?", ("How come?",), 7),))
    assert with_wordings([twice], [companion]) == [twice]
    (problem,) = problems("a.faq.yaml", companion, twice)
    assert str(problem) == (
        "a.faq.yaml:7: alternates_of 'Why?' names 2 pairs of a.md: write the id of one of them"
    )


def test_a_companion_of_a_companion_is_told_whose_it_is() -> None:
    base = replace(article(id="a.faq.yaml"), companion_of="a.md")
    (problem,) = problems("b.faq.yaml", Companion("a.faq.yaml", 3), base)
    assert str(problem) == (
        "b.faq.yaml:3: its article 'a.faq.yaml' is a companion itself: name 'a.md'"
    )


@pytest.mark.parametrize("seed", range(4))
def test_any_steps_with_companions_give_the_library_of_a_fresh_build(
    folder: Path, library: Library, tmp_path: Path, seed: int
) -> None:
    choose = random.Random(seed)
    for _ in range(12):
        name = choose.choice(["a.md", "sub/b.md", "a.faq.yaml", "z.faq.yaml", "sub/b.faq.yaml"])
        path = folder / name
        if choose.random() < 0.25:
            path.unlink(missing_ok=True)
        elif name.endswith(".md"):
            write(path, pair(f"Why {choose.choice('abc')}", f"Because {choose.randrange(3)}"))
        else:
            whose = "b.md" if name.startswith("sub") else "a.md"
            text = f"article: {whose}\nfaq:\n"
            for number in range(choose.randrange(3)):
                named = f"Why {choose.choice('abc')}?"
                text += (
                    f"- alternates_of: {named}\n  alternates: [{choose.randrange(4)} {number}]\n"
                )
            if choose.random() < 0.5:
                text += f"- question: May I {choose.randrange(2)}?\n  answer: You may.\n"
            write(path, text)
        synced(folder, library, tmp_path / "fresh")
