"""The page of a group of questions: who asked what, what answers it, and what to do about it.

A page without scripts.  A form is first shown with what it would change; only what was looked at
is saved, and only where the file still is as it was then.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

from markupsafe import Markup

from index.companions import own_article
from index.errors import UsageError
from index.records import FaqPair
from qa.faq_text import markdown_of
from qa.gaps import Gap, GapReport
from qa.questions import EditorVerdict, LoggedQuestion
from qa.web.desk_effect import LISTED, effects_of, reach_of
from qa.web.desk_form import Fields, Looked, find_gap, source_of
from qa.web.desk_html import in_context, waits_page
from qa.web.desk_journal import Action
from qa.web.desk_latest import Now
from qa.web.desk_passages import passages_of, place_of
from qa.web.desk_questions import VERDICT_WORDS, figures
from qa.web.desk_state import Desk
from qa.web.pages import TEMPLATES

OFFERED = 12  # wordings to choose from
LISTED_PAIRS = 300
_VERDICTS = {
    EditorVerdict.OFF_TOPIC: "It is none of our business",
    EditorVerdict.NOT_ANSWERED_HERE: "It is, and nothing here answers it",
    EditorVerdict.DISMISSED: "It need not be looked at again, because …",
}


def looked_page(desk: Desk, id: str, *, editor: str, token: str) -> str | None:
    """Return the page of a form that is looked at; None where that was too long ago."""
    preview = desk.previews.find(id, editor)
    if preview is None:
        return None
    key, fields, looked = cast(tuple[str, Fields, Looked], preview.form)
    if preview.done(0.0):  # the page asks again and again
        looked = replace(looked, effect=preview.effect, problem=preview.problem)
    else:
        looked = replace(looked, waits=id)
    return group_page(desk, key, token=token, fields=fields, looked=looked)


def group_page(
    desk: Desk,
    key: str,
    *,
    token: str,
    fields: Fields | None = None,
    looked: Looked | None = None,
    use: tuple[str, str] | None = None,
    whole: bool = False,
) -> str | None:
    """Return the page of a group; None where there is none and nothing was entered.

    What was entered is never lost: with ``fields`` there is a page, whatever became of the group.
    ``use`` is the pair or section, (article id, own id), that the forms are to begin with, where it
    is not what the verdict names; of a section the passage that is closest, or the ``whole``.
    """
    found, gap = find_gap(desk, key)
    if found is None and fields is None:
        words = "The questions without an answer are being looked for."
        return waits_page(words, site=desk.site)
    if gap is None and fields is None:
        return None
    return _page(desk, found, gap, key, token, fields or _first(found, gap, use, whole), looked)


def write_page(desk: Desk, article_id: str, section_id: str, *, token: str) -> str | None:
    """Return the form for a pair about a section, with its text; None where there is no section."""
    try:
        article = desk.answerer.article(article_id)
    except UsageError:
        return None
    section = next((one for one in article.sections if one.id == section_id), None)
    if section is None:
        return None
    fields = Fields(
        action="pair",
        article=article.id,
        question="",
        answer=markdown_of(section.text),
        source=source_of(article, section.id, section.start, section.end),
    )
    return _page(desk, desk.gaps.latest(), None, "", token, fields, None, section.heading)


def mend_page(desk: Desk, question: LoggedQuestion, *, token: str) -> str:
    """Return the forms for one question of the log that is in no group."""
    text = question.asked.resolved if question.context else question.question
    article, pair = "", ""
    key = withheld_of(question)
    if key is not None and desk.answerer.asker.has(*key):
        there = desk.answerer.searcher.owner(*key)
        article = own_article(there.article)
        pair = key[1] if isinstance(there.item, FaqPair) else ""
    said = question.review.verdict if question.review else None
    fields = Fields(
        action="pair" if said is EditorVerdict.NOT_ANSWERED_HERE else "alternate",
        article=article,
        pair=pair,
        wordings=(text,),
        question=text,
    )
    return _page(desk, desk.gaps.latest(), None, "", token, fields, None)


def withheld_of(question: LoggedQuestion) -> tuple[str, str] | None:
    """Return what was not shown, and answers the question after all, as an editor has said."""
    review = question.review
    if question.answered or review is None or review.verdict is not EditorVerdict.RIGHT:
        return None
    return question.hits[0] if question.hits else None


def _first(
    found: Now[GapReport] | None,
    gap: Gap | None,
    use: tuple[str, str] | None = None,
    whole: bool = False,
) -> Fields:
    """Return what the forms have in them at first."""
    if gap is None or found is None:
        return Fields()
    article, source, pair, passage = "", "", "", ""
    key = use if use is not None and found.asker.has(*use) else gap.answer
    if key is not None:
        there = found.asker.searcher.owner(*key)
        article = own_article(there.article)
        if isinstance(there.item, FaqPair):
            pair = key[1]
        else:
            place = None if whole else place_of(gap, key)
            start, end = (place.start, place.end) if place else (there.item.start, there.item.end)
            source = source_of(there.article, key[1], start, end)
            passage = there.article.text[start:end]
    # What is to be printed can be read by itself, and has no typing error, if one of the wordings
    # has none.
    alone = [one.text for one in gap.wordings if not one.context]
    clean = (text for text in alone if found.asker.meant(text) == text)
    named = "" if gap.context else gap.name
    question = next(clean, named or next(iter(alone), ""))
    return Fields(
        action="alternate" if pair else "pair",
        article=article,
        pair=pair,
        wordings=(named,) if pair and named else (),
        question=question,
        answer=markdown_of(passage),
        source=source,
    )


def _page(
    desk: Desk,
    found: Now[GapReport] | None,
    gap: Gap | None,
    key: str,
    token: str,
    fields: Fields,
    looked: Looked | None,
    heading: str = "",
) -> str:
    offered = _offered(gap) if gap else list(fields.wordings)
    articles = desk.answerer.articles()
    primary = (fields.article, fields.pair) if fields.pair else None
    return TEMPLATES.get_template("desk_group.html").render(
        site=desk.site,
        language=None,
        token=token,
        key=key,
        gap=gap,
        heading=gap.title if gap else heading,
        headline=in_context(gap.name, gap.context) if gap else heading,
        about=heading,
        words=VERDICT_WORDS[gap.verdict] if gap else "",
        figures=figures(gap) if gap else "",
        asked=_wordings(gap) if gap else [],
        sides=passages_of(found, gap) if gap and found else [],
        title="What answers it"
        if gap and gap.answer
        else "Perhaps one of these answers it"
        if gap and gap.perhaps
        else "What came closest",
        fields=fields,
        offered=offered,
        pairs=_choices(desk, gap, primary),
        articles=[(one.id, one.title or one.path) for one in articles if one.companion_of is None],
        verdicts=[(verdict.value, words) for verdict, words in _VERDICTS.items()],
        looked=looked or Looked(),
        effects=effects_of(desk, looked.effect) if looked and looked.effect else [],
        reach=reach_of(gap, looked.effect) if gap and looked and looked.effect else "",
        more=len(looked.effect.effects) - LISTED if looked and looked.effect else 0,
        log=desk.log is not None,
    )


def _offered(gap: Gap) -> list[str]:
    """Return the wordings that a pair may be found by; a follow-up's words alone are none."""
    alone = [one.text for one in gap.wordings if not one.context]
    leaning = [one.asked.resolved for one in gap.wordings if one.context]
    return list(dict.fromkeys((*alone, *leaning)))[:OFFERED]


def _wordings(gap: Gap) -> list[dict[str, Any]]:
    return [
        {
            "text": in_context(one.text, one.context),
            "count": one.count,
            "failed": one.failed,
            "first": one.first.date().isoformat(),
            "last": one.last.date().isoformat(),
            "comments": list(dict.fromkeys(q.comment for q in one.questions if q.comment)),
        }
        for one in gap.wordings
    ]


def _choices(
    desk: Desk, gap: Gap | None, chosen: tuple[str, str] | None
) -> list[tuple[str, str, bool]]:
    """Return the pairs to choose from, (value, question, chosen), the closest first."""
    listed: dict[tuple[str, str], str] = {}
    pairs = {(a.id, pair.id): pair.question for a in desk.answerer.articles() for pair in a.faq}
    near = [gap.evidence.pair.owner.key] if gap and gap.evidence.pair else []
    for key in (*([chosen] if chosen else []), *near, *pairs):
        if key in pairs and len(listed) < LISTED_PAIRS:
            listed.setdefault(key, pairs[key])
    return [
        (urlencode({"article": key[0], "id": key[1]}), question, key == chosen)
        for key, question in listed.items()
    ]


def done_page(desk: Desk, action: Action, *, token: str) -> str:
    """Return what became of an action, and what a reader gets now."""
    answer: Mapping[str, Any] = {}
    if action.question and not (action.problem or action.waits or action.undone):
        result = desk.answerer.ask(action.question, top=1)
        best = result.hits[0] if result.hits else None
        answer = {
            "question": action.question,
            "answered": not result.abstained,
            "sure": round(100 * result.confidence),
            "by": (best.question or best.section or best.article_title) if best else "",
            "url": best.url if best else "",
            "text": Markup("<q>{}</q>").format(best.text) if best else "",
        }
    return TEMPLATES.get_template("desk_done.html").render(
        site=desk.site, language=None, token=token, action=action, answer=answer
    )
