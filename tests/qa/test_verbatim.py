"""What is shown is what the article says, over all content at hand and whatever is asked."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.library import Library
from index.sync import sync
from qa.answer import Answerer
from tests.fakes import FakeEncoder

ROOT = Path(__file__).resolve().parent.parent.parent


class Material(NamedTuple):
    answerer: Answerer
    questions: list[str]  # what its articles are asked: their own questions, headings and words


def _material(content: Path, folder: Path) -> Material:
    # Which passage is best does not matter here: letters are as good as a model, and fast.
    encoder = FakeEncoder()
    with Library.open(folder / "library.sqlite", create=True) as library:
        sync(content, library, encoder)
    answerer = Answerer(folder / "library.sqlite", encoder, threshold=0.0)
    questions = []
    for article in answerer.articles():
        questions += [pair.question[:2000] for pair in article.faq]
        questions += [section.heading for section in article.sections if section.heading.strip()]
    return Material(answerer, questions)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return _material(ROOT / "docs", tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Material:
    folder = tmp_path_factory.mktemp("shared")
    content = folder / "content"
    content.mkdir()
    for source in sorted((shared_data / "articles").glob("*/source.*")):
        shutil.copyfile(source, content / f"{source.parent.name}{source.suffix}")
    return _material(content, folder)


def check(material: Material, question: str, top: int) -> None:
    result = material.answerer.ask(question, top=top)
    further = () if result.abstained else result.further
    for hit in (*result.hits, *further):
        text = material.answerer.article(hit.article).text
        assert hit.text == text[hit.start : hit.end]
        assert hit.text.strip() == hit.text != ""
        assert hit.quote == text[hit.quote_start : hit.quote_end]
        assert hit.start <= hit.quote_start < hit.quote_end <= hit.end
        quoted = f"&quote={hit.quote_start}-{hit.quote_end}" if hit.quote != hit.text else ""
        assert f"?at={hit.start}-{hit.end}{quoted}#" in hit.url


def test_the_sample_content_is_shown_verbatim(sample: Material) -> None:
    for question in [*sample.questions, "What is it good for?"]:
        check(sample, question, 20)


@pytest.mark.shared
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_shared_articles_are_shown_verbatim(shared: Material, data: st.DataObject) -> None:
    question = data.draw(
        st.sampled_from(shared.questions)
        | st.text(min_size=1, max_size=60).filter(lambda text: text.strip().isprintable())
    )
    if question.strip():
        check(shared, question, 30)


@pytest.mark.shared
def test_every_pair_and_section_of_the_shared_articles_can_be_shown(shared: Material) -> None:
    check(shared, "Which of these is the best?", 100_000)
