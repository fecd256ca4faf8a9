"""What is shown of a hit, which sentence of it answers the question, and where that stands."""

import math
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder
from index.languages import stem
from index.records import FaqPair
from index.vectors import products
from qa.asked_kind import asked_kind, states
from qa.excerpt import (
    Span,
    best_quote,
    direct_answer,
    headed,
    joined,
    line_of,
    quotable,
    shown_span,
    whole_span,
    with_condition,
    with_first,
    with_next,
)
from qa.links import page_url, public_url
from qa.rank import Ranked
from qa.records import Hit, HitKind
from qa.remembered import RememberedOf
from qa.search import Owner, Searcher
from qa.term_sets import stem_set

# Which sentence answers: the cosine, and this much of the rarity-weighted overlap of stems.  On
# squad2_dev16 the sentence with the short answer was found in .786 of its paragraphs by the cosine
# alone and in .859 by both (1,436 questions; .854 and .860 with weights of .5 and 1; by the words
# as they are written .850 to .857); the first sentence would be right in .300.  How rare a word is
# goes by its stem, which makes .860 of .862 (1,418 questions with several sentences to choose
# from): in a small library that says "costs" everywhere, "cost" outweighed all else.  Words that
# few of the passage's own sentences have, counted more, make .862 to .869, and nothing better of
# questions with two conditions: see ``excerpt.with_next`` for those.
QUOTE_OVERLAP_WEIGHT = 0.7
# An answer of an FAQ begins with what its question asks for: its first sentence is ahead by this
# much.  Nor need it say again what the question says: only the reader's other words count, as much
# as here ("green" where the pair asks how long tea keeps).  On the sites of ``benchmarks.sites`` an
# expected sentence is marked in .849 of 589 answers of several sentences (.784 where the first was
# ahead by .05, and all words counted .7).  Sections have no such order: on squad2_dev16 the first
# sentence is right in .300.
FIRST_SENTENCE_BONUS = 0.25
OTHER_WORDS_WEIGHT = 0.5
# So many sentences of a passage are compared by meaning: those with the most overlap.
COMPARED_SENTENCES = 12
# A sentence that states what is asked for, a sum of money for "what does it cost", is ahead by this
# much.  On the sites of ``benchmarks.sites`` 15 of 237 right answers to such questions get another
# mark, 10 of them a right one in place of a wrong one and none the other way round; with .3, of 26
# that change 14 gain and 5 lose.
KIND_BONUS = 0.1
# Of so many characters a stem that begins another is the same word: "collect", "collector".
_ROOT_CHARS = 5
_CACHED_SENTENCES = 8192
# Of a library, what was cut of so many passages is kept (some 20 MB), and as many addresses.
_CACHED_PASSAGES = 8192


@dataclass(frozen=True, slots=True)
class _Cut:
    """What is shown, and what of it can be quoted.

    ``texts`` are those of ``spans``, ``headed`` the same with the heads of tables; ``joined`` tells
    of which the next one goes on with it.
    """

    shown: Span
    spans: tuple[Span, ...]
    texts: tuple[str, ...]
    headed: tuple[str, ...]
    joined: tuple[bool, ...]


@dataclass(frozen=True)
class _Words:
    """The telling words of a question that an owner's sentences have, with how rare they are."""

    searcher: Searcher
    owner: Owner
    question: str
    texts: tuple[str, ...]

    @cached_property
    def _shared(self) -> list[dict[str, float]]:
        # Of the question itself, and of each sentence.
        texts = (self.question, *self.texts)
        language = self.owner.article.language
        return self.searcher.lexicon.shared_in(self.question, texts, language)

    @property
    def had(self) -> Sequence[Mapping[str, float]]:
        """The words that each sentence has."""
        return self._shared[1:]

    @cached_property
    def other(self) -> Sequence[Mapping[str, float]]:
        """Those of them that the owner's own questions lack, as shares of all that is asked."""
        asked, *had = self._shared
        total, worded = math.fsum(asked.values()), self._worded(asked)
        return [{word: own[word] / total for word in own if word not in worded} for own in had]

    def _worded(self, words: Iterable[str]) -> frozenset[str]:
        """Return those of some words that the owner's own questions have, in any form.

        "Is Rust garbage collected?" asks for a garbage collector.
        """
        language = self.owner.article.language
        roots = stem_set(self.owner.asks, language)
        return frozenset(word for word in words if _has_form(roots, stem(word, language)))

    def scores(self) -> NDArray[np.float64]:
        """What the words in each sentence count for its being the answer, (sentences,)."""
        if self.owner.asks:
            shares = [math.fsum(own.values()) for own in self.other]
            return OTHER_WORDS_WEIGHT * np.array(shares)
        lexicon, language = self.searcher.lexicon, self.owner.article.language
        shares = lexicon.stem_overlaps(self.question, self.texts, language)
        return QUOTE_OVERLAP_WEIGHT * np.array(shares)


class Quoter:
    """Chooses the passage and the sentence.  Safe to use from several threads.

    It keeps the vectors of the sentences last compared that the library has none of, and how the
    passages of a library are cut and addressed: the same answer again costs nothing.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._cuts: RememberedOf[tuple[int, Span], _Cut] = RememberedOf(_CACHED_PASSAGES)
        self._addresses: RememberedOf[tuple[int, Span], str] = RememberedOf(_CACHED_PASSAGES)
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def excerpt(
        self,
        searcher: Searcher,
        owner: Owner,
        question: str,
        vector: NDArray[np.float32],
        *,
        close: bool,
        meant: str = "",
    ) -> tuple[Span, Span]:
        """Return what is shown of ``owner``, and which sentence of it answers.

        ``meant`` is the question itself, where ``question`` holds what it leans on, too: the words
        of that are no reason to mark a sentence.

        ``close`` compares the sentences' meaning, too, which only what is read is worth.
        """
        item = owner.item
        part = whole_span(owner.article, item)
        if part is None:
            best = searcher.best_part(question, vector, owner)
            part = best.start, best.end
        place = owner.number, part
        cut = self._cuts.of(searcher).get(place, lambda: _cut(owner, part))
        shown, spans, texts = cut.shown, cut.spans, cut.texts
        if len(spans) == 1:
            return shown, spans[0]
        pair = item if isinstance(item, FaqPair) else None
        words = _Words(searcher, owner, meant or question, cut.headed)
        if (
            pair
            and (direct := direct_answer(owner.article, pair, question, spans))
            and (found := with_condition(spans, direct, cut.joined, words.other))
        ):
            return shown, found
        scores = words.scores()
        if kind := asked_kind(meant or question):
            scores += KIND_BONUS * np.array([states(kind, text) for text in texts])
        begins = pair is not None and spans[0][0] == shown[0]
        if begins:
            scores[0] += FIRST_SENTENCE_BONUS
        if close:
            # A stable order: of equal overlaps the first in the text.
            compared = np.argsort(-scores, kind="stable")[:COMPARED_SENTENCES]
            vectors = self._vectors(searcher, [texts[number] for number in compared])
            scores[compared] += products(vectors, vector) + 1.0  # above all that were not compared
        quote = best_quote(spans, scores.tolist())
        if cut.joined[spans.index(quote)]:
            quote = with_next(spans, texts, quote, words.had)
        if begins and cut.joined[0]:
            quote = with_first(spans, quote, words.other)
        return shown, quote

    def public_url(self, searcher: Searcher, owner: Owner, quote: Span) -> str | None:
        """Return the address that opens ``quote`` where it was published: see ``qa.links``.

        ``None`` where it was not.
        """
        item = owner.item
        address = (item.url if isinstance(item, FaqPair) else None) or owner.article.url
        if address is None:
            return None
        # In a very large article it takes milliseconds to tell whether words stand elsewhere.
        found = self._addresses.of(searcher).get(
            (owner.number, quote),
            lambda: public_url(address, owner.article.text, *quote) or "",
        )
        return found or None

    def hit(
        self,
        searcher: Searcher,
        number: int,
        ranked: Ranked,
        owner: Owner,
        excerpt: tuple[Span, Span],
        confidence: float,
    ) -> Hit:
        """Return the hit of that ``number``, with what ``excerpt`` says is shown of it."""
        article, item = owner.article, owner.item
        (start, end), quote = excerpt
        quote_start, quote_end = quote
        pair = item if isinstance(item, FaqPair) else None
        return Hit(
            rank=number,
            kind=HitKind.FAQ if pair else HitKind.SECTION,
            id=item.id,
            article=article.id,
            article_title=article.title,
            section=item.heading,
            question=pair.question if pair else None,
            text=article.text[start:end],
            quote=article.text[quote_start:quote_end],
            start=start,
            end=end,
            quote_start=quote_start,
            quote_end=quote_end,
            line=line_of(article, item, start),
            url=page_url(article.id, start, end, quote),
            public_url=self.public_url(searcher, owner, quote),
            similarity=ranked.similarity,
            confidence=confidence,
        )

    def _vectors(self, searcher: Searcher, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of ``texts``, (n, dim): the searcher's where it has them."""
        own = {text: searcher.sentence_vector(text) for text in texts}
        known = {text: vector for text, vector in own.items() if vector is not None}
        with self._lock:
            known |= {text: self._known[text] for text in texts if text in self._known}
        unknown = [text for text in dict.fromkeys(texts) if text not in known]
        if unknown:  # outside the lock: another question need not wait for it
            known.update(zip(unknown, self._encoder.encode_documents(unknown), strict=True))
        with self._lock:
            for text in texts:
                self._known[text] = known[text]
                self._known.move_to_end(text)
            while len(self._known) > _CACHED_SENTENCES:
                self._known.popitem(last=False)
        return np.stack([known[text] for text in texts])


def _has_form(roots: Collection[str], root: str) -> bool:
    """Tell whether ``root`` is one of some stems, or a longer or shorter form of one."""
    return root in roots or any(
        one.startswith(root) or root.startswith(one)
        for one in roots
        if min(len(one), len(root)) >= _ROOT_CHARS
    )


def _cut(owner: Owner, part: Span) -> _Cut:
    shown = shown_span(owner.article, owner.item, part)
    spans = quotable(owner.article, *shown)
    texts = tuple(owner.article.text[a:b] for a, b in spans)
    return _Cut(shown, spans, texts, headed(owner.article, spans), joined(owner.article, spans))
