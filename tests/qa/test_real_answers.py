"""Real articles, asked as readers ask, with the real model."""

import shutil
from pathlib import Path

import pytest

from index.encoder import Encoder
from index.library import Library
from index.library_place import library_path
from index.passages import token_estimate
from index.records import ElementKind
from index.sync import sync
from qa.answer import Answerer
from qa.records import Abstention, AbstentionReason, Answer, HitKind

pytestmark = pytest.mark.model

# The prototype's article among two others.
ARTICLES = ("seed-amazon-talent", "zlib-faq", "mattress-back-pain")


@pytest.fixture(scope="module")
def answerer(
    tmp_path_factory: pytest.TempPathFactory, shared_data: Path, encoder: Encoder
) -> Answerer:
    content = tmp_path_factory.mktemp("real")
    for name in ARTICLES:
        (source,) = (shared_data / "articles" / name).glob("source.*")
        shutil.copyfile(source, content / f"{name}{source.suffix}")
    with Library.open(content / ".footnote" / "library.sqlite", create=True) as library:
        sync(content, library, encoder)
    return Answerer(content / ".footnote" / "library.sqlite", encoder)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("What led to Vasi Philomin's departure from Amazon?", None),
        ("Who is Vasi Philomin?", "What led to Vasi Philomin's departure from Amazon?"),
        ("why did vasi philomin quit amazon", "What led to Vasi Philomin's departure from Amazon?"),
        (
            "impact of gen ai on amzon jobs",
            "What impact will generative AI have on jobs at Amazon?",
        ),
        ("how do firms hire ai peple", "How are companies recruiting AI talent?"),
        ("does zlib work on 64 bit machines", "Will zlib work on a 64-bit machine?"),
        ("is zlib threadsafe", "Is zlib thread-safe?"),
        ("y2k zlib", "Is zlib Y2K-compliant?"),
        ("is hard mattress better for my back", "Is a firm mattress always better for back pain?"),
    ],
)
def test_a_question_in_other_words_finds_its_pair(
    answerer: Answerer, asked: str, found: str | None
) -> None:
    answer = answerer.ask(asked)
    assert isinstance(answer, Answer)
    assert (answer.best.kind, answer.best.question) == (HitKind.FAQ, found or asked)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("asked", "section"),
    [
        ("can i sleep on my stomache with back pain", "Stomach Sleepers with Back Pain"),
        ("Amazon's investment in Anthropic", "Amazon's Strategic Investments in AI"),
    ],
)
def test_what_no_faq_asks_is_found_in_its_section(
    answerer: Answerer, asked: str, section: str
) -> None:
    answer = answerer.ask(asked)
    assert isinstance(answer, Answer)
    assert (answer.best.kind, answer.best.section) == (HitKind.SECTION, section)


@pytest.mark.shared
@pytest.mark.parametrize(
    "asked",
    [
        "best pizza in Rome",
        "asdf qwer",
        "sdlkfj sdf",
        "weather tomorrow",
        "recipe for lasagna",
        "who won the world cup in 1998",
        "return policy for shoes",
        "how old is the universe",
        "blah blah blah",
    ],
)
def test_nonsense_and_other_topics_get_an_honest_no(answerer: Answerer, asked: str) -> None:
    assert answerer.ask(asked).reason is AbstentionReason.NOTHING_CLOSE


@pytest.mark.shared
@pytest.mark.parametrize("asked", ["???", "what is it", "why", "and?"])
def test_a_question_that_says_nothing_is_too_vague(answerer: Answerer, asked: str) -> None:
    assert answerer.ask(asked).reason is AbstentionReason.TOO_VAGUE


@pytest.mark.shared
def test_many_at_once_are_exactly_what_each_is_alone(answerer: Answerer) -> None:
    asked = ["is zlib threadsafe", "best pizza in Rome", "who is vasi philomin", "y2k"]
    assert list(answerer.ask_many(asked)) == [answerer.ask(one) for one in asked]


# The sample articles, asked in one word, at great length, and with a paragraph of their own.

DOCS = Path(__file__).resolve().parents[2] / "docs"
# More than the model reads of a text, and nothing in it is about Footnote.
STORY = (
    "Hello, I hope that somebody can help me here. My brother and I took over a small hotel near "
    "the lake in spring, and since then we have hardly slept. The roof leaked in April, the boiler "
    "broke in May, and the cook left us in June for a ship that sails to Norway. Our grandmother, "
    "who is ninety and remembers the first owner, sits in the garden every afternoon and tells the "
    "guests about the winter when wolves crossed the ice. They love her for it, and many come back "
    "because of her. Last week a young couple from Lisbon asked whether they could marry on the "
    "landing stage, and of course we said yes before we had thought about the rain, the chairs, "
    "the music or the cake. My brother is a carpenter and can build nearly everything from oak, "
    "but he has no patience with flowers. I used to teach geography in a village school, so I can "
    "draw a map of any river, which does not help with a wedding either. The neighbours lend us "
    "their boats on Sundays if we mow their meadow, and the baker brings rolls at six unless it "
    "snows. So you see that we have a lot to do and very little time to try things out. On top of "
    "it all the dog ate the guest book, and with it the addresses of everybody who wanted a room "
    "in autumn. We spent two evenings on the telephone to find them again, and some had already "
    "booked elsewhere. Well, that is how it goes, and we would not want to live anywhere else."
)
PLAIN = [
    ("Does Footnote use cookies?", "privacy-and-offline.html"),
    ("Which Python version does Footnote need?", "getting-started.md"),
    ("Can I delete the library file?", "privacy-and-offline.html"),
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Answerer:
    content = tmp_path_factory.mktemp("sample") / "docs"
    shutil.copytree(DOCS, content, ignore=shutil.ignore_patterns(".footnote"))
    path = library_path(content, write=True)
    with Library.open(path, create=True) as library:
        sync(content, library, encoder)
    return Answerer(path, encoder)


@pytest.mark.parametrize(
    ("word", "article"),
    [
        ("cookies", "privacy-and-offline.html"),
        ("CUDA", "getting-started.md"),
        ("port", "getting-started.md"),
        ("bm25", "how-matching-works.md"),
        ("PDF", "file-formats.mdx"),
        ("json?", "command-line.md"),
        ("coverage", "how-coverage-is-measured.txt"),
    ],
)
def test_one_word_is_answered_by_the_article_about_it(
    sample: Answerer, word: str, article: str
) -> None:
    answer = sample.ask(word)
    assert isinstance(answer, Answer)
    assert answer.best.article == article
    assert word.strip("?").casefold() in f"{answer.best.question} {answer.best.text}".casefold()
    # Nobody shouts or whispers at a search.
    shouted, whispered = sample.ask(word.upper()), sample.ask(word.lower())
    assert shouted.hits == whispered.hits == answer.hits


def test_a_word_of_an_article_s_title_only_finds_that_article(sample: Answerer) -> None:
    title = sample.article("privacy-and-offline.html").title
    answer = sample.ask("privacy")
    assert "Privacy" in title
    assert isinstance(answer, Answer)
    assert answer.best.article == "privacy-and-offline.html"


def test_a_section_need_not_repeat_what_its_article_is_about(sample: Answerer) -> None:
    answer = sample.ask("how do i turn on the editors desk")
    assert isinstance(answer, Answer)
    assert (answer.best.article, answer.best.section) == ("the-editors-desk.md", "Turn it on")


@pytest.mark.parametrize("word", ["pizza", "lasagna", "Rome", "qwertz"])
def test_one_word_about_something_else_gets_an_honest_no(sample: Answerer, word: str) -> None:
    assert sample.ask(word).reason is AbstentionReason.NOTHING_CLOSE


def test_a_long_story_about_something_else_gets_an_honest_no(sample: Answerer) -> None:
    assert token_estimate(STORY) > 256
    assert sample.ask(STORY).reason is AbstentionReason.NOTHING_CLOSE


@pytest.mark.parametrize(("question", "article"), PLAIN)
def test_a_question_before_a_long_story_is_answered(
    sample: Answerer, question: str, article: str
) -> None:
    result = sample.ask(f"{question} {STORY}")
    assert isinstance(result, Answer)
    assert result.best.article == article


@pytest.mark.parametrize(("question", "article"), PLAIN)
def test_a_question_before_a_long_story_is_the_first_that_is_found_or_offered(
    sample: Answerer, question: str, article: str
) -> None:
    result = sample.ask(f"{question} {STORY}")
    assert result.hits[0].article == article
    shown = result.best if isinstance(result, Answer) else result.nearest[0]
    assert shown.question == question


@pytest.mark.parametrize(("question", "article"), PLAIN)
def test_a_question_behind_all_that_the_model_reads_gets_no_wrong_answer(
    sample: Answerer, question: str, article: str
) -> None:
    result = sample.ask(f"{STORY} {question}")
    assert isinstance(result, Abstention) or result.best.article == article


def test_a_pasted_paragraph_is_answered_by_where_it_stands(sample: Answerer) -> None:
    pasted = 0
    for article in sample.articles():
        for element in article.elements:
            if element.kind is not ElementKind.PARAGRAPH or element.end - element.start < 200:
                continue
            pasted += 1
            answer = sample.ask(article.text[element.start : element.end])
            assert isinstance(answer, Answer), (article.id, element.line)
            assert answer.best.article == article.id, element.line
            assert answer.best.start <= element.start < element.end <= answer.best.end
    assert pasted > 40


def test_a_paragraph_of_another_subject_gets_an_honest_no(sample: Answerer) -> None:
    paragraph = STORY[STORY.index("Our grandmother") : STORY.index("My brother is")]
    assert sample.ask(paragraph).reason is AbstentionReason.NOTHING_CLOSE


VET = """---
language: en
---
# Vaccinations

## Dogs

A dog's vaccination costs 48 euros. Members of our pet club pay 39 euros for a dog's vaccination.

## Cats

A cat's vaccination costs 42 euros. Members of our pet club pay 35 euros. Indoor cats need a booster
every three years, outdoor cats every year.

## Rabbits

A rabbit's vaccination costs 30 euros. Rabbits are vaccinated once a year.
"""


@pytest.mark.parametrize(
    ("asked", "quote"),
    [
        (
            "how much does a dog's vaccination cost for members",
            "Members of our pet club pay 39 euros for a dog's vaccination.",
        ),
        (
            "how much does a cat's vaccination cost for members",
            "A cat's vaccination costs 42 euros. Members of our pet club pay 35 euros.",
        ),
        ("how much does a cat's vaccination cost", "A cat's vaccination costs 42 euros."),
        ("what does a rabbit's vaccination cost", "A rabbit's vaccination costs 30 euros."),
    ],
)
def test_what_is_marked_has_both_conditions_of_a_question(
    tmp_path: Path, encoder: Encoder, asked: str, quote: str
) -> None:
    (tmp_path / "vet.md").write_text(VET, encoding="utf-8")
    with Library.open(library_path(tmp_path, write=True), create=True) as library:
        sync(tmp_path, library, encoder)
    answer = Answerer(library_path(tmp_path), encoder).ask(asked)
    assert isinstance(answer, Answer)
    assert answer.best.quote.replace("\n", " ") == quote
