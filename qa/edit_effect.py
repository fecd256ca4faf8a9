"""What an edit would change: the logged questions that would be answered otherwise.

The library is put together in memory as it would be, and asked as readers would ask it: the same
ranking as when the edit is live.  Only what is new is embedded, and only questions that the edit
could reach are asked again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.changes import LibraryChange
from index.companions import with_wordings
from index.encoder import Encoder
from index.passages import passages_of
from index.records import Article, Passage
from qa.asking import Asker, Outcome
from qa.confidence import LIKELY_FROM
from qa.questions import EditorVerdict
from qa.search import Owner
from qa.wordings import Wording

# A question is asked again where what is new comes at most this much behind the closest passage
# there is: the words and the other fields of the ranking make up for no more, but for a few.
BEHIND = 0.15
_BATCH = 512


class EffectKind(StrEnum):
    """How a question's answer would change."""

    NEWLY_ANSWERED = "newly_answered"
    ANOTHER_ANSWER = "another_answer"  # another pair or section would come first
    CHANGED_ANSWER = "changed_answer"  # the same one, in other words
    NO_LONGER_ANSWERED = "no_longer_answered"


@dataclass(frozen=True, slots=True)
class Effect:
    """One wording whose answer would change, and how.

    ``before`` and ``after`` are (article id, own id) of the answers, None for none.  The
    confidences are the first hit's, whether it was shown or not.  ``better`` says what the change
    is worth; None where only reading both can tell.  Verdicts of readers and editors come first.
    Without any, it is better where what was edited answers, so surely that the chat says that it
    probably does (``LIKELY_FROM``), and more surely than what answered before; and worse where an
    answer that probably was right gives way to none or to a less sure one.
    """

    kind: EffectKind
    wording: Wording
    before: tuple[str, str] | None
    after: tuple[str, str] | None
    confidence_before: float
    confidence_after: float
    better: bool | None


@dataclass(frozen=True, slots=True)
class EffectReport:
    """The effects of an edit, the most asked first; then by the wording's key.

    ``asked_again`` counts the wordings that the edit could reach; ``answered`` are the keys of
    those that what was edited would answer, also where it does already.
    """

    effects: tuple[Effect, ...]
    asked_again: int
    answered: frozenset[str] = frozenset()

    @property
    def better(self) -> int:
        """How many logged questions would be answered better."""
        return sum(one.wording.count for one in self.effects if one.better is True)

    @property
    def worse(self) -> int:
        """How many logged questions would be answered worse."""
        return sum(one.wording.count for one in self.effects if one.better is False)

    @property
    def unsaid(self) -> int:
        """How many logged questions would be answered otherwise, neither better nor worse."""
        return sum(one.wording.count for one in self.effects if one.better is None)

    def of(self, *kinds: EffectKind) -> tuple[Effect, ...]:
        """Return the effects of some kinds, in order."""
        return tuple(one for one in self.effects if one.kind in kinds)


def with_file(articles: Iterable[Article], path: str, text: str) -> tuple[Article, ...]:
    """Return the articles as they would be with the file at ``path`` (a companion) as ``text``.

    Raises ``ReadError`` where it could not be read.  Wordings that the file no longer has for
    another article's pairs stay: what an edit adds is shown, not what it takes away there.
    """
    from index.readers import read_bytes
    from index.readers.list_companion import read_companion

    read = read_bytes(text.encode("utf-8"), path)
    ids = {article.id for article in read}
    kept = [article for article in articles if article.path != path and article.id not in ids]
    companion = read_companion(text, path)
    changed = kept if companion is None else with_wordings(kept, [companion])
    return tuple(sorted((*changed, *read), key=lambda article: article.id))


def edited(asker: Asker, articles: Sequence[Article], encoder: Encoder) -> Asker:
    """Return the asker of a library with ``articles``; only texts new to it are embedded.

    ``encoder`` is the one that the library was embedded with.
    """
    known = {article.id: article for article in asker.articles}
    written = [article for article in articles if known.get(article.id) != article]
    passages = [passage for article in written for passage in passages_of(article)]
    passages.sort(key=lambda passage: passage.id)
    stay = {article.id for article in articles}.difference(article.id for article in written)
    change = LibraryChange(
        gone=frozenset(known) - stay,
        articles=tuple(written),
        passages=tuple(passages),
        vectors=_vectors(asker, [passage.text for passage in passages], encoder),
    )
    # Shared with the library, its words would stay: 80,000 of them, looked at and never saved, took
    # 9.5 MB.
    return asker.changed(change, preview=True)


def _vectors(asker: Asker, texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    """Return the vectors of some texts, (n, dim): the library's own, where it has them."""
    wanted = dict.fromkeys(texts)
    row_of = {one.text: row for row, one in enumerate(asker.passages) if one.text in wanted}
    new = [text for text in wanted if text not in row_of]
    made = np.empty((len(texts), encoder.identity.dimension), dtype=np.float32)
    have = [place for place, text in enumerate(texts) if text in row_of]
    if have:
        made[have] = asker.searcher.vectors_of(np.array([row_of[texts[place]] for place in have]))
    if new:
        number = dict(zip(new, range(len(new)), strict=True))
        lack = [place for place, text in enumerate(texts) if text in number]
        made[lack] = encoder.encode_documents(new)[[number[texts[place]] for place in lack]]
    return made


def effect(
    before: Asker,
    after: Asker,
    asked: Sequence[Wording],
    vectors: NDArray[np.float32],
    *,
    also: Collection[str] = (),
) -> EffectReport:
    """Return which wordings would be answered otherwise by ``after`` than by ``before``.

    ``vectors`` (n, dim) float32, unit rows, are those of what is meant by the wordings (see
    ``Asker.encode``).  Both are asked with them: a word that is only new with the edit is mended in
    a question until the edit is live.  Asked again is what the edit could reach (see ``BEHIND``):
    that the other texts are a hair more or less rare with it is not looked into.  Those with a key
    in ``also`` are asked again in any case.
    """
    new, gone = _apart(after, before), _apart(before, after)
    touched = frozenset((after.passages[row].article, after.passages[row].owner) for row in new)
    changed = np.vstack([after.vectors[new], before.vectors[gone]])
    effects, answered = [], set()
    near = _reached(before, changed, vectors)
    reached = sorted({*near, *(row for row, one in enumerate(asked) if one.key in also)})
    for row in reached:
        then = after.ask(asked[row].asked, vectors[row])
        if then.answers is not None and then.answers.key in touched:
            answered.add(asked[row].key)
        found = _effect(asked[row], before.ask(asked[row].asked, vectors[row]), then, touched)
        effects += [] if found is None else [found]
    ordered = sorted(effects, key=lambda one: (-one.wording.count, one.wording.key))
    return EffectReport(tuple(ordered), len(reached), frozenset(answered))


def _apart(one: Asker, other: Asker) -> list[int]:
    """Return the rows of the passages that only the first of two libraries has."""
    known = set(map(_what, other.passages))
    return [row for row, passage in enumerate(one.passages) if _what(passage) not in known]


def _reached(
    before: Asker, changed: NDArray[np.float32], vectors: NDArray[np.float32]
) -> list[int]:
    """Return the wordings that come close to a text that is only in one of the two libraries."""
    reached: list[int] = []
    for at in range(0, len(vectors), _BATCH):
        part = vectors[at : at + _BATCH]
        closest = (part @ before.vectors.T).max(axis=1, initial=-1.0)
        near = (part @ changed.T).max(axis=1, initial=-np.inf) >= closest - BEHIND
        reached += (at + np.flatnonzero(near)).tolist()
    return reached


def _what(passage: Passage) -> tuple[str, str, str, str]:
    """Return what a passage is, wherever in its article it stands."""
    return passage.article, passage.owner, passage.kind, passage.text


def _effect(
    wording: Wording, before: Outcome, after: Outcome, touched: Collection[tuple[str, str]]
) -> Effect | None:
    old, new = before.answers, after.answers
    if old is None and new is None:
        return None
    if old is None:
        kind = EffectKind.NEWLY_ANSWERED
    elif new is None:
        kind = EffectKind.NO_LONGER_ANSWERED
    elif old.key != new.key:
        kind = EffectKind.ANOTHER_ANSWER
    elif old.says != new.says:
        kind = EffectKind.CHANGED_ANSWER
    else:
        return None
    known, told = _by_verdicts(kind, wording, old, new)
    better = told if known else _by_confidence(kind, before, after, touched)
    return Effect(
        kind=kind,
        wording=wording,
        before=_key(old),
        after=_key(new),
        confidence_before=before.confidence,
        confidence_after=after.confidence,
        better=better,
    )


def _by_verdicts(
    kind: EffectKind, wording: Wording, old: Owner | None, new: Owner | None
) -> tuple[bool, bool | None]:
    """Return whether readers or editors have said something about it, and what it is worth then."""
    wrong, right = wording.rejected, wording.helpful | _confirmed(wording)
    if kind is EffectKind.CHANGED_ANSWER:  # what was said was said of other words
        return True, None
    if new is not None and new.key in wrong:
        return True, False
    if old is not None and old.key in wrong:
        return True, True  # no answer is better than a wrong one
    if old is not None and old.key in right:
        # A helpful answer that only comes from another place now is as good.
        same = new is not None and new.says.strip() == old.says.strip()
        return True, None if same else False
    if new is not None and new.key in right:
        return True, True
    if old is None and wording.editors is EditorVerdict.OFF_TOPIC:
        return True, False
    return False, None


def _by_confidence(
    kind: EffectKind, before: Outcome, after: Outcome, touched: Collection[tuple[str, str]]
) -> bool | None:
    new = after.answers
    surer = after.confidence - before.confidence
    if new is not None and new.key in touched and after.confidence >= LIKELY_FROM and surer > 0.0:
        return True
    likely = before.answers is not None and before.confidence >= LIKELY_FROM
    return False if likely and (kind is EffectKind.NO_LONGER_ANSWERED or surer < 0.0) else None


def _confirmed(wording: Wording) -> frozenset[tuple[str, str]]:
    """Return the hits of which an editor said that they answer it, shown or not."""
    return frozenset(
        question.hits[0]
        for question in wording.questions
        if question.hits
        and question.review is not None
        and question.review.verdict is EditorVerdict.RIGHT
    )


def _key(owner: Owner | None) -> tuple[str, str] | None:
    return None if owner is None else owner.key
