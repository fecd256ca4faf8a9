"""Questions without an answer, from the log, grouped by meaning, and what each group asks for.

Pure:

    wordings → those that failed or were doubtful → groups → asked again → evidence → verdict

A group is more than the questions that failed: where nothing answers, the same question in other
words was often answered, unsurely and wrong.  So what was answered with doubt is grouped with what
failed; it counts only where the group's verdict says that it was not answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder
from index.records import FaqPair, PassageKind
from qa.asking import Asker, Outcome
from qa.excerpt import line_of
from qa.findings import Finding, FindingKind, Place, by_weight, finding_key
from qa.function_words import is_vague
from qa.gap_evidence import Around, GroupEvidence, around, group_evidence, says
from qa.gap_verdicts import GapVerdict, judged
from qa.grouping import centrality, group, join
from qa.questions import LoggedQuestion
from qa.wordings import Wording, wordings

# Answered with less confidence than this: in doubt.
DOUBT = 0.5
# A group in which nothing failed, only doubtful answers, is listed from so many wordings on.
SUSPECTED_WORDINGS = 3
# So many wordings are grouped with one another, the most asked ones; others join their groups.
MOST_GROUPED = 4000

_SEVERITY = {
    GapVerdict.NOT_FOUND: 0.6,
    GapVerdict.NO_PAIR: 0.8,
    GapVerdict.NOT_ANSWERED: 0.7,
    GapVerdict.OFF_TOPIC: 0.1,
}
_REASONS = {
    GapVerdict.NOT_FOUND: "An FAQ pair answers this, but readers who worded it so did not find it:"
    " add their wording as an alternate.",
    GapVerdict.NO_PAIR: "A section answers this, but no FAQ pair does: write the pair.",
    GapVerdict.NOT_ANSWERED: "It belongs to the subject, and nothing here answers it.",
    GapVerdict.OFF_TOPIC: "It is close to nothing here.",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of questions that were not answered.

    ``name`` is its most central question, ``wordings`` all of them, the most central first.
    ``count`` is how many logged questions they are, ``failed`` of which found no answer or a wrong
    one; ``first`` and ``last`` say when they were asked.  ``sure`` in [0, 1] is how sure the
    verdict is.  ``answer`` is the pair (NOT_FOUND) or section (NO_PAIR) that answers: (article id,
    own id); ``place`` its passage and ``passage`` that passage's text, word for word.
    """

    verdict: GapVerdict
    name: str
    wordings: tuple[Wording, ...]
    count: int
    failed: int
    first: datetime
    last: datetime
    sure: float
    evidence: GroupEvidence
    answer: tuple[str, str] | None = None
    place: Place | None = None
    passage: str = ""

    @property
    def weight(self) -> float:
        """What gaps are listed by: demand times how sure."""
        return round(self.count * self.sure, 6)

    @property
    def key(self) -> str:
        """The same while the verdict is and its oldest wording is there, whatever joins it."""
        oldest = min(self.wordings, key=lambda one: (one.first, one.key))
        return finding_key(FindingKind(self.verdict), oldest.key)


@dataclass(frozen=True, slots=True)
class GapReport:
    """The gaps, by demand times how sure; of equal ones by verdict and name.

    ``asked`` counts the logged questions, ``failed`` those without an answer or with a wrong one,
    ``vague`` those that say nothing by themselves, ``answered_now`` the failed ones that a pair
    answers by now.
    """

    gaps: tuple[Gap, ...]
    asked: int
    failed: int
    vague: int
    answered_now: int

    def of(self, *verdicts: GapVerdict) -> tuple[Gap, ...]:
        """Return the gaps of some kinds, in order."""
        return tuple(gap for gap in self.gaps if gap.verdict in verdicts)

    def findings(self) -> tuple[Finding, ...]:
        """Return a finding for each gap, the weightiest first."""
        return by_weight(
            Finding(
                kind=FindingKind(gap.verdict),
                key=gap.key,
                title=gap.name,
                reason=_REASONS[gap.verdict],
                places=() if gap.place is None else (gap.place,),
                severity=_SEVERITY[gap.verdict],
                sure=gap.sure,
                demand=gap.count,
            )
            for gap in self.gaps
        )


def gaps_of(asker: Asker, encoder: Encoder, questions: Iterable[LoggedQuestion]) -> GapReport:
    """Return the gaps in a log; each wording is encoded once."""
    asked = wordings(questions)
    vectors = asker.encode(encoder, [one.text for one in asked])
    return find_gaps(asker, asked, vectors)


def find_gaps(asker: Asker, asked: Sequence[Wording], vectors: NDArray[np.float32]) -> GapReport:
    """Return the gaps in a log, from all its wordings, whatever their order.

    ``vectors`` (n, dim) float32, unit rows, are those of what is meant by each wording's text (see
    ``Asker.encode``), row by row.
    """
    order = sorted(range(len(asked)), key=lambda row: asked[row].key)
    asked, vectors = [asked[row] for row in order], vectors[np.array(order, dtype=np.int64)]
    vague = [is_vague(asker.meant(one.text)) for one in asked]
    chosen = [
        row
        for row, one in enumerate(asked)
        if not vague[row]
        and not one.dismissed
        and (one.failed or one.doubt > 1.0 - DOUBT or _by_section(asker, one))
    ]
    found: list[Gap] = []
    answered_now = 0
    if chosen:
        groups = _groups(asker, [asked[row] for row in chosen], vectors[chosen], vectors)
        outcomes = [asker.ask(asked[row].text, vectors[row]) for row in chosen]
        beside = _around(asker, asked, vectors, chosen)
        for number in range(int(groups.max()) + 1):
            places = [place for place in range(len(chosen)) if groups[place] == number]
            rows = [chosen[place] for place in places]
            gap, now = _gap(
                asker,
                [asked[row] for row in rows],
                vectors[rows],
                [outcomes[place] for place in places],
                beside.of(places),
            )
            answered_now += now
            found += [] if gap is None else [gap]
    return GapReport(
        gaps=tuple(sorted(found, key=lambda gap: (-gap.weight, gap.verdict, gap.name))),
        asked=sum(one.count for one in asked),
        failed=sum(one.failed for one, no in zip(asked, vague, strict=True) if not no),
        vague=sum(one.count for one, no in zip(asked, vague, strict=True) if no),
        answered_now=answered_now,
    )


def _by_section(asker: Asker, one: Wording) -> bool:
    """Tell whether a section came first for a wording: a pair may be missing."""
    return any(
        asker.has(*question.hits[0]) and not _is_pair(asker, question.hits[0])
        for question in one.questions
        if question.hits
    )


def _is_pair(asker: Asker, key: tuple[str, str]) -> bool:
    return isinstance(asker.searcher.owner(*key).item, FaqPair)


def _groups(
    asker: Asker,
    asked: Sequence[Wording],
    vectors: NDArray[np.float32],
    log: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Return the group of each wording; those beyond ``MOST_GROUPED`` join one or stand alone."""
    own = [
        row
        for row, passage in enumerate(asker.passages)
        if passage.kind in (PassageKind.QUESTION, PassageKind.SECTION)
    ]
    beside = np.vstack([log, asker.vectors[own]])
    if len(asked) <= MOST_GROUPED:
        return group(vectors, beside)
    by_demand = sorted(range(len(asked)), key=lambda row: (-asked[row].count, asked[row].key))
    core, rest = sorted(by_demand[:MOST_GROUPED]), sorted(by_demand[MOST_GROUPED:])
    groups = np.full(len(asked), -1, dtype=np.int64)
    groups[core] = group(vectors[core], beside)
    groups[rest] = join(vectors[rest], vectors[core], groups[core], beside)
    alone = np.flatnonzero(groups < 0)
    groups[alone] = groups.max() + 1 + np.arange(len(alone))
    return groups


def _around(
    asker: Asker, asked: Sequence[Wording], vectors: NDArray[np.float32], chosen: Sequence[int]
) -> Around:
    given = []
    for one in asked:
        hit = next((question.hits[0] for question in one.questions if question.hits), None)
        there = hit is not None and hit not in one.rejected and asker.has(*hit)
        said = says(asker.searcher.owner(*hit)) if hit is not None and there else ""
        given.append((said, 1.0 - one.doubt if said else 0.0))
    answered = np.array([not one.failed and one.doubt <= 1.0 - DOUBT for one in asked])
    return around(vectors[np.array(chosen)], vectors, given, answered)


def _gap(
    asker: Asker,
    members: Sequence[Wording],
    vectors: NDArray[np.float32],
    outcomes: Sequence[Outcome],
    beside: Around,
) -> tuple[Gap | None, int]:
    """Return the gap that a group is, if it is one, and how many failed questions are answered now.

    A question that a pair answers now is no gap, unless all speaks for its being answered wrong.
    """
    rejected = frozenset(hit for one in members for hit in one.rejected)
    evidence = group_evidence(
        asker, [one.text for one in members], outcomes, beside, rejected=rejected
    )
    verdict = judged(evidence, editors=[one.editors for one in members])
    kept = list(range(len(members)))
    now = 0
    if verdict.verdict is GapVerdict.NOT_FOUND:
        kept = [place for place in kept if not _found(outcomes[place], rejected)]
        now = sum(members[place].failed for place in range(len(members)) if place not in kept)
    suspected = len(kept) >= SUSPECTED_WORDINGS and verdict.verdict is not GapVerdict.NOT_FOUND
    certain = verdict.verdict is GapVerdict.NO_PAIR or any(members[p].failed for p in kept)
    if not kept or not (certain or suspected):
        return None, now
    counts = np.array([members[place].count for place in kept], dtype=np.int64)
    central = centrality(vectors[kept], counts)
    ordered = sorted(
        range(len(kept)), key=lambda p: (-central[p], -int(counts[p]), members[kept[p]].key)
    )
    own = [members[kept[place]] for place in ordered]
    answer, place, passage = None, None, ""
    if verdict.support is not None:
        owner = verdict.support.owner
        answer = owner.key
        best = asker.searcher.best_part(own[0].text, vectors[kept[ordered[0]]], owner)
        start, end = best.start, best.end
        if isinstance(owner.item, FaqPair):
            start, end = owner.item.start, owner.item.end
        line = line_of(owner.article, owner.item, start)
        label = "the pair" if isinstance(owner.item, FaqPair) else "the section"
        place = Place(owner.article.id, owner.item.id, start, end, line, label)
        passage = owner.article.text[start:end]
    return Gap(
        verdict=verdict.verdict,
        name=own[0].text,
        wordings=tuple(own),
        count=sum(one.count for one in own),
        failed=sum(one.failed for one in own),
        first=min(one.first for one in own),
        last=max(one.last for one in own),
        sure=verdict.sure,
        evidence=evidence,
        answer=answer,
        place=place,
        passage=passage,
    ), now


def _found(outcome: Outcome, rejected: frozenset[tuple[str, str]]) -> bool:
    """Tell whether a pair answers a question now, which readers have not called wrong."""
    answer = outcome.answers
    return answer is not None and isinstance(answer.item, FaqPair) and answer.key not in rejected
