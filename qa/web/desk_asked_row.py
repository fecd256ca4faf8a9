"""One question of the desk's list of all: what it got, as the library has it now, and its verdict.

The log keeps which pair or section came first, not its words.  So the question is asked again, for
the sentence that answers; and where something else comes first now, the row says so.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from index.errors import UsageError
from index.records import FaqPair
from qa.asked_questions import AskedQuestion, was_right
from qa.conversation import Question
from qa.links import page_url
from qa.questions import EditorVerdict, LoggedQuestion, Review
from qa.records import AbstentionReason, Hit, Result
from qa.remembered import RememberedOf
from qa.web.desk_effect import named
from qa.web.desk_html import in_context
from qa.web.desk_state import Desk

ASKED_AGAIN = 5  # hits: what came first may have been overtaken
KEPT_RESULTS = 2_000
EXCERPT_CHARS = 360
_RESULTS: RememberedOf[Question, Result] = RememberedOf(KEPT_RESULTS)

# What can be said of an answer, and of a no; each is said by the key of its place, from 1.
OF_AN_ANSWER = {
    EditorVerdict.RIGHT: "Right",
    EditorVerdict.WRONG: "Wrong: something else answers it",
    EditorVerdict.NOT_ANSWERED_HERE: "Wrong: nothing here answers it",
    EditorVerdict.OFF_TOPIC: "Wrong: it is off-topic",
}
OF_A_NO = {
    EditorVerdict.RIGHT: "Wrong: this answers it",
    EditorVerdict.WRONG: "Wrong: something else answers it",
    EditorVerdict.NOT_ANSWERED_HERE: "Right: nothing here answers it",
    EditorVerdict.OFF_TOPIC: "Right: it is off-topic",
}
_NO = {
    AbstentionReason.NOTHING_CLOSE: "No answer: nothing came close enough",
    AbstentionReason.TOO_VAGUE: "No answer: it was too vague",
    AbstentionReason.SMALL_TALK: "No answer: it was taken for a greeting or thanks",
    AbstentionReason.EMPTY_LIBRARY: "No answer: there were no articles",
}
_MEND = {
    EditorVerdict.RIGHT: "Add the wording",
    EditorVerdict.WRONG: "Add the wording, or write a pair",
    EditorVerdict.NOT_ANSWERED_HERE: "Write the pair",
}


def rows_of(desk: Desk, questions: Sequence[AskedQuestion]) -> list[dict[str, Any]]:
    """Return what the page shows of each question, in their order."""
    again = _asked_again(desk, [one.last.asked for one in questions])
    return [row_of(desk, one, again.get(one.last.asked)) for one in questions]


def row_of(desk: Desk, asked: AskedQuestion, now: Result | None) -> dict[str, Any]:
    """Return what the page shows of one question; ``now`` is what it gets today."""
    last, review = asked.last, asked.review
    got = was_right(last.answered, review.verdict) if review else None
    told = OF_AN_ANSWER if last.answered else OF_A_NO
    return {
        "id": last.id,
        "text": in_context(last.question, last.context),
        "answered": last.answered,
        "no": _NO[last.reason] if last.reason else "",
        "first": asked.first.strftime("%Y-%m-%d"),
        "last": last.asked_at.strftime("%Y-%m-%d"),
        "time": last.asked_at.strftime("%H:%M"),
        "count": asked.count,
        "sure": round(100 * asked.sure),
        "helpful": asked.helpful,
        "unhelpful": asked.unhelpful,
        "comment": asked.comment,
        "place": _place(desk, last, now),
        "today": _today(desk, last, now),
        "review": review,
        "words": told.get(review.verdict, "Set aside") if review else "",
        "got": got,
        "choices": [
            (number, verdict.value, words, review is not None and review.verdict is verdict)
            for number, (verdict, words) in enumerate(told.items(), start=1)
            if _searched(last) or verdict is not EditorVerdict.RIGHT
        ],
        "mend": _mend(last, review),
        "seen": seen_of(review),
        "shown": shown_of(desk, last),
    }


def seen_of(review: Review | None) -> str:
    """Return what tells whether somebody has judged a question since its page was opened."""
    return "" if review is None else f"{review.at.isoformat()} {review.verdict} {review.editor}"


def shown_of(desk: Desk, question: LoggedQuestion) -> str:
    """Return what tells whether what came first says something else by now; "" for none of it."""
    key = question.hits[0] if question.hits else None
    if key is None or not desk.answerer.asker.has(*key):
        return ""
    owner = desk.answerer.searcher.owner(*key)
    text = owner.article.text[owner.item.start : owner.item.end]
    asked = owner.item.question if isinstance(owner.item, FaqPair) else ""
    said = f"{owner.item.heading}\0{asked}\0{text}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _searched(last: LoggedQuestion) -> bool:
    """Tell whether something came first that answers the question, or does not."""
    return bool(last.hits) and last.reason in (None, AbstentionReason.NOTHING_CLOSE)


def _mend(last: LoggedQuestion, review: Review | None) -> str:
    """Return the words for the way to mend what was judged; "" where there is nothing to mend."""
    if review is None or (last.answered and review.verdict is EditorVerdict.RIGHT):
        return ""
    return _MEND.get(review.verdict, "")


def _place(desk: Desk, last: LoggedQuestion, now: Result | None) -> dict[str, Any] | None:
    """Return what came first: where it stands, and its words as they are now; None for nothing."""
    if not _searched(last):
        return None
    article_id, id = last.hits[0]
    if not desk.answerer.asker.has(article_id, id):
        return {"gone": True, "article": article_id}
    owner = desk.answerer.searcher.owner(article_id, id)
    hit = next((h for h in now.hits if (h.article, h.id) == last.hits[0]), None) if now else None
    article, item = owner.article, owner.item
    pair = isinstance(item, FaqPair)
    return {
        "gone": False,
        "kind": "FAQ pair" if pair else "Section",
        "heading": named(desk, last.hits[0]) or "The beginning",
        "article": article.title or article.path,
        "url": hit.url if hit else page_url(article.id, item.start, item.end),
        "quote": _marked(hit) if hit else _cut(article.text[item.start : item.end]),
    }


def _today(desk: Desk, last: LoggedQuestion, now: Result | None) -> str:
    """Return what is said where a reader would get something else today; "" for the same."""
    if now is None or not _searched(last):
        return ""
    first = (now.hits[0].article, now.hits[0].id) if now.hits else None
    if first != last.hits[0]:
        then = f"“{named(desk, first)}”" if first else "nothing"
        return f"Today {then} comes first: a verdict does not count for calibrate."
    if now.abstained and last.answered:
        return "Today there would be no answer."
    if not now.abstained and not last.answered:
        return "Today it is answered with this."
    return ""


def _marked(hit: Hit) -> Markup:
    """Return what was shown, or its part around the sentence that answers, which is marked."""
    start, end = hit.quote_start - hit.start, hit.quote_end - hit.start
    room = max(0, EXCERPT_CHARS - (end - start)) // 2
    begin, stop = max(0, start - room), min(len(hit.text), end + room)
    before, after = hit.text[begin:start], hit.text[end:stop]
    if begin:
        before = "… " + before.partition(" ")[2]
    if stop < len(hit.text):
        after = after.rpartition(" ")[0] + " …"
    return Markup("{}<mark>{}</mark>{}").format(before, hit.quote, after)


def _cut(text: str) -> Markup:
    """Return the beginning of a text."""
    if len(text) > EXCERPT_CHARS:
        text = text[:EXCERPT_CHARS].rpartition(" ")[0] + " …"
    return Markup("{}").format(text)


def _asked_again(desk: Desk, questions: Sequence[Question]) -> Mapping[Question, Result]:
    """Return what each question gets today; those that cannot be asked any more are left out."""
    known = _RESULTS.of(desk.answerer.searcher)
    made = {one: known.known[one] for one in questions if one in known.known}
    new = [one for one in dict.fromkeys(questions) if one not in made]
    while new:
        try:
            for result in desk.answerer.ask_many(new, top=ASKED_AGAIN):
                one = new.pop(0)
                made[one] = known.get(one, partial(_same, result))
        except UsageError:
            new.pop(0)
    return made


def _same(result: Result) -> Result:
    return result
