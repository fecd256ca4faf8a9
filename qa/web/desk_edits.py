"""What editors do on the desk: pairs and wordings written, questions set aside, all of it undone.

What is written lies in the content folder; what can be undone here is what was written since the
server started.  Verdicts on questions are the log's, and can be taken back whenever.
"""

import itertools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from index.errors import FootnoteError, UsageError
from index.records import Article
from qa.answer import Answerer
from qa.edit_effect import EffectReport, edited, effect, with_file
from qa.faq_file import Draft, Written, undo
from qa.faq_text import NewPair
from qa.questions import EditorVerdict, LoggedQuestion, QuestionLog
from qa.web.desk_gaps import QuestionVectors
from qa.wordings import wordings

logger = logging.getLogger("footnote")

KEPT = 200  # actions that can be undone
LIVE_S = 20.0  # how long an edit is waited for
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Action:
    """Something that an editor did.

    ``what`` names it in a line.  ``written`` are the files, ``reviewed`` the ids of the questions
    that got a verdict.  ``question`` is one that should be answered now, "" where there is none.
    ``live_s`` is how long it took until readers were answered from it, None where they are not yet;
    then ``problem`` says why, where that is known.
    """

    number: int
    at: datetime
    editor: str
    what: str
    written: tuple[Written, ...] = ()
    reviewed: tuple[str, ...] = ()
    marked: tuple[str, str] | None = None
    question: str = ""
    live_s: float | None = None
    problem: str = ""
    undone: bool = False


class Edits:
    """What editors do.  Safe to use from several threads.

    ``mark`` notes that a pair is still right, or takes that back.  ``sync`` brings the library up
    to date and the answerer with it; without one, what watches the folder is waited for.
    """

    def __init__(
        self,
        content: Path,
        answerer: Answerer,
        log: QuestionLog | None,
        vectors: QuestionVectors,
        *,
        mark: Callable[[str, str, bool], None],
        sync: Callable[[], object] | None = None,
    ) -> None:
        self._content = content
        self._mark = mark
        self._answerer = answerer
        self._log = log
        self._vectors = vectors
        self._sync = sync
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._actions: OrderedDict[int, Action] = OrderedDict()

    def actions(self) -> tuple[Action, ...]:
        """Return what was done since the server started, the latest first."""
        with self._lock:
            return tuple(reversed(self._actions.values()))

    def action(self, number: int) -> Action | None:
        """Return an action, or None where there is none (any more)."""
        with self._lock:
            return self._actions.get(number)

    def draft(self) -> Draft:
        """Return an empty draft on the library and the folder as they are now."""
        return Draft(self._content, self._answerer.articles())

    def alternates(self, article: str, pair: str, lines: Sequence[str]) -> Draft:
        """Return the draft of further wordings for a pair.  Raises as ``qa.faq_file`` does."""
        if not lines:
            raise UsageError("choose a wording, or enter one")
        draft = self.draft()
        draft.accept_alternates(self._answerer.article(article), pair, lines)
        return draft

    def pair(self, article: str, pair: NewPair) -> Draft:
        """Return the draft of a new pair.  Raises as ``qa.faq_file`` does."""
        draft = self.draft()
        draft.accept_pairs(self._answerer.article(article), [pair])
        return draft

    def effect(self, draft: Draft, questions: Iterable[LoggedQuestion]) -> EffectReport:
        """Return which of the questions would be answered otherwise with a draft's files."""
        asker, encoder = self._answerer.asker, self._answerer.encoder
        articles: tuple[Article, ...] = tuple(asker.articles)
        for path, text in draft.texts.items():
            articles = with_file(articles, path, text)
        asked = wordings(questions)
        vectors = self._vectors.of(asker, encoder, [one.text for one in asked])
        return effect(asker, edited(asker, articles, encoder), asked, vectors)

    def save(
        self, draft: Draft, seen: Mapping[str, str], *, editor: str, what: str, question: str = ""
    ) -> Action:
        """Write a draft, and let readers be answered from it.

        ``seen`` has the digests of the files as the editor saw them.  Raises FileConflict where one
        is another by now, and as ``Draft.write`` does; then nothing is written.
        """
        return self.wrote(lambda: draft.write(seen), editor=editor, what=what, question=question)

    def wrote(
        self,
        write: Callable[[], tuple[Written, ...]],
        *,
        editor: str,
        what: str,
        question: str = "",
    ) -> Action:
        """Let ``write`` write files, and readers be answered from them."""
        before = self._answerer.generation
        written = write()
        logger.info("%s at the desk: %s (%s)", editor, what, ", ".join(w.path for w in written))
        action = Action(
            next(self._numbers), datetime.now(UTC), editor, what, written, question=question
        )
        return self._kept(self._live(action, before) if written else replace(action, live_s=0.0))

    def review(
        self, ids: Iterable[str], verdict: EditorVerdict, *, editor: str, reason: str, what: str
    ) -> Action:
        """Keep a verdict on questions.  Raises UsageError and QuestionLogError as the log does."""
        if self._log is None:
            raise UsageError("questions are not logged here")
        reviewed = tuple(ids)
        self._log.review(reviewed, verdict, editor=editor, reason=reason)
        return self._kept(
            Action(next(self._numbers), datetime.now(UTC), editor, what, reviewed=reviewed)
        )

    def mark(self, pair: tuple[str, str], *, editor: str, what: str) -> Action:
        """Note that a pair, (article id, own id), is still right.  Raises as ``Desk.mark``."""
        self._mark(*pair, True)
        return self._kept(Action(next(self._numbers), datetime.now(UTC), editor, what, marked=pair))

    def undo(self, number: int, *, editor: str) -> Action:
        """Take an action back.  Raises UsageError where there is none, or it is taken back already,
        and FileConflict where a file has changed so that it cannot be."""
        with self._lock:
            action = self._actions.get(number)
            if action is None or action.undone:
                raise UsageError("this was taken back already, or before the server started again")
            self._actions[number] = replace(action, undone=True)
        try:
            before = self._answerer.generation
            for written in reversed(action.written):
                undo(self._content, written)
            if action.reviewed and self._log is not None:
                self._log.undo_review(action.reviewed)
            if action.marked is not None:
                self._mark(*action.marked, False)
        except BaseException:
            with self._lock:
                self._actions[number] = action
            raise
        logger.info("%s at the desk: taken back: %s", editor, action.what)
        taken = replace(action, undone=True, question="")
        if action.written:
            taken = self._live(taken, before)
        return self._kept(taken)

    def _live(self, action: Action, before: int) -> Action:
        """Return the action once readers are answered from it, or with what is in the way."""
        begun = time.monotonic()
        problem = ""
        if self._sync is not None:
            try:
                self._sync()
            except FootnoteError as error:
                logger.exception("what was written at the desk could not be synced")
                problem = str(error)
            except Exception:  # it is written, and has to be shown as written
                logger.exception("what was written at the desk could not be synced")
                problem = "the folder could not be synced; the server’s log says why"
        while not problem and self._answerer.generation == before:
            if time.monotonic() - begun > LIVE_S:
                problem = "the folder has not been synced yet"
            time.sleep(_LOOK_S)
        if problem:
            return replace(action, live_s=None, problem=problem)
        return replace(action, live_s=time.monotonic() - begun)

    def _kept(self, action: Action) -> Action:
        with self._lock:
            self._actions[action.number] = action
            while len(self._actions) > KEPT:
                self._actions.popitem(last=False)
        return action
