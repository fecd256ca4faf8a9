"""From a question to an answer: the one way that chat, HTTP and command line all use.

An answerer holds one generation of the library in memory.  ``refresh`` builds the next one beside
it and swaps them in one step, so that a question sees the old or the new, never a mix, and never
waits or fails meanwhile.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.changes import WhenRead
from index.encoder import Encoder
from index.errors import ModelError, UsageError
from index.library import Library
from index.model_files import ModelIdentity
from index.passage_vectors import LARGE_FROM, PassageVectors, passage_vectors
from index.records import Article
from qa import confidence as sure
from qa.asking import (
    LOOKED_AT,
    TOP,
    Asker,
    query_vectors,
    text_vectors,
)
from qa.asking import MAX_QUESTION_CHARS as MAX_QUESTION_CHARS  # whoever asks looks for it here
from qa.asking import clean as clean
from qa.calibration import Correction
from qa.conversation import Question
from qa.evidence import same
from qa.explanation import Explanation, explained
from qa.offers import offered
from qa.quoting import Quoter
from qa.records import Abstention, AbstentionReason, Answer, Hit, Result, Turn
from qa.refusals import told
from qa.search import Owner, Searcher
from qa.several import asked_apart
from qa.understanding import (
    Understood,
    cleaned,
    in_conversation,
    is_better_leaning,
    may_lean,
    once_more,
)
from qa.weights import Weights

FURTHER = 2  # further answers beside the best
STARTER_CHARS = 90
_BATCH = 64
# A change of at most so many passages, or of that part of all, is taken over by itself.
SMALL_CHANGE, SMALL_SHARE = 64, 5


@dataclass(frozen=True)
class _Snapshot:
    """One generation of the library, ready to be searched."""

    mark: WhenRead
    articles: Mapping[str, Article]
    asker: Asker
    vectors: PassageVectors

    @property
    def generation(self) -> int:
        """Which one it is."""
        return self.mark.generation


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
        precision: float | None = None,
        weights: Weights | None = None,
        correction: Correction | None = None,
        large_from: int = LARGE_FROM,
    ) -> None:
        """Load the library, a file or an open one, which stays the caller's to close.

        ``top`` is the default number of hits.  A confidence below ``threshold`` abstains;
        ``precision``, in its place, is the share of answers that are to be right.  ``weights`` are
        those of ranking and confidence, by default the shipped ones; ``correction`` corrects the
        confidence, see ``qa.calibration``.  From ``large_from`` passages on, not all are compared
        with a question: see ``index.passage_vectors``.
        Raises ``LibraryMissing`` and ``LibraryDamaged``, ``ModelError`` for a library that another
        model than ``encoder`` has embedded, and ``UsageError`` for a precision that cannot be
        promised.
        """
        self._library = library
        self._encoder = encoder
        self._top = top
        self._weights = Weights.load() if weights is None else weights
        self._correction = correction
        self._large_from = large_from
        self._threshold = sure.least_confidence(
            self._weights, encoder.identity, threshold=threshold, precision=precision
        )
        self._refreshing = threading.Lock()
        self._quoter = Quoter(encoder)
        with _reading(library) as opened:
            self._snapshot = self._load(opened)

    @property
    def generation(self) -> int:
        """The generation of the library that answers now."""
        return self._snapshot.generation

    @property
    def searcher(self) -> Searcher:
        """What answers now: one generation of the library, which never changes."""
        return self._snapshot.asker.searcher

    @property
    def asker(self) -> Asker:
        """What decides now, one generation of the library: the same answers, without excerpts."""
        return self._snapshot.asker

    @property
    def encoder(self) -> Encoder:
        """What makes vectors of questions; it is the library's."""
        return self._encoder

    @property
    def model(self) -> ModelIdentity:
        """The embedding model that questions are compared with."""
        return self._encoder.identity

    def ask(self, question: str, history: Sequence[Turn] = (), *, top: int | None = None) -> Result:
        """Return the answer to ``question``, or an abstention with its reason.

        ``history`` is the conversation so far, in the order asked; ``top`` the number of hits.
        The same question, history and library always give the same result.  Where it asks several
        things that have different answers, the result has ``parts``.
        Raises ``UsageError`` for a question that is empty or longer than ``MAX_QUESTION_CHARS``,
        and for ``top < 1``.
        """
        return self._ask(question, history, top)[0]

    def explain(
        self, question: str, history: Sequence[Turn] = (), *, top: int | None = None
    ) -> tuple[Result, Explanation]:
        """Return what ``ask`` returns, and what it rests on.  Raises as ``ask`` does."""
        result, explanation = self._ask(question, history, top)
        return result, explanation()

    def ask_many(
        self, questions: Iterable[str | Question], *, top: int | None = None
    ) -> Iterator[Result]:
        """Yield the result of each question, in order, as ``ask`` gives it, lazily and faster.

        One that leaned on its conversation (see ``LoggedQuestion.asked``) gets what it would get
        there.  Raises as ``ask`` does, when the iteration gets there.
        """
        count = self._checked(top)
        waiting = iter(questions)
        error: UsageError | None = None
        while error is None and (taken := list(islice(waiting, _BATCH))):
            batch, error = cleaned(taken)
            if not batch:
                break
            snapshot = self._snapshot
            understood = [once_more(snapshot.asker, question) for question in batch]
            texts = [one.texts for one in understood]
            vectors = query_vectors(texts, text_vectors(self._encoder, texts))
            for typed, one, vector in zip(taken, understood, vectors, strict=False):
                result = self._result(snapshot, one, vector, count)[0]
                # One of a log is a part already, or is asked as it was.
                apart = self._apart(snapshot, typed, (), count) if isinstance(typed, str) else []
                yield _with_parts(result, [part for part, _ in apart])
        if error is not None:
            raise error

    def refresh(self) -> bool:
        """Take up the library's present generation; tell whether it was a new one.

        Questions are answered from the old one until the new one is ready, and after an error.
        Raises as the constructor does.
        """
        with self._refreshing:
            with _reading(self._library) as library:
                if library.holds_what(self._snapshot.mark):
                    return False
                self._snapshot = self._load(library, self._snapshot)
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

    def _ask(
        self, question: str, history: Sequence[Turn], top: int | None
    ) -> tuple[Result, Callable[[], Explanation]]:
        count = self._checked(top)
        # The snapshot is taken before the question is encoded: from here on it cannot change.
        snapshot = self._snapshot
        result, explanation = self._ask_one(snapshot, question, history, count)
        apart = self._apart(snapshot, question, history, count)
        if not apart:
            return result, explanation
        return _with_parts(result, [part for part, _ in apart]), lambda: replace(
            explanation(), parts=tuple(why() for _, why in apart)
        )

    def _apart(
        self, snapshot: _Snapshot, question: str, history: Sequence[Turn], count: int
    ) -> list[tuple[Result, Callable[[], Explanation]]]:
        """Return what becomes of each of the separate questions; none where there is one."""
        searcher = snapshot.asker.searcher

        def ask(part: str, history: Sequence[Turn]) -> tuple[Result, Callable[[], Explanation]]:
            return self._ask_one(snapshot, part, history, count)

        def alike(one: Hit, other: Hit) -> bool:
            return same(searcher, *(searcher.owner(hit.article, hit.id) for hit in (one, other)))

        return asked_apart(question, history, ask, alike)

    def _ask_one(
        self, snapshot: _Snapshot, question: str, history: Sequence[Turn], count: int
    ) -> tuple[Result, Callable[[], Explanation]]:
        asked = clean(question)
        corrected = snapshot.asker.speller.correct(asked)

        def read(leaning: bool | None) -> tuple[Result, Callable[[], Explanation]]:
            understood = in_conversation(asked, corrected, history, leaning=leaning)
            texts = [understood.texts]
            (vector,) = query_vectors(texts, text_vectors(self._encoder, texts))
            return self._result(snapshot, understood, vector, count)

        found = read(None)
        if found[0].abstained and history and may_lean(snapshot.asker, corrected.text):
            leaning = read(True)
            if is_better_leaning(leaning[0], history):
                return leaning
        return found

    def _checked(self, top: int | None) -> int:
        count = self._top if top is None else top
        if count < 1:
            raise UsageError(f"top is {count}; at least one hit must be asked for")
        return count

    def _load(self, library: Library, before: _Snapshot | None = None) -> _Snapshot:
        """Read the library; of one that was read ``before``, only what has changed."""
        with library.snapshot() as view:
            model = view.model
            if model is not None and model != self._encoder.identity:
                own = self._encoder.identity
                raise ModelError(
                    f"the library was embedded with {model.name} (revision "
                    f"{model.revision[:12]}), not with {own.name} (revision {own.revision[:12]}); "
                    "sync with the model to use"
                )
            mark = view.mark()
            taken = None if before is None else self._taken_over(view, mark, before)
            asker, vectors = taken or self._read(view, before)
            articles = {article.id: article for article in asker.articles}
            return _Snapshot(mark, articles, asker, vectors)

    def _read(self, view: Library, before: _Snapshot | None) -> tuple[Asker, PassageVectors]:
        """Read the whole library; vectors that were read ``before`` are not read again."""
        passages = view.passages()
        vectors = passage_vectors(
            view, before=None if before is None else before.vectors, large_from=self._large_from
        )
        asker = Asker.of(
            tuple(view.articles()),
            passages,
            vectors.vectors,
            weights=self._weights,
            threshold=self._threshold,
            correction=self._correction,
            languages=self._encoder.languages,
            vocabulary=self._encoder.vocabulary(),
            meaning=vectors.index,
        )
        return asker, vectors

    def _taken_over(
        self, view: Library, mark: WhenRead, before: _Snapshot
    ) -> tuple[Asker, PassageVectors] | None:
        """Take over a small change of the library; None where all is to be read again."""
        former = before.asker.searcher
        change = view.change_since(before.mark, before.articles, former.passages_of, now=mark)
        if change is None:
            return None
        had, came = len(former.owners.of_row), len(change.passages)
        gone = former.count_of(change.gone)
        large = had >= self._large_from
        if large != (had - gone + came >= self._large_from):
            return None
        # More takes longer than to begin afresh.
        if gone + came > max(SMALL_CHANGE, had // SMALL_SHARE):
            return None
        asker = before.asker.changed(change)
        if not large or former.keeps_index(gone + came):
            return asker, before.vectors
        vectors = passage_vectors(
            view,
            before=before.vectors,
            texts=[passage.text for passage in asker.passages],
            large_from=self._large_from,
        )
        searcher = asker.searcher.searching(vectors.vectors, vectors.index)
        return replace(asker, searcher=searcher), vectors

    def _result(
        self, snapshot: _Snapshot, understood: Understood, vector: NDArray[np.float32], top: int
    ) -> tuple[Result, Callable[[], Explanation]]:
        """Return the result, and what explains it, made only where it is asked for."""
        searcher, asked = snapshot.asker.searcher, understood.asked
        meant, searched = understood.texts
        decision = snapshot.asker.decide(
            searched, vector, meant=meant, top=top, spent=asked.spent, near=asked.near
        )
        spent = asked.spent if decision.passed_over else None
        ranking, owners = decision.ranking, decision.owners
        judged, confidences, reason = decision.evidence, decision.confidences, decision.reason
        shown = range(min(top, len(judged)))
        wanted: tuple[int, ...] = ()
        if reason is None:
            wanted = 0, *_further(searcher, owners, confidences, self._threshold)

        @cache  # of a place there may be a hit, a further answer and a near question
        def hit(place: int) -> Hit:
            close = place in wanted
            excerpt = self._quoter.excerpt(
                searcher, owners[place], searched, vector, close=close, meant=meant
            )
            # What is offered from far down the ranking is no surer than what was judged last.
            confidence = confidences[min(place, len(confidences) - 1)]
            return self._quoter.hit(
                searcher, place + 1, ranking[place], owners[place], excerpt, confidence
            )

        def nearest() -> tuple[Hit, ...]:
            if reason is AbstentionReason.SMALL_TALK:
                return ()
            return tuple(hit(place) for place in offered(searcher, searched, decision))

        def explanation() -> Explanation:
            return Explanation(
                searched=searched,
                changes=understood.corrected.changes,
                threshold=self._threshold,
                hits=tuple(
                    explained(
                        searcher,
                        searched,
                        ranking[place],
                        owners[place],
                        judged[place],
                        self._weights,
                        near=asked.near,
                    )
                    for place in shown
                ),
                correction=self._correction,
                nearest=nearest(),
            )

        hits = tuple(hit(place) for place in shown)
        if reason is None:
            answer = Answer(
                asked.text,
                hits,
                confidences[0],
                tuple(hit(place) for place in wanted[1:]),
                meant,
                decision.answerable,
                asked.context,
                spent,
                asked.near,
            )
            return answer, explanation
        abstention = Abstention(
            question=asked.text,
            reason=reason,
            message=told(reason, meant, searcher),
            nearest=nearest(),
            hits=hits,
            confidence=confidences[0] if confidences else 0.0,
            meant=meant,
            answerable=decision.answerable,
            context=asked.context,
            spent=spent,
            near=asked.near,
        )
        return abstention, explanation


@contextmanager
def _reading(library: Path | Library) -> Iterator[Library]:
    """Open a library, or borrow an open one."""
    if isinstance(library, Library):
        yield library
    else:
        with Library.open(library, read_only=True) as opened:
            yield opened


def _with_parts(result: Result, parts: Sequence[Result]) -> Result:
    return replace(result, parts=tuple(parts)) if parts else result


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
        if not any(same(searcher, owners[place], owners[other]) for other in kept):
            kept.append(place)
    return kept[1:]
