"""What editors do on the desk: pairs and wordings written, questions set aside, all of it undone.

What is written lies in the content folder, and how to take it back in the journal beside the
library.  Verdicts on questions are the log's, and can be taken back whenever.
"""

import itertools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from index.errors import FootnoteError, UsageError
from index.records import Article
from qa.answer import Answerer
from qa.edit_effect import EffectReport, edited, effect, with_file
from qa.faq_file import Draft, Written, undo
from qa.faq_text import NewPair
from qa.questions import EditorVerdict, LoggedQuestion, QuestionLog
from qa.web.desk_background import BackgroundTask
from qa.web.desk_gaps import QuestionVectors
from qa.web.desk_journal import KEPT, Action, Journal, JournalError
from qa.web.watch import SyncStopped
from qa.wordings import wordings

logger = logging.getLogger("footnote")

LIVE_S = 20.0  # how long an edit is waited for
_LOOK_S = 0.1


class Edits:
    """What editors do.  Safe to use from several threads.

    ``mark`` notes that a pair is still right, or takes that back, ``dismiss`` that a finding is no
    mistake.  ``sync`` brings the library up
    to date and the answerer with it; without one, what watches the folder is waited for.  Without a
    ``journal`` what was done can be taken back until the server stops.
    """

    def __init__(
        self,
        content: Path,
        answerer: Answerer,
        log: QuestionLog | None,
        vectors: QuestionVectors,
        *,
        mark: Callable[[str, str, bool], None],
        dismiss: Callable[[str, str, bool], None],
        sync: Callable[[], object] | None = None,
        journal: Journal | None = None,
    ) -> None:
        self._content = content
        self._journal = journal
        self._mark = mark
        self._dismiss = dismiss
        self._answerer = answerer
        self._log = log
        self._vectors = vectors
        self._sync = sync
        self._lock = threading.Lock()
        # What the journal does not hold, under numbers below 0; and what only this server knows of
        # what it does hold: whether readers are answered from it.
        self._numbers = itertools.count(-1, -1)
        self._actions: OrderedDict[int, Action] = OrderedDict()

    def actions(self) -> tuple[Action, ...]:
        """Return what was done, the latest first."""
        with self._lock:
            known = dict(self._actions)
        try:
            kept = self._journal.actions() if self._journal is not None else ()
        except JournalError:
            logger.exception("what editors did cannot be read")
            kept = tuple(action for action in known.values() if action.number > 0)
        own = (action for action in known.values() if action.number < 0)
        found = (*(_with_news(action, known.get(action.number)) for action in kept), *own)
        return tuple(sorted(found, key=lambda one: (one.at, abs(one.number)), reverse=True))

    def action(self, number: int) -> Action | None:
        """Return an action, or None where there is none (any more)."""
        with self._lock:
            known = self._actions.get(number)
        if number < 0 or self._journal is None:
            return known
        try:
            kept = self._journal.find(number)
        except JournalError:
            logger.exception("what editors did cannot be read")
            return known
        return None if kept is None else _with_news(kept, known)

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

    def effect(
        self, draft: Draft, questions: Iterable[LoggedQuestion], also: Collection[str] = ()
    ) -> EffectReport:
        """Return which of the questions would be answered otherwise with a draft's files.

        ``also`` are the keys of wordings that are looked at in any case.
        """
        asker, encoder = self._answerer.asker, self._answerer.encoder
        articles: tuple[Article, ...] = tuple(asker.articles)
        for path, text in draft.texts.items():
            articles = with_file(articles, path, text)
        asked = wordings(questions)
        vectors = self._vectors.of(asker, encoder, [one.asked for one in asked])
        return effect(asker, edited(asker, articles, encoder), asked, vectors, also=also)

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
        action = Action(0, datetime.now(UTC), editor, what, written, question=question)
        action = self._numbered(action, lasting=True)  # before it is waited for: it is written
        return (
            self._waited_for(action, before) if written else self._kept(replace(action, live_s=0.0))
        )

    def review(
        self, ids: Iterable[str], verdict: EditorVerdict, *, editor: str, reason: str, what: str
    ) -> Action:
        """Keep a verdict on questions.  Raises UsageError and QuestionLogError as the log does."""
        if self._log is None:
            raise UsageError("questions are not logged here")
        reviewed = tuple(ids)
        self._log.review(reviewed, verdict, editor=editor, reason=reason)
        action = Action(0, datetime.now(UTC), editor, what, reviewed=reviewed)
        # The log keeps it, as long as it keeps the questions; it is not written down twice.
        return self._kept(self._numbered(action, lasting=False))

    def mark(self, pair: tuple[str, str], *, editor: str, what: str) -> Action:
        """Note that a pair, (article id, own id), is still right.  Raises as ``Desk.mark``."""
        self._mark(*pair, True)
        action = Action(0, datetime.now(UTC), editor, what, marked=pair)
        return self._kept(self._numbered(action, lasting=True))

    def dismiss(self, key: str, digest: str, *, editor: str, what: str) -> Action:
        """Note that a finding is no mistake.  Raises as ``Desk.dismiss``."""
        self._dismiss(key, digest, True)
        action = Action(0, datetime.now(UTC), editor, what, dismissed=(key, digest))
        return self._kept(self._numbered(action, lasting=True))

    def undo(self, number: int, *, editor: str) -> Action:
        """Take an action back.  Raises UsageError where there is none, or it is taken back already,
        and FileConflict where a file has changed so that it cannot be."""
        action = self.action(number)
        if action is None:
            raise UsageError("this is not kept any more: take it out of the file by hand")
        if not self._claimed(action, undone=True):
            raise UsageError("this was taken back already")
        try:
            before = self._answerer.generation
            for written in reversed(action.written):
                undo(self._content, written)
            if action.reviewed and self._log is not None:
                self._log.undo_review(action.reviewed)
            if action.marked is not None:
                self._mark(*action.marked, False)
            if action.dismissed is not None:
                self._dismiss(*action.dismissed, False)
        except BaseException:
            self._claimed(action, undone=False)
            raise
        logger.info("%s at the desk: taken back: %s", editor, action.what)
        taken = replace(action, undone=True, live_s=None, problem="", question="")
        return self._waited_for(taken, before) if action.written else self._kept(taken)

    def _waited_for(self, action: Action, before: int) -> Action:
        """Return the action as it is after a moment; readers are answered from it by and by.

        A large library takes seconds to sync, and the page shows by itself when it is done.
        """
        self._kept(replace(action, waits=True))

        def work() -> None:
            live = self._live(action, before)
            with self._lock:
                known = self._actions.get(action.number)
                if known is not None and known.undone is action.undone:
                    self._actions[action.number] = live

        BackgroundTask(
            "edit", work, failed="what was written at the desk cannot be followed"
        ).wait()
        with self._lock:
            return self._actions.get(action.number, action)

    def _live(self, action: Action, before: int) -> Action:
        """Return the action once readers are answered from it, or with what is in the way."""
        begun = time.monotonic()
        problem = ""
        if self._sync is not None:
            try:
                self._sync()
            except SyncStopped:
                problem = "the server is ending; what was written is read when it is started again"
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
        if action.question:  # the first question to a new library takes longer; no reader asks it
            try:
                self._answerer.ask(action.question, top=1)
            except FootnoteError:
                logger.exception("what was written at the desk could not be asked for")
        return replace(action, live_s=time.monotonic() - begun)

    def _numbered(self, action: Action, *, lasting: bool) -> Action:
        """Return the action with its number; what is ``lasting`` is in the journal then."""
        if lasting and self._journal is not None:
            try:
                return self._journal.add(action)
            except JournalError:  # the file in the content folder is written all the same
                logger.exception("what editors did cannot be kept; it can be until the end")
        with self._lock:
            return replace(action, number=next(self._numbers))

    def _claimed(self, action: Action, *, undone: bool) -> bool:
        """Note that an action is taken back, or is not after all; tell whether that was news."""
        with self._lock:
            known = self._actions.get(action.number, action)
            if action.number > 0 and self._journal is not None:
                news = self._journal.mark(action.number, undone=undone)
            else:
                news = known.undone is not undone
            if news:
                self._actions[action.number] = replace(known, undone=undone)
            return news

    def _kept(self, action: Action) -> Action:
        with self._lock:
            self._actions[action.number] = action
            while len(self._actions) > KEPT:
                self._actions.popitem(last=False)
        return action


def _with_news(kept: Action, known: Action | None) -> Action:
    """Return an action of the journal with what this server knows of it."""
    if known is None or known.undone is not kept.undone:
        return kept
    return known
