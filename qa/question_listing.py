"""The SQL behind a list of the log's questions: each once, a page at a time.

At 100,000 logged questions, reading them all takes longer than a page may take to open.  Questions
are the same in the same words, with the same context and first hit, answered or not.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)

from qa.asked_questions import (
    AskedFilter,
    AskedOrder,
    AskedPage,
    AskedQuestion,
    Got,
    Judged,
    was_right,
)
from qa.question_schema import QUESTIONS, REVIEWS
from qa.questions import EditorVerdict, LoggedQuestion, Verdict

FOLD = "footnote_fold"  # SQLite's own ``lower`` knows no letter beyond ASCII

_Q = QUESTIONS.c
_OTHER = QUESTIONS.alias().c
_CONTEXT = func.coalesce(_Q.context, "")
_ANSWERED = case((_Q.reason.is_(None), 1), else_=0)
# The latest of a group with its id behind it: one aggregate in every database.
_LAST = func.max(_Q.asked_at + " " + _Q.id)
_REVIEWED = func.max(REVIEWS.c.reviewed_at + " " + REVIEWS.c.question_id)


def listed(
    connection: Connection, chosen: AskedFilter, *, offset: int, limit: int
) -> tuple[list[Any], int]:
    """Return a page's groups, a row each, and how many there are in all."""
    # All groups are made with what they are sorted by alone: half the time of all that is shown.
    grouped = _chosen(connection, chosen).cte()
    total = select(func.count()).select_from(grouped).scalar_subquery()
    way = grouped.c.key.desc() if chosen.descending else grouped.c.key.asc()
    query = select(grouped.c.last, total.label("total")).order_by(
        grouped.c.key.is_(None), way, grouped.c.last.desc()
    )
    found = list(connection.execute(query.offset(offset).limit(limit)))
    if not found:
        return [], int(connection.scalar(select(total)) or 0) if offset else 0
    texts = select(_Q.question).where(_Q.id.in_([_behind(row.last) for row in found]))
    whole = connection.execute(_whole(connection).where(_Q.question.in_(texts)))
    by_last = {row.last: row for row in whole}
    return [by_last[row.last] for row in found if row.last in by_last], found[0].total


def page_of(rows: Iterable[Any], total: int, questions: Iterable[LoggedQuestion]) -> AskedPage:
    """Return the page of groups; ``questions`` are those that the rows name."""
    by_id = {one.id: one for one in questions}
    found = []
    for row in rows:
        id, reviewed = _behind(row.last), _behind(row.reviewed)
        if id not in by_id:  # deleted in this moment
            continue
        found.append(
            AskedQuestion(
                by_id[id],
                count=row.count,
                first=datetime.fromisoformat(row.first),
                sure=row.sure,
                helpful=row.helpful,
                unhelpful=row.unhelpful,
                comment=row.comment,
                review=by_id[reviewed].review if reviewed in by_id else None,
            )
        )
    return AskedPage(tuple(found), total)


def named(rows: Iterable[Any]) -> list[str]:
    """Return the ids of the questions that ``page_of`` needs."""
    return sorted({_behind(part) for row in rows for part in (row.last, row.reviewed)} - {""})


def same_as(question: LoggedQuestion) -> ColumnElement[bool]:
    """Return what chooses the questions of the same words, context and kind; the hits are not
    looked at."""
    return and_(
        _Q.question == question.question,
        func.coalesce(_Q.context, "") == question.context,
        _Q.reason.is_(None) if question.answered else _Q.reason.is_not(None),
    )


def _whole(connection: Connection) -> Select[*tuple[Any, ...]]:
    """Return what is shown of each group."""
    helpful = case((_Q.verdict == Verdict.HELPFUL.value, 1), else_=0)
    told = case((_Q.verdict.is_not(None), 1), else_=0)
    return (
        select(
            _LAST.label("last"),
            func.count().label("count"),
            func.min(_Q.asked_at).label("first"),
            func.min(_Q.confidence).label("sure"),
            func.sum(helpful).label("helpful"),
            func.sum(told - helpful).label("unhelpful"),
            func.max(_Q.comment).label("comment"),
            _REVIEWED.label("reviewed"),
        )
        .select_from(_with_reviews())
        .group_by(*_same(connection))
    )


def _chosen(connection: Connection, chosen: AskedFilter) -> Select[Any]:
    """Return the groups of a list: the ``last`` of each, and the ``key`` that it is sorted by."""
    key: ColumnElement[Any] = {
        AskedOrder.ASKED: _LAST,
        AskedOrder.OFTEN: func.count(),
        AskedOrder.SURE: func.min(_Q.confidence),
        AskedOrder.QUESTION: func.min(_folded(connection, _Q.question)),
        AskedOrder.VERDICT: _REVIEWED,
    }[chosen.order]
    with_reviews = chosen.judged is Judged.WRONG or chosen.order is AskedOrder.VERDICT
    query = (
        select(_LAST.label("last"), key.label("key"))
        .select_from(_with_reviews() if with_reviews else QUESTIONS)
        .group_by(*_same(connection))
    )
    if chosen.got is not None:
        wanted = chosen.got is Got.ANSWER
        query = query.where(_Q.reason.is_(None) if wanted else _Q.reason.is_not(None))
    if chosen.text:
        text = _fold_of(connection, chosen.text)
        parts = (_folded(connection, part) for part in (_Q.question, _CONTEXT))
        query = query.where(or_(*(part.contains(text, autoescape=True) for part in parts)))
    if chosen.judged is None:
        return query
    judged = _Q.id.in_(select(REVIEWS.c.question_id))
    any_judged = func.max(case((judged, 1), else_=0))
    if chosen.judged is Judged.NO:
        return query.having(any_judged == 0)
    texts = select(_OTHER.question).where(_OTHER.id.in_(select(REVIEWS.c.question_id)))
    query = query.where(_Q.question.in_(texts))
    if chosen.judged is Judged.YES:
        return query.having(any_judged == 1)
    said = func.max(REVIEWS.c.reviewed_at + " " + REVIEWS.c.verdict)
    wrong = [
        and_(said.endswith(f" {verdict}"), func.max(_ANSWERED) == int(kind))
        for kind in (True, False)
        for verdict in EditorVerdict
        if was_right(kind, verdict) is False
    ]
    return query.having(or_(*wrong))


def _with_reviews() -> FromClause:
    """Return the questions with the last verdict on each.

    One lookup in the index a question: SQLite would compare a join of all last verdicts with each.
    """
    latest = (
        select(func.max(REVIEWS.c.number))
        .where(REVIEWS.c.question_id == _Q.id)
        .correlate(QUESTIONS)
        .scalar_subquery()
    )
    same = and_(REVIEWS.c.question_id == _Q.id, REVIEWS.c.number == latest)
    return QUESTIONS.outerjoin(REVIEWS, same)


def _same(connection: Connection) -> tuple[ColumnElement[Any], ...]:
    """Return what questions of a group have in common.

    The first hit is cut from what ``json`` writes, which takes a third of the time of reading it:
    ``[["article", "owner"], …``.  In a database whose functions are not known, all hits count.
    """
    hit: ColumnElement[Any] = _Q.hits
    if connection.dialect.name == "sqlite":
        hit = func.substr(_Q.hits, 1, func.instr(_Q.hits, '"]'))
    elif connection.dialect.name == "postgresql":
        hit = func.split_part(_Q.hits, '"]', 1)
    return _Q.question, _CONTEXT, hit, _ANSWERED


def _fold_of(connection: Connection, text: str) -> str:
    """Return what ``_folded`` makes of a text."""
    return text.casefold() if connection.dialect.name == "sqlite" else text.lower()


def _folded(connection: Connection, text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a text without its case."""
    fold = getattr(func, FOLD) if connection.dialect.name == "sqlite" else func.lower
    return fold(text)


def _behind(told: str | None) -> str:
    """Return the id behind a time."""
    return (told or "").rpartition(" ")[2]
