"""What becomes of a question: the one ranking, the one confidence, the one no.  Pure.

``Answerer`` adds the passages that it shows; what works through a whole log (gaps, the effect of an
edit) needs none, and asks here, of the library as it is or as it would be.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.changes import LibraryChange
from index.encoder import Encoder
from index.errors import UsageError
from index.records import Article, FaqPair, Passage
from index.vectors import VectorSearch
from index.words import terms
from qa import confidence as sure
from qa import conversation
from qa.calibration import Correction
from qa.conversation import Question
from qa.dictionaries import looked_up
from qa.evidence import judge
from qa.function_words import is_vague
from qa.lexical import Lexicon
from qa.rank import Ranked, Ranking, rank
from qa.records import AbstentionReason
from qa.search import DEPTH, Owner, Searcher
from qa.small_talk import is_small_talk
from qa.spelling import Speller
from qa.weights import Weights
from qa.window import shown_to_model

MAX_QUESTION_CHARS = 2000
TOP = 10
# Further answers and the margin are looked for this far down, whatever number of hits is asked for,
# so that the same question gets the same answer with every ``top``.
LOOKED_AT = 10
# What says nothing of a follow-up is no answer to it where the answer before was passed over,
# however close it is: its confidence counts so little of itself that only the order is left.
_SAYS_NOTHING = 0.01
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Decision:
    """A question's whole ranking, what speaks for its first hits, and why there is no answer.

    ``ranking`` and their ``owners`` are all candidates, best first.  ``evidence``, ``own`` (the
    confidence of each by itself) and ``confidences`` (as an answer has them: never rising) are
    those of the first hits.  ``answerable`` is how likely anything here answers the question.
    ``passed_over``: what was spent would have come first.  Then nothing else is an answer that says
    nothing of the question itself.
    """

    reason: AbstentionReason | None
    ranking: Ranking
    owners: tuple[Owner, ...]
    evidence: tuple[sure.Evidence, ...]
    own: tuple[float, ...]
    confidences: tuple[float, ...]
    answerable: float
    passed_over: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a question: why it is not answered (None: it is) and its first hits.

    ``owners``, ``ranked`` and ``confidences`` are the first ``LOOKED_AT`` hits', best first, as an
    answer has them: never rising.  ``own`` are the confidences of each by itself.
    """

    reason: AbstentionReason | None
    ranked: tuple[Ranked, ...]
    owners: tuple[Owner, ...]
    confidences: tuple[float, ...]
    own: tuple[float, ...]

    @property
    def first(self) -> Owner | None:
        """The first hit's owner; None in an empty library."""
        return self.owners[0] if self.owners else None

    @property
    def confidence(self) -> float:
        """The first hit's confidence; 0 in an empty library."""
        return self.confidences[0] if self.confidences else 0.0

    @property
    def answers(self) -> Owner | None:
        """What answers the question; None where nothing does."""
        return self.first if self.reason is None else None


@dataclass(frozen=True, eq=False)
class Asker:
    """A library that can be asked, and the settings that it is asked with."""

    articles: tuple[Article, ...]
    searcher: Searcher
    speller: Speller
    weights: Weights
    threshold: float = sure.DEFAULT_THRESHOLD
    correction: Correction | None = None

    @staticmethod
    def of(
        articles: Sequence[Article],
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        *,
        weights: Weights | None = None,
        threshold: float = sure.DEFAULT_THRESHOLD,
        correction: Correction | None = None,
        languages: Collection[str] | None = None,
        vocabulary: Mapping[str, int] | None = None,
        meaning: VectorSearch | None = None,
    ) -> "Asker":
        """Return the asker of a library's articles, passages and their vectors, row by row.

        ``languages`` and ``vocabulary`` are the encoder's; ``meaning``: see ``Searcher``.
        """
        searcher = Searcher(articles, passages, vectors, languages=languages, meaning=meaning)
        lexicon = searcher.lexicon
        return Asker(
            articles=tuple(articles),
            searcher=searcher,
            speller=Speller(lexicon.terms, vocabulary or {}, languages=_looked_up(lexicon)),
            weights=Weights.load() if weights is None else weights,
            threshold=threshold,
            correction=correction,
        )

    def changed(self, change: LibraryChange, *, preview: bool = False) -> "Asker":
        """Return the asker of a library after a change.

        See ``Searcher.changed``: it answers as one made afresh does, and this one stays as it is.
        """
        searcher = self.searcher.changed(change, preview=preview)
        lexicon = searcher.lexicon
        left = {*change.gone, *(article.id for article in change.articles)}
        kept = (article for article in self.articles if article.id not in left)
        return replace(
            self,
            articles=tuple(sorted((*kept, *change.articles), key=lambda article: article.id)),
            searcher=searcher,
            speller=self.speller.knowing(lexicon.terms, languages=_looked_up(lexicon)),
        )

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The library's passages."""
        return self.searcher.passages

    @property
    def vectors(self) -> NDArray[np.float32]:
        """Their vectors, (n, dim) float32, unit rows; not to be written to."""
        return self.searcher.vectors

    @cached_property
    def terms(self) -> frozenset[str]:
        """Every term of the library, as ``index.words.terms`` gives them."""
        return frozenset(self.searcher.lexicon.terms)

    def has(self, article: str, id: str) -> bool:
        """Tell whether the library (still) has a pair or section."""
        return self.searcher.owners.has((article, id))

    def knows(self, words: Iterable[str]) -> bool:
        """Tell whether the library has all of some words, as they are written."""
        known = self.searcher.lexicon.terms
        return all(term in known for word in words for term in terms(word))

    def meant(self, question: str) -> str:
        """Return what is searched for: the question, clean, its typing errors mended.

        Raises ``UsageError`` as ``Answerer.ask`` does.
        """
        return self.speller.correct(clean(question)).text

    def texts(self, question: str | Question) -> tuple[str, str]:
        """Return what is meant by ``question`` itself, and what is searched for: that behind what
        it leans on."""
        question = as_question(question)
        meant = self.meant(question.text)
        return meant, conversation.searched(question.context, meant)

    def encode(self, encoder: Encoder, questions: Sequence[str | Question]) -> NDArray[np.float32]:
        """Return the vectors of what is meant by ``questions``, (n, dim), each encoded once."""
        if not questions:
            return np.zeros((0, encoder.identity.dimension), dtype=np.float32)
        texts = [self.texts(question) for question in questions]
        return query_vectors(texts, text_vectors(encoder, texts))

    def ask(self, question: str | Question, vector: NDArray[np.float32]) -> Outcome:
        """Return what becomes of ``question``; ``vector`` (dim,) is that of what is meant by it.

        A follow-up gets what it would get in its conversation; what was passed over is no hit, and
        what says nothing of it has next to no confidence by itself.
        """
        question = as_question(question)
        meant, searched = self.texts(question)
        found = self.decide(
            searched, vector, meant=meant, spent=self.still_spent(question), near=question.near
        )
        # A log's outcomes are kept together: whole rankings would take a megabyte each.  In a small
        # library what was passed over, the last, would be among the first.
        count = min(len(found.own), len(found.ranking) - found.passed_over)
        own = found.own[:count]
        if found.passed_over:
            own = tuple(
                one if _speaks_of(owner, meant) else one * _SAYS_NOTHING
                for one, owner in zip(own, found.owners, strict=False)
            )
        return Outcome(
            found.reason,
            found.ranking[:count],
            found.owners[:count],
            found.confidences[:count],
            own,
        )

    def still_spent(self, question: Question) -> tuple[str, str] | None:
        """Return what is spent for a question (see ``conversation.spent``): what was when it was
        asked, unless it is gone by now, or says something of the question."""
        if question.spent is None or not self.has(*question.spent):
            return None
        owner = self.searcher.owner(*question.spent)
        pair = owner.item
        if not isinstance(pair, FaqPair):
            return None
        said = (pair.question, pair.answer, pair.heading, owner.article.title)
        nothing = conversation.says_nothing_of(self.meant(question.text), *said)
        return question.spent if nothing else None

    def decide(
        self,
        searched: str,
        vector: NDArray[np.float32],
        *,
        meant: str = "",
        top: int = TOP,
        spent: tuple[str, str] | None = None,
        near: str = "",
    ) -> Decision:
        """Return what becomes of what is searched for; ``vector`` (dim,) is its.

        ``meant`` is the question in it, where it leans on something.  ``top`` hits are judged, but
        at least ``LOOKED_AT``.  ``spent`` (article id, own id) is what the reader has just had:
        where it would come first, it comes last.  What stands in the article of the id ``near`` is
        a little ahead.
        """
        candidates = self.searcher.candidates(searched, vector, depth=max(DEPTH, 5 * top))
        ranking, passed_over = _without_spent(
            rank(candidates, self.weights.ranking, near=near), spent
        )
        owners = self.searcher.owners.at(candidates.numbers[ranking.order])
        judged = judge(
            self.searcher,
            searched,
            ranking,
            owners,
            count=min(len(ranking), max(top, LOOKED_AT)),
            temperature=self.weights.ranking.temperature,
            unknown=not self.speller.recognises(searched),
            meant=meant,
        )
        own = [sure.confidence(one, self.weights.confidence) for one in judged]
        if self.correction is not None:
            own = [self.correction(one) for one in own]
        falling = tuple(np.minimum.accumulate(own).tolist())
        reason = sure.decide(
            falling[0] if falling else None,
            similarity=ranking[0].similarity if ranking else 0.0,
            threshold=self.threshold,
            vague=is_vague(searched),
            small_talk=bool(owners) and _is_small_talk(owners[0], meant or searched),
        )
        if passed_over and reason is None and not _speaks_of(owners[0], meant or searched):
            reason = AbstentionReason.NOTHING_CLOSE
        known = sure.answerable(judged[0], self.weights.answerable) if judged else 0.0
        return Decision(
            reason, ranking, owners, tuple(judged), tuple(own), falling, known, passed_over
        )


def clean(question: str) -> str:
    """Return the question without control characters and surrounding white space.

    Raises ``UsageError`` when nothing is left, or more than ``MAX_QUESTION_CHARS``.
    """
    kept = in_one_line(question)
    if not kept:
        raise UsageError("the question is empty; type what you would like to know")
    if len(kept) > MAX_QUESTION_CHARS:
        raise UsageError(
            f"the question has {len(kept)} characters; at most {MAX_QUESTION_CHARS} can be asked: "
            "shorten it"
        )
    return kept


def in_one_line(text: str) -> str:
    """Return a text without control characters and surrounding white space."""
    return "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cs", "Cn")
    ).strip()


def as_question(question: str | Question) -> Question:
    """Return a question; one that is a text stands alone."""
    return Question(question) if isinstance(question, str) else question


def query_vectors(
    texts: Sequence[tuple[str, str]],
    known: Mapping[str, NDArray[np.float32]],
    *,
    weight: float = conversation.CONTEXT_WEIGHT,
) -> NDArray[np.float32]:
    """Return the vectors that questions are searched for with, (n, dim), unit rows; not of none.

    ``texts`` are what is meant by each and what is searched for (see ``Asker.texts``), ``known``
    the vectors (dim,) of all of these; ``weight`` is what the latter counts beside the former.
    """
    rows = []
    for meant, searched in texts:
        own = known[meant]
        if searched != meant:
            both = own + np.float32(weight) * known[searched]
            own = both / np.linalg.norm(both)
        rows.append(own)
    return np.vstack(rows)


def text_vectors(
    encoder: Encoder, texts: Iterable[tuple[str, str]]
) -> dict[str, NDArray[np.float32]]:
    """Return the vectors of some texts, each encoded once."""
    distinct = list(dict.fromkeys(chain.from_iterable(texts)))
    found: dict[str, NDArray[np.float32]] = {}
    for at in range(0, len(distinct), _BATCH):
        batch = distinct[at : at + _BATCH]
        found.update(zip(batch, encoded(encoder, batch), strict=True))
    return found


def encoded(encoder: Encoder, questions: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors of questions, (n, dim), each of what the model is shown of it."""
    return encoder.encode_queries([shown_to_model(question) for question in questions])


def _looked_up(lexicon: Lexicon) -> tuple[str | None, ...]:
    return looked_up(lexicon.languages, lexicon.unread)


def _is_small_talk(first: Owner, question: str) -> bool:
    """Tell whether a question asks nothing: it greets or thanks, and the first hit is not what is
    called so (a product named "Hello")."""
    if not is_small_talk(question):
        return False
    pair = first.item.question if isinstance(first.item, FaqPair) else ""
    names = (first.article.title, first.item.heading, pair)
    words = conversation.own_words(question)
    return not words or not all(conversation.shares_a_word([word], *names) for word in words)


def _speaks_of(owner: Owner, question: str) -> bool:
    said = (owner.article.title, owner.item.heading, owner.text)
    return conversation.shares_a_word(conversation.own_words(question), *said)


def _without_spent(ranking: Ranking, spent: tuple[str, str] | None) -> tuple[Ranking, bool]:
    """Return the ranking with ``spent`` at its end where it would be first; and if so."""
    if spent is None or not ranking:
        return ranking, False
    first = ranking[0].candidate
    if (first.article, first.id) != spent:
        return ranking, False
    return ranking.with_first_last(), True
