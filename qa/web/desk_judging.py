"""A verdict of an editor's on one answer, or on a no: kept, and taken back.

It is about what the editor has seen: where somebody else has judged the question meanwhile, or the
passage says something else by now, nothing is kept, and the editor looks again.
"""

import threading
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from index.errors import FootnoteError, UsageError
from qa.asked_questions import AskedQuestion, group_of
from qa.gaps import Gap, GapReport
from qa.questions import LoggedQuestion
from qa.web.desk_asked_row import seen_of, shown_of
from qa.web.desk_group import mend_page, withheld_of
from qa.web.desk_html import waits_page
from qa.web.desk_latest import Now
from qa.web.desk_questions import group_path
from qa.web.desk_state import Desk

UNDO = "undo"
_judging = threading.Lock()


class Outdated(FootnoteError):
    """A verdict on something that is not as the editor has seen it."""


def judge(desk: Desk, sent: Mapping[str, str], *, editor: str) -> AskedQuestion | None:
    """Keep a verdict on a question and on all that are the same, or take one back.

    Returns the question as it is now; None where the log has it no more.  Raises Outdated where it
    is not as it was when the editor saw it, and as ``QuestionLog.review`` does.
    """
    log = desk.log
    if log is None:
        raise UsageError("questions are not logged here")
    id, verdict = sent.get("id", ""), sent.get("verdict", "")
    with _judging:
        same = log.same_as(id)
        if not same:
            return None
        asked = group_of(same)
        if sent.get("seen", "") != seen_of(asked.review):
            by = asked.review.editor if asked.review else ""
            who = f"{by} has judged it meanwhile" if by else "The verdict was taken back meanwhile"
            raise Outdated(f"{who}. Nothing was kept; this is how it stands now.")
        if verdict == UNDO:
            log.undo_review(one.id for one in same if one.review == asked.review)
        elif sent.get("shown", "") != shown_of(desk, asked.last):
            raise Outdated(
                "The passage has changed since this page was opened. Nothing was kept; "
                "this is what it says now."
            )
        else:
            log.review(
                [one.id for one in same], verdict, editor=editor, reason=sent.get("reason", "")
            )
        desk.changed()
        same = log.same_as(id)
    return group_of(same) if same else None


def question_of(desk: Desk, id: str) -> AskedQuestion | None:
    """Return a question of the log with all that are the same; None where there is none."""
    same = desk.log.same_as(id) if desk.log is not None else ()
    return group_of(same) if same else None


def mend_path(id: str) -> str:
    """Return the address that leads to where a question is mended."""
    return "/desk/mend?" + urlencode({"id": id})


def mended_at(desk: Desk, asked: AskedQuestion, *, token: str) -> tuple[str, str]:
    """Return the address of the group of a question, or else a page: the one that has its form.

    The groups are found anew after a verdict, which takes seconds in a large library: until then
    the page waits.
    """
    question = replace(asked.last, review=asked.review)
    found = desk.gaps.latest()
    gap = _gap_of(desk, found, question) if found is not None else None
    if gap is not None:
        return group_path(gap.key, use=withheld_of(question)), ""
    # On a busy site there are newer questions all the time: this one's verdict is what counts.
    if not desk.gaps.knows(asked.last):
        words = "Questions that ask the same are being looked for."
        return "", waits_page(words, site=desk.site)
    return "", mend_page(desk, question, token=token)


def _gap_of(desk: Desk, found: Now[GapReport], question: LoggedQuestion) -> Gap | None:
    asked = (question.question, question.context)
    for gap in desk.gaps.shown(found):
        for wording in gap.wordings:
            if any((one.question, one.context) == asked for one in wording.questions):
                return gap
    return None
