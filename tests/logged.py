"""Logged questions made by hand, and the library of ``tests.conftest`` to ask them of again."""

from datetime import UTC, datetime, timedelta

from index.encoder import Encoder
from index.passages import passages_of
from index.readers import read_bytes
from index.records import Article
from qa.asking import Asker
from qa.questions import LoggedQuestion, Review, Verdict
from qa.records import AbstentionReason
from qa.weights import Weights
from tests.conftest import CONTENT
from tests.weights import weights

START = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
NO = AbstentionReason.NOTHING_CLOSE


def logged(
    question: str,
    reason: AbstentionReason | None = NO,
    *,
    confidence: float = 0.05,
    hits: tuple[tuple[str, str], ...] = (),
    verdict: Verdict | None = None,
    review: Review | None = None,
    minute: int = 0,
    context: str = "",
    spent: tuple[str, str] | None = None,
) -> LoggedQuestion:
    """A question that found no answer, asked ``minute`` minutes after noon, or as told."""
    return LoggedQuestion(
        id=f"{minute:04d} {context} {question}",
        asked_at=START + timedelta(minutes=minute),
        question=question,
        reason=reason,
        confidence=confidence,
        hits=hits,
        verdict=verdict,
        comment="",
        review=review,
        context=context,
        spent=spent,
    )


def read(files: dict[str, str] = CONTENT) -> tuple[Article, ...]:
    """Return the articles of some files, by id."""
    found = (one for path, text in files.items() for one in read_bytes(text.encode(), path))
    return tuple(sorted(found, key=lambda article: article.id))


def asker(
    encoder: Encoder, files: dict[str, str] = CONTENT, *, own: Weights | None = None
) -> Asker:
    """Return the asker of some files, with the tests' weights."""
    articles = read(files)
    passages = sorted((p for one in articles for p in passages_of(one)), key=lambda p: p.id)
    vectors = encoder.encode_documents([passage.text for passage in passages])
    return Asker.of(
        articles,
        tuple(passages),
        vectors,
        weights=weights() if own is None else own,
        languages=encoder.languages,
        vocabulary=encoder.vocabulary(),
    )
