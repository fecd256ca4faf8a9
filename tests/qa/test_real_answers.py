"""The prototype's article among two others, asked as readers ask, with the real model."""

import shutil
from pathlib import Path

import pytest

from index.encoder import Encoder
from index.library import Library
from index.sync import sync
from qa.answer import Answerer
from qa.records import AbstentionReason, Answer, HitKind

pytestmark = [pytest.mark.model, pytest.mark.shared]

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


@pytest.mark.parametrize("asked", ["???", "what is it", "why", "and?"])
def test_a_question_that_says_nothing_is_too_vague(answerer: Answerer, asked: str) -> None:
    assert answerer.ask(asked).reason is AbstentionReason.TOO_VAGUE


def test_many_at_once_are_exactly_what_each_is_alone(answerer: Answerer) -> None:
    asked = ["is zlib threadsafe", "best pizza in Rome", "who is vasi philomin", "y2k"]
    assert list(answerer.ask_many(asked)) == [answerer.ask(one) for one in asked]
