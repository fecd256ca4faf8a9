"""How a question's words meet those of FAQ pairs and sections.

Meaning is the embedding model's business; what is counted here is which of the question's words an
owner has, how rare they are, and whether they stand together.  Everything is computed over all
owners, so that it depends on the library and the question only.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from index.bm25 import DENSE_POSTINGS, BM25Index
from index.languages import stem
from index.pieces import pieces
from index.postings import Coded, Postings, TermNumbers, pair, sums
from index.splice import Splice, objects
from index.words import is_exact, quoted, stems, stems_of, terms
from qa.remembered import Remembered
from qa.term_sets import question_terms, shares, stem_set, telling_terms, term_set

_MOST_RARITIES = 1 << 14  # words of questions, of which it is kept how rare they are
_MOST_QUESTIONS = 64  # of which it is kept what they ask for: those that are asked at once
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
        stem_numbers = {own.language: _StemNumbers(own.language, vocabulary) for own in sources}
        surface, stemmed, folded = [], [], []
        for source in sources:
            own = terms(source.text)
            surface.append(add(own))
            stemmed.append(stem_numbers[source.language].of(source.text))
            folded.append(f" {' '.join(own)} ")
        asked = [stem_numbers[own.language].of(own.asked) for own in sources]
        parts = [stem_numbers[own.language].of(part) for own in sources for part in own.parts]
        # Pieces are only looked at where words have to do alone: they are many.
        cut = ([] if own.read else pieces(own.text, [own.language]) for own in sources)
        return _Said(
            surface=Coded.of(surface),
            stems=Coded.of(stemmed),
            asked=Coded.of(asked),
            pieces=Coded.of([add(own) for own in cut]),
            parts=Coded.of(parts),
            part_counts=np.array([len(own.parts) for own in sources], dtype=np.int64),
            languages=objects([(own.language, own.read) for own in sources]),
            folded=objects(folded),
        )


class _StemNumbers(dict[str, tuple[int, ...]]):
    """The numbers of the stems, in one language, of what stands between white space.

    Each is found once: a library repeats its words.
    """

    def __init__(self, language: str | None, vocabulary: TermNumbers) -> None:
        super().__init__()
        self._languages, self._vocabulary = [language], vocabulary

    def __missing__(self, word: str) -> tuple[int, ...]:
        numbers = self._vocabulary.add(stems(word, self._languages))
        self[word] = found = tuple(numbers.tolist())
        return found

    def of(self, text: str) -> NDArray[np.int64]:
        """Return the numbers of a text's stems, (terms,), in order."""
        found = chain.from_iterable(map(self.__getitem__, text.split()))
        return np.fromiter(found, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question asks for, in numbers of terms.

    ``terms`` are its terms, each once, and the numbers of their forms: a term's number, and those
    of its stems in the library's languages; ``telling`` leaves function words out.  ``weights`` has
    the rarity of each term, in the question's order, and ``total`` their sum.  ``stems`` and
    ``pieces`` are those that BM25 counts, ``pairs`` the pairs of neighbouring stems, each once.
    """

    terms: tuple[tuple[str, int], ...]
    telling: frozenset[str]
    weights: Mapping[str, float]
    total: float
    forms: tuple[tuple[int, ...], ...]
    stems: tuple[int, ...]
    pairs: tuple[int, ...]
    pieces: tuple[int, ...]


class _Parts:
    """The index over the owners' parts, in the owners' order; ``counts`` (owners,) of them."""

    def __init__(self, index: BM25Index, counts: NDArray[np.int64]) -> None:
        self.index, self.counts = index, counts
        self._starts = np.concatenate(([0], np.cumsum(counts)))

    def spliced(self, splice: Splice, said: Coded, counts: NDArray[np.int64]) -> "_Parts":
        """Return the parts after a splice of the owners; ``said`` is what the new ones' say."""
        starts = np.concatenate(([0], np.cumsum(self.counts[splice.kept])))
        owner = np.repeat(np.arange(splice.old), self.counts)
        parts = Splice(
            len(owner),
            np.flatnonzero(splice.number[owner] < 0),
            np.repeat(starts[splice.at], counts),
        )
        return _Parts(self.index.spliced(parts, said), splice.array(self.counts, counts))

    def best(self, asked: Sequence[int], owners: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the share of each owner's best part (``WordIndex.shares``)."""
        counts = self.counts[owners]
        # The numbers of the owners' parts: each owner's begin at its first, counting up.
        before = np.cumsum(counts) - counts
        own = np.repeat(self._starts[owners] - before, counts) + np.arange(counts.sum())
        best = np.zeros(len(owners))
        np.maximum.at(
            best, np.repeat(np.arange(len(owners)), counts), self.index.shares(asked, own)
        )
        return best


@dataclass(frozen=True, slots=True)
class _Indexes:
    """The indexes over what owners say."""

    surface: Postings
    whole: BM25Index
    phrases: BM25Index
    asked: BM25Index
    pieces: BM25Index
    parts: _Parts
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
            parts=_Parts(BM25Index.of(said.parts), said.part_counts),
            languages=said.languages,
            folded=said.folded,
        )

    def spliced(self, splice: Splice, said: _Said) -> "_Indexes":
        """Return the indexes after a splice of the owners; ``said`` is what the new ones say."""
        return _Indexes(
            surface=self.surface.spliced(splice, said.surface),
            whole=self.whole.spliced(splice, said.stems),
            phrases=self.phrases.spliced(splice, said.stems.pairs()),
            asked=self.asked.spliced(splice, said.asked),
            pieces=self.pieces.spliced(splice, said.pieces),
            parts=self.parts.spliced(splice, said.parts, said.part_counts),
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

    def spliced(
        self, splice: Splice, sources: Sequence[Source], *, preview: bool = False
    ) -> "Lexicon":
        """Return the lexicon after a splice of the owners; ``sources`` are those that come.

        It says what one made afresh says; this one stays as it is.  The words of a ``preview`` go
        with it: those of other splices stay, for they are shared.
        """
        made = object.__new__(Lexicon)
        vocabulary = self._vocabulary.fork() if preview else self._vocabulary
        said = _Said.of(sources, vocabulary)
        made._take(vocabulary, self._indexes.spliced(splice, said))
        return made

    def _take(self, vocabulary: TermNumbers, indexes: _Indexes) -> None:
        self._vocabulary = vocabulary
        self._indexes = indexes
        self._count = len(indexes.folded)
        known = set(indexes.languages.tolist())
        self._languages = tuple(sorted({tag for tag, _ in known}, key=str)) or (None,)
        # Those languages that the embedding model does not read.
        self.unread = tuple(sorted({tag for tag, read in known if not read}, key=str))
        self._rarities: Remembered[str, float] = Remembered(_MOST_RARITIES)
        self._questions: Remembered[str, _Asked] = Remembered(_MOST_QUESTIONS)
        self._stemmed: Remembered[tuple[str, str | None], list[tuple[str, str, float]]] = (
            Remembered(_MOST_QUESTIONS)
        )

    @property
    def languages(self) -> tuple[str | None, ...]:
        """The languages (BCP 47) of what the owners say, each once; None: not known."""
        return self._languages

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
        asked = self._asked(question)
        found, _ = self._indexes.whole.search(asked.stems, k)
        if self.unread:
            found = np.union1d(found, self._indexes.pieces.search(asked.pieces, k)[0])
        return found

    def scores(self, question: str, owners: NDArray[np.int64]) -> WordScores:
        """Return how ``question`` meets ``owners`` (ascending, each once)."""
        asked, indexes = self._asked(question), self._indexes
        words = [(number,) for _, number in asked.terms]
        telling = [(number,) for word, number in asked.terms if word in asked.telling]
        numbers = owners.astype(np.int32)
        return WordScores(
            overlap=self._shares(indexes.surface, words, owners),
            telling=self._shares(indexes.surface, telling, owners),
            stems=self._shares(indexes.whole.postings, asked.forms, owners),
            exact=self._exact(question, asked.terms, numbers),
            best_part=indexes.parts.best(asked.stems, owners),
            asked=indexes.asked.shares(asked.stems, owners),
            phrases=indexes.phrases.shares(asked.pairs, owners),
            pieces=indexes.pieces.shares(asked.pieces, owners)
            if self.unread
            else np.zeros(len(owners)),
        )

    def read(self, owners: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return, (owners,), whether the embedding model reads the languages of some owners."""
        if not self.unread:
            return np.ones(len(owners), dtype=bool)
        return np.array([read for _, read in self._indexes.languages[owners]], dtype=bool)

    def overlaps(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return, per text, the rarity-weighted share of the question's terms in it, in [0, 1]."""
        asked = self._asked(question)
        return shares(asked.weights.items(), map(term_set, texts), asked.total)

    def stem_overlaps(
        self, question: str, texts: Sequence[str], language: str | None
    ) -> list[float]:
        """Return the same, of texts in one language (BCP 47), by stems: "Rabbits" has "rabbit"."""
        asked = [(root, rarity) for _, root, rarity in self._roots(question, language)]
        total = math.fsum(rarity for _, rarity in asked)
        return shares(asked, (stem_set(text, language) for text in texts), total)

    def shared_in(
        self, question: str, texts: Sequence[str], language: str | None
    ) -> list[dict[str, float]]:
        """Return the telling words of ``question`` that each text has by its stem, and how rare.

        The texts are in one language (BCP 47); the words in the question's order.
        """
        telling = telling_terms(question)
        asked = [one for one in self._roots(question, language) if one[0] in telling]
        own = (stem_set(text, language) for text in texts)
        return [{word: rarity for word, root, rarity in asked if root in had} for had in own]

    def shared_by(self, question: str, owners: Sequence[int]) -> list[dict[str, float]]:
        """Return the telling words of ``question`` that each of ``owners`` has, and how rare.

        In the question's order; a word is had where its stem is.
        """
        numbers = np.array(owners, dtype=np.int32)
        found: list[dict[str, float]] = [{} for _ in owners]
        weights = self._asked(question).weights
        for word in telling_terms(question):
            had = np.zeros(len(numbers), dtype=bool)
            for number in self._numbers(stems(word, self._languages)):
                had |= _among(numbers, self._indexes.whole.postings.having(number))
            for place in np.flatnonzero(had).tolist():
                found[place][word] = round(weights[word], 6)
        return found

    def rarity(self, word: str) -> float:
        """Return how rare a term is: the BM25 idf over pairs and sections, at least 0."""
        return self._rarities.get(word, lambda: self._rarity(self._count_of(word)))

    @property
    def most_rarity(self) -> float:
        """How rare a term is that no pair and no section has."""
        return self._rarity(0)

    def _roots(self, question: str, language: str | None) -> list[tuple[str, str, float]]:
        """Return the terms of a question, each once, in its order: term, stem, how rare.

        Stems are those in one language; how rare is that of the stems in all that the library has:
        "cost" is no rare word where everybody says "costs".
        """
        return self._stemmed.get(
            (question, language), lambda: list(self._rated_by_stems(question, language))
        )

    def _rated_by_stems(
        self, question: str, language: str | None
    ) -> Iterator[tuple[str, str, float]]:
        postings = self._indexes.whole.postings
        for word in dict.fromkeys(question_terms(question)):
            numbers = self._numbers(stems_of(word, self._languages))
            having = _any([postings.having(number) for number in numbers])
            yield word, stem(word, language), self._rarity(len(having))

    def _rarity(self, count: int) -> float:
        return math.log1p((self._count - count + 0.5) / (count + 0.5))

    def _shares(
        self, postings: Postings, words: Sequence[tuple[int, ...]], owners: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the share of some words that each of ``owners`` has, weighted by their rarity.

        (owners,), in [0, 1]; 0 of no words.  A word is given by the numbers of its forms, of which
        an owner has any.
        """
        found = self._all_shares(postings, words, owners)
        if found is not None:
            return found
        total, had = 0.0, np.zeros(len(owners))
        numbers = owners.astype(np.int32)
        for forms in words:
            having = _any([postings.having(number) for number in forms])
            weight = self._rarity(len(having))
            total += weight
            had += weight * _among(numbers, having)
        return had / total if total else had

    def _all_shares(
        self, postings: Postings, words: Sequence[tuple[int, ...]], owners: NDArray[np.int64]
    ) -> NDArray[np.float64] | None:
        """Return ``_shares`` by adding up all postings; None where that takes longer."""
        if not all(len(forms) == 1 for forms in words):
            return None
        places = postings.places(np.array([number for (number,) in words], dtype=np.int64))
        there = places >= 0
        counts = np.zeros(len(places), dtype=np.int64)
        counts[there] = postings.frequencies(places[there])
        if counts.sum() > DENSE_POSTINGS:
            return None
        weights = [self._rarity(count) for count in counts.tolist()]
        at, word = postings.runs(places[there])
        # One posting after another: to each owner words are added in the question's order.
        added = np.array(weights, dtype=np.float64)[there][word]
        had = sums(postings.rows[at], added, self._count)[owners]
        total = sum(weights)
        return had / total if total else had

    def _count_of(self, word: str) -> int:
        """Return how many owners have a term."""
        return len(self._indexes.surface.having(self._vocabulary.number(word)))

    def _numbers(self, words: Iterable[str]) -> list[int]:
        return [self._vocabulary.number(word) for word in words]

    def _asked(self, question: str) -> _Asked:
        return self._questions.get(question, lambda: self._read(question))

    def _read(self, question: str) -> _Asked:
        asked, telling = dict.fromkeys(question_terms(question)), telling_terms(question)
        weights = {word: self.rarity(word) for word in asked}
        # Stems that several words share are one word; a word is had by who has one of its stems in
        # any of the library's languages: each by itself would count that of a wrong language as a
        # word that nobody has.
        forms = dict.fromkeys(
            tuple(dict.fromkeys(stem(word, language) for language in self._languages))
            for word in telling
        )
        pairs: dict[int, None] = {}
        for language in self._languages:
            own = self._numbers(stems(question, [language]))
            pairs |= dict.fromkeys(pair(one, other) for one, other in pairwise(own))
        return _Asked(
            terms=tuple(zip(asked, self._numbers(asked), strict=True)),
            telling=frozenset(telling),
            weights=weights,
            total=sum(weights.values()),
            forms=tuple(tuple(self._numbers(own)) for own in forms),
            stems=tuple(self._numbers(stems(question, self._languages))),
            pairs=tuple(pairs),
            pieces=tuple(self._numbers(pieces(question, self.unread) if self.unread else [])),
        )

    def _exact(
        self, question: str, asked: Iterable[tuple[str, int]], owners: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        """Return the share of exact terms and quoted phrases, of those that anyone here has."""
        surface = self._indexes.surface
        having = [surface.having(number) for word, number in asked if is_exact(word)]
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


def _any(having: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Return who is in any of some lists, which ascend; ascending."""
    there = [own for own in having if len(own)]
    return there[0] if len(there) == 1 else np.unique(np.concatenate([_NOBODY, *there]))


def _among(numbers: NDArray[np.int32], own: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell of each of ``numbers`` whether it is in ``own``, which ascends.

    Both are of one kind: of two kinds of integers a search would copy the longer side.
    """
    if not len(own):
        return np.zeros(len(numbers), dtype=bool)
    at = own.searchsorted(numbers)
    at[at == len(own)] = 0
    had: NDArray[np.bool_] = own[at] == numbers
    return had
