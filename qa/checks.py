"""What is wrong with the FAQ pairs as they stand, in an editor's words.  Pure.

Duplicates, conflicts, unsupported and stale answers, each with the passages that prove it.  What
makes one is in ``qa.duplicates``, ``qa.support`` and ``qa.staleness``; here they become findings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from index.history import HistoryView
from index.records import Article, FaqPair, Section
from qa.duplicates import Conflict, DuplicateGroup, compare_pairs
from qa.facts import Fact, FactKind
from qa.findings import Finding, FindingKind, Place, by_weight, finding_key
from qa.readings import Difference
from qa.search import Searcher
from qa.staleness import StaleAnswer, find_stale
from qa.support import (
    SUPPORTING_SIMILARITY,
    AnswerSupport,
    Statement,
    SupportReport,
    measure_support,
)

# How much each matters by itself, and how sure it is: the share of those read that were right,
# rounded; see docs/decisions/checks.md.
_CONTRADICTION, _OTHER_ANSWER, _DUPLICATE = 0.9, 0.5, 0.4
_MISSING_FACT, _FAR, _STALE = 0.7, 0.4, 0.8
_SURE_FACT, _SURE_OTHER, _SURE_FAR, _SURE_STALE = 0.95, 0.7, 0.8, 0.8

_SHOWN_WORDS = 12  # of a longer quotation in a reason: the places show the whole
_SHOWN_FACTS = 6

Demand = Mapping[tuple[str, str], int]
"""(article id, owner id) → how many of the readers' questions had it as their first hit."""


@dataclass(frozen=True)
class CheckReport:
    """What was found.  ``support`` has every answer, also those that are fine."""

    searcher: Searcher
    support: SupportReport
    duplicates: tuple[DuplicateGroup, ...]
    conflicts: tuple[Conflict, ...]
    stale: tuple[StaleAnswer, ...]
    demand: Demand = field(default_factory=dict)
    history: HistoryView = field(default_factory=HistoryView)

    @property
    def stale_checked(self) -> bool:
        """Whether the history tells what the sections said before: else nothing can be stale."""
        return self.history.compares

    @property
    def unsupported(self) -> tuple[AnswerSupport, ...]:
        """Return the answers of which something is in no section, by article id and pair id."""
        return self.support.unsupported

    def findings(self) -> tuple[Finding, ...]:
        """Return everything as findings, the weightiest first, but for what is dismissed."""
        return tuple(one for one in self._all if not self._is_dismissed(one))

    @property
    def dismissed(self) -> tuple[Finding, ...]:
        """Return what editors call no mistake and whose texts are as they were then."""
        return tuple(filter(self._is_dismissed, self._all))

    def digest(self, finding: Finding) -> str:
        """Return what tells whether the texts that a finding is about are the same: 16 digits."""
        texts = [self._articles[one.article].text[one.start : one.end] for one in finding.places]
        return finding_key(finding.kind, *texts).partition(":")[2]

    def _is_dismissed(self, finding: Finding) -> bool:
        known = self._dismissals.get(finding.key)
        return known is not None and known == self.digest(finding)

    @cached_property
    def _articles(self) -> dict[str, Article]:
        return {owner.article.id: owner.article for owner in self.searcher.owners}

    @cached_property
    def _dismissals(self) -> dict[str, str]:
        return dict(self.history.dismissed)

    @cached_property
    def _all(self) -> tuple[Finding, ...]:
        words = _Words(self.searcher, self.demand)
        return by_weight(
            [
                *map(words.duplicate, self.duplicates),
                *map(words.conflict, self.conflicts),
                *map(words.unsupported, self.unsupported),
                *map(words.stale, self.stale),
            ]
        )


def check(
    searcher: Searcher, *, history: HistoryView | None = None, demand: Demand | None = None
) -> CheckReport:
    """Return what is wrong with the FAQ pairs of a library.

    Without ``history`` (``index.history.History.view``) nothing is stale.  ``demand`` orders the
    findings: what readers ask about comes first.
    """
    pairs = compare_pairs(searcher)
    support = measure_support(searcher)
    return CheckReport(
        searcher=searcher,
        support=support,
        duplicates=pairs.duplicates,
        conflicts=pairs.conflicts,
        stale=find_stale(searcher, support, history or HistoryView()),
        demand=demand or {},
        history=history or HistoryView(),
    )


class _Words:
    """Findings in words, and their places."""

    def __init__(self, searcher: Searcher, demand: Demand) -> None:
        self.searcher = searcher
        self.demand = demand
        self.articles = {owner.article.id: owner.article for owner in searcher.owners}

    def duplicate(self, group: DuplicateGroup) -> Finding:
        first = self._pair(group.pairs[0])
        count = len(group.pairs)
        differ: list[Place] = []
        answers, advice = "answer the same", "they have answers that say the same. Keep one, and"
        if group.identical:
            advice = "they have the same answer to the letter. Keep one, and"
        elif group.apart:
            answers = "answer nearly the same"
            advice = (
                f"their answers are nearly the same, but not quite: {_told(group.differences)}. "
                "Read both, keep what is right, and"
            )
            sides = ([f for d in group.differences for f in side(d)] for side in _SIDES)
            for key, facts in zip(group.apart, sides, strict=True):
                differ += self._facts(key, facts)
        return Finding(
            kind=FindingKind.DUPLICATE,
            key=finding_key(FindingKind.DUPLICATE, *_flat(group.pairs)),
            title=f"{count} pairs ask and {answers}: “{_short(first.question)}”",
            reason=f"Their questions are close in meaning (at least {group.similarity:.2f}), and "
            f"{advice} make the other questions its alternates.",
            places=(*(place for key in group.pairs for place in self._both(key)), *differ),
            severity=_DUPLICATE,
            sure=min(1.0, group.similarity),
            demand=self._asked(group.pairs),
        )

    def conflict(self, conflict: Conflict) -> Finding:
        one, other = self._pair(conflict.one), self._pair(conflict.other)
        if one.question == other.question:
            title = f"Two answers to “{_short(one.question)}”"
        else:
            title = (
                f"Two answers to one question: “{_short(one.question)}” and "
                f"“{_short(other.question)}”"
            )
        what = _told(conflict.differences)
        if not what:
            what = "they share no number, date or name to compare, and say different things"
        more = len(conflict.pairs) - 2
        also = f" {more} more pairs with these answers are concerned." if more else ""
        return Finding(
            kind=FindingKind.CONFLICT,
            key=finding_key(FindingKind.CONFLICT, *conflict.one, *conflict.other),
            title=title,
            reason=f"The questions mean the same ({conflict.similarity:.2f}), the answers differ: "
            f"{what}.{also}",
            places=(
                *self._both(conflict.one),
                *self._facts(conflict.one, (f for d in conflict.differences for f in d.one)),
                *self._both(conflict.other),
                *self._facts(conflict.other, (f for d in conflict.differences for f in d.other)),
            ),
            severity=_CONTRADICTION if conflict.contradicts else _OTHER_ANSWER,
            sure=min(1.0, conflict.similarity),
            demand=self._asked(conflict.pairs),
        )

    def unsupported(self, answer: AnswerSupport) -> Finding:
        pair = self._pair(answer.key)
        where = "the articles do" if answer.listed else "its article does"
        facts = [fact for one in answer.unsupported for fact in one.missing]
        checked = [fact for fact in facts if fact.kind is not FactKind.OTHER]
        reasons = [f"No section says {_quoted(checked)}."] if checked else []
        reasons += [
            f"“{fact.text}” brings in something that the passages about this do not speak of."
            for fact in facts
            if fact.kind is FactKind.OTHER
        ]
        far = [one for one in answer.unsupported if one.far and not one.missing]
        if answer.far:
            reasons.append("No section comes near the answer.")
        elif far:
            text = self.articles[answer.article].text
            first = _short(text[far[0].start : far[0].end])
            more = f" and {len(far) - 1} more" if len(far) > 1 else ""
            reasons.append(f"No section comes near “{first}”{more}.")
        # Beside a section that is about this it is most likely wrong, without one only more.
        told = any(
            one.missing and one.nearest and one.nearest.similarity >= SUPPORTING_SIMILARITY
            for one in answer.unsupported
        )
        sure = _SURE_FACT if checked else _SURE_OTHER if facts else _SURE_FAR
        return Finding(
            kind=FindingKind.UNSUPPORTED,
            key=finding_key(FindingKind.UNSUPPORTED, *answer.key),
            title=f"The answer to “{_short(pair.question)}” says more than {where}",
            reason=" ".join(reasons),
            places=(
                self._answer(answer.key),
                *(place for one in answer.unsupported for place in self._statement(answer, one)),
            ),
            severity=_MISSING_FACT if told else _FAR,
            sure=sure,
            demand=self._asked([answer.key]),
        )

    def stale(self, stale: StaleAnswer) -> Finding:
        pair = self._pair((stale.article, stale.pair))
        section = self.searcher.owner(stale.section_article, stale.section)
        heading = section.item.heading or "the section before the first heading"
        shown = [
            f"“{_short(stale.before[one.before_start : one.before_end])}” became "
            f"“{_short(stale.after[one.after_start : one.after_end])}”"
            if one.before_start < one.before_end and one.after_start < one.after_end
            else f"“{_short(stale.after[one.after_start : one.after_end])}” was added"
            if one.after_start < one.after_end
            else f"“{_short(stale.before[one.before_start : one.before_end])}” was removed"
            for one in stale.changes[:_SHOWN_FACTS]
        ]
        more = len(stale.changes) - len(shown)
        also = f", and {more} more changes" if more > 0 else ""
        start = section.item.start
        return Finding(
            kind=FindingKind.STALE,
            key=finding_key(
                FindingKind.STALE,
                *(stale.article, stale.pair, stale.section_article, stale.section),
                *(stale.after.split()),
            ),
            title=f"“{_short(pair.question)}” may be out of date",
            reason=f"Since the pair was last touched, “{_short(heading)}” changed "
            f"({stale.at[:10]}): {'; '.join(shown)}{also}.",
            places=(
                *self._both((stale.article, stale.pair)),
                _place(section.article, stale.section, start, section.item.end, "the section"),
                *(
                    _place(
                        section.article,
                        stale.section,
                        start + one.after_start,
                        start + one.after_end,
                        "changed",
                    )
                    for one in stale.changes
                    if one.after_start < one.after_end
                ),
            ),
            severity=_STALE,
            sure=_SURE_STALE,
            demand=self._asked(
                [(stale.article, stale.pair), (stale.section_article, stale.section)]
            ),
        )

    def _statement(self, answer: AnswerSupport, one: Statement) -> Iterator[Place]:
        article = self.articles[answer.article]
        if one.far and not one.missing:
            yield _place(article, answer.pair, one.start, one.end, "no section comes near this")
        for fact in one.missing:
            yield _place(article, answer.pair, fact.start, fact.end, "in no section")
        if one.nearest:
            near = one.nearest
            there = self.searcher.owner(near.article, near.section).article
            yield _place(there, near.section, near.start, near.end, "the nearest passage")

    def _both(self, key: tuple[str, str]) -> tuple[Place, Place]:
        owner, pair = self.searcher.owner(*key), self._pair(key)
        asked = (pair.question_start, pair.question_end)
        return _place(owner.article, pair.id, *asked, "the question"), self._answer(key)

    def _answer(self, key: tuple[str, str]) -> Place:
        pair = self._pair(key)
        return _place(self.articles[key[0]], pair.id, pair.start, pair.end, "its answer")

    def _facts(self, key: tuple[str, str], facts: Iterable[Fact]) -> Iterator[Place]:
        article, pair = self.articles[key[0]], self._pair(key)
        for fact in facts:
            place = pair.start + fact.start, pair.start + fact.end
            yield _place(article, pair.id, *place, "differs")

    def _pair(self, key: tuple[str, str]) -> FaqPair:
        item = self.searcher.owner(*key).item
        if isinstance(item, Section):
            raise KeyError(key)
        return item

    def _asked(self, keys: Iterable[tuple[str, str]]) -> int:
        return sum(self.demand.get(key, 0) for key in keys)


def _place(article: Article, owner: str, start: int, end: int, label: str) -> Place:
    return Place(article.id, owner, start, end, _line(article, start), label)


def _line(article: Article, start: int) -> int:
    """Return the source line of a place: that of its element, and the lines within it."""
    line = 1
    for element in article.elements:
        if element.start > start:
            break
        line = element.line + article.text.count("\n", element.start, min(start, element.end))
    return line


_SIDES: tuple[Callable[[Difference], tuple[Fact, ...]], ...] = (
    lambda difference: difference.one,
    lambda difference: difference.other,
)
_DIFFERENCE_NAMES = {
    FactKind.NEGATION: "one denies it",
    FactKind.NUMBER: "numbers",
    FactKind.DATE: "dates",
    FactKind.DAY: "days",
    FactKind.AMOUNT: "what is counted",
    FactKind.BOUND: "the least and the most",
    FactKind.DUTY: "what one must or may do",
    FactKind.NAME: "names",
    FactKind.WORD: "words",
}


def _told(differences: Iterable[Difference]) -> str:
    """Return what differs: what decides first, a "no" before all."""
    kinds = list(_DIFFERENCE_NAMES)
    ordered = sorted(differences, key=lambda one: (not one.contradicts, kinds.index(one.kind)))
    return "; ".join(map(_difference, ordered))


def _difference(difference: Difference) -> str:
    sides = [_quoted(side) or "none" for side in (difference.one, difference.other)]
    return f"{_DIFFERENCE_NAMES[difference.kind]} ({sides[0]} against {sides[1]})"


def _quoted(facts: Iterable[Fact]) -> str:
    texts = list(dict.fromkeys(_side_by_side(facts)))
    more = f" and {len(texts) - _SHOWN_FACTS} more" if len(texts) > _SHOWN_FACTS else ""
    return ", ".join(f"“{text}”" for text in texts[:_SHOWN_FACTS]) + more


def _side_by_side(facts: Iterable[Fact]) -> Iterator[str]:
    """Yield the texts of facts, the words of one name together: "Good Friday"."""
    texts: list[str] = []
    last: Fact | None = None
    for fact in facts:
        if last and last.kind is fact.kind is FactKind.NAME and fact.start == last.end + 1:
            texts[-1] += f" {fact.text}"
        else:
            texts.append(fact.text)
        last = fact
    yield from texts


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words[:_SHOWN_WORDS]) + (" …" if len(words) > _SHOWN_WORDS else "")


def _flat(keys: Iterable[tuple[str, str]]) -> Iterator[str]:
    for article, pair in keys:
        yield from (article, pair)
