"""How a question's words meet those of FAQ pairs and sections.

Meaning is the embedding model's business; what is counted here is which of the question's words an
owner has, how rare they are, and whether they stand together.  Everything is computed over all
owners, so that it depends on the library and the question only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.bm25 import BM25Index
from index.languages import stem
from index.pieces import pieces
from index.postings import Coded, Postings, TermNumbers, pair
from index.splice import Splice, objects
from index.words import is_exact, quoted, stemmed, stems, terms
from qa.function_words import is_function_word
from qa.term_sets import question_terms, term_set

_MOST_RARITIES = 1 << 14  # words of questions, of which it is kept how rare they are
_NOBODY = np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Source:
    """The words of one owner: an FAQ pair or a section.

    ``text`` is all that it can be found by; ``asked`` its question and other wordings ("" for a
    section); ``parts`` the passages that stand for parts of it; ``language`` a BCP 47 tag.
    ``read`` tells that the embedding model reads that language, as far as is known.
    """

    text: str
    asked: str
    parts: tuple[str, ...]
    language: str | None
    read: bool = True


@dataclass(frozen=True, slots=True)
class WordScores:
    """How the words of a question meet some owners: an array each, (owners,) float64, in [0, 1].

    ``overlap`` is the share of the question's words that the owner has, each weighted by how rare
    it is in the library; ``telling`` the same without function words; ``stems`` the same of the
    telling words' stems.  ``exact`` is the share of the codes, version numbers and quoted phrases
    in the question that the library has at all.
    ``best_part``, ``asked`` and ``phrases`` are BM25 scores of the stems (of the best part, of the
    question wordings, of pairs of neighbouring stems) divided by the best in the library; so is
    ``pieces``, of the pieces of the stems, 0 for an owner in a language that the model reads.
    """

    overlap: NDArray[np.float64]
    telling: NDArray[np.float64]
    stems: NDArray[np.float64]
    exact: NDArray[np.float64]
    best_part: NDArray[np.float64]
    asked: NDArray[np.float64]
    phrases: NDArray[np.float64]
    pieces: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Said:
    """What owners say, as the numbers of its terms; ``part_counts`` says how many parts each has.

    ``languages`` (owners,) are pairs of an owner's language and whether the model reads it;
    ``folded`` (owners,) are their terms as they stand, with a space around each.
    """

    surface: Coded
    stems: Coded
    asked: Coded
    pieces: Coded
    parts: Coded
    part_counts: NDArray[np.int64]
    languages: NDArray[np.object_]
    folded: NDArray[np.object_]

    @staticmethod
    def of(sources: Sequence[Source], vocabulary: TermNumbers) -> "_Said":
        add = vocabulary.add
        surface, stemmings, folded = [], [], []
        for source in sources:
            own = terms(source.text)
            surface.append(add(own))
            stemmings.append(add(stemmed(own, [source.language])))
            folded.append(f" {' '.join(own)} ")
        # Pieces are only looked at where words have to do alone: they are many.
        cut = ([] if own.read else pieces(own.text, [own.language]) for own in sources)
        return _Said(
            surface=Coded.of(surface),
            stems=Coded.of(stemmings),
            asked=Coded.of([add(stems(own.asked, [own.language])) for own in sources]),
            pieces=Coded.of([add(own) for own in cut]),
            parts=Coded.of(
                [add(stems(part, [own.language])) for own in sources for part in own.parts]
            ),
            part_counts=np.array([len(own.parts) for own in sources], dtype=np.int64),
            languages=objects([(own.language, own.read) for own in sources]),
            folded=objects(folded),
        )


@dataclass(frozen=True, slots=True)
class _Indexes:
    """The indexes over what owners say; ``parts`` is over their parts, in the owners' order."""

    surface: Postings
    whole: BM25Index
    phrases: BM25Index
    asked: BM25Index
    pieces: BM25Index
    parts: BM25Index
    part_counts: NDArray[np.int64]
    languages: NDArray[np.object_]
    folded: NDArray[np.object_]

    @staticmethod
    def of(said: _Said) -> "_Indexes":
        return _Indexes(
            surface=Postings.of(said.surface),
            whole=BM25Index.of(said.stems),
            phrases=BM25Index.of(said.stems.pairs()),
            asked=BM25Index.of(said.asked),
            pieces=BM25Index.of(said.pieces),
            parts=BM25Index.of(said.parts),
            part_counts=said.part_counts,
            languages=said.languages,
            folded=said.folded,
        )

    def spliced(self, splice: Splice, said: _Said) -> "_Indexes":
        """Return the indexes after a splice of the owners; ``said`` is what the new ones say."""
        part_starts = np.concatenate(([0], np.cumsum(self.part_counts[splice.kept])))
        part_owner = np.repeat(np.arange(splice.old), self.part_counts)
        parts = Splice(
            len(part_owner),
            np.flatnonzero(splice.number[part_owner] < 0),
            np.repeat(part_starts[splice.at], said.part_counts),
        )
        return _Indexes(
            surface=self.surface.spliced(splice, said.surface),
            whole=self.whole.spliced(splice, said.stems),
            phrases=self.phrases.spliced(splice, said.stems.pairs()),
            asked=self.asked.spliced(splice, said.asked),
            pieces=self.pieces.spliced(splice, said.pieces),
            parts=self.parts.spliced(parts, said.parts),
            part_counts=splice.array(self.part_counts, said.part_counts),
            languages=splice.array(self.languages, said.languages),
            folded=splice.array(self.folded, said.folded),
        )


class Lexicon:
    """The words of all owners.  Immutable, safe to use from several threads.

    Owners are known by their number: their place in ``sources``.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        vocabulary = TermNumbers()
        self._take(vocabulary, _Indexes.of(_Said.of(sources, vocabulary)))

    def spliced(self, splice: Splice, sources: Sequence[Source]) -> "Lexicon":
        """Return the lexicon after a splice of the owners; ``sources`` are those that come.

        It says what one made afresh says; this one stays as it is.
        """
        made = object.__new__(Lexicon)
        said = _Said.of(sources, self._vocabulary)
        made._take(self._vocabulary, self._indexes.spliced(splice, said))
        return made

    def _take(self, vocabulary: TermNumbers, indexes: _Indexes) -> None:
        self._vocabulary = vocabulary
        self._indexes = indexes
        self._count = len(indexes.folded)
        known = set(indexes.languages.tolist())
        self._languages = tuple(sorted({tag for tag, _ in known}, key=str)) or (None,)
        self._unread = tuple(sorted({tag for tag, read in known if not read}, key=str))
        self._part_starts = np.concatenate(([0], np.cumsum(indexes.part_counts)))
        self._rarities: dict[str, float] = {}

    @cached_property
    def terms(self) -> Mapping[str, int]:
        """Every term of the library as it is written, with the number of owners that have it."""
        surface = self._indexes.surface
        words = self._vocabulary.terms(surface.codes)
        return dict(zip(words, surface.frequencies().tolist(), strict=True))

    def search(self, question: str, k: int) -> NDArray[np.int64]:
        """Return the numbers of the ``k`` best owners by BM25 over the stems of all they say.

        In no order that means anything; with the ``k`` best by the pieces of the stems, of those
        in a language that the embedding model does not read.
        """
        found, _ = self._indexes.whole.search(self._numbers(self._stems(question)), k)
        if self._unread:
            wanted = self._numbers(pieces(question, self._unread))
            found = np.union1d(found, self._indexes.pieces.search(wanted, k)[0])
        return found

    def scores(self, question: str, owners: NDArray[np.int64]) -> WordScores:
        """Return how ``question`` meets ``owners`` (ascending, each once)."""
        asked = list(dict.fromkeys(terms(question)))
        telling = [word for word in asked if not is_function_word(word)]
        own_stems = self._numbers(self._stems(question))
        surface, whole = self._indexes.surface, self._indexes.whole.postings
        return WordScores(
            overlap=self._shares(((word,) for word in asked), surface, owners),
            telling=self._shares(((word,) for word in telling), surface, owners),
            stems=self._shares(dict.fromkeys(map(self._forms, telling)), whole, owners),
            exact=self._exact(question, asked, owners),
            best_part=self._best_parts(own_stems, owners),
            asked=_scaled(self._indexes.asked, own_stems, owners),
            phrases=_scaled(self._indexes.phrases, self._pairs(question), owners),
            pieces=self._scaled_pieces(question, owners),
        )

    def overlaps(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return, per text, the rarity-weighted share of the question's terms in it, in [0, 1]."""
        weights = {word: self.rarity(word) for word in question_terms(question)}
        total = sum(weights.values())
        had = map(term_set, texts)
        shared = (sum(weight for word, weight in weights.items() if word in own) for own in had)
        return [one / total if total else 0.0 for one in shared]

    def shared(self, question: str, owner: int) -> tuple[tuple[str, float], ...]:
        """Return the telling words of ``question`` that an owner has, and how rare each is.

        In the question's order; a word is had where its stem is.
        """
        found: dict[str, float] = {}
        for word in question_terms(question):
            if is_function_word(word):
                continue
            if any(self._has(owner, stem) for stem in self._numbers(stems(word, self._languages))):
                found[word] = round(self.rarity(word), 6)
        return tuple(found.items())

    def missing(self, question: str, owner: int) -> tuple[str, ...]:
        """Return the telling words of ``question`` that an owner does not have, in order."""
        had = {word for word, _ in self.shared(question, owner)}
        return tuple(
            word
            for word in dict.fromkeys(terms(question))
            if word not in had and not is_function_word(word)
        )

    def rarity(self, word: str) -> float:
        """Return how rare a term is: the BM25 idf over pairs and sections, at least 0."""
        known = self._rarities.get(word)
        if known is None:
            known = self._rarity(len(self._indexes.surface.having(self._vocabulary.number(word))))
            if len(self._rarities) >= _MOST_RARITIES:
                self._rarities.clear()
            self._rarities[word] = known
        return known

    def _rarity(self, count: int) -> float:
        return float(np.log1p((self._count - count + 0.5) / (count + 0.5)))

    def _numbers(self, words: Iterable[str]) -> list[int]:
        return [self._vocabulary.number(word) for word in words]

    def _stems(self, question: str) -> list[str]:
        return stems(question, self._languages)

    def _pairs(self, question: str) -> list[int]:
        """Return the neighbouring stems of a question in each language, each pair once."""
        found: dict[int, None] = {}
        for language in self._languages:
            own = self._numbers(stems(question, [language]))
            found |= dict.fromkeys(pair(one, other) for one, other in pairwise(own))
        return list(found)

    def _forms(self, word: str) -> tuple[str, ...]:
        """Return the distinct stems of a term in the library's languages."""
        return tuple(dict.fromkeys(stem(word, language) for language in self._languages))

    def _has(self, owner: int, stem: int) -> bool:
        own = self._indexes.whole.postings.having(stem)
        at = int(own.searchsorted(np.int32(owner)))
        return at < len(own) and int(own[at]) == owner

    def _shares(
        self, words: Iterable[tuple[str, ...]], postings: Postings, owners: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return, per owner, the rarity-weighted share of ``words`` that it has; 0 of none.

        A word comes in all its forms: who has one of them has it.  Each form by itself would count
        the stem of a wrong language as a word that nobody has.
        """
        shared = np.zeros(len(owners))
        total = 0.0
        for forms in words:
            having = [postings.having(number) for number in self._numbers(forms)]
            having = [own for own in having if len(own)]
            own = having[0] if len(having) == 1 else np.unique(np.concatenate([_NOBODY, *having]))
            weight = self._rarity(len(own))
            total += weight
            if len(own):
                shared += weight * _among(owners, own)
        return shared / total if total else shared

    def _exact(
        self, question: str, asked: Sequence[str], owners: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the share of exact terms and quoted phrases, of those that anyone here has."""
        surface = self._indexes.surface
        having = [surface.having(self._vocabulary.number(word)) for word in asked if is_exact(word)]
        having += [self._saying(phrase) for phrase in quoted(question)]
        had = [_among(owners, own) for own in having if len(own)]
        return np.mean(had, axis=0) if had else np.zeros(len(owners))

    def _saying(self, phrase: str) -> NDArray[np.int32]:
        """Return the owners that have the words of a phrase together, ascending."""
        words = terms(phrase)
        surface = self._indexes.surface
        lists = [surface.having(number) for number in self._numbers(dict.fromkeys(words))]
        lists.sort(key=len)
        found = lists[0]
        for own in lists[1:]:
            found = found[_among(found, own)]
        wanted = f" {' '.join(words)} "
        told = [wanted in own for own in self._indexes.folded[found]]
        saying: NDArray[np.int32] = found[np.array(told, dtype=bool)]
        return saying

    def _scaled_pieces(self, question: str, owners: NDArray[np.int64]) -> NDArray[np.float64]:
        if not self._unread:
            return np.zeros(len(owners))
        wanted = self._numbers(pieces(question, self._unread))
        return _scaled(self._indexes.pieces, wanted, owners)

    def _best_parts(self, asked: Sequence[int], owners: NDArray[np.int64]) -> NDArray[np.float64]:
        parts = self._indexes.parts
        counts = self._indexes.part_counts[owners]
        # The numbers of the owners' parts: each owner's begin at its first, counting up.
        before = np.cumsum(counts) - counts
        own = np.repeat(self._part_starts[owners] - before, counts) + np.arange(counts.sum())
        best = np.zeros(len(owners))
        np.maximum.at(best, np.repeat(np.arange(len(owners)), counts), parts.scores(asked, own))
        return _by_the_best(best, parts, asked)


def _scaled(
    index: BM25Index, asked: Sequence[int], owners: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the owners' scores divided by the best that any owner has; 0 where nothing matches."""
    return _by_the_best(index.scores(asked, owners).astype(np.float64), index, asked)


def _by_the_best(
    scores: NDArray[np.float64], index: BM25Index, asked: Sequence[int]
) -> NDArray[np.float64]:
    _, best = index.search(asked, 1)
    return scores / float(best[0]) if len(best) else scores


def _among(numbers: NDArray[Any], own: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell of each of ``numbers`` whether it is in ``own``, which ascends."""
    if not len(own):
        return np.zeros(len(numbers), dtype=bool)
    # As ``own`` has them: of two kinds of integers a search would copy the longer side.
    wanted = numbers.astype(np.int32)
    at = np.searchsorted(own, wanted)
    at[at == len(own)] = 0
    had: NDArray[np.bool_] = own[at] == wanted
    return had
