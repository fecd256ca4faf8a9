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

from index.companions import one_line
from index.encoder import Encoder
from index.records import FaqPair, PassageKind
from qa.asking import Asker, Outcome, query_vectors, text_vectors
from qa.conversation import COMPARED_WEIGHT
from qa.excerpt import line_of
from qa.findings import Finding, FindingKind, Place, by_weight, finding_key
from qa.function_words import is_vague
from qa.gap_evidence import (
    Around,
    GroupEvidence,
    Support,
    around,
    group_evidence,
    wrong_answers,
)
from qa.gap_verdicts import GapVerdict, Judged, judged
from qa.grouping import centrality, group, join
from qa.questions import LoggedQuestion
from qa.search import Owner
from qa.small_talk import is_small_talk
from qa.wordings import Wording, shown, wordings

# Answered with less confidence than this: in doubt.
DOUBT = 0.5
# A group in which nothing failed, only doubtful answers, is listed from so many wordings on.
SUSPECTED_WORDINGS = 3
# A pair with this confidence is named where a section answers.
CLOSEST_PAIR = 0.2
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
    GapVerdict.NO_PAIR: "A section answers this, and no FAQ pair surely does: write the pair.",
    GapVerdict.NOT_ANSWERED: "It belongs to the subject, and nothing here surely answers it:"
    " look at what comes closest, and write a pair if that does not.",
    GapVerdict.OFF_TOPIC: "It is close to nothing here.",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of questions that were not answered.

    ``name`` is its most central question without a typing error (with one, where all have one);
    where a pair or section answers, of those that come closest to just that.  Where some are
    follow-ups, it is one that stands alone and failed, where there is one; else it may be one with
    a ``context`` that it leans on (``title`` has both).
    ``wordings`` are all of them, the most central first.
    ``count`` is how many logged questions they are, ``failed`` of which found no answer or a wrong
    one; ``first`` and ``last`` say when they were asked.  ``sure`` in [0, 1] is how sure the
    verdict is.  ``answer`` is the pair (NOT_FOUND) or section (NO_PAIR) that answers: (article id,
    own id); ``place`` its passage and ``passage`` that passage's text, word for word.  Of what is
    NOT_ANSWERED, ``perhaps`` are the passages that come closest, the closest first: some answer it
    after all, but who says which would too often be wrong.
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
    perhaps: tuple[Place, ...] = ()
    context: str = ""

    @property
    def title(self) -> str:
        """The name as it can be understood, in one line of plain text."""
        return shown(self.name, self.context)

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
                title=gap.title,
                reason=_reason(gap),
                places=gap.perhaps if gap.place is None else (gap.place,),
                severity=_SEVERITY[gap.verdict],
                sure=gap.sure,
                demand=gap.count,
            )
            for gap in self.gaps
        )


def _reason(gap: Gap) -> str:
    """Return why a group is listed, and what to do.

    A pair that may answer it after all, worded otherwise, is named: else its like is written anew.
    """
    pair = gap.evidence.pair
    if gap.verdict is GapVerdict.NO_PAIR and pair and pair.confidence >= CLOSEST_PAIR:
        assert isinstance(pair.owner.item, FaqPair)
        return (
            "A section answers this, and no FAQ pair surely does. The closest one asks "
            f"“{one_line(pair.owner.item.question)}”: if it answers this, add the wording to it;"
            " if not, write the pair."
        )
    return _REASONS[gap.verdict]


def gaps_of(asker: Asker, encoder: Encoder, questions: Iterable[LoggedQuestion]) -> GapReport:
    """Return the gaps in a log; each wording is encoded once."""
    asked = wordings(questions)
    if not asked:
        return find_gaps(asker, (), np.zeros((0, encoder.identity.dimension), dtype=np.float32))
    texts = [asker.texts(one.asked) for one in asked]
    known = text_vectors(encoder, texts)
    vectors = query_vectors(texts, known)
    return find_gaps(asker, asked, vectors, query_vectors(texts, known, weight=COMPARED_WEIGHT))


def find_gaps(
    asker: Asker,
    asked: Sequence[Wording],
    vectors: NDArray[np.float32],
    compared: NDArray[np.float32] | None = None,
) -> GapReport:
    """Return the gaps in a log, from all its wordings, whatever their order.

    ``vectors`` (n, dim) float32, unit rows, are those of what is meant by each wording (see
    ``Asker.encode``), row by row; ``compared`` those that they are compared with one another by,
    where some are follow-ups (see ``conversation.COMPARED_WEIGHT``).
    """
    order = sorted(range(len(asked)), key=lambda row: asked[row].key)
    compared = vectors if compared is None else compared
    in_order = np.array(order, dtype=np.int64)
    asked, vectors, compared = [asked[row] for row in order], vectors[in_order], compared[in_order]
    vague = [_says_nothing(*asker.texts(one.asked)) for one in asked]
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
        texts = np.vstack([compared, _texts(asker)])
        groups = _groups([asked[row] for row in chosen], compared[chosen], texts)
        outcomes = [asker.ask(asked[row].asked, vectors[row]) for row in chosen]
        beside = _around(asker, asked, compared, chosen, texts)
        for number in range(int(groups.max()) + 1):
            places = [place for place in range(len(chosen)) if groups[place] == number]
            rows = [chosen[place] for place in places]
            gap, now = _gap(
                asker,
                [asked[row] for row in rows],
                vectors[rows],
                compared[rows],
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


def _says_nothing(meant: str, searched: str) -> bool:
    return is_vague(searched) or is_small_talk(meant)


def _by_section(asker: Asker, one: Wording) -> bool:
    """Tell whether a section came first for a wording: a pair may be missing."""
    return any(
        asker.has(*question.hits[0]) and not _is_pair(asker, question.hits[0])
        for question in one.questions
        if question.hits
    )


def _is_pair(asker: Asker, key: tuple[str, str]) -> bool:
    return isinstance(asker.searcher.owner(*key).item, FaqPair)


def _texts(asker: Asker) -> NDArray[np.float32]:
    """Return the vectors of the library's questions and sections."""
    kinds = (PassageKind.QUESTION, PassageKind.SECTION)
    own = [row for row, passage in enumerate(asker.passages) if passage.kind in kinds]
    return asker.vectors[own]


def _groups(
    asked: Sequence[Wording], vectors: NDArray[np.float32], beside: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return the group of each wording; those beyond ``MOST_GROUPED`` join one or stand alone."""
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
    asker: Asker,
    asked: Sequence[Wording],
    vectors: NDArray[np.float32],
    chosen: Sequence[int],
    texts: NDArray[np.float32],
) -> Around:
    given = []
    for one in asked:
        hit = next((question.hits[0] for question in one.questions if question.hits), None)
        there = hit is not None and hit not in one.rejected and asker.has(*hit)
        said = asker.searcher.owner(*hit).compared if hit is not None and there else ""
        given.append((said, 1.0 - one.doubt if said else 0.0))
    answered = np.array([not one.failed and one.doubt <= 1.0 - DOUBT for one in asked])
    return around(vectors[np.array(chosen)], vectors, given, answered, texts)


def _gap(
    asker: Asker,
    members: Sequence[Wording],
    vectors: NDArray[np.float32],
    compared: NDArray[np.float32],
    outcomes: Sequence[Outcome],
    beside: Around,
) -> tuple[Gap | None, int]:
    """Return the gap that a group is, if it is one, and how many failed questions are answered now.

    A question that a pair surely answers now is no gap; nor is one that failed and is answered.
    """
    rejected = frozenset(hit for one in members for hit in one.rejected)
    wrong = wrong_answers(asker, rejected)

    def verdict_on(places: Sequence[int]) -> tuple[GroupEvidence, Judged]:
        own = [members[place] for place in places]
        evidence = group_evidence(
            asker,
            [one.asked.resolved for one in own],
            [outcomes[place] for place in places],
            beside.of(places),
            rejected=rejected,
        )
        return evidence, judged(evidence, editors=[one.editors for one in own])

    everyone = range(len(members))
    found = {place: _found(outcomes[place], wrong) for place in everyone}
    evidence, verdict = verdict_on(everyone)
    kept = [
        place
        for place in everyone
        if not found[place] or (outcomes[place].confidence < DOUBT and not members[place].failed)
    ]
    if verdict.verdict is GapVerdict.NOT_FOUND:
        # The pair is right for those that find it: what it says of the others must hold for them.
        missed = [place for place in kept if not found[place]]
        own = (
            (evidence, verdict) if len(missed) == len(members) or not missed else verdict_on(missed)
        )
        if own[1].verdict is GapVerdict.NOT_FOUND:
            kept = missed
        evidence, verdict = own
    now = sum(members[place].failed for place in everyone if place not in kept)
    suspected = len(kept) >= SUSPECTED_WORDINGS and verdict.verdict is not GapVerdict.NOT_FOUND
    certain = verdict.verdict is GapVerdict.NO_PAIR or any(members[p].failed for p in kept)
    if not kept or not (certain or suspected):
        return None, now
    counts = np.array([members[place].count for place in kept], dtype=np.int64)
    central = centrality(compared[kept], counts)
    ordered = sorted(
        range(len(kept)), key=lambda p: (-central[p], -int(counts[p]), members[kept[p]].key)
    )
    own_wordings = [members[kept[place]] for place in ordered]
    # What is shown as the answer must answer the question above it: of a group that is not quite
    # of one mind, a question that comes closest to something else is no name.
    led = {place for place in kept if _led_to(outcomes[place], verdict.support)}
    # A follow-up is named by what asks the same by itself, but not by what found its answer.
    leaning = any(members[place].context for place in kept)
    failing = any(members[place].failed for place in kept)

    def odd(place: int) -> bool:
        one = members[place]
        return leaning and (bool(one.context) or (failing and not one.failed))

    titles = sorted((kept[p] for p in ordered), key=lambda p: (p not in led, odd(p)))
    named = next((p for p in titles if asker.meant(members[p].text) == members[p].text), titles[0])
    searched, named_vector = asker.texts(members[named].asked)[1], vectors[named]
    answer, place, passage = None, None, ""
    perhaps: tuple[Place, ...] = ()
    if verdict.support is not None:
        owner = verdict.support.owner
        answer, place = owner.key, _place(asker, owner, searched, named_vector)
        passage = owner.article.text[place.start : place.end]
    elif verdict.verdict is GapVerdict.NOT_ANSWERED:
        perhaps = tuple(
            _place(asker, owner, searched, named_vector, "perhaps ") for owner in evidence.nearest
        )
    return Gap(
        verdict=verdict.verdict,
        name=members[named].text,
        wordings=tuple(own_wordings),
        count=sum(one.count for one in own_wordings),
        failed=sum(one.failed for one in own_wordings),
        first=min(one.first for one in own_wordings),
        last=max(one.last for one in own_wordings),
        sure=verdict.sure,
        evidence=evidence,
        answer=answer,
        place=place,
        passage=passage,
        perhaps=perhaps,
        context=members[named].context,
    ), now


def _place(
    asker: Asker, owner: Owner, question: str, vector: NDArray[np.float32], before: str = ""
) -> Place:
    """Return where an owner answers: the whole pair, of a section the closest part."""
    if isinstance(owner.item, FaqPair):
        start, end, label = owner.item.start, owner.item.end, "the pair"
    else:
        best = asker.searcher.best_part(question, vector, owner)
        start, end, label = best.start, best.end, "the section"
    line = line_of(owner.article, owner.item, start)
    return Place(owner.article.id, owner.item.id, start, end, line, before + label)


def _led_to(outcome: Outcome, support: Support | None) -> bool:
    """Tell whether what supports a verdict comes first of its kind for a question."""
    if support is None:
        return False
    kind = type(support.owner.item)
    first = next((one for one in outcome.owners if isinstance(one.item, kind)), None)
    return first is not None and first.compared == support.owner.compared


def _found(outcome: Outcome, wrong: frozenset[str]) -> bool:
    """Tell whether a pair answers a question now, which readers have not called wrong."""
    answer = outcome.answers
    return answer is not None and isinstance(answer.item, FaqPair) and answer.compared not in wrong
