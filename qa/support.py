"""Whether an article says what its FAQ answers say, sentence by sentence.  Pure.

Two things are looked for.  What can be checked by its form (``qa.facts``): a number, a date or a
name that stands nowhere in the article, and "another", where no passage near speaks of a second
one.  And sentences that nothing in the article comes near: neither by meaning nor by words.
An answer that only says more than its article, in ordinary words and about the same matter, is not
found: telling that from a paraphrase takes a model of inference.

A pair's own article comes first.  What it does not say, a section of another article may: one that
is surely about the same, for in a library of any size something is always a little alike.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.companions import own_article
from index.function_words import function_words
from index.languages import stem
from index.records import Article, ElementKind, FaqPair, Passage, PassageKind
from index.words import terms
from qa.facts import Fact, FactKind, Known, bears_out, facts, known
from qa.function_words import is_function_word
from qa.search import Searcher

# Set by reading the findings in the example content and 14 articles; see docs/decisions/checks.md.
FAR_SIMILARITY, FAR_SHARE = 0.40, 0.35
FAR_ARTICLE_SHARE = 0.5  # of its words, by their rarity, in the article as a whole
FAR_WORDS = 4  # a sentence of fewer telling words says nothing by itself: "We do not recommend it."
NEAR_PASSAGES = 5
# A section from which an answer takes something: half as close again as chance.
SUPPORTING_SIMILARITY = 0.5
# A section of another article counts from so much on: its closeness to the whole pair, and half of
# the share of the pair's telling words that it has.  See docs/decisions/checks.md.
STRONG_SUPPORT = 0.65
# An answer of a list rests on another article than its best section's only where that comes about
# as close: what costs so much there is seldom what costs so much here.
BEST_MARGIN = 0.25
# An article whose sections have less than this share of its answers' text is a list of FAQ pairs:
# what its answers say is looked for in the whole library.
LIST_SHARE = 0.25
# Of a list, so many answers must be near some section for the others to be conspicuous.
NEAR_ANSWERS = 0.5
# The closest sections of other articles that an answer is compared with in detail.
_OTHER_SECTIONS = 8
_BLOCK = 1024
# A question in quotation marks is an example of one, and what it says is not stated.
_ASKED = re.compile(r"[\"“„«][^\"“”„«»\n]*\?\s*[\"”“»]")

_ASKED_FOR = (FactKind.NUMBER, FactKind.DATE, FactKind.NAME)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The passage closest to a sentence: ``text[start:end]`` of an article, in a section of it."""

    article: str
    section: str
    start: int
    end: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer, ``text[start:end]`` of its article, and what supports it.

    ``share`` in [0, 1] is how many of its telling words, by their rarity, the nearest passages
    have.  ``missing`` are its facts that nothing bears out; their places count in the article.
    ``far`` tells that no passage comes near it.
    """

    start: int
    end: int
    nearest: Nearest | None
    share: float
    missing: tuple[Fact, ...]
    far: bool


@dataclass(frozen=True, slots=True)
class AnswerSupport:
    """How the sections support the answer of one FAQ pair.

    ``sections`` are the (article, section) ids that it takes something from, the closest first.
    ``listed`` tells that its article is a list of pairs and the whole library was looked through.
    ``far`` tells that no section comes near any of its sentences.
    """

    article: str
    pair: str
    statements: tuple[Statement, ...]
    sections: tuple[tuple[str, str], ...]
    listed: bool
    far: bool

    @property
    def key(self) -> tuple[str, str]:
        """Return (article id, pair id)."""
        return self.article, self.pair

    @property
    def unsupported(self) -> tuple[Statement, ...]:
        """Return the statements that are far or lack a fact."""
        return tuple(one for one in self.statements if one.far or one.missing)


@dataclass(frozen=True)
class SupportReport:
    """The support of every answer, ordered by article id and pair id."""

    answers: tuple[AnswerSupport, ...]

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], AnswerSupport]:
        return {answer.key: answer for answer in self.answers}

    def of(self, article: str, pair: str) -> AnswerSupport | None:
        """Return the support of one pair; ``None`` where there was nothing to compare it with."""
        return self._by_key.get((article, pair))

    @property
    def unsupported(self) -> tuple[AnswerSupport, ...]:
        """Return the answers of which something is not supported, in order."""
        return tuple(answer for answer in self.answers if answer.far or answer.unsupported)


def measure_support(searcher: Searcher) -> SupportReport:
    """Return how the library's sections support its FAQ answers.

    An answer is compared with the sections of its own article (that of a companion file with those
    of the article that the file belongs to), and what they do not say with those sections of other
    articles that are surely about the same; one of a list (a file of pairs, a page that is nothing
    but an FAQ) with such sections only.  Pairs without a section to compare them with are left out.
    """
    return _Support(searcher).report()


_Pair: TypeAlias = tuple[Article, FaqPair, NDArray[np.int64]]  # with the rows of its passages


class _Support:
    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.passages = searcher.passages
        self.vectors = searcher.vectors
        self.sections: dict[str, list[int]] = {}  # rows of sections' passages, by article
        self.pairs: dict[str, list[tuple[FaqPair, NDArray[np.int64]]]] = {}
        self.articles: dict[str, Article] = {}
        self.whole: list[int] = []  # rows of kind SECTION
        self.rows_of: dict[tuple[str, str], NDArray[np.int64]] = {}
        for owner in searcher.owners:
            id = owner.article.id
            self.articles[id] = owner.article
            if isinstance(owner.item, FaqPair):
                self.pairs.setdefault(id, []).append((owner.item, owner.rows))
                continue
            self.rows_of[owner.key] = owner.rows
            self.sections.setdefault(id, []).extend(owner.rows.tolist())
            self.whole.extend(self._of(owner.rows, PassageKind.SECTION))
        self.read: dict[tuple[int, str | None], Known] = {}  # passages that were near some answer
        self.code = {
            id: [(e.start, e.end) for e in article.elements if e.kind is ElementKind.CODE]
            for id, article in self.articles.items()
        }

    def report(self) -> SupportReport:
        answers: list[AnswerSupport] = []
        listed: list[_Pair] = []
        lacking: list[tuple[str, _Pair, AnswerSupport]] = []  # with the id of the article at home
        for id, pairs in self.pairs.items():
            article = self.articles[id]
            # A companion's pairs are its article's.
            home = self.articles.get(own_article(article), article)
            if _is_list(home) or home.id not in self.sections:
                listed.extend((article, pair, rows) for pair, rows in pairs)
                continue
            there = known(_texts(home), language=home.language)
            rows = np.array(self.sections[home.id], dtype=np.int64)
            near = self.vectors[rows]
            for pair, own in pairs:
                answer = self._answer(article, pair, own, rows, near, there)
                if answer.far or answer.unsupported:
                    lacking.append((home.id, (article, pair, own), answer))
                else:
                    answers.append(answer)
        of_lists = {article.id for article, _, _ in listed}
        # The few words above a list introduce it; they are not what an answer rests on.
        kept = [row for row in self.whole if self.passages[row].article not in of_lists]
        whole = np.array(kept, dtype=np.int64)
        answers += self._borne_out(lacking, whole)
        answers += self._listed(listed, whole)
        return SupportReport(tuple(sorted(answers, key=lambda answer: answer.key)))

    def _borne_out(
        self,
        lacking: Sequence[tuple[str, _Pair, AnswerSupport]],
        whole: NDArray[np.int64],
    ) -> list[AnswerSupport]:
        """Return answers without what sections of other articles bear out; they rest on these."""
        closest = self._closest([pair for _, pair, _ in lacking], whole)
        found: list[AnswerSupport] = []
        for (home, (article, _, own), answer), owners in zip(lacking, closest, strict=True):
            for owner in owners:
                if owner[0] == home:
                    continue
                if self._strength(own, owner, article.language) >= STRONG_SUPPORT:
                    answer = self._with(answer, owner, article, own)
            found.append(answer)
        return found

    def _with(
        self,
        answer: AnswerSupport,
        owner: tuple[str, str],
        article: Article,
        own: NDArray[np.int64],
    ) -> AnswerSupport:
        """Return the answer without what one section of another article says, if it says any."""
        there = self._together(owner, article.language)
        near = self.vectors[self.rows_of[owner]]
        rows = {self.passages[row].start: row for row in self._sentences(own)}
        statements: list[Statement] = []
        for one in answer.statements:
            # What its own article deals with, and says otherwise, no other one makes right.
            dealt = one.nearest is not None and one.nearest.similarity >= SUPPORTING_SIMILARITY
            closest = float((near @ self.vectors[rows[one.start]]).max())
            if not dealt and closest >= SUPPORTING_SIMILARITY:
                lacks = tuple(fact for fact in one.missing if not bears_out(there, fact))
                one = replace(one, far=False, missing=lacks)
            statements.append(one)
        if tuple(statements) == answer.statements and not answer.far:
            return answer
        sections = tuple(dict.fromkeys((*answer.sections, owner)))
        return replace(answer, statements=tuple(statements), sections=sections, far=False)

    def _listed(self, pairs: Sequence[_Pair], whole: NDArray[np.int64]) -> list[AnswerSupport]:
        """Compare answers of lists with the sections closest to them, whoever's they are."""
        if not len(whole):
            return []
        there = known(text for article in self.articles.values() for text in _texts(article))
        found: list[AnswerSupport] = []
        for (article, pair, own), owners in zip(pairs, self._closest(pairs, whole), strict=True):
            rows = np.sort(np.concatenate([self.rows_of[owner] for owner in owners]))
            answer = self._answer(article, pair, own, rows, self.vectors[rows], there)
            sections = self._surely(own, answer.sections, article.language)
            found.append(replace(answer, listed=True, sections=sections))
        return _of_lists(found)

    def _closest(
        self, pairs: Sequence[_Pair], whole: NDArray[np.int64]
    ) -> Iterator[list[tuple[str, str]]]:
        """Yield of each pair the sections in ``whole`` closest to it, the closest first."""
        near = self.vectors[whole]
        for at in range(0, len(pairs), _BLOCK):
            block = [self._of(own, PassageKind.PAIR)[0] for _, _, own in pairs[at : at + _BLOCK]]
            for row in np.round(self.vectors[block] @ near.T, 6):
                closest = whole[np.argsort(-row, kind="stable")[:_OTHER_SECTIONS]]
                yield [(self.passages[r].article, self.passages[r].owner) for r in closest]

    def _surely(
        self,
        own: NDArray[np.int64],
        owners: Sequence[tuple[str, str]],
        language: str | None,
    ) -> tuple[tuple[str, str], ...]:
        """Return the sections that an answer of a list surely rests on, in their order."""
        strengths = {owner: self._strength(own, owner, language) for owner in owners}
        strong = [owner for owner in owners if strengths[owner] >= STRONG_SUPPORT]
        if not strong:
            return ()
        best = max(strong, key=strengths.__getitem__)
        least = strengths[best] - BEST_MARGIN
        return tuple(o for o in strong if o[0] == best[0] or strengths[o] >= least)

    def _strength(
        self, own: NDArray[np.int64], owner: tuple[str, str], language: str | None
    ) -> float:
        """Return how surely a section is about what a pair is about: -1 to 1.5."""
        entry = self._of(own, PassageKind.PAIR)[0]
        near = float((self.vectors[self.rows_of[owner]] @ self.vectors[entry]).max())
        there = self._together(owner, language)
        share, _ = self._share(self.passages[entry].text, language, there)
        return round(near + share / 2, 6)

    def _together(self, owner: tuple[str, str], language: str | None) -> Known:
        """Return what all passages of a section state."""
        return Known.together(self._known(int(row), language) for row in self.rows_of[owner])

    def _sentences(self, own: NDArray[np.int64]) -> list[int]:
        """Return the rows of an answer's sentences, of a single one the answer's, in its order."""
        sentences = self._of(own, PassageKind.SENTENCE) or self._of(own, PassageKind.ANSWER)
        return sorted(sentences, key=lambda row: (self.passages[row].start, self.passages[row].id))

    def _of(self, rows: NDArray[np.int64], kind: PassageKind) -> list[int]:
        return [int(row) for row in rows if self.passages[row].kind is kind]

    def _answer(
        self,
        article: Article,
        pair: FaqPair,
        own: NDArray[np.int64],
        rows: NDArray[np.int64],
        near: NDArray[np.float32],
        there: Known,
    ) -> AnswerSupport:
        asked = known([pair.question, *pair.alternates], language=article.language)
        code = self.code[article.id]
        sentences = self._sentences(own)
        entries = [*self._of(own, PassageKind.PAIR), *sentences]
        similarities = np.round(self.vectors[entries] @ near.T, 6)
        statements: list[Statement] = []
        for sentence, row in zip(sentences, similarities[1:], strict=True):
            passage = self.passages[sentence]
            if not any(start <= passage.start < end for start, end in code):
                statements.append(self._statement(article, passage, rows, row, there, asked))
        best = float(similarities.max())
        shares = [one.share for one in statements if one.share >= 0]
        far = best < FAR_SIMILARITY and bool(shares) and max(shares) < 2 * FAR_SHARE
        return AnswerSupport(
            article=article.id,
            pair=pair.id,
            statements=tuple(statements),
            sections=self._supporting(rows, similarities),
            listed=False,
            far=far,
        )

    def _statement(
        self,
        article: Article,
        passage: Passage,
        rows: NDArray[np.int64],
        similarities: NDArray[np.float32],
        there: Known,
        asked: Known,
    ) -> Statement:
        order = np.argsort(-similarities, kind="stable")[:NEAR_PASSAGES]
        near = [int(rows[place]) for place in order]
        beside = Known.together(self._known(row, article.language) for row in near)
        best = float(similarities[order[0]])
        share, telling = self._share(passage.text, article.language, beside)
        # What ends in a colon announces, and states nothing itself.
        tells = telling >= FAR_WORDS and not passage.text.endswith((":", "："))
        far = best < FAR_SIMILARITY and share < FAR_SHARE and tells
        # Its words may be scattered over the article: then it is most likely a summary.
        far = far and self._share(passage.text, article.language, there)[0] < FAR_ARTICLE_SHARE
        quoted = [match.span() for match in _ASKED.finditer(passage.text)]
        missing: dict[frozenset[str], Fact] = {}
        for fact in facts(passage.text, language=article.language):
            if fact.kind is FactKind.OTHER:
                lacks = best >= SUPPORTING_SIMILARITY and not bears_out(beside, fact)
            else:
                lacks = fact.kind in _ASKED_FOR and fact.firm and not bears_out(there, fact)
            example = any(start <= fact.start < end for start, end in quoted)
            if lacks and not example and not bears_out(asked, fact):
                missing.setdefault(fact.means, fact)
        return Statement(
            start=passage.start,
            end=passage.end,
            nearest=_nearest(self.passages[near[0]], best),
            share=share,
            missing=_joined(passage, list(missing.values())),
            far=far,
        )

    def _known(self, row: int, language: str | None) -> Known:
        """Return what a passage states; each is read once."""
        key = row, language
        if key not in self.read:
            self.read[key] = known([self.passages[row].text], language=language)
        return self.read[key]

    def _share(self, text: str, language: str | None, beside: Known) -> tuple[float, int]:
        """Return the share of the telling words of a text that passages have, and their number."""
        common = function_words(language or "en")
        weights = {
            word: self.searcher.lexicon.rarity(word)
            for word in terms(text)
            if len(word) > 1 and word not in common and not is_function_word(word)
        }
        total = sum(weights.values())
        had = sum(
            weight
            for word, weight in weights.items()
            if word in beside.words or stem(word, language or "en") in beside.words
        )
        return (round(had / total, 6) if total else 1.0), len(weights)

    def _supporting(
        self, rows: NDArray[np.int64], similarities: NDArray[np.float32]
    ) -> tuple[tuple[str, str], ...]:
        """Return the section closest to the whole, then those closest to a sentence each."""
        found: dict[tuple[str, str], float] = {}
        for row in similarities:
            place = int(np.argmax(row))
            passage = self.passages[rows[place]]
            if row[place] >= SUPPORTING_SIMILARITY:
                key = passage.article, passage.owner
                found[key] = max(found.get(key, -1.0), float(row[place]))
        return tuple(sorted(found, key=lambda key: (-found[key], key)))


def _of_lists(found: list[AnswerSupport]) -> list[AnswerSupport]:
    """Drop what is no sign in a list that the sections do not deal with at all.

    A list of pairs may be the only place that says what it says.  An answer that nothing is near
    is conspicuous only where most of its list is near something.  Facts that no section has count
    only where a section is surely about the same as the answer, or passages as the sentence.
    """
    lists: dict[str, list[AnswerSupport]] = {}
    for answer in found:
        lists.setdefault(answer.article, []).append(answer)
    kept: list[AnswerSupport] = []
    for answers in lists.values():
        near = sum(bool(answer.sections) for answer in answers)
        if near >= NEAR_ANSWERS * len(answers):
            kept.extend(one if one.sections else _sure_facts(one) for one in answers)
        else:
            kept.extend(replace(one, far=False, statements=()) for one in answers)
    return kept


def _sure_facts(answer: AnswerSupport) -> AnswerSupport:
    """Drop the missing facts of sentences that no passages are surely about."""
    statements = tuple(
        one
        if one.nearest is not None and one.nearest.similarity + one.share / 2 >= STRONG_SUPPORT
        else replace(one, missing=())
        for one in answer.statements
    )
    return replace(answer, statements=statements)


def _joined(passage: Passage, missing: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return facts with their places in the article, names that stand side by side as one."""
    joined: list[Fact] = []
    for fact in missing:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.kind is fact.kind is FactKind.NAME
            and passage.text[last.end : fact.start] in (" ", "\u00a0", "-")
        ):
            both = last.means | fact.means
            text = passage.text[last.start : fact.end]
            joined[-1] = replace(last, text=text, end=fact.end, means=both, implies=both)
        else:
            joined.append(fact)
    at = passage.start
    return tuple(replace(one, start=at + one.start, end=at + one.end) for one in joined)


def _nearest(passage: Passage, similarity: float) -> Nearest:
    return Nearest(passage.article, passage.owner, passage.start, passage.end, similarity)


def _texts(article: Article) -> list[str]:
    """Return what an article says besides its FAQ."""
    return [article.title, *(f"{one.heading}\n{one.text}" for one in article.sections)]


def _is_list(article: Article) -> bool:
    said = sum(len(section.text) for section in article.sections)
    return said <= LIST_SHARE * sum(len(pair.answer) for pair in article.faq)
