"""What an edit would change: the logged questions that would be answered otherwise.

The library is put together in memory as it would be, and asked as readers would ask it: the same
ranking as when the edit is live.  Only what is new is embedded, and only questions that the edit
could reach are asked again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.companions import with_wordings
from index.encoder import Encoder
from index.passages import passages_of
from index.records import Article, Passage
from qa.asking import Asker, Outcome
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

    ``before`` and ``after`` are (article id, own id) of the answers, None for none, with how sure
    they are.  ``better`` says what that is worth: by the verdicts of readers and editors where
    there are any, by confidence otherwise; None where it cannot be said.
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

    ``asked_again`` counts the wordings that the edit could reach.
    """

    effects: tuple[Effect, ...]
    asked_again: int

    @property
    def better(self) -> int:
        """How many logged questions would be answered better."""
        return sum(one.wording.count for one in self.effects if one.better is True)

    @property
    def worse(self) -> int:
        """How many logged questions would be answered worse."""
        return sum(one.wording.count for one in self.effects if one.better is False)

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
    kept = {article.id for article in articles if known.get(article.id) == article}
    passages = [passage for passage in asker.passages if passage.article in kept]
    for article in articles:
        passages += [] if article.id in kept else passages_of(article)
    passages.sort(key=lambda passage: passage.id)
    row_of = {passage.text: row for row, passage in enumerate(asker.passages)}
    new = [text for text in dict.fromkeys(one.text for one in passages) if text not in row_of]
    vectors = asker.vectors
    if new:
        vectors = np.vstack([vectors, encoder.encode_documents(new)])
        row_of |= {text: len(asker.passages) + number for number, text in enumerate(new)}
    rows = np.array([row_of[passage.text] for passage in passages], dtype=np.int64)
    return Asker.of(
        articles,
        tuple(passages),
        vectors[rows],
        weights=asker.weights,
        threshold=asker.threshold,
        correction=asker.correction,
        languages=asker.languages,
        vocabulary=asker.vocabulary,
    )


def effect(
    before: Asker, after: Asker, asked: Sequence[Wording], vectors: NDArray[np.float32]
) -> EffectReport:
    """Return which wordings would be answered otherwise by ``after`` than by ``before``.

    ``vectors`` (n, dim) float32, unit rows, are those of what is meant by the wordings' texts (see
    ``Asker.encode``).  Both are asked with them: a word that is only new with the edit is mended in
    a question until the edit is live.  Asked again is what the edit could reach (see ``BEHIND``):
    that the other texts are a hair more or less rare with it is not looked into.
    """
    reached = _reached(before, after, asked, vectors)
    effects = []
    for row in reached:
        found = _effect(
            asked[row],
            before.ask(asked[row].text, vectors[row]),
            after.ask(asked[row].text, vectors[row]),
        )
        effects += [] if found is None else [found]
    ordered = sorted(effects, key=lambda one: (-one.wording.count, one.wording.key))
    return EffectReport(tuple(ordered), len(reached))


def _reached(
    before: Asker, after: Asker, asked: Sequence[Wording], vectors: NDArray[np.float32]
) -> list[int]:
    """Return the wordings that come close to a text that is only in one of the two libraries."""
    had, has = set(map(_what, before.passages)), set(map(_what, after.passages))
    new = [row for row, one in enumerate(after.passages) if _what(one) not in had]
    gone = [row for row, one in enumerate(before.passages) if _what(one) not in has]
    changed = np.vstack([after.vectors[new], before.vectors[gone]])
    reached: list[int] = []
    for at in range(0, len(asked), _BATCH):
        part = vectors[at : at + _BATCH]
        closest = (part @ before.vectors.T).max(axis=1, initial=-1.0)
        near = (part @ changed.T).max(axis=1, initial=-np.inf) >= closest - BEHIND
        reached += (at + np.flatnonzero(near)).tolist()
    return reached


def _what(passage: Passage) -> tuple[str, str, str, str]:
    """Return what a passage is, wherever in its article it stands."""
    return passage.article, passage.owner, passage.kind, passage.text


def _effect(wording: Wording, before: Outcome, after: Outcome) -> Effect | None:
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
    return Effect(
        kind=kind,
        wording=wording,
        before=_key(old),
        after=_key(new),
        confidence_before=before.confidence,
        confidence_after=after.confidence,
        better=_better(kind, wording, old, new, after.confidence - before.confidence),
    )


def _better(
    kind: EffectKind, wording: Wording, old: Owner | None, new: Owner | None, surer: float
) -> bool | None:
    wrong = wording.rejected
    right = wording.helpful
    if new is not None and new.key in wrong:
        return False if kind is not EffectKind.CHANGED_ANSWER else None
    if old is not None and old.key in wrong:
        return True  # no answer is better than a wrong one
    if old is not None and old.key in right and kind is not EffectKind.CHANGED_ANSWER:
        return _says_the_same(old, new)
    if kind is EffectKind.CHANGED_ANSWER:
        return None
    if kind is EffectKind.ANOTHER_ANSWER:
        return None if surer == 0.0 else surer > 0.0
    return kind is EffectKind.NEWLY_ANSWERED


def _says_the_same(old: Owner, new: Owner | None) -> bool | None:
    """Return None for a helpful answer that only comes from another place now, else False."""
    return None if new is not None and new.says.strip() == old.says.strip() else False


def _key(owner: Owner | None) -> tuple[str, str] | None:
    return None if owner is None else owner.key
