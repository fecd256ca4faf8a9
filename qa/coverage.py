"""How much of each article its FAQ accounts for, section by section, sentence by sentence.  Pure.

Each FAQ pair is assigned to the section that it fits best (``qa.coverage_fit`` says how), with a
soft margin, whichever article either stands in; and each sentence of a section is compared with
what the pairs ask and answer.  A section is covered when most of its sentences are met, partly
covered when some are or a pair is about it, uncovered otherwise.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.companions import own_article
from index.errors import UsageError
from index.records import Article, Passage
from qa import coverage_fit, coverage_text
from qa.findings import Finding, FindingKind, Place, by_weight, finding_key
from qa.search import Searcher

Key = tuple[str, str]  # article id, id of a section or an FAQ pair

# Half of its sentences: "most of what it says".
COVERED = 0.5
# More likely than not, some pair is about it: benchmarks/coverage/README.md has the figures.
PARTLY = 0.5
# A section of which no pair is more about than about another may still be met in part, as a summary
# is: this much of its share counts as score, so that a third of its sentences makes it partly so.
SHARE_AS_SCORE = 1.5
# A sentence counts as met by a pair, to be shown, from this on.
MET = 0.3
# A pair keeps this many of its best sections as evidence, and further ones that it meets.
EVIDENCES = 5
# A section of so many sentences is half as bad uncovered as an endless one.
HALF_SENTENCES = 2


class CoverageState(StrEnum):
    """How much of a section FAQ pairs account for."""

    COVERED = "covered"
    PARTLY = "partly"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class SentenceCoverage:
    """A sentence, ``article.text[start:end]``, and how much of it the best pair says, 0 to 1."""

    start: int
    end: int
    share: float


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """A pair and a section that it meets.

    ``article`` and ``id`` are the pair's, ``section_article`` and ``section`` the section's.
    ``score`` in [0, 1] is how sure the pair is about this section, or refers to it, rather than
    another or none; ``spans`` are the sentences of the section that its question and answer meet,
    offsets into the section's article's text, in order; where it meets none, the nearest one.
    ``share`` is how much of the section it alone accounts for; ``fit`` what ``score`` comes from.
    """

    article: str
    id: str
    section_article: str
    section: str
    score: float
    fit: float
    share: float
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SectionCoverage:
    """A section and what accounts for it.

    ``share`` is the mean of its sentences' shares; ``score`` in [0, 1] is how sure any pair is
    about it, or, where that is more, ``SHARE_AS_SCORE`` times the share: what tells uncovered
    sections from others.  ``evidence`` is best
    first, equal ones by the pair's article and id; ``demand`` is how many readers' questions had
    this section as first hit.
    """

    article: str
    id: str
    heading: str
    start: int
    end: int
    line: int
    state: CoverageState
    share: float
    score: float
    demand: int
    sentences: tuple[SentenceCoverage, ...]
    evidence: tuple[PairEvidence, ...]


@dataclass(frozen=True, slots=True)
class ArticleCoverage:
    """The sections of an article, in text order.  ``share`` is the mean over all sentences.

    ``companions`` are the ids of its companions (``index.companions``), whose pairs are its own.
    """

    id: str
    title: str
    share: float
    sections: tuple[SectionCoverage, ...]
    companions: frozenset[str] = frozenset()

    @property
    def pairs(self) -> tuple[Key, ...]:
        """The pairs that are evidence for a section: the article's own first, by id."""
        keys = {(one.article, one.id) for part in self.sections for one in part.evidence}
        own = self.companions | {self.id}
        return tuple(sorted(keys, key=lambda key: (key[0] not in own, key)))

    def matrix(self) -> NDArray[np.float64]:
        """Return the scores, (sections, pairs) float64, in their order; 0 where none is kept."""
        column = {key: number for number, key in enumerate(self.pairs)}
        scores = np.zeros((len(self.sections), len(column)))
        for row, section in enumerate(self.sections):
            for one in section.evidence:
                scores[row, column[one.article, one.id]] = one.score
        return scores


@dataclass(frozen=True)
class CoverageReport:
    """The coverage of a library.  Asking it again costs no new work.

    ``articles`` are by id; those without a section that is worth a pair are not among them.
    ``covered`` is the share of its sentences from which a section is covered, ``partly`` the score
    from which it is partly covered.  ``pairs`` are the answers of all FAQ pairs, by article id and
    place.
    """

    articles: tuple[ArticleCoverage, ...]
    covered: float = COVERED
    partly: float = PARTLY
    pairs: tuple[Place, ...] = field(default=(), repr=False)

    @property
    def share(self) -> float:
        """The share of all sentences that FAQ pairs account for, 0 to 1; 1 where there are none."""
        shares = [
            one.share
            for article in self.articles
            for section in article.sections
            for one in section.sentences
        ]
        return round(sum(shares) / len(shares), 6) if shares else 1.0

    @property
    def counts(self) -> dict[CoverageState, int]:
        """How many sections are in each state."""
        states = [section.state for article in self.articles for section in article.sections]
        return {state: states.count(state) for state in CoverageState}

    def article(self, id: str) -> ArticleCoverage:
        """Return the coverage of one article.  ``KeyError`` where it is not in the report."""
        return self._by_id[id]

    def sections(self, *states: CoverageState) -> tuple[SectionCoverage, ...]:
        """Return the sections in these states (all of them, where none is named).

        Those that readers ask about most come first; of equal demand by article id and place.
        """
        found = (
            section
            for article in self.articles
            for section in article.sections
            if not states or section.state in states
        )
        return tuple(sorted(found, key=lambda one: (-one.demand, one.article, one.start, one.id)))

    def uncovered(self) -> tuple[SectionCoverage, ...]:
        """Return the sections that no pair covers, in the order of ``sections``."""
        return self.sections(CoverageState.UNCOVERED)

    def pair(self, article: str, id: str) -> tuple[PairEvidence, ...]:
        """Return the sections that a pair meets, best first; equal ones by article id and place.

        ``KeyError`` for a pair that the library does not have.
        """
        return self._by_pair[article, id]

    def rethreshold(
        self, *, covered: float | None = None, partly: float | None = None
    ) -> "CoverageReport":
        """Return the report with other thresholds, each between 0 and 1.  ``UsageError`` else."""
        covered = self.covered if covered is None else covered
        partly = self.partly if partly is None else partly
        for name, value in (("covered", covered), ("partly", partly)):
            if not 0.0 <= value <= 1.0:
                raise UsageError(f"{name} is {value}, expected a share between 0 and 1")
        articles = tuple(
            replace(
                article,
                sections=tuple(
                    replace(one, state=_state(one.share, one.score, covered, partly))
                    for one in article.sections
                ),
            )
            for article in self.articles
        )
        return CoverageReport(articles, covered, partly, self.pairs)

    def findings(self) -> tuple[Finding, ...]:
        """Return what is uncovered or partly covered, the weightiest first.

        The places are the section and, where there is one, its nearest pair.  The severity is the
        share that no pair accounts for, less for a short section (see ``HALF_SENTENCES``).  A state
        is sure the further it is from the threshold: 1 where nothing speaks against it, ½ on it.
        """
        return self._findings

    def _finding(self, section: SectionCoverage) -> Finding:
        count = len(section.sentences)
        missing = sum(one.share < MET for one in section.sentences)
        uncovered = section.state is CoverageState.UNCOVERED
        kind = FindingKind.UNCOVERED if uncovered else FindingKind.PARTLY_COVERED
        value, limit = (section.score, self.partly) if uncovered else (section.share, self.covered)
        title = section.heading or f"the beginning of {self.article(section.article).title}"
        said = f"No FAQ pair says {missing} of its {count} sentences."
        if missing == count:  # some of what they say, of none of them most
            its = "its sentence" if count == 1 else f"one of its {count} sentences"
            said = f"FAQ pairs are about it, and none says {its} as a whole."
        elif not missing:
            its = "its sentence" if count == 1 else f"each of its {count} sentences"
            said = f"FAQ pairs say only a part of {its}."
        if uncovered:
            said = f"No FAQ pair is about this section of {count} sentence{'s'[: count > 1]}."
        nearest = section.evidence[0] if section.evidence else None
        places = [
            Place(
                section.article,
                section.id,
                section.start,
                section.end,
                section.line,
                "the section",
            )
        ]
        if nearest and (at := self._places.get((nearest.article, nearest.id))):
            places.append(at)
        return Finding(
            kind,
            finding_key(kind, section.article, section.id),
            title,
            said,
            tuple(places),
            severity=round((1.0 - section.share) * count / (count + HALF_SENTENCES), 6),
            sure=round(1.0 - 0.5 * min(1.0, value / limit) if limit else 0.5, 6),
            demand=section.demand,
        )

    @cached_property
    def _findings(self) -> tuple[Finding, ...]:
        return by_weight(
            self._finding(section)
            for section in self.sections(CoverageState.UNCOVERED, CoverageState.PARTLY)
        )

    @cached_property
    def _by_id(self) -> dict[str, ArticleCoverage]:
        return {article.id: article for article in self.articles}

    @cached_property
    def _places(self) -> dict[Key, Place]:
        return {(place.article, place.owner): place for place in self.pairs}

    @cached_property
    def _by_pair(self) -> dict[Key, tuple[PairEvidence, ...]]:
        found: dict[Key, list[PairEvidence]] = {key: [] for key in self._places}
        for article in self.articles:
            for section in article.sections:
                for one in section.evidence:
                    found[one.article, one.id].append(one)
        return {
            key: tuple(sorted(own, key=lambda one: (-one.score, -one.fit)))
            for key, own in found.items()
        }


def measure(
    library: Searcher | Collection[Article],
    passages: Sequence[Passage] | None = None,
    vectors: NDArray[np.float32] | None = None,
    *,
    demand: Mapping[Key, int] | None = None,
    answers: bool = True,
    covered: float = COVERED,
    partly: float = PARTLY,
) -> CoverageReport:
    """Return the coverage of a library: of a searcher's, or of articles with their passages.

    ``vectors`` (n, dim) float32, unit rows: row i belongs to ``passages[i]``.  ``demand`` is how
    many readers' questions had a section as first hit, by (article id, section id); none for what
    is not in it.  With ``answers=False`` only the pairs' questions count.

    The same library gives the same report, whatever the order of its articles and passages.
    Raises ``UsageError`` where articles come without passages and vectors, or of another number.
    """
    if isinstance(library, Searcher):
        articles: Collection[Article] = {
            one.article.id: one.article for one in library.owners
        }.values()
        passages, vectors = library.passages, library.vectors
    elif passages is None or vectors is None:
        raise UsageError("articles come with their passages and vectors; or give a searcher")
    else:
        articles = library
    if len(passages) != len(vectors):
        raise UsageError(f"{len(passages)} passages came with {len(vectors)} vectors")
    sections, pairs = coverage_text.read(articles, passages, answers=answers)
    fits = coverage_fit.fits(sections, pairs, vectors)
    evidence = _evidence(fits, sections, pairs)
    bounds = np.searchsorted(fits.section, np.arange(len(sections) + 1))
    about = np.zeros(len(sections))
    np.maximum.at(about, fits.section, fits.about)
    wanted = demand or {}
    found: dict[str, list[SectionCoverage]] = {}
    for number, part in enumerate(sections):
        count = len(part.sentences)
        met = fits.met[fits.first[bounds[number]] : fits.first[bounds[number + 1]]]
        best = met.reshape(-1, count).max(axis=0, initial=0.0)
        share = round(float(best.mean()), 6)
        score = round(max(float(about[number]), min(1.0, SHARE_AS_SCORE * share)), 6)
        section = part.section
        found.setdefault(part.article.id, []).append(
            SectionCoverage(
                part.article.id,
                section.id,
                section.heading,
                section.start,
                section.end,
                section.line,
                _state(share, score, covered, partly),
                share,
                score,
                wanted.get((part.article.id, section.id), 0),
                tuple(
                    SentenceCoverage(start, end, float(one))
                    for (start, end), one in zip(part.sentences, best, strict=True)
                ),
                evidence[number],
            )
        )
    titles = {article.id: article.title for article in articles}
    companions: dict[str, set[str]] = {}
    for article in articles:
        companions.setdefault(own_article(article), set()).add(article.id)
    return CoverageReport(
        tuple(
            ArticleCoverage(
                id, titles[id], _mean_share(own), tuple(own), frozenset(companions[id] - {id})
            )
            for id, own in found.items()
        ),
        covered,
        partly,
        tuple(
            Place(
                one.article.id, one.pair.id, one.pair.start, one.pair.end, one.pair.line,
                "the nearest FAQ pair",
            )
            for one in pairs
        ),
    )  # fmt: skip


def _state(share: float, score: float, covered: float, partly: float) -> CoverageState:
    if share >= covered:
        return CoverageState.COVERED
    return CoverageState.PARTLY if score >= partly else CoverageState.UNCOVERED


def _mean_share(sections: Sequence[SectionCoverage]) -> float:
    shares = [one.share for section in sections for one in section.sentences]
    return round(sum(shares) / len(shares), 6)


def _evidence(
    fits: coverage_fit.Fits,
    sections: Sequence[coverage_text.SectionText],
    pairs: Sequence[coverage_text.PairText],
) -> list[tuple[PairEvidence, ...]]:
    """Return the evidence of each section, best first."""
    count = len(fits.pair)
    by_pair = np.lexsort((fits.section, -fits.fit, -fits.score, fits.pair))
    begins = np.searchsorted(fits.pair[by_pair], np.arange(len(pairs)))
    rank = np.empty(count, dtype=np.int64)
    rank[by_pair] = np.arange(count) - begins[fits.pair[by_pair]]
    by_section = np.lexsort((fits.pair, -fits.fit, -fits.score, fits.section))
    nearest = np.zeros(count, dtype=bool)
    nearest[by_section[np.flatnonzero(np.diff(fits.section[by_section], prepend=-1))]] = True
    meets = np.maximum.reduceat(fits.met, fits.first[:-1]) >= MET if count else nearest
    kept = (rank < EVIDENCES) | nearest | meets
    found: list[list[PairEvidence]] = [[] for _ in sections]
    for at in by_section[kept[by_section]]:
        section, pair = sections[fits.section[at]], pairs[fits.pair[at]]
        own = slice(fits.first[at], fits.first[at + 1])
        met = fits.met[own]
        places = np.flatnonzero(met >= MET)
        if not len(places):
            places = np.array([fits.near[own].argmax()])
        found[fits.section[at]].append(
            PairEvidence(
                pair.article.id,
                pair.pair.id,
                section.article.id,
                section.section.id,
                float(fits.score[at]),
                float(fits.fit[at]),
                round(float(met.mean()), 6),
                tuple(section.sentences[place] for place in places),
            )
        )
    return [tuple(own) for own in found]
