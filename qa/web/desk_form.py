"""The forms of a group's page: what an editor enters, sees the effect of, and saves."""

import hashlib
import json
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import FormData

from index.errors import FileConflict, FootnoteError, UsageError
from index.records import Article
from qa.edit_effect import EffectReport
from qa.faq_file import Draft
from qa.faq_text import NewPair, markdown_of
from qa.further import says_the_same
from qa.gaps import Gap, GapReport
from qa.questions import EditorVerdict
from qa.web.desk_effect import named
from qa.web.desk_journal import Action
from qa.web.desk_latest import Now
from qa.web.desk_previews import Preview
from qa.web.desk_state import Desk

# Where no reason of the editor's own is given; it is asked for where questions are dismissed.
_REASONS = {
    EditorVerdict.OFF_TOPIC: "none of our business",
    EditorVerdict.NOT_ANSWERED_HERE: "nothing here answers them",
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
    source: str = ""  # where the answer was taken from: see ``source_of``
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


def find_gap(desk: Desk, key: str) -> tuple[Now[GapReport] | None, Gap | None]:
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
        preview = Preview(
            editor, (key, fields, looked), lambda: desk.edits.effect(draft, desk.questions(), also)
        )
        if not preview.done():
            return None, fields, replace(looked, waits=desk.previews.keep(preview))
        return None, fields, replace(looked, effect=preview.effect, problem=preview.problem)
    except FileConflict as error:
        return None, fields, Looked(conflict=error)
    except FootnoteError as error:
        return None, fields, Looked(problem=str(error))


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
        # The form was filled with a passage; an answer of other words was not taken from it.
        if not says_the_same(fields.answer, markdown_of(passage)):
            passage, owner = "", ""
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
    why = fields.reason.rstrip(".") or _REASONS.get(verdict, verdict.value)
    action = desk.edits.review(
        ids,
        verdict,
        editor=editor,
        reason=fields.reason,
        what=f"Set aside {len(ids)} questions like “{gap.title}”: {why}",
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


def source_of(article: Article, owner: str, start: int, end: int) -> str:
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
    same = source_of(article, told.get("of", ""), start, end) == source
    return (article.text[start:end], told.get("of", "")) if same else ("", "")
