"""The first run: the sample articles answer questions about Footnote, and decline the rest."""

import shutil
from pathlib import Path

import pytest

from index import Encoder, Library, find_sources, read_file
from index.library_place import library_path
from index.sync import sync
from qa import Abstention, Answer, Answerer

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Answerer:
    content = tmp_path_factory.mktemp("sample") / "docs"
    shutil.copytree(DOCS, content, ignore=shutil.ignore_patterns(".footnote"))
    path = library_path(content, write=True)
    with Library.open(path, create=True) as library:
        report = sync(content, library, encoder)
    assert report.failed == ()
    return Answerer(path, encoder)


def test_the_sample_articles_have_every_format_of_an_article() -> None:
    suffixes = {path.suffix for path in find_sources([DOCS])}
    assert suffixes >= {".txt", ".md", ".mdx", ".html", ".rst", ".yaml"}


def test_notes_for_developers_are_no_sample_articles() -> None:
    assert {path.parent for path in find_sources([DOCS])} == {DOCS}
    assert any((DOCS / "decisions").iterdir())


def test_every_sample_article_ends_in_an_faq() -> None:
    for path in find_sources([DOCS]):
        (article,) = read_file(path, root=DOCS)
        assert len(article.faq) >= 5, path


def test_the_plain_text_article_loses_its_contents_list_and_its_sign_up() -> None:
    (article,) = read_file(DOCS / "how-coverage-is-measured.txt")
    assert [section.heading for section in article.sections] == [
        "Key Points",
        "What Coverage Is",
        "Matching Sections With Pairs",
        "The Four Kinds of Failed Question",
        "Checking Coverage by Hand",
        "What to Write Next",
        "FAQ",
    ]
    assert article.text.endswith("the reason why Footnote abstained.")


# What a newcomer might type: short, misspelt, in other words than the articles'.
@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "article", "begins"),
    [
        ("what does footnote do", "footnote-faq.yaml", "Footnote is a chatbot"),
        ("is it free", "footnote-faq.yaml", "Nothing. It is free software"),
        ("does it send my data anywhere", "footnote-faq.yaml", "Nowhere. Articles"),
        ("how many questions per second can it handle", "footnote-faq.yaml", "Once the chat runs"),
        ("how do i hide my drafts", "file-formats.mdx", "Name them in a file"),
        ("do i need a gpu", "footnote-faq.yaml", "No. The default model"),
        ("does footnote make up answers", "footnote-faq.yaml", "It never writes an answer"),
        ("can it read pdf", "file-formats.mdx", "No. Save them as HTML"),
        ("wich file formats are suported", "file-formats.mdx", "Plain text, Markdown"),
        ("what if a file is broken", "file-formats.mdx", "It is reported with its name"),
        ("does it work without internet", "getting-started.md", "Only to install"),
        ("port already in use", "getting-started.md", "Choose another one"),
        ("how can i use it with my own texts", "getting-started.md", "Pass the folder"),
        ("minimum python version", "getting-started.md", "Python 3.11 or newer."),
        ("how long should answers be", "how-to-write-a-good-faq.md", "One to four sentences."),
        ("how many questions per article", "how-to-write-a-good-faq.md", "As many as readers ask"),
        ("what is bm25", "how-matching-works.md", "BM25 is a formula"),
        ("does footnote use an llm", "how-matching-works.md", "No. It uses an embedding"),
        ("why didnt it answer me", "what-a-confidence-means.md", "Because no passage came"),
        ("are cookies used", "privacy-and-offline.html", "It sets none of its own."),
        ("are my questions saved", "privacy-and-offline.html", "Yes, in a log"),
        ("when is a section covered", "how-coverage-is-measured.txt", "A section counts"),
        ("what is a text fragment", "links-and-quotes.rst", "A part of a link"),
        ("how to get json output", "command-line.md", "Add --json."),
        ("where is the library file", "command-line.md", "In the content folder, as"),
    ],
)
def test_a_newcomers_question_is_answered_by_the_right_passage(
    answerer: Answerer, question: str, article: str, begins: str
) -> None:
    result = answerer.ask(question)
    assert isinstance(result, Answer)
    assert result.best.article == article
    assert result.best.text.startswith(begins)


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "what is the capital of france",
        "best pizza in rome",
        "how do i boil an egg",
        "who won the world cup in 1998",
        "asdf qwer zxcv",
        "blorb fnarg",
        "translate good morning to japanese",
        "my washing machine is leaking",
        "does it support oracle databases",
    ],
)
def test_off_topic_and_nonsense_get_an_honest_no(answerer: Answerer, question: str) -> None:
    result = answerer.ask(question)
    assert isinstance(result, Abstention)


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "who won the chess match",
        "what is the capital of france",
        "best pizza in rome",
        "how do i boil an egg",
        "asdf qwer zxcv",
        "my washing machine is leaking",
        "wer hat die Fußball-WM gewonnen",
    ],
)
def test_a_no_on_something_else_altogether_offers_nothing(
    answerer: Answerer, question: str
) -> None:
    result = answerer.ask(question)
    assert isinstance(result, Abstention)
    assert result.nearest == ()


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("what is the price", "What does Footnote cost?"),
        ("can i pay for support", "What does Footnote cost?"),
        ("can readers attach a photo", "Can Footnote read PDF or Word files?"),
    ],
)
def test_a_no_on_a_related_matter_offers_questions(
    answerer: Answerer, question: str, offered: str
) -> None:
    result = answerer.ask(question)
    assert isinstance(result, Abstention)
    assert offered in [hit.question for hit in result.nearest]
    assert result.answerable > 0.25


@pytest.mark.model
def test_every_sample_question_finds_its_own_answer(answerer: Answerer) -> None:
    for article in answerer.articles():
        for pair in article.faq:
            result = answerer.ask(pair.question)
            assert isinstance(result, Answer), pair.question
            assert (result.best.article, result.best.id) == (article.id, pair.id)
