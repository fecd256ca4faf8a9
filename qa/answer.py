"""From a question to an answer: the one way that chat, HTTP and command line all use.

An answerer holds one generation of the library in memory.  ``refresh`` builds the next one beside
it and swaps them in one step, so that a question sees the old or the new, never a mix, and never
waits or fails meanwhile.
"""

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, ModelIdentity
from index.errors import ModelError, UsageError
from index.library import Library
from index.records import Article, FaqPair
from qa import confidence as sure
from qa import conversation, links
from qa.excerpt import (
    FIRST_SENTENCE_BONUS,
    Span,
    best_quote,
    direct_answer,
    line_of,
    quotable,
    shown_span,
)
from qa.further import says_the_same
from qa.rank import Ranked, rank
from qa.records import Abstention, Answer, Hit, HitKind, Result, Turn
from qa.search import DEPTH, Owner, Searcher

MAX_QUESTION_CHARS = 2000
TOP = 10
FURTHER = 2  # further answers beside the best
NEAREST = 3  # FAQ questions offered instead of an answer
# Further answers and the margin are looked for this far down, whatever number of hits is asked for,
# so that the same question gets the same answer with every ``top``.
LOOKED_AT = 10
# Something else than the best is looked for among so many: an FAQ may word one answer's question
# in many ways.
DIFFERENT_WITHIN = 50
STARTER_CHARS = 90
_BATCH = 64
_CACHED_SENTENCES = 8192

# Which sentence answers: the cosine, and this much of the rarity-weighted overlap.  On squad2_dev16
# the sentence with the short answer was found in .786 of its paragraphs by the cosine alone, in
# .840 by the overlap alone, in .850 by both; the first sentence would be right in .300.
QUOTE_OVERLAP_WEIGHT = 0.5
# So many sentences of a passage are compared by meaning: those with the most overlap.
COMPARED_SENTENCES = 12


@dataclass(frozen=True)
class _Snapshot:
    """One generation of the library, ready to be searched."""

    generation: int
    articles: Mapping[str, Article]
    searcher: Searcher


class Answerer:
    """Answers questions from one library, word for word.  Safe to use from several threads.

    >>> answerer = Answerer(library_path(content), load_encoder())      # doctest: +SKIP
    >>> answerer.ask("How long does tea keep?").best.text               # doctest: +SKIP
    'Black tea keeps for two years. Green tea keeps for one year.'
    """

    def __init__(
        self,
        library: Path | Library,
        encoder: Encoder,
        *,
        top: int = TOP,
        threshold: float | None = None,
    ) -> None:
        """Load the library, a file or an open one, which stays the caller's to close.

        ``top`` is the default number of hits.  A confidence below ``threshold`` abstains.
        Raises ``LibraryMissing`` and ``LibraryDamaged``, and ``ModelError`` for a library that
        another model than ``encoder`` has embedded.
        """
        self._library = library
        self._encoder = encoder
        self._top = top
        self._threshold = sure.DEFAULT_THRESHOLD if threshold is None else threshold
        self._refreshing = threading.Lock()
        self._sentences = _SentenceCache(encoder)
        self._snapshot = self._load()

    @property
    def generation(self) -> int:
        """The generation of the library that answers now."""
        return self._snapshot.generation

    @property
    def model(self) -> ModelIdentity:
        """The embedding model that questions are compared with."""
        return self._encoder.identity

    def ask(self, question: str, history: Sequence[Turn] = (), *, top: int | None = None) -> Result:
        """Return the answer to ``question``, or an abstention with its reason.

        ``history`` is the conversation so far, in the order asked; ``top`` the number of hits.
        The same question, history and library always give the same result.
        Raises ``UsageError`` for a question that is empty or longer than ``MAX_QUESTION_CHARS``,
        and for ``top < 1``.
        """
        asked = clean(question)
        searched = conversation.resolve(asked, history)
        # The snapshot is taken before the question is encoded: from here on it cannot change.
        snapshot = self._snapshot
        vector = self._encoder.encode_queries([searched])[0]
        return self._result(snapshot, asked, searched, vector, self._checked(top))

    def ask_many(self, questions: Iterable[str], *, top: int | None = None) -> Iterator[Result]:
        """Yield the result of each question, in order, as ``ask`` gives it, lazily and faster.

        Raises as ``ask`` does, when the iteration gets there.
        """
        count = self._checked(top)
        waiting = iter(questions)
        while batch := [clean(question) for question in islice(waiting, _BATCH)]:
            snapshot = self._snapshot
            vectors = self._encoder.encode_queries(batch)
            for asked, vector in zip(batch, vectors, strict=True):
                yield self._result(snapshot, asked, asked, vector, count)

    def refresh(self) -> bool:
        """Take up the library's present generation; tell whether it was a new one.

        Questions are answered from the old one until the new one is ready, and after an error.
        Raises as the constructor does.
        """
        with self._refreshing:
            with _reading(self._library) as library:
                if library.generation == self._snapshot.generation:
                    return False
            self._snapshot = self._load()
            return True

    def article(self, id: str) -> Article:
        """Return the article of that id.  ``UsageError`` when there is none."""
        try:
            return self._snapshot.articles[id]
        except KeyError:
            raise UsageError(f"there is no article {id!r} in this library") from None

    def articles(self) -> tuple[Article, ...]:
        """Return all articles, by id."""
        return tuple(self._snapshot.articles.values())

    def starters(self, n: int = 4) -> tuple[str, ...]:
        """Return up to ``n`` questions of the content's own FAQs, to begin with.

        Spread over the articles: the first of each in the order of their ids, then the second, …
        Questions too long for a button are left out.
        """
        own = (
            [pair.question for pair in article.faq if len(pair.question) <= STARTER_CHARS]
            for article in self.articles()
        )
        spread = (question for turn in zip_longest(*own) for question in turn if question)
        return tuple(islice(dict.fromkeys(spread), n))

    def _checked(self, top: int | None) -> int:
        count = self._top if top is None else top
        if count < 1:
            raise UsageError(f"top is {count}; at least one hit must be asked for")
        return count

    def _load(self) -> _Snapshot:
        with _reading(self._library) as library, library.snapshot() as view:
            model = view.model
            if model is not None and model != self._encoder.identity:
                own = self._encoder.identity
                raise ModelError(
                    f"the library was embedded with {model.name} (revision "
                    f"{model.revision[:12]}), not with {own.name} (revision {own.revision[:12]}); "
                    "sync with the model to use"
                )
            articles = {article.id: article for article in view.articles()}
            searcher = Searcher(tuple(articles.values()), view.passages(), view.vectors())
            return _Snapshot(view.generation, articles, searcher)

    def _result(
        self,
        snapshot: _Snapshot,
        asked: str,
        searched: str,
        vector: NDArray[np.float32],
        top: int,
    ) -> Result:
        searcher = snapshot.searcher
        ranking = rank(searcher.candidates(searched, vector, depth=max(DEPTH, 5 * top)))
        owners = [searcher.owner(one.candidate.article, one.candidate.id) for one in ranking]
        places = range(min(len(ranking), max(top, LOOKED_AT)))
        evidence = [_evidence(searcher, ranking, owners, place) for place in places]
        confidences = np.minimum.accumulate([sure.confidence(one) for one in evidence]).tolist()
        reason = sure.decide(
            evidence[0] if evidence else None,
            threshold=self._threshold,
            vague=sure.is_vague(searched),
        )
        wanted = {0, *_further(searcher, owners, confidences, self._threshold)}

        def hit(place: int) -> Hit:
            close = reason is None and place in wanted
            excerpt = self._excerpt(searcher, owners[place], searched, vector, close=close)
            # What is offered from far down the ranking is no surer than what was judged last.
            confidence = confidences[min(place, len(confidences) - 1)]
            return self._hit(place + 1, ranking[place], owners[place], excerpt, confidence)

        hits = [hit(place) for place in places]
        if reason is None:
            further = tuple(hits[place] for place in sorted(wanted - {0}))
            return Answer(asked, tuple(hits[:top]), confidences[0], further)
        pairs = (p for p, owner in enumerate(owners) if isinstance(owner.item, FaqPair))
        return Abstention(
            question=asked,
            reason=reason,
            message=sure.MESSAGES[reason],
            nearest=tuple(hit(place) for place in islice(pairs, NEAREST)),
            hits=tuple(hits[:top]),
            confidence=confidences[0] if confidences else 0.0,
        )

    def _excerpt(
        self,
        searcher: Searcher,
        owner: Owner,
        question: str,
        vector: NDArray[np.float32],
        *,
        close: bool,
    ) -> tuple[Span, Span]:
        """Return what is shown of ``owner``, and which sentence of it answers.

        ``close`` compares the sentences' meaning, too, which only what is read is worth.
        """
        part = searcher.best_part(question, vector, owner)
        shown = shown_span(owner.article, owner.item, (part.start, part.end))
        spans = quotable(owner.article, *shown)
        if len(spans) == 1:
            return shown, spans[0]
        item = owner.item
        pair = item if isinstance(item, FaqPair) else None
        if pair and (direct := direct_answer(owner.article, pair, question, spans)):
            return shown, direct
        texts = [owner.article.text[start:end] for start, end in spans]
        scores = QUOTE_OVERLAP_WEIGHT * np.array(searcher.overlaps(question, texts))
        if pair and spans[0][0] == shown[0]:
            scores[0] += FIRST_SENTENCE_BONUS
        if close:
            # A stable order: of equal overlaps the first in the text.
            compared = np.argsort(-scores, kind="stable")[:COMPARED_SENTENCES]
            vectors = self._sentences.vectors([texts[number] for number in compared])
            scores[compared] += vectors @ vector + 1.0  # above all that were not compared
        return shown, best_quote(spans, scores.tolist())

    def _hit(
        self,
        number: int,
        ranked: Ranked,
        owner: Owner,
        excerpt: tuple[Span, Span],
        confidence: float,
    ) -> Hit:
        article, item = owner.article, owner.item
        (start, end), (quote_start, quote_end) = excerpt
        pair = item if isinstance(item, FaqPair) else None
        address = (pair.url if pair else None) or article.url
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
            url=links.page_url(article.id, start, end),
            public_url=links.public_url(address, article.text, quote_start, quote_end),
            similarity=ranked.similarity,
            confidence=confidence,
        )


@contextmanager
def _reading(library: Path | Library) -> Iterator[Library]:
    """Open a library, or borrow an open one."""
    if isinstance(library, Library):
        yield library
    else:
        with Library.open(library, read_only=True) as opened:
            yield opened


class _SentenceCache:
    """The vectors of the sentences last compared: the same answer again costs nothing."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of ``texts``, (n, dim)."""
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
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


def _evidence(
    searcher: Searcher, ranking: Sequence[Ranked], owners: Sequence[Owner], place: int
) -> sure.Evidence:
    """Return the evidence for one place of the ranking."""
    one = ranking[place]
    others = (j for j in range(min(len(ranking), DIFFERENT_WITHIN)) if j != place)
    rival = next((j for j in others if not _same(searcher, owners[place], owners[j])), None)
    # Nothing else was found: as far ahead as can count.
    margin = sure.MARGIN_LIMIT if rival is None else one.score - ranking[rival].score
    return sure.Evidence(one.similarity, one.candidate.telling_overlap, margin)


def _further(
    searcher: Searcher, owners: Sequence[Owner], confidences: Sequence[float], least: float
) -> list[int]:
    """Return the places of the further hits.

    Each is as sure as an answer has to be (``least``), and none says what another one says.
    """
    kept = [0]
    for place in range(1, min(len(confidences), LOOKED_AT)):
        if len(kept) > FURTHER or confidences[place] < least:
            break
        if not any(_same(searcher, owners[place], owners[other]) for other in kept):
            kept.append(place)
    return kept[1:]


def _same(searcher: Searcher, one: Owner, other: Owner) -> bool:
    return says_the_same(one.says, other.says, likeness=searcher.likeness(one, other))


def clean(question: str) -> str:
    """Return the question without control characters and surrounding white space.

    Raises ``UsageError`` when nothing is left, or more than ``MAX_QUESTION_CHARS``.
    """
    kept = "".join(
        " " if character.isspace() else character
        for character in question
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cs", "Cn")
    ).strip()
    if not kept:
        raise UsageError("the question is empty; type what you would like to know")
    if len(kept) > MAX_QUESTION_CHARS:
        raise UsageError(
            f"the question has {len(kept)} characters; at most {MAX_QUESTION_CHARS} can be asked: "
            "shorten it"
        )
    return kept
