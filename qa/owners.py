"""The pairs and sections of a library, with the rows of their passages.

They are numbered by article id and own id, passages by the row that the library gives them.  What
an ``Owner`` says of rows is made when it is first asked for: after an edit nearly all rows are
others, and most owners are never looked at.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import overload

import numpy as np
from numpy.typing import NDArray

from index.passages import headings
from index.postings import runs
from index.records import Article, FaqPair, Passage, PassageKind, Section
from index.splice import Splice, objects

# What stands above an article's first heading introduces it, where it is no more than this share of
# its text: of a text without headings it is all.
LEAD_SHARE = 0.25

KINDS = tuple(PassageKind)
_NUMBER_OF = {kind: number for number, kind in enumerate(KINDS)}


def _table(*kinds: PassageKind) -> NDArray[np.bool_]:
    """Return, for the number of a kind, whether it is one of ``kinds``."""
    return np.array([kind in kinds for kind in KINDS])


_ASKED = _table(PassageKind.QUESTION, PassageKind.ALTERNATE)
# The passages that stand for a part of their owner, and those that hold what it says.
_PARTS = _ASKED | _table(PassageKind.ANSWER, PassageKind.WINDOW)
_SAID = _table(PassageKind.ANSWER, PassageKind.SECTION, PassageKind.WINDOW)
# One passage that stands for a whole owner among others.
_ENTRY = _table(PassageKind.QUESTION, PassageKind.SECTION)


@dataclass(frozen=True, slots=True)
class Owner:
    """An FAQ pair or a section, the article it belongs to, and the rows of its passages.

    ``number`` is its place among its library's.  ``parts`` are the rows of its parts (of the whole,
    where it has none), ``said`` those that hold what it says: not an FAQ question.  ``wordings``
    are the rows of the questions and alternates of all pairs with the same answer; none for a
    section.
    """

    number: int
    article: Article
    item: FaqPair | Section
    rows: NDArray[np.int64]
    parts: NDArray[np.int64]
    said: NDArray[np.int64]
    wordings: NDArray[np.int64]

    @property
    def key(self) -> tuple[str, str]:
        """Return (article id, own id), unique in the library."""
        return self.article.id, self.item.id

    @property
    def says(self) -> str:
        """Return the answer, or the section's text."""
        return _says(self.item)

    @property
    def compared(self) -> str:
        """Return what two owners with the same answer share: what each says, ``as_compared``."""
        return _compared(self.says)

    @property
    def asks(self) -> str:
        """Return the question and its other wordings, a line each; nothing for a section."""
        return _asks(self.item)

    @property
    def text(self) -> str:
        """Return all that it can be found by: its questions or its headings, and what it says."""
        return _text(self.article, self.item)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How the pairs' answers are asked for.

    ``answers`` (owners,) are the numbers of their answers, -1 of a section.  The answer i has the
    questions ``rows[starts[i]:starts[i + 1]]``.
    """

    answers: NDArray[np.int64]
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]


class Owners(Sequence[Owner]):
    """All owners that have passages, by article id and own id.  Immutable, safe to share.

    ``of_row`` (passages,) int64 has each passage's owner's number, ``kinds`` (passages,) int8 the
    place of its kind in ``KINDS``.
    """

    def __init__(
        self,
        keys: NDArray[np.object_],
        articles: NDArray[np.object_],
        items: NDArray[np.object_],
        answers: NDArray[np.object_],
        of_row: NDArray[np.int64],
        kinds: NDArray[np.int8],
    ) -> None:
        """Use ``Owners.of``.  ``answers`` are pairs', as they are compared; None of a section."""
        self.keys, self._articles, self._items, self._answers = keys, articles, items, answers
        self.of_row, self.kinds = of_row, kinds
        self._number: dict[tuple[str, str], int] = dict(zip(keys, range(len(keys)), strict=True))
        self._made: list[Owner | None] = [None] * len(keys)
        # Every owner's rows in one array, each owner's ascending.
        self._rows: NDArray[np.int64] = np.argsort(of_row, kind="stable")
        counts = np.bincount(of_row, minlength=len(keys)).astype(np.int64)
        self._starts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))

    @staticmethod
    def of(articles: Iterable[Article], passages: Sequence[Passage]) -> "Owners":
        """Return the owners of a library's passages, row by row."""
        known = {article.id: article for article in articles}
        keys = sorted({(passage.article, passage.owner) for passage in passages})
        number = {key: place for place, key in enumerate(keys)}
        all_items = _items(known[id] for id in dict.fromkeys(article for article, _ in keys))
        items = [all_items[key] for key in keys]
        return Owners(
            objects(keys),
            objects([known[article] for article, _ in keys]),
            objects(items),
            objects(
                [as_compared(one.answer) if isinstance(one, FaqPair) else None for one in items]
            ),
            np.fromiter(
                (number[one.article, one.owner] for one in passages), np.int64, len(passages)
            ),
            _kinds(passages),
        )

    def without(self, articles: Collection[str]) -> NDArray[np.int64]:
        """Return the numbers of the owners in some articles, ascending."""
        found: list[int] = []
        for article in sorted(articles):
            at = bisect_left(self.keys, (article,))
            while at < len(self.keys) and self.keys[at][0] == article:
                found.append(at)
                at += 1
        return np.array(found, dtype=np.int64)

    def spliced(
        self, splice: Splice, rows: Splice, new: "Owners", passages: Sequence[Passage]
    ) -> "Owners":
        """Return the owners after a splice of them and of the rows; ``new`` are those that come.

        ``passages`` are those that come, in the order of ``rows``.
        """
        return Owners(
            splice.array(self.keys, new.keys),
            splice.array(self._articles, new._articles),
            splice.array(self._items, new._items),
            splice.array(self._answers, new._answers),
            rows.array(splice.number[self.of_row].astype(np.int64), splice.new_at[new.of_row]),
            rows.array(self.kinds, _kinds(passages)),
        )

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, number: int) -> Owner: ...

    @overload
    def __getitem__(self, number: slice) -> tuple[Owner, ...]: ...

    def __getitem__(self, number: int | slice) -> Owner | tuple[Owner, ...]:
        if isinstance(number, slice):
            return tuple(self[place] for place in range(*number.indices(len(self))))
        made = self._made[number]
        if made is None:
            # Two threads may make it twice: it is the same.
            made = self._made[number] = self._make(number % len(self))
        return made

    def number(self, key: tuple[str, str]) -> int:
        """Return the number of an owner by its key.  ``KeyError`` where there is none."""
        return self._number[key]

    def has(self, key: tuple[str, str]) -> bool:
        """Tell whether there is an owner of that key."""
        return key in self._number

    def at(self, numbers: NDArray[np.int64]) -> tuple[Owner, ...]:
        """Return some owners by their numbers, in that order."""
        # A question has hundreds: those that are made already are taken as they are.
        made = self._made
        return tuple([made[number] or self[number] for number in numbers.tolist()])

    def rows(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of some owners, one after the other, and whose place each is among them.

        Both (rows,) int64.
        """
        at, of = runs(self._starts, numbers)
        return self._rows[at], of

    def answers(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of some owners' answers, -1 of a section; equal ones have the same."""
        return self._asked.answers[numbers]

    def wordings(self, answers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of the questions of all pairs with some answers, and which each is for.

        Both (rows,) int64, the second places in ``answers``, one after the other; each answer's by
        the pairs' numbers, then by row.  The answer -1 has none.
        """
        asked = self._asked
        # Behind the last answer there is an empty place, which -1 means, too.
        at, of = runs(asked.starts, np.where(answers < 0, len(asked.starts) - 2, answers))
        return asked.rows[at], of

    def key(self, number: int) -> tuple[str, str]:
        """Return an owner's key."""
        key: tuple[str, str] = self.keys[number]
        return key

    def article(self, number: int) -> Article:
        """Return the article of an owner."""
        article: Article = self._articles[number]
        return article

    def item(self, number: int) -> FaqPair | Section:
        """Return an owner's pair or section."""
        item: FaqPair | Section = self._items[number]
        return item

    def said(self, number: int) -> str:
        """Return what an owner says, see ``Owner.says``."""
        return _says(self._items[number])

    def says(self) -> Iterator[str]:
        """Yield what each owner says, in order."""
        return map(_says, self._items)

    def worded(self) -> Iterator[tuple[Article, str, str, list[int]]]:
        """Yield of each owner its article, its ``text``, what it ``asks``, and its ``parts``.

        For whoever wants this of all: the owners themselves are not made.
        """
        chosen = _PARTS[self.kinds[self._rows]]
        counts = np.diff(np.concatenate(([0], np.cumsum(chosen)))[self._starts])
        chosen |= np.repeat(counts == 0, np.diff(self._starts))
        parts = self._rows[chosen].tolist()
        ends = np.cumsum(chosen)[self._starts[1:] - 1].tolist()
        start = 0
        for article, item, end in zip(self._articles, self._items, ends, strict=True):
            yield article, _text(article, item), _asks(item), parts[start:end]
            start = end

    @property
    def by_article(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each article's owners begin, (articles,), and which article each is of, (owners,).

        Both int64; articles by their ids.
        """
        ids = [article for article, _ in self.keys.tolist()]
        begins = np.array([one != other for one, other in zip(ids, [None, *ids], strict=False)])
        return np.flatnonzero(begins), np.cumsum(begins, dtype=np.int64) - 1

    @property
    def entries(self) -> NDArray[np.int64]:
        """(owners,): the row of the one passage that stands for each, its question or itself."""
        rows = np.flatnonzero(_ENTRY[self.kinds])
        entries = np.full(len(self), len(self.of_row), dtype=np.int64)
        np.minimum.at(entries, self.of_row[rows], rows)
        return entries

    @cached_property
    def broad(self) -> frozenset[str]:
        """The ids of the articles that say more than one thing: several answers or sections."""
        answers = self._asked.answers
        # A section's number is its own; an answer's is below 0.
        said = np.where(answers < 0, np.arange(len(self)), -1 - answers).tolist()
        first: dict[str, int] = {}
        keys = zip(self.keys.tolist(), said, strict=True)
        return frozenset(
            article for (article, _), one in keys if first.setdefault(article, one) != one
        )

    @cached_property
    def leads(self) -> NDArray[np.bool_]:
        """(owners,): whether each is its article's introduction: the little above its headings."""
        return np.fromiter(map(_is_lead, self._articles, self._items), np.bool_, len(self))

    @cached_property
    def _asked(self) -> "_Asked":
        known: dict[str | None, int] = {None: -1}
        answers = np.fromiter(
            (known.setdefault(answer, len(known) - 1) for answer in self._answers.tolist()),
            np.int64,
            len(self),
        )
        rows = self._rows[_ASKED[self.kinds[self._rows]]]
        of = answers[self.of_row[rows]]
        counts = np.bincount(of[of >= 0], minlength=len(known))
        order = np.argsort(of, kind="stable")
        order = order[of[order] >= 0]
        return _Asked(answers, rows[order], np.concatenate(([0], np.cumsum(counts))))

    def _make(self, number: int) -> Owner:
        rows = self._rows[self._starts[number] : self._starts[number + 1]]
        kinds = self.kinds[rows]

        def of_kinds(wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
            chosen = rows[wanted[kinds]]
            return chosen if len(chosen) else rows

        wordings, _ = self.wordings(self.answers(np.array([number])))
        return Owner(
            number,
            self.article(number),
            self.item(number),
            rows=rows,
            parts=of_kinds(_PARTS),
            said=of_kinds(_SAID),
            wordings=wordings,
        )


def _is_lead(article: Article, item: FaqPair | Section) -> bool:
    if isinstance(item, FaqPair) or item.heading:
        return False
    return item.end - item.start <= LEAD_SHARE * len(article.text)


def _says(item: FaqPair | Section) -> str:
    return item.answer if isinstance(item, FaqPair) else item.text


def _asks(item: FaqPair | Section) -> str:
    return "\n".join((item.question, *item.alternates)) if isinstance(item, FaqPair) else ""


def _text(article: Article, item: FaqPair | Section) -> str:
    above = (_asks(item),) if isinstance(item, FaqPair) else headings(article, item)
    return "\n".join((*above, _says(item)))


def _items(articles: Iterable[Article]) -> dict[tuple[str, str], FaqPair | Section]:
    items: dict[tuple[str, str], FaqPair | Section] = {}
    for article in articles:
        items |= {(article.id, pair.id): pair for pair in article.faq}
        items |= {(article.id, section.id): section for section in article.sections}
    return items


def _kinds(passages: Sequence[Passage]) -> NDArray[np.int8]:
    return np.fromiter((_NUMBER_OF[one.kind] for one in passages), np.int8, len(passages))


def as_compared(text: str) -> str:
    """Return a text as answers are compared: white space and case aside."""
    return " ".join(text.casefold().split())


# The answers of questions' first hits are compared again and again; few, for sections can be long.
_compared = lru_cache(maxsize=1 << 10)(as_compared)
