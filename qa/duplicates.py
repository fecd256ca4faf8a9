"""FAQ pairs that ask the same: with the same answer (duplicates) or with different ones.  Pure.

Two questions are the same when their meaning is close and nothing that tells is different between
them; how close they must be depends on the words that they do not share.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from index.records import FaqPair, PassageKind
from qa.differences import asks_something_else, differences, turned_round, unshared
from qa.facts import FactKind
from qa.further import says_the_same
from qa.owners import as_compared
from qa.readings import Difference, Reading
from qa.search import Owner, Searcher

# From which cosine two questions are the same: where neither has a telling word that the other
# lacks, where one has, and where both have ("keep" and "store", but also "cats" and "dogs").  On
# the banks of clinc150, banking77_oos and hint3_curekart, 2,599 questions, one pair of two intents
# is taken for the same, and means the same; see docs/decisions/checks.md.
SAME_WORDS, MORE_WORDS, OTHER_WORDS = 0.80, 0.90, 0.93
# Where the answers are the same, one of these is enough; the first for answers of a few words,
# which fit many questions ("Yes.").
SHORT_ANSWER, SAME_ANSWER = 0.80, 0.70
SHORT_ANSWER_WORDS = 5
# The nearest questions of each that are looked at, so that a library of one matter stays quick.
NEIGHBOURS = 32
# Of a group's answers, the first that are held against one another.
_COMPARED_PAIRS = 8
_BLOCK = 1024

PairKey = tuple[str, str]
"""(article id, pair id)."""


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Pairs that ask and answer the same, at least two, ascending by their keys.

    ``similarity`` is the least cosine by which one of them was found to belong to the others;
    ``identical`` tells that their answers are the same to the letter, but for case and white space.
    ``differences`` are those of the answers of ``apart``, two of the pairs: what only one of them
    says, or says in another word.  None where nothing that can be checked differs.
    """

    pairs: tuple[PairKey, ...]
    similarity: float
    identical: bool
    apart: tuple[PairKey, PairKey] | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two pairs that ask the same and answer differently; ``one`` < ``other``.

    ``differences`` are those of the answers, places counting in each answer; none: they are about
    different things.  Where each stands for a group of duplicates, ``pairs`` are all of both.
    """

    one: PairKey
    other: PairKey
    similarity: float
    differences: tuple[Difference, ...]
    pairs: tuple[PairKey, ...]

    @property
    def contradicts(self) -> bool:
        """Tell whether a number, date, name, condition or "not" makes both impossible at once."""
        return any(difference.contradicts for difference in self.differences)


@dataclass(frozen=True, slots=True)
class PairReport:
    """Duplicates by their first pairs; conflicts that contradict first, then by their pairs."""

    duplicates: tuple[DuplicateGroup, ...]
    conflicts: tuple[Conflict, ...]


def compare_pairs(searcher: Searcher) -> PairReport:
    """Return what the library's FAQ pairs have in common.  Deterministic, in any order of files."""
    return _Comparison(searcher).report()


def same_question(one: Reading, other: Reading, similarity: float) -> bool:
    """Tell whether two questions, ``similarity`` their cosine, ask the same."""
    if similarity < SAME_WORDS:
        return False
    lone, lacks = unshared(one, other)
    if not (lone or lacks):
        differ = one.asked_for != other.asked_for or turned_round(one.text, other.text)
        return not differ and not asks_something_else(one, other)
    if similarity < (OTHER_WORDS if lone and lacks else MORE_WORDS):
        return False
    return not asks_something_else(one, other)


@dataclass(frozen=True, slots=True)
class _Near:
    """Two wordings of different pairs, by their places, and their cosine."""

    one: int
    other: int
    similarity: float


class _Comparison:
    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.owners: list[Owner] = []
        self.pairs: list[FaqPair] = []
        for owner in searcher.owners:
            if isinstance(owner.item, FaqPair):
                self.owners.append(owner)
                self.pairs.append(owner.item)
        passages = searcher.passages
        asked = [
            (int(row), number)
            for number, owner in enumerate(self.owners)
            for row in owner.rows
            if passages[row].kind in (PassageKind.QUESTION, PassageKind.ALTERNATE)
        ]
        self.rows = np.array([row for row, _ in asked], dtype=np.int64)
        self.pair_of = np.array([number for _, number in asked], dtype=np.int64)
        texts = [as_compared(pair.answer) for pair in self.pairs]
        numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        self.answer_of = np.array([numbers[text] for text in texts], dtype=np.int64)
        self.group = list(range(len(self.pairs)))
        self.read: dict[tuple[str, str | None], Reading] = {}
        self.same: dict[tuple[int, int], bool] = {}
        self.least: dict[int, float] = {}  # by the number of a pair that joined a group

    def report(self) -> PairReport:
        disputed: dict[tuple[int, int], float] = {}
        for near in self._near():
            one, other = int(self.pair_of[near.one]), int(self.pair_of[near.other])
            if self.answer_of[one] == self.answer_of[other] and self._root(one) == self._root(
                other
            ):
                continue
            language = self.owners[one].article.language
            asked = self._asked(near.one, language), self._asked(near.other, language)
            if self._answers_the_same(one, other):
                short = len(as_compared(self.pairs[one].answer).split()) < SHORT_ANSWER_WORDS
                needed = SHORT_ANSWER if short else SAME_ANSWER
                if near.similarity >= needed and not asks_something_else(*asked):
                    self._join(one, other, near.similarity)
            elif same_question(*asked, near.similarity):
                key = min(one, other), max(one, other)
                disputed[key] = max(disputed.get(key, -1.0), near.similarity)
        self._join_identical()
        return PairReport(self._duplicates(), self._conflicts(disputed))

    def _near(self) -> Iterator[_Near]:
        """Yield wordings that are close, of each its nearest ones with this and other answers."""
        vectors = self.searcher.vectors[self.rows]
        answers = self.answer_of[self.pair_of] if len(self.rows) else self.rows
        for at in range(0, len(vectors), _BLOCK):
            similarities = vectors[at : at + _BLOCK] @ vectors.T
            for place, row in enumerate(similarities, start=at):
                close = np.flatnonzero(row >= SAME_ANSWER - 1e-6)  # few: only these are rounded
                row[close] = np.round(row[close], 6)
                close = close[
                    (row[close] >= SAME_ANSWER) & (self.pair_of[close] != self.pair_of[place])
                ]
                same = answers[close] == answers[place]
                for found in (close[same], close[~same]):
                    order = np.argsort(-row[found], kind="stable")[:NEIGHBOURS]
                    for other in found[order]:
                        yield _Near(place, int(other), float(row[other]))

    def _asked(self, place: int, language: str | None) -> Reading:
        return self._read(self.searcher.passages[int(self.rows[place])].text, language)

    def _read(self, text: str, language: str | None) -> Reading:
        key = text, language
        if key not in self.read:
            self.read[key] = Reading(text, language)
        return self.read[key]

    def _answers_the_same(self, one: int, other: int) -> bool:
        key = min(one, other), max(one, other)
        if key not in self.same:
            self.same[key] = self._compared(*key)
        return self.same[key]

    def _compared(self, one: int, other: int) -> bool:
        if self.answer_of[one] == self.answer_of[other]:
            return True
        answers = self.pairs[one].answer, self.pairs[other].answer
        likeness = self.searcher.likeness(self.owners[one], self.owners[other])
        if not says_the_same(*answers, likeness=likeness):
            return False
        # Where both say something that the other does not, neither can stand for both.
        return not any(
            found.contradicts or (found.one and found.other and found.kind is not FactKind.WORD)
            for found in self._differences(one, other)
        )

    def _differences(self, one: int, other: int) -> tuple[Difference, ...]:
        language = self.owners[one].article.language
        answers = (self._read(self.pairs[number].answer, language) for number in (one, other))
        return differences(*answers)

    def _root(self, number: int) -> int:
        while self.group[number] != number:
            self.group[number] = self.group[self.group[number]]
            number = self.group[number]
        return number

    def _join(self, one: int, other: int, similarity: float) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        if first != second:
            self.group[second] = first
            self.least[second] = similarity

    def _join_identical(self) -> None:
        """Make one group of those whose answers are the same to the letter: one intent's."""
        members = self._members()
        by_answer: dict[int, int] = {}
        for numbers in members.values():
            if len(numbers) > 1:
                first = by_answer.setdefault(int(self.answer_of[numbers[0]]), numbers[0])
                self._join(first, numbers[0], SAME_ANSWER)

    def _members(self) -> dict[int, list[int]]:
        members: dict[int, list[int]] = {}
        for number in range(len(self.pairs)):
            members.setdefault(self._root(number), []).append(number)
        return members

    def _duplicates(self) -> tuple[DuplicateGroup, ...]:
        return tuple(
            self._group(numbers) for numbers in self._members().values() if len(numbers) > 1
        )

    def _group(self, numbers: list[int]) -> DuplicateGroup:
        apart: tuple[PairKey, PairKey] | None = None
        found: tuple[Difference, ...] = ()
        for one, other in itertools.combinations(numbers[:_COMPARED_PAIRS], 2):
            if self.answer_of[one] != self.answer_of[other]:
                differ = self._differences(one, other)
                if len(differ) > len(found):
                    apart, found = (self.owners[one].key, self.owners[other].key), differ
        return DuplicateGroup(
            pairs=tuple(self.owners[number].key for number in numbers),
            similarity=min(self.least[number] for number in numbers if number in self.least),
            identical=len({int(self.answer_of[number]) for number in numbers}) == 1,
            apart=apart,
            differences=found,
        )

    def _conflicts(self, disputed: dict[tuple[int, int], float]) -> tuple[Conflict, ...]:
        """Return one conflict for any two groups: of its pairs the closest questions."""
        members = self._members()
        best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {}
        for (one, other), similarity in sorted(disputed.items()):
            first, second = sorted((self._root(one), self._root(other)))
            # A third answer may be so near to both that all became one group: the contradiction
            # stays one.
            if first == second and not any(d.contradicts for d in self._differences(one, other)):
                continue
            if similarity > best.get((first, second), (-1.0, (0, 0)))[0]:
                best[first, second] = similarity, (one, other)
        conflicts = [
            Conflict(
                one=self.owners[one].key,
                other=self.owners[other].key,
                similarity=similarity,
                differences=self._differences(one, other),
                pairs=tuple(
                    self.owners[n].key for n in sorted({*members[first], *members[second]})
                ),
            )
            for (first, second), (similarity, (one, other)) in best.items()
        ]
        return tuple(sorted(conflicts, key=lambda one: (not one.contradicts, one.one, one.other)))
