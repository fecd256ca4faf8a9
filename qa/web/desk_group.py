"""The page of a group of questions: who asked what, what answers it, and what to do about it.

A page without scripts.  A form is first shown with what it would change; only what was looked at
is saved, and only where the file still is as it was then.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup
from starlette.datastructures import FormData

from index.companions import own_article
from index.errors import FileConflict, FootnoteError, UsageError
from index.records import Article, FaqPair
from qa.edit_effect import EffectReport
from qa.faq_file import Draft
from qa.faq_text import NewPair, markdown_of
from qa.gaps import Gap
from qa.questions import EditorVerdict
from qa.web.desk_effect import LISTED, effects_of, named, reach_of
from qa.web.desk_gaps import FoundGaps
from qa.web.desk_journal import Action
from qa.web.desk_looks import Look
from qa.web.desk_questions import VERDICT_WORDS, figures
from qa.web.desk_sides import place_of, sides_of
from qa.web.desk_state import Desk
from qa.web.pages import TEMPLATES

OFFERED = 12  # wordings to choose from
LISTED_PAIRS = 300
_VERDICTS = {
    EditorVerdict.OFF_TOPIC: "It is none of our business",
    EditorVerdict.NOT_ANSWERED_HERE: "It is, and nothing here answers it",
    EditorVerdict.DISMISSED: "It need not be looked at again, because …",
}


@dataclass(frozen=True, slots=True)
class Fields:
    """What an editor has entered, whichever form it was."""

    action: str = ""  # alternate, pair, dismiss
    article: str = ""
    pair: str = ""
    wordings: tuple[str, ...] = ()
    own: str = ""
    question: str = ""
    answer: str = ""
    source: str = ""  # where the answer was taken from: see _source
    verdict: str = ""
    reason: str = ""

    @classmethod
    def read(cls, form: FormData) -> "Fields":
        """Return what a form has sent; line breaks are those of files."""

        def text(name: str) -> str:
            value = form.get(name)
            return value.replace("\r\n", "\n") if isinstance(value, str) else ""

        chosen = dict(parse_qsl(text("pair")))
        return cls(
            action=text("action"),
            article=chosen.get("article", "") or text("article"),
            pair=chosen.get("id", ""),
            wordings=tuple(one for one in form.getlist("wording") if isinstance(one, str)),
            own=text("own").strip(),
            question=text("question").strip(),
            answer=text("answer").strip(),
            source=text("source"),
            verdict=text("verdict"),
            reason=text("reason").strip(),
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """The wordings chosen and entered."""
        return tuple(dict.fromkeys((*self.wordings, *([self.own] if self.own else []))))

    @property
    def digest(self) -> str:
        """What tells whether something was changed since it was looked at."""
        said = json.dumps([getattr(self, name) for name in self.__dataclass_fields__])
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found when a form was looked at: the effect, or what is in the way."""

    effect: EffectReport | None = None
    seen: str = ""
    digest: str = ""
    problem: str = ""
    conflict: FileConflict | None = None
    path: str = ""
    waits: str = ""  # the id that it is found by when it is worked out


def find_gap(desk: Desk, key: str) -> tuple[FoundGaps | None, Gap | None]:
    """Return the gap of that key among those found last; None where there is none (any more)."""
    found = desk.gaps.latest()
    if found is None:
        return None, None
    return found, next((gap for gap in desk.gaps.shown(found) if gap.key == key), None)


def posted(desk: Desk, form: FormData, *, editor: str) -> tuple[Action | None, Fields, Looked]:
    """Do what a form asks for, or look at what it would do.

    An action where something was done; else the page is to be shown again.
    """
    fields = Fields.read(form)
    key = str(form.get("key") or "")
    try:
        if fields.action == "dismiss":
            return _dismissed(desk, key, fields, editor), fields, Looked()
        draft = _draft(desk, fields)
        same = form.get("looked") == fields.digest
        if form.get("step") == "save" and same:
            seen = _seen(str(form.get("seen") or ""))
            action = desk.edits.save(
                draft, seen, editor=editor, what=_what(desk, fields), question=_asked(fields)
            )
            desk.gaps.handled(key)
            return action, fields, Looked()
        (path,) = draft.texts
        looked = Looked(None, json.dumps(draft.seen), fields.digest, path=path)
        _, gap = find_gap(desk, key)
        also = {one.key for one in gap.wordings} if gap is not None else set()
        look = Look(
            editor, (key, fields, looked), lambda: desk.edits.effect(draft, desk.questions(), also)
        )
        if not look.done():
            return None, fields, replace(looked, waits=desk.looks.keep(look))
        return None, fields, replace(looked, effect=look.effect, problem=look.problem)
    except FileConflict as error:
        return None, fields, Looked(conflict=error)
    except FootnoteError as error:
        return None, fields, Looked(problem=str(error))


def looked_page(desk: Desk, id: str, *, editor: str, token: str) -> str | None:
    """Return the page of a form that is looked at; None where that was too long ago."""
    look = desk.looks.find(id, editor)
    if look is None:
        return None
    key, fields, looked = cast(tuple[str, Fields, Looked], look.form)
    if look.done(0.0):  # the page asks again and again
        looked = replace(looked, effect=look.effect, problem=look.problem)
    else:
        looked = replace(looked, waits=id)
    return group_page(desk, key, token=token, fields=fields, looked=looked)


def _seen(text: str) -> dict[str, str]:
    try:
        seen = json.loads(text)
        return {str(path): str(digest) for path, digest in seen.items()}
    except (ValueError, AttributeError):
        return {}


def _draft(desk: Desk, fields: Fields) -> Draft:
    if fields.action == "alternate":
        if not fields.pair:
            raise UsageError("choose the pair that answers it")
        return desk.edits.alternates(fields.article, fields.pair, fields.lines)
    if fields.action == "pair":
        passage, owner = _passage(desk, fields.source)
        return desk.edits.pair(
            fields.article,
            NewPair(
                fields.question,
                fields.answer,
                tuple(one for one in fields.lines if one != fields.question),
                passage=passage,
                passage_of=owner,
            ),
        )
    raise UsageError("there is no such form")


def _dismissed(desk: Desk, key: str, fields: Fields, editor: str) -> Action:
    _, gap = find_gap(desk, key)
    if gap is None:
        raise UsageError("these questions were answered or set aside meanwhile")
    try:
        verdict = EditorVerdict(fields.verdict)
    except ValueError:
        raise UsageError("say why the questions are set aside") from None
    ids = [question.id for wording in gap.wordings for question in wording.questions]
    action = desk.edits.review(
        ids,
        verdict,
        editor=editor,
        reason=fields.reason,
        what=f"Set aside {len(ids)} questions like “{gap.name}”: {fields.reason or verdict.value}",
    )
    desk.changed()
    desk.gaps.handled(key)
    desk.gaps.refresh()
    return action


def _what(desk: Desk, fields: Fields) -> str:
    if fields.action == "pair":
        return f"Wrote the pair “{fields.question}”"
    added = "”, “".join(fields.lines)
    return f"Added “{added}” to the pair “{named(desk, (fields.article, fields.pair))}”"


def _asked(fields: Fields) -> str:
    """Return a question that is to be answered once the edit is live."""
    return fields.question if fields.action == "pair" else fields.lines[0]


def _source(article: Article, owner: str, start: int, end: int) -> str:
    """Return where an answer was taken from, for a form: a place, and what stood there."""
    digest = hashlib.sha256(article.text[start:end].encode("utf-8", "surrogatepass")).hexdigest()
    place = {"article": article.id, "of": owner, "start": start, "end": end, "was": digest[:16]}
    return urlencode(place)


def _passage(desk: Desk, source: str) -> tuple[str, str]:
    """Return the passage that an answer was taken from, and whose it is; none if it is gone."""
    told = dict(parse_qsl(source))
    try:
        article = desk.answerer.article(told["article"])
        start, end = int(told["start"]), int(told["end"])
    except (KeyError, ValueError, UsageError):
        return "", ""
    if not 0 <= start < end <= len(article.text):
        return "", ""
    same = _source(article, told.get("of", ""), start, end) == source
    return (article.text[start:end], told.get("of", "")) if same else ("", "")


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
        return TEMPLATES.get_template("desk_waits.html").render(site=desk.site, words=words)
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
        source=_source(article, section.id, section.start, section.end),
    )
    return _page(desk, desk.gaps.latest(), None, "", token, fields, None, section.heading)


def _first(
    found: FoundGaps | None,
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
            source = _source(there.article, key[1], start, end)
            passage = there.article.text[start:end]
    # What is to be printed has no typing error, if one of the wordings has none.
    clean = (one.text for one in gap.wordings if found.asker.meant(one.text) == one.text)
    question = next(clean, gap.name)
    return Fields(
        action="alternate" if pair else "pair",
        article=article,
        pair=pair,
        wordings=(gap.name,) if pair else (),
        question=question,
        answer=markdown_of(passage),
        source=source,
    )


def _page(
    desk: Desk,
    found: FoundGaps | None,
    gap: Gap | None,
    key: str,
    token: str,
    fields: Fields,
    looked: Looked | None,
    heading: str = "",
) -> str:
    offered = [one.text for one in gap.wordings[:OFFERED]] if gap else list(fields.wordings)
    articles = desk.answerer.articles()
    primary = (fields.article, fields.pair) if fields.pair else None
    return TEMPLATES.get_template("desk_group.html").render(
        site=desk.site,
        language=None,
        token=token,
        key=key,
        gap=gap,
        heading=gap.name if gap else heading,
        about=heading,
        words=VERDICT_WORDS[gap.verdict] if gap else "",
        figures=figures(gap) if gap else "",
        asked=_wordings(gap) if gap else [],
        sides=sides_of(found, gap) if gap and found else [],
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


def _wordings(gap: Gap) -> list[dict[str, Any]]:
    return [
        {
            "text": one.text,
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
