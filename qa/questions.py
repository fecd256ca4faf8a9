"""The question log: what readers asked, what they got, and what was thought of it.

One SQLite file of its own beside the library (the library can be deleted at any time, this can
not), or a database for several instances.  It holds no address, account or session of a reader;
only the words of the question, masked (``qa.masking``), those before it in its conversation that it
cannot be understood without, masked too, and what became of it.

A log that is broken, full, locked or read-only never stops an answer: it is reported to the
``footnote`` logger, and the question is answered without it (``qa.question_writer``).
"""

import json
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from index.errors import UsageError
from qa.conversation import Question, fitting
from qa.question_writer import Entry, QuestionWriter
from qa.question_writer import QuestionLogError as QuestionLogError
from qa.records import AbstentionReason, Result

if TYPE_CHECKING:
    from qa.asked_questions import AskedFilter, AskedPage
    from qa.question_store import QuestionStore

FILE = "questions.sqlite"  # beside the library
KEEP_DAYS = 180
MAX_COMMENT_CHARS = 1000

logger = logging.getLogger("footnote")
E = TypeVar("E", bound=StrEnum)


class Verdict(StrEnum):
    """What a reader says of an answer."""

    HELPFUL = "helpful"
    WRONG = "wrong"
    OUTDATED = "outdated"
    NOT_MY_QUESTION = "not_my_question"


class EditorVerdict(StrEnum):
    """What an editor says of a question and its first hit, whether it was shown or withheld."""

    RIGHT = "right"  # the first hit answers it
    WRONG = "wrong"  # the first hit does not, something else in the articles does
    NOT_ANSWERED_HERE = "not_answered_here"  # nothing in the articles does, and something should
    OFF_TOPIC = "off_topic"  # nothing does, and nothing should
    DISMISSED = "dismissed"  # not to be looked at again, for the reason given


@dataclass(frozen=True, slots=True)
class Review:
    """An editor's verdict: whose, when (UTC), and for which reason ("" where none was given)."""

    verdict: EditorVerdict
    editor: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """One question as it was logged.  ``hits`` are (article id, pair or section id), best first.

    ``confidence`` is the best hit's.  ``verdict`` and ``comment`` are the reader's last ones,
    ``review`` is the last editor's that was not undone.  ``context`` is what a follow-up leaned on
    in its conversation, "" for a question that stood alone; ``spent`` (article id, pair id) the
    answer that would have come first, had its reader not just had it; ``near`` the id of the
    article of its reader's last answer, "" for none.
    """

    id: str
    asked_at: datetime
    question: str
    reason: AbstentionReason | None
    confidence: float
    hits: tuple[tuple[str, str], ...]
    verdict: Verdict | None
    comment: str
    review: Review | None = None
    context: str = ""
    spent: tuple[str, str] | None = None
    near: str = ""

    @property
    def asked(self) -> Question:
        """The question as it is asked once more: with what it leaned on."""
        return Question(self.question, self.context, self.spent, self.near)

    @property
    def answered(self) -> bool:
        """Whether it got an answer."""
        return self.reason is None

    @property
    def first_hit_right(self) -> bool | None:
        """Whether the first hit answers it: by the editor, else by the reader who was shown it.

        ``None`` where nobody has said so, there is no hit, or an editor has dismissed it.
        """
        if not self.hits:
            return None
        if self.review is not None:
            if self.review.verdict is EditorVerdict.DISMISSED:
                return None
            return self.review.verdict is EditorVerdict.RIGHT
        if self.verdict is None or not self.answered:
            return None
        return self.verdict is Verdict.HELPFUL


@dataclass(frozen=True, slots=True)
class Recording:
    """A question on its way into the log."""

    _id: str
    _entry: Entry
    _writer: QuestionWriter

    def id(self) -> str | None:
        """Wait until it is written; return its id, or ``None`` where the log is broken."""
        return self._id if self._writer.wait(self._entry) else None

    async def id_soon(self) -> str | None:
        """As ``id``, for whoever must not block."""
        return self._id if await self._writer.wait_soon(self._entry) else None


class QuestionLog:
    """A question log: in the SQLite file ``where``, made when the first question comes, or, where
    it is a text, at this SQLAlchemy URL.

    With ``keep_days``, questions older than that are deleted when it is opened and every hour from
    then on.  Safe to use from several threads and processes.  ``close`` it at the end: what the
    last seconds could not write is tried once more.  Raises ``UsageError`` for a URL that cannot be
    used; a log that cannot be reached is none of the caller's business, see ``record``.
    """

    def __init__(
        self,
        where: Path | str,
        *,
        keep_days: int | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._where = where
        self._keep_days = keep_days
        self._now = now
        if isinstance(where, str):
            _ = self._store  # a wrong URL is told at once
        tidy = None if keep_days is None else self._forget
        self._writer = QuestionWriter(lambda: self._store, tidy=tidy)

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return str(self._where) if isinstance(self._where, Path) else self._store.name

    def open(self) -> None:
        """Open or make the log, and delete what is too old; a log that is broken is reported.

        Without it the first question does so.
        """
        _storable("")  # loads what masks
        self._writer.write(lambda connection: 0)

    def close(self) -> None:
        """Write what is waiting, and stop.  What comes after it opens the log again."""
        self._writer.close()
        if "_store" in vars(self):  # it was used
            self._store.close()

    def record(self, result: Result) -> str | None:
        """Log a question with its result; return its id, or ``None`` where the log is broken.

        A question of a broken log is written later if the log is mended in time.
        """
        return self.begin(result).id()

    def begin(self, result: Result) -> Recording:
        """Begin to log a question with its result, as ``record`` does; return without waiting."""
        from qa.question_store import inserted, stamp

        id = secrets.token_hex(8)
        # Masked before it is cut: what is left of a number cannot be told for one.
        context = fitting(_storable(result.context), result.question)
        row: dict[str, object] = {
            "id": id,
            "asked_at": stamp(self._now()),
            "question": _storable(result.question),
            "reason": None if result.reason is None else str(result.reason),
            "confidence": result.confidence,
            "hits": _clean(
                json.dumps([[hit.article, hit.id] for hit in result.hits], ensure_ascii=False)
            ),
            "comment": "",
            "context": context or None,
            "spent": None
            if result.spent is None
            else _clean(json.dumps(result.spent, ensure_ascii=False)),
            "near": _clean(result.near) or None,
        }
        return Recording(id, self._writer.begin(inserted(row), keep=True), self._writer)

    def feedback(self, id: str, verdict: Verdict | str, comment: str = "") -> bool:
        """Keep the reader's last verdict on question ``id``; tell whether it was kept.

        It is not kept for an unknown id, or where the log is broken.  Raises ``UsageError`` for
        a verdict that is none of ``Verdict``.
        """
        from qa.question_store import judged

        verdict = _one_of(Verdict, verdict)
        return self._writer.write(judged(id, verdict, _storable(comment)[:MAX_COMMENT_CHARS])) == 1

    def questions(self, *, since: datetime | None = None) -> tuple[LoggedQuestion, ...]:
        """Return the questions (asked since then), oldest first.

        Those of the same second are in the order in which they were written, where the log is a
        file, else by id.

        Unlike logging, reading a broken log raises: ``QuestionLogError``.
        """
        self._writer.flush()
        return self._store.read(since)

    def listed(self, chosen: "AskedFilter", *, offset: int = 0, limit: int = 25) -> "AskedPage":
        """Return a part of the list of questions, each once.  Raises as ``questions``."""
        self._writer.flush()
        return self._store.listed(chosen, offset=offset, limit=limit)

    def same_as(self, id: str) -> tuple[LoggedQuestion, ...]:
        """Return question ``id`` and those of the same words, context and first hit, oldest first.

        Nothing where it is not in the log (any more).  Raises as ``questions``.
        """
        self._writer.flush()
        return self._store.same_as(id)

    def judged(self) -> tuple[LoggedQuestion, ...]:
        """Return the questions that a reader or an editor has judged.  Raises as ``questions``."""
        self._writer.flush()
        return self._store.judged()

    def exists(self) -> bool:
        """Tell whether there is a log at all: a file that nothing was logged into is not there.

        Of a database it is not asked before it is read.
        """
        self._writer.flush()
        return self._store.exists()

    def review(
        self, ids: Iterable[str], verdict: EditorVerdict | str, *, editor: str, reason: str = ""
    ) -> int:
        """Keep an editor's verdict on questions; return how many of them the log has.

        All or none.  Raises ``UsageError`` for a verdict that is none of ``EditorVerdict`` and for
        ``DISMISSED`` without a reason, ``QuestionLogError`` where the log cannot be written.
        """
        from qa.question_store import reviewed

        verdict = _one_of(EditorVerdict, verdict)
        reason = _storable(reason.strip())[:MAX_COMMENT_CHARS]
        if verdict is EditorVerdict.DISMISSED and not reason:
            raise UsageError("a question is dismissed for a reason: give one")
        review = Review(verdict, _clean(editor)[:200], self._now(), reason)
        self._writer.flush()
        return sum(self._store.write([reviewed(id, review) for id in dict.fromkeys(ids)]))

    def undo_review(self, ids: Iterable[str]) -> int:
        """Take back the last editor's verdict on questions; the one before it counts again.

        Returns of how many questions one was taken back.  ``QuestionLogError`` as ``review``.
        """
        from qa.question_store import unreviewed

        return sum(self._store.write([unreviewed(id) for id in dict.fromkeys(ids)]))

    def count(
        self, *, before: datetime | None = None, matching: str | None = None, all: bool = False
    ) -> int:
        """Return how many questions ``purge`` would delete."""
        return len(self._chosen(before, matching, all))

    def purge(
        self, *, before: datetime | None = None, matching: str | None = None, all: bool = False
    ) -> int:
        """Delete the questions asked before then, with these words, or all; return how many.

        ``matching`` is looked for in the question, what it leaned on, the comment and the reason of
        the editor's verdict, whatever its case.  What was said of a question goes with it.  Raises
        ``UsageError`` unless exactly one of the three is given, and ``QuestionLogError``.
        """
        ids = self._chosen(before, matching, all)
        return self._store.purge(lambda connection: ids)

    def _chosen(self, before: datetime | None, matching: str | None, all: bool) -> list[str]:
        if [before is not None, bool(matching), all].count(True) != 1:
            raise UsageError(
                "say which questions to delete: before a date, matching a text, or all"
            )
        return [
            one.id
            for one in self.questions()
            if (one.asked_at < before if before else all or _mentions(one, matching or ""))
        ]

    @cached_property
    def _store(self) -> "QuestionStore":
        from qa.question_store import QuestionStore

        return QuestionStore(self._where)

    def _forget(self) -> None:
        """Delete what is older than is kept."""
        from qa.question_store import asked_before

        before = self._now() - timedelta(days=self._keep_days or 0)
        try:
            self._store.purge(asked_before(before))
        except QuestionLogError as error:
            self._writer.warn(f"{error}: what is older than {self._keep_days} days is still there")
        except Exception:  # nothing may end this thread: readers wait for it
            logger.exception("old questions could not be deleted")


def log_of(library: Path, url: str | None = None) -> Path | str:
    """Return where the question log of a library is: at ``url`` (or path), else beside it."""
    if not url:
        return library.with_name(FILE)
    return url if "://" in url else Path(url)


def _one_of(kind: type[E], verdict: E | str) -> E:
    try:
        return kind(verdict)
    except ValueError as error:
        known = ", ".join(kind)
        raise UsageError(f"unknown verdict {verdict!r}; expected one of {known}") from error


def _storable(text: str) -> str:
    """Return a reader's words as they are written down."""
    from qa.masking import mask

    return mask(_clean(text))


def _clean(text: str) -> str:
    """Return what every database takes: no NUL, and no half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _mentions(logged: LoggedQuestion, words: str) -> bool:
    reason = logged.review.reason if logged.review else ""
    said = (logged.question, logged.context, logged.comment, reason)
    return any(words.casefold() in text.casefold() for text in said)
