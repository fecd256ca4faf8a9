"""A question log as the web app would have kept it of questions asked by a benchmark."""

from datetime import UTC, datetime, timedelta

from qa.questions import LoggedQuestion, Verdict
from qa.records import Result

_START = datetime(2026, 1, 1, tzinfo=UTC)


def logged(number: int, result: Result, verdict: Verdict | None = None) -> LoggedQuestion:
    """Return the log's entry for question ``number``, one asked each minute."""
    return LoggedQuestion(
        id=f"{number:06d}",
        asked_at=_START + timedelta(minutes=number),
        question=result.question,
        reason=result.reason,
        confidence=result.confidence,
        hits=tuple((hit.article, hit.id) for hit in result.hits),
        verdict=verdict,
        comment="",
        context=result.context,
        spent=result.spent,
        near=result.near,
    )
